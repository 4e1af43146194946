/* The scan beside SaTScan's figures, and the lookup of areas. */
#include <math.h>
#include <string.h>

#include "app/analysis.h"
#include "cli/scan.h"
#include "cli/score.h"
#include "insight/random.h"

/* --- scan -------------------------------------------------------------------------------------------------------------- */

/* SaTScan 10.3.2 on these files: best statistic and p; µs of CPU a replication where measured (insight.md §3, -O3). */
static const struct set {
    const char *prm;
    double statistic, p;
    uint32_t runs; /* replications behind its p; 0: ties make it incomparable */
    double us, times;
} SETS[] = {
    {"results/NYC_standard9999.prm", 3.845418, 0.2112, 9999, 40, 2},
    {"results/NYC_retrospective.prm", 8.119521, 0.009, 999, 375, 4},
    {"NewMexicoSpaceTimePoisson.prm", 10.979758, 0.014, 999, 0, 0},
    {"results/NM_spatial.prm", 6.890841, 0.012, 999, 0, 0},
    {"results/NM_stp.prm", 4.012587, 0.86, 58, 0, 0},
    {"NHumbersideSpatialBernoulli.prm", 4.836516, 0.674, 999, 0, 0},
    {"boston_reference/boston_animalreq_2021_dev.prm", 11.278561, 0.009, 999, 1770, 4},
    {"boston_reference/boston_deadanimal_2018summer_dev.prm", 8.829431, 0.038, 999, 0, 0},
    {"boston_reference/boston_deadanimal_2019q1_prosp_dev.prm", 1.896575, 0.857, 999, 0, 0},
    {"boston_reference/boston_pest_2017_2018_dev.prm", 14.001598, 0.001, 999, 10700, 4},
};

/* The files of results/ name data one folder up. */
static bool read_set(struct board *b, const char *prm, struct arena *arena, struct satscan_settings *s,
                     struct satscan_data *data) {
    struct err err = {0};
    struct satscan_texts texts = {S(""), S(""), S(""), S("")};
    str text;
    bool up = strncmp(prm, "results/", 8) == 0;
    const char *slash = strrchr(prm, '/');
    int folder = up || slash == NULL ? 0 : (int)(slash + 1 - prm);
    const char *base = str_format(arena, "satscan_samples/%.*s%c", folder, prm, 0).ptr;
    if (!board_file(b, str_format(arena, "satscan_samples/%s%c", prm, 0).ptr, arena, &text)) return false;
    check(satscan_parse_settings(text, s, &err) == OK);
    const str names[] = {s->case_file, s->control_file, s->population_file, s->place_file};
    str *const to[] = {&texts.cases, &texts.controls, &texts.population, &texts.places};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (!str_empty(names[i]) &&
            !board_file(b, str_format(arena, "%s%.*s%c", base, P(names[i]), 0).ptr, arena, to[i]))
            return false;
    return satscan_read(s, &texts, arena, data, &err) == OK;
}

static void score_set(struct board *b, const struct set *set) {
    struct arena arena;
    struct satscan_settings s;
    struct satscan_data data;
    struct hotspot *h;
    struct hotspot_cluster best;
    char name[160];
    arena_init(&arena, (size_t)4 << 30);
    if (read_set(b, set->prm, &arena, &s, &data) && hotspot_prepare(&data.input, &arena, &h, NULL) == OK) {
        uint32_t n = 9999;
        double *maxima = NEW_ARRAY(&arena, double, n), *alone = NEW_ARRAY(&arena, double, n);
        double cpu = scan_run_threads(h, 1, n, 1, alone);
        scan_run_threads(h, 1, n, 2, maxima);
        size_t found = hotspot_find(hotspot_worker_new(h, &arena), maxima, n, &arena, &best, 1);
        snprintf(name, sizeof name, "%s: statistic apart from SaTScan's %.6f", set->prm, set->statistic);
        board_at_most(b, name, found == 1 ? fabs(best.statistic - set->statistic) : INFINITY, 0.0000006, 7);
        double p = (best.p + set->p) / 2, error = sqrt(p * (1 - p) * (1.0 / n + (set->runs > 0 ? 1.0 / set->runs : 0)));
        snprintf(name, sizeof name, "p %.4f, SaTScan's %.4g: apart in standard errors of both", best.p, set->p);
        board_at_most(b, name, fabs(best.p - set->p) / error, 3, 2);
        board_at_most(b, "two threads change so many of 9,999 maxima", memcmp(maxima, alone, n * sizeof *alone) != 0, 0,
                      0);
        if (set->us > 0) {
            snprintf(name, sizeof name, "%.0f µs a replication, SaTScan %.0f: times less", cpu * 1e6 / n, set->us);
            board_at_least(b, name, set->us / (cpu * 1e6 / n), set->times, 1);
        } else
            board_say(b, "µs a replication", "%.0f", cpu * 1e6 / n);
    }
    arena_done(&arena);
}

