/* Plays a trial: time passes, due clocks tick, commands are decided and applied with what follows from them on other
 * cases, all or nothing as the writer does it. */
#include <stdio.h>
#include <string.h>

#include "casework/access.h"
#include "casework/clock.h"
#include "casework/facts.h"
#include "casework/number.h"
#include "cli/trial.h"

#define FOLLOWUP_DEPTH_MAX 8
#define TOLD_MAX 64
#define TICKS_MAX 1000

/* One case of the trial. */
struct actual {
    code name;
    bool filed_by_script; /* else what follows from a command filed it: part1, part2, … */
    struct kase c;
};

/* The state of the play; copied before each command, put back if it is refused. */
struct stage {
    struct actual cases[TRIAL_CASES_MAX];
    size_t n_cases, n_parts;
    instant now;
};

struct player {
    const struct wording *w;
    const struct trial *t;
    struct findings *found;
    struct arena arena; /* of one command */
    struct stage now, before;
    const struct step *step;
    code told[TOLD_MAX]; /* who got a notice in this step */
    size_t n_told;
    size_t looked_at;
    enum status status; /* of the step's command */
    struct err err;
};

/* --- cases --- */

static struct actual *case_named(struct player *p, const code *name) {
    for (size_t i = 0; i < p->now.n_cases; i++)
        if (code_eq(&p->now.cases[i].name, name)) return &p->now.cases[i];
    return NULL;
}

static struct actual *case_numbered(struct player *p, const code *number) {
    for (size_t i = 0; i < p->now.n_cases; i++)
        if (code_eq(&p->now.cases[i].c.number, number)) return &p->now.cases[i];
    return NULL;
}

static struct actual *case_of_step(struct player *p) {
    if (!code_empty(&p->step->on)) return case_named(p, &p->step->on);
    struct actual *last = NULL; /* the one the script filed last, not a part of it */
    for (size_t i = 0; i < p->now.n_cases; i++)
        if (p->now.cases[i].filed_by_script) last = &p->now.cases[i];
    return last;
}

/* "$name" stands for the number of that case. */
static str resolved(struct player *p, str text) {
    code name;
    if (text.len < 2 || text.ptr[0] != '$' || !code_from(str_slice(text, 1, text.len), &name)) return text;
    const struct actual *a = case_named(p, &name);
    return a != NULL ? str_dup(&p->arena, str_code(&a->c.number)) : text;
}

/* --- commands --- */

static void note_told(struct player *p, const struct entry *e) {
    struct facts f;
    struct kase *head = NEW(&p->arena, struct kase);
    struct err err;
    if (facts_read(e->kind, e->facts, &p->arena, head, &f, &err) != OK) return;
    for (size_t i = 0; i < f.n_ops && p->n_told + 2 < TOLD_MAX; i++) {
        if (f.ops[i].kind != OP_NOTIFY) continue;
        p->told[p->n_told++] = f.ops[i].name;
        if (!code_empty(&f.ops[i].unit)) p->told[p->n_told++] = f.ops[i].unit;
    }
}

static enum status apply_all(struct player *p, struct actual *a, const struct command *command,
                             const struct outcome *out, const struct person *by) {
    for (size_t i = 0; i < out->n_entries; i++) {
        struct kase *before = NEW(&p->arena, struct kase);
        *before = a->c;
        enum status status = apply(&a->c, &out->entries[i], &p->err);
        if (status != OK) return status;
        note_told(p, &out->entries[i]);
        bool own = i == 0 || command->kind == COMMAND_FILE;
        trial_print_entry(p->w, &(struct told){&out->entries[i], before, &a->c, own ? by : NULL, command});
    }
    return OK;
}

static struct actual *new_case(struct player *p, bool by_script) {
    if (p->now.n_cases == TRIAL_CASES_MAX) return NULL;
    struct actual *a = &p->now.cases[p->now.n_cases++];
    memset(a, 0, sizeof *a);
    a->filed_by_script = by_script;
    if (by_script)
        a->name = p->step->on;
    else
        snprintf(a->name.s, sizeof a->name.s, "part%zu", ++p->now.n_parts);
    return a;
}

static enum status run(struct player *p, const struct command *command, const struct person *by, int depth);

