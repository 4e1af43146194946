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

struct kept;
struct base_maps;

struct api {
    struct app *app;
    struct http_server *server; /* set after http_start */
    struct http_pool *passwords;
    struct http_pool *pictures;
    struct http_pool *waits;  /* reads that wait for a sequence */
    struct http_pool *visits; /* of other servers */
    struct http_pool *papers; /* letters being drawn */
    pthread_mutex_t known_lock;
    struct known_caller *known; /* CALLERS_KNOWN slots, by the secret's first bytes */
    struct kept *kept;          /* kept.c */
    struct base_maps *maps;     /* maps.c */
    struct sensors *sensors;    /* app/sensors.h */
};

/* For http_options.problem_words: what a refusal is called in the caller's language. in: ctx the api. */
void api_problem_words(void *ctx, struct http_call *call, const struct err *e, const char *kind,
                       struct http_problem_words *words);

/* For http_options.problem_form: the refusal as Open311 has it, or as one of the resident's pages. in: ctx the api. */
bool api_problem_form(void *ctx, struct http_call *call, const struct err *e);

/* Starts the pools. in: an open app that outlives the api; files: data_dir, where keys of map services lie, and a PMTiles
 * file, or NULL: map.pmtiles of the data directory, if there is one. */
struct api_files {
    const char *data_dir, *map;
};
void api_init(struct api *api, struct app *app, const struct api_files *files);
/* Stops the pools: after HTTP was stopped, before the app is closed. */
void api_done(struct api *api);

/* Cleans and keeps one picture; for struct photo_keeper. in: ctx the app. Blocking. errors: those of media_clean and
 * store_blob_put. */
enum status api_keep_photo(void *ctx, str bytes, char ret_id[33], struct err *err) MUST_USE;

/* All routes. out: the table and its length. */
const struct http_route *api_routes(size_t *ret_n);

/* The OpenAPI 3.1 description made from the route table. memory: appended to out. */
void openapi_print(const struct api *api, struct strbuf *out);

#endif
