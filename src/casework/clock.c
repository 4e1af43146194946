#include "casework/clock.h"

/* What a search that found nothing answers. */
static struct due far_away(const struct calendar *c, day from) {
    return (struct due){calendar_at(c, (day){from.n + CALENDAR_SEARCH_DAYS}, 0), true};
}

static struct due end_of(const struct calendar_walk *w) {
    return (struct due){calendar_walk_at(w, 1440), w->provisional};
}

/* ---- working time ---- */

static int64_t hours_ms(const struct day_hours *h) {
    int64_t minutes = 0;
    for (size_t i = 0; i < h->n; i++) minutes += h->periods[i].end_min - h->periods[i].start_min;
    return minutes * MS_MINUTE;
}

/* The part of a period of the walk's day that lies in [from, to). out: its start; returns its length, 0 = none. */
static int64_t overlap(const struct calendar_walk *w, size_t i, const struct run *within, int64_t *ret_start) {
    int64_t start = calendar_walk_at(w, w->hours->periods[i].start_min).ms;
    int64_t end = calendar_walk_at(w, w->hours->periods[i].end_min).ms;
    if (start < within->from.ms) start = within->from.ms;
    if (end > within->to.ms) end = within->to.ms;
    *ret_start = start;
    return end > start ? end - start : 0;
}

static int64_t day_ms(const struct calendar_walk *w, const struct run *within) {
    int64_t sum = 0, start;
    for (size_t i = 0; i < w->hours->n; i++) sum += overlap(w, i, within, &start);
    return sum;
}

int64_t working_ms(const struct calendar *c, instant from, instant to) {
    check(from.ms <= to.ms);
    day first = calendar_day(c, from), last = calendar_day(c, to);
    const struct run within = {from, to};
    struct calendar_walk w;
    calendar_walk_init(&w, c, first);
    int64_t sum = day_ms(&w, &within);
    while (w.d.n < last.n) {
        calendar_walk_next(&w);
        bool whole = w.is_even && w.d.n < last.n;
        sum += whole ? hours_ms(w.hours) : day_ms(&w, &within);
    }
    return sum;
}

struct due working_add(const struct calendar *c, instant start, int64_t ms) {
    check(ms >= 0);
    struct calendar_walk w;
    day first = calendar_day(c, start);
    calendar_walk_init(&w, c, first);
    if (ms == 0) return (struct due){start, w.provisional};
    const struct run within = {start, {INT64_MAX}};
    for (int32_t n = 0; n < CALENDAR_SEARCH_DAYS; n++) {
        int64_t whole = n > 0 && w.is_even ? hours_ms(w.hours) : 0;
        bool is_passed = whole > 0 && whole < ms;
        if (is_passed) ms -= whole;
        for (size_t i = 0; i < w.hours->n && !is_passed; i++) {
            int64_t from, length = overlap(&w, i, &within, &from);
            if (length >= ms) return (struct due){{from + ms}, w.provisional};
            ms -= length;
        }
        calendar_walk_next(&w);
    }
    return far_away(c, first);
}

struct due working_sub(const struct calendar *c, instant end, int64_t ms) {
    check(ms >= 0);
    const struct run within = {{INT64_MIN}, end};
    day last = calendar_day(c, end);
    bool provisional = false;
    for (int32_t n = 0; n < CALENDAR_SEARCH_DAYS; n++) {
        struct calendar_walk w;
        calendar_walk_init(&w, c, (day){last.n - n});
        provisional = provisional || w.provisional;
        for (size_t i = w.hours->n; i-- > 0;) {
            int64_t from, length = overlap(&w, i, &within, &from);
            /* A stretch that is used up to its start leaves the end of the one before: the first such instant. */
            if (length > ms) return (struct due){{from + length - ms}, provisional};
            ms -= length;
        }
    }
    return (struct due){calendar_at(c, (day){last.n - CALENDAR_SEARCH_DAYS}, 0), true};
}

/* ---- working days ---- */

/* The end of the n-th working day from the walk's day on. in: n >= 1. */
static struct due nth_workday(struct calendar_walk *w, int32_t n) {
    day first = w->d;
    while (w->d.n - first.n < CALENDAR_SEARCH_DAYS) {
        if (w->hours->n > 0 && --n == 0) return end_of(w);
        calendar_walk_next(w);
    }
    return far_away(w->c, first);
}

/* The end of the n-th working day back from d, d included. in: n >= 1. */
static struct due nth_workday_back(const struct calendar *c, day d, int64_t n) {
    bool provisional = false, unknown;
    for (int32_t back = 0; back < CALENDAR_SEARCH_DAYS; back++) {
        day at = {d.n - back};
        bool is_workday = calendar_is_workday(c, at, &unknown);
        provisional = provisional || unknown;
        if (is_workday && --n == 0) return (struct due){calendar_at(c, at, 1440), provisional};
    }
    return (struct due){calendar_at(c, (day){d.n - CALENDAR_SEARCH_DAYS}, 0), true};
}

