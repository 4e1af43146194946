/* ops.db: what is neither derived nor history: accounts, sessions, marks of delivery. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "ops.sql.h"
#include "store/casenumber.h"
#include "store/db.h"
#include "store/ops.h"

#define OPS_FILE "ops.db"

static const char *const queries[OPS_QUERY_COUNT] = {
    [OPS_ACCOUNT_PUT] = SQL_OPS_ACCOUNT_PUT,
    [OPS_ACCOUNT_BY_LOGIN] = SQL_OPS_ACCOUNT_BY_LOGIN,
    [OPS_ACCOUNT_BY_ID] = SQL_OPS_ACCOUNT_BY_ID,
    [OPS_ACCOUNTS] = SQL_OPS_ACCOUNTS,
    [OPS_SESSION_PUT] = SQL_OPS_SESSION_PUT,
    [OPS_SESSION_GET] = SQL_OPS_SESSION_GET,
    [OPS_SESSION_DROP] = SQL_OPS_SESSION_DROP,
    [OPS_SESSION_EXPIRE] = SQL_OPS_SESSION_EXPIRE,
    [OPS_SESSION_DROP_STAFF] = SQL_OPS_SESSION_DROP_STAFF,
    [OPS_SESSION_DROP_OTHERS] = SQL_OPS_SESSION_DROP_OTHERS,
    [OPS_PEER_PUT] = SQL_OPS_PEER_PUT,
    [OPS_PEER_GET] = SQL_OPS_PEER_GET,
};

enum status ops_open(struct store *s, struct err *err) {
    char path[4096];
    struct db_options o = {.vfs = s->options.vfs, .read_only = s->options.read_only, .cache_kib = 512};
    int n = snprintf(path, sizeof path, "%s/" OPS_FILE, s->dir);
    check(n > 0 && (size_t)n < sizeof path);
    enum status status = db_open(path, &o, &s->ops, err);
    if (status == OK && !o.read_only) status = db_exec(s->ops, SQL_OPS_SCHEMA, err);
    if (status == OK && !o.read_only) sqlite3_wal_autocheckpoint(s->ops, 1000);
    return status;
}

void ops_close(struct store *s) {
    for (size_t i = 0; i < OPS_QUERY_COUNT; i++) db_finalize(&s->ops_prepared[i]);
    db_close(&s->ops);
}

/* A statement, with ops_lock held. */
static enum status query(struct store *s, enum ops_query q, sqlite3_stmt **ret, struct err *err) {
    if (s->ops_prepared[q] == NULL) {
        enum status status = db_prepare(s->ops, queries[q], &s->ops_prepared[q], err);
        if (status != OK) return status;
    }
    *ret = s->ops_prepared[q];
    return OK;
}

static void unlock(pthread_mutex_t **lock) {
    pthread_mutex_unlock(*lock);
}

/* Holds ops_lock to the end of the block. */
#define HOLD(s)                                                                                                        \
    pthread_mutex_t *held CLEANUP(unlock) UNUSED = &(s)->ops_lock;                                                     \
    pthread_mutex_lock(held)

/* --- accounts --- */

static void column_code(sqlite3_stmt *q, int at, code *ret) {
    if (!code_from(db_column(q, at), ret)) *ret = (code){0};
}

static void column_text(sqlite3_stmt *q, int at, char *ret, size_t cap) {
    str s = db_column(q, at);
    size_t n = s.len < cap ? s.len : cap - 1;
    if (n > 0) memcpy(ret, s.ptr, n);
    ret[n] = '\0';
}

static void read_account(sqlite3_stmt *q, struct account *ret) {
    *ret = (struct account){.staff = (uint64_t)sqlite3_column_int64(q, 0)};
    column_code(q, 1, &ret->login);
    column_code(q, 2, &ret->role);
    column_code(q, 3, &ret->unit);
    column_code(q, 4, &ret->area);
    column_text(q, 5, ret->label, sizeof ret->label);
    column_text(q, 6, ret->password, sizeof ret->password);
    ret->failures = sqlite3_column_int(q, 7);
    ret->locked_until.ms = sqlite3_column_int64(q, 8);
    ret->disabled = sqlite3_column_int(q, 9) != 0;
}

