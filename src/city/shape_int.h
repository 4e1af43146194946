/* Shared by the files about shapes. */
#ifndef YIWANG_CITY_SHAPE_INT_H
#define YIWANG_CITY_SHAPE_INT_H

#include "city/shape.h"

/* Metres from p to the bounding box, 0 inside: never more than the distance to the shape. */
double shape_box_distance_m(const struct shape *s, struct point p);

#endif
