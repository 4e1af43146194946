/* Pages over several blocks of facts: whatever way a list is found, it holds the matching cases, each once, in order.
 * Enough cases for blocks to be passed over and walks to end early. */
#include "views_random.h"

#include <stdlib.h>
#include <string.h>

#include "store/list.h"

#define CASES 4600 /* three blocks */

static struct stand s;
static struct arena world;
static struct case_row *rows;
static size_t n_rows;

static void load_all(void) {
    struct arena *arena = &world;
    rows = NEW_ARRAY(arena, struct case_row, CASES);
    n_rows = 0;
    str cursor = STR_NONE;
    do {
        struct listing page;
        struct err err = {0};
        struct query *all = views_query("", arena);
        assert_int_equal(
            store_list(s.store, all, SORT_UPDATED_DESC, 500, cursor, views_stand_now(&s), arena, &page, &err), OK);
        for (size_t i = 0; i < page.n; i++) rows[n_rows++] = page.rows[i];
        cursor = page.next;
    } while (!str_empty(cursor));
    assert_int_equal(n_rows, CASES);
}

struct wanted {
    int64_t key;
    uint32_t slot;
};

static bool rises(enum sort sort) {
    return sort == SORT_FILED_ASC || sort == SORT_DUE_ASC;
}

static int compare_rising(const void *a, const void *b) {
    const struct wanted *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->slot < y->slot ? -1 : x->slot > y->slot;
}

static int compare_falling(const void *a, const void *b) {
    return compare_rising(b, a);
}

static size_t naive(const struct query *q, enum sort sort, struct wanted *ret) {
    size_t n = 0;
    for (size_t i = 0; i < n_rows; i++)
        if (query_match(q, &rows[i], small_city(), views_stand_now(&s)))
            ret[n++] = (struct wanted){list_key(sort, &rows[i]), rows[i].slot};
    qsort(ret, n, sizeof *ret, rises(sort) ? compare_rising : compare_falling);
    return n;
}

/* The first pages; all of them would take long. */
static void compare_pages(const char *text, enum sort sort, size_t limit) {
    struct arena arena;
    arena_init(&arena, 0);
    struct query *q = views_query(text, &arena);
    struct wanted *wanted = NEW_ARRAY(&arena, struct wanted, CASES);
    size_t n = naive(q, sort, wanted), at = 0;
    str cursor = STR_NONE;
    for (int pages = 0; pages < 6; pages++) {
        struct listing page;
        struct err err = {0};
        enum status status = store_list(s.store, q, sort, limit, cursor, views_stand_now(&s), &arena, &page, &err);
        if (status != OK) fail_msg("%s: %s", text, err.primary);
        for (size_t i = 0; i < page.n; i++, at++)
            if (at >= n || wanted[at].slot != page.rows[i].slot)
                fail_msg("%s sorted %d: row %zu of %zu", text, sort, at, n);
        bool more = at < n;
        if (more != !str_empty(page.next)) fail_msg("%s sorted %d: ends at %zu of %zu", text, sort, at, n);
        if (!more) break;
        cursor = page.next;
    }
    arena_done(&arena);
}

static void test_pages(void **state) {
    (void)state;
    static const char *const queries[] = {
        "",          "status:open",   "status:closed",  "井盖",        "pothole status:open",      "盖",
        "unit:gov",  "area:3201",     "status:overdue", "due:none",    "channel:web -flag:urgent", "井盖丢失",
        "filed:<2d", "filed:2026-11", "夜间 area:3202", "number:SM1*", "category:m01* rating:>3",  "zzz",
    };
    for (size_t i = 0; i < ARRAY_LEN(queries); i++)
        for (enum sort sort = SORT_FILED_DESC; sort < SORT_COUNT; sort++)
            compare_pages(queries[i], sort, 1 + chance(70));
}

/* Counts that pass over blocks: open cases and narrow times. */
static void test_notes(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    static const char *const queries[] = {"status:open",
                                          "status:open,overdue",
                                          "filed:2026-11-20",
                                          "filed:>2026-12-20 status:soon",
                                          "status:open status:closed",
                                          "filed:1980"};
    const struct count_request by_nothing = {.by = {BY_NOTHING}};
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        struct query *q = views_query(queries[i], &arena);
        size_t expected = 0;
        for (size_t k = 0; k < n_rows; k++) expected += query_match(q, &rows[k], small_city(), views_stand_now(&s));
        struct counts got;
        struct err err = {0};
        assert_int_equal(store_counts(s.store, q, &by_nothing, views_stand_now(&s), &arena, &got, &err), OK);
        size_t n = got.n ? (size_t)got.rows[0].n : 0;
        if (n != expected) fail_msg("%s: %zu, not %zu", queries[i], n, expected);
    }
    uint64_t cases, open, expected = 0;
    for (size_t k = 0; k < n_rows; k++) expected += !rows[k].is_over;
    views_totals(s.store->views, &cases, &open);
    assert_int_equal(cases, CASES);
    assert_int_equal(open, expected);
    arena_done(&arena);
}

static int open_world(void **state) {
    (void)state;
    random_seed(5);
    arena_init(&world, 0);
    views_stand_init(&s);
    views_stand_open(&s);
    random_cases(&s, CASES);
    load_all();
    return 0;
}

static int close_world(void **state) {
    (void)state;
    arena_done(&world);
    stand_done(&s);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pages), cmocka_unit_test(test_notes)};
    return cmocka_run_group_tests(tests, open_world, close_world);
}
