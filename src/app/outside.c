#include "app/outside.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/json.h"

#define VIEWS_WAIT_MS 5000
#define BODY_MAX ((size_t)17 << 20)
#define SHEET_LINES 5000

/* --- what they say --- */

static void set_key(struct command *c, const code *peer, str key, str data) {
    str pieces[] = {S("outside\n"), str_code(peer), S("\n"), key};
    digest k = sha256_pieces(pieces, ARRAY_LEN(pieces)), b = sha256(data);
    c->has_key = true;
    memcpy(c->key_hash, k.b, sizeof c->key_hash);
    memcpy(c->body_hash, b.b, sizeof c->body_hash);
}

static enum status run(struct app *app, const struct command *c, struct outside_taken *ret, struct err *err) {
    struct result *r = calloc(1, sizeof *r);
    check(r != NULL);
    enum status status = store_run(app->store, c, r);
    if (status == OK) *ret = (struct outside_taken){r->kase, r->repeated};
    if (status != OK && err != NULL) *err = r->err;
    free(r);
    return status;
}

/* Looking for the number and filing it are one step: two deliveries of one case at a time would file it twice. */
enum status app_outside_say(struct app *app, const struct peer *peer, const code *kind, str data, str key,
                            const struct photo_keeper *keeper, struct arena *arena, struct outside_taken *ret,
                            struct err *err) {
    struct command *c = NEW(arena, struct command);
    peer_books_hold(app->books);
    enum status status = exchange_outside(app, peer, kind, data, keeper, arena, c, err);
    if (status == OK && c->kind == 0) {
        ret->repeated = true;
        status = store_case(app->store, c->case_id, &ret->kase, err);
    } else if (status == OK) {
        set_key(c, &peer->code, key, data);
        status = run(app, c, ret, err);
    }
    peer_books_release(app->books);
    return status;
}

static enum status read_envelope(str body, struct arena *arena, code *ret_kind, str *ret_data, struct err *err) {
    struct json j;
    str type = S("case");
    *ret_data = STR_NONE;
    json_init(&j, body, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if (str_is(key, "type"))
            json_str(&j, &type);
        else if (str_is(key, "data"))
            json_raw(&j, ret_data);
        else
            json_skip(&j);
    }
    enum status status = json_done(&j, err);
    if (status != OK) return status;
    if (str_empty(*ret_data) || !code_from(type, ret_kind) || code_empty(ret_kind)) {
        err_set(err, E_INVALID, "missing_field", "The message has no type or no data.");
        err_field(err, "data");
        err_hint(err, "Send {\"type\":\"case\",\"data\":{…}}.");
        return E_INVALID;
    }
    return OK;
}

enum status app_outside_signed(struct app *app, const code *peer, const struct webhook *w, str body,
                               struct arena *arena, struct err *err) {
    const struct peer_line *line = peer_book_line(peer_book_of(app), peer);
    if (line == NULL || str_empty(line->secret))
        return err_set(err, E_NOT_FOUND, "unknown_peer", "There is no platform %s here.", peer->s);
    if (webhook_signed(line->secret, w, body, app_now(app))) return OK;
    exchange_record_forgery(app, peer, arena);
    err_set(err, E_DENIED, "forged", "This is not signed by the platform it names, or not of now.");
    err_hint(err, "The secret of both sides and their clocks must agree (docs/exchange.md).");
    return E_DENIED;
}

enum status app_outside_take(struct app *app, const code *peer, const struct webhook *w, str body,
                             const struct photo_keeper *keeper, struct arena *arena, struct outside_taken *ret,
                             struct err *err) {
    const struct peer *p = city_peer(app_city(app), str_code(peer));
    code kind;
    str data;
    *ret = (struct outside_taken){0};
    if (p == NULL || (p->kind != PEER_WEBHOOK && p->kind != PEER_FILE))
        return err_set(err, E_NOT_FOUND, "unknown_peer", "There is no platform %s here.", peer->s);
    enum status status = app_outside_signed(app, peer, w, body, arena, err);
    if (status == OK) status = read_envelope(body, arena, &kind, &data, err);
    return status == OK ? app_outside_say(app, p, &kind, data, w->id, keeper, arena, ret, err) : status;
}

/* --- what is told them --- */

static void put_envelope(struct json_buf *w, struct app *app, const struct outgoing *o, str data) {
    struct strbuf at;
    strbuf_init(&at, 64);
    instant_format(&at, &app_city(app)->calendar.zone, o->at);
    json_open_object(w);
    json_put_str(w, "type", str_code(&o->kind));
    json_put_i64(w, "no", (int64_t)o->no);
    json_put_str(w, "timestamp", strbuf_str(&at));
    json_add_key(w, "data");
    json_add_raw(w, data);
    json_close_object(w);
    strbuf_done(&at);
}

