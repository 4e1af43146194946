/* Recusal proven: in random organisations (trees of units and of areas with their offices, duties, roles, servers), after
 * any sequence of commands that the real procedures allow, a complaint of conduct comes to nobody it is about or who
 * stands below: not as lead, task, notice or part, not by hand-over, escalation, another server or another case, not in
 * a list, count, export or feed, which all ask query_match with the reader's sight.
 *
 * YIWANG_ORGANISATIONS sets how many; a failure is made smaller (fewer commands, then fewer units) before it is told.
 * source: Petition Regulation 30(3), 46(5); design §7. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../casework/chaos.h"
#include "casework/instead.h"
#include "casework/number.h"
#include "query/query.h"

#if defined(__SANITIZE_ADDRESS__)
#define ORGANISATIONS 400
#else
#define ORGANISATIONS 5000
#endif
#define UNITS_MAX 16
#define STEPS_MAX 24
#define OWN_ROLES 3

/* A history yet to come: what is left out does not change what remains. */
struct setting {
    uint64_t seed;
    size_t n_units;
    uint64_t steps[STEPS_MAX];
    size_t n_steps;
};

/* What one history leads to. */
struct trial {
    struct chaos c;
    struct unit units[UNITS_MAX];
    bool about[UNITS_MAX]; /* the accused and all below, found by hand */
    uint32_t accused;
    struct kase other; /* a plain case of the accused unit */
    size_t moved, looks, advised;
    char fault[200]; /* empty: none */
};

static struct city *city;
static struct arena memory;
static size_t n_roles;
static struct role roles[16 + OWN_ROLES];

/* --- the organisation --- */

static struct rng rng_of(uint64_t seed, uint64_t what) {
    struct rng r = {(seed ^ what * UINT64_C(0x9E3779B97F4A7C15)) | 1};
    for (int i = 0; i < 4; i++) (void)rng_next(&r);
    return r;
}

/* The six areas in order of a walk, each hung below the one before or one of those above it. */
static void grow_areas(uint64_t seed) {
    struct rng r = rng_of(seed, 1);
    uint32_t n = (uint32_t)city->n_areas;
    for (uint32_t i = 0; i < n; i++) {
        struct area *a = &city->areas[i];
        uint32_t up = i == 0 ? NONE : i - 1;
        while (up != NONE && up != 0 && rng_below(&r, 2) == 0) up = city->areas[up].parent;
        a->parent = up;
        a->depth = up == NONE ? 0 : city->areas[up].depth + 1;
        a->subtree_first = a->subtree_last = i;
        a->is_leaf = true;
        for (; up != NONE; up = city->areas[up].parent) {
            city->areas[up].subtree_last = i;
            city->areas[up].is_leaf = false;
        }
    }
}

/* The first is the centre; some organisations have no discipline organ, some have it below the accused. */
static void grow_units(const struct setting *p, struct unit *units) {
    static const char *const kinds[] = {"department", "department", "office", "owner", "discipline"};
    bool taken[16] = {false};
    for (size_t i = 0; i < p->n_units; i++) {
        struct rng r = rng_of(p->seed, 100 + i);
        char name[24];
        snprintf(name, sizeof name, "u%zu", i);
        units[i] = (struct unit){.code = code_of(name), .parent = NONE, .area = NONE};
        bool investigates = i == 1 && rng_below(&r, 2) == 0;
        units[i].kind = code_of(i == 0         ? "centre"
                                : investigates ? "discipline"
                                               : kinds[rng_below(&r, ARRAY_LEN(kinds))]);
        units[i].top = i == 0 || rng_below(&r, 10) == 0;
        if (i > 0 && rng_below(&r, 5) > 1) units[i].parent = (uint32_t)rng_below(&r, i);
        size_t area = rng_below(&r, city->n_areas);
        if (rng_below(&r, 2) == 0 && !taken[area]) {
            taken[area] = true;
            units[i].area = (uint32_t)area;
        }
    }
    tiny_set_units(city, units, p->n_units);
}

