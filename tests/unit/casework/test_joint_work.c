/* Joint work inside the procedure `report`: countersigning, whistle and report, disputes over competence, handing
 * between the levels, and the duty lists at dispatch. */
#include <string.h>

#include "case_support.h"

static struct city *city;
static struct arena memory;

static struct actor desk_(void) {
    return staff("operator", "centre", "");
}

static struct actor supervisor(void) {
    return staff("supervisor", "centre", "");
}

static struct actor of(const char *unit) {
    return staff("handler", unit, "");
}

static struct actor town(void) {
    return staff("area_officer", "office1", "t1");
}

/* A report in g11, led by dept. */
static void start(struct desk *d) {
    desk_init(d, city, "2026-11-24 09:00");
    struct command c = filing_of("m01", "g11", "phone", reporter);
    assert_ok(d, desk_run(d, &c));
    assert_ok(d, desk_act(d, desk_(), "accept_dispatch", NULL));
}

static void start_signed(struct desk *d) {
    start(d);
    assert_ok(d, desk_act(d, of("dept"), "sign", NULL));
}

static bool said(const struct desk *d, const char *text) {
    for (size_t i = 0; i < d->out.n_entries; i++)
        if (str_find(d->out.entries[i].facts, str_z(text), 0) >= 0) return true;
    return false;
}

static void a_second_unit_confirms(void **state) {
    (void)state;
    struct desk d;
    start_signed(&d);
    assert_refused(&d, desk_act(&d, of("dept"), "ask_countersign", "units", "dept", "note", "方案", NULL), E_STATE,
                   "own_countersign");
    assert_ok(&d, desk_act(&d, of("dept"), "ask_countersign", "units", "other,crew", "note", "方案", NULL));
    assert_at(&city->calendar, case_clock(&d.c, "task", open_task(&d.c, "countersign")->id)->due, "2026-11-26 00:00",
              __LINE__);
    assert_refused(&d, desk_act(&d, of("dept"), "done", "result", "修好了", NULL), E_STATE, "countersign_open");
    assert_ok(&d, desk_act(&d, of("other"), "countersign", NULL));
    assert_ok(&d, desk_act(&d, of("crew"), "object_countersign", "note", "管线不清", NULL));
    assert_refused(&d, desk_act(&d, of("dept"), "done", "result", "修好了", NULL), E_STATE, "countersign_objected");
    assert_refused(&d, desk_act(&d, of("dept"), "overrule_objection", "note", "照办", NULL), E_DENIED, "not_allowed");
    assert_ok(&d, desk_act(&d, desk_(), "overrule_objection", "note", "按图施工", NULL));
    assert_ok(&d, desk_act(&d, of("dept"), "done", "result", "修好了", NULL));
    assert_state(&d, "feedback");
    desk_done(&d);
}

static void an_objection_is_met_by_a_better_draft(void **state) {
    (void)state;
    struct desk d;
    start_signed(&d);
    assert_ok(&d, desk_act(&d, of("dept"), "ask_countersign", "units", "other", "note", "方案一", NULL));
    assert_ok(&d, desk_act(&d, of("other"), "object_countersign", "note", "不妥", NULL));
    assert_ok(&d, desk_act(&d, of("dept"), "ask_countersign", "units", "other", "note", "方案二", NULL));
    assert_ok(&d, desk_act(&d, of("other"), "countersign", NULL));
    assert_ok(&d, desk_act(&d, of("dept"), "done", "result", "修好了", NULL));
    desk_done(&d);
}

