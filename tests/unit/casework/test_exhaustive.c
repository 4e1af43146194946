/* Every state × action × role × relation of every procedure, against a twin that reads nothing but the package's
 * structs; and every situation a case can come into, none of which is a dead end. */
#include <stdlib.h>
#include <string.h>

#include "case_support.h"

#include "casework/number.h"

static struct city *city;
static struct arena memory;

/* --- who stands where: the relation of each actor to the case below, written down rather than computed --- */

#define BIT(p) (1U << (p))

/* The case is led by dept, lies in g11 and has one task, of dept or of the grid workers of g11. */
struct person {
    const char *what;
    struct actor actor;
    uint32_t posts;     /* held, and whose relation to the case holds */
    uint32_t unit_task; /* … to a task of dept */
    uint32_t grid_task; /* … to a task of the grid workers of g11 */
    bool reads;         /* a case that is not private */
    bool reads_private;
};

static struct actor bearer(const char *key) {
    return (struct actor){.kind = ACTOR_CONTRACTOR, .role = code_of(key)};
}

static size_t people(struct person *ret) {
    size_t n = 0;
    ret[n++] = (struct person){
        "operator", staff("operator", "centre", ""), BIT(POST_CENTRE), BIT(POST_CENTRE), BIT(POST_CENTRE), true, true};
    ret[n++] = (struct person){"supervisor",
                               staff("supervisor", "centre", ""),
                               BIT(POST_SUPERVISOR),
                               BIT(POST_SUPERVISOR),
                               BIT(POST_SUPERVISOR),
                               true,
                               true};
    ret[n++] = (struct person){"own unit",
                               staff("handler", "dept", ""),
                               BIT(POST_UNIT) | BIT(POST_LEAD),
                               BIT(POST_UNIT) | BIT(POST_LEAD),
                               BIT(POST_LEAD),
                               true,
                               true};
    ret[n++] = (struct person){"other unit", staff("handler", "other", ""), 0, 0, 0, false, false};
    ret[n++] = (struct person){"unit below", staff("handler", "dept_sub", ""), 0, 0, 0, false, false};
    ret[n++] =
        (struct person){"own area", staff("grid_worker", "", "g11"), BIT(POST_GRID), 0, BIT(POST_GRID), true, false};
    ret[n++] =
        (struct person){"area above", staff("grid_worker", "", "t1"), BIT(POST_GRID), 0, BIT(POST_GRID), true, false};
    ret[n++] = (struct person){"other area", staff("grid_worker", "", "g12"), 0, 0, 0, false, false};
    ret[n++] = (struct person){"own office",
                               staff("area_officer", "office1", "t1"),
                               BIT(POST_OFFICE),
                               BIT(POST_OFFICE),
                               BIT(POST_OFFICE),
                               true,
                               true};
    ret[n++] = (struct person){"other office", staff("area_officer", "office2", "t2"), 0, 0, 0, false, false};
    ret[n++] = (struct person){"investigator", staff("investigator", "discipline", ""), 0, 0, 0, true, true};
    ret[n++] = (struct person){"head of unit",
                               staff("unit_head", "dept", ""),
                               BIT(POST_UNIT) | BIT(POST_LEAD) | BIT(POST_HEAD),
                               BIT(POST_UNIT) | BIT(POST_LEAD) | BIT(POST_HEAD),
                               BIT(POST_LEAD),
                               true,
                               true};
    ret[n++] = (struct person){"leader", staff("leader", "", ""), 0, 0, 0, true, true};
    ret[n++] = (struct person){"admin", staff("admin", "", ""), 0, 0, 0, false, false};
    ret[n++] = (struct person){"no role", staff("ghost", "dept", "g11"), 0, 0, 0, false, false};
    ret[n++] =
        (struct person){"reporter", reporter, BIT(POST_REPORTER), BIT(POST_REPORTER), BIT(POST_REPORTER), true, true};
    ret[n++] = (struct person){"timer", timer, BIT(POST_TIMER), BIT(POST_TIMER), BIT(POST_TIMER), true, true};
    ret[n++] = (struct person){"import", importer, BIT(POST_IMPORT), BIT(POST_IMPORT), BIT(POST_IMPORT), true, true};
    ret[n++] = (struct person){"system", machine, 0, 0, 0, true, true};
    ret[n++] = (struct person){"bearer of the task's pass", bearer("key"), 0,    BIT(POST_CONTRACTOR),
                               BIT(POST_CONTRACTOR),        true,          false};
    ret[n++] = (struct person){"bearer of another", bearer("other_key"), 0, 0, 0, false, false};
    return n;
}

