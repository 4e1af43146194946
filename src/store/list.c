/* Lists of cases from views.db: pages by key, single rows, neighbours, timers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/views_int.h"
#include "views.sql.h"

#define LIMIT_MAX 500
#define SQL_TEXT_MAX ((size_t)1 << 20)

struct order {
    char letter; /* in cursors */
    const char *after, *by;
    bool descending;
};

static const struct order orders[SORT_COUNT] = {
    [SORT_FILED_DESC] = {'f', " AND (c.filed, c.slot) < (?, ?)", " ORDER BY c.filed DESC, c.slot DESC LIMIT ?", true},
    [SORT_FILED_ASC] = {'o', " AND (c.filed, c.slot) > (?, ?)", " ORDER BY c.filed, c.slot LIMIT ?", false},
    [SORT_DUE_ASC] = {'d', " AND (c.due, c.slot) > (?, ?)", " ORDER BY c.due, c.slot LIMIT ?", false},
    [SORT_UPDATED_DESC] = {'u', " AND (c.updated, c.slot) < (?, ?)", " ORDER BY c.updated DESC, c.slot DESC LIMIT ?",
                           true},
};

static int64_t sort_key(enum sort sort, const struct case_row *row) {
    switch (sort) {
    case SORT_DUE_ASC:
        return instant_is_none(row->due) ? SQL_NO_DUE : row->due.ms;
    case SORT_UPDATED_DESC:
        return row->updated.ms;
    case SORT_FILED_DESC:
    case SORT_FILED_ASC:
    case SORT_COUNT:
        break;
    }
    return row->filed.ms;
}

struct cursor {
    int64_t key;
    uint32_t slot;
};

static enum status cursor_parse(str text, enum sort sort, struct cursor *ret, struct err *err) {
    str rest = text, key;
    int64_t slot = 0;
    bool ok = text.len > 3 && text.ptr[0] == orders[sort].letter;
    if (ok) rest = str_slice(text, 1, text.len);
    ok = ok && str_split(&rest, '.', &key) && str_to_i64(key, &ret->key) && str_to_i64(rest, &slot) && slot > 0 &&
         slot <= UINT32_MAX;
    if (!ok) {
        enum status status = err_set(err, E_INVALID, "bad_cursor", "This is no cursor of this list.");
        err_field(err, "cursor");
        err_hint(err, "use `next` of the page before, with the same sort");
        return status;
    }
    ret->slot = (uint32_t)slot;
    return OK;
}

/* Steps a statement that selects rows. in: room for max. */
static enum status read_rows(sqlite3_stmt *s, const struct city *city, size_t max, struct arena *arena,
                             struct listing *ret, struct err *err) {
    bool row = true;
    enum status status = OK;
    while (ret->n < max && (status = db_step(s, &row, err)) == OK && row)
        row_read(s, city, arena, &ret->rows[ret->n++]);
    return status;
}

struct list_request {
    enum sort sort;
    size_t limit;
    const struct cursor *cursor; /* NULL = first page */
};

static enum status list_rows(struct reader *r, struct query_sql *where, const struct list_request *q,
                             const struct city *city, struct listing *ret, struct err *err) {
    const struct order *o = &orders[q->sort];
    if (q->cursor) {
        strbuf_addz(where->sql, o->after);
        where->binds[where->n++] = (struct query_bind){.kind = BIND_INT, .i = q->cursor->key};
        where->binds[where->n++] = (struct query_bind){.kind = BIND_INT, .i = q->cursor->slot};
    }
    strbuf_addz(where->sql, o->by);
    where->binds[where->n++] = (struct query_bind){.kind = BIND_INT, .i = (int64_t)q->limit + 1};
    strbuf_addc(where->sql, '\0');
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(r, strbuf_str(where->sql).ptr, &s, err);
    if (status != OK) return status;
    reader_bind(s, where);
    ret->rows = NEW_ARRAY(where->arena, struct case_row, q->limit + 1);
    return read_rows(s, city, q->limit + 1, where->arena, ret, err);
}

/* Drops the row beyond the page and points to the next one. */
static void end_page(enum sort sort, size_t limit, struct arena *arena, struct listing *ret) {
    if (ret->n <= limit) return;
    ret->n = limit;
    const struct case_row *last = &ret->rows[limit - 1];
    ret->next = str_format(arena, "%c%lld.%u", orders[sort].letter, (long long)sort_key(sort, last), last->slot);
}

