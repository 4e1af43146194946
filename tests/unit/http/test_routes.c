/* The compiled route table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/http_int.h"

#include <stdlib.h>
#include <string.h>

static void handler(struct http_call *c, void *ctx) {
    (void)c, (void)ctx;
}

#define ROUTE(m, p)                                                                                                    \
    { .method = HTTP_##m, .pattern = p, .handler = handler }

static const struct http_route table[] = {
    ROUTE(GET, "/"),
    ROUTE(GET, "/api/v1/cases"),
    ROUTE(POST, "/api/v1/cases"),
    ROUTE(GET, "/api/v1/cases/{number}"),
    ROUTE(GET, "/api/v1/cases/export"),
    ROUTE(POST, "/api/v1/cases/{number}/actions/{action}"),
    ROUTE(DELETE, "/api/v1/cases/{id}/media/{media}"),
    ROUTE(POST, "/api/v1/cases/export/again"),
    ROUTE(GET, "/field/"),
    ROUTE(GET, "/static/{path*}"),
    ROUTE(GET, "/static/special"),
    ROUTE(PUT, "/ogc/collections/{id}/items/{item}"),
    ROUTE(HEAD, "/headed"),
    ROUTE(GET, "/headed"),
};

static struct routes routes;
static struct arena arena;

static int start(void **state) {
    (void)state;
    arena_init(&arena, 0);
    routes_init(&routes, table, ARRAY_LEN(table));
    return 0;
}

static int stop(void **state) {
    (void)state;
    routes_done(&routes);
    arena_done(&arena);
    return 0;
}

enum { G = 1 << HTTP_GET, PO = 1 << HTTP_POST, PU = 1 << HTTP_PUT, D = 1 << HTTP_DELETE, H = 1 << HTTP_HEAD };

static void matching(void **state) {
    (void)state;
    static const struct {
        int line;
        enum http_method method;
        const char *path, *pattern;
        uint32_t allowed;
        const char *name, *value;
    } rows[] = {
        {__LINE__, HTTP_GET, "/", "/", G, NULL, NULL},
        {__LINE__, HTTP_HEAD, "/", "/", G, NULL, NULL},
        {__LINE__, HTTP_HEAD, "/headed", "/headed", G | H, NULL, NULL},
        {__LINE__, HTTP_GET, "/api/v1/cases", "/api/v1/cases", G | PO, NULL, NULL},
        {__LINE__, HTTP_DELETE, "/api/v1/cases", NULL, G | PO, NULL, NULL},
        {__LINE__, 0, "/api/v1/cases", NULL, G | PO, NULL, NULL},
        {__LINE__, HTTP_GET, "/api/v1/cases/SS-1", "/api/v1/cases/{number}", G, "number", "SS-1"},
        {__LINE__, HTTP_GET, "/api/v1/cases/SS-1", "/api/v1/cases/{number}", G, "nonsense", NULL},
        {__LINE__, HTTP_GET, "/api/v1/cases/export", "/api/v1/cases/export", G, "number", NULL},
        {__LINE__, HTTP_GET, "/api/v1/cases/%65xport", "/api/v1/cases/export", G, NULL, NULL},
        {__LINE__, HTTP_GET, "/api/v1/cases/exports", "/api/v1/cases/{number}", G, "number", "exports"},
        {__LINE__, HTTP_POST, "/api/v1/cases/export/actions/close", "/api/v1/cases/{number}/actions/{action}", PO,
         "number", "export"},
        {__LINE__, HTTP_POST, "/api/v1/cases/7/actions/close", "/api/v1/cases/{number}/actions/{action}", PO, "action",
         "close"},
        {__LINE__, HTTP_GET, "/api/v1/cases/7/actions/close", NULL, PO, NULL, NULL},
        {__LINE__, HTTP_DELETE, "/api/v1/cases/7/media/9", "/api/v1/cases/{id}/media/{media}", D, "id", "7"},
        {__LINE__, HTTP_GET, "/api/v1/cases/%E4%BA%95%E7%9B%96", "/api/v1/cases/{number}", G, "number",
         "\xE4\xBA\x95\xE7\x9B\x96"},
        {__LINE__, HTTP_GET, "/api/v1/cases/a%2Fb", "/api/v1/cases/{number}", G, "number", "a/b"},
        {__LINE__, HTTP_GET, "/api/v1/cases/a+b", "/api/v1/cases/{number}", G, "number", "a+b"},
        {__LINE__, HTTP_GET, "/api/v1/cases/", NULL, 0, NULL, NULL},
        {__LINE__, HTTP_GET, "/api/v1/cases/%00", NULL, 0, NULL, NULL},
        {__LINE__, HTTP_GET, "/api/v1/cases/%FF", NULL, 0, NULL, NULL},
        {__LINE__, HTTP_GET, "/api/v1/cases/%4", NULL, 0, NULL, NULL},
        {__LINE__, HTTP_GET, "/api/v1/cases/%zz", NULL, 0, NULL, NULL},
        {__LINE__, HTTP_GET, "/api//v1/cases", NULL, 0, NULL, NULL},
        {__LINE__, HTTP_GET, "api/v1/cases", NULL, 0, NULL, NULL},
        {__LINE__, HTTP_GET, "*", NULL, 0, NULL, NULL},
        {__LINE__, HTTP_GET, "", NULL, 0, NULL, NULL},
        {__LINE__, HTTP_GET, "/field", NULL, 0, NULL, NULL},
        {__LINE__, HTTP_GET, "/field/", "/field/", G, NULL, NULL},
        {__LINE__, HTTP_GET, "/static/a/b/c.js", "/static/{path*}", G, "path", "a/b/c.js"},
        {__LINE__, HTTP_GET, "/static/", "/static/{path*}", G, "path", ""},
        {__LINE__, HTTP_GET, "/static", NULL, 0, NULL, NULL},
        {__LINE__, HTTP_GET, "/static/special", "/static/special", G, NULL, NULL},
        {__LINE__, HTTP_GET, "/static/special/more", "/static/{path*}", G, "path", "special/more"},
        {__LINE__, HTTP_GET, "/static/../secret", NULL, 0, NULL, NULL},
        {__LINE__, HTTP_GET, "/static/%2e%2E/secret", NULL, 0, NULL, NULL},
        {__LINE__, HTTP_GET, "/static/./x", NULL, 0, NULL, NULL},
        {__LINE__, HTTP_GET, "/static/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25", NULL, 0, NULL,
         NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct route_match m;
        routes_match(&routes, rows[i].method, str_z(rows[i].path), &arena, &m);
        bool ok = m.allowed == rows[i].allowed && !m.route == !rows[i].pattern &&
                  (!m.route || strcmp(m.route->pattern, rows[i].pattern) == 0);
        if (ok && rows[i].name) ok = str_eq(route_param(&m, rows[i].name), str_z(rows[i].value));
        if (!ok) print_error("row %d: %s, allowed %x\n", rows[i].line, m.route ? m.route->pattern : "-", m.allowed);
        assert_true(ok);
    }
}

static void allow_header(void **state) {
    (void)state;
    static const struct {
        uint32_t allowed;
        const char *text;
    } rows[] = {{G, "GET, HEAD"}, {G | PO, "GET, POST, HEAD"}, {PU | D, "PUT, DELETE"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct strbuf b;
        strbuf_init(&b, 64);
        routes_allow(rows[i].allowed, &b);
        assert_true(str_is(strbuf_str(&b), rows[i].text));
        strbuf_done(&b);
    }
}

/* Against a naive twin: each pattern is compared with the path segment by segment. Paths are made of few words, so that
 * literals, parameters and rests compete. */
