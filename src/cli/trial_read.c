/* From YAML to struct trial. Every name is looked up here, so that a script that is wrong is told so before it runs. */
#include <string.h>

#include "city/yamltree.h"
#include "cli/trial.h"

struct reader {
    struct yaml_source src;
    const struct city *city;
    struct trial *t;
    /* Cases by the name the script gives them, and their procedures. */
    code cases[TRIAL_CASES_MAX];
    const struct procedure *procedures[TRIAL_CASES_MAX];
    size_t n_cases;
};

#define FAULT(r, n, hint, ...) yaml_fault(&(r)->src, (n), (hint), __VA_ARGS__)

/* --- times --- */

/* "2026-11-24 09:00", "2026-11-24 24:00". */
static bool parse_time(const struct city *city, str text, instant *ret) {
    str rest = text, date;
    day d;
    int64_t hour, minute;
    str h;
    if (!str_split(&rest, ' ', &date) || !day_parse(date, &d) || !str_split(&rest, ':', &h)) return false;
    if (!str_to_i64(h, &hour) || !str_to_i64(rest, &minute) || hour < 0 || minute < 0 || minute > 59) return false;
    if (hour * 60 + minute > 1440) return false;
    *ret = calendar_at(&city->calendar, d, (int32_t)(hour * 60 + minute));
    return true;
}

static bool read_time(struct reader *r, const struct yaml_node *map, const char *key, bool required, instant *ret) {
    str text;
    if (!yaml_str(&r->src, map, key, required, &text)) return false;
    if (parse_time(r->city, text, ret)) return true;
    FAULT(r, yaml_get(map, key), "local time like 2026-11-24 09:00", "\"%.*s\" is no time.", P(text));
    return false;
}

/* --- people --- */

static const struct person *find_person(const struct trial *t, str name) {
    for (size_t i = 0; i < t->n_people; i++)
        if (str_eq(str_code(&t->people[i].name), name)) return &t->people[i];
    return NULL;
}

static const struct person *need_person(struct reader *r, const struct yaml_node *n, str name) {
    const struct person *p = find_person(r->t, name);
    if (p == NULL)
        FAULT(r, n, "one of people, or reporter, import, system", "Nobody here is called \"%.*s\".", P(name));
    return p;
}

static void add_person(struct reader *r, const char *name, enum actor_kind kind) {
    struct person *p = &r->t->people[r->t->n_people++];
    *p = (struct person){.name = code_of(name), .actor = {.kind = kind}};
}

static void read_person(struct reader *r, const struct yaml_node *n) {
    struct person p = {.actor = {.kind = ACTOR_STAFF, .staff = r->t->n_people}};
    const struct city *c = r->city;
    if (!code_from(n->key, &p.name)) FAULT(r, n, "31 bytes at most", "The name is too long.");
    if (find_person(r->t, n->key) != NULL) FAULT(r, n, "another name", "\"%.*s\" is taken.", P(n->key));
    if (!yaml_is(&r->src, n, YAML_MAP, "A person")) return;
    yaml_unknown_keys(&r->src, n, "role unit area");
    if (yaml_code(&r->src, n, "role", true, &p.actor.role) && city_role(c, str_code(&p.actor.role)) == NULL)
        FAULT(r, yaml_get(n, "role"), "see roles.yaml", "There is no role \"%s\".", p.actor.role.s);
    if (yaml_code(&r->src, n, "unit", false, &p.actor.unit) && city_unit(c, str_code(&p.actor.unit)) == NONE)
        FAULT(r, yaml_get(n, "unit"), "see units.csv", "There is no unit \"%s\".", p.actor.unit.s);
    if (yaml_code(&r->src, n, "area", false, &p.actor.area) && city_area(c, str_code(&p.actor.area)) == NONE)
        FAULT(r, yaml_get(n, "area"), "see areas.csv", "There is no area \"%s\".", p.actor.area.s);
    if (r->t->n_people == TRIAL_PEOPLE_MAX)
        FAULT(r, n, NULL, "At most %d people.", TRIAL_PEOPLE_MAX);
    else
        r->t->people[r->t->n_people++] = p;
}

