/* JSON: the typed reader and the skipping one agree, and what was read is written and read alike. */
#include <string.h>

#include "base/json.h"

#define TEXT_MAX ((size_t)1 << 22)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads one value of any kind and writes it again. */
static bool copy_value(struct json *j, struct json_buf *w);

static bool copy_number(struct json *j, struct json_buf *w) {
    struct json probe = *j;
    int64_t i;
    double d;
    if (json_i64(&probe, &i)) {
        json_add_i64(w, i);
        return json_i64(j, &i);
    }
    size_t from = j->value_pos;
    if (!json_double(j, &d)) return false;
    json_add_raw(w, str_slice(j->text, from, j->pos));
    return true;
}

static bool copy_array(struct json *j, struct json_buf *w) {
    if (!json_array(j)) return false;
    json_open_array(w);
    while (json_more(j)) {
        if (!copy_value(j, w)) return false;
    }
    json_close_array(w);
    return !j->error;
}

static bool copy_object(struct json *j, struct json_buf *w) {
    str key;
    if (!json_object(j)) return false;
    json_open_object(w);
    while (json_key(j, &key)) {
        check(utf8_valid(key));
        json_add_key_str(w, key);
        if (!copy_value(j, w)) return false;
    }
    json_close_object(w);
    return !j->error;
}

static bool copy_string(struct json *j, struct json_buf *w) {
    str s;
    if (!json_str(j, &s)) return false;
    check(utf8_valid(s));
    json_add_str(w, s);
    return true;
}

static bool copy_value(struct json *j, struct json_buf *w) {
    bool b;
    switch (json_peek(j)) {
    case JSON_NONE:
        json_fail(j, "a value is expected");
        return false;
    case JSON_NULL:
        json_add_null(w);
        return json_null(j);
    case JSON_BOOL:
        if (!json_bool(j, &b)) return false;
        json_add_bool(w, b);
        return true;
    case JSON_NUMBER:
        return copy_number(j, w);
    case JSON_STRING:
        return copy_string(j, w);
    case JSON_ARRAY:
        return copy_array(j, w);
    case JSON_OBJECT:
        return copy_object(j, w);
    }
    return false;
}

/* out: the text written from what was read. */
static enum status copy(str text, struct strbuf *out, struct arena *a, const char **ret_error) {
    struct json j;
    struct json_buf w;
    struct err err;
    json_init(&j, text, a);
    json_buf_init(&w, out);
    bool ok = copy_value(&j, &w);
    check(ok == !j.error);
    enum status status = json_done(&j, &err);
    check(status == OK || (err.line > 0 && err.detail[0]));
    *ret_error = j.error;
    return status;
}

static enum status skip(str text, struct arena *a) {
    struct json j;
    json_init(&j, text, a);
    size_t used = a->used;
    bool ok = json_skip(&j);
    check(a->used == used); /* it allocates nothing */
    enum status status = json_done(&j, NULL);
    check(ok || status == E_SYNTAX);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a;
    struct strbuf once, twice;
    const char *error;
    str text = {(const char *)data, size};
    arena_init(&a, 0);
    strbuf_init(&once, TEXT_MAX);
    strbuf_init(&twice, TEXT_MAX);
    enum status copied = copy(text, &once, &a, &error), skipped = skip(text, &a);
    if (copied == OK) {
        check(skipped == OK);
        check(copy(strbuf_str(&once), &twice, &a, &error) == OK);
        check(once.overflow || str_eq(strbuf_str(&once), strbuf_str(&twice)));
    } else if (skipped == OK) {
        check(strstr(error, "key")); /* twice or too many: only json_key minds */
    }
    strbuf_done(&once);
    strbuf_done(&twice);
    arena_done(&a);
    return 0;
}
