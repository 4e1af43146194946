#include "../base/support.h"
#include "casework/number.h"

static void formats_and_reads_back(void **state) {
    (void)state;
    code n = number_format(S("JT"), day_from_ymd(2026, 11, 24), 1);
    assert_string_equal(n.s, "JT20261124000015");
    assert_true(number_valid(str_code(&n), S("JT")));
    assert_true(number_valid(S("jt20261124000015"), S("JT")));
    code big = number_format(S("BOS"), day_from_ymd(2026, 2, 28), 1234567);
    assert_true(number_valid(str_code(&big), STR_NONE));
}

static void refuses_what_is_no_number(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *text, *prefix;
    } rows[] = {
        {__LINE__, "", ""},
        {__LINE__, "JT20261124000018", "JT"},  /* check digit */
        {__LINE__, "JT20261142000015", "JT"},  /* swapped digits of the date */
        {__LINE__, "JT20261124000015", "BOS"}, /* another city */
        {__LINE__, "20261124000015", "JT"},    /* no prefix */
        {__LINE__, "JTJTJ20261124000015", ""}, /* too long a prefix */
        {__LINE__, "JT2026112400017", "JT"},   /* a digit missing */
        {__LINE__, "JT20261124-00017", "JT"},
        {__LINE__, "JT20261324000013", "JT"}, /* no such month */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        row_true(&rows[i], !number_valid(str_z(rows[i].text), str_z(rows[i].prefix)));
}

/* ISO/IEC 7064 MOD 11,10 finds every wrong digit. */
static void finds_every_wrong_digit(void **state) {
    (void)state;
    struct rng r = rng_start("numbers");
    for (int i = 0; i < 2000; i++) {
        day date = day_from_ymd(2000 + (int32_t)rng_below(&r, 80), 1 + (int32_t)rng_below(&r, 12),
                                1 + (int32_t)rng_below(&r, 28));
        code n = number_format(S("JT"), date, 1 + (uint32_t)rng_below(&r, 99999));
        assert_true(number_valid(str_code(&n), S("JT")));
        for (size_t at = 2; at < str_code(&n).len; at++) {
            code wrong = n;
            wrong.s[at] = (char)('0' + (wrong.s[at] - '0' + 1 + (int)rng_below(&r, 9)) % 10);
            assert_false(number_valid(str_code(&wrong), S("JT")));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(formats_and_reads_back),
                                       cmocka_unit_test(refuses_what_is_no_number),
                                       cmocka_unit_test(finds_every_wrong_digit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
