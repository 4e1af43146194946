#include <locale.h>
#include <math.h>
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

/* ---- the writer ---- */

static void written_text(void **state) {
    (void)state;
    struct strbuf b;
    struct json_buf w;
    code c = code_of("3204"), none = {{0}};
    strbuf_init(&b, 4000);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_str(&w, "s", S("\"\\/\b\f\n\r\t\x01\x1F网\x7F"));
    json_put_str(&w, "none", STR_NONE);
    json_put_z(&w, "z", "");
    json_put_z(&w, "null", NULL);
    json_put_code(&w, "c", &c);
    json_put_code(&w, "no", &none);
    json_put_i64(&w, "i", INT64_MIN);
    json_put_bool(&w, "b", false);
    json_add_key(&w, "list");
    json_open_array(&w);
    json_open_array(&w);
    json_close_array(&w);
    json_add_null(&w);
    json_open_object(&w);
    json_close_object(&w);
    json_add_raw(&w, S("[1]"));
    json_close_array(&w);
    json_add_key_str(&w, S("\"k"));
    json_add_bool(&w, true);
    json_close_object(&w);
    assert_str(strbuf_str(&b),
               S("{\"s\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f网\x7F\",\"none\":null,\"z\":\"\",\"null\":null,"
                 "\"c\":\"3204\",\"no\":null,\"i\":-9223372036854775808,\"b\":false,"
                 "\"list\":[[],null,{},[1]],\"\\\"k\":true}"));
    strbuf_done(&b);
}

static void written_doubles(void **state) {
    (void)state;
    static const struct {
        int line;
        double v;
        int decimals;
        const char *text;
    } rows[] = {
        {__LINE__, 0, 3, "0"},
        {__LINE__, -0.0, 3, "0"},
        {__LINE__, 119.57, 6, "119.57"},
        {__LINE__, -0.0004, 3, "0"},
        {__LINE__, -0.0006, 3, "-0.001"},
        {__LINE__, 1.005, 1, "1"},
        {__LINE__, 0.999, 2, "1"},
        {__LINE__, 100, 2, "100"},
        {__LINE__, 0.05, 2, "0.05"},
        {__LINE__, 2.5, 0, "3"},
        {__LINE__, NAN, 2, "null"},
        {__LINE__, -INFINITY, 2, "null"},
        {__LINE__, 1e15, 1, "1000000000000000"},
        {__LINE__, 1e22, 3, "10000000000000000000000"},
        {__LINE__, 1e22, 0, "10000000000000000000000"},
        {__LINE__, 1e22, 17, "10000000000000000000000"},
        {__LINE__, 1234.5, 12, "1234.5"},
        {__LINE__, 0.1, 17, "0.10000000000000001"},
        {__LINE__, -12345678.25, 9, "-12345678.25"},
    };
    setlocale(LC_ALL, ""); /* a decimal comma, where the machine has such a locale, must change nothing */
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct strbuf b;
        struct json_buf w;
        strbuf_init(&b, 4000);
        json_buf_init(&w, &b);
        json_add_double(&w, rows[i].v, rows[i].decimals);
        if (!str_is(strbuf_str(&b), rows[i].text)) {
            fail_msg("row of line %d: %.*s", rows[i].line, P(strbuf_str(&b)));
        }
        strbuf_done(&b);
    }
}

static void close_unopened(void *arg) {
    json_close_array(arg);
}

static void key_after_key(void *arg) {
    json_open_object(arg);
    json_add_key(arg, "a");
    json_add_key(arg, "b");
}

static void open_too_deep(void *arg) {
    for (int i = 0; i < 64; i++) json_open_array(arg);
}

static void misuse_meets_check(void **state) {
    (void)state;
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 4000);
    json_buf_init(&w, &b);
    assert_true(aborts(close_unopened, &w, NULL, 0));
    assert_true(aborts(key_after_key, &w, NULL, 0));
    assert_true(aborts(open_too_deep, &w, NULL, 0));
    strbuf_done(&b);
}

/* ---- random trees: what is written is read ---- */

struct node {
    enum json_type type;
    bool truth, integer;
    int64_t i;
    double d;
    str s;
    struct node **children;
    str *keys;
    size_t n;
};

static struct node *tree(struct rng *r, struct arena *a, int depth) {
    struct node *t = NEW(a, struct node);
    t->type = (enum json_type)(1 + rng_below(r, depth < 6 ? 6 : 4));
    t->truth = rng_below(r, 2);
    t->integer = rng_below(r, 2);
    t->i = (int64_t)rng_next(r) >> rng_below(r, 64);
    t->d = (double)(int64_t)(rng_below(r, 2000000000) - 1000000000) / 1e6;
    t->s = rng_text(r, a, 20);
    if (t->type != JSON_ARRAY && t->type != JSON_OBJECT) return t;
    t->n = rng_below(r, 6);
    t->children = NEW_ARRAY(a, struct node *, t->n);
    t->keys = NEW_ARRAY(a, str, t->n);
    for (size_t i = 0; i < t->n; i++) {
        t->children[i] = tree(r, a, depth + 1);
        str key = rng_text(r, a, 4);
        t->keys[i] = str_format(a, "%.*s%zu", P(key), i);
    }
    return t;
}

