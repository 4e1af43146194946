/* Starting and stopping: the listening socket, the limits of descriptors, draining. */
#include "http/http_int.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BACKLOG 2048
#define DESCRIPTORS_SPARE 256 /* databases, photos, pipes */
#define STOP_MS 2000

int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t now_ms(void) {
    return now_us() / 1000;
}

static unsigned or_default(unsigned v, unsigned standard) {
    return v ? v : standard;
}

static void fill_options(struct http_options *o) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    o->threads = or_default(o->threads, cores > 0 ? (unsigned)cores : 1);
    o->connections_max = or_default(o->connections_max, 12000);
    o->per_address_max = or_default(o->per_address_max, 512);
    o->idle_timeout_s = or_default(o->idle_timeout_s, 30);
    o->request_timeout_s = or_default(o->request_timeout_s, 60);
    o->heartbeat_ms = or_default(o->heartbeat_ms, 15000);
    o->streams_max = or_default(o->streams_max, 10000);
    if (o->reads_per_s <= 0) o->reads_per_s = 50;
    if (o->writes_per_s <= 0) o->writes_per_s = 2;
}

/* Raises the limit of descriptors as far as needed and allowed; fewer connections if that does not suffice. */
static void fit_descriptors(struct http_options *o) {
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r)) return;
    rlim_t want = (rlim_t)o->connections_max + o->streams_max + DESCRIPTORS_SPARE;
    if (r.rlim_cur < want) {
        r.rlim_cur = want < r.rlim_max ? want : r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
    }
    if (r.rlim_cur >= want) return;
    unsigned have = r.rlim_cur > 2 * DESCRIPTORS_SPARE ? (unsigned)r.rlim_cur - DESCRIPTORS_SPARE : DESCRIPTORS_SPARE;
    if (o->streams_max > have / 3) o->streams_max = have / 3;
    if (o->connections_max > have - o->streams_max) o->connections_max = have - o->streams_max;
}

/* --- the listening socket --- */

static bool parse_listen(str text, struct sockaddr_storage *ret, socklen_t *ret_len) {
    if (!text.len) return false;
    size_t colon = text.len;
    while (colon > 0 && text.ptr[colon - 1] != ':') colon--;
    int64_t port;
    if (!colon || !str_to_i64(str_slice(text, colon, text.len), &port) || port < 0 || port > 65535) return false;
    str host = str_slice(text, 0, colon - 1);
    bool six = host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
    if (six) host = str_slice(host, 1, host.len - 1);
    char z[INET6_ADDRSTRLEN];
    if (!host.len || host.len >= sizeof z) return false;
    memcpy(z, host.ptr, host.len);
    z[host.len] = 0;
    *ret = (struct sockaddr_storage){0};
    if (six) {
        struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
        *ret_len = sizeof a;
        bool ok = inet_pton(AF_INET6, z, &a.sin6_addr) == 1;
        memcpy(ret, &a, sizeof a);
        return ok;
    }
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    *ret_len = sizeof a;
    bool ok = inet_pton(AF_INET, str_is(host, "localhost") ? "127.0.0.1" : z, &a.sin_addr) == 1;
    memcpy(ret, &a, sizeof a);
    return ok;
}

static uint16_t port_of(int fd) {
    struct sockaddr_storage a = {0};
    socklen_t len = sizeof a;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    getsockname(fd, (struct sockaddr *)&a, &len);
    memcpy(&four, &a, sizeof four);
    memcpy(&six, &a, sizeof six);
    return ntohs(a.ss_family == AF_INET6 ? six.sin6_port : four.sin_port);
}