static enum status run_followups(struct player *p, const struct outcome *out, int depth) {
    for (size_t i = 0; i < out->n_followups; i++) {
        if (depth == FOLLOWUP_DEPTH_MAX) return err_set(&p->err, E_TOO_MANY, "too_many_followups", "Too much at once.");
        enum status status = run(p, &out->followups[i], NULL, depth + 1);
        if (status != OK) return status;
    }
    return OK;
}

static enum status run(struct player *p, const struct command *command, const struct person *by, int depth) {
    bool files = command->kind == COMMAND_FILE;
    const struct city *city = p->w->city;
    struct actual *a = files ? new_case(p, depth == 0) : case_numbered(p, &command->number);
    if (a == NULL) return err_set(&p->err, E_NOT_FOUND, "unknown_case", "There is no such case in this trial.");
    struct given given = {.now = p->now.now};
    struct outcome *out = NEW(&p->arena, struct outcome);
    if (files) {
        given.new_id = p->now.n_cases;
        day today = day_from_instant(&city->calendar.zone, p->now.now);
        given.new_number = number_format(str_code(&city->number_prefix), today, (uint32_t)p->now.n_cases);
    }
    enum status status = decide(city, city, files ? NULL : &a->c, command, &given, &p->arena, out, &p->err);
    if (status == OK) status = apply_all(p, a, command, out, by);
    return status == OK ? run_followups(p, out, depth) : status;
}

/* All or nothing, the lines of history included. */
static enum status run_whole(struct player *p, const struct command *command, const struct person *by) {
    size_t printed = p->w->out->len;
    p->before = p->now;
    p->err = (struct err){0};
    enum status status = run(p, command, by, 0);
    if (status == OK) return OK;
    strbuf_chop(p->w->out, p->w->out->len - printed);
    p->now = p->before;
    p->n_told = 0;
    return status;
}

/* --- time --- */

static const struct clock *next_clock(const struct stage *s, instant until, const struct kase **ret) {
    const struct clock *next = NULL;
    for (size_t i = 0; i < s->n_cases; i++) {
        for (size_t k = 0; k < CLOCKS_MAX; k++) {
            const struct clock *c = &s->cases[i].c.clocks[k];
            if (c->id == 0 || c->state != CLOCK_RUNNING || c->missed || c->due.ms >= until.ms) continue;
            if (next != NULL && c->due.ms >= next->due.ms) continue;
            next = c;
            *ret = &s->cases[i].c;
        }
    }
    return next;
}

/* Every clock that comes due on the way ticks when it does. */
static void pass_to(struct player *p, instant until) {
    const struct kase *c;
    const struct clock *k;
    for (int i = 0; i < TICKS_MAX && (k = next_clock(&p->now, until, &c)) != NULL; i++) {
        struct command tick = {.kind = COMMAND_TICK, .actor = {.kind = ACTOR_TIMER}, .clock = k->id, .due = k->due};
        tick.number = c->number;
        if (k->due.ms + 1 > p->now.now.ms) p->now.now.ms = k->due.ms + 1;
        if (run_whole(p, &tick, NULL) != OK) break;
        arena_clear(&p->arena);
    }
    if (until.ms > p->now.now.ms) p->now.now = until;
}

static void pass_time(struct player *p) {
    const struct step *s = p->step;
    if (s->has_wait) pass_to(p, clock_due(&p->w->city->calendar, &s->wait, p->now.now).at);
    if (!s->has_at) return;
    if (s->at.ms < p->now.now.ms)
        findings_add(p->found, FINDING_ERROR, p->t->file, s->line, "times in order",
                     "This step lies before the one above.");
    else
        pass_to(p, s->at);
}

/* --- what is expected --- */

static void fails(struct player *p, const struct expect *e, const char *what, str is) {
    findings_add(p->found, FINDING_ERROR, p->t->file, e->line, NULL, "Expected %s%s%s %.*s, but it is %.*s.", what,
                 code_empty(&e->name) ? "" : " ", e->name.s, P(e->value), P(is));
}

static void compare(struct player *p, const struct expect *e, const char *what, str is) {
    if (!str_eq(e->value, is)) fails(p, e, what, is);
}

