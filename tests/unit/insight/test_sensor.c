/* Readings and rules: every fault, hysteresis and debounce by enumeration, silence. */
#include <math.h>
#include <string.h>

#include "../base/support.h"
#include "insight/sensor.h"

static const instant T0 = {INT64_C(1790000000000)};

static struct sensor_rule rule(enum sensor_test test, double limit, double clear, int32_t hits, int32_t of,
                               int64_t seconds) {
    return (struct sensor_rule){.unit = code_of("m"),
                                .least = -1,
                                .most = 10,
                                .test = test,
                                .limit = limit,
                                .clear = clear,
                                .hits = hits,
                                .of = of,
                                .seconds = seconds};
}

static enum reading_fault take(const struct sensor_rule *r, size_t n, struct sensor_state *s, double value, int64_t ms,
                               enum sensor_change changes[SENSOR_RULES_MAX]) {
    struct reading in = {.value = value, .at = {T0.ms + ms}};
    return sensor_take(r, n, &in, (instant){T0.ms + ms}, s, changes);
}

static void faults(void **state) {
    (void)state;
    struct sensor_rule r = rule(SENSOR_ABOVE, 1, 1, 1, 1, 0);
    enum sensor_change changes[SENSOR_RULES_MAX];
    struct sensor_state s, before;
    sensor_begin(&s, T0);
    assert_int_equal(take(&r, 1, &s, 0.5, 60000, changes), READING_TAKEN);
    const struct {
        struct reading in;
        enum reading_fault fault;
    } rows[] = {
        {{.value = NAN, .at = {T0.ms + 120000}}, READING_NO_NUMBER},
        {{.value = HUGE_VAL, .at = {T0.ms + 120000}}, READING_NO_NUMBER},
        {{.value = -HUGE_VAL, .at = {T0.ms + 120000}}, READING_NO_NUMBER},
        {{.value = -1.001, .at = {T0.ms + 120000}}, READING_OUT_OF_RANGE},
        {{.value = 10.001, .at = {T0.ms + 120000}}, READING_OUT_OF_RANGE},
        {{.value = 5, .unit = code_of("cm"), .at = {T0.ms + 120000}}, READING_WRONG_UNIT},
        {{.value = 5, .at = {T0.ms + 60000}}, READING_REPLAYED},
        {{.value = 5, .at = {T0.ms + 59999}}, READING_BACKWARD},
        {{.value = 5, .at = {T0.ms + 120000 + READING_FUTURE_MS + 1}}, READING_FUTURE},
        {{.value = 5, .at = {T0.ms + 120000 - READING_STALE_MS - 1}}, READING_STALE},
        {{.value = 5, .at = {INT64_MAX}}, READING_FUTURE},
    };
    before = s;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(sensor_take(&r, 1, &rows[i].in, (instant){T0.ms + 120000}, &s, changes), rows[i].fault);
        assert_memory_equal(&s, &before, sizeof s); /* a refused reading changes nothing */
        for (size_t k = 0; k < SENSOR_RULES_MAX; k++) assert_int_equal(changes[k], SENSOR_SAME);
    }
    assert_int_equal(take(&r, 1, &s, 10, 120000, changes), READING_TAKEN);
    assert_int_equal(changes[0], SENSOR_ON);
}

/* All sequences of 10 readings of three values (safe, between, beyond) against the plainest reading of the rule. */
static void every_sequence(void **state) {
    (void)state;
    static const double values[] = {0, 1.5, 3};
    static const struct { int32_t hits, of; } windows[] = {{1, 1}, {2, 2}, {2, 3}, {3, 3}, {2, 4}};
    enum sensor_change changes[SENSOR_RULES_MAX];
    for (size_t w = 0; w < ARRAY_LEN(windows); w++)
        for (int code_of_all = 0; code_of_all < 59049; code_of_all++) {
            struct sensor_rule r = rule(SENSOR_ABOVE, 2, 1, windows[w].hits, windows[w].of, 0);
            struct sensor_state s;
            int digits[10], rest = code_of_all;
            bool on = false;
            int safe = 0;
            sensor_begin(&s, T0);
            for (int i = 0; i < 10; i++, rest /= 3) {
                digits[i] = rest % 3;
                int beyond = 0;
                for (int k = i; k >= 0 && k > i - windows[w].of; k--) beyond += digits[k] == 2;
                safe = digits[i] == 0 ? safe + 1 : 0;
                enum sensor_change wanted = SENSOR_SAME;
                if (!on && digits[i] == 2 && beyond >= windows[w].hits) wanted = SENSOR_ON;
                if (on && safe >= windows[w].hits) wanted = SENSOR_OFF;
                if (wanted != SENSOR_SAME) on = wanted == SENSOR_ON;
                assert_int_equal(take(&r, 1, &s, values[digits[i]], (i + 1) * 1000, changes), READING_TAKEN);
                assert_int_equal(changes[0], wanted);
            }
        }
}

