/* Orders in force pause clocks. The job that looks for the cases of an order (jobs/orders.c) sends each a note; here it is
 * decided anew whether the case is one of them, because lists can lag. */
#include "casework/decide_int.h"

/* The list holds clocks as procedure.clock. */
static bool names(const struct decision *d, str list, str clock) {
    for (str one; str_split(&list, ',', &one);) {
        str procedure = STR_NONE;
        str_split(&one, '.', &procedure);
        if (str_eq(procedure, str_code(&d->c.procedure)) && str_eq(one, clock)) return true;
    }
    return false;
}

static bool in_areas(const struct decision *d, str list) {
    uint32_t own = code_empty(&d->c.area) ? NONE : city_area(d->world, str_code(&d->c.area));
    if (str_empty(list)) return true;
    for (str one; str_split(&list, ',', &one);)
        if (own != NONE && city_area_within(d->world, own, city_area(d->world, one))) return true;
    return false;
}

/* A class of categories holds what its key begins. */
static bool in_categories(const struct decision *d, str list) {
    if (str_empty(list)) return true;
    for (str one; str_split(&list, ',', &one);)
        if (str_starts(str_code(&d->c.category), one)) return true;
    return false;
}

static bool is_meant(const struct decision *d) {
    code urgent = code_of("urgent");
    if (d->c.is_over || case_flag(&d->c, &urgent)) return false;
    return in_areas(d, value_of(d->command, S("areas"))) && in_categories(d, value_of(d->command, S("categories")));
}

static enum status tell_reporter(struct decision *d, const char *text) {
    struct op op = op_new(OP_NOTIFY);
    op.name = code_of("reporter");
    op.value = code_of(text);
    return d->n_ops > 0 ? emit(d, op) : OK;
}

enum status note_hold(struct decision *d, const code *from) {
    str clocks = value_of(d->command, S("clocks"));
    if (!is_meant(d)) return OK;
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        const struct clock *k = &d->c.clocks[i];
        if (k->id == 0 || k->state != CLOCK_RUNNING || k->missed || d->given->now.ms > k->due.ms) continue;
        if (!names(d, clocks, str_code(&k->name))) continue;
        enum status status = clock_hold(d, k, from);
        if (status != OK) return status;
    }
    return tell_reporter(d, "notice.held");
}

/* A clock that would stand still anyway, because the case waits, goes on standing: now for its state. */
enum status note_release(struct decision *d, const code *from) {
    const struct state *at = procedure_state(d->procedure, &d->c.state);
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        const struct clock *k = &d->c.clocks[i];
        if (k->id == 0 || k->state != CLOCK_PAUSED || !code_eq(&k->held, from)) continue;
        enum status status = clock_resume(d, k);
        bool own = str_starts(str_code(&k->name), S("state:"));
        if (status == OK && at != NULL && at->pauses && !own) status = clock_pause(d, k, true);
        if (status != OK) return status;
    }
    return tell_reporter(d, "notice.released");
}
