/* A place: WGS 84, longitude first, degrees. */
#ifndef YIWANG_BASE_LONLAT_H
#define YIWANG_BASE_LONLAT_H

#include "base/macro.h"

typedef struct lonlat {
    double lon_deg, lat_deg; /* NAN, NAN = none */
} lonlat;

/* Whether either degree is NAN. */
bool lonlat_is_none(lonlat p);
/* No place. */
lonlat lonlat_none(void);
/* Whether finite and within ±180, ±90. */
bool lonlat_valid(lonlat p);
/* Great-circle distance in metres (haversine, mean radius 6 371 008.8 m). */
double lonlat_distance_m(lonlat a, lonlat b);

#endif
