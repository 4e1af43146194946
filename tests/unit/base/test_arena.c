#include <string.h>

#include "support.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define HAS_ASAN 1
#else
#define HAS_ASAN 0
static int __asan_address_is_poisoned(const volatile void *p) {
    (void)p;
    return 0;
}
#endif

static bool all_zero(const char *p, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (p[i]) return false;
    }
    return true;
}

static void memory_is_zeroed_and_aligned(void **state) {
    (void)state;
    struct rng r = rng_start(__func__);
    struct arena a;
    arena_init(&a, 0);
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 300; i++) {
            size_t size = rng_below(&r, rng_below(&r, 50) == 0 ? 20000 : 200), align = (size_t)1 << rng_below(&r, 8);
            char *p = arena_alloc(&a, size, align);
            assert_int_equal((uintptr_t)p & (align - 1), 0);
            assert_true(all_zero(p, size));
            memset(p, 0xA5, size);
        }
        arena_clear(&a);
    }
    arena_done(&a);
    assert_int_equal(a.used, 0);
}

/* Every live allocation keeps its bytes while others come and are rewound. */
static void allocations_do_not_overlap(void **state) {
    (void)state;
    enum { LIVE = 200 };
    struct rng r = rng_start(__func__);
    struct arena a;
    char *live[LIVE];
    size_t sizes[LIVE];
    arena_init(&a, 0);
    for (size_t i = 0; i < LIVE; i++) {
        struct arena_mark mark = arena_mark(&a);
        memset(arena_alloc(&a, 1 + rng_below(&r, 9000), 1), 0xFF, 1);
        arena_rewind(&a, mark);
        sizes[i] = 1 + rng_below(&r, 3000);
        live[i] = NEW_ARRAY(&a, char, sizes[i]);
        memset(live[i], (int)i, sizes[i]);
    }
    for (size_t i = 0; i < LIVE; i++) {
        for (size_t k = 0; k < sizes[i]; k++) assert_int_equal((unsigned char)live[i][k], i);
    }
    arena_done(&a);
}

static void rewind_returns_the_same_place(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    char *kept = NEW_ARRAY(&a, char, 10);
    memcpy(kept, "123456789", 10);
    struct arena_mark mark = arena_mark(&a);
    size_t used = a.used;
    char *first = NEW_ARRAY(&a, char, 100);
    for (int i = 0; i < 100; i++) (void)!NEW_ARRAY(&a, char, 10000);
    assert_true(a.used > 1000000);
    arena_rewind(&a, mark);
    assert_int_equal(a.used, used);
    assert_ptr_equal(NEW_ARRAY(&a, char, 100), first);
    assert_string_equal(kept, "123456789");
    arena_done(&a);
}

static void rewind_of_an_empty_mark_frees_all(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    struct arena_mark mark = arena_mark(&a);
    (void)!NEW(&a, int64_t);
    arena_rewind(&a, mark);
    assert_int_equal(a.used, 0);
    int64_t *again = NEW(&a, int64_t);
    assert_int_equal(*again, 0);
    arena_done(&a);
}

static void blocks_grow_from_4_to_256_kib(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    assert_int_equal(a.used, 0);
    (void)!NEW(&a, char);
    assert_int_equal(a.used, 4096);
    size_t largest = 0;
    for (int i = 0; i < 2000; i++) {
        size_t before = a.used;
        (void)!arena_alloc(&a, 1000, 8);
        if (a.used - before > largest) largest = a.used - before;
    }
    assert_int_equal(largest, 256 * 1024);
    arena_done(&a);
}

static void clear_keeps_one_block(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    for (int i = 0; i < 100; i++) (void)!arena_alloc(&a, 1000, 8);
    (void)!arena_alloc(&a, 1 << 20, 8);
    arena_clear(&a);
    assert_in_range(a.used, 4096, 256 * 1024);
    size_t used = a.used;
    (void)!arena_alloc(&a, 1000, 8);
    assert_int_equal(a.used, used);
    arena_done(&a);
}

static void unused_bytes_are_poisoned(void **state) {
    (void)state;
    if (!HAS_ASAN) skip();
    struct arena a;
    arena_init(&a, 0);
    char *p = NEW_ARRAY(&a, char, 13);
    assert_false(__asan_address_is_poisoned(p + 12));
    assert_true(__asan_address_is_poisoned(p + 13));
    struct arena_mark mark = arena_mark(&a);
    char *q = NEW_ARRAY(&a, char, 50);
    assert_false(__asan_address_is_poisoned(q));
    assert_true(__asan_address_is_poisoned(q - 1));
    arena_rewind(&a, mark);
    assert_true(__asan_address_is_poisoned(q));
    assert_false(__asan_address_is_poisoned(p));
    arena_clear(&a);
    assert_true(__asan_address_is_poisoned(p));
    arena_done(&a);
}

static void exceed_limit(void *arg) {
    struct arena *a = arg;
    for (int i = 0; i < 100; i++) (void)!arena_alloc(a, 100, 1);
}

static void overflow_array(void *arg) {
    (void)!arena_array(arg, SIZE_MAX / 2, 3, 1);
}

static void odd_align(void *arg) {
    (void)!arena_alloc(arg, 1, 3);
}

static void foreign_mark(void *arg) {
    struct arena *a = arg, other;
    arena_init(&other, 0);
    (void)!NEW(&other, int);
    arena_rewind(a, arena_mark(&other));
}

static void misuse_meets_check(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 5000);
    (void)!arena_alloc(&a, 4000, 1);
    (void)!arena_alloc(&a, 500, 1); /* fits in a smaller block than the usual one */
    assert_true(aborts(exceed_limit, &a, NULL, 0));
    assert_true(aborts(overflow_array, &a, NULL, 0));
    assert_true(aborts(odd_align, &a, NULL, 0));
    assert_true(aborts(foreign_mark, &a, NULL, 0));
    arena_done(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),  cmocka_unit_test(allocations_do_not_overlap),
        cmocka_unit_test(rewind_returns_the_same_place), cmocka_unit_test(rewind_of_an_empty_mark_frees_all),
        cmocka_unit_test(blocks_grow_from_4_to_256_kib), cmocka_unit_test(clear_keeps_one_block),
        cmocka_unit_test(unused_bytes_are_poisoned),     cmocka_unit_test(misuse_meets_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
