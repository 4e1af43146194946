/* Sizes: a letter has 10 to 30 paragraphs, a report some hundred rows; cost: about a microsecond a paragraph. */
#include "letter/sheet.h"

#include <string.h>

#define BODY_PT 16.0
#define LINE_PT 28.9     /* 22 on a page */
#define AFTER_TITLE 1.2  /* free below a title, in characters */
#define WIDE_FROM 0x2e80 /* from here on a character fills a square */

/* How each part looks. Indents in characters, free space above in lines of the text. */
struct look {
    enum letter_font font;
    enum alignment align;
    double size, pitch, before, first;
    bool red, rule, leader, keep;
};
/* GB/T 9704-2012, 7: 2nd size 小标宋 for titles, 3rd size 仿宋 for text, 黑体 for headings. */
static const struct look LETTER[PART_KIND_COUNT] = {
    [PART_HEAD] = {FONT_TITLE, ALIGN_CENTRE, 36, 50, 0, 0, .red = true, .keep = true},
    [PART_NUMBER] = {FONT_BODY, ALIGN_CENTRE, BODY_PT, LINE_PT, 0.6, 0, .rule = true, .keep = true},
    [PART_TITLE] = {FONT_TITLE, ALIGN_CENTRE, 22, 34, 0.8, 0, .keep = true},
    [PART_TO] = {FONT_BODY, ALIGN_LEFT, BODY_PT, LINE_PT, 0.7, 0, .keep = true},
    [PART_HEADING] = {FONT_HEADING, ALIGN_LEFT, BODY_PT, LINE_PT, 0, 2, .keep = true},
    [PART_TEXT] = {FONT_BODY, ALIGN_JUSTIFY, BODY_PT, LINE_PT, 0, 2},
    [PART_RIGHTS] = {FONT_BODY, ALIGN_JUSTIFY, BODY_PT, LINE_PT, 0, 2},
    [PART_LINE] = {FONT_BODY, ALIGN_LEFT, BODY_PT, 36, 0, 2, .leader = true, .keep = true},
    [PART_ORGAN] = {FONT_BODY, ALIGN_RIGHT, BODY_PT, LINE_PT, 2, 0, .keep = true},
    [PART_DATE] = {FONT_BODY, ALIGN_RIGHT, BODY_PT, LINE_PT, 0, 0},
    [PART_NOTE] = {FONT_BODY, ALIGN_JUSTIFY, 14, 22, 0.7, 0},
};
static const struct look SHEET[PART_KIND_COUNT] = {
    [PART_HEAD] = {FONT_TITLE, ALIGN_CENTRE, 22, 30, 0, 0, .keep = true},
    [PART_NUMBER] = {FONT_BODY, ALIGN_RIGHT, 10.5, 16, 0, 0, .keep = true},
    [PART_TITLE] = {FONT_TITLE, ALIGN_CENTRE, 20, 28, 0, 0, .keep = true},
    [PART_TO] = {FONT_BODY, ALIGN_CENTRE, 10.5, 18, 0, 0, .keep = true},
    [PART_HEADING] = {FONT_HEADING, ALIGN_LEFT, 13, 22, 0.5, 0, .keep = true},
    [PART_TEXT] = {FONT_BODY, ALIGN_JUSTIFY, 12, 19, 0, 2},
    [PART_RIGHTS] = {FONT_BODY, ALIGN_JUSTIFY, 12, 19, 0, 2},
    [PART_LINE] = {FONT_BODY, ALIGN_LEFT, 12, 27, 0, 0, .leader = true},
    [PART_ORGAN] = {FONT_BODY, ALIGN_RIGHT, 12, 19, 1, 0, .keep = true},
    [PART_DATE] = {FONT_BODY, ALIGN_RIGHT, 12, 19, 0, 0},
    [PART_NOTE] = {FONT_BODY, ALIGN_JUSTIFY, 9.5, 14, 0.5, 0},
};
static const struct {
    const struct look *looks;
    struct page page;
    double row_size, row_pitch; /* type in tables */
} STYLES[] = {
    [SHEET_LETTER] = {LETTER, {210, 297, 28, 37, 156, 225}, 14, 21},
    [SHEET_UPRIGHT] = {SHEET, {210, 297, 18, 16, 174, 262}, 10.5, 15},
    [SHEET_LYING] = {SHEET, {297, 210, 16, 14, 265, 178}, 10.5, 15},
};

