/* Connections of the views: a pool of readers, each with a small cache of prepared statements. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "query/columns.h"
#include "query/words.h"
#include "store/views_int.h"

static void statement_drop(struct statement *s) {
    db_finalize(&s->stmt);
    free(s->sql);
    *s = (struct statement){0};
}

/* An empty place, or the one that was not used for the longest time. */
static struct statement *statement_place(struct reader *r) {
    struct statement *oldest = &r->statements[0];
    for (size_t i = 0; i < STATEMENTS_MAX; i++) {
        if (!r->statements[i].stmt) return &r->statements[i];
        if (r->statements[i].used < oldest->used) oldest = &r->statements[i];
    }
    statement_drop(oldest);
    return oldest;
}

enum status reader_prepare(struct reader *r, const char *sql, sqlite3_stmt **ret, struct err *err) {
    uint64_t hash = str_hash(str_z(sql));
    r->calls++;
    for (size_t i = 0; i < STATEMENTS_MAX; i++) {
        struct statement *s = &r->statements[i];
        if (s->stmt && s->hash == hash && strcmp(s->sql, sql) == 0) {
            s->used = r->calls;
            *ret = s->stmt;
            return OK;
        }
    }
    sqlite3_stmt *stmt = NULL;
    enum status status = db_prepare(r->db, sql, &stmt, err);
    if (status != OK) return status;
    char *copy = strdup(sql);
    check(copy);
    struct statement *place = statement_place(r);
    *place = (struct statement){hash, r->calls, copy, stmt};
    *ret = stmt;
    return OK;
}

void reader_bind(sqlite3_stmt *s, const struct query_sql *q) {
    for (size_t i = 0; i < q->n; i++) {
        int at = (int)i + 1;
        switch (q->binds[i].kind) {
        case BIND_INT:
            db_bind_i64(s, at, q->binds[i].i);
            break;
        case BIND_DOUBLE:
            check(sqlite3_bind_double(s, at, q->binds[i].d) == SQLITE_OK);
            break;
        case BIND_TEXT:
            db_bind_text(s, at, q->binds[i].s.ptr ? q->binds[i].s : S(""));
            break;
        }
    }
}

/* yw_near(x, y, lon, lat): metres between a row's place and a point. */
static void sql_near(sqlite3_context *ctx, int n, sqlite3_value **v) {
    (void)n;
    lonlat a = {sqlite3_value_int(v[0]) / 1e7, sqlite3_value_int(v[1]) / 1e7};
    lonlat b = {sqlite3_value_double(v[2]), sqlite3_value_double(v[3])};
    sqlite3_result_double(ctx, lonlat_distance_m(a, b));
}

static str value_str(sqlite3_value *v) {
    const unsigned char *text = sqlite3_value_text(v);
    return (str){(const char *)text, (size_t)sqlite3_value_bytes(v)};
}

/* yw_text(text, address, core, prefix): what the index promised, checked. */
static void sql_words(sqlite3_context *ctx, int n, sqlite3_value **v) {
    (void)n;
    sqlite3_result_int(ctx,
                       words_match(value_str(v[0]), value_str(v[1]), value_str(v[2]), sqlite3_value_int(v[3]) != 0));
}

