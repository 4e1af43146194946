#include "server_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static void echo_json(struct http_call *c, void *ctx) {
    (void)ctx;
    http_reply_json(c, 200, http_body(c));
}

static void get_fixed(struct http_call *c, void *ctx) {
    (void)ctx;
    http_reply_json(c, 200, S("{\"ok\":true}"));
}

static void get_page(struct http_call *c, void *ctx) {
    (void)ctx;
    http_reply(c, 200, "text/html; charset=utf-8", S("<p>hello</p>"));
}

static void get_params(struct http_call *c, void *ctx) {
    (void)ctx;
    str q = S("-"), t = http_header(c, "X-Test"), cookie = http_cookie(c, "sid");
    http_query(c, "q", &q);
    str id = http_param(c, "id");
    http_add_header(c, "X-Evil", S("a\r\nSet-Cookie: b"));
    http_reply(c, 200, "text/plain; charset=utf-8",
               str_format(http_arena(c), "%.*s|%.*s|%.*s|%.*s|%.*s", P(id), P(q), P(t), P(cookie), P(http_client(c))));
}

static void get_file(struct http_call *c, void *ctx) {
    (void)ctx;
    int fd = memfd_create("file", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, "0123456789", 10) == 10);
    http_add_header(c, "ETag", S("\"v1\""));
    http_reply_fd(c, "text/plain", fd, 10);
}

static void post_form(struct http_call *c, void *ctx) {
    (void)ctx;
    str text = S("-");
    struct http_file file = {.name = S_INIT("-")};
    http_form(c, "text", 0, &text);
    http_file(c, "photo", 0, &file);
    http_reply(c, 200, "text/plain", str_format(http_arena(c), "%.*s|%.*s|%zu", P(text), P(file.name), file.bytes.len));
}

static void defer(struct http_call *c, void *ctx) {
    struct fixture *f = ctx;
    http_defer(c);
    pthread_mutex_lock(&f->lock);
    check(f->n_queue < ARRAY_LEN(f->queue));
    f->queue[f->n_queue++] = c;
    pthread_cond_signal(&f->wake);
    pthread_mutex_unlock(&f->lock);
}

/* Keeps its thread from everything else. */
static void get_slow(struct http_call *c, void *ctx) {
    (void)ctx;
    nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
    http_reply(c, 200, "text/plain", S("late"));
}

/* Answers and resumes before the handler has returned. */
static void defer_self(struct http_call *c, void *ctx) {
    (void)ctx;
    http_defer(c);
    struct err e = {0};
    err_set(&e, E_BUSY, "busy", "The queue is full.");
    http_problem(c, &e);
    http_resume(c);
}

static void fill(void *ctx, struct strbuf *out, size_t room) {
    struct feed *feed = ctx;
    while (feed->sent < feed->ready && out->len + feed->size + 64 < room) {
        strbuf_addf(out, "id: %d\ndata: ", ++feed->sent);
        for (size_t i = 0; i < feed->size; i++) strbuf_addc(out, 'x');
        strbuf_addz(out, "\n\n");
    }
}

static void closed(void *ctx) {
    struct feed *feed = ctx;
    pthread_mutex_lock(&feed->f->lock);
    feed->open = false;
    feed->f->streams_closed++;
    pthread_mutex_unlock(&feed->f->lock);
}

static void start_feed(struct http_call *c, struct fixture *f) {
    str size = S("1");
    int64_t n = 1;
    http_query(c, "size", &size);
    check(str_to_i64(size, &n));
    pthread_mutex_lock(&f->lock);
    check(f->n_feeds < STREAMS_MAX);
    struct feed *feed = &f->feeds[f->n_feeds++];
    feed->f = f;
    feed->size = (size_t)n;
    feed->open = true;
    feed->stream = http_stream_start(c, feed, fill, closed);
    pthread_mutex_unlock(&f->lock);
}

static void get_events(struct http_call *c, void *ctx) {
    start_feed(c, ctx);
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/fixed", .handler = get_fixed},
    {.method = HTTP_GET, .pattern = "/slow", .handler = get_slow},
    {.method = HTTP_GET, .pattern = "/", .handler = get_page},
    {.method = HTTP_GET, .pattern = "/items/{id}", .handler = get_params},
    {.method = HTTP_GET, .pattern = "/file", .handler = get_file},
    {.method = HTTP_POST, .pattern = "/echo", .handler = echo_json, .flags = HTTP_JSON, .body_max = 20000},
    {.method = HTTP_POST,
     .pattern = "/form",
     .handler = post_form,
     .flags = HTTP_FORM | HTTP_MULTIPART,
     .body_max = 100000},
    {.method = HTTP_POST,
     .pattern = "/raw",
     .handler = echo_json,
     .flags = HTTP_ANY_BODY | HTTP_MULTIPART,
     .body_max = 100000},
    {.method = HTTP_POST, .pattern = "/later", .handler = defer, .flags = HTTP_JSON},
    {.method = HTTP_GET, .pattern = "/later", .handler = defer},
    {.method = HTTP_GET, .pattern = "/later-events", .handler = defer},
    {.method = HTTP_POST, .pattern = "/self", .handler = defer_self},
    {.method = HTTP_POST, .pattern = "/public", .handler = echo_json, .flags = HTTP_PUBLIC_WRITE},
    {.method = HTTP_GET, .pattern = "/events", .handler = get_events},
};

static void answer(struct fixture *f, struct http_call *c) {
    if (str_is(http_path(c), "/later-events"))
        start_feed(c, f);
    else
        http_reply_json(c, 201, http_body(c).len ? http_body(c) : S("{}"));
    http_resume(c);
}

static void *work(void *arg) {
    struct fixture *f = arg;
    pthread_mutex_lock(&f->lock);
    while (!f->stop) {
        if (!f->n_queue || f->hold) {
            pthread_cond_wait(&f->wake, &f->lock);
            continue;
        }
        struct http_call *batch[ARRAY_LEN(f->queue)];
        size_t n = f->n_queue;
        memcpy(batch, f->queue, n * sizeof batch[0]);
        f->n_queue = 0;
        pthread_mutex_unlock(&f->lock);
        for (size_t i = 0; i < n; i++) answer(f, batch[i]);
        pthread_mutex_lock(&f->lock);
    }
    pthread_mutex_unlock(&f->lock);
    return NULL;
}

struct fixture *fixture_start(struct http_options o) {
    struct fixture *f = calloc(1, sizeof *f);
    struct err err = {0};
    check(f);
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->wake, NULL);
    check(pthread_create(&f->worker, NULL, work, f) == 0);
    if (!o.listen) o.listen = "127.0.0.1:0";
    o.routes = routes;
    o.n_routes = ARRAY_LEN(routes);
    o.ctx = f;
    check(http_start(&o, &f->server, &err) == OK);
    f->port = http_port(f->server);
    return f;
}

void fixture_stop(struct fixture *f, unsigned drain_ms) {
    http_stop(f->server, drain_ms);
    fixture_free(f);
}

void fixture_free(struct fixture *f) {
    pthread_mutex_lock(&f->lock);
    f->stop = true;
    pthread_cond_signal(&f->wake);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->worker, NULL);
    pthread_mutex_destroy(&f->lock);
    pthread_cond_destroy(&f->wake);
    free(f);
}

void fixture_publish(struct fixture *f, int n) {
    pthread_mutex_lock(&f->lock);
    for (size_t i = 0; i < f->n_feeds; i++) {
        if (!f->feeds[i].open) continue;
        f->feeds[i].ready += n;
        http_stream_wake(f->feeds[i].stream);
    }
    pthread_mutex_unlock(&f->lock);
}
