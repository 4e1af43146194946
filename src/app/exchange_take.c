/* Messages that come in: checked, then made into commands. Nothing received is typed again. */
#include <math.h>
#include <sodium.h>
#include <string.h>

#include "app/exchange.h"
#include "base/json.h"

#define VIEWS_WAIT_MS 5000
#define WORDS_MAX 4000
#define PHOTOS 9

/* What bodies may say; everything else in them is ignored, so that a newer sender is understood. */
struct body {
    str number, origin, category, condition, about, about_unit, text, address, note, word, label, basis, channel,
        contact, refusal, attributes;
    int64_t filed, happened, due, no;
    double lon, lat;
    str media[PHOTOS];
    size_t n_media;
};

/* A time as milliseconds since 1970, or as RFC 3339. */
static bool read_time(struct json *j, str key, struct body *b) {
    const struct {
        const char *key;
        int64_t *to;
    } times[] = {{"filed", &b->filed}, {"happened", &b->happened}, {"due", &b->due}};
    str text;
    instant at;
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        if (!str_is(key, times[i].key)) continue;
        if (!json_str(j, &text)) return true;
        if (!str_empty(text) && !instant_parse(text, &at)) json_fail(j, "no time with its zone");
        if (!str_empty(text) && j->error == NULL) *times[i].to = at.ms;
        return true;
    }
    return false;
}

static void read_photos(struct json *j, struct body *b) {
    if (!json_array(j)) return;
    for (str one; json_more(j) && json_str(j, &one);)
        if (b->n_media < PHOTOS) b->media[b->n_media++] = one;
}

static bool read_str(struct json *j, str key, struct body *b) {
    const struct {
        const char *key;
        str *to;
    } texts[] = {{"number", &b->number},       {"origin", &b->origin},   {"category", &b->category},
                 {"condition", &b->condition}, {"about", &b->about},     {"about_unit", &b->about_unit},
                 {"text", &b->text},           {"address", &b->address}, {"note", &b->note},
                 {"word", &b->word},           {"label", &b->label},     {"basis", &b->basis},
                 {"channel", &b->channel},     {"contact", &b->contact}, {"refusal", &b->refusal}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (str_is(key, texts[i].key)) return json_str(j, texts[i].to);
    return false;
}

static void read_number(struct json *j, str key, struct body *b) {
    const struct {
        const char *key;
        int64_t *to;
    } numbers[] = {{"filed", &b->filed}, {"happened", &b->happened}, {"due", &b->due}, {"no", &b->no}};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        if (!str_is(key, numbers[i].key)) continue;
        json_i64(j, numbers[i].to);
        return;
    }
    if (str_is(key, "lon"))
        json_double(j, &b->lon);
    else if (str_is(key, "lat"))
        json_double(j, &b->lat);
    else
        json_skip(j);
}

static enum status read_body(str json, struct arena *arena, struct body *ret, struct err *err) {
    struct json j;
    *ret = (struct body){.lon = NAN, .lat = NAN};
    json_init(&j, json, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        enum json_type type = json_peek(&j);
        if (type == JSON_NUMBER)
            read_number(&j, key, ret);
        else if (type == JSON_STRING && (read_time(&j, key, ret) || read_str(&j, key, ret)))
            continue;
        else if (type == JSON_OBJECT && str_is(key, "attributes"))
            json_raw(&j, &ret->attributes);
        else if (type == JSON_ARRAY && str_is(key, "media"))
            read_photos(&j, ret);
        else if (j.error == NULL)
            json_skip(&j);
    }
    return json_done(&j, err);
}

/* --- a case --- */

static void take_place(const struct city *city, const struct body *b, struct filing *f) {
    f->place = (lonlat){b->lon, b->lat};
    f->located = LOCATED_OUTSIDE;
    if (!lonlat_valid(f->place)) {
        f->place = lonlat_none();
        return;
    }
    struct location at = city_locate(city, 0, f->place);
    f->has_place = true;
    f->located = at.how;
    f->metres = (int32_t)lround(at.metres);
    if (at.area != NONE) f->area = city->areas[at.area].code;
}

/* What the package says its word means (also of a procedure that other systems may start), or its category if it is one of
 * ours that anybody may file; else the words decide, and a person. */
