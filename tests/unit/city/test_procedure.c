/* A small sound procedure, and what the check says when one thing in it is changed. */
#include "../base/support.h"
#include "calendar_support.h"
#include "city/findings.h"
#include "city/procedure.h"

static const str langs[] = {S_INIT("zh"), S_INIT("en")};

static const char sound[] =
    "procedure: tiny\n"
    "label: {zh: 小, en: Tiny}\n"
    "matter: {zh: 事, en: matter}\n"
    "person: {zh: 人, en: person}\n"
    "basis: local rule\n"
    "filing:\n"
    "  effects:\n"
    "    - {notify: reporter, text: notice.filed}\n"
    "states:\n"
    "  filed: {label: {zh: 收, en: Filed}, owner: centre, clock: {limit: 30 wall_minutes, basis: local rule}}\n"
    "  handling: {label: {zh: 办, en: Handling}, owner: unit, no_clock: \"another clock runs\"}\n"
    "  waiting: {label: {zh: 等, en: Waiting}, owner: reporter, pauses: true, clock: {limit: 5 work_days, basis: "
    "law}}\n"
    "  closed: {label: {zh: 结, en: Closed}, owner: centre, end: closed}\n"
    "  refused: {label: {zh: 拒, en: Refused}, owner: centre, end: refused}\n"
    "  merged: {label: {zh: 并, en: Merged}, owner: centre, end: merged}\n"
    "tasks:\n"
    "  handle:\n"
    "    label: {zh: 办, en: Handle}\n"
    "    states:\n"
    "      sent: {label: {zh: 派, en: Sent}, owner: unit, clock: {limit: 4 work_hours, basis: local rule}}\n"
    "      done: {label: {zh: 完, en: Done}, owner: unit, end: closed}\n"
    "actions:\n"
    "  dispatch:\n"
    "    label: {zh: 派, en: Dispatch}\n"
    "    from: [filed]\n"
    "    to: handling\n"
    "    by: [centre]\n"
    "    fields:\n"
    "      unit: {label: {zh: 单位, en: Unit}, type: unit}\n"
    "    guards:\n"
    "      - {count: tries, below: 2, refusal: too_often}\n"
    "    effects:\n"
    "      - {assign: field.unit}\n"
    "      - {count: tries, do: add}\n"
    "      - {clock: handling, do: start, limit: condition}\n"
    "      - {task: handle, do: open, unit: lead}\n"
    "  done:\n"
    "    label: {zh: 完, en: Done}\n"
    "    task: handle\n"
    "    task_from: [sent]\n"
    "    task_to: done\n"
    "    by: [unit]\n"
    "  ask:\n"
    "    label: {zh: 问, en: Ask}\n"
    "    from: [filed, handling]\n"
    "    to: waiting\n"
    "    by: [centre]\n"
    "    fields:\n"
    "      question: {label: {zh: 问, en: Question}, type: text, required: true}\n"
    "    effects:\n"
    "      - {ask: field.question}\n"
    "  reply:\n"
    "    label: {zh: 答, en: Reply}\n"
    "    from: [waiting]\n"
    "    to: back\n"
    "    by: [reporter]\n"
    "  go_on:\n"
    "    label: {zh: 续, en: Go on}\n"
    "    from: [waiting]\n"
    "    to: back\n"
    "    by: [timer]\n"
    "    guards:\n"
    "      - {clock: \"state:waiting\", is: missed}\n"
    "  close:\n"
    "    label: {zh: 结, en: Close}\n"
    "    from: [handling]\n"
    "    to: closed\n"
    "    by: [centre]\n"
    "    fields:\n"
    "      answer: {label: {zh: 答, en: Answer}, type: text, required: true}\n"
    "    guards:\n"
    "      - {tasks: handle, are: done, all: true}\n"
    "    effects:\n"
    "      - {answer: field.answer}\n"
    "  refuse:\n"
    "    label: {zh: 拒, en: Refuse}\n"
    "    from: [filed]\n"
    "    to: refused\n"
    "    by: [centre]\n"
    "    fields:\n"
    "      channel: {label: {zh: 渠道, en: Channel}, type: channel, required: true}\n"
    "  merge:\n"
    "    label: {zh: 并, en: Merge}\n"
    "    from: [filed]\n"
    "    to: merged\n"
    "    by: [centre]\n"
    "    fields:\n"
    "      case: {label: {zh: 编号, en: Case}, type: case, required: true}\n"
    "    effects:\n"
    "      - {merge: field.case}\n";

