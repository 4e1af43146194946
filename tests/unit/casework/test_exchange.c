/* Other servers: what is handed over and what never is, what comes in and what follows, what is told and how often. */
#include <string.h>

#include "case_support.h"

static struct city *city;
static struct arena memory;

static struct actor peer_actor(const char *name) {
    return (struct actor){.kind = ACTOR_PEER, .role = code_of(name)};
}

/* The outcomes of one kind of message in the last command's entries. */
static size_t sends(struct desk *d, const char *kind, struct op *ret) {
    size_t n = 0;
    for (size_t i = 0; i < d->out.n_entries; i++) {
        struct facts f;
        const struct entry *e = &d->out.entries[i];
        assert_int_equal(facts_read(e->kind, e->facts, &d->arena, NEW(&d->arena, struct kase), &f, NULL), OK);
        for (size_t k = 0; k < f.n_ops; k++) {
            if (f.ops[k].kind != OP_SEND || !code_is(&f.ops[k].name, kind)) continue;
            if (ret != NULL) *ret = f.ops[k];
            n++;
        }
    }
    return n;
}

static void file(struct desk *d, const char *category) {
    struct command c = filing_of(category, "g11", "web", reporter);
    assert_ok(d, desk_run(d, &c));
}

static enum status hand_over(struct desk *d, const char *peer) {
    return desk_act(d, staff("operator", "centre", ""), "hand_over", "peer", peer, NULL);
}

/* A word of a server, with text, number and basis. */
static enum status tell(struct desk *d, const char *peer, const char *word, const char *text, const char *number) {
    struct command c = {.kind = COMMAND_TOLD, .case_id = d->c.id, .actor = peer_actor(peer), .action = code_of(word)};
    c.received = (struct received){.peer = code_of(peer), .no = 7, .kind = code_of("status")};
    c.values[c.n_values++] = (struct value){code_of("text"), str_z(text)};
    c.values[c.n_values++] = (struct value){code_of("basis"), S("按规定")};
    if (number != NULL) c.values[c.n_values++] = (struct value){code_of("number"), str_z(number)};
    return desk_run(d, &c);
}

/* A case that the server above files here, due in two days. */
static void file_from_above(struct desk *d) {
    struct command c = filing_of("m01", "g11", "system", peer_actor("changzhou"));
    c.received = (struct received){.peer = code_of("changzhou"), .no = 3, .kind = code_of("case")};
    c.filing.outside_system = code_of("changzhou");
    c.filing.outside_number = code_of("CZ-2026-1");
    c.filing.imposed = (instant){d->now.ms + 2 * MS_DAY + 1234};
    c.filing.own_due = (instant){d->now.ms + MS_DAY};
    assert_ok(d, desk_run(d, &c));
}

/* --- handing over --- */

static void a_case_goes_with_its_deadline(void **state) {
    (void)state;
    struct desk d;
    struct op sent;
    desk_init(&d, city, "2026-11-24 09:00");
    file(&d, "m01");
    assert_ok(&d, hand_over(&d, "changzhou"));
    assert_state(&d, "elsewhere");
    assert_true(code_is(&d.c.at.peer, "changzhou") && code_empty(&d.c.at.number));
    assert_int_equal(sends(&d, "case", &sent), 1);
    assert_int_equal(sent.due.ms, case_clock(&d.c, "handling", 0)->due.ms);
    assert_true(code_is(&sent.unit, "changzhou"));
    assert_int_equal(hand_over(&d, "changzhou"), E_STATE);
    desk_done(&d);
}

static void a_front_hands_over_what_it_files(void **state) {
    (void)state;
    struct desk d;
    struct op sent;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("m01", "g11", "web", reporter);
    c.filing.hand_to = code_of("inner");
    assert_ok(&d, desk_run(&d, &c));
    assert_state(&d, "elsewhere");
    assert_int_equal(d.out.n_entries, 2);
    assert_int_equal(sends(&d, "case", &sent), 1);
    assert_true(code_is(&sent.value, "contact"));
    c.filing.hand_to = code_of("nobody"); /* a report that cannot go stays */
    assert_ok(&d, desk_run(&d, &c));
    assert_state(&d, "filed");
    assert_int_equal(d.out.n_entries, 1);
    desk_done(&d);
}

