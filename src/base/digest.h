/* SHA-256 and HMAC-SHA-256 (OpenSSL, digest fetched once), hexadecimal and Crockford base 32. */
#ifndef YIWANG_BASE_DIGEST_H
#define YIWANG_BASE_DIGEST_H

#include "base/str.h"

typedef struct digest {
    uint8_t b[32];
} digest;

/* FIPS 180-4. cost: 0.3 µs for 300 bytes. */
digest sha256(str bytes);
/* Over the concatenation of n pieces. */
digest sha256_pieces(const str *pieces, size_t n);
/* RFC 2104. */
digest hmac_sha256(str key, str bytes);
/* Equality in constant time. */
bool digest_eq(const digest *a, const digest *b);
/* Whether it was never set. */
bool digest_is_zero(const digest *d);
/* Appends lower-case hexadecimal. */
void strbuf_add_hex(struct strbuf *b, const uint8_t *bytes, size_t n);
/* errors: false unless s is exactly 2n hexadecimal digits. */
bool hex_parse(str s, uint8_t *ret, size_t n) MUST_USE;
/* Crockford base 32 without padding, upper case (0-9 A-Z less I L O U): for codes that people copy by hand. */
void strbuf_add_base32(struct strbuf *b, const uint8_t *bytes, size_t n);

#endif
