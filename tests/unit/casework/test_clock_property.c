/* Random calendars, limits and starts against a twin that knows only minutes: it writes down for each minute of some
 * months whether it is working time and to which day it belongs, and then counts. It shares no code with what it
 * checks but the zone's offset at an instant. It can be spoilt in ways that real systems were, and must then be caught.
 */
#include <stdio.h>
#include <string.h>

#include "clock_support.h"

#define TWIN_DAYS 110
#define TWIN_MINUTES (TWIN_DAYS * 1440)
#define CALENDARS 60
#define QUESTIONS 120

enum spoil {
    SOUND,
    CLOSES_AT_23_59,
    FORGETS_MAKE_UP_DAYS,
    COUNTS_THE_FIRST_DAY,
    ENDS_AT_THE_START_OF_THE_LAST_DAY,
    FORGETS_SUMMER
};

struct twin {
    const struct calendar *c;
    enum spoil spoil;
    instant origin;
    bool is_open[TWIN_MINUTES];
    int32_t day_n[TWIN_MINUTES];
};

static struct twin twin; /* half a megabyte */

/* ---- building the twin ---- */

static const struct day_hours *twin_hours(const struct twin *t, int32_t n) {
    static const struct day_hours none = {.n = 0};
    const struct calendar *c = t->c;
    for (size_t i = 0; i < c->n_entries; i++) {
        if (c->entries[i].date.n != n) continue;
        if (c->entries[i].kind == DAY_WORK && t->spoil != FORGETS_MAKE_UP_DAYS) return &c->make_up;
        if (c->entries[i].kind == DAY_HALF) return &c->half;
        if (c->entries[i].kind == DAY_OFF) return &none;
    }
    return &c->week[((n + 4) % 7 + 7) % 7];
}

/* The local time of a minute, in minutes since 1970-01-01 local. */
static int64_t local_minute(const struct twin *t, instant at) {
    int32_t offset = t->spoil == FORGETS_SUMMER ? t->c->zone.std_offset_s : zone_offset_s(&t->c->zone, at);
    return at.ms / MS_MINUTE + offset / 60;
}

/* An hour that happens again is what the last minute before the clocks were put back was. */
static int64_t settled_minute(const struct twin *t, instant at) {
    const struct zone *z = &t->c->zone;
    int32_t back_s = z->has_dst ? z->dst_offset_s - z->std_offset_s : 0;
    instant before = {at.ms - back_s * MS_SECOND};
    if (back_s <= 0 || zone_offset_s(z, before) - zone_offset_s(z, at) != back_s) return local_minute(t, at);
    while (zone_offset_s(z, at) != zone_offset_s(z, before)) at.ms -= MS_MINUTE;
    return local_minute(t, at);
}

static void twin_fill(struct twin *t) {
    for (int32_t i = 0; i < TWIN_MINUTES; i++) {
        int64_t minute = settled_minute(t, (instant){t->origin.ms + i * MS_MINUTE});
        int64_t n = minute / 1440, of_day = minute % 1440;
        const struct day_hours *h = twin_hours(t, (int32_t)n);
        t->day_n[i] = (int32_t)n;
        t->is_open[i] = false;
        for (size_t p = 0; p < h->n; p++) {
            bool is_in = of_day >= h->periods[p].start_min && of_day < h->periods[p].end_min;
            if (is_in && !(t->spoil == CLOSES_AT_23_59 && of_day == 1439)) t->is_open[i] = true;
        }
    }
}

/* ---- asking the twin: minutes in, minutes out; -1 = beyond its months ---- */

static bool counts(const struct twin *t, const struct limit *l, int32_t n) {
    return l->unit == LIMIT_CALENDAR_DAYS || twin_hours(t, n)->n > 0;
}

/* The first minute of a day later than n. */
static int32_t after_day(const struct twin *t, int32_t from, int32_t n) {
    while (from < TWIN_MINUTES && t->day_n[from] <= n) from++;
    return from < TWIN_MINUTES ? from : -1;
}

