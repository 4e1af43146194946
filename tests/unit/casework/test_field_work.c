/* Work in the field: where and when an act took place, photos that a condition asks for, patrol points. */
#include <string.h>

#include "case_support.h"

static struct city *city, *jintan;
static struct arena memory;

#define MINUTE MS_MINUTE

static struct command note(struct actor actor) {
    struct command c = {.kind = COMMAND_ACT, .actor = actor, .action = code_of("note")};
    c.values[0] = (struct value){code_of("note"), S("到现场看过")};
    c.n_values = 1;
    return c;
}

static bool has(str text, const char *part) {
    return str_find(text, str_z(part), 0) >= 0;
}

static void the_place_of_an_act_is_words(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command file = filing_of("m01", "g11", "web", reporter), c = note(staff("operator", "centre", ""));
    assert_ok(&d, desk_run(&d, &file));
    c.has_place = true;
    c.place = (lonlat){119.5, 31.7};
    assert_ok(&d, desk_run(&d, &c));
    assert_true(has(d.out.entries[0].words, "\"lon\":119.5") && has(d.out.entries[0].words, "\"lat\":31.7"));
    assert_false(has(d.out.entries[0].facts, "119.5"));
    c.n_values = 0;
    c.action = code_of("accept");
    assert_ok(&d, desk_run(&d, &c)); /* no other words: the place alone */
    assert_str(d.out.entries[0].words, S("{\"lon\":119.5,\"lat\":31.7}"));
    c = note(staff("operator", "centre", ""));
    c.has_place = true;
    c.place = (lonlat){319.5, 31.7};
    assert_refused(&d, desk_run(&d, &c), E_INVALID, "bad_place");
    desk_done(&d);
}

static void a_telephone_without_signal_tells_the_time(void **state) {
    (void)state;
    static const struct {
        int line;
        int64_t minutes; /* from the filing */
        const char *refusal;
    } rows[] = {{__LINE__, 0, NULL},        {__LINE__, 45, NULL}, {__LINE__, 60, NULL},
                {__LINE__, 63, NULL}, /* its clock runs ahead a little */
                {__LINE__, 90, "bad_time"}, {__LINE__, -3, NULL}, {__LINE__, -10, "before_report"}};
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command file = filing_of("m01", "g11", "web", reporter);
    assert_ok(&d, desk_run(&d, &file));
    instant filed = d.now;
    desk_wait(&d, 60 * MINUTE);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct command c = note(staff("operator", "centre", ""));
        c.has_happened = true;
        c.happened = (instant){filed.ms + rows[i].minutes * MINUTE};
        enum status status = desk_run(&d, &c);
        const char *code_text = status == OK ? NULL : d.err.code;
        if ((rows[i].refusal == NULL) != (code_text == NULL) ||
            (code_text != NULL && strcmp(code_text, rows[i].refusal) != 0))
            fail_msg("line %d: %s", rows[i].line, code_text ? code_text : "ok");
        if (status != OK) continue;
        struct facts f;
        assert_int_equal(facts_read(ENTRY_ACTED, d.out.entries[0].facts, &memory, NULL, &f, NULL), OK);
        assert_int_equal(f.happened.ms, c.happened.ms);
    }
    struct command c = {.kind = COMMAND_ACT, .actor = reporter, .action = code_of("withdraw"), .has_happened = true};
    c.happened = filed;
    assert_refused(&d, desk_run(&d, &c), E_INVALID, "staff_only");
    desk_done(&d);
}

/* What was reported late may have been handled before it came in. */
static void a_late_report_allows_earlier_acts(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command file = filing_of("m01", "g11", "field", staff("grid_worker", "", "g11"));
    file.filing.happened = (instant){d.now.ms - 180 * MINUTE};
    assert_ok(&d, desk_run(&d, &file));
    struct command c = note(staff("grid_worker", "", "g11"));
    c.has_happened = true;
    c.happened = (instant){d.now.ms - 120 * MINUTE};
    assert_ok(&d, desk_run(&d, &c));
    c.happened = (instant){d.now.ms - 240 * MINUTE};
    assert_refused(&d, desk_run(&d, &c), E_INVALID, "before_report");
    desk_done(&d);
}

