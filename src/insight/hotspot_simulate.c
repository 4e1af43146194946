/* The search for the best window, over simulated data and the data itself.
 *
 * For each circle the cases before each slot are summed as places join. A window beats the statistic L only if its cases
 * exceed f(m), where f is concave in the measure m of the window: the likelihood ratio is convex in (cases, measure), so
 * {ratio <= L} is convex and f its upper edge. A chord of f over the measures that the circle's windows can have thus
 * bounds f from below: cases - slope × measure > level is necessary, and the greatest rise of prefix sums of
 * (cases - slope × measure) over at most max_len slots tells in a few passes whether any window of the circle can pass.
 * Those that do are noted as the least measure for their number of cases; one logarithm for each number decides.
 *
 * L is a floor under which the worker expects no replication to end; should one, it is run again with a lower floor.
 * The result is exact whatever the floor. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/hotspot_worker_int.h"

/* Slack for sums in float: prefix sums stay below 2^24. */
#define SLACK 1e-5f

/* --- lots ------------------------------------------------------------------------------------------------------------ */

static void make_permutation_lots(struct hotspot *s, struct arena *arena) {
    const struct hotspot_input *in = &s->in;
    size_t n = (size_t)s->total;
    s->units = NEW_ARRAY(arena, uint32_t, n);
    s->slots_drawn = NEW_ARRAY(arena, uint32_t, n);
    s->n_lots = in->n_strata > 1 ? in->n_strata : 1;
    s->lots = NEW_ARRAY(arena, struct lot, s->n_lots);
    for (uint32_t k = 0; k < s->n_lots; k++) {
        struct lot *lot = &s->lots[k];
        *lot = (struct lot){.first_unit = (uint32_t)s->n_units, .first_drawn = (uint32_t)s->n_drawn};
        for (size_t i = 0; i < in->n_cases; i++) {
            const struct hotspot_count *c = &in->cases[i];
            uint32_t slot = hotspot_slot(s, c->slot);
            if (s->n_lots > 1 && c->stratum != k) continue;
            for (uint32_t j = 0; j < c->n; j++) s->units[s->n_units++] = c->place;
            for (uint32_t j = 0; slot != NO_CELL && j < c->n; j++) s->slots_drawn[s->n_drawn++] = slot;
        }
        lot->n_units = (uint32_t)s->n_units - lot->first_unit;
        lot->n_drawn = (uint32_t)s->n_drawn - lot->first_drawn;
    }
}

static void add_persons(struct hotspot *s, const struct hotspot_count *counts, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint32_t slot = hotspot_slot(s, counts[i].slot);
        uint32_t cell = slot == NO_CELL ? NO_CELL : counts[i].place * s->stride + slot;
        for (uint32_t k = 0; k < counts[i].n; k++) s->units[s->n_units++] = cell;
    }
}

static void make_bernoulli_lots(struct hotspot *s, struct arena *arena) {
    s->units = NEW_ARRAY(arena, uint32_t, (size_t)s->measure);
    add_persons(s, s->in.cases, s->in.n_cases);
    add_persons(s, s->in.controls, s->in.n_controls);
    s->n_drawn = (size_t)s->total;
    s->lots = NEW(arena, struct lot);
    *s->lots = (struct lot){.n_units = (uint32_t)s->n_units, .n_drawn = (uint32_t)s->n_drawn};
    s->n_lots = 1;
}