static void take_category(const struct city *city, const struct peer *peer, const struct body *b, struct arena *arena,
                          struct filing *f) {
    const code *ours = peer_category(peer, b->category);
    uint32_t k = city_category(city, ours != NULL ? str_code(ours) : b->category);
    const struct procedure *p = k != NONE ? city_procedure(city, str_code(&city->categories[k].procedure)) : NULL;
    bool mapped = ours != NULL && p != NULL && (p->file_posts & 1u << POST_IMPORT) != 0;
    if (p != NULL && (p->file_posts == 0 || mapped)) {
        f->category = city->categories[k].key;
        f->confidence = 1000;
        uint32_t n = city_condition(city, b->condition);
        if (n != NONE && city->conditions[n].category == k) f->condition = city->conditions[n].code;
        return;
    }
    struct suggestion s = classify(city->classifier, b->text, arena);
    if (s.category == NONE) return;
    f->category = city->categories[s.category].key;
    f->confidence = s.confidence;
    f->decided_by = s.words;
}

static void take_about(const struct city *city, const struct body *b, struct filing *f) {
    if (str_is(b->about, "service")) f->about = ABOUT_SERVICE;
    if (str_is(b->about, "conduct")) f->about = ABOUT_CONDUCT;
    uint32_t u = f->about != ABOUT_NOTHING ? city_unit(city, b->about_unit) : NONE;
    if (u != NONE) f->about_unit = city->units[u].code;
    if (f->about == ABOUT_SERVICE && u == NONE) f->about = ABOUT_NOTHING; /* no unit of ours */
}

static str take_photos(const struct photo_keeper *keeper, const struct body *b, struct arena *arena) {
    struct strbuf ids;
    if (keeper == NULL || b->n_media == 0) return STR_NONE;
    strbuf_init(&ids, 1024);
    for (size_t i = 0; i < b->n_media; i++) {
        char id[33];
        size_t n = 0;
        uint8_t *bytes = NEW_ARRAY(arena, uint8_t, b->media[i].len + 1);
        if (sodium_base642bin(bytes, b->media[i].len, b->media[i].ptr, b->media[i].len, NULL, &n, NULL,
                              sodium_base64_VARIANT_ORIGINAL) != 0)
            continue;
        /* a picture that cannot be kept does not keep the case out */
        if (keeper->keep(keeper->ctx, (str){(const char *)bytes, n}, id, NULL) != OK) continue;
        if (ids.len > 0) strbuf_addc(&ids, ',');
        strbuf_addz(&ids, id);
    }
    str ret = str_dup(arena, strbuf_str(&ids));
    strbuf_done(&ids);
    return ret;
}

static str take_contact(struct app *app, const struct body *b, struct arena *arena) {
    str clear = STR_NONE;
    size_t n = b->contact.len / 2;
    if (n == 0) return STR_NONE;
    uint8_t *sealed = NEW_ARRAY(arena, uint8_t, n);
    if (!hex_parse(b->contact, sealed, n)) return STR_NONE;
    return store_open_sealed(app->store, (str){(const char *)sealed, n}, arena, &clear) ? clear : STR_NONE;
}

/* The deadline that was set, and the earlier one that is kept here. */
static void take_deadline(struct app *app, const struct peer *peer, const struct body *b, struct filing *f) {
    int64_t now = app_now(app).ms;
    f->imposed = f->own_due = INSTANT_NONE;
    if (b->due <= 0) return;
    f->imposed = (instant){b->due};
    if (peer->own_share > 0 && b->due > now) f->own_due = (instant){now + (b->due - now) / 100 * peer->own_share};
}

static void take_filing(struct app *app, const struct peer *peer, const struct body *b,
                        const struct photo_keeper *keeper, struct arena *arena, struct command *c) {
    const struct city *city = app_city(app);
    struct filing *f = &c->filing;
    c->kind = COMMAND_FILE;
    f->closed = INSTANT_NONE;
    f->happened = b->happened > 0 ? (instant){b->happened} : b->filed > 0 ? (instant){b->filed} : INSTANT_NONE;
    f->channel = code_of(str_is(b->channel, "exercise") ? "exercise" : "system");
    f->outside_system = peer->code;
    f->text = utf8_prefix(b->text, WORDS_MAX);
    f->address = utf8_prefix(b->address, WORDS_MAX);
    f->attributes = b->attributes;
    take_place(city, b, f);
    take_category(city, peer, b, arena, f);
    take_about(city, b, f);
    take_deadline(app, peer, b, f);
    f->media = take_photos(keeper, b, arena);
    f->contact = take_contact(app, b, arena);
}