static int32_t twin_days_due(const struct twin *t, const struct limit *l, int32_t start) {
    int32_t day_n = t->day_n[start], left = l->amount, i = start;
    bool first = l->first_day_counts || t->spoil == COUNTS_THE_FIRST_DAY;
    if (first && counts(t, l, day_n)) left--;
    while (left > 0) {
        i = after_day(t, i, day_n);
        if (i < 0) return -1;
        day_n = t->day_n[i];
        if (counts(t, l, day_n)) left--;
    }
    while (l->unit == LIMIT_CALENDAR_DAYS && l->rolls_over && twin_hours(t, day_n)->n == 0) {
        i = after_day(t, i, day_n);
        if (i < 0) return -1;
        day_n = t->day_n[i];
    }
    return t->spoil == ENDS_AT_THE_START_OF_THE_LAST_DAY ? i : after_day(t, i, day_n);
}

static int32_t twin_due(const struct twin *t, const struct limit *l, int32_t start) {
    if (l->unit == LIMIT_WORK_DAYS || l->unit == LIMIT_CALENDAR_DAYS) return twin_days_due(t, l, start);
    int32_t left = l->amount, i = start;
    for (; i < TWIN_MINUTES && left > 0; i++) left -= l->unit == LIMIT_WALL_MINUTES || t->is_open[i];
    return left == 0 ? i : -1;
}

static int64_t twin_used(const struct twin *t, const struct limit *l, int32_t from, int32_t to) {
    int64_t n = 0;
    if (l->unit == LIMIT_WALL_MINUTES) return (to - from) * MS_MINUTE;
    if (l->unit == LIMIT_WORK_MINUTES) {
        for (int32_t i = from; i < to; i++) n += t->is_open[i];
        return n * MS_MINUTE;
    }
    if (l->first_day_counts && counts(t, l, t->day_n[from])) n++;
    for (int32_t i = from + 1; i <= to; i++)
        if (t->day_n[i] != t->day_n[i - 1] && counts(t, l, t->day_n[i])) n++;
    return n;
}

/* Whether a day that the answer hangs on is outside the loaded years. in: due as twin_due gave it, not -1. */
static bool twin_provisional(const struct twin *t, const struct limit *l, int32_t start, int32_t due) {
    bool is_rolled = l->unit == LIMIT_CALENDAR_DAYS && l->rolls_over;
    if (l->unit == LIMIT_WALL_MINUTES || (l->unit == LIMIT_CALENDAR_DAYS && !is_rolled)) return false;
    int32_t first = t->day_n[start], last = t->day_n[due - 1];
    if (l->unit == LIMIT_WORK_DAYS && !l->first_day_counts) first++;
    if (is_rolled) first += l->amount - l->first_day_counts;
    return first < day_from_ymd(t->c->first_year, 1, 1).n || last >= day_from_ymd(t->c->last_year + 1, 1, 1).n;
}

/* ---- random worlds ---- */

static const char *const ZONES[] = {
    "CST-8",
    "UTC0",
    "EST5EDT,M3.2.0,M11.1.0",
    "CET-1CEST,M3.5.0,M10.5.0/3",
    "NZST-12NZDT,M9.5.0,M4.1.0/3",          /* southern */
    "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", /* half an hour */
    "CST5CDT,M3.2.0/0,M11.1.0/1",           /* no midnight, two midnights */
    "EET-2EEST,M3.5.0/0,M10.5.0/0",         /* the evening twice */
    "NST3:30NDT,M3.2.0/0:01,M11.1.0/0:01",  /* a minute of Sunday, then Saturday's evening again */
    "<-04>4<-03>,M9.1.6/24,M4.1.6/24",
    "<+0545>-5:45",
    "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
};

static struct day_hours random_hours(struct rng *r) {
    struct day_hours h = {.n = 0};
    int32_t bound = 0;
    for (uint64_t n = rng_below(r, 4); n > 0 && bound < 1430; n--) {
        int32_t start = rng_below(r, 4) == 0 ? bound : bound + (int32_t)rng_below(r, (uint64_t)(1439 - bound));
        int32_t end = start + 1 + (int32_t)rng_below(r, (uint64_t)(1440 - start));
        if (rng_below(r, 5) == 0) end = 1440;
        h.periods[h.n++] = (struct period){(int16_t)start, (int16_t)end};
        bound = end;
    }
    return h;
}

