#include "small_city.h"

#include <string.h>

#define N_AREAS 15

static struct area areas[2][N_AREAS];
static uint32_t offices[2][N_AREAS];
static struct city cities[2];

static const struct {
    const char *code, *parent;
} unit_rows[] = {{"gov", NULL},      {"cityops", "gov"}, {"cityops_a", "cityops"}, {"police", "gov"},
                 {"office1", "gov"}, {"office2", "gov"}, {"discipline", NULL}};
static struct unit units[ARRAY_LEN(unit_rows)];

static struct category categories[5];
static struct condition conditions[4];
static struct state report_states[4], petition_states[3];
static struct procedure procedures[2];

static uint32_t add_area(struct area *list, uint32_t *n, const char *name, uint32_t parent, const char *level,
                         int32_t depth) {
    uint32_t i = (*n)++;
    list[i] = (struct area){.code = code_of(name),
                            .parent = parent,
                            .level = code_of(level),
                            .depth = depth,
                            .subtree_first = i,
                            .subtree_last = i};
    for (uint32_t up = parent; up != NONE; up = list[up].parent) list[up].subtree_last = i;
    return i;
}

/* in: flip turns the order of siblings round. */
static void make_areas(struct area *list, bool flip) {
    uint32_t n = 0;
    uint32_t root = add_area(list, &n, "32", NONE, "district", 0);
    for (int t = 0; t < 2; t++) {
        char name[16];
        int town = flip ? 1 - t : t;
        snprintf(name, sizeof name, "32%02d", town + 1);
        uint32_t up = add_area(list, &n, name, root, "town", 1);
        for (int c = 0; c < 2; c++) {
            snprintf(name, sizeof name, "32%02d%02d", town + 1, c + 1);
            uint32_t community = add_area(list, &n, name, up, "community", 2);
            for (int g = 0; g < 2; g++) {
                snprintf(name, sizeof name, "32%02d%02d%02d", town + 1, c + 1, g + 1);
                add_area(list, &n, name, community, "grid", 3);
            }
        }
    }
    check(n == N_AREAS);
}

static void make_units(void) {
    for (size_t i = 0; i < ARRAY_LEN(unit_rows); i++) {
        units[i] = (struct unit){.code = code_of(unit_rows[i].code), .parent = NONE, .area = NONE};
        for (uint32_t k = 0; unit_rows[i].parent && k < i; k++)
            if (code_is(&units[k].code, unit_rows[i].parent)) units[i].parent = k;
    }
}

static void make_law(void) {
    static const char *const keys[] = {"m01", "m0101", "m0102", "m0201", "c0101"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        categories[i] = (struct category){.key = code_of(keys[i]), .is_private = strcmp(keys[i], "m0201") == 0};
    static const char *const codes[] = {"m0101.1", "m0101.2", "m0201.1", "c0101.1"};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) conditions[i] = (struct condition){.code = code_of(codes[i])};
    static const char *const report[] = {"filed", "handling", "closed", "refused"};
    static const char *const petition[] = {"registered", "handling", "closed"};
    for (size_t i = 0; i < ARRAY_LEN(report); i++) report_states[i].name = code_of(report[i]);
    for (size_t i = 0; i < ARRAY_LEN(petition); i++) petition_states[i].name = code_of(petition[i]);
    procedures[0] =
        (struct procedure){.name = code_of("report"), .states = report_states, .n_states = ARRAY_LEN(report)};
    procedures[1] =
        (struct procedure){.name = code_of("petition"), .states = petition_states, .n_states = ARRAY_LEN(petition)};
}

static void make_city(struct city *c, struct area *list, const char *name) {
    *c = (struct city){.name = code_of("small"), .number_prefix = code_of("SM"), .hash = sha256(str_z(name))};
    check(zone_parse(S("CST-8"), &c->calendar.zone, NULL) == OK);
    c->private_level = code_of("community");
    c->areas = list;
    c->n_areas = N_AREAS;
    c->units = units;
    c->n_units = ARRAY_LEN(units);
    c->categories = categories;
    c->n_categories = ARRAY_LEN(categories);
    c->conditions = conditions;
    c->n_conditions = ARRAY_LEN(conditions);
    c->procedures = procedures;
    c->n_procedures = ARRAY_LEN(procedures);
    map_init(&c->area_by_code);
    map_init(&c->unit_by_code);
    map_init(&c->category_by_key);
    map_init(&c->condition_by_code);
    for (uint32_t i = 0; i < N_AREAS; i++) map_set(&c->area_by_code, str_code(&list[i].code), i);
    for (uint32_t i = 0; i < c->n_units; i++) map_set(&c->unit_by_code, str_code(&units[i].code), i);
    for (uint32_t i = 0; i < c->n_categories; i++) map_set(&c->category_by_key, str_code(&categories[i].key), i);
    for (uint32_t i = 0; i < c->n_conditions; i++) map_set(&c->condition_by_code, str_code(&conditions[i].code), i);
}

static void make_all(void) {
    if (cities[0].n_areas > 0) return;
    make_units();
    make_law();
    for (int i = 0; i < 2; i++) {
        make_areas(areas[i], i == 1);
        make_city(&cities[i], areas[i], i == 0 ? "small" : "small renumbered");
        cities[i].office_of_area = offices[i];
        for (size_t a = 0; a < N_AREAS; a++) offices[i][a] = NONE;
        offices[i][city_area(&cities[i], S("3201"))] = city_unit(&cities[i], S("office1"));
        offices[i][city_area(&cities[i], S("3202"))] = city_unit(&cities[i], S("office2"));
    }
}

const struct city *small_city(void) {
    make_all();
    return &cities[0];
}

const struct city *small_city_renumbered(void) {
    make_all();
    return &cities[1];
}
