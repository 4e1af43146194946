/* units.csv: departments, offices and the centre. */
#include "city/city_int.h"

#define FILE_ROWS "units.csv"
#define UNITS_MAX 5000

enum { CODE, PARENT, AREA, KIND, TOP, PHONE, NAME };
static const struct column COLUMNS[] = {
    {"code"},
    {"parent"},
    {"area"},
    {"kind"},
    {"top", .optional = true},
    {"phone", .optional = true},
    {"name", .per_lang = true},
};
static const char KINDS[] = "centre department office owner discipline grid_body other";

static void read_area(struct table *t, struct unit *u) {
    const struct city *c = t->l->city;
    str area = table_str(t, AREA);
    u->area = NONE;
    if (!str_empty(area)) {
        u->area = city_area(c, area);
        if (u->area == NONE) table_fault(t, NULL, "The area \"%.*s\" is unknown.", P(area));
    } else if (code_is(&u->kind, "office")) {
        table_fault(t, "the area whose office it is", "An office needs an area.");
    }
}

static bool read_row(struct table *t, struct unit *u, uint32_t number) {
    *u = (struct unit){.parent = NONE, .line = t->csv.line};
    u->name = table_text(t, NAME);
    u->phone = table_str(t, PHONE);
    u->top = table_yes(t, TOP);
    if (table_word(t, KIND, KINDS) >= 0) check(code_from(table_str(t, KIND), &u->kind));
    read_area(t, u);
    return table_code(t, CODE, &u->code) && table_index(t, &t->l->city->unit_by_code, &u->code, number);
}

/* Follows the superiors of each unit; a walk longer than there are units is a circle. */
static void check_circles(struct loader *l) {
    const struct city *c = l->city;
    for (size_t i = 0; i < c->n_units; i++) {
        uint32_t u = c->units[i].parent;
        size_t steps = 0;
        while (u != NONE && u != i && steps <= c->n_units) {
            u = c->units[u].parent;
            steps++;
        }
        if (u == i)
            load_fault(l, FILE_ROWS, c->units[i].line, NULL, "The unit \"%s\" stands above itself.",
                       c->units[i].code.s);
    }
}

/* Recusal walks up from a unit: what stands above it must be within bounds. */
static void check_superiors(struct loader *l) {
    const struct city *c = l->city;
    uint32_t all[SUPERIORS_MAX];
    for (uint32_t i = 0; i < c->n_units; i++)
        if (city_superiors(c, i, NONE, all) == SUPERIORS_MAX)
            load_fault(l, FILE_ROWS, c->units[i].line, NULL, "%d units or more stand above the unit \"%s\".",
                       SUPERIORS_MAX - 1, c->units[i].code.s);
}

/* One centre, one top unit or more, and no area with two offices. */
static void check_units(struct loader *l) {
    struct city *c = l->city;
    size_t centres = 0, tops = 0;
    c->office_of_area = NEW_ARRAY(&c->arena, uint32_t, c->n_areas + 1);
    for (size_t i = 0; i <= c->n_areas; i++) c->office_of_area[i] = NONE;
    for (uint32_t i = 0; i < c->n_units; i++) {
        const struct unit *u = &c->units[i];
        tops += u->top;
        centres += code_is(&u->kind, "centre");
        if (u->area == NONE) continue;
        uint32_t *office = &c->office_of_area[u->area];
        if (*office != NONE)
            load_fault(l, FILE_ROWS, u->line, "one office to an area", "The area \"%s\" has the office \"%s\" already.",
                       c->areas[u->area].code.s, c->units[*office].code.s);
        *office = i;
    }
    if (centres != 1) load_fault(l, FILE_ROWS, 0, NULL, "There must be one unit of kind centre, not %zu.", centres);
    if (tops == 0)
        load_fault(l, FILE_ROWS, 0, "complaints about a top unit leave for another channel", "No unit has top = yes.");
}

static void read_rows(struct loader *l, struct table *t) {
    struct city *c = l->city;
    size_t max = table_rows_max(t);
    if (max > UNITS_MAX) max = UNITS_MAX;
    c->units = NEW_ARRAY(&c->arena, struct unit, max);
    code *parents = NEW_ARRAY(&l->scratch, code, max);
    while (table_next(t)) {
        if (c->n_units == max) {
            table_fault(t, NULL, "More than %d units.", UNITS_MAX);
            return;
        }
        table_code_maybe(t, PARENT, &parents[c->n_units]);
        if (read_row(t, &c->units[c->n_units], (uint32_t)c->n_units))
            c->n_units++;
        else
            parents[c->n_units] = (code){0};
    }
    for (size_t i = 0; i < c->n_units; i++) {
        if (code_empty(&parents[i])) continue;
        c->units[i].parent = city_unit(c, str_code(&parents[i]));
        if (c->units[i].parent == NONE)
            load_fault(l, FILE_ROWS, c->units[i].line, NULL, "The parent \"%s\" is unknown.", parents[i].s);
    }
}

void load_units(struct loader *l) {
    struct table t;
    if (!files_need(l, FILE_ROWS) || !table_open(&t, l, FILE_ROWS, COLUMNS, ARRAY_LEN(COLUMNS))) return;
    read_rows(l, &t);
    check_circles(l);
    check_units(l);
    check_superiors(l);
}
