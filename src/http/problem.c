/* The one table from outcomes to HTTP, and problem+json (RFC 9457). */
#include "http/http_int.h"

#include <stdio.h>

struct problem_kind {
    enum status status;
    int http;
    const char *type, *title;
};

/* In the order of enum status. */
static const struct problem_kind kinds[] = {
    {OK, 200, "ok", "Done"},
    {E_SYNTAX, 400, "syntax", "The request cannot be read"},
    {E_INVALID, 422, "invalid", "A field has a wrong value"},
    {E_LOGIN, 401, "login", "Please log in"},
    {E_DENIED, 403, "denied", "Not allowed"},
    {E_NOT_FOUND, 404, "not-found", "Not found"},
    {E_METHOD, 405, "method", "This address does not know the method"},
    {E_STATE, 409, "state", "Not possible in the present state"},
    {E_CONFLICT, 409, "conflict", "Changed in the meantime"},
    {E_REUSED, 422, "reused", "Idempotency key used for something else"},
    {E_TOO_LARGE, 413, "too-large", "Too large"},
    {E_TOO_MANY, 429, "too-many", "Too many requests"},
    {E_BUSY, 503, "busy", "Busy, try again later"},
    {E_STORAGE, 507, "storage", "The store cannot take more"},
    {E_CORRUPT, 500, "corrupt", "Stored data is damaged"},
    {E_INTERNAL, 500, "internal", "A defect of the server"},
};
_Static_assert(ARRAY_LEN(kinds) == STATUS_COUNT, "one line for each status");

/* Codes whose HTTP status is more precise than that of their kind. */
static const struct {
    const char *code;
    int http;
} codes[] = {
    {"request_timeout", 408}, {"length_required", 411},     {"uri_too_long", 414},          {"bad_content_type", 415},
    {"bad_range", 416},       {"precondition_failed", 412}, {"precondition_required", 428}, {"header_too_large", 431},
    {"upstream_failed", 502}, {"upstream_timeout", 504},
};

/* The order of the table is checked where it is used: a compiler cannot. */
static const struct problem_kind *kind_of(enum status status) {
    check(status >= OK && status < STATUS_COUNT);
    const struct problem_kind *k = &kinds[status];
    check(k->status == status);
    return k;
}

int http_status_of(enum status status) {
    return kind_of(status)->http;
}

static int http_status_of_err(const struct err *e) {
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (str_is(str_z(e->code), codes[i].code)) return codes[i].http;
    return http_status_of(e->status);
}

/* What somebody above adds. */
struct added {
    str more, members;
};

static struct http_problem_words words_of(struct http_call *c, const struct err *e, const struct problem_kind *kind) {
    struct http_problem_words words = {str_z(kind->title), str_z(e->primary), str_z(e->detail), str_z(e->hint)};
    const struct http_options *o = &c->server->o;
    if (o->problem_words) o->problem_words(o->ctx, c, e, kind->type, &words);
    return words;
}

/* in: status; what is added: a sentence, and the inside of an object. */
static void write_problem(struct http_call *c, const struct err *e, struct added added, struct strbuf *out) {
    const struct problem_kind *kind = kind_of(e->status);
    struct http_problem_words words = words_of(c, e, kind);
    char type[64];
    snprintf(type, sizeof type, "urn:yiwang:problem:%s", kind->type);
    struct json_buf w;
    json_buf_init(&w, out);
    json_open_object(&w);
    json_put_z(&w, "type", type);
    json_put_str(&w, "title", words.title);
    json_put_i64(&w, "status", http_status_of_err(e));
    json_put_str(&w, "detail", words.detail);
    json_put_z(&w, "code", e->code[0] ? e->code : kind->type);
    if (str_empty(words.more)) words.more = added.more;
    if (!str_empty(words.more)) json_put_str(&w, "more", words.more);
    if (e->field[0]) json_put_z(&w, "field", e->field);
    if (!str_empty(words.hint)) json_put_str(&w, "hint", words.hint);
    if (added.members.len > 2) {
        strbuf_addc(out, ',');
        strbuf_add(out, str_slice(added.members, 1, added.members.len - 1));
    }
    json_close_object(&w);
}

void http_problem(struct http_call *c, const struct err *e) {
    http_problem_with(c, e, STR_NONE, STR_NONE);
}

void http_problem_with(struct http_call *c, const struct err *e, str more, str members) {
    int status = http_status_of_err(e);
    const struct http_options *o = &c->server->o;
    struct strbuf b;
    if (status == 401 && !reply_has_header(c, "WWW-Authenticate")) http_add_header(c, "WWW-Authenticate", S("Bearer"));
    if ((status == 429 || status == 503) && !reply_has_header(c, "Retry-After"))
        http_add_header(c, "Retry-After", S("5"));
    if (o->problem_form && o->problem_form(o->ctx, c, e)) return;
    /* every field of an err, each byte escaped to six, and words for it fit */
    strbuf_init(&b, ((size_t)32 << 10) + 6 * more.len + members.len);
    write_problem(c, e, (struct added){more, members}, &b);
    check(!b.overflow);
    http_reply(c, status, "application/problem+json", strbuf_str(&b));
    strbuf_done(&b);
}