static struct calendar random_calendar(struct rng *r, int32_t first_day) {
    static struct day_entry entries[TWIN_DAYS];
    int32_t first_year = 2025 + (int32_t)rng_below(r, 2);
    struct calendar c = calendar_of(ZONES[rng_below(r, ARRAY_LEN(ZONES))], hours_9_17(), first_year, 2026);
    c.make_up = rng_below(r, 2) ? hours_9_17() : random_hours(r);
    c.half = random_hours(r);
    for (size_t i = 0; i < 7; i++)
        if (rng_below(r, 2)) c.week[i] = random_hours(r);
    if (rng_below(r, 8) == 0) c = calendar_around_the_clock(&c);
    c.entries = entries;
    uint64_t rarity = 2 + rng_below(r, 20);
    for (int32_t n = 0; n < TWIN_DAYS; n++)
        if (rng_below(r, rarity) == 0)
            entries[c.n_entries++] =
                (struct day_entry){.date = {first_day + n}, .kind = (enum day_kind)rng_below(r, 3)};
    return c;
}

static struct limit random_limit(struct rng *r) {
    static const int32_t most[] = {0, 3000, 3000, 14, 20};
    struct limit l = {.unit = (enum limit_unit)(1 + rng_below(r, 4))};
    l.amount = 1 + (int32_t)rng_below(r, (uint64_t)most[l.unit]);
    l.first_day_counts = rng_below(r, 2);
    l.rolls_over = rng_below(r, 2);
    return l;
}

/* A minute of the first half: half of the time near midnights and changes of the clocks, where mistakes live. */
static int32_t random_start(struct rng *r, const struct twin *t) {
    int32_t i = 2880 + (int32_t)rng_below(r, TWIN_MINUTES / 2);
    if (rng_below(r, 2)) return i;
    const struct zone *z = &t->c->zone;
    int32_t offset = zone_offset_s(z, t->origin);
    for (int32_t k = 2880; k < TWIN_MINUTES / 2; k += 60)
        if (zone_offset_s(z, (instant){t->origin.ms + k * MS_MINUTE}) != offset)
            return k - 1500 + (int32_t)rng_below(r, 3000);
    return i - i % 1440;
}

static instant minute_at(const struct twin *t, int32_t i) {
    return (instant){t->origin.ms + i * MS_MINUTE};
}

static void random_world(struct rng *r, struct twin *t, struct calendar *ret_c, enum spoil spoil) {
    /* Origins spread over 2026, so that either change of the clocks falls into the months. */
    int32_t first_day = day_from_ymd(2025, 12, 1).n + (int32_t)rng_below(r, 330);
    *ret_c = random_calendar(r, first_day);
    *t = (struct twin){.c = ret_c, .spoil = spoil, .origin = {(first_day + 1) * MS_DAY}};
    twin_fill(t);
}

static void describe(const struct twin *t, const struct limit *l, int32_t start, const char *what) {
    print_message("%s: unit %d amount %d%s%s, start minute %d of %lld, offsets %d/%d\n", what, (int)l->unit, l->amount,
                  l->first_day_counts ? " first" : "", l->rolls_over ? " rolls" : "", start, (long long)t->origin.ms,
                  t->c->zone.std_offset_s, t->c->zone.dst_offset_s);
}

/* ---- the properties ---- */

