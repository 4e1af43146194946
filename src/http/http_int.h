/* Of src/http only: the structures that its files share. */
#ifndef YIWANG_HTTP_HTTP_INT_H
#define YIWANG_HTTP_HTTP_INT_H

#include "http/http.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

#define HTTP_BODY_DEFAULT ((size_t)64 << 10)
#define HTTP_BODIES_MAX ((size_t)256 << 20) /* all bodies being received, together */
/* What is read and dropped so that a refusal reaches the client: of any body, and of one that is only too large (a photo
 * of 25 MB deserves an explanation, not a broken connection). */
#define HTTP_DISCARD_MAX ((size_t)1 << 20)
#define HTTP_DISCARD_LARGE_MAX ((size_t)32 << 20)
#define HTTP_MEMORY_PER_CONNECTION ((size_t)12 << 10)
#define HTTP_ARENA_MAX ((size_t)256 << 20) /* a reply that is an export fits */

/* --- url.c: percent encoding and lists of name=value --- */
struct pair {
    str name, value;
};
struct pairs {
    struct pair *v;
    size_t n;
};
#define PAIRS_MAX 256

/* Decodes %XX, and + as a space where plus is set. out: raw itself where nothing is encoded. errors: false unless the
 * result is UTF-8 without NUL. */
bool url_decode(struct arena *a, str raw, bool plus, str *ret) MUST_USE;
/* Parses a=b&c=d. errors: false for bad encoding or more than PAIRS_MAX. */
bool url_pairs(struct arena *a, str raw, struct pairs *ret) MUST_USE;
/* The index-th value of a name. out: false, *ret untouched. */
bool pairs_find(const struct pairs *p, const char *name, size_t index, str *ret);
/* Whether a equals the C string z, ASCII letters of either case. */
bool str_is_nocase(str a, const char *z);

/* --- routes.c: the compiled route table --- */
#define ROUTE_SEGMENTS_MAX 24
#define ROUTE_PARAMS_MAX 8

struct route_node;
struct routes {
    struct arena arena;
    struct route_node *root;
};
struct route_match {
    const struct http_route *route; /* NULL: none */
    uint32_t allowed;               /* bits 1 << enum http_method of the methods that the path knows */
    str values[ROUTE_PARAMS_MAX];
    size_t n_values;
};
/* Compiles the table. A malformed or doubled pattern meets check(). */
void routes_init(struct routes *r, const struct http_route *table, size_t n);
void routes_done(struct routes *r);
/* Finds the route; a literal segment wins over a parameter, and HEAD falls back to GET. in: raw path; method 0 for one
 * that is unknown. memory: values point into the path or into a. */
void routes_match(const struct routes *r, enum http_method method, str path, struct arena *a, struct route_match *ret);
/* The value of the pattern's parameter of that name, or STR_NONE. */
str route_param(const struct route_match *m, const char *name);
/* Appends "GET, HEAD, POST". */
void routes_allow(uint32_t allowed, struct strbuf *out);

/* --- form.c: bodies of forms --- */
struct form {
    struct pairs fields;
    struct form_file {
        str field;
        struct http_file file;
    } * files;
    size_t n_files;
};
#define FORM_PARTS_MAX 64
#define FORM_PART_HEADERS_MAX ((size_t)2048)

/* Parses a whole body. in: content_type as sent. memory: slices of body. errors: E_SYNTAX bad_form. */
enum status form_parse(str body, str content_type, struct arena *a, struct form *ret, struct err *err) MUST_USE;
/* Whether a Content-Type header names this type, apart from its parameters. */
bool content_type_is(str header, const char *type);

/* --- limits.c: connections and rates by address --- */
struct address {
    uint64_t prefix; /* IPv4: the address; IPv6: its /64 */
    uint32_t family;
};
enum limit_kind { LIMIT_READ, LIMIT_WRITE, LIMIT_KINDS };
struct limits;
struct limit_settings {
    double rate[LIMIT_KINDS]; /* per second; a burst is ten times that */
    unsigned connections_max; /* of one address */
    size_t table_max;         /* addresses remembered; more than connections there can be */
};

