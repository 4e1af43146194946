#include "app/sensors.h"

#include <stdlib.h>
#include <string.h>

struct alarm {
    uint32_t sensor, rule; /* rule: index within the sensor's kind */
    enum sensor_change change;
    double value;
    instant at, came;
};
/* A case that stands for many sensors. */
struct mother {
    code rule, area, number;
    instant filed;
};
struct sensors {
    struct app *app;
    pthread_mutex_t lock;
    const struct city *city; /* whose sensors the arrays follow */
    struct sensor_state *states;
    code (*numbers)[SENSOR_RULES_MAX];
    size_t n;
    struct alarm *waiting;
    size_t n_waiting, cap;
    struct mother *mothers; /* the worker's own */
    size_t n_mothers, cap_mothers;
    struct readings_taken counts;
    struct refused_reading refused[REFUSED_KEPT];
    uint64_t n_refused, filed, added;
    bool mqtt_known, mqtt_connected;
};

#define GATHER_MS (2 * MS_SECOND)
#define GROUP_FROM 5
#define MOTHER_MS (30 * MS_MINUTE)
#define LIST_MAX 100 /* sensors named in one entry */
#define TEXT_MAX_BYTES 16000

struct sensors *sensors_new(struct app *app) {
    struct sensors *s = calloc(1, sizeof *s);
    check(s != NULL && pthread_mutex_init(&s->lock, NULL) == 0);
    s->app = app;
    return s;
}

void sensors_free(struct sensors *s) {
    pthread_mutex_destroy(&s->lock);
    free(s->states);
    free(s->numbers);
    free(s->waiting);
    free(s->mothers);
    free(s);
}

/* --- readings --- */

/* A new package may bring other sensors: those that stay keep what is known of them. Alarms that wait keep their sensors by
 * code, which is why they are filed first. in: the lock is held. */
static void follow_city(struct sensors *s, instant now) {
    const struct city *city = app_city(s->app), *old = s->city;
    if (city == old) return;
    struct sensor_state *states = calloc(city->n_sensors + 1, sizeof *states);
    code(*numbers)[SENSOR_RULES_MAX] = calloc(city->n_sensors + 1, sizeof *numbers);
    check(states != NULL && numbers != NULL);
    for (size_t i = 0; i < city->n_sensors; i++) {
        uint32_t k = old != NULL ? city_sensor(old, str_code(&city->sensors[i].code)) : NONE;
        sensor_begin(&states[i], now);
        if (k == NONE || !code_eq(&old->sensors[k].kind, &city->sensors[i].kind)) continue;
        states[i] = s->states[k];
        memcpy(numbers[i], s->numbers[k], sizeof numbers[i]);
    }
    size_t kept = 0;
    for (size_t i = 0; i < s->n_waiting; i++) {
        struct alarm a = s->waiting[i];
        a.sensor = city_sensor(city, str_code(&old->sensors[a.sensor].code));
        if (a.sensor != NONE && a.rule < city->sensors[a.sensor].n_rules) s->waiting[kept++] = a;
    }
    s->n_waiting = kept;
    free(s->states);
    free(s->numbers);
    s->states = states;
    s->numbers = numbers;
    s->n = city->n_sensors;
    s->city = city;
}

static void wait_for_worker(struct sensors *s, const struct alarm *a) {
    if (s->n_waiting == s->cap) {
        s->cap = s->cap > 0 ? s->cap * 2 : 1024;
        struct alarm *grown = realloc(s->waiting, s->cap * sizeof *grown);
        check(grown != NULL);
        s->waiting = grown;
    }
    s->waiting[s->n_waiting++] = *a;
}

static void note_changes(struct sensors *s, uint32_t sensor, const enum sensor_change *changes, double value,
                         instant at, instant now) {
    for (uint32_t i = 0; i < s->city->sensors[sensor].n_rules; i++) {
        if (changes[i] == SENSOR_SAME) continue;
        struct alarm a = {sensor, i, changes[i], value, at, now};
        wait_for_worker(s, &a);
    }
}

static const struct sensor_rule *rules_of(const struct city *city, uint32_t sensor) {
    return city->sensor_rules + city->sensors[sensor].first_rule;
}