/* --- words --- */

static void put_value(struct command *c, const char *name, str text) {
    if (!str_empty(text)) c->values[c->n_values++] = (struct value){code_of(name), text};
}

static void tell(struct command *c, str word, const struct body *b) {
    c->kind = COMMAND_TOLD;
    if (!code_from(word, &c->action)) c->action = code_of("status");
    c->filing.imposed = c->filing.own_due = INSTANT_NONE;
    put_value(c, "text", !str_empty(b->text) ? b->text : b->label);
    put_value(c, "basis", b->basis);
    put_value(c, "channel", b->channel);
    put_value(c, "number", b->number);
}

static enum status find_theirs(struct app *app, const struct peer *peer, str number, struct command *c,
                               struct err *err) {
    enum status status = store_wait(app->store, store_seq(app->store), VIEWS_WAIT_MS, err);
    return status == OK ? store_partner_case(app->store, &peer->code, number, &c->case_id, err) : status;
}

/* A number that is known already is the same case come again, whatever the other server says: it is opened again, never
 * filed twice. */
static enum status on_case(struct app *app, const struct peer *peer, const struct body *b,
                           const struct photo_keeper *keeper, struct arena *arena, struct command *c, struct err *err) {
    code number;
    if (str_empty(b->number) || !code_from(b->number, &number))
        return err_set(err, E_INVALID, "bad_number", "The case has no usable number.");
    enum status status = find_theirs(app, peer, b->number, c, err);
    if (status == OK) {
        struct body again = *b;
        again.number = STR_NONE;
        tell(c, S("reopened"), &again);
        take_deadline(app, peer, b, &c->filing);
        return OK;
    }
    if (status != E_NOT_FOUND) return status;
    c->case_id = 0;
    c->filing.outside_number = number;
    take_filing(app, peer, b, keeper, arena, c);
    return OK;
}

/* From a platform that may deliver twice: while the case is open here its number only finds it. */
static enum status on_known(struct app *app, const struct peer *peer, const struct body *b,
                            const struct photo_keeper *keeper, struct arena *arena, struct command *c,
                            struct err *err) {
    struct kase *known = NEW(arena, struct kase);
    enum status status = on_case(app, peer, b, keeper, arena, c, err);
    if (status != OK || c->kind != COMMAND_TOLD) return status;
    status = store_case(app->store, c->case_id, known, err);
    if (status == OK && !known->is_over) c->kind = 0;
    return status;
}

static enum status on_status(struct app *app, const struct body *b, struct command *c, struct err *err) {
    tell(c, b->word, b);
    return store_case_id(app->store, b->origin, &c->case_id, err);
}

/* A receipt of a case tells it its number there, or that it was not taken. A refused word has to be looked at as well;
 * other receipts only stay in the stream. */
static enum status on_receipt(struct app *app, const struct peer *peer, const struct message *m, const struct body *b,
                              struct arena *arena, struct command *c, struct err *err) {
    struct outgoing *sent = NULL;
    size_t n = 0;
    enum status status = store_outbox(app->store, &peer->code, m->ref - 1, 1, arena, &sent, &n, err);
    if (status != OK) return status;
    if (n == 0 || sent[0].no != m->ref)
        return err_set(err, E_NOT_FOUND, "unknown_entry", "It is the receipt of nothing that was sent.");
    bool refused = !str_empty(b->refusal), is_case = code_is(&sent[0].kind, "case");
    if (!(is_case || refused) || code_is(&sent[0].kind, "receipt") || code_is(&sent[0].kind, "status")) return OK;
    struct body said = *b;
    if (refused) said.text = b->refusal;
    tell(c, refused ? S("not_taken") : S("taken"), &said);
    c->case_id = sent[0].case_id;
    return OK;
}

