/* Bundles of messages: whatever is read is written again and read alike; nobody's key fits. */
#include <string.h>

#include "exchange/message.h"

#define TEXT_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_again(struct bundle *b, struct arena *arena) {
    static const uint8_t secret[64] = {1}, key[32] = {2};
    struct strbuf out;
    struct bundle back;
    strbuf_init(&out, BUNDLE_BYTES);
    check(!bundle_signed_by(b, key));
    bundle_write(b, secret, &out);
    check(bundle_read(strbuf_str(&out), arena, &back, NULL) == OK);
    check(back.n == b->n && back.have == b->have && code_eq(&back.from, &b->from));
    for (size_t i = 0; i < b->n; i++) {
        digest was = message_hash(&b->messages[i]), is = message_hash(&back.messages[i]);
        check(digest_eq(&was, &is) && str_eq(b->messages[i].body, back.messages[i].body));
        check(!message_signed_by(&b->messages[i], key));
    }
    strbuf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    struct bundle b;
    if (size > TEXT_MAX) return 0;
    arena_init(&arena, 0);
    if (bundle_read((str){(const char *)data, size}, &arena, &b, NULL) == OK) write_again(&b, &arena);
    arena_done(&arena);
    return 0;
}
