/* Laying out: parts and tables, one after the other, become a document. Letters are made with it (letter.h), and every other
 * paper that somebody prints: forms, handover sheets, reports. Pure.
 *
 *     struct sheet s;
 *     sheet_begin(&s, &(struct sheet_start){city, lang, SHEET_UPRIGHT, today}, arena);
 *     sheet_part(&s, PART_TITLE, title);
 *     const struct table *t = sheet_table(&s, (struct column[]){{3, ALIGN_LEFT}, {1, ALIGN_RIGHT}}, 2);
 *     sheet_row(&s, t, (str[]){S("名称"), S("件数")}, true);
 *     status = sheet_end(&s, &document, err);
 *
 * Invariant: once something did not fit, nothing more is added and sheet_end says so. */
#ifndef YIWANG_LETTER_SHEET_H
#define YIWANG_LETTER_SHEET_H

#include "base/arena.h"
#include "base/status.h"
#include "city/city.h"
#include "letter/document.h"

/* A letter after GB/T 9704-2012: text of 156 by 225 mm, 22 lines of 28 characters of 16 points; a language may be set in
 * another size (letter_look). A sheet: 12 points, narrow
 * margins, A4 upright or lying. */
enum sheet_style { SHEET_LETTER, SHEET_UPRIGHT, SHEET_LYING };
struct sheet_start {
    const struct city *city; /* whose fonts are used */
    size_t lang;
    enum sheet_style style;
    struct civil date; /* of the paper */
};
struct sheet {
    struct document doc;
    enum sheet_style style;
    double scale;     /* of type, against the measures of the style */
    size_t number_at; /* the paragraph with the number */
    struct arena *arena;
    size_t bytes;
    bool too_long;
};

/* out: an empty sheet. memory: arena, for as long as the document is used. */
void sheet_begin(struct sheet *s, const struct sheet_start *start, struct arena *arena);
/* A part: each line of the text is a paragraph; empty lines and characters that nothing shows are dropped. The title is the
 * document's too, the organ its author. */
void sheet_part(struct sheet *s, enum letter_part_kind kind, str text);
/* in: n columns, 1 to COLUMNS_MAX. */
const struct table *sheet_table(struct sheet *s, const struct column *columns, size_t n);
/* A row. in: as many cells as columns; head: repeated on each page, in the font of headings. A cell is cut at CELL_TEXT_MAX
 * characters. */
void sheet_row(struct sheet *s, const struct table *t, const str *cells, bool head);
/* Rows to be filled in by hand, of this height. */
void sheet_blank_rows(struct sheet *s, const struct table *t, size_t n, double height_mm);
/* errors: E_TOO_LARGE letter_too_long. */
enum status sheet_end(struct sheet *s, struct document *ret, struct err *err) MUST_USE;

#endif
