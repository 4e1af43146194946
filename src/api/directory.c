/* /api/v1/directory: who works where, and who answers for what. Staff and units only, never residents. */
#include <stdio.h>

#include "api/api_int.h"
#include "api/words.h"
#include "casework/route.h"

/* --- units and their people --- */

static void put_person(struct json_buf *w, const struct city *city, const struct account *a, size_t lang) {
    const struct role *role = city_role(city, str_code(&a->role));
    json_open_object(w);
    json_put_code(w, "login", &a->login);
    json_put_z(w, "label", a->label);
    put_named(w, "role", &a->role, role == NULL ? str_code(&a->role) : text_in(&role->label, lang));
    put_area(w, "area", city, &a->area, lang);
    json_close_object(w);
}

/* in: unit NULL: those who belong to no unit of the city. */
static void put_people(struct json_buf *w, const struct city *city, const struct unit *unit, const struct account *list,
                       size_t n, size_t lang) {
    json_add_key(w, "people");
    json_open_array(w);
    for (size_t i = 0; i < n; i++) {
        const struct account *a = &list[i];
        bool here = unit != NULL ? code_eq(&a->unit, &unit->code) : city_unit(city, str_code(&a->unit)) == NONE;
        if (here && !a->disabled) put_person(w, city, a, lang);
    }
    json_close_array(w);
}

static void put_unit_people(struct json_buf *w, const struct city *city, const struct unit *u,
                            const struct account *list, size_t n, size_t lang) {
    json_open_object(w);
    json_put_code(w, "code", &u->code);
    json_put_str(w, "name", text_in(&u->name, lang));
    json_put_code(w, "kind", &u->kind);
    json_put_str(w, "parent", u->parent == NONE ? STR_NONE : str_code(&city->units[u->parent].code));
    put_area(w, "area", city, u->area == NONE ? &(code){{0}} : &city->areas[u->area].code, lang);
    json_put_str(w, "phone", u->phone);
    put_people(w, city, u, list, n, lang);
    json_close_object(w);
}

