#include "casework/instead.h"

#include "casework/decide_int.h"

#define BIT(post) (1U << (post))

/* --- the states for it --- */

static bool task_is_meant(const struct action *a, const struct task *t) {
    return t->id != 0 && !t->is_over && action_on_task(a, &t->kind);
}

static bool some_task_is_ready(const struct action *a, const struct kase *c) {
    for (size_t i = 0; i < TASKS_MAX; i++)
        if (task_fits(a, &c->tasks[i])) return true;
    return false;
}

/* --- who --- */

static bool has_role(const struct holder *h, const code *role) {
    for (size_t i = 0; i < h->n_roles; i++)
        if (code_eq(&h->roles[i], role)) return true;
    return false;
}

static void add_role(struct holder *h, const code *role) {
    if (h->n_roles < HOLDER_ROLES_MAX && !has_role(h, role)) h->roles[h->n_roles++] = *role;
}

static struct holder *holder_of(struct instead *r, enum post post, const code *unit, const code *area) {
    for (size_t i = 0; i < r->n_who; i++) {
        struct holder *h = &r->who[i];
        if (h->post == post && code_eq(&h->unit, unit) && code_eq(&h->area, area)) return h;
    }
    if (r->n_who == HOLDERS_MAX) return NULL;
    struct holder *h = &r->who[r->n_who++];
    *h = (struct holder){.post = post, .unit = *unit, .area = *area};
    return h;
}

/* The roles in whose name somebody of the unit (or walking the area) could do it: as access itself says. */
static void add_holder(const struct refused *q, struct instead *r, const struct task *t, struct holder who) {
    for (size_t i = 0; i < q->world->n_roles; i++) {
        const struct role *role = &q->world->roles[i];
        struct actor actor = {.kind = ACTOR_STAFF, .role = role->name, .unit = who.unit, .area = who.area};
        if ((role->posts & BIT(who.post)) == 0 && !(who.post == POST_CENTRE && q->c->about == ABOUT_CONDUCT)) continue;
        if (!access_post(q->world, q->c, t, &actor, BIT(who.post))) continue;
        struct holder *h = holder_of(r, who.post, &who.unit, &who.area);
        if (h != NULL) add_role(h, &role->name);
    }
}

static void add_unit(const struct refused *q, struct instead *r, const struct task *t, enum post post, uint32_t unit) {
    if (unit != NONE) add_holder(q, r, t, (struct holder){.post = post, .unit = q->world->units[unit].code});
}

/* The office that is next to the place. */
static uint32_t nearest_office(const struct refused *q) {
    uint32_t a = code_empty(&q->c->area) ? NONE : city_area(q->world, str_code(&q->c->area));
    for (; a != NONE; a = q->world->areas[a].parent)
        if (q->world->office_of_area[a] != NONE) return q->world->office_of_area[a];
    return NONE;
}

/* The unit that has the task; without one, all that have an open task, and for its head the lead unit too. */
static void add_workers(const struct refused *q, struct instead *r, const struct task *t, enum post post) {
    struct holder who = {.post = post, .unit = t != NULL ? t->unit : q->c->unit};
    if (t != NULL || post == POST_HEAD) add_holder(q, r, t, who);
    for (size_t i = 0; t == NULL && i < TASKS_MAX; i++) {
        who.unit = q->c->tasks[i].unit;
        if (q->c->tasks[i].id != 0 && !q->c->tasks[i].is_over) add_holder(q, r, NULL, who);
    }
}

/* Those who hold the post towards the case, or towards one of its tasks. */
static void add_post(const struct refused *q, struct instead *r, const struct task *t, enum post post) {
    const code none = {0};
    switch (post) {
    case POST_CENTRE:
    case POST_SUPERVISOR:
        add_unit(q, r, t, post, centre_unit(q->world, q->c));
        if (q->c->about == ABOUT_CONDUCT) add_unit(q, r, t, post, discipline_unit(q->world, q->c));
        break;
    case POST_INVESTIGATOR:
        add_unit(q, r, t, post, discipline_unit(q->world, q->c));
        break;
    case POST_LEAD:
        add_holder(q, r, t, (struct holder){.post = post, .unit = q->c->unit});
        break;
    case POST_UNIT:
    case POST_HEAD:
        add_workers(q, r, t, post);
        break;
    case POST_GRID:
        add_holder(q, r, t, (struct holder){.post = post, .area = t != NULL ? t->area : q->c->area});
        break;
    case POST_OFFICE:
        add_unit(q, r, t, post, nearest_office(q));
        break;
    case POST_REPORTER:
    case POST_TIMER:
    case POST_IMPORT:
    case POST_CONTRACTOR:
        (void)holder_of(r, post, &none, &none);
        break;
    case POST_COUNT:
        break;
    }
}

