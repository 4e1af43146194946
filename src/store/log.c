/* The log read backwards, for those who audit it, and its newest signed head. */
#include "store/keys.h"
#include "store/truth.h"

/* So many entries are looked at in one call: rare kinds are found over several pages, and no reader holds the log long. */
#define LOG_WINDOW 50000

static str kind_bytes(uint32_t kinds, char ret[ENTRY_KIND_COUNT]) {
    size_t n = 0;
    for (int k = ENTRY_FILED; k < ENTRY_KIND_COUNT; k++)
        if ((kinds & 1U << k) != 0) ret[n++] = (char)k;
    return (str){ret, n};
}

static enum status read_page(struct truth *t, sqlite3_stmt *s, size_t limit, struct arena *arena, struct log_page *ret,
                             struct err *err) {
    ret->entries = NEW_ARRAY(arena, struct stored_entry, limit);
    while (ret->n < limit) {
        bool row;
        enum status status = db_step(s, &row, err);
        if (status != OK || !row) return status;
        struct truth_row r = truth_row(s, arena);
        status = truth_entry(t, &r, &ret->entries[ret->n++], NULL, err);
        if (status != OK) return status;
    }
    return OK;
}

enum status store_log(struct store *s, uint32_t kinds, uint64_t before, size_t limit, struct arena *arena,
                      struct log_page *ret, struct err *err) {
    char bytes[ENTRY_KIND_COUNT];
    struct conn *c;
    uint64_t end = store_seq(s) + 1;
    if (before == 0 || before > end) before = end;
    uint64_t low = before > LOG_WINDOW ? before - LOG_WINDOW : 1;
    struct log_page page = {0};
    enum status status = conn_take(s->truth, &c, err);
    if (status != OK) return status;
    {
        sqlite3_stmt *q CLEANUP(db_reset) = NULL;
        status = conn_query(c, TRUTH_ENTRIES_BACK, &q, err);
        if (status == OK) {
            db_bind_i64(q, 1, (int64_t)before);
            db_bind_i64(q, 2, (int64_t)low);
            db_bind_blob(q, 3, kind_bytes(kinds, bytes));
            db_bind_i64(q, 4, (int64_t)limit);
            status = read_page(s->truth, q, limit, arena, &page, err);
        }
    }
    conn_give(s->truth, c);
    if (status != OK) return status;
    uint64_t reached = page.n == limit ? page.entries[limit - 1].seq : low;
    page.next = reached > 1 ? reached : 0;
    *ret = page;
    return OK;
}

enum status store_head(struct store *s, struct log_head *ret, struct strbuf *note, struct err *err) {
    struct conn *c;
    struct head head = {0};
    enum status status = conn_take(s->truth, &c, err);
    if (status != OK) return status;
    status = truth_head(c, &head, err);
    conn_give(s->truth, c);
    if (status != OK) return status;
    *ret = (struct log_head){head.size, head.recorded, head.root};
    if (head.size > 0) head_note(&head, keys_public(s->keys), note);
    return OK;
}
