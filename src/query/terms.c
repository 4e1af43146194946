/* Values of terms: what may stand after each field's colon. */
#include <math.h>

#include "query/query_int.h"
#include "query/words.h"

static const struct word_bit status_words[] = {
    {"open", STATUS_OPEN},
    {"closed", STATUS_CLOSED},
    {"ended", STATUS_ENDED},
    {"overdue", STATUS_OVERDUE},
    {"late", STATUS_LATE},
    {"soon", STATUS_SOON},
    {NULL, 0},
};
static const struct word_bit flag_words[] = {
    {"returned", ROW_RETURNED},
    {"reopened", ROW_REOPENED},
    {"extended", ROW_EXTENDED},
    {"supervised", ROW_SUPERVISED},
    {"urged", ROW_URGED},
    {"reworked", ROW_REWORKED},
    {"duplicate", ROW_DUPLICATE},
    {"placeless", ROW_PLACELESS},
    {"paused", ROW_PAUSED},
    {"urgent", ROW_URGENT},
    {"precedent", ROW_PRECEDENT},
    {"register", ROW_REGISTER},
    {"exercise", ROW_EXERCISE},
    {"unsigned", ROW_UNSIGNED},
    {"to_call", ROW_TO_CALL},
    {"promised", ROW_PROMISED},
    {"late", ROW_BIT_MISSED},
    {"private", ROW_BIT_PRIVATE},
    {"sealed", ROW_BIT_SEALED},
    {"imported", ROW_BIT_IMPORTED},
    {"provisional", ROW_BIT_PROVISIONAL},
    {NULL, 0},
};
static const struct word_bit about_words[] = {
    {"none", 1u << ABOUT_NOTHING},
    {"service", 1u << ABOUT_SERVICE},
    {"conduct", 1u << ABOUT_CONDUCT},
    {NULL, 0},
};

const struct field_spec query_fields[Q_FIELD_COUNT] = {
    [Q_STATUS] = {"status", NULL, Q_STATUS, VALUE_WORDS, status_words},
    [Q_STATE] = {"state", NULL, Q_STATE, VALUE_CODES, NULL},
    [Q_PROCEDURE] = {"procedure", NULL, Q_PROCEDURE, VALUE_CODES, NULL},
    [Q_AREA] = {"area", NULL, Q_AREA, VALUE_AREAS, NULL},
    [Q_CATEGORY] = {"category", "class", Q_CATEGORY, VALUE_PREFIXES, NULL},
    [Q_CONDITION] = {"condition", NULL, Q_CONDITION, VALUE_PREFIXES, NULL},
    [Q_UNIT] = {"unit", NULL, Q_UNIT, VALUE_UNITS, NULL},
    [Q_LEAD] = {"lead", NULL, Q_LEAD, VALUE_CODES, NULL},
    [Q_CHANNEL] = {"channel", NULL, Q_CHANNEL, VALUE_CODES, NULL},
    [Q_NUMBER] = {"number", NULL, Q_NUMBER, VALUE_PREFIXES, NULL},
    [Q_THING] = {"thing", NULL, Q_THING, VALUE_PREFIXES, NULL},
    [Q_FLAG] = {"flag", NULL, Q_FLAG, VALUE_WORDS, flag_words},
    [Q_ABOUT] = {"about", NULL, Q_ABOUT, VALUE_WORDS, about_words},
    [Q_DUE] = {"due", NULL, Q_DUE, VALUE_TIME, NULL},
    [Q_FILED] = {"filed", NULL, Q_FILED, VALUE_TIME, NULL},
    [Q_HAPPENED] = {"happened", NULL, Q_HAPPENED, VALUE_TIME, NULL},
    [Q_UPDATED] = {"updated", NULL, Q_UPDATED, VALUE_TIME, NULL},
    [Q_ENDED] = {"ended", NULL, Q_ENDED, VALUE_TIME, NULL},
    [Q_RATING] = {"rating", NULL, Q_RATING, VALUE_RATING, NULL},
    [Q_NEAR] = {"near", NULL, Q_NEAR, VALUE_NEAR, NULL},
    [Q_BBOX] = {"bbox", NULL, Q_BBOX, VALUE_BBOX, NULL},
    [Q_TEXT] = {"text", NULL, Q_TEXT, VALUE_TEXT, NULL},
    [Q_ID] = {"id", NULL, Q_ID, VALUE_IDS, NULL},
    [Q_OWN_AREA] = {"own_area", NULL, Q_OWN_AREA, VALUE_HIDDEN, NULL},
    [Q_ABOUT_UNIT] = {"about_unit", NULL, Q_ABOUT_UNIT, VALUE_HIDDEN, NULL},
};

