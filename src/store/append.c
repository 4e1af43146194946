/* Appending what a trial staged, and running one command from key to result. */
#include <string.h>

#include "store/batch_int.h"

static enum status append_nodes(struct batch *b, const digest *full, size_t n, struct err *err) {
    enum status status = OK;
    for (size_t i = 0; status == OK && i < n; i++) {
        unsigned level = (unsigned)i + 1;
        uint64_t index = (b->tally.tree.size >> level * TREE_LEVEL_BITS) - 1;
        status = truth_append_node(b->conn, level, index, &full[i], err);
    }
    return status;
}

static enum status append_cited(struct batch *b, const struct truth_row *row, struct err *err) {
    uint8_t ids[MEDIA_MAX][16];
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    size_t n = media_ids(row->words, ids);
    if (n == 0) return OK;
    enum status status = conn_query(b->conn, TRUTH_APPEND_CITED, &s, err);
    for (size_t i = 0; status == OK && i < n; i++) {
        db_bind_blob(s, 1, (str){(const char *)ids[i], 16});
        db_bind_i64(s, 2, (int64_t)row->seq);
        status = db_step(s, NULL, err);
        sqlite3_reset(s);
    }
    return status;
}

static void drop_later(struct batch *b, const uint8_t id[16]) {
    if (b->n_dropped == b->cap_dropped) {
        size_t cap = b->cap_dropped ? b->cap_dropped * 2 : MEDIA_MAX;
        str *more = NEW_ARRAY(&b->arena, str, cap);
        if (b->n_dropped > 0) memcpy(more, b->dropped, b->n_dropped * sizeof *more);
        b->dropped = more;
        b->cap_dropped = cap;
    }
    b->dropped[b->n_dropped++] = str_dup(&b->arena, (str){(const char *)id, 16});
}

/* The blobs of an erased case lose their citations now and their files after the commit. */
static enum status drop_cited(struct batch *b, uint64_t slot, uint32_t before, struct err *err) {
    sqlite3_stmt *entries CLEANUP(db_reset) = NULL;
    sqlite3_stmt *drop CLEANUP(db_reset) = NULL;
    uint8_t ids[MEDIA_MAX][16];
    enum status status = conn_query(b->conn, TRUTH_CASE_ENTRIES, &entries, err);
    if (status == OK) status = conn_query(b->conn, TRUTH_CITED_DROP, &drop, err);
    if (status == OK) db_bind_i64(entries, 1, (int64_t)slot);
    while (status == OK) {
        bool row;
        status = db_step(entries, &row, err);
        if (status != OK || !row || (uint32_t)sqlite3_column_int64(entries, 2) >= before) break;
        size_t n = media_ids(db_column(entries, 5), ids);
        for (size_t i = 0; status == OK && i < n; i++) {
            db_bind_blob(drop, 1, (str){(const char *)ids[i], 16});
            status = db_step(drop, NULL, err);
            sqlite3_reset(drop);
            drop_later(b, ids[i]);
        }
    }
    return status;
}

static enum status erase(struct batch *b, const struct staged *st, struct err *err) {
    const struct truth_row *row = &st->row;
    enum status status = st->spares_words ? OK : drop_cited(b, row->slot, row->n, err);
    if (status == OK)
        status = truth_erase(b->conn, &(struct erasure){row->slot, row->n, st->spares_words}, row->seq, err);
    if (status == OK) b->erased[b->n_erased++] = (struct erasure){row->slot, row->n, st->spares_words};
    return status;
}

static enum status append(struct batch *b, struct staged *st, struct err *err) {
    digest full[8];
    st->row.seq = b->tally.tree.size + 1;
    enum status status = truth_append(b->conn, &st->row, err);
    if (status == OK) status = append_nodes(b, full, tree_add(&b->tally.tree, 0, &st->hash, full), err);
    if (status == OK && st->row.words.ptr != NULL) status = append_cited(b, &st->row, err);
    if (status == OK && st->erases) status = erase(b, st, err);
    if (status == OK && st->header.has_key)
        b->pending[b->n_pending++] = (struct pending_key){key_print(st->header.key_hash), st->row.seq};
    return status;
}

enum status trial_append(struct batch *b, struct err *err) {
    struct trial *t = &b->trial;
    enum status status = OK;
    for (size_t i = 0; status == OK && i < t->n_staged; i++) status = append(b, &t->staged[i], err);
    for (size_t i = 0; i < t->n_states; i++) {
        if (status == OK && t->states[i]->kase.version > 0)
            batch_touch(b, t->states[i]);
        else
            batch_state_free(b, t->states[i]);
    }
    t->n_states = 0;
    if (status != OK) return status;
    b->tally.day = t->day;
    b->tally.counter = t->counter;
    if (t->n_staged > 0) b->tally.recorded = t->now;
    return OK;
}

