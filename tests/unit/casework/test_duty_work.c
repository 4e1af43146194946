/* What the duty room and units do beside the order itself, in the package as it ships: call ladders, matters that few
 * read, meters, passes for contractors, the unit that stands by, clocks that run until a stated time. Whistles:
 * test_joint_work.c. */
#include <string.h>

#include "case_support.h"

#include "casework/instead.h"

static struct city *city;

#define GRID "320413001001001"
#define centre_desk staff("operator", "centre", "")

/* An urgent matter of the water company (broken cover, two hours), or a plain one of the city's own department. */
static void start(struct desk *d, const char *category, const char *unit) {
    desk_init(d, city, "2026-11-24 22:00");
    struct command f = filing_of(category, GRID, "phone", centre_desk);
    if (strcmp(category, "m01001") == 0) f.filing.condition = code_of("m01001.1");
    assert_ok(d, desk_run(d, &f));
    assert_ok(d, desk_act(d, centre_desk, "accept_dispatch", "unit", unit, NULL));
}

static int32_t rung(const struct desk *d) {
    const struct clock *k = case_ladder(&d->c, open_task(&d->c, "handle")->id);
    return k == NULL ? 0 : clock_rung(k);
}

static int64_t minutes_left(const struct desk *d) {
    return (case_ladder(&d->c, open_task(&d->c, "handle")->id)->due.ms - d->now.ms) / MS_MINUTE;
}

/* --- call ladders --- */

static void an_urgent_order_is_called_about_rung_by_rung(void **state) {
    (void)state;
    struct desk d;
    start(&d, "m01001", "owner_water");
    assert_int_equal(rung(&d), 1);
    assert_int_equal(minutes_left(&d), 5);
    desk_wait(&d, 2 * MS_MINUTE);
    assert_ok(&d, desk_act(&d, centre_desk, "call_unreached", "reason", "busy", NULL));
    assert_int_equal(rung(&d), 2); /* at once, and its own time whole */
    assert_int_equal(minutes_left(&d), 10);
    assert_ok(&d, desk_tick(&d, case_ladder(&d.c, open_task(&d.c, "handle")->id)));
    assert_int_equal(rung(&d), 3);
    assert_int_equal(minutes_left(&d), 15);
    /* nobody above the last one: it stays, and its end is the alarm */
    assert_ok(&d, desk_act(&d, centre_desk, "call_unreached", "reason", "no_answer", NULL));
    assert_int_equal(rung(&d), 3);
    assert_false(case_flag(&d.c, &(code){"not_reached"}));
    assert_ok(&d, desk_tick(&d, case_ladder(&d.c, open_task(&d.c, "handle")->id)));
    assert_true(case_flag(&d.c, &(code){"not_reached"}));
    assert_int_equal(rung(&d), 3);
    assert_ok(&d, desk_act(&d, staff("handler", "owner_water", ""), "sign", NULL));
    assert_int_equal(rung(&d), 0); /* whoever signs was reached */
    desk_done(&d);
}

/* A plain order is called about only if somebody says so. What is due for the unit is not what the duty room has to do. */
static void a_plain_order_is_called_about_by_hand(void **state) {
    (void)state;
    struct desk d;
    const struct clock *first;
    start(&d, "m06010", "cityops");
    instant due = case_due(&d.c, &first);
    assert_int_equal(rung(&d), 0);
    assert_refused(&d, desk_act(&d, centre_desk, "call_reached", "reached", "x", NULL), E_STATE, "no_ladder");
    assert_ok(&d, desk_act(&d, centre_desk, "call_ladder", NULL));
    assert_int_equal(rung(&d), 1);
    assert_int_equal(case_due(&d.c, NULL).ms, due.ms);
    assert_ok(&d, desk_act(&d, centre_desk, "call_unreached", "reason", "busy", NULL));
    assert_ok(&d, desk_act(&d, centre_desk, "call_ladder", NULL)); /* begun anew */
    assert_int_equal(rung(&d), 1);
    assert_ok(&d, desk_act(&d, centre_desk, "call_reached", "reached", "值班员", NULL));
    assert_int_equal(rung(&d), 0);
    desk_done(&d);
}

