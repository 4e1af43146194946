#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock_support.h"

#define BOSTON "EST5EDT,M3.2.0,M11.1.0"

/* ---- the limits of the domain ---- */

struct row {
    int line;
    const char *limit, *from, *due;
    bool is_provisional;
};

static void assert_rows(const struct calendar *c, const struct row *rows, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct due d = due_of(c, rows[i].limit, rows[i].from);
        assert_at(c, d.at, rows[i].due, rows[i].line);
        row_true(&rows[i], d.provisional == rows[i].is_provisional);
    }
}

static void limits_by_the_wall(void **state) {
    (void)state;
    static const struct row rows[] = {
        {__LINE__, "2 wall_hours", "2026-11-24 23:30", "2026-11-25 01:30", false},
        {__LINE__, "2 wall_hours", "2026-02-16 03:00", "2026-02-16 05:00", false},
        {__LINE__, "1 wall_days", "2026-09-30 17:45:30", "2026-10-01 17:45:30", false},
        {__LINE__, "90 wall_minutes", "2026-12-31 23:00", "2027-01-01 00:30", false},
        {__LINE__, "30 wall_days", "2031-01-01 12:00", "2031-01-31 12:00", false}, /* no calendar is asked */
    };
    struct calendar c = calendar_china();
    assert_rows(&c, rows, ARRAY_LEN(rows));
}

static void limits_in_working_time(void **state) {
    (void)state;
    static const struct row rows[] = {
        {__LINE__, "4 work_hours", "2026-11-24 08:00", "2026-11-24 12:00", false},
        {__LINE__, "4 work_hours", "2026-11-24 10:00", "2026-11-24 16:00", false},
        {__LINE__, "4 work_hours", "2026-11-24 12:30", "2026-11-24 18:00", false}, /* filed over lunch */
        {__LINE__, "4 work_hours", "2026-11-27 17:00", "2026-11-30 11:00", false},
        {__LINE__, "4 work_hours", "2026-11-28 15:00", "2026-11-30 12:00", false}, /* filed on Saturday */
        {__LINE__, "1 work_minutes", "2026-11-24 17:59:30", "2026-11-25 08:00:30", false},
        {__LINE__, "1 work_days_480", "2026-11-24 10:00", "2026-11-25 10:00", false},
        {__LINE__, "5 work_days_480", "2026-11-24 10:00", "2026-12-01 10:00", false},
        {__LINE__, "2 work_days_480", "2026-02-14 10:00", "2026-02-25 10:00", false}, /* over the Spring Festival */
        {__LINE__, "1 work_days_480", "2026-02-13 10:00", "2026-02-14 10:00", false}, /* into the make-up Saturday */
        {__LINE__, "1 work_days_480", "2026-02-14 08:00", "2026-02-14 18:00", false},
        {__LINE__, "5 work_days_480", "2026-09-30 17:00", "2026-10-13 17:00",
         false}, /* National Day, 10 October made up */
        {__LINE__, "1 work_hours", "2026-12-31 17:30", "2027-01-01 08:30", true},
        {__LINE__, "1 work_hours", "2026-12-31 17:00", "2026-12-31 18:00", false}, /* ends inside the loaded year */
        {__LINE__, "1 work_hours", "2027-05-03 10:00", "2027-05-03 11:00", true},
    };
    struct calendar c = calendar_china();
    assert_rows(&c, rows, ARRAY_LEN(rows));
}