static enum status put_account(struct store *s, const struct account *a, uint64_t staff, struct err *err) {
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    enum status status = query(s, OPS_ACCOUNT_PUT, &q, err);
    if (status != OK) return status;
    db_bind_i64(q, 1, (int64_t)staff);
    db_bind_text(q, 2, str_code(&a->login));
    db_bind_text(q, 3, str_code(&a->role));
    db_bind_text(q, 4, str_code(&a->unit));
    db_bind_text(q, 5, str_code(&a->area));
    db_bind_text(q, 6, str_z(a->label));
    db_bind_text(q, 7, str_z(a->password));
    db_bind_i64(q, 8, a->failures);
    db_bind_i64(q, 9, a->locked_until.ms);
    db_bind_i64(q, 10, a->disabled);
    int rc = sqlite3_step(q);
    if (rc == SQLITE_DONE) return OK;
    if ((rc & 0xff) != SQLITE_CONSTRAINT) return db_fail(s->ops, err);
    err_set(err, E_CONFLICT, "login_taken", "Another account has the login %s.", a->login.s);
    err_field(err, "login");
    return E_CONFLICT;
}

static enum status drop_sessions(struct store *s, uint64_t staff, struct err *err) {
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    enum status status = query(s, OPS_SESSION_DROP_STAFF, &q, err);
    if (status != OK) return status;
    db_bind_i64(q, 1, (int64_t)staff);
    return db_step(q, NULL, err);
}

/* A new account gets a random id, exact in a double. */
static uint64_t new_staff(void) {
    uint64_t id;
    randombytes_buf(&id, sizeof id);
    return id % (CASE_ID_END - 1) + 1;
}

enum status store_account_put(struct store *s, const struct account *a, struct err *err) {
    HOLD(s);
    enum status status = put_account(s, a, a->staff != 0 ? a->staff : new_staff(), err);
    if (status == OK && a->disabled && a->staff != 0) status = drop_sessions(s, a->staff, err);
    return status;
}

/* Takes the single row of a bound statement. */
static enum status one_account(sqlite3_stmt *q, struct account *ret, struct err *err) {
    bool row;
    enum status status = db_step(q, &row, err);
    if (status != OK) return status;
    if (!row) return err_set(err, E_NOT_FOUND, "unknown_account", "There is no such account.");
    read_account(q, ret);
    return OK;
}

enum status store_account(struct store *s, str login, struct account *ret, struct err *err) {
    HOLD(s);
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    enum status status = query(s, OPS_ACCOUNT_BY_LOGIN, &q, err);
    if (status != OK) return status;
    db_bind_text(q, 1, login.ptr != NULL ? login : S(""));
    return one_account(q, ret, err);
}

enum status store_account_by_id(struct store *s, uint64_t staff, struct account *ret, struct err *err) {
    HOLD(s);
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    enum status status = query(s, OPS_ACCOUNT_BY_ID, &q, err);
    if (status != OK) return status;
    db_bind_i64(q, 1, (int64_t)staff);
    return one_account(q, ret, err);
}

enum status store_accounts(struct store *s, struct arena *arena, struct account **ret, size_t *ret_n, struct err *err) {
    HOLD(s);
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    struct account *list = NULL;
    size_t n = 0, cap = 0;
    enum status status = query(s, OPS_ACCOUNTS, &q, err);
    while (status == OK) {
        bool row;
        status = db_step(q, &row, err);
        if (status != OK || !row) break;
        if (n == cap) {
            struct account *more = NEW_ARRAY(arena, struct account, cap = cap ? cap * 2 : 32);
            if (n > 0) memcpy(more, list, n * sizeof *more);
            list = more;
        }
        read_account(q, &list[n++]);
    }
    if (status == OK) *ret = list, *ret_n = n;
    return status;
}

/* --- sessions and tokens --- */

