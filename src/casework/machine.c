/* The root machine and the task machines: what entering and leaving a state does. */
#include <stdio.h>

#include "casework/decide_int.h"

static code state_clock(const code *state) {
    char name[sizeof "state:" + CODE_MAX];
    int n = snprintf(name, sizeof name, "state:%s", state->s);
    code c = {0};
    (void)!code_from((str){name, n > CODE_MAX ? CODE_MAX : (size_t)n}, &c);
    return c;
}

/* Until the turn of the case's desk ends; one that begins within the hour is the one meant. Without a roster the limit
 * stays as it is. */
static void limit_by_roster(const struct decision *d, struct limit *limit) {
    struct duty_slot turn;
    uint32_t desk = code_empty(&d->c.desk) ? NONE : city_desk(d->world, str_code(&d->c.desk));
    instant now = d->given->now;
    if (!city_duty_at(d->world, desk, instant_add(now, (span){MS_HOUR}), &turn) &&
        !city_duty_at(d->world, desk, now, &turn))
        return;
    if (turn.ends.ms < now.ms + MS_MINUTE) return;
    limit->unit = LIMIT_WALL_MINUTES;
    limit->amount = (int32_t)((turn.ends.ms - now.ms) / MS_MINUTE);
}

static enum status state_clock_begin(struct decision *d, const struct state *s, const code *name, uint32_t task) {
    if (!s->has_clock) return ladder_enter(d, s, task);
    struct limit limit = s->clock_from_condition ? condition_limit(d) : s->clock;
    limit.from = s->clock.from;
    if (s->clock_until_roster) limit_by_roster(d, &limit);
    enum status status = clock_begin(d, name, task, &limit);
    return status == OK ? ladder_enter(d, s, task) : status;
}

/* The clock of a state that stands still while the case waits is kept for the way back. */
static enum status leave(struct decision *d, const struct state *from, const struct state *to) {
    code name = state_clock(&from->name);
    if (to->pauses) return OK;
    enum status status = clock_end(d, case_clock(&d->c, name.s, 0), "met");
    if (status == OK) status = ladder_stop(d, 0);
    if (status != OK || !from->pauses || code_eq(&to->name, &d->c.state_before)) return status;
    name = state_clock(&d->c.state_before);
    return clock_end(d, case_clock(&d->c, name.s, 0), "stopped");
}

static enum status pause_all(struct decision *d) {
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        const struct clock *k = &d->c.clocks[i];
        /* what another server imposed does not wait because we do */
        enum status status = k->id != 0 && !code_is(&k->name, "imposed") ? clock_pause(d, k, true) : OK;
        if (status != OK) return status;
    }
    return OK;
}

static enum status resume_all(struct decision *d) {
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        const struct clock *k = &d->c.clocks[i];
        enum status status = k->id != 0 && k->by_state ? clock_resume(d, k) : OK;
        if (status != OK) return status;
    }
    return OK;
}

static enum status end_all(struct decision *d, const struct state *to) {
    for (size_t i = 0; i < TASKS_MAX; i++) {
        const struct task *t = &d->c.tasks[i];
        enum status status = t->id != 0 && !t->is_over ? task_cancel(d, t->id) : OK;
        if (status != OK) return status;
    }
    return clocks_end(d, UINT32_MAX, to->is_closed ? "met" : "stopped");
}

static enum status tell_linked(struct decision *d, const char *kind, const char *note) {
    for (size_t i = 0; i < LINKS_MAX; i++) {
        if (!code_is(&d->c.links[i].kind, kind)) continue;
        enum status status = followup_note(d, note, &d->c.links[i].number);
        if (status != OK) return status;
    }
    return OK;
}

/* A parent counts its open parts; who joined a case hears how it ended. */
static enum status tell_others(struct decision *d, bool was_over) {
    if (d->c.is_over == was_over) return OK;
    enum status status = tell_linked(d, "part_of", d->c.is_over ? "part_ended" : "part_reopened");
    if (status != OK || !d->c.is_over) return status;
    return tell_linked(d, "has_duplicate", "original_ended");
}

