/* Limits by address, under a clock of the test's own; the pool; passwords and secrets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/http_int.h"

#include <string.h>
#include <unistd.h>

static struct address addr(const char *text) {
    struct address a;
    assert_true(address_parse(str_z(text), &a));
    return a;
}

static bool same(const char *x, const char *y) {
    struct address a = addr(x), b = addr(y);
    return a.prefix == b.prefix && a.family == b.family;
}

static void addresses(void **state) {
    (void)state;
    struct address a;
    assert_true(same("10.0.0.1", " 10.0.0.1 "));
    assert_false(same("10.0.0.1", "10.0.0.2"));
    assert_true(same("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff")); /* one /64 */
    assert_false(same("2001:db8:1:2::1", "2001:db8:1:3::1"));
    assert_true(same("::ffff:10.0.0.1", "10.0.0.1"));
    static const char *const bad[] = {"",
                                      "10.0.0",
                                      "10.0.0.1:80",
                                      "[::1]",
                                      "unknown",
                                      "1111:2222:3333:4444:5555:6666:7777:8888:9999",
                                      "a very long text that is certainly no address of anything"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) assert_false(address_parse(str_z(bad[i]), &a));
}

static struct limits *make(double reads, double writes, unsigned connections, size_t table) {
    return limits_new(&(struct limit_settings){
        .rate = {[LIMIT_READ] = reads, [LIMIT_WRITE] = writes}, .connections_max = connections, .table_max = table});
}

static int take_many(struct limits *l, const struct address *a, enum limit_kind kind, int n, int64_t now) {
    int ok = 0;
    for (int i = 0; i < n; i++) ok += limits_take(l, a, kind, now) == 0;
    return ok;
}

static void buckets(void **state) {
    (void)state;
    struct limits *l = make(50, 2, 5, 100);
    struct address a = addr("10.0.0.1"), b = addr("10.0.0.2");
    int64_t now = 1000000;
    assert_int_equal(take_many(l, &a, LIMIT_READ, 1000, now), 500); /* the burst */
    assert_int_equal(take_many(l, &a, LIMIT_WRITE, 100, now), 20);  /* of its own */
    assert_int_equal(take_many(l, &b, LIMIT_READ, 10, now), 10);    /* another address */
    assert_int_equal(limits_take(l, &a, LIMIT_WRITE, now), 1);      /* half a second, in whole seconds */
    now += 1000;
    assert_int_equal(take_many(l, &a, LIMIT_READ, 1000, now), 50);
    assert_int_equal(take_many(l, &a, LIMIT_WRITE, 100, now), 2);
    for (int i = 0; i < 100; i++) { /* small steps add up */
        now += 10;
        limits_take(l, &a, LIMIT_READ, now);
    }
    assert_int_equal(take_many(l, &a, LIMIT_WRITE, 100, now), 2);
    now += 3600000; /* never more than the burst */
    assert_int_equal(take_many(l, &a, LIMIT_READ, 1000, now), 500);
    assert_int_equal(take_many(l, &a, LIMIT_READ, 10, now - 5000), 0); /* a clock that steps back gives nothing */
    limits_free(l);
}

static void slow_rate(void **state) {
    (void)state;
    struct limits *l = make(0.1, 0.001, 5, 100);
    struct address a = addr("10.0.0.1");
    assert_int_equal(limits_take(l, &a, LIMIT_READ, 0), 0);
    assert_int_equal(limits_take(l, &a, LIMIT_READ, 0), 10);
    assert_int_equal(limits_take(l, &a, LIMIT_WRITE, 0), 990); /* a burst of a hundredth */
    limits_free(l);
}

static void connections(void **state) {
    (void)state;
    struct limits *l = make(50, 2, 3, 100);
    struct address a = addr("2001:db8::1"), b = addr("2001:db8::2"), c = addr("2001:db8:0:1::1");
    assert_true(limits_connect(l, &a, 0) && limits_connect(l, &b, 0) && limits_connect(l, &a, 0));
    assert_false(limits_connect(l, &b, 0)); /* the same /64 */
    assert_true(limits_connect(l, &c, 0));
    limits_disconnect(l, &b);
    assert_true(limits_connect(l, &a, 0));
    limits_free(l);
}

