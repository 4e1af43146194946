/* What waits for the duty room; see duty.h. */
#include "app/duty.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casework/facts.h"

#define NUMBERS_A_QUERY 100 /* stays below QUERY_TEXT_MAX */

/* --- calls --- */

/* Keeps the offers about one task. */
static void offers_of_task(struct case_view *v, uint32_t task) {
    size_t n = 0;
    for (size_t i = 0; i < v->n_offers; i++)
        if (v->offers[i].task == task) v->offers[n++] = v->offers[i];
    v->n_offers = n;
}

/* Who is to be called for a clock of a ladder. */
static void whom_of(const struct city *city, const struct clock *k, struct duty_call *call) {
    const struct kase *c = &call->view.kase;
    const struct task *t = k->task != 0 ? case_task(c, k->task) : NULL;
    const code *unit = t != NULL ? &t->unit : &c->unit;
    const struct duty_rung *rungs;
    call->rung = clock_rung(k);
    call->n_rungs = city_ladder(city, code_empty(unit) ? NONE : city_unit(city, str_code(unit)), &rungs);
    if (call->rung >= 1 && (size_t)call->rung <= call->n_rungs) call->whom = &rungs[call->rung - 1];
}

static bool is_asked(const struct clock *k, bool promised) {
    bool live = k->id != 0 && (k->state == CLOCK_RUNNING || k->state == CLOCK_PAUSED);
    return live && (promised ? code_is(&k->name, "promise") : clock_rung(k) > 0);
}

static enum status calls_of(struct app *app, const struct caller *caller, const struct case_row *row, bool promised,
                            struct duty_calls *ret, struct err *err) {
    struct case_view view;
    enum status status = app_case_work(app, caller, row->id, &view, err);
    if (status == E_NOT_FOUND) return OK; /* it went out of sight meanwhile */
    for (size_t i = 0; status == OK && i < CLOCKS_MAX; i++) {
        const struct clock *k = &view.kase.clocks[i];
        if (!is_asked(k, promised) || ret->n == DUTY_CALLS_MAX) continue;
        struct duty_call *call = &ret->all[ret->n++];
        *call = (struct duty_call){.row = *row, .view = view, .task = k->task, .due = k->due, .missed = k->missed};
        offers_of_task(&call->view, k->task);
        if (!promised) whom_of(app_city(app), k, call);
    }
    return status;
}

static int by_due(const void *a, const void *b) {
    const struct duty_call *x = a, *y = b;
    if (x->due.ms != y->due.ms) return x->due.ms < y->due.ms ? -1 : 1;
    return x->row.id < y->row.id ? -1 : x->row.id > y->row.id;
}

enum status app_duty_calls(struct app *app, const struct caller *caller, bool promised, struct arena *arena,
                           struct duty_calls *ret, struct err *err) {
    struct listing l;
    bool more;
    str q = promised ? S("status:open flag:promised") : S("status:open flag:to_call");
    *ret = (struct duty_calls){.all = NEW_ARRAY(arena, struct duty_call, DUTY_CALLS_MAX)};
    enum status status = app_list(app, caller, q, S("due"), DUTY_CALLS_MAX, STR_NONE, arena, &l, err);
    if (status == OK) status = app_total(app, caller, q, arena, &ret->total, &more, err);
    for (size_t i = 0; status == OK && i < l.n; i++) status = calls_of(app, caller, &l.rows[i], promised, ret, err);
    if (status == OK) qsort(ret->all, ret->n, sizeof *ret->all, by_due);
    return status;
}

/* --- the turn of a desk --- */

static bool keeps_turns(const struct procedure *p) {
    for (size_t i = 0; i < p->n_states; i++)
        if (p->states[i].clock_until_roster) return true;
    return false;
}

/* Open cases of the procedures that keep turns; empty if there is no such procedure. */
static str turns_query(const struct city *city, struct arena *arena) {
    str names = STR_NONE;
    for (size_t i = 0; i < city->n_procedures; i++)
        if (keeps_turns(&city->procedures[i]))
            names = str_format(arena, "%.*s%s%s", P(names), names.len > 0 ? "," : "", city->procedures[i].name.s);
    return names.len == 0 ? STR_NONE : str_format(arena, "status:open procedure:%.*s", P(names));
}

enum status app_duty_shift(struct app *app, const struct caller *caller, uint32_t desk, struct arena *arena,
                           struct duty_call *ret, bool *ret_found, struct err *err) {
    const struct city *city = app_city(app);
    struct listing l = {0};
    str q = turns_query(city, arena);
    *ret_found = false;
    enum status status = q.len == 0 ? OK : app_list(app, caller, q, S("filed"), 200, STR_NONE, arena, &l, err);
    for (size_t i = 0; status == OK && i < l.n && !*ret_found; i++) {
        *ret = (struct duty_call){.row = l.rows[i]};
        status = app_case_work(app, caller, l.rows[i].id, &ret->view, err);
        if (status == E_NOT_FOUND) status = OK;
        *ret_found = status == OK && code_eq(&ret->view.kase.desk, &city->desks[desk].code);
        ret->due = case_due(&ret->view.kase, NULL);
    }
    return status;
}

