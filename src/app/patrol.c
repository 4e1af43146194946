/* Patrol points and when they were last looked at. */
#include <math.h>
#include <stdlib.h>

#include "app/app.h"

/* The area somebody walks, or whose office he works in; NONE = everywhere. */
static uint32_t own_area(const struct city *city, const struct actor *actor) {
    if (!code_empty(&actor->area)) return city_area(city, str_code(&actor->area));
    uint32_t unit = code_empty(&actor->unit) ? NONE : city_unit(city, str_code(&actor->unit));
    return unit == NONE ? NONE : city->units[unit].area;
}

/* Milliseconds between two looks, as of an instant. */
static int64_t every_on(const struct city *city, const struct patrol_point *p, instant t) {
    int32_t hours = city_point_every(city, p, day_from_instant(&city->calendar.zone, t));
    return (hours > 0 ? hours : 24) * MS_HOUR;
}

static int more_urgent(const void *a, const void *b) {
    const struct point_state *x = a, *y = b;
    if (x->due.ms != y->due.ms) return x->due.ms < y->due.ms ? -1 : 1;
    return str_cmp(str_code(&x->point->code), str_code(&y->point->code));
}

enum status app_points(struct app *app, const struct caller *caller, bool mine, struct arena *arena,
                       struct point_state **ret, size_t *ret_n, struct err *err) {
    const struct city *city = app_city(app);
    instant now = app_now(app);
    uint32_t area = mine ? own_area(city, &caller->actor) : NONE;
    struct point_state *list = NEW_ARRAY(arena, struct point_state, city->n_points + 1);
    code *codes = NEW_ARRAY(arena, code, city->n_points + 1);
    instant *last = NEW_ARRAY(arena, instant, city->n_points + 1);
    size_t n = 0;
    for (size_t i = 0; i < city->n_points; i++) {
        const struct patrol_point *p = &city->points[i];
        if (area != NONE && !city_area_within(city, p->grid, area)) continue;
        list[n] = (struct point_state){.point = p};
        codes[n++] = p->code;
    }
    enum status status = store_points(app->store, codes, n, last, err);
    if (status != OK) return status;
    for (size_t i = 0; i < n; i++) {
        list[i].last = last[i];
        list[i].due =
            instant_is_none(last[i]) ? now : instant_add(last[i], (span){every_on(city, list[i].point, last[i])});
    }
    qsort(list, n, sizeof *list, more_urgent);
    *ret = list;
    *ret_n = n;
    return OK;
}

/* --- coverage --- */

#define VISITS_MAX 4096

/* The stretches of all points begin together: on a Monday, at midnight. */
static instant stretch_of(const struct city *city, int64_t every_ms, instant t) {
    int64_t anchor = day_start(&city->calendar.zone, day_from_ymd(2024, 1, 1)).ms, since = t.ms - anchor;
    int64_t n = since / every_ms - (since < 0 && since % every_ms != 0);
    return (instant){anchor + n * every_ms};
}

static bool looked_at(const instant *visits, size_t n, instant from, instant upto) {
    for (size_t i = 0; i < n; i++)
        if (visits[i].ms > from.ms && visits[i].ms <= upto.ms) return true;
    return false;
}

static enum status cover_point(struct app *app, const struct patrol_point *p, const instant period[2],
                               struct coverage_part *ret, struct err *err) {
    static _Thread_local instant visits[VISITS_MAX];
    const struct city *city = app_city(app);
    size_t n = 0;
    instant begin = stretch_of(city, every_on(city, p, period[0]), period[0]);
    *ret = (struct coverage_part){.area = p->grid, .place = p->place, .points = 1};
    enum status status = store_point_visits(app->store, &p->code, begin, period[1], visits, VISITS_MAX, &n, err);
    for (instant t = begin; status == OK && t.ms < period[1].ms;) {
        int64_t every = every_on(city, p, t);
        instant end = instant_add(stretch_of(city, every, t), (span){every});
        if (end.ms > period[1].ms) break;
        if (end.ms > period[0].ms) {
            ret->due++;
            ret->done += looked_at(visits, n, t, end);
        }
        t = end;
    }
    return status;
}

static void add_part(struct coverage_part *to, const struct coverage_part *part) {
    to->points += part->points;
    to->due += part->due;
    to->done += part->done;
}

static lonlat cell_of(lonlat p) {
    return (lonlat){floor(p.lon_deg / COVERAGE_CELL_DEG) * COVERAGE_CELL_DEG,
                    floor(p.lat_deg / COVERAGE_CELL_DEG) * COVERAGE_CELL_DEG};
}

