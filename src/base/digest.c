#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>
#include <threads.h>

#define HMAC_BLOCK 64

/* Fetching the algorithm and making a context cost more than hashing an entry: once per process and thread. */
static EVP_MD *sha256_md;
static tss_t context_key;
static once_flag once = ONCE_FLAG_INIT;
static _Thread_local EVP_MD_CTX *thread_context;

static void context_free(void *context) {
    EVP_MD_CTX_free(context);
}

static void fetch(void) {
    sha256_md = EVP_MD_fetch(NULL, "SHA256", NULL);
    check(sha256_md != NULL);
    int made = tss_create(&context_key, context_free);
    check(made == thrd_success);
}

static EVP_MD_CTX *context_get(void) {
    if (thread_context) return thread_context;
    call_once(&once, fetch);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    check(context != NULL);
    int set = tss_set(context_key, context); /* only for its destructor at the thread's end */
    check(set == thrd_success);
    thread_context = context;
    return context;
}

digest sha256_pieces(const str *pieces, size_t n) {
    digest d;
    EVP_MD_CTX *context = context_get();
    int ok = EVP_DigestInit_ex2(context, sha256_md, NULL);
    for (size_t i = 0; i < n && ok == 1; i++) ok = EVP_DigestUpdate(context, pieces[i].ptr, pieces[i].len);
    if (ok == 1) ok = EVP_DigestFinal_ex(context, d.b, NULL);
    check(ok == 1);
    return d;
}

digest sha256(str bytes) {
    return sha256_pieces(&bytes, 1);
}

/* source: RFC 2104. */
digest hmac_sha256(str key, str bytes) {
    char inner[HMAC_BLOCK] = {0}, outer[HMAC_BLOCK];
    digest short_key;
    if (key.len > HMAC_BLOCK) {
        short_key = sha256(key);
        key = (str){(const char *)short_key.b, sizeof short_key.b};
    }
    if (key.len) memcpy(inner, key.ptr, key.len);
    for (size_t i = 0; i < HMAC_BLOCK; i++) {
        outer[i] = (char)(inner[i] ^ 0x5C);
        inner[i] = (char)(inner[i] ^ 0x36);
    }
    digest d = sha256_pieces((str[]){{inner, HMAC_BLOCK}, bytes}, 2);
    d = sha256_pieces((str[]){{outer, HMAC_BLOCK}, {(const char *)d.b, sizeof d.b}}, 2);
    OPENSSL_cleanse(inner, sizeof inner);
    OPENSSL_cleanse(outer, sizeof outer);
    OPENSSL_cleanse(&short_key, sizeof short_key);
    return d;
}

bool digest_eq(const digest *a, const digest *b) {
    return CRYPTO_memcmp(a->b, b->b, sizeof a->b) == 0;
}

bool digest_is_zero(const digest *d) {
    static const digest zero;
    return memcmp(d->b, zero.b, sizeof d->b) == 0;
}

void strbuf_add_hex(struct strbuf *b, const uint8_t *bytes, size_t n) {
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        strbuf_add(b, (str){(const char[]){hex[bytes[i] >> 4], hex[bytes[i] & 15]}, 2});
    }
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool hex_parse(str s, uint8_t *ret, size_t n) {
    if (s.len % 2 != 0 || s.len / 2 != n) return false;
    for (size_t i = 0; i < s.len; i++) {
        if (hex_value(s.ptr[i]) < 0) return false;
    }
    for (size_t i = 0; i < n; i++) ret[i] = (uint8_t)(hex_value(s.ptr[2 * i]) << 4 | hex_value(s.ptr[2 * i + 1]));
    return true;
}

void strbuf_add_base32(struct strbuf *b, const uint8_t *bytes, size_t n) {
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | bytes[i];
        for (have += 8; have >= 5; have -= 5) strbuf_addc(b, alphabet[bits >> (have - 5) & 31]);
    }
    if (have) strbuf_addc(b, alphabet[bits << (5 - have) & 31]);
}