static void a_town_calls_and_departments_come(void **state) {
    (void)state;
    struct desk d;
    start_signed(&d);
    assert_refused(&d, desk_act(&d, of("other"), "whistle", "units", "other", "kind", "joint", "note", "x", NULL),
                   E_DENIED, "not_allowed");
    assert_ok(&d,
              desk_act(&d, town(), "whistle", "units", "other,crew", "kind", "joint", "note", "下午两点路口", NULL));
    const uint32_t first = open_task(&d.c, "whistle")->id - 1;
    assert_string_equal(case_task(&d.c, first)->state.s, "called");
    assert_at(&city->calendar, case_clock(&d.c, "task", first)->due, "2026-11-24 15:00", __LINE__);
    assert_ok(&d, desk_act(&d, of("other"), "arrive", NULL));
    assert_ok(&d, desk_act(&d, of("crew"), "decline_whistle", "note", "管线不属本单位", NULL));
    assert_true(said(&d, "notice.whistle_declined"));
    assert_ok(&d, desk_act(&d, of("other"), "whistle_outcome", "result", "solved", "note", "已清理", NULL));
    assert_true(said(&d, "\"result\":\"solved\"")); /* what evaluation counts is a fact */
    assert_refused(&d, desk_act(&d, of("other"), "whistle_settled", "effect", "good", NULL), E_DENIED, "not_allowed");
    assert_ok(&d, desk_act(&d, town(), "whistle_again", "note", "还有一处", NULL));
    assert_ok(&d, desk_act(&d, of("other"), "whistle_outcome", "result", "solved", "note", "都清了", NULL));
    assert_ok(&d, desk_act(&d, town(), "whistle_settled", "effect", "good", NULL));
    assert_true(case_task(&d.c, first)->is_over && !case_task(&d.c, first)->cancelled);
    assert_true(case_task(&d.c, first + 1)->cancelled);
    desk_done(&d);
}

static void an_urgent_call_is_due_in_half_an_hour(void **state) {
    (void)state;
    struct desk d;
    start_signed(&d);
    assert_ok(&d, desk_act(&d, town(), "whistle_urgent", "units", "other", "note", "路面塌陷", NULL));
    const struct task *t = open_task(&d.c, "whistle");
    assert_string_equal(t->state.s, "urgent");
    const struct clock *k = case_clock(&d.c, "task", t->id);
    assert_at(&city->calendar, k->due, "2026-11-24 09:30", __LINE__);
    assert_ok(&d, desk_tick(&d, k));
    assert_int_equal(d.out.n_entries, 2);
    assert_true(said(&d, "\"action\":\"whistle_late\"") && said(&d, "\"unit\":\"centre\""));
    assert_ok(&d, desk_act(&d, of("other"), "arrive", NULL)); /* late is better than never, and stays late */
    assert_true(case_clock(&d.c, "task", t->id)->id != 0);
    desk_done(&d);
}

/* Returned once, so that it is disputed. */
static void start_disputed(struct desk *d) {
    start(d);
    assert_refused(d, desk_act(d, desk_(), "dispute", "units", "dept,other", "note", "x", NULL), E_STATE,
                   "wrong_state");
    assert_ok(d, desk_act(d, of("dept"), "return", "reason", "not_ours", "note", "属管线单位", NULL));
    assert_non_null(open_task(&d->c, "make_safe")); /* the stand-by unit makes safe meanwhile */
    assert_ok(d, desk_act(d, desk_(), "dispute", "units", "dept,other", "note", "井盖权属不清", NULL));
    assert_state(d, "agreeing");
}

static void who_claims_it_has_it(void **state) {
    (void)state;
    struct desk d;
    start_disputed(&d);
    assert_ok(&d, desk_act(&d, of("crew"), "make_safe_done", "hours", "3", "note", "已围护", NULL));
    assert_true(said(&d, "\"hours\":\"3\""));
    assert_ok(&d, desk_act(&d, of("other"), "claim", NULL));
    assert_state(&d, "handling");
    assert_string_equal(d.c.unit.s, "other");
    assert_string_equal(open_task(&d.c, "handle")->state.s, "signed");
    assert_null(open_task(&d.c, "position"));
    assert_true(
        said(&d, "{\"op\":\"propose\",\"name\":\"lead\",\"value\":\"m01\",\"unit\":\"other\",\"area\":\"g11\"}"));
    assert_true(case_flag(&d.c, &(code){"precedent"}));
    desk_done(&d);
}

