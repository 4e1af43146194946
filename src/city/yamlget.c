#include <stdarg.h>
#include <stdio.h>

#include "city/yamltree.h"

const struct yaml_node *yaml_get(const struct yaml_node *n, const char *key) {
    if (!n || n->type != YAML_MAP) return NULL;
    for (const struct yaml_node *c = n->first; c; c = c->next)
        if (str_is(c->key, key)) return c;
    return NULL;
}

void yaml_fault(const struct yaml_source *src, const struct yaml_node *n, const char *hint, const char *fmt, ...) {
    char what[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    findings_add(src->found, FINDING_ERROR, src->file, n ? n->line : 0, hint, "%s", what);
}

static bool listed(str word, const char *allowed) {
    str rest = str_z(allowed), one;
    while (str_split(&rest, ' ', &one))
        if (str_eq(word, one)) return true;
    return false;
}

void yaml_unknown_keys(const struct yaml_source *src, const struct yaml_node *n, const char *allowed) {
    if (!n || n->type != YAML_MAP) return;
    for (const struct yaml_node *c = n->first; c; c = c->next) {
        if (listed(c->key, allowed)) continue;
        str hint = str_format(src->arena, "known here: %s", allowed);
        yaml_fault(src, c, str_cstr(src->arena, hint), "Unknown key \"%.*s\".", P(c->key));
    }
}

bool yaml_is(const struct yaml_source *src, const struct yaml_node *n, enum yaml_type type, const char *what) {
    static const char *const names[] = {
        [YAML_SCALAR] = "a single value", [YAML_MAP] = "a map (key: value)", [YAML_SEQ] = "a list ([a, b])"};
    if (!n) return false;
    if (n->type == type) return true;
    yaml_fault(src, n, NULL, "%s must be %s.", what, names[type]);
    return false;
}

/* The child, which must be a scalar. out: NULL if there is none (an error if required) or it is no scalar. */
static const struct yaml_node *scalar(const struct yaml_source *src, const struct yaml_node *map, const char *key,
                                      bool required) {
    const struct yaml_node *n = yaml_get(map, key);
    if (!n && required) yaml_fault(src, map, NULL, "The key \"%s\" is missing.", key);
    return yaml_is(src, n, YAML_SCALAR, key) ? n : NULL;
}

bool yaml_str(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required, str *ret) {
    const struct yaml_node *n = scalar(src, map, key, required);
    if (!n) return false;
    if (str_empty(n->text) && required) {
        yaml_fault(src, n, NULL, "\"%s\" is empty.", key);
        return false;
    }
    *ret = n->text;
    return true;
}

bool yaml_node_code(const struct yaml_source *src, const struct yaml_node *n, code *ret) {
    if (!yaml_is(src, n, YAML_SCALAR, "The value")) return false;
    code c = {0};
    if (str_empty(n->text) || !code_from(n->text, &c)) {
        yaml_fault(src, n, "1 to 31 bytes", "\"%.*s\" is no code.", P(n->text));
        return false;
    }
    *ret = c;
    return true;
}

bool yaml_code(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required, code *ret) {
    const struct yaml_node *n = scalar(src, map, key, required);
    return n && yaml_node_code(src, n, ret);
}

bool yaml_bool(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required, bool *ret) {
    const struct yaml_node *n = scalar(src, map, key, required);
    if (!n) return false;
    bool yes = str_is(n->text, "true") || str_is(n->text, "yes");
    if (!yes && !str_is(n->text, "false") && !str_is(n->text, "no")) {
        yaml_fault(src, n, "write true or false", "\"%s\" is neither true nor false.", key);
        return false;
    }
    *ret = yes;
    return true;
}

bool yaml_i32(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required,
              int32_t *ret) {
    const struct yaml_node *n = scalar(src, map, key, required);
    if (!n) return false;
    int64_t v;
    if (!str_to_i64(n->text, &v) || v < INT32_MIN || v > INT32_MAX) {
        yaml_fault(src, n, NULL, "\"%s\" must be a whole number.", key);
        return false;
    }
    *ret = (int32_t)v;
    return true;
}

bool yaml_double(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required,
                 double *ret) {
    const struct yaml_node *n = scalar(src, map, key, required);
    if (!n) return false;
    if (!str_to_double(n->text, ret)) {
        yaml_fault(src, n, NULL, "\"%s\" must be a number.", key);
        return false;
    }
    return true;
}

bool yaml_node_text(const struct yaml_source *src, const struct yaml_node *n, struct text *ret) {
    if (!yaml_is(src, n, YAML_MAP, "A text")) return false;
    struct text t = {0};
    size_t errors = src->found->errors;
    for (const struct yaml_node *c = n->first; c; c = c->next) {
        size_t i = 0;
        while (i < src->n_langs && !str_eq(src->langs[i], c->key)) i++;
        if (i == src->n_langs)
            yaml_fault(src, c, "languages are those of city.yaml", "\"%.*s\" is no language of this city.", P(c->key));
        else if (yaml_is(src, c, YAML_SCALAR, "A text"))
            t.in[i] = c->text;
    }
    for (size_t i = 0; i < src->n_langs; i++)
        if (str_empty(str_trim(t.in[i])))
            yaml_fault(src, n, "every text in every language", "The text in %.*s is missing.", P(src->langs[i]));
    if (src->found->errors > errors) return false;
    *ret = t;
    return true;
}

bool yaml_text(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required,
               struct text *ret) {
    const struct yaml_node *n = yaml_get(map, key);
    if (!n && required) yaml_fault(src, map, NULL, "The key \"%s\" is missing.", key);
    return n && yaml_node_text(src, n, ret);
}

/* The nodes of a list, or of one scalar that stands for itself. out: the first; *ret_n how many. */
static const struct yaml_node *list(const struct yaml_source *src, const struct yaml_node *map, const char *key,
                                    bool required, size_t *ret_n) {
    const struct yaml_node *n = yaml_get(map, key);
    *ret_n = 0;
    if (!n && required) yaml_fault(src, map, NULL, "The key \"%s\" is missing.", key);
    if (!n) return NULL;
    if (n->type == YAML_SCALAR) {
        *ret_n = 1;
        return n;
    }
    if (!yaml_is(src, n, YAML_SEQ, key)) return NULL;
    for (const struct yaml_node *c = n->first; c; c = c->next)
        if (!yaml_is(src, c, YAML_SCALAR, key)) return NULL;
    if (n->n == 0 && required) yaml_fault(src, n, NULL, "\"%s\" is empty.", key);
    *ret_n = n->n;
    return n->first;
}

bool yaml_strs(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required, str **ret,
               size_t *ret_n) {
    size_t n;
    const struct yaml_node *c = list(src, map, key, required, &n);
    if (!c) return false;
    str *all = NEW_ARRAY(src->arena, str, n);
    for (size_t i = 0; i < n; i++, c = c->next) all[i] = c->text;
    *ret = all;
    *ret_n = n;
    return true;
}

bool yaml_codes(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required, code **ret,
                size_t *ret_n) {
    size_t n;
    const struct yaml_node *c = list(src, map, key, required, &n);
    if (!c) return false;
    code *all = NEW_ARRAY(src->arena, code, n);
    bool ok = true;
    for (size_t i = 0; i < n; i++, c = c->next) ok = yaml_node_code(src, c, &all[i]) && ok;
    if (!ok) return false;
    *ret = all;
    *ret_n = n;
    return true;
}