static enum reading_fault take_one(struct sensors *s, const struct reading *r, instant now) {
    enum sensor_change changes[SENSOR_RULES_MAX];
    uint32_t k = city_sensor(s->city, str_code(&r->sensor));
    if (k == NONE) return READING_FOREIGN;
    enum reading_fault fault =
        sensor_take(rules_of(s->city, k), s->city->sensors[k].n_rules, r, now, &s->states[k], changes);
    if (fault == READING_TAKEN) note_changes(s, k, changes, r->value, s->states[k].last, now);
    return fault;
}

static void count(struct sensors *s, enum reading_fault fault, const code *sensor, instant now,
                  struct readings_taken *ret) {
    if (fault == READING_TAKEN) {
        ret->taken++;
        s->counts.taken++;
        return;
    }
    ret->refused[fault]++;
    s->counts.refused[fault]++;
    s->refused[s->n_refused++ % REFUSED_KEPT] = (struct refused_reading){now, fault, *sensor};
}

void sensors_take(struct sensors *s, str payload, const code *topic, struct readings_taken *ret) {
    struct arena arena;
    size_t n = 0, left = 0;
    instant now = app_now(s->app);
    *ret = (struct readings_taken){0};
    arena_init(&arena, 16 << 20);
    struct reading *readings = NEW_ARRAY(&arena, struct reading, READINGS_MAX);
    enum status status = payload.len > READINGS_BODY
                             ? E_TOO_LARGE
                             : readings_parse(payload, topic, &arena, readings, READINGS_MAX, &n, &left, NULL);
    pthread_mutex_lock(&s->lock);
    follow_city(s, now);
    if (status != OK) count(s, READING_UNREADABLE, topic, now, ret);
    for (size_t i = 0; status == OK && i < n; i++)
        count(s, take_one(s, &readings[i], now), &readings[i].sensor, now, ret);
    for (size_t i = 0; status == OK && i < left; i++) count(s, READING_UNREADABLE, topic, now, ret);
    pthread_mutex_unlock(&s->lock);
    arena_done(&arena);
}

static void look_for_silence(struct sensors *s, instant now) {
    enum sensor_change changes[SENSOR_RULES_MAX];
    pthread_mutex_lock(&s->lock);
    follow_city(s, now);
    for (uint32_t i = 0; i < s->n; i++) {
        sensor_silence(rules_of(s->city, i), s->city->sensors[i].n_rules, now, &s->states[i], changes);
        note_changes(s, i, changes, 0, s->states[i].heard, now);
    }
    pthread_mutex_unlock(&s->lock);
}

/* --- alarms become cases --- */

struct batch_of {
    struct sensors *s;
    const struct city *city;
    struct alarm *alarms;
    size_t n;
    bool *done;
    struct arena arena;
    size_t commands;
};

static const struct sensor *sensor_of(const struct batch_of *b, const struct alarm *a) {
    return &b->city->sensors[a->sensor];
}
static const struct sensor_rule *rule_of(const struct batch_of *b, const struct alarm *a) {
    return &b->city->sensor_rules[sensor_of(b, a)->first_rule + a->rule];
}

/* The area by which alarms are gathered: one level below the whole. */
static uint32_t gather_area(const struct city *city, uint32_t area) {
    while (area != NONE && city->areas[area].depth > 1) area = city->areas[area].parent;
    return area;
}

static bool same_group(const struct batch_of *b, const struct alarm *x, const struct alarm *y) {
    return rule_of(b, x) == rule_of(b, y) &&
           gather_area(b->city, sensor_of(b, x)->area) == gather_area(b->city, sensor_of(b, y)->area);
}

/* What stands in registers is cited by its own code, else the sensor is. */
static code thing_of(const struct sensor *sensor) {
    return code_empty(&sensor->thing) ? sensor->code : sensor->thing;
}

