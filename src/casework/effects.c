/* Effects: what an action or a join brings about, one function for each kind of the vocabulary. */
#include <stdio.h>
#include <string.h>

#include "casework/decide_int.h"

#define PASS_DAYS 90

static str value_or_field(const struct decision *d, const code *value) {
    str field = effect_field(value);
    return str_empty(field) ? str_code(value) : value_of(d->command, field);
}

static str field_value(const struct decision *d, const struct effect *e) {
    return value_or_field(d, &e->value);
}

static const struct clock *clock_named(const struct decision *d, const code *name) {
    return case_clock(&d->c, name->s, clock_of_task(name) ? d->task : 0);
}

/* A date set from outside, as a limit: so many minutes from now. out: LIMIT_NONE if none was given. */
static enum status limit_until(struct decision *d, const code *until, str basis, struct limit *ret) {
    instant t;
    str text = value_or_field(d, until), field = effect_field(until);
    *ret = (struct limit){.unit = LIMIT_NONE, .basis = basis, .from = FROM_ENTERED};
    if (str_empty(text)) return OK;
    int64_t ms = instant_parse(text, &t) ? t.ms - d->given->now.ms : 0;
    if (ms < MS_MINUTE || ms / MS_DAY > LIMIT_DAYS_MAX)
        return refuse(d->err, E_INVALID, "date_gone", str_cstr(d->arena, field), "The date must lie ahead.");
    ret->unit = LIMIT_WALL_MINUTES;
    ret->amount = (int32_t)(ms / MS_MINUTE);
    return OK;
}

static enum status run_clock(struct decision *d, const struct effect *e) {
    const struct clock *k = clock_named(d, &e->name);
    struct limit limit = e->has_limit ? e->limit : condition_limit(d);
    if (!code_empty(&e->value)) {
        enum status status = limit_until(d, &e->value, e->limit.basis, &limit);
        if (status != OK || limit.unit == LIMIT_NONE) return status;
    }
    switch ((int)e->kind) {
    case EFFECT_CLOCK_START: {
        enum status status = clock_end(d, k, "stopped"); /* one of a name at a time */
        if (status != OK) return status;
        return clock_begin(d, &e->name, clock_of_task(&e->name) ? d->task : 0, &limit);
    }
    case EFFECT_CLOCK_STOP:
        return clock_end(d, k, "met");
    case EFFECT_CLOCK_PAUSE:
        return clock_pause(d, k, false);
    case EFFECT_CLOCK_RESUME:
        return clock_resume(d, k);
    default:
        return clock_extend(d, k, e->has_limit ? &e->limit : NULL);
    }
}

static enum status open_for_code(struct decision *d, const struct task_kind *kind, const code *unit,
                                 const char *field) {
    code nowhere = {0};
    enum status status = unit_may_get(d, unit, field);
    return status == OK ? task_open(d, kind, unit, &nowhere) : status;
}

/* The unit of the acted task, else the lead. */
static uint32_t acting_unit(const struct decision *d) {
    const struct task *t = case_task(&d->c, d->task);
    const code *unit = t != NULL && !code_empty(&t->unit) ? &t->unit : &d->c.unit;
    return code_empty(unit) ? NONE : city_unit(d->world, str_code(unit));
}

/* Above the highest unit stands the centre. */
static uint32_t unit_above(const struct decision *d) {
    uint32_t above = route_above(d->world, acting_unit(d));
    return above != NONE ? above : centre_unit(d->world, &d->c);
}

static uint32_t unit_below(const struct decision *d) {
    uint32_t area = code_empty(&d->c.area) ? NONE : city_area(d->world, str_code(&d->c.area));
    return route_below(d->world, acting_unit(d), area);
}

static enum status open_for_index(struct decision *d, const struct task_kind *kind, uint32_t unit) {
    if (unit == NONE) return refuse(d->err, E_STATE, "no_unit", NULL, "There is no unit for this task.");
    return open_for_code(d, kind, &d->world->units[unit].code, NULL);
}

