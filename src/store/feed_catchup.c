/* What a stream missed: by entries since it was last there, and by the clock alone. */
#include <stdlib.h>
#include <string.h>

#include "store/casenumber.h"
#include "store/facts.h"
#include "store/feed_int.h"
#include "views.sql.h"

/* --- resumption --- */

struct resumption {
    struct feeds *feeds;
    const struct query *query;
    const struct city *city;
    uint64_t from_seq, to_seq;
    instant now;
    struct arena arena;
    uint64_t *ids;
    size_t n_ids;
    struct event *events;
    size_t n_events;
};

/* The cases of the entries in between. out: false if there are too many. */
static enum status changed_cases(struct resumption *r, bool *ret_fits, struct err *err) {
    struct map known;
    map_init(&known);
    r->ids = NEW_ARRAY(&r->arena, uint64_t, RESUME_CASES_MAX);
    *ret_fits = r->to_seq - r->from_seq <= RESUME_ENTRIES_MAX;
    enum status status = OK;
    for (uint64_t seq = r->from_seq; status == OK && *ret_fits && seq < r->to_seq;) {
        struct arena page;
        arena_init(&page, 0);
        struct stored_entry *entries;
        size_t n, want = r->to_seq - seq < BATCH_ENTRIES ? (size_t)(r->to_seq - seq) : BATCH_ENTRIES;
        status = truth_read(r->feeds->views->store->truth, seq + 1, want, &page, &entries, &n, err);
        if (status == OK && n == 0)
            status = err_set(err, E_CORRUPT, "missing_entry", "The truth ends before the views.");
        for (size_t i = 0; status == OK && i < n && *ret_fits; i++) {
            seq = entries[i].seq;
            if (entries[i].case_id >= CASE_ID_END) continue; /* a stream */
            if (map_set_u64(&known, entries[i].case_id, 1) != MAP_NONE) continue;
            *ret_fits = r->n_ids < RESUME_CASES_MAX;
            if (*ret_fits) r->ids[r->n_ids++] = entries[i].case_id;
        }
        arena_done(&page);
    }
    map_done(&known);
    return status;
}

/* The row as the reader last saw it: the case after its entries up to from_seq. out: *ret_existed. */
static enum status row_before(struct resumption *r, uint64_t id, struct arena *arena, struct case_row *ret,
                              bool *ret_existed, struct err *err) {
    struct stored_entry *entries;
    size_t n;
    struct kase kase = {0};
    struct store *s = r->feeds->views->store;
    *ret_existed = false;
    *ret = (struct case_row){.updated = INSTANT_NONE};
    enum status status = store_history(s, id, arena, &entries, &n, err);
    str words = STR_NONE;
    for (size_t i = 0; status == OK && i < n && entries[i].seq <= r->from_seq; i++) {
        struct stored_entry *e = &entries[i];
        struct entry plain = {.kind = e->kind,
                              .case_id = e->case_id,
                              .n = e->n,
                              .recorded = e->recorded,
                              .actor = e->actor,
                              .facts = e->facts};
        status = s->rules.apply(&kase, &plain, err);
        if (e->kind == ENTRY_FILED) words = e->words;
        ret->updated = e->recorded;
        ret->seq = e->seq;
        *ret_existed = true;
    }
    if (status != OK || !*ret_existed) return status;
    kase.id = id;
    row_from_case(&kase, r->city, ret);
    row_set_words(ret, words, arena);
    return OK;
}

static enum status resume_case(struct resumption *r, uint64_t id, struct err *err) {
    struct arena arena;
    arena_init(&arena, 0);
    struct case_row row, before;
    bool existed = false;
    enum status status = store_row(r->feeds->views->store, id, &arena, &row, err);
    struct event event = {.seq = r->from_seq, .case_id = id};
    if (status == OK && query_match(r->query, &row, r->city, r->now)) {
        event.kind = FEED_PUT;
        event.payload = payload_make(&row, r->city);
    } else if (status == OK) {
        status = row_before(r, id, &arena, &before, &existed, err);
        if (status == OK && existed && query_match(r->query, &before, r->city, r->now)) event.kind = FEED_GONE;
    }
    event.number = row.number;
    if (status == OK && event.kind != 0) r->events[r->n_events++] = event;
    arena_done(&arena);
    return status;
}

static void drop_events(struct resumption *r) {
    for (size_t i = 0; i < r->n_events; i++) payload_release(r->events[i].payload);
    free(r->events);
    r->events = NULL;
    r->n_events = 0;
}