/* "at value" of the newest readings, oldest first. */
static void add_readings(struct batch_of *b, const struct alarm *a, struct strbuf *out) {
    const struct sensor_state *st = &b->s->states[a->sensor];
    uint32_t n = st->taken < 6 ? st->taken : 6;
    const char *unit = rule_of(b, a)->unit.s;
    for (uint32_t i = n; i > 0; i--) {
        uint32_t slot = (st->taken - i) % SENSOR_RING;
        if (i < n) strbuf_addz(out, "，");
        instant_format(out, &b->city->calendar.zone, (instant){st->times[slot]});
        strbuf_addf(out, " %g%s", (double)st->values[slot], unit);
    }
}

/* The rule as a line: "水位过高 (water_high): > 0.27 m, 2/3". */
static void add_rule(const struct batch_of *b, const struct sensor_rule *r, struct strbuf *out) {
    strbuf_add(out, text_in(&r->name, 0));
    if (r->test == SENSOR_SILENT)
        strbuf_addf(out, " (%s: > %lld s)", r->code.s, (long long)r->seconds);
    else
        strbuf_addf(out, " (%s: %s %g%s, %d/%d)", r->code.s, r->test == SENSOR_ABOVE ? ">" : "<", r->limit, r->unit.s,
                    r->hits, r->of);
    (void)b;
}

/* A text of the package with what stands in braces filled in. */
static str filled(struct batch_of *b, const char *key, const struct alarm *a, str sensors) {
    struct strbuf out;
    str text = city_text(b->city, 0, str_z(key));
    strbuf_init(&out, TEXT_MAX_BYTES);
    for (size_t i = 0; i < text.len;) {
        str rest = str_slice(text, i, text.len);
        if (str_starts(rest, S("{sensor}"))) {
            strbuf_add(&out, sensors);
            i += 8;
        } else if (str_starts(rest, S("{rule}"))) {
            add_rule(b, rule_of(b, a), &out);
            i += 6;
        } else if (str_starts(rest, S("{readings}"))) {
            add_readings(b, a, &out);
            i += 10;
        } else {
            strbuf_addc(&out, text.ptr[i++]);
        }
    }
    str ret = str_dup(&b->arena, strbuf_str(&out));
    strbuf_done(&out);
    return ret;
}

static str name_of(struct batch_of *b, const struct alarm *a) {
    const struct sensor *sensor = sensor_of(b, a);
    return str_format(&b->arena, "%.*s [%s]", P(text_in(&sensor->name, 0)), sensor->code.s);
}

static void key_of(struct command *c, const struct sensor *sensor, const struct sensor_rule *rule, instant at) {
    char when[32];
    int n = snprintf(when, sizeof when, "\n%lld", (long long)at.ms);
    str pieces[] = {S("alarm\n"), str_code(&sensor->code), S("\n"), str_code(&rule->code), {when, (size_t)n}};
    digest key = sha256_pieces(pieces, ARRAY_LEN(pieces)), body = sha256(S("alarm"));
    c->has_key = true;
    memcpy(c->key_hash, key.b, sizeof c->key_hash);
    memcpy(c->body_hash, body.b, sizeof c->body_hash);
}

/* The case of an alarm. in: alone: of this sensor only, else of many. */
static bool file_case(struct batch_of *b, const struct alarm *a, str text, bool alone, code *ret) {
    const struct sensor *sensor = sensor_of(b, a);
    const struct sensor_rule *rule = rule_of(b, a);
    struct command c = {.kind = COMMAND_FILE, .actor = {.kind = ACTOR_SYSTEM}};
    struct result r;
    struct filing *f = &c.filing;
    uint32_t area = alone ? sensor->area : gather_area(b->city, sensor->area);
    f->category = b->city->categories[rule->category].key;
    f->condition = rule->condition;
    f->confidence = 1000;
    f->located = LOCATED_INSIDE;
    f->place = alone ? sensor->place : lonlat_none();
    f->has_place = alone;
    if (area != NONE) f->area = b->city->areas[area].code;
    f->channel = code_of("sensor");
    f->happened = a->at;
    f->closed = INSTANT_NONE;
    f->text = text;
    f->attributes = str_format(&b->arena, "{\"rule\":\"%s\",\"kind\":\"%s\"}", rule->code.s, rule->kind.s);
    if (alone) {
        struct thing thing;
        f->point = thing_of(sensor);
        if (app_thing(b->s->app, &f->point, &b->arena, &thing, NULL) == OK) f->owner = thing.owner;
    }
    key_of(&c, sensor, rule, a->at);
    b->commands++;
    if (store_run(b->s->app->store, &c, &r) != OK) return false;
    *ret = r.kase.number;
    if (!r.repeated) b->s->filed++;
    return true;
}

