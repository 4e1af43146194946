/* Every type of field, every guard and what effects say of themselves, in a procedure made for it. */
#include <string.h>

#include "case_support.h"

#include "casework/number.h"

static struct city *city;
static struct arena memory;

static const char lab[] =
    "procedure: lab\n"
    "label: {zh: 试, en: Lab}\n"
    "matter: {zh: 试, en: matter}\n"
    "person: {zh: 人, en: person}\n"
    "basis: local rule\n"
    "states:\n"
    "  first: {label: {zh: 一, en: First}, owner: centre, clock: {limit: 1 wall_hours, basis: local rule}}\n"
    "  second: {label: {zh: 二, en: Second}, owner: office, no_clock: \"none\"}\n"
    "  done: {label: {zh: 完, en: Done}, owner: centre, end: closed}\n"
    "tasks:\n"
    "  job:\n"
    "    label: {zh: 活, en: Job}\n"
    "    states:\n"
    "      open: {label: {zh: 开, en: Open}, owner: unit, no_clock: \"none\"}\n"
    "      shut: {label: {zh: 关, en: Shut}, owner: unit, end: closed}\n"
    "actions:\n"
    "  fill:\n"
    "    label: {zh: 填, en: Fill}\n"
    "    from: [first]\n"
    "    by: [centre]\n"
    "    fields:\n"
    "      text: {label: {zh: 文, en: Text}, type: text, min: 2, max: 5}\n"
    "      unit: {label: {zh: 单, en: Unit}, type: unit}\n"
    "      units: {label: {zh: 单, en: Units}, type: units}\n"
    "      area: {label: {zh: 区, en: Area}, type: area}\n"
    "      category: {label: {zh: 类, en: Category}, type: category}\n"
    "      condition: {label: {zh: 条, en: Condition}, type: condition}\n"
    "      number: {label: {zh: 数, en: Number}, type: number, min: 1, max: 5}\n"
    "      any: {label: {zh: 数, en: Any number}, type: number}\n"
    "      choice: {label: {zh: 选, en: Choice}, type: choice, choices: {a: {zh: 甲, en: A}, b: {zh: 乙, en: B}}}\n"
    "      case: {label: {zh: 件, en: Case}, type: case}\n"
    "      media: {label: {zh: 图, en: Media}, type: media}\n"
    "      instant: {label: {zh: 时, en: Instant}, type: instant}\n"
    "      task: {label: {zh: 活, en: Task}, type: task}\n"
    "      bool: {label: {zh: 否, en: Bool}, type: bool}\n"
    "      channel: {label: {zh: 渠, en: Channel}, type: channel}\n"
    "    effects:\n"
    "      - {set: area, to: field.area}\n"
    "      - {set: category, to: field.category}\n"
    "      - {link: follows, case: field.case}\n"
    "      - {task: job, do: open, unit: field.units}\n"
    "  about: {label: {zh: 一, en: A}, from: [first], by: [centre, supervisor], guards: [{case: about, in: [service], "
    "refusal: r}]}\n"
    "  channel: {label: {zh: 一, en: A}, from: [first], by: [centre], guards: [{case: channel, in: [web, phone], "
    "refusal: r}]}\n"
    "  area: {label: {zh: 一, en: A}, from: [first], by: [centre], guards: [{case: area, in: [\"g1*\"], refusal: r}]}\n"
    "  soon: {label: {zh: 一, en: A}, from: [first], by: [centre], guards: [{within: 60 wall_minutes, refusal: r}]}\n"
    "  late: {label: {zh: 一, en: A}, from: [first], by: [centre], guards: [{not_within: 60 wall_minutes, refusal: "
    "r}]}\n"
    "  in_time: {label: {zh: 一, en: A}, from: [first], by: [centre], guards: [{clock: \"state:first\", is: running, "
    "refusal: r}]}\n"
    "  overdue: {label: {zh: 一, en: A}, from: [first], by: [centre], guards: [{clock: \"state:first\", is: missed, "
    "refusal: r}]}\n"
    "  some: {label: {zh: 一, en: A}, from: [first], by: [centre], guards: [{tasks: job, are: open, any: true, "
    "refusal: r}]}\n"
    "  none: {label: {zh: 一, en: A}, from: [first], by: [centre], guards: [{tasks: job, are: open, none: true, "
    "refusal: r}]}\n"
    "  all: {label: {zh: 一, en: A}, from: [first], by: [centre], guards: [{tasks: job, are: shut, all: true, refusal: "
    "r}]}\n"
    "  shut: {label: {zh: 一, en: A}, task: job, task_from: [open], task_to: shut, by: [unit]}\n"
    "  pick:\n"
    "    label: {zh: 选, en: Pick}\n"
    "    from: [first]\n"
    "    to: second\n"
    "    by: [centre]\n"
    "    fields:\n"
    "      choice: {label: {zh: 选, en: Choice}, type: choice, required: true, choices: {a: {zh: 甲, en: A}, b: {zh: "
    "乙, en: B}}}\n"
    "    guards:\n"
    "      - {field: choice, in: [b], refusal: only_b}\n"
    "  visit: {label: {zh: 访, en: Visit}, from: [second], by: [office]}\n"
    "  close:\n"
    "    label: {zh: 结, en: Close}\n"
    "    from: [second]\n"
    "    to: done\n"
    "    by: [centre]\n"
    "    fields:\n"
    "      answer: {label: {zh: 答, en: Answer}, type: text, required: true}\n"
    "      basis: {label: {zh: 据, en: Basis}, type: text, required: true}\n"
    "    effects:\n"
    "      - {answer: field.answer}\n";

