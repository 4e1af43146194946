/* Counts against a naive loop over the rows: every pair of dimensions, every measure, a few filters. */
#include "views_random.h"

#include <math.h>
#include <string.h>

#define CASES 300

static const struct {
    enum dimension by;
    const char *level;
} dimensions[] = {{BY_NOTHING, ""},   {BY_AREA, ""},           {BY_UNIT, ""},      {BY_CATEGORY, ""},
                  {BY_PROCEDURE, ""}, {BY_CHANNEL, ""},        {BY_STATE, ""},     {BY_DAY, ""},
                  {BY_MONTH, ""},     {BY_HOUR, ""},           {BY_STATUS, ""},    {BY_RATING, ""},
                  {BY_LEVEL, "town"}, {BY_LEVEL, "community"}, {BY_ENDED_DAY, ""}, {BY_ENDED_MONTH, ""}};

static str known_area(const struct case_row *row) {
    return row->area_index == NONE ? S("") : str_code(&row->area);
}

static str naive_key(const struct case_row *row, enum dimension by, const char *level, instant now,
                     struct arena *arena) {
    const struct city *city = small_city();
    struct civil c = civil_from_instant(&city->calendar.zone, row->filed);
    switch (by) {
    case BY_AREA:
        return known_area(row);
    case BY_UNIT:
        return str_code(&row->unit);
    case BY_CATEGORY:
        return str_code(&row->category);
    case BY_PROCEDURE:
        return str_code(&row->procedure);
    case BY_CHANNEL:
        return str_code(&row->channel);
    case BY_STATE:
        return str_code(&row->state);
    case BY_DAY:
        return str_format(arena, "%04d-%02d-%02d", c.year, c.month, c.mday);
    case BY_MONTH:
        return str_format(arena, "%04d-%02d", c.year, c.month);
    case BY_HOUR:
        return str_format(arena, "%02d", c.hour);
    case BY_ENDED_DAY:
    case BY_ENDED_MONTH: {
        if (instant_is_none(row->ended)) return S("");
        struct civil e = civil_from_instant(&city->calendar.zone, row->ended);
        return by == BY_ENDED_DAY ? str_format(arena, "%04d-%02d-%02d", e.year, e.month, e.mday)
                                  : str_format(arena, "%04d-%02d", e.year, e.month);
    }
    case BY_RATING:
        return row->rating ? str_format(arena, "%d", row->rating) : S("");
    case BY_STATUS: {
        bool overdue = !instant_is_none(row->due) && query_seconds(row->due) <= query_seconds(now);
        return str_z(row->is_over ? (row->is_closed ? "closed" : "ended") : overdue ? "overdue" : "open");
    }
    case BY_LEVEL: {
        uint32_t up = row->area_index == NONE ? NONE : city_area_at_level(city, row->area_index, str_z(level));
        return up == NONE ? S("") : str_code(&city->areas[up].code);
    }
    case BY_NOTHING:
    case DIMENSION_COUNT:
        break;
    }
    return S("");
}

/* What a row adds; out: false if the measure is not about it. */
static bool naive_value(const struct case_row *row, enum measure m, instant now, double *ret) {
    bool overdue = !row->is_over && !instant_is_none(row->due) && query_seconds(row->due) <= query_seconds(now);
    switch (m) {
    case MEASURE_COUNT:
        *ret = 1;
        return true;
    case MEASURE_OPEN:
        *ret = !row->is_over;
        return true;
    case MEASURE_CLOSED:
        *ret = row->is_closed;
        return true;
    case MEASURE_OVERDUE:
        *ret = overdue;
        return true;
    case MEASURE_LATE:
        *ret = row->missed;
        return true;
    case MEASURE_MEAN_RATING:
        *ret = row->rating;
        return row->rating > 0;
    case MEASURE_MEAN_HOURS:
        if (!row->is_over || instant_is_none(row->ended) || query_seconds(row->ended) < query_seconds(row->filed))
            return false;
        *ret = (double)(query_seconds(row->ended) - query_seconds(row->filed)) / 3600;
        return true;
    }
    return false;
}

struct naive {
    str key[2];
    double sum;
    uint64_t n;
};

struct world {
    struct stand stand;
    struct arena arena;
    struct listing all;
};

static size_t naive_counts(const struct world *w, const struct query *q, const struct count_request *r,
                           struct naive *ret, struct arena *arena) {
    size_t n = 0;
    instant now = views_stand_now(&w->stand);
    for (size_t i = 0; i < w->all.n; i++) {
        const struct case_row *row = &w->all.rows[i];
        double value;
        if (!query_match(q, row, small_city(), now) || !naive_value(row, r->measure, now, &value)) continue;
        str a = naive_key(row, r->by[0], r->level[0].s, now, arena),
            b = naive_key(row, r->by[1], r->level[1].s, now, arena);
        size_t k = 0;
        while (k < n && !(str_eq(ret[k].key[0], a) && str_eq(ret[k].key[1], b))) k++;
        if (k == n) ret[n++] = (struct naive){.key = {a, b}};
        ret[k].sum += value;
        ret[k].n++;
    }
    return n;
}

