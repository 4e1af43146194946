/* The peer of intake: clients file the same reports into PostgreSQL with PostGIS.
 *
 *   peer_intake --where CONNINFO --city DIR --clients 16 --seconds 10 --steps 5|1
 *
 * --steps 5 is what a web framework does: BEGIN, find the grid, insert the case, insert its history, COMMIT, each a
 * prepared statement. --steps 1 is the least that PostgreSQL can be asked: one prepared statement that does it all. Left
 * out, and so in the peer's favour: HTTP, JSON, recognising the category, routing, clocks, hash chain, signature,
 * encryption of the contact. Prints one JSON object. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "histogram.h"
#include "peer/peer.h"
#include "reports.h"

static const char LOCATE[] = "SELECT area FROM grids WHERE ST_Contains(geom, ST_SetSRID(ST_MakePoint($1, $2), 4326))";
#define CASE_COLUMNS                                                                                                   \
    "(number, procedure, state, category, condition, area, unit, channel, filed, updated, due, text, address, phone, " \
    "place)"
#define CASE_VALUES                                                                                                    \
    "$3, 'report', 'filed', $4, $5, $6, $7, 'web', now(), now(), now() + interval '30 minutes', $8, $9, $10, "         \
    "ST_SetSRID(ST_MakePoint($1, $2), 4326)"
static const char INSERT_CASE[] = "INSERT INTO cases " CASE_COLUMNS " VALUES (" CASE_VALUES ") RETURNING id";
static const char INSERT_HISTORY[] =
    "INSERT INTO history (case_id, n, kind, recorded, actor, facts) VALUES ($1, 1, 'filed', now(), 'reporter', $2)";
static const char ALL_IN_ONE[] =
    "WITH g AS (SELECT area FROM grids WHERE ST_Contains(geom, ST_SetSRID(ST_MakePoint($1, $2), 4326)) LIMIT 1), "
    "c AS (INSERT INTO cases " CASE_COLUMNS
    " SELECT $3, 'report', 'filed', $4, $5, g.area, $6, 'web', now(), now(), now() + interval '30 minutes', $7, $8, "
    "$9, ST_SetSRID(ST_MakePoint($1, $2), 4326) FROM g RETURNING id) "
    "INSERT INTO history (case_id, n, kind, recorded, actor, facts) "
    "SELECT id, 1, 'filed', now(), 'reporter', $10 FROM c";

struct bench {
    const char *where, *city_dir;
    int64_t n_clients, seconds, steps;
    struct city *city;
    int64_t end_ns;
};
struct worker {
    const struct bench *bench;
    pthread_t thread;
    PGconn *conn;
    struct arena arena;
    struct reports reports;
    struct strbuf text;
    uint64_t filed, failed;
    struct histogram latency;
    int64_t last_ns;
};
/* The values of one filing as PostgreSQL takes them. */
struct values {
    char lon[32], lat[32], number[40], phone[24], facts[512];
    const char *category, *condition, *unit, *text, *address;
};

static void make_values(struct worker *w, struct values *v) {
    const struct city *city = w->bench->city;
    struct made_report made;
    strbuf_clear(&w->text);
    reports_next(&w->reports, NONE, &made, &w->text);
    strbuf_addc(&w->text, '\0');
    arena_clear(&w->arena);
    const struct condition *c = &city->conditions[made.condition];
    const struct unit *unit = &city->units[rng_skewed(&w->reports.rng, (uint32_t)city->n_units)];
    snprintf(v->lon, sizeof v->lon, "%.7f", made.place.lon_deg);
    snprintf(v->lat, sizeof v->lat, "%.7f", made.place.lat_deg);
    snprintf(v->number, sizeof v->number, "JT%llu", (unsigned long long)made.serial);
    snprintf(v->phone, sizeof v->phone, "0519-%08llu", (unsigned long long)(made.serial % 100000000));
    v->category = city->categories[c->category].key.s;
    v->condition = c->code.s;
    v->unit = unit->code.s;
    v->text = w->text.ptr;
    v->address = str_cstr(&w->arena, text_in(&city->areas[made.area].name, 0));
    snprintf(v->facts, sizeof v->facts,
             "{\"number\":\"%s\",\"category\":\"%s\",\"condition\":\"%s\",\"unit\":\"%s\",\"area\":\"%s\","
             "\"state\":\"filed\",\"clocks\":[{\"name\":\"state:filed\",\"limit\":\"30 wall_minutes\"}]}",
             v->number, v->category, v->condition, v->unit, city->areas[made.area].code.s);
}

static PGresult *run(struct worker *w, const char *name, const char *const *values, int n, bool *ok) {
    PGresult *r = PQexecPrepared(w->conn, name, n, values, NULL, NULL, 0);
    *ok = *ok && peer_good(w->conn, r);
    return r;
}

static void command(struct worker *w, const char *name, bool *ok) {
    PQclear(run(w, name, NULL, 0, ok));
}

