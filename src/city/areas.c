/* areas.csv and areas.geojson: trees of areas, numbered so that a subtree is a range, and the lookup of each layer. */
#include <string.h>

#include "city/city_int.h"

#define FILE_ROWS "areas.csv"
#define FILE_SHAPES "areas.geojson"
#define AREAS_MAX 50000

enum { CODE, LAYER, LEVEL, PARENT, NAME, VALID_FROM, VALID_TO, SCHEMATIC, SUCCESSORS };
static const struct column COLUMNS[] = {
    {"code"},
    {"layer"},
    {"level"},
    {"parent", .optional = true},
    {"name", .per_lang = true},
    {"valid_from", .optional = true},
    {"valid_to", .optional = true},
    {"schematic", .optional = true},
    {"successors", .optional = true},
};

/* An area as its row gives it, in the order of the file. */
struct row {
    struct area area;
    code parent_code;
    str *successors; /* codes */
    size_t n_successors;
    int level;                              /* number in the layer's levels; -1 = unknown */
    uint32_t first_child, last_child, next; /* rows; NONE */
};
struct rows {
    struct row *all;
    uint32_t n;
    struct map by_code;
};

static void read_dates(struct table *t, struct row *r) {
    const struct city *c = t->l->city;
    day from = {INT32_MIN}, to = {INT32_MAX};
    str a = table_str(t, VALID_FROM), b = table_str(t, VALID_TO);
    bool from_ok = str_empty(a) || day_parse(a, &from), to_ok = str_empty(b) || day_parse(b, &to);
    if (!from_ok || !to_ok)
        table_fault(t, "as 2026-01-01", "valid_from or valid_to is no date.");
    else if (!str_empty(a) && !str_empty(b) && to.n < from.n)
        table_fault(t, NULL, "valid_to is before valid_from.");
    r->area.from = from;
    r->area.upto = to;
    r->area.retired = c->dated ? c->on.n < from.n || c->on.n > to.n : !str_empty(b);
    if (!str_empty(a) && c->dated && from.n > c->on.n && from.n < t->l->city->next_change.n)
        t->l->city->next_change = from;
    if (!str_empty(b) && c->dated && to.n >= c->on.n && to.n + 1 < t->l->city->next_change.n)
        t->l->city->next_change = (day){to.n + 1};
}

static void read_place_in_tree(struct table *t, struct row *r) {
    const struct city *c = t->l->city;
    str layer = table_str(t, LAYER), level = table_str(t, LEVEL);
    r->level = -1;
    r->area.layer = NONE;
    for (uint32_t i = 0; i < c->n_layers; i++)
        if (str_is(layer, c->layers[i].name.s)) r->area.layer = i;
    if (r->area.layer == NONE) {
        table_fault(t, "layers are those of city.yaml", "\"%.*s\" is no layer.", P(layer));
        return;
    }
    const struct layer *l = &c->layers[r->area.layer];
    for (size_t i = 0; i < l->n_levels; i++)
        if (str_is(level, l->levels[i].s)) r->level = (int)i;
    if (r->level >= 0)
        r->area.level = l->levels[r->level];
    else
        table_fault(t, "levels are those of city.yaml", "\"%.*s\" is no level of the layer %s.", P(level), l->name.s);
}

/* Reads one row. out: false if it has no code of its own. */
static bool read_row(struct table *t, struct rows *rows) {
    struct row *r = &rows->all[rows->n];
    *r = (struct row){.first_child = NONE, .last_child = NONE, .next = NONE};
    r->area.line = t->csv.line;
    r->area.line_file = S(FILE_ROWS);
    r->area.name = table_text(t, NAME);
    r->area.schematic = table_yes(t, SCHEMATIC);
    table_code_maybe(t, PARENT, &r->parent_code);
    read_dates(t, r);
    r->successors = table_words(t, SUCCESSORS, &r->n_successors);
    read_place_in_tree(t, r);
    return table_code(t, CODE, &r->area.code) && table_index(t, &rows->by_code, &r->area.code, rows->n);
}

