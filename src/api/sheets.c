/* Lists and counts as CSV for spreadsheets: /api/v1/cases.csv, /api/v1/stats.csv. In the pool, because a long list takes
 * long. What a cell holds is text: nothing in it is a formula. */
#include <stdio.h>

#include "api/api_int.h"
#include "api/words.h"
#include "base/csv.h"

#define ROWS_MAX 100000
#define PAGE_ROWS 500
#define SHEET_MAX ((size_t)64 << 20)
#define COLUMNS_MAX 32
#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* spreadsheets take it as the sign of UTF-8 */

/* --- cells --- */

/* Adds a cell whose text came from outside or from the package. */
static void add_text(struct strbuf *b, str text, bool first) {
    bool formula = text.len > 0 && (text.ptr[0] == '=' || text.ptr[0] == '+' || text.ptr[0] == '-' ||
                                    text.ptr[0] == '@' || text.ptr[0] == '\t' || text.ptr[0] == '\r');
    if (!formula) {
        csv_add_field(b, text, first);
        return;
    }
    struct strbuf guarded;
    strbuf_init(&guarded, SHEET_MAX);
    strbuf_addc(&guarded, '\'');
    strbuf_add(&guarded, text);
    csv_add_field(b, strbuf_str(&guarded), first);
    strbuf_done(&guarded);
}

/* Local time as spreadsheets read it. */
static void add_time(struct strbuf *b, const struct city *city, instant t, bool first) {
    char text[80] = "";
    if (!instant_is_none(t)) {
        struct civil c = civil_from_instant(&city->calendar.zone, t);
        snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.mday, c.hour, c.minute,
                 c.second);
    }
    csv_add_field(b, str_z(text), first);
}

static void add_degree(struct strbuf *b, double degrees, bool none, bool first) {
    char text[32] = "";
    if (!none) snprintf(text, sizeof text, "%.6f", degrees);
    csv_add_field(b, str_z(text), first);
}

/* --- cases --- */

enum column {
    COLUMN_NUMBER,
    COLUMN_FILED,
    COLUMN_CATEGORY,
    COLUMN_CATEGORY_CODE,
    COLUMN_STATE,
    COLUMN_AREA,
    COLUMN_AREA_CODE,
    COLUMN_UNIT,
    COLUMN_UNIT_CODE,
    COLUMN_CHANNEL,
    COLUMN_HAPPENED,
    COLUMN_DUE,
    COLUMN_ENDED,
    COLUMN_MISSED,
    COLUMN_RATING,
    COLUMN_SUPPORTERS,
    COLUMN_TEXT,
    COLUMN_ADDRESS,
    COLUMN_LON,
    COLUMN_LAT,
    COLUMN_PROCEDURE,
    COLUMN_CONDITION,
    COLUMN_COUNT
};
static const char *const COLUMN_NAMES[COLUMN_COUNT] = {
    "number",    "filed",   "category", "category_code", "state",     "area",     "area_code", "unit",
    "unit_code", "channel", "happened", "due",           "ended",     "missed",   "rating",    "supporters",
    "text",      "address", "lon",      "lat",           "procedure", "condition"};
static const char STANDARD[] = "number,filed,category,state,area,unit,channel,due,ended,missed,text,address,lon,lat";

struct sheet {
    struct api *api;
    struct http_call *call;
    struct caller caller;
    enum column columns[COLUMNS_MAX];
    size_t n_columns;
    str q, sort, by, measure;
};

static str named(const struct text *t, size_t lang, str code_text) {
    return t == NULL ? code_text : text_in(t, lang);
}

static str category_name(const struct city *city, const code *c, size_t lang) {
    uint32_t i = city_category(city, str_code(c));
    return named(i == NONE ? NULL : &city->categories[i].name, lang, str_code(c));
}

static str area_name(const struct city *city, const code *c, size_t lang) {
    uint32_t i = city_area(city, str_code(c));
    return named(i == NONE ? NULL : &city->areas[i].name, lang, str_code(c));
}

static str unit_name(const struct city *city, const code *c, size_t lang) {
    uint32_t i = city_unit(city, str_code(c));
    return named(i == NONE ? NULL : &city->units[i].name, lang, str_code(c));
}

static str procedure_name(const struct city *city, const code *c, size_t lang) {
    const struct procedure *p = city_procedure(city, str_code(c));
    return named(p == NULL ? NULL : &p->label, lang, str_code(c));
}

