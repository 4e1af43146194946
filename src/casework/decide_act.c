/* An action of the procedure: right, place, fields, guards, then what it brings about. */
#include "casework/decide_int.h"
#include "casework/instead.h"

#define FUTURE_TOLERANCE_MS (5 * MS_MINUTE) /* clocks of telephones differ */

static enum status denied(struct err *err, const struct action *a) {
    refuse(err, E_DENIED, "not_allowed", NULL, "You may not do this here (%s).", a->name.s);
    err_hint(err, "It belongs to another post, unit or area.");
    return E_DENIED;
}

bool task_fits(const struct action *a, const struct task *t) {
    if (t->id == 0 || t->is_over || !action_on_task(a, &t->kind)) return false;
    for (size_t i = 0; i < a->n_task_from; i++)
        if (code_eq(&a->task_from[i], &t->state)) return true;
    return a->n_task_from == 0;
}

/* The task acted on: the one named, else the only one that fits and is the actor's. Who bears a pass hears of no other
 * task than his. */
static enum status find_task(struct decision *d, const struct pass *pass) {
    const struct action *a = d->action;
    const struct task *found = NULL;
    bool fits = false;
    for (size_t i = 0; i < TASKS_MAX; i++) {
        const struct task *t = &d->c.tasks[i];
        if (!task_fits(a, t) || (d->command->task != 0 && t->id != d->command->task)) continue;
        if (pass != NULL && t->id != pass->task) continue;
        fits = true;
        if (!access_post(d->world, &d->c, t, &d->command->actor, a->posts)) continue;
        if (found != NULL) return refuse(d->err, E_INVALID, "which_task", "task", "Several tasks fit: name one.");
        found = t;
    }
    if (found == NULL && fits) return denied(d->err, a);
    if (found == NULL) return refuse(d->err, E_STATE, "wrong_state", "task", "No task is in the state for this.");
    d->task = found->id;
    d->facts.task = found->id;
    d->facts.task_kind = found->kind;
    d->facts.task_from = found->state;
    return OK;
}

/* Whoever sees a part only would learn of states and tasks by asking for what is never his. */
static bool is_never_his(const struct action *a, const struct actor *actor) {
    uint32_t own = actor->kind == ACTOR_REPORTER ? 1U << POST_REPORTER : 1U << POST_CONTRACTOR;
    return actor_is_outside(actor) && (a->posts & own) == 0;
}

static enum status may_act(struct decision *d) {
    const struct action *a = d->action;
    const struct state *at = procedure_state(d->procedure, &d->c.state);
    if (!access_read(d->world, &d->c, &d->command->actor) || is_never_his(a, &d->command->actor))
        return denied(d->err, a);
    const struct pass *pass =
        d->command->actor.kind == ACTOR_CONTRACTOR ? case_pass(&d->c, &d->command->actor.role) : NULL;
    if (pass != NULL && d->given->now.ms > pass->until.ms)
        return refuse(d->err, E_STATE, "pass_over", NULL, "The link is no longer valid.");
    if (at == NULL || !action_from(a, at)) {
        refuse(d->err, E_STATE, "wrong_state", NULL, "The action %s does not exist in the state %s.", a->name.s,
               d->c.state.s);
        return E_STATE;
    }
    if (!code_empty(&a->task)) return find_task(d, pass);
    return access_post(d->world, &d->c, NULL, &d->command->actor, a->posts) ? OK : denied(d->err, a);
}

static const struct state *target(const struct decision *d) {
    const struct action *a = d->action;
    if (a->to_back) return procedure_state(d->procedure, &d->c.state_before);
    return code_empty(&a->to) ? NULL : procedure_state(d->procedure, &a->to);
}

/* The unit the matter went to: of the first task opened now, else the new lead. */
static code went_to(const struct decision *d) {
    code lead = {0};
    for (size_t i = 0; i < d->n_ops; i++) {
        if (d->ops[i].kind == OP_TASK_OPEN && !code_empty(&d->ops[i].unit)) return d->ops[i].unit;
        if (d->ops[i].kind == OP_UNIT) lead = d->ops[i].unit;
    }
    return lead;
}

enum status action_run(struct decision *d) {
    const struct action *a = d->action;
    d->facts.action = a->name;
    d->facts.from = d->c.state;
    const struct state *to = target(d);
    if (to == NULL && (a->to_back || !code_empty(&a->to)))
        return refuse(d->err, E_STATE, "wrong_state", NULL, "There is no state to go back to.");
    enum status status = guards_hold(d, a->guards, a->n_guards, true, d->err);
    if (status == OK && d->task != 0 && !code_empty(&a->task_to)) {
        status = task_move(d, d->task, &a->task_to);
        d->facts.task_to = a->task_to;
    }
    if (status == OK) status = effects_run(d, a->effects, a->n_effects);
    if (status == OK && to != NULL) status = state_enter(d, to);
    if (status == OK) status = joins_run(d);
    d->facts.to = d->c.state;
    d->facts.unit = went_to(d);
    return status;
}

