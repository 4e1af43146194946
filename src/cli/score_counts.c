/* Forecast and alarms on the daily counts of Boston's animal and pest requests. */
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/map.h"
#include "cli/score.h"
#include "insight/alarm.h"
#include "insight/forecast.h"
#include "insight/random.h"

#define SERIES_MAX 400

struct tally {
    struct arena arena;
    day first;
    size_t n; /* days */
    bool *holiday;
    double *city;
    double *series[SERIES_MAX]; /* type × area */
    size_t n_series;
    struct map series_of;
};

/* --- the calendar of the United States (federal holidays) -------------------------------------------------------------- */

static day nth_weekday(int32_t year, int32_t month, int weekday, int nth) {
    day d = day_from_ymd(year, nth > 0 ? month : month + 1, 1);
    if (nth < 0) d.n -= 7;
    return (day){d.n + (weekday - day_weekday(d) + 7) % 7 + 7 * (nth > 0 ? nth - 1 : 0)};
}

static void mark_holidays(struct tally *t) {
    static const int32_t fixed[][2] = {{1, 1}, {6, 19}, {7, 4}, {11, 11}, {12, 25}};
    static const int32_t moving[][3] = {{1, 1, 3}, {2, 1, 3}, {5, 1, -1}, {9, 1, 1}, {10, 1, 2}, {11, 4, 4}};
    int32_t from, to, rest;
    day_to_ymd(t->first, &from, &rest, &rest);
    day_to_ymd((day){t->first.n + (int32_t)t->n}, &to, &rest, &rest);
    for (int32_t y = from; y <= to; y++) {
        day days[11];
        size_t n = 0;
        for (size_t i = 0; i < ARRAY_LEN(fixed); i++) days[n++] = day_from_ymd(y, fixed[i][0], fixed[i][1]);
        for (size_t i = 0; i < ARRAY_LEN(moving); i++)
            days[n++] = nth_weekday(y, moving[i][0], moving[i][1], moving[i][2]);
        for (size_t i = 0; i < n; i++)
            if (days[i].n >= t->first.n && days[i].n < t->first.n + (int32_t)t->n + FORECAST_DAYS)
                t->holiday[days[i].n - t->first.n] = true;
    }
}

/* --- reading ----------------------------------------------------------------------------------------------------------- */

static size_t column(const struct csv *c, const char *name) {
    for (size_t i = 0; i < c->n_fields; i++)
        if (str_is(c->fields[i], name)) return i;
    return SIZE_MAX;
}

static void count_row(struct tally *t, size_t at, str type, str area) {
    str key = str_format(&t->arena, "%.*s|%.*s", P(type), P(area));
    uint32_t k = map_get(&t->series_of, key);
    t->city[at]++;
    if (str_empty(area)) return;
    if (k == MAP_NONE && t->n_series < SERIES_MAX) {
        k = (uint32_t)t->n_series++;
        map_set(&t->series_of, key, k);
        t->series[k] = NEW_ARRAY(&t->arena, double, t->n);
    }
    if (k != MAP_NONE) t->series[k][at]++;
}

static bool read_counts(struct tally *t, str text) {
    struct csv c;
    bool end = false;
    t->first = day_from_ymd(2013, 1, 1);
    t->n = (size_t)(day_from_ymd(2024, 1, 1).n - t->first.n);
    t->holiday = NEW_ARRAY(&t->arena, bool, t->n + FORECAST_DAYS);
    t->city = NEW_ARRAY(&t->arena, double, t->n);
    mark_holidays(t);
    csv_init(&c, text, &t->arena);
    if (csv_next(&c, &end, NULL) != OK || end) return false;
    size_t opened = column(&c, "open_dt"), type = column(&c, "type"), area = column(&c, "neighborhood");
    if (opened == SIZE_MAX || type == SIZE_MAX || area == SIZE_MAX) return false;
    while (csv_next(&c, &end, NULL) == OK && !end) {
        day d;
        if (c.fields[opened].len < 10 || !day_parse(str_slice(c.fields[opened], 0, 10), &d)) continue;
        if (d.n < t->first.n || d.n >= t->first.n + (int32_t)t->n) continue;
        count_row(t, (size_t)(d.n - t->first.n), c.fields[type], c.fields[area]);
    }
    return true;
}

/* --- forecast ---------------------------------------------------------------------------------------------------------- */

struct errors {
    double absolute, deviance, n, within;
};

static void add_error(struct errors *e, double y, double mean) {
    mean = mean > 0.01 ? mean : 0.01;
    e->absolute += fabs(y - mean);
    e->deviance += 2 * ((y > 0 ? y * log(y / mean) : 0) - (y - mean));
    e->n++;
}

static void score_city(struct tally *t, struct board *b) {
    size_t test = (size_t)(day_from_ymd(2022, 1, 1).n - t->first.n);
    struct errors own = {0}, naive = {0};
    double scale = 0, cpu = cpu_now();
    size_t fits = 0;
    for (size_t i = 7; i < test; i++) scale += fabs(t->city[i] - t->city[i - 7]) / (double)(test - 7);
    for (size_t o = test; o + FORECAST_DAYS <= t->n; o += FORECAST_DAYS, fits++) {
        struct daily d = {t->city, o, t->first, t->holiday};
        struct forecast f;
        check(forecast_week(&d, &f, NULL) == OK);
        for (size_t h = 0; h < FORECAST_DAYS; h++) {
            add_error(&own, t->city[o + h], f.mean[h]);
            add_error(&naive, t->city[o + h], t->city[o + h - 7]);
            own.within += t->city[o + h] >= f.low[h] && t->city[o + h] <= f.high[h];
        }
    }
    board_at_most(b, "city total, 7 days ahead: MASE", own.absolute / own.n / scale, 0.60, 3);
    board_say(b, "seasonal naive: MASE", "%.3f", naive.absolute / naive.n / scale);
    board_at_least(b, "Poisson deviance below seasonal naive, %", 100 * (1 - own.deviance / naive.deviance), 55, 1);
    board_say(b, "Poisson deviance a day, own / seasonal naive", "%.3f / %.3f", own.deviance / own.n,
              naive.deviance / naive.n);
    board_say(b, "days within the 80 % interval", "%.1f %%", 100 * own.within / own.n);
    board_say(b, "a forecast, ms", "%.2f", (cpu_now() - cpu) * 1000 / (double)fits);
}