static void only_what_is_given_goes(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    static const struct {
        int line;
        const char *category, *peer;
        bool goes;
    } rows[] = {
        {__LINE__, "m01", "below", true},     {__LINE__, "s01", "below", true},     {__LINE__, "m02", "below", false},
        {__LINE__, "m02", "changzhou", true}, {__LINE__, "m01", "stranger", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct command c = filing_of(rows[i].category, "g11", "web", reporter);
        c.filing.hand_to = code_of(rows[i].peer);
        assert_ok(&d, desk_run(&d, &c));
        row_true(&rows[i], !code_empty(&d.c.at.peer) == rows[i].goes);
        row_true(&rows[i], sends(&d, "case", NULL) == rows[i].goes);
    }
    desk_done(&d);
}

/* Every unit as the accused, every unit as the one whose server it is, every level. */
static void conduct_never_goes_to_whom_it_is_about(void **state) {
    (void)state;
    struct desk d;
    struct peer *p = &city->peers[2];
    const struct peer before = *p;
    static str all[] = {S_INIT("*")};
    size_t went = 0, stayed = 0;
    desk_init(&d, city, "2026-11-24 09:00");
    p->give = all;
    p->n_give = 1;
    for (uint32_t accused = 0; accused < city->n_units; accused++) {
        for (uint32_t whose = 0; whose < city->n_units; whose++) {
            for (int level = PEER_UP; level <= PEER_BESIDE; level++) {
                struct command c = filing_of("m01", "g11", "web", reporter);
                p->level = (enum peer_level)level;
                p->unit = whose;
                c.filing.about = ABOUT_CONDUCT;
                c.filing.about_unit = city->units[accused].code;
                c.filing.hand_to = p->code;
                assert_ok(&d, desk_run(&d, &c));
                bool goes = sends(&d, "case", NULL) > 0;
                if (goes && (level != PEER_UP || city_unit_within(city, whose, accused)))
                    fail_msg("about %s, to the server of %s", city->units[accused].code.s, city->units[whose].code.s);
                *(goes ? &went : &stayed) += 1;
                arena_clear(&d.arena);
            }
        }
    }
    assert_true(went > 0 && stayed > went);
    *p = before;
    desk_done(&d);
}

/* --- from the server that has it --- */

static void what_the_other_tells(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    file(&d, "m01");
    assert_refused(&d, tell(&d, "changzhou", "closed", "已办", "CZ1"), E_DENIED, "not_theirs");
    assert_ok(&d, hand_over(&d, "changzhou"));
    assert_refused(&d, tell(&d, "inner", "closed", "已办", "CZ1"), E_DENIED, "not_theirs");
    assert_ok(&d, tell(&d, "changzhou", "taken", "", "CZ1"));
    assert_true(code_is(&d.c.at.number, "CZ1"));
    assert_state(&d, "elsewhere");
    assert_ok(&d, tell(&d, "changzhou", "status", "正在处理", "CZ1"));
    assert_int_equal(d.out.entries[0].kind, ENTRY_NOTED);
    assert_int_equal(sends(&d, "receipt", NULL), 1);
    assert_refused(&d, tell(&d, "changzhou", "dance", "", NULL), E_STATE, "wrong_state");
    assert_ok(&d, tell(&d, "changzhou", "asked", "哪一盏灯？", NULL));
    assert_state(&d, "waiting");
    assert_ok(&d, desk_act(&d, reporter, "answer", "text", "第三盏", NULL));
    assert_state(&d, "elsewhere");
    assert_int_equal(sends(&d, "answered", NULL), 1);
    assert_ok(&d, tell(&d, "changzhou", "closed", "灯已修好", NULL));
    assert_true(d.c.is_closed && d.c.is_answered);
    assert_ok(&d, desk_act(&d, reporter, "reopen", "text", "又灭了", NULL));
    assert_state(&d, "elsewhere");
    struct op sent;
    assert_int_equal(sends(&d, "reopened", &sent), 1);
    assert_int_equal(sent.due.ms, case_clock(&d.c, "handling", 0)->due.ms);
    desk_done(&d);
}

static void what_is_not_taken_comes_back(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    file(&d, "m01");
    static const char *const words[] = {"not_taken", "refused", "ended"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        assert_ok(&d, hand_over(&d, "changzhou"));
        assert_ok(&d, tell(&d, "changzhou", words[i], "不属本级", NULL));
        assert_state(&d, "accepted");
        assert_true(code_empty(&d.c.at.peer) && !case_flag(&d.c, &(code){"elsewhere"}));
    }
    assert_ok(&d, hand_over(&d, "changzhou"));
    assert_ok(&d, desk_act(&d, staff("operator", "centre", ""), "recall", "note", "自行办理", NULL));
    assert_state(&d, "accepted");
    assert_int_equal(sends(&d, "withdrawn", NULL), 1);
    desk_done(&d);
}

/* --- to the server it came from --- */

static void a_case_from_above_keeps_its_deadline(void **state) {
    (void)state;
    struct desk d;
    struct op sent;
    struct actor operator_1 = staff("operator", "centre", "");
    desk_init(&d, city, "2026-11-24 09:00");
    instant due = {d.now.ms + 2 * MS_DAY + 1234};
    file_from_above(&d);
    assert_true(code_is(&d.c.from.peer, "changzhou") && code_is(&d.c.from.number, "CZ-2026-1"));
    assert_int_equal(case_clock(&d.c, "imposed", 0)->due.ms, due.ms);
    assert_true(case_clock(&d.c, "own", 0)->due.ms < due.ms);
    assert_int_equal(sends(&d, "receipt", &sent), 1);
    assert_int_equal(sent.n, 3);
    assert_int_equal(sends(&d, "status", NULL), 0);
    assert_ok(&d, desk_act(&d, operator_1, "ask", "question", "哪里？", NULL));
    assert_int_equal(sends(&d, "status", &sent), 1);
    assert_true(code_is(&sent.value, "asked"));
    assert_int_equal(case_clock(&d.c, "imposed", 0)->state, CLOCK_RUNNING);
    assert_int_equal(case_clock(&d.c, "own", 0)->state, CLOCK_PAUSED);
    struct command again = {.kind = COMMAND_RECOMPUTE, .actor = machine};
    assert_ok(&d, desk_run(&d, &again));
    assert_int_equal(case_clock(&d.c, "imposed", 0)->due.ms, due.ms);
    desk_done(&d);
}

/* Systems that speak no language of ours bring number and deadline by a file. */
static void an_import_may_bring_a_deadline(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct command c = filing_of("m01", "g11", "superior", importer);
    const int64_t dues[] = {d.now.ms + 3 * MS_HOUR + 5, d.now.ms - MS_HOUR, 0, INT64_MIN, INT64_MAX};
    const bool runs[] = {true, true, false, false, false};
    for (size_t i = 0; i < ARRAY_LEN(dues); i++) {
        c.filing.imposed = (instant){dues[i]};
        assert_ok(&d, desk_run(&d, &c));
        const struct clock *k = case_clock(&d.c, "imposed", 0);
        assert_int_equal(k != NULL, runs[i]);
        if (k != NULL) assert_int_equal(k->due.ms, dues[i]);
        assert_true(code_empty(&d.c.from.peer));
        assert_int_equal(sends(&d, "receipt", NULL), 0);
    }
    desk_done(&d);
}

static void each_state_is_told_once(void **state) {
    (void)state;
    struct desk d;
    struct op sent;
    struct actor operator_1 = staff("operator", "centre", ""), dept = staff("handler", "dept", "");
    desk_init(&d, city, "2026-11-24 09:00");
    file_from_above(&d);
    assert_ok(&d, desk_act(&d, operator_1, "accept_dispatch", NULL));
    assert_int_equal(sends(&d, "status", &sent), 1);
    assert_true(code_is(&sent.value, "status") && code_is(&sent.unit, "changzhou"));
    assert_ok(&d, desk_act(&d, dept, "sign", NULL)); /* the state of the case stays */
    assert_int_equal(sends(&d, "status", NULL), 0);
    assert_ok(&d, desk_act(&d, operator_1, "note", "note", "内部", NULL));
    assert_int_equal(sends(&d, "status", NULL), 0);
    assert_ok(&d, desk_act(&d, dept, "done", "result", "修好了", "media", "00", NULL));
    assert_int_equal(sends(&d, "status", NULL), 1);
    assert_ok(&d, desk_act(&d, operator_1, "close", "answer", "修好了", "outcome", "solved", NULL));
    assert_int_equal(sends(&d, "status", &sent), 1);
    assert_true(code_is(&sent.value, "closed"));
    assert_ok(&d, tell(&d, "changzhou", "reopened", "没修好", NULL));
    assert_state(&d, "accepted");
    assert_false(d.c.is_over);
    desk_done(&d);
}

/* --- messages --- */

/* Numbers and hashes of a stream; message no says `said`. */
static struct command message(uint64_t no, const char *said, const char *previous_said) {
    struct command c = {.kind = COMMAND_RECEIVE, .actor = machine};
    c.received = (struct received){.peer = code_of("changzhou"), .no = no, .kind = code_of("case"), .proof = S("00")};
    c.received.hash = sha256(str_z(said));
    if (no > 1) c.received.previous = sha256(str_z(previous_said));
    return c;
}

static str outcome(struct desk *d) {
    struct json j;
    str found = S("");
    if (d->out.n_entries == 0) return S("nothing");
    json_init(&j, d->out.entries[0].facts, &d->arena);
    json_object(&j);
    for (str key; json_key(&j, &key);)
        if (!str_is(key, "outcome") || !json_str(&j, &found)) json_skip(&j);
    return found;
}

static void messages_are_taken_in_order(void **state) {
    (void)state;
    struct desk d;
    static const struct {
        int line;
        uint64_t no;
        const char *said, *previous, *outcome;
        bool forged;
        const char *refusal;
        uint64_t then;
    } rows[] = {
        {__LINE__, 2, "two", "one", "gap", false, "", 0},
        {__LINE__, 1, "one", "", "forged", true, "", 0},
        {__LINE__, 1, "one", "", "taken", false, "", 1},
        {__LINE__, 1, "one", "", "repeated", false, "", 1},
        {__LINE__, 1, "other", "", "fork", false, "", 1},
        {__LINE__, 2, "two", "lie", "fork", false, "", 1},
        {__LINE__, 2, "two", "one", "refused", false, "unknown_case", 2},
        {__LINE__, 4, "four", "three", "gap", false, "", 2},
        {__LINE__, 3, "three", "two", "taken", false, "", 3},
        {__LINE__, 2, "two", "one", "repeated", false, "", 3},
    };
    desk_init(&d, city, "2026-11-24 09:00");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct command c = message(rows[i].no, rows[i].said, rows[i].previous), then = {.kind = COMMAND_TOLD};
        c.received.forged = rows[i].forged;
        c.received.refusal = code_of(rows[i].refusal);
        c.received.then = &then;
        assert_ok(&d, desk_run(&d, &c));
        row_true(&rows[i], str_is(outcome(&d), rows[i].outcome));
        row_true(&rows[i], d.c.inbox.no == rows[i].then);
        bool taken = strcmp(rows[i].outcome, "taken") == 0, refused = strcmp(rows[i].outcome, "refused") == 0;
        row_true(&rows[i], d.out.n_followups == (taken ? 1 : 0));
        row_true(&rows[i], sends(&d, "receipt", NULL) == (refused ? 1 : 0));
    }
    desk_done(&d);
}

