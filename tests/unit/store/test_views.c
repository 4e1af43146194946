#include "views_stand.h"

#include <string.h>

static const char *const numbers[] = {"SM1", "SM2", "SM3", "SM4", "SM5", "SM6", "SM7", "SM8"};

/* Some cases; filed a minute apart. */
static void file_some(struct stand *s, uint64_t ids[8]) {
    for (size_t i = 0; i < 8; i++) {
        s->now_ms += 60000;
        char due[24];
        snprintf(due, sizeof due, "%lld", (long long)(s->now_ms + (int64_t)(8 - i) * 3600000));
        ids[i] = views_filed(s, i % 2 ? "路灯不亮" : "井盖丢失",
                             PAIRS({"number", numbers[i]}, {"state", "filed"}, {"procedure", "report"}, {"due", due},
                                   {"category", i < 4 ? "m0101" : "c0101"}, {"area", i < 6 ? "32010101" : "32020201"},
                                   {"unit", i < 3 ? "cityops_a" : "police"}, {"channel", "web"}));
    }
}

static void expect_list(struct stand *s, int line, const char *query, enum sort sort, const char *expected) {
    struct arena arena;
    arena_init(&arena, 0);
    str got = views_list(s, query, sort, &arena);
    if (!str_is(got, expected)) fail_msg("line %d: %s gave %.*s", line, query, P(got));
    arena_done(&arena);
}

