/* Follows the machines of a procedure: every state is reached, can be moved on by its owner, and leads to an end.
 * Guards are taken to hold: what they forbid at one time they allow at another. */
#include "city/procedure_int.h"

#define STATES_MAX 64

struct graph {
    bool edge[STATES_MAX][STATES_MAX];
    bool start[STATES_MAX]; /* beside the first: opened there */
    bool back[STATES_MAX];  /* from this pausing state one goes back to where one came from */
    size_t n;
};

static size_t index_of(const struct state *states, size_t n, const code *name) {
    for (size_t i = 0; i < n; i++)
        if (code_eq(&states[i].name, name)) return i;
    return n;
}

static void add_edge(struct graph *g, size_t from, size_t to) {
    if (from < g->n && to < g->n) g->edge[from][to] = true;
}

static void root_action_edges(const struct procedure *p, const struct action *a, struct graph *g) {
    if (code_empty(&a->to) || a->to_back) return;
    for (size_t i = 0; i < p->n_states; i++)
        if (action_from(a, &p->states[i])) add_edge(g, i, index_of(p->states, p->n_states, &a->to));
}

static void root_graph(const struct procedure *p, struct graph *g) {
    g->n = p->n_states;
    for (size_t i = 0; i < p->n_actions; i++) root_action_edges(p, &p->actions[i], g);
    for (size_t i = 0; i < p->n_joins; i++)
        add_edge(g, index_of(p->states, p->n_states, &p->joins[i].from),
                 index_of(p->states, p->n_states, &p->joins[i].to));
    for (size_t i = 0; i < p->n_actions; i++)
        for (size_t k = 0; k < p->n_states; k++)
            if (p->actions[i].to_back && p->states[k].pauses && action_from(&p->actions[i], &p->states[k]))
                g->back[k] = true;
}

static bool task_action_from(const struct action *a, const struct state *s) {
    if (a->n_task_from == 0) return !s->is_end;
    for (size_t i = 0; i < a->n_task_from; i++)
        if (code_eq(&a->task_from[i], &s->name)) return true;
    return false;
}

/* An effect on a task may meet it in any state that is no end. */
static void effect_edges(const struct task_kind *t, const struct effect *effects, size_t n, struct graph *g) {
    for (size_t i = 0; i < n; i++) {
        bool opens = effects[i].kind == EFFECT_TASK_OPEN && code_eq(&effects[i].name, &t->name);
        size_t in = opens ? index_of(t->states, t->n_states, &effects[i].state) : t->n_states;
        if (in < t->n_states) g->start[in] = true;
        if (effects[i].kind != EFFECT_TASK_STATE || !code_eq(&effects[i].name, &t->name)) continue;
        for (size_t s = 0; s < t->n_states; s++)
            if (!t->states[s].is_end) add_edge(g, s, index_of(t->states, t->n_states, &effects[i].value));
    }
}

static void task_graph(const struct procedure *p, const struct task_kind *t, struct graph *g) {
    g->n = t->n_states;
    for (size_t i = 0; i < p->n_actions; i++) {
        const struct action *a = &p->actions[i];
        effect_edges(t, a->effects, a->n_effects, g);
        if (!code_eq(&a->task, &t->name) || code_empty(&a->task_to)) continue;
        for (size_t s = 0; s < t->n_states; s++)
            if (task_action_from(a, &t->states[s])) add_edge(g, s, index_of(t->states, t->n_states, &a->task_to));
    }
    for (size_t i = 0; i < p->n_joins; i++) effect_edges(t, p->joins[i].effects, p->joins[i].n_effects, g);
    effect_edges(t, p->start_effects, p->n_start_effects, g);
}

static void spread(const struct graph *g, bool backwards, bool *mark) {
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t a = 0; a < g->n; a++) {
            for (size_t b = 0; b < g->n; b++) {
                if (!g->edge[a][b]) continue;
                size_t from = backwards ? b : a, to = backwards ? a : b;
                if (!mark[from] || mark[to]) continue;
                mark[to] = grew = true;
            }
        }
    }
}

