/* GET /api/v1/emergencies: the three scales, the kinds of events with the figures that grade them, the plans, and which
 * procedures run them; /api/v1/emergencies/grade: the grade that figures propose, with the criterion. A person decides. */
#include "api/api_int.h"
#include "api/duty.h"
#include "api/words.h"

#define FIGURES_MAX 16
#define FIGURE_MAX 1000000000

/* --- scales and kinds --- */

static void put_scale(struct json_buf *w, const struct city *city, const struct scale *s, size_t lang) {
    json_add_key(w, s->name.s);
    json_open_object(w);
    json_put_str(w, "basis", basis_word(city, lang, s->basis));
    json_add_key(w, "steps");
    json_open_array(w);
    for (size_t i = 0; i < s->n; i++) {
        str note = text_in(&s->steps[i].note, lang);
        json_open_object(w);
        json_put_code(w, "code", &s->steps[i].code);
        json_put_str(w, "name", text_in(&s->steps[i].label, lang));
        json_put_str(w, "note", str_empty(note) ? STR_NONE : note);
        json_close_object(w);
    }
    json_close_array(w);
    json_close_object(w);
}

static void put_kinds(struct json_buf *w, const struct city *city, size_t lang) {
    json_add_key(w, "kinds");
    json_open_array(w);
    for (size_t i = 0; i < city->n_accidents; i++) {
        const struct accident_kind *k = &city->accidents[i];
        json_open_object(w);
        json_put_code(w, "code", &k->code);
        json_put_str(w, "name", text_in(&k->label, lang));
        json_put_str(w, "basis", basis_word(city, lang, k->basis));
        json_add_key(w, "figures");
        json_open_array(w);
        for (size_t t = 0; t < k->n_thresholds; t++) {
            json_open_object(w);
            json_put_code(w, "code", &k->thresholds[t].figure);
            json_put_str(w, "name", text_in(&k->thresholds[t].label, lang));
            json_close_object(w);
        }
        json_close_array(w);
        json_close_object(w);
    }
    json_close_array(w);
}

/* --- plans --- */

static void put_unit_at(struct json_buf *w, const char *key, const struct city *city, uint32_t unit, size_t lang) {
    put_unit(w, key, city, unit == NONE ? &(code){{0}} : &city->units[unit].code, lang);
}

