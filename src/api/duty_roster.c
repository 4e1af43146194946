/* GET /api/v1/duty/roster and roster.ics: who is on duty at the desks, by turns. Staff only; what the roster says, never
 * who was there. */
#include "api/api_int.h"
#include "api/duty.h"
#include "api/ics.h"
#include "api/words.h"

#define TURNS_MAX 2000
#define DAYS_MAX 60
#define DAYS_USUAL 7

const struct account *duty_account(const struct duty_people *p, const code *login) {
    for (size_t i = 0; i < p->n; i++)
        if (code_eq(&p->list[i].login, login) && !p->list[i].disabled) return &p->list[i];
    return NULL;
}

enum status duty_people_read(struct api *api, struct arena *arena, struct duty_people *ret, struct err *err) {
    return store_accounts(api->app->store, arena, &ret->list, &ret->n, err);
}

void put_desk(struct json_buf *w, const char *key, const struct city *city, uint32_t desk, size_t lang) {
    json_add_key(w, key);
    if (desk == NONE) {
        json_add_null(w);
        return;
    }
    const struct duty_desk *d = &city->desks[desk];
    json_open_object(w);
    json_put_code(w, "code", &d->code);
    json_put_str(w, "name", text_in(&d->name, lang));
    json_put_str(w, "phone", d->phone);
    put_unit(w, "unit", city, &city->units[d->unit].code, lang);
    json_close_object(w);
}

