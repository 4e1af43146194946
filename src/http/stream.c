/* Server-sent events. Expected: 5,000 streams, a message a second on each.
 *
 * A stream does not stay with libmicrohttpd: its socket is duplicated and libmicrohttpd lets go of the connection without
 * a word (the handler callback returns MHD_NO; MHD_USE_TURBO leaves out shutdown()). Kept there it would hold 5 KiB and,
 * worse, stand in the list of suspended connections, which libmicrohttpd walks at every resumption of any call. Here one
 * thread holds all streams: a stream costs its call's arena and half a kilobyte, a message one fill and one send.
 *
 * Invariants: 1. Only the stream thread touches an active stream, except for `queued` and the woken list. 2. A stream is
 * activated after libmicrohttpd has called everything it will call for the connection. 3. Streams lie in the order of
 * their next heartbeat. 4. A client that does not read is not filled for; after two heartbeats without progress it goes. */
#include "http/http_int.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM ((size_t)16 << 10)
#define FILL_MAX ((size_t)1 << 20) /* one block may be larger than the room that was asked for */
#define FILLS_MAX 64               /* in a row for one stream, then the others have their turn */
#define EVENTS_MAX 256
#define SWEEP_MS 1000

struct http_stream {
    struct http_call *call;
    void *ctx;
    void (*fill)(void *ctx, struct strbuf *out, size_t room);
    void (*closed)(void *ctx);
    struct http_stream *next_woken;
    bool adopted, queued; /* may be, is on the woken list; under the lock */
    bool active, gone;
    int fd;
    struct http_stream *sooner, *later; /* by due_ms */
    int64_t due_ms, progress_ms;
    char *pending; /* what the socket did not take */
    size_t pending_at, pending_len;
    str head;
};

struct streams {
    struct stream_settings settings;
    pthread_t thread;
    pthread_mutex_t lock;
    struct http_stream *woken; /* under the lock */
    size_t n_woken;
    _Atomic(size_t) n;
    atomic_bool closing, stop;
    int epoll_fd, event_fd;
    struct http_stream *soonest, *latest;
    struct http_stream **batch; /* the woken ones being worked on */
    size_t batch_cap;
    struct strbuf out;
    int64_t now_ms, sweep_ms;
};

/* --- waking --- */

static void ring(struct streams *t) {
    uint64_t one = 1;
    ssize_t n = write(t->event_fd, &one, sizeof one);
    (void)n; /* a full counter rings as well */
}

/* in: the lock is held. out: whether the thread must be told. */
static bool push_woken(struct streams *t, struct http_stream *s) {
    if (!s->adopted || s->queued) return false; /* before its activation a wake is not needed: that fills too */
    bool was_empty = !t->woken;
    s->queued = true;
    s->next_woken = t->woken;
    t->woken = s;
    t->n_woken++;
    return was_empty;
}

void http_stream_wake(struct http_stream *s) {
    struct streams *t = s->call->server->streams;
    pthread_mutex_lock(&t->lock);
    bool must_ring = push_woken(t, s);
    pthread_mutex_unlock(&t->lock);
    if (must_ring) ring(t);
}

/* --- the order of heartbeats --- */

static void due_unlink(struct streams *t, struct http_stream *s) {
    *(s->sooner ? &s->sooner->later : &t->soonest) = s->later;
    *(s->later ? &s->later->sooner : &t->latest) = s->sooner;
}

static void due_append(struct streams *t, struct http_stream *s) {
    s->due_ms = t->now_ms + t->settings.heartbeat_ms;
    s->sooner = t->latest;
    s->later = NULL;
    *(t->latest ? &t->latest->later : &t->soonest) = s;
    t->latest = s;
}

static void due_later(struct streams *t, struct http_stream *s) {
    due_unlink(t, s);
    due_append(t, s);
}

/* --- the end of a stream --- */

static void stream_free(struct http_stream *s) {
    struct http_call *c = s->call;
    struct conn *conn = call_conn(c);
    call_end(c);
    conn_free(conn);
}

/* Ends an active stream. If a wake is under way, the memory goes when it arrives. */
static void stream_close(struct streams *t, struct http_stream *s) {
    due_unlink(t, s);
    epoll_ctl(t->epoll_fd, EPOLL_CTL_DEL, s->fd, NULL);
    close(s->fd);
    free(s->pending);
    s->pending = NULL;
    s->active = false;
    s->gone = true;
    atomic_fetch_sub(&t->n, 1);
    atomic_fetch_sub(&t->settings.server->metrics.streams, 1);
    s->closed(s->ctx); /* from here on nobody wakes it */
    pthread_mutex_lock(&t->lock);
    bool queued = s->queued;
    pthread_mutex_unlock(&t->lock);
    if (!queued) stream_free(s);
}

void stream_discard(struct http_call *c) {
    struct http_stream *s = c->reply.stream;
    c->reply.stream = NULL;
    s->closed(s->ctx);
}

/* --- sending --- */

