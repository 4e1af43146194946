/* Every statutory limit of the package jintan that runs as a clock or bars an action, to its exact edge: started by the
 * commands that start it, one minute before its end, at its end, and after it; on a plain day, with its end on a public
 * holiday, and over a make-up working day. When it ends is counted here day by day over the notice of the year.
 *
 * A row's id is that of the lists of the domain; rows that count nothing (immediate, pauses, contents) are played by the
 * trials. What else the law says of them: tests/blackbox/test_law.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenes_city.h"

static struct city *city;

struct row {
    const char *id, *article; /* as the basis begins, or a part of it */
    const char *procedure;
    const char *clock; /* name of the clock; of a bar: NULL */
    const char *where; /* kind of task that has it, or empty; of a bar: the action */
    int32_t amount;
    enum limit_unit unit;
    bool rolls, first; /* an end on a rest day moves on; the first day counts */
};

#define CALENDAR LIMIT_CALENDAR_DAYS
#define WORK LIMIT_WORK_DAYS
#define WALL LIMIT_WALL_MINUTES

static const struct row rows[] = {
    {"PET-01", "信访工作条例第22条", "petition", "state:registered", "", 15, CALENDAR, true, false},
    {"PET-03", "信访工作条例第23条第3款", "petition", "task", "handle", 15, CALENDAR, true, false},
    {"PET-04", "信访工作条例第23条第3款", "petition", "task", "handle", 15, CALENDAR, true, false},
    {"PET-06", "信访工作条例 第三十四条", "petition", "handling", "", 60, CALENDAR, true, false},
    {"PET-08", "信访工作条例第35条", "petition", "state:review", "", 30, CALENDAR, true, false},
    {"PET-10", "信访工作条例第36条", "petition", "state:rereview", "", 30, CALENDAR, true, false},
    {"PET-12", "信访事项简易办理办法", "petition", "handling", "", 10, WORK, false, false},
    {"MED-01", "人民调解法第33条", "mediation", "confirmation", "", 30, CALENDAR, true, false},
    {"MED-02", "民事诉讼法第205条", "mediation", "confirmation", "", 30, CALENDAR, true, false},
    {"MED-03", "法释〔2011〕5号第4条", "mediation", "court_acceptance", "", 3, CALENDAR, true, false},
    {"MED-04", "法释〔2011〕5号第5条", "mediation", "court", "", 15, CALENDAR, true, false},
    {"SVC-01", "行政许可法第32条第1款第4项", "service", "state:received", "", 5, WORK, false, false},
    {"SVC-02", "行政许可法第42条第1款", "service", "decision", "", 20, WORK, false, false},
    {"SVC-03", "行政许可法第42条第2款", "service", "decision", "", 45, WORK, false, false},
    {"SVC-04", "行政许可法第43条", "service", "task", "pre_review", 20, WORK, false, false},
    {"SVC-05", "行政许可法第44条", "service", "state:granted", "", 10, WORK, false, false},
    {"SVC-08", "政府信息公开条例第33条第2款", "disclosure", "answer", "", 20, WORK, false, false},
    {"SVC-09", "政府信息公开条例第34条", "disclosure", "task", "consult", 15, WORK, false, false},
    {"EMG-02", "生产安全事故报告和调查处理条例第11条", "emergency", "task", "level_report", 120, WALL, false, false},
    {"EMG-03", "生产安全事故报告和调查处理条例第13条", "emergency", "supplement", "", 30, CALENDAR, false, false},
    {"EMG-03", "生产安全事故报告和调查处理条例第13条", "emergency", "supplement", "", 7, CALENDAR, false, false},
    {"EMG-04", "生产安全事故报告和调查处理条例第29条", "emergency", "investigation", "", 60, CALENDAR, false, false},
    {"EMG-09", "突发事件应对法第17条；本地报告时限（样例）", "emergency", "task", "phone_report", 15, WALL, false,
     false},
    {"EMG-09", "本地报告时限（样例）", "emergency", "task", "first_report", 30, WALL, false, false},
    {"EMG-10", "突发事件应对法第17条；本地报告时限（样例）", "emergency", "task", "phone_report", 30, WALL, false,
     false},
    {"EMG-10", "本地报告时限（样例）", "emergency", "task", "first_report", 60, WALL, false, false},
};

