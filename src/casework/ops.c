/* What an outcome does to a case: one small function for each kind. */
#include <string.h>

#include "casework/facts.h"

static struct task *task_of(struct kase *c, uint32_t id) {
    for (size_t i = 0; id != 0 && i < TASKS_MAX; i++)
        if (c->tasks[i].id == id) return &c->tasks[i];
    return NULL;
}

static struct clock *clock_of(struct kase *c, uint32_t id) {
    for (size_t i = 0; id != 0 && i < CLOCKS_MAX; i++)
        if (c->clocks[i].id == id) return &c->clocks[i];
    return NULL;
}

static bool is_live(const struct clock *k) {
    return k->state == CLOCK_RUNNING || k->state == CLOCK_PAUSED;
}

/* A free slot, else that of the oldest clock that stands; one that was missed leaves last. */
static struct clock *clock_slot(struct kase *c) {
    struct clock *oldest = NULL;
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        struct clock *k = &c->clocks[i];
        if (k->id == 0) return k;
        if (is_live(k)) continue;
        if (oldest == NULL || (oldest->missed && !k->missed) || (oldest->missed == k->missed && k->id < oldest->id))
            oldest = k;
    }
    return oldest;
}

/* A free slot, else that of the oldest task that is over; one without a result leaves first. */
static struct task *task_slot(struct kase *c) {
    struct task *oldest = NULL;
    for (size_t i = 0; i < TASKS_MAX; i++) {
        struct task *t = &c->tasks[i];
        if (t->id == 0) return t;
        if (!t->is_over) continue;
        bool earlier = oldest != NULL && oldest->cancelled == t->cancelled && t->id < oldest->id;
        if (oldest == NULL || (!oldest->cancelled && t->cancelled) || earlier) oldest = t;
    }
    return oldest;
}

static bool apply_state(struct kase *c, const struct op *op, instant now) {
    if (code_empty(&op->name)) return false;
    bool was_over = c->is_over;
    c->state = op->name;
    c->state_before = op->value;
    c->state_entered = now;
    c->is_over = op->end != END_NONE;
    c->is_closed = op->end == END_CLOSED;
    c->ended = !c->is_over ? INSTANT_NONE : instant_is_none(op->at) ? now : op->at;
    if (was_over && !c->is_over) {
        c->is_answered = false;
        c->rating = 0;
    }
    return true;
}

static bool apply_clock_start(struct kase *c, const struct op *op, instant now) {
    struct clock *k = clock_slot(c);
    if (k == NULL || op->id != c->next_clock || op->limit.unit == LIMIT_NONE || instant_is_none(op->due)) return false;
    memset(k, 0, sizeof *k);
    k->id = op->id;
    k->name = op->name;
    k->task = op->task;
    k->state = CLOCK_RUNNING;
    k->unit = op->limit.unit;
    k->amount = k->original = op->limit.amount;
    k->first_day_counts = op->limit.first_day_counts;
    k->rolls_over = op->limit.rolls_over;
    k->basis = op->basis;
    k->started = k->resumed = instant_is_none(op->at) ? now : op->at;
    k->stopped = INSTANT_NONE;
    k->due = op->due;
    k->provisional = op->provisional;
    c->next_clock++;
    return true;
}

static bool apply_clock_stop(struct kase *c, const struct op *op, instant now) {
    struct clock *k = clock_of(c, op->id);
    if (k == NULL || !is_live(k)) return false;
    bool missed = code_is(&op->value, "missed");
    k->state = missed ? CLOCK_MISSED_STOPPED : code_is(&op->value, "met") ? CLOCK_MET : CLOCK_STOPPED;
    k->missed = k->missed || missed;
    k->stopped = now;
    return true;
}

static bool apply_clock_pause(struct kase *c, const struct op *op, instant now) {
    struct clock *k = clock_of(c, op->id);
    if (k == NULL || k->state != CLOCK_RUNNING || op->n < 0) return false;
    k->state = CLOCK_PAUSED;
    k->used = op->n;
    k->stopped = now;
    k->by_state = op->by_state;
    k->held = op->value;
    return true;
}

