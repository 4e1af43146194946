/* Photos: uploaded before the report that cites them, cleaned in a sandboxed child, served from blobs. */
#include "api/api_int.h"

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

enum status media_keep(struct api *api, str bytes, char ret_id[33], struct err *err) {
    return api_keep_photo(api->app, bytes, ret_id, err);
}

static void upload_work(void *ctx) {
    struct upload *u = ctx;
    char id[33] = "";
    struct err err = {0};
    if (media_keep(u->api, u->bytes, id, &err) == OK)
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
    http_reply_fd(call, str_cstr(http_arena(call), type), fd, size);
}

/* Whether the comma-separated list of the case names the photo. */
static bool cites(str media, str id) {
    for (str one; str_split(&media, ',', &one);)
        if (str_eq(one, id)) return true;
    return false;
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
        media_send_cited(api, call, v->media);
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
        media_send_cited(api, call, v->media);
}