static enum status open_socket(const char *listen_on, int *ret_fd, struct err *err) {
    struct sockaddr_storage a;
    socklen_t len;
    if (!parse_listen(str_z(listen_on), &a, &len)) {
        err_set(err, E_INVALID, "bad_listen", "\"%s\" is no address to listen on.", listen_on ? listen_on : "");
        err_hint(err, "Write 127.0.0.1:8080 or [::1]:8080.");
        return E_INVALID;
    }
    int fd = socket(a.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&a, len) || listen(fd, BACKLOG)) {
        err_set(err, E_STORAGE, "cannot_listen", "Cannot listen on %s: %s.", listen_on, strerror(errno));
        err_hint(err, "Is another server running? Choose another port with --listen.");
        if (fd >= 0) close(fd);
        return E_STORAGE;
    }
    *ret_fd = fd;
    return OK;
}

/* --- start --- */

/* Servers that were stopped with calls unanswered: late answers may still look at them, so they stay. */
static _Atomic(struct http_server *) kept;

static void server_keep(struct http_server *s) {
    s->next_kept = atomic_load(&kept);
    while (!atomic_compare_exchange_weak(&kept, &s->next_kept, s)) continue;
}

static void server_free(struct http_server *s) {
    if (s->streams) streams_free(s->streams);
    routes_done(&s->routes);
    limits_free(s->limits);
    watch_done(&s->watch);
    arenas_done(&s->arenas);
    free(s);
}

static struct http_server *server_new(const struct http_options *o) {
    check(sodium_init() >= 0);
    struct http_server *s = calloc(1, sizeof *s);
    check(s);
    s->o = *o;
    fill_options(&s->o);
    fit_descriptors(&s->o);
    watch_init(&s->watch);
    arenas_init(&s->arenas);
    routes_init(&s->routes, o->routes, o->n_routes);
    struct limit_settings settings = {
        .rate = {[LIMIT_READ] = s->o.reads_per_s, [LIMIT_WRITE] = s->o.writes_per_s},
        .connections_max = s->o.per_address_max,
        .table_max = 2 * ((size_t)s->o.connections_max + s->o.streams_max),
    };
    if (!o->limits_off) s->limits = limits_new(&settings);
    return s;
}

enum status http_start(const struct http_options *o, struct http_server **ret, struct err *err) {
    int fd;
    enum status status = open_socket(o->listen, &fd, err);
    if (status != OK) return status;
    struct http_server *s = server_new(o);
    s->port = port_of(fd);
    struct stream_settings settings = {s, s->o.heartbeat_ms, s->o.streams_max};
    s->streams = streams_start(&settings);
    s->workers = s->streams ? workers_start(s, fd) : NULL;
    if (s->workers) {
        *ret = s;
        return OK;
    }
    err_set(err, E_INTERNAL, "cannot_start", "The HTTP server cannot start: %s.", strerror(errno));
    if (s->streams)
        streams_stop(s->streams);
    else
        close(fd);
    server_free(s);
    return E_INTERNAL;
}

uint16_t http_port(const struct http_server *s) {
    return s->port;
}

/* --- stop --- */

static void wait_for_calls(struct http_server *s, int64_t until_ms) {
    const struct timespec pause = {.tv_nsec = 2000000};
    while (atomic_load(&s->metrics.calls) && now_ms() < until_ms) nanosleep(&pause, NULL);
}

void http_stop(struct http_server *s, unsigned drain_ms) {
    atomic_store(&s->draining, true);
    workers_refuse(s->workers);
    streams_close_all(s->streams);
    wait_for_calls(s, now_ms() + drain_ms);
    atomic_store(&s->stopping, true);
    /* Handlers that had begun may still defer, so more than one round. libmicrohttpd must not stop with one suspended. */
    bool abandoned = false;
    for (int64_t end = now_ms() + STOP_MS; atomic_load(&s->metrics.calls) && now_ms() < end;) {
        abandoned |= watch_abandon(s) > 0;
        wait_for_calls(s, now_ms() + 5);
    }
    const struct timespec moment = {.tv_nsec = 100000};
    while (atomic_load(&s->resuming)) nanosleep(&moment, NULL);
    workers_stop(s->workers);
    streams_stop(s->streams);
    if (abandoned)
        server_keep(s);
    else
        server_free(s);
}
