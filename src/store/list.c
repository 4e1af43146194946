/* Lists of cases from views.db: pages by key, single rows, neighbours, timers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/list.h"
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

int64_t list_key(enum sort sort, const struct case_row *row) {
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

static enum status cursor_parse(str text, enum sort sort, struct list_cursor *ret, struct err *err) {
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

/* --- which way --- */

/* Terms that leave out few rows: what a sight hides. */
static bool is_weak(const struct query *q) {
    if (q->kind == QUERY_ALL) return true;
    if (q->kind != QUERY_NOT) return false;
    const struct query *c = q->children[0];
    const struct query *first = c->kind == QUERY_AND ? c->children[0] : c;
    if (first->kind != QUERY_TERM) return false;
    return (first->term.field == Q_FLAG &&
            (first->term.mask & ~(uint32_t)(ROW_BIT_SEALED | ROW_BIT_PRIVATE | ROW_REGISTER)) == 0) ||
           (first->term.field == Q_ABOUT && first->term.mask == 1u << ABOUT_CONDUCT);
}

/* Whether the index that is in the order of the sort holds just what the term wants. */
static bool is_indexed(const struct query *q, enum sort sort) {
    if (q->kind != QUERY_TERM) return false;
    const struct query_term *t = &q->term;
    if (t->field == Q_STATUS && t->mask == STATUS_OPEN) return true;
    if (t->field == Q_STATUS && (t->mask == STATUS_OVERDUE || t->mask == STATUS_SOON)) return sort == SORT_DUE_ASC;
    bool bounded = !t->is_none && t->n == 0;
    return bounded && ((t->field == Q_FILED && (sort == SORT_FILED_DESC || sort == SORT_FILED_ASC)) ||
                       (t->field == Q_UPDATED && sort == SORT_UPDATED_DESC));
}

static bool finds_few(const struct query *q) {
    if (q->kind != QUERY_TERM) return false;
    bool coded = q->term.field == Q_NUMBER || q->term.field == Q_THING;
    return q->term.field == Q_ID || (coded && !q->term.prefix[0] && !str_empty(q->term.values[0]));
}

bool list_has_index(const struct query *q, enum sort sort) {
    if (finds_few(q)) return true;
    if (q->kind != QUERY_AND) return is_weak(q) || is_indexed(q, sort);
    bool all = true;
    for (size_t i = 0; i < q->n_children; i++) {
        const struct query *c = q->children[i];
        if (finds_few(c)) return true;
        all = all && (is_weak(c) || is_indexed(c, sort) || (c->kind == QUERY_AND && list_has_index(c, sort)));
    }
    return all;
}

enum status list_statement(const struct list_call *l, struct query_sql *ret, struct err *err) {
    const struct order *o = &orders[l->sort];
    strbuf_addz(ret->sql, SQL_VIEWS_PART_ROW " WHERE ");
    enum status status = query_sql(l->query, l->city, l->now, ret, err);
    if (status != OK) return status;
    if (ret->n + 3 > QUERY_BINDS_MAX)
        return err_set(err, E_TOO_LARGE, "query_too_long", "the query has too many values");
    if (l->cursor) {
        strbuf_addz(ret->sql, o->after);
        ret->binds[ret->n++] = (struct query_bind){.kind = BIND_INT, .i = l->cursor->key};
        ret->binds[ret->n++] = (struct query_bind){.kind = BIND_INT, .i = l->cursor->slot};
    }
    strbuf_addz(ret->sql, o->by);
    ret->binds[ret->n++] = (struct query_bind){.kind = BIND_INT, .i = (int64_t)l->limit + 1};
    strbuf_addc(ret->sql, '\0');
    return OK;
}

/* Steps a statement that selects rows. */
static enum status read_rows(sqlite3_stmt *s, const struct list_call *l, struct listing *ret, struct err *err) {
    bool row = true;
    enum status status = OK;
    ret->rows = NEW_ARRAY(l->arena, struct case_row, l->limit + 1);
    while (ret->n <= l->limit && (status = db_step(s, &row, err)) == OK && row)
        row_read(s, l->city, l->arena, &ret->rows[ret->n++]);
    return status;
}

str store_cursor(enum sort sort, const struct case_row *row, struct arena *arena) {
    check(sort < SORT_COUNT);
    return str_format(arena, "%c%lld.%u", orders[sort].letter, (long long)list_key(sort, row), row->slot);
}

void list_end_page(const struct list_call *l, struct listing *ret) {
    if (ret->n <= l->limit) return;
    ret->n = l->limit;
    ret->next = store_cursor(l->sort, &ret->rows[l->limit - 1], l->arena);
}

static enum status list_by_index(struct views *v, const struct list_call *l, struct listing *ret, struct err *err) {
    struct strbuf sql;
    strbuf_init(&sql, SQL_TEXT_MAX);
    struct query_sql *where = NEW(l->arena, struct query_sql);
    where->sql = &sql;
    where->arena = l->arena;
    struct reader *r = NULL;
    sqlite3_stmt *s = NULL;
    enum status status = list_statement(l, where, err);
    if (status == OK) status = reader_take(v, &r, err);
    if (status == OK) status = reader_prepare(r, strbuf_str(&sql).ptr, &s, err);
    if (status == OK) {
        reader_bind(s, where);
        status = read_rows(s, l, ret, err);
    }
    db_reset(&s);
    if (r) reader_give(v, r);
    strbuf_done(&sql);
    if (status == OK) list_end_page(l, ret);
    return status;
}

