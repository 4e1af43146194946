/* The route table as a tree of path segments. Compiled once; matching allocates only for encoded segments. */
#include "http/http_int.h"

#include <string.h>

#define METHODS (HTTP_HEAD + 1)

struct route_node {
    str literal;
    struct route_node *children, *next; /* literal children; sibling */
    struct route_node *param;           /* the child for any one segment */
    const struct http_route *routes[METHODS];
    const struct http_route *rest[METHODS]; /* patterns that end here with {name*} */
};

static bool is_param(str segment) {
    return segment.len > 2 && segment.ptr[0] == '{' && segment.ptr[segment.len - 1] == '}';
}

static bool is_rest(str segment) {
    return is_param(segment) && segment.ptr[segment.len - 2] == '*';
}

static struct route_node *literal_child(struct arena *a, struct route_node *parent, str segment) {
    for (struct route_node *n = parent->children; n; n = n->next)
        if (str_eq(n->literal, segment)) return n;
    struct route_node *n = NEW(a, struct route_node);
    n->literal = segment;
    n->next = parent->children;
    parent->children = n;
    return n;
}

static void insert(struct routes *r, const struct http_route *route) {
    check(route->pattern && route->pattern[0] == '/' && route->handler);
    check(route->method >= HTTP_GET && route->method <= HTTP_HEAD);
    str rest = str_z(route->pattern + 1), segment;
    struct route_node *node = r->root;
    size_t params = 0;
    bool last = false;
    while (!last) {
        const char *slash = rest.len ? memchr(rest.ptr, '/', rest.len) : NULL;
        last = !slash;
        segment = last ? rest : str_slice(rest, 0, (size_t)(slash - rest.ptr));
        if (!last) rest = str_slice(rest, segment.len + 1, rest.len);
        params += is_param(segment);
        if (is_rest(segment)) {
            check(last && !node->rest[route->method]);
            node->rest[route->method] = route;
            check(params <= ROUTE_PARAMS_MAX);
            return;
        }
        if (!is_param(segment)) {
            node = literal_child(&r->arena, node, segment);
            continue;
        }
        if (!node->param) node->param = NEW(&r->arena, struct route_node);
        node = node->param;
    }
    check(params <= ROUTE_PARAMS_MAX);
    check(!node->routes[route->method]); /* two routes for one address */
    node->routes[route->method] = route;
}

void routes_init(struct routes *r, const struct http_route *table, size_t n) {
    arena_init(&r->arena, 0);
    r->root = NEW(&r->arena, struct route_node);
    for (size_t i = 0; i < n; i++) insert(r, &table[i]);
}

void routes_done(struct routes *r) {
    arena_done(&r->arena);
}

/* One match in progress. */
struct walk {
    enum http_method method;
    str path;                         /* without the leading slash, raw */
    str segments[ROUTE_SEGMENTS_MAX]; /* decoded */
    size_t from[ROUTE_SEGMENTS_MAX];  /* where each begins in path */
    size_t n;
    struct arena *arena;
    struct route_match *match;
};

static bool take_leaf(struct walk *w, const struct http_route *const *routes, size_t n_values) {
    for (uint32_t m = HTTP_GET; m < METHODS; m++)
        if (routes[m]) w->match->allowed |= 1U << m;
    if (!w->method) return false;
    const struct http_route *found = routes[w->method];
    if (!found && w->method == HTTP_HEAD) found = routes[HTTP_GET];
    if (!found) return false;
    w->match->route = found;
    w->match->n_values = n_values;
    return true;
}

static bool take_rest(struct walk *w, const struct route_node *node, size_t i, size_t n_values) {
    bool any = false;
    for (uint32_t m = HTTP_GET; m < METHODS; m++) any = any || node->rest[m];
    if (!any) return false;
    str raw = str_slice(w->path, w->from[i], w->path.len);
    if (!url_decode(w->arena, raw, false, &w->match->values[n_values])) return false;
    return take_leaf(w, node->rest, n_values + 1);
}

/* Depth is bounded by ROUTE_SEGMENTS_MAX. */
static bool walk_from(struct walk *w, const struct route_node *node, size_t i, size_t n_values) {
    if (i == w->n) return take_leaf(w, node->routes, n_values);
    for (const struct route_node *n = node->children; n; n = n->next)
        if (str_eq(n->literal, w->segments[i])) {
            if (walk_from(w, n, i + 1, n_values)) return true;
            break;
        }
    if (node->param && w->segments[i].len && n_values < ROUTE_PARAMS_MAX) {
        w->match->values[n_values] = w->segments[i];
        if (walk_from(w, node->param, i + 1, n_values + 1)) return true;
    }
    return n_values < ROUTE_PARAMS_MAX && take_rest(w, node, i, n_values);
}

static bool split_path(struct walk *w) {
    size_t at = 0;
    for (;;) {
        if (w->n == ROUTE_SEGMENTS_MAX) return false;
        const char *slash = at < w->path.len ? memchr(w->path.ptr + at, '/', w->path.len - at) : NULL;
        size_t end = slash ? (size_t)(slash - w->path.ptr) : w->path.len;
        str *segment = &w->segments[w->n];
        if (!url_decode(w->arena, str_slice(w->path, at, end), false, segment)) return false;
        if (str_is(*segment, ".") || str_is(*segment, "..")) return false;
        w->from[w->n++] = at;
        if (!slash) return true;
        at = end + 1;
    }
}

void routes_match(const struct routes *r, enum http_method method, str path, struct arena *a, struct route_match *ret) {
    *ret = (struct route_match){0};
    if (!path.len || path.ptr[0] != '/') return;
    struct walk w = {.method = method, .path = str_slice(path, 1, path.len), .arena = a, .match = ret};
    if (!split_path(&w)) return;
    walk_from(&w, r->root, 0, 0);
}

str route_param(const struct route_match *m, const char *name) {
    str rest = str_z(m->route->pattern), segment;
    size_t i = 0;
    while (str_split(&rest, '/', &segment)) {
        if (!is_param(segment)) continue;
        str inner = str_slice(segment, 1, segment.len - (is_rest(segment) ? 2 : 1));
        if (str_is(inner, name)) return m->values[i];
        i++;
    }
    return STR_NONE;
}

void routes_allow(uint32_t allowed, struct strbuf *out) {
    static const char *const names[METHODS] = {NULL, "GET", "POST", "PUT", "DELETE", "HEAD"};
    if (allowed & 1U << HTTP_GET) allowed |= 1U << HTTP_HEAD;
    for (uint32_t m = HTTP_GET; m < METHODS; m++) {
        if (!(allowed & 1U << m)) continue;
        if (out->len) strbuf_addz(out, ", ");
        strbuf_addz(out, names[m]);
    }
}
