#include <math.h>
#include <string.h>

#include "../base/support.h"
#include "city/shape.h"

/* ---- random tilings ---- */

#define SIDE 9 /* vertices along a side of the tiling */
#define PER_EDGE 3
#define CELLS ((SIDE - 1) * (SIDE - 1))
#define POINTS_MAX (4 * (PER_EDGE + 1))

/* A jittered grid whose edges have bends that both sides share; cells are dealt to shapes at random, so that shapes are
 * bags of rings with holes, islands and common borders inside. */
struct tiling {
    struct point corner[SIDE][SIDE];
    struct point across[SIDE][SIDE][PER_EDGE]; /* bends of the edge from (i, k) to (i + 1, k) */
    struct point up[SIDE][SIDE][PER_EDGE];     /* … to (i, k + 1) */
    struct shape shapes[CELLS];
    size_t n_shapes;
    int32_t x0, y0, step;
};

static int32_t shaken(struct rng *r, int32_t at, int32_t by) {
    return by == 0 ? at : at + (int32_t)rng_below(r, (uint64_t)by * 2 + 1) - by;
}

/* Points between two corners, off the straight line by less than half of what keeps the edges apart. */
static void bend(struct rng *r, struct point a, struct point b, struct point *ret, int32_t by) {
    for (int i = 0; i < PER_EDGE; i++) {
        int64_t t = i + 1, n = PER_EDGE + 1;
        ret[i].x = shaken(r, (int32_t)(a.x + (b.x - (int64_t)a.x) * t / n), by);
        ret[i].y = shaken(r, (int32_t)(a.y + (b.y - (int64_t)a.y) * t / n), by);
    }
}

static void make_grid(struct rng *r, struct tiling *t, bool level) {
    for (int i = 0; i < SIDE; i++) {
        for (int k = 0; k < SIDE; k++) {
            bool rim_x = i == 0 || i == SIDE - 1, rim_y = k == 0 || k == SIDE - 1;
            t->corner[i][k].x = shaken(r, t->x0 + i * t->step, rim_x ? 0 : t->step / 8);
            t->corner[i][k].y = shaken(r, t->y0 + k * t->step, rim_y || level ? 0 : t->step / 8);
        }
    }
    for (int i = 0; i < SIDE; i++) {
        for (int k = 0; k < SIDE; k++) {
            bool rim_x = i == 0 || i == SIDE - 1, rim_y = k == 0 || k == SIDE - 1;
            if (i + 1 < SIDE)
                bend(r, t->corner[i][k], t->corner[i + 1][k], t->across[i][k], rim_y || level ? 0 : t->step / 16);
            if (k + 1 < SIDE) bend(r, t->corner[i][k], t->corner[i][k + 1], t->up[i][k], rim_x ? 0 : t->step / 16);
        }
    }
}

/* The outline of one cell, counter-clockwise. */
static struct ring outline(const struct tiling *t, int i, int k, struct arena *a) {
    struct ring ring = {NEW_ARRAY(a, struct point, POINTS_MAX), 0};
    ring.points[ring.n++] = t->corner[i][k];
    for (int e = 0; e < PER_EDGE; e++) ring.points[ring.n++] = t->across[i][k][e];
    ring.points[ring.n++] = t->corner[i + 1][k];
    for (int e = 0; e < PER_EDGE; e++) ring.points[ring.n++] = t->up[i + 1][k][e];
    ring.points[ring.n++] = t->corner[i + 1][k + 1];
    for (int e = PER_EDGE; e-- > 0;) ring.points[ring.n++] = t->across[i][k + 1][e];
    ring.points[ring.n++] = t->corner[i][k + 1];
    for (int e = PER_EDGE; e-- > 0;) ring.points[ring.n++] = t->up[i][k][e];
    return ring;
}

static struct tiling *make_tiling(struct rng *r, struct arena *a) {
    struct tiling *t = NEW(a, struct tiling);
    static const int32_t steps[] = {64, 100, 1 << 10, 99991, 1 << 20, 100000000};
    t->step = steps[rng_below(r, ARRAY_LEN(steps))];
    t->x0 = (int32_t)rng_below(r, 100000) - 900000000;
    t->y0 = (int32_t)rng_below(r, 100000) - 500000000;
    make_grid(r, t, rng_below(r, 3) == 0);
    t->n_shapes = 1 + rng_below(r, CELLS);
    for (size_t s = 0; s < t->n_shapes; s++) t->shapes[s].rings = NEW_ARRAY(a, struct ring, CELLS);
    for (int i = 0; i + 1 < SIDE; i++) {
        for (int k = 0; k + 1 < SIDE; k++) {
            struct shape *s = &t->shapes[rng_below(r, t->n_shapes)];
            s->rings[s->n_rings++] = outline(t, i, k, a);
        }
    }
    for (size_t s = 0; s < t->n_shapes; s++) shape_set_box(&t->shapes[s]);
    return t;
}

