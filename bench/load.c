/* Load for our server: clients on keep-alive connections, one thread, epoll.
 *
 *   load --port 8080 --city city/jintan --clients 256 --seconds 10 [--rate 2000]     files reports
 *   load --port 8080 --paths FILE --token T --clients 8 --seconds 5                  gets random lines of FILE
 *
 * Without --rate each client asks again as soon as it has its answer. With it requests are due at random (Poisson)
 * moments whether or not answers come, and latency counts from the moment a request was due: waiting is not hidden.
 * A 503 is counted and the client rests 20 ms. Prints one JSON object. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "client.h"
#include "histogram.h"
#include "reports.h"

#define REST_NS 20000000
#define LAST_WAIT_NS 10000000000

struct load {
    const char *city_dir, *paths_file, *token;
    int64_t port, n_clients, seconds, rate, seed, count;
    struct arena arena;
    struct rng rng;
    struct reports reports;
    struct strbuf text, body;
    str *paths;
    uint32_t n_paths;
    int epoll;
    struct client *clients;
    uint32_t *idle, n_idle;    /* open loop: who has nothing to do */
    uint32_t *resting;         /* ring of those that met a 503 */
    size_t rest_from, rest_to; /* counted on without wrapping */
    uint32_t n_busy;
    int64_t begin_ns, end_ns, last_ns, due_ns;
    uint64_t acknowledged, refused, failed, bytes;
    struct histogram latency;
};

static bool is_open_loop(const struct load *l) {
    return l->rate > 0;
}

static bool may_start(const struct load *l, int64_t now) {
    uint64_t begun = l->acknowledged + l->failed + l->n_busy;
    return now < l->end_ns && (l->count == 0 || begun < (uint64_t)l->count);
}

static void start_request(struct load *l, uint32_t i, int64_t due_ns) {
    struct client *c = &l->clients[i];
    str path = S("/api/v1/reports"), body = STR_NONE;
    if (l->n_paths > 0) {
        path = l->paths[rng_below(&l->rng, l->n_paths)];
    } else {
        reports_body(&l->reports, NONE, &l->text, &l->body);
        body = strbuf_str(&l->body);
    }
    c->sent_ns = due_ns;
    l->n_busy++;
    if (client_send(c, path, str_z(l->token), body)) return;
    fprintf(stderr, "load: a request did not go out\n");
    l->failed++;
    l->n_busy--;
}

/* What a client does after its answer. */
static void next_request(struct load *l, uint32_t i, int64_t now) {
    if (is_open_loop(l))
        l->idle[l->n_idle++] = i;
    else if (may_start(l, now))
        start_request(l, i, now);
}

static void take_answer(struct load *l, uint32_t i, const struct answer *a) {
    int64_t now = now_ns();
    l->n_busy--;
    l->last_ns = now;
    if (a->status == 503) {
        l->refused++;
        l->clients[i].sent_ns = now + REST_NS;
        l->resting[l->rest_to++ % (size_t)l->n_clients] = i;
        return;
    }
    if (a->status == 200 || a->status == 201) {
        l->acknowledged++;
        l->bytes += a->body.len;
        histogram_add(&l->latency, now - l->clients[i].sent_ns);
    } else if (l->failed++ < 3) {
        fprintf(stderr, "load: %d %.*s\n", a->status, P(a->body));
    }
    next_request(l, i, now);
}

static void wake_resting(struct load *l, int64_t now) {
    while (l->rest_from < l->rest_to) {
        uint32_t i = l->resting[l->rest_from % (size_t)l->n_clients];
        if (l->clients[i].sent_ns > now) return;
        l->rest_from++;
        next_request(l, i, now);
    }
}

static void start_due(struct load *l, int64_t now) {
    while (is_open_loop(l) && l->due_ns <= now && l->n_idle > 0 && may_start(l, now)) {
        start_request(l, l->idle[--l->n_idle], l->due_ns);
        l->due_ns += (int64_t)(-log(1 - rng_unit(&l->rng)) * 1e9 / (double)l->rate);
    }
}

