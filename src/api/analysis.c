/* GET /api/v1/analysis/…: where there were more cases than expected, what the week brings, which days were unusual. */
#include "app/analysis.h"

#include <math.h>

#include "api/api_int.h"

#define DAYS 90
#define WINDOW 14
#define RADIUS_KM 3.0
#define REPLICATIONS 999
#define PER_1000 5.0

static enum status number_asked(const struct http_call *call, const char *name, double *ret, struct err *err) {
    str text = S("");
    if (!http_query(call, name, &text) || str_empty(text) || str_to_double(text, ret)) return OK;
    err_set(err, E_INVALID, "bad_value", "%s is no number.", name);
    err_field(err, "%s", name);
    return E_INVALID;
}

static int32_t whole(double v) {
    return v >= INT32_MAX ? INT32_MAX : v <= -1 ? -1 : (int32_t)v;
}

static str query_asked(const struct http_call *call) {
    str q = S("");
    http_query(call, "q", &q);
    return q;
}

static void put_day(struct json_buf *w, const char *key, day d) {
    struct strbuf b;
    strbuf_init(&b, 32);
    day_format(&b, d);
    json_put_str(w, key, strbuf_str(&b));
    strbuf_done(&b);
}

/* --- scan --- */

static enum status scan_asked(const struct http_call *call, const struct app *app, struct scan_request *ret,
                              struct err *err) {
    double days = DAYS, window = WINDOW, radius = RADIUS_KM, replications = REPLICATIONS;
    str level = S(""), alive = S(""), upto = S("");
    enum status status = number_asked(call, "days", &days, err);
    if (status == OK) status = number_asked(call, "window", &window, err);
    if (status == OK) status = number_asked(call, "radius", &radius, err);
    if (status == OK) status = number_asked(call, "replications", &replications, err);
    if (status != OK) return status;
    http_query(call, "alive", &alive);
    *ret = (struct scan_request){query_asked(call),
                                 {{0}},
                                 day_from_instant(&app_city(app)->calendar.zone, app_now(app)),
                                 whole(days),
                                 whole(window),
                                 radius,
                                 whole(replications),
                                 !str_is(alive, "0")};
    bool bad_level = http_query(call, "level", &level) && !str_empty(level) && !code_from(level, &ret->level);
    bool bad_day = http_query(call, "to", &upto) && !str_empty(upto) && !day_parse(upto, &ret->upto);
    if (!bad_level && !bad_day) return OK;
    err_set(err, E_INVALID, "bad_value", "This is no level of areas, or no day.");
    err_field(err, "%s", bad_level ? "level" : "to");
    return E_INVALID;
}

/* The list of cases behind a cluster. */
static str cases_behind(const struct scan_request *r, const struct scan_found *f, const struct hotspot_cluster *c,
                        struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, 64 << 10);
    if (!str_empty(str_trim(r->q))) strbuf_addf(&b, "(%.*s) ", P(r->q));
    strbuf_addz(&b, "area:");
    for (size_t i = 0; i < c->n_places; i++)
        strbuf_addf(&b, "%s%.*s", i > 0 ? "," : "", P(f->data.names[c->places[i]]));
    strbuf_addz(&b, " filed:");
    day_format(&b, f->data.slot_starts[c->first_slot]);
    strbuf_addz(&b, "..");
    day_format(&b, (day){f->data.slot_starts[c->last_slot + 1].n - 1});
    strbuf_addz(&b, " -flag:private -about:conduct");
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static void put_cluster(struct json_buf *w, const struct city *city, const struct scan_request *r,
                        const struct scan_found *f, const struct hotspot_cluster *c, size_t lang, struct arena *arena) {
    const struct hotspot_place *centre = &f->data.input.places[c->centre];
    json_open_object(w);
    json_put_double(w, "lon", centre->x, 6);
    json_put_double(w, "lat", centre->y, 6);
    json_put_double(w, "radius_km", c->radius, 3);
    json_add_key(w, "areas");
    json_open_array(w);
    for (size_t i = 0; i < c->n_places; i++) {
        json_open_object(w);
        json_put_str(w, "code", f->data.names[c->places[i]]);
        json_put_str(w, "name", count_label(city, BY_AREA, f->data.names[c->places[i]], lang));
        json_close_object(w);
    }
    json_close_array(w);
    put_day(w, "from", f->data.slot_starts[c->first_slot]);
    put_day(w, "to", (day){f->data.slot_starts[c->last_slot + 1].n - 1});
    json_put_double(w, "cases", c->cases, 0);
    json_put_double(w, "expected", c->expected, 3);
    json_put_double(w, "statistic", c->statistic, 6);
    json_put_double(w, "p", c->p, 4);
    json_put_double(w, "recurrence_days", isnan(c->p) || !r->alive ? NAN : 1 / c->p, 0);
    json_put_str(w, "q", cases_behind(r, f, c, arena));
    json_close_object(w);
}

