#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define CAP_FIRST 128

void strbuf_init(struct strbuf *b, size_t max) {
    check(max > 0 && max < SIZE_MAX / 2);
    *b = (struct strbuf){.max = max};
}

void strbuf_done(struct strbuf *b) {
    free(b->ptr);
    *b = (struct strbuf){.max = b->max};
}

void strbuf_clear(struct strbuf *b) {
    b->len = 0;
    b->overflow = false;
}

/* One byte beyond cap is always there, for the NUL of vsnprintf. */
static bool grow(struct strbuf *b, size_t n) {
    if (n > b->max - b->len) {
        b->overflow = true;
        return false;
    }
    size_t cap = b->cap ? b->cap : CAP_FIRST;
    while (cap < b->len + n) cap *= 2;
    if (cap > b->max) cap = b->max;
    char *grown = realloc(b->ptr, cap + 1);
    check(grown != NULL);
    b->ptr = grown;
    b->cap = cap;
    return true;
}

static inline bool reserve(struct strbuf *b, size_t n) {
    if (b->overflow) return false;
    return n <= b->cap - b->len || grow(b, n);
}

bool strbuf_reserve(struct strbuf *b, size_t n) {
    return reserve(b, n);
}

void strbuf_add(struct strbuf *b, str s) {
    if (s.len == 0 || !reserve(b, s.len)) return;
    memcpy(b->ptr + b->len, s.ptr, s.len);
    b->len += s.len;
}

void strbuf_addz(struct strbuf *b, const char *z) {
    strbuf_add(b, str_z(z));
}

void strbuf_addc(struct strbuf *b, char c) {
    if (!reserve(b, 1)) return;
    b->ptr[b->len++] = c;
}

void strbuf_addf(struct strbuf *b, const char *fmt, ...) {
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    size_t room = b->ptr ? b->cap - b->len + 1 : 0;
    int n = vsnprintf(b->ptr ? b->ptr + b->len : NULL, room, fmt, args);
    va_end(args);
    check(n >= 0);
    bool fits = reserve(b, (size_t)n);
    if (fits && n > 0 && (size_t)n >= room) vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, again);
    va_end(again);
    if (fits) b->len += (size_t)n;
}

void strbuf_add_i64(struct strbuf *b, int64_t v) {
    char digits[20];
    size_t at = sizeof digits;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do {
        digits[--at] = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (v < 0) digits[--at] = '-';
    strbuf_add(b, (str){digits + at, sizeof digits - at});
}

void strbuf_chop(struct strbuf *b, size_t n) {
    check(n <= b->len);
    b->len -= n;
}

str strbuf_str(const struct strbuf *b) {
    return (str){b->ptr ? b->ptr : "", b->len};
}

static const char *html_entity(char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void strbuf_add_html(struct strbuf *b, str s) {
    size_t plain = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char *entity = html_entity(s.ptr[i]);
        if (!entity) continue;
        strbuf_add(b, str_slice(s, plain, i));
        strbuf_addz(b, entity);
        plain = i + 1;
    }
    strbuf_add(b, str_slice(s, plain, s.len));
}

/* source: RFC 3986, 2.3. */
static bool url_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

void strbuf_add_url(struct strbuf *b, str s) {
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (url_unreserved(s.ptr[i]))
            strbuf_addc(b, s.ptr[i]);
        else
            strbuf_add(b, (str){(const char[]){'%', hex[c >> 4], hex[c & 15]}, 3});
    }
}
