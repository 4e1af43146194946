/* Turns of a roster and ladders of units, on the small package of package_support.c. */
#include <stdio.h>

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

static instant at(const char *local) {
    instant t = INSTANT_NONE;
    assert_true(instant_parse_local(&city->calendar.zone, str_z(local), &t));
    return t;
}

static void turn_at(int line, const char *desk, const char *when, const char *people, const char *ends) {
    struct duty_slot s;
    struct strbuf b;
    bool found = city_duty_at(city, city_desk(city, str_z(desk)), at(when), &s);
    if (!found && people == NULL) return;
    if (!found || people == NULL) fail_msg("line %d: %s at %s", line, desk, when);
    strbuf_init(&b, 1000);
    for (size_t i = 0; i < s.n; i++) strbuf_addf(&b, "%s%s", i > 0 ? " " : "", city->duty[s.lines[i]].person.s);
    if (!str_is(strbuf_str(&b), people)) fail_msg("line %d: %.*s", line, P(strbuf_str(&b)));
    strbuf_done(&b);
    if (s.ends.ms != at(ends).ms) fail_msg("line %d: another end", line);
}

static void turns_repeat_by_days_and_go_through_the_night(void **state) {
    (void)state;
    /* 2026-01-01 is a Thursday */
    turn_at(__LINE__, "floor", "2026-01-01 08:00:00", "ann cat", "2026-01-01 20:00:00");
    turn_at(__LINE__, "floor", "2026-01-01 19:59:59", "ann cat", "2026-01-01 20:00:00");
    turn_at(__LINE__, "floor", "2026-01-01 20:00:00", "ben cat", "2026-01-02 08:00:00");
    turn_at(__LINE__, "floor", "2026-01-02 07:00:00", "ben cat", "2026-01-02 08:00:00");
    turn_at(__LINE__, "floor", "2026-01-02 09:00:00", "ben cat", "2026-01-02 20:00:00");
    turn_at(__LINE__, "floor", "2026-01-03 09:00:00", "ann", "2026-01-03 20:00:00"); /* Saturday: nobody leads */
    turn_at(__LINE__, "floor", "2026-11-24 09:00:00", "ben cat", "2026-11-24 20:00:00");
    turn_at(__LINE__, "floor", "2025-12-31 09:00:00", NULL, NULL);
}

static void a_desk_with_leaders_only_has_turns_of_them(void **state) {
    (void)state;
    turn_at(__LINE__, "works", "2026-02-28 09:00:00", NULL, NULL);
    turn_at(__LINE__, "works", "2026-03-01 07:59:59", NULL, NULL);
    turn_at(__LINE__, "works", "2026-03-01 08:00:00", "dan", "2026-03-02 08:00:00");
    turn_at(__LINE__, "works", "2026-04-01 07:59:59", "dan", "2026-04-01 08:00:00");
    turn_at(__LINE__, "works", "2026-04-01 08:00:00", NULL, NULL);
}

static void turns_of_a_span_come_in_order(void **state) {
    (void)state;
    struct duty_slot all[40];
    size_t n = city_duty_slots(city, NONE, at("2026-03-02 06:00:00"), at("2026-03-03 08:00:00"), all, 40);
    /* floor: night, day, night; works: the two whole days that touch it */
    assert_int_equal(n, 5);
    for (size_t i = 1; i < n; i++) assert_true(all[i - 1].begins.ms <= all[i].begins.ms);
    assert_int_equal(city_duty_slots(city, NONE, at("2026-03-02 06:00:00"), at("2026-03-03 08:00:00"), all, 2), 2);
}

static void a_unit_without_a_ladder_takes_the_one_above(void **state) {
    (void)state;
    const struct duty_rung *rungs;
    size_t own = city_ladder(city, city_unit(city, S("roads")), &rungs);
    assert_int_equal(own, 2);
    assert_true(str_is(rungs[1].phone, "0519-2"));
    assert_int_equal(rungs[1].within.amount, 10);
    assert_int_equal(city_ladder(city, city_unit(city, S("lamps")), &rungs), 2);
    assert_int_equal(city_ladder(city, city_unit(city, S("o1")), &rungs), 0);
    assert_int_equal(city_ladder(city, NONE, &rungs), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_repeat_by_days_and_go_through_the_night),
        cmocka_unit_test(a_desk_with_leaders_only_has_turns_of_them),
        cmocka_unit_test(turns_of_a_span_come_in_order),
        cmocka_unit_test(a_unit_without_a_ladder_takes_the_one_above),
    };
    return cmocka_run_group_tests(tests, open_city, close_city);
}
