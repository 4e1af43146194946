/* /api/v1/outside/{peer}: a platform that is not Yiwang brings a case, or a word about one; /api/v1/cap/{peer}: a
 * warning as CAP 1.2. Who it is says its signature. */
#include "api/api_int.h"
#include "app/cap.h"

struct delivery {
    struct api *api;
    struct http_call *call;
    code peer;
    struct webhook head;
    bool is_cap;
};

static void put_clock_due(struct json_buf *w, const struct city *city, const struct kase *c, const char *clock,
                          const char *key) {
    const struct clock *k = case_clock(c, clock, 0);
    put_instant(w, key, city, k != NULL ? k->due : INSTANT_NONE);
}

static void answer(const struct delivery *d, const struct outside_taken *taken) {
    struct strbuf b;
    struct json_buf w;
    const struct city *city = app_city(d->api->app);
    const struct kase *c = &taken->kase;
    strbuf_init(&b, 16 << 10);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_code(&w, "number", &c->number);
    json_put_str(&w, "outside_number", str_code(code_empty(&c->from.number) ? &c->at.number : &c->from.number));
    json_put_code(&w, "state", &c->state);
    json_put_str(&w, "state_label", state_label(city, &c->procedure, &c->state, true, 0));
    put_clock_due(&w, city, c, "imposed", "due");
    put_clock_due(&w, city, c, "own", "own_due");
    json_put_bool(&w, "repeated", taken->repeated);
    json_close_object(&w);
    http_reply_json(d->call, taken->repeated ? 200 : 201, strbuf_str(&b));
    strbuf_done(&b);
}

static void work(void *ctx) {
    struct delivery *d = ctx;
    struct err err = {0};
    struct arena arena; /* not the call's: photos are large */
    const struct photo_keeper keeper = {d->api->app, api_keep_photo};
    arena_init(&arena, 0);
    struct outside_taken *taken = NEW(&arena, struct outside_taken);
    struct app *app = d->api->app;
    enum status status =
        d->is_cap ? app_cap_take(app, &d->peer, &d->head, http_body(d->call), &arena, taken, &err)
                  : app_outside_take(app, &d->peer, &d->head, http_body(d->call), &keeper, &arena, taken, &err);
    if (status == OK)
        answer(d, taken);
    else
        http_problem(d->call, &err);
    arena_done(&arena);
    http_resume(d->call);
}

static void take(struct http_call *call, struct api *api, bool is_cap) {
    struct delivery *d = NEW(http_arena(call), struct delivery);
    struct err err = {0};
    *d = (struct delivery){.api = api, .call = call, .is_cap = is_cap};
    d->head = (struct webhook){http_header(call, "webhook-id"), http_header(call, "webhook-timestamp"),
                               http_header(call, "webhook-signature")};
    if (!code_from(http_param(call, "peer"), &d->peer)) {
        err_set(&err, E_NOT_FOUND, "unknown_peer", "There is no such platform here.");
        reply_err(call, &err);
        return;
    }
    http_defer(call);
    if (http_pool_run(api->visits, work, d, &err) == OK) return;
    http_problem(call, &err);
    http_resume(call);
}

void outside_post(struct http_call *call, void *ctx) {
    take(call, ctx, false);
}

void cap_post(struct http_call *call, void *ctx) {
    take(call, ctx, true);
}
