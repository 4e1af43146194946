/* The resident's report: a form, its receipt. Works without script; the form's nonce is the idempotency key, so that a
 * second press of the button files nothing twice. */
#include <stdio.h>
#include <string.h>

#include "api/page.h"
#include "app/report.h"
#include "style.h"

void page_style(struct http_call *call, void *ctx) {
    (void)ctx;
    http_add_header(call, "Cache-Control", S("public, max-age=3600"));
    http_reply(call, 200, "text/css; charset=utf-8", (str){style_css, style_css_len});
}

void page_home(struct http_call *call, void *ctx) {
    struct page p;
    page_open(&p, ctx, call, "home.title");
    page_text(&p, "p class=lead", page_word(&p, "home.lead"));
    page_raw(&p, "<p class=doors><a class=button href=\"/resident/\">");
    strbuf_add_html(&p.html, page_word(&p, "home.report"));
    page_raw(&p, "</a> <a class=\"button quiet\" href=\"/resident/track\">");
    strbuf_add_html(&p.html, page_word(&p, "home.track"));
    page_raw(&p, "</a></p>\n");
    page_text(&p, "h2", page_word(&p, "home.then"));
    page_raw(&p, "<ol>");
    for (int i = 1; i <= 4; i++) {
        char key[16];
        snprintf(key, sizeof key, "home.step%d", i);
        page_text(&p, "li", page_word(&p, key));
    }
    page_raw(&p, "</ol>\n");
    page_text(&p, "p class=hint", page_word(&p, "home.staff"));
    page_send(&p, 200);
}

struct form {
    str text, address, lon, lat, name, phone, email, about_kind, about_unit, earlier, nonce;
};

static str form_value(const struct http_call *call, const char *name) {
    str value = S("");
    return http_form(call, name, 0, &value) ? str_trim(value) : S("");
}

static void read_form(const struct http_call *call, struct form *f) {
    *f = (struct form){form_value(call, "text"),    form_value(call, "address"), form_value(call, "lon"),
                       form_value(call, "lat"),     form_value(call, "name"),    form_value(call, "phone"),
                       form_value(call, "email"),   form_value(call, "about"),   form_value(call, "unit"),
                       form_value(call, "earlier"), form_value(call, "nonce")};
}

static void put_units_select(struct page *p, str chosen) {
    page_raw(p, "<div class=field><label for=f-unit>");
    strbuf_add_html(&p->html, page_word(p, "report.about_unit"));
    page_raw(p, "</label><select id=f-unit name=unit><option value=\"\">—</option>\n");
    for (size_t i = 0; i < p->city->n_units; i++) {
        const struct unit *u = &p->city->units[i];
        page_raw(p, "<option");
        page_attr(p, "value", str_code(&u->code));
        if (str_eq(chosen, str_code(&u->code))) page_raw(p, " selected");
        page_raw(p, ">");
        strbuf_add_html(&p->html, text_in(&u->name, p->lang));
        page_raw(p, "</option>\n");
    }
    page_raw(p, "</select></div>\n");
}

static void put_about(struct page *p, const struct form *f) {
    static const char *const KINDS[] = {"", "service", "conduct"};
    strbuf_addf(&p->html, "<details%s><summary>", str_empty(f->about_kind) ? "" : " open");
    strbuf_add_html(&p->html, page_word(p, "report.about"));
    page_raw(p, "</summary><fieldset><legend class=visually-hidden>");
    strbuf_add_html(&p->html, page_word(p, "report.about"));
    page_raw(p, "</legend>\n");
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        bool on = str_is(f->about_kind, KINDS[i]);
        strbuf_addf(&p->html,
                    "<div class=choice><input type=radio name=about id=about-%zu value=\"%s\"%s><label for=about-%zu>",
                    i, KINDS[i], on ? " checked" : "", i);
        strbuf_add_html(&p->html, word2(p->city, p->lang, "report.about.", i == 0 ? S("none") : str_z(KINDS[i])));
        page_raw(p, "</label></div>\n");
    }
    put_units_select(p, f->about_unit);
    page_raw(p, "</fieldset></details>\n");
}

static void put_text_area(struct page *p, const struct form *f) {
    page_raw(p, "<div class=field><label for=f-text>");
    strbuf_add_html(&p->html, page_word(p, "report.text"));
    page_raw(p, "</label><textarea id=f-text name=text rows=5 maxlength=4000 required aria-describedby=h-text>");
    strbuf_add_html(&p->html, f->text);
    page_raw(p, "</textarea>");
    page_text(p, "p class=hint id=h-text", page_word(p, "report.text_hint"));
    page_raw(p, "</div>\n");
}

