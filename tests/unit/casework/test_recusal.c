/* A complaint of conduct reaches nobody it is about, nor anyone below them: by hand, where each case is a story. Random
 * organisations: tests/unit/query/test_recusal.c. source: Petition Regulation 30(3), 46(5). */
#include <string.h>

#include "case_support.h"
#include "casework/number.h"

#include "base/json.h"

static struct city *city;
static struct arena memory;

static void file_about(struct desk *d, const char *unit, enum about about) {
    desk_init(d, city, "2026-11-24 09:00");
    struct command f = filing_of("m01", "g11", "web", reporter);
    f.filing.about = about;
    f.filing.about_unit = code_of(unit);
    assert_ok(d, desk_run(d, &f));
}

static void conduct_goes_to_the_investigator_alone(void **state) {
    (void)state;
    struct desk d;
    file_about(&d, "dept", ABOUT_CONDUCT);
    assert_string_equal(d.c.unit.s, "discipline");
    assert_true(d.c.is_sealed && d.c.is_private);
    struct actor centre = staff("operator", "centre", ""), sub = staff("handler", "dept_sub", "");
    struct actor investigator = staff("investigator", "discipline", "");
    assert_false(access_read(city, &d.c, &centre));
    assert_false(access_read(city, &d.c, &sub));
    assert_true(access_read(city, &d.c, &investigator));
    assert_ok(&d, desk_act(&d, investigator, "accept", NULL)); /* in the centre's place */
    assert_refused(&d, desk_act(&d, investigator, "dispatch", "unit", "dept_subsub", NULL), E_DENIED, "recused_unit");
    assert_refused(&d, desk_act(&d, investigator, "dispatch", "assist", "other,dept", NULL), E_DENIED, "recused_unit");
    assert_ok(&d, desk_act(&d, investigator, "dispatch", NULL));
    struct command read = {.kind = COMMAND_READ, .actor = investigator};
    read.values[0] = (struct value){code_of("purpose"), S("调查")};
    read.n_values = 1;
    assert_int_equal(desk_run(&d, &read), E_DENIED); /* asks without knowing who complained */
    desk_done(&d);
}

static bool says(const struct desk *d, const char *what) {
    return str_find(d->out.entries[0].facts, str_z(what), 0) >= 0;
}

/* The reporter hears of it like anybody else; who stands by and is the accused is passed over. */
static void the_reporter_is_told_and_the_accused_passed_over(void **state) {
    (void)state;
    static const char *const accused[] = {"other", "crew"}; /* the crew stands by for this category */
    for (size_t i = 0; i < ARRAY_LEN(accused); i++) {
        struct desk d;
        struct actor investigator = staff("investigator", "discipline", "");
        file_about(&d, accused[i], ABOUT_CONDUCT);
        assert_true(says(&d, "\"name\":\"reporter\",\"value\":\"notice.filed\""));
        assert_ok(&d, desk_act(&d, investigator, "accept_dispatch", NULL));
        assert_ok(&d, desk_act(&d, investigator, "return", "reason", "not_ours", "note", "x", NULL));
        assert_int_equal(open_task(&d.c, "make_safe") != NULL, i == 0);
        desk_done(&d);
    }
}

static void about_the_centre_leaves(void **state) {
    (void)state;
    struct desk d;
    file_about(&d, "centre", ABOUT_CONDUCT);
    assert_true(case_flag(&d.c, &(code){"handed_up"}));
    assert_string_equal(d.c.unit.s, "discipline");
    assert_true(str_find(d.out.entries[0].facts, S("\"op\":\"hand\",\"name\":\"up\""), 0) > 0);
    desk_done(&d);
}