enum status store_list(struct store *s, const struct query *q, enum sort sort, size_t limit, str cursor, instant now,
                       struct arena *arena, struct listing *ret, struct err *err) {
    struct views *v = s->views;
    if (!v) return err_set(err, E_STORAGE, "no_views", "There are no views here.");
    check(sort < SORT_COUNT && limit >= 1 && limit <= LIMIT_MAX);
    struct cursor after;
    enum status status = str_empty(cursor) ? OK : cursor_parse(cursor, sort, &after, err);
    if (status != OK) return status;
    struct strbuf sql;
    strbuf_init(&sql, SQL_TEXT_MAX);
    strbuf_addz(&sql, SQL_VIEWS_PART_ROW " WHERE ");
    struct query_sql *where = NEW(arena, struct query_sql);
    where->sql = &sql;
    where->arena = arena;
    const struct city *city;
    struct listing found = {0};
    struct list_request request = {sort, limit, str_empty(cursor) ? NULL : &after};
    status = views_follow_city(v, &city, err);
    if (status == OK) status = query_sql(q, city, now, where, err);
    if (status == OK && where->n + 3 > QUERY_BINDS_MAX)
        status = err_set(err, E_TOO_LARGE, "query_too_long", "the query has too many values");
    struct reader *r = NULL;
    if (status == OK) status = reader_take(v, &r, err);
    if (status == OK) status = list_rows(r, where, &request, city, &found, err);
    if (r) reader_give(v, r);
    strbuf_done(&sql);
    if (status != OK) return status;
    end_page(sort, limit, arena, &found);
    *ret = found;
    return OK;
}

enum status store_row(struct store *s, uint64_t id, struct arena *arena, struct case_row *ret, struct err *err) {
    struct views *v = s->views;
    if (!v) return err_set(err, E_STORAGE, "no_views", "There are no views here.");
    struct reader *r;
    enum status status = reader_take(v, &r, err);
    if (status != OK) return status;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    status = reader_prepare(r, SQL_VIEWS_ROW_BY_ID, &stmt, err);
    if (status == OK) {
        db_bind_i64(stmt, 1, (int64_t)id);
        status = db_step(stmt, &row, err);
    }
    if (status == OK && row) row_read(stmt, views_city(v), arena, ret);
    db_reset(&stmt);
    reader_give(v, r);
    if (status == OK && !row) return err_set(err, E_NOT_FOUND, "unknown_case", "There is no such case in the lists.");
    return status;
}

/* --- neighbours --- */

struct near {
    lonlat place;
    double metres;
    instant since;
    str category;
};

struct neighbour {
    double metres;
    struct case_row row;
};

static int nearer(const void *a, const void *b) {
    const struct neighbour *x = a, *y = b;
    if (x->metres != y->metres) return x->metres < y->metres ? -1 : 1;
    return x->row.id < y->row.id ? -1 : x->row.id > y->row.id;
}

/* Reads one line of cells; keeps what is within the distance. */
static enum status read_cells(struct reader *r, const struct near *near, const int64_t cells[2],
                              const struct city *city, struct arena *arena, struct neighbour *found, size_t *n,
                              struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(r, SQL_VIEWS_SIMILAR, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, cells[0]);
    db_bind_i64(s, 2, cells[1]);
    db_bind_i64(s, 3, near->since.ms);
    db_bind_text(s, 4, near->category);
    bool row = true;
    while (*n < LIMIT_MAX && (status = db_step(s, &row, err)) == OK && row) {
        struct neighbour *at = &found[*n];
        row_read(s, city, arena, &at->row);
        at->metres = lonlat_distance_m(near->place, at->row.place);
        if (at->metres <= near->metres) ++*n;
    }
    return status;
}

static enum status read_near(struct reader *r, const struct near *near, const struct city *city, struct arena *arena,
                             struct listing *ret, struct err *err) {
    struct neighbour *found = NEW_ARRAY(arena, struct neighbour, LIMIT_MAX);
    size_t n = 0;
    double dy = near->metres / 111000, cosine = cos(near->place.lat_deg * M_PI / 180);
    double dx = cosine > 0.01 ? dy / cosine : 180;
    int32_t x0 = query_e7(fmax(near->place.lon_deg - dx, -180)), x1 = query_e7(fmin(near->place.lon_deg + dx, 180));
    int32_t y0 = query_e7(fmax(near->place.lat_deg - dy, -90)), y1 = query_e7(fmin(near->place.lat_deg + dy, 90));
    enum status status = OK;
    for (int64_t y = y0 - y0 % 50000 - 50000; y <= (int64_t)y1 + 50000 && status == OK; y += 50000) {
        int32_t line = (int32_t)(y < -900000000 ? -900000000 : y > 900000000 ? 900000000 : y);
        int64_t cells[2] = {row_cell(x0, line), row_cell(x1, line)};
        if (line == y) status = read_cells(r, near, cells, city, arena, found, &n, err);
    }
    qsort(found, n, sizeof *found, nearer);
    ret->rows = NEW_ARRAY(arena, struct case_row, n);
    for (ret->n = 0; ret->n < n; ret->n++) ret->rows[ret->n] = found[ret->n].row;
    return status;
}

