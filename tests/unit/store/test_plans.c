/* Every prepared plan: SQLite has ignored an index before. Reads "EXPLAIN QUERY PLAN" and insists on the index. */
#include "views_stand.h"

#include <string.h>

#include "store/list.h"
#include "views.sql.h"

/* The plan of a statement as one text, steps separated by "; ". */
static void plan_of(sqlite3 *db, const char *sql, struct strbuf *out) {
    struct strbuf explain;
    strbuf_init(&explain, 1 << 20);
    strbuf_addz(&explain, "EXPLAIN QUERY PLAN ");
    strbuf_addz(&explain, sql);
    strbuf_addc(&explain, '\0');
    sqlite3_stmt *s CLEANUP(db_finalize) = NULL;
    struct err err = {0};
    if (db_prepare(db, explain.ptr, &s, &err) != OK) fail_msg("%s: %s", err.detail, sql);
    bool row = true;
    strbuf_clear(out);
    while (db_step(s, &row, &err) == OK && row) {
        strbuf_add(out, db_column(s, 3));
        strbuf_addz(out, "; ");
    }
    strbuf_addc(out, '\0');
    strbuf_done(&explain);
}

/* Statements that read a whole table on purpose: renumbering, comparing, filling. */
static bool is_whole(const char *name) {
    static const char *const names[] = {"rows_in_id_order", "rows_after_slot",   "timers_in_order",   "areas_in_use",
                                        "areas_by_slot",    "area_renumber",     "own_area_renumber", "search_slots",
                                        "outbox_in_order",  "partners_in_order", "orders_in_order",   "held_in_order"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

static bool begins(const char *s, const char *with) {
    return strncmp(s, with, strlen(with)) == 0;
}

/* "SCAN x VIRTUAL TABLE" is how FTS5 looks something up. */
static bool scans(const char *plan) {
    for (const char *p = plan; (p = strstr(p, "SCAN ")) != NULL; p++) {
        const char *end = strchr(p, ';');
        const char *virtual = strstr(p, "VIRTUAL TABLE"), *ordered = strstr(p, "USING");
        bool fine = (virtual && virtual < end) || (ordered && ordered < end) || begins(p, "SCAN CONSTANT");
        if (!fine) return true;
    }
    return strstr(plan, "TEMP B-TREE") != NULL;
}

static void test_named(void **state) {
    (void)state;
    static const struct {
        const char *name, *sql;
    } all[] = {
#define ROW(name, sql) {name, sql},
        SQL_VIEWS_EACH(ROW)
#undef ROW
    };
    struct stand s;
    views_stand_init(&s);
    views_stand_open(&s);
    struct views *v = s.store->views;
    struct strbuf plan;
    strbuf_init(&plan, 1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        if (begins(all[i].name, "part_") || begins(all[i].name, "schema_")) continue;
        bool search = begins(all[i].name, "search_");
        plan_of(search ? v->search->db : v->db, all[i].sql, &plan);
        if (scans(plan.ptr) && !is_whole(all[i].name)) fail_msg("%s: %s", all[i].name, plan.ptr);
    }
    strbuf_done(&plan);
    stand_done(&s);
}

static void test_lists(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *query;
        enum sort sort;
        const char *expected; /* NULL = found by the facts */
    } rows[] = {
        {__LINE__, "", SORT_FILED_DESC, "SCAN c USING INDEX cases_filed"},
        {__LINE__, "", SORT_FILED_ASC, "SCAN c USING INDEX cases_filed"},
        {__LINE__, "", SORT_UPDATED_DESC, "SCAN c USING INDEX cases_updated"},
        {__LINE__, "status:open", SORT_FILED_DESC, "SCAN c USING INDEX cases_open_filed"},
        {__LINE__, "status:open", SORT_FILED_ASC, "SCAN c USING INDEX cases_open_filed"},
        {__LINE__, "status:open", SORT_DUE_ASC, "SCAN c USING INDEX cases_open_due"},
        {__LINE__, "status:overdue", SORT_DUE_ASC, "SEARCH c USING INDEX cases_open_due (due<?)"},
        {__LINE__, "status:soon", SORT_DUE_ASC, "SEARCH c USING INDEX cases_open_due (due>? AND due<?)"},
        {__LINE__, "filed:2026-11", SORT_FILED_DESC, "SEARCH c USING INDEX cases_filed (filed>? AND filed<?)"},
        {__LINE__, "updated:<2d", SORT_UPDATED_DESC, "SEARCH c USING INDEX cases_updated (updated>? AND updated<?)"},
        {__LINE__, "number:SM1", SORT_FILED_DESC, "SEARCH c USING INDEX cases_number (number=?)"},
        {__LINE__, "id:7", SORT_FILED_DESC, "SEARCH c USING INDEX cases_id (id=?)"},
        {__LINE__, "unit:cityops status:open", SORT_DUE_ASC, NULL},
        {__LINE__, "area:3201 status:open", SORT_FILED_DESC, NULL},
        {__LINE__, "井盖", SORT_FILED_DESC, NULL},
        {__LINE__, "-status:closed", SORT_FILED_DESC, NULL},
        {__LINE__, "status:overdue", SORT_FILED_DESC, NULL},
        {__LINE__, "due:none", SORT_DUE_ASC, NULL},
    };
    struct stand s;
    views_stand_init(&s);
    views_stand_open(&s);
    /* What a supervisor without seals sees: his terms must not spoil the index. */
    struct sight sight = {.scope = SCOPE_JURISDICTION, .unit = code_of("cityops"), .sees_private = true};
    struct reader *reader;
    struct err err = {0};
    assert_int_equal(reader_take(s.store->views, &reader, &err), OK);
    for (size_t i = 0; i < ARRAY_LEN(rows) * 4; i++) {
        struct arena arena;
        arena_init(&arena, 0);
        const size_t at = i / 4;
        struct query *q = views_query(rows[at].query, &arena);
        if (i & 1) q = query_with_sight(q, &sight, small_city(), &arena);
        struct list_cursor cursor = {5, 6};
        struct list_call call = {q,     small_city(), rows[at].sort, 50, i & 2 ? &cursor : NULL, views_stand_now(&s),
                                 &arena};
        bool index = list_has_index(q, rows[at].sort);
        if (index != (rows[at].expected != NULL)) fail_msg("line %d: the other way", rows[at].line);
        struct strbuf sql, plan;
        strbuf_init(&sql, 1 << 20);
        strbuf_init(&plan, 1 << 20);
        struct query_sql *where = NEW(&arena, struct query_sql);
        where->sql = &sql;
        where->arena = &arena;
        assert_int_equal(list_statement(&call, where, &err), OK);
        plan_of(reader->db, sql.ptr, &plan);
        /* With a cursor a scan becomes a search of the same index. */
        const char *name = rows[at].expected ? strstr(rows[at].expected, "cases_") : NULL;
        bool right = !index || (i & 2 ? strstr(plan.ptr, name ? "USING INDEX cases_" : "") != NULL
                                      : strstr(plan.ptr, rows[at].expected) != NULL);
        bool sorted = index && rows[at].expected[1] == 'C' && strstr(plan.ptr, "TEMP B-TREE");
        if (!right || sorted) fail_msg("line %d (%zu): %s for %s", rows[at].line, i & 3, plan.ptr, sql.ptr);
        strbuf_done(&sql);
        strbuf_done(&plan);
        arena_done(&arena);
    }
    reader_give(s.store->views, reader);
    stand_done(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_named), cmocka_unit_test(test_lists)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
