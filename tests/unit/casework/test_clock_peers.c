/* What users of other systems complained about, each as a test named by its thread (owner/repository and number in
 * front of each). Times in the threads are kept where they give any. */
#include <stdio.h>
#include <string.h>

#include "clock_support.h"

#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"
#define HOURS(...) hours_of((int16_t[]){__VA_ARGS__}, sizeof((int16_t[]){__VA_ARGS__}) / sizeof(int16_t))

static day day_of(const char *text) {
    day d;
    if (!day_parse(str_z(text), &d)) fail_msg("no day: %s", text);
    return d;
}

static void every_day(struct calendar *c, struct day_hours h) {
    for (size_t i = 0; i < 7; i++) c->week[i] = h;
}

static void assert_due(const struct calendar *c, const char *limit, const char *from, const char *want, int line) {
    assert_at(c, due_of(c, limit, from).at, want, line);
}

/* ---- Zammad (zammad/zammad) ---- */

/* #390: 48 hours by 12 a day took six days, because a holiday feed had closed two days that nobody had asked for. Here
 * a day is off only by an entry of the package, and the entry is the difference. */
static void zammad_390_only_listed_days_are_off(void **state) {
    (void)state;
    struct calendar c = calendar_of(BERLIN, HOURS(540, 1260), 2016, 2016);
    every_day(&c, HOURS(540, 1260));
    assert_due(&c, "48 work_hours", "2016-11-09 23:00", "2016-11-13 21:00", __LINE__);
    struct day_entry feed[] = {{.date = day_of("2016-11-11"), .kind = DAY_OFF},
                               {.date = day_of("2016-11-13"), .kind = DAY_OFF}};
    c.entries = feed;
    c.n_entries = 2;
    assert_due(&c, "48 work_hours", "2016-11-09 23:00", "2016-11-15 21:00", __LINE__);
}

/* #534: a changed calendar did not move what was due. Nothing is kept but the start: the next answer is the new one. */
static void zammad_534_a_changed_calendar_changes_the_due_time(void **state) {
    (void)state;
    struct calendar c = calendar_of("CST-8", HOURS(480, 720, 840, 1080), 2026, 2026);
    struct due before = due_of(&c, "5 work_days", "2026-12-28 10:00");
    assert_true(before.provisional);
    assert_at(&c, before.at, "2027-01-05 00:00", __LINE__);
    struct day_entry notice[] = {{.date = day_of("2027-01-01"), .kind = DAY_OFF},
                                 {.date = day_of("2027-01-03"), .kind = DAY_WORK}};
    c.entries = notice;
    c.n_entries = 2;
    c.last_year = 2027;
    struct due after = due_of(&c, "5 work_days", "2026-12-28 10:00");
    assert_false(after.provisional);
    assert_at(&c, after.at, "2027-01-05 00:00", __LINE__); /* a day lost, a day made up */
    c.n_entries = 1;
    assert_due(&c, "5 work_days", "2026-12-28 10:00", "2027-01-06 00:00", __LINE__);
}

/* #2082: after an answer the due time followed only at the second answer. A clock that starts again at the answer is due
 * from that answer, at once. */
static void zammad_2082_a_restart_counts_at_once(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    assert_due(&c, "4 work_hours", "2026-11-24 08:00", "2026-11-24 12:00", __LINE__);
    assert_due(&c, "4 work_hours", "2026-11-24 10:30", "2026-11-24 16:30", __LINE__);
}

/* #2157, #4432 (and #2231): reminders at 02:00 and at midnight, at weekends. The moment for a reminder that falls
 * outside working hours is the next opening. */
static void zammad_2157_4432_reminders_wait_for_working_hours(void **state) {
    (void)state;
    struct calendar c = calendar_of(BERLIN, hours_9_17(), 2018, 2022);
    instant next;
    assert_true(calendar_next_open(&c, at(&c, "2018-08-01 02:00"), &next));
    assert_at(&c, next, "2018-08-01 09:00", __LINE__);
    assert_true(calendar_next_open(&c, at(&c, "2022-12-17 00:00"), &next)); /* a Saturday */
    assert_at(&c, next, "2022-12-19 09:00", __LINE__);
    assert_true(calendar_next_open(&c, at(&c, "2022-12-19 09:30"), &next));
    assert_at(&c, next, "2022-12-19 09:30", __LINE__);
}

