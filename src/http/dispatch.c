/* From libmicrohttpd's callbacks to handlers and back. The states of a call are in http_int.h.
 *
 * libmicrohttpd calls dispatch_call once when the header is complete, once per piece of the body, and once more with no
 * bytes: only there is a call answered or suspended (a suspension earlier closes keep-alive). Refusals found in the
 * header wait for that call too, while a short body is read and dropped; a long one is refused at once, before
 * "100 Continue", and the connection closed. */
#include "http/http_int.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct conn *call_conn(struct http_call *c) {
    return (struct conn *)(void *)((char *)c - offsetof(struct conn, call));
}

/* --- connections --- */

static bool is_loopback(const struct sockaddr *sa) {
    struct address a = address_of(sa);
    if (a.family == AF_INET) {
        uint8_t first;
        struct sockaddr_in four = {0};
        memcpy(&four.sin_addr, &a.prefix, 4);
        memcpy(&first, &four.sin_addr, 1);
        return first == 127;
    }
    struct sockaddr_in6 six;
    memcpy(&six, sa, sizeof six);
    return IN6_IS_ADDR_LOOPBACK(&six.sin6_addr);
}

static void address_text(const struct sockaddr *sa, char ret[INET6_ADDRSTRLEN]) {
    if (sa->sa_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, sa, sizeof four);
        inet_ntop(AF_INET, &four.sin_addr, ret, INET6_ADDRSTRLEN);
    } else if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, sa, sizeof six);
        inet_ntop(AF_INET6, &six.sin6_addr, ret, INET6_ADDRSTRLEN);
    }
}

static struct conn *conn_new(struct http_server *s, struct MHD_Connection *mhd) {
    struct conn *c = calloc(1, sizeof *c);
    check(c);
    c->server = s;
    c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    const struct sockaddr *sa = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    c->address = address_of(sa);
    address_text(sa, c->text);
    c->proxy = s->o.behind_proxy && is_loopback(sa);
    int64_t now = now_ms();
    watch_step(c, CONN_HEADER, now);
    c->counted = s->limits && !c->proxy && limits_connect(s->limits, &c->address, now);
    c->refused = s->limits && !c->proxy && !c->counted;
    return c;
}

void conn_free(struct conn *c) {
    if (c->counted) limits_disconnect(c->server->limits, &c->address);
    free(c);
}

static void conn_opened(struct http_server *s, struct worker *w, struct MHD_Connection *mhd, void **ret) {
    struct conn *c = conn_new(s, mhd);
    c->worker = w;
    *ret = c;
    watch_add(&s->watch, c);
    if (!c->refused) return;
    atomic_fetch_add(&s->metrics.refused_connections, 1);
    shutdown(c->fd, SHUT_RDWR); /* libmicrohttpd reads the end and closes */
}

void dispatch_connection(struct http_server *s, struct worker *w, struct MHD_Connection *mhd, void **conn,
                         enum MHD_ConnectionNotificationCode what) {
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        conn_opened(s, w, mhd, conn);
        return;
    }
    struct conn *c = *conn;
    *conn = NULL;
    if (!c) return;
    watch_remove(&s->watch, c);
    if (c->detached)
        stream_release(c); /* not ours any more */
    else if (atomic_load(&c->call.state) == CALL_ABANDONED)
        watch_keep(&s->watch, c);
    else
        conn_free(c);
}

/* --- the life of a call --- */

void *dispatch_uri(void *cls, const char *uri, struct MHD_Connection *mhd) {
    struct http_server *s = cls;
    struct conn *conn = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    struct http_call *c = &conn->call;
    memset(c, 0, sizeof *c);
    c->server = s;
    c->mhd = mhd;
    c->start_us = now_us();
    c->reply.fd = -1;
    c->client = str_z(conn->text);
    c->address = conn->address;
    c->arena = arenas_take(&s->arenas);
    c->path = str_dup(&c->arena, str_z(uri)); /* with the query, until the header is complete */
    atomic_store(&c->state, CALL_NEW);
    atomic_fetch_add(&s->metrics.calls, 1);
    return c;
}

void call_end(struct http_call *c) {
    atomic_fetch_sub(&c->server->bodies, c->body.cap);
    strbuf_done(&c->body);
    arenas_return(&c->server->arenas, &c->arena);
}

