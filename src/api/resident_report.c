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
    page_raw(&p, "<p class=doors>");
    page_link(&p, "class=button", "/resident/", page_word(&p, "home.report"));
    page_link(&p, "class=\"button quiet\"", "/resident/track", page_word(&p, "home.track"));
    page_raw(&p, "</p>\n");
    page_text(&p, "h2", page_word(&p, "home.then"));
    page_raw(&p, "<ol class=then>");
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
    page_raw(p, "<div class=field>");
    page_label(p, "f-unit", page_word(p, "report.about_unit"), true);
    page_bad(p, "unit");
    page_raw(p, "<select id=f-unit name=unit");
    page_described(p, "unit", false);
    page_raw(p, "><option value=\"\">—</option>\n");
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

static void open_details(struct page *p, const char *summary_key, bool open) {
    strbuf_addf(&p->html, "<details%s><summary>", open ? " open" : "");
    strbuf_add_html(&p->html, page_word(p, summary_key));
    page_raw(p, "</summary>\n");
}

static void put_about_choice(struct page *p, const char *kind, bool on) {
    str name = *kind == '\0' ? S("none") : str_z(kind), hint = page_word_if(p, "report.about_hint.", name);
    strbuf_addf(&p->html, "<div class=choice><label><input type=radio name=about value=\"%s\"%s>", kind,
                on ? " checked" : "");
    page_raw(p, "<span>");
    strbuf_add_html(&p->html, word2(p->city, p->lang, "report.about.", name));
    if (!str_empty(hint)) page_text(p, "span class=hint", hint);
    page_raw(p, "</span></label></div>\n");
}

static void put_about(struct page *p, const struct form *f) {
    static const char *const KINDS[] = {"", "service", "conduct"};
    open_details(p, "report.about", !str_empty(f->about_kind) || page_is_bad(p, "unit"));
    page_raw(p, "<fieldset><legend class=visually-hidden>");
    strbuf_add_html(&p->html, page_word(p, "report.about"));
    page_raw(p, "</legend>\n");
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) put_about_choice(p, KINDS[i], str_is(f->about_kind, KINDS[i]));
    page_raw(p, "</fieldset>\n");
    put_units_select(p, f->about_unit);
    page_raw(p, "</details>\n");
}

static void put_text_area(struct page *p, const struct form *f) {
    page_raw(p, "<div class=field>");
    page_label(p, "f-text", page_word(p, "report.text"), true);
    page_text(p, "p class=hint id=h-text", page_word(p, "report.text_hint"));
    page_bad(p, "text");
    page_raw(p, "<textarea id=f-text name=text rows=5 maxlength=4000 required");
    page_described(p, "text", true);
    page_raw(p, ">\n"); /* HTML drops the first newline, so that one of the text is kept */
    strbuf_add_html(&p->html, f->text);
    page_raw(p, "</textarea></div>\n");
}

static void put_photo_field(struct page *p) {
    page_raw(p, "<div class=field>");
    page_label(p, "f-photo", page_word(p, "report.photo"), false);
    page_text(p, "p class=hint id=h-photo", page_word(p, "report.photo_hint"));
    page_bad(p, "photo");
    page_raw(p, "<input id=f-photo type=file name=photo accept=\"image/*\" multiple");
    page_described(p, "photo", true);
    page_raw(p, ">");
    if (p->err != NULL) page_text(p, "p class=hint", page_word(p, "report.photo_again"));
    page_raw(p, "</div>\n");
}

static void put_point(struct page *p, const struct form *f) {
    bool bad = page_is_bad(p, "lon") || page_is_bad(p, "lat");
    open_details(p, "report.point", bad || !str_empty(f->lon));
    page_raw(p, "<div class=pair>");
    page_input(p, &(struct input){"lon", "report.lon", NULL, "number", NULL, f->lon, false});
    page_input(p, &(struct input){"lat", "report.lat", NULL, "number", NULL, f->lat, false});
    page_raw(p, "</div></details>\n");
}

static void put_contact(struct page *p, const struct form *f) {
    bool bad = page_is_bad(p, "name") || page_is_bad(p, "phone") || page_is_bad(p, "email");
    open_details(p, "report.contact", bad || f->name.len + f->phone.len + f->email.len > 0);
    page_text(p, "p class=hint", page_word(p, "report.contact_hint"));
    page_input(p, &(struct input){"name", "report.name", NULL, "text", "autocomplete=name", f->name, false});
    page_input(p, &(struct input){"phone", "report.phone", NULL, "tel", "autocomplete=tel", f->phone, false});
    page_input(p, &(struct input){"email", "report.email", NULL, "email", "autocomplete=email", f->email, false});
    page_raw(p, "</details>\n");
}

static void put_form(struct page *p, const struct form *f) {
    page_raw(p, "<form method=post action=\"/resident/report\" enctype=\"multipart/form-data\">\n");
    page_nonce(p, f->nonce);
    put_text_area(p, f);
    page_input(p, &(struct input){"address", "report.address", "report.address_hint", "text", NULL, f->address, false});
    put_photo_field(p);
    put_contact(p, f);
    put_about(p, f);
    put_point(p, f);
    page_submit(p, "button", page_word(p, "report.send"));
    page_raw(p, "</form>\n");
}