void put_desks(struct json_buf *w, const struct city *city, size_t lang) {
    json_add_key(w, "desks");
    json_open_array(w);
    for (size_t i = 0; i < city->n_desks; i++) {
        json_open_object(w);
        put_desk(w, "desk", city, (uint32_t)i, lang);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_person(struct json_buf *w, const struct city *city, const struct duty_line *l,
                       const struct duty_people *people, size_t lang) {
    const struct account *a = duty_account(people, &l->person);
    json_open_object(w);
    json_put_code(w, "login", &l->person);
    json_put_str(w, "label", a != NULL ? str_z(a->label) : str_code(&l->person));
    json_put_z(w, "part", duty_part_name(l->part));
    json_put_str(w, "part_label", word2(city, lang, "duty_part.", str_z(duty_part_name(l->part))));
    json_close_object(w);
}

void put_turn(struct json_buf *w, const struct city *city, const struct duty_slot *s, const struct duty_people *people,
              size_t lang) {
    json_open_object(w);
    put_desk(w, "desk", city, s->desk, lang);
    put_instant(w, "begins", city, s->begins);
    put_instant(w, "ends", city, s->ends);
    json_add_key(w, "people");
    json_open_array(w);
    for (size_t i = 0; i < s->n; i++) put_person(w, city, &city->duty[s->lines[i]], people, lang);
    json_close_array(w);
    json_close_object(w);
}

struct wanted {
    uint32_t desk;
    int64_t days;
    bool mine;
};

static enum status read_wanted(const struct http_call *call, const struct city *city, struct wanted *ret,
                               struct err *err) {
    str desk, days, mine;
    *ret = (struct wanted){.desk = NONE, .days = DAYS_USUAL};
    if (http_query(call, "desk", &desk) && !str_empty(desk)) {
        ret->desk = city_desk(city, desk);
        if (ret->desk == NONE) {
            err_set(err, E_INVALID, "unknown_desk", "There is no such desk here.");
            err_field(err, "desk");
            return E_INVALID;
        }
    }
    ret->mine = http_query(call, "mine", &mine) && str_is(mine, "1");
    if (!http_query(call, "days", &days) || str_empty(days)) return OK;
    if (str_to_i64(days, &ret->days) && ret->days >= 1 && ret->days <= DAYS_MAX) return OK;
    err_set(err, E_INVALID, "bad_value", "The number of days is none from 1 to %d.", DAYS_MAX);
    err_field(err, "days");
    return E_INVALID;
}

static bool is_of(const struct city *city, const struct duty_slot *s, const code *login) {
    for (size_t i = 0; i < s->n; i++)
        if (code_eq(&city->duty[s->lines[i]].person, login)) return true;
    return false;
}

/* The turns asked for, from now on. memory: the call's arena. */
static enum status turns_of(struct api *api, struct http_call *call, const struct caller *caller,
                            struct duty_slot **ret, size_t *ret_n, struct err *err) {
    const struct city *city = app_city(api->app);
    struct wanted want;
    enum status status = read_wanted(call, city, &want, err);
    if (status != OK) return status;
    struct duty_slot *all = NEW_ARRAY(http_arena(call), struct duty_slot, TURNS_MAX);
    instant now = app_now(api->app), upto = instant_add(now, (span){want.days * MS_DAY});
    size_t n = city_duty_slots(city, want.desk, now, upto, all, TURNS_MAX), kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!want.mine || is_of(city, &all[i], &caller->login)) all[kept++] = all[i];
    *ret = all;
    *ret_n = kept;
    return OK;
}

void duty_roster_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    const struct city *city = app_city(api->app);
    struct caller caller;
    struct duty_people people;
    struct duty_slot *turns = NULL;
    size_t n = 0;
    struct err err = {0};
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = duty_people_read(api, http_arena(call), &people, &err);
    if (status == OK) status = turns_of(api, call, &caller, &turns, &n, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct items l;
    items_open(&l, 4 << 20);
    for (size_t i = 0; i < n; i++) put_turn(&l.w, city, &turns[i], &people, caller.lang);
    items_end(&l);
    put_desks(&l.w, city, caller.lang);
    items_send(&l, call);
}

/* --- as a calendar --- */

static str names_of(const struct city *city, const struct duty_slot *s, const struct duty_people *people, size_t lang,
                    struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, 16 << 10);
    for (size_t i = 0; i < s->n; i++) {
        const struct duty_line *l = &city->duty[s->lines[i]];
        const struct account *a = duty_account(people, &l->person);
        str part = word2(city, lang, "duty_part.", str_z(duty_part_name(l->part)));
        str label = a != NULL ? str_z(a->label) : str_code(&l->person);
        strbuf_addf(&b, "%s%.*s %.*s", i > 0 ? "\n" : "", P(part), P(label));
    }
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static void put_event(struct strbuf *b, struct api *api, const struct duty_slot *s, const struct duty_people *people,
                      size_t lang, struct arena *a) {
    const struct city *city = app_city(api->app);
    const struct duty_desk *d = &city->desks[s->desk];
    str begins = ics_utc(s->begins, a);
    ics_line(b, "BEGIN", S("VEVENT"));
    ics_line(b, "UID", str_format(a, "duty-%s-%.*s@%s.yiwang", d->code.s, P(begins), city->name.s));
    ics_line(b, "DTSTAMP", ics_utc(app_now(api->app), a));
    ics_line(b, "DTSTART", begins);
    ics_line(b, "DTEND", ics_utc(s->ends, a));
    ics_line(b, "SUMMARY", ics_text(text_in(&d->name, lang), a));
    str names = names_of(city, s, people, lang, a);
    ics_line(b, "DESCRIPTION", ics_text(str_format(a, "%.*s\n%.*s", P(names), P(d->phone)), a));
    ics_line(b, "CLASS", S("PRIVATE"));
    ics_line(b, "END", S("VEVENT"));
}

void duty_calendar_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct duty_people people;
    struct duty_slot *turns = NULL;
    size_t n = 0;
    struct err err = {0};
    struct arena *a = http_arena(call);
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = duty_people_read(api, a, &people, &err);
    if (status == OK) status = turns_of(api, call, &caller, &turns, &n, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct strbuf b;
    strbuf_init(&b, 4 << 20);
    ics_begin(&b, ics_text(word(app_city(api->app), caller.lang, "duty.calendar"), a));
    for (size_t i = 0; i < n; i++) put_event(&b, api, &turns[i], &people, caller.lang, a);
    ics_line(&b, "END", S("VCALENDAR"));
    http_add_header(call, "Content-Disposition", S("attachment; filename=\"duty.ics\""));
    http_reply(call, 200, "text/calendar; charset=utf-8", strbuf_str(&b));
    strbuf_done(&b);
}
