/* GET /api/v1/grids: grids as they are posted where residents meet; /api/v1/grids/{grid}/sheet: one grid on one page, for
 * staff; /api/v1/patrol/coverage: what was looked at of what was due. Of places and duties, never of who did what. */
#include "api/api_int.h"
#include "api/words.h"

#define WEEK 7

static enum status area_asked(const struct http_call *call, const struct city *city, uint32_t *ret, struct err *err) {
    str text = S("");
    *ret = NONE;
    if (!http_query(call, "area", &text) || str_empty(text)) return OK;
    *ret = city_area(city, text);
    if (*ret != NONE) return OK;
    err_set(err, E_INVALID, "unknown_area", "This area does not exist here.");
    err_field(err, "area");
    return E_INVALID;
}

/* --- posted sheets --- */

static void put_contact(struct json_buf *w, str post, str name, str phone) {
    json_open_object(w);
    json_put_str(w, "post", post);
    json_put_str(w, "name", name);
    json_put_str(w, "phone", phone);
    json_close_object(w);
}

/* Who took the grid over since the package was written stands before what the package says. */
static void put_contacts(struct json_buf *w, const struct city *city, uint32_t area,
                         const struct posted_contact *posted, size_t lang) {
    bool first = true;
    json_add_key(w, "contacts");
    json_open_array(w);
    for (size_t i = 0; i < city->n_grid_posts; i++) {
        const struct grid_post *p = &city->grid_posts[i];
        if (p->area != area || !p->is_posted) continue;
        bool newer = first && posted != NULL && !str_empty(posted->name);
        str phone = newer && !str_empty(posted->phone) ? posted->phone : p->phone;
        put_contact(w, text_in(&p->post, lang), newer ? posted->name : text_in(&p->contact, lang), phone);
        first = false;
    }
    json_close_array(w);
}

/* The members of a posted sheet, into an open object. */
static void put_sheet(struct json_buf *w, const struct city *city, const struct grid *g,
                      const struct posted_contact *posted, size_t lang) {
    const struct area *a = &city->areas[g->area];
    put_area(w, "grid", city, &a->code, lang);
    put_area(w, "parent", city, a->parent == NONE ? &(code){{0}} : &city->areas[a->parent].code, lang);
    json_put_z(w, "kind", g->kind == GRID_DEDICATED ? "dedicated" : "comprehensive");
    json_put_str(w, "kind_label",
                 word(city, lang, g->kind == GRID_DEDICATED ? "grid.dedicated" : "grid.comprehensive"));
    json_put_str(w, "boundary", text_in(&g->boundary, lang));
    json_put_str(w, "posted_at", text_in(&g->posted_at, lang));
    json_put_str(w, "supervision_phone", g->supervision_phone);
    put_contacts(w, city, g->area, posted, lang);
}

static const struct posted_contact *posted_in(const struct posted_contact *list, size_t n, uint32_t area) {
    for (size_t i = 0; i < n; i++)
        if (list[i].area == area) return &list[i];
    return NULL;
}

static bool place_asked(const struct http_call *call, lonlat *ret) {
    str lon = S(""), lat = S("");
    *ret = lonlat_none();
    if (!http_query(call, "lon", &lon) || !http_query(call, "lat", &lat)) return false;
    return str_to_double(lon, &ret->lon_deg) && str_to_double(lat, &ret->lat_deg) && lonlat_valid(*ret);
}

/* ?area= all below it, ?lon=&lat= the one that holds the place, else all. */
void grids_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    const struct city *city = app_city(api->app);
    size_t lang = lang_of(api, call), n = 0;
    struct posted_contact *posted = NULL;
    struct err err = {0};
    uint32_t area;
    lonlat place;
    enum status status = area_asked(call, city, &area, &err);
    if (status == OK && place_asked(call, &place)) {
        area = city_locate(city, 0, place).area;
        if (area == NONE) status = err_set(&err, E_NOT_FOUND, "unknown_area", "No grid holds this place.");
    }
    if (status == OK) status = app_posted(api->app, area, http_arena(call), &posted, &n, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct items l;
    items_open(&l, 16 << 20);
    for (size_t i = 0; i < city->n_grids; i++) {
        const struct grid *g = &city->grids[i];
        bool wanted = area == NONE || city_area_within(city, g->area, area);
        if (!wanted || city->areas[g->area].retired) continue;
        json_open_object(&l.w);
        put_sheet(&l.w, city, g, posted_in(posted, n, g->area), lang);
        json_close_object(&l.w);
    }
    items_end(&l);
    items_send(&l, call);
}

