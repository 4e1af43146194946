/* The projector: from entries of the truth to rows of the views, a batch at a time.
 *
 * Expected workload: 5 000 entries/s in bursts, 60–90 µs each with full text. A batch shows each case once, however many
 * entries it had; its row is made from the case as the truth half knows it, never from an older row, except for words,
 * which are read once at filing. */
#include <stdlib.h>
#include <string.h>

#include "store/facts.h"
#include "store/feed.h"
#include "store/views_int.h"
#include "views.sql.h"

const struct city *views_city(const struct views *v) {
    return v->store->options.cities.current(v->store->options.cities.ctx);
}

instant views_now(const struct views *v) {
    return v->store->options.now(v->store->options.now_ctx);
}

/* What the entries of a batch say of one case. */
struct touched {
    uint64_t id, seq;
    instant updated; /* of the last entry that was no mere reading of contact data; or none */
    const struct stored_entry *filed;
};

struct batch {
    struct views *v;
    const struct city *city;
    struct arena arena;
    struct touched *cases;
    size_t n_cases;
    struct change *changes;
    size_t n_changes;
};

static bool is_case_entry(enum entry_kind kind) {
    return kind != ENTRY_STAFF && kind != ENTRY_CITY && kind != ENTRY_EXCHANGE;
}

static void gather_cases(struct batch *b, const struct stored_entry *entries, size_t n) {
    struct map known;
    map_init(&known);
    b->cases = NEW_ARRAY(&b->arena, struct touched, n);
    for (size_t i = 0; i < n; i++) {
        const struct stored_entry *e = &entries[i];
        if (!is_case_entry(e->kind)) continue;
        uint32_t at = map_get_u64(&known, e->case_id);
        if (at == MAP_NONE) {
            at = (uint32_t)b->n_cases++;
            map_set_u64(&known, e->case_id, at);
            b->cases[at] = (struct touched){.id = e->case_id, .updated = INSTANT_NONE};
        }
        struct touched *t = &b->cases[at];
        t->seq = e->seq;
        if (e->kind != ENTRY_READ) t->updated = e->recorded;
        if (e->kind == ENTRY_FILED) t->filed = e;
    }
    map_done(&known);
}

static enum status read_before(struct batch *b, uint64_t id, struct change *c, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(b->v->writer, SQL_VIEWS_ROW_BY_ID, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, (int64_t)id);
    status = db_step(s, &c->existed, err);
    if (status == OK && c->existed) row_read(s, b->city, &b->arena, &c->before);
    return status;
}

/* The words of the filing entry: from the batch, else from the truth. */
static enum status find_words(struct batch *b, const struct touched *t, str *ret, struct err *err) {
    *ret = STR_NONE;
    if (t->filed) {
        *ret = t->filed->words;
        return OK;
    }
    struct stored_entry *entries;
    size_t n;
    enum status status = store_history(b->v->store, t->id, &b->arena, &entries, &n, err);
    for (size_t i = 0; status == OK && i < n; i++)
        if (entries[i].kind == ENTRY_FILED) *ret = entries[i].words;
    return status;
}

static enum status make_row(struct batch *b, const struct touched *t, const struct kase *kase, struct change *c,
                            struct err *err) {
    row_from_case(kase, b->city, &c->after);
    c->after.seq = t->seq;
    c->after.updated = c->existed && instant_is_none(t->updated) ? c->before.updated : t->updated;
    if (instant_is_none(c->after.updated)) c->after.updated = c->after.filed;
    c->after.slot = c->existed ? c->before.slot : ++b->v->last_slot;
    c->after.place = lonlat_none();
    if (kase->is_erased) return OK;
    if (c->existed && c->before.is_private == c->after.is_private) {
        c->after.text = c->before.text;
        c->after.address = c->before.address;
        c->after.place = c->before.place;
        return OK;
    }
    str words;
    enum status status = find_words(b, t, &words, err);
    if (status == OK) row_set_words(&c->after, words, &b->arena);
    return status;
}

