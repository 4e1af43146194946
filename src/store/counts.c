/* Counts by any two dimensions with any filter, from the facts.
 *
 * Each dimension turns a row into a small number; the pair of numbers is a cell. Few cells: an array; many: a hash.
 * Cost: about 2 ns a row and dimension; 10 M cases by (unit, category) 40 ms, a filter as much as its columns. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/axis.h"
#include "store/cells.h"
#include "store/facts.h"

struct counting {
    const struct columns *columns;
    const struct scan *scan;
    struct axis by[2];
    struct cells cells;
    enum measure measure;
    uint32_t now_s;
};

/* Hours and ratings: mask loses the rows that have none. */
static void mean_values(const struct counting *c, const struct columns_chunk *k, uint32_t at, uint32_t n, uint8_t *mask,
                        int32_t *ret) {
    const uint32_t *bits = k->bits + at, *filed = k->filed + at, *ended = k->ended + at;
    const uint8_t *rating = k->rating + at;
    if (c->measure == MEASURE_MEAN_RATING) {
        for (uint32_t i = 0; i < n; i++) {
            mask[i] &= rating[i] > 0;
            ret[i] = rating[i];
        }
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        mask[i] &= (uint8_t)(((bits[i] & ROW_BIT_OVER) != 0) & (ended[i] != COLUMN_NO_TIME) & (ended[i] >= filed[i]));
        ret[i] = (int32_t)(ended[i] - filed[i]);
    }
}

/* What each row of a block adds to the sum of its cell. */
static void measure_values(const struct counting *c, const struct columns_chunk *k, uint32_t at, uint32_t n,
                           uint8_t *mask, int32_t *ret) {
    const uint32_t *bits = k->bits + at, *due = k->due + at;
    switch (c->measure) {
    case MEASURE_COUNT:
        for (uint32_t i = 0; i < n; i++) ret[i] = 1;
        return;
    case MEASURE_OPEN:
        for (uint32_t i = 0; i < n; i++) ret[i] = (bits[i] & ROW_BIT_OVER) == 0;
        return;
    case MEASURE_CLOSED:
        for (uint32_t i = 0; i < n; i++) ret[i] = (bits[i] & ROW_BIT_CLOSED) != 0;
        return;
    case MEASURE_LATE:
        for (uint32_t i = 0; i < n; i++) ret[i] = (bits[i] & ROW_BIT_MISSED) != 0;
        return;
    case MEASURE_OVERDUE:
        for (uint32_t i = 0; i < n; i++) ret[i] = ((bits[i] & ROW_BIT_OVER) == 0) & (due[i] <= c->now_s);
        return;
    case MEASURE_MEAN_HOURS:
    case MEASURE_MEAN_RATING:
        mean_values(c, k, at, n, mask, ret);
        return;
    }
}

/* The plain count of few cells: no branch on the mask. */
static void add_counts(struct counting *c, const uint32_t *a, const uint32_t *b, const uint8_t *mask, uint32_t n) {
    uint32_t width = c->by[1].n;
    uint32_t *at = c->cells.n;
    for (uint32_t i = 0; i < n; i++) at[a[i] * width + b[i]] += mask[i]; /* below CELLS_DENSE_MAX */
}

static void add_values(struct counting *c, const uint32_t *a, const uint32_t *b, const uint8_t *mask,
                       const int32_t *values, uint32_t n) {
    uint64_t width = c->by[1].n;
    for (uint32_t i = 0; i < n; i++) {
        if (!mask[i]) continue;
        uint64_t at = cells_place(&c->cells, a[i] * width + b[i]);
        c->cells.n[at]++;
        if (c->cells.sum) c->cells.sum[at] += values[i];
    }
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
    add_values(c, a, b, mask, values, n);
}

static double cell_value(const struct counting *c, uint64_t at) {
    double n = c->cells.n[at], sum = c->cells.sum ? (double)c->cells.sum[at] : n;
    if (c->measure == MEASURE_MEAN_HOURS) return sum / 3600 / n;
    return c->measure == MEASURE_MEAN_RATING ? sum / n : sum;
}

/* --- rows, in the order of what their keys are called --- */

struct name {
    str text;
    uint32_t number;
};
struct names {
    struct name *sorted;
    uint32_t *rank; /* of a number */
};

static int compare_names(const void *a, const void *b) {
    const struct name *x = a, *y = b;
    int order = str_cmp(x->text, y->text);
    return order != 0 ? order : x->number < y->number ? -1 : x->number > y->number;
}

static struct names name_all(const struct axis *axis, struct arena *arena) {
    struct names names = {NEW_ARRAY(arena, struct name, axis->n), NEW_ARRAY(arena, uint32_t, axis->n)};
    for (uint32_t i = 0; i < axis->n; i++) names.sorted[i] = (struct name){axis_text(axis, i, arena), i};
    qsort(names.sorted, axis->n, sizeof *names.sorted, compare_names);
    for (uint32_t i = 0; i < axis->n; i++) names.rank[names.sorted[i].number] = i;
    return names;
}

struct ranked {
    uint64_t rank, place;
};

static int compare_ranked(const void *a, const void *b) {
    const struct ranked *x = a, *y = b;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static void make_row(const struct counting *c, const struct names names[2], uint32_t a, uint32_t b, uint64_t at,
                     struct counts *ret) {
    ret->rows[ret->n++] = (struct count_row){
        .key = {names[0].sorted[a].text, names[1].sorted[b].text}, .value = cell_value(c, at), .n = c->cells.n[at]};
}

/* Places of a hash in order. */
static struct ranked *rank_all(const struct counting *c, const struct names names[2], struct arena *arena) {
    struct ranked *list = NEW_ARRAY(arena, struct ranked, c->cells.used);
    size_t n = 0;
    uint64_t width = c->by[1].n;
    for (uint64_t i = 0; i < c->cells.cap; i++) {
        if (c->cells.n[i] == 0) continue;
        uint64_t key = c->cells.keys[i];
        list[n++] = (struct ranked){names[0].rank[key / width] * width + names[1].rank[key % width], i};
    }
    qsort(list, n, sizeof *list, compare_ranked);
    return list;
}

static void make_rows(struct counting *c, struct arena *arena, struct counts *ret) {
    struct names names[2] = {name_all(&c->by[0], arena), name_all(&c->by[1], arena)};
    uint32_t width = c->by[1].n;
    uint64_t n = 0;
    for (uint64_t i = 0; i < c->cells.cap; i++) n += c->cells.n[i] != 0;
    ret->rows = NEW_ARRAY(arena, struct count_row, n);
    ret->n = 0;
    if (!c->cells.dense) {
        const struct ranked *list = rank_all(c, names, arena);
        for (uint64_t i = 0; i < n; i++)
            make_row(c, names, (uint32_t)(list[i].rank / width), (uint32_t)(list[i].rank % width), list[i].place, ret);
        return;
    }
    for (uint32_t a = 0; a < c->by[0].n; a++)
        for (uint32_t b = 0; b < width; b++) {
            uint64_t at = (uint64_t)names[0].sorted[a].number * width + names[1].sorted[b].number;
            if (c->cells.n[at] != 0) make_row(c, names, a, b, at, ret);
        }
}

static void run(struct counting *c) {
    cells_init(&c->cells, (uint64_t)c->by[0].n * c->by[1].n, c->measure != MEASURE_COUNT);
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
        cells_done(&c.cells);
    }
    pthread_rwlock_unlock(&f->lock);
    return status;
}
