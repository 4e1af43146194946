/* Forms: the first line is the content type, the rest the body. What was read is text within the body's size, and written
 * anew it is read alike. */
#include "http/http_int.h"

#include <string.h>

#define TEXT_MAX ((size_t)1 << 24)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_multipart(const struct form *f, struct strbuf *out) {
    for (size_t i = 0; i < f->fields.n; i++) {
        const struct pair *p = &f->fields.v[i];
        strbuf_addf(out, "--the boundary\r\nContent-Disposition: form-data; name=\"%.*s\"\r\n\r\n", P(p->name));
        strbuf_add(out, p->value);
        strbuf_addz(out, "\r\n");
    }
    for (size_t i = 0; i < f->n_files; i++) {
        const struct http_file *file = &f->files[i].file;
        strbuf_addf(out, "--the boundary\r\nContent-Disposition: form-data; name=\"%.*s\"; filename=\"%.*s\"\r\n\r\n",
                    P(f->files[i].field), P(file->name));
        strbuf_add(out, file->bytes);
        strbuf_addz(out, "\r\n");
    }
    strbuf_addz(out, "--the boundary--");
}

static void write_urlencoded(const struct form *f, struct strbuf *out) {
    for (size_t i = 0; i < f->fields.n; i++) {
        if (i) strbuf_addc(out, '&');
        strbuf_add_url(out, f->fields.v[i].name);
        strbuf_addc(out, '=');
        strbuf_add_url(out, f->fields.v[i].value);
    }
}

static void check_equal(const struct form *a, const struct form *b) {
    check(a->fields.n == b->fields.n && a->n_files == b->n_files);
    for (size_t i = 0; i < a->fields.n; i++) {
        check(utf8_valid(a->fields.v[i].name) && utf8_valid(a->fields.v[i].value));
        check(str_eq(a->fields.v[i].name, b->fields.v[i].name) && str_eq(a->fields.v[i].value, b->fields.v[i].value));
    }
    for (size_t i = 0; i < a->n_files; i++) {
        check(utf8_valid(a->files[i].file.name) && utf8_valid(a->files[i].file.type));
        check(str_eq(a->files[i].field, b->files[i].field) && str_eq(a->files[i].file.bytes, b->files[i].file.bytes));
    }
}

/* A name that was sent without quotes may hold what cannot stand between them: such a form is not written anew. */
static bool can_be_written(const struct form *f, str body) {
    for (size_t i = 0; i < f->fields.n; i++) {
        str name = f->fields.v[i].name;
        if (str_find(name, S("\""), 0) >= 0 || str_ends(name, S("\\"))) return false;
    }
    for (size_t i = 0; i < f->n_files; i++) {
        str name = f->files[i].field, file = f->files[i].file.name;
        if (str_find(name, S("\""), 0) >= 0 || str_ends(name, S("\\"))) return false;
        if (str_find(file, S("\""), 0) >= 0 || str_ends(file, S("\\"))) return false;
    }
    return str_find(body, S("the boundary"), 0) < 0;
}

static void check_again(const struct form *f, bool multipart, struct arena *a) {
    struct strbuf b;
    struct form again;
    strbuf_init(&b, TEXT_MAX);
    if (multipart)
        write_multipart(f, &b);
    else
        write_urlencoded(f, &b);
    str type = multipart ? S("multipart/form-data; boundary=\"the boundary\"") : S("application/x-www-form-urlencoded");
    check(form_parse(strbuf_str(&b), type, a, &again, NULL) == OK);
    check_equal(f, &again);
    strbuf_done(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    str text = {(const char *)data, size}, type = S("");
    const char *line = size ? memchr(data, '\n', size) : NULL;
    if (!line) return 0;
    type = str_slice(text, 0, (size_t)(line - text.ptr));
    str body = str_slice(text, type.len + 1, text.len);
    struct arena a;
    struct form form;
    struct err err = {0};
    arena_init(&a, 0);
    bool multipart = content_type_is(type, "multipart/form-data");
    if (form_parse(body, type, &a, &form, &err) != OK)
        check(err.status == E_SYNTAX && err.primary[0]);
    else if (!multipart || can_be_written(&form, body))
        check_again(&form, multipart, &a);
    arena_done(&a);
    return 0;
}
