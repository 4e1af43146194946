/* HTTP on libmicrohttpd: bytes ⇄ requests. Knows no city, no case. Everything is bounded: header, body, time,
 * connections, rate by address.
 *
 * A handler runs on a connection thread. It either answers at once, or calls http_defer and answers later from any
 * thread (http_reply…, then http_resume). Invariants: 1. A deferred call is suspended in the final, zero-size handler call, before the
 * work is queued, else libmicrohttpd closes keep-alive. 2. All suspended connections are resumed before stopping. */
#ifndef YIWANG_HTTP_HTTP_H
#define YIWANG_HTTP_HTTP_H

#include "base/digest.h"
#include "base/json.h"
#include "base/status.h"
#include "base/str.h"

struct http_server;
struct http_call;

enum http_method { HTTP_GET = 1, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_HEAD };

typedef void (*http_handler)(struct http_call *call, void *ctx);

/* One line of the route table. Pattern segments in braces become parameters: "/api/v1/cases/{number}". A last segment
 * "{path*}" takes the rest. */
enum http_flags {
    HTTP_FORM = 1,         /* accepts urlencoded and multipart bodies */
    HTTP_JSON = 2,         /* accepts application/json only */
    HTTP_MULTIPART = 4,    /* a body with files, up to body_max */
    HTTP_PUBLIC_WRITE = 8, /* counted against the strict rate limit by address */
    HTTP_ANY_BODY = 16,
};
struct http_route {
    enum http_method method;
    const char *pattern;
    http_handler handler;
    uint32_t flags;
    size_t body_max; /* bytes; 0 = 64 KiB */
    /* for OpenAPI */
    const char *id, *summary, *request_schema, *response_schema, *security;
};

/* What a problem document says, in English until the layer above puts it into the caller's language. */
struct http_problem_words {
    str title, detail, more, hint;
};
struct http_options {
    const char *listen; /* "127.0.0.1:8080" or "[::1]:8080" */
    const struct http_route *routes;
    size_t n_routes;
    void *ctx; /* given to handlers */
    /* Puts the words of a problem into the caller's language; may be NULL. in: kind as in its type, "not-found". Runs on
     * any thread, also before the query was read; memory: the call's arena. */
    void (*problem_words)(void *ctx, struct http_call *c, const struct err *e, const char *kind,
                          struct http_problem_words *words);
    /* Answers in another form than a problem document where one is expected: a page for people, what an interface of others
     * prescribes. out: whether it did; may be NULL. Runs as problem_words does. */
    bool (*problem_form)(void *ctx, struct http_call *c, const struct err *e);
    unsigned threads;                 /* 0 = cores */
    unsigned connections_max;         /* 0 = 12 000 */
    unsigned per_address_max;         /* connections; 0 = 512; limits off: unlimited */
    unsigned idle_timeout_s;          /* 0 = 30 */
    unsigned request_timeout_s;       /* for a whole body, and for a whole header after the last reply; 0 = 60 */
    unsigned heartbeat_ms;            /* of streams; 0 = 15 000 */
    unsigned streams_max;             /* 0 = 10 000 */
    bool behind_proxy;                /* a peer on the loopback is a proxy: the last X-Forwarded-For names the client */
    bool limits_off;                  /* no rate limits by address (load tests) */
    double reads_per_s, writes_per_s; /* per address; 0 = 50 and 2, bursts of 10 times that */
    const char *server_name;
};

enum status http_start(const struct http_options *o, struct http_server **ret, struct err *err) MUST_USE;
/* The port in use (for ":0"). */
uint16_t http_port(const struct http_server *s);
/* Refuses new requests with 503, waits up to drain_ms for those in progress, resumes all, stops. */
void http_stop(struct http_server *s, unsigned drain_ms);

/* --- the request --- */
struct arena *http_arena(struct http_call *c); /* freed when the call ends */
/* HTTP_HEAD where a GET route answers a HEAD; the body is then dropped by itself. */
enum http_method http_method_of(const struct http_call *c);
/* As sent, without the query. */
str http_path(const struct http_call *c);
const struct http_route *http_route_of(const struct http_call *c);
str http_param(const struct http_call *c, const char *name); /* of the pattern, percent-decoded, valid UTF-8 */
bool http_query(const struct http_call *c, const char *name, str *ret); /* of the URL, decoded */
str http_header(const struct http_call *c, const char *name);           /* empty if absent; one line */
str http_cookie(const struct http_call *c, const char *name);
str http_body(const struct http_call *c); /* JSON or raw body */
/* A text field of a form (urlencoded or multipart); several of one name: index. */
bool http_form(const struct http_call *c, const char *name, size_t index, str *ret);
struct http_file {
    str name, type, bytes;
};
bool http_file(const struct http_call *c, const char *name, size_t index, struct http_file *ret);
str http_client(const struct http_call *c); /* address, for limits only; never stored with a case */
/* A slot for the layer above: who calls (set once by its authentication). */
void http_set_user(struct http_call *c, void *user);
void *http_user(const struct http_call *c);

/* --- the answer --- */
void http_add_header(struct http_call *c, const char *name, str value);
/* Answers with a body copied into the call. Each call is answered exactly once. Security headers (CSP without
 * unsafe-inline, nosniff, frame-ancestors, referrer) are added here. */
void http_reply(struct http_call *c, int status, const char *content_type, str body);
void http_reply_json(struct http_call *c, int status, str body);
void http_reply_empty(struct http_call *c, int status);
void http_redirect(struct http_call *c, int status, str location);
/* The same with a body that is not copied. in: body that outlives the server; Range is honoured, and If-None-Match with the
 * ETag that was added before. */
