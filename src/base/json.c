#include "base/json.h"

#include <string.h>

#include "base/json_int.h"
#include "base/number_int.h"

#define ONES UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

static bool fail(struct json *j, const char *why) {
    if (!j->error) j->error = why;
    return false;
}

void json_init(struct json *j, str text, struct arena *arena) {
    *j = (struct json){.text = text, .arena = arena};
    size_t good = utf8_valid_len(text);
    if (good == text.len) return;
    j->pos = good;
    fail(j, "not UTF-8 or a NUL byte");
}

static uint64_t has_byte(uint64_t w, unsigned char c) {
    uint64_t v = w ^ (ONES * c);
    return (v - ONES) & ~v & HIGHS;
}

size_t json_plain_len(const char *p, size_t n) {
    size_t i = 0;
    for (uint64_t w; n - i >= sizeof w; i += sizeof w) {
        memcpy(&w, p + i, sizeof w);
        uint64_t hits = has_byte(w, '"') | has_byte(w, '\\') | ((w - ONES * 0x20) & ~w & HIGHS);
        if (!hits) continue;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        /* Borrows make false hits only above the lowest one, which is therefore true. */
        return i + (size_t)__builtin_ctzll(hits) / 8;
#else
        break;
#endif
    }
    while (i < n && p[i] != '"' && p[i] != '\\' && (unsigned char)p[i] >= 0x20) i++;
    return i;
}

/* The next byte after white space, not taken; NUL at the end (the text holds none). */
static inline char look(struct json *j) {
    for (; j->pos < j->text.len; j->pos++) {
        char c = j->text.ptr[j->pos];
        bool space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (!space) return c;
    }
    return 0;
}

static inline bool take(struct json *j, char c) {
    if (look(j) != c) return false;
    j->pos++;
    return true;
}

/* Before a value: remembers where it begins, for json_fail. */
static bool begin(struct json *j, char *ret_first) {
    if (j->error) return false;
    *ret_first = look(j);
    j->value_pos = j->pos;
    return true;
}

enum json_type json_peek(struct json *j) {
    char c;
    if (!begin(j, &c)) return JSON_NONE;
    switch (c) {
    case '{':
        return JSON_OBJECT;
    case '[':
        return JSON_ARRAY;
    case '"':
        return JSON_STRING;
    case 't':
    case 'f':
        return JSON_BOOL;
    case 'n':
        return JSON_NULL;
    default:
        return c == '-' || (c >= '0' && c <= '9') ? JSON_NUMBER : JSON_NONE;
    }
}

/* ---- strings ---- */

/* Takes the string at pos up to its closing quote. out: the bytes between the quotes. */
static bool string_scan(struct json *j, str *ret_raw, bool *ret_escaped) {
    if (!take(j, '"')) return fail(j, "a string is expected");
    size_t first = j->pos;
    *ret_escaped = false;
    for (;;) {
        j->pos += json_plain_len(j->text.ptr + j->pos, j->text.len - j->pos);
        if (j->pos >= j->text.len) return fail(j, "a string is not closed");
        char c = j->text.ptr[j->pos];
        if (c == '"') break;
        if (c != '\\') return fail(j, "a control character in a string");
        *ret_escaped = true;
        j->pos += 2;
        if (j->pos > j->text.len) {
            j->pos = j->text.len;
            return fail(j, "a string is not closed");
        }
    }
    *ret_raw = str_slice(j->text, first, j->pos);
    j->pos++;
    return true;
}

static bool hex4(str raw, size_t at, uint32_t *ret) {
    if (raw.len < 4 || at > raw.len - 4) return false;
    uint32_t v = 0;
    for (size_t i = 0; i < 4; i++) {
        char c = raw.ptr[at + i];
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (uint32_t)(c - 'a') + 10;
        else if (c >= 'A' && c <= 'F')
            digit = (uint32_t)(c - 'A') + 10;
        else
            return false;
        v = v << 4 | digit;
    }
    *ret = v;
    return true;
}

/* Reads the code point of \uXXXX or of a pair at raw[*at], which stands after the u. NUL and lone surrogates are
 * refused: a str can hold neither. */
static bool unicode_escape(str raw, size_t *at, uint32_t *ret) {
    uint32_t c, low;
    if (!hex4(raw, *at, &c) || c == 0) return false;
    *at += 4;
    if (c >= 0xDC00 && c <= 0xDFFF) return false;
    if (c >= 0xD800 && c <= 0xDBFF) {
        if (raw.len - *at < 6 || raw.ptr[*at] != '\\' || raw.ptr[*at + 1] != 'u') return false;
        if (!hex4(raw, *at + 2, &low) || low < 0xDC00 || low > 0xDFFF) return false;
        *at += 6;
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    }
    *ret = c;
    return true;
}

static size_t utf8_put(char *out, uint32_t c) {
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = len; i-- > 1; c >>= 6) out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(leads[len] | c);
    return len;
}

