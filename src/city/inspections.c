/* inspection_plans.csv, optional, and the periods of a plan. A plan is about places and things: who inspects is no matter
 * of it. */
#include "city/inspections.h"

#include "base/digest.h"
#include "city/city_int.h"

#define FILE_PLANS "inspection_plans.csv"
#define PLANS_MAX 500
#define EVERY_MAX 366
#define SPREAD_MAX 366
#define A_DAY_MAX 1000
#define A_DAY_USUAL 100

enum {
    CODE,
    NAME,
    THINGS,
    AREAS,
    CONDITION,
    EVERY,
    FROM,
    UPTO,
    SEASON,
    SEASON_UPTO,
    DAYS,
    SPREAD,
    A_DAY,
    UNIT,
    LOOK,
    BASIS
};
static const struct column COLUMNS[] = {
    {"code"},
    {"name", .per_lang = true},
    {"things"},
    {"areas"},
    {"condition"},
    {"every"},
    {"from"},
    {"upto"},
    {"season_from"},
    {"season_upto"},
    {"days"},
    {"spread"},
    {"a_day"},
    {"unit"},
    {"look", .per_lang = true},
    {"basis"},
};

/* --- periods --- */

static day plus_months(day from, int32_t months) {
    static const int32_t lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t year, month, mday;
    day_to_ymd(from, &year, &month, &mday);
    int32_t all = year * 12 + month - 1 + months;
    year = all / 12;
    month = all % 12 + 1;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    int32_t length = month == 2 && !leap ? 28 : lengths[month - 1];
    return day_from_ymd(year, month, mday < length ? mday : length);
}

/* The first day of the n-th period. */
static day period_begins(const struct inspection_plan *p, int32_t n) {
    if (p->step == STEP_MONTHS) return plus_months(p->from, n * p->every);
    return (day){p->from.n + n * p->every * (p->step == STEP_WEEKS ? 7 : 1)};
}

static int32_t period_of(const struct inspection_plan *p, day on) {
    if (p->step != STEP_MONTHS) return (on.n - p->from.n) / (p->every * (p->step == STEP_WEEKS ? 7 : 1));
    int32_t n = (on.n - p->from.n) / (31 * p->every);
    while (period_begins(p, n + 1).n <= on.n) n++;
    return n;
}

/* Where in a period the day of a thing lies: a number that follows from the two codes alone. */
static int32_t place_in_period(const struct inspection_plan *p, const code *thing) {
    str pieces[] = {S("inspection\n"), str_code(&p->code), S("\n"), str_code(thing)};
    digest d = sha256_pieces(pieces, ARRAY_LEN(pieces));
    uint32_t n = (uint32_t)d.b[0] << 24 | (uint32_t)d.b[1] << 16 | (uint32_t)d.b[2] << 8 | d.b[3];
    return (int32_t)(n % (uint32_t)p->spread);
}

static bool is_open(const struct city *c, const struct inspection_plan *p, day d) {
    if ((p->weekdays & 1U << day_weekday(d)) == 0) return false;
    return !p->workdays || calendar_is_workday(&c->calendar, d, NULL);
}

bool inspection_occasion(const struct city *c, const struct inspection_plan *p, const code *thing, day on,
                         struct occasion *ret) {
    if (on.n < p->from.n || on.n > p->upto.n) return false;
    int32_t n = period_of(p, on), year, month, mday;
    *ret = (struct occasion){.begins = period_begins(p, n), .ends = period_begins(p, n + 1)};
    ret->due = (day){ret->begins.n + place_in_period(p, thing)};
    for (day d = ret->due; d.n < ret->ends.n; d.n++) { /* a day that is none: the next that is one, if there is one */
        if (!is_open(c, p, d)) continue;
        ret->due = d;
        break;
    }
    day_to_ymd(ret->due, &year, &month, &mday);
    return ret->due.n <= p->upto.n && in_season(p->season_from, p->season_upto, month * 100 + mday);
}

bool inspection_covers(const struct city *c, const struct inspection_plan *p, const code *category, uint32_t area) {
    bool of_class = false, there = p->n_areas == 0;
    for (size_t i = 0; i < p->n_things && !of_class; i++) of_class = category_matches(&p->things[i], category);
    for (size_t i = 0; i < p->n_areas && !there; i++) there = area != NONE && city_area_within(c, area, p->areas[i]);
    return of_class && there;
}

/* --- the table --- */

static int32_t number_of(struct table *t, size_t column, int32_t otherwise, int32_t max) {
    int64_t v = otherwise;
    str s = table_str(t, column);
    if (!str_empty(s) && (!str_to_i64(s, &v) || v < 1 || v > max)) {
        table_fault(t, NULL, "%s must be 1 to %d.", t->columns[column].name, (int)max);
        v = 1;
    }
    return (int32_t)v;
}

