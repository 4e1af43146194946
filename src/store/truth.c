#include "store/truth.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "truth.sql.h"

#define FORMAT "1"

static const char *const queries[TRUTH_QUERY_COUNT] = {
    [TRUTH_META_GET] = SQL_TRUTH_META_GET,
    [TRUTH_META_PUT] = SQL_TRUTH_META_PUT,
    [TRUTH_APPEND_ENTRY] = SQL_TRUTH_APPEND_ENTRY,
    [TRUTH_APPEND_HEAD] = SQL_TRUTH_APPEND_HEAD,
    [TRUTH_APPEND_NODE] = SQL_TRUTH_APPEND_NODE,
    [TRUTH_APPEND_ERASURE] = SQL_TRUTH_APPEND_ERASURE,
    [TRUTH_APPEND_CITED] = SQL_TRUTH_APPEND_CITED,
    [TRUTH_LAST_HEAD] = SQL_TRUTH_LAST_HEAD,
    [TRUTH_HEADS_FROM] = SQL_TRUTH_HEADS_FROM,
    [TRUTH_HEADS_BACK] = SQL_TRUTH_HEADS_BACK,
    [TRUTH_LAST_SEQ] = SQL_TRUTH_LAST_SEQ,
    [TRUTH_LAST_SLOT] = SQL_TRUTH_LAST_SLOT,
    [TRUTH_ENTRIES_FROM] = SQL_TRUTH_ENTRIES_FROM,
    [TRUTH_HEADERS_FROM] = SQL_TRUTH_HEADERS_FROM,
    [TRUTH_CASE_ENTRIES] = SQL_TRUTH_CASE_ENTRIES,
    [TRUTH_CASE_ENTRY] = SQL_TRUTH_CASE_ENTRY,
    [TRUTH_CASE_LAST] = SQL_TRUTH_CASE_LAST,
    [TRUTH_NODES_FROM] = SQL_TRUTH_NODES_FROM,
    [TRUTH_ERASURES_FROM] = SQL_TRUTH_ERASURES_FROM,
    [TRUTH_DESTROYED_FROM] = SQL_TRUTH_DESTROYED_FROM,
    [TRUTH_APPEND_CONTACTS_GONE] = SQL_TRUTH_APPEND_CONTACTS_GONE,
    [TRUTH_ERASE_WORDS] = SQL_TRUTH_ERASE_WORDS,
    [TRUTH_CITED_GET] = SQL_TRUTH_CITED_GET,
    [TRUTH_CITED_DROP] = SQL_TRUTH_CITED_DROP,
    [TRUTH_ENTRIES_BACK] = SQL_TRUTH_ENTRIES_BACK,
};

/* --- connections --- */

static void conn_done(struct conn *c) {
    for (size_t i = 0; i < TRUTH_QUERY_COUNT; i++) db_finalize(&c->prepared[i]);
    db_close(&c->db);
}

static enum status conn_init(const struct truth *t, bool writes, struct conn *ret, struct err *err) {
    struct db_options o = {.vfs = t->vfs, .read_only = !writes, .cache_kib = writes ? 16384 : 2048};
    *ret = (struct conn){0};
    return db_open(t->path, &o, &ret->db, err);
}

enum status conn_query(struct conn *c, enum truth_query q, sqlite3_stmt **ret, struct err *err) {
    if (c->prepared[q] == NULL) {
        enum status status = db_prepare(c->db, queries[q], &c->prepared[q], err);
        if (status != OK) return status;
    }
    *ret = c->prepared[q];
    return OK;
}

static enum status conn_open(struct truth *t, struct conn **ret, struct err *err) {
    struct conn *c = malloc(sizeof *c);
    check(c != NULL);
    enum status status = conn_init(t, false, c, err);
    if (status == OK)
        *ret = c;
    else
        free(c);
    return status;
}