const struct field_spec *query_field_find(str name) {
    for (size_t i = 0; i < Q_FIELD_COUNT; i++) {
        const struct field_spec *f = &query_fields[i];
        if (f->kind == VALUE_HIDDEN) continue;
        if (str_is(name, f->name) || (f->alias && str_is(name, f->alias))) return f;
    }
    return NULL;
}

static enum status bad_value(const struct raw_term *raw, str value, struct err *err) {
    return err_set(err, E_INVALID, "bad_value", "%s does not take \"%.*s\"", raw->spec->name, P(value));
}

static enum status unknown_code(const struct raw_term *raw, str value, struct err *err) {
    return err_set(err, E_INVALID, "unknown_code", "no %s is called \"%.*s\"", raw->spec->name, P(value));
}

static enum status parse_words(const struct raw_term *raw, struct query_term *ret, struct err *err) {
    for (size_t i = 0; i < raw->n; i++) {
        const struct word_bit *w = raw->spec->words;
        while (w->word && !str_is(raw->values[i].text, w->word)) w++;
        if (!w->word) {
            char known[200] = "";
            size_t len = 0;
            for (w = raw->spec->words; w->word; w++)
                for (const char *p = w->word; *p && len + 3 < sizeof known; p++) {
                    if (p == w->word && len > 0) known[len++] = ',', known[len++] = ' ';
                    known[len++] = *p;
                }
            enum status s = bad_value(raw, raw->values[i].text, err);
            err_hint(err, "use one of: %s", known);
            return s;
        }
        ret->mask |= w->bit;
    }
    ret->relative = raw->spec->field == Q_STATUS && (ret->mask & (STATUS_OVERDUE | STATUS_SOON));
    return OK;
}

/* Whether the city knows a state, procedure or unit of that name; laws of older packages are not asked. */
static bool code_known(enum query_field field, str name, const struct city *city) {
    if (field == Q_LEAD) return city_unit(city, name) != NONE;
    if (field != Q_STATE && field != Q_PROCEDURE) return true;
    for (size_t i = 0; i < city->n_procedures; i++) {
        const struct procedure *p = &city->procedures[i];
        if (field == Q_PROCEDURE && str_eq(str_code(&p->name), name)) return true;
        for (size_t k = 0; field == Q_STATE && k < p->n_states; k++)
            if (str_eq(str_code(&p->states[k].name), name)) return true;
    }
    return false;
}

/* Whether some key of the city begins with (or, without prefix, equals) the value. */
static bool key_known(enum query_field field, str value, bool prefix, const struct city *city) {
    if (field == Q_NUMBER || field == Q_THING) return true;
    size_t n = field == Q_CATEGORY ? city->n_categories : city->n_conditions;
    for (size_t i = 0; i < n; i++) {
        str key = field == Q_CATEGORY ? str_code(&city->categories[i].key) : str_code(&city->conditions[i].code);
        if (prefix ? str_starts(key, value) : str_eq(key, value)) return true;
    }
    return false;
}

static bool is_none(const struct raw_value *v) {
    return !v->quoted && str_is(v->text, "none");
}

static enum status parse_code(const struct raw_term *raw, size_t i, const struct city *city, struct query_term *ret,
                              struct err *err) {
    str text = raw->values[i].text;
    bool prefix = raw->spec->kind == VALUE_PREFIXES && !raw->values[i].quoted && str_ends(text, S("*"));
    if (prefix) text = str_slice(text, 0, text.len - 1);
    if (text.len > CODE_MAX) return bad_value(raw, text, err);
    ret->prefix[i] = prefix;
    if (is_none(&raw->values[i]) && raw->spec->field != Q_NUMBER) {
        ret->values[i] = STR_NONE;
        return OK;
    }
    if (text.len == 0) return bad_value(raw, raw->values[i].text, err);
    bool known = raw->spec->kind == VALUE_CODES ? code_known(raw->spec->field, text, city)
                                                : key_known(raw->spec->field, text, prefix, city);
    if (!known) {
        enum status s = unknown_code(raw, raw->values[i].text, err);
        if (raw->spec->kind == VALUE_PREFIXES)
            err_hint(err, "end a beginning with *: %s:%.*s*", raw->spec->name, P(text));
        return s;
    }
    ret->values[i] = text;
    return OK;
}

