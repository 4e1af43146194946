/* A letter laid out as paragraphs, before it is drawn: what both forms of it, DOCX and PDF, are made of.
 *
 * A4 and the measures of GB/T 9704-2012: text of 156 by 225 mm, 22 lines of 28 characters of 16 points.
 * Invariant: texts are one line each (no control characters), so that every XML and every font can hold them. */
#ifndef YIWANG_LETTER_DOCUMENT_H
#define YIWANG_LETTER_DOCUMENT_H

#include "base/instant.h"
#include "base/str.h"
#include "city/letter.h"

#define PARAGRAPHS_MAX 600
#define DOCUMENT_TEXT_MAX 40000 /* bytes */

#define MM_PT (72 / 25.4)
#define PAGE_WIDTH_MM 210.0
#define PAGE_HEIGHT_MM 297.0
#define PAGE_LEFT_MM 28.0
#define PAGE_TOP_MM 37.0
#define TEXT_WIDTH_MM 156.0
#define TEXT_HEIGHT_MM 225.0
#define BODY_PT 16.0
#define LINE_PT 28.9 /* 22 on a page */

enum alignment { ALIGN_LEFT, ALIGN_JUSTIFY, ALIGN_CENTRE, ALIGN_RIGHT };
struct paragraph {
    str text;
    enum letter_font font;
    enum alignment align;
    double size_pt, pitch_pt, before_pt; /* of the characters, from line to line, free above */
    double first_pt, right_pt;           /* indents: of the first line, from the right */
    bool red;
    bool rule;   /* a red rule below */
    bool leader; /* a line to write on, up to the margin */
    bool keep;   /* on one page with the next */
};
struct document {
    str title, author, lang;       /* lang: "zh" */
    struct civil date;             /* of the letter */
    const struct font_list *fonts; /* FONT_COUNT */
    struct paragraph *paragraphs;
    size_t n;
};

#endif