/* Reads one escape at raw[*at], which stands after the backslash. */
static bool escape_read(str raw, size_t *at, uint32_t *ret) {
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    char c = raw.ptr[(*at)++];
    if (c == 'u') return unicode_escape(raw, at, ret);
    const char *hit = c ? strchr(names, c) : NULL;
    if (!hit) return false;
    *ret = (uint32_t)values[hit - names];
    return true;
}

/* Writes raw without escapes to out, if not NULL: every escape is longer than what it stands for. */
static bool unescape(str raw, char *out, size_t *ret_len) {
    size_t n = 0;
    for (size_t i = 0; i < raw.len;) {
        size_t plain = json_plain_len(raw.ptr + i, raw.len - i);
        if (out && plain) memcpy(out + n, raw.ptr + i, plain);
        n += plain;
        i += plain;
        if (i >= raw.len) break;
        uint32_t c;
        char bytes[4];
        i++;
        if (!escape_read(raw, &i, &c)) return false;
        size_t len = utf8_put(bytes, c);
        if (out) memcpy(out + n, bytes, len);
        n += len;
    }
    *ret_len = n;
    return true;
}

static bool string_take(struct json *j, str *ret) {
    str raw;
    bool escaped;
    if (!string_scan(j, &raw, &escaped)) return false;
    if (escaped) {
        char *out = NEW_ARRAY(j->arena, char, raw.len);
        size_t len;
        if (!unescape(raw, out, &len)) return fail(j, "a wrong escape in a string");
        raw = (str){out, len};
    }
    *ret = raw;
    return true;
}

bool json_str(struct json *j, str *ret) {
    char first;
    return begin(j, &first) && string_take(j, ret);
}

/* ---- objects and arrays ---- */

static bool enter(struct json *j, char open, const char *why) {
    char first;
    if (!begin(j, &first)) return false;
    if (first != open) return fail(j, why);
    if (j->depth == JSON_DEPTH_MAX) return fail(j, "nested too deeply");
    j->pos++;
    j->depth++;
    j->fresh |= UINT64_C(1) << j->depth;
    return true;
}

/* Before a member: takes the comma if one is due, or the closing bracket. out: whether a member follows. */
static bool member(struct json *j, char close) {
    if (j->error) return false;
    check(j->depth > 0);
    uint64_t bit = UINT64_C(1) << j->depth;
    bool fresh = (j->fresh & bit) != 0;
    j->fresh &= ~bit;
    if (take(j, close)) {
        j->depth--;
        return false;
    }
    if (!fresh && !take(j, ',')) return fail(j, close == '}' ? "a comma or } is expected" : "a comma or ] is expected");
    return true;
}

bool json_object(struct json *j) {
    if (!enter(j, '{', "an object is expected")) return false;
    j->keys_from[j->depth] = j->n_keys;
    return true;
}

static void keys_grow(struct json *j) {
    uint32_t cap = j->cap_keys ? j->cap_keys * 2 : 16;
    uint32_t *marks = NEW_ARRAY(j->arena, uint32_t, cap);
    str *keys = NEW_ARRAY(j->arena, str, cap);
    if (j->n_keys) {
        memcpy(marks, j->key_marks, j->n_keys * sizeof *marks);
        memcpy(keys, j->keys, j->n_keys * sizeof *keys);
    }
    j->key_marks = marks;
    j->keys = keys;
    j->cap_keys = cap;
}

/* Tells most keys apart at a glance. */
static uint32_t key_mark(str key) {
    uint32_t first = 0, last = 0;
    if (key.len >= 4) {
        memcpy(&first, key.ptr, 4);
        memcpy(&last, key.ptr + key.len - 4, 4);
    } else {
        for (size_t i = 0; i < key.len; i++) first = first << 8 | (unsigned char)key.ptr[i];
    }
    return (first * UINT32_C(0x9E3779B1)) ^ last ^ (uint32_t)key.len;
}

/* Refuses a key that the object already had. The keys of all open objects form one stack. Marks are compared in a
 * row and the number of keys is bounded, so that keys of one mark cannot buy quadratic time. */
static bool key_note(struct json *j, str key) {
    uint32_t from = j->keys_from[j->depth], mark = key_mark(key);
    if (j->n_keys - from == JSON_KEYS_MAX) return fail(j, "too many keys in an object");
    for (uint32_t i = from; i < j->n_keys; i++) {
        if (j->key_marks[i] == mark && str_eq(j->keys[i], key)) return fail(j, "a key occurs twice");
    }
    if (j->n_keys == j->cap_keys) keys_grow(j);
    j->key_marks[j->n_keys] = mark;
    j->keys[j->n_keys++] = key;
    return true;
}

