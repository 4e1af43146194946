/* The views half from outside: open, wait, close; the projector's thread. */
#include "views.sql.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store/facts.h"
#include "store/feed.h"
#include "store/views_int.h"

#define MINUTE_MS 60000
#define RETRY_MS 1000
#define LATE_MS 5000
#define CITY_MS 2000 /* how long a reader waits for areas to be renumbered */
#define LATE_ENTRIES 50001

static int64_t monotonic_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits on a condition that was made with the monotonic clock. out: false on time-out. */
static bool wait_until(pthread_cond_t *c, pthread_mutex_t *m, int64_t at_ms) {
    struct timespec t = {.tv_sec = at_ms / 1000, .tv_nsec = at_ms % 1000 * 1000000};
    return pthread_cond_timedwait(c, m, &t) != ETIMEDOUT;
}

/* --- meta --- */

enum status views_meta_get(struct views *v, str name, struct arena *arena, str *ret, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row = false;
    enum status status = reader_prepare(v->writer, SQL_VIEWS_META_GET, &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, name);
    status = db_step(s, &row, err);
    if (status == OK) *ret = row ? str_dup(arena, db_column(s, 0)) : STR_NONE;
    return status;
}

enum status views_meta_put(struct views *v, str name, str value, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(v->writer, SQL_VIEWS_META_PUT, &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, name);
    db_bind_text(s, 2, value);
    return db_step(s, NULL, err);
}

/* --- opening --- */

static enum status read_number(struct views *v, str name, uint64_t *ret, struct err *err) {
    struct arena arena;
    arena_init(&arena, 0);
    str text = STR_NONE;
    int64_t n = 0;
    enum status status = views_meta_get(v, name, &arena, &text, err);
    if (status == OK && !str_empty(text) && !str_to_i64(text, &n))
        status = err_set(err, E_CORRUPT, "corrupt_views", "The views do not say how far they reach.");
    if (status == OK) *ret = (uint64_t)n;
    arena_done(&arena);
    return status;
}

/* The rows of another schema are not touched: E_CORRUPT, so that they are made anew. */
static enum status make_schema(struct views *v, struct err *err) {
    uint64_t schema = 0;
    enum status status = db_exec(v->db, SQL_VIEWS_SCHEMA_REST, err);
    if (status == OK) status = read_number(v, S("schema"), &schema, err);
    if (status == OK && schema != 0 && schema != strtoull(VIEWS_SCHEMA, NULL, 10))
        return err_set(err, E_CORRUPT, "other_schema", "The views were made by another version.");
    if (status == OK) status = db_exec(v->db, SQL_VIEWS_SCHEMA_CASES, err);
    return status == OK ? db_exec(v->db, SQL_VIEWS_SCHEMA_INDEXES, err) : status;
}

static enum status read_last_slot(struct views *v, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row = false;
    enum status status = reader_prepare(v->writer, SQL_VIEWS_LAST_SLOT, &s, err);
    if (status == OK) status = db_step(s, &row, err);
    if (status == OK && row) v->last_slot = (uint32_t)sqlite3_column_int64(s, 0);
    return status;
}

static enum status open_views(struct views *v, struct err *err) {
    enum status status = reader_open(v, false, &v->writer, err);
    if (status != OK) return status;
    v->db = v->writer->db;
    status = make_schema(v, err);
    if (status == OK) status = read_number(v, S("seq"), &v->seq, err);
    if (status == OK) status = read_last_slot(v, err);
    return status;
}

/* Whether the files can be gone on with: of this schema, and not ahead of the truth (a restored backup). */
static enum status is_usable(struct views *v, bool *ret, struct err *err) {
    uint64_t schema = 0;
    enum status status = read_number(v, S("schema"), &schema, err);
    bool fresh = v->seq == 0 && v->last_slot == 0;
    *ret = v->seq <= store_seq(v->store) && (schema == strtoull(VIEWS_SCHEMA, NULL, 10) || fresh);
    if (status == OK && fresh) status = views_meta_put(v, S("schema"), S(VIEWS_SCHEMA), err);
    return status;
}

static void close_files(struct views *v) {
    while (v->idle) {
        struct reader *r = v->idle;
        v->idle = r->next;
        reader_close(&r);
        v->n_readers--;
    }
    reader_close(&v->search);
    reader_close(&v->writer);
    v->db = NULL;
}

static int on_wal(void *ctx, sqlite3 *db, const char *name, int pages) {
    (void)db, (void)name;
    *(int *)ctx = pages;
    return SQLITE_OK;
}

