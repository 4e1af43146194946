/* Lists that no index serves: the facts are scanned for the places of the page, then only its rows are read.
 *
 * Columns know seconds, lists are ordered by milliseconds and slot: so all rows of the last second on the page, and of
 * the cursor's second, are read too and the exact order decides. Cost: 1–2 ns a case and column (blocks without open
 * cases, or filed too early to matter, are passed over), and 3 µs a row. */
#include <stdlib.h>
#include <string.h>

#include "store/list.h"
#include "views.sql.h"

static bool is_descending(enum sort sort) {
    return sort == SORT_FILED_DESC || sort == SORT_UPDATED_DESC;
}

static uint64_t rank_of(enum sort sort, uint32_t seconds) {
    return is_descending(sort) ? UINT32_MAX - (uint64_t)seconds : seconds;
}

static const uint32_t *sort_column(enum sort sort, const struct columns_chunk *k) {
    return sort == SORT_DUE_ASC ? k->due : sort == SORT_UPDATED_DESC ? k->updated : k->filed;
}

static void add_tie(struct picker *p, struct place at) {
    if (p->n_ties == p->cap_ties) {
        p->ties = reallocarray(p->ties, p->cap_ties = p->cap_ties ? p->cap_ties * 2 : 256, sizeof *p->ties);
        check(p->ties);
    }
    p->ties[p->n_ties++] = at;
}

static void sift_down(struct place *heap, size_t n, size_t i) {
    struct place at = heap[i];
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && heap[child + 1].rank > heap[child].rank) child++;
        if (heap[child].rank <= at.rank) break;
        heap[i] = heap[child];
    }
    heap[i] = at;
}

static void push(struct picker *p, struct place at) {
    size_t i = p->n_heap++;
    for (; i > 0 && p->heap[(i - 1) / 2].rank < at.rank; i = (i - 1) / 2) p->heap[i] = p->heap[(i - 1) / 2];
    p->heap[i] = at;
}

/* Drops ties that are worse than the worst of the heap by now; those of the cursor's second stay. */
static void drop_worse(struct picker *p) {
    size_t kept = 0;
    for (size_t i = 0; i < p->n_ties; i++)
        if (p->ties[i].rank <= p->heap[0].rank) p->ties[kept++] = p->ties[i];
    p->n_ties = kept;
}

static void offer(struct picker *p, struct place at) {
    if (at.rank < p->from_rank) return;
    if (at.rank == p->from_rank) {
        add_tie(p, at);
    } else if (p->n_heap < p->want) {
        push(p, at);
    } else if (at.rank == p->heap[0].rank) {
        add_tie(p, at);
    } else if (at.rank < p->heap[0].rank) {
        struct place out = p->heap[0];
        p->heap[0] = at;
        sift_down(p->heap, p->n_heap, 0);
        if (out.rank == p->heap[0].rank)
            add_tie(p, out);
        else
            drop_worse(p);
    }
}

/* Whether a block holds nothing that could still come onto the page. */
static bool is_hopeless(const struct picker *p, const struct columns_chunk *k, uint32_t at) {
    if (p->sort != SORT_FILED_DESC && p->sort != SORT_FILED_ASC) return false;
    uint32_t low = k->filed_min[at / COLUMNS_BLOCK], high = k->filed_max[at / COLUMNS_BLOCK];
    uint64_t best = rank_of(p->sort, is_descending(p->sort) ? high : low);
    uint64_t worst = rank_of(p->sort, is_descending(p->sort) ? low : high);
    return worst < p->from_rank || (p->n_heap == p->want && best > p->heap[0].rank);
}

void picker_block(struct picker *p, const struct scan *scan, const struct columns *c, uint32_t first) {
    const struct columns_chunk *k = c->chunks[first / COLUMNS_CHUNK];
    uint32_t at = first % COLUMNS_CHUNK, n = c->n - first < COLUMNS_BLOCK ? c->n - first : COLUMNS_BLOCK;
    uint8_t mask[COLUMNS_BLOCK];
    if (is_hopeless(p, k, at) || scan_block(scan, first, n, mask) == 0) return;
    const uint32_t *seconds = sort_column(p->sort, k) + at;
    for (uint32_t i = 0; i < n; i++)
        if (mask[i]) offer(p, (struct place){rank_of(p->sort, seconds[i]), first + i + 1});
}

bool picker_is_done(const struct picker *p, uint32_t latest_s) {
    return p->n_heap == p->want && rank_of(p->sort, latest_s) > p->heap[0].rank;
}

/* Newest blocks first for lists of the newest, so that the rest is soon hopeless. */
static void pick_all(struct picker *p, const struct scan *scan, const struct columns *c) {
    uint32_t blocks = (c->n + COLUMNS_BLOCK - 1) / COLUMNS_BLOCK;
    for (uint32_t i = 0; i < blocks; i++)
        picker_block(p, scan, c, (is_descending(p->sort) ? blocks - 1 - i : i) * COLUMNS_BLOCK);
}

static enum status pick_places(struct views *v, const struct list_call *l, struct picker *p, struct err *err) {
    struct facts *f = v->facts;
    struct foreign *foreign;
    struct scan *scan;
    enum status status = foreign_find(v, l->query, l->city, l->arena, &foreign, err);
    if (status != OK) return status;
    struct scan_source source = foreign_source(foreign);
    pthread_rwlock_rdlock(&f->lock);
    status = scan_prepare(l->query, &f->columns, f->city, l->now, &source, l->arena, &scan, err);
    if (status == OK) pick_all(p, scan, &f->columns);
    pthread_rwlock_unlock(&f->lock);
    return status;
}

