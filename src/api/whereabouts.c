/* GET /api/v1/places: finding a place while somebody types; GET /api/v1/patrol/points: what is to be looked at. */
#include <math.h>

#include "api/api_int.h"

static void put_found(struct json_buf *w, const struct city *city, const struct found *f, size_t lang) {
    static const char *const KINDS[] = {
        [FOUND_AREA] = "area", [FOUND_LANDMARK] = "landmark", [FOUND_ADDRESS] = "address"};
    static const code nowhere = {{0}};
    json_open_object(w);
    json_put_str(w, "name", f->name);
    json_put_z(w, "kind", KINDS[f->kind]);
    if (f->self != NONE) json_put_code(w, "code", &city->areas[f->self].code);
    put_area(w, "area", city, f->area == NONE ? &nowhere : &city->areas[f->area].code, lang);
    json_put_double(w, "lon", f->place.lon_deg, 6);
    json_put_double(w, "lat", f->place.lat_deg, 6);
    if (!isnan(f->metres)) json_put_double(w, "metres", f->metres, 0);
    json_close_object(w);
}

/* lon and lat are optional; what is no place is none. */
static lonlat near_of(const struct http_call *call) {
    lonlat p = lonlat_none();
    str lon = S(""), lat = S("");
    http_query(call, "lon", &lon);
    http_query(call, "lat", &lat);
    if (!str_to_double(lon, &p.lon_deg) || !str_to_double(lat, &p.lat_deg) || !lonlat_valid(p)) return lonlat_none();
    return p;
}

void places_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct found found[FOUND_MAX];
    size_t n = 0;
    str words = S("");
    struct err err = {0};
    http_query(call, "q", &words);
    enum status status = caller_of(api, call, &caller, &err);
    if (status == OK) status = app_find(api->app, &caller, words, near_of(call), http_arena(call), found, &n, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct items l;
    items_open(&l, 64 << 10);
    for (size_t i = 0; i < n; i++) put_found(&l.w, app_city(api->app), &found[i], caller.lang);
    items_end(&l);
    items_send(&l, call);
}

static void put_point(struct json_buf *w, const struct city *city, const struct point_state *s, size_t lang) {
    const struct patrol_point *p = s->point;
    json_open_object(w);
    json_put_code(w, "code", &p->code);
    json_put_str(w, "name", text_in(&p->name, lang));
    put_area(w, "grid", city, &city->areas[p->grid].code, lang);
    json_put_double(w, "lon", p->place.lon_deg, 6);
    json_put_double(w, "lat", p->place.lat_deg, 6);
    json_put_i64(w, "every_hours", city_point_every(city, p, day_from_instant(&city->calendar.zone, s->due)));
    json_put_code(w, "kind", &p->kind);
    put_named(w, "route", p->route == NONE ? &(code){{0}} : &city->routes[p->route].code,
              p->route == NONE ? S("") : text_in(&city->routes[p->route].name, lang));
    json_put_i64(w, "stop", p->stop);
    put_instant(w, "last", city, s->last);
    put_instant(w, "due", city, s->due);
    json_close_object(w);
}

void patrol_points_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    if (waits_for_seq(api, call, patrol_points_get)) return;
    struct caller caller;
    struct point_state *points = NULL;
    size_t n = 0;
    str mine = S("");
    struct err err = {0};
    http_query(call, "mine", &mine);
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = app_points(api->app, &caller, str_is(mine, "1"), http_arena(call), &points, &n, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct items l;
    items_open(&l, 16 << 20);
    for (size_t i = 0; i < n; i++) put_point(&l.w, app_city(api->app), &points[i], caller.lang);
    items_end(&l);
    items_send(&l, call);
}
