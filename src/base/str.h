/* Strings: pointer and length, valid UTF-8, checked once at the border. */
#ifndef YIWANG_BASE_STR_H
#define YIWANG_BASE_STR_H

#include "base/arena.h"
#include "base/macro.h"

typedef struct str {
    const char *ptr;
    size_t len;
} str;

#define S(lit) ((str){(lit), sizeof(lit) - 1})
#define S_INIT(lit)                                                                                                    \
    { (lit), sizeof(lit) - 1 }
#define STR_NONE ((str){NULL, 0})
/* For printf: "%.*s". in: an expression without side effects; it is evaluated more than once. */
#define P(s) (int)(s).len, (s).ptr ? (s).ptr : ""

/* A short code held by value: category, area, unit, state, number. NUL-terminated, zero-filled, so that structs that
 * hold codes are copied and compared as bytes. */
#define CODE_MAX 31
typedef struct code {
    char s[CODE_MAX + 1];
} code;

/* A str over a C string. in: z may be NULL. */
str str_z(const char *z);
/* A str over a code. memory: points into *c. */
str str_code(const code *c);
/* A code from a str. errors: false if it is longer than CODE_MAX or holds NUL; *ret then untouched. */
bool code_from(str s, code *ret) MUST_USE;
/* A code from a literal or known-short string; too long meets check(). */
code code_of(const char *z);
/* Comparison of codes; empty means "". */
bool code_eq(const code *a, const code *b);
bool code_is(const code *a, const char *z);
bool code_empty(const code *a);

/* Comparison by bytes. STR_NONE equals "". */
bool str_eq(str a, str b);
bool str_is(str a, const char *z);
bool str_empty(str a);
/* By bytes, like memcmp; a prefix comes first. */
int str_cmp(str a, str b);
/* Whether s begins or ends with the other. */
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);
/* Position of needle in s at or after from, or -1. */
ptrdiff_t str_find(str s, str needle, size_t from);
/* s without ASCII white space at its ends. */
str str_trim(str s);
/* The bytes from … to-1. in: from <= to <= s.len. */
str str_slice(str s, size_t from, size_t to);
/* Takes what stands before the first sep off *rest. out: false when *rest is empty, so that "" has no pieces and "a,"
 * has one. */
bool str_split(str *rest, char sep, str *ret);
/* A copy; that of STR_NONE is STR_NONE. */
str str_dup(struct arena *a, str s);
/* A NUL-terminated copy. */
char *str_cstr(struct arena *a, str s);
/* The formatted text. */
str str_format(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Not cryptographic: an attacker can make texts collide. Stable on machines of one byte order. */
uint64_t str_hash(str s);

/* Whole-string numbers in the form -?digits(.digits)?(e[+-]?digits)?, whatever the locale. errors: false on empty,
 * trailing bytes, overflow, NaN, infinity or more than 400 bytes; *ret untouched. */
bool str_to_i64(str s, int64_t *ret) MUST_USE;
bool str_to_double(str s, double *ret) MUST_USE;

/* Whether s is well-formed UTF-8 without NUL. cost: one pass, 8 bytes a step on ASCII. */
bool utf8_valid(str s);
/* Length of the longest prefix for which utf8_valid holds. */
size_t utf8_valid_len(str s);
/* Decodes one code point and advances *pos. in: valid UTF-8, *pos < s.len. */
uint32_t utf8_next(str s, size_t *pos);
/* The number of code points. in: valid UTF-8. */
size_t utf8_count(str s);
/* The longest prefix of at most n code points. in: valid UTF-8. */
str utf8_prefix(str s, size_t n);

/* A growing buffer with an obligatory maximum; what would exceed it turns `overflow` on, and from then on nothing is
 * added until strbuf_clear. */
struct strbuf {
    char *ptr;
    size_t len, cap, max;
    bool overflow;
};

/* An empty buffer. in: max > 0. memory: none until the first addition; it then doubles from 128 bytes to max. */
void strbuf_init(struct strbuf *b, size_t max);
/* Frees the memory. */
void strbuf_done(struct strbuf *b);
/* Empties the buffer for reuse and ends an overflow. */
void strbuf_clear(struct strbuf *b);
/* Append: a str, a C string (NULL adds nothing), a byte, a formatted text, a number. An addition enters whole or not. */
void strbuf_add(struct strbuf *b, str s);
void strbuf_addz(struct strbuf *b, const char *z);
void strbuf_addc(struct strbuf *b, char c);
/* Makes room for n more bytes, which the caller writes at ptr + len before it adds them to len. out: false if they do not
 * fit; the buffer has overflowed then. */
bool strbuf_reserve(struct strbuf *b, size_t n);
void strbuf_addf(struct strbuf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void strbuf_add_i64(struct strbuf *b, int64_t v);
/* Removes the last n bytes. in: n <= len. */
void strbuf_chop(struct strbuf *b, size_t n);
/* The content; valid until the next change. */
str strbuf_str(const struct strbuf *b);
/* The text as HTML: & < > " ' escaped. */
void strbuf_add_html(struct strbuf *b, str s);
/* The text as the inside of a URL component: percent-encoded. */
void strbuf_add_url(struct strbuf *b, str s);

#endif
