/* duty_desks.csv, duty_roster.csv, duty_ladders.csv: each optional; a roster needs desks. */
#include <string.h>

#include "city/city_int.h"

#define FILE_DESKS "duty_desks.csv"
#define FILE_ROSTER "duty_roster.csv"
#define FILE_LADDERS "duty_ladders.csv"
#define DESKS_MAX 500
#define LINES_MAX 5000
#define RUNGS_MAX 2000
#define EVERY_DAYS_MAX 366

/* Room for the rows of a table, at most so many. */
static size_t rows_max(const struct table *t, size_t max) {
    size_t n = table_rows_max(t);
    return n < max ? n : max;
}

static bool is_phone(str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((s.ptr[i] < '0' || s.ptr[i] > '9') && s.ptr[i] != '-' && s.ptr[i] != '+' && s.ptr[i] != ' ') return false;
    return s.len >= 3 && s.len <= 32;
}

static void read_phone(struct table *t, size_t column, bool needed, str *ret) {
    str s = table_str(t, column);
    *ret = str_dup(&t->l->city->arena, s);
    if (!str_empty(s) && !is_phone(s)) table_fault(t, "digits and -", "\"%.*s\" is no telephone number.", P(s));
    if (str_empty(s) && needed) table_fault(t, NULL, "The telephone number is missing.");
}

static uint32_t read_unit(struct table *t, size_t column) {
    str s = table_str(t, column);
    uint32_t unit = city_unit(t->l->city, s);
    if (unit == NONE && t->l->city->n_units > 0) table_fault(t, NULL, "The unit \"%.*s\" is unknown.", P(s));
    return unit;
}

static void refuse_persons(struct table *t, const struct text *name) {
    for (size_t i = 0; i < t->l->city->n_langs; i++)
        load_refuse_persons(t->l, str_z(t->file), t->csv.line, "name", name->in[i]);
}

/* --- desks --- */

static void read_desks(struct loader *l) {
    enum { CODE, UNIT, PHONE, NAME };
    static const struct column columns[] = {{"code"}, {"unit"}, {"phone"}, {"name", .per_lang = true}};
    struct city *c = l->city;
    struct table t;
    struct map known;
    if (files_get(l, FILE_DESKS) == NULL || !table_open(&t, l, FILE_DESKS, columns, ARRAY_LEN(columns))) return;
    size_t max = rows_max(&t, DESKS_MAX);
    c->desks = NEW_ARRAY(&c->arena, struct duty_desk, max);
    map_init(&known);
    while (table_next(&t)) {
        if (c->n_desks == max) {
            table_fault(&t, NULL, "More than %d rows.", DESKS_MAX);
            break;
        }
        struct duty_desk *d = &c->desks[c->n_desks];
        d->line = t.csv.line;
        if (!table_code(&t, CODE, &d->code) || !table_index(&t, &known, &d->code, (uint32_t)c->n_desks)) continue;
        d->unit = read_unit(&t, UNIT);
        read_phone(&t, PHONE, true, &d->phone);
        d->name = table_text(&t, NAME);
        refuse_persons(&t, &d->name);
        c->n_desks++;
    }
    map_done(&known);
}

/* --- roster --- */

enum { DESK, PERSON, PART, FROM, UPTO, EVERY, WEEKDAYS, BEGINS, ENDS };

/* "08:30" as minutes; 24:00 ends a day. */
static bool minute_parse(str s, int32_t *ret) {
    int64_t h, m;
    ptrdiff_t colon = str_find(s, S(":"), 0);
    if (colon < 1 || s.len != (size_t)colon + 3) return false;
    if (!str_to_i64(str_slice(s, 0, (size_t)colon), &h) || !str_to_i64(str_slice(s, (size_t)colon + 1, s.len), &m))
        return false;
    *ret = (int32_t)(h * 60 + m);
    return h >= 0 && m >= 0 && m < 60 && *ret <= 1440;
}

static void read_hours(struct table *t, struct duty_line *l) {
    if (!minute_parse(table_str(t, BEGINS), &l->begins) || !minute_parse(table_str(t, ENDS), &l->ends)) {
        table_fault(t, "as 08:00", "begins or ends is no time of the day.");
        return;
    }
    if (l->ends <= l->begins) l->ends += 1440; /* into the next day */
}

static void read_days(struct table *t, struct duty_line *l) {
    str every = table_str(t, EVERY);
    int64_t n = 1;
    table_from_upto(t, FROM, &l->from, &l->upto);
    if (!str_empty(every) && (!str_to_i64(every, &n) || n < 1 || n > EVERY_DAYS_MAX))
        table_fault(t, "1 to 366", "every is no number of days.");
    if (n > 1 && str_empty(table_str(t, FROM))) table_fault(t, NULL, "every needs a day to count from.");
    l->every = (int32_t)n;
}