/* A text with the first `old` replaced. */
static str changed(struct arena *a, str text, const char *old, const char *new) {
    ptrdiff_t at = str_find(text, str_z(old), 0);
    if (at < 0) fail_msg("the sound procedure lacks \"%s\"", old);
    str head = str_slice(text, 0, (size_t)at), tail = str_slice(text, (size_t)at + str_z(old).len, text.len);
    return str_format(a, "%.*s%s%.*s", P(head), new, P(tail));
}

static void look(str text, struct arena *a, struct findings *found, struct procedure *ret) {
    findings_init(found, a);
    if (procedure_parse(text, S("tiny.yaml"), langs, 2, a, ret, found) == OK) procedure_check(ret, 2, found);
}

static bool mentions(const struct findings *found, const char *what) {
    for (size_t i = 0; i < found->n; i++)
        if (str_find(found->items[i].what, str_z(what), 0) >= 0) return true;
    return false;
}

static void fail_with(const struct findings *found, int line, const char *want) {
    for (size_t i = 0; i < found->n; i++) print_message("  %u: %.*s\n", found->items[i].line, P(found->items[i].what));
    fail_msg("row of line %d: no finding with \"%s\"", line, want);
}

static void the_sound_one_is_sound(void **state) {
    (void)state;
    struct arena a;
    struct findings found;
    struct procedure p;
    arena_init(&a, 0);
    look(S(sound), &a, &found, &p);
    if (found.n > 0) fail_with(&found, __LINE__, "nothing");
    assert_string_equal(p.name.s, "tiny");
    assert_true(p.n_states == 6 && p.n_tasks == 1 && p.n_actions == 8 && p.n_start_effects == 1);
    const struct action *reply = procedure_action(&p, S("reply"));
    assert_true(reply->to_back && reply->posts == 1U << POST_REPORTER);
    const struct state *refused = procedure_state(&p, &(code){"refused"});
    assert_true(refused->is_end && !refused->is_closed && refused->end == END_REFUSED);
    const struct action *done = procedure_action(&p, S("done"));
    assert_true(action_from(done, &p.states[0]) && !action_from(done, refused)); /* a task's action: any open state */
    assert_int_equal(p.states[0].clock.from, FROM_ENTERED);
    arena_done(&a);
}

