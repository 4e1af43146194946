/* /api/v1/cases/{number}/letters: which letters fit a case, and each as DOCX or PDF. A letter that names its addressee is
 * asked for by POST with the purpose, which becomes an entry like every reading of contact data. */
#include "app/letters.h"
#include "api/papers.h"

/* --- which there are --- */

static void put_note(struct json_buf *w, const struct letter_note *n, size_t lang) {
    bool whole = n->gap.status == OK;
    json_open_object(w);
    json_put_str(w, "code", n->name);
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
    struct paper paper;
    struct letter_ask ask;
    struct letter_ready ready;
    struct submission submission; /* of the reading, where the letter names its addressee */
};

static enum status make_letter(struct paper *p, struct document *ret, struct err *err) {
    struct drawing *d = (struct drawing *)p;
    return app_letter(p->api->app, &p->caller, &d->ask, http_arena(p->call), ret, err);
}

static enum status begin_drawing(struct api *api, struct http_call *call, struct drawing *d, struct err *err) {
    *d = (struct drawing){.paper.make = make_letter, .ask.number = http_param(call, "number")};
    enum status status = paper_begin(&d->paper, api, call, err);
    if (status == OK) status = paper_form(&d->paper, http_param(call, "letter"), &d->ask.letter, err);
    d->paper.file = str_format(http_arena(call), "%.*s-%.*s", P(d->ask.number), P(d->ask.letter));
    return status;
}

void letter_get(struct http_call *call, void *ctx) {
    struct drawing *d = NEW(http_arena(call), struct drawing);
    struct err err = {0};
    if (begin_drawing(ctx, call, d, &err) == OK)
        paper_send(&d->paper);
    else
        reply_err(call, &err);
}

/* --- with the addressee's name --- */

/* The reading stands in the history: now, and only now, the name is taken. Runs on the writer thread. */
static void reading_entered(struct submission *m) {
    struct drawing *d = m->ctx;
    struct paper *p = &d->paper;
    struct err *err = &m->result.err;
    enum status status = m->result.status;
    if (status == OK)
        status = store_contact(p->api->app->store, d->ready.id, http_arena(p->call), &d->ask.contact, err);
    if (status == OK) {
        paper_draw(p);
        return;
    }
    http_problem(p->call, err);
    http_resume(p->call);
}

static enum status read_purpose(struct drawing *d, struct err *err) {
    struct paper *p = &d->paper;
    str purpose = STR_NONE;
    enum status status = app_letter_ready(p->api->app, &p->caller, &d->ask, http_arena(p->call), &d->ready, err);
    if (status == OK) status = read_reason(p->call, "purpose", &purpose, err);
    if (status == OK && !p->caller.role->sees_contact)
        status = err_set(err, E_DENIED, "not_allowed", "This role may not do that.");
    struct command *c = &d->submission.command;
    c->kind = COMMAND_READ;
    c->actor = p->caller.actor;
    c->case_id = d->ready.id;
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
    status = store_submit(d->paper.api->app->store, &d->submission, &err);
    if (status == OK) return;
    d->submission.result = (struct result){.status = status, .err = err};
    reading_entered(&d->submission);
}
