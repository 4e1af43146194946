/* Answers. A handler only notes its reply in the call; the connection thread hands it to libmicrohttpd. */
#include "http/http_int.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *const csp_data = "default-src 'none'; frame-ancestors 'none'";
static const char *const csp_page =
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";

static const char *header_value(const struct http_call *c, const char *name) {
    for (const struct reply_header *h = c->reply.headers; h; h = h->next)
        if (str_is_nocase(str_z(h->name), name)) return h->value;
    return NULL;
}

bool reply_has_header(const struct http_call *c, const char *name) {
    return header_value(c, name) != NULL;
}

/* Whether the client's copy, named by If-None-Match, is the one of the handler's ETag. */
static bool is_not_modified(const struct http_call *c) {
    const char *etag = header_value(c, "ETag");
    if (!etag) return false;
    str have = str_z(etag), rest = http_header(c, "If-None-Match"), piece;
    if (str_starts(have, S("W/"))) have = str_slice(have, 2, have.len);
    if (str_is(rest, "*")) return true;
    while (str_split(&rest, ',', &piece)) {
        piece = str_trim(piece);
        if (str_starts(piece, S("W/"))) piece = str_slice(piece, 2, piece.len);
        if (str_eq(piece, have)) return true;
    }
    return false;
}

static void answer(struct http_call *c, int status, const char *content_type) {
    check(c->reply.status == 0); /* each call is answered once */
    check(status >= 200 && status <= 599);
    c->reply.status = status;
    c->reply.content_type = content_type ? str_cstr(&c->arena, str_z(content_type)) : NULL;
}

static void header_push(struct http_call *c, const char *name, const char *value) {
    struct reply_header *h = NEW(&c->arena, struct reply_header), **end = &c->reply.headers;
    *h = (struct reply_header){.name = name, .value = value};
    while (*end) end = &(*end)->next;
    *end = h;
}

void http_add_header(struct http_call *c, const char *name, str value) {
    char *v = str_cstr(&c->arena, value);
    for (char *p = v; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f) *p = ' '; /* nothing can end the line early */
    header_push(c, str_cstr(&c->arena, str_z(name)), v);
}

void http_reply(struct http_call *c, int status, const char *content_type, str body) {
    answer(c, status, content_type);
    c->reply.body = str_dup(&c->arena, body);
}

void http_reply_static(struct http_call *c, const char *content_type, str body) {
    if (is_not_modified(c)) {
        http_reply_empty(c, 304);
        return;
    }
    answer(c, 200, content_type);
    c->reply.body = body;
    c->reply.takes_ranges = true;
}

void http_reply_json(struct http_call *c, int status, str body) {
    http_reply(c, status, "application/json", body);
}

void http_reply_empty(struct http_call *c, int status) {
    answer(c, status, NULL);
}

/* A location is a URI: what is not printable ASCII is percent-encoded. */
void http_redirect(struct http_call *c, int status, str location) {
    struct strbuf b;
    strbuf_init(&b, location.len * 3 + 1);
    for (size_t i = 0; i < location.len; i++) {
        unsigned char ch = (unsigned char)location.ptr[i];
        if (ch > 0x20 && ch < 0x7f)
            strbuf_addc(&b, (char)ch);
        else
            strbuf_addf(&b, "%%%02X", ch);
    }
    http_add_header(c, "Location", strbuf_str(&b));
    strbuf_done(&b);
    http_reply_empty(c, status);
}

bool http_not_modified(struct http_call *c) {
    if (!is_not_modified(c)) return false;
    http_reply_empty(c, 304);
    return true;
}

static bool range_applies(const struct http_call *c) {
    str condition = http_header(c, "If-Range");
    const char *etag = header_value(c, "ETag");
    return !condition.len || (etag && str_is(condition, etag) && !str_starts(condition, S("W/")));
}

void http_reply_fd(struct http_call *c, const char *content_type, int fd, size_t size) {
    answer(c, 200, content_type);
    c->reply.fd = fd;
    c->reply.fd_size = size;
}

static void set_default(struct http_call *c, const char *name, const char *value) {
    if (!reply_has_header(c, name)) header_push(c, name, value);
}

