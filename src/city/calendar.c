#include "city/calendar.h"

#define DAY_MIN 1440
/* Clocks are expected to keep an offset for this many days at least; a power of two. */
#define EVEN_DAYS 8

static const struct day_hours CLOSED = {.n = 0};

/* ---- days ---- */

/* Position of the first entry at or after d. */
static size_t entry_from(const struct calendar *c, day d) {
    size_t low = 0, high = c->n_entries;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (c->entries[mid].date.n < d.n)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static const struct day_hours *entry_hours(const struct calendar *c, const struct day_entry *e) {
    switch (e->kind) {
    case DAY_WORK:
        return &c->make_up;
    case DAY_HALF:
        return &c->half;
    case DAY_OFF:
        break;
    }
    return &CLOSED;
}

static const struct day_hours *hours_on(const struct calendar *c, day d) {
    size_t i = entry_from(c, d);
    if (i < c->n_entries && c->entries[i].date.n == d.n) return entry_hours(c, &c->entries[i]);
    return &c->week[day_weekday(d)];
}

static bool year_is_loaded(const struct calendar *c, day d) {
    int32_t year, month, mday;
    day_to_ymd(d, &year, &month, &mday);
    return year >= c->first_year && year <= c->last_year;
}

struct day_hours calendar_hours(const struct calendar *c, day d, bool *ret_provisional) {
    if (ret_provisional) *ret_provisional = !year_is_loaded(c, d);
    return *hours_on(c, d);
}

bool calendar_is_workday(const struct calendar *c, day d, bool *ret_provisional) {
    if (ret_provisional) *ret_provisional = !year_is_loaded(c, d);
    return hours_on(c, d)->n > 0;
}

day calendar_day(const struct calendar *c, instant t) {
    const struct zone *z = &c->zone;
    day d = day_from_instant(z, t);
    if (!z->has_dst) return d;
    /* Without a change in the last day no part of it can be happening again. */
    if (zone_offset_s(z, t) == zone_offset_s(z, (instant){t.ms - MS_DAY})) return d;
    day next = {d.n + 1};
    return t.ms >= day_start(z, next).ms ? next : d;
}

instant calendar_at(const struct calendar *c, day d, int32_t minute) {
    /* The day counted in January 1970: fields carry over, so no date has to be worked out. */
    struct civil at = {.year = 1970, .month = 1, .mday = d.n + 1, .hour = minute / 60, .minute = minute % 60};
    return instant_from_civil(&c->zone, &at, NULL);
}

/* ---- the walk ---- */

/* Whether the offset in force so far puts midnight of the day n days on where it is. */
static bool holds_for(const struct calendar_walk *w, int32_t n) {
    instant midnight = {(w->d.n + n) * MS_DAY - w->offset_ms};
    return zone_offset_s(&w->c->zone, midnight) * MS_SECOND == w->offset_ms;
}

/* Finds how far the offset at the start of the walk's day holds. */
static void walk_settle(struct calendar_walk *w) {
    const struct zone *z = &w->c->zone;
    if (!z->has_dst) {
        w->offset_ms = z->std_offset_s * MS_SECOND;
        w->even_until = INT32_MAX;
        return;
    }
    bool was_even = w->d.n == w->even_until; /* then the offset still holds at this midnight */
    int32_t days = EVEN_DAYS;
    if (!was_even) {
        instant start = day_start(z, w->d);
        w->offset_ms = zone_offset_s(z, start) * MS_SECOND;
        if (start.ms != w->d.n * MS_DAY - w->offset_ms) days = 0;
    }
    while (days > 0 && !holds_for(w, days)) days /= 2;
    w->even_until = w->d.n + days;
}

/* Brings hours, evenness and provisional up to the walk's day. */
static void walk_arrive(struct calendar_walk *w) {
    const struct calendar *c = w->c;
    while (w->next_entry < c->n_entries && c->entries[w->next_entry].date.n < w->d.n) w->next_entry++;
    bool has_entry = w->next_entry < c->n_entries && c->entries[w->next_entry].date.n == w->d.n;
    w->hours = has_entry ? entry_hours(c, &c->entries[w->next_entry]) : &c->week[w->weekday];
    if (w->d.n < w->loaded_first || w->d.n > w->loaded_last) w->provisional = true;
    if (w->d.n >= w->even_until) walk_settle(w);
    w->is_even = w->d.n < w->even_until;
}

void calendar_walk_init(struct calendar_walk *w, const struct calendar *c, day d) {
    *w = (struct calendar_walk){.c = c, .d = d, .weekday = day_weekday(d), .even_until = INT32_MIN};
    w->next_entry = entry_from(c, d);
    w->loaded_first = day_from_ymd(c->first_year, 1, 1).n;
    w->loaded_last = day_from_ymd(c->last_year, 12, 31).n;
    walk_arrive(w);
}

void calendar_walk_next(struct calendar_walk *w) {
    w->d.n++;
    w->weekday = w->weekday == 6 ? 0 : w->weekday + 1;
    walk_arrive(w);
}

instant calendar_walk_at(const struct calendar_walk *w, int32_t minute) {
    if (w->is_even) return (instant){w->d.n * MS_DAY - w->offset_ms + minute * MS_MINUTE};
    return calendar_at(w->c, w->d, minute);
}

/* ---- open or not ---- */

/* The first instant at or after t within the walk's day that is working time. */
static bool open_in_day(const struct calendar_walk *w, instant t, instant *ret) {
    for (size_t i = 0; i < w->hours->n; i++) {
        instant start = calendar_walk_at(w, w->hours->periods[i].start_min);
        instant end = calendar_walk_at(w, w->hours->periods[i].end_min);
        if (t.ms >= end.ms || start.ms == end.ms) continue;
        *ret = t.ms > start.ms ? t : start;
        return true;
    }
    return false;
}

bool calendar_next_open(const struct calendar *c, instant t, instant *ret) {
    struct calendar_walk w;
    calendar_walk_init(&w, c, calendar_day(c, t));
    for (int32_t n = 0; n < CALENDAR_SEARCH_DAYS; n++) {
        if (open_in_day(&w, t, ret)) return true;
        calendar_walk_next(&w);
    }
    return false;
}

bool calendar_is_open(const struct calendar *c, instant t) {
    struct calendar_walk w;
    instant first;
    calendar_walk_init(&w, c, calendar_day(c, t));
    return open_in_day(&w, t, &first) && first.ms == t.ms;
}

/* ---- hours ---- */

static int32_t minutes_of(const struct day_hours *h) {
    int32_t sum = 0;
    for (size_t i = 0; i < h->n; i++) sum += h->periods[i].end_min - h->periods[i].start_min;
    return sum;
}

int32_t calendar_day_minutes(const struct calendar *c) {
    int32_t monday = minutes_of(&c->week[1]);
    return monday > 0 ? monday : 480;
}

struct calendar calendar_around_the_clock(const struct calendar *c) {
    struct calendar open = {.zone = c->zone, .first_year = -9999, .last_year = 99999};
    open.around_the_clock = (struct day_hours){.periods = {{0, DAY_MIN}}, .n = 1};
    open.make_up = open.half = open.around_the_clock;
    for (size_t i = 0; i < ARRAY_LEN(open.week); i++) open.week[i] = open.around_the_clock;
    return open;
}

/* ---- the check ---- */

static enum status hours_check(const struct day_hours *h, const char *name, struct err *err) {
    int32_t after = 0;
    if (h->n > CALENDAR_PERIODS_MAX) {
        enum status s = err_set(err, E_INVALID, "bad_hours", "%s: more than %d periods", name, CALENDAR_PERIODS_MAX);
        err_field(err, "%s", name);
        return s;
    }
    for (size_t i = 0; i < h->n; i++) {
        int32_t start = h->periods[i].start_min, end = h->periods[i].end_min;
        if (start >= after && start < end && end <= DAY_MIN) {
            after = end;
            continue;
        }
        enum status s = err_set(err, E_INVALID, "bad_hours", "%s: period %d:%02d-%d:%02d is not in order", name,
                                start / 60, start % 60, end / 60, end % 60);
        err_hint(err, "periods are sorted, do not overlap, begin before they end and end at 24:00 at the latest");
        err_field(err, "%s", name);
        return s;
    }
    return OK;
}

static enum status all_hours_check(const struct calendar *c, struct err *err) {
    static const char *const names[7] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    bool any = false;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        enum status s = hours_check(&c->week[i], names[i], err);
        if (s != OK) return s;
        any = any || c->week[i].n > 0;
    }
    enum status s = hours_check(&c->make_up, "make_up", err);
    if (s == OK) s = hours_check(&c->half, "half", err);
    if (s == OK) s = hours_check(&c->around_the_clock, "around_the_clock", err);
    if (s == OK && !any) {
        s = err_set(err, E_INVALID, "no_working_time", "no day of the week has working hours");
        err_hint(err, "a limit in working time would never end");
    }
    return s;
}

