/* The packages that ship, as they are loaded: every state × action × role × relation of every procedure against a twin
 * (scenes.h) that is told how each person stands by an oracle of its own, and every declared action accepted by somebody
 * somewhere.
 *
 * A part of the rows, always the same, in `make test`; all of them with YIWANG_EXHAUSTIVE=1 (`make test-long`). Rows that
 * the twin allows are always tried, once as they are and once with the case so that the action's own guards hold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenes_city.h"

#include "casework/instead.h"

#if defined(__SANITIZE_ADDRESS__)
#define ONE_IN 256
#else
#define ONE_IN 32
#endif
#define ACTIONS_MAX 160

static const struct city *city;

/* --- the comparison --- */

struct tally {
    struct desk d;
    struct actor people[PEOPLE_MAX];
    size_t n_people;
    uint64_t rows; /* that there are */
    size_t tried, allowed, accepted;
    size_t took[ACTIONS_MAX];  /* by action: how often it was accepted */
    char why[ACTIONS_MAX][48]; /* … and what the last refusal was */
    char where[ACTIONS_MAX][64];
};

static bool everything(void) {
    return getenv("YIWANG_EXHAUSTIVE") != NULL;
}

/* One row in so many, always the same ones. */
static bool is_chosen(uint64_t row) {
    uint64_t x = row * UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 32)) * UINT64_C(0xD6E8FEB86659FD93);
    return everything() || ((x >> 32) % ONE_IN) == 0;
}

static void wrong(const struct scene *s, const struct action *a, const struct actor *who, const char *what) {
    fail_msg("%s: %s by %s%s of %s in %s, in %s with task %s %s (%d): %s", s->p->name.s, a->name.s,
             who->kind == ACTOR_STAFF ? who->role.s : "kind ",
             who->kind == ACTOR_STAFF ? "" : (char[2]){(char)('0' + who->kind)}, who->unit.s, who->area.s,
             s->state->name.s, s->kind != NULL ? s->kind->name.s : "-", s->kind != NULL ? s->task->name.s : "",
             (int)s->of, what);
}

/* What a refusal says of who may is true by the same oracle. */
static void compare_advice(const struct scene *s, const struct action *a, const struct actor *who, enum verdict want,
                           struct tally *t) {
    struct instead i;
    struct refused q = {city, city, &t->d.c, who, &a->name, t->d.now};
    bool reads = stance_of(s, who).reads, told = instead_of(&q, &i);
    bool outside = who->kind == ACTOR_REPORTER || who->kind == ACTOR_CONTRACTOR;
    if (told != reads) wrong(s, a, who, "it is told what may be done instead, or not, wrongly");
    if (!told && i.n_possible + i.n_who > 0) wrong(s, a, who, "a stranger is told");
    if (!told) return;
    if (want == MAY && i.wanted != NULL) wrong(s, a, who, "he is told that another may");
    if (want != MAY && !outside && i.wanted != a) wrong(s, a, who, "he is not told who may");
    if (want == WRONG_STATE && i.now) wrong(s, a, who, "he is told that it is possible now");
    if (want == NOT_ALLOWED && !outside && !i.now) wrong(s, a, who, "he is told that it is not possible now");
    for (size_t k = 0; i.now && k < i.n_who; k++) {
        const struct holder *h = &i.who[k];
        for (size_t r = 0; (h->unit.s[0] != '\0' || h->area.s[0] != '\0') && r < h->n_roles; r++) {
            struct actor may = staff(h->roles[r].s, h->unit.s, h->area.s);
            struct stance stance = stance_of(s, &may);
            if (scene_verdict(s, a, ACTOR_STAFF, &stance) != MAY) wrong(s, a, &may, "he is named and may not");
        }
    }
}

static void note_outcome(const struct scene *s, size_t action, enum status status, struct tally *t) {
    t->accepted += status == OK;
    t->took[action] += status == OK;
    if (status == OK) return;
    snprintf(t->why[action], sizeof t->why[action], "%s", t->d.err.code);
    snprintf(t->where[action], sizeof t->where[action], "%.20s %.20s %.20s", t->d.err.field, s->state->name.s,
             s->kind != NULL ? s->task->name.s : "-");
}

/* The same person with every guard of the action content: with all fields, else with those that are needed. */
static void try_dressed(const struct scene *s, size_t action, const struct actor *who, struct tally *t) {
    const struct action *a = &s->p->actions[action];
    for (enum filled filled = ALL_FIELDS; filled <= NEEDED_FIELDS; filled++) {
        struct command c = scene_command(s, a, *who, filled);
        scene_set(s, &t->d, &t->d.c);
        scene_dress(s, a, who, &t->d);
        c.task = code_empty(&a->task) ? 0 : 1;
        enum status status = desk_run(&t->d, &c);
        if (verdict_of(status, &t->d.err) == NOT_ALLOWED) wrong(s, a, who, "not allowed once its guards hold");
        note_outcome(s, action, status, t);
        if (status != OK) continue;
        scene_assert_moved(s, a, &t->d.c);
        return;
    }
}