static void statutory_working_days(void **state) {
    (void)state;
    static const struct row rows[] = {
        {__LINE__, "5 work_days", "2026-11-24 00:00", "2026-12-02 00:00", false},
        {__LINE__, "5 work_days", "2026-11-24 23:59:59", "2026-12-02 00:00", false}, /* the hour does not matter */
        {__LINE__, "1 work_days", "2026-11-27 09:00", "2026-12-01 00:00", false},
        {__LINE__, "1 work_days, first", "2026-11-27 09:00", "2026-11-28 00:00", false},
        {__LINE__, "1 work_days, first", "2026-11-28 09:00", "2026-12-01 00:00",
         false}, /* Saturday: Monday is the first */
        {__LINE__, "1 work_days", "2026-11-28 09:00", "2026-12-01 00:00", false},
        {__LINE__, "1 work_days", "2026-02-13 16:00", "2026-02-15 00:00", false}, /* the make-up Saturday */
        {__LINE__, "2 work_days", "2026-02-13 16:00", "2026-02-25 00:00", false},
        {__LINE__, "20 work_days", "2026-09-15 10:00", "2026-10-20 00:00", false}, /* a permit over National Day */
        {__LINE__, "20 work_days", "2026-12-15 10:00", "2027-01-13 00:00", true},
        {__LINE__, "12 work_days", "2026-12-15 10:00", "2027-01-01 00:00", false}, /* ends on 31 December at 24:00 */
        {__LINE__, "1 work_days", "2023-12-31 10:00", "2024-01-03 00:00", false},  /* the day left out is not loaded */
        {__LINE__, "1 work_days, first", "2023-12-31 10:00", "2024-01-03 00:00", true},
    };
    struct calendar c = calendar_china();
    assert_rows(&c, rows, ARRAY_LEN(rows));
}

static void statutory_calendar_days(void **state) {
    (void)state;
    static const struct row rows[] = {
        {__LINE__, "15 calendar_days", "2026-11-24 09:00", "2026-12-10 00:00", false}, /* petition: acceptance */
        {__LINE__, "60 calendar_days", "2026-11-24 09:00", "2027-01-24 00:00", false}, /* petition: handling */
        {__LINE__, "60 calendar_days, rolls", "2026-11-24 09:00", "2027-01-26 00:00", true},
        {__LINE__, "15 calendar_days", "2026-09-20 09:00", "2026-10-06 00:00", false},
        {__LINE__, "15 calendar_days, rolls", "2026-09-20 09:00", "2026-10-09 00:00", false}, /* 5 → 8 October */
        {__LINE__, "15 calendar_days, rolls", "2026-11-24 09:00", "2026-12-10 00:00", false},
        {__LINE__, "7 calendar_days, rolls", "2026-02-07 09:00", "2026-02-15 00:00", false}, /* a Saturday, made up */
        {__LINE__, "8 calendar_days, rolls", "2026-02-07 09:00", "2026-02-25 00:00", false},
        {__LINE__, "1 calendar_days, first", "2026-11-24 09:00", "2026-11-25 00:00", false}, /* the same day */
        {__LINE__, "30 calendar_days", "2028-02-10 09:00", "2028-03-12 00:00", false},
        {__LINE__, "1 calendar_days, rolls", "2026-12-31 09:00", "2027-01-02 00:00", true},
    };
    struct calendar c = calendar_china();
    assert_rows(&c, rows, ARRAY_LEN(rows));
}

/* Every day of 2026 as a start: the n-th working day is the one that counting the months gives. */
static void working_days_over_a_whole_year(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    int64_t seen = 0;
    instant start = at(&c, "2025-12-31 12:00");
    struct limit l = limit_of("1 work_days");
    for (day d = day_from_ymd(2026, 1, 1); d.n < day_from_ymd(2027, 1, 1).n; d.n++) {
        seen += calendar_is_workday(&c, d, NULL);
        instant noon = calendar_at(&c, d, 720);
        assert_int_equal(clock_used(&c, &l, start, noon), seen);
        if (!calendar_is_workday(&c, d, NULL)) continue;
        l.amount = (int32_t)seen;
        struct due due = clock_due(&c, &l, start);
        assert_int_equal(due.at.ms, calendar_at(&c, d, 1440).ms);
        assert_false(due.provisional);
    }
    assert_int_equal(seen, 248);
    assert_int_equal(working_ms(&c, at(&c, "2026-01-01 00:00"), at(&c, "2027-01-01 00:00")), 248 * 8 * MS_HOUR);
}

/* ---- when the clocks change ---- */

