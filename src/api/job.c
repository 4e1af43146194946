/* /task/{link}: what a contractor sees of the one task that a unit gave out, and the forms to take it, to report it done
 * or to decline it. Works without login and without script. Whoever takes the task gets a cookie of this address; the link
 * alone opens it no more. */
#include "api/page.h"

static const char COOKIE[] = "yiwang_task";

static str job_base(struct http_call *call) {
    return str_format(http_arena(call), "/task/%.*s", P(http_param(call, "link")));
}

static enum status open_job(struct api *api, struct http_call *call, struct job *j, struct err *err) {
    http_add_header(call, "Cache-Control", S("no-store"));
    http_add_header(call, "Referrer-Policy", S("no-referrer"));
    return app_job(api->app, http_param(call, "link"), http_cookie(call, COOKIE), lang_of(api, call), http_arena(call),
                   j, err);
}

/* --- the page --- */

static str task_state_label(const struct page *p, const struct job *j) {
    const struct procedure *procedure = city_procedure(j->view.law, str_code(&j->view.kase.procedure));
    const struct task_kind *kind = procedure != NULL ? procedure_task(procedure, &j->task->kind) : NULL;
    const struct state *s = kind != NULL ? task_state(kind, &j->task->state) : NULL;
    return s != NULL ? text_in(&s->label, p->lang) : S("");
}

/* Coordinates that the maps of a telephone open. */
static void put_point(struct page *p, lonlat at) {
    struct arena *a = http_arena(p->call);
    if (lonlat_is_none(at)) return;
    page_raw(p, "<dt>");
    strbuf_add_html(&p->html, page_word(p, "job.point"));
    page_raw(p, "</dt><dd><a class=phone");
    page_attr(p, "href", str_format(a, "geo:%.6f,%.6f", at.lat_deg, at.lon_deg));
    page_raw(p, ">");
    strbuf_add_html(&p->html, str_format(a, "%.6f, %.6f", at.lat_deg, at.lon_deg));
    page_raw(p, "</a></dd>\n");
}

static void put_giver(struct page *p, const code *unit) {
    uint32_t u = city_unit(p->city, str_code(unit));
    page_pair(p, "job.unit", page_unit(p, unit));
    if (u != NONE && !str_empty(p->city->units[u].phone)) page_pair(p, "job.phone", p->city->units[u].phone);
}

static void put_order(struct page *p, const struct job *j) {
    const struct kase *c = &j->view.kase;
    page_raw(p, "<dl>");
    page_pair(p, "job.order", j->order);
    if (!str_empty(j->redo)) page_pair(p, "job.redo", j->redo);
    page_pair(p, "job.state", task_state_label(p, j));
    if (!instant_is_none(j->due)) page_due(p, "job.due", j->due);
    page_pair(p, "receipt.address", j->view.address);
    page_pair(p, "receipt.area", page_area(p, &c->area));
    put_point(p, j->view.place);
    put_giver(p, &j->task->unit);
    page_raw(p, "</dl>\n");
}

static void put_own_acts(struct page *p, const struct job *j, str base) {
    const struct case_view *v = &j->view;
    if (v->n_history == 0) return;
    page_text(p, "h2", page_word(p, "job.own"));
    page_raw(p, "<ol class=history reversed>\n");
    for (size_t i = v->n_history; i-- > 0;) {
        const struct history_line *h = &v->history[i];
        page_raw(p, "<li>");
        page_text(p, "strong", history_label(v->law, &v->kase.procedure, h, p->lang));
        page_text(p, "time", page_due_words(p, h->at));
        if (!str_empty(h->staff_text)) page_text(p, "blockquote", h->staff_text);
        put_photo_row(p, h->media, base);
        page_raw(p, "</li>\n");
    }
    page_raw(p, "</ol>\n");
}

static void show_job(struct api *api, struct http_call *call, const struct act_form *form, const struct err *err) {
    const struct job *j = form->ctx;
    struct page p;
    page_open(&p, api, call, "job.title");
    if (err != NULL) page_error(&p, err);
    page_text(&p, "p class=hint", page_word(&p, j->is_taken ? "job.taken_hint" : "job.open_hint"));
    put_order(&p, j);
    put_photo_row(&p, j->photos, form->base);
    if (j->view.n_offers == 0) page_text(&p, "p", page_word(&p, "job.waiting"));
    put_asked(&p, &j->view, form->base);
    put_others(&p, &j->view, form->base);
    put_own_acts(&p, j, form->base);
    page_send(&p, err == NULL ? 200 : http_status_of(err->status));
}

void page_job(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct job *j = NEW(http_arena(call), struct job);
    struct err err = {0};
    if (open_job(api, call, j, &err) != OK) {
        page_fail(api, call, &err);
        return;
    }
    struct act_form form = {.view = &j->view, .base = job_base(call), .ctx = j};
    show_job(api, call, &form, NULL);
}

/* The photos of the order and those that came from here. */
void page_job_media(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct job *j = NEW(http_arena(call), struct job);
    struct err err = {0};
    struct strbuf ids;
    if (open_job(api, call, j, &err) != OK) {
        reply_err(call, &err);
        return;
    }
    strbuf_init(&ids, 64 << 10);
    strbuf_add(&ids, j->photos);
    for (size_t i = 0; i < j->view.n_history; i++) strbuf_addf(&ids, ",%.*s", P(j->view.history[i].media));
    media_send_cited(api, call, strbuf_str(&ids));
    strbuf_done(&ids);
}

/* --- what comes --- */

/* A new secret for whoever takes the task, out of the link and the form's own random number, so that a form sent twice
 * gets the same. The cookie goes out with the answer and is worth nothing if that refuses. */
static void renew(struct http_call *call, struct act_form *form) {
    char fresh[44];
    str nonce = S("");
    if (!http_form(call, "nonce", 0, &nonce) || str_empty(nonce)) {
        secret_random(fresh);
        nonce = str_z(fresh);
    }
    str pieces[] = {S("take\n"), http_param(call, "link"), S("\n"), nonce};
    digest d = sha256_pieces(pieces, ARRAY_LEN(pieces));
    struct strbuf hex;
    strbuf_init(&hex, 2 * sizeof d.b + 1);
    strbuf_add_hex(&hex, d.b, sizeof d.b);
    const char *secret = str_cstr(http_arena(call), strbuf_str(&hex));
    strbuf_done(&hex);
    form->pass = app_pass_key(str_z(secret));
    http_add_header(call, "Set-Cookie",
                    str_format(http_arena(call), "%s=%s; Path=%.*s; HttpOnly; SameSite=Lax; Max-Age=7776000", COOKIE,
                               secret, P(form->base)));
}

void page_job_post(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct job *j = NEW(http_arena(call), struct job);
    struct act_form *form = NEW(http_arena(call), struct act_form);
    struct err err = {0};
    code action;
    if (open_job(api, call, j, &err) != OK) {
        page_fail(api, call, &err);
        return;
    }
    *form =
        (struct act_form){.view = &j->view, .base = job_base(call), .task = j->task->id, .show = show_job, .ctx = j};
    if (!j->is_taken && code_from(http_param(call, "action"), &action) &&
        app_gives_pass(api->app, &j->view.kase, &action))
        renew(call, form);
    act_post(api, call, &j->caller, form);
}
