/* Preparing a scan: limits, sums, circles. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/hotspot_int.h"

#define PLACES_MAX 5000
#define CASES_MAX 5000000
#define CELLS_MAX (64u << 20) /* places × slots */

static enum status check_limits(const struct hotspot_input *in, struct err *err) {
    if (in->n_places > PLACES_MAX || (uint64_t)in->n_places * in->n_slots > CELLS_MAX)
        return err_set(err, E_TOO_LARGE, "scan_too_large", "%zu places and %u slots are too many", in->n_places,
                       in->n_slots);
    bool timed = in->windows != HOTSPOT_NO_TIME;
    if (!(in->max_share > 0 && in->max_share <= 0.5) || !(in->max_radius >= 0) || in->n_slots == 0 ||
        in->min_cases < 1 || (timed && (in->min_slots < 1 || in->max_slots < in->min_slots)))
        return err_set(err, E_INVALID, "scan_bad_limits", "share, radius, windows or cases have no usable limit");
    if (in->model == HOTSPOT_PERMUTATION && !timed)
        return err_set(err, E_INVALID, "scan_bad_limits", "the permutation model needs time");
    for (size_t i = 0; i < in->n_places; i++) {
        const struct hotspot_place *p = &in->places[i];
        bool fits = !in->on_sphere || (fabs(p->x) <= 180 && fabs(p->y) <= 90);
        if (!isfinite(p->x) || !isfinite(p->y) || !fits)
            return err_set(err, E_INVALID, "scan_bad_place", "place %zu has no usable coordinates", i);
    }
    return OK;
}

static enum status check_counts(const struct hotspot_input *in, const struct hotspot_count *counts, size_t n,
                                double *total, struct err *err) {
    *total = 0;
    for (size_t i = 0; i < n; i++) {
        if (counts[i].place >= in->n_places || counts[i].slot >= in->n_slots ||
            (in->n_strata > 1 && counts[i].stratum >= in->n_strata))
            return err_set(err, E_INVALID, "scan_bad_count", "count %zu is of no known place and slot", i);
        *total += counts[i].n;
    }
    if (*total > CASES_MAX) return err_set(err, E_TOO_LARGE, "scan_too_large", "%.0f cases are too many", *total);
    return OK;
}

/* Scales the expected numbers, so that they add up to the cases. */
static enum status scale_expected(struct hotspot *s, struct arena *arena, struct err *err) {
    const struct hotspot_input *in = &s->in;
    size_t n = in->n_places * in->n_slots;
    double sum = 0;
    for (size_t i = 0; in->expected != NULL && i < n; i++) {
        if (!(in->expected[i] >= 0) || !isfinite(in->expected[i]))
            return err_set(err, E_INVALID, "scan_no_expected", "an expected number is no number of cases");
        sum += in->expected[i];
    }
    if (!(sum > 0) || !isfinite(sum))
        return err_set(err, E_INVALID, "scan_no_expected", "the Poisson model needs expected numbers");
    s->expected = NEW_ARRAY(arena, double, n);
    for (size_t i = 0; i < n; i++) s->expected[i] = in->expected[i] * s->total / sum;
    for (size_t i = 0; i < in->n_cases; i++) {
        const struct hotspot_count *c = &in->cases[i];
        if (c->n > 0 && !(s->expected[c->place * (size_t)in->n_slots + c->slot] > 0))
            return err_set(err, E_INVALID, "scan_no_expected", "place %u has cases where none can be expected",
                           c->place);
    }
    return OK;
}

static void set_windows(struct hotspot *s) {
    const struct hotspot_input *in = &s->in;
    bool timed = in->windows != HOTSPOT_NO_TIME;
    s->min_len = timed ? in->min_slots : in->n_slots;
    s->max_len = timed && in->max_slots < in->n_slots ? in->max_slots : in->n_slots;
    if (s->min_len > s->max_len) s->min_len = s->max_len;
    s->slots = in->windows == HOTSPOT_ALIVE ? s->max_len : in->n_slots;
    if (!timed) s->slots = s->min_len = s->max_len = 1;
    s->first_slot = timed ? in->n_slots - s->slots : 0;
    s->stride = (s->slots + 1 + 7) & ~7u;
}

uint32_t hotspot_slot(const struct hotspot *s, uint32_t slot) {
    if (s->in.windows == HOTSPOT_NO_TIME) return 0;
    return slot < s->first_slot ? NO_CELL : slot - s->first_slot;
}

static void sum_days(struct hotspot *s, struct arena *arena) {
    s->day_prefix = NEW_ARRAY(arena, double, s->stride);
    s->day_prefix_f = NEW_ARRAY(arena, float, s->stride);
    for (size_t i = 0; i < s->in.n_cases; i++) {
        uint32_t slot = hotspot_slot(s, s->in.cases[i].slot);
        if (slot != NO_CELL) s->day_prefix[slot + 1] += s->in.cases[i].n;
    }
    for (uint32_t t = 1; t <= s->slots; t++) s->day_prefix[t] += s->day_prefix[t - 1];
    for (uint32_t t = 0; t <= s->slots; t++) s->day_prefix_f[t] = (float)s->day_prefix[t];
}

static void add_measure(struct hotspot *s, uint32_t place, uint32_t slot, double m) {
    uint32_t at = hotspot_slot(s, slot);
    s->place_weight[place] += m;
    if (at != NO_CELL) s->place_measure[(size_t)place * s->stride + at + 1] += m;
}