static void read_people(struct reader *r, const struct yaml_node *root) {
    const struct yaml_node *people = yaml_get(root, "people");
    add_person(r, "reporter", ACTOR_REPORTER);
    add_person(r, "import", ACTOR_IMPORT);
    add_person(r, "system", ACTOR_SYSTEM);
    if (people == NULL || !yaml_is(&r->src, people, YAML_MAP, "people")) return;
    for (const struct yaml_node *c = people->first; c; c = c->next) read_person(r, c);
}

/* --- cases --- */

static size_t find_case(const struct reader *r, str name) {
    for (size_t i = 0; i < r->n_cases; i++)
        if (str_eq(str_code(&r->cases[i]), name)) return i;
    return SIZE_MAX;
}

/* part1, part2, …: filed by what follows from a command. */
static bool is_part(str name) {
    int64_t n;
    return str_starts(name, S("part")) && str_to_i64(str_slice(name, 4, name.len), &n) && n > 0;
}

/* The procedure of the case that a step is about; NULL where it comes from a follow-up or there was none yet. */
static const struct procedure *procedure_of(struct reader *r, const struct yaml_node *n, const code *on) {
    if (r->n_cases == 0) {
        FAULT(r, n, "file: CATEGORY first", "Nothing has been filed yet.");
        return NULL;
    }
    if (is_part(str_code(on))) return NULL;
    size_t i = code_empty(on) ? r->n_cases - 1 : find_case(r, str_code(on));
    if (i != SIZE_MAX) return r->procedures[i];
    FAULT(r, n, "the name given by as: where it was filed", "There is no case \"%s\" yet.", on->s);
    return NULL;
}

static void name_case(struct reader *r, const struct yaml_node *n, const struct procedure *p) {
    code name = code_of(str_cstr(r->src.arena, str_format(r->src.arena, "case%zu", r->n_cases + 1)));
    yaml_code(&r->src, n, "as", false, &name);
    if (is_part(str_code(&name))) FAULT(r, n, "another name", "part and a number name what a command files by itself.");
    if (find_case(r, str_code(&name)) != SIZE_MAX) FAULT(r, n, "another name", "There is a case \"%s\".", name.s);
    if (r->n_cases == TRIAL_CASES_MAX) {
        FAULT(r, n, NULL, "At most %d cases.", TRIAL_CASES_MAX);
        return;
    }
    r->cases[r->n_cases] = name;
    r->procedures[r->n_cases++] = p;
}

/* --- what is filed --- */

static const struct procedure *need_category(struct reader *r, const struct yaml_node *n, const code *key) {
    uint32_t k = city_category(r->city, str_code(key));
    if (k == NONE)
        FAULT(r, yaml_get(n, "file"), "see categories.csv", "There is no category \"%s\".", key->s);
    else if (code_empty(&r->city->categories[k].procedure))
        FAULT(r, yaml_get(n, "file"), "a class below it", "Nothing handles the category \"%s\".", key->s);
    else
        return city_procedure(r->city, str_code(&r->city->categories[k].procedure));
    return NULL;
}

static void read_about(struct reader *r, const struct yaml_node *n, struct filing *f) {
    const struct yaml_node *about = yaml_get(n, "about");
    str kind = STR_NONE;
    if (about == NULL || !yaml_is(&r->src, about, YAML_MAP, "about")) return;
    yaml_unknown_keys(&r->src, about, "kind unit");
    yaml_str(&r->src, about, "kind", true, &kind);
    f->about = str_is(kind, "conduct") ? ABOUT_CONDUCT : ABOUT_SERVICE;
    if (!str_is(kind, "conduct") && !str_is(kind, "service"))
        FAULT(r, about, "service or conduct", "\"%.*s\" is nothing a complaint is about.", P(kind));
    if (yaml_code(&r->src, about, "unit", false, &f->about_unit) &&
        city_unit(r->city, str_code(&f->about_unit)) == NONE)
        FAULT(r, about, "see units.csv", "There is no unit \"%s\".", f->about_unit.s);
}

