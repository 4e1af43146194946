/* The live feed: put and gone, shared evaluations, resumption, bounds, the minute, a new city. */
#include "views_stand.h"

#include <string.h>

#include "store/feed_int.h"

static _Atomic int woken;

static void wake(void *ctx) {
    (void)ctx;
    woken++;
}

static const struct sight all = {.scope = SCOPE_JURISDICTION, .sees_sealed = true, .sees_private = true};

static struct feed *listen_to(struct stand *s, const char *q, const struct sight *sight, uint64_t from) {
    struct feed *f;
    struct err err = {0};
    if (store_feed_open(s->store, str_z(q), sight, from, wake, NULL, &f, &err) != OK)
        fail_msg("%s: %s", q, err.primary);
    return f;
}

/* What waits, as one text: "put SM1 gone SM2 reset". out: seq of the last event. */
static uint64_t expect_events(struct feed *f, int line, const char *expected) {
    struct feed_event events[8];
    char text[4000] = "";
    size_t n, len = 0;
    uint64_t seq = 0;
    while ((n = store_feed_take(f, events, ARRAY_LEN(events))) > 0) {
        for (size_t i = 0; i < n; i++) {
            static const char *const names[] = {[FEED_PUT] = "put ", [FEED_GONE] = "gone ", [FEED_RESET] = "reset"};
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s%s", len ? " " : "", names[events[i].kind],
                                    events[i].number.s);
            seq = events[i].seq;
            bool shown = events[i].kind == FEED_PUT && str_find(events[i].row_json, str_code(&events[i].number), 0) > 0;
            if (shown != (events[i].kind == FEED_PUT)) fail_msg("line %d: row of %s", line, events[i].number.s);
        }
        store_feed_release(events, n);
    }
    if (strcmp(text, expected) != 0) fail_msg("line %d: %s", line, text);
    return seq;
}

static void test_put_and_gone(void **state) {
    (void)state;
    struct stand s;
    views_stand_init(&s);
    views_stand_open(&s);
    struct feed *open = listen_to(&s, "status:open", &all, 0), *gaps = listen_to(&s, "井盖", &all, 0);
    uint64_t a = views_filed(&s, "井盖", PAIRS({"number", "SM1"}));
    views_filed(&s, "路灯", PAIRS({"number", "SM2"}));
    expect_events(open, __LINE__, "put SM1 put SM2");
    expect_events(gaps, __LINE__, "put SM1");
    uint64_t seq = views_changed(&s, a, PAIRS({"over", "1"}));
    assert_int_equal(expect_events(open, __LINE__, "gone SM1"), seq);
    expect_events(gaps, __LINE__, "put SM1");
    views_changed(&s, a, PAIRS({"state", "closed"})); /* out before and after: nothing */
    expect_events(open, __LINE__, "");
    views_erased(&s, a);
    expect_events(gaps, __LINE__, "put SM1 gone SM1");
    store_feed_close(open);
    store_feed_close(gaps);
    stand_done(&s);
}

/* Sealed, private, another unit's: what leaves the sight is gone; what never was in it is not mentioned. */
static void test_sight(void **state) {
    (void)state;
    struct stand s;
    views_stand_init(&s);
    views_stand_open(&s);
    const struct sight own = {.scope = SCOPE_OWN_UNIT, .unit = code_of("cityops")};
    struct feed *f = listen_to(&s, "", &own, 0);
    uint64_t a = views_filed(&s, "x", PAIRS({"number", "SM1"}, {"unit", "cityops_a"}));
    uint64_t b = views_filed(&s, "x", PAIRS({"number", "SM2"}, {"unit", "police"}));
    views_filed(&s, "x", PAIRS({"number", "SM3"}, {"unit", "cityops"}, {"about", "conduct"}, {"about_unit", "gov"}));
    expect_events(f, __LINE__, "put SM1");
    views_changed(&s, b, PAIRS({"tasks", "cityops"}));
    views_changed(&s, a, PAIRS({"sealed", "1"}));
    views_changed(&s, b, PAIRS({"unit", "office1"}, {"tasks", "office1"}));
    expect_events(f, __LINE__, "put SM2 gone SM1 gone SM2");
    views_changed(&s, a, PAIRS({"state", "filed"}));
    expect_events(f, __LINE__, "");
    store_feed_close(f);
    stand_done(&s);
}

static void test_shared(void **state) {
    (void)state;
    struct stand s;
    views_stand_init(&s);
    views_stand_open(&s);
    struct feeds *feeds = s.store->views->feeds;
    struct feed *a = listen_to(&s, "status:open 井盖", &all, 0), *b = listen_to(&s, "井盖   status:open", &all, 0);
    assert_ptr_equal(a->evaluation, b->evaluation);
    const struct sight narrow = {.scope = SCOPE_JURISDICTION};
    struct feed *c = listen_to(&s, "status:open 井盖", &narrow, 0);
    assert_ptr_not_equal(a->evaluation, c->evaluation);
    woken = 0;
    views_filed(&s, "井盖", PAIRS({"number", "SM1"}));
    expect_events(a, __LINE__, "put SM1");
    store_feed_close(a);
    expect_events(b, __LINE__, "put SM1");
    expect_events(c, __LINE__, "put SM1");
    assert_int_equal(woken, 3);
    store_feed_close(b);
    store_feed_close(c);
    assert_null(feeds->evaluations);
    stand_done(&s);
}

