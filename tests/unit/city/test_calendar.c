#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "calendar_support.h"

static day day_of(const char *text) {
    day d;
    if (!day_parse(str_z(text), &d)) fail_msg("no day: %s", text);
    return d;
}

/* ---- working days ---- */

static void each_kind_of_day(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *date;
        bool is_workday, is_provisional;
    } rows[] = {
        {__LINE__, "2026-11-24", true, false},  /* an ordinary Tuesday */
        {__LINE__, "2026-11-28", false, false}, /* Saturday */
        {__LINE__, "2026-02-14", true, false},  /* a Saturday made up */
        {__LINE__, "2026-02-16", false, false}, /* a Monday of the Spring Festival */
        {__LINE__, "2026-09-20", true, false},  /* a Sunday made up */
        {__LINE__, "2026-10-01", false, false}, /* National Day */
        {__LINE__, "2026-10-08", true, false},  /* the day after */
        {__LINE__, "2023-12-29", true, true},   /* before the loaded years */
        {__LINE__, "2024-01-01", false, false}, /* their first day */
        {__LINE__, "2026-12-31", true, false},  /* their last */
        {__LINE__, "2027-01-01", true, true},   /* a holiday for sure, but nobody has said so yet */
        {__LINE__, "2027-01-02", false, true},
    };
    struct calendar c = calendar_china();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool provisional;
        row_true(&rows[i], calendar_is_workday(&c, day_of(rows[i].date), &provisional) == rows[i].is_workday);
        row_true(&rows[i], provisional == rows[i].is_provisional);
        row_true(&rows[i], (calendar_hours(&c, day_of(rows[i].date), NULL).n > 0) == rows[i].is_workday);
        row_true(&rows[i], calendar_is_workday(&c, day_of(rows[i].date), NULL) == rows[i].is_workday);
    }
}

static void without_any_notice_every_day_is_provisional(void **state) {
    (void)state;
    struct calendar c = calendar_of("CST-8", hours_9_17(), 0, -1);
    bool provisional = false;
    assert_true(calendar_is_workday(&c, day_of("2026-11-24"), &provisional));
    assert_true(provisional);
}

/* Working days and make-up days by month: domain/workday_counts.csv, here so that the test stands alone. */
static const struct {
    int32_t year, workdays[12], make_ups[12];
} COUNTS[] = {
    {2022, {21, 16, 23, 21, 20, 21, 21, 23, 21, 18, 22, 22}, {2, 0, 0, 2, 1, 0, 0, 0, 0, 2, 0, 0}},
    {2023, {18, 20, 23, 20, 21, 21, 21, 23, 20, 19, 22, 21}, {2, 0, 0, 1, 1, 1, 0, 0, 0, 2, 0, 0}},
    {2024, {22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22}, {0, 2, 0, 2, 1, 0, 0, 0, 2, 1, 0, 0}},
    {2025, {19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23}, {1, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0}},
    {2026, {21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23}, {1, 2, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0}},
};

static void assert_month(const struct calendar *c, int32_t year, int32_t month, int32_t workdays, int32_t make_ups) {
    int32_t n = 0, made_up = 0;
    day end = day_from_ymd(year, month + 1, 1);
    for (day d = day_from_ymd(year, month, 1); d.n < end.n; d.n++) {
        bool is_workday = calendar_is_workday(c, d, NULL);
        n += is_workday;
        made_up += is_workday && day_weekday(d) % 6 == 0;
    }
    if (n != workdays || made_up != make_ups)
        fail_msg("%d-%02d: %d working days, %d made up; want %d, %d", year, month, n, made_up, workdays, make_ups);
}

static void working_days_of_each_month(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    for (size_t y = 0; y < ARRAY_LEN(COUNTS); y++) {
        if (COUNTS[y].year < c.first_year) continue;
        for (int32_t m = 0; m < 12; m++)
            assert_month(&c, COUNTS[y].year, m + 1, COUNTS[y].workdays[m], COUNTS[y].make_ups[m]);
    }
}

static void working_days_of_the_package(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    struct calendar c = calendar_package(&a);
    for (size_t y = 0; y < ARRAY_LEN(COUNTS); y++)
        for (int32_t m = 0; m < 12; m++)
            assert_month(&c, COUNTS[y].year, m + 1, COUNTS[y].workdays[m], COUNTS[y].make_ups[m]);
    arena_done(&a);
}

