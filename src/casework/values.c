/* The fields of an action: whether what was given fits, and where it goes: codes to the facts, free texts to the
 * words. */
#include <string.h>

#include "casework/decide_int.h"
#include "casework/number.h"

#define TEXT_MAX 4000
#define MANY_MAX 32 /* values of one field */

str value_of(const struct command *command, str field) {
    for (size_t i = 0; i < command->n_values; i++)
        if (str_eq(str_code(&command->values[i].name), field)) return command->values[i].text;
    return STR_NONE;
}

static enum status bad(const struct decision *d, const struct field *f, const char *why, const char *primary) {
    return refuse(d->err, E_INVALID, why, f->name.s, "%s", primary);
}

static enum status check_text(struct decision *d, const struct field *f, str text) {
    size_t n = utf8_count(text), max = f->max > 0 ? (size_t)f->max : TEXT_MAX;
    if (n > max) {
        bad(d, f, "too_long", "The text is too long.");
        err_hint(d->err, "At most %zu characters.", max);
        return E_INVALID;
    }
    if (f->min > 0 && n < (size_t)f->min) {
        bad(d, f, "too_short", "The text is too short.");
        err_hint(d->err, "At least %d characters.", (int)f->min);
        return E_INVALID;
    }
    return OK;
}

static enum status check_unit(struct decision *d, const struct field *f, str text) {
    code unit;
    if (!code_from(text, &unit) || city_unit(d->world, text) == NONE)
        return bad(d, f, "unknown_unit", "This unit does not exist here.");
    return unit_may_get(d, &unit, f->name.s);
}

static enum status check_units(struct decision *d, const struct field *f, str text) {
    size_t n = 0;
    for (str one; str_split(&text, ',', &one); n++) {
        enum status status = check_unit(d, f, one);
        if (status != OK) return status;
    }
    return n <= TASKS_MAX / 2 ? OK : bad(d, f, "too_many", "Too many units at once.");
}

static enum status check_category(struct decision *d, const struct field *f, str text) {
    uint32_t k = city_category(d->law, text);
    if (k == NONE) return bad(d, f, "unknown_category", "This category does not exist here.");
    if (f->any && !code_empty(&d->law->categories[k].procedure)) return OK;
    if (code_eq(&d->law->categories[k].procedure, &d->c.procedure)) return OK;
    bad(d, f, "other_procedure", "This category is handled by another procedure.");
    err_hint(d->err, "File it anew, or split it off.");
    return E_INVALID;
}

static enum status check_condition(struct decision *d, const struct field *f, str text) {
    uint32_t n = city_condition(d->law, text);
    if (n == NONE) return bad(d, f, "unknown_condition", "This filing condition does not exist here.");
    str category = value_of(d->command, S("category"));
    if (str_empty(category)) category = str_code(&d->c.category);
    const code *own = &d->law->categories[d->law->conditions[n].category].key;
    return str_eq(str_code(own), category) ? OK : bad(d, f, "unknown_condition", "It does not belong to the category.");
}

static enum status check_number(struct decision *d, const struct field *f, str text) {
    int64_t v;
    if (!str_to_i64(text, &v) || v < INT32_MIN || v > INT32_MAX)
        return bad(d, f, "wrong_type", "A whole number is expected.");
    if (f->min == 0 && f->max == 0) return OK;
    if (v >= f->min && v <= f->max) return OK;
    bad(d, f, "out_of_range", "The number is out of range.");
    err_hint(d->err, "From %d to %d.", (int)f->min, (int)f->max);
    return E_INVALID;
}

static enum status check_choice(struct decision *d, const struct field *f, str text) {
    for (size_t i = 0; i < f->n_choices; i++)
        if (str_eq(str_code(&f->choices[i]), text)) return OK;
    return bad(d, f, "unknown_choice", "This is none of the choices.");
}

static enum status check_case(struct decision *d, const struct field *f, str text) {
    code number;
    if (!code_from(text, &number) || !number_valid(text, STR_NONE)) {
        bad(d, f, "bad_number", "This is no number of a case.");
        err_hint(d->err, "A number is prefix, date, counter and check digit, as in the confirmation.");
        return E_INVALID;
    }
    return code_eq(&number, &d->c.number) ? bad(d, f, "same_case", "This is the case itself.") : OK;
}

static enum status check_channel(struct decision *d, const struct field *f, str text) {
    const struct channel *channel = city_channel(d->world, text);
    if (channel == NULL) return bad(d, f, "unknown_channel", "This channel does not exist here.");
    if (str_empty(channel->phone)) return bad(d, f, "channel_without_phone", "This channel has no telephone number.");
    return OK;
}

static enum status check_task(struct decision *d, const struct field *f, str text) {
    int64_t id;
    const struct task *t = str_to_i64(text, &id) && id > 0 && id <= UINT32_MAX ? case_task(&d->c, (uint32_t)id) : NULL;
    return t != NULL && !t->is_over ? OK : bad(d, f, "unknown_task", "There is no such open task.");
}