static void each_fault_is_found(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *old, *new, *finding;
    } rows[] = {
        /* shape and words */
        {__LINE__, "basis: local rule\nfiling", "filing", "\"basis\" is missing"},
        {__LINE__, "owner: centre, clock", "owner: king, clock", "no post \"king\""},
        {__LINE__, "owner: centre, clock", "owner: centre, colour: red, clock", "Unknown key \"colour\""},
        {__LINE__, "limit: 30 wall_minutes", "limit: 30 moons", "30 moons"},
        {__LINE__, "end: refused", "end: forgotten", "no end \"forgotten\""},
        {__LINE__, "type: unit}", "type: person}", "no type \"person\""},
        {__LINE__, "{label: {zh: 收, en: Filed}", "{label: {zh: 收}", "en is missing"},
        {__LINE__, "by: [timer]", "by: [clockwork]", "no post \"clockwork\""},
        {__LINE__, "- {count: tries, below: 2, refusal: too_often}", "- {moon: full}", "none of the guards or effects"},
        {__LINE__, "- {count: tries, do: add}", "- {sacrifice: goat}", "none of the guards or effects"},
        {__LINE__, "do: add}", "do: double}", "\"double\""},
        {__LINE__, "are: done, all: true", "are: done", "how many of the tasks"},
        {__LINE__, "is: missed}", "is: sleepy}", "A clock is not \"sleepy\""},
        /* clocks, owners, texts */
        {__LINE__, ", no_clock: \"another clock runs\"", "", "handling has neither a clock nor a reason"},
        {__LINE__, "{limit: 30 wall_minutes, basis: local rule}", "{limit: 30 wall_minutes}", "filed names no basis"},
        {__LINE__, "limit: condition}", "limit: 3 work_days}", "The clock handling names no basis"},
        {__LINE__, "Refused}, owner: centre, end: refused",
         "Refused}, owner: centre, end: refused, clock: {limit: 1 work_days, basis: x}", "refused has no clock"},
        /* names that lead nowhere */
        {__LINE__, "from: [filed]\n    to: handling", "from: [field]\n    to: handling", "begins in no state: field"},
        {__LINE__, "to: handling\n", "to: heaven\n", "leads to no state: heaven"},
        {__LINE__, "task_from: [sent]", "task_from: [seen]", "handle has no state seen"},
        {__LINE__, "    task: handle\n", "    task: handler\n", "no task handler"},
        {__LINE__, "count: tries, do: add", "count: tests, do: add", "Nothing counts tries"},
        {__LINE__, "\"state:waiting\"", "\"state:wading\"", "Nothing starts the clock state:wading"},
        {__LINE__, "assign: field.unit", "assign: field.office", "no field field.office"},
        {__LINE__, "answer: field.answer", "answer: field.question", "no field field.question"},
        {__LINE__, "assign: field.unit", "rate: field.unit", "wrong type"},
        {__LINE__, "unit: lead", "unit: mayor", "Nobody is called mayor"},
        {__LINE__, "notify: reporter", "notify: press", "press is no"},
        {__LINE__, "- {task: handle, do: open, unit: lead}", "- {flag: opened, do: set}",
         "Nothing opens the task handle"},
        /* ends and what they demand */
        {__LINE__, "type: channel, required: true", "type: channel", "refuses without naming"},
        {__LINE__, "type: channel, required", "type: text, required", "refuses without naming"},
        {__LINE__, "merge: field.case", "link: duplicate_of, case: field.case", "merges without telling"},
        {__LINE__, "- {answer: field.answer}", "- {notify: reporter, text: notice.closed}", "nothing answers"},
        {__LINE__,
         "filed: {label: {zh: 收, en: Filed}, owner: centre, clock: {limit: 30 wall_minutes, basis: local rule}}",
         "filed: {label: {zh: 收, en: Filed}, owner: centre, end: closed}", "ends where it starts"},
        /* machines */
        {__LINE__, "to: back\n    by: [reporter]", "to: waiting\n    by: [reporter]", "pauses what already pauses"},
        {__LINE__, "from: [waiting]\n    to: back\n    by: [reporter]",
         "from: [waiting, filed]\n    to: back\n    by: [reporter]", "cannot go back from filed"},
        {__LINE__, "from: [handling]\n    to: closed", "from: [filed]\n    to: closed", "handling"},
        {__LINE__, "from: [filed, handling]\n    to: waiting", "from: [waiting]\n    to: closed",
         "Nothing reaches the state waiting"},
        {__LINE__, "    task_to: done\n", "", "Nothing reaches the state done"},
        {__LINE__, "by: [timer]", "by: [centre]", "nothing"}, /* sound: the centre may do what the timer does */
        {__LINE__, "- {clock: \"state:waiting\", is: missed}", "- {count: tries, below: 2}", "waits for no clock"},
        {__LINE__, "to: back\n    by: [reporter]", "to: back\n    by: [supervisor]",
         "owner of the state waiting (reporter) can do nothing"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena a;
        struct findings found;
        struct procedure p;
        arena_init(&a, 0);
        look(changed(&a, S(sound), rows[i].old, rows[i].new), &a, &found, &p);
        if (str_is(str_z(rows[i].finding), "nothing")) {
            if (found.n > 0) fail_with(&found, rows[i].line, "nothing");
        } else if (!mentions(&found, rows[i].finding))
            fail_with(&found, rows[i].line, rows[i].finding);
        arena_done(&a);
    }
}