/* The action by which a procedure hears a word that machines tell. */
static const struct action *hearing(const struct procedure *p, const struct kase *c, const char *word) {
    const struct state *at = procedure_state(p, &c->state);
    for (size_t i = 0; i < p->n_actions && at != NULL; i++) {
        const struct action *a = &p->actions[i];
        for (size_t k = 0; k < a->n_told; k++)
            if (code_is(&a->told[k], word) && action_from(a, at)) return a;
    }
    return NULL;
}

/* Tells an open case. out: false if there is none any more, or it does not hear the word. */
static bool tell_case(struct batch_of *b, const code *number, const char *word, str note) {
    struct kase k;
    struct result r;
    uint64_t id = 0;
    struct app *app = b->s->app;
    if (code_empty(number) || store_case_id(app->store, str_code(number), &id, NULL) != OK) return false;
    if (store_case(app->store, id, &k, NULL) != OK || k.is_over) return false;
    const struct procedure *p = city_procedure(app_law(app, &k), str_code(&k.procedure));
    const struct action *a = p == NULL ? NULL : hearing(p, &k, word);
    if (a == NULL) return false;
    struct command c = {.kind = COMMAND_ACT, .case_id = id, .action = a->name};
    c.actor = (struct actor){.kind = ACTOR_IMPORT, .role = code_of("sensor")};
    if (a->n_fields > 0) c.values[c.n_values++] = (struct value){a->fields[0].name, note};
    b->commands++;
    if (store_run(app->store, &c, &r) != OK) return false;
    b->s->added++;
    return true;
}

/* After a restart: the open case is looked for. in: mother: one for the whole area, without a thing. */
static code open_case(struct batch_of *b, const struct alarm *a, bool mother) {
    const struct sensor_rule *rule = rule_of(b, a);
    uint32_t area = gather_area(b->city, sensor_of(b, a)->area);
    struct query *q = NULL;
    struct listing found = {0};
    code thing = thing_of(sensor_of(b, a)), none = {0};
    str text = mother ? str_format(&b->arena, "status:open channel:sensor condition:%s thing:none area:%s filed:30m",
                                   rule->condition.s, area == NONE ? "none" : b->city->areas[area].code.s)
                      : str_format(&b->arena, "status:open channel:sensor condition:%s thing:\"%s\"", rule->condition.s,
                                   thing.s);
    struct store *store = b->s->app->store;
    if (query_parse(text, b->city, &b->arena, &q, NULL) != OK) return none;
    if (store_list(store, q, SORT_FILED_DESC, 1, S(""), app_now(b->s->app), &b->arena, &found, NULL) != OK) return none;
    return found.n > 0 ? found.rows[0].number : none;
}

static struct mother *mother_of(struct batch_of *b, const struct alarm *a) {
    const struct sensor_rule *rule = rule_of(b, a);
    uint32_t area = gather_area(b->city, sensor_of(b, a)->area);
    struct sensors *s = b->s;
    code where = area == NONE ? (code){0} : b->city->areas[area].code;
    for (size_t i = 0; i < s->n_mothers; i++)
        if (code_eq(&s->mothers[i].rule, &rule->code) && code_eq(&s->mothers[i].area, &where)) return &s->mothers[i];
    if (s->n_mothers == s->cap_mothers) {
        s->cap_mothers = s->cap_mothers > 0 ? s->cap_mothers * 2 : 16;
        struct mother *grown = realloc(s->mothers, s->cap_mothers * sizeof *grown);
        check(grown != NULL);
        s->mothers = grown;
    }
    struct mother *m = &s->mothers[s->n_mothers++];
    *m = (struct mother){.rule = rule->code, .area = where, .filed = app_now(s->app)};
    m->number = open_case(b, a, true);
    return m;
}

