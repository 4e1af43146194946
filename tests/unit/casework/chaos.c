#include "chaos.h"

#include <stdio.h>
#include <string.h>

#include "casework/number.h"

void chaos_init(struct chaos *c, const struct city *city, struct rng rng) {
    memset(c, 0, sizeof *c);
    c->rng = rng;
    desk_init(&c->desk, city, "2026-11-24 09:00");
}

void chaos_done(struct chaos *c) {
    desk_done(&c->desk);
}

static const struct city *world(const struct chaos *c) {
    return c->desk.world;
}

static const char *any_unit(struct chaos *c) {
    return world(c)->units[rng_below(&c->rng, world(c)->n_units)].code.s;
}

static const char *any_area(struct chaos *c) {
    return world(c)->areas[rng_below(&c->rng, world(c)->n_areas)].code.s;
}

struct actor chaos_actor(struct chaos *c) {
    uint64_t dice = rng_below(&c->rng, 10);
    if (dice == 0) return reporter;
    if (dice == 1) return rng_below(&c->rng, 4) == 0 ? importer : timer;
    const struct role *role = &world(c)->roles[rng_below(&c->rng, world(c)->n_roles)];
    const char *unit = rng_below(&c->rng, 8) == 0 ? "" : any_unit(c);
    if (!code_empty(&c->desk.c.unit) && rng_below(&c->rng, 3) == 0) unit = c->desk.c.unit.s;
    return staff(role->name.s, unit, rng_below(&c->rng, 4) == 0 ? "" : any_area(c));
}

void chaos_file(struct chaos *c, const char *category, enum about about, const char *about_unit) {
    static const char *const leaves[] = {"g11", "g12", "g21", ""};
    static const char *const channels[] = {"web", "phone", "field"};
    static const char *const owners[] = {"", "", "water"};
    arena_clear(&c->desk.arena);
    struct actor actor = rng_below(&c->rng, 8) == 0 ? importer : reporter;
    struct command f = filing_of(category, leaves[rng_below(&c->rng, ARRAY_LEN(leaves))],
                                 channels[rng_below(&c->rng, ARRAY_LEN(channels))], actor);
    f.filing.owner = code_of(owners[rng_below(&c->rng, ARRAY_LEN(owners))]);
    f.filing.about = about;
    if (about != ABOUT_NOTHING) f.filing.about_unit = code_of(about_unit);
    if (actor.kind == ACTOR_IMPORT && rng_below(&c->rng, 2) == 0) f.filing.closed = c->desk.now;
    assert_ok(&c->desk, desk_run(&c->desk, &f));
}

static str text_for(struct chaos *c, const struct field *f) {
    struct arena *a = &c->desk.arena;
    switch (f->type) {
    case FIELD_TEXT:
        return rng_below(&c->rng, 20) == 0 ? S("") : S("一段足够长的说明文字，用于填写");
    case FIELD_MEDIA:
    case FIELD_DOCUMENT:
        return S("0123456789abcdef0123456789abcdef");
    case FIELD_UNIT:
        return str_z(any_unit(c));
    case FIELD_UNITS:
        return str_format(a, "%s,%s", any_unit(c), any_unit(c));
    case FIELD_ITEM:
        return S("G01");
    case FIELD_AREAS:
    case FIELD_AREA:
        return str_z(any_area(c));
    case FIELD_CATEGORY:
        return str_code(&world(c)->categories[rng_below(&c->rng, world(c)->n_categories)].key);
    case FIELD_CONDITION:
        return str_code(&world(c)->conditions[rng_below(&c->rng, world(c)->n_conditions)].code);
    case FIELD_NUMBER:
        return str_format(a, "%d", (int)rng_below(&c->rng, 7));
    case FIELD_CHOICE:
        return str_code(&f->choices[rng_below(&c->rng, f->n_choices)]);
    case FIELD_CASE:
        return str_format(a, "%s", number_format(S("TT"), day_from_ymd(2026, 1, 1), (uint32_t)rng_below(&c->rng, 9)).s);
    case FIELD_INSTANT:
        return S("2026-11-24T08:30:00+08:00");
    case FIELD_TASK:
        return str_format(a, "%u", (unsigned)rng_below(&c->rng, 9));
    case FIELD_BOOL:
        return S("true");
    case FIELD_CASES:
        break;
    case FIELD_MATERIALS:
        return S("form");
    case FIELD_CHANNEL:
        return str_code(&world(c)->channels[rng_below(&c->rng, world(c)->n_channels)].code);
    }
    return STR_NONE;
}

static void fill(struct chaos *c, const struct action *a, struct command *ret) {
    ret->action = a->name;
    for (size_t i = 0; i < a->n_fields; i++) {
        const struct field *f = &a->fields[i];
        if (!f->required && rng_below(&c->rng, 2) == 0) continue;
        ret->values[ret->n_values++] = (struct value){f->name, text_for(c, f)};
    }
}

