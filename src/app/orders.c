#include "app/orders.h"

#include <stdlib.h>
#include <string.h>

#include "app/exchange.h"
#include "base/json.h"
#include "casework/facts.h"

#define BATCH 128
#define VIEWS_WAIT_MS 10000

/* --- what they say --- */

static void read_scope(str fields, struct arena *arena, struct order *o) {
    struct json j;
    str clocks = S(""), areas = S(""), categories = S("");
    json_init(&j, fields, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        str *to = str_is(key, "clocks")       ? &clocks
                  : str_is(key, "areas")      ? &areas
                  : str_is(key, "categories") ? &categories
                                              : NULL;
        if (to != NULL && json_peek(&j) == JSON_STRING)
            json_str(&j, to);
        else
            json_skip(&j);
    }
    if (json_done(&j, NULL) != OK || str_empty(clocks)) return;
    o->clocks = clocks;
    o->areas = areas;
    o->categories = categories;
}

static enum status read_order(struct app *app, uint64_t id, struct arena *arena, struct order *o, struct err *err) {
    struct stored_entry *entries = NULL;
    struct case_view *v = NEW(arena, struct case_view);
    size_t n = 0;
    *o = (struct order){.clocks = S(""), .areas = S(""), .categories = S(""), .basis = S(""), .ends = INSTANT_NONE};
    enum status status = view_load(app, id, arena, v, err);
    if (status == OK) status = store_history(app->store, id, arena, &entries, &n, err);
    for (size_t i = 0; status == OK && i < n; i++) {
        struct facts f = {0};
        if (entries[i].kind != ENTRY_ACTED) continue;
        status = facts_read(entries[i].kind, entries[i].facts, arena, NEW(arena, struct kase), &f, err);
        if (status != OK || str_empty(f.fields)) continue;
        read_scope(f.fields, arena, o);
        if (str_find(f.fields, S("\"clocks\""), 0) >= 0) o->basis = v->history[i].open_text;
    }
    if (status != OK) return status;
    o->kase = v->kase;
    o->text = v->text;
    const struct clock *ends = case_clock(&o->kase, "ends", 0);
    if (ends != NULL && ends->state == CLOCK_RUNNING) o->ends = ends->due;
    return store_held_count(app->store, &o->kase.number, &o->held, err);
}

enum status app_orders(struct app *app, struct arena *arena, struct order **ret, size_t *ret_n, struct err *err) {
    uint64_t ids[ORDERS_MAX];
    size_t n = 0;
    *ret_n = 0;
    *ret = NULL;
    enum status status = store_orders(app->store, ids, ORDERS_MAX, &n, err);
    if (n > 0) *ret = NEW_ARRAY(arena, struct order, n);
    for (size_t i = 0; status == OK && i < n; i++) {
        status = read_order(app, ids[i], arena, &(*ret)[*ret_n], err);
        if (status == OK && !str_empty((*ret)[*ret_n].clocks)) ++*ret_n;
    }
    return status;
}

/* --- what they do --- */

struct sending {
    pthread_mutex_t lock;
    pthread_cond_t done;
    size_t open;
};

static void sent(struct submission *m) {
    struct sending *s = m->ctx;
    pthread_mutex_lock(&s->lock);
    s->open--;
    pthread_cond_signal(&s->done);
    pthread_mutex_unlock(&s->lock);
}

static void note_command(struct command *c, uint64_t id, const struct order *o, const char *note) {
    c->kind = COMMAND_NOTE;
    c->actor.kind = ACTOR_SYSTEM;
    c->case_id = id;
    c->action = code_of(note);
    c->values[c->n_values++] = (struct value){code_of("case"), str_code(&o->kase.number)};
    c->values[c->n_values++] = (struct value){code_of("clocks"), o->clocks};
    if (!str_empty(o->areas)) c->values[c->n_values++] = (struct value){code_of("areas"), o->areas};
    if (!str_empty(o->categories)) c->values[c->n_values++] = (struct value){code_of("categories"), o->categories};
}

