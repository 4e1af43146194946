/* classify: words decide, longer words win, borders hold, shared words say little, the reasons are named; and what it
 * reaches on the invented matters of the sample city. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "insight/classify.h"
#include "insight/fold.h"

static struct city city;
static struct arena arena;

static void add_category(size_t i, const char *key, const char *name, str *words, size_t n) {
    city.categories[i] =
        (struct category){.key = code_of(key), .procedure = code_of("report"), .words = words, .n_words = n};
    city.categories[i].name.in[0] = str_z(name);
    map_set(&city.category_by_key, str_code(&city.categories[i].key), (uint32_t)i);
}

static int set_up(void **state) {
    static str light[] = {S_INIT("路灯不亮"), S_INIT("street light"), S_INIT("路灯")};
    static str cover[] = {S_INIT("井盖"), S_INIT("manhole")};
    static str waste[] = {S_INIT("垃圾"), S_INIT("trash"), S_INIT("cat")};
    static str police[] = {S_INIT("打架斗殴")};
    static str missing[] = {S_INIT("丢失"), S_INIT("缺失")};
    static str rattling[] = {S_INIT("异响")};
    static struct category categories[4];
    static struct condition conditions[2];
    static struct channel channels[1];
    (void)state;
    arena_init(&arena, 0);
    city = (struct city){.n_langs = 1,
                         .categories = categories,
                         .n_categories = 4,
                         .conditions = conditions,
                         .n_conditions = 2,
                         .channels = channels,
                         .n_channels = 1,
                         .default_category = code_of("m0")};
    map_init(&city.category_by_key);
    add_category(0, "m0", "其他", NULL, 0);
    add_category(1, "m1", "路灯", light, 3);
    add_category(2, "m2", "井盖", cover, 2);
    add_category(3, "m3", "垃圾", waste, 3);
    conditions[0] = (struct condition){.code = code_of("m2.1"), .category = 2, .words = missing, .n_words = 2};
    conditions[1] = (struct condition){.code = code_of("m2.2"), .category = 2, .words = rattling, .n_words = 1};
    categories[2].n_conditions = 2;
    channels[0] = (struct channel){.code = code_of("police"), .words = police, .n_words = 1};
    return 0;
}

static void candidates_come_most_likely_first(void **state) {
    (void)state;
    struct classifier *c = classifier_build(&city, &arena);
    struct candidate all[5];
    str text = S("路灯不亮，旁边还有垃圾");
    size_t n = classify_candidates(c, text, &arena, all, 5);
    struct suggestion s = classify(c, text, &arena);
    assert_int_equal(n, 2);
    assert_int_equal(all[0].category, s.category);
    assert_int_equal(all[0].confidence, s.confidence);
    assert_int_equal(all[1].category, s.second);
    assert_true(all[1].confidence > 0 && all[1].confidence < all[0].confidence);
    assert_int_equal(classify_candidates(c, text, &arena, all, 1), 1);
    assert_int_equal(classify_candidates(c, S("天气真好"), &arena, all, 5), 0);
    assert_int_equal(classify_candidates(c, S(""), &arena, all, 5), 0);
}

static int tear_down(void **state) {
    (void)state;
    map_done(&city.category_by_key);
    arena_done(&arena);
    return 0;
}

static void words_decide(void **state) {
    static const struct {
        int line;
        const char *text;
        uint32_t category, condition, channel;
    } CASES[] = {
        {__LINE__, "门口路灯不亮三天了", 1, NONE, NONE},
        {__LINE__, "The STREET LIGHT is out", 1, NONE, NONE},
        {__LINE__, "two street lights are out", 1, NONE, NONE},
        {__LINE__, "ＭＡＮＨＯＬＥ", 2, NONE, NONE},
        {__LINE__, "井盖丢失", 2, 0, NONE},
        {__LINE__, "井盖异响", 2, 1, NONE},
        {__LINE__, "the category is wrong", 0, NONE, NONE}, /* "cat" is no word there */
        {__LINE__, "a cat", 3, NONE, NONE},
        {__LINE__, "什么都不是", 0, NONE, NONE},
        {__LINE__, "有人打架斗殴", 0, NONE, 0},
        {__LINE__, "", 0, NONE, NONE},
    };
    (void)state;
    struct classifier *c = classifier_build(&city, &arena);
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct suggestion s = classify(c, str_z(CASES[i].text), &arena);
        if (s.category != CASES[i].category || s.condition != CASES[i].condition || s.channel != CASES[i].channel)
            fail_msg("line %d: category %u condition %u channel %u", CASES[i].line, s.category, s.condition, s.channel);
        if (CASES[i].category == 0) assert_int_equal(s.confidence, 0);
    }
}

static void reasons_are_named(void **state) {
    (void)state;
    struct classifier *c = classifier_build(&city, &arena);
    struct suggestion s = classify(c, S("路灯不亮，旁边的路灯也坏了"), &arena);
    assert_int_equal(s.category, 1);
    assert_true(str_find(s.words, S("路灯不亮"), 0) >= 0);
    struct suggestion mixed = classify(c, S("路灯下有垃圾"), &arena);
    assert_true(mixed.confidence < s.confidence);
    assert_true(mixed.second != NONE);
}

static void folding_is_idempotent(void **state) {
    static const char *const TEXTS[] = {"ABC", "ＡＢＣ１２", "Ünïcode ß", "井盖", "ﬀ", "İ"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
        str once = text_fold(&arena, str_z(TEXTS[i])), twice = text_fold(&arena, once);
        assert_true(utf8_valid(once));
        assert_true(str_eq(once, twice));
    }
}

/* How often the first suggestion, and one of the first two, is right on the sample city's invented matters. */
static void sample_matters(void **state) {
    struct findings found;
    struct err err = {0};
    struct city *jintan = NULL;
    struct csv csv;
    static char bytes[1 << 20];
    bool end = false;
    size_t right = 0, second = 0, n = 0;
    (void)state;
    findings_init(&found, &arena);
    assert_int_equal(city_load(CITY_DIR, &jintan, &found, &err), OK);
    FILE *f = fopen(CITY_DIR "/sample/matters.csv", "rb");
    assert_non_null(f);
    size_t len = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    struct classifier *c = classifier_build(jintan, &jintan->arena);
    csv_init(&csv, (str){bytes, len}, &arena);
    assert_int_equal(csv_next(&csv, &end, &err), OK);
    size_t text = 0;
    while (!str_is(csv.fields[text], "text")) text++;
    while (csv_next(&csv, &end, &err) == OK && !end) {
        struct suggestion s = classify(c, csv.fields[text], &arena);
        uint32_t truth = city_category(jintan, csv.fields[0]);
        n++;
        right += s.category == truth;
        second += s.category == truth || s.second == truth;
    }
    /* "缺失", "开裂" and the like are shared by hundreds: what only one category says must still be heard after them. */
    struct suggestion crowded = classify(c, S("缺失、移位或开裂，破损，堵塞，有安全隐患"), &arena);
    assert_int_equal(crowded.category, city_category(jintan, S("s13")));
    city_free(jintan);
    print_message("first right %zu, first or second %zu of %zu\n", right, second, n);
    assert_true(n >= 100);
    assert_true(right * 100 >= n * 60);
    assert_true(second * 100 >= n * 70);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(words_decide, set_up, tear_down),
        cmocka_unit_test_setup_teardown(candidates_come_most_likely_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reasons_are_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(folding_is_idempotent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sample_matters, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
