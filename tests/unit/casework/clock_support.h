/* Limits in the package's own words for the tests of clocks. */
#ifndef YIWANG_TESTS_UNIT_CASEWORK_CLOCK_SUPPORT_H
#define YIWANG_TESTS_UNIT_CASEWORK_CLOCK_SUPPORT_H

#include "../city/calendar_support.h"
#include "casework/clock.h"

/* A limit from text as limit_parse takes it, with "first" or "rolls" after a comma: "15 calendar_days, rolls". */
static inline struct limit limit_of(const char *text) {
    struct limit l = {.unit = LIMIT_NONE};
    struct err err;
    str rest = str_z(text), piece = STR_NONE;
    if (!str_split(&rest, ',', &piece) || limit_parse(piece, &l, &err) != OK) fail_msg("no limit: %s", text);
    while (str_split(&rest, ',', &piece)) {
        piece = str_trim(piece);
        if (str_is(piece, "first"))
            l.first_day_counts = true;
        else if (str_is(piece, "rolls"))
            l.rolls_over = true;
        else
            fail_msg("no such word: %.*s", P(piece));
    }
    return l;
}

/* The due time of a limit in words from a local time. */
static inline struct due due_of(const struct calendar *c, const char *limit, const char *from) {
    struct limit l = limit_of(limit);
    return clock_due(c, &l, at(c, from));
}

#endif