static void settle(struct batch_of *b, size_t i, const code *number) {
    struct alarm *a = &b->alarms[i];
    b->done[i] = true;
    pthread_mutex_lock(&b->s->lock);
    if (b->s->city == b->city) b->s->numbers[a->sensor][a->rule] = *number;
    pthread_mutex_unlock(&b->s->lock);
}

/* One sensor: into its open case, or a case of its own. */
static void alarm_alone(struct batch_of *b, size_t i) {
    struct alarm *a = &b->alarms[i];
    code number = b->s->numbers[a->sensor][a->rule];
    str name = name_of(b, a);
    bool silent = rule_of(b, a)->test == SENSOR_SILENT;
    if (code_empty(&number)) number = open_case(b, a, false);
    if (tell_case(b, &number, "alarm", filled(b, silent ? "sensor.silent" : "sensor.again", a, name))) {
        settle(b, i, &number);
        return;
    }
    if (file_case(b, a, filled(b, silent ? "sensor.silent" : "sensor.alarm", a, name), true, &number))
        settle(b, i, &number);
}

static void alarm_over(struct batch_of *b, size_t i) {
    struct alarm *a = &b->alarms[i];
    (void)tell_case(b, &b->s->numbers[a->sensor][a->rule], "calm", filled(b, "sensor.over", a, name_of(b, a)));
    b->done[i] = true;
}

/* The next sensors of a group, as a list. out: their indexes in the batch. */
static str list_next(struct batch_of *b, const size_t *members, size_t n, size_t *at) {
    struct strbuf out;
    strbuf_init(&out, TEXT_MAX_BYTES);
    size_t from = *at;
    for (; *at < n && *at - from < LIST_MAX && out.len < 3200; ++*at) {
        if (*at > from) strbuf_addz(&out, "、");
        strbuf_add(&out, str_code(&sensor_of(b, &b->alarms[members[*at]])->code));
    }
    str ret = str_dup(&b->arena, strbuf_str(&out));
    strbuf_done(&out);
    return ret;
}

/* Many at once: one case of the area, all of them named in it or in its entries. */
static void alarm_many(struct batch_of *b, const size_t *members, size_t n) {
    struct mother *m = mother_of(b, &b->alarms[members[0]]);
    struct alarm *first = &b->alarms[members[0]];
    bool fresh = app_now(b->s->app).ms - m->filed.ms > MOTHER_MS;
    for (size_t at = 0; at < n;) {
        size_t from = at;
        str list = list_next(b, members, n, &at);
        bool told = !fresh && tell_case(b, &m->number, "alarm", filled(b, "sensor.more", first, list));
        if (!told) {
            str text = filled(b, "sensor.many", &b->alarms[members[from]], list);
            if (!file_case(b, &b->alarms[members[from]], text, false, &m->number)) return; /* they wait */
            m->filed = app_now(b->s->app);
            fresh = false;
        }
        for (size_t i = from; i < at; i++) settle(b, members[i], &m->number);
    }
}

static void run_group(struct batch_of *b, size_t first, size_t *members) {
    size_t n = 0, others = 0;
    struct alarm *a = &b->alarms[first];
    for (size_t i = first; i < b->n; i++)
        if (!b->done[i] && b->alarms[i].change == SENSOR_ON && same_group(b, a, &b->alarms[i])) members[n++] = i;
    struct sensors *s = b->s;
    for (size_t i = 0; i < s->n_mothers; i++) {
        const struct sensor_rule *rule = rule_of(b, a);
        uint32_t area = gather_area(b->city, sensor_of(b, a)->area);
        bool same = code_eq(&s->mothers[i].rule, &rule->code) && area != NONE &&
                    code_eq(&s->mothers[i].area, &b->city->areas[area].code);
        others += same && app_now(s->app).ms - s->mothers[i].filed.ms <= MOTHER_MS;
    }
    if (n >= GROUP_FROM || others > 0) {
        alarm_many(b, members, n);
        return;
    }
    for (size_t i = 0; i < n; i++) alarm_alone(b, members[i]);
}