void dispatch_completed(void *cls, struct MHD_Connection *mhd, void **call, enum MHD_RequestTerminationCode why) {
    (void)cls, (void)mhd, (void)why;
    struct http_call *c = *call;
    *call = NULL;
    if (!c) return;
    struct conn *conn = call_conn(c);
    int64_t now = now_us();
    metrics_reply(&c->server->metrics, c->reply.status, now - c->start_us);
    atomic_fetch_sub(&c->server->metrics.calls, 1);
    if (conn->detached || atomic_load(&c->state) == CALL_ABANDONED) return;
    if (c->reply.stream) stream_discard(c);
    if (c->reply.fd >= 0) close(c->reply.fd);
    call_end(c);
    atomic_store(&c->state, CALL_IDLE);
    watch_step(conn, CONN_HEADER, now / 1000);
}

/* --- the header --- */

static enum http_method method_from(const char *z) {
    static const struct {
        const char *name;
        enum http_method method;
    } methods[] = {
        {"GET", HTTP_GET}, {"POST", HTTP_POST}, {"PUT", HTTP_PUT}, {"DELETE", HTTP_DELETE}, {"HEAD", HTTP_HEAD},
    };
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        if (!strcmp(z, methods[i].name)) return methods[i].method;
    return 0;
}

static void refuse(struct http_call *c, enum status status, const char *name, const char *text) {
    c->refused = NEW(&c->arena, struct err);
    err_set(c->refused, status, name, "%s", text);
}

/* Behind a proxy each client is counted by the address that the proxy saw, the last one of the header. */
static void find_client(struct http_call *c) {
    if (!call_conn(c)->proxy) return;
    str header = http_header(c, "X-Forwarded-For"), last = STR_NONE, piece;
    while (str_split(&header, ',', &piece)) last = piece;
    if (address_parse(last, &c->address)) c->client = str_dup(&c->arena, str_trim(last));
}

static bool within_rate(struct http_call *c) {
    struct limits *l = c->server->limits;
    if (!l) return true;
    const struct http_route *route = c->match.route;
    int64_t now = c->start_us / 1000;
    unsigned wait = limits_take(l, &c->address, LIMIT_READ, now);
    if (!wait && route && route->flags & HTTP_PUBLIC_WRITE) wait = limits_take(l, &c->address, LIMIT_WRITE, now);
    if (!wait) return true;
    atomic_fetch_add(&c->server->metrics.refused_rate, 1);
    char seconds[16];
    snprintf(seconds, sizeof seconds, "%u", wait);
    http_add_header(c, "Retry-After", str_z(seconds));
    refuse(c, E_TOO_MANY, "too_many_requests", "Too many requests from this address.");
    return false;
}

static void find_route(struct http_call *c) {
    routes_match(&c->server->routes, c->method, c->path, &c->arena, &c->match);
    if (c->match.route) return;
    if (!c->match.allowed) {
        refuse(c, E_NOT_FOUND, "no_such_address", "There is nothing at this address.");
        return;
    }
    struct strbuf allow;
    strbuf_init(&allow, 64);
    routes_allow(c->match.allowed, &allow);
    http_add_header(c, "Allow", strbuf_str(&allow));
    strbuf_done(&allow);
    refuse(c, E_METHOD, "method_not_allowed", "This address does not know the method.");
}

static bool is_form(uint32_t flags, str type) {
    if (flags & (HTTP_FORM | HTTP_MULTIPART) && content_type_is(type, "multipart/form-data")) return true;
    return flags & HTTP_FORM && content_type_is(type, "application/x-www-form-urlencoded");
}

static bool body_type_ok(uint32_t flags, str type) {
    if (flags & HTTP_ANY_BODY) return true;
    if (flags & HTTP_JSON && content_type_is(type, "application/json")) return true;
    return is_form(flags, type);
}

/* What the header says of the body. out: its length, 0 if none, SIZE_MAX if unknown. */
struct body_head {
    size_t len;
    bool ambiguous;
};