/* source: Vose 1991. One more cell stands for what is not looked at. */
static void make_poisson_lots(struct hotspot *s, struct arena *arena) {
    size_t n = s->in.n_places * s->slots + 1, small = 0, large = 0;
    double *share = NEW_ARRAY(arena, double, n), rest = s->total;
    uint32_t *smalls = NEW_ARRAY(arena, uint32_t, n), *larges = NEW_ARRAY(arena, uint32_t, n);
    s->alias_share = share;
    s->alias_other = NEW_ARRAY(arena, uint32_t, n);
    s->alias_cell = NEW_ARRAY(arena, uint32_t, n);
    s->n_alias = n;
    s->n_drawn = (size_t)s->total;
    for (size_t i = 0; i + 1 < n; i++) {
        size_t at = i / s->slots * s->stride + i % s->slots;
        double m = s->place_measure[at + 1] - s->place_measure[at];
        share[i] = m * (double)n / s->total;
        rest -= m;
        s->alias_cell[i] = (uint32_t)at;
    }
    share[n - 1] = s->in.windows == HOTSPOT_ALIVE && rest > 0 ? rest * (double)n / s->total : 0;
    s->alias_cell[n - 1] = NO_CELL;
    for (uint32_t i = 0; i < n; i++) s->alias_other[i] = i;
    for (uint32_t i = 0; i < n; i++)
        if (share[i] < 1)
            smalls[small++] = i;
        else
            larges[large++] = i;
    while (small > 0 && large > 0) {
        uint32_t a = smalls[--small], b = larges[large - 1];
        s->alias_other[a] = b;
        share[b] -= 1 - share[a];
        if (share[b] < 1) smalls[small++] = b, large--;
    }
    /* What rounding left over is a whole share. */
    while (large > 0) share[larges[--large]] = 1;
    while (small > 0) {
        uint32_t i = smalls[--small];
        if (share[i] > 0.5) share[i] = 1;
    }
}

void hotspot_make_lots(struct hotspot *s, struct arena *arena) {
    if (s->in.model == HOTSPOT_PERMUTATION) make_permutation_lots(s, arena);
    if (s->in.model == HOTSPOT_BERNOULLI) make_bernoulli_lots(s, arena);
    if (s->in.model == HOTSPOT_POISSON) make_poisson_lots(s, arena);
}

/* --- one set of counts ----------------------------------------------------------------------------------------------- */

static void deal_lot(struct hotspot_worker *w, const struct lot *lot, struct random *r) {
    const struct hotspot *s = w->scan;
    uint32_t *units = w->units + lot->first_unit;
    for (uint32_t j = 0; j < lot->n_drawn; j++) {
        uint32_t k = j + random_below(r, lot->n_units - j), unit = units[k];
        units[k] = units[j];
        if (s->slots_drawn != NULL)
            w->counts[unit * s->stride + s->slots_drawn[lot->first_drawn + j] + 1]++;
        else if (unit != NO_CELL)
            w->counts[unit + 1]++;
    }
}

static void deal(struct hotspot_worker *w, struct random *r) {
    const struct hotspot *s = w->scan;
    if (s->in.model == HOTSPOT_POISSON) {
        for (size_t j = 0; j < s->n_drawn; j++) {
            uint32_t i = random_below(r, (uint32_t)s->n_alias);
            uint32_t cell = s->alias_cell[random_unit(r) < s->alias_share[i] ? i : s->alias_other[i]];
            if (cell != NO_CELL) w->counts[cell + 1]++;
        }
        return;
    }
    memcpy(w->units, s->units, s->n_units * sizeof *w->units);
    for (size_t k = 0; k < s->n_lots; k++) deal_lot(w, &s->lots[k], r);
}

void hotspot_sum_counts(struct hotspot_worker *w) {
    const struct hotspot *s = w->scan;
    for (size_t p = 0; p < s->in.n_places; p++) {
        float *row = w->counts + p * s->stride;
        for (uint32_t t = 1; t <= s->slots; t++) row[t] += row[t - 1];
        w->any[p] = row[s->slots] > 0;
    }
}

/* --- the floor ------------------------------------------------------------------------------------------------------- */

/* The most cases that do not beat the floor at this measure. */
static double edge_at(const struct hotspot *s, double m, double floor) {
    double most = s->in.model == HOTSPOT_BERNOULLI && m < s->total ? m : s->total, low = m * s->total / s->measure,
           high = most;
    if (low >= most || hotspot_statistic(s, most, m) <= floor) return most;
    while (high - low > 1e-4 * (1 + low)) {
        double mid = (low + high) / 2;
        if (hotspot_statistic(s, mid, m) <= floor)
            low = mid;
        else
            high = mid;
    }
    return low;
}

void hotspot_set_floor(struct hotspot_worker *w, double floor) {
    w->floor = floor;
    for (int i = 0; i < MEASURE_CELLS; i++) w->edge[i] = edge_at(w->scan, w->scan->cells[i], floor);
}