static void spread_duties(const struct setting *p) {
    struct rng r = rng_of(p->seed, 2);
    for (size_t i = 0; i < city->n_responsibilities; i++) {
        struct responsibility *row = &city->responsibilities[i];
        uint32_t unit = (uint32_t)(rng_next(&r) % p->n_units);
        if (code_empty(&row->office_level)) row->unit = unit;
    }
    for (size_t i = 0; i < city->n_peers; i++) {
        struct peer *peer = &city->peers[i];
        peer->level = (enum peer_level)rng_below(&r, 3);
        peer->unit = rng_below(&r, 2) == 0 ? NONE : (uint32_t)(rng_next(&r) % p->n_units);
    }
}

/* Beside the usual roles some that no city should write. */
static void make_roles(const struct setting *p) {
    struct rng r = rng_of(p->seed, 3);
    for (size_t i = 0; i < OWN_ROLES; i++) {
        char name[16];
        snprintf(name, sizeof name, "own%zu", i);
        roles[n_roles + i] = (struct role){.name = code_of(name),
                                           .posts = (uint32_t)rng_below(&r, 1U << POST_COUNT),
                                           .see = (enum scope)rng_below(&r, SCOPE_JURISDICTION + 1),
                                           .sees_contact = rng_below(&r, 2) == 0,
                                           .sees_sealed = rng_below(&r, 2) == 0,
                                           .administers = rng_below(&r, 2) == 0};
    }
    city->roles = roles;
    city->n_roles = n_roles + OWN_ROLES;
}

/* The naive twin of access_recused: who is below grows until nobody joins any more. */
static void find_below(struct trial *t) {
    memset(t->about, 0, sizeof t->about);
    t->about[t->accused] = true;
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t u = 0; u < city->n_units; u++) {
            const struct unit *unit = &city->units[u];
            bool below = unit->parent != NONE && t->about[unit->parent];
            for (size_t b = 0; b < city->n_units && unit->area != NONE; b++) {
                if (!t->about[b] || city->units[b].area == NONE) continue;
                for (uint32_t a = city->areas[unit->area].parent; a != NONE; a = city->areas[a].parent)
                    below = below || a == city->units[b].area;
            }
            grew = grew || (below && !t->about[u]);
            t->about[u] = t->about[u] || below;
        }
    }
}

static bool area_is_theirs(const struct trial *t, uint32_t area) {
    for (uint32_t a = area; a != NONE; a = city->areas[a].parent)
        for (size_t u = 0; u < city->n_units; u++)
            if (t->about[u] && city->units[u].area == a) return true;
    return false;
}

static bool code_is_theirs(const struct trial *t, const code *unit) {
    for (size_t u = 0; u < city->n_units; u++)
        if (t->about[u] && code_eq(&city->units[u].code, unit)) return true;
    return false;
}

/* --- what is looked at --- */

#define FAULT(t, ...)                                                                                                  \
    do {                                                                                                               \
        if ((t)->fault[0] == '\0') snprintf((t)->fault, sizeof(t)->fault, __VA_ARGS__);                                \
    } while (0)

static bool is_secret(const struct trial *t) {
    return t->c.desk.c.about == ABOUT_CONDUCT;
}

static void look_at_case(struct trial *t) {
    const struct kase *c = &t->c.desk.c;
    if (code_is_theirs(t, &c->unit)) FAULT(t, "%s leads it", c->unit.s);
    for (size_t i = 0; i < TASKS_MAX; i++) {
        const struct task *k = &c->tasks[i];
        if (k->id == 0) continue;
        if (code_is_theirs(t, &k->unit)) FAULT(t, "%s has the task %s", k->unit.s, k->kind.s);
        if (code_empty(&k->unit)) FAULT(t, "the task %s is of whoever walks %s", k->kind.s, k->area.s);
    }
    if (!c->is_sealed || !c->is_private) FAULT(t, "it is not sealed");
    for (size_t u = 0; u < city->n_units; u++)
        if (access_recused(city, c, &city->units[u].code) != t->about[u])
            FAULT(t, "%s is%s recused", city->units[u].code.s, t->about[u] ? " not" : "");
}

