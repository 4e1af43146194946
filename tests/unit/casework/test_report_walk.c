/* The life of a report, through every way it can take, in a tiny world and in the real package. */
#include <stdio.h>
#include <string.h>

#include "case_support.h"

#include "casework/number.h"

static struct city *city;
static struct arena memory;

static struct actor operator_(void) {
    return staff("operator", "centre", "");
}

static struct actor handler(const char *unit) {
    return staff("handler", unit, "");
}

static struct actor grid(const char *area) {
    return staff("grid_worker", "", area);
}

static void start(struct desk *d, const char *area) {
    desk_init(d, city, "2026-11-24 09:00");
    struct command c = filing_of("m01", area, "web", reporter);
    assert_ok(d, desk_run(d, &c));
    assert_state(d, "filed");
}

static void dispatch(struct desk *d) {
    assert_ok(d, desk_act(d, operator_(), "accept", NULL));
    assert_ok(d, desk_act(d, operator_(), "dispatch", NULL));
    assert_state(d, "handling");
}

static void handle(struct desk *d, const char *unit) {
    assert_ok(d, desk_act(d, handler(unit), "sign", NULL));
    assert_ok(d, desk_act(d, handler(unit), "done", "result", "换了新井盖", NULL));
}

static void assert_due(struct desk *d, const char *clock, const char *local) {
    const struct clock *k = case_clock(&d->c, clock, 0);
    assert_non_null(k);
    assert_at(&city->calendar, k->due, local, __LINE__);
}

static void from_filing_to_rating(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    assert_string_equal(d.c.unit.s, "dept");
    assert_string_equal(d.c.condition.s, "m01.1");
    assert_due(&d, "state:filed", "2026-11-24 09:30");
    assert_int_equal(d.out.entries[0].kind, ENTRY_FILED);
    for (size_t i = 0; i < FLAGS_MAX; i++) assert_true(code_empty(&d.c.flags[i])); /* nothing out of the ordinary */
    assert_true(str_find(d.out.entries[0].facts, S("\"hand\""), 0) < 0 && !d.c.is_sealed && !d.c.is_private);
    assert_ok(&d, desk_act(&d, operator_(), "ask_check", NULL));
    assert_state(&d, "checking");
    assert_ok(&d, desk_act(&d, grid("g11"), "check_found", "note", "属实", NULL));
    assert_state(&d, "filed");
    dispatch(&d);
    assert_due(&d, "handling", "2026-11-24 15:00"); /* 4 working hours after 09:00 */
    assert_int_equal(case_clock(&d.c, "state:filed", 0)->state, CLOCK_MET);
    desk_wait(&d, MS_HOUR);
    handle(&d, "dept");
    assert_state(&d, "feedback");
    assert_int_equal(case_clock(&d.c, "handling", 0)->state, CLOCK_MET);
    assert_ok(&d, desk_act(&d, operator_(), "ask_verification", NULL));
    assert_ok(&d, desk_act(&d, grid("g11"), "verify_pass", NULL));
    assert_state(&d, "closing");
    assert_refused(&d, desk_act(&d, operator_(), "close", "outcome", "solved", NULL), E_INVALID, "missing_field");
    assert_ok(&d, desk_act(&d, operator_(), "close", "answer", "已更换井盖", "outcome", "solved", NULL));
    assert_state(&d, "closed");
    assert_true(d.c.is_closed && d.c.is_answered);
    assert_refused(&d, desk_act(&d, reporter, "rate", "rating", "6", NULL), E_INVALID, "out_of_range");
    assert_ok(&d, desk_act(&d, reporter, "rate", "rating", "5", NULL));
    assert_int_equal(d.c.rating, 5);
    desk_done(&d);
}

static void words_are_parted(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    dispatch(&d);
    assert_ok(&d, desk_act(&d, handler("dept"), "sign", NULL));
    assert_ok(&d, desk_act(&d, handler("dept"), "done", "result", "好了", "note", "缺备件", NULL));
    assert_str(d.out.entries[0].words, S("{\"public\":{\"result\":\"好了\"},\"internal\":{\"note\":\"缺备件\"}}"));
    assert_true(str_find(d.out.entries[0].facts, S("缺"), 0) < 0);
    assert_true(str_find(d.out.entries[0].facts, S("好"), 0) < 0);
    desk_done(&d);
}