/* --- alarms ------------------------------------------------------------------------------------------------------------ */

#define CURVE_YEARS 3
#define COPIES 30
#define BURSTS 60

struct class {
    const char *name;
    double from, to;
    int cases_from, cases_to;
    double false_alarms, days, found, bursts, series;
};

static bool burst_found(const struct alarm_curve *c, double threshold, const struct class *k, uint64_t seed,
                        double *counts) {
    struct random r = random_of(seed, 1);
    alarm_simulate(c, seed, 2, counts);
    size_t begin = ALARM_BASE + random_below(&r, (uint32_t)(c->n - ALARM_BASE - 7));
    uint32_t length = 1 + random_below(&r, 7);
    int extra = k->cases_from + (int)random_below(&r, (uint32_t)(k->cases_to - k->cases_from + 1));
    for (int i = 0; i < extra; i++) counts[begin + random_below(&r, length)]++;
    for (size_t t = begin; t < begin + length; t++)
        if (alarm_score(counts, t, seed) > threshold) return true;
    return false;
}

static void score_series(struct tally *t, const double *series, struct class *k, uint64_t seed) {
    size_t from = (size_t)(day_from_ymd(2017, 1, 1).n - t->first.n), n = 365 * CURVE_YEARS;
    struct alarm_curve c = alarm_curve_of(series + from, n, (day){t->first.n + (int32_t)from}, &t->arena);
    double *counts = NEW_ARRAY(&t->arena, double, n), threshold = alarm_threshold(&c, 5, COPIES, seed, &t->arena);
    for (uint64_t copy = 0; copy < 10; copy++) {
        alarm_simulate(&c, seed + 1000000, copy, counts);
        for (size_t i = ALARM_BASE; i < n; i++) k->false_alarms += alarm_score(counts, i, seed + 77 + copy) > threshold;
        k->days += (double)(n - ALARM_BASE);
    }
    for (int i = 0; i < BURSTS; i++)
        k->found += burst_found(&c, threshold, k, seed + 2000000 + (uint64_t)i * 1000, counts);
    k->bursts += BURSTS;
    k->series++;
}

static void score_alarms(struct tally *t, struct board *b) {
    struct class classes[] = {{.name = "under 0.3 a day", .to = 0.3, .cases_from = 5, .cases_to = 5},
                              {.name = "0.3 to 1.5 a day", .from = 0.3, .to = 1.5, .cases_from = 5, .cases_to = 8},
                              {.name = "above 1.5 a day", .from = 1.5, .to = 1e9, .cases_from = 18, .cases_to = 20}};
    size_t from = (size_t)(day_from_ymd(2017, 1, 1).n - t->first.n);
    double cpu = cpu_now(), days = 0;
    for (size_t i = 0; i < t->n_series; i++) {
        double mean = 0;
        for (size_t d = 0; d < 365 * CURVE_YEARS; d++) mean += t->series[i][from + d] / (365 * CURVE_YEARS);
        if (mean < 0.02) continue;
        for (size_t k = 0; k < ARRAY_LEN(classes); k++)
            if (mean >= classes[k].from && mean < classes[k].to)
                score_series(t, t->series[i], &classes[k], i * 10000000);
    }
    for (size_t k = 0; k < ARRAY_LEN(classes); k++) {
        struct class *c = &classes[k];
        double rate = c->days > 0 ? 1000 * c->false_alarms / c->days : 0;
        char name[100];
        days += c->days;
        snprintf(name, sizeof name, "%s (%.0f series): false alarms of 1,000 days, set to 5", c->name, c->series);
        if (k < 2) {
            board_at_least(b, name, rate, 3, 2);
            board_at_most(b, "", rate, 7, 2);
        } else
            board_say(b, name, "%.2f", rate);
        double found = c->bursts > 0 ? 100 * c->found / c->bursts : 0;
        snprintf(name, sizeof name, "bursts of %d to %d cases within a week found, %%", c->cases_from, c->cases_to);
        if (k < 2)
            board_at_least(b, name, found, k == 0 ? 85 : 20, 1);
        else
            board_say(b, name, "%.1f", found);
    }
    board_say(b, "CPU for all, s", "%.1f", cpu_now() - cpu);
}

void score_counts(struct board *b) {
    struct tally t = {0};
    str text;
    board_section(
        b, "Counts: forecast and alarms",
        "Boston 311, animal and pest requests 2013–2023, the part given (boston311_animal_pest_2013_2023_dev). "
        "Forecast: "
        "each week of 2022 and 2023, from what was known before it, over at most three years. Alarms: clean series are "
        "simulated from the curve and dispersion of 2018–2019 of each type and neighbourhood; thresholds come from 30 "
        "copies, false alarms from 10 others, bursts are added to still others.");
    arena_init(&t.arena, (size_t)4 << 30);
    map_init(&t.series_of);
    if (board_file(b, "boston311/boston311_animal_pest_2013_2023_dev.csv.gz", &t.arena, &text) &&
        read_counts(&t, text)) {
        score_city(&t, b);
        score_alarms(&t, b);
    }
    map_done(&t.series_of);
    arena_done(&t.arena);
}
