/* One thread looks each second whom to visit: whoever has something waiting, at once; the others every every_s seconds.
 * After a failure it waits longer each time, up to eight times every_s: a server that is down for days costs nothing. */
#include "jobs/courier.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http/http.h"
#include "jobs/platform.h"

#define TIMEOUT_MS 20000
#define ROUNDS_MAX 50 /* bundles in a row while more is waiting */
#define FAILURES_MAX 3

struct visit_state {
    code peer;
    instant next;
    int failures;
};

struct courier {
    struct app *app;
    struct photo_keeper keeper;
    struct http_fetcher *fetcher;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
    struct visit_state *states; /* of the peers of the book, by position */
    size_t n_states;
    const struct peer_book *book; /* that the states belong to */
};

static bool is_stopping(struct courier *c) {
    pthread_mutex_lock(&c->lock);
    bool stopping = c->stopping;
    pthread_mutex_unlock(&c->lock);
    return stopping;
}

/* One bundle there, one back. */
static enum status carry(struct courier *c, const struct peer_line *line, struct arena *arena, struct err *err) {
    struct strbuf out, in;
    struct http_fetched got = {0};
    struct taken taken;
    strbuf_init(&out, BUNDLE_BYTES);
    strbuf_init(&in, BUNDLE_BYTES);
    str url = str_format(arena, "%.*s/api/v1/exchange", P(line->address));
    enum status status = app_bundle(c->app, &line->code, arena, &out, err);
    if (status == OK)
        status = http_send(c->fetcher, str_cstr(arena, url), "application/json", strbuf_str(&out), TIMEOUT_MS, &in,
                           &got, err);
    if (status == OK && got.status != 200)
        status = err_set(err, E_BUSY, "upstream_failed", "The other server answered with status %d.", got.status);
    if (status == OK) status = app_take_bundle(c->app, strbuf_str(&in), true, &c->keeper, arena, &taken, err);
    strbuf_done(&in);
    strbuf_done(&out);
    return status;
}

/* To whom it goes decides how. */
static enum status carry_to(struct courier *c, const struct peer_line *line, struct arena *arena, struct err *err) {
    const struct peer *peer = city_peer(app_city(c->app), str_code(&line->code));
    if (peer == NULL || peer->kind == PEER_YIWANG) return carry(c, line, arena, err);
    const struct platform p = {c->app, c->fetcher, peer, line};
    return platform_send(&p, arena, err);
}

static void note_failure(struct courier *c, const struct peer_line *line, const struct err *why) {
    struct peer_mark mark;
    if (store_peer_mark(c->app->store, &line->code, &mark, NULL) != OK) return;
    mark.tried = app_now(c->app);
    memcpy(mark.failure, why->primary, sizeof mark.failure);
    (void)!store_peer_mark_put(c->app->store, &line->code, &mark, NULL);
}

/* As long as the other takes what waits. out: whether it went well. */
static bool visit(struct courier *c, const struct peer_line *line) {
    uint64_t waiting = 1, before = 0;
    for (int i = 0; i < ROUNDS_MAX && waiting > 0 && waiting != before && !is_stopping(c); i++) {
        struct arena arena;
        struct err err = {0};
        before = i > 0 ? waiting : 0;
        arena_init(&arena, 0);
        enum status status = carry_to(c, line, &arena, &err);
        if (status == OK) status = app_bundle_waiting(c->app, &line->code, &waiting, &err);
        arena_done(&arena);
        if (status == OK) continue;
        note_failure(c, line, &err);
        return false;
    }
    return true;
}

static bool is_due(struct courier *c, const struct peer_line *line, const struct visit_state *s) {
    uint64_t waiting = 0;
    if (str_empty(line->address)) return false;
    if (app_now(c->app).ms >= s->next.ms) return true;
    return s->failures == 0 && app_bundle_waiting(c->app, &line->code, &waiting, NULL) == OK && waiting > 0;
}

static void follow_book(struct courier *c, const struct peer_book *book) {
    if (c->book == book) return;
    free(c->states);
    c->states = calloc(book->n + 1, sizeof *c->states);
    check(c->states != NULL);
    c->n_states = book->n;
    c->book = book;
}

static void one_round(struct courier *c) {
    const struct peer_book *book = peer_book_of(c->app);
    follow_book(c, book);
    for (size_t i = 0; i < book->n && !is_stopping(c); i++) {
        const struct peer_line *line = &book->peers[i];
        struct visit_state *s = &c->states[i];
        if (!is_due(c, line, s)) continue;
        bool good = visit(c, line);
        s->failures = good ? 0 : s->failures < FAILURES_MAX ? s->failures + 1 : FAILURES_MAX;
        s->next.ms = app_now(c->app).ms + (line->every_s * MS_SECOND << s->failures);
    }
}

static void *run(void *ctx) {
    struct courier *c = ctx;
    pthread_mutex_lock(&c->lock);
    while (!c->stopping) {
        pthread_mutex_unlock(&c->lock);
        one_round(c);
        pthread_mutex_lock(&c->lock);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 1;
        if (!c->stopping) pthread_cond_timedwait(&c->wake, &c->lock, &until);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

struct courier *courier_start(struct app *app, const struct photo_keeper *keeper) {
    struct courier *c = calloc(1, sizeof *c);
    check(c != NULL);
    c->app = app;
    c->keeper = *keeper;
    c->fetcher = http_fetcher_new();
    check(pthread_mutex_init(&c->lock, NULL) == 0 && pthread_cond_init(&c->wake, NULL) == 0);
    check(pthread_create(&c->thread, NULL, run, c) == 0);
    (void)pthread_setname_np(c->thread, "courier");
    return c;
}

void courier_stop(struct courier *c) {
    pthread_mutex_lock(&c->lock);
    c->stopping = true;
    pthread_cond_signal(&c->wake);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
    pthread_cond_destroy(&c->wake);
    pthread_mutex_destroy(&c->lock);
    http_fetcher_free(c->fetcher);
    free(c->states);
    free(c);
}