static enum status parse_index(const struct raw_term *raw, size_t i, const struct city *city, struct query_term *ret,
                               struct err *err) {
    str text = raw->values[i].text;
    ret->indexes[i] = NONE;
    ret->values[i] = STR_NONE;
    if (is_none(&raw->values[i])) return OK;
    ret->indexes[i] = raw->spec->kind == VALUE_AREAS ? city_area(city, text) : city_unit(city, text);
    if (ret->indexes[i] == NONE) {
        enum status s = unknown_code(raw, text, err);
        err_hint(err, "use a code of %s.csv, or none", raw->spec->kind == VALUE_AREAS ? "areas" : "units");
        return s;
    }
    ret->values[i] = text;
    return OK;
}

static enum status parse_text(const struct raw_term *raw, size_t i, struct arena *arena, struct query_term *ret,
                              struct err *err) {
    str text = raw->values[i].text;
    ret->prefix[i] = !raw->values[i].quoted && str_ends(text, S("*"));
    ret->values[i] = words_core(text, arena);
    if (str_empty(ret->values[i])) {
        enum status s = err_set(err, E_INVALID, "bad_value", "\"%.*s\" has no letter or digit to search for", P(text));
        return s;
    }
    return OK;
}

static enum status parse_id(const struct raw_term *raw, size_t i, struct query_term *ret, struct err *err) {
    str text = raw->values[i].text;
    uint64_t v = 0;
    bool ok = text.len > 0 && text.len <= 20;
    for (size_t k = 0; ok && k < text.len; k++) {
        char c = text.ptr[k];
        ok = c >= '0' && c <= '9' && !__builtin_mul_overflow(v, (uint64_t)10, &v) &&
             !__builtin_add_overflow(v, (uint64_t)(c - '0'), &v);
    }
    if (!ok || (text.len > 1 && text.ptr[0] == '0')) return bad_value(raw, text, err);
    ret->values[i] = text;
    return OK;
}

/* Values that are a list of codes, areas, units, texts. */
static enum status parse_list(const struct raw_term *raw, const struct city *city, struct arena *arena,
                              struct query_term *ret, struct err *err) {
    ret->n = raw->n;
    ret->values = NEW_ARRAY(arena, str, raw->n);
    ret->prefix = NEW_ARRAY(arena, bool, raw->n);
    ret->indexes = NEW_ARRAY(arena, uint32_t, raw->n);
    enum status s = OK;
    for (size_t i = 0; i < raw->n && s == OK; i++) {
        ret->indexes[i] = NONE;
        if (raw->spec->kind == VALUE_TEXT)
            s = parse_text(raw, i, arena, ret, err);
        else if (raw->spec->kind == VALUE_IDS)
            s = parse_id(raw, i, ret, err);
        else if (raw->spec->kind == VALUE_CODES || raw->spec->kind == VALUE_PREFIXES)
            s = parse_code(raw, i, city, ret, err);
        else
            s = parse_index(raw, i, city, ret, err);
        /* Values may point into the text of the query, which the caller need not keep. */
        if (s == OK) ret->values[i] = str_dup(arena, ret->values[i]);
    }
    return s;
}

static bool to_rating(str s, int32_t *ret) {
    if (s.len != 1 || s.ptr[0] < '1' || s.ptr[0] > '5') return false;
    *ret = s.ptr[0] - '0';
    return true;
}

