/* GET /api/v1/inspections: the timetable of inspection plans; …/proposals: places where something is found again and again.
 * Read only: an inspection is filed by the clock of its plan, or by a person. */
#include "app/inspections.h"

#include "api/api_int.h"
#include "api/words.h"

#define DAYS_USUAL 7
#define TAKE_MAX 500

static enum status bad(struct err *err, const char *field, const char *hint) {
    err_set(err, E_INVALID, "bad_value", "%s has another value.", field);
    err_field(err, "%s", field);
    err_hint(err, "%s", hint);
    return E_INVALID;
}

static enum status code_asked(const struct http_call *call, const char *name, code *ret, struct err *err) {
    str text = S("");
    if (!http_query(call, name, &text) || str_empty(text) || code_from(text, ret)) return OK;
    return bad(err, name, "It is too long for a code.");
}

static enum status state_asked(const struct http_call *call, int32_t *ret, struct err *err) {
    str text = S("");
    *ret = -1;
    if (!http_query(call, "state", &text) || str_empty(text)) return OK;
    for (int32_t i = 0; i < INSPECTION_STATE_COUNT; i++)
        if (str_is(text, inspection_state_names[i])) *ret = i;
    return *ret >= 0 ? OK : bad(err, "state", "planned, waiting, open, late, done, dropped, missed");
}

static enum status read_request(const struct http_call *call, day today, struct timetable_request *ret,
                                struct err *err) {
    str from = S(""), skip = S("");
    int64_t n = 0;
    *ret = (struct timetable_request){.from = today, .upto = {today.n + DAYS_USUAL - 1}};
    enum status status = day_asked(call, "from", &ret->from, err);
    if (http_query(call, "from", &from) && !str_empty(from)) ret->upto.n = ret->from.n + DAYS_USUAL - 1;
    if (status == OK) status = day_asked(call, "to", &ret->upto, err);
    if (status == OK) status = code_asked(call, "plan", &ret->plan, err);
    if (status == OK) status = code_asked(call, "area", &ret->area, err);
    if (status == OK) status = state_asked(call, &ret->state, err);
    if (status == OK) status = query_limit(call, TAKE_MAX, &ret->take, err);
    if (status != OK || !http_query(call, "skip", &skip) || str_empty(skip)) return status;
    if (!str_to_i64(skip, &n) || n < 0 || n > 1000000) return bad(err, "skip", "a number from 0");
    ret->skip = (size_t)n;
    return OK;
}

static void put_day(struct json_buf *w, const char *key, day d) {
    struct strbuf b;
    strbuf_init(&b, 32);
    day_format(&b, d);
    json_put_str(w, key, strbuf_str(&b));
    strbuf_done(&b);
}

static void put_place(struct json_buf *w, lonlat place) {
    if (lonlat_is_none(place)) return;
    json_put_double(w, "lon", place.lon_deg, 6);
    json_put_double(w, "lat", place.lat_deg, 6);
}

static void put_item(struct json_buf *w, const struct city *city, const struct inspection_item *i, size_t lang) {
    static const code none = {{0}};
    const char *state = inspection_state_names[i->state];
    json_open_object(w);
    json_put_code(w, "plan", &i->plan->code);
    json_put_code(w, "thing", &i->thing);
    json_put_str(w, "name", i->name);
    put_area(w, "area", city, &i->area, lang);
    put_unit(w, "unit", city, i->unit == NONE ? &none : &city->units[i->unit].code, lang);
    put_place(w, i->place);
    put_day(w, "day", i->when.due);
    put_day(w, "begins", i->when.begins);
    put_day(w, "ends", (day){i->when.ends.n - 1});
    json_put_z(w, "state", state);
    json_put_str(w, "state_label", word2(city, lang, "inspection.", str_z(state)));
    json_put_code(w, "number", &i->number);
    put_instant(w, "ended", city, i->ended);
    json_close_object(w);
}

