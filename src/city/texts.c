/* texts/<lang>.yaml: nested maps of texts, keys joined by points. */
#include "city/city_int.h"

struct texts {
    struct loader *l;
    struct yaml_source src;
    size_t lang;
    size_t cap;
    struct place *places; /* where each text was first seen */
    str *keys;
};
struct place {
    str file;
    uint32_t line;
};

static uint32_t text_number(struct texts *t, str key, uint32_t line) {
    struct city *c = t->l->city;
    uint32_t i = map_get(&c->texts_by_key, key);
    if (i != MAP_NONE) return i;
    if (c->n_texts == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 512;
        struct text *texts = NEW_ARRAY(&c->arena, struct text, cap);
        struct place *places = NEW_ARRAY(&t->l->scratch, struct place, cap);
        str *keys = NEW_ARRAY(&t->l->scratch, str, cap);
        for (size_t k = 0; k < c->n_texts; k++) {
            texts[k] = c->texts[k];
            places[k] = t->places[k];
            keys[k] = t->keys[k];
        }
        c->texts = texts;
        t->places = places;
        t->keys = keys;
        t->cap = cap;
    }
    i = (uint32_t)c->n_texts++;
    t->places[i] = (struct place){t->src.file, line};
    t->keys[i] = key;
    map_set(&c->texts_by_key, key, i);
    return i;
}

static void read_map(struct texts *t, const struct yaml_node *map, str prefix) {
    struct city *c = t->l->city;
    for (const struct yaml_node *n = map->first; n; n = n->next) {
        str key = str_empty(prefix) ? n->key : str_format(&c->arena, "%.*s.%.*s", P(prefix), P(n->key));
        if (n->type == YAML_MAP) {
            read_map(t, n, key);
        } else if (yaml_is(&t->src, n, YAML_SCALAR, "A text")) {
            uint32_t i = text_number(t, key, n->line);
            if (!str_empty(c->texts[i].in[t->lang]))
                yaml_fault(&t->src, n, NULL, "The text \"%.*s\" stands here twice.", P(key));
            c->texts[i].in[t->lang] = n->text;
            if (str_empty(n->text)) yaml_fault(&t->src, n, NULL, "The text \"%.*s\" is empty.", P(key));
        }
    }
}

static void check_languages(struct texts *t) {
    const struct city *c = t->l->city;
    for (size_t i = 0; i < c->n_texts; i++)
        for (size_t k = 0; k < c->n_langs; k++)
            if (str_empty(c->texts[i].in[k]))
                findings_add(t->l->found, FINDING_ERROR, t->places[i].file, t->places[i].line,
                             "every text in every language", "The text \"%.*s\" is missing in texts/%.*s.yaml.",
                             P(t->keys[i]), P(c->langs[k]));
}

/* A file of a language that city.yaml does not name. */
static void check_files(struct loader *l) {
    const struct city *c = l->city;
    for (size_t i = 0; i < l->n_files; i++) {
        if (!file_is_in(&l->files[i], "texts", ".yaml")) continue;
        str lang = str_slice(l->files[i].path, 6, l->files[i].path.len - 5);
        bool known = false;
        for (size_t k = 0; k < c->n_langs; k++) known = known || str_eq(lang, c->langs[k]);
        if (!known)
            findings_add(l->found, FINDING_ERROR, l->files[i].path, 0, NULL, "\"%.*s\" is no language of city.yaml.",
                         P(lang));
    }
}

void load_texts(struct loader *l) {
    struct city *c = l->city;
    struct texts t = {.l = l};
    bool all = true;
    for (t.lang = 0; t.lang < c->n_langs; t.lang++) {
        str path = str_format(&c->arena, "texts/%.*s.yaml", P(c->langs[t.lang]));
        const struct package_file *f = files_need(l, str_cstr(&l->scratch, path));
        const struct yaml_node *root = NULL;
        t.src = load_source(l, path);
        if (f && yaml_parse(f->bytes, &t.src, &root) == OK) read_map(&t, root, STR_NONE);
        all = all && root != NULL;
    }
    if (all) check_languages(&t);
    check_files(l);
}
