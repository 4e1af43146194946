#include "insight/forecast.h"

#include <math.h>
#include <string.h>

#define TERMS 15
#define HISTORY 1096
#define LEVEL_DAYS 28
#define RIDGE 1.0
#define ROUNDS 12

/* The mean of the counted days among the 28 before a day; NAN if none was. */
static double level_before(const struct daily *d, size_t t) {
    double sum = 0, n = 0;
    for (size_t i = t > LEVEL_DAYS ? t - LEVEL_DAYS : 0; i < t; i++) {
        if (d->counts[i] < 0) continue;
        sum += d->counts[i];
        n++;
    }
    return n > 0 ? sum / n : NAN;
}

/* What is known of day t at a level. */
static void describe_day(const struct daily *d, size_t t, double level, double *ret) {
    day when = {d->first.n + (int32_t)t};
    double year = 2 * M_PI * (double)when.n / 365.2425;
    memset(ret, 0, TERMS * sizeof *ret);
    ret[0] = 1;
    ret[1] = log(0.1 + level);
    int weekday = day_weekday(when);
    if (weekday > 0) ret[1 + weekday] = 1;
    ret[8] = d->holiday != NULL && d->holiday[t];
    ret[9] = d->holiday != NULL && t > 0 && d->holiday[t - 1] && !d->holiday[t];
    for (int k = 1; k <= 2; k++) {
        ret[8 + 2 * k] = sin(k * year);
        ret[9 + 2 * k] = cos(k * year);
    }
}

struct fit {
    const struct daily *d;
    size_t from;             /* first day used */
    double beta[TERMS], top; /* top: clamp of the predictor */
    double a[TERMS][TERMS], b[TERMS];
};

static double predict(const struct fit *f, const double *x) {
    double eta = 0;
    for (int k = 0; k < TERMS; k++) eta += f->beta[k] * x[k];
    return eta < -7 ? -7 : eta > f->top ? f->top : eta;
}

/* Calls visit with the terms of each counted day and its count. Levels are those before the day that lies a whole number
 * of weeks before the end, as in forecasting. */
static void each_day(struct fit *f, void (*visit)(struct fit *, const double *, double, void *), void *more) {
    const struct daily *d = f->d;
    double level = NAN, x[TERMS];
    for (size_t t = f->from; t < d->n; t++) {
        if (t == f->from || (d->n - t) % FORECAST_DAYS == 0) level = level_before(d, t);
        if (d->counts[t] < 0 || isnan(level)) continue;
        describe_day(d, t, level, x);
        visit(f, x, d->counts[t], more);
    }
}

static void add_normal(struct fit *f, const double *x, double y, void *more) {
    (void)more;
    double eta = predict(f, x), mu = exp(eta), z = eta + (y - mu) / mu;
    for (int i = 0; i < TERMS; i++) {
        if (x[i] == 0) continue;
        double w = mu * x[i];
        for (int j = 0; j <= i; j++) f->a[i][j] += w * x[j];
        f->b[i] += w * z;
    }
}

/* Cholesky; the ridge keeps it positive. */
static void solve(struct fit *f) {
    for (int i = 0; i < TERMS; i++)
        for (int j = 0; j <= i; j++) {
            double sum = f->a[i][j];
            for (int k = 0; k < j; k++) sum -= f->a[i][k] * f->a[j][k];
            f->a[i][j] = i == j ? sqrt(sum > 1e-12 ? sum : 1e-12) : sum / f->a[j][j];
        }
    for (int i = 0; i < TERMS; i++) {
        for (int k = 0; k < i; k++) f->b[i] -= f->a[i][k] * f->b[k];
        f->b[i] /= f->a[i][i];
    }
    for (int i = TERMS; i-- > 0;) {
        for (int k = i + 1; k < TERMS; k++) f->b[i] -= f->a[k][i] * f->b[k];
        f->b[i] /= f->a[i][i];
    }
}