/* --- the situation: one state of the root machine, at most one task --- */

struct scene {
    const struct procedure *p;
    const struct state *state;
    const struct task_kind *kind; /* NULL = no task */
    const struct state *task;
    bool of_grid;
};

static const char *category_of(const struct procedure *p) {
    static const char *const rows[][2] = {{"petition", "p01"},   {"mediation", "d01"}, {"service", "a01"},
                                          {"disclosure", "g01"}, {"desk", "w01"},      {"shift", "b01"},
                                          {"crisis", "b02"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (code_is(&p->name, rows[i][0])) return rows[i][1];
    return "m01";
}

static void set_scene(const struct scene *s, const struct desk *d, struct kase *c) {
    memset(c, 0, sizeof *c);
    c->id = 1;
    c->version = 1;
    c->number = number_format(S("TT"), day_from_ymd(2026, 11, 24), 1);
    c->procedure = s->p->name;
    c->state = s->state->name;
    if (s->state->pauses) c->state_before = s->p->states[0].name;
    c->state_entered = c->filed = d->now;
    c->category = code_of(category_of(s->p));
    c->area = code_of("g11");
    c->unit = code_of("dept");
    c->channel = code_of("field");
    c->happened = c->ended = c->dispatched = c->accepted = c->signed_at = INSTANT_NONE;
    c->is_private = s->p->is_private;
    c->is_over = s->state->is_end;
    c->is_closed = s->state->is_closed;
    if (c->is_over) c->ended = d->now;
    c->is_answered = c->is_closed;
    c->next_clock = 1;
    c->next_task = s->kind != NULL ? 2 : 1;
    if (s->kind == NULL) return;
    struct task *t = &c->tasks[0];
    *t = (struct task){.id = 1, .kind = s->kind->name, .state = s->task->name, .opened = d->now, .ended = INSTANT_NONE};
    t->unit = code_of(s->of_grid ? "" : "dept");
    t->area = code_of(s->of_grid ? "g11" : "");
    t->is_over = s->task->is_end;
    c->passes[0] = (struct pass){1, code_of("key"), {d->now.ms + MS_DAY}};
}

/* The twin: walks the package's lists, knows nothing of decide. */
enum verdict { MAY, WRONG_STATE, NOT_ALLOWED };

static bool named(const code *list, size_t n, const code *name) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i].s, name->s) == 0) return true;
    return false;
}

static enum verdict twin(const struct scene *s, const struct action *a, const struct person *who) {
    bool reads = s->p->is_private ? who->reads_private : who->reads;
    bool has_pass = s->kind != NULL && !s->task->is_end;
    if (who->actor.kind == ACTOR_CONTRACTOR && !has_pass) reads = false; /* it ends with the task */
    if (who->actor.kind == ACTOR_STAFF && s->p->n_readers > 0)
        reads = reads && named(s->p->readers, s->p->n_readers, &who->actor.role);
    bool in_task = s->kind != NULL && !s->task->is_end && !s->of_grid && strcmp(who->actor.unit.s, "dept") == 0;
    if (!reads) return NOT_ALLOWED;
    /* who sees a part only is not told of states by what is never his */
    if (who->actor.kind == ACTOR_REPORTER && (a->posts & BIT(POST_REPORTER)) == 0) return NOT_ALLOWED;
    if (who->actor.kind == ACTOR_CONTRACTOR && (a->posts & BIT(POST_CONTRACTOR)) == 0) return NOT_ALLOWED;
    bool star = named(a->from, a->n_from, &(code){"*"}) && !s->state->is_end;
    if (!star && !named(a->from, a->n_from, &s->state->name)) return WRONG_STATE;
    if (a->task.s[0] == '\0') {
        uint32_t posts = who->posts;
        if (!in_task) posts &= ~BIT(POST_UNIT); /* without a task of one's own one is no unit of it */
        return (posts & a->posts) != 0 ? MAY : NOT_ALLOWED;
    }
    bool fits = s->kind != NULL && !s->task->is_end &&
                (strcmp(s->kind->name.s, a->task.s) == 0 || strcmp(a->task.s, "*") == 0) &&
                (a->n_task_from == 0 || named(a->task_from, a->n_task_from, &s->task->name));
    if (!fits) return WRONG_STATE;
    uint32_t posts = s->of_grid ? who->grid_task : who->unit_task;
    return (posts & a->posts) != 0 ? MAY : NOT_ALLOWED;
}