static void add_value(struct command *c, const char *name, str text) {
    c->values[c->n_values++] = (struct value){code_of(name), text};
}

static void read_filing(struct reader *r, const struct yaml_node *n, struct step *s) {
    struct command *c = &s->command;
    struct filing *f = &c->filing;
    str text;
    c->kind = COMMAND_FILE;
    *f = (struct filing){.confidence = 1000,
                         .located = LOCATED_INSIDE,
                         .channel = code_of("web"),
                         .text = S("…"),
                         .place = lonlat_none(),
                         .happened = INSTANT_NONE,
                         .closed = INSTANT_NONE};
    yaml_unknown_keys(
        &r->src, n,
        "file by at wait as area channel text condition owner thing desk about earlier same_as found_at expect");
    yaml_code(&r->src, n, "file", true, &f->category);
    const struct procedure *p = need_category(r, n, &f->category);
    if (yaml_code(&r->src, n, "area", false, &f->area) && city_area(r->city, str_code(&f->area)) == NONE)
        FAULT(r, yaml_get(n, "area"), "see areas.csv", "There is no area \"%s\".", f->area.s);
    if (yaml_code(&r->src, n, "condition", false, &f->condition) &&
        city_condition(r->city, str_code(&f->condition)) == NONE)
        FAULT(r, yaml_get(n, "condition"), "see conditions.csv", "There is no condition \"%s\".", f->condition.s);
    yaml_code(&r->src, n, "channel", false, &f->channel);
    yaml_code(&r->src, n, "owner", false, &f->owner);
    yaml_code(&r->src, n, "thing", false, &f->point);
    if (yaml_code(&r->src, n, "desk", false, &f->desk) && city_desk(r->city, str_code(&f->desk)) == NONE)
        FAULT(r, yaml_get(n, "desk"), "see duty_desks.csv", "There is no desk \"%s\".", f->desk.s);
    yaml_str(&r->src, n, "text", false, &f->text);
    yaml_code(&r->src, n, "same_as", false, &f->same_as);
    yaml_code(&r->src, n, "found_at", false, &f->found_at);
    if (yaml_str(&r->src, n, "earlier", false, &text)) add_value(c, "earlier", text);
    read_about(r, n, f);
    name_case(r, n, p);
}

/* --- what is done --- */

static const char *names_of_actions(struct reader *r, const struct procedure *p) {
    str all = S("it has");
    for (size_t i = 0; i < p->n_actions; i++) all = str_format(r->src.arena, "%.*s %s", P(all), p->actions[i].name.s);
    return str_cstr(r->src.arena, all);
}

static const char *names_of_fields(struct reader *r, const struct action *a) {
    str all = S("it has");
    for (size_t i = 0; i < a->n_fields; i++) all = str_format(r->src.arena, "%.*s %s", P(all), a->fields[i].name.s);
    return str_cstr(r->src.arena, all);
}

/* A list in YAML is the codes separated by commas in a command. */
static str field_text(struct reader *r, const struct yaml_node *n) {
    if (n->type == YAML_SCALAR) return n->text;
    if (!yaml_is(&r->src, n, YAML_SEQ, "A field")) return STR_NONE;
    str all = STR_NONE;
    for (const struct yaml_node *c = n->first; c; c = c->next)
        all = str_format(r->src.arena, "%.*s%s%.*s", P(all), str_empty(all) ? "" : ",", P(c->text));
    return all;
}

static void read_fields(struct reader *r, const struct yaml_node *n, const struct action *a, struct command *c) {
    const struct yaml_node *fields = yaml_get(n, "fields");
    if (fields == NULL || !yaml_is(&r->src, fields, YAML_MAP, "fields")) return;
    for (const struct yaml_node *f = fields->first; f; f = f->next) {
        code name;
        if (!code_from(f->key, &name) || (a != NULL && action_field(a, f->key) == NULL)) {
            FAULT(r, f, a != NULL ? names_of_fields(r, a) : NULL, "The action has no field \"%.*s\".", P(f->key));
        } else if (c->n_values == VALUES_MAX) {
            FAULT(r, f, NULL, "At most %d fields.", VALUES_MAX);
        } else {
            c->values[c->n_values++] = (struct value){name, field_text(r, f)};
        }
    }
}