static enum MHD_Result count_length(void *cls, enum MHD_ValueKind kind, const char *key, const char *value) {
    (void)kind, (void)value;
    unsigned *n = cls;
    if (key && (str_is_nocase(str_z(key), "Content-Length") || str_is_nocase(str_z(key), "Transfer-Encoding"))) ++*n;
    return MHD_YES;
}

static struct body_head body_head(struct http_call *c) {
    str length = http_header(c, "Content-Length"), encoding = http_header(c, "Transfer-Encoding");
    if (!length.len && !encoding.len) return (struct body_head){0};
    unsigned n = 0;
    MHD_get_connection_values(c->mhd, MHD_HEADER_KIND, count_length, &n);
    int64_t v = 0;
    bool plain = length.len && length.ptr[0] >= '0' && length.ptr[0] <= '9' && str_to_i64(length, &v);
    /* Two lengths are how requests are smuggled past a proxy. */
    struct body_head h = {.len = encoding.len ? SIZE_MAX : (size_t)v, .ambiguous = n != 1 || (length.len && !plain)};
    return h;
}

static void check_body(struct http_call *c, const struct body_head *h) {
    const struct http_route *route = c->match.route;
    c->body_max = route->body_max ? route->body_max : HTTP_BODY_DEFAULT;
    if (h->len && h->len != SIZE_MAX && h->len > c->body_max)
        refuse(c, E_TOO_LARGE, "body_too_large", "The body is larger than this address takes.");
    else if (h->len && !body_type_ok(route->flags, http_header(c, "Content-Type")))
        refuse(c, E_INVALID, "bad_content_type", "This address does not take a body of this Content-Type.");
}

static void check_request(struct http_call *c, str query, const struct body_head *h) {
    if (url_pairs(&c->arena, query, &c->query))
        check_body(c, h);
    else
        refuse(c, E_SYNTAX, "bad_query", "The query of the address is not percent-encoded UTF-8.");
}

/* Reads the header. out: whether what follows may be read; else the refusal must be sent at once. */
static bool begin(struct http_call *c, const char *method) {
    c->method = method_from(method);
    str target = c->path;
    ptrdiff_t mark = str_find(target, S("?"), 0);
    c->path = mark < 0 ? target : str_slice(target, 0, (size_t)mark);
    str query = mark < 0 ? S("") : str_slice(target, (size_t)mark + 1, target.len);
    find_client(c);
    struct body_head h = body_head(c);
    if (h.ambiguous) {
        refuse(c, E_SYNTAX, "ambiguous_length", "The length of the body is ambiguous.");
        return false;
    }
    find_route(c);
    if (atomic_load_explicit(&c->server->draining, memory_order_relaxed))
        refuse(c, E_BUSY, "stopping", "The server is stopping.");
    else if (within_rate(c) && !c->refused) /* who guesses addresses is counted too */
        check_request(c, query, &h);
    if (!c->refused || !h.len) return true;
    bool only_large = c->refused->status == E_TOO_LARGE && h.len != SIZE_MAX;
    c->discard_max = only_large ? HTTP_DISCARD_LARGE_MAX : HTTP_DISCARD_MAX;
    return !http_header(c, "Expect").len && (h.len == SIZE_MAX || h.len <= c->discard_max);
}

/* --- the body --- */

/* Counts the memory of all bodies together. */
static bool body_add(struct http_call *c, str piece) {
    size_t before = c->body.cap;
    strbuf_add(&c->body, piece);
    size_t grown = c->body.cap - before;
    if (grown && atomic_fetch_add(&c->server->bodies, grown) + grown > HTTP_BODIES_MAX) {
        refuse(c, E_BUSY, "busy", "The server is receiving too much at once.");
        return false;
    }
    if (!c->body.overflow) return true;
    refuse(c, E_TOO_LARGE, "body_too_large", "The body is larger than this address takes.");
    return false;
}

static bool take_body(struct http_call *c, str piece) {
    atomic_fetch_add_explicit(&c->server->metrics.body_bytes, piece.len, memory_order_relaxed);
    if (!c->refused && body_add(c, piece)) return true;
    c->discarded += piece.len;
    if (c->discarded <= (c->discard_max ? c->discard_max : HTTP_DISCARD_MAX)) return true;
    reply_raw(call_conn(c)->fd, c->refused->status == E_TOO_LARGE ? 413 : 503);
    return false;
}

