/* Sensors at work: readings come in (MQTT, HTTP), rules are judged, alarms become cases by command.
 *
 * Readings are no history: the last SENSOR_RING of each sensor stay in memory. An alarm is a case that says why; while it is
 * open, the same sensor's next alarm is an entry of that case. Alarms of one rule in one area that come together become one
 * mother case with the list of sensors. Threads: readings from any; sensors_work from one. */
#ifndef YIWANG_APP_SENSORS_H
#define YIWANG_APP_SENSORS_H

#include "app/app.h"
#include "insight/sensor.h"

#define READINGS_BODY (1 << 20)
#define READINGS_MAX 5000 /* in one payload */
#define REFUSED_KEPT 50

struct sensors;

struct sensors *sensors_new(struct app *app);
void sensors_free(struct sensors *s);

struct readings_taken {
    uint64_t taken, refused[READING_FAULT_COUNT];
};
/* Takes a payload. in: topic = the sensor it names, or empty. out: what became of its readings; never fails: what cannot be
 * read is refused and counted. cost: 1 µs a reading. */
void sensors_take(struct sensors *s, str payload, const code *topic, struct readings_taken *ret);
/* Looks for silence and files the alarms that wait; each second. out: commands given. Blocking (writer). */
size_t sensors_work(struct sensors *s);

/* A sensor as pages show it. */
struct sensor_view {
    const struct sensor *sensor;
    struct sensor_state state;
    code numbers[SENSOR_RULES_MAX]; /* of the case of each rule's alarm, or empty */
};
struct sensors_view {
    struct sensor_view *all; /* silent ones first, then those in alarm, then by code */
    size_t n;
    size_t silent, alarmed;
    struct readings_taken counts; /* since the start */
    uint64_t filed, added;        /* cases filed, entries added to open ones */
    struct refused_reading {
        instant at;
        enum reading_fault fault;
        code sensor; /* as it called itself */
    } refused[REFUSED_KEPT];
    size_t n_refused; /* newest first */
    bool mqtt_known, mqtt_connected;
};
/* All sensors, or the one of that code. memory: arena. */
void sensors_look(struct sensors *s, const code *only, struct arena *arena, struct sensors_view *ret);
/* Says how the line to the broker stands. */
void sensors_mqtt(struct sensors *s, bool connected);

#endif