static void read_act(struct reader *r, const struct yaml_node *n, struct step *s) {
    int32_t task = 0;
    s->command.kind = COMMAND_ACT;
    yaml_unknown_keys(&r->src, n, "do by at wait on task task_of fields expect");
    yaml_code(&r->src, n, "do", true, &s->command.action);
    const struct procedure *p = procedure_of(r, n, &s->on);
    const struct action *a = p != NULL ? procedure_action(p, str_code(&s->command.action)) : NULL;
    if (p != NULL && a == NULL)
        FAULT(r, yaml_get(n, "do"), names_of_actions(r, p), "The procedure %s has no action \"%s\".", p->name.s,
              s->command.action.s);
    if (yaml_i32(&r->src, n, "task", false, &task)) s->command.task = (uint32_t)task;
    if (yaml_code(&r->src, n, "task_of", false, &s->task_of) && city_unit(r->city, str_code(&s->task_of)) == NONE)
        FAULT(r, yaml_get(n, "task_of"), "see units.csv", "There is no unit \"%s\".", s->task_of.s);
    read_fields(r, n, a, &s->command);
}

/* --- what is expected --- */

static struct expect *add_expect(struct step *s, enum expect_kind kind, const struct yaml_node *n) {
    struct expect *e = &s->expects[s->n_expects++];
    *e = (struct expect){.kind = kind, .line = n->line, .value = n->text};
    return e;
}

static void expect_state(struct reader *r, const struct procedure *p, const struct yaml_node *n, struct step *s) {
    code state = {0};
    add_expect(s, EXPECT_STATE, n);
    if (p != NULL && (!code_from(n->text, &state) || procedure_state(p, &state) == NULL))
        FAULT(r, n, "see the states of the procedure", "%s has no state \"%.*s\".", p->name.s, P(n->text));
}

static bool is_mark(str text, const char *const *marks, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (str_is(text, marks[i])) return true;
    return false;
}

/* A due time, or a word that stands in its place. */
static void expect_time(struct reader *r, const struct yaml_node *n, struct expect *e, const char *const *marks,
                        size_t n_marks) {
    instant t;
    if (is_mark(n->text, marks, n_marks)) return;
    if (parse_time(r->city, n->text, &t))
        e->at = t;
    else
        FAULT(r, n, "2026-12-09 24:00, or how it stands: none, paused, met, missed, stopped", "\"%.*s\" is no time.",
              P(n->text));
}

static void expect_pairs(struct reader *r, const struct procedure *p, const struct yaml_node *n, enum expect_kind kind,
                         struct step *s) {
    static const char *const marks[] = {"none", "paused", "met", "missed", "stopped"};
    if (!yaml_is(&r->src, n, YAML_MAP, "This")) return;
    for (const struct yaml_node *c = n->first; c; c = c->next) {
        struct expect *e = add_expect(s, kind, c);
        int64_t count = 0;
        if (!code_from(c->key, &e->name)) FAULT(r, c, NULL, "The name is too long.");
        if (kind == EXPECT_CLOCK) expect_time(r, c, e, marks, ARRAY_LEN(marks));
        if (kind == EXPECT_TASKS) e->value = field_text(r, c);
        if (kind == EXPECT_TASKS && p != NULL && procedure_task(p, &e->name) == NULL)
            FAULT(r, c, "see the tasks of the procedure", "%s has no task \"%s\".", p->name.s, e->name.s);
        if (kind == EXPECT_COUNT && !str_to_i64(c->text, &count)) FAULT(r, c, "a number", "This is no count.");
        e->n = (int32_t)count;
    }
}