static str digest_bytes(const digest *d) {
    return (str){(const char *)d->b, sizeof d->b};
}

static enum status expire(struct store *s, instant now, struct err *err) {
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    enum status status = query(s, OPS_SESSION_EXPIRE, &q, err);
    if (status != OK) return status;
    db_bind_i64(q, 1, now.ms);
    return db_step(q, NULL, err);
}

enum status store_session_put(struct store *s, char kind, const digest *secret, uint64_t staff, str csrf,
                              instant expires, struct err *err) {
    HOLD(s);
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    enum status status = expire(s, s->options.now(s->options.now_ctx), err);
    if (status == OK) status = query(s, OPS_SESSION_PUT, &q, err);
    if (status != OK) return status;
    db_bind_blob(q, 1, digest_bytes(secret));
    db_bind_text(q, 2, (str){&kind, 1});
    db_bind_i64(q, 3, (int64_t)staff);
    db_bind_text(q, 4, csrf.ptr != NULL ? csrf : S(""));
    db_bind_i64(q, 5, expires.ms);
    return db_step(q, NULL, err);
}

enum status store_session(struct store *s, char kind, const digest *secret, instant now, uint64_t *ret_staff,
                          char ret_csrf[65], struct err *err) {
    HOLD(s);
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    bool row;
    enum status status = query(s, OPS_SESSION_GET, &q, err);
    if (status != OK) return status;
    db_bind_blob(q, 1, digest_bytes(secret));
    db_bind_text(q, 2, (str){&kind, 1});
    db_bind_i64(q, 3, now.ms);
    status = db_step(q, &row, err);
    if (status != OK) return status;
    if (!row) return err_set(err, E_LOGIN, "no_session", "The session has ended.");
    *ret_staff = (uint64_t)sqlite3_column_int64(q, 0);
    if (ret_csrf != NULL) column_text(q, 1, ret_csrf, 65);
    return OK;
}

enum status store_session_drop(struct store *s, const digest *secret, struct err *err) {
    HOLD(s);
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    enum status status = query(s, OPS_SESSION_DROP, &q, err);
    if (status != OK) return status;
    db_bind_blob(q, 1, digest_bytes(secret));
    return db_step(q, NULL, err);
}

enum status store_session_drop_others(struct store *s, uint64_t staff, const digest *secret, struct err *err) {
    HOLD(s);
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    enum status status = query(s, OPS_SESSION_DROP_OTHERS, &q, err);
    if (status != OK) return status;
    db_bind_i64(q, 1, (int64_t)staff);
    db_bind_blob(q, 2, digest_bytes(secret));
    return db_step(q, NULL, err);
}

/* --- other servers --- */

enum status store_peer_mark(struct store *s, const code *peer, struct peer_mark *ret, struct err *err) {
    HOLD(s);
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    bool row;
    enum status status = query(s, OPS_PEER_GET, &q, err);
    if (status != OK) return status;
    db_bind_text(q, 1, str_code(peer));
    status = db_step(q, &row, err);
    if (status != OK) return status;
    *ret = (struct peer_mark){0};
    if (!row) return OK;
    ret->confirmed = (uint64_t)sqlite3_column_int64(q, 0);
    ret->tried.ms = sqlite3_column_int64(q, 1);
    ret->succeeded.ms = sqlite3_column_int64(q, 2);
    column_text(q, 3, ret->failure, sizeof ret->failure);
    return OK;
}

enum status store_peer_mark_put(struct store *s, const code *peer, const struct peer_mark *m, struct err *err) {
    HOLD(s);
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    enum status status = query(s, OPS_PEER_PUT, &q, err);
    if (status != OK) return status;
    db_bind_text(q, 1, str_code(peer));
    db_bind_i64(q, 2, (int64_t)m->confirmed);
    db_bind_i64(q, 3, m->tried.ms);
    db_bind_i64(q, 4, m->succeeded.ms);
    db_bind_text(q, 5, str_z(m->failure));
    return db_step(q, NULL, err);
}
