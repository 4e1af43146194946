/* Time values: instants are UTC milliseconds; a zone turns them into civil time at the edge. Pure: no clock is read. */
#ifndef YIWANG_BASE_INSTANT_H
#define YIWANG_BASE_INSTANT_H

#include "base/status.h"
#include "base/str.h"

typedef struct instant {
    int64_t ms; /* since 1970-01-01T00:00Z; INT64_MIN = none */
} instant;
typedef struct span {
    int64_t ms;
} span;

#define INSTANT_NONE ((instant){INT64_MIN})
#define MS_SECOND INT64_C(1000)
#define MS_MINUTE INT64_C(60000)
#define MS_HOUR INT64_C(3600000)
#define MS_DAY INT64_C(86400000)

/* A calendar date as days since 1970-01-01 (proleptic Gregorian). */
typedef struct day {
    int32_t n;
} day;

struct civil {
    int32_t year, month, mday; /* month and mday from 1 */
    int32_t hour, minute, second, ms;
};

/* A time zone by a POSIX rule ("CST-8", "EST5EDT,M3.2.0,M11.1.0"): the rule is data of the city package. */
struct zone_rule {
    int32_t month, week, wday, at_s; /* Mm.w.d/time, seconds after local midnight */
};
struct zone {
    int32_t std_offset_s, dst_offset_s; /* east of UTC */
    bool has_dst;
    struct zone_rule dst_start, dst_end;
};

/* Whether t is INSTANT_NONE, which only this function and instant_valid take. */
bool instant_is_none(instant t);
/* Whether t is within the years 0000 … 9999 (UTC): what RFC 3339 can write. Numbers from outside meet this first. */
bool instant_valid(instant t);
/* t later by d; overflow meets check(). */
instant instant_add(instant t, span d);

/* Parses a POSIX TZ string (M-form rules only). errors: E_INVALID "bad_zone". source: POSIX.1-2017 8.3. */
enum status zone_parse(str rule, struct zone *ret, struct err *err) MUST_USE;
/* Seconds east of UTC in force at t. */
int32_t zone_offset_s(const struct zone *z, instant t);
/* The first change of the offset in (after, upto], or upto where there is none. in: whole seconds. */
instant zone_change(const struct zone *z, instant after, instant upto);
/* The local time at t. */
struct civil civil_from_instant(const struct zone *z, instant t);
/* The instant of a local time. A time that the spring gap skips gives the moment of the change; one that happens twice
 * in autumn gives the first. out: *ret_exact false in both cases; may be NULL. Fields
 * beyond their range carry over (month 13, day 0, hour 24). */
instant instant_from_civil(const struct zone *z, const struct civil *c, bool *ret_exact);
/* The local date at t. */
day day_from_instant(const struct zone *z, instant t);
/* Local midnight (or the first moment of the day where midnight is skipped). */
instant day_start(const struct zone *z, day d);
/* Date to day; months and days beyond their range carry over. */
day day_from_ymd(int32_t year, int32_t month, int32_t mday);
/* Day to date. */
void day_to_ymd(day d, int32_t *ret_year, int32_t *ret_month, int32_t *ret_mday);
int32_t day_weekday(day d); /* 0 = Sunday */
/* "2026-11-24". errors: false if it is no date. */
bool day_parse(str s, day *ret) MUST_USE;
/* Appends "2026-11-24". in: a day of the years 0000 … 9999. */
void day_format(struct strbuf *b, day d);

/* RFC 3339 with obligatory offset; T may be a blank, digits beyond milliseconds are cut, a leap second counts as the
 * second after it. errors: false. */
bool instant_parse(str s, instant *ret) MUST_USE;
/* "YYYY-MM-DD HH:MM:SS" or with T, local to the zone. errors: false. */
bool instant_parse_local(const struct zone *z, str s, instant *ret) MUST_USE;
/* Appends RFC 3339 with the zone's offset and milliseconds only if not zero. in: instant_valid(t) and inside those
 * years in the zone. */
void instant_format(struct strbuf *b, const struct zone *z, instant t);

#endif