/* "3 months". */
static void read_every(struct table *t, struct inspection_plan *p) {
    static const char *const steps[] = {[STEP_DAYS] = "days", [STEP_WEEKS] = "weeks", [STEP_MONTHS] = "months"};
    str s = table_str(t, EVERY);
    ptrdiff_t gap = str_find(s, S(" "), 0);
    int64_t n = 0;
    bool known = false;
    if (gap > 0 && str_to_i64(str_slice(s, 0, (size_t)gap), &n) && n >= 1 && n <= EVERY_MAX)
        for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
            if (!str_is(str_slice(s, (size_t)gap + 1, s.len), steps[i])) continue;
            p->step = (enum plan_step)i;
            known = true;
        }
    p->every = known ? (int32_t)n : 1;
    if (!known) table_fault(t, "as 7 days, 1 weeks, 3 months", "\"%.*s\" says not how often.", P(s));
}

static void read_dates(struct table *t, struct inspection_plan *p) {
    table_from_upto(t, FROM, &p->from, &p->upto);
    if (str_empty(table_str(t, FROM))) table_fault(t, NULL, "A plan has a first day, from which its periods count.");
    table_season(t, SEASON, &p->season_from, &p->season_upto);
    str days = table_str(t, DAYS);
    p->workdays = str_is(days, "work");
    p->weekdays = p->workdays ? 0x7f : table_weekdays(t, days);
    p->spread = number_of(t, SPREAD, 1, SPREAD_MAX);
    p->a_day = number_of(t, A_DAY, A_DAY_USUAL, A_DAY_MAX);
    int32_t shortest = p->every * (p->step == STEP_MONTHS ? 28 : p->step == STEP_WEEKS ? 7 : 1);
    if (p->spread > shortest)
        table_fault(t, NULL, "The things of a period cannot be spread over %d days: it has %d.", (int)p->spread,
                    (int)shortest);
}

/* A plan looks at things of registers: at least one category of each pattern. */
static void read_things(struct table *t, struct inspection_plan *p) {
    const struct city *c = t->l->city;
    size_t n = 0;
    str *patterns = table_words(t, THINGS, &n);
    p->things = NEW_ARRAY(&t->l->city->arena, code, n + 1);
    for (size_t i = 0; i < n; i++) {
        code *pattern = &p->things[p->n_things];
        bool found = false;
        if (!code_from(patterns[i], pattern)) continue;
        for (size_t k = 0; k < c->n_categories && !found; k++) {
            const struct procedure *of = city_procedure(c, str_code(&c->categories[k].procedure));
            found = of != NULL && of->is_register && category_matches(pattern, &c->categories[k].key);
        }
        if (found)
            p->n_things++;
        else
            table_fault(t, "a category of a procedure with `register`, or a beginning with *",
                        "\"%s\" fits no class of a register.", pattern->s);
    }
    if (n == 0) table_fault(t, NULL, "The plan names nothing to look at.");
}

static void read_areas(struct table *t, struct inspection_plan *p) {
    size_t n = 0;
    str *codes = table_words(t, AREAS, &n);
    p->areas = NEW_ARRAY(&t->l->city->arena, uint32_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        uint32_t area = city_area(t->l->city, codes[i]);
        if (area == NONE)
            table_fault(t, "codes of areas.csv, separated by |", "The area \"%.*s\" is unknown.", P(codes[i]));
        else
            p->areas[p->n_areas++] = area;
    }
}

/* A case of its own that is no thing itself and needs nobody's papers. */
static void read_condition(struct table *t, struct inspection_plan *p) {
    const struct city *c = t->l->city;
    p->condition = city_condition(c, table_str(t, CONDITION));
    if (p->condition == NONE) {
        table_fault(t, "a code of conditions.csv", "The condition \"%.*s\" is unknown.", P(table_str(t, CONDITION)));
        return;
    }
    const struct category *of = &c->categories[c->conditions[p->condition].category];
    const struct procedure *by = city_procedure(c, str_code(&of->procedure));
    if (of->is_private || by == NULL || by->is_private || by->is_register)
        table_fault(t, NULL, "\"%s\" is filed by a procedure for private matters, or a register.", of->key.s);
}

static bool is_inside(const code *outer, const code *inner) {
    size_t n = 0;
    while (outer->s[n] != '\0' && outer->s[n] != '*') n++;
    return outer->s[n] == '*' ? str_starts(str_code(inner), (str){outer->s, n}) : code_eq(outer, inner);
}

static bool things_meet(const struct inspection_plan *a, const struct inspection_plan *b) {
    for (size_t i = 0; i < a->n_things; i++)
        for (size_t k = 0; k < b->n_things; k++)
            if (is_inside(&a->things[i], &b->things[k]) || is_inside(&b->things[k], &a->things[i])) return true;
    return false;
}

