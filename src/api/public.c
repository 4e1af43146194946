/* /api/v1/public: what everybody may see. The replies are the same for all and kept for some seconds. */
#include <stdlib.h>

#include "api/api_int.h"
#include "api/words.h"

#define PUBLIC_SECONDS 10
#define NEAR_MAX_M 5000
#define FEED_ENTRIES 50
#define FEED_CASES 200

/* --- reading the request --- */

static enum status bad(struct err *err, const char *field, const char *expected) {
    err_set(err, E_INVALID, "bad_value", "%s has no value that is understood.", field);
    err_field(err, "%s", field);
    err_hint(err, "Give %s.", expected);
    return E_INVALID;
}

static bool next_number(str *rest, char separator, double *ret) {
    str one;
    return str_split(rest, separator, &one) && str_to_double(str_trim(one), ret);
}

static enum status read_box(str text, struct public_request *r, struct err *err) {
    struct public_box *b = &r->box;
    bool ok = next_number(&text, ',', &b->west) && next_number(&text, ',', &b->south) &&
              next_number(&text, ',', &b->east) && next_number(&text, ',', &b->north) && str_empty(text);
    lonlat low = {b->west, b->south}, high = {b->east, b->north};
    r->has_box = ok && lonlat_valid(low) && lonlat_valid(high) && b->west <= b->east && b->south <= b->north;
    return r->has_box ? OK : bad(err, "bbox", "west,south,east,north in degrees");
}

static enum status read_near(str text, struct public_request *r, struct err *err) {
    lonlat p = lonlat_none();
    str metres = STR_NONE;
    bool ok = next_number(&text, ',', &p.lon_deg) && str_split(&text, '~', &metres);
    ok = ok && str_to_double(str_trim(metres), &p.lat_deg) && lonlat_valid(p);
    metres = str_trim(text);
    if (ok && str_ends(metres, S("m"))) metres.len--;
    ok = ok && str_to_double(metres, &r->metres) && r->metres > 0 && r->metres <= NEAR_MAX_M;
    if (ok) r->near = p;
    return ok ? OK : bad(err, "near", "lon,lat~metres, at most 5000 m");
}

static enum status read_public(const struct http_call *call, struct public_request *r, struct err *err) {
    str text;
    enum status status = OK;
    *r = (struct public_request){.near = lonlat_none(), .limit = 50, .cursor = S("")};
    if (http_query(call, "bbox", &text) && !str_empty(text)) status = read_box(text, r, err);
    if (status == OK && http_query(call, "near", &text) && !str_empty(text)) status = read_near(text, r, err);
    if (status == OK && http_query(call, "area", &text) && !str_empty(text) && !code_from(text, &r->area))
        status = bad(err, "area", "the code of an area");
    if (status == OK && http_query(call, "status", &text) && !str_empty(text)) {
        r->state = str_is(text, "open") ? PUBLIC_OPEN : PUBLIC_CLOSED;
        if (r->state == PUBLIC_CLOSED && !str_is(text, "closed")) status = bad(err, "status", "open or closed");
    }
    http_query(call, "cursor", &r->cursor);
    return status == OK ? query_limit(call, 500, &r->limit, err) : status;
}

