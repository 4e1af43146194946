#include "store/db.h"

#include <string.h>

#define BUSY_MS 2000

enum status db_fail(sqlite3 *db, struct err *err) {
    int rc = sqlite3_extended_errcode(db);
    enum status status = E_STORAGE;
    const char *reason = "storage_failed";
    switch (rc & 0xff) {
    case SQLITE_FULL:
        reason = "storage_full";
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        status = E_CORRUPT, reason = "corrupt_file";
        break;
    case SQLITE_BUSY:
        status = E_BUSY, reason = "locked";
        break;
    default:
        break;
    }
    err_set(err, status, reason, "The storage did not carry out a step.");
    err_detail(err, "%s (%d)", sqlite3_errmsg(db), rc);
    return status;
}

enum status db_exec(sqlite3 *db, const char *sql, struct err *err) {
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? OK : db_fail(db, err);
}

static enum status configure(sqlite3 *db, const struct db_options *o, struct err *err) {
    char cache[48];
    snprintf(cache, sizeof cache, "PRAGMA cache_size = -%d", o->cache_kib);
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_MS); /* only the moment of another connection's recovery or last close */
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_wal_autocheckpoint(db, 0);
    enum status status = db_exec(db, cache, err);
    if (status == OK)
        status = db_exec(db, o->relaxed ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL", err);
    if (status != OK || o->read_only) return status;
    status = db_exec(db, "PRAGMA journal_mode = WAL", err);
    if (status == OK) status = db_exec(db, "PRAGMA secure_delete = ON", err);
    return status;
}

enum status db_open(const char *path, const struct db_options *o, sqlite3 **ret, struct err *err) {
    sqlite3 *db CLEANUP(db_close) = NULL;
    int flags = o->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int rc = sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX, o->vfs);
    if (db == NULL) return err_set(err, E_STORAGE, "storage_failed", "No memory for a database connection.");
    enum status status = rc == SQLITE_OK ? configure(db, o, err) : db_fail(db, err);
    if (status == OK) *ret = TAKE(db);
    return status;
}

void db_close(sqlite3 **db) {
    if (*db != NULL) sqlite3_close_v2(*db);
    *db = NULL;
}

enum status db_is_new(sqlite3 *db, bool *ret, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_finalize) = NULL;
    bool row = false;
    enum status status = db_prepare(db, "SELECT 1 FROM sqlite_schema", &s, err);
    if (status == OK) status = db_step(s, &row, err);
    if (status == OK) *ret = !row;
    return status;
}

enum status db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret, struct err *err) {
    return sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL) == SQLITE_OK ? OK : db_fail(db, err);
}

enum status db_step(sqlite3_stmt *s, bool *ret_row, struct err *err) {
    int rc = sqlite3_step(s);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) return db_fail(sqlite3_db_handle(s), err);
    if (ret_row != NULL) *ret_row = rc == SQLITE_ROW;
    return OK;
}

void db_reset(sqlite3_stmt **s) {
    if (*s == NULL) return;
    sqlite3_reset(*s);
    sqlite3_clear_bindings(*s);
}

void db_finalize(sqlite3_stmt **s) {
    sqlite3_finalize(*s);
    *s = NULL;
}

/* A failed bind (out of range, no memory) is a defect of ours. */
static void must(int rc) {
    check(rc == SQLITE_OK);
}

void db_bind_i64(sqlite3_stmt *s, int at, int64_t v) {
    must(sqlite3_bind_int64(s, at, v));
}

void db_bind_text(sqlite3_stmt *s, int at, str v) {
    must(v.ptr == NULL ? sqlite3_bind_null(s, at)
                       : sqlite3_bind_text64(s, at, v.ptr, v.len, SQLITE_STATIC, SQLITE_UTF8));
}

void db_bind_blob(sqlite3_stmt *s, int at, str v) {
    must(v.ptr == NULL ? sqlite3_bind_null(s, at) : sqlite3_bind_blob64(s, at, v.ptr, v.len, SQLITE_STATIC));
}

str db_column(sqlite3_stmt *s, int at) {
    if (sqlite3_column_type(s, at) == SQLITE_NULL) return STR_NONE;
    const char *p = sqlite3_column_blob(s, at);
    return (str){p != NULL ? p : "", (size_t)sqlite3_column_bytes(s, at)};
}

static bool checkpoint(sqlite3 *db, int mode) {
    sqlite3_busy_timeout(db, 0);
    int rc = sqlite3_wal_checkpoint_v2(db, NULL, mode, NULL, NULL);
    sqlite3_busy_timeout(db, BUSY_MS);
    return rc == SQLITE_OK;
}

bool db_truncate_wal(sqlite3 *db) {
    return checkpoint(db, SQLITE_CHECKPOINT_TRUNCATE);
}

bool db_restart_wal(sqlite3 *db) {
    return checkpoint(db, SQLITE_CHECKPOINT_RESTART);
}
