/* The outbox: what entries send to other servers, numbered and chained in the order of the log. A view: made anew from
 * the same entries it has the same numbers and hashes, so that nothing is sent twice under two numbers. */
#include <string.h>

#include "base/json.h"
#include "casework/facts.h"
#include "store/views_int.h"
#include "views.sql.h"

static str digest_bytes(const digest *d) {
    return (str){(const char *)d->b, sizeof d->b};
}

static digest column_digest(sqlite3_stmt *s, int at) {
    digest d = {{0}};
    str bytes = db_column(s, at);
    if (bytes.len == sizeof d.b) memcpy(d.b, bytes.ptr, sizeof d.b);
    return d;
}

static code column_code(sqlite3_stmt *s, int at) {
    code c = {0};
    if (!code_from(db_column(s, at), &c)) return (code){0};
    return c;
}

/* --- writing --- */

static enum status read_last(struct reader *r, const code *peer, uint64_t *ret_no, digest *ret_hash, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row = false;
    enum status status = reader_prepare(r, SQL_VIEWS_OUTBOX_LAST, &s, err);
    if (status == OK) db_bind_text(s, 1, str_code(peer));
    if (status == OK) status = db_step(s, &row, err);
    if (status != OK) return status;
    *ret_no = row ? (uint64_t)sqlite3_column_int64(s, 0) : 0;
    *ret_hash = row ? column_digest(s, 1) : (digest){{0}};
    return OK;
}

static enum status write_message(struct views *v, const struct stored_entry *e, const struct op *op, struct err *err) {
    struct message m = {.to = op->unit, .at = e->recorded, .entry = e->hash, .kind = op->name, .ref = (uint64_t)op->n};
    enum status status = read_last(v->writer, &op->unit, &m.no, &m.previous, err);
    if (status != OK) return status;
    m.no++;
    digest hash = message_hash(&m);
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    status = reader_prepare(v->writer, SQL_VIEWS_OUTBOX_PUT, &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, str_code(&op->unit));
    db_bind_i64(s, 2, (int64_t)m.no);
    db_bind_i64(s, 3, (int64_t)e->seq);
    db_bind_i64(s, 4, (int64_t)e->case_id);
    db_bind_i64(s, 5, e->recorded.ms);
    db_bind_text(s, 6, str_code(&op->name));
    db_bind_text(s, 7, str_code(&op->value));
    db_bind_i64(s, 8, op->n);
    db_bind_i64(s, 9, op->due.ms);
    db_bind_blob(s, 10, digest_bytes(&e->hash));
    db_bind_blob(s, 11, digest_bytes(&m.previous));
    db_bind_blob(s, 12, digest_bytes(&hash));
    return db_step(s, NULL, err);
}

static enum status put_partner(struct views *v, str system, str number, uint64_t id, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    if (str_empty(system) || str_empty(number)) return OK;
    enum status status = reader_prepare(v->writer, SQL_VIEWS_PARTNER_PUT, &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, system);
    db_bind_text(s, 2, number);
    db_bind_i64(s, 3, (int64_t)id);
    return db_step(s, NULL, err);
}

/* The number that another system or a paper form gave a case that was filed. */
static enum status filed_partner(struct views *v, const struct stored_entry *e, struct arena *arena, struct err *err) {
    struct json j;
    str system = S(""), number = S("");
    json_init(&j, e->facts, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if (str_is(key, "outside_system"))
            json_str(&j, &system);
        else if (str_is(key, "outside_number"))
            json_str(&j, &number);
        else
            json_skip(&j);
    }
    enum status status = json_done(&j, err);
    return status == OK ? put_partner(v, system, number, e->case_id, err) : status;
}

static enum status project_ops(struct views *v, const struct stored_entry *e, const struct facts *f, struct err *err) {
    enum status status = OK;
    for (size_t k = 0; status == OK && k < f->n_ops; k++) {
        const struct op *op = &f->ops[k];
        if (op->kind == OP_SEND) status = write_message(v, e, op, err);
        if (op->kind == OP_PEER && code_is(&op->name, "at"))
            status = put_partner(v, str_code(&op->unit), str_code(&op->value), e->case_id, err);
    }
    return status;
}

enum status outbox_project(struct views *v, const struct stored_entry *entries, size_t n, struct arena *arena,
                           struct err *err) {
    enum status status = OK;
    for (size_t i = 0; status == OK && i < n; i++) {
        const struct stored_entry *e = &entries[i];
        struct facts f;
        if (e->kind == ENTRY_FILED && str_find(e->facts, S("\"outside_number\""), 0) >= 0)
            status = filed_partner(v, e, arena, err);
        /* most entries send nothing: they are not read for it */
        bool speaks =
            str_find(e->facts, S("\"op\":\"send\""), 0) >= 0 || str_find(e->facts, S("\"op\":\"peer\""), 0) >= 0;
        if (status != OK || !speaks) continue;
        status = facts_read(e->kind, e->facts, arena, NEW(arena, struct kase), &f, err);
        if (status == OK) status = project_ops(v, e, &f, err);
    }
    return status;
}

/* --- reading --- */

