#include "store/header.h"

#include <string.h>

enum { FLAG_WORDS = 1, FLAG_CONTACT = 2, FLAG_KEY = 4 };

static uint8_t *put(uint8_t *p, uint64_t v, size_t bytes) {
    for (size_t i = bytes; i-- > 0; v >>= 8) p[i] = (uint8_t)v;
    return p + bytes;
}

static uint8_t *put_bytes(uint8_t *p, const void *bytes, size_t n) {
    memcpy(p, bytes, n);
    return p + n;
}

static uint64_t get(const uint8_t **p, size_t bytes) {
    uint64_t v = 0;
    for (size_t i = 0; i < bytes; i++) v = v << 8 | (*p)[i];
    *p += bytes;
    return v;
}

static void get_bytes(const uint8_t **p, void *ret, size_t n) {
    memcpy(ret, *p, n);
    *p += n;
}

size_t header_write(const struct header *h, uint8_t ret[HEADER_MAX]) {
    str role = str_code(&h->actor.role), unit = str_code(&h->actor.unit), area = str_code(&h->actor.area);
    uint8_t *p = put(ret, 1, 1);
    p = put(p, (uint64_t)h->kind, 1);
    p = put(p, h->facts_version, 1);
    p = put(p, (h->has_words ? FLAG_WORDS : 0U) | (h->has_contact ? FLAG_CONTACT : 0U) | (h->has_key ? FLAG_KEY : 0U),
            1);
    p = put(p, h->n, 4);
    p = put(p, h->case_id, 8);
    p = put(p, (uint64_t)h->recorded.ms, 8);
    p = put(p, h->actor.staff, 8);
    p = put(p, (uint64_t)h->actor.kind, 1);
    p = put(p, role.len, 1);
    p = put(p, unit.len, 1);
    p = put(p, area.len, 1);
    p = put_bytes(p, h->law.b, sizeof h->law.b);
    p = put_bytes(p, h->nonce, sizeof h->nonce);
    p = put_bytes(p, h->previous.b, sizeof h->previous.b);
    p = put_bytes(p, h->facts.b, sizeof h->facts.b);
    p = put_bytes(p, h->commitment.b, sizeof h->commitment.b);
    p = put_bytes(p, h->key_hash, sizeof h->key_hash);
    p = put_bytes(p, h->body_hash, sizeof h->body_hash);
    check(p == ret + HEADER_FIXED);
    p = put_bytes(p, role.ptr, role.len);
    p = put_bytes(p, unit.ptr, unit.len);
    p = put_bytes(p, area.ptr, area.len);
    return (size_t)(p - ret);
}

static bool get_code(const uint8_t **p, size_t len, code *ret) {
    str s = {(const char *)*p, len};
    *p += len;
    return utf8_valid(s) && code_from(s, ret);
}

static enum status bad(struct err *err, const char *what) {
    return err_set(err, E_CORRUPT, "bad_header", "An entry's header has a wrong %s.", what);
}

static void read_fixed(const uint8_t **p, struct header *h, size_t lengths[3]) {
    h->n = (uint32_t)get(p, 4);
    h->case_id = get(p, 8);
    h->recorded.ms = (int64_t)get(p, 8);
    h->actor.staff = get(p, 8);
    h->actor.kind = (enum actor_kind)get(p, 1);
    for (int i = 0; i < 3; i++) lengths[i] = (size_t)get(p, 1);
    get_bytes(p, h->law.b, sizeof h->law.b);
    get_bytes(p, h->nonce, sizeof h->nonce);
    get_bytes(p, h->previous.b, sizeof h->previous.b);
    get_bytes(p, h->facts.b, sizeof h->facts.b);
    get_bytes(p, h->commitment.b, sizeof h->commitment.b);
    get_bytes(p, h->key_hash, sizeof h->key_hash);
    get_bytes(p, h->body_hash, sizeof h->body_hash);
}

enum status header_read(str bytes, struct header *ret, struct err *err) {
    struct header h = {0};
    size_t lengths[3];
    if (bytes.len < HEADER_FIXED) return bad(err, "length");
    const uint8_t *p = (const uint8_t *)bytes.ptr;
    if (get(&p, 1) != 1) return bad(err, "layout");
    h.kind = (enum entry_kind)get(&p, 1);
    h.facts_version = (uint8_t)get(&p, 1);
    unsigned flags = (unsigned)get(&p, 1);
    if ((int)h.kind < ENTRY_FILED || h.kind >= ENTRY_KIND_COUNT) return bad(err, "kind");
    if (h.facts_version != FACTS_VERSION) return bad(err, "version of its facts");
    if (flags > (FLAG_WORDS | FLAG_CONTACT | FLAG_KEY)) return bad(err, "flag");
    h.has_words = flags & FLAG_WORDS;
    h.has_contact = flags & FLAG_CONTACT;
    h.has_key = flags & FLAG_KEY;
    read_fixed(&p, &h, lengths);
    if ((int)h.actor.kind < ACTOR_REPORTER || h.actor.kind > ACTOR_CONTRACTOR) return bad(err, "actor");
    if (bytes.len != HEADER_FIXED + lengths[0] + lengths[1] + lengths[2]) return bad(err, "length");
    if (!get_code(&p, lengths[0], &h.actor.role) || !get_code(&p, lengths[1], &h.actor.unit) ||
        !get_code(&p, lengths[2], &h.actor.area))
        return bad(err, "actor");
    *ret = h;
    return OK;
}

digest header_hash(str bytes) {
    return sha256_pieces((const str[]){{"\0", 1}, bytes}, 2);
}

digest header_commitment(str salt, str words, str contact) {
    uint8_t len[8];
    check(salt.len == SALT_BYTES);
    put(len, words.len, sizeof len);
    return sha256_pieces((const str[]){salt, {(const char *)len, sizeof len}, words, contact}, 4);
}