static const struct row bars[] = {
    {"PET-02", "信访工作条例第23条第2款", "petition", NULL, "answer_on_spot", 1, CALENDAR, false, true},
    {"PET-05", "信访工作条例第23条第3款", "petition", NULL, "object", 5, WORK, false, false},
    {"PET-07", "信访工作条例第35条", "petition", NULL, "ask_review", 30, CALENDAR, true, false},
    {"PET-09", "信访工作条例第36条", "petition", NULL, "ask_rereview", 30, CALENDAR, true, false},
    {"PET-11", "信访事项简易办理办法", "petition", NULL, "accept_simplified", 3, WORK, false, false},
};

/* By how much one extension moves the end. */
static const struct row extensions[] = {
    {"PET-06", "信访工作条例第34条", "petition", "handling", "grant_extension", 30, CALENDAR, false, false},
    {"MED-04", "法释〔2011〕5号第5条", "mediation", "court", "court_extended", 10, CALENDAR, false, false},
    {"SVC-02", "行政许可法第42条第1款", "service", "decision", "grant_extension", 10, WORK, false, false},
    {"SVC-03", "行政许可法第42条第2款", "service", "decision", "grant_joint_extension", 15, WORK, false, false},
    {"SVC-08", "政府信息公开条例第33条第2款", "disclosure", "answer", "extend", 20, WORK, false, false},
};

/* --- the notice of 2026, read here --- */

enum mark { USUAL, OFF, MAKE_UP };
static unsigned char marks[400];
static day january;

static void read_notice(void) {
    struct arena arena;
    str text;
    arena_init(&arena, 0);
    january = day_from_ymd(2026, 1, 1);
    assert_true(source_file("city/jintan/calendar/2026.csv", &arena, &text));
    for (str line; str_split(&text, '\n', &line);) {
        int year, month, mday;
        char kind[8] = "";
        if (sscanf(str_cstr(&arena, line), "%d-%d-%d,%7[a-z]", &year, &month, &mday, kind) != 4) continue;
        marks[day_from_ymd(year, month, mday).n - january.n] = strcmp(kind, "off") == 0 ? OFF : MAKE_UP;
    }
    arena_done(&arena);
}

static enum mark mark_of(day d) {
    int32_t n = d.n - january.n;
    return n >= 0 && n < 365 ? (enum mark)marks[n] : USUAL;
}

static bool is_rest(day d) {
    int wday = day_weekday(d);
    return mark_of(d) == OFF || (mark_of(d) != MAKE_UP && (wday == 0 || wday == 6));
}

/* The last day of a limit of days, counted one by one; before and after it moves on from a rest day. */
static day last_day(const struct row *r, day from, bool moved) {
    int32_t left = r->amount - (r->first ? 1 : 0);
    while (left > 0) {
        from.n++;
        if (r->unit == CALENDAR || !is_rest(from)) left--;
    }
    while (moved && r->rolls && is_rest(from)) from.n++;
    return from;
}

static instant end_of(const struct row *r, instant from) {
    const struct zone *zone = &city->calendar.zone;
    if (r->unit == WALL) return (instant){from.ms + r->amount * MS_MINUTE};
    day last = last_day(r, day_from_instant(zone, from), true);
    return (instant){day_start(zone, (day){last.n + 1}).ms};
}

/* --- days to begin on: a plain one, one whose end meets a holiday, one over a make-up working day --- */

#define STARTS 3

static bool spans(day from, day to, enum mark mark) {
    for (day d = {from.n + 1}; d.n <= to.n; d.n++)
        if (mark_of(d) == mark) return true;
    return false;
}

static bool suits(const struct row *r, int which, day d) {
    if (which == 0) return d.n == day_from_ymd(2026, 11, 24).n;
    if (r->unit == WALL) return mark_of(d) == (which == 1 ? OFF : MAKE_UP); /* it takes no notice */
    day last = last_day(r, d, false);
    if (which == 1) return r->unit == CALENDAR ? mark_of(last) == OFF : spans(d, last, OFF);
    return r->unit == CALENDAR ? mark_of(last) == MAKE_UP || r->amount == 1 : spans(d, last, MAKE_UP);
}

