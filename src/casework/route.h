/* Routing: which unit leads, assists, stands by. Responsibility precedence: owner, longer category, deeper area. */
#ifndef YIWANG_CASEWORK_ROUTE_H
#define YIWANG_CASEWORK_ROUTE_H

#include "city/city.h"

/* The unit with the duty for a matter. in: area index or NONE (outside or unknown place: only rows without area fit).
 * owner may be empty. out: unit index, or NONE. cost: O(rows), < 2 µs for 1 000 rows. */
uint32_t route_unit(const struct city *c, enum duty duty, const code *category, uint32_t area, const code *owner);
/* All units with the duty at the best precedence (assist). out: number written. */
size_t route_units(const struct city *c, enum duty duty, const code *category, uint32_t area, const code *owner,
                   uint32_t *ret, size_t max);
/* The row that decides who has the duty, the first of those at the best precedence. out: NULL if nobody has it. */
const struct responsibility *route_row(const struct city *c, enum duty duty, const code *category, uint32_t area,
                                       const code *owner);
/* Whether the matter may not be given to this unit (taken back by upper departments). */
bool route_taken_back(const struct city *c, const code *category, uint32_t unit);
/* The unit one level above a unit: the office of the nearest area above its own that has one, else the unit it belongs
 * to. out: NONE at the top. */
uint32_t route_above(const struct city *c, uint32_t unit);
/* The office next below a unit on the way to an area: of the highest area that holds `area`, lies below the unit's own
 * and has an office. in: a unit without an area stands above all. out: NONE if there is none. */
uint32_t route_below(const struct city *c, uint32_t unit, uint32_t area);

#endif