static str value_for(const struct field *f) {
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_MEDIA:
    case FIELD_DOCUMENT:
        return S("一段足够长的说明文字");
    case FIELD_UNIT:
        return S("other");
    case FIELD_UNITS:
        return S("other,crew");
    case FIELD_ITEM:
        return S("G01");
    case FIELD_AREAS:
    case FIELD_AREA:
        return S("g12");
    case FIELD_CATEGORY:
        return f->any ? S("d01") : STR_NONE; /* else optional everywhere: the case keeps its own */
    case FIELD_CONDITION:
        return STR_NONE;
    case FIELD_NUMBER:
        return f->max > 0 && f->max < 4 ? S("1") : S("4");
    case FIELD_CHOICE:
        return str_code(&f->choices[0]);
    case FIELD_CASE:
        return S("TT20260101000010");
    case FIELD_INSTANT:
        return S("2026-12-24T08:30:00+08:00"); /* some day to come */
    case FIELD_TASK:
        return S("1");
    case FIELD_BOOL:
        return S("true");
    case FIELD_CHANNEL:
        return S("police");
    case FIELD_CASES:
        break; /* the server fills it in */
    case FIELD_MATERIALS:
        return S("form");
    }
    return STR_NONE;
}

/* A unit that had none of the tasks that the guards of the action exclude. */
static str fresh_unit(const struct action *a) {
    size_t n = 0;
    for (size_t i = 0; i < a->n_guards; i++) n += a->guards[i].kind == GUARD_FIELD_NEVER;
    return n == 0 ? S("other") : n == 1 ? S("centre") : S("office1");
}

static struct command command_for(const struct action *a, struct actor actor) {
    static code other;
    struct command c = {.kind = COMMAND_ACT, .action = a->name, .actor = actor};
    other = number_format(S("TT"), day_from_ymd(2026, 1, 1), 1);
    c.pass = code_of("key");
    for (size_t i = 0; i < a->n_fields; i++) {
        const struct field *f = &a->fields[i];
        str text = f->type == FIELD_CASE ? str_code(&other) : f->type == FIELD_UNIT ? fresh_unit(a) : value_for(f);
        if (text.len > 0) c.values[c.n_values++] = (struct value){a->fields[i].name, text};
    }
    return c;
}

static bool is_guard_of(const struct action *a, const char *refusal) {
    for (size_t i = 0; i < a->n_guards; i++)
        if (strcmp(a->guards[i].refusal.s, refusal) == 0) return true;
    return false;
}

/* What an action may come to that is allowed but not possible here: one of its guards, or a demand of an end. */
static bool is_excuse(const struct action *a, const struct err *err) {
    static const char *const demands[] = {"no_answer",  "no_basis", "no_channel", "no_original",
                                          "open_parts", "guard",    "no_unit",    "not_outside"};
    for (size_t i = 0; i < ARRAY_LEN(demands); i++)
        if (strcmp(err->code, demands[i]) == 0) return true;
    return is_guard_of(a, err->code);
}

static bool is_reached_by_join(const struct procedure *p, const code *state) {
    for (size_t i = 0; i < p->n_joins; i++)
        if (code_eq(&p->joins[i].to, state)) return true;
    return false;
}

