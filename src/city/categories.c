/* categories.csv and conditions.csv. */
#include <stdlib.h>
#include <string.h>

#include "city/city_int.h"

#define FILE_CATEGORIES "categories.csv"
#define FILE_CONDITIONS "conditions.csv"
#define CATEGORIES_MAX 5000
#define CONDITIONS_MAX 20000

enum { KEY, PARENT, PROCEDURE, PRIVATE, INTAKE, NAME, WORDS };
static const struct column CATEGORY_COLUMNS[] = {
    {"key"},
    {"parent"},
    {"procedure"},
    {"private"},
    {"intake"},
    {"name", .per_lang = true},
    {"words", .optional = true},
};

enum { CODE, CATEGORY, LIMIT, FROM, FIRST_DAY, ROLLS_OVER, BASIS, SAMPLE, PHOTO, FILING, CLOSING, COND_WORDS };
static const struct column CONDITION_COLUMNS[] = {
    {"code"},
    {"category"},
    {"limit"},
    {"from"},
    {"first_day_counts", .optional = true},
    {"rolls_over", .optional = true},
    {"basis"},
    {"sample", .optional = true},
    {"photo", .optional = true},
    {"filing", .per_lang = true},
    {"closing", .per_lang = true},
    {"words", .optional = true},
};

static void refuse_persons_in_text(struct table *t, const char *what, const struct text *text) {
    str file = str_z(t->file);
    for (size_t i = 0; i < t->l->city->n_langs; i++) load_refuse_persons(t->l, file, t->csv.line, what, text->in[i]);
}

static void refuse_persons_in_words(struct table *t, const str *words, size_t n) {
    for (size_t i = 0; i < n; i++) load_refuse_persons(t->l, str_z(t->file), t->csv.line, "word", words[i]);
}

/* ---- categories ---- */

/* A kind letter, then letters or digits. */
static bool key_is_good(const code *key) {
    size_t n = strlen(key->s);
    bool ok = n >= 2 && key->s[0] >= 'a' && key->s[0] <= 'z';
    for (size_t i = 1; i < n; i++)
        ok = ok && ((key->s[i] >= '0' && key->s[i] <= '9') || (key->s[i] >= 'a' && key->s[i] <= 'z'));
    return ok;
}

static void check_privacy(struct table *t, const struct category *c) {
    bool need = false;
    for (size_t i = 0; i < LANG_MAX; i++) need = need || persons_need_privacy(c->name.in[i]);
    if (need && !c->is_private)
        table_fault(t, "set private to yes", "People in need are a request for help, never an event on a map.");
}

static bool read_category(struct table *t, struct category *c, uint32_t number) {
    *c = (struct category){.line = t->csv.line};
    c->name = table_text(t, NAME);
    c->is_private = table_yes(t, PRIVATE);
    c->intake = table_yes(t, INTAKE);
    c->words = table_words(t, WORDS, &c->n_words);
    refuse_persons_in_text(t, "category", &c->name);
    refuse_persons_in_words(t, c->words, c->n_words);
    check_privacy(t, c);
    table_code_maybe(t, PARENT, &c->parent);
    if (table_code_maybe(t, PROCEDURE, &c->procedure) && !code_empty(&c->procedure) && t->l->procedures_whole &&
        !city_procedure(t->l->city, str_code(&c->procedure)))
        table_fault(t, "the name of a file's `procedure`", "The procedure \"%s\" is unknown.", c->procedure.s);
    if (c->intake && code_empty(&c->procedure))
        table_fault(t, NULL, "A category that is offered to residents needs a procedure.");
    if (!table_code(t, KEY, &c->key)) return false;
    if (!key_is_good(&c->key))
        table_fault(t, "as m06010: a kind letter, then letters or digits", "\"%s\" is no key.", c->key.s);
    return table_index(t, &t->l->city->category_by_key, &c->key, number);
}

static void check_parents(struct loader *l) {
    const struct city *c = l->city;
    for (size_t i = 0; i < c->n_categories; i++) {
        const struct category *k = &c->categories[i];
        uint32_t at = code_empty(&k->parent) ? NONE : city_category(c, str_code(&k->parent));
        if (at == NONE && !code_empty(&k->parent))
            load_fault(l, FILE_CATEGORIES, k->line, NULL, "The parent \"%s\" is unknown.", k->parent.s);
        size_t steps = 0;
        while (at != NONE && at != i && steps++ <= c->n_categories)
            at = city_category(c, str_code(&c->categories[at].parent));
        if (at == i) load_fault(l, FILE_CATEGORIES, k->line, NULL, "The category stands above itself.");
    }
}