/* The category m09 is handled by the lab. */
static void add_lab(void) {
    struct findings found;
    findings_init(&found, &memory);
    struct procedure *all = NEW_ARRAY(&memory, struct procedure, city->n_procedures + 1);
    memcpy(all, city->procedures, city->n_procedures * sizeof *all);
    struct procedure *p = &all[city->n_procedures];
    if (procedure_parse(S(lab), S("lab.yaml"), city->langs, 2, &memory, p, &found) == OK) procedure_check(p, 2, &found);
    if (found.n > 0) fail_msg("%u: %.*s", found.items[0].line, P(found.items[0].what));
    city->procedures = all;
    city->n_procedures++;
    city->categories[city_category(city, S("m09"))].procedure = code_of("lab");
}

static struct actor operator_(void) {
    return staff("operator", "centre", "");
}

static void start(struct desk *d) {
    desk_init(d, city, "2026-11-24 09:00");
    struct command c = filing_of("m09", "g11", "web", reporter);
    assert_ok(d, desk_run(d, &c));
    assert_string_equal(d->c.procedure.s, "lab");
}

static void fields_by_type(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *field, *value, *refusal; /* NULL = accepted */
    } rows[] = {
        {__LINE__, "text", "一二", NULL},
        {__LINE__, "text", "一二三四五", NULL},
        {__LINE__, "text", "一", "too_short"},
        {__LINE__, "text", "一二三四五六", "too_long"},
        {__LINE__, "unit", "dept", NULL},
        {__LINE__, "unit", "mars", "unknown_unit"},
        {__LINE__, "unit", "a_code_that_is_much_longer_than_a_code_may_be", "unknown_unit"},
        {__LINE__, "units", "dept,other", NULL},
        {__LINE__, "units", "dept,mars", "unknown_unit"},
        {__LINE__, "units", "dept,,other", "unknown_unit"},
        {__LINE__, "units", "crew,crew,crew,crew,crew,crew,crew,crew,crew,crew,crew,crew", NULL},
        {__LINE__, "units", "crew,crew,crew,crew,crew,crew,crew,crew,crew,crew,crew,crew,crew", "too_many"},
        {__LINE__, "area", "g21", NULL},
        {__LINE__, "area", "g99", "unknown_area"},
        {__LINE__, "category", "m09", NULL},
        {__LINE__, "category", "m01", "other_procedure"},
        {__LINE__, "category", "z", "unknown_category"},
        {__LINE__, "condition", "m01.1", "unknown_condition"}, /* of another category */
        {__LINE__, "condition", "z.1", "unknown_condition"},
        {__LINE__, "number", "1", NULL},
        {__LINE__, "number", "5", NULL},
        {__LINE__, "number", "0", "out_of_range"},
        {__LINE__, "number", "6", "out_of_range"},
        {__LINE__, "number", "2.5", "wrong_type"},
        {__LINE__, "number", "two", "wrong_type"},
        {__LINE__, "any", "-2147483648", NULL},
        {__LINE__, "any", "2147483648", "wrong_type"},
        {__LINE__, "any", "-2147483649", "wrong_type"},
        {__LINE__, "choice", "b", NULL},
        {__LINE__, "choice", "c", "unknown_choice"},
        {__LINE__, "case", "TT20260101000010", "bad_number"},
        {__LINE__, "case", "TT1", "bad_number"},
        {__LINE__, "media", "0123456789abcdef0123456789abcdef", NULL},
        {__LINE__, "instant", "2026-11-24T08:30:00+08:00", NULL},
        {__LINE__, "instant", "2026-11-24 08:30", "wrong_type"},
        {__LINE__, "task", "1", "unknown_task"}, /* none is open yet */
        {__LINE__, "task", "-1", "unknown_task"},
        {__LINE__, "task", "4294967297", "unknown_task"},
        {__LINE__, "bool", "true", NULL},
        {__LINE__, "bool", "false", NULL},
        {__LINE__, "bool", "yes", "wrong_type"},
        {__LINE__, "channel", "police", NULL},
        {__LINE__, "channel", "mute", "channel_without_phone"},
        {__LINE__, "channel", "sea", "unknown_channel"},
        {__LINE__, "colour", "red", "unknown_field"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct desk d;
        start(&d);
        enum status status = desk_act(&d, operator_(), "fill", rows[i].field, rows[i].value, NULL);
        if (rows[i].refusal == NULL && status != OK) fail_msg("row of line %d: %s", rows[i].line, d.err.code);
        if (rows[i].refusal != NULL) {
            row_true(&rows[i], status == E_INVALID && strcmp(d.err.code, rows[i].refusal) == 0);
            row_true(&rows[i], strcmp(d.err.field, rows[i].field) == 0);
        }
        desk_done(&d);
    }
}

