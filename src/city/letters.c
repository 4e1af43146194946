/* letters.yaml: templates of letters. Optional. A template that could come out without a part that it must have is refused
 * here. */
#include "city/city_int.h"

#define SIZE_LEAST 9
#define SIZE_MOST 22

/* What a template may say between the title and the organ. */
static const struct {
    const char *key;
    enum letter_part_kind kind;
} BODY[] = {
    {"to", PART_TO}, {"heading", PART_HEADING}, {"text", PART_TEXT}, {"rights", PART_RIGHTS}, {"line", PART_LINE}};
static const char BODY_KEYS[] = "to heading text rights line basis optional";

/* What every case has a word for, or may have. */
static const char *const CASE_FIELDS[] = {"number",  "filed",  "category", "area", "unit",         "text",
                                          "address", "person", "matter",   "city", "centre_phone", "name"};
static const char *const ACT_FIELDS[] = {"date", "organ"};

bool letter_field(str text, size_t *at, size_t *ret_from, str *ret) {
    ptrdiff_t from = str_find(text, S("{"), *at);
    if (from < 0) return false;
    ptrdiff_t end = str_find(text, S("}"), (size_t)from);
    *ret_from = (size_t)from;
    *ret = end < 0 ? STR_NONE : str_slice(text, (size_t)from + 1, (size_t)end);
    *at = end < 0 ? text.len : (size_t)end + 1;
    return true;
}

/* One letter while it is read. */
struct reading {
    struct loader *l;
    const struct yaml_source *src;
    const struct procedure *procedure;
    struct letter *letter;
};

static bool is_among(str name, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (words[i] != NULL && str_is(name, words[i])) return true;
    return false;
}

/* Whether an act of this name brings the field. */
static bool act_has(const struct procedure *p, str action, str field) {
    const struct action *a = procedure_action(p, action);
    if (str_is(action, LETTER_FILED)) return is_among(field, ACT_FIELDS, ARRAY_LEN(ACT_FIELDS));
    if (a == NULL) return false;
    bool of_channel = str_is(field, "channel_phone") || str_is(field, "channel_advice");
    if (of_channel) return action_field(a, S("channel")) != NULL;
    return action_field(a, field) != NULL || is_among(field, ACT_FIELDS, ARRAY_LEN(ACT_FIELDS));
}

static bool field_known(const struct reading *r, str name) {
    str field = name, action = STR_NONE;
    if (str_find(name, S("."), 0) < 0) return is_among(name, CASE_FIELDS, ARRAY_LEN(CASE_FIELDS));
    str_split(&field, '.', &action);
    if (!str_is(action, "act")) return act_has(r->procedure, action, field);
    for (size_t i = 0; i < r->letter->n_of; i++)
        if (!act_has(r->procedure, str_code(&r->letter->of[i]), field)) return false;
    return r->letter->n_of > 0;
}

static void check_fields(struct reading *r, const struct yaml_node *n, const struct letter_part *part, str text) {
    size_t at = 0, from;
    str name;
    load_refuse_persons(r->l, r->src->file, n->line, "letter", text);
    while (letter_field(text, &at, &from, &name)) {
        bool of_number = part->kind == PART_NUMBER && (str_is(name, "year") || str_is(name, "serial"));
        if (str_is(name, "name")) r->letter->needs_name = true;
        if (name.ptr != NULL && (of_number || r->procedure == NULL || field_known(r, name))) continue;
        yaml_fault(r->src, n, "a field of the case, {act.FIELD} of every act it tells of, or {ACTION.FIELD}",
                   "Nothing fills in \"{%.*s}\".", P(utf8_prefix(name, 60)));
    }
}

static void check_texts(struct reading *r, const struct yaml_node *n, const struct letter_part *part) {
    for (size_t i = 0; i < r->l->city->n_langs; i++) check_fields(r, n, part, part->text.in[i]);
}

static void check_number(const struct reading *r, const struct yaml_node *n, str text) {
    if (str_find(text, S("{year}"), 0) < 0 || str_find(text, S("{serial}"), 0) < 0)
        yaml_fault(r->src, n, "like 字〔{year}〕{serial}号", "A letter's number needs {year} and {serial}.");
    const struct city *c = r->l->city;
    for (const struct letter *o = c->letters; o < r->letter; o++)
        for (size_t i = 0; i < c->n_langs; i++)
            if (str_eq(o->number.in[i], text))
                yaml_fault(r->src, n, NULL, "The letter \"%s\" is numbered in the same way.", o->code.s);
}

