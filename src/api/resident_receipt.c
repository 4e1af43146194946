/* The receipt: what was received, the code to keep, what happens next and by when. As a page, on A4, or as a slip of paper
 * in large type that a grid worker prints for whom he filed it. */
#include <stdio.h>
#include <string.h>

#include "api/page.h"

/* The number, then its secret in groups of four: easier to copy by hand; selected, it is one word. */
static void put_code(struct page *p, str track) {
    str rest = track, number = STR_NONE;
    str_split(&rest, '-', &number);
    page_text(p, "dt", page_word(p, "receipt.track"));
    page_raw(p, "<dd class=code");
    page_attr(p, "data-code", track);
    page_raw(p, "><span>");
    strbuf_add_html(&p->html, number);
    page_raw(p, "-</span>");
    for (size_t i = 0; i < rest.len; i += 4) {
        page_raw(p, "<span>");
        strbuf_add_html(&p->html, str_slice(rest, i, i + 4 < rest.len ? i + 4 : rest.len));
        page_raw(p, "</span>");
    }
    page_raw(p, "</dd>\n");
}

static void put_receipt_hints(struct page *p, const struct case_view *v, uint32_t area) {
    const struct clock *clock = NULL;
    (void)case_due(&v->kase, &clock);
    if (v->kase.about == ABOUT_CONDUCT) page_text(p, "p class=notice", page_word(p, "track.conduct"));
    if (clock != NULL && clock->provisional)
        page_text(p, "p class=\"hint not-on-slip\"", page_word(p, "receipt.provisional"));
    uint32_t condition = city_condition(v->law, str_code(&v->kase.condition));
    if (condition != NONE && v->law->conditions[condition].sample)
        page_text(p, "p class=\"hint not-on-slip\"", page_word(p, "receipt.sample_limit"));
    if (area != NONE && p->city->areas[area].schematic)
        page_text(p, "p class=\"hint not-on-slip\"", text_in(&p->city->schematic_notice, p->lang));
}