/* One of the three files, so that anybody can scan again. */
static void send_file(struct http_call *call, str which, const struct scan_files *files) {
    bool cases = str_is(which, "cases"), places = str_is(which, "places");
    http_add_header(call, "Content-Disposition",
                    str_format(http_arena(call), "attachment; filename=\"scan.%s\"",
                               cases    ? "cas"
                               : places ? "geo"
                                        : "prm"));
    http_reply(call, 200, "text/plain; charset=utf-8", cases ? files->cases : places ? files->places : files->settings);
}

void analysis_scan_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    const struct city *city = app_city(api->app);
    struct caller caller;
    struct scan_request request;
    struct scan_files files;
    struct scan_found *found = NEW(http_arena(call), struct scan_found);
    struct err err = {0};
    str file = S("");
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = scan_asked(call, api->app, &request, &err);
    if (status == OK) status = app_scan_files(api->app, &caller, &request, http_arena(call), &files, &err);
    if (status == OK && http_query(call, "file", &file) && !str_empty(file)) {
        send_file(call, file, &files);
        return;
    }
    if (status == OK) status = app_scan(&files, http_arena(call), found, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct items l;
    items_open(&l, 4 << 20);
    for (size_t i = 0; i < found->n_clusters; i++)
        put_cluster(&l.w, city, &request, found, &found->clusters[i], caller.lang, http_arena(call));
    items_end(&l);
    put_day(&l.w, "from", (day){request.upto.n - request.days + 1});
    put_day(&l.w, "to", request.upto);
    json_put_double(&l.w, "cases", found->total, 0);
    json_put_i64(&l.w, "places", (int64_t)found->data.input.n_places);
    json_put_i64(&l.w, "circles", (int64_t)found->circles);
    json_put_i64(&l.w, "replications", request.replications);
    json_put_bool(&l.w, "alive", request.alive);
    items_send(&l, call);
}

/* --- the coming week --- */

static void put_numbers(struct json_buf *w, const char *key, const double *v, size_t n, int decimals) {
    json_add_key(w, key);
    json_open_array(w);
    for (size_t i = 0; i < n; i++) json_add_double(w, v[i], decimals);
    json_close_array(w);
}

void analysis_outlook_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct outlook o;
    struct err err = {0};
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = app_outlook(api->app, &caller, query_asked(call), http_arena(call), &o, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    size_t shown = o.n < ANALYSIS_SHOWN_DAYS ? o.n : ANALYSIS_SHOWN_DAYS;
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 64 << 10);
    json_buf_init(&w, &b);
    json_open_object(&w);
    put_day(&w, "from", (day){o.first.n + (int32_t)(o.n - shown)});
    put_numbers(&w, "counts", o.counts + (o.n - shown), shown, 0);
    json_put_i64(&w, "history_days", (int64_t)o.n);
    json_put_i64(&w, "history_least", FORECAST_LEAST);
    if (o.has_forecast) {
        put_numbers(&w, "mean", o.week.mean, FORECAST_DAYS, 2);
        put_numbers(&w, "low", o.week.low, FORECAST_DAYS, 0);
        put_numbers(&w, "high", o.week.high, FORECAST_DAYS, 0);
    }
    json_close_object(&w);
    reply_json(call, 200, &b);
}

/* --- unusual days --- */

static void put_unusual(struct json_buf *w, const struct city *city, const struct unusual *u, bool by_area, size_t lang,
                        struct arena *arena) {
    struct strbuf day_text;
    strbuf_init(&day_text, 32);
    day_format(&day_text, u->on);
    json_open_object(w);
    json_put_str(w, "key", u->key);
    json_put_str(w, "name", count_label(city, by_area ? BY_AREA : BY_CATEGORY, u->key, lang));
    json_put_str(w, "on", strbuf_str(&day_text));
    json_put_double(w, "count", u->count, 0);
    json_put_double(w, "expected", u->expected, 2);
    json_put_double(w, "surprise", u->score, 3);
    json_put_double(w, "threshold", u->threshold, 3);
    put_numbers(w, "counts", u->counts, ANALYSIS_SHOWN_DAYS, 0);
    json_put_str(w, "q",
                 str_format(arena, "%s:%.*s filed:%.*s -flag:private -about:conduct", by_area ? "area" : "category",
                            P(u->key), P(strbuf_str(&day_text))));
    json_close_object(w);
    strbuf_done(&day_text);
}

void analysis_unusual_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct unusual_days u;
    struct err err = {0};
    double per_1000 = PER_1000;
    str by = S("category");
    http_query(call, "by", &by);
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = number_asked(call, "per_1000", &per_1000, &err);
    if (status == OK)
        status = app_unusual(api->app, &caller, query_asked(call), by, per_1000, http_arena(call), &u, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct items l;
    items_open(&l, 4 << 20);
    for (size_t i = 0; i < u.n; i++)
        put_unusual(&l.w, app_city(api->app), &u.found[i], !str_is(by, "category"), caller.lang, http_arena(call));
    items_end(&l);
    put_day(&l.w, "from", u.first);
    put_day(&l.w, "to", u.upto);
    json_put_i64(&l.w, "series", (int64_t)u.series);
    json_put_i64(&l.w, "too_short", (int64_t)u.too_short);
    json_put_double(&l.w, "per_1000", u.per_1000, 2);
    items_send(&l, call);
}
