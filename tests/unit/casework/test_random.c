/* A million random commands (YIWANG_STEPS) from a fixed seed (YIWANG_SEED): whatever comes, the case stays sound. */
#include <stdlib.h>

#include "chaos.h"

#if defined(__SANITIZE_ADDRESS__)
#define STEPS 60000
#else
#define STEPS 1000000
#endif
#define STEPS_PER_CASE 60

static struct city *city;
static struct arena memory;

static size_t steps(void) {
    const char *given = getenv("YIWANG_STEPS");
    int64_t n;
    return given != NULL && str_to_i64(str_z(given), &n) && n > 0 ? (size_t)n : STEPS;
}

static void any_sequence_keeps_the_case_sound(void **state) {
    (void)state;
    static const char *const categories[] = {"m01", "m02", "s01", "m09", "p01", "d01", "m01", "m01"};
    struct chaos c;
    chaos_init(&c, city, rng_start("random commands"));
    for (size_t i = 0, n = steps(); i < n; i++) {
        if (i % STEPS_PER_CASE == 0 || (c.desk.c.is_over && rng_below(&c.rng, 8) == 0)) {
            const char *unit = city->units[rng_below(&c.rng, city->n_units)].code.s;
            enum about about = (enum about)(rng_below(&c.rng, 6) > 2 ? 0 : rng_below(&c.rng, 3));
            c.desk.now = at(&city->calendar, "2026-11-24 09:00");
            chaos_file(&c, categories[rng_below(&c.rng, ARRAY_LEN(categories))], about, unit);
        }
        chaos_step(&c);
    }
    /* The test would be worth nothing if hardly any command were accepted or hardly any case ended. */
    assert_true(c.accepted > c.refused / 3);
    assert_true(c.ends > steps() / STEPS_PER_CASE / 4);
    print_message("%zu accepted, %zu refused, %zu ended\n", c.accepted, c.refused, c.ends);
    chaos_done(&c);
}

int main(void) {
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_sequence_keeps_the_case_sound)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    arena_done(&memory);
    return failed;
}
