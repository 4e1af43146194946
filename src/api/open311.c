/* Open311: the writer, refusals, discovery and services. What a service is follows from categories.csv: those that
 * residents are offered and that are nobody's private matter. */
#include "api/open311.h"

#include <math.h>
#include <string.h>

#include "api/words.h"

#define BASE "/open311/v2"
static const char SPECIFICATION[] = "http://wiki.open311.org/GeoReport_v2";

/* --- the writer --- */

void open311_begin(struct open311_out *o, bool json, struct strbuf *out) {
    *o = (struct open311_out){.b = out, .json = json};
    if (json)
        json_buf_init(&o->w, out);
    else
        strbuf_addz(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
}

/* A member of a list, and the root, have no name in JSON. */
static void add_name(struct open311_out *o, const char *name) {
    if (!o->json)
        strbuf_addf(o->b, "<%s>", name);
    else if (o->depth > 0 && !o->is_list[o->depth - 1])
        json_add_key(&o->w, name);
}

static void end_name(struct open311_out *o, const char *name) {
    if (!o->json) strbuf_addf(o->b, "</%s>\n", name);
}

static void open_it(struct open311_out *o, const char *name, bool list) {
    check(o->depth < OPEN311_DEPTH);
    add_name(o, name);
    if (o->json && list) json_open_array(&o->w);
    if (o->json && !list) json_open_object(&o->w);
    if (!o->json) strbuf_addc(o->b, '\n');
    o->names[o->depth] = name;
    o->is_list[o->depth++] = list;
}

void open311_list(struct open311_out *o, const char *name) {
    open_it(o, name, true);
}

void open311_item(struct open311_out *o, const char *name) {
    open_it(o, name, false);
}

void open311_close(struct open311_out *o) {
    check(o->depth > 0);
    o->depth--;
    if (o->json && o->is_list[o->depth]) json_close_array(&o->w);
    if (o->json && !o->is_list[o->depth]) json_close_object(&o->w);
    end_name(o, o->names[o->depth]);
}

/* XML 1.0 knows no other control characters than tab and line ends. */
static void add_xml(struct strbuf *b, str text) {
    size_t plain = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c >= 0x20 || c == '\t' || c == '\n' || c == '\r') continue;
        strbuf_add_html(b, str_slice(text, plain, i));
        strbuf_addc(b, ' ');
        plain = i + 1;
    }
    strbuf_add_html(b, str_slice(text, plain, text.len));
}

void open311_text(struct open311_out *o, const char *name, str text) {
    add_name(o, name);
    if (o->json)
        json_add_str(&o->w, str_empty(text) ? STR_NONE : text);
    else
        add_xml(o->b, text);
    end_name(o, name);
}

void open311_bool(struct open311_out *o, const char *name, bool value) {
    add_name(o, name);
    if (o->json)
        json_add_bool(&o->w, value);
    else
        strbuf_addz(o->b, value ? "true" : "false");
    end_name(o, name);
}

void open311_number(struct open311_out *o, const char *name, double value, int decimals) {
    add_name(o, name);
    if (o->json)
        json_add_double(&o->w, value, decimals);
    else if (!isnan(value))
        strbuf_addf(o->b, "%.*f", decimals, value);
    end_name(o, name);
}

void open311_count(struct open311_out *o, const char *name, size_t value) {
    add_name(o, name);
    if (o->json)
        json_add_i64(&o->w, (int64_t)value);
    else
        strbuf_addf(o->b, "%zu", value);
    end_name(o, name);
}

void open311_time(struct open311_out *o, const char *name, const struct city *city, instant t) {
    struct strbuf b;
    strbuf_init(&b, 64);
    if (instant_valid(t)) instant_format(&b, &city->calendar.zone, (instant){t.ms - t.ms % MS_SECOND});
    open311_text(o, name, strbuf_str(&b));
    strbuf_done(&b);
}

/* --- the request --- */

const char *open311_type(bool json) {
    return json ? "application/json; charset=utf-8" : "text/xml; charset=utf-8";
}

bool open311_is_json(const struct http_call *call) {
    return str_ends(http_path(call), S(".json"));
}

str open311_param(const struct http_call *call, const char *name) {
    str value = S("");
    if (http_form(call, name, 0, &value) && !str_empty(str_trim(value))) return str_trim(value);
    return http_query(call, name, &value) ? str_trim(value) : S("");
}