static enum status open_by_duty(struct decision *d, const struct task_kind *kind, enum duty duty) {
    uint32_t units[TASKS_MAX / 2];
    uint32_t area = code_empty(&d->c.area) ? NONE : city_area(d->world, str_code(&d->c.area));
    size_t n = route_units(d->world, duty, &d->c.category, area, &d->c.owner, units, ARRAY_LEN(units));
    for (size_t i = 0; i < n; i++) {
        const code *unit = &d->world->units[units[i]].code;
        if (access_recused(d->world, &d->c, unit) || route_taken_back(d->world, &d->c.category, units[i])) continue;
        enum status status = open_for_index(d, kind, units[i]);
        if (status != OK) return status;
    }
    return OK;
}

static enum status open_for_field(struct decision *d, const struct task_kind *kind, str field) {
    str text = value_of(d->command, field);
    for (str one; str_split(&text, ',', &one);) {
        code unit;
        if (!code_from(one, &unit)) return refuse(d->err, E_INVALID, "unknown_unit", NULL, "This is no unit.");
        enum status status = open_for_code(d, kind, &unit, NULL);
        if (status != OK) return status;
    }
    return OK;
}

/* The grid workers on the spot; never for a conduct complaint, and where nobody knows the place the centre asks. */
static enum status open_for_grid(struct decision *d, const struct task_kind *kind) {
    code nobody = {0};
    if (d->c.about == ABOUT_CONDUCT || code_empty(&d->c.area))
        return open_for_index(d, kind, centre_unit(d->world, &d->c));
    enum status status = grid_may_get(d, &kind->name);
    if (status != OK) return status;
    return task_open(d, kind, &nobody, &d->c.area);
}

/* Another level is asked to take the matter over: only one that may lead it. */
static enum status open_for_level(struct decision *d, const struct task_kind *kind, uint32_t unit) {
    if (unit == NONE) return open_for_index(d, kind, unit);
    enum status status = unit_may_lead(d, &d->world->units[unit].code, NULL);
    return status == OK ? open_for_index(d, kind, unit) : status;
}

/* The unit of the task acted on, else the one of who acts. */
static enum status open_for_acting(struct decision *d, const struct task_kind *kind) {
    const struct task *t = case_task(&d->c, d->task);
    const code *unit = t != NULL ? &t->unit : &d->command->actor.unit;
    if (code_empty(unit)) return refuse(d->err, E_STATE, "no_unit", NULL, "There is no unit for this task.");
    return open_for_code(d, kind, unit, NULL);
}

static enum status open_for_target(struct decision *d, const struct effect *e) {
    const struct task_kind *kind = procedure_task(d->procedure, &e->name);
    str field = effect_field(&e->value);
    check(kind != NULL);
    if (!str_empty(field)) return open_for_field(d, kind, field);
    if (code_is(&e->value, "grid")) return open_for_grid(d, kind);
    if (code_is(&e->value, "unit")) return open_for_acting(d, kind);
    if (code_is(&e->value, "assist")) return open_by_duty(d, kind, DUTY_ASSIST);
    if (code_is(&e->value, "standby")) return open_by_duty(d, kind, DUTY_STANDBY);
    if (code_is(&e->value, "discipline")) return open_for_index(d, kind, discipline_unit(d->world, &d->c));
    if (code_is(&e->value, "above")) return open_for_level(d, kind, unit_above(d));
    if (code_is(&e->value, "below")) return open_for_level(d, kind, unit_below(d));
    if (!code_is(&e->value, "lead")) return open_for_index(d, kind, centre_unit(d->world, &d->c));
    if (code_empty(&d->c.unit)) return refuse(d->err, E_STATE, "no_lead_unit", "unit", "No unit is in charge yet.");
    return open_for_code(d, kind, &d->c.unit, "unit");
}

