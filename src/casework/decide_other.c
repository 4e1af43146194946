/* Commands that are no action of a person's: ticks, notes from other cases, reading of contacts, erasure. */
#include "casework/decide_int.h"

#define REASON_MAX 300      /* characters */
#define DUPLICATES_LINKED 8 /* of LINKS_MAX */
#define FINDINGS_LINKED 8

static const struct clock *clock_by_id(const struct kase *c, uint32_t id) {
    for (size_t i = 0; id != 0 && i < CLOCKS_MAX; i++)
        if (c->clocks[i].id == id) return &c->clocks[i];
    return NULL;
}

/* Whether a clock's running out lets the timer do this action. out: the task acted on, or 0. */
static bool timer_may(const struct decision *d, const struct action *a, uint32_t clock_task, uint32_t *ret_task) {
    const struct state *at = procedure_state(d->procedure, &d->c.state);
    if ((a->posts & 1U << POST_TIMER) == 0 || at == NULL || !action_from(a, at)) return false;
    *ret_task = 0;
    if (code_empty(&a->task)) return true;
    const struct task *t = case_task(&d->c, clock_task);
    if (t == NULL || t->is_over || !action_on_task(a, &t->kind)) return false;
    bool fits = a->n_task_from == 0;
    for (size_t i = 0; i < a->n_task_from; i++) fits = fits || code_eq(&a->task_from[i], &t->state);
    *ret_task = t->id;
    return fits;
}

static enum status timer_act(struct decision *d, const struct action *a, uint32_t task) {
    d->action = a;
    d->task = task;
    d->facts = (struct facts){.task = task, .happened = INSTANT_NONE};
    const struct task *t = task != 0 ? case_task(&d->c, task) : NULL;
    if (t != NULL) {
        d->facts.task_kind = t->kind;
        d->facts.task_from = t->state;
    }
    enum status status = action_run(d);
    return status == OK ? entry_finish(d, ENTRY_ACTED, STR_NONE) : status;
}

/* The first action that the timer may do and that succeeds. What it cannot do must not keep the clock from being missed. */
static void timer_acts(struct decision *d, uint32_t clock_task) {
    const struct kase before = d->c;
    size_t followups = d->ret->n_followups;
    for (size_t i = 0; i < d->procedure->n_actions; i++) {
        const struct action *a = &d->procedure->actions[i];
        uint32_t task;
        if (!timer_may(d, a, clock_task, &task)) continue;
        d->task = task;
        if (guards_hold(d, a->guards, a->n_guards, true, NULL) != OK) continue;
        if (timer_act(d, a, task) == OK) return;
        d->c = before;
        d->n_ops = 0;
        d->ret->n_followups = followups;
    }
}

enum status decide_tick(struct decision *d) {
    const struct clock *k = clock_by_id(&d->c, d->command->clock);
    if (d->command->actor.kind != ACTOR_TIMER && d->command->actor.kind != ACTOR_SYSTEM)
        return refuse(d->err, E_DENIED, "not_allowed", NULL, "Only a timer ticks.");
    if (k == NULL || k->state != CLOCK_RUNNING || k->missed) return OK;
    if (k->due.ms != d->command->due.ms || d->given->now.ms <= k->due.ms) return OK;
    uint32_t task = k->task;
    struct op op = op_new(OP_CLOCK_MISSED);
    op.id = k->id;
    op.name = k->name;
    op.task = task;
    d->facts.from = d->facts.to = d->c.state;
    enum status status = emit(d, op);
    if (status == OK && clock_rung(k) > 0) status = ladder_next(d, task);
    if (status == OK) status = entry_finish(d, ENTRY_TICKED, STR_NONE);
    if (status == OK) timer_acts(d, task);
    return status;
}

static enum status count_to(struct decision *d, const char *name, int32_t n) {
    struct op op = op_new(OP_COUNT);
    op.name = code_of(name);
    op.n = n;
    return emit(d, op);
}

static enum status count_parts(struct decision *d, int32_t change) {
    code name = code_of("open_parts");
    int32_t n = case_count(&d->c, &name) + change;
    return count_to(d, "open_parts", n < 0 ? 0 : n);
}

static enum status link_to(struct decision *d, const char *kind, const code *number) {
    struct op op = op_new(OP_LINK);
    op.name = code_of(kind);
    op.value = *number;
    return emit(d, op);
}

static enum status tell(struct decision *d, const char *to, const char *text) {
    struct op op = op_new(OP_NOTIFY);
    op.name = code_of(to);
    op.value = code_of(text);
    if (code_is(&op.name, "lead")) op.unit = d->c.unit;
    return emit(d, op);
}

static enum status note_part(struct decision *d, const code *from) {
    enum status status = link_to(d, "has_part", from);
    return status == OK ? count_parts(d, 1) : status;
}

static enum status note_follower(struct decision *d, const code *from) {
    return link_to(d, "followed_by", from);
}

