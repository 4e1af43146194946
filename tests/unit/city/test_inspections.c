/* Periods of inspection plans: the same day for a thing in every run, within its period, on days that count. */
#include "../base/support.h"
#include "city/city.h"
#include "package_support.h"

static struct city *city;
static struct arena arena;

static int open_city(void **state) {
    (void)state;
    struct findings found;
    struct err err = {0};
    char *dir = package_write(NULL, NULL);
    arena_init(&arena, 0);
    findings_init(&found, &arena);
    enum status status = city_load(dir, &city, &found, &err);
    package_remove(dir);
    return status == OK ? 0 : -1;
}

static int close_city(void **state) {
    (void)state;
    city_free(city);
    arena_done(&arena);
    return 0;
}

static day on(const char *text) {
    day d;
    assert_true(day_parse(str_z(text), &d));
    return d;
}

static struct inspection_plan plan_of(int32_t every, enum plan_step step, const char *from, int32_t spread) {
    return (struct inspection_plan){.code = code_of("p"),
                                    .every = every,
                                    .step = step,
                                    .from = on(from),
                                    .upto = {INT32_MAX / 2},
                                    .weekdays = 0x7f,
                                    .spread = spread};
}

static void period_at(int line, const struct inspection_plan *p, const char *when, const char *begins,
                      const char *ends) {
    struct occasion o;
    const code thing = code_of("t1");
    if (!inspection_occasion(city, p, &thing, on(when), &o)) fail_msg("line %d: no period", line);
    if (o.begins.n != on(begins).n || o.ends.n != on(ends).n) fail_msg("line %d: another period", line);
    if (o.due.n < o.begins.n || o.due.n >= o.ends.n) fail_msg("line %d: the day lies outside", line);
}

static void periods_count_from_the_first_day(void **state) {
    (void)state;
    struct inspection_plan weeks = plan_of(2, STEP_WEEKS, "2026-01-05", 1),
                           days = plan_of(10, STEP_DAYS, "2026-01-05", 3);
    struct inspection_plan month = plan_of(1, STEP_MONTHS, "2026-01-31", 28),
                           year = plan_of(12, STEP_MONTHS, "2024-02-29", 1);
    period_at(__LINE__, &weeks, "2026-01-05", "2026-01-05", "2026-01-19");
    period_at(__LINE__, &weeks, "2026-01-18", "2026-01-05", "2026-01-19");
    period_at(__LINE__, &weeks, "2026-01-19", "2026-01-19", "2026-02-02");
    period_at(__LINE__, &days, "2026-12-31", "2026-12-31", "2027-01-10");
    period_at(__LINE__, &month, "2026-02-27", "2026-01-31", "2026-02-28"); /* a month without a 31st: its last day */
    period_at(__LINE__, &month, "2026-02-28", "2026-02-28", "2026-03-31");
    period_at(__LINE__, &month, "2026-12-30", "2026-11-30", "2026-12-31");
    period_at(__LINE__, &year, "2026-06-01", "2026-02-28", "2027-02-28");
    period_at(__LINE__, &year, "2028-02-28", "2027-02-28", "2028-02-29");
}

static void every_day_of_a_period_tells_the_same_day_and_things_are_spread(void **state) {
    (void)state;
    struct inspection_plan p = plan_of(1, STEP_MONTHS, "2026-01-01", 28);
    int32_t seen[28] = {0}, different = 0;
    for (int n = 0; n < 280; n++) {
        struct occasion first, o;
        code thing = {{0}};
        snprintf(thing.s, sizeof thing.s, "thing%d", n);
        assert_true(inspection_occasion(city, &p, &thing, on("2026-05-01"), &first));
        for (day d = first.begins; d.n < first.ends.n; d.n++) {
            assert_true(inspection_occasion(city, &p, &thing, d, &o));
            assert_int_equal(o.due.n, first.due.n);
        }
        seen[first.due.n - first.begins.n]++;
    }
    for (size_t i = 0; i < ARRAY_LEN(seen); i++) {
        different += seen[i] > 0;
        assert_true(seen[i] < 40); /* ten on average */
    }
    assert_true(different > 24);
}

