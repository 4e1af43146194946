#include "tiling.h"

#include <math.h>

#define EDGE_POINTS 25 /* with its first corner, without its last */
#define WEST 1193000000
#define SOUTH 314000000
#define WIDTH 6000000 /* 0.6 degree */

/* The tiling as corners and edges; edge (i, j) of `across` starts at corner (i, j) eastwards, of `up` northwards. */
struct tiling {
    size_t side;
    struct point *corners, *across, *up;
    struct rng rng;
};

static struct point *corner_at(const struct tiling *t, size_t i, size_t j) {
    return &t->corners[j * (t->side + 1) + i];
}

static struct point *edge_at(const struct tiling *t, struct point *edges, size_t i, size_t j) {
    return &edges[(j * (t->side + 1) + i) * EDGE_POINTS];
}

/* A line from a to b, bent by two waves that vanish at its ends. */
static void bend(struct tiling *t, struct point a, struct point b, struct point *ret) {
    double dx = b.x - a.x, dy = b.y - a.y;
    double height[2] = {rng_unit(&t->rng) - 0.5, rng_unit(&t->rng) - 0.5};
    for (int k = 0; k < EDGE_POINTS; k++) {
        double s = (double)k / EDGE_POINTS;
        double off = 0.12 * height[0] * sin(M_PI * s) + 0.08 * height[1] * sin(5 * M_PI * s);
        ret[k].x = a.x + (int32_t)lround(dx * s - dy * off);
        ret[k].y = a.y + (int32_t)lround(dy * s + dx * off);
    }
}

static void make_corners(struct tiling *t) {
    double cell = (double)WIDTH / (double)t->side;
    for (size_t j = 0; j <= t->side; j++)
        for (size_t i = 0; i <= t->side; i++) {
            double x = (double)i + 0.4 * (rng_unit(&t->rng) - 0.5), y = (double)j + 0.4 * (rng_unit(&t->rng) - 0.5);
            *corner_at(t, i, j) = (struct point){WEST + (int32_t)(x * cell), SOUTH + (int32_t)(y * cell)};
        }
    for (size_t j = 0; j <= t->side; j++)
        for (size_t i = 0; i <= t->side; i++) {
            struct point here = *corner_at(t, i, j);
            if (i < t->side) bend(t, here, *corner_at(t, i + 1, j), edge_at(t, t->across, i, j));
            if (j < t->side) bend(t, here, *corner_at(t, i, j + 1), edge_at(t, t->up, i, j));
        }
}

static void forwards(const struct point *edge, struct point **to) {
    for (int k = 0; k < EDGE_POINTS; k++) *(*to)++ = edge[k];
}

/* The same edge from its other end: `last` is the corner there. */
static void backwards(const struct point *edge, struct point last, struct point **to) {
    *(*to)++ = last;
    for (int k = EDGE_POINTS - 1; k > 0; k--) *(*to)++ = edge[k];
}

static void make_shape(const struct tiling *t, size_t i, size_t j, struct arena *arena, struct shape *ret) {
    struct point *points = NEW_ARRAY(arena, struct point, 4 * EDGE_POINTS), *to = points;
    forwards(edge_at(t, t->across, i, j), &to);
    forwards(edge_at(t, t->up, i + 1, j), &to);
    backwards(edge_at(t, t->across, i, j + 1), *corner_at(t, i + 1, j + 1), &to);
    backwards(edge_at(t, t->up, i, j), *corner_at(t, i, j + 1), &to);
    ret->rings = NEW(arena, struct ring);
    ret->rings[0] = (struct ring){points, 4 * EDGE_POINTS};
    ret->n_rings = 1;
    shape_set_box(ret);
}

struct shape *tiling_make(size_t wanted, uint64_t seed, struct arena *arena, size_t *ret_n) {
    struct tiling t = {.side = (size_t)ceil(sqrt((double)wanted)), .rng = {seed}};
    size_t n = (t.side + 1) * (t.side + 1);
    t.corners = NEW_ARRAY(arena, struct point, n);
    t.across = NEW_ARRAY(arena, struct point, n * EDGE_POINTS);
    t.up = NEW_ARRAY(arena, struct point, n * EDGE_POINTS);
    make_corners(&t);
    struct shape *shapes = NEW_ARRAY(arena, struct shape, t.side * t.side);
    for (size_t j = 0; j < t.side; j++)
        for (size_t i = 0; i < t.side; i++) make_shape(&t, i, j, arena, &shapes[j * t.side + i]);
    *ret_n = t.side * t.side;
    return shapes;
}
