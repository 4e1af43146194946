#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "query/query.h"
#include "query/words.h"
#include "small_city.h"

/* 2026-11-24T04:00:00Z, a Tuesday noon at +08:00. */
static const instant now = {INT64_C(1795492800000)};

static struct case_row sample(void) {
    struct case_row row = {.id = 42,
                           .number = code_of("SM20261124000017"),
                           .procedure = code_of("report"),
                           .state = code_of("handling"),
                           .category = code_of("m0101"),
                           .condition = code_of("m0101.1"),
                           .area = code_of("32010101"),
                           .own_area = code_of("32010101"),
                           .unit = code_of("cityops_a"),
                           .channel = code_of("web"),
                           .n_task_units = 1,
                           .filed = {now.ms - 3 * MS_DAY},
                           .happened = INSTANT_NONE,
                           .updated = {now.ms - MS_HOUR},
                           .ended = INSTANT_NONE,
                           .due = {now.ms + MS_HOUR},
                           .about = ABOUT_CONDUCT,
                           .about_unit = code_of("gov"),
                           .rating = 0,
                           .flags = ROW_RETURNED,
                           .place = {119.57, 31.72},
                           .text = S("幸福路3号井盖丢失, pothole on Main St."),
                           .address = S("人民广场")};
    row.task_units[0] = code_of("office1");
    row_resolve(&row, small_city());
    return row;
}

static void test_terms(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *query;
        bool expected;
    } rows[] = {
        {__LINE__, "", true},
        {__LINE__, "status:open", true},
        {__LINE__, "status:closed,ended", false},
        {__LINE__, "status:overdue", false},
        {__LINE__, "status:soon", true},
        {__LINE__, "status:late", false},
        {__LINE__, "area:32", true},
        {__LINE__, "area:320101", true},
        {__LINE__, "area:320102,3201", true},
        {__LINE__, "area:3202", false},
        {__LINE__, "area:none", false},
        {__LINE__, "-area:none", true},
        {__LINE__, "unit:cityops", true},
        {__LINE__, "unit:gov", true},
        {__LINE__, "unit:office1", true},
        {__LINE__, "unit:police", false},
        {__LINE__, "unit:none", false},
        {__LINE__, "lead:cityops_a", true},
        {__LINE__, "lead:cityops", false},
        {__LINE__, "lead:gov", false},
        {__LINE__, "lead:office1", false},
        {__LINE__, "lead:none", false},
        {__LINE__, "class:m01*", true},
        {__LINE__, "class:m01", false},
        {__LINE__, "condition:m0101*", true},
        {__LINE__, "state:handling channel:web procedure:report", true},
        {__LINE__, "state:filed or channel:web", true},
        {__LINE__, "number:SM2026*", true},
        {__LINE__, "SM20261124000017", true},
        {__LINE__, "SM20261124000018", false},
        {__LINE__, "flag:returned", true},
        {__LINE__, "flag:urgent,returned", true},
        {__LINE__, "flag:urgent", false},
        {__LINE__, "about:conduct", true},
        {__LINE__, "about:none,service", false},
        {__LINE__, "due:<2h", true},
        {__LINE__, "due:<1h", false},
        {__LINE__, "due:<3601s", true},
        {__LINE__, "due:>-1d", true},
        {__LINE__, "due:today", true},
        {__LINE__, "due:none", false},
        {__LINE__, "ended:none", true},
        {__LINE__, "ended:>2000-01-01", false},
        {__LINE__, "-ended:>2000-01-01", true},
        {__LINE__, "filed:<4d", true},
        {__LINE__, "filed:<2d", false},
        {__LINE__, "filed:4d..2d", true},
        {__LINE__, "filed:2026-11-21", true},
        {__LINE__, "filed:2026-11-21..2026-11-22", true},
        {__LINE__, "filed:2026-11-22..", false},
        {__LINE__, "filed:this_week", false},
        {__LINE__, "filed:this_month", true},
        {__LINE__, "filed:this_year", true},
        {__LINE__, "filed:yesterday", false},
        {__LINE__, "updated:today", true},
        {__LINE__, "rating:none", true},
        {__LINE__, "rating:<5", false},
        {__LINE__, "near:119.57,31.72~0m", true},
        {__LINE__, "near:119.575,31.72~500m", true},
        {__LINE__, "near:119.576,31.72~500m", false},
        {__LINE__, "bbox:119.57,31.72,119.57,31.72", true},
        {__LINE__, "bbox:119.58,31.72,119.6,31.8", false},
        {__LINE__, "井盖", true},
        {__LINE__, "盖井", false},
        {__LINE__, "失 广场", true},
        {__LINE__, "失人", false},
        {__LINE__, "3号井盖", true},
        {__LINE__, "号3", false},
        {__LINE__, "POTHOLE", true},
        {__LINE__, "pot", false},
        {__LINE__, "pot*", true},
        {__LINE__, "\"main st\"", true},
        {__LINE__, "\"pothole main\"", false},
        {__LINE__, "丢失pothole", false},
        {__LINE__, "\"丢失 pothole\"", true},
        {__LINE__, "id:41,42", true},
        {__LINE__, "id:4", false},
        {__LINE__, "-(status:open 井盖)", false},
    };
    struct case_row row = sample();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct query *q;
        struct err err = {0};
        if (query_parse(str_z(rows[i].query), small_city(), &arena, &q, &err) != OK)
            fail_msg("line %d: %s", rows[i].line, err.primary);
        if (query_match(q, &row, small_city(), now) != rows[i].expected)
            fail_msg("line %d: %s", rows[i].line, rows[i].query);
        arena_done(&arena);
    }
}

