#include <string.h>

#include "base/str.h"

#define ONES UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

/* Lead bytes and what the second byte may be: this table excludes overlong forms, surrogates and > U+10FFFF.
 * source: The Unicode Standard, table 3-7. */
static const struct form {
    unsigned char lead_min, lead_max, second_min, second_max;
    size_t len;
} forms[] = {
    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

/* Length of the well-formed multibyte sequence at p, or 0. */
static size_t sequence_len(const unsigned char *p, size_t n) {
    /* Chinese first: nearly all of it begins with E4 … E9, where any two continuation bytes may follow. */
    if (n >= 3 && p[0] >= 0xE1 && p[0] <= 0xEC) return (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80 ? 3 : 0;
    for (size_t f = 0; f < ARRAY_LEN(forms); f++) {
        if (p[0] < forms[f].lead_min || p[0] > forms[f].lead_max) continue;
        if (n < forms[f].len || p[1] < forms[f].second_min || p[1] > forms[f].second_max) return 0;
        for (size_t i = 2; i < forms[f].len; i++) {
            if ((p[i] & 0xC0) != 0x80) return 0;
        }
        return forms[f].len;
    }
    return 0;
}

size_t utf8_valid_len(str s) {
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t i = 0;
    while (i < s.len) {
        if (p[i] >= 0x80) {
            size_t n = sequence_len(p + i, s.len - i);
            if (n == 0) return i;
            i += n;
            continue;
        }
        uint64_t w;
        if (s.len - i >= sizeof w) {
            memcpy(&w, p + i, sizeof w);
            /* The subtraction borrows into a high bit exactly if some byte is NUL. */
            if (((w | (w - ONES)) & HIGHS) == 0) {
                i += sizeof w;
                continue;
            }
        }
        if (p[i] == 0) return i;
        i++;
    }
    return i;
}

bool utf8_valid(str s) {
    return utf8_valid_len(s) == s.len;
}

uint32_t utf8_next(str s, size_t *pos) {
    check(*pos < s.len);
    const unsigned char *p = (const unsigned char *)s.ptr + *pos;
    if (p[0] < 0x80) {
        *pos += 1;
        return p[0];
    }
    size_t len = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    check(s.len - *pos >= len);
    uint32_t c = p[0] & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++) c = c << 6 | (p[i] & 0x3Fu);
    *pos += len;
    return c;
}

size_t utf8_count(str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) n += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
    return n;
}

str utf8_prefix(str s, size_t n) {
    if (s.len <= n) return s;
    size_t i = 0;
    for (; i < s.len; i++) {
        if (((unsigned char)s.ptr[i] & 0xC0) == 0x80) continue;
        if (n == 0) break;
        n--;
    }
    return str_slice(s, 0, i);
}