static bool read_line(struct table *t, struct duty_line *l) {
    *l = (struct duty_line){.line = t->csv.line};
    size_t errors = t->l->found->errors;
    l->desk = city_desk(t->l->city, table_str(t, DESK));
    if (l->desk == NONE)
        table_fault(t, "a code of duty_desks.csv", "The desk \"%.*s\" is unknown.", P(table_str(t, DESK)));
    (void)table_code(t, PERSON, &l->person);
    int part = table_word(t, PART, "leader member standby");
    if (part >= 0) l->part = (enum duty_part)part;
    read_days(t, l);
    l->weekdays = table_weekdays(t, table_str(t, WEEKDAYS));
    read_hours(t, l);
    return t->l->found->errors == errors;
}

static void read_roster(struct loader *l) {
    static const struct column columns[] = {{"desk"},  {"person"},   {"part"},   {"from"}, {"upto"},
                                            {"every"}, {"weekdays"}, {"begins"}, {"ends"}};
    struct city *c = l->city;
    struct table t;
    if (files_get(l, FILE_ROSTER) == NULL || !table_open(&t, l, FILE_ROSTER, columns, ARRAY_LEN(columns))) return;
    size_t max = rows_max(&t, LINES_MAX);
    c->duty = NEW_ARRAY(&c->arena, struct duty_line, max);
    while (table_next(&t)) {
        if (c->n_duty == max) {
            table_fault(&t, NULL, "More than %d rows.", LINES_MAX);
            break;
        }
        if (read_line(&t, &c->duty[c->n_duty])) c->n_duty++;
    }
}

/* --- ladders --- */

enum { UNIT, RUNG, WITHIN, PHONE, NAME, BASIS };

static void read_within(struct table *t, struct duty_rung *r) {
    struct err err;
    if (limit_parse(table_str(t, WITHIN), &r->within, &err) != OK)
        table_fault(t, err.hint, "%s", err.primary);
    else if (r->within.unit == LIMIT_NONE)
        table_fault(t, "as 5 wall_minutes", "A rung has a time in which somebody is reached.");
    r->within.from = FROM_ENTERED;
    r->within.basis = str_dup(&t->l->city->arena, table_str(t, BASIS));
    if (str_empty(r->within.basis)) table_fault(t, "a rule, or: local rule", "The rung names no basis.");
}

/* The rungs of a unit stand together and are numbered 1, 2, … */
static void read_number(struct table *t, struct duty_rung *r) {
    const struct city *c = t->l->city;
    const struct duty_rung *last = c->n_rungs > 0 ? &c->rungs[c->n_rungs - 1] : NULL;
    int64_t n = 0, expected = last != NULL && last->unit == r->unit ? last->rung + 1 : 1;
    bool seen = false;
    for (size_t i = 0; expected == 1 && i < c->n_rungs; i++) seen = seen || c->rungs[i].unit == r->unit;
    if (!str_to_i64(table_str(t, RUNG), &n) || n != expected)
        table_fault(t, NULL, "The rungs of a unit are numbered 1, 2, 3 one below the other: here %d.", (int)expected);
    if (seen) table_fault(t, NULL, "The rungs of a unit stand together.");
    if (n > DUTY_RUNGS_MAX) table_fault(t, NULL, "A ladder has at most %d rungs.", DUTY_RUNGS_MAX);
    r->rung = (int32_t)n;
}

static void read_ladders(struct loader *l) {
    static const struct column columns[] = {{"unit"}, {"rung"}, {"within"}, {"phone"}, {"name", .per_lang = true},
                                            {"basis"}};
    struct city *c = l->city;
    struct table t;
    if (files_get(l, FILE_LADDERS) == NULL || !table_open(&t, l, FILE_LADDERS, columns, ARRAY_LEN(columns))) return;
    size_t max = rows_max(&t, RUNGS_MAX);
    c->rungs = NEW_ARRAY(&c->arena, struct duty_rung, max);
    while (table_next(&t)) {
        if (c->n_rungs == max) {
            table_fault(&t, NULL, "More than %d rows.", RUNGS_MAX);
            break;
        }
        size_t errors = l->found->errors;
        struct duty_rung r = {.line = t.csv.line, .unit = read_unit(&t, UNIT)};
        read_number(&t, &r);
        read_within(&t, &r);
        read_phone(&t, PHONE, true, &r.phone);
        r.name = table_text(&t, NAME);
        refuse_persons(&t, &r.name);
        if (l->found->errors == errors) c->rungs[c->n_rungs++] = r;
    }
}

void load_duty(struct loader *l) {
    read_desks(l);
    read_roster(l);
    read_ladders(l);
}