static int32_t first_holding(const struct tiling *t, struct point p, int *ret_n) {
    int32_t first = -1;
    *ret_n = 0;
    for (size_t s = 0; s < t->n_shapes; s++) {
        if (!shape_contains(&t->shapes[s], p)) continue;
        if ((*ret_n)++ == 0) first = (int32_t)s;
    }
    return first;
}

static void expect_one(const struct tiling *t, const struct shape_index *x, struct point p, const char *what) {
    int n;
    int32_t want = first_holding(t, p, &n);
    int64_t end_x = t->x0 + (int64_t)(SIDE - 1) * t->step, end_y = t->y0 + (int64_t)(SIDE - 1) * t->step;
    bool inside = p.x >= t->x0 && p.x < end_x && p.y >= t->y0 && p.y < end_y; /* half-open, as every shape is */
    if (n != (inside ? 1 : 0)) fail_msg("%s (%d, %d) lies in %d shapes", what, p.x, p.y, n);
    int32_t got = shape_index_find(x, p);
    if (got != want) fail_msg("%s (%d, %d): the index says %d, brute force %d", what, p.x, p.y, got, want);
}

static void around(const struct tiling *t, const struct shape_index *x, struct point p, const char *what) {
    for (int i = 0; i < 9; i++) expect_one(t, x, (struct point){p.x + i % 3 - 1, p.y + i / 3 - 1}, what);
}

static void check_tiling(struct rng *r, const struct tiling *t, const struct shape_index *x) {
    for (size_t s = 0; s < t->n_shapes; s++) {
        for (size_t k = 0; k < t->shapes[s].n_rings; k++) {
            const struct ring *ring = &t->shapes[s].rings[k];
            for (size_t i = 0; i < ring->n; i++) {
                struct point a = ring->points[i], b = ring->points[(i + 1) % ring->n];
                around(t, x, a, "a vertex");
                around(t, x, (struct point){a.x + (b.x - a.x) / 2, a.y + (b.y - a.y) / 2}, "the middle of an edge");
            }
        }
    }
    uint64_t span = (uint64_t)t->step * (SIDE + 1);
    for (int i = 0; i < 3000; i++)
        expect_one(t, x,
                   (struct point){t->x0 - t->step + (int32_t)rng_below(r, span),
                                  t->y0 - t->step + (int32_t)rng_below(r, span)},
                   "a point");
    /* Cells of the index are powers of two wide, counted from the least corner. */
    for (int shift = 0; shift < 28; shift++)
        for (int k = 1; k < 5 && ((int64_t)k << shift) < (int64_t)span; k++)
            around(t, x, (struct point){t->x0 + (k << shift), t->y0 + ((5 - k) << shift) % (t->step * (SIDE - 1))},
                   "a border of cells");
}

static void every_point_of_a_tiling_lies_in_one_shape(void **state) {
    (void)state;
    struct rng r = rng_start("tiling");
    for (int round = 0; round < 60; round++) {
        struct arena a;
        arena_init(&a, 0);
        struct tiling *t = make_tiling(&r, &a);
        check_tiling(&r, t, shape_index_build(t->shapes, t->n_shapes, &a));
        arena_done(&a);
    }
}

/* ---- overlapping shapes, holes, nothing ---- */

static struct shape polygon(struct arena *a, const int32_t *xy, size_t n) {
    struct shape s = {.rings = NEW(a, struct ring), .n_rings = 1};
    s.rings[0] = (struct ring){NEW_ARRAY(a, struct point, n), n};
    for (size_t i = 0; i < n; i++) s.rings[0].points[i] = (struct point){xy[2 * i], xy[2 * i + 1]};
    shape_set_box(&s);
    return s;
}