/* Notices without a unit find people by their role: only the reporter may be among them. Messages to servers. */
static void look_at_outcome(struct trial *t, const struct op *op) {
    if (code_is_theirs(t, &op->unit)) FAULT(t, "an outcome (%d %s) names %s", op->kind, op->name.s, op->unit.s);
    if (op->kind == OP_NOTIFY && code_empty(&op->unit) && !code_is(&op->name, "reporter"))
        FAULT(t, "a notice goes to every %s", op->name.s);
    if (op->kind == OP_PROPOSE) FAULT(t, "it is proposed to the list");
    if (op->kind != OP_SEND && op->kind != OP_PEER) return;
    const struct peer *p = city_peer(city, str_code(&op->unit));
    if (p == NULL) return;
    if (p->level != PEER_UP) FAULT(t, "the server %s is told, which is not above", p->code.s);
    if (p->unit != NONE && t->about[p->unit]) FAULT(t, "the server of %s is told", city->units[p->unit].code.s);
}

/* What follows on other cases: parts are as secret, no plain case learns the number, and this one none of theirs. */
static void look_at_followup(struct trial *t, const struct command *f) {
    const struct kase *c = &t->c.desk.c;
    if (f->kind == COMMAND_FILE &&
        (f->filing.about != ABOUT_CONDUCT || !code_eq(&f->filing.about_unit, &c->about_unit)))
        FAULT(t, "a part of it is no complaint");
    if (f->kind != COMMAND_NOTE) return;
    struct desk plain;
    desk_init(&plain, city, "2026-11-24 09:00");
    plain.c = t->other;
    plain.now = t->c.desk.now;
    if (desk_run(&plain, f) == OK) FAULT(t, "a plain case takes the note %s", f->action.s);
    desk_done(&plain);
}

static void look_at_entries(struct trial *t) {
    const struct outcome *out = &t->c.desk.out;
    for (size_t i = 0; i < out->n_entries; i++) {
        struct arena scratch;
        struct kase *head = NEW(&memory, struct kase);
        struct facts f;
        arena_init(&scratch, 0);
        if (facts_read(out->entries[i].kind, out->entries[i].facts, &scratch, head, &f, NULL) != OK)
            FAULT(t, "its facts cannot be read");
        else
            for (size_t k = 0; k < f.n_ops; k++) look_at_outcome(t, &f.ops[k]);
        if (code_is_theirs(t, &f.unit)) FAULT(t, "an entry went to %s", f.unit.s);
        arena_done(&scratch);
    }
    for (size_t i = 0; i < out->n_followups; i++) look_at_followup(t, &out->followups[i]);
    arena_clear(&memory);
}

/* Somebody of theirs, in every role: reads nothing, may do nothing, finds nothing. */
static void look_as(struct trial *t, const struct actor *who, const struct case_row *row) {
    struct desk *d = &t->c.desk;
    struct offer one;
    t->looks++;
    if (access_read(city, &d->c, who)) FAULT(t, "%s of %s reads it", who->role.s, who->unit.s);
    if (offers(city, city, &d->c, who, d->now, &one, 1) != 0) FAULT(t, "%s of %s may act", who->role.s, who->unit.s);
    if (access_post(city, &d->c, NULL, who, UINT32_MAX)) FAULT(t, "%s of %s holds a post", who->role.s, who->unit.s);
    struct sight sight = access_sight(city, who);
    struct query *all = query_with_sight(NULL, &sight, city, &memory);
    if (query_match(all, row, city, d->now)) FAULT(t, "%s of %s finds it", who->role.s, who->unit.s);
}

static const code *some_action(struct trial *t) {
    const struct procedure *p = city_procedure(city, str_code(&t->c.desk.c.procedure));
    return &p->actions[rng_below(&t->c.rng, p->n_actions)].name;
}

/* A refusal names none of theirs to those who may read it. */
static void look_at_advice(struct trial *t, const struct actor *who) {
    struct instead *i = NEW(&memory, struct instead);
    struct refused q = {city, city, &t->c.desk.c, who, some_action(t), t->c.desk.now};
    if (!instead_of(&q, i)) return;
    t->advised++;
    for (size_t k = 0; k < i->n_who; k++) {
        const struct holder *h = &i->who[k];
        if (code_is_theirs(t, &h->unit)) FAULT(t, "the refusal of %s names %s", q.action->s, h->unit.s);
        if (code_empty(&h->unit) && !code_empty(&h->area) && area_is_theirs(t, city_area(city, str_code(&h->area))))
            FAULT(t, "the refusal of %s names who walks %s", q.action->s, h->area.s);
    }
}

