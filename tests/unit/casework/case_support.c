#include "case_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "casework/number.h"

const struct actor reporter = {.kind = ACTOR_REPORTER};
const struct actor timer = {.kind = ACTOR_TIMER};
const struct actor importer = {.kind = ACTOR_IMPORT};
const struct actor machine = {.kind = ACTOR_SYSTEM};

/* --- the tiny city --- */

static void add_areas(struct city *c) {
    static const struct {
        const char *code, *level;
        uint32_t parent, first, last;
        int32_t depth;
    } rows[] = {{"d", "district", NONE, 0, 5, 0}, {"t1", "town", 0, 1, 3, 1}, {"g11", "grid", 1, 2, 2, 2},
                {"g12", "grid", 1, 3, 3, 2},      {"t2", "town", 0, 4, 5, 1}, {"g21", "grid", 4, 5, 5, 2}};
    c->n_areas = ARRAY_LEN(rows);
    c->areas = NEW_ARRAY(&c->arena, struct area, c->n_areas);
    c->office_of_area = NEW_ARRAY(&c->arena, uint32_t, c->n_areas);
    for (size_t i = 0; i < c->n_areas; i++) {
        struct area *a = &c->areas[i];
        *a = (struct area){.code = code_of(rows[i].code), .parent = rows[i].parent, .level = code_of(rows[i].level)};
        a->depth = rows[i].depth;
        a->subtree_first = rows[i].first;
        a->subtree_last = rows[i].last;
        a->is_leaf = rows[i].first == rows[i].last;
        c->office_of_area[i] = NONE;
        map_set(&c->area_by_code, str_code(&a->code), (uint32_t)i);
    }
}

void tiny_set_units(struct city *c, struct unit *units, size_t n) {
    map_done(&c->unit_by_code);
    map_init(&c->unit_by_code);
    c->units = units;
    c->n_units = n;
    for (size_t i = 0; i < c->n_areas; i++) c->office_of_area[i] = NONE;
    for (size_t i = 0; i < n; i++) {
        map_set(&c->unit_by_code, str_code(&units[i].code), (uint32_t)i);
        if (units[i].area != NONE) c->office_of_area[units[i].area] = (uint32_t)i;
    }
}

enum { CENTRE, DISCIPLINE, DEPT, DEPT_SUB, DEPT_SUBSUB, OTHER, CREW, OFFICE1, OFFICE2, UNITS };

static void add_units(struct city *c) {
    static const struct {
        const char *code, *kind;
        uint32_t parent, area;
    } rows[UNITS] = {[CENTRE] = {"centre", "centre", NONE, NONE},
                     [DISCIPLINE] = {"discipline", "discipline", NONE, NONE},
                     [DEPT] = {"dept", "department", NONE, NONE},
                     [DEPT_SUB] = {"dept_sub", "department", DEPT, NONE},
                     [OTHER] = {"other", "department", NONE, NONE},
                     [CREW] = {"crew", "owner", NONE, NONE},
                     [OFFICE1] = {"office1", "office", NONE, 1},
                     [OFFICE2] = {"office2", "office", NONE, 4},
                     [DEPT_SUBSUB] = {"dept_subsub", "department", DEPT_SUB, NONE}};
    struct unit *units = NEW_ARRAY(&c->arena, struct unit, UNITS);
    for (size_t i = 0; i < UNITS; i++)
        units[i] = (struct unit){.code = code_of(rows[i].code),
                                 .kind = code_of(rows[i].kind),
                                 .parent = rows[i].parent,
                                 .area = rows[i].area,
                                 .top = i == CENTRE};
    tiny_set_units(c, units, UNITS);
}

