/* The point lookup against GEOS: prepared geometry behind an STR tree, through its C API.
 *
 *   locate --grids 20000 | --city DIR [--points 200000] [--rounds 5] [--dump DIR]
 *
 * Each round runs ours, then GEOS, over the same points. Prints one JSON object: nanoseconds of CPU a point by round, build
 * times, and how many answers agree. --dump writes grids.tsv (number, polygon as EWKB in hexadecimal) and points.tsv for
 * PostGIS. */
#include <geos_c.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "reports.h"
#include "tiling.h"

struct bench {
    const char *city_dir, *dump_dir;
    int64_t n_grids, n_points, n_rounds;
    struct arena arena;
    const struct shape *shapes;
    size_t n;
    struct point *points;
    int32_t *ours, *theirs;
    struct shape_index *index;
    GEOSContextHandle_t geos;
    GEOSSTRtree *tree;
    GEOSGeometry **polygons;
    const GEOSPreparedGeometry **prepared;
    double ours_build_ms, theirs_build_ms;
};

static GEOSGeometry *polygon_of(GEOSContextHandle_t g, const struct shape *s) {
    const struct ring *r = &s->rings[0];
    GEOSCoordSequence *c = GEOSCoordSeq_create_r(g, (unsigned)r->n + 1, 2);
    for (unsigned i = 0; i <= r->n; i++) {
        lonlat p = lonlat_from_point(r->points[i % r->n]);
        GEOSCoordSeq_setXY_r(g, c, i, p.lon_deg, p.lat_deg);
    }
    return GEOSGeom_createPolygon_r(g, GEOSGeom_createLinearRing_r(g, c), NULL, 0);
}

static void build_ours(struct bench *b) {
    int64_t begin = now_ns();
    b->index = shape_index_build(b->shapes, b->n, &b->arena);
    b->ours_build_ms = (double)(now_ns() - begin) / 1e6;
}

static void build_theirs(struct bench *b) {
    b->polygons = NEW_ARRAY(&b->arena, GEOSGeometry *, b->n);
    b->prepared = NEW_ARRAY(&b->arena, const GEOSPreparedGeometry *, b->n);
    for (size_t i = 0; i < b->n; i++) b->polygons[i] = polygon_of(b->geos, &b->shapes[i]);
    int64_t begin = now_ns();
    b->tree = GEOSSTRtree_create_r(b->geos, 10);
    for (size_t i = 0; i < b->n; i++) {
        b->prepared[i] = GEOSPrepare_r(b->geos, b->polygons[i]);
        GEOSSTRtree_insert_r(b->geos, b->tree, b->polygons[i], (void *)(uintptr_t)(i + 1));
    }
    b->theirs_build_ms = (double)(now_ns() - begin) / 1e6;
}

struct hit {
    struct bench *bench;
    const GEOSGeometry *point;
    int32_t found;
};

static void test_hit(void *item, void *ctx) {
    struct hit *h = ctx;
    size_t i = (size_t)(uintptr_t)item - 1;
    if (h->found < 0 && GEOSPreparedContains_r(h->bench->geos, h->bench->prepared[i], h->point) == 1)
        h->found = (int32_t)i;
}

static double run_ours(struct bench *b) {
    int64_t begin = cpu_ns();
    for (int64_t i = 0; i < b->n_points; i++) b->ours[i] = shape_index_find(b->index, b->points[i]);
    return (double)(cpu_ns() - begin) / (double)b->n_points;
}

static double run_theirs(struct bench *b) {
    int64_t begin = cpu_ns();
    for (int64_t i = 0; i < b->n_points; i++) {
        lonlat p = lonlat_from_point(b->points[i]);
        GEOSGeometry *g = GEOSGeom_createPointFromXY_r(b->geos, p.lon_deg, p.lat_deg);
        struct hit hit = {b, g, -1};
        GEOSSTRtree_query_r(b->geos, b->tree, g, test_hit, &hit);
        b->theirs[i] = hit.found;
        GEOSGeom_destroy_r(b->geos, g);
    }
    return (double)(cpu_ns() - begin) / (double)b->n_points;
}

static void make_points(struct bench *b) {
    struct rng rng = {42};
    struct point min = {INT32_MAX, INT32_MAX}, max = {INT32_MIN, INT32_MIN};
    for (size_t i = 0; i < b->n; i++) {
        const struct shape *s = &b->shapes[i];
        if (s->min.x < min.x) min.x = s->min.x;
        if (s->min.y < min.y) min.y = s->min.y;
        if (s->max.x > max.x) max.x = s->max.x;
        if (s->max.y > max.y) max.y = s->max.y;
    }
    b->points = NEW_ARRAY(&b->arena, struct point, (size_t)b->n_points);
    b->ours = NEW_ARRAY(&b->arena, int32_t, (size_t)b->n_points);
    b->theirs = NEW_ARRAY(&b->arena, int32_t, (size_t)b->n_points);
    for (int64_t i = 0; i < b->n_points; i++) {
        b->points[i].x = min.x + (int32_t)rng_below(&rng, (uint32_t)(max.x - min.x));
        b->points[i].y = min.y + (int32_t)rng_below(&rng, (uint32_t)(max.y - min.y));
    }
}