void directory_units(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    const struct city *city = app_city(api->app);
    struct caller caller;
    struct err err = {0};
    struct account *list = NULL;
    size_t n = 0;
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = store_accounts(api->app->store, http_arena(call), &list, &n, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct items l;
    items_open(&l, 16 << 20);
    for (size_t i = 0; i < city->n_units; i++) put_unit_people(&l.w, city, &city->units[i], list, n, caller.lang);
    items_end(&l);
    put_people(&l.w, city, NULL, list, n, caller.lang); /* grid workers and others without a unit */
    items_send(&l, call);
}

/* --- responsibilities --- */

#define PROPOSALS_MAX 100

struct wanted {
    str category;
    uint32_t area, unit; /* NONE = any */
    uint32_t office;     /* where lines that mean an office are looked up: the area asked for, or the unit's own */
    size_t limit, from;
};

static enum status read_code(const struct http_call *call, const char *name, const struct city *city,
                             uint32_t (*find)(const struct city *, str), uint32_t *ret, struct err *err) {
    str text;
    *ret = NONE;
    if (!http_query(call, name, &text) || str_empty(text)) return OK;
    *ret = find(city, text);
    if (*ret != NONE) return OK;
    err_set(err, E_INVALID, find == city_area ? "unknown_area" : "unknown_unit", "There is no such %s here.", name);
    err_field(err, "%s", name);
    return E_INVALID;
}

static enum status read_wanted(const struct http_call *call, const struct city *city, struct wanted *ret,
                               struct err *err) {
    str cursor;
    int64_t from = 0;
    *ret = (struct wanted){.category = S("")};
    http_query(call, "category", &ret->category);
    enum status status = read_code(call, "area", city, city_area, &ret->area, err);
    if (status == OK) status = read_code(call, "unit", city, city_unit, &ret->unit, err);
    if (status == OK) status = query_limit(call, 500, &ret->limit, err);
    if (status != OK) return status;
    ret->office = ret->area != NONE || ret->unit == NONE ? ret->area : city->units[ret->unit].area;
    if (http_query(call, "cursor", &cursor) && (!str_to_i64(cursor, &from) || from < 0)) {
        err_set(err, E_INVALID, "bad_cursor", "This is no cursor of this list.");
        err_field(err, "cursor");
        return E_INVALID;
    }
    ret->from = (size_t)from;
    if (str_empty(ret->category) || city_category(city, ret->category) != NONE) return OK;
    err_set(err, E_INVALID, "unknown_category", "This category does not exist here.");
    err_field(err, "category");
    return E_INVALID;
}

/* The unit that a line means in an area: the one it names, or the office above the area at the line's level. */
static uint32_t unit_of(const struct city *city, const struct responsibility *r, uint32_t area) {
    if (r->unit != NONE || area == NONE) return r->unit;
    uint32_t up = city_area_at_level(city, area, str_code(&r->office_level));
    return up == NONE ? NONE : city->office_of_area[up];
}

static bool fits(const struct city *city, const struct responsibility *r, const struct wanted *want) {
    if (!str_empty(want->category)) {
        const struct category *k = &city->categories[city_category(city, want->category)];
        if (!category_matches(&r->category, &k->key)) return false;
    }
    if (want->area != NONE && r->area != NONE && !city_area_within(city, want->area, r->area)) return false;
    return want->unit == NONE || unit_of(city, r, want->office) == want->unit;
}

static void put_duty_unit(struct json_buf *w, const struct city *city, const struct responsibility *r, uint32_t area,
                          size_t lang) {
    uint32_t unit = unit_of(city, r, area);
    if (unit != NONE) {
        put_unit(w, "unit", city, &city->units[unit].code, lang);
        return;
    }
    json_add_key(w, "unit");
    json_open_object(w);
    json_put_str(w, "code", STR_NONE);
    json_put_str(w, "name", word2(city, lang, "office.", str_code(&r->office_level)));
    json_close_object(w);
}

static void put_duty(struct json_buf *w, const struct city *city, const struct responsibility *r, uint32_t area,
                     size_t lang) {
    static const char *const DUTIES[] = {
        [DUTY_LEAD] = "lead", [DUTY_ASSIST] = "assist", [DUTY_STANDBY] = "standby", [DUTY_TAKEN_BACK] = "taken_back"};
    json_open_object(w);
    json_put_z(w, "duty", DUTIES[r->duty]);
    json_put_str(w, "duty_label", word2(city, lang, "duty.", str_z(DUTIES[r->duty])));
    json_put_code(w, "owner", &r->owner);
    str pattern = str_code(&r->category);
    if (str_ends(pattern, S("*")))
        put_named(w, "category", &r->category, str_is(pattern, "*") ? word(city, lang, "duty.all") : pattern);
    else
        put_category(w, "category", city, &r->category, lang);
    put_area(w, "area", city, r->area == NONE ? &(code){{0}} : &city->areas[r->area].code, lang);
    put_duty_unit(w, city, r, area, lang);
    json_put_i64(w, "line", r->line);
    json_close_object(w);
}

static void put_duties(struct json_buf *w, const struct city *city, const struct wanted *want, size_t lang) {
    size_t n = 0, i = want->from;
    json_open_object(w);
    json_add_key(w, "items");
    json_open_array(w);
    for (; i < city->n_responsibilities && n < want->limit; i++) {
        if (!fits(city, &city->responsibilities[i], want)) continue;
        put_duty(w, city, &city->responsibilities[i], want->office, lang);
        n++;
    }
    json_close_array(w);
    while (i < city->n_responsibilities && !fits(city, &city->responsibilities[i], want)) i++;
    json_add_key(w, "next");
    if (i < city->n_responsibilities) {
        char next[24];
        snprintf(next, sizeof next, "%zu", i);
        json_add_z(w, next);
    } else {
        json_add_null(w);
    }
    json_close_object(w);
}

/* --- what cases proposed --- */

/* The line as the package's owner would add it to responsibilities.csv. */
static void put_line(struct json_buf *w, const struct precedent *p, struct arena *arena) {
    json_put_str(w, "csv", str_format(arena, "%s,,%s,%s,%s,", p->duty.s, p->category.s, p->area.s, p->unit.s));
}

static void put_proposal(struct json_buf *w, const struct city *city, const struct precedent *p, size_t lang,
                         struct arena *arena) {
    const code nobody = {0};
    uint32_t area = city_area(city, str_code(&p->area));
    uint32_t lead = route_unit(city, DUTY_LEAD, &p->category, area, &nobody);
    str verdict = code_is(&p->verdict, "row_adopted")    ? S("adopted")
                  : code_is(&p->verdict, "row_rejected") ? S("rejected")
                                                         : S("");
    json_open_object(w);
    json_put_code(w, "duty", &p->duty);
    json_put_str(w, "duty_label", word2(city, lang, "duty.", str_code(&p->duty)));
    json_put_code(w, "owner", &nobody);
    put_category(w, "category", city, &p->category, lang);
    put_area(w, "area", city, &p->area, lang);
    put_unit(w, "unit", city, &p->unit, lang);
    json_put_i64(w, "line", 0);
    json_put_code(w, "precedent", &p->number);
    put_instant(w, "decided", city, p->decided);
    json_put_str(w, "verdict", str_empty(verdict) ? STR_NONE : verdict);
    json_put_bool(w, "adopted", lead != NONE && code_eq(&city->units[lead].code, &p->unit));
    put_line(w, p, arena);
    json_close_object(w);
}

static enum status reply_proposals(struct api *api, struct http_call *call, const struct caller *caller,
                                   const struct wanted *want, struct err *err) {
    struct precedents found;
    str cursor = STR_NONE;
    (void)http_query(call, "cursor", &cursor);
    enum status status = app_precedents(api->app, caller, want->limit, cursor, http_arena(call), &found, err);
    if (status != OK) return status;
    struct items l;
    items_open(&l, 4 << 20);
    for (size_t i = 0; i < found.n; i++)
        put_proposal(&l.w, app_city(api->app), &found.all[i], caller->lang, http_arena(call));
    items_end(&l);
    json_put_str(&l.w, "next", str_empty(found.next) ? STR_NONE : found.next);
    items_send(&l, call);
    return OK;
}

void directory_responsibilities(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    if (waits_for_seq(api, call, directory_responsibilities)) return;
    const struct city *city = app_city(api->app);
    struct caller caller;
    struct wanted want;
    struct err err = {0};
    enum status status = staff_of(api, call, &caller, &err);
    str proposed = STR_NONE;
    bool proposals = http_query(call, "proposed", &proposed) && str_is(proposed, "1");
    if (status == OK && !proposals) status = read_wanted(call, city, &want, &err);
    if (status == OK && proposals) status = query_limit(call, PROPOSALS_MAX, &want.limit, &err);
    if (status == OK && proposals) {
        status = reply_proposals(api, call, &caller, &want, &err);
        if (status == OK) return;
    }
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 4 << 20);
    json_buf_init(&w, &b);
    put_duties(&w, city, &want, caller.lang);
    reply_json(call, 200, &b);
}