static void changes_of_the_clocks(void **state) {
    (void)state;
    static const struct row rows[] = {
        {__LINE__, "2 wall_hours", "2026-03-08 01:30", "2026-03-08 04:30", false},
        {__LINE__, "2 wall_hours", "2026-11-01 00:30", "2026-11-01 01:30", false}, /* the second 01:30, see below */
        {__LINE__, "1 wall_days", "2026-03-07 12:00", "2026-03-08 13:00", false},
        {__LINE__, "8 work_hours", "2026-03-06 12:00", "2026-03-09 12:00", false}, /* office hours know no change */
        {__LINE__, "8 work_hours", "2026-10-30 12:00", "2026-11-02 12:00", false},
        {__LINE__, "1 work_days", "2026-03-06 12:00", "2026-03-10 00:00", false},
        {__LINE__, "2 calendar_days", "2026-03-06 12:00", "2026-03-09 00:00", false},
        {__LINE__, "2 calendar_days", "2026-10-30 12:00", "2026-11-02 00:00", false},
    };
    struct calendar c = calendar_of(BOSTON, hours_9_17(), 2026, 2026);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct due d = due_of(&c, rows[i].limit, rows[i].from);
        if (i == 1) d.at.ms -= MS_HOUR;
        assert_at(&c, d.at, rows[i].due, rows[i].line);
    }
}

static void a_night_shift_through_the_change(void **state) {
    (void)state;
    struct calendar c = calendar_of(BOSTON, hours_of((int16_t[]){0, 360}, 2), 2026, 2026);
    c.week[0] = c.week[1];
    assert_int_equal(working_ms(&c, at(&c, "2026-03-08 00:00"), at(&c, "2026-03-08 12:00")), 5 * MS_HOUR);
    assert_int_equal(working_ms(&c, at(&c, "2026-11-01 00:00"), at(&c, "2026-11-01 12:00")), 7 * MS_HOUR);
    assert_at(&c, due_of(&c, "5 work_hours", "2026-03-08 00:00").at, "2026-03-08 06:00", __LINE__);
    assert_at(&c, due_of(&c, "5 work_hours", "2026-11-01 00:00").at, "2026-11-01 04:00", __LINE__);
    /* A shift that ends within the hour that is repeated ends the first time. */
    c.week[0] = hours_of((int16_t[]){0, 90}, 2);
    assert_int_equal(working_ms(&c, at(&c, "2026-11-01 00:00"), at(&c, "2026-11-01 12:00")), 90 * MS_MINUTE);
    /* One that begins in the hour that is skipped begins with the change. */
    c.week[0] = hours_of((int16_t[]){150, 300}, 2);
    assert_int_equal(working_ms(&c, at(&c, "2026-03-08 00:00"), at(&c, "2026-03-08 12:00")), 2 * MS_HOUR);
}

static void a_midnight_that_does_not_exist(void **state) {
    (void)state;
    struct calendar c = calendar_of("CST5CDT,M3.2.0/0,M11.1.0/1", hours_9_17(), 2026, 2026);
    assert_at(&c, due_of(&c, "1 calendar_days", "2026-03-06 10:00").at, "2026-03-08 01:00", __LINE__);
    assert_at(&c, due_of(&c, "1 calendar_days, first", "2026-03-08 10:00").at, "2026-03-09 00:00", __LINE__);
}

/* ---- pauses ---- */