enum status action_add(struct decision *d, const struct action *a, const struct command *acting) {
    const struct command *own = d->command;
    d->command = acting;
    d->action = a;
    enum status status = values_check(d);
    if (status == OK) status = action_run(d);
    if (status == OK) {
        d->facts.fields = values_facts(d);
        status = entry_finish(d, ENTRY_ACTED, STR_NONE);
    }
    d->command = own;
    return status;
}

/* Where and when a telephone without signal says it was done. */
static enum status check_claims(struct decision *d) {
    const struct command *c = d->command;
    if (c->has_place && !lonlat_valid(c->place))
        return refuse(d->err, E_INVALID, "bad_place", "lon", "The place is not on earth as longitude, latitude.");
    if (!c->has_happened) return OK;
    if (c->actor.kind == ACTOR_REPORTER)
        return refuse(d->err, E_INVALID, "staff_only", "happened", "Only staff may give this field.");
    bool early = !instant_is_none(d->c.happened) && d->c.happened.ms < d->c.filed.ms;
    instant from = early ? d->c.happened : d->c.filed;
    if (c->happened.ms > d->given->now.ms + FUTURE_TOLERANCE_MS)
        return refuse(d->err, E_INVALID, "bad_time", "happened", "The time lies in the future.");
    if (c->happened.ms < from.ms - FUTURE_TOLERANCE_MS)
        return refuse(d->err, E_INVALID, "before_report", "happened", "The time lies before the report.");
    d->facts.happened = c->happened;
    return OK;
}

enum status decide_act(struct decision *d) {
    d->action = procedure_action(d->procedure, str_code(&d->command->action));
    if (d->action == NULL)
        return refuse(d->err, E_STATE, "unknown_action", "action", "This procedure has no action %s.",
                      d->command->action.s);
    enum status status = may_act(d);
    if (status == OK) status = values_check(d);
    if (status == OK) status = check_claims(d);
    if (status == OK) status = action_run(d);
    if (status != OK) return status;
    d->facts.fields = values_facts(d);
    d->contact = values_contact(d);
    return entry_finish(d, ENTRY_ACTED, values_words(d));
}

/* --- what may be done now --- */

static bool offered(struct decision *d, const struct actor *actor, uint32_t task) {
    d->task = task;
    const struct task *t = task != 0 ? case_task(&d->c, task) : NULL;
    return access_post(d->world, &d->c, t, actor, d->action->posts) &&
           guards_hold(d, d->action->guards, d->action->n_guards, false, NULL) == OK;
}

bool field_required(const struct city *law, const struct field *f, const code *condition) {
    uint32_t n = code_empty(condition) ? NONE : city_condition(law, str_code(condition));
    return f->required || (f->required_by_condition && n != NONE && law->conditions[n].photo_needed);
}

const struct action *joining_action(const struct procedure *p) {
    for (size_t i = 0; i < p->n_actions; i++) {
        const struct action *a = &p->actions[i];
        if (!code_empty(&a->task) || !action_from(a, &p->states[0])) continue;
        for (size_t k = 0; k < a->n_effects; k++)
            if (a->effects[k].kind == EFFECT_MERGE) return a;
    }
    return NULL;
}

size_t offers(const struct city *law, const struct city *world, const struct kase *c, const struct actor *actor,
              instant now, struct offer *ret, size_t max) {
    const struct procedure *p = city_procedure(law, str_code(&c->procedure));
    const struct state *at = p != NULL ? procedure_state(p, &c->state) : NULL;
    size_t n = 0;
    if (at == NULL || !access_read(world, c, actor)) return 0;
    struct command none = {.kind = COMMAND_ACT, .actor = *actor};
    struct given given = {.now = now};
    struct decision d = {.law = law, .world = world, .procedure = p, .command = &none, .given = &given, .c = *c};
    for (size_t i = 0; i < p->n_actions; i++) {
        const struct action *a = d.action = &p->actions[i];
        if (!action_from(a, at)) continue;
        if (code_empty(&a->task)) {
            if (n < max && offered(&d, actor, 0)) ret[n++] = (struct offer){a, 0};
            continue;
        }
        for (size_t k = 0; k < TASKS_MAX; k++)
            if (n < max && task_fits(a, &c->tasks[k]) && offered(&d, actor, c->tasks[k].id))
                ret[n++] = (struct offer){a, c->tasks[k].id};
    }
    return n;
}