static void the_first_of_overlapping_shapes_is_found(void **state) {
    (void)state;
    struct rng r = rng_start("overlap");
    for (int round = 0; round < 40; round++) {
        struct arena a;
        arena_init(&a, 0);
        struct shape shapes[30];
        size_t n = 1 + rng_below(&r, ARRAY_LEN(shapes));
        int32_t width = (int32_t)(16u << rng_below(&r, 24));
        for (size_t i = 0; i < n; i++) {
            int32_t xy[10];
            for (int k = 0; k < 10; k++) xy[k] = (int32_t)rng_below(&r, (uint64_t)width) - width / 2;
            shapes[i] = polygon(&a, xy, 5); /* edges may cross: even-odd has an answer all the same */
            if (rng_below(&r, 5) == 0) shapes[i] = (struct shape){0};
        }
        struct shape_index *x = shape_index_build(shapes, n, &a);
        for (int i = 0; i < 4000; i++) {
            struct point p = {(int32_t)rng_below(&r, (uint64_t)width) - width / 2,
                              (int32_t)rng_below(&r, (uint64_t)width) - width / 2};
            int32_t want = -1;
            for (size_t s = 0; s < n && want < 0; s++)
                if (shape_contains(&shapes[s], p)) want = (int32_t)s;
            if (shape_index_find(x, p) != want)
                fail_msg("(%d, %d): %d, not %d", p.x, p.y, shape_index_find(x, p), want);
        }
        arena_done(&a);
    }
}

static void an_index_of_nothing_finds_nothing(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    struct shape none[2] = {{0}, {0}};
    double m;
    struct shape_index *empty = shape_index_build(NULL, 0, &a), *hollow = shape_index_build(none, 2, &a);
    assert_int_equal(shape_index_find(empty, (struct point){0, 0}), -1);
    assert_int_equal(shape_index_find(hollow, (struct point){0, 0}), -1);
    assert_int_equal(shape_index_nearest(hollow, (lonlat){0, 0}, 1e9, &m), -1);
    assert_true(isinf(shape_distance_m(&none[0], (lonlat){0, 0})));
    assert_true(lonlat_is_none(shape_label_point(&none[0])));
    arena_done(&a);
}

/* ---- GeoJSON ---- */

#define COLLECTION(features) "{\"type\":\"FeatureCollection\",\"features\":[" features "]}"
#define FEATURE(id, type, coordinates)                                                                                 \
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"" id "\"},\"geometry\":{\"type\":\"" type                        \
    "\",\"coordinates\":" coordinates "}}"
#define SQUARE "[[0,0],[1,0],[1,1],[0,1],[0,0]]"
#define HOLE "[[0.25,0.25],[0.75,0.25],[0.75,0.75],[0.25,0.75],[0.25,0.25]]"
#define FAR "[[3,0],[4,0],[4,1],[3,0]]"

static void holes_and_parts_are_read(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *text;
        double lon, lat;
        bool inside;
    } rows[] = {
        {__LINE__, FEATURE("a", "Polygon", "[" SQUARE "]"), 0.5, 0.5, true},
        {__LINE__, FEATURE("a", "Polygon", "[" SQUARE "]"), 1.5, 0.5, false},
        {__LINE__, FEATURE("a", "Polygon", "[" SQUARE "," HOLE "]"), 0.5, 0.5, false},
        {__LINE__, FEATURE("a", "Polygon", "[" SQUARE "," HOLE "]"), 0.1, 0.5, true},
        {__LINE__, FEATURE("a", "Polygon", "[" SQUARE "," HOLE "]"), 0.9, 0.5, true},
        {__LINE__, FEATURE("a", "MultiPolygon", "[[" SQUARE "," HOLE "],[" FAR "]]"), 3.9, 0.5, true},
        {__LINE__, FEATURE("a", "MultiPolygon", "[[" SQUARE "," HOLE "],[" FAR "]]"), 2, 0.5, false},
        {__LINE__, FEATURE("a", "MultiPolygon", "[[" SQUARE "," HOLE "],[" FAR "]]"), 0.5, 0.5, false},
        {__LINE__, FEATURE("a", "Polygon", "[[[0,0,5],[1,0,5],[1,1,5],[0,0,5]]]"), 0.7, 0.2, true},
        {__LINE__, FEATURE("a", "Polygon", "[[[0,0],[0,0],[1,0],[1,0],[1,1],[0,0]]]"), 0.7, 0.2, true},
        {__LINE__,
         "{\"geometry\":{\"coordinates\":[" SQUARE "],\"crs\":[1,{}],\"type\":\"Polygon\"},\"id\":7,\"bbox\":[0,0,1,1],"
         "\"properties\":{\"name\":null,\"code\":\"a\"},\"type\":\"Feature\"}",
         0.5, 0.5, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena a;
        arena_init(&a, 0);
        struct geo_feature *f = NULL;
        size_t n = 0;
        struct err err = {0};
        str text = str_format(&a, COLLECTION("%s"), rows[i].text);
        if (geojson_parse(exact_copy(&a, text), "code", &a, &f, &n, &err) != OK)
            fail_msg("row of line %d: %s", rows[i].line, err.primary);
        assert_int_equal(n, 1);
        assert_str(f->id, S("a"));
        struct point p = point_from_lonlat((lonlat){rows[i].lon, rows[i].lat});
        struct shape_index *x = shape_index_build(&f->shape, 1, &a);
        bool brute = shape_contains(&f->shape, p), quick = shape_index_find(x, p) == 0;
        if (brute != rows[i].inside || quick != rows[i].inside) fail_msg("row of line %d", rows[i].line);
        arena_done(&a);
    }
}