static void values_go_where_they_belong(void **state) {
    (void)state;
    struct desk d;
    start(&d);
    code other = number_format(S("TT"), day_from_ymd(2026, 1, 1), 1);
    assert_ok(&d, desk_act(&d, operator_(), "fill", "text", "一二三", "area", "g21", "number", "3", "case", other.s,
                           "units", "dept", NULL));
    assert_string_equal(d.c.area.s, "g21");
    assert_true(code_is(&d.c.links[0].kind, "follows") && code_eq(&d.c.links[0].number, &other));
    assert_int_equal(d.out.n_followups, 0); /* a link tells nobody */
    assert_string_equal(open_task(&d.c, "job")->unit.s, "dept");
    str facts = d.out.entries[0].facts;
    assert_true(str_find(facts, S("\"number\":\"3\""), 0) > 0 && str_find(facts, S("一二三"), 0) < 0);
    assert_str(d.out.entries[0].words, S("{\"internal\":{\"text\":\"一二三\"}}"));
    assert_ok(&d, desk_act(&d, operator_(), "fill", "task", "1", NULL));
    assert_ok(&d, desk_act(&d, operator_(), "fill", NULL));
    assert_true(str_find(d.out.entries[0].facts, S("fields"), 0) < 0); /* nothing given, nothing written */
    assert_true(str_empty(d.out.entries[0].words));
    desk_done(&d);
}

static void given_twice(void **state) {
    (void)state;
    struct desk d;
    start(&d);
    assert_refused(&d, desk_act(&d, operator_(), "fill", "number", "1", "number", "2", NULL), E_INVALID, "twice");
    assert_refused(&d, desk_act(&d, operator_(), "fill", "case", d.c.number.s, NULL), E_INVALID, "same_case");
    desk_done(&d);
}