static enum status add_functions(sqlite3 *db, struct err *err) {
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    if (sqlite3_create_function_v2(db, "yw_near", 4, flags, NULL, sql_near, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_create_function_v2(db, "yw_text", 4, flags, NULL, sql_words, NULL, NULL, NULL) != SQLITE_OK)
        return db_fail(db, err);
    return OK;
}

static enum status attach_search(struct reader *r, const char *dir, struct err *err) {
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", dir, SEARCH_FILE) >= (int)sizeof path)
        return err_set(err, E_STORAGE, "storage_failed", "The path of the data directory is too long.");
    sqlite3_stmt *s CLEANUP(db_finalize) = NULL;
    enum status status = db_prepare(r->db, "ATTACH ?1 AS search", &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, str_z(path));
    return db_step(s, NULL, err);
}

enum status reader_open(struct views *v, bool read_only, struct reader **ret, struct err *err) {
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", v->store->dir, VIEWS_FILE) >= (int)sizeof path)
        return err_set(err, E_STORAGE, "storage_failed", "The path of the data directory is too long.");
    struct reader *r CLEANUP(reader_close) = calloc(1, sizeof *r);
    check(r);
    struct db_options o = {
        .vfs = v->store->options.vfs, .read_only = read_only, .relaxed = true, .cache_kib = read_only ? 8192 : 32768};
    enum status status = db_open(path, &o, &r->db, err);
    if (status == OK) status = add_functions(r->db, err);
    if (status == OK && read_only) status = attach_search(r, v->store->dir, err);
    if (status == OK) *ret = TAKE(r);
    return status;
}

void reader_close(struct reader **r) {
    if (!*r) return;
    for (size_t i = 0; i < STATEMENTS_MAX; i++) statement_drop(&(*r)->statements[i]);
    db_close(&(*r)->db);
    free(*r);
    *r = NULL;
}

enum status reader_take(struct views *v, struct reader **ret, struct err *err) {
    pthread_mutex_lock(&v->lock);
    while (!v->idle && v->n_readers >= VIEWS_READERS) pthread_cond_wait(&v->moved, &v->lock);
    struct reader *r = v->idle;
    if (r)
        v->idle = r->next;
    else
        v->n_readers++;
    pthread_mutex_unlock(&v->lock);
    enum status status = r ? OK : reader_open(v, true, &r, err);
    if (status == OK) {
        *ret = r;
        return OK;
    }
    pthread_mutex_lock(&v->lock);
    v->n_readers--;
    pthread_cond_broadcast(&v->moved);
    pthread_mutex_unlock(&v->lock);
    return status;
}

void reader_give(struct views *v, struct reader *r) {
    pthread_mutex_lock(&v->lock);
    r->next = v->idle;
    v->idle = r;
    pthread_cond_broadcast(&v->moved);
    pthread_mutex_unlock(&v->lock);
}

int64_t row_cell(int32_t x, int32_t y) {
    if (x == SQL_NO_PLACE) return -1;
    return ((int64_t)y + 900000000) / 50000 * CELL_COLUMNS + ((int64_t)x + 1800000000) / 50000;
}

str row_tasks(const struct case_row *row, struct arena *arena) {
    char text[TASKS_MAX * (CODE_MAX + 1)];
    str tasks = columns_row_tasks(row, text);
    return tasks.len > 0 ? str_dup(arena, tasks) : S("");
}

static str not_null(str s) {
    return s.ptr ? s : S("");
}

static int64_t index_value(uint32_t index) {
    return index == NONE ? -1 : (int64_t)index;
}

void row_bind(sqlite3_stmt *s, const struct case_row *row, str tasks) {
    bool placed = !lonlat_is_none(row->place);
    int32_t x = placed ? query_e7(row->place.lon_deg) : SQL_NO_PLACE,
            y = placed ? query_e7(row->place.lat_deg) : SQL_NO_PLACE;
    const struct {
        int at;
        const code *value;
    } codes[] = {{5, &row->number},    {6, &row->procedure},  {7, &row->state},     {8, &row->category},
                 {9, &row->condition}, {10, &row->area},      {11, &row->own_area}, {12, &row->unit},
                 {13, &row->channel},  {17, &row->about_unit}};
    const struct {
        int at;
        int64_t value;
    } numbers[] = {{1, row->slot},
                   {2, (int64_t)row->id},
                   {3, (int64_t)row->seq},
                   {4, row->version},
                   {14, index_value(row->area_index)},
                   {15, index_value(row->own_area_index)},
                   {16, row->about},
                   {18, row_bits(row)},
                   {19, row->is_over},
                   {20, row->provisional},
                   {21, row->rating},
                   {22, row->filed.ms},
                   {23, row->happened.ms},
                   {24, row->updated.ms},
                   {25, row->ended.ms},
                   {26, instant_is_none(row->due) ? SQL_NO_DUE : row->due.ms},
                   {27, x},
                   {28, y},
                   {29, row_cell(x, y)}};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (codes[i].at <= sqlite3_bind_parameter_count(s)) db_bind_text(s, codes[i].at, str_code(codes[i].value));
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (numbers[i].at <= sqlite3_bind_parameter_count(s)) db_bind_i64(s, numbers[i].at, numbers[i].value);
    db_bind_text(s, 30, tasks);
    if (sqlite3_bind_parameter_count(s) < 32) return;
    db_bind_text(s, 31, not_null(row->text));
    db_bind_text(s, 32, not_null(row->address));
    db_bind_i64(s, 33, row->supporters);
    db_bind_text(s, 34, str_code(&row->point));
}

static code column_code(sqlite3_stmt *s, int at) {
    code c = {0};
    str text = db_column(s, at);
    if (!code_from(text, &c)) return (code){0};
    return c;
}

static void read_tasks(str tasks, struct case_row *ret) {
    str unit;
    ret->n_task_units = 0;
    while (!str_empty(tasks) && str_split(&tasks, ',', &unit) && ret->n_task_units < TASKS_MAX)
        if (code_from(unit, &ret->task_units[ret->n_task_units])) ret->n_task_units++;
}

static void read_times(sqlite3_stmt *s, int at, struct case_row *ret) {
    instant *times[] = {&ret->filed, &ret->happened, &ret->updated, &ret->ended, &ret->due};
    for (int i = 0; i < 5; i++) times[i]->ms = sqlite3_column_int64(s, at + i);
    if (ret->due.ms == SQL_NO_DUE) ret->due = INSTANT_NONE;
}

void row_read(sqlite3_stmt *s, const struct city *city, struct arena *arena, struct case_row *ret) {
    *ret = (struct case_row){.slot = (uint32_t)sqlite3_column_int64(s, 0),
                             .id = (uint64_t)sqlite3_column_int64(s, 1),
                             .seq = (uint64_t)sqlite3_column_int64(s, 2),
                             .version = (uint32_t)sqlite3_column_int64(s, 3)};
    code *codes[] = {&ret->number, &ret->procedure, &ret->state, &ret->category, &ret->condition,
                     &ret->area,   &ret->own_area,  &ret->unit,  &ret->channel};
    for (int i = 0; i < (int)ARRAY_LEN(codes); i++) *codes[i] = column_code(s, 4 + i);
    ret->about = (enum about)sqlite3_column_int(s, 13);
    ret->about_unit = column_code(s, 14);
    row_set_bits(ret, (uint32_t)sqlite3_column_int64(s, 15));
    ret->rating = sqlite3_column_int(s, 16);
    read_times(s, 17, ret);
    int32_t x = sqlite3_column_int(s, 22), y = sqlite3_column_int(s, 23);
    ret->place = x == SQL_NO_PLACE ? lonlat_none() : (lonlat){x / 1e7, y / 1e7};
    read_tasks(db_column(s, 24), ret);
    ret->text = str_dup(arena, db_column(s, 25));
    ret->address = str_dup(arena, db_column(s, 26));
    ret->supporters = sqlite3_column_int(s, 27);
    ret->point = column_code(s, 28);
    row_resolve(ret, city);
}