static void below_is_above_upside_down(void **state) {
    (void)state;
    struct sensor_rule up = rule(SENSOR_ABOVE, 2, 1, 2, 3, 2), down = rule(SENSOR_BELOW, -0.2, -0.1, 2, 3, 2);
    struct sensor_state a, b;
    enum sensor_change x[SENSOR_RULES_MAX], y[SENSOR_RULES_MAX];
    uint32_t seed = 7;
    sensor_begin(&a, T0);
    sensor_begin(&b, T0);
    for (int i = 1; i < 20000; i++) {
        seed = seed * 1664525u + 1013904223u;
        double v = (double)(seed >> 16) / 65536 * 3;
        take(&up, 1, &a, v, i * 700, x);
        take(&down, 1, &b, -v / 10, i * 700, y);
        assert_int_equal(x[0], y[0]);
    }
}

static void seconds_beyond(void **state) {
    (void)state;
    struct sensor_rule r = rule(SENSOR_ABOVE, 2, 2, 1, 1, 60);
    struct sensor_state s;
    enum sensor_change changes[SENSOR_RULES_MAX];
    sensor_begin(&s, T0);
    take(&r, 1, &s, 3, 1000, changes);
    assert_int_equal(changes[0], SENSOR_SAME);
    take(&r, 1, &s, 1, 30000, changes); /* back: the time begins anew */
    take(&r, 1, &s, 3, 40000, changes);
    take(&r, 1, &s, 3, 99999, changes);
    assert_int_equal(changes[0], SENSOR_SAME);
    take(&r, 1, &s, 3, 100000, changes);
    assert_int_equal(changes[0], SENSOR_ON);
}

static void silence(void **state) {
    (void)state;
    struct sensor_rule r = rule(SENSOR_SILENT, 0, 0, 1, 1, 60);
    struct sensor_state s;
    enum sensor_change changes[SENSOR_RULES_MAX];
    sensor_begin(&s, T0);
    sensor_silence(&r, 1, (instant){T0.ms + 60000}, &s, changes);
    assert_int_equal(changes[0], SENSOR_SAME);
    sensor_silence(&r, 1, (instant){T0.ms + 60001}, &s, changes);
    assert_int_equal(changes[0], SENSOR_ON);
    sensor_silence(&r, 1, (instant){T0.ms + 90000}, &s, changes);
    assert_int_equal(changes[0], SENSOR_SAME); /* told once */
    take(&r, 1, &s, 1, 95000, changes);
    assert_int_equal(changes[0], SENSOR_OFF);
    sensor_silence(&r, 1, (instant){T0.ms + 155000}, &s, changes);
    assert_int_equal(changes[0], SENSOR_SAME);
}

static void payloads(void **state) {
    (void)state;
    struct reading r[3];
    size_t n, left;
    struct err err;
    struct arena arena;
    code topic = code_of("W1"), none = {0};
    arena_init(&arena, 0);
    assert_int_equal(
        readings_parse(S("{\"value\":1.5,\"unit\":\"m\",\"at\":1790000000000}"), &topic, &arena, r, 3, &n, &left, &err),
        OK);
    assert_int_equal(n, 1);
    assert_string_equal(r[0].sensor.s, "W1");
    assert_true(r[0].value > 1.49 && r[0].at.ms == T0.ms);
    assert_int_equal(readings_parse(S("[{\"sensor\":\"A\",\"value\":1},{\"sensor\":\"B\",\"value\":\"NaN\"},{"
                                      "\"sensor\":\"C\",\"value\":null},{\"sensor\":\"D\",\"value\":2}]"),
                                    &none, &arena, r, 3, &n, &left, &err),
                     OK);
    assert_int_equal(n, 3);
    assert_int_equal(left, 1);
    assert_true(isnan(r[1].value) && isnan(r[2].value));
    static const char *const bad[] = {"",
                                      "1",
                                      "{",
                                      "{}",
                                      "{\"value\":NaN}",
                                      "{\"sensor\":5,\"value\":1}",
                                      "[1]",
                                      "[{\"value\":1}]",
                                      "{\"sensor\":\"A\",\"at\":\"yesterday\"}",
                                      "{\"sensor\":\"A\",\"value\":1}x",
                                      "{\"sensor\":\"a name that is longer than any code can be\",\"value\":1}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_not_equal(readings_parse(str_z(bad[i]), &none, &arena, r, 3, &n, &left, &err), OK);
    arena_done(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults),
        cmocka_unit_test(every_sequence),
        cmocka_unit_test(below_is_above_upside_down),
        cmocka_unit_test(seconds_beyond),
        cmocka_unit_test(silence),
        cmocka_unit_test(payloads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
