/* Backup and restore.
 *
 * The truth is copied by ranges of sequence up to a head S, because SQLite's backup API starts anew with every write of
 * another connection. What was erased while copying is erased in the copy too: S moves on until nothing was erased since.
 * Then blobs, packages and accounts; the keys go to a folder of their own. Restoring copies the folders together; the
 * erasures that the truth notes are repeated on the keys when the store opens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/files.h"
#include "store/keys.h"
#include "store/store_int.h"
#include "store/truth.h"
#include "truth.sql.h"

#define PATH_BYTES 4096
#define STEP 2000
#define OPS_FILE "ops.db"

struct copy {
    struct conn *from, *to;
    uint64_t done, last; /* copied up to; to be copied up to */
    uint64_t erased;     /* erasures carried out in the copy */
    struct progress *progress;
};

static void join(char ret[PATH_BYTES], const char *dir, const char *name) {
    int n = snprintf(ret, PATH_BYTES, "%s/%s", dir, name);
    check(n > 0 && n < PATH_BYTES);
}

/* --- the truth --- */

/* Copies the rows of a query, column by column, while its first column is at most `last`. */
static enum status copy_rows(struct copy *c, const char *select, const char *insert, uint64_t from, uint64_t last,
                             struct err *err) {
    sqlite3_stmt *in CLEANUP(db_finalize) = NULL;
    sqlite3_stmt *out CLEANUP(db_finalize) = NULL;
    enum status status = db_prepare(c->from->db, select, &in, err);
    if (status == OK) status = db_prepare(c->to->db, insert, &out, err);
    if (status == OK) db_bind_i64(in, 1, (int64_t)from), db_bind_i64(in, 2, (int64_t)last);
    while (status == OK) {
        bool row;
        status = db_step(in, &row, err);
        if (status != OK || !row) break;
        for (int i = 0; i < sqlite3_column_count(in); i++)
            check(sqlite3_bind_value(out, i + 1, sqlite3_column_value(in, i)) == SQLITE_OK);
        status = db_step(out, NULL, err);
        sqlite3_reset(out);
    }
    return status;
}

static enum status copy_range(struct copy *c, uint64_t from, uint64_t to, struct err *err) {
    static const struct {
        const char *select, *insert;
    } tables[] = {
        {SQL_TRUTH_RANGE_ENTRY, SQL_TRUTH_APPEND_ENTRY},
        {SQL_TRUTH_RANGE_HEAD, SQL_TRUTH_APPEND_HEAD},
        {SQL_TRUTH_RANGE_ERASURE, SQL_TRUTH_APPEND_ERASURE},
        {SQL_TRUTH_RANGE_CONTACTS_GONE, SQL_TRUTH_APPEND_CONTACTS_GONE},
        {SQL_TRUTH_RANGE_CITED, SQL_TRUTH_APPEND_CITED},
    };
    enum status status = db_exec(c->to->db, "BEGIN", err);
    for (size_t i = 0; status == OK && i < ARRAY_LEN(tables); i++)
        status = copy_rows(c, tables[i].select, tables[i].insert, from, to, err);
    return status == OK ? db_exec(c->to->db, "COMMIT", err) : status;
}

/* The stored subtrees that are complete within the copy. */
static enum status copy_nodes(struct copy *c, struct err *err) {
    enum status status = db_exec(c->to->db, "BEGIN", err);
    for (unsigned level = 1; status == OK && level < 64 / TREE_LEVEL_BITS; level++) {
        uint64_t n = c->last >> level * TREE_LEVEL_BITS, first = (uint64_t)level << 48;
        if (n > 0) status = copy_rows(c, SQL_TRUTH_RANGE_NODE, SQL_TRUTH_APPEND_NODE, first, first + n - 1, err);
    }
    return status == OK ? db_exec(c->to->db, "COMMIT", err) : status;
}

/* Erases in the copy what was erased in the truth since it was copied. */
static enum status repeat_erasures(struct copy *c, struct err *err) {
    sqlite3_stmt *all CLEANUP(db_reset) = NULL;
    sqlite3_stmt *erase CLEANUP(db_reset) = NULL;
    enum status status = conn_query(c->to, TRUTH_ERASURES_FROM, &all, err);
    if (status == OK) status = conn_query(c->to, TRUTH_ERASE_WORDS, &erase, err);
    if (status == OK) db_bind_i64(all, 1, (int64_t)c->erased);
    while (status == OK) {
        bool row;
        status = db_step(all, &row, err);
        if (status != OK || !row) break;
        c->erased = (uint64_t)sqlite3_column_int64(all, 0);
        db_bind_i64(erase, 1, sqlite3_column_int64(all, 1));
        db_bind_i64(erase, 2, sqlite3_column_int64(all, 2));
        status = db_step(erase, NULL, err);
        sqlite3_reset(erase);
    }
    return status;
}

static enum status erased_since(struct copy *c, uint64_t seq, bool *ret, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = conn_query(c->from, TRUTH_ERASURES_FROM, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, (int64_t)seq);
    return db_step(s, ret, err);
}

