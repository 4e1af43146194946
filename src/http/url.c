#include "http/http_int.h"

#include <string.h>

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool decode_into(char *out, str raw, bool plus, size_t *ret_len) {
    size_t n = 0;
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];
        if (c == '+' && plus) {
            c = ' ';
        } else if (c == '%') {
            if (raw.len - i < 3) return false;
            int hi = hex_digit(raw.ptr[i + 1]), lo = hex_digit(raw.ptr[i + 2]);
            if (hi < 0 || lo < 0) return false;
            c = (char)(hi << 4 | lo);
            i += 2;
        }
        out[n++] = c;
    }
    *ret_len = n;
    return true;
}

bool url_decode(struct arena *a, str raw, bool plus, str *ret) {
    bool encoded = raw.len && (memchr(raw.ptr, '%', raw.len) || (plus && memchr(raw.ptr, '+', raw.len)));
    str s = raw;
    if (encoded) {
        char *out = NEW_ARRAY(a, char, raw.len);
        s.ptr = out;
        if (!decode_into(out, raw, plus, &s.len)) return false;
    }
    if (!utf8_valid(s)) return false;
    *ret = s;
    return true;
}

static size_t count_pairs(str raw) {
    size_t n = 1;
    for (size_t i = 0; i < raw.len; i++) n += raw.ptr[i] == '&';
    return n;
}

bool url_pairs(struct arena *a, str raw, struct pairs *ret) {
    *ret = (struct pairs){0};
    if (!raw.len) return true;
    size_t max = count_pairs(raw), n = 0;
    if (max > PAIRS_MAX) return false;
    struct pair *v = NEW_ARRAY(a, struct pair, max);
    str piece, rest = raw;
    while (str_split(&rest, '&', &piece)) {
        if (!piece.len) continue;
        const char *eq = memchr(piece.ptr, '=', piece.len);
        size_t at = eq ? (size_t)(eq - piece.ptr) : piece.len;
        str value = eq ? str_slice(piece, at + 1, piece.len) : S("");
        if (!url_decode(a, str_slice(piece, 0, at), true, &v[n].name)) return false;
        if (!url_decode(a, value, true, &v[n].value)) return false;
        n++;
    }
    *ret = (struct pairs){v, n};
    return true;
}

bool pairs_find(const struct pairs *p, const char *name, size_t index, str *ret) {
    for (size_t i = 0; i < p->n; i++) {
        if (!str_is(p->v[i].name, name) || index--) continue;
        *ret = p->v[i].value;
        return true;
    }
    return false;
}

bool str_is_nocase(str a, const char *z) {
    size_t i = 0;
    for (; i < a.len && z[i]; i++) {
        char x = a.ptr[i], y = z[i];
        if (x >= 'A' && x <= 'Z') x = (char)(x | 0x20);
        if (y >= 'A' && y <= 'Z') y = (char)(y | 0x20);
        if (x != y) return false;
    }
    return i == a.len && !z[i];
}
