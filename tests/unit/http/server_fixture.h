/* The server under test: handlers that echo, defer to a worker thread, stream. */
#ifndef YIWANG_TEST_HTTP_SERVER_FIXTURE_H
#define YIWANG_TEST_HTTP_SERVER_FIXTURE_H

#include "http/http.h"

#include <pthread.h>
#include <stdatomic.h>

#ifndef STREAMS_MAX
#define STREAMS_MAX 64
#endif

struct fixture {
    struct http_server *server;
    uint16_t port;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct http_call *queue[1024];
    _Atomic(size_t) n_queue;
    bool stop;
    atomic_bool hold; /* the worker does not answer */
    pthread_t worker;
    _Atomic(int) streams_closed;
    struct feed {
        struct fixture *f;
        struct http_stream *stream;
        _Atomic(int) sent, ready; /* messages */
        size_t size;              /* of one message */
        bool open;
    } feeds[STREAMS_MAX];
    size_t n_feeds;
};

/* Starts a server with these options (routes, listen and ctx are set here). */
struct fixture *fixture_start(struct http_options o);
void fixture_stop(struct fixture *f, unsigned drain_ms);
/* The rest, once the server has stopped. */
void fixture_free(struct fixture *f);
/* Makes n more messages ready on every open feed and wakes it. */
void fixture_publish(struct fixture *f, int n);

#endif