static void guards_about_the_case(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *action, *area, *channel;
        enum about about;
        bool holds;
    } rows[] = {
        {__LINE__, "about", "g11", "web", ABOUT_SERVICE, true},
        {__LINE__, "about", "g11", "web", ABOUT_NOTHING, false},
        {__LINE__, "channel", "g11", "phone", ABOUT_NOTHING, true},
        {__LINE__, "channel", "g11", "letter", ABOUT_NOTHING, false},
        {__LINE__, "area", "g12", "web", ABOUT_NOTHING, true},
        {__LINE__, "area", "g21", "web", ABOUT_NOTHING, false},
        {__LINE__, "area", "", "web", ABOUT_NOTHING, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct desk d;
        desk_init(&d, city, "2026-11-24 09:00");
        struct command c = filing_of("m09", rows[i].area, rows[i].channel, reporter);
        c.filing.about = rows[i].about;
        if (rows[i].about != ABOUT_NOTHING) c.filing.about_unit = code_of("dept");
        assert_ok(&d, desk_run(&d, &c));
        row_true(&rows[i], (desk_act(&d, operator_(), rows[i].action, NULL) == OK) == rows[i].holds);
        desk_done(&d);
    }
}

static void guards_about_time(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *action;
        int64_t after_ms;
        bool holds;
    } rows[] = {
        {__LINE__, "soon", 0, true},
        {__LINE__, "soon", MS_HOUR, true}, /* the last moment belongs to the limit */
        {__LINE__, "soon", MS_HOUR + 1, false},
        {__LINE__, "late", MS_HOUR, false},
        {__LINE__, "late", MS_HOUR + 1, true},
        {__LINE__, "in_time", MS_HOUR, true},
        {__LINE__, "in_time", MS_HOUR + 1, false},
        {__LINE__, "overdue", MS_HOUR, false},
        {__LINE__, "overdue", MS_HOUR + 1, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct desk d;
        start(&d);
        desk_wait(&d, rows[i].after_ms);
        row_true(&rows[i], (desk_act(&d, operator_(), rows[i].action, NULL) == OK) == rows[i].holds);
        desk_done(&d);
    }
}

static bool can(struct desk *d, const char *action) {
    return desk_act(d, operator_(), action, NULL) == OK;
}

static void guards_about_tasks(void **state) {
    (void)state;
    struct desk d;
    start(&d);
    assert_true(!can(&d, "some") && can(&d, "none") && !can(&d, "all")); /* all of nothing is not all */
    assert_ok(&d, desk_act(&d, operator_(), "fill", "units", "dept,other", NULL));
    assert_true(can(&d, "some") && !can(&d, "none") && !can(&d, "all"));
    assert_ok(&d, desk_act(&d, staff("handler", "dept", ""), "shut", NULL));
    assert_true(can(&d, "some") && !can(&d, "none") && !can(&d, "all"));
    assert_ok(&d, desk_act(&d, staff("handler", "other", ""), "shut", NULL));
    assert_true(!can(&d, "some") && can(&d, "none") && can(&d, "all"));
    desk_done(&d);
}

static void a_guard_names_its_field(void **state) {
    (void)state;
    struct desk d;
    start(&d);
    assert_refused(&d, desk_act(&d, operator_(), "pick", "choice", "a", NULL), E_STATE, "only_b");
    assert_string_equal(d.err.field, "choice");
    desk_wait(&d, 2 * MS_HOUR);
    assert_refused(&d, desk_act(&d, operator_(), "soon", NULL), E_STATE, "r");
    assert_string_equal(d.err.field, "");
    assert_ok(&d, desk_act(&d, operator_(), "pick", "choice", "b", NULL));
    desk_done(&d);
}

static void an_office_is_that_of_the_area(void **state) {
    (void)state;
    struct desk d;
    start(&d);
    assert_ok(&d, desk_act(&d, operator_(), "pick", "choice", "b", NULL));
    assert_refused(&d, desk_act(&d, staff("area_officer", "office2", "t1"), "visit", NULL), E_DENIED, "not_allowed");
    assert_refused(&d, desk_act(&d, staff("area_officer", "dept", "t1"), "visit", NULL), E_DENIED, "not_allowed");
    assert_refused(&d, desk_act(&d, staff("area_officer", "office1", "t2"), "visit", NULL), E_DENIED, "not_allowed");
    assert_ok(&d, desk_act(&d, staff("area_officer", "office1", "t1"), "visit", NULL));
    desk_done(&d);
}