static void read_number(struct reading *r, const struct yaml_node *n) {
    const struct city *c = r->l->city;
    if (!yaml_text(r->src, n, "number", true, &r->letter->number)) return;
    struct letter_part part = {.kind = PART_NUMBER, .text = r->letter->number};
    const struct yaml_node *at = yaml_get(n, "number");
    check_texts(r, at, &part);
    for (size_t i = 0; i < c->n_langs; i++) check_number(r, at, part.text.in[i]);
}

static void read_part(struct reading *r, const struct yaml_node *n, struct letter_part *ret) {
    size_t found = 0;
    if (!yaml_is(r->src, n, YAML_MAP, "A part of a letter")) return;
    yaml_unknown_keys(r->src, n, BODY_KEYS);
    for (size_t i = 0; i < ARRAY_LEN(BODY); i++) {
        if (yaml_get(n, BODY[i].key) == NULL) continue;
        ret->kind = BODY[i].kind;
        found++;
        yaml_text(r->src, n, BODY[i].key, true, &ret->text);
    }
    if (found != 1)
        yaml_fault(r->src, n, "one of: to heading text rights line", "A part of a letter is one thing, not %zu.",
                   found);
    yaml_bool(r->src, n, "optional", false, &ret->optional);
    if (ret->optional && ret->kind != PART_TEXT) yaml_fault(r->src, n, NULL, "Only a text can be optional.");
    yaml_text(r->src, n, "basis", ret->kind == PART_RIGHTS, &ret->basis);
    if (ret->kind != PART_RIGHTS && yaml_get(n, "basis") != NULL)
        yaml_fault(r->src, n, "write it into the text", "Only a right has a basis behind it.");
    check_texts(r, n, ret);
}

/* A part that every letter has. */
static void add_part(struct reading *r, enum letter_part_kind kind, struct text text) {
    r->letter->parts[r->letter->n_parts++] = (struct letter_part){.kind = kind, .text = text};
}

static struct text in_all(const struct city *c, str text) {
    struct text t = {0};
    for (size_t i = 0; i < c->n_langs; i++) t.in[i] = text;
    return t;
}

static bool is_said(const struct letter_part *p) {
    return p->kind == PART_TEXT || p->kind == PART_RIGHTS || p->kind == PART_LINE;
}

static void check_body(const struct reading *r, const struct yaml_node *n, bool no_rights) {
    size_t counts[PART_KIND_COUNT] = {0};
    const struct letter *t = r->letter;
    for (size_t i = 0; i < t->n_parts; i++) {
        counts[t->parts[i].kind]++;
        if (t->parts[i].kind == PART_HEADING && (!is_said(&t->parts[i + 1]) || t->parts[i + 1].optional))
            yaml_fault(r->src, n, NULL, "In the letter \"%s\" nothing certain stands below a heading.", t->code.s);
    }
    if (counts[PART_TO] > 1) yaml_fault(r->src, n, NULL, "The letter \"%s\" is to two.", t->code.s);
    if (counts[PART_TEXT] == 0) yaml_fault(r->src, n, NULL, "The letter \"%s\" says nothing.", t->code.s);
    if ((counts[PART_RIGHTS] > 0) == no_rights)
        yaml_fault(r->src, n, "a part rights: {…} with its basis, or no_rights: why there is none",
                   "The letter \"%s\" must say what its addressee may do next.", t->code.s);
}

