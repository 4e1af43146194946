#include "api/words.h"

#include <pthread.h>
#include <stdio.h>

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

bool word_exists(str tag, const char *key) {
    str text;
    return find(tag, str_z(key), &text);
}

void put_when(struct strbuf *b, const struct city *city, size_t lang, instant t) {
    static const char *const DAYS_EN[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const MONTHS_EN[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    static const char *const DAYS_ZH[] = {"日", "一", "二", "三", "四", "五", "六"};
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
