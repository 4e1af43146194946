/* What the tests of this folder share: cmocka, reproducible randomness, and a look at aborts. */
#ifndef YIWANG_TESTS_UNIT_BASE_SUPPORT_H
#define YIWANG_TESTS_UNIT_BASE_SUPPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "base/macro.h"
#include "base/str.h"

/* xorshift64*: the same sequence everywhere. */
struct rng {
    uint64_t state;
};

/* The generator of a property; the seed is printed so that a failure can be repeated by YIWANG_SEED. */
struct rng rng_start(const char *property);
uint64_t rng_next(struct rng *r);
/* Uniform in 0 … n-1. in: n > 0. */
uint64_t rng_below(struct rng *r, uint64_t n);
/* Valid UTF-8 of up to max code points, rich in quotes, controls, commas, CJK and astral characters. */
str rng_text(struct rng *r, struct arena *a, size_t max);

/* A copy with nothing readable behind it, so that AddressSanitizer sees a read beyond the end. */
str exact_copy(struct arena *a, str s);

/* Whether fn(arg) meets a check(): runs it in a child. out: its standard error, cut to size, if not NULL. */
bool aborts(void (*fn)(void *), void *arg, char *ret_stderr, size_t size);

#define assert_str(got, want)                                                                                          \
    do {                                                                                                               \
        str got_ = (got), want_ = (want);                                                                              \
        if (!str_eq(got_, want_)) fail_msg("got \"%.*s\", want \"%.*s\"", P(got_), P(want_));                          \
    } while (0)

/* In a table's loop: the condition must hold, else the row's line is named. */
#define row_true(row, cond)                                                                                            \
    do {                                                                                                               \
        if (!(cond)) fail_msg("row of line %d: %s", (row)->line, #cond);                                               \
    } while (0)

#endif
