#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "support.h"

/* ---- tables ---- */

static const struct {
    int line;
    str text;
} well_formed[] = {
    {__LINE__, S_INIT("null")},
    {__LINE__, S_INIT(" true ")},
    {__LINE__, S_INIT("\t\r\n false")},
    {__LINE__, S_INIT("0")},
    {__LINE__, S_INIT("-0.5e+10")},
    {__LINE__, S_INIT("1E2")},
    {__LINE__, S_INIT("\"\"")},
    {__LINE__, S_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u7F51\\ud83d\\uDE00\"")},
    {__LINE__, S_INIT("\"\x7F\xF4\x8F\xBF\xBF\"")},
    {__LINE__, S_INIT("[]")},
    {__LINE__, S_INIT("[ ]")},
    {__LINE__, S_INIT("{ }")},
    {__LINE__, S_INIT("[1 , 2,[3]]")},
    {__LINE__, S_INIT("{\"a\" : {\"a\":1} , \"b\":[{\"a\":2}]}")},
    {__LINE__, S_INIT("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")},
};

static const struct {
    int line;
    str text;
    const char *at; /* "line:column" of the error, or NULL */
} malformed[] = {
    {__LINE__, S_INIT(""), "1:1"},
    {__LINE__, S_INIT("   "), "1:4"},
    {__LINE__, S_INIT("nul"), "1:1"},
    {__LINE__, S_INIT("nulll"), "1:5"},
    {__LINE__, S_INIT("True"), "1:1"},
    {__LINE__, S_INIT("truefalse"), "1:5"},
    {__LINE__, S_INIT("'a'"), "1:1"},
    {__LINE__, S_INIT("NaN"), NULL},
    {__LINE__, S_INIT("Infinity"), NULL},
    {__LINE__, S_INIT("-"), NULL},
    {__LINE__, S_INIT("-a"), NULL},
    {__LINE__, S_INIT("+1"), NULL},
    {__LINE__, S_INIT("01"), NULL},
    {__LINE__, S_INIT("-01"), NULL},
    {__LINE__, S_INIT("1."), "1:2"},
    {__LINE__, S_INIT(".5"), "1:1"},
    {__LINE__, S_INIT("1e"), "1:2"},
    {__LINE__, S_INIT("1e+"), "1:2"},
    {__LINE__, S_INIT("0x10"), "1:2"},
    {__LINE__, S_INIT("1e400"), "1:1"},
    {__LINE__, S_INIT("1 2"), "1:3"},
    {__LINE__, S_INIT("[1,2"), NULL},
    {__LINE__, S_INIT("[1,]"), "1:4"},
    {__LINE__, S_INIT("[,1]"), "1:2"},
    {__LINE__, S_INIT("[1 2]"), "1:4"},
    {__LINE__, S_INIT("[1}"), "1:3"},
    {__LINE__, S_INIT("]"), "1:1"},
    {__LINE__, S_INIT("[]]"), "1:3"},
    {__LINE__, S_INIT("["), "1:2"},
    {__LINE__, S_INIT("{"), "1:2"},
    {__LINE__, S_INIT("{]"), "1:2"},
    {__LINE__, S_INIT("{\"a\"}"), "1:5"},
    {__LINE__, S_INIT("{\"a\":}"), "1:6"},
    {__LINE__, S_INIT("{\"a\":1,}"), "1:8"},
    {__LINE__, S_INIT("{\"a\":1 \"b\":2}"), "1:8"},
    {__LINE__, S_INIT("{a:1}"), "1:2"},
    {__LINE__, S_INIT("{1:1}"), "1:2"},
    {__LINE__, S_INIT("{\"a\":1]"), "1:7"},
    {__LINE__, S_INIT("{\"a\"1}"), "1:5"},
    {__LINE__, S_INIT("{\n\"网格\": tru}"), "2:7"},
    {__LINE__, S_INIT("[1, /* no */ 2]"), "1:5"},
    {__LINE__, S_INIT("\""), NULL},
    {__LINE__, S_INIT("\"abc"), NULL},
    {__LINE__, S_INIT("\"abc\\"), NULL},
    {__LINE__, S_INIT("\"abc\\\""), NULL},
    {__LINE__, S_INIT("\"a\nb\""), "1:3"},
    {__LINE__, S_INIT("\"a\tb\""), "1:3"},
    {__LINE__, S_INIT("\"\x1F\""), "1:2"},
    {__LINE__, S_INIT("\"\\x\""), NULL},
    {__LINE__, S_INIT("\"\\'\""), NULL},
    {__LINE__, S_INIT("\"\\u12\""), NULL},
    {__LINE__, S_INIT("\"\\u12g4\""), NULL},
    {__LINE__, S_INIT("\"\\u+123\""), NULL},
    {__LINE__, S_INIT("\"\\u0000\""), NULL},
    {__LINE__, S_INIT("\"\\ud800\""), NULL},
    {__LINE__, S_INIT("\"\\ud800x\""), NULL},
    {__LINE__, S_INIT("\"\\ud83dxude00\""), NULL},
    {__LINE__, S_INIT("\"\\ud83d\\nde00\""), NULL},
    {__LINE__, S_INIT("\"\\ud83d\\ude0\""), NULL},
    {__LINE__, S_INIT("[1.e5]"), "1:3"},
    {__LINE__, S_INIT("[1.,2]"), "1:3"},
    {__LINE__, S_INIT("[1e,2]"), "1:3"},
    {__LINE__, S_INIT("\"\\ud800\\u0041\""), NULL},
    {__LINE__, S_INIT("\"\\ud800\\ud800\""), NULL},
    {__LINE__, S_INIT("\"\\udc00\""), NULL},
    {__LINE__, S_INIT("\"\\udc00\\ud800\""), NULL},
    {__LINE__, S_INIT("\"\xC0\x80\""), "1:2"},
    {__LINE__, S_INIT("\"\xED\xA0\x80\""), "1:2"},
    {__LINE__, S_INIT("\"a\0b\""), "1:3"},
    {__LINE__, S_INIT("1\0"), "1:2"},
    {__LINE__, S_INIT("\xEF\xBB\xBF{}"), "1:1"},
    {__LINE__, S_INIT("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"), "1:33"},
};

