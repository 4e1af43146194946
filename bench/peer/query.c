/* Prepared queries against PostgreSQL, timed from sending to having the rows.
 *
 *   peer_query --where CONNINFO --sql SQL [--sql2 SQL] [--values FILE] [--clients 1] [--seconds 5] [--count N]
 *
 * One operation runs --sql, then --sql2, with the tab-separated values of a random line of FILE. Prints one JSON object;
 * `first` is the first row of the last result, `rows` its number of rows. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "histogram.h"
#include "peer/peer.h"
#include "tool.h"

#define VALUES_AT_MOST 8

struct bench {
    const char *where, *sql[2], *values_file;
    int64_t n_clients, seconds, count;
    struct arena arena;
    const char *(*values)[VALUES_AT_MOST]; /* by line */
    uint32_t n_lines;
    int n_values;
    int64_t end_ns;
};
struct worker {
    const struct bench *bench;
    pthread_t thread;
    PGconn *conn;
    struct rng rng;
    uint64_t done, failed;
    int64_t rows, last_ns;
    char first[512];
    struct histogram latency;
};

static void read_values(struct bench *b) {
    b->n_lines = 1;
    b->values = (const char *(*)[VALUES_AT_MOST])arena_array(&b->arena, 1, sizeof *b->values, sizeof(char *));
    if (b->values_file == NULL) return;
    str text = tool_read(b->values_file, &b->arena), rest = text, line, value;
    uint32_t n = 0;
    while (str_split(&rest, '\n', &line)) n++;
    b->values = (const char *(*)[VALUES_AT_MOST])arena_array(&b->arena, n + 1, sizeof *b->values, sizeof(char *));
    rest = text;
    for (b->n_lines = 0; str_split(&rest, '\n', &line); b->n_lines++) {
        b->n_values = 0;
        while (b->n_values < VALUES_AT_MOST && str_split(&line, '\t', &value))
            b->values[b->n_lines][b->n_values++] = str_cstr(&b->arena, value);
    }
}

static void keep_first(struct worker *w, const PGresult *r) {
    size_t at = 0;
    w->rows = PQntuples(r);
    w->first[0] = '\0';
    for (int i = 0; w->rows > 0 && i < PQnfields(r) && at < sizeof w->first; i++)
        at += (size_t)snprintf(w->first + at, sizeof w->first - at, "%s%s", i > 0 ? "|" : "", PQgetvalue(r, 0, i));
}

static void one_operation(struct worker *w) {
    static const char *const NAMES[] = {"q0", "q1"};
    const struct bench *b = w->bench;
    const char *const *values = b->values[rng_below(&w->rng, b->n_lines)];
    bool ok = true;
    int64_t begin = now_ns();
    for (size_t i = 0; i < 2 && b->sql[i] != NULL && ok; i++) {
        PGresult *r = PQexecPrepared(w->conn, NAMES[i], b->n_values, values, NULL, NULL, 0);
        ok = peer_good(w->conn, r);
        if (ok) keep_first(w, r);
        PQclear(r);
    }
    w->last_ns = now_ns();
    *(ok ? &w->done : &w->failed) += 1;
    if (ok) histogram_add(&w->latency, w->last_ns - begin);
}

static void *work(void *ctx) {
    struct worker *w = ctx;
    const struct bench *b = w->bench;
    while (now_ns() < b->end_ns && w->failed < 10 && (b->count == 0 || w->done < (uint64_t)b->count)) one_operation(w);
    return NULL;
}

static bool prepare(struct worker *w, const struct bench *b, uint64_t seed) {
    w->bench = b;
    w->rng.state = seed;
    w->conn = peer_open(b->where);
    return w->conn != NULL && peer_prepare(w->conn, "q0", b->sql[0]) &&
           (b->sql[1] == NULL || peer_prepare(w->conn, "q1", b->sql[1]));
}

static void print_result(struct worker *workers, int64_t n, int64_t begin_ns) {
    struct worker *all = &workers[0];
    for (int64_t i = 1; i < n; i++) {
        all->done += workers[i].done;
        all->failed += workers[i].failed;
        if (workers[i].last_ns > all->last_ns) all->last_ns = workers[i].last_ns;
        histogram_merge(&all->latency, &workers[i].latency);
    }
    double seconds = (double)(all->last_ns - begin_ns) / 1e9;
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 8192);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_i64(&w, "acknowledged", (int64_t)all->done);
    json_put_i64(&w, "failed", (int64_t)all->failed);
    json_put_double(&w, "seconds", seconds, 3);
    json_put_double(&w, "per_s", (double)all->done / seconds, 1);
    json_put_i64(&w, "rows", all->rows);
    json_put_str(&w, "first", str_z(all->first));
    json_put_double(&w, "client_cpu_s", (double)cpu_ns() / 1e9, 3);
    histogram_json(&all->latency, &w);
    json_close_object(&w);
    printf("%.*s\n", P(strbuf_str(&b)));
    strbuf_done(&b);
}

int main(int argc, char **argv) {
    struct bench b = {.n_clients = 1, .seconds = 5};
    const struct tool_option options[] = {
        {"--where", &b.where, NULL},        {"--sql", &b.sql[0], NULL},        {"--sql2", &b.sql[1], NULL},
        {"--values", &b.values_file, NULL}, {"--clients", NULL, &b.n_clients}, {"--seconds", NULL, &b.seconds},
        {"--count", NULL, &b.count},
    };
    if (!tool_options(argc, argv, options, ARRAY_LEN(options)) || b.where == NULL || b.sql[0] == NULL) return 2;
    arena_init(&b.arena, 0);
    read_values(&b);
    struct worker *workers = calloc((size_t)b.n_clients, sizeof *workers);
    check(workers != NULL);
    for (int64_t i = 0; i < b.n_clients; i++)
        if (!prepare(&workers[i], &b, (uint64_t)i + 1)) return 1;
    int64_t begin = now_ns();
    b.end_ns = begin + b.seconds * 1000000000;
    for (int64_t i = 0; i < b.n_clients; i++) check(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
    for (int64_t i = 0; i < b.n_clients; i++) pthread_join(workers[i].thread, NULL);
    for (int64_t i = 0; i < b.n_clients; i++) PQfinish(workers[i].conn);
    print_result(workers, b.n_clients, begin);
    return 0;
}
