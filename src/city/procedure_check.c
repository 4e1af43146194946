/* What a procedure must be, apart from its shape: names resolve, every state is owned and clocked or says why not,
 * every clock names its basis, and what casework will demand of an end can be given. */
#include <stdio.h>

#include "city/procedure_int.h"

#define STATE_NAME_MAX 25 /* "state:" + name is the code of its clock */

struct checker {
    const struct procedure *p;
    size_t n_langs;
    struct findings *found;
};

/* Whom effects may open tasks for, and tell. Each ends with NULL. */
static const char *const targets[] = {"lead",       "unit",       "assist", "grid",  "standby", "centre",
                                      "supervisor", "discipline", "above",  "below", NULL};
static const char *const listeners[] = {"reporter", "lead", "unit", "centre", "grid", "supervisor", "above", NULL};
static const char *const settable[] = {"category", "condition", "area", "owner", NULL};
/* Attributes of a case that effects may not name their own by. */
static const char *const reserved[] = {"private", "confidence", "recused", "about", "channel", NULL};
static const char *const marks[] = {"accepted", "dispatched", "signed", NULL};
static const char *const links[] = {"duplicate_of", "part_of",  "follows",     "earlier", "followed_by",
                                    "cites",        "found_at", "has_finding", NULL};
/* What casework itself counts and flags. */
static const char *const own_counts[] = {"open_parts", "duplicates", NULL};
static const char *const own_flags[] = {"proposed",  "urgent",   "supervised",     "handed_up", "elsewhere",
                                        "precedent", "exercise", "order_in_force", NULL};

static bool listed(const code *c, const char *const *list) {
    for (; *list != NULL; list++)
        if (code_is(c, *list)) return true;
    return false;
}

#define FAULT(k, line, hint, ...) findings_add((k)->found, FINDING_ERROR, (k)->p->file, (line), (hint), __VA_ARGS__)

static void check_text(const struct checker *k, const struct text *t, uint32_t line, const char *what) {
    for (size_t i = 0; i < k->n_langs; i++)
        if (str_empty(t->in[i]))
            FAULT(k, line, "every text in every language", "The label of %s lacks a language.", what);
}

typedef bool (*effect_test)(const struct effect *e, const code *name);
static bool anywhere(const struct procedure *p, effect_test test, const code *name);
static bool flags(const struct effect *e, const code *name);

static void check_state(const struct checker *k, const struct state *s) {
    check_text(k, &s->label, s->line, s->name.s);
    if (str_code(&s->name).len > STATE_NAME_MAX)
        FAULT(k, s->line, "25 bytes at most", "The name of the state %s is too long.", s->name.s);
    if (s->is_end && (s->has_clock || s->pauses))
        FAULT(k, s->line, NULL, "The end %s has no clock and pauses nothing.", s->name.s);
    if (s->is_end) return;
    if (!s->has_clock && str_empty(s->no_clock_reason))
        FAULT(k, s->line, "clock: {limit: …, basis: …} or no_clock: \"why\"",
              "The state %s has neither a clock nor a reason.", s->name.s);
    if (s->has_clock && !s->clock_from_condition && s->clock.unit != LIMIT_NONE && str_empty(s->clock.basis))
        FAULT(k, s->line, "a law and article, or: local rule", "The clock of the state %s names no basis.", s->name.s);
    if (s->has_clock && !s->clock_from_condition && s->clock.unit == LIMIT_NONE)
        FAULT(k, s->line, "no_clock: \"why\"", "The clock of the state %s never ends.", s->name.s);
    bool known = code_empty(&s->ladder) || code_is(&s->ladder, "always") || listed(&s->ladder, own_flags);
    if (!known && !anywhere(k->p, flags, &s->ladder))
        FAULT(k, s->line, "always, or a flag", "Nothing sets the flag %s, at which the ladder begins.", s->ladder.s);
}

