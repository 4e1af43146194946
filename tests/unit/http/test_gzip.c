/* What is packed unpacks to the same. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "http/http.h"

static void unpack(str packed, char *out, size_t n) {
    z_stream z = {0};
    char *copy = malloc(packed.len);
    assert_non_null(copy);
    memcpy(copy, packed.ptr, packed.len);
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK); /* gzip only */
    z.next_in = (Bytef *)copy;
    z.avail_in = (uInt)packed.len;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)n + 1;
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, n);
    assert_int_equal(z.avail_in, 0);
    inflateEnd(&z);
    free(copy);
}

static void bytes_come_back(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 100, 4096, 1000000};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
        for (int noise = 0; noise < 2; noise++) {
            size_t n = sizes[i];
            char *bytes = malloc(n + 1), *back = malloc(n + 1);
            assert_true(bytes != NULL && back != NULL);
            uint32_t x = 1;
            for (size_t k = 0; k < n; k++)
                bytes[k] = noise ? (char)((x = x * 1664525 + 1013904223) >> 24) : (char)('a' + k % 7);
            struct strbuf b;
            strbuf_init(&b, 2000000);
            assert_true(http_gzip((str){bytes, n}, &b));
            unpack(strbuf_str(&b), back, n);
            assert_memory_equal(back, bytes, n);
            if (!noise && n > 1000) assert_true(b.len < n / 20);
            strbuf_done(&b);
            free(bytes);
            free(back);
        }
}

static void what_does_not_fit_is_refused(void **state) {
    (void)state;
    struct strbuf b;
    char bytes[1000];
    memset(bytes, 'a', sizeof bytes);
    strbuf_init(&b, 200);
    assert_false(http_gzip((str){bytes, sizeof bytes}, &b));
    strbuf_done(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(bytes_come_back),
                                       cmocka_unit_test(what_does_not_fit_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
