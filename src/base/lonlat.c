#include "base/lonlat.h"

#include <math.h>

#define EARTH_RADIUS_M 6371008.8
#define RAD_PER_DEG 0.017453292519943295

lonlat lonlat_none(void) {
    return (lonlat){NAN, NAN};
}

bool lonlat_is_none(lonlat p) {
    return isnan(p.lon_deg) || isnan(p.lat_deg);
}

bool lonlat_valid(lonlat p) {
    /* NaN fails both comparisons. */
    return fabs(p.lon_deg) <= 180.0 && fabs(p.lat_deg) <= 90.0;
}

double lonlat_distance_m(lonlat a, lonlat b) {
    double half_lat = sin((b.lat_deg - a.lat_deg) * RAD_PER_DEG / 2);
    double half_lon = sin((b.lon_deg - a.lon_deg) * RAD_PER_DEG / 2);
    double h = half_lat * half_lat + cos(a.lat_deg * RAD_PER_DEG) * cos(b.lat_deg * RAD_PER_DEG) * half_lon * half_lon;
    return 2 * EARTH_RADIUS_M * asin(sqrt(h < 1 ? h : 1));
}
