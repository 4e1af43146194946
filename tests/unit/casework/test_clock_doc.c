/* docs/clocks.md says what limits mean; its tables are examples that hold. */
#include <stdio.h>
#include <string.h>

#include "clock_support.h"

#define CELLS_MAX 8

struct table_row {
    int line;
    char cells[CELLS_MAX][80];
    size_t n;
};

/* Splits "| `a` | b |" into cells without their marks. out: false if the line is no row that begins with code. */
static bool row_read(str line, struct table_row *ret) {
    if (!str_starts(line, S("| `"))) return false;
    str piece;
    str rest = str_slice(line, 1, line.len);
    for (ret->n = 0; ret->n < CELLS_MAX && str_split(&rest, '|', &piece); ret->n++) {
        piece = str_trim(piece);
        if (str_starts(piece, S("`")) && str_ends(piece, S("`"))) piece = str_slice(piece, 1, piece.len - 1);
        snprintf(ret->cells[ret->n], sizeof ret->cells[0], "%.*s", P(piece));
    }
    return true;
}

static bool is_time(const char *cell) {
    return strlen(cell) == 16 && cell[4] == '-' && cell[13] == ':';
}

static void check_limit(const struct calendar *c, const struct table_row *r) {
    struct due d = due_of(c, r->cells[0], r->cells[1]);
    assert_at(c, d.at, r->cells[2], r->line);
    if (strcmp(r->cells[3], d.provisional ? "no" : "yes") != 0) fail_msg("row of line %d: certain or not", r->line);
}

static void check_pause(const struct calendar *c, const struct table_row *r) {
    struct limit l = limit_of(r->cells[0]);
    struct run runs[] = {{at(c, r->cells[1]), at(c, r->cells[2])}, {at(c, r->cells[3]), INSTANT_NONE}};
    assert_at(c, clock_due_runs(c, &l, runs, 2).at, r->cells[4], r->line);
}

static void every_example_of_the_document_holds(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    struct calendar c = calendar_package(&a);
    str text, line;
    if (!source_file("docs/clocks.md", &a, &text)) fail_msg("docs/clocks.md is not there: YIWANG_SOURCE is not set");
    int limits = 0, pauses = 0, units = 0;
    struct table_row r = {.line = 0};
    while (str_split(&text, '\n', &line)) {
        r.line++;
        if (!row_read(line, &r)) continue;
        bool is_example = r.n >= 5 && is_time(r.cells[1]) && is_time(r.cells[2]);
        if (is_example && is_time(r.cells[3]) && ++pauses)
            check_pause(&c, &r);
        else if (is_example && ++limits)
            check_limit(&c, &r);
        else
            units++;
    }
    arena_done(&a);
    /* The document may grow; a table that no longer parses must not pass for one that holds. */
    assert_true(limits >= 20 && pauses >= 6);
    assert_int_equal(units, 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_example_of_the_document_holds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