static void a_feature_without_a_place_has_no_ring(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    struct geo_feature *f = NULL;
    size_t n = 0;
    str text = S(COLLECTION("{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"code\":\"a\"}}"));
    assert_int_equal(geojson_parse(text, "code", &a, &f, &n, NULL), OK);
    assert_int_equal(n, 1);
    assert_int_equal(f->shape.n_rings, 0);
    arena_done(&a);
}

static void malformed_collections_are_refused(void **state) {
    (void)state;
    static const struct {
        int line;
        enum status status;
        uint32_t where;
        const char *text, *says;
    } rows[] = {
        {__LINE__, E_SYNTAX, 1, "", "JSON"},
        {__LINE__, E_SYNTAX, 1, "{", "JSON"},
        {__LINE__, E_SYNTAX, 1, "[]", "JSON"},
        {__LINE__, E_SYNTAX, 2, "{\n\"type\": FeatureCollection}", "JSON"},
        {__LINE__, E_SYNTAX, 1, COLLECTION("") "x", "JSON"},
        {__LINE__, E_SYNTAX, 1, COLLECTION("\xff"), "JSON"},
        {__LINE__, E_INVALID, 1, "{}", "no FeatureCollection"},
        {__LINE__, E_INVALID, 1, "{\"type\":\"FeatureCollection\"}", "no FeatureCollection"},
        {__LINE__, E_INVALID, 1, "{\"type\":\"Feature\",\"features\":[]}", "no FeatureCollection"},
        {__LINE__, E_INVALID, 2, COLLECTION("\n{\"type\":\"Feature\"}"), "no geometry"},
        {__LINE__, E_INVALID, 1, COLLECTION("{\"type\":\"Feature\",\"geometry\":[]}"), "no geometry"},
        {__LINE__, E_INVALID, 1,
         COLLECTION("{\"type\":\"Point\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[" SQUARE
                    "]},\"properties\":{\"code\":\"a\"}}"),
         "no Feature"},
        {__LINE__, E_INVALID, 1,
         COLLECTION("{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[" SQUARE
                    "]},\"properties\":null}"),
         "lacks the property"},
        {__LINE__, E_INVALID, 1,
         COLLECTION("{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[" SQUARE
                    "]},\"properties\":{\"code\":7}}"),
         "lacks the property"},
        {__LINE__, E_INVALID, 1, COLLECTION("{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\"}}"),
         "no coordinates"},
        {__LINE__, E_INVALID, 1, COLLECTION(FEATURE("a", "Point", "[0,0]")), "neither Polygon"},
        {__LINE__, E_INVALID, 3,
         COLLECTION("\n" FEATURE("a", "Polygon", "[" SQUARE "]") ",\n" FEATURE("b", "Polygon", "[]")), "no ring"},
        {__LINE__, E_INVALID, 1, COLLECTION(FEATURE("a", "MultiPolygon", "[]")), "no polygon"},
        {__LINE__, E_INVALID, 1, COLLECTION(FEATURE("a", "Polygon", SQUARE)), "nested"},
        {__LINE__, E_INVALID, 1, COLLECTION(FEATURE("a", "MultiPolygon", "[" SQUARE "]")), "nested"},
        {__LINE__, E_INVALID, 1, COLLECTION(FEATURE("a", "Polygon", "[[[0,0],[1,0],[0,0]]]")), "fewer than 4"},
        {__LINE__, E_INVALID, 1, COLLECTION(FEATURE("a", "Polygon", "[[[0,0],[1,0],[1,1],[0,1]]]")), "not closed"},
        {__LINE__, E_INVALID, 1, COLLECTION(FEATURE("a", "Polygon", "[[[0,0],[1,0],[1,0],[0,0]]]")), "3 different"},
        {__LINE__, E_INVALID, 1, COLLECTION(FEATURE("a", "Polygon", "[[[0,0],[1e-9,0],[1e-9,1e-9],[0,0]]]")),
         "3 different"},
        {__LINE__, E_INVALID, 1, COLLECTION(FEATURE("a", "Polygon", "[[[0],[1,0],[1,1],[0]]]")), "fewer than 2"},
        {__LINE__, E_INVALID, 1, COLLECTION(FEATURE("a", "Polygon", "[[[0,0,0,0],[1,0],[1,1],[0,0]]]")), "more than 3"},
        {__LINE__, E_INVALID, 1, COLLECTION(FEATURE("a", "Polygon", "[[[0,0],[31,119],[1,1],[0,0]]]")), "out of range"},
        {__LINE__, E_INVALID, 1, COLLECTION(FEATURE("a", "Polygon", "[[[0,0],[\"1\",0],[1,1],[0,0]]]")), "nested"},
        {__LINE__, E_INVALID, 1, COLLECTION(FEATURE("a", "Polygon", "[[[-100,0],[100,0],[100,1],[-100,0]]]")),
         "180 degrees"},
        {__LINE__, E_INVALID, 1, COLLECTION(FEATURE("a", "Polygon", "[[[0,0],[1,1],[2,2],[0,0]]]")), "no area"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena a;
        arena_init(&a, 0);
        struct geo_feature *f = NULL;
        size_t n = 77;
        struct err err = {0};
        enum status status = geojson_parse(exact_copy(&a, str_z(rows[i].text)), "code", &a, &f, &n, &err);
        if (status != rows[i].status || err.line != rows[i].where || !strstr(err.primary, rows[i].says) || n != 77 || f)
            fail_msg("row of line %d: %s, line %u: %s", rows[i].line, status_name(status), err.line, err.primary);
        arena_done(&a);
    }
}

/* ---- measures ---- */

static struct shape shape_of(struct arena *a, const char *type, const char *coordinates) {
    struct geo_feature *f = NULL;
    size_t n = 0;
    str text =
        str_format(a,
                   COLLECTION("{\"type\":\"Feature\",\"properties\":{\"code\":\"a\"},\"geometry\":{\"type\":\"%s\","
                              "\"coordinates\":%s}}"),
                   type, coordinates);
    assert_int_equal(geojson_parse(text, "code", a, &f, &n, NULL), OK);
    return f->shape;
}

static void areas_and_distances_are_metric(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    struct shape square = shape_of(&a, "Polygon", "[" SQUARE "]");
    struct shape holed = shape_of(&a, "Polygon", "[" SQUARE "," HOLE "]");
    struct shape north = shape_of(&a, "Polygon", "[[[0,60],[0,61],[1,61],[1,60],[0,60]]]"); /* clockwise: turned */
    /* R² × width × (sin north − sin south) */
    assert_true(fabs(shape_area_m2(&square) / 1.23636e10 - 1) < 1e-3);
    assert_true(fabs(shape_area_m2(&holed) / shape_area_m2(&square) - 0.75) < 1e-3);
    assert_true(fabs(shape_area_m2(&north) / 6.0881e9 - 1) < 1e-3);
    assert_true(shape_distance_m(&square, (lonlat){0.5, 0.5}) == 0);
    assert_true(fabs(shape_distance_m(&square, (lonlat){0.5, 1.01}) / 1111.95 - 1) < 1e-3);
    assert_true(fabs(shape_distance_m(&square, (lonlat){1.01, 1.01}) / 1572.5 - 1) < 1e-3);
    assert_true(fabs(shape_distance_m(&north, (lonlat){-0.01, 60.5}) / 547.55 - 1) < 1e-3);
    assert_true(fabs(shape_distance_m(&holed, (lonlat){0.5, 0.74}) / 1111.95 - 1) < 1e-3);
    arena_done(&a);
}

static void the_nearest_shape_is_found(void **state) {
    (void)state;
    struct rng r = rng_start("nearest");
    struct arena a;
    arena_init(&a, 0);
    struct shape shapes[40];
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        int32_t x = (int32_t)rng_below(&r, 10000000), y = 300000000 + (int32_t)rng_below(&r, 10000000);
        int32_t xy[] = {x, y, x + 100000, y + 20000, x + 30000, y + 150000};
        shapes[i] = polygon(&a, xy, 3);
    }
    struct shape_index *x = shape_index_build(shapes, ARRAY_LEN(shapes), &a);
    size_t found = 0;
    for (int i = 0; i < 2000; i++) {
        lonlat p = {(double)rng_below(&r, 1000000) / 1e6, 30 + (double)rng_below(&r, 1000000) / 1e6};
        double best = 3000, got_m = -1;
        int32_t want = -1;
        for (size_t s = 0; s < ARRAY_LEN(shapes); s++) {
            double m = shape_distance_m(&shapes[s], p);
            if (m > best || (m == best && want >= 0)) continue;
            best = m;
            want = (int32_t)s;
        }
        int32_t got = shape_index_nearest(x, p, 3000, &got_m);
        if (got != want || (got >= 0 && fabs(got_m - best) > 1e-6)) fail_msg("nearest: %d, not %d", got, want);
        found += got >= 0;
    }
    assert_true(found > 100 && found < 2000); /* both answers were met */
    arena_done(&a);
}

