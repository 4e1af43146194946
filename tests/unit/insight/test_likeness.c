/* likeness and topics: what is found has its plain likeness; a copy is found; messages about one matter make one topic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "insight/likeness.h"
#include "insight/random.h"
#include "insight/topics.h"

#define TEXTS 200

static struct arena arena;

static int set_up(void **state) {
    (void)state;
    arena_init(&arena, 0);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_done(&arena);
    return 0;
}

static const char *const PIECES[] = {"搅拌站噪音", "夜里施工", "车位捆绑销售", "开发商",   "小区门口",
                                     "污水横流",   "路灯不亮", "公交改线",     "学校门前", "电梯故障",
                                     "物业收费",   "楼上漏水", "树木倒伏",     "井盖松动"};

static str invent(struct random *r, int pieces) {
    str text = S("");
    for (int i = 0; i < pieces; i++)
        text = str_format(&arena, "%.*s%s", P(text), PIECES[random_below(r, ARRAY_LEN(PIECES))]);
    return text;
}

static void found_is_what_a_plain_search_finds(void **state) {
    (void)state;
    struct random r = random_of(1, 1);
    static struct likeness_text texts[TEXTS];
    struct like near[TEXTS];
    for (int i = 0; i < TEXTS; i++) texts[i] = (struct likeness_text){i % 3 ? invent(&r, 2) : S(""), invent(&r, 5)};
    struct likeness *l = likeness_build(texts, TEXTS, &arena);
    struct likeness_scratch *s = likeness_scratch_new(l, &arena);
    for (uint32_t i = 0; i < TEXTS; i++) {
        size_t n = likeness_near(l, s, i, 0.1, near, TEXTS), plain = 0;
        for (uint32_t k = 0; k < TEXTS; k++) plain += k != i && likeness_between(l, s, i, k) >= 0.1;
        assert_int_equal(n, plain);
        for (size_t k = 0; k < n; k++) {
            assert_true(fabs((double)near[k].likeness - likeness_between(l, s, near[k].text, i)) < 1e-5);
            assert_true(k == 0 || near[k].likeness <= near[k - 1].likeness);
        }
    }
    assert_true(fabs(likeness_between(l, s, 1, 1) - 1) < 1e-5);
}

static void a_copy_comes_first(void **state) {
    (void)state;
    struct likeness_text texts[] = {{S(""), S("金城镇丽发新城旁搅拌站夜里噪音扰民，灰尘很大")},
                                    {S(""), S("金城镇丽发新城旁搅拌站夜间噪音扰民，灰尘太大")},
                                    {S(""), S("学校门前的路灯不亮，孩子放学很危险")},
                                    {S(""), S("")},
                                    {S(""), S("😀")}};
    struct like near[4];
    struct likeness *l = likeness_build(texts, ARRAY_LEN(texts), &arena);
    struct likeness_scratch *s = likeness_scratch_new(l, &arena);
    assert_true(likeness_near(l, s, 0, 0.4, near, 4) == 1 && near[0].text == 1);
    assert_int_equal(likeness_near(l, s, 2, 0.4, near, 4), 0);
    assert_int_equal(likeness_near(l, s, 3, 0.0, near, 4), 0);
}

static void one_matter_makes_one_topic(void **state) {
    (void)state;
    static struct topic_message m[60];
    static const str places[] = {S_INIT("丽发新城"), S_INIT("伊景园")};
    struct random r = random_of(2, 2);
    for (uint32_t i = 0; i < 60; i++) {
        m[i] = (struct topic_message){invent(&r, 1), str_format(&arena, "%u号%.*s", i, P(invent(&r, 1))), 1, 0};
        if (i < 8) m[i].title = S("丽发新城旁搅拌站噪音扰民"), m[i].body = S("丽发新城的搅拌站灰尘噪音扰民");
        if (i >= 8 && i < 13)
            m[i].title = S("伊景园捆绑车位销售"), m[i].body = S("伊景园强制购买车位"), m[i].reactions = 1000;
    }
    struct topic_input in = {m, 60, places, 2};
    struct topic *topics;
    size_t n;
    assert_int_equal(topics_find(&in, &arena, &topics, &n, NULL), OK);
    assert_true(n >= 2);
    assert_true(topics[0].n == 5 && topics[0].messages[0] == 8 && topics[0].reactions == 5000);
    size_t first = 1;
    while (first < n && topics[first].messages[0] != 0) first++;
    assert_true(first < n && topics[first].n >= 8);
    for (uint32_t i = 0; i < 8; i++) assert_int_equal(topics[first].messages[i], i);
    for (size_t i = 0; i < n; i++) assert_true(isfinite(topics[i].heat) && topics[i].likeness <= 1.0001);
    in.n = 0;
    assert_int_equal(topics_find(&in, &arena, &topics, &n, NULL), OK);
    assert_int_equal(n, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(found_is_what_a_plain_search_finds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_copy_comes_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_matter_makes_one_topic, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("insight likeness", tests, NULL, NULL);
}