/* All that the reply depends on, as it was asked. */
static str request_key(struct http_call *call, const char *what, const char *const *names, size_t n) {
    struct strbuf b;
    strbuf_init(&b, 16 << 10);
    strbuf_addz(&b, what);
    for (size_t i = 0; i < n; i++) {
        str value = S("");
        http_query(call, names[i], &value);
        strbuf_addf(&b, "\n%zu:", value.len);
        strbuf_add(&b, value);
    }
    str ret = str_dup(http_arena(call), strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

/* --- cases --- */

static void put_public_case(struct json_buf *w, const struct city *city, const struct case_row *r, size_t lang,
                            struct arena *arena) {
    lonlat p = public_place(r->place);
    json_open_object(w);
    json_put_str(w, "id", app_handle(r->id, arena));
    put_category(w, "category", city, &r->category, lang);
    put_area(w, "area", city, &r->area, lang);
    put_unit(w, "unit", city, &r->unit, lang);
    json_put_code(w, "state", &r->state);
    json_put_str(w, "state_label", state_label(city, &r->procedure, &r->state, true, lang));
    put_instant(w, "filed", city, r->filed);
    put_instant(w, "due", city, r->due);
    put_instant(w, "ended", city, r->ended);
    json_put_double(w, "lon", p.lon_deg, 3);
    json_put_double(w, "lat", p.lat_deg, 3);
    if (r->supporters > 0) json_put_i64(w, "supporters", r->supporters);
    json_close_object(w);
}

static enum status make_cases(struct api *api, struct http_call *call, size_t lang, const void *ctx, struct strbuf *out,
                              struct err *err) {
    struct listing found = {0};
    enum status status = app_public_cases(api->app, ctx, http_arena(call), &found, err);
    if (status != OK) return status;
    struct json_buf w;
    json_buf_init(&w, out);
    json_open_object(&w);
    json_add_key(&w, "items");
    json_open_array(&w);
    for (size_t i = 0; i < found.n; i++)
        put_public_case(&w, app_city(api->app), &found.rows[i], lang, http_arena(call));
    json_close_array(&w);
    json_put_str(&w, "next", str_empty(found.next) ? STR_NONE : found.next);
    json_close_object(&w);
    return OK;
}

void public_cases(struct http_call *call, void *ctx) {
    static const char *const NAMES[] = {"bbox", "near", "area", "status", "limit", "cursor"};
    struct public_request r;
    struct err err = {0};
    if (read_public(call, &r, &err) != OK) {
        reply_err(call, &err);
        return;
    }
    str key = request_key(call, "public/cases", NAMES, ARRAY_LEN(NAMES));
    reply_kept(ctx, call, &(struct kept_request){.key = key, .seconds = PUBLIC_SECONDS, .make = make_cases, .ctx = &r});
}

/* --- figures --- */

static enum status make_stats(struct api *api, struct http_call *call, size_t lang, const void *ctx, struct strbuf *out,
                              struct err *err) {
    (void)ctx;
    struct counts counts = {0};
    struct count_request request;
    struct json_buf w;
    str by = S(""), measure = S("");
    http_query(call, "by", &by);
    http_query(call, "measure", &measure);
    enum status status = app_public_counts(api->app, by, measure, http_arena(call), &counts, &request, err);
    if (status != OK) return status;
    json_buf_init(&w, out);
    json_open_object(&w);
    put_count_rows(&w, app_city(api->app), by, &request, &counts, lang);
    json_put_i64(&w, "suppressed_below", PUBLIC_COUNT_MIN);
    json_close_object(&w);
    return OK;
}

void public_stats(struct http_call *call, void *ctx) {
    static const char *const NAMES[] = {"by", "measure"};
    str key = request_key(call, "public/stats", NAMES, ARRAY_LEN(NAMES));
    reply_kept(ctx, call, &(struct kept_request){.key = key, .seconds = PUBLIC_SECONDS, .make = make_stats});
}

/* --- the feed: what was filed and what was closed, newest first --- */

struct happening {
    const struct case_row *row;
    instant at;
    bool closed;
};

static int newer(const void *a, const void *b) {
    const struct happening *x = a, *y = b;
    if (x->at.ms != y->at.ms) return x->at.ms > y->at.ms ? -1 : 1;
    return x->row->id < y->row->id ? -1 : x->row->id > y->row->id;
}

static size_t happenings(const struct listing *l, struct happening *ret) {
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++) {
        const struct case_row *r = &l->rows[i];
        ret[n++] = (struct happening){r, r->filed, false};
        if (r->is_closed && !instant_is_none(r->ended)) ret[n++] = (struct happening){r, r->ended, true};
    }
    qsort(ret, n, sizeof *ret, newer);
    return n < FEED_ENTRIES ? n : FEED_ENTRIES;
}

static void add_element(struct strbuf *b, const char *name, str text) {
    strbuf_addf(b, "<%s>", name);
    strbuf_add_html(b, text);
    strbuf_addf(b, "</%s>\n", name);
}

static void add_time(struct strbuf *b, const struct city *city, const char *name, instant t) {
    strbuf_addf(b, "<%s>", name);
    instant_format(b, &city->calendar.zone, t);
    strbuf_addf(b, "</%s>\n", name);
}

static str name_of(const struct text *t, size_t lang, str otherwise) {
    return t == NULL ? otherwise : text_in(t, lang);
}

static void add_entry(struct strbuf *b, const struct city *city, const struct happening *h, size_t lang,
                      struct arena *arena) {
    const struct case_row *r = h->row;
    uint32_t k = city_category(city, str_code(&r->category)), a = city_area(city, str_code(&r->area)),
             u = city_unit(city, str_code(&r->unit));
    str category = name_of(k == NONE ? NULL : &city->categories[k].name, lang, str_code(&r->category));
    str area = name_of(a == NONE ? NULL : &city->areas[a].name, lang, S(""));
    str unit = name_of(u == NONE ? NULL : &city->units[u].name, lang, S(""));
    str what = word(city, lang, h->closed ? "feed.closed" : "feed.filed"), id = app_handle(r->id, arena);
    strbuf_addz(b, "<entry>\n");
    add_element(b, "id",
                str_format(arena, "urn:yiwang:%s:%.*s:%s", city->name.s, P(id), h->closed ? "closed" : "filed"));
    add_element(b, "title",
                str_format(arena, "%.*s: %.*s%s%.*s", P(what), P(category), str_empty(area) ? "" : " · ", P(area)));
    add_time(b, city, "updated", h->at);
    add_element(b, "summary",
                str_format(arena, "%.*s%s%.*s", P(state_label(city, &r->procedure, &r->state, true, lang)),
                           str_empty(unit) ? "" : " · ", P(unit)));
    strbuf_addz(b, "</entry>\n");
}

static void add_head(struct strbuf *out, struct http_call *call, const struct city *city, size_t lang) {
    struct arena *arena = http_arena(call);
    str title = word(city, lang, "feed.title"), label = text_in(&city->label, lang);
    strbuf_addz(out,
                "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"");
    strbuf_add_html(out, city->langs[lang]);
    strbuf_addz(out, "\">\n");
    add_element(out, "id", str_format(arena, "urn:yiwang:%s:public", city->name.s));
    add_element(out, "title", str_format(arena, "%.*s · %.*s", P(label), P(title)));
    strbuf_addz(out, "<author>\n");
    add_element(out, "name", label);
    strbuf_addz(out, "</author>\n<link rel=\"self\" href=\"");
    strbuf_add_html(out, str_format(arena, "%.*s%.*s", P(http_origin(call)), P(http_path(call))));
    strbuf_addz(out, "\"/>\n");
}

static enum status make_feed(struct api *api, struct http_call *call, size_t lang, const void *ctx, struct strbuf *out,
                             struct err *err) {
    const struct city *city = app_city(api->app);
    struct arena *arena = http_arena(call);
    struct listing found = {0};
    enum status status = app_public_cases(api->app, ctx, arena, &found, err);
    if (status != OK) return status;
    struct happening *list = NEW_ARRAY(arena, struct happening, 2 * found.n + 1);
    size_t n = happenings(&found, list);
    add_head(out, call, city, lang);
    add_time(out, city, "updated", n > 0 ? list[0].at : (instant){0});
    for (size_t i = 0; i < n; i++) add_entry(out, city, &list[i], lang, arena);
    strbuf_addz(out, "</feed>\n");
    return OK;
}

void public_feed(struct http_call *call, void *ctx) {
    static const char *const NAMES[] = {"near", "area", "bbox"};
    struct public_request r;
    struct err err = {0};
    if (read_public(call, &r, &err) != OK) {
        reply_err(call, &err);
        return;
    }
    r.newest_change = true;
    r.state = PUBLIC_ANY;
    r.limit = FEED_CASES;
    str key = request_key(call, "public/feed", NAMES, ARRAY_LEN(NAMES));
    key = str_format(http_arena(call), "%.*s\n%.*s", P(key), P(http_origin(call)));
    reply_kept(ctx, call,
               &(struct kept_request){.key = key,
                                      .type = "application/atom+xml; charset=utf-8",
                                      .seconds = PUBLIC_SECONDS,
                                      .make = make_feed,
                                      .ctx = &r});
}
