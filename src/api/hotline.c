/* What the hotline has at hand: GET /api/v1/orders (in force), /api/v1/knowledge (staff), /api/v1/public/knowledge, and the
 * residents' page of questions. */
#include "api/page.h"
#include "app/knowledge.h"
#include "app/orders.h"

/* --- orders --- */

static void put_list(struct json_buf *w, const char *key, str list) {
    json_add_key(w, key);
    json_open_array(w);
    for (str one; str_split(&list, ',', &one);) json_add_str(w, one);
    json_close_array(w);
}

/* As the order's own form calls a clock; its code where that form has changed since. */
static str clock_label(const struct city *city, const struct order *o, str clock, size_t lang) {
    const struct procedure *p = city_procedure(city, str_code(&o->kase.procedure));
    for (size_t i = 0; p != NULL && i < p->n_actions; i++) {
        const struct action *a = &p->actions[i];
        for (size_t k = 0; k < a->n_fields; k++)
            for (size_t n = 0; code_is(&a->fields[k].name, "clocks") && n < a->fields[k].n_choices; n++)
                if (str_eq(str_code(&a->fields[k].choices[n]), clock))
                    return text_in(&a->fields[k].choice_labels[n], lang);
    }
    return clock;
}

static void put_clock_labels(struct json_buf *w, const struct city *city, const struct order *o, size_t lang) {
    str clocks = o->clocks;
    json_add_key(w, "clock_labels");
    json_open_array(w);
    for (str one; str_split(&clocks, ',', &one);) json_add_str(w, clock_label(city, o, one, lang));
    json_close_array(w);
}

static void put_order(struct json_buf *w, const struct city *city, const struct order *o, size_t lang) {
    json_open_object(w);
    json_put_code(w, "number", &o->kase.number);
    json_put_code(w, "state", &o->kase.state);
    json_put_str(w, "state_label", state_label(city, &o->kase.procedure, &o->kase.state, false, lang));
    json_put_str(w, "text", o->text);
    json_put_str(w, "basis", o->basis);
    put_list(w, "clocks", o->clocks);
    put_clock_labels(w, city, o, lang);
    json_add_key(w, "areas");
    json_open_array(w);
    str areas = o->areas;
    for (str one; str_split(&areas, ',', &one);) {
        uint32_t area = city_area(city, one);
        if (area != NONE) json_add_str(w, text_in(&city->areas[area].name, lang));
    }
    json_close_array(w);
    put_list(w, "categories", o->categories);
    put_instant(w, "ends", city, o->ends);
    json_put_i64(w, "held", (int64_t)o->held);
    json_close_object(w);
}

void orders_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    if (waits_for_seq(api, call, orders_get)) return;
    struct caller caller;
    struct order *all = NULL;
    struct items l;
    struct err err = {0};
    size_t n = 0;
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = app_orders(api->app, http_arena(call), &all, &n, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    items_open(&l, 1 << 20);
    for (size_t i = 0; i < n; i++)
        if (access_read(app_city(api->app), &all[i].kase, &caller.actor))
            put_order(&l.w, app_city(api->app), &all[i], caller.lang);
    items_end(&l);
    items_send(&l, call);
}

/* --- articles --- */

static str text_of(const str *texts, size_t lang) {
    return !str_empty(texts[lang]) ? texts[lang] : texts[0];
}

static void put_article(struct json_buf *w, const struct city *city, const struct article *a, size_t lang,
                        bool is_staff) {
    json_open_object(w);
    json_put_code(w, "number", &a->number);
    json_put_str(w, "title", text_of(a->title, lang));
    json_put_str(w, "body", text_of(a->body, lang));
    json_put_str(w, "sources", a->sources);
    put_unit(w, "unit", city, &a->unit, lang);
    put_instant(w, "changed", city, a->changed);
    if (is_staff) {
        json_put_code(w, "state", &a->state);
        put_instant(w, "review", city, a->review);
        put_list(w, "categories", a->categories);
        json_put_bool(w, "open", a->is_open);
    }
    json_close_object(w);
}

static void read_query(const struct http_call *call, struct article_query *q) {
    str text = S(""), category = S("");
    http_query(call, "text", &text);
    http_query(call, "category", &category);
    q->text = utf8_prefix(text, 200);
    q->category = category;
    q->limit = ARTICLES_SHOWN;
}

static void reply_articles(struct http_call *call, struct api *api, const struct article_query *q, size_t lang) {
    struct article *all = NULL;
    struct items l;
    struct err err = {0};
    size_t n = 0;
    if (app_articles(api->app, q, http_arena(call), &all, &n, &err) != OK) {
        reply_err(call, &err);
        return;
    }
    items_open(&l, 4 << 20);
    for (size_t i = 0; i < n; i++) put_article(&l.w, app_city(api->app), &all[i], lang, !q->open_only);
    items_end(&l);
    items_send(&l, call);
}

void knowledge_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    if (waits_for_seq(api, call, knowledge_get)) return;
    struct caller caller;
    struct err err = {0};
    struct article_query q = {0};
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK && caller.role->wordless)
        status = err_set(&err, E_DENIED, "not_allowed", "This role reads no texts.");
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    read_query(call, &q);
    reply_articles(call, api, &q, caller.lang);
}

void public_knowledge(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct err err = {0};
    struct article_query q = {.open_only = true};
    if (caller_of(api, call, &caller, &err) != OK) {
        reply_err(call, &err);
        return;
    }
    read_query(call, &q);
    q.open_only = true;
    reply_articles(call, api, &q, caller.lang);
}

static void put_question(struct page *p, const struct article *a) {
    page_raw(p, "<details class=question><summary>");
    strbuf_add_html(&p->html, text_of(a->title, p->lang));
    page_raw(p, "</summary>\n");
    str body = text_of(a->body, p->lang);
    for (str line; str_split(&body, '\n', &line);) page_text(p, "p", line);
    page_text(p, "p class=hint", a->sources);
    page_text(p, "p class=hint", page_unit(p, &a->unit));
    page_raw(p, "</details>\n");
}

void page_questions(struct http_call *call, void *ctx) {
    struct page p;
    struct api *api = ctx;
    struct article *all = NULL;
    struct article_query q = {0};
    struct err err = {0};
    size_t n = 0;
    read_query(call, &q);
    q.open_only = true;
    page_open(&p, api, call, "questions.title");
    page_text(&p, "p class=lead", page_word(&p, "questions.lead"));
    page_raw(&p, "<form method=get action=/resident/questions role=search>\n");
    const struct input in = {.name = "text", .label_key = "questions.search", .type = "search", .value = q.text};
    page_input(&p, &in);
    page_submit(&p, "button", page_word(&p, "questions.go"));
    page_raw(&p, "</form>\n");
    if (app_articles(api->app, &q, http_arena(call), &all, &n, &err) != OK)
        page_text(&p, "p class=error", page_error_word(&p, &err));
    else if (n == 0)
        page_text(&p, "p class=hint", page_word(&p, str_empty(q.text) ? "questions.empty" : "questions.none"));
    for (size_t i = 0; i < n; i++) put_question(&p, &all[i]);
    page_send(&p, 200);
}
