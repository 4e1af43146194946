/* The packages that ship, as they are loaded: every state × action × role × relation of every procedure against a twin
 * (scenes.h) that is told how each person stands by an oracle of its own, and every declared action accepted by somebody
 * somewhere.
 *
 * A part of the rows, always the same, in `make test`; all of them with YIWANG_EXHAUSTIVE=1 (`make test-long`). Rows that
 * the twin allows are always tried, once as they are and once with the case so that the action's own guards hold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenes.h"

#include "casework/instead.h"
#include "casework/number.h"

#if defined(__SANITIZE_ADDRESS__)
#define ONE_IN 256
#else
#define ONE_IN 32
#endif
#define ACTIONS_MAX 160
#define PEOPLE_MAX 320

static const struct city *city;

/* --- the oracle: how somebody stands to a scene, by the words of the package alone --- */

static const struct role *role_of(const char *name) {
    for (size_t i = 0; i < city->n_roles; i++)
        if (strcmp(city->roles[i].name.s, name) == 0) return &city->roles[i];
    return NULL;
}

static uint32_t area_of(const char *name) {
    for (uint32_t i = 0; i < city->n_areas; i++)
        if (strcmp(city->areas[i].code.s, name) == 0) return i;
    return NONE;
}

/* Whether one area is the other or inside it, by its parents. */
static bool lies_in(const char *inner, const char *outer) {
    if (outer[0] == '\0') return false;
    for (uint32_t a = area_of(inner); a != NONE; a = city->areas[a].parent)
        if (strcmp(city->areas[a].code.s, outer) == 0) return true;
    return false;
}

static const char *own_area(const char *unit) {
    for (size_t i = 0; i < city->n_units; i++)
        if (strcmp(city->units[i].code.s, unit) == 0 && city->units[i].area != NONE)
            return city->areas[city->units[i].area].code.s;
    return "";
}

static bool has_open_task(const struct scene *s) {
    return s->kind != NULL && !s->task->is_end;
}

static const char *task_unit(const struct scene *s) {
    if (s->kind == NULL || s->of == OF_GRID) return "";
    return s->of == OF_LEAD ? s->cast->unit.s : s->cast->others[0].s;
}

static bool staff_reads(const struct scene *s, const struct actor *who, const struct role *r) {
    bool walks = r->see == SCOPE_OWN_AREA && (r->posts & ~(BIT(POST_GRID) | BIT(POST_OFFICE))) == 0;
    if (s->p->is_private && (walks || r->wordless)) return false;
    bool named = s->p->n_readers == 0;
    for (size_t i = 0; i < s->p->n_readers; i++) named = named || strcmp(s->p->readers[i].s, r->name.s) == 0;
    if (!named || r->see == SCOPE_NONE) return false;
    if (r->see == SCOPE_JURISDICTION) return true;
    if (r->see == SCOPE_OWN_AREA) return lies_in(s->cast->area.s, who->area.s);
    if (who->unit.s[0] == '\0') return false;
    return strcmp(who->unit.s, s->cast->unit.s) == 0 || (has_open_task(s) && strcmp(who->unit.s, task_unit(s)) == 0);
}

static struct stance staff_stance(const struct scene *s, const struct actor *who) {
    const struct role *r = role_of(who->role.s);
    struct stance ret = {0};
    if (r == NULL || !staff_reads(s, who, r)) return ret;
    bool unit = who->unit.s[0] != '\0', open = has_open_task(s);
    bool leads = unit && strcmp(who->unit.s, s->cast->unit.s) == 0;
    bool tasked = unit && open && strcmp(who->unit.s, task_unit(s)) == 0;
    bool walks = lies_in(s->cast->area.s, who->area.s);
    bool office = unit && lies_in(s->cast->area.s, own_area(who->unit.s));
    uint32_t always = r->posts & (BIT(POST_CENTRE) | BIT(POST_SUPERVISOR));
    always |= (leads ? r->posts & BIT(POST_LEAD) : 0) | (office ? r->posts & BIT(POST_OFFICE) : 0);
    ret.reads = true;
    ret.of_case = always | (tasked ? r->posts & (BIT(POST_UNIT) | BIT(POST_HEAD)) : 0);
    ret.of_case |= (leads ? r->posts & BIT(POST_HEAD) : 0) | (walks ? r->posts & BIT(POST_GRID) : 0);
    ret.of_task = always | (tasked ? r->posts & (BIT(POST_UNIT) | BIT(POST_HEAD)) : 0);
    ret.of_task |= walks && s->of == OF_GRID ? r->posts & BIT(POST_GRID) : 0;
    return ret;
}