static void put_form(struct page *p, const struct form *f) {
    page_raw(p, "<form method=post action=\"/resident/report\" enctype=\"multipart/form-data\">\n<input type=hidden "
                "name=nonce");
    page_attr(p, "value", f->nonce);
    page_raw(p, ">\n");
    put_text_area(p, f);
    page_input(p, "address", "report.address", "text", f->address, false);
    page_text(p, "p class=hint", page_word(p, "report.address_hint"));
    strbuf_addf(&p->html, "<details%s><summary>", str_empty(f->lon) ? "" : " open");
    strbuf_add_html(&p->html, page_word(p, "report.point"));
    page_raw(p, "</summary><div class=pair>");
    page_input(p, "lon", "report.lon", "number", f->lon, false);
    page_input(p, "lat", "report.lat", "number", f->lat, false);
    page_raw(p, "</div></details>\n<div class=field><label for=f-photo>");
    strbuf_add_html(&p->html, page_word(p, "report.photo"));
    page_raw(p, "</label><input id=f-photo type=file name=photo accept=\"image/*\" multiple aria-describedby=h-photo>");
    page_text(p, "p class=hint id=h-photo", page_word(p, "report.photo_hint"));
    page_raw(p, "</div>\n<details><summary>");
    strbuf_add_html(&p->html, page_word(p, "report.contact"));
    page_raw(p, "</summary>");
    page_text(p, "p class=hint", page_word(p, "report.contact_hint"));
    page_input(p, "name", "report.name", "text", f->name, false);
    page_input(p, "phone", "report.phone", "tel", f->phone, false);
    page_input(p, "email", "report.email", "email", f->email, false);
    page_raw(p, "</details>\n");
    put_about(p, f);
    page_raw(p, "<p><button class=button type=submit>");
    strbuf_add_html(&p->html, page_word(p, "report.send"));
    page_raw(p, "</button></p>\n</form>\n");
}

void page_report(struct http_call *call, void *ctx) {
    struct page p;
    struct form f = {0};
    char nonce[44];
    secret_random(nonce);
    f.nonce = str_z(nonce);
    page_open(&p, ctx, call, "report.title");
    page_text(&p, "p class=lead", page_word(&p, "report.lead"));
    put_form(&p, &f);
    page_send(&p, 200);
}

/* The form again, with what was wrong and nothing lost. */
static void page_again(struct api *api, struct http_call *call, const struct form *f, const struct err *err) {
    struct page p;
    page_open(&p, api, call, "report.title");
    page_error(&p, err);
    put_form(&p, f);
    page_send(&p, http_status_of(err->status));
}

struct posted {
    struct pending *pending;
    struct form form;
    struct report report;
    char ids[REPORT_MEDIA_MAX][33];
};

static enum status form_report(struct posted *d, struct err *err) {
    const struct form *f = &d->form;
    struct report *r = &d->report;
    report_init(r);
    r->text = f->text;
    r->address = f->address;
    r->name = f->name;
    r->phone = f->phone;
    r->email = f->email;
    enum status status = report_text_check(f->text, "text", REPORT_TEXT_MAX, err);
    if (status == OK) status = report_text_check(f->address, "address", 200, err);
    if (status == OK) status = report_text_check(f->name, "name", 80, err);
    if (status == OK) status = report_text_check(f->phone, "phone", 40, err);
    if (status == OK) status = report_text_check(f->email, "email", 120, err);
    if (status == OK && !str_empty(f->about_kind)) status = report_about_parse(f->about_kind, &r->about, err);
    if (status != OK) return status;
    bool place = (str_empty(f->lon) || str_to_double(f->lon, &r->place.lon_deg)) &&
                 (str_empty(f->lat) || str_to_double(f->lat, &r->place.lat_deg));
    if (!place) return err_set(err, E_INVALID, "bad_place", "Longitude or latitude is no number.");
    if (!code_from(f->about_unit, &r->about_unit))
        return err_set(err, E_INVALID, "unknown_unit", "There is no such unit.");
    return OK;
}