static void assert_moved(const struct scene *s, const struct action *a, const struct kase *after) {
    const code *to = a->to_back ? &s->p->states[0].name : a->to.s[0] != '\0' ? &a->to : &s->state->name;
    bool moved = code_eq(&after->state, to) || is_reached_by_join(s->p, &after->state);
    if (!moved) fail_msg("%s in %s led to %s", a->name.s, s->state->name.s, after->state.s);
    if (s->kind == NULL || a->task.s[0] == '\0' || a->task_to.s[0] == '\0' || after->is_over) return;
    const struct task *t = case_task(after, 1);
    assert_true(t != NULL && code_eq(&t->state, &a->task_to));
}

static size_t compare(const struct scene *s, const struct action *a, const struct person *who, struct desk *d) {
    struct command command = command_for(a, who->actor);
    set_scene(s, d, &d->c);
    enum verdict want = twin(s, a, who);
    struct offer all[64];
    size_t n = offers(city, city, &d->c, &who->actor, d->now, all, ARRAY_LEN(all));
    bool offered = false;
    for (size_t i = 0; i < n; i++) offered = offered || all[i].action == a;
    enum status status = desk_run(d, &command);
    enum verdict got = status == E_DENIED && strcmp(d->err.code, "not_allowed") == 0  ? NOT_ALLOWED
                       : status == E_STATE && strcmp(d->err.code, "wrong_state") == 0 ? WRONG_STATE
                                                                                      : MAY;
    if (got != want)
        fail_msg("%s: %s as %s in %s with task %s %s: twin %d, decide %s %s", s->p->name.s, a->name.s, who->what,
                 s->state->name.s, s->kind ? s->kind->name.s : "-", s->kind ? s->task->name.s : "", want,
                 status_name(status), d->err.code);
    if (offered && want != MAY) fail_msg("%s was offered to %s in %s", a->name.s, who->what, s->state->name.s);
    if (status == OK && !offered) fail_msg("%s was not offered to %s in %s", a->name.s, who->what, s->state->name.s);
    if (status == OK) assert_moved(s, a, &d->c);
    if (status != OK && want == MAY && !is_excuse(a, &d->err))
        fail_msg("%s as %s in %s: %s %s", a->name.s, who->what, s->state->name.s, status_name(status), d->err.code);
    return status == OK;
}

static void compare_scene(const struct scene *s, struct desk *d, size_t *rows, size_t *done) {
    struct person all[24];
    size_t n = people(all);
    for (size_t i = 0; i < s->p->n_actions; i++) {
        for (size_t k = 0; k < n; k++) {
            *done += compare(s, &s->p->actions[i], &all[k], d);
            ++*rows;
            arena_clear(&d->arena);
        }
    }
}

static void decide_equals_the_twin(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    size_t rows = 0, done = 0;
    for (size_t p = 0; p < city->n_procedures; p++) {
        struct scene s = {.p = &city->procedures[p]};
        for (size_t i = 0; i < s.p->n_states; i++) {
            s.state = &s.p->states[i];
            s.kind = NULL;
            compare_scene(&s, &d, &rows, &done);
            if (s.state->is_end) continue; /* an ended case has no open task */
            for (size_t k = 0; k < s.p->n_tasks; k++) {
                s.kind = &s.p->tasks[k];
                for (size_t t = 0; t < s.kind->n_states; t++) {
                    s.task = &s.kind->states[t];
                    for (int of_grid = 0; of_grid < 2; of_grid++) {
                        s.of_grid = of_grid == 1;
                        compare_scene(&s, &d, &rows, &done);
                    }
                }
            }
        }
    }
    print_message("%zu rows, %zu of them possible\n", rows, done);
    assert_true(done > 1000);
    desk_done(&d);
}

/* --- no dead end --- */

/* What distinguishes two situations: everything guards can see, with counters and tasks up to the size that matters. */
struct abstract {
    code state, before;
    uint8_t values[64]; /* counters and flags, in the order of the guards that ask about them */
    uint8_t tasks[20][8];
    uint8_t clock; /* of the handling: none, running, paused; missed */
    bool answered;
};

struct node {
    struct kase c;
    bool ends;
    uint32_t *next; /* nodes reached, not counting what only the reporter or another system can do */
    size_t n_next, cap_next;
};

#define NODES_MAX 120000

struct web {
    const struct procedure *p;
    struct node **nodes;
    size_t n;
    struct map index;
    struct arena arena;
};

