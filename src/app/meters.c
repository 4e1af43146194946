/* Meters: what actions counted for the units that lead, read from the entries that say so. Never for who acts. */
#include "app/app.h"
#include "casework/facts.h"

#define PAGE 500
#define ROWS_MAX 4000

static bool counts(const struct procedure *p) {
    for (size_t i = 0; i < p->n_actions; i++)
        for (size_t k = 0; k < p->actions[i].n_effects; k++)
            if (p->actions[i].effects[k].kind == EFFECT_METER) return true;
    return false;
}

static void add(struct meters *m, const struct op *op, day on) {
    for (size_t i = 0; i < m->n; i++) {
        struct meter_row *r = &m->rows[i];
        if (!code_eq(&r->name, &op->name) || !code_eq(&r->unit, &op->unit) || r->on.n != on.n) continue;
        r->n += op->n;
        return;
    }
    if (m->n == ROWS_MAX)
        m->more = true;
    else
        m->rows[m->n++] = (struct meter_row){op->name, op->unit, on, op->n};
}

static enum status read_case(struct app *app, uint64_t id, const struct meter_request *r, struct arena *arena,
                             struct meters *ret, struct err *err) {
    const struct zone *zone = &app_city(app)->calendar.zone;
    struct stored_entry *entries = NULL;
    size_t n = 0;
    enum status status = store_history(app->store, id, arena, &entries, &n, err);
    for (size_t i = 0; status == OK && i < n; i++) {
        struct facts f = {0};
        day on = day_from_instant(zone, entries[i].recorded);
        if (entries[i].kind != ENTRY_ACTED || on.n < r->from.n || on.n > r->upto.n) continue;
        status = facts_read(ENTRY_ACTED, entries[i].facts, arena, NULL, &f, err);
        for (size_t k = 0; status == OK && k < f.n_ops; k++)
            if (f.ops[k].kind == OP_METER && (code_empty(&r->unit) || code_eq(&r->unit, &f.ops[k].unit)))
                add(ret, &f.ops[k], on);
    }
    return status;
}

/* The cases of a procedure that changed since the first day, the latest first. */
static enum status read_procedure(struct app *app, const struct procedure *p, const struct meter_request *r,
                                  struct arena *arena, struct meters *ret, struct err *err) {
    const struct city *city = app_city(app);
    int64_t since = day_start(&city->calendar.zone, r->from).ms;
    struct query *query = NULL;
    struct listing list = {.next = S("")};
    str unit = code_empty(&r->unit) ? S("") : str_format(arena, " lead:%s", r->unit.s);
    enum status status =
        query_parse(str_format(arena, "procedure:%s%.*s", p->name.s, P(unit)), city, arena, &query, err);
    while (status == OK) {
        status = store_list(app->store, query, SORT_UPDATED_DESC, PAGE, list.next, app_now(app), arena, &list, err);
        for (size_t i = 0; status == OK && i < list.n; i++) {
            if (list.rows[i].updated.ms < since) return OK;
            status = read_case(app, list.rows[i].id, r, arena, ret, err);
        }
        if (str_empty(list.next)) return status;
    }
    return status;
}

static enum status read_meters(struct app *app, const struct meter_request *r, struct arena *arena, struct meters *ret,
                               struct err *err) {
    const struct city *city = app_city(app);
    enum status status = OK;
    *ret = (struct meters){.rows = NEW_ARRAY(arena, struct meter_row, ROWS_MAX)};
    for (size_t i = 0; i < city->n_procedures && status == OK; i++)
        if (counts(&city->procedures[i])) status = read_procedure(app, &city->procedures[i], r, arena, ret, err);
    return status;
}

enum status app_meters(struct app *app, const struct caller *caller, day from, day upto, struct arena *arena,
                       struct meters *ret, struct err *err) {
    struct meter_request r = {.from = from, .upto = upto};
    bool all = caller->role != NULL && caller->role->see == SCOPE_JURISDICTION && caller->role->sees_stats;
    if (!all) r.unit = caller->actor.unit;
    if (!all && code_empty(&r.unit)) return err_set(err, E_DENIED, "not_allowed", "You may ask for your own unit.");
    if (upto.n >= from.n && upto.n - from.n < COVERAGE_DAYS_MAX) return read_meters(app, &r, arena, ret, err);
    err_set(err, E_INVALID, "bad_value", "The last day must not be before the first, nor %d days after it.",
            COVERAGE_DAYS_MAX);
    err_field(err, "to");
    return E_INVALID;
}

static int64_t reached(const struct meters *m, const code *name) {
    int64_t n = 0;
    for (size_t i = 0; i < m->n; i++)
        if (code_eq(&m->rows[i].name, name)) n += m->rows[i].n;
    return n;
}

enum status app_meter_allows(struct app *app, const struct kase *c, const struct action *a,
                             const struct command *command, struct arena *arena, struct err *err) {
    day today = day_from_instant(&app_city(app)->calendar.zone, app_now(app));
    for (size_t i = 0; i < a->n_effects; i++) {
        const struct effect *e = &a->effects[i];
        if (e->kind != EFFECT_METER || e->a_day == 0) continue;
        struct meters m;
        enum status status = read_meters(app, &(struct meter_request){c->unit, today, today}, arena, &m, err);
        if (status != OK) return status;
        int64_t before = reached(&m, &e->name), more = meter_of(e, command);
        if (before + more <= e->a_day) continue;
        err_set(err, E_STATE, "meter_full", "The unit has asked for %lld today; %lld more would be above %d.",
                (long long)before, (long long)more, (int)e->a_day);
        err_hint(err, "Ask for fewer fields or grids, take what is known already, or ask another day.");
        return E_STATE;
    }
    return OK;
}