static bool apply_clock_resume(struct kase *c, const struct op *op, instant now) {
    struct clock *k = clock_of(c, op->id);
    if (k == NULL || k->state != CLOCK_PAUSED || instant_is_none(op->due)) return false;
    k->state = CLOCK_RUNNING;
    k->resumed = now;
    k->stopped = INSTANT_NONE;
    k->by_state = false;
    k->held = (code){0};
    k->due = op->due;
    k->provisional = op->provisional;
    return true;
}

static bool apply_clock_extend(struct kase *c, const struct op *op, instant now) {
    (void)now;
    struct clock *k = clock_of(c, op->id);
    if (k == NULL || !is_live(k) || op->n <= 0 || op->n > INT32_MAX) return false;
    k->amount = (int32_t)op->n;
    k->extensions++;
    if (instant_is_none(op->due)) return k->state == CLOCK_PAUSED;
    k->due = op->due;
    k->provisional = op->provisional;
    return true;
}

static bool apply_clock_missed(struct kase *c, const struct op *op, instant now) {
    (void)now;
    struct clock *k = clock_of(c, op->id);
    if (k == NULL || !is_live(k)) return false;
    k->missed = true;
    return true;
}

static bool apply_clock_move(struct kase *c, const struct op *op, instant now) {
    (void)now;
    struct clock *k = clock_of(c, op->id);
    if (k == NULL || k->state != CLOCK_RUNNING || instant_is_none(op->due)) return false;
    k->due = op->due;
    k->provisional = op->provisional;
    return true;
}

static bool apply_task_open(struct kase *c, const struct op *op, instant now) {
    struct task *t = task_slot(c);
    if (t == NULL || op->id != c->next_task || code_empty(&op->name) || code_empty(&op->value)) return false;
    memset(t, 0, sizeof *t);
    t->id = op->id;
    t->kind = op->name;
    t->state = op->value;
    t->unit = op->unit;
    t->area = op->area;
    t->item = op->item;
    t->opened = now;
    t->ended = INSTANT_NONE;
    c->next_task++;
    return true;
}

static bool apply_task_state(struct kase *c, const struct op *op, instant now) {
    struct task *t = task_of(c, op->id);
    if (t == NULL || t->is_over || code_empty(&op->value)) return false;
    t->state = op->value;
    if (!op->over) return true;
    t->is_over = true;
    t->cancelled = op->is_void;
    t->ended = now;
    return true;
}

static bool apply_task_cancel(struct kase *c, const struct op *op, instant now) {
    struct task *t = task_of(c, op->id);
    if (t == NULL || t->is_over) return false;
    t->is_over = t->cancelled = true;
    t->ended = now;
    return true;
}

static bool apply_count(struct kase *c, const struct op *op, instant now) {
    (void)now;
    struct counter *slot = NULL;
    if (code_empty(&op->name) || op->n < 0 || op->n > INT32_MAX) return false;
    for (size_t i = COUNTS_MAX; i-- > 0;) {
        if (code_empty(&c->counts[i].name)) slot = &c->counts[i];
    }
    for (size_t i = 0; i < COUNTS_MAX; i++)
        if (code_eq(&c->counts[i].name, &op->name)) slot = &c->counts[i];
    if (slot == NULL) return false;
    slot->name = op->name;
    slot->n = (int32_t)op->n;
    return true;
}

static bool apply_flag(struct kase *c, const struct op *op, instant now) {
    (void)now;
    if (code_empty(&op->name)) return false;
    if (case_flag(c, &op->name)) return true;
    for (size_t i = 0; i < FLAGS_MAX; i++) {
        if (!code_empty(&c->flags[i])) continue;
        c->flags[i] = op->name;
        return true;
    }
    return false;
}