/* The order of every letter: whose it is, its number, what it is called; what it says; who signs, when; small notes. */
static void read_parts(struct reading *r, const struct yaml_node *n) {
    struct city *c = r->l->city;
    struct letter *t = r->letter;
    const struct yaml_node *parts = yaml_get(n, "parts");
    struct text note = {0};
    bool plain = false;
    yaml_bool(r->src, n, "plain", false, &plain);
    bool noted = yaml_text(r->src, n, "note", false, &note);
    if (!parts) yaml_fault(r->src, n, NULL, "The key \"parts\" is missing.");
    if (!yaml_is(r->src, parts, YAML_SEQ, "parts")) return;
    t->parts = NEW_ARRAY(&c->arena, struct letter_part, parts->n + 6);
    if (!plain) add_part(r, PART_HEAD, in_all(c, S("{act.organ}")));
    if (!plain) add_part(r, PART_NUMBER, t->number);
    add_part(r, PART_TITLE, t->label);
    if (plain) add_part(r, PART_NUMBER, t->number);
    for (const struct yaml_node *p = parts->first; p; p = p->next) read_part(r, p, &t->parts[t->n_parts++]);
    add_part(r, PART_ORGAN, in_all(c, S("{act.organ}")));
    add_part(r, PART_DATE, in_all(c, S("")));
    add_part(r, PART_NOTE, noted ? note : c->letter_look.note);
    if (noted) check_texts(r, yaml_get(n, "note"), &t->parts[t->n_parts - 1]);
}

static void check_acts(const struct reading *r, const struct yaml_node *n) {
    const struct letter *t = r->letter;
    for (size_t i = 0; r->procedure != NULL && i < t->n_of; i++)
        if (!code_is(&t->of[i], LETTER_FILED) && procedure_action(r->procedure, str_code(&t->of[i])) == NULL)
            yaml_fault(r->src, n, NULL, "The procedure \"%s\" has no action \"%s\".", t->procedure.s, t->of[i].s);
}

static void read_letter(struct loader *l, const struct yaml_source *src, const struct yaml_node *n, struct letter *t) {
    const struct city *c = l->city;
    struct reading r = {.l = l, .src = src, .letter = t};
    str no_rights = S("");
    if (!yaml_is(src, n, YAML_MAP, "A letter")) return;
    yaml_unknown_keys(src, n, "code label procedure of number plain parts note no_rights");
    yaml_code(src, n, "code", true, &t->code);
    if (yaml_text(src, n, "label", true, &t->label))
        for (size_t i = 0; i < c->n_langs; i++)
            load_refuse_persons(l, src->file, yaml_get(n, "label")->line, "letter", t->label.in[i]);
    for (const struct letter *o = c->letters; o < t; o++)
        if (code_eq(&o->code, &t->code)) yaml_fault(src, n, NULL, "The letter \"%s\" stands here twice.", t->code.s);
    if (yaml_code(src, n, "procedure", true, &t->procedure)) {
        r.procedure = l->procedures_whole ? city_procedure(c, str_code(&t->procedure)) : NULL;
        if (l->procedures_whole && r.procedure == NULL)
            yaml_fault(src, n, NULL, "There is no procedure \"%s\".", t->procedure.s);
    }
    yaml_codes(src, n, "of", true, &t->of, &t->n_of);
    yaml_str(src, n, "no_rights", false, &no_rights);
    check_acts(&r, n);
    read_number(&r, n);
    read_parts(&r, n);
    check_body(&r, n, !str_empty(no_rights));
}

static bool is_language(const struct city *c, str tag) {
    for (size_t i = 0; i < c->n_langs; i++)
        if (str_eq(c->langs[i], tag)) return true;
    return false;
}

static void read_fonts(struct loader *l, const struct yaml_source *src, const struct yaml_node *root) {
    static const char *const roles[FONT_COUNT] = {"title", "heading", "body"};
    struct city *c = l->city;
    const struct yaml_node *fonts = yaml_get(root, "fonts");
    if (!fonts) yaml_fault(src, root, NULL, "The key \"fonts\" is missing.");
    if (!yaml_is(src, fonts, YAML_MAP, "fonts")) return;
    for (const struct yaml_node *n = fonts->first; n; n = n->next)
        if (!is_language(c, n->key))
            yaml_fault(src, n, "languages are those of city.yaml", "\"%.*s\" is no language of this city.", P(n->key));
    for (size_t i = 0; i < c->n_langs; i++) {
        const struct yaml_node *n = yaml_get(fonts, str_cstr(&l->scratch, c->langs[i]));
        if (!n) yaml_fault(src, fonts, "for every language", "The fonts for %.*s are missing.", P(c->langs[i]));
        if (!yaml_is(src, n, YAML_MAP, "The fonts of a language")) continue;
        yaml_unknown_keys(src, n, "title heading body size");
        double *size = &c->letter_look.sizes[i];
        if (yaml_double(src, n, "size", false, size) && !(*size >= SIZE_LEAST && *size <= SIZE_MOST))
            yaml_fault(src, n, NULL, "The size of type must be %d to %d points.", SIZE_LEAST, SIZE_MOST);
        for (int k = 0; k < FONT_COUNT; k++) {
            struct font_list *f = &c->letter_look.fonts[i][k];
            yaml_strs(src, n, roles[k], true, &f->names, &f->n);
            if (f->n > LETTER_FONTS_MAX) yaml_fault(src, n, NULL, "More than %d fonts.", LETTER_FONTS_MAX);
        }
    }
}