static void compare(const struct scene *s, size_t action, const struct actor *who, enum verdict want, struct tally *t) {
    const struct action *a = &s->p->actions[action];
    struct command c = scene_command(s, a, *who, ALL_FIELDS);
    scene_set(s, &t->d, &t->d.c);
    enum status status = desk_run(&t->d, &c);
    t->tried++;
    if (verdict_of(status, &t->d.err) != want) wrong(s, a, who, t->d.err.code);
    if (status == OK)
        scene_assert_moved(s, a, &t->d.c);
    else if (want != MAY || is_chosen(t->rows + 1))
        compare_advice(s, a, who, want, t);
    arena_clear(&t->d.arena);
}

static void compare_person(const struct scene *s, const struct actor *who, struct tally *t) {
    struct stance stance = stance_of(s, who);
    struct offer all[OFFERS_MAX];
    bool offered[ACTIONS_MAX] = {false};
    scene_set(s, &t->d, &t->d.c);
    if (access_read(city, &t->d.c, who) != stance.reads) wrong(s, &s->p->actions[0], who, "reads, or not");
    size_t n = offers(city, city, &t->d.c, who, t->d.now, all, ARRAY_LEN(all));
    assert_true(n < OFFERS_MAX);
    for (size_t i = 0; i < n; i++) offered[all[i].action - s->p->actions] = true;
    for (size_t i = 0; i < s->p->n_actions; i++) {
        enum verdict want = scene_verdict(s, &s->p->actions[i], who->kind, &stance);
        if (offered[i] && want != MAY) wrong(s, &s->p->actions[i], who, "offered");
        t->rows++;
        t->allowed += want == MAY;
        bool again = want == MAY && t->took[i] > 0 && !is_chosen(t->rows);
        if (!again && (want == MAY || is_chosen(t->rows))) compare(s, i, who, want, t);
        if (!again && want == MAY) try_dressed(s, i, who, t);
        arena_clear(&t->d.arena);
    }
}

static void compare_scene(const struct scene *s, void *ctx) {
    struct tally *t = ctx;
    for (size_t k = 0; k < t->n_people; k++) compare_person(s, &t->people[k], t);
}

/* out: actions that nobody could take anywhere. */
static size_t compare_procedure(const struct procedure *p, struct tally *t) {
    struct cast cast = cast_of_package(p);
    size_t never = 0;
    memset(t, 0, sizeof *t);
    desk_init(&t->d, city, "2026-11-24 09:00");
    t->n_people = people_of(&cast, t->people);
    check(p->n_actions <= ACTIONS_MAX);
    scenes_each(&cast, p, TASK_OF_COUNT, compare_scene, t);
    for (size_t i = 0; i < p->n_actions; i++) {
        if (t->took[i] > 0) continue;
        print_message("%s %s: nobody could do \"%s\": %s (%s)\n", city->name.s, p->name.s, p->actions[i].name.s,
                      t->why[i], t->where[i]);
        never++;
    }
    print_message("%s %s: %zu states, %zu actions, %zu people: %llu rows, %zu tried; %zu allowed, %zu accepted\n",
                  city->name.s, p->name.s, p->n_states, p->n_actions, t->n_people, (unsigned long long)t->rows,
                  t->tried, t->allowed, t->accepted);
    desk_done(&t->d);
    return never;
}

/* Beside the roles of the package one that sees all and has every post with a relation, which is all
 * that is asked of it then. */
static void add_role_of_relations(struct city *c) {
    struct role *all = NEW_ARRAY(&c->arena, struct role, c->n_roles + 1);
    memcpy(all, c->roles, c->n_roles * sizeof *all);
    all[c->n_roles] = (struct role){.name = code_of("everybody"), .see = SCOPE_JURISDICTION};
    all[c->n_roles].posts = BIT(POST_UNIT) | BIT(POST_LEAD) | BIT(POST_HEAD) | BIT(POST_GRID) | BIT(POST_OFFICE);
    c->roles = all;
    c->n_roles++;
}

static void compare_city(const char *name) {
    static struct tally t;
    struct city *loaded = package_city(name);
    size_t never = 0, tried = 0;
    uint64_t rows = 0;
    add_role_of_relations(loaded);
    city = loaded;
    scenes_of(city);
    for (size_t i = 0; i < city->n_procedures; i++) {
        never += compare_procedure(&city->procedures[i], &t);
        rows += t.rows;
        tried += t.tried;
    }
    print_message("%llu rows of %s, %zu tried\n", (unsigned long long)rows, name, tried);
    city_free(loaded);
    assert_int_equal(never, 0);
}

static void jintan_equals_the_twin(void **state) {
    (void)state;
    compare_city("jintan");
}

static void boston_equals_the_twin(void **state) {
    (void)state;
    compare_city("boston");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(boston_equals_the_twin),
                                       cmocka_unit_test(jintan_equals_the_twin)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