static void check_states(const struct checker *k, const struct state *states, size_t n, uint32_t line,
                         const char *what) {
    if (n == 0) {
        FAULT(k, line, NULL, "%s has no states.", what);
        return;
    }
    if (states[0].is_end) FAULT(k, states[0].line, "the first state is the start", "%s ends where it starts.", what);
    bool closes = false;
    for (size_t i = 0; i < n; i++) {
        check_state(k, &states[i]);
        closes = closes || states[i].end == END_CLOSED;
    }
    if (!closes) FAULT(k, line, "end: closed", "%s has no end that settles it.", what);
}

/* --- names in guards and effects --- */

static bool any_in(const struct effect *effects, size_t n, effect_test test, const code *name) {
    for (size_t i = 0; i < n; i++)
        if (test(&effects[i], name)) return true;
    return false;
}

/* Whether any effect anywhere in the procedure passes the test. */
static bool anywhere(const struct procedure *p, effect_test test, const code *name) {
    if (any_in(p->start_effects, p->n_start_effects, test, name)) return true;
    for (size_t i = 0; i < p->n_actions; i++)
        if (any_in(p->actions[i].effects, p->actions[i].n_effects, test, name)) return true;
    for (size_t i = 0; i < p->n_joins; i++)
        if (any_in(p->joins[i].effects, p->joins[i].n_effects, test, name)) return true;
    return false;
}

static bool counts(const struct effect *e, const code *name) {
    return e->kind == EFFECT_COUNT && code_eq(&e->name, name);
}

static bool flags(const struct effect *e, const code *name) {
    return e->kind == EFFECT_FLAG && code_eq(&e->name, name);
}

static bool starts_clock(const struct effect *e, const code *name) {
    return e->kind == EFFECT_CLOCK_START && code_eq(&e->name, name);
}

static bool sets(const struct effect *e, const code *name) {
    return e->kind == EFFECT_SET && code_eq(&e->name, name);
}

static bool opens_task(const struct effect *e, const code *name) {
    return (e->kind == EFFECT_TASK_OPEN || e->kind == EFFECT_TASK_PLAN) && code_eq(&e->name, name);
}

static bool answers(const struct effect *e, const code *name) {
    (void)name;
    return e->kind == EFFECT_ANSWER;
}

static bool promises(const struct effect *e, const code *name) {
    (void)name;
    return e->kind == EFFECT_TASK_OPEN && !code_empty(&e->extra);
}

static bool any_ladder(const struct state *states, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!code_empty(&states[i].ladder)) return true;
    return false;
}

static bool has_ladder(const struct procedure *p) {
    bool any = any_ladder(p->states, p->n_states);
    for (size_t i = 0; i < p->n_tasks; i++) any = any || any_ladder(p->tasks[i].states, p->tasks[i].n_states);
    return any;
}

static bool clock_known(const struct procedure *p, const code *name) {
    if (code_is(name, "task") || anywhere(p, starts_clock, name)) return true;
    if (code_is(name, "promise")) return anywhere(p, promises, name);
    if (code_is(name, "ladder")) return has_ladder(p);
    for (size_t i = 0; i < p->n_states; i++) {
        char own[sizeof "state:" + CODE_MAX];
        snprintf(own, sizeof own, "state:%s", p->states[i].name.s);
        if (p->states[i].has_clock && code_is(name, own)) return true;
    }
    return false;
}

static void check_any_state(const struct checker *k, const code *state, uint32_t line) {
    bool any = state == NULL;
    for (size_t i = 0; i < k->p->n_tasks && !any; i++) any = task_state(&k->p->tasks[i], state) != NULL;
    if (!any) FAULT(k, line, NULL, "No task has the state %s.", state->s);
}

/* A kind of task and a state of it; of "*" some kind has the state. */
static void check_task_state(const struct checker *k, const code *kind, const code *state, uint32_t line) {
    if (code_is(kind, "*")) {
        check_any_state(k, state, line);
        return;
    }
    const struct task_kind *t = procedure_task(k->p, kind);
    if (t == NULL)
        FAULT(k, line, NULL, "There is no task %s.", kind->s);
    else if (state != NULL && task_state(t, state) == NULL)
        FAULT(k, line, NULL, "The task %s has no state %s.", kind->s, state->s);
}