static void refusals_do_not_fill_the_log(void **state) {
    (void)state;
    struct desk d;
    size_t recorded = 0;
    desk_init(&d, city, "2026-11-24 09:00");
    for (int i = 0; i < 500; i++) {
        struct command c = message(9, "nine", "eight");
        assert_ok(&d, desk_run(&d, &c));
        recorded += d.out.n_entries;
        desk_wait(&d, MS_SECOND);
    }
    assert_int_equal(recorded, 20);
    desk_wait(&d, MS_HOUR);
    struct command c = message(9, "nine", "eight");
    assert_ok(&d, desk_run(&d, &c));
    assert_int_equal(d.out.n_entries, 1);
    c = message(1, "one", "");
    assert_ok(&d, desk_run(&d, &c)); /* what is in order always comes in */
    assert_int_equal(d.c.inbox.no, 1);
    desk_done(&d);
}

static void only_the_exchange_brings_messages(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct actor actors[] = {reporter, timer, importer, staff("admin", "", ""), peer_actor("changzhou")};
    for (size_t i = 0; i < ARRAY_LEN(actors); i++) {
        struct command c = message(1, "one", "");
        c.actor = actors[i];
        assert_refused(&d, desk_run(&d, &c), E_DENIED, "not_allowed");
    }
    file(&d, "m01");
    assert_ok(&d, hand_over(&d, "changzhou"));
    struct command c = {.kind = COMMAND_TOLD, .case_id = d.c.id, .action = code_of("closed")};
    for (size_t i = 0; i + 1 < ARRAY_LEN(actors); i++) {
        c.actor = actors[i];
        assert_refused(&d, desk_run(&d, &c), E_DENIED, "not_theirs");
    }
    desk_done(&d);
}