static void read_rows(struct loader *l, struct rows *rows) {
    struct table t;
    if (!files_need(l, FILE_ROWS) || !table_open(&t, l, FILE_ROWS, COLUMNS, ARRAY_LEN(COLUMNS))) return;
    size_t max = table_rows_max(&t);
    if (max > AREAS_MAX) max = AREAS_MAX;
    rows->all = NEW_ARRAY(&l->scratch, struct row, max);
    while (table_next(&t)) {
        if (rows->n == max) {
            table_fault(&t, NULL, "More than %d areas.", AREAS_MAX);
            return;
        }
        if (read_row(&t, rows)) rows->n++;
    }
}

/* Why the row cannot stand below its parent, or NULL. */
static const char *misplaced(const struct row *r, const struct row *parent) {
    if (parent == r) return "The area is its own parent.";
    if (parent->area.layer != r->area.layer) return "The parent lies in another layer.";
    if (parent->level >= r->level) return "The parent is of the same or a deeper level.";
    return NULL;
}

/* Hangs the row below its parent. out: true if it is a root. Levels grow downwards, so no circle can arise. */
static bool link_row(struct loader *l, struct rows *rows, uint32_t i) {
    struct row *r = &rows->all[i];
    r->area.parent = NONE;
    if (r->area.layer == NONE || r->level < 0) return false;
    if (code_empty(&r->parent_code)) {
        if (r->level > 0)
            load_fault(l, FILE_ROWS, r->area.line, "only the first level has none", "The parent is missing.");
        return r->level == 0;
    }
    uint32_t p = map_get(&rows->by_code, str_code(&r->parent_code));
    const char *why = p == NONE ? NULL : misplaced(r, &rows->all[p]);
    if (p == NONE) load_fault(l, FILE_ROWS, r->area.line, NULL, "The parent \"%s\" is unknown.", r->parent_code.s);
    if (why) load_fault(l, FILE_ROWS, r->area.line, NULL, "%s", why);
    if (p == NONE || why) return false;
    struct row *parent = &rows->all[p];
    if (parent->first_child == NONE)
        parent->first_child = i;
    else
        rows->all[parent->last_child].next = i;
    parent->last_child = i;
    r->area.parent = p; /* a row's number until it is numbered */
    return false;
}

/* Numbers a row and everything below it. in: children that do not yet hang on a tree are left out. */
static void number_tree(struct city *c, const struct rows *rows, uint32_t root, uint32_t *number_of) {
    uint32_t at = root;
    for (;;) {
        const struct row *r = &rows->all[at];
        uint32_t n = (uint32_t)c->n_areas++;
        number_of[at] = n;
        struct area *a = &c->areas[n];
        *a = r->area;
        a->subtree_first = a->subtree_last = n;
        a->parent = r->area.parent == NONE ? NONE : number_of[r->area.parent];
        a->depth = a->parent == NONE ? 0 : c->areas[a->parent].depth + 1;
        if (r->first_child != NONE) {
            at = r->first_child;
            continue;
        }
        while (at != root && rows->all[at].next == NONE) {
            at = rows->all[at].area.parent;
            c->areas[number_of[at]].subtree_last = (uint32_t)c->n_areas - 1;
        }
        if (at == root) return;
        at = rows->all[at].next;
    }
}

static void mark_leaves(struct city *c) {
    for (size_t i = 0; i < c->n_areas; i++) c->areas[i].is_leaf = !c->areas[i].retired;
    for (size_t i = 0; i < c->n_areas; i++)
        if (!c->areas[i].retired && c->areas[i].parent != NONE) c->areas[c->areas[i].parent].is_leaf = false;
}