/* Papers of the case's service. What the government holds already is fetched, not asked for. source: State Council Order
 * 716. */
static enum status check_materials(struct decision *d, const struct field *f, str text) {
    for (str one; str_split(&text, ',', &one);) {
        const struct material *m = city_material(d->law, str_code(&d->c.category), one);
        if (m == NULL) return bad(d, f, "unknown_material", "This service asks for no such paper.");
        if (m->held_by == NONE || f->any) continue;
        bad(d, f, "material_held", "The government has this paper already.");
        err_hint(d->err, "Fetch it from %s.", d->law->units[m->held_by].code.s);
        return E_INVALID;
    }
    return OK;
}

/* Whether an emergency response is active. */
static bool responds(const struct decision *d) {
    const struct state *s = procedure_state(d->procedure, &d->c.state);
    return s != NULL && s->responds;
}

static enum status check_areas(struct decision *d, const struct field *f, str text) {
    size_t n = 0;
    str all = text;
    for (str one; str_split(&text, ',', &one); n++) {
        uint32_t a = city_area(d->world, one);
        if (a == NONE || (!f->any && !d->world->areas[a].is_leaf)) {
            bad(d, f, "unknown_area", "This area does not exist here, or has areas below it.");
            err_hint(d->err, "Give codes of grids.");
            return E_INVALID;
        }
        str rest = all, other;
        for (size_t i = 0; i < n && str_split(&rest, ',', &other); i++)
            if (str_eq(one, other)) return bad(d, f, "twice", "A grid was given twice.");
    }
    return n <= OUTCOME_FOLLOWUPS_MAX / 2 ? OK : bad(d, f, "too_many", "Too many grids at once.");
}

/* What grid workers may be given at all, forms and requests for data included. source: domain README §4 (Art. 24). */
static enum status check_item(struct decision *d, const struct field *f, str text) {
    const struct duty_item *item = city_duty_item(d->world, text);
    day on = day_from_instant(&d->world->calendar.zone, d->given->now);
    bool listed = item != NULL && item->list == LIST_ADMISSION && on.n >= item->from.n && on.n <= item->upto.n;
    listed = listed && (f->any || category_matches(&item->category, &d->c.category));
    if (listed) return OK;
    bad(d, f, "not_admitted", "The admission list of grid workers has no such item today.");
    err_hint(d->err, "Apply to the grid office for its admission first; what is urgent is admitted for a period.");
    return E_INVALID;
}

/* What the server wrote: numbers, and "+N" for those that had no room. */
static enum status check_cases(struct decision *d, const struct field *f, str text) {
    int64_t more;
    for (str one; str_split(&text, ',', &one);) {
        bool is_rest = str_starts(one, S("+")) && str_to_i64(str_slice(one, 1, one.len), &more) && str_empty(text);
        if (!is_rest && !number_valid(one, STR_NONE)) return bad(d, f, "bad_number", "This is no number of a case.");
    }
    return OK;
}

static enum status check_one(struct decision *d, const struct field *f, str text) {
    instant t;
    switch (f->type) {
    case FIELD_TEXT:
        if (f->is_contact && !responds(d))
            return refuse(d->err, E_STATE, "no_response", f->name.s, "No response is active: no persons are noted.");
        return check_text(d, f, text);
    case FIELD_UNIT:
        return check_unit(d, f, text);
    case FIELD_UNITS:
        return check_units(d, f, text);
    case FIELD_AREA:
        return city_area(d->world, text) != NONE ? OK : bad(d, f, "unknown_area", "This area does not exist here.");
    case FIELD_CATEGORY:
        return check_category(d, f, text);
    case FIELD_CONDITION:
        return check_condition(d, f, text);
    case FIELD_NUMBER:
        return check_number(d, f, text);
    case FIELD_CHOICE:
        return check_choice(d, f, text);
    case FIELD_CASE:
        return check_case(d, f, text);
    case FIELD_MEDIA:
    case FIELD_DOCUMENT:
        return text.len <= TEXT_MAX ? OK : bad(d, f, "too_long", "Too many photos.");
    case FIELD_INSTANT:
        return instant_parse(text, &t) ? OK
                                       : bad(d, f, "wrong_type", "A time like 2026-11-24T08:30:00+08:00 is expected.");
    case FIELD_TASK:
        return check_task(d, f, text);
    case FIELD_BOOL:
        return str_is(text, "true") || str_is(text, "false") ? OK
                                                             : bad(d, f, "wrong_type", "true or false is expected.");
    case FIELD_CHANNEL:
        return check_channel(d, f, text);
    case FIELD_CASES:
        return check_cases(d, f, text);
    case FIELD_MATERIALS:
        return check_materials(d, f, text);
    case FIELD_AREAS:
        return check_areas(d, f, text);
    case FIELD_ITEM:
        return check_item(d, f, text);
    }
    return OK;
}

