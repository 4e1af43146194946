/* Photos of a resident's form. They come as files with the form, or were sent before and come as ids: by the script, which
 * makes them small and sends them while the rest is written, or with a form that came back. Nothing is chosen twice. */
#include <string.h>

#include "api/page.h"

#define ID_DIGITS 32

static enum status too_many(struct err *err) {
    return err_set(err, E_INVALID, "too_many_media", "At most %d photos go with a report.", REPORT_MEDIA_MAX);
}

static bool is_id(str id) {
    bool ok = id.len == ID_DIGITS;
    for (size_t i = 0; ok && i < id.len; i++)
        ok = (id.ptr[i] >= '0' && id.ptr[i] <= '9') || (id.ptr[i] >= 'a' && id.ptr[i] <= 'f');
    return ok;
}

static bool has(const struct photos *photos, str id) {
    for (size_t i = 0; i < photos->n; i++)
        if (str_is(id, photos->ids[i])) return true;
    return false;
}

void photos_sent(const struct http_call *call, const char *field, struct photos *ret) {
    str id;
    ret->n = 0;
    for (size_t i = 0; ret->n < REPORT_MEDIA_MAX && http_form(call, field, i, &id); i++) {
        if (!is_id(id) || has(ret, id)) continue;
        memcpy(ret->ids[ret->n], id.ptr, id.len);
        ret->ids[ret->n++][id.len] = '\0';
    }
}

enum status photos_take(struct api *api, struct http_call *call, const char *field, struct photos *ret,
                        struct err *err) {
    struct http_file file;
    enum status status = OK;
    photos_sent(call, field, ret);
    for (size_t i = 0; status == OK && http_file(call, field, i, &file); i++) {
        if (file.bytes.len == 0) continue; /* an empty file input */
        status = ret->n == REPORT_MEDIA_MAX ? too_many(err) : media_keep(api, file.bytes, ret->ids[ret->n], err);
        if (status == OK) ret->n++;
    }
    return status;
}

/* Photos that are here already: each may be taken out again. */
static void put_kept(struct page *p, const struct photo_field *f) {
    if (f->kept == NULL || f->kept->n == 0) return;
    page_raw(p, "<ul class=kept-photos>");
    for (size_t i = 0; i < f->kept->n; i++) {
        strbuf_addf(&p->html, "<li class=choice><label><input type=checkbox name=\"%s\" value=%s checked> <span>",
                    f->name, f->kept->ids[i]);
        strbuf_add_html(&p->html, page_number(p, "photo.kept", (int64_t)i + 1));
        page_raw(p, "</span></label></li>\n");
    }
    page_raw(p, "</ul>\n");
}

void put_photo_field(struct page *p, const struct photo_field *f) {
    page_raw(p, "<div class=\"field photo-field\"");
    strbuf_addf(&p->html, " data-photos=\"%s\" data-max=%d", f->name, REPORT_MEDIA_MAX);
    page_data(p, "take", "photo.take");
    page_data(p, "more", "photo.more");
    page_data(p, "remove", "photo.remove");
    page_data(p, "sending", "photo.sending");
    page_data(p, "sent", "photo.sent");
    page_data(p, "failed", "photo.failed");
    page_data(p, "again", "photo.again");
    page_data(p, "full", "error.too_many_media");
    page_raw(p, ">");
    page_label(p, f->id, f->label, f->required);
    if (f->hint_key != NULL) {
        strbuf_addf(&p->html, "<p class=hint id=\"h-%s\">", f->id);
        strbuf_add_html(&p->html, page_word(p, f->hint_key));
        page_raw(p, "</p>\n");
    }
    page_bad(p, f->name);
    put_kept(p, f);
    strbuf_addf(&p->html, "<input id=\"%s\" type=file name=\"%s\" accept=\"image/*\" multiple", f->id, f->name);
    if (page_is_bad(p, f->name)) page_raw(p, " aria-invalid=true");
    if (f->hint_key != NULL || page_is_bad(p, f->name)) {
        page_raw(p, " aria-describedby=\"");
        if (page_is_bad(p, f->name)) strbuf_addf(&p->html, "e-%s ", f->name);
        if (f->hint_key != NULL) strbuf_addf(&p->html, "h-%s", f->id);
        page_raw(p, "\"");
    }
    page_raw(p, "></div>\n");
}