static void test_lists(void **state) {
    (void)state;
    struct stand s;
    uint64_t ids[8];
    views_stand_init(&s);
    views_stand_open(&s);
    file_some(&s, ids);
    views_changed(&s, ids[0], PAIRS({"over", "1"}, {"closed", "1"}, {"state", "closed"}, {"due", "none"}));
    views_changed(&s, ids[4], PAIRS({"tasks", "office1,cityops"}));
    static const struct {
        int line;
        const char *query;
        enum sort sort;
        const char *expected;
    } rows[] = {
        {__LINE__, "", SORT_FILED_DESC, "SM8 SM7 SM6 SM5 SM4 SM3 SM2 SM1"},
        {__LINE__, "", SORT_FILED_ASC, "SM1 SM2 SM3 SM4 SM5 SM6 SM7 SM8"},
        {__LINE__, "", SORT_DUE_ASC, "SM8 SM7 SM6 SM5 SM4 SM3 SM2 SM1"},
        {__LINE__, "", SORT_UPDATED_DESC, "SM8 SM5 SM1 SM7 SM6 SM4 SM3 SM2"},
        {__LINE__, "status:open", SORT_FILED_DESC, "SM8 SM7 SM6 SM5 SM4 SM3 SM2"},
        {__LINE__, "status:open", SORT_DUE_ASC, "SM8 SM7 SM6 SM5 SM4 SM3 SM2"},
        {__LINE__, "status:closed", SORT_FILED_DESC, "SM1"},
        {__LINE__, "area:3201", SORT_FILED_ASC, "SM1 SM2 SM3 SM4 SM5 SM6"},
        {__LINE__, "area:32020201", SORT_FILED_ASC, "SM7 SM8"},
        {__LINE__, "unit:cityops", SORT_FILED_ASC, "SM1 SM2 SM3 SM5"},
        {__LINE__, "unit:police -unit:office1", SORT_FILED_ASC, "SM4 SM6 SM7 SM8"},
        {__LINE__, "井盖", SORT_FILED_ASC, "SM1 SM3 SM5 SM7"},
        {__LINE__, "井盖丢失 category:c*", SORT_FILED_ASC, "SM5 SM7"},
        {__LINE__, "灯", SORT_FILED_ASC, "SM2 SM4 SM6 SM8"},
        {__LINE__, "number:SM3 or SM4", SORT_FILED_ASC, "SM3"},
        {__LINE__, "number:SM*", SORT_FILED_ASC, "SM1 SM2 SM3 SM4 SM5 SM6 SM7 SM8"},
        {__LINE__, "due:<2h", SORT_DUE_ASC, "SM8 SM7"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        expect_list(&s, rows[i].line, rows[i].query, rows[i].sort, rows[i].expected);
    stand_done(&s);
}

static void test_bad_cursor(void **state) {
    (void)state;
    struct stand s;
    struct arena arena;
    arena_init(&arena, 0);
    views_stand_init(&s);
    views_stand_open(&s);
    static const char *const bad[] = {"x", "f1", "f1.", "f.1", "d1.1", "f1.0", "f1.-1", "f1.99999999999", "f1x.1"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct listing page;
        struct err err = {0};
        struct query *q = views_query("", &arena);
        enum status status =
            store_list(s.store, q, SORT_FILED_DESC, 5, str_z(bad[i]), views_stand_now(&s), &arena, &page, &err);
        if (status != E_INVALID) fail_msg("%s was taken", bad[i]);
        assert_string_equal(err.code, "bad_cursor");
    }
    arena_done(&arena);
    stand_done(&s);
}

static void test_row_and_timers(void **state) {
    (void)state;
    struct stand s;
    uint64_t ids[8];
    views_stand_init(&s);
    views_stand_open(&s);
    file_some(&s, ids);
    struct arena arena;
    arena_init(&arena, 0);
    struct case_row row;
    struct err err = {0};
    assert_int_equal(store_row(s.store, ids[2], &arena, &row, &err), OK);
    assert_string_equal(row.number.s, "SM3");
    assert_int_equal(row.slot, 3);
    assert_true(str_is(row.text, "井盖丢失"));
    assert_int_equal(store_row(s.store, 1, &arena, &row, &err), E_NOT_FOUND);
    struct timer timers[10];
    size_t n;
    instant late = {s.now_ms + 3600000 * 2};
    assert_int_equal(store_timers(s.store, late, timers, 10, &n, &err), OK);
    assert_int_equal(n, 2);
    assert_int_equal(timers[0].case_id, ids[7]);
    assert_int_equal(timers[1].case_id, ids[6]);
    views_changed(&s, ids[7], PAIRS({"missed", "1"}));
    views_changed(&s, ids[6], PAIRS({"due", "none"}));
    assert_int_equal(store_timers(s.store, late, timers, 10, &n, &err), OK);
    assert_int_equal(n, 0);
    uint64_t found[4];
    assert_int_equal(store_provisional(s.store, 0, found, 4, &n, &err), OK);
    assert_int_equal(n, 0);
    views_changed(&s, ids[1], PAIRS({"provisional", "1"}));
    assert_int_equal(store_provisional(s.store, 0, found, 4, &n, &err), OK);
    assert_int_equal(n, 1);
    assert_int_equal(found[0], ids[1]);
    arena_done(&arena);
    stand_done(&s);
}

/* Private matters: no place, no address, the area of the community, no text found; the exact area only for sight. */
static void test_private(void **state) {
    (void)state;
    struct stand s;
    views_stand_init(&s);
    views_stand_open(&s);
    lonlat place = {119.5, 31.7};
    uint64_t id = views_filed_at(&s, "邻里纠纷", "幸福路9号", place,
                                 PAIRS({"number", "SM1"}, {"category", "m0201"}, {"area", "32010101"}));
    struct arena arena;
    arena_init(&arena, 0);
    struct case_row row;
    struct err err = {0};
    assert_int_equal(store_row(s.store, id, &arena, &row, &err), OK);
    assert_true(row.is_private);
    assert_true(lonlat_is_none(row.place));
    assert_true(str_empty(row.address));
    assert_string_equal(row.area.s, "320101");
    assert_string_equal(row.own_area.s, "32010101");
    expect_list(&s, __LINE__, "纠纷", SORT_FILED_ASC, "");
    expect_list(&s, __LINE__, "area:32010101", SORT_FILED_ASC, "");
    expect_list(&s, __LINE__, "area:320101", SORT_FILED_ASC, "SM1");
    expect_list(&s, __LINE__, "bbox:100,20,130,40", SORT_FILED_ASC, "");
    struct listing near;
    assert_int_equal(store_similar(s.store, NULL, place, 500, (instant){0}, &arena, &near, &err), OK);
    assert_int_equal(near.n, 0);
    views_changed(&s, id, PAIRS({"category", "m0101"}));
    expect_list(&s, __LINE__, "纠纷", SORT_FILED_ASC, "SM1");
    expect_list(&s, __LINE__, "幸福", SORT_FILED_ASC, "SM1");
    assert_int_equal(store_similar(s.store, NULL, place, 500, (instant){0}, &arena, &near, &err), OK);
    assert_int_equal(near.n, 1);
    views_changed(&s, id, PAIRS({"category", "m0201"}));
    expect_list(&s, __LINE__, "纠纷", SORT_FILED_ASC, "");
    arena_done(&arena);
    stand_done(&s);
}

static void test_similar(void **state) {
    (void)state;
    struct stand s;
    views_stand_init(&s);
    views_stand_open(&s);
    lonlat here = {119.5700, 31.7200};
    const struct {
        const char *number, *category;
        double lon, lat;
    } cases[] = {{"SM1", "m0101", 119.5730, 31.7200},
                 {"SM2", "m0101", 119.5701, 31.7200},
                 {"SM3", "c0101", 119.5700, 31.7201},
                 {"SM4", "m0101", 119.5700, 31.7290},
                 {"SM5", "m0101", 119.5690, 31.7199}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        views_filed_at(&s, "井盖", "", (lonlat){cases[i].lon, cases[i].lat},
                       PAIRS({"number", cases[i].number}, {"category", cases[i].category}));
    struct arena arena;
    arena_init(&arena, 0);
    struct listing near;
    struct err err = {0};
    code category = code_of("m0101");
    assert_int_equal(store_similar(s.store, &category, here, 500, (instant){0}, &arena, &near, &err), OK);
    assert_int_equal(near.n, 3);
    assert_string_equal(near.rows[0].number.s, "SM2");
    assert_string_equal(near.rows[1].number.s, "SM5");
    assert_string_equal(near.rows[2].number.s, "SM1");
    assert_int_equal(store_similar(s.store, NULL, here, 50, (instant){0}, &arena, &near, &err), OK);
    assert_int_equal(near.n, 2);
    assert_int_equal(store_similar(s.store, NULL, here, 500, (instant){s.now_ms + 1}, &arena, &near, &err), OK);
    assert_int_equal(near.n, 0);
    arena_done(&arena);
    stand_done(&s);
}

static digest view_digest(struct stand *s) {
    digest d;
    struct err err = {0};
    views_settled(s);
    assert_int_equal(store_view_digest(s->store, &d, &err), OK);
    return d;
}

/* Views that were kept up and views that were made anew are the same, also after erasing and changes of privacy. */
static void test_rebuild(void **state) {
    (void)state;
    struct stand s;
    uint64_t ids[8];
    views_stand_init(&s);
    views_stand_open(&s);
    file_some(&s, ids);
    views_changed(&s, ids[0], PAIRS({"category", "m0201"}));
    views_changed(&s, ids[1], PAIRS({"tasks", "office2"}, {"flags", "urgent"}));
    views_erased(&s, ids[2]);
    struct command read = stand_act(ids[3], "read");
    read.kind = COMMAND_READ;
    s.now_ms += 1000;
    stand_run(&s, &read);
    digest kept = view_digest(&s);
    stand_close(&s);
    struct err err = {0};
    assert_int_equal(views_remove(s.dir, &err), OK);
    views_stand_open(&s);
    digest anew = view_digest(&s);
    assert_true(digest_eq(&kept, &anew));
    expect_list(&s, __LINE__, "井盖", SORT_FILED_ASC, "SM5 SM7");
    views_changed(&s, ids[1], PAIRS({"tasks", "office1"}));
    digest other = view_digest(&s);
    assert_false(digest_eq(&kept, &other));
    stand_done(&s);
}

/* Views of an older version, whose rows lack columns, are made anew when the directory is opened. */
static void test_other_schema(void **state) {
    (void)state;
    struct stand s;
    uint64_t ids[8];
    views_stand_init(&s);
    views_stand_open(&s);
    file_some(&s, ids);
    views_changed(&s, ids[1], PAIRS({"supporters", "3"}));
    digest kept = view_digest(&s);
    stand_close(&s);
    stand_sql(&s, "views.db",
              "DROP TABLE cases; CREATE TABLE cases(slot INTEGER PRIMARY KEY, id INTEGER NOT NULL) STRICT;"
              "INSERT INTO cases VALUES(1, 7); UPDATE meta SET value = '1' WHERE name = 'schema'");
    views_stand_open(&s);
    digest anew = view_digest(&s);
    assert_true(digest_eq(&kept, &anew));
    stand_done(&s);
}

/* A count of people who said "me too" comes alone, without any other change of the row. */
static void test_supporters(void **state) {
    (void)state;
    struct stand s;
    uint64_t ids[8];
    struct arena arena;
    struct case_row row;
    struct err err = {0};
    views_stand_init(&s);
    views_stand_open(&s);
    arena_init(&arena, 0);
    file_some(&s, ids);
    views_changed(&s, ids[1], PAIRS({"supporters", "3"}));
    assert_int_equal(store_row(s.store, ids[1], &arena, &row, &err), OK);
    assert_int_equal(row.supporters, 3);
    assert_int_equal(store_row(s.store, ids[2], &arena, &row, &err), OK);
    assert_int_equal(row.supporters, 0);
    arena_done(&arena);
    stand_done(&s);
}

static void test_points(void **state) {
    (void)state;
    struct stand s;
    uint64_t ids[8];
    views_stand_init(&s);
    views_stand_open(&s);
    file_some(&s, ids);
    views_changed(&s, ids[0], PAIRS({"point", "p1"}, {"over", "1"}, {"closed", "1"}, {"ended", "5000"}));
    views_changed(&s, ids[1], PAIRS({"point", "p1"}, {"over", "1"}, {"closed", "1"}, {"ended", "9000"}));
    views_changed(&s, ids[2], PAIRS({"point", "p1"}, {"over", "1"}, {"ended", "12000"})); /* dropped */
    views_changed(&s, ids[3], PAIRS({"point", "p2"}));                                    /* open */
    views_changed(&s, ids[4], PAIRS({"over", "1"}, {"closed", "1"}, {"ended", "7000"}));
    const code points[] = {{"p1"}, {"p2"}, {"p3"}};
    instant last[3];
    struct err err = {0};
    assert_int_equal(store_points(s.store, points, 3, last, &err), OK);
    assert_int_equal(last[0].ms, 9000);
    assert_true(instant_is_none(last[1]) && instant_is_none(last[2]));
    stand_done(&s);
}

/* The projector goes on where it stopped. */
static void test_reopen(void **state) {
    (void)state;
    struct stand s;
    uint64_t ids[8];
    views_stand_init(&s);
    views_stand_open(&s);
    file_some(&s, ids);
    stand_close(&s);
    s.options.no_projector = true;
    views_stand_open(&s);
    struct command c = stand_act(ids[0], "set");
    c.values[c.n_values++] = (struct value){code_of("state"), S("handling")};
    stand_run(&s, &c);
    stand_close(&s);
    s.options.no_projector = false;
    views_stand_open(&s);
    views_settled(&s);
    expect_list(&s, __LINE__, "state:handling", SORT_FILED_ASC, "SM1");
    stand_done(&s);
}

/* A new package that numbers its areas otherwise. */
static void test_new_city(void **state) {
    (void)state;
    struct stand s;
    uint64_t ids[8];
    views_stand_init(&s);
    views_stand_open(&s);
    file_some(&s, ids);
    views_stand_city(small_city_renumbered());
    views_changed(&s, ids[0], PAIRS({"state", "handling"})); /* wakes the projector */
    expect_list(&s, __LINE__, "area:3202", SORT_FILED_ASC, "SM7 SM8");
    expect_list(&s, __LINE__, "area:3201", SORT_FILED_ASC, "SM1 SM2 SM3 SM4 SM5 SM6");
    stand_done(&s);
}

static void test_lag(void **state) {
    (void)state;
    struct stand s;
    views_stand_init(&s);
    views_stand_open(&s);
    struct err err = {0};
    assert_int_equal(store_wait(s.store, 1000, 20, &err), E_BUSY);
    assert_string_equal(err.code, "lagging");
    views_filed(&s, "x", NULL);
    assert_int_equal(views_lag(s.store->views), 0);
    assert_int_equal(store_view_seq(s.store), store_seq(s.store));
    stand_done(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),        cmocka_unit_test(test_bad_cursor), cmocka_unit_test(test_row_and_timers),
        cmocka_unit_test(test_private),      cmocka_unit_test(test_similar),    cmocka_unit_test(test_rebuild),
        cmocka_unit_test(test_reopen),       cmocka_unit_test(test_new_city),   cmocka_unit_test(test_lag),
        cmocka_unit_test(test_other_schema), cmocka_unit_test(test_supporters), cmocka_unit_test(test_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
