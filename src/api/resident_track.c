/* Following a report: its state, history and what the reporter may do, as forms made from the procedure. */
#include <stdio.h>

#include "api/page.h"

static const char *in_arena(struct http_call *call, const char *fmt, str track, str more) {
    struct strbuf b;
    strbuf_init(&b, 400);
    strbuf_addz(&b, fmt);
    strbuf_add_url(&b, track);
    strbuf_add(&b, more);
    const char *ret = str_cstr(http_arena(call), strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static void put_find(struct page *p) {
    page_text(p, "p class=lead", page_word(p, "find.lead"));
    page_raw(p, "<form method=post action=\"/resident/track\">");
    page_input(p, "track", "find.track", "text", S(""), true);
    page_raw(p, "<p><button class=button type=submit>");
    strbuf_add_html(&p->html, page_word(p, "find.go"));
    page_raw(p, "</button></p></form>\n");
}

void page_find(struct http_call *call, void *ctx) {
    struct page p;
    page_open(&p, ctx, call, "find.title");
    put_find(&p);
    page_send(&p, 200);
}

void page_find_post(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct case_view *v = NEW(http_arena(call), struct case_view);
    struct err err = {0};
    str track = S("");
    http_form(call, "track", 0, &track);
    track = str_trim(track);
    if (app_track_case(api->app, track, http_arena(call), v, &err) == OK) {
        http_redirect(call, 303, str_z(in_arena(call, "/resident/track/", track, S(""))));
        return;
    }
    struct page p;
    page_open(&p, api, call, "find.title");
    page_error(&p, &err);
    put_find(&p);
    page_send(&p, 404);
}

static void put_field(struct page *p, const struct action *a, const struct field *f) {
    char id[80];
    snprintf(id, sizeof id, "%s-%s", a->name.s, f->name.s);
    page_raw(p, "<div class=field><label");
    page_attr(p, "for", str_z(id));
    page_raw(p, ">");
    strbuf_add_html(&p->html, text_in(&f->label, p->lang));
    page_raw(p, "</label>");
    if (f->type == FIELD_CHOICE) {
        strbuf_addf(&p->html, "<select id=\"%s\" name=\"%s\">", id, f->name.s);
        for (size_t i = 0; i < f->n_choices; i++) {
            page_raw(p, "<option");
            page_attr(p, "value", str_code(&f->choices[i]));
            page_raw(p, ">");
            strbuf_add_html(&p->html, text_in(&f->choice_labels[i], p->lang));
            page_raw(p, "</option>");
        }
        page_raw(p, "</select>");
    } else if (f->type == FIELD_NUMBER) {
        strbuf_addf(&p->html, "<select id=\"%s\" name=\"%s\">", id, f->name.s);
        for (int32_t n = f->max; n >= f->min && f->max - n < 20; n--) strbuf_addf(&p->html, "<option>%d</option>", n);
        page_raw(p, "</select>");
    } else if (f->type == FIELD_MEDIA) {
        strbuf_addf(&p->html, "<input type=file id=\"%s\" name=\"%s\" accept=\"image/*\" multiple>", id, f->name.s);
    } else {
        strbuf_addf(&p->html, "<textarea id=\"%s\" name=\"%s\" rows=3%s></textarea>", id, f->name.s,
                    f->required ? " required" : "");
    }
    page_raw(p, "</div>\n");
}

static void put_offer(struct page *p, str track, const struct action *a) {
    page_raw(p, "<details class=act><summary>");
    strbuf_add_html(&p->html, text_in(&a->label, p->lang));
    page_raw(p, "</summary>");
    str confirm = text_in(&a->confirm, p->lang);
    if (!str_empty(confirm)) page_text(p, "p class=hint", confirm);
    page_raw(p, "<form method=post enctype=\"multipart/form-data\"");
    str more = str_format(http_arena(p->call), "/%s", a->name.s);
    page_attr(p, "action", str_z(in_arena(p->call, "/resident/track/", track, more)));
    page_raw(p, ">\n");
    for (size_t i = 0; i < a->n_fields; i++) put_field(p, a, &a->fields[i]);
    page_raw(p, "<p><button class=button type=submit>");
    strbuf_add_html(&p->html, text_in(&a->label, p->lang));
    page_raw(p, "</button></p></form></details>\n");
}

static void put_history(struct page *p, const struct case_view *v) {
    page_text(p, "h2", page_word(p, "track.history"));
    page_raw(p, "<ol class=history reversed>\n");
    for (size_t i = v->n_history; i-- > 0;) {
        const struct history_line *h = &v->history[i];
        struct strbuf when;
        strbuf_init(&when, 100);
        put_when(&when, p->city, p->lang, h->at);
        page_raw(p, "<li><time>");
        strbuf_add_html(&p->html, strbuf_str(&when));
        strbuf_done(&when);
        page_raw(p, "</time> <strong>");
        strbuf_add_html(&p->html, history_label(v->law, &v->kase.procedure, h, p->lang));
        page_raw(p, "</strong>");
        uint32_t unit = city_unit(p->city, str_code(&h->unit));
        if (unit != NONE) page_text(p, "span class=unit", text_in(&p->city->units[unit].name, p->lang));
        if (!str_empty(h->open_text)) page_text(p, "blockquote", h->open_text);
        page_raw(p, "</li>\n");
    }
    page_raw(p, "</ol>\n");
}

static void put_photos(struct page *p, const struct case_view *v, str track) {
    str media = v->media;
    int n = 0;
    if (str_empty(media)) return;
    page_raw(p, "<p class=photos>");
    for (str id; str_split(&media, ',', &id);) {
        page_raw(p, "<a");
        page_attr(
            p, "href",
            str_z(in_arena(p->call, "/resident/track/", track, str_format(http_arena(p->call), "/media/%.*s", P(id)))));
        page_raw(p, "><img");
        str thumb = str_format(http_arena(p->call), "/media/%.*s?variant=thumb", P(id));
        page_attr(p, "src", str_z(in_arena(p->call, "/resident/track/", track, thumb)));
        page_attr(p, "alt", str_format(http_arena(p->call), "%.*s %d", P(page_word(p, "track.photo")), ++n));
        page_raw(p, "></a> ");
    }
    page_raw(p, "</p>\n");
}

static void put_track_page(struct page *p, const struct case_view *v, str track) {
    const struct kase *c = &v->kase;
    const struct clock *clock = NULL;
    instant due = case_due(c, &clock);
    uint32_t unit = city_unit(p->city, str_code(&c->unit));
    page_raw(p, "<p class=state><strong>");
    strbuf_add_html(&p->html, state_label(v->law, &c->procedure, &c->state, true, p->lang));
    page_raw(p, "</strong></p>\n<dl>");
    page_pair(p, "receipt.number", str_code(&c->number));
    page_when(p, "receipt.due", due);
    if (unit != NONE) page_pair(p, "receipt.unit", text_in(&p->city->units[unit].name, p->lang));
    page_pair(p, "receipt.text", v->text);
    page_raw(p, "</dl>\n");
    if (clock != NULL && clock->provisional) page_text(p, "p class=hint", page_word(p, "receipt.provisional"));
    put_photos(p, v, track);
    if (v->n_offers > 0) page_text(p, "h2", page_word(p, "track.may"));
    for (size_t i = 0; i < v->n_offers; i++) put_offer(p, track, v->offers[i].action);
    put_history(p, v);
}

static void show_track(struct api *api, struct http_call *call, const struct case_view *v, const struct err *err) {
    struct page p;
    page_open(&p, api, call, "track.title");
    if (err != NULL) page_error(&p, err);
    put_track_page(&p, v, http_param(call, "track"));
    page_send(&p, err == NULL ? 200 : http_status_of(err->status));
}

void page_track(struct http_call *call, void *ctx) {
    struct case_view *v = NEW(http_arena(call), struct case_view);
    struct api *api = ctx;
    struct err err = {0};
    if (app_track_case(api->app, http_param(call, "track"), http_arena(call), v, &err) == OK)
        show_track(api, call, v, NULL);
    else
        page_fail(api, call, &err);
}

void page_track_media(struct http_call *call, void *ctx) {
    track_media(call, ctx);
}

struct act_post {
    struct pending *pending;
    struct case_view *view;
};

static void answer_act(struct pending *p) {
    http_redirect(p->call, 303, str_z(in_arena(p->call, "/resident/track/", http_param(p->call, "track"), S(""))));
}

static void refuse_act(struct pending *p) {
    const struct case_view *v = (const struct case_view *)(const void *)p->extra.ptr;
    show_track(p->api, p->call, v, &p->submission.result.err);
}

/* Photos of one field become their ids, separated by commas. */
static enum status keep_field_photos(struct act_post *d, const struct field *f, str *ret, struct err *err) {
    struct http_file file;
    struct strbuf ids;
    enum status status = OK;
    strbuf_init(&ids, 1024);
    for (size_t i = 0; status == OK && i < REPORT_MEDIA_MAX && http_file(d->pending->call, f->name.s, i, &file); i++) {
        char id[33];
        if (file.bytes.len == 0) continue;
        status = media_keep(d->pending->api, file.bytes, id, err);
        if (status == OK) strbuf_addf(&ids, "%s%s", ids.len > 0 ? "," : "", id);
    }
    *ret = str_dup(http_arena(d->pending->call), strbuf_str(&ids));
    strbuf_done(&ids);
    return status;
}

static enum status form_action(struct act_post *d, const struct action *a, struct err *err) {
    struct command *c = &d->pending->submission.command;
    *c = (struct command){
        .kind = COMMAND_ACT, .case_id = d->view->kase.id, .actor = d->pending->caller.actor, .action = a->name};
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
    return OK;
}

static void act_work(void *ctx) {
    struct act_post *d = ctx;
    struct pending *p = d->pending;
    struct err err = {0};
    const struct procedure *procedure = city_procedure(d->view->law, str_code(&d->view->kase.procedure));
    const struct action *a = procedure == NULL ? NULL : procedure_action(procedure, http_param(p->call, "action"));
    enum status status =
        a != NULL ? form_action(d, a, &err) : err_set(&err, E_NOT_FOUND, "not_found", "There is no such action.");
    if (status == OK) {
        pending_send(p);
        return;
    }
    show_track(p->api, p->call, d->view, &err);
    http_resume(p->call);
}

void page_track_post(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller = app_stranger(api->app, lang_of(api, call));
    struct act_post *d = NEW(http_arena(call), struct act_post);
    struct err err = {0};
    d->view = NEW(http_arena(call), struct case_view);
    if (app_track_case(api->app, http_param(call, "track"), http_arena(call), d->view, &err) != OK) {
        page_fail(api, call, &err);
        return;
    }
    d->pending = pending_new(api, call, &caller);
    d->pending->answer = answer_act;
    d->pending->refuse = refuse_act;
    d->pending->extra = (str){(const char *)d->view, sizeof *d->view};
    http_defer(call);
    if (http_pool_run(api->pictures, act_work, d, &err) == OK) return;
    show_track(api, call, d->view, &err);
    http_resume(call);
}