static void service_goes_to_the_unit_supervised(void **state) {
    (void)state;
    struct desk d;
    file_about(&d, "other", ABOUT_SERVICE);
    assert_string_equal(d.c.unit.s, "other");
    assert_true(case_flag(&d.c, &(code){"supervised"}));
    struct actor own = staff("handler", "other", "");
    assert_true(access_read(city, &d.c, &own));
    assert_ok(&d, desk_act(&d, staff("operator", "centre", ""), "accept", NULL));
    assert_string_equal(d.c.unit.s, "other"); /* accepting does not route it away */
    desk_done(&d);
}

static void grid_workers_get_no_conduct(void **state) {
    (void)state;
    struct desk d;
    file_about(&d, "dept", ABOUT_CONDUCT);
    struct actor investigator = staff("investigator", "discipline", "");
    assert_ok(&d, desk_act(&d, investigator, "ask_check", NULL));
    assert_string_equal(open_task(&d.c, "check")->unit.s, "centre");
    assert_true(str_find(d.out.entries[0].facts, S("\"name\":\"grid\""), 0) < 0); /* nor any notice */
    desk_done(&d);
}

/* The town's office of t1 is accused: whoever walks there without a unit of his own is below it, the other town is not. */
static void below_are_parts_and_offices_inside(void **state) {
    (void)state;
    struct desk d;
    file_about(&d, "office1", ABOUT_CONDUCT);
    const struct {
        int line;
        const char *unit, *area;
        bool recused;
    } rows[] = {
        {__LINE__, "office1", "", true},    {__LINE__, "", "t1", true},       {__LINE__, "", "g11", true},
        {__LINE__, "office1", "g21", true}, {__LINE__, "", "g21", false},     {__LINE__, "", "d", false},
        {__LINE__, "office2", "", false},   {__LINE__, "dept", "g11", false}, {__LINE__, "", "", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct actor who = staff("head", rows[i].unit, rows[i].area); /* opens seals, reads everywhere */
        row_true(&rows[i], access_recused_actor(city, &d.c, &who) == rows[i].recused);
        row_true(&rows[i], access_read(city, &d.c, &who) == !rows[i].recused);
    }
    desk_done(&d);
}

static void it_is_tied_to_the_same_complaint_only(void **state) {
    (void)state;
    struct desk d;
    struct actor investigator = staff("investigator", "discipline", "");
    file_about(&d, "dept", ABOUT_CONDUCT);
    code number = number_format(S("TT"), day_from_ymd(2026, 11, 24), 9);
    assert_ok(&d, desk_act(&d, investigator, "merge", "case", number.s, NULL));
    assert_int_equal(d.out.n_followups, 1);
    struct command note = d.out.followups[0];
    const struct {
        const char *unit;
        enum about about;
        enum status status;
        const char *code;
    } others[] = {{"dept", ABOUT_NOTHING, E_STATE, "cannot_join"},
                  {"other", ABOUT_CONDUCT, E_NOT_FOUND, "unknown_case"},
                  {"dept", ABOUT_CONDUCT, OK, NULL}};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        struct desk other;
        file_about(&other, others[i].unit, others[i].about);
        if (others[i].status == OK)
            assert_ok(&other, desk_run(&other, &note));
        else
            assert_refused(&other, desk_run(&other, &note), others[i].status, others[i].code);
        if (others[i].status == OK) {
            note.filing.about = ABOUT_NOTHING; /* a plain report wants to join */
            assert_refused(&other, desk_run(&other, &note), E_NOT_FOUND, "unknown_case");
        }
        desk_done(&other);
    }
    desk_done(&d);
}

int main(void) {
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conduct_goes_to_the_investigator_alone),
        cmocka_unit_test(the_reporter_is_told_and_the_accused_passed_over),
        cmocka_unit_test(about_the_centre_leaves),
        cmocka_unit_test(service_goes_to_the_unit_supervised),
        cmocka_unit_test(grid_workers_get_no_conduct),
        cmocka_unit_test(below_are_parts_and_offices_inside),
        cmocka_unit_test(it_is_tied_to_the_same_complaint_only),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    arena_done(&memory);
    return failed;
}