static void check_never(const struct checker *k, const struct guard *g, const struct action *a, uint32_t line) {
    const struct field *f = a != NULL ? action_field(a, str_code(&g->name)) : NULL;
    if (f == NULL || (f->type != FIELD_UNIT && f->type != FIELD_UNITS))
        FAULT(k, line, NULL, "There is no field of units %s here.", g->name.s);
    check_task_state(k, &g->value, NULL, line);
}

static void check_attribute(const struct checker *k, const code *name, uint32_t line) {
    static const char *const known[] = {"category", "area", "about", "channel", NULL};
    if (!listed(name, known) && !anywhere(k->p, sets, name))
        FAULT(k, line, "category, area, about, channel, or one that an effect sets", "A case has no attribute \"%s\".",
              name->s);
}

static void check_guard(const struct checker *k, const struct guard *g, const struct action *a, uint32_t line) {
    switch (g->kind) {
    case GUARD_COUNT_BELOW:
    case GUARD_COUNT_FROM:
        if (!anywhere(k->p, counts, &g->name) && !listed(&g->name, own_counts))
            FAULT(k, line, "{count: …, do: add}", "Nothing counts %s.", g->name.s);
        break;
    case GUARD_FLAG:
    case GUARD_NOT_FLAG:
        if (!anywhere(k->p, flags, &g->name) && !listed(&g->name, own_flags))
            FAULT(k, line, "{flag: …, do: set}", "Nothing sets the flag %s.", g->name.s);
        break;
    case GUARD_CLOCK_RUNNING:
    case GUARD_CLOCK_LIVE:
    case GUARD_CLOCK_MISSED:
        if (!clock_known(k->p, &g->name))
            FAULT(k, line, "{clock: …, do: start}", "Nothing starts the clock %s.", g->name.s);
        break;
    case GUARD_TASKS_ALL:
    case GUARD_TASKS_ANY:
    case GUARD_TASKS_NONE:
        check_task_state(k, &g->name, &g->value, line);
        break;
    case GUARD_FIELD_IN:
        if (a == NULL || action_field(a, str_code(&g->name)) == NULL)
            FAULT(k, line, NULL, "There is no field %s here.", g->name.s);
        break;
    case GUARD_FIELD_NEVER:
        check_never(k, g, a, line);
        break;
    case GUARD_LINKED:
    case GUARD_NOT_LINKED:
        if (!listed(&g->name, links)) FAULT(k, line, NULL, "%s is no kind of link.", g->name.s);
        break;
    case GUARD_CASE_IN:
        check_attribute(k, &g->name, line);
        break;
    case GUARD_OTHER_ACTOR:
    case GUARD_SAME_ACTOR:
        if (!anywhere(k->p, sets, &g->name))
            FAULT(k, line, "{set: …, to: actor}", "Nothing notes who is the %s.", g->name.s);
        break;
    case GUARD_WITHIN:
    case GUARD_NOT_WITHIN:
        break;
    }
}

/* The field that an effect takes a value from, which must have one of the types (bit set). */
static void check_named_field(const struct checker *k, const code *value, const struct action *a, uint32_t types,
                              uint32_t line) {
    str name = effect_field(value);
    const struct field *f = a != NULL && !str_empty(name) ? action_field(a, name) : NULL;
    if (f == NULL)
        FAULT(k, line, "field.<name of a field of this action>", "The effect has no field %s here.", value->s);
    else if ((types & 1U << f->type) == 0)
        FAULT(k, line, NULL, "The field %s has the wrong type for this effect.", f->name.s);
}

static void check_field(const struct checker *k, const struct effect *e, const struct action *a, uint32_t types,
                        uint32_t line) {
    check_named_field(k, &e->value, a, types, line);
}

