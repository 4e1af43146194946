/* Reading the truth: rows, heads, hashes, and what a case's entries amount to. */
#include <string.h>

#include "store/keys.h"
#include "store/truth.h"

static str keep(struct arena *arena, str s) {
    return arena == NULL || s.ptr == NULL ? s : str_dup(arena, s);
}

struct truth_row truth_row(sqlite3_stmt *s, struct arena *arena) {
    return (struct truth_row){
        .seq = (uint64_t)sqlite3_column_int64(s, 0),
        .slot = (uint64_t)sqlite3_column_int64(s, 1),
        .n = (uint32_t)sqlite3_column_int64(s, 2),
        .header = keep(arena, db_column(s, 3)),
        .facts = keep(arena, db_column(s, 4)),
        .words = keep(arena, db_column(s, 5)),
        .salt = keep(arena, db_column(s, 6)),
        .contact = keep(arena, db_column(s, 7)),
    };
}

enum status truth_entry(const struct truth *t, const struct truth_row *row, struct stored_entry *ret,
                        struct header *ret_header, struct err *err) {
    struct header h;
    enum status status = header_read(row->header, &h, err);
    if (status != OK) return status;
    if (row->n != h.n || row->slot != case_slot_of_id(t->id_key, h.case_id))
        return err_set(err, E_CORRUPT, "bad_place", "Entry %llu stands in another place than its header says.",
                       (unsigned long long)row->seq);
    digest facts = sha256(row->facts);
    if (!digest_eq(&facts, &h.facts))
        return err_set(err, E_CORRUPT, "bad_facts", "The facts of entry %llu contradict their hash.",
                       (unsigned long long)row->seq);
    *ret = (struct stored_entry){
        .seq = row->seq,
        .case_id = h.case_id,
        .n = h.n,
        .kind = h.kind,
        .recorded = h.recorded,
        .actor = h.actor,
        .law = h.law,
        .hash = header_hash(row->header),
        .facts = row->facts,
        .words = row->words.ptr == NULL ? (str){"", 0} : row->words,
        .erased = (h.has_words || h.has_contact) && row->salt.ptr == NULL,
        .has_contact = h.has_contact,
    };
    if (ret_header != NULL) *ret_header = h;
    return OK;
}

enum status truth_check(const struct truth *t, const struct truth_row *row, struct err *err) {
    struct stored_entry e;
    struct header h;
    unsigned long long seq = row->seq;
    enum status status = truth_entry(t, row, &e, &h, err);
    if (status != OK) return status;
    if (!h.has_words && !h.has_contact) {
        if (digest_is_zero(&h.commitment) && row->words.ptr == NULL && row->salt.ptr == NULL &&
            row->contact.ptr == NULL)
            return OK;
        return err_set(err, E_CORRUPT, "bad_words", "Entry %llu holds words that its header does not know.", seq);
    }
    if (e.erased) {
        bool gone = row->words.ptr == NULL && row->contact.len == (h.has_contact ? KEY_NUMBER_BYTES : 0);
        return gone ? OK : err_set(err, E_CORRUPT, "bad_words", "Entry %llu was erased only in part.", seq);
    }
    if (row->salt.len != SALT_BYTES || h.has_words != (row->words.ptr != NULL) ||
        h.has_contact != (row->contact.ptr != NULL))
        return err_set(err, E_CORRUPT, "bad_words", "Entry %llu lacks words that its header promises.", seq);
    digest commitment = header_commitment(row->salt, row->words, row->contact);
    if (!digest_eq(&commitment, &h.commitment))
        return err_set(err, E_CORRUPT, "bad_words", "The words of entry %llu contradict their commitment.", seq);
    return OK;
}

static enum status read_entries(struct truth *t, sqlite3_stmt *s, size_t max, struct arena *arena,
                                struct stored_entry *ret, size_t *ret_n, struct err *err) {
    size_t n = 0;
    while (n < max) {
        bool row;
        enum status status = db_step(s, &row, err);
        if (status != OK) return status;
        if (!row) break;
        struct truth_row r = truth_row(s, arena);
        status = truth_entry(t, &r, &ret[n++], NULL, err);
        if (status != OK) return status;
    }
    *ret_n = n;
    return OK;
}

enum status truth_read(struct truth *t, uint64_t from, size_t max, struct arena *arena, struct stored_entry **ret,
                       size_t *ret_n, struct err *err) {
    struct conn *c;
    enum status status = conn_take(t, &c, err);
    if (status != OK) return status;
    {
        sqlite3_stmt *s CLEANUP(db_reset) = NULL;
        struct stored_entry *entries = NEW_ARRAY(arena, struct stored_entry, max);
        size_t n = 0;
        status = conn_query(c, TRUTH_ENTRIES_FROM, &s, err);
        if (status == OK) {
            db_bind_i64(s, 1, (int64_t)from);
            db_bind_i64(s, 2, (int64_t)max);
            status = read_entries(t, s, max, arena, entries, &n, err);
        }
        if (status == OK) *ret = entries, *ret_n = n;
    }
    conn_give(t, c);
    return status;
}

