/* Asking other servers, blocking: from a pool only. Bounded in time and size, no redirects, no other protocols. */
#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/http.h"

#define IDLE_MAX 16
#define CONNECT_MS 3000L

struct http_fetcher {
    pthread_mutex_t lock;
    CURL *idle[IDLE_MAX]; /* with their connections */
    size_t n_idle;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void init(void) {
    check(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

struct http_fetcher *http_fetcher_new(void) {
    pthread_once(&once, init);
    struct http_fetcher *f = calloc(1, sizeof *f);
    check(f != NULL && pthread_mutex_init(&f->lock, NULL) == 0);
    return f;
}

void http_fetcher_free(struct http_fetcher *f) {
    while (f->n_idle > 0) curl_easy_cleanup(f->idle[--f->n_idle]);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

static CURL *take(struct http_fetcher *f) {
    CURL *c = NULL;
    pthread_mutex_lock(&f->lock);
    if (f->n_idle > 0) c = f->idle[--f->n_idle];
    pthread_mutex_unlock(&f->lock);
    if (c != NULL) curl_easy_reset(c); /* keeps the connections */
    return c != NULL ? c : curl_easy_init();
}

static void give(struct http_fetcher *f, CURL *c) {
    pthread_mutex_lock(&f->lock);
    bool room = f->n_idle < IDLE_MAX;
    if (room) f->idle[f->n_idle++] = c;
    pthread_mutex_unlock(&f->lock);
    if (!room) curl_easy_cleanup(c);
}

static size_t take_bytes(char *bytes, size_t size, size_t n, void *ctx) {
    struct strbuf *b = ctx;
    strbuf_add(b, (str){bytes, size * n});
    return b->overflow ? 0 : size * n;
}

static bool set_options(CURL *c, const char *url, unsigned timeout_ms, struct strbuf *body) {
    return curl_easy_setopt(c, CURLOPT_URL, url) == CURLE_OK && curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)timeout_ms) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_USERAGENT, "yiwang/" YIWANG_VERSION) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_bytes) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEDATA, body) == CURLE_OK;
}

/* The address may hold a key: it stands in no message. */
static enum status outcome(CURLcode said, const struct strbuf *body, struct err *err) {
    if (said == CURLE_OK) return OK;
    if (said == CURLE_OPERATION_TIMEDOUT)
        return err_set(err, E_BUSY, "upstream_timeout", "The other server did not answer in time.");
    if (body->overflow) return err_set(err, E_BUSY, "upstream_failed", "The other server's answer is too large.");
    err_set(err, E_BUSY, "upstream_failed", "The other server cannot be asked.");
    err_detail(err, "%s", curl_easy_strerror(said));
    return E_BUSY;
}

static enum status perform(CURL *c, const struct strbuf *body, struct http_fetched *ret, struct err *err) {
    enum status status = outcome(curl_easy_perform(c), body, err);
    *ret = (struct http_fetched){0};
    if (status != OK) return status;
    long http = 0;
    char *type = NULL;
    (void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &http);
    (void)curl_easy_getinfo(c, CURLINFO_CONTENT_TYPE, &type);
    size_t n = type != NULL ? strcspn(type, ";") : 0;
    ret->status = (int)http;
    if (n < sizeof ret->type && n > 0) memcpy(ret->type, type, n);
    return OK;
}

static struct curl_slist *header_lines(const struct http_ask *ask) {
    struct curl_slist *list = NULL;
    char line[512];
    if (ask->type != NULL) {
        snprintf(line, sizeof line, "Content-Type: %s", ask->type);
        list = curl_slist_append(list, line);
    }
    for (size_t i = 0; i < ask->n_headers; i++) {
        snprintf(line, sizeof line, "%s: %.*s", ask->headers[i].name, P(ask->headers[i].value));
        list = curl_slist_append(list, line);
    }
    return list;
}

enum status http_ask(struct http_fetcher *f, const struct http_ask *ask, struct strbuf *body, struct http_fetched *ret,
                     struct err *err) {
    CURL *c = take(f);
    struct curl_slist *headers = header_lines(ask);
    check(c != NULL && set_options(c, ask->url, ask->timeout_ms, body));
    check(curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers) == CURLE_OK);
    if (ask->type != NULL)
        check(curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.len) == CURLE_OK &&
              curl_easy_setopt(c, CURLOPT_POSTFIELDS, ask->body.len > 0 ? ask->body.ptr : "") == CURLE_OK);
    enum status status = perform(c, body, ret, err);
    curl_slist_free_all(headers);
    give(f, c);
    return status;
}

enum status http_fetch(struct http_fetcher *f, const char *url, unsigned timeout_ms, struct strbuf *body,
                       struct http_fetched *ret, struct err *err) {
    const struct http_ask ask = {.url = url, .timeout_ms = timeout_ms};
    return http_ask(f, &ask, body, ret, err);
}

enum status http_send(struct http_fetcher *f, const char *url, const char *type, str sent, unsigned timeout_ms,
                      struct strbuf *body, struct http_fetched *ret, struct err *err) {
    const struct http_ask ask = {.url = url, .type = type, .body = sent, .timeout_ms = timeout_ms};
    return http_ask(f, &ask, body, ret, err);
}
