/* What a refusal says is possible instead, and by whom: by hand. That it is true of every state, role and relation:
 * test_exhaustive.c and test_exhaustive_city.c; that it names nobody a complaint is about: ../query/test_recusal.c. */
#include <string.h>

#include "case_support.h"

#include "casework/instead.h"

static struct city *city;
static struct arena memory;

static bool ask(const struct desk *d, struct actor who, const char *action, struct instead *ret) {
    code wanted = code_of(action);
    struct refused q = {city, city, &d->c, &who, &wanted, d->now};
    return instead_of(&q, ret);
}

static bool may_do(const struct instead *i, const char *action) {
    for (size_t k = 0; k < i->n_possible; k++)
        if (code_is(&i->possible[k].action->name, action)) return true;
    return false;
}

static const struct holder *holder(const struct instead *i, enum post post) {
    for (size_t k = 0; k < i->n_who; k++)
        if (i->who[k].post == post) return &i->who[k];
    return NULL;
}

static void assert_holder(const struct instead *i, enum post post, const char *unit, const char *role) {
    const struct holder *h = holder(i, post);
    if (h == NULL) fail_msg("nobody has the post %s", post_name(post));
    assert_string_equal(h->unit.s, unit);
    for (size_t k = 0; k < h->n_roles; k++)
        if (code_is(&h->roles[k], role)) return;
    fail_msg("%s may not do it as %s", role, post_name(post));
}

static void begin(struct desk *d) {
    desk_init(d, city, "2026-11-24 09:00");
    struct command f = filing_of("m01", "g11", "web", reporter);
    assert_ok(d, desk_run(d, &f));
}

static void at_the_wrong_time(void **state) {
    (void)state;
    struct desk d;
    struct instead i;
    begin(&d);
    struct actor centre = staff("operator", "centre", "");
    assert_refused(&d, desk_act(&d, centre, "sign", NULL), E_STATE, "wrong_state");
    assert_true(ask(&d, centre, "sign", &i));
    assert_string_equal(i.wanted->name.s, "sign");
    assert_false(i.now);
    assert_holder(&i, POST_UNIT, "", "handler"); /* there is no task yet: no unit is named */
    assert_true(may_do(&i, "accept_dispatch") && may_do(&i, "note"));
    desk_done(&d);
}

static void by_the_wrong_person(void **state) {
    (void)state;
    struct desk d;
    struct instead i;
    begin(&d);
    struct actor centre = staff("operator", "centre", ""), handler = staff("handler", "dept", "");
    assert_ok(&d, desk_act(&d, centre, "accept_dispatch", NULL));
    assert_refused(&d, desk_act(&d, centre, "sign", NULL), E_DENIED, "not_allowed");
    assert_true(ask(&d, centre, "sign", &i));
    assert_true(i.now);
    assert_holder(&i, POST_UNIT, "dept", "handler");
    assert_holder(&i, POST_UNIT, "dept", "unit_head");
    assert_refused(&d, desk_act(&d, handler, "supervise", "note", "x", NULL), E_DENIED, "not_allowed");
    assert_true(ask(&d, handler, "supervise", &i));
    assert_holder(&i, POST_SUPERVISOR, "centre", "supervisor");
    assert_true(may_do(&i, "sign"));
    desk_done(&d);
}

/* The reason of a rule says all: who may is the one who asked. */
static void against_a_rule(void **state) {
    (void)state;
    struct desk d;
    struct instead i;
    begin(&d);
    struct actor handler = staff("handler", "dept", "");
    assert_ok(&d, desk_act(&d, staff("operator", "centre", ""), "accept_dispatch", NULL));
    assert_ok(&d, desk_act(&d, handler, "sign", NULL));
    assert_refused(&d, desk_act(&d, handler, "object_phone_sign", "note", "x", NULL), E_STATE, "not_signed_by_phone");
    assert_true(ask(&d, handler, "object_phone_sign", &i));
    assert_null(i.wanted);
    assert_int_equal(i.n_who, 0);
    assert_true(may_do(&i, "done"));
    desk_done(&d);
}

static void an_unknown_action(void **state) {
    (void)state;
    struct desk d;
    struct instead i;
    begin(&d);
    assert_true(ask(&d, staff("operator", "centre", ""), "fly", &i));
    assert_null(i.wanted);
    assert_true(may_do(&i, "accept_dispatch"));
    desk_done(&d);
}

static void a_stranger_is_told_nothing(void **state) {
    (void)state;
    struct desk d;
    struct instead i;
    begin(&d);
    const struct actor strangers[] = {
        staff("handler", "other", ""), staff("grid_worker", "", "g21"),
        staff("admin", "", ""),        staff("ghost", "dept", "g11"),
        {.kind = ACTOR_CONTRACTOR},    {.kind = ACTOR_PEER, .role = code_of("changzhou")}};
    for (size_t k = 0; k < ARRAY_LEN(strangers); k++) {
        memset(&i, 1, sizeof i);
        assert_false(ask(&d, strangers[k], "accept_dispatch", &i));
        assert_int_equal(i.n_possible + i.n_who, 0);
        assert_true(i.wanted == NULL && i.at == NULL);
    }
    desk_done(&d);
}