/* Those that waited long enough for others of their kind leave the queue. */
static void take_batch(struct sensors *s, instant now, struct batch_of *b) {
    pthread_mutex_lock(&s->lock);
    b->city = s->city;
    bool ripe = s->n_waiting > 0 && now.ms - s->waiting[0].came.ms >= GATHER_MS;
    if (ripe) {
        b->alarms = s->waiting;
        b->n = s->n_waiting;
        s->waiting = NULL;
        s->n_waiting = s->cap = 0;
    }
    pthread_mutex_unlock(&s->lock);
}

/* What could not be filed (a full queue) waits on. */
static void give_back(struct sensors *s, struct batch_of *b) {
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < b->n && s->city == b->city; i++)
        if (!b->done[i]) wait_for_worker(s, &b->alarms[i]);
    pthread_mutex_unlock(&s->lock);
}

size_t sensors_work(struct sensors *s) {
    instant now = app_now(s->app);
    struct batch_of b = {.s = s};
    look_for_silence(s, now);
    take_batch(s, now, &b);
    if (b.n == 0) return 0;
    arena_init(&b.arena, 256 << 20);
    b.done = NEW_ARRAY(&b.arena, bool, b.n);
    size_t *members = NEW_ARRAY(&b.arena, size_t, b.n);
    for (size_t i = 0; i < b.n; i++) {
        if (b.done[i]) continue;
        if (b.alarms[i].change == SENSOR_OFF)
            alarm_over(&b, i);
        else
            run_group(&b, i, members);
    }
    give_back(s, &b);
    arena_done(&b.arena);
    free(b.alarms);
    return b.commands;
}

/* --- pages --- */

static int rank_of(const struct sensor_view *v, const struct city *city) {
    int rank = 2;
    for (uint32_t i = 0; i < v->sensor->n_rules; i++) {
        if (!v->state.rules[i].on) continue;
        bool silent = city->sensor_rules[v->sensor->first_rule + i].test == SENSOR_SILENT;
        if (silent) return 0;
        rank = 1;
    }
    return rank;
}

struct ranked {
    int rank;
    struct sensor_view view;
};

static int by_rank(const void *a, const void *b) {
    const struct ranked *x = a, *y = b;
    if (x->rank != y->rank) return x->rank - y->rank;
    return str_cmp(str_code(&x->view.sensor->code), str_code(&y->view.sensor->code));
}

void sensors_look(struct sensors *s, const code *only, struct arena *arena, struct sensors_view *ret) {
    *ret = (struct sensors_view){0};
    pthread_mutex_lock(&s->lock);
    follow_city(s, app_now(s->app));
    struct ranked *all = NEW_ARRAY(arena, struct ranked, s->n + 1);
    for (size_t i = 0; i < s->n; i++) {
        if (only != NULL && !code_eq(only, &s->city->sensors[i].code)) continue;
        struct ranked *r = &all[ret->n++];
        r->view = (struct sensor_view){.sensor = &s->city->sensors[i], .state = s->states[i]};
        memcpy(r->view.numbers, s->numbers[i], sizeof r->view.numbers);
        r->rank = rank_of(&r->view, s->city);
        ret->silent += r->rank == 0;
        ret->alarmed += r->rank == 1;
    }
    ret->counts = s->counts;
    ret->filed = s->filed;
    ret->added = s->added;
    ret->mqtt_known = s->mqtt_known;
    ret->mqtt_connected = s->mqtt_connected;
    for (uint64_t i = s->n_refused; i > 0 && ret->n_refused < REFUSED_KEPT; i--)
        ret->refused[ret->n_refused++] = s->refused[(i - 1) % REFUSED_KEPT];
    pthread_mutex_unlock(&s->lock);
    if (ret->n > 1) qsort(all, ret->n, sizeof *all, by_rank);
    ret->all = NEW_ARRAY(arena, struct sensor_view, ret->n + 1);
    for (size_t i = 0; i < ret->n; i++) ret->all[i] = all[i].view;
}

void sensors_mqtt(struct sensors *s, bool connected) {
    pthread_mutex_lock(&s->lock);
    s->mqtt_known = true;
    s->mqtt_connected = connected;
    pthread_mutex_unlock(&s->lock);
}