static void check_clock_effect(const struct checker *k, const struct effect *e, uint32_t line) {
    if (!clock_known(k->p, &e->name))
        FAULT(k, line, "{clock: …, do: start}", "Nothing starts the clock %s.", e->name.s);
    if (e->kind == EFFECT_CLOCK_START && e->has_limit && e->limit.unit == LIMIT_NONE)
        FAULT(k, line, NULL, "The clock %s never ends.", e->name.s);
    if (e->has_limit && e->limit.unit != LIMIT_NONE && str_empty(e->limit.basis))
        FAULT(k, line, "a law and article, or: local rule", "The clock %s names no basis.", e->name.s);
}

static void check_open(const struct checker *k, const struct effect *e, const struct action *a, uint32_t line) {
    check_task_state(k, &e->name, code_empty(&e->state) ? NULL : &e->state, line);
    if (!code_empty(&e->extra)) check_named_field(k, &e->extra, a, 1U << FIELD_INSTANT, line);
    if (!str_empty(effect_field(&e->value)))
        check_field(k, e, a, 1U << FIELD_UNIT | 1U << FIELD_UNITS, line);
    else if (!listed(&e->value, targets))
        FAULT(k, line, "field.X, lead, assist, grid, standby, centre, supervisor, discipline, above or below",
              "Nobody is called %s.", e->value.s);
}

static void check_assign(const struct checker *k, const struct effect *e, const struct action *a, uint32_t line) {
    if (code_is(&e->value, "route")) return;
    if (!code_is(&e->value, "task"))
        check_field(k, e, a, 1U << FIELD_UNIT, line);
    else if (a == NULL || code_empty(&a->task))
        FAULT(k, line, "task: <kind>", "Only an action on a task can give the case to the task's unit.");
}

static void check_listed(const struct checker *k, const code *word, const char *const *list, const char *what,
                         uint32_t line) {
    if (!listed(word, list)) FAULT(k, line, NULL, "%s is no %s.", word->s, what);
}

static void check_set(const struct checker *k, const struct effect *e, const struct action *a, uint32_t line) {
    if (listed(&e->name, reserved)) FAULT(k, line, NULL, "%s is no attribute that can be set.", e->name.s);
    if (code_is(&e->value, "actor")) return;
    uint32_t own = 1U << FIELD_CHOICE | 1U << FIELD_UNIT | 1U << FIELD_AREA | 1U << FIELD_NUMBER | 1U << FIELD_CASE |
                   1U << FIELD_CHANNEL | 1U << FIELD_BOOL;
    if (!listed(&e->name, settable)) {
        check_field(k, e, a, own, line);
        return;
    }
    uint32_t type = code_is(&e->name, "category") ? FIELD_CATEGORY
                    : code_is(&e->name, "area")   ? FIELD_AREA
                    : code_is(&e->name, "owner")  ? FIELD_TEXT
                                                  : FIELD_CONDITION;
    check_field(k, e, a, 1U << type, line);
}

static void check_link(const struct checker *k, const struct effect *e, const struct action *a, uint32_t line) {
    if (e->kind == EFFECT_LINK) check_listed(k, &e->name, links, "kind of link", line);
    check_field(k, e, a, 1U << FIELD_CASE, line);
}

/* The tasks of a plan follow from the attributes plan and level, chosen from the lists of the package. */
static void check_plan_effect(const struct checker *k, const struct effect *e, uint32_t line) {
    static const code needed[] = {{"plan"}, {"level"}};
    check_task_state(k, &e->name, NULL, line);
    for (size_t i = 0; i < ARRAY_LEN(needed); i++)
        if (!anywhere(k->p, sets, &needed[i]))
            FAULT(k, line, "{set: plan, to: field.plan}, {set: level, to: field.level}",
                  "Tasks of a plan are opened, but nothing sets the %s.", needed[i].s);
}

/* A second field that the effect names. */
static void check_other(const struct checker *k, const struct effect *e, const code *name, const struct action *a,
                        uint32_t types, uint32_t line) {
    struct effect other = *e;
    other.value = *name;
    if (!code_empty(name)) check_field(k, &other, a, types, line);
}

static void check_split(const struct checker *k, const struct effect *e, const struct action *a, uint32_t line) {
    check_field(k, e, a, 1U << FIELD_TEXT, line);
    check_other(k, e, &e->state, a, 1U << FIELD_AREAS, line);
}

