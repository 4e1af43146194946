#include "cli/explain.h"

#include "api/words.h"

#define STATES_MAX 64 /* the check of procedures refuses more */

static void put(const struct wording *w, const char *z) {
    strbuf_addz(w->out, z);
}

static void put_code(const struct wording *w, const code *c) {
    strbuf_add(w->out, str_code(c));
}

static void put_label(const struct wording *w, const struct state *s) {
    if (s == NULL) return;
    say_text(w, &s->label);
}

/* --- ways on --- */

/* A way out of a state: by an action, or by a join. */
struct way {
    const struct action *action; /* NULL: a join */
    const struct join *join;
    const struct state *to;
};

static bool begins_here(const struct action *a, const struct state *s) {
    return action_from(a, s) && (a->n_from != 1 || !code_is(&a->from[0], "*"));
}

static void put_fields(const struct wording *w, const struct action *a, bool required) {
    size_t n = 0;
    for (size_t i = 0; i < a->n_fields; i++) {
        const struct field *f = &a->fields[i];
        if ((f->required || f->required_by_condition) != required) continue;
        if (n == 0) {
            put(w, "\n      ");
            say(w, required ? "cli.must_give" : "cli.may_give");
        }
        say_comma(w, n++);
        say_text(w, &f->label);
    }
}

/* What must hold, as the refusal says it: that is what somebody reads who tries in vain. */
static void put_guards(const struct wording *w, const struct guard *guards, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const struct guard *g = &guards[i];
        if (code_empty(&g->refusal)) continue;
        put(w, "\n      ");
        say(w, "cli.unless");
        if (g->kind == GUARD_WITHIN || g->kind == GUARD_NOT_WITHIN) {
            say_limit(w, &g->limit, false);
            put(w, " · ");
        }
        strbuf_add(w->out, word2(w->city, w->lang, "refusal.", str_code(&g->refusal)));
    }
}

static void put_target(const struct wording *w, const struct action *a, const code *value) {
    str field = effect_field(value);
    const struct field *f = a != NULL && !str_empty(field) ? action_field(a, field) : NULL;
    if (f != NULL)
        say_text(w, &f->label);
    else
        strbuf_add(w->out, word2(w->city, w->lang, "post.", str_code(value)));
}

/* A date that somebody else sets. */
static void put_until(const struct wording *w, const struct action *a, const struct effect *e) {
    say(w, "cli.until");
    put_target(w, a, &e->value);
    say(w, "cli.open");
    strbuf_add(w->out, basis_word(w->city, w->lang, e->limit.basis));
    say(w, "cli.close");
}

static void put_effect(const struct wording *w, const struct procedure *p, const struct action *a,
                       const struct effect *e) {
    bool start = e->kind == EFFECT_CLOCK_START, extend = e->kind == EFFECT_CLOCK_EXTEND;
    if (start || extend || e->kind == EFFECT_CLOCK_STOP) {
        put(w, "\n      ");
        say(w, start ? "cli.clock_starts" : extend ? "cli.clock_extended" : "cli.clock_stops");
        put_code(w, &e->name);
        if (!start && !e->has_limit) return;
        put(w, " · ");
        if (start && !code_empty(&e->value))
            put_until(w, a, e);
        else
            say_limit(w, &e->limit, !e->has_limit);
    } else if (e->kind == EFFECT_TASK_OPEN) {
        const struct task_kind *k = procedure_task(p, &e->name);
        put(w, "\n      ");
        say(w, "cli.task_opens");
        if (k != NULL) say_text(w, &k->label);
        put(w, " → ");
        put_target(w, a, &e->value);
    }
}

static void put_effects(const struct wording *w, const struct procedure *p, const struct action *a,
                        const struct effect *effects, size_t n) {
    for (size_t i = 0; i < n; i++) put_effect(w, p, a, &effects[i]);
}

static void put_action_head(const struct wording *w, const struct action *a, const struct state *to) {
    put(w, "\n    ");
    put(w, to != NULL || a->to_back ? "──▶ " : "  · ");
    say_text(w, &a->label);
    put(w, " (");
    put_code(w, &a->name);
    put(w, ") · ");
    say_posts(w, a->posts);
    if (a->to_back) {
        put(w, " ──▶ ");
        say(w, "cli.back");
    } else if (to != NULL) {
        put(w, " ──▶ ");
        put_label(w, to);
    }
}