/* --- one circle ------------------------------------------------------------------------------------------------------ */

/* A window of the slots first … end - 1 that may beat the floor. */
static void note(struct hotspot_worker *w, uint32_t first, uint32_t end) {
    const struct hotspot *s = w->scan;
    uint32_t c = (uint32_t)(w->cases[end] - w->cases[first]);
    double m = w->measure[end] - w->measure[first];
    if (c < s->in.min_cases) return;
    if (s->day_prefix != NULL) m *= w->weight;
    if (w->find != NULL) {
        w->find(w, first, end);
        return;
    }
    if (m < w->least[c]) w->least[c] = m;
    if (c > w->most) w->most = c;
}

/* to[i] = the lesser of from[i] and from[i + step]. */
static void lesser(const float *restrict from, float *restrict to, uint32_t step, uint32_t n) {
    for (uint32_t i = 0; i + step < n; i++) to[i] = from[i] < from[i + step] ? from[i] : from[i + step];
    for (uint32_t i = n - (step < n ? step : n); i < n; i++) to[i] = from[i];
}

/* Each slot's least predecessor within reach: rise[t] - least[t] is the greatest rise that ends there.
 * padded[i] = rise[i - max_len]. cost: log2(max_len) passes. */
static const float *sliding_least(struct hotspot_worker *w) {
    const struct hotspot *s = w->scan;
    uint32_t width = s->max_len - s->min_len + 1, n = s->slots + 1 + s->max_len, done = 1;
    const float *from = w->padded;
    float *to = w->sliding, *other = w->sliding_other, *swap;
    for (; done * 2 <= width; done *= 2) {
        lesser(from, to, done, n);
        from = to;
        swap = to, to = other, other = swap;
    }
    if (width > done) {
        lesser(from, to, width - done, n);
        from = to;
    }
    return from;
}

static void note_ending(struct hotspot_worker *w, const float *rise, uint32_t end, float level) {
    const struct hotspot *s = w->scan;
    uint32_t from = end > s->max_len ? end - s->max_len : 0;
    for (uint32_t first = from; first + s->min_len <= end; first++)
        if (rise[end] - rise[first] > level) note(w, first, end);
}

static void look_at(struct hotspot_worker *w, const struct circle *c) {
    const struct hotspot *s = w->scan;
    double width = s->cells[c->high] - s->cells[c->low];
    double slope = (w->edge[c->high] - w->edge[c->low]) / width, level = w->edge[c->low] - slope * s->cells[c->low];
    float *restrict rise = w->padded + s->max_len, bound = (float)level - SLACK * (float)(1 + s->total);
    const float *restrict cases = w->cases;
    if (s->day_prefix != NULL) {
        float k = (float)(slope * c->weight / s->total);
        for (uint32_t t = 0; t <= s->slots; t++) rise[t] = cases[t] - k * s->day_prefix_f[t];
    } else
        for (uint32_t t = 0; t <= s->slots; t++) rise[t] = cases[t] - (float)(slope * w->measure[t]);
    w->weight = c->weight;
    if (s->in.windows == HOTSPOT_ALIVE || s->slots == 1) {
        note_ending(w, rise, s->slots, bound);
        return;
    }
    const float *restrict least = sliding_least(w);
    uint32_t passing = 0;
    for (uint32_t t = s->min_len; t <= s->slots; t++) passing += rise[t] - least[t] > bound;
    for (uint32_t t = s->min_len; passing > 0; t++)
        if (rise[t] - least[t] > bound) {
            note_ending(w, rise, t, bound);
            passing--;
        }
}

static void join(struct hotspot_worker *w, const struct centre *centre, const struct circle *c, bool *ret_gained) {
    const struct hotspot *s = w->scan;
    for (uint32_t i = 0; i < c->n; i++) {
        uint32_t place = centre->order[c->first + i];
        const float *restrict add = w->counts + place * (size_t)s->stride;
        float *restrict cases = w->cases;
        if (w->any[place]) {
            for (uint32_t t = 0; t <= s->slots; t++) cases[t] += add[t];
            *ret_gained = true;
        }
        if (s->place_measure == NULL) continue;
        const double *restrict more = s->place_measure + place * (size_t)s->stride;
        double *restrict measure = w->measure_sum;
        for (uint32_t t = 0; t <= s->slots; t++) measure[t] += more[t];
    }
}

