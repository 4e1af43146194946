/* Sensors: which readings are believed and when a rule holds. Pure: time comes in with the readings.
 *
 * Invariants: 1. A reading that is refused changes nothing but the counters of whoever keeps them. 2. Readings of a sensor
 * count in the order of their own times; none is taken twice. 3. A rule that is on goes off only beyond its clear bound
 * (hysteresis), for as many readings in a row as `hits`. */
#ifndef YIWANG_INSIGHT_SENSOR_H
#define YIWANG_INSIGHT_SENSOR_H

#include "city/sensors.h"

#define SENSOR_RING 60                           /* readings kept of each sensor */
#define READING_FUTURE_MS (5 * MS_MINUTE)        /* a clock may be ahead by this much */
#define READING_STALE_MS (INT64_C(24) * MS_HOUR) /* what is older tells nothing of now */

/* A reading as it came. */
struct reading {
    code sensor;
    double value; /* NAN: no number */
    code unit;    /* empty: that of the kind */
    instant at;   /* by the sensor's clock; INSTANT_NONE: none was told */
};

/* Why a reading was not taken. */
enum reading_fault {
    READING_TAKEN,
    READING_UNREADABLE, /* no JSON, or not of this form */
    READING_FOREIGN,    /* no sensor of this city */
    READING_NO_NUMBER,  /* NaN, infinity, a text */
    READING_OUT_OF_RANGE,
    READING_WRONG_UNIT,
    READING_REPLAYED, /* same time as one that was taken */
    READING_BACKWARD, /* earlier than one that was taken */
    READING_FUTURE,
    READING_STALE,
    READING_FAULT_COUNT
};
extern const char *const reading_fault_names[READING_FAULT_COUNT];

enum sensor_change { SENSOR_SAME, SENSOR_ON, SENSOR_OFF };

struct rule_state {
    uint32_t over; /* bits of the last readings, newest lowest: beyond the limit */
    int32_t safe;  /* readings in a row beyond the clear bound */
    instant since; /* first of the readings in a row beyond the limit; none if the last was not */
    bool on;
};
struct sensor_state {
    float values[SENSOR_RING];
    int64_t times[SENSOR_RING]; /* ms; newest at (taken - 1) % SENSOR_RING */
    uint32_t taken;
    instant last;  /* time of the newest reading, none before */
    instant heard; /* when it came in; at first when listening began */
    struct rule_state rules[SENSOR_RULES_MAX];
};

/* A sensor of which nothing was heard yet. in: listening = now. */
void sensor_begin(struct sensor_state *s, instant listening);
/* Takes a reading. in: the rules of its kind, n <= SENSOR_RULES_MAX; now = when it came in. out: changes of each rule. */
enum reading_fault sensor_take(const struct sensor_rule *rules, size_t n, const struct reading *r, instant now,
                               struct sensor_state *s, enum sensor_change changes[SENSOR_RULES_MAX]);
/* Time passes without a reading: rules of silence come on. out: changes of each rule. */
void sensor_silence(const struct sensor_rule *rules, size_t n, instant now, struct sensor_state *s,
                    enum sensor_change changes[SENSOR_RULES_MAX]);

/* Reads a payload: one object or an array of up to max of them, {"sensor": "…", "value": 1.2, "unit": "m", "at": "RFC 3339" or
 * milliseconds since 1970}; sensor may be left out if the topic names it. A value that is no number gives NAN. out: number of
 * readings; *ret_left = those beyond max. errors: E_SYNTAX bad_json, E_INVALID bad_reading. */
enum status readings_parse(str payload, const code *topic, struct arena *arena, struct reading *ret, size_t max,
                           size_t *ret_n, size_t *ret_left, struct err *err) MUST_USE;

#endif
