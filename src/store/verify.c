/* Checking the truth with nothing but the files and the public key: every entry against its hashes, every chain, the
 * tree against every signed head, erasures, citations, keys. Reads in steps of 2,000 entries, beside a running server. */
#include "store/verify.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "store/batch_int.h"
#include "truth.sql.h"

#define STEP 2000

struct verifier {
    struct store store;       /* enough of one for blobs */
    struct conn *rows, *more; /* two connections: one walks, one looks up */
    const uint8_t *public_key;
    struct tree tree;
    struct head head;     /* the next signed head to be met */
    struct strbuf prints; /* what its list of keys should be */
    str listed;
    bool has_head;
    instant recorded;
    uint64_t last; /* the size that is verified */
    uint64_t nodes;
    struct verify_report report;
    void (*fault)(void *ctx, const char *what);
    void *fault_ctx;
};

PRINTF_LIKE(2, 3) static void fault(struct verifier *v, const char *fmt, ...) {
    char text[320];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    v->report.faults++;
    if (v->fault != NULL) v->fault(v->fault_ctx, text);
}

#define SEQ(row) (unsigned long long)(row)->seq

/* --- one entry --- */

/* The header of entry n of a case. out: false if there is none. */
static enum status look_up(struct verifier *v, uint64_t slot, uint32_t n, struct header *ret, digest *ret_hash,
                           bool *ret_found, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = conn_query(v->more, TRUTH_CASE_ENTRY, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, (int64_t)slot);
    db_bind_i64(s, 2, n);
    status = db_step(s, ret_found, err);
    if (status != OK || !*ret_found) return status;
    *ret_hash = header_hash(db_column(s, 3));
    *ret_found = header_read(db_column(s, 3), ret, NULL) == OK;
    return OK;
}

static enum status check_chain(struct verifier *v, const struct truth_row *row, const struct header *h,
                               struct err *err) {
    struct header before;
    digest hash = {0};
    bool found = true;
    if (h->n > 1) {
        enum status status = look_up(v, row->slot, h->n - 1, &before, &hash, &found, err);
        if (status != OK) return status;
    } else {
        v->report.cases++;
    }
    if (!found || !digest_eq(&hash, &h->previous))
        fault(v, "entry %llu does not follow the one before it in its case", SEQ(row));
    return OK;
}

/* Words, or the key of a contact, may be missing only where a later entry of the case says that they were erased. */
static enum status check_erased(struct verifier *v, const struct truth_row *row, const char *what, struct err *err) {
    v->report.erased++;
    for (uint32_t n = row->n + 1;; n++) {
        struct header h;
        digest hash;
        bool found;
        enum status status = look_up(v, row->slot, n, &h, &hash, &found, err);
        if (status != OK) return status;
        if (found && h.kind == ENTRY_ERASED) return OK;
        if (found) continue;
        fault(v, "the %s of entry %llu are gone and no entry says that they were erased", what, SEQ(row));
        return OK;
    }
}

static enum status check_contact(struct verifier *v, const struct truth_row *row, const struct header *h, bool erased,
                                 struct err *err) {
    struct arena arena CLEANUP(arena_done);
    bool destroyed = false;
    str clear;
    v->report.contacts++;
    if (v->store.keys == NULL) return OK;
    arena_init(&arena, 0);
    enum status status = keys_destroyed(v->store.keys, row->contact, &destroyed, err);
    if (status != OK || (erased && !destroyed)) {
        fault(v,
              status != OK ? "the key of the contact of entry %llu is missing"
                           : "the contact of entry %llu was erased but its key exists",
              SEQ(row));
        return OK;
    }
    if (!erased && destroyed) return check_erased(v, row, "keys of the contact", err);
    if (!erased && keys_unseal(v->store.keys, h->case_id, h->n, row->contact, &arena, &clear, NULL) != OK)
        fault(v, "the contact of entry %llu does not open with its key", SEQ(row));
    return OK;
}