/* --- idempotency --- */

/* Reads the header of an entry that may carry the key. out: *ret_same whether it does. */
static enum status read_keyed(struct batch *b, uint64_t seq, const struct command *c, struct header *ret,
                              bool *ret_same, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row;
    enum status status = conn_query(b->conn, TRUTH_HEADERS_FROM, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, (int64_t)seq);
    db_bind_i64(s, 2, 1);
    status = db_step(s, &row, err);
    if (status != OK) return status;
    if (!row) return err_set(err, E_CORRUPT, "missing_entry", "The truth lacks entry %llu.", (unsigned long long)seq);
    status = header_read(db_column(s, 1), ret, err);
    if (status == OK) *ret_same = ret->has_key && memcmp(ret->key_hash, c->key_hash, sizeof c->key_hash) == 0;
    return status;
}

static enum status repeat(struct batch *b, const struct header *h, uint64_t seq, const struct command *c,
                          struct result *r, struct err *err) {
    if (memcmp(h->body_hash, c->body_hash, sizeof c->body_hash) != 0) {
        r->status = err_set(&r->err, E_REUSED, "key_reused", "This idempotency key was used for another request.");
        err_hint(&r->err, "Use a new key for a new request.");
        return OK;
    }
    struct case_state *s = batch_state_new(b);
    enum status status = batch_load(b, h->case_id, s, err);
    if (status == OK) {
        r->repeated = true;
        r->seq = seq;
        r->case_id = h->case_id;
        r->kase = s->kase;
    }
    batch_state_free(b, s);
    return status;
}

/* Answers a command whose key is known. out: *ret_known. */
static enum status try_repeat(struct batch *b, const struct command *c, struct result *r, bool *ret_known,
                              struct err *err) {
    uint64_t print = key_print(c->key_hash), seq;
    struct header h;
    *ret_known = false;
    for (size_t i = b->n_pending; i-- > 0 && !*ret_known;) {
        if (b->pending[i].print != print) continue;
        enum status status = read_keyed(b, seq = b->pending[i].seq, c, &h, ret_known, err);
        if (status != OK || *ret_known) return status != OK ? status : repeat(b, &h, seq, c, r, err);
    }
    for (size_t at = 0; key_index_next(&b->keys, print, &at, &seq);) {
        enum status status = read_keyed(b, seq, c, &h, ret_known, err);
        if (status != OK || *ret_known) return status != OK ? status : repeat(b, &h, seq, c, r, err);
    }
    return OK;
}

/* --- one command --- */

static instant now_of(struct batch *b) {
    const struct store_options *o = &b->store->options;
    instant now = o->now(o->now_ctx);
    return now.ms > b->tally.recorded.ms ? now : b->tally.recorded;
}

/* All but the case, which is large and overwritten or cleared later. */
static void result_clear(struct result *r) {
    r->status = OK;
    r->err = (struct err){0};
    r->seq = r->case_id = 0;
    r->repeated = false;
}

static void tell(struct batch *b, struct submission *m) {
    const struct trial *t = &b->trial;
    struct result *r = &m->result;
    r->case_id = t->states[0]->id;
    r->kase = t->states[0]->kase;
}

static enum status run_one(struct batch *b, struct submission *m, struct err *err) {
    struct result *r = &m->result;
    const struct command *c = &m->command;
    bool known = false, fatal = false;
    result_clear(r);
    b->trial.now = now_of(b);
    if (c->has_key) {
        enum status status = try_repeat(b, c, r, &known, err);
        if (status != OK || known) return status;
    }
    struct arena_mark mark = arena_mark(&b->arena);
    r->status = trial_run(b, c, &fatal, &r->err);
    if (fatal) {
        if (err != NULL) *err = r->err;
        return r->status;
    }
    if (r->status == OK) {
        tell(b, m);
        size_t staged = b->trial.n_staged, dropped = b->n_dropped;
        enum status status = trial_append(b, err);
        if (status != OK) return status;
        if (staged > 0) r->seq = b->tally.tree.size;
        if (b->n_dropped > dropped) return OK; /* their ids live in the arena until the commit */
    }
    arena_rewind(&b->arena, mark);
    return OK;
}

enum status batch_run(struct batch *b, struct submission *m, struct err *err) {
    enum status status = run_one(b, m, err);
    if (m->result.status != OK) memset(&m->result.kase, 0, sizeof m->result.kase);
    return status;
}
