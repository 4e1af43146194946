/* Facts of version 1 stay readable for ever: tests/golden/entries holds one entry of each kind and one of each outcome,
 * as they were first written, and they bring a case to where they brought it then. If this fails, old histories would
 * be read differently: make a new version instead. YIWANG_GOLDEN=write makes files that are missing; it never
 * overwrites one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case_support.h"

#include "casework/facts_names.h"

static struct city *city;
static struct arena memory;

static str path_of(const char *name) {
    const char *root = getenv("YIWANG_SOURCE");
    return str_format(&memory, "%s/tests/golden/entries/%s.json", root != NULL ? root : ".", name);
}

static void write_missing(const char *path, str facts) {
    FILE *f = fopen(path, "wx");
    if (f == NULL) return;
    fwrite(facts.ptr, 1, facts.len, f);
    fputc('\n', f);
    fclose(f);
}

static str golden(const char *name, str facts) {
    str path = path_of(name), text = STR_NONE, inside = str_format(&memory, "tests/golden/entries/%s.json", name);
    const char *mode = getenv("YIWANG_GOLDEN");
    if (mode != NULL && strcmp(mode, "write") == 0) write_missing(path.ptr, facts);
    if (!source_file(inside.ptr, &memory, &text)) fail_msg("no golden file %s", inside.ptr);
    return str_trim(text);
}

/* --- each kind of entry --- */

/* What is read is written again byte by byte: reader and writer agree on what version 1 is. */
static void assert_round(enum entry_kind kind, str want) {
    struct strbuf b;
    struct facts f;
    struct kase head;
    memset(&head, 0, sizeof head);
    head.filed = head.happened = INSTANT_NONE;
    strbuf_init(&b, 1 << 16);
    if (facts_read(kind, want, &memory, &head, &f, NULL) != OK) fail_msg("cannot read %.*s", P(want));
    if (kind == ENTRY_FILED) {
        struct filing filing = {.has_place = true, .located = LOCATED_NEAR, .metres = 12, .agent = code_of("grid")};
        filing.outside_system = code_of("12345");
        filing.outside_number = code_of("A-1");
        facts_write_filed(&head, &filing, f.ops, f.n_ops, &b);
    } else
        facts_write(&f, &b);
    assert_str(strbuf_str(&b), want);
    strbuf_done(&b);
}

/* The old entry is applied to *c in the place of today's. */
static void replay(struct desk *d, size_t i, const char *name, struct kase *c) {
    assert_true(i < d->out.n_entries);
    struct entry e = d->out.entries[i];
    struct err err = {0};
    e.facts = golden(name, e.facts);
    e.n = c->version + 1;
    if (apply(c, &e, &err) != OK) fail_msg("%s: %s", name, err.primary);
    if (e.kind != ENTRY_STAFF && e.kind != ENTRY_CITY) assert_round(e.kind, e.facts);
}