enum status exchange_command(struct app *app, const struct peer *peer, const struct message *m,
                             const struct photo_keeper *keeper, struct arena *arena, struct command *c,
                             struct err *err) {
    struct body *b = NEW(arena, struct body);
    memset(c, 0, sizeof *c);
    c->actor = (struct actor){.kind = ACTOR_PEER, .role = peer->code};
    if (peer->unit != NONE) c->actor.unit = app_city(app)->units[peer->unit].code;
    c->received = (struct received){.peer = peer->code, .no = m->no, .kind = m->kind};
    enum status status = read_body(m->body, arena, b, err);
    if (status != OK) return status;
    if (code_is(&m->kind, "case")) return on_case(app, peer, b, keeper, arena, c, err);
    if (code_is(&m->kind, "status")) return on_status(app, b, c, err);
    if (code_is(&m->kind, "receipt")) return on_receipt(app, peer, m, b, arena, c, err);
    tell(c, str_code(&m->kind), b);
    take_deadline(app, peer, b, &c->filing);
    return find_theirs(app, peer, b->origin, c, err);
}

enum status exchange_outside(struct app *app, const struct peer *peer, const code *kind, str json,
                             const struct photo_keeper *keeper, struct arena *arena, struct command *c,
                             struct err *err) {
    struct body *b = NEW(arena, struct body);
    memset(c, 0, sizeof *c);
    c->actor = (struct actor){.kind = ACTOR_PEER, .role = peer->code};
    if (peer->unit != NONE) c->actor.unit = app_city(app)->units[peer->unit].code;
    enum status status = read_body(json, arena, b, err);
    if (status != OK) return status;
    if (code_is(kind, "case")) return on_known(app, peer, b, keeper, arena, c, err);
    if (!str_empty(b->origin)) {
        tell(c, code_is(kind, "status") && !str_empty(b->word) ? b->word : str_code(kind), b);
        return store_case_id(app->store, b->origin, &c->case_id, err);
    }
    str number = b->number;
    b->number = STR_NONE;
    tell(c, code_is(kind, "status") && !str_empty(b->word) ? b->word : str_code(kind), b);
    take_deadline(app, peer, b, &c->filing);
    return find_theirs(app, peer, number, c, err);
}

/* --- a bundle --- */

struct taking {
    struct app *app;
    const struct peer *peer;
    const struct peer_line *line;
    const struct photo_keeper *keeper;
    struct arena *arena;
    struct taken *ret;
};

static struct command receive_command(const code *peer, const struct message *m, struct arena *arena) {
    struct command c = {.kind = COMMAND_RECEIVE, .actor = {.kind = ACTOR_SYSTEM}};
    struct strbuf hex;
    strbuf_init(&hex, 2 * SIGNATURE_BYTES + 1);
    strbuf_add_hex(&hex, m->signature, SIGNATURE_BYTES);
    c.received = (struct received){.peer = *peer, .no = m->no, .ref = m->ref, .kind = m->kind};
    c.received.hash = message_hash(m);
    c.received.previous = m->previous;
    c.received.proof = str_dup(arena, strbuf_str(&hex));
    if (code_is(&m->kind, "receipt")) c.received.body = m->body;
    strbuf_done(&hex);
    return c;
}

/* A forgery is recorded in the stream of the server that it claims to come from, or of nobody's. */
static void record_forgery(struct app *app, const code *peer, const struct message *m, struct arena *arena) {
    struct message nothing = {.kind = code_of("bundle")};
    struct command *c = NEW(arena, struct command);
    struct result *r = NEW(arena, struct result);
    *c = receive_command(peer, m != NULL ? m : &nothing, arena);
    c->received.forged = true;
    c->received.body = STR_NONE;
    (void)!store_run(app->store, c, r);
}

void exchange_record_forgery(struct app *app, const code *peer, struct arena *arena) {
    record_forgery(app, peer, NULL, arena);
}

/* What is no matter of the message, but of the moment: it is to be sent again. */
static bool is_passing(enum status status) {
    return status == E_BUSY || status == E_STORAGE || status == E_CORRUPT || status == E_INTERNAL;
}

static enum status take_next(struct taking *t, const struct message *m, struct err *err) {
    struct command *c = NEW(t->arena, struct command), *then = NEW(t->arena, struct command);
    struct result *r = NEW(t->arena, struct result);
    *c = receive_command(&t->peer->code, m, t->arena);
    struct err why = {0};
    enum status status = exchange_command(t->app, t->peer, m, t->keeper, t->arena, then, &why);
    if (status == OK) {
        if (then->kind != 0) c->received.then = then;
        status = store_run(t->app->store, c, r);
        if (status != OK) why = r->err;
    }
    if (status != OK && !is_passing(status)) {
        /* genuine, but not possible here: it is recorded, the sender hears why, and the next one may come */
        c->received.then = NULL;
        if (!code_from(utf8_prefix(str_z(why.code), CODE_MAX), &c->received.refusal))
            c->received.refusal = code_of("refused");
        t->ret->refused++;
        status = store_run(t->app->store, c, r);
        if (status != OK) why = r->err;
    } else if (status == OK) {
        t->ret->taken++;
    }
    if (status != OK && err != NULL) *err = why;
    return status;
}

