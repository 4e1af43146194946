/* What cases decided about competence: read from their history, where the decision stands with its reasons. */
#include "app/app.h"
#include "casework/facts.h"

static void take(const struct case_row *row, const struct stored_entry *e, const struct facts *f,
                 struct precedent *ret) {
    for (size_t i = 0; i < f->n_ops; i++) {
        const struct op *op = &f->ops[i];
        bool verdict = code_is(&op->name, "row_adopted") || code_is(&op->name, "row_rejected");
        if (op->kind == OP_FLAG && verdict) ret->verdict = op->name;
        if (op->kind != OP_PROPOSE) continue;
        *ret = (struct precedent){row->number, op->name, op->value, op->unit, op->area, e->recorded, {{0}}};
    }
}

static enum status find(struct app *app, const struct case_row *row, struct arena *arena, struct precedent *ret,
                        struct err *err) {
    struct stored_entry *entries = NULL;
    size_t n = 0;
    enum status status = store_history(app->store, row->id, arena, &entries, &n, err);
    for (size_t i = 0; status == OK && i < n; i++) {
        struct facts f = {0};
        if (entries[i].kind != ENTRY_ACTED) continue;
        status = facts_read(ENTRY_ACTED, entries[i].facts, arena, NULL, &f, err);
        if (status == OK) take(row, &entries[i], &f, ret);
    }
    return status;
}

enum status app_precedents(struct app *app, const struct caller *caller, size_t limit, str cursor, struct arena *arena,
                           struct precedents *ret, struct err *err) {
    struct listing list;
    enum status status = app_list(app, caller, S("flag:precedent"), S("updated"), limit, cursor, arena, &list, err);
    *ret = (struct precedents){0};
    if (status != OK) return status;
    ret->all = NEW_ARRAY(arena, struct precedent, list.n + 1);
    ret->next = list.next;
    for (size_t i = 0; status == OK && i < list.n; i++) {
        struct precedent *p = &ret->all[ret->n];
        status = find(app, &list.rows[i], arena, p, err);
        ret->n += !code_empty(&p->category);
    }
    return status;
}
