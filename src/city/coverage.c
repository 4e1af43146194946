/* The proof that every handled category has exactly one lead in every leaf area of the governance layer.
 *
 * Rows are gathered by category, then one pass over the areas in tree order carries the best row of each kind (a
 * unit's, or an office's of one level, which counts only where that office exists) from parent to child. Most categories
 * have no row with an area and need no pass. 2 000 categories × 50 000 areas: 1 s at the worst. */
#include <string.h>

#include "city/city_int.h"

#define FILE_ROWS "responsibilities.csv"

struct cover {
    struct loader *l;
    const struct city *c;
    const struct layer *layer;
    size_t n_slots;    /* slot 0: rows with a unit; 1 + i: rows with the office of level i */
    uint32_t *offices; /* area × level: the office of the area's ancestor at that level, or NONE */
    uint32_t *best;    /* area × slot: row, or NONE */
    uint32_t *global;  /* slot: best row without an area */
    size_t *lacking;   /* level: leaves without that office */
    size_t n_leaves;
    uint32_t *taken; /* rows of the category in hand that take it back */
    size_t n_taken, n_local;
};
/* What is wrong with one category. */
struct gap {
    size_t n;
    uint32_t area, row;
};

static size_t level_number(const struct layer *layer, const code *level) {
    size_t i = 0;
    while (i < layer->n_levels && !code_eq(&layer->levels[i], level)) i++;
    return i;
}

/* Finds for each area the office of its ancestor at each level. in: parents have smaller numbers. */
static void find_offices(struct cover *v) {
    const struct city *c = v->c;
    size_t n_levels = v->layer->n_levels;
    for (size_t a = 0; a < c->n_areas; a++) {
        const struct area *area = &c->areas[a];
        if (area->layer != 0) continue;
        uint32_t *here = &v->offices[a * n_levels];
        for (size_t i = 0; i < n_levels; i++)
            here[i] = area->parent == NONE ? NONE : v->offices[area->parent * n_levels + i];
        size_t level = level_number(v->layer, &area->level);
        if (level < n_levels) here[level] = c->office_of_area[a];
        if (!area->is_leaf) continue;
        v->n_leaves++;
        for (size_t i = 0; i < n_levels; i++) v->lacking[i] += here[i] == NONE;
    }
}

static size_t slot_of(const struct cover *v, const struct responsibility *r) {
    return r->unit != NONE ? 0 : 1 + level_number(v->layer, &r->office_level);
}

/* Whether row a goes before row b, which may be NONE. Rows of one category; areas above one another. */
static bool is_better(const struct cover *v, uint32_t a, uint32_t b) {
    if (a == NONE || b == NONE) return b == NONE && a != NONE;
    const struct responsibility *x = &v->c->responsibilities[a], *y = &v->c->responsibilities[b];
    uint32_t i = category_pattern_rank(&x->category), k = category_pattern_rank(&y->category);
    if (i != k) return i > k;
    int32_t p = x->area == NONE ? -1 : v->c->areas[x->area].depth,
            q = y->area == NONE ? -1 : v->c->areas[y->area].depth;
    return p > q;
}

/* Sorts the rows that fit the category into slots. */
static void gather(struct cover *v, const struct category *k) {
    const struct city *c = v->c;
    v->n_taken = v->n_local = 0;
    memset(v->global, 0xFF, v->n_slots * sizeof *v->global);
    for (uint32_t i = 0; i < c->n_responsibilities; i++) {
        const struct responsibility *r = &c->responsibilities[i];
        bool lead = r->duty == DUTY_LEAD && code_empty(&r->owner);
        if ((!lead && r->duty != DUTY_TAKEN_BACK) || !category_matches(&r->category, &k->key)) continue;
        if (!lead) {
            v->taken[v->n_taken++] = i;
            continue;
        }
        if (r->area != NONE && c->areas[r->area].layer != 0) continue;
        if (r->area != NONE && v->n_local++ == 0) memset(v->best, 0xFF, c->n_areas * v->n_slots * sizeof *v->best);
        uint32_t *slot = (r->area == NONE ? v->global : &v->best[r->area * v->n_slots]) + slot_of(v, r);
        if (is_better(v, i, *slot)) *slot = i;
    }
}