/* A unit without telephones of its own has those of the nearest above it; one without any is called by nobody. */
static void the_ladder_is_the_units_or_that_above_it(void **state) {
    (void)state;
    size_t own = city->n_rungs;
    struct desk d;
    const struct duty_rung *rungs;
    uint32_t sub = city_unit(city, S("cityops_municipal"));
    for (size_t i = 0; i < own; i++) /* its rows stand together: they become another unit's */
        if (city->rungs[i].unit == sub) city->rungs[i].unit = city_unit(city, S("owner_water"));
    assert_int_equal(city_ladder(city, sub, &rungs), 3);
    assert_int_equal(rungs[0].unit, city_unit(city, S("cityops")));
    city->n_rungs = 0;
    start(&d, "m01001", "owner_water");
    assert_int_equal(rung(&d), 0);
    city->n_rungs = own;
    desk_done(&d);
}

/* --- what few read --- */

static void a_crisis_call_is_read_by_those_it_names(void **state) {
    (void)state;
    struct desk d;
    struct instead i;
    code wanted = code_of("put_through");
    desk_init(&d, city, "2026-11-24 02:00");
    struct command f = filing_of("z02", GRID, "phone", reporter);
    assert_int_equal(desk_run(&d, &f), E_DENIED); /* a resident files none */
    f.actor = centre_desk;
    assert_ok(&d, desk_run(&d, &f)); /* who took the call files what he will not read again */
    const struct procedure *p = city_procedure(city, S("crisis"));
    assert_true(p->n_readers > 0 && d.c.is_private);
    for (size_t r = 0; r < city->n_roles; r++) {
        struct actor who = staff(city->roles[r].name.s, "centre", GRID);
        bool named = false;
        for (size_t k = 0; k < p->n_readers; k++) named = named || code_eq(&p->readers[k], &city->roles[r].name);
        struct offer one;
        struct refused q = {city, city, &d.c, &who, &wanted, d.now};
        assert_int_equal(access_read(city, &d.c, &who), named);
        assert_int_equal(instead_of(&q, &i), named);
        if (named) continue;
        assert_int_equal(offers(city, city, &d.c, &who, d.now, &one, 1), 0);
        assert_refused(&d, desk_act(&d, who, "put_through", "channel", "police", "reached", "x", NULL), E_DENIED,
                       "not_allowed");
    }
    assert_ok(&d, desk_act(&d, staff("duty_leader", "centre", ""), "put_through", "channel", "police", "reached",
                           "接警员7号", NULL));
    desk_done(&d);
}

/* --- meters --- */

static void a_meter_counts_fields_for_whoever_asked(void **state) {
    (void)state;
    struct effect e = {.kind = EFFECT_METER, .value = code_of("field.values")};
    struct command c = {.values = {{code_of("values"), S("一\n\n 二 \n\t\n三")}, {code_of("grids"), S("a,b")}},
                        .n_values = 2};
    assert_int_equal(meter_of(&e, &c), 3); /* lines with something in them */
    e.state = code_of("field.grids");
    assert_int_equal(meter_of(&e, &c), 6);
    c.values[0].text = S("40");
    assert_int_equal(meter_of(&e, &c), 80);
    c.n_values = 1; /* nobody is asked */
    assert_int_equal(meter_of(&e, &c), 0);
    e.state = (code){0};
    c.values[0].text = S(" \n ");
    assert_int_equal(meter_of(&e, &c), 0);
    c.n_values = 0;
    assert_int_equal(meter_of(&e, &c), 0);
}

