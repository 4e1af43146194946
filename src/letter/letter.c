/* Filling a template and laying it out. Sizes: a letter has 10 to 30 paragraphs; cost: about 50 µs. */
#include "letter/letter.h"

#include <string.h>

/* How each part looks (GB/T 9704-2012, 7: 2nd size 小标宋 for titles, 3rd size 仿宋 for text, 黑体 for headings). Indents
 * in characters, lengths in lines. */
static const struct look {
    enum letter_font font;
    enum alignment align;
    double size, pitch, before, first;
    bool red, rule, leader, keep;
} LOOKS[PART_KIND_COUNT] = {
    [PART_HEAD] = {FONT_TITLE, ALIGN_CENTRE, 36, 50, 0, 0, .red = true, .keep = true},
    [PART_NUMBER] = {FONT_BODY, ALIGN_CENTRE, BODY_PT, LINE_PT, 0.6, 0, .rule = true, .keep = true},
    [PART_TITLE] = {FONT_TITLE, ALIGN_CENTRE, 22, 34, 1.2, 0, .keep = true},
    [PART_TO] = {FONT_BODY, ALIGN_LEFT, BODY_PT, LINE_PT, 1, 0, .keep = true},
    [PART_HEADING] = {FONT_HEADING, ALIGN_LEFT, BODY_PT, LINE_PT, 0, 2, .keep = true},
    [PART_TEXT] = {FONT_BODY, ALIGN_JUSTIFY, BODY_PT, LINE_PT, 0, 2},
    [PART_RIGHTS] = {FONT_BODY, ALIGN_JUSTIFY, BODY_PT, LINE_PT, 0, 2},
    [PART_LINE] = {FONT_BODY, ALIGN_LEFT, BODY_PT, 36, 0, 2, .leader = true},
    [PART_ORGAN] = {FONT_BODY, ALIGN_RIGHT, BODY_PT, LINE_PT, 2, 0, .keep = true},
    [PART_DATE] = {FONT_BODY, ALIGN_RIGHT, BODY_PT, LINE_PT, 0, 0},
    [PART_NOTE] = {FONT_BODY, ALIGN_JUSTIFY, 14, 24, 1, 0},
};

/* One letter being written. */
struct writing {
    const struct letter *t;
    const struct letter_source *s;
    const struct letter_act *act;
    size_t lang, bytes;
    struct arena *arena;
    struct document *doc;
    struct err *err;
};

static bool tells_of(const struct letter *t, const struct letter_act *act) {
    for (size_t i = 0; i < t->n_of; i++)
        if (code_eq(&t->of[i], &act->action)) return true;
    return false;
}

