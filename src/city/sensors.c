/* sensor_rules.csv and sensors.csv. Both optional. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "city/city_int.h"

#define FILE_RULES "sensor_rules.csv"
#define FILE_SENSORS "sensors.csv"
#define RULES_MAX 1000
#define SENSORS_MAX 50000
#define SECONDS_MAX (366 * INT64_C(86400))

enum { CODE, KIND, UNIT, LEAST, MOST, TEST, LIMIT, CLEAR, HITS, OF, SECONDS, CONDITION, NAME, BASIS };
static const struct column RULE_COLUMNS[] = {
    {"code"},
    {"kind"},
    {"unit"},
    {"least"},
    {"most"},
    {"test"},
    {"limit"},
    {"clear"},
    {"hits"},
    {"of"},
    {"seconds"},
    {"condition"},
    {"name", .per_lang = true},
    {"basis"},
};
enum { S_CODE, S_KIND, S_THING, S_NAME, S_LON, S_LAT };
static const struct column SENSOR_COLUMNS[] = {{"code"}, {"kind"}, {"thing"}, {"name", .per_lang = true},
                                               {"lon"},  {"lat"}};

static double number_of(struct table *t, size_t column, double otherwise) {
    double v = otherwise;
    str s = table_str(t, column);
    if (!str_empty(s) && (!str_to_double(s, &v) || !isfinite(v))) table_fault(t, NULL, "\"%.*s\" is no number.", P(s));
    return v;
}

static int64_t whole_of(struct table *t, size_t column, int64_t otherwise, int64_t max) {
    int64_t v = otherwise;
    str s = table_str(t, column);
    if (!str_empty(s) && (!str_to_i64(s, &v) || v < 0 || v > max))
        table_fault(t, NULL, "\"%.*s\" is no whole number from 0 to %lld.", P(s), (long long)max);
    return v;
}

static void check_bounds(struct table *t, const struct sensor_rule *r) {
    if (r->test == SENSOR_SILENT) {
        if (r->seconds < 1) table_fault(t, "seconds without a reading", "A rule of silence needs seconds.");
        return;
    }
    bool safe_side = r->test == SENSOR_ABOVE ? r->clear <= r->limit : r->clear >= r->limit;
    if (isnan(r->limit)) table_fault(t, NULL, "The rule has no limit.");
    if (!safe_side)
        table_fault(t, "above: clear <= limit; below: clear >= limit", "The rule would never be clear of its limit.");
    if (r->limit < r->least || r->limit > r->most)
        table_fault(t, "least <= limit <= most", "The limit lies outside what is measured.");
    if (r->hits < 1 || r->of < r->hits || r->of > 32)
        table_fault(t, "1 <= hits <= of <= 32", "So many readings cannot lie beyond the limit.");
}

static bool read_rule(struct table *t, struct map *known, struct sensor_rule *r, uint32_t number) {
    const struct city *c = t->l->city;
    *r = (struct sensor_rule){.line = t->csv.line};
    size_t errors = t->l->found->errors;
    table_code(t, KIND, &r->kind);
    r->unit.s[0] = '\0';
    if (!code_from(table_str(t, UNIT), &r->unit)) table_fault(t, NULL, "The unit is too long.");
    r->least = number_of(t, LEAST, -HUGE_VAL);
    r->most = number_of(t, MOST, HUGE_VAL);
    int test = table_word(t, TEST, "above below silent");
    if (test >= 0) r->test = (enum sensor_test)test;
    r->limit = number_of(t, LIMIT, NAN);
    r->clear = number_of(t, CLEAR, r->limit);
    r->hits = (int32_t)whole_of(t, HITS, 1, 32);
    r->of = (int32_t)whole_of(t, OF, r->hits, 32);
    r->seconds = whole_of(t, SECONDS, 0, SECONDS_MAX);
    r->name = table_text(t, NAME);
    r->basis = str_dup(&t->l->city->arena, table_str(t, BASIS));
    if (str_empty(r->basis)) table_fault(t, "a standard, or: local rule", "The rule names no basis.");
    check_bounds(t, r);
    uint32_t n = table_code(t, CONDITION, &r->condition) ? city_condition(c, str_code(&r->condition)) : NONE;
    if (n == NONE)
        table_fault(t, "a code of conditions.csv", "The condition \"%s\" is unknown.", r->condition.s);
    else
        r->category = c->conditions[n].category;
    return table_code(t, CODE, &r->code) && table_index(t, known, &r->code, number) && t->l->found->errors == errors;
}

static int by_kind(const void *a, const void *b) {
    const struct sensor_rule *x = a, *y = b;
    int order = str_cmp(str_code(&x->kind), str_code(&y->kind));
    return order != 0 ? order : x->line < y->line ? -1 : x->line > y->line;
}

/* Rules of a kind measure the same: one unit, one range, few of them. */
static void check_kinds(struct loader *l) {
    const struct city *c = l->city;
    for (size_t i = 1, n = 1; i < c->n_sensor_rules; i++) {
        const struct sensor_rule *a = &c->sensor_rules[i - 1], *b = &c->sensor_rules[i];
        n = code_eq(&a->kind, &b->kind) ? n + 1 : 1;
        if (n == 1) continue;
        if (!code_eq(&a->unit, &b->unit) || a->least != b->least || a->most != b->most)
            load_fault(l, FILE_RULES, b->line, NULL, "The kind \"%s\" has another unit or range above.", b->kind.s);
        if (n > SENSOR_RULES_MAX)
            load_fault(l, FILE_RULES, b->line, NULL, "A kind has at most %d rules.", SENSOR_RULES_MAX);
    }
}

