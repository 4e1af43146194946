/* Addresses: decoding, queries, routes, ranges. What was decoded and is encoded anew is decoded alike; a route that is
 * found has all its parameters. */
#include "http/http_int.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void handler(struct http_call *c, void *ctx) {
    (void)c, (void)ctx;
}

static const struct http_route table[] = {
    {.method = HTTP_GET, .pattern = "/", .handler = handler},
    {.method = HTTP_GET, .pattern = "/cases/{number}", .handler = handler},
    {.method = HTTP_GET, .pattern = "/cases/export", .handler = handler},
    {.method = HTTP_POST, .pattern = "/cases/{number}/actions/{action}", .handler = handler},
    {.method = HTTP_GET, .pattern = "/static/{path*}", .handler = handler},
};

static void check_decoding(str raw, bool plus, struct arena *a) {
    str once, twice;
    struct strbuf b;
    if (!url_decode(a, raw, plus, &once)) return;
    check(utf8_valid(once) && once.len <= raw.len);
    strbuf_init(&b, raw.len * 3 + 1);
    strbuf_add_url(&b, once);
    check(url_decode(a, strbuf_str(&b), plus, &twice) && str_eq(once, twice));
    strbuf_done(&b);
}

static void check_pairs(str raw, struct arena *a) {
    struct pairs p;
    if (!url_pairs(a, raw, &p)) return;
    check(p.n <= PAIRS_MAX);
    for (size_t i = 0; i < p.n; i++) check(utf8_valid(p.v[i].name) && utf8_valid(p.v[i].value));
}

static void check_route(str path, struct arena *a) {
    static const char *const names[] = {"number", "action", "path"};
    struct routes r;
    struct route_match m;
    routes_init(&r, table, ARRAY_LEN(table));
    routes_match(&r, HTTP_GET, path, a, &m);
    size_t found = 0;
    for (size_t i = 0; m.route && i < ARRAY_LEN(names); i++) {
        str value = route_param(&m, names[i]);
        found += value.ptr != NULL;
        check(utf8_valid(value));
    }
    check(!m.route || found == m.n_values);
    check(!m.route || m.allowed);
    routes_done(&r);
}

static void check_range(str header) {
    for (size_t size = 0; size < 12; size += 3) {
        size_t from, len;
        if (range_parse(header, size, &from, &len) == 1) check(len > 0 && from < size && len <= size - from);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    str text = {(const char *)data, size};
    struct arena a;
    arena_init(&a, 0);
    check_decoding(text, false, &a);
    check_decoding(text, true, &a);
    check_pairs(text, &a);
    check_route(text, &a);
    check_range(text);
    arena_done(&a);
    return 0;
}
