/* Counts by any two dimensions with any filter, from the facts.
 *
 * Each dimension turns a row into a small number; the pair of numbers is a cell. Few cells: an array; many: a hash.
 * Cost: about 2 ns a row and dimension; 10 M cases by (unit, category) 40 ms, a filter as much as its columns. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/axis.h"
#include "store/facts.h"

#define DENSE_MAX ((uint64_t)4 << 20) /* cells kept in an array */

struct cell {
    uint64_t key, n;
    int64_t sum;
};

/* Cells by key: an array if `dense`, else open addressing with n = 0 as free. */
struct cells {
    struct cell *at;
    uint64_t cap, used;
    bool dense;
};

static void cells_init(struct cells *c, uint64_t keys) {
    c->dense = keys <= DENSE_MAX;
    c->cap = c->dense ? keys : 1 << 16;
    c->used = 0;
    c->at = calloc(c->cap ? c->cap : 1, sizeof *c->at);
    check(c->at);
}

static struct cell *cell_probe(struct cells *c, uint64_t key) {
    uint64_t i = key * UINT64_C(0x9E3779B97F4A7C15) >> 20 & (c->cap - 1);
    while (c->at[i].n != 0 && c->at[i].key != key) i = (i + 1) & (c->cap - 1);
    return &c->at[i];
}

static void cells_grow(struct cells *c) {
    struct cells bigger = {.cap = c->cap * 2, .used = c->used};
    bigger.at = calloc(bigger.cap, sizeof *bigger.at);
    check(bigger.at);
    for (uint64_t i = 0; i < c->cap; i++)
        if (c->at[i].n != 0) *cell_probe(&bigger, c->at[i].key) = c->at[i];
    free(c->at);
    *c = bigger;
}

static struct cell *cell_for(struct cells *c, uint64_t key) {
    if (c->dense) return &c->at[key];
    if (c->used * 2 >= c->cap) cells_grow(c);
    struct cell *cell = cell_probe(c, key);
    if (cell->n == 0) {
        cell->key = key;
        c->used++;
    }
    return cell;
}

struct counting {
    const struct columns *columns;
    const struct scan *scan;
    struct axis by[2];
    struct cells cells;
    enum measure measure;
    uint32_t now_s;
};

/* What each row of a block adds to the sum of its cell; mask loses the rows that the measure is not about. */
static void measure_values(const struct counting *c, const struct columns_chunk *k, uint32_t at, uint32_t n,
                           uint8_t *mask, int32_t *ret) {
    const uint32_t *bits = k->bits + at, *due = k->due + at, *filed = k->filed + at, *ended = k->ended + at;
    for (uint32_t i = 0; i < n; i++) {
        bool over = bits[i] & ROW_BIT_OVER;
        switch (c->measure) {
        case MEASURE_OPEN:
            ret[i] = !over;
            break;
        case MEASURE_CLOSED:
            ret[i] = (bits[i] & ROW_BIT_CLOSED) != 0;
            break;
        case MEASURE_OVERDUE:
            ret[i] = !over && due[i] <= c->now_s;
            break;
        case MEASURE_LATE:
            ret[i] = (bits[i] & ROW_BIT_MISSED) != 0;
            break;
        case MEASURE_MEAN_HOURS:
            mask[i] &= over && ended[i] != COLUMN_NO_TIME && ended[i] >= filed[i];
            ret[i] = mask[i] ? (int32_t)(ended[i] - filed[i]) : 0;
            break;
        case MEASURE_MEAN_RATING:
            mask[i] &= k->rating[at + i] > 0;
            ret[i] = k->rating[at + i];
            break;
        case MEASURE_COUNT:
            ret[i] = 1;
            break;
        }
    }
}

/* The plain count of few cells: no branch on the mask. */
static void add_counts(struct counting *c, const uint32_t *a, const uint32_t *b, const uint8_t *mask, uint32_t n) {
    uint64_t width = c->by[1].n;
    struct cell *at = c->cells.at;
    for (uint32_t i = 0; i < n; i++) at[a[i] * width + b[i]].n += mask[i];
}