static void a_label_stands_inside(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *coordinates;
        double least_m; /* from the border */
    } rows[] = {
        {__LINE__, "[" SQUARE "]", 50000},
        {__LINE__, "[" SQUARE "," HOLE "]", 12000},
        {__LINE__, "[[[0,0],[1,0],[1,0.01],[0.01,0.01],[0.01,1],[0,1],[0,0]]]", 500}, /* a thin corner */
        {__LINE__, "[[[0,0],[1,0.0000003],[1,0.0000006],[0,0.0000003],[0,0]]]", 0},   /* 3 cm wide */
        {__LINE__, "[[[0,0],[1,1],[1,1.001],[0,0.001],[0,0]]]", 30},                  /* a slanting strip */
        {__LINE__, "[[[0,0],[2,0],[2,2],[0,2],[0,0]],[[0.01,0.01],[1.99,0.01],[1.99,1.99],[0.01,1.99],[0.01,0.01]]]",
         500},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena a;
        arena_init(&a, 0);
        struct shape s = shape_of(&a, "Polygon", rows[i].coordinates);
        lonlat p = shape_label_point(&s);
        if (!shape_contains(&s, point_from_lonlat(p))) fail_msg("row of line %d: outside", rows[i].line);
        /* Every point at least so far from the border: the nearest point outside, by stepping around. */
        for (int k = 0; k < 16; k++) {
            double angle = k * 0.3926990817, step = rows[i].least_m / 111195.0 * 0.99;
            lonlat q = {p.lon_deg + step * cos(angle), p.lat_deg + step * sin(angle)};
            if (!shape_contains(&s, point_from_lonlat(q))) fail_msg("row of line %d: near the border", rows[i].line);
        }
        arena_done(&a);
    }
}

static void coordinates_round_to_a_centimetre(void **state) {
    (void)state;
    struct point p = point_from_lonlat((lonlat){119.57000004, -31.72000006});
    assert_int_equal(p.x, 1195700000);
    assert_int_equal(p.y, -317200001);
    lonlat back = lonlat_from_point((struct point){-1800000000, 900000000});
    assert_true(back.lon_deg == -180 && back.lat_deg == 90);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_point_of_a_tiling_lies_in_one_shape),
        cmocka_unit_test(the_first_of_overlapping_shapes_is_found),
        cmocka_unit_test(an_index_of_nothing_finds_nothing),
        cmocka_unit_test(holes_and_parts_are_read),
        cmocka_unit_test(a_feature_without_a_place_has_no_ring),
        cmocka_unit_test(malformed_collections_are_refused),
        cmocka_unit_test(areas_and_distances_are_metric),
        cmocka_unit_test(the_nearest_shape_is_found),
        cmocka_unit_test(a_label_stands_inside),
        cmocka_unit_test(coordinates_round_to_a_centimetre),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