static bool dump(struct bench *b) {
    char path[4096];
    snprintf(path, sizeof path, "%s/grids.tsv", b->dump_dir);
    FILE *grids = fopen(path, "w");
    snprintf(path, sizeof path, "%s/points.tsv", b->dump_dir);
    FILE *points = fopen(path, "w");
    if (grids == NULL || points == NULL) {
        perror(b->dump_dir);
        return false;
    }
    GEOSWKBWriter *writer = GEOSWKBWriter_create_r(b->geos);
    GEOSWKBWriter_setIncludeSRID_r(b->geos, writer, 1);
    for (size_t i = 0; i < b->n; i++) {
        size_t len = 0;
        GEOSSetSRID_r(b->geos, b->polygons[i], 4326);
        unsigned char *hex = GEOSWKBWriter_writeHEX_r(b->geos, writer, b->polygons[i], &len);
        fprintf(grids, "%zu\t%.*s\n", i, (int)len, (const char *)hex);
        GEOSFree_r(b->geos, hex);
    }
    GEOSWKBWriter_destroy_r(b->geos, writer);
    for (int64_t i = 0; i < b->n_points; i++) {
        lonlat p = lonlat_from_point(b->points[i]);
        fprintf(points, "%.7f\t%.7f\n", p.lon_deg, p.lat_deg);
    }
    return (fclose(grids) == 0) & (fclose(points) == 0);
}

/* Leaf areas of a package; those of several rings are left out, for both sides. */
static bool take_city(struct bench *b) {
    struct city *city = NULL;
    if (!reports_city(b->city_dir, &city)) return false;
    const struct layer *layer = &city->layers[0];
    struct shape *shapes = NEW_ARRAY(&b->arena, struct shape, layer->n_leaves);
    for (size_t i = 0; i < layer->n_leaves; i++) {
        const struct shape *s = &city->areas[layer->leaf_areas[i]].shape;
        if (s->n_rings == 1) shapes[b->n++] = *s;
    }
    b->shapes = shapes;
    return true;
}

static void print_result(struct bench *b, const double *ours, const double *theirs) {
    struct strbuf out;
    struct json_buf w;
    int64_t agree = 0, found = 0, sum = 0;
    for (int64_t i = 0; i < b->n_points; i++) {
        agree += b->ours[i] == b->theirs[i];
        found += b->ours[i] >= 0;
        sum += b->ours[i] >= 0 ? b->ours[i] : 0;
    }
    strbuf_init(&out, 65536);
    json_buf_init(&w, &out);
    json_open_object(&w);
    json_put_i64(&w, "grids", (int64_t)b->n);
    json_put_i64(&w, "points", b->n_points);
    json_put_i64(&w, "agree", agree);
    json_put_i64(&w, "found", found);
    json_put_i64(&w, "sum", sum);
    json_put_double(&w, "ours_build_ms", b->ours_build_ms, 1);
    json_put_double(&w, "geos_build_ms", b->theirs_build_ms, 1);
    for (int side = 0; side < 2; side++) {
        json_add_key(&w, side == 0 ? "ours_ns" : "geos_ns");
        json_open_array(&w);
        for (int64_t i = 0; i < b->n_rounds; i++) json_add_double(&w, side == 0 ? ours[i] : theirs[i], 1);
        json_close_array(&w);
    }
    json_close_object(&w);
    printf("%.*s\n", P(strbuf_str(&out)));
    strbuf_done(&out);
}

static void PRINTF_LIKE(1, 2) tell(const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
}

int main(int argc, char **argv) {
    struct bench b = {.n_grids = 400, .n_points = 200000, .n_rounds = 5};
    const struct tool_option options[] = {
        {"--city", &b.city_dir, NULL},   {"--dump", &b.dump_dir, NULL},   {"--grids", NULL, &b.n_grids},
        {"--points", NULL, &b.n_points}, {"--rounds", NULL, &b.n_rounds},
    };
    if (!tool_options(argc, argv, options, ARRAY_LEN(options))) return 2;
    arena_init(&b.arena, (size_t)4 << 30);
    if (b.city_dir == NULL)
        b.shapes = tiling_make((size_t)b.n_grids, 9, &b.arena, &b.n);
    else if (!take_city(&b))
        return 1;
    b.geos = GEOS_init_r();
    GEOSContext_setNoticeHandler_r(b.geos, tell);
    make_points(&b);
    build_ours(&b);
    build_theirs(&b);
    if (b.dump_dir != NULL && !dump(&b)) return 1;
    double *ours = NEW_ARRAY(&b.arena, double, (size_t)b.n_rounds + 1);
    double *theirs = NEW_ARRAY(&b.arena, double, (size_t)b.n_rounds + 1);
    run_ours(&b); /* once unmeasured: GEOS prepares lazily, caches fill */
    run_theirs(&b);
    for (int64_t i = 0; i < b.n_rounds; i++) {
        ours[i] = run_ours(&b);
        theirs[i] = run_theirs(&b);
    }
    print_result(&b, ours, theirs);
    return 0;
}