static bool naive_match(const char *pattern, const char *path) {
    while (*pattern && *path) {
        if (*pattern != '/' || *path != '/') return false;
        pattern++, path++;
        size_t n = strcspn(pattern, "/"), m = strcspn(path, "/");
        bool param = n > 2 && pattern[0] == '{';
        if (param && pattern[n - 2] == '*') return true;
        if (param ? m == 0 : (n != m || strncmp(pattern, path, n) != 0)) return false;
        pattern += n, path += m;
    }
    return !*pattern && !*path;
}

static void model(void **state) {
    (void)state;
    static const char *const words[] = {"",        "api",    "v1",      "cases", "export",
                                        "actions", "static", "special", "media", "x"};
    uint32_t seed = 20261124;
    size_t hits = 0;
    for (int round = 0; round < 200000; round++) {
        char path[128] = "";
        const char *start_with = round % 3 ? "/api/v1/cases" : "";
        size_t len = strlen(start_with);
        memcpy(path, start_with, len + 1);
        for (uint32_t k = 0; k < 1 + (uint32_t)round % 5; k++) {
            seed = seed * 1664525 + 1013904223;
            const char *word = words[(seed >> 16) % ARRAY_LEN(words)];
            path[len++] = '/';
            memcpy(path + len, word, strlen(word) + 1);
            len += strlen(word);
        }
        uint32_t allowed = 0;
        for (size_t i = 0; i < ARRAY_LEN(table); i++)
            if (naive_match(table[i].pattern, path)) allowed |= 1U << table[i].method;
        struct route_match m;
        routes_match(&routes, 0, str_z(path), &arena, &m); /* method 0 visits all that match */
        if (m.allowed != allowed) print_error("%s: %x, should be %x\n", path, m.allowed, allowed);
        assert_int_equal(m.allowed, allowed);
        hits += allowed != 0;
        arena_clear(&arena);
    }
    assert_true(hits > 10000);
}

