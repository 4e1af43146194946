/* From text to tree: a hand-written descent over one line of text.
 *
 *   any   = all { "or" all }        all = one { one }        one = "-" one | "(" any ")" | term
 *   term  = field ":" value { "," value } | value            value = word | "\"" … "\""
 *
 * Full-width colon, comma, quotes and parentheses of a Chinese keyboard count as the plain ones. */
#include <string.h>

#include "query/query_int.h"

struct parser {
    str text;
    size_t pos;
    const struct city *city;
    struct arena *arena;
    struct err *err;
    int depth;
    size_t terms, values;
};

/* Punctuation the lexer knows, plain and full width. */
enum mark { MARK_NOT, MARK_COLON, MARK_COMMA, MARK_QUOTE, MARK_OPEN, MARK_CLOSE, MARK_BLANK };

static enum mark mark_at(const struct parser *p, size_t pos, size_t *ret_len) {
    static const struct {
        const char *text;
        size_t len;
        enum mark mark;
    } marks[] = {
        {":", 1, MARK_COLON},  {"：", 3, MARK_COLON}, {",", 1, MARK_COMMA},  {"，", 3, MARK_COMMA},
        {"\"", 1, MARK_QUOTE}, {"“", 3, MARK_QUOTE},  {"”", 3, MARK_QUOTE},  {"(", 1, MARK_OPEN},
        {"（", 3, MARK_OPEN},  {")", 1, MARK_CLOSE},  {"）", 3, MARK_CLOSE}, {" ", 1, MARK_BLANK},
        {"\t", 1, MARK_BLANK}, {"\n", 1, MARK_BLANK}, {"\r", 1, MARK_BLANK}, {"　", 3, MARK_BLANK},
    };
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (p->text.len - pos >= marks[i].len && memcmp(p->text.ptr + pos, marks[i].text, marks[i].len) == 0) {
            *ret_len = marks[i].len;
            return marks[i].mark;
        }
    *ret_len = 1;
    return MARK_NOT;
}

static bool at_end(const struct parser *p) {
    return p->pos >= p->text.len;
}

static bool take_mark(struct parser *p, enum mark mark) {
    size_t len;
    if (at_end(p) || mark_at(p, p->pos, &len) != mark) return false;
    p->pos += len;
    return true;
}

static void skip_blanks(struct parser *p) {
    while (take_mark(p, MARK_BLANK)) {
    }
}

static enum status fail(struct parser *p, size_t pos, const char *what, const char *hint) {
    enum status s = err_set(p->err, E_SYNTAX, "bad_query", "%s", what);
    err_detail(p->err, "at byte %zu", pos + 1);
    err_hint(p->err, "%s", hint);
    err_field(p->err, "q");
    return s;
}

/* Takes a quoted text; \" and \\ stand for themselves. */
static enum status take_quoted(struct parser *p, str *ret) {
    size_t start = p->pos;
    (void)take_mark(p, MARK_QUOTE);
    char *out = NEW_ARRAY(p->arena, char, p->text.len - p->pos + 1);
    size_t n = 0, len;
    while (!at_end(p)) {
        if (mark_at(p, p->pos, &len) == MARK_QUOTE) {
            p->pos += len;
            *ret = (str){out, n};
            return OK;
        }
        char c = p->text.ptr[p->pos];
        if (c == '\\' && p->pos + 1 < p->text.len &&
            (p->text.ptr[p->pos + 1] == '"' || p->text.ptr[p->pos + 1] == '\\'))
            c = p->text.ptr[++p->pos];
        out[n++] = c;
        p->pos++;
    }
    return fail(p, start, "a quotation mark is not closed", "close it with \"");
}

/* Takes what stands before a blank, a closing parenthesis or one of the given marks. */
static str take_word(struct parser *p, bool ends_at_comma) {
    size_t start = p->pos, len;
    for (; !at_end(p); p->pos += len) {
        enum mark m = mark_at(p, p->pos, &len);
        if (m == MARK_BLANK || m == MARK_CLOSE || m == MARK_QUOTE || (m == MARK_COMMA && ends_at_comma)) break;
    }
    return str_slice(p->text, start, p->pos);
}

static enum status take_value(struct parser *p, struct raw_value *ret) {
    size_t len;
    ret->quoted = !at_end(p) && mark_at(p, p->pos, &len) == MARK_QUOTE;
    if (ret->quoted) return take_quoted(p, &ret->text);
    ret->text = take_word(p, true);
    if (str_empty(ret->text))
        return fail(p, p->pos, "a value is missing", "write field:value, several values separated by commas");
    return OK;
}

