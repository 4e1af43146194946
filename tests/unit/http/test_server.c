/* A real server driven through raw sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client.h"
#include "server_fixture.h"

static struct fixture *f; /* limits off, default times; shared by the tests that need nothing else */
static struct answer a;

static int start(void **state) {
    (void)state;
    f = fixture_start((struct http_options){.limits_off = true, .threads = 2});
    return 0;
}

static int stop(void **state) {
    (void)state;
    fixture_stop(f, 1000);
    return 0;
}

static void requests(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *request;
        int status;
        const char *in_head, *in_body;
    } rows[] = {
        {__LINE__, "GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n", 200, "Content-Security-Policy: default-src 'none'", "ok"},
        {__LINE__, "GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n", 200, "Cache-Control: no-store", "ok"},
        {__LINE__, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 200, "default-src 'self'", "hello"},
        {__LINE__, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 200, "X-Content-Type-Options: nosniff", "hello"},
        {__LINE__, "HEAD /fixed HTTP/1.1\r\nHost: x\r\n\r\n", 200, "Content-Length: 11", ""},
        {__LINE__, "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", 404, "problem+json", "no_such_address"},
        {__LINE__, "DELETE /fixed HTTP/1.1\r\nHost: x\r\n\r\n", 405, "Allow: GET, HEAD", "method_not_allowed"},
        {__LINE__, "BREW /later HTTP/1.1\r\nHost: x\r\n\r\n", 405, "Allow: GET, POST, HEAD", "method_not_allowed"},
        {__LINE__, "GET /items/%E4%BA%95?q=a+%2B%20b HTTP/1.1\r\nHost: x\r\nX-Test: t\r\nCookie: a=1; sid=s\r\n\r\n",
         200, "", "\xE4\xBA\x95|a + b|t|s|127.0.0.1"},
        {__LINE__, "GET /items/1 HTTP/1.1\r\nHost: x\r\n\r\n", 200, "X-Evil: a  Set-Cookie: b", ""},
        {__LINE__, "GET /items/%FF HTTP/1.1\r\nHost: x\r\n\r\n", 404, "", "no_such_address"},
        {__LINE__, "GET /items/1?q=%FF HTTP/1.1\r\nHost: x\r\n\r\n", 400, "", "bad_query"},
        {__LINE__, "GET /items/../fixed HTTP/1.1\r\nHost: x\r\n\r\n", 404, "", ""},
        {__LINE__, "GET /items/1 HTTP/1.1\r\nHost: x\r\nX-Test: \xff\xfe\r\n\r\n", 200, "", "1|-|||"},
        {__LINE__, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
         200, "", "{}"},
        {__LINE__, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415, "",
         "bad_content_type"},
        {__LINE__,
         "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json; charset=utf-8\r\nTransfer-Encoding: "
         "chunked\r\n"
         "\r\n2\r\n[1\r\n1\r\n]\r\n0\r\n\r\n",
         200, "", "[1]"},
        {__LINE__,
         "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
         "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400, "", ""},
        {__LINE__, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400, "", ""},
        {__LINE__,
         "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
         "8\r\n\r\ntext=a+b",
         200, "", "a b|-|0"},
        {__LINE__,
         "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
         "8\r\n\r\ntext=%ZZ",
         400, "", "bad_form"},
        /* What curl --data-binary sends by itself is bytes to an address that takes bytes. */
        {__LINE__,
         "POST /raw HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
         "3\r\n\r\n%ZZ",
         200, "", "%ZZ"},
        {__LINE__, "POST /self HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 503, "Retry-After", "busy"},
        {__LINE__, "POST /later HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n{ }",
         201, "", "{ }"},
        {__LINE__, "GET /file HTTP/1.1\r\nHost: x\r\n\r\n", 200, "Accept-Ranges: bytes", "0123456789"},
        {__LINE__, "GET /file HTTP/1.1\r\nHost: x\r\nRange: bytes=2-4\r\n\r\n", 206, "Content-Range: bytes 2-4/10",
         "234"},
        {__LINE__, "GET /file HTTP/1.1\r\nHost: x\r\nRange: bytes=-3\r\n\r\n", 206, "Content-Range: bytes 7-9/10",
         "789"},
        {__LINE__, "GET /file HTTP/1.1\r\nHost: x\r\nRange: bytes=10-\r\n\r\n", 416, "Content-Range: bytes */10", ""},
        {__LINE__, "GET /file HTTP/1.1\r\nHost: x\r\nRange: bytes=2-4\r\nIf-Range: \"v0\"\r\n\r\n", 200, "",
         "0123456789"},
        {__LINE__, "GET /file HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"v0\", W/\"v1\"\r\n\r\n", 304, "ETag: \"v1\"", ""},
        {__LINE__, "GET /fixed HTTP/1.1\r\n\r\n", 400, "", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        client_ask(f->port, rows[i].request, &a);
        bool ok = a.status == rows[i].status && strstr(a.head, rows[i].in_head) && strstr(a.body, rows[i].in_body);
        if (!ok) print_error("row %d: %d\n%s%s\n", rows[i].line, a.status, a.head, a.body);
        assert_true(ok);
    }
}

/* Each kind of reply must leave the connection open. */
static void keep_alive(void **state) {
    (void)state;
    static const struct {
        const char *request;
        int status;
    } rows[] = {
        {"POST /later HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"a\":123}",
         201},
        {"GET /later HTTP/1.1\r\nHost: x\r\n\r\n", 201},
        {"POST /self HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 503},
        {"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", 404},
        {"POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody", 404},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: "
         "chunked\r\n\r\n1\r\n1\r\n0\r\n\r\n",
         200},
        {"GET /file HTTP/1.1\r\nHost: x\r\n\r\n", 200},
    };
    struct client *c = client_open(f->port);
    for (size_t i = 0; i < 1400; i++) {
        assert_true(client_sendz(c, rows[i % ARRAY_LEN(rows)].request));
        assert_true(client_read(c, &a, false, 5000));
        assert_int_equal(a.status, rows[i % ARRAY_LEN(rows)].status);
    }
    client_close(c);
}

static void pipelining(void **state) {
    (void)state;
    struct client *c = client_open(f->port);
    char body[32], request[256];
    for (int i = 0; i < 50; i++) {
        int n = snprintf(body, sizeof body, "{\"n\":%d}", i);
        snprintf(request, sizeof request,
                 "POST /%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
                 i % 2 ? "echo" : "later", n, body);
        assert_true(client_sendz(c, request));
    }
    for (int i = 0; i < 50; i++) {
        assert_true(client_read(c, &a, false, 5000));
        snprintf(body, sizeof body, "{\"n\":%d}", i);
        assert_string_equal(a.body, body);
    }
    client_close(c);
}

/* Reads what comes until the end of the connection. out: whether the end came within the time. */
static bool read_to_end(struct client *c, int timeout_ms) {
    for (;;) {
        ssize_t n = client_more(c, timeout_ms);
        if (n <= 0) return n == 0;
    }
}

static void header_too_large(void **state) {
    (void)state;
    struct client *c = client_open(f->port);
    char line[1024];
    memset(line, 'x', sizeof line);
    memcpy(line, "X-Long: ", 8);
    memcpy(line + sizeof line - 2, "\r\n", 2);
    client_sendz(c, "GET /fixed HTTP/1.1\r\nHost: x\r\n");
    for (int i = 0; i < 64 && client_send(c, line, sizeof line); i++) continue;
    assert_true(read_to_end(c, 5000));
    assert_null(memmem(c->in, c->len, "200 OK", 6));
    client_close(c);
    client_ask(f->port, "GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n", &a); /* the server lives */
    assert_int_equal(a.status, 200);
}

/* A header as a browser with a long query and cookies sends it must fit. */
static void header_large_enough(void **state) {
    (void)state;
    static char request[8192];
    char filler[2001];
    memset(filler, 'a', sizeof filler - 1);
    filler[sizeof filler - 1] = 0;
    snprintf(request, sizeof request,
             "GET /items/1?q=%s HTTP/1.1\r\nHost: x\r\nReferer: %s\r\nCookie: sid=%s\r\nX-Test: t\r\n\r\n", filler,
             filler, filler);
    client_ask(f->port, request, &a);
    assert_int_equal(a.status, 200);
}

/* With Expect the refusal comes before the body; without, a short body is read and the connection stays. */
static void body_too_large(void **state) {
    (void)state;
    static char body[30000];
    struct client *c = client_open(f->port);
    const char *head = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 30000\r\n";
    client_sendz(c, head);
    client_sendz(c, "Expect: 100-continue\r\n\r\n");
    assert_true(client_read(c, &a, false, 5000));
    assert_int_equal(a.status, 413);
    assert_true(read_to_end(c, 5000));
    client_close(c);
    c = client_open(f->port);
    for (int i = 0; i < 3; i++) {
        client_sendz(c, head);
        client_sendz(c, "\r\n");
        client_send(c, body, sizeof body);
        assert_true(client_read(c, &a, false, 5000));
        assert_int_equal(a.status, 413);
        assert_non_null(strstr(a.body, "body_too_large"));
    }
    client_close(c);
    client_ask(f->port, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", &a);
    assert_int_equal(a.status, 413);
}

static void expected_body(void **state) {
    (void)state;
    struct client *c = client_open(f->port);
    client_sendz(c, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
                    "Expect: 100-continue\r\n\r\n");
    assert_true(client_read(c, &a, true, 5000));
    assert_int_equal(a.status, 100);
    client_sendz(c, "[]");
    assert_true(client_read(c, &a, false, 5000));
    assert_int_equal(a.status, 200);
    client_close(c);
}

/* A body without a length that does not end. */
static void endless_body(void **state) {
    (void)state;
    static char chunk[10008] = "2710\r\n";
    struct client *c = client_open(f->port);
    memcpy(chunk + sizeof chunk - 2, "\r\n", 2);
    client_sendz(c, "POST /raw HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    size_t sent = 0;
    while (sent < 64 << 20 && client_send(c, chunk, sizeof chunk)) sent += sizeof chunk;
    assert_true(sent < 16 << 20); /* what fits into the sockets' buffers, and a megabyte */
    client_close(c);
}

static void one_thread(void **state) {
    (void)state;
    struct fixture *one = fixture_start((struct http_options){.limits_off = true, .threads = 1, .listen = "[::1]:0"});
    fixture_stop(one, 100);
    one = fixture_start((struct http_options){.limits_off = true, .threads = 1});
    client_ask(one->port, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n", &a);
    assert_int_equal(a.status, 201);
    fixture_stop(one, 100);
}

static void bad_listen(void **state) {
    (void)state;
    static const char *const rows[] = {"",       "8080", "localhost", "1.2.3:80", "127.0.0.1:65536", "127.0.0.1:x",
                                       "[::1:80"};
    struct http_server *s = NULL;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {0};
        assert_int_equal(http_start(&(struct http_options){.listen = rows[i]}, &s, &err), E_INVALID);
        assert_null(s);
    }
}

/* --- slow and many clients --- */

/* Clients that send a byte now and then: never idle, never done. */
static void slow_clients(void **state) {
    (void)state;
    struct fixture *slow = fixture_start((struct http_options){.limits_off = true, .request_timeout_s = 1});
    struct client *header = client_open(slow->port), *body = client_open(slow->port), *silent = client_open(slow->port);
    struct client *deferred = client_open(slow->port);
    slow->hold = true;
    client_sendz(deferred, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    client_sendz(header, "GET /fixed HTTP/1.1\r\n");
    client_sendz(body, "POST /raw HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
    for (int i = 0; i < 35; i++) {
        client_sendz(header, "X");
        client_sendz(body, "x");
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    }
    assert_true(read_to_end(header, 2000));
    assert_true(read_to_end(body, 2000));
    assert_non_null(memmem(body->in, body->len, "408", 3));
    assert_true(read_to_end(silent, 2000));
    slow->hold = false; /* who waits for us is not slow */
    pthread_cond_signal(&slow->wake);
    assert_true(client_read(deferred, &a, false, 5000));
    assert_int_equal(a.status, 201);
    client_close(header);
    client_close(body);
    client_close(silent);
    client_close(deferred);
    fixture_stop(slow, 100);
}

static void idle_timeout(void **state) {
    (void)state;
    struct fixture *s = fixture_start((struct http_options){.limits_off = true, .idle_timeout_s = 1});
    struct client *c = client_open(s->port);
    client_sendz(c, "GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(client_read(c, &a, false, 5000));
    assert_true(read_to_end(c, 4000));
    client_close(c);
    s->hold = true; /* who waits for us is not idle */
    c = client_open(s->port);
    client_sendz(c, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    nanosleep(&(struct timespec){.tv_sec = 2, .tv_nsec = 500000000}, NULL);
    s->hold = false;
    pthread_cond_signal(&s->wake);
    assert_true(client_read(c, &a, false, 2000));
    assert_int_equal(a.status, 201);
    client_sendz(c, "GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(client_read(c, &a, false, 2000));
    client_close(c);
    fixture_stop(s, 100);
}

static void many_connections(void **state) {
    (void)state;
    struct fixture *s = fixture_start((struct http_options){.per_address_max = 20, .connections_max = 64});
    struct client *clients[40];
    int refused = 0, served = 0;
    for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
        clients[i] = client_open(s->port);
        client_sendz(clients[i], "GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n");
        if (client_read(clients[i], &a, false, 5000))
            served++;
        else
            refused++;
    }
    assert_int_equal(served, 20);
    assert_int_equal(refused, 20);
    for (size_t i = 0; i < ARRAY_LEN(clients); i++) client_close(clients[i]);
    for (int i = 0; i < 100 && served == 20; i++) { /* places come back */
        client_ask(s->port, "GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n", &a);
        if (a.status == 200) served++;
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    assert_int_equal(served, 21);
    fixture_stop(s, 100);
}

/* As many requests at one moment as libmicrohttpd takes from epoll at a time: its own threads would leave them. */
static void burst(void **state) {
    (void)state;
    struct fixture *s = fixture_start((struct http_options){.limits_off = true, .threads = 1});
    struct client *clients[128], *slow = client_open(s->port);
    const char *request = "GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n";
    for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
        clients[i] = client_open(s->port);
        client_sendz(clients[i], request);
        assert_true(client_read(clients[i], &a, false, 5000));
    }
    client_sendz(slow, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    for (size_t i = 0; i < ARRAY_LEN(clients); i++) client_sendz(clients[i], request);
    assert_true(client_read(slow, &a, false, 2000));
    for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
        assert_true(client_read(clients[i], &a, false, 2000));
        client_close(clients[i]);
    }
    client_close(slow);
    fixture_stop(s, 100);
}

static int ask_times(struct fixture *s, const char *request, int times) {
    int ok = 0;
    for (int i = 0; i < times; i++) {
        client_ask(s->port, request, &a);
        ok += a.status == 200;
        if (a.status != 200) assert_int_equal(a.status, 429);
    }
    return ok;
}

static void rates(void **state) {
    (void)state;
    const char *write = "POST /public HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
    struct fixture *s =
        fixture_start((struct http_options){.reads_per_s = 5, .writes_per_s = 0.5, .behind_proxy = true});
    assert_in_range(ask_times(s, write, 10), 5, 7);
    assert_non_null(strstr(a.head, "Retry-After: "));
    assert_in_range(ask_times(s, "GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n", 60), 40, 57);
    /* Behind a proxy each client has its own measure, by the address that the proxy saw. */
    client_ask(s->port, "GET /items/1 HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 9.9.9.9, 203.0.113.7\r\n\r\n", &a);
    assert_int_equal(a.status, 200);
    assert_non_null(strstr(a.body, "203.0.113.7"));
    fixture_stop(s, 100);
}

/* --- streams --- */

static struct client *open_stream(uint16_t port, const char *path) {
    struct client *c = client_open(port);
    char request[128];
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
    client_sendz(c, request);
    return c;
}

static bool wait_for(struct client *c, const char *text, int timeout_ms) {
    while (!memmem(c->in, c->len, text, strlen(text)))
        if (client_more(c, timeout_ms) <= 0) return false;
    return true;
}

static void wait_closed(struct fixture *s, int n) {
    for (int i = 0; i < 500 && s->streams_closed < n; i++) nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_int_equal(s->streams_closed, n);
}

static void streams(void **state) {
    (void)state;
    struct fixture *s = fixture_start((struct http_options){.limits_off = true, .heartbeat_ms = 200});
    struct client *at_once = open_stream(s->port, "/events"), *deferred = open_stream(s->port, "/later-events");
    struct client *both[] = {at_once, deferred};
    for (size_t i = 0; i < 2; i++) {
        assert_true(wait_for(both[i], "\r\n\r\n", 2000));
        assert_non_null(strstr(both[i]->in, "HTTP/1.1 200 OK"));
        assert_non_null(strstr(both[i]->in, "Content-Type: text/event-stream"));
        assert_non_null(strstr(both[i]->in, "Cache-Control: no-store"));
        assert_null(strstr(both[i]->in, "chunked"));
        assert_true(wait_for(both[i], "\r\n\r\n:\n\n", 2000)); /* a heartbeat */
    }
    for (int n = 1; n <= 100; n++) {
        char id[32];
        snprintf(id, sizeof id, "id: %d\ndata: x\n\n", n);
        fixture_publish(s, 1);
        assert_true(wait_for(at_once, id, 2000) && wait_for(deferred, id, 2000));
    }
    client_close(at_once);
    wait_closed(s, 1); /* noticed without a message */
    fixture_publish(s, 1);
    assert_true(wait_for(deferred, "id: 101\n", 2000));
    fixture_stop(s, 100);
    assert_true(read_to_end(deferred, 1000));
    client_close(deferred);
}

/* More than the sockets hold, then read: every message arrives, in order. */
static void stream_slow_reader(void **state) {
    (void)state;
    struct fixture *s = fixture_start((struct http_options){.limits_off = true});
    struct client *c = open_stream(s->port, "/events?size=5000");
    assert_true(wait_for(c, "\r\n\r\n", 2000));
    fixture_publish(s, 4000); /* 20 MB */
    nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    client_ask(s->port, "GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n", &a); /* nobody else waits */
    assert_int_equal(a.status, 200);
    for (int n = 1; n <= 4000; n++) {
        char id[32];
        snprintf(id, sizeof id, "id: %d\n", n);
        assert_true(wait_for(c, id, 2000));
        char *at = memmem(c->in, c->len, id, strlen(id));
        client_drop(c, (size_t)(at - c->in));
    }
    client_close(c);
    wait_closed(s, 1);
    fixture_stop(s, 100);
}

static void stream_stuck_reader(void **state) {
    (void)state;
    struct fixture *s = fixture_start((struct http_options){.limits_off = true, .heartbeat_ms = 100});
    struct client *c = open_stream(s->port, "/events?size=5000");
    assert_true(wait_for(c, "\r\n\r\n", 2000));
    fixture_publish(s, 4000);
    wait_closed(s, 1);
    client_close(c);
    fixture_stop(s, 100);
}

static void stream_bounds(void **state) {
    (void)state;
    struct fixture *s = fixture_start((struct http_options){.limits_off = true, .streams_max = 2});
    struct client *one = open_stream(s->port, "/events"), *two = open_stream(s->port, "/events");
    assert_true(wait_for(one, "\r\n\r\n", 2000) && wait_for(two, "\r\n\r\n", 2000));
    client_ask(s->port, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n", &a);
    assert_int_equal(a.status, 503);
    client_ask(s->port, "HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n", &a);
    assert_int_equal(a.status, 200);
    client_close(one);
    wait_closed(s, 3); /* the two that were refused, and this one */
    one = open_stream(s->port, "/events");
    assert_true(wait_for(one, "200 OK", 2000));
    static char flood[8192];
    client_send(two, flood, sizeof flood); /* a stream does not listen for long */
    wait_closed(s, 4);
    client_close(one);
    client_close(two);
    fixture_stop(s, 100);
}

/* --- stopping --- */

static void *stop_thread(void *arg) {
    http_stop(((struct fixture *)arg)->server, 3000);
    return NULL;
}

static void drain(void **state) {
    (void)state;
    struct fixture *s = fixture_start((struct http_options){.limits_off = true});
    struct client *kept = client_open(s->port), *waiting = client_open(s->port);
    pthread_t stopper;
    s->hold = true;
    client_sendz(kept, "GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(client_read(kept, &a, false, 2000));
    client_sendz(waiting, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    while (!s->n_queue) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    pthread_create(&stopper, NULL, stop_thread, s);
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    client_sendz(kept, "GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n"); /* new work is refused */
    assert_true(client_read(kept, &a, false, 2000));
    assert_int_equal(a.status, 503);
    assert_non_null(strstr(a.head, "Connection: close"));
    s->hold = false; /* work in progress is done */
    pthread_cond_signal(&s->wake);
    assert_true(client_read(waiting, &a, false, 2000));
    assert_int_equal(a.status, 201);
    pthread_join(stopper, NULL);
    client_close(kept);
    client_close(waiting);
    fixture_free(s);
}

/* The answer comes after the drain has given up: the client had a 503, the late answer harms nothing. */
static void drain_in_vain(void **state) {
    (void)state;
    struct fixture *s = fixture_start((struct http_options){.limits_off = true});
    struct client *waiting[8];
    s->hold = true;
    for (size_t i = 0; i < ARRAY_LEN(waiting); i++) {
        waiting[i] = open_stream(s->port, i % 2 ? "/later" : "/later-events");
    }
    while (s->n_queue < ARRAY_LEN(waiting)) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    http_stop(s->server, 50);
    for (size_t i = 0; i < ARRAY_LEN(waiting); i++) {
        assert_true(client_read(waiting[i], &a, false, 2000));
        assert_int_equal(a.status, 503);
        client_close(waiting[i]);
    }
    s->hold = false;
    pthread_cond_signal(&s->wake);
    while (s->n_queue) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    fixture_free(s);
}

static void metrics(void **state) {
    (void)state;
    struct strbuf b;
    strbuf_init(&b, 65536);
    http_metrics(f->server, &b);
    strbuf_addc(&b, 0);
    assert_non_null(strstr(b.ptr, "yiwang_http_replies_total{class=\"2xx\"} "));
    assert_non_null(strstr(b.ptr, "yiwang_http_request_seconds_bucket{le=\"+Inf\"} "));
    assert_non_null(strstr(b.ptr, "yiwang_http_streams 0\n"));
    strbuf_done(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests),
        cmocka_unit_test(keep_alive),
        cmocka_unit_test(pipelining),
        cmocka_unit_test(header_too_large),
        cmocka_unit_test(header_large_enough),
        cmocka_unit_test(body_too_large),
        cmocka_unit_test(expected_body),
        cmocka_unit_test(endless_body),
        cmocka_unit_test(one_thread),
        cmocka_unit_test(bad_listen),
        cmocka_unit_test(slow_clients),
        cmocka_unit_test(idle_timeout),
        cmocka_unit_test(many_connections),
        cmocka_unit_test(burst),
        cmocka_unit_test(rates),
        cmocka_unit_test(streams),
        cmocka_unit_test(stream_slow_reader),
        cmocka_unit_test(stream_stuck_reader),
        cmocka_unit_test(stream_bounds),
        cmocka_unit_test(drain),
        cmocka_unit_test(drain_in_vain),
        cmocka_unit_test(metrics),
    };
    return cmocka_run_group_tests_name("server", tests, start, stop);
}