static void refused_with_a_channel(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    assert_refused(&d, desk_act(&d, operator_(), "refuse", "reason", "emergency", "note", "x", NULL), E_INVALID,
                   "missing_field");
    assert_refused(&d, desk_act(&d, operator_(), "refuse", "reason", "emergency", "note", "x", "channel", "mute", NULL),
                   E_INVALID, "channel_without_phone");
    assert_refused(&d, desk_act(&d, operator_(), "refuse", "reason", "emergency", "note", "x", "channel", "sea", NULL),
                   E_INVALID, "unknown_channel");
    assert_ok(
        &d, desk_act(&d, operator_(), "refuse", "reason", "emergency", "note", "请拨打110", "channel", "police", NULL));
    assert_state(&d, "refused");
    assert_true(d.c.is_over && !d.c.is_closed);
    assert_true(str_find(d.out.entries[0].facts, S("\"channel\":\"police\",\"phone\":\"110\""), 0) > 0);
    desk_done(&d);
}

static void returned_twice_then_designated(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    assert_ok(&d, desk_act(&d, operator_(), "accept", NULL));
    for (int i = 0; i < 2; i++) {
        assert_ok(&d, desk_act(&d, operator_(), "dispatch", NULL));
        assert_ok(&d, desk_act(&d, handler("dept"), "return", "reason", "not_ours", "note", "不属职责", NULL));
        assert_state(&d, "accepted");
        assert_non_null(open_task(&d.c, "make_safe")); /* the crew makes safe while others argue */
    }
    assert_string_equal(open_task(&d.c, "make_safe")->unit.s, "crew");
    assert_refused(&d, desk_act(&d, operator_(), "dispatch", NULL), E_STATE, "returned_twice");
    assert_refused(&d, desk_act(&d, operator_(), "designate", "unit", "nobody", "note", "x", NULL), E_INVALID,
                   "unknown_unit");
    assert_ok(&d, desk_act(&d, operator_(), "designate", "unit", "other", "note", "指定", NULL));
    assert_string_equal(d.c.unit.s, "other");
    assert_refused(&d, desk_act(&d, handler("other"), "return", "reason", "not_ours", "note", "不属职责", NULL),
                   E_STATE, "designated_may_not_return");
    handle(&d, "other");
    assert_state(&d, "feedback");
    const struct task *safe = open_task(&d.c, "make_safe");
    assert_ok(&d, desk_act_task(&d, handler("crew"), "make_safe_done", safe->id, "note", "已围护", NULL));
    desk_done(&d);
}

static void extended_twice_never_after_due(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    dispatch(&d);
    assert_ok(&d, desk_act(&d, handler("dept"), "sign", NULL));
    assert_ok(&d, desk_act(&d, handler("dept"), "request_extension", "note", "下雨", NULL));
    assert_refused(&d, desk_act(&d, handler("dept"), "request_extension", "note", "下雨", NULL), E_STATE, "open_tasks");
    assert_refused(&d, desk_act(&d, handler("dept"), "grant_extension", NULL), E_DENIED, "not_allowed");
    assert_ok(&d, desk_act(&d, operator_(), "refuse_extension", "note", "不同意", NULL)); /* uses up no try */
    for (int i = 0; i < 2; i++) {
        assert_ok(&d, desk_act(&d, handler("dept"), "request_extension", "note", "下雨", NULL));
        assert_ok(&d, desk_act(&d, operator_(), "grant_extension", NULL));
    }
    assert_due(&d, "handling", "2026-11-25 15:00"); /* 4 + 4 + 4 hours */
    assert_refused(&d, desk_act(&d, handler("dept"), "request_extension", "note", "下雨", NULL), E_STATE,
                   "extended_twice");
    desk_done(&d);
    start(&d, "g11");
    dispatch(&d);
    assert_ok(&d, desk_act(&d, handler("dept"), "sign", NULL));
    assert_ok(&d, desk_act(&d, handler("dept"), "request_extension", "note", "下雨", NULL));
    desk_wait(&d, MS_DAY);
    assert_refused(&d, desk_act(&d, operator_(), "grant_extension", NULL), E_STATE, "extension_after_due");
    desk_done(&d);
}

