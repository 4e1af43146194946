#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "store/batch_int.h"

#define POOL_KEPT 1024
#define ARENA_KEPT ((size_t)200 << 10)
#define TAIL_CHECKED 256

/* --- small parts --- */

void batch_random(struct batch *b, void *ret, size_t n) {
    check(n <= 64);
    if (b->random_left < n) {
        randombytes_buf(b->random, sizeof b->random);
        b->random_left = sizeof b->random;
    }
    b->random_left -= n;
    memcpy(ret, b->random + b->random_left, n);
    sodium_memzero(b->random + b->random_left, n);
}

struct case_state *batch_state_new(struct batch *b) {
    if (b->n_pool > 0) return b->pool[--b->n_pool];
    struct case_state *s = malloc(sizeof *s);
    check(s != NULL);
    return s;
}

void batch_state_free(struct batch *b, struct case_state *s) {
    if (s != NULL && b->n_pool < POOL_KEPT)
        b->pool[b->n_pool++] = s;
    else
        free(s);
}

static size_t touched_slot(const struct batch *b, uint64_t id) {
    size_t i = (size_t)(id * UINT64_C(0x9E3779B97F4A7C15) >> 40) % TOUCHED_SLOTS;
    while (b->touched[i].state != NULL && b->touched[i].id != id) i = (i + 1) % TOUCHED_SLOTS;
    return i;
}

struct case_state *batch_touched(const struct batch *b, uint64_t id) {
    return b->touched[touched_slot(b, id)].state;
}

void batch_touch(struct batch *b, struct case_state *s) {
    size_t i = touched_slot(b, s->id);
    if (b->touched[i].state == NULL)
        b->touched_at[b->n_touched++] = (uint32_t)i;
    else
        batch_state_free(b, b->touched[i].state);
    b->touched[i] = (struct touched){s->id, s};
}

bool batch_full(const struct batch *b) {
    return b->n_touched + COMMAND_CASES > TOUCHED_SLOTS / 2 || b->n_erased + COMMAND_STEPS > BATCH_COMMANDS;
}

uint64_t batch_seq(const struct batch *b) {
    return b->tally.tree.size;
}

bool batch_erased(struct batch *b) {
    return b->erased_before;
}

/* --- opening --- */

static enum status load_tree(struct batch *b, struct err *err) {
    struct head head;
    struct tree_source source = truth_tree(b->conn);
    uint64_t seq = b->store->truth->seq;
    enum status status = truth_head(b->conn, &head, err);
    if (status == OK) status = tree_load(seq, &source, &b->tally.tree, err);
    if (status != OK) return status;
    digest root = tree_root(&b->tally.tree);
    if (head.size != seq || (seq > 0 && !digest_eq(&root, &head.root)))
        return err_set(err, E_CORRUPT, "bad_root", "The last entries contradict the signed head.");
    if (seq > 0 && !head_valid(&head, keys_public(b->store->keys))) {
        err_set(err, E_CORRUPT, "bad_signature", "The signed head was not signed with the key of this directory.");
        err_hint(err, "Is " KEYS_FILE " that of this " TRUTH_FILE "?");
        return E_CORRUPT;
    }
    b->tally.recorded = seq > 0 ? head.recorded : (instant){0};
    return OK;
}

/* The last number given: its day and counter, from the truth itself. */
static enum status load_counter(struct batch *b, struct err *err) {
    const struct city *city = b->store->options.cities.current(b->store->options.cities.ctx);
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = conn_query(b->conn, TRUTH_LAST_SLOT, &s, err);
    if (status != OK) return status;
    day d = day_from_instant(&city->calendar.zone, b->tally.recorded);
    int32_t first = d.n > 0 ? d.n - 1 : 0; /* the package's zone may have changed since */
    db_bind_i64(s, 1, (int64_t)case_slot((day){first}, 0));
    db_bind_i64(s, 2, (int64_t)case_slot((day){d.n + 2}, 0));
    status = db_step(s, NULL, err);
    if (status != OK) return status;
    bool none = sqlite3_column_type(s, 0) == SQLITE_NULL;
    uint64_t slot = (uint64_t)sqlite3_column_int64(s, 0);
    b->tally.day = none ? d : case_slot_day(slot);
    b->tally.counter = none ? 0 : case_slot_counter(slot);
    return OK;
}

/* Lists of keys, newest head first, as far back as the index reaches. */
static enum status load_keys(struct batch *b, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = conn_query(b->conn, TRUTH_HEADS_BACK, &s, err);
    while (status == OK) {
        bool row;
        status = db_step(s, &row, err);
        if (status != OK || !row) return status;
        uint64_t size = (uint64_t)sqlite3_column_int64(s, 0);
        instant recorded = {sqlite3_column_int64(s, 1)};
        if (!b->store->options.all_keys && recorded.ms < b->tally.recorded.ms - KEY_INDEX_AGE_MS) return OK;
        str keys = db_column(s, 2);
        for (size_t at = 0; at + PRINT_BYTES <= keys.len; at += PRINT_BYTES) {
            uint64_t print;
            memcpy(&print, keys.ptr + at, 8);
            uint64_t back = (uint64_t)(uint8_t)keys.ptr[at + 8] << 8 | (uint8_t)keys.ptr[at + 9];
            if (back < size) key_index_add(&b->keys, print, size - back, recorded);
        }
    }
    return status;
}