static void what_is_typed_counts_for_the_unit_that_asked(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command f = filing_of("x03", GRID, "part", machine);
    f.filing.unit = code_of("cityops");
    assert_ok(&d, desk_run(&d, &f));
    assert_string_equal(d.c.unit.s, "cityops");
    assert_ok(&d, desk_act(&d, staff("grid_worker", "", GRID), "fill", "values", "人民广场公厕\n开放", NULL));
    assert_true(str_find(d.out.entries[0].facts, S("\"op\":\"meter\""), 0) > 0);
    assert_true(str_find(d.out.entries[0].facts, S("\"unit\":\"cityops\""), 0) > 0);
    assert_true(str_find(d.out.entries[0].facts, S("\"n\":2"), 0) > 0);
    assert_true(str_find(d.out.entries[0].facts, S("grid_worker"), 0) < 0); /* never for who typed */
    desk_done(&d);
}

/* --- contractors --- */

static struct command with_pass(struct actor actor, const char *action, const char *pass) {
    struct command c = {.kind = COMMAND_ACT, .actor = actor, .action = code_of(action), .pass = code_of(pass)};
    if (strcmp(action, "give_out") == 0) c.values[c.n_values++] = (struct value){code_of("work"), S("换井盖")};
    return c;
}

static struct actor bearer_of(const char *key) {
    return (struct actor){.kind = ACTOR_CONTRACTOR, .role = code_of(key)};
}

static void a_pass_is_good_for_one_task_and_its_time(void **state) {
    (void)state;
    struct desk d;
    struct actor unit = staff("handler", "owner_water", "");
    start(&d, "m01001", "owner_water");
    assert_ok(&d, desk_act(&d, unit, "sign", NULL));
    struct command give = with_pass(unit, "give_out", "");
    assert_refused(&d, desk_run(&d, &give), E_INVALID, "no_secret");
    give = with_pass(unit, "give_out", "given");
    assert_ok(&d, desk_run(&d, &give));
    const struct pass *p = case_pass(&d.c, &(code){"given"});
    const struct clock *k = case_clock(&d.c, "task", open_task(&d.c, "contractor")->id);
    assert_int_equal(p->until.ms, k->due.ms); /* until somebody must have taken it */
    struct kase offered = d.c;
    instant then = d.now;
    d.now.ms = p->until.ms + 1;
    struct command take = with_pass(bearer_of("given"), "take_job", "taken");
    assert_refused(&d, desk_run(&d, &take), E_STATE, "pass_over");
    d.c = offered;
    d.now.ms = p->until.ms;
    assert_ok(&d, desk_run(&d, &take));
    assert_null(case_pass(&d.c, &(code){"given"})); /* the link alone opens it no more */
    struct command again = with_pass(bearer_of("given"), "job_done", "");
    assert_refused(&d, desk_run(&d, &again), E_DENIED, "not_allowed");
    d.now = then;
    /* the task ends: so does the pass */
    struct actor holder = bearer_of("taken");
    assert_true(access_read(city, &d.c, &holder));
    assert_ok(&d, desk_act(&d, unit, "revoke_job", NULL));
    assert_null(open_task(&d.c, "contractor"));
    assert_false(access_read(city, &d.c, &holder));
    desk_done(&d);
}

static void nothing_private_is_given_out(void **state) {
    (void)state;
    struct desk d;
    struct actor unit = staff("handler", "owner_water", "");
    start(&d, "m01001", "owner_water");
    assert_ok(&d, desk_act(&d, unit, "sign", NULL));
    d.c.is_private = true;
    struct command give = with_pass(unit, "give_out", "given");
    assert_refused(&d, desk_run(&d, &give), E_DENIED, "not_outside");
    d.c.is_private = false;
    assert_ok(&d, desk_run(&d, &give));
    d.c.is_private = true; /* it became private: the bearer sees nothing any more */
    struct actor holder = bearer_of("given");
    assert_false(access_read(city, &d.c, &holder));
    desk_done(&d);
}

/* --- the unit that stands by --- */

