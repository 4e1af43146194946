/* A complaint of conduct reaches nobody it is about, nor anyone below them: in random organisations, after any sequence
 * of commands. source: Petition Regulation 30(3), 46(5). */
#include <stdio.h>
#include <string.h>

#include "chaos.h"

#include "base/json.h"

#if defined(__SANITIZE_ADDRESS__)
#define ROUNDS 150
#else
#define ROUNDS 2500
#endif
#define STEPS 40
#define UNITS_MAX 12

static struct city *city;
static struct arena memory;

/* A random forest of units; the first is a centre, some have no discipline organ, some have it below the top. */
static void organisation(struct rng *r, struct unit *units, size_t n) {
    static const char *const kinds[] = {"department", "department", "office", "owner", "discipline"};
    for (size_t i = 0; i < n; i++) {
        char name[24];
        snprintf(name, sizeof name, "u%zu", i);
        units[i] = (struct unit){.code = code_of(name), .parent = NONE, .area = NONE};
        units[i].kind = code_of(i == 0 ? "centre" : kinds[rng_below(r, ARRAY_LEN(kinds))]);
        units[i].top = i == 0 || rng_below(r, 10) == 0;
        if (i > 0 && rng_below(r, 3) > 0) units[i].parent = (uint32_t)rng_below(r, i);
    }
    uint32_t office = (uint32_t)rng_below(r, n);
    units[office].area = 1;
    for (size_t i = 0; i < city->n_responsibilities; i++) {
        struct responsibility *row = &city->responsibilities[i];
        if (row->unit != NONE) row->unit = (uint32_t)rng_below(r, n);
    }
}

/* The naive twin: walks up from the unit by hand. */
static bool is_about(const struct kase *c, uint32_t unit) {
    for (uint32_t u = unit; u != NONE; u = city->units[u].parent)
        if (code_eq(&city->units[u].code, &c->about_unit)) return true;
    return false;
}

static void assert_no_task(const struct kase *c, const code *unit) {
    assert_false(code_eq(&c->unit, unit));
    for (size_t i = 0; i < TASKS_MAX; i++)
        if (c->tasks[i].id != 0) assert_false(code_eq(&c->tasks[i].unit, unit));
}

static void assert_blind(const struct desk *d, const code *unit) {
    struct offer all[4];
    for (size_t r = 0; r < city->n_roles; r++) {
        struct actor actor = staff(city->roles[r].name.s, unit->s, "g11");
        assert_false(access_read(city, &d->c, &actor));
        assert_int_equal(offers(city, city, &d->c, &actor, d->now, all, ARRAY_LEN(all)), 0);
        assert_false(access_post(city, &d->c, NULL, &actor, UINT32_MAX));
    }
}

/* No outcome of the last command names the unit, whatever it is for. */
static void assert_unnamed(const struct desk *d, const code *unit) {
    for (size_t i = 0; i < d->out.n_entries; i++) {
        struct arena scratch;
        struct kase head;
        struct facts f;
        arena_init(&scratch, 0);
        assert_int_equal(facts_read(d->out.entries[i].kind, d->out.entries[i].facts, &scratch, &head, &f, NULL), OK);
        for (size_t k = 0; k < f.n_ops; k++) assert_false(code_eq(&f.ops[k].unit, unit));
        assert_false(code_eq(&f.unit, unit));
        arena_done(&scratch);
    }
    for (size_t i = 0; i < d->out.n_followups; i++) {
        const struct command *f = &d->out.followups[i];
        if (f->kind != COMMAND_FILE) continue;
        assert_int_equal(f->filing.about, ABOUT_CONDUCT); /* a part is as secret as the whole */
        assert_true(code_eq(&f->filing.about_unit, &d->c.about_unit));
    }
}

static void assert_recused(const struct desk *d) {
    for (uint32_t u = 0; u < city->n_units; u++) {
        bool about = is_about(&d->c, u);
        assert_int_equal(access_recused(city, &d->c, &city->units[u].code), about);
        if (!about) continue;
        assert_no_task(&d->c, &city->units[u].code);
        assert_blind(d, &city->units[u].code);
        assert_unnamed(d, &city->units[u].code);
    }
}

static void conduct_reaches_nobody_it_is_about(void **state) {
    (void)state;
    static const char *const categories[] = {"m01", "m02", "s01", "p01", "d01"};
    struct unit units[UNITS_MAX];
    struct chaos c;
    size_t moved = 0;
    chaos_init(&c, city, rng_start("recusal"));
    for (size_t round = 0; round < ROUNDS; round++) {
        size_t n = 2 + rng_below(&c.rng, UNITS_MAX - 1);
        organisation(&c.rng, units, n);
        tiny_set_units(city, units, n);
        chaos_file(&c, categories[rng_below(&c.rng, ARRAY_LEN(categories))], ABOUT_CONDUCT,
                   units[rng_below(&c.rng, n)].code.s);
        assert_recused(&c.desk);
        for (size_t i = 0; i < STEPS; i++) {
            uint32_t version = c.desk.c.version;
            chaos_step(&c);
            if (c.desk.c.version != version) {
                moved++;
                assert_recused(&c.desk);
            }
        }
    }
    assert_true(moved > ROUNDS); /* somebody who may does handle them */
    chaos_done(&c);
}

