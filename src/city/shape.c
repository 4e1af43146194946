#include <math.h>

#include "city/shape_int.h"

#define EARTH_M 6371008.8
#define UNITS_PER_DEGREE 1e7
#define RADIANS_PER_UNIT (3.14159265358979323846 / 180 / UNITS_PER_DEGREE)

struct point point_from_lonlat(lonlat p) {
    check(lonlat_valid(p));
    return (struct point){(int32_t)llround(p.lon_deg * UNITS_PER_DEGREE),
                          (int32_t)llround(p.lat_deg * UNITS_PER_DEGREE)};
}

lonlat lonlat_from_point(struct point p) {
    return (lonlat){p.x / UNITS_PER_DEGREE, p.y / UNITS_PER_DEGREE};
}

void shape_set_box(struct shape *s) {
    s->min = (struct point){INT32_MAX, INT32_MAX};
    s->max = (struct point){INT32_MIN, INT32_MIN};
    for (size_t r = 0; r < s->n_rings; r++) {
        for (size_t i = 0; i < s->rings[r].n; i++) {
            struct point p = s->rings[r].points[i];
            if (p.x < s->min.x) s->min.x = p.x;
            if (p.y < s->min.y) s->min.y = p.y;
            if (p.x > s->max.x) s->max.x = p.x;
            if (p.y > s->max.y) s->max.y = p.y;
        }
    }
}

/* Whether the ray from p towards larger x crosses the edge; half-open in y, so that a vertex counts once. */
static bool crosses(struct point a, struct point b, struct point p) {
    if ((a.y > p.y) == (b.y > p.y)) return false;
    struct point lo = a.y < b.y ? a : b, hi = a.y < b.y ? b : a;
    return ((int64_t)hi.x - lo.x) * ((int64_t)p.y - lo.y) > ((int64_t)p.x - lo.x) * ((int64_t)hi.y - lo.y);
}

bool shape_contains(const struct shape *s, struct point p) {
    if (s->n_rings == 0 || p.x < s->min.x || p.x > s->max.x || p.y < s->min.y || p.y > s->max.y) return false;
    bool inside = false;
    for (size_t r = 0; r < s->n_rings; r++) {
        const struct ring *ring = &s->rings[r];
        struct point a = ring->points[ring->n - 1];
        for (size_t i = 0; i < ring->n; i++) {
            struct point b = ring->points[i];
            inside ^= crosses(a, b, p);
            a = b;
        }
    }
    return inside;
}

/* A plane in metres that touches the globe at `at`; good to 0.1 % within 50 km. */
struct plane {
    struct point at;
    double x_m, y_m; /* metres per unit */
};

static struct plane plane_at(struct point at) {
    double y_m = EARTH_M * RADIANS_PER_UNIT;
    return (struct plane){at, y_m * cos(at.y * RADIANS_PER_UNIT), y_m};
}

/* Squared distance from the plane's origin to a segment. */
static double segment_distance2(const struct plane *plane, struct point a, struct point b) {
    double ax = ((double)a.x - plane->at.x) * plane->x_m, ay = ((double)a.y - plane->at.y) * plane->y_m;
    double dx = ((double)b.x - a.x) * plane->x_m, dy = ((double)b.y - a.y) * plane->y_m;
    double length2 = dx * dx + dy * dy;
    double t = length2 > 0 ? -(ax * dx + ay * dy) / length2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    double x = ax + t * dx, y = ay + t * dy;
    return x * x + y * y;
}

/* Metres from p to the nearest edge. */
static double border_distance_m(const struct shape *s, struct point p) {
    struct plane plane = plane_at(p);
    double best = INFINITY;
    for (size_t r = 0; r < s->n_rings; r++) {
        const struct ring *ring = &s->rings[r];
        struct point a = ring->points[ring->n - 1];
        for (size_t i = 0; i < ring->n; i++) {
            struct point b = ring->points[i];
            double d = segment_distance2(&plane, a, b);
            if (d < best) best = d;
            a = b;
        }
    }
    return sqrt(best);
}

static int64_t units(double metres, double metres_per_unit) {
    double n = ceil(metres / metres_per_unit);
    return n < 4e9 ? (int64_t)n : INT64_C(4000000000);
}

