/* Payloads of sensors, as a broker or a gateway brings them. */
#include <stddef.h>
#include <stdint.h>

#include "insight/sensor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    struct reading readings[8];
    struct sensor_state s;
    enum sensor_change changes[SENSOR_RULES_MAX];
    struct sensor_rule rule = {.least = -1, .most = 10, .limit = 1, .clear = 0.5, .hits = 1, .of = 1};
    const code topic = {"T1"};
    size_t n = 0, left = 0;
    instant now = {INT64_C(1790000000000)};
    arena_init(&arena, 0);
    sensor_begin(&s, now);
    if (readings_parse((str){(const char *)data, size}, &topic, &arena, readings, 8, &n, &left, NULL) == OK)
        for (size_t i = 0; i < n; i++) (void)sensor_take(&rule, 1, &readings[i], now, &s, changes);
    check(n <= 8 && s.taken <= n);
    arena_done(&arena);
    return 0;
}