static enum status check_media(struct verifier *v, const struct truth_row *row, struct err *err) {
    uint8_t ids[MEDIA_MAX][16];
    size_t n = media_ids(row->words, ids);
    for (size_t i = 0; i < n; i++) {
        sqlite3_stmt *s CLEANUP(db_reset) = NULL;
        bool cited;
        enum status status = conn_query(v->more, TRUTH_CITED_GET, &s, err);
        if (status != OK) return status;
        db_bind_blob(s, 1, (str){(const char *)ids[i], 16});
        status = db_step(s, &cited, err);
        if (status != OK) return status;
        v->report.blobs++;
        if (!cited) fault(v, "a photo of entry %llu is not noted as cited", SEQ(row));
        if (!blob_exists(&v->store, ids[i])) fault(v, "a photo of entry %llu is missing", SEQ(row));
    }
    return OK;
}

/* --- heads --- */

static enum status next_head(struct verifier *v, uint64_t from, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = conn_query(v->more, TRUTH_HEADS_FROM, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, (int64_t)from);
    db_bind_i64(s, 2, 1);
    status = db_step(s, &v->has_head, err);
    if (status != OK || !v->has_head) return status;
    str root = db_column(s, 2), signature = db_column(s, 3), keys = db_column(s, 4);
    v->head = (struct head){.size = (uint64_t)sqlite3_column_int64(s, 0), .recorded = {sqlite3_column_int64(s, 1)}};
    if (root.len == sizeof v->head.root.b) memcpy(v->head.root.b, root.ptr, root.len);
    if (signature.len == sizeof v->head.signature) memcpy(v->head.signature, signature.ptr, signature.len);
    strbuf_clear(&v->prints);
    strbuf_add(&v->prints, keys.ptr != NULL ? keys : S(""));
    return OK;
}

static enum status check_head(struct verifier *v, struct err *err) {
    unsigned long long size = v->head.size;
    digest root = tree_root(&v->tree);
    if (!digest_eq(&root, &v->head.root))
        fault(v, "the signed head of %llu entries has another root than the entries", size);
    if (!head_valid(&v->head, v->public_key)) fault(v, "the head of %llu entries is not signed with this key", size);
    if (v->head.recorded.ms != v->recorded.ms)
        fault(v, "the head of %llu entries has another time than its last entry", size);
    if (v->listed.len != v->prints.len) fault(v, "the head of %llu entries lists keys that no entry carries", size);
    v->listed.len = 0;
    return next_head(v, v->head.size + 1, err);
}

/* An entry with a key must be the next one its head lists. */
static void check_key(struct verifier *v, const struct truth_row *row, const struct header *h) {
    uint8_t want[PRINT_BYTES];
    uint64_t print = key_print(h->key_hash), back = v->head.size - row->seq;
    memcpy(want, &print, 8);
    want[8] = (uint8_t)(back >> 8), want[9] = (uint8_t)back;
    size_t at = v->listed.len;
    if (at + PRINT_BYTES > v->prints.len || memcmp(v->prints.ptr + at, want, PRINT_BYTES) != 0)
        fault(v, "the head after entry %llu does not list its idempotency key", SEQ(row));
    else
        v->listed.len += PRINT_BYTES;
}

/* --- the tree --- */

static enum status check_nodes(struct verifier *v, const digest *full, size_t n, struct err *err) {
    struct tree_source source = truth_tree(v->more);
    for (size_t i = 0; i < n; i++) {
        digest stored;
        unsigned level = (unsigned)i + 1;
        uint64_t index = (v->tree.size >> level * TREE_LEVEL_BITS) - 1;
        enum status status = source.nodes(source.ctx, level, index, 1, &stored, err);
        if (status != OK && status != E_CORRUPT) return status;
        if (status == E_CORRUPT || !digest_eq(&stored, &full[i]))
            fault(v, "node %llu of level %u contradicts the entries", (unsigned long long)index, level);
        v->nodes++;
    }
    return OK;
}

