/* Orders in force and the cases whose clocks they pause, from views.db. */
#include "casework/facts.h"
#include "query/row.h"
#include "store/views_int.h"
#include "views.sql.h"

struct ask {
    const char *sql;
    str text;     /* ?1, if there is one */
    int64_t n[5]; /* the parameters after it */
    size_t n_n;
};

static enum status read_ids(struct reader *r, const struct ask *a, uint64_t *ret, size_t max, size_t *ret_n,
                            struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row = true;
    int at = 1;
    enum status status = reader_prepare(r, a->sql, &s, err);
    if (status != OK) return status;
    if (a->text.ptr != NULL) db_bind_text(s, at++, a->text);
    for (size_t i = 0; i < a->n_n; i++) db_bind_i64(s, at++, a->n[i]);
    while (*ret_n < max && (status = db_step(s, &row, err)) == OK && row)
        ret[(*ret_n)++] = (uint64_t)sqlite3_column_int64(s, 0);
    return status;
}

static enum status ids(struct store *s, const struct ask *a, uint64_t *ret, size_t max, size_t *ret_n,
                       struct err *err) {
    struct reader *r;
    *ret_n = 0;
    if (!s->views) return OK;
    enum status status = reader_take(s->views, &r, err);
    if (status != OK) return status;
    status = read_ids(r, a, ret, max, ret_n, err);
    reader_give(s->views, r);
    return status;
}

enum status store_orders(struct store *s, uint64_t *ret, size_t max, size_t *ret_n, struct err *err) {
    const struct ask a = {.sql = SQL_VIEWS_ORDERS_ALL, .n = {INT64_MIN, (int64_t)max}, .n_n = 2};
    return ids(s, &a, ret, max, ret_n, err);
}

enum status store_held(struct store *s, const code *order, uint64_t *ret, size_t max, size_t *ret_n, struct err *err) {
    const struct ask a = {.sql = SQL_VIEWS_HELD_CASES, .text = str_code(order), .n = {(int64_t)max}, .n_n = 1};
    return ids(s, &a, ret, max, ret_n, err);
}

enum status store_held_count(struct store *s, const code *order, uint64_t *ret, struct err *err) {
    const struct ask a = {.sql = SQL_VIEWS_HELD_COUNT, .text = str_code(order)};
    size_t n = 0;
    *ret = 0;
    return ids(s, &a, ret, 1, &n, err);
}

static enum status read_wanted(struct reader *r, const struct clocks_wanted *w, uint64_t *ret, size_t max,
                               size_t *ret_n, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    char pattern[CODE_MAX + 2];
    bool row = true;
    enum status status = reader_prepare(r, SQL_VIEWS_CLOCKS_NAMED, &s, err);
    if (status != OK) return status;
    snprintf(pattern, sizeof pattern, "%.*s*", P(w->category));
    db_bind_text(s, 1, w->clock);
    db_bind_i64(s, 2, w->area_first);
    db_bind_i64(s, 3, w->area_last);
    db_bind_text(s, 4, str_z(pattern));
    db_bind_i64(s, 5, ROW_URGENT);
    db_bind_i64(s, 6, (int64_t)max);
    db_bind_text(s, 7, w->procedure);
    while (*ret_n < max && (status = db_step(s, &row, err)) == OK && row)
        ret[(*ret_n)++] = (uint64_t)sqlite3_column_int64(s, 0);
    return status;
}

enum status store_clocks_named(struct store *s, const struct clocks_wanted *w, uint64_t *ret, size_t max, size_t *ret_n,
                               struct err *err) {
    struct reader *r;
    *ret_n = 0;
    if (!s->views) return OK;
    enum status status = reader_take(s->views, &r, err);
    if (status != OK) return status;
    status = read_wanted(r, w, ret, max, ret_n, err);
    reader_give(s->views, r);
    return status;
}

static enum status read_next(struct reader *r, const code *after, code *ret, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row = false;
    *ret = (code){0};
    enum status status = reader_prepare(r, SQL_VIEWS_HELD_NEXT, &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, str_code(after));
    status = db_step(s, &row, err);
    if (status == OK && row && !code_from(db_column(s, 0), ret))
        status = err_set(err, E_CORRUPT, "corrupt_views", "The number of an order is too long.");
    return status;
}

enum status store_held_next(struct store *s, const code *after, code *ret, struct err *err) {
    struct reader *r;
    *ret = (code){0};
    if (!s->views) return OK;
    enum status status = reader_take(s->views, &r, err);
    if (status != OK) return status;
    status = read_next(r, after, ret, err);
    reader_give(s->views, r);
    return status;
}
