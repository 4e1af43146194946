/* forecast and alarm: known curves come back, intervals hold, series that end do not run away, days that were not counted
 * are no zeros; false alarms come at the rate asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "insight/alarm.h"
#include "insight/forecast.h"
#include "insight/random.h"

#define DAYS 1200

static double counts[DAYS];

static double weekday_mean(size_t t) {
    return t % 7 == 3 ? 4 : 12; /* day 0 is a Thursday: Sundays are quiet */
}

static void fill(uint64_t seed) {
    struct random r = random_of(seed, 0);
    for (size_t t = 0; t < DAYS; t++) counts[t] = random_poisson(&r, weekday_mean(t));
}

static void finds_the_days_of_the_week(void **state) {
    (void)state;
    fill(1);
    struct daily d = {counts, DAYS, {0}, NULL};
    struct forecast f;
    assert_int_equal(forecast_week(&d, &f, NULL), OK);
    for (size_t h = 0; h < FORECAST_DAYS; h++) {
        assert_true(fabs(f.mean[h] - weekday_mean(DAYS + h)) < 0.15 * weekday_mean(DAYS + h));
        assert_true(f.low[h] <= f.mean[h] && f.mean[h] <= f.high[h] + 1);
    }
    assert_true(f.dispersion < 0.05);
}

static void eight_of_ten_days_lie_within(void **state) {
    (void)state;
    int within = 0, all = 0;
    fill(2);
    for (size_t n = 400; n + FORECAST_DAYS <= DAYS; n += FORECAST_DAYS) {
        struct daily d = {counts, n, {0}, NULL};
        struct forecast f;
        assert_int_equal(forecast_week(&d, &f, NULL), OK);
        for (size_t h = 0; h < FORECAST_DAYS; h++, all++)
            within += counts[n + h] >= f.low[h] && counts[n + h] <= f.high[h];
    }
    assert_true(within > 0.78 * all && within < 0.93 * all); /* whole numbers: rather more than less */
}

static void a_series_that_ends_does_not_run_away(void **state) {
    (void)state;
    fill(3);
    for (size_t t = 700; t < DAYS; t++) counts[t] = 0;
    for (size_t n = 690; n <= DAYS; n += 5) {
        struct daily d = {counts, n, {0}, NULL};
        struct forecast f;
        assert_int_equal(forecast_week(&d, &f, NULL), OK);
        for (size_t h = 0; h < FORECAST_DAYS; h++) assert_true(isfinite(f.mean[h]) && f.mean[h] >= 0 && f.mean[h] < 50);
    }
}

static void missing_days_are_no_zeros(void **state) {
    (void)state;
    fill(4);
    struct daily d = {counts, DAYS, {0}, NULL};
    struct forecast whole, holed;
    assert_int_equal(forecast_week(&d, &whole, NULL), OK);
    for (size_t t = 0; t < DAYS; t += 3) counts[t] = NOT_COUNTED;
    assert_int_equal(forecast_week(&d, &holed, NULL), OK);
    for (size_t h = 0; h < FORECAST_DAYS; h++) assert_true(fabs(whole.mean[h] - holed.mean[h]) < 0.15 * whole.mean[h]);
}

static void too_little_history_abstains(void **state) {
    (void)state;
    struct forecast f;
    struct err err;
    fill(5);
    struct daily d = {counts, 30, {0}, NULL};
    assert_int_equal(forecast_week(&d, &f, &err), E_INVALID);
    assert_string_equal(err.code, "too_little_history");
    d.n = 0;
    assert_int_equal(forecast_week(&d, &f, &err), E_INVALID);
    d.n = 200;
    for (size_t t = 150; t < 200; t++) counts[t] = NOT_COUNTED;
    assert_int_equal(forecast_week(&d, &f, &err), E_INVALID);
    counts[160] = NAN;
    assert_int_equal(forecast_week(&d, &f, &err), E_INVALID);
    assert_string_equal(err.code, "bad_count");
}

/* Against sums of the mass function, Poisson and negative binomial. */
static void quantiles_are_those_of_the_distribution(void **state) {
    (void)state;
    static const struct {
        int line;
        double mean, dispersion, p, k;
    } rows[] = {
        {__LINE__, 0, 0, 0.9, 0},     {__LINE__, 0.1, 0, 0.9, 0},   {__LINE__, 0.2, 0, 0.9, 1},
        {__LINE__, 4, 0, 0.1, 2},     {__LINE__, 4, 0, 0.9, 7},     {__LINE__, 4, 0.5, 0.9, 9},
        {__LINE__, 900, 0, 0.9, 939}, {__LINE__, 900, 0, 0.1, 862},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        double k = count_quantile(rows[i].mean, rows[i].dispersion, rows[i].p);
        if (fabs(k - rows[i].k) > 0.5) fail_msg("row of line %d: %f", rows[i].line, k);
    }
}

static void false_alarms_come_as_asked(void **state) {
    (void)state;
    static const double means[] = {0.05, 0.5, 5};
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t k = 0; k < ARRAY_LEN(means); k++) {
        struct alarm_curve c = {NEW_ARRAY(&arena, double, DAYS), DAYS, 0.2};
        double alarms = 0, days = 0;
        for (size_t t = 0; t < DAYS; t++) c.mean[t] = means[k];
        double threshold = alarm_threshold(&c, 10, 20, 1, &arena);
        for (uint64_t copy = 0; copy < 30; copy++) {
            alarm_simulate(&c, 99, copy, counts);
            for (size_t t = ALARM_BASE; t < DAYS; t++, days++)
                alarms += alarm_score(counts, t, 1000 + copy) > threshold;
        }
        if (alarms < 0.007 * days || alarms > 0.013 * days) fail_msg("mean %f: %f", means[k], 1000 * alarms / days);
    }
    arena_done(&arena);
}

static void the_curve_is_that_of_the_series(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    fill(6);
    struct alarm_curve c = alarm_curve_of(counts, DAYS, (day){0}, &arena);
    for (size_t t = 100; t < DAYS - 100; t++) assert_true(fabs(c.mean[t] - weekday_mean(t)) < 0.2 * weekday_mean(t));
    assert_true(c.dispersion < 0.03);
    assert_true(isinf(alarm_threshold(&(struct alarm_curve){c.mean, ALARM_BASE, 0}, 5, 10, 1, &arena)));
    counts[500] = NOT_COUNTED;
    assert_true(isnan(alarm_score(counts, 500, 1)));
    assert_true(isfinite(alarm_score(counts, 501, 1)));
    arena_done(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_days_of_the_week),
        cmocka_unit_test(eight_of_ten_days_lie_within),
        cmocka_unit_test(a_series_that_ends_does_not_run_away),
        cmocka_unit_test(missing_days_are_no_zeros),
        cmocka_unit_test(too_little_history_abstains),
        cmocka_unit_test(quantiles_are_those_of_the_distribution),
        cmocka_unit_test(false_alarms_come_as_asked),
        cmocka_unit_test(the_curve_is_that_of_the_series),
    };
    return cmocka_run_group_tests_name("insight counts", tests, NULL, NULL);
}