static void add_block(struct counting *c, uint32_t first, uint32_t n) {
    uint8_t mask[COLUMNS_BLOCK];
    uint32_t a[COLUMNS_BLOCK], b[COLUMNS_BLOCK];
    int32_t values[COLUMNS_BLOCK];
    if (scan_block(c->scan, first, n, mask) == 0) return;
    const struct columns_chunk *k = c->columns->chunks[first / COLUMNS_CHUNK];
    uint32_t at = first % COLUMNS_CHUNK;
    axis_keys(&c->by[0], k, at, n, a);
    axis_keys(&c->by[1], k, at, n, b);
    if (c->measure == MEASURE_COUNT && c->cells.dense) {
        add_counts(c, a, b, mask, n);
        return;
    }
    measure_values(c, k, at, n, mask, values);
    for (uint32_t i = 0; i < n; i++) {
        if (!mask[i]) continue;
        struct cell *cell = cell_for(&c->cells, (uint64_t)a[i] * c->by[1].n + b[i]);
        cell->n++;
        cell->sum += values[i];
    }
}

static double cell_value(enum measure m, const struct cell *c) {
    switch (m) {
    case MEASURE_COUNT:
        return (double)c->n;
    case MEASURE_MEAN_HOURS:
        return (double)c->sum / 3600 / (double)c->n;
    case MEASURE_MEAN_RATING:
        return (double)c->sum / (double)c->n;
    case MEASURE_OPEN:
    case MEASURE_CLOSED:
    case MEASURE_OVERDUE:
    case MEASURE_LATE:
        break;
    }
    return (double)c->sum;
}

static int compare_rows(const void *a, const void *b) {
    const struct count_row *x = a, *y = b;
    int order = str_cmp(x->key[0], y->key[0]);
    return order != 0 ? order : str_cmp(x->key[1], y->key[1]);
}

/* Cells as rows, in the order of their keys. Cells whose keys read alike (areas that the city no longer has) are one. */
static void make_rows(struct counting *c, struct arena *arena, struct counts *ret) {
    uint64_t n = 0;
    for (uint64_t i = 0; i < c->cells.cap; i++) n += c->cells.at[i].n != 0;
    ret->rows = NEW_ARRAY(arena, struct count_row, n);
    ret->n = 0;
    for (uint64_t i = 0; i < c->cells.cap; i++) {
        const struct cell *cell = &c->cells.at[i];
        if (cell->n == 0) continue;
        uint64_t key = c->cells.dense ? i : cell->key;
        ret->rows[ret->n++] = (struct count_row){.key = {axis_text(&c->by[0], (uint32_t)(key / c->by[1].n), arena),
                                                         axis_text(&c->by[1], (uint32_t)(key % c->by[1].n), arena)},
                                                 .value = cell_value(c->measure, cell),
                                                 .n = cell->n};
    }
    qsort(ret->rows, ret->n, sizeof *ret->rows, compare_rows);
}

static void run(struct counting *c) {
    cells_init(&c->cells, (uint64_t)c->by[0].n * c->by[1].n);
    for (uint32_t first = 0; first < c->columns->n; first += COLUMNS_BLOCK) {
        uint32_t n = c->columns->n - first;
        add_block(c, first, n < COLUMNS_BLOCK ? n : COLUMNS_BLOCK);
    }
}

enum status store_counts(struct store *s, const struct query *q, const struct count_request *r, instant now,
                         struct arena *arena, struct counts *ret, struct err *err) {
    struct views *v = s->views;
    if (!v) return err_set(err, E_STORAGE, "no_views", "There are no views here.");
    struct facts *f = v->facts;
    struct foreign *foreign;
    const struct city *city;
    enum status status = views_follow_city(v, &city, err);
    if (status == OK) status = foreign_find(v, q, city, arena, &foreign, err);
    if (status != OK) return status;
    struct scan_source source = foreign_source(foreign);
    struct scan *scan;
    pthread_rwlock_rdlock(&f->lock);
    struct counting c = {.columns = &f->columns, .measure = r->measure, .now_s = column_time(now)};
    status = scan_prepare(q, &f->columns, f->city, now, &source, arena, &scan, err);
    for (size_t i = 0; i < 2 && status == OK; i++)
        status = axis_prepare(&f->columns, f->city, r->by[i], &r->level[i], c.now_s, arena, &c.by[i], err);
    if (status == OK) {
        c.scan = scan;
        run(&c);
        make_rows(&c, arena, ret);
        free(c.cells.at);
    }
    pthread_rwlock_unlock(&f->lock);
    return status;
}
