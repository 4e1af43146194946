/* Inspection plans of the city (inspection_plans.csv): which things of registers are looked at how often, by whom, for what.
 *
 * Time is counted in periods from a plan's first day. In each period a thing has one day, the same in every run: the spread
 * of a plan over days follows from the codes of plan and thing alone. */
#ifndef YIWANG_CITY_INSPECTIONS_H
#define YIWANG_CITY_INSPECTIONS_H

#include "base/instant.h"
#include "city/procedure.h"

enum plan_step { STEP_DAYS, STEP_WEEKS, STEP_MONTHS };

struct inspection_plan {
    code code;
    struct text name, look; /* what is to be looked at */
    code *things;           /* patterns of categories of registers */
    size_t n_things;
    uint32_t *areas; /* with everything below; none: everywhere */
    size_t n_areas;
    uint32_t condition; /* what an inspection is filed as */
    int32_t every;
    enum plan_step step;
    day from, upto;                   /* both included */
    int32_t season_from, season_upto; /* as of a patrol plan; 0 = all year */
    uint32_t weekdays;                /* bit 1 << weekday, 0 = Sunday */
    bool workdays;                    /* … and only on working days */
    int32_t spread;                   /* days over which the things of one period are spread */
    int32_t a_day;                    /* no more than so many are filed a day: the rest on the days after */
    uint32_t unit;                    /* or NONE: whoever is responsible */
    str basis;
    uint32_t line;
};

/* One period of a plan for one thing. */
struct occasion {
    day begins, due, ends; /* ends: the first day of the next one */
};

struct city;

/* Whether a thing of that category in that area is looked at by the plan. in: area may be NONE. */
bool inspection_covers(const struct city *c, const struct inspection_plan *p, const code *category, uint32_t area);
/* The period of a plan that holds a day. out: false if the day lies outside the plan, or the thing's day in this period
 * does (before the beginning, after the end, out of season). */
bool inspection_occasion(const struct city *c, const struct inspection_plan *p, const code *thing, day on,
                         struct occasion *ret);

/* Places where something is found again and again are proposed for an inspection (city.yaml, inspection_proposals). */
struct inspection_proposals {
    code *procedures; /* whose cases are counted */
    size_t n_procedures;
    int32_t at_least; /* 0: nothing is proposed */
    int32_t days;     /* … within */
    code condition;   /* what is filed if somebody takes up the proposal */
};

#endif