static enum status take_values(struct parser *p, struct raw_term *raw) {
    struct raw_value values[QUERY_VALUES_MAX];
    size_t start = p->pos;
    do {
        if (raw->n >= QUERY_VALUES_MAX || p->values >= QUERY_VALUES_MAX)
            return fail(p, start, "too many values", "at most 200 values in a query");
        enum status s = take_value(p, &values[raw->n]);
        if (s != OK) return s;
        raw->n++;
        p->values++;
    } while (take_mark(p, MARK_COMMA));
    raw->whole = str_slice(p->text, start, p->pos);
    raw->values = NEW_ARRAY(p->arena, struct raw_value, raw->n);
    memcpy(raw->values, values, raw->n * sizeof *values);
    return OK;
}

static struct query *new_query(struct parser *p, enum query_kind kind) {
    struct query *q = NEW(p->arena, struct query);
    q->kind = kind;
    q->city = p->city;
    return q;
}

static enum status make_term(struct parser *p, struct raw_term *raw, struct query **ret) {
    if (++p->terms > QUERY_TERMS_MAX) return fail(p, raw->pos, "too many terms", "at most 64 terms in a query");
    struct query *q = new_query(p, QUERY_TERM);
    q->term.place = lonlat_none();
    enum status s = term_parse(raw, p->city, p->arena, &q->term, p->err);
    if (s != OK) {
        err_detail(p->err, "at byte %zu", raw->pos + 1);
        err_field(p->err, "q");
        return s;
    }
    *ret = q;
    return OK;
}

/* The length of a field name with its colon at pos, or 0. */
static size_t field_ahead(const struct parser *p, str *ret_name) {
    size_t pos = p->pos;
    while (pos < p->text.len) {
        char c = p->text.ptr[pos];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9' && pos > p->pos) || c == '_'))
            break;
        pos++;
    }
    size_t len;
    if (pos == p->pos || pos >= p->text.len || mark_at(p, pos, &len) != MARK_COLON) return 0;
    *ret_name = str_slice(p->text, p->pos, pos);
    return pos + len - p->pos;
}

static enum status unknown_field(struct parser *p, str name) {
    enum status s = err_set(p->err, E_INVALID, "unknown_field", "there is no field \"%.*s\"", P(name));
    err_detail(p->err, "at byte %zu", p->pos + 1);
    err_field(p->err, "q");
    err_hint(p->err,
             "fields: status state procedure area category condition unit lead channel number flag about due filed "
             "happened updated ended rating near bbox text; put other texts in quotes");
    return s;
}

/* Whether a bare word is a case number: the city's prefix and digits, perhaps a * at the end. */
static bool looks_like_number(const struct parser *p, str word) {
    str prefix = str_code(&p->city->number_prefix);
    if (str_empty(prefix) || !str_starts(word, prefix) || word.len < prefix.len + 4) return false;
    for (size_t i = prefix.len; i < word.len; i++) {
        char c = word.ptr[i];
        if (!(c >= '0' && c <= '9') && !(c == '*' && i + 1 == word.len)) return false;
    }
    return word.len <= CODE_MAX;
}

static enum status parse_term(struct parser *p, struct query **ret) {
    struct raw_term raw = {.pos = p->pos};
    str name;
    size_t field_len = field_ahead(p, &name), len;
    if (field_len > 0) {
        raw.spec = query_field_find(name);
        if (!raw.spec) return unknown_field(p, name);
        p->pos += field_len;
        enum status s = take_values(p, &raw);
        return s == OK ? make_term(p, &raw, ret) : s;
    }
    struct raw_value value = {.quoted = mark_at(p, p->pos, &len) == MARK_QUOTE};
    if (value.quoted) {
        enum status s = take_quoted(p, &value.text);
        if (s != OK) return s;
    } else {
        value.text = take_word(p, false);
    }
    bool number = !value.quoted && looks_like_number(p, value.text);
    raw.spec = &query_fields[number ? Q_NUMBER : Q_TEXT];
    raw.values = &value;
    raw.n = 1;
    raw.whole = value.text;
    if (++p->values > QUERY_VALUES_MAX) return fail(p, raw.pos, "too many values", "at most 200 values in a query");
    return make_term(p, &raw, ret);
}

static enum status parse_any(struct parser *p, struct query **ret);

static enum status parse_one(struct parser *p, struct query **ret);

/* A parenthesis counts as a term, so that empty ones are bounded too. */
static enum status parse_group(struct parser *p, size_t start, struct query **ret) {
    if (++p->terms > QUERY_TERMS_MAX) return fail(p, start, "too many terms", "at most 64 terms in a query");
    enum status s = parse_any(p, ret);
    skip_blanks(p);
    if (s == OK && !take_mark(p, MARK_CLOSE)) return fail(p, start, "a parenthesis is not closed", "close it with )");
    return s;
}

