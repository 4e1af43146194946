#include <string.h>

#include "stand.h"
#include "store/keyindex.h"

static int setup(void **state) {
    static struct stand s;
    stand_init(&s);
    assert_int_equal(stand_open(&s, NULL), OK);
    *state = &s;
    return 0;
}

static int teardown(void **state) {
    stand_done(*state);
    return 0;
}

static void reopen(struct stand *s) {
    stand_close(s);
    assert_int_equal(stand_open(s, NULL), OK);
}

static void a_repeat_writes_nothing(void **state) {
    struct stand *s = *state;
    struct command c = stand_file("a");
    stand_key(&c, "k1", "body");
    struct result first = stand_run(s, &c);
    for (int round = 0; round < 2; round++) {
        struct result again = stand_run(s, &c);
        assert_true(again.repeated && !first.repeated);
        assert_int_equal(again.case_id, first.case_id);
        assert_int_equal(again.seq, first.seq);
        assert_string_equal(again.kase.number.s, first.kase.number.s);
        assert_int_equal(store_seq(s->store), 1);
        reopen(s);
    }
    struct command act = stand_act(first.case_id, "handling");
    stand_run(s, &act);
    assert_int_equal(stand_run(s, &c).kase.version, 2); /* the case as it is now */
}

static void the_same_key_with_another_body_is_refused(void **state) {
    struct stand *s = *state;
    struct command c = stand_file("a");
    struct result r;
    stand_key(&c, "k1", "body");
    stand_run(s, &c);
    stand_key(&c, "k1", "another body");
    assert_int_equal(store_run(s->store, &c, &r), E_REUSED);
    assert_string_equal(r.err.code, "key_reused");
    assert_int_equal(store_seq(s->store), 1);
}

static void a_refused_command_does_not_use_its_key_up(void **state) {
    struct stand *s = *state;
    uint64_t id = stand_filed(s, "a");
    struct command c = stand_act(id, "refuse");
    struct result r;
    stand_key(&c, "k1", "body");
    assert_int_equal(store_run(s->store, &c, &r), E_DENIED);
    c.action = code_of("handling");
    stand_key(&c, "k1", "other");
    assert_false(stand_run(s, &c).repeated);
}

/* --- many at once --- */

struct many {
    pthread_mutex_t lock;
    pthread_cond_t told;
    size_t left;
};

static void one_done(struct submission *m) {
    struct many *many = m->ctx;
    pthread_mutex_lock(&many->lock);
    many->left--;
    pthread_cond_signal(&many->told);
    pthread_mutex_unlock(&many->lock);
}

/* Eight submissions of each key wait together, so that repeats meet in one batch. */
static void repeats_within_a_batch(void **state) {
    struct stand *s = *state;
    enum { KEYS = 40, TIMES = 8 };
    static struct submission m[KEYS * TIMES];
    struct many many = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, KEYS * TIMES};
    for (size_t i = 0; i < KEYS * TIMES; i++) {
        char key[16];
        snprintf(key, sizeof key, "key %zu", i % KEYS);
        m[i] = (struct submission){.command = stand_file("a"), .done = one_done, .ctx = &many};
        stand_key(&m[i].command, key, "body");
        assert_int_equal(store_submit(s->store, &m[i], NULL), OK);
    }
    pthread_mutex_lock(&many.lock);
    while (many.left > 0) pthread_cond_wait(&many.told, &many.lock);
    pthread_mutex_unlock(&many.lock);
    assert_int_equal(store_seq(s->store), KEYS);
    size_t repeated = 0;
    for (size_t i = 0; i < KEYS * TIMES; i++) {
        assert_int_equal(m[i].result.status, OK);
        assert_int_equal(m[i].result.case_id, m[i % KEYS].result.case_id);
        repeated += m[i].result.repeated;
    }
    assert_int_equal(repeated, KEYS * (TIMES - 1));
}

static void keys_live_thirty_days(void **state) {
    struct stand *s = *state;
    struct command c = stand_file("a");
    stand_key(&c, "k1", "body");
    stand_run(s, &c);
    s->now_ms += 30 * MS_DAY - MS_HOUR;
    assert_true(stand_run(s, &c).repeated);
    s->now_ms += 2 * MS_HOUR;
    stand_filed(s, "time moves with entries");
    assert_false(stand_run(s, &c).repeated);
    assert_true(stand_run(s, &c).repeated);
    reopen(s);
    assert_true(stand_run(s, &c).repeated);
}

/* --- the index alone, against a list --- */

static void an_import_knows_keys_of_any_age(void **state) {
    struct stand *s = *state;
    struct command c = stand_file("a");
    stand_key(&c, "k1", "body");
    uint64_t id = stand_run(s, &c).case_id;
    s->options.all_keys = true;
    for (int year = 0; year < 3; year++) {
        s->now_ms += 365 * MS_DAY;
        stand_filed(s, "time moves with entries");
        reopen(s);
        stand_filed(s, "nor is it forgotten while the store is open");
        struct result again = stand_run(s, &c);
        assert_true(again.repeated);
        assert_int_equal(again.case_id, id);
    }
    s->options.all_keys = false;
    reopen(s);
    assert_false(stand_run(s, &c).repeated);
}

static void the_index_is_a_list(void **state) {
    (void)state;
    enum { N = 20000 };
    struct key_index k;
    uint64_t *prints = test_calloc(N, sizeof *prints), r = 88172645463325252u;
    key_index_init(&k);
    for (size_t i = 0; i < N; i++) {
        r ^= r << 13, r ^= r >> 7, r ^= r << 17;
        prints[i] = i % 10 == 9 ? prints[i / 2] : r % 50 == 0 ? r & 1023 : r; /* equal ones and crowds */
        key_index_add(&k, prints[i], i + 1, (instant){(int64_t)i * MS_MINUTE});
    }
    key_index_cut(&k, N - 100);
    key_index_expire(&k, (instant){KEY_INDEX_AGE_MS + 3000 * MS_MINUTE});
    for (size_t i = 0; i < N; i++) {
        uint64_t seq;
        bool found = false;
        for (size_t at = 0; key_index_next(&k, prints[i], &at, &seq);) found |= seq == i + 1;
        bool want = i + 1 <= N - 100 && i >= 3000;
        bool may = i + 1 <= N - 100 && i + 60 >= 3000; /* expiry is exact to the hour */
        if (found ? !may : want) fail_msg("entry %zu", i + 1);
    }
    key_index_done(&k);
    test_free(prints);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_repeat_writes_nothing),
        TEST(the_same_key_with_another_body_is_refused),
        TEST(a_refused_command_does_not_use_its_key_up),
        TEST(repeats_within_a_batch),
        TEST(keys_live_thirty_days),
        TEST(an_import_knows_keys_of_any_age),
        cmocka_unit_test(the_index_is_a_list),
    };
    return cmocka_run_group_tests_name("store/idempotency", tests, NULL, NULL);
}