const struct letter_act *letter_fits(const struct letter *t, const struct letter_source *s) {
    bool fits = t->n_states == 0;
    for (size_t i = 0; i < t->n_states; i++) fits = fits || code_eq(&t->states[i], &s->kase->state);
    if (!fits || !code_eq(&t->procedure, &s->kase->procedure)) return NULL;
    for (size_t i = s->n_acts; i-- > 0;)
        if (tells_of(t, &s->acts[i])) return &s->acts[i];
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

static size_t nth(const struct letter *t, const struct letter_source *s) {
    size_t n = 0;
    for (size_t i = 0; i < s->n_acts; i++) n += tells_of(t, &s->acts[i]);
    return n;
}

/* What {year} and {serial} stand for. */
static void add_numeral(struct strbuf *b, const struct letter *t, const struct letter_source *s, str name) {
    str year, date, counter;
    read_number(str_code(&s->kase->number), &year, &date, &counter);
    if (str_is(name, "year")) strbuf_add(b, year);
    if (!str_is(name, "serial")) return;
    strbuf_add(b, date);
    strbuf_add(b, counter);
    if (nth(t, s) > 1) strbuf_addf(b, "-%zu", nth(t, s));
}

str letter_number(const struct letter *t, const struct letter_source *s, size_t lang, struct arena *arena) {
    str form = STR_NONE, name, ret;
    struct strbuf b;
    size_t at = 0, from, done = 0;
    for (size_t i = 0; i < t->n_parts; i++)
        if (t->parts[i].kind == PART_NUMBER) form = text_in(&t->parts[i].text, lang);
    strbuf_init(&b, 1024);
    while (letter_field(form, &at, &from, &name)) {
        strbuf_add(&b, str_slice(form, done, from));
        done = at;
        add_numeral(&b, t, s, name);
        strbuf_add(&b, letter_value(s, letter_fits(t, s), name, lang, arena));
    }
    strbuf_add(&b, str_slice(form, done, form.len));
    ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

/* --- filling --- */

static str label_of(const struct writing *w, str name) {
    const struct procedure *p = city_procedure(w->s->law, str_code(&w->t->procedure));
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

/* Characters that no letter shows: controls, and those that turn the direction of writing about. */
static bool is_shown(uint32_t c) {
    bool turns = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    return c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0) && !turns && c != 0xfeff && (c & 0xfffe) != 0xfffe;
}

static str clean(struct arena *arena, str line) {
    char *out = NEW_ARRAY(arena, char, line.len + 1);
    size_t n = 0;
    for (size_t at = 0; at < line.len;) {
        size_t from = at;
        uint32_t c = utf8_next(line, &at);
        if (c == '\t') out[n++] = ' ';
        if (!is_shown(c)) continue;
        memcpy(out + n, line.ptr + from, at - from);
        n += at - from;
    }
    return str_trim((str){out, n});
}

/* --- layout --- */

/* How wide a text is, in characters of Chinese; letters and digits are half. */
static double ems(str text) {
    double n = 0;
    for (size_t at = 0; at < text.len;) n += utf8_next(text, &at) < 0x2e80 ? 0.5 : 1;
    return n;
}

static struct paragraph paragraph_of(enum letter_part_kind kind, str text) {
    const struct look *k = &LOOKS[kind];
    struct paragraph p = {.text = text,
                          .font = k->font,
                          .align = k->align,
                          .size_pt = k->size,
                          .pitch_pt = k->pitch,
                          .before_pt = k->before * LINE_PT,
                          .first_pt = k->first * k->size,
                          .red = k->red,
                          .rule = k->rule,
                          .leader = k->leader,
                          .keep = k->keep};
    double room = TEXT_WIDTH_MM * MM_PT / (ems(text) + 1);
    if (kind == PART_HEAD && p.size_pt > room) p.size_pt = room < 22 ? 22 : room;
    return p;
}

static enum status add_paragraph(struct writing *w, enum letter_part_kind kind, str text, bool first) {
    struct document *d = w->doc;
    w->bytes += text.len;
    if (d->n == PARAGRAPHS_MAX || w->bytes > DOCUMENT_TEXT_MAX) {
        err_set(w->err, E_TOO_LARGE, "letter_too_long", "The letter would have more than %d bytes or %d paragraphs.",
                DOCUMENT_TEXT_MAX, PARAGRAPHS_MAX);
        return E_TOO_LARGE;
    }
    struct paragraph p = paragraph_of(kind, text);
    bool follows = kind == PART_NOTE && d->n > 0 && d->paragraphs[d->n - 1].size_pt < BODY_PT;
    if (!first || follows) p.before_pt = 0;
    d->paragraphs[d->n++] = p;
    return OK;
}

/* The lines of a part, each a paragraph. */
static enum status add_lines(struct writing *w, enum letter_part_kind kind, str text) {
    bool first = true;
    enum status status = OK;
    for (str line; status == OK && str_split(&text, '\n', &line);) {
        line = clean(w->arena, line);
        if (str_empty(line)) continue;
        status = add_paragraph(w, kind, line, first);
        first = false;
    }
    return status;
}

/* 7.3.5.1: the organ stands centred above the date, the date four characters from the right; a long organ two. What was
 * said before stays on the page that is sealed. */
static void set_signature(struct document *d) {
    if (d->n < 2) return;
    struct paragraph *organ = &d->paragraphs[d->n - 2], *date = &d->paragraphs[d->n - 1];
    double wider = (ems(organ->text) - ems(date->text)) / 2;
    double organ_em = 4 - wider < 2 ? 2 : 4 - wider;
    organ->right_pt = organ_em * BODY_PT;
    date->right_pt = (organ_em + wider) * BODY_PT;
    if (d->n > 2) d->paragraphs[d->n - 3].keep = true;
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

static enum status add_part(struct writing *w, const struct letter_part *part) {
    struct strbuf b;
    enum status status = OK;
    strbuf_init(&b, DOCUMENT_TEXT_MAX);
    if (part->kind == PART_NUMBER)
        strbuf_add(&b, letter_number(w->t, w->s, w->lang, w->arena));
    else if (part->kind == PART_DATE)
        strbuf_add(&b, letter_date(w->s, w->act->at, w->lang, w->arena));
    else
        status = fill(w, text_in(&part->text, w->lang), &b);
    if (part->kind == PART_RIGHTS) add_basis(w, part->basis, &b);
    bool left_out = status != OK && part->optional;
    if (left_out) *w->err = (struct err){0};
    str text = str_dup(w->arena, strbuf_str(&b));
    if (status == OK && b.overflow) status = err_set(w->err, E_TOO_LARGE, "letter_too_long", "The letter is too long.");
    strbuf_done(&b);
    if (left_out) return OK;
    if (status == OK) status = add_lines(w, part->kind, text);
    if (status == OK && part->kind == PART_TITLE) w->doc->title = text;
    if (status == OK && part->kind == PART_ORGAN) w->doc->author = text;
    if (status == OK && part->kind == PART_DATE) set_signature(w->doc);
    return status;
}

enum status letter_compose(const struct letter *t, const struct letter_source *s, size_t lang, struct arena *arena,
                           struct document *ret, struct err *err) {
    struct err none = {0};
    struct document doc = {.lang = s->city->langs[lang], .fonts = s->city->letter_look.fonts[lang]};
    struct writing w = {t, s, letter_fits(t, s), lang, 0, arena, &doc, err != NULL ? err : &none};
    if (w.act == NULL) {
        err_set(err, E_STATE, "letter_unfit", "The case has not come to this letter.");
        err_hint(err, "GET /api/v1/cases/{number}/letters lists those that fit.");
        return E_STATE;
    }
    doc.date = civil_from_instant(&s->city->calendar.zone, w.act->at);
    doc.paragraphs = NEW_ARRAY(arena, struct paragraph, PARAGRAPHS_MAX);
    for (size_t i = 0; i < t->n_parts; i++) {
        enum status status = add_part(&w, &t->parts[i]);
        if (status != OK) return status;
    }
    *ret = doc;
    return OK;
}
