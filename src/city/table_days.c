/* Days in tables: a day of any year, a season, days of the week. */
#include "city/city_int.h"

int32_t table_month_day(struct table *t, size_t column) {
    str s = table_str(t, column);
    day d;
    if (str_empty(s)) return 0;
    str whole = str_format(&t->l->scratch, "2024-%.*s", P(s)); /* a leap year */
    if (!day_parse(whole, &d)) {
        table_fault(t, "month and day as 06-01, or nothing for all year", "\"%.*s\" is no day of a year.", P(s));
        return 0;
    }
    int32_t year = 0, month = 0, mday = 0;
    day_to_ymd(d, &year, &month, &mday);
    return month * 100 + mday;
}

void table_season(struct table *t, size_t first_column, int32_t *ret_from, int32_t *ret_upto) {
    *ret_from = table_month_day(t, first_column);
    *ret_upto = table_month_day(t, first_column + 1);
    if ((*ret_from == 0) != (*ret_upto == 0)) table_fault(t, NULL, "A season has a beginning and an end.");
}

bool in_season(int32_t from, int32_t upto, int32_t month_day) {
    if (from == 0) return true;
    if (from <= upto) return month_day >= from && month_day <= upto;
    return month_day >= from || month_day <= upto;
}

uint32_t table_weekdays(struct table *t, str text) {
    static const char *const names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    uint32_t days = 0;
    if (str_empty(text)) return 0x7f;
    for (str one; str_split(&text, '|', &one);) {
        uint32_t before = days;
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            if (str_is(one, names[i])) days |= 1U << i;
        if (days == before) table_fault(t, "mon|tue|wed", "\"%.*s\" is no weekday.", P(one));
    }
    return days;
}

void table_from_upto(struct table *t, size_t first_column, day *ret_from, day *ret_upto) {
    str from = table_str(t, first_column), upto = table_str(t, first_column + 1);
    *ret_from = (day){INT32_MIN / 2};
    *ret_upto = (day){INT32_MAX / 2};
    bool ok = (str_empty(from) || day_parse(from, ret_from)) && (str_empty(upto) || day_parse(upto, ret_upto));
    if (!ok)
        table_fault(t, "as 2026-01-01", "from or upto is no date.");
    else if (ret_upto->n < ret_from->n)
        table_fault(t, NULL, "upto is before from.");
}
