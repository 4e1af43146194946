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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests),
        cmocka_unit_test(keep_alive),
        cmocka_unit_test(pipelining),
    };
    return cmocka_run_group_tests_name("server", tests, start, stop);
}
