#include "casework/case.h"

const struct task *case_task(const struct kase *c, uint32_t id) {
    for (size_t i = 0; id != 0 && i < TASKS_MAX; i++)
        if (c->tasks[i].id == id) return &c->tasks[i];
    return NULL;
}

const struct clock *case_clock(const struct kase *c, const char *name, uint32_t task) {
    const struct clock *latest = NULL;
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        const struct clock *k = &c->clocks[i];
        if (k->id == 0 || k->task != task || !code_is(&k->name, name)) continue;
        if (latest == NULL || k->id > latest->id) latest = k;
    }
    return latest;
}

int32_t case_count(const struct kase *c, const code *name) {
    for (size_t i = 0; i < COUNTS_MAX; i++)
        if (!code_empty(&c->counts[i].name) && code_eq(&c->counts[i].name, name)) return c->counts[i].n;
    return 0;
}

const struct pass *case_pass(const struct kase *c, const code *key) {
    for (size_t i = 0; !code_empty(key) && i < PASSES_MAX; i++) {
        const struct pass *p = &c->passes[i];
        const struct task *t = p->task != 0 ? case_task(c, p->task) : NULL;
        if (t != NULL && !t->is_over && code_eq(&p->key, key)) return p;
    }
    return NULL;
}

bool case_flag(const struct kase *c, const code *name) {
    for (size_t i = 0; i < FLAGS_MAX; i++)
        if (!code_empty(&c->flags[i]) && code_eq(&c->flags[i], name)) return true;
    return false;
}

str case_attribute(const struct kase *c, const char *name) {
    for (size_t i = 0; i < ATTRIBUTES_MAX; i++)
        if (code_is(&c->attributes[i].name, name)) return str_code(&c->attributes[i].value);
    return STR_NONE;
}

instant case_due(const struct kase *c, const struct clock **ret) {
    const struct clock *first = NULL;
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        const struct clock *k = &c->clocks[i];
        if (k->id == 0 || k->state != CLOCK_RUNNING || instant_is_none(k->due) || clock_rung(k) > 0) continue;
        if (first == NULL || k->due.ms < first->due.ms || (k->due.ms == first->due.ms && k->id < first->id)) first = k;
    }
    if (ret != NULL) *ret = first;
    return first != NULL ? first->due : INSTANT_NONE;
}
