#include <string.h>

#include "support.h"

static const struct {
    int line;
    str text;
    size_t good; /* length of the valid prefix */
} forms[] = {
    {__LINE__, S_INIT(""), 0},
    {__LINE__, S_INIT("plain ascii of more than 8"), 26},
    {__LINE__, S_INIT("网格"), 6},
    {__LINE__, S_INIT("\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF"), 11},
    {__LINE__, S_INIT("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"), 8},
    {__LINE__, S_INIT("\xED\x9F\xBF\xEE\x80\x80"), 6},
    {__LINE__, S_INIT("a\0b"), 1},
    {__LINE__, S_INIT("1234567\0"), 7},
    {__LINE__, S_INIT("12345678\0"), 8},
    {__LINE__, S_INIT("\xC0\x80"), 0},         /* overlong NUL */
    {__LINE__, S_INIT("ab\xC1\xBF"), 2},       /* overlong */
    {__LINE__, S_INIT("\xE0\x9F\xBF"), 0},     /* overlong */
    {__LINE__, S_INIT("\xF0\x8F\xBF\xBF"), 0}, /* overlong */
    {__LINE__, S_INIT("\xED\xA0\x80"), 0},     /* surrogate D800 */
    {__LINE__, S_INIT("\xED\xBF\xBF"), 0},     /* surrogate DFFF */
    {__LINE__, S_INIT("\xF4\x90\x80\x80"), 0}, /* above 10FFFF */
    {__LINE__, S_INIT("\xF5\x80\x80\x80"), 0},
    {__LINE__, S_INIT("\xFF"), 0},
    {__LINE__, S_INIT("\x80"), 0},
    {__LINE__, S_INIT("abc\xE7\xBD"), 3},  /* cut */
    {__LINE__, S_INIT("\xF0\x9F\x98"), 0}, /* cut */
    {__LINE__, S_INIT("\xE7\xBD\x41"), 0},
    {__LINE__, S_INIT("\xE7\x41\x91"), 0},
    {__LINE__, S_INIT("12345678\xC3"), 8},
};

static void valid_prefix(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        struct arena a;
        arena_init(&a, 0);
        row_true(&forms[i], utf8_valid_len(exact_copy(&a, forms[i].text)) == forms[i].good);
        arena_done(&a);
        row_true(&forms[i], utf8_valid(forms[i].text) == (forms[i].good == forms[i].text.len));
    }
}

/* Decodes by the definition, not by the table of the code under test. */
static bool naive_valid(const unsigned char *p, size_t n) {
    for (size_t i = 0; i < n;) {
        size_t len = p[i] < 0x80 ? 1 : p[i] >> 5 == 6 ? 2 : p[i] >> 4 == 14 ? 3 : p[i] >> 3 == 30 ? 4 : 0;
        if (len == 0 || i + len > n) return false;
        if (p[i] == 0) return false;
        uint32_t c = len == 1 ? p[i] : p[i] & (0x7Fu >> len);
        for (size_t k = 1; k < len; k++) {
            if (p[i + k] >> 6 != 2) return false;
            c = c << 6 | (p[i + k] & 0x3Fu);
        }
        static const uint32_t least[] = {0, 1, 0x80, 0x800, 0x10000};
        if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return false;
        i += len;
    }
    return true;
}

/* The bytes at the edges of the definition. */
static const unsigned char edge[] = {0,    1,    0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF,
                                     0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
enum { EDGES = sizeof edge };

/* Any two bytes and an edge, behind 0 to 7 plain ones so that each alignment of the fast path occurs. */
static void every_sequence_of_three(void **state) {
    (void)state;
    unsigned char text[16];
    memset(text, 'a', sizeof text);
    for (uint32_t v = 0; v < (1u << 16) * EDGES; v++) {
        size_t shift = v % 8;
        text[shift] = (unsigned char)(v >> 8);
        text[shift + 1] = (unsigned char)v;
        text[shift + 2] = edge[v >> 16];
        str s = {(const char *)text, shift + 3};
        if (utf8_valid(s) != naive_valid(text, s.len)) fail_msg("%06x after %zu", v, shift);
        memset(text + shift, 'a', 3);
    }
}

static void every_sequence_of_four_edges(void **state) {
    (void)state;
    for (size_t v = 0; v < (size_t)EDGES * EDGES * EDGES * EDGES; v++) {
        const unsigned char four[] = {edge[v / EDGES / EDGES / EDGES], edge[v / EDGES / EDGES % EDGES],
                                      edge[v / EDGES % EDGES], edge[v % EDGES]};
        str s = {(const char *)four, 4};
        if (utf8_valid(s) != naive_valid(four, 4)) fail_msg("%02x%02x%02x%02x", four[0], four[1], four[2], four[3]);
    }
}

static void random_texts_are_valid_and_decode(void **state) {
    (void)state;
    struct rng r = rng_start(__func__);
    struct arena a;
    arena_init(&a, 0);
    for (int i = 0; i < 3000; i++) {
        str s = rng_text(&r, &a, 40);
        assert_true(utf8_valid(s));
        size_t n = 0;
        for (size_t pos = 0; pos < s.len; n++) {
            assert_str(utf8_prefix(s, n), str_slice(s, 0, pos));
            assert_true(utf8_next(s, &pos) <= 0x10FFFF);
        }
        assert_int_equal(utf8_count(s), n);
        assert_str(utf8_prefix(s, n), s);
        assert_str(utf8_prefix(s, n + 5), s);
        arena_clear(&a);
    }
    arena_done(&a);
}

static void code_points(void **state) {
    (void)state;
    str s = S("a\xC2\x80网\xF0\x9F\x98\x80");
    static const uint32_t want[] = {'a', 0x80, 0x7F51, 0x1F600};
    size_t pos = 0;
    for (size_t i = 0; i < ARRAY_LEN(want); i++) assert_int_equal(utf8_next(s, &pos), want[i]);
    assert_int_equal(pos, s.len);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_prefix),
        cmocka_unit_test(every_sequence_of_three),
        cmocka_unit_test(every_sequence_of_four_edges),
        cmocka_unit_test(random_texts_are_valid_and_decode),
        cmocka_unit_test(code_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
