#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/json_int.h"

#define WRITE_DEPTH_MAX 63

void json_buf_init(struct json_buf *w, struct strbuf *out) {
    *w = (struct json_buf){.out = out};
}

/* Before a value or key: the comma, if one is due. */
static void separate(struct json_buf *w) {
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    uint64_t bit = UINT64_C(1) << w->depth;
    if (w->has & bit) strbuf_addc(w->out, ',');
    w->has |= bit;
}

static void enter(struct json_buf *w, char open) {
    check(w->depth < WRITE_DEPTH_MAX);
    separate(w);
    strbuf_addc(w->out, open);
    w->depth++;
    w->has &= ~(UINT64_C(1) << w->depth);
}

static void leave(struct json_buf *w, char close) {
    check(w->depth > 0 && !w->after_key);
    w->depth--;
    strbuf_addc(w->out, close);
}

void json_open_object(struct json_buf *w) {
    enter(w, '{');
}

void json_close_object(struct json_buf *w) {
    leave(w, '}');
}

void json_open_array(struct json_buf *w) {
    enter(w, '[');
}

void json_close_array(struct json_buf *w) {
    leave(w, ']');
}

static void escape_char(struct strbuf *out, char c) {
    static const char plain[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt", hex[] = "0123456789abcdef";
    const char *hit = c ? strchr(plain, c) : NULL;
    if (hit) {
        strbuf_add(out, (str){(const char[]){'\\', names[hit - plain]}, 2});
    } else {
        unsigned char u = (unsigned char)c;
        strbuf_add(out, (str){(const char[]){'\\', 'u', '0', '0', hex[u >> 4], hex[u & 15]}, 6});
    }
}

/* Room for all of s is taken once: most texts are plain to their end. */
static void quote(struct strbuf *out, str s) {
    if (!strbuf_reserve(out, s.len + 2)) return;
    out->ptr[out->len++] = '"';
    for (size_t i = 0; i < s.len;) {
        size_t plain = json_plain_len(s.ptr + i, s.len - i);
        strbuf_add(out, (str){s.ptr + i, plain});
        i += plain;
        if (i < s.len) escape_char(out, s.ptr[i++]);
    }
    strbuf_addc(out, '"');
}

void json_add_key_str(struct json_buf *w, str key) {
    check(w->depth > 0 && !w->after_key);
    separate(w);
    quote(w->out, key);
    strbuf_addc(w->out, ':');
    w->after_key = true;
}

/* Keys in the source are plain. */
void json_add_key(struct json_buf *w, const char *key) {
    check(w->depth > 0 && !w->after_key);
    separate(w);
    w->after_key = true;
    size_t n = strlen(key);
    struct strbuf *out = w->out;
    if (!strbuf_reserve(out, n + 3)) return;
    char *p = out->ptr + out->len;
    *p++ = '"';
    memcpy(p, key, n);
    p[n] = '"';
    p[n + 1] = ':';
    out->len += n + 3;
}

void json_add_raw(struct json_buf *w, str json) {
    separate(w);
    strbuf_add(w->out, json);
}

void json_add_null(struct json_buf *w) {
    json_add_raw(w, S("null"));
}

void json_add_bool(struct json_buf *w, bool v) {
    json_add_raw(w, v ? S("true") : S("false"));
}

void json_add_str(struct json_buf *w, str s) {
    if (!s.ptr) {
        json_add_null(w);
        return;
    }
    separate(w);
    quote(w->out, s);
}

void json_add_z(struct json_buf *w, const char *z) {
    json_add_str(w, str_z(z));
}

void json_add_i64(struct json_buf *w, int64_t v) {
    separate(w);
    strbuf_add_i64(w->out, v);
}

/* For numbers beyond the integers that a double holds exactly. */
static void add_large(struct strbuf *out, double v, int decimals) {
    char text[352]; /* 309 digits, sign, point, 17 decimals */
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    check(c_locale != (locale_t)0);
    locale_t before = uselocale(c_locale);
    int n = snprintf(text, sizeof text, "%.*f", decimals, v);
    uselocale(before);
    freelocale(c_locale);
    check(n > 0 && (size_t)n < sizeof text);
    size_t len = (size_t)n;
    while (decimals > 0 && text[len - 1] == '0') len--;
    if (text[len - 1] == '.') len--;
    strbuf_add(out, (str){text, len});
}

/* v rounded to `decimals`, which as an integer of 10^-decimals is `scaled`. */
static void add_scaled(struct strbuf *out, int64_t scaled, int decimals) {
    static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
    while (decimals > 0 && scaled % 10 == 0) {
        scaled /= 10;
        decimals--;
    }
    if (scaled < 0) strbuf_addc(out, '-');
    uint64_t u = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled;
    uint64_t power = (uint64_t)powers[decimals];
    strbuf_add_i64(out, (int64_t)(u / power));
    if (decimals == 0) return;
    char digits[10] = {'.'};
    u %= power;
    for (int i = decimals; i > 0; i--, u /= 10) digits[i] = (char)('0' + u % 10);
    strbuf_add(out, (str){digits, (size_t)decimals + 1});
}

void json_add_double(struct json_buf *w, double v, int decimals) {
    static const double scale[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    check(decimals >= 0 && decimals <= 17);
    if (!isfinite(v)) {
        json_add_null(w);
        return;
    }
    separate(w);
    /* Without printf: coordinates and rates are most of a map's reply. */
    bool small = decimals <= 9 && fabs(v) < 9e15 / scale[decimals <= 9 ? decimals : 0];
    if (small)
        add_scaled(w->out, llround(v * scale[decimals]), decimals);
    else
        add_large(w->out, v, decimals);
}

void json_put_str(struct json_buf *w, const char *key, str s) {
    json_add_key(w, key);
    json_add_str(w, s);
}

void json_put_z(struct json_buf *w, const char *key, const char *z) {
    json_add_key(w, key);
    json_add_z(w, z);
}

void json_put_code(struct json_buf *w, const char *key, const code *c) {
    json_add_key(w, key);
    json_add_str(w, code_empty(c) ? STR_NONE : str_code(c));
}

void json_put_i64(struct json_buf *w, const char *key, int64_t v) {
    json_add_key(w, key);
    json_add_i64(w, v);
}

void json_put_bool(struct json_buf *w, const char *key, bool v) {
    json_add_key(w, key);
    json_add_bool(w, v);
}

void json_put_double(struct json_buf *w, const char *key, double v, int decimals) {
    json_add_key(w, key);
    json_add_double(w, v, decimals);
}