static void asked_and_answered(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    dispatch(&d);
    assert_ok(&d, desk_act(&d, handler("dept"), "sign", NULL));
    desk_wait(&d, MS_HOUR);
    assert_ok(&d, desk_act(&d, handler("dept"), "ask", "question", "在哪一侧？", NULL));
    assert_state(&d, "waiting");
    assert_int_equal(case_clock(&d.c, "handling", 0)->state, CLOCK_PAUSED);
    desk_wait(&d, MS_DAY);
    assert_ok(&d, desk_act(&d, reporter, "answer", "text", "东侧", NULL));
    assert_state(&d, "handling");
    assert_due(&d, "handling", "2026-11-25 15:00"); /* 3 of 4 hours are left at 10:00 */
    desk_done(&d);
}

static void waiting_ends_by_itself(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    assert_ok(&d, desk_act(&d, operator_(), "ask", "question", "在哪？", NULL));
    assert_int_equal(case_clock(&d.c, "state:filed", 0)->state, CLOCK_PAUSED);
    assert_ok(&d, desk_tick(&d, case_clock(&d.c, "state:waiting", 0)));
    assert_int_equal(d.out.n_entries, 2);
    assert_int_equal(d.out.entries[0].kind, ENTRY_TICKED);
    assert_int_equal(d.out.entries[1].kind, ENTRY_ACTED);
    assert_state(&d, "filed");
    assert_int_equal(case_clock(&d.c, "state:filed", 0)->state, CLOCK_RUNNING);
    desk_done(&d);
}

static void ticks_count_once(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    dispatch(&d);
    const struct clock *k = case_clock(&d.c, "handling", 0);
    struct command early = {.kind = COMMAND_TICK, .actor = timer, .clock = k->id, .due = k->due};
    assert_ok(&d, desk_run(&d, &early));
    assert_int_equal(d.out.n_entries, 0); /* not due yet */
    struct command wrong = early;
    wrong.due.ms += 1;
    assert_ok(&d, desk_tick(&d, k));
    assert_true(case_clock(&d.c, "handling", 0)->missed);
    assert_true(case_flag(&d.c, &(code){"overdue"})); /* the timer's action */
    uint32_t version = d.c.version;
    assert_ok(&d, desk_run(&d, &early));
    assert_ok(&d, desk_run(&d, &wrong));
    assert_int_equal(d.c.version, version);
    struct command not_timer = early;
    not_timer.actor = operator_();
    assert_refused(&d, desk_run(&d, &not_timer), E_DENIED, "not_allowed");
    desk_done(&d);
}

/* A timer's action that cannot be done keeps no clock from being missed, and no other case's timers waiting. */
static void a_failing_timer_action_stops_nothing(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    dispatch(&d);
    for (size_t i = 0; i < FLAGS_MAX; i++) snprintf(d.c.flags[i].s, sizeof d.c.flags[i].s, "flag%zu", i);
    assert_ok(&d, desk_tick(&d, case_clock(&d.c, "handling", 0)));
    assert_int_equal(d.out.n_entries, 1);
    assert_true(case_clock(&d.c, "handling", 0)->missed);
    desk_done(&d);
}

static void suspended_once(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    dispatch(&d);
    assert_ok(&d, desk_act(&d, handler("dept"), "sign", NULL));
    assert_ok(&d, desk_act(&d, handler("dept"), "request_suspension", "note", "等供货", NULL));
    assert_ok(&d, desk_act(&d, operator_(), "grant_suspension", "reason", "等待供货", NULL));
    assert_state(&d, "suspended");
    assert_ok(&d, desk_tick(&d, case_clock(&d.c, "state:suspended", 0)));
    assert_state(&d, "handling");
    assert_refused(&d, desk_act(&d, handler("dept"), "request_suspension", "note", "等", NULL), E_STATE,
                   "suspended_once");
    desk_done(&d);
}