/* The row that leads at an area: the best whose office exists. out: *ret_unit its unit. */
static uint32_t winner(const struct cover *v, const uint32_t *slots, size_t area, uint32_t *ret_unit) {
    uint32_t best = NONE;
    for (size_t i = 0; i < v->n_slots; i++) {
        uint32_t row = slots[i];
        if (row == NONE) continue;
        uint32_t unit = i == 0 ? v->c->responsibilities[row].unit : v->offices[area * v->layer->n_levels + i - 1];
        if (unit == NONE || !is_better(v, row, best)) continue;
        best = row;
        *ret_unit = unit;
    }
    return best;
}

/* Whether the category in hand was taken back from the unit: the same question as routing asks. */
static bool is_taken_from(const struct cover *v, uint32_t unit) {
    const struct city *c = v->c;
    const struct unit *u = &c->units[unit];
    for (size_t i = 0; i < v->n_taken; i++) {
        const struct responsibility *r = &c->responsibilities[v->taken[i]];
        if (r->unit == unit) return true;
        if (r->unit != NONE || u->area == NONE || !code_eq(&c->areas[u->area].level, &r->office_level)) continue;
        if (r->area == NONE || city_area_within(c, u->area, r->area)) return true;
    }
    return false;
}

static void note(struct gap *g, uint32_t area, uint32_t row) {
    if (g->n++ > 0) return;
    g->area = area;
    g->row = row;
}

static void walk(struct cover *v, struct gap *missing, struct gap *taken) {
    const struct city *c = v->c;
    for (uint32_t a = 0; a < c->n_areas; a++) {
        const struct area *area = &c->areas[a];
        if (area->layer != 0) continue;
        const uint32_t *slots = v->global;
        if (v->n_local > 0) {
            uint32_t *here = &v->best[a * v->n_slots];
            const uint32_t *above = area->parent == NONE ? v->global : &v->best[area->parent * v->n_slots];
            for (size_t i = 0; i < v->n_slots; i++)
                if (!is_better(v, here[i], above[i])) here[i] = above[i];
            slots = here;
        }
        if (!area->is_leaf) continue;
        uint32_t unit = NONE, row = winner(v, slots, a, &unit);
        if (row == NONE)
            note(missing, a, row);
        else if (v->n_taken > 0 && is_taken_from(v, unit))
            note(taken, a, row);
    }
}

/* Whether one row leads everywhere, so that no pass is needed. */
static bool is_plain(const struct cover *v) {
    if (v->n_local > 0 || v->n_taken > 0) return false;
    uint32_t best = NONE;
    size_t slot = 0;
    for (size_t i = 0; i < v->n_slots; i++) {
        if (!is_better(v, v->global[i], best)) continue;
        best = v->global[i];
        slot = i;
    }
    return best != NONE && (slot == 0 || v->lacking[slot - 1] == 0);
}

static void check_category(struct cover *v, const struct category *k) {
    struct gap missing = {0}, taken = {0};
    gather(v, k);
    if (is_plain(v)) return;
    walk(v, &missing, &taken);
    const struct city *c = v->c;
    if (missing.n > 0)
        load_fault(v->l, "categories.csv", k->line, "add a lead to responsibilities.csv",
                   "\"%s\" has no lead in %zu of %zu areas, as in %s.", k->key.s, missing.n, v->n_leaves,
                   c->areas[missing.area].code.s);
    if (taken.n > 0)
        load_fault(v->l, FILE_ROWS, c->responsibilities[taken.row].line, "name another lead for this category",
                   "\"%s\" is led by a unit that it was taken back from, in %zu areas, as in %s.", k->key.s, taken.n,
                   c->areas[taken.area].code.s);
}

void check_responsibilities(struct loader *l) {
    struct city *c = l->city;
    if (c->n_layers == 0 || c->n_areas == 0 || c->n_units == 0) return;
    size_t n_levels = c->layers[0].n_levels, n_slots = n_levels + 1;
    struct cover v = {.l = l,
                      .c = c,
                      .layer = &c->layers[0],
                      .n_slots = n_slots,
                      .offices = NEW_ARRAY(&l->scratch, uint32_t, c->n_areas * n_levels + 1),
                      .best = NEW_ARRAY(&l->scratch, uint32_t, c->n_areas * n_slots),
                      .global = NEW_ARRAY(&l->scratch, uint32_t, n_slots),
                      .lacking = NEW_ARRAY(&l->scratch, size_t, n_levels + 1),
                      .taken = NEW_ARRAY(&l->scratch, uint32_t, c->n_responsibilities + 1)};
    find_offices(&v);
    for (size_t i = 0; i < c->n_categories; i++)
        if (!code_empty(&c->categories[i].procedure)) check_category(&v, &c->categories[i]);
}
