#include "../base/support.h"
#include "city/persons.h"

static void classes_of_persons_are_refused(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *text, *word; /* NULL: allowed */
    } rows[] = {
        {__LINE__, "重点人员", "重点人员"},
        {__LINE__, "社区重点人员管控台账", "重点人员"},
        {__LINE__, "重点 人员", "重点人员"},
        {__LINE__, "严重精神障碍患者", "精神障碍"},
        {__LINE__, "是否信教", "信教"},
        {__LINE__, "走访频次", "走访频次"},
        {__LINE__, "上访人员", "上访人员"},
        {__LINE__, "吸毒人员", "吸毒人员"},
        {__LINE__, "刑满释放", "刑满释放"},
        {__LINE__, "信仰", "信仰"},
        {__LINE__, "民族", "民族"},
        {__LINE__, " 民族 ", "民族"},
        {__LINE__, "种族", "种族"},
        {__LINE__, "政治面貌", "政治面貌"},
        {__LINE__, "黑名单", "黑名单"},
        {__LINE__, "religion", "religion"},
        {__LINE__, "Religion_of_reporter", "religion"},
        {__LINE__, "ethnicity", "ethnicity"},
        {__LINE__, "Mental Illness", "mentalillness"},
        {__LINE__, "mental-illness", "mentalillness"},
        {__LINE__, "watch list", "watchlist"},
        {__LINE__, "WATCHLIST", "watchlist"},
        {__LINE__, "watch_lists", "watchlist"},
        {__LINE__, "black list", "blacklist"},
        {__LINE__, "black-listed", NULL}, /* the rule is about names: a verb is another word */
        {__LINE__, "Key persons", "keyperson"},
        {__LINE__, "drug users", "druguser"},
        {__LINE__, "ex-convict", "exconvict"},
        {__LINE__, "race", "race"},
        {__LINE__, "Face recognition", "facerecognition"},
        /* words of places and things that hold such syllables */
        {__LINE__, "民族路", NULL},
        {__LINE__, "民族宗教事务局", NULL},
        {__LINE__, "宗教活动场所", NULL},
        {__LINE__, "妇产前科室", NULL},
        {__LINE__, "race track", NULL},
        {__LINE__, "monkey persons", NULL},
        {__LINE__, "irreligious", NULL},
        {__LINE__, "重点工程", NULL},
        {__LINE__, "人员密集场所", NULL},
        {__LINE__, "信访局", NULL},
        {__LINE__, "信访事项", NULL},
        {__LINE__, "吸毒", NULL}, /* what happens is an event; who does it is no class */
        {__LINE__, "路灯", NULL},
        {__LINE__, "watch the list", NULL},
        {__LINE__, "", NULL},
        {__LINE__, "   ", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena a;
        str word = STR_NONE;
        arena_init(&a, 0);
        bool refused = persons_forbidden(exact_copy(&a, str_z(rows[i].text)), &word);
        if (refused != (rows[i].word != NULL) || (refused && !str_is(word, rows[i].word)))
            fail_msg("row of line %d: %d %.*s", rows[i].line, refused, P(word));
        assert_int_equal(persons_forbidden(str_z(rows[i].text), NULL), refused);
        arena_done(&a);
    }
}

static void people_in_need_are_private(void **state) {
    (void)state;
    assert_true(persons_need_privacy(S("流浪乞讨")));
    assert_true(persons_need_privacy(S("Someone sleeping rough")));
    assert_true(persons_need_privacy(S("Homeless outreach")));
    assert_true(persons_need_privacy(S("Encampments")));
    assert_false(persons_need_privacy(S("流浪狗")));
    assert_false(persons_need_privacy(S("Rough road")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_of_persons_are_refused),
        cmocka_unit_test(people_in_need_are_private),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