static void check_meter(const struct checker *k, const struct effect *e, const struct action *a, uint32_t line) {
    check_field(k, e, a, 1U << FIELD_TEXT | 1U << FIELD_NUMBER, line);
    check_other(k, e, &e->state, a, 1U << FIELD_AREAS | 1U << FIELD_UNITS, line);
}

static void check_effect(const struct checker *k, const struct effect *e, const struct action *a, uint32_t line) {
    for (size_t i = 0; i < e->n_when; i++) check_guard(k, &e->when[i], a, line);
    switch (e->kind) {
    case EFFECT_CLOCK_START:
    case EFFECT_CLOCK_STOP:
    case EFFECT_CLOCK_PAUSE:
    case EFFECT_CLOCK_RESUME:
    case EFFECT_CLOCK_EXTEND:
        if (!code_empty(&e->value)) check_field(k, e, a, 1U << FIELD_INSTANT, line);
        check_clock_effect(k, e, line);
        break;
    case EFFECT_TASK_OPEN:
        check_open(k, e, a, line);
        break;
    case EFFECT_TASK_PLAN:
        check_plan_effect(k, e, line);
        break;
    case EFFECT_TASK_STATE:
    case EFFECT_TASK_CANCEL:
        check_task_state(k, &e->name, e->kind == EFFECT_TASK_STATE ? &e->value : NULL, line);
        break;
    case EFFECT_ASSIGN:
        check_assign(k, e, a, line);
        break;
    case EFFECT_SET:
        check_set(k, e, a, line);
        break;
    case EFFECT_NOTIFY:
        check_listed(k, &e->name, listeners, "one to be told", line);
        break;
    case EFFECT_LINK:
    case EFFECT_MERGE:
        check_link(k, e, a, line);
        break;
    case EFFECT_SPLIT:
        check_split(k, e, a, line);
        break;
    case EFFECT_METER:
        check_meter(k, e, a, line);
        break;
    case EFFECT_ASK:
        check_field(k, e, a, 1U << FIELD_TEXT, line);
        break;
    case EFFECT_ANSWER:
        check_field(k, e, a, 1U << FIELD_TEXT | 1U << FIELD_CHOICE, line);
        break;
    case EFFECT_RATE:
        check_field(k, e, a, 1U << FIELD_NUMBER | 1U << FIELD_CHOICE, line);
        break;
    case EFFECT_MARK:
        check_listed(k, &e->name, marks, "instant that limits start from", line);
        break;
    case EFFECT_FILE:
        if (!str_empty(effect_field(&e->value))) check_field(k, e, a, 1U << FIELD_CATEGORY, line);
        if (!code_empty(&e->extra)) check_named_field(k, &e->extra, a, 1U << FIELD_TEXT, line);
        break;
    case EFFECT_LADDER:
        if (!has_ladder(k->p)) FAULT(k, line, "ladder: always", "No state has a ladder.");
        break;
    case EFFECT_COUNT:
    case EFFECT_COUNT_RESET:
    case EFFECT_FLAG:
    case EFFECT_UNFLAG:
    case EFFECT_HAND_UP:
    case EFFECT_HAND_DOWN:
    case EFFECT_SEAL:
    case EFFECT_RECUSE:
    case EFFECT_PROPOSE:
    case EFFECT_TELL:
    case EFFECT_TAKE_BACK:
        break;
    case EFFECT_PASS:
        check_task_state(k, &e->value, NULL, line);
        break;
    case EFFECT_HAND_OVER:
        if (!str_empty(effect_field(&e->value))) check_field(k, e, a, 1U << FIELD_CHOICE, line);
        break;
    }
}

/* --- actions --- */

