/* Responsibility: owner, longer category, deeper area; against a naive twin on the real package. */
#include <string.h>

#include "case_support.h"

static struct city *city;
static struct arena memory;

static void precedence(void **state) {
    (void)state;
    static const struct {
        int line;
        enum duty duty;
        const char *category, *area, *owner, *unit;
    } rows[] = {
        {__LINE__, DUTY_LEAD, "m01", "g11", "", "dept"},      /* the whole key beats * */
        {__LINE__, DUTY_LEAD, "m01", "g12", "", "other"},     /* the deeper area beats everywhere */
        {__LINE__, DUTY_LEAD, "m01", "g12", "water", "crew"}, /* the owner beats the area */
        {__LINE__, DUTY_LEAD, "m01", "g11", "gas", "dept"},   /* an owner without a row */
        {__LINE__, DUTY_LEAD, "m02", "g11", "", "office1"},   /* the office of the area's town */
        {__LINE__, DUTY_LEAD, "m02", "g21", "", "office2"},
        {__LINE__, DUTY_LEAD, "m02", "", "", NULL},       /* no place, no office */
        {__LINE__, DUTY_LEAD, "m01", "", "", "dept"},     /* no place, rows without area */
        {__LINE__, DUTY_LEAD, "p01", "g11", "", "other"}, /* a prefix beats * */
        {__LINE__, DUTY_STANDBY, "m02", "g11", "", "crew"},
        {__LINE__, DUTY_STANDBY, "s01", "g11", "", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        code category = code_of(rows[i].category), owner = code_of(rows[i].owner);
        uint32_t area = rows[i].area[0] != '\0' ? city_area(city, str_z(rows[i].area)) : NONE;
        uint32_t unit = route_unit(city, rows[i].duty, &category, area, &owner);
        row_true(&rows[i], (unit == NONE) == (rows[i].unit == NULL));
        if (rows[i].unit != NULL) row_true(&rows[i], code_is(&city->units[unit].code, rows[i].unit));
    }
}

static void ties_give_the_first_and_all(void **state) {
    (void)state;
    struct responsibility *rows = city->responsibilities;
    size_t n = city->n_responsibilities;
    struct responsibility tied[3] = {{.duty = DUTY_ASSIST, .category = code_of("zz1"), .area = NONE, .unit = 3},
                                     {.duty = DUTY_ASSIST, .category = code_of("zz1"), .area = NONE, .unit = 5},
                                     {.duty = DUTY_ASSIST, .category = code_of("zz1"), .area = NONE, .unit = 3}};
    city->responsibilities = tied;
    city->n_responsibilities = ARRAY_LEN(tied);
    code category = code_of("zz1"), owner = {0};
    uint32_t units[4];
    assert_int_equal(route_unit(city, DUTY_ASSIST, &category, NONE, &owner), 3);
    assert_int_equal(route_units(city, DUTY_ASSIST, &category, NONE, &owner, units, 4), 2); /* each once */
    assert_int_equal(units[1], 5);
    assert_int_equal(route_units(city, DUTY_ASSIST, &category, NONE, &owner, units, 1), 1);
    city->responsibilities = rows;
    city->n_responsibilities = n;
}

static void taken_back(void **state) {
    (void)state;
    code m02 = code_of("m02"), m01 = code_of("m01");
    assert_true(route_taken_back(city, &m02, city_unit(city, S("dept"))));
    assert_false(route_taken_back(city, &m01, city_unit(city, S("dept"))));
    assert_false(route_taken_back(city, &m02, city_unit(city, S("other"))));
    assert_false(route_taken_back(city, &m02, NONE));
}

/* --- the twin: collects what fits, then throws out what a better row beats --- */

static uint32_t twin_office(const struct city *c, uint32_t area, const code *level) {
    for (uint32_t a = area; a != NONE; a = c->areas[a].parent) {
        if (!code_eq(&c->areas[a].level, level)) continue;
        for (uint32_t u = 0; u < c->n_units; u++)
            if (c->units[u].area == a) return u;
    }
    return NONE;
}

static int twin_score(const struct city *c, const struct responsibility *r, const code *category, uint32_t area,
                      const code *owner) {
    size_t n = strlen(r->category.s);
    bool star = n > 0 && r->category.s[n - 1] == '*';
    if (star ? memcmp(r->category.s, category->s, n - 1) != 0 : !code_eq(&r->category, category)) return -1;
    if (!code_empty(&r->owner) && !code_eq(&r->owner, owner)) return -1;
    int depth = 0, above = 0;
    for (uint32_t a = area; r->area != NONE && a != NONE; a = c->areas[a].parent)
        if (a == r->area) above = 1 + c->areas[a].depth;
    if (r->area != NONE && above == 0) return -1;
    depth = above;
    return (code_empty(&r->owner) ? 0 : 1000000) + (int)(star ? 2 * (n - 1) : 2 * n + 1) * 1000 + depth;
}

static uint32_t twin_lead(const struct city *c, const code *category, uint32_t area, const code *owner) {
    int best = -1;
    uint32_t unit = NONE;
    for (size_t i = 0; i < c->n_responsibilities; i++) {
        const struct responsibility *r = &c->responsibilities[i];
        int score = r->duty == DUTY_LEAD ? twin_score(c, r, category, area, owner) : -1;
        uint32_t u = r->unit != NONE ? r->unit : twin_office(c, area, &r->office_level);
        if (score <= best || u == NONE) continue;
        best = score;
        unit = u;
    }
    return unit;
}

static void equals_the_twin(void **state) {
    (void)state;
    struct city *jintan = jintan_city();
    struct rng r = rng_start("route");
    static const char *const owners[] = {"", "", "water", "gas", "estate_a", "zz"};
    for (int i = 0; i < 20000; i++) {
        const code *category = &jintan->categories[rng_below(&r, jintan->n_categories)].key;
        uint32_t area = rng_below(&r, 20) == 0 ? NONE : (uint32_t)rng_below(&r, jintan->n_areas);
        code owner = code_of(owners[rng_below(&r, ARRAY_LEN(owners))]);
        uint32_t unit = twin_lead(jintan, category, area, &owner);
        assert_int_equal(route_unit(jintan, DUTY_LEAD, category, area, &owner), unit);
        /* The row that decided names that unit. */
        const struct responsibility *row = route_row(jintan, DUTY_LEAD, category, area, &owner);
        assert_int_equal(row == NULL, unit == NONE);
        if (row == NULL) continue;
        assert_true(twin_score(jintan, row, category, area, &owner) >= 0);
        assert_int_equal(row->unit != NONE ? row->unit : twin_office(jintan, area, &row->office_level), unit);
    }
    city_free(jintan);
}

int main(void) {
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    const struct CMUnitTest tests[] = {cmocka_unit_test(precedence), cmocka_unit_test(ties_give_the_first_and_all),
                                       cmocka_unit_test(taken_back), cmocka_unit_test(equals_the_twin)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    arena_done(&memory);
    return failed;
}
