/* The timetable of inspections, and the places proposed for one. See inspections.h. */
#include <stdlib.h>
#include <string.h>

#include "app/inspections_int.h"
#include "casework/route.h"

const char *const inspection_state_names[INSPECTION_STATE_COUNT] = {
    [INSPECTION_PLANNED] = "planned", [INSPECTION_WAITING] = "waiting", [INSPECTION_OPEN] = "open",
    [INSPECTION_LATE] = "late",       [INSPECTION_DONE] = "done",       [INSPECTION_DROPPED] = "dropped",
    [INSPECTION_MISSED] = "missed"};

#define ITEMS_MAX 200000

struct table_of {
    struct app *app;
    const struct city *city;
    const struct caller *caller;
    const struct timetable_request *request;
    struct arena *arena;
    day today;
    uint32_t area;
    struct timetable *ret;
    struct inspection_item *all;
    size_t n, cap;
};

/* --- who sees what --- */

static bool is_below(const struct city *city, uint32_t unit, uint32_t above) {
    for (uint32_t u = unit; u != NONE; u = city->units[u].parent)
        if (u == above) return true;
    return false;
}

static bool may_see(const struct table_of *t, uint32_t area, uint32_t unit) {
    const struct actor *actor = &t->caller->actor;
    uint32_t own_unit = code_empty(&actor->unit) ? NONE : city_unit(t->city, str_code(&actor->unit));
    uint32_t own_area = code_empty(&actor->area) ? NONE : city_area(t->city, str_code(&actor->area));
    if (t->caller->role->see == SCOPE_JURISDICTION) return true;
    if (own_area == NONE && own_unit != NONE) own_area = t->city->units[own_unit].area;
    if (own_area != NONE && area != NONE && city_area_within(t->city, area, own_area)) return true;
    return own_unit != NONE && is_below(t->city, unit, own_unit);
}

/* --- rows --- */

static enum inspection_state state_of(const struct table_of *t, const struct case_row *c, const struct occasion *o) {
    if (c != NULL && c->is_over) return c->is_closed ? INSPECTION_DONE : INSPECTION_DROPPED;
    if (c != NULL)
        return c->missed || (c->due.ms != 0 && c->due.ms < app_now(t->app).ms) ? INSPECTION_LATE : INSPECTION_OPEN;
    if (o->due.n > t->today.n) return INSPECTION_PLANNED;
    return o->ends.n > t->today.n ? INSPECTION_WAITING : INSPECTION_MISSED;
}

static void add_item(struct table_of *t, const struct inspection_item *item) {
    if (t->n == ITEMS_MAX) return;
    if (t->n == t->cap) {
        struct inspection_item *grown = NEW_ARRAY(t->arena, struct inspection_item, t->cap * 2);
        memcpy(grown, t->all, t->n * sizeof *grown);
        t->all = grown;
        t->cap *= 2;
    }
    t->all[t->n++] = *item;
}

static void add_occasion(struct table_of *t, const struct plan_book *b, const struct case_row *thing,
                         const struct occasion *o) {
    const struct inspection_plan *p = b->plan;
    const struct case_row *c = plan_book_case(t->city, b, &thing->point, o);
    const struct condition *condition = &t->city->conditions[p->condition];
    static const code nobody = {{0}};
    if (c == NULL && !stood_by(t->city, thing, o)) return;
    struct inspection_item item = {.plan = p,
                                   .thing = thing->point,
                                   .area = thing->area,
                                   .name = thing->text,
                                   .place = thing->place,
                                   .unit = p->unit,
                                   .when = *o,
                                   .state = state_of(t, c, o),
                                   .ended = INSTANT_NONE};
    if (c != NULL) {
        item.number = c->number;
        item.ended = c->ended;
        item.unit = c->unit_index;
    } else if (item.unit == NONE && thing->area_index != NONE) {
        const code *key = &t->city->categories[condition->category].key;
        item.unit = route_unit(t->city, DUTY_LEAD, key, thing->area_index, &nobody);
    }
    if (!may_see(t, thing->area_index, item.unit)) return;
    t->ret->days[o->due.n - t->request->from.n].n[item.state]++;
    if (t->request->state < 0 || t->request->state == (int32_t)item.state) add_item(t, &item);
}

