#include <string.h>

#include "../base/support.h"
#include "city/yamltree.h"

static const str langs[] = {S_INIT("zh"), S_INIT("en")};

/* One parse and what it found. */
struct reading {
    struct arena arena;
    struct findings found;
    struct yaml_source src;
    const struct yaml_node *root;
    enum status status;
};

static void reading_init(struct reading *r, str text) {
    arena_init(&r->arena, 0);
    findings_init(&r->found, &r->arena);
    r->src = (struct yaml_source){S("x.yaml"), langs, ARRAY_LEN(langs), &r->arena, &r->found};
    r->status = yaml_parse(exact_copy(&r->arena, text), &r->src, &r->root);
}

static void render_node(const struct yaml_node *n, struct strbuf *b) {
    static const char open[] = {[YAML_MAP] = '{', [YAML_SEQ] = '['}, close[] = {[YAML_MAP] = '}', [YAML_SEQ] = ']'};
    if (n->type == YAML_SCALAR) {
        strbuf_addf(b, n->quoted ? "\"%.*s\"" : "%.*s", P(n->text));
        return;
    }
    size_t count = 0;
    strbuf_addc(b, open[n->type]);
    for (const struct yaml_node *c = n->first; c; c = c->next, count++) {
        if (count > 0) strbuf_addc(b, ',');
        if (n->type == YAML_MAP) strbuf_addf(b, "%u %.*s:", c->line, P(c->key));
        render_node(c, b);
    }
    strbuf_addc(b, close[n->type]);
    assert_int_equal(count, n->n);
}

/* The tree, or what was found as "line what; ". */
static void render(struct reading *r, struct strbuf *b) {
    assert_true((r->status == OK) == (r->root != NULL));
    if (r->root) render_node(r->root, b);
    for (size_t i = 0; i < r->found.n; i++)
        strbuf_addf(b, ";%u %.*s", r->found.items[i].line, P(r->found.items[i].what));
}