enum status open311_ready(struct api *api, const struct http_call *call, struct err *err) {
    const struct city *city = app_city(api->app);
    str wanted = open311_param(call, "jurisdiction_id");
    if (!city->open311.is_served) return err_set(err, E_NOT_FOUND, "not_served", "Open311 is not served here.");
    if (str_empty(wanted) || str_eq(wanted, city->open311.jurisdiction) || str_eq(wanted, str_code(&city->name)))
        return OK;
    err_set(err, E_NOT_FOUND, "unknown_jurisdiction", "This jurisdiction_id is not served here.");
    err_hint(err, "jurisdiction_id=%.*s", P(city->open311.jurisdiction));
    return E_NOT_FOUND;
}

enum status open311_id(const struct http_call *call, str *ret, struct err *err) {
    static const str FORMS[] = {S_INIT(".xml"), S_INIT(".json")};
    str id = http_param(call, "id");
    for (size_t i = 0; i < ARRAY_LEN(FORMS); i++) {
        if (!str_ends(id, FORMS[i]) || id.len == FORMS[i].len) continue;
        *ret = str_slice(id, 0, id.len - FORMS[i].len);
        return OK;
    }
    return err_set(err, E_NOT_FOUND, "unknown_address", "An address of Open311 ends in .xml or .json.");
}

enum status open311_find_service(const struct city *city, str wanted, const struct category **ret, struct err *err) {
    uint32_t k = city_category(city, wanted);
    if (k == NONE || !app_category_public(city, &city->categories[k])) {
        err_set(err, E_NOT_FOUND, "unknown_service", "There is no service with this service_code.");
        err_field(err, "service_code");
        err_hint(err, "See services.xml.");
        return E_NOT_FOUND;
    }
    *ret = &city->categories[k];
    return OK;
}

/* --- refusals --- */

static int status_of(const struct err *e) {
    if (e->status == E_LOGIN || e->status == E_DENIED) return 403;
    bool theirs = e->status == E_SYNTAX || e->status == E_INVALID || e->status == E_REUSED || e->status == E_STATE ||
                  e->status == E_CONFLICT;
    return theirs ? 400 : http_status_of(e->status);
}

bool open311_problem(struct api *api, struct http_call *call, const struct err *e) {
    struct strbuf b;
    struct open311_out o;
    struct http_problem_words words = {S(""), str_z(e->primary), S(""), str_z(e->hint)};
    if (!str_starts(http_path(call), S(BASE "/"))) return false;
    int status = status_of(e);
    bool json = open311_is_json(call);
    api_problem_words(api, call, e, status == 404 ? "not-found" : status == 403 ? "denied" : "invalid", &words);
    strbuf_init(&b, 32 << 10);
    open311_begin(&o, json, &b);
    open311_list(&o, "errors");
    open311_item(&o, "error");
    open311_text(&o, "code", str_format(http_arena(call), "%d", status));
    str hint = words.hint;
    open311_text(&o, "description",
                 str_format(http_arena(call), "%.*s%s%.*s", P(words.detail), str_empty(hint) ? "" : " — ", P(hint)));
    open311_close(&o);
    open311_close(&o);
    check(!b.overflow);
    http_reply(call, status, open311_type(json), strbuf_str(&b));
    strbuf_done(&b);
    return true;
}

/* --- discovery --- */

static void reply_made(struct api *api, struct http_call *call, const char *what,
                       enum status (*make)(struct api *, struct http_call *, size_t, const void *, struct strbuf *,
                                           struct err *),
                       const void *ctx) {
    struct err err = {0};
    if (open311_ready(api, call, &err) != OK) {
        reply_err(call, &err);
        return;
    }
    str key = str_format(http_arena(call), "%s\n%.*s\n%.*s", what, P(http_path(call)), P(http_origin(call)));
    reply_kept(
        api, call,
        &(struct kept_request){.key = key, .type = open311_type(open311_is_json(call)), .make = make, .ctx = ctx});
}

static enum status make_discovery(struct api *api, struct http_call *call, size_t lang, const void *ctx,
                                  struct strbuf *out, struct err *err) {
    (void)ctx;
    (void)err;
    const struct city *city = app_city(api->app);
    struct open311_out o;
    open311_begin(&o, open311_is_json(call), out);
    open311_item(&o, "discovery");
    open311_time(&o, "changeset", city, app_city_since(api->app));
    open311_text(&o, "contact", text_in(&city->open311.contact, lang));
    open311_text(&o, "key_service", text_in(&city->open311.keys, lang));
    open311_list(&o, "endpoints");
    open311_item(&o, "endpoint");
    open311_text(&o, "specification", S(SPECIFICATION));
    open311_text(&o, "url", str_format(http_arena(call), "%.*s" BASE, P(http_origin(call))));
    open311_time(&o, "changeset", city, app_city_since(api->app));
    open311_text(&o, "type", api->app->rehearsal != NULL ? S("test") : S("production"));
    open311_list(&o, "formats");
    open311_text(&o, "format", S("text/xml"));
    open311_text(&o, "format", S("application/json"));
    for (int i = 0; i < 4; i++) open311_close(&o);
    return OK;
}

