#include "api/page.h"

#include <string.h>

/* The icon is part of the page, so that no browser asks for another file. */
static const char ICON[] = "<link rel=icon href=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' "
                           "viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%230b5cad'/%3E%3Cpath "
                           "d='M3 8h10' stroke='white' stroke-width='2.4'/%3E%3C/svg%3E\">\n";

str page_word(const struct page *p, const char *key) {
    return word(p->city, p->lang, key);
}

str page_word_if(const struct page *p, const char *prefix, str name) {
    str text = word2(p->city, p->lang, prefix, name);
    return str_eq(text, name) ? S("") : text;
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

void page_link(struct page *p, const char *attributes, const char *href, str text) {
    strbuf_addf(&p->html, "<a%s%s", *attributes != '\0' ? " " : "", attributes);
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

void page_due(struct page *p, const char *key, instant t) {
    if (instant_is_none(t)) return;
    struct strbuf b;
    strbuf_init(&b, 160);
    put_when_due(&b, p->city, p->lang, t, app_now(p->api->app));
    page_pair(p, key, strbuf_str(&b));
    strbuf_done(&b);
}

/* The page's own address; that of an action is its case's page, because only posts go to actions. */
static str own_path(const struct page *p) {
    str path = http_path(p->call);
    if (str_empty(http_param(p->call, "action"))) return path;
    while (path.len > 0 && path.ptr[path.len - 1] != '/') path.len--;
    return str_slice(path, 0, path.len > 0 ? path.len - 1 : 0);
}

static void language_switch(struct page *p) {
    if (p->city->n_langs < 2) return;
    page_raw(p, "<nav class=lang");
    page_attr(p, "aria-label", page_word(p, "page.language"));
    page_raw(p, ">");
    for (size_t i = 0; i < p->city->n_langs; i++) {
        page_raw(p, "<a");
        page_attr(p, "href", str_format(http_arena(p->call), "%.*s?lang=%.*s", P(own_path(p)), P(p->city->langs[i])));
        page_attr(p, "lang", p->city->langs[i]);
        page_attr(p, "hreflang", p->city->langs[i]);
        if (i == p->lang) page_raw(p, " aria-current=true");
        page_raw(p, ">");
        strbuf_add_html(&p->html, word(p->city, i, "page.this_language"));
        page_raw(p, "</a> ");
    }
    page_raw(p, "</nav>\n");
}

static void open_head(struct page *p, str title, str city) {
    page_raw(p, "<!doctype html>\n<html");
    page_attr(p, "lang", p->city->langs[p->lang]);
    page_raw(p, ">\n<head><meta charset=utf-8><meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
                "<meta name=color-scheme content=\"light dark\">\n<title>");
    strbuf_add_html(&p->html, title);
    page_raw(p, " · ");
    strbuf_add_html(&p->html, city);
    page_raw(p, "</title>\n");
    page_raw(p, ICON);
    page_raw(p, "<link rel=stylesheet href=\"/resident/style.css\"></head>\n<body>\n");
}

void page_open(struct page *p, struct api *api, struct http_call *call, const char *title_key) {
    *p = (struct page){.api = api, .call = call, .city = app_city(api->app), .lang = lang_of(api, call)};
    strbuf_init(&p->html, 1 << 20);
    str title = page_word(p, title_key), city = text_in(&p->city->label, p->lang);
    open_head(p, title, city);
    page_link(p, "class=skip", "#main", page_word(p, "page.skip"));
    page_raw(p, "<header><div class=bar>");
    page_link(p, "class=city", "/", city);
    language_switch(p);
    page_raw(p, "</div>\n");
    str sample = page_word_if(p, "app.", S("sample_banner"));
    if (!str_empty(sample)) page_text(p, "p class=sample", sample);
    page_raw(p, "</header>\n<main id=main>\n");
    page_text(p, "h1", title);
}

static void put_phone(struct page *p, const char *key, str phone) {
    if (str_empty(phone)) return;
    page_raw(p, "<p>");
    strbuf_add_html(&p->html, page_word(p, key));
    page_raw(p, " <a class=phone");
    page_attr(p, "href", str_format(http_arena(p->call), "tel:%.*s", P(phone)));
    page_raw(p, ">");
    strbuf_add_html(&p->html, phone);
    page_raw(p, "</a></p>\n");
}

void page_send(struct page *p, int status) {
    str tag, emergency = page_word_if(p, "app.", S("emergency"));
    page_raw(p, "</main>\n<footer>\n");
    put_phone(p, "page.phone", p->city->centre_phone);
    if (!str_empty(emergency))
        page_text(p, "p", emergency);
    else
        put_phone(p, "page.emergency", p->city->emergency_phone);
    page_text(p, "p class=screen-only", page_word(p, "page.privacy"));
    page_raw(p, "</footer>\n</body></html>\n");
    if (http_query(p->call, "lang", &tag))
        http_add_header(p->call, "Set-Cookie",
                        str_format(http_arena(p->call), "lang=%.*s; Path=/; SameSite=Lax; Max-Age=31536000",
                                   P(p->city->langs[p->lang])));
    http_reply(p->call, status, "text/html; charset=utf-8", strbuf_str(&p->html));
    strbuf_done(&p->html);
}

str page_error_word(const struct page *p, const struct err *err) {
    str code_text = str_z(err->code), said = page_word_if(p, "error.", code_text);
    if (str_empty(said)) said = page_word_if(p, "refusal.", code_text);
    return str_empty(said) ? str_z(err->primary) : said;
}

void page_error(struct page *p, const struct err *err) {
    p->err = err;
    page_raw(p, "<div class=error role=alert tabindex=-1 autofocus>");
    page_text(p, "p", page_error_word(p, err));
    /* hints are English, but for the one that names whom to call */
    bool readable = str_is(p->city->langs[p->lang], "en") || strcmp(err->code, "outside_jurisdiction") == 0;
    if (err->hint[0] != '\0' && readable) page_text(p, "p class=hint", str_z(err->hint));
    page_raw(p, "</div>\n");
}

bool page_is_bad(const struct page *p, const char *name) {
    return p->err != NULL && strcmp(p->err->field, name) == 0;
}

void page_described(struct page *p, const char *name, bool has_hint) {
    bool bad = page_is_bad(p, name);
    if (bad) page_raw(p, " aria-invalid=true");
    if (!bad && !has_hint) return;
    page_raw(p, " aria-describedby=\"");
    if (bad) strbuf_addf(&p->html, "e-%s%s", name, has_hint ? " " : "");
    if (has_hint) strbuf_addf(&p->html, "h-%s", name);
    page_raw(p, "\"");
}

void page_bad(struct page *p, const char *name) {
    if (!page_is_bad(p, name)) return;
    strbuf_addf(&p->html, "<p class=bad id=\"e-%s\">", name);
    strbuf_add_html(&p->html, page_error_word(p, p->err));
    page_raw(p, "</p>\n");
}

void page_label(struct page *p, const char *id, str text, bool required) {
    strbuf_addf(&p->html, "<label for=\"%s\">", id);
    strbuf_add_html(&p->html, text);
    if (!required) {
        page_raw(p, " ");
        page_text(p, "span class=optional", page_word(p, "page.optional"));
    }
    page_raw(p, "</label>");
}

void page_input(struct page *p, const struct input *in) {
    page_raw(p, "<div class=field>");
    page_label(p, str_cstr(http_arena(p->call), str_format(http_arena(p->call), "f-%s", in->name)),
               page_word(p, in->label_key), in->required);
    if (in->hint_key != NULL) {
        strbuf_addf(&p->html, "<p class=hint id=\"h-%s\">", in->name);
        strbuf_add_html(&p->html, page_word(p, in->hint_key));
        page_raw(p, "</p>");
    }
    page_bad(p, in->name);
    strbuf_addf(&p->html, "<input id=\"f-%s\" name=\"%s\" type=\"%s\"", in->name, in->name, in->type);
    if (strcmp(in->type, "number") == 0) page_raw(p, " step=any");
    if (in->attributes != NULL) strbuf_addf(&p->html, " %s", in->attributes);
    page_described(p, in->name, in->hint_key != NULL);
    if (!str_empty(in->value)) page_attr(p, "value", in->value);
    page_raw(p, in->required ? " required></div>\n" : "></div>\n");
}

void page_submit(struct page *p, const char *classes, str text) {
    strbuf_addf(&p->html, "<p class=send><button class=\"%s\" type=submit>", classes);
    strbuf_add_html(&p->html, text);
    page_raw(p, "</button></p>\n");
}

void page_nonce(struct page *p, str nonce) {
    char fresh[44];
    secret_random(fresh);
    page_raw(p, "<input type=hidden name=nonce");
    page_attr(p, "value", str_empty(nonce) ? str_z(fresh) : nonce);
    page_raw(p, ">\n");
}

void page_key(struct command *c, str nonce, const str *values, size_t n) {
    struct strbuf b;
    if (str_empty(nonce)) return;
    strbuf_init(&b, 64 << 10);
    for (size_t i = 0; i < n; i++) {
        strbuf_add(&b, values[i]);
        strbuf_addc(&b, '\0');
    }
    digest key = sha256(nonce), body = sha256(strbuf_str(&b));
    strbuf_done(&b);
    c->has_key = true;
    memcpy(c->key_hash, key.b, sizeof c->key_hash);
    memcpy(c->body_hash, body.b, sizeof c->body_hash);
}

void page_fail(struct api *api, struct http_call *call, const struct err *err) {
    struct page p;
    page_open(&p, api, call, "page.error");
    page_error(&p, err);
    page_raw(&p, "<p class=doors>");
    page_link(&p, "class=button", "/resident/track", page_word(&p, "home.track"));
    page_link(&p, "class=\"button quiet\"", "/resident/", page_word(&p, "home.report"));
    page_raw(&p, "</p>\n");
    page_send(&p, http_status_of(err->status));
}