static enum status open_files(struct views *v, struct err *err) {
    bool usable = false;
    enum status status = open_views(v, err);
    if (status == OK) status = is_usable(v, &usable, err);
    if (status == E_CORRUPT || (status == OK && !usable)) {
        close_files(v);
        status = views_remove(v->store->dir, err);
        v->seq = v->last_slot = 0;
        if (status == OK) status = open_views(v, err);
        if (status == OK) status = is_usable(v, &usable, err);
    }
    if (status == OK) status = search_open(v, err);
    if (status == OK) {
        sqlite3_wal_hook(v->db, on_wal, &v->wal_pages);
        sqlite3_wal_hook(v->search->db, on_wal, &v->search_wal_pages);
    }
    if (status == OK) status = facts_open(v, &v->facts, err);
    if (status == OK) status = feeds_open(v, &v->feeds, err);
    return status;
}

/* --- the thread --- */

static void set_seq(struct views *v, uint64_t seq, const struct err *failure) {
    pthread_mutex_lock(&v->lock);
    v->seq = seq;
    v->shown = v->city;
    v->failure = *failure;
    if (v->late_seq != 0 && seq >= v->late_seq) {
        v->late_seq = seq < v->notified ? v->notified : 0;
        v->late_since_ms = monotonic_ms();
    }
    pthread_cond_broadcast(&v->moved);
    pthread_mutex_unlock(&v->lock);
}

/* The WAL grows while batches come; it starts anew above a bound, and is emptied when there is nothing else to do. */
static void tend_wal(struct views *v, bool idle) {
    int bound = idle ? 0 : VIEWS_WAL_MAX_PAGES;
    bool (*empty)(sqlite3 *) = idle ? db_truncate_wal : db_restart_wal;
    if (v->wal_pages > bound && empty(v->db)) v->wal_pages = 0;
    if (v->search_wal_pages > bound && empty(v->search->db)) v->search_wal_pages = 0;
}

/* One batch, or a rest. out: whether there was work. */
static bool work(struct views *v, uint64_t upto) {
    struct err failure = {.status = OK};
    uint64_t seq = v->seq;
    if (project_city(v, &failure) == OK && seq < upto && project_batch(v, upto, &seq, &failure) == OK)
        failure.status = OK;
    bool moved = seq != v->seq;
    set_seq(v, seq, &failure);
    return moved;
}

static void rest(struct views *v) {
    struct err dropped;
    for (int step = 0; v->erased && step < 64; step++)
        if (search_merge(v, &dropped) != OK) break;
    tend_wal(v, true);
}

static bool may_pace(const struct views *v) {
    return !v->closing && v->awaited <= v->seq && v->notified < v->seq + PACE_ENTRIES && views_city(v) == v->city;
}

/* Waits for entries, the next minute or closing. in: paced_ms: not before, unless somebody waits. out: the sequence to
 * reach; *ret_closing. */
static uint64_t wait_for_work(struct views *v, int64_t until_ms, int64_t paced_ms, bool *ret_closing) {
    pthread_mutex_lock(&v->lock);
    while (!v->closing && v->notified <= v->seq && views_city(v) == v->city &&
           wait_until(&v->wake, &v->lock, until_ms)) {
    }
    while (may_pace(v) && wait_until(&v->wake, &v->lock, paced_ms)) {
    }
    if (v->failure.status != OK && !v->closing) wait_until(&v->wake, &v->lock, monotonic_ms() + RETRY_MS);
    uint64_t upto = v->notified;
    *ret_closing = v->closing;
    pthread_mutex_unlock(&v->lock);
    return upto;
}

static void *run(void *arg) {
    struct views *v = arg;
    int64_t minute_ms = monotonic_ms() + MINUTE_MS, paced_ms = 0;
    for (;;) {
        bool closing;
        uint64_t upto = wait_for_work(v, minute_ms, paced_ms, &closing);
        paced_ms = monotonic_ms() + PACE_MS;
        bool moved = work(v, upto);
        if (closing && (!moved || v->seq >= upto)) break;
        tend_wal(v, false);
        if (monotonic_ms() < minute_ms) continue;
        feeds_minute(v->feeds, views_now(v));
        if (v->seq >= upto) rest(v);
        minute_ms = monotonic_ms() + MINUTE_MS;
    }
    rest(v);
    return NULL;
}

static enum status catch_up_now(struct views *v, struct err *err) {
    enum status status = project_city(v, err);
    uint64_t target = store_seq(v->store);
    while (status == OK && v->seq < target) {
        uint64_t seq;
        status = project_batch(v, target, &seq, err);
        if (status == OK && seq == v->seq)
            return err_set(err, E_CORRUPT, "missing_entry", "The truth ends before its own sequence.");
        if (status == OK) v->seq = seq;
        tend_wal(v, false);
    }
    return status;
}

static void init_locks(struct views *v) {
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&v->lock, NULL);
    pthread_cond_init(&v->wake, &attr);
    pthread_cond_init(&v->moved, &attr);
    pthread_condattr_destroy(&attr);
}

static void free_views(struct views *v) {
    feeds_close(v->feeds);
    facts_close(v->facts);
    close_files(v);
    pthread_mutex_destroy(&v->lock);
    pthread_cond_destroy(&v->wake);
    pthread_cond_destroy(&v->moved);
    free(v);
}