void http_reply_static(struct http_call *c, const char *content_type, str body);
/* A file from a descriptor (closed afterwards); Range is honoured. */
void http_reply_fd(struct http_call *c, const char *content_type, int fd, size_t size);
/* With the ETag that was added before: whether the client has that copy. out: true, and the call was answered by 304. */
bool http_not_modified(struct http_call *c) MUST_USE;
/* Whether the client takes gzip. */
bool http_accepts_gzip(const struct http_call *c);
/* Appends the bytes as gzip, at the best rate. errors: false if they do not fit. */
bool http_gzip(str bytes, struct strbuf *out) MUST_USE;
/* "https://host:port" as the client names this server; empty if it did not name it in a way that can be written down. */
str http_origin(struct http_call *c);
/* problem+json (RFC 9457) from an err. */
void http_problem(struct http_call *c, const struct err *e);
/* The same with what else there is to say: a sentence (member `more`) and further members. in: either may be empty;
 * members as a JSON object, trusted. */
void http_problem_with(struct http_call *c, const struct err *e, str more, str members);
int http_status_of(enum status status);

/* Suspends the call: first http_defer, then queue the work, then return from the handler without touching the call.
 * Later, from any thread and exactly once: http_reply… (or http_stream_start), then http_resume; after that the call must
 * not be touched. If the work could not be queued, the handler itself answers and resumes. */
void http_defer(struct http_call *c);
void http_resume(struct http_call *c);

/* --- server-sent events --- */
/* Turns the call into a stream; this is its answer. `fill` is called on the stream thread at the start, whenever
 * http_stream_wake was called (from any thread, any number of wakes are one) and when the heartbeat (15 s) is due: it
 * appends ready "id:/event:/data:" blocks to out, whole blocks, about `room` bytes (16 KiB); it is called again until
 * it appends nothing, and not while the client is slow in reading. `closed` is called once, on the stream thread, when
 * the client has gone or the server stops; once it has returned the stream must not be woken any more.
 * memory: the call and its arena live until `closed` has returned. */
struct http_stream;
struct http_stream *http_stream_start(struct http_call *c, void *ctx,
                                      void (*fill)(void *ctx, struct strbuf *out, size_t room),
                                      void (*closed)(void *ctx));
void http_stream_wake(struct http_stream *s);

/* --- bounded pool off the connection threads (argon2id, image work) --- */
struct http_pool;
struct http_pool *http_pool_start(unsigned threads, size_t queue_max);
/* errors: E_BUSY when the queue is full. */
enum status http_pool_run(struct http_pool *p, void (*work)(void *ctx), void *ctx, struct err *err) MUST_USE;
void http_pool_stop(struct http_pool *p);

/* --- asking other servers (map services) --- */
struct http_fetcher;
struct http_fetched {
    int status;
    char type[64]; /* Content-Type without its parameters */
};
struct http_fetcher *http_fetcher_new(void);
/* in: no fetch is under way. */
void http_fetcher_free(struct http_fetcher *f);
/* GETs a resource by http or https. Blocking: run in a pool. in: body with its maximum. errors: E_BUSY upstream_timeout
 * (504), upstream_failed (502). */
enum status http_fetch(struct http_fetcher *f, const char *url, unsigned timeout_ms, struct strbuf *body,
                       struct http_fetched *ret, struct err *err) MUST_USE;

/* What is asked of another server. */
struct http_header_line {
    const char *name;
    str value; /* one line */
};
struct http_ask {
    const char *url;
    const char *type; /* of the body, which is POSTed; NULL = GET */
    str body;
    struct http_header_line headers[6];
    size_t n_headers;
    unsigned timeout_ms;
};
/* Asks and takes the answer. As http_fetch. */
enum status http_ask(struct http_fetcher *f, const struct http_ask *ask, struct strbuf *body, struct http_fetched *ret,
                     struct err *err) MUST_USE;
/* POSTs a body and takes the answer. As http_fetch. in: type of the body. */
enum status http_send(struct http_fetcher *f, const char *url, const char *type, str sent, unsigned timeout_ms,
                      struct strbuf *body, struct http_fetched *ret, struct err *err) MUST_USE;

/* --- photos --- */
/* Decodes, turns upright, strips all metadata, re-encodes (JPEG, PNG, WebP, GIF's first frame in; JPEG out) and makes a
 * thumbnail, in a sandboxed child (seccomp, rlimits, no files, no network). in: bytes up to 20 MB, at most 50 megapixels.
 * out: both pictures in malloc'd memory of the results. errors: E_INVALID bad_image, E_TOO_LARGE, E_BUSY. */
struct picture {
    char *bytes;
    size_t len;
    int width, height;
};
enum status media_clean(str bytes, struct picture *ret_full, struct picture *ret_thumb, struct err *err) MUST_USE;
void picture_done(struct picture *p);
/* The child's main: `yiwang media-child`, started by media_clean through /proc/self/exe: main() must come here for that
 * argument before it does anything else. Reads the picture from standard input, writes the results to standard output. */
int media_child_main(void);
/* The program that media_clean starts; "/proc/self/exe" unless set before the first call. */
extern const char *media_child_program;

/* --- login helpers --- */
/* argon2id, 19 MiB, t = 2, p = 1 (OWASP). Blocking: run in a pool. */
enum status password_hash(str password, char ret[128], struct err *err) MUST_USE;
bool password_verify(const char *hash, str password);
/* A random secret as 43 characters of base64url. */
void secret_random(char ret[44]);

/* Metrics of the HTTP side, appended in Prometheus text. */
void http_metrics(const struct http_server *s, struct strbuf *out);

#endif
