#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static void comparison(void **state) {
    (void)state;
    assert_true(str_empty(S("")) && str_empty(STR_NONE) && !str_empty(S(" ")));
    assert_true(str_eq(S("a"), S("a")));
    assert_true(str_eq(STR_NONE, S("")));
    assert_false(str_eq(S("a"), S("b")));
    assert_false(str_eq(S("a"), S("ab")));
    assert_true(str_is(S("网"), "网"));
    assert_true(str_is(STR_NONE, NULL));
    assert_true(str_cmp(S("a"), S("ab")) < 0);
    assert_true(str_cmp(S("b"), S("ab")) > 0);
    assert_true(str_cmp(S("a\xFF"), S("aa")) > 0);
    assert_int_equal(str_cmp(STR_NONE, S("")), 0);
    assert_true(str_starts(S("abc"), S("ab")) && str_starts(S("abc"), S("")));
    assert_false(str_starts(S("a"), S("ab")));
    assert_true(str_ends(S("abc"), S("bc")) && str_ends(S("abc"), S("abc")) && str_ends(STR_NONE, S("")));
    assert_false(str_ends(S("c"), S("bc")));
}

static void find_trim_slice(void **state) {
    (void)state;
    assert_int_equal(str_find(S("abcabc"), S("bc"), 0), 1);
    assert_int_equal(str_find(S("abcabc"), S("bc"), 2), 4);
    assert_int_equal(str_find(S("abcabc"), S("bc"), 5), -1);
    assert_int_equal(str_find(S("abc"), S(""), 3), 3);
    assert_int_equal(str_find(S("abc"), S("a"), 9), -1);
    assert_int_equal(str_find(STR_NONE, S("a"), 0), -1);
    assert_str(str_trim(S(" \t\r\n x y \v\f")), S("x y"));
    assert_str(str_trim(S("  ")), S(""));
    assert_str(str_slice(S("abc"), 1, 2), S("b"));
    assert_str(str_slice(S("abc"), 3, 3), S(""));
}

static void split(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *text, *joined;
        int n;
    } rows[] = {
        {__LINE__, "", "", 0},      {__LINE__, "a", "a|", 1},       {__LINE__, "a,b", "a|b|", 2},
        {__LINE__, ",a", "|a|", 2}, {__LINE__, "a,,b", "a||b|", 3}, {__LINE__, "a,", "a|", 1},
        {__LINE__, ",", "|", 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct strbuf b;
        strbuf_init(&b, 100);
        str rest = str_z(rows[i].text), piece;
        int n = 0;
        for (; str_split(&rest, ',', &piece); n++) {
            strbuf_add(&b, piece);
            strbuf_addc(&b, '|');
        }
        row_true(&rows[i], n == rows[i].n);
        row_true(&rows[i], str_is(strbuf_str(&b), rows[i].joined));
        strbuf_done(&b);
    }
}

static void codes(void **state) {
    (void)state;
    code a = code_of("320413001"), b;
    assert_true(code_from(S("320413001"), &b) && code_eq(&a, &b) && code_is(&a, "320413001"));
    assert_str(str_code(&a), S("320413001"));
    assert_true(code_from(STR_NONE, &b) && code_empty(&b));
    assert_true(code_from(S("1234567890123456789012345678901"), &b));
    code before = b;
    assert_false(code_from(S("12345678901234567890123456789012"), &b));
    assert_false(code_from((str){"a\0b", 3}, &b));
    assert_memory_equal(&before, &b, sizeof b);
    code longer = code_of("aaaaaaaa"), shorter = longer;
    assert_true(code_from(S("a"), &shorter));
    code direct = code_of("a");
    assert_memory_equal(&shorter, &direct, sizeof direct);
}

static void too_long_a_code(void *arg) {
    (void)code_of(arg);
}

static void slice_beyond(void *arg) {
    (void)str_slice(*(str *)arg, 2, 4);
}

static void misuse_meets_check(void **state) {
    (void)state;
    char text[] = "12345678901234567890123456789012";
    assert_true(aborts(too_long_a_code, text, NULL, 0));
    assert_true(aborts(slice_beyond, &S("abc"), NULL, 0));
}

static void copies(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    str s = str_dup(&a, S("网格"));
    assert_str(s, S("网格"));
    assert_null(str_dup(&a, STR_NONE).ptr);
    assert_string_equal(str_cstr(&a, (str){"abc", 2}), "ab");
    assert_string_equal(str_cstr(&a, STR_NONE), "");
    assert_str(str_format(&a, "%d-%.*s", 7, P(s)), S("7-网格"));
    arena_done(&a);
}

static const struct {
    int line;
    const char *text;
    bool ok;
    int64_t value;
} integers[] = {
    {__LINE__, "0", true, 0},
    {__LINE__, "-0", true, 0},
    {__LINE__, "007", true, 7},
    {__LINE__, "9223372036854775807", true, INT64_MAX},
    {__LINE__, "-9223372036854775808", true, INT64_MIN},
    {__LINE__, "9223372036854775808", false, 0},
    {__LINE__, "-9223372036854775809", false, 0},
    {__LINE__, "18446744073709551616", false, 0},
    {__LINE__, "99999999999999999999999999999", false, 0},
    {__LINE__, "", false, 0},
    {__LINE__, "-", false, 0},
    {__LINE__, "+1", false, 0},
    {__LINE__, " 1", false, 0},
    {__LINE__, "1 ", false, 0},
    {__LINE__, "1.0", false, 0},
    {__LINE__, "1e2", false, 0},
    {__LINE__, "0x1", false, 0},
    {__LINE__, "--1", false, 0},
};

