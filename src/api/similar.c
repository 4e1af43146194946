/* GET /api/v1/similar: what is already known near a place, asked before a report is sent. Strangers learn that something
 * is known, its state and distance, nothing that identifies a case. */
#include <math.h>

#include "api/api_int.h"

#define STEP_M 25

static void put_handle(struct json_buf *w, uint64_t id) {
    struct arena scratch;
    arena_init(&scratch, 0);
    json_put_str(w, "same_as", app_handle(id, &scratch));
    arena_done(&scratch);
}

/* Strangers learn the distance in steps: exact ones from three places would tell whose door it is at. */
static double told_metres(lonlat at, lonlat from, bool exactly) {
    double metres = lonlat_distance_m(at, from);
    return exactly ? metres : ceil(metres / STEP_M) * STEP_M;
}

void put_similar(struct json_buf *w, const struct city *city, const struct listing *l, lonlat place, const code *except,
                 bool numbers, size_t lang) {
    json_add_key(w, "similar");
    json_open_array(w);
    for (size_t i = 0; i < l->n; i++) {
        const struct case_row *r = &l->rows[i];
        if (except != NULL && code_eq(&r->number, except)) continue;
        json_open_object(w);
        if (numbers) json_put_code(w, "number", &r->number);
        json_put_code(w, "state", &r->state);
        json_put_str(w, "state_label", state_label(city, &r->procedure, &r->state, true, lang));
        put_category(w, "category", city, &r->category, lang);
        put_handle(w, r->id);
        json_put_i64(w, "supporters", r->supporters);
        put_instant(w, "filed", city, r->filed);
        json_put_double(w, "metres", told_metres(r->place, place, numbers), 0);
        json_close_object(w);
    }
    json_close_array(w);
}

static enum status read_place(const struct http_call *call, lonlat *ret, struct err *err) {
    str lon = S(""), lat = S("");
    http_query(call, "lon", &lon);
    http_query(call, "lat", &lat);
    if (str_to_double(lon, &ret->lon_deg) && str_to_double(lat, &ret->lat_deg) && lonlat_valid(*ret)) return OK;
    err_set(err, E_INVALID, "bad_place", "lon and lat are needed, in degrees.");
    err_field(err, "lon");
    return E_INVALID;
}

void similar_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct listing listing = {0};
    struct err err = {0};
    lonlat place = lonlat_none();
    code category = {{0}};
    str key = S(""), text = S("");
    http_query(call, "category", &key);
    http_query(call, "text", &text);
    enum status status = read_place(call, &place, &err);
    if (status == OK && !code_from(key, &category))
        status = err_set(&err, E_INVALID, "unknown_category", "This category does not exist here.");
    if (status == OK)
        status = app_similar(api->app, category, text, place, http_arena(call), &listing, &category, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct strbuf b;
    struct json_buf w;
    size_t lang = lang_of(api, call);
    const struct city *city = app_city(api->app);
    strbuf_init(&b, 1 << 20);
    json_buf_init(&w, &b);
    json_open_object(&w);
    put_category(&w, "category", city, &category, lang);
    put_similar(&w, city, &listing, place, NULL, false, lang);
    json_close_object(&w);
    reply_json(call, 200, &b);
}