static str time_text(struct player *p, instant t) {
    struct strbuf b;
    strbuf_init(&b, 64);
    say_time(&(struct wording){p->w->city, p->w->lang, &b}, t);
    str text = str_dup(&p->arena, strbuf_str(&b));
    strbuf_done(&b);
    return text;
}

static void expect_due(struct player *p, const struct kase *c, const struct expect *e) {
    instant due = case_due(c, NULL);
    compare(p, e, "due", instant_is_none(due) ? S("none") : time_text(p, due));
}

static void expect_clock(struct player *p, const struct kase *c, const struct expect *e) {
    const struct clock *k = case_clock(c, e->name.s, 0);
    for (uint32_t task = c->next_task; k == NULL && task > 1; task--) k = case_clock(c, e->name.s, task - 1);
    str is = k == NULL                                 ? S("none")
             : k->missed && str_is(e->value, "missed") ? S("missed")
             : k->state == CLOCK_RUNNING               ? time_text(p, k->due)
             : k->state == CLOCK_PAUSED                ? S("paused")
             : k->state == CLOCK_MET                   ? S("met")
             : k->state == CLOCK_STOPPED               ? S("stopped")
                                                       : S("missed");
    compare(p, e, "clock", is);
}

static void expect_tasks(struct player *p, const struct kase *c, const struct expect *e) {
    str is = STR_NONE;
    for (uint32_t id = 1; id < c->next_task; id++) {
        const struct task *t = case_task(c, id);
        if (t == NULL || !code_eq(&t->kind, &e->name) || (t->cancelled && !t->is_over)) continue;
        is = str_format(&p->arena, "%.*s%s%s", P(is), str_empty(is) ? "" : ",", t->state.s);
    }
    compare(p, e, "tasks", is);
}

static bool was_told(const struct player *p, str who) {
    for (size_t i = 0; i < p->n_told; i++)
        if (str_eq(str_code(&p->told[i]), who)) return true;
    return false;
}

static bool is_offered(struct player *p, const struct kase *c, const struct person *who, str action) {
    struct offer all[OFFERS_MAX];
    size_t n = offers(p->w->city, p->w->city, c, &who->actor, p->now.now, all, ARRAY_LEN(all));
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_code(&all[i].action->name), action)) return true;
    return false;
}

static void expect_offers(struct player *p, const struct kase *c, const struct expect *e) {
    str rest = e->value;
    for (str one; str_split(&rest, ',', &one);) {
        if (is_offered(p, c, e->who, one) == (e->kind == EXPECT_CAN)) continue;
        findings_add(p->found, FINDING_ERROR, p->t->file, e->line, NULL, "%s %s do \"%.*s\" now.", e->who->name.s,
                     e->kind == EXPECT_CAN ? "cannot" : "can", P(one));
    }
}

static void expect_reading(struct player *p, const struct kase *c, const struct expect *e) {
    if (access_read(p->w->city, c, &e->who->actor) == (e->kind == EXPECT_READS)) return;
    findings_add(p->found, FINDING_ERROR, p->t->file, e->line, NULL, "%s %s read it.", e->who->name.s,
                 e->kind == EXPECT_READS ? "cannot" : "can");
}

static void expect_refusal(struct player *p, const struct expect *e) {
    if (p->status == OK)
        fails(p, e, "the refusal", S("not refused"));
    else if (!str_is(e->value, p->err.code))
        fails(p, e, "the refusal", str_z(p->err.code));
    else if (!code_empty(&e->name) && !code_is(&e->name, p->err.field))
        fails(p, e, "the field", str_z(p->err.field));
}