static void put_action(const struct wording *w, const struct procedure *p, const struct action *a) {
    const struct task_kind *k = code_empty(&a->task) ? NULL : procedure_task(p, &a->task);
    const struct state *to = code_empty(&a->to) ? NULL : procedure_state(p, &a->to);
    if (k != NULL && to == NULL && !code_empty(&a->task_to)) to = task_state(k, &a->task_to);
    put_action_head(w, a, to);
    if (!str_empty(a->basis)) {
        put(w, "\n      ");
        say(w, "cli.basis");
        strbuf_add(w->out, basis_word(w->city, w->lang, a->basis));
    }
    put_fields(w, a, true);
    put_fields(w, a, false);
    put_guards(w, a->guards, a->n_guards);
    put_effects(w, p, a, a->effects, a->n_effects);
}

static void put_joins(const struct wording *w, const struct procedure *p, const struct state *s) {
    for (size_t i = 0; i < p->n_joins; i++) {
        const struct join *j = &p->joins[i];
        if (!code_eq(&j->from, &s->name)) continue;
        put(w, "\n    ══▶ ");
        say(w, "cli.by_itself");
        put(w, " ──▶ ");
        put_label(w, procedure_state(p, &j->to));
        put_guards(w, j->guards, j->n_guards);
        put_effects(w, p, NULL, j->effects, j->n_effects);
    }
}

/* --- the shortest way out --- */

/* Whether the reporter's goodwill, another system or an open door (from "*") is needed: no way out is built on these. */
static bool leads(const struct procedure *p, const struct action *a, size_t from, size_t to) {
    uint32_t ours = ~(1U << POST_REPORTER | 1U << POST_IMPORT);
    return (a->posts & ours) != 0 && begins_here(a, &p->states[from]) && !a->to_back &&
           code_eq(&a->to, &p->states[to].name);
}

static bool is_edge(const struct procedure *p, size_t from, size_t to) {
    for (size_t i = 0; i < p->n_actions; i++)
        if (leads(p, &p->actions[i], from, to)) return true;
    for (size_t i = 0; i < p->n_joins; i++)
        if (code_eq(&p->joins[i].from, &p->states[from].name) && code_eq(&p->joins[i].to, &p->states[to].name))
            return true;
    return false;
}

/* Breadth first. out: the states of the shortest way from `from` to an end that settles, start and end included; 0 if
 * none. */
static size_t way_out(const struct procedure *p, size_t from, size_t *ret) {
    size_t before[STATES_MAX], queue[STATES_MAX], head = 0, tail = 0;
    if (p->n_states > STATES_MAX) return 0;
    for (size_t i = 0; i < p->n_states; i++) before[i] = STATES_MAX;
    queue[tail++] = from;
    before[from] = from;
    while (head < tail) {
        size_t at = queue[head++];
        if (p->states[at].is_closed) {
            size_t n = 1;
            for (size_t k = at; k != from; k = before[k]) n++;
            for (size_t k = at, i = n; i-- > 0; k = before[k]) ret[i] = k;
            return n;
        }
        for (size_t to = 0; to < p->n_states; to++) {
            if (before[to] != STATES_MAX || !is_edge(p, at, to)) continue;
            before[to] = at;
            queue[tail++] = to;
        }
    }
    return 0;
}

static void put_way_out(const struct wording *w, const struct procedure *p, const struct state *s) {
    size_t way[STATES_MAX], n = s->is_end ? 0 : way_out(p, (size_t)(s - p->states), way);
    if (n < 2) return;
    put(w, "\n    ");
    say(w, "cli.way_out");
    for (size_t i = 1; i < n; i++) {
        if (i > 1) put(w, " → ");
        put_label(w, &p->states[way[i]]);
    }
}

/* --- states --- */

