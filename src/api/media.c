/* Photos: uploaded before the report that cites them, cleaned in a sandboxed child, served from blobs. Scans of stamped papers
 * as PDF: from staff only, kept as they are, and never shown in a page but handed out as a file. */
#include "api/api_int.h"

#define PDF_MAX ((size_t)20 << 20)

struct upload {
    struct api *api;
    struct http_call *call;
    str bytes;
};

enum status api_keep_photo(void *ctx, str bytes, char ret_id[33], struct err *err) {
    struct app *app = ctx;
    struct picture full = {0}, thumb = {0};
    enum status status = media_clean(bytes, &full, &thumb, err);
    if (status == OK) status = store_blob_put(app->store, (str){full.bytes, full.len}, S("image/jpeg"), ret_id, err);
    if (status == OK)
        status = store_blob_variant(app->store, str_z(ret_id), S("thumb"), (str){thumb.bytes, thumb.len}, err);
    picture_done(&full);
    picture_done(&thumb);
    return status;
}

static bool holds(str bytes, const char *what) {
    return str_find(bytes, str_z(what), 0) >= 0;
}

/* A scan is a PDF by what it holds, not by what it is called. One that would act by itself, carries other files or is locked is
 * refused; that finds what is honestly marked, so it is handed out as a file all the same. source: ISO 32000-1, 7.5, 7.6, 12.6. */
static enum status keep_scan(struct api *api, str bytes, char ret_id[33], struct err *err) {
    static const char *const active[] = {"/JavaScript",   "/JS ",       "/JS(", "/Launch",
                                         "/EmbeddedFile", "/RichMedia", "/XFA", "/Encrypt"};
    str tail = str_slice(bytes, bytes.len > 2048 ? bytes.len - 2048 : 0, bytes.len);
    if (bytes.len > PDF_MAX) return err_set(err, E_TOO_LARGE, "image_too_large", "A scan may have 20 MB.");
    bool whole = (str_starts(bytes, S("%PDF-1.")) || str_starts(bytes, S("%PDF-2."))) && holds(tail, "%%EOF");
    for (size_t i = 0; whole && i < ARRAY_LEN(active); i++) whole = !holds(bytes, active[i]);
    if (!whole) {
        err_set(err, E_INVALID, "bad_document", "This is no plain PDF.");
        err_field(err, "file");
        err_hint(err, "Scan the stamped paper anew, without lock, forms or attached files.");
        return E_INVALID;
    }
    return store_blob_put(api->app->store, bytes, S("application/pdf"), ret_id, err);
}

enum status media_keep(struct api *api, str bytes, char ret_id[33], struct err *err) {
    return api_keep_photo(api->app, bytes, ret_id, err);
}

static void upload_work(void *ctx) {
    struct upload *u = ctx;
    char id[33] = "";
    struct err err = {0};
    bool scan = str_starts(u->bytes, S("%PDF"));
    if ((scan ? keep_scan : media_keep)(u->api, u->bytes, id, &err) == OK)
        http_reply_json(u->call, 201, str_format(http_arena(u->call), "{\"id\":\"%s\"}", id));
    else
        http_problem(u->call, &err);
    http_resume(u->call);
}

void media_post(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct upload *u = NEW(http_arena(call), struct upload);
    struct http_file file;
    struct err err = {0};
    *u = (struct upload){.api = api, .call = call, .bytes = http_body(call)};
    if (http_file(call, "file", 0, &file) || http_file(call, "media", 0, &file)) u->bytes = file.bytes;
    if (u->bytes.len == 0) {
        err_set(&err, E_INVALID, "media_bad", "No picture was sent.");
        err_field(&err, "file");
        err_hint(&err, "Send the bytes of a JPEG, PNG, WebP or GIF as the body, or as the form field file.");
        reply_err(call, &err);
        return;
    }
    struct caller caller;
    if (str_starts(u->bytes, S("%PDF")) && staff_of(api, call, &caller, &err) != OK) {
        reply_err(call, &err);
        return;
    }
    http_defer(call);
    if (http_pool_run(api->pictures, upload_work, u, &err) == OK) return;
    http_problem(call, &err);
    http_resume(call);
}

void media_send(struct api *api, struct http_call *call, str id) {
    int fd = -1;
    size_t size = 0;
    str type = STR_NONE, variant = S("");
    struct err err = {0};
    http_query(call, "variant", &variant);
    if (store_blob_open(api->app->store, id, variant, &fd, &size, &type, http_arena(call), &err) != OK) {
        reply_err(call, &err);
        return;
    }
    http_add_header(call, "Cache-Control", S("private, max-age=86400"));
    if (str_is(type, "application/pdf"))
        http_add_header(call, "Content-Disposition",
                        str_format(http_arena(call), "attachment; filename=\"%.*s.pdf\"", P(id)));
    http_reply_fd(call, str_cstr(http_arena(call), type), fd, size);
}

/* Whether the comma-separated list of the case names the photo. */
static bool cites(str media, str id) {
    for (str one; str_split(&media, ',', &one);)
        if (str_eq(one, id)) return true;
    return false;
}

static str all_files(const struct case_view *v, struct arena *arena) {
    return str_format(arena, "%.*s,%.*s", P(v->media), P(v->documents));
}

static void not_found(struct http_call *call) {
    struct err err = {0};
    err_set(&err, E_NOT_FOUND, "not_found", "This case has no such photo.");
    reply_err(call, &err);
}

void media_send_cited(struct api *api, struct http_call *call, str media) {
    if (cites(media, http_param(call, "id")))
        media_send(api, call, http_param(call, "id"));
    else
        not_found(call);
}

void track_media(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct case_view *v = NEW(http_arena(call), struct case_view);
    struct err err = {0};
    if (app_track_case(api->app, http_param(call, "track"), http_arena(call), v, &err) != OK)
        reply_err(call, &err);
    else
        media_send_cited(api, call, all_files(v, http_arena(call)));
}

void media_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct case_view *v = NEW(http_arena(call), struct case_view);
    struct caller caller;
    struct err err = {0};
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = app_case(api->app, &caller, http_param(call, "number"), http_arena(call), v, &err);
    if (status != OK)
        reply_err(call, &err);
    else
        media_send_cited(api, call, all_files(v, http_arena(call)));
}
