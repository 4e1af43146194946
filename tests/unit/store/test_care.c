/* Verify and rebuild with views, figures, and a backup made beside a store at work. */
#include <string.h>

#include "store/verify.h"
#include "views_stand.h"

static struct stand stand;

static int setup(void **state) {
    (void)state;
    views_stand_init(&stand);
    views_stand_open(&stand);
    views_filed(&stand, "井盖破损", PAIRS({"state", "filed"}));
    uint64_t id = views_filed(&stand, "路灯不亮", PAIRS({"state", "filed"}));
    views_erased(&stand, id);
    views_settled(&stand);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    stand_done(&stand);
    return 0;
}

static enum status verify(struct verify_report *ret, struct err *err) {
    return care_verify(&stand.options, &views_rules, NULL, NULL, NULL, ret, err);
}

static void views_are_held_against_the_truth(void **state) {
    (void)state;
    struct verify_report r;
    struct err err = {0};
    if (verify(&r, &err) != OK) fail_msg("beside a running store: %s", err.primary);
    stand_close(&stand);
    if (verify(&r, &err) != OK) fail_msg("%s %s", err.primary, err.detail);
    assert_int_equal(r.entries, 3);
    stand_sql(&stand, "views.db", "UPDATE cases SET state = 'invented'");
    assert_int_equal(verify(&r, &err), E_CORRUPT);
    assert_string_equal(err.code, "bad_views");
    assert_int_equal(r.faults, 1);
    if (care_rebuild(&stand.options, &views_rules, NULL, &err) != OK) fail_msg("%s %s", err.primary, err.detail);
    if (verify(&r, &err) != OK) fail_msg("%s %s", err.primary, err.detail);
}

/* An order that a rebuild would not find, or a case that it would not hold, is found: its clocks would stand still for ever. */
static void orders_and_held_cases_are_held_against_the_truth(void **state) {
    (void)state;
    static const char *const faults[] = {"INSERT INTO orders(id) SELECT min(id) FROM cases",
                                         "INSERT INTO held(number, id) SELECT 'SM1', min(id) FROM cases"};
    struct verify_report r;
    struct err err = {0};
    stand_close(&stand);
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        stand_sql(&stand, "views.db", faults[i]);
        assert_int_equal(verify(&r, &err), E_CORRUPT);
        assert_string_equal(err.code, "bad_views");
        if (care_rebuild(&stand.options, &views_rules, NULL, &err) != OK) fail_msg("%s %s", err.primary, err.detail);
        if (verify(&r, &err) != OK) fail_msg("%s %s", err.primary, err.detail);
    }
}

static void a_locked_directory_is_not_rebuilt(void **state) {
    (void)state;
    struct err err;
    assert_int_equal(care_rebuild(&stand.options, &views_rules, NULL, &err), E_BUSY);
    assert_string_equal(err.code, "locked");
    struct store *second;
    assert_int_equal(store_open_rules(&stand.options, &views_rules, &second, &err), E_BUSY);
}

static void figures(void **state) {
    (void)state;
    struct store_stats st;
    store_stats(stand.store, &st);
    assert_int_equal(st.seq, 3);
    assert_int_equal(st.view_seq, 3);
    assert_int_equal(st.cases, 2);
    assert_int_equal(st.commands, 3);
    assert_int_equal(st.queue, 0);
    assert_true(st.batches >= 1 && st.disk_free > 0 && st.flush_us_p99 >= st.flush_us_p50);
}

/* --- a backup beside a store at work --- */

static void *work(void *ctx) {
    bool *stop = ctx;
    uint64_t last = 0;
    for (size_t i = 0; !__atomic_load_n(stop, __ATOMIC_ACQUIRE); i++) {
        struct command c = i % 3 == 2 ? stand_erase(last) : stand_file("words to be erased");
        struct result r;
        c.filing.contact = S("contact");
        c.number = code_of(i % 3 == 2 ? "" : c.number.s);
        if (store_run(stand.store, &c, &r) == OK) last = r.case_id;
    }
    return NULL;
}

static void a_backup_beside_a_store_at_work(void **state) {
    (void)state;
    char to[96], keys[104];
    struct err err = {0};
    pthread_t thread;
    bool stop = false;
    snprintf(to, sizeof to, "%s.backup", stand.dir);
    snprintf(keys, sizeof keys, "%s-keys", to);
    assert_int_equal(pthread_create(&thread, NULL, work, &stop), 0);
    for (int i = 0; i < 5; i++) {
        struct verify_report r;
        struct store_options o = stand.options;
        uint8_t key[32];
        uint64_t before = store_seq(stand.store);
        if (store_backup(&stand.options, to, NULL, &err) != OK) fail_msg("%s %s", err.primary, err.detail);
        o.dir = to;
        store_public_key(stand.store, key);
        if (care_verify(&o, &views_rules, key, NULL, NULL, &r, &err) != OK) fail_msg("%s %s", err.primary, err.detail);
        assert_true(r.entries >= before);
        stand_remove(to), stand_remove(keys);
    }
    __atomic_store_n(&stop, true, __ATOMIC_RELEASE);
    pthread_join(thread, NULL);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(views_are_held_against_the_truth),  TEST(orders_and_held_cases_are_held_against_the_truth),
        TEST(a_locked_directory_is_not_rebuilt), TEST(figures),
        TEST(a_backup_beside_a_store_at_work),
    };
    return cmocka_run_group_tests_name("store/care", tests, NULL, NULL);
}
