/* Lines of iCalendar; see ics.h. */
#include "api/ics.h"

#include <string.h>

#define ICS_LINE_MAX 75

void ics_line(struct strbuf *b, const char *name, str value) {
    size_t used = strlen(name) + 1;
    strbuf_addf(b, "%s:", name);
    for (size_t at = 0; at < value.len;) {
        size_t end = at;
        (void)utf8_next(value, &end);
        if (used + (end - at) > ICS_LINE_MAX) {
            strbuf_addz(b, "\r\n ");
            used = 1;
        }
        strbuf_add(b, str_slice(value, at, end));
        used += end - at;
        at = end;
    }
    strbuf_addz(b, "\r\n");
}

str ics_text(str text, struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, 64 << 10);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\r') continue;
        if (c == '\\' || c == ',' || c == ';') strbuf_addc(&b, '\\');
        if (c == '\n')
            strbuf_addz(&b, "\\n");
        else
            strbuf_addc(&b, c);
    }
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

str ics_utc(instant t, struct arena *arena) {
    static const struct zone UTC = {0};
    struct civil c = civil_from_instant(&UTC, t);
    return str_format(arena, "%04d%02d%02dT%02d%02d%02dZ", c.year, c.month, c.mday, c.hour, c.minute, c.second);
}

void ics_begin(struct strbuf *b, str name) {
    ics_line(b, "BEGIN", S("VCALENDAR"));
    ics_line(b, "VERSION", S("2.0"));
    ics_line(b, "PRODID", S("-//yiwang//" YIWANG_VERSION "//EN"));
    ics_line(b, "CALSCALE", S("GREGORIAN"));
    if (!str_empty(name)) ics_line(b, "X-WR-CALNAME", name);
}