static void put_days(struct json_buf *w, const struct timetable *t) {
    json_add_key(w, "days");
    json_open_array(w);
    for (size_t i = 0; i < t->n_days; i++) {
        json_open_object(w);
        put_day(w, "day", t->days[i].on);
        for (size_t k = 0; k < INSPECTION_STATE_COUNT; k++) json_put_i64(w, inspection_state_names[k], t->days[i].n[k]);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_plans(struct json_buf *w, const struct city *city, size_t lang) {
    static const char *const steps[] = {[STEP_DAYS] = "days", [STEP_WEEKS] = "weeks", [STEP_MONTHS] = "months"};
    static const code none = {{0}};
    json_add_key(w, "plans");
    json_open_array(w);
    for (size_t i = 0; i < city->n_inspection_plans; i++) {
        const struct inspection_plan *p = &city->inspection_plans[i];
        json_open_object(w);
        json_put_code(w, "code", &p->code);
        json_put_str(w, "name", text_in(&p->name, lang));
        json_put_str(w, "look", text_in(&p->look, lang));
        json_put_code(w, "condition", &city->conditions[p->condition].code);
        json_put_i64(w, "every", p->every);
        json_put_z(w, "step", steps[p->step]);
        put_unit(w, "unit", city, p->unit == NONE ? &none : &city->units[p->unit].code, lang);
        json_put_str(w, "basis", basis_word(city, lang, p->basis));
        json_close_object(w);
    }
    json_close_array(w);
}

void inspections_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    const struct city *city = app_city(api->app);
    struct caller caller;
    struct timetable_request request;
    struct timetable table;
    struct err err = {0};
    if (waits_for_seq(api, call, inspections_get)) return;
    day today = day_from_instant(&city->calendar.zone, app_now(api->app));
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = read_request(call, today, &request, &err);
    if (status == OK) status = app_timetable(api->app, &caller, &request, http_arena(call), &table, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct items l;
    items_open(&l, 4 << 20);
    for (size_t i = 0; i < table.n; i++) put_item(&l.w, city, &table.items[i], caller.lang);
    items_end(&l);
    json_put_i64(&l.w, "total", (int64_t)table.total);
    put_day(&l.w, "from", request.from);
    put_day(&l.w, "to", request.upto);
    put_day(&l.w, "today", today);
    put_days(&l.w, &table);
    put_plans(&l.w, city, caller.lang);
    items_send(&l, call);
}

static void put_proposal(struct json_buf *w, const struct city *city, const struct inspection_proposal *p,
                         size_t lang) {
    json_open_object(w);
    json_put_code(w, "thing", &p->thing);
    json_put_str(w, "name", p->name);
    put_area(w, "area", city, &p->area, lang);
    put_place(w, p->place);
    json_put_i64(w, "count", p->count);
    put_instant(w, "newest", city, p->newest);
    json_add_key(w, "numbers");
    json_open_array(w);
    for (size_t i = 0; i < p->n_numbers; i++) json_add_str(w, str_code(&p->numbers[i]));
    json_close_array(w);
    json_close_object(w);
}

/* What the rule is, and what somebody files who takes up a proposal. */
static void put_rule(struct json_buf *w, const struct city *city) {
    const struct inspection_proposals *rule = &city->proposals;
    uint32_t condition = rule->at_least > 0 ? city_condition(city, str_code(&rule->condition)) : NONE;
    json_add_key(w, "rule");
    if (condition == NONE) {
        json_add_null(w);
        return;
    }
    json_open_object(w);
    json_put_i64(w, "at_least", rule->at_least);
    json_put_i64(w, "days", rule->days);
    json_put_code(w, "condition", &rule->condition);
    json_put_code(w, "category", &city->categories[city->conditions[condition].category].key);
    json_close_object(w);
}

void inspection_proposals_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    const struct city *city = app_city(api->app);
    struct caller caller;
    struct inspection_proposal *all = NULL;
    size_t n = 0;
    struct err err = {0};
    if (waits_for_seq(api, call, inspection_proposals_get)) return;
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = app_inspection_proposals(api->app, &caller, http_arena(call), &all, &n, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct items l;
    items_open(&l, 4 << 20);
    for (size_t i = 0; i < n && i < TAKE_MAX; i++) put_proposal(&l.w, city, &all[i], caller.lang);
    items_end(&l);
    json_put_i64(&l.w, "total", (int64_t)n);
    put_rule(&l.w, city);
    items_send(&l, call);
}
