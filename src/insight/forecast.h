/* Seven days ahead: daily counts of an area and category, with an interval.
 *
 * Poisson regression on weekday, holiday, day after a holiday, two harmonics of the year and the logarithm of the level of
 * the last 28 days, over at most three years; ridge 1 and a clamped predictor, because a category that ends would else run
 * away (seen: 1e22). The interval is of the negative binomial with the dispersion seen.
 *
 * Workload: 1 000 series of 1 100 days, 1–2 ms each. Invariants: 1. A day that is not counted is no day without cases.
 * 2. Too little history abstains. 3. Forecasts are finite and not negative.
 * source: McCullagh, Nelder 1989 (iteratively reweighted least squares); figures in docs/analysis.md. */
#ifndef YIWANG_INSIGHT_FORECAST_H
#define YIWANG_INSIGHT_FORECAST_H

#include "base/instant.h"
#include "base/status.h"

#define FORECAST_DAYS 7
/* Days of history without which there is none. */
#define FORECAST_LEAST 56
/* A day that was not counted. */
#define NOT_COUNTED (-1.0)

struct daily {
    const double *counts; /* by day, NOT_COUNTED = unknown */
    size_t n;
    day first;
    const bool *holiday; /* n + FORECAST_DAYS days from first, or NULL */
};
struct forecast {
    double mean[FORECAST_DAYS], low[FORECAST_DAYS], high[FORECAST_DAYS]; /* 80 % of days lie within */
    double dispersion;                                                   /* variance = mean + dispersion × mean² */
};

/* Forecasts the seven days after the series. errors: E_INVALID "too_little_history", "bad_count" (negative, not finite).
 * cost: 1–2 ms. */
enum status forecast_week(const struct daily *d, struct forecast *ret, struct err *err) MUST_USE;
/* The least k with P(X <= k) >= p, X negative binomial of that mean and dispersion (0: Poisson). in: 0 < p < 1. */
double count_quantile(double mean, double dispersion, double p);

#endif
