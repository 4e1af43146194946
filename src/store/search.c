/* Full text: search.db, contentless FTS5 over the tokens of words.h, rowid = slot.
 *
 * Without content FTS5 cannot delete by itself: the old tokens are handed back from the text the view still holds, and
 * what was deleted is merged away afterwards, a step at a time, so that an erased text leaves the file (secure_delete
 * blanks the pages). Private matters are never in here. If search.db is behind the views (a power cut between the two
 * commits) it is made anew from the views. */
#include <stdlib.h>

#include "query/words.h"
#include "store/views_int.h"
#include "views.sql.h"

static enum status open_file(struct views *v, struct err *err) {
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", v->store->dir, SEARCH_FILE) >= (int)sizeof path)
        return err_set(err, E_STORAGE, "storage_failed", "The path of the data directory is too long.");
    v->search = calloc(1, sizeof *v->search);
    check(v->search);
    struct db_options o = {.vfs = v->store->options.vfs, .relaxed = true, .cache_kib = 32768};
    enum status status = db_open(path, &o, &v->search->db, err);
    if (status == OK) status = db_exec(v->search->db, SQL_VIEWS_SCHEMA_SEARCH, err);
    return status;
}

static enum status put_seq(struct views *v, uint64_t seq, struct err *err) {
    char text[24];
    int n = snprintf(text, sizeof text, "%llu", (unsigned long long)seq);
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(v->search, SQL_VIEWS_SEARCH_SEQ_PUT, &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, (str){text, (size_t)n});
    return db_step(s, NULL, err);
}

static enum status get_seq(struct views *v, uint64_t *ret, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row = false;
    int64_t seq = 0;
    enum status status = reader_prepare(v->search, SQL_VIEWS_SEARCH_SEQ_GET, &s, err);
    if (status == OK) status = db_step(s, &row, err);
    if (status == OK && row && !str_to_i64(db_column(s, 0), &seq)) seq = 0;
    *ret = (uint64_t)seq;
    return status;
}

/* The tokens of a row; empty for private matters and erased texts. */
static void row_tokens(const struct case_row *row, struct strbuf *normal, struct strbuf *ret) {
    strbuf_clear(normal);
    strbuf_clear(ret);
    if (row->is_private) return;
    words_normal(row->text, normal);
    words_normal(row->address, normal);
    words_tokens(strbuf_str(normal), ret);
}

static enum status write_tokens(struct views *v, const char *sql, uint32_t slot, str tokens, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(v->search, sql, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, slot);
    db_bind_text(s, 2, tokens);
    return db_step(s, NULL, err);
}

static enum status is_indexed(struct views *v, uint32_t slot, bool *ret, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(v->search, SQL_VIEWS_SEARCH_HAS, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, slot);
    return db_step(s, ret, err);
}

static bool same(str a, str b) {
    return str_eq(a.ptr ? a : S(""), b.ptr ? b : S(""));
}

enum status search_change(struct views *v, const struct change *c, struct err *err) {
    if (v->store->options.search_off) return OK;
    const struct case_row *a = &c->before, *b = &c->after;
    if (c->existed && a->is_private == b->is_private && same(a->text, b->text) && same(a->address, b->address))
        return OK;
    struct strbuf normal, old, new;
    strbuf_init(&normal, (size_t)64 << 20);
    strbuf_init(&old, (size_t)64 << 20);
    strbuf_init(&new, (size_t)64 << 20);
    if (c->existed) row_tokens(a, &normal, &old);
    row_tokens(b, &normal, &new);
    /* After a crash between the two commits the step may have been done already. */
    bool indexed = false;
    enum status status = is_indexed(v, b->slot, &indexed, err);
    if (status == OK && indexed && strbuf_str(&old).len > 0) {
        status = write_tokens(v, SQL_VIEWS_SEARCH_DROP, b->slot, strbuf_str(&old), err);
        indexed = false;
        v->erased = true;
    }
    if (status == OK && !indexed && strbuf_str(&new).len > 0)
        status = write_tokens(v, SQL_VIEWS_SEARCH_PUT, b->slot, strbuf_str(&new), err);
    strbuf_done(&normal);
    strbuf_done(&old);
    strbuf_done(&new);
    return status;
}

enum status search_begin(struct views *v, struct err *err) {
    return db_exec(v->search->db, "BEGIN IMMEDIATE", err);
}

enum status search_commit(struct views *v, uint64_t seq, struct err *err) {
    enum status status = put_seq(v, seq, err);
    return status == OK ? db_exec(v->search->db, "COMMIT", err) : status;
}

void search_rollback(struct views *v) {
    if (!sqlite3_get_autocommit(v->search->db)) sqlite3_exec(v->search->db, "ROLLBACK", NULL, NULL, NULL);
}

enum status search_merge(struct views *v, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(v->search, SQL_VIEWS_SEARCH_MERGE, &s, err);
    if (status != OK) return status;
    int before = sqlite3_total_changes(v->search->db);
    db_bind_i64(s, 1, -256);
    status = db_step(s, NULL, err);
    if (status == OK && sqlite3_total_changes(v->search->db) - before < 2) v->erased = false;
    return status;
}

/* All texts of the views once more. */
static enum status fill(struct views *v, struct err *err) {
    struct arena arena;
    arena_init(&arena, 0);
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(v->writer, SQL_VIEWS_ROWS_AFTER_SLOT, &s, err);
    if (status == OK) db_bind_i64(s, 1, 0);
    bool row = true;
    while (status == OK && (status = db_step(s, &row, err)) == OK && row) {
        struct change c = {.existed = false};
        row_read(s, v->city, &arena, &c.after);
        status = search_change(v, &c, err);
        arena_clear(&arena);
    }
    arena_done(&arena);
    return status;
}

enum status search_open(struct views *v, struct err *err) {
    uint64_t seq = 0;
    enum status status = open_file(v, err);
    if (status == OK) status = get_seq(v, &seq, err);
    if (status != OK || seq >= v->seq || v->store->options.search_off) return status;
    status = search_begin(v, err);
    if (status == OK) status = db_exec(v->search->db, SQL_VIEWS_SEARCH_CLEAR, err);
    if (status == OK) status = fill(v, err);
    if (status == OK) return search_commit(v, v->seq, err);
    search_rollback(v);
    return status;
}