/* --- single cases, by hand --- */

static void file_about(struct desk *d, const char *unit, enum about about) {
    desk_init(d, city, "2026-11-24 09:00");
    struct command f = filing_of("m01", "g11", "web", reporter);
    f.filing.about = about;
    f.filing.about_unit = code_of(unit);
    assert_ok(d, desk_run(d, &f));
}

static void conduct_goes_to_the_investigator_alone(void **state) {
    (void)state;
    struct desk d;
    file_about(&d, "dept", ABOUT_CONDUCT);
    assert_string_equal(d.c.unit.s, "discipline");
    assert_true(d.c.is_sealed && d.c.is_private);
    struct actor centre = staff("operator", "centre", ""), sub = staff("handler", "dept_sub", "");
    struct actor investigator = staff("investigator", "discipline", "");
    assert_false(access_read(city, &d.c, &centre));
    assert_false(access_read(city, &d.c, &sub));
    assert_true(access_read(city, &d.c, &investigator));
    assert_ok(&d, desk_act(&d, investigator, "accept", NULL)); /* in the centre's place */
    assert_refused(&d, desk_act(&d, investigator, "dispatch", "unit", "dept_subsub", NULL), E_DENIED, "recused_unit");
    assert_refused(&d, desk_act(&d, investigator, "dispatch", "assist", "other,dept", NULL), E_DENIED, "recused_unit");
    assert_ok(&d, desk_act(&d, investigator, "dispatch", NULL));
    struct command read = {.kind = COMMAND_READ, .actor = investigator};
    read.values[0] = (struct value){code_of("purpose"), S("调查")};
    read.n_values = 1;
    assert_int_equal(desk_run(&d, &read), E_DENIED); /* asks without knowing who complained */
    desk_done(&d);
}

static bool says(const struct desk *d, const char *what) {
    return str_find(d->out.entries[0].facts, str_z(what), 0) >= 0;
}

/* The reporter hears of it like anybody else; who stands by and is the accused is passed over. */
static void the_reporter_is_told_and_the_accused_passed_over(void **state) {
    (void)state;
    static const char *const accused[] = {"other", "crew"}; /* the crew stands by for this category */
    for (size_t i = 0; i < ARRAY_LEN(accused); i++) {
        struct desk d;
        struct actor investigator = staff("investigator", "discipline", "");
        file_about(&d, accused[i], ABOUT_CONDUCT);
        assert_true(says(&d, "\"name\":\"reporter\",\"value\":\"notice.filed\""));
        assert_ok(&d, desk_act(&d, investigator, "accept_dispatch", NULL));
        assert_ok(&d, desk_act(&d, investigator, "return", "reason", "not_ours", "note", "x", NULL));
        assert_int_equal(open_task(&d.c, "make_safe") != NULL, i == 0);
        desk_done(&d);
    }
}

static void about_the_centre_leaves(void **state) {
    (void)state;
    struct desk d;
    file_about(&d, "centre", ABOUT_CONDUCT);
    assert_true(case_flag(&d.c, &(code){"handed_up"}));
    assert_string_equal(d.c.unit.s, "discipline");
    assert_true(str_find(d.out.entries[0].facts, S("\"op\":\"hand\",\"name\":\"up\""), 0) > 0);
    desk_done(&d);
}

static void service_goes_to_the_unit_supervised(void **state) {
    (void)state;
    struct desk d;
    file_about(&d, "other", ABOUT_SERVICE);
    assert_string_equal(d.c.unit.s, "other");
    assert_true(case_flag(&d.c, &(code){"supervised"}));
    struct actor own = staff("handler", "other", "");
    assert_true(access_read(city, &d.c, &own));
    assert_ok(&d, desk_act(&d, staff("operator", "centre", ""), "accept", NULL));
    assert_string_equal(d.c.unit.s, "other"); /* accepting does not route it away */
    desk_done(&d);
}

static void grid_workers_get_no_conduct(void **state) {
    (void)state;
    struct desk d;
    file_about(&d, "dept", ABOUT_CONDUCT);
    struct actor investigator = staff("investigator", "discipline", "");
    assert_ok(&d, desk_act(&d, investigator, "ask_check", NULL));
    assert_string_equal(open_task(&d.c, "check")->unit.s, "centre");
    assert_true(str_find(d.out.entries[0].facts, S("\"name\":\"grid\""), 0) < 0); /* nor any notice */
    desk_done(&d);
}

int main(void) {
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conduct_goes_to_the_investigator_alone),
        cmocka_unit_test(the_reporter_is_told_and_the_accused_passed_over),
        cmocka_unit_test(about_the_centre_leaves),
        cmocka_unit_test(service_goes_to_the_unit_supervised),
        cmocka_unit_test(grid_workers_get_no_conduct),
        cmocka_unit_test(conduct_reaches_nobody_it_is_about), /* last: it changes the city */
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    arena_done(&memory);
    return failed;
}
