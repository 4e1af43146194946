/* Rules that no package can switch off, held against a hostile package: whatever it asks for, drops or allows, a case cannot
 * end without what an end demands, and a complaint of conduct reaches nobody it is about. */
#include <stdio.h>
#include <string.h>

#include "chaos.h"

#if defined(__SANITIZE_ADDRESS__)
#define STEPS 12000
#else
#define STEPS 60000
#endif

static struct city *city;
static struct arena memory;

static struct action *action_of(const char *procedure, const char *name) {
    const struct procedure *p = city_procedure(city, str_z(procedure));
    for (size_t i = 0; i < p->n_actions; i++)
        if (code_is(&p->actions[i].name, name)) return &p->actions[i];
    fail_msg("no action %s", name);
    return NULL;
}

/* An action that asks for nothing, guards nothing and brings about nothing but its move; everybody may do it. */
static void strip(struct action *a) {
    a->n_fields = a->n_guards = a->n_effects = 0;
    a->posts = UINT32_MAX;
    a->basis = STR_NONE;
}

static void start(struct desk *d) {
    desk_init(d, city, "2026-11-24 09:00");
    struct command c = filing_of("m01", "g11", "field", reporter);
    assert_ok(d, desk_run(d, &c));
}

static void ends_demand_what_they_demand(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *action, *refusal;
    } rows[] = {{__LINE__, "reply", "no_answer"},
                {__LINE__, "solve_on_spot", "no_answer"},
                {__LINE__, "close_elsewhere", "no_answer"},
                {__LINE__, "refuse", "no_channel"},
                {__LINE__, "merge", "no_original"}};
    struct actor operator_1 = staff("operator", "centre", "");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct action *a = action_of("report", rows[i].action), before = *a;
        struct desk d;
        strip(a);
        start(&d);
        row_true(&rows[i], desk_act(&d, operator_1, rows[i].action, NULL) == E_INVALID);
        row_true(&rows[i], strcmp(d.err.code, rows[i].refusal) == 0);
        row_true(&rows[i], !d.c.is_over && d.c.version == 1);
        desk_done(&d);
        *a = before;
    }
}

static void no_basis_no_closing(void **state) {
    (void)state;
    struct action *a = action_of("report", "reply"), before = *a;
    struct desk d;
    a->n_guards = 0;
    a->fields[1].required = false; /* the basis */
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("m09", "g11", "web", reporter); /* a category without a condition */
    assert_ok(&d, desk_run(&d, &c));
    struct actor operator_1 = staff("operator", "centre", "");
    assert_refused(&d, desk_act(&d, operator_1, "reply", "answer", "好", NULL), E_INVALID, "no_basis");
    assert_refused(&d, desk_act(&d, operator_1, "reply", "answer", "好", "basis", "  ", NULL), E_INVALID, "no_basis");
    a->basis = S("local rule");
    assert_ok(&d, desk_act(&d, operator_1, "reply", "answer", "好", NULL));
    a->fields[1].required = true;
    *a = before;
    desk_done(&d);
}

/* History that came in open is closed like everything else. */
static void an_import_closes_only_at_filing(void **state) {
    (void)state;
    struct action *a = action_of("report", "close_elsewhere"), before = *a;
    struct desk d;
    strip(a);
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("m01", "g11", "import", importer);
    assert_ok(&d, desk_run(&d, &c));
    assert_true(d.c.is_imported && !d.c.is_over);
    assert_refused(&d, desk_act(&d, importer, "close_elsewhere", NULL), E_INVALID, "no_answer");
    *a = before;
    desk_done(&d);
}

static void open_parts_keep_it_open_unless_the_action_says_so(void **state) {
    (void)state;
    struct action *a = action_of("report", "solve_on_spot"), before = *a;
    struct actor walker = staff("grid_worker", "", "g11");
    struct desk d;
    start(&d);
    struct command note = {.kind = COMMAND_NOTE, .actor = machine, .action = code_of("has_part")};
    note.values[0] = (struct value){code_of("case"), S("TT20261124000023")};
    note.n_values = 1;
    assert_ok(&d, desk_run(&d, &note));
    assert_refused(&d, desk_act(&d, walker, "solve_on_spot", "answer", "好", NULL), E_STATE, "open_parts");
    a->leaves_parts = true;
    assert_ok(&d, desk_act(&d, walker, "solve_on_spot", "answer", "好", NULL));
    *a = before;
    desk_done(&d);
}

/* --- everything at once --- */

static bool is_about(const struct kase *c, uint32_t unit) {
    for (uint32_t u = unit; u != NONE; u = city->units[u].parent)
        if (code_eq(&city->units[u].code, &c->about_unit)) return true;
    return false;
}

static void assert_recused(const struct desk *d) {
    for (uint32_t u = 0; d->c.about == ABOUT_CONDUCT && u < city->n_units; u++) {
        if (!is_about(&d->c, u)) continue;
        const code *unit = &city->units[u].code;
        assert_false(code_eq(&d->c.unit, unit));
        for (size_t i = 0; i < TASKS_MAX; i++)
            assert_false(d->c.tasks[i].id != 0 && code_eq(&d->c.tasks[i].unit, unit));
        for (size_t r = 0; r < city->n_roles; r++) {
            struct actor actor = staff(city->roles[r].name.s, unit->s, "d");
            assert_false(access_read(city, &d->c, &actor));
        }
    }
}

/* Last: it makes the package hostile for good. All may do all, from anywhere, and no guard holds anything back. */
static void a_hostile_package(void **state) {
    (void)state;
    static const char *const categories[] = {"m01", "s01", "m09", "p01", "d01"};
    struct chaos c;
    for (size_t p = 0; p < city->n_procedures; p++) {
        for (size_t i = 0; i < city->procedures[p].n_actions; i++) {
            struct action *a = &city->procedures[p].actions[i];
            a->posts = UINT32_MAX;
            a->n_guards = 0;
            for (size_t f = 0; f < a->n_fields; f++) a->fields[f].required = false;
        }
    }
    for (size_t i = 0; i < city->n_roles; i++) {
        city->roles[i].see = SCOPE_JURISDICTION;
        city->roles[i].sees_sealed = true;
        city->roles[i].posts = UINT32_MAX;
    }
    chaos_init(&c, city, rng_start("hostile package"));
    for (size_t i = 0; i < STEPS; i++) {
        if (i % 40 == 0 || c.desk.c.is_over) {
            const char *unit = city->units[rng_below(&c.rng, city->n_units)].code.s;
            c.desk.now = at(&city->calendar, "2026-11-24 09:00");
            enum about about = rng_below(&c.rng, 2) == 0 ? ABOUT_CONDUCT : ABOUT_NOTHING;
            chaos_file(&c, categories[rng_below(&c.rng, ARRAY_LEN(categories))], about, unit);
        }
        chaos_step(&c); /* holds every step against assert_case */
        assert_recused(&c.desk);
    }
    assert_true(c.ends > STEPS / 200); /* most actions of a report end nothing */
    chaos_done(&c);
}

int main(void) {
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_demand_what_they_demand),
        cmocka_unit_test(no_basis_no_closing),
        cmocka_unit_test(an_import_closes_only_at_filing),
        cmocka_unit_test(open_parts_keep_it_open_unless_the_action_says_so),
        cmocka_unit_test(a_hostile_package),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    arena_done(&memory);
    return failed;
}