static void who_stands_by_makes_it_safe_while_others_argue(void **state) {
    (void)state;
    struct desk d;
    start(&d, "m01001", "owner_water");
    assert_null(open_task(&d.c, "make_safe"));
    assert_ok(&d, desk_act(&d, staff("handler", "owner_water", ""), "return", "reason", "not_ours", "note", "不属我司",
                           NULL));
    const struct task *t = open_task(&d.c, "make_safe");
    assert_non_null(t);
    uint32_t listed = route_unit(city, DUTY_STANDBY, &d.c.category, city_area(city, str_code(&d.c.area)), &d.c.owner);
    assert_string_equal(t->unit.s, city->units[listed].code.s);
    struct actor crew = staff("handler", t->unit.s, "");
    assert_true(access_read(city, &d.c, &crew)); /* though it does not lead */
    assert_refused(&d, desk_act(&d, staff("handler", "owner_water", ""), "make_safe_done", NULL), E_DENIED,
                   "not_allowed");
    assert_refused(&d, desk_act(&d, crew, "make_safe_done", "hours", "-1", NULL), E_INVALID, "out_of_range");
    assert_ok(&d, desk_act(&d, crew, "make_safe_done", "hours", "3", "note", "已围护", NULL));
    assert_true(str_find(d.out.entries[0].facts, S("\"hours\":\"3\""), 0) > 0); /* the cost is a fact */
    assert_null(open_task(&d.c, "make_safe"));
    desk_done(&d);
}

/* --- until a stated time --- */

static void a_promise_runs_until_what_was_promised(void **state) {
    (void)state;
    struct desk d;
    start(&d, "m06010", "cityops");
    assert_refused(&d, desk_act(&d, centre_desk, "promise_call_back", "at", "2026-11-24T21:00:00+08:00", NULL),
                   E_INVALID, "date_gone");
    assert_string_equal(d.err.field, "at");
    assert_ok(&d, desk_act(&d, centre_desk, "promise_call_back", "at", "2026-11-25T10:00:00+08:00", NULL));
    uint32_t task = open_task(&d.c, "call_back")->id;
    const struct clock *k = case_clock(&d.c, "promise", task);
    assert_int_equal(k->due.ms - d.now.ms, 12 * MS_HOUR);
    assert_int_equal(k->unit, LIMIT_WALL_MINUTES); /* nights and holidays count: so it was promised */
    assert_ok(&d,
              desk_act(&d, centre_desk, "call_back_tried", "reason", "busy", "at", "2026-11-25T11:30:00+08:00", NULL));
    k = case_clock(&d.c, "promise", task);
    assert_int_equal(k->due.ms - d.now.ms, 13 * MS_HOUR + 30 * MS_MINUTE);
    assert_ok(&d,
              desk_act(&d, centre_desk, "call_back_tried", "reason", "busy", NULL)); /* without another time it stays */
    assert_int_equal(case_clock(&d.c, "promise", task)->due.ms, k->due.ms);
    assert_ok(&d, desk_tick(&d, case_clock(&d.c, "promise", task)));
    assert_true(case_flag(&d.c, &(code){"promise_late"}));
    assert_ok(&d, desk_act(&d, centre_desk, "call_back_done", "note", "已告知", NULL));
    assert_false(case_flag(&d.c, &(code){"promise_late"}));
    desk_done(&d);
}

int main(void) {
    city = jintan_city();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_urgent_order_is_called_about_rung_by_rung),
        cmocka_unit_test(a_plain_order_is_called_about_by_hand),
        cmocka_unit_test(a_crisis_call_is_read_by_those_it_names),
        cmocka_unit_test(a_meter_counts_fields_for_whoever_asked),
        cmocka_unit_test(what_is_typed_counts_for_the_unit_that_asked),
        cmocka_unit_test(a_pass_is_good_for_one_task_and_its_time),
        cmocka_unit_test(nothing_private_is_given_out),
        cmocka_unit_test(who_stands_by_makes_it_safe_while_others_argue),
        cmocka_unit_test(a_promise_runs_until_what_was_promised),
        cmocka_unit_test(the_ladder_is_the_units_or_that_above_it), /* last: it changes the rungs */
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    return failed;
}
