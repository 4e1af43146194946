/* The interface: one file per resource, one table of routes (routes.c). Knows HTTP and use cases, no SQL. */
#ifndef YIWANG_API_API_H
#define YIWANG_API_API_H

#include "app/app.h"
#include "http/http.h"

struct api {
    struct app *app;
    struct http_server *server; /* set after http_start */
    struct http_pool *passwords;
    struct http_pool *pictures;
    struct http_pool *waits; /* reads that wait for a sequence */
    bool draining;
};

/* All routes. out: the table and its length. */
const struct http_route *api_routes(size_t *ret_n);

/* The OpenAPI 3.1 description made from the route table. memory: appended to out. */
void openapi_print(const struct api *api, struct strbuf *out);

#endif
