/* learn: learns invented matters, names its reasons, abstains where there is nothing to go by, and its file is refused when
 * it is cut, altered, of another form or another city. Forecast and alarms in test_counts.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "insight/learn.h"
#include "insight/random.h"

#define TEXTS 300

static struct arena arena;
static struct lesson taught[TEXTS];
static struct text_model *model;
static struct scores folds;
static const str LABELS[] = {S_INIT("light"), S_INIT("waste"), S_INIT("dog")};

static const char *const WORDS[3][5] = {{"路灯不亮", "灯泡坏了", "夜里一片漆黑", "灯杆倾斜", "灯光闪烁"},
                                        {"垃圾成堆", "垃圾桶满了", "乱倒渣土", "臭味难闻", "没人清运"},
                                        {"流浪狗咬人", "遛狗不牵绳", "狗叫扰民", "犬只伤人", "养狗无证"}};
static const char *const FILLERS[] = {"请有关部门处理", "在小区门口", "已经三天了", "希望尽快解决", "你好我想反映"};

static str invent(struct random *r, uint32_t label) {
    return str_format(&arena, "%s，%s%s，%s", FILLERS[random_below(r, 5)], WORDS[label][random_below(r, 5)],
                      WORDS[label][random_below(r, 5)], FILLERS[random_below(r, 5)]);
}

static int learn_once(void **state) {
    (void)state;
    struct random r = random_of(1, 1);
    arena_init(&arena, 0);
    for (uint32_t i = 0; i < TEXTS; i++) taught[i] = (struct lesson){invent(&r, i % 3), i % 3, i / 3 % LESSON_FOLDS};
    struct lessons l = {taught, TEXTS, LABELS, 3, S("jintan"), 0.96};
    return text_model_learn(&l, &arena, &model, &folds, NULL) == OK ? 0 : -1;
}

static int forget(void **state) {
    (void)state;
    arena_done(&arena);
    return 0;
}

static struct verdict ask(str text) {
    static struct grams_scratch *scratch;
    if (scratch == NULL) scratch = grams_scratch_new(&arena);
    return text_model_ask(model, scratch, text, &arena);
}

static void knows_what_it_was_taught(void **state) {
    (void)state;
    assert_true(folds.macro_f1 > 0.98 && folds.n == TEXTS);
    struct verdict v = ask(S("小区的路灯坏了，一片漆黑"));
    assert_int_equal(v.abstains, CERTAIN);
    assert_int_equal(v.first, 0);
    assert_true(v.first_p > v.second_p && v.second != v.first && v.n_reasons > 0);
    for (size_t i = 0; i < v.n_reasons; i++) assert_true(str_find(S("小区的路灯坏了，一片漆黑"), v.reasons[i], 0) >= 0);
}

static void abstains_without_evidence(void **state) {
    (void)state;
    static char big[100001];
    static const struct {
        int line;
        const char *text;
        enum abstention why;
    } rows[] = {
        {__LINE__, "", NO_WORDS},
        {__LINE__, "   \n", NO_WORDS},
        {__LINE__, "灯", NO_WORDS},
        {__LINE__, "😀😀😀😀😀😀", NO_WORDS},
        {__LINE__, "Bonjour, pourriez-vous m'aider avec mon passeport?", UNKNOWN_WORDS},
        {__LINE__, big, REPETITIVE},
    };
    for (size_t i = 0; i + 7 <= sizeof big - 1; i += 6) memcpy(big + i, "路灯", 6);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct verdict v = ask(str_z(rows[i].text));
        if (v.abstains != rows[i].why) fail_msg("row of line %d: %d", rows[i].line, (int)v.abstains);
        assert_true(v.first_p >= 0 && v.first_p <= 1 && v.second_p >= 0 && v.second_p <= 1);
    }
}

static void same_lessons_give_the_same_file(void **state) {
    (void)state;
    struct text_model *again;
    struct strbuf a, b;
    struct lessons l = {taught, TEXTS, LABELS, 3, S("jintan"), 0.96};
    assert_int_equal(text_model_learn(&l, &arena, &again, NULL, NULL), OK);
    strbuf_init(&a, 32 << 20);
    strbuf_init(&b, 32 << 20);
    text_model_write(model, &a);
    text_model_write(again, &b);
    assert_true(str_eq(strbuf_str(&a), strbuf_str(&b)) && a.len < TEXT_MODEL_BYTES_MAX);
    strbuf_done(&a);
    strbuf_done(&b);
}

static void file_keeps_every_verdict(void **state) {
    (void)state;
    struct text_model *copy;
    struct strbuf file;
    struct random r = random_of(9, 9);
    strbuf_init(&file, 32 << 20);
    text_model_write(model, &file);
    assert_int_equal(text_model_read(strbuf_str(&file), S("jintan"), &arena, &copy, NULL), OK);
    struct grams_scratch *scratch = grams_scratch_new(&arena);
    for (int i = 0; i < 50; i++) {
        str text = invent(&r, random_below(&r, 3));
        struct verdict a = ask(text), b = text_model_ask(copy, scratch, text, &arena);
        assert_int_equal(a.first, b.first);
        assert_true(a.first_p == b.first_p && a.second_p == b.second_p);
    }
    strbuf_done(&file);
}

static void refuses_a_spoilt_file(void **state) {
    (void)state;
    struct text_model *copy;
    struct strbuf file;
    struct err err;
    strbuf_init(&file, 32 << 20);
    text_model_write(model, &file);
    for (size_t n = 0; n < file.len; n += n < 200 ? 1 : 997) {
        assert_int_not_equal(text_model_read((str){file.ptr, n}, S(""), &arena, &copy, &err), OK);
        assert_string_equal(err.code, "model_cut");
    }
    for (size_t at = 8; at < file.len; at += 1009) {
        file.ptr[at] ^= 1;
        assert_int_not_equal(text_model_read(strbuf_str(&file), S(""), &arena, &copy, &err), OK);
        file.ptr[at] ^= 1;
    }
    assert_int_equal(text_model_read(strbuf_str(&file), S("boston"), &arena, &copy, &err), E_INVALID);
    assert_string_equal(err.code, "model_city");
    file.ptr[4]++;
    assert_int_equal(text_model_read(strbuf_str(&file), S(""), &arena, &copy, &err), E_INVALID);
    assert_string_equal(err.code, "model_form");
    strbuf_done(&file);
}

/* A file that lies consistently, digest and all, still reaches nothing outside it. */
static void survives_a_forged_file(void **state) {
    (void)state;
    struct strbuf file;
    struct random r = random_of(4, 4);
    strbuf_init(&file, 32 << 20);
    text_model_write(model, &file);
    size_t body = file.len - sizeof(digest);
    char *pure = malloc(file.len);
    memcpy(pure, file.ptr, file.len);
    for (int i = 0; i < 400; i++) {
        struct text_model *copy;
        struct arena work;
        arena_init(&work, 0);
        memcpy(file.ptr, pure, file.len);
        for (int k = 0; k < 3; k++) {
            size_t at = 8 + random_below(&r, i < 200 ? 300 : (uint32_t)(body - 8));
            file.ptr[at] = (char)random_next(&r);
        }
        digest d = sha256((str){file.ptr, body});
        memcpy(file.ptr + body, d.b, sizeof d);
        if (text_model_read(strbuf_str(&file), S(""), &work, &copy, NULL) == OK)
            text_model_ask(copy, grams_scratch_new(&work), taught[i % TEXTS].text, &work);
        arena_done(&work);
    }
    free(pure);
    strbuf_done(&file);
}

