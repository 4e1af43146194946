/* The resident's report: a form. Works without script; the form's nonce is the idempotency key, so that a second press of
 * the button files nothing twice. A report that looks like an open one nearby is filed after one question: the same? */
#include <string.h>

#include "api/page.h"

#define REPEAT_MS (10 * MS_MINUTE)

struct form {
    str text, address, lon, lat, name, phone, email, about_kind, about_unit, nonce, same_as;
    bool was_asked; /* what is known nearby was shown */
    struct photos photos;
};

static str form_value(const struct http_call *call, const char *name) {
    str value = S("");
    return http_form(call, name, 0, &value) ? str_trim(value) : S("");
}

static void read_form(const struct http_call *call, struct form *f) {
    *f = (struct form){form_value(call, "text"),  form_value(call, "address"), form_value(call, "lon"),
                       form_value(call, "lat"),   form_value(call, "name"),    form_value(call, "phone"),
                       form_value(call, "email"), form_value(call, "about"),   form_value(call, "unit"),
                       form_value(call, "nonce"), form_value(call, "same_as")};
    f->was_asked = !str_empty(form_value(call, "asked"));
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

static void put_photos(struct page *p, const struct form *f) {
    put_photo_field(p, &(struct photo_field){.id = "f-photo",
                                             .name = "photo",
                                             .hint_key = "report.photo_hint",
                                             .label = page_word(p, "report.photo"),
                                             .kept = &f->photos});
}

/* Where it is: words; a point too, where the script or the page that leads here knows it. */
static void put_place(struct page *p, const struct form *f) {
    page_raw(p, "<div class=place");
    page_map_data(p);
    page_data(p, "here", "place.here");
    page_data(p, "locating", "place.locating");
    page_data(p, "denied", "place.denied");
    page_data(p, "found", "place.found");
    page_data(p, "map", "place.map");
    page_data(p, "middle", "place.middle");
    page_data(p, "pick", "place.pick");
    page_data(p, "set", "place.set");
    page_data(p, "clear", "place.clear");
    page_data(p, "options", "place.options");
    page_raw(p, ">");
    page_input(p, &(struct input){"address", "report.address", "report.address_hint", "text",
                                  "autocomplete=off maxlength=200", f->address, false});
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

/* in: known = what the form shows of the neighbourhood, or NULL. */
static void put_form_with(struct page *p, const struct form *f, const struct report *r, const struct preview *known) {
    page_raw(p, "<form id=report method=post action=\"/resident/report\" enctype=\"multipart/form-data\"");
    page_data(p, "offline", "form.offline");
    page_data(p, "sending", "form.sending");
    page_data(p, "waiting", "form.waiting");
    page_data(p, "unsent", "form.unsent");
    page_data(p, "restored", "form.restored");
    page_data(p, "discard", "form.discard");
    page_raw(p, ">\n");
    page_nonce(p, f->nonce);
    put_text_area(p, f);
    put_place(p, f);
    put_point(p, f);
    page_raw(p, "<div id=known>");
    if (known != NULL) put_known(p, r, known, f->same_as);
    page_raw(p, "</div>\n");
    put_photos(p, f);
    put_contact(p, f);
    put_about(p, f);
    page_submit(p, "button", page_word(p, "report.send"));
    page_raw(p, "</form>\n");
}

static void put_form(struct page *p, const struct form *f) {
    put_form_with(p, f, NULL, NULL);
}

/* A page about a place leads here with its point. */
void page_report(struct http_call *call, void *ctx) {
    struct page p;
    struct form f = {0};
    http_query(call, "lon", &f.lon);
    http_query(call, "lat", &f.lat);
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
    again.same_as = S("");                            /* chosen anew, from what is open now */
    page_open(&p, api, call, "report.title");
    page_error(&p, &named);
    put_form(&p, &again);
    page_send(&p, http_status_of(err->status));
}

/* The form once more, with the question whether it is one of those nearby: nothing is filed yet. */
static void page_ask_same(struct api *api, struct http_call *call, const struct form *f, const struct report *r,
                          const struct preview *known) {
    struct page p;
    page_open(&p, api, call, "report.title");
    page_raw(&p, "<div class=notice role=alert tabindex=-1 autofocus>");
    page_text(&p, "p", page_word(&p, "known.asked"));
    page_raw(&p, "</div>\n");
    put_form_with(&p, f, r, known);
    page_send(&p, 200);
}

struct posted {
    struct pending *pending;
    struct form form;
    struct report report;
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
    if (!code_from(f->same_as, &r->same_as))
        return err_set(err, E_INVALID, "unknown_case", "There is no such case to join.");
    return OK;
}

static enum status keep_photos(struct posted *d, struct err *err) {
    struct photos *photos = &d->form.photos;
    enum status status = photos_take(d->pending->api, d->pending->call, "photo", photos, err);
    for (size_t i = 0; i < photos->n; i++) d->report.media[i] = str_z(photos->ids[i]);
    d->report.n_media = photos->n;
    return status;
}

/* The same words within minutes are this form, sent twice: its nonce tells. */
static bool is_repeat(const struct posted *d, const struct preview *known) {
    instant since = {app_now(d->pending->api->app).ms - REPEAT_MS};
    for (size_t i = 0; i < known->similar.n; i++) {
        const struct case_row *r = &known->similar.rows[i];
        if (r->filed.ms >= since.ms && str_eq(r->text, d->report.text)) return true;
    }
    return false;
}

/* Whether the question was put: once, and only where the reader has not seen what is nearby. */
static bool ask_same(struct posted *d) {
    struct pending *p = d->pending;
    struct preview *known = NEW(http_arena(p->call), struct preview);
    struct err err = {0};
    if (d->form.was_asked || !str_empty(d->form.same_as) || lonlat_is_none(d->report.place)) return false;
    bool seen = app_preview(p->api->app, &p->caller, &d->report, http_arena(p->call), known, &err) == OK;
    if (!seen || !asks_same(&d->report, known) || is_repeat(d, known)) return false;
    page_ask_same(p->api, p->call, &d->form, &d->report, known);
    return true;
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
    if (ask_same(d)) {
        http_resume(p->call);
        return;
    }
    const struct form *f = &d->form;
    str values[] = {f->text, f->address, f->lon, f->lat, f->about_kind, f->about_unit, f->same_as};
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