/* Going back reaches nothing new and settles nothing: it leads to an end only if every state one comes from does. */
static void spread_back(const struct graph *g, bool *ends) {
    for (size_t i = 0; i < g->n; i++) {
        bool all = g->back[i];
        for (size_t from = 0; all && from < g->n; from++) all = !g->edge[from][i] || ends[from];
        if (all) ends[i] = true;
    }
}

static void check_graph(const struct procedure *p, const struct state *states, const struct graph *g, const char *what,
                        struct findings *found) {
    bool reached[STATES_MAX] = {0}, ends[STATES_MAX] = {0};
    for (size_t i = 0; i < g->n; i++) {
        reached[i] = i == 0 || g->start[i];
        ends[i] = states[i].is_end;
    }
    spread(g, false, reached);
    spread(g, true, ends);
    spread_back(g, ends);
    for (size_t i = 0; i < g->n; i++) {
        const struct state *s = &states[i];
        if (!reached[i])
            findings_add(found, FINDING_ERROR, p->file, s->line, "an action or join that leads there",
                         "Nothing reaches the state %s of %s.", s->name.s, what);
        if (!ends[i])
            findings_add(found, FINDING_ERROR, p->file, s->line, "an action that leads on",
                         "The state %s of %s never ends.", s->name.s, what);
    }
}

/* Whether the owner of a state has something to do in it. */
static bool owner_acts(const struct procedure *p, const struct state *s) {
    for (size_t i = 0; i < p->n_actions; i++) {
        const struct action *a = &p->actions[i];
        if (action_from(a, s) && (a->posts & 1U << s->owner) != 0) return true;
    }
    return false;
}

static bool are_states(const struct state *states, size_t n, const code *names, size_t n_names) {
    for (size_t i = 0; i < n_names; i++)
        if (!code_empty(&names[i]) && !code_is(&names[i], "*") && index_of(states, n, &names[i]) == n) return false;
    return true;
}

/* Whether every move names states that there are: else what is reachable cannot be told, and the wrong name is a finding
 * of its own. */
static bool moves_resolve(const struct procedure *p) {
    bool all = p->n_states > 0;
    for (size_t i = 0; i < p->n_actions; i++) {
        const struct action *a = &p->actions[i];
        all = all && are_states(p->states, p->n_states, a->from, a->n_from);
        all = all && (a->to_back || are_states(p->states, p->n_states, &a->to, 1));
        const struct task_kind *t = code_empty(&a->task) ? NULL : procedure_task(p, &a->task);
        if (code_empty(&a->task) || code_is(&a->task, "*")) continue;
        all = all && t != NULL && are_states(t->states, t->n_states, &a->task_to, 1) &&
              are_states(t->states, t->n_states, a->task_from, a->n_task_from);
    }
    for (size_t i = 0; i < p->n_joins; i++)
        all = all && are_states(p->states, p->n_states, &p->joins[i].from, 1) &&
              are_states(p->states, p->n_states, &p->joins[i].to, 1);
    return all;
}

void procedure_check_flow(const struct procedure *p, struct findings *found) {
    struct graph root = {0};
    if (!moves_resolve(p)) return;
    if (p->n_states > STATES_MAX) {
        findings_add(found, FINDING_ERROR, p->file, 0, NULL, "More than %d states.", STATES_MAX);
        return;
    }
    root_graph(p, &root);
    check_graph(p, p->states, &root, "the case", found);
    for (size_t i = 0; i < p->n_states; i++) {
        const struct state *s = &p->states[i];
        if (!s->is_end && !owner_acts(p, s))
            findings_add(found, FINDING_ERROR, p->file, s->line, "by: […]",
                         "The owner of the state %s (%s) can do nothing in it.", s->name.s, post_name(s->owner));
    }
    for (size_t i = 0; i < p->n_tasks; i++) {
        struct graph g = {0};
        if (p->tasks[i].n_states > STATES_MAX) continue;
        task_graph(p, &p->tasks[i], &g);
        check_graph(p, p->tasks[i].states, &g, p->tasks[i].name.s, found);
    }
}