/* Reads a value of any kind by the typed functions. */
static bool walk(struct json *j) {
    str s;
    double d;
    bool b;
    switch (json_peek(j)) {
    case JSON_NONE:
        json_fail(j, "a value is expected");
        return false;
    case JSON_NULL:
        return json_null(j);
    case JSON_BOOL:
        return json_bool(j, &b);
    case JSON_NUMBER:
        return json_double(j, &d);
    case JSON_STRING:
        return json_str(j, &s) && utf8_valid(s);
    case JSON_ARRAY:
        if (!json_array(j)) return false;
        while (json_more(j)) {
            if (!walk(j)) return false;
        }
        return !j->error;
    case JSON_OBJECT:
        if (!json_object(j)) return false;
        while (json_key(j, &s)) {
            if (!walk(j)) return false;
        }
        return !j->error;
    }
    return false;
}

static enum status read_by(bool (*how)(struct json *), str text, struct err *err) {
    struct arena a;
    struct json j;
    arena_init(&a, 0);
    json_init(&j, exact_copy(&a, text), &a);
    bool ok = how(&j);
    enum status status = json_done(&j, err);
    assert_true(ok || status == E_SYNTAX);
    arena_done(&a);
    return status;
}

static void well_formed_texts(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(well_formed); i++) {
        struct err err;
        row_true(&well_formed[i], read_by(json_skip, well_formed[i].text, &err) == OK);
        row_true(&well_formed[i], read_by(walk, well_formed[i].text, &err) == OK);
    }
}

static void malformed_texts(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(malformed); i++) {
        struct err err, by_walk;
        row_true(&malformed[i], read_by(json_skip, malformed[i].text, &err) == E_SYNTAX);
        row_true(&malformed[i], strcmp(err.code, "bad_json") == 0);
        row_true(&malformed[i], read_by(walk, malformed[i].text, &by_walk) == E_SYNTAX);
        row_true(&malformed[i], strcmp(err.detail, by_walk.detail) == 0);
        row_true(&malformed[i], read_by(json_skip, malformed[i].text, NULL) == E_SYNTAX);
        if (!malformed[i].at) continue;
        char at[40];
        unsigned line, column;
        row_true(&malformed[i], sscanf(err.detail, "line %u, column %u", &line, &column) == 2);
        snprintf(at, sizeof at, "%u:%u", line, column);
        if (strcmp(at, malformed[i].at) != 0) fail_msg("row of line %d: error at %s", malformed[i].line, at);
        row_true(&malformed[i], err.line == line);
    }
}