static void rework_goes_to_the_same_unit(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    dispatch(&d);
    handle(&d, "dept");
    assert_ok(&d, desk_act(&d, operator_(), "ask_verification", NULL));
    assert_ok(&d, desk_act(&d, grid("g11"), "verify_fail", "note", "没修好", NULL));
    assert_state(&d, "feedback");
    assert_ok(&d, desk_act(&d, operator_(), "rework", "note", "没修好", NULL));
    assert_state(&d, "handling");
    assert_string_equal(open_task(&d.c, "handle")->unit.s, "dept");
    handle(&d, "dept");
    assert_ok(&d, desk_act(&d, operator_(), "ask_verification", NULL));
    assert_ok(&d, desk_act(&d, grid("g11"), "verify_pass", NULL));
    assert_state(&d, "closing"); /* the failed verification does not count */
    desk_done(&d);
}

static void reopened_twice(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    for (int i = 0; i < 3; i++) {
        if (i == 0) assert_ok(&d, desk_act(&d, operator_(), "accept", NULL));
        assert_ok(&d, desk_act(&d, operator_(), "dispatch", NULL));
        handle(&d, "dept");
        assert_ok(&d, desk_act(&d, operator_(), "close", "answer", "好了", "outcome", "solved", NULL));
        if (i < 2) {
            assert_ok(&d, desk_act(&d, reporter, "reopen", "text", "没有好", NULL));
            assert_false(d.c.is_over || d.c.is_answered);
        }
    }
    assert_refused(&d, desk_act(&d, reporter, "reopen", "text", "没有好", NULL), E_STATE, "reopened_twice");
    desk_done(&d);
}

static void solved_on_the_spot(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("m01", "g11", "field", grid("g11"));
    assert_ok(&d, desk_run(&d, &c));
    assert_refused(&d, desk_act(&d, grid("g12"), "solve_on_spot", "answer", "已清理", NULL), E_DENIED, "not_allowed");
    assert_ok(&d, desk_act(&d, grid("g11"), "solve_on_spot", "answer", "已清理", NULL));
    assert_state(&d, "closed");
    desk_done(&d);
    start(&d, "g11"); /* a resident's report is not closed like this */
    assert_refused(&d, desk_act(&d, grid("g11"), "solve_on_spot", "answer", "已清理", NULL), E_STATE, "not_done");
    desk_done(&d);
}

static void withdrawn_and_added_to(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    assert_ok(&d, desk_act(&d, reporter, "add", "text", "还有一处", NULL));
    assert_refused(&d, desk_act(&d, operator_(), "withdraw", NULL), E_DENIED, "not_allowed");
    assert_ok(&d, desk_act(&d, reporter, "withdraw", NULL));
    assert_true(d.c.is_over && !d.c.is_closed);
    assert_refused(&d, desk_act(&d, reporter, "add", "text", "x", NULL), E_STATE, "wrong_state");
    desk_done(&d);
}

static void merged_tells_the_other(void **state) {
    (void)state;
    struct desk d, original;
    start(&original, "g11");
    start(&d, "g11");
    d.c.number = number_format(S("TT"), day_from_ymd(2026, 11, 24), 77);
    assert_refused(&d, desk_act(&d, operator_(), "merge", "case", "TT2026112400001", NULL), E_INVALID, "bad_number");
    assert_refused(&d, desk_act(&d, operator_(), "merge", "case", d.c.number.s, NULL), E_INVALID, "same_case");
    assert_ok(&d, desk_act(&d, operator_(), "merge", "case", original.c.number.s, NULL));
    assert_state(&d, "merged");
    assert_int_equal(d.out.n_followups, 1);
    assert_int_equal(d.out.followups[0].kind, COMMAND_NOTE);
    assert_string_equal(d.out.followups[0].number.s, original.c.number.s);
    assert_ok(&original, desk_run(&original, &d.out.followups[0]));
    assert_int_equal(case_count(&original.c, &(code){"duplicates"}), 1);
    assert_ok(&original, desk_act(&original, operator_(), "accept", NULL));
    assert_ok(&original, desk_act(&original, operator_(), "dispatch", NULL));
    handle(&original, "dept");
    assert_ok(&original, desk_act(&original, operator_(), "close", "answer", "好了", "outcome", "solved", NULL));
    assert_int_equal(original.out.n_followups, 1); /* who joined hears of it */
    assert_string_equal(original.out.followups[0].number.s, d.c.number.s);
    assert_ok(&d, desk_run(&d, &original.out.followups[0]));
    assert_int_equal(d.out.entries[0].kind, ENTRY_NOTED);
    desk_done(&original);
    desk_done(&d);
}

