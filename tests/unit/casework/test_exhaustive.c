/* Every state × action × role × relation of every procedure, against a twin that reads nothing but the package's
 * structs; and every situation a case can come into, none of which is a dead end. */
#include <stdlib.h>
#include <string.h>

#include "scenes.h"

#include "casework/number.h"

static struct city *city;
static struct arena memory;

/* --- who stands where: the relation of each actor to the case below, written down rather than computed --- */

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

/* The tiny city's people and things. */
static struct cast cast_of(const struct procedure *p) {
    static const char *const rows[][2] = {
        {"petition", "p01"}, {"mediation", "d01"}, {"service", "a01"}, {"disclosure", "g01"}, {"desk", "w01"}};
    struct cast c = {.city = city,
                     .unit = code_of("dept"),
                     .others = {code_of("other"), code_of("centre"), code_of("office1"), code_of("crew")},
                     .area = code_of("g11"),
                     .elsewhere = code_of("g12"),
                     .category = code_of("m01"),
                     .new_category = code_of("d01"),
                     .item = code_of("G01"),
                     .material = code_of("form")};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (code_is(&p->name, rows[i][0])) c.category = code_of(rows[i][1]);
    return c;
}

static struct stance stance_of(const struct scene *s, const struct person *who) {
    struct stance r = {.reads = s->p->is_private ? who->reads_private : who->reads, .of_case = who->posts};
    bool is_open = s->kind != NULL && !s->task->is_end;
    if (who->actor.kind == ACTOR_CONTRACTOR && !is_open) r.reads = false; /* it ends with the task */
    bool reader = s->p->n_readers == 0;
    for (size_t i = 0; i < s->p->n_readers; i++) reader = reader || strcmp(s->p->readers[i].s, who->actor.role.s) == 0;
    if (who->actor.kind == ACTOR_STAFF) r.reads = r.reads && reader;
    bool in_task = is_open && s->of == OF_LEAD && strcmp(who->actor.unit.s, "dept") == 0;
    if (!in_task) r.of_case &= ~BIT(POST_UNIT); /* without a task of one's own one is no unit of it */
    r.of_task = s->of == OF_GRID ? who->grid_task : who->unit_task;
    return r;
}

struct tally {
    struct desk *d;
    size_t rows, done;
};

static void compare(const struct scene *s, const struct action *a, const struct person *who, struct tally *t) {
    struct desk *d = t->d;
    struct command command = scene_command(s, a, who->actor, AS_SHOWN);
    scene_set(s, d, &d->c);
    struct stance stance = stance_of(s, who);
    enum verdict want = scene_verdict(s, a, who->actor.kind, &stance);
    struct offer all[OFFERS_MAX];
    size_t n = offers(city, city, &d->c, &who->actor, d->now, all, ARRAY_LEN(all));
    bool offered = false;
    for (size_t i = 0; i < n; i++) offered = offered || all[i].action == a;
    enum status status = desk_run(d, &command);
    if (verdict_of(status, &d->err) != want)
        fail_msg("%s: %s as %s in %s with task %s %s: twin %d, decide %s %s", s->p->name.s, a->name.s, who->what,
                 s->state->name.s, s->kind ? s->kind->name.s : "-", s->kind ? s->task->name.s : "", want,
                 status_name(status), d->err.code);
    if (offered && want != MAY) fail_msg("%s was offered to %s in %s", a->name.s, who->what, s->state->name.s);
    if (status == OK && !offered) fail_msg("%s was not offered to %s in %s", a->name.s, who->what, s->state->name.s);
    if (status == OK) scene_assert_moved(s, a, &d->c);
    if (status != OK && want == MAY && !refusal_is_its_own(a, &d->err))
        fail_msg("%s as %s in %s: %s %s", a->name.s, who->what, s->state->name.s, status_name(status), d->err.code);
    t->rows++;
    t->done += status == OK;
    arena_clear(&d->arena);
}

static void compare_scene(const struct scene *s, void *ctx) {
    struct person all[24];
    size_t n = people(all);
    for (size_t i = 0; i < s->p->n_actions; i++)
        for (size_t k = 0; k < n; k++) compare(s, &s->p->actions[i], &all[k], ctx);
}

static void decide_equals_the_twin(void **state) {
    (void)state;
    struct desk d;
    struct tally t = {.d = &d};
    desk_init(&d, city, "2026-11-24 09:00");
    for (size_t p = 0; p < city->n_procedures; p++) {
        struct cast cast = cast_of(&city->procedures[p]);
        scenes_each(&cast, &city->procedures[p], 2, compare_scene, &t);
    }
    print_message("%zu rows, %zu of them possible\n", t.rows, t.done);
    assert_true(t.done > 1000);
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
    struct cast cast = cast_of(w->p);
    struct command command = scene_command(&(struct scene){.cast = &cast, .p = w->p}, o->action, actor, AS_SHOWN);
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
        struct offer all[OFFERS_MAX];
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
