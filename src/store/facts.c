/* Facts: filling the columns and keeping them current; see facts.h. The snapshot is in snapshot.c. */
#include "store/facts.h"

#include <stdlib.h>
#include <string.h>

#include "store/snapshot.h"
#include "views.sql.h"

/* A gap of more entries than this is cheaper to close by reading all rows again. */
#define GAP_MAX 200000

digest facts_area_order(const struct city *city) {
    struct strbuf b;
    strbuf_init(&b, (size_t)1 << 30);
    for (size_t i = 0; i < city->n_areas; i++)
        strbuf_add(&b, (str){city->areas[i].code.s, sizeof city->areas[i].code.s});
    digest d = sha256(strbuf_str(&b));
    strbuf_done(&b);
    return d;
}

static void put_row(struct facts *f, const struct case_row *row) {
    columns_put(&f->columns, row);
    if (!row->is_over) f->open++;
}

void facts_apply(struct facts *f, const struct change *changes, size_t n, uint64_t seq) {
    pthread_rwlock_wrlock(&f->lock);
    for (size_t i = 0; i < n; i++) {
        if (changes[i].existed && !changes[i].before.is_over) f->open--;
        put_row(f, &changes[i].after);
    }
    f->seq = seq;
    pthread_rwlock_unlock(&f->lock);
}

static enum status read_all(struct facts *f, struct views *v, struct err *err) {
    struct arena arena;
    arena_init(&arena, 0);
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(v->writer, SQL_VIEWS_ROWS_AFTER_SLOT, &s, err);
    if (status == OK) db_bind_i64(s, 1, 0);
    bool row = true;
    struct case_row found;
    while (status == OK && (status = db_step(s, &row, err)) == OK && row) {
        row_read(s, f->city, &arena, &found);
        put_row(f, &found);
        arena_clear(&arena);
    }
    f->seq = v->seq;
    arena_done(&arena);
    return status;
}

static enum status read_one(struct facts *f, struct views *v, uint64_t id, struct arena *arena, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row = false;
    struct case_row found;
    enum status status = reader_prepare(v->writer, SQL_VIEWS_ROW_BY_ID, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, (int64_t)id);
    status = db_step(s, &row, err);
    if (status != OK || !row) return status;
    row_read(s, f->city, arena, &found);
    columns_put(&f->columns, &found);
    return OK;
}

static void count_open(struct facts *f) {
    f->open = 0;
    for (uint32_t i = 0; i < f->columns.n; i++)
        f->open += (f->columns.chunks[i / COLUMNS_CHUNK]->bits[i % COLUMNS_CHUNK] & ROW_BIT_OVER) == 0;
}

/* Rows of the cases that entries after the snapshot are about. */
static enum status read_changed(struct facts *f, struct views *v, struct err *err) {
    enum status status = OK;
    while (status == OK && f->seq < v->seq) {
        struct arena arena;
        arena_init(&arena, 0);
        struct stored_entry *entries;
        size_t n, want = v->seq - f->seq < BATCH_ENTRIES ? (size_t)(v->seq - f->seq) : BATCH_ENTRIES;
        status = truth_read(v->store->truth, f->seq + 1, want, &arena, &entries, &n, err);
        if (status == OK && n == 0)
            status = err_set(err, E_CORRUPT, "missing_entry", "The truth ends before the views.");
        for (size_t i = 0; status == OK && i < n; i++) status = read_one(f, v, entries[i].case_id, &arena, err);
        if (status == OK) f->seq = entries[n - 1].seq;
        arena_done(&arena);
    }
    count_open(f);
    return status;
}

static enum status fill(struct facts *f, struct views *v, struct err *err) {
    if (snapshot_load(f) && f->seq <= v->seq && v->seq - f->seq <= GAP_MAX && f->columns.n <= v->last_slot) {
        f->saved_seq = f->seq;
        return read_changed(f, v, err);
    }
    columns_done(&f->columns);
    columns_init(&f->columns);
    f->seq = 0;
    return read_all(f, v, err);
}

enum status facts_open(struct views *v, struct facts **ret, struct err *err) {
    struct facts *f = calloc(1, sizeof *f);
    check(f);
    pthread_rwlock_init(&f->lock, NULL);
    columns_init(&f->columns);
    f->city = v->city;
    f->area_order = facts_area_order(f->city);
    size_t len = strlen(v->store->dir) + sizeof FACTS_FILE + 1;
    f->path = malloc(len);
    check(f->path);
    snprintf(f->path, len, "%s/%s", v->store->dir, FACTS_FILE);
    enum status status = fill(f, v, err);
    if (status == OK)
        *ret = f;
    else
        facts_close(f);
    return status;
}

void views_totals(struct views *v, uint64_t *ret_cases, uint64_t *ret_open) {
    pthread_rwlock_rdlock(&v->facts->lock);
    *ret_cases = v->facts->columns.n;
    *ret_open = v->facts->open;
    pthread_rwlock_unlock(&v->facts->lock);
}

void facts_close(struct facts *f) {
    if (!f) return;
    columns_done(&f->columns);
    pthread_rwlock_destroy(&f->lock);
    free(f->path);
    free(f);
}

static uint32_t column_area(const struct city *city, str area) {
    if (str_empty(area)) return COLUMN_EMPTY_AREA;
    uint32_t index = city_area(city, area);
    return index == NONE ? COLUMN_NO_AREA : index;
}

static enum status renumber(struct facts *f, struct views *v, const struct city *city, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(v->writer, SQL_VIEWS_AREAS_BY_SLOT, &s, err);
    bool row = true;
    while (status == OK && (status = db_step(s, &row, err)) == OK && row) {
        uint32_t slot = (uint32_t)sqlite3_column_int64(s, 0);
        uint32_t area = column_area(city, db_column(s, 1)), own = column_area(city, db_column(s, 2));
        columns_put_area(&f->columns, slot, area, own);
    }
    return status;
}

enum status facts_set_city(struct facts *f, struct views *v, const struct city *city, struct err *err) {
    digest order = facts_area_order(city);
    enum status status = OK;
    pthread_rwlock_wrlock(&f->lock);
    if (!digest_eq(&order, &f->area_order)) status = renumber(f, v, city, err);
    if (status == OK) {
        f->city = city;
        f->area_order = order;
    }
    pthread_rwlock_unlock(&f->lock);
    return status;
}

enum status facts_save(struct facts *f, struct err *err) {
    if (f->seq == f->saved_seq) return OK;
    enum status status = snapshot_save(f, err);
    if (status == OK) f->saved_seq = f->seq;
    return status;
}