static bool has_post(const struct instead *r, enum post post) {
    for (size_t i = 0; i < r->n_who; i++)
        if (r->who[i].post == post) return true;
    return false;
}

/* Nobody holds the post as things are, because the task is not there yet: the roles that will be able to. */
static void add_nobody_yet(const struct refused *q, struct instead *r, enum post post) {
    const code none = {0};
    const struct procedure *p = city_procedure(q->world, str_code(&q->c->procedure));
    struct holder *h = has_post(r, post) ? NULL : holder_of(r, post, &none, &none);
    for (size_t i = 0; h != NULL && i < q->world->n_roles; i++) {
        const struct role *role = &q->world->roles[i];
        if ((role->posts & BIT(post)) == 0 || (q->c->is_sealed && !role->sees_sealed)) continue;
        if (p == NULL || procedure_reads(p, &role->name)) add_role(h, &role->name);
    }
}

static void find_holders(const struct refused *q, struct instead *r) {
    const struct action *a = r->wanted;
    bool ready = some_task_is_ready(a, q->c);
    for (uint32_t post = 0; post < POST_COUNT; post++) {
        if ((a->posts & BIT(post)) == 0) continue;
        if (code_empty(&a->task)) add_post(q, r, NULL, (enum post)post);
        for (size_t i = 0; !code_empty(&a->task) && i < TASKS_MAX; i++) {
            const struct task *t = &q->c->tasks[i];
            if (ready ? task_fits(a, t) : task_is_meant(a, t)) add_post(q, r, t, (enum post)post);
        }
        add_nobody_yet(q, r, (enum post)post);
    }
}

/* --- what may be told --- */

bool actor_is_outside(const struct actor *actor) {
    return actor->kind == ACTOR_REPORTER || actor->kind == ACTOR_CONTRACTOR;
}

/* Whether it is refused for another reason than state and person: then that reason says all. */
static bool could_act(const struct refused *q, const struct instead *r) {
    const struct action *a = r->wanted;
    if (!r->now) return false;
    if (code_empty(&a->task)) return access_post(q->world, q->c, NULL, q->actor, a->posts);
    for (size_t i = 0; i < TASKS_MAX; i++) {
        const struct task *t = &q->c->tasks[i];
        if (task_fits(a, t) && access_post(q->world, q->c, t, q->actor, a->posts)) return true;
    }
    return false;
}

static void tell_outsider(const struct refused *q, struct instead *r) {
    const code none = {0};
    enum post own = q->actor->kind == ACTOR_REPORTER ? POST_REPORTER : POST_CONTRACTOR;
    r->now = false; /* of tasks that others have, nothing is said */
    if ((r->wanted->posts & BIT(own)) == 0)
        r->wanted = NULL;
    else
        (void)holder_of(r, own, &none, &none);
}

bool instead_of(const struct refused *q, struct instead *r) {
    *r = (struct instead){0};
    const struct procedure *p = city_procedure(q->law, str_code(&q->c->procedure));
    if (p == NULL || !access_read(q->world, q->c, q->actor)) return false;
    r->at = procedure_state(p, &q->c->state);
    r->n_possible = offers(q->law, q->world, q->c, q->actor, q->now, r->possible, OFFERS_MAX);
    r->wanted = procedure_action(p, str_code(q->action));
    if (r->at == NULL || r->wanted == NULL) return r->at != NULL;
    r->now = action_from(r->wanted, r->at) && (code_empty(&r->wanted->task) || some_task_is_ready(r->wanted, q->c));
    if (could_act(q, r))
        r->wanted = NULL;
    else if (actor_is_outside(q->actor))
        tell_outsider(q, r);
    else
        find_holders(q, r);
    return true;
}
