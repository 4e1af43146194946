#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "query/query.h"
#include "small_city.h"

static str printed(const struct query *q, struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, (size_t)1 << 20);
    query_print(q, &b);
    str s = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return s;
}

/* Each parses, prints as given, and what was printed means and prints the same. */
static void test_canonical(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *text, *canonical;
    } rows[] = {
        {__LINE__, "", ""},
        {__LINE__, "   ", ""},
        {__LINE__, "status:open", "status:open"},
        {__LINE__, "status:overdue,open,open", "status:open,overdue"},
        {__LINE__, "b a", "text:\"a\" text:\"b\""},
        {__LINE__, "a a", "text:\"a\""},
        {__LINE__, "(a b) c", "text:\"a\" text:\"b\" text:\"c\""},
        {__LINE__, "a or b c", "(text:\"b\" text:\"c\") or text:\"a\""},
        {__LINE__, "a OR b", "text:\"a\" or text:\"b\""},
        {__LINE__, "\"or\"", "text:\"or\""},
        {__LINE__, "oracle", "text:\"oracle\""},
        {__LINE__, "-status:open", "-status:open"},
        {__LINE__, "--status:open", "--status:open"},
        {__LINE__, "-(a or b)", "-(text:\"a\" or text:\"b\")"},
        {__LINE__, "()", ""},
        {__LINE__, "area:3202,3201", "area:\"3201\",\"3202\""},
        {__LINE__, "area:none,32", "area:\"32\",none"},
        {__LINE__, "class:m01*", "category:m01*"},
        {__LINE__, "category:m0101,none", "category:\"m0101\",none"},
        {__LINE__, "condition:m0101.1", "condition:\"m0101.1\""},
        {__LINE__, "unit:cityops", "unit:\"cityops\""},
        {__LINE__, "lead:cityops,none", "lead:\"cityops\",none"},
        {__LINE__, "state:handling procedure:petition", "procedure:\"petition\" state:\"handling\""},
        {__LINE__, "number:SM2026*", "number:SM2026*"},
        {__LINE__, "SM20261124000017", "number:\"SM20261124000017\""},
        {__LINE__, "SM20261*", "number:SM20261*"},
        {__LINE__, "SMART", "text:\"smart\""},
        {__LINE__, "due:<2d", "due:..172800s"},
        {__LINE__, "due:>-1d", "due:-86400s.."},
        {__LINE__, "filed:<7d", "filed:604800s.."},
        {__LINE__, "filed:>1w", "filed:..604800s"},
        {__LINE__, "filed:30d..7d", "filed:2592000s..604800s"},
        {__LINE__, "filed:2026-01-31", "filed:2026-01-30T16:00:00Z..2026-01-31T15:59:59Z"},
        {__LINE__, "filed:2026-01", "filed:2025-12-31T16:00:00Z..2026-01-31T15:59:59Z"},
        {__LINE__, "filed:2026", "filed:2025-12-31T16:00:00Z..2026-12-31T15:59:59Z"},
        {__LINE__, "filed:2026-12", "filed:2026-11-30T16:00:00Z..2026-12-31T15:59:59Z"},
        {__LINE__, "filed:2026-01-01..2026-01-31", "filed:2025-12-31T16:00:00Z..2026-01-31T15:59:59Z"},
        {__LINE__, "filed:2026-01-01..", "filed:2025-12-31T16:00:00Z.."},
        {__LINE__, "filed:<2026-01-31", "filed:..2026-01-30T15:59:59Z"},
        {__LINE__, "filed:>=2026-01-31", "filed:2026-01-30T16:00:00Z.."},
        {__LINE__, "filed:2026-01-31T08:00:00.500+08:00", "filed:2026-01-31T00:00:00Z..2026-01-31T00:00:00Z"},
        {__LINE__, "filed:today", "filed:today"},
        {__LINE__, "ended:none", "ended:none"},
        {__LINE__, "rating:4", "rating:4..4"},
        {__LINE__, "rating:<3", "rating:1..2"},
        {__LINE__, "rating:>=3", "rating:3..5"},
        {__LINE__, "rating:none", "rating:none"},
        {__LINE__, "near:119.5,31.75~0.5km", "near:119.5,31.75~500m"},
        {__LINE__, "near:119.5,31.75~500", "near:119.5,31.75~500m"},
        {__LINE__, "bbox:119,31,120,32", "bbox:119,31,120,32"},
        {__LINE__, "\"井盖\"", "text:\"井盖\""},
        {__LINE__, "井盖丢失", "text:\"井盖丢失\""},
        {__LINE__, "\"3号 井盖\"", "text:\"3号 井盖\""},
        {__LINE__, "Pot*", "text:pot*"},
        {__LINE__, "\"a \\\" \\\\ b\"", "text:\"a b\""},
        {__LINE__, "text:a,\"b c\"", "text:\"a\",\"b c\""},
        {__LINE__, "status：open，late （a or b）", "(text:\"a\" or text:\"b\") status:open,late"},
        {__LINE__, "“井盖”", "text:\"井盖\""},
        {__LINE__, "ＡＢＣ", "text:\"abc\""},
        {__LINE__, "flag:late,urgent about:none,conduct", "about:none,conduct flag:urgent,late"},
        {__LINE__, "id:18446744073709551615,7", "id:\"18446744073709551615\",\"7\""},
        {__LINE__, "channel:web,import", "channel:\"import\",\"web\""},
    };
    const struct city *city = small_city();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct query *q, *again;
        struct err err = {0};
        if (query_parse(str_z(rows[i].text), city, &arena, &q, &err) != OK)
            fail_msg("line %d: %s", rows[i].line, err.primary);
        str once = printed(q, &arena);
        if (!str_is(once, rows[i].canonical)) fail_msg("line %d: printed %.*s", rows[i].line, P(once));
        if (query_parse(once, city, &arena, &again, &err) != OK)
            fail_msg("line %d: %.*s does not parse: %s", rows[i].line, P(once), err.primary);
        str twice = printed(again, &arena);
        if (!str_eq(once, twice)) fail_msg("line %d: then %.*s", rows[i].line, P(twice));
        arena_done(&arena);
    }
}

