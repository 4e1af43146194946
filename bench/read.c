/* Reads in process: the use cases behind the pages, without HTTP.
 *
 *   read --city DIR --data DIR --numbers FILE --q 'status:open' --count 2000
 *
 * Prints one JSON object: latencies of the case with its history, and of a list of 50. */
#include <stdio.h>
#include <stdlib.h>

#include "histogram.h"
#include "staff.h"
#include "tool.h"

struct bench {
    const char *city_dir, *data_dir, *numbers_file, *q;
    int64_t count;
    struct app app;
    struct caller caller;
    struct arena scratch;
    str *numbers;
    uint32_t n_numbers;
    struct rng rng;
    uint64_t history, rows;
};

static enum status read_case(struct bench *b, struct err *err) {
    struct case_view *v = NEW(&b->scratch, struct case_view);
    str number = b->numbers[rng_below(&b->rng, b->n_numbers)];
    enum status status = app_case(&b->app, &b->caller, number, &b->scratch, v, err);
    if (status == OK) b->history += v->n_history;
    return status;
}

static enum status read_list(struct bench *b, struct err *err) {
    struct listing l = {0};
    enum status status = app_list(&b->app, &b->caller, str_z(b->q), S("filed"), 50, STR_NONE, &b->scratch, &l, err);
    if (status == OK) b->rows += l.n;
    return status;
}

static enum status repeat(struct bench *b, enum status (*read)(struct bench *, struct err *), struct histogram *h,
                          struct err *err) {
    enum status status = OK;
    for (int64_t i = 0; i < b->count && status == OK; i++) {
        arena_clear(&b->scratch);
        int64_t begin = now_ns();
        status = read(b, err);
        histogram_add(h, now_ns() - begin);
    }
    return status;
}

static void print_histogram(struct json_buf *w, const char *key, const struct histogram *h) {
    json_add_key(w, key);
    json_open_object(w);
    histogram_json(h, w);
    json_close_object(w);
}

static void print_result(const struct bench *b, const struct histogram *cases, const struct histogram *lists) {
    struct strbuf out;
    struct json_buf w;
    strbuf_init(&out, 8192);
    json_buf_init(&w, &out);
    json_open_object(&w);
    print_histogram(&w, "case", cases);
    print_histogram(&w, "list", lists);
    json_put_double(&w, "entries", (double)b->history / (double)b->count, 1);
    json_put_double(&w, "rows", (double)b->rows / (double)b->count, 1);
    json_close_object(&w);
    printf("%.*s\n", P(strbuf_str(&out)));
    strbuf_done(&out);
}

static bool read_numbers(struct bench *b, struct arena *arena) {
    str rest = tool_read(b->numbers_file, arena), line;
    b->numbers = NEW_ARRAY(arena, str, rest.len + 1);
    while (str_split(&rest, '\n', &line)) b->numbers[b->n_numbers++] = line;
    if (b->n_numbers == 0) fprintf(stderr, "read: %s holds no numbers\n", b->numbers_file);
    return b->n_numbers > 0;
}

int main(int argc, char **argv) {
    struct bench b = {.count = 2000, .q = "status:open", .rng = {5}};
    const struct tool_option options[] = {
        {"--city", &b.city_dir, NULL}, {"--data", &b.data_dir, NULL}, {"--numbers", &b.numbers_file, NULL},
        {"--q", &b.q, NULL},           {"--count", NULL, &b.count},
    };
    struct arena arena;
    struct err err = {0};
    if (!tool_options(argc, argv, options, ARRAY_LEN(options)) || b.city_dir == NULL || b.data_dir == NULL ||
        b.numbers_file == NULL)
        return 2;
    arena_init(&arena, 0);
    arena_init(&b.scratch, 0);
    if (!read_numbers(&b, &arena)) return 1;
    struct app_options ao = {.city_dir = b.city_dir, .data_dir = b.data_dir};
    if (app_open(&ao, &b.app, NULL, &err) != OK) return staff_refused("read", &err);
    b.caller = staff_caller(&b.app);
    struct histogram *cases = calloc(1, sizeof *cases), *lists = calloc(1, sizeof *lists);
    check(cases != NULL && lists != NULL);
    enum status status = repeat(&b, read_case, cases, &err);
    if (status == OK) status = repeat(&b, read_list, lists, &err);
    if (status == OK) print_result(&b, cases, lists);
    app_close(&b.app);
    free(cases);
    free(lists);
    return status == OK ? 0 : staff_refused("read", &err);
}
