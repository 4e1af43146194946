/* Petitions and mediation: what needs consent, several units, other levels and the will of both sides. */
#include <string.h>

#include "case_support.h"

static struct city *city;
static struct arena memory;

/* In the tiny city "other" is the petition office and the mediation centre. */
static struct actor office(void) {
    return staff("handler", "other", "");
}

static struct actor organ(const char *unit) {
    return staff("handler", unit, "");
}

static void start(struct desk *d, const char *category) {
    desk_init(d, city, "2026-11-24 09:00");
    struct command c = filing_of(category, "g11", "letter", reporter);
    assert_ok(d, desk_run(d, &c));
    assert_string_equal(d->c.unit.s, "other");
    assert_true(d->c.is_private);
}

/* Registered as it was said, then transferred. */
static void transfer(struct desk *d, const char *units) {
    if (!case_flag(&d->c, &(code){"entered"}))
        assert_ok(d,
                  desk_act(d, office(), "register", "kind", "request", "form", "written", "elsewhere", "none", NULL));
    assert_ok(d, desk_act(d, office(), "transfer", "units", units, NULL));
}

static enum status reply(struct desk *d, struct actor who) {
    return desk_act(d, who, "reply", "request", "支付工资", "facts", "属实", "answer", "支持", "basis",
                    "条例第三十二条", "result", "support", "remedy", "review", NULL);
}

static void opinion(struct desk *d, const char *unit) {
    assert_ok(d, desk_act(d, organ(unit), "opinion", "result", "support", "note", "事实清楚", NULL));
}

static void several_organs_answer_together(void **state) {
    (void)state;
    struct desk d;
    start(&d, "p01");
    assert_at(&city->calendar, case_clock(&d.c, "state:registered", 0)->due, "2026-12-10 00:00", __LINE__);
    transfer(&d, "dept,crew");
    assert_state(&d, "transferred");
    desk_wait(&d, 2 * MS_DAY);
    assert_ok(&d, desk_act(&d, organ("dept"), "accept", "note", "已受理", NULL));
    assert_state(&d, "handling");
    instant first = d.c.accepted;
    desk_wait(&d, MS_DAY);
    assert_ok(&d, desk_act(&d, organ("crew"), "accept", "note", "已受理", NULL));
    assert_int_equal(d.c.accepted.ms, first.ms); /* the 60 days run from the first acceptance */
    assert_at(&city->calendar, case_clock(&d.c, "handling", 0)->due, "2027-01-26 00:00", __LINE__);
    opinion(&d, "dept");
    assert_refused(&d, reply(&d, office()), E_STATE, "open_tasks");
    opinion(&d, "crew");
    assert_ok(&d, reply(&d, office()));
    assert_state(&d, "answered");
    assert_true(str_find(d.out.entries[0].facts, S("\"basis\":\"field\""), 0) > 0);
    desk_done(&d);
}

static void objection_within_five_work_days(void **state) {
    (void)state;
    struct desk d;
    start(&d, "p01");
    transfer(&d, "dept");
    assert_ok(&d, desk_act(&d, organ("dept"), "object", "note", "依照三定方案不属本单位职责", NULL));
    assert_refused(&d, desk_act(&d, organ("dept"), "accept", "note", "x", NULL), E_STATE, "wrong_state");
    assert_refused(&d, desk_act(&d, organ("dept"), "agree_objection", NULL), E_DENIED, "not_allowed");
    assert_ok(&d, desk_act(&d, office(), "agree_objection", NULL));
    assert_state(&d, "registered");
    assert_null(open_task(&d.c, "handle"));
    transfer(&d, "dept");
    d.now = at(&city->calendar, "2026-12-02 00:01"); /* the fifth working day after 24 November is over */
    assert_refused(&d, desk_act(&d, organ("dept"), "object", "note", "依照三定方案不属本单位职责", NULL), E_STATE,
                   "too_late");
    d.now = at(&city->calendar, "2026-12-01 23:59");
    assert_ok(&d, desk_act(&d, organ("dept"), "object", "note", "依照三定方案不属本单位职责", NULL));
    assert_ok(&d, desk_act(&d, office(), "refuse_objection", "note", "属该单位职责", NULL));
    assert_refused(&d, desk_act(&d, organ("dept"), "object", "note", "依照三定方案不属本单位职责", NULL), E_STATE,
                   "wrong_state"); /* it must accept, and has what is left of its 15 days */
    assert_at(&city->calendar, case_clock(&d.c, "task", open_task(&d.c, "handle")->id)->due, "2026-12-10 00:00",
              __LINE__);
    assert_ok(&d, desk_act(&d, organ("dept"), "accept", "note", "已受理", NULL));
    desk_done(&d);
}