/* --- the sheet --- */

static bool takes_down(const struct action *a) {
    for (size_t i = 0; i < a->n_fields; i++)
        if (a->fields[i].type == FIELD_CASES) return true;
    return false;
}

static const struct action *sheet_action(const struct case_view *v) {
    const struct procedure *p = city_procedure(v->law, str_code(&v->kase.procedure));
    for (size_t i = 0; p != NULL && i < p->n_actions; i++)
        if (takes_down(&p->actions[i])) return &p->actions[i];
    return NULL;
}

/* The field's text in the facts of an entry; empty if it had none. */
static str field_taken(const struct history_line *h, const code *name, struct arena *arena) {
    struct kase none;
    struct facts f;
    struct err err;
    struct json j;
    str ret = STR_NONE;
    if (facts_read(h->kind, h->facts, arena, &none, &f, &err) != OK || str_empty(f.fields)) return ret;
    json_init(&j, f.fields, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);)
        if (str_eq(key, str_code(name)) && json_peek(&j) == JSON_STRING)
            json_str(&j, &ret);
        else
            json_skip(&j);
    return ret;
}

static enum status add_rows(struct app *app, const struct caller *caller, str numbers, struct arena *arena,
                            struct sheet_part *part, size_t max, struct err *err) {
    struct listing l;
    str q = str_format(arena, "number:%.*s", P(numbers));
    enum status status = app_list(app, caller, q, S("due"), NUMBERS_A_QUERY, STR_NONE, arena, &l, err);
    for (size_t i = 0; status == OK && i < l.n && part->n < max; i++) part->rows[part->n++] = l.rows[i];
    return status;
}

/* "JT1,JT2,+3": the rows of those that are still seen. */
static enum status part_taken(struct app *app, const struct caller *caller, str text, struct arena *arena,
                              struct sheet_part *part, struct err *err) {
    enum { MAX = 2 * NUMBERS_A_QUERY };
    enum status status = OK;
    int64_t rest = 0;
    size_t n = 0;
    part->rows = NEW_ARRAY(arena, struct case_row, MAX);
    while (status == OK && !str_empty(text)) {
        str chunk = STR_NONE, one;
        for (size_t k = 0; k < NUMBERS_A_QUERY && str_split(&text, ',', &one);) {
            if (str_starts(one, S("+"))) {
                if (!str_to_i64(str_slice(one, 1, one.len), &rest)) rest = 0;
                continue;
            }
            chunk = str_format(arena, "%.*s%s%.*s", P(chunk), k > 0 ? "," : "", P(one));
            k++, n++;
        }
        if (chunk.len > 0) status = add_rows(app, caller, chunk, arena, part, MAX, err);
    }
    part->more = n + (size_t)rest - part->n;
    return status;
}

static enum status part_now(struct app *app, const struct caller *caller, struct arena *arena, struct sheet_part *part,
                            struct err *err) {
    struct listing l;
    uint64_t total = 0;
    bool more;
    enum status status = app_list(app, caller, part->field->query, S("due"), NUMBERS_A_QUERY, STR_NONE, arena, &l, err);
    if (status == OK) status = app_total(app, caller, part->field->query, arena, &total, &more, err);
    if (status != OK) return status;
    part->rows = l.rows;
    part->n = l.n;
    part->more = total > l.n ? (size_t)(total - l.n) : 0;
    return OK;
}

enum status app_sheet(struct app *app, const struct caller *caller, str number, struct arena *arena, struct sheet *ret,
                      struct err *err) {
    memset(ret, 0, sizeof *ret);
    enum status status = app_case(app, caller, number, arena, &ret->view, err);
    if (status != OK) return status;
    ret->action = sheet_action(&ret->view);
    if (ret->action == NULL) return err_set(err, E_NOT_FOUND, "no_sheet", "Nothing of this is taken down in a sheet.");
    for (size_t i = 0; i < ret->view.n_history; i++)
        if (code_eq(&ret->view.history[i].action, &ret->action->name)) ret->taken = &ret->view.history[i];
    for (size_t i = 0; status == OK && i < ret->action->n_fields && ret->n_parts < SHEET_PARTS_MAX; i++) {
        const struct field *f = &ret->action->fields[i];
        if (f->type != FIELD_CASES) continue;
        struct sheet_part *part = &ret->parts[ret->n_parts++];
        part->field = f;
        status = ret->taken == NULL
                     ? part_now(app, caller, arena, part, err)
                     : part_taken(app, caller, field_taken(ret->taken, &f->name, arena), arena, part, err);
    }
    return status;
}