static void fit_rounds(struct fit *f) {
    for (int round = 0; round < ROUNDS; round++) {
        double moved = 0;
        memset(f->a, 0, sizeof f->a);
        memset(f->b, 0, sizeof f->b);
        for (int k = 0; k < TERMS; k++) f->a[k][k] = k == 0 ? 1e-6 : RIDGE;
        f->b[1] = RIDGE * 1; /* without evidence the level carries over */
        each_day(f, add_normal, NULL);
        solve(f);
        for (int k = 0; k < TERMS; k++) {
            moved += fabs(f->b[k] - f->beta[k]);
            f->beta[k] = f->b[k];
        }
        if (moved < 1e-6) return;
    }
}

struct spread {
    double over, square;
};

static void add_spread(struct fit *f, const double *x, double y, void *more) {
    struct spread *s = more;
    double mu = exp(predict(f, x));
    s->over += (y - mu) * (y - mu) - mu;
    s->square += mu * mu;
}

static enum status check_counts(const struct daily *d, struct err *err) {
    size_t counted = 0;
    for (size_t i = 0; i < d->n; i++) {
        if (d->counts[i] == NOT_COUNTED) continue;
        if (!(d->counts[i] >= 0 && d->counts[i] < 1e9))
            return err_set(err, E_INVALID, "bad_count", "day %zu has no usable count", i);
        counted++;
    }
    if (counted >= FORECAST_LEAST && !isnan(level_before(d, d->n))) return OK;
    return err_set(err, E_INVALID, "too_little_history", "%zu days were counted, %d are needed, one of them lately",
                   counted, FORECAST_LEAST);
}

enum status forecast_week(const struct daily *d, struct forecast *ret, struct err *err) {
    enum status status = check_counts(d, err);
    if (status != OK) return status;
    struct fit f = {.d = d, .from = d->n > HISTORY ? d->n - HISTORY : LEVEL_DAYS};
    double most = 0, level = level_before(d, d->n), x[TERMS];
    for (size_t t = f.from; t < d->n; t++) most = d->counts[t] > most ? d->counts[t] : most;
    f.top = log(2 * most + 1);
    f.beta[1] = 1;
    fit_rounds(&f);
    struct spread s = {0};
    each_day(&f, add_spread, &s);
    ret->dispersion = s.square > 0 && s.over > 0 ? s.over / s.square : 0;
    for (size_t h = 0; h < FORECAST_DAYS; h++) {
        describe_day(d, d->n + h, level, x);
        ret->mean[h] = exp(predict(&f, x));
        ret->low[h] = count_quantile(ret->mean[h], ret->dispersion, 0.1);
        ret->high[h] = count_quantile(ret->mean[h], ret->dispersion, 0.9);
    }
    return OK;
}

double count_quantile(double mean, double dispersion, double p) {
    if (!(mean > 0)) return 0;
    double variance = mean + dispersion * mean * mean;
    if (mean > 1e4) return floor(mean + sqrt(variance) * (p < 0.5 ? -1.2816 : 1.2816)); /* tenths: what is asked for */
    double size = dispersion > 1e-9 ? 1 / dispersion : 0;
    double share = size > 0 ? mean / (mean + size) : 0;
    double q = size > 0 ? exp(size * log1p(-share)) : exp(-mean), sum = q;
    double k = 0;
    /* Of a great mean the first terms vanish: they are summed from where they do not. */
    if (q < 1e-290) {
        k = floor(mean - 12 * sqrt(variance));
        k = k < 0 ? 0 : k;
        q = size > 0 ? exp(lgamma(k + size) - lgamma(size) - lgamma(k + 1) + k * log(share) + size * log1p(-share))
                     : exp(k * log(mean) - mean - lgamma(k + 1));
        sum = q;
    }
    for (; sum < p && k < 1e6; k++) {
        q *= size > 0 ? share * (k + size) / (k + 1) : mean / (k + 1);
        sum += q;
    }
    return k;
}
