/* Clocks: when something is due, by wall or working time, with pauses. Pure: instants come in, instants go out.
 *
 * Invariants: 1. A due time is recomputed from what is recorded (start, pauses, extensions) and the current calendar;
 * it is stored only as an outcome. 2. A date beyond the loaded calendar gives a provisional due time, never a failure.
 * 3. Counting is exact to the minute for minute limits and to the day for day limits; a day limit ends at the local
 * midnight after its last day (24:00), never at 00:00 of a day somebody still thinks he has. 4. Everything ends: where
 * ten years of calendar (CALENDAR_SEARCH_DAYS) do not hold the working time asked for, the answer is the local midnight
 * ten years after the start, provisional. 5. A later start or a larger limit is never due earlier.
 * source: domain README §2, §12, §16; Civil Code 201–203. docs/clocks.md tells it with examples. */
#ifndef YIWANG_CASEWORK_CLOCK_H
#define YIWANG_CASEWORK_CLOCK_H

#include "city/calendar.h"
#include "city/limit.h"

struct due {
    instant at;
    bool provisional; /* a year on the way is not loaded */
};

/* When a limit that starts at `start` ends. in: limit.unit not LIMIT_NONE. cost: O(days); a
 * month takes less than 1 µs, 1–2 µs where the zone has daylight saving. */
struct due clock_due(const struct calendar *c, const struct limit *l, instant start);

/* How much of a limit was used up between two instants, in the limit's own measure: ms of wall or working time for
 * minute limits, whole days begun after the first for day limits (with first_day_counts the first too). Days that a
 * final rest day rolled over are not used. in: from <= to. */
int64_t clock_used(const struct calendar *c, const struct limit *l, instant from, instant to);

/* What is used in total when a clock that had used `used` ran again from `from` to `to`: what a second pause records.
 * Equals clock_used for used = 0; later runs never count their first day. in: from <= to. */
int64_t clock_used_after(const struct calendar *c, const struct limit *l, int64_t used, instant from, instant to);

/* When the limit ends after a clock that had used `used` of it starts again at `resumed`. Day limits: the day of the
 * pause was begun and counts, the day of the resumption does not, so that a pause within a day moves nothing; on the
 * last day the day of the resumption (or the next working day) is left. A clock that was overdue stays so by the same
 * amount. clock_due_after(0, start) is clock_due(start). */
struct due clock_due_after(const struct calendar *c, const struct limit *l, int64_t used, instant resumed);

/* A stretch in which a clock ran; to = INSTANT_NONE: it still does. */
struct run {
    instant from, to;
};
/* The due time of a clock from all its runs, oldest first; of a paused clock as if it resumed when it was paused.
 * in: n >= 1, only the last run may be open. cost: O(days of all runs). */
struct due clock_due_runs(const struct calendar *c, const struct limit *l, const struct run *runs, size_t n);

/* Milliseconds of working time between two instants. in: from <= to. */
int64_t working_ms(const struct calendar *c, instant from, instant to);
/* The first instant at which `ms` of working time after start have passed: 17:00 and an hour is 18:00, not the next
 * morning. in: ms >= 0; 0 gives start. */
struct due working_add(const struct calendar *c, instant start, int64_t ms);
/* The first instant from which `ms` of working time are left until end: when a step "one hour before" is due.
 * in: ms >= 0; 0 gives the moment the last working time before end stops (end itself within working time). */
struct due working_sub(const struct calendar *c, instant end, int64_t ms);
/* The local midnight after the n-th working day following the day of start (first_counts: that day is the first). */
struct due workday_add(const struct calendar *c, instant start, int32_t n, bool first_counts);

#endif