enum status state_enter(struct decision *d, const struct state *to) {
    const struct state *from = procedure_state(d->procedure, &d->c.state);
    bool was_over = d->c.is_over;
    bool back = from != NULL && from->pauses && code_eq(&to->name, &d->c.state_before);
    enum status status = to->is_end ? end_allowed(d, to) : OK;
    if (status == OK && from != NULL) status = leave(d, from, to);
    if (status == OK && to->is_end) status = end_all(d, to);
    struct op op = op_new(OP_STATE);
    op.name = to->name;
    op.end = to->is_end ? to->end : END_NONE;
    if (to->pauses) op.value = d->c.state;
    if (status == OK && to->pauses) status = pause_all(d);
    if (contacts_must_go(d, from, to)) d->destroys = true;
    if (status == OK) status = emit(d, op);
    if (status == OK && from != NULL && from->pauses && !to->is_end) status = resume_all(d);
    code name = state_clock(&to->name);
    if (status == OK && !back && !to->is_end) status = state_clock_begin(d, to, &name, 0);
    return status == OK ? tell_others(d, was_over) : status;
}

enum status state_start(struct decision *d, const struct state *first) {
    code name = state_clock(&first->name);
    return state_clock_begin(d, first, &name, 0);
}

enum status task_open(struct decision *d, const struct task_kind *kind, const code *unit, const code *area) {
    const struct state *in = d->opens_in != NULL ? task_state(kind, d->opens_in) : &kind->states[0];
    struct op op = op_new(OP_TASK_OPEN);
    check(in != NULL);
    op.id = d->c.next_task;
    op.name = kind->name;
    op.value = in->name;
    op.unit = *unit;
    op.area = *area;
    if (d->planned != NULL) op.item = d->planned->code;
    enum status status = emit(d, op);
    code name = code_of("task"), promise = code_of("promise");
    if (status == OK && d->planned != NULL) return clock_begin(d, &name, op.id, &d->planned->limit);
    if (status == OK) status = state_clock_begin(d, in, &name, op.id);
    return status == OK && d->promised != NULL ? clock_begin(d, &promise, op.id, d->promised) : status;
}

enum status task_move(struct decision *d, uint32_t id, const code *state) {
    const struct task *t = case_task(&d->c, id);
    const struct task_kind *kind = t != NULL ? procedure_task(d->procedure, &t->kind) : NULL;
    const struct state *to = kind != NULL ? task_state(kind, state) : NULL;
    if (to == NULL || t->is_over)
        return refuse(d->err, E_STATE, "wrong_state", "task", "The task cannot go to that state.");
    bool met = !to->is_end || to->end == END_CLOSED;
    enum status status = clocks_end(d, id, met ? "met" : "stopped");
    if (status != OK) return status;
    struct op op = op_new(OP_TASK_STATE);
    op.id = id;
    op.value = *state;
    op.over = to->is_end;
    op.is_void = to->is_end && to->end != END_CLOSED;
    status = emit(d, op);
    code name = code_of("task");
    return status == OK && !to->is_end ? state_clock_begin(d, to, &name, id) : status;
}

enum status task_cancel(struct decision *d, uint32_t id) {
    enum status status = clocks_end(d, id, "stopped");
    struct op op = op_new(OP_TASK_CANCEL);
    op.id = id;
    return status == OK ? emit(d, op) : status;
}

static enum status join_run(struct decision *d, const struct join *j) {
    enum status status = effects_run(d, j->effects, j->n_effects);
    const struct state *to = procedure_state(d->procedure, &j->to);
    check(to != NULL);
    return status == OK ? state_enter(d, to) : status;
}

enum status joins_run(struct decision *d) {
    /* Every state at most once: a ring of joins, which the check of the package refuses, could not hang the writer. */
    for (size_t round = 0; round < d->procedure->n_states; round++) {
        const struct join *ready = NULL;
        for (size_t i = 0; i < d->procedure->n_joins && ready == NULL; i++) {
            const struct join *j = &d->procedure->joins[i];
            if (!code_eq(&j->from, &d->c.state)) continue;
            if (guards_hold(d, j->guards, j->n_guards, true, NULL) == OK) ready = j;
        }
        if (ready == NULL) return OK;
        enum status status = join_run(d, ready);
        if (status != OK) return status;
    }
    return OK;
}
