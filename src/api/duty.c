/* GET /api/v1/duty: the duty room at a glance; GET /api/v1/cases/{number}/sheet: what a shift hands over. */
#include "api/duty.h"

#include "api/words.h"
#include "app/duty.h"

/* --- calls --- */

static void put_call(struct json_buf *w, const struct city *city, const struct duty_call *c, size_t lang) {
    const struct task *t = c->task != 0 ? case_task(&c->view.kase, c->task) : NULL;
    json_open_object(w);
    json_put_code(w, "number", &c->row.number);
    json_add_key(w, "row");
    put_row_work(w, city, &c->row, &c->view, lang);
    json_add_key(w, "calls");
    json_open_object(w);
    json_put_i64(w, "task", c->task);
    put_unit(w, "unit", city, t != NULL && !code_empty(&t->unit) ? &t->unit : &c->view.kase.unit, lang);
    if (c->rung > 0) {
        json_put_i64(w, "rung", c->rung);
        json_put_i64(w, "rungs", (int64_t)c->n_rungs);
        json_put_str(w, "whom", c->whom != NULL ? text_in(&c->whom->name, lang) : STR_NONE);
        json_put_str(w, "phone", c->whom != NULL ? c->whom->phone : STR_NONE);
        json_put_str(w, "basis", c->whom != NULL ? basis_word(city, lang, c->whom->within.basis) : STR_NONE);
    }
    put_instant(w, "due", city, c->due);
    json_put_bool(w, "missed", c->missed);
    json_close_object(w);
    json_close_object(w);
}

static enum status put_calls(struct json_buf *w, struct api *api, const struct caller *caller, bool promised,
                             struct arena *arena, struct err *err) {
    struct duty_calls calls;
    enum status status = app_duty_calls(api->app, caller, promised, arena, &calls, err);
    if (status != OK) return status;
    json_add_key(w, promised ? "call_backs" : "calls");
    json_open_array(w);
    for (size_t i = 0; i < calls.n; i++) put_call(w, app_city(api->app), &calls.all[i], caller->lang);
    json_close_array(w);
    json_put_i64(w, promised ? "call_backs_total" : "calls_total", (int64_t)calls.total);
    return OK;
}

/* --- the turn --- */

/* The category by which a turn is begun: the first of a procedure that keeps turns. */
static str turn_category(const struct city *city) {
    for (size_t i = 0; i < city->n_categories; i++) {
        const struct procedure *p = city_procedure(city, str_code(&city->categories[i].procedure));
        for (size_t k = 0; p != NULL && k < p->n_states; k++)
            if (p->states[k].clock_until_roster) return str_code(&city->categories[i].key);
    }
    return STR_NONE;
}

static enum status put_shift(struct json_buf *w, struct api *api, const struct caller *caller, uint32_t desk,
                             struct arena *arena, struct err *err) {
    struct duty_call *shift = NEW(arena, struct duty_call);
    bool found = false;
    enum status status = desk == NONE ? OK : app_duty_shift(api->app, caller, desk, arena, shift, &found, err);
    if (status != OK) return status;
    json_add_key(w, "shift");
    if (found)
        put_row_work(w, app_city(api->app), &shift->row, &shift->view, caller->lang);
    else
        json_add_null(w);
    json_put_str(w, "file", turn_category(app_city(api->app)));
    return OK;
}

static void put_turns(struct json_buf *w, struct api *api, uint32_t desk, const struct duty_people *people,
                      size_t lang) {
    const struct city *city = app_city(api->app);
    struct duty_slot now, next[8];
    instant t = app_now(api->app);
    bool running = city_duty_at(city, desk, t, &now);
    json_add_key(w, "turn");
    if (running)
        put_turn(w, city, &now, people, lang);
    else
        json_add_null(w);
    instant from = running ? now.ends : t;
    size_t n = desk == NONE
                   ? 0
                   : city_duty_slots(city, desk, from, instant_add(from, (span){2 * MS_DAY}), next, ARRAY_LEN(next));
    json_add_key(w, "next");
    if (n > 0)
        put_turn(w, city, &next[0], people, lang);
    else
        json_add_null(w);
}

/* The desk asked for, else the first of the caller's unit. */
static enum status desk_of(const struct http_call *call, const struct city *city, const struct caller *caller,
                           uint32_t *ret, struct err *err) {
    str text;
    *ret = NONE;
    if (http_query(call, "desk", &text) && !str_empty(text)) {
        *ret = city_desk(city, text);
        if (*ret != NONE) return OK;
        err_set(err, E_INVALID, "unknown_desk", "There is no such desk here.");
        err_field(err, "desk");
        return E_INVALID;
    }
    uint32_t unit = code_empty(&caller->actor.unit) ? NONE : city_unit(city, str_code(&caller->actor.unit));
    for (size_t i = city->n_desks; i-- > 0;)
        if (city->desks[i].unit == unit) *ret = (uint32_t)i;
    return OK;
}