/* A flood of addresses pushes out the oldest that have no connection, never one that has. */
static void eviction(void **state) {
    (void)state;
    struct limits *l = make(1, 1, 5, 64);
    struct address held = addr("10.0.0.1"), idle = addr("10.0.0.2");
    assert_true(limits_connect(l, &held, 0));
    assert_int_equal(take_many(l, &held, LIMIT_WRITE, 20, 0), 10);
    assert_int_equal(take_many(l, &idle, LIMIT_WRITE, 20, 0), 10);
    for (uint64_t i = 0; i < 10000; i++) {
        struct address other = {.prefix = i, .family = AF_INET6};
        assert_int_equal(limits_take(l, &other, LIMIT_READ, 0), 0);
    }
    assert_int_equal(take_many(l, &held, LIMIT_WRITE, 20, 0), 0);
    assert_int_equal(take_many(l, &idle, LIMIT_WRITE, 20, 0), 10); /* forgotten */
    limits_disconnect(l, &held);
    for (uint64_t i = 0; i < 64; i++) {
        struct address other = {.prefix = i, .family = AF_INET6};
        assert_true(limits_connect(l, &other, 0));
    }
    assert_false(limits_connect(l, &held, 0)); /* full of connections */
    assert_int_not_equal(limits_take(l, &held, LIMIT_READ, 0), 0);
    limits_free(l);
}

/* --- the pool --- */

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(int) done, started;

static void wait_at_gate(void *ctx) {
    (void)ctx;
    atomic_fetch_add(&started, 1);
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    atomic_fetch_add(&done, 1);
}

static void pool(void **state) {
    (void)state;
    struct http_pool *p = http_pool_start(2, 3);
    struct err err = {0};
    pthread_mutex_lock(&gate);
    for (int i = 0; i < 2; i++) assert_int_equal(http_pool_run(p, wait_at_gate, NULL, &err), OK);
    while (started < 2) usleep(1000);
    for (int i = 0; i < 3; i++) assert_int_equal(http_pool_run(p, wait_at_gate, NULL, &err), OK);
    assert_int_equal(http_pool_run(p, wait_at_gate, NULL, &err), E_BUSY);
    assert_int_equal(done, 0);
    pthread_mutex_unlock(&gate);
    http_pool_stop(p); /* what was accepted is done */
    assert_int_equal(done, 5);
}

/* --- passwords and secrets --- */

static void passwords(void **state) {
    (void)state;
    char hash[128], other[128], long_one[2000];
    struct err err = {0};
    memset(long_one, 'x', sizeof long_one);
    assert_int_equal(password_hash(S("\xE4\xBA\x95\xE7\x9B\x96 cover"), hash, &err), OK);
    assert_true(str_starts(str_z(hash), S("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_true(password_verify(hash, S("\xE4\xBA\x95\xE7\x9B\x96 cover")));
    assert_false(password_verify(hash, S("\xE4\xBA\x95\xE7\x9B\x96 Cover")));
    assert_false(password_verify(hash, S("")));
    assert_false(password_verify("", S("")));
    assert_false(password_verify("$argon2id$nonsense", S("x")));
    assert_int_equal(password_hash(S("\xE4\xBA\x95\xE7\x9B\x96 cover"), other, &err), OK);
    assert_string_not_equal(hash, other); /* salted */
    assert_int_equal(password_hash((str){long_one, sizeof long_one}, other, &err), E_TOO_LARGE);
    assert_false(password_verify(hash, (str){long_one, sizeof long_one}));
}

static void secrets(void **state) {
    (void)state;
    char a[44], b[44];
    secret_random(a);
    secret_random(b);
    assert_int_equal(strlen(a), 43);
    assert_int_equal(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
    assert_string_not_equal(a, b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),   cmocka_unit_test(buckets),  cmocka_unit_test(slow_rate),
        cmocka_unit_test(connections), cmocka_unit_test(eviction), cmocka_unit_test(pool),
        cmocka_unit_test(passwords),   cmocka_unit_test(secrets),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