static void the_superior_decides_what_nobody_claims(void **state) {
    (void)state;
    struct desk d;
    start_disputed(&d);
    assert_ok(&d, desk_act(&d, of("dept"), "disclaim", "unit", "other", "note", "三定方案", NULL));
    assert_state(&d, "agreeing");
    assert_ok(&d, desk_act(&d, of("other"), "disclaim", "note", "三定方案", NULL));
    assert_state(&d, "superior");
    assert_at(&city->calendar, case_clock(&d.c, "state:superior", 0)->due, "2026-11-26 00:00", __LINE__);
    assert_refused(&d, desk_act(&d, desk_(), "decide_competence", "unit", "other", "note", "x", NULL), E_DENIED,
                   "not_allowed");
    assert_ok(&d, desk_act(&d, supervisor(), "decide_competence", "unit", "other", "note", "按清单", NULL));
    assert_string_equal(d.c.unit.s, "other");
    assert_refused(&d, desk_act(&d, of("other"), "return", "reason", "not_ours", "note", "x", NULL), E_STATE,
                   "designated_may_not_return");
    assert_refused(&d, desk_act(&d, of("other"), "pass_up", "note", "x", NULL), E_STATE, "designated_may_not_return");
    desk_done(&d);
}

static void clocks_lead_from_agreement_to_conference(void **state) {
    (void)state;
    struct desk d;
    start_disputed(&d);
    assert_ok(&d, desk_tick(&d, case_clock(&d.c, "state:agreeing", 0)));
    assert_state(&d, "superior");
    assert_ok(&d, desk_tick(&d, case_clock(&d.c, "state:superior", 0)));
    assert_state(&d, "conference");
    assert_ok(&d, desk_act(&d, of("dept"), "disclaim", "note", "仍有异议", NULL));
    assert_ok(&d, desk_act(&d, desk_(), "decide_item", "unit", "crew", "what", "一周内查清管线", NULL));
    assert_ok(&d, desk_act(&d, desk_(), "decide_item", "unit", "dept", "what", "更新台账", NULL));
    assert_ok(&d, desk_act(&d, desk_(), "conference_record", "unit", "other", "assist", "crew", "note", "纪要", NULL));
    assert_state(&d, "handling");
    assert_ok(&d, desk_act(&d, of("other"), "sign", NULL));
    assert_ok(&d, desk_act(&d, of("other"), "done", "result", "修好了", NULL));
    assert_ok(&d, desk_act(&d, of("crew"), "sign_assist", NULL));
    assert_ok(&d, desk_act(&d, of("crew"), "done_assist", "note", "已配合", NULL));
    assert_state(&d, "feedback");
    assert_refused(&d, desk_act(&d, desk_(), "close", "answer", "好了", "outcome", "solved", NULL), E_STATE,
                   "decisions_open");
    assert_ok(&d, desk_act(&d, of("crew"), "decision_done", "note", "已查清", NULL));
    assert_ok(&d, desk_act(&d, of("dept"), "decision_done", "note", "已更新", NULL));
    assert_ok(&d, desk_act(&d, desk_(), "close", "answer", "好了", "outcome", "solved", NULL));
    desk_done(&d);
}

/* A row of the list names a place: of a private matter none is proposed. */
static void a_private_matter_makes_no_precedent(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("m02", "g11", "phone", reporter);
    assert_ok(&d, desk_run(&d, &c));
    assert_ok(&d, desk_act(&d, desk_(), "accept_dispatch", NULL));
    assert_ok(&d, desk_act(&d, of("office1"), "return", "reason", "not_ours", "note", "x", NULL));
    assert_ok(&d, desk_act(&d, desk_(), "designate", "unit", "other", "note", "按职责", NULL));
    assert_false(said(&d, "propose") || case_flag(&d.c, &(code){"precedent"}));
    desk_done(&d);
}

