#include "jobs/open311.h"

#include "base/json.h"

#define TIMEOUT_MS 20000
#define ANSWER_MAX ((size_t)1 << 20)
#define AT_ONCE 64
#define ASKED_MAX 2000 /* in one visit */

static void read_member(struct json *j, str key, struct open311_said *r) {
    const struct {
        const char *key;
        str *to;
    } texts[] = {{"service_request_id", &r->number},
                 {"status", &r->status},
                 {"status_notes", &r->notes},
                 {"updated_datetime", &r->updated}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (!str_is(key, texts[i].key) || json_peek(j) == JSON_NULL) continue;
        if (json_peek(j) == JSON_STRING)
            json_str(j, texts[i].to);
        else
            json_raw(j, texts[i].to); /* ids without quotes are met in the wild */
        return;
    }
    json_skip(j);
}

bool open311_said(str text, struct arena *arena, struct open311_said *ret) {
    struct json j;
    *ret = (struct open311_said){S(""), S(""), S(""), S("")};
    json_init(&j, text, arena);
    if (!json_array(&j) || !json_more(&j) || !json_object(&j)) return false;
    for (str key; json_key(&j, &key);) read_member(&j, key, ret);
    while (json_more(&j)) json_skip(&j);
    return json_done(&j, NULL) == OK && !str_empty(ret->number);
}

static enum status ask_one(const struct platform *p, const struct partner_case *one, struct arena *arena,
                           struct err *err) {
    struct strbuf url, answer;
    struct http_fetched got = {0};
    struct open311_said said;
    strbuf_init(&url, 4096);
    strbuf_addf(&url, "%.*s/requests/", P(p->line->address));
    strbuf_add_url(&url, str_code(&one->number));
    strbuf_addz(&url, ".json?jurisdiction_id=");
    strbuf_add_url(&url, p->line->jurisdiction);
    strbuf_addz(&url, "&api_key=");
    strbuf_add_url(&url, p->line->secret);
    strbuf_init(&answer, ANSWER_MAX);
    const struct http_ask ask = {.url = str_cstr(arena, strbuf_str(&url)), .timeout_ms = TIMEOUT_MS};
    enum status status = http_ask(p->fetcher, &ask, &answer, &got, err);
    bool read = got.status == 200 && open311_said(str_dup(arena, strbuf_str(&answer)), arena, &said);
    strbuf_done(&answer);
    strbuf_done(&url);
    if (status != OK) return status;
    if (got.status == 404 || got.status == 410) return OK;
    if (!read)
        return err_set(err, E_BUSY, "upstream_failed", "The Open311 server answered with status %d.", got.status);
    const struct outside_news news = {str_code(&one->number), said.notes, said.updated, str_is(said.status, "closed")};
    return app_outside_news(p->app, p->peer, &news, arena, err);
}

/* Whether the case is there now, under this number. */
static bool is_there(const struct platform *p, const struct partner_case *one, struct arena *arena) {
    struct kase *c = NEW(arena, struct kase);
    return store_case(p->app->store, one->id, c, NULL) == OK && !c->is_over && code_eq(&c->at.peer, &p->peer->code) &&
           code_eq(&c->at.number, &one->number);
}

enum status open311_ask(const struct platform *p, struct arena *arena, struct err *err) {
    struct partner_case list[AT_ONCE];
    code after = {0};
    size_t n = AT_ONCE;
    enum status status = OK;
    for (size_t asked = 0; status == OK && n == AT_ONCE && asked < ASKED_MAX; asked += n) {
        status = store_partners_open(p->app->store, &p->peer->code, &after, AT_ONCE, list, &n, err);
        for (size_t i = 0; status == OK && i < n; i++) {
            if (is_there(p, &list[i], arena)) status = ask_one(p, &list[i], arena, err);
            /* a word that is not possible here now is no fault of the line */
            if (status == E_STATE || status == E_DENIED || status == E_INVALID) status = OK;
            after = list[i].number;
        }
    }
    return status;
}
