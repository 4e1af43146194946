/* What the reporter may do: forms made from the actions of the procedure, and what they send. A refused form comes back
 * open, with the reason and with what was typed. */
#include <stdio.h>
#include <string.h>

#include "api/page.h"

/* --- the forms --- */

/* Whether this form was sent with the present call and refused. */
static bool was_sent(const struct page *p, const struct action *a) {
    return p->err != NULL && str_eq(http_param(p->call, "action"), str_code(&a->name));
}

static str sent_value(const struct page *p, const struct action *a, const struct field *f) {
    str value = S("");
    if (was_sent(p, a)) http_form(p->call, f->name.s, 0, &value);
    return value;
}

static void put_choices(struct page *p, const struct field *f, str chosen) {
    for (size_t i = 0; i < f->n_choices; i++) {
        page_raw(p, "<option");
        page_attr(p, "value", str_code(&f->choices[i]));
        if (str_eq(chosen, str_code(&f->choices[i]))) page_raw(p, " selected");
        page_raw(p, ">");
        strbuf_add_html(&p->html, text_in(&f->choice_labels[i], p->lang));
        page_raw(p, "</option>");
    }
    page_raw(p, "</select>");
}

static void put_stars(struct page *p, int32_t n, int32_t of) {
    page_raw(p, "<span class=stars aria-hidden=true>");
    for (int32_t i = 1; i <= of; i++) page_raw(p, i <= n ? "★" : "☆");
    page_raw(p, "</span>");
}

/* A small range of numbers as a row of large targets; from 1 to 5 each with its word. */
static void put_scale(struct page *p, const struct field *f, str chosen) {
    page_raw(p, "<fieldset class=field><legend>");
    strbuf_add_html(&p->html, text_in(&f->label, p->lang));
    page_raw(p, "</legend>\n<div class=scale>");
    for (int32_t n = f->max; n >= f->min && f->max - n < 10; n--) {
        char number[12];
        snprintf(number, sizeof number, "%d", (int)n);
        str said = f->min == 1 && f->max == 5 ? page_word_if(p, "rate.", str_z(number)) : S("");
        strbuf_addf(&p->html, "<label><input type=radio name=\"%s\" value=%s%s%s>", f->name.s, number,
                    str_is(chosen, number) ? " checked" : "", f->required ? " required" : "");
        put_stars(p, n, f->max);
        strbuf_addf(&p->html, "<span><b>%s</b> ", number);
        strbuf_add_html(&p->html, said);
        page_raw(p, "</span></label>\n");
    }
    page_raw(p, "</div></fieldset>\n");
}

static void put_entry(struct page *p, const struct action *a, const struct field *f) {
    char id[80];
    str value = sent_value(p, a, f);
    if (f->type == FIELD_NUMBER) {
        put_scale(p, f, value);
        return;
    }
    snprintf(id, sizeof id, "%s-%s", a->name.s, f->name.s);
    if (f->type == FIELD_MEDIA) {
        struct photos kept = {.n = 0};
        if (was_sent(p, a)) photos_sent(p->call, f->name.s, &kept);
        put_photo_field(p, &(struct photo_field){.id = id,
                                                 .name = f->name.s,
                                                 .label = text_in(&f->label, p->lang),
                                                 .kept = &kept,
                                                 .required = f->required});
        return;
    }
    page_raw(p, "<div class=field>");
    page_label(p, id, text_in(&f->label, p->lang), f->required);
    if (f->type == FIELD_CHOICE) {
        strbuf_addf(&p->html, "<select id=\"%s\" name=\"%s\">", id, f->name.s);
        put_choices(p, f, value);
    } else {
        strbuf_addf(&p->html, "<textarea id=\"%s\" name=\"%s\" rows=3%s", id, f->name.s,
                    f->required ? " required" : "");
        if (f->max > 0) strbuf_addf(&p->html, " maxlength=%d", (int)f->max);
        page_raw(p, ">\n");
        strbuf_add_html(&p->html, value);
        page_raw(p, "</textarea>");
    }
    page_raw(p, "</div>\n");
}

static void put_form(struct page *p, const struct action *a, str base, bool main_form) {
    str confirm = text_in(&a->confirm, p->lang), nonce = S("");
    if (!str_empty(confirm)) page_text(p, "p class=hint", confirm);
    page_raw(p, "<form method=post enctype=\"multipart/form-data\"");
    page_attr(p, "action", str_format(http_arena(p->call), "%.*s/%s", P(base), a->name.s));
    page_raw(p, ">\n");
    if (was_sent(p, a) && p->err->status != E_REUSED) http_form(p->call, "nonce", 0, &nonce);
    page_nonce(p, nonce);
    for (size_t i = 0; i < a->n_fields; i++) put_entry(p, a, &a->fields[i]);
    page_submit(p, main_form ? "button" : "button quiet",
                main_form && a->n_fields > 0 ? page_word(p, "report.send") : text_in(&a->label, p->lang));
    page_raw(p, "</form>\n");
}

/* The procedure's main buttons are what is asked for now, once a rating was given no longer the rating. */
static bool is_asked(const struct case_view *v, const struct action *a) {
    bool rates = false;
    for (size_t i = 0; i < a->n_effects; i++) rates = rates || a->effects[i].kind == EFFECT_RATE;
    return a->quick && !(rates && v->kase.rating > 0);
}

