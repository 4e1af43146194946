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
struct keys;
struct cache;

/* The rule book the store obeys: casework's, or a stand-in of a test. */
struct rules {
    enum status (*decide)(const struct city *law, const struct city *world, const struct kase *c,
                          const struct command *command, const struct given *given, struct arena *arena,
                          struct outcome *ret, struct err *err);
    enum status (*apply)(struct kase *c, const struct entry *e, struct err *err);
};

enum ops_query {
    OPS_ACCOUNT_PUT,
    OPS_ACCOUNT_BY_LOGIN,
    OPS_ACCOUNT_BY_ID,
    OPS_ACCOUNTS,
    OPS_SESSION_PUT,
    OPS_SESSION_GET,
    OPS_SESSION_DROP,
    OPS_SESSION_EXPIRE,
    OPS_SESSION_DROP_STAFF,
    OPS_SESSION_DROP_OTHERS,
    OPS_PEER_PUT,
    OPS_PEER_GET,
    OPS_QUERY_COUNT
};

struct store {
    struct store_options options;
    struct rules rules;
    char *dir;
    int lock_fd; /* -1 if read_only */
    struct truth *truth;
    struct keys *keys;
    struct cache *cache;
    struct writer *writer; /* NULL if read_only */
    struct views *views;   /* NULL with no_projector or read_only */
    sqlite3 *ops;
    sqlite3_stmt *ops_prepared[OPS_QUERY_COUNT];
    pthread_mutex_t ops_lock;
    pthread_mutex_t cite_lock; /* held from citing a blob to the commit, and while one is swept */
};

/* Takes the lock of a data directory. errors: E_BUSY locked, E_STORAGE. */
enum status store_lock(const char *dir, int *ret_fd, struct err *err) MUST_USE;
/* store_open with another rule book. */
enum status store_open_rules(const struct store_options *o, const struct rules *rules, struct store **ret,
                             struct err *err) MUST_USE;

/* Entries with seq in [from, from + max), in order, from a pooled reading connection. out: *ret_n may be 0 at the end.
 * memory: arena. Any thread. */
enum status truth_read(struct truth *t, uint64_t from, size_t max, struct arena *arena, struct stored_entry **ret,
                       size_t *ret_n, struct err *err) MUST_USE;

/* --- the views half, called by the truth half --- */

/* Opens views.db and search.db and the facts snapshot; catches up with the truth before returning only if `catch_up`. */
enum status views_open(struct store *s, bool catch_up, struct views **ret, struct err *err) MUST_USE;
/* The writer has made entries up to seq durable. Must not block; wakes the projector. */
void views_notify(struct views *v, uint64_t seq);
/* How far behind: entries and age of the oldest missing one; the writer throttles intake beyond 50 000 or 5 s. */
uint64_t views_lag(struct views *v);
/* Running counters: cases in the views, and those that are open. cost: none. */
void views_totals(struct views *v, uint64_t *ret_cases, uint64_t *ret_open);
/* Stops the projector after it caught up, writes the facts snapshot, closes. */
void views_close(struct views *v);
/* Deletes views.db, search.db and the snapshot of a closed directory. */
enum status views_remove(const char *dir, struct err *err) MUST_USE;

#endif