/* What differs between the answers to one question; NULL = nothing. */
static const char *compare(const struct twin *t, const struct limit *l, int32_t start, int32_t middle) {
    int32_t want = twin_due(t, l, start);
    instant from = minute_at(t, start), mid = minute_at(t, middle);
    struct due got = clock_due(t->c, l, from);
    if (want >= 0 && got.at.ms != minute_at(t, want).ms) return "due";
    if (want >= 0 && got.provisional != twin_provisional(t, l, start, want)) return "provisional";
    if (want < 0 && got.at.ms < minute_at(t, TWIN_MINUTES - 1).ms) return "due too early";
    int64_t used = clock_used(t->c, l, from, mid);
    bool is_capped = l->unit == LIMIT_CALENDAR_DAYS && l->rolls_over && used >= l->amount;
    if (!is_capped && used != twin_used(t, l, start, middle)) return "used";
    if (working_ms(t->c, from, mid) != twin_used(t, &(struct limit){.unit = LIMIT_WORK_MINUTES}, start, middle))
        return "working time";
    if (calendar_is_open(t->c, mid) != t->is_open[middle]) return "open";
    if (calendar_day(t->c, mid).n != t->day_n[middle]) return "day";
    /* An unpaused clock may be looked at halfway, or when it is overdue, without changing when it ends. The moment it
     * is due itself belongs to the next day and is left out. */
    if (want >= 0 && mid.ms != got.at.ms && clock_due_after(t->c, l, used, mid).at.ms != got.at.ms) {
        bool is_last_rest = used == l->amount && mid.ms > got.at.ms; /* what a resumption would leave */
        if (!is_last_rest) return "due after";
    }
    return NULL;
}

static int mismatches(enum spoil spoil, bool is_loud) {
    struct rng r = rng_start("clocks against minutes");
    int n = 0;
    for (int world = 0; world < CALENDARS && n < 5; world++) {
        struct calendar c;
        random_world(&r, &twin, &c, spoil);
        for (int q = 0; q < QUESTIONS && n < 5; q++) {
            struct limit l = random_limit(&r);
            int32_t start = random_start(&r, &twin), middle = start + (int32_t)rng_below(&r, 1440 * 12);
            const char *what = compare(&twin, &l, start, middle);
            if (!what) continue;
            if (is_loud) describe(&twin, &l, start, what);
            n++;
        }
    }
    return n;
}

static void clocks_agree_with_a_twin_of_minutes(void **state) {
    (void)state;
    assert_int_equal(mismatches(SOUND, true), 0);
}

static void a_spoilt_twin_is_caught(void **state) {
    (void)state;
    static const enum spoil spoils[] = {CLOSES_AT_23_59, FORGETS_MAKE_UP_DAYS, COUNTS_THE_FIRST_DAY,
                                        ENDS_AT_THE_START_OF_THE_LAST_DAY, FORGETS_SUMMER};
    for (size_t i = 0; i < ARRAY_LEN(spoils); i++)
        if (mismatches(spoils[i], false) == 0) fail_msg("nobody noticed spoil %zu", i);
}

static void later_or_longer_is_never_due_earlier(void **state) {
    (void)state;
    struct rng r = rng_start("monotone");
    for (int world = 0; world < 200; world++) {
        int32_t first_day = day_from_ymd(2026, 1, 1).n + (int32_t)rng_below(&r, 300);
        struct calendar c = random_calendar(&r, first_day);
        for (int q = 0; q < 50; q++) {
            struct limit l = random_limit(&r), longer = l;
            longer.amount += (int32_t)rng_below(&r, 20);
            instant a = {first_day * MS_DAY + (int64_t)rng_below(&r, (uint64_t)(60 * MS_DAY))};
            instant b = {a.ms + (int64_t)rng_below(&r, (uint64_t)(rng_below(&r, 2) ? MS_DAY : 9 * MS_DAY))};
            struct due d = clock_due(&c, &l, a);
            assert_true(d.at.ms > a.ms);
            assert_true(d.at.ms <= clock_due(&c, &l, b).at.ms);
            assert_true(d.at.ms <= clock_due(&c, &longer, a).at.ms);
            assert_int_equal(clock_due_after(&c, &l, 0, a).at.ms, d.at.ms);
            int64_t used = clock_used(&c, &l, a, b);
            assert_true(used >= 0 && used <= clock_used(&c, &l, a, (instant){b.ms + MS_DAY}));
            struct run open = {a, INSTANT_NONE};
            assert_int_equal(clock_due_runs(&c, &l, &open, 1).at.ms, d.at.ms);
        }
    }
}

