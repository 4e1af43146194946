/* Areas and the city itself: what forms and maps need. */
#include <math.h>

#include "api/api_int.h"

static void put_area_line(struct json_buf *w, const struct city *city, const struct area *a, size_t lang) {
    json_open_object(w);
    json_put_code(w, "code", &a->code);
    json_put_str(w, "name", text_in(&a->name, lang));
    json_put_code(w, "level", &a->level);
    json_put_code(w, "layer", &city->layers[a->layer].name);
    json_put_bool(w, "schematic", a->schematic);
    json_close_object(w);
}

static bool query_degree(const struct http_call *call, const char *name, double *ret, struct err *err) {
    str text;
    if (http_query(call, name, &text) && str_to_double(text, ret)) return true;
    err_set(err, E_INVALID, "bad_place", "%s is no number in degrees.", name);
    err_field(err, "%s", name);
    return false;
}

void area_locate(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    const struct city *city = app_city(api->app);
    size_t lang = lang_of(api, call);
    lonlat p = lonlat_none();
    struct err err = {0};
    bool ok = query_degree(call, "lon", &p.lon_deg, &err) && query_degree(call, "lat", &p.lat_deg, &err);
    if (ok && !lonlat_valid(p)) {
        err_set(&err, E_INVALID, "bad_place", "The place is not on earth as longitude, latitude.");
        ok = false;
    }
    struct location at = ok ? city_locate(city, 0, p) : (struct location){LOCATED_OUTSIDE, NONE, 0};
    if (ok && at.how == LOCATED_OUTSIDE) {
        err_set(&err, E_NOT_FOUND, "outside_jurisdiction", "The place lies outside %.*s.",
                P(text_in(&city->label, lang)));
        ok = false;
    }
    if (!ok) {
        reply_err(call, &err);
        return;
    }
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 64 << 10);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_double(&w, "metres", at.metres, 1);
    json_add_key(&w, "areas");
    json_open_array(&w);
    for (uint32_t i = at.area; i != NONE; i = city->areas[i].parent) put_area_line(&w, city, &city->areas[i], lang);
    for (uint32_t l = 1; l < city->n_layers; l++) {
        struct location other = city_locate(city, l, p);
        for (uint32_t i = other.area; i != NONE; i = city->areas[i].parent)
            put_area_line(&w, city, &city->areas[i], lang);
    }
    json_close_array(&w);
    json_close_object(&w);
    reply_json(call, 200, &b);
}

static void put_ring(struct json_buf *w, const struct ring *r) {
    json_open_array(w);
    json_open_array(w);
    for (size_t i = 0; i <= r->n; i++) {
        lonlat p = lonlat_from_point(r->points[i % r->n]);
        json_open_array(w);
        json_add_double(w, p.lon_deg, 6);
        json_add_double(w, p.lat_deg, 6);
        json_close_array(w);
    }
    json_close_array(w);
    json_close_array(w);
}

static void put_feature(struct json_buf *w, const struct city *city, const struct area *a, size_t lang) {
    json_open_object(w);
    json_put_z(w, "type", "Feature");
    json_put_code(w, "id", &a->code);
    json_add_key(w, "properties");
    put_area_line(w, city, a, lang);
    json_add_key(w, "geometry");
    json_open_object(w);
    json_put_z(w, "type", "MultiPolygon");
    json_add_key(w, "coordinates");
    json_open_array(w);
    for (size_t i = 0; i < a->shape.n_rings; i++) put_ring(w, &a->shape.rings[i]);
    json_close_array(w);
    json_close_object(w);
    json_close_object(w);
}

/* GET /api/v1/areas?level=: the shapes as GeoJSON. */
void areas_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    const struct city *city = app_city(api->app);
    size_t lang = lang_of(api, call);
    str level = S("");
    http_query(call, "level", &level);
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 256 << 20);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_z(&w, "type", "FeatureCollection");
    json_put_str(&w, "notice", text_in(&city->schematic_notice, lang));
    json_add_key(&w, "features");
    json_open_array(&w);
    for (size_t i = 0; i < city->n_areas; i++) {
        const struct area *a = &city->areas[i];
        if (a->shape.n_rings == 0 || (!str_empty(level) && !code_is(&a->level, str_cstr(http_arena(call), level))))
            continue;
        put_feature(&w, city, a, lang);
    }
    json_close_array(&w);
    json_close_object(&w);
    http_add_header(call, "Cache-Control", S("public, max-age=300"));
    reply_json(call, 200, &b);
}

static void put_categories(struct json_buf *w, const struct city *city, size_t lang) {
    json_add_key(w, "categories");
    json_open_array(w);
    for (size_t i = 0; i < city->n_categories; i++) {
        const struct category *k = &city->categories[i];
        json_open_object(w);
        json_put_code(w, "code", &k->key);
        json_put_str(w, "name", text_in(&k->name, lang));
        json_put_code(w, "parent", &k->parent);
        json_put_code(w, "procedure", &k->procedure);
        json_put_bool(w, "intake", k->intake);
        json_add_key(w, "conditions");
        json_open_array(w);
        for (uint32_t n = k->first_condition; n < k->first_condition + k->n_conditions; n++) {
            const struct condition *c = &city->conditions[n];
            json_open_object(w);
            json_put_code(w, "code", &c->code);
            json_put_str(w, "filing", text_in(&c->filing, lang));
            json_put_str(w, "closing", text_in(&c->closing, lang));
            json_put_str(w, "basis", c->limit.basis);
            json_put_bool(w, "sample", c->sample);
            json_close_object(w);
        }
        json_close_array(w);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_units(struct json_buf *w, const struct city *city, size_t lang) {
    json_add_key(w, "units");
    json_open_array(w);
    for (size_t i = 0; i < city->n_units; i++) {
        const struct unit *u = &city->units[i];
        json_open_object(w);
        json_put_code(w, "code", &u->code);
        json_put_str(w, "name", text_in(&u->name, lang));
        json_put_code(w, "kind", &u->kind);
        json_put_str(w, "phone", u->phone);
        json_close_object(w);
    }
    json_close_array(w);
    json_add_key(w, "channels");
    json_open_array(w);
    for (size_t i = 0; i < city->n_channels; i++) {
        const struct channel *c = &city->channels[i];
        json_open_object(w);
        json_put_code(w, "code", &c->code);
        json_put_str(w, "name", text_in(&c->name, lang));
        json_put_str(w, "phone", c->phone);
        json_put_str(w, "advice", text_in(&c->advice, lang));
        json_close_object(w);
    }
    json_close_array(w);
}

/* GET /api/v1/city: codes and names for forms. */
void city_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    const struct city *city = app_city(api->app);
    size_t lang = lang_of(api, call);
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 16 << 20);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_code(&w, "name", &city->name);
    json_put_str(&w, "label", text_in(&city->label, lang));
    json_put_str(&w, "zone", city->zone_name);
    json_put_str(&w, "schematic_notice", text_in(&city->schematic_notice, lang));
    json_put_str(&w, "phone", city->centre_phone);
    json_add_key(&w, "centre");
    json_open_array(&w);
    json_add_double(&w, city->centre.lon_deg, 6);
    json_add_double(&w, city->centre.lat_deg, 6);
    json_close_array(&w);
    put_categories(&w, city, lang);
    put_units(&w, city, lang);
    json_close_object(&w);
    reply_json(call, 200, &b);
}
