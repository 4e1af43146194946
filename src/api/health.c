/* /healthz, /readyz, /metrics. */
#include "api/api_int.h"

void health_live(struct http_call *call, void *ctx) {
    (void)ctx;
    http_reply(call, 200, "text/plain; charset=utf-8", S("ok\n"));
}

void health_ready(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct err err = {0};
    struct store_stats stats;
    if (store_is_failed(api->app->store, &err)) {
        http_problem(call, &err);
        return;
    }
    store_stats(api->app->store, &stats);
    if (stats.disk_free < (64u << 20)) {
        err_set(&err, E_STORAGE, "storage_full", "The disk is nearly full: %llu bytes are left.",
                (unsigned long long)stats.disk_free);
        http_problem(call, &err);
        return;
    }
    http_reply(call, 200, "text/plain; charset=utf-8", S("ready\n"));
}

static void metric(struct strbuf *b, const char *name, const char *type, const char *help, uint64_t value) {
    strbuf_addf(b, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", name, help, name, type, name, (unsigned long long)value);
}

void metrics_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct store_stats s;
    struct strbuf b;
    store_stats(api->app->store, &s);
    strbuf_init(&b, 64 << 10);
    metric(&b, "yiwang_seq", "counter", "Last durable entry.", s.seq);
    metric(&b, "yiwang_view_lag_entries", "gauge", "Entries that views do not hold yet.", s.seq - s.view_seq);
    metric(&b, "yiwang_cases", "gauge", "Cases.", s.cases);
    metric(&b, "yiwang_cases_open", "gauge", "Open cases.", s.open_cases);
    metric(&b, "yiwang_commands_total", "counter", "Commands decided.", s.commands);
    metric(&b, "yiwang_commands_refused_total", "counter", "Commands refused by the rules.", s.refused);
    metric(&b, "yiwang_batches_total", "counter", "Commits of the truth.", s.batches);
    metric(&b, "yiwang_flush_us_p50", "gauge", "Median time of a commit with flush, microseconds.", s.flush_us_p50);
    metric(&b, "yiwang_flush_us_p99", "gauge", "99th percentile of the same.", s.flush_us_p99);
    metric(&b, "yiwang_queue", "gauge", "Commands waiting for the writer.", s.queue);
    metric(&b, "yiwang_disk_free_bytes", "gauge", "Free bytes on the data disk.", s.disk_free);
    http_metrics(api->server, &b);
    http_reply(call, 200, "text/plain; version=0.0.4; charset=utf-8", strbuf_str(&b));
    strbuf_done(&b);
}