static void tree_write(const struct node *t, struct json_buf *w) {
    switch (t->type) {
    case JSON_NONE:
        break;
    case JSON_NULL:
        json_add_null(w);
        break;
    case JSON_BOOL:
        json_add_bool(w, t->truth);
        break;
    case JSON_NUMBER:
        if (t->integer)
            json_add_i64(w, t->i);
        else
            json_add_double(w, t->d, 6);
        break;
    case JSON_STRING:
        json_add_str(w, t->s);
        break;
    case JSON_ARRAY:
        json_open_array(w);
        for (size_t i = 0; i < t->n; i++) tree_write(t->children[i], w);
        json_close_array(w);
        break;
    case JSON_OBJECT:
        json_open_object(w);
        for (size_t i = 0; i < t->n; i++) {
            json_add_key_str(w, t->keys[i]);
            tree_write(t->children[i], w);
        }
        json_close_object(w);
        break;
    }
}

static bool tree_equals(const struct node *t, struct json *j, struct rng *r);

static bool children_equal(const struct node *t, struct json *j, struct rng *r) {
    bool object = t->type == JSON_OBJECT;
    if (!(object ? json_object(j) : json_array(j))) return false;
    size_t i = 0;
    str key;
    while (object ? json_key(j, &key) : json_more(j)) {
        if (i == t->n || (object && !str_eq(key, t->keys[i]))) return false;
        if (!tree_equals(t->children[i++], j, r)) return false;
    }
    return i == t->n && !j->error;
}

/* Reads the node by its type, sometimes through the raw bytes and a reader of its own. */
static bool tree_equals(const struct node *t, struct json *j, struct rng *r) {
    str s;
    bool b;
    int64_t i;
    double d;
    if (json_peek(j) != t->type) return false;
    if (rng_below(r, 8) == 0) {
        struct json inner;
        if (!json_raw(j, &s)) return false;
        json_init(&inner, s, j->arena);
        return tree_equals(t, &inner, r) && json_done(&inner, NULL) == OK;
    }
    switch (t->type) {
    case JSON_NONE:
        return false;
    case JSON_NULL:
        return json_null(j);
    case JSON_BOOL:
        return json_bool(j, &b) && b == t->truth;
    case JSON_NUMBER:
        return t->integer ? json_i64(j, &i) && i == t->i : json_double(j, &d) && fabs(d - t->d) < 1e-9;
    case JSON_STRING:
        return json_str(j, &s) && str_eq(s, t->s);
    case JSON_ARRAY:
    case JSON_OBJECT:
        return children_equal(t, j, r);
    }
    return false;
}

static void random_trees_survive(void **state) {
    (void)state;
    struct rng r = rng_start(__func__);
    struct arena a;
    arena_init(&a, 0);
    for (int round = 0; round < 2000; round++) {
        struct strbuf b;
        struct json_buf w;
        struct json j;
        strbuf_init(&b, 1 << 22);
        json_buf_init(&w, &b);
        const struct node *t = tree(&r, &a, 0);
        tree_write(t, &w);
        json_init(&j, strbuf_str(&b), &a);
        bool same = tree_equals(t, &j, &r);
        if (!same || json_done(&j, NULL) != OK) fail_msg("round %d: %.*s", round, P(strbuf_str(&b)));
        json_init(&j, strbuf_str(&b), &a);
        assert_true(json_skip(&j) && json_done(&j, NULL) == OK);
        strbuf_done(&b);
        arena_clear(&a);
    }
    arena_done(&a);
}

/* No proper prefix of an object is one: whatever a connection cuts is noticed. */
static void prefixes_are_refused(void **state) {
    (void)state;
    struct rng r = rng_start(__func__);
    struct arena a;
    arena_init(&a, 0);
    for (int round = 0; round < 60; round++) {
        struct strbuf b;
        struct json_buf w;
        strbuf_init(&b, 1 << 22);
        json_buf_init(&w, &b);
        json_open_array(&w);
        tree_write(tree(&r, &a, 3), &w);
        json_close_array(&w);
        str text = strbuf_str(&b);
        for (size_t n = 0; n < text.len && n < 2000; n++) {
            assert_int_equal(read_by(walk, str_slice(text, 0, n), NULL), E_SYNTAX);
            assert_int_equal(read_by(json_skip, str_slice(text, 0, n), NULL), E_SYNTAX);
        }
        strbuf_done(&b);
        arena_clear(&a);
    }
    arena_done(&a);
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
        cmocka_unit_test(written_text),
        cmocka_unit_test(written_doubles),
        cmocka_unit_test(misuse_meets_check),
        cmocka_unit_test(random_trees_survive),
        cmocka_unit_test(prefixes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
