/* GET /api/v1/procedures: the procedures as they stand in the package, for diagrams and legends. */
#include "api/api_int.h"
#include "api/words.h"

static void put_codes(struct json_buf *w, const char *key, const code *codes, size_t n) {
    json_add_key(w, key);
    json_open_array(w);
    for (size_t i = 0; i < n; i++) json_add_str(w, str_code(&codes[i]));
    json_close_array(w);
}

static const char *end_name(enum end_kind end) {
    static const char *const NAMES[] = {
        [END_NONE] = "",         [END_CLOSED] = "closed", [END_REFUSED] = "refused", [END_WITHDRAWN] = "withdrawn",
        [END_MERGED] = "merged", [END_MOVED] = "moved"};
    return NAMES[end];
}

static void put_clock(struct json_buf *w, const struct city *city, const struct state *s, size_t lang) {
    json_add_key(w, "clock");
    if (!s->has_clock) {
        json_add_null(w);
        return;
    }
    json_open_object(w);
    put_limit(w, "limit", &s->clock);
    if (s->clock_from_condition) json_put_bool(w, "from_condition", true);
    json_put_str(w, "basis", basis_word(city, lang, s->clock.basis));
    json_close_object(w);
}

/* in: x = the state's number: the order of the package, which is the order of the work. */
static void put_state(struct json_buf *w, const struct city *city, const struct state *s, size_t x, size_t lang) {
    json_open_object(w);
    json_put_code(w, "code", &s->name);
    json_put_str(w, "label", text_in(&s->label, lang));
    str open = text_in(&s->public_label, lang);
    json_put_str(w, "public", str_empty(open) ? text_in(&s->label, lang) : open);
    json_put_z(w, "owner", post_name(s->owner));
    json_put_str(w, "end", s->is_end ? str_z(end_name(s->end)) : STR_NONE);
    json_put_bool(w, "pauses", s->pauses);
    put_clock(w, city, s, lang);
    json_put_str(w, "no_clock", str_empty(s->no_clock_reason) ? STR_NONE : s->no_clock_reason);
    json_put_i64(w, "x", (int64_t)x);
    json_close_object(w);
}

static void put_states(struct json_buf *w, const struct city *city, const struct state *states, size_t n, size_t lang) {
    json_add_key(w, "states");
    json_open_array(w);
    for (size_t i = 0; i < n; i++) put_state(w, city, &states[i], i, lang);
    json_close_array(w);
}

static void put_posts(struct json_buf *w, const char *key, uint32_t posts) {
    json_add_key(w, key);
    json_open_array(w);
    for (uint32_t p = 0; p < POST_COUNT; p++)
        if ((posts & 1U << p) != 0) json_add_z(w, post_name((enum post)p));
    json_close_array(w);
}

static void put_action(struct json_buf *w, const struct city *city, const struct action *a, size_t lang) {
    json_open_object(w);
    json_put_code(w, "code", &a->name);
    json_put_str(w, "label", text_in(&a->label, lang));
    put_codes(w, "from", a->from, a->n_from);
    if (a->to_back)
        json_put_z(w, "to", "back");
    else
        json_put_code(w, "to", &a->to);
    json_put_code(w, "task", &a->task);
    put_codes(w, "task_from", a->task_from, a->n_task_from);
    json_put_code(w, "task_to", &a->task_to);
    put_posts(w, "by", a->posts);
    json_add_key(w, "fields");
    json_open_array(w);
    for (size_t i = 0; i < a->n_fields; i++) put_action_field(w, &a->fields[i], lang);
    json_close_array(w);
    json_put_bool(w, "quick", a->quick);
    str confirm = text_in(&a->confirm, lang);
    json_put_str(w, "confirm", str_empty(confirm) ? STR_NONE : confirm);
    json_put_str(w, "basis", str_empty(a->basis) ? STR_NONE : basis_word(city, lang, a->basis));
    json_close_object(w);
}

static void put_machine(struct json_buf *w, const struct city *city, const struct procedure *p, size_t lang) {
    put_states(w, city, p->states, p->n_states, lang);
    json_add_key(w, "tasks");
    json_open_array(w);
    for (size_t i = 0; i < p->n_tasks; i++) {
        json_open_object(w);
        json_put_code(w, "code", &p->tasks[i].name);
        json_put_str(w, "label", text_in(&p->tasks[i].label, lang));
        put_states(w, city, p->tasks[i].states, p->tasks[i].n_states, lang);
        json_close_object(w);
    }
    json_close_array(w);
    json_add_key(w, "actions");
    json_open_array(w);
    for (size_t i = 0; i < p->n_actions; i++) put_action(w, city, &p->actions[i], lang);
    json_close_array(w);
    json_add_key(w, "joins");
    json_open_array(w);
    for (size_t i = 0; i < p->n_joins; i++) {
        json_open_object(w);
        json_put_code(w, "from", &p->joins[i].from);
        json_put_code(w, "to", &p->joins[i].to);
        json_close_object(w);
    }
    json_close_array(w);
}

static enum status make_procedures(struct api *api, struct http_call *call, size_t lang, const void *ctx,
                                   struct strbuf *out, struct err *err) {
    (void)call, (void)ctx, (void)err;
    const struct city *city = app_city(api->app);
    struct json_buf w;
    json_buf_init(&w, out);
    json_open_object(&w);
    json_add_key(&w, "items");
    json_open_array(&w);
    for (size_t i = 0; i < city->n_procedures; i++) {
        const struct procedure *p = &city->procedures[i];
        json_open_object(&w);
        json_put_code(&w, "code", &p->name);
        json_put_str(&w, "label", text_in(&p->label, lang));
        json_put_str(&w, "matter", text_in(&p->matter, lang));
        json_put_str(&w, "person", text_in(&p->person, lang));
        json_put_str(&w, "basis", basis_word(city, lang, p->basis));
        json_put_bool(&w, "private", p->is_private);
        json_put_bool(&w, "restricted", p->n_readers > 0);
        put_codes(&w, "articles", p->articles, p->n_articles);
        put_posts(&w, "files", p->file_posts);
        put_machine(&w, city, p, lang);
        json_close_object(&w);
    }
    json_close_array(&w);
    json_close_object(&w);
    return OK;
}

void procedures_get(struct http_call *call, void *ctx) {
    reply_kept(ctx, call, &(struct kept_request){.key = S("procedures"), .make = make_procedures});
}
