/* Shared by inspections.c and timetable.c. */
#ifndef YIWANG_APP_INSPECTIONS_INT_H
#define YIWANG_APP_INSPECTIONS_INT_H

#include "app/inspections.h"

/* A plan with what it looks at and what was filed of it. */
struct plan_book {
    const struct inspection_plan *plan;
    struct case_row *things; /* rows of registers */
    size_t n_things;
    struct case_row
        *cases; /* inspections by its condition: open ones, and those filed since; by thing, then by filing */
    size_t n_cases;
};
/* All rows of a query, whoever asks, up to max. memory: arena. */
enum status rows_of(struct app *app, str q, size_t max, struct arena *arena, struct case_row **ret, size_t *ret_n,
                    struct err *err) MUST_USE;
/* in: since: the first day whose inspections are wanted. errors: those of the store. */
enum status plan_book_read(struct app *app, const struct inspection_plan *plan, day since, struct arena *arena,
                           struct plan_book *ret, struct err *err) MUST_USE;
/* The inspection of a thing that was filed within the period, or NULL. */
const struct case_row *plan_book_case(const struct city *city, const struct plan_book *b, const code *thing,
                                      const struct occasion *o);
/* Whether the thing stood in its register before its day came: what is new waits for its next one. */
bool stood_by(const struct city *city, const struct case_row *thing, const struct occasion *o);

#endif
