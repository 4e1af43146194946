/* The log read backwards, and its head. */
#include <string.h>

#include "stand.h"
#include "truth.sql.h"

#define FILED 7
#define KIND(k) (1U << (k))

static int setup(void **state) {
    static struct stand s;
    stand_init(&s);
    assert_int_equal(stand_open(&s, NULL), OK);
    *state = &s;
    return 0;
}

static int teardown(void **state) {
    stand_done(*state);
    return 0;
}

static struct log_page page_of(struct stand *s, uint32_t kinds, uint64_t before, size_t limit, struct arena *arena) {
    struct log_page p;
    struct err err = {0};
    if (store_log(s->store, kinds, before, limit, arena, &p, &err) != OK) fail_msg("%s: %s", err.code, err.primary);
    return p;
}

/* Seven filings, of which each second one is closed: 1 2a 2b 3 4a 4b … */
static size_t fill(struct stand *s) {
    size_t entries = 0;
    for (int i = 0; i < FILED; i++) {
        uint64_t id = stand_filed(s, "a");
        entries++;
        if (i % 2 == 0) continue;
        struct command close = stand_act(id, "close");
        stand_run(s, &close);
        entries++;
    }
    return entries;
}

static void pages_go_back_to_the_beginning(void **state) {
    struct stand *s = *state;
    struct arena arena;
    arena_init(&arena, 0);
    size_t entries = fill(s), seen = 0;
    uint64_t expected = store_seq(s->store), before = 0;
    assert_int_equal(expected, entries);
    do {
        struct log_page p = page_of(s, UINT32_MAX, before, 4, &arena);
        for (size_t i = 0; i < p.n; i++) assert_int_equal(p.entries[i].seq, expected--);
        seen += p.n;
        before = p.next;
    } while (before != 0);
    assert_int_equal(seen, entries);
    arena_done(&arena);
}

static void kinds_are_chosen(void **state) {
    struct stand *s = *state;
    struct arena arena;
    arena_init(&arena, 0);
    fill(s);
    struct log_page acted = page_of(s, KIND(ENTRY_ACTED), 0, 100, &arena);
    assert_int_equal(acted.n, FILED / 2);
    assert_int_equal(acted.next, 0);
    for (size_t i = 0; i < acted.n; i++) assert_int_equal(acted.entries[i].kind, ENTRY_ACTED);
    assert_int_equal(page_of(s, KIND(ENTRY_FILED), 0, 100, &arena).n, FILED);
    assert_int_equal(page_of(s, KIND(ENTRY_READ), 0, 100, &arena).n, 0);
    assert_int_equal(page_of(s, 0, 0, 100, &arena).n, 0);
    /* a full page goes on even if nothing follows, an empty one ends */
    struct log_page one = page_of(s, KIND(ENTRY_ACTED), 0, 1, &arena);
    assert_true(one.n == 1 && one.next == one.entries[0].seq);
    assert_int_equal(page_of(s, UINT32_MAX, 1, 10, &arena).n, 0);
    assert_int_equal(page_of(s, UINT32_MAX, 1, 10, &arena).next, 0);
    /* a place beyond the end is the end */
    assert_int_equal(page_of(s, UINT32_MAX, 1000000, 1, &arena).entries[0].seq, store_seq(s->store));
    arena_done(&arena);
}

static void the_head_signs_what_was_entered(void **state) {
    struct stand *s = *state;
    struct log_head none, head;
    struct head read;
    struct strbuf note;
    uint8_t key[32];
    strbuf_init(&note, 4096);
    assert_int_equal(store_head(s->store, &none, &note, NULL), OK);
    assert_true(none.seq == 0 && note.len == 0);
    fill(s);
    assert_int_equal(store_head(s->store, &head, &note, NULL), OK);
    assert_int_equal(head.seq, store_seq(s->store));
    store_public_key(s->store, key);
    assert_true(head_note_read(strbuf_str(&note), key, &read));
    assert_int_equal(read.size, head.seq);
    assert_true(digest_eq(&read.root, &head.root));
    strbuf_done(&note);
}

static void it_is_read_by_its_key(void **state) {
    struct stand *s = *state;
    struct conn *c;
    assert_int_equal(conn_take(s->store->truth, &c, NULL), OK);
    {
        sqlite3_stmt *q CLEANUP(db_finalize) = NULL;
        bool row = false;
        assert_int_equal(db_prepare(c->db, "EXPLAIN QUERY PLAN " SQL_TRUTH_ENTRIES_BACK, &q, NULL), OK);
        assert_int_equal(db_step(q, &row, NULL), OK);
        str plan = db_column(q, 3);
        assert_true(row && str_starts(plan, S("SEARCH entry USING INTEGER PRIMARY KEY")));
    }
    conn_give(s->store->truth, c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pages_go_back_to_the_beginning, setup, teardown),
        cmocka_unit_test_setup_teardown(kinds_are_chosen, setup, teardown),
        cmocka_unit_test_setup_teardown(it_is_read_by_its_key, setup, teardown),
        cmocka_unit_test_setup_teardown(the_head_signs_what_was_entered, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