enum status truth_head(struct conn *c, struct head *ret, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row;
    enum status status = conn_query(c, TRUTH_LAST_HEAD, &s, err);
    if (status == OK) status = db_step(s, &row, err);
    if (status != OK) return status;
    *ret = (struct head){0};
    if (!row) return OK;
    str root = db_column(s, 2), signature = db_column(s, 3);
    if (root.len != sizeof ret->root.b || signature.len != sizeof ret->signature)
        return err_set(err, E_CORRUPT, "bad_head", "The newest signed head is damaged.");
    ret->size = (uint64_t)sqlite3_column_int64(s, 0);
    ret->recorded.ms = sqlite3_column_int64(s, 1);
    memcpy(ret->root.b, root.ptr, root.len);
    memcpy(ret->signature, signature.ptr, signature.len);
    return OK;
}

/* --- hashes of the tree --- */

static enum status missing(struct err *err, const char *what, uint64_t number) {
    return err_set(err, E_CORRUPT, what, "The truth lacks number %llu.", (unsigned long long)number);
}

static enum status leaves(struct conn *c, uint64_t index, size_t n, digest *ret, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = conn_query(c, TRUTH_HEADERS_FROM, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, (int64_t)(index + 1));
    db_bind_i64(s, 2, (int64_t)n);
    for (size_t i = 0; i < n; i++) {
        bool row;
        status = db_step(s, &row, err);
        if (status != OK) return status;
        if (!row || (uint64_t)sqlite3_column_int64(s, 0) != index + 1 + i)
            return missing(err, "missing_entry", index + 1 + i);
        ret[i] = header_hash(db_column(s, 1));
    }
    return OK;
}

static enum status nodes(void *ctx, unsigned level, uint64_t index, size_t n, digest *ret, struct err *err) {
    struct conn *c = ctx;
    if (level == 0) return leaves(c, index, n, ret, err);
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = conn_query(c, TRUTH_NODES_FROM, &s, err);
    if (status != OK) return status;
    uint64_t id = (uint64_t)level << 48 | index;
    db_bind_i64(s, 1, (int64_t)id);
    db_bind_i64(s, 2, (int64_t)n);
    for (size_t i = 0; i < n; i++) {
        bool row;
        status = db_step(s, &row, err);
        if (status != OK) return status;
        str hash = row ? db_column(s, 1) : STR_NONE;
        if (!row || (uint64_t)sqlite3_column_int64(s, 0) != id + i || hash.len != sizeof ret->b)
            return missing(err, "missing_node", index + i);
        memcpy(ret[i].b, hash.ptr, sizeof ret->b);
    }
    return OK;
}

struct tree_source truth_tree(struct conn *c) {
    return (struct tree_source){c, nodes};
}

/* --- what a case's entries amount to --- */

enum status case_state_apply(struct case_state *s, const struct rules *rules, const struct entry *e, const digest *law,
                             const digest *hash, struct err *err) {
    enum status status = rules->apply(&s->kase, e, err);
    if (status != OK) return status;
    if (s->kase.version != e->n)
        return err_set(err, E_CORRUPT, "bad_facts", "An entry does not bring its case to version %u.", e->n);
    s->id = s->kase.id = e->case_id;
    s->kase.law = *law;
    s->last = *hash;
    return OK;
}

static enum status replay_row(struct truth *t, const struct rules *rules, const struct truth_row *row,
                              struct case_state *s, struct err *err) {
    struct stored_entry e;
    struct header h;
    enum status status = truth_entry(t, row, &e, &h, err);
    if (status != OK) return status;
    if (h.n != s->kase.version + 1 || !digest_eq(&h.previous, &s->last))
        return err_set(err, E_CORRUPT, "bad_chain", "Entry %llu does not follow the one before it.",
                       (unsigned long long)row->seq);
    struct entry entry = {.kind = e.kind,
                          .case_id = e.case_id,
                          .n = e.n,
                          .recorded = e.recorded,
                          .actor = e.actor,
                          .facts = e.facts,
                          .words = e.words};
    return case_state_apply(s, rules, &entry, &e.law, &e.hash, err);
}

enum status truth_replay(struct truth *t, struct conn *c, const struct rules *rules, uint64_t id,
                         struct case_state *ret, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = conn_query(c, TRUTH_CASE_ENTRIES, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, (int64_t)case_slot_of_id(t->id_key, id));
    memset(ret, 0, sizeof *ret);
    for (;;) {
        bool row;
        status = db_step(s, &row, err);
        if (status != OK) return status;
        if (!row) break;
        struct truth_row r = truth_row(s, NULL);
        status = replay_row(t, rules, &r, ret, err);
        if (status != OK) return status;
    }
    return ret->kase.version > 0 ? OK : err_set(err, E_NOT_FOUND, "unknown_case", "There is no such case.");
}