/* The text of a column; times and degrees are written by their own. */
static str cell_text(const struct city *city, const struct case_row *r, enum column c, size_t lang, char scratch[16]) {
    if (c == COLUMN_NUMBER) return str_code(&r->number);
    if (c == COLUMN_CATEGORY) return category_name(city, &r->category, lang);
    if (c == COLUMN_CATEGORY_CODE) return str_code(&r->category);
    if (c == COLUMN_STATE) return state_label(city, &r->procedure, &r->state, false, lang);
    if (c == COLUMN_AREA) return area_name(city, &r->area, lang);
    if (c == COLUMN_AREA_CODE) return str_code(&r->area);
    if (c == COLUMN_UNIT) return unit_name(city, &r->unit, lang);
    if (c == COLUMN_UNIT_CODE) return str_code(&r->unit);
    if (c == COLUMN_CHANNEL) return word2(city, lang, "channel.", str_code(&r->channel));
    if (c == COLUMN_MISSED) return word(city, lang, r->missed ? "sheet.yes" : "sheet.no");
    if (c == COLUMN_TEXT) return r->text;
    if (c == COLUMN_ADDRESS) return r->address;
    if (c == COLUMN_PROCEDURE) return procedure_name(city, &r->procedure, lang);
    if (c == COLUMN_CONDITION) return str_code(&r->condition);
    int32_t n = c == COLUMN_RATING ? r->rating : r->supporters;
    if (n == 0) return S("");
    snprintf(scratch, 16, "%d", (int)n);
    return str_z(scratch);
}

static void add_cell(struct strbuf *b, const struct city *city, const struct case_row *r, enum column c, size_t lang,
                     bool first) {
    char scratch[16];
    bool placeless = lonlat_is_none(r->place);
    if (c == COLUMN_FILED)
        add_time(b, city, r->filed, first);
    else if (c == COLUMN_HAPPENED)
        add_time(b, city, r->happened, first);
    else if (c == COLUMN_DUE)
        add_time(b, city, r->due, first);
    else if (c == COLUMN_ENDED)
        add_time(b, city, r->ended, first);
    else if (c == COLUMN_LON)
        add_degree(b, r->place.lon_deg, placeless, first);
    else if (c == COLUMN_LAT)
        add_degree(b, r->place.lat_deg, placeless, first);
    else
        add_text(b, cell_text(city, r, c, lang, scratch), first);
}

static void add_head(struct strbuf *b, const struct sheet *s) {
    const struct city *city = app_city(s->api->app);
    strbuf_addz(b, BYTE_ORDER_MARK);
    for (size_t i = 0; i < s->n_columns; i++)
        csv_add_field(b, word2(city, s->caller.lang, "sheet.", str_z(COLUMN_NAMES[s->columns[i]])), i == 0);
    strbuf_addz(b, "\r\n");
}

static enum status too_long(struct err *err) {
    err_set(err, E_TOO_LARGE, "sheet_too_long", "The list has more than %d rows.", ROWS_MAX);
    err_hint(err, "Narrow the query, by time or area.");
    return E_TOO_LARGE;
}

/* One page; *cursor moves on. memory: the arena, cleared by the caller. */
static enum status add_page(struct sheet *s, struct strbuf *b, str *cursor, size_t *rows, struct arena *arena,
                            struct err *err) {
    const struct city *city = app_city(s->api->app);
    struct listing l = {0};
    enum status status = app_list(s->api->app, &s->caller, s->q, s->sort, PAGE_ROWS, *cursor, arena, &l, err);
    if (status != OK) return status;
    *rows += l.n;
    if (*rows > ROWS_MAX) return too_long(err);
    for (size_t i = 0; i < l.n; i++) {
        for (size_t k = 0; k < s->n_columns; k++) add_cell(b, city, &l.rows[i], s->columns[k], s->caller.lang, k == 0);
        strbuf_addz(b, "\r\n");
    }
    *cursor = l.next;
    return b->overflow ? too_long(err) : OK;
}

static enum status add_pages(struct sheet *s, struct strbuf *b, struct err *err) {
    struct arena arena;
    char kept[128];
    str cursor = S("");
    size_t rows = 0;
    enum status status;
    arena_init(&arena, 0);
    do {
        status = add_page(s, b, &cursor, &rows, &arena, err);
        if (status != OK || str_empty(cursor)) break;
        check(cursor.len < sizeof kept);
        snprintf(kept, sizeof kept, "%.*s", P(cursor));
        cursor = str_z(kept);
        arena_clear(&arena);
    } while (true);
    arena_done(&arena);
    return status;
}

static void send_sheet(struct http_call *call, const char *name, struct strbuf *b) {
    http_add_header(call, "Content-Disposition", str_format(http_arena(call), "attachment; filename=\"%s.csv\"", name));
    http_reply(call, 200, "text/csv; charset=utf-8", strbuf_str(b));
}