bool json_key(struct json *j, str *ret_key) {
    str key;
    if (!member(j, '}')) {
        if (!j->error) j->n_keys = j->keys_from[j->depth + 1];
        return false;
    }
    look(j);
    j->value_pos = j->pos;
    if (!string_take(j, &key)) return false;
    if (!key_note(j, key)) {
        j->pos = j->value_pos;
        return false;
    }
    if (!take(j, ':')) return fail(j, "a colon is expected");
    *ret_key = key;
    return true;
}

bool json_array(struct json *j) {
    return enter(j, '[', "an array is expected");
}

bool json_more(struct json *j) {
    return member(j, ']');
}

/* ---- numbers, words, anything ---- */

static bool number_scan(struct json *j, struct decimal *ret, str *ret_text) {
    char first;
    if (!begin(j, &first)) return false;
    struct decimal d;
    if (!decimal_scan(str_slice(j->text, j->pos, j->text.len), &d)) return fail(j, "a number is expected");
    if (d.leading_zero) return fail(j, "a number begins with 0");
    *ret_text = str_slice(j->text, j->pos, j->pos + d.len);
    *ret = d;
    return true;
}

bool json_i64(struct json *j, int64_t *ret) {
    struct decimal d;
    str text;
    if (!number_scan(j, &d, &text)) return false;
    if (!decimal_to_i64(&d, ret)) return fail(j, "an integer of 64 bits is expected");
    j->pos += d.len;
    return true;
}

bool json_double(struct json *j, double *ret) {
    struct decimal d;
    str text;
    if (!number_scan(j, &d, &text)) return false;
    if (!decimal_to_double(&d, text, ret)) return fail(j, "a number is too large");
    j->pos += d.len;
    return true;
}

static bool word(struct json *j, str w) {
    if (!str_starts(str_slice(j->text, j->pos, j->text.len), w)) return false;
    j->pos += w.len;
    return true;
}

bool json_bool(struct json *j, bool *ret) {
    char first;
    if (!begin(j, &first)) return false;
    bool value = first == 't';
    if (!word(j, value ? S("true") : S("false"))) return fail(j, "true or false is expected");
    *ret = value;
    return true;
}

bool json_null(struct json *j) {
    char first;
    if (!begin(j, &first)) return false;
    return word(j, S("null")) || fail(j, "null is expected");
}

/* Strings are checked but not unescaped: nothing is allocated. */
static bool string_skip(struct json *j) {
    str raw;
    bool escaped;
    size_t len;
    if (!string_scan(j, &raw, &escaped)) return false;
    return !escaped || unescape(raw, NULL, &len) || fail(j, "a wrong escape in a string");
}

static bool container_skip(struct json *j, bool object) {
    if (!enter(j, object ? '{' : '[', "a value is expected")) return false;
    while (member(j, object ? '}' : ']')) {
        if (object && !string_skip(j)) return false;
        if (object && !take(j, ':')) return fail(j, "a colon is expected");
        if (!json_skip(j)) return false;
    }
    return !j->error;
}

bool json_skip(struct json *j) {
    bool flag;
    double number;
    char first;
    enum json_type type = json_peek(j);
    if (!begin(j, &first)) return false;
    size_t start = j->pos;
    bool ok = false;
    switch (type) {
    case JSON_NONE:
        return fail(j, "a value is expected");
    case JSON_NULL:
        ok = json_null(j);
        break;
    case JSON_BOOL:
        ok = json_bool(j, &flag);
        break;
    case JSON_NUMBER:
        ok = json_double(j, &number);
        break;
    case JSON_STRING:
        ok = string_skip(j);
        break;
    case JSON_ARRAY:
        ok = container_skip(j, false);
        break;
    case JSON_OBJECT:
        ok = container_skip(j, true);
        break;
    }
    if (ok) j->value_pos = start;
    return ok;
}

bool json_raw(struct json *j, str *ret) {
    if (!json_skip(j)) return false;
    *ret = str_slice(j->text, j->value_pos, j->pos);
    return true;
}

/* ---- the end ---- */

void json_fail(struct json *j, const char *why) {
    if (j->error) return;
    j->pos = j->value_pos;
    fail(j, why);
}

enum status json_done(struct json *j, struct err *err) {
    if (!j->error && look(j) != 0) fail(j, j->depth ? "a value is left over" : "something follows the end");
    if (!j->error && j->depth) fail(j, "the text ends too early");
    if (!j->error) return OK;
    str before = str_slice(j->text, 0, j->pos < j->text.len ? j->pos : j->text.len);
    uint32_t line = 1;
    size_t line_start = 0;
    for (size_t i = 0; i < before.len; i++) {
        if (before.ptr[i] != '\n') continue;
        line++;
        line_start = i + 1;
    }
    size_t column = utf8_count(str_slice(before, line_start, before.len)) + 1;
    err_set(err, E_SYNTAX, "bad_json", "This is not the JSON that was expected: %s.", j->error);
    err_detail(err, "line %u, column %zu", line, column);
    if (err) err->line = line;
    return E_SYNTAX;
}