struct address address_of(const struct sockaddr *sa);
/* An address in text, as a proxy names it. errors: false. */
bool address_parse(str text, struct address *ret) MUST_USE;
struct limits *limits_new(const struct limit_settings *settings);
void limits_free(struct limits *l);
/* Counts a connection. out: false when the address has as many as it may. */
bool limits_connect(struct limits *l, const struct address *from, int64_t now_ms);
void limits_disconnect(struct limits *l, const struct address *from);
/* Takes a token. out: 0, or the seconds to wait. */
unsigned limits_take(struct limits *l, const struct address *from, enum limit_kind kind, int64_t now_ms);

/* --- a call --- */
enum call_state {
    CALL_IDLE,      /* between requests */
    CALL_NEW,       /* the request line has been read */
    CALL_BODY,      /* the body is coming */
    CALL_RUNNING,   /* the handler is at work */
    CALL_DEFERRED,  /* suspended */
    CALL_RESUMED,   /* answered by another thread, on its way back */
    CALL_QUEUED,    /* the reply is being sent */
    CALL_ABANDONED, /* the server stopped before the answer came; never freed, because the answer may still come */
};

struct reply_header {
    struct reply_header *next;
    const char *name, *value;
};
struct reply {
    int status; /* 0: none yet */
    const char *content_type;
    str body;
    bool takes_ranges; /* of the body */
    struct reply_header *headers;
    int fd; /* -1: none */
    size_t fd_size;
    struct http_stream *stream;
};

struct http_call {
    struct http_server *server;
    struct MHD_Connection *mhd; /* NULL once libmicrohttpd has let go of it (streams) */
    struct arena arena;
    _Atomic(int) state; /* enum call_state */
    bool deferred;
    bool must_close;
    enum http_method method;
    str path;   /* as sent */
    str client; /* address in text */
    struct address address;
    struct pairs query;
    struct route_match match;
    struct strbuf body;
    size_t body_max;
    size_t discarded, discard_max;
    struct form *form;
    struct err *refused; /* the answer that waits until the body has been read */
    unsigned retry_after_s;
    void *user;
    int64_t start_us;
    struct reply reply;
};

struct worker;

/* --- watch.c: all connections, and the bounds on time that libmicrohttpd does not have --- */
struct conn {
    struct conn *next, *prev;
    struct http_server *server;
    struct worker *worker;
    int fd;
    bool counted;  /* by limits */
    bool refused;  /* by limits */
    bool proxy;    /* the peer is a proxy that names the client */
    bool detached; /* its socket belongs to a stream now */
    struct address address;
    char text[INET6_ADDRSTRLEN];
    _Atomic(int64_t) since_ms; /* of the last step: connected, replied, header complete */
    _Atomic(int) phase;
    struct http_call call;
};
enum conn_phase { CONN_HEADER, CONN_BODY, CONN_WORK };

struct watch {
    pthread_mutex_t lock;
    struct conn *first;
    struct conn *abandoned; /* connections whose call may still be answered by somebody */
    _Atomic(size_t) n;
};

void watch_init(struct watch *w);
void watch_done(struct watch *w);
void watch_add(struct watch *w, struct conn *c);
void watch_remove(struct watch *w, struct conn *c);
/* Keeps what can never be freed. in: removed before. */
void watch_keep(struct watch *w, struct conn *c);
void watch_step(struct conn *c, enum conn_phase phase, int64_t now_ms);
/* Shuts the sockets of connections that are too slow in sending a header or a body. */
void watch_sweep(struct http_server *s, int64_t now_ms);
/* Answers every deferred call with 503. out: how many there were. */
size_t watch_abandon(struct http_server *s);

/* --- metrics.c --- */
#define LATENCY_BUCKETS 12
struct metrics {
    _Atomic(uint64_t) replies[6]; /* by hundreds */
    _Atomic(uint64_t) latency[LATENCY_BUCKETS + 1], latency_sum_us;
    _Atomic(uint64_t) refused_rate, refused_connections, refused_slow, body_bytes, stream_bytes;
    _Atomic(size_t) calls, streams; /* now */
};
void metrics_reply(struct metrics *m, int status, int64_t took_us);