static enum status run_task_open(struct decision *d, const struct effect *e) {
    struct limit promised = {.unit = LIMIT_NONE};
    enum status status = code_empty(&e->extra) ? OK : limit_until(d, &e->extra, e->limit.basis, &promised);
    d->opens_in = code_empty(&e->state) ? NULL : &e->state;
    d->promised = promised.unit == LIMIT_NONE ? NULL : &promised;
    if (status == OK) status = open_for_target(d, e);
    d->opens_in = NULL;
    d->promised = NULL;
    return status;
}

/* Whether the plan's task is there already, done or under way. */
static bool is_planned(const struct decision *d, const code *item) {
    for (size_t i = 0; i < TASKS_MAX; i++) {
        const struct task *t = &d->c.tasks[i];
        if (t->id != 0 && !t->cancelled && code_eq(&t->item, item)) return true;
    }
    return false;
}

/* The tasks of the plan from the weakest level that calls for them up to the level now; a task of the plan is opened once. */
static enum status run_task_plan(struct decision *d, const struct effect *e) {
    const struct task_kind *kind = procedure_task(d->procedure, &e->name);
    const struct plan *plan = city_plan(d->law, case_attribute(&d->c, "plan"));
    int64_t level;
    check(kind != NULL);
    if (plan == NULL || !str_to_i64(case_attribute(&d->c, "level"), &level))
        return refuse(d->err, E_STATE, "no_plan", "plan", "No plan and level are chosen.");
    enum status status = OK;
    for (size_t i = 0; status == OK && i < plan->n_tasks; i++) {
        const struct plan_task *t = &plan->tasks[i];
        if (t->level < level || is_planned(d, &t->code)) continue;
        d->planned = t;
        status = open_for_index(d, kind, t->unit);
        d->planned = NULL;
    }
    return status;
}

/* The acted task if it is of the kind, else every open one; a cancel always reaches every open one. */
static enum status run_tasks(struct decision *d, const struct effect *e) {
    const struct task *acted = case_task(&d->c, d->task);
    bool one = e->kind == EFFECT_TASK_STATE && acted != NULL && code_eq(&acted->kind, &e->name);
    if (one && !acted->is_over) return task_move(d, d->task, &e->value);
    for (size_t i = 0; i < TASKS_MAX; i++) {
        const struct task *t = &d->c.tasks[i];
        if (t->id == 0 || t->is_over || !code_eq(&t->kind, &e->name)) continue;
        enum status status = e->kind == EFFECT_TASK_STATE ? task_move(d, t->id, &e->value) : task_cancel(d, t->id);
        if (status != OK) return status;
    }
    return OK;
}

static enum status run_count(struct decision *d, const struct effect *e) {
    struct op op = op_new(OP_COUNT);
    op.name = e->name;
    op.n = e->kind == EFFECT_COUNT_RESET ? 0 : case_count(&d->c, &e->name) + 1;
    return emit(d, op);
}

static enum status run_flag(struct decision *d, const struct effect *e) {
    struct op op = op_new(e->kind == EFFECT_FLAG ? OP_FLAG : OP_UNFLAG);
    op.name = e->name;
    return case_flag(&d->c, &e->name) == (e->kind == EFFECT_FLAG) ? OK : emit(d, op);
}

static enum status assign(struct decision *d, const code *unit) {
    struct op op = op_new(OP_UNIT);
    op.unit = *unit;
    if (code_eq(&d->c.unit, unit)) return OK;
    enum status status = unit_may_get(d, unit, "unit");
    if (status == OK) status = unit_may_lead(d, unit, "unit");
    return status == OK ? emit(d, op) : status;
}

static enum status run_assign(struct decision *d, const struct effect *e) {
    code unit = {0};
    if (code_is(&e->value, "task")) {
        const struct task *t = case_task(&d->c, d->task);
        unit = t != NULL ? t->unit : unit;
        return code_empty(&unit) ? OK : assign(d, &unit);
    }
    if (!code_is(&e->value, "route")) {
        str given = field_value(d, e);
        if (str_empty(given)) return OK; /* an optional field: the lead stays */
        if (!code_from(given, &unit)) return refuse(d->err, E_INVALID, "unknown_unit", NULL, "This is no unit.");
        return assign(d, &unit);
    }
    uint32_t u = lead_unit(d, NONE);
    return u == NONE ? OK : assign(d, &d->world->units[u].code);
}