static void thirty_days_more_once(void **state) {
    (void)state;
    struct desk d;
    start(&d, "p01");
    transfer(&d, "dept");
    assert_ok(&d, desk_act(&d, organ("dept"), "accept", "note", "已受理", NULL));
    assert_ok(&d, desk_act(&d, organ("dept"), "request_extension", "note", "情况复杂", NULL));
    assert_refused(&d, desk_act(&d, office(), "grant_extension", "note", "x", NULL), E_DENIED, "not_allowed");
    struct actor head = staff("unit_head", "dept", ""), other_head = staff("unit_head", "crew", "");
    assert_refused(&d, desk_act(&d, other_head, "grant_extension", "note", "x", NULL), E_DENIED, "not_allowed");
    assert_ok(&d, desk_act(&d, head, "grant_extension", "note", "情况复杂，延长三十日", NULL));
    const struct clock *k = case_clock(&d.c, "handling", 0);
    assert_true(k->amount == 90 && k->original == 60 && k->extensions == 1);
    assert_refused(&d, desk_act(&d, organ("dept"), "request_extension", "note", "情况复杂", NULL), E_STATE,
                   "extended_twice");
    desk_done(&d);
}

static void review_and_final_review(void **state) {
    (void)state;
    struct desk d;
    start(&d, "p01");
    transfer(&d, "dept");
    assert_ok(&d, desk_act(&d, organ("dept"), "accept", "note", "已受理", NULL));
    opinion(&d, "dept");
    assert_ok(&d, reply(&d, office()));
    assert_refused(&d, desk_act(&d, reporter, "ask_rereview", "text", "不服", NULL), E_STATE, "too_early");
    assert_ok(&d, desk_act(&d, reporter, "ask_review", "text", "不服", NULL));
    assert_false(d.c.is_over || d.c.is_answered);
    assert_refused(&d, desk_act(&d, office(), "assign_review", "unit", "dept", NULL), E_STATE, "same_organ");
    assert_ok(&d, desk_act(&d, office(), "assign_review", "unit", "centre", NULL));
    assert_ok(&d, desk_act(&d, organ("centre"), "review_opinion", "facts", "属实", "answer", "维持", "basis",
                           "条例第三十五条", "remedy", "rereview", NULL));
    assert_refused(&d, desk_act(&d, reporter, "ask_review", "text", "不服", NULL), E_STATE, "already_reopened");
    assert_ok(&d, desk_act(&d, reporter, "ask_rereview", "text", "不服", NULL));
    assert_at(&city->calendar, case_clock(&d.c, "state:rereview", 0)->due, "2026-12-25 00:00", __LINE__);
    assert_ok(&d, desk_act(&d, office(), "hold_hearing", "note", "三日后听证", NULL));
    desk_wait(&d, 3 * MS_DAY);
    assert_ok(&d, desk_act(&d, office(), "end_hearing", NULL));
    /* Three days of hearing are left out; 27 December is a Sunday, so the limit ends with the Monday. */
    assert_at(&city->calendar, case_clock(&d.c, "state:rereview", 0)->due, "2026-12-29 00:00", __LINE__);
    assert_refused(&d, desk_act(&d, office(), "assign_rereview", "unit", "centre", NULL), E_STATE, "same_organ");
    assert_ok(&d, desk_act(&d, office(), "assign_rereview", "unit", "office1", NULL));
    assert_ok(&d, desk_act(&d, organ("office1"), "rereview_opinion", "facts", "属实", "answer", "终结", "basis",
                           "条例第三十六条", NULL));
    desk_wait(&d, 31 * MS_DAY);
    assert_refused(&d, desk_act(&d, reporter, "ask_rereview", "text", "不服", NULL), E_STATE, "already_reopened");
    desk_done(&d);
}

