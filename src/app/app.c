#include "app/app.h"

#include <string.h>

#include "app/cities.h"
#include "app/exchange.h"
#include "app/knowledge.h"
#include "app/rehearsal.h"

static enum status activate(struct app *app, struct err *err) {
    struct command c = {.kind = COMMAND_ACTIVATE, .actor = {.kind = ACTOR_SYSTEM}};
    struct result r;
    enum status status = store_run(app->store, &c, &r);
    if (status != OK && err != NULL) *err = r.err;
    return status;
}

enum status app_local_time(const struct app *app, str text, instant *ret, struct err *err) {
    char whole[] = "YYYY-MM-DD HH:MM:00"; /* the seconds may be left out */
    bool fits = text.len < sizeof whole && text.len + 3 >= strlen(whole);
    if (fits) memcpy(whole, text.ptr, text.len);
    if (fits && instant_parse_local(&app_city(app)->calendar.zone, str_z(whole), ret)) return OK;
    return err_set(err, E_INVALID, "bad_time", "\"%.*s\" is no local time like 2026-11-23 08:00.", P(text));
}

static enum status open_clock(const struct app_options *o, struct app *app, struct err *err) {
    instant begins = INSTANT_NONE;
    enum status status = o->rehearsal != NULL ? app_local_time(app, str_z(o->rehearsal), &begins, err) : OK;
    if (status == OK) status = rehearsal_open(o->data_dir, begins, &app->rehearsal, err);
    app->now = rehearsal_now;
    app->now_ctx = app->rehearsal;
    return status;
}

static void close_clock(struct app *app) {
    if (app->rehearsal != NULL) rehearsal_close(app->rehearsal);
}

enum status app_open(const struct app_options *o, struct app *ret, struct strbuf *report, struct err *err) {
    struct app app = {0};
    enum status status = cities_open(o->city_dir, o->data_dir, o->read_only, &app.cities, report, err);
    if (status != OK) return status;
    status = open_clock(o, &app, err);
    if (status == OK) status = cities_use_clock(app.cities, app.now, app.now_ctx, report, err);
    if (status != OK) {
        cities_close(app.cities);
        return status;
    }
    struct store_options so = {.dir = o->data_dir,
                               .cities = {app.cities, cities_current, cities_by_hash},
                               .now = app.now,
                               .now_ctx = app.now_ctx,
                               .read_only = o->read_only,
                               .no_projector = o->no_projector,
                               .all_keys = o->all_keys,
                               .vfs = o->vfs};
    app.books = peer_books_new(o->data_dir);
    status = peer_books_load(app.books, report, err);
    if (status == OK) status = store_open(&so, &app.store, err);
    if (status == OK && !o->read_only) status = activate(&app, err);
    if (status != OK) {
        peer_books_free(app.books);
        if (app.store != NULL) store_close(app.store);
        close_clock(&app);
        cities_close(app.cities);
        return status;
    }
    app.shelf = shelf_new();
    *ret = app;
    return OK;
}

void app_close(struct app *app) {
    store_close(app->store);
    shelf_free(app->shelf);
    peer_books_free(app->books);
    close_clock(app);
    cities_close(app->cities);
    *app = (struct app){0};
}

instant app_city_since(const struct app *app) {
    return cities_since(app->cities);
}

const struct city *app_city(const struct app *app) {
    return cities_current(app->cities);
}

const struct city *app_law(const struct app *app, const struct kase *c) {
    const struct city *law = cities_by_hash(app->cities, &c->law);
    return law != NULL ? law : app_city(app);
}

enum status app_reload(struct app *app, struct strbuf *report, struct err *err) {
    enum status status = cities_reload(app->cities, report, err);
    if (status == OK) status = peer_books_load(app->books, report, err);
    return status == OK ? activate(app, err) : status;
}

enum status app_new_day(struct app *app, struct strbuf *report, struct err *err) {
    const struct city *city = app_city(app);
    day today = day_from_instant(&city->calendar.zone, app_now(app));
    return today.n < city->next_change.n ? OK : app_reload(app, report, err);
}

instant app_now(const struct app *app) {
    return app->now(app->now_ctx);
}

struct caller app_stranger(const struct app *app, size_t lang) {
    (void)app;
    struct caller c = {.actor = {.kind = ACTOR_REPORTER}, .lang = lang};
    return c;
}

/* Whoever walks a grid that was redrawn goes on in its main successor until somebody says otherwise. */
static void area_of_today(const struct city *city, code *area) {
    uint32_t was = code_empty(area) ? NONE : city_area(city, str_code(area));
    uint32_t is = was == NONE ? NONE : city_area_now(city, was, lonlat_none());
    if (is != NONE) *area = city->areas[is].code;
}

enum status app_staff_caller(struct app *app, uint64_t staff, size_t lang, struct caller *ret, struct err *err) {
    struct account a;
    enum status status = store_account_by_id(app->store, staff, &a, err);
    if (status == E_NOT_FOUND) return err_set(err, E_LOGIN, "login_required", "This account no longer exists.");
    if (status != OK) return status;
    const struct role *role = city_role(app_city(app), str_code(&a.role));
    if (a.disabled || role == NULL)
        return err_set(err, E_LOGIN, "login_required", "This account may no longer be used.");
    *ret = (struct caller){
        .actor = {ACTOR_STAFF, a.staff, a.role, a.unit, a.area}, .role = role, .lang = lang, .login = a.login};
    memcpy(ret->label, a.label, sizeof ret->label);
    area_of_today(app_city(app), &ret->actor.area);
    return OK;
}