void hotspot_one_centre(struct hotspot_worker *w, uint32_t i) {
    const struct hotspot *s = w->scan;
    const struct centre *centre = &s->centres[i];
    memset(w->cases, 0, s->stride * sizeof *w->cases);
    if (s->place_measure != NULL) memset(w->measure_sum, 0, s->stride * sizeof *w->measure_sum);
    w->centre = i;
    for (w->circle = 0; w->circle < centre->n_circles; w->circle++) {
        const struct circle *c = &centre->circles[w->circle];
        bool gained = false;
        join(w, centre, c, &gained);
        if (c->gains && gained) look_at(w, c);
    }
}

/* --- replications ---------------------------------------------------------------------------------------------------- */

static double best_noted(struct hotspot_worker *w) {
    const struct hotspot *s = w->scan;
    double best = 0;
    for (uint32_t c = 0; c <= w->most; c++) {
        if (!isfinite(w->least[c])) continue;
        double m = s->day_prefix != NULL ? w->least[c] / s->total : w->least[c];
        double value = hotspot_statistic(s, c, m);
        if (value > best) best = value;
        w->least[c] = INFINITY;
    }
    w->most = 0;
    return best;
}

/* The floor follows the worst replication so far, a little below. */
static void follow(struct hotspot_worker *w, double value) {
    if (value < w->worst) w->worst = value;
    double floor = 0.95 * w->worst;
    if (w->floor < 0.9 * floor || w->floor > floor) hotspot_set_floor(w, floor);
}

static double replicate(struct hotspot_worker *w, struct random r) {
    const struct hotspot *s = w->scan;
    memset(w->counts, 0, s->in.n_places * s->stride * sizeof *w->counts);
    deal(w, &r);
    hotspot_sum_counts(w);
    for (;;) {
        for (uint32_t i = 0; i < s->in.n_places; i++) hotspot_one_centre(w, i);
        double best = best_noted(w);
        if (best > w->floor || w->floor <= 0) return best;
        hotspot_set_floor(w, w->floor > 0.01 ? w->floor / 2 : 0);
    }
}

void hotspot_replicate(struct hotspot_worker *w, uint64_t seed, uint32_t first, uint32_t n, double *ret_maxima) {
    w->find = NULL;
    if (w->worst == INFINITY) hotspot_set_floor(w, 1);
    for (uint32_t i = 0; i < n; i++) {
        ret_maxima[i] = replicate(w, random_of(seed, first + i));
        follow(w, ret_maxima[i]);
    }
}

struct hotspot_worker *hotspot_worker_new(const struct hotspot *s, struct arena *arena) {
    struct hotspot_worker *w = NEW(arena, struct hotspot_worker);
    size_t n = s->stride, cases = (size_t)s->total;
    w->scan = s;
    w->counts = NEW_ARRAY(arena, float, s->in.n_places *n + 1);
    w->any = NEW_ARRAY(arena, bool, s->in.n_places);
    w->units = NEW_ARRAY(arena, uint32_t, s->n_units);
    w->cases = NEW_ARRAY(arena, float, n);
    w->measure_sum = NEW_ARRAY(arena, double, n);
    w->measure = s->place_measure == NULL ? s->day_prefix : w->measure_sum;
    w->padded = NEW_ARRAY(arena, float, n + s->max_len);
    w->sliding = NEW_ARRAY(arena, float, n + s->max_len);
    w->sliding_other = NEW_ARRAY(arena, float, n + s->max_len);
    w->least = NEW_ARRAY(arena, double, cases + 1);
    w->worst = INFINITY;
    for (size_t c = 0; c <= cases; c++) w->least[c] = INFINITY;
    for (uint32_t t = 0; t < n + s->max_len; t++) w->padded[t] = INFINITY;
    return w;
}
