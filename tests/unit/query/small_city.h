/* A city small enough to reason about: 15 areas (district 32, towns 3201 3202, communities 320101 …, grids 32010101 …),
 * units gov > {cityops > cityops_a, police, office1 (of town 3201), office2}, discipline; categories m01 m0101 m0102
 * (parent m01), m0201 (private), c0101; procedures report and petition. Zone CST-8. */
#ifndef YIWANG_TESTS_QUERY_SMALL_CITY_H
#define YIWANG_TESTS_QUERY_SMALL_CITY_H

#include "city/city.h"

const struct city *small_city(void);
/* The same city with its areas in another order, as after a new package. */
const struct city *small_city_renumbered(void);

#endif
