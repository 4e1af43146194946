#include "http/http_int.h"

static const int64_t bounds_us[LATENCY_BUCKETS] = {100,   250,   500,    1000,   2500,    5000,
                                                   10000, 25000, 100000, 500000, 2500000, 10000000};

void metrics_reply(struct metrics *m, int status, int64_t took_us) {
    size_t i = 0;
    while (i < LATENCY_BUCKETS && took_us > bounds_us[i]) i++;
    atomic_fetch_add_explicit(&m->latency[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&m->latency_sum_us, (uint64_t)(took_us > 0 ? took_us : 0), memory_order_relaxed);
    if (status >= 100 && status < 600) atomic_fetch_add_explicit(&m->replies[status / 100], 1, memory_order_relaxed);
}

static void add_line(struct strbuf *out, const char *name, const char *type, uint64_t value) {
    strbuf_addf(out, "# TYPE %s %s\n%s %llu\n", name, type, name, (unsigned long long)value);
}

static void add_latency(const struct metrics *m, struct strbuf *out) {
    uint64_t n = 0;
    strbuf_addz(out, "# TYPE yiwang_http_request_seconds histogram\n");
    for (size_t i = 0; i <= LATENCY_BUCKETS; i++) {
        n += atomic_load(&m->latency[i]);
        strbuf_addz(out, "yiwang_http_request_seconds_bucket{le=\"");
        if (i < LATENCY_BUCKETS)
            strbuf_addf(out, "%g", (double)bounds_us[i] / 1e6);
        else
            strbuf_addz(out, "+Inf");
        strbuf_addf(out, "\"} %llu\n", (unsigned long long)n);
    }
    strbuf_addf(out, "yiwang_http_request_seconds_sum %.6f\nyiwang_http_request_seconds_count %llu\n",
                (double)atomic_load(&m->latency_sum_us) / 1e6, (unsigned long long)n);
}

void http_metrics(const struct http_server *s, struct strbuf *out) {
    const struct metrics *m = &s->metrics;
    strbuf_addz(out, "# TYPE yiwang_http_replies_total counter\n");
    for (int i = 1; i < 6; i++)
        strbuf_addf(out, "yiwang_http_replies_total{class=\"%dxx\"} %llu\n", i,
                    (unsigned long long)atomic_load(&m->replies[i]));
    add_latency(m, out);
    add_line(out, "yiwang_http_connections", "gauge", atomic_load(&s->watch.n));
    add_line(out, "yiwang_http_calls", "gauge", atomic_load(&m->calls));
    add_line(out, "yiwang_http_streams", "gauge", atomic_load(&m->streams));
    add_line(out, "yiwang_http_body_bytes_total", "counter", atomic_load(&m->body_bytes));
    add_line(out, "yiwang_http_stream_bytes_total", "counter", atomic_load(&m->stream_bytes));
    add_line(out, "yiwang_http_refused_rate_total", "counter", atomic_load(&m->refused_rate));
    add_line(out, "yiwang_http_refused_connections_total", "counter", atomic_load(&m->refused_connections));
    add_line(out, "yiwang_http_refused_slow_total", "counter", atomic_load(&m->refused_slow));
}
