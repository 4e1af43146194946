#include "store/erasure.h"

#include "store/keys.h"

#define CONTACTS_MAX 64 /* destroyed in one flush */

/* Destroys the keys of the sealed contacts before the erasing entry. */
static enum status destroy_case(struct store *s, struct conn *c, struct erasure e, struct err *err) {
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    struct arena arena CLEANUP(arena_done);
    str sealed[CONTACTS_MAX];
    size_t n = 0;
    bool row = true;
    arena_init(&arena, 0);
    enum status status = conn_query(c, TRUTH_CASE_ENTRIES, &q, err);
    if (status == OK) db_bind_i64(q, 1, (int64_t)e.slot);
    while (status == OK && row) {
        status = db_step(q, &row, err);
        if (status == OK && row && (uint32_t)sqlite3_column_int64(q, 2) < e.n && sqlite3_column_bytes(q, 7) > 0)
            sealed[n++] = str_dup(&arena, str_slice(db_column(q, 7), 0, KEY_NUMBER_BYTES));
        if (status == OK && n > 0 && (n == CONTACTS_MAX || !row)) {
            status = keys_destroy(s->keys, sealed, n, err);
            n = 0;
        }
    }
    return status;
}

enum status erasures_carry_out(struct store *s, struct conn *c, const struct erasure *erasures, size_t n, uint64_t seq,
                               struct err *err) {
    enum status status = OK;
    for (size_t i = 0; status == OK && i < n; i++) status = destroy_case(s, c, erasures[i], err);
    return status == OK ? keys_set_erased(s->keys, seq, err) : status;
}

enum status erasures_repeat(struct store *s, struct conn *c, struct err *err) {
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    uint64_t done = 0, seq = 0;
    bool row = true;
    enum status status = keys_erased(s->keys, &done, err);
    if (status == OK) status = conn_query(c, TRUTH_DESTROYED_FROM, &q, err);
    if (status == OK) db_bind_i64(q, 1, (int64_t)done);
    while (status == OK) {
        status = db_step(q, &row, err);
        if (status != OK || !row) break;
        seq = (uint64_t)sqlite3_column_int64(q, 0);
        struct erasure e = {(uint64_t)sqlite3_column_int64(q, 1), (uint32_t)sqlite3_column_int64(q, 2), false};
        status = destroy_case(s, c, e, err);
    }
    return status == OK && seq > done ? keys_set_erased(s->keys, seq, err) : status;
}
