/* The query language: what parses prints, and what was printed parses and prints the same; the condition and the
 * predicate take whatever was parsed. */
#include "city/city.h"
#include "query/query.h"
#include "small_city.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct case_row row = {.number = {"SM1"},
                                    .state = {"filed"},
                                    .area_index = NONE,
                                    .unit_index = NONE,
                                    .own_area_index = NONE,
                                    .category_index = NONE,
                                    .due = {INT64_MIN},
                                    .place = {119.5, 31.7},
                                    .text = S_INIT("井盖 pothole"),
                                    .address = S_INIT("3号")};

static void print(const struct query *q, struct strbuf *out) {
    strbuf_init(out, (size_t)1 << 22);
    query_print(q, out);
    check(!out->overflow && utf8_valid(strbuf_str(out)));
}

static void evaluate(const struct query *q, struct arena *arena) {
    struct strbuf sql;
    struct query_sql *out = NEW(arena, struct query_sql);
    strbuf_init(&sql, (size_t)1 << 22);
    *out = (struct query_sql){.sql = &sql, .arena = arena};
    (void)query_match(q, &row, small_city(), (instant){0});
    enum status status = query_sql(q, small_city(), (instant){0}, out, NULL);
    check(status == OK || status == E_TOO_LARGE);
    strbuf_done(&sql);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    struct err err = {0};
    struct query *q, *again;
    arena_init(&arena, 0);
    enum status status = query_parse((str){(const char *)data, size}, small_city(), &arena, &q, &err);
    if (status == OK) {
        struct strbuf once, twice;
        print(q, &once);
        evaluate(q, &arena);
        /* Canonical text may be longer than what may be typed. */
        if (once.len <= QUERY_TEXT_MAX && query_parse(strbuf_str(&once), small_city(), &arena, &again, &err) == OK) {
            print(again, &twice);
            check(str_eq(strbuf_str(&once), strbuf_str(&twice)));
            strbuf_done(&twice);
        } else {
            check(once.len > QUERY_TEXT_MAX || err.status == E_SYNTAX); /* deeper or more terms than typed */
        }
        strbuf_done(&once);
    } else {
        check(err.code[0] && err.field[0] && (status == E_TOO_LARGE || err.detail[0]));
    }
    arena_done(&arena);
    return 0;
}