/* A refusal tells them what it tells of every case: that it is not theirs. */
static void look_at_refusal(struct trial *t, const struct command *c, const struct err *err) {
    struct instead *i = NEW(&memory, struct instead);
    struct refused q = {city, city, &t->c.desk.c, &c->actor, &c->action, t->c.desk.now};
    if (strcmp(err->code, "not_allowed") != 0)
        FAULT(t, "%s of %s is told %s", c->actor.role.s, c->actor.unit.s, err->code);
    if (err->detail[0] != '\0' || strstr(err->hint, t->c.desk.c.number.s) != NULL) FAULT(t, "a refusal tells of it");
    if (instead_of(&q, i) || i->n_possible + i->n_who > 0 || i->wanted != NULL)
        FAULT(t, "%s of %s is told who may", c->actor.role.s, c->actor.unit.s);
}

/* What nobody offers is tried all the same: a reading, an erasure, an action. */
static void try_as(struct trial *t, const struct actor *who) {
    struct desk *d = &t->c.desk;
    struct given given = {.now = d->now};
    struct outcome *out = NEW(&memory, struct outcome);
    struct err err;
    for (int kind = 0; kind < 3; kind++) {
        struct command c = {.actor = *who, .case_id = d->c.id};
        c.kind = kind == 0 ? COMMAND_READ : kind == 1 ? COMMAND_ERASE : COMMAND_ACT;
        if (kind == 2) c.action = *some_action(t);
        c.values[0] = (struct value){code_of("purpose"), S("看看")};
        c.n_values = kind == 0;
        if (decide(city, city, &d->c, &c, &given, &memory, out, &err) == OK)
            FAULT(t, "%s of %s gets through (%d %s)", who->role.s, who->unit.s, kind, c.action.s);
        else if (kind == 2)
            look_at_refusal(t, &c, &err);
    }
}

static void look_at_people(struct trial *t) {
    struct case_row row;
    memset(&row, 0, sizeof row);
    row_from_case(&t->c.desk.c, city, &row);
    for (size_t r = 0; r < city->n_roles; r++) {
        const char *role = city->roles[r].name.s, *area = city->areas[rng_below(&t->c.rng, city->n_areas)].code.s;
        for (size_t u = 0; u < city->n_units; u++) {
            struct actor who = staff(role, city->units[u].code.s, area);
            if (!t->about[u] && rng_below(&t->c.rng, 4) == 0) look_at_advice(t, &who);
            if (!t->about[u]) continue;
            look_as(t, &who, &row);
            if (rng_below(&t->c.rng, 8) == 0) try_as(t, &who);
        }
        for (uint32_t a = 0; a < city->n_areas; a++) {
            if (!area_is_theirs(t, a)) continue;
            struct actor who = staff(role, "", city->areas[a].code.s);
            look_as(t, &who, &row);
        }
        arena_clear(&memory);
    }
}

static void look(struct trial *t) {
    if (!is_secret(t)) return;
    look_at_case(t);
    look_at_entries(t);
    look_at_people(t);
}

/* --- histories --- */

static void file_plain(struct trial *t) {
    chaos_file(&t->c, "s01", ABOUT_SERVICE, city->units[t->accused].code.s);
    t->other = t->c.desk.c;
}

static void file_complaint(struct trial *t, struct rng *r) {
    static const char *const categories[] = {"m01", "m02", "s01", "p01", "d01", "m01"};
    chaos_file(&t->c, categories[rng_below(r, ARRAY_LEN(categories))], ABOUT_CONDUCT, city->units[t->accused].code.s);
}

/* Mostly somebody who has something to do: who leads, who has a task, who investigates; else anybody. */
static void step(struct chaos *c) {
    static const char *const working[] = {"investigator", "unit_head", "area_officer", "head"};
    const struct kase *k = &c->desk.c;
    const struct task *task = &k->tasks[rng_below(&c->rng, TASKS_MAX)];
    const char *unit = task->id != 0 && !task->is_over ? task->unit.s : k->unit.s;
    if (rng_below(&c->rng, 3) == 0)
        chaos_step(c);
    else
        chaos_step_as(c, staff(working[rng_below(&c->rng, ARRAY_LEN(working))], unit, ""));
}

