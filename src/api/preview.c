/* GET /api/v1/preview: what would happen to a report, asked while it is being written. Nothing is stored. */
#include "api/api_int.h"
#include "api/words.h"
#include "app/report.h"

static bool query_number(const struct http_call *call, const char *name, double *ret, struct err *err) {
    str text;
    if (!http_query(call, name, &text) || str_empty(text)) return true;
    if (str_to_double(text, ret)) return true;
    err_set(err, E_INVALID, "bad_place", "%s is no number in degrees.", name);
    err_field(err, "%s", name);
    return false;
}

static bool query_code(const struct http_call *call, const char *name, code *ret, struct err *err) {
    str text = S("");
    http_query(call, name, &text);
    if (code_from(text, ret)) return true;
    err_set(err, E_INVALID, "unknown_code", "%s is no code.", name);
    err_field(err, "%s", name);
    return false;
}

static bool read_report(const struct http_call *call, struct report *r, struct err *err) {
    report_init(r);
    r->text = S("");
    http_query(call, "text", &r->text);
    http_query(call, "address", &r->address);
    return query_number(call, "lon", &r->place.lon_deg, err) && query_number(call, "lat", &r->place.lat_deg, err) &&
           query_code(call, "category", &r->category, err) && query_code(call, "condition", &r->condition, err);
}

static void put_candidate(struct json_buf *w, const struct city *city, uint32_t category, int32_t confidence,
                          size_t lang) {
    json_put_code(w, "code", &city->categories[category].key);
    json_put_str(w, "name", text_in(&city->categories[category].name, lang));
    json_put_double(w, "confidence", (double)confidence / 1000, 3);
}