static void add_categories(struct city *c) {
    static const struct {
        const char *key, *procedure;
        bool is_private;
        uint32_t first, n;
    } rows[] = {{"m01", "report", false, 0, 2},  {"m02", "report", true, 2, 1},     {"s01", "report", false, 3, 1},
                {"p01", "petition", true, 4, 1}, {"d01", "mediation", true, 5, 1},  {"m09", "report", false, 6, 0},
                {"a01", "service", true, 6, 1},  {"g01", "disclosure", true, 7, 0}, {"w01", "desk", true, 7, 0}};
    static const struct {
        const char *code, *limit;
        uint32_t category;
    } conditions[] = {{"m01.1", "4 work_hours", 0}, {"m01.2", "5 work_days_480", 0},  {"m02.1", "2 wall_hours", 1},
                      {"s01.1", "3 work_days", 2},  {"p01.1", "60 calendar_days", 3}, {"d01.1", "30 calendar_days", 4},
                      {"a01.1", "20 work_days", 6}};
    c->n_categories = ARRAY_LEN(rows);
    c->categories = NEW_ARRAY(&c->arena, struct category, c->n_categories);
    for (size_t i = 0; i < c->n_categories; i++) {
        c->categories[i] = (struct category){.key = code_of(rows[i].key),
                                             .procedure = code_of(rows[i].procedure),
                                             .is_private = rows[i].is_private,
                                             .first_condition = rows[i].first,
                                             .n_conditions = rows[i].n};
        map_set(&c->category_by_key, str_code(&c->categories[i].key), (uint32_t)i);
    }
    c->n_conditions = ARRAY_LEN(conditions);
    c->conditions = NEW_ARRAY(&c->arena, struct condition, c->n_conditions);
    for (size_t i = 0; i < c->n_conditions; i++) {
        struct condition *k = &c->conditions[i];
        k->code = code_of(conditions[i].code);
        k->category = conditions[i].category;
        struct err err;
        if (limit_parse(str_z(conditions[i].limit), &k->limit, &err) != OK) fail_msg("%s", err.primary);
        k->limit.from = rows[k->category].is_private && i >= 4 ? FROM_ACCEPTED : FROM_DISPATCHED;
        k->limit.basis = S("样例时限");
        map_set(&c->condition_by_code, str_code(&k->code), (uint32_t)i);
    }
}

static void add_responsibilities(struct city *c) {
    static const struct {
        enum duty duty;
        const char *owner, *category;
        uint32_t area, unit;
        const char *level;
    } rows[] = {
        {DUTY_LEAD, "", "*", NONE, NONE, "town"},  {DUTY_LEAD, "", "m01", NONE, DEPT, ""},
        {DUTY_LEAD, "", "m01", 3, OTHER, ""},      {DUTY_LEAD, "water", "m01", NONE, CREW, ""},
        {DUTY_LEAD, "", "s01", NONE, OTHER, ""},   {DUTY_ASSIST, "", "m01", NONE, OTHER, ""},
        {DUTY_STANDBY, "", "m0*", NONE, CREW, ""}, {DUTY_TAKEN_BACK, "", "m02", NONE, DEPT, ""},
        {DUTY_LEAD, "", "p*", NONE, OTHER, ""},    {DUTY_LEAD, "", "d*", NONE, OTHER, ""},
        {DUTY_LEAD, "", "a*", NONE, OTHER, ""},    {DUTY_LEAD, "", "g*", NONE, OTHER, ""},
        {DUTY_LEAD, "", "w*", NONE, OTHER, ""},
    };
    c->n_responsibilities = ARRAY_LEN(rows);
    c->responsibilities = NEW_ARRAY(&c->arena, struct responsibility, c->n_responsibilities);
    for (size_t i = 0; i < c->n_responsibilities; i++)
        c->responsibilities[i] = (struct responsibility){.duty = rows[i].duty,
                                                         .owner = code_of(rows[i].owner),
                                                         .category = code_of(rows[i].category),
                                                         .area = rows[i].area,
                                                         .unit = rows[i].unit,
                                                         .office_level = code_of(rows[i].level)};
}

#define BIT(p) (1U << (p))

