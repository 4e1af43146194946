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

struct point point_from_lonlat(lonlat p);
lonlat lonlat_from_point(struct point p);
bool shape_contains(const struct shape *s, struct point p); /* brute force; the twin in tests */
double shape_distance_m(const struct shape *s, lonlat p);   /* 0 inside; metres to the border outside */
double shape_area_m2(const struct shape *s);
lonlat shape_label_point(const struct shape *s); /* a point inside, near the middle */
/* Builds the lookup. in: n shapes (those with no rings are skipped); memory: arena, about cells * 8 bytes + edges * 16.
 * cost: 0.4 s for 20 000 shapes of 100 points. */
struct shape_index *shape_index_build(const struct shape *shapes, size_t n, struct arena *arena);
/* out: the number of the shape that holds p, or -1. cost: 15–300 ns. */
int32_t shape_index_find(const struct shape_index *x, struct point p);
/* The nearest shape within max_m. out: number or -1; *ret_m the distance. */
int32_t shape_index_nearest(const struct shape_index *x, lonlat p, double max_m, double *ret_m);

/* Reads a GeoJSON FeatureCollection of Polygon and MultiPolygon features. out: one shape per feature and the value of
 * the property `key` as id. errors: E_SYNTAX, E_INVALID "bad_geojson" with the feature's number in detail. */
struct geo_feature {
    str id;
    struct shape shape;
};
enum status geojson_parse(str text, const char *key, struct arena *arena, struct geo_feature **ret, size_t *ret_n,
                          struct err *err) MUST_USE;

#endif
