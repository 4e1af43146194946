#include <stdio.h>
#include <string.h>

#include "../base/support.h"
#include "city/limit.h"

static void accepted(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *text;
        enum limit_unit unit;
        int32_t amount;
    } rows[] = {
        {__LINE__, "90 wall_minutes", LIMIT_WALL_MINUTES, 90},
        {__LINE__, "2 wall_hours", LIMIT_WALL_MINUTES, 120},
        {__LINE__, "1 wall_days", LIMIT_WALL_MINUTES, 1440},
        {__LINE__, "30 work_minutes", LIMIT_WORK_MINUTES, 30},
        {__LINE__, "4 work_hours", LIMIT_WORK_MINUTES, 240},
        {__LINE__, "3 work_days_480", LIMIT_WORK_MINUTES, 1440},
        {__LINE__, "5 work_days", LIMIT_WORK_DAYS, 5},
        {__LINE__, "15 calendar_days", LIMIT_CALENDAR_DAYS, 15},
        {__LINE__, "none", LIMIT_NONE, 0},
        {__LINE__, "  007   work_days ", LIMIT_WORK_DAYS, 7},
        {__LINE__, "3650 calendar_days", LIMIT_CALENDAR_DAYS, 3650},
        {__LINE__, "3650 wall_days", LIMIT_WALL_MINUTES, 3650 * 1440},
        {__LINE__, "10950 work_days_480", LIMIT_WORK_MINUTES, 3650 * 1440},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct limit l;
        memset(&l, 0xFF, sizeof l);
        struct err err;
        row_true(&rows[i], limit_parse(str_z(rows[i].text), &l, &err) == OK);
        row_true(&rows[i], l.unit == rows[i].unit && l.amount == rows[i].amount);
        row_true(&rows[i], l.from == FROM_FILED && !l.first_day_counts && !l.rolls_over && str_empty(l.basis));
    }
}

static void refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        "",
        "4",
        "work_days",
        " ",
        "0 work_days",
        "-1 work_days",
        "+1 work_days",
        "1.5 work_hours",
        "4work_hours",
        "4 hours",
        "4 work_hour",
        "4 days",
        "None",
        "none 4",
        "4 none",
        "3651 calendar_days",
        "3651 work_days",
        "5256001 wall_minutes",
        "99999999999999999999 work_days",
        "4 work_days extra",
        "10951 work_days_480",
        "4,5 work_days",
        "４ work_days",
        "4\twork_days",
        "2147483647 wall_days",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct limit l = {.amount = 77};
        struct err err = {.status = OK};
        if (limit_parse(str_z(rows[i]), &l, &err) != E_INVALID || strcmp(err.code, "bad_limit") != 0 || !err.hint[0])
            fail_msg("\"%s\" was not refused with a hint", rows[i]);
        if (l.amount != 77) fail_msg("\"%s\" touched the output", rows[i]);
        if (limit_parse(str_z(rows[i]), &l, NULL) != E_INVALID) fail_msg("\"%s\" without err", rows[i]);
    }
}

static void a_long_text_is_refused_in_short(void **state) {
    (void)state;
    char text[3001];
    for (size_t i = 0; i < 1000; i++) memcpy(text + 3 * i, "限", 3);
    struct limit l;
    struct err err;
    assert_int_equal(limit_parse((str){text, 3000}, &l, &err), E_INVALID);
    assert_true(strlen(err.primary) < 190 && utf8_valid(str_z(err.primary)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted),
        cmocka_unit_test(refused),
        cmocka_unit_test(a_long_text_is_refused_in_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