void load_sensor_rules(struct loader *l) {
    struct city *c = l->city;
    struct table t;
    struct map known;
    if (!table_open(&t, l, FILE_RULES, RULE_COLUMNS, ARRAY_LEN(RULE_COLUMNS))) return;
    size_t max = table_rows_max(&t);
    if (max > RULES_MAX) max = RULES_MAX;
    c->sensor_rules = NEW_ARRAY(&c->arena, struct sensor_rule, max);
    map_init(&known);
    while (table_next(&t)) {
        if (c->n_sensor_rules == max) {
            table_fault(&t, NULL, "More than %d rows.", RULES_MAX);
            break;
        }
        if (read_rule(&t, &known, &c->sensor_rules[c->n_sensor_rules], (uint32_t)c->n_sensor_rules))
            c->n_sensor_rules++;
    }
    map_done(&known);
    if (c->n_sensor_rules > 1) qsort(c->sensor_rules, c->n_sensor_rules, sizeof *c->sensor_rules, by_kind);
    check_kinds(l);
}

static void read_kind(struct table *t, struct sensor *s) {
    const struct city *c = t->l->city;
    if (!table_code(t, S_KIND, &s->kind)) return;
    for (uint32_t i = 0; i < c->n_sensor_rules; i++) {
        if (!code_eq(&c->sensor_rules[i].kind, &s->kind)) continue;
        if (s->n_rules++ == 0) s->first_rule = i;
    }
    if (s->n_rules == 0) table_fault(t, "a kind of sensor_rules.csv", "The kind \"%s\" has no rule.", s->kind.s);
}

static bool read_sensor(struct table *t, struct sensor *s, uint32_t number) {
    const struct city *c = t->l->city;
    *s = (struct sensor){.area = NONE, .place = lonlat_none(), .line = t->csv.line};
    size_t errors = t->l->found->errors;
    s->name = table_text(t, S_NAME);
    for (size_t i = 0; i < c->n_langs; i++)
        load_refuse_persons(t->l, str_z(t->file), t->csv.line, "name", s->name.in[i]);
    table_code_maybe(t, S_THING, &s->thing);
    read_kind(t, s);
    bool placed = str_to_double(table_str(t, S_LON), &s->place.lon_deg) &&
                  str_to_double(table_str(t, S_LAT), &s->place.lat_deg) && lonlat_valid(s->place);
    if (!placed)
        table_fault(t, "longitude and latitude in degrees", "The sensor has no place.");
    else if (t->l->found->errors == 0)
        s->area = city_locate(c, 0, s->place).area;
    if (placed && t->l->found->errors == 0 && s->area == NONE)
        table_fault(t, NULL, "The sensor stands outside the city.");
    return table_code(t, S_CODE, &s->code) && table_index(t, &t->l->city->sensor_by_code, &s->code, number) &&
           t->l->found->errors == errors;
}

void load_sensors(struct loader *l) {
    struct city *c = l->city;
    struct table t;
    if (!table_open(&t, l, FILE_SENSORS, SENSOR_COLUMNS, ARRAY_LEN(SENSOR_COLUMNS))) return;
    size_t max = table_rows_max(&t);
    if (max > SENSORS_MAX) max = SENSORS_MAX;
    c->sensors = NEW_ARRAY(&c->arena, struct sensor, max);
    while (table_next(&t)) {
        if (c->n_sensors == max) {
            table_fault(&t, NULL, "More than %d rows.", SENSORS_MAX);
            break;
        }
        if (read_sensor(&t, &c->sensors[c->n_sensors], (uint32_t)c->n_sensors)) c->n_sensors++;
    }
}

uint32_t city_sensor(const struct city *c, str code_text) {
    return map_get(&c->sensor_by_code, code_text);
}
