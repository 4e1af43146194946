/* patrol_plans.csv and patrol_routes.csv: how often places of a kind are looked at in a season, and in which order the
 * points of a round are best walked. Both optional. Times of staff are no matter of theirs: a plan is about places. */
#include "city/city_int.h"

#define FILE_PLANS "patrol_plans.csv"
#define FILE_ROUTES "patrol_routes.csv"
#define PLANS_MAX 1000
#define ROUTES_MAX 5000
#define HOURS_MAX (24 * 366)

enum { P_KIND, P_NAME, P_FROM, P_UPTO, P_HOURS, P_BASIS };
static const struct column PLAN_COLUMNS[] = {
    {"kind"}, {"name", .per_lang = true}, {"season_from"}, {"season_upto"}, {"every_hours"}, {"basis"}};

enum { R_CODE, R_NAME, R_POINTS };
static const struct column ROUTE_COLUMNS[] = {{"code"}, {"name", .per_lang = true}, {"points"}};

/* Two plans of a kind that hold on the same day leave open which counts; a season comes before all year. */
static void check_plan(struct table *t, const struct patrol_plan *p) {
    const struct city *c = t->l->city;
    for (size_t i = 0; i < c->n_plans; i++) {
        const struct patrol_plan *other = &c->plans[i];
        if (!code_eq(&other->kind, &p->kind) || (other->season_from == 0) != (p->season_from == 0)) continue;
        if (in_season(other->season_from, other->season_upto, p->season_from) ||
            in_season(p->season_from, p->season_upto, other->season_from))
            table_fault(t, "let one end before the other begins", "The seasons of lines %u and %u meet.", other->line,
                        p->line);
    }
}

static bool read_plan(struct table *t, struct patrol_plan *p) {
    int64_t hours = 0;
    size_t errors = t->l->found->errors;
    *p = (struct patrol_plan){.line = t->csv.line};
    p->name = table_text(t, P_NAME);
    for (size_t i = 0; i < t->l->city->n_langs; i++)
        load_refuse_persons(t->l, str_z(t->file), t->csv.line, "name", p->name.in[i]);
    table_season(t, P_FROM, &p->season_from, &p->season_upto);
    if (!str_to_i64(table_str(t, P_HOURS), &hours) || hours < 1 || hours > HOURS_MAX)
        table_fault(t, NULL, "every_hours must be 1 to %d.", HOURS_MAX);
    p->every_hours = (int32_t)hours;
    p->basis = table_str(t, P_BASIS);
    if (str_empty(p->basis)) table_fault(t, "a notice or article, or: local rule", "The plan names no basis.");
    if (table_code(t, P_KIND, &p->kind)) check_plan(t, p);
    return t->l->found->errors == errors;
}

void load_plans(struct loader *l) {
    struct city *c = l->city;
    struct table t;
    if (files_get(l, FILE_PLANS) == NULL || !table_open(&t, l, FILE_PLANS, PLAN_COLUMNS, ARRAY_LEN(PLAN_COLUMNS)))
        return;
    size_t max = table_rows_max(&t);
    if (max > PLANS_MAX) max = PLANS_MAX;
    c->plans = NEW_ARRAY(&c->arena, struct patrol_plan, max);
    while (table_next(&t)) {
        if (c->n_plans == max) {
            table_fault(&t, NULL, "More than %d rows.", PLANS_MAX);
            return;
        }
        if (read_plan(&t, &c->plans[c->n_plans])) c->n_plans++;
    }
}

bool plan_all_year(const struct city *c, const code *kind) {
    for (size_t i = 0; i < c->n_plans; i++)
        if (code_eq(&c->plans[i].kind, kind) && c->plans[i].season_from == 0) return true;
    return false;
}

int32_t city_point_every(const struct city *c, const struct patrol_point *p, day on) {
    int32_t year = 0, month = 0, mday = 0, every = p->every_hours;
    day_to_ymd(on, &year, &month, &mday);
    for (size_t i = 0; i < c->n_plans && !code_empty(&p->kind); i++) {
        const struct patrol_plan *plan = &c->plans[i];
        if (!code_eq(&plan->kind, &p->kind) || !in_season(plan->season_from, plan->season_upto, month * 100 + mday))
            continue;
        if (plan->season_from != 0) return plan->every_hours;
        every = plan->every_hours;
    }
    return every;
}

/* ---- routes ---- */

static void read_stop(struct table *t, struct patrol_route *r, uint32_t number, str name) {
    struct city *c = t->l->city;
    uint32_t i = map_get(&c->point_by_code, name);
    if (i == NONE) {
        table_fault(t, "codes of patrol_points.csv, separated by |", "The point \"%.*s\" is unknown.", P(name));
        return;
    }
    if (c->points[i].route != NONE) {
        table_fault(t, NULL, "The point \"%.*s\" lies on a route already.", P(name));
        return;
    }
    r->points[r->n_points++] = i;
    c->points[i].route = number;
    c->points[i].stop = (int32_t)r->n_points;
}

void load_routes(struct loader *l) {
    struct city *c = l->city;
    struct table t;
    struct map known;
    if (files_get(l, FILE_ROUTES) == NULL || !table_open(&t, l, FILE_ROUTES, ROUTE_COLUMNS, ARRAY_LEN(ROUTE_COLUMNS)))
        return;
    size_t max = table_rows_max(&t);
    if (max > ROUTES_MAX) max = ROUTES_MAX;
    c->routes = NEW_ARRAY(&c->arena, struct patrol_route, max);
    map_init(&known);
    while (table_next(&t) && c->n_routes < max) {
        size_t n = 0;
        struct patrol_route *r = &c->routes[c->n_routes];
        *r = (struct patrol_route){.name = table_text(&t, R_NAME)};
        str *stops = table_words(&t, R_POINTS, &n);
        r->points = NEW_ARRAY(&c->arena, uint32_t, n + 1);
        if (!table_code(&t, R_CODE, &r->code) || !table_index(&t, &known, &r->code, (uint32_t)c->n_routes)) continue;
        for (size_t i = 0; i < n; i++) read_stop(&t, r, (uint32_t)c->n_routes, stops[i]);
        c->n_routes++;
    }
    map_done(&known);
}
