/* POST /api/v1/reports: a report comes in. */
#include "api/api_int.h"

static void put_report(struct json_buf *w, const struct pending *p) {
    const struct city *city = app_city(p->api->app);
    const struct kase *c = &p->submission.result.kase;
    size_t lang = p->caller.lang;
    json_open_object(w);
    json_put_code(w, "number", &c->number);
    str track = app_track(p->api->app, &c->number, http_arena(p->call));
    json_put_str(w, "track", track);
    uint32_t k = city_category(city, str_code(&c->category));
    json_add_key(w, "category");
    json_open_object(w);
    json_put_code(w, "code", &c->category);
    json_put_str(w, "name", k == NONE ? str_code(&c->category) : text_in(&city->categories[k].name, lang));
    json_put_double(w, "confidence", (double)p->submission.command.filing.confidence / 1000, 3);
    json_put_str(w, "words", p->intake.suggestion.words);
    json_close_object(w);
    put_area(w, "area", city, &c->area, lang);
    put_unit(w, "unit", city, &c->unit, lang);
    json_put_code(w, "state", &c->state);
    json_put_str(w, "state_label", state_label(city, &c->procedure, &c->state, true, lang));
    const struct clock *clock = NULL;
    for (size_t i = 0; i < LINKS_MAX; i++)
        if (code_is(&c->links[i].kind, "duplicate_of")) json_put_bool(w, "joined", true);
    put_instant(w, "due", city, case_due(c, &clock));
    if (clock != NULL && clock->provisional) json_put_bool(w, "due_provisional", true);
    if (p->intake.suggestion.channel != NONE) {
        const struct channel *other = &city->channels[p->intake.suggestion.channel];
        json_add_key(w, "perhaps");
        json_open_object(w);
        json_put_str(w, "name", text_in(&other->name, lang));
        json_put_str(w, "phone", other->phone);
        json_put_str(w, "advice", text_in(&other->advice, lang));
        json_close_object(w);
    }
    json_put_str(w, "receipt", str_format(http_arena(p->call), "/api/v1/track/%.*s/receipt", P(track)));
    json_close_object(w);
}

static void answer_report(struct pending *p) {
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 64 << 10);
    json_buf_init(&w, &b);
    put_report(&w, p);
    reply_json(p->call, 201, &b);
}

void report_post(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct report *report = NEW(http_arena(call), struct report);
    struct err err = {0};
    enum status status = caller_of(api, call, &caller, &err);
    if (status == OK) status = report_parse(http_body(call), http_arena(call), report, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct pending *p = pending_new(api, call, &caller);
    status = app_report(api->app, &caller, report, http_arena(call), &p->submission.command, &p->intake, &err);
    if (status == OK) status = pending_key(p, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    p->answer = answer_report;
    pending_submit(p);
}