/* #3140: a case escalated although the office had answered and the citizen's turn had come. While a clock is paused
 * nothing of it is used, however long that takes. */
static void zammad_3140_no_time_runs_while_the_reporter_has_the_word(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    struct limit l = limit_of("8 work_hours");
    struct run runs[] = {{at(&c, "2026-09-29 08:00"), at(&c, "2026-09-29 15:00")}, /* 5 hours */
                         {at(&c, "2026-10-20 09:00"), INSTANT_NONE}};
    assert_at(&c, clock_due_runs(&c, &l, runs, 2).at, "2026-10-20 12:00", __LINE__);
}

/* #3180: a calendar of 24 hours was closed for a minute at midnight, because 24:00 could not be entered. */
static void zammad_3180_around_the_clock_does_not_close_at_midnight(void **state) {
    (void)state;
    struct calendar base = calendar_of(BERLIN, hours_9_17(), 2020, 2020), c = calendar_around_the_clock(&base);
    assert_due(&c, "2 work_hours", "2020-09-04 23:00", "2020-09-05 01:00", __LINE__);
    assert_due(&c, "10 work_days_480", "2020-09-04 23:00", "2020-09-08 07:00", __LINE__);
    assert_int_equal(working_ms(&c, at(&c, "2020-09-04 00:00"), at(&c, "2020-09-05 00:00")), MS_DAY);
    assert_true(calendar_is_open(&c, at(&c, "2020-09-04 23:59:59")));
    /* By the wall it is the same, also over a change of the clocks. */
    struct limit work = limit_of("3000 work_hours"), wall = limit_of("3000 wall_hours");
    instant start = at(&c, "2020-09-04 23:00");
    assert_int_equal(clock_due(&c, &work, start).at.ms, clock_due(&c, &wall, start).at.ms);
}

/* #3837: 120 hours were another figure on the overview than in the form. One text, one amount, one meaning. */
static void zammad_3837_an_amount_reads_the_same_everywhere(void **state) {
    (void)state;
    struct limit hours = limit_of("120 wall_hours"), days = limit_of("5 wall_days"),
                 minutes = limit_of("7200 wall_minutes");
    assert_int_equal(hours.amount, 7200);
    assert_true(hours.amount == days.amount && hours.amount == minutes.amount);
    assert_true(hours.unit == days.unit && hours.unit == minutes.unit);
}

/* #418: no limit above 99 hours could be entered. */
static void zammad_418_a_limit_may_be_long(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    assert_due(&c, "200 work_hours", "2026-03-02 08:00", "2026-04-03 18:00", __LINE__);
    assert_due(&c, "1000 wall_hours", "2026-03-02 08:00", "2026-04-13 00:00", __LINE__);
}

/* #5177 (and #5624): a shorter second limit moved the due time of the first. Clocks do not know each other: each is due
 * from its own start and limit, and the earliest is found by comparing. */
static void zammad_5177_one_clock_does_not_move_another(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    const char *filed = "2026-11-24 09:00", *answered = "2026-11-24 15:00";
    struct due response = due_of(&c, "8 work_hours", filed), update = due_of(&c, "2 work_hours", answered);
    assert_at(&c, response.at, "2026-11-25 09:00", __LINE__);
    assert_at(&c, update.at, "2026-11-24 17:00", __LINE__);
    assert_at(&c, due_of(&c, "8 work_hours", filed).at, "2026-11-25 09:00", __LINE__); /* asked again: the same */
}

/* #2497, #1396: a calendar with empty or reversed hours ended in an endless loop, or in an error at the counter. It is
 * refused when it is loaded, and counted through if it is there all the same. */
static void zammad_2497_wrong_hours_do_not_loop(void **state) {
    (void)state;
    struct calendar c = calendar_of("PST8PDT,M3.2.0,M11.1.0", HOURS(540, 0), 2019, 2019);
    assert_int_equal(calendar_check(&c, NULL), E_INVALID);
    struct due d = due_of(&c, "120 work_minutes", "2019-02-05 13:40");
    assert_true(d.provisional);
    c = calendar_of(BERLIN, (struct day_hours){.n = 0}, 2017, 2017);
    assert_int_equal(calendar_check(&c, NULL), E_INVALID);
    assert_true(due_of(&c, "1 work_hours", "2017-09-10 10:00").provisional);
}

