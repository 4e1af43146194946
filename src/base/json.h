/* JSON: a strict pull reader and an appending writer (RFC 8259).
 *
 * Own code because it is on the hot path: a filing of 465 bytes costs 1.3 µs here, all checks included, 1.6 µs with
 * json-c and 6 µs with jansson, into their trees only; cJSON needs 0.7 µs, but is not strict (docs/figures.md). Strict here:
 * UTF-8 only, no duplicate keys in an object that is read by json_key, depth <= 32, no trailing bytes, no NaN, numbers within
 * double or int64. */
#ifndef YIWANG_BASE_JSON_H
#define YIWANG_BASE_JSON_H

#include "base/status.h"
#include "base/str.h"

enum json_type { JSON_NONE, JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

#define JSON_DEPTH_MAX 32
#define JSON_KEYS_MAX 512 /* of one object read by json_key */

/* A reader. After the first error every call returns false; json_done tells what and where. */
struct json {
    str text;
    size_t pos;
    int depth;
    uint64_t fresh;    /* bit per depth: no member read yet */
    size_t value_pos;  /* where the value or key read last began */
    const char *error; /* NULL while all is well */
    struct arena *arena;
    /* The keys of the open objects, one stack, to find duplicates. */
    uint32_t *key_marks;
    str *keys;
    uint32_t n_keys, cap_keys, keys_from[JSON_DEPTH_MAX + 1];
};

/* Starts reading. in: text of any bytes (UTF-8 is checked here). memory: strings with escapes are unescaped into the
 * arena, others point into text; the arena must have room for the length of the text and 1 MiB. */
void json_init(struct json *j, str text, struct arena *arena);
/* What comes next, without taking it. */
enum json_type json_peek(struct json *j);
/* Enters an object; then call json_key until it returns false. */
bool json_object(struct json *j);
/* Takes the next member's key. out: false at the object's end (taken) or on error. */
bool json_key(struct json *j, str *ret_key);
/* Enters an array; then call json_more before each element until it returns false. */
bool json_array(struct json *j);
/* Whether another element follows; false takes the bracket. */
bool json_more(struct json *j);
/* Take one value of the named type; any other is an error and leaves *ret alone. */
bool json_str(struct json *j, str *ret);
bool json_i64(struct json *j, int64_t *ret); /* an integer literal within int64 */
bool json_double(struct json *j, double *ret);
bool json_bool(struct json *j, bool *ret);
bool json_null(struct json *j);
/* Takes one value of any type. */
bool json_skip(struct json *j);
/* Takes one value of any type and returns its bytes. */
bool json_raw(struct json *j, str *ret);
/* Marks the value just read or peeked at as wrong, so that json_done reports it. */
void json_fail(struct json *j, const char *why);
/* Ends reading. errors: E_SYNTAX "bad_json" with line and column in detail, also for trailing bytes. */
enum status json_done(struct json *j, struct err *err) MUST_USE;

/* A writer: appends to a strbuf and sets commas itself. */
struct json_buf {
    struct strbuf *out;
    uint64_t has; /* bit per depth: a comma is due */
    int depth;
    bool after_key;
};

/* Starts writing. Too deep (63), an unbalanced close and a key out of place meet check(). */
void json_buf_init(struct json_buf *w, struct strbuf *out);
/* Begin and end a value that holds others. */
void json_open_object(struct json_buf *w);
void json_close_object(struct json_buf *w);
void json_open_array(struct json_buf *w);
void json_close_array(struct json_buf *w);
/* The key of the next value. in: one from the source, written as it is; json_add_key_str escapes what came from outside. */
void json_add_key(struct json_buf *w, const char *key);
void json_add_key_str(struct json_buf *w, str key);
/* One value. in: str is valid UTF-8. */
void json_add_str(struct json_buf *w, str s); /* a NULL ptr gives null */
void json_add_z(struct json_buf *w, const char *z);
void json_add_i64(struct json_buf *w, int64_t v);
/* At most so many decimals (0 … 17), trailing zeros dropped; NaN and infinity give null. */
void json_add_double(struct json_buf *w, double v, int decimals);
void json_add_bool(struct json_buf *w, bool v);
void json_add_null(struct json_buf *w);
void json_add_raw(struct json_buf *w, str json); /* one value, trusted */
/* Key and value in one step. */
void json_put_str(struct json_buf *w, const char *key, str s);
void json_put_z(struct json_buf *w, const char *key, const char *z);
void json_put_code(struct json_buf *w, const char *key, const code *c); /* empty gives null */
void json_put_i64(struct json_buf *w, const char *key, int64_t v);
void json_put_bool(struct json_buf *w, const char *key, bool v);
void json_put_double(struct json_buf *w, const char *key, double v, int decimals);

#endif
