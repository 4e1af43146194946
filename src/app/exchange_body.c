/* The bodies of messages: made from the entries when they are sent, so that what was erased since is not sent. Only what
 * the other level needs: a case with its place and words; of what happens here its state and what the reporter reads. */
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "app/exchange.h"
#include "base/json.h"
#include "casework/facts.h"

#define BODY_MAX ((size_t)16 << 20)
#define PHOTOS_MAX ((size_t)6 << 20) /* bytes of one case's photos; the rest stays here */

struct maker {
    struct app *app;
    const struct peer_line *line;
    const struct outgoing *m;
    struct arena *arena;
    struct json_buf w;
    struct err *err;
};

static void put_text(struct json_buf *w, const char *key, str text) {
    if (!str_empty(text)) json_put_str(w, key, text);
}

static void put_time(struct json_buf *w, const char *key, instant t) {
    if (!instant_is_none(t) && t.ms != 0) json_put_i64(w, key, t.ms);
}

/* Contact data is sealed for the receiver: no proxy and no file on the way reads it. That it goes is a fact of the entry
 * that handed the case over. */
static void put_contact(struct maker *k, uint64_t id) {
    str clear;
    uint8_t box_key[crypto_box_PUBLICKEYBYTES];
    struct strbuf hex;
    if (store_contact(k->app->store, id, k->arena, &clear, NULL) != OK) return;
    if (crypto_sign_ed25519_pk_to_curve25519(box_key, k->line->key) != 0) return;
    size_t n = clear.len + crypto_box_SEALBYTES;
    uint8_t *sealed = NEW_ARRAY(k->arena, uint8_t, n);
    if (crypto_box_seal(sealed, (const uint8_t *)clear.ptr, clear.len, box_key) != 0) return;
    strbuf_init(&hex, 2 * n + 1);
    strbuf_add_hex(&hex, sealed, n);
    json_put_str(&k->w, "contact", strbuf_str(&hex));
    strbuf_done(&hex);
}

static str read_photo(struct maker *k, str id, size_t room) {
    int fd = -1;
    size_t size = 0, n = 0;
    str type;
    if (store_blob_open(k->app->store, id, STR_NONE, &fd, &size, &type, k->arena, NULL) != OK) return STR_NONE;
    char *bytes = size <= room ? NEW_ARRAY(k->arena, char, size + 1) : NULL;
    while (bytes != NULL && n < size) {
        ssize_t got = read(fd, bytes + n, size - n);
        if (got <= 0) break;
        n += (size_t)got;
    }
    close(fd);
    return bytes != NULL && n == size ? (str){bytes, n} : STR_NONE;
}

static void put_photos(struct maker *k, str ids) {
    size_t room = PHOTOS_MAX;
    if (str_empty(ids)) return;
    json_add_key(&k->w, "media");
    json_open_array(&k->w);
    for (str id; str_split(&ids, ',', &id);) {
        str bytes = read_photo(k, id, room);
        if (str_empty(bytes)) continue;
        room -= bytes.len;
        size_t cap = sodium_base64_ENCODED_LEN(bytes.len, sodium_base64_VARIANT_ORIGINAL);
        char *text = NEW_ARRAY(k->arena, char, cap);
        sodium_bin2base64(text, cap, (const uint8_t *)bytes.ptr, bytes.len, sodium_base64_VARIANT_ORIGINAL);
        json_add_z(&k->w, text);
    }
    json_close_array(&k->w);
}

static void put_about(struct json_buf *w, const struct kase *c) {
    if (c->about == ABOUT_NOTHING) return;
    json_put_z(w, "about", c->about == ABOUT_CONDUCT ? "conduct" : "service");
    json_put_str(w, "about_unit", str_code(&c->about_unit));
}

/* What an entry of the case said to the reporter, and to staff. */
static const struct history_line *line_of(const struct case_view *v, uint32_t n) {
    for (size_t i = 0; i < v->n_history; i++)
        if (v->history[i].n == n) return &v->history[i];
    return NULL;
}

