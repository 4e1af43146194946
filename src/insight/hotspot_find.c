/* The clusters of the data itself. Candidates are, for each centre, its best window, then its best at another time, and so
 * on; of all candidates, best first, those remain that share no place with a better one at the same time. So do
 * SaTScan's lists read ("no geographical overlap"), to which tests/blackbox/test_scan.py holds them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/hotspot_worker_int.h"

/* Statistics that differ by less are equal. */
#define SAME_STATISTIC 1e-9

struct window {
    uint32_t centre, circle, n_places, first, end; /* slots looked at: first … end - 1 */
    double statistic, cases, measure;
};

struct finding {
    struct window best;
    struct window *all; /* candidates */
    size_t n, cap, first_of_centre;
};

static uint32_t places_of(const struct hotspot *s, uint32_t centre, uint32_t circle) {
    const struct circle *c = &s->centres[centre].circles[circle];
    return c->first + c->n;
}

static bool better(const struct window *a, const struct window *b) {
    if (fabs(a->statistic - b->statistic) > SAME_STATISTIC) return a->statistic > b->statistic;
    if (a->n_places != b->n_places) return a->n_places < b->n_places;
    if (a->centre != b->centre) return a->centre < b->centre;
    return a->first < b->first;
}

static bool at_one_time(const struct window *a, const struct window *b) {
    return a->first < b->end && b->first < a->end;
}

/* Whether the centre has a better window at that time. */
static bool outdone(const struct finding *f, const struct window *a) {
    for (size_t k = f->first_of_centre; k < f->n; k++)
        if (at_one_time(&f->all[k], a)) return true;
    return false;
}

/* Windows begin and end with a case where they may be as short as a slot: a longer one with the same cases is no better,
 * and equal only where nobody has cases (there rounding decides in SaTScan). */
static bool ends_empty(const struct hotspot_worker *w, uint32_t first, uint32_t end) {
    const float *n = w->cases;
    if (w->scan->min_len > 1 || w->scan->slots == 1) return false;
    if (n[first + 1] <= n[first]) return true;
    return w->scan->in.windows != HOTSPOT_ALIVE && n[end] <= n[end - 1];
}

static void take_window(struct hotspot_worker *w, uint32_t first, uint32_t end) {
    const struct hotspot *s = w->scan;
    struct finding *f = w->finding;
    if (ends_empty(w, first, end)) return;
    struct window a = {.centre = w->centre, .circle = w->circle, .first = first, .end = end};
    a.cases = (double)(w->cases[end] - w->cases[first]);
    a.measure = w->measure[end] - w->measure[first];
    if (s->day_prefix != NULL) a.measure = a.measure * w->weight / s->total;
    a.n_places = places_of(s, w->centre, w->circle);
    a.statistic = hotspot_statistic(s, a.cases, a.measure);
    if (a.statistic > 0 && better(&a, &f->best) && !outdone(f, &a)) f->best = a;
}

static void load_counts(struct hotspot_worker *w) {
    const struct hotspot *s = w->scan;
    memset(w->counts, 0, s->in.n_places * s->stride * sizeof *w->counts);
    for (size_t i = 0; i < s->in.n_cases; i++) {
        const struct hotspot_count *c = &s->in.cases[i];
        if (s->in.windows != HOTSPOT_NO_TIME && c->slot < s->first_slot) continue;
        uint32_t slot = s->in.windows == HOTSPOT_NO_TIME ? 0 : c->slot - s->first_slot;
        w->counts[c->place * (size_t)s->stride + slot + 1] += (float)c->n;
    }
    hotspot_sum_counts(w);
}

