#include "api/words.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "words_en.h"
#include "words_zh.h"

static struct language {
    const char *tag;
    const char *bytes;
    const size_t *len;
    struct map map;
    str *texts;
} LANGUAGES[] = {{.tag = "zh", .bytes = words_zh, .len = &words_zh_len},
                 {.tag = "en", .bytes = words_en, .len = &words_en_len}};

static struct arena words_arena;
static pthread_once_t words_once = PTHREAD_ONCE_INIT;

static void load_language(struct language *l) {
    struct csv csv;
    struct err err;
    bool end = false;
    uint32_t n = 0;
    csv_init(&csv, (str){l->bytes, *l->len}, &words_arena);
    l->texts = NEW_ARRAY(&words_arena, str, 2000);
    map_init(&l->map);
    for (;;) {
        check(csv_next(&csv, &end, &err) == OK);
        if (end) return;
        check(csv.n_fields == 2 && n < 2000);
        l->texts[n] = csv.fields[1];
        check(map_set(&l->map, csv.fields[0], n++) == MAP_NONE);
    }
}

static void load_words(void) {
    arena_init(&words_arena, 0);
    for (size_t i = 0; i < ARRAY_LEN(LANGUAGES); i++) load_language(&LANGUAGES[i]);
}

static bool find(str tag, str key, str *ret) {
    pthread_once(&words_once, load_words);
    for (size_t i = 0; i < ARRAY_LEN(LANGUAGES); i++) {
        if (!str_is(tag, LANGUAGES[i].tag)) continue;
        uint32_t n = map_get(&LANGUAGES[i].map, key);
        if (n == MAP_NONE) return false;
        *ret = LANGUAGES[i].texts[n];
        return true;
    }
    return false;
}

static str lookup(const struct city *city, size_t lang, str key) {
    str text = city_text(city, lang, key);
    if (!str_eq(text, key)) return text;
    if (find(city->langs[lang], key, &text) || find(S("en"), key, &text)) return text;
    return key;
}

str word(const struct city *city, size_t lang, const char *key) {
    return lookup(city, lang, str_z(key));
}

str word2(const struct city *city, size_t lang, const char *prefix, str name) {
    char key[128];
    int n = snprintf(key, sizeof key, "%s%.*s", prefix, P(name));
    str made = {key, n > 0 && (size_t)n < sizeof key ? (size_t)n : 0};
    str text = lookup(city, lang, made);
    return text.ptr == key ? name : text; /* never hand out the local buffer */
}

str basis_word(const struct city *city, size_t lang, str basis) {
    return str_empty(basis) ? basis : word2(city, lang, "basis.", basis);
}

bool word_exists(str tag, const char *key) {
    str text;
    return find(tag, str_z(key), &text);
}

const struct slot *slot_at(str text, size_t at, const struct slot *slots, size_t n, size_t *ret_len) {
    for (size_t i = 0; i < n && text.ptr[at] == '{'; i++) {
        size_t len = strlen(slots[i].name);
        str rest = str_slice(text, at + 1, text.len);
        if (!str_starts(rest, str_z(slots[i].name)) || rest.len == len || rest.ptr[len] != '}') continue;
        *ret_len = len + 2;
        return &slots[i];
    }
    return NULL;
}

void put_slots(struct strbuf *b, str text, const struct slot *slots, size_t n) {
    size_t len = 0;
    for (size_t at = 0; at < text.len;) {
        const struct slot *s = slot_at(text, at, slots, n, &len);
        strbuf_add(b, s == NULL ? str_slice(text, at, at + 1) : s->value);
        at += s == NULL ? 1 : len;
    }
}

