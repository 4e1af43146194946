/* Bodies of forms: urlencoded, and multipart/form-data (RFC 7578). A parser over the whole body, which the route has
 * bounded; the results are slices of it. Strict: a missing end, a header too long, a text that is no UTF-8 are refused. */
#include "http/http_int.h"

#include <string.h>

#define BOUNDARY_MAX 70 /* RFC 2046 5.1.1 */

bool content_type_is(str header, const char *type) {
    const char *semicolon = header.len ? memchr(header.ptr, ';', header.len) : NULL;
    str value = semicolon ? str_slice(header, 0, (size_t)(semicolon - header.ptr)) : header;
    return str_is_nocase(str_trim(value), type);
}

/* --- parameters of a header: ; name=value; name="value" --- */

/* Takes a quoted string whose opening quote has been taken; \" stands for a quote, other backslashes for themselves. */
static bool take_quoted(str *rest, str *ret) {
    for (size_t i = 0; i < rest->len; i++) {
        if (rest->ptr[i] == '\\' && i + 1 < rest->len && rest->ptr[i + 1] == '"') {
            i++;
        } else if (rest->ptr[i] == '"') {
            *ret = str_slice(*rest, 0, i);
            *rest = str_slice(*rest, i + 1, rest->len);
            return true;
        }
    }
    return false;
}

static str take_token(str *rest) {
    size_t i = 0;
    while (i < rest->len && rest->ptr[i] != ';' && rest->ptr[i] != '=') i++;
    str token = str_trim(str_slice(*rest, 0, i));
    *rest = str_slice(*rest, i, rest->len);
    return token;
}

/* The next parameter. out: false at the end or at a fault (*ret_fault). */
static bool take_param(str *rest, struct pair *ret, bool *ret_fault) {
    *rest = str_trim(*rest);
    if (!rest->len) return false;
    *ret_fault = true;
    if (rest->ptr[0] != ';') return false;
    *rest = str_slice(*rest, 1, rest->len);
    ret->name = take_token(rest);
    if (!ret->name.len) { /* a semicolon at the end is common */
        *ret_fault = rest->len > 0;
        return false;
    }
    if (!rest->len || rest->ptr[0] != '=') return false;
    *rest = str_trim(str_slice(*rest, 1, rest->len));
    if (rest->len && rest->ptr[0] == '"') {
        *rest = str_slice(*rest, 1, rest->len);
        if (!take_quoted(rest, &ret->value)) return false;
    } else {
        ret->value = take_token(rest);
    }
    *ret_fault = false;
    return true;
}

/* Skips the value before the first parameter. */
static str skip_value(str header) {
    const char *semicolon = header.len ? memchr(header.ptr, ';', header.len) : NULL;
    return semicolon ? str_slice(header, (size_t)(semicolon - header.ptr), header.len) : S("");
}

/* --- multipart --- */

struct part {
    str name, filename, type, bytes;
    bool is_form_data, is_file;
};

/* One multipart body being read. */
struct multipart {
    str rest;      /* what follows the delimiter just taken */
    str delimiter; /* CR LF "--" boundary */
    const char *fault;
};

static bool fail(struct multipart *m, const char *why) {
    m->fault = why;
    return false;
}

static bool find_boundary(str content_type, struct arena *a, struct multipart *m) {
    str rest = skip_value(content_type);
    struct pair p;
    bool fault = false;
    while (take_param(&rest, &p, &fault)) {
        if (!str_is_nocase(p.name, "boundary")) continue;
        if (!p.value.len || p.value.len > BOUNDARY_MAX) return fail(m, "the boundary has a wrong length");
        m->delimiter = str_format(a, "\r\n--%.*s", P(p.value));
        return true;
    }
    return fail(m, "the boundary is missing");
}

static bool take_line(str *rest, str *ret) {
    ptrdiff_t end = str_find(*rest, S("\r\n"), 0);
    if (end < 0) return false;
    *ret = str_slice(*rest, 0, (size_t)end);
    *rest = str_slice(*rest, (size_t)end + 2, rest->len);
    return true;
}

static bool read_disposition(struct multipart *m, str value, struct part *p) {
    if (!content_type_is(value, "form-data")) return fail(m, "a part is no form-data");
    str rest = skip_value(value);
    struct pair param;
    bool fault = false;
    while (take_param(&rest, &param, &fault)) {
        if (str_is_nocase(param.name, "name")) {
            p->name = param.value;
            p->is_form_data = true;
        } else if (str_is_nocase(param.name, "filename")) {
            p->filename = param.value;
            p->is_file = true;
        }
    }
    return fault ? fail(m, "a Content-Disposition cannot be read") : true;
}