static void texts_become_trees_or_findings(void **state) {
    (void)state;
    static const struct {
        int line;
        str text;
        const char *want; /* begins with this */
    } rows[] = {
        {__LINE__, S_INIT("a: b"), "{1 a:b}"},
        {__LINE__,
         S_INIT("\xEF\xBB\xBF"
                "a: b\r\nc: d\r\n"),
         "{1 a:b,2 c:d}"},
        {__LINE__, S_INIT("# note\na:\n  b: 1\n  c: [x, 'y', \"z\"]\nd:\n  - e\n  - {f: g}\n"),
         "{2 a:{3 b:1,4 c:[x,\"y\",\"z\"]},5 d:[e,{7 f:g}]}"},
        {__LINE__, S_INIT("金坛: {zh: 网格, en: grid}"), "{1 金坛:{1 zh:网格,1 en:grid}}"},
        {__LINE__, S_INIT("a:\nb: ~\nc: ''"), "{1 a:,2 b:~,3 c:\"\"}"},
        {__LINE__, S_INIT("a: |\n  one\n  two\n"), "{1 a:\"one\ntwo\n\"}"},
        {__LINE__, S_INIT("a: {}\nb: []"), "{1 a:{},2 b:[]}"},
        {__LINE__, S_INIT("yes: no\n1: 2"), "{1 yes:no,2 1:2}"},
        /* the first of equal keys stands, and every repetition is named */
        {__LINE__, S_INIT("a: 1\nb: 2\na: 3\na: 4"),
         "{1 a:1,2 b:2};3 The key \"a\" stands here twice.;4 The key \"a\" stands here twice."},
        /* no tree */
        {__LINE__, S_INIT(""), ";1 The file is empty."},
        {__LINE__, S_INIT("# only a note\n"), ";2 The file is empty."},
        {__LINE__, S_INIT("- a"), ";1 The file must hold a map."},
        {__LINE__, S_INIT("word"), ";1 The file must hold a map."},
        {__LINE__, S_INIT("a: b\n---\nc: d"), ";2 Only one document"},
        {__LINE__, S_INIT("a: &x 1\nb: *x"), ";1 Anchors"},
        {__LINE__, S_INIT("a: 1\nb: *x"), ";2 "},
        {__LINE__, S_INIT("a: 1\nb: &x [1]"), ";2 Anchors"},
        {__LINE__, S_INIT("a: 1\nb: &x {c: d}"), ";2 Anchors"},
        {__LINE__, S_INIT("a: !!str 1"), ";1 Tags"},
        {__LINE__, S_INIT("a: 1\nb: !x [1]"), ";2 Tags"},
        {__LINE__, S_INIT("a: !x {b: c}"), ";1 Tags"},
        {__LINE__, S_INIT("? [a, b]\n: c"), ";1 A key must be a plain word."},
        {__LINE__, S_INIT("<<: *x\n"), ";1 Aliases"},
        {__LINE__, S_INIT("a: [1, 2"), ";2 No YAML"},
        {__LINE__, S_INIT("a: 1\n\tb: 2"), ";2 No YAML"},
        {__LINE__, S_INIT("a: 'x"), ";"},
        {__LINE__, S_INIT("a: b: c"), ";1 No YAML"},
        {__LINE__, S_INIT("a: 1\nb: \xff"), ";2 Not UTF-8"},
        {__LINE__, S_INIT("a: 1\n\n\0"), ";3 Not UTF-8"},
        {__LINE__, S_INIT("a: 1\nb: \"\\0\""), ";2 A text holds the escape of a NUL."},
        {__LINE__, S_INIT("a: 1\n\"\\0\": b"), ";2 A text holds the escape of a NUL."},
        {__LINE__, S_INIT("a: \"\\uD800\""), ";1 No YAML"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reading r;
        struct strbuf b;
        reading_init(&r, rows[i].text);
        strbuf_init(&b, 10000);
        render(&r, &b);
        if (!str_starts(strbuf_str(&b), str_z(rows[i].want)))
            fail_msg("row of line %d: %.*s", rows[i].line, P(strbuf_str(&b)));
        bool whole = rows[i].want[0] == '{';
        if (whole && !str_is(strbuf_str(&b), rows[i].want))
            fail_msg("row of line %d: %.*s", rows[i].line, P(strbuf_str(&b)));
        strbuf_done(&b);
        arena_done(&r.arena);
    }
}

static void depth_and_size_are_bounded(void **state) {
    (void)state;
    for (size_t depth = YAML_DEPTH_MAX - 2; depth <= YAML_DEPTH_MAX + 2000;
         depth += depth < YAML_DEPTH_MAX + 2 ? 1 : 997) {
        struct strbuf b;
        struct reading r;
        strbuf_init(&b, 100000);
        strbuf_addz(&b, "a: ");
        for (size_t i = 1; i < depth; i++) strbuf_addc(&b, '['); /* the map is the first level */
        for (size_t i = 1; i < depth; i++) strbuf_addc(&b, ']');
        reading_init(&r, strbuf_str(&b));
        if ((r.status == OK) != (depth <= YAML_DEPTH_MAX)) fail_msg("depth %zu", depth);
        arena_done(&r.arena);
        strbuf_done(&b);
    }
    struct strbuf b;
    struct reading r;
    strbuf_init(&b, 1 << 20);
    strbuf_addz(&b, "a: [");
    for (size_t i = 0; i < YAML_NODES_MAX; i++) strbuf_addz(&b, "1,");
    strbuf_addz(&b, "]");
    reading_init(&r, strbuf_str(&b));
    assert_int_equal(r.status, E_SYNTAX);
    assert_true(str_find(r.found.items[0].what, S("Too many"), 0) == 0);
    arena_done(&r.arena);
    strbuf_done(&b);
}

/* ---- typed values ---- */

static const char typed[] = "s: text\n"      /* 1 */
                            "empty:\n"       /* 2 */
                            "yes: yes\n"     /* 3 */
                            "false: false\n" /* 4 */
                            "n: -12\n"       /* 5 */
                            "d: 0.25\n"      /* 6 */
                            "t: {zh: 甲, en: A}\n"
                            "half: {zh: 甲}\n"
                            "strange: {zh: 甲, en: A, de: B}\n"
                            "list: [a, b]\n" /* 10 */
                            "nested: [[a]]\n"
                            "map: {a: 1}\n"
                            "long: 0123456789012345678901234567890123\n"
                            "big: 99999999999\n"
                            "none: []\n"; /* 15 */

enum getter { STR, CODE, BOOL, I32, DOUBLE, TEXT, STRS, CODES };

static bool get(const struct reading *r, enum getter getter, const char *key, bool required) {
    str s = S("before"), *strs = NULL;
    code c = code_of("before"), *codes = NULL;
    bool b = false, ok = false;
    int32_t n = -1;
    double d = -1;
    struct text t = {0};
    size_t count = 77;
    switch (getter) {
    case STR:
        ok = yaml_str(&r->src, r->root, key, required, &s);
        break;
    case CODE:
        ok = yaml_code(&r->src, r->root, key, required, &c);
        break;
    case BOOL:
        return yaml_bool(&r->src, r->root, key, required, &b);
    case I32:
        ok = yaml_i32(&r->src, r->root, key, required, &n);
        break;
    case DOUBLE:
        return yaml_double(&r->src, r->root, key, required, &d);
    case TEXT:
        ok = yaml_text(&r->src, r->root, key, required, &t);
        break;
    case STRS:
        ok = yaml_strs(&r->src, r->root, key, required, &strs, &count);
        break;
    case CODES:
        ok = yaml_codes(&r->src, r->root, key, required, &codes, &count);
        break;
    }
    /* Outputs are untouched on failure. */
    if (!ok && (!str_is(s, "before") || !code_is(&c, "before") || n != -1 || !str_empty(t.in[0]) || count != 77))
        fail_msg("%s changed an output", key);
    return ok;
}

static void values_are_typed(void **state) {
    (void)state;
    static const struct {
        int line;
        enum getter getter;
        const char *key;
        bool required, ok;
        uint32_t fault; /* line of the one finding, 0 = none */
    } rows[] = {
        {__LINE__, STR, "s", true, true, 0},          {__LINE__, STR, "empty", true, false, 2},
        {__LINE__, STR, "empty", false, true, 0},     {__LINE__, STR, "missing", false, false, 0},
        {__LINE__, STR, "missing", true, false, 1},   {__LINE__, STR, "map", true, false, 12},
        {__LINE__, CODE, "s", true, true, 0},         {__LINE__, CODE, "long", false, false, 13},
        {__LINE__, CODE, "empty", false, false, 2},   {__LINE__, CODE, "list", false, false, 10},
        {__LINE__, BOOL, "yes", true, true, 0},       {__LINE__, BOOL, "false", true, true, 0},
        {__LINE__, BOOL, "s", true, false, 1},        {__LINE__, BOOL, "empty", true, false, 2},
        {__LINE__, I32, "n", true, true, 0},          {__LINE__, I32, "d", true, false, 6},
        {__LINE__, I32, "big", true, false, 14},      {__LINE__, DOUBLE, "d", true, true, 0},
        {__LINE__, DOUBLE, "n", true, true, 0},       {__LINE__, DOUBLE, "s", true, false, 1},
        {__LINE__, TEXT, "t", true, true, 0},         {__LINE__, TEXT, "half", true, false, 8},
        {__LINE__, TEXT, "strange", true, false, 9},  {__LINE__, TEXT, "s", true, false, 1},
        {__LINE__, TEXT, "missing", false, false, 0}, {__LINE__, STRS, "list", true, true, 0},
        {__LINE__, STRS, "s", true, true, 0},         {__LINE__, STRS, "nested", true, false, 11},
        {__LINE__, STRS, "none", false, false, 0},    {__LINE__, STRS, "none", true, false, 15},
        {__LINE__, STRS, "map", true, false, 12},     {__LINE__, CODES, "list", true, true, 0},
        {__LINE__, CODES, "long", true, false, 13},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reading r;
        reading_init(&r, str_z(typed));
        assert_int_equal(r.status, OK);
        bool ok = get(&r, rows[i].getter, rows[i].key, rows[i].required);
        bool found = r.found.n == (rows[i].fault != 0) && (r.found.n == 0 || r.found.items[0].line == rows[i].fault);
        if (ok != rows[i].ok || !found) fail_msg("row of line %d: %d, %zu findings", rows[i].line, ok, r.found.n);
        arena_done(&r.arena);
    }
}

static void unknown_keys_are_named(void **state) {
    (void)state;
    struct reading r;
    reading_init(&r, S("label: 1\nlabe: 2\nowner: 3\nown: 4"));
    yaml_unknown_keys(&r.src, r.root, "label owner");
    assert_int_equal(r.found.n, 2);
    assert_int_equal(r.found.items[0].line, 2);
    assert_str(r.found.items[0].what, S("Unknown key \"labe\"."));
    assert_str(r.found.items[0].hint, S("known here: label owner"));
    assert_int_equal(r.found.items[1].line, 4);
    assert_null(yaml_get(r.root, "lab"));
    assert_null(yaml_get(NULL, "label"));
    arena_done(&r.arena);
}

static void findings_are_sorted_and_bounded(void **state) {
    (void)state;
    struct arena a;
    struct findings f;
    struct strbuf b;
    arena_init(&a, 0);
    strbuf_init(&b, 1 << 24);
    findings_init(&f, &a);
    findings_add(&f, FINDING_ERROR, S("b"), 2, NULL, "two");
    findings_add(&f, FINDING_WARNING, S("b"), 1, "do this", "one %d", 1);
    findings_add(&f, FINDING_ERROR, S("a"), 0, NULL, "whole");
    findings_print(&f, &b);
    assert_str(strbuf_str(&b), S("a: error: whole\nb:1: warning: one 1 (do this)\nb:2: error: two\n"));
    assert_int_equal(f.errors, 2);
    for (int i = 0; i < FINDINGS_OF_FILE + 5; i++) findings_add(&f, FINDING_ERROR, S("c"), 1, NULL, "more");
    size_t n = f.n;
    assert_int_equal(f.errors, FINDINGS_OF_FILE + 7);
    findings_add(&f, FINDING_ERROR, S("d"), 1, NULL, "still listed");
    findings_add(&f, FINDING_WARNING, S("c"), 1, NULL, "too");
    assert_int_equal(f.n, n + 2);
    for (int i = 0; i < FINDINGS_MAX; i++)
        findings_add(&f, FINDING_ERROR, (str){"abcdefghijklmn" + i % 14, 1}, 1, NULL, "more");
    assert_int_equal(f.n, FINDINGS_MAX);
    b.len = 0;
    findings_print(&f, &b);
    assert_true(str_find(strbuf_str(&b), S("\nc: 720 further errors are not listed\n"), 0) > 0);
    /* A long text is cut between characters. */
    findings_init(&f, &a);
    str grids = str_format(&a, "%0*d网网网", 398, 0);
    findings_add(&f, FINDING_ERROR, S("c"), 1, NULL, "%.*s", P(grids));
    assert_true(utf8_valid(f.items[0].what) && f.items[0].what.len == 398);
    strbuf_done(&b);
    arena_done(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_become_trees_or_findings),
        cmocka_unit_test(depth_and_size_are_bounded),
        cmocka_unit_test(values_are_typed),
        cmocka_unit_test(unknown_keys_are_named),
        cmocka_unit_test(findings_are_sorted_and_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