static void split_closes_after_its_parts(void **state) {
    (void)state;
    struct desk d, part;
    start(&d, "g11");
    assert_ok(&d, desk_act(&d, operator_(), "split", "text", "路灯也坏了", "category", "s01", NULL));
    assert_int_equal(d.out.n_followups, 1);
    struct command file = d.out.followups[0];
    assert_int_equal(file.kind, COMMAND_FILE);
    desk_init(&part, city, "2026-11-24 09:00");
    part.filed = 40;
    assert_ok(&part, desk_run(&part, &file));
    assert_string_equal(part.c.category.s, "s01");
    assert_ok(&d, desk_run(&d, &part.out.followups[0]));
    assert_int_equal(case_count(&d.c, &(code){"open_parts"}), 1);
    dispatch(&d);
    handle(&d, "dept");
    assert_refused(&d, desk_act(&d, operator_(), "close", "answer", "好了", "outcome", "solved", NULL), E_STATE,
                   "open_parts");
    assert_ok(&part, desk_act(&part, operator_(), "reply", "answer", "已通知", "basis", "服务承诺", NULL));
    assert_int_equal(part.out.n_followups, 1);
    assert_ok(&d, desk_run(&d, &part.out.followups[0]));
    assert_int_equal(case_count(&d.c, &(code){"open_parts"}), 0);
    assert_ok(&d, desk_act(&d, operator_(), "close", "answer", "好了", "outcome", "solved", NULL));
    desk_done(&part);
    desk_done(&d);
}

static void several_units(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    assert_ok(&d, desk_act(&d, operator_(), "accept_dispatch", "assist", "other,crew", NULL));
    handle(&d, "dept");
    assert_state(&d, "handling"); /* the lead is done, the others are not */
    assert_ok(&d, desk_act(&d, handler("other"), "sign_assist", NULL));
    assert_ok(&d, desk_act(&d, handler("other"), "done_assist", "note", "配合完成", NULL));
    assert_ok(&d, desk_act(&d, handler("crew"), "sign_assist", NULL));
    assert_ok(&d, desk_act(&d, handler("crew"), "done_assist", "note", "配合完成", NULL));
    assert_state(&d, "feedback");
    desk_done(&d);
}

static void imports(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("m01", "g11", "import", importer);
    c.filing.happened = at(&city->calendar, "2024-05-01 10:00");
    c.filing.closed = at(&city->calendar, "2024-05-03 10:00");
    assert_ok(&d, desk_run(&d, &c));
    assert_true(d.c.is_closed && d.c.is_imported);
    assert_int_equal(d.c.filed.ms, c.filing.happened.ms);
    assert_int_equal(d.c.ended.ms, c.filing.closed.ms);
    assert_int_equal(d.c.next_clock, 1); /* no clock ran */
    assert_true(str_find(d.out.entries[0].facts, S("notify"), 0) < 0);
    assert_true(str_find(d.out.entries[0].facts, S("\"basis\":\"import\""), 0) > 0);
    c.actor = operator_();
    assert_refused(&d, desk_run(&d, &c), E_DENIED, "not_allowed");
    desk_done(&d);
}

static void conflicts_and_wrong_fields(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    struct command c = {.kind = COMMAND_ACT, .actor = operator_(), .action = code_of("accept"), .seen_version = 9};
    assert_refused(&d, desk_run(&d, &c), E_CONFLICT, "version");
    assert_refused(&d, desk_act(&d, operator_(), "fly", NULL), E_STATE, "unknown_action");
    assert_refused(&d, desk_act(&d, operator_(), "accept", "colour", "red", NULL), E_INVALID, "unknown_field");
    assert_refused(&d, desk_act(&d, operator_(), "accept", "category", "zz", NULL), E_INVALID, "unknown_category");
    assert_refused(&d, desk_act(&d, operator_(), "accept", "category", "p01", NULL), E_INVALID, "other_procedure");
    assert_refused(&d, desk_act(&d, operator_(), "accept", "condition", "s01.1", NULL), E_INVALID, "unknown_condition");
    assert_ok(&d, desk_act(&d, operator_(), "accept", "category", "m02", NULL));
    assert_true(d.c.is_private);
    assert_string_equal(d.c.condition.s, "m02.1");
    assert_string_equal(d.c.unit.s, "office1");
    assert_refused(&d, desk_act(&d, operator_(), "dispatch", "unit", "dept", NULL), E_INVALID, "taken_back");
    desk_done(&d);
}