static enum status make_message(struct app *app, const struct peer_line *line, const struct outgoing *o,
                                struct arena *arena, struct outside_message *ret, struct err *err) {
    struct strbuf b;
    struct json_buf w;
    *ret = (struct outside_message){.no = o->no, .kind = o->kind, .word = o->word, .case_id = o->case_id};
    ret->id = str_format(arena, "%s-%s-%llu", peer_book_of(app)->name.s, line->code.s, (unsigned long long)o->no);
    enum status status = exchange_body(app, line, o, arena, &ret->data, err);
    if (status != OK) return status;
    strbuf_init(&b, BODY_MAX);
    json_buf_init(&w, &b);
    put_envelope(&w, app, o, ret->data);
    if (b.overflow)
        status = err_set(err, E_TOO_LARGE, "too_large", "A message is too large.");
    else
        ret->body = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return status;
}

enum status app_outside_next(struct app *app, const struct peer_line *line, struct arena *arena,
                             struct outside_message *ret, struct err *err) {
    struct outgoing *list = NULL;
    struct peer_mark mark;
    size_t n = 0;
    *ret = (struct outside_message){0};
    enum status status = store_wait(app->store, store_seq(app->store), VIEWS_WAIT_MS, err);
    if (status == OK) status = store_peer_mark(app->store, &line->code, &mark, err);
    if (status == OK) status = store_outbox(app->store, &line->code, mark.confirmed, 1, arena, &list, &n, err);
    return status == OK && n > 0 ? make_message(app, line, &list[0], arena, ret, err) : status;
}

enum status app_outside_confirm(struct app *app, const code *peer, uint64_t no, struct err *err) {
    struct peer_mark mark;
    uint64_t last = 0;
    enum status status = store_peer_mark(app->store, peer, &mark, err);
    if (status == OK) status = store_outbox_last(app->store, peer, &last, err);
    if (status != OK) return status;
    if (no > last)
        return err_set(err, E_INVALID, "out_of_range", "Only %llu messages were ever made for %s.",
                       (unsigned long long)last, peer->s);
    mark.confirmed = outbox_confirmed(mark.confirmed, no, last);
    mark.tried = mark.succeeded = app_now(app);
    mark.failure[0] = '\0';
    return store_peer_mark_put(app->store, peer, &mark, err);
}

static struct command *told(struct app *app, const struct peer *peer, uint64_t case_id, const char *word,
                            struct arena *arena) {
    struct command *c = NEW(arena, struct command);
    c->kind = COMMAND_TOLD;
    c->actor = (struct actor){.kind = ACTOR_PEER, .role = peer->code};
    if (peer->unit != NONE) c->actor.unit = app_city(app)->units[peer->unit].code;
    c->case_id = case_id;
    c->action = code_of(word);
    c->filing.imposed = c->filing.own_due = INSTANT_NONE;
    return c;
}

enum status app_outside_number(struct app *app, const struct peer *peer, uint64_t case_id, str number,
                               struct arena *arena, struct err *err) {
    struct command *c = told(app, peer, case_id, "taken", arena);
    struct outside_taken *taken = NEW(arena, struct outside_taken);
    code fits;
    if (str_empty(number) || !code_from(number, &fits)) return OK; /* it goes on without one */
    enum status status = command_put(c, S("number"), number, err);
    set_key(c, &peer->code, str_format(arena, "taken %llu %.*s", (unsigned long long)case_id, P(number)), S("taken"));
    return status == OK ? run(app, c, taken, err) : status;
}

enum status app_outside_refused(struct app *app, const struct peer *peer, const struct outside_message *m, str why,
                                struct arena *arena, struct err *err) {
    struct command *c = told(app, peer, m->case_id, "not_taken", arena);
    struct outside_taken *taken = NEW(arena, struct outside_taken);
    enum status status = command_put(c, S("text"), why, err);
    set_key(c, &peer->code, str_format(arena, "refused %llu", (unsigned long long)m->no), S("refused"));
    if (status == OK) status = run(app, c, taken, err);
    /* a case that is shared no more needs no word of it */
    if (status != OK && status != E_DENIED && status != E_STATE && status != E_NOT_FOUND) return status;
    return app_outside_confirm(app, &peer->code, m->no, err);
}

/* --- Open311 --- */

static str member(str data, const char *name, struct arena *arena) {
    struct json j;
    str value = S("");
    json_init(&j, data, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if (str_is(key, name) && json_peek(&j) == JSON_STRING)
            json_str(&j, &value);
        else
            json_skip(&j);
    }
    return json_done(&j, NULL) == OK ? value : S("");
}

