/* The newest cases with a word: the full text index gives slots from the last one backwards, the facts test them, and the
 * walk ends when no earlier block of cases was filed late enough to matter. A page of a frequent word thus costs what the
 * page costs, not what the word's hits cost (1 M cases: 0.1 ms against 7). */
#include <string.h>

#include "query/words.h"
#include "store/list.h"
#include "views.sql.h"

static bool is_foreign(const struct query *q) {
    if (q->kind == QUERY_TERM)
        return q->term.field == Q_TEXT || q->term.field == Q_NUMBER || q->term.field == Q_THING ||
               q->term.field == Q_ID;
    for (size_t i = 0; i < q->n_children; i++)
        if (is_foreign(q->children[i])) return true;
    return false;
}

static bool is_word(const struct query *q) {
    return q->kind == QUERY_TERM && q->term.field == Q_TEXT && q->term.n == 1 && words_is_exact(q->term.values[0]);
}

/* The one word among the conjuncts, if it is the only term that columns cannot answer. out: false if there is none. */
static bool find_word(const struct query *q, const struct query **ret) {
    if (is_word(q)) {
        if (*ret) return false;
        *ret = q;
        return true;
    }
    if (q->kind != QUERY_AND) return !is_foreign(q);
    for (size_t i = 0; i < q->n_children; i++)
        if (!find_word(q->children[i], ret)) return false;
    return true;
}

const struct query *list_word(const struct query *q, enum sort sort) {
    const struct query *word = NULL;
    return sort == SORT_FILED_DESC && find_word(q, &word) ? word : NULL;
}

/* Rows of the word, known for the block at hand. */
struct known {
    uint64_t *rows;
    size_t n_words;
};

static enum status known_rows(void *ctx, const struct query *term, const uint64_t **ret, size_t *ret_words,
                              struct err *err) {
    (void)term, (void)err;
    const struct known *k = ctx;
    *ret = k->rows;
    *ret_words = k->n_words;
    return OK;
}

struct walk {
    struct picker *picker;
    const struct scan *scan;
    const struct columns *columns;
    struct known known;
    uint32_t *latest; /* of a block: the latest filing in it and all before it */
};

static void note_latest(struct walk *w, struct arena *arena) {
    uint32_t blocks = (w->columns->n + COLUMNS_BLOCK - 1) / COLUMNS_BLOCK, latest = 0;
    w->latest = NEW_ARRAY(arena, uint32_t, blocks);
    for (uint32_t i = 0; i < blocks; i++) {
        uint32_t filed = w->columns->chunks[i / COLUMNS_BLOCKS]->filed_max[i % COLUMNS_BLOCKS];
        if (filed > latest) latest = filed;
        w->latest[i] = latest;
    }
}

/* Walks the slots of the word downwards, a block at a time. */
static enum status walk(struct walk *w, sqlite3_stmt *s, struct err *err) {
    enum status status;
    bool row = true;
    uint32_t block = UINT32_MAX;
    while ((status = db_step(s, &row, err)) == OK) {
        uint32_t at = row ? (uint32_t)sqlite3_column_int64(s, 0) - 1 : 0;
        if (row && at >= w->columns->n) continue; /* not in the facts yet */
        if (block != UINT32_MAX && (!row || at / COLUMNS_BLOCK != block))
            picker_block(w->picker, w->scan, w->columns, block * COLUMNS_BLOCK);
        if (!row || picker_is_done(w->picker, w->latest[at / COLUMNS_BLOCK])) return OK;
        block = at / COLUMNS_BLOCK;
        w->known.rows[at / 64] |= UINT64_C(1) << (at % 64);
    }
    return status;
}

static enum status walk_facts(struct views *v, const struct list_call *l, struct picker *p, sqlite3_stmt *s,
                              struct err *err) {
    struct facts *f = v->facts;
    struct walk w = {.picker = p, .columns = &f->columns};
    struct scan_source source = {&w.known, known_rows};
    struct scan *scan;
    pthread_rwlock_rdlock(&f->lock);
    w.known.n_words = f->columns.n / 64 + 1;
    w.known.rows = NEW_ARRAY(l->arena, uint64_t, w.known.n_words);
    enum status status = scan_prepare(l->query, &f->columns, f->city, l->now, &source, l->arena, &scan, err);
    if (status == OK) {
        w.scan = scan;
        note_latest(&w, l->arena);
        status = walk(&w, s, err);
    }
    pthread_rwlock_unlock(&f->lock);
    return status;
}

enum status list_walk_word(struct views *v, const struct list_call *l, const struct query *word, struct picker *p,
                           struct err *err) {
    struct strbuf expression;
    strbuf_init(&expression, QUERY_TEXT_MAX * 16);
    words_expression(word->term.values[0], word->term.prefix[0], &expression);
    struct reader *r;
    sqlite3_stmt *s = NULL;
    enum status status = reader_take(v, &r, err);
    if (status == OK) {
        status = reader_prepare(r, SQL_VIEWS_SEARCH_ROWS_NEWEST, &s, err);
        if (status == OK) {
            db_bind_text(s, 1, strbuf_str(&expression));
            status = walk_facts(v, l, p, s, err);
        }
        db_reset(&s);
        reader_give(v, r);
    }
    strbuf_done(&expression);
    return status;
}