void page_report(struct http_call *call, void *ctx) {
    struct page p;
    struct form f = {0};
    page_open(&p, ctx, call, "report.title");
    page_text(&p, "p class=lead", page_word(&p, "report.lead"));
    put_form(&p, &f);
    page_send(&p, 200);
}

/* Which field of the form a refusal is about, where the layers below name another one or none. */
static void name_field(struct err *err) {
    static const struct {
        const char *code, *field;
    } FIELDS[] = {{"bad_image", "photo"},          {"too_many_media", "photo"}, {"unknown_media", "photo"},
                  {"too_large", "photo"},          {"unknown_unit", "unit"},    {"missing_unit", "unit"},
                  {"outside_jurisdiction", "lon"}, {"bad_place", "lon"}};
    for (size_t i = 0; i < ARRAY_LEN(FIELDS); i++)
        if (strcmp(err->code, FIELDS[i].code) == 0) err_field(err, "%s", FIELDS[i].field);
}

/* The form again, with what was wrong and nothing lost. */
static void page_again(struct api *api, struct http_call *call, const struct form *f, const struct err *err) {
    struct page p;
    struct form again = *f;
    struct err named = *err;
    name_field(&named);
    if (err->status == E_REUSED) again.nonce = S(""); /* sent once more it is another report */
    page_open(&p, api, call, "report.title");
    page_error(&p, &named);
    put_form(&p, &again);
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
    const struct form *f = &d->form;
    str values[] = {f->text, f->address, f->lon, f->lat, f->about_kind, f->about_unit};
    page_key(&p->submission.command, f->nonce, values, ARRAY_LEN(values));
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

/* The number, then its secret in groups of four: easier to copy by hand; selected, it is one word. */
static void put_code(struct page *p, str track) {
    str rest = track, number = STR_NONE;
    str_split(&rest, '-', &number);
    page_text(p, "dt", page_word(p, "receipt.track"));
    page_raw(p, "<dd class=code><span>");
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
    if (clock != NULL && clock->provisional) page_text(p, "p class=hint", page_word(p, "receipt.provisional"));
    uint32_t condition = city_condition(v->law, str_code(&v->kase.condition));
    if (condition != NONE && v->law->conditions[condition].sample)
        page_text(p, "p class=hint", page_word(p, "receipt.sample_limit"));
    if (area != NONE && p->city->areas[area].schematic)
        page_text(p, "p class=hint", text_in(&p->city->schematic_notice, p->lang));
}

static void put_receipt(struct page *p, const struct case_view *v, str track) {
    const struct kase *c = &v->kase;
    uint32_t area = city_area(p->city, str_code(&c->area)), unit = city_unit(p->city, str_code(&c->unit));
    uint32_t category = city_category(v->law, str_code(&c->category));
    page_raw(p, "<dl class=receipt>");
    put_code(p, track);
    page_pair(p, "receipt.number", str_code(&c->number));
    page_when(p, "receipt.filed", c->filed);
    page_pair(p, "receipt.state", state_label(v->law, &c->procedure, &c->state, true, p->lang));
    page_due(p, "receipt.due", case_due(c, NULL));
    if (unit != NONE) page_pair(p, "receipt.unit", text_in(&p->city->units[unit].name, p->lang));
    page_pair(p, "receipt.text", v->text);
    page_pair(p, "receipt.address", v->address);
    if (category != NONE) page_pair(p, "receipt.category", text_in(&v->law->categories[category].name, p->lang));
    if (area != NONE) page_pair(p, "receipt.area", text_in(&p->city->areas[area].name, p->lang));
    page_raw(p, "</dl>\n");
    put_receipt_hints(p, v, area);
}

/* On paper the receipt needs the address at which its code is good. */
static void put_where(struct page *p) {
    str host = http_header(p->call, "Host");
    if (str_empty(host)) return;
    page_text(p, "p class=print-only",
              str_format(http_arena(p->call), "%.*s %.*s/resident/track", P(page_word(p, "receipt.where")), P(host)));
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
    struct arena *a = http_arena(call);
    page_open(&p, api, call, "receipt.title");
    page_text(&p, "p class=lead", page_word(&p, "receipt.lead"));
    put_receipt(&p, v, track);
    put_where(&p);
    page_raw(&p, "<p class=doors>");
    page_link(&p, "class=button", str_cstr(a, track_path(call, track, "")), page_word(&p, "receipt.follow"));
    page_link(&p, "class=\"button quiet\"", "/resident/", page_word(&p, "receipt.another"));
    page_raw(&p, "</p>\n");
    page_text(&p, "p class=\"hint screen-only\"", page_word(&p, "receipt.keep"));
    page_raw(&p, "<p class=screen-only>");
    page_link(&p, "", str_cstr(a, str_format(a, "/api/v1/track/%.*s/receipt", P(track))),
              page_word(&p, "receipt.proof"));
    page_raw(&p, "</p>\n");
    page_send(&p, 200);
}