/* Adding and measuring working time undo each other to the millisecond, and the first such instant is meant. */
static void working_time_there_and_back(void **state) {
    (void)state;
    struct rng r = rng_start("there and back");
    for (int world = 0; world < 200; world++) {
        int32_t first_day = day_from_ymd(2026, 1, 1).n + (int32_t)rng_below(&r, 300);
        struct calendar c = random_calendar(&r, first_day);
        for (int q = 0; q < 50; q++) {
            instant a = {first_day * MS_DAY + (int64_t)rng_below(&r, (uint64_t)(60 * MS_DAY))};
            int64_t ms = 1 + (int64_t)rng_below(&r, (uint64_t)(30 * MS_HOUR));
            struct due d = working_add(&c, a, ms);
            if (d.provisional && d.at.ms > a.ms + 400 * MS_DAY) continue; /* no working time in this world */
            assert_int_equal(working_ms(&c, a, d.at), ms);
            assert_int_equal(working_ms(&c, a, (instant){d.at.ms - 1}), ms - 1);
            instant mid = {a.ms + (int64_t)rng_below(&r, (uint64_t)(d.at.ms - a.ms))};
            assert_int_equal(working_ms(&c, a, mid) + working_ms(&c, mid, d.at), ms);
            struct due back = working_sub(&c, d.at, ms);
            if (back.at.ms < a.ms - 400 * MS_DAY) continue; /* no working time before */
            assert_true(back.at.ms <= a.ms && working_ms(&c, back.at, d.at) == ms);
            assert_int_equal(working_ms(&c, (instant){back.at.ms - 1}, d.at), ms + 1);
            instant next;
            if (calendar_next_open(&c, a, &next))
                assert_true(calendar_is_open(&c, next) && working_ms(&c, a, next) == 0);
        }
    }
}

/* The same local days in a zone elsewhere: the due time moves by the difference of the offsets, and by nothing else. */
static void another_zone_moves_everything_alike(void **state) {
    (void)state;
    struct rng r = rng_start("zones");
    for (int world = 0; world < 100; world++) {
        struct calendar here = calendar_china(), there = here;
        int32_t hours = (int32_t)rng_below(&r, 25) - 12;
        there.zone.std_offset_s = hours * 3600;
        int64_t east_ms = (here.zone.std_offset_s - there.zone.std_offset_s) * MS_SECOND;
        for (int q = 0; q < 50; q++) {
            struct limit l = random_limit(&r);
            instant a = {day_from_ymd(2026, 1, 1).n * MS_DAY + (int64_t)rng_below(&r, (uint64_t)(400 * MS_DAY))};
            struct due d = clock_due(&here, &l, a), e = clock_due(&there, &l, (instant){a.ms + east_ms});
            assert_int_equal(d.at.ms + east_ms, e.at.ms);
            assert_int_equal(d.provisional, e.provisional);
        }
    }
}

/* A pause never makes anything due earlier, and one in which nothing is counted moves nothing. */
static void pauses_only_postpone(void **state) {
    (void)state;
    struct rng r = rng_start("pauses");
    for (int world = 0; world < 200; world++) {
        int32_t first_day = day_from_ymd(2026, 1, 1).n + (int32_t)rng_below(&r, 300);
        struct calendar c = random_calendar(&r, first_day);
        for (int q = 0; q < 50; q++) {
            struct limit l = random_limit(&r);
            instant a = {first_day * MS_DAY + (int64_t)rng_below(&r, (uint64_t)(60 * MS_DAY))};
            struct due unpaused = clock_due(&c, &l, a);
            instant pause = {a.ms + (int64_t)rng_below(&r, (uint64_t)(unpaused.at.ms - a.ms))};
            instant resume = {pause.ms + (int64_t)rng_below(&r, (uint64_t)(5 * MS_DAY))};
            struct run runs[] = {{a, pause}, {resume, INSTANT_NONE}};
            struct due paused = clock_due_runs(&c, &l, runs, 2);
            assert_true(paused.at.ms >= unpaused.at.ms);
            runs[1].from = pause;
            assert_int_equal(clock_due_runs(&c, &l, runs, 2).at.ms, unpaused.at.ms);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_agree_with_a_twin_of_minutes),  cmocka_unit_test(a_spoilt_twin_is_caught),
        cmocka_unit_test(later_or_longer_is_never_due_earlier), cmocka_unit_test(working_time_there_and_back),
        cmocka_unit_test(another_zone_moves_everything_alike),  cmocka_unit_test(pauses_only_postpone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