/* What guards ask about anywhere in the procedure. */
struct asked {
    const struct guard *all[128];
    size_t n;
};

static void asked_of(const struct procedure *p, struct asked *ret) {
    ret->n = 0;
    for (size_t i = 0; i < p->n_actions; i++)
        for (size_t k = 0; k < p->actions[i].n_guards; k++) ret->all[ret->n++] = &p->actions[i].guards[k];
    for (size_t i = 0; i < p->n_joins; i++)
        for (size_t k = 0; k < p->joins[i].n_guards; k++) ret->all[ret->n++] = &p->joins[i].guards[k];
}

/* What only keeps the timer from repeating itself, or runs beside the case (call-backs, how an order was signed). */
static bool is_beside(const code *name) {
    static const char *const names[] = {"overdue",      "escalated",       "not_reached", "promise_late",
                                        "phone_signed", "call_back_tries", "call_back"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (code_is(name, names[i])) return true;
    return false;
}

/* A counter up to where guards stop telling the difference. */
static void abstract_guard(const struct guard *g, const struct kase *c, struct abstract *ret, size_t *n) {
    bool count = g->kind == GUARD_COUNT_BELOW || g->kind == GUARD_COUNT_FROM;
    bool flag = g->kind == GUARD_FLAG || g->kind == GUARD_NOT_FLAG;
    if ((!count && !flag) || is_beside(&g->name)) return;
    int32_t have = count ? case_count(c, &g->name) : case_flag(c, &g->name);
    ret->values[*n] = (uint8_t)(count && have > g->n ? g->n : have);
    ++*n;
    assert_true(*n < sizeof ret->values);
}

static bool is_asked(const struct asked *asked, const struct task *t) {
    for (size_t i = 0; i < asked->n; i++) {
        const struct guard *g = asked->all[i];
        bool tasks = g->kind == GUARD_TASKS_ALL || g->kind == GUARD_TASKS_ANY || g->kind == GUARD_TASKS_NONE;
        if (tasks && code_eq(&g->name, &t->kind) && (g->kind == GUARD_TASKS_ALL || code_eq(&g->value, &t->state)))
            return true;
    }
    return false;
}

/* Whether a task of the kind can change what happens to the case: a guard asks about it, or an action on it moves the
 * case or changes more than itself. Others run beside the case and cannot hold it. */
static bool matters(const struct procedure *p, const struct asked *asked, const code *kind) {
    if (is_beside(kind)) return false; /* the centre can end it at any time */
    for (size_t i = 0; i < asked->n; i++) {
        const struct guard *g = asked->all[i];
        bool tasks = g->kind == GUARD_TASKS_ALL || g->kind == GUARD_TASKS_ANY || g->kind == GUARD_TASKS_NONE ||
                     g->kind == GUARD_FIELD_NEVER;
        if (tasks && (code_eq(&g->name, kind) || code_eq(&g->value, kind))) return true;
    }
    for (size_t i = 0; i < p->n_actions; i++) {
        const struct action *a = &p->actions[i];
        if (!code_eq(&a->task, kind)) continue;
        if (!code_empty(&a->to)) return true;
        for (size_t k = 0; k < a->n_effects; k++)
            if (a->effects[k].kind != EFFECT_NOTIFY && a->effects[k].kind != EFFECT_PASS) return true;
    }
    return false;
}

static void abstract_tasks(const struct procedure *p, const struct asked *asked, const struct kase *c,
                           struct abstract *ret) {
    for (size_t i = 0; i < TASKS_MAX; i++) {
        const struct task *t = &c->tasks[i];
        if (t->id == 0 || t->cancelled || (t->is_over && !is_asked(asked, t))) continue;
        if (!matters(p, asked, &t->kind)) continue;
        const struct task_kind *kind = procedure_task(p, &t->kind);
        size_t k = (size_t)(kind - p->tasks), s = (size_t)(task_state(kind, &t->state) - kind->states);
        bool counts = !t->is_over && is_asked(asked, t);
        uint8_t *count = &ret->tasks[k][s];
        if (*count < (counts ? 2 : 1)) ++*count;
    }
}

static struct abstract abstract_of(const struct procedure *p, const struct kase *c) {
    struct abstract a;
    struct asked asked;
    memset(&a, 0, sizeof a);
    asked_of(p, &asked);
    a.state = c->state;
    a.before = c->state_before;
    a.answered = c->is_answered;
    size_t n = 0;
    for (size_t i = 0; i < asked.n; i++) abstract_guard(asked.all[i], c, &a, &n);
    abstract_tasks(p, &asked, c, &a);
    const struct clock *k = case_clock(c, "handling", 0);
    bool live = k != NULL && (k->state == CLOCK_RUNNING || k->state == CLOCK_PAUSED);
    if (live) a.clock = (uint8_t)(1 + (k->state == CLOCK_PAUSED) + 2 * k->missed);
    return a;
}

/* The node of a situation, new or known. */
static uint32_t node_of(struct web *w, const struct kase *c) {
    struct abstract a = abstract_of(w->p, c);
    str key = {(const char *)&a, sizeof a};
    uint32_t known = map_get(&w->index, key);
    if (known != MAP_NONE) return known;
    if (w->n == NODES_MAX) fail_msg("more than %d situations", NODES_MAX);
    struct node *n = NEW(&w->arena, struct node);
    n->c = *c;
    n->ends = c->is_over;
    w->nodes[w->n] = n;
    map_set(&w->index, str_dup(&w->arena, key), (uint32_t)w->n);
    return (uint32_t)w->n++;
}

static void add_next(struct web *w, struct node *n, uint32_t to) {
    if (n->n_next == n->cap_next) {
        size_t cap = n->cap_next ? n->cap_next * 2 : 8;
        uint32_t *grown = NEW_ARRAY(&w->arena, uint32_t, cap);
        if (n->n_next > 0) memcpy(grown, n->next, n->n_next * sizeof *grown);
        n->next = grown;
        n->cap_next = cap;
    }
    n->next[n->n_next++] = to;
}

/* A way out must not hang on the goodwill of the reporter or of another system. */
static bool is_ours(const struct actor *a) {
    return a->kind == ACTOR_STAFF || a->kind == ACTOR_TIMER;
}

static void try_action(struct web *w, struct desk *d, uint32_t at, const struct offer *o, struct actor actor) {
    struct command command = command_for(o->action, actor);
    for (size_t i = 0; i < command.n_values; i++) /* one way to dispatch is enough: without assistants */
        if (code_is(&command.values[i].name, "assist")) command.values[i] = command.values[--command.n_values];
    command.task = o->task;
    d->c = w->nodes[at]->c;
    if (desk_run(d, &command) != OK) return;
    uint32_t to = node_of(w, &d->c);
    if (to != at && is_ours(&actor)) add_next(w, w->nodes[at], to);
}

static void try_ticks(struct web *w, struct desk *d, uint32_t at) {
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        d->c = w->nodes[at]->c;
        const struct clock *k = &d->c.clocks[i];
        if (k->id == 0 || k->state != CLOCK_RUNNING || k->missed) continue;
        instant before = d->now;
        assert_ok(d, desk_tick(d, k));
        d->now = before;
        uint32_t to = node_of(w, &d->c);
        if (to != at) add_next(w, w->nodes[at], to);
    }
}

