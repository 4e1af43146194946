#include <stdio.h>
#include <string.h>

#include "support.h"

/* What must hold of any buffer at any time. */
static void assert_sane(const struct strbuf *b) {
    assert_true(b->len <= b->cap && b->cap <= b->max);
    assert_true(b->ptr != NULL || b->cap == 0);
    assert_non_null(strbuf_str(b).ptr);
}

static void additions(void **state) {
    (void)state;
    struct strbuf b;
    strbuf_init(&b, 1000);
    assert_str(strbuf_str(&b), S(""));
    strbuf_add(&b, S("ab"));
    strbuf_add(&b, STR_NONE);
    strbuf_addz(&b, "cd");
    strbuf_addz(&b, NULL);
    strbuf_addc(&b, 'e');
    strbuf_addf(&b, "%d%s", 5, "f");
    strbuf_addf(&b, "%s", "");
    assert_str(strbuf_str(&b), S("abcde5f"));
    strbuf_chop(&b, 2);
    assert_str(strbuf_str(&b), S("abcde"));
    strbuf_clear(&b);
    assert_str(strbuf_str(&b), S(""));
    static const int64_t numbers[] = {0, 7, -7, 10, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        char want[32];
        snprintf(want, sizeof want, "%lld", (long long)numbers[i]);
        strbuf_clear(&b);
        strbuf_add_i64(&b, numbers[i]);
        assert_str(strbuf_str(&b), str_z(want));
    }
    strbuf_done(&b);
}

static void maximum_is_exact_and_final(void **state) {
    (void)state;
    struct strbuf b;
    strbuf_init(&b, 10);
    strbuf_add(&b, S("1234567890"));
    assert_false(b.overflow);
    strbuf_addc(&b, 'x');
    assert_true(b.overflow);
    assert_str(strbuf_str(&b), S("1234567890"));
    strbuf_chop(&b, 5);
    strbuf_addc(&b, 'x'); /* nothing, else the content would have a hole */
    assert_str(strbuf_str(&b), S("12345"));
    strbuf_clear(&b);
    assert_false(b.overflow);
    strbuf_addf(&b, "%s", "12345678901");
    assert_true(b.overflow);
    assert_str(strbuf_str(&b), S(""));
    strbuf_clear(&b);
    strbuf_addf(&b, "%s", "1234567890");
    assert_str(strbuf_str(&b), S("1234567890"));
    assert_sane(&b);
    strbuf_done(&b);
    assert_sane(&b);
}

/* Random programs of operations against a plain array. */
static bool program_agrees(struct rng *r, bool spoil) {
    char twin[600] = {0};
    size_t len = 0, max = 1 + rng_below(r, sizeof twin);
    bool overflow = false;
    struct strbuf b;
    strbuf_init(&b, max);
    for (int i = 0; i < 60; i++) {
        char piece[41];
        size_t n = rng_below(r, sizeof piece);
        memset(piece, (int)('a' + rng_below(r, 26)), n);
        piece[n] = 0;
        switch (rng_below(r, 4)) {
        case 0:
            strbuf_add(&b, (str){piece, n});
            break;
        case 1:
            strbuf_addz(&b, piece);
            break;
        case 2:
            strbuf_addf(&b, "%s", piece);
            break;
        default:
            for (size_t k = 0; k < n; k++) strbuf_addc(&b, piece[k]);
            while (n && len + n > max && !overflow) {
                memcpy(twin + len, piece, max - len);
                len = max;
                overflow = true;
            }
        }
        if (!overflow && n && len + n > max) overflow = true;
        if (!overflow) memcpy(twin + len, piece, n);
        if (!overflow) len += n;
        assert_sane(&b);
    }
    if (spoil && len) twin[len / 2]++;
    bool same = str_eq(strbuf_str(&b), (str){twin, len}) && b.overflow == overflow;
    strbuf_done(&b);
    return same || (spoil && len == 0);
}

static void programs_agree_with_an_array(void **state) {
    (void)state;
    struct rng r = rng_start(__func__);
    for (int i = 0; i < 1000; i++) assert_true(program_agrees(&r, false));
    int noticed = 0;
    for (int i = 0; i < 100; i++) noticed += !program_agrees(&r, true);
    assert_true(noticed > 50);
}

static void growth_doubles(void **state) {
    (void)state;
    struct strbuf b;
    strbuf_init(&b, 100000);
    size_t caps = 0, cap = 0;
    for (int i = 0; i < 100000; i++) {
        strbuf_addc(&b, 'x');
        if (b.cap == cap) continue;
        assert_true(cap == 0 || b.cap == 2 * cap || b.cap == b.max);
        cap = b.cap;
        caps++;
    }
    assert_int_equal(b.cap, b.max);
    assert_true(caps < 15 && !b.overflow);
    strbuf_done(&b);
}

static void escapes(void **state) {
    (void)state;
    struct strbuf b;
    strbuf_init(&b, 1000);
    strbuf_add_html(&b, S("<a href=\"x\">井&'盖'</a>"));
    assert_str(strbuf_str(&b), S("&lt;a href=&quot;x&quot;&gt;井&amp;&#39;盖&#39;&lt;/a&gt;"));
    strbuf_clear(&b);
    strbuf_add_html(&b, STR_NONE);
    strbuf_add_url(&b, S("aZ09-._~ /?&=+%网"));
    assert_str(strbuf_str(&b), S("aZ09-._~%20%2F%3F%26%3D%2B%25%E7%BD%91"));
    static const char unreserved[] = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";
    for (int c = 1; c < 256; c++) {
        char byte = (char)c;
        strbuf_clear(&b);
        strbuf_add_url(&b, (str){&byte, 1});
        assert_int_equal(b.len, strchr(unreserved, byte) ? 1 : 3);
    }
    strbuf_done(&b);
}

static void chop_too_much(void *arg) {
    strbuf_chop(arg, 1);
}

static void no_maximum(void *arg) {
    strbuf_init(arg, 0);
}

static void misuse_meets_check(void **state) {
    (void)state;
    struct strbuf b;
    strbuf_init(&b, 10);
    assert_true(aborts(chop_too_much, &b, NULL, 0));
    assert_true(aborts(no_maximum, &b, NULL, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(additions),
        cmocka_unit_test(maximum_is_exact_and_final),
        cmocka_unit_test(programs_agree_with_an_array),
        cmocka_unit_test(growth_doubles),
        cmocka_unit_test(escapes),
        cmocka_unit_test(misuse_meets_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