/* Expected at a place and time: in each stratum its share of the cases of the place times those of the time. */
static void sum_strata(struct hotspot *s, struct arena *arena) {
    const struct hotspot_input *in = &s->in;
    struct arena_mark mark = arena_mark(arena);
    double *at = NEW_ARRAY(arena, double, in->n_places), *then = NEW_ARRAY(arena, double, in->n_slots);
    for (uint32_t k = 0; k < in->n_strata; k++) {
        double all = 0;
        memset(at, 0, in->n_places * sizeof *at);
        memset(then, 0, in->n_slots * sizeof *then);
        for (size_t i = 0; i < in->n_cases; i++) {
            if (in->cases[i].stratum != k) continue;
            at[in->cases[i].place] += in->cases[i].n;
            then[in->cases[i].slot] += in->cases[i].n;
            all += in->cases[i].n;
        }
        for (uint32_t p = 0; all > 0 && p < in->n_places; p++)
            for (uint32_t t = 0; at[p] > 0 && t < in->n_slots; t++) add_measure(s, p, t, at[p] * then[t] / all);
    }
    arena_rewind(arena, mark);
}

static void sum_measures(struct hotspot *s, struct arena *arena) {
    const struct hotspot_input *in = &s->in;
    s->place_measure = NEW_ARRAY(arena, double, in->n_places * s->stride);
    if (in->model == HOTSPOT_PERMUTATION)
        sum_strata(s, arena);
    else if (in->model == HOTSPOT_POISSON)
        for (uint32_t p = 0; p < in->n_places; p++)
            for (uint32_t t = 0; t < in->n_slots; t++) add_measure(s, p, t, s->expected[p * (size_t)in->n_slots + t]);
    else {
        for (size_t i = 0; i < in->n_cases; i++) add_measure(s, in->cases[i].place, in->cases[i].slot, in->cases[i].n);
        for (size_t i = 0; i < in->n_controls; i++)
            add_measure(s, in->controls[i].place, in->controls[i].slot, in->controls[i].n);
    }
    for (size_t p = 0; p < in->n_places; p++)
        for (uint32_t t = 1; t <= s->slots; t++)
            s->place_measure[p * s->stride + t] += s->place_measure[p * s->stride + t - 1];
}

static void sum_places(struct hotspot *s, struct arena *arena) {
    s->place_cases = NEW_ARRAY(arena, uint32_t, s->in.n_places);
    s->place_weight = NEW_ARRAY(arena, double, s->in.n_places);
    for (size_t i = 0; i < s->in.n_cases; i++) s->place_cases[s->in.cases[i].place] += s->in.cases[i].n;
    if (s->in.model == HOTSPOT_PERMUTATION && s->in.n_strata <= 1)
        sum_days(s, arena);
    else
        sum_measures(s, arena);
    for (size_t p = 0; s->day_prefix != NULL && p < s->in.n_places; p++) s->place_weight[p] = s->place_cases[p];
}

enum status hotspot_prepare(const struct hotspot_input *in, struct arena *arena, struct hotspot **ret,
                            struct err *err) {
    struct hotspot *s = NEW(arena, struct hotspot);
    double controls = 0;
    s->in = *in;
    enum status status = check_limits(in, err);
    if (status == OK) status = check_counts(in, in->cases, in->n_cases, &s->total, err);
    if (status == OK && in->model == HOTSPOT_BERNOULLI)
        status = check_counts(in, in->controls, in->n_controls, &controls, err);
    if (status != OK) return status;
    if (s->total < 2) return err_set(err, E_INVALID, "scan_empty", "%.0f cases are too few to scan", s->total);
    if (in->model == HOTSPOT_BERNOULLI && controls < 1)
        return err_set(err, E_INVALID, "scan_no_controls", "the Bernoulli model needs controls");
    s->measure = s->total + controls;
    if (in->model == HOTSPOT_POISSON) status = scale_expected(s, arena, err);
    if (status != OK) return status;
    set_windows(s);
    sum_places(s, arena);
    hotspot_make_circles(s, arena);
    hotspot_make_lots(s, arena);
    *ret = s;
    return OK;
}

double hotspot_total(const struct hotspot *s) {
    return s->total;
}

size_t hotspot_circles(const struct hotspot *s) {
    return s->n_circles;
}

/* n ln(n / of), 0 at n = 0. */
static double part(double n, double of) {
    return n > 0 ? n * log(n / of) : 0;
}

double hotspot_statistic(const struct hotspot *s, double c, double m) {
    double all = s->total, rest = s->measure - m;
    if (!(m > 0) || c * s->measure <= m * all) return 0;
    if (s->in.model != HOTSPOT_BERNOULLI) return part(c, m) + part(all - c, all - m);
    double ratio = part(c, m) + part(m - c, m) + part(all - c, rest) + part(rest - (all - c), rest) -
                   part(all, s->measure) - part(s->measure - all, s->measure);
    return ratio > 0 ? ratio : 0;
}

double hotspot_p(double statistic, const double *maxima, size_t n) {
    size_t better = 1;
    for (size_t i = 0; i < n; i++)
        if (maxima[i] >= statistic - 1e-9) better++;
    return (double)better / (double)(n + 1);
}
