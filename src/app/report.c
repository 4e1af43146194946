/* Reading what a resident or an operator reports: strict, with the field in every refusal. */
#include "app/report.h"
#include "app/app.h"
#include "base/json.h"

enum status report_text_check(str value, const char *field, size_t max, struct err *err) {
    if (utf8_count(value) <= max) return OK;
    err_set(err, E_INVALID, "too_long", "The field %s is longer than %zu characters.", field, max);
    err_field(err, "%s", field);
    err_hint(err, "Shorten it to %zu characters.", max);
    return E_INVALID;
}

static enum status wrong(struct err *err, const char *field, const char *expected) {
    err_set(err, E_INVALID, "wrong_type", "The field %s has a value of the wrong kind.", field);
    err_field(err, "%s", field);
    err_hint(err, "Give %s.", expected);
    return E_INVALID;
}

static enum status read_text(struct json *j, const char *field, size_t max, str *ret, struct err *err) {
    if (json_peek(j) == JSON_NULL) return json_null(j) ? OK : E_SYNTAX;
    if (json_peek(j) != JSON_STRING) return wrong(err, field, "a text");
    if (!json_str(j, ret)) return E_SYNTAX;
    return report_text_check(*ret, field, max, err);
}

static enum status read_code(struct json *j, const char *field, code *ret, struct err *err) {
    str text = STR_NONE;
    enum status status = read_text(j, field, CODE_MAX, &text, err);
    if (status != OK) return status;
    return code_from(text, ret) ? OK : wrong(err, field, "a code");
}

static enum status read_number(struct json *j, const char *field, double *ret, struct err *err) {
    if (json_peek(j) == JSON_NULL) return json_null(j) ? OK : E_SYNTAX;
    if (json_peek(j) != JSON_NUMBER) return wrong(err, field, "a number in degrees");
    return json_double(j, ret) ? OK : E_SYNTAX;
}

static enum status unknown(struct err *err, const char *where, str key, const char *known) {
    err_set(err, E_INVALID, "unknown_field", "There is no field %s%.*s.", where, P(utf8_prefix(key, 60)));
    err_field(err, "%s%.*s", where, P(utf8_prefix(key, 60)));
    err_hint(err, "Known fields: %s.", known);
    return E_INVALID;
}

static enum status read_contact(struct json *j, struct report *r, struct err *err) {
    if (json_peek(j) == JSON_NULL) return json_null(j) ? OK : E_SYNTAX;
    if (json_peek(j) != JSON_OBJECT) return wrong(err, "contact", "an object with name, phone, email");
    json_object(j);
    enum status status = OK;
    for (str key; status == OK && json_key(j, &key);) {
        if (str_is(key, "name"))
            status = read_text(j, "contact.name", 80, &r->name, err);
        else if (str_is(key, "phone"))
            status = read_text(j, "contact.phone", 40, &r->phone, err);
        else if (str_is(key, "email"))
            status = read_text(j, "contact.email", 120, &r->email, err);
        else
            status = unknown(err, "contact.", key, "name, phone, email");
    }
    return status;
}

enum status report_about_parse(str kind, enum about *ret, struct err *err) {
    if (str_is(kind, "service"))
        *ret = ABOUT_SERVICE;
    else if (str_is(kind, "conduct"))
        *ret = ABOUT_CONDUCT;
    else
        return wrong(err, "about.kind", "service (not done) or conduct (somebody's behaviour)");
    return OK;
}

static enum status read_about(struct json *j, struct report *r, struct err *err) {
    if (json_peek(j) == JSON_NULL) return json_null(j) ? OK : E_SYNTAX;
    if (json_peek(j) != JSON_OBJECT) return wrong(err, "about", "an object with kind and unit");
    json_object(j);
    enum status status = OK;
    str kind = STR_NONE;
    for (str key; status == OK && json_key(j, &key);) {
        if (str_is(key, "kind"))
            status = read_text(j, "about.kind", 20, &kind, err);
        else if (str_is(key, "unit"))
            status = read_code(j, "about.unit", &r->about_unit, err);
        else
            status = unknown(err, "about.", key, "kind, unit");
    }
    return status == OK && j->error == NULL ? report_about_parse(kind, &r->about, err) : status;
}

