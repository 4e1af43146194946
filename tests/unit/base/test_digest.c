#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <string.h>

#include "base/digest.h"
#include "support.h"

static void assert_digest(digest d, const char *hex) {
    struct strbuf b;
    strbuf_init(&b, 64);
    strbuf_add_hex(&b, d.b, sizeof d.b);
    assert_str(strbuf_str(&b), str_z(hex));
    strbuf_done(&b);
}

/* source: FIPS 180-4 examples. */
static void sha256_vectors(void **state) {
    (void)state;
    assert_digest(sha256(STR_NONE), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_digest(sha256(S("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_digest(sha256(S("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    struct arena a;
    arena_init(&a, 0);
    char *million = NEW_ARRAY(&a, char, 1000000);
    memset(million, 'a', 1000000);
    assert_digest(sha256((str){million, 1000000}), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    arena_done(&a);
}

static void pieces_equal_the_whole(void **state) {
    (void)state;
    digest whole = sha256(S("abc")), pieces = sha256_pieces((str[]){S("a"), STR_NONE, S("bc")}, 3);
    assert_true(digest_eq(&whole, &pieces));
    digest none = sha256_pieces(NULL, 0), empty = sha256(S(""));
    assert_true(digest_eq(&none, &empty));
    pieces.b[31] ^= 1;
    assert_false(digest_eq(&whole, &pieces));
    assert_false(digest_is_zero(&whole));
    assert_true(digest_is_zero(&(digest){{0}}));
    assert_false(digest_is_zero(&(digest){{[31] = 1}}));
}

/* source: RFC 4231. */
static void hmac_vectors(void **state) {
    (void)state;
    char b20[131], aa[131], dd[50];
    memset(b20, 0x0B, sizeof b20);
    memset(aa, 0xAA, sizeof aa);
    memset(dd, 0xDD, sizeof dd);
    assert_digest(hmac_sha256((str){b20, 20}, S("Hi There")),
                  "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assert_digest(hmac_sha256(S("Jefe"), S("what do ya want for nothing?")),
                  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_digest(hmac_sha256((str){aa, 20}, (str){dd, 50}),
                  "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    assert_digest(hmac_sha256((str){aa, 131}, S("Test Using Larger Than Block-Size Key - Hash Key First")),
                  "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    assert_digest(hmac_sha256((str){aa, 131},
                              S("This is a test using a larger than block-size key and a larger than block-size data. "
                                "The key needs to be hashed before being used by the HMAC algorithm.")),
                  "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

static void hmac_equals_openssl_for_every_key_length(void **state) {
    (void)state;
    struct rng r = rng_start(__func__);
    char key[140], text[300];
    for (size_t n = 0; n < sizeof key; n++) {
        for (size_t i = 0; i < sizeof key; i++) key[i] = (char)rng_next(&r);
        size_t len = rng_below(&r, sizeof text);
        for (size_t i = 0; i < len; i++) text[i] = (char)rng_next(&r);
        digest got = hmac_sha256((str){key, n}, (str){text, len}), want;
        assert_non_null(HMAC(EVP_sha256(), key, (int)n, (const unsigned char *)text, len, want.b, NULL));
        if (!digest_eq(&got, &want)) fail_msg("key of %zu bytes", n);
    }
}

static void *hash_in_thread(void *arg) {
    digest *d = arg;
    for (int i = 0; i < 1000; i++) *d = sha256(S("abc"));
    return NULL;
}

static void threads_have_contexts_of_their_own(void **state) {
    (void)state;
    pthread_t threads[4];
    digest got[4], want = sha256(S("abc"));
    for (size_t i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, hash_in_thread, &got[i]), 0);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(digest_eq(&got[i], &want));
    }
}

static void hex(void **state) {
    (void)state;
    static const struct {
        int line;
        str text;
        bool ok;
    } rows[] = {
        {__LINE__, S_INIT("00ff"), true},   {__LINE__, S_INIT("00Ff"), true},    {__LINE__, S_INIT("00f"), false},
        {__LINE__, S_INIT("00ff0"), false}, {__LINE__, S_INIT("00ffff"), false}, {__LINE__, S_INIT("00fg"), false},
        {__LINE__, S_INIT(""), false},      {__LINE__, S_INIT(" 0ff"), false},   {__LINE__, S_INIT("0x0f"), false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint8_t bytes[2] = {9, 9};
        row_true(&rows[i], hex_parse(rows[i].text, bytes, 2) == rows[i].ok);
        row_true(&rows[i], rows[i].ok ? bytes[0] == 0 && bytes[1] == 0xFF : bytes[0] == 9 && bytes[1] == 9);
    }
    assert_true(hex_parse(S(""), NULL, 0));
}

static void base32(void **state) {
    (void)state;
    static const struct {
        int line;
        str bytes;
        const char *text;
    } rows[] = {
        {__LINE__, S_INIT(""), ""},
        {__LINE__, S_INIT("\0"), "00"},
        {__LINE__, S_INIT("\xFF"), "ZW"},
        {__LINE__, S_INIT("Hello"), "91JPRV3F"},
        {__LINE__, S_INIT("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "ZZZZZZZZZZZZZZZZ"},
        {__LINE__, S_INIT("\x00\x44\x32\x14\xC7\x42\x54\xB6\x35\xCF\x84\x65\x3A\x56\xD7\xC6\x75\xBE\x77\xDF"),
         "0123456789ABCDEFGHJKMNPQRSTVWXYZ"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct strbuf b;
        strbuf_init(&b, 100);
        strbuf_add_base32(&b, (const uint8_t *)rows[i].bytes.ptr, rows[i].bytes.len);
        if (!str_is(strbuf_str(&b), rows[i].text)) fail_msg("row of line %d: %.*s", rows[i].line, P(strbuf_str(&b)));
        strbuf_done(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_vectors),
        cmocka_unit_test(pieces_equal_the_whole),
        cmocka_unit_test(hmac_vectors),
        cmocka_unit_test(hmac_equals_openssl_for_every_key_length),
        cmocka_unit_test(threads_have_contexts_of_their_own),
        cmocka_unit_test(hex),
        cmocka_unit_test(base32),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