/* Every peer may be chosen. */
static void offer_all_peers(void) {
    static code choices[] = {{"changzhou"}, {"below"}, {"stranger"}};
    struct procedure *p = &city->procedures[0];
    for (size_t i = 0; i < p->n_actions; i++) {
        if (!code_is(&p->actions[i].name, "hand_over")) continue;
        p->actions[i].fields[0].choices = choices;
        p->actions[i].fields[0].n_choices = ARRAY_LEN(choices);
    }
}

static int set_up(void **state) {
    (void)state;
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    offer_all_peers();
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    city_free(city);
    arena_done(&memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_goes_with_its_deadline),
        cmocka_unit_test(a_front_hands_over_what_it_files),
        cmocka_unit_test(only_what_is_given_goes),
        cmocka_unit_test(conduct_never_goes_to_whom_it_is_about),
        cmocka_unit_test(what_the_other_tells),
        cmocka_unit_test(what_is_not_taken_comes_back),
        cmocka_unit_test(a_case_from_above_keeps_its_deadline),
        cmocka_unit_test(an_import_may_bring_a_deadline),
        cmocka_unit_test(each_state_is_told_once),
        cmocka_unit_test(messages_are_taken_in_order),
        cmocka_unit_test(refusals_do_not_fill_the_log),
        cmocka_unit_test(only_the_exchange_brings_messages),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
