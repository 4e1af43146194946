/* Due times in plain words, and the two languages of the built-in words. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "api/words.h"

/* Tuesday 24 November 2026, 10:00 in the city. */
#define NOW "2026-11-24T10:00:00+08:00"

struct row {
    int line;
    const char *now, *due, *zh, *en;
};
static const struct row ROWS[] = {
    {__LINE__, NOW, "2026-11-24T10:30:00+08:00", "今天上午10点30分前（11月24日）", "by 10:30 am today (24 Nov)"},
    {__LINE__, NOW, "2026-11-24T12:00:00+08:00", "今天中午12点前（11月24日）", "by noon today (24 Nov)"},
    {__LINE__, NOW, "2026-11-24T18:00:00+08:00", "今天晚上6点前（11月24日）", "by 6 pm today (24 Nov)"},
    {__LINE__, NOW, "2026-11-25T10:00:00+08:00", "明天上午10点前（11月25日）", "by 10 am tomorrow (25 Nov)"},
    {__LINE__, NOW, "2026-11-25T05:09:59+08:00", "明天凌晨5点9分前（11月25日）", "by 5:09 am tomorrow (25 Nov)"},
    /* midnight belongs to the day that ends */
    {__LINE__, NOW, "2026-11-25T00:00:00+08:00", "今天晚上12点前（11月24日）", "by midnight today (24 Nov)"},
    {__LINE__, NOW, "2026-11-25T00:30:00+08:00", "明天凌晨0点30分前（11月25日）", "by 12:30 am tomorrow (25 Nov)"},
    {__LINE__, NOW, "2026-11-26T08:00:00+08:00", "后天早上8点前（11月26日）", "by 8 am on Thursday (26 Nov)"},
    {__LINE__, NOW, "2026-11-27T17:00:00+08:00", "周五下午5点前（11月27日）", "by 5 pm on Friday (27 Nov)"},
    /* Sunday is the last day of this week, Monday the first of the next */
    {__LINE__, NOW, "2026-11-29T17:00:00+08:00", "周日下午5点前（11月29日）", "by 5 pm on Sunday (29 Nov)"},
    {__LINE__, NOW, "2026-11-30T17:00:00+08:00", "下周一下午5点前（11月30日）", "by 5 pm on Monday (30 Nov)"},
    {__LINE__, NOW, "2026-12-01T17:00:00+08:00", "下周二下午5点前（12月1日）", "by 5 pm on 1 Dec"},
    {__LINE__, NOW, "2026-12-06T17:00:00+08:00", "下周日下午5点前（12月6日）", "by 5 pm on 6 Dec"},
    {__LINE__, NOW, "2026-12-07T17:00:00+08:00", "12月7日下午5点前", "by 5 pm on 7 Dec"},
    {__LINE__, NOW, "2027-01-05T00:00:00+08:00", "2027年1月4日晚上12点前", "by midnight on 4 Jan 2027"},
    {__LINE__, "2026-12-31T23:00:00+08:00", "2027-01-01T09:00:00+08:00", "明天上午9点前（2027年1月1日）",
     "by 9 am tomorrow (1 Jan 2027)"},
    {__LINE__, "2026-12-31T23:00:00+08:00", "2027-01-01T00:00:00+08:00", "今天晚上12点前（12月31日）",
     "by midnight today (31 Dec)"},
    /* seen on a Sunday the next week begins tomorrow */
    {__LINE__, "2026-11-29T10:00:00+08:00", "2026-12-02T10:00:00+08:00", "下周三上午10点前（12月2日）",
     "by 10 am on Wednesday (2 Dec)"},
    /* past */
    {__LINE__, NOW, "2026-11-24T09:00:00+08:00", "应在今天上午9点前（11月24日），已经超过",
     "was due by 9 am today (24 Nov)"},
    {__LINE__, NOW, "2026-11-20T09:00:00+08:00", "应在11月20日上午9点前，已经超过", "was due by 9 am on 20 Nov"},
};

static void init_city(struct city *city) {
    struct err err;
    *city = (struct city){.langs = {S("zh"), S("en")}, .n_langs = 2};
    map_init(&city->texts_by_key);
    assert_int_equal(zone_parse(S("CST-8"), &city->calendar.zone, &err), OK);
}

static void check_row(const struct city *city, const struct row *r) {
    const char *expected[] = {r->zh, r->en};
    instant now, due;
    assert_true(instant_parse(str_z(r->now), &now) && instant_parse(str_z(r->due), &due));
    for (size_t lang = 0; lang < 2; lang++) {
        struct strbuf b;
        strbuf_init(&b, 200);
        put_when_due(&b, city, lang, due, now);
        if (!str_is(strbuf_str(&b), expected[lang]))
            fail_msg("line %d: \"%.*s\", expected \"%s\"", r->line, P(strbuf_str(&b)), expected[lang]);
        strbuf_done(&b);
    }
}

static void due_times_are_said_as_people_say_them(void **state) {
    (void)state;
    struct city city;
    init_city(&city);
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) check_row(&city, &ROWS[i]);
    map_done(&city.texts_by_key);
}

static void nothing_is_said_of_no_due_time(void **state) {
    (void)state;
    struct city city;
    struct strbuf b;
    init_city(&city);
    strbuf_init(&b, 200);
    put_when_due(&b, &city, 0, INSTANT_NONE, (instant){0});
    assert_int_equal(b.len, 0);
    strbuf_done(&b);
    map_done(&city.texts_by_key);
}

static void words_come_in_the_language_asked_for(void **state) {
    (void)state;
    struct city city;
    init_city(&city);
    assert_true(str_is(word(&city, 0, "find.go"), "查询"));
    assert_true(str_is(word(&city, 1, "find.go"), "Show"));
    assert_true(str_is(word2(&city, 0, "rate.", S("5")), "很满意"));
    assert_true(str_is(word2(&city, 0, "rate.", S("6")), "6"));
    assert_true(str_is(word(&city, 0, "no.such"), "no.such"));
    assert_true(word_exists(S("en"), "page.skip"));
    assert_false(word_exists(S("de"), "page.skip"));
    map_done(&city.texts_by_key);
}

static void the_citys_text_takes_the_words_place(void **state) {
    (void)state;
    struct city city;
    struct text own = {.in = {S("现在查"), S("Look")}};
    init_city(&city);
    map_set(&city.texts_by_key, S("find.go"), 0);
    city.texts = &own;
    city.n_texts = 1;
    assert_true(str_is(word(&city, 0, "find.go"), "现在查"));
    assert_true(str_is(word(&city, 1, "find.go"), "Look"));
    map_done(&city.texts_by_key);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(due_times_are_said_as_people_say_them),
        cmocka_unit_test(nothing_is_said_of_no_due_time),
        cmocka_unit_test(words_come_in_the_language_asked_for),
        cmocka_unit_test(the_citys_text_takes_the_words_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