/* Of what is not his to do a reporter hears the same in every state, so that tasks that he does not see stay unseen. */
static void a_reporter_hears_of_his_part_only(void **state) {
    (void)state;
    struct desk d;
    struct instead i;
    begin(&d);
    for (int step = 0; step < 2; step++) {
        assert_refused(&d, desk_act(&d, reporter, "sign", NULL), E_DENIED, "not_allowed");
        assert_refused(&d, desk_act(&d, reporter, "dispatch", NULL), E_DENIED, "not_allowed");
        assert_true(ask(&d, reporter, "sign", &i));
        assert_null(i.wanted);
        assert_int_equal(i.n_who, 0);
        assert_true(may_do(&i, "add") && may_do(&i, "withdraw") && !may_do(&i, "sign"));
        if (step == 0) assert_ok(&d, desk_act(&d, staff("operator", "centre", ""), "accept_dispatch", NULL));
    }
    /* the centre may reopen it too, which is not his business */
    assert_refused(&d, desk_act(&d, reporter, "reopen", "text", "x", NULL), E_STATE, "wrong_state");
    assert_true(ask(&d, reporter, "reopen", &i));
    assert_string_equal(i.wanted->name.s, "reopen");
    assert_int_equal(i.n_who, 1);
    assert_int_equal(i.who[0].post, POST_REPORTER);
    assert_int_equal(i.who[0].n_roles, 0);
    desk_done(&d);
}

/* The bearer of one task's pass cannot find out what became of another task. */
static void a_contractor_hears_of_his_task_only(void **state) {
    (void)state;
    struct desk d;
    struct instead i;
    begin(&d);
    struct actor handler = staff("handler", "dept", "");
    assert_ok(&d, desk_act(&d, staff("operator", "centre", ""), "accept_dispatch", NULL));
    assert_ok(&d, desk_act(&d, handler, "sign", NULL));
    struct command give = {.kind = COMMAND_ACT, .case_id = d.c.id, .actor = handler, .action = code_of("give_out")};
    give.values[0] = (struct value){code_of("work"), S("换井盖")};
    give.n_values = 1;
    give.pass = code_of("one");
    assert_ok(&d, desk_run(&d, &give));
    uint32_t first = open_task(&d.c, "contractor")->id;
    struct actor one = {.kind = ACTOR_CONTRACTOR, .role = code_of("one")};
    struct command take = {.kind = COMMAND_ACT, .case_id = d.c.id, .actor = one, .action = code_of("take_job")};
    take.pass = code_of("one_taken");
    assert_ok(&d, desk_run(&d, &take));
    one.role = take.pass;
    /* a second one, which is given but not taken; when there is none the answer is the same */
    for (int second = 0; second < 2; second++) {
        take.actor = one;
        assert_refused(&d, desk_run(&d, &take), E_STATE, "wrong_state");
        assert_refused(&d, desk_act(&d, one, "done", NULL), E_DENIED, "not_allowed");
        assert_refused(&d, desk_act_task(&d, one, "take_job", first + 1, NULL), E_STATE, "wrong_state");
        assert_true(ask(&d, one, "take_job", &i));
        assert_false(i.now);
        assert_int_equal(i.n_who, 1);
        assert_int_equal(i.who[0].post, POST_CONTRACTOR);
        for (size_t k = 0; k < i.n_possible; k++) assert_int_equal(i.possible[k].task, first);
        if (second == 1) break;
        struct task *other = &d.c.tasks[TASKS_MAX - 1];
        *other = *open_task(&d.c, "contractor");
        other->id = d.c.next_task++;
        other->state = procedure_task(city_procedure(city, S("report")), &other->kind)->states[0].name;
    }
    desk_done(&d);
}

/* In a complaint of conduct the discipline organ stands in the centre's place; nothing names the accused. */
static void a_complaint_is_the_investigators(void **state) {
    (void)state;
    struct desk d;
    struct instead i;
    static const char *const accused[] = {"dept", "centre"};
    for (size_t k = 0; k < ARRAY_LEN(accused); k++) {
        desk_init(&d, city, "2026-11-24 09:00");
        struct command f = filing_of("m01", "g11", "web", reporter);
        f.filing.about = ABOUT_CONDUCT;
        f.filing.about_unit = code_of(accused[k]);
        assert_ok(&d, desk_run(&d, &f));
        struct actor investigator = staff("investigator", "discipline", "");
        assert_false(ask(&d, staff("operator", "centre", ""), "accept", &i));
        assert_false(ask(&d, staff("handler", "dept", ""), "accept", &i));
        assert_true(ask(&d, investigator, "sign", &i));
        assert_true(i.n_who > 0);
        for (size_t n = 0; n < i.n_who; n++) assert_string_not_equal(i.who[n].unit.s, accused[k]);
        struct actor other_head = staff("head", "centre", ""); /* opens seals */
        if (k == 0) {
            assert_true(ask(&d, other_head, "supervise", &i));
            assert_int_equal(holder(&i, POST_SUPERVISOR)->n_roles, 0); /* no supervisor opens seals here */
        } else {
            assert_false(ask(&d, other_head, "supervise", &i));
        }
        desk_done(&d);
    }
}

int main(void) {
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_the_wrong_time),
        cmocka_unit_test(by_the_wrong_person),
        cmocka_unit_test(against_a_rule),
        cmocka_unit_test(an_unknown_action),
        cmocka_unit_test(a_stranger_is_told_nothing),
        cmocka_unit_test(a_reporter_hears_of_his_part_only),
        cmocka_unit_test(a_contractor_hears_of_his_task_only),
        cmocka_unit_test(a_complaint_is_the_investigators),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    arena_done(&memory);
    return failed;
}