static int by_date(const void *a, const void *b) {
    const struct day_entry *x = a, *y = b;
    return (x->date.n > y->date.n) - (x->date.n < y->date.n);
}

static int32_t number(str s) {
    int64_t n = 0;
    if (!str_to_i64(s, &n)) fail_msg("no number: %.*s", P(s));
    return (int32_t)n;
}

/* The same with the source's own files, when the folder is there. */
static void working_days_of_the_shared_files(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    str notices, counts;
    if (!shared_file("data/holiday_cn/all_2007_2027.csv", &a, &notices) ||
        !shared_file("domain/workday_counts.csv", &a, &counts)) {
        arena_done(&a);
        print_message("../shared is not there\n");
        skip();
    }
    struct calendar c = calendar_of("CST-8", hours_9_17(), 2007, 2026);
    c.entries = NEW_ARRAY(&a, struct day_entry, 2000);
    calendar_read(&c, &a, notices);
    qsort(c.entries, c.n_entries, sizeof *c.entries, by_date);
    struct csv csv;
    struct err err;
    bool end = false;
    int rows = 0;
    csv_init(&csv, counts, &a);
    assert_int_equal(csv_next(&csv, &end, &err), OK);
    for (; csv_next(&csv, &end, &err) == OK && !end; rows++)
        assert_month(&c, number(str_slice(csv.fields[0], 0, 4)), number(str_slice(csv.fields[0], 5, 7)),
                     number(csv.fields[2]), number(csv.fields[3]));
    assert_int_equal(rows, 60);
    arena_done(&a);
}

/* ---- hours ---- */

static void open_and_next_open(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *at, *next;
    } rows[] = {
        {__LINE__, "2026-11-24 07:59:59", "2026-11-24 08:00"},
        {__LINE__, "2026-11-24 08:00", "2026-11-24 08:00"},
        {__LINE__, "2026-11-24 11:59:59", "2026-11-24 11:59:59"},
        {__LINE__, "2026-11-24 12:00", "2026-11-24 14:00"},
        {__LINE__, "2026-11-24 18:00", "2026-11-25 08:00"},
        {__LINE__, "2026-02-14 18:00", "2026-02-24 08:00"}, /* the make-up day before the festival */
        {__LINE__, "2026-02-13 23:00", "2026-02-14 08:00"},
        {__LINE__, "2026-09-24 20:00", "2026-09-28 08:00"},
    };
    struct calendar c = calendar_china();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        instant t = at(&c, rows[i].at), next = INSTANT_NONE;
        row_true(&rows[i], calendar_next_open(&c, t, &next));
        assert_at(&c, next, rows[i].next, rows[i].line);
        row_true(&rows[i], calendar_is_open(&c, t) == (strcmp(rows[i].at, rows[i].next) == 0));
    }
}

static void a_half_day_has_its_own_hours(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    struct day_entry eve = {.date = day_of("2026-12-31"), .kind = DAY_HALF};
    c.entries = &eve;
    c.n_entries = 1;
    assert_true(calendar_is_workday(&c, eve.date, NULL));
    assert_true(calendar_is_open(&c, at(&c, "2026-12-31 11:00")));
    assert_false(calendar_is_open(&c, at(&c, "2026-12-31 15:00")));
}

static void around_the_clock_never_closes(void **state) {
    (void)state;
    struct calendar china = calendar_china(), c = calendar_around_the_clock(&china);
    assert_int_equal(calendar_check(&c, NULL), OK);
    bool provisional = true;
    assert_true(calendar_is_workday(&c, day_of("2027-10-01"), &provisional));
    assert_false(provisional);
    for (instant t = at(&c, "2026-10-01 23:58"); t.ms < at(&c, "2026-10-02 00:02").ms; t.ms += MS_SECOND)
        assert_true(calendar_is_open(&c, t));
}

static void a_calendar_without_hours_is_never_open(void **state) {
    (void)state;
    struct calendar c = calendar_of("EST5EDT,M3.2.0,M11.1.0", (struct day_hours){.n = 0}, 2026, 2026);
    instant next = {7};
    assert_false(calendar_next_open(&c, at(&c, "2026-11-24 10:00"), &next));
    assert_int_equal(next.ms, 7);
    assert_false(calendar_is_open(&c, at(&c, "2026-11-24 10:00")));
}

