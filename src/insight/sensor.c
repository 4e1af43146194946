#include "insight/sensor.h"

#include <math.h>
#include <string.h>

#include "base/json.h"

const char *const reading_fault_names[READING_FAULT_COUNT] = {
    [READING_TAKEN] = "taken",         [READING_UNREADABLE] = "unreadable",     [READING_FOREIGN] = "foreign",
    [READING_NO_NUMBER] = "no_number", [READING_OUT_OF_RANGE] = "out_of_range", [READING_WRONG_UNIT] = "wrong_unit",
    [READING_REPLAYED] = "replayed",   [READING_BACKWARD] = "backward",         [READING_FUTURE] = "future",
    [READING_STALE] = "stale",
};

void sensor_begin(struct sensor_state *s, instant listening) {
    memset(s, 0, sizeof *s);
    s->last = INSTANT_NONE;
    s->heard = listening;
    for (size_t i = 0; i < SENSOR_RULES_MAX; i++) s->rules[i].since = INSTANT_NONE;
}

static enum reading_fault fault_of(const struct sensor_rule *rules, size_t n, const struct reading *r, instant at,
                                   instant now, const struct sensor_state *s) {
    if (!isfinite(r->value)) return READING_NO_NUMBER;
    if (n > 0 && !code_empty(&r->unit) && !code_eq(&r->unit, &rules[0].unit)) return READING_WRONG_UNIT;
    if (n > 0 && (r->value < rules[0].least || r->value > rules[0].most)) return READING_OUT_OF_RANGE;
    if (at.ms > now.ms + READING_FUTURE_MS) return READING_FUTURE;
    if (at.ms < now.ms - READING_STALE_MS) return READING_STALE;
    if (instant_is_none(s->last)) return READING_TAKEN;
    if (at.ms == s->last.ms) return READING_REPLAYED;
    return at.ms < s->last.ms ? READING_BACKWARD : READING_TAKEN;
}

static bool is_beyond(const struct sensor_rule *rule, double value) {
    return rule->test == SENSOR_ABOVE ? value > rule->limit : value < rule->limit;
}

static bool is_clear(const struct sensor_rule *rule, double value) {
    return rule->test == SENSOR_ABOVE ? value <= rule->clear : value >= rule->clear;
}

static int32_t hits_of(const struct sensor_rule *rule, uint32_t over) {
    uint32_t window = rule->of >= 32 ? UINT32_MAX : (UINT32_C(1) << rule->of) - 1;
    return __builtin_popcount(over & window);
}

static enum sensor_change switch_to(struct rule_state *k, bool on) {
    if (k->on == on) return SENSOR_SAME;
    k->on = on;
    return on ? SENSOR_ON : SENSOR_OFF;
}

static enum sensor_change judge(const struct sensor_rule *rule, double value, instant at, struct rule_state *k) {
    if (rule->test == SENSOR_SILENT) return switch_to(k, false);
    bool beyond = is_beyond(rule, value);
    k->over = k->over << 1 | (beyond ? 1u : 0u);
    k->safe = !is_clear(rule, value) ? 0 : k->safe < INT32_MAX ? k->safe + 1 : k->safe;
    if (!beyond)
        k->since = INSTANT_NONE;
    else if (instant_is_none(k->since))
        k->since = at;
    if (k->on) return k->safe >= rule->hits ? switch_to(k, false) : SENSOR_SAME;
    bool long_enough = beyond && at.ms - k->since.ms >= rule->seconds * MS_SECOND;
    return beyond && long_enough && hits_of(rule, k->over) >= rule->hits ? switch_to(k, true) : SENSOR_SAME;
}

enum reading_fault sensor_take(const struct sensor_rule *rules, size_t n, const struct reading *r, instant now,
                               struct sensor_state *s, enum sensor_change changes[SENSOR_RULES_MAX]) {
    instant at = instant_is_none(r->at) ? now : r->at;
    enum reading_fault fault = fault_of(rules, n, r, at, now, s);
    for (size_t i = 0; i < SENSOR_RULES_MAX; i++) changes[i] = SENSOR_SAME;
    if (fault != READING_TAKEN) return fault;
    uint32_t slot = s->taken++ % SENSOR_RING;
    s->values[slot] = (float)r->value;
    s->times[slot] = at.ms;
    s->last = at;
    s->heard = now;
    for (size_t i = 0; i < n; i++) changes[i] = judge(&rules[i], r->value, at, &s->rules[i]);
    return READING_TAKEN;
}

void sensor_silence(const struct sensor_rule *rules, size_t n, instant now, struct sensor_state *s,
                    enum sensor_change changes[SENSOR_RULES_MAX]) {
    for (size_t i = 0; i < n; i++) {
        bool silent = rules[i].test == SENSOR_SILENT && now.ms - s->heard.ms > rules[i].seconds * MS_SECOND;
        changes[i] = silent ? switch_to(&s->rules[i], true) : SENSOR_SAME;
    }
}

/* --- payloads --- */

static bool read_at(struct json *j, instant *ret) {
    str text;
    if (json_peek(j) == JSON_NULL) return json_null(j);
    if (json_peek(j) == JSON_NUMBER) return json_i64(j, &ret->ms);
    return json_str(j, &text) && instant_parse(text, ret);
}

static bool read_code_member(struct json *j, code *ret) {
    str text;
    return json_str(j, &text) && code_from(text, ret);
}

/* out: false if it is no reading. */
static bool read_one(struct json *j, const code *topic, struct reading *r) {
    *r = (struct reading){.sensor = *topic, .value = NAN, .at = INSTANT_NONE};
    if (json_peek(j) != JSON_OBJECT || !json_object(j)) return false;
    bool good = true;
    for (str key; good && json_key(j, &key);) {
        if (str_is(key, "sensor"))
            good = read_code_member(j, &r->sensor);
        else if (str_is(key, "unit"))
            good = read_code_member(j, &r->unit);
        else if (str_is(key, "at"))
            good = read_at(j, &r->at);
        else if (str_is(key, "value") && json_peek(j) == JSON_NUMBER)
            good = json_double(j, &r->value);
        else
            good = json_skip(j); /* members that gateways add; a value that is no number stays NAN */
    }
    return good && !code_empty(&r->sensor);
}

enum status readings_parse(str payload, const code *topic, struct arena *arena, struct reading *ret, size_t max,
                           size_t *ret_n, size_t *ret_left, struct err *err) {
    struct json j;
    struct reading spare;
    *ret_n = *ret_left = 0;
    json_init(&j, payload, arena);
    if (json_peek(&j) != JSON_ARRAY) {
        if (!read_one(&j, topic, max > 0 ? &ret[0] : &spare) && j.error == NULL) json_fail(&j, "this is no reading");
        *ret_n = max > 0;
        return json_done(&j, err);
    }
    json_array(&j);
    while (json_more(&j)) {
        bool fits = *ret_n < max;
        if (!read_one(&j, topic, fits ? &ret[*ret_n] : &spare)) {
            if (j.error == NULL) json_fail(&j, "this is no reading");
            break;
        }
        *(fits ? ret_n : ret_left) += 1;
    }
    return json_done(&j, err);
}