static void check_moves(const struct checker *k, const struct action *a) {
    for (size_t i = 0; i < a->n_from; i++)
        if (!code_is(&a->from[i], "*") && procedure_state(k->p, &a->from[i]) == NULL)
            FAULT(k, a->line, NULL, "The action %s begins in no state: %s.", a->name.s, a->from[i].s);
    if (!code_empty(&a->to) && !a->to_back && procedure_state(k->p, &a->to) == NULL)
        FAULT(k, a->line, NULL, "The action %s leads to no state: %s.", a->name.s, a->to.s);
    if (code_empty(&a->task)) {
        if (a->n_task_from > 0 || !code_empty(&a->task_to))
            FAULT(k, a->line, "task: <kind>", "The action %s moves a task but names none.", a->name.s);
        if ((a->posts & 1U << POST_CONTRACTOR) != 0)
            FAULT(k, a->line, "task: <kind>", "A contractor acts on a task only; the action %s names none.", a->name.s);
        return;
    }
    if (code_is(&a->task, "*") && !code_empty(&a->task_to))
        FAULT(k, a->line, "task: <kind>", "The action %s moves tasks of every kind to one state.", a->name.s);
    check_task_state(k, &a->task, code_empty(&a->task_to) ? NULL : &a->task_to, a->line);
    for (size_t i = 0; i < a->n_task_from; i++) check_task_state(k, &a->task, &a->task_from[i], a->line);
}

static void check_pauses(const struct checker *k, const struct action *a) {
    const struct state *to = code_empty(&a->to) || a->to_back ? NULL : procedure_state(k->p, &a->to);
    for (size_t i = 0; i < k->p->n_states; i++) {
        const struct state *s = &k->p->states[i];
        if (!action_from(a, s)) continue;
        if (to != NULL && to->pauses && s->pauses)
            FAULT(k, a->line, "list the states in from", "The action %s pauses what already pauses (%s).", a->name.s,
                  s->name.s);
        if (a->to_back && !s->pauses)
            FAULT(k, a->line, "only a pausing state remembers", "The action %s cannot go back from %s.", a->name.s,
                  s->name.s);
    }
}

/* What casework will demand of the end that the action leads to. */
static void check_end_demands(const struct checker *k, const struct action *a) {
    const struct state *to = code_empty(&a->to) || a->to_back ? NULL : procedure_state(k->p, &a->to);
    const struct field *channel = action_field(a, S("channel"));
    if (to == NULL) return;
    if (to->end == END_REFUSED && (channel == NULL || !channel->required || channel->type != FIELD_CHANNEL))
        FAULT(k, a->line, "channel: {type: channel, required: true, …}",
              "The action %s refuses without naming the right channel.", a->name.s);
    bool merges = false;
    for (size_t i = 0; i < a->n_effects; i++) merges = merges || a->effects[i].kind == EFFECT_MERGE;
    if (to->end == END_MERGED && !merges)
        FAULT(k, a->line, "{merge: field.case}", "The action %s merges without telling the other case.", a->name.s);
    if (to->is_closed && !anywhere(k->p, answers, NULL))
        FAULT(k, a->line, "{answer: field.answer}", "The action %s closes, but nothing answers.", a->name.s);
}

static void check_timer(const struct checker *k, const struct action *a) {
    if ((a->posts & 1U << POST_TIMER) == 0) return;
    bool waits = false;
    for (size_t i = 0; i < a->n_guards; i++) waits = waits || a->guards[i].kind == GUARD_CLOCK_MISSED;
    if (!waits) FAULT(k, a->line, "{clock: …, is: missed}", "The timer's action %s waits for no clock.", a->name.s);
    for (size_t i = 0; i < a->n_fields; i++)
        if (a->fields[i].required) FAULT(k, a->line, NULL, "A timer cannot fill the field %s.", a->fields[i].name.s);
}