/* What was decided about competence becomes a proposal to whoever keeps the list. Of a private matter nothing is
 * proposed: a row names a place. */
static enum status run_propose(struct decision *d, const struct effect *e) {
    (void)e;
    if (d->c.is_private || d->c.is_sealed || code_empty(&d->c.unit)) return OK;
    struct op op = op_new(OP_PROPOSE);
    op.name = code_of("lead");
    op.value = d->c.category;
    op.unit = d->c.unit;
    op.area = d->c.area;
    return emit(d, op);
}

void actor_code(const struct actor *actor, char ret[ACTOR_CODE]) {
    snprintf(ret, ACTOR_CODE, "%c%016llx", actor->kind == ACTOR_STAFF ? 's' : 'a',
             actor->kind == ACTOR_STAFF ? (unsigned long long)actor->staff : (unsigned long long)actor->kind);
}

static enum status set_value(struct decision *d, const char *name, const code *value, int64_t n) {
    struct op op = op_new(OP_SET);
    op.name = code_of(name);
    if (value != NULL) op.value = *value;
    op.n = n;
    return emit(d, op);
}

/* A corrected category brings its first condition and its privacy; a person chose it. */
static enum status category_set(struct decision *d, const code *key) {
    uint32_t k = city_category(d->law, str_code(key));
    if (k == NONE) return refuse(d->err, E_INVALID, "unknown_category", "category", "There is no such category.");
    const struct category *category = &d->law->categories[k];
    code condition = {0};
    if (category->n_conditions > 0) condition = d->law->conditions[category->first_condition].code;
    bool is_private = category->is_private || d->procedure->is_private || d->c.about == ABOUT_CONDUCT;
    enum status status = set_value(d, "category", key, 0);
    if (status == OK) status = set_value(d, "condition", &condition, 0);
    if (status == OK && is_private != d->c.is_private) status = set_value(d, "private", NULL, is_private);
    return status == OK && d->c.confidence != 1000 ? set_value(d, "confidence", NULL, 1000) : status;
}

enum status urgency_mark(struct decision *d) {
    struct op op = op_new(condition_limit(d).unit == LIMIT_WALL_MINUTES ? OP_FLAG : OP_UNFLAG);
    op.name = code_of("urgent");
    return case_flag(&d->c, &op.name) == (op.kind == OP_FLAG) ? OK : emit(d, op);
}

static enum status run_set(struct decision *d, const struct effect *e) {
    code value;
    char actor[ACTOR_CODE];
    str given = field_value(d, e);
    if (code_is(&e->value, "actor")) {
        actor_code(&d->command->actor, actor);
        given = str_z(actor);
    }
    if (str_empty(given)) return OK;
    if (!code_from(given, &value)) return refuse(d->err, E_INVALID, "bad_value", e->name.s, "This is no code.");
    enum status status = code_is(&e->name, "category") ? category_set(d, &value) : set_value(d, e->name.s, &value, 0);
    bool limits = code_is(&e->name, "category") || code_is(&e->name, "condition");
    return status == OK && limits ? urgency_mark(d) : status;
}

/* Whom a notice goes to, as a unit; empty for the reporter, grid workers and supervisors, found by role. out: false if
 * nobody may get it. */
static bool notify_unit(const struct decision *d, const code *to, code *ret) {
    *ret = (code){0};
    if (code_is(to, "reporter")) return true;
    const struct task *t = case_task(&d->c, d->task);
    uint32_t centre = centre_unit(d->world, &d->c);
    if (code_is(to, "centre"))
        *ret = centre != NONE ? d->world->units[centre].code : (code){0};
    else if (code_is(to, "above"))
        *ret = unit_above(d) != NONE ? d->world->units[unit_above(d)].code : (code){0};
    else if (code_is(to, "unit") && t != NULL)
        *ret = t->unit;
    else if (code_is(to, "lead") || code_is(to, "unit"))
        *ret = d->c.unit;
    else
        return d->c.about != ABOUT_CONDUCT;
    return !code_empty(ret) && !access_recused(d->world, &d->c, ret);
}

