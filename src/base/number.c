#include "base/number_int.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EXP_CAP 100000

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Takes digits into the mantissa. out: how many. */
static size_t take_digits(str s, size_t at, struct decimal *d) {
    size_t n = 0;
    for (; at + n < s.len && is_digit(s.ptr[at + n]); n++) {
        uint64_t m;
        uint64_t digit = (uint64_t)(s.ptr[at + n] - '0');
        if (d->rounded || __builtin_mul_overflow(d->mantissa, UINT64_C(10), &m) ||
            __builtin_add_overflow(m, digit, &m)) {
            d->rounded = true;
        } else {
            d->mantissa = m;
        }
    }
    return n;
}

/* Takes an exponent if there is a whole one. out: its length. */
static size_t take_exponent(str s, size_t at, struct decimal *d) {
    size_t i = at;
    if (i >= s.len || (s.ptr[i] != 'e' && s.ptr[i] != 'E')) return 0;
    i++;
    bool minus = i < s.len && s.ptr[i] == '-';
    if (i < s.len && (s.ptr[i] == '-' || s.ptr[i] == '+')) i++;
    size_t first = i;
    int32_t e = 0;
    for (; i < s.len && is_digit(s.ptr[i]); i++) {
        if (e < EXP_CAP) e = e * 10 + (s.ptr[i] - '0');
    }
    if (i == first) return 0;
    d->exp10 += minus ? -e : e;
    d->integer = false;
    return i - at;
}

bool decimal_scan(str s, struct decimal *ret) {
    struct decimal d = {.integer = true};
    size_t i = 0;
    if (i < s.len && s.ptr[i] == '-') {
        d.negative = true;
        i++;
    }
    size_t n = take_digits(s, i, &d);
    if (n == 0) return false;
    d.leading_zero = n > 1 && s.ptr[i] == '0';
    i += n;
    if (i + 1 < s.len && s.ptr[i] == '.' && is_digit(s.ptr[i + 1])) {
        n = take_digits(s, i + 1, &d);
        if (n < DECIMAL_LEN_MAX) d.exp10 = -(int32_t)n;
        d.integer = false;
        i += 1 + n;
    }
    i += take_exponent(s, i, &d);
    d.len = i;
    *ret = d;
    return true;
}

bool decimal_to_i64(const struct decimal *d, int64_t *ret) {
    if (!d->integer || d->rounded) return false;
    uint64_t limit = (uint64_t)INT64_MAX + (d->negative ? 1 : 0);
    if (d->mantissa > limit) return false;
    *ret = d->negative ? (int64_t)(0 - d->mantissa) : (int64_t)d->mantissa;
    return true;
}

/* strtod under the C locale, which glibc and musl hand out without allocating. */
static bool slow_double(str text, double *ret) {
    char copy[DECIMAL_LEN_MAX + 1];
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = 0;
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    check(c_locale != (locale_t)0);
    double v = strtod_l(copy, NULL, c_locale);
    freelocale(c_locale);
    if (!isfinite(v)) return false;
    *ret = v;
    return true;
}

bool decimal_to_double(const struct decimal *d, str text, double *ret) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (text.len > DECIMAL_LEN_MAX) return false;
    /* Both operands exact, hence one correct rounding. source: Clinger, How to read floating point numbers, 1990. */
    bool exact = !d->rounded && d->mantissa <= (UINT64_C(1) << 53) && d->exp10 >= -22 && d->exp10 <= 22;
    if (!exact) return slow_double(text, ret);
    double m = (double)d->mantissa;
    double v = d->exp10 < 0 ? m / powers[-d->exp10] : m * powers[d->exp10];
    *ret = d->negative ? -v : v;
    return true;
}