static instant start_of(const struct row *r, int which) {
    for (int32_t n = 0; n < 364; n++) {
        day d = {january.n + n};
        if (suits(r, which, d)) return (instant){day_start(&city->calendar.zone, d).ms + 9 * MS_HOUR};
    }
    fail_msg("%s: no day to begin on (%d)", r->id, which);
    return INSTANT_NONE;
}

/* --- clocks --- */

struct search {
    const struct row *row;
    struct desk d;
    struct actor people[PEOPLE_MAX];
    size_t n_people;
    uint32_t found; /* id of the clock; 0 = not yet */
};

/* The clock of the row, if it began just now. */
static const struct clock *clock_of_row(const struct row *r, const struct desk *d) {
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        const struct clock *k = &d->c.clocks[i];
        const struct task *t = k->task != 0 ? case_task(&d->c, k->task) : NULL;
        bool here = r->where[0] == '\0' ? k->task == 0 : t != NULL && code_is(&t->kind, r->where);
        bool is = k->id != 0 && here && code_is(&k->name, r->clock) && k->unit == r->unit && k->amount == r->amount;
        if (is && k->state == CLOCK_RUNNING && k->started.ms == d->now.ms) return k;
    }
    return NULL;
}

/* One command, with the nth choice of every list. out: false if no list has so many. */
static bool try_choice(struct search *q, const struct scene *s, const struct action *a, const struct actor *who,
                       size_t choice) {
    struct command c = scene_command(s, a, *who, ALL_FIELDS);
    bool has = choice == 0;
    for (size_t v = 0; v < c.n_values; v++) {
        const struct field *f = action_field(a, str_code(&c.values[v].name));
        if (f->type != FIELD_CHOICE || f->n_choices <= choice || choice == 0) continue;
        c.values[v].text = str_code(&f->choices[choice]);
        has = true;
    }
    if (!has) return false;
    scene_set(s, &q->d, &q->d.c);
    scene_dress(s, a, who, &q->d);
    q->d.c.accepted = q->d.c.dispatched = q->d.now;
    c.task = code_empty(&a->task) ? 0 : 1;
    const struct clock *found = desk_run(&q->d, &c) == OK ? clock_of_row(q->row, &q->d) : NULL;
    if (found != NULL) q->found = found->id;
    return found == NULL;
}

/* Whether the action starts the clock, opens or moves a task that has it, or leads to its state. */
static bool could_start(const struct row *r, const struct action *a) {
    if (strncmp(r->clock, "state:", 6) == 0) return strcmp(a->to.s, r->clock + 6) == 0;
    bool of_task = strcmp(r->clock, "task") == 0;
    if (of_task && code_is(&a->task, r->where)) return true;
    for (size_t i = 0; i < a->n_effects; i++) {
        const struct effect *e = &a->effects[i];
        if (e->kind == EFFECT_CLOCK_START && code_is(&e->name, r->clock)) return true;
        if (of_task && e->kind == EFFECT_TASK_OPEN && code_is(&e->name, r->where)) return true;
    }
    return false;
}

static void look_in(const struct scene *s, void *ctx) {
    struct search *q = ctx;
    for (size_t k = 0; k < q->n_people && q->found == 0; k++) {
        struct stance stance = stance_of(s, &q->people[k]);
        for (size_t i = 0; i < s->p->n_actions && q->found == 0; i++) {
            const struct action *a = &s->p->actions[i];
            if (!could_start(q->row, a) || scene_verdict(s, a, q->people[k].kind, &stance) != MAY) continue;
            for (size_t choice = 0; try_choice(q, s, a, &q->people[k], choice); choice++) arena_clear(&q->d.arena);
        }
    }
}

/* Finds somebody and a command that starts the clock; filing is one. */
static void start_clock(struct search *q) {
    const struct procedure *p = city_procedure(city, str_z(q->row->procedure));
    struct cast cast = cast_of_package(p);
    struct command file = filing_of(cast.category.s, cast.area.s, "letter", reporter);
    q->n_people = people_of(&cast, q->people);
    q->found = 0;
    if (desk_run(&q->d, &file) == OK && clock_of_row(q->row, &q->d) != NULL)
        q->found = clock_of_row(q->row, &q->d)->id;
    else
        scenes_each(&cast, p, 2, look_in, q);
    if (q->found == 0) fail_msg("%s: nothing starts %d of %s", q->row->id, q->row->amount, q->row->clock);
}

