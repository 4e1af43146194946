/* Looking things up in a procedure. Lists are short (tens), so lookups walk. */
#include "city/procedure.h"

static const char *const post_names[POST_COUNT] = {
    [POST_CENTRE] = "centre",     [POST_SUPERVISOR] = "supervisor",
    [POST_UNIT] = "unit",         [POST_LEAD] = "lead",
    [POST_GRID] = "grid",         [POST_OFFICE] = "office",
    [POST_REPORTER] = "reporter", [POST_TIMER] = "timer",
    [POST_IMPORT] = "import",     [POST_INVESTIGATOR] = "investigator",
    [POST_HEAD] = "head",         [POST_CONTRACTOR] = "contractor",
};

const char *post_name(enum post post) {
    return post_names[post];
}

bool post_parse(str s, enum post *ret) {
    for (uint32_t i = 0; i < POST_COUNT; i++) {
        if (!str_is(s, post_names[i])) continue;
        *ret = (enum post)i;
        return true;
    }
    return false;
}

const struct state *procedure_state(const struct procedure *p, const code *name) {
    for (size_t i = 0; i < p->n_states; i++)
        if (code_eq(&p->states[i].name, name)) return &p->states[i];
    return NULL;
}

const struct task_kind *procedure_task(const struct procedure *p, const code *name) {
    for (size_t i = 0; i < p->n_tasks; i++)
        if (code_eq(&p->tasks[i].name, name)) return &p->tasks[i];
    return NULL;
}

const struct state *task_state(const struct task_kind *k, const code *name) {
    for (size_t i = 0; i < k->n_states; i++)
        if (code_eq(&k->states[i].name, name)) return &k->states[i];
    return NULL;
}

const struct action *procedure_action(const struct procedure *p, str name) {
    for (size_t i = 0; i < p->n_actions; i++)
        if (str_eq(str_code(&p->actions[i].name), name)) return &p->actions[i];
    return NULL;
}

const struct field *action_field(const struct action *a, str name) {
    for (size_t i = 0; i < a->n_fields; i++)
        if (str_eq(str_code(&a->fields[i].name), name)) return &a->fields[i];
    return NULL;
}

bool action_on_task(const struct action *a, const code *kind) {
    return code_is(&a->task, "*") || code_eq(&a->task, kind);
}

bool procedure_reads(const struct procedure *p, const code *role) {
    for (size_t i = 0; i < p->n_readers; i++)
        if (code_eq(&p->readers[i], role)) return true;
    return p->n_readers == 0;
}

bool action_from(const struct action *a, const struct state *s) {
    for (size_t i = 0; i < a->n_from; i++) {
        if (code_is(&a->from[i], "*") ? !s->is_end : code_eq(&a->from[i], &s->name)) return true;
    }
    return false;
}

/* How an effect starts the clock. out: 0 = it does not, 1 = by a limit, 2 = until a stated date. */
static int starts(const struct effect *e, const code *name) {
    if (e->kind == EFFECT_TASK_OPEN && !code_empty(&e->extra)) return code_is(name, "promise") ? 2 : 0;
    if (e->kind != EFFECT_CLOCK_START || !code_eq(&e->name, name)) return 0;
    return code_empty(&e->value) ? 1 : 2;
}

bool procedure_clock_until(const struct procedure *p, const code *name) {
    bool ret = false;
    for (size_t i = 0; i < p->n_states; i++) {
        str text = str_code(name), state = str_code(&p->states[i].name), prefix = S("state:");
        bool here = str_starts(text, prefix) && str_eq(str_slice(text, prefix.len, text.len), state);
        if (here) return p->states[i].clock_until_roster;
    }
    for (size_t i = 0; i < p->n_actions; i++) {
        for (size_t k = 0; k < p->actions[i].n_effects; k++) {
            int how = starts(&p->actions[i].effects[k], name);
            if (how == 1) return false;
            ret = ret || how == 2;
        }
    }
    return ret;
}

str effect_field(const code *value) {
    str v = str_code(value), prefix = S("field.");
    return str_starts(v, prefix) ? str_slice(v, prefix.len, v.len) : STR_NONE;
}