/* All of them at a time: the writer takes them with whatever else waits, and nobody waits behind more than one batch. */
static bool send_notes(struct app *app, const uint64_t *ids, size_t n, const struct order *o, const char *note) {
    struct arena arena;
    struct sending s = {.open = 0};
    arena_init(&arena, 0);
    pthread_mutex_init(&s.lock, NULL);
    pthread_cond_init(&s.done, NULL);
    struct submission *all = NEW_ARRAY(&arena, struct submission, n);
    bool good = true;
    for (size_t i = 0; i < n && good; i++) {
        all[i].done = sent;
        all[i].ctx = &s;
        note_command(&all[i].command, ids[i], o, note);
        pthread_mutex_lock(&s.lock);
        s.open++;
        pthread_mutex_unlock(&s.lock);
        good = store_submit(app->store, &all[i], NULL) == OK;
        if (good) continue;
        pthread_mutex_lock(&s.lock);
        s.open--;
        pthread_mutex_unlock(&s.lock);
    }
    pthread_mutex_lock(&s.lock);
    while (s.open > 0) pthread_cond_wait(&s.done, &s.lock);
    pthread_mutex_unlock(&s.lock);
    pthread_mutex_destroy(&s.lock);
    pthread_cond_destroy(&s.done);
    arena_done(&arena);
    /* the lists must have seen it, else the same cases come again */
    return good && store_wait(app->store, store_seq(app->store), VIEWS_WAIT_MS, NULL) == OK;
}

static size_t hold_some(struct app *app, const struct order *o, const struct clocks_wanted *w, size_t max) {
    uint64_t ids[BATCH];
    size_t done = 0, n = 0, before = SIZE_MAX;
    while (done < max) {
        uint64_t left = 0;
        if (store_clocks_named(app->store, w, ids, BATCH, &n, NULL) != OK || n == 0) break;
        if (store_held_count(app->store, &o->kase.number, &left, NULL) != OK || left == before) break;
        before = left; /* no progress: what is left is not its matter by the rules */
        if (!send_notes(app, ids, n, o, "hold")) break;
        done += n;
    }
    return done;
}

static size_t hold_category(struct app *app, const struct order *o, struct clocks_wanted *w, size_t max) {
    size_t done = 0;
    str categories = o->categories;
    if (str_empty(categories)) return hold_some(app, o, w, max);
    for (str one; done < max && str_split(&categories, ',', &one);) {
        w->category = one;
        done += hold_some(app, o, w, max - done);
    }
    return done;
}

static size_t hold_clock(struct app *app, const struct order *o, str clock, size_t max) {
    const struct city *city = app_city(app);
    str procedure = S("");
    str_split(&clock, '.', &procedure);
    struct clocks_wanted w = {
        .procedure = procedure, .clock = clock, .category = S(""), .area_first = INT32_MIN, .area_last = UINT32_MAX};
    size_t done = 0;
    str areas = o->areas;
    if (str_empty(areas)) return hold_category(app, o, &w, max);
    for (str one; done < max && str_split(&areas, ',', &one);) {
        uint32_t area = city_area(city, one);
        if (area == NONE) continue;
        w.area_first = city->areas[area].subtree_first;
        w.area_last = city->areas[area].subtree_last;
        done += hold_category(app, o, &w, max - done);
    }
    return done;
}

static size_t hold(struct app *app, const struct order *o, size_t max) {
    size_t done = 0;
    str clocks = o->clocks;
    for (str one; done < max && str_split(&clocks, ',', &one);) done += hold_clock(app, o, one, max - done);
    return done;
}

static bool is_in_force(const struct order *all, size_t n, const code *number) {
    for (size_t i = 0; i < n; i++)
        if (code_eq(&all[i].kase.number, number)) return true;
    return false;
}

static size_t release(struct app *app, const code *number, size_t max) {
    uint64_t ids[BATCH];
    size_t done = 0, n = 0;
    struct order *o = calloc(1, sizeof *o);
    check(o != NULL);
    o->kase.number = *number;
    o->clocks = o->areas = o->categories = S("");
    while (done < max) {
        if (store_held(app->store, number, ids, BATCH, &n, NULL) != OK || n == 0) break;
        if (!send_notes(app, ids, n, o, "release")) break;
        done += n;
    }
    free(o);
    return done;
}

size_t app_orders_run(struct app *app, size_t max) {
    struct arena arena;
    struct order *all = NULL;
    size_t n = 0, done = 0;
    code number = {0};
    arena_init(&arena, 0);
    enum status status = app_orders(app, &arena, &all, &n, NULL);
    for (size_t i = 0; status == OK && i < n && done < max; i++) done += hold(app, &all[i], max - done);
    while (status == OK && done < max) {
        const code after = number;
        status = store_held_next(app->store, &after, &number, NULL);
        if (status != OK || code_empty(&number)) break;
        if (!is_in_force(all, n, &number)) done += release(app, &number, max - done);
    }
    arena_done(&arena);
    return done;
}