/* ---- osTicket (osTicket/osTicket) ---- */

/* #1107, #1168, #2131, #4166, #4969 and osTicket-1.7#515: six times, over six years, the wish that nights, weekends
 * and holidays should not count. */
static void osticket_1107_working_days_not_every_day(void **state) {
    (void)state;
    struct calendar c = calendar_of("EST5EDT,M3.2.0,M11.1.0", hours_9_17(), 2014, 2014);
    struct day_entry christmas = {.date = day_of("2014-12-25"), .kind = DAY_OFF};
    c.entries = &christmas;
    c.n_entries = 1;
    assert_due(&c, "8 work_hours", "2014-07-14 12:00", "2014-07-15 12:00", __LINE__);
    assert_due(&c, "8 work_hours", "2014-12-24 12:00", "2014-12-26 12:00", __LINE__);
}

static void osticket_1168_a_case_of_the_weekend_is_not_overdue_on_monday(void **state) {
    (void)state;
    struct calendar c = calendar_of("CST-8", HOURS(480, 1020), 2014, 2014); /* nine hours, five days */
    assert_due(&c, "8 work_hours", "2014-08-23 11:00", "2014-08-25 16:00", __LINE__);
    assert_due(&c, "8 work_hours", "2014-08-24 23:59", "2014-08-25 16:00", __LINE__);
}

static void osticket_2131_the_clock_stops_at_closing_time(void **state) {
    (void)state;
    struct calendar c = calendar_of("CST-8", HOURS(480, 1020), 2015, 2015);
    struct limit l = limit_of("4 work_hours");
    instant start = at(&c, "2015-06-02 16:00");
    assert_int_equal(clock_used(&c, &l, start, at(&c, "2015-06-02 17:00")), MS_HOUR);
    assert_int_equal(clock_used(&c, &l, start, at(&c, "2015-06-03 08:00")), MS_HOUR);
    assert_at(&c, clock_due(&c, &l, start).at, "2015-06-03 11:00", __LINE__);
}

static void osticket_4166_nights_and_weekends_do_not_count(void **state) {
    (void)state;
    struct calendar c = calendar_of(BERLIN, hours_9_17(), 2018, 2018);
    struct limit l = limit_of("1 work_hours");
    assert_int_equal(clock_used(&c, &l, at(&c, "2018-02-16 17:00"), at(&c, "2018-02-19 09:00")), 0);
}

static void osticket_4969_the_units_own_holidays_do_not_count(void **state) {
    (void)state;
    struct calendar c = calendar_of("IST-5:30", hours_9_17(), 2019, 2019);
    struct day_entry independence = {.date = day_of("2019-08-15"), .kind = DAY_OFF};
    c.entries = &independence;
    c.n_entries = 1;
    assert_due(&c, "2 work_days", "2019-08-13 18:00", "2019-08-17 00:00", __LINE__);
}

static void osticket_17_515_the_due_time_depends_on_the_offices_hours(void **state) {
    (void)state;
    struct calendar early = calendar_of("CST-8", HOURS(480, 1020), 2013, 2013);
    struct calendar late = calendar_of("CST-8", HOURS(720, 1200), 2013, 2013);
    assert_due(&early, "2 work_hours", "2013-03-22 16:30", "2013-03-25 09:30", __LINE__);
    assert_due(&late, "2 work_hours", "2013-03-22 16:30", "2013-03-22 18:30", __LINE__);
}

/* #3034 (open since 2016): a status that pauses. */
static void osticket_3034_a_case_on_hold_does_not_become_overdue(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    struct limit l = limit_of("2 work_days");
    int64_t used = clock_used(&c, &l, at(&c, "2026-11-24 09:00"), at(&c, "2026-11-25 10:00"));
    assert_int_equal(used, 1);
    assert_at(&c, clock_due_after(&c, &l, used, at(&c, "2027-03-01 10:00")).at, "2027-03-03 00:00", __LINE__);
}

