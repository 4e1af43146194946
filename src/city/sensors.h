/* Sensors of the city and the rules by which they raise alarms (sensors.csv, sensor_rules.csv). */
#ifndef YIWANG_CITY_SENSORS_H
#define YIWANG_CITY_SENSORS_H

#include "base/instant.h"
#include "base/lonlat.h"
#include "city/procedure.h"

#define SENSOR_RULES_MAX 6 /* of one kind */

enum sensor_test { SENSOR_ABOVE, SENSOR_BELOW, SENSOR_SILENT };

/* One row of sensor_rules.csv. */
struct sensor_rule {
    code code, kind, unit;
    struct text name;
    double least, most; /* what the instrument can measure: anything else is refused */
    enum sensor_test test;
    double limit, clear; /* comes on beyond limit, goes off beyond clear */
    int32_t hits, of;    /* of the last `of` readings so many must lie beyond */
    int64_t seconds;     /* … and all of this long; SENSOR_SILENT: nothing was heard for this long */
    code condition;      /* what the alarm is filed as */
    uint32_t category;
    str basis;
    uint32_t line;
};
struct sensor {
    code code, kind;
    struct text name;
    code thing; /* the component or place it watches, or empty */
    lonlat place;
    uint32_t area;                /* leaf of the first layer, or NONE */
    uint32_t first_rule, n_rules; /* range in sensor_rules */
    uint32_t line;
};

#endif
