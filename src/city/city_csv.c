#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "city/city_int.h"

void table_fault(struct table *t, const char *hint, const char *fmt, ...) {
    char what[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    load_fault(t->l, t->file, t->csv.line, hint, "%s", what);
}

/* Reads a row, passing over bad ones with a finding. out: false at the end. */
static bool next_row(struct table *t) {
    for (;;) {
        bool end;
        struct err err = {0};
        if (csv_next(&t->csv, &end, &err) == OK) return !end;
        load_fault(t->l, t->file, err.line, NULL, "%s", err.primary);
    }
}

/* The column that a header field names. out: false if none; *ret_lang its language. */
static bool find_column(const struct table *t, str field, size_t *ret_column, size_t *ret_lang) {
    const struct city *c = t->l->city;
    for (size_t i = 0; i < t->n_columns; i++) {
        str name = str_z(t->columns[i].name);
        *ret_column = i;
        *ret_lang = 0;
        if (!t->columns[i].per_lang && str_eq(field, name)) return true;
        if (!t->columns[i].per_lang || !str_starts(field, name) || field.len <= name.len + 1) continue;
        if (field.ptr[name.len] != '_') continue;
        for (size_t k = 0; k < c->n_langs; k++) {
            *ret_lang = k;
            if (str_eq(str_slice(field, name.len + 1, field.len), c->langs[k])) return true;
        }
    }
    return false;
}

static void map_header(struct table *t) {
    for (size_t i = 0; i < t->csv.n_fields; i++) {
        str field = t->csv.fields[i], word;
        size_t column, lang;
        if (persons_forbidden(field, &word))
            table_fault(t, PERSONS_WHY, "The column \"%.*s\" is refused: it names persons (%.*s).", P(field), P(word));
        else if (!find_column(t, field, &column, &lang))
            table_fault(t, "see docs/city-package.md", "Unknown column \"%.*s\".", P(field));
        else if (t->at[column][lang] >= 0)
            table_fault(t, NULL, "The column \"%.*s\" stands here twice.", P(field));
        else
            t->at[column][lang] = (int16_t)i;
    }
}

static bool header_complete(struct table *t) {
    const struct city *c = t->l->city;
    bool complete = true;
    for (size_t i = 0; i < t->n_columns; i++) {
        size_t n_langs = t->columns[i].per_lang ? c->n_langs : 1;
        for (size_t k = 0; k < n_langs; k++) {
            if (t->at[i][k] >= 0 || t->columns[i].optional) continue;
            complete = false;
            if (t->columns[i].per_lang)
                table_fault(t, NULL, "The column \"%s_%.*s\" is missing.", t->columns[i].name, P(c->langs[k]));
            else
                table_fault(t, NULL, "The column \"%s\" is missing.", t->columns[i].name);
        }
    }
    return complete;
}

bool table_open(struct table *t, struct loader *l, const char *file, const struct column *columns, size_t n) {
    check(n <= TABLE_COLUMNS_MAX);
    *t = (struct table){.l = l, .file = file, .columns = columns, .n_columns = n};
    for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++)
        for (size_t k = 0; k < LANG_MAX; k++) t->at[i][k] = -1;
    const struct package_file *f = files_get(l, file);
    if (!f) return false;
    csv_init(&t->csv, f->bytes, &l->city->arena);
    if (!next_row(t)) {
        load_fault(l, file, 1, NULL, "The header row is missing.");
        return false;
    }
    t->n_header = t->csv.n_fields;
    map_header(t);
    return header_complete(t);
}

bool table_next(struct table *t) {
    while (next_row(t)) {
        if (t->csv.n_fields == t->n_header) return true;
        table_fault(t, "put fields with commas in quotes", "The row has %zu fields, the header %zu.", t->csv.n_fields,
                    t->n_header);
    }
    return false;
}

size_t table_rows_max(const struct table *t) {
    size_t n = 1;
    for (size_t i = t->csv.pos; i < t->csv.text.len; i++) n += t->csv.text.ptr[i] == '\n';
    return n;
}

static str field_of(const struct table *t, size_t column, size_t lang) {
    int16_t i = t->at[column][lang];
    return i < 0 ? STR_NONE : str_trim(t->csv.fields[i]);
}

str table_str(const struct table *t, size_t column) {
    return field_of(t, column, 0);
}

static bool code_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
}

bool table_code_maybe(struct table *t, size_t column, code *ret) {
    str s = table_str(t, column);
    code c = {0};
    bool ok = code_from(s, &c);
    for (size_t i = 0; i < s.len; i++) ok = ok && code_char(s.ptr[i]);
    if (!ok) {
        table_fault(t, "up to 31 letters, digits, '_', '-' and '.'", "\"%.*s\" in %s is no code.", P(s),
                    t->columns[column].name);
        return false;
    }
    *ret = c;
    return true;
}

bool table_code(struct table *t, size_t column, code *ret) {
    if (!str_empty(table_str(t, column))) return table_code_maybe(t, column, ret);
    table_fault(t, NULL, "The field %s is empty.", t->columns[column].name);
    return false;
}

bool table_yes(struct table *t, size_t column) {
    str s = table_str(t, column);
    if (str_is(s, "yes")) return true;
    if (str_is(s, "no") || (str_empty(s) && t->columns[column].optional)) return false;
    table_fault(t, "write yes or no", "\"%.*s\" in %s is neither yes nor no.", P(s), t->columns[column].name);
    return false;
}

struct text table_text(struct table *t, size_t column) {
    const struct city *c = t->l->city;
    struct text text = {0};
    for (size_t k = 0; k < c->n_langs; k++) {
        text.in[k] = field_of(t, column, k);
        if (str_empty(text.in[k]))
            table_fault(t, "every text in every language", "The field %s_%.*s is empty.", t->columns[column].name,
                        P(c->langs[k]));
    }
    return text;
}

str *table_words(struct table *t, size_t column, size_t *ret_n) {
    str rest = table_str(t, column), one;
    size_t n = 1;
    for (size_t i = 0; i < rest.len; i++) n += rest.ptr[i] == '|';
    str *words = NEW_ARRAY(&t->l->city->arena, str, n);
    n = 0;
    while (str_split(&rest, '|', &one)) {
        one = str_trim(one);
        if (!str_empty(one)) words[n++] = one;
    }
    *ret_n = n;
    return words;
}

int table_word(struct table *t, size_t column, const char *words) {
    str s = table_str(t, column), rest = str_z(words), one;
    for (int i = 0; str_split(&rest, ' ', &one); i++)
        if (str_eq(one, s)) return i;
    str hint = str_format(t->l->found->arena, "one of %s", words);
    table_fault(t, str_cstr(t->l->found->arena, hint), "\"%.*s\" in %s is unknown.", P(s), t->columns[column].name);
    return -1;
}

bool table_index(struct table *t, struct map *map, const code *key, uint32_t number) {
    if (map_get(map, str_code(key)) != MAP_NONE) {
        table_fault(t, NULL, "\"%s\" stands here twice.", key->s);
        return false;
    }
    map_set(map, str_code(key), number);
    return true;
}