static bool apply_unflag(struct kase *c, const struct op *op, instant now) {
    (void)now;
    if (code_empty(&op->name)) return false;
    for (size_t i = 0; i < FLAGS_MAX; i++)
        if (code_eq(&c->flags[i], &op->name)) c->flags[i] = (code){0};
    return true;
}

static bool apply_unit(struct kase *c, const struct op *op, instant now) {
    (void)now;
    c->unit = op->unit;
    return true;
}

static bool apply_recused(struct kase *c, int64_t staff) {
    uint64_t *slot = NULL;
    for (size_t i = RECUSED_MAX; i-- > 0;) {
        if (c->recused[i] == (uint64_t)staff) return staff != 0;
        if (c->recused[i] == 0) slot = &c->recused[i];
    }
    if (slot == NULL || staff == 0) return false;
    *slot = (uint64_t)staff;
    return true;
}

/* The grid of a task was redrawn. */
static bool apply_task_area(struct kase *c, const struct op *op) {
    for (size_t i = 0; i < TASKS_MAX; i++)
        if (c->tasks[i].id != 0 && c->tasks[i].id == op->id) {
            c->tasks[i].area = op->value;
            return true;
        }
    return false;
}

/* The last value stands. */
static bool apply_attribute(struct kase *c, const struct op *op) {
    struct attribute *slot = NULL;
    if (code_empty(&op->name) || code_empty(&op->value)) return false;
    for (size_t i = ATTRIBUTES_MAX; i-- > 0;)
        if (code_empty(&c->attributes[i].name)) slot = &c->attributes[i];
    for (size_t i = 0; i < ATTRIBUTES_MAX; i++)
        if (code_eq(&c->attributes[i].name, &op->name)) slot = &c->attributes[i];
    if (slot == NULL) return false;
    *slot = (struct attribute){op->name, op->value};
    return true;
}

static bool apply_set(struct kase *c, const struct op *op, instant now) {
    (void)now;
    if (code_is(&op->name, "category"))
        c->category = op->value;
    else if (code_is(&op->name, "condition"))
        c->condition = op->value;
    else if (code_is(&op->name, "area"))
        c->area = op->value;
    else if (code_is(&op->name, "task_area"))
        return apply_task_area(c, op);
    else if (code_is(&op->name, "owner"))
        c->owner = op->value;
    else if (code_is(&op->name, "private"))
        c->is_private = op->n != 0;
    else if (code_is(&op->name, "confidence"))
        c->confidence = (int32_t)op->n;
    else if (code_is(&op->name, "recused"))
        return apply_recused(c, op->n);
    else
        return apply_attribute(c, op);
    return true;
}

static bool apply_link(struct kase *c, const struct op *op, instant now) {
    (void)now;
    struct link *slot = NULL;
    if (code_empty(&op->name) || code_empty(&op->value)) return false;
    for (size_t i = 0; i < LINKS_MAX; i++) {
        struct link *l = &c->links[i];
        if (code_eq(&l->kind, &op->name) && code_eq(&l->number, &op->value)) return true;
        if (code_empty(&l->kind) && slot == NULL) slot = l;
    }
    if (slot == NULL) return false;
    *slot = (struct link){op->name, op->value};
    return true;
}

static bool apply_seal(struct kase *c, const struct op *op, instant now) {
    (void)op, (void)now;
    c->is_sealed = true;
    return true;
}

static bool apply_answer(struct kase *c, const struct op *op, instant now) {
    (void)op, (void)now;
    c->is_answered = true;
    return true;
}

static bool apply_rate(struct kase *c, const struct op *op, instant now) {
    (void)now;
    if (op->n < 1 || op->n > 5) return false;
    c->rating = (int32_t)op->n;
    return true;
}