static void pauses(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *limit, *started, *paused, *resumed, *due;
    } rows[] = {
        {__LINE__, "2 wall_hours", "2026-11-24 10:00", "2026-11-24 10:30", "2026-11-26 09:00", "2026-11-26 10:30"},
        {__LINE__, "4 work_hours", "2026-11-24 10:00", "2026-11-24 15:00", "2026-11-27 17:30", "2026-11-30 08:30"},
        {__LINE__, "4 work_hours", "2026-11-24 10:00", "2026-11-24 13:00", "2026-11-28 12:00", "2026-11-30 10:00"},
        /* day limits: what matters is how many midnights of counted days the pause holds */
        {__LINE__, "5 work_days", "2026-11-24 10:00", "2026-11-25 09:00", "2026-11-25 17:00", "2026-12-02 00:00"},
        {__LINE__, "5 work_days", "2026-11-24 10:00", "2026-11-25 09:00", "2026-11-26 09:00", "2026-12-03 00:00"},
        {__LINE__, "5 work_days", "2026-11-24 10:00", "2026-11-27 09:00", "2026-11-29 09:00", "2026-12-02 00:00"},
        {__LINE__, "5 work_days", "2026-11-24 10:00", "2026-11-24 11:00", "2026-12-01 09:00", "2026-12-09 00:00"},
        {__LINE__, "15 calendar_days", "2026-11-24 10:00", "2026-11-26 09:00", "2026-12-06 09:00", "2026-12-20 00:00"},
        {__LINE__, "15 calendar_days", "2026-11-24 10:00", "2026-11-26 09:00", "2026-11-26 09:00", "2026-12-10 00:00"},
        /* paused on the last day: the day of the resumption is left, or the next working day */
        {__LINE__, "1 work_days", "2026-11-24 10:00", "2026-11-25 09:00", "2026-11-27 09:00", "2026-11-28 00:00"},
        {__LINE__, "1 work_days", "2026-11-24 10:00", "2026-11-25 09:00", "2026-11-28 09:00", "2026-12-01 00:00"},
        {__LINE__, "1 calendar_days", "2026-11-24 10:00", "2026-11-25 09:00", "2026-11-28 09:00", "2026-11-29 00:00"},
        /* the first day counts once, not at every resumption */
        {__LINE__, "3 work_days, first", "2026-11-24 10:00", "2026-11-24 12:00", "2026-11-24 15:00",
         "2026-11-27 00:00"},
        {__LINE__, "3 work_days, first", "2026-11-24 10:00", "2026-11-24 12:00", "2026-11-25 09:00",
         "2026-11-28 00:00"},
        {__LINE__, "3 work_days, first", "2026-11-28 10:00", "2026-11-28 12:00", "2026-11-30 09:00",
         "2026-12-03 00:00"},
        /* within days that only the rolling over gave, nothing is used */
        {__LINE__, "15 calendar_days, rolls", "2026-09-20 09:00", "2026-10-06 09:00", "2026-10-07 09:00",
         "2026-10-09 00:00"},
        {__LINE__, "15 calendar_days, rolls", "2026-09-20 09:00", "2026-10-06 09:00", "2026-10-20 09:00",
         "2026-10-21 00:00"},
        /* overdue by an hour, a day: still overdue by as much */
        {__LINE__, "2 wall_hours", "2026-11-24 10:00", "2026-11-24 13:00", "2026-11-26 09:00", "2026-11-26 08:00"},
        {__LINE__, "1 work_hours", "2026-11-24 10:00", "2026-11-24 12:00", "2026-11-26 08:30", "2026-11-25 17:30"},
        {__LINE__, "1 work_days", "2026-11-24 10:00", "2026-11-26 09:00", "2026-12-01 09:00", "2026-12-01 00:00"},
        {__LINE__, "1 calendar_days", "2026-11-24 10:00", "2026-11-26 09:00", "2026-12-01 09:00", "2026-12-01 00:00"},
    };
    struct calendar c = calendar_china();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct limit l = limit_of(rows[i].limit);
        struct run runs[] = {{at(&c, rows[i].started), at(&c, rows[i].paused)},
                             {at(&c, rows[i].resumed), INSTANT_NONE}};
        int64_t used = clock_used(&c, &l, runs[0].from, runs[0].to);
        assert_at(&c, clock_due_after(&c, &l, used, runs[1].from).at, rows[i].due, rows[i].line);
        assert_at(&c, clock_due_runs(&c, &l, runs, 2).at, rows[i].due, rows[i].line);
    }
}

static void many_pauses(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    struct limit l = limit_of("4 work_hours");
    struct run runs[] = {
        {at(&c, "2026-11-24 08:00"), at(&c, "2026-11-24 09:00")},
        {at(&c, "2026-11-25 11:00"), at(&c, "2026-11-25 13:00")}, /* one hour, then lunch */
        {at(&c, "2026-11-27 20:00"), at(&c, "2026-11-29 20:00")}, /* nothing */
        {at(&c, "2026-12-01 17:30"), INSTANT_NONE},
    };
    assert_at(&c, clock_due_runs(&c, &l, runs, 4).at, "2026-12-02 09:30", __LINE__);
    l = limit_of("2 work_days, first");
    assert_at(&c, clock_due_runs(&c, &l, runs, 1).at, "2026-11-26 00:00", __LINE__);
    assert_at(&c, clock_due_runs(&c, &l, runs, 2).at, "2026-11-27 00:00", __LINE__);
    int64_t used = clock_used_after(&c, &l, 1, at(&c, "2026-11-24 15:00"), at(&c, "2026-11-24 17:00"));
    assert_int_equal(used, 1); /* the same first day again */
}