static enum status read_media(struct json *j, struct report *r, struct err *err) {
    if (json_peek(j) == JSON_NULL) return json_null(j) ? OK : E_SYNTAX;
    if (json_peek(j) != JSON_ARRAY) return wrong(err, "media", "a list of ids from POST /api/v1/media");
    json_array(j);
    while (json_more(j)) {
        if (json_peek(j) != JSON_STRING) return wrong(err, "media", "a list of ids from POST /api/v1/media");
        if (r->n_media == REPORT_MEDIA_MAX) {
            err_set(err, E_INVALID, "too_many_media", "At most %d photos go with a report.", REPORT_MEDIA_MAX);
            err_field(err, "media");
            return E_INVALID;
        }
        enum status status = read_text(j, "media", 40, &r->media[r->n_media], err);
        if (status != OK) return status;
        r->n_media++;
    }
    return OK;
}

static enum status read_attributes(struct json *j, struct report *r, struct err *err) {
    if (json_peek(j) == JSON_NULL) return json_null(j) ? OK : E_SYNTAX;
    if (json_peek(j) != JSON_OBJECT) return wrong(err, "attributes", "an object of texts and numbers");
    if (!json_raw(j, &r->attributes)) return E_SYNTAX;
    return report_text_check(r->attributes, "attributes", 4000, err);
}

static enum status read_happened(struct json *j, struct report *r, struct err *err) {
    str text = STR_NONE;
    enum status status = read_text(j, "happened", 40, &text, err);
    if (status != OK || text.ptr == NULL) return status;
    return instant_parse(text, &r->happened) ? OK : wrong(err, "happened", "a time like 2026-11-24T08:30:00+08:00");
}

static enum status read_field(struct json *j, str key, struct report *r, struct err *err) {
    if (str_is(key, "text")) return read_text(j, "text", REPORT_TEXT_MAX, &r->text, err);
    if (str_is(key, "address")) return read_text(j, "address", 200, &r->address, err);
    if (str_is(key, "lon")) return read_number(j, "lon", &r->place.lon_deg, err);
    if (str_is(key, "lat")) return read_number(j, "lat", &r->place.lat_deg, err);
    if (str_is(key, "category")) return read_code(j, "category", &r->category, err);
    if (str_is(key, "condition")) return read_code(j, "condition", &r->condition, err);
    if (str_is(key, "attributes")) return read_attributes(j, r, err);
    if (str_is(key, "contact")) return read_contact(j, r, err);
    if (str_is(key, "about")) return read_about(j, r, err);
    if (str_is(key, "media")) return read_media(j, r, err);
    if (str_is(key, "channel")) return read_code(j, "channel", &r->channel, err);
    if (str_is(key, "owner")) return read_code(j, "owner", &r->owner, err);
    if (str_is(key, "happened")) return read_happened(j, r, err);
    if (str_is(key, "earlier")) return read_code(j, "earlier", &r->earlier, err);
    if (str_is(key, "thing")) return read_code(j, "thing", &r->thing, err);
    if (str_is(key, "same_as")) return read_code(j, "same_as", &r->same_as, err);
    if (str_is(key, "found_at")) return read_code(j, "found_at", &r->found_at, err);
    return unknown(
        err, "", key,
        "text, lon, lat, address, category, condition, attributes, contact, about, media, thing, earlier, same_as; for "
        "staff also channel, owner, happened, found_at");
}

void report_init(struct report *r) {
    *r = (struct report){.place = lonlat_none(), .happened = INSTANT_NONE};
}

/* A first pass, so that what is no JSON is never taken for a value of the wrong kind. */
static enum status check_syntax(str json, struct arena *arena, struct err *err) {
    struct json j;
    json_init(&j, json, arena);
    if (j.error == NULL && json_peek(&j) != JSON_OBJECT) json_fail(&j, "an object is expected");
    json_skip(&j);
    return json_done(&j, err);
}

enum status report_parse(str json, struct arena *arena, struct report *ret, struct err *err) {
    struct json j;
    enum status syntax = check_syntax(json, arena, err);
    if (syntax != OK) return syntax;
    report_init(ret);
    json_init(&j, json, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        enum status status = read_field(&j, key, ret, err);
        if (j.error != NULL) return json_done(&j, err);
        if (status != OK) return status;
    }
    return json_done(&j, err);
}