static bool apply_mark(struct kase *c, const struct op *op, instant now) {
    instant at = instant_is_none(op->at) ? now : op->at;
    if (code_is(&op->name, "accepted"))
        c->accepted = at;
    else if (code_is(&op->name, "dispatched"))
        c->dispatched = at;
    else if (code_is(&op->name, "signed"))
        c->signed_at = at;
    else
        return false;
    return true;
}

/* Things told to others: the case itself does not change. */
static bool apply_told(struct kase *c, const struct op *op, instant now) {
    (void)c, (void)op, (void)now;
    return true;
}

static bool apply_erase(struct kase *c, const struct op *op, instant now) {
    (void)now;
    if (code_is(&op->name, "contacts"))
        c->contacts_gone = true;
    else
        c->is_erased = true;
    return true;
}

static bool apply_peer(struct kase *c, const struct op *op, instant now) {
    (void)now;
    struct partner *p = code_is(&op->name, "from") ? &c->from : code_is(&op->name, "at") ? &c->at : NULL;
    if (p == NULL) return false;
    *p = (struct partner){op->unit, op->value};
    return true;
}

/* Cases that made a precedent are found by their flag; what they propose stands in their history. */
static bool apply_propose(struct kase *c, const struct op *op, instant now) {
    (void)op;
    struct op flag = {.kind = OP_FLAG, .name = code_of("precedent")};
    return apply_flag(c, &flag, now);
}

/* A task's new pass takes the place of its old one; those of tasks that are over leave their slots. */
static bool apply_pass(struct kase *c, const struct op *op, instant now) {
    (void)now;
    struct pass *slot = NULL;
    if (op->id == 0 || case_task(c, op->id) == NULL || code_empty(&op->value)) return false;
    for (size_t i = PASSES_MAX; i-- > 0;) {
        struct pass *p = &c->passes[i];
        const struct task *t = p->task != 0 ? case_task(c, p->task) : NULL;
        bool own = p->task == op->id;
        if (own || ((slot == NULL || slot->task != op->id) && (t == NULL || t->is_over))) slot = p;
    }
    if (slot == NULL) return false;
    *slot = (struct pass){op->id, op->value, op->due};
    return true;
}

static bool (*const appliers[OP_KIND_COUNT])(struct kase *, const struct op *, instant) = {
    [OP_STATE] = apply_state,
    [OP_CLOCK_START] = apply_clock_start,
    [OP_CLOCK_STOP] = apply_clock_stop,
    [OP_CLOCK_PAUSE] = apply_clock_pause,
    [OP_CLOCK_RESUME] = apply_clock_resume,
    [OP_CLOCK_EXTEND] = apply_clock_extend,
    [OP_CLOCK_MISSED] = apply_clock_missed,
    [OP_CLOCK_MOVE] = apply_clock_move,
    [OP_TASK_OPEN] = apply_task_open,
    [OP_TASK_STATE] = apply_task_state,
    [OP_TASK_CANCEL] = apply_task_cancel,
    [OP_COUNT] = apply_count,
    [OP_FLAG] = apply_flag,
    [OP_UNFLAG] = apply_unflag,
    [OP_UNIT] = apply_unit,
    [OP_SET] = apply_set,
    [OP_LINK] = apply_link,
    [OP_SEAL] = apply_seal,
    [OP_ANSWER] = apply_answer,
    [OP_RATE] = apply_rate,
    [OP_MARK] = apply_mark,
    [OP_NOTIFY] = apply_told,
    [OP_ASK] = apply_told,
    [OP_SPLIT] = apply_told,
    [OP_HAND] = apply_told,
    [OP_ERASE] = apply_erase,
    [OP_PEER] = apply_peer,
    [OP_SEND] = apply_told,
    [OP_PROPOSE] = apply_propose,
    [OP_PASS] = apply_pass,
    [OP_METER] = apply_told,
};

bool op_apply(struct kase *c, const struct op *op, instant now) {
    if (op->kind <= OP_NONE || op->kind >= OP_KIND_COUNT) return false;
    return appliers[op->kind](c, op, now);
}
