/* CSV reader over a buffer (RFC 4180; LF or CRLF; optional UTF-8 mark). */
#ifndef YIWANG_BASE_CSV_H
#define YIWANG_BASE_CSV_H

#include "base/status.h"
#include "base/str.h"

/* A row may have so many columns. */
#define CSV_COLUMNS_MAX 128

struct csv {
    str text;
    size_t pos;
    uint32_t line; /* 1-based line where the row just read began */
    uint32_t next_line;
    struct arena *arena; /* for fields with doubled quotes; rewound by the caller between rows if it wishes */
    str fields[CSV_COLUMNS_MAX];
    size_t n_fields;
};

/* Starts reading. in: text of any bytes. memory: fields point into text or, if they held doubled quotes, into the arena. */
void csv_init(struct csv *c, str text, struct arena *arena);
/* Reads the next row into fields; blank lines are skipped. out: *ret_end true when there is none. errors: E_SYNTAX
 * "bad_csv" (unclosed quote, stray quote, too many columns, invalid UTF-8) with the line; reading may go on with the
 * next line. */
enum status csv_next(struct csv *c, bool *ret_end, struct err *err) MUST_USE;
/* Appends one field with the comma before it, quoted if needed; the caller ends the row. in: valid UTF-8. */
void csv_add_field(struct strbuf *b, str field, bool first);

#endif
