/* GET /api/v1/events: the live feed as server-sent events; Last-Event-ID resumes without loss. */
#include <stdatomic.h>
#include <stdlib.h>

#include "api/api_int.h"

#define TAKE_MAX 16
#define EVENT_ROOM 2048 /* what one event needs at most */

struct events {
    struct feed *feed;
    _Atomic(struct http_stream *) stream; /* set once, while the feed may already wake */
    bool wordless;                        /* the reader gets rows without their words */
};

static void feed_wakes(void *ctx) {
    struct events *e = ctx;
    struct http_stream *stream = atomic_load(&e->stream);
    if (stream != NULL) http_stream_wake(stream);
}

static void print_row(const struct feed_event *f, bool wordless, struct strbuf *out) {
    strbuf_add(out, wordless ? str_slice(f->row_json, 0, f->words_at) : f->row_json);
    if (wordless) strbuf_addc(out, '}');
}

static void print_event(const struct feed_event *f, bool wordless, struct strbuf *out) {
    static const char *const NAMES[] = {[FEED_PUT] = "put", [FEED_GONE] = "gone", [FEED_RESET] = "reset"};
    strbuf_addf(out, "id: %llu\nevent: %s\ndata: ", (unsigned long long)f->seq, NAMES[f->kind]);
    if (f->kind == FEED_PUT)
        print_row(f, wordless, out);
    else if (f->kind == FEED_GONE)
        strbuf_addf(out, "{\"number\":\"%s\"}", f->number.s);
    else
        strbuf_addz(out, "{}");
    strbuf_addz(out, "\n\n");
}

static void fill(void *ctx, struct strbuf *out, size_t room) {
    struct events *e = ctx;
    struct feed_event events[TAKE_MAX];
    size_t want = room / EVENT_ROOM;
    size_t n = store_feed_take(e->feed, events, want == 0 ? 1 : want < TAKE_MAX ? want : TAKE_MAX);
    for (size_t i = 0; i < n; i++) print_event(&events[i], e->wordless, out);
    store_feed_release(events, n);
}

static void closed(void *ctx) {
    struct events *e = ctx;
    store_feed_close(e->feed);
    free(e);
}

/* A question about words would tell them one by one. */
static enum status check_query(struct api *api, struct http_call *call, const struct caller *caller, str q,
                               struct err *err) {
    struct query *query = NULL;
    enum status status = query_parse(q, app_city(api->app), http_arena(call), &query, err);
    return status == OK ? app_words_allowed(caller, query, err) : status;
}

void events_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct err err = {0};
    str q = S("");
    int64_t last = 0;
    http_query(call, "q", &q);
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK && caller.role->see == SCOPE_NONE)
        status = err_set(&err, E_DENIED, "not_allowed", "This role sees no cases.");
    str id = http_header(call, "Last-Event-ID");
    if (status == OK && !str_empty(id) && (!str_to_i64(id, &last) || last < 0))
        status = err_set(&err, E_INVALID, "bad_value", "Last-Event-ID is no sequence number.");
    if (status == OK && caller.role->wordless) status = check_query(api, call, &caller, q, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct events *e = calloc(1, sizeof *e);
    check(e != NULL);
    e->wordless = caller.role->wordless;
    struct sight sight = access_sight(app_city(api->app), &caller.actor);
    status = store_feed_open(api->app->store, q, &sight, (uint64_t)last, feed_wakes, e, &e->feed, &err);
    if (status != OK) {
        free(e);
        reply_err(call, &err);
        return;
    }
    struct http_stream *stream = http_stream_start(call, e, fill, closed);
    atomic_store(&e->stream, stream);
    http_stream_wake(stream);
}