static struct stance stance_of(const struct scene *s, const struct actor *who) {
    bool has_pass = has_open_task(s) && !s->p->is_private && strcmp(who->role.s, "key") == 0;
    switch (who->kind) {
    case ACTOR_STAFF:
        return staff_stance(s, who);
    case ACTOR_REPORTER:
        return (struct stance){true, BIT(POST_REPORTER), BIT(POST_REPORTER)};
    case ACTOR_TIMER:
        return (struct stance){true, BIT(POST_TIMER), BIT(POST_TIMER)};
    case ACTOR_IMPORT:
        return (struct stance){true, BIT(POST_IMPORT), BIT(POST_IMPORT)};
    case ACTOR_CONTRACTOR:
        return (struct stance){has_pass, 0, has_pass ? BIT(POST_CONTRACTOR) : 0};
    case ACTOR_SYSTEM:
        return (struct stance){.reads = true};
    case ACTOR_PEER:
        break;
    }
    return (struct stance){0};
}

/* --- who plays --- */

/* A leaf below an office, if there are any, and elsewhere a leaf of another parent, if there is one. */
static uint32_t some_leaf(uint32_t but) {
    uint32_t second = NONE;
    for (uint32_t a = 0; a < city->n_areas; a++) {
        const struct area *x = &city->areas[a];
        if (!x->is_leaf || x->parent == NONE || a == but) continue;
        uint32_t up = city->areas[x->parent].parent;
        bool office = city->office_of_area[x->parent] != NONE || (up != NONE && city->office_of_area[up] != NONE);
        if (but == NONE ? office : x->parent != city->areas[but].parent) return a;
        second = second == NONE ? a : second;
    }
    assert_true(second != NONE);
    return second;
}

static bool is_plain(const struct unit *u) {
    return u->area == NONE && !u->top && (code_is(&u->kind, "department") || code_is(&u->kind, "owner"));
}

/* A department with a part of its own leads; others stand by. */
static void cast_units(struct cast *c) {
    size_t n = 0, lead = 0;
    for (size_t i = 0; i < city->n_units; i++)
        if (city->units[i].parent != NONE && is_plain(&city->units[city->units[i].parent]))
            lead = city->units[i].parent;
    for (size_t i = 0; i < city->n_units && lead == 0; i++)
        if (is_plain(&city->units[i])) lead = i;
    c->unit = city->units[lead].code;
    for (size_t i = 0; i < city->n_units && n < ARRAY_LEN(c->others); i++)
        if (i != lead && is_plain(&city->units[i]) && city->units[i].parent == NONE)
            c->others[n++] = city->units[i].code;
    assert_int_equal(n, ARRAY_LEN(c->others));
}

static struct cast cast_of(const struct procedure *p) {
    struct cast c = {.city = city};
    uint32_t leaf = some_leaf(NONE);
    cast_units(&c);
    c.area = city->areas[leaf].code;
    c.elsewhere = city->areas[some_leaf(leaf)].code;
    for (size_t i = city->n_categories; i-- > 0;) {
        const struct category *k = &city->categories[i];
        if (code_eq(&k->procedure, &p->name)) c.category = k->key;
        if (code_is(&k->procedure, "report")) c.new_category = k->key;
    }
    uint32_t k = city_category(city, str_code(&c.category));
    if (k != NONE && city->categories[k].n_conditions > 0)
        c.condition = city->conditions[city->categories[k].first_condition].code;
    if (code_empty(&c.category)) fail_msg("nothing is filed as %s", p->name.s);
    for (size_t i = 0; i < city->n_duty_items; i++)
        if (city->duty_items[i].list == LIST_ADMISSION) c.item = city->duty_items[i].item;
    for (size_t i = 0; i < city->n_materials; i++) {
        const struct material *m = &city->materials[i];
        if (code_eq(&city->categories[m->category].key, &c.category) && m->held_by == NONE) c.material = m->code;
    }
    return c;
}