/* The last entries are read and held against their hashes before more is written. */
static enum status check_tail(struct batch *b, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    uint64_t seq = b->tally.tree.size;
    enum status status = conn_query(b->conn, TRUTH_ENTRIES_FROM, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, (int64_t)(seq > TAIL_CHECKED ? seq - TAIL_CHECKED + 1 : 1));
    db_bind_i64(s, 2, TAIL_CHECKED);
    for (bool row;;) {
        status = db_step(s, &row, err);
        if (status != OK || !row) return status;
        struct truth_row r = truth_row(s, NULL);
        status = truth_check(b->store->truth, &r, err);
        if (status != OK) return status;
    }
}

enum status batch_open(struct store *s, struct batch **ret, struct err *err) {
    struct batch *b = calloc(1, sizeof *b);
    check(b != NULL);
    b->store = s;
    b->conn = &s->truth->writer;
    b->pool = calloc(POOL_KEPT, sizeof(struct case_state *));
    check(b->pool != NULL);
    arena_init(&b->arena, (size_t)512 << 20);
    (void)!arena_alloc(&b->arena, ARENA_KEPT, 1); /* a block that every command finds again */
    arena_clear(&b->arena);
    strbuf_init(&b->prints, (size_t)BATCH_COMMANDS * PRINT_BYTES);
    key_index_init(&b->keys);
    enum status status = load_tree(b, err);
    if (status == OK) status = check_tail(b, err);
    if (status == OK) status = load_counter(b, err);
    if (status == OK) status = load_keys(b, err);
    if (status == OK) status = erasures_repeat(s, b->conn, err);
    if (status == OK)
        *ret = b;
    else
        batch_close(b);
    return status;
}

void batch_close(struct batch *b) {
    for (size_t i = 0; i < b->n_pool; i++) free(b->pool[i]);
    free(b->pool);
    key_index_done(&b->keys);
    strbuf_done(&b->prints);
    arena_done(&b->arena);
    free(b);
}

/* --- a batch --- */

enum status batch_begin(struct batch *b, struct err *err) {
    b->saved = b->tally;
    b->erased_before = false;
    if (b->erasures_due) {
        enum status status = erasures_repeat(b->store, b->conn, err);
        if (status != OK) return status;
        b->erasures_due = false;
    }
    return db_exec(b->conn->db, "BEGIN IMMEDIATE", err);
}

static void forget(struct batch *b) {
    for (size_t i = 0; i < b->n_touched; i++) b->touched[b->touched_at[i]] = (struct touched){0};
    b->n_touched = b->n_pending = b->n_erased = b->n_dropped = b->cap_dropped = 0;
    b->dropped = NULL;
    if (b->cites) pthread_mutex_unlock(&b->store->cite_lock);
    b->cites = false;
    arena_clear(&b->arena);
}

bool batch_discard(struct batch *b) {
    if (!sqlite3_get_autocommit(b->conn->db)) (void)!db_exec(b->conn->db, "ROLLBACK", NULL);
    for (size_t i = 0; i < b->n_touched; i++) batch_state_free(b, b->touched[b->touched_at[i]].state);
    b->tally = b->saved;
    forget(b);
    return sqlite3_get_autocommit(b->conn->db) != 0;
}

static void list_prints(struct batch *b) {
    strbuf_clear(&b->prints);
    for (size_t i = 0; i < b->n_pending; i++) {
        uint64_t back = b->tally.tree.size - b->pending[i].seq;
        check(back <= UINT16_MAX);
        strbuf_add(&b->prints, (str){(const char *)&b->pending[i].print, 8});
        strbuf_addc(&b->prints, (char)(back >> 8));
        strbuf_addc(&b->prints, (char)back);
    }
}

static enum status sign(struct batch *b, struct err *err) {
    struct head head = {.size = b->tally.tree.size, .recorded = b->tally.recorded, .root = tree_root(&b->tally.tree)};
    head_sign(&head, keys_secret(b->store->keys));
    list_prints(b);
    return truth_append_head(b->conn, &head, b->n_pending > 0 ? strbuf_str(&b->prints) : STR_NONE, err);
}

/* After the flush: what the batch did becomes what everybody sees. */
static void publish(struct batch *b) {
    b->store->truth->seq = b->tally.tree.size;
    for (size_t i = 0; i < b->n_touched; i++)
        batch_state_free(b, cache_publish(b->store->cache, b->touched[b->touched_at[i]].state));
    for (size_t i = 0; i < b->n_pending; i++)
        key_index_add(&b->keys, b->pending[i].print, b->pending[i].seq, b->tally.recorded);
    if (!b->store->options.all_keys) key_index_expire(&b->keys, b->tally.recorded);
    for (size_t i = 0; i < b->n_dropped; i++) blob_delete(b->store, (const uint8_t *)b->dropped[i].ptr);
}

enum status batch_commit(struct batch *b, struct err *err) {
    if (b->tally.tree.size == b->saved.tree.size) return db_exec(b->conn->db, "ROLLBACK", err);
    enum status status = sign(b, err);
    return status == OK ? db_exec(b->conn->db, "COMMIT", err) : status;
}

enum status batch_settle(struct batch *b, struct err *err) {
    enum status status = OK;
    publish(b);
    b->erased_before = b->n_erased > 0;
    if (b->erased_before)
        status = erasures_carry_out(b->store, b->conn, b->erased, b->n_erased, b->tally.tree.size, err);
    b->erasures_due = status != OK;
    forget(b);
    return status;
}