static void put_kind(struct json_buf *w, const struct city *city, const struct preview *p, size_t lang) {
    uint32_t k = city_category(city, str_code(&p->kase.category));
    check(k != NONE);
    json_add_key(w, "category");
    json_open_object(w);
    put_candidate(w, city, k, p->suggestion.confidence, lang);
    json_put_str(w, "words", p->suggestion.words);
    json_close_object(w);
    json_add_key(w, "candidates");
    json_open_array(w);
    for (size_t i = 0; i < p->n_candidates; i++) {
        json_open_object(w);
        put_candidate(w, city, p->candidates[i].category, p->candidates[i].confidence, lang);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_conditions(struct json_buf *w, const struct city *city, const struct preview *p, size_t lang) {
    uint32_t k = city_category(city, str_code(&p->kase.category));
    uint32_t chosen = city_condition(city, str_code(&p->kase.condition));
    const struct category *category = &city->categories[k];
    json_add_key(w, "condition");
    if (chosen == NONE) {
        json_add_null(w);
    } else {
        const struct condition *c = &city->conditions[chosen];
        json_open_object(w);
        json_put_code(w, "code", &c->code);
        json_put_str(w, "filing", text_in(&c->filing, lang));
        json_put_str(w, "closing", text_in(&c->closing, lang));
        json_put_bool(w, "photo", c->photo_needed);
        json_put_bool(w, "sample", c->sample);
        json_close_object(w);
    }
    json_add_key(w, "conditions");
    json_open_array(w);
    for (uint32_t i = category->first_condition; i < category->first_condition + category->n_conditions; i++) {
        json_open_object(w);
        json_put_code(w, "code", &city->conditions[i].code);
        json_put_str(w, "filing", text_in(&city->conditions[i].filing, lang));
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_where(struct json_buf *w, const struct city *city, const struct preview *p, size_t lang) {
    put_area(w, "area", city, &p->kase.area, lang);
    json_add_key(w, "areas");
    json_open_array(w);
    for (uint32_t i = p->location.area; i != NONE; i = city->areas[i].parent) {
        json_open_object(w);
        json_put_code(w, "code", &city->areas[i].code);
        json_put_str(w, "name", text_in(&city->areas[i].name, lang));
        json_put_code(w, "level", &city->areas[i].level);
        json_close_object(w);
    }
    json_close_array(w);
    put_unit(w, "unit", city, &p->kase.unit, lang);
}

/* --- why this unit --- */

/* What a pattern of responsibilities is about: a category, a class of them, or everything. */
static str matter_of(const struct city *city, const code *pattern, size_t lang) {
    str key = str_code(pattern);
    if (str_ends(key, S("*"))) key.len--;
    if (str_empty(key)) return word(city, lang, "why.everything");
    uint32_t k = city_category(city, key);
    return k == NONE ? str_code(pattern) : text_in(&city->categories[k].name, lang);
}

/* "{matter} …" with its places filled in. */
static str fill(struct arena *arena, str text, str matter, str area, str unit) {
    const struct { str name, value; } places[] = {{S("{matter}"), matter}, {S("{area}"), area}, {S("{unit}"), unit}};
    struct strbuf b;
    strbuf_init(&b, 4096);
    for (size_t at = 0; at < text.len;) {
        size_t taken = 0;
        for (size_t i = 0; i < ARRAY_LEN(places) && taken == 0; i++) {
            if (!str_starts(str_slice(text, at, text.len), places[i].name)) continue;
            strbuf_add(&b, places[i].value);
            taken = places[i].name.len;
        }
        if (taken == 0) strbuf_addc(&b, text.ptr[at]);
        at += taken == 0 ? 1 : taken;
    }
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static void put_why(struct json_buf *w, const struct city *city, const struct preview *p, size_t lang,
                    struct arena *arena) {
    const struct responsibility *r = p->why;
    uint32_t unit = city_unit(city, str_code(&p->kase.unit));
    json_add_key(w, "why");
    if (r == NULL || unit == NONE) {
        json_add_null(w);
        return;
    }
    str area = r->area == NONE ? S("") : text_in(&city->areas[r->area].name, lang);
    const char *key = r->unit == NONE ? "why.office" : r->area == NONE ? "why.unit" : "why.unit_in";
    json_open_object(w);
    json_put_str(w, "text",
                 fill(arena, word(city, lang, key), matter_of(city, &r->category, lang), area,
                      text_in(&city->units[unit].name, lang)));
    json_put_i64(w, "line", r->line);
    json_close_object(w);
}

static void put_time(struct json_buf *w, const struct city *city, const struct preview *p, size_t lang) {
    json_add_key(w, "limit");
    if (p->limit.unit == LIMIT_NONE) {
        json_add_null(w);
    } else {
        json_open_object(w);
        json_put_i64(w, "amount", p->limit.amount);
        json_put_z(w, "unit", limit_unit_name(p->limit.unit));
        json_put_str(w, "basis", basis_word(city, lang, p->limit.basis));
        json_close_object(w);
    }
    put_instant(w, "due", city, p->due);
    json_put_bool(w, "due_provisional", p->provisional);
}

/* Where it belongs instead: what the words point to, or whoever is responsible outside. */
static void put_channel(struct json_buf *w, const struct city *city, const struct preview *p, bool outside,
                        size_t lang) {
    const struct channel *c = outside ? city_channel(city, S("neighbour")) : NULL;
    if (p->suggestion.channel != NONE) c = &city->channels[p->suggestion.channel];
    json_add_key(w, "channel");
    if (c == NULL) {
        json_add_null(w);
        return;
    }
    json_open_object(w);
    json_put_code(w, "code", &c->code);
    json_put_str(w, "name", text_in(&c->name, lang));
    json_put_str(w, "phone", c->phone);
    json_put_str(w, "advice", text_in(&c->advice, lang));
    json_close_object(w);
}

void preview_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct report r = {0};
    struct preview *p = NEW(http_arena(call), struct preview);
    struct err err = {0};
    if (waits_for_seq(api, call, preview_get)) return; /* the similar ones are the views' */
    enum status status = caller_of(api, call, &caller, &err);
    if (status == OK && !read_report(call, &r, &err)) status = err.status;
    if (status == OK) status = app_preview(api->app, &caller, &r, http_arena(call), p, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    const struct city *city = app_city(api->app);
    bool outside = !lonlat_is_none(r.place) && p->location.how == LOCATED_OUTSIDE;
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 1 << 20);
    json_buf_init(&w, &b);
    json_open_object(&w);
    put_kind(&w, city, p, caller.lang);
    put_conditions(&w, city, p, caller.lang);
    put_where(&w, city, p, caller.lang);
    put_why(&w, city, p, caller.lang, http_arena(call));
    put_time(&w, city, p, caller.lang);
    put_channel(&w, city, p, outside, caller.lang);
    json_put_bool(&w, "outside", outside);
    bool numbers = caller.role != NULL && caller.role->see == SCOPE_JURISDICTION && !caller.role->wordless;
    put_similar(&w, city, &p->similar, r.place, NULL, numbers, caller.lang);
    json_close_object(&w);
    reply_json(call, 200, &b);
}
