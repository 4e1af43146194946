/* What a handler can ask of its request. */
#include "http/http_int.h"

#include <string.h>

struct arena *http_arena(struct http_call *c) {
    return &c->arena;
}

enum http_method http_method_of(const struct http_call *c) {
    return c->method;
}

str http_path(const struct http_call *c) {
    return c->path;
}

const struct http_route *http_route_of(const struct http_call *c) {
    return c->match.route;
}

str http_param(const struct http_call *c, const char *name) {
    return c->match.route == NULL ? STR_NONE : route_param(&c->match, name); /* refused before a route was found */
}

bool http_query(const struct http_call *c, const char *name, str *ret) {
    return pairs_find(&c->query, name, 0, ret);
}

/* Once the server has given a call up, its connection may be gone. */
static bool has_connection(const struct http_call *c) {
    return c->mhd && atomic_load(&c->state) != CALL_ABANDONED;
}

str http_header(const struct http_call *c, const char *name) {
    if (!has_connection(c)) return S("");
    const char *value = NULL;
    size_t len = 0;
    if (MHD_lookup_connection_value_n(c->mhd, MHD_HEADER_KIND, name, strlen(name), &value, &len) != MHD_YES || !value)
        return S("");
    str s = str_trim((str){value, len});
    return utf8_valid(s) ? s : S("");
}

str http_cookie(const struct http_call *c, const char *name) {
    str rest = http_header(c, "Cookie"), piece;
    while (str_split(&rest, ';', &piece)) {
        piece = str_trim(piece);
        const char *eq = piece.len ? memchr(piece.ptr, '=', piece.len) : NULL;
        if (!eq) continue;
        size_t at = (size_t)(eq - piece.ptr);
        if (!str_is(str_slice(piece, 0, at), name)) continue;
        str value = str_slice(piece, at + 1, piece.len);
        bool quoted = value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"';
        return quoted ? str_slice(value, 1, value.len - 1) : value;
    }
    return S("");
}

/* Letters, digits and what a port or an IPv6 address needs: all else would end up in links. */
static bool is_host(str host) {
    if (host.len == 0 || host.len > 255) return false;
    for (size_t i = 0; i < host.len; i++) {
        char ch = host.ptr[i];
        bool ok = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
        if (!ok && (ch == '\0' || strchr(".-:[]_", ch) == NULL)) return false;
    }
    return true;
}

str http_origin(struct http_call *c) {
    str host = http_header(c, "Host"), scheme = str_trim(http_header(c, "X-Forwarded-Proto"));
    if (!is_host(host)) return S("");
    return str_format(&c->arena, "%s://%.*s", str_is_nocase(scheme, "https") ? "https" : "http", P(host));
}

str http_body(const struct http_call *c) {
    return c->form ? S("") : strbuf_str(&c->body);
}

bool http_form(const struct http_call *c, const char *name, size_t index, str *ret) {
    return c->form && pairs_find(&c->form->fields, name, index, ret);
}

bool http_file(const struct http_call *c, const char *name, size_t index, struct http_file *ret) {
    for (size_t i = 0; c->form && i < c->form->n_files; i++) {
        if (!str_is(c->form->files[i].field, name) || index--) continue;
        *ret = c->form->files[i].file;
        return true;
    }
    return false;
}

str http_client(const struct http_call *c) {
    return c->client;
}

void http_set_user(struct http_call *c, void *user) {
    c->user = user;
}

void *http_user(const struct http_call *c) {
    return c->user;
}
