/* Ready texts: GET /api/v1/templates, and the draft of an answer from the last like it, GET …/cases/{number}/draft. */
#include "api/api_int.h"

static void put_template(struct json_buf *w, const struct template *t, size_t lang) {
    json_open_object(w);
    json_put_code(w, "code", &t->code);
    json_put_str(w, "label", text_in(&t->label, lang));
    json_add_key(w, "actions");
    json_open_array(w);
    for (size_t k = 0; k < t->n_actions; k++) json_add_str(w, str_code(&t->actions[k]));
    json_close_array(w);
    json_put_str(w, "text", text_in(&t->text, lang));
    json_close_object(w);
}

void templates_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    const struct city *city = app_city(api->app);
    struct caller caller;
    struct err err = {0};
    if (staff_of(api, call, &caller, &err) != OK) {
        reply_err(call, &err);
        return;
    }
    struct items l;
    items_open(&l, 4 << 20);
    for (size_t i = 0; i < city->n_templates; i++) put_template(&l.w, &city->templates[i], caller.lang);
    items_end(&l);
    items_send(&l, call);
}

void case_draft(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct draft draft;
    struct err err = {0};
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = app_draft(api->app, &caller, http_param(call, "number"), http_arena(call), &draft, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 64 << 10);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_str(&w, "text", draft.text);
    json_put_code(&w, "number", &draft.number);
    put_instant(&w, "closed", app_city(api->app), draft.closed);
    json_close_object(&w);
    reply_json(call, 200, &b);
}
