/* Serving the embedded faces: entry pages by name, their parts by hash, compressed where the client takes it. */
#include "api/faces.h"

#include <stdlib.h>
#include <string.h>

#include "api/api_int.h"

enum { AS_IS, GZIP, BROTLI };

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct face_file *)a)->path, ((const struct face_file *)b)->path);
}

static const struct face_file *find_file(const char *path) {
    if (N_FACE_FILES == 0) return NULL;
    struct face_file key = {.path = path};
    return bsearch(&key, FACE_FILES, N_FACE_FILES, sizeof *FACE_FILES, by_path);
}

/* A range is of the file as it is. Chromium offers br only over HTTPS and on the loopback; gzip always. */
static int best_form(const struct http_call *call, const struct face_file *file) {
    str accepts = http_header(call, "Accept-Encoding");
    if (!str_empty(http_header(call, "Range"))) return AS_IS;
    if (file->forms[BROTLI].bytes != NULL && str_find(accepts, S("br"), 0) >= 0) return BROTLI;
    if (file->forms[GZIP].bytes != NULL && http_accepts_gzip(call)) return GZIP;
    return AS_IS;
}

static void send_file(struct http_call *call, const struct face_file *file) {
    static const char *const ENCODINGS[] = {NULL, "gzip", "br"};
    int form = best_form(call, file);
    http_add_header(call, "ETag",
                    str_format(http_arena(call), "\"%s%s%s\"", file->etag, form == AS_IS ? "" : "-",
                               form == AS_IS ? "" : ENCODINGS[form]));
    http_add_header(call, "Cache-Control", file->immutable ? S("public, max-age=31536000, immutable") : S("no-cache"));
    http_add_header(call, "Vary", S("Accept-Encoding"));
    if (form != AS_IS) http_add_header(call, "Content-Encoding", str_z(ENCODINGS[form]));
    http_reply_static(call, file->type, (str){file->forms[form].bytes, file->forms[form].len});
}

static void send_page(struct api *api, struct http_call *call, const char *path) {
    const struct face_file *file = find_file(path);
    (void)api;
    if (file != NULL)
        send_file(call, file);
    else
        http_redirect(call, 303, S("/resident/")); /* built without faces: the pages without script remain */
}

void face_console(struct http_call *call, void *ctx) {
    send_page(ctx, call, "/index.html");
}

void face_wall(struct http_call *call, void *ctx) {
    send_page(ctx, call, "/wall.html");
}

void face_field(struct http_call *call, void *ctx) {
    send_page(ctx, call, "/field/index.html");
}

/* Every other file under its own path. What is missing is 404, never a page: a script that got one would fail in a riddle. */
void face_file(struct http_call *call, void *ctx) {
    const struct face_file *file = find_file(str_cstr(http_arena(call), http_path(call)));
    struct err err = {0};
    (void)ctx;
    if (file != NULL) {
        send_file(call, file);
        return;
    }
    err_set(&err, E_NOT_FOUND, "unknown_file", "There is no such file in this build.");
    err_hint(&err, "Load the page again: the server may have been updated.");
    reply_err(call, &err);
}
