#include <string.h>

#include "base/csv.h"
#include "support.h"

/* All rows as one text: fields in [], "!" for an error, rows ended by /, each with its line number. */
static void render(str text, struct strbuf *b, struct arena *a) {
    struct csv c;
    bool end;
    csv_init(&c, exact_copy(a, text), a);
    for (;;) {
        struct err err;
        enum status status = csv_next(&c, &end, &err);
        if (status == OK && end) return;
        strbuf_add_i64(b, c.line);
        if (status != OK) {
            assert_int_equal(err.line, c.line);
            assert_string_equal(err.code, "bad_csv");
            strbuf_addc(b, '!');
        }
        for (size_t i = 0; i < c.n_fields; i++) strbuf_addf(b, "[%.*s]", P(c.fields[i]));
        strbuf_addc(b, '/');
    }
}

static const struct {
    int line;
    str text;
    const char *rows;
} texts[] = {
    {__LINE__, S_INIT(""), ""},
    {__LINE__, S_INIT("\n\r\n\n"), ""},
    {__LINE__, S_INIT("a,b"), "1[a][b]/"},
    {__LINE__, S_INIT("a,b\n"), "1[a][b]/"},
    {__LINE__, S_INIT("a,b\r\nc,d\r\n"), "1[a][b]/2[c][d]/"},
    {__LINE__, S_INIT("\xEF\xBB\xBF区域,名称\n"), "1[区域][名称]/"},
    {__LINE__, S_INIT("\n\na\n\nb"), "3[a]/5[b]/"},
    {__LINE__, S_INIT(","), "1[][]/"},
    {__LINE__, S_INIT(",\n,\n"), "1[][]/2[][]/"},
    {__LINE__, S_INIT("a,,b,"), "1[a][][b][]/"},
    {__LINE__, S_INIT("\"\""), "1[]/"},
    {__LINE__, S_INIT("\"a,b\",\"c\"\"d\"\n"), "1[a,b][c\"d]/"},
    {__LINE__, S_INIT("\"two\nlines\",x\ny"), "1[two\nlines][x]/3[y]/"},
    {__LINE__, S_INIT("\"two\r\nlines\"\r\ny"), "1[two\r\nlines]/3[y]/"},
    {__LINE__, S_INIT("\"\"\"\"\"\"\n"), "1[\"\"]/"},
    {__LINE__, S_INIT(" a , b "), "1[ a ][ b ]/"},
    /* malformed; reading goes on with the next line */
    {__LINE__, S_INIT("\"a"), "1!/"},
    {__LINE__, S_INIT("\"a\nb\nc"), "1!/2[b]/3[c]/"},
    {__LINE__, S_INIT("a\"b\nc"), "1!/2[c]/"},
    {__LINE__, S_INIT("a,\"b\"c\nd"), "1!/2[d]/"},
    {__LINE__, S_INIT("\"a\" ,b\nd"), "1!/2[d]/"},
    {__LINE__, S_INIT("a\rb\nd"), "1!/2[d]/"},
    {__LINE__, S_INIT("a\r"), "1!/"},
    {__LINE__, S_INIT("\"a\"\rb"), "1!/"},
    {__LINE__, S_INIT("a\xFF,b\nd"), "1!/2[d]/"},
    {__LINE__, S_INIT("a\0,b\nd"), "1!/2[d]/"},
    {__LINE__, S_INIT("\"\xED\xA0\x80\"\nd"), "1!/2[d]/"},
    {__LINE__, S_INIT("ok\n\"x\ny\"z\nd"), "1[ok]/2!/3!/4[d]/"},
};

static void tables_of_texts(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct arena a;
        struct strbuf b;
        arena_init(&a, 0);
        strbuf_init(&b, 1000);
        render(texts[i].text, &b, &a);
        if (!str_is(strbuf_str(&b), texts[i].rows)) fail_msg("row of line %d: %.*s", texts[i].line, P(strbuf_str(&b)));
        strbuf_done(&b);
        arena_done(&a);
    }
}