enum status conn_take(struct truth *t, struct conn **ret, struct err *err) {
    pthread_mutex_lock(&t->lock);
    while (t->idle == NULL && t->n_readers == TRUTH_READERS) pthread_cond_wait(&t->freed, &t->lock);
    struct conn *c = t->idle;
    if (c != NULL)
        t->idle = c->next;
    else
        t->n_readers++;
    pthread_mutex_unlock(&t->lock);
    if (c != NULL) {
        *ret = c;
        return OK;
    }
    enum status status = conn_open(t, ret, err);
    if (status == OK) return OK;
    pthread_mutex_lock(&t->lock);
    t->n_readers--;
    pthread_cond_signal(&t->freed);
    pthread_mutex_unlock(&t->lock);
    return status;
}

void conn_give(struct truth *t, struct conn *c) {
    pthread_mutex_lock(&t->lock);
    c->next = t->idle;
    t->idle = c;
    pthread_cond_signal(&t->freed);
    pthread_mutex_unlock(&t->lock);
}

/* --- opening --- */

static enum status create(struct conn *c, struct err *err) {
    uint8_t id_key[ID_KEY_BYTES];
    randombytes_buf(id_key, sizeof id_key);
    enum status status = db_exec(c->db, "BEGIN IMMEDIATE", err);
    if (status != OK) return status;
    status = db_exec(c->db, SQL_TRUTH_SCHEMA, err);
    if (status == OK) status = truth_meta_put(c, S("format"), S(FORMAT), err);
    if (status == OK) status = truth_meta_put(c, S("id_key"), (str){(const char *)id_key, sizeof id_key}, err);
    if (status == OK) return db_exec(c->db, "COMMIT", err);
    (void)!db_exec(c->db, "ROLLBACK", NULL);
    return status;
}

static enum status read_meta(struct truth *t, struct conn *c, struct err *err) {
    char format[8];
    size_t len;
    enum status status = truth_meta(c, S("format"), format, sizeof format, &len, err);
    if (status != OK) return status;
    if (!str_eq((str){format, len}, S(FORMAT)))
        return err_set(err, E_CORRUPT, "unknown_format", "The truth has format %.*s; this program knows " FORMAT ".",
                       (int)len, format);
    status = truth_meta(c, S("id_key"), t->id_key, sizeof t->id_key, &len, err);
    if (status == OK && len != sizeof t->id_key)
        status = err_set(err, E_CORRUPT, "bad_meta", "The truth's id key is damaged.");
    return status;
}

static enum status read_seq(struct truth *t, struct conn *c, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = conn_query(c, TRUTH_LAST_SEQ, &s, err);
    if (status == OK) status = db_step(s, NULL, err);
    if (status == OK) t->seq = (uint64_t)sqlite3_column_int64(s, 0);
    return status;
}

static enum status open_writer(struct truth *t, struct err *err) {
    bool fresh = false;
    enum status status = conn_init(t, true, &t->writer, err);
    if (status == OK) status = db_is_new(t->writer.db, &fresh, err);
    if (status == OK && fresh) status = create(&t->writer, err);
    if (status == OK) status = read_meta(t, &t->writer, err);
    if (status == OK) status = read_seq(t, &t->writer, err);
    return status;
}

static enum status open_reader(struct truth *t, struct err *err) {
    struct conn *c;
    enum status status = conn_take(t, &c, err);
    if (status != OK) return status;
    status = read_meta(t, c, err);
    if (status == OK) status = read_seq(t, c, err);
    conn_give(t, c);
    return status;
}

enum status truth_open(const char *dir, const char *vfs, bool read_only, struct truth **ret, struct err *err) {
    struct truth *t = calloc(1, sizeof *t);
    check(t != NULL);
    t->vfs = vfs;
    t->read_only = read_only;
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->freed, NULL);
    check(asprintf(&t->path, "%s/" TRUTH_FILE, dir) > 0);
    enum status status = OK;
    if (read_only && access(t->path, F_OK) != 0)
        status = err_set(err, E_NOT_FOUND, "no_truth", "There is no " TRUTH_FILE " in %s.", dir);
    if (status == OK) status = read_only ? open_reader(t, err) : open_writer(t, err);
    if (status == OK)
        *ret = t;
    else
        truth_close(t);
    return status;
}

