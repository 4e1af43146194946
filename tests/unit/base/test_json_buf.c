#include <locale.h>
#include <math.h>

#include "base/json.h"
#include "support.h"

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
            struct json j;
            json_init(&j, str_slice(text, 0, n), &a);
            assert_false(json_skip(&j));
            assert_int_equal(json_done(&j, NULL), E_SYNTAX);
        }
        strbuf_done(&b);
        arena_clear(&a);
    }
    arena_done(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_text),         cmocka_unit_test(written_doubles),
        cmocka_unit_test(misuse_meets_check),   cmocka_unit_test(random_trees_survive),
        cmocka_unit_test(prefixes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
