#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "support.h"

enum { KEYS = 300 };

/* Sets and gets at random, against arrays indexed by key. spoil: one value of the twin is changed, to prove that the
 * comparison can fail. */
static bool program_agrees(struct rng *r, bool spoil) {
    static char names[KEYS][16];
    uint32_t by_name[KEYS], by_number[KEYS];
    struct map m;
    map_init(&m);
    for (size_t i = 0; i < KEYS; i++) {
        snprintf(names[i], sizeof names[i], "%zu", i);
        by_name[i] = by_number[i] = MAP_NONE;
    }
    bool same = true;
    size_t ops = rng_below(r, 2000) + 1;
    for (size_t i = 0; i < ops && same; i++) {
        size_t k = rng_below(r, KEYS);
        uint32_t v = (uint32_t)rng_below(r, 1000);
        uint64_t number = k % 2 ? k : UINT64_MAX - k;
        assert_true(m.n * 4 <= m.cap * 3);
        switch (rng_below(r, 4)) {
        case 0:
            same = map_set(&m, str_z(names[k]), v) == by_name[k];
            by_name[k] = v;
            break;
        case 1:
            same = map_set_u64(&m, number, v) == by_number[k];
            by_number[k] = v;
            break;
        case 2:
            same = map_get(&m, str_z(names[k])) == by_name[k];
            break;
        default:
            same = map_get_u64(&m, number) == by_number[k];
        }
    }
    if (spoil) by_name[rng_below(r, KEYS)] ^= 1;
    size_t n = 0;
    for (size_t k = 0; k < KEYS; k++) {
        same = same && map_get(&m, str_z(names[k])) == by_name[k];
        same = same && map_get_u64(&m, k % 2 ? k : UINT64_MAX - k) == by_number[k];
        n += by_name[k] != MAP_NONE;
        n += by_number[k] != MAP_NONE;
    }
    if (!spoil) same = same && m.n == n;
    map_done(&m);
    return same;
}

static void programs_agree_with_arrays(void **state) {
    (void)state;
    struct rng r = rng_start(__func__);
    for (int i = 0; i < 500; i++) assert_true(program_agrees(&r, false));
    for (int i = 0; i < 50; i++) assert_false(program_agrees(&r, true));
}

static void edges(void **state) {
    (void)state;
    struct map m;
    map_init(&m);
    assert_int_equal(map_get(&m, S("a")), MAP_NONE);
    assert_int_equal(map_get_u64(&m, 0), MAP_NONE);
    assert_int_equal(map_set(&m, STR_NONE, 1), MAP_NONE);
    assert_int_equal(map_get(&m, S("")), 1);
    assert_int_equal(map_get_u64(&m, str_hash(S(""))), MAP_NONE); /* the same key bits, but another kind */
    assert_int_equal(map_set(&m, S(""), 2), 1);
    assert_int_equal(m.n, 1);
    map_done(&m);
    assert_int_equal(map_get(&m, S("")), MAP_NONE);
}

static void dense_and_strided_keys(void **state) {
    (void)state;
    struct map m;
    map_init(&m);
    for (uint64_t stride = 1; stride != 0; stride <<= 9) {
        for (uint64_t i = 1; i < 5000; i++) map_set_u64(&m, i * stride, (uint32_t)i);
        for (uint64_t i = 1; i < 5000 && stride == 1; i++) assert_int_equal(map_get_u64(&m, i), i);
    }
    assert_true(m.n * 4 <= m.cap * 3);
    map_done(&m);
}

static void set_none(void *arg) {
    map_set_u64(arg, 1, MAP_NONE);
}

static void misuse_meets_check(void **state) {
    (void)state;
    struct map m;
    map_init(&m);
    assert_true(aborts(set_none, &m, NULL, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_agree_with_arrays),
        cmocka_unit_test(edges),
        cmocka_unit_test(dense_and_strided_keys),
        cmocka_unit_test(misuse_meets_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