/* Points come in the order of grids mostly, so the search begins at the end. */
static void add_to_parts(struct coverage_part *parts, size_t *n, const struct coverage_part *part, bool by_cell) {
    for (size_t i = *n; i-- > 0;) {
        bool same = by_cell
                        ? parts[i].place.lon_deg == part->place.lon_deg && parts[i].place.lat_deg == part->place.lat_deg
                        : parts[i].area == part->area;
        if (!same) continue;
        add_part(&parts[i], part);
        return;
    }
    parts[(*n)++] = *part;
}

static int by_area(const void *a, const void *b) {
    const struct coverage_part *x = a, *y = b;
    return (x->area > y->area) - (x->area < y->area);
}

/* Statistics of places are for those who see statistics; everybody else sees the own area. */
static enum status may_cover(const struct city *city, const struct caller *caller, uint32_t *area, struct err *err) {
    uint32_t own = own_area(city, &caller->actor);
    bool all = caller->role != NULL && caller->role->sees_stats;
    if (!all && *area == NONE) *area = own;
    if (all || (own != NONE && city_area_within(city, *area, own))) return OK;
    return err_set(err, E_DENIED, "not_allowed", "You may ask for your own area.");
}

static enum status cover_all(struct app *app, uint32_t area, const instant period[2], struct coverage *ret,
                             struct err *err) {
    const struct city *city = app_city(app);
    enum status status = OK;
    for (size_t i = 0; i < city->n_points && status == OK; i++) {
        const struct patrol_point *p = &city->points[i];
        struct coverage_part part;
        if (area != NONE && !city_area_within(city, p->grid, area)) continue;
        status = cover_point(app, p, period, &part, err);
        if (status != OK) return status;
        add_part(&ret->total, &part);
        part.place = cell_of(part.place);
        add_to_parts(ret->grids, &ret->n_grids, &part, false);
        add_to_parts(ret->cells, &ret->n_cells, &part, true);
    }
    qsort(ret->grids, ret->n_grids, sizeof *ret->grids, by_area);
    return status;
}

enum status app_coverage(struct app *app, const struct caller *caller, uint32_t area, day from, day upto,
                         struct arena *arena, struct coverage *ret, struct err *err) {
    const struct city *city = app_city(app);
    const struct zone *zone = &city->calendar.zone;
    *ret = (struct coverage){.from = from, .upto = upto, .total = {.area = NONE, .place = lonlat_none()}};
    enum status status = may_cover(city, caller, &area, err);
    if (status != OK) return status;
    if (upto.n < from.n || upto.n - from.n >= COVERAGE_DAYS_MAX) {
        err_set(err, E_INVALID, "bad_value", "The last day must not be before the first, nor %d days after it.",
                COVERAGE_DAYS_MAX);
        err_field(err, "to");
        return E_INVALID;
    }
    instant period[2] = {day_start(zone, from), day_start(zone, (day){upto.n + 1})}, now = app_now(app);
    if (period[1].ms > now.ms) period[1] = now;
    ret->grids = NEW_ARRAY(arena, struct coverage_part, city->n_points + 1);
    ret->cells = NEW_ARRAY(arena, struct coverage_part, city->n_points + 1);
    return cover_all(app, area, period, ret, err);
}

/* --- a grid's page --- */

static size_t who_walks(const struct city *city, uint32_t area, const struct account *list, size_t n) {
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        const struct role *role = city_role(city, str_code(&list[i].role));
        uint32_t own = code_empty(&list[i].area) ? NONE : city_area(city, str_code(&list[i].area));
        if (own != NONE) own = city_area_now(city, own, lonlat_none());
        bool walks = role != NULL && (role->posts & 1U << POST_GRID) != 0 && !list[i].disabled;
        found += walks && own != NONE && city_area_within(city, area, own);
    }
    return found;
}

enum status app_grid_state(struct app *app, const struct caller *caller, uint32_t area, struct arena *arena,
                           struct grid_state *ret, struct err *err) {
    const struct city *city = app_city(app);
    struct account *accounts = NULL;
    size_t n = 0;
    bool more = false;
    *ret = (struct grid_state){.open = NEW_ARRAY(arena, struct grid_open, city->n_procedures + 1)};
    enum status status = store_accounts(app->store, arena, &accounts, &n, err);
    for (size_t i = 0; i < city->n_procedures && status == OK; i++) {
        const struct procedure *p = &city->procedures[i];
        if (p->is_private) continue;
        str q = str_format(arena, "status:open area:%s procedure:%s", city->areas[area].code.s, p->name.s);
        struct grid_open *open = &ret->open[ret->n_open];
        *open = (struct grid_open){.procedure = p};
        status = app_total(app, caller, q, arena, &open->open, &more, err);
        if (status == OK && open->open > 0) ret->n_open++;
    }
    if (status == OK) ret->staffed = who_walks(city, area, accounts, n);
    return status;
}
