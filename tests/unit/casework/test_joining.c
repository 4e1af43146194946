/* "Me too": a new report joins one that is known at once; what may never be joined, and what is kept of those who did. */
#include <string.h>

#include "case_support.h"

static struct city *city;
static struct arena memory;

/* Files a report that says it is the same as another one. */
static enum status file_same(struct desk *d, const char *category, const code *same_as, struct actor actor) {
    struct command c = filing_of(category, "g11", "web", actor);
    c.filing.same_as = *same_as;
    return desk_run(d, &c);
}

static struct kase file_open(struct desk *d, const char *category) {
    struct command c = filing_of(category, "g11", "web", reporter);
    assert_ok(d, desk_run(d, &c));
    return d->c;
}

/* The note that the last filing sends to the other case, if it sends one. */
static const struct command *note_of(const struct desk *d) {
    for (size_t i = 0; i < d->out.n_followups; i++)
        if (code_is(&d->out.followups[i].action, "has_supporter")) return &d->out.followups[i];
    return NULL;
}

static bool is_linked(const struct kase *c, const char *kind, const code *number) {
    for (size_t i = 0; i < LINKS_MAX; i++)
        if (code_is(&c->links[i].kind, kind) && code_eq(&c->links[i].number, number)) return true;
    return false;
}

static int32_t count(const struct kase *c, const char *name) {
    code n = code_of(name);
    return case_count(c, &n);
}

static void a_report_joins_at_once(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct kase other = file_open(&d, "m01");
    assert_ok(&d, file_same(&d, "m01", &other.number, reporter));
    assert_int_equal(d.out.n_entries, 2);
    assert_int_equal(d.out.entries[1].kind, ENTRY_ACTED);
    assert_int_equal(d.out.entries[1].actor.kind, ACTOR_REPORTER);
    assert_true(d.c.is_over && !d.c.is_closed);
    assert_state(&d, "merged");
    assert_true(is_linked(&d.c, "duplicate_of", &other.number));
    struct kase joined = d.c;
    const struct command *note = note_of(&d);
    assert_non_null(note);
    assert_true(code_eq(&note->number, &other.number));
    struct command told = *note;
    d.c = other;
    assert_ok(&d, desk_run(&d, &told));
    assert_int_equal(count(&d.c, "supporters"), 1);
    assert_int_equal(count(&d.c, "duplicates"), 1);
    assert_true(is_linked(&d.c, "has_duplicate", &joined.number));
    assert_false(d.c.is_over);
    desk_done(&d);
}

/* Hundreds may say it: the count goes on, links stay for other purposes. */
static void many_may_join(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct kase other = file_open(&d, "m01");
    for (int i = 0; i < 40; i++) {
        assert_ok(&d, file_same(&d, "m01", &other.number, reporter));
        struct command told = *note_of(&d);
        d.c = other;
        assert_ok(&d, desk_run(&d, &told));
        other = d.c;
    }
    assert_int_equal(count(&other, "supporters"), 40);
    size_t links = 0;
    for (size_t i = 0; i < LINKS_MAX; i++) links += !code_empty(&other.links[i].kind);
    assert_true(links > 0 && links < LINKS_MAX);
    /* Merged by the centre, it takes those who joined it along. */
    struct kase target = file_open(&d, "m01");
    d.c = other;
    assert_ok(&d, desk_act(&d, staff("operator", "centre", ""), "merge", "case", target.number.s, NULL));
    assert_int_equal(d.out.n_followups, 1 + links); /* those linked hear that it ended */
    struct command told = d.out.followups[0];
    d.c = target;
    assert_ok(&d, desk_run(&d, &told));
    assert_int_equal(count(&d.c, "supporters"), 40);
    assert_int_equal(count(&d.c, "duplicates"), 1);
    desk_done(&d);
}

static void some_reports_stay_by_themselves(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct kase other = file_open(&d, "m01");
    assert_ok(&d, file_same(&d, "m02", &other.number, reporter)); /* private */
    assert_false(d.c.is_over);
    assert_null(note_of(&d));
    struct command about = filing_of("m01", "g11", "web", reporter);
    about.filing.same_as = other.number;
    about.filing.about = ABOUT_CONDUCT;
    about.filing.about_unit = code_of("dept");
    assert_ok(&d, desk_run(&d, &about));
    assert_false(d.c.is_over);
    assert_null(note_of(&d));
    struct command history = filing_of("m01", "g11", "import", importer);
    history.filing.same_as = other.number;
    assert_ok(&d, desk_run(&d, &history));
    assert_false(d.c.is_over);
    assert_refused(&d, file_same(&d, "m01", &(code){"TT1"}, reporter), E_INVALID, "bad_number");
    desk_done(&d);
}

static void some_cases_are_never_joined(void **state) {
    (void)state;
    struct desk d;
    desk_init(&d, city, "2026-11-24 09:00");
    struct kase other = file_open(&d, "m01");
    assert_ok(&d, file_same(&d, "m01", &other.number, reporter));
    struct command told = *note_of(&d);
    struct kase changed = other;
    changed.is_private = true;
    d.c = changed;
    assert_refused(&d, desk_run(&d, &told), E_STATE, "cannot_join");
    changed = other;
    changed.is_sealed = true;
    d.c = changed;
    assert_refused(&d, desk_run(&d, &told), E_STATE, "cannot_join");
    d.c = other;
    assert_ok(&d, desk_act(&d, reporter, "withdraw", NULL));
    assert_refused(&d, desk_run(&d, &told), E_STATE, "wrong_state");
    told.actor = reporter;
    d.c = other;
    assert_refused(&d, desk_run(&d, &told), E_DENIED, "not_allowed");
    desk_done(&d);
}

int main(void) {
    arena_init(&memory, 0);
    city = tiny_city(&memory);
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_report_joins_at_once), cmocka_unit_test(many_may_join),
                                       cmocka_unit_test(some_reports_stay_by_themselves),
                                       cmocka_unit_test(some_cases_are_never_joined)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    arena_done(&memory);
    return failed;
}
