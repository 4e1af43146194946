/* Guards: what must hold before an action or a join. Nothing here changes anything. */
#include <string.h>

#include "casework/clock.h"
#include "casework/decide_int.h"

static const struct clock *clock_named(const struct decision *d, const code *name) {
    if (code_is(name, "ladder")) return case_ladder(&d->c, d->task);
    return case_clock(&d->c, name->s, clock_of_task(name) ? d->task : 0);
}

static bool clock_runs(const struct decision *d, const struct guard *g) {
    const struct clock *k = clock_named(d, &g->name);
    return k != NULL && k->state == CLOCK_RUNNING && !k->missed && d->given->now.ms <= k->due.ms;
}

static bool clock_lives(const struct decision *d, const struct guard *g) {
    const struct clock *k = clock_named(d, &g->name);
    return k != NULL && (k->state == CLOCK_RUNNING || k->state == CLOCK_PAUSED);
}

static bool clock_missed(const struct decision *d, const struct guard *g) {
    const struct clock *k = clock_named(d, &g->name);
    if (k == NULL) return false;
    return k->missed || (k->state == CLOCK_RUNNING && d->given->now.ms > k->due.ms);
}

/* Tasks that count: of the kind, neither cancelled nor ended without a result. */
static void tasks_count(const struct kase *c, const struct guard *g, size_t *ret_all, size_t *ret_there) {
    *ret_all = *ret_there = 0;
    for (size_t i = 0; i < TASKS_MAX; i++) {
        const struct task *t = &c->tasks[i];
        if (t->id == 0 || t->cancelled || !code_eq(&t->kind, &g->name)) continue;
        ++*ret_all;
        if (code_eq(&t->state, &g->value)) ++*ret_there;
    }
}

static bool tasks_hold(const struct kase *c, const struct guard *g) {
    size_t all, there;
    tasks_count(c, g, &all, &there);
    if (g->kind == GUARD_TASKS_ALL) return all > 0 && there == all;
    return g->kind == GUARD_TASKS_ANY ? there > 0 : there == 0;
}

static bool matches(str pattern, str value) {
    bool prefix = pattern.len > 0 && pattern.ptr[pattern.len - 1] == '*';
    return prefix ? str_starts(value, str_slice(pattern, 0, pattern.len - 1)) : str_eq(pattern, value);
}

static bool in_values(const struct guard *g, str value) {
    for (size_t i = 0; i < g->n_values; i++)
        if (matches(g->values[i], value)) return true;
    return false;
}

static str attribute(const struct kase *c, const code *name) {
    if (code_is(name, "category")) return str_code(&c->category);
    if (code_is(name, "area")) return str_code(&c->area);
    if (code_is(name, "channel")) return str_code(&c->channel);
    if (code_is(name, "about"))
        return c->about == ABOUT_CONDUCT ? S("conduct") : c->about == ABOUT_SERVICE ? S("service") : S("nothing");
    return case_attribute(c, name->s);
}

static bool is_linked(const struct kase *c, const code *kind) {
    for (size_t i = 0; i < LINKS_MAX; i++)
        if (code_eq(&c->links[i].kind, kind)) return true;
    return false;
}

static bool had_task(const struct kase *c, const code *kind, str unit) {
    for (size_t i = 0; i < TASKS_MAX; i++) {
        const struct task *t = &c->tasks[i];
        if (t->id != 0 && !t->cancelled && code_eq(&t->kind, kind) && str_eq(str_code(&t->unit), unit)) return true;
    }
    return false;
}

/* Whether no unit named had a task of the kind: who decided a matter does not review it. */
static bool never_had(const struct decision *d, const struct guard *g) {
    str units = value_of(d->command, str_code(&g->name));
    for (str one; str_split(&units, ',', &one);)
        if (had_task(&d->c, &g->value, one)) return false;
    return true;
}

static bool within(const struct decision *d, const struct guard *g) {
    const struct task *t = case_task(&d->c, d->task);
    instant from = t != NULL ? t->opened : d->c.state_entered;
    bool signed_here = !instant_is_none(d->c.signed_at) && d->c.signed_at.ms >= from.ms;
    if (g->limit.from == FROM_SIGNED && !signed_here) return true;
    if (g->limit.from == FROM_SIGNED) from = d->c.signed_at;
    return d->given->now.ms <= clock_due(&d->world->calendar, &g->limit, from).at.ms;
}

static bool is_other(const struct decision *d, const struct guard *g) {
    char who[ACTOR_CODE];
    actor_code(&d->command->actor, who);
    return !str_is(case_attribute(&d->c, g->name.s), who);
}

static bool holds(const struct decision *d, const struct guard *g) {
    switch (g->kind) {
    case GUARD_COUNT_BELOW:
        return case_count(&d->c, &g->name) < g->n;
    case GUARD_COUNT_FROM:
        return case_count(&d->c, &g->name) >= g->n;
    case GUARD_FLAG:
        return case_flag(&d->c, &g->name);
    case GUARD_NOT_FLAG:
        return !case_flag(&d->c, &g->name);
    case GUARD_CLOCK_RUNNING:
        return clock_runs(d, g);
    case GUARD_CLOCK_LIVE:
        return clock_lives(d, g);
    case GUARD_CLOCK_MISSED:
        return clock_missed(d, g);
    case GUARD_TASKS_ALL:
    case GUARD_TASKS_ANY:
    case GUARD_TASKS_NONE:
        return tasks_hold(&d->c, g);
    case GUARD_FIELD_IN:
        return in_values(g, value_of(d->command, str_code(&g->name)));
    case GUARD_FIELD_NEVER:
        return never_had(d, g);
    case GUARD_LINKED:
        return is_linked(&d->c, &g->name);
    case GUARD_NOT_LINKED:
        return !is_linked(&d->c, &g->name);
    case GUARD_CASE_IN:
        return in_values(g, attribute(&d->c, &g->name));
    case GUARD_OTHER_ACTOR:
        return is_other(d, g);
    case GUARD_SAME_ACTOR:
        return !is_other(d, g);
    case GUARD_WITHIN:
        return within(d, g);
    case GUARD_NOT_WITHIN:
        return !within(d, g);
    }
    return false;
}

enum status guards_hold(const struct decision *d, const struct guard *guards, size_t n, bool with_fields,
                        struct err *err) {
    for (size_t i = 0; i < n; i++) {
        const struct guard *g = &guards[i];
        bool about_field = g->kind == GUARD_FIELD_IN || g->kind == GUARD_FIELD_NEVER;
        if (about_field && !with_fields) continue;
        if (holds(d, g)) continue;
        const char *why = code_empty(&g->refusal) ? "guard" : g->refusal.s;
        if (err != NULL) {
            err_set(err, E_STATE, why, "The rules of this procedure do not allow it now (%s).", why);
            if (about_field) err_field(err, "%s", g->name.s);
        }
        return E_STATE;
    }
    return OK;
}
