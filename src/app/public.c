/* What is open to everybody: where something was reported and how it stands. Never words, addresses, private or sealed
 * matters or complaints of conduct; a place is rounded to PUBLIC_DEGREE, and the filters by place know no more than that,
 * so that nobody finds a house by asking for smaller and smaller boxes. */
#include <math.h>

#include "app/exchange.h"

#define FETCH_MAX 500
#define PAGE_MAX 1000
#define TEXT_MAX 4000
static const char PROCEDURE[] = "report";
static const char BASE[] = "procedure:report -flag:private,sealed,exercise -about:conduct";

/* --- places --- */

static double rounded(double degrees) {
    return round(degrees / PUBLIC_DEGREE) * PUBLIC_DEGREE;
}

lonlat public_place(lonlat p) {
    return lonlat_is_none(p) ? p : (lonlat){rounded(p.lon_deg), rounded(p.lat_deg)};
}

/* The box that holds every place whose rounded form lies in the box, and all that lies within the distance. */
static struct public_box reach_of(const struct public_request *r) {
    struct public_box b = r->box;
    if (!lonlat_is_none(r->near)) {
        double dy = r->metres / 111000, cosine = cos(r->near.lat_deg * M_PI / 180),
               dx = cosine > 0.01 ? dy / cosine : 180;
        b = (struct public_box){r->near.lon_deg - dx, r->near.lat_deg - dy, r->near.lon_deg + dx, r->near.lat_deg + dy};
    }
    double half = PUBLIC_DEGREE * 0.501;
    return (struct public_box){fmax(b.west - half, -180), fmax(b.south - half, -90), fmin(b.east + half, 180),
                               fmin(b.north + half, 90)};
}

static bool is_shown(const struct public_request *r, const struct case_row *row) {
    lonlat p = public_place(row->place);
    if (!lonlat_is_none(r->near)) return !lonlat_is_none(p) && lonlat_distance_m(p, r->near) <= r->metres;
    if (!r->has_box) return true;
    const struct public_box *b = &r->box;
    return !lonlat_is_none(p) && p.lon_deg >= b->west && p.lon_deg <= b->east && p.lat_deg >= b->south &&
           p.lat_deg <= b->north;
}

/* --- lists --- */

static void add_filed(const struct city *city, const char *op, instant t, struct strbuf *b) {
    if (t.ms == 0 || !instant_valid(t)) return;
    strbuf_addf(b, " filed:%s", op);
    instant_format(b, &city->calendar.zone, (instant){t.ms - t.ms % MS_SECOND});
}

static void add_categories(const struct public_request *r, struct strbuf *b) {
    for (size_t i = 0; i < r->n_categories && i < PUBLIC_CATEGORIES; i++)
        strbuf_addf(b, "%s%s", i == 0 ? " category:" : ",", r->categories[i].s);
}

static enum status list_query(const struct city *city, const struct public_request *r, struct arena *arena,
                              struct query **ret, struct err *err) {
    struct strbuf b;
    strbuf_init(&b, TEXT_MAX);
    strbuf_addz(&b, BASE);
    strbuf_addz(&b, " -flag:duplicate"); /* the other one counts its supporters */
    if (r->state == PUBLIC_OPEN) strbuf_addz(&b, " status:open");
    if (r->state == PUBLIC_CLOSED) strbuf_addz(&b, " status:closed");
    if (!code_empty(&r->area)) strbuf_addf(&b, " area:%s", r->area.s);
    add_categories(r, &b);
    add_filed(city, ">=", r->from, &b);
    add_filed(city, "<=", r->upto, &b);
    if (r->has_box || !lonlat_is_none(r->near)) {
        struct public_box box = reach_of(r);
        strbuf_addf(&b, " bbox:%.7f,%.7f,%.7f,%.7f", box.west, box.south, box.east, box.north);
    }
    check(!b.overflow);
    enum status status = query_parse(strbuf_str(&b), city, arena, ret, err);
    strbuf_done(&b);
    return status;
}

static enum status bad_cursor(struct err *err) {
    err_set(err, E_INVALID, "bad_cursor", "This is no cursor of this list.");
    err_field(err, "cursor");
    err_hint(err, "use `next` of the page before");
    return E_INVALID;
}

/* The store's cursor holds the place in the order of all cases, by which those could be counted that are not shown: outside
 * it is the time and the handle of the last row. */
static str cursor_out(const struct case_row *last, struct arena *arena) {
    str handle = app_handle(last->id, arena);
    return str_format(arena, "%lld.%.*s", (long long)last->filed.ms, (int)handle.len, handle.ptr);
}

static enum status cursor_in(struct app *app, str text, struct arena *arena, str *ret, struct err *err) {
    str rest = text, filed;
    uint64_t id = 0;
    struct case_row row = {0};
    bool ok = str_split(&rest, '.', &filed) && str_to_i64(filed, &row.filed.ms) && app_handle_case(rest, &id);
    if (!ok) return bad_cursor(err);
    instant at = row.filed;
    enum status status = store_row(app->store, id, arena, &row, err);
    if (status == E_NOT_FOUND) return bad_cursor(err);
    row.filed = at;
    if (status == OK) *ret = store_cursor(SORT_FILED_DESC, &row, arena);
    return status;
}

