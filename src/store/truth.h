/* truth.db: entries of one jurisdiction in one dense sequence, and what proves them (sql/truth.sql).
 *
 * Entries are append-only; the one change ever made is that erasing sets words and salt to NULL. One connection writes
 * (the writer thread's), up to TRUTH_READERS read. Sizes: 10⁸ entries of about 700 bytes.
 * Invariants: 1. seq is dense from 1. 2. (slot, n) is unique and n dense from 1 within a case. 3. Whatever is read is
 * held against its header's hash of the facts before it is believed. */
#ifndef YIWANG_STORE_TRUTH_H
#define YIWANG_STORE_TRUTH_H

#include "store/casenumber.h"
#include "store/db.h"
#include "store/head.h"
#include "store/header.h"
#include "store/store_int.h"
#include "store/tree.h"

#define TRUTH_READERS 8
#define TRUTH_FILE "truth.db"

enum truth_query {
    TRUTH_META_GET,
    TRUTH_META_PUT,
    TRUTH_APPEND_ENTRY,
    TRUTH_APPEND_HEAD,
    TRUTH_APPEND_NODE,
    TRUTH_APPEND_ERASURE,
    TRUTH_APPEND_CONTACTS_GONE,
    TRUTH_APPEND_CITED,
    TRUTH_LAST_HEAD,
    TRUTH_HEADS_FROM,
    TRUTH_HEADS_BACK,
    TRUTH_LAST_SEQ,
    TRUTH_LAST_SLOT,
    TRUTH_ENTRIES_FROM,
    TRUTH_ENTRIES_BACK,
    TRUTH_HEADERS_FROM,
    TRUTH_CASE_ENTRIES,
    TRUTH_CASE_ENTRY,
    TRUTH_CASE_LAST,
    TRUTH_NODES_FROM,
    TRUTH_ERASURES_FROM,
    TRUTH_DESTROYED_FROM,
    TRUTH_ERASE_WORDS,
    TRUTH_CITED_GET,
    TRUTH_CITED_DROP,
    TRUTH_QUERY_COUNT
};

/* A connection with its prepared statements; used by one thread at a time. */
struct conn {
    sqlite3 *db;
    sqlite3_stmt *prepared[TRUTH_QUERY_COUNT];
    struct conn *next; /* in the pool */
};

struct truth {
    char *path;
    const char *vfs;
    bool read_only;
    uint8_t id_key[ID_KEY_BYTES];
    struct conn writer;   /* unused if read_only */
    _Atomic uint64_t seq; /* last durable */
    pthread_mutex_t lock; /* of the pool */
    pthread_cond_t freed;
    struct conn *idle;
    int n_readers;
};

/* One row as it is stored. A NULL column has ptr NULL. */
struct truth_row {
    uint64_t seq, slot;
    uint32_t n;
    str header, facts, words, salt, contact;
};

/* errors: E_STORAGE, E_CORRUPT, E_NOT_FOUND no_truth (read_only). */
enum status truth_open(const char *dir, const char *vfs, bool read_only, struct truth **ret, struct err *err) MUST_USE;
void truth_close(struct truth *t);

/* Borrows a reading connection; waits while all are in use. */
enum status conn_take(struct truth *t, struct conn **ret, struct err *err) MUST_USE;
void conn_give(struct truth *t, struct conn *c);
/* A prepared statement, reset by db_reset after use. */
enum status conn_query(struct conn *c, enum truth_query q, sqlite3_stmt **ret, struct err *err) MUST_USE;

/* A value of meta. out: *ret_len 0 if there is none. in: cap bytes at ret. */
enum status truth_meta(struct conn *c, str name, void *ret, size_t cap, size_t *ret_len, struct err *err) MUST_USE;
enum status truth_meta_put(struct conn *c, str name, str value, struct err *err) MUST_USE;

/* Appends, inside the writer's transaction. */
enum status truth_append(struct conn *c, const struct truth_row *row, struct err *err) MUST_USE;
enum status truth_append_head(struct conn *c, const struct head *h, str keys, struct err *err) MUST_USE;
enum status truth_append_node(struct conn *c, unsigned level, uint64_t index, const digest *hash,
                              struct err *err) MUST_USE;
/* A case and its erasing entry. */
struct erasure {
    uint64_t slot;
    uint32_t n;
    bool spares_words; /* contact data only: its keys are destroyed, the words stay */
};
/* Notes the erasure; unless it spares them, sets words and salt of the case's entries before n to NULL and keeps the numbers
 * of their keys. */
enum status truth_erase(struct conn *c, const struct erasure *e, uint64_t seq, struct err *err) MUST_USE;

/* The newest head. out: size 0 if there is none. */
enum status truth_head(struct conn *c, struct head *ret, struct err *err) MUST_USE;
/* Hashes of the stored tree; ctx is the struct conn. errors: E_CORRUPT missing_entry, missing_node. */
struct tree_source truth_tree(struct conn *c);

/* The row a statement stands on, copied to the arena (NULL: valid until the next step). */
struct truth_row truth_row(sqlite3_stmt *s, struct arena *arena);
/* Reads and checks what a row says. errors: E_CORRUPT bad_header, bad_facts, bad_place. */
enum status truth_entry(const struct truth *t, const struct truth_row *row, struct stored_entry *ret,
                        struct header *ret_header, struct err *err) MUST_USE;

/* Checks a row alone: header, facts, words and contact against their commitment. errors: those of truth_entry, E_CORRUPT
 * bad_words. */
enum status truth_check(const struct truth *t, const struct truth_row *row, struct err *err) MUST_USE;

/* What a case's entries amount to. */
struct case_state {
    uint64_t id;
    struct kase kase;
    digest last; /* hash of its last entry */
};
/* Applies all entries of a case. errors: E_NOT_FOUND unknown_case, E_CORRUPT. cost: 3 µs + 2 µs an entry. */
enum status truth_replay(struct truth *t, struct conn *c, const struct rules *rules, uint64_t id,
                         struct case_state *ret, struct err *err) MUST_USE;
/* Brings one entry into a state: apply, law, hash of the last. */
enum status case_state_apply(struct case_state *s, const struct rules *rules, const struct entry *e, const digest *law,
                             const digest *hash, struct err *err) MUST_USE;

#endif