static void errors_say_what_is_expected(void **state) {
    (void)state;
    static const struct {
        int line;
        str text;
        const char *word;
    } rows[] = {
        {__LINE__, S_INIT("[1}"), "]"},           {__LINE__, S_INIT("{\"a\":1]"), "}"},
        {__LINE__, S_INIT("{\"a\" 1}"), "colon"}, {__LINE__, S_INIT("[1"), "comma"},
        {__LINE__, S_INIT("[]1"), "follows"},     {__LINE__, S_INIT("01"), "begins with 0"},
        {__LINE__, S_INIT("\"a"), "closed"},      {__LINE__, S_INIT("\xFF"), "UTF-8"},
        {__LINE__, S_INIT("1e999"), "large"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err;
        row_true(&rows[i], read_by(walk, rows[i].text, &err) == E_SYNTAX);
        row_true(&rows[i], strstr(err.primary, rows[i].word) != NULL);
    }
}

/* Every escape of four digits, in both cases of the digits. */
static void every_unicode_escape(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    for (uint32_t c = 0; c <= 0xFFFF; c++) {
        struct json j;
        str s;
        size_t pos = 0;
        json_init(&j, str_format(&a, c % 2 ? "[\"\\u%04x\"]" : "[\"\\u%04X\"]", c), &a);
        bool ok = json_array(&j) && json_more(&j) && json_str(&j, &s) && !json_more(&j) && json_done(&j, NULL) == OK;
        bool want = c != 0 && (c < 0xD800 || c > 0xDFFF);
        if (ok != want) fail_msg("%04x", c);
        if (ok && (!utf8_valid(s) || utf8_next(s, &pos) != c || pos != s.len)) fail_msg("%04x", c);
        arena_clear(&a);
    }
    for (uint32_t c = 0x10000; c <= 0x10FFFF; c += 0x3FF) {
        struct json j;
        str s;
        size_t pos = 0;
        json_init(&j, str_format(&a, "\"\\u%04x\\u%04X\"", 0xD800 + ((c - 0x10000) >> 10), 0xDC00 + (c & 0x3FF)), &a);
        assert_true(json_str(&j, &s) && json_done(&j, NULL) == OK);
        assert_true(utf8_valid(s) && utf8_next(s, &pos) == c && pos == s.len);
        arena_clear(&a);
    }
    arena_done(&a);
}

/* ---- typed reading ---- */

static void typed_values(void **state) {
    (void)state;
    struct arena a;
    struct json j;
    arena_init(&a, 0);
    str text = S("{\"s\":\"\\u7f51\\n\",\"plain\":\"abc\",\"i\":-9223372036854775808,\"d\":1.5,\"b\":true,\"n\":null,"
                 "\"list\":[1,2,3],\"raw\": {\"x\" : [1]} ,\"skip\":[{\"x\":\"\\\\\"}]}");
    str key, s = STR_NONE, plain = STR_NONE, raw = STR_NONE;
    int64_t i = 0, sum = 0, v;
    double d = 0;
    bool b = false;
    json_init(&j, text, &a);
    json_object(&j);
    while (json_key(&j, &key)) {
        if (str_is(key, "s"))
            json_str(&j, &s);
        else if (str_is(key, "plain"))
            json_str(&j, &plain);
        else if (str_is(key, "i"))
            json_i64(&j, &i);
        else if (str_is(key, "d"))
            json_double(&j, &d);
        else if (str_is(key, "b"))
            json_bool(&j, &b);
        else if (str_is(key, "n"))
            json_null(&j);
        else if (str_is(key, "raw"))
            json_raw(&j, &raw);
        else if (str_is(key, "list")) {
            json_array(&j);
            while (json_more(&j)) {
                if (json_i64(&j, &v)) sum += v;
            }
        } else
            json_skip(&j);
    }
    assert_int_equal(json_done(&j, NULL), OK);
    assert_str(s, S("网\n"));
    assert_str(plain, S("abc"));
    assert_true(plain.ptr > text.ptr && plain.ptr < text.ptr + text.len); /* not copied */
    assert_true(i == INT64_MIN && sum == 6 && d == 1.5 && b);
    assert_str(raw, S("{\"x\" : [1]}"));
    arena_done(&a);
}

enum want { WANT_I64, WANT_DOUBLE, WANT_STR, WANT_BOOL, WANT_NULL, WANT_ARRAY, WANT_OBJECT };

static bool read_as(struct json *j, enum want want) {
    int64_t i = 42;
    double d = 42;
    str s = S("42");
    bool b = true;
    switch (want) {
    case WANT_I64:
        return json_i64(j, &i) || i != 42;
    case WANT_DOUBLE:
        return json_double(j, &d) || d != 42;
    case WANT_STR:
        return json_str(j, &s) || !str_is(s, "42");
    case WANT_BOOL:
        return json_bool(j, &b) || !b;
    case WANT_NULL:
        return json_null(j);
    case WANT_ARRAY:
        return json_array(j);
    case WANT_OBJECT:
        return json_object(j);
    }
    return true;
}

static void wrong_types_are_refused(void **state) {
    (void)state;
    static const struct {
        int line;
        enum want want;
        str text;
    } rows[] = {
        {__LINE__, WANT_I64, S_INIT("1.0")},     {__LINE__, WANT_I64, S_INIT("1e2")},
        {__LINE__, WANT_I64, S_INIT("\"1\"")},   {__LINE__, WANT_I64, S_INIT("9223372036854775808")},
        {__LINE__, WANT_I64, S_INIT("null")},    {__LINE__, WANT_DOUBLE, S_INIT("\"1\"")},
        {__LINE__, WANT_DOUBLE, S_INIT("null")}, {__LINE__, WANT_DOUBLE, S_INIT("1e999")},
        {__LINE__, WANT_STR, S_INIT("1")},       {__LINE__, WANT_STR, S_INIT("null")},
        {__LINE__, WANT_BOOL, S_INIT("0")},      {__LINE__, WANT_BOOL, S_INIT("\"true\"")},
        {__LINE__, WANT_NULL, S_INIT("0")},      {__LINE__, WANT_ARRAY, S_INIT("{}")},
        {__LINE__, WANT_OBJECT, S_INIT("[]")},   {__LINE__, WANT_OBJECT, S_INIT("\"{}\"")},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena a;
        struct json j;
        struct err err;
        arena_init(&a, 0);
        json_init(&j, rows[i].text, &a);
        row_true(&rows[i], !read_as(&j, rows[i].want));
        /* After the first error nothing more is read. */
        str key, raw;
        row_true(&rows[i], json_peek(&j) == JSON_NONE && !json_skip(&j) && !json_more(&j) && !json_key(&j, &key));
        row_true(&rows[i], !json_raw(&j, &raw));
        for (int w = WANT_I64; w <= WANT_OBJECT; w++) row_true(&rows[i], !read_as(&j, (enum want)w));
        row_true(&rows[i], json_done(&j, &err) == E_SYNTAX && strcmp(err.detail, "line 1, column 1") == 0);
        arena_done(&a);
    }
}

static void fail_points_at_the_value(void **state) {
    (void)state;
    struct arena a;
    struct json j;
    struct err err;
    str key;
    int64_t v;
    arena_init(&a, 0);
    json_init(&j, S("{\"a\":1,\n  \"b\": 200}"), &a);
    json_object(&j);
    while (json_key(&j, &key)) {
        if (json_i64(&j, &v) && v > 100) json_fail(&j, "above 100");
    }
    assert_int_equal(json_done(&j, &err), E_SYNTAX);
    assert_string_equal(err.detail, "line 2, column 8");
    assert_non_null(strstr(err.primary, "above 100"));
    arena_done(&a);
}

static void duplicate_keys_are_refused(void **state) {
    (void)state;
    static const struct {
        int line;
        str text;
        bool ok;
    } rows[] = {
        {__LINE__, S_INIT("{\"a\":1,\"a\":2}"), false},
        {__LINE__, S_INIT("{\"a\":1,\"\\u0061\":2}"), false},
        {__LINE__, S_INIT("{\"\":1,\"\":2}"), false},
        {__LINE__, S_INIT("{\"x\":{\"a\":1},\"a\":2}"), true},
        {__LINE__, S_INIT("{\"a\":{\"a\":{\"a\":1}}}"), true},
        {__LINE__, S_INIT("{\"a\":{\"b\":1},\"b\":[{\"a\":1},{\"a\":1}],\"a\":1}"), false},
        {__LINE__, S_INIT("[{\"a\":1},{\"a\":1}]"), true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        row_true(&rows[i], read_by(walk, rows[i].text, NULL) == (rows[i].ok ? OK : E_SYNTAX));
        row_true(&rows[i], read_by(json_skip, rows[i].text, NULL) == OK);
    }
    for (int n = JSON_KEYS_MAX - 1; n <= JSON_KEYS_MAX + 1; n++) {
        struct strbuf b;
        strbuf_init(&b, 1 << 20);
        for (int i = 0; i < n; i++) strbuf_addf(&b, "%s\"%d\":{\"k\":0}", i ? "," : "{", i);
        strbuf_addc(&b, '}');
        assert_int_equal(read_by(walk, strbuf_str(&b), NULL), n <= JSON_KEYS_MAX ? OK : E_SYNTAX);
        strbuf_chop(&b, 1);
        strbuf_addz(&b, ",\"0\":1}");
        assert_int_equal(read_by(walk, strbuf_str(&b), NULL), E_SYNTAX);
        strbuf_done(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_texts),
        cmocka_unit_test(malformed_texts),
        cmocka_unit_test(errors_say_what_is_expected),
        cmocka_unit_test(every_unicode_escape),
        cmocka_unit_test(typed_values),
        cmocka_unit_test(wrong_types_are_refused),
        cmocka_unit_test(fail_points_at_the_value),
        cmocka_unit_test(duplicate_keys_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