static enum status note_part_ended(struct decision *d, const code *from) {
    (void)from;
    enum status status = count_parts(d, -1);
    if (status == OK && !d->c.is_over && !code_empty(&d->c.unit)) status = tell(d, "lead", "notice.part_ended");
    return status == OK && !d->c.is_over ? joins_run(d) : status;
}

static enum status note_part_reopened(struct decision *d, const code *from) {
    (void)from;
    return count_parts(d, 1);
}

static enum status add_to(struct decision *d, const char *name, int32_t more) {
    code counter = code_of(name);
    return more > 0 ? count_to(d, name, case_count(&d->c, &counter) + more) : OK;
}

/* The first ones are linked, so that room stays for other links; all are counted. */
static enum status link_some(struct decision *d, const char *kind, const code *from, size_t most) {
    size_t linked = 0;
    for (size_t i = 0; i < LINKS_MAX; i++) linked += code_is(&d->c.links[i].kind, kind);
    return linked < most ? link_to(d, kind, from) : OK;
}

static enum status note_finding(struct decision *d, const code *from) {
    enum status status = link_some(d, "has_finding", from, FINDINGS_LINKED);
    return status == OK ? add_to(d, "findings", 1) : status;
}

static enum status add_duplicate(struct decision *d, const code *from, int32_t supporters) {
    enum status status = link_some(d, "has_duplicate", from, DUPLICATES_LINKED);
    if (status == OK) status = add_to(d, "duplicates", 1);
    return status == OK ? add_to(d, "supporters", supporters) : status;
}

/* Who had joined the merged case joins this one with it. */
static enum status note_duplicate(struct decision *d, const code *from) {
    int64_t supporters = 0;
    if (d->c.is_over) {
        refuse(d->err, E_STATE, "wrong_state", "case", "The case that it should join has ended.");
        err_hint(d->err, "Reopen that one, or tell the reporter how it ended.");
        return E_STATE;
    }
    if (!str_to_i64(value_of(d->command, S("supporters")), &supporters) || supporters > INT16_MAX) supporters = 0;
    return add_duplicate(d, from, (int32_t)supporters);
}

/* Somebody said "me too". The count is all that is kept of them. */
static enum status note_supporter(struct decision *d, const code *from) {
    if (d->c.is_private || d->c.is_sealed)
        return refuse(d->err, E_STATE, "cannot_join", "same_as", "This matter is handled by itself.");
    if (!d->c.is_over) return add_duplicate(d, from, 1);
    refuse(d->err, E_STATE, "wrong_state", "same_as", "The case that it should join has ended.");
    err_hint(d->err, "Send the report without joining it.");
    return E_STATE;
}

static enum status note_original_ended(struct decision *d, const code *from) {
    (void)from;
    return tell(d, "reporter", "notice.original_ended");
}

static enum status set_area(struct decision *d, const char *name, uint32_t task, const code *area) {
    struct op op = op_new(OP_SET);
    op.name = code_of(name);
    op.id = task;
    op.value = *area;
    return emit(d, op);
}

/* The grid ended: the open matter and its tasks on the spot go to the one that follows. Who leads goes on leading, what
 * has ended keeps the grid of its time. */
static enum status redrawn(struct decision *d) {
    code area = {0}, before = d->c.area;
    str text = value_of(d->command, S("area")), by = value_of(d->command, S("by"));
    if (!code_from(text, &area) || city_area(d->world, text) == NONE)
        return refuse(d->err, E_INVALID, "unknown_area", "area", "This area does not exist here.");
    d->facts.action = d->command->action;
    d->facts.from = d->facts.to = d->c.state;
    if (d->c.is_over || code_eq(&area, &before)) return OK; /* idempotent */
    enum status status = set_area(d, "area", 0, &area);
    for (size_t i = 0; i < TASKS_MAX && status == OK; i++) {
        const struct task *t = &d->c.tasks[i];
        if (t->id != 0 && !t->is_over && code_eq(&t->area, &before)) status = set_area(d, "task_area", t->id, &area);
    }
    if (status != OK) return status;
    d->facts.fields =
        str_format(d->arena, "{\"from\":\"%s\",\"area\":\"%s\",\"by\":\"%.*s\"}", before.s, area.s, P(by));
    return entry_finish(d, ENTRY_NOTED, STR_NONE);
}

static const struct {
    const char *name;
    enum status (*run)(struct decision *, const code *from);
} notes[] = {
    {"has_part", note_part},
    {"part_ended", note_part_ended},
    {"part_reopened", note_part_reopened},
    {"has_duplicate", note_duplicate},
    {"original_ended", note_original_ended},
    {"has_supporter", note_supporter},
    {"hold", note_hold},
    {"release", note_release},
    {"followed_by", note_follower},
    {"has_finding", note_finding},
};

/* Complaints of conduct are tied to nothing but complaints of the same conduct: the number in the other case, the answer
 * and the notices would go to whom it is about. That there is such a case is not told either. */
