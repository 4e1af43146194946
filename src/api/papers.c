/* Papers: a document made and drawn in a pool of its own, because a page takes tens of milliseconds, and sent as DOCX or
 * PDF, as the end of the address says. */
#include "api/papers.h"

#include "paper/paper.h"

struct paper_form {
    const char *ending, *type;
    enum status (*draw)(const struct document *d, struct strbuf *out, struct err *err);
};
static const struct paper_form FORMS[] = {
    {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", paper_docx},
    {".pdf", "application/pdf", paper_pdf},
};

enum status paper_begin(struct paper *p, struct api *api, struct http_call *call, struct err *err) {
    p->api = api;
    p->call = call;
    return staff_of(api, call, &p->caller, err);
}

enum status paper_form(struct paper *p, str file, str *ret_name, struct err *err) {
    for (size_t i = 0; i < ARRAY_LEN(FORMS); i++) {
        str ending = str_z(FORMS[i].ending);
        if (!str_ends(file, ending)) continue;
        p->form = &FORMS[i];
        *ret_name = str_slice(file, 0, file.len - ending.len);
        return OK;
    }
    err_set(err, E_NOT_FOUND, "unknown_letter", "The city has no such letter.");
    err_hint(err, "The address ends in .docx or .pdf.");
    return E_NOT_FOUND;
}

static void send_paper(const struct paper *p, const struct document *doc) {
    struct strbuf b;
    struct err err = {0};
    strbuf_init(&b, PAPER_BYTES_MAX);
    if (p->form->draw(doc, &b, &err) == OK) {
        str name = str_format(http_arena(p->call), "attachment; filename=\"%.*s%s\"", P(p->file), p->form->ending);
        http_add_header(p->call, "Content-Disposition", name);
        http_add_header(p->call, "Cache-Control", S("no-store"));
        http_reply(p->call, 200, p->form->type, strbuf_str(&b));
    } else {
        http_problem(p->call, &err);
    }
    strbuf_done(&b);
}

static void draw_work(void *ctx) {
    struct paper *p = ctx;
    struct document doc;
    struct err err = {0};
    if (p->make(p, &doc, &err) == OK)
        send_paper(p, &doc);
    else
        http_problem(p->call, &err);
    http_resume(p->call);
}

void paper_draw(struct paper *p) {
    struct err err = {0};
    if (http_pool_run(p->api->papers, draw_work, p, &err) == OK) return;
    reply_err(p->call, &err);
    http_resume(p->call);
}

void paper_send(struct paper *p) {
    http_defer(p->call);
    paper_draw(p);
}
