#include "base/csv.h"

#include <string.h>

static const str mark = S_INIT("\xEF\xBB\xBF");

void csv_init(struct csv *c, str text, struct arena *arena) {
    *c = (struct csv){.text = text, .line = 1, .next_line = 1, .arena = arena};
    if (str_starts(text, mark)) c->pos = mark.len;
}

static bool at_end(const struct csv *c) {
    return c->pos >= c->text.len;
}

/* Takes LF or CRLF if it stands at pos. */
static bool take_newline(struct csv *c) {
    size_t left = c->text.len - c->pos;
    const char *p = c->text.ptr + c->pos;
    size_t n = left >= 1 && p[0] == '\n' ? 1 : left >= 2 && p[0] == '\r' && p[1] == '\n' ? 2 : 0;
    c->pos += n;
    c->next_line += n > 0;
    return n > 0;
}

/* Takes a field up to the comma or line end. out: NULL or what is wrong. */
static const char *plain_field(struct csv *c, str *ret) {
    size_t first = c->pos;
    for (; !at_end(c); c->pos++) {
        char ch = c->text.ptr[c->pos];
        if (ch == ',' || ch == '\n') break;
        if (ch == '"') return "a quote inside an unquoted field";
        if (ch != '\r') continue;
        if (c->pos + 1 < c->text.len && c->text.ptr[c->pos + 1] == '\n') break;
        return "a carriage return without line feed";
    }
    *ret = str_slice(c->text, first, c->pos);
    return NULL;
}

static str undouble(struct arena *arena, str raw) {
    char *out = NEW_ARRAY(arena, char, raw.len);
    size_t n = 0;
    for (size_t i = 0; i < raw.len; i++) {
        out[n++] = raw.ptr[i];
        i += raw.ptr[i] == '"';
    }
    return (str){out, n};
}

/* Takes a field that begins with a quote. out: NULL or what is wrong. */
static const char *quoted_field(struct csv *c, str *ret) {
    size_t first = ++c->pos;
    bool doubled = false;
    for (;; c->pos++) {
        if (at_end(c)) return "a quote is not closed";
        char ch = c->text.ptr[c->pos];
        c->next_line += ch == '\n';
        if (ch != '"') continue;
        if (c->pos + 1 >= c->text.len || c->text.ptr[c->pos + 1] != '"') break;
        doubled = true;
        c->pos++;
    }
    str raw = str_slice(c->text, first, c->pos++);
    bool ends = at_end(c) || c->text.ptr[c->pos] == ',' || c->text.ptr[c->pos] == '\n' ||
                str_starts(str_slice(c->text, c->pos, c->text.len), S("\r\n"));
    if (!ends) return "something follows a closing quote";
    *ret = doubled ? undouble(c->arena, raw) : raw;
    return NULL;
}

/* Takes a row with its line end. out: NULL or what is wrong. */
static const char *row(struct csv *c) {
    size_t first = c->pos;
    for (;;) {
        if (c->n_fields == CSV_COLUMNS_MAX) return "too many columns";
        str *field = &c->fields[c->n_fields];
        bool quoted = !at_end(c) && c->text.ptr[c->pos] == '"';
        const char *why = quoted ? quoted_field(c, field) : plain_field(c, field);
        if (why) return why;
        c->n_fields++;
        if (at_end(c) || c->text.ptr[c->pos] != ',') break;
        c->pos++;
    }
    size_t last = c->pos;
    take_newline(c);
    return utf8_valid(str_slice(c->text, first, last)) ? NULL : "not UTF-8 or a NUL byte";
}

/* After an error in the row that began at `first`: to the line after its first. */
static void resume(struct csv *c, size_t first) {
    const char *lf = memchr(c->text.ptr + first, '\n', c->text.len - first);
    c->pos = lf ? (size_t)(lf - c->text.ptr) + 1 : c->text.len;
    c->next_line = c->line + 1;
    c->n_fields = 0;
}

enum status csv_next(struct csv *c, bool *ret_end, struct err *err) {
    while (!at_end(c) && take_newline(c)) {
    }
    c->n_fields = 0;
    c->line = c->next_line;
    *ret_end = at_end(c);
    if (*ret_end) return OK;
    size_t first = c->pos;
    const char *why = row(c);
    if (!why) return OK;
    resume(c, first);
    err_set(err, E_SYNTAX, "bad_csv", "Line %u is no CSV: %s.", c->line, why);
    if (err) err->line = c->line;
    return E_SYNTAX;
}

static bool needs_quotes(str field, bool first) {
    /* Else a row of one empty field would be a blank line, and a leading mark would vanish. */
    if (first && (field.len == 0 || str_starts(field, mark))) return true;
    for (size_t i = 0; i < field.len; i++) {
        char c = field.ptr[i];
        if (c == ',' || c == '"' || c == '\n' || c == '\r') return true;
    }
    return false;
}

void csv_add_field(struct strbuf *b, str field, bool first) {
    if (!first) strbuf_addc(b, ',');
    if (!needs_quotes(field, first)) {
        strbuf_add(b, field);
        return;
    }
    strbuf_addc(b, '"');
    for (size_t i = 0; i < field.len; i++) {
        if (field.ptr[i] == '"') strbuf_addc(b, '"');
        strbuf_addc(b, field.ptr[i]);
    }
    strbuf_addc(b, '"');
}