enum status app_public_cases(struct app *app, const struct public_request *r, struct arena *arena, struct listing *ret,
                             struct err *err) {
    const struct city *city = app_city(app);
    struct query *q = NULL;
    struct listing found = {0};
    if (!code_empty(&r->area) && city_area(city, str_code(&r->area)) == NONE) {
        err_set(err, E_INVALID, "unknown_area", "This area does not exist here.");
        err_field(err, "area");
        return E_INVALID;
    }
    enum status status = list_query(city, r, arena, &q, err);
    enum sort sort = r->newest_change ? SORT_UPDATED_DESC : SORT_FILED_DESC;
    str cursor = S("");
    if (status == OK && !str_empty(r->cursor)) status = cursor_in(app, r->cursor, arena, &cursor, err);
    if (status == OK) status = store_list(app->store, q, sort, FETCH_MAX, cursor, app_now(app), arena, &found, err);
    if (status != OK) return status;
    *ret = (struct listing){.rows = NEW_ARRAY(arena, struct case_row, r->limit)};
    size_t i = 0;
    for (; i < found.n && ret->n < r->limit; i++)
        if (is_shown(r, &found.rows[i])) ret->rows[ret->n++] = found.rows[i];
    if (i > 0 && (i < found.n || !str_empty(found.next))) ret->next = cursor_out(&found.rows[i - 1], arena);
    return OK;
}

/* in: ret->rows with room for r->limit. */
static enum status add_rows(struct app *app, struct public_request *r, size_t skip, size_t wanted, struct arena *arena,
                            struct listing *ret, struct err *err) {
    struct arena scratch; /* rows that are skipped are not kept */
    enum status status = OK;
    size_t seen = 0;
    bool more = true;
    while (status == OK && more && ret->n < wanted) {
        struct listing found = {0};
        arena_init(&scratch, 0);
        r->limit = skip + wanted - seen < FETCH_MAX ? skip + wanted - seen : FETCH_MAX;
        status = app_public_cases(app, r, &scratch, &found, err);
        for (size_t i = 0; status == OK && i < found.n; i++, seen++)
            if (seen >= skip) ret->rows[ret->n++] = found.rows[i];
        more = !str_empty(found.next);
        r->cursor = str_dup(arena, found.next);
        arena_done(&scratch);
    }
    return status;
}

enum status app_public_page(struct app *app, const struct public_request *asked, size_t page, struct arena *arena,
                            struct listing *ret, struct err *err) {
    struct public_request r = *asked;
    size_t wanted = asked->limit < PAGE_MAX ? asked->limit : PAGE_MAX;
    if (page == 0 || page > PUBLIC_DEPTH || (page - 1) * wanted > PUBLIC_DEPTH) {
        err_set(err, E_INVALID, "bad_value", "There is no such page.");
        err_field(err, "page");
        err_hint(err, "Ask for a shorter time instead: start_date and end_date.");
        return E_INVALID;
    }
    *ret = (struct listing){.rows = NEW_ARRAY(arena, struct case_row, wanted + 1)};
    r.cursor = S("");
    enum status status = add_rows(app, &r, (page - 1) * wanted, wanted, arena, ret, err);
    /* texts of the rows were the scratch's: nobody outside is shown them */
    for (size_t i = 0; i < ret->n; i++) ret->rows[i].text = ret->rows[i].address = STR_NONE;
    return status;
}

/* --- one case --- */

static bool is_public(const struct kase *c) {
    code exercise = code_of("exercise");
    return code_is(&c->procedure, PROCEDURE) && !c->is_private && !c->is_sealed && c->about != ABOUT_CONDUCT &&
           !case_flag(c, &exercise);
}

bool app_category_public(const struct city *city, const struct category *c) {
    const struct procedure *p = city_procedure(city, str_code(&c->procedure));
    return c->intake && !c->is_private && p != NULL && code_is(&p->name, PROCEDURE) && p->file_posts == 0;
}

static bool filed_by(const struct case_view *v, const struct caller *asker) {
    return asker != NULL && asker->role != NULL && v->n_history > 0 && v->history[0].actor.kind == ACTOR_STAFF &&
           v->history[0].actor.staff == asker->actor.staff && code_is(&v->kase.channel, "open311");
}

static str last_answer(const struct case_view *v) {
    for (size_t i = v->n_history; i > 0; i--)
        if (!str_empty(v->history[i - 1].answer)) return v->history[i - 1].answer;
    return S("");
}

