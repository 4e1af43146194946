/* Tiles in memory: what was put comes back until it is old, and never more than was allowed. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>
#include <string.h>

#include "api/tiles.h"

#define MAX ((size_t)1 << 20)

static digest key_of(int n) {
    return sha256((str){(const char *)&n, sizeof n});
}

static bool get(struct tiles *t, int n, int64_t since, str *ret) {
    static struct arena arena;
    char type[64];
    digest key = key_of(n);
    arena_done(&arena);
    arena_init(&arena, 0);
    bool found = tiles_get(t, &key, (instant){since}, &arena, ret, type);
    if (found) assert_string_equal(type, "image/png");
    return found;
}

static void put(struct tiles *t, int n, str bytes, int64_t now) {
    digest key = key_of(n);
    tiles_put(t, &key, bytes, "image/png", (instant){now});
}

static void what_was_put_comes_back(void **state) {
    (void)state;
    struct tiles *t = tiles_new(MAX);
    str got;
    assert_false(get(t, 1, 0, &got));
    put(t, 1, S("one"), 100);
    put(t, 2, S("two"), 200);
    assert_true(get(t, 1, 0, &got) && str_is(got, "one"));
    assert_true(get(t, 2, 200, &got) && str_is(got, "two"));
    assert_false(get(t, 1, 101, &got)); /* too old */
    put(t, 1, S("newer"), 300);
    assert_true(get(t, 1, 101, &got) && str_is(got, "newer"));
    tiles_free(t);
}

static void room_is_bounded(void **state) {
    (void)state;
    static char bytes[TILE_BYTES_MAX + 1];
    struct tiles *t = tiles_new(MAX);
    str got;
    memset(bytes, 'x', sizeof bytes);
    put(t, 1, (str){bytes, sizeof bytes}, 1); /* larger than a tile may be */
    put(t, 2, S(""), 1);
    assert_false(get(t, 1, 0, &got));
    assert_false(get(t, 2, 0, &got));
    size_t kept = 0;
    for (int n = 0; n < 1000; n++) {
        put(t, n, (str){bytes, 10000}, n);
        assert_true(get(t, n, n, &got)); /* the newest is always there */
    }
    for (int n = 0; n < 1000; n++) kept += get(t, n, 0, &got);
    assert_true(kept > 50 && kept * 10000 <= MAX);
    tiles_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_was_put_comes_back), cmocka_unit_test(room_is_bounded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