static void a_history_of_version_1(void **state) {
    (void)state;
    struct desk d;
    struct kase old;
    memset(&old, 0, sizeof old);
    desk_init(&d, city, "2026-11-24 09:00");
    struct actor operator_1 = staff("operator", "centre", ""), dept = staff("handler", "dept", "");
    struct command c = filing_of("m01", "g11", "web", reporter);
    c.filing.has_place = true;
    c.filing.place = (lonlat){119.5, 31.7};
    c.filing.located = LOCATED_NEAR;
    c.filing.metres = 12;
    c.filing.agent = code_of("grid");
    c.filing.outside_system = code_of("12345");
    c.filing.outside_number = code_of("A-1");
    assert_ok(&d, desk_run(&d, &c));
    replay(&d, 0, "filed", &old);
    assert_true(code_is(&old.number, "TT20261124000015") && code_is(&old.category, "m01") &&
                code_is(&old.unit, "dept"));
    assert_true(old.confidence == 1000 && code_is(&old.area, "g11") && code_is(&old.state, "filed"));
    assert_ok(&d, desk_act(&d, operator_1, "accept_dispatch", "assist", "other,crew", NULL));
    replay(&d, 0, "acted", &old);
    assert_true(code_is(&old.state, "handling") && old.next_task == 4 && old.next_clock == 6);
    assert_at(&city->calendar, case_clock(&old, "handling", 0)->due, "2026-11-24 15:00", __LINE__);
    assert_ok(&d, desk_act(&d, dept, "sign", NULL));
    replay(&d, 0, "acted_task", &old);
    assert_true(code_is(&case_task(&old, 1)->state, "signed"));
    assert_ok(&d, desk_tick(&d, case_clock(&d.c, "handling", 0)));
    replay(&d, 0, "ticked", &old);
    replay(&d, 1, "acted_timer", &old);
    assert_true(case_clock(&old, "handling", 0)->missed && case_flag(&old, &(code){"overdue"}));
    struct command note = {.kind = COMMAND_NOTE, .actor = machine, .action = code_of("has_part")};
    note.values[0] = (struct value){code_of("case"), S("TT20261124000023")};
    note.n_values = 1;
    assert_ok(&d, desk_run(&d, &note));
    replay(&d, 0, "noted", &old);
    assert_int_equal(case_count(&old, &(code){"open_parts"}), 1);
    struct command read = {.kind = COMMAND_READ, .actor = operator_1};
    read.values[0] = (struct value){code_of("purpose"), S("回访")};
    read.n_values = 1;
    assert_ok(&d, desk_run(&d, &read));
    replay(&d, 0, "read", &old);
    assert_ok(&d, desk_act(&d, reporter, "withdraw", NULL));
    replay(&d, 0, "acted_end", &old);
    assert_true(old.is_over && !old.is_closed && code_is(&old.state, "withdrawn"));
    struct command erase = {.kind = COMMAND_ERASE, .actor = machine};
    assert_ok(&d, desk_run(&d, &erase));
    replay(&d, 0, "erased", &old);
    assert_true(old.is_erased);
    assert_case(city, &old);
    desk_done(&d);
}

/* A due time beyond the loaded years moves when the year's notice is loaded. */
static void a_move_of_version_1(void **state) {
    (void)state;
    struct desk d;
    struct calendar before = city->calendar;
    desk_init(&d, city, "2026-12-28 09:00");
    struct actor operator_1 = staff("operator", "centre", "");
    struct command c = filing_of("m01", "g11", "web", reporter), again = {.kind = COMMAND_RECOMPUTE, .actor = machine};
    c.filing.condition = code_of("m01.2");
    assert_ok(&d, desk_run(&d, &c));
    assert_ok(&d, desk_act(&d, operator_1, "accept_dispatch", NULL));
    assert_true(case_clock(&d.c, "handling", 0)->provisional);
    assert_ok(&d, desk_run(&d, &again));
    assert_int_equal(d.out.n_entries, 0); /* nothing changed */
    struct kase before_move = d.c;
    struct day_entry off = {.date = day_from_ymd(2027, 1, 1), .kind = DAY_OFF, .name = S("元旦")};
    struct day_entry *entries = NEW_ARRAY(&memory, struct day_entry, before.n_entries + 1);
    memcpy(entries, before.entries, before.n_entries * sizeof *entries);
    entries[before.n_entries] = off;
    city->calendar.entries = entries;
    city->calendar.n_entries++;
    city->calendar.last_year = 2027;
    assert_ok(&d, desk_run(&d, &again));
    struct kase old = before_move;
    replay(&d, 0, "moved", &old);
    assert_at(&city->calendar, case_clock(&old, "handling", 0)->due, "2027-01-05 09:00", __LINE__);
    assert_false(case_clock(&d.c, "handling", 0)->provisional);
    city->calendar = before;
    desk_done(&d);
}