static bool missed_at(struct search *q, const struct clock *k, int64_t ms) {
    struct desk *d = &q->d;
    struct kase before = d->c;
    struct command c = {.kind = COMMAND_TICK, .case_id = d->c.id, .actor = timer, .clock = k->id, .due = k->due};
    struct given given = {.now = {ms}};
    struct err err = {0};
    assert_int_equal(decide(city, city, &before, &c, &given, &d->arena, &d->out, &err), OK);
    bool missed = false;
    for (size_t i = 0; i < d->out.n_entries; i++) {
        assert_int_equal(apply(&before, &d->out.entries[i], &err), OK);
        missed = true;
    }
    const struct clock *after = NULL;
    for (size_t i = 0; i < CLOCKS_MAX; i++)
        if (before.clocks[i].id == k->id) after = &before.clocks[i];
    if (missed) assert_true(after == NULL || after->missed);
    return missed;
}

static bool basis_stands(const struct row *r) {
    struct arena arena;
    str text;
    arena_init(&arena, 0);
    str path = str_format(&arena, "city/jintan/procedures/%s.yaml", r->procedure);
    bool found = source_file(path.ptr, &arena, &text) && str_find(text, str_z(r->article), 0) >= 0;
    for (size_t i = 0; i < city->n_conditions && !found; i++)
        found = str_find(city->conditions[i].limit.basis, str_z(r->article), 0) >= 0;
    arena_done(&arena);
    return found;
}

static void check_edge(struct search *q, instant start) {
    const struct row *r = q->row;
    struct clock k = {0};
    for (size_t i = 0; i < CLOCKS_MAX; i++)
        if (q->d.c.clocks[i].id == q->found) k = q->d.c.clocks[i];
    instant end = end_of(r, start);
    if (k.due.ms != end.ms)
        fail_msg("%s: %d begun %lld ends %lld, not %lld", r->id, r->amount, (long long)start.ms, (long long)k.due.ms,
                 (long long)end.ms);
    /* the clock keeps the beginning of its basis, which may name two */
    size_t n = strlen(k.basis.s) < strlen(r->article) ? strlen(k.basis.s) : strlen(r->article);
    if (strncmp(r->article, k.basis.s, n) != 0 && strstr(r->id, "MED-02") == NULL)
        fail_msg("%s: its clock stands on %s", r->id, k.basis.s);
    assert_false(missed_at(q, &k, end.ms - MS_MINUTE));
    assert_false(missed_at(q, &k, end.ms));
    assert_true(missed_at(q, &k, end.ms + 1));
}

static void clocks_end_to_the_minute(void **state) {
    (void)state;
    static struct search q;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (!basis_stands(&rows[i])) fail_msg("%s: nothing names %s", rows[i].id, rows[i].article);
        for (int which = 0; which < STARTS; which++) {
            instant start = start_of(&rows[i], which);
            q.row = &rows[i];
            desk_init(&q.d, city, "2026-11-24 09:00");
            q.d.now = start;
            start_clock(&q);
            check_edge(&q, start);
            desk_done(&q.d);
        }
    }
}

/* --- bars: an action that is too late --- */

struct attempt {
    const struct row *row;
    struct desk d;
    struct actor people[PEOPLE_MAX];
    size_t n_people, done;
    instant start, end;
};

/* out: what becomes of the action so long after the start. */
static enum status at_time(struct attempt *q, const struct scene *s, const struct action *a, const struct actor *who,
                           int64_t ms) {
    q->d.now = q->start;
    scene_set(s, &q->d, &q->d.c);
    scene_dress(s, a, who, &q->d);
    q->d.c.signed_at = q->start;
    q->d.now.ms = ms;
    struct command c = scene_command(s, a, *who, ALL_FIELDS);
    c.task = code_empty(&a->task) ? 0 : 1;
    enum status status = desk_run(&q->d, &c);
    arena_clear(&q->d.arena);
    return status;
}

