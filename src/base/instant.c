#include "base/instant.h"

#define SECOND_DAY INT64_C(86400)
/* ± 273 000 years: keeps every sum of the calendar within its type. */
#define MS_LIMIT INT64_C(8640000000000000)

bool instant_is_none(instant t) {
    return t.ms == INT64_MIN;
}

bool instant_valid(instant t) {
    return t.ms >= -INT64_C(62167219200000) && t.ms < INT64_C(253402300800000);
}

instant instant_add(instant t, span d) {
    check(!instant_is_none(t));
    instant sum;
    check(!__builtin_add_overflow(t.ms, d.ms, &sum.ms));
    return sum;
}

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

/* ---- the calendar ---- */

/* Years begin in March here, so that the leap day is a year's last and month lengths follow a line:
 * (153 m + 2) / 5 days stand before month m. */
day day_from_ymd(int32_t year, int32_t month, int32_t mday) {
    int64_t months = (int64_t)year * 12 + (month - 1) - 2;
    int64_t y = floor_div(months, 12), m = months - y * 12;
    int64_t n = y * 365 + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400) + (153 * m + 2) / 5 + mday - 1;
    n -= 719468; /* 1970-01-01 counted from 0000-03-01 */
    check(n >= INT32_MIN && n <= INT32_MAX);
    return (day){(int32_t)n};
}

void day_to_ymd(day d, int32_t *ret_year, int32_t *ret_month, int32_t *ret_mday) {
    int64_t n = (int64_t)d.n + 719468;
    int64_t era = floor_div(n, 146097);
    int64_t of_era = n - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / 153;
    *ret_mday = (int32_t)(of_year - (153 * m + 2) / 5 + 1);
    *ret_month = (int32_t)(m < 10 ? m + 3 : m - 9);
    *ret_year = (int32_t)(era * 400 + y + (m >= 10));
}

int32_t day_weekday(day d) {
    int64_t w = ((int64_t)d.n + 4) % 7; /* 1970-01-01 was a Thursday */
    return (int32_t)(w < 0 ? w + 7 : w);
}

/* ---- zones: everything in seconds ---- */

/* Local seconds at which the rule applies in a year. */
static int64_t rule_local_s(const struct zone_rule *r, int32_t year) {
    day first = day_from_ymd(year, r->month, 1);
    int32_t mday = 1 + (r->wday - day_weekday(first) + 7) % 7 + (r->week - 1) * 7;
    int32_t month_len = day_from_ymd(year, r->month + 1, 1).n - first.n;
    if (mday > month_len) mday -= 7; /* week 5 means the last */
    return ((int64_t)first.n + mday - 1) * SECOND_DAY + r->at_s;
}

static int64_t dst_start_s(const struct zone *z, int32_t year) {
    return rule_local_s(&z->dst_start, year) - z->std_offset_s;
}

static int64_t dst_end_s(const struct zone *z, int32_t year) {
    return rule_local_s(&z->dst_end, year) - z->dst_offset_s;
}

static int32_t year_of_s(int64_t local_s) {
    int32_t year, month, mday;
    day_to_ymd((day){(int32_t)floor_div(local_s, SECOND_DAY)}, &year, &month, &mday);
    return year;
}

static int32_t offset_at_s(const struct zone *z, int64_t utc_s) {
    if (!z->has_dst) return z->std_offset_s;
    int32_t year = year_of_s(utc_s + z->std_offset_s);
    int64_t start = dst_start_s(z, year), end = dst_end_s(z, year);
    bool dst = start < end ? utc_s >= start && utc_s < end : utc_s >= start || utc_s < end;
    return dst ? z->dst_offset_s : z->std_offset_s;
}

int32_t zone_offset_s(const struct zone *z, instant t) {
    check(t.ms >= -MS_LIMIT && t.ms <= MS_LIMIT);
    return offset_at_s(z, floor_div(t.ms, MS_SECOND));
}

static int64_t local_ms(const struct zone *z, instant t) {
    return t.ms + zone_offset_s(z, t) * MS_SECOND;
}

day day_from_instant(const struct zone *z, instant t) {
    return (day){(int32_t)floor_div(local_ms(z, t), MS_DAY)};
}

struct civil civil_from_instant(const struct zone *z, instant t) {
    int64_t ms = local_ms(z, t);
    int64_t n = floor_div(ms, MS_DAY);
    int32_t rest = (int32_t)(ms - n * MS_DAY);
    struct civil c = {
        .hour = rest / 3600000, .minute = rest / 60000 % 60, .second = rest / 1000 % 60, .ms = rest % 1000};
    day_to_ymd((day){(int32_t)n}, &c.year, &c.month, &c.mday);
    return c;
}

/* The first change of offset in (after, upto], or upto where there is none. in: a zone with changes; seconds. */
static int64_t change_between(const struct zone *z, int64_t after, int64_t upto) {
    for (int32_t year = year_of_s(after) - 1; year <= year_of_s(upto) + 1; year++) {
        int64_t start = dst_start_s(z, year), end = dst_end_s(z, year), first = upto;
        if (start > after && start < first) first = start;
        if (end > after && end < first) first = end;
        if (first < upto) return first;
    }
    return upto;
}

instant zone_change(const struct zone *z, instant after, instant upto) {
    if (!z->has_dst) return upto;
    return (instant){change_between(z, floor_div(after.ms, MS_SECOND), floor_div(upto.ms, MS_SECOND)) * MS_SECOND};
}

instant instant_from_civil(const struct zone *z, const struct civil *c, bool *ret_exact) {
    int64_t local = day_from_ymd(c->year, c->month, c->mday).n * SECOND_DAY + c->hour * INT64_C(3600) +
                    c->minute * INT64_C(60) + c->second;
    int32_t low = z->std_offset_s, high = z->std_offset_s;
    if (z->has_dst && z->dst_offset_s > high) high = z->dst_offset_s;
    if (z->has_dst && z->dst_offset_s < low) low = z->dst_offset_s;
    int64_t early = local - high, late = local - low;
    bool early_fits = offset_at_s(z, early) == high, late_fits = offset_at_s(z, late) == low;
    bool exact = low == high || early_fits != late_fits;
    int64_t s = early_fits ? early : late;
    int32_t ms = c->ms;
    if (!early_fits && !late_fits) {
        s = change_between(z, early, late);
        ms = 0;
    }
    if (ret_exact) *ret_exact = exact;
    return (instant){s * MS_SECOND + ms};
}

instant day_start(const struct zone *z, day d) {
    struct civil c = {0};
    day_to_ymd(d, &c.year, &c.month, &c.mday);
    return instant_from_civil(z, &c, NULL);
}
