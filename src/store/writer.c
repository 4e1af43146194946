#include "store/writer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

#include "store/batch.h"

#define FLUSHES 1024
#define LOG_TRIES 50
#define WAL_RETRY ((int64_t)4 << 20)

struct writer {
    struct store *store;
    struct batch *batch;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct submission *first, **last; /* what waits */
    size_t waiting;
    bool closing, asleep, failed;
    struct err failure;
    _Atomic bool throttled;
    /* figures, under lock */
    uint64_t batches, commands, refused;
    uint32_t flush_us[FLUSHES];
    /* writer thread only */
    int64_t wal_bytes, wal_next; /* length of the log; when to empty it */
    int64_t space_checked_ms;
    uint64_t space_free;
};

static int64_t clock_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* --- failure --- */

static void fail(struct writer *w, const struct err *why) {
    pthread_mutex_lock(&w->lock);
    if (!w->failed) {
        w->failure = *why;
        w->failure.status = E_STORAGE;
        w->failed = true;
    }
    pthread_mutex_unlock(&w->lock);
}

bool writer_is_failed(struct writer *w, struct err *err) {
    pthread_mutex_lock(&w->lock);
    bool failed = w->failed;
    if (failed && err != NULL) *err = w->failure;
    pthread_mutex_unlock(&w->lock);
    return failed;
}

/* A full disk leaves the store usable, and so does somebody else who holds the file for a moment. */
static bool is_passing(const struct err *e) {
    return strcmp(e->code, "storage_full") == 0 || strcmp(e->code, "locked") == 0;
}

/* --- space and log --- */

/* Asked once a second. */
static bool has_space(struct writer *w, struct err *err) {
    int64_t now = clock_us() / 1000;
    if (w->space_checked_ms == 0 || now - w->space_checked_ms >= 1000) {
        struct statvfs v;
        w->space_free = statvfs(w->store->dir, &v) == 0 ? (uint64_t)v.f_bavail * v.f_frsize : UINT64_MAX;
        w->space_checked_ms = now;
    }
    if (w->space_free >= WRITER_FREE_MIN) return true;
    err_set(err, E_STORAGE, "storage_full", "The disk is full.");
    err_hint(err, "Free some space; nothing was lost.");
    return false;
}

static int on_commit(void *ctx, sqlite3 *db, const char *name, int pages) {
    (void)db, (void)name;
    struct writer *w = ctx;
    w->wal_bytes = (int64_t)pages * 4096;
    return SQLITE_OK;
}

static bool empty_log(struct writer *w, bool shrink) {
    sqlite3 *db = w->store->truth->writer.db;
    if (shrink ? db_truncate_wal(db) : db_restart_wal(db)) {
        w->wal_bytes = 0;
        w->wal_next = WRITER_WAL_MAX;
        return true;
    }
    int rc = sqlite3_extended_errcode(db);
    if (rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC || (rc & 0xff) == SQLITE_CORRUPT) {
        struct err e = {0};
        db_fail(db, &e);
        fail(w, &e);
    }
    return false;
}

/* Starts the log anew when it is long; empties it at once after an erasure: erased words must not stay in it. Readers that
 * are in the way go within milliseconds. */
static void tend_log(struct writer *w, bool now) {
    if (!now && w->wal_bytes < w->wal_next) return;
    bool empty = empty_log(w, now);
    for (int i = 0; now && !empty && i < LOG_TRIES; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        empty = empty_log(w, now);
    }
    if (!empty) w->wal_next = now ? 0 : w->wal_bytes + WAL_RETRY;
}

/* --- the thread --- */

static void refuse(struct submission *m, const struct err *why) {
    memset(&m->result, 0, sizeof m->result);
    m->result.status = why->status;
    m->result.err = *why;
}

static void answer(struct writer *w, struct submission *list) {
    size_t n = 0, refused = 0;
    for (struct submission *m = list; m != NULL; m = m->next) {
        n++;
        refused += m->result.status != OK;
    }
    pthread_mutex_lock(&w->lock);
    w->batches++;
    w->commands += n;
    w->refused += refused;
    pthread_mutex_unlock(&w->lock);
    for (struct submission *m = list, *next; m != NULL; m = next) {
        next = m->next; /* done may free the submission */
        m->done(m);
    }
}

static void answer_all(struct writer *w, struct submission *list, const struct err *why) {
    for (struct submission *m = list; m != NULL; m = m->next) refuse(m, why);
    answer(w, list);
}

static void note_flush(struct writer *w, int64_t us) {
    pthread_mutex_lock(&w->lock);
    w->flush_us[w->batches % FLUSHES] = (uint32_t)us;
    pthread_mutex_unlock(&w->lock);
}

/* Runs as many commands as fit. out: *ret_rest those that did not. */
static enum status run(struct writer *w, struct submission *list, struct submission **ret_rest, struct err *err) {
    enum status status = batch_begin(w->batch, err);
    *ret_rest = NULL;
    for (struct submission *m = list; status == OK && m != NULL; m = m->next) {
        status = batch_run(w->batch, m, err);
        if (status != OK || m->next == NULL || !batch_full(w->batch)) continue;
        *ret_rest = m->next;
        m->next = NULL;
    }
    if (status != OK) return status;
    int64_t start = clock_us();
    status = batch_commit(w->batch, err);
    note_flush(w, clock_us() - start);
    return status;
}