static void compare(struct world *w, const char *text, const struct count_request *r) {
    struct arena arena;
    arena_init(&arena, 0);
    struct query *q = views_query(text, &arena);
    struct naive *expected = NEW_ARRAY(&arena, struct naive, CASES);
    size_t n = naive_counts(w, q, r, expected, &arena);
    struct counts got;
    struct err err = {0};
    enum status status = store_counts(w->stand.store, q, r, views_stand_now(&w->stand), &arena, &got, &err);
    if (status != OK) fail_msg("%s", err.primary);
    if (got.n != n)
        fail_msg("%s by %d, %d measure %d: %zu rows, not %zu", text, r->by[0], r->by[1], r->measure, got.n, n);
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < got.n &&
               !(str_eq(got.rows[k].key[0], expected[i].key[0]) && str_eq(got.rows[k].key[1], expected[i].key[1])))
            k++;
        if (k == got.n) fail_msg("%s: no row %.*s %.*s", text, P(expected[i].key[0]), P(expected[i].key[1]));
        bool mean = r->measure == MEASURE_MEAN_HOURS || r->measure == MEASURE_MEAN_RATING;
        double value = mean ? expected[i].sum / (double)expected[i].n : expected[i].sum;
        if (got.rows[k].n != expected[i].n || fabs(got.rows[k].value - value) > 1e-9)
            fail_msg("%s by %d, %d measure %d: %.*s %.*s", text, r->by[0], r->by[1], r->measure, P(expected[i].key[0]),
                     P(expected[i].key[1]));
    }
    arena_done(&arena);
}

static void open_world(struct world *w) {
    random_seed(3);
    arena_init(&w->arena, 0);
    views_stand_init(&w->stand);
    views_stand_open(&w->stand);
    random_cases(&w->stand, CASES);
    struct err err = {0};
    struct query *all = views_query("", &w->arena);
    assert_int_equal(store_list(w->stand.store, all, SORT_FILED_ASC, 500, STR_NONE, views_stand_now(&w->stand),
                                &w->arena, &w->all, &err),
                     OK);
}

static void test_pairs(void **state) {
    (void)state;
    static struct world w;
    static const char *const filters[] = {"", "status:open", "井盖", "area:3201 -channel:web",
                                          "due:<1d or flag:urgent"};
    open_world(&w);
    size_t n = ARRAY_LEN(dimensions);
    for (size_t i = 0; i < n * n; i++) {
        struct count_request r = {.by = {dimensions[i / n].by, dimensions[i % n].by},
                                  .level = {code_of(dimensions[i / n].level), code_of(dimensions[i % n].level)}};
        for (r.measure = MEASURE_COUNT; r.measure <= MEASURE_MEAN_RATING; r.measure++)
            compare(&w, filters[(i + r.measure) % ARRAY_LEN(filters)], &r);
    }
    arena_done(&w.arena);
    stand_done(&w.stand);
}

static void test_refused(void **state) {
    (void)state;
    struct stand s;
    struct arena arena;
    arena_init(&arena, 0);
    views_stand_init(&s);
    views_stand_open(&s);
    struct counts got;
    struct err err = {0};
    struct count_request r = {.by = {BY_LEVEL}, .level = {code_of("planet")}};
    assert_int_equal(store_counts(s.store, views_query("", &arena), &r, views_stand_now(&s), &arena, &got, &err),
                     E_INVALID);
    assert_string_equal(err.code, "unknown_level");
    r = (struct count_request){0};
    assert_int_equal(store_counts(s.store, views_query("", &arena), &r, views_stand_now(&s), &arena, &got, &err), OK);
    assert_int_equal(got.n, 0);
    arena_done(&arena);
    stand_done(&s);
}

/* The facts are the same from the snapshot, from the snapshot and what came after, and from the views. */
static void test_snapshot(void **state) {
    (void)state;
    static struct world w;
    open_world(&w);
    const struct count_request r = {.by = {BY_UNIT, BY_STATE}};
    const char *query = "status:open unit:gov -about:conduct";
    compare(&w, query, &r);
    stand_close(&w.stand);
    views_stand_open(&w.stand);
    compare(&w, query, &r);
    char path[128], kept[128];
    snprintf(path, sizeof path, "%s/facts.snapshot", w.stand.dir);
    snprintf(kept, sizeof kept, "%s/kept", w.stand.dir);
    stand_close(&w.stand);
    assert_int_equal(rename(path, kept), 0);
    views_stand_open(&w.stand); /* from the views */
    compare(&w, query, &r);
    random_cases(&w.stand, 20);
    stand_close(&w.stand);
    assert_int_equal(rename(kept, path), 0);
    views_stand_open(&w.stand); /* the older snapshot and what came after */
    struct err err = {0};
    struct query *all = views_query("", &w.arena);
    assert_int_equal(store_list(w.stand.store, all, SORT_FILED_ASC, 500, STR_NONE, views_stand_now(&w.stand), &w.arena,
                                &w.all, &err),
                     OK);
    assert_int_equal(w.all.n, CASES + 20);
    compare(&w, query, &r);
    stand_close(&w.stand);
    FILE *f = fopen(path, "r+b"); /* a torn snapshot is not believed */
    assert_non_null(f);
    fseek(f, 200000, SEEK_SET);
    fputc('x', f);
    fclose(f);
    views_stand_open(&w.stand);
    compare(&w, query, &r);
    arena_done(&w.arena);
    stand_done(&w.stand);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pairs), cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_snapshot)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