static bool areas_meet(const struct city *c, const struct inspection_plan *a, const struct inspection_plan *b) {
    if (a->n_areas == 0 || b->n_areas == 0) return true;
    for (size_t i = 0; i < a->n_areas; i++)
        for (size_t k = 0; k < b->n_areas; k++)
            if (city_area_within(c, a->areas[i], b->areas[k]) || city_area_within(c, b->areas[k], a->areas[i]))
                return true;
    return false;
}

static bool times_meet(const struct inspection_plan *a, const struct inspection_plan *b) {
    if (a->upto.n < b->from.n || b->upto.n < a->from.n) return false;
    if (a->season_from == 0 || b->season_from == 0) return true;
    return in_season(a->season_from, a->season_upto, b->season_from) ||
           in_season(b->season_from, b->season_upto, a->season_from);
}

/* Whether a thing was inspected is seen by its condition: two plans may not file the same for one thing at one time. */
static void check_plan(struct table *t, const struct inspection_plan *p) {
    const struct city *c = t->l->city;
    for (size_t i = 0; i < c->n_inspection_plans; i++) {
        const struct inspection_plan *other = &c->inspection_plans[i];
        if (code_eq(&other->code, &p->code)) table_fault(t, NULL, "The plan \"%s\" stands here twice.", p->code.s);
        if (other->condition == p->condition && things_meet(other, p) && areas_meet(c, other, p) &&
            times_meet(other, p))
            table_fault(t, "let their things, areas, dates or seasons differ, or file another condition",
                        "The plans of lines %u and %u file the same for the same things.", other->line, p->line);
    }
}

static bool read_plan(struct table *t, struct inspection_plan *p) {
    struct city *c = t->l->city;
    size_t errors = t->l->found->errors;
    *p = (struct inspection_plan){.line = t->csv.line, .unit = NONE};
    p->name = table_text(t, NAME);
    p->look = table_text(t, LOOK);
    for (size_t i = 0; i < c->n_langs; i++) {
        load_refuse_persons(t->l, str_z(t->file), t->csv.line, "name", p->name.in[i]);
        load_refuse_persons(t->l, str_z(t->file), t->csv.line, "look", p->look.in[i]);
    }
    read_things(t, p);
    read_areas(t, p);
    read_condition(t, p);
    read_every(t, p);
    read_dates(t, p);
    str unit = table_str(t, UNIT);
    if (!str_empty(unit) && (p->unit = city_unit(c, unit)) == NONE)
        table_fault(t, "a code of units.csv, or nothing: whoever is responsible", "The unit \"%.*s\" is unknown.",
                    P(unit));
    p->basis = str_dup(&c->arena, table_str(t, BASIS));
    if (str_empty(p->basis)) table_fault(t, "a notice or article, or: local rule", "The plan names no basis.");
    if (table_code(t, CODE, &p->code) && t->l->found->errors == errors) check_plan(t, p);
    return t->l->found->errors == errors;
}

void load_inspection_plans(struct loader *l) {
    struct city *c = l->city;
    struct table t;
    if (files_get(l, FILE_PLANS) == NULL || !table_open(&t, l, FILE_PLANS, COLUMNS, ARRAY_LEN(COLUMNS))) return;
    size_t max = table_rows_max(&t);
    if (max > PLANS_MAX) max = PLANS_MAX;
    c->inspection_plans = NEW_ARRAY(&c->arena, struct inspection_plan, max);
    while (table_next(&t)) {
        if (c->n_inspection_plans == max) {
            table_fault(&t, NULL, "More than %d rows.", PLANS_MAX);
            return;
        }
        if (read_plan(&t, &c->inspection_plans[c->n_inspection_plans])) c->n_inspection_plans++;
    }
}

/* --- proposals --- */

void load_inspection_proposals(struct loader *l) {
    struct city *c = l->city;
    struct inspection_proposals *p = &c->proposals;
    if (p->at_least == 0) return;
    uint32_t n = city_condition(c, str_code(&p->condition));
    if (n == NONE)
        load_fault(l, "city.yaml", 0, "a code of conditions.csv",
                   "inspection_proposals: the condition \"%s\" is unknown.", p->condition.s);
    for (size_t i = 0; i < p->n_procedures; i++) {
        const struct procedure *of = city_procedure(c, str_code(&p->procedures[i]));
        if (of == NULL && l->procedures_whole)
            load_fault(l, "city.yaml", 0, NULL, "inspection_proposals: the procedure \"%s\" is unknown.",
                       p->procedures[i].s);
        if (of != NULL && (of->is_private || of->is_register))
            load_fault(l, "city.yaml", 0, "cases of places, never private matters",
                       "inspection_proposals: cases of \"%s\" are not counted by place.", of->name.s);
    }
}
