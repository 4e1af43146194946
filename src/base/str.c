#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/number_int.h"

str str_z(const char *z) {
    return z ? (str){z, strlen(z)} : STR_NONE;
}

str str_code(const code *c) {
    return (str){c->s, strlen(c->s)};
}

bool code_from(str s, code *ret) {
    if (s.len > CODE_MAX) return false;
    if (s.len && memchr(s.ptr, 0, s.len)) return false;
    code c = {{0}};
    if (s.len) memcpy(c.s, s.ptr, s.len);
    *ret = c;
    return true;
}

code code_of(const char *z) {
    code c;
    bool fits = code_from(str_z(z), &c);
    check(fits);
    return c;
}

bool code_eq(const code *a, const code *b) {
    return memcmp(a->s, b->s, sizeof a->s) == 0;
}

bool code_is(const code *a, const char *z) {
    return strcmp(a->s, z) == 0;
}

bool code_empty(const code *a) {
    return a->s[0] == 0;
}

bool str_eq(str a, str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_is(str a, const char *z) {
    return str_eq(a, str_z(z));
}

bool str_empty(str a) {
    return a.len == 0;
}

int str_cmp(str a, str b) {
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
    return c ? c : (a.len > b.len) - (a.len < b.len);
}

bool str_starts(str s, str prefix) {
    return s.len >= prefix.len && str_eq((str){s.ptr, prefix.len}, prefix);
}

bool str_ends(str s, str suffix) {
    return s.len >= suffix.len && str_eq(str_slice(s, s.len - suffix.len, s.len), suffix);
}

ptrdiff_t str_find(str s, str needle, size_t from) {
    if (from > s.len || needle.len > s.len - from) return -1;
    if (needle.len == 0) return (ptrdiff_t)from;
    const char *hit = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
    return hit ? hit - s.ptr : -1;
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

str str_trim(str s) {
    while (s.len && is_space(s.ptr[0])) s = (str){s.ptr + 1, s.len - 1};
    while (s.len && is_space(s.ptr[s.len - 1])) s.len--;
    return s;
}

str str_slice(str s, size_t from, size_t to) {
    check(from <= to && to <= s.len);
    return s.ptr ? (str){s.ptr + from, to - from} : s;
}

bool str_split(str *rest, char sep, str *ret) {
    if (rest->len == 0) return false;
    const char *hit = memchr(rest->ptr, sep, rest->len);
    size_t n = hit ? (size_t)(hit - rest->ptr) : rest->len;
    size_t skip = hit ? n + 1 : n;
    *ret = (str){rest->ptr, n};
    *rest = (str){rest->ptr + skip, rest->len - skip};
    return true;
}

str str_dup(struct arena *a, str s) {
    return s.ptr ? (str){str_cstr(a, s), s.len} : s;
}

char *str_cstr(struct arena *a, str s) {
    char *z = NEW_ARRAY(a, char, s.len + 1);
    if (s.len) memcpy(z, s.ptr, s.len);
    return z;
}

str str_format(struct arena *a, const char *fmt, ...) {
    check(fmt != NULL);
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    check(n >= 0);
    char *z = NEW_ARRAY(a, char, (size_t)n + 1);
    int written = vsnprintf(z, (size_t)n + 1, fmt, again);
    va_end(again);
    check(written == n);
    return (str){z, (size_t)n};
}

__extension__ typedef unsigned __int128 wide;

static uint64_t mix(uint64_t a, uint64_t b) {
    wide m = (wide)a * b;
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static uint64_t load(const char *p, size_t n) {
    uint64_t w = 0;
    uint32_t low, high;
    if (n == 8) {
        memcpy(&w, p, 8);
    } else if (n >= 4) { /* two loads that overlap: cheaper than a copy of variable length */
        memcpy(&low, p, 4);
        memcpy(&high, p + n - 4, 4);
        w = (uint64_t)high << 32 | low;
    } else {
        for (size_t i = 0; i < n; i++) w = w << 8 | (unsigned char)p[i];
    }
    return w;
}

uint64_t str_hash(str s) {
    const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15), other = UINT64_C(0xD6E8FEB86659FD93);
    uint64_t h = s.len * other;
    size_t i = 0;
    for (; s.len - i > 8; i += 8) h = mix(h ^ load(s.ptr + i, 8), odd) + other;
    return mix(h ^ load(s.ptr + i, s.len - i) ^ odd, other) ^ h;
}

bool str_to_i64(str s, int64_t *ret) {
    struct decimal d;
    return decimal_scan(s, &d) && d.len == s.len && decimal_to_i64(&d, ret);
}

bool str_to_double(str s, double *ret) {
    struct decimal d;
    return decimal_scan(s, &d) && d.len == s.len && decimal_to_double(&d, s, ret);
}
