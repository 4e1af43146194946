/* YAML: whatever becomes a tree is written as flow YAML and read alike; the typed getters take any tree. */
#include <string.h>

#include "base/json.h"
#include "city/yamltree.h"

#define TEXT_MAX ((size_t)1 << 24)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const str langs[] = {S_INIT("zh"), S_INIT("en")};

static void write_node(const struct yaml_node *n, struct json_buf *w) {
    size_t count = 0;
    if (n->type == YAML_SCALAR) {
        json_add_str(w, n->text);
        return;
    }
    if (n->type == YAML_MAP)
        json_open_object(w);
    else
        json_open_array(w);
    for (const struct yaml_node *c = n->first; c; c = c->next, count++) {
        if (n->type == YAML_MAP) json_add_key_str(w, c->key);
        write_node(c, w);
    }
    check(count == n->n);
    if (n->type == YAML_MAP)
        json_close_object(w);
    else
        json_close_array(w);
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
    struct json_buf w;
    const struct yaml_node *tree, *again;
    arena_init(&a, 0);
    findings_init(&found, &a);
    strbuf_init(&out, TEXT_MAX);
    struct yaml_source src = {S("x.yaml"), langs, ARRAY_LEN(langs), &a, &found};
    enum status status = yaml_parse((str){(const char *)data, size}, &src, &tree);
    check((status == OK) == (tree != NULL) && (status == OK || found.errors > 0));
    if (tree && tree->n < 200) { /* keys are looked up in linear time */
        json_buf_init(&w, &out);
        write_node(tree, &w);
        if (!out.overflow) {
            check(yaml_parse(strbuf_str(&out), &src, &again) == OK);
            check(same(tree, again));
        }
        get_all(&src, tree, &a);
    }
    strbuf_done(&out);
    arena_done(&a);
    return 0;
}
