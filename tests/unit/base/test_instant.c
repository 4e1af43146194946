#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/instant.h"
#include "support.h"

static struct zone zone_of(const char *rule) {
    struct zone z;
    struct err err;
    if (zone_parse(str_z(rule), &z, &err) != OK) fail_msg("%s: %s", rule, err.primary);
    return z;
}

static instant utc(const char *text) {
    instant t;
    if (!instant_parse(str_z(text), &t)) fail_msg("no instant: %s", text);
    return t;
}

static void assert_formats(const struct zone *z, instant t, const char *want, int line) {
    struct strbuf b;
    strbuf_init(&b, 100);
    instant_format(&b, z, t);
    if (!str_is(strbuf_str(&b), want)) fail_msg("row of line %d: %.*s", line, P(strbuf_str(&b)));
    strbuf_done(&b);
}

/* ---- the calendar ---- */

static bool leap(int32_t y) {
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

/* Walks from 0000-01-01 to 3000 by the definition of the calendar. */
static void every_day_of_3000_years(void **state) {
    (void)state;
    static const int32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t n = -719528, weekday = 6;
    for (int32_t y = 0; y < 3000; y++) {
        for (int32_t m = 1; m <= 12; m++) {
            int32_t len = lengths[m - 1] + (m == 2 && leap(y));
            for (int32_t d = 1; d <= len; d++, n++, weekday = (weekday + 1) % 7) {
                int32_t gy, gm, gd;
                day_to_ymd((day){n}, &gy, &gm, &gd);
                if (gy != y || gm != m || gd != d) fail_msg("%d: %d-%d-%d, want %d-%d-%d", n, gy, gm, gd, y, m, d);
                if (day_from_ymd(y, m, d).n != n || day_weekday((day){n}) != weekday) fail_msg("%d-%d-%d", y, m, d);
            }
        }
    }
}

static void fields_carry_over(void **state) {
    (void)state;
    assert_int_equal(day_from_ymd(2026, 13, 1).n, day_from_ymd(2027, 1, 1).n);
    assert_int_equal(day_from_ymd(2026, 0, 1).n, day_from_ymd(2025, 12, 1).n);
    assert_int_equal(day_from_ymd(2026, -11, 1).n, day_from_ymd(2025, 1, 1).n);
    assert_int_equal(day_from_ymd(2026, 3, 0).n, day_from_ymd(2026, 2, 28).n);
    assert_int_equal(day_from_ymd(2024, 2, 30).n, day_from_ymd(2024, 3, 1).n);
    struct zone z = zone_of("CST-8");
    struct civil c = {2026, 12, 31, 24, 0, 0, 0};
    bool exact = false;
    assert_true(instant_from_civil(&z, &c, &exact).ms == utc("2027-01-01T00:00:00+08:00").ms && exact);
}

static void dates_as_text(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    static const struct {
        int line;
        const char *text;
        bool ok;
    } rows[] = {
        {__LINE__, "2026-11-24", true},
        {__LINE__, "2024-02-29", true},
        {__LINE__, "0000-01-01", true},
        {__LINE__, "9999-12-31", true},
        {__LINE__, "2026-02-29", false},
        {__LINE__, "2026-04-31", false},
        {__LINE__, "2026-13-01", false},
        {__LINE__, "2026-001-01", false},
        {__LINE__, "2026-01-001", false},
        {__LINE__, "02026-01-01", false},
        {__LINE__, "2026-00-01", false},
        {__LINE__, "2026-01-00", false},
        {__LINE__, "2026-1-01", false},
        {__LINE__, "26-01-01", false},
        {__LINE__, "2026/01/01", false},
        {__LINE__, "2026-01-01 ", false},
        {__LINE__, "", false},
        {__LINE__, "2026-01-0a", false},
        {__LINE__, "-026-01-01", false},
        {__LINE__, "12026-01-01", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        day d = {42};
        row_true(&rows[i], day_parse(exact_copy(&a, str_z(rows[i].text)), &d) == rows[i].ok);
        row_true(&rows[i], rows[i].ok || d.n == 42);
        if (!rows[i].ok) continue;
        struct strbuf b;
        strbuf_init(&b, 20);
        day_format(&b, d);
        row_true(&rows[i], str_is(strbuf_str(&b), rows[i].text));
        strbuf_done(&b);
    }
    arena_done(&a);
}

/* ---- zones ---- */

static void zone_rules(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    static const struct {
        int line;
        const char *rule;
        bool ok;
        int32_t std_s, dst_s;
    } rows[] = {
        {__LINE__, "CST-8", true, 28800, 28800},
        {__LINE__, "UTC0", true, 0, 0},
        {__LINE__, "EST5EDT,M3.2.0,M11.1.0", true, -18000, -14400},
        {__LINE__, "<+0330>-3:30", true, 12600, 12600},
        {__LINE__, "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", true, -7200, -3600},
        {__LINE__, "IST-1GMT0,M10.5.0,M3.5.0/1", true, 3600, 0},
        {__LINE__, "AEST-10AEDT,M10.1.0,M4.1.0/3:00:00", true, 36000, 39600},
        {__LINE__, "azAZ+8", true, -28800, -28800},
        {__LINE__, "<-03>+03EDT+02:30,M3.2.0,M11.1.0", true, -10800, -9000},
        {__LINE__, "", false, 0, 0},
        {__LINE__, "CST", false, 0, 0},
        {__LINE__, "C8", false, 0, 0},
        {__LINE__, "Asia/Shanghai", false, 0, 0},
        {__LINE__, ":CST-8", false, 0, 0},
        {__LINE__, "CST-8 ", false, 0, 0},
        {__LINE__, "CST-25", false, 0, 0},
        {__LINE__, "CST-24", false, 0, 0},
        {__LINE__, "CST-8:60", false, 0, 0},
        {__LINE__, "LMT-8:05:43", false, 0, 0},
        {__LINE__, "<+08-8", false, 0, 0},
        {__LINE__, "EST-23EDT,M3.2.0,M11.1.0", false, 0, 0},
        {__LINE__, "EST5EDT", false, 0, 0},
        {__LINE__, "EST5EDT,M3.2.0", false, 0, 0},
        {__LINE__, "EST5EDT,M13.2.0,M11.1.0", false, 0, 0},
        {__LINE__, "EST5EDT,M3.6.0,M11.1.0", false, 0, 0},
        {__LINE__, "EST5EDT,M3.2.7,M11.1.0", false, 0, 0},
        {__LINE__, "EST5EDT,M3.2.0/168,M11.1.0", false, 0, 0},
        {__LINE__, "EST5EDT,J60,J300", false, 0, 0},
        {__LINE__, "EST5EDT,M3.2.0,M11.1.0,", false, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct zone z = {.std_offset_s = 42};
        struct err err;
        enum status status = zone_parse(exact_copy(&a, str_z(rows[i].rule)), &z, &err);
        row_true(&rows[i], status == (rows[i].ok ? OK : E_INVALID));
        row_true(&rows[i], z.std_offset_s == (rows[i].ok ? rows[i].std_s : 42));
        row_true(&rows[i], rows[i].ok ? z.dst_offset_s == rows[i].dst_s : strcmp(err.code, "bad_zone") == 0);
    }
    arena_done(&a);
}

static const char *const worlds[] = {
    "UTC0",
    "CST-8",
    "EST5EDT,M3.2.0,M11.1.0",
    "AEST-10AEDT,M10.1.0,M4.1.0/3",
    "NZST-12NZDT,M9.5.0,M4.1.0/3",
    "IST-1GMT0,M10.5.0,M3.5.0/1",
    "CST5CDT,M3.2.0/0,M11.1.0/1",
    "<-04>4<-03>,M10.1.0/0,M3.4.0/0",
    "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
};

/* The C library's reading of the same rules is the oracle. */
static void civil_time_equals_the_c_library(void **state) {
    (void)state;
    struct rng r = rng_start(__func__);
    for (size_t w = 0; w < ARRAY_LEN(worlds); w++) {
        struct zone z = zone_of(worlds[w]);
        setenv("TZ", worlds[w], 1);
        tzset();
        for (int i = 0; i < 20000; i++) {
            time_t s = (time_t)(rng_below(&r, UINT64_C(4102444800)));
            struct tm tm;
            assert_non_null(localtime_r(&s, &tm));
            instant t = {(int64_t)s * 1000 + 7};
            struct civil c = civil_from_instant(&z, t);
            bool same = c.year == tm.tm_year + 1900 && c.month == tm.tm_mon + 1 && c.mday == tm.tm_mday &&
                        c.hour == tm.tm_hour && c.minute == tm.tm_min && c.second == tm.tm_sec && c.ms == 7;
            if (!same || zone_offset_s(&z, t) != tm.tm_gmtoff) fail_msg("%s at %lld", worlds[w], (long long)s);
        }
    }
}

/* An instant's civil time leads back to it, or, where that time occurs twice, to the first one. */
static void civil_time_leads_back(void **state) {
    (void)state;
    struct rng r = rng_start(__func__);
    for (size_t w = 0; w < ARRAY_LEN(worlds); w++) {
        struct zone z = zone_of(worlds[w]);
        int twice = 0;
        for (int i = 0; i < 20000; i++) {
            instant t = {(int64_t)rng_below(&r, UINT64_C(4102444800000))};
            struct civil c = civil_from_instant(&z, t);
            bool exact;
            instant back = instant_from_civil(&z, &c, &exact);
            if (exact)
                assert_true(back.ms == t.ms);
            else {
                struct civil again = civil_from_instant(&z, back);
                assert_memory_equal(&again, &c, sizeof c);
                assert_true(back.ms == t.ms || back.ms == t.ms - MS_HOUR || back.ms == t.ms - MS_HOUR / 2);
                twice++;
            }
            day d = day_from_instant(&z, t);
            assert_int_equal(day_from_ymd(c.year, c.month, c.mday).n, d.n);
            instant start = day_start(&z, d);
            assert_true(start.ms <= t.ms && t.ms - start.ms < 26 * MS_HOUR);
            assert_int_equal(day_from_instant(&z, start).n, d.n);
            assert_int_equal(day_from_instant(&z, (instant){start.ms - 1}).n, d.n - 1);
        }
        assert_true(z.has_dst ? twice > 0 : twice == 0);
    }
}

/* Boston 2026: the hour from 2 on 8 March does not exist, the hour from 1 on 1 November occurs twice. */
static void boston_changes_twice_a_year(void **state) {
    (void)state;
    struct zone z = zone_of("EST5EDT,M3.2.0,M11.1.0");
    static const struct {
        int line;
        struct civil c;
        const char *want;
        bool exact;
    } rows[] = {
        {__LINE__, {2026, 3, 8, 1, 59, 59, 999}, "2026-03-08T01:59:59.999-05:00", true},
        {__LINE__, {2026, 3, 8, 2, 0, 0, 0}, "2026-03-08T03:00:00-04:00", false},
        {__LINE__, {2026, 3, 8, 2, 30, 0, 5}, "2026-03-08T03:00:00-04:00", false},
        {__LINE__, {2026, 3, 8, 2, 59, 59, 999}, "2026-03-08T03:00:00-04:00", false},
        {__LINE__, {2026, 3, 8, 3, 0, 0, 0}, "2026-03-08T03:00:00-04:00", true},
        {__LINE__, {2026, 11, 1, 0, 59, 59, 999}, "2026-11-01T00:59:59.999-04:00", true},
        {__LINE__, {2026, 11, 1, 1, 0, 0, 0}, "2026-11-01T01:00:00-04:00", false},
        {__LINE__, {2026, 11, 1, 1, 59, 59, 999}, "2026-11-01T01:59:59.999-04:00", false},
        {__LINE__, {2026, 11, 1, 2, 0, 0, 0}, "2026-11-01T02:00:00-05:00", true},
        {__LINE__, {2025, 3, 9, 2, 30, 0, 0}, "2025-03-09T03:00:00-04:00", false},
        {__LINE__, {2024, 11, 3, 1, 30, 0, 0}, "2024-11-03T01:30:00-04:00", false},
        {__LINE__, {2026, 12, 31, 23, 59, 59, 0}, "2026-12-31T23:59:59-05:00", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool exact = !rows[i].exact;
        instant t = instant_from_civil(&z, &rows[i].c, &exact);
        row_true(&rows[i], exact == rows[i].exact);
        assert_formats(&z, t, rows[i].want, rows[i].line);
    }
    assert_formats(&z, utc("2026-03-08T06:59:59Z"), "2026-03-08T01:59:59-05:00", __LINE__);
    assert_formats(&z, utc("2026-03-08T07:00:00Z"), "2026-03-08T03:00:00-04:00", __LINE__);
    assert_formats(&z, utc("2026-11-01T05:59:59Z"), "2026-11-01T01:59:59-04:00", __LINE__);
    assert_formats(&z, utc("2026-11-01T06:00:00Z"), "2026-11-01T01:00:00-05:00", __LINE__);
    instant a = day_start(&z, day_from_ymd(2026, 3, 8)), b = day_start(&z, day_from_ymd(2026, 3, 9));
    assert_int_equal(b.ms - a.ms, 23 * MS_HOUR);
}

static void a_day_may_begin_at_one(void **state) {
    (void)state;
    struct zone z = zone_of("CST5CDT,M3.2.0/0,M11.1.0/1");
    assert_formats(&z, day_start(&z, day_from_ymd(2026, 3, 8)), "2026-03-08T01:00:00-04:00", __LINE__);
}

/* ---- text ---- */

static void instants_as_text(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    static const struct {
        int line;
        const char *text;
        bool ok;
        int64_t ms;
    } rows[] = {
        {__LINE__, "1970-01-01T00:00:00Z", true, 0},
        {__LINE__, "1970-01-01t08:00:00.001z", true, 28800001},
        {__LINE__, "1970-01-01 08:00:00+08:00", true, 0},
        {__LINE__, "1969-12-31T19:00:00-05:00", true, 0},
        {__LINE__, "1970-01-01T00:00:00.1234567Z", true, 123},
        {__LINE__, "1969-12-31T23:59:59.999Z", true, -1},
        {__LINE__, "2016-12-31T23:59:60Z", true, 1483228800000},
        {__LINE__, "2017-01-01T07:59:60.5+08:00", true, 1483228800000},
        {__LINE__, "0000-01-01T00:00:00Z", true, -62167219200000},
        {__LINE__, "9999-12-31T23:59:59.999Z", true, 253402300799999},
        {__LINE__, "2016-12-31T22:59:60Z", false, 0},
        {__LINE__, "9999-12-31T23:59:59-01:00", false, 0},
        {__LINE__, "0000-01-01T00:00:00+00:01", false, 0},
        {__LINE__, "1970-01-01T00:00:00", false, 0},
        {__LINE__, "1970-01-01", false, 0},
        {__LINE__, "1970-01-01T24:00:00Z", false, 0},
        {__LINE__, "1970-01-01T00:60:00Z", false, 0},
        {__LINE__, "1970-01-01T00:00:61Z", false, 0},
        {__LINE__, "1970-01-01T00:00Z", false, 0},
        {__LINE__, "1970-01-01T00:00:00.Z", false, 0},
        {__LINE__, "1970-01-01T00:00:00+0800", false, 0},
        {__LINE__, "1970-01-01T00:00:00+24:00", false, 0},
        {__LINE__, "1970-01-01T00:00:00+08:60", false, 0},
        {__LINE__, "1970-01-01T00:00:00Z ", false, 0},
        {__LINE__, " 1970-01-01T00:00:00Z", false, 0},
        {__LINE__, "2026-02-30T00:00:00Z", false, 0},
        {__LINE__, "", false, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        instant t = {42};
        row_true(&rows[i], instant_parse(exact_copy(&a, str_z(rows[i].text)), &t) == rows[i].ok);
        row_true(&rows[i], t.ms == (rows[i].ok ? rows[i].ms : 42));
    }
    arena_done(&a);
}

static void local_text(void **state) {
    (void)state;
    struct zone z = zone_of("CST-8");
    instant t;
    assert_true(instant_parse_local(&z, S("2026-11-24 09:30:00"), &t));
    assert_formats(&z, t, "2026-11-24T09:30:00+08:00", __LINE__);
    assert_true(instant_parse_local(&z, S("2026-11-24T09:30:00"), &t));
    assert_false(instant_parse_local(&z, S("2026-11-24T09:30:00Z"), &t));
    assert_false(instant_parse_local(&z, S("2026-11-24 09:30"), &t));
    assert_false(instant_parse_local(&z, S("2026-11-31 09:30:00"), &t));
    assert_false(instant_parse_local(&z, S("2026-11-24 09:30:60"), &t));
    assert_false(instant_parse_local(&z, S("2026-11-24x09:30:00"), &t));
    assert_false(instant_parse_local(&z, S("0000-01-01 07:59:59"), &t)); /* the year before 0000 in UTC */
    assert_true(instant_parse_local(&z, S("0000-01-01 08:00:00"), &t));
}

static void format_parse_format(void **state) {
    (void)state;
    struct rng r = rng_start(__func__);
    for (size_t w = 0; w < ARRAY_LEN(worlds); w++) {
        struct zone z = zone_of(worlds[w]);
        for (int i = 0; i < 3000; i++) {
            instant t = {(int64_t)rng_below(&r, UINT64_C(315000000000000)) - INT64_C(62000000000000)}, back;
            if (i % 2) t.ms -= t.ms % 1000;
            struct strbuf b;
            strbuf_init(&b, 40);
            instant_format(&b, &z, t);
            if (!instant_parse(strbuf_str(&b), &back) || back.ms != t.ms) fail_msg("%.*s", P(strbuf_str(&b)));
            strbuf_done(&b);
        }
    }
}

static void changes_one_by_one(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *rule, *change[4];
    } rows[] = {
        {__LINE__, "EST5EDT,M3.2.0,M11.1.0", {"2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z", "2027-03-14T07:00:00Z"}},
        {__LINE__,
         "NZST-12NZDT,M9.5.0,M4.1.0/3",
         {"2026-04-04T14:00:00Z", "2026-09-26T14:00:00Z", "2027-04-03T14:00:00Z"}},
        {__LINE__, "CST-8", {NULL}},
    };
    instant last;
    assert_true(instant_parse(S("2027-05-01T00:00:00Z"), &last));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct zone z = zone_of(rows[i].rule);
        instant at, expected;
        assert_true(instant_parse(S("2026-01-01T00:00:00Z"), &at));
        for (size_t k = 0; rows[i].change[k]; k++) {
            assert_true(instant_parse(str_z(rows[i].change[k]), &expected));
            at = zone_change(&z, at, last);
            if (at.ms != expected.ms) fail_msg("%d: change %zu", rows[i].line, k);
        }
        assert_int_equal(zone_change(&z, at, last).ms, last.ms);
    }
}

static void add_beyond(void *arg) {
    (void)arg;
    (void)instant_add((instant){INT64_MAX}, (span){1});
}

static void format_none(void *arg) {
    struct zone z = {0};
    instant_format(arg, &z, INSTANT_NONE);
}

static void sums_and_none(void **state) {
    (void)state;
    assert_true(instant_is_none(INSTANT_NONE) && !instant_is_none((instant){0}));
    assert_false(instant_valid(INSTANT_NONE) || instant_valid((instant){INT64_MAX}));
    assert_true(instant_add((instant){5}, (span){-7}).ms == -2);
    struct strbuf b;
    strbuf_init(&b, 40);
    assert_true(aborts(add_beyond, NULL, NULL, 0));
    assert_true(aborts(format_none, &b, NULL, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_3000_years),
        cmocka_unit_test(fields_carry_over),
        cmocka_unit_test(dates_as_text),
        cmocka_unit_test(zone_rules),
        cmocka_unit_test(civil_time_equals_the_c_library),
        cmocka_unit_test(civil_time_leads_back),
        cmocka_unit_test(boston_changes_twice_a_year),
        cmocka_unit_test(a_day_may_begin_at_one),
        cmocka_unit_test(instants_as_text),
        cmocka_unit_test(local_text),
        cmocka_unit_test(format_parse_format),
        cmocka_unit_test(changes_one_by_one),
        cmocka_unit_test(sums_and_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