static bool str_same(str a, str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Whether only columns of update_row differ. */
static bool is_light(const struct change *c) {
    const struct case_row *a = &c->before, *b = &c->after;
    return code_eq(&a->category, &b->category) && code_eq(&a->condition, &b->condition) &&
           code_eq(&a->area, &b->area) && code_eq(&a->own_area, &b->own_area) && code_eq(&a->unit, &b->unit) &&
           a->provisional == b->provisional && a->rating == b->rating && a->ended.ms == b->ended.ms &&
           a->filed.ms == b->filed.ms && a->happened.ms == b->happened.ms && code_eq(&a->number, &b->number) &&
           code_eq(&a->procedure, &b->procedure) && code_eq(&a->channel, &b->channel) && a->about == b->about &&
           code_eq(&a->about_unit, &b->about_unit) && a->supporters == b->supporters && code_eq(&a->point, &b->point) &&
           str_same(a->text, b->text) && str_same(a->address, b->address) &&
           query_e7(a->place.lon_deg) == query_e7(b->place.lon_deg) &&
           query_e7(a->place.lat_deg) == query_e7(b->place.lat_deg);
}

static enum status write_row(struct batch *b, const struct change *c, struct err *err) {
    const char *sql = !c->existed ? SQL_VIEWS_INSERT_ROW : is_light(c) ? SQL_VIEWS_UPDATE_ROW : SQL_VIEWS_REPLACE_ROW;
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(b->v->writer, sql, &s, err);
    if (status != OK) return status;
    row_bind(s, &c->after, row_tasks(&c->after, &b->arena));
    return db_step(s, NULL, err);
}

static enum status change_unit(struct batch *b, const char *sql, const code *unit, uint32_t slot, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(b->v->writer, sql, &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, str_code(unit));
    db_bind_i64(s, 2, slot);
    return db_step(s, NULL, err);
}

/* Lead unit and units of open tasks, distinct. out: number. */
static size_t units_of(const struct case_row *row, code ret[TASKS_MAX + 1]) {
    size_t n = 0;
    if (!code_empty(&row->unit)) ret[n++] = row->unit;
    for (size_t i = 0; i < row->n_task_units; i++)
        if (!code_eq(&row->task_units[i], &row->unit)) ret[n++] = row->task_units[i];
    return n;
}

static bool unit_listed(const code *list, size_t n, const code *unit) {
    for (size_t i = 0; i < n; i++)
        if (code_eq(&list[i], unit)) return true;
    return false;
}

static enum status write_units(struct batch *b, const struct change *c, struct err *err) {
    code old[TASKS_MAX + 1], new[TASKS_MAX + 1];
    size_t n_old = c->existed ? units_of(&c->before, old) : 0, n_new = units_of(&c->after, new);
    enum status status = OK;
    for (size_t i = 0; i < n_old && status == OK; i++)
        if (!unit_listed(new, n_new, &old[i]))
            status = change_unit(b, SQL_VIEWS_UNIT_DROP, &old[i], c->after.slot, err);
    for (size_t i = 0; i < n_new && status == OK; i++)
        if (!unit_listed(old, n_old, &new[i])) status = change_unit(b, SQL_VIEWS_UNIT_PUT, &new[i], c->after.slot, err);
    return status;
}

/* Clocks that run and have not struck. */
static bool is_ticking(const struct clock *k) {
    return k->id != 0 && k->state == CLOCK_RUNNING && !k->missed && !instant_is_none(k->due);
}

static enum status write_timers(struct batch *b, const struct change *c, const struct kase *kase, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = OK;
    if (c->existed) {
        status = reader_prepare(b->v->writer, SQL_VIEWS_TIMERS_DROP, &s, err);
        if (status != OK) return status;
        db_bind_i64(s, 1, (int64_t)kase->id);
        status = db_step(s, NULL, err);
    }
    for (size_t i = 0; i < CLOCKS_MAX && status == OK && !kase->is_over; i++) {
        if (!is_ticking(&kase->clocks[i])) continue;
        sqlite3_stmt *put CLEANUP(db_reset) = NULL;
        status = reader_prepare(b->v->writer, SQL_VIEWS_TIMER_PUT, &put, err);
        if (status != OK) return status;
        db_bind_i64(put, 1, (int64_t)kase->id);
        db_bind_i64(put, 2, kase->clocks[i].id);
        db_bind_i64(put, 3, kase->clocks[i].due.ms);
        db_bind_text(put, 4, str_code(&kase->clocks[i].name));
        status = db_step(put, NULL, err);
    }
    return status;
}

static enum status with_id(struct batch *b, const char *sql, uint64_t id, const code *number, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(b->v->writer, sql, &s, err);
    if (status != OK) return status;
    if (number != NULL) db_bind_text(s, 1, str_code(number));
    db_bind_i64(s, number != NULL ? 2 : 1, (int64_t)id);
    return db_step(s, NULL, err);
}

/* Orders in force, and the cases that they hold. */
static enum status write_held(struct batch *b, const struct change *c, const struct kase *kase, struct err *err) {
    code in_force = code_of("order_in_force");
    enum status status = c->existed ? with_id(b, SQL_VIEWS_HELD_DROP, kase->id, NULL, err) : OK;
    if (status == OK && c->existed) status = with_id(b, SQL_VIEWS_ORDER_DROP, kase->id, NULL, err);
    if (status == OK && !kase->is_over && case_flag(kase, &in_force))
        status = with_id(b, SQL_VIEWS_ORDER_PUT, kase->id, NULL, err);
    for (size_t i = 0; i < CLOCKS_MAX && status == OK && !kase->is_over; i++) {
        const struct clock *k = &kase->clocks[i];
        if (k->id != 0 && k->state == CLOCK_PAUSED && !code_empty(&k->held))
            status = with_id(b, SQL_VIEWS_HELD_PUT, kase->id, &k->held, err);
    }
    return status;
}

static enum status project_case(struct batch *b, const struct touched *t, struct err *err) {
    struct kase kase;
    struct change *c = &b->changes[b->n_changes];
    enum status status = store_case(b->v->store, t->id, &kase, err);
    if (status == OK) status = read_before(b, t->id, c, err);
    if (status == OK) status = make_row(b, t, &kase, c, err);
    if (status == OK) status = write_row(b, c, err);
    if (status == OK) status = write_units(b, c, err);
    if (status == OK) status = write_timers(b, c, &kase, err);
    if (status == OK) status = write_held(b, c, &kase, err);
    if (status == OK) status = search_change(b->v, c, err);
    if (status == OK) b->n_changes++;
    return status;
}

static enum status put_seq(struct views *v, uint64_t seq, struct err *err) {
    char text[24];
    int n = snprintf(text, sizeof text, "%llu", (unsigned long long)seq);
    return views_meta_put(v, S("seq"), (str){text, (size_t)n}, err);
}

/* Search before views: see views_int.h. */
static enum status commit_batch(struct batch *b, uint64_t seq, struct err *err) {
    enum status status = put_seq(b->v, seq, err);
    if (status == OK) status = search_commit(b->v, seq, err);
    if (status == OK) status = db_exec(b->v->db, "COMMIT", err);
    return status;
}

static enum status run_batch(struct batch *b, const struct stored_entry *entries, size_t n, struct err *err) {
    gather_cases(b, entries, n);
    b->changes = NEW_ARRAY(&b->arena, struct change, b->n_cases);
    uint32_t last_slot = b->v->last_slot;
    enum status status = db_exec(b->v->db, "BEGIN IMMEDIATE", err);
    if (status == OK) status = search_begin(b->v, err);
    for (size_t i = 0; i < b->n_cases && status == OK; i++) status = project_case(b, &b->cases[i], err);
    if (status == OK) status = outbox_project(b->v, entries, n, &b->arena, err);
    if (status == OK) status = commit_batch(b, entries[n - 1].seq, err);
    if (status == OK) return OK;
    search_rollback(b->v);
    if (!sqlite3_get_autocommit(b->v->db) && db_exec(b->v->db, "ROLLBACK", NULL) != OK) return status;
    b->v->last_slot = last_slot;
    return status;
}

enum status project_batch(struct views *v, uint64_t upto, uint64_t *ret_seq, struct err *err) {
    struct batch b = {.v = v, .city = v->city};
    arena_init(&b.arena, 0);
    struct stored_entry *entries;
    size_t n, want = upto - v->seq < BATCH_ENTRIES ? (size_t)(upto - v->seq) : BATCH_ENTRIES;
    enum status status = truth_read(v->store->truth, v->seq + 1, want, &b.arena, &entries, &n, err);
    *ret_seq = v->seq;
    if (status == OK && n > 0) {
        status = run_batch(&b, entries, n, err);
        if (status == OK) {
            *ret_seq = entries[n - 1].seq;
            facts_apply(v->facts, b.changes, b.n_changes, *ret_seq);
            feeds_publish(v->feeds, b.changes, b.n_changes, *ret_seq);
        }
    }
    arena_done(&b.arena);
    return status;
}

/* --- a new city: areas may have other numbers --- */

static enum status renumber(struct views *v, str area, struct err *err) {
    static const char *const statements[] = {SQL_VIEWS_AREA_RENUMBER, SQL_VIEWS_OWN_AREA_RENUMBER};
    uint32_t index = str_empty(area) ? NONE : city_area(v->city, area);
    for (size_t i = 0; i < ARRAY_LEN(statements); i++) {
        sqlite3_stmt *s CLEANUP(db_reset) = NULL;
        enum status status = reader_prepare(v->writer, statements[i], &s, err);
        if (status != OK) return status;
        db_bind_text(s, 1, area.ptr ? area : S(""));
        db_bind_i64(s, 2, index == NONE ? -1 : (int64_t)index);
        status = db_step(s, NULL, err);
        if (status != OK) return status;
    }
    return OK;
}

static enum status areas_in_use(struct views *v, struct arena *arena, str **ret, size_t *ret_n, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(v->writer, SQL_VIEWS_AREAS_IN_USE, &s, err);
    size_t cap = 0;
    bool row = true;
    *ret = NULL;
    *ret_n = 0;
    while (status == OK && (status = db_step(s, &row, err)) == OK && row) {
        if (*ret_n == cap) {
            str *bigger = NEW_ARRAY(arena, str, cap = cap ? cap * 2 : 256);
            if (*ret_n > 0) memcpy(bigger, *ret, *ret_n * sizeof **ret);
            *ret = bigger;
        }
        (*ret)[(*ret_n)++] = str_dup(arena, db_column(s, 0));
    }
    return status;
}

static enum status renumber_all(struct views *v, str order, struct arena *arena, struct err *err) {
    str *areas;
    size_t n;
    enum status status = areas_in_use(v, arena, &areas, &n, err);
    if (status == OK) status = db_exec(v->db, "BEGIN IMMEDIATE", err);
    for (size_t i = 0; i < n && status == OK; i++) status = renumber(v, areas[i], err);
    if (status == OK) status = views_meta_put(v, S("area_order"), order, err);
    if (status == OK) status = db_exec(v->db, "COMMIT", err);
    if (status != OK && !sqlite3_get_autocommit(v->db) && db_exec(v->db, "ROLLBACK", NULL) != OK) return E_STORAGE;
    return status;
}

enum status project_city(struct views *v, struct err *err) {
    const struct city *city = views_city(v);
    if (city == v->city) return OK;
    struct arena arena;
    arena_init(&arena, 0);
    digest order = facts_area_order(city);
    struct strbuf hex;
    strbuf_init(&hex, 80);
    strbuf_add_hex(&hex, order.b, sizeof order.b);
    str known;
    const struct city *before = v->city;
    v->city = city;
    enum status status = views_meta_get(v, S("area_order"), &arena, &known, err);
    if (status == OK && !str_eq(known, strbuf_str(&hex))) status = renumber_all(v, strbuf_str(&hex), &arena, err);
    if (status == OK) status = facts_set_city(v->facts, v, city, err);
    if (status == OK) feeds_reset(v->feeds, city);
    if (status != OK) v->city = before;
    strbuf_done(&hex);
    arena_done(&arena);
    return status;
}
