/* What laws ask of procedures beyond states and clocks: who may not act or decide again, from when a period runs, a date set
 * by somebody else, the consent of a head. */
#include <string.h>

#include "case_support.h"

static struct city *city;
static struct arena memory;

static const char lab[] =
    "procedure: lab\n"
    "label: {zh: 试, en: Lab}\n"
    "matter: {zh: 试, en: matter}\n"
    "person: {zh: 人, en: person}\n"
    "basis: local rule\n"
    "states:\n"
    "  first: {label: {zh: 一, en: First}, owner: centre, no_clock: \"none\"}\n"
    "  done: {label: {zh: 完, en: Done}, owner: centre, end: closed}\n"
    "tasks:\n"
    "  job:\n"
    "    label: {zh: 活, en: Job}\n"
    "    states:\n"
    "      open: {label: {zh: 开, en: Open}, owner: unit, no_clock: \"none\"}\n"
    "      shut: {label: {zh: 关, en: Shut}, owner: unit, end: closed}\n"
    "  leave:\n"
    "    label: {zh: 批, en: Leave}\n"
    "    states:\n"
    "      asked: {label: {zh: 问, en: Asked}, owner: head, no_clock: \"none\"}\n"
    "      given: {label: {zh: 准, en: Given}, owner: head, end: closed}\n"
    "actions:\n"
    "  give: {label: {zh: 派, en: Give}, from: [first], by: [centre], fields: {unit: {label: {zh: 单, en: Unit}, type: "
    "unit, "
    "required: true}}, effects: [{task: job, do: open, unit: field.unit}]}\n"
    "  shut: {label: {zh: 关, en: Shut}, task: job, task_from: [open], task_to: shut, by: [unit]}\n"
    "  withdraw: {label: {zh: 避, en: Withdraw}, from: [first], by: [unit, centre], effects: [{recuse: actor}]}\n"
    "  ask: {label: {zh: 问, en: Ask}, task: job, task_from: [open], by: [unit], effects: [{task: leave, do: open, "
    "unit: "
    "unit}]}\n"
    "  allow: {label: {zh: 准, en: Allow}, task: leave, task_from: [asked], task_to: given, by: [head]}\n"
    "  decide: {label: {zh: 决, en: Decide}, from: [first], by: [head]}\n"
    "  review: {label: {zh: 复, en: Review}, from: [first], by: [centre], fields: {unit: {label: {zh: 单, en: Unit}, "
    "type: "
    "unit, required: true}}, guards: [{field: unit, never: job, refusal: same_unit}]}\n"
    "  serve: {label: {zh: 送, en: Serve}, from: [first], by: [centre], effects: [{mark: signed}]}\n"
    "  appeal: {label: {zh: 诉, en: Appeal}, from: [first], by: [reporter], guards: [{within: 3 calendar_days, from: "
    "signed, basis: law, refusal: too_late}]}\n"
    "  set: {label: {zh: 定, en: Set}, from: [first], by: [centre], fields: {by: {label: {zh: 期, en: By}, type: "
    "instant}}, "
    "effects: [{clock: report, do: start, until: field.by, basis: law}]}\n"
    "  take: {label: {zh: 收, en: Take}, from: [first], by: [centre], effects: [{mark: accepted, at: filed}, {clock: "
    "work, "
    "do: start, limit: 2 calendar_days, from: accepted, basis: law}]}\n"
    "  once: {label: {zh: 初, en: Once}, from: [first], by: [centre], guards: [{linked: earlier, set: false, refusal: "
    "r}]}\n"
    "  again: {label: {zh: 再, en: Again}, from: [first], by: [centre], guards: [{linked: earlier, refusal: r}]}\n"
    "  anew: {label: {zh: 另, en: Anew}, from: [first], by: [centre], fields: {text: {label: {zh: 文, en: Text}, type: "
    "text, "
    "required: true}, category: {label: {zh: 类, en: Category}, type: category, any: true, required: true}}, effects: "
    "[{split: field.text}]}\n"
    "  close: {label: {zh: 结, en: Close}, from: [first], to: done, by: [centre], fields: {answer: {label: {zh: 答, "
    "en: "
    "Answer}, type: text, required: true}}, effects: [{answer: field.answer}]}\n";