static void the_unknown_is_sorted_by_a_person(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("zz", "g21", "web", reporter);
    assert_ok(&d, desk_run(&d, &c));
    assert_string_equal(d.c.category.s, "m09");
    assert_true(case_flag(&d.c, &(code){"proposed"}));
    c = filing_of("m01", "", "web", reporter);
    c.filing.confidence = 300;
    assert_ok(&d, desk_run(&d, &c));
    assert_true(case_flag(&d.c, &(code){"proposed"}));
    assert_ok(&d, desk_act(&d, operator_(), "accept", NULL));
    assert_false(case_flag(&d.c, &(code){"proposed"}));
    desk_done(&d);
}

static void repeats_are_linked(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("m01", "g11", "web", reporter);
    code earlier = number_format(S("TT"), day_from_ymd(2026, 11, 1), 3);
    c.values[0] = (struct value){code_of("earlier"), str_code(&earlier)};
    c.n_values = 1;
    assert_ok(&d, desk_run(&d, &c));
    assert_true(code_is(&d.c.links[0].kind, "earlier") && code_eq(&d.c.links[0].number, &earlier));
    c.values[0].text = S("TT20261101000030"); /* remembered wrongly */
    assert_ok(&d, desk_run(&d, &c));
    assert_true(code_empty(&d.c.links[0].kind));
    desk_done(&d);
}

static void a_person_corrects_the_category(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("m01", "g11", "web", reporter);
    c.filing.confidence = 700;
    assert_ok(&d, desk_run(&d, &c));
    assert_int_equal(d.c.confidence, 700);
    assert_ok(&d, desk_act(&d, operator_(), "accept", "category", "m02", NULL));
    assert_int_equal(d.c.confidence, 1000);
    assert_true(case_flag(&d.c, &(code){"urgent"})); /* 2 wall hours */
    desk_done(&d);
}

/* A clock that was missed stays missed, also for guards, after it has stopped. */
static void missed_stays_missed(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    dispatch(&d);
    assert_ok(&d, desk_act(&d, handler("dept"), "sign", NULL));
    desk_wait(&d, MS_DAY); /* no tick came, but the time is over */
    assert_ok(&d, desk_act(&d, handler("dept"), "ask", "question", "在哪一侧？", NULL));
    assert_true(case_clock(&d.c, "handling", 0)->missed);
    assert_ok(&d, desk_act(&d, reporter, "answer", "text", "东侧", NULL));
    assert_ok(&d, desk_act(&d, handler("dept"), "done", "result", "好了", NULL));
    assert_int_equal(case_clock(&d.c, "handling", 0)->state, CLOCK_MISSED_STOPPED);
    desk_done(&d);
}

static void contacts_and_erasure(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    struct command read = {.kind = COMMAND_READ, .actor = operator_()};
    assert_refused(&d, desk_run(&d, &read), E_INVALID, "missing_field");
    read.values[0] = (struct value){code_of("purpose"), S("回访")};
    read.n_values = 1;
    assert_ok(&d, desk_run(&d, &read));
    assert_int_equal(d.out.entries[0].kind, ENTRY_READ);
    read.actor = grid("g11");
    assert_refused(&d, desk_run(&d, &read), E_DENIED, "not_allowed");
    struct command erase = {.kind = COMMAND_ERASE, .actor = machine};
    assert_refused(&d, desk_run(&d, &erase), E_STATE, "still_open");
    assert_ok(&d, desk_act(&d, reporter, "withdraw", NULL));
    assert_ok(&d, desk_run(&d, &erase));
    assert_true(d.c.is_erased);
    assert_ok(&d, desk_run(&d, &erase));
    assert_int_equal(d.out.n_entries, 0);
    desk_done(&d);
}