/* #4807: with every day closed their proposal added 150 days. Ours is ten years and says that it is not certain. */
static void osticket_4807_never_open_is_far_and_provisional(void **state) {
    (void)state;
    struct calendar c = calendar_of("CST-8", (struct day_hours){.n = 0}, 2019, 2019);
    struct due d = due_of(&c, "4 work_hours", "2019-03-19 17:00");
    assert_true(d.provisional);
    assert_at(&c, d.at, "2029-03-19 00:00", __LINE__);
    c = calendar_of("CST-8", HOURS(480, 1080), 2019, 2019);
    assert_due(&c, "4 work_hours", "2019-03-22 17:00", "2019-03-25 11:00", __LINE__); /* their own example */
}

/* #5213: hours were booked on a day three weeks before the case was filed. */
static void osticket_5213_nothing_counts_before_the_start(void **state) {
    (void)state;
    struct calendar c = calendar_of("CST-8", HOURS(480, 1020), 2019, 2019);
    c.week[6] = HOURS(540, 780);
    assert_due(&c, "24 work_hours", "2019-11-23 08:55", "2019-11-27 10:00", __LINE__);
}

/* #6739 (open): a schedule of Tuesdays only counted no day or one. */
static void osticket_6739_single_weekday_schedule(void **state) {
    (void)state;
    for (int32_t wday = 0; wday < 7; wday++) {
        struct calendar c = calendar_of("CST-8", (struct day_hours){.n = 0}, 2024, 2024);
        c.week[wday] = HOURS(480, 1020);
        day first = day_of("2024-08-11"); /* a Sunday */
        instant start = calendar_at(&c, first, 0);
        for (int32_t n = 1; n <= 5; n++) {
            struct limit l = {.unit = LIMIT_WORK_MINUTES, .amount = n * 540};
            instant want = calendar_at(&c, (day){first.n + wday + 7 * (n - 1)}, 1020);
            assert_int_equal(clock_due(&c, &l, start).at.ms, want.ms);
            assert_int_equal(working_ms(&c, start, want), n * 9 * MS_HOUR);
        }
    }
}

/* #6847 (open): a lunch break made the due time wrong. */
static void osticket_6847_a_lunch_break_does_not_count(void **state) {
    (void)state;
    struct calendar c = calendar_of("CST-8", HOURS(540, 780, 840, 1080), 2025, 2025);
    assert_due(&c, "2 work_hours", "2025-06-24 12:00", "2025-06-24 15:00", __LINE__);
    assert_due(&c, "1 work_hours", "2025-06-24 12:00", "2025-06-24 13:00", __LINE__);
    assert_due(&c, "8 work_hours", "2025-06-24 13:30", "2025-06-25 13:00", __LINE__);
}

/* ---- GLPI (glpi-project/glpi) ---- */

/* #15429: steps before the due time fired while the case was being filed, unless the calendar was 24/7. */
static void glpi_15429_a_step_before_the_end_is_not_before_the_start(void **state) {
    (void)state;
    struct calendar c = calendar_of("IST-5:30", hours_9_17(), 2023, 2023);
    instant start = at(&c, "2023-08-21 16:30");
    struct limit l = limit_of("4 work_hours");
    struct due end = clock_due(&c, &l, start), step = working_sub(&c, end.at, MS_HOUR);
    assert_at(&c, end.at, "2023-08-22 12:30", __LINE__);
    assert_at(&c, step.at, "2023-08-22 11:30", __LINE__);
    assert_true(step.at.ms > start.ms);
}

/* Pull request 22678: a step one hour before the end came at 00:00 instead of 10:00. Both of its cases. */
static void glpi_22678_step_fires_at_10_not_midnight(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *start, *end, *step;
    } rows[] = {
        {__LINE__, "2026-01-12 10:00", "2026-01-12 14:00", "2026-01-12 13:00"},
        {__LINE__, "2026-01-12 17:00", "2026-01-13 11:00", "2026-01-13 10:00"},
    };
    struct calendar c = calendar_of(BERLIN, HOURS(480, 1080), 2026, 2026);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct due end = due_of(&c, "4 work_hours", rows[i].start);
        assert_at(&c, end.at, rows[i].end, rows[i].line);
        assert_at(&c, working_sub(&c, end.at, MS_HOUR).at, rows[i].step, rows[i].line);
        assert_at(&c, due_of(&c, "3 work_hours", rows[i].start).at, rows[i].step, rows[i].line);
    }
}