static void add_roles(struct city *c) {
    static const struct {
        const char *name;
        uint32_t posts;
        enum scope see;
        bool contact, sealed, admin;
    } rows[] = {
        {"operator", BIT(POST_CENTRE), SCOPE_JURISDICTION, true, false, false},
        {"supervisor", BIT(POST_SUPERVISOR), SCOPE_JURISDICTION, true, false, false},
        {"handler", BIT(POST_UNIT) | BIT(POST_LEAD), SCOPE_OWN_UNIT, true, false, false},
        {"grid_worker", BIT(POST_GRID), SCOPE_OWN_AREA, false, false, false},
        {"area_officer", BIT(POST_OFFICE) | BIT(POST_UNIT) | BIT(POST_LEAD), SCOPE_OWN_AREA, true, false, false},
        {"investigator", BIT(POST_INVESTIGATOR) | BIT(POST_UNIT) | BIT(POST_LEAD), SCOPE_JURISDICTION, false, true,
         false},
        {"head", BIT(POST_CENTRE), SCOPE_JURISDICTION, true, true, false},
        {"leader", 0, SCOPE_JURISDICTION, false, false, false},
        {"admin", 0, SCOPE_NONE, false, false, true},
        {"unit_head", BIT(POST_UNIT) | BIT(POST_LEAD) | BIT(POST_HEAD), SCOPE_OWN_UNIT, true, false, false},
    };
    c->n_roles = ARRAY_LEN(rows);
    c->roles = NEW_ARRAY(&c->arena, struct role, c->n_roles);
    for (size_t i = 0; i < c->n_roles; i++)
        c->roles[i] = (struct role){.name = code_of(rows[i].name),
                                    .posts = rows[i].posts,
                                    .see = rows[i].see,
                                    .sees_contact = rows[i].contact,
                                    .sees_sealed = rows[i].sealed,
                                    .administers = rows[i].admin};
}

/* One server above, the inner network, and below the server of the department dept. */
static void add_peers(struct city *c) {
    static str all[] = {S_INIT("*")}, some[] = {S_INIT("m01"), S_INIT("s*")};
    static struct peer rows[] = {
        {.level = PEER_UP, .unit = NONE, .give = all, .n_give = 1, .own_share = 80},
        {.level = PEER_UP, .unit = NONE, .give = all, .n_give = 1, .contact = true},
        {.level = PEER_DOWN, .unit = DEPT, .give = some, .n_give = 2},
    };
    static const char *const codes[] = {"changzhou", "inner", "below"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) rows[i].code = code_of(codes[i]);
    c->peers = rows;
    c->n_peers = ARRAY_LEN(rows);
}

static void add_procedures(struct city *c) {
    static const char *const files[] = {"report", "petition", "mediation", "service", "disclosure", "desk"};
    struct findings found;
    findings_init(&found, &c->arena);
    c->procedures = NEW_ARRAY(&c->arena, struct procedure, ARRAY_LEN(files));
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        str yaml, path = str_format(&c->arena, "city/jintan/procedures/%s.yaml", files[i]);
        if (!source_file(path.ptr, &c->arena, &yaml)) fail_msg("no %s", path.ptr);
        enum status status =
            procedure_parse(yaml, path, c->langs, c->n_langs, &c->arena, &c->procedures[c->n_procedures++], &found);
        if (status != OK) fail_msg("%s: %.*s", path.ptr, P(found.items[0].what));
    }
}

static void add_channels(struct city *c) {
    c->n_channels = 2;
    c->channels = NEW_ARRAY(&c->arena, struct channel, c->n_channels);
    c->channels[0] = (struct channel){.code = code_of("police"), .phone = S("110")};
    c->channels[1] = (struct channel){.code = code_of("mute")};
}

/* The service a01 asks for a form, and could have the licence from dept. */
static void add_service(struct city *c) {
    uint32_t k = city_category(c, S("a01"));
    c->n_items = 1;
    c->items = NEW(&c->arena, struct service_item);
    c->items[0].category = k;
    c->n_materials = 2;
    c->materials = NEW_ARRAY(&c->arena, struct material, 2);
    c->materials[0] = (struct material){.code = code_of("form"), .category = k, .held_by = NONE};
    c->materials[1] = (struct material){.code = code_of("licence"), .category = k, .held_by = DEPT};
}

struct city *tiny_city(struct arena *arena) {
    struct city *c = NEW(arena, struct city);
    arena_init(&c->arena, 0);
    map_init(&c->area_by_code);
    map_init(&c->unit_by_code);
    map_init(&c->category_by_key);
    map_init(&c->condition_by_code);
    map_init(&c->texts_by_key);
    c->name = code_of("tiny");
    c->number_prefix = code_of("TT");
    c->langs[0] = S("zh");
    c->langs[1] = S("en");
    c->n_langs = 2;
    c->hash.b[0] = 7;
    c->calendar = calendar_china();
    c->default_category = code_of("m09");
    c->classify_threshold = 0.5;
    add_areas(c);
    add_units(c);
    add_categories(c);
    add_service(c);
    add_responsibilities(c);
    add_roles(c);
    add_channels(c);
    add_procedures(c);
    add_peers(c);
    return c;
}