static enum status parse_negation(struct parser *p, size_t start, struct query **ret) {
    size_t len;
    bool missing = at_end(p) || mark_at(p, p->pos, &len) == MARK_BLANK || mark_at(p, p->pos, &len) == MARK_CLOSE;
    if (missing) return fail(p, start, "- has nothing to negate", "write it directly before a term: -channel:import");
    struct query *q = new_query(p, QUERY_NOT);
    q->children = NEW_ARRAY(p->arena, struct query *, 1);
    q->n_children = 1;
    enum status s = parse_one(p, &q->children[0]);
    if (s == OK) *ret = q;
    return s;
}

static enum status parse_one(struct parser *p, struct query **ret) {
    size_t start = p->pos;
    if (++p->depth > QUERY_DEPTH_MAX) return fail(p, start, "nested too deep", "at most 16 levels of - and ( )");
    enum status s;
    if (p->text.ptr[p->pos] == '-') {
        p->pos++;
        s = parse_negation(p, start, ret);
    } else if (take_mark(p, MARK_OPEN)) {
        s = parse_group(p, start, ret);
    } else {
        s = parse_term(p, ret);
    }
    p->depth--;
    return s;
}

/* Whether the word `or` comes next; takes it. */
static bool take_or(struct parser *p) {
    skip_blanks(p);
    str rest = str_slice(p->text, p->pos, p->text.len);
    if (!str_starts(rest, S("or")) && !str_starts(rest, S("OR"))) return false;
    size_t len;
    if (rest.len > 2) {
        enum mark m = mark_at(p, p->pos + 2, &len);
        if (m != MARK_BLANK && m != MARK_OPEN && m != MARK_CLOSE) return false;
    }
    p->pos += 2;
    return true;
}

static struct query *join(struct parser *p, enum query_kind kind, struct query **list, size_t n) {
    if (n == 0) return new_query(p, QUERY_ALL);
    if (n == 1) return list[0];
    struct query *q = new_query(p, kind);
    q->children = NEW_ARRAY(p->arena, struct query *, n);
    q->n_children = n;
    memcpy(q->children, list, n * sizeof *list);
    return q;
}

static enum status parse_all(struct parser *p, struct query **ret) {
    struct query *list[QUERY_TERMS_MAX + 1];
    size_t n = 0, len;
    for (;;) {
        skip_blanks(p);
        if (at_end(p) || mark_at(p, p->pos, &len) == MARK_CLOSE) break;
        size_t before = p->pos;
        if (take_or(p)) {
            p->pos = before;
            break;
        }
        enum mark m = mark_at(p, p->pos, &len);
        if (m == MARK_COLON || m == MARK_COMMA)
            return fail(p, p->pos, "a field is missing before the mark",
                        "write field:value, or put the text in quotes");
        if (n >= QUERY_TERMS_MAX) return fail(p, p->pos, "too many terms", "at most 64 terms in a query");
        enum status s = parse_one(p, &list[n]);
        if (s != OK) return s;
        n++;
    }
    *ret = join(p, QUERY_AND, list, n);
    return OK;
}

static enum status parse_any(struct parser *p, struct query **ret) {
    struct query *list[QUERY_TERMS_MAX + 1];
    size_t n = 0;
    size_t start = p->pos;
    do {
        if (n >= QUERY_TERMS_MAX) return fail(p, p->pos, "too many terms", "at most 64 terms in a query");
        enum status s = parse_all(p, &list[n]);
        if (s != OK) return s;
        n++;
        bool empty = list[n - 1]->kind == QUERY_ALL;
        bool more = take_or(p);
        if (empty && (more || n > 1))
            return fail(p, start, "or stands without a term", "write a term on both sides of or");
        if (!more) break;
    } while (true);
    *ret = join(p, QUERY_OR, list, n);
    return OK;
}

enum status query_parse(str text, const struct city *city, struct arena *arena, struct query **ret, struct err *err) {
    if (text.len > QUERY_TEXT_MAX) {
        enum status too_long =
            err_set(err, E_TOO_LARGE, "query_too_long", "a query has at most %d bytes", QUERY_TEXT_MAX);
        err_field(err, "q");
        return too_long;
    }
    struct parser p = {.text = text, .city = city, .arena = arena, .err = err};
    if (!utf8_valid(text)) return fail(&p, 0, "the query is not UTF-8", "send UTF-8");
    struct query *q;
    enum status s = parse_any(&p, &q);
    if (s != OK) return s;
    skip_blanks(&p);
    if (!at_end(&p)) return fail(&p, p.pos, "a parenthesis is closed that was not opened", "remove ) or add (");
    *ret = q;
    return OK;
}