/* out: false when the client is gone. */
static bool stream_write(struct streams *t, struct http_stream *s, const char *bytes, size_t len, size_t *ret_sent) {
    *ret_sent = 0;
    while (*ret_sent < len) {
        ssize_t n = send(s->fd, bytes + *ret_sent, len - *ret_sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
        *ret_sent += (size_t)n;
    }
    if (*ret_sent) {
        s->progress_ms = t->now_ms;
        atomic_fetch_add_explicit(&t->settings.server->metrics.stream_bytes, *ret_sent, memory_order_relaxed);
    }
    return true;
}

static bool stream_send(struct streams *t, struct http_stream *s, str bytes) {
    size_t sent;
    if (!stream_write(t, s, bytes.ptr, bytes.len, &sent)) return false;
    if (sent == bytes.len) return true;
    s->pending_at = 0;
    s->pending_len = bytes.len - sent;
    s->pending = malloc(s->pending_len);
    check(s->pending);
    memcpy(s->pending, bytes.ptr + sent, s->pending_len);
    return true;
}

static bool stream_flush(struct streams *t, struct http_stream *s) {
    if (!s->pending) return true;
    size_t sent;
    if (!stream_write(t, s, s->pending + s->pending_at, s->pending_len - s->pending_at, &sent)) return false;
    s->pending_at += sent;
    if (sent) s->progress_ms = t->now_ms;
    if (s->pending_at < s->pending_len) return true;
    free(s->pending);
    s->pending = NULL;
    return true;
}

/* Sends what is ready. out: false when the client is gone. */
static bool stream_pump(struct streams *t, struct http_stream *s, bool heartbeat) {
    bool any = false;
    for (int i = 0; i < FILLS_MAX && !s->pending; i++) {
        strbuf_clear(&t->out);
        s->fill(s->ctx, &t->out, ROOM);
        if (t->out.overflow) return false; /* the client comes again and is given a reset */
        if (!t->out.len) break;
        any = true;
        if (!stream_send(t, s, strbuf_str(&t->out))) return false;
        if (i + 1 == FILLS_MAX) http_stream_wake(s);
    }
    if (heartbeat && !any && !s->pending && !stream_send(t, s, S(":\n\n"))) return false;
    if (any || heartbeat) due_later(t, s);
    return true;
}

/* --- the thread --- */

static void stream_activate(struct streams *t, struct http_stream *s) {
    s->active = true;
    s->progress_ms = t->now_ms;
    due_append(t, s);
    atomic_fetch_add(&t->settings.server->metrics.streams, 1);
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = s};
    bool ok = epoll_ctl(t->epoll_fd, EPOLL_CTL_ADD, s->fd, &e) == 0 && stream_send(t, s, s->head);
    if (!ok || !stream_pump(t, s, false)) stream_close(t, s);
}

/* Moves the woken list into the batch, so that streams may be woken again while they are worked on. */
static size_t take_woken(struct streams *t) {
    pthread_mutex_lock(&t->lock);
    if (t->n_woken > t->batch_cap) {
        t->batch_cap = t->n_woken * 2;
        t->batch = realloc(t->batch, t->batch_cap * sizeof(struct http_stream *));
        check(t->batch);
    }
    size_t n = 0;
    for (struct http_stream *s = t->woken; s; s = s->next_woken) {
        s->queued = false;
        t->batch[n++] = s;
    }
    t->woken = NULL;
    t->n_woken = 0;
    pthread_mutex_unlock(&t->lock);
    return n;
}

static void serve_woken(struct streams *t) {
    size_t n = take_woken(t);
    for (size_t i = n; i-- > 0;) { /* first woken, first served */
        struct http_stream *s = t->batch[i];
        if (s->gone)
            stream_free(s);
        else if (!s->active)
            stream_activate(t, s);
        else if (!stream_pump(t, s, false))
            stream_close(t, s);
    }
}

/* A stream has nothing to say to us: what the client sends is dropped, a flood of it ends the stream. */
static bool drop_input(const struct http_stream *s) {
    char bytes[512];
    for (int i = 0; i < 8; i++) {
        ssize_t n = recv(s->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n == 0) return false;
        if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    }
    return false;
}

static void serve_event(struct streams *t, const struct epoll_event *e) {
    struct http_stream *s = e->data.ptr;
    if (!s) {
        uint64_t n;
        ssize_t got = read(t->event_fd, &n, sizeof n);
        (void)got;
        return;
    }
    bool ok = !(e->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR));
    if (ok && e->events & EPOLLIN) ok = drop_input(s);
    if (ok && e->events & EPOLLOUT && s->pending) ok = stream_flush(t, s) && stream_pump(t, s, false);
    if (!ok) stream_close(t, s);
}

static void serve_heartbeats(struct streams *t) {
    for (struct http_stream *s = t->soonest; s && s->due_ms <= t->now_ms; s = t->soonest) {
        bool stuck = s->pending && t->now_ms - s->progress_ms > 2 * (int64_t)t->settings.heartbeat_ms;
        if (stuck || !stream_pump(t, s, true)) stream_close(t, s);
    }
}