void reply_default_headers(struct http_call *c) {
    const char *type = c->reply.content_type;
    bool is_data = type && (str_starts(str_z(type), S("application/json")) ||
                            str_starts(str_z(type), S("application/problem+json")) ||
                            str_starts(str_z(type), S("text/event-stream")));
    bool is_page = type && str_starts(str_z(type), S("text/html"));
    set_default(c, "Content-Security-Policy", is_data ? csp_data : csp_page);
    set_default(c, "X-Content-Type-Options", "nosniff");
    set_default(c, "Cross-Origin-Resource-Policy", "same-origin");
    set_default(c, "Cache-Control", "no-store");
    if (is_page || !type) set_default(c, "Referrer-Policy", "same-origin");
    if (is_page) {
        set_default(c, "Cross-Origin-Opener-Policy", "same-origin");
        set_default(c, "Permissions-Policy", "geolocation=(self), camera=(self), microphone=()");
    }
    if (c->must_close || atomic_load_explicit(&c->server->draining, memory_order_relaxed))
        set_default(c, "Connection", "close");
}

/* Narrows a reply of `size` bytes to what Range asks for, with status and headers. out: false if nothing is left to send. */
static bool apply_range(struct http_call *c, size_t size, size_t *from, size_t *len) {
    struct reply *r = &c->reply;
    *from = 0;
    *len = size;
    set_default(c, "Accept-Ranges", "bytes");
    int range = range_applies(c) ? range_parse(http_header(c, "Range"), size, from, len) : 0;
    char text[96];
    if (range > 0) {
        r->status = 206;
        snprintf(text, sizeof text, "bytes %zu-%zu/%zu", *from, *from + *len - 1, size);
        http_add_header(c, "Content-Range", str_z(text));
    } else if (range < 0) {
        r->status = 416;
        snprintf(text, sizeof text, "bytes */%zu", size);
        http_add_header(c, "Content-Range", str_z(text));
        return false;
    }
    return *len > 0;
}

static struct MHD_Response *empty_response(void) {
    return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
}

/* Takes the descriptor over. */
static struct MHD_Response *response_from_fd(struct http_call *c) {
    struct reply *r = &c->reply;
    size_t from = 0, len = 0;
    int fd = r->fd;
    r->fd = -1;
    bool same = is_not_modified(c);
    if (same) r->status = 304;
    if (same || !apply_range(c, r->fd_size, &from, &len)) {
        close(fd);
        return empty_response();
    }
    struct MHD_Response *response = MHD_create_response_from_fd_at_offset64(len, fd, from);
    if (!response) close(fd);
    return response;
}

static struct MHD_Response *response_from_body(struct http_call *c) {
    struct reply *r = &c->reply;
    size_t from = 0, len = r->body.len;
    if (r->takes_ranges && !apply_range(c, r->body.len, &from, &len)) return empty_response();
    /* libmicrohttpd only reads a persistent buffer; its parameter lacks the const. */
    union {
        const char *in;
        void *out;
    } bytes = {r->body.ptr + from};
    return MHD_create_response_from_buffer(len, bytes.out, MHD_RESPMEM_PERSISTENT);
}

enum MHD_Result reply_queue(struct http_call *c) {
    struct reply *r = &c->reply;
    struct MHD_Response *response = r->fd >= 0 ? response_from_fd(c) : response_from_body(c);
    if (!response) return MHD_NO;
    reply_default_headers(c);
    if (r->content_type && r->status != 304) MHD_add_response_header(response, "Content-Type", r->content_type);
    for (const struct reply_header *h = r->headers; h; h = h->next)
        MHD_add_response_header(response, h->name, h->value);
    atomic_store(&c->state, CALL_QUEUED);
    enum MHD_Result queued = MHD_queue_response(c->mhd, (unsigned)r->status, response);
    MHD_destroy_response(response);
    return queued;
}

void reply_raw(int fd, int status) {
    char line[128];
    const char *reason = status == 408 ? "Request Timeout" : status == 413 ? "Content Too Large" : "Unavailable";
    int n =
        snprintf(line, sizeof line, "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", status, reason);
    ssize_t sent = send(fd, line, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)sent; /* a courtesy: the connection ends either way */
}