static void add_lab(void) {
    struct findings found;
    struct procedure *all = NEW_ARRAY(&memory, struct procedure, city->n_procedures + 1);
    findings_init(&found, &memory);
    memcpy(all, city->procedures, city->n_procedures * sizeof *all);
    struct procedure *p = &all[city->n_procedures];
    if (procedure_parse(S(lab), S("lab.yaml"), city->langs, 2, &memory, p, &found) == OK) procedure_check(p, 2, &found);
    if (found.n > 0) fail_msg("%u: %.*s", found.items[0].line, P(found.items[0].what));
    city->procedures = all;
    city->n_procedures++;
    city->categories[city_category(city, S("m09"))].procedure = code_of("lab");
    city->roles[2].posts |= 1U << POST_HEAD; /* the handlers of this city are heads as well … */
    city->roles[4].posts &= ~(1U << POST_HEAD);
}

static struct actor operator_(void) {
    return staff("operator", "centre", "");
}

static struct actor worker(const char *unit, uint64_t id) {
    struct actor a = staff("handler", unit, "");
    a.staff = id;
    return a;
}

static void start(struct desk *d) {
    desk_init(d, city, "2026-11-24 09:00");
    struct command c = filing_of("m09", "g11", "web", reporter);
    assert_ok(d, desk_run(d, &c));
}

/* Petition Regulation 28(3). */
static void who_withdraws_does_nothing_more(void **state) {
    (void)state;
    struct desk d;
    start(&d);
    assert_ok(&d, desk_act(&d, operator_(), "give", "unit", "dept", NULL));
    assert_ok(&d, desk_act(&d, worker("dept", 7), "withdraw", NULL));
    assert_refused(&d, desk_act(&d, worker("dept", 7), "shut", NULL), E_DENIED, "not_allowed");
    struct offer all[8];
    struct actor away = worker("dept", 7);
    assert_int_equal(offers(city, city, &d.c, &away, d.now, all, ARRAY_LEN(all)), 0);
    assert_ok(&d, desk_act(&d, worker("dept", 7 + 1), "shut", NULL)); /* a colleague goes on */
    for (uint64_t id = 20; id < 20 + RECUSED_MAX; id++) {
        struct actor a = operator_();
        a.staff = id;
        enum status want = id < 20 + RECUSED_MAX - 1 ? OK : E_TOO_MANY;
        assert_int_equal(desk_act(&d, a, "withdraw", NULL), want);
    }
    desk_done(&d);
}

static void a_head_consents_for_his_unit_only(void **state) {
    (void)state;
    struct desk d;
    start(&d);
    assert_ok(&d, desk_act(&d, operator_(), "give", "unit", "dept", NULL));
    assert_ok(&d, desk_act(&d, operator_(), "give", "unit", "other", NULL));
    assert_ok(&d, desk_act(&d, worker("other", 3), "ask", NULL));
    assert_string_equal(open_task(&d.c, "leave")->unit.s, "other"); /* of the acted task */
    assert_refused(&d, desk_act(&d, worker("dept", 4), "allow", NULL), E_DENIED, "not_allowed");
    assert_refused(&d, desk_act(&d, operator_(), "allow", NULL), E_DENIED, "not_allowed");
    assert_ok(&d, desk_act(&d, worker("other", 3), "allow", NULL));
    assert_ok(&d, desk_act(&d, worker("dept", 4), "decide", NULL));
    assert_refused(&d, desk_act(&d, worker("crew", 5), "decide", NULL), E_DENIED, "not_allowed");
    desk_done(&d);
}

static void who_decided_does_not_review(void **state) {
    (void)state;
    struct desk d;
    start(&d);
    assert_ok(&d, desk_act(&d, operator_(), "give", "unit", "dept", NULL));
    assert_refused(&d, desk_act(&d, operator_(), "review", "unit", "dept", NULL), E_STATE, "same_unit");
    assert_string_equal(d.err.field, "unit");
    assert_ok(&d, desk_act(&d, worker("dept", 2), "shut", NULL));
    assert_refused(&d, desk_act(&d, operator_(), "review", "unit", "dept", NULL), E_STATE, "same_unit");
    assert_ok(&d, desk_act(&d, operator_(), "review", "unit", "other", NULL));
    desk_done(&d);
}