/* What was added later: a patrol point, the claimed time of an act, "me too". Older entries lack them and stay as they are. */
static void additions_of_version_1(void **state) {
    (void)state;
    struct desk d;
    struct kase old, other;
    memset(&old, 0, sizeof old);
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("m01", "g11", "field", staff("grid_worker", "", "g11"));
    c.filing.has_place = true;
    c.filing.place = (lonlat){119.5, 31.7};
    c.filing.located = LOCATED_NEAR;
    c.filing.metres = 12;
    c.filing.agent = code_of("grid");
    c.filing.outside_system = code_of("12345");
    c.filing.outside_number = code_of("A-1");
    c.filing.point = code_of("p1");
    assert_ok(&d, desk_run(&d, &c));
    replay(&d, 0, "filed_point", &old);
    assert_true(code_is(&old.point, "p1"));
    struct command act = {.kind = COMMAND_ACT, .actor = staff("operator", "centre", ""), .action = code_of("accept")};
    act.has_happened = true;
    act.happened = d.now;
    desk_wait(&d, MS_HOUR);
    assert_ok(&d, desk_run(&d, &act));
    replay(&d, 0, "acted_claimed", &old);
    assert_true(code_is(&old.state, "accepted"));
    other = old;
    c = filing_of("m01", "g11", "web", reporter);
    c.filing.same_as = other.number;
    assert_ok(&d, desk_run(&d, &c));
    struct command told = d.out.followups[0];
    d.c = other;
    assert_ok(&d, desk_run(&d, &told));
    replay(&d, 0, "noted_supporter", &other);
    assert_int_equal(case_count(&other, &(code){"supporters"}), 1);
    desk_done(&d);
}

static void streams_of_version_1(void **state) {
    (void)state;
    struct desk d;
    struct kase stream;
    memset(&stream, 0, sizeof stream);
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = {.kind = COMMAND_STAFF, .actor = machine, .action = code_of("join")};
    c.values[0] = (struct value){code_of("staff"), S("0000000000000001")};
    c.values[1] = (struct value){code_of("role"), S("operator")};
    c.n_values = 2;
    assert_ok(&d, desk_run(&d, &c));
    replay(&d, 0, "staff", &stream);
    struct command activate = {.kind = COMMAND_ACTIVATE, .actor = machine};
    activate.values[0] = (struct value){code_of("city"), S("tiny")};
    activate.n_values = 1;
    assert_ok(&d, desk_run(&d, &activate));
    replay(&d, 0, "city", &stream);
    assert_int_equal(stream.version, 2);
    activate.actor = staff("operator", "centre", "");
    assert_refused(&d, desk_run(&d, &activate), E_DENIED, "not_allowed");
    activate.actor = staff("admin", "", "");
    assert_ok(&d, desk_run(&d, &activate));
    desk_done(&d);
}

/* --- each kind of outcome, with every member --- */

static struct op full_op(enum op_kind kind) {
    struct op op = {.kind = kind, .id = 3, .task = 2, .name = code_of("name"), .value = code_of("value")};
    op.unit = code_of("unit");
    op.area = code_of("area");
    op.n = 5;
    op.at = (instant){1795478400000};
    op.due = (instant){1795480200000};
    op.limit = (struct limit){.unit = LIMIT_WORK_DAYS, .amount = 5, .first_day_counts = true, .rolls_over = true};
    op.basis = code_of("第22条");
    op.end = END_CLOSED;
    op.provisional = op.over = op.is_void = op.by_state = true;
    return op;
}

static void assert_same_op(const struct op *a, const struct op *b) {
    assert_int_equal(a->kind, b->kind);
    assert_true(a->id == b->id && a->task == b->task && a->n == b->n);
    assert_true(a->at.ms == b->at.ms && a->due.ms == b->due.ms && a->end == b->end);
    assert_true(code_eq(&a->name, &b->name) && code_eq(&a->value, &b->value) && code_eq(&a->basis, &b->basis));
    assert_true(code_eq(&a->unit, &b->unit) && code_eq(&a->area, &b->area));
    assert_true(a->limit.unit == b->limit.unit && a->limit.amount == b->limit.amount);
    assert_true(a->limit.first_day_counts == b->limit.first_day_counts && a->limit.rolls_over == b->limit.rolls_over);
    assert_true(a->provisional == b->provisional && a->over == b->over);
    assert_true(a->is_void == b->is_void && a->by_state == b->by_state);
}

