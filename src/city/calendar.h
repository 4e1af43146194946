/* The working calendar of a city: working days with holidays and make-up days, working hours with breaks and half days.
 *
 * Expected: some 400 entries (ten years of notices), one to three periods a day.
 * Invariants: 1. Loaded years are explicit; a day outside them has the usual hours of its weekday and makes every result
 * computed through it *provisional*. 2. Periods of a day are sorted, do not overlap and end at 24:00 at the latest.
 * 3. No clock is read here: the caller passes instants. 4. A period is one unbroken stretch of real time from its start
 * to its end: in the night of a change of the clocks it is longer or shorter than its figures say, an end that happens
 * twice is the first, and an hour that is repeated belongs to what stood when the clocks were put back. */
#ifndef YIWANG_CITY_CALENDAR_H
#define YIWANG_CITY_CALENDAR_H

#include "base/instant.h"

#define CALENDAR_PERIODS_MAX 6
/* How far any search for working time goes before it gives up: ten years. */
#define CALENDAR_SEARCH_DAYS 3653

/* One stretch of working time, minutes after local midnight; end may be 1440 (24:00). */
struct period {
    int16_t start_min, end_min;
};
struct day_hours {
    struct period periods[CALENDAR_PERIODS_MAX];
    uint8_t n;
};

/* A dated exception. */
enum day_kind { DAY_OFF, DAY_WORK, DAY_HALF };
struct day_entry {
    day date;
    enum day_kind kind;
    str name;
};

struct calendar {
    struct zone zone;
    struct day_hours week[7];          /* usual hours by weekday, 0 = Sunday; n = 0: no working day */
    struct day_hours make_up;          /* hours of a make-up day */
    struct day_hours half;             /* hours of a half day */
    struct day_hours around_the_clock; /* one period 0–1440, for posts that never close */
    struct day_entry *entries;         /* sorted by date */
    size_t n_entries;
    int32_t first_year, last_year; /* years whose notice is loaded, inclusive; 0, -1 = none */
};

/* Whether the day is a working day. out: *ret_provisional true if its year is not loaded; may be NULL. */
bool calendar_is_workday(const struct calendar *c, day d, bool *ret_provisional);
/* The working hours of a day (n = 0: none). out: as above. */
struct day_hours calendar_hours(const struct calendar *c, day d, bool *ret_provisional);
/* Whether t lies in working time. */
bool calendar_is_open(const struct calendar *c, instant t);
/* Minutes of working time in a full working day, from the usual Monday hours; 480 if Monday has none. */
int32_t calendar_day_minutes(const struct calendar *c);
/* Checks hours, entries and years. errors: E_INVALID "bad_hours", "no_working_time", "bad_entries", "bad_years". */
enum status calendar_check(const struct calendar *c, struct err *err) MUST_USE;

/* The first instant at or after t that lies in working time: when a reminder may go out. errors: false if the next
 * CALENDAR_SEARCH_DAYS have none; *ret untouched. */
bool calendar_next_open(const struct calendar *c, instant t, instant *ret) MUST_USE;
/* The calendar of a post that never closes, in c's zone: no entries, every year loaded. memory: borrows nothing. */
struct calendar calendar_around_the_clock(const struct calendar *c);
/* The day that t belongs to. Differs from the local date only where clocks are put back across midnight: the evening
 * that happens again belongs to the day that has begun. */
day calendar_day(const struct calendar *c, instant t);
/* The instant of a minute of a day, 0 … 1440. */
instant calendar_at(const struct calendar *c, day d, int32_t minute);

/* Steps through days in order; what every count of days or of working time is built on. */
struct calendar_walk {
    const struct calendar *c;
    day d;                         /* the day it stands on */
    const struct day_hours *hours; /* of that day */
    bool is_even;                  /* for sure 24 hours without a change of the clocks: minutes may be added up */
    bool provisional;              /* a day stepped on so far is outside the loaded years */
    size_t next_entry;             /* the others: for the walk only */
    int32_t weekday, loaded_first, loaded_last, even_until;
    int64_t offset_ms;
};
/* Puts a walk on a day. */
void calendar_walk_init(struct calendar_walk *w, const struct calendar *c, day d);
/* Steps to the following day. cost: some ns; one look at the zone a week where it has daylight saving. */
void calendar_walk_next(struct calendar_walk *w);
/* The instant of a minute of the walk's day, 0 … 1440. */
instant calendar_walk_at(const struct calendar_walk *w, int32_t minute);

#endif
