/* Polygons and the point lookup: which area of a layer holds a point. Own code: a grid of cells with slabs answers in
 * 15–200 ns where GEOS prepared geometry takes 280–1 400 (`make bench NAME=locate`).
 *
 * Invariants: 1. Coordinates are int32 of 1e-7 degree. 2. A point on a shared border belongs to exactly one area
 * (crossing parity, half-open). 3. A polygon spans less than 180 degrees, so int64 products are exact. */
#ifndef YIWANG_CITY_SHAPE_H
#define YIWANG_CITY_SHAPE_H

#include "base/lonlat.h"
#include "base/status.h"
#include "base/str.h"

struct point {
    int32_t x, y; /* longitude, latitude in 1e-7 degree */
};
struct ring {
    struct point *points; /* closed implicitly: last differs from first */
    size_t n;
};
/* A multipolygon as a bag of rings under the even-odd rule: holes need no special case. */
struct shape {
    struct ring *rings;
    size_t n_rings;
    struct point min, max;
};

struct shape_index;

/* Rounds to 1e-7 degree (1 cm). in: a valid place. */
struct point point_from_lonlat(lonlat p);
lonlat lonlat_from_point(struct point p);
/* Sets min and max from the rings. */
void shape_set_box(struct shape *s);
/* Whether p lies inside, by all edges: the slow twin of the index. in: the box is set. */
bool shape_contains(const struct shape *s, struct point p);
/* Metres to the border, 0 inside, infinite without rings. Good to 0.1 % within 50 km. in: a valid place. */
double shape_distance_m(const struct shape *s, lonlat p);
/* Area on the sphere, holes taken off. */
double shape_area_m2(const struct shape *s);
/* A point inside, far from the border; none without rings. cost: 0.2 ms at 100 points, linear. */
lonlat shape_label_point(const struct shape *s);
/* Builds the lookup. in: n shapes that outlive it (those with no rings are skipped). memory: arena, about 4 bytes a
 * cell (8 cells an edge, at most 2 million) + 30 bytes an edge. cost: 0.4 s for 20 000 shapes of 100 points. */
struct shape_index *shape_index_build(const struct shape *shapes, size_t n, struct arena *arena);
/* out: the number of the shape that holds p (the first, should several), or -1. cost: 15–300 ns. */
int32_t shape_index_find(const struct shape_index *x, struct point p);
/* The nearest shape within max_m, the first of equals. out: number or -1; *ret_m the distance. cost: 3 ns a shape. */
int32_t shape_index_nearest(const struct shape_index *x, lonlat p, double max_m, double *ret_m);

/* A feature of a collection. */
struct geo_feature {
    str id;
    uint32_t line; /* where it begins */
    struct shape shape;
};
/* Reads a GeoJSON FeatureCollection of Polygon and MultiPolygon features. out: one shape per feature and the value of
 * the property `key` as id; the geometry null gives a shape without rings. memory: arena; ids may point into text.
 * errors: E_SYNTAX "bad_json"; E_INVALID "bad_geojson" with the feature's number (from 1) in detail and its line.
 * source: RFC 7946. */
enum status geojson_parse(str text, const char *key, struct arena *arena, struct geo_feature **ret, size_t *ret_n,
                          struct err *err) MUST_USE;

#endif