enum status feed_resume(struct feeds *f, const struct query *q, const struct city *city, uint64_t from_seq,
                        uint64_t to_seq, struct event **ret, size_t *ret_n, bool *ret_reset, struct err *err) {
    struct resumption r = {
        .feeds = f, .query = q, .city = city, .from_seq = from_seq, .to_seq = to_seq, .now = views_now(f->views)};
    arena_init(&r.arena, 0);
    bool fits = false;
    enum status status = changed_cases(&r, &fits, err);
    *ret_reset = status == OK && !fits;
    if (status == OK && fits) {
        r.events = calloc(r.n_ids + 1, sizeof *r.events);
        check(r.events);
        for (size_t i = 0; i < r.n_ids && status == OK; i++) status = resume_case(&r, r.ids[i], err);
        if (status == OK && r.n_events > 0) r.events[r.n_events - 1].seq = to_seq;
        if (status != OK) drop_events(&r);
    }
    arena_done(&r.arena);
    if (status != OK) return status;
    *ret = r.events;
    *ret_n = r.n_events;
    return OK;
}

/* --- the minute --- */

/* Bitmaps of a query at two moments over the same facts. out: NULL on failure: the next minute tries again. */
static uint64_t *moved_rows(struct feeds *f, const struct evaluation *e, instant now, struct arena *arena,
                            uint32_t *ret_n, uint64_t **ret_in) {
    struct facts *facts = f->views->facts;
    struct foreign *foreign;
    struct scan *then_scan, *now_scan;
    if (foreign_find(f->views, e->query, f->city, arena, &foreign, NULL) != OK) return NULL;
    struct scan_source source = foreign_source(foreign);
    uint64_t *moved = NULL;
    pthread_rwlock_rdlock(&facts->lock);
    const struct columns *c = &facts->columns;
    if (scan_prepare(e->query, c, f->city, e->last_minute, &source, arena, &then_scan, NULL) == OK &&
        scan_prepare(e->query, c, f->city, now, &source, arena, &now_scan, NULL) == OK) {
        size_t words = c->n / 64 + 1;
        moved = NEW_ARRAY(arena, uint64_t, words);
        *ret_in = NEW_ARRAY(arena, uint64_t, words);
        scan_bitmap(then_scan, moved);
        scan_bitmap(now_scan, *ret_in);
        for (size_t i = 0; i < words; i++) moved[i] ^= (*ret_in)[i];
        *ret_n = c->n;
    }
    pthread_rwlock_unlock(&facts->lock);
    return moved;
}

static enum status row_by_slot(struct views *v, uint32_t slot, struct arena *arena, struct case_row *ret) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row = false;
    enum status status = reader_prepare(v->writer, SQL_VIEWS_ROW_BY_SLOT, &s, NULL);
    if (status != OK) return status;
    db_bind_i64(s, 1, slot);
    status = db_step(s, &row, NULL);
    if (status == OK && row) row_read(s, views_city(v), arena, ret);
    return status == OK && !row ? E_NOT_FOUND : status;
}

static bool make_moved(struct feeds *f, uint32_t slot, bool is_in, struct arena *arena, struct event *ret) {
    struct case_row row;
    if (row_by_slot(f->views, slot, arena, &row) != OK) return false;
    *ret = (struct event){is_in ? FEED_PUT : FEED_GONE, f->published, row.id, row.number, NULL};
    if (is_in) ret->payload = payload_make(&row, f->city);
    return true;
}

/* One evaluation, held but not locked: only this thread changes rows and queries. */
static void minute_of(struct feeds *f, struct evaluation *e, instant now) {
    struct arena arena;
    arena_init(&arena, 0);
    uint32_t n = 0;
    uint64_t *in = NULL, *moved = moved_rows(f, e, now, &arena, &n, &in);
    for (uint32_t i = 0; moved && i < n; i++) {
        if (moved[i / 64] == 0) {
            i |= 63;
            continue;
        }
        struct event event;
        if (!(moved[i / 64] >> (i % 64) & 1) || !make_moved(f, i + 1, in[i / 64] >> (i % 64) & 1, &arena, &event))
            continue;
        pthread_mutex_lock(&f->lock);
        evaluation_add(e, &event);
        pthread_mutex_unlock(&f->lock);
    }
    if (moved) e->last_minute = now;
    arena_done(&arena);
}

/* The next evaluation about time that was not tried for this minute, held. */
static struct evaluation *next_of_minute(struct feeds *f, instant now) {
    pthread_mutex_lock(&f->lock);
    struct evaluation *e = f->evaluations;
    while (e && !(e->query && e->last_try.ms < now.ms && query_is_relative(e->query))) e = e->next;
    if (e) {
        e->last_try = now;
        e->n_streams++;
    }
    pthread_mutex_unlock(&f->lock);
    return e;
}

void feeds_minute(struct feeds *f, instant now) {
    for (struct evaluation *e; (e = next_of_minute(f, now)) != NULL;) {
        minute_of(f, e, now);
        pthread_mutex_lock(&f->lock);
        evaluation_leave(f, e);
        pthread_mutex_unlock(&f->lock);
    }
    feeds_wake(f);
}