static void wait_events(struct load *l, int64_t now) {
    struct epoll_event events[256];
    int64_t wait_ns = is_open_loop(l) && l->n_idle > 0 ? l->due_ns - now : 5000000;
    if (wait_ns < 0) wait_ns = 0;
    struct timespec timeout = {.tv_sec = wait_ns / 1000000000, .tv_nsec = wait_ns % 1000000000};
    int n = epoll_pwait2(l->epoll, events, (int)ARRAY_LEN(events), &timeout, NULL);
    for (int e = 0; e < n; e++) {
        struct answer answer;
        uint32_t i = events[e].data.u32;
        enum client_state state = client_read(&l->clients[i], &answer);
        if (state == CLIENT_ANSWERED) take_answer(l, i, &answer);
        if (state != CLIENT_BROKEN) continue;
        if (l->clients[i].busy) {
            l->failed++;
            l->n_busy--;
        }
        epoll_ctl(l->epoll, EPOLL_CTL_DEL, l->clients[i].fd, NULL);
        fprintf(stderr, "load: the server closed a connection\n");
    }
}

static bool connect_all(struct load *l) {
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    l->clients = NEW_ARRAY(&l->arena, struct client, (size_t)l->n_clients);
    l->idle = NEW_ARRAY(&l->arena, uint32_t, (size_t)l->n_clients);
    l->resting = NEW_ARRAY(&l->arena, uint32_t, (size_t)l->n_clients);
    for (uint32_t i = 0; i < (uint32_t)l->n_clients; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        if (!client_open(&l->clients[i], (uint16_t)l->port)) return false;
        if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->clients[i].fd, &event) != 0) return false;
    }
    return true;
}

static bool prepare(struct load *l) {
    struct city *city = NULL;
    l->rng.state = (uint64_t)l->seed;
    strbuf_init(&l->text, 4096);
    strbuf_init(&l->body, 8192);
    if (l->paths_file != NULL) {
        str rest = tool_read(l->paths_file, &l->arena), line;
        l->paths = NEW_ARRAY(&l->arena, str, rest.len + 1);
        while (str_split(&rest, '\n', &line)) l->paths[l->n_paths++] = line;
        if (l->n_paths == 0) fprintf(stderr, "load: %s holds no paths\n", l->paths_file);
        return l->n_paths > 0 && connect_all(l);
    }
    if (l->city_dir == NULL || !reports_city(l->city_dir, &city)) return false;
    reports_init(&l->reports, city, (uint64_t)l->seed, &l->arena);
    return connect_all(l);
}

static void run(struct load *l) {
    l->begin_ns = l->last_ns = l->due_ns = now_ns();
    l->end_ns = l->begin_ns + l->seconds * 1000000000;
    for (uint32_t i = 0; i < (uint32_t)l->n_clients; i++) next_request(l, i, l->begin_ns);
    for (int64_t now = l->begin_ns; may_start(l, now) || (l->n_busy > 0 && now < l->end_ns + LAST_WAIT_NS);
         now = now_ns()) {
        wake_resting(l, now);
        start_due(l, now);
        wait_events(l, now);
    }
}

static void print_result(const struct load *l) {
    double seconds = (double)(l->last_ns - l->begin_ns) / 1e9;
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 4096);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_i64(&w, "acknowledged", (int64_t)l->acknowledged);
    json_put_i64(&w, "refused", (int64_t)l->refused);
    json_put_i64(&w, "failed", (int64_t)(l->failed + l->n_busy));
    json_put_double(&w, "seconds", seconds, 3);
    json_put_double(&w, "per_s", seconds > 0 ? (double)l->acknowledged / seconds : 0, 1);
    json_put_i64(&w, "bytes", (int64_t)l->bytes);
    json_put_double(&w, "client_cpu_s", (double)cpu_ns() / 1e9, 3);
    histogram_json(&l->latency, &w);
    json_close_object(&w);
    printf("%.*s\n", P(strbuf_str(&b)));
    strbuf_done(&b);
}

int main(int argc, char **argv) {
    struct load *l = calloc(1, sizeof *l);
    check(l != NULL);
    *l = (struct load){.token = "", .n_clients = 256, .seconds = 5, .seed = 1};
    const struct tool_option options[] = {
        {"--city", &l->city_dir, NULL}, {"--paths", &l->paths_file, NULL},  {"--token", &l->token, NULL},
        {"--port", NULL, &l->port},     {"--clients", NULL, &l->n_clients}, {"--seconds", NULL, &l->seconds},
        {"--rate", NULL, &l->rate},     {"--seed", NULL, &l->seed},         {"--count", NULL, &l->count},
    };
    if (!tool_options(argc, argv, options, ARRAY_LEN(options))) return 2;
    arena_init(&l->arena, 0);
    tool_raise_files();
    if (!prepare(l)) return 1;
    run(l);
    print_result(l);
    return 0;
}