static void the_first_receiver_answers_until_another_signed(void **state) {
    (void)state;
    struct desk d;
    start_signed(&d);
    assert_ok(&d, desk_act(&d, of("dept"), "give_down", "note", "请属地先行清理", NULL));
    assert_string_equal(open_task(&d.c, "take_over")->unit.s, "office1");
    assert_string_equal(d.c.unit.s, "dept");
    assert_non_null(open_task(&d.c, "handle"));
    assert_refused(&d, desk_act(&d, of("dept"), "pass_up", "note", "x", NULL), E_STATE, "open_tasks");
    assert_ok(&d, desk_act(&d, of("office1"), "refuse_take_over", "note", "条件不具备", NULL));
    assert_string_equal(d.c.unit.s, "dept");
    assert_ok(&d, desk_act(&d, of("dept"), "give_down", "note", "已拨付条件", NULL));
    assert_ok(&d, desk_act(&d, of("office1"), "take_over", NULL));
    assert_string_equal(d.c.unit.s, "office1");
    const struct task *t = open_task(&d.c, "handle");
    assert_true(code_is(&t->unit, "office1") && code_is(&t->state, "signed"));
    assert_ok(&d, desk_act(&d, of("office1"), "pass_up", "note", "超出本级能力", NULL));
    assert_string_equal(open_task(&d.c, "take_over")->unit.s, "centre"); /* no office stands between */
    desk_done(&d);
}

static void what_is_not_signed_for_is_known_one_level_up(void **state) {
    (void)state;
    struct desk d;
    start_signed(&d);
    assert_ok(&d, desk_act(&d, of("dept"), "give_down", "note", "请属地清理", NULL));
    const struct clock *k = case_clock(&d.c, "task", open_task(&d.c, "take_over")->id);
    assert_at(&city->calendar, k->due, "2026-11-24 15:00", __LINE__);
    assert_ok(&d, desk_tick(&d, k));
    assert_true(said(&d, "\"action\":\"take_over_late\""));
    assert_true(said(&d, "\"name\":\"above\",\"value\":\"notice.take_over_late\",\"unit\":\"centre\""));
    desk_done(&d);
}

static void lateness_climbs(void **state) {
    (void)state;
    struct desk d;
    start_signed(&d);
    assert_ok(&d, desk_tick(&d, case_clock(&d.c, "handling", 0)));
    assert_true(said(&d, "\"name\":\"above\",\"value\":\"notice.overdue\",\"unit\":\"centre\""));
    assert_ok(&d, desk_tick(&d, case_clock(&d.c, "escalation", 0)));
    assert_true(said(&d, "\"action\":\"escalate\"") && case_flag(&d.c, &(code){"supervised"}));
    assert_ok(&d, desk_act(&d, of("dept"), "done", "result", "修好了", NULL));
    assert_true(case_clock(&d.c, "escalation", 0)->state == CLOCK_MISSED_STOPPED);
    desk_done(&d);
}

static void levels_are_found(void **state) {
    (void)state;
    uint32_t g11 = city_area(city, S("g11")), office1 = city_unit(city, S("office1")),
             sub = city_unit(city, S("dept_sub"));
    assert_int_equal(route_below(city, city_unit(city, S("dept")), g11), office1);
    assert_int_equal(route_below(city, office1, g11), NONE);
    assert_int_equal(route_below(city, city_unit(city, S("office2")), g11), NONE);
    assert_int_equal(route_below(city, office1, NONE), NONE);
    assert_int_equal(route_above(city, office1), NONE);
    assert_int_equal(route_above(city, sub), city_unit(city, S("dept")));
    assert_int_equal(route_above(city, NONE), NONE);
}

/* --- duty lists --- */

static struct duty_item item_of(const char *item, enum duty_list list, const char *category) {
    return (struct duty_item){.item = code_of(item),
                              .list = list,
                              .level = code_of(list == LIST_ADMISSION ? "" : "town"),
                              .category = code_of(category),
                              .unit = NONE,
                              .from = {INT32_MIN},
                              .upto = {INT32_MAX},
                              .name = {{S("某事项"), S("some duty")}},
                              .basis = S("样例")};
}

