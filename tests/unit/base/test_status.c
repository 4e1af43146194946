#include <string.h>

#include "base/status.h"
#include "support.h"

static void details_are_filled(void **state) {
    (void)state;
    struct err e;
    memset(&e, 0xFF, sizeof e);
    assert_int_equal(err_set(&e, E_INVALID, "unknown_category", "There is no category %s.", "0103"), E_INVALID);
    err_hint(&e, "Use one of %d.", 5);
    err_field(&e, "tasks[%d].unit", 2);
    err_detail(&e, "more");
    assert_int_equal(e.status, E_INVALID);
    assert_string_equal(e.code, "unknown_category");
    assert_string_equal(e.primary, "There is no category 0103.");
    assert_string_equal(e.hint, "Use one of 5.");
    assert_string_equal(e.field, "tasks[2].unit");
    assert_string_equal(e.detail, "more");
    assert_string_equal(e.file, "");
    assert_int_equal(e.line, 0);
}

static void a_second_refusal_forgets_the_first(void **state) {
    (void)state;
    struct err e;
    err_set(&e, E_INVALID, "a", "a");
    err_hint(&e, "hint");
    err_set(&e, E_STATE, "b", "b");
    assert_string_equal(e.hint, "");
}

static void details_may_be_dropped(void **state) {
    (void)state;
    assert_int_equal(err_set(NULL, E_BUSY, "busy", "Later."), E_BUSY);
    err_hint(NULL, "x");
    err_field(NULL, "x");
    err_detail(NULL, "x");
}

/* Whatever the cut, the text stays UTF-8. */
static void long_texts_are_cut_at_a_code_point(void **state) {
    (void)state;
    char text[400];
    for (size_t shift = 0; shift < 4; shift++) {
        struct err e;
        memset(text, 'a', shift);
        for (size_t i = 0; i < 99; i++) memcpy(text + shift + 3 * i, "网", 3);
        text[shift + 297] = 0;
        err_set(&e, E_INVALID, "long", "%s", text);
        assert_true(utf8_valid(str_z(e.primary)));
        assert_in_range(strlen(e.primary), sizeof e.primary - 4, sizeof e.primary - 1);
        if (shift == 1) assert_int_equal(strlen(e.primary), sizeof e.primary - 1); /* nothing is cut without need */
        err_field(&e, "%s\xF0\x9F\x98\x80",
                  "1234567890123456789012345678901234567890123456789012345678901234567890123456");
        assert_true(utf8_valid(str_z(e.field)));
    }
}

static void every_status_has_a_name(void **state) {
    (void)state;
    for (int i = 0; i < STATUS_COUNT; i++) assert_true(strlen(status_name((enum status)i)) >= 2);
    assert_string_equal(status_name(E_SYNTAX), "E_SYNTAX");
}

static void break_check(void *arg) {
    int *n = arg;
    check_context("request 7");
    check(*n == 2);
}

static void check_names_condition_place_and_context(void **state) {
    (void)state;
    char text[300];
    assert_true(aborts(break_check, &(int){3}, text, sizeof text));
    assert_non_null(strstr(text, "*n == 2"));
    assert_non_null(strstr(text, "test_status.c:"));
    assert_non_null(strstr(text, "request 7"));
    assert_false(aborts(break_check, &(int){2}, text, sizeof text));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(details_are_filled),      cmocka_unit_test(a_second_refusal_forgets_the_first),
        cmocka_unit_test(details_may_be_dropped),  cmocka_unit_test(long_texts_are_cut_at_a_code_point),
        cmocka_unit_test(every_status_has_a_name), cmocka_unit_test(check_names_condition_place_and_context),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