struct city *jintan_city(void) {
    return package_city("jintan");
}

struct city *package_city(const char *name) {
    struct city *c = NULL;
    struct arena arena;
    struct findings found;
    struct err err;
    arena_init(&arena, 0);
    findings_init(&found, &arena);
    const char *root = getenv("YIWANG_SOURCE");
    str dir = str_format(&arena, "%s/city/%s", root != NULL ? root : ".", name);
    if (city_load(dir.ptr, &c, &found, &err) != OK)
        fail_msg("%s: %.*s", err.primary, P(found.n > 0 ? found.items[0].what : S("")));
    arena_done(&arena);
    return c;
}

/* --- desks --- */

struct actor staff(const char *role, const char *unit, const char *area) {
    return (struct actor){
        .kind = ACTOR_STAFF, .staff = 1, .role = code_of(role), .unit = code_of(unit), .area = code_of(area)};
}

void desk_init(struct desk *d, const struct city *city, const char *local_time) {
    memset(d, 0, sizeof *d);
    d->law = d->world = city;
    arena_init(&d->arena, 0);
    d->now = at(&city->calendar, local_time);
}

void desk_done(struct desk *d) {
    arena_done(&d->arena);
}

void desk_wait(struct desk *d, int64_t ms) {
    d->now.ms += ms;
}

/* The facts are pure, small and decide the case alone: applying them twice gives the same bytes. */
static void apply_entry(struct desk *d, const struct entry *e) {
    struct kase once = d->c, twice = d->c;
    struct err err;
    struct json j;
    assert_int_equal(e->n, d->c.version + 1);
    assert_int_equal(e->recorded.ms, d->now.ms);
    json_init(&j, e->facts, &d->arena);
    json_skip(&j);
    if (json_done(&j, &err) != OK) fail_msg("facts are no JSON: %.*s", P(e->facts));
    json_init(&j, e->words, &d->arena);
    if (!str_empty(e->words)) json_skip(&j);
    if (!str_empty(e->words) && json_done(&j, &err) != OK) fail_msg("words are no JSON: %.*s", P(e->words));
    if (apply(&once, e, &err) != OK) fail_msg("%s: %s in %.*s", err.primary, err.detail, P(e->facts));
    if (apply(&twice, e, &err) != OK) fail_msg("%s", err.primary);
    assert_memory_equal(&once, &twice, sizeof once);
    d->c = once;
}

enum status desk_run(struct desk *d, const struct command *c) {
    struct given given = {.now = d->now};
    bool files = c->kind == COMMAND_FILE;
    if (files) {
        given.new_id = 1000 + ++d->filed;
        given.new_number = number_format(S("TT"), day_from_ymd(2026, 11, 24), d->filed);
        memset(&d->c, 0, sizeof d->c);
    }
    d->err = (struct err){0};
    enum status status = decide(d->law, d->world, files ? NULL : &d->c, c, &given, &d->arena, &d->out, &d->err);
    if (status != OK) {
        assert_int_equal(d->out.n_entries, 0);
        return status;
    }
    for (size_t i = 0; i < d->out.n_entries; i++) apply_entry(d, &d->out.entries[i]);
    if (!code_empty(&d->c.procedure)) assert_case(d->world, &d->c);
    return status;
}

struct command filing_of(const char *category, const char *area, const char *channel, struct actor actor) {
    struct command c = {.kind = COMMAND_FILE, .actor = actor};
    c.filing = (struct filing){.category = code_of(category),
                               .confidence = 1000,
                               .area = code_of(area),
                               .located = LOCATED_INSIDE,
                               .channel = code_of(channel),
                               .text = S("井盖没了"),
                               .place = lonlat_none(),
                               .happened = INSTANT_NONE,
                               .closed = INSTANT_NONE};
    return c;
}