static void minutes_of_a_working_day(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    assert_int_equal(calendar_day_minutes(&c), 480);
    c.week[1] = hours_of((int16_t[]){480, 720}, 2);
    assert_int_equal(calendar_day_minutes(&c), 240);
    c.week[1].n = 0;
    assert_int_equal(calendar_day_minutes(&c), 480);
}

/* ---- changes of the clocks ---- */

#define BOSTON "EST5EDT,M3.2.0,M11.1.0"
#define HAVANA "CST5CDT,M3.2.0/0,M11.1.0/1"              /* midnight is skipped, and happens twice */
#define BEIRUT "EET-2EEST,M3.5.0/0,M10.5.0/0"            /* midnight is skipped; 23:00 happens twice */
#define ST_JOHNS "NST3:30NDT,M3.2.0/0:01,M11.1.0/0:01"   /* a minute of Sunday, then Saturday's last hour again */
#define FORTNIGHT "AAA0BBB,M6.1.0,M6.3.0"                /* a summer shorter than any */
#define LORD_HOWE "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0" /* half an hour, southern */

static void lengths_of_days(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *zone, *date;
        int32_t minutes;
    } rows[] = {
        {__LINE__, BOSTON, "2026-03-07", 1440},    {__LINE__, BOSTON, "2026-03-08", 1380},
        {__LINE__, BOSTON, "2026-11-01", 1500},    {__LINE__, BOSTON, "2026-11-02", 1440},
        {__LINE__, HAVANA, "2026-03-08", 1380},    {__LINE__, HAVANA, "2026-03-07", 1440},
        {__LINE__, HAVANA, "2026-11-01", 1500},    {__LINE__, HAVANA, "2026-10-31", 1440},
        {__LINE__, BEIRUT, "2026-03-29", 1380},    {__LINE__, BEIRUT, "2026-10-24", 1500},
        {__LINE__, BEIRUT, "2026-10-25", 1440},    {__LINE__, ST_JOHNS, "2026-10-31", 1440},
        {__LINE__, ST_JOHNS, "2026-11-01", 1500},  {__LINE__, ST_JOHNS, "2026-03-08", 1380},
        {__LINE__, LORD_HOWE, "2026-04-05", 1470}, {__LINE__, LORD_HOWE, "2026-10-04", 1410},
        {__LINE__, "CST-8", "2026-03-08", 1440},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct calendar c = calendar_of(rows[i].zone, hours_9_17(), 2026, 2026);
        day d = day_of(rows[i].date);
        int64_t ms = calendar_at(&c, d, 1440).ms - calendar_at(&c, d, 0).ms;
        row_true(&rows[i], ms == rows[i].minutes * MS_MINUTE);
        struct calendar_walk w;
        calendar_walk_init(&w, &c, d);
        row_true(&rows[i], !w.is_even || rows[i].minutes == 1440);
    }
}

static void an_evening_that_happens_again_belongs_to_the_new_day(void **state) {
    (void)state;
    struct calendar c = calendar_of(ST_JOHNS, hours_9_17(), 2026, 2026);
    instant twice = {at(&c, "2026-10-31 23:30").ms + MS_HOUR};
    assert_int_equal(day_from_instant(&c.zone, twice).n, day_of("2026-10-31").n);
    assert_int_equal(calendar_day(&c, twice).n, day_of("2026-11-01").n);
    assert_int_equal(calendar_day(&c, at(&c, "2026-10-31 23:30")).n, day_of("2026-10-31").n);
}