enum status store_list(struct store *s, const struct query *q, enum sort sort, size_t limit, str cursor, instant now,
                       struct arena *arena, struct listing *ret, struct err *err) {
    struct views *v = s->views;
    if (!v) return err_set(err, E_STORAGE, "no_views", "There are no views here.");
    check(sort < SORT_COUNT && limit >= 1 && limit <= LIMIT_MAX);
    struct list_cursor after;
    struct list_call call = {.query = q, .sort = sort, .limit = limit, .now = now, .arena = arena};
    enum status status = str_empty(cursor) ? OK : cursor_parse(cursor, sort, &after, err);
    if (status == OK) status = views_follow_city(v, &call.city, err);
    if (status != OK) return status;
    if (!str_empty(cursor)) call.cursor = &after;
    struct listing found = {0};
    status = list_has_index(q, sort) ? list_by_index(v, &call, &found, err) : list_by_facts(v, &call, &found, err);
    if (status == OK) *ret = found;
    return status;
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

/* --- patrol points --- */

static enum status point_last(struct reader *r, const code *point, instant *ret, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row = false;
    *ret = INSTANT_NONE;
    enum status status = reader_prepare(r, SQL_VIEWS_POINT_LAST, &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, str_code(point));
    status = db_step(s, &row, err);
    if (status == OK && row) ret->ms = sqlite3_column_int64(s, 0);
    return status;
}

enum status store_points(struct store *s, const code *points, size_t n, instant *ret, struct err *err) {
    if (!s->views) return err_set(err, E_STORAGE, "no_views", "There are no views here.");
    struct reader *r;
    enum status status = reader_take(s->views, &r, err);
    if (status != OK) return status;
    for (size_t i = 0; status == OK && i < n; i++) status = point_last(r, &points[i], &ret[i], err);
    reader_give(s->views, r);
    return status;
}

enum status store_thing(struct store *s, const code *thing, struct arena *arena, struct case_row *ret,
                        struct err *err) {
    if (!s->views) return err_set(err, E_STORAGE, "no_views", "There are no views here.");
    struct reader *r;
    bool row = false;
    enum status status = reader_take(s->views, &r, err);
    if (status != OK) return status;
    sqlite3_stmt *q = NULL;
    status = reader_prepare(r, SQL_VIEWS_THING_ROW, &q, err);
    if (status == OK) db_bind_text(q, 1, str_code(thing));
    if (status == OK) status = db_step(q, &row, err);
    if (status == OK && row) row_read(q, views_city(s->views), arena, ret);
    if (status == OK && !row) status = err_set(err, E_NOT_FOUND, "unknown_thing", "There is no thing %s.", thing->s);
    db_reset(&q);
    reader_give(s->views, r);
    return status;
}

static enum status read_visits(struct reader *r, const code *point, const instant period[2], instant *ret, size_t max,
                               size_t *ret_n, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row = true;
    enum status status = reader_prepare(r, SQL_VIEWS_POINT_VISITS, &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, str_code(point));
    db_bind_i64(s, 2, period[0].ms);
    db_bind_i64(s, 3, period[1].ms);
    while (*ret_n < max && (status = db_step(s, &row, err)) == OK && row)
        ret[(*ret_n)++].ms = sqlite3_column_int64(s, 0);
    return status;
}

enum status store_point_visits(struct store *s, const code *point, instant from, instant upto, instant *ret, size_t max,
                               size_t *ret_n, struct err *err) {
    *ret_n = 0;
    if (!s->views) return err_set(err, E_STORAGE, "no_views", "There are no views here.");
    struct reader *r;
    enum status status = reader_take(s->views, &r, err);
    if (status != OK) return status;
    const instant period[2] = {from, upto};
    status = read_visits(r, point, period, ret, max, ret_n, err);
    reader_give(s->views, r);
    return status;
}

/* --- a redrawn area --- */

static enum status read_open(struct reader *r, const code *area, uint64_t after, uint64_t *ret, size_t max,
                             size_t *ret_n, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row = true;
    enum status status = reader_prepare(r, SQL_VIEWS_OPEN_IN_AREA, &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, str_code(area));
    db_bind_i64(s, 2, after == 0 ? INT64_MIN : (int64_t)after); /* ids sort as signed */
    db_bind_i64(s, 3, (int64_t)max);
    while (*ret_n < max && (status = db_step(s, &row, err)) == OK && row)
        ret[(*ret_n)++] = (uint64_t)sqlite3_column_int64(s, 0);
    return status;
}

enum status store_open_in_area(struct store *s, const code *area, uint64_t after, uint64_t *ret, size_t max,
                               size_t *ret_n, struct err *err) {
    *ret_n = 0;
    if (!s->views) return OK;
    struct reader *r;
    enum status status = reader_take(s->views, &r, err);
    if (status != OK) return status;
    status = read_open(r, area, after, ret, max, ret_n, err);
    reader_give(s->views, r);
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
    if (status == OK) status = digest_rows(r, SQL_VIEWS_OUTBOX_IN_ORDER, &chain, err);
    if (status == OK) status = digest_rows(r, SQL_VIEWS_PARTNERS_IN_ORDER, &chain, err);
    if (status == OK) status = digest_rows(r, SQL_VIEWS_ORDERS_IN_ORDER, &chain, err);
    if (status == OK) status = digest_rows(r, SQL_VIEWS_HELD_IN_ORDER, &chain, err);
    reader_give(s->views, r);
    if (status == OK) *ret = chain;
    return status;
}
