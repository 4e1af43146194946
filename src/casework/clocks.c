/* The clocks of a case: what starts, pauses, moves and stops them. How time is counted is clock.c's. */
#include "casework/clock.h"
#include "casework/decide_int.h"

struct limit clock_limit(const struct clock *k) {
    return (struct limit){.unit = k->unit,
                          .amount = k->amount,
                          .first_day_counts = k->first_day_counts,
                          .rolls_over = k->rolls_over,
                          .basis = str_code(&k->basis)};
}

struct limit condition_limit(const struct decision *d) {
    uint32_t n = code_empty(&d->c.condition) ? NONE : city_condition(d->law, str_code(&d->c.condition));
    return n == NONE ? (struct limit){.unit = LIMIT_NONE} : d->law->conditions[n].limit;
}

static instant start_of(const struct decision *d, enum limit_from from) {
    instant at = INSTANT_NONE;
    switch (from) {
    case FROM_FILED: /* history that comes in late is not overdue on arrival */
        at = d->c.is_imported ? INSTANT_NONE : d->c.filed;
        break;
    case FROM_ACCEPTED:
        at = d->c.accepted;
        break;
    case FROM_DISPATCHED:
        at = d->c.dispatched;
        break;
    case FROM_SIGNED:
        at = d->c.signed_at;
        break;
    case FROM_ENTERED:
        break;
    }
    return instant_is_none(at) ? d->given->now : at;
}

bool clock_of_task(const code *name) {
    return code_is(name, "task") || code_is(name, "promise");
}

enum status clock_begin(struct decision *d, const code *name, uint32_t task, const struct limit *limit) {
    if (d->no_clocks || limit->unit == LIMIT_NONE) return OK;
    instant start = start_of(d, limit->from);
    struct due due = clock_due(&d->world->calendar, limit, start);
    struct op op = op_new(OP_CLOCK_START);
    op.id = d->c.next_clock;
    op.name = *name;
    op.task = task;
    op.limit = *limit;
    str basis = limit->basis;
    while (!code_from(basis, &op.basis)) basis = utf8_prefix(basis, utf8_count(basis) - 1);
    if (start.ms != d->given->now.ms) op.at = start;
    op.due = due.at;
    op.provisional = due.provisional;
    return emit(d, op);
}

static bool is_past(const struct decision *d, const struct clock *k) {
    return k->state == CLOCK_RUNNING && d->given->now.ms > k->due.ms;
}

enum status clock_end(struct decision *d, const struct clock *k, const char *value) {
    if (k == NULL || (k->state != CLOCK_RUNNING && k->state != CLOCK_PAUSED)) return OK;
    struct op op = op_new(OP_CLOCK_STOP);
    op.id = k->id;
    op.value = code_of(k->missed || is_past(d, k) ? "missed" : value);
    return emit(d, op);
}

enum status clocks_end(struct decision *d, uint32_t task, const char *value) {
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        const struct clock *k = &d->c.clocks[i];
        if (k->id == 0 || (task != UINT32_MAX && k->task != task)) continue;
        enum status status = clock_end(d, k, value);
        if (status != OK) return status;
    }
    return OK;
}

static enum status pause(struct decision *d, const struct clock *k, bool by_state, const code *order) {
    if (k == NULL || k->state != CLOCK_RUNNING) return OK;
    if (is_past(d, k) && !k->missed) {
        struct op missed = op_new(OP_CLOCK_MISSED);
        missed.id = k->id;
        enum status status = emit(d, missed);
        if (status != OK) return status;
    }
    struct limit limit = clock_limit(k);
    struct op op = op_new(OP_CLOCK_PAUSE);
    op.id = k->id;
    /* A clock that starts from an instant to come has used nothing. */
    bool begun = d->given->now.ms > k->resumed.ms;
    op.n = k->used + (begun ? clock_used(&d->world->calendar, &limit, k->resumed, d->given->now) : 0);
    op.by_state = by_state;
    if (order != NULL) op.value = *order;
    return emit(d, op);
}

enum status clock_pause(struct decision *d, const struct clock *k, bool by_state) {
    return pause(d, k, by_state, NULL);
}

enum status clock_hold(struct decision *d, const struct clock *k, const code *order) {
    return pause(d, k, false, order);
}

enum status clock_resume(struct decision *d, const struct clock *k) {
    if (k == NULL || k->state != CLOCK_PAUSED) return OK;
    struct limit limit = clock_limit(k);
    struct due due = clock_due_after(&d->world->calendar, &limit, k->used, d->given->now);
    struct op op = op_new(OP_CLOCK_RESUME);
    op.id = k->id;
    op.due = due.at;
    op.provisional = due.provisional;
    return emit(d, op);
}

/* The due time of a running clock by what is recorded and the calendar of today. */
static struct due due_now(const struct decision *d, const struct clock *k, const struct limit *limit) {
    bool never_paused = k->resumed.ms == k->started.ms && k->used == 0;
    return never_paused ? clock_due(&d->world->calendar, limit, k->started)
                        : clock_due_after(&d->world->calendar, limit, k->used, k->resumed);
}

enum status clock_extend(struct decision *d, const struct clock *k, const struct limit *by) {
    if (k == NULL || (k->state != CLOCK_RUNNING && k->state != CLOCK_PAUSED)) return OK;
    if (by != NULL && by->unit != k->unit)
        return refuse(d->err, E_STATE, "other_unit", NULL, "The clock counts in another unit than its extension.");
    struct limit limit = clock_limit(k);
    int32_t amount = by != NULL ? by->amount : k->original;
    if (__builtin_add_overflow(limit.amount, amount, &limit.amount))
        return refuse(d->err, E_STATE, "too_long", NULL, "The clock cannot be extended that far.");
    struct op op = op_new(OP_CLOCK_EXTEND);
    op.id = k->id;
    op.n = limit.amount;
    if (k->state == CLOCK_RUNNING) {
        struct due due = due_now(d, k, &limit);
        op.due = due.at;
        op.provisional = due.provisional;
    }
    return emit(d, op);
}

enum status decide_recompute(struct decision *d) {
    bool moved = false; /* else a due time only became certain: nothing to tell */
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        const struct clock *k = &d->c.clocks[i];
        if (k->id == 0 || k->state != CLOCK_RUNNING) continue;
        struct limit limit = clock_limit(k);
        struct due due = due_now(d, k, &limit);
        if (due.at.ms == k->due.ms && due.provisional == k->provisional) continue;
        moved = moved || due.at.ms != k->due.ms;
        struct op op = op_new(OP_CLOCK_MOVE);
        op.id = k->id;
        op.at = k->due;
        op.due = due.at;
        op.provisional = due.provisional;
        enum status status = emit(d, op);
        if (status != OK) return status;
    }
    if (d->n_ops == 0) return OK;
    if (!moved) return entry_finish(d, ENTRY_MOVED, STR_NONE);
    struct op notify = op_new(OP_NOTIFY);
    notify.name = code_of("reporter");
    notify.value = code_of("notice.moved");
    enum status status = emit(d, notify);
    return status == OK ? entry_finish(d, ENTRY_MOVED, STR_NONE) : status;
}