static void read_form(struct http_call *c) {
    if (c->refused || !c->body.len) return;
    str type = http_header(c, "Content-Type");
    if (!is_form(c->match.route->flags, type)) return;
    struct err err = {0};
    struct form *form = NEW(&c->arena, struct form);
    if (form_parse(strbuf_str(&c->body), type, &c->arena, form, &err) == OK) {
        c->form = form;
        return;
    }
    c->refused = NEW(&c->arena, struct err);
    *c->refused = err;
}

/* --- the handler --- */

static enum MHD_Result finish(struct http_call *c) {
    if (!c->reply.stream) return reply_queue(c);
    if (stream_adopt(c)) return MHD_NO; /* libmicrohttpd lets go of the socket, the stream has its own */
    stream_discard(c);
    if (c->method == HTTP_HEAD) return reply_queue(c);
    struct err busy = {0};
    err_set(&busy, E_BUSY, "too_many_streams", "Too many streams are open.");
    c->reply.status = 0;
    http_problem(c, &busy);
    return reply_queue(c);
}

static enum MHD_Result run(struct http_call *c) {
    watch_step(call_conn(c), CONN_WORK, c->start_us / 1000);
    read_form(c);
    if (!c->refused && atomic_load(&c->server->stopping)) refuse(c, E_BUSY, "stopping", "The server is stopping.");
    atomic_store(&c->state, CALL_RUNNING);
    if (c->refused) {
        http_problem(c, c->refused);
        return reply_queue(c);
    }
    check_context(c->match.route->pattern);
    c->match.route->handler(c, c->server->o.ctx);
    check_context(NULL);
    if (c->deferred) return MHD_YES;
    check(c->reply.status); /* a handler answers or defers */
    return finish(c);
}

/* The reply for a call whose answer did not come in time; the call itself still belongs to whoever will answer it. */
static enum MHD_Result answer_abandoned(struct MHD_Connection *mhd) {
    struct MHD_Response *response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (!response) return MHD_NO;
    MHD_add_response_header(response, "Connection", "close");
    enum MHD_Result queued = MHD_queue_response(mhd, 503, response);
    MHD_destroy_response(response);
    return queued;
}

enum MHD_Result dispatch_call(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                              const char *version, const char *data, size_t *data_len, void **call) {
    (void)cls, (void)url, (void)version;
    struct http_call *c = *call;
    switch ((enum call_state)atomic_load(&c->state)) {
    case CALL_NEW:
        atomic_store(&c->state, CALL_BODY);
        watch_step(call_conn(c), CONN_BODY, c->start_us / 1000);
        if (begin(c, method)) {
            strbuf_init(&c->body, c->refused ? 1 : c->body_max);
            return MHD_YES;
        }
        c->must_close = true;
        http_problem(c, c->refused);
        return reply_queue(c);
    case CALL_BODY:
        if (!*data_len) return run(c);
        if (!take_body(c, (str){data, *data_len})) return MHD_NO;
        *data_len = 0;
        return MHD_YES;
    case CALL_RESUMED:
        return finish(c);
    case CALL_ABANDONED:
        return answer_abandoned(mhd);
    case CALL_IDLE:
    case CALL_RUNNING:
    case CALL_DEFERRED:
    case CALL_QUEUED:
        break;
    }
    return MHD_NO;
}

void http_defer(struct http_call *c) {
    check(atomic_load(&c->state) == CALL_RUNNING && !c->deferred);
    c->deferred = true;
    MHD_suspend_connection(c->mhd);
    atomic_store(&c->state, CALL_DEFERRED);
}

void http_resume(struct http_call *c) {
    check(c->reply.status);
    struct http_server *s = c->server;
    struct worker *w = call_conn(c)->worker;
    struct MHD_Connection *mhd = c->mhd;
    int deferred = CALL_DEFERRED;
    atomic_fetch_add(&s->resuming, 1);
    if (atomic_compare_exchange_strong(&c->state, &deferred, CALL_RESUMED)) {
        MHD_resume_connection(mhd); /* c may be gone afterwards */
        worker_wake(w);
    } else if (c->reply.stream) {
        stream_discard(c); /* abandoned: nobody will take it */
    }
    atomic_fetch_sub(&s->resuming, 1);
}