/* Contact data is noted while a response is active and nowhere else; what keeps it afterwards is written down. */
static void check_contact(const struct checker *k, const struct action *a, const struct field *f) {
    if ((f->is_contact || f->keeps) && f->type != FIELD_TEXT)
        FAULT(k, a->line, "type: text", "The field %s of the action %s is no text.", f->name.s, a->name.s);
    if (f->keeps && (!f->required || f->min < 10))
        FAULT(k, a->line, "required: true, min: 10", "The assessment %s that keeps contact data may be left out.",
              f->name.s);
    if (f->is_contact && f->is_public)
        FAULT(k, a->line, NULL, "The field %s is contact data: nobody outside reads it.", f->name.s);
    for (size_t i = 0; f->is_contact && i < k->p->n_states; i++)
        if (action_from(a, &k->p->states[i]) && !k->p->states[i].responds)
            FAULT(k, a->line, "from: states with responds: true",
                  "The action %s notes contact data outside an active response (%s).", a->name.s,
                  k->p->states[i].name.s);
}

/* By their names the store finds what an entry cites, and keeps it. */
static void check_files(const struct checker *k, const struct action *a, const struct field *f) {
    bool photos = f->type == FIELD_MEDIA, document = f->type == FIELD_DOCUMENT;
    if (photos != code_is(&f->name, "media"))
        FAULT(k, a->line, "media: {type: media}", "A field of photos is called media, and no other: %s.", f->name.s);
    if (document != code_is(&f->name, "document"))
        FAULT(k, a->line, "document: {type: document}", "A scan is called document, and nothing else: %s.", f->name.s);
    if (document && (a->posts & 1U << POST_REPORTER) != 0)
        FAULT(k, a->line, NULL, "Scans are sent by staff only: %s.", a->name.s);
}

static void check_action(const struct checker *k, const struct action *a) {
    check_text(k, &a->label, a->line, a->name.s);
    if (a->posts == 0) FAULT(k, a->line, "by: [centre]", "Nobody may do the action %s.", a->name.s);
    check_moves(k, a);
    check_pauses(k, a);
    check_end_demands(k, a);
    check_timer(k, a);
    for (size_t i = 0; i < a->n_fields; i++) {
        const struct field *f = &a->fields[i];
        check_text(k, &f->label, a->line, f->name.s);
        check_contact(k, a, f);
        check_files(k, a, f);
        if (f->required_by_condition && f->type != FIELD_MEDIA)
            FAULT(k, a->line, "required: true", "A condition asks for photos only, not for %s.", f->name.s);
        if (f->type == FIELD_CHOICE && f->n_choices == 0 && code_empty(&f->choices_of))
            FAULT(k, a->line, NULL, "The field %s has no choices.", f->name.s);
        for (size_t c = 0; c < f->n_choices; c++) check_text(k, &f->choice_labels[c], a->line, f->choices[c].s);
    }
    for (size_t i = 0; i < a->n_guards; i++) check_guard(k, &a->guards[i], a, a->line);
    for (size_t i = 0; i < a->n_effects; i++) check_effect(k, &a->effects[i], a, a->line);
}

/* The states in which articles are in use exist, and some action gives them their text. */
static void check_articles(const struct checker *k) {
    bool writes = k->p->n_articles == 0;
    for (size_t i = 0; i < k->p->n_articles; i++)
        if (procedure_state(k->p, &k->p->articles[i]) == NULL)
            FAULT(k, 1, NULL, "There is no state \"%s\" for articles.", k->p->articles[i].s);
    for (size_t i = 0; i < k->p->n_actions && !writes; i++)
        writes =
            action_field(&k->p->actions[i], S("title")) != NULL && action_field(&k->p->actions[i], S("body")) != NULL;
    if (!writes) FAULT(k, 1, "an action with the fields title and body", "Nothing gives an article its text.");
}

static void check_join(const struct checker *k, const struct join *j) {
    const struct state *from = procedure_state(k->p, &j->from), *to = procedure_state(k->p, &j->to);
    if (from == NULL || from->is_end) FAULT(k, j->line, NULL, "A join begins in no state: %s.", j->from.s);
    if (to == NULL) FAULT(k, j->line, NULL, "A join leads to no state: %s.", j->to.s);
    if (to != NULL && (to->end == END_REFUSED || to->end == END_MERGED || to->pauses))
        FAULT(k, j->line, NULL, "A join cannot give what the state %s demands.", j->to.s);
    if (j->n_guards == 0) FAULT(k, j->line, NULL, "A join from %s waits for nothing.", j->from.s);
    for (size_t i = 0; i < j->n_guards; i++) check_guard(k, &j->guards[i], NULL, j->line);
    for (size_t i = 0; i < j->n_effects; i++) check_effect(k, &j->effects[i], NULL, j->line);
}

