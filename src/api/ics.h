/* iCalendar (RFC 5545): what goes into somebody's own calendar. */
#ifndef YIWANG_API_ICS_H
#define YIWANG_API_ICS_H

#include "base/instant.h"
#include "base/str.h"

/* A content line, folded between characters. */
void ics_line(struct strbuf *b, const char *name, str value);
/* TEXT: backslash, comma, semicolon and line ends escaped. memory: arena. */
str ics_text(str text, struct arena *arena);
/* An instant in UTC: 20261124T000000Z. memory: arena. */
str ics_utc(instant t, struct arena *arena);
/* The first lines of a calendar; it ends with ics_line(b, "END", "VCALENDAR"). in: name as TEXT, or empty. */
void ics_begin(struct strbuf *b, str name);

#endif
