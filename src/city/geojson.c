/* GeoJSON: polygons and multipolygons of a FeatureCollection (RFC 7946), altitude ignored. */
#include <string.h>

#include "base/json.h"
#include "city/shape.h"

#define SPAN_MAX INT64_C(1800000000) /* 180 degrees */

/* The coordinates in hand, flat; used again for each feature. */
struct flat {
    struct point *points;
    size_t n_points, cap_points;
    size_t *ends; /* of each ring, in points */
    size_t n_rings, cap_rings;
};

struct reader {
    struct json json;
    struct arena *arena;
    const char *key;
    struct flat flat;
    struct geo_feature *features;
    size_t n, cap;
    size_t counted; /* bytes whose lines are in `line` */
    uint32_t line;
    const char *why; /* what is wrong with the geometry, or NULL */
};

/* Ends reading j. out: always false. */
static bool wrong(struct reader *r, struct json *j, const char *why) {
    if (!r->why) r->why = why;
    json_fail(j, why);
    return false;
}

static uint32_t line_at(struct reader *r, size_t pos) {
    const char *p = r->json.text.ptr;
    for (; r->counted < pos; r->counted++) r->line += p[r->counted] == '\n';
    return r->line;
}

static void *grow(struct arena *arena, void *old, size_t n, size_t *cap, size_t size) {
    if (n < *cap) return old;
    *cap = *cap ? *cap * 2 : 64;
    void *grown = arena_array(arena, *cap, size, sizeof(void *));
    if (n > 0) memcpy(grown, old, n * size);
    return grown;
}

static bool position(struct reader *r, struct json *j) {
    double v[3] = {0};
    int n = 0;
    if (!json_array(j)) return false;
    while (json_more(j)) {
        if (n == 3) return wrong(r, j, "a position has more than 3 numbers");
        if (!json_double(j, &v[n++])) return false;
    }
    if (j->error) return false;
    if (n < 2) return wrong(r, j, "a position has fewer than 2 numbers");
    if (!lonlat_valid((lonlat){v[0], v[1]})) return wrong(r, j, "a position is out of range: longitude comes first");
    struct flat *f = &r->flat;
    f->points = grow(r->arena, f->points, f->n_points, &f->cap_points, sizeof *f->points);
    f->points[f->n_points++] = point_from_lonlat((lonlat){v[0], v[1]});
    return true;
}

static bool same(struct point a, struct point b) {
    return a.x == b.x && a.y == b.y;
}

/* Drops the closing position and repeated ones. out: how many are left; 0 if the ring is not closed. */
static size_t close_ring(struct point *p, size_t n) {
    if (!same(p[0], p[n - 1])) return 0;
    size_t kept = 1;
    for (size_t i = 1; i < n; i++)
        if (!same(p[i], p[kept - 1])) p[kept++] = p[i];
    return kept > 1 ? kept - 1 : 1;
}

/* Twice the signed area about the first point; only its sign is used. */
static double turn(const struct point *p, size_t n) {
    double sum = 0;
    for (size_t i = 1; i + 1 < n; i++)
        sum += ((double)p[i].x - p[0].x) * ((double)p[i + 1].y - p[0].y) -
               ((double)p[i + 1].x - p[0].x) * ((double)p[i].y - p[0].y);
    return sum;
}

static void reverse(struct point *p, size_t n) {
    for (size_t i = 0; i < n / 2; i++) {
        struct point keep = p[i];
        p[i] = p[n - 1 - i];
        p[n - 1 - i] = keep;
    }
}

static bool ring(struct reader *r, struct json *j, bool is_outer) {
    struct flat *f = &r->flat;
    size_t first = f->n_points;
    if (!json_array(j)) return false;
    while (json_more(j))
        if (!position(r, j)) return false;
    if (j->error) return false;
    size_t n = f->n_points - first;
    if (n < 4) return wrong(r, j, "a ring has fewer than 4 positions");
    size_t kept = close_ring(&f->points[first], n);
    if (kept == 0) return wrong(r, j, "a ring is not closed: its last position must repeat its first");
    if (kept < 3) return wrong(r, j, "a ring has fewer than 3 different positions");
    double turned = turn(&f->points[first], kept);
    if (turned == 0) return wrong(r, j, "a ring has no area");
    if ((turned > 0) != is_outer) reverse(&f->points[first], kept);
    f->n_points = first + kept;
    f->ends = grow(r->arena, f->ends, f->n_rings, &f->cap_rings, sizeof *f->ends);
    f->ends[f->n_rings++] = f->n_points;
    return true;
}

static bool polygon(struct reader *r, struct json *j) {
    if (!json_array(j)) return false;
    size_t n = 0;
    while (json_more(j))
        if (!ring(r, j, n++ == 0)) return false;
    if (j->error) return false;
    return n > 0 || wrong(r, j, "a polygon has no ring");
}

static bool multipolygon(struct reader *r, struct json *j) {
    if (!json_array(j)) return false;
    size_t n = 0;
    for (; json_more(j); n++)
        if (!polygon(r, j)) return false;
    if (j->error) return false;
    return n > 0 || wrong(r, j, "a multipolygon has no polygon");
}