static void describe(const struct hotspot *s, const struct window *a, struct arena *arena,
                     struct hotspot_cluster *ret) {
    const struct centre *centre = &s->centres[a->centre];
    bool timed = s->in.windows != HOTSPOT_NO_TIME;
    *ret = (struct hotspot_cluster){.centre = a->centre,
                                    .places = NEW_ARRAY(arena, uint32_t, a->n_places),
                                    .n_places = a->n_places,
                                    .first_slot = timed ? s->first_slot + a->first : 0,
                                    .last_slot = timed ? s->first_slot + a->end - 1 : s->in.n_slots - 1,
                                    .radius = centre->circles[a->circle].radius,
                                    .cases = a->cases,
                                    .expected = a->measure,
                                    .statistic = a->statistic,
                                    .p = NAN};
    memcpy(ret->places, centre->order, a->n_places * sizeof *ret->places);
    if (s->in.model != HOTSPOT_BERNOULLI) return;
    ret->population = a->measure;
    ret->expected = a->measure * s->total / s->measure;
}

static double least_of(const double *maxima, size_t n) {
    double least = n > 0 ? maxima[0] : 0;
    for (size_t i = 1; i < n; i++) least = maxima[i] < least ? maxima[i] : least;
    return least;
}

static int best_first(const void *a, const void *b) {
    return better(a, b) ? -1 : better(b, a);
}

/* The candidates of all centres that beat the floor, best first. */
static void find_candidates(struct hotspot_worker *w, struct finding *f, double floor) {
    hotspot_set_floor(w, floor);
    f->n = 0;
    for (uint32_t i = 0; i < w->scan->in.n_places; i++) {
        f->first_of_centre = f->n;
        while (f->n < f->cap) {
            f->best = (struct window){.n_places = UINT32_MAX};
            hotspot_one_centre(w, i);
            if (!(f->best.statistic > floor)) break;
            f->all[f->n++] = f->best;
        }
    }
    qsort(f->all, f->n, sizeof *f->all, best_first);
}

static bool shares_place(const struct hotspot *s, const struct window *a, const bool *member) {
    for (uint32_t i = 0; i < a->n_places; i++)
        if (member[s->centres[a->centre].order[i]]) return true;
    return false;
}

static size_t keep_apart(const struct hotspot *s, const struct finding *f, struct arena *arena,
                         struct hotspot_cluster *ret, size_t max) {
    const struct window **kept = NEW_ARRAY(arena, const struct window *, max);
    bool *member = NEW_ARRAY(arena, bool, max * s->in.n_places);
    size_t n = 0;
    for (size_t i = 0; i < f->n && n < max; i++) {
        const struct window *a = &f->all[i];
        size_t k = 0;
        while (k < n && !(at_one_time(a, kept[k]) && shares_place(s, a, member + k * s->in.n_places))) k++;
        if (k < n) continue;
        kept[n] = a;
        describe(s, a, arena, &ret[n]);
        for (size_t j = 0; j < a->n_places; j++) member[n * s->in.n_places + ret[n].places[j]] = true;
        n++;
    }
    return n;
}

/* Candidates of one centre are at different times, so there are no more than slots. */
#define CANDIDATES_OF_CENTRE 64

size_t hotspot_find(struct hotspot_worker *w, const double *maxima, size_t n, struct arena *arena,
                    struct hotspot_cluster *ret, size_t max) {
    const struct hotspot *s = w->scan;
    struct finding f = {.cap = s->in.n_places * (s->slots < CANDIDATES_OF_CENTRE ? s->slots : CANDIDATES_OF_CENTRE)};
    double least = least_of(maxima, n);
    f.all = NEW_ARRAY(arena, struct window, f.cap);
    w->find = take_window;
    w->finding = &f;
    load_counts(w);
    find_candidates(w, &f, least > 0 ? least + SAME_STATISTIC : 0);
    bool worst = f.n == 0 && least > 0;
    if (worst) find_candidates(w, &f, 0); /* worse than every simulation: the best is given all the same */
    size_t found = keep_apart(s, &f, arena, ret, worst && max > 1 ? 1 : max);
    for (size_t i = 0; n > 0 && i < found; i++) ret[i].p = hotspot_p(ret[i].statistic, maxima, n);
    w->worst = INFINITY;
    return found;
}