enum status store_similar(struct store *s, const code *category, lonlat place, double metres, instant since,
                          struct arena *arena, struct listing *ret, struct err *err) {
    struct views *v = s->views;
    *ret = (struct listing){0};
    if (!v) return err_set(err, E_STORAGE, "no_views", "There are no views here.");
    if (!lonlat_valid(place)) return OK;
    struct near near = {place, fmin(metres, 5000), since, category ? str_code(category) : S("")};
    struct reader *r;
    enum status status = reader_take(v, &r, err);
    if (status != OK) return status;
    status = read_near(r, &near, views_city(v), arena, ret, err);
    reader_give(v, r);
    return status;
}

/* --- timers --- */

enum status store_timers(struct store *s, instant now, struct timer *ret, size_t max, size_t *ret_n, struct err *err) {
    *ret_n = 0;
    if (!s->views) return OK;
    struct reader *r;
    enum status status = reader_take(s->views, &r, err);
    if (status != OK) return status;
    sqlite3_stmt *stmt = NULL;
    bool row = true;
    status = reader_prepare(r, SQL_VIEWS_TIMERS_DUE, &stmt, err);
    if (status == OK) {
        db_bind_i64(stmt, 1, now.ms);
        db_bind_i64(stmt, 2, (int64_t)max);
    }
    while (status == OK && *ret_n < max && (status = db_step(stmt, &row, err)) == OK && row)
        ret[(*ret_n)++] = (struct timer){(uint64_t)sqlite3_column_int64(stmt, 0),
                                         (uint32_t)sqlite3_column_int64(stmt, 1),
                                         {sqlite3_column_int64(stmt, 2)}};
    db_reset(&stmt);
    reader_give(s->views, r);
    return status;
}

enum status store_provisional(struct store *s, uint64_t after_id, uint64_t *ret, size_t max, size_t *ret_n,
                              struct err *err) {
    *ret_n = 0;
    if (!s->views) return OK;
    struct reader *r;
    enum status status = reader_take(s->views, &r, err);
    if (status != OK) return status;
    sqlite3_stmt *stmt = NULL;
    bool row = true;
    status = reader_prepare(r, SQL_VIEWS_PROVISIONAL, &stmt, err);
    if (status == OK) {
        db_bind_i64(stmt, 1, after_id == 0 ? INT64_MIN : (int64_t)after_id); /* ids sort as signed */
        db_bind_i64(stmt, 2, (int64_t)max);
    }
    while (status == OK && *ret_n < max && (status = db_step(stmt, &row, err)) == OK && row)
        ret[(*ret_n)++] = (uint64_t)sqlite3_column_int64(stmt, 0);
    db_reset(&stmt);
    reader_give(s->views, r);
    return status;
}

/* --- comparing two views --- */

static void add_row_text(sqlite3_stmt *s, struct strbuf *out) {
    /* Without column 0, the slot: it is the views' own. */
    for (int i = 1; i < sqlite3_column_count(s); i++) {
        str value = db_column(s, i);
        strbuf_addf(out, "%zu:", value.len);
        strbuf_add(out, value);
    }
}

/* Chains the rows of a statement into a digest. */
static enum status digest_rows(struct reader *r, const char *sql, digest *chain, struct err *err) {
    struct strbuf b;
    strbuf_init(&b, (size_t)16 << 20);
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    enum status status = reader_prepare(r, sql, &s, err);
    bool row = true;
    while (status == OK && (status = db_step(s, &row, err)) == OK && row) {
        strbuf_clear(&b);
        strbuf_add(&b, (str){(const char *)chain->b, sizeof chain->b});
        add_row_text(s, &b);
        *chain = sha256(strbuf_str(&b));
    }
    strbuf_done(&b);
    return status;
}

enum status store_view_digest(struct store *s, digest *ret, struct err *err) {
    if (!s->views) return err_set(err, E_STORAGE, "no_views", "There are no views here.");
    struct reader *r;
    enum status status = reader_take(s->views, &r, err);
    if (status != OK) return status;
    digest chain = {{0}};
    status = digest_rows(r, SQL_VIEWS_ROWS_IN_ID_ORDER, &chain, err);
    if (status == OK) status = digest_rows(r, SQL_VIEWS_TIMERS_IN_ORDER, &chain, err);
    reader_give(s->views, r);
    if (status == OK) *ret = chain;
    return status;
}