/* Every role in every place that makes a difference; and those who are no staff. */
static size_t people(const struct cast *c, struct actor *ret) {
    code none = {0}, child = none, office = none, above = none, other_office = none;
    uint32_t leaf = area_of(c->area.s);
    for (size_t i = 0; i < city->n_units; i++) {
        const struct unit *u = &city->units[i];
        if (u->parent != NONE && code_eq(&city->units[u->parent].code, &c->unit)) child = u->code;
    }
    for (uint32_t a = 0; a < city->n_areas; a++) {
        bool apart = !lies_in(c->area.s, city->areas[a].code.s) && city->office_of_area[a] != NONE;
        if (apart) other_office = city->units[city->office_of_area[a]].code;
    }
    for (uint32_t a = leaf; a != NONE; a = city->areas[a].parent) {
        if (city->office_of_area[a] != NONE && code_empty(&office)) office = city->units[city->office_of_area[a]].code;
        if (a != leaf && code_empty(&above)) above = city->areas[a].code;
    }
    const code places[][2] = {{c->unit, none}, {c->others[0], none}, {c->others[1], none},  {child, none},
                              {office, none},  {office, above},      {other_office, above}, {none, c->area},
                              {none, above},   {none, c->elsewhere}, {c->unit, c->area},    {none, none}};
    size_t n = 0;
    for (size_t r = 0; r < city->n_roles; r++)
        for (size_t i = 0; i < ARRAY_LEN(places) && n < PEOPLE_MAX - 8; i++)
            ret[n++] = staff(city->roles[r].name.s, places[i][0].s, places[i][1].s);
    ret[n++] = staff("ghost", c->unit.s, c->area.s);
    ret[n++] = reporter;
    ret[n++] = timer;
    ret[n++] = importer;
    ret[n++] = machine;
    ret[n++] = bearer("key");
    ret[n++] = bearer("other_key");
    return n;
}

/* --- a case in which the guards of an action hold --- */

static void put_attribute(struct kase *c, const char *name, str value) {
    for (size_t i = 0; i < ATTRIBUTES_MAX; i++) {
        if (!code_empty(&c->attributes[i].name) && !code_is(&c->attributes[i].name, name)) continue;
        c->attributes[i].name = code_of(name);
        (void)!code_from(value, &c->attributes[i].value);
        return;
    }
}

static void put_flag(struct kase *c, const code *name) {
    for (size_t i = 0; i < FLAGS_MAX; i++) {
        if (code_eq(&c->flags[i], name)) return;
        if (code_empty(&c->flags[i])) {
            c->flags[i] = *name;
            return;
        }
    }
}

static void put_count(struct kase *c, const code *name, int32_t n) {
    for (size_t i = 0; i < COUNTS_MAX; i++)
        if (code_empty(&c->counts[i].name) || code_eq(&c->counts[i].name, name)) {
            c->counts[i] = (struct counter){*name, n};
            return;
        }
}

/* A clock is extended by what it counts itself. */
static enum limit_unit unit_to_extend(const struct action *a, const code *name) {
    for (size_t i = 0; i < a->n_effects; i++) {
        const struct effect *e = &a->effects[i];
        if (e->kind == EFFECT_CLOCK_EXTEND && e->has_limit && code_eq(&e->name, name)) return e->limit.unit;
    }
    return LIMIT_WALL_MINUTES;
}

static void put_clock(const struct action *a, const struct desk *d, struct kase *c, const struct guard *g) {
    const code *name = &g->name;
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        struct clock *k = &c->clocks[i];
        if (k->id != 0) continue;
        bool of_task = code_is(name, "task") || code_is(name, "promise") || code_is(name, "ladder");
        *k = (struct clock){.id = c->next_clock++, .name = *name, .state = CLOCK_RUNNING};
        k->missed = g->kind == GUARD_CLOCK_MISSED;
        if (code_is(name, "ladder")) k->name = code_of("rung:1");
        k->task = of_task && c->tasks[0].id != 0 ? 1 : 0;
        k->unit = unit_to_extend(a, name);
        k->amount = k->original = 600;
        k->started = k->resumed = d->now;
        k->due = (instant){d->now.ms + 600 * MS_MINUTE};
        k->stopped = INSTANT_NONE;
        return;
    }
}

