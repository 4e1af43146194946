/* What stands for a {field}. */
#include <stdio.h>

#include "letter/letter.h"

/* Like "{year}年{month}月{day}日". */
str letter_date(const struct letter_source *s, instant t, size_t lang, struct arena *arena) {
    struct civil c = civil_from_instant(&s->city->calendar.zone, t);
    str form = text_in(&s->city->letter_look.date, lang), name, ret;
    struct strbuf b;
    size_t at = 0, from, done = 0;
    strbuf_init(&b, 512);
    while (letter_field(form, &at, &from, &name)) {
        strbuf_add(&b, str_slice(form, done, from));
        done = at;
        if (str_is(name, "year")) strbuf_addf(&b, "%d", (int)c.year);
        if (str_is(name, "month")) strbuf_addf(&b, "%d", (int)c.month);
        if (str_is(name, "day")) strbuf_addf(&b, "%d", (int)c.mday);
        if (str_is(name, "mm")) strbuf_addf(&b, "%02d", (int)c.month);
        if (str_is(name, "dd")) strbuf_addf(&b, "%02d", (int)c.mday);
    }
    strbuf_add(&b, str_slice(form, done, form.len));
    ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static str unit_name(const struct letter_source *s, str unit, size_t lang) {
    uint32_t i = city_unit(s->city, unit);
    return i == NONE ? STR_NONE : text_in(&s->city->units[i].name, lang);
}

static str area_name(const struct letter_source *s, str area, size_t lang) {
    uint32_t i = city_area(s->city, area);
    return i == NONE ? STR_NONE : text_in(&s->city->areas[i].name, lang);
}

static str category_name(const struct letter_source *s, str key, size_t lang) {
    uint32_t i = city_category(s->law, key);
    return i == NONE ? STR_NONE : text_in(&s->law->categories[i].name, lang);
}

static str unit_names(const struct letter_source *s, str units, size_t lang, struct arena *arena) {
    struct strbuf b;
    str one, ret;
    strbuf_init(&b, 4096);
    while (str_split(&units, ',', &one)) {
        if (b.len > 0) strbuf_add(&b, text_in(&s->city->letter_look.list, lang));
        strbuf_add(&b, unit_name(s, one, lang));
    }
    ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static str paper_name(const struct letter_source *s, str paper, size_t lang) {
    uint32_t category = city_category(s->law, str_code(&s->kase->category));
    for (size_t i = 0; i < s->law->n_materials; i++) {
        const struct material *m = &s->law->materials[i];
        if (m->category == category && str_eq(str_code(&m->code), paper)) return text_in(&m->name, lang);
    }
    return STR_NONE;
}

/* The papers of a service, each on a line of its own. */
static str paper_names(const struct letter_source *s, str papers, size_t lang, struct arena *arena) {
    struct strbuf b;
    str one, ret;
    size_t n = 0;
    strbuf_init(&b, 16384);
    while (str_split(&papers, ',', &one))
        strbuf_addf(&b, "%s%zu. %.*s", n > 0 ? "\n" : "", n + 1, P(paper_name(s, one, lang))), n++;
    ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static str choice_label(const struct field *f, str text, size_t lang) {
    for (size_t i = 0; i < f->n_choices; i++)
        if (str_eq(str_code(&f->choices[i]), text)) return text_in(&f->choice_labels[i], lang);
    return STR_NONE;
}

static str channel_of(const struct letter_source *s, str channel, str field, size_t lang) {
    const struct channel *c = city_channel(s->city, channel);
    if (c == NULL) return STR_NONE;
    if (str_is(field, "channel_phone")) return c->phone;
    return text_in(str_is(field, "channel_advice") ? &c->advice : &c->name, lang);
}

str letter_shown(const struct letter_source *s, const struct field *f, str text, size_t lang, struct arena *arena) {
    instant t;
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_NUMBER:
    case FIELD_CASE:
        return text;
    case FIELD_UNIT:
    case FIELD_UNITS:
        return unit_names(s, text, lang, arena);
    case FIELD_AREA:
        return area_name(s, text, lang);
    case FIELD_CATEGORY:
        return category_name(s, text, lang);
    case FIELD_CHOICE:
        return choice_label(f, text, lang);
    case FIELD_INSTANT:
        return instant_parse(text, &t) ? letter_date(s, t, lang, arena) : STR_NONE;
    case FIELD_MATERIALS:
        return paper_names(s, text, lang, arena);
    case FIELD_BOOL:
        return str_is(text, "true") ? text_in(&f->label, lang) : STR_NONE;
    case FIELD_CHANNEL:
        return channel_of(s, text, S("channel"), lang);
    case FIELD_CONDITION:
    case FIELD_MEDIA:
    case FIELD_DOCUMENT:
    case FIELD_TASK:
    case FIELD_AREAS:
    case FIELD_ITEM:
    case FIELD_CASES:
        break;
    }
    return STR_NONE;
}

static str raw_value(const struct letter_act *act, str name) {
    for (size_t i = 0; i < act->n_values; i++)
        if (str_eq(act->values[i].name, name)) return act->values[i].text;
    return STR_NONE;
}

static str act_value(const struct letter_source *s, const struct letter_act *act, str field, size_t lang,
                     struct arena *arena) {
    const struct procedure *p = city_procedure(s->law, str_code(&s->kase->procedure));
    const struct action *a = p == NULL ? NULL : procedure_action(p, str_code(&act->action));
    const struct field *f = a == NULL ? NULL : action_field(a, field);
    if (f != NULL) return letter_shown(s, f, raw_value(act, field), lang, arena);
    if (str_is(field, "date")) return letter_date(s, act->at, lang, arena);
    if (str_is(field, "organ")) {
        const code *unit = code_empty(&act->unit) ? &s->kase->unit : &act->unit;
        return unit_name(s, str_code(unit), lang);
    }
    if (str_starts(field, S("channel_"))) return channel_of(s, raw_value(act, S("channel")), field, lang);
    return STR_NONE;
}

static str case_value(const struct letter_source *s, str name, size_t lang, struct arena *arena) {
    const struct kase *k = s->kase;
    const struct procedure *p = city_procedure(s->law, str_code(&k->procedure));
    if (str_is(name, "number")) return str_code(&k->number);
    if (str_is(name, "filed")) return letter_date(s, k->filed, lang, arena);
    if (str_is(name, "category")) return category_name(s, str_code(&k->category), lang);
    if (str_is(name, "area")) return area_name(s, str_code(&k->area), lang);
    if (str_is(name, "unit")) return unit_name(s, str_code(&k->unit), lang);
    if (str_is(name, "text")) return s->text;
    if (str_is(name, "address")) return s->address;
    if (str_is(name, "name")) return s->name;
    if (str_is(name, "city")) return text_in(&s->city->label, lang);
    if (str_is(name, "centre_phone")) return s->city->centre_phone;
    if (p != NULL && str_is(name, "person")) return text_in(&p->person, lang);
    if (p != NULL && str_is(name, "matter")) return text_in(&p->matter, lang);
    return STR_NONE;
}

str letter_value(const struct letter_source *s, const struct letter_act *act, str name, size_t lang,
                 struct arena *arena) {
    str field = name, action = STR_NONE;
    if (str_find(name, S("."), 0) < 0) return case_value(s, name, lang, arena);
    str_split(&field, '.', &action);
    if (str_is(action, "act")) return act_value(s, act, field, lang, arena);
    for (const struct letter_act *a = act + 1; a-- > s->acts;)
        if (str_eq(str_code(&a->action), action)) return act_value(s, a, field, lang, arena);
    return STR_NONE;
}