void put_asked(struct page *p, const struct case_view *v, str base) {
    for (size_t i = 0; i < v->n_offers; i++) {
        const struct action *a = v->offers[i].action;
        if (!is_asked(v, a)) continue;
        page_raw(p, "<section class=asked>");
        page_text(p, "h2", text_in(&a->label, p->lang));
        put_form(p, a, base, true);
        page_raw(p, "</section>\n");
    }
}

void put_others(struct page *p, const struct case_view *v, str base) {
    size_t n = 0;
    for (size_t i = 0; i < v->n_offers; i++) {
        const struct action *a = v->offers[i].action;
        if (is_asked(v, a)) continue;
        if (n++ == 0) page_text(p, "h2", page_word(p, "track.may"));
        strbuf_addf(&p->html, "<details%s><summary>", was_sent(p, a) ? " open" : "");
        strbuf_add_html(&p->html, text_in(&a->label, p->lang));
        page_raw(p, "</summary>\n");
        put_form(p, a, base, false);
        page_raw(p, "</details>\n");
    }
}

/* --- what they send --- */

struct act_post {
    struct pending *pending;
    const struct act_form *form;
};

static void answer_act(struct pending *p) {
    const struct act_form *f = (const struct act_form *)(const void *)p->extra.ptr;
    http_redirect(p->call, 303, f->base);
}

static void refuse_act(struct pending *p) {
    const struct act_form *f = (const struct act_form *)(const void *)p->extra.ptr;
    f->show(p->api, p->call, f, &p->submission.result.err);
}

/* Photos of one field become their ids, separated by commas. */
static enum status keep_field_photos(struct act_post *d, const struct field *f, str *ret, struct err *err) {
    struct photos photos;
    struct strbuf ids;
    enum status status = photos_take(d->pending->api, d->pending->call, f->name.s, &photos, err);
    strbuf_init(&ids, 1024);
    for (size_t i = 0; i < photos.n; i++) strbuf_addf(&ids, "%s%s", i > 0 ? "," : "", photos.ids[i]);
    *ret = str_dup(http_arena(d->pending->call), strbuf_str(&ids));
    strbuf_done(&ids);
    return status;
}

/* What was filled in counts for the key, photos by their number: their ids are new each time. */
static void form_key(struct act_post *d, const struct action *a, struct command *c) {
    struct http_call *call = d->pending->call;
    str nonce = S(""), values[VALUES_MAX + 1];
    size_t n = 0;
    http_form(call, "nonce", 0, &nonce);
    values[n++] = str_code(&a->name);
    for (size_t i = 0; i < a->n_fields && n < ARRAY_LEN(values); i++) {
        str value = S("");
        if (a->fields[i].type != FIELD_MEDIA) http_form(call, a->fields[i].name.s, 0, &value);
        values[n++] = value;
    }
    page_key(c, nonce, values, n);
}

static enum status form_action(struct act_post *d, const struct action *a, struct err *err) {
    struct command *c = &d->pending->submission.command;
    *c = (struct command){
        .kind = COMMAND_ACT, .case_id = d->form->view->kase.id, .actor = d->pending->caller.actor, .action = a->name};
    c->task = d->form->task;
    c->pass = d->form->pass;
    for (size_t i = 0; i < a->n_fields; i++) {
        str value = S("");
        enum status status = OK;
        if (a->fields[i].type == FIELD_MEDIA)
            status = keep_field_photos(d, &a->fields[i], &value, err);
        else
            http_form(d->pending->call, a->fields[i].name.s, 0, &value);
        if (status == OK && str_trim(value).len > 0)
            status = command_put(c, str_code(&a->fields[i].name), str_trim(value), err);
        if (status != OK) return status;
    }
    form_key(d, a, c);
    return OK;
}

static void act_work(void *ctx) {
    struct act_post *d = ctx;
    struct pending *p = d->pending;
    struct err err = {0};
    const struct case_view *v = d->form->view;
    const struct procedure *procedure = city_procedure(v->law, str_code(&v->kase.procedure));
    const struct action *a = procedure == NULL ? NULL : procedure_action(procedure, http_param(p->call, "action"));
    enum status status =
        a != NULL ? form_action(d, a, &err) : err_set(&err, E_NOT_FOUND, "not_found", "There is no such action.");
    if (status == OK) {
        pending_send(p);
        return;
    }
    d->form->show(p->api, p->call, d->form, &err);
    http_resume(p->call);
}

void act_post(struct api *api, struct http_call *call, const struct caller *caller, const struct act_form *form) {
    struct act_post *d = NEW(http_arena(call), struct act_post);
    struct err err = {0};
    d->form = form;
    d->pending = pending_new(api, call, caller);
    d->pending->answer = answer_act;
    d->pending->refuse = refuse_act;
    d->pending->extra = (str){(const char *)form, sizeof *form};
    http_defer(call);
    if (http_pool_run(api->pictures, act_work, d, &err) == OK) return;
    form->show(api, call, form, &err);
    http_resume(call);
}

static void show_track(struct api *api, struct http_call *call, const struct act_form *form, const struct err *err) {
    track_show(api, call, form->view, err);
}

void page_track_post(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller = app_stranger(api->app, lang_of(api, call));
    struct act_form *form = NEW(http_arena(call), struct act_form);
    struct case_view *v = NEW(http_arena(call), struct case_view);
    struct err err = {0};
    if (app_track_case(api->app, http_param(call, "track"), http_arena(call), v, &err) != OK) {
        page_fail(api, call, &err);
        return;
    }
    *form = (struct act_form){.view = v, .base = track_path(call, http_param(call, "track"), ""), .show = show_track};
    act_post(api, call, &caller, form);
}
