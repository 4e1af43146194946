/* How far limits reach, and whether the calendar is loaded that far. */
#include "city/city.h"

static void take_longer(struct limit *longest, const struct limit *l) {
    if (l->unit != LIMIT_NONE && l->unit == longest->unit && l->amount > longest->amount) *longest = *l;
}

static void take_states(struct limit *longest, const struct state *states, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (states[i].has_clock && !states[i].clock_from_condition) take_longer(longest, &states[i].clock);
}

/* The longest limit of a unit in conditions, states and effects; amount 0 if none. */
static struct limit longest_of(const struct city *c, enum limit_unit unit) {
    struct limit longest = {.unit = unit};
    for (size_t i = 0; i < c->n_conditions; i++) take_longer(&longest, &c->conditions[i].limit);
    for (size_t i = 0; i < c->n_procedures; i++) {
        const struct procedure *p = &c->procedures[i];
        take_states(&longest, p->states, p->n_states);
        for (size_t t = 0; t < p->n_tasks; t++) take_states(&longest, p->tasks[t].states, p->tasks[t].n_states);
        for (size_t a = 0; a < p->n_actions; a++)
            for (size_t e = 0; e < p->actions[a].n_effects; e++)
                if (p->actions[a].effects[e].has_limit) take_longer(&longest, &p->actions[a].effects[e].limit);
    }
    return longest;
}

/* The last day that so many working days from today reach. */
static day after_workdays(const struct calendar *calendar, day from, int32_t n) {
    day d = from;
    for (int32_t limit = 0; n > 0 && limit < 100000; limit++) {
        d.n++;
        n -= calendar_is_workday(calendar, d, NULL);
    }
    return d;
}

day city_horizon(const struct city *c, day today) {
    int32_t a_day = calendar_day_minutes(&c->calendar);
    int32_t minutes = longest_of(c, LIMIT_WORK_MINUTES).amount, days = longest_of(c, LIMIT_WORK_DAYS).amount;
    int32_t of_minutes = a_day > 0 ? (minutes + a_day - 1) / a_day : 0;
    day last = after_workdays(&c->calendar, today, days > of_minutes ? days : of_minutes);
    int32_t calendar_days = longest_of(c, LIMIT_CALENDAR_DAYS).amount;
    /* A final rest day may roll over; the longest run of them is under two weeks. */
    if (calendar_days > 0 && today.n + calendar_days + 14 > last.n) last.n = today.n + calendar_days + 14;
    return last;
}

void city_check_calendar(const struct city *c, day today, struct findings *found) {
    int32_t year, month, mday;
    day_to_ymd(city_horizon(c, today), &year, &month, &mday);
    if (year <= c->calendar.last_year) return;
    findings_add(found, FINDING_WARNING, S("calendar"), 0, "add the notice of the year when it is published",
                 "Limits that start today reach %04d-%02d-%02d, but no year after %d is loaded: such due dates are "
                 "provisional.",
                 year, month, mday, c->calendar.last_year);
}
