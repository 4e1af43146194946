/* The resident's plain pages: the frame and the pieces they share. They work without script and are readable without
 * style; the script of web/src/resident adds comfort and takes its words from data- attributes that stand here. */
#ifndef YIWANG_API_PAGE_H
#define YIWANG_API_PAGE_H

#include "api/api_int.h"
#include "api/words.h"
#include "app/report.h"

struct page {
    struct api *api;
    struct http_call *call;
    const struct city *city;
    size_t lang;
    bool is_large;         /* the reader wants large text */
    bool is_in_app;        /* a browser inside another app: it neither downloads nor prints */
    const struct err *err; /* what page_error showed: its field is marked */
    struct strbuf html;
};

/* Starts a page: head, skip link, city's name, switches, the doors, the banner of sample data, main heading. */
void page_open(struct page *p, struct api *api, struct http_call *call, const char *title_key);
/* A page without a frame: pieces that a script puts into a page. Ended by page_send_piece. */
void page_open_piece(struct page *p, struct api *api, struct http_call *call);
void page_send_piece(struct page *p);
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
/* A word for the script, as data-NAME of the tag that is open. */
void page_data(struct page *p, const char *name, const char *key);
/* Appends <tag>text</tag>, where "{name}" in the text stands for a value, shown <b>strong</b>. */
void page_say(struct page *p, const char *tag, str text, const struct slot *slots, size_t n);
/* The text with its slots filled in. memory: the call's arena. */
str page_filled(const struct page *p, str text, const struct slot *slots, size_t n);
/* "3 working days", "2小时"; empty without a limit. memory: the call's arena. */
str page_limit(const struct page *p, const struct limit *l);
/* The words for a number, of a word "one|other" with {n} in it. memory: the call's arena. */
str page_number(const struct page *p, const char *key, int64_t n);
/* When something is due, in plain words. memory: the call's arena. */
str page_due_words(const struct page *p, instant t);
/* Names in the page's language; empty if unknown. */
str page_unit(const struct page *p, const code *unit);
str page_area(const struct page *p, const code *area);
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
/* Names the style as it is, for its address. */
const char *page_style_version(void);
/* What the script needs to open a map here: data-centre, data-areas, words. Inside a tag. */
void page_map_data(struct page *p);
/* Whether the program holds the faces in TypeScript. */
bool page_has_faces(void);
/* A page for an error alone. */
void page_fail(struct api *api, struct http_call *call, const struct err *err);

/* --- photos of a form (resident_photos.c) --- */

/* Photos come as files, or as ids of photos that were sent before: by the script, or with a form that came back. */
struct photos {
    char ids[REPORT_MEDIA_MAX][33];
    size_t n;
};
/* The ids that came in a field; what is no id is left out. */
void photos_sent(const struct http_call *call, const char *field, struct photos *ret);
/* Those, and the files of the field, which are kept. Blocking: run in the pool. out: on a refusal what was kept so far.
 * errors: those of media_keep; E_INVALID too_many_media. */
enum status photos_take(struct api *api, struct http_call *call, const char *field, struct photos *ret,
                        struct err *err) MUST_USE;
/* The field. in: id of the input, name of the field; kept may be NULL; hint_key may be NULL. */
struct photo_field {
    const char *id, *name, *hint_key;
    str label;
    const struct photos *kept;
    bool required;
};
void put_photo_field(struct page *p, const struct photo_field *f);

/* --- what would happen to a report (resident_preview.c) --- */

/* What is known, as a piece of the form: what it is filed as, who handles it and by when, or where it belongs; open ones
 * nearby as a choice same_as. in: chosen = the handle chosen before, or empty. */
void put_known(struct page *p, const struct report *r, const struct preview *known, str chosen);
/* Whether open ones nearby have to be shown before the report is filed. */
bool asks_same(const struct report *r, const struct preview *known);

/* Photos as a row of links to base/media/ID. in: ids by commas. */
void put_photo_row(struct page *p, str ids, str base);

/* --- following --- */

/* "/resident/track/{track}" and more. memory: the call's arena. */
str track_path(struct http_call *call, str track, const char *more);
/* Where the script lists the receipts that this browser keeps, and the places with what is new there. */
/* A banner for each warning and notice in force. */
void put_notices(struct page *p);
void put_kept_receipts(struct page *p);
void put_kept_places(struct page *p);
/* The tracking page; err = why an action was refused, or NULL. */
void track_show(struct api *api, struct http_call *call, const struct case_view *v, const struct err *err);
/* What may be done, as forms sent to base/ACTION: what is asked for now open, the rest folded. */
void put_asked(struct page *p, const struct case_view *v, str base);
void put_others(struct page *p, const struct case_view *v, str base);
/* Such a form that came: whose, back to where, and the page that shows a refusal. */
struct act_form {
    const struct case_view *view;
    str base;
    uint32_t task; /* 0 = on the case */
    code pass;     /* key of the secret that the action may give out, or empty */
    void (*show)(struct api *api, struct http_call *call, const struct act_form *form, const struct err *err);
    const void *ctx; /* for show */
};
/* Takes it: photos, fields, command; then back to base. in: form in the call's arena. */
void act_post(struct api *api, struct http_call *call, const struct caller *caller, const struct act_form *form);
/* The case that this report joined, and how many others said the same. */
void put_company(struct page *p, const struct case_view *v);
/* The life of the case as a short list: done, under way, still to come. */
void put_steps(struct page *p, const struct case_view *v);

#endif