static void put_state_head(const struct wording *w, const struct state *s) {
    put(w, s->is_end ? "\n  ◎ " : s->pauses ? "\n  ◐ " : "\n  ● ");
    say_text(w, &s->label);
    put(w, " (");
    put_code(w, &s->name);
    put(w, ")");
    if (s->is_end) {
        static const char *const ends[] = {[END_NONE] = "",
                                           [END_CLOSED] = "cli.end_closed",
                                           [END_REFUSED] = "cli.end_refused",
                                           [END_WITHDRAWN] = "cli.end_withdrawn",
                                           [END_MERGED] = "cli.end_merged",
                                           [END_MOVED] = "cli.end_moved"};
        put(w, " · ");
        say(w, ends[s->end]);
        return;
    }
    put(w, " · ");
    say_posts(w, 1U << s->owner);
    put(w, " · ");
    if (s->has_clock) {
        say(w, "cli.within");
        say_limit(w, &s->clock, s->clock_from_condition);
    } else {
        say(w, "cli.no_clock");
        strbuf_add(w->out, word2(w->city, w->lang, "no_clock.", s->no_clock_reason));
    }
    if (s->pauses) {
        put(w, " · ");
        say(w, "cli.pauses");
    }
}

static void put_state(const struct wording *w, const struct procedure *p, const struct state *s) {
    put_state_head(w, s);
    for (size_t i = 0; i < p->n_actions; i++)
        if (code_empty(&p->actions[i].task) && begins_here(&p->actions[i], s)) put_action(w, p, &p->actions[i]);
    put_joins(w, p, s);
    put_way_out(w, p, s);
}

static bool task_begins_here(const struct action *a, const struct task_kind *k, const struct state *s) {
    if (!code_eq(&a->task, &k->name)) return false;
    for (size_t i = 0; i < a->n_task_from; i++)
        if (code_eq(&a->task_from[i], &s->name)) return true;
    return a->n_task_from == 0 && !s->is_end;
}

static void put_task(const struct wording *w, const struct procedure *p, const struct task_kind *k) {
    put(w, "\n\n");
    say(w, "cli.task");
    say_text(w, &k->label);
    put(w, " (");
    put_code(w, &k->name);
    put(w, ")");
    for (size_t i = 0; i < k->n_states; i++) {
        put_state_head(w, &k->states[i]);
        for (size_t n = 0; n < p->n_actions; n++)
            if (task_begins_here(&p->actions[n], k, &k->states[i])) put_action(w, p, &p->actions[n]);
    }
}

static void put_head(const struct wording *w, const struct procedure *p) {
    say_text(w, &p->label);
    put(w, " (");
    put_code(w, &p->name);
    put(w, ")\n  ");
    say(w, "cli.basis");
    strbuf_add(w->out, basis_word(w->city, w->lang, p->basis));
    put(w, "\n  ");
    say(w, "cli.called");
    say_text(w, &p->matter);
    say_comma(w, 1);
    say_text(w, &p->person);
    if (p->is_private) {
        put(w, " · ");
        say(w, "cli.private");
    }
    put(w, "\n  ");
    say(w, "cli.filed_by");
    if (p->file_posts == 0)
        say(w, "cli.anybody");
    else
        say_posts(w, p->file_posts);
    put_effects(w, p, NULL, p->start_effects, p->n_start_effects);
}

void explain_procedure(const struct wording *w, const struct procedure *p) {
    put_head(w, p);
    put(w, "\n");
    for (size_t i = 0; i < p->n_states; i++) put_state(w, p, &p->states[i]);
    size_t n = 0;
    for (size_t i = 0; i < p->n_actions; i++) {
        const struct action *a = &p->actions[i];
        if (!code_empty(&a->task) || a->n_from != 1 || !code_is(&a->from[0], "*")) continue;
        if (n++ == 0) {
            put(w, "\n\n");
            say(w, "cli.at_any_time");
        }
        put_action(w, p, a);
    }
    for (size_t i = 0; i < p->n_tasks; i++) put_task(w, p, &p->tasks[i]);
    put(w, "\n");
}

/* --- Mermaid --- */

/* Labels stand in quotes or after a colon: what would end them is left out. */
static void put_mermaid(const struct wording *w, str text) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        strbuf_addc(w->out, c == '"' || c == ':' || c == ';' || c == '\n' ? ' ' : c);
    }
}