static void take_shape(struct reader *r, struct shape *ret) {
    const struct flat *f = &r->flat;
    struct point *points = NEW_ARRAY(r->arena, struct point, f->n_points);
    memcpy(points, f->points, f->n_points * sizeof *points);
    struct shape s = {.rings = NEW_ARRAY(r->arena, struct ring, f->n_rings), .n_rings = f->n_rings};
    size_t first = 0;
    for (size_t i = 0; i < f->n_rings; i++) {
        s.rings[i] = (struct ring){points + first, f->ends[i] - first};
        first = f->ends[i];
    }
    shape_set_box(&s);
    *ret = s;
}

/* Reads coordinates, whose form depends on the type. */
static bool coordinates(struct reader *r, str type, str raw, struct shape *ret) {
    struct json j;
    r->flat.n_points = r->flat.n_rings = 0;
    json_init(&j, raw, r->arena);
    bool ok = str_is(type, "Polygon") ? polygon(r, &j) : multipolygon(r, &j);
    if (!ok) {
        if (!r->why) r->why = "coordinates are not nested as the type demands";
        return false;
    }
    take_shape(r, ret);
    bool small = (int64_t)ret->max.x - ret->min.x < SPAN_MAX && (int64_t)ret->max.y - ret->min.y < SPAN_MAX;
    return small || wrong(r, &j, "a shape spans 180 degrees or more");
}

static bool geometry(struct reader *r, struct shape *ret) {
    struct json *j = &r->json;
    str key, type = STR_NONE, raw = STR_NONE;
    if (json_peek(j) == JSON_NULL) return json_skip(j); /* unlocated: a shape without rings */
    if (json_peek(j) != JSON_OBJECT) return wrong(r, j, "a feature has no geometry");
    json_object(j);
    while (json_key(j, &key)) {
        if (str_is(key, "type"))
            json_str(j, &type);
        else if (str_is(key, "coordinates"))
            json_raw(j, &raw);
        else
            json_skip(j);
    }
    if (j->error) return false;
    if (!str_is(type, "Polygon") && !str_is(type, "MultiPolygon"))
        return wrong(r, j, "a geometry is neither Polygon nor MultiPolygon");
    if (str_empty(raw)) return wrong(r, j, "a geometry has no coordinates");
    return coordinates(r, type, raw, ret) || wrong(r, j, r->why);
}

static bool properties(struct reader *r, str *ret_id) {
    struct json *j = &r->json;
    str key;
    if (json_peek(j) != JSON_OBJECT) return json_skip(j);
    json_object(j);
    while (json_key(j, &key)) {
        if (str_is(key, r->key) && json_peek(j) == JSON_STRING)
            json_str(j, ret_id);
        else
            json_skip(j);
    }
    return !j->error;
}

static bool feature(struct reader *r) {
    struct json *j = &r->json;
    r->features = grow(r->arena, r->features, r->n, &r->cap, sizeof *r->features);
    struct geo_feature *f = &r->features[r->n++];
    *f = (struct geo_feature){0};
    if (!json_object(j)) return false;
    f->line = line_at(r, j->value_pos);
    str key, type = STR_NONE;
    bool has_geometry = false;
    while (json_key(j, &key)) {
        bool ok;
        if (str_is(key, "geometry"))
            has_geometry = ok = geometry(r, &f->shape);
        else if (str_is(key, "properties"))
            ok = properties(r, &f->id);
        else
            ok = str_is(key, "type") ? json_str(j, &type) : json_skip(j);
        if (!ok) return false;
    }
    if (j->error) return false;
    if (!str_is(type, "Feature")) return wrong(r, j, "an element of features is no Feature");
    if (!has_geometry) return wrong(r, j, "a feature has no geometry");
    return !str_empty(f->id) || wrong(r, j, "a feature lacks the property that names it, as a text");
}

static void collection(struct reader *r) {
    struct json *j = &r->json;
    str key, type = STR_NONE;
    bool has_features = false;
    json_object(j);
    while (json_key(j, &key)) {
        if (str_is(key, "type")) {
            json_str(j, &type);
        } else if (str_is(key, "features")) {
            has_features = json_array(j);
            while (json_more(j))
                if (!feature(r)) return;
        } else {
            json_skip(j);
        }
    }
    if (!j->error && (!has_features || !str_is(type, "FeatureCollection"))) wrong(r, j, "no FeatureCollection");
}

enum status geojson_parse(str text, const char *key, struct arena *arena, struct geo_feature **ret, size_t *ret_n,
                          struct err *err) {
    struct reader r = {.arena = arena, .key = key, .line = 1};
    json_init(&r.json, text, arena);
    collection(&r);
    if (r.why) {
        err_set(err, E_INVALID, "bad_geojson", "The GeoJSON cannot be used: %s.", r.why);
        err_detail(err, "Feature %zu.", r.n);
        if (err) err->line = r.n > 0 ? r.features[r.n - 1].line : 1;
        return E_INVALID;
    }
    enum status status = json_done(&r.json, err);
    if (status != OK) {
        if (err) err->line = line_at(&r, r.json.pos < text.len ? r.json.pos : text.len);
        return status;
    }
    *ret = r.features;
    *ret_n = r.n;
    return OK;
}
