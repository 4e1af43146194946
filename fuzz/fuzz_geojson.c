/* GeoJSON: whatever is read makes an index that agrees with brute force at every vertex and beside it, and measures that
 * are finite. */
#include <math.h>

#include "city/shape.h"

#define POINTS_MAX 2000 /* brute force over all shapes at each */
#define SHAPES_MAX 200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int32_t first_holding(const struct shape *shapes, size_t n, struct point p) {
    for (size_t i = 0; i < n; i++)
        if (shape_contains(&shapes[i], p)) return (int32_t)i;
    return -1;
}

static void check_around(const struct shape_index *x, const struct shape *shapes, size_t n, struct point p) {
    for (int i = 0; i < 9; i++) {
        struct point q = {p.x + i % 3 - 1, p.y + i / 3 - 1};
        check(shape_index_find(x, q) == first_holding(shapes, n, q));
    }
}

static void check_shape(const struct shape *s) {
    check(s->n_rings > 0 && s->min.x <= s->max.x && s->min.y <= s->max.y);
    check(isfinite(shape_area_m2(s)));
    check(lonlat_valid(shape_label_point(s)));
    for (size_t r = 0; r < s->n_rings; r++) {
        const struct ring *ring = &s->rings[r];
        check(ring->n >= 3);
        check(ring->points[0].x != ring->points[ring->n - 1].x || ring->points[0].y != ring->points[ring->n - 1].y);
    }
}

static void check_index(const struct shape_index *x, const struct shape *shapes, size_t n) {
    size_t points = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t r = 0; r < shapes[i].n_rings; r++)
            for (size_t k = 0; k < shapes[i].rings[r].n && points < POINTS_MAX; k++, points++)
                check_around(x, shapes, n, shapes[i].rings[r].points[k]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a;
    struct geo_feature *features = NULL;
    size_t n = 0;
    struct err err = {0};
    arena_init(&a, 0);
    enum status status = geojson_parse((str){(const char *)data, size}, "code", &a, &features, &n, &err);
    check(status == OK || (n == 0 && err.line > 0));
    if (status == OK && n < SHAPES_MAX) {
        struct shape *shapes = NEW_ARRAY(&a, struct shape, n + 1);
        size_t located = 0;
        for (size_t i = 0; i < n; i++) {
            check(!str_empty(features[i].id) && features[i].line > 0);
            if (features[i].shape.n_rings == 0) continue;
            shapes[located++] = features[i].shape;
            if (size < 10000) check_shape(&features[i].shape);
        }
        check_index(shape_index_build(shapes, located, &a), shapes, located);
    }
    arena_done(&a);
    return 0;
}
