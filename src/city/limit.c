#include "city/limit.h"

#define DAY_MIN 1440

static const struct word {
    const char *word;
    enum limit_unit unit;
    int32_t factor;
} WORDS[] = {
    {"wall_minutes", LIMIT_WALL_MINUTES, 1}, {"wall_hours", LIMIT_WALL_MINUTES, 60},
    {"wall_days", LIMIT_WALL_MINUTES, 1440}, {"work_minutes", LIMIT_WORK_MINUTES, 1},
    {"work_hours", LIMIT_WORK_MINUTES, 60},  {"work_days_480", LIMIT_WORK_MINUTES, 480},
    {"work_days", LIMIT_WORK_DAYS, 1},       {"calendar_days", LIMIT_CALENDAR_DAYS, 1},
};

static enum status refuse(str s, const char *what, struct err *err) {
    enum status status = err_set(err, E_INVALID, "bad_limit", "the limit \"%.*s\" %s", P(utf8_prefix(s, 40)), what);
    err_hint(err, "a number and one of wall_minutes, wall_hours, wall_days, work_minutes, work_hours, work_days_480, "
                  "work_days, calendar_days, as \"4 work_hours\"; or none");
    return status;
}

static bool all_digits(str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    return s.len > 0;
}

enum status limit_parse(str s, struct limit *ret, struct err *err) {
    str text = str_trim(s);
    if (str_is(text, "none")) {
        *ret = (struct limit){.unit = LIMIT_NONE};
        return OK;
    }
    ptrdiff_t blank = str_find(text, S(" "), 0);
    if (blank < 0) return refuse(s, "lacks its number or its unit", err);
    str number = str_slice(text, 0, (size_t)blank), unit = str_trim(str_slice(text, (size_t)blank, text.len));
    const struct word *found = NULL;
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
        if (str_is(unit, WORDS[i].word)) found = &WORDS[i];
    if (!found) return refuse(s, "has an unknown unit", err);
    int64_t n;
    if (!all_digits(number) || !str_to_i64(number, &n) || n < 1)
        return refuse(s, "needs a whole number above zero", err);
    bool in_days = found->unit == LIMIT_WORK_DAYS || found->unit == LIMIT_CALENDAR_DAYS;
    int64_t most = in_days ? LIMIT_DAYS_MAX : (int64_t)LIMIT_DAYS_MAX * DAY_MIN / found->factor;
    if (n > most) return refuse(s, "is longer than ten years", err);
    *ret = (struct limit){.unit = found->unit, .amount = (int32_t)n * found->factor};
    return OK;
}