/* Of a language that is set smaller or larger than Chinese. */
static double scale_of(const struct sheet_start *start) {
    double size = start->city->letter_look.sizes[start->lang];
    return start->style == SHEET_LETTER && size > 0 ? size / BODY_PT : 1;
}

static struct look look_of(const struct sheet *s, enum letter_part_kind kind) {
    struct look k = STYLES[s->style].looks[kind];
    k.size *= s->scale;
    k.pitch *= s->scale;
    return k;
}

void sheet_begin(struct sheet *s, const struct sheet_start *start, struct arena *arena) {
    *s = (struct sheet){.style = start->style, .scale = scale_of(start), .number_at = SIZE_MAX, .arena = arena};
    s->doc = (struct document){.title = S(""),
                               .author = S(""),
                               .lang = start->city->langs[start->lang],
                               .date = start->date,
                               .page = STYLES[start->style].page,
                               .size_pt = look_of(s, PART_TEXT).size,
                               .fonts = start->city->letter_look.fonts[start->lang],
                               .paragraphs = NEW_ARRAY(arena, struct paragraph, PARAGRAPHS_MAX)};
}

/* --- text --- */

/* Characters that no paper shows: controls, and those that turn the direction of writing about. */
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
        if (c == '\t' || c == '\n') out[n++] = ' ';
        if (!is_shown(c)) continue;
        memcpy(out + n, line.ptr + from, at - from);
        n += at - from;
    }
    return str_trim((str){out, n});
}

/* How wide a text is, in characters of Chinese; letters and digits are half. */
static double ems(str text) {
    double n = 0;
    for (size_t at = 0; at < text.len;) n += utf8_next(text, &at) < WIDE_FROM ? 0.5 : 1;
    return n;
}

/* Whether lines can end after any of its characters, as in Chinese: only such text fills its lines to both margins. */
static bool breaks_anywhere(str text) {
    size_t wide = 0, n = 0;
    for (size_t at = 0; at < text.len; n++) wide += utf8_next(text, &at) >= WIDE_FROM;
    return wide * 3 > n;
}

/* --- paragraphs --- */

static double text_width_pt(const struct sheet *s) {
    return s->doc.page.text_width_mm * MM_PT;
}

static struct paragraph *add_paragraph(struct sheet *s, size_t bytes) {
    s->bytes += bytes;
    s->too_long = s->too_long || s->doc.n == PARAGRAPHS_MAX || s->bytes > DOCUMENT_TEXT_MAX;
    return s->too_long ? NULL : &s->doc.paragraphs[s->doc.n++];
}

static struct paragraph paragraph_of(const struct sheet *s, enum letter_part_kind kind, str text) {
    const struct look k = look_of(s, kind);
    bool ragged = k.align == ALIGN_JUSTIFY && !breaks_anywhere(text);
    struct paragraph p = {.text = text,
                          .font = k.font,
                          .align = ragged ? ALIGN_LEFT : k.align,
                          .size_pt = k.size,
                          .pitch_pt = k.pitch,
                          .before_pt = k.before * look_of(s, PART_TEXT).pitch,
                          .first_pt = k.first * k.size,
                          .red = k.red,
                          .rule = k.rule,
                          .leader = k.leader,
                          .keep = k.keep};
    double room = text_width_pt(s) / (ems(text) + 1), least = look_of(s, PART_TITLE).size;
    if (kind == PART_HEAD && p.size_pt > room) p.size_pt = room < least ? least : room;
    return p;
}

/* The number of a letter without a red head stands below the title, at the right, without the red rule. */
static void set_number(struct sheet *s, struct paragraph *p) {
    s->number_at = s->doc.n - 1;
    if (s->style != SHEET_LETTER || s->doc.paragraphs[0].red) return;
    p->rule = false;
    p->align = ALIGN_RIGHT;
    p->before_pt = 0;
}

/* Free space below a title, and below a number that follows it. */
static bool is_under_title(const struct sheet *s, const struct paragraph *p) {
    const struct document *d = &s->doc;
    double title = look_of(s, PART_TITLE).size;
    if (d->n < 2 || p->before_pt > 0 || p->size_pt >= title) return false;
    return p[-1].size_pt >= title || (s->number_at == d->n - 2 && p[-1].align == ALIGN_RIGHT);
}

