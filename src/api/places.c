/* Areas: which one holds a point, and their shapes. */
#include "api/api_int.h"

static void put_area_members(struct json_buf *w, const struct city *city, const struct area *a, size_t lang) {
    json_put_code(w, "code", &a->code);
    json_put_str(w, "name", text_in(&a->name, lang));
    json_put_code(w, "level", &a->level);
    json_put_code(w, "layer", &city->layers[a->layer].name);
    json_put_str(w, "parent", a->parent == NONE ? STR_NONE : str_code(&city->areas[a->parent].code));
    json_put_bool(w, "schematic", a->schematic);
}

static void put_area_line(struct json_buf *w, const struct city *city, const struct area *a, size_t lang) {
    json_open_object(w);
    put_area_members(w, city, a, lang);
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

/* Whether an area of today is one of those that make up `whole`: it has a shape, and nothing between the two has one. */
static bool is_part(const struct city *city, uint32_t i, uint32_t whole) {
    const struct area *a = &city->areas[i];
    if (a->shape.n_rings == 0 || a->retired) return false;
    for (uint32_t up = a->parent; up != whole; up = city->areas[up].parent)
        if (up == NONE || city->areas[up].shape.n_rings > 0) return false;
    return true;
}

/* Many packages draw their smallest areas only: a larger one is then what lies below it. out: how many parts, 0 = it has no
 * place on a map. */
static size_t find_parts(const struct city *city, uint32_t i, const struct shape **ret) {
    const struct area *a = &city->areas[i];
    size_t n = 0;
    ret[0] = &a->shape;
    if (a->shape.n_rings > 0) return 1;
    for (uint32_t k = a->subtree_first; k <= a->subtree_last; k++)
        if (k != i && is_part(city, k, i)) ret[n++] = &city->areas[k].shape;
    return n;
}

/* Where the name stands: in the largest part. */
static void put_label(struct json_buf *w, const struct shape **parts, size_t n) {
    size_t largest = 0;
    for (size_t i = 1; i < n; i++)
        if (shape_area_m2(parts[i]) > shape_area_m2(parts[largest])) largest = i;
    json_add_key(w, "label");
    if (n == 0) {
        json_add_null(w);
        return;
    }
    lonlat at = shape_label_point(parts[largest]);
    json_open_array(w);
    json_add_double(w, at.lon_deg, 6);
    json_add_double(w, at.lat_deg, 6);
    json_close_array(w);
}

static void put_geometry(struct json_buf *w, const struct shape **parts, size_t n) {
    json_add_key(w, "geometry");
    if (n == 0) {
        json_add_null(w);
        return;
    }
    json_open_object(w);
    json_put_z(w, "type", "MultiPolygon");
    json_add_key(w, "coordinates");
    json_open_array(w);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < parts[i]->n_rings; k++) put_ring(w, &parts[i]->rings[k]);
    json_close_array(w);
    json_close_object(w);
}

static void put_feature(struct json_buf *w, const struct city *city, uint32_t i, const struct shape **scratch,
                        size_t lang) {
    const struct area *a = &city->areas[i];
    size_t n = find_parts(city, i, scratch);
    json_open_object(w);
    json_put_z(w, "type", "Feature");
    json_put_code(w, "id", &a->code);
    json_add_key(w, "properties");
    json_open_object(w);
    put_area_members(w, city, a, lang);
    put_label(w, scratch, n);
    json_close_object(w);
    put_geometry(w, scratch, n);
    json_close_object(w);
}

struct areas_request {
    str level;
    uint32_t parent; /* NONE = any */
};

static bool is_wanted(const struct city *city, uint32_t i, const struct areas_request *r) {
    const struct area *a = &city->areas[i];
    if (a->shape.n_rings == 0 && a->retired) return false;
    if (r->parent != NONE) {
        bool below = str_empty(r->level) ? a->parent == r->parent : city_area_within(city, i, r->parent);
        if (!below || i == r->parent) return false;
    }
    return str_empty(r->level) || str_eq(r->level, str_code(&a->level));
}

static enum status make_areas(struct api *api, struct http_call *call, size_t lang, const void *ctx, struct strbuf *out,
                              struct err *err) {
    (void)err;
    const struct city *city = app_city(api->app);
    const struct areas_request *r = ctx;
    const struct shape **scratch = NEW_ARRAY(http_arena(call), const struct shape *, city->n_areas);
    struct json_buf w;
    json_buf_init(&w, out);
    json_open_object(&w);
    json_put_z(&w, "type", "FeatureCollection");
    json_put_str(&w, "notice", text_in(&city->schematic_notice, lang));
    json_add_key(&w, "features");
    json_open_array(&w);
    for (uint32_t i = 0; i < city->n_areas; i++)
        if (is_wanted(city, i, r)) put_feature(&w, city, i, scratch, lang);
    json_close_array(&w);
    json_close_object(&w);
    return OK;
}

/* GET /api/v1/areas?level=&parent=: the areas as GeoJSON, their geometry null where none is known. parent with a level: all
 * of it below; alone: its children. */
void areas_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    const struct city *city = app_city(api->app);
    struct areas_request r = {.level = S(""), .parent = NONE};
    str parent = S("");
    http_query(call, "level", &r.level);
    if (http_query(call, "parent", &parent) && !str_empty(parent)) {
        r.parent = city_area(city, parent);
        struct err err = {0};
        if (r.parent == NONE) {
            err_set(&err, E_INVALID, "unknown_area", "This area does not exist here.");
            err_field(&err, "parent");
            reply_err(call, &err);
            return;
        }
    }
    str key = str_format(http_arena(call), "areas\n%.*s\n%.*s", P(r.level), P(parent));
    reply_kept(api, call, &(struct kept_request){.key = key, .make = make_areas, .ctx = &r});
}