static void play(const struct setting *p, struct trial *t) {
    struct rng r = rng_of(p->seed, 4);
    memset(t, 0, sizeof *t);
    grow_areas(p->seed);
    grow_units(p, t->units);
    spread_duties(p);
    make_roles(p);
    t->accused = (uint32_t)(rng_next(&r) % p->n_units);
    find_below(t);
    chaos_init(&t->c, city, r);
    file_plain(t);
    file_complaint(t, &r);
    look(t);
    for (size_t i = 0; i < p->n_steps && t->fault[0] == '\0'; i++) {
        uint32_t version = t->c.desk.c.version;
        t->c.rng.state = p->steps[i] | 1;
        step(&t->c);
        if (t->c.desk.c.version == version) continue;
        t->moved++;
        look(t);
    }
    chaos_done(&t->c);
    arena_clear(&memory);
}

static bool still_fails(const struct setting *p, struct trial *t) {
    play(p, t);
    return t->fault[0] != '\0';
}

/* Leaves out what the failure does not need: runs of commands, halved until single ones; then the last units. */
static struct setting made_smaller(struct setting p, struct trial *t) {
    for (size_t run = p.n_steps; run > 0; run /= 2) {
        for (size_t i = 0; i + run <= p.n_steps;) {
            struct setting less = p;
            memmove(&less.steps[i], &less.steps[i + run], (p.n_steps - i - run) * sizeof less.steps[0]);
            less.n_steps -= run;
            if (still_fails(&less, t))
                p = less;
            else
                i++;
        }
    }
    for (struct setting less = p; less.n_units-- > 2;)
        if (still_fails(&less, t)) p.n_units = less.n_units;
    (void)still_fails(&p, t);
    return p;
}

static void tell_fault(const struct setting *p, const struct trial *t) {
    print_error("seed %llu, accused %s\n", (unsigned long long)p->seed, city->units[t->accused].code.s);
    for (size_t u = 0; u < city->n_units; u++) {
        const struct unit *unit = &city->units[u];
        print_error("  %s %s%s%s%s%s%s\n", unit->code.s, unit->kind.s, t->about[u] ? " (theirs)" : "",
                    unit->parent != NONE ? " below " : "", unit->parent != NONE ? city->units[unit->parent].code.s : "",
                    unit->area != NONE ? " office of " : "", unit->area != NONE ? city->areas[unit->area].code.s : "");
    }
    fail_msg("after %zu commands of a %s in state %s: %s", p->n_steps, t->c.desk.c.procedure.s, t->c.desk.c.state.s,
             t->fault);
}

static size_t organisations(void) {
    const char *given = getenv("YIWANG_ORGANISATIONS");
    int64_t n;
    return given != NULL && str_to_i64(str_z(given), &n) && n > 0 ? (size_t)n : ORGANISATIONS;
}

static void a_complaint_comes_to_nobody_it_is_about(void **state) {
    (void)state;
    static struct trial t;
    struct rng rng = rng_start("recusal");
    size_t moved = 0, looks = 0, advised = 0, n = organisations();
    for (size_t i = 0; i < n; i++) {
        struct setting p = {.seed = rng_next(&rng), .n_units = 2 + rng_below(&rng, UNITS_MAX - 1)};
        p.n_steps = rng_below(&rng, STEPS_MAX + 1);
        for (size_t k = 0; k < p.n_steps; k++) p.steps[k] = rng_next(&rng);
        if (still_fails(&p, &t)) {
            p = made_smaller(p, &t);
            tell_fault(&p, &t);
        }
        moved += t.moved;
        looks += t.looks;
        advised += t.advised;
    }
    print_message("%zu organisations, %zu commands taken, %zu looks of somebody it is about, %zu refusals of others\n",
                  n, moved, looks, advised);
    assert_true(advised > n);
    assert_true(moved > n); /* somebody who may does handle them */
}

int main(void) {
    arena_init(&memory, 0);
    struct arena made;
    arena_init(&made, 0);
    city = tiny_city(&made);
    n_roles = city->n_roles;
    check(n_roles <= 16);
    memcpy(roles, city->roles, n_roles * sizeof roles[0]);
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_complaint_comes_to_nobody_it_is_about)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    arena_done(&made);
    arena_done(&memory);
    return failed;
}