/* A walk tells of each day what the questions one by one tell. */
static void a_walk_agrees_with_single_questions(void **state) {
    (void)state;
    static const char *const zones[] = {"CST-8", BOSTON, HAVANA, BEIRUT, ST_JOHNS, LORD_HOWE, FORTNIGHT};
    for (size_t z = 0; z < ARRAY_LEN(zones); z++) {
        struct calendar c = calendar_china(), rule = calendar_of(zones[z], hours_9_17(), 2024, 2026);
        c.zone = rule.zone;
        for (int32_t shift = 0; shift < 9; shift++) {
            struct calendar_walk w;
            bool unknown = false, provisional;
            int32_t evens = 0;
            calendar_walk_init(&w, &c, (day){day_of("2025-12-20").n + shift});
            for (int32_t n = 0; n < 500; n++, calendar_walk_next(&w)) {
                struct day_hours h = calendar_hours(&c, w.d, &provisional);
                unknown = unknown || provisional;
                evens += w.is_even;
                if (memcmp(&h, w.hours, sizeof h) != 0 || w.provisional != unknown) fail_msg("%s day %d", zones[z], n);
                for (int32_t m = 0; m <= 1440; m += 90)
                    if (calendar_walk_at(&w, m).ms != calendar_at(&c, w.d, m).ms) fail_msg("%s day %d", zones[z], n);
            }
            assert_in_range(evens, 490, 500); /* three changes, and the eves of some */
        }
    }
}

/* ---- the check ---- */

static void what_the_check_refuses(void **state) {
    (void)state;
    static struct day_entry twice[] = {{.date = {20000}, .kind = DAY_OFF}, {.date = {20000}, .kind = DAY_OFF}};
    static struct day_entry unsorted[] = {{.date = {20001}, .kind = DAY_OFF}, {.date = {20000}, .kind = DAY_OFF}};
    static struct day_entry made_up[] = {{.date = {20000}, .kind = DAY_WORK}};
    struct calendar good = calendar_of("CST-8", hours_9_17(), 2026, 2026);
    struct {
        int line;
        struct calendar c;
        const char *code;
    } rows[] = {
        {__LINE__, good, NULL},          {__LINE__, good, NULL},
        {__LINE__, good, "bad_hours"},   {__LINE__, good, "bad_hours"},
        {__LINE__, good, "bad_hours"},   {__LINE__, good, "bad_hours"},
        {__LINE__, good, "bad_hours"},   {__LINE__, good, "no_working_time"},
        {__LINE__, good, "bad_entries"}, {__LINE__, good, "bad_entries"},
        {__LINE__, good, "bad_entries"}, {__LINE__, good, "bad_years"},
        {__LINE__, good, "bad_hours"},
    };
    rows[1].c.week[6] = hours_of((int16_t[]){0, 720, 720, 1440}, 4); /* touching is allowed */
    rows[2].c.week[2] = hours_of((int16_t[]){0, 1441}, 2);
    rows[3].c.week[2] = hours_of((int16_t[]){540, 540}, 2);
    rows[4].c.week[2] = hours_of((int16_t[]){540, 720, 700, 800}, 4);
    rows[5].c.week[2] = hours_of((int16_t[]){-1, 720}, 2);
    rows[6].c.half.n = CALENDAR_PERIODS_MAX + 1;
    for (size_t i = 0; i < 7; i++) rows[7].c.week[i].n = 0;
    rows[8].c.entries = twice, rows[8].c.n_entries = 2;
    rows[9].c.entries = unsorted, rows[9].c.n_entries = 2;
    rows[10].c.entries = made_up, rows[10].c.n_entries = 1, rows[10].c.make_up.n = 0;
    rows[11].c.first_year = 2027;
    rows[12].c.week[1] = hours_of((int16_t[]){1080, 480}, 2);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {.status = OK};
        enum status s = calendar_check(&rows[i].c, &err);
        row_true(&rows[i], s == (rows[i].code ? E_INVALID : OK));
        row_true(&rows[i], s == OK || strcmp(err.code, rows[i].code) == 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_day),
        cmocka_unit_test(without_any_notice_every_day_is_provisional),
        cmocka_unit_test(working_days_of_each_month),
        cmocka_unit_test(working_days_of_the_package),
        cmocka_unit_test(working_days_of_the_shared_files),
        cmocka_unit_test(open_and_next_open),
        cmocka_unit_test(a_half_day_has_its_own_hours),
        cmocka_unit_test(around_the_clock_never_closes),
        cmocka_unit_test(a_calendar_without_hours_is_never_open),
        cmocka_unit_test(minutes_of_a_working_day),
        cmocka_unit_test(lengths_of_days),
        cmocka_unit_test(an_evening_that_happens_again_belongs_to_the_new_day),
        cmocka_unit_test(a_walk_agrees_with_single_questions),
        cmocka_unit_test(what_the_check_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