/* Pull request 10600: a one-day limit filed ten minutes before closing left ten minutes when the next day was a holiday. */
static void glpi_10600_a_holiday_does_not_eat_the_limit(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    assert_due(&c, "1 work_days_480", "2026-09-30 17:50", "2026-10-08 17:50", __LINE__);
    assert_due(&c, "1 work_days", "2026-09-30 17:50", "2026-10-09 00:00", __LINE__);
}

/* ---- Signalen (Amsterdam/signals, deadlines.py) ---- */

/* Working days there are Monday to Friday, festivities ignored on purpose, and none is ever made up. */
static void signalen_holidays_and_make_up_days_count(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    assert_due(&c, "3 work_days", "2026-02-13 10:00", "2026-02-26 00:00", __LINE__); /* theirs: 18 February */
    assert_due(&c, "1 work_days", "2026-10-09 10:00", "2026-10-11 00:00", __LINE__); /* theirs: 12 October */
}

/* There a report of Saturday gets the midnight of Monday as its start, so that its last day ends at 00:00: a day less
 * than for a report of the same Monday. Here a day limit has no hour. */
static void signalen_a_weekend_report_gets_its_whole_last_day(void **state) {
    (void)state;
    struct calendar c = calendar_of(BERLIN, hours_9_17(), 2026, 2026);
    assert_due(&c, "1 work_days, first", "2026-11-28 10:00", "2026-12-01 00:00", __LINE__);
    assert_due(&c, "1 work_days, first", "2026-11-30 10:00", "2026-12-01 00:00", __LINE__);
    assert_due(&c, "5 work_days", "2026-11-27 23:00", "2026-12-05 00:00", __LINE__);
}

/* ---- uReport (City-of-Bloomington/uReport) ---- */

/* #42 and the code: the limit of a category is a number of calendar days, whatever the category. The unit belongs to
 * the rule: the same five of anything are five different times. */
static void ureport_42_five_days_are_not_always_the_same(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    const char *filed = "2026-09-30 09:00";
    assert_due(&c, "5 calendar_days", filed, "2026-10-06 00:00", __LINE__);
    assert_due(&c, "5 calendar_days, rolls", filed, "2026-10-09 00:00", __LINE__);
    assert_due(&c, "5 wall_days", filed, "2026-10-05 09:00", __LINE__);
    assert_due(&c, "5 work_days", filed, "2026-10-14 00:00", __LINE__);
    assert_due(&c, "5 work_days_480", filed, "2026-10-13 09:00", __LINE__);
}

/* #71, #182, #184: a changed limit reached search only after the whole index was built again. A due time depends on
 * nothing but its arguments. */
static void ureport_184_a_changed_limit_needs_no_rebuild(void **state) {
    (void)state;
    struct calendar c = calendar_china();
    struct limit l = limit_of("5 work_days");
    instant filed = at(&c, "2026-11-24 09:00");
    assert_at(&c, clock_due(&c, &l, filed).at, "2026-12-02 00:00", __LINE__);
    l.amount = 3;
    assert_at(&c, clock_due(&c, &l, filed).at, "2026-11-28 00:00", __LINE__);
}

/* ---- others met on the way ---- */

/* frappe/helpdesk pull request 2449: the time on hold was added to the time of filing. The rest of the limit runs from
 * the resumption through working time, nights not among it. */
static void frappe_2449_the_hold_is_not_added_to_the_start(void **state) {
    (void)state;
    struct calendar c = calendar_of("IST-5:30", HOURS(540, 1080), 2025, 2025);
    struct limit l = limit_of("4 work_hours");
    struct run runs[] = {{at(&c, "2025-08-02 11:00"), at(&c, "2025-08-04 10:00")}, /* filed on a Saturday: one hour */
                         {at(&c, "2025-08-04 17:00"), INSTANT_NONE}};
    assert_at(&c, clock_due_runs(&c, &l, runs, 2).at, "2025-08-05 11:00", __LINE__);
}

