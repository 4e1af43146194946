/* Who is on duty: desks of units, their rosters, and the ladders by which a unit is called (duty_desks.csv,
 * duty_roster.csv, duty_ladders.csv). Rosters name accounts, so that those on duty can be shown and told; they say who
 * should be there, never who was.
 *
 * Invariants: 1. A line of the roster repeats by days; what it means on a day follows from the line, the day and the zone
 * alone. 2. Slots of one desk may overlap (a leader for the day, two shifts below). */
#ifndef YIWANG_CITY_DUTY_H
#define YIWANG_CITY_DUTY_H

#include "base/instant.h"
#include "base/str.h"
#include "city/limit.h"
#include "city/procedure.h"

struct city;

/* A place that is staffed by turns: the hotline's floor, a bureau's duty room, a post of an emergency plan. */
struct duty_desk {
    code code;
    uint32_t unit;
    str phone;
    struct text name;
    uint32_t line;
};

enum duty_part { DUTY_PART_LEADER, DUTY_PART_MEMBER, DUTY_PART_STANDBY };
/* A line of the roster: one account on one desk, again and again. */
struct duty_line {
    uint32_t desk;
    code person; /* login of the account */
    enum duty_part part;
    day from, upto;       /* both included */
    int32_t every;        /* each so many days from `from` on; 1 = daily */
    uint32_t weekdays;    /* bit set, bit 0 = Sunday */
    int32_t begins, ends; /* minutes after local midnight; ends > begins, beyond 1440 on the next day */
    uint32_t line;
};

#define DUTY_RUNGS_MAX 9
/* A rung of a unit's ladder: who is called, and how long that may take before the next one is called. */
struct duty_rung {
    uint32_t unit;
    int32_t rung; /* 1, 2, … */
    str phone;
    struct limit within; /* with its basis */
    struct text name;
    uint32_t line;
};

/* A turn: the members of one desk who begin and end together. */
#define DUTY_PEOPLE_MAX 12
struct duty_slot {
    uint32_t desk;
    instant begins, ends;
    uint32_t lines[DUTY_PEOPLE_MAX]; /* of the roster; the leaders of the time come after the members */
    size_t n;
};

/* Desk by code; NONE if unknown. */
uint32_t city_desk(const struct city *c, str desk);
/* The turns of a desk (NONE: of all) that touch [from, to), by beginning, then desk. Lines of leaders make turns only
 * where there are no members. in: to at most a year after from. out: number written. cost: lines × days. */
size_t city_duty_slots(const struct city *c, uint32_t desk, instant from, instant to, struct duty_slot *ret,
                       size_t max);
/* The turn of a desk at a time; the one that began last where several overlap. out: false if nobody is on duty. */
bool city_duty_at(const struct city *c, uint32_t desk, instant t, struct duty_slot *ret);
/* Whether a line of the roster holds at a time. */
bool duty_line_at(const struct city *c, const struct duty_line *l, instant t);
/* The ladder of a unit, or of the nearest one above it that has one, by rung. out: number of rungs, *ret the first. */
size_t city_ladder(const struct city *c, uint32_t unit, const struct duty_rung **ret);
/* "leader", "member", "standby". */
const char *duty_part_name(enum duty_part part);

#endif
