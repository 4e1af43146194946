/* All connections. libmicrohttpd knows one bound on time: a client that sends a byte now and then is never idle. Here
 * is the other: a header or a body that is not complete in time ends its connection. Also what is needed at the stop.
 *
 * Expected: 12,000 connections; a sweep each second costs well under a millisecond. */
#include "http/http_int.h"

#include <sys/socket.h>

void watch_init(struct watch *w) {
    pthread_mutex_init(&w->lock, NULL);
}

void watch_done(struct watch *w) {
    pthread_mutex_destroy(&w->lock);
}

void watch_add(struct watch *w, struct conn *c) {
    pthread_mutex_lock(&w->lock);
    c->prev = NULL;
    c->next = w->first;
    if (w->first) w->first->prev = c;
    w->first = c;
    atomic_fetch_add(&w->n, 1);
    pthread_mutex_unlock(&w->lock);
}

void watch_remove(struct watch *w, struct conn *c) {
    pthread_mutex_lock(&w->lock);
    *(c->prev ? &c->prev->next : &w->first) = c->next;
    if (c->next) c->next->prev = c->prev;
    atomic_fetch_sub(&w->n, 1);
    pthread_mutex_unlock(&w->lock);
}

void watch_keep(struct watch *w, struct conn *c) {
    pthread_mutex_lock(&w->lock);
    c->next = w->abandoned;
    w->abandoned = c;
    pthread_mutex_unlock(&w->lock);
}

void watch_step(struct conn *c, enum conn_phase phase, int64_t now) {
    atomic_store_explicit(&c->since_ms, now, memory_order_relaxed);
    atomic_store_explicit(&c->phase, (int)phase, memory_order_relaxed);
}

/* With most places taken, who says nothing has to go sooner. */
static int64_t header_bound_ms(const struct http_server *s) {
    bool crowded = atomic_load(&s->watch.n) > (size_t)s->o.connections_max * 3 / 4;
    return crowded ? 5000 : (int64_t)s->o.request_timeout_s * 1000;
}

void watch_sweep(struct http_server *s, int64_t now) {
    const int64_t header_ms = header_bound_ms(s), body_ms = (int64_t)s->o.request_timeout_s * 1000;
    pthread_mutex_lock(&s->watch.lock);
    for (struct conn *c = s->watch.first; c; c = c->next) {
        int phase = atomic_load_explicit(&c->phase, memory_order_relaxed);
        int64_t age = now - atomic_load_explicit(&c->since_ms, memory_order_relaxed);
        if (phase == CONN_WORK || age <= (phase == CONN_BODY ? body_ms : header_ms)) continue;
        /* The descriptor is still this connection's: it is closed only after watch_remove. */
        if (phase == CONN_BODY) reply_raw(c->fd, 408);
        shutdown(c->fd, SHUT_RDWR);
        watch_step(c, CONN_WORK, now); /* once */
        atomic_fetch_add(&s->metrics.refused_slow, 1);
    }
    pthread_mutex_unlock(&s->watch.lock);
}

size_t watch_abandon(struct http_server *s) {
    size_t n = 0;
    pthread_mutex_lock(&s->watch.lock);
    for (struct conn *c = s->watch.first; c; c = c->next) {
        int deferred = CALL_DEFERRED;
        if (!atomic_compare_exchange_strong(&c->call.state, &deferred, CALL_ABANDONED)) continue;
        n++;
        MHD_resume_connection(c->call.mhd);
        worker_wake(c->worker);
    }
    pthread_mutex_unlock(&s->watch.lock);
    return n;
}