static bool is_offered(const struct desk *d, struct actor actor, const char *action) {
    struct offer all[64];
    size_t n = offers(city, city, &d->c, &actor, d->now, all, ARRAY_LEN(all));
    for (size_t i = 0; i < n; i++)
        if (code_is(&all[i].action->name, action)) return true;
    return false;
}

static void offers_fit_the_actor(void **state) {
    (void)state;
    struct desk d;
    start(&d, "g11");
    assert_true(is_offered(&d, operator_(), "accept"));
    assert_false(is_offered(&d, operator_(), "dispatch"));
    assert_false(is_offered(&d, reporter, "accept"));
    assert_true(is_offered(&d, reporter, "withdraw"));
    dispatch(&d);
    assert_true(is_offered(&d, handler("dept"), "sign"));
    assert_false(is_offered(&d, handler("other"), "sign"));
    assert_false(is_offered(&d, operator_(), "resume_in_time"));
    desk_done(&d);
}

/* The same life in the real package, by the posts of its roles. */
static void in_jintan(void **state) {
    (void)state;
    struct city *jintan = jintan_city();
    struct desk d;
    desk_init(&d, jintan, "2026-11-24 09:00");
    struct command c = filing_of("m01001", "320413001001001", "web", reporter);
    assert_ok(&d, desk_run(&d, &c));
    assert_string_equal(d.c.unit.s, "owner_water");
    struct actor operator_1 = staff("operator", "centre", ""), water = staff("handler", "owner_water", "");
    struct actor walker = staff("grid_worker", "", "320413001001001");
    assert_ok(&d, desk_act(&d, operator_1, "accept_dispatch", NULL));
    assert_at(&jintan->calendar, case_clock(&d.c, "handling", 0)->due, "2026-11-24 11:00", __LINE__);
    assert_true(case_flag(&d.c, &(code){"urgent"}));
    assert_ok(&d, desk_act(&d, water, "sign", NULL));
    assert_refused(&d, desk_act(&d, water, "done", "result", "已恢复", NULL), E_INVALID, "missing_field");
    assert_ok(&d, desk_act(&d, water, "done", "result", "已恢复", "media", "0123456789abcdef0123456789abcdef", NULL));
    assert_ok(&d, desk_act(&d, operator_1, "ask_verification", NULL));
    assert_ok(&d, desk_act(&d, walker, "verify_pass", NULL));
    assert_ok(&d, desk_act(&d, operator_1, "close", "answer", "已恢复", "outcome", "solved", NULL));
    assert_true(d.c.is_closed);
    desk_done(&d);
    city_free(jintan);
}

int main(void) {
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_filing_to_rating),
        cmocka_unit_test(words_are_parted),
        cmocka_unit_test(refused_with_a_channel),
        cmocka_unit_test(returned_twice_then_designated),
        cmocka_unit_test(extended_twice_never_after_due),
        cmocka_unit_test(asked_and_answered),
        cmocka_unit_test(waiting_ends_by_itself),
        cmocka_unit_test(ticks_count_once),
        cmocka_unit_test(a_failing_timer_action_stops_nothing),
        cmocka_unit_test(suspended_once),
        cmocka_unit_test(rework_goes_to_the_same_unit),
        cmocka_unit_test(reopened_twice),
        cmocka_unit_test(solved_on_the_spot),
        cmocka_unit_test(withdrawn_and_added_to),
        cmocka_unit_test(merged_tells_the_other),
        cmocka_unit_test(split_closes_after_its_parts),
        cmocka_unit_test(several_units),
        cmocka_unit_test(imports),
        cmocka_unit_test(conflicts_and_wrong_fields),
        cmocka_unit_test(the_unknown_is_sorted_by_a_person),
        cmocka_unit_test(repeats_are_linked),
        cmocka_unit_test(a_person_corrects_the_category),
        cmocka_unit_test(missed_stays_missed),
        cmocka_unit_test(contacts_and_erasure),
        cmocka_unit_test(offers_fit_the_actor),
        cmocka_unit_test(in_jintan),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    arena_done(&memory);
    return failed;
}
