/* What the parts of the store know of each other. Two halves: the truth (truth, writer, keys, tree, blobs, ops, care)
 * and the views (projector, views, search, facts, feed, timers). The views half reads the truth only through truth_read
 * and store_case; the truth half knows of the views only what stands here. */
#ifndef YIWANG_STORE_STORE_INT_H
#define YIWANG_STORE_STORE_INT_H

#include <pthread.h>
#include <sqlite3.h>

#include "store/store.h"

struct truth;
struct writer;
struct views;

struct store {
    struct store_options options;
    char *dir;
    int lock_fd;
    struct truth *truth;
    struct writer *writer;
    struct views *views; /* NULL with no_projector */
    sqlite3 *ops;
    pthread_mutex_t ops_lock;
};

/* Entries with seq in [from, from + max), in order, from a pooled reading connection. out: *ret_n may be 0 at the end.
 * memory: arena. Any thread. */
enum status truth_read(struct truth *t, uint64_t from, size_t max, struct arena *arena, struct stored_entry **ret, size_t *ret_n,
                       struct err *err) MUST_USE;

/* --- the views half, called by the truth half --- */

/* Opens views.db and search.db and the facts snapshot; catches up with the truth before returning only if `catch_up`. */
enum status views_open(struct store *s, bool catch_up, struct views **ret, struct err *err) MUST_USE;
/* The writer has made entries up to seq durable. Must not block; wakes the projector. */
void views_notify(struct views *v, uint64_t seq);
/* How far behind: entries and age of the oldest missing one; the writer throttles intake beyond 50 000 or 5 s. */
uint64_t views_lag(struct views *v);
/* Stops the projector after it caught up, writes the facts snapshot, closes. */
void views_close(struct views *v);
/* Deletes views.db, search.db and the snapshot of a closed directory. */
enum status views_remove(const char *dir, struct err *err) MUST_USE;

#endif
