/* What inspection plans ask for today is filed. See inspections.h. */
#include <stdlib.h>
#include <string.h>

#include "app/inspections_int.h"

#define PAGE 500
#define THINGS_MAX 50000
#define CASES_MAX 100000

enum status rows_of(struct app *app, str q, size_t max, struct arena *arena, struct case_row **ret, size_t *ret_n,
                    struct err *err) {
    struct query *query = NULL;
    struct listing page = {.next = S("")};
    size_t cap = PAGE;
    *ret = NEW_ARRAY(arena, struct case_row, cap);
    *ret_n = 0;
    enum status status = query_parse(q, app_city(app), arena, &query, err);
    while (status == OK && *ret_n < max) {
        status = store_list(app->store, query, SORT_FILED_ASC, PAGE, page.next, app_now(app), arena, &page, err);
        if (status != OK) break;
        if (*ret_n + page.n > cap) {
            struct case_row *grown = NEW_ARRAY(arena, struct case_row, cap * 2);
            memcpy(grown, *ret, *ret_n * sizeof *grown);
            *ret = grown;
            cap *= 2;
        }
        if (page.n > 0) memcpy(*ret + *ret_n, page.rows, page.n * sizeof *page.rows);
        *ret_n += page.n;
        if (str_empty(page.next)) break;
    }
    return status;
}

static str joined(struct arena *arena, const char *field, const code *codes, size_t n) {
    str ret = STR_NONE;
    for (size_t i = 0; i < n; i++) ret = str_format(arena, "%.*s%s%s", P(ret), i > 0 ? "," : field, codes[i].s);
    return ret;
}

static int by_thing(const void *a, const void *b) {
    const struct case_row *x = a, *y = b;
    int order = str_cmp(str_code(&x->point), str_code(&y->point));
    if (order != 0) return order;
    return x->id < y->id ? -1 : x->id > y->id;
}

enum status plan_book_read(struct app *app, const struct inspection_plan *plan, day since, struct arena *arena,
                           struct plan_book *ret, struct err *err) {
    const struct city *city = app_city(app);
    struct strbuf date;
    code *areas = NEW_ARRAY(arena, code, plan->n_areas + 1);
    *ret = (struct plan_book){.plan = plan};
    for (size_t i = 0; i < plan->n_areas; i++) areas[i] = city->areas[plan->areas[i]].code;
    str classes = joined(arena, "category:", plan->things, plan->n_things);
    str where = joined(arena, " area:", areas, plan->n_areas);
    str things = str_format(arena, "flag:register status:open %.*s%.*s", P(classes), P(where));
    enum status status = rows_of(app, things, THINGS_MAX, arena, &ret->things, &ret->n_things, err);
    if (status != OK) return status;
    strbuf_init(&date, 32);
    day_format(&date, since);
    str cases = str_format(arena, "condition:%s -thing:none (status:open or filed:>=%.*s)",
                           city->conditions[plan->condition].code.s, P(strbuf_str(&date)));
    strbuf_done(&date);
    status = rows_of(app, cases, CASES_MAX, arena, &ret->cases, &ret->n_cases, err);
    if (status == OK && ret->n_cases > 1) qsort(ret->cases, ret->n_cases, sizeof *ret->cases, by_thing);
    return status;
}