static enum status put_room(struct json_buf *w, struct api *api, struct http_call *call, const struct caller *caller,
                            struct err *err) {
    const struct city *city = app_city(api->app);
    struct duty_people people;
    struct arena *arena = http_arena(call);
    uint32_t desk;
    enum status status = desk_of(call, city, caller, &desk, err);
    if (status == OK) status = duty_people_read(api, arena, &people, err);
    if (status != OK) return status;
    put_desk(w, "desk", city, desk, caller->lang);
    put_desks(w, city, caller->lang);
    put_turns(w, api, desk, &people, caller->lang);
    status = put_shift(w, api, caller, desk, arena, err);
    if (status == OK) status = put_calls(w, api, caller, false, arena, err);
    return status == OK ? put_calls(w, api, caller, true, arena, err) : status;
}

void duty_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    if (waits_for_seq(api, call, duty_get)) return;
    struct caller caller;
    struct err err = {0};
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 8 << 20);
    json_buf_init(&w, &b);
    json_open_object(&w);
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = put_room(&w, api, call, &caller, &err);
    if (status != OK) {
        strbuf_done(&b);
        reply_err(call, &err);
        return;
    }
    json_close_object(&w);
    reply_json(call, 200, &b);
}

/* --- the sheet --- */

static void put_part(struct json_buf *w, const struct city *city, const struct sheet_part *part, size_t lang) {
    json_open_object(w);
    json_put_code(w, "name", &part->field->name);
    json_put_str(w, "label", text_in(&part->field->label, lang));
    json_add_key(w, "items");
    json_open_array(w);
    for (size_t i = 0; i < part->n; i++) put_row(w, city, &part->rows[i], lang);
    json_close_array(w);
    json_put_i64(w, "more", (int64_t)part->more);
    json_close_object(w);
}

/* The staff that an attribute holds; 0 if it is no person. */
static uint64_t staff_in(const struct attribute *a) {
    uint8_t bytes[8];
    uint64_t ret = 0;
    str value = str_code(&a->value);
    if (value.len != 17 || value.ptr[0] != 's' || !hex_parse(str_slice(value, 1, 17), bytes, sizeof bytes)) return 0;
    for (size_t i = 0; i < sizeof bytes; i++) ret = ret << 8 | bytes[i];
    return ret;
}

/* Whom the case notes: who handed over, who took over. */
static void put_noted(struct json_buf *w, struct api *api, const struct kase *c, size_t lang) {
    json_add_key(w, "people");
    json_open_array(w);
    for (size_t i = 0; i < ATTRIBUTES_MAX; i++) {
        struct account a;
        struct err err = {0};
        uint64_t staff = staff_in(&c->attributes[i]);
        if (staff == 0) continue;
        bool known = store_account_by_id(api->app->store, staff, &a, &err) == OK;
        json_open_object(w);
        json_put_code(w, "name", &c->attributes[i].name);
        json_put_str(w, "part", word2(app_city(api->app), lang, "kept.", str_code(&c->attributes[i].name)));
        json_put_str(w, "label", known ? str_z(a.label) : STR_NONE);
        json_close_object(w);
    }
    json_close_array(w);
}

/* What was written down during the turn. */
static void put_log(struct json_buf *w, const struct city *city, const struct case_view *v, size_t lang) {
    json_add_key(w, "log");
    json_open_array(w);
    for (size_t i = 0; i < v->n_history; i++) {
        const struct history_line *h = &v->history[i];
        json_open_object(w);
        put_instant(w, "at", city, h->at);
        json_put_str(w, "what", history_label(v->law, &v->kase.procedure, h, lang));
        json_put_str(w, "text", str_empty(h->staff_text) ? h->open_text : h->staff_text);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_sheet(struct json_buf *w, struct api *api, const struct sheet *s, size_t lang) {
    const struct city *city = app_city(api->app);
    const struct kase *c = &s->view.kase;
    json_open_object(w);
    json_put_code(w, "number", &c->number);
    json_put_code(w, "state", &c->state);
    json_put_str(w, "state_label", state_label(s->view.law, &c->procedure, &c->state, false, lang));
    put_instant(w, "filed", city, c->filed);
    put_instant(w, "ended", city, c->ended);
    put_desk(w, "desk", city, code_empty(&c->desk) ? NONE : city_desk(city, str_code(&c->desk)), lang);
    put_named(w, "action", &s->action->name, text_in(&s->action->label, lang));
    put_instant(w, "taken", city, s->taken != NULL ? s->taken->at : INSTANT_NONE);
    json_put_str(w, "remarks", s->taken != NULL ? s->taken->staff_text : STR_NONE);
    put_noted(w, api, c, lang);
    put_log(w, city, &s->view, lang);
    json_add_key(w, "parts");
    json_open_array(w);
    for (size_t i = 0; i < s->n_parts; i++) put_part(w, city, &s->parts[i], lang);
    json_close_array(w);
    json_close_object(w);
}

void case_sheet_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    if (waits_for_seq(api, call, case_sheet_get)) return;
    struct caller caller;
    struct err err = {0};
    struct sheet *s = NEW(http_arena(call), struct sheet);
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = app_sheet(api->app, &caller, http_param(call, "number"), http_arena(call), s, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 8 << 20);
    json_buf_init(&w, &b);
    put_sheet(&w, api, s, caller.lang);
    reply_json(call, 200, &b);
}