/* A batch that did not reach the disk: nothing of it happened. */
static void undo(struct writer *w, struct submission *list, struct err *why) {
    bool clean = batch_discard(w->batch);
    why->status = E_STORAGE;
    if (!clean || !is_passing(why)) fail(w, why);
    answer_all(w, list, why);
}

static void notify(struct writer *w) {
    struct views *views = w->store->views;
    if (views == NULL) return;
    views_notify(views, batch_seq(w->batch));
    w->throttled = views_lag(views) > WRITER_LAG_MAX;
}

static struct submission *work(struct writer *w, struct submission *list) {
    struct err err = {0};
    struct submission *rest = NULL;
    if (writer_is_failed(w, &err) || !has_space(w, &err)) {
        answer_all(w, list, &err);
        return NULL;
    }
    uint64_t before = batch_seq(w->batch);
    if (run(w, list, &rest, &err) != OK) {
        undo(w, list, &err);
        return rest;
    }
    if (batch_settle(w->batch, &err) != OK && !is_passing(&err)) {
        fail(w, &err);
        answer_all(w, list, &err);
        return rest;
    }
    answer(w, list);
    if (batch_seq(w->batch) != before) notify(w);
    tend_log(w, batch_erased(w->batch));
    return rest;
}

/* Takes up to a batch of what waits. out: NULL when closing and nothing waits. */
static struct submission *take(struct writer *w) {
    pthread_mutex_lock(&w->lock);
    while (w->first == NULL && !w->closing) {
        w->asleep = true;
        pthread_cond_wait(&w->wake, &w->lock);
        w->asleep = false;
    }
    struct submission *list = w->first, **end = &list;
    size_t n = 0;
    for (; *end != NULL && n < BATCH_COMMANDS; n++) end = &(*end)->next;
    w->first = *end;
    if (w->first == NULL) w->last = &w->first;
    *end = NULL;
    w->waiting -= n;
    pthread_mutex_unlock(&w->lock);
    return list;
}

static void *writer_main(void *ctx) {
    struct writer *w = ctx;
    for (struct submission *list; (list = take(w)) != NULL;)
        while (list != NULL) list = work(w, list);
    return NULL;
}

/* --- from other threads --- */

enum status writer_start(struct store *s, struct writer **ret, struct err *err) {
    struct writer *w = calloc(1, sizeof *w);
    check(w != NULL);
    w->store = s;
    w->last = &w->first;
    w->wal_next = WRITER_WAL_MAX;
    enum status status = batch_open(s, &w->batch, err);
    if (status != OK) {
        free(w);
        return status;
    }
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    sqlite3_wal_hook(s->truth->writer.db, on_commit, w);
    check(pthread_create(&w->thread, NULL, writer_main, w) == 0);
    (void)pthread_setname_np(w->thread, "writer"); /* for those who look at the threads */
    *ret = w;
    return OK;
}

void writer_stop(struct writer *w) {
    pthread_mutex_lock(&w->lock);
    w->closing = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    if (!w->failed) tend_log(w, true);
    sqlite3_wal_hook(w->store->truth->writer.db, NULL, NULL);
    batch_close(w->batch);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

static enum status admit(struct writer *w, struct err *err) {
    if (w->failed) {
        if (err != NULL) *err = w->failure;
        return E_STORAGE;
    }
    if (w->closing) return err_set(err, E_BUSY, "closing", "The server is closing.");
    if (w->throttled)
        return err_set(err, E_BUSY, "throttled", "More came in than the lists can follow; try again in a moment.");
    if (w->waiting >= WRITER_QUEUE_MAX)
        return err_set(err, E_BUSY, "queue_full", "Too many commands wait; try again in a moment.");
    return OK;
}

enum status writer_submit(struct writer *w, struct submission *m, struct err *err) {
    if (w->throttled) w->throttled = w->store->views != NULL && views_lag(w->store->views) > WRITER_LAG_MAX;
    pthread_mutex_lock(&w->lock);
    enum status status = admit(w, err);
    if (status == OK) {
        m->next = NULL;
        *w->last = m;
        w->last = &m->next;
        w->waiting++;
        if (w->asleep) pthread_cond_signal(&w->wake);
    }
    pthread_mutex_unlock(&w->lock);
    return status;
}

static int by_size(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

void writer_stats(struct writer *w, struct store_stats *ret) {
    uint32_t us[FLUSHES];
    pthread_mutex_lock(&w->lock);
    size_t n = w->batches < FLUSHES ? (size_t)w->batches : FLUSHES;
    ret->batches = w->batches;
    ret->commands = w->commands;
    ret->refused = w->refused;
    ret->queue = w->waiting;
    memcpy(us, w->flush_us, sizeof us);
    pthread_mutex_unlock(&w->lock);
    if (n == 0) return;
    qsort(us, n, sizeof *us, by_size);
    ret->flush_us_p50 = us[n / 2];
    ret->flush_us_p99 = us[n - 1 - n / 100];
}