static void days_that_do_not_count_are_moved_to_the_next_that_does(void **state) {
    (void)state;
    struct inspection_plan p = plan_of(1, STEP_MONTHS, "2026-01-01", 1);
    struct occasion o;
    const code thing = code_of("t");
    p.workdays = true; /* 1 January is off, 2 is a Friday; 4 January is a make-up Sunday */
    assert_true(inspection_occasion(city, &p, &thing, on("2026-01-20"), &o));
    assert_int_equal(o.due.n, on("2026-01-02").n);
    p.from = on("2026-01-03");
    assert_true(inspection_occasion(city, &p, &thing, on("2026-01-20"), &o));
    assert_int_equal(o.due.n, on("2026-01-04").n);
    p.workdays = false;
    p.weekdays = 1U << 3; /* Wednesdays */
    assert_true(inspection_occasion(city, &p, &thing, on("2026-01-20"), &o));
    assert_int_equal(o.due.n, on("2026-01-07").n);
}

static void outside_its_dates_and_season_a_plan_asks_for_nothing(void **state) {
    (void)state;
    struct inspection_plan p = plan_of(1, STEP_WEEKS, "2026-01-05", 1);
    struct occasion o;
    const code thing = code_of("t");
    p.upto = on("2026-12-31");
    p.season_from = 501;
    p.season_upto = 930;
    assert_false(inspection_occasion(city, &p, &thing, on("2026-01-04"), &o));
    assert_false(inspection_occasion(city, &p, &thing, on("2027-01-01"), &o));
    assert_false(inspection_occasion(city, &p, &thing, on("2026-04-28"), &o)); /* the week begins on 27 April */
    assert_int_equal(o.ends.n, on("2026-05-04").n);
    assert_true(inspection_occasion(city, &p, &thing, on("2026-05-04"), &o));
    assert_true(inspection_occasion(city, &p, &thing, on("2026-09-30"), &o));
    assert_false(inspection_occasion(city, &p, &thing, on("2026-10-05"), &o));
    p.season_from = 1101; /* over the end of the year */
    p.season_upto = 228;
    assert_true(inspection_occasion(city, &p, &thing, on("2026-01-05"), &o));
    assert_false(inspection_occasion(city, &p, &thing, on("2026-05-04"), &o));
}

static void a_plan_covers_classes_in_areas(void **state) {
    (void)state;
    code things[] = {code_of("b01*"), code_of("l07")};
    uint32_t areas[] = {city_area(city, S("t1"))};
    struct inspection_plan p = {.things = things, .n_things = 2, .areas = areas, .n_areas = 1};
    const code cover = code_of("b01001"), other = code_of("b02001"), underpass = code_of("l07");
    uint32_t in = city_area(city, S("g11")), out = city_area(city, S("g21"));
    assert_true(inspection_covers(city, &p, &cover, in));
    assert_true(inspection_covers(city, &p, &underpass, in));
    assert_false(inspection_covers(city, &p, &other, in));
    assert_false(inspection_covers(city, &p, &cover, out));
    assert_false(inspection_covers(city, &p, &cover, NONE));
    p.n_areas = 0;
    assert_true(inspection_covers(city, &p, &cover, NONE));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_count_from_the_first_day),
        cmocka_unit_test(every_day_of_a_period_tells_the_same_day_and_things_are_spread),
        cmocka_unit_test(days_that_do_not_count_are_moved_to_the_next_that_does),
        cmocka_unit_test(outside_its_dates_and_season_a_plan_asks_for_nothing),
        cmocka_unit_test(a_plan_covers_classes_in_areas),
    };
    return cmocka_run_group_tests(tests, open_city, close_city);
}
