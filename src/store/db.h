/* SQLite in few words: open with our settings, prepare, run, and one mapping from its result codes to ours. */
#ifndef YIWANG_STORE_DB_H
#define YIWANG_STORE_DB_H

#include <sqlite3.h>

#include "base/digest.h"
#include "base/status.h"
#include "base/str.h"

struct db_options {
    const char *vfs; /* NULL = default */
    bool read_only;
    bool relaxed; /* synchronous=NORMAL: for what can be rebuilt */
    int cache_kib;
};

/* Opens or creates a database: WAL, synchronous=FULL (or NORMAL), secure_delete, no automatic checkpoint, one thread
 * at a time. errors: E_STORAGE, E_CORRUPT. */
enum status db_open(const char *path, const struct db_options *o, sqlite3 **ret, struct err *err) MUST_USE;
void db_close(sqlite3 **db); /* for CLEANUP; NULL is fine */
/* Whether a database has no tables yet. */
enum status db_is_new(sqlite3 *db, bool *ret, struct err *err) MUST_USE;
/* Runs statements without parameters. */
enum status db_exec(sqlite3 *db, const char *sql, struct err *err) MUST_USE;
enum status db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret, struct err *err) MUST_USE;
/* Runs one step. out: *ret_row whether there is a row; may be NULL if none is expected. */
enum status db_step(sqlite3_stmt *s, bool *ret_row, struct err *err) MUST_USE;
/* The status of the last failed call on db, with what SQLite says in detail. */
enum status db_fail(sqlite3 *db, struct err *err);
/* For CLEANUP: a borrowed statement is ready for the next use; an own one is finalized. NULL is fine. */
void db_reset(sqlite3_stmt **s);
void db_finalize(sqlite3_stmt **s);

/* Binding without copies: the bytes must live until the statement is reset. A str with NULL ptr binds NULL to blobs
 * and texts. */
void db_bind_i64(sqlite3_stmt *s, int at, int64_t v);
void db_bind_text(sqlite3_stmt *s, int at, str v);
void db_bind_blob(sqlite3_stmt *s, int at, str v);
/* A column's bytes; ptr NULL if NULL. memory: until the next step. */
str db_column(sqlite3_stmt *s, int at);
/* Moves what the WAL holds into the database and empties it, without waiting. out: false if a reader is in the way, or
 * the step failed (db_fail). */
bool db_truncate_wal(sqlite3 *db);
/* The same, but the file keeps its length and is written again from its start. A flush of a file that does not grow need
 * not wait until the file system has written what others let grow (ext4 in ordered mode: 50 ms instead of 1). */
bool db_restart_wal(sqlite3 *db);

#endif