/* 4, 1..3, <3, <=3, >3, >=3, none. */
static enum status parse_rating(const struct raw_term *raw, struct query_term *ret, struct err *err) {
    str s = raw->whole;
    int32_t a = 0, b = 0;
    ret->min = 1;
    ret->max = 5;
    ptrdiff_t dots = str_find(s, S(".."), 0);
    bool ok;
    if (str_is(s, "none")) {
        ret->min = ret->max = 0;
        ret->is_none = ok = true;
    } else if (dots >= 0) {
        ok = to_rating(str_slice(s, 0, (size_t)dots), &a) && to_rating(str_slice(s, (size_t)dots + 2, s.len), &b);
        ret->min = a;
        ret->max = b;
    } else if (str_starts(s, S("<")) || str_starts(s, S(">"))) {
        bool less = s.ptr[0] == '<', equal = s.len > 1 && s.ptr[1] == '=';
        ok = to_rating(str_slice(s, equal ? 2 : 1, s.len), &a);
        if (less)
            ret->max = equal ? a : a - 1;
        else
            ret->min = equal ? a : a + 1;
    } else {
        ok = to_rating(s, &a);
        ret->min = ret->max = a;
    }
    if (ok && ret->min <= ret->max) return OK;
    enum status status = bad_value(raw, s, err);
    err_hint(err, "use 1 to 5: rating:4, rating:1..2, rating:<3, rating:none");
    return status;
}

static bool to_degrees(str s, double max, double *ret) {
    return str_to_double(s, ret) && fabs(*ret) <= max;
}

/* lon,lat~500m, lon,lat~2km, lon,lat~500. */
static enum status parse_near(const struct raw_term *raw, struct query_term *ret, struct err *err) {
    str rest = raw->whole, lon, place, lat = STR_NONE;
    bool ok = str_split(&rest, '~', &place);
    str metres = rest;
    double factor = 1;
    if (str_ends(metres, S("km"))) {
        factor = 1000;
        metres = str_slice(metres, 0, metres.len - 2);
    } else if (str_ends(metres, S("m"))) {
        metres = str_slice(metres, 0, metres.len - 1);
    }
    ok = ok && str_split(&place, ',', &lon);
    lat = place;
    ok = ok && to_degrees(lon, 180, &ret->place.lon_deg) && to_degrees(lat, 90, &ret->place.lat_deg) &&
         str_to_double(metres, &ret->metres);
    ret->metres *= factor;
    if (ok && ret->metres >= 0 && ret->metres <= 1e6) return OK;
    enum status s = bad_value(raw, raw->whole, err);
    err_hint(err, "use near:LON,LAT~METRESm, up to 1000 km: near:119.57,31.72~500m");
    return s;
}

static enum status parse_bbox(const struct raw_term *raw, struct query_term *ret, struct err *err) {
    double *corner[] = {&ret->west, &ret->south, &ret->east, &ret->north};
    str rest = raw->whole, part;
    bool ok = true;
    for (size_t i = 0; i < 4 && ok; i++)
        ok = str_split(&rest, ',', &part) && to_degrees(part, i % 2 ? 90 : 180, corner[i]);
    if (ok && str_empty(rest) && ret->west <= ret->east && ret->south <= ret->north) return OK;
    enum status s = bad_value(raw, raw->whole, err);
    err_hint(err, "use bbox:WEST,SOUTH,EAST,NORTH in degrees");
    return s;
}

enum status term_parse(const struct raw_term *raw, const struct city *city, struct arena *arena, struct query_term *ret,
                       struct err *err) {
    ret->field = raw->spec->field;
    switch (raw->spec->kind) {
    case VALUE_WORDS:
        return parse_words(raw, ret, err);
    case VALUE_TIME:
        return term_parse_time(raw->whole, city, ret, err);
    case VALUE_RATING:
        return parse_rating(raw, ret, err);
    case VALUE_NEAR:
        return parse_near(raw, ret, err);
    case VALUE_BBOX:
        return parse_bbox(raw, ret, err);
    case VALUE_CODES:
    case VALUE_PREFIXES:
    case VALUE_AREAS:
    case VALUE_UNITS:
    case VALUE_TEXT:
    case VALUE_IDS:
        return parse_list(raw, city, arena, ret, err);
    case VALUE_HIDDEN:
        break;
    }
    return err_set(err, E_INTERNAL, "hidden_field", "%s cannot be parsed", raw->spec->name);
}