static void test_refused(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *text;
        enum status status;
        const char *code, *where, *hint;
    } rows[] = {
        {__LINE__, "colour:red", E_INVALID, "unknown_field", "at byte 1", "fields: status"},
        {__LINE__, "a own_area:32", E_INVALID, "unknown_field", "at byte 3", "fields"},
        {__LINE__, "about_unit:gov", E_INVALID, "unknown_field", "at byte 1", "fields"},
        {__LINE__, "status:opne", E_INVALID, "bad_value", "at byte 1", "open, closed, ended, overdue, late, soon"},
        {__LINE__, "area:99", E_INVALID, "unknown_code", "at byte 1", "areas.csv"},
        {__LINE__, "status:open unit:nobody", E_INVALID, "unknown_code", "at byte 13", "units.csv"},
        {__LINE__, "category:m0199", E_INVALID, "unknown_code", "at byte 1", "category:m0199*"},
        {__LINE__, "category:m09*", E_INVALID, "unknown_code", "at byte 1", ""},
        {__LINE__, "category:*", E_INVALID, "bad_value", "at byte 1", ""},
        {__LINE__, "state:gone", E_INVALID, "unknown_code", "at byte 1", ""},
        {__LINE__, "procedure:gone", E_INVALID, "unknown_code", "at byte 1", ""},
        {__LINE__, "status:", E_SYNTAX, "bad_query", "at byte 8", "field:value"},
        {__LINE__, "status:open,", E_SYNTAX, "bad_query", "at byte 13", "field:value"},
        {__LINE__, "\"open", E_SYNTAX, "bad_query", "at byte 1", "close it"},
        {__LINE__, "(a", E_SYNTAX, "bad_query", "at byte 1", "close it"},
        {__LINE__, "a)", E_SYNTAX, "bad_query", "at byte 2", "remove )"},
        {__LINE__, "a or", E_SYNTAX, "bad_query", "at byte 1", "both sides"},
        {__LINE__, "or a", E_SYNTAX, "bad_query", "at byte 1", "both sides"},
        {__LINE__, "- a", E_SYNTAX, "bad_query", "at byte 1", "directly before"},
        {__LINE__, "a -", E_SYNTAX, "bad_query", "at byte 3", "directly before"},
        {__LINE__, "(((((((((((((((((a)))))))))))))))))", E_SYNTAX, "bad_query", "at byte 17", "16 levels"},
        {__LINE__, "----------------- a", E_SYNTAX, "bad_query", "", ""},
        {__LINE__, ":a", E_SYNTAX, "bad_query", "at byte 1", "field:value"},
        {__LINE__, "!!!", E_INVALID, "bad_value", "at byte 1", ""},
        {__LINE__, "due:tomorrow", E_INVALID, "bad_value", "at byte 1", "today"},
        {__LINE__, "due:..", E_INVALID, "bad_value", "at byte 1", "today"},
        {__LINE__, "due:2026-13", E_INVALID, "bad_value", "at byte 1", "today"},
        {__LINE__, "due:2026-02-30", E_INVALID, "bad_value", "at byte 1", "today"},
        {__LINE__, "filed:<-2d", E_INVALID, "bad_value", "at byte 1", "today"},
        {__LINE__, "due:<99999999999999999999d", E_INVALID, "bad_value", "at byte 1", "today"},
        {__LINE__, "rating:<1", E_INVALID, "bad_value", "at byte 1", "1 to 5"},
        {__LINE__, "rating:4..2", E_INVALID, "bad_value", "at byte 1", "1 to 5"},
        {__LINE__, "rating:6", E_INVALID, "bad_value", "at byte 1", "1 to 5"},
        {__LINE__, "near:119.57~500m", E_INVALID, "bad_value", "at byte 1", "near:LON"},
        {__LINE__, "near:119.57,31.72", E_INVALID, "bad_value", "at byte 1", "near:LON"},
        {__LINE__, "near:200,31.72~5", E_INVALID, "bad_value", "at byte 1", "near:LON"},
        {__LINE__, "near:119,31~nan", E_INVALID, "bad_value", "at byte 1", "near:LON"},
        {__LINE__, "bbox:1,2,3", E_INVALID, "bad_value", "at byte 1", "bbox:WEST"},
        {__LINE__, "bbox:3,2,1,4", E_INVALID, "bad_value", "at byte 1", "bbox:WEST"},
        {__LINE__, "id:x", E_INVALID, "bad_value", "at byte 1", ""},
        {__LINE__, "id:18446744073709551616", E_INVALID, "bad_value", "at byte 1", ""},
        {__LINE__, "\xff", E_SYNTAX, "bad_query", "at byte 1", "UTF-8"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct query *q = NULL;
        struct err err = {0};
        enum status s = query_parse(str_z(rows[i].text), small_city(), &arena, &q, &err);
        if (s != rows[i].status || strcmp(err.code, rows[i].code) != 0)
            fail_msg("line %d: %s %s", rows[i].line, status_name(s), err.code);
        if (!strstr(err.detail, rows[i].where)) fail_msg("line %d: detail %s", rows[i].line, err.detail);
        if (!strstr(err.hint, rows[i].hint)) fail_msg("line %d: hint %s", rows[i].line, err.hint);
        if (strcmp(err.field, "q") != 0) fail_msg("line %d: field %s", rows[i].line, err.field);
        assert_null(q);
        arena_done(&arena);
    }
}

/* Many copies of a piece, to meet the bounds. */
static enum status parse_many(const char *piece, size_t n, struct err *err) {
    struct arena arena;
    arena_init(&arena, 0);
    struct strbuf b;
    strbuf_init(&b, (size_t)1 << 20);
    for (size_t i = 0; i < n; i++) strbuf_addz(&b, piece);
    struct query *q;
    enum status s = query_parse(strbuf_str(&b), small_city(), &arena, &q, err);
    strbuf_done(&b);
    arena_done(&arena);
    return s;
}

static void test_bounds(void **state) {
    (void)state;
    struct err err = {0};
    assert_int_equal(parse_many("a ", 64, &err), OK);
    assert_int_equal(parse_many("a ", 65, &err), E_SYNTAX);
    assert_int_equal(parse_many("() ", 64, &err), OK);
    assert_int_equal(parse_many("() ", 65, &err), E_SYNTAX);
    assert_int_equal(parse_many("x", QUERY_TEXT_MAX, &err), OK);
    assert_int_equal(parse_many("x", QUERY_TEXT_MAX + 1, &err), E_TOO_LARGE);
    assert_string_equal(err.code, "query_too_long");
    assert_string_equal(err.field, "q");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canonical),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
