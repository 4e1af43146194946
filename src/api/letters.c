/* /api/v1/cases/{number}/letters: which letters fit a case, and each as DOCX or PDF. A letter that names its addressee is
 * asked for by POST with the purpose, which becomes an entry like every reading of contact data. Drawn in a pool of its
 * own: a letter takes tens of milliseconds. */
#include <stdio.h>

#include "api/api_int.h"
#include "app/letters.h"
#include "paper/paper.h"

static const struct form {
    const char *ending, *type;
    enum status (*draw)(const struct document *d, struct strbuf *out, struct err *err);
} FORMS[] = {
    {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", paper_docx},
    {".pdf", "application/pdf", paper_pdf},
};

/* --- which there are --- */

static void put_note(struct json_buf *w, const struct letter_note *n, size_t lang) {
    bool whole = n->gap.status == OK;
    json_open_object(w);
    json_put_code(w, "code", &n->letter->code);
    json_put_str(w, "label", text_in(&n->letter->label, lang));
    json_put_str(w, "number", n->number);
    json_put_bool(w, "contact", n->letter->needs_name);
    json_put_str(w, "missing", whole ? STR_NONE : str_z(n->gap.detail[0] != '\0' ? n->gap.detail : n->gap.primary));
    json_close_object(w);
}

void letters_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct letter_notes notes = {0};
    struct err err = {0};
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK)
        status = app_letters(api->app, &caller, http_param(call, "number"), http_arena(call), &notes, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct items l;
    items_open(&l, 1 << 20);
    for (size_t i = 0; i < notes.n; i++) put_note(&l.w, &notes.notes[i], caller.lang);
    items_end(&l);
    items_send(&l, call);
}

/* --- one as a file --- */

struct drawing {
    struct api *api;
    struct http_call *call;
    struct caller caller;
    const struct form *form;
    str number, letter, contact;
    uint64_t id;
    struct submission submission; /* of the reading, where the letter names its addressee */
};

static void send_letter(const struct drawing *d, const struct document *doc) {
    struct strbuf b;
    struct err err = {0};
    strbuf_init(&b, PAPER_BYTES_MAX);
    if (d->form->draw(doc, &b, &err) == OK) {
        str name = str_format(http_arena(d->call), "attachment; filename=\"%.*s-%.*s%s\"", P(d->number), P(d->letter),
                              d->form->ending);
        http_add_header(d->call, "Content-Disposition", name);
        http_add_header(d->call, "Cache-Control", S("no-store"));
        http_reply(d->call, 200, d->form->type, strbuf_str(&b));
    } else {
        http_problem(d->call, &err);
    }
    strbuf_done(&b);
}

static void draw_work(void *ctx) {
    struct drawing *d = ctx;
    struct document doc;
    struct err err = {0};
    if (app_letter(d->api->app, &d->caller, d->number, d->letter, d->contact, http_arena(d->call), &doc, &err) == OK)
        send_letter(d, &doc);
    else
        http_problem(d->call, &err);
    http_resume(d->call);
}

/* in: a call that is suspended. */
static void draw_later(struct drawing *d) {
    struct err err = {0};
    if (http_pool_run(d->api->papers, draw_work, d, &err) == OK) return;
    reply_err(d->call, &err);
    http_resume(d->call);
}

/* The last segment, "petition_opinion.pdf". */
static enum status read_address(struct http_call *call, struct drawing *d, struct err *err) {
    str file = http_param(call, "letter");
    d->number = http_param(call, "number");
    for (size_t i = 0; i < ARRAY_LEN(FORMS); i++) {
        str ending = str_z(FORMS[i].ending);
        if (!str_ends(file, ending)) continue;
        d->form = &FORMS[i];
        d->letter = str_slice(file, 0, file.len - ending.len);
        return OK;
    }
    err_set(err, E_NOT_FOUND, "unknown_letter", "The city has no such letter.");
    err_hint(err, "The address ends in .docx or .pdf.");
    return E_NOT_FOUND;
}

static enum status begin_drawing(struct api *api, struct http_call *call, struct drawing *d, struct err *err) {
    *d = (struct drawing){.api = api, .call = call};
    enum status status = staff_of(api, call, &d->caller, err);
    return status == OK ? read_address(call, d, err) : status;
}

void letter_get(struct http_call *call, void *ctx) {
    struct drawing *d = NEW(http_arena(call), struct drawing);
    struct err err = {0};
    if (begin_drawing(ctx, call, d, &err) != OK) {
        reply_err(call, &err);
        return;
    }
    http_defer(call);
    draw_later(d);
}

/* --- with the addressee's name --- */

/* The reading stands in the history: now, and only now, the name is taken. Runs on the writer thread. */
static void reading_entered(struct submission *m) {
    struct drawing *d = m->ctx;
    struct err *err = &m->result.err;
    enum status status = m->result.status;
    if (status == OK) status = store_contact(d->api->app->store, d->id, http_arena(d->call), &d->contact, err);
    if (status == OK) {
        draw_later(d);
        return;
    }
    http_problem(d->call, err);
    http_resume(d->call);
}

static enum status read_purpose(struct drawing *d, struct err *err) {
    str purpose = STR_NONE;
    bool reads = false; /* a letter without a name is not refused: the reading is the caller's wish */
    enum status status =
        app_letter_ready(d->api->app, &d->caller, d->number, d->letter, http_arena(d->call), &d->id, &reads, err);
    if (status == OK) status = read_reason(d->call, "purpose", &purpose, err);
    if (status == OK && !d->caller.role->sees_contact)
        status = err_set(err, E_DENIED, "not_allowed", "This role may not do that.");
    struct command *c = &d->submission.command;
    c->kind = COMMAND_READ;
    c->actor = d->caller.actor;
    c->case_id = d->id;
    return status == OK ? command_put(c, S("purpose"), purpose, err) : status;
}

void letter_post(struct http_call *call, void *ctx) {
    struct drawing *d = NEW(http_arena(call), struct drawing);
    struct err err = {0};
    enum status status = begin_drawing(ctx, call, d, &err);
    if (status == OK) status = read_purpose(d, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    d->submission.done = reading_entered;
    d->submission.ctx = d;
    http_defer(call);
    /* Once it is queued the writer may have answered already: nothing of d may be touched then. */
    status = store_submit(d->api->app->store, &d->submission, &err);
    if (status == OK) return;
    d->submission.result = (struct result){.status = status, .err = err};
    reading_entered(&d->submission);
}
