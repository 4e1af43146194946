#include "jobs/platform.h"

#include "jobs/open311.h"

#define TIMEOUT_MS 20000
#define ANSWER_MAX ((size_t)1 << 20)
#define AT_ONCE 64

static enum status post(const struct platform *p, const struct outside_message *m, struct strbuf *answer,
                        struct http_fetched *got, struct arena *arena, struct err *err) {
    struct webhook w = {.id = m->id};
    w.seconds = str_format(arena, "%lld", (long long)(app_now(p->app).ms / MS_SECOND));
    w.signature = webhook_sign(p->line->secret, &w, m->body, arena);
    const struct http_ask ask = {
        .url = str_cstr(arena, p->line->address),
        .type = "application/json",
        .body = m->body,
        .headers = {{"webhook-id", w.id}, {"webhook-timestamp", w.seconds}, {"webhook-signature", w.signature}},
        .n_headers = 3,
        .timeout_ms = TIMEOUT_MS};
    return http_ask(p->fetcher, &ask, answer, got, err);
}

/* An Open311 server takes a form; who files twice with one key files once, if it is one of ours. */
static enum status post_form(const struct platform *p, const struct outside_message *m, str form, struct strbuf *answer,
                             struct http_fetched *got, struct arena *arena, struct err *err) {
    const struct http_ask ask = {.url = str_cstr(arena, str_format(arena, "%.*s/requests.json", P(p->line->address))),
                                 .type = "application/x-www-form-urlencoded; charset=utf-8",
                                 .body = form,
                                 .headers = {{"Idempotency-Key", m->id}},
                                 .n_headers = 1,
                                 .timeout_ms = TIMEOUT_MS};
    return http_ask(p->fetcher, &ask, answer, got, err);
}

/* The number that the platform gave a case, if its answer says one. */
static str number_of(str answer, struct arena *arena) {
    struct json j;
    str number = S("");
    json_init(&j, answer, arena);
    if (json_peek(&j) != JSON_OBJECT) return number;
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if (str_is(key, "number") && json_peek(&j) == JSON_STRING)
            json_str(&j, &number);
        else
            json_skip(&j);
    }
    return json_done(&j, NULL) == OK ? number : S("");
}

/* Whether the answer is about the message itself, so that sending it again would not help. */
static bool is_refusal(int status) {
    return status >= 400 && status < 500 && status != 401 && status != 403 && status != 404 && status != 408 &&
           status != 425 && status != 429;
}

static enum status send_form(const struct platform *p, const struct outside_message *m, struct arena *arena,
                             struct err *err) {
    struct strbuf answer;
    struct http_fetched got = {0};
    struct open311_said said;
    str form;
    enum status status = app_outside_form(p->app, p->peer, p->line, m, arena, &form, err);
    if (status != OK) return status;
    if (str_empty(form)) return app_outside_confirm(p->app, &p->line->code, m->no, err);
    strbuf_init(&answer, ANSWER_MAX);
    status = post_form(p, m, form, &answer, &got, arena, err);
    bool taken = got.status >= 200 && got.status < 300;
    bool read = taken && open311_said(str_dup(arena, strbuf_str(&answer)), arena, &said);
    strbuf_done(&answer);
    if (status != OK) return status;
    if (is_refusal(got.status))
        return app_outside_refused(p->app, p->peer, m, str_format(arena, "HTTP %d", got.status), arena, err);
    if (!taken || !read)
        return err_set(err, E_BUSY, "upstream_failed", "The Open311 server answered with status %d.", got.status);
    status = app_outside_number(p->app, p->peer, m->case_id, said.number, arena, err);
    return status == OK ? app_outside_confirm(p->app, &p->line->code, m->no, err) : status;
}

static enum status send_one(const struct platform *p, const struct outside_message *m, struct arena *arena,
                            struct err *err) {
    struct strbuf answer;
    struct http_fetched got = {0};
    if (code_is(&m->kind, "receipt")) return app_outside_confirm(p->app, &p->line->code, m->no, err);
    if (p->peer->kind == PEER_OPEN311) return send_form(p, m, arena, err);
    strbuf_init(&answer, ANSWER_MAX);
    enum status status = post(p, m, &answer, &got, arena, err);
    bool taken = got.status >= 200 && got.status < 300;
    str text = str_dup(arena, strbuf_str(&answer));
    strbuf_done(&answer);
    if (status != OK) return status;
    if (is_refusal(got.status))
        return app_outside_refused(p->app, p->peer, m, str_format(arena, "HTTP %d", got.status), arena, err);
    if (!taken) return err_set(err, E_BUSY, "upstream_failed", "The platform answered with status %d.", got.status);
    if (code_is(&m->kind, "case"))
        status = app_outside_number(p->app, p->peer, m->case_id, number_of(text, arena), arena, err);
    return status == OK ? app_outside_confirm(p->app, &p->line->code, m->no, err) : status;
}

static enum status send_waiting(const struct platform *p, struct arena *arena, struct err *err) {
    enum status status = OK;
    for (int i = 0; status == OK && i < AT_ONCE; i++) {
        struct outside_message m;
        status = app_outside_next(p->app, p->line, arena, &m, err);
        if (status != OK || m.no == 0) return status;
        status = send_one(p, &m, arena, err);
    }
    return status;
}

enum status platform_send(const struct platform *p, struct arena *arena, struct err *err) {
    enum status status = send_waiting(p, arena, err);
    return status == OK && p->peer->kind == PEER_OPEN311 ? open311_ask(p, arena, err) : status;
}