static void numbers_whole(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(integers); i++) {
        int64_t v = 42;
        row_true(&integers[i], str_to_i64(str_z(integers[i].text), &v) == integers[i].ok);
        row_true(&integers[i], v == (integers[i].ok ? integers[i].value : 42));
    }
    int64_t v = 42;
    assert_false(str_to_i64((str){"1\0", 2}, &v));
}

static const struct {
    int line;
    const char *text;
    bool ok;
    double value;
} doubles[] = {
    {__LINE__, "0", true, 0},
    {__LINE__, "119.573421", true, 119.573421},
    {__LINE__, "-31.72", true, -31.72},
    {__LINE__, "1e3", true, 1000},
    {__LINE__, "1E+3", true, 1000},
    {__LINE__, "25e-1", true, 2.5},
    {__LINE__, "0.1", true, 0.1},
    {__LINE__, "9007199254740993", true, 9007199254740992.0},
    {__LINE__, "1.7976931348623157e308", true, 1.7976931348623157e308},
    {__LINE__, "4.9e-324", true, 4.9406564584124654e-324},
    {__LINE__, "1e-999999999999", true, 0},
    {__LINE__, "1e309", false, 0},
    {__LINE__, "-1e99999999999999999999", false, 0},
    {__LINE__, "nan", false, 0},
    {__LINE__, "inf", false, 0},
    {__LINE__, "", false, 0},
    {__LINE__, ".5", false, 0},
    {__LINE__, "5.", false, 0},
    {__LINE__, "1e", false, 0},
    {__LINE__, "1e+", false, 0},
    {__LINE__, "1,5", false, 0},
    {__LINE__, "0x10", false, 0},
    {__LINE__, "1.5 ", false, 0},
    {__LINE__, "1e5x", false, 0},
    {__LINE__, "1e5-", false, 0},
    {__LINE__, "1.5.", false, 0},
    {__LINE__, "1.e5", false, 0},
    {__LINE__, "1.x", false, 0},
    {__LINE__, "1e22", true, 1e22},
    {__LINE__, "1e23", true, 1e23},
};

static void numbers_real(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(doubles); i++) {
        double v = 42;
        row_true(&doubles[i], str_to_double(str_z(doubles[i].text), &v) == doubles[i].ok);
        double want = doubles[i].ok ? doubles[i].value : 42;
        row_true(&doubles[i], memcmp(&v, &want, sizeof v) == 0);
    }
    char longest[500];
    memset(longest, '1', sizeof longest);
    memcpy(longest, "0.", 2);
    double v;
    assert_true(str_to_double((str){longest, 400}, &v) && fabs(v - 1.0 / 9) < 1e-15);
    assert_false(str_to_double((str){longest, 401}, &v));
}

/* Against strtod, which is slow but right: shortest forms, many digits, all magnitudes. */
static void numbers_equal_strtod(void **state) {
    (void)state;
    struct rng r = rng_start(__func__);
    static const char *const forms[] = {"%.17g", "%.6f", "%.15g", "%.25e", "%.0f"};
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = rng_next(&r);
        double d, got;
        memcpy(&d, &bits, sizeof d);
        if (i % 2) d = (double)(int64_t)rng_below(&r, 360000000) / 1e6 - 180;
        if (!isfinite(d)) continue;
        char text[400];
        const char *form = forms[rng_below(&r, ARRAY_LEN(forms))];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(text, sizeof text, form, d);
#pragma GCC diagnostic pop
        double want = strtod(text, NULL);
        if (!isfinite(want)) continue;
        if (!str_to_double(str_z(text), &got) || memcmp(&got, &want, sizeof got) != 0)
            fail_msg("%s gave %.17g", text, got);
    }
}

static void hash_spreads(void **state) {
    (void)state;
    assert_true(str_hash(S("abc")) == str_hash(S("abc")));
    assert_true(str_hash(STR_NONE) == str_hash(S("")));
    enum { BUCKETS = 1024, KEYS = 8 * BUCKETS };
    static uint8_t load[BUCKETS];
    for (int i = 0; i < KEYS; i++) {
        char text[32];
        int n = snprintf(text, sizeof text, "3204130010%05d", i);
        uint8_t *l = &load[str_hash((str){text, (size_t)n}) % BUCKETS];
        assert_true(++*l < 30); /* mean 8: 30 has probability < 1e-8 */
    }
    char buf[64] = {0};
    for (size_t len = 0; len < sizeof buf; len++) {
        assert_true(str_hash((str){buf, len}) != str_hash((str){buf, len + 1 < sizeof buf ? len + 1 : 0}) || len == 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparison),    cmocka_unit_test(find_trim_slice),    cmocka_unit_test(split),
        cmocka_unit_test(codes),         cmocka_unit_test(misuse_meets_check), cmocka_unit_test(copies),
        cmocka_unit_test(numbers_whole), cmocka_unit_test(numbers_real),       cmocka_unit_test(numbers_equal_strtod),
        cmocka_unit_test(hash_spreads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