static enum status take(struct store *s, struct reader **ret, struct err *err) {
    if (s->views == NULL) return err_set(err, E_STORAGE, "no_views", "There are no views here.");
    return reader_take(s->views, ret, err);
}

static void read_outgoing(sqlite3_stmt *q, struct outgoing *ret) {
    *ret = (struct outgoing){.no = (uint64_t)sqlite3_column_int64(q, 0),
                             .seq = (uint64_t)sqlite3_column_int64(q, 1),
                             .case_id = (uint64_t)sqlite3_column_int64(q, 2),
                             .at = {sqlite3_column_int64(q, 3)},
                             .kind = column_code(q, 4),
                             .word = column_code(q, 5),
                             .ref = (uint64_t)sqlite3_column_int64(q, 6),
                             .due = {sqlite3_column_int64(q, 7)}};
    ret->entry = column_digest(q, 8);
    ret->previous = column_digest(q, 9);
    ret->hash = column_digest(q, 10);
}

static enum status read_after(struct reader *r, const code *peer, uint64_t after, size_t max, struct outgoing *ret,
                              size_t *ret_n, struct err *err) {
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    bool row = true;
    enum status status = reader_prepare(r, SQL_VIEWS_OUTBOX_AFTER, &q, err);
    *ret_n = 0;
    if (status != OK) return status;
    db_bind_text(q, 1, str_code(peer));
    db_bind_i64(q, 2, after < INT64_MAX ? (int64_t)after : INT64_MAX);
    db_bind_i64(q, 3, (int64_t)max);
    while (*ret_n < max && (status = db_step(q, &row, err)) == OK && row) read_outgoing(q, &ret[(*ret_n)++]);
    return status;
}

enum status store_outbox(struct store *s, const code *peer, uint64_t after, size_t max, struct arena *arena,
                         struct outgoing **ret, size_t *ret_n, struct err *err) {
    struct reader *r;
    struct outgoing *list = NEW_ARRAY(arena, struct outgoing, max);
    size_t n = 0;
    enum status status = take(s, &r, err);
    if (status != OK) return status;
    status = read_after(r, peer, after, max, list, &n, err);
    reader_give(s->views, r);
    if (status == OK) *ret = list, *ret_n = n;
    return status;
}

enum status store_outbox_last(struct store *s, const code *peer, uint64_t *ret, struct err *err) {
    struct reader *r;
    digest hash;
    enum status status = take(s, &r, err);
    if (status != OK) return status;
    status = read_last(r, peer, ret, &hash, err);
    reader_give(s->views, r);
    return status;
}

static enum status find_partner(struct reader *r, const code *peer, str number, uint64_t *ret, struct err *err) {
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    bool row = false;
    enum status status = reader_prepare(r, SQL_VIEWS_PARTNER_CASE, &q, err);
    if (status != OK) return status;
    db_bind_text(q, 1, str_code(peer));
    db_bind_text(q, 2, number.ptr != NULL ? number : S(""));
    status = db_step(q, &row, err);
    if (status == OK && !row) return err_set(err, E_NOT_FOUND, "unknown_case", "There is no such case.");
    if (status == OK) *ret = (uint64_t)sqlite3_column_int64(q, 0);
    return status;
}

enum status store_partner_case(struct store *s, const code *peer, str number, uint64_t *ret, struct err *err) {
    struct reader *r;
    enum status status = take(s, &r, err);
    if (status != OK) return status;
    status = find_partner(r, peer, number, ret, err);
    reader_give(s->views, r);
    return status;
}

enum status store_outside_cases(struct store *s, str number, uint64_t *ret, size_t max, size_t *ret_n,
                                struct err *err) {
    struct reader *r;
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    bool row = true;
    *ret_n = 0;
    enum status status = take(s, &r, err);
    if (status != OK) return status;
    status = reader_prepare(r, SQL_VIEWS_OUTSIDE_CASES, &q, err);
    if (status == OK) {
        db_bind_text(q, 1, number.ptr != NULL ? number : S(""));
        db_bind_i64(q, 2, (int64_t)max);
    }
    while (status == OK && *ret_n < max && (status = db_step(q, &row, err)) == OK && row)
        ret[(*ret_n)++] = (uint64_t)sqlite3_column_int64(q, 0);
    db_reset(&q);
    q = NULL;
    reader_give(s->views, r);
    return status;
}

enum status store_partners_open(struct store *s, const code *peer, const code *after, size_t max,
                                struct partner_case *ret, size_t *ret_n, struct err *err) {
    struct reader *r;
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    bool row = true;
    *ret_n = 0;
    enum status status = take(s, &r, err);
    if (status != OK) return status;
    status = reader_prepare(r, SQL_VIEWS_PARTNERS_OPEN, &q, err);
    if (status == OK) {
        db_bind_text(q, 1, str_code(peer));
        db_bind_text(q, 2, str_code(after));
        db_bind_i64(q, 3, (int64_t)max);
    }
    while (status == OK && *ret_n < max && (status = db_step(q, &row, err)) == OK && row)
        ret[(*ret_n)++] = (struct partner_case){column_code(q, 0), (uint64_t)sqlite3_column_int64(q, 1)};
    db_reset(&q);
    q = NULL;
    reader_give(s->views, r);
    return status;
}
