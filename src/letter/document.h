/* A letter or sheet laid out as paragraphs and rows of tables, before it is drawn: what both forms of it, DOCX and PDF, are
 * made of. Made by letter/sheet.h.
 *
 * Invariant: texts are one line each (no control characters), so that every XML and every font can hold them. */
#ifndef YIWANG_LETTER_DOCUMENT_H
#define YIWANG_LETTER_DOCUMENT_H

#include "base/instant.h"
#include "base/str.h"
#include "city/letter.h"

#define PARAGRAPHS_MAX 600
#define DOCUMENT_TEXT_MAX 40000 /* bytes */
#define CELL_TEXT_MAX 600       /* bytes */
#define COLUMNS_MAX 12

#define MM_PT (72 / 25.4)

/* The page and the field of type on it, in millimetres. */
struct page {
    double width_mm, height_mm, left_mm, top_mm, text_width_mm, text_height_mm;
};

enum alignment { ALIGN_LEFT, ALIGN_JUSTIFY, ALIGN_CENTRE, ALIGN_RIGHT };
struct column {
    double share; /* of the width, in any unit */
    enum alignment align;
};
struct table {
    struct column columns[COLUMNS_MAX];
    size_t n;
};
struct paragraph {
    str text;
    enum letter_font font;
    enum alignment align;
    double size_pt, pitch_pt, before_pt; /* of the characters, from line to line, free above */
    double first_pt, right_pt;           /* indents: of the first line, from the right */
    bool red;
    bool rule;                 /* a red rule below */
    bool leader;               /* a line to write on, up to the margin */
    bool keep;                 /* on one page with the next */
    const struct table *table; /* a row of it; rows of one table follow each other */
    const str *cells;          /* of the row, as many as columns, each of at most CELL_TEXT_MAX characters */
    bool head;                 /* the row is repeated on each page */
    double height_pt;          /* of the row, at least */
};
struct document {
    str title, author, lang; /* lang: "zh" */
    struct civil date;       /* of the letter */
    struct page page;
    double size_pt;                /* of ordinary text */
    const struct font_list *fonts; /* FONT_COUNT */
    struct paragraph *paragraphs;
    size_t n;
};

/* From a column's left edge to the text's. in: column = n: the right edge of the table. */
double table_edge_pt(const struct document *d, const struct table *t, size_t column);

#endif