static void expect_people(struct reader *r, const struct procedure *p, const struct yaml_node *n, enum expect_kind kind,
                          struct step *s) {
    if (!yaml_is(&r->src, n, YAML_MAP, "This")) return;
    for (const struct yaml_node *c = n->first; c; c = c->next) {
        struct expect *e = add_expect(s, kind, c);
        e->who = need_person(r, c, c->key);
        e->value = field_text(r, c);
        str rest = e->value;
        for (str one; p != NULL && str_split(&rest, ',', &one);)
            if (procedure_action(p, one) == NULL)
                FAULT(r, c, names_of_actions(r, p), "The procedure %s has no action \"%.*s\".", p->name.s, P(one));
    }
}

static void expect_words(struct reader *r, const struct yaml_node *n, enum expect_kind kind, struct step *s) {
    bool people = kind == EXPECT_READS || kind == EXPECT_NO_READ;
    if (n->type == YAML_SCALAR) {
        struct expect *e = add_expect(s, kind, n);
        if (people) e->who = need_person(r, n, n->text);
        return;
    }
    if (!yaml_is(&r->src, n, YAML_SEQ, "This")) return;
    for (const struct yaml_node *c = n->first; c; c = c->next) {
        struct expect *e = add_expect(s, kind, c);
        if (people) e->who = need_person(r, c, c->text);
    }
}

static void expect_refusal(struct reader *r, const struct yaml_node *map, const struct yaml_node *n, struct step *s) {
    struct expect *e = add_expect(s, EXPECT_REFUSED, n);
    s->expects_refusal = true;
    yaml_code(&r->src, map, "field", false, &e->name);
}

static void read_expect(struct reader *r, const struct procedure *p, const struct yaml_node *map,
                        const struct yaml_node *n, struct step *s) {
    static const struct {
        const char *key;
        enum expect_kind kind;
    } pairs[] = {{"clocks", EXPECT_CLOCK}, {"tasks", EXPECT_TASKS}, {"counts", EXPECT_COUNT}},
      people[] = {{"can", EXPECT_CAN}, {"cannot", EXPECT_CANNOT}},
      words[] = {{"flags", EXPECT_FLAG},    {"no_flags", EXPECT_NO_FLAG}, {"unit", EXPECT_UNIT},
                 {"sealed", EXPECT_SEALED}, {"private", EXPECT_PRIVATE},  {"told", EXPECT_TOLD},
                 {"reads", EXPECT_READS},   {"no_read", EXPECT_NO_READ}};
    static const char *const none[] = {"none"};
    if (str_is(n->key, "refused")) expect_refusal(r, map, n, s);
    if (str_is(n->key, "state")) expect_state(r, p, n, s);
    if (str_is(n->key, "due")) expect_time(r, n, add_expect(s, EXPECT_DUE, n), none, ARRAY_LEN(none));
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (str_is(n->key, pairs[i].key)) expect_pairs(r, p, n, pairs[i].kind, s);
    for (size_t i = 0; i < ARRAY_LEN(people); i++)
        if (str_is(n->key, people[i].key)) expect_people(r, p, n, people[i].kind, s);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(n->key, words[i].key)) expect_words(r, n, words[i].kind, s);
}

static size_t leaves_of(const struct yaml_node *n) {
    size_t sum = 1;
    for (const struct yaml_node *c = n->first; c; c = c->next) sum += leaves_of(c);
    return sum;
}

static void read_expects(struct reader *r, const struct yaml_node *n, struct step *s) {
    const struct yaml_node *map = yaml_get(n, "expect");
    if (map == NULL || !yaml_is(&r->src, map, YAML_MAP, "expect")) return;
    yaml_unknown_keys(&r->src, map,
                      "refused field state due clocks tasks counts flags no_flags unit sealed private told can cannot "
                      "reads no_read");
    s->expects = NEW_ARRAY(r->src.arena, struct expect, leaves_of(map));
    const struct procedure *p = procedure_of(r, n, &s->on);
    for (const struct yaml_node *c = map->first; c; c = c->next) read_expect(r, p, map, c, s);
}

/* --- steps --- */

