/* POST /api/v1/sensors/readings: a gateway's readings; GET /api/v1/sensors: what stands where, silent ones first. */
#include "app/sensors.h"

#include "api/api_int.h"

#define SHOWN_MAX 500

static void put_counts(struct json_buf *w, const struct readings_taken *t) {
    json_put_i64(w, "taken", (int64_t)t->taken);
    json_add_key(w, "refused");
    json_open_object(w);
    for (size_t i = READING_TAKEN + 1; i < READING_FAULT_COUNT; i++)
        if (t->refused[i] > 0) json_put_i64(w, reading_fault_names[i], (int64_t)t->refused[i]);
    json_close_object(w);
}

void readings_post(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct err err = {0};
    struct readings_taken taken;
    const code none = {{0}};
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK && !caller.role->sends_readings)
        status = err_set(&err, E_DENIED, "not_allowed", "This role sends no readings.");
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    sensors_take(api->sensors, http_body(call), &none, &taken);
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 4096);
    json_buf_init(&w, &b);
    json_open_object(&w);
    put_counts(&w, &taken);
    json_close_object(&w);
    reply_json(call, taken.taken == 0 && taken.refused[READING_UNREADABLE] > 0 ? 422 : 200, &b);
}

static const char *state_of(const struct sensor_view *v, const struct city *city) {
    bool alarm = false;
    for (uint32_t i = 0; i < v->sensor->n_rules; i++) {
        if (!v->state.rules[i].on) continue;
        if (city->sensor_rules[v->sensor->first_rule + i].test == SENSOR_SILENT) return "silent";
        alarm = true;
    }
    return alarm ? "alarm" : v->state.taken > 0 ? "normal" : "waiting";
}

static void put_rules(struct json_buf *w, const struct city *city, const struct sensor_view *v, size_t lang) {
    static const char *const TESTS[] = {[SENSOR_ABOVE] = "above", [SENSOR_BELOW] = "below", [SENSOR_SILENT] = "silent"};
    json_add_key(w, "rules");
    json_open_array(w);
    for (uint32_t i = 0; i < v->sensor->n_rules; i++) {
        const struct sensor_rule *r = &city->sensor_rules[v->sensor->first_rule + i];
        json_open_object(w);
        json_put_code(w, "code", &r->code);
        json_put_str(w, "name", text_in(&r->name, lang));
        json_put_z(w, "test", TESTS[r->test]);
        if (r->test != SENSOR_SILENT) json_put_double(w, "limit", r->limit, 6);
        json_put_i64(w, "seconds", r->seconds);
        json_put_bool(w, "on", v->state.rules[i].on);
        json_put_code(w, "number", &v->numbers[i]);
        json_close_object(w);
    }
    json_close_array(w);
}

/* [ms, value], oldest first. */
static void put_recent(struct json_buf *w, const struct sensor_state *s) {
    uint32_t n = s->taken < SENSOR_RING ? s->taken : SENSOR_RING;
    json_add_key(w, "recent");
    json_open_array(w);
    for (uint32_t i = n; i > 0; i--) {
        uint32_t slot = (s->taken - i) % SENSOR_RING;
        json_open_array(w);
        json_add_i64(w, s->times[slot]);
        json_add_double(w, (double)s->values[slot], 4);
        json_close_array(w);
    }
    json_close_array(w);
}

static void put_sensor(struct json_buf *w, const struct city *city, const struct sensor_view *v, size_t lang) {
    const struct sensor *s = v->sensor;
    static const code nowhere = {{0}};
    json_open_object(w);
    json_put_code(w, "code", &s->code);
    json_put_str(w, "name", text_in(&s->name, lang));
    json_put_code(w, "kind", &s->kind);
    json_put_code(w, "unit", &city->sensor_rules[s->first_rule].unit);
    json_put_code(w, "thing", &s->thing);
    put_area(w, "area", city, s->area == NONE ? &nowhere : &city->areas[s->area].code, lang);
    json_put_double(w, "lon", s->place.lon_deg, 6);
    json_put_double(w, "lat", s->place.lat_deg, 6);
    json_put_z(w, "state", state_of(v, city));
    put_instant(w, "last", city, v->state.last);
    json_add_key(w, "value");
    if (v->state.taken > 0)
        json_add_double(w, (double)v->state.values[(v->state.taken - 1) % SENSOR_RING], 4);
    else
        json_add_null(w);
    put_rules(w, city, v, lang);
    put_recent(w, &v->state);
    json_close_object(w);
}

static void put_refused(struct json_buf *w, const struct city *city, const struct sensors_view *v) {
    json_add_key(w, "refused_last");
    json_open_array(w);
    for (size_t i = 0; i < v->n_refused; i++) {
        json_open_object(w);
        put_instant(w, "at", city, v->refused[i].at);
        json_put_code(w, "sensor", &v->refused[i].sensor);
        json_put_z(w, "why", reading_fault_names[v->refused[i].fault]);
        json_close_object(w);
    }
    json_close_array(w);
}

/* in: ?state=silent|alarm|normal|waiting, ?thing=, ?code=, ?limit= */
static bool is_wanted(struct http_call *call, const struct city *city, const struct sensor_view *v) {
    str state = S(""), thing = S(""), wanted = S("");
    http_query(call, "state", &state);
    http_query(call, "thing", &thing);
    http_query(call, "code", &wanted);
    return (str_empty(state) || str_is(state, state_of(v, city))) &&
           (str_empty(thing) || str_eq(thing, str_code(&v->sensor->thing))) &&
           (str_empty(wanted) || str_eq(wanted, str_code(&v->sensor->code)));
}

void sensors_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct sensors_view view;
    struct err err = {0};
    struct strbuf b;
    struct json_buf w;
    const struct city *city = app_city(api->app);
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK && caller.role->see == SCOPE_NONE)
        status = err_set(&err, E_DENIED, "not_allowed", "This role sees no sensors.");
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    sensors_look(api->sensors, NULL, http_arena(call), &view);
    strbuf_init(&b, 16 << 20);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_add_key(&w, "items");
    json_open_array(&w);
    size_t shown = 0, wanted = 0;
    for (size_t i = 0; i < view.n; i++) {
        if (!is_wanted(call, city, &view.all[i])) continue;
        wanted++;
        if (shown == SHOWN_MAX) continue;
        put_sensor(&w, city, &view.all[i], caller.lang);
        shown++;
    }
    json_close_array(&w);
    json_put_i64(&w, "total", (int64_t)wanted);
    json_put_i64(&w, "all", (int64_t)view.n);
    json_put_i64(&w, "silent", (int64_t)view.silent);
    json_put_i64(&w, "alarmed", (int64_t)view.alarmed);
    json_put_i64(&w, "filed", (int64_t)view.filed);
    json_put_i64(&w, "added", (int64_t)view.added);
    if (view.mqtt_known) json_put_bool(&w, "mqtt", view.mqtt_connected);
    put_counts(&w, &view.counts);
    put_refused(&w, city, &view);
    json_close_object(&w);
    reply_json(call, 200, &b);
}