static enum status entries_check(const struct calendar *c, struct err *err) {
    for (size_t i = 0; i < c->n_entries; i++) {
        const struct day_entry *e = &c->entries[i];
        int32_t year, month, mday;
        day_to_ymd(e->date, &year, &month, &mday);
        const char *wrong = NULL;
        if (i > 0 && c->entries[i - 1].date.n == e->date.n) wrong = "stands twice";
        if (i > 0 && c->entries[i - 1].date.n > e->date.n) wrong = "is not in order";
        if (e->kind == DAY_WORK && c->make_up.n == 0) wrong = "is a make-up day, but make_up has no hours";
        if (e->kind == DAY_HALF && c->half.n == 0) wrong = "is a half day, but half has no hours";
        if (wrong) return err_set(err, E_INVALID, "bad_entries", "%04d-%02d-%02d %s", year, month, mday, wrong);
    }
    return OK;
}

enum status calendar_check(const struct calendar *c, struct err *err) {
    enum status s = all_hours_check(c, err);
    if (s == OK) s = entries_check(c, err);
    bool none = c->first_year == 0 && c->last_year == -1;
    if (s == OK && !none && c->first_year > c->last_year)
        s = err_set(err, E_INVALID, "bad_years", "the first loaded year %d is after the last %d", c->first_year,
                    c->last_year);
    return s;
}
