/* Filling a template. Sizes: a letter has 10 to 30 parts; cost: about 50 µs. */
#include "letter/letter.h"

#include "letter/sheet.h"

/* One letter being written. */
struct writing {
    const struct letter_pick *pick;
    const struct letter_source *s;
    const struct letter_act *act;
    size_t lang;
    struct arena *arena;
    struct sheet sheet;
    struct err *err;
};

static bool tells_of(const struct letter *t, const struct letter_act *act) {
    for (size_t i = 0; i < t->n_of; i++)
        if (code_eq(&t->of[i], &act->action)) return true;
    return false;
}

size_t letter_count(const struct letter *t, const struct letter_source *s) {
    size_t n = 0;
    if (!code_eq(&t->procedure, &s->kase->procedure)) return 0;
    for (size_t i = 0; i < s->n_acts; i++) n += tells_of(t, &s->acts[i]);
    return n;
}

static const struct letter_act *nth_act(const struct letter *t, const struct letter_source *s, size_t nth) {
    size_t n = 0;
    for (size_t i = 0; i < s->n_acts; i++) {
        n += tells_of(t, &s->acts[i]);
        if (n == nth) return &s->acts[i];
    }
    return NULL;
}

/* --- the number --- */

/* Of the case's number: prefix, date, counter, check digit. */
static void read_number(str number, str *ret_year, str *ret_day, str *ret_counter) {
    size_t at = 0;
    while (at < number.len && (number.ptr[at] < '0' || number.ptr[at] > '9')) at++;
    str digits = str_slice(number, at, number.len);
    bool whole = digits.len >= 10;
    *ret_year = whole ? str_slice(digits, 0, 4) : S("");
    *ret_day = whole ? str_slice(digits, 4, 8) : S("");
    *ret_counter = whole ? str_slice(digits, 8, digits.len - 1) : digits;
    while (ret_counter->len > 3 && ret_counter->ptr[0] == '0')
        *ret_counter = str_slice(*ret_counter, 1, ret_counter->len);
}

/* What {year} and {serial} stand for. */
static void add_numeral(struct strbuf *b, const struct letter_source *s, size_t nth, str name) {
    str year, date, counter;
    read_number(str_code(&s->kase->number), &year, &date, &counter);
    if (str_is(name, "year")) strbuf_add(b, year);
    if (!str_is(name, "serial")) return;
    strbuf_add(b, date);
    strbuf_add(b, counter);
    if (nth > 1) strbuf_addf(b, "-%zu", nth);
}

str letter_number(const struct letter_pick *pick, size_t lang, struct arena *arena) {
    const struct letter *t = pick->letter;
    const struct letter_act *act = nth_act(t, pick->source, pick->nth);
    str form = text_in(&t->number, lang), name, ret;
    struct strbuf b;
    size_t at = 0, from, done = 0;
    strbuf_init(&b, 1024);
    while (letter_field(form, &at, &from, &name)) {
        strbuf_add(&b, str_slice(form, done, from));
        done = at;
        add_numeral(&b, pick->source, pick->nth, name);
        strbuf_add(&b, letter_value(pick->source, act, name, lang, arena));
    }
    strbuf_add(&b, str_slice(form, done, form.len));
    ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

/* --- filling --- */

static str label_of(const struct writing *w, str name) {
    const struct procedure *p = city_procedure(w->s->law, str_code(&w->pick->letter->procedure));
    str field = name, action = STR_NONE;
    if (p == NULL || str_find(name, S("."), 0) < 0) return name;
    str_split(&field, '.', &action);
    const struct action *a = procedure_action(p, str_is(action, "act") ? str_code(&w->act->action) : action);
    const struct field *f = a == NULL ? NULL : action_field(a, field);
    return f == NULL ? name : text_in(&f->label, w->lang);
}

static enum status missing(const struct writing *w, str name) {
    err_set(w->err, E_STATE, "letter_incomplete", "The letter cannot be written: a part that it must have is missing.");
    err_field(w->err, "%.*s", P(name));
    err_detail(w->err, "%.*s", P(utf8_prefix(label_of(w, name), 80)));
    err_hint(w->err, "Enter it in the case first; a letter is never sent with a gap.");
    return E_STATE;
}

/* The text with its fields. errors: missing. */
static enum status fill(const struct writing *w, str form, struct strbuf *b) {
    str name;
    size_t at = 0, from, done = 0;
    while (letter_field(form, &at, &from, &name)) {
        str value = str_trim(letter_value(w->s, w->act, name, w->lang, w->arena));
        if (str_empty(value)) return missing(w, name);
        strbuf_add(b, str_slice(form, done, from));
        strbuf_add(b, value);
        done = at;
    }
    strbuf_add(b, str_slice(form, done, form.len));
    return OK;
}

/* The article behind a right. */
static void add_basis(const struct writing *w, str basis, struct strbuf *b) {
    str form = text_in(&w->s->city->letter_look.cite, w->lang);
    ptrdiff_t at = str_find(form, S("{basis}"), 0);
    if (at < 0) return;
    strbuf_add(b, str_slice(form, 0, (size_t)at));
    strbuf_add(b, basis);
    strbuf_add(b, str_slice(form, (size_t)at + 7, form.len));
}

/* out: *ret empty where the part is left out. */
static enum status say(const struct writing *w, const struct letter_part *part, str *ret) {
    struct strbuf b;
    enum status status = OK;
    strbuf_init(&b, DOCUMENT_TEXT_MAX);
    if (part->kind == PART_NUMBER)
        strbuf_add(&b, letter_number(w->pick, w->lang, w->arena));
    else if (part->kind == PART_DATE)
        strbuf_add(&b, letter_date(w->s, w->act->at, w->lang, w->arena));
    else
        status = fill(w, text_in(&part->text, w->lang), &b);
    if (part->kind == PART_RIGHTS) add_basis(w, text_in(&part->basis, w->lang), &b);
    if (status == OK && b.overflow) status = err_set(w->err, E_TOO_LARGE, "letter_too_long", "The letter is too long.");
    *ret = status == OK ? str_dup(w->arena, strbuf_str(&b)) : S("");
    strbuf_done(&b);
    if (status != E_STATE || !part->optional) return status;
    *w->err = (struct err){0};
    return OK;
}

enum status letter_compose(const struct letter_pick *pick, size_t lang, struct arena *arena, struct document *ret,
                           struct err *err) {
    const struct letter *t = pick->letter;
    const struct letter_source *s = pick->source;
    struct err none = {0};
    struct writing w = {
        .pick = pick, .s = s, .act = nth_act(t, s, pick->nth), .lang = lang, .arena = arena, .err = err ? err : &none};
    if (pick->nth < 1 || pick->nth > letter_count(t, s)) {
        err_set(err, E_STATE, "letter_unfit", "The case has not come to this letter.");
        err_hint(err, "GET /api/v1/cases/{number}/letters lists those that fit.");
        return E_STATE;
    }
    struct civil date = civil_from_instant(&s->city->calendar.zone, w.act->at);
    sheet_begin(&w.sheet, &(struct sheet_start){s->city, lang, SHEET_LETTER, date}, arena);
    for (size_t i = 0; i < t->n_parts; i++) {
        str text;
        enum status status = say(&w, &t->parts[i], &text);
        if (status != OK) return status;
        sheet_part(&w.sheet, t->parts[i].kind, text);
    }
    return sheet_end(&w.sheet, ret, err);
}