static void expand(struct web *w, struct desk *d, uint32_t at) {
    static const char *const units[] = {"dept", "other", "crew", "centre", "office1"};
    struct actor actors[16];
    size_t n = 0;
    actors[n++] = staff("operator", "centre", "");
    actors[n++] = staff("supervisor", "centre", "");
    actors[n++] = staff("grid_worker", "", "g11");
    actors[n++] = bearer("key");
    for (size_t i = 0; i < ARRAY_LEN(units); i++) actors[n++] = staff("unit_head", units[i], "");
    actors[n++] = reporter;
    actors[n++] = importer;
    for (size_t i = 0; i < n; i++) {
        struct offer all[64];
        size_t offered = offers(city, city, &w->nodes[at]->c, &actors[i], d->now, all, ARRAY_LEN(all));
        for (size_t k = 0; k < offered; k++) try_action(w, d, at, &all[k], actors[i]);
    }
    try_ticks(w, d, at);
    arena_clear(&d->arena);
}

/* Situations from which no end is reached. */
static size_t dead_ends(struct web *w) {
    size_t dead = 0;
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = w->n; i-- > 0;) {
            struct node *n = w->nodes[i];
            for (size_t k = 0; !n->ends && k < n->n_next; k++)
                if (w->nodes[n->next[k]]->ends) n->ends = grew = true;
        }
    }
    for (size_t i = 0; i < w->n; i++) {
        if (w->nodes[i]->ends) continue;
        if (dead++ == 0) print_message("%s: no way out of %s\n", w->p->name.s, w->nodes[i]->c.state.s);
    }
    return dead;
}