/* All days of one thing between the days asked for. */
static void add_thing(struct table_of *t, const struct plan_book *b, const struct case_row *thing) {
    const struct timetable_request *r = t->request;
    day on = r->from.n > b->plan->from.n ? r->from : b->plan->from;
    while (on.n <= r->upto.n && on.n <= b->plan->upto.n) {
        struct occasion o;
        bool holds = inspection_occasion(t->city, b->plan, &thing->point, on, &o);
        if (holds && o.due.n >= r->from.n && o.due.n <= r->upto.n) add_occasion(t, b, thing, &o);
        on = o.ends;
    }
}

static enum status add_plan(struct table_of *t, const struct inspection_plan *plan, struct err *err) {
    struct plan_book b;
    struct occasion o = {.begins = t->request->from};
    const code any = {{0}};
    if (t->request->upto.n < plan->from.n || t->request->from.n > plan->upto.n) return OK;
    (void)inspection_occasion(t->city, plan, &any, t->request->from, &o);
    enum status status = plan_book_read(t->app, plan, o.begins, t->arena, &b, err);
    for (size_t i = 0; status == OK && i < b.n_things; i++) {
        const struct case_row *thing = &b.things[i];
        bool there =
            t->area == NONE || (thing->area_index != NONE && city_area_within(t->city, thing->area_index, t->area));
        if (there) add_thing(t, &b, thing);
    }
    return status;
}

static int by_day(const void *a, const void *b) {
    const struct inspection_item *x = a, *y = b;
    if (x->when.due.n != y->when.due.n) return x->when.due.n < y->when.due.n ? -1 : 1;
    if (x->plan->line != y->plan->line) return x->plan->line < y->plan->line ? -1 : 1;
    return str_cmp(str_code(&x->thing), str_code(&y->thing));
}

static enum status bad(struct err *err, const char *field, const char *code_name, const char *text) {
    err_set(err, E_INVALID, code_name, "%s", text);
    err_field(err, "%s", field);
    return E_INVALID;
}

static enum status begin(struct table_of *t, struct err *err) {
    const struct timetable_request *r = t->request;
    if (t->caller->role == NULL || t->caller->role->see == SCOPE_NONE)
        return err_set(err, E_DENIED, "not_allowed", "The timetable is for staff who may see cases.");
    if (r->upto.n < r->from.n || r->upto.n - r->from.n >= TIMETABLE_DAYS_MAX)
        return bad(err, "to", "bad_value", "The last day must not be before the first, nor 92 days after it.");
    t->area = code_empty(&r->area) ? NONE : city_area(t->city, str_code(&r->area));
    if (t->area == NONE && !code_empty(&r->area))
        return bad(err, "area", "unknown_area", "This area does not exist here.");
    t->today = day_from_instant(&t->city->calendar.zone, app_now(t->app));
    t->cap = 256;
    t->all = NEW_ARRAY(t->arena, struct inspection_item, t->cap);
    t->ret->n_days = (size_t)(r->upto.n - r->from.n + 1);
    t->ret->days = NEW_ARRAY(t->arena, struct timetable_day, t->ret->n_days);
    for (size_t i = 0; i < t->ret->n_days; i++) t->ret->days[i].on.n = r->from.n + (int32_t)i;
    return OK;
}

enum status app_timetable(struct app *app, const struct caller *caller, const struct timetable_request *r,
                          struct arena *arena, struct timetable *ret, struct err *err) {
    struct table_of t = {.app = app, .city = app_city(app), .caller = caller, .request = r, .arena = arena, .ret = ret};
    *ret = (struct timetable){0};
    bool found = code_empty(&r->plan);
    enum status status = begin(&t, err);
    for (size_t i = 0; i < t.city->n_inspection_plans && status == OK; i++) {
        const struct inspection_plan *plan = &t.city->inspection_plans[i];
        if (!code_empty(&r->plan) && !code_eq(&r->plan, &plan->code)) continue;
        found = true;
        status = add_plan(&t, plan, err);
    }
    if (status == OK && !found) status = bad(err, "plan", "unknown_plan", "There is no such plan here.");
    if (status != OK) return status;
    if (t.n > 1) qsort(t.all, t.n, sizeof *t.all, by_day);
    size_t skip = r->skip < t.n ? r->skip : t.n;
    ret->items = t.all + skip;
    ret->n = t.n - skip < r->take ? t.n - skip : r->take;
    ret->total = t.n;
    return OK;
}

/* --- proposals --- */

#define COUNTED_MAX 20000

/* The cases that are counted, by thing, the newest first. */
static int by_thing_newest(const void *a, const void *b) {
    const struct case_row *x = a, *y = b;
    int order = str_cmp(str_code(&x->point), str_code(&y->point));
    if (order != 0) return order;
    return x->id > y->id ? -1 : x->id < y->id;
}

