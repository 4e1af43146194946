/* How a handler answers with a document. See src/paper/README.md. */
#ifndef YIWANG_API_PAPERS_H
#define YIWANG_API_PAPERS_H

#include "api/api_int.h"
#include "letter/sheet.h"

struct paper_form;
/* One document on its way; the first member of what a handler needs for it, in the call's arena. */
struct paper {
    struct api *api;
    struct http_call *call;
    struct caller caller;
    const struct paper_form *form;
    str file; /* what it is called when it is kept, without ending: ASCII letters, digits, '-' */
    /* Makes the document, in the pool. memory: http_arena(call). */
    enum status (*make)(struct paper *p, struct document *ret, struct err *err);
};

/* Who calls. errors: those of staff_of. */
enum status paper_begin(struct paper *p, struct api *api, struct http_call *call, struct err *err) MUST_USE;
/* The form by the last part of the address, like "handover.pdf". out: *ret_name without the ending. errors: E_NOT_FOUND. */
enum status paper_form(struct paper *p, str file, str *ret_name, struct err *err) MUST_USE;
/* Suspends the call; makes, draws and sends in the pool. in: file and make are set. */
void paper_send(struct paper *p);
/* The same for a call that is suspended already. */
void paper_draw(struct paper *p);

#endif
