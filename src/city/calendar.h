/* The working calendar of a city: working days with holidays and make-up days, working hours with breaks and half days.
 *
 * Invariants: 1. Loaded years are explicit; a day outside them follows Monday to Friday and makes every result
 * computed through it *provisional*. 2. Periods of a day are sorted, do not overlap and end at 24:00 at the latest.
 * 3. No clock is read here: the caller passes instants. */
#ifndef YIWANG_CITY_CALENDAR_H
#define YIWANG_CITY_CALENDAR_H

#include "base/instant.h"

#define CALENDAR_PERIODS_MAX 6

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
    struct day_hours week[7];   /* usual hours by weekday, 0 = Sunday; n = 0: no working day */
    struct day_hours make_up;   /* hours of a make-up day */
    struct day_hours half;      /* hours of a half day */
    struct day_hours around_the_clock; /* one period 0–1440, for posts that never close */
    struct day_entry *entries;  /* sorted by date */
    size_t n_entries;
    int32_t first_year, last_year; /* years whose notice is loaded, inclusive; 0, -1 = none */
};

/* Whether the day is a working day. out: *ret_provisional true if its year is not loaded; may be NULL. */
bool calendar_is_workday(const struct calendar *c, day d, bool *ret_provisional);
/* The working hours of a day (n = 0: none). out: as above. */
struct day_hours calendar_hours(const struct calendar *c, day d, bool *ret_provisional);
/* Whether t lies in working time. */
bool calendar_is_open(const struct calendar *c, instant t);
/* Minutes of working time in a full working day, from the usual Monday hours (480 by default). */
int32_t calendar_day_minutes(const struct calendar *c);
/* Checks hours and entries. errors: E_INVALID with what is wrong. */
enum status calendar_check(const struct calendar *c, struct err *err) MUST_USE;

#endif
