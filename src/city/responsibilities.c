/* responsibilities.csv: who leads, assists, stands by; and the proof that every matter has exactly one lead. */
#include <stdlib.h>
#include <string.h>

#include "city/city_int.h"

#define FILE_ROWS "responsibilities.csv"
#define ROWS_MAX 20000

enum { DUTY, OWNER, CATEGORY, AREA, UNIT, OFFICE_LEVEL };
static const struct column COLUMNS[] = {{"duty"}, {"owner"}, {"category"}, {"area"}, {"unit"}, {"office_level"}};

bool category_matches(const code *pattern, const code *key) {
    size_t n = strlen(pattern->s);
    bool prefix = n > 0 && pattern->s[n - 1] == '*';
    return prefix ? strncmp(pattern->s, key->s, n - 1) == 0 : strcmp(pattern->s, key->s) == 0;
}

uint32_t category_pattern_rank(const code *pattern) {
    size_t n = strlen(pattern->s);
    return (uint32_t)(n > 0 && pattern->s[n - 1] == '*' ? 2 * (n - 1) : 2 * n + 1);
}

static void read_category(struct table *t, struct responsibility *r) {
    const struct city *c = t->l->city;
    str s = table_str(t, CATEGORY);
    bool fits = code_from(s, &r->category) && s.len > 0;
    bool any = false;
    for (size_t i = 0; fits && i < c->n_categories && !any; i++)
        any = category_matches(&r->category, &c->categories[i].key);
    if (!any && c->n_categories > 0) table_fault(t, "a key, a prefix with *, or *", "\"%.*s\" fits no category.", P(s));
}

static void read_unit(struct table *t, struct responsibility *r) {
    const struct city *c = t->l->city;
    str unit = table_str(t, UNIT), level = table_str(t, OFFICE_LEVEL);
    r->unit = NONE;
    if (str_empty(unit) == str_empty(level)) {
        table_fault(t, NULL, "A row names either a unit or an office_level.");
    } else if (!str_empty(unit)) {
        r->unit = city_unit(c, unit);
        if (r->unit == NONE && c->n_units > 0) table_fault(t, NULL, "The unit \"%.*s\" is unknown.", P(unit));
    } else {
        const struct layer *g = &c->layers[0];
        for (size_t i = 0; c->n_layers > 0 && i < g->n_levels; i++)
            if (str_is(level, g->levels[i].s)) r->office_level = g->levels[i];
        if (code_empty(&r->office_level))
            table_fault(t, "a level of the first layer", "\"%.*s\" is no level.", P(level));
    }
}

static bool read_row(struct table *t, struct responsibility *r) {
    const struct city *c = t->l->city;
    *r = (struct responsibility){.area = NONE, .line = t->csv.line};
    size_t errors = t->l->found->errors;
    int duty = table_word(t, DUTY, "lead assist standby taken_back");
    if (duty >= 0) r->duty = (enum duty)duty;
    table_code_maybe(t, OWNER, &r->owner);
    read_category(t, r);
    str area = table_str(t, AREA);
    if (!str_empty(area)) r->area = city_area(c, area);
    if (!str_empty(area) && r->area == NONE && c->n_areas > 0)
        table_fault(t, NULL, "The area \"%.*s\" is unknown.", P(area));
    if (r->area != NONE && c->areas[r->area].layer != 0)
        load_warning(
            t->l, FILE_ROWS, t->csv.line, "name an area of the first layer",
            "The area \"%.*s\" is of another layer: matters are routed by the first, so this row never applies.",
            P(area));
    read_unit(t, r);
    return t->l->found->errors == errors;
}

/* Orders rows that would tie side by side: same duty, owner, area and category. */
static int by_claim(const void *a, const void *b) {
    const struct responsibility *x = *(const struct responsibility *const *)a;
    const struct responsibility *y = *(const struct responsibility *const *)b;
    if (x->duty != y->duty) return x->duty < y->duty ? -1 : 1;
    if (x->area != y->area) return x->area < y->area ? -1 : 1;
    int owner = strcmp(x->owner.s, y->owner.s);
    if (owner != 0) return owner;
    int category = strcmp(x->category.s, y->category.s);
    return category != 0 ? category : x->line < y->line ? -1 : 1;
}

static bool same_claim(const struct responsibility *x, const struct responsibility *y) {
    return x->duty == y->duty && x->area == y->area && code_eq(&x->owner, &y->owner) &&
           code_eq(&x->category, &y->category);
}

/* Two leads of equal rank meet only in rows with the same owner, area and category text: patterns of equal rank that
 * fit one key are equal, and areas of equal depth above one area are the same. */
static void check_ties(struct loader *l) {
    const struct city *c = l->city;
    const struct responsibility **sorted =
        NEW_ARRAY(&l->scratch, const struct responsibility *, c->n_responsibilities + 1);
    for (size_t i = 0; i < c->n_responsibilities; i++) sorted[i] = &c->responsibilities[i];
    qsort(sorted, c->n_responsibilities, sizeof(const struct responsibility *), by_claim);
    for (size_t i = 1; i < c->n_responsibilities; i++) {
        const struct responsibility *a = sorted[i - 1], *b = sorted[i];
        if (!same_claim(a, b)) continue;
        if (b->duty == DUTY_LEAD || b->duty == DUTY_STANDBY)
            load_fault(l, FILE_ROWS, b->line, "give one of them a narrower category or area",
                       "A tie: the same category, area and owner as in line %u.", a->line);
    }
}

void load_responsibilities(struct loader *l) {
    struct city *c = l->city;
    struct table t;
    if (!files_need(l, FILE_ROWS) || !table_open(&t, l, FILE_ROWS, COLUMNS, ARRAY_LEN(COLUMNS))) return;
    size_t max = table_rows_max(&t);
    if (max > ROWS_MAX) max = ROWS_MAX;
    c->responsibilities = NEW_ARRAY(&c->arena, struct responsibility, max);
    while (table_next(&t)) {
        if (c->n_responsibilities == max) {
            table_fault(&t, NULL, "More than %d rows.", ROWS_MAX);
            break;
        }
        if (read_row(&t, &c->responsibilities[c->n_responsibilities])) c->n_responsibilities++;
    }
    check_ties(l);
    check_responsibilities(l);
}