/* A field that what is published cannot do without, in every language of the city if it is a text. */
static void check_published_field(const struct checker *k, const struct action *a, const char *name,
                                  enum field_type type, const char *why) {
    const struct field *f = action_field(a, str_z(name));
    if (f == NULL || f->type != type || !f->required)
        FAULT(k, a->line, why, "What the action %s drafts may lack the field %s.", a->name.s, name);
}

/* source: Emergency Response Law 2024, art. 64: class (the category), level, start, area, cautions, measures, issuer, time of
 * issue (that of the release). */
static void check_draft(const struct checker *k, const struct action *a) {
    static const char WHY[] =
        "突发事件应对法第64条: level, starts, areas, issuer, cautions_zh, measures_zh, all required";
    check_published_field(k, a, "areas", FIELD_AREAS, WHY);
    check_published_field(k, a, "starts", FIELD_INSTANT, WHY);
    check_published_field(k, a, "ends", FIELD_INSTANT, "it ends by itself");
    if (k->p->published == PUBLISHED_NOTICE) {
        check_published_field(k, a, "title_zh", FIELD_TEXT, "title_zh, text_zh");
        check_published_field(k, a, "text_zh", FIELD_TEXT, "title_zh, text_zh");
        return;
    }
    check_published_field(k, a, "level", FIELD_CHOICE, WHY);
    check_published_field(k, a, "issuer", FIELD_UNIT, WHY);
    check_published_field(k, a, "cautions_zh", FIELD_TEXT, WHY);
    check_published_field(k, a, "measures_zh", FIELD_TEXT, WHY);
}

/* Nobody releases what he drafted himself. */
static void check_publish(const struct checker *k) {
    const struct procedure *p = k->p;
    for (size_t i = 0; p->published != PUBLISHED_NOTHING && i < p->n_drafts; i++) {
        const struct action *a = procedure_action(p, str_code(&p->drafts[i]));
        if (a == NULL)
            FAULT(k, 0, NULL, "Nothing drafts: there is no action %s.", p->drafts[i].s);
        else
            check_draft(k, a);
    }
    for (size_t i = 0; p->published != PUBLISHED_NOTHING && i < p->n_releases; i++) {
        const struct action *a = procedure_action(p, str_code(&p->releases[i]));
        bool other = false;
        for (size_t g = 0; a != NULL && g < a->n_guards; g++) other = other || a->guards[g].kind == GUARD_OTHER_ACTOR;
        if (!other)
            FAULT(k, a == NULL ? 0 : a->line, "guards: [{actor: drafter, is: another}]",
                  "The release %s needs another person than who drafted it.", p->releases[i].s);
    }
}

void procedure_check(const struct procedure *p, size_t n_langs, struct findings *found) {
    struct checker k = {p, n_langs, found};
    check_text(&k, &p->label, 0, p->name.s);
    check_states(&k, p->states, p->n_states, 0, "The procedure");
    for (size_t i = 0; i < p->n_tasks; i++) {
        const struct task_kind *t = &p->tasks[i];
        check_text(&k, &t->label, t->line, t->name.s);
        check_states(&k, t->states, t->n_states, t->line, t->name.s);
        if (!anywhere(p, opens_task, &t->name))
            FAULT(&k, t->line, "{task: …, do: open}", "Nothing opens the task %s.", t->name.s);
    }
    for (size_t i = 0; i < p->n_actions; i++) check_action(&k, &p->actions[i]);
    for (size_t i = 0; i < p->n_joins; i++) check_join(&k, &p->joins[i]);
    check_articles(&k);
    for (size_t i = 0; i < p->n_start_effects; i++) check_effect(&k, &p->start_effects[i], NULL, 0);
    check_publish(&k);
    procedure_check_flow(p, found);
}
