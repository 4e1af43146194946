/* What would happen to a report, while it is written: a piece of the form. The script asks for it as the reader types;
 * without script it is shown once, before a report is filed that looks like an open one nearby. */
#include <math.h>

#include "api/page.h"

#define SAME_MAX 3

bool asks_same(const struct report *r, const struct preview *known) {
    return r->about == ABOUT_NOTHING && known->similar.n > 0;
}

/* --- what it is filed as, who handles it, by when --- */

static void put_will(struct page *p, const struct report *r, const struct preview *known) {
    uint32_t category = city_category(p->city, str_code(&known->kase.category));
    str unit = page_unit(p, &known->kase.unit);
    const char *key = "known.open";
    if (known->suggestion.confidence > 0 && category != NONE) {
        key = "known.filed_as";
        if (!str_empty(unit)) key = instant_is_none(known->due) ? "known.by_unit" : "known.by_unit_due";
        if (str_empty(unit) && lonlat_is_none(r->place)) key = "known.where";
    }
    struct slot slots[] = {
        {"category", category == NONE ? S("") : text_in(&p->city->categories[category].name, p->lang)},
        {"unit", unit},
        {"due", page_due_words(p, known->due)}};
    page_say(p, "p class=will", word(p->city, p->lang, key), slots, ARRAY_LEN(slots));
    uint32_t condition = city_condition(p->city, str_code(&known->kase.condition));
    if (instant_is_none(known->due) || condition == NONE) return;
    if (p->city->conditions[condition].sample) page_text(p, "p class=hint", page_word(p, "receipt.sample_limit"));
    if (known->provisional) page_text(p, "p class=hint", page_word(p, "receipt.provisional"));
}

/* "西城街道 › 第1社区": from the level below the whole downwards. */
static void put_way(struct page *p, const struct preview *known) {
    struct strbuf b;
    uint32_t way[LEVELS_MAX];
    size_t n = 0;
    for (uint32_t i = known->location.area; i != NONE && n < LEVELS_MAX; i = p->city->areas[i].parent) way[n++] = i;
    if (n == 0) return;
    strbuf_init(&b, 4096);
    for (size_t i = n > 1 ? n - 1 : n; i-- > 0;) {
        if (b.len > 0) strbuf_addz(&b, " › ");
        strbuf_add(&b, text_in(&p->city->areas[way[i]].name, p->lang));
    }
    struct slot slot = {"area", str_dup(http_arena(p->call), strbuf_str(&b))};
    strbuf_done(&b);
    page_say(p, "p class=\"hint area\"", page_word(p, "known.area"), &slot, 1);
}

/* Where it belongs instead, with the telephone: it can be filed all the same. */
static void put_elsewhere(struct page *p, const struct report *r, const struct preview *known) {
    bool outside = !lonlat_is_none(r->place) && known->location.how == LOCATED_OUTSIDE;
    const struct channel *c = outside ? city_channel(p->city, S("neighbour")) : NULL;
    if (known->suggestion.channel != NONE) c = &p->city->channels[known->suggestion.channel];
    if (c == NULL && !outside) return;
    page_raw(p, "<div class=notice>");
    struct slot slot = {"channel", c == NULL ? S("") : text_in(&c->name, p->lang)};
    if (outside)
        page_text(p, "p", page_word(p, "error.outside_jurisdiction"));
    else
        page_say(p, "p", page_word(p, "known.elsewhere"), &slot, 1);
    if (c != NULL) {
        page_raw(p, "<p>");
        strbuf_add_html(&p->html, text_in(&c->name, p->lang));
        page_raw(p, " <a class=phone");
        page_attr(p, "href", str_format(http_arena(p->call), "tel:%.*s", P(c->phone)));
        page_raw(p, ">");
        strbuf_add_html(&p->html, c->phone);
        page_raw(p, "</a></p>\n");
        if (!str_empty(text_in(&c->advice, p->lang))) page_text(p, "p", text_in(&c->advice, p->lang));
    }
    page_raw(p, "</div>\n");
}

/* --- what is known nearby --- */