static void read_when(struct reader *r, const struct yaml_node *n, struct step *s) {
    str text;
    struct err err;
    s->has_at = read_time(r, n, "at", false, &s->at);
    if (!yaml_str(&r->src, n, "wait", false, &text)) return;
    s->has_wait = limit_parse(text, &s->wait, &err) == OK && s->wait.unit != LIMIT_NONE;
    if (!s->has_wait)
        FAULT(r, yaml_get(n, "wait"), "as \"2 wall_hours\", \"5 work_days\"", "\"%.*s\" is no time.", P(text));
    if (s->has_at && s->has_wait) FAULT(r, n, "one of both", "A step has both at and wait.");
}

static void read_other(struct reader *r, const struct yaml_node *n, struct step *s) {
    str purpose;
    yaml_unknown_keys(&r->src, n, "at wait on by read erase expect");
    if (yaml_str(&r->src, n, "read", false, &purpose)) {
        s->kind = STEP_READ;
        s->command.kind = COMMAND_READ;
        add_value(&s->command, "purpose", purpose);
    } else if (yaml_str(&r->src, n, "erase", false, &purpose)) {
        s->kind = STEP_ERASE;
        s->command.kind = COMMAND_ERASE;
        add_value(&s->command, "reason", purpose);
    } else if (yaml_get(n, "expect") == NULL && yaml_get(n, "at") == NULL && yaml_get(n, "wait") == NULL) {
        FAULT(r, n, "file: CATEGORY, do: ACTION, read: PURPOSE, at: TIME, wait: LIMIT or expect: {…}",
              "This step does nothing.");
    }
    (void)procedure_of(r, n, &s->on);
}

static void read_step(struct reader *r, const struct yaml_node *n, struct step *s) {
    str who;
    s->line = n->line;
    if (!yaml_is(&r->src, n, YAML_MAP, "A step")) return;
    read_when(r, n, s);
    yaml_code(&r->src, n, "on", false, &s->on);
    if (yaml_get(n, "file") != NULL) {
        s->kind = STEP_FILE;
        read_filing(r, n, s);
    } else if (yaml_get(n, "do") != NULL) {
        s->kind = STEP_ACT;
        read_act(r, n, s);
    } else {
        read_other(r, n, s);
    }
    bool acts = s->kind != STEP_WAIT;
    if (yaml_str(&r->src, n, "by", acts, &who)) s->by = need_person(r, yaml_get(n, "by"), who);
    if (s->by != NULL) s->command.actor = s->by->actor;
    if (s->kind == STEP_FILE) s->on = r->n_cases > 0 ? r->cases[r->n_cases - 1] : (code){0};
    read_expects(r, n, s);
}

static void read_steps(struct reader *r, const struct yaml_node *root) {
    const struct yaml_node *steps = yaml_get(root, "steps");
    if (steps == NULL) FAULT(r, root, "steps: [{file: …, by: …}, …]", "The key \"steps\" is missing.");
    if (steps == NULL || !yaml_is(&r->src, steps, YAML_SEQ, "steps")) return;
    r->t->steps = NEW_ARRAY(r->src.arena, struct step, steps->n);
    for (const struct yaml_node *c = steps->first; c; c = c->next) read_step(r, c, &r->t->steps[r->t->n_steps++]);
}

enum status trial_read(const struct city *city, str bytes, str file, struct arena *arena, struct trial *ret,
                       struct findings *found) {
    struct reader r = {.src = {file, city->langs, city->n_langs, arena, found}, .city = city, .t = ret};
    const struct yaml_node *root;
    size_t before = found->errors;
    memset(ret, 0, sizeof *ret);
    ret->file = file;
    if (yaml_parse(bytes, &r.src, &root) != OK) return E_INVALID;
    yaml_unknown_keys(&r.src, root, "trial proves begins people steps");
    yaml_text(&r.src, root, "trial", true, &ret->title);
    yaml_strs(&r.src, root, "proves", false, &ret->proves, &ret->n_proves);
    read_time(&r, root, "begins", true, &ret->begins);
    read_people(&r, root);
    read_steps(&r, root);
    return found->errors > before ? E_INVALID : OK;
}
