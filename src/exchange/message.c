#include "exchange/message.h"

#include <sodium.h>
#include <string.h>

#include "base/json.h"

#define LINES_MAX 1024

static void add_line(struct strbuf *b, str text) {
    strbuf_add(b, text);
    strbuf_addc(b, '\n');
}

static void add_hex_line(struct strbuf *b, const digest *d) {
    strbuf_add_hex(b, d->b, sizeof d->b);
    strbuf_addc(b, '\n');
}

static void add_number_line(struct strbuf *b, int64_t n) {
    strbuf_add_i64(b, n);
    strbuf_addc(b, '\n');
}

digest message_hash(const struct message *m) {
    struct strbuf b;
    strbuf_init(&b, LINES_MAX);
    add_line(&b, S("yiwang message 1"));
    add_line(&b, str_code(&m->to));
    add_number_line(&b, (int64_t)m->no);
    add_hex_line(&b, &m->previous);
    add_number_line(&b, m->at.ms);
    add_hex_line(&b, &m->entry);
    add_line(&b, str_code(&m->kind));
    add_number_line(&b, (int64_t)m->ref);
    check(!b.overflow);
    digest hash = sha256(strbuf_str(&b));
    strbuf_done(&b);
    return hash;
}

static void signed_lines(const struct message *m, struct strbuf *b) {
    digest hash = message_hash(m), body = sha256(m->body);
    strbuf_init(b, LINES_MAX);
    add_line(b, S("yiwang signed 1"));
    add_line(b, str_code(&m->from));
    add_hex_line(b, &hash);
    add_hex_line(b, &body);
}

static void sign(struct strbuf *b, const uint8_t secret[64], uint8_t ret[SIGNATURE_BYTES]) {
    check(!b->overflow);
    check(crypto_sign_detached(ret, NULL, (const uint8_t *)b->ptr, b->len, secret) == 0);
    strbuf_done(b);
}

static bool verify(struct strbuf *b, const uint8_t signature[SIGNATURE_BYTES], const uint8_t key[32]) {
    check(!b->overflow);
    bool good = crypto_sign_verify_detached(signature, (const uint8_t *)b->ptr, b->len, key) == 0;
    strbuf_done(b);
    return good;
}

void message_sign(struct message *m, const uint8_t secret[64]) {
    struct strbuf b;
    signed_lines(m, &b);
    sign(&b, secret, m->signature);
}

bool message_signed_by(const struct message *m, const uint8_t key[32]) {
    struct strbuf b;
    signed_lines(m, &b);
    return verify(&b, m->signature, key);
}

static void bundle_lines(const struct bundle *b, struct strbuf *out) {
    digest last = {{0}};
    if (b->n > 0) last = message_hash(&b->messages[b->n - 1]);
    strbuf_init(out, LINES_MAX);
    add_line(out, S("yiwang bundle 1"));
    add_line(out, str_code(&b->from));
    add_line(out, str_code(&b->to));
    add_number_line(out, b->at.ms);
    add_number_line(out, (int64_t)b->have);
    add_number_line(out, (int64_t)b->n);
    add_hex_line(out, &last);
}

bool bundle_signed_by(const struct bundle *b, const uint8_t key[32]) {
    struct strbuf lines;
    bundle_lines(b, &lines);
    return verify(&lines, b->signature, key);
}

/* --- writing --- */

static void put_hex(struct json_buf *w, const char *key, const uint8_t *bytes, size_t n) {
    struct strbuf hex;
    strbuf_init(&hex, 2 * SIGNATURE_BYTES + 1);
    strbuf_add_hex(&hex, bytes, n);
    json_put_str(w, key, strbuf_str(&hex));
    strbuf_done(&hex);
}

static void put_message(struct json_buf *w, const struct message *m) {
    json_open_object(w);
    json_put_i64(w, "no", (int64_t)m->no);
    put_hex(w, "previous", m->previous.b, sizeof m->previous.b);
    json_put_i64(w, "at", m->at.ms);
    put_hex(w, "entry", m->entry.b, sizeof m->entry.b);
    json_put_str(w, "kind", str_code(&m->kind));
    if (m->ref != 0) json_put_i64(w, "ref", (int64_t)m->ref);
    json_add_key(w, "body");
    json_add_raw(w, m->body);
    put_hex(w, "signature", m->signature, sizeof m->signature);
    json_close_object(w);
}