static void put_mermaid_state(const struct wording *w, const char *prefix, const struct state *s) {
    put(w, "    state \"");
    put_mermaid(w, text_in(&s->label, w->lang));
    if (s->has_clock) {
        struct strbuf limit;
        struct wording inner = {w->city, w->lang, &limit};
        struct limit l = s->clock;
        l.basis = STR_NONE;
        strbuf_init(&limit, 1024);
        say_limit(&inner, &l, s->clock_from_condition);
        put(w, " · ");
        put_mermaid(w, strbuf_str(&limit));
        strbuf_done(&limit);
    }
    strbuf_addf(w->out, "\" as %s%s\n", prefix, s->name.s);
}

static void put_arrow(const struct wording *w, const char *prefix, const code *from, const code *to) {
    strbuf_addf(w->out, "    %s%s --> %s%s : ", prefix, from->s, prefix, to->s);
}

static void put_ends(const struct wording *w, const char *prefix, const struct state *states, size_t n) {
    strbuf_addf(w->out, "    [*] --> %s%s\n", prefix, states[0].name.s);
    for (size_t i = 0; i < n; i++)
        if (states[i].is_end) strbuf_addf(w->out, "    %s%s --> [*]\n", prefix, states[i].name.s);
}

/* All actions between two states share an arrow. */
static void put_root_arrows(const struct wording *w, const struct procedure *p, size_t from, size_t to) {
    size_t n = 0;
    for (size_t i = 0; i < p->n_actions; i++) {
        const struct action *a = &p->actions[i];
        if (a->to_back || !action_from(a, &p->states[from]) || !code_eq(&a->to, &p->states[to].name)) continue;
        if (n == 0) put_arrow(w, "", &p->states[from].name, &p->states[to].name);
        say_comma(w, n++);
        put_mermaid(w, text_in(&a->label, w->lang));
    }
    for (size_t i = 0; i < p->n_joins; i++) {
        const struct join *j = &p->joins[i];
        if (!code_eq(&j->from, &p->states[from].name) || !code_eq(&j->to, &p->states[to].name)) continue;
        if (n == 0) put_arrow(w, "", &j->from, &j->to);
        say_comma(w, n++);
        say(w, "cli.by_itself");
    }
    if (n > 0) put(w, "\n");
}

static void put_root_diagram(const struct wording *w, const struct procedure *p) {
    put(w, "```mermaid\nstateDiagram-v2\n");
    for (size_t i = 0; i < p->n_states; i++) put_mermaid_state(w, "", &p->states[i]);
    put_ends(w, "", p->states, p->n_states);
    for (size_t from = 0; from < p->n_states; from++)
        for (size_t to = 0; to < p->n_states; to++) put_root_arrows(w, p, from, to);
    put(w, "```\n");
}

static void put_task_arrows(const struct wording *w, const struct procedure *p, const struct task_kind *k,
                            const struct state *from, const struct state *to) {
    size_t n = 0;
    for (size_t i = 0; i < p->n_actions; i++) {
        const struct action *a = &p->actions[i];
        if (!task_begins_here(a, k, from) || !code_eq(&a->task_to, &to->name)) continue;
        if (n == 0) put_arrow(w, "", &from->name, &to->name);
        say_comma(w, n++);
        put_mermaid(w, text_in(&a->label, w->lang));
    }
    if (n > 0) put(w, "\n");
}

static void put_task_diagram(const struct wording *w, const struct procedure *p, const struct task_kind *k) {
    put(w, "\n### ");
    say(w, "cli.task");
    say_text(w, &k->label);
    put(w, "\n\n```mermaid\nstateDiagram-v2\n");
    for (size_t i = 0; i < k->n_states; i++) put_mermaid_state(w, "", &k->states[i]);
    put_ends(w, "", k->states, k->n_states);
    for (size_t from = 0; from < k->n_states; from++)
        for (size_t to = 0; to < k->n_states; to++) put_task_arrows(w, p, k, &k->states[from], &k->states[to]);
    put(w, "```\n");
}

void explain_diagram(const struct wording *w, const struct procedure *p) {
    put(w, "## ");
    say_text(w, &p->label);
    put(w, "\n\n");
    say(w, "cli.basis");
    strbuf_add(w->out, basis_word(w->city, w->lang, p->basis));
    put(w, "\n\n");
    put_root_diagram(w, p);
    for (size_t i = 0; i < p->n_tasks; i++) put_task_diagram(w, p, &p->tasks[i]);
}