/* The outcomes of some kinds, as the golden file of the version that brought them has them. */
static void assert_outcomes(enum op_kind first, enum op_kind last, const char *name) {
    struct op ops[2 * OP_KIND_COUNT];
    size_t n = 0;
    for (int k = first; k <= (int)last; k++) {
        ops[n++] = full_op((enum op_kind)k);
        ops[n++] = (struct op){.kind = (enum op_kind)k, .at = INSTANT_NONE, .due = INSTANT_NONE};
    }
    struct facts f = {
        .action = code_of("a"), .from = code_of("b"), .to = code_of("c"), .task = 7, .ops = ops, .n_ops = n};
    f.happened = INSTANT_NONE;
    f.task_kind = code_of("k");
    f.task_from = code_of("x");
    f.task_to = code_of("y");
    f.unit = code_of("u");
    f.channel = code_of("police");
    f.phone = code_of("110");
    f.basis = code_of("condition");
    f.fields = S("{\"unit\":\"u\"}");
    struct strbuf b;
    strbuf_init(&b, 1 << 20);
    facts_write(&f, &b);
    str want = golden(name, strbuf_str(&b));
    assert_str(strbuf_str(&b), want);
    struct facts back;
    struct kase head;
    assert_int_equal(facts_read(ENTRY_ACTED, want, &memory, &head, &back, NULL), OK);
    assert_int_equal(back.n_ops, n);
    for (size_t i = 0; i < n; i++) assert_same_op(&ops[i], &back.ops[i]);
    assert_true(back.task == 7 && code_is(&back.task_to, "y") && code_is(&back.phone, "110"));
    assert_str(back.fields, f.fields);
    strbuf_done(&b);
}

static void every_outcome_is_read_as_it_was(void **state) {
    (void)state;
    assert_outcomes(OP_NONE + 1, OP_ERASE, "outcomes");
    assert_outcomes(OP_PEER, OP_SEND, "outcomes_peers");
    assert_outcomes(OP_PROPOSE, OP_PROPOSE, "outcomes_joint");
    assert_outcomes(OP_PASS, OP_PASS, "outcomes_pass");
    assert_outcomes(OP_METER, OP_METER, "outcomes_meter");
}

/* --- slots --- */

static void must_apply(struct kase *c, struct op op) {
    assert_true(op_apply(c, &op, (instant){1000}));
}

/* When the slots are full, what ended without a result leaves first, then the oldest; what is open never. */
static void tasks_leave_their_slots(void **state) {
    (void)state;
    struct kase c;
    memset(&c, 0, sizeof c);
    c.next_task = 1;
    for (uint32_t i = 1; i <= TASKS_MAX; i++)
        must_apply(&c, (struct op){.kind = OP_TASK_OPEN, .id = i, .name = code_of("k"), .value = code_of("s")});
    struct op more = {.kind = OP_TASK_OPEN, .id = TASKS_MAX + 1, .name = code_of("k"), .value = code_of("s")};
    assert_false(op_apply(&c, &more, (instant){1000}));
    must_apply(&c, (struct op){.kind = OP_TASK_STATE, .id = 2, .value = code_of("done"), .over = true});
    must_apply(&c, (struct op){.kind = OP_TASK_STATE, .id = 4, .value = code_of("done"), .over = true});
    must_apply(&c, (struct op){.kind = OP_TASK_CANCEL, .id = 9});
    must_apply(&c, (struct op){.kind = OP_TASK_CANCEL, .id = 7});
    static const uint32_t leaving[] = {7, 9, 2, 4};
    for (size_t i = 0; i < ARRAY_LEN(leaving); i++, more.id++) {
        assert_non_null(case_task(&c, leaving[i]));
        must_apply(&c, more);
        assert_null(case_task(&c, leaving[i]));
    }
    assert_false(op_apply(&c, &more, (instant){1000}));
}