static void fields_are_quoted_only_if_needed(void **state) {
    (void)state;
    static const struct {
        int line;
        str field;
        bool first;
        const char *text;
    } rows[] = {
        {__LINE__, S_INIT("a b"), true, "a b"},
        {__LINE__, S_INIT("a b"), false, ",a b"},
        {__LINE__, S_INIT(""), true, "\"\""},
        {__LINE__, S_INIT(""), false, ","},
        {__LINE__, S_INIT("a,b"), true, "\"a,b\""},
        {__LINE__, S_INIT("a\"b"), false, ",\"a\"\"b\""},
        {__LINE__, S_INIT("a\nb"), true, "\"a\nb\""},
        {__LINE__, S_INIT("a\rb"), true, "\"a\rb\""},
        {__LINE__, S_INIT("\xEF\xBB\xBFx"), true, "\"\xEF\xBB\xBFx\""},
        {__LINE__, S_INIT("\xEF\xBB\xBFx"), false, ",\xEF\xBB\xBFx"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct strbuf b;
        strbuf_init(&b, 100);
        csv_add_field(&b, rows[i].field, rows[i].first);
        row_true(&rows[i], str_is(strbuf_str(&b), rows[i].text));
        strbuf_done(&b);
    }
}

static void columns_are_bounded(void **state) {
    (void)state;
    for (size_t n = CSV_COLUMNS_MAX - 1; n <= CSV_COLUMNS_MAX + 1; n++) {
        struct strbuf b;
        struct csv c;
        bool end;
        strbuf_init(&b, 1000);
        for (size_t i = 0; i < n; i++) csv_add_field(&b, S("x"), i == 0);
        strbuf_addz(&b, "\nnext");
        csv_init(&c, strbuf_str(&b), NULL);
        enum status status = csv_next(&c, &end, NULL);
        assert_int_equal(status, n <= CSV_COLUMNS_MAX ? OK : E_SYNTAX);
        assert_int_equal(c.n_fields, n <= CSV_COLUMNS_MAX ? n : 0);
        assert_int_equal(csv_next(&c, &end, NULL), OK);
        assert_str(c.fields[0], S("next"));
        assert_int_equal(c.line, 2);
        strbuf_done(&b);
    }
}

static void random_tables_survive(void **state) {
    (void)state;
    struct rng r = rng_start(__func__);
    struct arena a;
    arena_init(&a, 0);
    for (int round = 0; round < 1000; round++) {
        enum { ROWS = 8, COLUMNS = 5 };
        str cells[ROWS][COLUMNS];
        struct strbuf b;
        struct csv c;
        bool end, crlf = rng_below(&r, 2);
        size_t columns = 1 + rng_below(&r, COLUMNS);
        strbuf_init(&b, 1 << 20);
        for (size_t y = 0; y < ROWS; y++) {
            for (size_t x = 0; x < columns; x++) {
                cells[y][x] = rng_text(&r, &a, 6);
                csv_add_field(&b, cells[y][x], x == 0);
            }
            strbuf_addz(&b, crlf ? "\r\n" : "\n");
        }
        csv_init(&c, strbuf_str(&b), &a);
        for (size_t y = 0; y < ROWS; y++) {
            if (csv_next(&c, &end, NULL) != OK || end || c.n_fields != columns) fail_msg("round %d row %zu", round, y);
            for (size_t x = 0; x < columns; x++) assert_str(c.fields[x], cells[y][x]);
        }
        assert_int_equal(csv_next(&c, &end, NULL), OK);
        assert_true(end);
        strbuf_done(&b);
        arena_clear(&a);
    }
    arena_done(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_of_texts),
        cmocka_unit_test(fields_are_quoted_only_if_needed),
        cmocka_unit_test(columns_are_bounded),
        cmocka_unit_test(random_tables_survive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