static str api_path(struct page *p, str track, const char *more) {
    struct strbuf b;
    strbuf_init(&b, 800);
    strbuf_addz(&b, "/api/v1/track/");
    strbuf_add_url(&b, track);
    strbuf_addz(&b, more);
    str ret = str_dup(http_arena(p->call), strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static void put_qr(struct page *p, str track) {
    page_raw(p, "<figure class=qr><img width=180 height=180");
    page_attr(p, "src", api_path(p, track, "/qr.svg"));
    page_attr(p, "alt", page_word(p, "receipt.qr"));
    page_raw(p, ">");
    page_text(p, "figcaption", page_word(p, "receipt.scan"));
    page_raw(p, "</figure>\n");
}

static void put_receipt(struct page *p, const struct case_view *v, str track) {
    const struct kase *c = &v->kase;
    uint32_t area = city_area(p->city, str_code(&c->area));
    uint32_t category = city_category(v->law, str_code(&c->category));
    page_raw(p, "<div class=receipt>\n");
    put_qr(p, track);
    page_raw(p, "<dl>");
    put_code(p, track);
    page_pair(p, "receipt.number", str_code(&c->number));
    page_when(p, "receipt.filed", c->filed);
    page_pair(p, "receipt.state", state_label(v->law, &c->procedure, &c->state, true, p->lang));
    page_due(p, "receipt.due", case_due(c, NULL));
    page_pair(p, "receipt.unit", page_unit(p, &c->unit));
    if (category != NONE) page_pair(p, "receipt.category", text_in(&v->law->categories[category].name, p->lang));
    page_raw(p, "</dl>\n<dl class=not-on-slip>");
    page_pair(p, "receipt.text", v->text);
    page_pair(p, "receipt.address", v->address);
    page_pair(p, "receipt.area", page_area(p, &c->area));
    page_raw(p, "</dl>\n</div>\n");
    put_receipt_hints(p, v, area);
}

/* --- what happens next --- */

/* The present clock, then the limit of the condition, then that somebody looks and answers. */
static void put_next(struct page *p, const struct case_view *v) {
    const struct kase *c = &v->kase;
    uint32_t condition = city_condition(v->law, str_code(&c->condition));
    instant due = case_due(c, NULL);
    struct slot slots[] = {{"due", page_due_words(p, due)},
                           {"unit", page_unit(p, &c->unit)},
                           {"limit", condition == NONE ? S("") : page_limit(p, &v->law->conditions[condition].limit)}};
    if (c->is_over || c->about == ABOUT_CONDUCT) return;
    page_text(p, "h2 class=not-on-slip", page_word(p, "home.then"));
    page_raw(p, "<ol class=\"then not-on-slip\">");
    if (!instant_is_none(due)) page_say(p, "li", page_word(p, "receipt.then_due"), slots, ARRAY_LEN(slots));
    if (!str_empty(slots[1].value) && !str_empty(slots[2].value))
        page_say(p, "li", page_word(p, "receipt.then_unit"), slots, ARRAY_LEN(slots));
    page_text(p, "li", page_word(p, "receipt.then_check"));
    page_text(p, "li", page_word(p, "receipt.then_rate"));
    page_raw(p, "</ol>\n");
}

/* On paper the receipt needs the address at which its code is good. */
static void put_where(struct page *p) {
    str host = http_header(p->call, "Host");
    if (str_empty(host)) return;
    page_text(p, "p class=\"print-only where\"",
              str_format(http_arena(p->call), "%.*s %.*s/resident/track", P(page_word(p, "receipt.where")), P(host)));
}

/* What to do with it: links that work everywhere, and places for the script's buttons. */
static void put_keeping(struct page *p, const struct case_view *v, str track) {
    struct arena *a = http_arena(p->call);
    uint32_t category = city_category(v->law, str_code(&v->kase.category));
    page_raw(p, "<p class=\"keeping screen-only not-on-slip\" id=keeping");
    page_attr(p, "data-track", track);
    page_attr(p, "data-what", category == NONE ? S("") : text_in(&v->law->categories[category].name, p->lang));
    page_data(p, "copy", "receipt.copy");
    page_data(p, "copied", "receipt.copied");
    page_data(p, "print", "receipt.print");
    page_data(p, "remember", "receipt.remember");
    page_data(p, "remembered", "receipt.remembered");
    page_raw(p, ">");
    if (!instant_is_none(case_due(&v->kase, NULL)))
        page_link(p, "class=\"more downloads\"", str_cstr(a, api_path(p, track, "/calendar.ics")),
                  page_word(p, "receipt.calendar"));
    page_link(p, "class=more", "?slip=1", page_word(p, "receipt.slip"));
    page_link(p, "class=\"more downloads\"", str_cstr(a, api_path(p, track, "/receipt")),
              page_word(p, "receipt.proof"));
    page_raw(p, "</p>\n");
}

static void put_receipt_doors(struct page *p, str track) {
    page_raw(p, "<p class=doors>");
    page_link(p, "class=button", str_cstr(http_arena(p->call), track_path(p->call, track, "")),
              page_word(p, "receipt.follow"));
    page_link(p, "class=\"button quiet not-on-slip\"", "/resident/report", page_word(p, "receipt.another"));
    page_raw(p, "</p>\n");
}

void page_receipt(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct case_view *v = NEW(http_arena(call), struct case_view);
    struct err err = {0};
    str track = http_param(call, "track");
    if (app_track_case(api->app, track, http_arena(call), v, &err) != OK) {
        page_fail(api, call, &err);
        return;
    }
    struct page p;
    page_open(&p, api, call, "receipt.title");
    page_text(&p, "p class=lead", page_word(&p, "receipt.lead"));
    put_receipt(&p, v, track);
    put_where(&p);
    put_company(&p, v);
    put_receipt_doors(&p, track);
    page_text(&p, "p class=\"hint screen-only not-on-slip\"",
              page_word(&p, p.is_in_app ? "receipt.keep_in_app" : "receipt.keep"));
    put_keeping(&p, v, track);
    put_next(&p, v);
    page_send(&p, 200);
}
