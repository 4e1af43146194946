/* The resident's plain pages: the frame and the pieces they share. No script, readable without style. */
#ifndef YIWANG_API_PAGE_H
#define YIWANG_API_PAGE_H

#include "api/api_int.h"
#include "api/words.h"

struct page {
    struct api *api;
    struct http_call *call;
    const struct city *city;
    size_t lang;
    const struct err *err; /* what page_error showed: its field is marked */
    struct strbuf html;
};

/* Starts a page: head, skip link, city's name, language switch, the banner of sample data, main heading. */
void page_open(struct page *p, struct api *api, struct http_call *call, const char *title_key);
/* Ends it (footer with telephone and notices) and answers. */
void page_send(struct page *p, int status);
str page_word(const struct page *p, const char *key);
/* A word that need not exist, or what a city says of itself: empty if nobody has it. */
str page_word_if(const struct page *p, const char *prefix, str name);
/* Appends <tag>text</tag>, text escaped. in: tag may carry attributes: "p class=hint". */
void page_text(struct page *p, const char *tag, str text);
void page_raw(struct page *p, const char *html);
/* A link. in: trusted address, escaped text. */
void page_link(struct page *p, const char *attributes, const char *href, str text);
/* A row of a description list. */
void page_pair(struct page *p, const char *key, str value);
void page_when(struct page *p, const char *key, instant t);
/* When something is due, in plain words. */
void page_due(struct page *p, const char *key, instant t);
/* Appends attr="value" with the value escaped. */
void page_attr(struct page *p, const char *name, str value);
/* The refusal on top of the page: what happened and what to do, in the page's language where a word exists. */
void page_error(struct page *p, const struct err *err);
/* The word for a refusal: of the product, of the city's rules, else the English sentence. */
str page_error_word(const struct page *p, const struct err *err);
/* Whether the refusal shown is about this field. */
bool page_is_bad(const struct page *p, const char *name);
/* Inside a tag: aria-invalid and aria-describedby="h-NAME e-NAME", as far as they exist. */
void page_described(struct page *p, const char *name, bool has_hint);
/* The refusal once more beside its field; nothing for other fields. */
void page_bad(struct page *p, const char *name);
/* A field of a form. in: type "text", "tel", "email", "number"; hint_key and attributes may be NULL. */
struct input {
    const char *name, *label_key, *hint_key, *type, *attributes;
    str value;
    bool required;
};
void page_input(struct page *p, const struct input *in);
/* The label of a field, with "(optional)" where it is. in: id without prefix. */
void page_label(struct page *p, const char *id, str text, bool required);
/* The button that sends a form. in: classes "button" or "button quiet". */
void page_submit(struct page *p, const char *classes, str text);
/* A hidden field that makes a form count once, however often it is sent. in: nonce empty = a fresh one. */
void page_nonce(struct page *p, str nonce);
/* Makes the command's idempotency key of the form's nonce and of what was filled in. */
void page_key(struct command *c, str nonce, const str *values, size_t n);
/* A page for an error alone. */
void page_fail(struct api *api, struct http_call *call, const struct err *err);

/* "/resident/track/{track}" and more. memory: the call's arena. */
str track_path(struct http_call *call, str track, const char *more);
/* The tracking page; err = why an action was refused, or NULL. */
void track_show(struct api *api, struct http_call *call, const struct case_view *v, const struct err *err);
/* What the reporter may do: what is asked for now as an open form, the rest folded. */
void put_asked(struct page *p, const struct case_view *v, str track);
void put_others(struct page *p, const struct case_view *v, str track);
/* The life of the case as a short list: done, under way, still to come. */
void put_steps(struct page *p, const struct case_view *v);

#endif