static enum status seen_rows(struct app *app, const struct caller *caller, str q, struct arena *arena,
                             struct case_row **ret, size_t *ret_n, struct err *err) {
    struct listing page = {.next = S("")};
    *ret = NEW_ARRAY(arena, struct case_row, COUNTED_MAX + 500);
    *ret_n = 0;
    enum status status = OK;
    while (*ret_n < COUNTED_MAX) {
        status = app_list(app, caller, q, S("filed"), 500, page.next, arena, &page, err);
        if (status != OK) return status;
        if (page.n > 0) memcpy(*ret + *ret_n, page.rows, page.n * sizeof *page.rows);
        *ret_n += page.n;
        if (str_empty(page.next)) break;
    }
    if (*ret_n > 1) qsort(*ret, *ret_n, sizeof **ret, by_thing_newest);
    return OK;
}

/* The last inspection of the kind: what was filed before it is settled by it. out: false if one is open. */
static bool last_looked_at(const struct case_row *looks, size_t n, const code *thing, instant *ret) {
    *ret = INSTANT_NONE;
    for (size_t i = 0; i < n; i++) {
        if (!code_eq(&looks[i].point, thing)) continue;
        if (!looks[i].is_over) return false;
        if (instant_is_none(*ret) || looks[i].filed.ms > ret->ms) *ret = looks[i].filed;
    }
    return true;
}

static void count_thing(const struct case_row *rows, size_t n, instant since, struct inspection_proposal *ret) {
    *ret = (struct inspection_proposal){.thing = rows[0].point, .area = rows[0].area, .newest = rows[0].filed};
    for (size_t i = 0; i < n; i++) {
        if (!instant_is_none(since) && rows[i].filed.ms <= since.ms) continue;
        if (ret->n_numbers < PROPOSAL_NUMBERS) ret->numbers[ret->n_numbers++] = rows[i].number;
        ret->count++;
    }
}

static int most_first(const void *a, const void *b) {
    const struct inspection_proposal *x = a, *y = b;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    return str_cmp(str_code(&x->thing), str_code(&y->thing));
}

static void name_thing(struct app *app, struct arena *arena, struct inspection_proposal *p) {
    struct thing thing;
    p->place = lonlat_none();
    if (app_thing(app, &p->thing, arena, &thing, NULL) != OK) return;
    p->name = str_dup(arena, thing.name);
    p->place = thing.place;
    p->area = thing.area;
}

enum status app_inspection_proposals(struct app *app, const struct caller *caller, struct arena *arena,
                                     struct inspection_proposal **ret, size_t *ret_n, struct err *err) {
    const struct inspection_proposals *rule = &app_city(app)->proposals;
    struct case_row *rows = NULL, *looks = NULL;
    size_t n = 0, n_looks = 0;
    *ret_n = 0;
    if (caller->role == NULL || caller->role->see == SCOPE_NONE)
        return err_set(err, E_DENIED, "not_allowed", "Proposals are for staff who may see cases.");
    if (rule->at_least == 0) return OK;
    str names = STR_NONE;
    for (size_t i = 0; i < rule->n_procedures; i++)
        names = str_format(arena, "%.*s%s%s", P(names), i > 0 ? "," : "", rule->procedures[i].s);
    str q = str_format(arena, "procedure:%.*s filed:<%dd -thing:none -channel:exercise", P(names), (int)rule->days);
    str of_kind =
        str_format(arena, "condition:%s -thing:none (status:open or filed:<%dd)", rule->condition.s, (int)rule->days);
    enum status status = seen_rows(app, caller, q, arena, &rows, &n, err);
    if (status == OK) status = rows_of(app, of_kind, COUNTED_MAX, arena, &looks, &n_looks, err);
    if (status != OK) return status;
    *ret = NEW_ARRAY(arena, struct inspection_proposal, n + 1);
    for (size_t first = 0, end; first < n; first = end) {
        instant since;
        struct inspection_proposal *p = &(*ret)[*ret_n];
        for (end = first + 1; end < n && code_eq(&rows[end].point, &rows[first].point);) end++;
        if (end - first < (size_t)rule->at_least) continue;
        if (!last_looked_at(looks, n_looks, &rows[first].point, &since)) continue;
        count_thing(&rows[first], end - first, since, p);
        if (p->count < rule->at_least) continue;
        name_thing(app, arena, p);
        ++*ret_n;
    }
    if (*ret_n > 1) qsort(*ret, *ret_n, sizeof **ret, most_first);
    return OK;
}