static enum status take_message(struct taking *t, const struct message *m, bool *ret_goes_on, struct err *err) {
    struct kase *stream = NEW(t->arena, struct kase);
    digest hash = message_hash(m);
    *ret_goes_on = false;
    if (!message_signed_by(m, t->line->key)) {
        record_forgery(t->app, &t->peer->code, m, t->arena);
        return err_set(err, E_DENIED, "forged", "A message is not signed by the server it names.");
    }
    enum status status = store_peer_stream(t->app->store, &t->peer->code, stream, err);
    if (status != OK) return status;
    enum inbox_verdict v = inbox_judge(&stream->inbox, m->no, &m->previous, &hash);
    *ret_goes_on = v == INBOX_NEXT || v == INBOX_REPEATED;
    if (v == INBOX_NEXT) return take_next(t, m, err);
    struct command *c = NEW(t->arena, struct command);
    struct result *r = NEW(t->arena, struct result);
    *c = receive_command(&t->peer->code, m, t->arena);
    if (v == INBOX_REPEATED) t->ret->repeated++;
    status = store_run(t->app->store, c, r);
    if (status != OK && err != NULL) *err = r->err;
    if (status == OK && v == INBOX_FORK)
        return err_set(err, E_CONFLICT, "forked", "The server goes on from another history than it told before.");
    return status;
}

static enum status confirm(struct app *app, const struct bundle *b, struct taken *ret, struct err *err) {
    struct peer_mark mark;
    uint64_t last = 0;
    enum status status = store_peer_mark(app->store, &b->from, &mark, err);
    if (status == OK) status = store_outbox_last(app->store, &b->from, &last, err);
    if (status != OK) return status;
    mark.confirmed = outbox_confirmed(mark.confirmed, b->have, last);
    mark.tried = mark.succeeded = app_now(app);
    mark.failure[0] = '\0';
    ret->confirmed = mark.confirmed;
    return store_peer_mark_put(app->store, &b->from, &mark, err);
}

/* Whose bundle it is, and whether it is for us. */
static enum status check_bundle(struct taking *t, const struct bundle *b, bool on_line, struct err *err) {
    const struct peer_book *book = peer_book_of(t->app);
    code nobody = code_of("unknown");
    t->peer = city_peer(app_city(t->app), str_code(&b->from));
    t->line = peer_book_line(book, &b->from);
    if (!code_eq(&b->to, &book->name))
        return err_set(err, E_INVALID, "not_for_us", "This is for the server %s.", b->to.s);
    if (t->peer == NULL || t->line == NULL) {
        record_forgery(t->app, &nobody, NULL, t->arena);
        return err_set(err, E_DENIED, "unknown_peer", "There is no server %s here.", b->from.s);
    }
    if (!bundle_signed_by(b, t->line->key)) {
        record_forgery(t->app, &b->from, NULL, t->arena);
        return err_set(err, E_DENIED, "forged", "This is not signed by the server it names.");
    }
    int64_t age = app_now(t->app).ms - b->at.ms;
    if (on_line && (age > BUNDLE_AGE_MS || age < -BUNDLE_AGE_MS))
        return err_set(err, E_INVALID, "stale_bundle", "It was made more than ten minutes ago, or the clocks differ.");
    return OK;
}

enum status app_take_bundle(struct app *app, str json, bool on_line, const struct photo_keeper *keeper,
                            struct arena *arena, struct taken *ret, struct err *err) {
    struct bundle b;
    struct taking t = {.app = app, .keeper = keeper, .arena = arena, .ret = ret};
    *ret = (struct taken){0};
    enum status status = bundle_read(json, arena, &b, err);
    if (status == OK) status = check_bundle(&t, &b, on_line, err);
    if (status != OK) return status;
    ret->peer = b.from;
    status = confirm(app, &b, ret, err);
    bool goes_on = true;
    for (size_t i = 0; status == OK && goes_on && i < b.n; i++)
        status = take_message(&t, &b.messages[i], &goes_on, err);
    return status;
}
