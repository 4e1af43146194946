/* Shared by the files about shapes. */
#ifndef YIWANG_CITY_SHAPE_INT_H
#define YIWANG_CITY_SHAPE_INT_H

#include "city/shape.h"

/* A box around a point, in units. */
struct shape_reach {
    int64_t min_x, min_y, max_x, max_y;
};
/* The box that holds everything within so many metres of p. */
struct shape_reach shape_reach_of(struct point p, double metres);
/* Whether the shape's box meets it: else the shape is farther away. */
bool shape_in_reach(const struct shape *s, const struct shape_reach *r);

#endif