static bool read_part_header(struct multipart *m, str line, struct part *p) {
    const char *colon = memchr(line.ptr, ':', line.len);
    if (!colon) return fail(m, "a header of a part has no colon");
    size_t at = (size_t)(colon - line.ptr);
    str name = str_slice(line, 0, at), value = str_trim(str_slice(line, at + 1, line.len));
    if (!utf8_valid(value)) return fail(m, "a header of a part is no UTF-8");
    if (str_is_nocase(name, "Content-Disposition")) return read_disposition(m, value, p);
    if (str_is_nocase(name, "Content-Type")) p->type = value;
    bool is_plain = str_is_nocase(value, "binary") || str_is_nocase(value, "8bit") || str_is_nocase(value, "7bit");
    if (str_is_nocase(name, "Content-Transfer-Encoding") && !is_plain) return fail(m, "a part is encoded");
    return true;
}

static bool read_part_headers(struct multipart *m, struct part *p) {
    const char *start = m->rest.ptr;
    str line;
    for (;;) {
        if (!take_line(&m->rest, &line)) return fail(m, "the body ends in the headers of a part");
        if ((size_t)(m->rest.ptr - start) > FORM_PART_HEADERS_MAX) return fail(m, "the headers of a part are too long");
        if (!line.len) break;
        if (!read_part_header(m, line, p)) return false;
    }
    return p->is_form_data && p->name.len ? true : fail(m, "a part has no name");
}

/* Moves behind the delimiter. out: whether another part follows; a fault is set apart. */
static bool part_follows(struct multipart *m) {
    if (str_starts(m->rest, S("--"))) return false;
    str line;
    if (!take_line(&m->rest, &line) || str_trim(line).len) return fail(m, "a boundary is not alone on its line");
    return true;
}

static bool read_part(struct multipart *m, struct part *p) {
    *p = (struct part){.type = S_INIT("text/plain")};
    if (!read_part_headers(m, p)) return false;
    /* An empty part: the delimiter's line end is the one that ended the headers. */
    str bare = str_slice(m->delimiter, 2, m->delimiter.len);
    if (str_starts(m->rest, bare)) {
        p->bytes = str_slice(m->rest, 0, 0);
        m->rest = str_slice(m->rest, bare.len, m->rest.len);
        return true;
    }
    ptrdiff_t end = str_find(m->rest, m->delimiter, 0);
    if (end < 0) return fail(m, "the body ends within a part");
    p->bytes = str_slice(m->rest, 0, (size_t)end);
    m->rest = str_slice(m->rest, (size_t)end + m->delimiter.len, m->rest.len);
    return true;
}

static bool add_part(struct multipart *m, const struct part *p, struct form *form) {
    if (form->fields.n + form->n_files == FORM_PARTS_MAX) return fail(m, "there are too many parts");
    if (p->is_file) {
        if (!p->filename.len && !p->bytes.len) return true; /* a file input left empty */
        form->files[form->n_files++] =
            (struct form_file){p->name, {.name = p->filename, .type = p->type, .bytes = p->bytes}};
        return true;
    }
    if (!utf8_valid(p->bytes)) return fail(m, "a field is no UTF-8");
    form->fields.v[form->fields.n++] = (struct pair){p->name, p->bytes};
    return true;
}

static bool read_multipart(struct multipart *m, str body, struct form *form) {
    str bare = str_slice(m->delimiter, 2, m->delimiter.len);
    if (str_starts(body, bare)) {
        m->rest = str_slice(body, bare.len, body.len);
    } else { /* a preamble */
        ptrdiff_t first = str_find(body, m->delimiter, 0);
        if (first < 0) return fail(m, "the boundary does not occur");
        m->rest = str_slice(body, (size_t)first + m->delimiter.len, body.len);
    }
    struct part p;
    while (part_follows(m))
        if (!read_part(m, &p) || !add_part(m, &p, form)) return false;
    return m->fault == NULL;
}

enum status form_parse(str body, str content_type, struct arena *a, struct form *ret, struct err *err) {
    struct form form = {0};
    if (!content_type_is(content_type, "multipart/form-data")) {
        if (!url_pairs(a, body, &form.fields))
            return err_set(err, E_SYNTAX, "bad_form", "The form is not percent-encoded UTF-8.");
        *ret = form;
        return OK;
    }
    form.fields.v = NEW_ARRAY(a, struct pair, FORM_PARTS_MAX);
    form.files = NEW_ARRAY(a, struct form_file, FORM_PARTS_MAX);
    struct multipart m = {0};
    if (!find_boundary(content_type, a, &m) || !read_multipart(&m, body, &form))
        return err_set(err, E_SYNTAX, "bad_form", "The form cannot be read: %s.", m.fault);
    *ret = form;
    return OK;
}