static void test_private_text(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct query *q;
    assert_int_equal(query_parse(S("井盖"), small_city(), &arena, &q, NULL), OK);
    struct case_row row = sample();
    row.is_private = true;
    assert_false(query_match(q, &row, small_city(), now));
    arena_done(&arena);
}

/* Sights: scope × what the row is. The row: unit cityops_a, task at office1, area 32010101, conduct about gov. */
static void test_sight(void **state) {
    (void)state;
    static const struct {
        int line;
        enum scope scope;
        const char *unit, *area;
        bool sees_sealed, sees_private, sealed, private;
        const char *about_unit;
        bool expected;
    } rows[] = {
        {__LINE__, SCOPE_JURISDICTION, "", "", 0, 0, 0, 0, "gov", true},
        {__LINE__, SCOPE_NONE, "", "", 1, 1, 0, 0, "", false},
        {__LINE__, SCOPE_OWN_UNIT, "", "", 1, 1, 0, 0, "", false},
        {__LINE__, SCOPE_OWN_UNIT, "cityops", "", 1, 1, 0, 0, "", true},
        {__LINE__, SCOPE_OWN_UNIT, "office1", "", 1, 1, 0, 0, "", true},
        {__LINE__, SCOPE_OWN_UNIT, "police", "", 1, 1, 0, 0, "", false},
        {__LINE__, SCOPE_OWN_UNIT, "gone", "", 1, 1, 0, 0, "", false},
        {__LINE__, SCOPE_OWN_AREA, "", "3201", 1, 1, 0, 0, "", true},
        {__LINE__, SCOPE_OWN_AREA, "", "3202", 1, 1, 0, 0, "", false},
        {__LINE__, SCOPE_OWN_AREA, "", "", 1, 1, 0, 0, "", false},
        {__LINE__, SCOPE_JURISDICTION, "", "", 0, 0, 1, 0, "", false},
        {__LINE__, SCOPE_JURISDICTION, "", "", 1, 0, 1, 0, "", true},
        {__LINE__, SCOPE_JURISDICTION, "", "", 0, 0, 0, 1, "", false},
        {__LINE__, SCOPE_JURISDICTION, "", "", 0, 1, 0, 1, "", true},
        /* recusal: the accused unit and all below it */
        {__LINE__, SCOPE_JURISDICTION, "gov", "", 1, 1, 0, 0, "gov", false},
        {__LINE__, SCOPE_JURISDICTION, "cityops_a", "", 1, 1, 0, 0, "gov", false},
        {__LINE__, SCOPE_JURISDICTION, "cityops_a", "", 1, 1, 0, 0, "cityops", false},
        {__LINE__, SCOPE_JURISDICTION, "gov", "", 1, 1, 0, 0, "cityops", true},
        {__LINE__, SCOPE_JURISDICTION, "police", "", 1, 1, 0, 0, "cityops", true},
        {__LINE__, SCOPE_JURISDICTION, "discipline", "", 1, 1, 0, 0, "gov", true},
        {__LINE__, SCOPE_JURISDICTION, "gone", "", 1, 1, 0, 0, "gone", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct case_row row = sample();
        row.is_sealed = rows[i].sealed;
        row.is_private = rows[i].private;
        row.about_unit = code_of(rows[i].about_unit);
        if (rows[i].about_unit[0] == '\0') row.about = ABOUT_NOTHING;
        struct sight sight = {rows[i].scope, code_of(rows[i].unit), code_of(rows[i].area), rows[i].sees_sealed,
                              rows[i].sees_private};
        struct query *q = query_with_sight(NULL, &sight, small_city(), &arena);
        if (query_match(q, &row, small_city(), now) != rows[i].expected) fail_msg("line %d", rows[i].line);
        arena_done(&arena);
    }
}

/* A service complaint recuses nobody. */
static void test_service(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct case_row row = sample();
    row.about = ABOUT_SERVICE;
    struct sight sight = {.scope = SCOPE_JURISDICTION, .unit = code_of("gov")};
    assert_true(query_match(query_with_sight(NULL, &sight, small_city(), &arena), &row, small_city(), now));
    arena_done(&arena);
}

static void test_relative(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *query;
        bool expected;
    } rows[] = {
        {__LINE__, "status:open", false}, {__LINE__, "status:overdue", true}, {__LINE__, "status:soon,open", true},
        {__LINE__, "due:<2d", true},      {__LINE__, "due:2026", false},      {__LINE__, "-(a or filed:today)", true},
        {__LINE__, "ended:none", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct query *q;
        assert_int_equal(query_parse(str_z(rows[i].query), small_city(), &arena, &q, NULL), OK);
        if (query_is_relative(q) != rows[i].expected) fail_msg("line %d", rows[i].line);
        arena_done(&arena);
    }
}

static void test_words(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *text, *normal, *tokens;
    } rows[] = {
        {__LINE__, "", " ", ""},
        {__LINE__, "，。!", " ", ""},
        {__LINE__, "井盖丢失", " 井盖丢失 ", "井盖 盖丢 丢失 失 "},
        {__LINE__, "井", " 井 ", "井 "},
        {__LINE__, "城。管", " 城 管 ", "城 管 "},
        {__LINE__, "3号井", " 3\x1f号井 ", "3 号井 井 "},
        {__LINE__, "Ａ１ Straße", " a1 strasse ", "a1 strasse "},
        {__LINE__, "Café", " cafe ", "cafe "},
        {__LINE__, "カ", " カ ", "カ "},
        {__LINE__, "don't stop", " don t stop ", "don t stop "},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct strbuf normal, tokens;
        strbuf_init(&normal, 1000);
        strbuf_init(&tokens, 1000);
        words_normal(str_z(rows[i].text), &normal);
        words_tokens(strbuf_str(&normal), &tokens);
        if (!str_is(strbuf_str(&normal), rows[i].normal))
            fail_msg("line %d: %.*s", rows[i].line, P(strbuf_str(&normal)));
        if (!str_eq(strbuf_str(&tokens), str_z(rows[i].tokens)))
            fail_msg("line %d: %.*s", rows[i].line, P(strbuf_str(&tokens)));
        strbuf_done(&normal);
        strbuf_done(&tokens);
    }
}

static void test_words_broken(void **state) {
    (void)state;
    static const char *const bad[] = {"", "[]", "{\"text\":", "{\"text\":1}", "null"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct case_row row = sample();
        row_set_words(&row, str_z(bad[i]), &arena);
        assert_true(str_empty(row.text) && str_empty(row.address) && lonlat_is_none(row.place));
        arena_done(&arena);
    }
    struct arena arena;
    arena_init(&arena, 0);
    struct case_row row = sample();
    row_set_words(
        &row, S("{\"lat\":31.7,\"media\":[\"a\"],\"text\":\"x\",\"lon\":119.50000004,\"address\":\"y\",\"salt\":{}}"),
        &arena);
    assert_true(str_is(row.text, "x") && str_is(row.address, "y"));
    assert_true(row.place.lon_deg == 119.5 && row.place.lat_deg == 31.7); /* exact to 1e-7 degree */
    arena_done(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms),        cmocka_unit_test(test_private_text), cmocka_unit_test(test_sight),
        cmocka_unit_test(test_service),      cmocka_unit_test(test_relative),     cmocka_unit_test(test_words),
        cmocka_unit_test(test_words_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