static void put_same_choice(struct page *p, str handle, bool on, str label, str more) {
    page_raw(p, "<div class=choice><label><input type=radio name=same_as");
    page_attr(p, "value", handle);
    page_raw(p, on ? " checked><span>" : "><span>");
    strbuf_add_html(&p->html, label);
    if (!str_empty(more)) page_text(p, "span class=hint", more);
    page_raw(p, "</span></label></div>\n");
}

/* "约20米，11月24日 10:30收到，正在处理，另有2人也反映了" */
static str same_more(struct page *p, const struct case_row *r, lonlat place) {
    struct strbuf when;
    double metres = lonlat_distance_m(r->place, place);
    strbuf_init(&when, 100);
    put_when(&when, p->city, p->lang, r->filed);
    struct slot slots[] = {{"metres", str_format(http_arena(p->call), "%.0f", fmax(25, ceil(metres / 25) * 25))},
                           {"filed", str_dup(http_arena(p->call), strbuf_str(&when))},
                           {"state", state_label(p->city, &r->procedure, &r->state, true, p->lang)},
                           {"others", r->supporters > 0 ? page_number(p, "known.others", r->supporters) : S("")}};
    strbuf_done(&when);
    return page_filled(p, page_word(p, "known.same_more"), slots, ARRAY_LEN(slots));
}

static void put_same(struct page *p, const struct report *r, const struct preview *known, str chosen) {
    bool any = false;
    for (size_t i = 0; i < known->similar.n && i < SAME_MAX; i++)
        any = any || str_eq(chosen, app_handle(known->similar.rows[i].id, http_arena(p->call)));
    page_raw(p, "<fieldset class=same><legend>");
    strbuf_add_html(&p->html, page_word(p, "known.same"));
    page_raw(p, "</legend>\n");
    for (size_t i = 0; i < known->similar.n && i < SAME_MAX; i++) {
        const struct case_row *row = &known->similar.rows[i];
        uint32_t category = city_category(p->city, str_code(&row->category));
        struct slot slot = {"category",
                            category == NONE ? S("") : text_in(&p->city->categories[category].name, p->lang)};
        str handle = app_handle(row->id, http_arena(p->call));
        put_same_choice(p, handle, str_eq(chosen, handle), page_filled(p, page_word(p, "known.same_yes"), &slot, 1),
                        same_more(p, row, r->place));
    }
    put_same_choice(p, S(""), !any, page_word(p, "known.same_no"), S(""));
    page_raw(p, "</fieldset>\n<input type=hidden name=asked value=1>\n");
}

void put_known(struct page *p, const struct report *r, const struct preview *known, str chosen) {
    page_raw(p, "<section class=known>\n");
    page_text(p, "h2", page_word(p, "known.title"));
    if (r->about == ABOUT_CONDUCT)
        page_text(p, "p class=will", page_word(p, "report.about_hint.conduct"));
    else if (r->about == ABOUT_SERVICE)
        page_text(p, "p class=will", page_word(p, "report.about_hint.service"));
    else {
        put_will(p, r, known);
        put_elsewhere(p, r, known);
        put_way(p, known);
        if (asks_same(r, known)) put_same(p, r, known, chosen);
    }
    page_raw(p, "</section>\n");
}

/* --- asked by the script --- */

static double query_degrees(const struct http_call *call, const char *name) {
    str text = S("");
    double value = NAN;
    return http_query(call, name, &text) && str_to_double(text, &value) ? value : NAN;
}

void page_preview(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller = app_stranger(api->app, lang_of(api, call));
    struct preview *known = NEW(http_arena(call), struct preview);
    struct report r;
    struct page p;
    struct err err = {0};
    str about = S(""), chosen = S("");
    report_init(&r);
    r.text = S("");
    http_query(call, "text", &r.text);
    http_query(call, "about", &about);
    http_query(call, "same_as", &chosen);
    r.place = (lonlat){query_degrees(call, "lon"), query_degrees(call, "lat")};
    page_open_piece(&p, api, call);
    bool ok = str_empty(about) || report_about_parse(about, &r.about, &err) == OK;
    /* what cannot be previewed is shown as nothing: the form says what is wrong when it is sent */
    if (ok && str_trim(r.text).len > 0 && app_preview(api->app, &caller, &r, http_arena(call), known, &err) == OK)
        put_known(&p, &r, known, chosen);
    page_send_piece(&p);
}