/* A clock that was missed leaves last: that it was is never forgotten before it must be. */
static void clocks_leave_their_slots(void **state) {
    (void)state;
    struct kase c;
    memset(&c, 0, sizeof c);
    c.next_clock = 1;
    struct op more = {.kind = OP_CLOCK_START, .name = code_of("k"), .at = INSTANT_NONE, .due = {5000}};
    more.limit = (struct limit){.unit = LIMIT_WALL_MINUTES, .amount = 1};
    for (more.id = 1; more.id <= CLOCKS_MAX; more.id++) must_apply(&c, more);
    assert_false(op_apply(&c, &more, (instant){1000}));
    must_apply(&c, (struct op){.kind = OP_CLOCK_STOP, .id = 1, .value = code_of("missed")});
    must_apply(&c, (struct op){.kind = OP_CLOCK_STOP, .id = 5, .value = code_of("met")});
    must_apply(&c, (struct op){.kind = OP_CLOCK_STOP, .id = 3, .value = code_of("stopped")});
    static const uint32_t leaving[] = {3, 5, 1};
    for (size_t i = 0; i < ARRAY_LEN(leaving); i++, more.id++) {
        must_apply(&c, more);
        for (size_t k = 0; k < CLOCKS_MAX; k++) assert_true(c.clocks[k].id != leaving[i]);
    }
    assert_false(op_apply(&c, &more, (instant){1000}));
}

/* An outcome that contradicts the clock's state is refused. */
static void clocks_refuse_what_they_are_not(void **state) {
    (void)state;
    struct kase c;
    memset(&c, 0, sizeof c);
    c.next_clock = 1;
    struct op start = {.kind = OP_CLOCK_START, .id = 1, .name = code_of("k"), .at = INSTANT_NONE, .due = INSTANT_NONE};
    instant now = {1000};
    assert_false(op_apply(&c, &start, now)); /* neither limit nor due */
    start.limit = (struct limit){.unit = LIMIT_WALL_MINUTES, .amount = 1};
    assert_false(op_apply(&c, &start, now));
    start.due = (instant){5000};
    must_apply(&c, start);
    struct op resume = {.kind = OP_CLOCK_RESUME, .id = 1, .due = {6000}}, move = {.kind = OP_CLOCK_MOVE, .id = 1};
    assert_false(op_apply(&c, &resume, now)); /* it runs */
    must_apply(&c, (struct op){.kind = OP_CLOCK_PAUSE, .id = 1, .n = 7});
    move.due = (instant){7000};
    assert_false(op_apply(&c, &move, now)); /* it stands still */
    resume.due = INSTANT_NONE;
    assert_false(op_apply(&c, &resume, now));
    resume.due = (instant){6000};
    must_apply(&c, resume);
    must_apply(&c, (struct op){.kind = OP_CLOCK_STOP, .id = 1, .value = code_of("met")});
    struct op stop = {.kind = OP_CLOCK_STOP, .id = 1, .value = code_of("met")};
    assert_false(op_apply(&c, &stop, now)); /* it has stopped */
}

/* --- what is no facts of ours --- */

static void broken_facts_change_nothing(void **state) {
    (void)state;
    static const struct {
        int line;
        enum entry_kind kind;
        const char *facts;
    } rows[] = {
        {__LINE__, ENTRY_ACTED, ""},
        {__LINE__, ENTRY_ACTED, "{"},
        {__LINE__, ENTRY_ACTED, "{\"v\":2}"},
        {__LINE__, ENTRY_ACTED, "{\"v\":1,\"do\":[{\"op\":\"fly\"}]}"},
        {__LINE__, ENTRY_ACTED, "{\"v\":1,\"do\":[{}]}"},
        {__LINE__, ENTRY_ACTED, "{\"v\":1,\"do\":[{\"op\":\"clock_stop\",\"id\":99}]}"},
        {__LINE__, ENTRY_ACTED, "{\"v\":1,\"do\":[{\"op\":\"task_state\",\"id\":9,\"value\":\"x\"}]}"},
        {__LINE__, ENTRY_ACTED, "{\"v\":1,\"do\":[{\"op\":\"rate\",\"n\":6}]}"},
        {__LINE__, ENTRY_ACTED, "{\"v\":1,\"do\":[{\"op\":\"set\",\"name\":\"moon\"}]}"},
        {__LINE__, ENTRY_ACTED, "{\"v\":1,\"do\":[{\"op\":\"count\",\"name\":\"x\",\"n\":-1}]}"},
        {__LINE__, ENTRY_ACTED, "{\"v\":1,\"do\":[{\"op\":\"task_open\",\"id\":5,\"name\":\"k\",\"value\":\"s\"}]}"},
        {__LINE__, ENTRY_ACTED, "{\"v\":1,\"to\":\"a_code_that_is_much_longer_than_a_code_may_be\"}"},
        {__LINE__, ENTRY_FILED, "{\"v\":1,\"number\":\"TT1\",\"state\":\"filed\"}"},
    };
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("m01", "g11", "web", reporter);
    assert_ok(&d, desk_run(&d, &c));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct entry e = {.kind = rows[i].kind, .case_id = d.c.id, .n = d.c.version + 1, .recorded = d.now};
        struct kase before = d.c, after = d.c;
        struct err err = {0};
        e.facts = str_z(rows[i].facts);
        row_true(&rows[i], apply(&after, &e, &err) == E_CORRUPT);
        row_true(&rows[i], strcmp(err.code, "bad_facts") == 0);
        row_true(&rows[i], memcmp(&before, &after, sizeof before) == 0);
    }
    struct entry skipped = {.kind = ENTRY_ACTED, .n = d.c.version + 2, .facts = S("{\"v\":1}"), .recorded = d.now};
    assert_int_equal(apply(&d.c, &skipped, NULL), E_CORRUPT);
    desk_done(&d);
}