static enum status act(struct desk *d, struct actor actor, const char *action, uint32_t task, va_list args) {
    struct command c = {
        .kind = COMMAND_ACT, .case_id = d->c.id, .actor = actor, .action = code_of(action), .task = task};
    for (const char *name; (name = va_arg(args, const char *)) != NULL;) {
        const char *text = va_arg(args, const char *);
        c.values[c.n_values++] = (struct value){code_of(name), str_z(text)};
    }
    return desk_run(d, &c);
}

enum status desk_act(struct desk *d, struct actor actor, const char *action, ...) {
    va_list args;
    va_start(args, action);
    enum status status = act(d, actor, action, 0, args);
    va_end(args);
    return status;
}

enum status desk_act_task(struct desk *d, struct actor actor, const char *action, uint32_t task, ...) {
    va_list args;
    va_start(args, task);
    enum status status = act(d, actor, action, task, args);
    va_end(args);
    return status;
}

enum status desk_tick(struct desk *d, const struct clock *k) {
    struct command c = {.kind = COMMAND_TICK, .case_id = d->c.id, .actor = timer, .clock = k->id, .due = k->due};
    if (d->now.ms <= k->due.ms) d->now.ms = k->due.ms + 1;
    return desk_run(d, &c);
}

const struct task *open_task(const struct kase *c, const char *kind) {
    const struct task *found = NULL;
    for (size_t i = 0; i < TASKS_MAX; i++) {
        const struct task *t = &c->tasks[i];
        if (t->id != 0 && !t->is_over && code_is(&t->kind, kind) && (found == NULL || t->id > found->id)) found = t;
    }
    return found;
}

/* --- what always holds --- */

static void assert_clocks(const struct kase *c) {
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        const struct clock *k = &c->clocks[i];
        if (k->id == 0) continue;
        assert_true(k->id < c->next_clock);
        bool live = k->state == CLOCK_RUNNING || k->state == CLOCK_PAUSED;
        if (live && c->is_over) fail_msg("clock %s runs in an ended case", k->name.s);
        if (k->state == CLOCK_RUNNING) assert_false(instant_is_none(k->due));
        if (live && k->task != 0) assert_false(case_task(c, k->task)->is_over);
        for (size_t j = 0; j < i; j++) assert_true(c->clocks[j].id != k->id);
        for (size_t j = 0; live && j < i; j++) {
            const struct clock *o = &c->clocks[j];
            bool other_live = o->state == CLOCK_RUNNING || o->state == CLOCK_PAUSED;
            if (o->id != 0 && other_live && o->task == k->task && code_eq(&o->name, &k->name))
                fail_msg("two clocks %s run", k->name.s);
        }
    }
}

static void assert_tasks(const struct city *world, const struct kase *c) {
    for (size_t i = 0; i < TASKS_MAX; i++) {
        const struct task *t = &c->tasks[i];
        if (t->id == 0) continue;
        assert_true(t->id < c->next_task);
        if (c->is_over) assert_true(t->is_over);
        if (!code_empty(&t->unit)) assert_false(access_recused(world, c, &t->unit));
        for (size_t j = 0; j < i; j++) assert_true(c->tasks[j].id != t->id);
    }
}

void assert_case(const struct city *world, const struct kase *c) {
    assert_clocks(c);
    assert_tasks(world, c);
    if (!code_empty(&c->unit)) assert_false(access_recused(world, c, &c->unit));
    if (c->is_over) assert_false(instant_is_none(c->ended));
    if (!c->is_over) assert_true(instant_is_none(c->ended));
    if (c->is_closed) assert_true(c->is_over && !code_empty(&c->category));
    /* Without an answer only what came in closed: no clock of it ever ran. */
    if (c->is_closed && !c->is_answered) assert_true(c->is_imported && c->next_clock == 1);
    const struct clock *first = NULL;
    instant due = case_due(c, &first);
    for (size_t i = 0; i < CLOCKS_MAX; i++)
        if (c->clocks[i].id != 0 && c->clocks[i].state == CLOCK_RUNNING && clock_rung(&c->clocks[i]) == 0)
            assert_true(due.ms <= c->clocks[i].due.ms);
}