static enum status copy_entries(struct copy *c, struct err *err) {
    bool more = true;
    enum status status = OK;
    while (status == OK && more) {
        struct head head;
        status = truth_head(c->from, &head, err);
        c->last = head.size;
        while (status == OK && c->done < c->last) {
            uint64_t to = c->done + STEP < c->last ? c->done + STEP : c->last;
            status = copy_range(c, c->done + 1, to, err);
            c->done = to;
            if (c->progress != NULL && c->progress->step != NULL)
                c->progress->step(c->progress->ctx, "entries", c->done, c->last);
        }
        if (status == OK) status = repeat_erasures(c, err);
        if (status == OK) status = erased_since(c, c->last, &more, err);
    }
    return status == OK ? copy_nodes(c, err) : status;
}

static enum status copy_truth(struct truth *from, const char *to_dir, struct progress *p, struct err *err) {
    struct truth *to = NULL;
    struct copy c = {.progress = p};
    enum status status = truth_open(to_dir, NULL, false, &to, err);
    if (status != OK) return status;
    c.to = &to->writer;
    status = truth_meta_put(c.to, S("id_key"), (str){(const char *)from->id_key, sizeof from->id_key}, err);
    if (status == OK) status = conn_take(from, &c.from, err);
    if (status == OK) {
        status = copy_entries(&c, err);
        conn_give(from, c.from);
    }
    if (status == OK && !db_truncate_wal(c.to->db)) status = db_fail(c.to->db, err);
    truth_close(to);
    return status;
}

/* --- the rest --- */

/* A consistent copy of a small database. */
static enum status copy_database(const char *from_dir, const char *to_dir, const char *name, struct err *err) {
    sqlite3 *db CLEANUP(db_close) = NULL;
    sqlite3_stmt *s CLEANUP(db_finalize) = NULL;
    char from[PATH_BYTES], to[PATH_BYTES];
    struct db_options o = {.read_only = true, .cache_kib = 512};
    join(from, from_dir, name);
    join(to, to_dir, name);
    enum status status = db_open(from, &o, &db, err);
    if (status == OK) status = db_prepare(db, "VACUUM INTO ?1", &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, str_z(to));
    return db_step(s, NULL, err);
}

static enum status copy_folders(const char *from_dir, const char *to_dir, struct err *err) {
    static const char *const names[] = {"blobs", "packages"};
    enum status status = OK;
    for (size_t i = 0; status == OK && i < ARRAY_LEN(names); i++) {
        char from[PATH_BYTES], to[PATH_BYTES];
        join(from, from_dir, names[i]);
        join(to, to_dir, names[i]);
        status = folder_copy(from, to, err);
    }
    return status;
}

static void keys_folder(const char *dir, char ret[PATH_BYTES]) {
    size_t len = strlen(dir);
    while (len > 1 && dir[len - 1] == '/') len--;
    int n = snprintf(ret, PATH_BYTES, "%.*s-keys", (int)len, dir);
    check(n > 0 && n < PATH_BYTES);
}

enum status store_backup(const struct store_options *o, const char *to_dir, struct progress *p, struct err *err) {
    char keys[PATH_BYTES];
    struct truth *truth = NULL;
    if (strlen(to_dir) > PATH_BYTES / 2)
        return err_set(err, E_INVALID, "bad_folder", "The path of the backup is too long.");
    keys_folder(to_dir, keys);
    enum status status = truth_open(o->dir, o->vfs, true, &truth, err);
    if (status != OK) return status;
    status = folder_create(to_dir, err);
    if (status == OK) status = folder_create(keys, err);
    if (status == OK) status = copy_truth(truth, to_dir, p, err);
    if (status == OK) status = copy_folders(o->dir, to_dir, err);
    if (status == OK) status = copy_database(o->dir, to_dir, OPS_FILE, err);
    if (status == OK) status = copy_database(o->dir, keys, KEYS_FILE, err);
    if (status == OK) status = folder_flush(to_dir, err);
    if (status == OK) status = folder_flush(keys, err);
    truth_close(truth);
    return status;
}

enum status store_restore(const char *from_dir, const char *to_dir, struct progress *p, struct err *err) {
    static const char *const files[] = {TRUTH_FILE, OPS_FILE};
    char from[PATH_BYTES], to[PATH_BYTES], keys[PATH_BYTES];
    if (strlen(from_dir) > PATH_BYTES / 2 || strlen(to_dir) > PATH_BYTES / 2)
        return err_set(err, E_INVALID, "bad_folder", "A path is too long.");
    keys_folder(from_dir, keys);
    join(from, keys, KEYS_FILE);
    if (access(from, R_OK) != 0) {
        err_set(err, E_NOT_FOUND, "no_keys", "The keys of this backup are not at %s.", from);
        err_hint(err, "They are kept apart; put them there for the time of the restore.");
        return E_NOT_FOUND;
    }
    enum status status = folder_create(to_dir, err);
    join(to, to_dir, KEYS_FILE);
    if (status == OK) status = file_copy(from, to, err);
    for (size_t i = 0; status == OK && i < ARRAY_LEN(files); i++) {
        join(from, from_dir, files[i]);
        join(to, to_dir, files[i]);
        status = file_copy(from, to, err);
        if (p != NULL && p->step != NULL) p->step(p->ctx, "files", i + 1, ARRAY_LEN(files));
    }
    if (status == OK) status = copy_folders(from_dir, to_dir, err);
    return status == OK ? folder_flush(to_dir, err) : status;
}
