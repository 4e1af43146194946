/* The files that an action brings: photos may be pictures only, a scan is a PDF or a picture and its hash goes into the facts. */
#include "app/files.h"

#define FILES_MAX 9

static enum status wrong_file(struct err *err, const struct field *f, const char *problem, const char *why) {
    err_set(err, E_INVALID, problem, "%s", why);
    err_field(err, "%s", f->name.s);
    return E_INVALID;
}

static enum status add_file(struct app *app, const struct field *f, str id, struct strbuf *b, struct err *err) {
    const char *ending;
    digest d;
    if (store_blob_digest(app->store, id, &ending, &d, err) != OK)
        return wrong_file(err, f, "unknown_media", "There is no file with this id.");
    bool pdf = str_is(str_z(ending), "pdf");
    if (pdf && f->type == FIELD_MEDIA) return wrong_file(err, f, "photo_expected", "A photo is expected here, no PDF.");
    if (f->type == FIELD_MEDIA) return OK;
    if (b->len > 0) strbuf_addc(b, ',');
    strbuf_addf(b, "%s:", ending);
    strbuf_add_hex(b, d.b, sizeof d.b);
    return OK;
}

enum status files_look(struct app *app, const struct action *a, struct command *c, struct arena *arena,
                       struct err *err) {
    struct strbuf b;
    enum status status = OK;
    size_t n = 0;
    strbuf_init(&b, FILES_MAX * 80);
    for (size_t i = 0; i < c->n_values && status == OK; i++) {
        const struct field *f = action_field(a, str_code(&c->values[i].name));
        str ids = c->values[i].text, id;
        bool files = f != NULL && (f->type == FIELD_MEDIA || f->type == FIELD_DOCUMENT);
        while (files && status == OK && str_split(&ids, ',', &id))
            status = n++ == FILES_MAX ? wrong_file(err, f, "too_many_media", "At most 9 files go with an action.")
                                      : add_file(app, f, id, &b, err);
    }
    if (status == OK && b.len > 0) c->document_hash = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return status;
}
