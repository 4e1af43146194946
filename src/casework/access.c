#include "casework/access.h"

#define BIT(post) (1U << (post))

static bool stands_below(const struct city *world, const code *accused, uint32_t unit, uint32_t area) {
    uint32_t all[SUPERIORS_MAX];
    size_t n = city_superiors(world, unit, area, all);
    for (size_t i = 0; i < n; i++)
        if (code_eq(&world->units[all[i]].code, accused)) return true;
    return false;
}

bool access_recused(const struct city *world, const struct kase *c, const code *unit) {
    if (c->about != ABOUT_CONDUCT || code_empty(&c->about_unit) || code_empty(unit)) return false;
    return code_eq(&c->about_unit, unit) || stands_below(world, &c->about_unit, city_unit(world, str_code(unit)), NONE);
}

bool access_recused_actor(const struct city *world, const struct kase *c, const struct actor *actor) {
    if (actor->kind != ACTOR_STAFF && actor->kind != ACTOR_PEER) return false;
    if (!code_empty(&actor->unit)) return access_recused(world, c, &actor->unit);
    if (c->about != ABOUT_CONDUCT || code_empty(&c->about_unit) || code_empty(&actor->area)) return false;
    return stands_below(world, &c->about_unit, NONE, city_area(world, str_code(&actor->area)));
}

static bool covers(const struct city *world, const code *outer, const code *inner) {
    if (code_empty(outer) || code_empty(inner)) return false;
    return city_area_within(world, city_area(world, str_code(inner)), city_area(world, str_code(outer)));
}

/* Whether the unit leads the case or has an open task in it. */
static bool unit_works(const struct kase *c, const code *unit) {
    if (code_empty(unit)) return false;
    if (code_eq(&c->unit, unit)) return true;
    for (size_t i = 0; i < TASKS_MAX; i++) {
        const struct task *t = &c->tasks[i];
        if (t->id != 0 && !t->is_over && code_eq(&t->unit, unit)) return true;
    }
    return false;
}

struct sight access_sight(const struct city *world, const struct actor *actor) {
    struct sight s = {.scope = SCOPE_NONE, .unit = actor->unit, .area = actor->area};
    if (actor->kind != ACTOR_STAFF) {
        bool machine = actor->kind == ACTOR_TIMER || actor->kind == ACTOR_IMPORT || actor->kind == ACTOR_SYSTEM;
        if (machine) s.scope = SCOPE_JURISDICTION;
        s.sees_sealed = s.sees_private = s.every_procedure = machine;
        return s;
    }
    const struct role *role = city_role(world, str_code(&actor->role));
    if (role == NULL) return s;
    s.scope = role->see;
    s.role = actor->role;
    s.sees_sealed = role->sees_sealed || (role->posts & BIT(POST_INVESTIGATOR)) != 0;
    /* Somebody who only walks an area, rather than works in a unit, meets no private matter of the neighbours. */
    s.sees_private = role->see != SCOPE_OWN_AREA || (role->posts & ~(BIT(POST_GRID) | BIT(POST_OFFICE))) != 0;
    s.wordless = role->wordless;
    if (s.wordless) s.sees_private = s.sees_sealed = false;
    return s;
}

/* Some matters are read by few: their procedure names the roles. */
static bool may_read_kind(const struct city *world, const struct kase *c, const struct sight *s) {
    const struct procedure *p = city_procedure(world, str_code(&c->procedure));
    return s->every_procedure || p == NULL || procedure_reads(p, &s->role);
}

static bool in_scope(const struct city *world, const struct kase *c, const struct sight *s) {
    switch (s->scope) {
    case SCOPE_JURISDICTION:
        return true;
    case SCOPE_OWN_UNIT:
        return unit_works(c, &s->unit);
    case SCOPE_OWN_AREA:
        return covers(world, &s->area, &c->area);
    case SCOPE_NONE:
        break;
    }
    return false;
}

/* As access_read, but for what the procedure says about its readers. */
static bool reads_place(const struct city *world, const struct kase *c, const struct actor *actor) {
    if (actor->kind == ACTOR_REPORTER) return true; /* bears the track code */
    if (actor->kind == ACTOR_CONTRACTOR)            /* … the pass of a task: of the case no more is shown than that */
        return !c->is_private && !c->is_sealed && case_pass(c, &actor->role) != NULL;
    struct sight s = access_sight(world, actor);
    if ((c->is_sealed && !s.sees_sealed) || (c->is_private && !s.sees_private)) return false;
    if (access_recused_actor(world, c, actor)) return false;
    return in_scope(world, c, &s);
}

bool access_read(const struct city *world, const struct kase *c, const struct actor *actor) {
    struct sight s = access_sight(world, actor);
    bool kind = actor->kind == ACTOR_REPORTER || may_read_kind(world, c, &s);
    return kind && reads_place(world, c, actor);
}

/* Of the unit's kind discipline, which takes the centre's place in conduct complaints, because the centre may be the
 * accused. */