static void try_bar(const struct scene *s, void *ctx) {
    struct attempt *q = ctx;
    const struct action *a = procedure_action(s->p, str_z(q->row->where));
    assert_non_null(a);
    for (size_t k = 0; k < q->n_people; k++) {
        struct stance stance = stance_of(s, &q->people[k]);
        if (scene_verdict(s, a, q->people[k].kind, &stance) != MAY) continue;
        if (at_time(q, s, a, &q->people[k], q->start.ms) != OK) continue;
        q->done++;
        if (at_time(q, s, a, &q->people[k], q->end.ms - MS_MINUTE) != OK ||
            at_time(q, s, a, &q->people[k], q->end.ms) != OK)
            fail_msg("%s: %s in time is refused: %s", q->row->id, a->name.s, q->d.err.code);
        if (at_time(q, s, a, &q->people[k], q->end.ms + 1) != E_STATE || strcmp(q->d.err.code, "too_late") != 0)
            fail_msg("%s: %s too late is not refused: %s", q->row->id, a->name.s, q->d.err.code);
    }
}

static void bars_fall_to_the_minute(void **state) {
    (void)state;
    static struct attempt q;
    for (size_t i = 0; i < ARRAY_LEN(bars); i++) {
        const struct procedure *p = city_procedure(city, str_z(bars[i].procedure));
        struct cast cast = cast_of_package(p);
        assert_true(basis_stands(&bars[i]));
        for (int which = 0; which < STARTS; which++) {
            q = (struct attempt){.row = &bars[i], .start = start_of(&bars[i], which)};
            q.n_people = people_of(&cast, q.people);
            q.end = end_of(&bars[i], q.start);
            desk_init(&q.d, city, "2026-11-24 09:00");
            scenes_each(&cast, p, 2, try_bar, &q);
            if (q.done == 0) fail_msg("%s: nobody could do %s", bars[i].id, bars[i].where);
            desk_done(&q.d);
        }
    }
}

/* --- extensions --- */

static void try_extension(const struct scene *s, void *ctx) {
    struct attempt *q = ctx;
    const struct action *a = procedure_action(s->p, str_z(q->row->where));
    assert_non_null(a);
    for (size_t k = 0; k < q->n_people && q->done == 0; k++) {
        struct stance stance = stance_of(s, &q->people[k]);
        if (scene_verdict(s, a, q->people[k].kind, &stance) != MAY) continue;
        q->d.now = q->start;
        scene_set(s, &q->d, &q->d.c);
        scene_dress(s, a, &q->people[k], &q->d);
        const struct clock *clock = case_clock(&q->d.c, q->row->clock, 0);
        if (clock == NULL) fail_msg("%s: no clock %s to extend", q->row->id, q->row->clock);
        struct clock before = *clock;
        struct command c = scene_command(s, a, q->people[k], ALL_FIELDS);
        c.task = code_empty(&a->task) ? 0 : 1;
        if (desk_run(&q->d, &c) != OK) continue;
        const struct clock *after = case_clock(&q->d.c, q->row->clock, 0);
        q->done++;
        if (after->amount != before.amount + q->row->amount || after->unit != q->row->unit)
            fail_msg("%s: extended from %d to %d", q->row->id, before.amount, after->amount);
        arena_clear(&q->d.arena);
    }
}

static void extensions_add_what_the_law_says(void **state) {
    (void)state;
    static struct attempt q;
    for (size_t i = 0; i < ARRAY_LEN(extensions); i++) {
        const struct procedure *p = city_procedure(city, str_z(extensions[i].procedure));
        struct cast cast = cast_of_package(p);
        assert_true(basis_stands(&extensions[i]));
        q = (struct attempt){.row = &extensions[i], .start = start_of(&extensions[i], 0)};
        q.n_people = people_of(&cast, q.people);
        desk_init(&q.d, city, "2026-11-24 09:00");
        scenes_each(&cast, p, 3, try_extension, &q);
        if (q.done == 0) fail_msg("%s: nobody could do %s", extensions[i].id, extensions[i].where);
        desk_done(&q.d);
    }
}

int main(void) {
    city = jintan_city();
    scenes_of(city);
    read_notice();
    const struct CMUnitTest tests[] = {cmocka_unit_test(clocks_end_to_the_minute),
                                       cmocka_unit_test(bars_fall_to_the_minute),
                                       cmocka_unit_test(extensions_add_what_the_law_says)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    city_free(city);
    return failed;
}
