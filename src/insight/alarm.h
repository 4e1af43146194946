/* Is today's count unusual? One number a day and series, held against a threshold that simulation fixed.
 *
 * The number is (count - mean) / deviation over the 28 days that end two days before, the deviation never below the
 * square root of the mean: the cheap repair of EARS C2 that found as many bursts as dearer rules. The usual limits of EARS
 * fire 13–40 times too often; here the threshold is the quantile of simulated days of the series' own curve, so the rate
 * of false alarms is what was asked for. Ties are broken by a number that the day and seed fix.
 * source: Hutwagner et al. 2003 (EARS); figures and cautions in docs/analysis.md. */
#ifndef YIWANG_INSIGHT_ALARM_H
#define YIWANG_INSIGHT_ALARM_H

#include "base/arena.h"
#include "base/instant.h"

/* Days before the first that can be judged. */
#define ALARM_BASE 63

/* What a series does without bursts. */
struct alarm_curve {
    double *mean; /* by day */
    size_t n;
    double dispersion; /* variance = mean + dispersion × mean² */
};

/* How unusual day t is. in: t >= ALARM_BASE, counts up to t, those < 0 unknown. out: NAN if day t or over half of its
 * base was not counted. cost: 30 ns. */
double alarm_score(const double *counts, size_t t, uint64_t seed);
/* The curve of a series: mean of 91 days around each day times the weekday's factor, dispersion by moments. memory: arena. */
struct alarm_curve alarm_curve_of(const double *counts, size_t n, day first, struct arena *arena);
/* A clean copy of a series. out: counts[n]. */
void alarm_simulate(const struct alarm_curve *c, uint64_t seed, uint64_t copy, double *ret_counts);
/* The threshold above which so many of 1 000 clean days lie. in: 0 < per_1000 < 500; copies of the curve. cost: 50 ns a
 * day and copy. */
double alarm_threshold(const struct alarm_curve *c, double per_1000, uint32_t copies, uint64_t seed,
                       struct arena *arena);

#endif
