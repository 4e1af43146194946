/* YAML: whatever becomes a tree is written as flow YAML and read alike; the typed getters take any tree. */
#include <string.h>

#include "city/yamltree.h"

#define KEY_MAX 100
#define TEXT_MAX ((size_t)1 << 24)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const str langs[] = {S_INIT("zh"), S_INIT("en")};

/* In double quotes, everything but plain ASCII by its number: YAML sees line ends where JSON sees none. */
static void write_text(str s, struct strbuf *out) {
    strbuf_addc(out, '"');
    for (size_t i = 0; i < s.len;) {
        uint32_t c = utf8_next(s, &i);
        if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\')
            strbuf_addc(out, (char)c);
        else
            strbuf_addf(out, "\\U%08X", c);
    }
    strbuf_addc(out, '"');
}

/* out: false if a key is longer than libyaml takes before a colon. */
static bool write_node(const struct yaml_node *n, struct strbuf *out) {
    size_t count = 0;
    if (n->type == YAML_SCALAR) {
        write_text(n->text, out);
        return true;
    }
    strbuf_addc(out, n->type == YAML_MAP ? '{' : '[');
    for (const struct yaml_node *c = n->first; c; c = c->next, count++) {
        if (count > 0) strbuf_addc(out, ',');
        if (n->type == YAML_MAP) {
            if (c->key.len > KEY_MAX) return false;
            write_text(c->key, out);
            strbuf_addz(out, ": ");
        }
        if (!write_node(c, out)) return false;
    }
    check(count == n->n);
    strbuf_addc(out, n->type == YAML_MAP ? '}' : ']');
    return true;
}

static bool same(const struct yaml_node *a, const struct yaml_node *b) {
    if (a->type != b->type || a->n != b->n || !str_eq(a->key, b->key) || !str_eq(a->text, b->text)) return false;
    const struct yaml_node *x = a->first, *y = b->first;
    for (; x && y; x = x->next, y = y->next)
        if (!same(x, y)) return false;
    return !x && !y;
}

/* Every getter on every child, as whoever reads a package would. */
static void get_all(const struct yaml_source *src, const struct yaml_node *map, struct arena *a) {
    for (const struct yaml_node *c = map->first; c; c = c->next) {
        const char *key = str_cstr(a, c->key);
        str s, *strs;
        code one, *codes;
        bool yes;
        int32_t n;
        double d;
        struct text t;
        size_t count;
        if (yaml_str(src, map, key, true, &s)) check(utf8_valid(s));
        if (yaml_code(src, map, key, true, &one)) check(strlen(one.s) > 0);
        yaml_bool(src, map, key, true, &yes);
        yaml_i32(src, map, key, true, &n);
        yaml_double(src, map, key, true, &d);
        if (yaml_text(src, map, key, true, &t)) check(!str_empty(t.in[0]) && !str_empty(t.in[1]));
        yaml_strs(src, map, key, false, &strs, &count);
        yaml_codes(src, map, key, false, &codes, &count);
        if (c->type == YAML_MAP) get_all(src, c, a);
    }
    yaml_unknown_keys(src, map, "name label");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a;
    struct findings found;
    struct strbuf out;
    const struct yaml_node *tree, *again;
    arena_init(&a, 0);
    findings_init(&found, &a);
    strbuf_init(&out, TEXT_MAX);
    struct yaml_source src = {S("x.yaml"), langs, ARRAY_LEN(langs), &a, &found};
    enum status status = yaml_parse((str){(const char *)data, size}, &src, &tree);
    check((status == OK) == (tree != NULL) && (status == OK || found.errors > 0));
    if (tree && tree->n < 200) { /* keys are looked up in linear time */
        if (write_node(tree, &out) && !out.overflow) {
            check(yaml_parse(strbuf_str(&out), &src, &again) == OK);
            check(same(tree, again));
        }
        get_all(&src, tree, &a);
    }
    strbuf_done(&out);
    arena_done(&a);
    return 0;
}