static void ranges(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *header;
        size_t size;
        int result;
        size_t from, len;
    } rows[] = {
        {__LINE__, "", 10, 0, 0, 0},
        {__LINE__, "bytes=0-0", 10, 1, 0, 1},
        {__LINE__, "bytes=2-", 10, 1, 2, 8},
        {__LINE__, "bytes=2-100", 10, 1, 2, 8},
        {__LINE__, "bytes=-4", 10, 1, 6, 4},
        {__LINE__, "bytes=-40", 10, 1, 0, 10},
        {__LINE__, "bytes=-0", 10, -1, 0, 0},
        {__LINE__, "bytes=10-", 10, -1, 0, 0},
        {__LINE__, "bytes=5-4", 10, 0, 0, 0},
        {__LINE__, "bytes=-", 10, 0, 0, 0},
        {__LINE__, "bytes=0-1,3-4", 10, 0, 0, 0},
        {__LINE__, "lines=0-1", 10, 0, 0, 0},
        {__LINE__, "bytes=a-b", 10, 0, 0, 0},
        {__LINE__, "bytes=0-", 0, -1, 0, 0},
        {__LINE__, "bytes=-1", 0, -1, 0, 0},
        {__LINE__, "bytes=99999999999999999999-", 10, 0, 0, 0},
        {__LINE__, "bytes=--1", 10, 0, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t from = 0, len = 0;
        int result = range_parse(str_z(rows[i].header), rows[i].size, &from, &len);
        bool ok = result == rows[i].result && from == rows[i].from && len == rows[i].len;
        if (!ok) print_error("row %d: %d %zu %zu\n", rows[i].line, result, from, len);
        assert_true(ok);
    }
}

static void status_table(void **state) {
    (void)state;
    for (int s = OK; s < STATUS_COUNT; s++)
        assert_in_range(http_status_of((enum status)s), s == OK ? 200 : 400, s == OK ? 200 : 599);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matching), cmocka_unit_test(allow_header), cmocka_unit_test(model),
        cmocka_unit_test(ranges),   cmocka_unit_test(status_table),
    };
    return cmocka_run_group_tests_name("routes", tests, start, stop);
}
