/* Receipts: what lets anybody who kept one prove that an entry was part of the history, with nothing but the files and
 * the public key. The latest entry carries the hashes of all before it in its case. */
#include <sodium.h>
#include <string.h>

#include "base/json.h"
#include "store/keys.h"
#include "store/truth.h"

static void put_hex(struct json_buf *w, const char *key, const void *bytes, size_t n) {
    struct strbuf hex;
    strbuf_init(&hex, 1024);
    strbuf_add_hex(&hex, bytes, n);
    if (key != NULL) json_add_key(w, key);
    json_add_str(w, strbuf_str(&hex));
    strbuf_done(&hex);
}

/* One entry with the path that leads from its hash to the head's root. */
static enum status put_proof(struct conn *c, const struct truth_row *row, const struct head *head, struct json_buf *w,
                             struct err *err) {
    struct tree_source source = truth_tree(c);
    digest path[TREE_PATH_MAX];
    size_t n = 0;
    digest hash = header_hash(row->header);
    enum status status = tree_path(row->seq - 1, head->size, &source, path, &n, err);
    if (status != OK) return status;
    json_open_object(w);
    json_put_i64(w, "n", row->n);
    json_put_i64(w, "seq", (int64_t)row->seq);
    put_hex(w, "header", row->header.ptr, row->header.len);
    put_hex(w, "hash", hash.b, sizeof hash.b);
    json_add_key(w, "path");
    json_open_array(w);
    for (size_t i = 0; i < n; i++) put_hex(w, NULL, path[i].b, sizeof path[i].b);
    json_close_array(w);
    json_close_object(w);
    return OK;
}

static void put_head(const struct head *head, const uint8_t *public_key, struct json_buf *w) {
    struct strbuf note;
    strbuf_init(&note, 1024);
    head_note(head, public_key, &note);
    json_put_i64(w, "size", (int64_t)head->size);
    put_hex(w, "root", head->root.b, sizeof head->root.b);
    json_put_str(w, "checkpoint", strbuf_str(&note));
    put_hex(w, "public_key", public_key, PUBLIC_KEY_BYTES);
    strbuf_done(&note);
}

static enum status last_row(struct conn *c, uint64_t slot, struct arena *arena, struct truth_row *ret,
                            struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row;
    enum status status = conn_query(c, TRUTH_CASE_LAST, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, (int64_t)slot);
    status = db_step(s, &row, err);
    if (status != OK) return status;
    if (!row) return err_set(err, E_NOT_FOUND, "unknown_case", "There is no such case.");
    *ret = truth_row(s, arena);
    return OK;
}

static enum status write_receipt(struct store *s, struct conn *c, uint64_t id, struct strbuf *out, struct err *err) {
    struct arena arena CLEANUP(arena_done);
    struct truth_row row;
    struct head head;
    struct json_buf w;
    arena_init(&arena, 0);
    enum status status = last_row(c, case_slot_of_id(s->truth->id_key, id), &arena, &row, err);
    if (status == OK) status = truth_head(c, &head, err);
    if (status != OK) return status;
    json_buf_init(&w, out);
    json_open_object(&w);
    put_head(&head, keys_public(s->keys), &w);
    json_add_key(&w, "entry");
    status = put_proof(c, &row, &head, &w, err);
    json_close_object(&w);
    return status;
}

enum status store_receipt(struct store *s, uint64_t case_id, struct strbuf *out, struct err *err) {
    struct conn *c;
    enum status status = conn_take(s->truth, &c, err);
    if (status != OK) return status;
    status = db_exec(c->db, "BEGIN", err); /* entry and head of one moment */
    if (status == OK) {
        status = write_receipt(s, c, case_id, out, err);
        (void)!db_exec(c->db, "COMMIT", NULL);
    }
    conn_give(s->truth, c);
    return status;
}
