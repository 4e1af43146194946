/* A bounded pool of threads off the connection threads, for what takes long: argon2id, photos. */
#include "http/http.h"

#include <pthread.h>
#include <stdlib.h>

struct work {
    void (*run)(void *ctx);
    void *ctx;
};

struct http_pool {
    pthread_mutex_t lock;
    pthread_cond_t ready;
    struct work *ring;
    size_t first, n, max;
    bool stop;
    unsigned n_threads;
    pthread_t threads[];
};

static bool pool_take(struct http_pool *p, struct work *ret) {
    pthread_mutex_lock(&p->lock);
    while (!p->n && !p->stop) pthread_cond_wait(&p->ready, &p->lock);
    bool any = p->n > 0;
    if (any) {
        *ret = p->ring[p->first];
        p->first = (p->first + 1) % p->max;
        p->n--;
    }
    pthread_mutex_unlock(&p->lock);
    return any;
}

static void *pool_main(void *arg) {
    struct work w;
    while (pool_take(arg, &w)) w.run(w.ctx);
    return NULL;
}

struct http_pool *http_pool_start(unsigned threads, size_t queue_max) {
    check(threads && queue_max);
    struct http_pool *p = calloc(1, sizeof *p + threads * sizeof(pthread_t));
    check(p);
    p->ring = calloc(queue_max, sizeof *p->ring);
    check(p->ring);
    p->max = queue_max;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->ready, NULL);
    while (p->n_threads < threads) check(!pthread_create(&p->threads[p->n_threads++], NULL, pool_main, p));
    return p;
}

enum status http_pool_run(struct http_pool *p, void (*run)(void *ctx), void *ctx, struct err *err) {
    pthread_mutex_lock(&p->lock);
    bool room = p->n < p->max && !p->stop;
    if (room) p->ring[(p->first + p->n++) % p->max] = (struct work){run, ctx};
    pthread_cond_signal(&p->ready);
    pthread_mutex_unlock(&p->lock);
    if (room) return OK;
    return err_set(err, E_BUSY, "busy", "Too much of this kind of work is waiting.");
}

void http_pool_stop(struct http_pool *p) {
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_cond_broadcast(&p->ready);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->n_threads; i++) pthread_join(p->threads[i], NULL);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->ready);
    free(p->ring);
    free(p);
}
