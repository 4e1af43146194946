/* /api/v1/exchange: another server brings its messages and takes ours. Who it is says its signature; there is no login. */
#include "app/exchange.h"
#include "api/api_int.h"

struct visit {
    struct api *api;
    struct http_call *call;
    str bundle;
};

static void answer(struct visit *v, const code *peer, struct arena *arena) {
    struct strbuf b;
    struct err err = {0};
    strbuf_init(&b, BUNDLE_BYTES);
    enum status status = app_bundle(v->api->app, peer, arena, &b, &err);
    if (status == OK && b.overflow) status = err_set(&err, E_TOO_LARGE, "too_large", "The bundle is too large.");
    if (status == OK)
        http_reply_json(v->call, 200, strbuf_str(&b));
    else
        http_problem(v->call, &err);
    strbuf_done(&b);
}

static void work(void *ctx) {
    struct visit *v = ctx;
    struct taken taken;
    struct err err = {0};
    struct arena arena; /* not the call's: photos are large */
    const struct photo_keeper keeper = {v->api->app, api_keep_photo};
    arena_init(&arena, 0);
    if (app_take_bundle(v->api->app, v->bundle, true, &keeper, &arena, &taken, &err) == OK)
        answer(v, &taken.peer, &arena);
    else
        http_problem(v->call, &err);
    arena_done(&arena);
    http_resume(v->call);
}

static void visit(struct api *api, struct http_call *call, str bundle) {
    struct visit *v = NEW(http_arena(call), struct visit);
    struct err err = {0};
    *v = (struct visit){api, call, bundle};
    http_defer(call);
    if (http_pool_run(api->visits, work, v, &err) == OK) return;
    http_problem(call, &err);
    http_resume(call);
}

void exchange_post(struct http_call *call, void *ctx) {
    visit(ctx, call, http_body(call));
}

/* For servers that only fetch: the header is a bundle without messages, whose `have` must be what is asked for. */
void exchange_outbox(struct http_call *call, void *ctx) {
    struct err err = {0};
    str header = http_header(call, "Yiwang-Exchange");
    if (str_empty(header)) {
        err_set(&err, E_INVALID, "missing_field", "This is for servers, which sign what they ask for.");
        err_field(&err, "Yiwang-Exchange");
        err_hint(&err, "Send a signed bundle without messages as the header Yiwang-Exchange.");
        reply_err(call, &err);
        return;
    }
    visit(ctx, call, header);
}