/* grafana oncall #3261: hours entered in summer were an hour off in winter. Hours are local. */
static void oncall_3261_hours_stay_local_after_summer(void **state) {
    (void)state;
    struct calendar c = calendar_of("GMT0BST,M3.5.0/1,M10.5.0", HOURS(510, 1050), 2023, 2023);
    instant open;
    assert_true(calendar_next_open(&c, at(&c, "2023-10-27 18:00"), &open));
    assert_at(&c, open, "2023-10-30 08:30", __LINE__);
    assert_due(&c, "10 work_hours", "2023-10-27 16:30", "2023-10-30 17:30", __LINE__);
}

/* FIWARE/context.Orion-LD #1650: a clock that went backwards upset the throttling. Which clock is the caller's business;
 * a span that runs backwards is a programming error, never a negative amount. */
static void backwards(void *arg) {
    struct calendar c = calendar_china();
    struct limit l = limit_of(arg);
    (void)clock_used(&c, &l, at(&c, "2026-11-24 10:00"), at(&c, "2026-11-24 09:00"));
}

static void orion_1650_time_does_not_run_backwards(void **state) {
    (void)state;
    char wall[] = "1 wall_hours", work[] = "1 work_hours", days[] = "1 work_days";
    assert_true(aborts(backwards, wall, NULL, 0));
    assert_true(aborts(backwards, work, NULL, 0));
    assert_true(aborts(backwards, days, NULL, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zammad_390_only_listed_days_are_off),
        cmocka_unit_test(zammad_418_a_limit_may_be_long),
        cmocka_unit_test(zammad_534_a_changed_calendar_changes_the_due_time),
        cmocka_unit_test(zammad_2082_a_restart_counts_at_once),
        cmocka_unit_test(zammad_2157_4432_reminders_wait_for_working_hours),
        cmocka_unit_test(zammad_2497_wrong_hours_do_not_loop),
        cmocka_unit_test(zammad_3140_no_time_runs_while_the_reporter_has_the_word),
        cmocka_unit_test(zammad_3180_around_the_clock_does_not_close_at_midnight),
        cmocka_unit_test(zammad_3837_an_amount_reads_the_same_everywhere),
        cmocka_unit_test(zammad_5177_one_clock_does_not_move_another),
        cmocka_unit_test(osticket_1107_working_days_not_every_day),
        cmocka_unit_test(osticket_1168_a_case_of_the_weekend_is_not_overdue_on_monday),
        cmocka_unit_test(osticket_2131_the_clock_stops_at_closing_time),
        cmocka_unit_test(osticket_3034_a_case_on_hold_does_not_become_overdue),
        cmocka_unit_test(osticket_4166_nights_and_weekends_do_not_count),
        cmocka_unit_test(osticket_4807_never_open_is_far_and_provisional),
        cmocka_unit_test(osticket_4969_the_units_own_holidays_do_not_count),
        cmocka_unit_test(osticket_17_515_the_due_time_depends_on_the_offices_hours),
        cmocka_unit_test(osticket_5213_nothing_counts_before_the_start),
        cmocka_unit_test(osticket_6739_single_weekday_schedule),
        cmocka_unit_test(osticket_6847_a_lunch_break_does_not_count),
        cmocka_unit_test(glpi_10600_a_holiday_does_not_eat_the_limit),
        cmocka_unit_test(glpi_15429_a_step_before_the_end_is_not_before_the_start),
        cmocka_unit_test(glpi_22678_step_fires_at_10_not_midnight),
        cmocka_unit_test(signalen_holidays_and_make_up_days_count),
        cmocka_unit_test(signalen_a_weekend_report_gets_its_whole_last_day),
        cmocka_unit_test(ureport_42_five_days_are_not_always_the_same),
        cmocka_unit_test(ureport_184_a_changed_limit_needs_no_rebuild),
        cmocka_unit_test(frappe_2449_the_hold_is_not_added_to_the_start),
        cmocka_unit_test(oncall_3261_hours_stay_local_after_summer),
        cmocka_unit_test(orion_1650_time_does_not_run_backwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