/* Several values of one field; a class of categories stands for all below it. */
static enum status check_many(struct decision *d, const struct field *f, str text) {
    size_t n = 0;
    for (str one; str_split(&text, ',', &one); n++) {
        enum status status = OK;
        if (f->type == FIELD_CATEGORY && city_category(d->law, one) == NONE)
            status = bad(d, f, "unknown_category", "This category does not exist here.");
        if (f->type != FIELD_CATEGORY) status = check_one(d, f, one);
        if (status != OK) return status;
    }
    return n <= MANY_MAX ? OK : bad(d, f, "too_many", "Too many at once.");
}

static enum status known_fields(struct decision *d) {
    for (size_t i = 0; i < d->command->n_values; i++) {
        const struct value *v = &d->command->values[i];
        if (action_field(d->action, str_code(&v->name)) == NULL)
            return refuse(d->err, E_INVALID, "unknown_field", v->name.s, "The action %s has no field %s.",
                          d->action->name.s, v->name.s);
        for (size_t k = 0; k < i; k++)
            if (code_eq(&d->command->values[k].name, &v->name))
                return refuse(d->err, E_INVALID, "twice", v->name.s, "A field was given twice.");
    }
    return OK;
}

enum status values_check(struct decision *d) {
    enum status status = known_fields(d);
    for (size_t i = 0; status == OK && i < d->action->n_fields; i++) {
        const struct field *f = &d->action->fields[i];
        str text = value_of(d->command, str_code(&f->name));
        bool empty = str_empty(f->type == FIELD_TEXT ? str_trim(text) : text);
        if (empty && field_required(d->law, f, &d->c.condition))
            return bad(d, f, "missing_field", "A field that is needed is empty.");
        if (!empty) status = f->many ? check_many(d, f, text) : check_one(d, f, text);
    }
    return status;
}

static bool is_words(const struct field *f) {
    return f->type == FIELD_TEXT || f->type == FIELD_MEDIA || f->type == FIELD_DOCUMENT;
}

static bool wants(const struct field *f, str text, bool words, bool is_public) {
    return text.len > 0 && !f->is_contact && is_words(f) == words && (!words || f->is_public == is_public);
}

static bool any(const struct decision *d, bool words, bool is_public) {
    for (size_t i = 0; i < d->action->n_fields; i++) {
        const struct field *f = &d->action->fields[i];
        if (wants(f, value_of(d->command, str_code(&f->name)), words, is_public)) return true;
    }
    return false;
}

static void put_object(const struct decision *d, bool words, bool is_public, struct json_buf *w) {
    json_open_object(w);
    for (size_t i = 0; i < d->action->n_fields; i++) {
        const struct field *f = &d->action->fields[i];
        str text = value_of(d->command, str_code(&f->name));
        if (!wants(f, text, words, is_public)) continue;
        json_add_key_str(w, str_code(&f->name));
        json_add_str(w, text);
    }
    if (!words && !str_empty(d->command->document_hash)) json_put_str(w, "document_hash", d->command->document_hash);
    json_close_object(w);
}

static str finish(struct decision *d, struct strbuf *b) {
    check(!b->overflow);
    str ret = str_dup(d->arena, strbuf_str(b));
    strbuf_done(b);
    return ret;
}

str values_facts(struct decision *d) {
    if (!any(d, false, false) && str_empty(d->command->document_hash)) return STR_NONE;
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 1 << 16);
    json_buf_init(&w, &b);
    put_object(d, false, false, &w);
    return finish(d, &b);
}

str values_contact(struct decision *d) {
    struct strbuf b;
    struct json_buf w;
    bool any_given = false;
    strbuf_init(&b, 1 << 16);
    json_buf_init(&w, &b);
    json_open_object(&w);
    for (size_t i = 0; i < d->action->n_fields; i++) {
        const struct field *f = &d->action->fields[i];
        str text = value_of(d->command, str_code(&f->name));
        if (!f->is_contact || str_empty(str_trim(text))) continue;
        json_add_key_str(&w, str_code(&f->name));
        json_add_str(&w, text);
        any_given = true;
    }
    json_close_object(&w);
    str ret = finish(d, &b);
    return any_given ? ret : STR_NONE;
}

str values_words(struct decision *d) {
    const struct command *c = d->command;
    bool open = any(d, true, true), internal = any(d, true, false);
    if (!open && !internal && !c->has_place) return STR_NONE;
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 1 << 20); /* every text was checked against its maximum */
    json_buf_init(&w, &b);
    json_open_object(&w);
    if (open) {
        json_add_key(&w, "public");
        put_object(d, true, true, &w);
    }
    if (internal) {
        json_add_key(&w, "internal");
        put_object(d, true, false, &w);
    }
    if (c->has_place) {
        json_put_double(&w, "lon", c->place.lon_deg, 7);
        json_put_double(&w, "lat", c->place.lat_deg, 7);
    }
    json_close_object(&w);
    return finish(d, &b);
}
