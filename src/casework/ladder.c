/* The call ladder: a state that has one is called at, rung after rung, until somebody moves it on. Each rung is a clock of
 * its own, "rung:1", "rung:2" …; the one that runs is who is to be called now. The last one runs on when it is missed:
 * the ladder is at its end, and who keeps the desk must be told. */
#include <stdio.h>

#include "casework/decide_int.h"

#define PREFIX "rung:"

static code rung_name(int32_t rung) {
    char name[sizeof PREFIX + 12];
    int n = snprintf(name, sizeof name, PREFIX "%d", (int)rung);
    code c = {0};
    (void)!code_from((str){name, (size_t)n}, &c);
    return c;
}

int32_t clock_rung(const struct clock *k) {
    int64_t n = 0;
    str name = str_code(&k->name);
    if (!str_starts(name, S(PREFIX)) || !str_to_i64(str_slice(name, sizeof PREFIX - 1, name.len), &n)) return 0;
    return n >= 1 && n <= DUTY_RUNGS_MAX ? (int32_t)n : 0;
}

const struct clock *case_ladder(const struct kase *c, uint32_t task) {
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        const struct clock *k = &c->clocks[i];
        bool live = k->state == CLOCK_RUNNING || k->state == CLOCK_PAUSED;
        if (k->id != 0 && live && k->task == task && clock_rung(k) > 0) return k;
    }
    return NULL;
}

static size_t rungs_of(const struct decision *d, uint32_t task, const struct duty_rung **ret) {
    const struct task *t = task != 0 ? case_task(&d->c, task) : NULL;
    const code *unit = t != NULL ? &t->unit : &d->c.unit;
    return city_ladder(d->world, code_empty(unit) ? NONE : city_unit(d->world, str_code(unit)), ret);
}

static enum status rung_begin(struct decision *d, uint32_t task, int32_t rung) {
    const struct duty_rung *rungs;
    if (rungs_of(d, task, &rungs) < (size_t)rung) return OK;
    code name = rung_name(rung);
    return clock_begin(d, &name, task, &rungs[rung - 1].within);
}

enum status ladder_start(struct decision *d, uint32_t task) {
    enum status status = ladder_stop(d, task);
    return status == OK ? rung_begin(d, task, 1) : status;
}

enum status ladder_enter(struct decision *d, const struct state *s, uint32_t task) {
    if (code_empty(&s->ladder)) return OK;
    if (!code_is(&s->ladder, "always") && !case_flag(&d->c, &s->ladder)) return OK;
    return ladder_start(d, task);
}

enum status ladder_next(struct decision *d, uint32_t task) {
    const struct duty_rung *rungs;
    const struct clock *k = case_ladder(&d->c, task);
    if (k == NULL) return OK;
    int32_t next = clock_rung(k) + 1;
    if (rungs_of(d, task, &rungs) < (size_t)next) return OK;
    enum status status = clock_end(d, k, "stopped");
    return status == OK ? rung_begin(d, task, next) : status;
}

enum status ladder_stop(struct decision *d, uint32_t task) {
    return clock_end(d, case_ladder(&d->c, task), "met");
}
