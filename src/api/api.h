/* The interface: one file per resource, one table of routes (routes.c). Knows HTTP and use cases, no SQL. */
#ifndef YIWANG_API_API_H
#define YIWANG_API_API_H

#include "app/app.h"
#include "http/http.h"

/* Callers seen within the last seconds, so that a request costs no look-up in the files. Changes of an account take effect
 * within CALLER_KNOWN_MS, a logout at once. */
#define CALLERS_KNOWN 1024
#define CALLER_KNOWN_MS 5000
struct known_caller {
    digest secret;
    struct caller caller;
    instant until;
};

struct api {
    struct app *app;
    struct http_server *server; /* set after http_start */
    struct http_pool *passwords;
    struct http_pool *pictures;
    struct http_pool *waits; /* reads that wait for a sequence */
    pthread_mutex_t known_lock;
    struct known_caller *known; /* CALLERS_KNOWN slots, by the secret's first bytes */
};

/* Starts the pools. in: an open app that outlives the api. */
void api_init(struct api *api, struct app *app);
/* Stops the pools: after HTTP was stopped, before the app is closed. */
void api_done(struct api *api);

/* All routes. out: the table and its length. */
const struct http_route *api_routes(size_t *ret_n);

/* The OpenAPI 3.1 description made from the route table. memory: appended to out. */
void openapi_print(const struct api *api, struct strbuf *out);

#endif
