#include <string.h>

#include "casework/command.h"
#include "casework/facts.h"

static enum status corrupt(struct err *err, const struct entry *e, const char *why) {
    err_set(err, E_CORRUPT, "bad_facts", "Entry %u does not fit its case: %s.", (unsigned)e->n, why);
    return E_CORRUPT;
}

/* A case before its first outcome: times are none, ids count from 1. */
static void start(struct kase *c, const struct entry *e) {
    memset(c, 0, sizeof *c); /* padding too: cases are compared as bytes */
    c->id = e->case_id;
    c->next_task = c->next_clock = 1;
    c->filed = e->recorded;
    c->happened = c->ended = c->dispatched = c->accepted = c->signed_at = INSTANT_NONE;
    c->state_entered = e->recorded;
}

static enum status apply_to(struct kase *next, const struct entry *e, struct arena *arena, struct err *err) {
    struct facts f;
    if (e->kind == ENTRY_FILED) start(next, e);
    enum status status = facts_read(e->kind, e->facts, arena, next, &f, err);
    if (status != OK) return status;
    if (e->kind == ENTRY_FILED && (code_empty(&next->number) || code_empty(&next->state)))
        return corrupt(err, e, "no number or no state");
    for (size_t i = 0; i < f.n_ops; i++)
        if (!op_apply(next, &f.ops[i], e->recorded)) return corrupt(err, e, "an outcome contradicts it");
    next->version = e->n;
    return OK;
}

enum status apply(struct kase *c, const struct entry *e, struct err *err) {
    bool stream = e->kind == ENTRY_STAFF || e->kind == ENTRY_CITY || e->kind == ENTRY_EXCHANGE;
    if ((e->kind == ENTRY_FILED) != (c->version == 0) && !stream) return corrupt(err, e, "it is not the next one");
    if (e->n != c->version + 1) return corrupt(err, e, "its number is wrong");
    struct kase next = *c;
    if (stream) {
        next.id = e->case_id;
        next.version = e->n;
        if (e->kind == ENTRY_EXCHANGE && !exchange_apply(&next, e)) return corrupt(err, e, "it is no message");
        *c = next;
        return OK;
    }
    struct arena arena;
    arena_init(&arena, 0);
    enum status status = apply_to(&next, e, &arena, err);
    arena_done(&arena);
    if (status == OK) *c = next;
    return status;
}