void score_hotspots(struct board *b) {
    board_section(
        b, "Hot spots: the scan",
        "SaTScan's sample files and four made of Boston's requests, with the results of SaTScan 10.3.2 on them "
        "(satscan_samples). Members, dates and secondary clusters are compared by tests/blackbox/test_scan.py; here "
        "the "
        "statistic of the best, p by 9,999 replications, and CPU against the figures measured for SaTScan earlier on "
        "another day, so trust that ratio to a tenth at best.");
    for (size_t i = 0; i < ARRAY_LEN(SETS); i++) score_set(b, &SETS[i]);
}

/* --- areas ------------------------------------------------------------------------------------------------------------- */

#define EDGE_POINTS 25
#define UNIT 100000 /* of 1e-7 degree between corners */

/* A corner or a point between two corners of a jittered lattice; both neighbours of an edge get the same. */
static struct point lattice(int32_t x, int32_t y, int32_t step, bool down) {
    struct random r = random_of((uint64_t)(uint32_t)x << 32 | (uint32_t)y, (uint64_t)step * 2 + down);
    int32_t jitter = UNIT / 40, along = step * (UNIT / EDGE_POINTS);
    return (struct point){
        x * UNIT + (down ? 0 : along) + (int32_t)random_below(&r, (uint32_t)jitter) * (step == 0 || down),
        y * UNIT + (down ? along : 0) + (int32_t)random_below(&r, (uint32_t)jitter) * (step == 0 || !down)};
}

static void add_edge_points(struct ring *ring, int32_t x, int32_t y, bool down, bool backwards) {
    for (int32_t k = 0; k < EDGE_POINTS; k++) {
        int32_t step = backwards ? EDGE_POINTS - k : k;
        bool end = step == EDGE_POINTS;
        ring->points[ring->n++] = end ? lattice(x + !down, y + down, 0, false) : lattice(x, y, step, step > 0 && down);
    }
}

static struct shape *tiling(int32_t side, struct arena *arena) {
    struct shape *shapes = NEW_ARRAY(arena, struct shape, (size_t)side * (size_t)side);
    for (int32_t y = 0; y < side; y++)
        for (int32_t x = 0; x < side; x++) {
            struct shape *s = &shapes[y * side + x];
            *s = (struct shape){.rings = NEW(arena, struct ring), .n_rings = 1};
            s->rings->points = NEW_ARRAY(arena, struct point, 4 * EDGE_POINTS);
            add_edge_points(s->rings, x, y, false, false);
            add_edge_points(s->rings, x + 1, y, true, false);
            add_edge_points(s->rings, x, y + 1, false, true);
            add_edge_points(s->rings, x, y, true, true);
            shape_set_box(s);
        }
    return shapes;
}

/* Inner border points that lie in no area or in two. */
static size_t misplaced(const struct shape *shapes, int32_t side, const struct shape_index *index, size_t *ret_points) {
    size_t bad = 0;
    *ret_points = 0;
    for (int32_t y = 1; y + 1 < side; y++)
        for (int32_t x = 1; x + 1 < side; x++)
            for (size_t k = 0; k < 2 * EDGE_POINTS; k++, ++*ret_points) {
                struct point p = shapes[y * side + x].rings->points[k];
                int holds = 0;
                for (int32_t dy = -1; dy <= 1; dy++)
                    for (int32_t dx = -1; dx <= 1; dx++) holds += shape_contains(&shapes[(y + dy) * side + x + dx], p);
                bad += holds != 1 || shape_index_find(index, p) < 0;
            }
    return bad;
}