static bool file_in_steps(struct worker *w, const struct values *v) {
    bool ok = true;
    command(w, "begin", &ok);
    PGresult *area = run(w, "locate", (const char *const[]){v->lon, v->lat}, 2, &ok);
    ok = ok && PQntuples(area) > 0;
    PGresult *id = NULL;
    if (ok)
        id = run(w, "case",
                 (const char *const[]){v->lon, v->lat, v->number, v->category, v->condition, PQgetvalue(area, 0, 0),
                                       v->unit, v->text, v->address, v->phone},
                 10, &ok);
    if (ok) PQclear(run(w, "history", (const char *const[]){PQgetvalue(id, 0, 0), v->facts}, 2, &ok));
    PQclear(id);
    PQclear(area);
    command(w, ok ? "commit" : "rollback", &ok);
    return ok;
}

static bool file_at_once(struct worker *w, const struct values *v) {
    bool ok = true;
    PGresult *r = run(w, "all",
                      (const char *const[]){v->lon, v->lat, v->number, v->category, v->condition, v->unit, v->text,
                                            v->address, v->phone, v->facts},
                      10, &ok);
    ok = ok && strcmp(PQcmdTuples(r), "1") == 0;
    PQclear(r);
    return ok;
}

static void *work(void *ctx) {
    struct worker *w = ctx;
    for (int64_t now = now_ns(); now < w->bench->end_ns && w->failed < 10;) {
        struct values v;
        make_values(w, &v);
        now = now_ns();
        bool ok = w->bench->steps == 1 ? file_at_once(w, &v) : file_in_steps(w, &v);
        int64_t then = now_ns();
        *(ok ? &w->filed : &w->failed) += 1;
        if (ok) histogram_add(&w->latency, then - now);
        now = w->last_ns = then;
    }
    return NULL;
}

static bool prepare(struct worker *w, const struct bench *b, uint64_t seed) {
    w->bench = b;
    arena_init(&w->arena, 0);
    struct arena *kept = calloc(1, sizeof *kept);
    check(kept != NULL);
    arena_init(kept, 0);
    reports_init(&w->reports, b->city, seed, kept);
    strbuf_init(&w->text, 4096);
    w->conn = peer_open(b->where);
    if (w->conn == NULL) return false;
    if (b->steps == 1) return peer_prepare(w->conn, "all", ALL_IN_ONE);
    return peer_prepare(w->conn, "begin", "BEGIN") && peer_prepare(w->conn, "commit", "COMMIT") &&
           peer_prepare(w->conn, "rollback", "ROLLBACK") && peer_prepare(w->conn, "locate", LOCATE) &&
           peer_prepare(w->conn, "case", INSERT_CASE) && peer_prepare(w->conn, "history", INSERT_HISTORY);
}

static void print_result(struct worker *workers, int64_t n, int64_t begin_ns) {
    struct worker *all = &workers[0];
    for (int64_t i = 1; i < n; i++) {
        all->filed += workers[i].filed;
        all->failed += workers[i].failed;
        if (workers[i].last_ns > all->last_ns) all->last_ns = workers[i].last_ns;
        histogram_merge(&all->latency, &workers[i].latency);
    }
    double seconds = (double)(all->last_ns - begin_ns) / 1e9;
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 4096);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_i64(&w, "acknowledged", (int64_t)all->filed);
    json_put_i64(&w, "failed", (int64_t)all->failed);
    json_put_double(&w, "seconds", seconds, 3);
    json_put_double(&w, "per_s", (double)all->filed / seconds, 1);
    json_put_double(&w, "client_cpu_s", (double)cpu_ns() / 1e9, 3);
    histogram_json(&all->latency, &w);
    json_close_object(&w);
    printf("%.*s\n", P(strbuf_str(&b)));
    strbuf_done(&b);
}

int main(int argc, char **argv) {
    struct bench b = {.n_clients = 16, .seconds = 5, .steps = 5};
    int64_t seed = 1;
    const struct tool_option options[] = {
        {"--where", &b.where, NULL},     {"--city", &b.city_dir, NULL}, {"--clients", NULL, &b.n_clients},
        {"--seconds", NULL, &b.seconds}, {"--steps", NULL, &b.steps},   {"--seed", NULL, &seed},
    };
    if (!tool_options(argc, argv, options, ARRAY_LEN(options)) || b.where == NULL || b.city_dir == NULL) return 2;
    if (!reports_city(b.city_dir, &b.city)) return 1;
    struct worker *workers = calloc((size_t)b.n_clients, sizeof *workers);
    check(workers != NULL);
    /* Numbers must not meet those of other runs: the seed is their upper half. */
    for (int64_t i = 0; i < b.n_clients; i++)
        if (!prepare(&workers[i], &b, (uint64_t)(seed * 1000 + i))) return 1;
    int64_t begin = now_ns();
    b.end_ns = begin + b.seconds * 1000000000;
    for (int64_t i = 0; i < b.n_clients; i++) check(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
    for (int64_t i = 0; i < b.n_clients; i++) pthread_join(workers[i].thread, NULL);
    for (int64_t i = 0; i < b.n_clients; i++) PQfinish(workers[i].conn);
    print_result(workers, b.n_clients, begin);
    return 0;
}