static void put_case(struct maker *k, const struct case_view *v, uint32_t n) {
    const struct kase *c = &v->kase;
    const struct history_line *h = line_of(v, n);
    struct json_buf *w = &k->w;
    json_put_str(w, "number", str_code(&c->number));
    json_put_str(w, "category", str_code(&c->category));
    const struct peer *peer = city_peer(app_city(k->app), str_code(&k->line->code));
    put_text(w, "service", peer != NULL ? peer_word(peer, &c->category) : S(""));
    json_put_str(w, "condition", str_code(&c->condition));
    json_put_str(w, "channel", str_code(&c->channel));
    json_put_i64(w, "filed", c->filed.ms);
    put_time(w, "happened", c->happened);
    put_time(w, "due", k->m->due);
    put_about(w, c);
    put_text(w, "text", v->text);
    put_text(w, "address", v->address);
    if (!lonlat_is_none(v->place)) {
        json_put_double(w, "lon", v->place.lon_deg, 7);
        json_put_double(w, "lat", v->place.lat_deg, 7);
    }
    if (!str_empty(v->attributes)) {
        json_add_key(w, "attributes");
        json_add_raw(w, v->attributes);
    }
    if (h != NULL) put_text(w, "note", h->staff_text);
    put_photos(k, v->media);
    if (code_is(&k->m->word, "contact")) put_contact(k, c->id);
}

static str closing_basis(const struct case_view *v) {
    uint32_t n = city_condition(v->law, str_code(&v->kase.condition));
    const struct text *closing = n != NONE ? &v->law->conditions[n].closing : NULL;
    str text = closing != NULL ? text_in(closing, 0) : S("");
    return !str_empty(text) ? text : S("—");
}

static void put_state(struct maker *k, const struct case_view *v, const struct stored_entry *e, const struct facts *f) {
    struct json_buf *w = &k->w;
    const struct procedure *p = city_procedure(v->law, str_code(&v->kase.procedure));
    const struct state *s = p != NULL ? procedure_state(p, &f->to) : NULL;
    const struct history_line *h = line_of(v, e->n);
    json_put_str(w, "origin", str_code(&v->kase.from.number));
    json_put_str(w, "number", str_code(&v->kase.number));
    json_put_str(w, "word", str_code(&k->m->word));
    json_put_str(w, "state", str_code(&f->to));
    str label = s == NULL ? S("") : text_in(&s->public_label, 0);
    if (s != NULL && str_empty(label)) label = text_in(&s->label, 0);
    json_put_str(w, "label", label);
    if (h != NULL) put_text(w, "text", h->open_text);
    if (code_is(&k->m->word, "closed")) put_text(w, "basis", closing_basis(v));
    if (!code_empty(&f->channel)) json_put_str(w, "channel", str_code(&f->channel));
}

/* A word to the server that has the case: what the reporter or the centre said. */
static void put_word(struct maker *k, const struct case_view *v, uint32_t n) {
    const struct history_line *h = line_of(v, n);
    json_put_str(&k->w, "origin", str_code(&v->kase.number));
    put_time(&k->w, "due", k->m->due);
    if (h != NULL) put_text(&k->w, "text", !str_empty(h->open_text) ? h->open_text : h->staff_text);
}

/* The receipt names the case that the message became; a refusal says why. */
static void put_receipt(struct maker *k, const struct kase *c) {
    json_put_i64(&k->w, "no", (int64_t)k->m->ref);
    if (c != NULL) json_put_str(&k->w, "number", str_code(&c->number));
    put_text(&k->w, "refusal", str_code(&k->m->word));
}

static enum status put_members(struct maker *k) {
    const struct outgoing *m = k->m;
    struct stored_entry e;
    struct facts f;
    struct case_view *v = NEW(k->arena, struct case_view);
    enum status status = store_entry(k->app->store, m->seq, k->arena, &e, k->err);
    if (status != OK) return status;
    if (e.kind == ENTRY_EXCHANGE) {
        put_receipt(k, NULL);
        return OK;
    }
    status = view_load(k->app, m->case_id, k->arena, v, k->err);
    if (status == OK) status = facts_read(e.kind, e.facts, k->arena, NEW(k->arena, struct kase), &f, k->err);
    if (status != OK) return status;
    if (code_is(&m->kind, "case"))
        put_case(k, v, e.n);
    else if (code_is(&m->kind, "status"))
        put_state(k, v, &e, &f);
    else if (code_is(&m->kind, "receipt"))
        put_receipt(k, &v->kase);
    else
        put_word(k, v, e.n);
    return OK;
}

enum status exchange_body(struct app *app, const struct peer_line *line, const struct outgoing *m, struct arena *arena,
                          str *ret, struct err *err) {
    struct strbuf b;
    struct maker k = {.app = app, .line = line, .m = m, .arena = arena, .err = err};
    strbuf_init(&b, BODY_MAX);
    json_buf_init(&k.w, &b);
    json_open_object(&k.w);
    enum status status = put_members(&k);
    json_close_object(&k.w);
    if (status == OK && b.overflow) status = err_set(err, E_TOO_LARGE, "too_large", "A message is too large.");
    if (status == OK) *ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return status;
}
