/* What the files of the views half share.
 *
 * One projector thread writes views.db, search.db, facts and the live feed, in this order for each batch: search commits
 * first (the tokens of an erased text are known only while the view still holds it), then the view with the sequence
 * reached, then facts, then the feed. Reads come from any thread over a pool of connections.
 * Invariants: 1. views.db's meta seq is the last entry its rows show; after a crash the projector goes on from there and
 * every step is idempotent. 2. A case keeps its slot: rowid of its row and of its full text, place in the facts. Slots
 * follow the order of filing in the truth, so a rebuild gives the same ones. */
#ifndef YIWANG_STORE_VIEWS_INT_H
#define YIWANG_STORE_VIEWS_INT_H

#include "city/city.h"
#include "query/query.h"
#include "store/db.h"
#include "store/store_int.h"

#define VIEWS_FILE "views.db"
#define SEARCH_FILE "search.db"
#define FACTS_FILE "facts.snapshot"
#define VIEWS_SCHEMA "3"
#define VIEWS_READERS 4
#define VIEWS_WAL_MAX_PAGES 1024 /* 4 MB; longer ones make the flushes of the truth wait longer */
#define BATCH_ENTRIES 4096       /* at most; usually what waits */
#define PACE_MS 20        /* entries that come one by one are shown together, a batch costs much more than an entry */
#define PACE_ENTRIES 1024 /* unless so many wait, or somebody asks for them */

struct facts;
struct feeds;

/* --- statements --- */

/* A connection with its prepared statements by text; used by one thread at a time. */
#define STATEMENTS_MAX 48
struct statement {
    uint64_t hash, used; /* used: when, in calls */
    char *sql;
    sqlite3_stmt *stmt;
};
struct reader {
    sqlite3 *db; /* views.db with search.db attached */
    struct statement statements[STATEMENTS_MAX];
    uint64_t calls;
    struct reader *next;
};
/* The statement of a text, from the connection's cache. memory: the connection's; reset it with db_reset. */
enum status reader_prepare(struct reader *r, const char *sql, sqlite3_stmt **ret, struct err *err) MUST_USE;
/* Binds the values of a query's condition from ?1 on. memory: as db_bind_text. */
void reader_bind(sqlite3_stmt *s, const struct query_sql *q);
enum status reader_open(struct views *v, bool read_only, struct reader **ret, struct err *err) MUST_USE;
void reader_close(struct reader **r);
/* Borrows a reading connection; waits while all are in use. */
enum status reader_take(struct views *v, struct reader **ret, struct err *err) MUST_USE;
void reader_give(struct views *v, struct reader *r);

/* --- rows --- */

/* Binds a row to ?1 … ?34 of insert_row, replace_row, update_row. memory: *ret_tasks must live until the step. */
void row_bind(sqlite3_stmt *s, const struct case_row *row, str tasks);
/* The units of open tasks as one text. */
str row_tasks(const struct case_row *row, struct arena *arena);
/* Reads what part_row selects; indexes by the city. */
void row_read(sqlite3_stmt *s, const struct city *city, struct arena *arena, struct case_row *ret);
int64_t row_cell(int32_t x, int32_t y);
#define CELL_COLUMNS 72000

/* --- the projector --- */

/* What a batch did to a case. */
struct change {
    bool existed;
    struct case_row before, after;
};

struct views {
    struct store *store;
    pthread_t thread;
    bool has_thread;
    sqlite3 *db;           /* the projector's */
    struct reader *writer; /* the same connection with its statements */
    struct reader *search; /* search.db alone, to write */
    uint32_t last_slot;
    const struct city *city;         /* whose numbers the rows hold; the projector's */
    int wal_pages, search_wal_pages; /* after the last commit */
    bool erased;                     /* the full text index holds deleted tokens that wait to be merged away */
    struct facts *facts;
    struct feeds *feeds;

    pthread_mutex_t lock; /* of everything below */
    pthread_cond_t wake;  /* for the projector: more entries, closing */
    pthread_cond_t moved; /* for readers: seq moved, reader given back */
    uint64_t notified, seq;
    const struct city *shown; /* the city whose numbers the rows hold, for readers */
    uint64_t awaited;         /* somebody waits until the views reach this entry */
    uint64_t late_seq;        /* the lag is measured at this entry … */
    int64_t late_since_ms;    /* … which became durable then (monotonic) */
    bool closing;
    struct err failure; /* of the last batch; status OK if it went well */
    struct reader *idle;
    int n_readers;
};

/* Projects entries after v->seq up to `upto`, at most one batch. out: *ret_seq reached. Projector thread only. */
enum status project_batch(struct views *v, uint64_t upto, uint64_t *ret_seq, struct err *err) MUST_USE;
/* Renumbers areas after a change of the city, if any numbers changed. */
enum status project_city(struct views *v, struct err *err) MUST_USE;
enum status views_meta_get(struct views *v, str name, struct arena *arena, str *ret, struct err *err) MUST_USE;
enum status views_meta_put(struct views *v, str name, str value, struct err *err) MUST_USE;
const struct city *views_city(const struct views *v);
/* The current city, once the rows hold its numbers. errors: E_BUSY lagging, after two seconds. */
enum status views_follow_city(struct views *v, const struct city **ret, struct err *err) MUST_USE;
instant views_now(const struct views *v);

/* --- outbox.c --- */

/* Numbers and chains what the entries send to other servers, inside the batch's transaction. */
enum status outbox_project(struct views *v, const struct stored_entry *entries, size_t n, struct arena *arena,
                           struct err *err) MUST_USE;

/* --- search.c --- */

enum status search_open(struct views *v, struct err *err) MUST_USE;
/* Brings the full text in line with a change, inside the batch's search transaction. */
enum status search_change(struct views *v, const struct change *c, struct err *err) MUST_USE;
enum status search_begin(struct views *v, struct err *err) MUST_USE;
enum status search_commit(struct views *v, uint64_t seq, struct err *err) MUST_USE;
void search_rollback(struct views *v);
/* One step of merging erased tokens away; when nothing is left v->erased turns off. */
enum status search_merge(struct views *v, struct err *err) MUST_USE;

#endif