static void put_lines(struct json_buf *w, const char *key, const struct city *city, const struct plan_line *lines,
                      size_t n, size_t lang) {
    json_add_key(w, key);
    json_open_array(w);
    for (size_t i = 0; i < n; i++) {
        json_open_object(w);
        put_unit_at(w, "unit", city, lines[i].unit, lang);
        json_put_str(w, "text", text_in(&lines[i].text, lang));
        if (lines[i].amount > 0) json_put_i64(w, "amount", lines[i].amount);
        if (!str_empty(lines[i].phone)) json_put_str(w, "phone", lines[i].phone);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_plan_tasks(struct json_buf *w, const struct city *city, const struct plan *p, size_t lang) {
    json_add_key(w, "tasks");
    json_open_array(w);
    for (size_t i = 0; i < p->n_tasks; i++) {
        json_open_object(w);
        json_put_code(w, "code", &p->tasks[i].code);
        json_put_str(w, "name", text_in(&p->tasks[i].label, lang));
        put_unit_at(w, "unit", city, p->tasks[i].unit, lang);
        json_put_i64(w, "level", p->tasks[i].level);
        put_limit(w, "limit", &p->tasks[i].limit);
        json_put_str(w, "basis", basis_word(city, lang, p->tasks[i].limit.basis));
        json_close_object(w);
    }
    json_close_array(w);
}

/* The response that each warning proposes. */
static void put_warnings(struct json_buf *w, const struct city *city, const struct plan *p) {
    const struct scale *s = &city->scales[SCALE_WARNINGS];
    json_add_key(w, "warnings");
    json_open_object(w);
    for (size_t i = 0; i < s->n; i++)
        if (p->level_for[i] > 0) json_put_i64(w, s->steps[i].code.s, p->level_for[i]);
    json_close_object(w);
}

static void put_plan(struct json_buf *w, const struct city *city, const struct plan *p, size_t lang) {
    json_open_object(w);
    json_put_code(w, "code", &p->code);
    json_put_str(w, "name", text_in(&p->label, lang));
    json_put_str(w, "basis", basis_word(city, lang, p->basis));
    json_put_code(w, "kind", &p->kind);
    json_add_key(w, "categories");
    json_open_array(w);
    for (size_t i = 0; i < p->n_categories; i++) json_add_str(w, str_code(&p->categories[i]));
    json_close_array(w);
    put_warnings(w, city, p);
    json_add_key(w, "desk");
    if (p->desk == NONE)
        json_add_null(w);
    else
        json_add_str(w, str_code(&city->desks[p->desk].code));
    put_unit_at(w, "lead", city, p->lead, lang);
    put_lines(w, "duties", city, p->duties, p->n_duties, lang);
    json_put_str(w, "prevention", text_in(&p->prevention, lang));
    json_put_str(w, "handling", text_in(&p->handling, lang));
    put_plan_tasks(w, city, p, lang);
    json_put_str(w, "support", text_in(&p->support, lang));
    put_lines(w, "resources", city, p->resources, p->n_resources, lang);
    put_lines(w, "contacts", city, p->contacts, p->n_contacts, lang);
    json_put_str(w, "recovery", text_in(&p->recovery, lang));
    json_close_object(w);
}

/* --- which procedures --- */

static bool responds(const struct procedure *p) {
    for (size_t i = 0; i < p->n_states; i++)
        if (p->states[i].responds) return true;
    return false;
}

static void put_procedures(struct json_buf *w, const struct city *city, size_t lang) {
    static const char *const PUBLISHED[] = {
        [PUBLISHED_NOTHING] = NULL, [PUBLISHED_ALERT] = "alert", [PUBLISHED_NOTICE] = "notice"};
    json_add_key(w, "procedures");
    json_open_array(w);
    for (size_t i = 0; i < city->n_procedures; i++) {
        const struct procedure *p = &city->procedures[i];
        const char *as = responds(p) ? "response" : PUBLISHED[p->published];
        if (as == NULL) continue;
        json_open_object(w);
        json_put_code(w, "code", &p->name);
        json_put_str(w, "name", text_in(&p->label, lang));
        json_put_z(w, "as", as);
        json_add_key(w, "active");
        json_open_array(w);
        for (size_t s = 0; s < p->n_states; s++)
            if (p->states[s].responds) json_add_str(w, str_code(&p->states[s].name));
        json_close_array(w);
        json_close_object(w);
    }
    json_close_array(w);
}

void emergencies_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct err err = {0};
    struct strbuf b;
    struct json_buf w;
    const struct city *city = app_city(api->app);
    if (staff_of(api, call, &caller, &err) != OK) {
        reply_err(call, &err);
        return;
    }
    strbuf_init(&b, 4 << 20);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_add_key(&w, "scales");
    json_open_object(&w);
    for (size_t i = 0; i < SCALE_COUNT; i++)
        if (city->scales[i].n > 0) put_scale(&w, city, &city->scales[i], caller.lang);
    json_close_object(&w);
    put_kinds(&w, city, caller.lang);
    json_add_key(&w, "plans");
    json_open_array(&w);
    for (size_t i = 0; i < city->n_responses; i++) put_plan(&w, city, &city->responses[i], caller.lang);
    json_close_array(&w);
    put_procedures(&w, city, caller.lang);
    json_close_object(&w);
    reply_json(call, 200, &b);
}

/* --- the grade that figures propose --- */

static enum status bad_figure(struct err *err, const code *name) {
    err_set(err, E_INVALID, "bad_value", "This is no number from 0 to %d.", FIGURE_MAX);
    err_field(err, "%s", name->s);
    return E_INVALID;
}

/* The figures of the kind that were asked with. */
static enum status read_figures(const struct http_call *call, const struct accident_kind *k, struct figure *ret,
                                size_t *ret_n, struct err *err) {
    *ret_n = 0;
    for (size_t i = 0; i < k->n_thresholds && *ret_n < FIGURES_MAX; i++) {
        str text = S("");
        int64_t value = 0;
        const code *name = &k->thresholds[i].figure;
        if (!http_query(call, name->s, &text) || str_empty(text)) continue;
        if (!str_to_i64(text, &value) || value < 0 || value > FIGURE_MAX) return bad_figure(err, name);
        ret[(*ret_n)++] = (struct figure){*name, value};
    }
    return OK;
}

static void put_proposal(struct json_buf *w, const struct city *city, const struct accident_kind *k,
                         const struct grade_proposal *p, size_t lang) {
    put_named(w, "grade", p == NULL ? &(code){{0}} : &p->grade->code,
              p == NULL ? S("") : text_in(&p->grade->label, lang));
    if (p != NULL) {
        put_named(w, "figure", &p->by->figure, text_in(&p->by->label, lang));
        json_put_i64(w, "value", p->value);
        json_put_i64(w, "from", p->from);
    }
    json_put_str(w, "basis", basis_word(city, lang, k->basis));
}

void emergency_grade_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct err err = {0};
    struct figure figures[FIGURES_MAX];
    struct grade_proposal p;
    size_t n = 0;
    str kind = S("");
    const struct city *city = app_city(api->app);
    enum status status = staff_of(api, call, &caller, &err);
    http_query(call, "kind", &kind);
    const struct accident_kind *k = city_accident(city, kind);
    if (status == OK && k == NULL) {
        status = err_set(&err, E_INVALID, "bad_value", "There is no such kind of event.");
        err_field(&err, "kind");
    }
    if (status == OK) status = read_figures(call, k, figures, &n, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 4 << 10);
    json_buf_init(&w, &b);
    json_open_object(&w);
    put_proposal(&w, city, k, city_propose_grade(city, k, figures, n, &p) ? &p : NULL, caller.lang);
    json_close_object(&w);
    reply_json(call, 200, &b);
}