void load_categories(struct loader *l) {
    struct city *c = l->city;
    struct table t;
    if (!files_need(l, FILE_CATEGORIES) ||
        !table_open(&t, l, FILE_CATEGORIES, CATEGORY_COLUMNS, ARRAY_LEN(CATEGORY_COLUMNS)))
        return;
    size_t max = table_rows_max(&t);
    if (max > CATEGORIES_MAX) max = CATEGORIES_MAX;
    c->categories = NEW_ARRAY(&c->arena, struct category, max);
    while (table_next(&t)) {
        if (c->n_categories == max) {
            table_fault(&t, NULL, "More than %d categories.", CATEGORIES_MAX);
            break;
        }
        if (read_category(&t, &c->categories[c->n_categories], (uint32_t)c->n_categories)) c->n_categories++;
    }
    check_parents(l);
    if (c->n_categories == 0) load_fault(l, FILE_CATEGORIES, 0, NULL, "There is no category.");
}

/* ---- conditions ---- */

static void read_limit(struct table *t, struct limit *ret) {
    struct err err = {0};
    struct limit limit = {0};
    if (limit_parse(table_str(t, LIMIT), &limit, &err) != OK)
        table_fault(t, err.hint[0] ? err.hint : NULL, "%s", err.primary);
    int from = table_word(t, FROM, "filed accepted dispatched signed entered");
    if (from >= 0) limit.from = (enum limit_from)from;
    limit.first_day_counts = table_yes(t, FIRST_DAY);
    limit.rolls_over = table_yes(t, ROLLS_OVER);
    limit.basis = table_str(t, BASIS);
    if (str_empty(limit.basis))
        table_fault(t, "law and article, \"local rule\", or why there is none", "The limit names no basis.");
    *ret = limit;
}

/* Whether the code is the category's key, a point and a number. */
static bool code_fits(const code *full, const code *key) {
    size_t n = strlen(key->s);
    if (strncmp(full->s, key->s, n) != 0 || full->s[n] != '.') return false;
    int64_t number;
    return str_to_i64(str_slice(str_code(full), n + 1, strlen(full->s)), &number) && number > 0;
}

static bool read_condition(struct table *t, struct condition *c, uint32_t number) {
    const struct city *city = t->l->city;
    *c = (struct condition){.line = t->csv.line};
    c->filing = table_text(t, FILING);
    c->closing = table_text(t, CLOSING);
    c->sample = table_yes(t, SAMPLE);
    c->photo_needed = table_yes(t, PHOTO);
    c->words = table_words(t, COND_WORDS, &c->n_words);
    refuse_persons_in_text(t, "filing condition", &c->filing);
    refuse_persons_in_text(t, "closing condition", &c->closing);
    refuse_persons_in_words(t, c->words, c->n_words);
    read_limit(t, &c->limit);
    str category = table_str(t, CATEGORY);
    c->category = city_category(city, category);
    if (c->category == NONE) {
        if (city->n_categories > 0) table_fault(t, NULL, "The category \"%.*s\" is unknown.", P(category));
        return false;
    }
    if (!table_code(t, CODE, &c->code)) return false;
    if (!code_fits(&c->code, &city->categories[c->category].key))
        table_fault(t, "as m06010.1: the category's key, a point, a number", "\"%s\" is no code of this category.",
                    c->code.s);
    return table_index(t, &t->l->city->condition_by_code, &c->code, number);
}

static int by_category(const void *a, const void *b) {
    const struct condition *x = a, *y = b;
    if (x->category != y->category) return x->category < y->category ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

/* Puts each category's conditions side by side, in the order of the file, and numbers them again. */
static void sort_conditions(struct city *c) {
    if (c->n_conditions > 1) qsort(c->conditions, c->n_conditions, sizeof *c->conditions, by_category);
    map_done(&c->condition_by_code); /* its keys have moved */
    map_init(&c->condition_by_code);
    for (uint32_t i = 0; i < c->n_conditions; i++) {
        map_set(&c->condition_by_code, str_code(&c->conditions[i].code), i);
        struct category *k = &c->categories[c->conditions[i].category];
        if (k->n_conditions++ == 0) k->first_condition = i;
    }
}

void load_conditions(struct loader *l) {
    struct city *c = l->city;
    struct table t;
    if (!files_need(l, FILE_CONDITIONS) ||
        !table_open(&t, l, FILE_CONDITIONS, CONDITION_COLUMNS, ARRAY_LEN(CONDITION_COLUMNS)))
        return;
    size_t max = table_rows_max(&t);
    if (max > CONDITIONS_MAX) max = CONDITIONS_MAX;
    c->conditions = NEW_ARRAY(&c->arena, struct condition, max);
    while (table_next(&t)) {
        if (c->n_conditions == max) {
            table_fault(&t, NULL, "More than %d conditions.", CONDITIONS_MAX);
            break;
        }
        if (read_condition(&t, &c->conditions[c->n_conditions], (uint32_t)c->n_conditions)) c->n_conditions++;
    }
    sort_conditions(c);
}