static enum status run_notify(struct decision *d, const struct effect *e) {
    struct op op = op_new(OP_NOTIFY);
    op.name = e->name;
    op.value = e->value;
    if (d->quiet || !notify_unit(d, &e->name, &op.unit)) return OK;
    if (code_is(&e->name, "grid")) op.area = d->c.area;
    return emit(d, op);
}

/* The case that this one is merged into hears of it, and of how many had joined this one. */
static enum status tell_original(struct decision *d, const code *number) {
    code supporters = code_of("supporters");
    enum status status = followup_note(d, d->joins ? "has_supporter" : "has_duplicate", number);
    if (status != OK || case_count(&d->c, &supporters) == 0) return status;
    struct command *note = &d->ret->followups[d->ret->n_followups - 1];
    str count = str_format(d->arena, "%d", (int)case_count(&d->c, &supporters));
    note->values[note->n_values++] = (struct value){supporters, count};
    return OK;
}

static enum status run_link(struct decision *d, const struct effect *e) {
    struct op op = op_new(OP_LINK);
    op.name = e->kind == EFFECT_MERGE ? code_of("duplicate_of") : e->name;
    str given = field_value(d, e);
    if (str_empty(given)) return OK;
    if (!code_from(given, &op.value)) return refuse(d->err, E_INVALID, "bad_number", NULL, "This is no number.");
    enum status status = emit(d, op);
    return status == OK && e->kind == EFFECT_MERGE ? tell_original(d, &op.value) : status;
}

/* The part inherits what the complaint is about: splitting is no way around recusal. */
static enum status split_one(struct decision *d, const struct effect *e, const code *area) {
    struct command *c = followup_new(d, COMMAND_FILE);
    if (c == NULL) return refuse(d->err, E_TOO_MANY, "too_many_followups", NULL, "Too much at once.");
    struct filing *f = &c->filing;
    f->place = lonlat_none();
    f->happened = f->closed = INSTANT_NONE;
    f->text = field_value(d, e);
    f->category = d->c.category;
    f->confidence = 1000;
    str category = value_of(d->command, S("category")), condition = value_of(d->command, S("condition"));
    if (!str_empty(category)) (void)!code_from(category, &f->category);
    if (!code_empty(&e->name)) f->category = e->name;
    if (!str_empty(condition)) (void)!code_from(condition, &f->condition);
    f->area = *area;
    if (!code_empty(&e->state)) f->unit = d->c.unit;
    f->located = LOCATED_OUTSIDE;
    f->about = d->c.about;
    f->about_unit = d->c.about_unit;
    static const code exercise = {EXERCISE};
    f->channel = case_flag(&d->c, &exercise) ? exercise : code_of("split");
    f->owner = d->c.owner;
    f->point = d->c.point;
    if (d->command->has_place) {
        f->has_place = true;
        f->place = d->command->place;
    }
    f->parent = d->c.number;
    return emit(d, op_new(OP_SPLIT));
}

static enum status run_split(struct decision *d, const struct effect *e) {
    if (code_empty(&e->state)) return split_one(d, e, &d->c.area);
    str areas = value_of(d->command, effect_field(&e->state));
    enum status status = OK;
    for (str one; status == OK && str_split(&areas, ',', &one);) {
        code area;
        if (!code_from(one, &area)) return refuse(d->err, E_INVALID, "unknown_area", NULL, "This is no area.");
        status = split_one(d, e, &area);
    }
    return status;
}

static int64_t lines_of(str text) {
    int64_t n = 0;
    for (str one; str_split(&text, '\n', &one);) n += !str_empty(str_trim(one));
    return n;
}