/* Whoever follows an area begins the day after it has ended at the latest, and lasts at least until then. */
static void take_successor(struct loader *l, struct area *a, str name) {
    struct city *c = l->city;
    uint32_t s = city_area(c, name);
    if (s == NONE || &c->areas[s] == a || c->areas[s].layer != a->layer)
        load_fault(l, FILE_ROWS, a->line, "codes of the same layer, separated by |",
                   "The successor \"%.*s\" is unknown.", P(name));
    else if (c->areas[s].from.n > a->upto.n + 1 || c->areas[s].upto.n <= a->upto.n)
        load_fault(l, FILE_ROWS, a->line, "valid_from is the day after valid_to",
                   "The successor \"%.*s\" does not follow without a gap.", P(name));
    else
        a->successors[a->n_successors++] = s;
}

/* What ends names who follows: open matters and staff must not fall between. */
static void take_successors(struct loader *l, const struct rows *rows, const uint32_t *number_of, const bool *is_leaf) {
    for (uint32_t i = 0; i < rows->n; i++) {
        const struct row *r = &rows->all[i];
        struct area *a = &l->city->areas[number_of[i]];
        if (r->area.layer == NONE || r->level < 0 || !code_eq(&a->code, &r->area.code)) continue;
        bool ends = a->upto.n != INT32_MAX;
        a->successors = NEW_ARRAY(&l->city->arena, uint32_t, r->n_successors + 1);
        if (!ends && r->n_successors > 0)
            load_fault(l, FILE_ROWS, a->line, NULL, "\"%s\" has successors, but does not end.", a->code.s);
        for (size_t k = 0; ends && k < r->n_successors; k++) take_successor(l, a, r->successors[k]);
        if (ends && r->n_successors == 0 && a->layer == 0 && is_leaf[i])
            load_fault(l, FILE_ROWS, a->line, "name the areas that follow in the column successors",
                       "\"%s\" ends and nothing follows it.", a->code.s);
    }
}

void load_areas(struct loader *l) {
    struct city *c = l->city;
    struct rows rows = {0};
    map_init(&rows.by_code);
    c->next_change = (day){INT32_MAX};
    read_rows(l, &rows);
    c->areas = NEW_ARRAY(&c->arena, struct area, rows.n + 1);
    uint32_t *number_of = NEW_ARRAY(&l->scratch, uint32_t, rows.n + 1);
    bool *is_root = NEW_ARRAY(&l->scratch, bool, rows.n + 1), *is_leaf = NEW_ARRAY(&l->scratch, bool, rows.n + 1);
    for (uint32_t i = 0; i < rows.n; i++) is_root[i] = link_row(l, &rows, i);
    for (uint32_t layer = 0; layer < c->n_layers; layer++)
        for (uint32_t i = 0; i < rows.n; i++)
            if (is_root[i] && rows.all[i].area.layer == layer) number_tree(c, &rows, i, number_of);
    map_done(&rows.by_code);
    for (uint32_t i = 0; i < c->n_areas; i++) map_set(&c->area_by_code, str_code(&c->areas[i].code), i);
    mark_leaves(c);
    for (uint32_t i = 0; i < rows.n; i++) is_leaf[i] = rows.all[i].first_child == NONE;
    take_successors(l, &rows, number_of, is_leaf);
    if (c->n_areas == 0 && c->n_layers > 0 && rows.n == 0) load_fault(l, FILE_ROWS, 0, NULL, "There is no area.");
}

static void take_features(struct loader *l, const struct geo_feature *features, size_t n) {
    struct city *c = l->city;
    for (size_t i = 0; i < n; i++) {
        const struct geo_feature *f = &features[i];
        uint32_t a = city_area(c, f->id);
        if (a == NONE)
            load_fault(l, FILE_SHAPES, f->line, NULL, "The area \"%.*s\" is unknown in %s.", P(f->id), FILE_ROWS);
        else if (c->areas[a].shape.n_rings > 0 || c->areas[a].unlocated)
            load_fault(l, FILE_SHAPES, f->line, NULL, "The area \"%.*s\" has two shapes.", P(f->id));
        else {
            c->areas[a].shape = f->shape;
            c->areas[a].unlocated = f->shape.n_rings == 0;
            c->areas[a].shape_line = f->line;
        }
    }
}