static void test_refused(void **state) {
    (void)state;
    struct stand s;
    views_stand_init(&s);
    views_stand_open(&s);
    struct feed *f;
    struct err err = {0};
    assert_int_equal(store_feed_open(s.store, S("colour:red"), &all, 0, wake, NULL, &f, &err), E_INVALID);
    assert_null(s.store->views->feeds->evaluations);
    stand_done(&s);
}

/* A reader that comes back hears of each case once: as it is now, or that it is gone, but only if it was in. */
static void test_resume(void **state) {
    (void)state;
    struct stand s;
    views_stand_init(&s);
    views_stand_open(&s);
    uint64_t a = views_filed(&s, "井盖", PAIRS({"number", "SM1"}, {"state", "filed"}));
    uint64_t b = views_filed(&s, "井盖", PAIRS({"number", "SM2"}, {"state", "filed"}));
    uint64_t c = views_filed(&s, "井盖", PAIRS({"number", "SM3"}, {"state", "handling"}));
    uint64_t last = store_seq(s.store);
    views_changed(&s, a, PAIRS({"state", "handling"}));
    views_changed(&s, a, PAIRS({"state", "filed"}));
    views_changed(&s, b, PAIRS({"state", "handling"}));
    views_changed(&s, c, PAIRS({"state", "closed"}));
    views_filed(&s, "井盖", PAIRS({"number", "SM4"}, {"state", "closed"}));
    uint64_t end = views_changed(&s, views_filed(&s, "井盖", PAIRS({"number", "SM5"}, {"state", "filed"})),
                                 PAIRS({"unit", "gov"}));
    struct feed *f = listen_to(&s, "state:filed 井盖", &all, last);
    assert_int_equal(expect_events(f, __LINE__, "put SM1 gone SM2 put SM5"), end);
    views_changed(&s, b, PAIRS({"state", "filed"}));
    expect_events(f, __LINE__, "put SM2");
    store_feed_close(f);
    f = listen_to(&s, "state:filed", &all, store_seq(s.store));
    expect_events(f, __LINE__, "");
    store_feed_close(f);
    f = listen_to(&s, "state:filed", &all, store_seq(s.store) + 5); /* a sequence of another log */
    expect_events(f, __LINE__, "reset");
    store_feed_close(f);
    stand_done(&s);
}

/* A reader too slow for the ring is told to start anew; nothing grows. */
static void test_slow(void **state) {
    (void)state;
    struct stand s;
    views_stand_init(&s);
    views_stand_open(&s);
    struct feed *slow = listen_to(&s, "", &all, 0);
    struct evaluation *e = slow->evaluation;
    struct event event = {.kind = FEED_GONE, .seq = 1, .case_id = 1, .number = code_of("SM1")};
    struct feed_event got[2];
    for (size_t i = 0; i < EVENTS_MAX; i++) evaluation_add(e, &event);
    assert_int_equal(store_feed_take(slow, got, 1), 1);
    assert_int_equal(got[0].kind, FEED_GONE);
    evaluation_add(e, &event);
    evaluation_add(e, &event);
    assert_int_equal(store_feed_take(slow, got, 2), 1);
    assert_int_equal(got[0].kind, FEED_RESET);
    assert_int_equal(store_feed_take(slow, got, 2), 0);
    store_feed_close(slow);
    stand_done(&s);
}

/* Time alone moves cases into and out of queries about time. */
static void test_minute(void **state) {
    (void)state;
    struct stand s;
    views_stand_init(&s);
    views_stand_open(&s);
    char due[24];
    snprintf(due, sizeof due, "%lld", (long long)(s.now_ms + 90000));
    views_filed(&s, "x", PAIRS({"number", "SM1"}, {"due", due}));
    struct feed *late = listen_to(&s, "status:overdue", &all, 0), *soon = listen_to(&s, "status:soon", &all, 0);
    struct feed *plain = listen_to(&s, "status:open", &all, 0);
    expect_events(soon, __LINE__, "");
    s.now_ms += 60000;
    feeds_minute(s.store->views->feeds, views_stand_now(&s));
    expect_events(late, __LINE__, "");
    s.now_ms += 60000;
    feeds_minute(s.store->views->feeds, views_stand_now(&s));
    expect_events(late, __LINE__, "put SM1");
    expect_events(soon, __LINE__, "gone SM1");
    expect_events(plain, __LINE__, "");
    s.now_ms += 60000;
    feeds_minute(s.store->views->feeds, views_stand_now(&s));
    expect_events(late, __LINE__, "");
    store_feed_close(late);
    store_feed_close(soon);
    store_feed_close(plain);
    stand_done(&s);
}

static void test_city(void **state) {
    (void)state;
    struct stand s;
    views_stand_init(&s);
    views_stand_open(&s);
    uint64_t id = views_filed(&s, "x", PAIRS({"number", "SM1"}, {"area", "32020201"}));
    struct feed *f = listen_to(&s, "area:3202", &all, 0);
    views_stand_city(small_city_renumbered());
    views_changed(&s, id, PAIRS({"state", "filed"}));
    expect_events(f, __LINE__, "reset");
    views_changed(&s, id, PAIRS({"state", "handling"}));
    expect_events(f, __LINE__, "put SM1");
    store_feed_close(f);
    stand_done(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_put_and_gone), cmocka_unit_test(test_sight),  cmocka_unit_test(test_shared),
        cmocka_unit_test(test_refused),      cmocka_unit_test(test_resume), cmocka_unit_test(test_slow),
        cmocka_unit_test(test_minute),       cmocka_unit_test(test_city),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