/* Whatever the bytes, apply says OK or E_CORRUPT, and leaves the case alone unless OK. */
static void garbled_facts_change_nothing(void **state) {
    (void)state;
    static const char *const names[] = {"filed", "acted", "acted_task", "acted_end", "moved", "noted", "outcomes"};
    struct rng r = rng_start("garbled facts");
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("m01", "g11", "web", reporter);
    assert_ok(&d, desk_run(&d, &c));
    assert_ok(&d, desk_act(&d, staff("operator", "centre", ""), "accept_dispatch", NULL));
    for (int i = 0; i < 4000; i++) {
        struct arena_mark mark = arena_mark(&memory);
        size_t k = rng_below(&r, ARRAY_LEN(names));
        str text = golden(names[k], STR_NONE);
        char *bytes = str_cstr(&memory, text);
        for (uint64_t n = rng_below(&r, 4); n-- > 0;) bytes[rng_below(&r, text.len)] = (char)(32 + rng_below(&r, 95));
        struct entry e = {.kind = ENTRY_ACTED, .case_id = d.c.id, .n = d.c.version + 1, .recorded = d.now};
        e.facts = (str){bytes, rng_below(&r, 8) == 0 ? rng_below(&r, text.len) : text.len};
        struct kase after = d.c;
        struct err err = {0};
        enum status status = apply(&after, &e, &err);
        assert_true(status == OK || status == E_CORRUPT);
        if (status == E_CORRUPT) assert_memory_equal(&after, &d.c, sizeof after);
        if (status == OK) assert_int_equal(after.version, e.n);
        arena_rewind(&memory, mark);
    }
    desk_done(&d);
}

static void names_are_complete(void **state) {
    (void)state;
    for (size_t i = 1; i < OP_KIND_COUNT; i++) {
        assert_non_null(op_names[i]);
        assert_int_equal(facts_name_index(str_z(op_names[i]), op_names, OP_KIND_COUNT), (int)i);
    }
    for (size_t i = 1; i < END_MOVED + 1; i++) assert_non_null(end_names[i]);
    for (size_t i = 1; i <= LIMIT_CALENDAR_DAYS; i++) assert_non_null(limit_unit_names[i]);
}

int main(void) {
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_history_of_version_1),
                                       cmocka_unit_test(a_move_of_version_1),
                                       cmocka_unit_test(additions_of_version_1),
                                       cmocka_unit_test(streams_of_version_1),
                                       cmocka_unit_test(every_outcome_is_read_as_it_was),
                                       cmocka_unit_test(tasks_leave_their_slots),
                                       cmocka_unit_test(clocks_leave_their_slots),
                                       cmocka_unit_test(clocks_refuse_what_they_are_not),
                                       cmocka_unit_test(broken_facts_change_nothing),
                                       cmocka_unit_test(garbled_facts_change_nothing),
                                       cmocka_unit_test(names_are_complete)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    arena_done(&memory);
    return failed;
}