static void grow_box(struct shape *s, const struct shape *by, bool first) {
    if (first || by->min.x < s->min.x) s->min.x = by->min.x;
    if (first || by->min.y < s->min.y) s->min.y = by->min.y;
    if (first || by->max.x > s->max.x) s->max.x = by->max.x;
    if (first || by->max.y > s->max.y) s->max.y = by->max.y;
}

/* Gives areas without a shape the box of their children: no rings, but min and max. Children have larger numbers. */
static void box_parents(struct loader *l) {
    struct city *c = l->city;
    bool *boxed = NEW_ARRAY(&l->scratch, bool, c->n_areas + 1);
    for (size_t i = c->n_areas; i-- > 0;) {
        const struct area *a = &c->areas[i];
        boxed[i] = boxed[i] || a->shape.n_rings > 0;
        if (!boxed[i] || a->parent == NONE || c->areas[a->parent].shape.n_rings > 0) continue;
        grow_box(&c->areas[a->parent].shape, &a->shape, !boxed[a->parent]);
        boxed[a->parent] = true;
    }
}

/* A leaf whose feature has the geometry null (RFC 7946: unlocated) holds what is told by name alone. */
static bool has_place(const struct area *a) {
    return a->is_leaf && !a->unlocated;
}

static void index_layer(struct loader *l, uint32_t layer) {
    struct city *c = l->city;
    struct layer *to = &c->layers[layer];
    size_t n = 0;
    for (size_t i = 0; i < c->n_areas; i++) n += c->areas[i].layer == layer && has_place(&c->areas[i]);
    to->leaf_areas = NEW_ARRAY(&c->arena, uint32_t, n + 1);
    struct shape *shapes = NEW_ARRAY(&c->arena, struct shape, n + 1);
    for (uint32_t i = 0; i < c->n_areas; i++) {
        const struct area *a = &c->areas[i];
        if (a->layer != layer || !has_place(a)) continue;
        if (a->shape.n_rings == 0)
            load_fault(l, FILE_ROWS, a->line, "add a feature to areas.geojson; \"geometry\": null if it has no place",
                       "The leaf area \"%s\" has no shape.", a->code.s);
        shapes[to->n_leaves] = a->shape;
        to->leaf_areas[to->n_leaves++] = i;
    }
    to->leaves = shape_index_build(shapes, to->n_leaves, &c->arena);
    if (n == 0) load_fault(l, "city.yaml", 0, NULL, "The layer \"%s\" has no area with a place.", to->name.s);
}

/* Shapes live in the city, the text they were read from does not: parsed into scratch first, only shapes are kept. */
static void keep_shapes(struct city *c) {
    for (size_t i = 0; i < c->n_areas; i++) {
        struct shape *s = &c->areas[i].shape;
        if (s->n_rings == 0) continue;
        struct ring *rings = NEW_ARRAY(&c->arena, struct ring, s->n_rings);
        size_t n = 0;
        for (size_t r = 0; r < s->n_rings; r++) n += s->rings[r].n;
        struct point *points = NEW_ARRAY(&c->arena, struct point, n);
        for (size_t r = 0; r < s->n_rings; r++) {
            memcpy(points, s->rings[r].points, s->rings[r].n * sizeof *points);
            rings[r] = (struct ring){points, s->rings[r].n};
            points += s->rings[r].n;
        }
        s->rings = rings;
    }
}

void load_area_shapes(struct loader *l) {
    const struct package_file *f = files_need(l, FILE_SHAPES);
    if (!f || l->city->n_areas == 0) return;
    struct geo_feature *features = NULL;
    size_t n = 0;
    struct err err = {0};
    if (geojson_parse(f->bytes, "code", &l->scratch, &features, &n, &err) != OK) {
        load_fault(l, FILE_SHAPES, err.line, err.detail[0] ? err.detail : NULL, "%s", err.primary);
        return;
    }
    take_features(l, features, n);
    keep_shapes(l->city);
    box_parents(l);
    for (uint32_t i = 0; i < l->city->n_layers; i++) index_layer(l, i);
    check_geometry(l);
}