/* One run names all that is wrong, whatever kind it is. */
static void all_findings_at_once(void **state) {
    (void)state;
    static const struct {
        const char *old, *new, *finding;
    } rows[] = {
        {"from: [filed, handling]\n    to: waiting", "from: [filed, handling]", "Nothing reaches the state waiting"},
        {"{limit: 4 work_hours, basis: local rule}", "{limit: 4 work_hours}", "clock of the state sent names no basis"},
        {"do: start, limit: condition}", "do: start, limit: 3 work_days}", "The clock handling names no basis"},
        {"from: [handling]\n    to: closed", "from: [handling]", "The state handling of the case never ends"},
        {"count: tries, do: add", "count: tests, do: add", "Nothing counts tries"},
        {", no_clock: \"another clock runs\"", "", "handling has neither a clock nor a reason"},
    };
    struct arena a;
    struct findings found;
    struct procedure p;
    arena_init(&a, 0);
    str text = S(sound);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) text = changed(&a, text, rows[i].old, rows[i].new);
    look(text, &a, &found, &p);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (!mentions(&found, rows[i].finding)) fail_with(&found, __LINE__, rows[i].finding);
    arena_done(&a);
}

static void the_shipped_ones_are_sound(void **state) {
    (void)state;
    static const char *const files[] = {"jintan/procedures/report.yaml",     "jintan/procedures/petition.yaml",
                                        "jintan/procedures/mediation.yaml",  "jintan/procedures/service.yaml",
                                        "jintan/procedures/disclosure.yaml", "jintan/procedures/desk.yaml",
                                        "jintan/procedures/patrol.yaml",     "boston/procedures/report.yaml"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct arena a;
        struct findings found;
        struct procedure p;
        str yaml;
        arena_init(&a, 0);
        if (!source_file(str_format(&a, "city/%s", files[i]).ptr, &a, &yaml)) fail_msg("no %s", files[i]);
        look(yaml, &a, &found, &p);
        if (found.n > 0) fail_with(&found, __LINE__, files[i]);
        arena_done(&a);
    }
}

/* Whatever is cut or garbled, there are findings and no crash. */
static void garbage_is_refused(void **state) {
    (void)state;
    struct rng r = rng_start("garbled procedures");
    for (int i = 0; i < 400; i++) {
        struct arena a;
        struct findings found;
        struct procedure p;
        arena_init(&a, 0);
        str text = str_dup(&a, S(sound));
        char *bytes = str_cstr(&a, text);
        for (uint64_t k = rng_below(&r, 6); k-- > 0;) bytes[rng_below(&r, text.len)] = (char)(32 + rng_below(&r, 90));
        look((str){bytes, rng_below(&r, text.len + 1)}, &a, &found, &p);
        arena_done(&a);
    }
}

static void posts_have_names(void **state) {
    (void)state;
    for (int i = 0; i < POST_COUNT; i++) {
        enum post post;
        assert_true(post_parse(str_z(post_name((enum post)i)), &post) && post == (enum post)i);
    }
    enum post post;
    assert_false(post_parse(S(""), &post));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sound_one_is_sound),     cmocka_unit_test(each_fault_is_found),
        cmocka_unit_test(the_shipped_ones_are_sound), cmocka_unit_test(garbage_is_refused),
        cmocka_unit_test(posts_have_names),           cmocka_unit_test(all_findings_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
