/* Time terms: what they may say, and which window they mean at a given moment.
 *
 *   filed:2026 filed:2026-01 filed:2026-01-31 filed:2026-01-31T08:00:00+08:00    the year, month, day, second
 *   filed:2026-01-01..2026-01-31 filed:2026-01-01.. filed:..2026-01              from the first to the end of the last
 *   filed:<2026-01-31 filed:<=… filed:>… filed:>=…                               before, to the end of, after, from
 *   filed:today yesterday this_week this_month this_year                         local calendar; weeks begin on Monday
 *   filed:<7d  less than 7 days ago   filed:>7d longer ago   filed:30d..7d       s, m, h, d, w
 *   due:<2d    within 2 days or past  due:>2d                due:-1d..2d         durations count forward for due
 *   due:none                                                                     no such time */
#include "query/query_int.h"

static const struct query_end open_end = {.is_open = true};

static struct query_end end_at(instant t) {
    return (struct query_end){.at = t};
}

/* A date of a year, month or day, or an instant; *ret_end is the first moment after it. */
static bool parse_date(str s, const struct zone *zone, instant *ret_start, instant *ret_end) {
    int64_t year = 0, month = 1;
    day first;
    if (s.len == 10 && day_parse(s, &first)) {
        *ret_start = day_start(zone, first);
        *ret_end = day_start(zone, (day){first.n + 1});
        return true;
    }
    if ((s.len == 4 || (s.len == 7 && s.ptr[4] == '-')) && s.ptr[0] != '-' && str_to_i64(str_slice(s, 0, 4), &year) &&
        year >= 1000) {
        bool whole = s.len == 4;
        if (!whole && (!str_to_i64(str_slice(s, 5, 7), &month) || month < 1 || month > 12)) return false;
        int32_t y = (int32_t)year, m = (int32_t)month;
        *ret_start = day_start(zone, day_from_ymd(y, m, 1));
        *ret_end = day_start(zone, whole || m == 12 ? day_from_ymd(y + 1, 1, 1) : day_from_ymd(y, m + 1, 1));
        return true;
    }
    instant t;
    if (!instant_parse(s, &t)) return false;
    *ret_start = (instant){query_seconds(t) * MS_SECOND};
    *ret_end = (instant){ret_start->ms + MS_SECOND};
    return true;
}

static bool parse_duration(str s, int64_t *ret_ms) {
    static const struct {
        char unit;
        int64_t ms;
    } units[] = {{'s', MS_SECOND}, {'m', MS_MINUTE}, {'h', MS_HOUR}, {'d', MS_DAY}, {'w', 7 * MS_DAY}};
    int64_t n = 0;
    if (s.len < 2 || s.len > 12 || !str_to_i64(str_slice(s, 0, s.len - 1), &n)) return false;
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (s.ptr[s.len - 1] == units[i].unit)
            return !__builtin_mul_overflow(n, units[i].ms, ret_ms) && *ret_ms >= -36525 * MS_DAY &&
                   *ret_ms <= 36525 * MS_DAY;
    return false;
}

/* Durations count forward from now for due, back for everything else. */
static bool parse_relative(str s, enum query_field field, struct query_end *ret) {
    int64_t ms;
    if (!parse_duration(s, &ms) || (ms < 0 && field != Q_DUE)) return false;
    *ret = (struct query_end){.is_relative = true, .offset = {field == Q_DUE ? ms : -ms}};
    return true;
}

static bool parse_calendar(str s, struct query_term *ret) {
    static const struct {
        const char *word;
        enum query_calendar calendar;
    } words[] = {{"today", CALENDAR_TODAY},
                 {"yesterday", CALENDAR_YESTERDAY},
                 {"this_week", CALENDAR_WEEK},
                 {"this_month", CALENDAR_MONTH},
                 {"this_year", CALENDAR_YEAR}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(s, words[i].word)) {
            ret->calendar = words[i].calendar;
            return true;
        }
    return false;
}