struct due workday_add(const struct calendar *c, instant start, int32_t n, bool first_counts) {
    day from = calendar_day(c, start);
    if (!first_counts && n > 0) from.n++; /* whether the day left out is known does not matter */
    struct calendar_walk w;
    calendar_walk_init(&w, c, from);
    return nth_workday(&w, n > 0 ? n : 1);
}

static int64_t workdays_in(const struct calendar *c, day first, day last) {
    if (first.n > last.n) return 0;
    struct calendar_walk w;
    calendar_walk_init(&w, c, first);
    int64_t n = w.hours->n > 0;
    while (w.d.n < last.n) {
        calendar_walk_next(&w);
        n += w.hours->n > 0;
    }
    return n;
}

/* ---- calendar days ---- */

/* The end of a calendar-day limit whose last day by number is `last`. */
static struct due calendar_end(const struct calendar *c, const struct limit *l, day last) {
    if (!l->rolls_over) return (struct due){calendar_at(c, last, 1440), false};
    struct calendar_walk w;
    calendar_walk_init(&w, c, last);
    return nth_workday(&w, 1);
}

/* Days used at the end of a run that brought the count to `total` on the day `to`: the days between a last day by
 * number and the one it rolled to are nobody's. */
static int64_t unrolled(const struct calendar *c, const struct limit *l, int64_t total, day to) {
    if (!l->rolls_over || total <= l->amount) return total;
    day by_number = {to.n - (int32_t)(total - l->amount)};
    day last = {calendar_day(c, calendar_end(c, l, by_number).at).n - 1};
    return to.n <= last.n ? l->amount : l->amount + (to.n - last.n);
}

/* ---- clocks ---- */

static int64_t days_used_after(const struct calendar *c, const struct limit *l, int64_t used, const struct run *run) {
    day from = calendar_day(c, run->from), to = calendar_day(c, run->to);
    if (!(l->first_day_counts && used == 0)) from.n++;
    if (l->unit == LIMIT_WORK_DAYS) return used + workdays_in(c, from, to);
    int64_t total = used + (to.n - from.n + 1);
    return used > l->amount ? total : unrolled(c, l, total, to);
}

int64_t clock_used_after(const struct calendar *c, const struct limit *l, int64_t used, instant from, instant to) {
    check(from.ms <= to.ms && l->unit != LIMIT_NONE);
    if (l->unit == LIMIT_WALL_MINUTES) return used + (to.ms - from.ms);
    if (l->unit == LIMIT_WORK_MINUTES) return used + working_ms(c, from, to);
    return days_used_after(c, l, used, &(struct run){from, to});
}

int64_t clock_used(const struct calendar *c, const struct limit *l, instant from, instant to) {
    return clock_used_after(c, l, 0, from, to);
}

static struct due days_due_after(const struct calendar *c, const struct limit *l, int64_t used, instant resumed) {
    day today = calendar_day(c, resumed);
    int64_t left = l->amount - used;
    bool today_counts = l->first_day_counts && used == 0;
    if (l->unit == LIMIT_CALENDAR_DAYS) return calendar_end(c, l, (day){today.n + (int32_t)left - today_counts});
    if (left < 0) return nth_workday_back(c, today, 1 - left);
    return workday_add(c, resumed, (int32_t)left, today_counts);
}

struct due clock_due_after(const struct calendar *c, const struct limit *l, int64_t used, instant resumed) {
    check(!instant_is_none(resumed) && used >= 0 && l->unit != LIMIT_NONE);
    int64_t left = l->amount * MS_MINUTE - used;
    if (l->unit == LIMIT_WALL_MINUTES) return (struct due){instant_add(resumed, (span){left}), false};
    if (l->unit != LIMIT_WORK_MINUTES) return days_due_after(c, l, used, resumed);
    return left > 0 ? working_add(c, resumed, left) : working_sub(c, resumed, -left);
}

struct due clock_due(const struct calendar *c, const struct limit *l, instant start) {
    return clock_due_after(c, l, 0, start);
}

struct due clock_due_runs(const struct calendar *c, const struct limit *l, const struct run *runs, size_t n) {
    check(n >= 1);
    int64_t used = 0;
    for (size_t i = 0; i + 1 < n; i++) used = clock_used_after(c, l, used, runs[i].from, runs[i].to);
    return clock_due_after(c, l, used, runs[n - 1].from);
}