/* What the texts of the look may hold, and what they must: of words with a bar between them one. */
static const struct {
    const char *key;
    size_t at;
    const char *known[6], *needed[3];
} LOOK[] = {
    {"date",
     offsetof(struct letter_look, date),
     {"year", "month", "mm", "day", "dd"},
     {"{year}", "{month}|{mm}", "{day}|{dd}"}},
    {"list", offsetof(struct letter_look, list), {NULL}, {NULL}},
    {"cite", offsetof(struct letter_look, cite), {"basis"}, {"{basis}"}},
    {"note", offsetof(struct letter_look, note), {"city", "centre_phone", "number", "unit", "matter"}, {NULL}},
};

static bool holds_any(str text, str words) {
    bool found = false;
    for (str word; str_split(&words, '|', &word);) found = found || str_find(text, word, 0) >= 0;
    return found;
}

static void check_look(const struct yaml_source *src, const struct yaml_node *n, size_t row, str text) {
    size_t at = 0, from;
    str name;
    while (letter_field(text, &at, &from, &name))
        if (name.ptr == NULL || !is_among(name, LOOK[row].known, ARRAY_LEN(LOOK[row].known)))
            yaml_fault(src, n, NULL, "Nothing fills in \"{%.*s}\".", P(utf8_prefix(name, 60)));
    for (size_t i = 0; i < ARRAY_LEN(LOOK[row].needed); i++) {
        const char *words = LOOK[row].needed[i];
        if (words != NULL && !holds_any(text, str_z(words)))
            yaml_fault(src, n, NULL, "The text \"%s\" does not hold %s.", LOOK[row].key, words);
    }
}

static void read_look(struct loader *l, const struct yaml_source *src, const struct yaml_node *root) {
    struct city *c = l->city;
    for (size_t k = 0; k < ARRAY_LEN(LOOK); k++) {
        struct text *text = (struct text *)((char *)&c->letter_look + LOOK[k].at);
        const struct yaml_node *n = yaml_get(root, LOOK[k].key);
        if (!yaml_text(src, root, LOOK[k].key, true, text)) continue;
        for (size_t i = 0; i < c->n_langs; i++) {
            load_refuse_persons(l, src->file, n->line, "letter", text->in[i]);
            check_look(src, n, k, text->in[i]);
        }
    }
}

void load_letters(struct loader *l) {
    struct city *c = l->city;
    const struct package_file *f = files_get(l, "letters.yaml");
    if (!f) return;
    struct yaml_source src = load_source(l, f->path);
    const struct yaml_node *root;
    if (yaml_parse(f->bytes, &src, &root) != OK) return;
    yaml_unknown_keys(&src, root, "date list cite note fonts letters");
    read_look(l, &src, root);
    read_fonts(l, &src, root);
    const struct yaml_node *list = yaml_get(root, "letters");
    if (!list) yaml_fault(&src, root, NULL, "The key \"letters\" is missing.");
    if (!yaml_is(&src, list, YAML_SEQ, "letters")) return;
    if (list->n > LETTERS_MAX) {
        yaml_fault(&src, list, NULL, "More than %d letters.", LETTERS_MAX);
        return;
    }
    c->letters = NEW_ARRAY(&c->arena, struct letter, list->n);
    for (const struct yaml_node *n = list->first; n; n = n->next) read_letter(l, &src, n, &c->letters[c->n_letters++]);
}
