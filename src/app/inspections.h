/* Inspections by plan: what is due is filed by command, day by day; the timetable; places that are proposed for one. */
#ifndef YIWANG_APP_INSPECTIONS_H
#define YIWANG_APP_INSPECTIONS_H

#include "app/app.h"

/* --- the scheduler --- */

/* How far a day's filing has come. Begins zeroed; another day or package begins anew. */
struct inspection_run {
    day on;
    digest city;
    size_t plan;
};
/* Files what is due by now: one inspection for a thing and period, none while the one before is open, never for a period
 * that is over, no more a day than the plan says. What was filed already is seen in the views and by the idempotency key:
 * a second run files nothing. in: max commands now; the rest waits for the next call. out: number filed.
 * cost: once a day and plan the lists of its things and of their inspections, then nothing. */
size_t app_inspections_run(struct app *app, struct inspection_run *run, size_t max);

/* --- the timetable --- */

enum inspection_state {
    INSPECTION_PLANNED, /* its day has not come */
    INSPECTION_WAITING, /* its day has come: it will be filed */
    INSPECTION_OPEN,
    INSPECTION_LATE, /* open, its clock was missed */
    INSPECTION_DONE,
    INSPECTION_DROPPED, /* ended without a look */
    INSPECTION_MISSED,  /* its period is over: nothing was filed */
    INSPECTION_STATE_COUNT
};
extern const char *const inspection_state_names[INSPECTION_STATE_COUNT];

struct inspection_item {
    const struct inspection_plan *plan;
    code thing, area, number; /* number: of the inspection, or empty */
    str name;                 /* of the thing */
    lonlat place;
    uint32_t unit; /* that inspects, or NONE */
    struct occasion when;
    enum inspection_state state;
    instant ended; /* of the inspection, or none */
};
struct timetable_request {
    day from, upto;    /* both included */
    code plan;         /* empty = all */
    code area;         /* with everything below; empty = all */
    int32_t state;     /* enum inspection_state, or -1 */
    size_t skip, take; /* of the items, by day */
};
#define TIMETABLE_DAYS_MAX 92
struct timetable_day {
    day on;
    int32_t n[INSPECTION_STATE_COUNT];
};
struct timetable {
    struct timetable_day *days; /* every day asked for */
    size_t n_days;
    struct inspection_item *items; /* those taken */
    size_t n, total;               /* total: that fit, also those not taken */
};
/* What is due when, as far as the caller's scope reaches: all, the own area, or what the own unit inspects. memory: arena.
 * errors: E_DENIED not_allowed, E_INVALID bad_value, unknown_plan, unknown_area. cost: about 10 µs a thing of the plans. */
enum status app_timetable(struct app *app, const struct caller *caller, const struct timetable_request *r,
                          struct arena *arena, struct timetable *ret, struct err *err) MUST_USE;

/* --- proposals --- */

#define PROPOSAL_NUMBERS 10
struct inspection_proposal {
    code thing, area;
    str name;
    lonlat place;
    int32_t count;                  /* cases within the days of the rule, since the last inspection of the kind */
    code numbers[PROPOSAL_NUMBERS]; /* the newest of them */
    size_t n_numbers;
    instant newest;
};
/* Things of the city about which the caller sees so many cases as city.yaml says, the most first, without those for which
 * an inspection of that condition is open. Only a person takes one up, by filing it. out: none if there is no rule.
 * memory: arena. errors: as app_list. cost: the lists of those cases, up to 20 000. */
enum status app_inspection_proposals(struct app *app, const struct caller *caller, struct arena *arena,
                                     struct inspection_proposal **ret, size_t *ret_n, struct err *err) MUST_USE;

#endif