/* The first inspection of a thing. out: n_cases or one of another thing if there is none. */
static size_t first_of(const struct plan_book *b, const code *thing) {
    size_t low = 0, high = b->n_cases;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (str_cmp(str_code(&b->cases[mid].point), str_code(thing)) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

const struct case_row *plan_book_case(const struct city *city, const struct plan_book *b, const code *thing,
                                      const struct occasion *o) {
    for (size_t i = first_of(b, thing); i < b->n_cases && code_eq(&b->cases[i].point, thing); i++) {
        day filed = day_from_instant(&city->calendar.zone, b->cases[i].filed);
        if (filed.n >= o->begins.n && filed.n < o->ends.n) return &b->cases[i];
    }
    return NULL;
}

bool stood_by(const struct city *city, const struct case_row *thing, const struct occasion *o) {
    return day_from_instant(&city->calendar.zone, thing->filed).n < o->due.n;
}

/* --- filing --- */

struct candidate_item {
    const struct case_row *thing;
    struct occasion when;
};

static int by_day(const void *a, const void *b) {
    const struct candidate_item *x = a, *y = b;
    if (x->when.due.n != y->when.due.n) return x->when.due.n < y->when.due.n ? -1 : 1;
    return str_cmp(str_code(&x->thing->point), str_code(&y->thing->point));
}

static bool has_open(const struct plan_book *b, const code *thing) {
    for (size_t i = first_of(b, thing); i < b->n_cases && code_eq(&b->cases[i].point, thing); i++)
        if (!b->cases[i].is_over) return true;
    return false;
}

/* What is due and was not filed, the longest due first. */
static size_t due_now(const struct city *city, const struct plan_book *b, day today, struct candidate_item *ret) {
    size_t n = 0;
    for (size_t i = 0; i < b->n_things; i++) {
        const struct case_row *thing = &b->things[i];
        struct occasion o;
        if (!inspection_occasion(city, b->plan, &thing->point, today, &o) || o.due.n > today.n) continue;
        if (!stood_by(city, thing, &o) || has_open(b, &thing->point)) continue;
        if (plan_book_case(city, b, &thing->point, &o) == NULL) ret[n++] = (struct candidate_item){thing, o};
    }
    if (n > 1) qsort(ret, n, sizeof *ret, by_day);
    return n;
}

static void key_of(struct command *c, const struct inspection_plan *plan, const struct candidate_item *item) {
    char begins[16];
    int n = snprintf(begins, sizeof begins, "\n%d", (int)item->when.begins.n);
    str pieces[] = {
        S("inspection\n"), str_code(&plan->code), S("\n"), str_code(&item->thing->point), {begins, (size_t)n}};
    digest key = sha256_pieces(pieces, ARRAY_LEN(pieces)), body = sha256(S("inspection"));
    c->has_key = true;
    memcpy(c->key_hash, key.b, sizeof c->key_hash);
    memcpy(c->body_hash, body.b, sizeof c->body_hash);
}

static enum status file_one(struct app *app, const struct inspection_plan *plan, const struct candidate_item *item,
                            struct arena *arena, bool *ret_filed) {
    const struct city *city = app_city(app);
    const struct condition *condition = &city->conditions[plan->condition];
    struct command c = {.kind = COMMAND_FILE, .actor = {.kind = ACTOR_SYSTEM}};
    struct filing *f = &c.filing;
    struct result r;
    f->category = city->categories[condition->category].key;
    f->condition = condition->code;
    f->confidence = 1000;
    f->located = LOCATED_INSIDE;
    f->place = item->thing->place;
    f->has_place = !lonlat_is_none(f->place);
    f->area = item->thing->area;
    f->point = item->thing->point;
    if (plan->unit != NONE) f->unit = city->units[plan->unit].code;
    f->channel = code_of("plan");
    f->happened = f->closed = INSTANT_NONE;
    str name = text_in(&plan->name, 0), look = text_in(&plan->look, 0);
    f->text = str_format(arena, "%.*s：%.*s\n%.*s", P(name), P(item->thing->text), P(look));
    f->attributes = str_format(arena, "{\"plan\":\"%s\"}", plan->code.s);
    key_of(&c, plan, item);
    enum status status = store_run(app->store, &c, &r);
    *ret_filed = status == OK && !r.repeated;
    bool refused = status == E_INVALID || status == E_DENIED || status == E_STATE || status == E_CONFLICT;
    return refused ? OK : status; /* one that the rules refuse holds up no other; the timetable shows it as waiting */
}

static size_t filed_today(const struct city *city, const struct plan_book *b, day today) {
    size_t n = 0;
    for (size_t i = 0; i < b->n_cases; i++)
        n += code_is(&b->cases[i].channel, "plan") &&
             day_from_instant(&city->calendar.zone, b->cases[i].filed).n == today.n;
    return n;
}

/* out: *ret_done: nothing is left for today. */
static enum status run_plan(struct app *app, const struct inspection_plan *plan, day today, size_t max, size_t *filed,
                            bool *ret_done) {
    const struct city *city = app_city(app);
    struct arena arena;
    struct plan_book b;
    struct occasion o;
    struct err err = {0};
    *ret_done = true;
    if (today.n < plan->from.n || today.n > plan->upto.n) return OK;
    const code any = {{0}};
    (void)inspection_occasion(city, plan, &any, today, &o); /* the period is the same for all its things */
    arena_init(&arena, 0);
    enum status status = store_wait(app->store, store_seq(app->store), 5000, &err);
    if (status == OK) status = plan_book_read(app, plan, o.begins, &arena, &b, &err);
    if (status == OK) {
        struct candidate_item *due = NEW_ARRAY(&arena, struct candidate_item, b.n_things + 1);
        size_t n = due_now(city, &b, today, due), before = filed_today(city, &b, today), room = (size_t)plan->a_day;
        room = room > before ? room - before : 0;
        size_t now = n < room ? n : room;
        for (size_t i = 0; i < now && i < max && status == OK; i++) {
            bool is_new = false;
            status = file_one(app, plan, &due[i], &arena, &is_new);
            *filed += is_new;
        }
        *ret_done = now <= max;
    }
    arena_done(&arena);
    return status;
}

size_t app_inspections_run(struct app *app, struct inspection_run *run, size_t max) {
    const struct city *city = app_city(app);
    day today = day_from_instant(&city->calendar.zone, app_now(app));
    size_t filed = 0;
    if (run->on.n != today.n || !digest_eq(&run->city, &city->hash))
        *run = (struct inspection_run){.on = today, .city = city->hash};
    while (run->plan < city->n_inspection_plans && filed < max) {
        bool done = false;
        if (run_plan(app, &city->inspection_plans[run->plan], today, max - filed, &filed, &done) != OK) break;
        if (!done) break; /* the rest in the next round */
        run->plan++;
    }
    return filed;
}
