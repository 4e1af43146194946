#include "api/page.h"

#include <string.h>

#include "api/faces.h"

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

void page_say(struct page *p, const char *tag, str text, const struct slot *slots, size_t n) {
    size_t name = strcspn(tag, " "), from = 0, len = 0;
    strbuf_addf(&p->html, "<%s>", tag);
    for (size_t at = 0; at < text.len;) {
        const struct slot *s = slot_at(text, at, slots, n, &len);
        if (s == NULL) {
            at++;
            continue;
        }
        strbuf_add_html(&p->html, str_slice(text, from, at));
        page_text(p, "b", s->value);
        strbuf_chop(&p->html, 1); /* the line end would be a blank in Chinese */
        from = at += len;
    }
    strbuf_add_html(&p->html, str_slice(text, from, text.len));
    strbuf_addf(&p->html, "</%.*s>\n", (int)name, tag);
}

str page_filled(const struct page *p, str text, const struct slot *slots, size_t n) {
    struct strbuf b;
    strbuf_init(&b, 16 << 10);
    put_slots(&b, text, slots, n);
    str ret = str_dup(http_arena(p->call), strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

str page_number(const struct page *p, const char *key, int64_t n) {
    str rest = page_word(p, key), text = STR_NONE;
    str_split(&rest, '|', &text);
    if (n != 1 && !str_empty(rest)) text = rest;
    struct slot slot = {"n", str_format(http_arena(p->call), "%lld", (long long)n)};
    return page_filled(p, text, &slot, 1);
}

str page_limit(const struct page *p, const struct limit *l) {
    bool hours = l->amount % 60 == 0;
    switch (l->unit) {
    case LIMIT_NONE:
        break;
    case LIMIT_WALL_MINUTES:
        return page_number(p, hours ? "limit.hours" : "limit.minutes", hours ? l->amount / 60 : l->amount);
    case LIMIT_WORK_MINUTES:
        return page_number(p, hours ? "limit.work_hours" : "limit.work_minutes", hours ? l->amount / 60 : l->amount);
    case LIMIT_WORK_DAYS:
        return page_number(p, "limit.work_days", l->amount);
    case LIMIT_CALENDAR_DAYS:
        return page_number(p, "limit.days", l->amount);
    }
    return S("");
}

str page_unit(const struct page *p, const code *unit) {
    uint32_t i = city_unit(p->city, str_code(unit));
    return i == NONE ? S("") : text_in(&p->city->units[i].name, p->lang);
}

str page_area(const struct page *p, const code *area) {
    uint32_t i = city_area(p->city, str_code(area));
    return i == NONE ? S("") : text_in(&p->city->areas[i].name, p->lang);
}

void page_when(struct page *p, const char *key, instant t) {
    if (instant_is_none(t)) return;
    struct strbuf b;
    strbuf_init(&b, 100);
    put_when(&b, p->city, p->lang, t);
    page_pair(p, key, strbuf_str(&b));
    strbuf_done(&b);
}

str page_due_words(const struct page *p, instant t) {
    struct strbuf b;
    strbuf_init(&b, 160);
    put_when_due(&b, p->city, p->lang, t, app_now(p->api->app));
    str ret = str_dup(http_arena(p->call), strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

void page_due(struct page *p, const char *key, instant t) {
    if (!instant_is_none(t)) page_pair(p, key, page_due_words(p, t));
}

void page_data(struct page *p, const char *name, const char *key) {
    strbuf_addf(&p->html, " data-%s=\"", name);
    strbuf_add_html(&p->html, page_word(p, key));
    page_raw(p, "\"");
}

void page_map_data(struct page *p) {
    const struct city *city = p->city;
    struct arena *a = http_arena(p->call);
    page_attr(p, "data-centre", str_format(a, "%.5f,%.5f", city->centre.lon_deg, city->centre.lat_deg));
    page_attr(p, "data-areas", str_format(a, "/areas?parent=%s", city->areas[0].code.s));
    page_attr(p, "data-notice", text_in(&city->schematic_notice, p->lang));
    page_data(p, "close", "place.close");
    page_data(p, "zoom-in", "map.zoom_in");
    page_data(p, "zoom-out", "map.zoom_out");
    page_data(p, "map-failed", "map.failed");
}

/* --- the frame --- */

/* The page's own address; that of an action is its case's page, because only posts go to actions. */
static str own_path(const struct page *p) {
    str path = http_path(p->call);
    if (!str_empty(http_param(p->call, "action")))
        while (path.len > 0 && path.ptr[--path.len] != '/') continue;
    return path;
}

/* The page as it is but for one switch. */
static str switched(const struct page *p, const char *name, str value) {
    static const char *const KEPT[] = {"q", "lon", "lat", "area", "slip"};
    struct strbuf b;
    strbuf_init(&b, 4096);
    strbuf_add(&b, own_path(p));
    strbuf_addc(&b, '?');
    for (size_t i = 0; i < ARRAY_LEN(KEPT); i++) {
        str kept;
        if (!http_query(p->call, KEPT[i], &kept)) continue;
        strbuf_addf(&b, "%s=", KEPT[i]);
        strbuf_add_url(&b, kept);
        strbuf_addc(&b, '&');
    }
    strbuf_addf(&b, "%s=%.*s", name, P(value));
    str ret = str_dup(http_arena(p->call), strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static void language_links(struct page *p) {
    for (size_t i = 0; i < p->city->n_langs && p->city->n_langs > 1; i++) {
        page_raw(p, "<a");
        page_attr(p, "href", switched(p, "lang", p->city->langs[i]));
        page_attr(p, "lang", p->city->langs[i]);
        page_attr(p, "hreflang", p->city->langs[i]);
        if (i == p->lang) page_raw(p, " aria-current=true");
        page_raw(p, ">");
        strbuf_add_html(&p->html, word(p->city, i, "page.this_language"));
        page_raw(p, "</a> ");
    }
}

static void put_switches(struct page *p) {
    page_raw(p, "<nav class=lang");
    page_attr(p, "aria-label", page_word(p, "page.switches"));
    page_raw(p, ">");
    page_raw(p, "<a class=text-size");
    page_attr(p, "href", switched(p, "text", p->is_large ? S("normal") : S("large")));
    page_raw(p, ">");
    strbuf_add_html(&p->html, p->is_large ? page_word(p, "page.text_normal") : page_word(p, "page.text_large"));
    page_raw(p, "</a> ");
    language_links(p);
    page_raw(p, "</nav>\n");
}

static void put_doors(struct page *p) {
    static const struct {
        const char *href, *key;
    } DOORS[] = {{"/resident/report", "door.report"},
                 {"/resident/track", "door.track"},
                 {"/resident/place", "door.place"},
                 {"/resident/map", "door.map"},
                 {"/resident/questions", "door.questions"}};
    page_raw(p, "<nav class=tabs");
    page_attr(p, "aria-label", page_word(p, "page.doors"));
    page_raw(p, ">");
    for (size_t i = 0; i < ARRAY_LEN(DOORS); i++) {
        bool here = str_is(http_path(p->call), DOORS[i].href);
        page_link(p, here ? "aria-current=page" : "", DOORS[i].href, word(p->city, p->lang, DOORS[i].key));
    }
    page_raw(p, "</nav>\n");
}

bool page_has_faces(void) {
    return FACE_RESIDENT_SCRIPT != NULL;
}

/* The receipt as a slip of paper. */
static bool is_slip(const struct page *p) {
    str ignored;
    return http_query(p->call, "slip", &ignored);
}

static void open_head(struct page *p, str title, str city) {
    page_raw(p, "<!doctype html>\n<html");
    page_attr(p, "lang", p->city->langs[p->lang]);
    strbuf_addf(&p->html, " class=\"%s%s%s\"", p->is_large ? "large" : "", p->is_in_app ? " in-app" : "",
                is_slip(p) ? " slip" : "");
    page_raw(p, ">\n<head><meta charset=utf-8><meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
                "<meta name=color-scheme content=\"light dark\"><meta name=format-detection content=\"telephone=no\">\n"
                "<title>");
    strbuf_add_html(&p->html, title);
    page_raw(p, " · ");
    strbuf_add_html(&p->html, city);
    page_raw(p, "</title>\n");
    page_raw(p, ICON);
    strbuf_addf(&p->html, "<link rel=stylesheet href=\"/resident/style.css?v=%s\">\n", page_style_version());
    if (FACE_RESIDENT_STYLE != NULL) strbuf_addf(&p->html, "<link rel=stylesheet href=\"%s\">\n", FACE_RESIDENT_STYLE);
    if (FACE_RESIDENT_SCRIPT != NULL)
        strbuf_addf(&p->html, "<script src=\"%s\" type=module></script>\n", FACE_RESIDENT_SCRIPT);
    page_raw(p, "</head>\n<body>\n");
}

/* The reader's choice by ?text=, kept in a cookie. */
static bool wants_large(const struct http_call *call) {
    str choice = STR_NONE;
    if (!http_query(call, "text", &choice)) choice = http_cookie(call, "text");
    return str_is(choice, "large");
}

static void start(struct page *p, struct api *api, struct http_call *call) {
    *p = (struct page){.api = api, .call = call, .city = app_city(api->app), .lang = lang_of(api, call)};
    p->is_large = wants_large(call);
    p->is_in_app = str_find(http_header(call, "User-Agent"), S("MicroMessenger"), 0) >= 0;
    strbuf_init(&p->html, 1 << 20);
}

void page_open(struct page *p, struct api *api, struct http_call *call, const char *title_key) {
    start(p, api, call);
    str title = page_word(p, title_key), city = text_in(&p->city->label, p->lang);
    open_head(p, title, city);
    page_link(p, "class=skip", "#main", page_word(p, "page.skip"));
    page_raw(p, "<header><div class=bar-of-page>");
    page_link(p, "class=city", "/resident/", city);
    put_switches(p);
    page_raw(p, "</div>\n");
    put_doors(p);
    str sample = sample_banner(api, p->lang);
    if (!str_empty(sample)) page_text(p, "p class=sample", sample);
    page_raw(p, "</header>\n<main id=main tabindex=-1>\n");
    page_text(p, "h1", title);
}

void page_open_piece(struct page *p, struct api *api, struct http_call *call) {
    start(p, api, call);
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

static void put_staff_door(struct page *p) {
    if (!page_has_faces()) return;
    page_raw(p, "<p class=screen-only>");
    strbuf_add_html(&p->html, page_word(p, "page.staff"));
    page_raw(p, " ");
    page_link(p, "class=phone", "/", page_word(p, "page.console"));
    page_link(p, "class=phone", "/field/", page_word(p, "page.field"));
    page_raw(p, "</p>\n");
}

static void remember(struct page *p, const char *name, str value) {
    http_add_header(p->call, "Set-Cookie",
                    str_format(http_arena(p->call), "%s=%.*s; Path=/; SameSite=Lax; Max-Age=31536000", name, P(value)));
}

#define GZIP_MIN 1024

/* Answers with the page, packed where the client takes it: on a slow phone that is what one waits for. */
static void reply_page(struct page *p, int status) {
    static const char TYPE[] = "text/html; charset=utf-8";
    struct strbuf packed;
    strbuf_init(&packed, 1 << 20);
    bool pack = p->html.len >= GZIP_MIN && http_accepts_gzip(p->call) && http_gzip(strbuf_str(&p->html), &packed);
    http_add_header(p->call, "Vary", S("Accept-Encoding"));
    if (pack) http_add_header(p->call, "Content-Encoding", S("gzip"));
    http_reply(p->call, status, TYPE, strbuf_str(pack ? &packed : &p->html));
    strbuf_done(&packed);
    strbuf_done(&p->html);
}

void page_send(struct page *p, int status) {
    str ignored, emergency = page_word_if(p, "app.", S("emergency"));
    page_raw(p, "</main>\n<footer>\n");
    put_phone(p, "page.phone", p->city->centre_phone);
    if (!str_empty(emergency))
        page_text(p, "p", emergency);
    else
        put_phone(p, "page.emergency", p->city->emergency_phone);
    page_text(p, "p class=screen-only", page_word(p, "page.privacy"));
    put_staff_door(p);
    page_raw(p, "</footer>\n</body></html>\n");
    if (http_query(p->call, "lang", &ignored)) remember(p, "lang", p->city->langs[p->lang]);
    if (http_query(p->call, "text", &ignored)) remember(p, "text", p->is_large ? S("large") : S("normal"));
    reply_page(p, status);
}

void page_send_piece(struct page *p) {
    reply_page(p, 200);
}

str page_error_word(const struct page *p, const struct err *err) {
    str code_text = str_z(err->code), said = page_word_if(p, "error.", code_text);
    if (str_empty(said)) said = page_word_if(p, "refusal.", code_text);
    if (str_empty(said) && !str_is(p->city->langs[p->lang], "en")) said = page_word_if(p, "say.", code_text);
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
    page_link(&p, "class=\"button quiet\"", "/resident/report", page_word(&p, "home.report"));
    page_raw(&p, "</p>\n");
    page_send(&p, http_status_of(err->status));
}

bool api_problem_form(void *ctx, struct http_call *call, const struct err *e) {
    if (open311_problem(ctx, call, e)) return true;
    if (str_find(http_header(call, "Accept"), S("text/html"), 0) < 0) return false;
    page_fail(ctx, call, e);
    return true;
}