int64_t meter_of(const struct effect *e, const struct command *command) {
    int64_t n = 0, times = 0;
    str text = value_of(command, effect_field(&e->value));
    if (!str_to_i64(text, &n)) n = lines_of(text);
    if (code_empty(&e->state)) return n;
    str codes = value_of(command, effect_field(&e->state));
    for (str one; str_split(&codes, ',', &one);) times++;
    return n * times;
}

/* Counted for the unit that leads, never for who acts. */
static enum status run_meter(struct decision *d, const struct effect *e) {
    struct op op = op_new(OP_METER);
    op.name = e->name;
    op.unit = d->c.unit;
    op.n = meter_of(e, d->command);
    return op.n > 0 && !code_empty(&op.unit) ? emit(d, op) : OK;
}

/* Files the case that goes on from this one: of the same desk, in the same place. */
static enum status run_file(struct decision *d, const struct effect *e) {
    struct command *c = followup_new(d, COMMAND_FILE);
    if (c == NULL) return refuse(d->err, E_TOO_MANY, "too_many_followups", NULL, "Too much at once.");
    struct filing *f = &c->filing;
    f->place = lonlat_none();
    f->happened = f->closed = INSTANT_NONE;
    if (!code_empty(&e->extra)) f->text = value_or_field(d, &e->extra);
    f->category = d->c.category;
    if (!code_is(&e->value, "same")) (void)!code_from(field_value(d, e), &f->category);
    f->confidence = 1000;
    f->area = d->c.area;
    f->located = LOCATED_OUTSIDE;
    f->channel = code_of("follow_up");
    f->desk = d->c.desk;
    f->follows = d->c.number;
    return emit(d, op_new(OP_SPLIT));
}

static enum status run_ladder(struct decision *d, const struct effect *e) {
    if (code_is(&e->value, "start")) return ladder_start(d, d->task);
    return code_is(&e->value, "next") ? ladder_next(d, d->task) : ladder_stop(d, d->task);
}

static enum status run_hand(struct decision *d, const struct effect *e) {
    struct op op = op_new(OP_HAND);
    op.name = code_of(e->kind == EFFECT_HAND_UP ? "up" : "down");
    return emit(d, op);
}

static enum status run_answer(struct decision *d, const struct effect *e) {
    return str_empty(str_trim(field_value(d, e))) ? OK : emit(d, op_new(OP_ANSWER));
}

static enum status run_rate(struct decision *d, const struct effect *e) {
    struct op op = op_new(OP_RATE);
    if (!str_to_i64(field_value(d, e), &op.n) || op.n < 1 || op.n > 5)
        return refuse(d->err, E_INVALID, "out_of_range", "rating", "A rating is a whole number from 1 to 5.");
    return emit(d, op);
}

static enum status run_mark(struct decision *d, const struct effect *e) {
    struct op op = op_new(OP_MARK);
    op.name = e->name;
    if (code_is(&e->value, "filed")) op.at = d->c.filed;
    if (code_is(&e->name, "accepted") && !instant_is_none(d->c.accepted)) return OK; /* the first one counts */
    return emit(d, op);
}

static enum status run_ask(struct decision *d, const struct effect *e) {
    (void)e;
    return emit(d, op_new(OP_ASK));
}

static enum status run_recuse(struct decision *d, const struct effect *e) {
    (void)e;
    const struct actor *actor = &d->command->actor;
    if (actor->kind != ACTOR_STAFF || actor->staff == 0) return OK;
    return set_value(d, "recused", NULL, (int64_t)actor->staff);
}

static enum status run_seal(struct decision *d, const struct effect *e) {
    (void)e;
    return d->c.is_sealed ? OK : emit(d, op_new(OP_SEAL));
}

static enum status run_hand_over(struct decision *d, const struct effect *e) {
    return peer_hand_over(d, field_value(d, e));
}