static void cases_work(void *ctx) {
    struct sheet *s = ctx;
    struct strbuf b;
    struct err err = {0};
    strbuf_init(&b, SHEET_MAX);
    add_head(&b, s);
    if (add_pages(s, &b, &err) == OK)
        send_sheet(s->call, "cases", &b);
    else
        http_problem(s->call, &err);
    strbuf_done(&b);
    http_resume(s->call);
}

static enum status read_columns(struct sheet *s, str wanted, struct err *err) {
    for (str one; str_split(&wanted, ',', &one);) {
        enum column found = COLUMN_COUNT;
        for (int c = 0; c < COLUMN_COUNT; c++)
            if (str_is(one, COLUMN_NAMES[c])) found = (enum column)c;
        if (found == COLUMN_COUNT || s->n_columns == COLUMNS_MAX) {
            err_set(err, E_INVALID, "bad_value", "%.*s is no column of the sheet.", P(utf8_prefix(one, 60)));
            err_field(err, "columns");
            err_hint(err, "See GET /api/openapi.json.");
            return E_INVALID;
        }
        s->columns[s->n_columns++] = found;
    }
    return OK;
}

static void defer_work(struct sheet *s, void (*work)(void *ctx)) {
    struct err err = {0};
    http_defer(s->call);
    if (http_pool_run(s->api->waits, work, s, &err) == OK) return;
    reply_err(s->call, &err);
    http_resume(s->call);
}

void cases_sheet(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct sheet *s = NEW(http_arena(call), struct sheet);
    struct err err = {0};
    str columns = S("");
    *s = (struct sheet){.api = api, .call = call, .q = S(""), .sort = S("")};
    http_query(call, "q", &s->q);
    http_query(call, "sort", &s->sort);
    http_query(call, "columns", &columns);
    enum status status = staff_of(api, call, &s->caller, &err);
    if (status == OK) status = read_columns(s, str_empty(columns) ? str_z(STANDARD) : columns, &err);
    if (status == OK)
        defer_work(s, cases_work);
    else
        reply_err(call, &err);
}

/* --- counts --- */

static void add_counts(struct strbuf *b, const struct sheet *s, const struct count_request *r, const struct counts *c) {
    const struct city *city = app_city(s->api->app);
    size_t lang = s->caller.lang, n_by = r->by[0] == BY_NOTHING ? 0 : r->by[1] == BY_NOTHING ? 1 : 2;
    bool mean = r->measure == MEASURE_MEAN_HOURS || r->measure == MEASURE_MEAN_RATING;
    str by = s->by;
    strbuf_addz(b, BYTE_ORDER_MARK);
    for (size_t k = 0; k < n_by; k++) {
        str name = STR_NONE, level;
        if (!str_split(&by, ',', &level) || !str_split(&level, ':', &name)) continue;
        csv_add_field(b, word2(city, lang, "sheet.", name), k == 0);
        csv_add_field(b, word(city, lang, "sheet.code"), false);
    }
    csv_add_field(b, word2(city, lang, "measure.", str_empty(s->measure) ? S("count") : s->measure), n_by == 0);
    strbuf_addz(b, "\r\n");
    for (size_t i = 0; i < c->n; i++) {
        char value[32];
        for (size_t k = 0; k < n_by; k++) {
            add_text(b, count_label(city, r->by[k], c->rows[i].key[k], lang), k == 0);
            add_text(b, c->rows[i].key[k], false);
        }
        snprintf(value, sizeof value, mean ? "%.2f" : "%.0f", c->rows[i].value);
        csv_add_field(b, str_z(value), n_by == 0);
        strbuf_addz(b, "\r\n");
    }
}

static void stats_work(void *ctx) {
    struct sheet *s = ctx;
    struct counts counts = {0};
    struct count_request request;
    struct strbuf b;
    struct err err = {0};
    strbuf_init(&b, SHEET_MAX);
    enum status status =
        app_counts(s->api->app, &s->caller, s->q, s->by, s->measure, http_arena(s->call), &counts, &request, &err);
    if (status == OK) add_counts(&b, s, &request, &counts);
    if (b.overflow) status = too_long(&err);
    if (status == OK)
        send_sheet(s->call, "stats", &b);
    else
        http_problem(s->call, &err);
    strbuf_done(&b);
    http_resume(s->call);
}

void stats_sheet(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct sheet *s = NEW(http_arena(call), struct sheet);
    struct err err = {0};
    *s = (struct sheet){.api = api, .call = call, .q = S(""), .by = S(""), .measure = S("")};
    http_query(call, "q", &s->q);
    http_query(call, "by", &s->by);
    http_query(call, "measure", &s->measure);
    if (staff_of(api, call, &s->caller, &err) == OK)
        defer_work(s, stats_work);
    else
        reply_err(call, &err);
}