static void add_form(struct strbuf *b, const char *name, str value) {
    if (str_empty(value)) return;
    strbuf_addf(b, "%s%s=", b->len > 0 ? "&" : "", name);
    strbuf_add_url(b, value);
}

static void add_degrees(struct strbuf *b, const char *name, double degrees, struct arena *arena) {
    add_form(b, name, str_format(arena, "%.6f", degrees));
}

enum status app_outside_form(struct app *app, const struct peer *peer, const struct peer_line *line,
                             const struct outside_message *m, struct arena *arena, str *ret, struct err *err) {
    struct strbuf b;
    struct case_view *v = NEW(arena, struct case_view);
    bool again = code_is(&m->kind, "reopened");
    *ret = STR_NONE;
    if (!again && !code_is(&m->kind, "case")) return OK;
    enum status status = view_load(app, m->case_id, arena, v, err);
    if (status != OK) return status;
    const struct kase *c = &v->kase;
    str service = peer_word(peer, &c->category), said = again ? member(m->data, "text", arena) : S("");
    strbuf_init(&b, 64 << 10);
    add_form(&b, "jurisdiction_id", line->jurisdiction);
    add_form(&b, "api_key", line->secret);
    add_form(&b, "service_code", str_empty(service) ? str_code(&c->category) : service);
    if (!lonlat_is_none(v->place)) {
        add_degrees(&b, "lat", v->place.lat_deg, arena);
        add_degrees(&b, "long", v->place.lon_deg, arena);
    }
    add_form(&b, "address_string", v->address);
    str text = str_format(arena, "[%s%s%s] %.*s%s%.*s", c->number.s, again ? " ← " : "", again ? c->at.number.s : "",
                          P(said), str_empty(said) ? "" : "\n", P(v->text));
    add_form(&b, "description", utf8_prefix(text, REPORT_TEXT_MAX));
    *ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return OK;
}

enum status app_outside_news(struct app *app, const struct peer *peer, const struct outside_news *news,
                             struct arena *arena, struct err *err) {
    struct strbuf b;
    struct json_buf w;
    struct outside_taken *taken = NEW(arena, struct outside_taken);
    code kind = code_of(news->closed ? "closed" : "status");
    str label = text_in(&peer->label, 0);
    strbuf_init(&b, 32 << 10);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_str(&w, "number", news->number);
    json_put_str(&w, "text", str_empty(news->notes) ? label : news->notes);
    json_put_str(&w, "basis", str_format(arena, "Open311: %.*s, %.*s", P(label), P(news->number)));
    json_close_object(&w);
    str data = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    /* a second closing, after it was opened here again, is another one */
    str key = str_format(arena, "%s %.*s %.*s %.*s", kind.s, P(news->number), P(news->closed ? news->updated : S("")),
                         P(news->notes));
    return app_outside_say(app, peer, &kind, data, key, NULL, arena, taken, err);
}

/* --- files --- */

static void add_line(struct app *app, const struct outgoing *o, str data, struct arena *arena, struct strbuf *out) {
    static const char *const members[] = {"origin", "number", "word", "state", "label", "text", "basis"};
    strbuf_addf(out, "%llu,", (unsigned long long)o->no);
    instant_format(out, &app_city(app)->calendar.zone, o->at);
    strbuf_addf(out, ",%s", o->kind.s);
    for (size_t i = 0; i < ARRAY_LEN(members); i++) csv_add_field(out, member(data, members[i], arena), false);
    strbuf_addc(out, '\n');
}

enum status app_outside_sheet(struct app *app, const struct peer_line *line, struct arena *arena, struct strbuf *out,
                              uint64_t *ret_last, struct err *err) {
    struct outgoing *list = NULL;
    struct peer_mark mark;
    size_t n = 0;
    *ret_last = 0;
    enum status status = store_wait(app->store, store_seq(app->store), VIEWS_WAIT_MS, err);
    if (status == OK) status = store_peer_mark(app->store, &line->code, &mark, err);
    if (status == OK)
        status = store_outbox(app->store, &line->code, mark.confirmed, SHEET_LINES, arena, &list, &n, err);
    strbuf_addz(out, "no,at,type,outside_number,number,word,state,label,text,basis\n");
    for (size_t i = 0; status == OK && i < n; i++) {
        str data;
        status = exchange_body(app, line, &list[i], arena, &data, err);
        if (status == OK) add_line(app, &list[i], data, arena, out);
        *ret_last = list[i].no;
    }
    if (status == OK && out->overflow) status = err_set(err, E_TOO_LARGE, "too_large", "The file is too large.");
    return status;
}