static bool is_discipline(const struct city *world, const code *unit) {
    uint32_t u = city_unit(world, str_code(unit));
    return u != NONE && code_is(&world->units[u].kind, "discipline");
}

static bool own_task(const struct kase *c, const struct task *task, const code *unit) {
    if (code_empty(unit)) return false;
    if (task != NULL) return code_eq(&task->unit, unit);
    for (size_t i = 0; i < TASKS_MAX; i++)
        if (c->tasks[i].id != 0 && !c->tasks[i].is_over && code_eq(&c->tasks[i].unit, unit)) return true;
    return false;
}

static bool walks(const struct city *world, const struct kase *c, const struct task *task, const code *area) {
    if (task == NULL) return covers(world, area, &c->area);
    return code_empty(&task->unit) && covers(world, area, &task->area);
}

static bool office_covers(const struct city *world, const struct kase *c, const struct actor *actor) {
    uint32_t u = code_empty(&actor->unit) ? NONE : city_unit(world, str_code(&actor->unit));
    uint32_t office = u != NONE ? world->units[u].area : NONE;
    return office != NONE && !code_empty(&c->area) &&
           city_area_within(world, city_area(world, str_code(&c->area)), office);
}

/* Who withdrew for an interest does nothing in the case any more. source: Petition Regulation 28(3). */
static bool withdrew(const struct kase *c, const struct actor *actor) {
    for (size_t i = 0; actor->staff != 0 && i < RECUSED_MAX; i++)
        if (c->recused[i] == actor->staff) return true;
    return false;
}

/* Whether somebody whose role has the post stands in its relation to the case. */
static bool relation(const struct city *world, const struct kase *c, const struct task *task, const struct actor *actor,
                     enum post post) {
    switch (post) {
    case POST_CENTRE:
    case POST_SUPERVISOR:
        return true;
    case POST_INVESTIGATOR:
        return c->about == ABOUT_CONDUCT;
    case POST_UNIT:
        return own_task(c, task, &actor->unit);
    case POST_LEAD:
        return !code_empty(&actor->unit) && code_eq(&c->unit, &actor->unit);
    case POST_HEAD:
        return own_task(c, task, &actor->unit) ||
               (task == NULL && !code_empty(&actor->unit) && code_eq(&c->unit, &actor->unit));
    case POST_GRID:
        return walks(world, c, task, &actor->area);
    case POST_OFFICE:
        return office_covers(world, c, actor);
    case POST_REPORTER:
    case POST_TIMER:
    case POST_IMPORT:
    case POST_CONTRACTOR:
    case POST_COUNT:
        break;
    }
    return false;
}

static uint32_t posts_held(const struct city *world, const struct kase *c, const struct actor *actor) {
    switch (actor->kind) {
    case ACTOR_REPORTER:
        return BIT(POST_REPORTER);
    case ACTOR_TIMER:
        return BIT(POST_TIMER);
    case ACTOR_IMPORT:
        return BIT(POST_IMPORT);
    case ACTOR_CONTRACTOR:
        return BIT(POST_CONTRACTOR);
    case ACTOR_SYSTEM:
    case ACTOR_PEER: /* acts by what the procedure lets it tell, see exchange.c */
        return 0;
    case ACTOR_STAFF:
        break;
    }
    const struct role *role = city_role(world, str_code(&actor->role));
    if (role == NULL) return 0;
    uint32_t staff = ~(BIT(POST_REPORTER) | BIT(POST_TIMER) | BIT(POST_IMPORT) | BIT(POST_CONTRACTOR));
    uint32_t posts = role->posts & staff;
    bool replaces_centre = (posts & BIT(POST_INVESTIGATOR)) != 0 && c->about == ABOUT_CONDUCT;
    if (replaces_centre && is_discipline(world, &actor->unit)) posts |= BIT(POST_CENTRE);
    return posts;
}

static bool holds(const struct city *world, const struct kase *c, const struct task *task, const struct actor *actor,
                  uint32_t posts) {
    for (uint32_t p = 0; p < POST_COUNT; p++)
        if ((posts & BIT(p)) != 0 && relation(world, c, task, actor, (enum post)p)) return true;
    return false;
}

bool access_start(const struct city *world, const struct kase *c, const struct actor *actor, uint32_t posts) {
    uint32_t held = posts_held(world, c, actor) & posts;
    if (held == 0 || !reads_place(world, c, actor)) return false;
    if (actor->kind != ACTOR_STAFF) return true;
    return holds(world, c, NULL, actor, held);
}

bool access_post(const struct city *world, const struct kase *c, const struct task *task, const struct actor *actor,
                 uint32_t posts) {
    uint32_t held = posts_held(world, c, actor) & posts;
    if (held == 0 || !access_read(world, c, actor)) return false;
    if (actor->kind == ACTOR_CONTRACTOR) return task != NULL && case_pass(c, &actor->role)->task == task->id;
    if (actor->kind != ACTOR_STAFF) return true;
    if (withdrew(c, actor)) return false;
    return holds(world, c, task, actor, held);
}