static void expect_one(struct player *p, const struct kase *c, const struct expect *e) {
    code name;
    bool flag = code_from(e->value, &name) && case_flag(c, &name);
    p->looked_at++;
    switch (e->kind) {
    case EXPECT_REFUSED:
        expect_refusal(p, e);
        break;
    case EXPECT_STATE:
        compare(p, e, "state", str_code(&c->state));
        break;
    case EXPECT_DUE:
        expect_due(p, c, e);
        break;
    case EXPECT_CLOCK:
        expect_clock(p, c, e);
        break;
    case EXPECT_TASKS:
        expect_tasks(p, c, e);
        break;
    case EXPECT_COUNT:
        compare(p, e, "count", str_format(&p->arena, "%d", (int)case_count(c, &e->name)));
        break;
    case EXPECT_FLAG:
    case EXPECT_NO_FLAG:
        if (flag != (e->kind == EXPECT_FLAG)) fails(p, e, "flag", flag ? S("set") : S("not set"));
        break;
    case EXPECT_UNIT:
        compare(p, e, "lead unit", code_empty(&c->unit) ? S("none") : str_code(&c->unit));
        break;
    case EXPECT_SEALED:
        compare(p, e, "sealed", c->is_sealed ? S("true") : S("false"));
        break;
    case EXPECT_PRIVATE:
        compare(p, e, "private", c->is_private ? S("true") : S("false"));
        break;
    case EXPECT_TOLD:
        if (!was_told(p, e->value)) fails(p, e, "a notice to", S("not told"));
        break;
    case EXPECT_CAN:
    case EXPECT_CANNOT:
        expect_offers(p, c, e);
        break;
    case EXPECT_READS:
    case EXPECT_NO_READ:
        expect_reading(p, c, e);
        break;
    }
}

/* --- steps --- */

static void unexpected(struct player *p) {
    const struct err *e = &p->err;
    findings_add(p->found, FINDING_ERROR, p->t->file, p->step->line, e->hint[0] != '\0' ? e->hint : NULL,
                 "Refused: %s%s%s. %s", e->code, e->field[0] != '\0' ? ", field " : "", e->field, e->primary);
}

static void command_of_step(struct player *p, struct command *ret) {
    *ret = p->step->command;
    for (size_t i = 0; i < ret->n_values; i++) ret->values[i].text = resolved(p, ret->values[i].text);
    code *named[] = {&ret->filing.same_as, &ret->filing.found_at};
    for (size_t i = 0; i < ARRAY_LEN(named); i++) {
        str number = resolved(p, str_code(named[i]));
        if (!str_empty(number)) (void)!code_from(number, named[i]);
    }
}

/* The open task of a unit that the action fits. */
static uint32_t task_of(const struct player *p, const struct kase *c) {
    const struct procedure *proc = city_procedure(p->w->city, str_code(&c->procedure));
    const struct action *a = proc != NULL ? procedure_action(proc, str_code(&p->step->command.action)) : NULL;
    for (size_t i = 0; a != NULL && i < TASKS_MAX; i++) {
        const struct task *t = &c->tasks[i];
        if (t->id != 0 && !t->is_over && code_eq(&t->kind, &a->task) && code_eq(&t->unit, &p->step->task_of))
            return t->id;
    }
    return 0;
}

static void do_command(struct player *p) {
    struct command command;
    const struct actual *on = p->step->kind == STEP_FILE ? NULL : case_of_step(p);
    command_of_step(p, &command);
    if (on != NULL) command.number = on->c.number;
    if (on != NULL && !code_empty(&p->step->task_of)) command.task = task_of(p, &on->c);
    p->status = run_whole(p, &command, p->step->by);
    if (p->status == OK) return;
    const struct kase *c = on != NULL ? &on->c : NULL;
    trial_print_refusal(p->w, &(struct told){NULL, c, NULL, p->step->by, &command}, p->now.now, &p->err);
    if (!p->step->expects_refusal) unexpected(p);
}

static void play_step(struct player *p) {
    p->n_told = 0;
    p->status = OK;
    pass_time(p);
    if (p->step->kind != STEP_WAIT) {
        p->n_told = 0;
        p->looked_at++;
        do_command(p);
    }
    const struct actual *on = case_of_step(p);
    for (size_t i = 0; on != NULL && i < p->step->n_expects; i++) expect_one(p, &on->c, &p->step->expects[i]);
    arena_clear(&p->arena);
}

size_t trial_play(const struct wording *w, const struct trial *t, struct findings *found) {
    struct arena memory;
    arena_init(&memory, 0);
    struct player *p = NEW(&memory, struct player);
    *p = (struct player){.w = w, .t = t, .found = found};
    arena_init(&p->arena, 0);
    p->now.now = t->begins;
    for (size_t i = 0; i < t->n_steps; i++) {
        p->step = &t->steps[i];
        play_step(p);
    }
    size_t ret = p->looked_at;
    arena_done(&p->arena);
    arena_done(&memory);
    return ret;
}