struct shape_reach shape_reach_of(struct point p, double metres) {
    struct plane plane = plane_at(p);
    int64_t dx = units(metres, plane.x_m), dy = units(metres, plane.y_m);
    return (struct shape_reach){p.x - dx, p.y - dy, p.x + dx, p.y + dy};
}

bool shape_in_reach(const struct shape *s, const struct shape_reach *r) {
    return s->min.x <= r->max_x && s->max.x >= r->min_x && s->min.y <= r->max_y && s->max.y >= r->min_y;
}

double shape_distance_m(const struct shape *s, lonlat p) {
    struct point at = point_from_lonlat(p);
    if (s->n_rings == 0) return INFINITY;
    return shape_contains(s, at) ? 0 : border_distance_m(s, at);
}

/* Signed area on the sphere, counter-clockwise positive. */
static double ring_area_m2(const struct ring *ring) {
    double sum = 0;
    struct point a = ring->points[ring->n - 1];
    for (size_t i = 0; i < ring->n; i++) {
        struct point b = ring->points[i];
        double turn = ((double)b.x - a.x) * RADIANS_PER_UNIT;
        sum += turn * (2 + sin(a.y * RADIANS_PER_UNIT) + sin(b.y * RADIANS_PER_UNIT));
        a = b;
    }
    return -sum * EARTH_M * EARTH_M / 2;
}

double shape_area_m2(const struct shape *s) {
    double sum = 0;
    for (size_t r = 0; r < s->n_rings; r++) sum += ring_area_m2(&s->rings[r]);
    return fabs(sum);
}

#define LABEL_GRID 12

struct label {
    const struct shape *shape;
    struct point best;
    double best_m; /* its distance to the border; < 0: none yet */
};

/* Takes the point if it lies inside and farther from the border than the best so far. */
static bool label_try(struct label *l, double x, double y) {
    const struct shape *s = l->shape;
    if (x < s->min.x || x > s->max.x || y < s->min.y || y > s->max.y) return false;
    struct point p = {(int32_t)x, (int32_t)y};
    if (!shape_contains(s, p)) return false;
    double m = border_distance_m(s, p);
    if (m <= l->best_m) return false;
    l->best = p;
    l->best_m = m;
    return true;
}

/* For slivers that no grid point hits: beside the middle of an edge. */
static void label_beside_edges(struct label *l) {
    for (size_t r = 0; r < l->shape->n_rings; r++) {
        const struct ring *ring = &l->shape->rings[r];
        for (size_t i = 0; i < ring->n; i++) {
            struct point a = ring->points[i], b = ring->points[i + 1 < ring->n ? i + 1 : 0];
            double x = floor(((double)a.x + b.x) / 2), y = floor(((double)a.y + b.y) / 2);
            for (int k = 0; k < 9; k++) label_try(l, x + k % 3 - 1, y + k / 3 - 1);
        }
    }
}

/* Walks from the best point to better neighbours with shrinking steps. */
static void label_refine(struct label *l, double dx, double dy) {
    for (int step = 0; step < 200 && (dx > 10 || dy > 10); step++) {
        double x = l->best.x, y = l->best.y;
        bool better = false;
        for (int k = 0; k < 9; k++) better |= k != 4 && label_try(l, x + (k % 3 - 1) * dx, y + (k / 3 - 1) * dy);
        if (better) continue;
        dx /= 2;
        dy /= 2;
    }
}

lonlat shape_label_point(const struct shape *s) {
    if (s->n_rings == 0) return lonlat_none();
    struct label l = {.shape = s, .best = s->rings[0].points[0], .best_m = -1};
    double dx = ((double)s->max.x - s->min.x) / LABEL_GRID, dy = ((double)s->max.y - s->min.y) / LABEL_GRID;
    for (int i = 0; i < LABEL_GRID * LABEL_GRID; i++)
        label_try(&l, s->min.x + (i % LABEL_GRID + 0.5) * dx, s->min.y + (i / LABEL_GRID + 0.5) * dy);
    if (l.best_m < 0) label_beside_edges(&l);
    if (l.best_m >= 0) label_refine(&l, dx / 2, dy / 2);
    return lonlat_from_point(l.best);
}