static void a_second_pause_in_days_that_rolled_over(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    struct limit l = limit_of("15 calendar_days, rolls");
    struct run runs[] = {
        {at(&c, "2026-09-20 09:00"), at(&c, "2026-10-06 09:00")}, /* 5 October by number, 8 October in fact */
        {at(&c, "2026-10-06 10:00"), at(&c, "2026-10-07 09:00")},
        {at(&c, "2026-11-20 09:00"), INSTANT_NONE},
    };
    assert_at(&c, clock_due_runs(&c, &l, runs, 3).at, "2026-11-21 00:00", __LINE__);
    runs[1].to = at(&c, "2026-10-10 09:00"); /* two days too late */
    assert_at(&c, clock_due_runs(&c, &l, runs, 3).at, "2026-11-19 00:00", __LINE__);
}

static void what_is_overdue_in_an_unloaded_year_is_provisional(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    struct limit l = limit_of("1 work_days");
    assert_false(clock_due_after(&c, &l, 2, at(&c, "2026-12-31 09:00")).provisional);
    assert_true(clock_due_after(&c, &l, 2, at(&c, "2027-01-06 09:00")).provisional);
    assert_true(clock_due_after(&c, &l, 3, at(&c, "2024-01-02 09:00")).provisional);
}

/* An extension adds its amount to the limit: the due time moves by as much, in the limit's own measure. */
static void extensions(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    assert_at(&c, due_of(&c, "8 work_hours", "2026-09-30 16:00").at, "2026-10-08 16:00", __LINE__);
    assert_at(&c, due_of(&c, "16 work_hours", "2026-09-30 16:00").at, "2026-10-09 16:00", __LINE__);
    assert_at(&c, due_of(&c, "60 calendar_days", "2026-07-01 16:00").at, "2026-08-31 00:00", __LINE__);
    assert_at(&c, due_of(&c, "90 calendar_days", "2026-07-01 16:00").at, "2026-09-30 00:00", __LINE__);
}

/* ---- working time there and back ---- */

static void working_time_before_an_instant(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *end;
        int64_t minutes;
        const char *want;
    } rows[] = {
        {__LINE__, "2026-11-24 16:00", 60, "2026-11-24 15:00"},
        {__LINE__, "2026-11-24 16:00", 150, "2026-11-24 11:30"},
        {__LINE__, "2026-11-24 16:00", 120, "2026-11-24 12:00"},
        {__LINE__, "2026-11-30 09:00", 120, "2026-11-27 17:00"},
        {__LINE__, "2026-11-29 09:00", 0, "2026-11-27 18:00"},
        {__LINE__, "2026-11-24 16:00", 0, "2026-11-24 16:00"},
        {__LINE__, "2026-02-24 09:00", 120, "2026-02-14 17:00"},
    };
    struct calendar c = calendar_china();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_at(&c, working_sub(&c, at(&c, rows[i].end), rows[i].minutes * MS_MINUTE).at, rows[i].want, rows[i].line);
    assert_true(working_sub(&c, at(&c, "2024-01-02 08:30"), MS_HOUR).provisional);
    assert_false(working_sub(&c, at(&c, "2024-01-02 09:30"), MS_HOUR).provisional);
}

static void nothing_to_add(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    assert_at(&c, working_add(&c, at(&c, "2026-11-28 03:00"), 0).at, "2026-11-28 03:00", __LINE__);
    assert_at(&c, workday_add(&c, at(&c, "2026-11-28 03:00"), 0, false).at, "2026-12-01 00:00", __LINE__);
    assert_int_equal(working_ms(&c, at(&c, "2026-11-24 10:00"), at(&c, "2026-11-24 10:00")), 0);
}

/* ---- everything ends ---- */

static void a_calendar_without_working_time_ends(void **state) {
    (void)state;
    static const char *const limits[] = {"1 work_minutes", "1 work_days", "1 work_days, first",
                                         "1 calendar_days, rolls"};
    static const char *const zones[] = {"CST-8", BOSTON};
    for (size_t z = 0; z < ARRAY_LEN(zones); z++) {
        struct calendar c = calendar_of(zones[z], (struct day_hours){.n = 0}, 2026, 2026);
        for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
            struct due d = due_of(&c, limits[i], "2026-11-24 10:00");
            assert_true(d.provisional);
            assert_true(d.at.ms >= at(&c, "2036-11-24 00:00").ms && d.at.ms <= at(&c, "2036-11-27 00:00").ms);
        }
        assert_true(working_sub(&c, at(&c, "2026-11-24 10:00"), 1).provisional);
        struct limit l = limit_of("1 work_days");
        assert_true(clock_due_after(&c, &l, 9, at(&c, "2026-11-24 10:00")).provisional);
    }
}