static bool parse_compared(str s, const struct zone *zone, struct query_term *ret) {
    bool less = s.ptr[0] == '<', equal = s.len > 1 && s.ptr[1] == '=';
    str value = str_slice(s, equal ? 2 : 1, s.len);
    struct query_end end;
    instant start, after;
    ret->from = ret->to = open_end;
    if (parse_relative(value, ret->field, &end)) {
        /* "less than 7 days ago" is a beginning, "due in less than 2 days" is an end. */
        *(less == (ret->field == Q_DUE) ? &ret->to : &ret->from) = end;
        return true;
    }
    if (!parse_date(value, zone, &start, &after)) return false;
    if (less)
        ret->to = end_at(equal ? after : start);
    else
        ret->from = end_at(equal ? start : after);
    return true;
}

static bool parse_range(str a, str b, const struct zone *zone, struct query_term *ret) {
    instant start, after;
    ret->from = ret->to = open_end;
    if (str_empty(a) && str_empty(b)) return false;
    if (!str_empty(a) && !parse_relative(a, ret->field, &ret->from)) {
        if (!parse_date(a, zone, &start, &after)) return false;
        ret->from = end_at(start);
    }
    if (!str_empty(b) && !parse_relative(b, ret->field, &ret->to)) {
        if (!parse_date(b, zone, &start, &after)) return false;
        ret->to = end_at(after);
    }
    return true;
}

enum status term_parse_time(str value, const struct city *city, struct query_term *ret, struct err *err) {
    const struct zone *zone = &city->calendar.zone;
    ptrdiff_t dots = str_find(value, S(".."), 0);
    bool ok;
    if (str_is(value, "none"))
        ok = ret->is_none = true;
    else if (parse_calendar(value, ret))
        ok = true;
    else if (dots >= 0)
        ok = parse_range(str_slice(value, 0, (size_t)dots), str_slice(value, (size_t)dots + 2, value.len), zone, ret);
    else if (str_starts(value, S("<")) || str_starts(value, S(">")))
        ok = parse_compared(value, zone, ret);
    else {
        instant start, after;
        ok = parse_date(value, zone, &start, &after);
        if (ok) ret->from = end_at(start), ret->to = end_at(after);
    }
    if (!ok) {
        enum status s = err_set(err, E_INVALID, "bad_value", "\"%.*s\" is no time or duration", P(value));
        err_hint(err, "use 2026-01-31, 2026-01-01..2026-01-31, >2026-01, today, this_week, <2d, 30d..7d or none");
        return s;
    }
    ret->relative = ret->calendar != CALENDAR_NOT || ret->from.is_relative || ret->to.is_relative;
    return OK;
}

int64_t query_seconds(instant t) {
    int64_t s = t.ms / MS_SECOND;
    return t.ms % MS_SECOND < 0 ? s - 1 : s;
}

static int64_t end_seconds(const struct query_end *e, instant now, int64_t open) {
    if (e->is_open) return open;
    if (e->is_relative) return query_seconds(now) + e->offset.ms / MS_SECOND;
    return query_seconds(e->at);
}

static struct query_window calendar_window(enum query_calendar calendar, const struct zone *zone, instant now) {
    day today = day_from_instant(zone, now), first = today, after = {today.n + 1};
    int32_t y, m, d;
    day_to_ymd(today, &y, &m, &d);
    switch (calendar) {
    case CALENDAR_YESTERDAY:
        first.n--, after.n--;
        break;
    case CALENDAR_WEEK:
        first.n -= (day_weekday(today) + 6) % 7;
        after.n = first.n + 7;
        break;
    case CALENDAR_MONTH:
        first = day_from_ymd(y, m, 1);
        after = m == 12 ? day_from_ymd(y + 1, 1, 1) : day_from_ymd(y, m + 1, 1);
        break;
    case CALENDAR_YEAR:
        first = day_from_ymd(y, 1, 1);
        after = day_from_ymd(y + 1, 1, 1);
        break;
    case CALENDAR_TODAY:
    case CALENDAR_NOT:
        break;
    }
    return (struct query_window){query_seconds(day_start(zone, first)), query_seconds(day_start(zone, after))};
}

struct query_window query_term_window(const struct query_term *t, const struct city *city, instant now) {
    if (t->calendar != CALENDAR_NOT) return calendar_window(t->calendar, &city->calendar.zone, now);
    return (struct query_window){end_seconds(&t->from, now, INT64_MIN), end_seconds(&t->to, now, INT64_MAX)};
}