static void the_lists_bar_a_town_and_say_by_which_item(void **state) {
    (void)state;
    struct duty_item items[] = {item_of("B1", LIST_BASIC, "m*"), item_of("T7", LIST_TAKEN_BACK, "m01"),
                                item_of("S3", LIST_SUPPORTING, "s01")};
    items[1].unit = city_unit(city, S("other"));
    items[1].upto = day_from_ymd(2026, 11, 30);
    city->duty_items = items;
    city->n_duty_items = ARRAY_LEN(items);
    struct desk d;
    start_signed(&d);
    assert_refused(&d, desk_act(&d, desk_(), "transfer", "unit", "office1", "note", "x", NULL), E_INVALID,
                   "taken_back");
    assert_string_equal(d.err.detail, "T7 other");
    assert_true(strstr(d.err.hint, "other") != NULL);
    assert_refused(&d, desk_act(&d, desk_(), "add_assist", "assist", "office1", NULL), E_INVALID, "taken_back");
    assert_refused(&d, desk_act(&d, of("dept"), "give_down", "note", "x", NULL), E_INVALID, "taken_back");
    d.now = at(&city->calendar, "2026-12-01 09:00"); /* the item ended by itself */
    assert_ok(&d, desk_act(&d, desk_(), "add_assist", "assist", "office1", NULL));
    desk_done(&d);
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("s01", "g11", "phone", reporter);
    assert_ok(&d, desk_run(&d, &c));
    assert_refused(&d, desk_act(&d, desk_(), "accept_dispatch", "unit", "office1", NULL), E_INVALID, "supporting_only");
    assert_string_equal(d.err.detail, "S3 other");
    assert_ok(&d, desk_act(&d, desk_(), "accept_dispatch", "assist", "office1", NULL)); /* it may help */
    assert_refused(&d, desk_act(&d, of("other"), "give_down", "note", "x", NULL), E_INVALID, "supporting_only");
    desk_done(&d);
    /* A complaint about its own service reaches the town whatever the lists say. */
    desk_init(&d, city, "2026-11-24 09:00");
    c = filing_of("m01", "g11", "phone", reporter);
    c.filing.about = ABOUT_SERVICE;
    c.filing.about_unit = code_of("office1");
    assert_ok(&d, desk_run(&d, &c));
    assert_ok(&d, desk_act(&d, desk_(), "accept_dispatch", NULL));
    assert_string_equal(d.c.unit.s, "office1");
    desk_done(&d);
    city->n_duty_items = 0;
}

static void grid_workers_get_what_was_admitted(void **state) {
    (void)state;
    struct duty_item items[] = {item_of("G1", LIST_ADMISSION, "s*"), item_of("G2", LIST_ADMISSION, "m01")};
    items[1].task = code_of("verify");
    city->duty_items = items;
    city->n_duty_items = ARRAY_LEN(items);
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("m01", "g11", "phone", reporter);
    assert_ok(&d, desk_run(&d, &c));
    assert_refused(&d, desk_act(&d, desk_(), "ask_check", NULL), E_STATE, "not_admitted");
    assert_true(strstr(d.err.hint, "dept") != NULL);
    items[1].task = (code){0};
    assert_ok(&d, desk_act(&d, desk_(), "ask_check", NULL));
    desk_done(&d);
    city->n_duty_items = 0;
}

int main(void) {
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_unit_confirms),
        cmocka_unit_test(an_objection_is_met_by_a_better_draft),
        cmocka_unit_test(a_town_calls_and_departments_come),
        cmocka_unit_test(an_urgent_call_is_due_in_half_an_hour),
        cmocka_unit_test(who_claims_it_has_it),
        cmocka_unit_test(the_superior_decides_what_nobody_claims),
        cmocka_unit_test(clocks_lead_from_agreement_to_conference),
        cmocka_unit_test(a_private_matter_makes_no_precedent),
        cmocka_unit_test(the_first_receiver_answers_until_another_signed),
        cmocka_unit_test(what_is_not_signed_for_is_known_one_level_up),
        cmocka_unit_test(lateness_climbs),
        cmocka_unit_test(levels_are_found),
        cmocka_unit_test(the_lists_bar_a_town_and_say_by_which_item),
        cmocka_unit_test(grid_workers_get_what_was_admitted),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    arena_done(&memory);
    return failed;
}
