/* Commands on their way: the connection is suspended, the writer answers after its flush. */
#include <string.h>

#include "api/api_int.h"

#define MIN_SEQ_WAIT_MS 5000

struct pending *pending_new(struct api *api, struct http_call *call, const struct caller *caller) {
    struct pending *p = NEW(http_arena(call), struct pending);
    p->api = api;
    p->call = call;
    p->caller = *caller;
    return p;
}

enum status pending_key(struct pending *p, struct err *err) {
    str key = http_header(p->call, "Idempotency-Key");
    if (str_empty(key)) return OK;
    if (key.len > 200) {
        err_set(err, E_INVALID, "bad_key", "Idempotency-Key is longer than 200 bytes.");
        err_field(err, "Idempotency-Key");
        return E_INVALID;
    }
    str pieces[] = {http_path(p->call), S("\n"), key};
    digest k = sha256_pieces(pieces, ARRAY_LEN(pieces)), b = sha256(http_body(p->call));
    struct command *c = &p->submission.command;
    c->has_key = true;
    memcpy(c->key_hash, k.b, sizeof c->key_hash);
    memcpy(c->body_hash, b.b, sizeof c->body_hash);
    return OK;
}

static void add_seq(struct http_call *call, uint64_t seq) {
    http_add_header(call, "Yiwang-Seq", str_format(http_arena(call), "%llu", (unsigned long long)seq));
}

static void command_done(struct submission *m) {
    struct pending *p = m->ctx;
    if (m->result.status == OK) {
        add_seq(p->call, m->result.seq);
        if (m->result.repeated) http_add_header(p->call, "Idempotent-Replayed", S("true"));
        p->answer(p);
    } else if (p->refuse != NULL) {
        p->refuse(p);
    } else {
        http_problem(p->call, &m->result.err);
    }
    http_resume(p->call);
}

void pending_submit(struct pending *p) {
    http_defer(p->call);
    pending_send(p);
}

void pending_send(struct pending *p) {
    p->submission.done = command_done;
    p->submission.ctx = p;
    /* Once it is queued the writer may have answered already: nothing of p may be touched then. */
    struct err err = {0};
    enum status status = store_submit(p->api->app->store, &p->submission, &err);
    if (status == OK) return;
    p->submission.result = (struct result){.status = status, .err = err};
    command_done(&p->submission);
}

struct waiter {
    struct api *api;
    struct http_call *call;
    http_handler handler;
    uint64_t seq;
};

static void wait_work(void *ctx) {
    struct waiter *w = ctx;
    struct err err = {0};
    if (store_wait(w->api->app->store, w->seq, MIN_SEQ_WAIT_MS, &err) == OK)
        w->handler(w->call, w->api);
    else
        reply_err(w->call, &err);
    http_resume(w->call);
}

void tell_time(const struct api *api, struct http_call *call) {
    if (api->app->rehearsal == NULL) return;
    http_add_header(call, "Yiwang-Time", str_format(http_arena(call), "%lld", (long long)app_now(api->app).ms));
}

/* What a read holds at least: a feed goes on from there. */
static bool goes_on(struct http_call *call, uint64_t holds) {
    http_add_header(call, "Yiwang-Seq", str_format(http_arena(call), "%llu", (unsigned long long)holds));
    return false;
}

bool waits_for_seq(struct api *api, struct http_call *call, http_handler handler) {
    str text = http_header(call, "Yiwang-Min-Seq");
    int64_t seq = 0;
    struct err err = {0};
    uint64_t holds = store_view_seq(api->app->store);
    tell_time(api, call);
    if (str_empty(text)) return goes_on(call, holds);
    if (!str_to_i64(text, &seq) || seq < 0) {
        err_set(&err, E_INVALID, "bad_value", "Yiwang-Min-Seq is no sequence number.");
        reply_err(call, &err);
        return true;
    }
    if (holds >= (uint64_t)seq) return goes_on(call, holds);
    struct waiter *w = NEW(http_arena(call), struct waiter);
    *w = (struct waiter){api, call, handler, (uint64_t)seq};
    http_defer(call);
    if (http_pool_run(api->waits, wait_work, w, &err) == OK) return true;
    reply_err(call, &err);
    http_resume(call);
    return true;
}

void reply_json(struct http_call *call, int status, struct strbuf *b) {
    http_reply_json(call, status, strbuf_str(b));
    strbuf_done(b);
}

void items_open(struct items *l, size_t max) {
    strbuf_init(&l->b, max);
    json_buf_init(&l->w, &l->b);
    json_open_object(&l->w);
    json_add_key(&l->w, "items");
    json_open_array(&l->w);
}

void items_end(struct items *l) {
    json_close_array(&l->w);
}

void items_send(struct items *l, struct http_call *call) {
    json_close_object(&l->w);
    reply_json(call, 200, &l->b);
}

void reply_err(struct http_call *call, const struct err *err) {
    if (err->status == E_LOGIN) http_add_header(call, "WWW-Authenticate", S("Bearer"));
    http_problem(call, err);
}
