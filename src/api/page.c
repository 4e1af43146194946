#include "api/page.h"

#include <string.h>

str page_word(const struct page *p, const char *key) {
    return word(p->city, p->lang, key);
}

void page_raw(struct page *p, const char *html) {
    strbuf_addz(&p->html, html);
}

void page_text(struct page *p, const char *tag, str text) {
    size_t name = strcspn(tag, " ");
    strbuf_addf(&p->html, "<%s>", tag);
    strbuf_add_html(&p->html, text);
    strbuf_addf(&p->html, "</%.*s>\n", (int)name, tag);
}

void page_attr(struct page *p, const char *name, str value) {
    strbuf_addf(&p->html, " %s=\"", name);
    strbuf_add_html(&p->html, value);
    page_raw(p, "\"");
}

void page_link(struct page *p, const char *href, str text) {
    page_raw(p, "<a");
    page_attr(p, "href", str_z(href));
    page_raw(p, ">");
    strbuf_add_html(&p->html, text);
    page_raw(p, "</a>\n");
}

void page_pair(struct page *p, const char *key, str value) {
    if (str_empty(value)) return;
    page_text(p, "dt", page_word(p, key));
    page_text(p, "dd", value);
}

void page_when(struct page *p, const char *key, instant t) {
    if (instant_is_none(t)) return;
    struct strbuf b;
    strbuf_init(&b, 100);
    put_when(&b, p->city, p->lang, t);
    page_pair(p, key, strbuf_str(&b));
    strbuf_done(&b);
}

static void language_switch(struct page *p) {
    if (p->city->n_langs < 2) return;
    page_raw(p, "<nav class=lang");
    page_attr(p, "aria-label", page_word(p, "page.language"));
    page_raw(p, ">");
    for (size_t i = 0; i < p->city->n_langs; i++) {
        page_raw(p, "<a");
        page_attr(p, "href", str_format(http_arena(p->call), "?lang=%.*s", P(p->city->langs[i])));
        page_attr(p, "lang", p->city->langs[i]);
        page_attr(p, "hreflang", p->city->langs[i]);
        if (i == p->lang) page_raw(p, " aria-current=true");
        page_raw(p, ">");
        strbuf_add_html(&p->html, word(p->city, i, "page.this_language"));
        page_raw(p, "</a> ");
    }
    page_raw(p, "</nav>\n");
}

void page_open(struct page *p, struct api *api, struct http_call *call, const char *title_key) {
    *p = (struct page){.api = api, .call = call, .city = app_city(api->app), .lang = lang_of(api, call)};
    strbuf_init(&p->html, 1 << 20);
    str title = page_word(p, title_key), city = text_in(&p->city->label, p->lang);
    page_raw(p, "<!doctype html>\n<html");
    page_attr(p, "lang", p->city->langs[p->lang]);
    page_raw(
        p,
        ">\n<head><meta charset=utf-8><meta name=viewport content=\"width=device-width, initial-scale=1\">\n<title>");
    strbuf_add_html(&p->html, title);
    page_raw(p, " · ");
    strbuf_add_html(&p->html, city);
    page_raw(
        p,
        "</title>\n<link rel=stylesheet href=\"/resident/style.css\"></head>\n<body>\n<a class=skip href=\"#main\">");
    strbuf_add_html(&p->html, page_word(p, "page.skip"));
    page_raw(p, "</a>\n<header><a class=city href=\"/\">");
    strbuf_add_html(&p->html, city);
    page_raw(p, "</a>\n");
    language_switch(p);
    page_raw(p, "</header>\n<main id=main>\n");
    page_text(p, "h1", title);
}

void page_send(struct page *p, int status) {
    str tag;
    page_raw(p, "</main>\n<footer>");
    if (!str_empty(p->city->centre_phone)) {
        page_raw(p, "<p>");
        strbuf_add_html(&p->html, page_word(p, "page.phone"));
        page_raw(p, " <a");
        page_attr(p, "href", str_format(http_arena(p->call), "tel:%.*s", P(p->city->centre_phone)));
        page_raw(p, ">");
        strbuf_add_html(&p->html, p->city->centre_phone);
        page_raw(p, "</a> · ");
        strbuf_add_html(&p->html, page_word(p, "page.emergency"));
        page_raw(p, " ");
        strbuf_add_html(&p->html, p->city->emergency_phone);
        page_raw(p, "</p>");
    }
    page_text(p, "p", page_word(p, "page.privacy"));
    page_raw(p, "</footer>\n</body></html>\n");
    if (http_query(p->call, "lang", &tag))
        http_add_header(p->call, "Set-Cookie",
                        str_format(http_arena(p->call), "lang=%.*s; Path=/; SameSite=Lax; Max-Age=31536000",
                                   P(p->city->langs[p->lang])));
    http_reply(p->call, status, "text/html; charset=utf-8", strbuf_str(&p->html));
    strbuf_done(&p->html);
}

void page_error(struct page *p, const struct err *err) {
    str code_text = str_z(err->code), said = word2(p->city, p->lang, "error.", code_text);
    page_raw(p, "<div class=error role=alert>");
    page_text(p, "p", str_eq(said, code_text) ? str_z(err->primary) : said);
    if (err->hint[0] != '\0' && str_is(p->city->langs[p->lang], "en")) page_text(p, "p class=hint", str_z(err->hint));
    if (err->hint[0] != '\0' && strcmp(err->code, "outside_jurisdiction") == 0 &&
        !str_is(p->city->langs[p->lang], "en"))
        page_text(p, "p class=hint", str_z(err->hint));
    page_raw(p, "</div>\n");
}

void page_input(struct page *p, const char *name, const char *label_key, const char *type, str value, bool required) {
    strbuf_addf(&p->html, "<div class=field><label for=\"f-%s\">", name);
    strbuf_add_html(&p->html, page_word(p, label_key));
    strbuf_addf(&p->html, "</label><input id=\"f-%s\" name=\"%s\" type=\"%s\"", name, name, type);
    if (strcmp(type, "number") == 0) page_raw(p, " step=any");
    if (!str_empty(value)) page_attr(p, "value", value);
    page_raw(p, required ? " required></div>\n" : "></div>\n");
}

void page_fail(struct api *api, struct http_call *call, const struct err *err) {
    struct page p;
    page_open(&p, api, call, "page.error");
    page_error(&p, err);
    page_link(&p, "/resident/", page_word(&p, "page.back_report"));
    page_send(&p, http_status_of(err->status));
}