/* Explores all situations. out: the dead ends among them. */
static size_t explore(const char *category, const char *channel) {
    struct desk d;
    struct web w = {0};
    desk_init(&d, city, "2026-11-24 09:00");
    arena_init(&w.arena, (size_t)2 << 30);
    map_init(&w.index);
    w.nodes = NEW_ARRAY(&w.arena, struct node *, NODES_MAX);
    bool at_desk = category[0] == 'w'; /* nobody files there for himself */
    struct command file = filing_of(category, "g11", channel, at_desk ? staff("operator", "centre", "") : reporter);
    assert_ok(&d, desk_run(&d, &file));
    w.p = city_procedure(city, str_code(&d.c.procedure));
    node_of(&w, &d.c);
    for (uint32_t i = 0; i < w.n; i++) expand(&w, &d, i);
    size_t dead = dead_ends(&w);
    bool seen[64] = {0};
    for (size_t i = 0; i < w.n; i++) seen[procedure_state(w.p, &w.nodes[i]->c.state) - w.p->states] = true;
    for (size_t i = 0; i < w.p->n_states; i++)
        if (!seen[i] && dead == 0) fail_msg("%s: nothing comes into the state %s", w.p->name.s, w.p->states[i].name.s);
    print_message("%s: %zu situations\n", w.p->name.s, w.n);
    map_done(&w.index);
    arena_done(&w.arena);
    desk_done(&d);
    return dead;
}

static void no_report_is_stuck(void **state) {
    (void)state;
    assert_int_equal(explore("m01", "field"), 0);
}

static void no_petition_is_stuck(void **state) {
    (void)state;
    assert_int_equal(explore("p01", "letter"), 0);
}

static void no_mediation_is_stuck(void **state) {
    (void)state;
    assert_int_equal(explore("d01", "web"), 0);
}

static void no_application_is_stuck(void **state) {
    (void)state;
    assert_int_equal(explore("a01", "web"), 0);
    assert_int_equal(explore("g01", "web"), 0);
}

static void no_visitor_is_stuck(void **state) {
    (void)state;
    assert_int_equal(explore("w01", "visit"), 0);
}

/* The exploration would find a state that its owner cannot leave. */
static void a_missing_way_out_is_found(void **state) {
    (void)state;
    static const char *const ways[] = {"kept", "broken", "withdraw", "to_court"};
    uint32_t posts[ARRAY_LEN(ways)];
    const struct procedure *p = city_procedure(city, S("mediation"));
    for (size_t i = 0; i < p->n_actions; i++)
        for (size_t k = 0; k < ARRAY_LEN(ways); k++)
            if (code_is(&p->actions[i].name, ways[k])) {
                posts[k] = p->actions[i].posts;
                p->actions[i].posts &= BIT(POST_REPORTER);
            }
    assert_true(explore("d01", "web") > 0);
    for (size_t i = 0; i < p->n_actions; i++)
        for (size_t k = 0; k < ARRAY_LEN(ways); k++)
            if (code_is(&p->actions[i].name, ways[k])) p->actions[i].posts = posts[k];
}

int main(void) {
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decide_equals_the_twin),  cmocka_unit_test(no_mediation_is_stuck),
        cmocka_unit_test(no_petition_is_stuck),    cmocka_unit_test(a_missing_way_out_is_found),
        cmocka_unit_test(no_application_is_stuck), cmocka_unit_test(no_visitor_is_stuck),
        cmocka_unit_test(no_report_is_stuck)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    arena_done(&memory);
    return failed;
}
