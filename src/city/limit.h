/* A limit: how long something may take, and how that is counted. The unit belongs to the rule, never to the system. */
#ifndef YIWANG_CITY_LIMIT_H
#define YIWANG_CITY_LIMIT_H

#include "base/instant.h"

enum limit_unit {
    LIMIT_NONE,          /* no clock; the procedure says why */
    LIMIT_WALL_MINUTES,  /* runs through nights and holidays (紧急工作时/日) */
    LIMIT_WORK_MINUTES,  /* runs in working time only; a work day of 数字城管 is 480 of them */
    LIMIT_WORK_DAYS,     /* statutory working days: ends with the last one */
    LIMIT_CALENDAR_DAYS, /* statutory days: ends with the last one */
};

/* Which event starts the clock. */
enum limit_from { FROM_FILED, FROM_ACCEPTED, FROM_DISPATCHED, FROM_SIGNED, FROM_ENTERED /* the state was entered */ };

struct limit {
    enum limit_unit unit;
    int32_t amount;
    enum limit_from from;
    bool first_day_counts; /* day limits: the day of the start is day 1; else the next day is (Civil Code 201) */
    bool rolls_over;       /* a final rest day rolls over to the next working day (Civil Code 203) */
    str basis;             /* law and article, or "local rule", or 样例时限 */
};

/* The largest amount of days, and in minutes the same span: ten years, as far as a calendar is searched. */
#define LIMIT_DAYS_MAX 3650

/* Parses "4 work_hours", "2 wall_hours", "15 calendar_days", "5 work_days", "3 work_days_480" (of 480 working minutes),
 * "90 wall_minutes", "1 wall_days", "none". out: unit and amount; the other fields are zero. errors: E_INVALID
 * "bad_limit" with the accepted words as hint; *ret untouched. */
enum status limit_parse(str s, struct limit *ret, struct err *err) MUST_USE;

#endif