static void too_little_is_refused(void **state) {
    (void)state;
    struct text_model *m;
    struct err err;
    struct lessons few = {taught, 40, LABELS, 3, S("jintan"), 0.96};
    assert_int_equal(text_model_learn(&few, &arena, &m, NULL, &err), E_INVALID);
    assert_string_equal(err.code, "too_few_lessons");
    static struct lesson one_label[100];
    for (uint32_t i = 0; i < 100; i++) one_label[i] = (struct lesson){taught[0].text, 0, i % LESSON_FOLDS};
    struct lessons one = {one_label, 100, LABELS, 3, S("jintan"), 0.96};
    assert_int_equal(text_model_learn(&one, &arena, &m, NULL, &err), E_INVALID);
}

/* Two labels make liblinear keep one vector for both. */
static void two_labels_work_too(void **state) {
    (void)state;
    static struct lesson two[200];
    struct text_model *m;
    size_t n = 0;
    for (size_t i = 0; i < TEXTS && n < 200; i++)
        if (taught[i].label < 2) two[n++] = taught[i];
    struct lessons l = {two, n, LABELS, 2, S("jintan"), 0.96};
    struct scores s;
    assert_int_equal(text_model_learn(&l, &arena, &m, &s, NULL), OK);
    assert_true(s.macro_f1 > 0.98);
    struct verdict v = text_model_ask(m, grams_scratch_new(&arena), S("垃圾成堆没人清运，臭味难闻"), &arena);
    assert_int_equal(v.first, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_what_it_was_taught),        cmocka_unit_test(abstains_without_evidence),
        cmocka_unit_test(same_lessons_give_the_same_file), cmocka_unit_test(file_keeps_every_verdict),
        cmocka_unit_test(refuses_a_spoilt_file),           cmocka_unit_test(survives_a_forged_file),
        cmocka_unit_test(too_little_is_refused),           cmocka_unit_test(two_labels_work_too),
    };
    return cmocka_run_group_tests_name("insight learn", tests, learn_once, forget);
}