void bundle_write(struct bundle *b, const uint8_t secret[64], struct strbuf *out) {
    struct strbuf lines;
    struct json_buf w;
    bundle_lines(b, &lines);
    sign(&lines, secret, b->signature);
    json_buf_init(&w, out);
    json_open_object(&w);
    json_put_i64(&w, "v", 1);
    json_put_str(&w, "from", str_code(&b->from));
    json_put_str(&w, "to", str_code(&b->to));
    json_put_i64(&w, "at", b->at.ms);
    json_put_i64(&w, "have", (int64_t)b->have);
    json_add_key(&w, "messages");
    json_open_array(&w);
    for (size_t i = 0; i < b->n; i++) put_message(&w, &b->messages[i]);
    json_close_array(&w);
    put_hex(&w, "signature", b->signature, sizeof b->signature);
    json_close_object(&w);
}

/* --- reading --- */

static void read_hex(struct json *j, uint8_t *ret, size_t n) {
    str hex;
    if (json_str(j, &hex) && !hex_parse(hex, ret, n)) json_fail(j, "hexadecimal digits are expected");
}

static void read_code(struct json *j, code *ret) {
    str text;
    if (json_str(j, &text) && !code_from(text, ret)) json_fail(j, "a name is too long");
}

static void read_count(struct json *j, uint64_t *ret) {
    int64_t n;
    if (!json_i64(j, &n)) return;
    if (n < 0)
        json_fail(j, "a number is negative");
    else
        *ret = (uint64_t)n;
}

static void read_member(struct json *j, str key, struct message *m) {
    if (str_is(key, "no"))
        read_count(j, &m->no);
    else if (str_is(key, "previous"))
        read_hex(j, m->previous.b, sizeof m->previous.b);
    else if (str_is(key, "at"))
        json_i64(j, &m->at.ms);
    else if (str_is(key, "entry"))
        read_hex(j, m->entry.b, sizeof m->entry.b);
    else if (str_is(key, "kind"))
        read_code(j, &m->kind);
    else if (str_is(key, "ref"))
        read_count(j, &m->ref);
    else if (str_is(key, "signature"))
        read_hex(j, m->signature, sizeof m->signature);
    else if (str_is(key, "body") && json_peek(j) == JSON_OBJECT)
        json_raw(j, &m->body);
    else
        json_fail(j, "a message has no such member");
}

static void read_messages(struct json *j, struct arena *arena, struct bundle *b) {
    if (!json_array(j)) return;
    b->messages = NEW_ARRAY(arena, struct message, BUNDLE_MESSAGES);
    while (json_more(j)) {
        if (b->n == BUNDLE_MESSAGES) {
            json_fail(j, "too many messages");
            return;
        }
        struct message *m = &b->messages[b->n++];
        if (!json_object(j)) return;
        for (str key; json_key(j, &key);) read_member(j, key, m);
        if (m->no == 0 || str_empty(m->body) || code_empty(&m->kind)) json_fail(j, "a message lacks a member");
    }
}

static void read_head(struct json *j, str key, int64_t *ret_v, struct bundle *b) {
    if (str_is(key, "v"))
        json_i64(j, ret_v);
    else if (str_is(key, "from"))
        read_code(j, &b->from);
    else if (str_is(key, "to"))
        read_code(j, &b->to);
    else if (str_is(key, "at"))
        json_i64(j, &b->at.ms);
    else if (str_is(key, "have"))
        read_count(j, &b->have);
    else if (str_is(key, "signature"))
        read_hex(j, b->signature, sizeof b->signature);
    else
        json_fail(j, "a bundle has no such member");
}

enum status bundle_read(str json, struct arena *arena, struct bundle *ret, struct err *err) {
    struct json j;
    struct bundle b = {0};
    int64_t v = 0;
    json_init(&j, json, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if (str_is(key, "messages"))
            read_messages(&j, arena, &b);
        else
            read_head(&j, key, &v, &b);
    }
    enum status status = json_done(&j, err);
    if (status != OK) return status;
    if (v != 1 || code_empty(&b.from) || code_empty(&b.to))
        return err_set(err, E_INVALID, "bad_bundle", "This is no bundle of messages that this version reads.");
    for (size_t i = 0; i < b.n; i++) {
        b.messages[i].from = b.from;
        b.messages[i].to = b.to;
    }
    *ret = b;
    return OK;
}