/* --- one grid, one page --- */

static void put_duties(struct json_buf *w, const struct city *city, day on, size_t lang) {
    json_add_key(w, "duties");
    json_open_array(w);
    for (size_t i = 0; i < city->n_duty_items; i++) {
        const struct duty_item *d = &city->duty_items[i];
        if (d->list != LIST_ADMISSION || on.n < d->from.n || on.n > d->upto.n) continue;
        json_open_object(w);
        json_put_code(w, "item", &d->item);
        json_put_str(w, "name", text_in(&d->name, lang));
        json_put_str(w, "basis", basis_word(city, lang, d->basis));
        struct strbuf b;
        strbuf_init(&b, 32);
        if (d->upto.n != INT32_MAX) day_format(&b, d->upto);
        json_put_str(w, "until", strbuf_str(&b));
        strbuf_done(&b);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_plan(struct json_buf *w, const struct city *city, const struct patrol_point *p, day on, size_t lang) {
    json_put_str(w, "name", text_in(&p->name, lang));
    json_put_double(w, "lon", p->place.lon_deg, 6);
    json_put_double(w, "lat", p->place.lat_deg, 6);
    json_put_i64(w, "every_hours", city_point_every(city, p, on));
    json_put_i64(w, "stop", p->stop);
    json_put_str(w, "route", p->route == NONE ? S("") : text_in(&city->routes[p->route].name, lang));
}

static void put_points(struct json_buf *w, const struct city *city, uint32_t area, day on, size_t lang) {
    json_add_key(w, "points");
    json_open_array(w);
    for (size_t i = 0; i < city->n_points; i++) {
        if (!city_area_within(city, city->points[i].grid, area)) continue;
        json_open_object(w);
        put_plan(w, city, &city->points[i], on, lang);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_open(struct json_buf *w, const struct grid_state *s, size_t lang) {
    json_add_key(w, "open");
    json_open_array(w);
    for (size_t i = 0; i < s->n_open; i++) {
        json_open_object(w);
        json_put_code(w, "procedure", &s->open[i].procedure->name);
        json_put_str(w, "name", text_in(&s->open[i].procedure->matter, lang));
        json_put_i64(w, "n", (int64_t)s->open[i].open);
        json_close_object(w);
    }
    json_close_array(w);
    json_put_bool(w, "staffed", s->staffed > 0);
}

void grid_sheet_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    const struct city *city = app_city(api->app);
    struct caller caller;
    struct grid_state state;
    struct posted_contact *posted = NULL;
    size_t n = 0;
    struct err err = {0};
    enum status status = staff_of(api, call, &caller, &err);
    uint32_t area = city_area(city, http_param(call, "grid"));
    const struct grid *g = area == NONE ? NULL : city_grid(city, area);
    if (status == OK && g == NULL) status = err_set(&err, E_NOT_FOUND, "unknown_area", "There is no such grid here.");
    if (status == OK) status = app_grid_state(api->app, &caller, area, http_arena(call), &state, &err);
    if (status == OK) status = app_posted(api->app, area, http_arena(call), &posted, &n, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct strbuf b;
    struct json_buf w;
    day today = day_from_instant(&city->calendar.zone, app_now(api->app));
    strbuf_init(&b, 4 << 20);
    json_buf_init(&w, &b);
    json_open_object(&w);
    put_sheet(&w, city, g, posted_in(posted, n, area), caller.lang);
    put_duties(&w, city, today, caller.lang);
    put_points(&w, city, area, today, caller.lang);
    put_open(&w, &state, caller.lang);
    put_instant(&w, "at", city, app_now(api->app));
    json_close_object(&w);
    reply_json(call, 200, &b);
}

/* --- coverage --- */

enum status day_asked(const struct http_call *call, const char *name, day *ret, struct err *err) {
    str text = S("");
    if (!http_query(call, name, &text) || str_empty(text) || day_parse(text, ret)) return OK;
    err_set(err, E_INVALID, "bad_value", "%s is no day.", name);
    err_field(err, "%s", name);
    err_hint(err, "Write it as 2026-11-24.");
    return E_INVALID;
}

static void put_share(struct json_buf *w, const struct coverage_part *p) {
    json_put_i64(w, "points", p->points);
    json_put_i64(w, "due", p->due);
    json_put_i64(w, "done", p->done);
    json_add_key(w, "share");
    if (p->due > 0)
        json_add_double(w, (double)p->done / p->due, 4);
    else
        json_add_null(w);
}

static void put_cells(struct json_buf *w, const struct coverage *c) {
    json_add_key(w, "cells");
    json_open_array(w);
    for (size_t i = 0; i < c->n_cells; i++) {
        json_open_object(w);
        json_put_double(w, "lon", c->cells[i].place.lon_deg, 4);
        json_put_double(w, "lat", c->cells[i].place.lat_deg, 4);
        put_share(w, &c->cells[i]);
        json_close_object(w);
    }
    json_close_array(w);
    json_put_double(w, "cell_degrees", COVERAGE_CELL_DEG, 4);
}

static void put_day(struct json_buf *w, const char *key, day d) {
    struct strbuf b;
    strbuf_init(&b, 32);
    day_format(&b, d);
    json_put_str(w, key, strbuf_str(&b));
    strbuf_done(&b);
}

/* The days asked for with from and to, a week up to today without them. */
static enum status days_asked(const struct http_call *call, const struct app *app, day *ret_from, day *ret_upto,
                              struct err *err) {
    *ret_upto = day_from_instant(&app_city(app)->calendar.zone, app_now(app));
    enum status status = day_asked(call, "to", ret_upto, err);
    *ret_from = (day){ret_upto->n - WEEK + 1};
    return status == OK ? day_asked(call, "from", ret_from, err) : status;
}

/* The most that a package lets a unit have counted in a day; 0 = as much as it likes. */
static int32_t a_day_of(const struct city *city, const code *name) {
    for (size_t i = 0; i < city->n_procedures; i++)
        for (size_t k = 0; k < city->procedures[i].n_actions; k++) {
            const struct action *a = &city->procedures[i].actions[k];
            for (size_t e = 0; e < a->n_effects; e++)
                if (a->effects[e].kind == EFFECT_METER && code_eq(&a->effects[e].name, name) && a->effects[e].a_day > 0)
                    return a->effects[e].a_day;
        }
    return 0;
}

void meters_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    if (waits_for_seq(api, call, meters_get)) return;
    const struct city *city = app_city(api->app);
    struct caller caller;
    struct meters m;
    struct err err = {0};
    day from, upto;
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = days_asked(call, api->app, &from, &upto, &err);
    if (status == OK) status = app_meters(api->app, &caller, from, upto, http_arena(call), &m, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct items l;
    items_open(&l, 4 << 20);
    for (size_t i = 0; i < m.n; i++) {
        json_open_object(&l.w);
        json_put_code(&l.w, "meter", &m.rows[i].name);
        put_unit(&l.w, "unit", city, &m.rows[i].unit, caller.lang);
        put_day(&l.w, "day", m.rows[i].on);
        json_put_i64(&l.w, "n", m.rows[i].n);
        json_put_i64(&l.w, "a_day", a_day_of(city, &m.rows[i].name));
        json_close_object(&l.w);
    }
    items_end(&l);
    put_day(&l.w, "from", from);
    put_day(&l.w, "to", upto);
    json_put_bool(&l.w, "more", m.more);
    items_send(&l, call);
}

void patrol_coverage_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    if (waits_for_seq(api, call, patrol_coverage_get)) return;
    const struct city *city = app_city(api->app);
    struct caller caller;
    struct coverage c;
    struct err err = {0};
    uint32_t area = NONE;
    day upto, from;
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = area_asked(call, city, &area, &err);
    if (status == OK) status = days_asked(call, api->app, &from, &upto, &err);
    if (status == OK) status = app_coverage(api->app, &caller, area, from, upto, http_arena(call), &c, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct items l;
    items_open(&l, 16 << 20);
    for (size_t i = 0; i < c.n_grids; i++) {
        json_open_object(&l.w);
        put_area(&l.w, "grid", city, &city->areas[c.grids[i].area].code, caller.lang);
        put_share(&l.w, &c.grids[i]);
        json_close_object(&l.w);
    }
    items_end(&l);
    put_day(&l.w, "from", c.from);
    put_day(&l.w, "to", c.upto);
    json_add_key(&l.w, "total");
    json_open_object(&l.w);
    put_share(&l.w, &c.total);
    json_close_object(&l.w);
    put_cells(&l.w, &c);
    items_send(&l, call);
}