static void a_limit_beyond_ten_years_of_calendar_ends(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    struct due d = due_of(&c, "3650 work_days", "2026-11-24 10:00");
    assert_true(d.provisional);
    assert_at(&c, d.at, "2036-11-25 00:00", __LINE__); /* the day after the start, where counting began */
    struct limit l = {.unit = LIMIT_WORK_MINUTES, .amount = INT32_MAX};
    d = clock_due(&c, &l, at(&c, "2026-11-24 10:00"));
    assert_true(d.provisional);
    assert_at(&c, d.at, "2036-11-24 00:00", __LINE__);
}

static void one_working_day_in_ten_years_is_found(void **state) {
    (void)state;
    struct calendar c = calendar_of("CST-8", (struct day_hours){.n = 0}, 2026, 2036);
    c.make_up = hours_9_17();
    struct day_entry only = {.date = day_from_ymd(2036, 11, 20), .kind = DAY_WORK};
    c.entries = &only;
    c.n_entries = 1;
    struct due d = due_of(&c, "1 work_hours", "2026-11-24 10:00");
    assert_at(&c, d.at, "2036-11-20 10:00", __LINE__);
    assert_false(d.provisional);
}

/* ---- speed ---- */

static double ns_of(const struct calendar *c, const char *limit, const char *from) {
    struct limit l = limit_of(limit);
    struct timespec start, end;
    instant t = at(c, from);
    int64_t sum = 0;
    const int rounds = 20000;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int i = 0; i < rounds; i++) sum += clock_due(c, &l, (instant){t.ms + i}).at.ms;
    clock_gettime(CLOCK_MONOTONIC, &end);
    assert_true(sum != 0);
    return ((double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec)) / rounds;
}

/* Prints what a month costs. Fails only on another order of magnitude: tests run on busy machines, under sanitizers. */
static void a_month_is_quick(void **state) {
    (void)state;
    struct calendar china = calendar_china(), boston = calendar_of(BOSTON, hours_9_17(), 2026, 2026);
    double costs[] = {
        ns_of(&china, "20 work_days_480", "2026-09-15 10:00"),
        ns_of(&china, "20 work_days", "2026-09-15 10:00"),
        ns_of(&china, "30 calendar_days, rolls", "2026-09-05 10:00"),
        ns_of(&boston, "20 work_days_480", "2026-09-15 10:00"),
        ns_of(&boston, "20 work_days_480", "2026-10-20 10:00"), /* over the change */
    };
    for (size_t i = 0; i < ARRAY_LEN(costs); i++) {
        print_message("a month, case %zu: %.0f ns\n", i, costs[i]);
        assert_true(costs[i] < 100000);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_by_the_wall),
        cmocka_unit_test(limits_in_working_time),
        cmocka_unit_test(statutory_working_days),
        cmocka_unit_test(statutory_calendar_days),
        cmocka_unit_test(working_days_over_a_whole_year),
        cmocka_unit_test(changes_of_the_clocks),
        cmocka_unit_test(a_night_shift_through_the_change),
        cmocka_unit_test(a_midnight_that_does_not_exist),
        cmocka_unit_test(pauses),
        cmocka_unit_test(many_pauses),
        cmocka_unit_test(a_second_pause_in_days_that_rolled_over),
        cmocka_unit_test(what_is_overdue_in_an_unloaded_year_is_provisional),
        cmocka_unit_test(extensions),
        cmocka_unit_test(working_time_before_an_instant),
        cmocka_unit_test(nothing_to_add),
        cmocka_unit_test(a_calendar_without_working_time_ends),
        cmocka_unit_test(a_limit_beyond_ten_years_of_calendar_ends),
        cmocka_unit_test(one_working_day_in_ten_years_is_found),
        cmocka_unit_test(a_month_is_quick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