enum status app_public_case(struct app *app, str handle, const struct caller *asker, struct arena *arena,
                            struct case_row *ret, str *ret_answer, struct err *err) {
    uint64_t id = 0;
    struct case_view *v = NEW(arena, struct case_view);
    bool known = app_handle_case(handle, &id) && view_load(app, id, arena, v, NULL) == OK && is_public(&v->kase);
    if (!known) return err_set(err, E_NOT_FOUND, "unknown_case", "There is no such case.");
    row_from_case(&v->kase, app_city(app), ret);
    ret->place = v->place;
    ret->updated = v->n_history > 0 ? v->history[v->n_history - 1].at : v->kase.filed;
    ret->text = ret->address = STR_NONE;
    *ret_answer = filed_by(v, asker) ? last_answer(v) : S("");
    return OK;
}

/* --- figures --- */

static const struct {
    const char *name;
    enum dimension dimension;
} DIMENSIONS[] = {{"category", BY_CATEGORY}, {"month", BY_MONTH}, {"state", BY_STATE}};

static const struct {
    const char *name;
    enum measure measure;
} MEASURES[] = {{"count", MEASURE_COUNT}, {"late", MEASURE_LATE}, {"hours", MEASURE_MEAN_HOURS}};

static enum status unknown(struct err *err, const char *field, const char *known) {
    err_set(err, E_INVALID, "bad_value", "This is no value of %s.", field);
    err_field(err, "%s", field);
    err_hint(err, "Known: %s.", known);
    return E_INVALID;
}

/* "area:town": a level of the governance layer, but not its smallest. */
static bool read_level(const struct city *city, str by, struct count_request *r) {
    str level = by, name = STR_NONE;
    const struct layer *governance = &city->layers[0];
    if (!str_split(&level, ':', &name) || !str_is(name, "area")) return false;
    for (size_t i = 0; i + 1 < governance->n_levels; i++) {
        if (!str_eq(level, str_code(&governance->levels[i]))) continue;
        r->by[0] = BY_LEVEL;
        r->level[0] = governance->levels[i];
        return true;
    }
    return false;
}

static enum status read_request(const struct city *city, str by, str measure, struct count_request *r,
                                struct err *err) {
    bool known = false;
    *r = (struct count_request){.measure = MEASURE_COUNT};
    for (size_t i = 0; i < ARRAY_LEN(DIMENSIONS); i++) {
        if (!str_is(by, DIMENSIONS[i].name)) continue;
        r->by[0] = DIMENSIONS[i].dimension;
        known = true;
    }
    if (!known && !read_level(city, by, r)) return unknown(err, "by", "area:<level>, category, month, state");
    known = str_empty(measure);
    for (size_t i = 0; i < ARRAY_LEN(MEASURES); i++) {
        if (!str_is(measure, MEASURES[i].name)) continue;
        r->measure = MEASURES[i].measure;
        known = true;
    }
    return known ? OK : unknown(err, "measure", "count, late, hours");
}

/* The class at the top of a category's tree. */
static str top_class(const struct city *city, str key) {
    uint32_t k = city_category(city, key), up;
    if (k == NONE) return key;
    while ((up = city_category(city, str_code(&city->categories[k].parent))) != NONE) k = up;
    return str_code(&city->categories[k].key);
}

static struct count_row *row_of(struct counts *c, str key) {
    for (size_t i = 0; i < c->n; i++)
        if (str_eq(c->rows[i].key[0], key)) return &c->rows[i];
    c->rows[c->n] = (struct count_row){.key = {key, STR_NONE}};
    return &c->rows[c->n++];
}

/* Adds the rows of one top class; means are weighed by their numbers. */
static void join_classes(const struct city *city, enum measure measure, struct arena *arena, struct counts *c) {
    struct counts joined = {NEW_ARRAY(arena, struct count_row, c->n), 0};
    for (size_t i = 0; i < c->n; i++) {
        const struct count_row *from = &c->rows[i];
        struct count_row *to = row_of(&joined, top_class(city, from->key[0]));
        uint64_t n = to->n + from->n;
        bool mean = measure == MEASURE_MEAN_HOURS;
        to->value =
            mean ? (to->value * (double)to->n + from->value * (double)from->n) / (double)n : to->value + from->value;
        to->n = n;
    }
    *c = joined;
}

/* Small numbers could point to somebody. */
static void suppress(enum measure measure, struct counts *c) {
    for (size_t i = 0; i < c->n; i++) {
        struct count_row *r = &c->rows[i];
        bool few = r->n < PUBLIC_COUNT_MIN || (measure == MEASURE_LATE && r->value > 0 && r->value < PUBLIC_COUNT_MIN);
        if (few) r->value = NAN;
    }
}

enum status app_public_counts(struct app *app, str by, str measure, struct arena *arena, struct counts *ret,
                              struct count_request *request, struct err *err) {
    const struct city *city = app_city(app);
    struct query *q = NULL;
    enum status status = read_request(city, by, measure, request, err);
    if (status == OK) status = query_parse(str_z(BASE), city, arena, &q, err);
    if (status == OK) status = store_counts(app->store, q, request, app_now(app), arena, ret, err);
    if (status != OK) return status;
    if (request->by[0] == BY_CATEGORY) join_classes(city, request->measure, arena, ret);
    suppress(request->measure, ret);
    return OK;
}