static void add_line(struct sheet *s, enum letter_part_kind kind, str line, bool first) {
    struct document *d = &s->doc;
    struct paragraph *last = d->n > 0 ? &d->paragraphs[d->n - 1] : NULL;
    bool follows = kind == PART_NOTE && last != NULL && last->size_pt <= look_of(s, PART_NOTE).size;
    bool held = kind == PART_NOTE || (kind == PART_LINE && s->style == SHEET_LETTER);
    if (held && last != NULL) last->keep = true; /* not alone on a page */
    struct paragraph *p = add_paragraph(s, line.len);
    if (p == NULL) return;
    *p = paragraph_of(s, kind, line);
    if (kind == PART_NUMBER) set_number(s, p);
    if (!first || follows) p->before_pt = 0;
    if (is_under_title(s, p)) p->before_pt = AFTER_TITLE * d->size_pt;
}

/* 7.3.5.1: the organ stands centred above the date, the date four characters from the right; a long organ two. What was
 * said before stays on the page that is sealed. */
static void set_signature(struct document *d) {
    if (d->n < 2) return;
    struct paragraph *organ = &d->paragraphs[d->n - 2], *date = &d->paragraphs[d->n - 1];
    double wider = (ems(organ->text) - ems(date->text)) / 2;
    double organ_em = 4 - wider < 2 ? 2 : 4 - wider;
    organ->right_pt = organ_em * d->size_pt;
    date->right_pt = (organ_em + wider) * d->size_pt;
    if (d->n > 2) d->paragraphs[d->n - 3].keep = true;
}

void sheet_part(struct sheet *s, enum letter_part_kind kind, str text) {
    bool first = true;
    size_t before = s->doc.n;
    for (str line; str_split(&text, '\n', &line);) {
        line = clean(s->arena, line);
        if (str_empty(line)) continue;
        add_line(s, kind, line, first);
        first = false;
    }
    if (s->doc.n == before) return;
    str said = s->doc.paragraphs[before].text;
    if (kind == PART_TITLE) s->doc.title = said;
    if (kind == PART_ORGAN) s->doc.author = said;
    if (kind == PART_DATE) set_signature(&s->doc);
}

/* --- tables --- */

const struct table *sheet_table(struct sheet *s, const struct column *columns, size_t n) {
    check(n > 0 && n <= COLUMNS_MAX);
    struct table *t = NEW(s->arena, struct table);
    t->n = n;
    memcpy(t->columns, columns, n * sizeof *columns);
    return t;
}

double table_edge_pt(const struct document *d, const struct table *t, size_t column) {
    double all = 0, before = 0;
    for (size_t i = 0; i < t->n; i++) all += t->columns[i].share;
    for (size_t i = 0; i < column; i++) before += t->columns[i].share;
    return d->page.text_width_mm * MM_PT * before / all;
}

void sheet_row(struct sheet *s, const struct table *t, const str *cells, bool head) {
    str *own = NEW_ARRAY(s->arena, str, t->n);
    size_t bytes = 0;
    for (size_t i = 0; i < t->n; i++) {
        own[i] = clean(s->arena, utf8_prefix(cells[i], CELL_TEXT_MAX));
        bytes += own[i].len;
    }
    struct paragraph *p = add_paragraph(s, bytes);
    if (p == NULL) return;
    *p = (struct paragraph){.text = S(""),
                            .font = head ? FONT_HEADING : FONT_BODY,
                            .size_pt = STYLES[s->style].row_size * s->scale,
                            .pitch_pt = STYLES[s->style].row_pitch * s->scale,
                            .keep = head,
                            .table = t,
                            .cells = own,
                            .head = head};
}

void sheet_blank_rows(struct sheet *s, const struct table *t, size_t n, double height_mm) {
    str *none = NEW_ARRAY(s->arena, str, t->n);
    for (size_t i = 0; i < t->n; i++) none[i] = S("");
    for (size_t i = 0; i < n && !s->too_long; i++) {
        sheet_row(s, t, none, false);
        if (!s->too_long) s->doc.paragraphs[s->doc.n - 1].height_pt = height_mm * MM_PT;
    }
}

enum status sheet_end(struct sheet *s, struct document *ret, struct err *err) {
    if (s->too_long) {
        err_set(err, E_TOO_LARGE, "letter_too_long", "The paper would have more than %d bytes or %d paragraphs.",
                DOCUMENT_TEXT_MAX, PARAGRAPHS_MAX);
        return E_TOO_LARGE;
    }
    *ret = s->doc;
    return OK;
}
