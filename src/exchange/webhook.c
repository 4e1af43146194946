#include "exchange/webhook.h"

#include <sodium.h>
#include <string.h>

#define KEY_MAX 256
#define SIGNATURES_MAX 8

/* The bytes that sign: what follows whsec_ is base64, anything else stands for itself. */
static str key_of(str secret, uint8_t buffer[KEY_MAX]) {
    size_t n = 0;
    if (!str_starts(secret, S("whsec_"))) return secret;
    str text = str_slice(secret, 6, secret.len);
    if (sodium_base642bin(buffer, KEY_MAX, text.ptr, text.len, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
        return secret;
    return (str){(const char *)buffer, n};
}

str webhook_sign(str secret, const struct webhook *w, str body, struct arena *arena) {
    uint8_t buffer[KEY_MAX];
    char text[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL)];
    str signed_text = str_format(arena, "%.*s.%.*s.%.*s", P(w->id), P(w->seconds), P(body));
    digest mac = hmac_sha256(key_of(secret, buffer), signed_text);
    sodium_bin2base64(text, sizeof text, mac.b, sizeof mac.b, sodium_base64_VARIANT_ORIGINAL);
    return str_format(arena, "v1,%s", text);
}

bool webhook_signed(str secret, const struct webhook *w, str body, instant now) {
    struct arena arena;
    int64_t seconds = 0;
    bool good = false;
    if (str_empty(secret) || str_empty(w->id) || !str_to_i64(w->seconds, &seconds)) return false;
    int64_t age = now.ms / MS_SECOND - seconds;
    if (seconds < 0 || age > WEBHOOK_AGE_MS / MS_SECOND || age < -(int64_t)(WEBHOOK_AGE_MS / MS_SECOND)) return false;
    arena_init(&arena, 0);
    str right = webhook_sign(secret, w, body, &arena), rest = w->signature, one;
    for (int i = 0; i < SIGNATURES_MAX && str_split(&rest, ' ', &one); i++)
        good = good || (one.len == right.len && sodium_memcmp(one.ptr, right.ptr, right.len) == 0);
    arena_done(&arena);
    return good;
}
