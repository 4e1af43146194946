#include "store/head.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

#define NAME_MAX_BYTES 32
#define TEXT_MAX_BYTES 160
#define NOTE_ED25519 1

static void name_of(const uint8_t public_key[PUBLIC_KEY_BYTES], char ret[NAME_MAX_BYTES]) {
    digest d = sha256((str){(const char *)public_key, PUBLIC_KEY_BYTES});
    char hex[17];
    sodium_bin2hex(hex, sizeof hex, d.b, 8);
    snprintf(ret, NAME_MAX_BYTES, "yiwang/%s", hex);
}

static size_t text_of(const struct head *h, const uint8_t public_key[PUBLIC_KEY_BYTES], char ret[TEXT_MAX_BYTES]) {
    char name[NAME_MAX_BYTES], root[ROOT_BASE64];
    name_of(public_key, name);
    sodium_bin2base64(root, sizeof root, h->root.b, sizeof h->root.b, sodium_base64_VARIANT_ORIGINAL);
    int n = snprintf(ret, TEXT_MAX_BYTES, "%s\n%" PRIu64 "\n%s\n", name, h->size, root);
    check(n > 0 && n < TEXT_MAX_BYTES);
    return (size_t)n;
}

void head_sign(struct head *h, const uint8_t secret[SECRET_KEY_BYTES]) {
    char text[TEXT_MAX_BYTES];
    size_t n = text_of(h, secret + crypto_sign_SEEDBYTES, text); /* libsodium keeps the public key behind the seed */
    check(crypto_sign_detached(h->signature, NULL, (const uint8_t *)text, n, secret) == 0);
}

bool head_valid(const struct head *h, const uint8_t public_key[PUBLIC_KEY_BYTES]) {
    char text[TEXT_MAX_BYTES];
    size_t n = text_of(h, public_key, text);
    return crypto_sign_verify_detached(h->signature, (const uint8_t *)text, n, public_key) == 0;
}

void head_note(const struct head *h, const uint8_t public_key[PUBLIC_KEY_BYTES], struct strbuf *out) {
    char name[NAME_MAX_BYTES], text[TEXT_MAX_BYTES], base64[96];
    uint8_t line[4 + SIGNATURE_BYTES];
    size_t n = text_of(h, public_key, text);
    name_of(public_key, name);
    digest id = sha256_pieces((const str[]){str_z(name), S("\n\x01"), {(const char *)public_key, PUBLIC_KEY_BYTES}}, 3);
    memcpy(line, id.b, 4);
    memcpy(line + 4, h->signature, SIGNATURE_BYTES);
    sodium_bin2base64(base64, sizeof base64, line, sizeof line, sodium_base64_VARIANT_ORIGINAL);
    strbuf_add(out, (str){text, n});
    strbuf_addf(out, "\n\u2014 %s %s\n", name, base64);
}

/* The next line without its end. */
static bool line(str *rest, str *ret) {
    return rest->len > 0 && str_split(rest, '\n', ret);
}

static bool base64(str text, uint8_t *ret, size_t n) {
    size_t len = 0;
    return sodium_base642bin(ret, n, text.ptr, text.len, NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
           len == n;
}

bool head_note_read(str note, const uint8_t public_key[PUBLIC_KEY_BYTES], struct head *ret) {
    char name[NAME_MAX_BYTES];
    uint8_t signature[4 + SIGNATURE_BYTES];
    struct head h = {0};
    str origin, size, root, empty, signed_by, rest = note;
    int64_t n;
    name_of(public_key, name);
    if (!line(&rest, &origin) || !line(&rest, &size) || !line(&rest, &root) || !line(&rest, &empty) ||
        !line(&rest, &signed_by))
        return false;
    str dash = S("\u2014 ");
    if (!str_is(origin, name) || empty.len != 0 || !str_starts(signed_by, dash)) return false;
    signed_by = str_slice(signed_by, dash.len, signed_by.len);
    str who;
    if (!str_split(&signed_by, ' ', &who) || !str_is(who, name)) return false;
    if (!str_to_i64(size, &n) || n < 0 || !base64(root, h.root.b, sizeof h.root.b)) return false;
    if (!base64(signed_by, signature, sizeof signature)) return false;
    h.size = (uint64_t)n;
    memcpy(h.signature, signature + 4, SIGNATURE_BYTES);
    if (!head_valid(&h, public_key)) return false; /* which writes the text anew: size and root have one spelling */
    *ret = h;
    return true;
}