/* What hangs on a field yet to be filled in is offered. */
static void offers_do_not_wait_for_fields(void **state) {
    (void)state;
    struct desk d;
    struct offer all[64];
    struct actor actor = operator_();
    bool found = false;
    start(&d);
    size_t n = offers(city, city, &d.c, &actor, d.now, all, ARRAY_LEN(all));
    for (size_t i = 0; i < n; i++) found = found || code_is(&all[i].action->name, "pick");
    assert_true(found);
    desk_done(&d);
}

static void offers_stop_at_their_room(void **state) {
    (void)state;
    struct desk d;
    struct offer few[3];
    struct actor actor = operator_();
    start(&d);
    assert_int_equal(offers(city, city, &d.c, &actor, d.now, few, ARRAY_LEN(few)), ARRAY_LEN(few));
    assert_int_equal(offers(city, city, &d.c, &actor, d.now, few, 0), 0);
    desk_done(&d);
}

/* --- what the law of the category and the roles say about who reads --- */

static void private_and_contacts(void **state) {
    (void)state;
    struct desk d;
    struct command read = {.kind = COMMAND_READ};
    read.values[0] = (struct value){code_of("purpose"), S("核实")};
    read.n_values = 1;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("m02", "g11", "web", reporter);
    assert_ok(&d, desk_run(&d, &c));
    assert_true(d.c.is_private && !d.c.is_sealed); /* by its category */
    struct actor walker = staff("grid_worker", "", "g11"), officer = staff("area_officer", "office1", "t1");
    assert_true(!access_read(city, &d.c, &walker) && access_read(city, &d.c, &officer));
    c.filing.about = ABOUT_CONDUCT;
    c.filing.about_unit = code_of("dept");
    assert_ok(&d, desk_run(&d, &c));
    static const struct {
        int line;
        const char *role, *unit;
        enum status status;
    } rows[] = {{__LINE__, "operator", "centre", E_DENIED}, /* cannot even see it */
                {__LINE__, "investigator", "discipline", E_DENIED},
                {__LINE__, "head", "centre", OK}, /* may open seals, and answers for it by an entry */
                {__LINE__, "head", "dept_sub", E_DENIED}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        read.actor = staff(rows[i].role, rows[i].unit, "");
        row_true(&rows[i], desk_run(&d, &read) == rows[i].status);
    }
    city->roles[5].sees_contact = true; /* even if the package lets the investigator */
    read.actor = staff("investigator", "discipline", "");
    assert_refused(&d, desk_run(&d, &read), E_DENIED, "identity_protected");
    city->roles[5].sees_contact = false;
    desk_done(&d);
}

static void about_a_top_unit_leaves(void **state) {
    (void)state;
    struct desk d;
    uint32_t other = city_unit(city, S("other"));
    static const bool tops[] = {false, true};
    for (size_t i = 0; i < ARRAY_LEN(tops); i++) {
        city->units[other].top = tops[i];
        desk_init(&d, city, "2026-11-24 09:00");
        struct command c = filing_of("m01", "g11", "web", reporter);
        c.filing.about = ABOUT_CONDUCT;
        c.filing.about_unit = code_of("other");
        assert_ok(&d, desk_run(&d, &c));
        assert_true(case_flag(&d.c, &(code){"handed_up"}) == tops[i]);
        desk_done(&d);
    }
    city->units[other].top = false;
}

int main(void) {
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    add_lab();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_by_type),
        cmocka_unit_test(values_go_where_they_belong),
        cmocka_unit_test(given_twice),
        cmocka_unit_test(guards_about_the_case),
        cmocka_unit_test(guards_about_time),
        cmocka_unit_test(guards_about_tasks),
        cmocka_unit_test(a_guard_names_its_field),
        cmocka_unit_test(an_office_is_that_of_the_area),
        cmocka_unit_test(offers_do_not_wait_for_fields),
        cmocka_unit_test(offers_stop_at_their_room),
        cmocka_unit_test(private_and_contacts),
        cmocka_unit_test(about_a_top_unit_leaves),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    arena_done(&memory);
    return failed;
}
