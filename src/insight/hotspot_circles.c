/* The circles of a scan: neighbours by distance, and the measures that windows in them can have. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/hotspot_int.h"

#define EARTH_KM 6367.0

struct neighbour {
    double distance; /* squared, of points in space or the plane */
    uint32_t place;
};
struct spot {
    double x, y, z;
};

/* Squared distances that differ by rounding only are one: the places then join together. */
static double same_distance(double squared) {
    return squared + 1e-9 * (1 + squared);
}

static struct spot spot_of(const struct hotspot_input *in, size_t i) {
    const struct hotspot_place *p = &in->places[i];
    if (!in->on_sphere) return (struct spot){p->x, p->y, 0};
    double lon = p->x * M_PI / 180, lat = p->y * M_PI / 180;
    return (struct spot){EARTH_KM * cos(lat) * cos(lon), EARTH_KM * cos(lat) * sin(lon), EARTH_KM * sin(lat)};
}

static int by_distance(const void *a, const void *b) {
    const struct neighbour *x = a, *y = b;
    if (x->distance != y->distance) return x->distance < y->distance ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

/* Along the surface of the sphere, or straight. */
static double radius_of(const struct hotspot *s, double squared) {
    double chord = sqrt(squared);
    if (!s->in.on_sphere) return chord;
    double half = chord / (2 * EARTH_KM);
    return 2 * EARTH_KM * asin(half > 1 ? 1 : half);
}

/* How many of the sorted neighbours lie within the limits; whole groups of one distance. */
static size_t reach(const struct hotspot *s, const struct neighbour *n, size_t *ret_groups) {
    double weight = 0, all = s->measure * s->in.max_share;
    size_t end = 0;
    *ret_groups = 0;
    while (end < s->in.n_places) {
        size_t next = end;
        while (next < s->in.n_places && n[next].distance <= same_distance(n[end].distance))
            weight += s->place_weight[n[next++].place];
        if (weight > all * (1 + 1e-12) || radius_of(s, n[end].distance) > s->in.max_radius) break;
        end = next;
        ++*ret_groups;
    }
    return end;
}

static void fill_centre(const struct hotspot *s, const struct neighbour *n, size_t end, struct centre *c) {
    double weight = 0;
    for (size_t i = 0; i < end;) {
        struct circle *k = &c->circles[c->n_circles++];
        double before = weight;
        *k = (struct circle){.first = (uint32_t)i, .radius = radius_of(s, n[i].distance)};
        for (double limit = same_distance(n[i].distance); i < end && n[i].distance <= limit; i++) {
            c->order[i] = n[i].place;
            weight += s->place_weight[n[i].place];
        }
        k->n = (uint32_t)i - k->first;
        k->weight = weight;
        k->gains = weight > before;
    }
}

/* The least and greatest measure of a window, over all windows of the prefix sums. */
static void bounds_of(const struct hotspot *s, const double *prefix, double *ret_low, double *ret_high) {
    double low = INFINITY, high = 0;
    for (uint32_t t = 1; t <= s->slots; t++) {
        double one = prefix[t] - prefix[t - 1], most = prefix[t] - prefix[t > s->max_len ? t - s->max_len : 0];
        if (one > 0 && one < low) low = one;
        if (most > high) high = most;
    }
    *ret_low = low;
    *ret_high = high;
}

/* Calls visit with each circle and the bounds of its windows' measures. */
static void visit_bounds(struct hotspot *s, double *sum,
                         void (*visit)(struct hotspot *, struct circle *, double, double)) {
    double low = 0, high = 0, day_low = 0, day_high = 0;
    if (s->day_prefix != NULL) bounds_of(s, s->day_prefix, &day_low, &day_high);
    for (size_t i = 0; i < s->in.n_places; i++) {
        const struct centre *c = &s->centres[i];
        memset(sum, 0, s->stride * sizeof *sum);
        for (size_t k = 0; k < c->n_circles; k++) {
            struct circle *circle = &c->circles[k];
            for (uint32_t j = 0; s->place_measure != NULL && j < circle->n; j++) {
                const double *add = &s->place_measure[c->order[circle->first + j] * (size_t)s->stride];
                for (uint32_t t = 0; t <= s->slots; t++) sum[t] += add[t];
            }
            if (s->place_measure != NULL)
                bounds_of(s, sum, &low, &high);
            else
                low = day_low * circle->weight / s->total, high = day_high * circle->weight / s->total;
            visit(s, circle, low, high);
        }
    }
}

static void widen_cells(struct hotspot *s, struct circle *c, double low, double high) {
    (void)c;
    if (!(high > 0)) return;
    if (low < s->cells[0]) s->cells[0] = low;
    if (high > s->cells[MEASURE_CELLS - 1]) s->cells[MEASURE_CELLS - 1] = high;
}

static uint16_t cell_below(const struct hotspot *s, double m) {
    size_t lo = 0, hi = MEASURE_CELLS - 1;
    while (hi - lo > 1) {
        size_t mid = (lo + hi) / 2;
        if (s->cells[mid] <= m)
            lo = mid;
        else
            hi = mid;
    }
    return (uint16_t)lo;
}

static void set_bounds(struct hotspot *s, struct circle *c, double low, double high) {
    if (!(high > 0)) {
        c->gains = false;
        return;
    }
    c->low = cell_below(s, low);
    c->high = (uint16_t)(cell_below(s, high) + 1);
}

static void make_cells(struct hotspot *s, struct arena *arena) {
    double *sum = NEW_ARRAY(arena, double, s->stride);
    s->cells[0] = INFINITY;
    visit_bounds(s, sum, widen_cells);
    if (!isfinite(s->cells[0])) return; /* no circle has any measure */
    double first = s->cells[0] * (1 - 1e-9), last = s->cells[MEASURE_CELLS - 1] * (1 + 1e-9);
    for (int i = 0; i < MEASURE_CELLS; i++) s->cells[i] = first * pow(last / first, (double)i / (MEASURE_CELLS - 1));
    s->cells[MEASURE_CELLS - 1] = last * (1 + 1e-9);
    visit_bounds(s, sum, set_bounds);
}

void hotspot_make_circles(struct hotspot *s, struct arena *arena) {
    size_t n = s->in.n_places;
    struct spot *spots = NEW_ARRAY(arena, struct spot, n);
    struct neighbour *near = NEW_ARRAY(arena, struct neighbour, n);
    s->centres = NEW_ARRAY(arena, struct centre, n);
    for (size_t i = 0; i < n; i++) spots[i] = spot_of(&s->in, i);
    for (size_t i = 0; i < n; i++) {
        size_t groups;
        for (size_t j = 0; j < n; j++) {
            double x = spots[j].x - spots[i].x, y = spots[j].y - spots[i].y, z = spots[j].z - spots[i].z;
            near[j] = (struct neighbour){x * x + y * y + z * z, (uint32_t)j};
        }
        qsort(near, n, sizeof *near, by_distance);
        size_t end = reach(s, near, &groups);
        s->centres[i].circles = NEW_ARRAY(arena, struct circle, groups);
        s->centres[i].order = NEW_ARRAY(arena, uint32_t, end);
        fill_centre(s, near, end, &s->centres[i]);
        s->n_circles += groups;
    }
    make_cells(s, arena);
}