static enum status check_row(struct verifier *v, const struct truth_row *row, struct err *err) {
    struct err why = {0};
    struct header h;
    digest full[8], hash = header_hash(row->header);
    if (row->seq != v->tree.size + 1) {
        err_set(err, E_CORRUPT, "missing_entry", "Entry %llu is missing.", (unsigned long long)v->tree.size + 1);
        fault(v, "entry %llu is missing", (unsigned long long)v->tree.size + 1);
        return E_CORRUPT; /* nothing after it can be told apart */
    }
    v->report.entries++;
    enum status status = check_nodes(v, full, tree_add(&v->tree, 0, &hash, full), err);
    if (status != OK) return status;
    if (truth_check(v->store.truth, row, &why) != OK) fault(v, "%s", why.primary);
    if (header_read(row->header, &h, NULL) != OK) return OK;
    if (h.recorded.ms < v->recorded.ms) fault(v, "entry %llu was recorded before the one before it", SEQ(row));
    v->recorded = h.recorded;
    bool erased = (h.has_words || h.has_contact) && row->salt.ptr == NULL;
    status = check_chain(v, row, &h, err);
    if (status == OK && erased) status = check_erased(v, row, "words", err);
    if (status == OK && h.has_contact) status = check_contact(v, row, &h, erased, err);
    if (status == OK) status = check_media(v, row, err);
    if (h.has_key) check_key(v, row, &h);
    return status;
}

static enum status check_step(struct verifier *v, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = conn_query(v->rows, TRUTH_ENTRIES_FROM, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, (int64_t)(v->tree.size + 1));
    db_bind_i64(s, 2, STEP);
    for (bool row; v->tree.size < v->last;) {
        status = db_step(s, &row, err);
        if (status != OK) return status;
        if (!row) {
            fault(v, "entry %llu is missing", (unsigned long long)v->tree.size + 1);
            return err_set(err, E_CORRUPT, "missing_entry", "The truth ends before its signed head.");
        }
        struct truth_row r = truth_row(s, NULL);
        status = check_row(v, &r, err);
        if (status == OK && v->has_head && v->head.size == v->tree.size) status = check_head(v, err);
        if (status != OK || v->tree.size % STEP == 0) return status;
    }
    return OK;
}

/* --- the whole --- */

static enum status count(struct verifier *v, const char *sql, uint64_t *ret, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_finalize) = NULL;
    enum status status = db_prepare(v->more->db, sql, &s, err);
    if (status == OK) status = db_step(s, NULL, err);
    if (status == OK) *ret = (uint64_t)sqlite3_column_int64(s, 0);
    return status;
}

/* Nothing may stand in the files beyond what was walked; only a running server adds to it meanwhile. */
static enum status check_rest(struct verifier *v, bool alone, struct err *err) {
    uint64_t entries = 0, heads = 0, nodes = 0;
    enum status status = count(v, SQL_TRUTH_ENTRIES_BEFORE_FIRST, &entries, err);
    if (status == OK && entries > 0) fault(v, "there are entries before the first");
    if (!alone || status != OK) return status;
    status = count(v, SQL_TRUTH_LAST_SEQ, &entries, err);
    if (status == OK) status = count(v, SQL_TRUTH_LAST_SIZE, &heads, err);
    if (status == OK) status = count(v, SQL_TRUTH_COUNT_NODES, &nodes, err);
    if (status != OK) return status;
    if (entries != v->tree.size || heads != entries) fault(v, "there are entries or heads beyond the last signed head");
    if (nodes != v->nodes) fault(v, "there are more nodes than the entries make");
    return OK;
}

static enum status open_connections(struct verifier *v, struct err *err) {
    struct head head;
    enum status status = conn_take(v->store.truth, &v->rows, err);
    if (status == OK) status = conn_take(v->store.truth, &v->more, err);
    if (status == OK) status = truth_head(v->more, &head, err);
    if (status == OK) status = next_head(v, 1, err);
    if (status == OK) v->last = head.size;
    return status;
}

