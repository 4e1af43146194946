/* Terms that columns cannot answer (text, number, thing, id) as bitmaps over slots, found through search.db and views.db before
 * the facts are locked, so that no scan waits for a file. */
#include <string.h>

#include "query/words.h"
#include "store/facts.h"
#include "views.sql.h"

struct foreign_term {
    const struct query *term;
    uint64_t *rows;
    size_t n_words;
};
struct foreign {
    struct foreign_term *terms;
    size_t n, cap;
    struct arena *arena;
};

struct finder {
    struct foreign *f;
    struct reader *reader;
    const struct city *city;
    struct err *err;
};

static bool is_foreign(enum query_field field) {
    return field == Q_TEXT || field == Q_NUMBER || field == Q_THING || field == Q_ID;
}

static size_t count_terms(const struct query *q) {
    if (q->kind == QUERY_TERM) return is_foreign(q->term.field);
    size_t n = 0;
    for (size_t i = 0; i < q->n_children; i++) n += count_terms(q->children[i]);
    return n;
}

static void set_row(struct arena *arena, struct foreign_term *t, int64_t slot) {
    if (slot < 1 || slot > UINT32_MAX) return;
    size_t row = (size_t)slot - 1, word = row / 64;
    if (word >= t->n_words) {
        size_t n = t->n_words ? t->n_words : 1024;
        while (n <= word) n *= 2;
        uint64_t *bigger = NEW_ARRAY(arena, uint64_t, n);
        if (t->n_words > 0) memcpy(bigger, t->rows, t->n_words * sizeof *bigger);
        t->rows = bigger;
        t->n_words = n;
    }
    t->rows[word] |= UINT64_C(1) << (row % 64);
}

static enum status take_rows(sqlite3_stmt *s, struct arena *arena, struct foreign_term *t, struct err *err) {
    bool row = true;
    enum status status;
    while ((status = db_step(s, &row, err)) == OK && row) set_row(arena, t, sqlite3_column_int64(s, 0));
    return status;
}

/* Texts that the index decides alone. */
static enum status find_exact(struct finder *f, struct foreign_term *t, struct err *err) {
    enum status status = OK;
    for (size_t i = 0; i < t->term->term.n && status == OK; i++) {
        struct strbuf b;
        strbuf_init(&b, QUERY_TEXT_MAX * 16);
        words_expression(t->term->term.values[i], t->term->term.prefix[i], &b);
        sqlite3_stmt *s CLEANUP(db_reset) = NULL;
        status = reader_prepare(f->reader, SQL_VIEWS_SEARCH_ROWS, &s, err);
        if (status == OK) db_bind_text(s, 1, strbuf_str(&b));
        if (status == OK) status = take_rows(s, f->f->arena, t, err);
        db_reset(&s);
        s = NULL;
        strbuf_done(&b);
    }
    return status;
}

static enum status find_by_sql(struct finder *f, struct foreign_term *t, struct err *err) {
    struct strbuf sql;
    strbuf_init(&sql, (size_t)1 << 20);
    strbuf_addz(&sql, SQL_VIEWS_PART_SLOTS " ");
    struct query_sql *where = NEW(f->f->arena, struct query_sql);
    where->sql = &sql;
    where->arena = f->f->arena;
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = query_sql(t->term, f->city, (instant){0}, where, err);
    strbuf_addc(&sql, '\0');
    if (status == OK) status = reader_prepare(f->reader, strbuf_str(&sql).ptr, &s, err);
    if (status == OK) reader_bind(s, where);
    if (status == OK) status = take_rows(s, f->f->arena, t, err);
    strbuf_done(&sql);
    return status;
}

static bool is_exact(const struct query_term *t) {
    for (size_t i = 0; i < t->n; i++)
        if (t->field != Q_TEXT || !words_is_exact(t->values[i])) return false;
    return true;
}

static enum status find_terms(struct finder *f, const struct query *q) {
    if (q->kind == QUERY_TERM) {
        if (!is_foreign(q->term.field)) return OK;
        struct foreign_term *t = &f->f->terms[f->f->n++];
        t->term = q;
        return is_exact(&q->term) ? find_exact(f, t, f->err) : find_by_sql(f, t, f->err);
    }
    enum status status = OK;
    for (size_t i = 0; i < q->n_children && status == OK; i++) status = find_terms(f, q->children[i]);
    return status;
}

enum status foreign_find(struct views *v, const struct query *q, const struct city *city, struct arena *arena,
                         struct foreign **ret, struct err *err) {
    struct foreign *f = NEW(arena, struct foreign);
    f->cap = count_terms(q);
    f->arena = arena;
    *ret = f;
    if (f->cap == 0) return OK;
    f->terms = NEW_ARRAY(arena, struct foreign_term, f->cap);
    struct finder finder = {.f = f, .city = city, .err = err};
    enum status status = reader_take(v, &finder.reader, err);
    if (status != OK) return status;
    status = find_terms(&finder, q);
    reader_give(v, finder.reader);
    return status;
}

static enum status foreign_rows(void *ctx, const struct query *term, const uint64_t **ret, size_t *ret_words,
                                struct err *err) {
    (void)err;
    struct foreign *f = ctx;
    *ret = NULL;
    *ret_words = 0;
    for (size_t i = 0; i < f->n; i++)
        if (f->terms[i].term == term) {
            *ret = f->terms[i].rows;
            *ret_words = f->terms[i].n_words;
        }
    return OK;
}

struct scan_source foreign_source(struct foreign *f) {
    return (struct scan_source){f, foreign_rows};
}