static void score_tiling(struct board *b, int32_t side, double ns_demanded) {
    struct arena arena;
    char name[120];
    arena_init(&arena, (size_t)4 << 30);
    struct shape *shapes = tiling(side, &arena);
    size_t n = (size_t)side * (size_t)side, points = 200000, border;
    struct shape_index *index = shape_index_build(shapes, n, &arena);
    struct point *p = NEW_ARRAY(&arena, struct point, points);
    struct random r = random_of(3, n);
    for (size_t i = 0; i < points; i++)
        p[i] = (struct point){(int32_t)random_below(&r, (uint32_t)(side * UNIT)),
                              (int32_t)random_below(&r, (uint32_t)(side * UNIT))};
    double best = INFINITY;
    volatile int64_t sum = 0;
    for (int round = 0; round < 5; round++) {
        double begin = cpu_now();
        for (size_t i = 0; i < points; i++) sum += shape_index_find(index, p[i]);
        double ns = (cpu_now() - begin) * 1e9 / (double)points;
        best = ns < best ? ns : best;
    }
    snprintf(name, sizeof name, "%zu areas of 100 points: ns a lookup (best of 5)", n);
    board_at_most(b, name, best, ns_demanded, 0);
    size_t bad = misplaced(shapes, side, index, &border);
    snprintf(name, sizeof name, "of %zu shared border points, in no area or in two", border);
    board_at_most(b, name, (double)bad, 0, 0);
    arena_done(&arena);
}

static void score_file(struct board *b, const char *file, const char *key) {
    struct arena arena;
    struct geo_feature *features;
    size_t n, wrong = 0, inside = 0;
    str text;
    char name[120];
    arena_init(&arena, (size_t)4 << 30);
    if (board_file(b, file, &arena, &text) && geojson_parse(text, key, &arena, &features, &n, NULL) == OK) {
        struct shape *shapes = NEW_ARRAY(&arena, struct shape, n);
        struct random r = random_of(4, n);
        for (size_t i = 0; i < n; i++) shapes[i] = features[i].shape;
        struct shape_index *index = shape_index_build(shapes, n, &arena);
        for (int k = 0; k < 20000; k++) {
            const struct shape *s = &shapes[random_below(&r, (uint32_t)n)];
            if (s->n_rings == 0) continue;
            struct point p = {s->min.x + (int32_t)random_below(&r, (uint32_t)(s->max.x - s->min.x) + 1),
                              s->min.y + (int32_t)random_below(&r, (uint32_t)(s->max.y - s->min.y) + 1)};
            int32_t at = shape_index_find(index, p), plain = -1;
            for (size_t i = n; i-- > 0;)
                if (shapes[i].n_rings > 0 && shape_contains(&shapes[i], p)) plain = (int32_t)i;
            wrong += at != plain;
            inside += at >= 0;
        }
        snprintf(name, sizeof name, "%s: of 20,000 points (%zu inside), other than by all edges", file, inside);
        board_at_most(b, name, (double)wrong, 0, 0);
    }
    arena_done(&arena);
}

void score_areas(struct board *b) {
    board_section(b, "Areas: which holds a point",
                  "Tilings of jittered quadrilaterals with 25 points an edge, neighbours sharing every point; and real "
                  "borders with "
                  "holes and several parts (us_boundaries). Beside GEOS and PostGIS: `make bench NAME=locate`.");
    score_tiling(b, 20, 50);
    score_tiling(b, 141, 300);
    score_file(b, "us_boundaries/boston-zip-codes.geojson.gz", "ZIP5");
    score_file(b, "us_boundaries/new-york-city-boroughs.geojson.gz", "name");
}