static const char *const DAYS_EN[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char *const LONG_DAYS_EN[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                           "Thursday", "Friday", "Saturday"};
static const char *const MONTHS_EN[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const DAYS_ZH[] = {"日", "一", "二", "三", "四", "五", "六"};

void put_when(struct strbuf *b, const struct city *city, size_t lang, instant t) {
    if (instant_is_none(t)) return;
    const struct zone *zone = &city->calendar.zone;
    struct civil c = civil_from_instant(zone, t);
    int wday = day_weekday(day_from_instant(zone, t));
    if (str_is(city->langs[lang], "zh"))
        strbuf_addf(b, "%d年%d月%d日（周%s）%02d:%02d", c.year, c.month, c.mday, DAYS_ZH[wday], c.hour, c.minute);
    else
        strbuf_addf(b, "%s %d %s %d, %02d:%02d", DAYS_EN[wday], c.mday, MONTHS_EN[c.month - 1], c.year, c.hour,
                    c.minute);
}

/* A due time taken apart as people speak of it. */
struct spoken {
    int32_t days;  /* from today's date to its */
    int32_t weeks; /* from this week, which begins on Monday, to its */
    int wday;
    bool other_year;
    struct civil date;
    int32_t hour, minute; /* hour 24 at the end of a day */
};

static struct spoken speak(const struct zone *zone, instant due, instant now) {
    struct spoken s = {0};
    struct civil at = civil_from_instant(zone, due);
    day today = day_from_instant(zone, now), d = day_from_instant(zone, due);
    s.hour = at.hour;
    s.minute = at.minute;
    if (at.hour == 0 && at.minute == 0) {
        s.hour = 24;
        d.n--;
    }
    s.days = d.n - today.n;
    s.wday = day_weekday(d);
    s.weeks = (d.n - (s.wday + 6) % 7 - (today.n - (day_weekday(today) + 6) % 7)) / 7;
    day_to_ymd(d, &s.date.year, &s.date.month, &s.date.mday);
    s.other_year = s.date.year != civil_from_instant(zone, now).year;
    return s;
}

static void put_clock_zh(struct strbuf *b, const struct spoken *s) {
    static const struct {
        int32_t before;
        const char *name;
    } PARTS[] = {{6, "凌晨"}, {9, "早上"}, {12, "上午"}, {13, "中午"}, {18, "下午"}, {25, "晚上"}};
    size_t i = 0;
    while (s->hour >= PARTS[i].before) i++;
    strbuf_addf(b, "%s%d点", PARTS[i].name, (int)(s->hour > 12 ? s->hour - 12 : s->hour));
    if (s->minute > 0) strbuf_addf(b, "%d分", (int)s->minute);
}

static void put_date_zh(struct strbuf *b, const struct spoken *s) {
    if (s->other_year) strbuf_addf(b, "%d年", (int)s->date.year);
    strbuf_addf(b, "%d月%d日", (int)s->date.month, (int)s->date.mday);
}

static void put_due_zh(struct strbuf *b, const struct spoken *s, bool over) {
    static const char *const NEAR[] = {"今天", "明天", "后天"};
    bool near = s->days >= 0 && s->days <= 2, named = near || (s->days > 0 && s->weeks <= 1);
    if (over) strbuf_addz(b, "应在");
    if (near)
        strbuf_addz(b, NEAR[s->days]);
    else if (named)
        strbuf_addf(b, "%s周%s", s->weeks == 1 ? "下" : "", DAYS_ZH[s->wday]);
    else
        put_date_zh(b, s);
    put_clock_zh(b, s);
    strbuf_addz(b, "前");
    if (named) {
        strbuf_addz(b, "（");
        put_date_zh(b, s);
        strbuf_addz(b, "）");
    }
    if (over) strbuf_addz(b, "，已经超过");
}

static void put_clock_en(struct strbuf *b, const struct spoken *s) {
    int32_t hour = s->hour % 12 == 0 ? 12 : s->hour % 12;
    if (s->hour == 24)
        strbuf_addz(b, "midnight");
    else if (s->hour == 12 && s->minute == 0)
        strbuf_addz(b, "noon");
    else if (s->minute == 0)
        strbuf_addf(b, "%d %s", (int)hour, s->hour < 12 ? "am" : "pm");
    else
        strbuf_addf(b, "%d:%02d %s", (int)hour, (int)s->minute, s->hour < 12 ? "am" : "pm");
}

static void put_date_en(struct strbuf *b, const struct spoken *s) {
    strbuf_addf(b, "%d %s", (int)s->date.mday, MONTHS_EN[s->date.month - 1]);
    if (s->other_year) strbuf_addf(b, " %d", (int)s->date.year);
}

static void put_due_en(struct strbuf *b, const struct spoken *s, bool over) {
    bool named = s->days >= 0 && s->days <= 6;
    strbuf_addz(b, over ? "was due by " : "by ");
    put_clock_en(b, s);
    if (s->days == 0 || s->days == 1)
        strbuf_addz(b, s->days == 0 ? " today" : " tomorrow");
    else
        strbuf_addf(b, " on %s", named ? LONG_DAYS_EN[s->wday] : "");
    if (named) strbuf_addz(b, " (");
    put_date_en(b, s);
    if (named) strbuf_addz(b, ")");
}

void put_when_due(struct strbuf *b, const struct city *city, size_t lang, instant due, instant now) {
    if (instant_is_none(due)) return;
    struct spoken s = speak(&city->calendar.zone, due, now);
    if (str_is(city->langs[lang], "zh"))
        put_due_zh(b, &s, due.ms < now.ms);
    else
        put_due_en(b, &s, due.ms < now.ms);
}
