#include "base/instant.h"

/* ---- a scanner: what does not fit sets ok to false and stays there ---- */

struct scan {
    str s;
    size_t pos;
    bool ok;
};

static char peek(const struct scan *p) {
    return p->ok && p->pos < p->s.len ? p->s.ptr[p->pos] : 0;
}

static bool take(struct scan *p, char c) {
    if (peek(p) != c) return false;
    p->pos++;
    return true;
}

static void need(struct scan *p, char c) {
    if (!take(p, c)) p->ok = false;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* A number of min to max digits, within the bounds. */
static int32_t number(struct scan *p, int digits_min, int digits_max, int32_t from, int32_t to) {
    int32_t v = 0;
    int n = 0;
    for (; n < digits_max && is_digit(peek(p)); n++) v = v * 10 + (p->s.ptr[p->pos++] - '0');
    if (n < digits_min || v < from || v > to) p->ok = false;
    return v;
}

static bool whole(const struct scan *p) {
    return p->ok && p->pos == p->s.len;
}

/* ---- zones ---- */

static bool is_alpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void zone_name(struct scan *p) {
    bool angle = take(p, '<');
    size_t first = p->pos;
    while (is_alpha(peek(p)) || (angle && (is_digit(peek(p)) || peek(p) == '+' || peek(p) == '-'))) p->pos++;
    if (p->pos - first < 3) p->ok = false;
    if (angle) need(p, '>');
}

/* [+-]h[h[h]][:mm[:ss]] */
static int32_t clock_s(struct scan *p, int32_t hours_max) {
    bool minus = take(p, '-');
    if (!minus) take(p, '+');
    int32_t s = number(p, 1, 3, 0, hours_max) * 3600;
    if (take(p, ':')) {
        s += number(p, 2, 2, 0, 59) * 60;
        if (take(p, ':')) s += number(p, 2, 2, 0, 59);
    }
    return minus ? -s : s;
}

/* POSIX counts west of Greenwich; RFC 3339 can only express whole minutes. */
static int32_t zone_offset(struct scan *p) {
    int32_t s = -clock_s(p, 24);
    if (s % 60 != 0 || s <= -86400 || s >= 86400) p->ok = false;
    return s;
}

static struct zone_rule zone_rule(struct scan *p) {
    struct zone_rule r = {.at_s = 7200};
    need(p, ',');
    need(p, 'M');
    r.month = number(p, 1, 2, 1, 12);
    need(p, '.');
    r.week = number(p, 1, 1, 1, 5);
    need(p, '.');
    r.wday = number(p, 1, 1, 0, 6);
    if (take(p, '/')) r.at_s = clock_s(p, 167);
    return r;
}

enum status zone_parse(str rule, struct zone *ret, struct err *err) {
    struct scan p = {.s = rule, .ok = true};
    struct zone z = {0};
    zone_name(&p);
    z.std_offset_s = zone_offset(&p);
    z.dst_offset_s = z.std_offset_s;
    if (p.ok && p.pos < rule.len) {
        z.has_dst = true;
        zone_name(&p);
        z.dst_offset_s = peek(&p) == ',' ? z.std_offset_s + 3600 : zone_offset(&p);
        if (z.dst_offset_s >= 86400) p.ok = false;
        z.dst_start = zone_rule(&p);
        z.dst_end = zone_rule(&p);
    }
    if (!whole(&p)) {
        err_set(err, E_INVALID, "bad_zone", "\"%.*s\" is no POSIX time zone.", P(utf8_prefix(rule, 60)));
        err_hint(err, "Write it like CST-8 or EST5EDT,M3.2.0,M11.1.0.");
        return E_INVALID;
    }
    *ret = z;
    return OK;
}

/* ---- dates and instants ---- */

static void date(struct scan *p, struct civil *c) {
    c->year = number(p, 4, 4, 0, 9999);
    need(p, '-');
    c->month = number(p, 2, 2, 1, 12);
    need(p, '-');
    c->mday = number(p, 2, 2, 1, 31);
    if (!p->ok) return;
    int32_t year, month, mday;
    day_to_ymd(day_from_ymd(c->year, c->month, c->mday), &year, &month, &mday);
    if (month != c->month) p->ok = false;
}

static void time_of_day(struct scan *p, struct civil *c, int32_t second_max) {
    c->hour = number(p, 2, 2, 0, 23);
    need(p, ':');
    c->minute = number(p, 2, 2, 0, 59);
    need(p, ':');
    c->second = number(p, 2, 2, 0, second_max);
}

bool day_parse(str s, day *ret) {
    struct scan p = {.s = s, .ok = true};
    struct civil c;
    date(&p, &c);
    if (!whole(&p)) return false;
    *ret = day_from_ymd(c.year, c.month, c.mday);
    return true;
}

/* Further digits than milliseconds are cut. */
static int32_t fraction_ms(struct scan *p) {
    int32_t ms = 0, weight = 100;
    if (!is_digit(peek(p))) p->ok = false;
    for (; is_digit(peek(p)); p->pos++, weight /= 10) ms += (p->s.ptr[p->pos] - '0') * weight;
    return ms;
}

static int32_t rfc_offset_s(struct scan *p) {
    if (take(p, 'Z') || take(p, 'z')) return 0;
    bool minus = take(p, '-');
    if (!minus) need(p, '+');
    int32_t s = number(p, 2, 2, 0, 23) * 3600;
    need(p, ':');
    s += number(p, 2, 2, 0, 59) * 60;
    return minus ? -s : s;
}

bool instant_parse(str s, instant *ret) {
    static const struct zone utc;
    struct scan p = {.s = s, .ok = true};
    struct civil c = {0};
    date(&p, &c);
    if (!take(&p, 'T') && !take(&p, 't')) need(&p, ' ');
    time_of_day(&p, &c, 60);
    if (take(&p, '.')) c.ms = fraction_ms(&p);
    int64_t offset_s = rfc_offset_s(&p);
    if (!whole(&p)) return false;
    bool leap = c.second == 60;
    if (leap) c.ms = 0; /* counted as the second that follows */
    instant t = {instant_from_civil(&utc, &c, NULL).ms - offset_s * MS_SECOND};
    if (leap && t.ms % MS_DAY != 0) return false;
    if (!instant_valid(t)) return false;
    *ret = t;
    return true;
}

bool instant_parse_local(const struct zone *z, str s, instant *ret) {
    struct scan p = {.s = s, .ok = true};
    struct civil c = {0};
    date(&p, &c);
    if (!take(&p, 'T')) need(&p, ' ');
    time_of_day(&p, &c, 59);
    if (!whole(&p)) return false;
    instant t = instant_from_civil(z, &c, NULL);
    if (!instant_valid(t)) return false;
    *ret = t;
    return true;
}

static void add_digits(struct strbuf *b, int32_t v, size_t n) {
    char digits[8];
    check(n <= sizeof digits && v >= 0);
    for (size_t i = n; i-- > 0; v /= 10) digits[i] = (char)('0' + v % 10);
    strbuf_add(b, (str){digits, n});
}

static void add_date(struct strbuf *b, int32_t year, int32_t month, int32_t mday) {
    check(year >= 0 && year <= 9999);
    add_digits(b, year, 4);
    strbuf_addc(b, '-');
    add_digits(b, month, 2);
    strbuf_addc(b, '-');
    add_digits(b, mday, 2);
}

void day_format(struct strbuf *b, day d) {
    int32_t year, month, mday;
    day_to_ymd(d, &year, &month, &mday);
    add_date(b, year, month, mday);
}

static void add_offset(struct strbuf *b, int32_t offset_s) {
    if (offset_s == 0) {
        strbuf_addc(b, 'Z');
        return;
    }
    int32_t minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
    strbuf_addc(b, offset_s < 0 ? '-' : '+');
    add_digits(b, minutes / 60, 2);
    strbuf_addc(b, ':');
    add_digits(b, minutes % 60, 2);
}

void instant_format(struct strbuf *b, const struct zone *z, instant t) {
    struct civil c = civil_from_instant(z, t);
    add_date(b, c.year, c.month, c.mday);
    strbuf_addc(b, 'T');
    add_digits(b, c.hour, 2);
    strbuf_addc(b, ':');
    add_digits(b, c.minute, 2);
    strbuf_addc(b, ':');
    add_digits(b, c.second, 2);
    if (c.ms) {
        strbuf_addc(b, '.');
        add_digits(b, c.ms, 3);
    }
    add_offset(b, zone_offset_s(z, t));
}