static void a_period_begins_when_it_is_signed_for(void **state) {
    (void)state;
    struct desk d;
    start(&d);
    desk_wait(&d, 30 * MS_DAY);
    assert_ok(&d, desk_act(&d, reporter, "appeal", NULL)); /* nothing was delivered: it has not begun */
    assert_ok(&d, desk_act(&d, operator_(), "serve", NULL));
    desk_wait(&d, 3 * MS_DAY);
    assert_ok(&d, desk_act(&d, reporter, "appeal", NULL));
    desk_wait(&d, MS_DAY);
    assert_refused(&d, desk_act(&d, reporter, "appeal", NULL), E_STATE, "too_late");
    desk_done(&d);
}

static void a_date_set_by_somebody_else(void **state) {
    (void)state;
    struct desk d;
    start(&d);
    assert_ok(&d, desk_act(&d, operator_(), "set", NULL)); /* none given: no clock */
    assert_null(case_clock(&d.c, "report", 0));
    assert_ok(&d, desk_act(&d, operator_(), "set", "by", "2026-12-01T18:00:00+08:00", NULL));
    assert_at(&city->calendar, case_clock(&d.c, "report", 0)->due, "2026-12-01 18:00", __LINE__);
    assert_refused(&d, desk_act(&d, operator_(), "set", "by", "2026-11-24T08:00:00+08:00", NULL), E_INVALID,
                   "date_gone");
    assert_string_equal(d.err.field, "by");
    assert_refused(&d, desk_act(&d, operator_(), "set", "by", "2226-11-24T08:00:00+08:00", NULL), E_INVALID,
                   "date_gone");
    desk_done(&d);
}

static void what_counts_from_the_day_it_came(void **state) {
    (void)state;
    struct desk d;
    start(&d);
    desk_wait(&d, MS_DAY);
    assert_ok(&d, desk_act(&d, operator_(), "take", NULL));
    assert_at(&city->calendar, case_clock(&d.c, "work", 0)->due, "2026-11-27 00:00", __LINE__);
    desk_done(&d);
}

static void the_first_time_and_again(void **state) {
    (void)state;
    struct desk d;
    start(&d);
    assert_ok(&d, desk_act(&d, operator_(), "once", NULL));
    assert_refused(&d, desk_act(&d, operator_(), "again", NULL), E_STATE, "r");
    code earlier = d.c.number;
    struct command c = filing_of("m09", "g11", "web", reporter);
    c.values[0] = (struct value){code_of("earlier"), str_code(&earlier)};
    c.n_values = 1;
    assert_ok(&d, desk_run(&d, &c));
    assert_refused(&d, desk_act(&d, operator_(), "once", NULL), E_STATE, "r");
    assert_ok(&d, desk_act(&d, operator_(), "again", NULL));
    desk_done(&d);
}

static void filed_anew_in_any_procedure(void **state) {
    (void)state;
    struct desk d;
    start(&d);
    assert_refused(&d, desk_act(&d, operator_(), "anew", "text", "另案", "category", "q99", NULL), E_INVALID,
                   "unknown_category");
    assert_ok(&d, desk_act(&d, operator_(), "anew", "text", "另案", "category", "p01", NULL));
    assert_int_equal(d.out.n_followups, 1);
    assert_string_equal(d.out.followups[0].filing.category.s, "p01");
    desk_done(&d);
}

int main(void) {
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    add_lab();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_withdraws_does_nothing_more), cmocka_unit_test(a_head_consents_for_his_unit_only),
        cmocka_unit_test(who_decided_does_not_review),     cmocka_unit_test(a_period_begins_when_it_is_signed_for),
        cmocka_unit_test(a_date_set_by_somebody_else),     cmocka_unit_test(what_counts_from_the_day_it_came),
        cmocka_unit_test(the_first_time_and_again),        cmocka_unit_test(filed_anew_in_any_procedure),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    arena_done(&memory);
    return failed;
}