/* A task of a kind in a state beside the one of the scene, of somebody else. */
static void put_task(const struct scene *s, const struct desk *d, struct kase *c, const struct guard *g) {
    const struct task_kind *kind = procedure_task(s->p, &g->name);
    const struct state *at = kind != NULL ? task_state(kind, &g->value) : NULL;
    const struct task *own = &c->tasks[0];
    if (at == NULL || (own->id != 0 && code_eq(&own->kind, &g->name) && code_eq(&own->state, &g->value))) return;
    struct task *t = &c->tasks[c->next_task];
    *t = (struct task){.id = c->next_task++, .kind = kind->name, .state = at->name, .opened = d->now};
    t->unit = s->cast->others[3];
    t->ended = at->is_end ? d->now : INSTANT_NONE;
    t->is_over = at->is_end;
}

/* The category, channel … that a guard asks for, or an attribute. */
static void put_case_in(struct kase *c, const struct guard *g) {
    str value = g->values[0];
    bool prefix = value.len > 0 && value.ptr[value.len - 1] == '*';
    if (code_is(&g->name, "category")) {
        for (size_t i = 0; i < city->n_categories; i++) {
            const struct category *k = &city->categories[i];
            str key = str_code(&k->key);
            bool fits = prefix ? str_starts(key, str_slice(value, 0, value.len - 1)) : str_eq(key, value);
            if (fits && code_eq(&k->procedure, &c->procedure)) c->category = k->key;
        }
    } else if (code_is(&g->name, "channel")) {
        (void)!code_from(value, &c->channel);
    } else if (!code_is(&g->name, "about") && !code_is(&g->name, "area")) {
        put_attribute(c, g->name.s, value);
    }
}

static void dress_for(const struct scene *s, struct desk *d, const struct action *a, const struct actor *who,
                      const struct guard *g) {
    struct kase *c = &d->c;
    char own[24];
    snprintf(own, sizeof own, "s%016llx", (unsigned long long)who->staff);
    switch (g->kind) {
    case GUARD_COUNT_FROM:
        put_count(c, &g->name, g->n);
        break;
    case GUARD_FLAG:
        put_flag(c, &g->name);
        break;
    case GUARD_CLOCK_RUNNING:
    case GUARD_CLOCK_LIVE:
    case GUARD_CLOCK_MISSED:
        put_clock(a, d, c, g);
        break;
    case GUARD_TASKS_ALL:
    case GUARD_TASKS_ANY:
        put_task(s, d, c, g);
        break;
    case GUARD_LINKED:
        c->links[0] = (struct link){g->name, number_format(S("TT"), day_from_ymd(2026, 1, 1), 7)};
        break;
    case GUARD_CASE_IN:
        put_case_in(c, g);
        break;
    case GUARD_OTHER_ACTOR:
        put_attribute(c, g->name.s, S("s0000000000000077"));
        break;
    case GUARD_SAME_ACTOR:
        put_attribute(c, g->name.s, str_z(own));
        break;
    case GUARD_NOT_WITHIN:
        c->state_entered.ms -= 400 * MS_DAY;
        c->tasks[0].opened.ms -= c->tasks[0].id != 0 ? 400 * MS_DAY : 0;
        break;
    case GUARD_COUNT_BELOW:
    case GUARD_NOT_FLAG:
    case GUARD_TASKS_NONE:
    case GUARD_FIELD_IN:
    case GUARD_FIELD_NEVER:
    case GUARD_NOT_LINKED:
    case GUARD_WITHIN:
        break; /* holds in a case without anything */
    }
}

/* What the effects of the action take for granted. */
static void dress_for_effects(const struct action *a, struct kase *c) {
    for (size_t i = 0; i < a->n_effects; i++) {
        if (a->effects[i].kind != EFFECT_TASK_PLAN || city->n_responses == 0) continue;
        put_attribute(c, "plan", str_code(&city->responses[0].code));
        put_attribute(c, "level", S("1"));
    }
}

static void dress(const struct scene *s, const struct action *a, const struct actor *who, struct desk *d) {
    for (size_t i = 0; i < a->n_guards; i++) dress_for(s, d, a, who, &a->guards[i]);
    dress_for_effects(a, &d->c);
    d->c.is_answered = true;
}

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
        dress(s, a, who, &t->d);
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
    struct cast cast = cast_of(p);
    size_t never = 0;
    memset(t, 0, sizeof *t);
    desk_init(&t->d, city, "2026-11-24 09:00");
    t->n_people = people(&cast, t->people);
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
