/* Messages: what is written is read; every change of a message breaks its signature; an erased body leaves the chain. */
#include "../base/support.h"

#include <sodium.h>
#include <string.h>

#include "exchange/message.h"

static uint8_t key[32], secret[64], other_key[32], other_secret[64];
static struct arena arena;

static int set_up(void **state) {
    (void)state;
    assert_true(sodium_init() >= 0);
    crypto_sign_keypair(key, secret);
    crypto_sign_keypair(other_key, other_secret);
    arena_init(&arena, 0);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_done(&arena);
    return 0;
}

static struct message sample(uint64_t no) {
    struct message m = {.from = code_of("town"), .to = code_of("city"), .no = no, .at = {1700000000000}};
    m.previous = sha256(S("previous"));
    m.entry = sha256(S("entry"));
    m.kind = code_of("case");
    m.ref = no / 2;
    m.body = S("{\"text\":\"路灯\"}");
    message_sign(&m, secret);
    return m;
}

static struct bundle sample_bundle(struct message *messages, size_t n) {
    for (size_t i = 0; i < n; i++) messages[i] = sample(i + 1);
    return (struct bundle){
        .from = code_of("town"), .to = code_of("city"), .at = {1700000000000}, .have = 7, .messages = messages, .n = n};
}

static void what_is_written_is_read(void **state) {
    (void)state;
    struct message messages[3];
    struct bundle b = sample_bundle(messages, 3), back;
    struct strbuf out;
    struct err err = {0};
    strbuf_init(&out, BUNDLE_BYTES);
    bundle_write(&b, secret, &out);
    assert_int_equal(bundle_read(strbuf_str(&out), &arena, &back, &err), OK);
    assert_true(bundle_signed_by(&back, key));
    assert_false(bundle_signed_by(&back, other_key));
    assert_int_equal(back.n, 3);
    assert_int_equal(back.have, 7);
    for (size_t i = 0; i < 3; i++) {
        assert_true(message_signed_by(&back.messages[i], key));
        assert_false(message_signed_by(&back.messages[i], other_key));
        digest was = message_hash(&messages[i]), is = message_hash(&back.messages[i]);
        assert_true(digest_eq(&was, &is));
    }
    strbuf_done(&out);
}

static void every_change_breaks_the_signature(void **state) {
    (void)state;
    struct message good = sample(5);
    for (int what = 0; what < 9; what++) {
        struct message m = good;
        if (what == 0) m.from = code_of("village");
        if (what == 1) m.to = code_of("province");
        if (what == 2) m.no++;
        if (what == 3) m.previous.b[31] ^= 1;
        if (what == 4) m.at.ms++;
        if (what == 5) m.entry.b[0] ^= 128;
        if (what == 6) m.kind = code_of("status");
        if (what == 7) m.ref++;
        if (what == 8) m.body = S("{\"text\":\"路灯!\"}");
        assert_false(message_signed_by(&m, key));
    }
    for (size_t i = 0; i < SIGNATURE_BYTES; i++) {
        struct message m = good;
        m.signature[i] ^= 4;
        assert_false(message_signed_by(&m, key));
    }
}

static void a_bundle_is_signed_as_a_whole(void **state) {
    (void)state;
    struct message messages[3];
    struct strbuf out;
    struct bundle b = sample_bundle(messages, 3);
    strbuf_init(&out, BUNDLE_BYTES);
    bundle_write(&b, secret, &out);
    for (int what = 0; what < 4; what++) {
        struct bundle c = b;
        if (what == 0) c.have++;
        if (what == 1) c.n--;
        if (what == 2) c.at.ms--;
        if (what == 3) c.to = code_of("other");
        assert_false(bundle_signed_by(&c, key));
    }
    strbuf_done(&out);
}

static void an_erased_body_leaves_the_stream_whole(void **state) {
    (void)state;
    struct message m = sample(3), erased = m;
    erased.body = S("{}");
    message_sign(&erased, secret);
    digest a = message_hash(&m), b = message_hash(&erased);
    assert_true(digest_eq(&a, &b));
    assert_true(message_signed_by(&erased, key));
}

static void what_is_no_bundle_is_refused(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *json;
    } rows[] = {
        {__LINE__, ""},
        {__LINE__, "[]"},
        {__LINE__, "{}"},
        {__LINE__, "{\"v\":2,\"from\":\"a\",\"to\":\"b\",\"at\":1,\"have\":0,\"messages\":[]}"},
        {__LINE__, "{\"v\":1,\"from\":\"a\",\"at\":1,\"have\":0,\"messages\":[]}"},
        {__LINE__, "{\"v\":1,\"from\":\"a\",\"to\":\"b\",\"at\":1,\"have\":-1,\"messages\":[]}"},
        {__LINE__, "{\"v\":1,\"from\":\"a\",\"to\":\"b\",\"at\":1,\"have\":0,\"messages\":[{}]}"},
        {__LINE__, "{\"v\":1,\"from\":\"a\",\"to\":\"b\",\"at\":1,\"have\":0,\"messages\":[{\"no\":0,\"kind\":\"case\","
                   "\"body\":{}}]}"},
        {__LINE__, "{\"v\":1,\"from\":\"a\",\"to\":\"b\",\"at\":1,\"have\":0,\"messages\":[{\"no\":1,\"kind\":\"case\","
                   "\"body\":\"x\"}]}"},
        {__LINE__, "{\"v\":1,\"from\":\"a\",\"to\":\"b\",\"at\":1,\"have\":0,\"messages\":[],\"signature\":\"12\"}"},
        {__LINE__, "{\"v\":1,\"from\":\"a\",\"to\":\"b\",\"at\":1,\"have\":0,\"messages\":[],\"surprise\":1}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bundle b = {.have = 99};
        struct err err = {0};
        row_true(&rows[i], bundle_read(str_z(rows[i].json), &arena, &b, &err) != OK);
        row_true(&rows[i], b.have == 99 && err.code[0] != '\0');
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),       cmocka_unit_test(every_change_breaks_the_signature),
        cmocka_unit_test(a_bundle_is_signed_as_a_whole), cmocka_unit_test(an_erased_body_leaves_the_stream_whole),
        cmocka_unit_test(what_is_no_bundle_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
