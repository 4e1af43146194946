/* The resident's front door, and the style of all his pages. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "api/page.h"
#include "style.h"

static char style_version[17];

static void make_style_version(void) {
    struct strbuf b;
    digest d = sha256((str){style_css, style_css_len});
    strbuf_init(&b, sizeof style_version);
    strbuf_add_hex(&b, d.b, 8);
    memcpy(style_version, b.ptr, 16);
    strbuf_done(&b);
}

const char *page_style_version(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_style_version);
    return style_version;
}

static enum status make_style(struct api *api, struct http_call *call, size_t lang, const void *ctx, struct strbuf *out,
                              struct err *err) {
    (void)api, (void)call, (void)lang, (void)ctx, (void)err;
    strbuf_add(out, (str){style_css, style_css_len});
    return OK;
}

void page_style(struct http_call *call, void *ctx) {
    reply_kept(ctx, call,
               &(struct kept_request){.key = S("resident/style.css"),
                                      .type = "text/css; charset=utf-8",
                                      .seconds = 30 * 24 * 3600,
                                      .make = make_style});
}

void put_kept_receipts(struct page *p) {
    page_raw(p, "<section class=kept-here data-kept=receipts hidden");
    page_data(p, "title", "kept.receipts");
    page_data(p, "forget", "kept.forget");
    page_data(p, "hint", "kept.hint");
    page_raw(p, "></section>\n");
}

void put_kept_places(struct page *p) {
    page_raw(p, "<section class=kept-here data-kept=places hidden");
    page_data(p, "title", "kept.places");
    page_data(p, "forget", "kept.forget");
    page_data(p, "news", "kept.news");
    page_data(p, "no-news", "kept.no_news");
    page_raw(p, "></section>\n");
}

static void put_steps_of(struct page *p, const char *prefix, int n) {
    page_raw(p, "<ol class=then>");
    for (int i = 1; i <= n; i++) {
        char key[24];
        snprintf(key, sizeof key, "%s%d", prefix, i);
        page_text(p, "li", page_word(p, key));
    }
    page_raw(p, "</ol>\n");
}

void page_home(struct http_call *call, void *ctx) {
    struct page p;
    page_open(&p, ctx, call, "home.title");
    put_notices(&p);
    page_text(&p, "p class=lead", page_word(&p, "home.lead"));
    put_steps_of(&p, "home.do", 3);
    page_raw(&p, "<p class=doors>");
    page_link(&p, "class=button", "/resident/report", page_word(&p, "home.report"));
    page_link(&p, "class=\"button quiet\"", "/resident/track", page_word(&p, "home.track"));
    page_raw(&p, "</p>\n");
    put_kept_receipts(&p);
    put_kept_places(&p);
    page_text(&p, "h2", page_word(&p, "home.then"));
    put_steps_of(&p, "home.step", 4);
    page_raw(&p, "<p>");
    page_link(&p, "class=more", "/resident/place", page_word(&p, "home.place"));
    page_raw(&p, "<br>");
    page_link(&p, "class=more", "/resident/map", page_word(&p, "home.map"));
    page_raw(&p, "</p>\n");
    page_send(&p, 200);
}