static void up_and_down(void **state) {
    (void)state;
    struct desk d;
    start(&d, "p01");
    assert_ok(&d, desk_act(&d, office(), "register", "kind", "request", "form", "oral", "elsewhere", "none", NULL));
    assert_ok(&d, desk_act(&d, office(), "hand_down", "units", "office1", "note", "请镇里办理", NULL));
    assert_true(str_find(d.out.entries[0].facts, S("\"op\":\"hand\",\"name\":\"down\""), 0) > 0);
    assert_ok(&d, desk_act(&d, organ("office1"), "recuse", "note", "与本镇有直接利害关系", NULL));
    assert_state(&d, "registered");
    assert_ok(&d, desk_act(&d, office(), "hand_up", "note", "已报上级", NULL));
    assert_state(&d, "moved");
    desk_done(&d);
}

static void no_mediation_against_the_will_of_a_side(void **state) {
    (void)state;
    struct desk d;
    start(&d, "d01");
    assert_ok(&d, desk_act(&d, office(), "ask_sides", "mediator", "调解员甲", "chosen", "chosen", NULL));
    assert_refused(&d, desk_act(&d, office(), "begin", NULL), E_STATE, "consent_needed");
    assert_refused(&d, desk_act(&d, office(), "agree_to", NULL), E_INVALID, "which_task");
    assert_ok(&d, desk_act_task(&d, office(), "agree_to", 1, NULL));
    assert_refused(&d, desk_act(&d, office(), "begin", NULL), E_STATE, "consent_needed");
    assert_ok(&d, desk_act_task(&d, office(), "decline", 2, NULL));
    assert_refused(&d, desk_act(&d, office(), "begin", NULL), E_STATE, "refused_by_party");
    assert_refused(&d, desk_act(&d, office(), "fail", "note", "一方不同意", NULL), E_INVALID, "missing_field");
    assert_ok(&d, desk_act(&d, office(), "fail", "note", "可向人民法院起诉", "channel", "police", NULL));
    assert_true(d.c.is_over && !d.c.is_closed);
    desk_done(&d);
}

static enum status agree(struct desk *d, const char *form, const char *signed_by) {
    return desk_act(d, office(), "agree", "form", form, "parties", "甲、乙", "facts", "拖欠工资", "answer",
                    "十日内付清", "perform_by", "2026-12-20T18:00:00+08:00", "signed", signed_by, NULL);
}

static void joint_mediation_until_it_is_kept(void **state) {
    (void)state;
    struct desk d;
    start(&d, "d01");
    assert_ok(&d, desk_act(&d, office(), "ask_sides", "mediator", "调解员甲", "chosen", "chosen", NULL));
    assert_ok(&d, desk_act_task(&d, office(), "agree_to", 1, NULL));
    assert_ok(&d, desk_act_task(&d, office(), "agree_to", 2, NULL));
    assert_ok(&d, desk_act(&d, office(), "begin", NULL));
    assert_ok(&d, desk_act(&d, office(), "invite", "units", "dept,crew", NULL));
    assert_refused(&d, agree(&d, "written", "all"), E_STATE, "open_tasks");
    for (int i = 0; i < 2; i++) {
        const char *unit = i == 0 ? "dept" : "crew";
        assert_ok(&d, desk_act(&d, organ(unit), "join", NULL));
        assert_ok(&d, desk_act(&d, organ(unit), "joined_done", "note", "已配合", NULL));
    }
    assert_refused(&d, agree(&d, "written", "missing"), E_STATE, "not_signed");
    assert_ok(&d, agree(&d, "written", "all"));
    assert_ok(&d, desk_act(&d, office(), "broken", "text", "未按期付款", NULL));
    assert_ok(&d, agree(&d, "oral", "all"));
    assert_ok(&d, desk_act(&d, office(), "kept", "basis", "已全部履行", NULL));
    assert_state(&d, "settled");
    desk_done(&d);
}

int main(void) {
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_organs_answer_together),
        cmocka_unit_test(objection_within_five_work_days),
        cmocka_unit_test(thirty_days_more_once),
        cmocka_unit_test(review_and_final_review),
        cmocka_unit_test(up_and_down),
        cmocka_unit_test(no_mediation_against_the_will_of_a_side),
        cmocka_unit_test(joint_mediation_until_it_is_kept),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    arena_done(&memory);
    return failed;
}