static int wait_ms(const struct streams *t) {
    int64_t until = t->sweep_ms;
    if (t->soonest && t->soonest->due_ms < until) until = t->soonest->due_ms;
    int64_t wait = until - t->now_ms;
    return wait < 0 ? 0 : (int)wait;
}

static void *streams_main(void *arg) {
    struct streams *t = arg;
    struct epoll_event events[EVENTS_MAX];
    while (!atomic_load(&t->stop)) {
        t->now_ms = now_ms();
        int n = epoll_wait(t->epoll_fd, events, EVENTS_MAX, wait_ms(t));
        t->now_ms = now_ms();
        for (int i = 0; i < n; i++) serve_event(t, &events[i]);
        serve_woken(t);
        serve_heartbeats(t);
        while (atomic_load(&t->closing) && t->soonest) stream_close(t, t->soonest);
        if (t->now_ms < t->sweep_ms) continue;
        t->sweep_ms = t->now_ms + SWEEP_MS;
        watch_sweep(t->settings.server, t->now_ms);
    }
    serve_woken(t);
    while (t->soonest) stream_close(t, t->soonest);
    serve_woken(t); /* the memory of those that were closed while woken */
    return NULL;
}

/* --- the life of the thread --- */

void streams_free(struct streams *t) {
    if (t->epoll_fd >= 0) close(t->epoll_fd);
    if (t->event_fd >= 0) close(t->event_fd);
    pthread_mutex_destroy(&t->lock);
    strbuf_done(&t->out);
    free(t->batch);
    free(t);
}

struct streams *streams_start(const struct stream_settings *settings) {
    struct streams *t = calloc(1, sizeof *t);
    check(t);
    t->settings = *settings;
    pthread_mutex_init(&t->lock, NULL);
    strbuf_init(&t->out, FILL_MAX);
    t->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    t->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL};
    bool ok = t->epoll_fd >= 0 && t->event_fd >= 0 && epoll_ctl(t->epoll_fd, EPOLL_CTL_ADD, t->event_fd, &e) == 0;
    if (ok && pthread_create(&t->thread, NULL, streams_main, t) == 0) return t;
    streams_free(t);
    return NULL;
}

void streams_close_all(struct streams *t) {
    atomic_store(&t->closing, true);
    ring(t);
}

void streams_stop(struct streams *t) {
    atomic_store(&t->stop, true);
    ring(t);
    pthread_join(t->thread, NULL);
}

/* --- from call to stream --- */

struct http_stream *http_stream_start(struct http_call *c, void *ctx,
                                      void (*fill)(void *ctx, struct strbuf *out, size_t room),
                                      void (*closed)(void *ctx)) {
    check(!c->reply.status && !c->reply.stream);
    struct http_stream *s = NEW(&c->arena, struct http_stream);
    *s = (struct http_stream){.call = c, .ctx = ctx, .fill = fill, .closed = closed, .fd = -1};
    c->reply.status = 200;
    c->reply.content_type = "text/event-stream";
    c->reply.stream = s;
    return s;
}

/* The body lasts until the connection closes, so it needs neither a length nor chunks. */
static str stream_head(struct http_call *c) {
    c->must_close = true;
    http_add_header(c, "X-Accel-Buffering", S("no"));
    reply_default_headers(c);
    struct strbuf b;
    strbuf_init(&b, (size_t)8 << 10);
    strbuf_addz(&b, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n");
    for (const struct reply_header *h = c->reply.headers; h; h = h->next)
        strbuf_addf(&b, "%s: %s\r\n", h->name, h->value);
    strbuf_addz(&b, "\r\n");
    check(!b.overflow);
    str head = str_dup(&c->arena, strbuf_str(&b));
    strbuf_done(&b);
    return head;
}

bool stream_adopt(struct http_call *c) {
    struct http_stream *s = c->reply.stream;
    struct streams *t = c->server->streams;
    if (c->method == HTTP_HEAD || atomic_load(&t->closing)) return false;
    bool room = atomic_fetch_add(&t->n, 1) < t->settings.streams_max;
    s->fd = room ? fcntl(call_conn(c)->fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (s->fd < 0) {
        atomic_fetch_sub(&t->n, 1);
        return false;
    }
    int one = 1, zero = 0;
    setsockopt(s->fd, IPPROTO_TCP, TCP_CORK, &zero, sizeof zero);
    setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    s->head = stream_head(c);
    call_conn(c)->detached = true;
    return true;
}

void stream_release(struct conn *conn) {
    struct http_stream *s = conn->call.reply.stream;
    struct streams *t = conn->server->streams;
    conn->call.mhd = NULL;
    pthread_mutex_lock(&t->lock);
    s->adopted = true;
    bool must_ring = push_woken(t, s);
    pthread_mutex_unlock(&t->lock);
    if (must_ring) ring(t);
}