static enum status read_place(struct reader *r, uint32_t slot, const struct list_call *l, struct listing *ret,
                              struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row = false;
    enum status status = reader_prepare(r, SQL_VIEWS_ROW_BY_SLOT, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, slot);
    status = db_step(s, &row, err);
    if (status == OK && row) row_read(s, l->city, l->arena, &ret->rows[ret->n++]);
    return status;
}

static enum status read_places(struct views *v, const struct picker *p, const struct list_call *l, struct listing *ret,
                               struct err *err) {
    ret->rows = NEW_ARRAY(l->arena, struct case_row, p->n_heap + p->n_ties);
    struct reader *r;
    enum status status = reader_take(v, &r, err);
    if (status != OK) return status;
    for (size_t i = 0; i < p->n_heap && status == OK; i++) status = read_place(r, p->heap[i].slot, l, ret, err);
    for (size_t i = 0; i < p->n_ties && status == OK; i++) status = read_place(r, p->ties[i].slot, l, ret, err);
    reader_give(v, r);
    return status;
}

static int compare_key(enum sort sort, const struct case_row *row, int64_t key, uint32_t slot) {
    int64_t mine = list_key(sort, row);
    int order = mine != key ? (mine < key ? -1 : 1) : row->slot < slot ? -1 : row->slot > slot;
    return is_descending(sort) ? -order : order;
}

static int compare_rows(const void *a, const void *b, void *ctx) {
    const struct case_row *y = b;
    enum sort sort = *(enum sort *)ctx;
    return compare_key(sort, a, list_key(sort, y), y->slot);
}

/* Rows in order, those up to the cursor left out. */
static void order_rows(const struct list_call *l, struct listing *ret) {
    enum sort sort = l->sort;
    qsort_r(ret->rows, ret->n, sizeof *ret->rows, compare_rows, &sort);
    size_t passed = 0;
    while (l->cursor && passed < ret->n && compare_key(sort, &ret->rows[passed], l->cursor->key, l->cursor->slot) <= 0)
        passed++;
    ret->rows += passed;
    ret->n -= passed;
}

/* A case may have changed between scan and reading: then it is left out, but still says where the next page begins. */
static void keep_matching(const struct list_call *l, struct listing *ret) {
    list_end_page(l, ret);
    size_t kept = 0;
    for (size_t i = 0; i < ret->n; i++)
        if (query_match(l->query, &ret->rows[i], l->city, l->now)) ret->rows[kept++] = ret->rows[i];
    ret->n = kept;
}

/* --- how long a list is --- */

/* Newest first: what is asked for most, open cases, lies there, and a small max is soon reached. */
static uint64_t count_up_to(const struct scan *scan, uint32_t n_rows, uint64_t max) {
    uint8_t mask[COLUMNS_BLOCK];
    uint64_t n = 0;
    for (uint32_t first = n_rows - n_rows % COLUMNS_BLOCK; n <= max; first -= COLUMNS_BLOCK) {
        uint32_t rows = n_rows - first < COLUMNS_BLOCK ? n_rows - first : COLUMNS_BLOCK;
        if (rows > 0) n += scan_block(scan, first, rows, mask);
        if (first == 0) break;
    }
    return n <= max ? n : max + 1;
}

enum status store_total(struct store *s, const struct query *q, uint64_t max, instant now, struct arena *arena,
                        uint64_t *ret, struct err *err) {
    struct views *v = s->views;
    if (!v) return err_set(err, E_STORAGE, "no_views", "There are no views here.");
    struct facts *f = v->facts;
    struct foreign *foreign;
    struct scan *scan;
    const struct city *city;
    enum status status = views_follow_city(v, &city, err);
    if (status == OK) status = foreign_find(v, q, city, arena, &foreign, err);
    if (status != OK) return status;
    struct scan_source source = foreign_source(foreign);
    pthread_rwlock_rdlock(&f->lock);
    status = scan_prepare(q, &f->columns, f->city, now, &source, arena, &scan, err);
    if (status == OK) *ret = count_up_to(scan, f->columns.n, max);
    pthread_rwlock_unlock(&f->lock);
    return status;
}

enum status list_by_facts(struct views *v, const struct list_call *l, struct listing *ret, struct err *err) {
    struct picker p = {.sort = l->sort, .want = l->limit + 1};
    if (l->cursor) {
        instant at = {l->cursor->key};
        bool none = l->sort == SORT_DUE_ASC && at.ms == SQL_NO_DUE;
        p.from_rank = rank_of(l->sort, none ? COLUMN_NO_DUE : column_time(at));
    } else {
        p.want++; /* the first second is nothing special */
    }
    p.heap = NEW_ARRAY(l->arena, struct place, p.want);
    const struct query *word = list_word(l->query, l->sort);
    enum status status = word ? list_walk_word(v, l, word, &p, err) : pick_places(v, l, &p, err);
    if (status == OK) status = read_places(v, &p, l, ret, err);
    free(p.ties);
    if (status != OK) return status;
    order_rows(l, ret);
    keep_matching(l, ret);
    return OK;
}
