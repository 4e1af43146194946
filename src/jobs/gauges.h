/* The work of sensors: files what waits each second, and listens to an MQTT broker if the data directory names one.
 *
 * mqtt.yaml of the data directory:
 *
 *     host: broker.example          # port 1883, with tls 8883
 *     topic: yiwang/sensors/+       # the last level of a message's topic names the sensor, unless the reading does
 *     user: yiwang
 *     password_file: mqtt.key       # in the data directory, readable by the owner only
 *     tls: ca.pem                   # certificate of the authority, in the data directory; without it no TLS */
#ifndef YIWANG_JOBS_GAUGES_H
#define YIWANG_JOBS_GAUGES_H

#include "app/sensors.h"

struct gauges;

/* Starts the thread, and the line to the broker if there is an mqtt.yaml; a broker that is away is tried again and again.
 * in: app and sensors outlive it. errors: E_INVALID bad_mqtt: mqtt.yaml cannot be used. */
enum status gauges_start(struct app *app, struct sensors *sensors, const char *data_dir, struct gauges **ret,
                         struct err *err) MUST_USE;
void gauges_stop(struct gauges *g);

#endif