/* --- arenas.c: the first blocks of arenas, kept from one call to the next --- */
#define ARENAS_KEPT_MAX 64
struct arenas {
    pthread_mutex_t lock;
    struct arena kept[ARENAS_KEPT_MAX]; /* cleared */
    size_t n;
};
void arenas_init(struct arenas *p);
void arenas_done(struct arenas *p);
/* An empty arena of limit HTTP_ARENA_MAX. */
struct arena arenas_take(struct arenas *p);
/* Takes an arena back, whatever it holds. */
void arenas_return(struct arenas *p, struct arena *a);

/* --- server.c --- */
struct streams;
struct workers;
struct http_server {
    struct http_server *next_kept;
    struct http_options o;
    struct workers *workers;
    uint16_t port;
    struct routes routes;
    struct limits *limits; /* NULL: off */
    struct watch watch;
    struct arenas arenas;
    struct streams *streams;
    struct metrics metrics;
    atomic_bool draining, stopping; /* no new requests; no handler runs any more */
    _Atomic(size_t) bodies;         /* bytes held by bodies */
    _Atomic(size_t) resuming;       /* threads in http_resume: they still touch a worker */
};

/* The monotonic clock. */
int64_t now_ms(void);
int64_t now_us(void);

/* --- workers.c --- */
/* Makes the worker look at what was resumed. From any thread. */
void worker_wake(struct worker *w);
/* Starts s->o.threads threads. in: listen_fd: theirs from now on. out: NULL if the system refused; listen_fd is closed then. */
struct workers *workers_start(struct http_server *s, int listen_fd);
/* Closes the listening socket; the connections that are open stay. Once. */
void workers_refuse(struct workers *all);
/* Closes all connections; none may be suspended. in: after workers_refuse. */
void workers_stop(struct workers *all);

/* --- dispatch.c: the callbacks that libmicrohttpd calls --- */
void *dispatch_uri(void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result dispatch_call(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                              const char *version, const char *data, size_t *data_len, void **call);
void dispatch_completed(void *cls, struct MHD_Connection *mhd, void **call, enum MHD_RequestTerminationCode why);
void dispatch_connection(struct http_server *s, struct worker *w, struct MHD_Connection *mhd, void **conn,
                         enum MHD_ConnectionNotificationCode what);
/* The connection that holds a call. */
struct conn *call_conn(struct http_call *c);
/* Ends a call: frees all that it holds. */
void call_end(struct http_call *c);
/* Frees a connection that libmicrohttpd or a stream has let go of. */
void conn_free(struct conn *c);

/* --- reply.c --- */
/* Hands the call's reply to libmicrohttpd. */
enum MHD_Result reply_queue(struct http_call *c);
/* Appends the header lines that every reply carries and the handler did not set. */
void reply_default_headers(struct http_call *c);
bool reply_has_header(const struct http_call *c, const char *name);
/* A reply for a client that does not stop sending: straight to the socket, which is then closed. */
void reply_raw(int fd, int status);

/* --- range.c --- */
/* Parses a Range header of one range. out: 1 and the range; 0: none that is understood, send all; -1: not satisfiable. */
int range_parse(str header, size_t size, size_t *ret_from, size_t *ret_len);

/* --- stream.c --- */
struct stream_settings {
    struct http_server *server;
    unsigned heartbeat_ms;
    unsigned streams_max;
};
/* Starts the stream thread, which also sweeps the watch. errors: NULL. */
struct streams *streams_start(const struct stream_settings *settings);
/* Closes all streams and refuses new ones. */
void streams_close_all(struct streams *t);
/* Ends the thread. in: libmicrohttpd has stopped. */
void streams_stop(struct streams *t);
void streams_free(struct streams *t);
/* Duplicates the call's socket for its stream. out: false: no room, answer otherwise. */
bool stream_adopt(struct http_call *c) MUST_USE;
/* libmicrohttpd has let go of a connection whose stream was adopted: it begins. */
void stream_release(struct conn *c);
/* Ends a stream that was never adopted. */
void stream_discard(struct http_call *c);

#endif
