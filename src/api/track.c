/* /api/v1/track/{track}: what the reporter sees and may do. The code is all that is needed, and is never logged. */
#include <unistd.h>

#include "api/api_int.h"

static enum status track_view(struct api *api, struct http_call *call, struct case_view *v, struct err *err) {
    return app_track_case(api->app, http_param(call, "track"), http_arena(call), v, err);
}

void track_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct case_view *v = NEW(http_arena(call), struct case_view);
    struct err err = {0};
    if (track_view(api, call, v, &err) != OK) {
        reply_err(call, &err);
        return;
    }
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 1 << 20);
    json_buf_init(&w, &b);
    put_track(&w, api, v, lang_of(api, call));
    reply_json(call, 200, &b);
}

static void answer_track(struct pending *p) {
    /* A short answer: the page asks anew for the whole history. */
    const struct city *city = app_city(p->api->app);
    const struct kase *c = &p->submission.result.kase;
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 4096);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_code(&w, "number", &c->number);
    json_put_code(&w, "state", &c->state);
    json_put_str(&w, "state_label", state_label(city, &c->procedure, &c->state, true, p->caller.lang));
    put_instant(&w, "due", city, case_due(c, NULL));
    json_close_object(&w);
    reply_json(p->call, 200, &b);
}

void track_post(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct case_view *v = NEW(http_arena(call), struct case_view);
    struct err err = {0};
    struct caller caller = app_stranger(api->app, lang_of(api, call));
    enum status status = track_view(api, call, v, &err);
    struct pending *p = pending_new(api, call, &caller);
    if (status == OK)
        status = app_action(api->app, &caller, &v->kase, http_param(call, "action"), http_body(call), 0,
                            http_arena(call), &p->submission.command, &err);
    if (status == OK) status = pending_key(p, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    p->answer = answer_track;
    p->refuse = refuse_with_advice;
    pending_submit(p);
}

static void reply_receipt(struct api *api, struct http_call *call, const struct case_view *v) {
    struct strbuf b;
    struct err err = {0};
    strbuf_init(&b, 1 << 20);
    if (store_receipt(api->app->store, v->kase.id, &b, &err) == OK) {
        http_add_header(call, "Content-Disposition",
                        str_format(http_arena(call), "attachment; filename=\"receipt-%s.json\"", v->kase.number.s));
        reply_json(call, 200, &b);
        return;
    }
    strbuf_done(&b);
    reply_err(call, &err);
}

void track_receipt(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct case_view *v = NEW(http_arena(call), struct case_view);
    struct err err = {0};
    if (track_view(api, call, v, &err) == OK)
        reply_receipt(api, call, v);
    else
        reply_err(call, &err);
}

void case_receipt(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct case_view *v = NEW(http_arena(call), struct case_view);
    struct caller caller;
    struct err err = {0};
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = app_case(api->app, &caller, http_param(call, "number"), http_arena(call), v, &err);
    if (status == OK)
        reply_receipt(api, call, v);
    else
        reply_err(call, &err);
}
