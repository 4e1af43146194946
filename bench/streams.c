/* Many live streams at one server, each with about one message a second.
 *
 *   streams --port P --city DIR --token T --streams 1000 --queries 50 --seconds 10
 *
 * Each query is one leaf area; in each area a report is filed every second, at moments spread over the second. Prints
 * {"open":N} when all streams stand, waits for a line on standard input, then runs and prints one JSON object. Latency
 * counts from the acknowledgment (the commit) and from the sending of the report to the receipt of the event. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "client.h"
#include "histogram.h"
#include "reports.h"

#define SECOND INT64_C(1000000000)
#define BLOCK_MAX 65536
#define IS_POSTER (UINT64_C(1) << 32)

struct watched {
    uint32_t area;
    struct client poster;
    int64_t next_ns, sent_ns, answered_ns;
    code number; /* of the last report that was acknowledged */
};
struct stream {
    struct client client;
    uint32_t query;
};
struct bench {
    const char *city_dir, *token;
    int64_t port, n_streams, n_queries, seconds;
    struct arena arena;
    struct reports reports;
    struct strbuf text, body;
    struct watched *queries;
    struct stream *streams;
    int epoll;
    uint64_t filed, received, failed;
    struct histogram from_commit, from_sending;
};

static bool watch(struct bench *b, int fd, uint64_t tag) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = tag};
    return epoll_ctl(b->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool open_queries(struct bench *b) {
    const struct layer *layer = &b->reports.city->layers[0];
    b->queries = NEW_ARRAY(&b->arena, struct watched, (size_t)b->n_queries);
    for (uint32_t i = 0; i < (uint32_t)b->n_queries; i++) {
        struct watched *q = &b->queries[i];
        q->area = layer->leaf_areas[(size_t)i * layer->n_leaves / (size_t)b->n_queries];
        if (!client_open(&q->poster, (uint16_t)b->port) || !watch(b, q->poster.fd, IS_POSTER | i)) return false;
    }
    return true;
}

static bool open_streams(struct bench *b) {
    b->streams = NEW_ARRAY(&b->arena, struct stream, (size_t)b->n_streams + 1);
    for (uint32_t i = 0; i < (uint32_t)b->n_streams; i++) {
        struct stream *s = &b->streams[i];
        s->query = i % (uint32_t)b->n_queries;
        str area = str_code(&b->reports.city->areas[b->queries[s->query].area].code);
        str path = str_format(&b->arena, "/api/v1/events?q=area:%.*s", P(area));
        if (!client_open(&s->client, (uint16_t)b->port) || !watch(b, s->client.fd, i)) return false;
        if (!client_send(&s->client, path, str_z(b->token), STR_NONE)) return false;
    }
    return true;
}

/* The number of a case in a JSON object; empty if there is none. */
static code number_in(str json) {
    static const str KEY = S_INIT("\"number\":\"");
    code number = {0};
    ptrdiff_t at = str_find(json, KEY, 0);
    if (at < 0) return number;
    str rest = str_slice(json, (size_t)at + KEY.len, json.len), value = STR_NONE;
    if (!str_split(&rest, '"', &value) || !code_from(value, &number)) return (code){0};
    return number;
}

static void take_event(struct bench *b, const struct stream *s, str block) {
    struct watched *q = &b->queries[s->query];
    int64_t now = now_ns();
    if (str_find(block, S("event: put"), 0) < 0 || q->sent_ns == 0) return;
    code number = number_in(block);
    b->received++;
    histogram_add(&b->from_sending, now - q->sent_ns);
    /* An event that overtook the acknowledgment of its report took no time. */
    histogram_add(&b->from_commit, code_eq(&number, &q->number) ? now - q->answered_ns : 0);
}

static void read_stream(struct bench *b, struct stream *s) {
    char chunk[BLOCK_MAX];
    ssize_t n = recv(s->client.fd, chunk, sizeof chunk, 0);
    if (n <= 0) {
        b->failed++;
        epoll_ctl(b->epoll, EPOLL_CTL_DEL, s->client.fd, NULL);
        return;
    }
    strbuf_add(&s->client.in, (str){chunk, (size_t)n});
    str all = strbuf_str(&s->client.in);
    size_t from = 0;
    for (ptrdiff_t end; (end = str_find(all, S("\n\n"), from)) >= 0; from = (size_t)end + 2)
        take_event(b, s, str_slice(all, from, (size_t)end));
    str rest = str_dup(&b->arena, str_slice(all, from, all.len));
    strbuf_clear(&s->client.in);
    strbuf_add(&s->client.in, rest);
}

static void read_poster(struct bench *b, struct watched *q) {
    struct answer answer;
    enum client_state state = client_read(&q->poster, &answer);
    if (state == CLIENT_WAITS) return;
    q->answered_ns = now_ns();
    if (state == CLIENT_ANSWERED && answer.status == 201) {
        q->number = number_in(answer.body);
        b->filed++;
        return;
    }
    b->failed++;
    if (state == CLIENT_BROKEN) epoll_ctl(b->epoll, EPOLL_CTL_DEL, q->poster.fd, NULL);
}

static void post_due(struct bench *b, int64_t now) {
    for (uint32_t i = 0; i < (uint32_t)b->n_queries; i++) {
        struct watched *q = &b->queries[i];
        if (now < q->next_ns || q->poster.busy) continue;
        reports_body(&b->reports, q->area, &b->text, &b->body);
        q->sent_ns = now_ns();
        q->next_ns += SECOND;
        if (!client_send(&q->poster, S("/api/v1/reports"), STR_NONE, strbuf_str(&b->body))) b->failed++;
    }
}

static void take_events(struct bench *b, int timeout_ms) {
    struct epoll_event events[512];
    int n = epoll_wait(b->epoll, events, (int)ARRAY_LEN(events), timeout_ms);
    for (int i = 0; i < n; i++) {
        uint64_t tag = events[i].data.u64;
        if (tag & IS_POSTER)
            read_poster(b, &b->queries[tag & UINT32_MAX]);
        else
            read_stream(b, &b->streams[tag]);
    }
}

/* All streams have their heads: they are open. */
static bool wait_open(struct bench *b) {
    int64_t until = now_ns() + 60 * SECOND;
    for (uint32_t i = 0; i < (uint32_t)b->n_streams && now_ns() < until;) {
        if (b->streams[i].client.in.len > 0)
            i++;
        else
            take_events(b, 10);
    }
    printf("{\"open\":%lld,\"failed\":%llu}\n", (long long)b->n_streams, (unsigned long long)b->failed);
    fflush(stdout);
    return b->failed == 0 && getchar() == '\n';
}

static void run(struct bench *b) {
    int64_t begin = now_ns(), end = begin + b->seconds * SECOND;
    for (uint32_t i = 0; i < (uint32_t)b->n_queries; i++) b->queries[i].next_ns = begin + i * SECOND / b->n_queries;
    for (int64_t now = begin; now < end + SECOND; now = now_ns()) {
        if (now < end) post_due(b, now);
        take_events(b, 1);
    }
}

static void print_result(const struct bench *b) {
    struct strbuf out;
    struct json_buf w;
    uint64_t expected = 0;
    for (uint32_t i = 0; i < (uint32_t)b->n_streams; i++) expected += (uint64_t)b->seconds;
    strbuf_init(&out, 8192);
    json_buf_init(&w, &out);
    json_open_object(&w);
    json_put_i64(&w, "filed", (int64_t)b->filed);
    json_put_i64(&w, "received", (int64_t)b->received);
    json_put_i64(&w, "expected", (int64_t)expected);
    json_put_i64(&w, "failed", (int64_t)b->failed);
    json_add_key(&w, "from_commit");
    json_open_object(&w);
    histogram_json(&b->from_commit, &w);
    json_close_object(&w);
    json_add_key(&w, "from_sending");
    json_open_object(&w);
    histogram_json(&b->from_sending, &w);
    json_close_object(&w);
    json_close_object(&w);
    printf("%.*s\n", P(strbuf_str(&out)));
    strbuf_done(&out);
}

int main(int argc, char **argv) {
    struct bench *b = calloc(1, sizeof *b);
    struct city *city = NULL;
    check(b != NULL);
    *b = (struct bench){.n_streams = 1000, .n_queries = 50, .seconds = 10, .token = ""};
    const struct tool_option options[] = {
        {"--city", &b->city_dir, NULL},     {"--token", &b->token, NULL},       {"--port", NULL, &b->port},
        {"--streams", NULL, &b->n_streams}, {"--queries", NULL, &b->n_queries}, {"--seconds", NULL, &b->seconds},
    };
    if (!tool_options(argc, argv, options, ARRAY_LEN(options)) || b->city_dir == NULL) return 2;
    arena_init(&b->arena, (size_t)4 << 30);
    strbuf_init(&b->text, 4096);
    strbuf_init(&b->body, 8192);
    tool_raise_files();
    if (!reports_city(b->city_dir, &city)) return 1;
    reports_init(&b->reports, city, 11, &b->arena);
    b->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!open_queries(b) || !open_streams(b) || !wait_open(b)) {
        fprintf(stderr, "streams: not all connections could be opened\n");
        return 1;
    }
    run(b);
    print_result(b);
    return 0;
}
