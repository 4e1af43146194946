/* Decimal literals, read without the locale: shared by str_to_double and the JSON reader. */
#ifndef YIWANG_BASE_NUMBER_INT_H
#define YIWANG_BASE_NUMBER_INT_H

#include "base/str.h"

/* A literal longer than this is refused: nothing real needs it and it bounds the copy on the stack. */
#define DECIMAL_LEN_MAX 400

struct decimal {
    uint64_t mantissa; /* all digits, if !rounded */
    int32_t exp10;     /* value = mantissa × 10^exp10 */
    size_t len;        /* of the literal */
    bool negative, integer, rounded, leading_zero;
};

/* Reads the longest prefix of s of the form -?digits(.digits)?([eE][+-]?digits)?; out: false if there is none. */
bool decimal_scan(str s, struct decimal *ret);
/* The integer value; false unless the literal is an integer within int64. */
bool decimal_to_i64(const struct decimal *d, int64_t *ret);
/* The nearest double; false beyond its range or if the literal is too long. in: text = the literal. */
bool decimal_to_double(const struct decimal *d, str text, double *ret);

#endif
