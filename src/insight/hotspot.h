/* Where and when are there more cases than expected? The scan statistic over circles of places and windows of time.
 *
 * Models: permutation (cases alone: does a place have a share of its own of certain days?), Poisson (against an expected
 * number for each place and time), Bernoulli (cases against controls). For each centre a circle grows over the neighbours
 * (those at one distance join together) up to a share of all cases or population, or to a radius; in each circle every
 * window of time is tried; the statistic is the log likelihood ratio of the best. Monte Carlo gives p: the same search
 * over simulated data, (1 + better simulations) / (1 + simulations).
 *
 * Workload: 10–5 000 places, 1–4 000 slots of time, 2–1 000 000 cases, 999 replications of 20–2 000 µs.
 * Invariants: 1. A replication depends on the seed and its number only, so results are the same for any number of threads.
 * 2. Equal statistics are broken by fewer places, the earlier centre, the earlier window. 3. No number is ever NaN: what
 * cannot be scanned is refused, what has no circle yields no cluster.
 * source: Kulldorff 1997 (Poisson, Bernoulli), Kulldorff et al. 2005 (permutation); checked against SaTScan 10.3.2. */
#ifndef YIWANG_INSIGHT_HOTSPOT_H
#define YIWANG_INSIGHT_HOTSPOT_H

#include "base/status.h"
#include "base/str.h"

enum hotspot_model { HOTSPOT_PERMUTATION, HOTSPOT_POISSON, HOTSPOT_BERNOULLI };
enum hotspot_windows {
    HOTSPOT_ANY_TIME, /* retrospective: any window */
    HOTSPOT_ALIVE,    /* prospective: windows that reach the last slot */
    HOTSPOT_NO_TIME,  /* purely spatial: one slot */
};

struct hotspot_place {
    double x, y; /* degrees of longitude and latitude on the sphere, else units of the plane */
};
struct hotspot_count {
    uint32_t place, slot, n;
    uint32_t stratum; /* permutation: times are exchanged within a stratum only (age group, category) */
};

struct hotspot_input {
    enum hotspot_model model;
    enum hotspot_windows windows;
    bool on_sphere; /* places are lon/lat; radii are km (earth radius 6 367 km, as SaTScan) */
    const struct hotspot_place *places;
    size_t n_places;
    uint32_t n_slots, n_strata;        /* n_strata 0 or 1: none */
    const struct hotspot_count *cases; /* of one place and slot there may be several */
    size_t n_cases;
    const struct hotspot_count *controls; /* Bernoulli */
    size_t n_controls;
    const double *expected; /* Poisson: n_places × n_slots, any scale; is scaled to the number of cases */
    double max_share;       /* a circle holds at most this share of the cases or population: 0 < share <= 0.5 */
    double max_radius;      /* km or units; INFINITY = no limit */
    uint32_t min_slots, max_slots, min_cases;
};

struct hotspot;
struct hotspot_worker;

struct hotspot_cluster {
    uint32_t centre; /* place */
    uint32_t *places;
    size_t n_places;
    uint32_t first_slot, last_slot;
    double radius, cases, expected, population, statistic; /* population: Bernoulli, cases and controls */
    double p;                                              /* NAN without replications */
};

/* Prepares a scan. in: what it points to outlives it. memory: arena, 4 bytes a pair of places + 40 bytes a circle.
 * errors: E_INVALID "scan_empty" (fewer than two cases), "scan_bad_place", "scan_bad_count", "scan_bad_limits",
 * "scan_no_expected", "scan_no_controls"; E_TOO_LARGE "scan_too_large". cost: places² log places. */
enum status hotspot_prepare(const struct hotspot_input *in, struct arena *arena, struct hotspot **ret,
                            struct err *err) MUST_USE;
/* The total of cases. */
double hotspot_total(const struct hotspot *s);
/* The number of circles that are looked at. */
size_t hotspot_circles(const struct hotspot *s);

/* What one thread needs to run replications. memory: arena, places × slots × 4 bytes and some. */
struct hotspot_worker *hotspot_worker_new(const struct hotspot *s, struct arena *arena);
/* The best statistics of the replications first … first + n - 1. out: ret_maxima[n]. cost: 20–2 000 µs each. */
void hotspot_replicate(struct hotspot_worker *w, uint64_t seed, uint32_t first, uint32_t n, double *ret_maxima);

/* The clusters of the data itself, best first; later ones share no place with a better one at the same time. With
 * replications all better than the worst of them (p < 1) are given, and the best in any case; without, max.
 * in: maxima of n replications, or NULL, 0. out: number, 0 = no circle held more than expected. cost: a replication
 * each. */
size_t hotspot_find(struct hotspot_worker *w, const double *maxima, size_t n, struct arena *arena,
                    struct hotspot_cluster *ret, size_t max);
/* (1 + simulations at least as good) / (1 + n). */
double hotspot_p(double statistic, const double *maxima, size_t n);
/* Log likelihood ratio of c cases where m are expected (Bernoulli: among m), 0 unless there are more than expected. */
double hotspot_statistic(const struct hotspot *s, double c, double m);

#endif