void open311_discovery(struct http_call *call, void *ctx) {
    reply_made(ctx, call, "open311/discovery", make_discovery, NULL);
}

/* --- services --- */

static const struct category *class_above(const struct city *city, const struct category *c) {
    uint32_t up = city_category(city, str_code(&c->parent));
    return up != NONE ? &city->categories[up] : NULL;
}

static str keywords(const struct category *c, struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, 16 << 10);
    for (size_t i = 0; i < c->n_words; i++) {
        if (i > 0) strbuf_addc(&b, ',');
        strbuf_add(&b, c->words[i]);
    }
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

/* What cases of it there are, and when they are settled. */
static str described(const struct city *city, const struct category *c, size_t lang, struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, 16 << 10);
    for (uint32_t i = 0; i < c->n_conditions; i++) {
        const struct condition *k = &city->conditions[c->first_condition + i];
        strbuf_addf(&b, "%s%.*s → %.*s", i > 0 ? "; " : "", P(text_in(&k->filing, lang)),
                    P(text_in(&k->closing, lang)));
    }
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static void put_service(struct open311_out *o, const struct city *city, const struct category *c, size_t lang,
                        struct arena *arena) {
    const struct category *above = class_above(city, c);
    open311_item(o, "service");
    open311_text(o, "service_code", str_code(&c->key));
    open311_text(o, "service_name", text_in(&c->name, lang));
    open311_text(o, "description", described(city, c, lang, arena));
    open311_bool(o, "metadata", c->n_conditions > 1);
    open311_text(o, "type", S("realtime"));
    open311_text(o, "keywords", keywords(c, arena));
    open311_text(o, "group", above != NULL ? text_in(&above->name, lang) : S(""));
    open311_close(o);
}

static enum status make_services(struct api *api, struct http_call *call, size_t lang, const void *ctx,
                                 struct strbuf *out, struct err *err) {
    (void)ctx;
    (void)err;
    const struct city *city = app_city(api->app);
    struct open311_out o;
    open311_begin(&o, open311_is_json(call), out);
    open311_list(&o, "services");
    for (size_t i = 0; i < city->n_categories; i++)
        if (app_category_public(city, &city->categories[i]))
            put_service(&o, city, &city->categories[i], lang, http_arena(call));
    open311_close(&o);
    return OK;
}

void open311_services(struct http_call *call, void *ctx) {
    reply_made(ctx, call, "open311/services", make_services, NULL);
}

/* One question: which of its conditions it is; the time limit follows from it. */
static void put_condition_attribute(struct open311_out *o, const struct city *city, const struct category *c,
                                    size_t lang) {
    open311_item(o, "attribute");
    open311_bool(o, "variable", true);
    open311_text(o, "code", S("condition"));
    open311_text(o, "datatype", S("singlevaluelist"));
    open311_bool(o, "required", false);
    open311_text(o, "datatype_description", S(""));
    open311_count(o, "order", 1);
    open311_text(o, "description", word(city, lang, "open311.condition"));
    open311_list(o, "values");
    for (uint32_t i = 0; i < c->n_conditions; i++) {
        const struct condition *k = &city->conditions[c->first_condition + i];
        open311_item(o, "value");
        open311_text(o, "key", str_code(&k->code));
        open311_text(o, "name", text_in(&k->filing, lang));
        open311_close(o);
    }
    open311_close(o);
    open311_close(o);
}

static enum status make_service(struct api *api, struct http_call *call, size_t lang, const void *ctx,
                                struct strbuf *out, struct err *err) {
    (void)ctx;
    const struct city *city = app_city(api->app);
    const struct category *c = NULL;
    struct open311_out o;
    str id;
    enum status status = open311_id(call, &id, err);
    if (status == OK) status = open311_find_service(city, id, &c, err);
    if (status != OK) return status;
    open311_begin(&o, open311_is_json(call), out);
    open311_item(&o, "service_definition");
    open311_text(&o, "service_code", str_code(&c->key));
    open311_list(&o, "attributes");
    if (c->n_conditions > 1) put_condition_attribute(&o, city, c, lang);
    open311_close(&o);
    open311_close(&o);
    return OK;
}

void open311_service(struct http_call *call, void *ctx) {
    reply_made(ctx, call, "open311/service", make_service, NULL);
}
