/* letters.yaml: the letters that a city sends, as templates. A letter tells of an act (`of`): it can be written once that
 * act has happened; `filed` is the filing. Texts hold {fields}; letter/letter.h fills them in.
 *
 * Fields: number, filed, category, area, unit, text, address, person, matter, city, centre_phone, name (of who reported:
 * contact data); in the number of the letter year and serial; act.FIELD of the act told of, ACTION.FIELD of the last act of
 * that name before; FIELD may also be date, organ (who acted), channel_phone and channel_advice. */
#ifndef YIWANG_CITY_LETTER_H
#define YIWANG_CITY_LETTER_H

#include "city/procedure.h"

#define LETTERS_MAX 200
#define LETTER_FONTS_MAX 8
#define LETTER_FILED "filed" /* in `of`: the filing itself */

enum letter_part_kind {
    PART_HEAD,    /* whose letter it is, in red over the line */
    PART_NUMBER,  /* 发文字号 */
    PART_TITLE,   /* */
    PART_TO,      /* addressee */
    PART_HEADING, /* of a section */
    PART_TEXT,    /* paragraphs */
    PART_RIGHTS,  /* what the addressee may do next, with its article */
    PART_LINE,    /* something to be filled in or signed by hand */
    PART_ORGAN,   /* who signs; room for the seal */
    PART_DATE,    /* */
    PART_NOTE,    /* small, below */
    PART_KIND_COUNT
};
struct letter_part {
    enum letter_part_kind kind;
    struct text text;  /* PART_DATE has none */
    struct text basis; /* PART_RIGHTS */
    bool optional;     /* left out where a field is missing; else the letter is refused */
};
struct letter {
    code code;
    struct text label; /* and title */
    struct text number;
    code procedure;
    code *of; /* the acts it tells of */
    size_t n_of;
    struct letter_part *parts;
    size_t n_parts;
    bool needs_name; /* a text holds {name}: contact data is read for it */
};

enum letter_font { FONT_TITLE, FONT_HEADING, FONT_BODY, FONT_COUNT };
/* Fonts of one role, the best first: the first that is there is taken. */
struct font_list {
    str *names;
    size_t n;
};
struct letter_look {
    struct text cite;                             /* behind a right, around {basis} */
    struct text list;                             /* between the names of a list: "、" */
    struct text note;                             /* below, where a letter has none of its own */
    struct text date;                             /* "{year}年{month}月{day}日"; {mm} and {dd} have two digits */
    struct font_list fonts[LANG_MAX][FONT_COUNT]; /* by language */
    double sizes[LANG_MAX];                       /* of a letter's text, in points; 0: that of the standard, 16 */
};

/* The next {field} of a text. in: *at where to begin. out: false if there is none; else *ret_from its brace, *at behind it,
 * *ret its name, NULL if no brace ends it. */
bool letter_field(str text, size_t *at, size_t *ret_from, str *ret);

#endif
