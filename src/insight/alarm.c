#include "insight/alarm.h"

#include <math.h>
#include <stdlib.h>

#include "base/macro.h"
#include "insight/random.h"

#define GAP_DAYS 7
#define SHORT_DAYS 56
#define LONG_DAYS 364
#define HALF_WINDOW 45

/* Sums of so many days up to the day judged. */
static const size_t SPANS[] = {1, 2, 3, 5, 7};

struct base {
    double sum, square, n;
};

static struct base base_of(const double *counts, size_t t, size_t days) {
    size_t end = t - GAP_DAYS, from = end > days ? end - days : 0;
    struct base b = {0};
    for (size_t i = from; i < end; i++) {
        if (counts[i] < 0) continue;
        b.sum += counts[i];
        b.square += counts[i] * counts[i];
        b.n++;
    }
    return b;
}

/* Minus the logarithm of the chance of more than `sum` cases, or as many and the draw u; negative binomial. */
static double surprise(double sum, double mean, double dispersion, double u) {
    double size = dispersion > 1e-6 ? 1 / dispersion : 1e6, share = mean / (mean + size);
    double p = exp(size * log1p(-share)), below = 0;
    if (p < 1e-300) return (sum - mean) / sqrt(mean + dispersion * mean * mean); /* hundreds a day: as good as normal */
    for (double k = 0; k < sum; k++) {
        below += p;
        p *= share * (k + size) / (k + 1);
    }
    /* Once the rest is lost to rounding, its first terms stand for it. */
    double above = 1 - below - p;
    if (above < 1e-9) above = p * share * (sum + size) / (sum + 1) / (1 - share);
    return -log(above + u * p + 1e-300);
}

double alarm_score(const double *counts, size_t t, uint64_t seed) {
    struct base lately = base_of(counts, t, SHORT_DAYS), year = base_of(counts, t, LONG_DAYS);
    struct random r = random_of(seed, t);
    if (counts[t] < 0 || lately.n < SHORT_DAYS / 2.0) return NAN;
    /* A case more, so that a quiet year does not make one case a miracle. */
    double mean = 0.7 * (lately.sum + 1) / lately.n + 0.3 * (year.sum + 1) / year.n, flat = year.sum / year.n;
    double over = year.square / year.n - flat * flat - flat, most = -INFINITY, sum = 0, days = 0, u = random_unit(&r);
    double dispersion = flat > 0 && over > 0 ? over / (flat * flat) : 0;
    size_t back = 0;
    for (size_t k = 0; k < ARRAY_LEN(SPANS); k++) {
        for (; back < SPANS[k]; back++) {
            if (counts[t - back] < 0) continue;
            sum += counts[t - back];
            days++;
        }
        double is = surprise(sum, days * mean, dispersion / days, u);
        most = is > most ? is : most;
    }
    return most;
}

/* The mean of the counted days around t. */
static double mean_around(const double *counts, size_t n, size_t t) {
    double sum = 0, days = 0;
    for (size_t i = t > HALF_WINDOW ? t - HALF_WINDOW : 0; i < n && i <= t + HALF_WINDOW; i++) {
        if (counts[i] < 0) continue;
        sum += counts[i];
        days++;
    }
    return days > 0 ? sum / days : 0;
}

struct alarm_curve alarm_curve_of(const double *counts, size_t n, day first, struct arena *arena) {
    struct alarm_curve c = {.mean = NEW_ARRAY(arena, double, n), .n = n};
    double seen[7] = {0}, smooth[7] = {0}, over = 0, square = 0;
    for (size_t t = 0; t < n; t++) {
        int weekday = day_weekday((day){first.n + (int32_t)t});
        c.mean[t] = mean_around(counts, n, t);
        if (counts[t] < 0) continue;
        seen[weekday] += counts[t];
        smooth[weekday] += c.mean[t];
    }
    for (size_t t = 0; t < n; t++) {
        int weekday = day_weekday((day){first.n + (int32_t)t});
        c.mean[t] *= smooth[weekday] > 0 ? (seen[weekday] + 1) / (smooth[weekday] + 1) : 1;
        if (counts[t] < 0) continue;
        over += (counts[t] - c.mean[t]) * (counts[t] - c.mean[t]) - c.mean[t];
        square += c.mean[t] * c.mean[t];
    }
    c.dispersion = square > 0 && over > 0 ? over / square : 0;
    return c;
}

void alarm_simulate(const struct alarm_curve *c, uint64_t seed, uint64_t copy, double *ret_counts) {
    struct random r = random_of(seed, copy);
    double shape = c->dispersion > 1e-6 ? 1 / c->dispersion : 0;
    for (size_t t = 0; t < c->n; t++) {
        double mean = shape > 0 ? c->mean[t] * random_gamma(&r, shape) / shape : c->mean[t];
        ret_counts[t] = random_poisson(&r, mean);
    }
}

static int descending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x > y ? -1 : x < y;
}

double alarm_threshold(const struct alarm_curve *c, double per_1000, uint32_t copies, uint64_t seed,
                       struct arena *arena) {
    if (c->n <= ALARM_BASE || copies == 0) return INFINITY; /* nothing to judge by: no alarm */
    struct arena_mark mark = arena_mark(arena);
    size_t days = c->n - ALARM_BASE, n = 0;
    double *counts = NEW_ARRAY(arena, double, c->n), *scores = NEW_ARRAY(arena, double, days *copies);
    for (uint32_t k = 0; k < copies; k++) {
        alarm_simulate(c, seed, k, counts);
        for (size_t t = ALARM_BASE; t < c->n; t++) scores[n++] = alarm_score(counts, t, seed + k);
    }
    qsort(scores, n, sizeof *scores, descending);
    size_t at = (size_t)((double)n * per_1000 / 1000);
    double threshold = scores[at < n ? at : n - 1];
    arena_rewind(arena, mark);
    return threshold;
}