static enum status keep_photos(struct posted *d, struct err *err) {
    struct http_file file;
    size_t n = 0;
    for (size_t i = 0; http_file(d->pending->call, "photo", i, &file); i++) {
        if (file.bytes.len == 0) continue; /* an empty file input */
        if (n == REPORT_MEDIA_MAX)
            return err_set(err, E_INVALID, "too_many_media", "At most %d photos go with a report.", REPORT_MEDIA_MAX);
        enum status status = media_keep(d->pending->api, file.bytes, d->ids[n], err);
        if (status != OK) return status;
        d->report.media[n] = str_z(d->ids[n]);
        d->report.n_media = ++n;
    }
    return OK;
}

static void answer_posted(struct pending *p) {
    str track = app_track(p->api->app, &p->submission.result.kase.number, http_arena(p->call));
    http_redirect(p->call, 303, str_format(http_arena(p->call), "/resident/receipt/%.*s", P(track)));
}

static void refuse_posted(struct pending *p) {
    const struct form *f = (const struct form *)(const void *)p->extra.ptr;
    page_again(p->api, p->call, f, &p->submission.result.err);
}

/* In the pool: photos take time. */
static void posted_work(void *ctx) {
    struct posted *d = ctx;
    struct pending *p = d->pending;
    struct err err = {0};
    enum status status = form_report(d, &err);
    if (status == OK) status = keep_photos(d, &err);
    if (status == OK)
        status = app_report(p->api->app, &p->caller, &d->report, http_arena(p->call), &p->submission.command,
                            &p->intake, &err);
    if (status != OK) {
        page_again(p->api, p->call, &d->form, &err);
        http_resume(p->call);
        return;
    }
    struct command *c = &p->submission.command;
    digest key = sha256(d->form.nonce), body = sha256(d->form.text);
    c->has_key = !str_empty(d->form.nonce);
    memcpy(c->key_hash, key.b, sizeof c->key_hash);
    memcpy(c->body_hash, body.b, sizeof c->body_hash);
    pending_send(p);
}

void page_report_post(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller = app_stranger(api->app, lang_of(api, call));
    struct posted *d = NEW(http_arena(call), struct posted);
    struct err err = {0};
    d->pending = pending_new(api, call, &caller);
    d->pending->answer = answer_posted;
    d->pending->refuse = refuse_posted;
    d->pending->extra = (str){(const char *)&d->form, sizeof d->form};
    read_form(call, &d->form);
    http_defer(call);
    if (http_pool_run(api->pictures, posted_work, d, &err) == OK) return;
    page_again(api, call, &d->form, &err);
    http_resume(call);
}

static void put_receipt(struct page *p, const struct case_view *v, str track) {
    const struct kase *c = &v->kase;
    uint32_t area = city_area(p->city, str_code(&c->area)), unit = city_unit(p->city, str_code(&c->unit));
    uint32_t category = city_category(v->law, str_code(&c->category));
    const struct clock *clock = NULL;
    instant due = case_due(c, &clock);
    page_raw(p, "<dl class=receipt>");
    page_pair(p, "receipt.number", str_code(&c->number));
    page_pair(p, "receipt.track", track);
    page_when(p, "receipt.filed", c->filed);
    if (category != NONE) page_pair(p, "receipt.category", text_in(&v->law->categories[category].name, p->lang));
    if (area != NONE) page_pair(p, "receipt.area", text_in(&p->city->areas[area].name, p->lang));
    page_pair(p, "receipt.address", v->address);
    if (unit != NONE) page_pair(p, "receipt.unit", text_in(&p->city->units[unit].name, p->lang));
    page_pair(p, "receipt.state", state_label(v->law, &c->procedure, &c->state, true, p->lang));
    page_when(p, "receipt.due", due);
    page_pair(p, "receipt.text", v->text);
    page_raw(p, "</dl>\n");
    if (clock != NULL && clock->provisional) page_text(p, "p class=hint", page_word(p, "receipt.provisional"));
    uint32_t condition = city_condition(v->law, str_code(&c->condition));
    if (condition != NONE && v->law->conditions[condition].sample)
        page_text(p, "p class=hint", page_word(p, "receipt.sample_limit"));
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
    page_text(&p, "p class=print-hint", page_word(&p, "receipt.keep"));
    page_raw(&p, "<p class=doors>");
    page_link(&p, str_cstr(http_arena(call), str_format(http_arena(call), "/resident/track/%.*s", P(track))),
              page_word(&p, "receipt.follow"));
    page_link(&p, str_cstr(http_arena(call), str_format(http_arena(call), "/api/v1/track/%.*s/receipt", P(track))),
              page_word(&p, "receipt.proof"));
    page_raw(&p, "</p>\n");
    page_send(&p, 200);
}