static const struct procedure *procedure_of(const struct chaos *c) {
    return city_procedure(world(c), str_code(&c->desk.c.procedure));
}

static bool ends(const struct chaos *c, const struct action *a) {
    const struct state *to = code_empty(&a->to) ? NULL : procedure_state(procedure_of(c), &a->to);
    return to != NULL && to->is_end;
}

/* One of the actions that the actor may take now. out: false if there is none. */
static bool offered(struct chaos *c, struct actor actor, struct command *ret) {
    struct offer all[64];
    size_t n = offers(world(c), world(c), &c->desk.c, &actor, c->desk.now, all, ARRAY_LEN(all));
    if (n == 0) return false;
    const struct offer *o = &all[rng_below(&c->rng, n)];
    for (int tries = 0; tries < 2 && ends(c, o->action); tries++) o = &all[rng_below(&c->rng, n)]; /* or few go far */
    *ret = (struct command){.kind = COMMAND_ACT, .actor = actor, .case_id = c->desk.c.id};
    fill(c, o->action, ret);
    ret->task = o->task;
    return true;
}

static void act(struct chaos *c, struct command *ret) {
    const struct procedure *p = procedure_of(c);
    bool found = false;
    for (int tries = 0; !found && tries < 8; tries++) /* most people have nothing to do here */
        found = offered(c, chaos_actor(c), ret);
    if (found && rng_below(&c->rng, 6) > 0) return;
    *ret = (struct command){.kind = COMMAND_ACT, .actor = chaos_actor(c), .case_id = c->desk.c.id};
    fill(c, &p->actions[rng_below(&c->rng, p->n_actions)], ret);
}

static void tick(struct chaos *c, struct command *ret) {
    const struct clock *k = &c->desk.c.clocks[rng_below(&c->rng, CLOCKS_MAX)];
    ret->kind = COMMAND_TICK;
    ret->actor = timer;
    ret->clock = k->id;
    ret->due = k->due;
    if (k->id != 0 && k->state == CLOCK_RUNNING && c->desk.now.ms <= k->due.ms && rng_below(&c->rng, 2) == 0)
        c->desk.now.ms = k->due.ms + 1;
}

static void note(struct chaos *c, struct command *ret) {
    static const char *const names[] = {"has_part",      "part_ended",     "part_reopened",
                                        "has_duplicate", "original_ended", "zz"};
    ret->kind = COMMAND_NOTE;
    ret->actor = machine;
    ret->action = code_of(names[rng_below(&c->rng, ARRAY_LEN(names))]);
    code number = number_format(S("TT"), day_from_ymd(2026, 1, 1), (uint32_t)rng_below(&c->rng, 6));
    ret->values[0] = (struct value){code_of("case"), str_dup(&c->desk.arena, str_code(&number))};
    ret->n_values = 1;
}

static void read_contact(struct chaos *c, struct command *ret) {
    (void)c;
    ret->kind = COMMAND_READ;
    ret->values[0] = (struct value){code_of("purpose"), S("回访")};
    ret->n_values = 1;
}

static void run(struct chaos *c, const struct command *command) {
    bool was_over = c->desk.c.is_over;
    uint32_t version = c->desk.c.version;
    if (rng_below(&c->rng, 4) == 0) desk_wait(&c->desk, (int64_t)rng_below(&c->rng, 8) * MS_HOUR + 1);
    enum status status = desk_run(&c->desk, command);
    if (status == OK) {
        c->accepted++;
        assert_int_equal(c->desk.c.version, version + c->desk.out.n_entries);
    } else {
        c->refused++;
        assert_int_equal(c->desk.c.version, version);
        assert_true(c->desk.err.code[0] != '\0' && c->desk.err.primary[0] != '\0');
    }
    if (!was_over && c->desk.c.is_over) c->ends++;
    if (c->desk.arena.used > 1 << 20) arena_clear(&c->desk.arena);
}

void chaos_step_as(struct chaos *c, struct actor actor) {
    struct command command;
    if (offered(c, actor, &command)) run(c, &command);
}

void chaos_step(struct chaos *c) {
    struct command command = {.actor = chaos_actor(c), .case_id = c->desk.c.id};
    uint64_t dice = rng_below(&c->rng, 100);
    if (dice < 84)
        act(c, &command);
    else if (dice < 92)
        tick(c, &command);
    else if (dice < 94)
        note(c, &command);
    else if (dice < 96)
        read_contact(c, &command);
    else {
        command.kind = dice < 99 ? COMMAND_RECOMPUTE : COMMAND_ERASE;
        command.actor = dice < 99 ? machine : command.actor;
    }
    run(c, &command);
}