void truth_close(struct truth *t) {
    for (struct conn *c = t->idle, *next; c != NULL; c = next) {
        next = c->next;
        conn_done(c);
        free(c);
    }
    conn_done(&t->writer);
    pthread_cond_destroy(&t->freed);
    pthread_mutex_destroy(&t->lock);
    free(t->path);
    free(t);
}

/* --- meta --- */

enum status truth_meta(struct conn *c, str name, void *ret, size_t cap, size_t *ret_len, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row;
    enum status status = conn_query(c, TRUTH_META_GET, &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, name);
    status = db_step(s, &row, err);
    if (status != OK) return status;
    str value = row ? db_column(s, 0) : STR_NONE;
    if (value.len > cap) return err_set(err, E_CORRUPT, "bad_meta", "The value %.*s is too long.", P(name));
    if (value.len > 0) memcpy(ret, value.ptr, value.len);
    *ret_len = value.len;
    return OK;
}

enum status truth_meta_put(struct conn *c, str name, str value, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = conn_query(c, TRUTH_META_PUT, &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, name);
    db_bind_blob(s, 2, value);
    return db_step(s, NULL, err);
}

/* --- appending --- */

enum status truth_append(struct conn *c, const struct truth_row *row, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = conn_query(c, TRUTH_APPEND_ENTRY, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, (int64_t)row->seq);
    db_bind_i64(s, 2, (int64_t)row->slot);
    db_bind_i64(s, 3, row->n);
    db_bind_blob(s, 4, row->header);
    db_bind_blob(s, 5, row->facts);
    db_bind_blob(s, 6, row->words);
    db_bind_blob(s, 7, row->salt);
    db_bind_blob(s, 8, row->contact);
    return db_step(s, NULL, err);
}

enum status truth_append_head(struct conn *c, const struct head *h, str keys, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = conn_query(c, TRUTH_APPEND_HEAD, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, (int64_t)h->size);
    db_bind_i64(s, 2, h->recorded.ms);
    db_bind_blob(s, 3, (str){(const char *)h->root.b, sizeof h->root.b});
    db_bind_blob(s, 4, (str){(const char *)h->signature, sizeof h->signature});
    db_bind_blob(s, 5, keys);
    return db_step(s, NULL, err);
}

enum status truth_append_node(struct conn *c, unsigned level, uint64_t index, const digest *hash, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = conn_query(c, TRUTH_APPEND_NODE, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, (int64_t)((uint64_t)level << 48 | index));
    db_bind_blob(s, 2, (str){(const char *)hash->b, sizeof hash->b});
    return db_step(s, NULL, err);
}

enum status truth_erase(struct conn *c, const struct erasure *e, uint64_t seq, struct err *err) {
    sqlite3_stmt *erase CLEANUP(db_reset) = NULL;
    sqlite3_stmt *note CLEANUP(db_reset) = NULL;
    enum truth_query noting = e->spares_words ? TRUTH_APPEND_CONTACTS_GONE : TRUTH_APPEND_ERASURE;
    enum status status = conn_query(c, TRUTH_ERASE_WORDS, &erase, err);
    if (status == OK) status = conn_query(c, noting, &note, err);
    if (status != OK) return status;
    db_bind_i64(erase, 1, (int64_t)e->slot);
    db_bind_i64(erase, 2, e->n);
    db_bind_i64(note, 1, (int64_t)seq);
    db_bind_i64(note, 2, (int64_t)e->slot);
    db_bind_i64(note, 3, e->n);
    if (!e->spares_words) status = db_step(erase, NULL, err);
    return status == OK ? db_step(note, NULL, err) : status;
}