/* --- photos --- */

static struct field *media_of(struct city *c, const char *action) {
    const struct action *a = procedure_action(city_procedure(c, S("report")), str_z(action));
    for (size_t i = 0; i < a->n_fields; i++)
        if (a->fields[i].type == FIELD_MEDIA) return &a->fields[i];
    fail_msg("%s takes no photos", action);
    return NULL;
}

static void a_condition_asks_for_a_photo(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct field *media = media_of(city, "solve_on_spot");
    struct field kept = *media;
    struct actor worker = staff("grid_worker", "", "g11");
    struct command file = filing_of("m01", "g11", "field", worker);
    media->required = false;
    media->required_by_condition = true;
    assert_ok(&d, desk_run(&d, &file));
    assert_string_equal(d.c.condition.s, "m01.1");
    struct kase filed = d.c;
    city->conditions[0].photo_needed = true;
    assert_true(field_required(city, media, &d.c.condition));
    assert_refused(&d, desk_act(&d, worker, "solve_on_spot", "answer", "已清理", NULL), E_INVALID, "missing_field");
    assert_string_equal(d.err.field, media->name.s);
    assert_ok(&d, desk_act(&d, worker, "solve_on_spot", "answer", "已清理", media->name.s,
                           "0123456789abcdef0123456789abcdef", NULL));
    city->conditions[0].photo_needed = false;
    assert_false(field_required(city, media, &filed.condition));
    d.c = filed;
    assert_ok(&d, desk_act(&d, worker, "solve_on_spot", "answer", "已清理", NULL));
    assert_false(field_required(city, media, &(code){""}));
    *media = kept;
    desk_done(&d);
}

/* --- patrol --- */

static struct command patrol_of(const char *area, struct actor actor) {
    struct command c = filing_of("x01", area, "field", actor);
    c.filing.point = jintan->points[0].code;
    return c;
}

static void a_patrol_is_one_act(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, jintan, "2026-11-24 09:00");
    const char *grid = jintan->areas[jintan->points[0].grid].code.s;
    struct actor worker = staff("grid_worker", "", grid), stranger = staff("grid_worker", "", "320413109");
    struct command c = patrol_of(grid, reporter);
    assert_refused(&d, desk_run(&d, &c), E_DENIED, "not_allowed");
    c = patrol_of(grid, stranger);
    assert_refused(&d, desk_run(&d, &c), E_DENIED, "not_allowed");
    c = patrol_of(grid, staff("handler", "cityops", ""));
    assert_refused(&d, desk_run(&d, &c), E_DENIED, "not_allowed");
    c = patrol_of(grid, worker);
    assert_ok(&d, desk_run(&d, &c));
    assert_true(code_eq(&d.c.point, &jintan->points[0].code) && code_is(&d.c.procedure, "patrol"));
    assert_ok(&d, desk_act(&d, worker, "confirm", "answer", "in_order", NULL));
    assert_true(d.c.is_closed && d.c.is_answered);
    assert_true(code_eq(&d.c.point, &jintan->points[0].code));
    desk_done(&d);
}

static void a_patrol_that_nobody_confirms_is_dropped(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, jintan, "2026-11-24 09:00");
    const char *grid = jintan->areas[jintan->points[0].grid].code.s;
    struct command c = patrol_of(grid, staff("grid_worker", "", grid));
    assert_ok(&d, desk_run(&d, &c));
    assert_ok(&d, desk_tick(&d, case_clock(&d.c, "state:open", 0)));
    assert_true(d.c.is_over && !d.c.is_closed);
    desk_done(&d);
}

int main(void) {
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    jintan = jintan_city();
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_place_of_an_act_is_words),
                                       cmocka_unit_test(a_telephone_without_signal_tells_the_time),
                                       cmocka_unit_test(a_late_report_allows_earlier_acts),
                                       cmocka_unit_test(a_condition_asks_for_a_photo),
                                       cmocka_unit_test(a_patrol_is_one_act),
                                       cmocka_unit_test(a_patrol_that_nobody_confirms_is_dropped)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    city_free(jintan);
    arena_done(&memory);
    return failed;
}