static const struct task *newest_task(const struct kase *c, const code *kind) {
    const struct task *found = NULL;
    for (size_t i = 0; i < TASKS_MAX; i++) {
        const struct task *t = &c->tasks[i];
        if (t->id != 0 && !t->is_over && code_eq(&t->kind, kind) && (found == NULL || t->id > found->id)) found = t;
    }
    return found;
}

/* Whoever got the secret may act on the task: until the task's present clock is due, but once it is taken for as long as
 * a task may last. Of private matters and complaints nobody outside learns anything. */
static enum status run_pass(struct decision *d, const struct effect *e) {
    const struct task *acted = case_task(&d->c, d->task);
    bool takes = acted != NULL && code_eq(&acted->kind, &e->value);
    const struct task *t = takes ? acted : newest_task(&d->c, &e->value);
    if (d->c.is_private || d->c.is_sealed)
        return refuse(d->err, E_DENIED, "not_outside", NULL, "A private matter is not given to people outside.");
    if (t == NULL) return refuse(d->err, E_STATE, "wrong_state", "task", "There is no task to give out.");
    if (code_empty(&d->command->pass))
        return refuse(d->err, E_INVALID, "no_secret", NULL, "A pass needs a secret; nobody gave one.");
    const struct clock *k = case_clock(&d->c, "task", t->id);
    struct op op = op_new(OP_PASS);
    op.id = t->id;
    op.value = d->command->pass;
    op.due =
        takes || k == NULL || k->state != CLOCK_RUNNING ? (instant){d->given->now.ms + PASS_DAYS * MS_DAY} : k->due;
    return emit(d, op);
}

static enum status run_tell(struct decision *d, const struct effect *e) {
    return peer_tell(d, &e->value);
}

static enum status run_take_back(struct decision *d, const struct effect *e) {
    (void)e;
    return peer_take_back(d);
}

static enum status (*const runners[])(struct decision *, const struct effect *) = {
    [EFFECT_CLOCK_START] = run_clock,   [EFFECT_CLOCK_STOP] = run_clock,
    [EFFECT_CLOCK_PAUSE] = run_clock,   [EFFECT_CLOCK_RESUME] = run_clock,
    [EFFECT_CLOCK_EXTEND] = run_clock,  [EFFECT_TASK_OPEN] = run_task_open,
    [EFFECT_TASK_STATE] = run_tasks,    [EFFECT_TASK_CANCEL] = run_tasks,
    [EFFECT_COUNT] = run_count,         [EFFECT_COUNT_RESET] = run_count,
    [EFFECT_FLAG] = run_flag,           [EFFECT_UNFLAG] = run_flag,
    [EFFECT_ASSIGN] = run_assign,       [EFFECT_SET] = run_set,
    [EFFECT_NOTIFY] = run_notify,       [EFFECT_ASK] = run_ask,
    [EFFECT_LINK] = run_link,           [EFFECT_SPLIT] = run_split,
    [EFFECT_MERGE] = run_link,          [EFFECT_HAND_UP] = run_hand,
    [EFFECT_HAND_DOWN] = run_hand,      [EFFECT_SEAL] = run_seal,
    [EFFECT_ANSWER] = run_answer,       [EFFECT_RATE] = run_rate,
    [EFFECT_MARK] = run_mark,           [EFFECT_HAND_OVER] = run_hand_over,
    [EFFECT_TELL] = run_tell,           [EFFECT_TAKE_BACK] = run_take_back,
    [EFFECT_TASK_PLAN] = run_task_plan, [EFFECT_RECUSE] = run_recuse,
    [EFFECT_PROPOSE] = run_propose,     [EFFECT_PASS] = run_pass,
    [EFFECT_METER] = run_meter,         [EFFECT_FILE] = run_file,
    [EFFECT_LADDER] = run_ladder,
};

enum status effects_run(struct decision *d, const struct effect *effects, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const struct effect *e = &effects[i];
        if (e->n_when > 0 && guards_hold(d, e->when, e->n_when, true, NULL) != OK) continue;
        enum status status = runners[effects[i].kind](d, &effects[i]);
        if (status != OK) return status;
    }
    return OK;
}
