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
    struct strbuf html;
};

/* Starts a page: head, skip link, city's name, language switch, main heading. */
void page_open(struct page *p, struct api *api, struct http_call *call, const char *title_key);
/* Ends it (footer with telephone and notices) and answers. */
void page_send(struct page *p, int status);
str page_word(const struct page *p, const char *key);
/* Appends <tag>text</tag>, text escaped. in: tag may carry attributes: "p class=hint". */
void page_text(struct page *p, const char *tag, str text);
void page_raw(struct page *p, const char *html);
/* A link. in: trusted address, escaped text. */
void page_link(struct page *p, const char *href, str text);
/* A row of a description list. */
void page_pair(struct page *p, const char *key, str value);
void page_when(struct page *p, const char *key, instant t);
/* Appends attr="value" with the value escaped. */
void page_attr(struct page *p, const char *name, str value);
/* The refusal on top of the page: what happened and what to do, in the page's language where a word exists. */
void page_error(struct page *p, const struct err *err);
/* Label and input. in: type "text", "tel", "email", "number"; hint may be NULL. */
void page_input(struct page *p, const char *name, const char *label_key, const char *type, str value, bool required);
/* A page for an error alone. */
void page_fail(struct api *api, struct http_call *call, const struct err *err);

#endif