static enum status walk(struct verifier *v, struct progress *p, bool alone, struct err *err) {
    enum status status = open_connections(v, err);
    while (status == OK && v->tree.size < v->last) {
        status = check_step(v, err);
        if (p != NULL && p->step != NULL) p->step(p->ctx, "entries", v->tree.size, v->last);
    }
    if (status == OK) status = check_rest(v, alone, err);
    v->report.root = tree_root(&v->tree);
    v->report.size = v->tree.size;
    return status;
}

/* Keys are needed only to look at contacts; without them the public key must be given. */
static enum status open_keys(struct verifier *v, const uint8_t *public_key, struct err *err) {
    const struct store_options *o = &v->store.options;
    struct err why;
    enum status status = keys_open(o->dir, o->vfs, true, &v->store.keys, &why);
    v->public_key = public_key;
    if (status == OK && public_key == NULL) v->public_key = keys_public(v->store.keys);
    if (v->public_key != NULL) return OK;
    err_set(err, E_NOT_FOUND, "no_public_key", "There is no " KEYS_FILE " here and no public key was given.");
    return E_NOT_FOUND;
}

static void close_parts(struct verifier *v) {
    struct truth *t = v->store.truth;
    if (v->rows != NULL) conn_give(t, v->rows);
    if (v->more != NULL) conn_give(t, v->more);
    if (t != NULL) truth_close(t);
    if (v->store.keys != NULL) keys_close(v->store.keys);
    strbuf_done(&v->prints);
    free(v->store.dir);
}

enum status verify_truth(const struct store_options *o, const uint8_t *public_key, bool alone, struct progress *p,
                         void (*tell)(void *ctx, const char *what), struct verify_report *ret, struct err *err) {
    struct verifier v = {.store = {.options = *o}, .fault = tell, .fault_ctx = p != NULL ? p->ctx : NULL};
    v.store.dir = strdup(o->dir);
    check(v.store.dir != NULL && sodium_init() >= 0);
    strbuf_init(&v.prints, (size_t)BATCH_COMMANDS * PRINT_BYTES);
    enum status status = truth_open(o->dir, o->vfs, true, &v.store.truth, err);
    if (status == OK) status = open_keys(&v, public_key, err);
    if (status == OK) status = walk(&v, p, alone, err);
    *ret = v.report;
    if (status == OK && v.report.faults > 0)
        status = err_set(err, E_CORRUPT, "faults", "The truth has %llu faults.", (unsigned long long)v.report.faults);
    close_parts(&v);
    return status;
}

/* --- against a roll-back --- */

static enum status root_at(struct truth *t, uint64_t size, digest *ret, struct err *err) {
    struct conn *c;
    struct tree tree;
    enum status status = conn_take(t, &c, err);
    if (status != OK) return status;
    struct tree_source source = truth_tree(c);
    status = tree_load(size, &source, &tree, err);
    conn_give(t, c);
    if (status == OK) *ret = tree_root(&tree);
    return status;
}

enum status store_verify_checkpoint(const struct store_options *o, const uint8_t public_key[32], str note,
                                    struct err *err) {
    struct truth *t;
    struct head head;
    digest root;
    if (!head_note_read(note, public_key, &head))
        return err_set(err, E_INVALID, "bad_checkpoint", "The checkpoint is not one that this key signed.");
    enum status status = truth_open(o->dir, o->vfs, true, &t, err);
    if (status != OK) return status;
    bool kept = t->seq >= head.size;
    if (kept) status = root_at(t, head.size, &root, err);
    truth_close(t);
    if (status != OK || (kept && digest_eq(&root, &head.root))) return status;
    return err_set(err, E_CORRUPT, "rolled_back",
                   "The truth is not a continuation of the history of %llu entries that the checkpoint stands for.",
                   (unsigned long long)head.size);
}
