/* Clocks: when something is due, by wall or working time, with pauses. Pure: instants come in, instants go out.
 *
 * Invariants: 1. A due time is recomputed from what is recorded (start, pauses, extensions) and the current calendar;
 * it is stored only as an outcome. 2. A date beyond the loaded calendar gives a provisional due time, never a failure.
 * 3. Counting is exact to the minute for minute limits and to the day for day limits; a day limit ends at the local
 * midnight after its last day (24:00), never at 00:00 of a day somebody still thinks he has.
 * source: domain README §2, §12, §16; Civil Code 201–203. */
#ifndef YIWANG_CASEWORK_CLOCK_H
#define YIWANG_CASEWORK_CLOCK_H

#include "city/calendar.h"
#include "city/limit.h"

struct due {
    instant at;
    bool provisional; /* a year on the way is not loaded */
};

/* When a limit that starts at `start` ends. in: limit.unit not LIMIT_NONE. cost: O(days), < 1 µs for a month. */
struct due clock_due(const struct calendar *c, const struct limit *l, instant start);

/* How much of a limit was used up between two instants, in the limit's own measure: ms of wall or working time for
 * minute limits, whole days begun after the first for day limits. in: from <= to. */
int64_t clock_used(const struct calendar *c, const struct limit *l, instant from, instant to);

/* When the limit ends after a clock that had used `used` of it starts again at `resumed`. Day limits: the days spent
 * paused do not count. */
struct due clock_due_after(const struct calendar *c, const struct limit *l, int64_t used, instant resumed);

/* Milliseconds of working time between two instants. in: from <= to. */
int64_t working_ms(const struct calendar *c, instant from, instant to);
/* The instant at which `ms` of working time after start have passed. */
struct due working_add(const struct calendar *c, instant start, int64_t ms);
/* The local midnight after the n-th working day following the day of start (first_counts: that day is the first). */
struct due workday_add(const struct calendar *c, instant start, int32_t n, bool first_counts);

#endif
