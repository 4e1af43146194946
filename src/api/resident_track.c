/* Following a report: how it stands, its steps, what happened. What the reporter may do is in resident_act.c. */
#include <string.h>

#include "api/page.h"

str track_path(struct http_call *call, str track, const char *more) {
    struct strbuf b;
    strbuf_init(&b, 800);
    strbuf_addz(&b, "/resident/track/");
    strbuf_add_url(&b, track);
    strbuf_addz(&b, more);
    str ret = str_dup(http_arena(call), strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

/* --- finding it --- */

static void put_find(struct page *p, str typed) {
    page_text(p, "p class=lead", page_word(p, "find.lead"));
    page_raw(p, "<form method=post action=\"/resident/track\">\n");
    page_input(p,
               &(struct input){"track", "find.track", "find.hint", "text",
                               "autocomplete=off autocapitalize=characters spellcheck=false class=code", typed, true});
    page_submit(p, "button", page_word(p, "find.go"));
    page_raw(p, "</form>\n");
}

void page_find(struct http_call *call, void *ctx) {
    struct page p;
    page_open(&p, ctx, call, "find.title");
    put_find(&p, S(""));
    put_kept_receipts(&p);
    page_send(&p, 200);
}

/* What somebody copied by hand: without blanks, in capitals, full-width letters and any dash as the plain ones. */
static str as_printed(str typed, struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, 100);
    for (size_t pos = 0; pos < typed.len;) {
        uint32_t c = utf8_next(typed, &pos);
        if (c >= 0xff01 && c <= 0xff5e) c -= 0xff01 - '!';
        if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == '_') c = '-';
        if (c >= 'a' && c <= 'z') c -= 'a' - 'A';
        if (c > ' ' && c < 0x7f) strbuf_addc(&b, (char)c);
    }
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

#define SECRET_CHARACTERS 16

static enum status find_case(struct api *api, struct http_call *call, str *track, struct err *err) {
    struct case_view *v = NEW(http_arena(call), struct case_view);
    str code_text = as_printed(*track, http_arena(call));
    if (str_find(code_text, S("-"), 0) < 0) {
        if (code_text.len > 0 && code_text.len < 2 * SECRET_CHARACTERS)
            return err_set(err, E_NOT_FOUND, "half_track", "This is the number; the code goes on after it.");
        size_t cut = code_text.len > SECRET_CHARACTERS ? code_text.len - SECRET_CHARACTERS : 0;
        code_text = str_format(http_arena(call), "%.*s-%.*s", P(str_slice(code_text, 0, cut)),
                               P(str_slice(code_text, cut, code_text.len)));
    }
    *track = code_text;
    return app_track_case(api->app, code_text, http_arena(call), v, err);
}

void page_find_post(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct err err = {0};
    str typed = S("");
    http_form(call, "track", 0, &typed);
    str track = typed;
    if (find_case(api, call, &track, &err) == OK) {
        http_redirect(call, 303, track_path(call, track, ""));
        return;
    }
    struct page p;
    err_field(&err, "track");
    page_open(&p, api, call, "find.title");
    page_error(&p, &err);
    put_find(&p, typed);
    page_send(&p, 404);
}

/* --- how it stands --- */

/* The one that this report joined: its answer is this one's too. */
static void put_joined(struct page *p, const struct case_view *v) {
    const struct kase *c = &v->joined.kase;
    instant due = case_due(c, NULL);
    page_raw(p, "<div class=notice>");
    page_text(p, "p", page_word(p, "track.joined"));
    page_raw(p, "<dl>");
    page_pair(p, "receipt.state", state_label(app_law(p->api->app, c), &c->procedure, &c->state, true, p->lang));
    if (!c->is_over) page_due(p, "receipt.due", due);
    page_pair(p, "receipt.unit", page_unit(p, &c->unit));
    page_raw(p, "</dl>\n");
    if (!str_empty(v->joined.answer)) page_text(p, "blockquote", v->joined.answer);
    page_raw(p, "</div>\n");
}

void put_company(struct page *p, const struct case_view *v) {
    static const code name = {"supporters"};
    int32_t others = case_count(&v->kase, &name);
    if (v->joined.is_joined) put_joined(p, v);
    if (others > 0) page_text(p, "p class=company", page_number(p, "track.supporters", others));
}

/* The line that last told the reporter something in the present state: the question, the answer, the reason of a refusal. */
static const struct history_line *last_told(const struct case_view *v) {
    for (size_t i = v->n_history; i-- > 0;) {
        const struct history_line *h = &v->history[i];
        if (h->actor.kind == ACTOR_REPORTER) continue;
        if (code_eq(&h->state, &v->kase.state) && !str_empty(h->open_text)) return h;
        if (!code_empty(&h->state) && !code_eq(&h->state, &v->kase.state)) return NULL;
    }
    return NULL;
}

/* One text stands by itself; of several each says what it is. */
static void put_told(struct page *p, const struct case_view *v, const struct history_line *h) {
    bool is_text = !str_empty(h->open_text);
    if (is_text && h->n_told <= 1) page_text(p, "blockquote", h->open_text);
    if (h->n_told == 0 || (is_text && h->n_told == 1)) return;
    page_raw(p, "<blockquote><dl>");
    for (size_t i = 0; i < h->n_told; i++) {
        str said = told_words(p->city, v, &h->told[i], p->lang, http_arena(p->call));
        if (str_empty(said)) continue;
        page_text(p, "dt", text_in(&h->told[i].field->label, p->lang));
        page_text(p, "dd", said);
    }
    page_raw(p, "</dl></blockquote>\n");
}

static void put_state(struct page *p, const struct case_view *v) {
    const struct kase *c = &v->kase;
    str next = page_word_if(p, "next.", c->rating > 0 ? S("rated") : str_code(&c->state));
    const struct history_line *said = last_told(v);
    if (c->about == ABOUT_CONDUCT && !c->is_over) next = page_word(p, "track.conduct");
    page_raw(p, "<div class=state>");
    page_text(p, "p class=state-name", state_label(v->law, &c->procedure, &c->state, true, p->lang));
    if (said != NULL) put_told(p, v, said);
    if (!str_empty(next)) page_text(p, "p", next);
    if (c->rating > 0)
        page_text(p, "p", str_format(http_arena(p->call), "%.*s %d", P(page_word(p, "track.rated")), (int)c->rating));
    page_raw(p, "</div>\n");
}

void put_photo_row(struct page *p, str ids, str base) {
    struct arena *a = http_arena(p->call);
    int n = 0;
    if (str_empty(ids)) return;
    page_raw(p, "<p class=photos>");
    for (str id; str_split(&ids, ',', &id);) {
        page_raw(p, "<a");
        page_attr(p, "href", str_format(a, "%.*s/media/%.*s", P(base), P(id)));
        page_raw(p, "><img");
        page_attr(p, "src", str_format(a, "%.*s/media/%.*s?variant=thumb", P(base), P(id)));
        page_attr(p, "alt", str_format(a, "%.*s %d", P(page_word(p, "track.photo")), ++n));
        page_raw(p, "></a> ");
    }
    page_raw(p, "</p>\n");
}

/* The stamped papers that answer, to be kept. */
static void put_documents(struct page *p, const struct case_view *v, str base) {
    str documents = v->documents;
    int n = 0;
    if (str_empty(documents)) return;
    page_raw(p, "<ul class=papers>");
    for (str id; str_split(&documents, ',', &id);) {
        struct arena *a = http_arena(p->call);
        page_raw(p, "<li><a download");
        page_attr(p, "href", str_format(a, "%.*s/media/%.*s", P(base), P(id)));
        page_raw(p, ">");
        strbuf_add_html(&p->html, str_format(a, "%.*s %d", P(page_word(p, "track.document")), ++n));
        page_raw(p, "</a></li>");
    }
    page_raw(p, "</ul>\n");
}

/* --- what happened --- */

static str line_label(const struct page *p, const struct case_view *v, const struct history_line *h) {
    str did = S("");
    if (h->kind == ENTRY_ACTED) { /* a procedure may have a word of its own for an action that others have too */
        str own = str_format(http_arena(p->call), "%s.%s", v->kase.procedure.s, h->action.s);
        did = page_word_if(p, "did.", own);
        if (str_empty(did)) did = page_word_if(p, "did.", str_code(&h->action));
    }
    return str_empty(did) ? history_label(v->law, &v->kase.procedure, h, p->lang) : did;
}

static void put_line(struct page *p, const struct case_view *v, const struct history_line *h) {
    struct strbuf when;
    strbuf_init(&when, 100);
    put_when(&when, p->city, p->lang, h->at);
    page_raw(p, "<li><strong>");
    strbuf_add_html(&p->html, line_label(p, v, h));
    page_raw(p, "</strong>");
    uint32_t unit = city_unit(p->city, str_code(&h->unit));
    if (unit != NONE) {
        page_raw(p, " ");
        page_text(p, "span class=unit", text_in(&p->city->units[unit].name, p->lang));
    }
    page_text(p, "time", strbuf_str(&when));
    strbuf_done(&when);
    put_told(p, v, h);
    page_raw(p, "</li>\n");
}

static void put_history(struct page *p, const struct case_view *v) {
    page_text(p, "h2", page_word(p, "track.history"));
    page_raw(p, "<ol class=history reversed>\n");
    for (size_t i = v->n_history; i-- > 0;) {
        const struct history_line *h = &v->history[i];
        bool inner = h->kind == ENTRY_ACTED && code_is(&h->action, "note") && str_empty(h->open_text);
        if (!inner) put_line(p, v, h);
    }
    page_raw(p, "</ol>\n");
}

static void put_facts(struct page *p, const struct case_view *v) {
    const struct kase *c = &v->kase;
    const struct clock *clock = NULL;
    instant due = case_due(c, &clock);
    uint32_t area = city_area(p->city, str_code(&c->area));
    page_raw(p, "<dl>");
    page_pair(p, "receipt.number", str_code(&c->number));
    if (!c->is_over) page_due(p, "receipt.due", due);
    page_pair(p, "receipt.unit", page_unit(p, &c->unit));
    page_pair(p, "receipt.text", c->is_erased ? page_word(p, "kind.erased") : v->text);
    page_pair(p, "receipt.address", v->address);
    page_pair(p, "receipt.area", page_area(p, &c->area));
    page_raw(p, "</dl>\n");
    if (!c->is_over && clock != NULL && clock->provisional)
        page_text(p, "p class=hint", page_word(p, "receipt.provisional"));
    if (area != NONE && p->city->areas[area].schematic)
        page_text(p, "p class=hint", text_in(&p->city->schematic_notice, p->lang));
}

/* What a look at the page later is compared with: anything new raises one of the versions. */
static void open_case(struct page *p, const struct case_view *v) {
    strbuf_addf(&p->html, "<div id=track data-version=\"%u.%u\"", v->kase.version,
                v->joined.is_joined ? v->joined.kase.version : 0);
    page_data(p, "news", "track.news");
    page_data(p, "show", "track.show");
    page_data(p, "offline", "form.offline");
    page_data(p, "sending", "form.sending");
    page_data(p, "waiting", "form.waiting");
    page_data(p, "unsent", "form.unsent");
    page_raw(p, ">\n");
}

void track_show(struct api *api, struct http_call *call, const struct case_view *v, const struct err *err) {
    struct page p;
    str base = track_path(call, http_param(call, "track"), "");
    page_open(&p, api, call, "track.title");
    open_case(&p, v);
    if (err != NULL) page_error(&p, err);
    put_state(&p, v);
    put_company(&p, v);
    put_asked(&p, v, base);
    put_steps(&p, v);
    page_text(&p, "h2", page_word(&p, "track.facts"));
    put_facts(&p, v);
    put_documents(&p, v, base);
    put_photo_row(&p, v->media, base);
    put_others(&p, v, base);
    put_history(&p, v);
    page_raw(&p, "</div>\n");
    page_send(&p, err == NULL ? 200 : http_status_of(err->status));
}

void page_track(struct http_call *call, void *ctx) {
    struct case_view *v = NEW(http_arena(call), struct case_view);
    struct api *api = ctx;
    struct err err = {0};
    if (app_track_case(api->app, http_param(call, "track"), http_arena(call), v, &err) == OK)
        track_show(api, call, v, NULL);
    else
        page_fail(api, call, &err);
}

void page_track_media(struct http_call *call, void *ctx) {
    track_media(call, ctx);
}