static enum status may_be_tied(const struct decision *d) {
    const struct filing *from = &d->command->filing;
    bool sealed = d->c.about == ABOUT_CONDUCT, other = from->about == ABOUT_CONDUCT;
    if (!sealed && !other) return OK;
    if (sealed && other && code_eq(&d->c.about_unit, &from->about_unit)) return OK;
    if (sealed) return refuse(d->err, E_NOT_FOUND, "unknown_case", "case", "There is no such case.");
    return refuse(d->err, E_STATE, "cannot_join", "case", "This matter is handled by itself.");
}

enum status decide_note(struct decision *d) {
    code from = {0};
    if (d->command->actor.kind != ACTOR_SYSTEM)
        return refuse(d->err, E_DENIED, "not_allowed", NULL, "Only another case tells this.");
    if (code_is(&d->command->action, "redrawn")) return redrawn(d);
    if (!code_from(value_of(d->command, S("case")), &from) || code_empty(&from))
        return refuse(d->err, E_INVALID, "missing_field", "case", "A note names the case it comes from.");
    enum status tied = may_be_tied(d);
    if (tied != OK) return tied;
    for (size_t i = 0; i < ARRAY_LEN(notes); i++) {
        if (!code_is(&d->command->action, notes[i].name)) continue;
        d->facts.action = d->command->action;
        d->facts.from = d->c.state;
        enum status status = notes[i].run(d, &from);
        if (status != OK) return status;
        bool holds = code_is(&d->facts.action, "hold") || code_is(&d->facts.action, "release");
        if (holds && d->n_ops == 0) return OK; /* nothing of it is its matter */
        d->facts.to = d->c.state;
        d->facts.fields = str_format(d->arena, "{\"case\":\"%s\"}", from.s);
        return entry_finish(d, ENTRY_NOTED, STR_NONE);
    }
    return refuse(d->err, E_INVALID, "unknown_action", "action", "There is no note %s.", d->command->action.s);
}

/* Words that only staff reads. */
static str internal_words(struct decision *d, const char *key, str text) {
    struct strbuf b;
    struct json_buf w;
    if (str_empty(text)) return STR_NONE;
    strbuf_init(&b, 16384);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_add_key(&w, "internal");
    json_open_object(&w);
    json_put_str(&w, key, text);
    json_close_object(&w);
    json_close_object(&w);
    check(!b.overflow);
    str ret = str_dup(d->arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

/* The investigator of conduct asks without knowing who complained; only who may open seals and contacts does. */
enum status decide_read(struct decision *d) {
    const struct actor *actor = &d->command->actor;
    const struct role *role = actor->kind == ACTOR_STAFF ? city_role(d->world, str_code(&actor->role)) : NULL;
    if (role == NULL || !role->sees_contact || !access_read(d->world, &d->c, actor))
        return refuse(d->err, E_DENIED, "not_allowed", NULL, "You may not read who reported this.");
    bool investigates = (role->posts & 1U << POST_INVESTIGATOR) != 0;
    if (d->c.about == ABOUT_CONDUCT && (investigates || !role->sees_sealed))
        return refuse(d->err, E_DENIED, "identity_protected", NULL, "Who complained of conduct stays protected.");
    if (d->c.is_erased || d->c.contacts_gone)
        return refuse(d->err, E_NOT_FOUND, "no_contact", NULL, "The contact data was erased.");
    str purpose = str_trim(value_of(d->command, S("purpose")));
    if (str_empty(purpose) || utf8_count(purpose) > REASON_MAX)
        return refuse(d->err, E_INVALID, "missing_field", "purpose", "State the purpose in at most %d characters.",
                      REASON_MAX);
    return entry_finish(d, ENTRY_READ, internal_words(d, "purpose", purpose));
}

static bool may_erase(const struct decision *d) {
    const struct actor *actor = &d->command->actor;
    if (actor->kind == ACTOR_SYSTEM || actor->kind == ACTOR_TIMER || actor->kind == ACTOR_REPORTER) return true;
    const struct role *role = actor->kind == ACTOR_STAFF ? city_role(d->world, str_code(&actor->role)) : NULL;
    return role != NULL && role->administers;
}

enum status decide_erase(struct decision *d) {
    if (!may_erase(d) || access_recused_actor(d->world, &d->c, &d->command->actor))
        return refuse(d->err, E_DENIED, "not_allowed", NULL, "You may not erase this.");
    if (d->c.is_erased) return OK; /* idempotent */
    if (!d->c.is_over) {
        refuse(d->err, E_STATE, "still_open", NULL, "It is still being handled.");
        err_hint(d->err, "Close or withdraw it first.");
        return E_STATE;
    }
    str reason = utf8_prefix(str_trim(value_of(d->command, S("reason"))), REASON_MAX);
    enum status status = emit(d, op_new(OP_ERASE));
    return status == OK ? entry_finish(d, ENTRY_ERASED, internal_words(d, "reason", reason)) : status;
}