enum status views_open(struct store *s, bool catch_up, struct views **ret, struct err *err) {
    struct views *v = calloc(1, sizeof *v);
    check(v);
    v->store = s;
    v->city = views_city(v);
    v->erased = true; /* a crash may have come before the last tokens were merged away */
    init_locks(v);
    enum status status = open_files(v, err);
    if (status == OK) v->city = NULL; /* so that the numbers of areas are looked at once */
    if (status == OK) status = catch_up ? catch_up_now(v, err) : project_city(v, err);
    v->notified = store_seq(s);
    v->shown = v->city;
    if (status == OK && pthread_create(&v->thread, NULL, run, v) != 0)
        status = err_set(err, E_INTERNAL, "no_thread", "The projector's thread did not start.");
    if (status != OK) {
        free_views(v);
        return status;
    }
    (void)pthread_setname_np(v->thread, "projector"); /* for those who look at the threads */
    v->has_thread = true;
    *ret = v;
    return OK;
}

void views_notify(struct views *v, uint64_t seq) {
    pthread_mutex_lock(&v->lock);
    if (seq > v->notified) v->notified = seq;
    if (v->late_seq == 0 && v->notified > v->seq) {
        v->late_seq = v->notified;
        v->late_since_ms = monotonic_ms();
    }
    pthread_cond_signal(&v->wake);
    pthread_mutex_unlock(&v->lock);
}

uint64_t views_lag(struct views *v) {
    pthread_mutex_lock(&v->lock);
    uint64_t lag = v->notified > v->seq ? v->notified - v->seq : 0;
    bool late = v->late_seq != 0 && v->seq < v->late_seq && monotonic_ms() - v->late_since_ms > LATE_MS;
    pthread_mutex_unlock(&v->lock);
    return late && lag < LATE_ENTRIES ? LATE_ENTRIES : lag;
}

void views_close(struct views *v) {
    pthread_mutex_lock(&v->lock);
    v->closing = true;
    pthread_cond_signal(&v->wake);
    pthread_mutex_unlock(&v->lock);
    if (v->has_thread) pthread_join(v->thread, NULL);
    struct err dropped;
    /* A failed snapshot leaves the older one, which is as good, only slower to catch up from. */
    if (facts_save(v->facts, &dropped) != OK) dropped.status = OK;
    free_views(v);
}

enum status views_remove(const char *dir, struct err *err) {
    static const char *const names[] = {VIEWS_FILE,         VIEWS_FILE "-wal",  VIEWS_FILE "-shm", SEARCH_FILE,
                                        SEARCH_FILE "-wal", SEARCH_FILE "-shm", FACTS_FILE};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[4096];
        if (snprintf(path, sizeof path, "%s/%s", dir, names[i]) >= (int)sizeof path)
            return err_set(err, E_STORAGE, "storage_failed", "The path of the data directory is too long.");
        if (unlink(path) != 0 && errno != ENOENT)
            return err_set(err, E_STORAGE, "storage_failed", "%s cannot be removed: %s", names[i], strerror(errno));
    }
    return OK;
}

/* --- for readers --- */

enum status store_wait(struct store *s, uint64_t seq, int timeout_ms, struct err *err) {
    struct views *v = s->views;
    if (!v) return err_set(err, E_BUSY, "lagging", "There are no views here.");
    int64_t until = monotonic_ms() + timeout_ms;
    pthread_mutex_lock(&v->lock);
    if (v->awaited < seq && seq <= store_seq(s)) v->awaited = seq; /* one that is not there would end all pacing */
    if (v->seq < seq) pthread_cond_signal(&v->wake);
    while (v->seq < seq && wait_until(&v->moved, &v->lock, until)) {
    }
    bool reached = v->seq >= seq;
    struct err failure = v->failure;
    pthread_mutex_unlock(&v->lock);
    if (reached) return OK;
    enum status status = err_set(err, E_BUSY, "lagging", "The lists have not caught up yet.");
    if (failure.status != OK) err_detail(err, "%s: %s", failure.code, failure.primary);
    err_hint(err, "ask again in a moment");
    return status;
}

enum status views_follow_city(struct views *v, const struct city **ret, struct err *err) {
    const struct city *city = views_city(v);
    int64_t until = monotonic_ms() + CITY_MS;
    pthread_mutex_lock(&v->lock);
    while (v->shown != city) {
        pthread_cond_signal(&v->wake);
        if (!wait_until(&v->moved, &v->lock, until)) break;
        city = views_city(v);
    }
    bool follows = v->shown == city;
    pthread_mutex_unlock(&v->lock);
    *ret = city;
    return follows ? OK : err_set(err, E_BUSY, "lagging", "The lists do not follow the new city package yet.");
}

uint64_t store_view_seq(struct store *s) {
    if (!s->views) return 0;
    pthread_mutex_lock(&s->views->lock);
    uint64_t seq = s->views->seq;
    pthread_mutex_unlock(&s->views->lock);
    return seq;
}
