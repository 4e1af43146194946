#include "scenes_city.h"

#include <stdio.h>
#include <string.h>

#include "casework/number.h"

static const struct city *city;

void scenes_of(const struct city *c) {
    city = c;
}

/* --- the oracle: how somebody stands to a scene, by the words of the package alone --- */

static const struct role *role_of(const char *name) {
    for (size_t i = 0; i < city->n_roles; i++)
        if (strcmp(city->roles[i].name.s, name) == 0) return &city->roles[i];
    return NULL;
}

static uint32_t area_of(const char *name) {
    for (uint32_t i = 0; i < city->n_areas; i++)
        if (strcmp(city->areas[i].code.s, name) == 0) return i;
    return NONE;
}

/* Whether one area is the other or inside it, by its parents. */
static bool lies_in(const char *inner, const char *outer) {
    if (outer[0] == '\0') return false;
    for (uint32_t a = area_of(inner); a != NONE; a = city->areas[a].parent)
        if (strcmp(city->areas[a].code.s, outer) == 0) return true;
    return false;
}

static const char *own_area(const char *unit) {
    for (size_t i = 0; i < city->n_units; i++)
        if (strcmp(city->units[i].code.s, unit) == 0 && city->units[i].area != NONE)
            return city->areas[city->units[i].area].code.s;
    return "";
}

static bool has_open_task(const struct scene *s) {
    return s->kind != NULL && !s->task->is_end;
}

static const char *task_unit(const struct scene *s) {
    if (s->kind == NULL || s->of == OF_GRID) return "";
    return s->of == OF_LEAD ? s->cast->unit.s : s->cast->others[0].s;
}

static bool staff_reads(const struct scene *s, const struct actor *who, const struct role *r) {
    bool walks = r->see == SCOPE_OWN_AREA && (r->posts & ~(BIT(POST_GRID) | BIT(POST_OFFICE))) == 0;
    if (s->p->is_private && (walks || r->wordless)) return false;
    bool named = s->p->n_readers == 0;
    for (size_t i = 0; i < s->p->n_readers; i++) named = named || strcmp(s->p->readers[i].s, r->name.s) == 0;
    if (!named || r->see == SCOPE_NONE) return false;
    if (r->see == SCOPE_JURISDICTION) return true;
    if (r->see == SCOPE_OWN_AREA) return lies_in(s->cast->area.s, who->area.s);
    if (who->unit.s[0] == '\0') return false;
    return strcmp(who->unit.s, s->cast->unit.s) == 0 || (has_open_task(s) && strcmp(who->unit.s, task_unit(s)) == 0);
}

static struct stance staff_stance(const struct scene *s, const struct actor *who) {
    const struct role *r = role_of(who->role.s);
    struct stance ret = {0};
    if (r == NULL || !staff_reads(s, who, r)) return ret;
    bool unit = who->unit.s[0] != '\0', open = has_open_task(s);
    bool leads = unit && strcmp(who->unit.s, s->cast->unit.s) == 0;
    bool tasked = unit && open && strcmp(who->unit.s, task_unit(s)) == 0;
    bool walks = lies_in(s->cast->area.s, who->area.s);
    bool office = unit && lies_in(s->cast->area.s, own_area(who->unit.s));
    uint32_t always = r->posts & (BIT(POST_CENTRE) | BIT(POST_SUPERVISOR));
    always |= (leads ? r->posts & BIT(POST_LEAD) : 0) | (office ? r->posts & BIT(POST_OFFICE) : 0);
    ret.reads = true;
    ret.of_case = always | (tasked ? r->posts & (BIT(POST_UNIT) | BIT(POST_HEAD)) : 0);
    ret.of_case |= (leads ? r->posts & BIT(POST_HEAD) : 0) | (walks ? r->posts & BIT(POST_GRID) : 0);
    ret.of_task = always | (tasked ? r->posts & (BIT(POST_UNIT) | BIT(POST_HEAD)) : 0);
    ret.of_task |= walks && s->of == OF_GRID ? r->posts & BIT(POST_GRID) : 0;
    return ret;
}

struct stance stance_of(const struct scene *s, const struct actor *who) {
    bool has_pass = has_open_task(s) && !s->p->is_private && strcmp(who->role.s, "key") == 0;
    switch (who->kind) {
    case ACTOR_STAFF:
        return staff_stance(s, who);
    case ACTOR_REPORTER:
        return (struct stance){true, BIT(POST_REPORTER), BIT(POST_REPORTER)};
    case ACTOR_TIMER:
        return (struct stance){true, BIT(POST_TIMER), BIT(POST_TIMER)};
    case ACTOR_IMPORT:
        return (struct stance){true, BIT(POST_IMPORT), BIT(POST_IMPORT)};
    case ACTOR_CONTRACTOR:
        return (struct stance){has_pass, 0, has_pass ? BIT(POST_CONTRACTOR) : 0};
    case ACTOR_SYSTEM:
        return (struct stance){.reads = true};
    case ACTOR_PEER:
        break;
    }
    return (struct stance){0};
}

/* --- who plays --- */

/* A leaf below an office, if there are any, and elsewhere a leaf of another parent, if there is one. */
static uint32_t some_leaf(uint32_t but) {
    uint32_t second = NONE;
    for (uint32_t a = 0; a < city->n_areas; a++) {
        const struct area *x = &city->areas[a];
        if (!x->is_leaf || x->parent == NONE || a == but) continue;
        uint32_t up = city->areas[x->parent].parent;
        bool office = city->office_of_area[x->parent] != NONE || (up != NONE && city->office_of_area[up] != NONE);
        if (but == NONE ? office : x->parent != city->areas[but].parent) return a;
        second = second == NONE ? a : second;
    }
    assert_true(second != NONE);
    return second;
}

static bool is_plain(const struct unit *u) {
    return u->area == NONE && !u->top && (code_is(&u->kind, "department") || code_is(&u->kind, "owner"));
}

/* A department with a part of its own leads; others stand by. */
static void cast_units(struct cast *c) {
    size_t n = 0, lead = 0;
    for (size_t i = 0; i < city->n_units; i++)
        if (city->units[i].parent != NONE && is_plain(&city->units[city->units[i].parent]))
            lead = city->units[i].parent;
    for (size_t i = 0; i < city->n_units && lead == 0; i++)
        if (is_plain(&city->units[i])) lead = i;
    c->unit = city->units[lead].code;
    for (size_t i = 0; i < city->n_units && n < ARRAY_LEN(c->others); i++)
        if (i != lead && is_plain(&city->units[i]) && city->units[i].parent == NONE)
            c->others[n++] = city->units[i].code;
    assert_int_equal(n, ARRAY_LEN(c->others));
}

struct cast cast_of_package(const struct procedure *p) {
    struct cast c = {.city = city};
    uint32_t leaf = some_leaf(NONE);
    cast_units(&c);
    c.area = city->areas[leaf].code;
    c.elsewhere = city->areas[some_leaf(leaf)].code;
    for (size_t i = city->n_categories; i-- > 0;) {
        const struct category *k = &city->categories[i];
        if (code_eq(&k->procedure, &p->name)) c.category = k->key;
        if (code_is(&k->procedure, "report")) c.new_category = k->key;
    }
    uint32_t k = city_category(city, str_code(&c.category));
    if (k != NONE && city->categories[k].n_conditions > 0)
        c.condition = city->conditions[city->categories[k].first_condition].code;
    if (code_empty(&c.category)) fail_msg("nothing is filed as %s", p->name.s);
    for (size_t i = 0; i < city->n_duty_items; i++)
        if (city->duty_items[i].list == LIST_ADMISSION) c.item = city->duty_items[i].item;
    for (size_t i = 0; i < city->n_materials; i++) {
        const struct material *m = &city->materials[i];
        if (code_eq(&city->categories[m->category].key, &c.category) && m->held_by == NONE) c.material = m->code;
    }
    return c;
}

/* Every role in every place that makes a difference; and those who are no staff. */
size_t people_of(const struct cast *c, struct actor *ret) {
    code none = {0}, child = none, office = none, above = none, other_office = none;
    uint32_t leaf = area_of(c->area.s);
    for (size_t i = 0; i < city->n_units; i++) {
        const struct unit *u = &city->units[i];
        if (u->parent != NONE && code_eq(&city->units[u->parent].code, &c->unit)) child = u->code;
    }
    for (uint32_t a = 0; a < city->n_areas; a++) {
        bool apart = !lies_in(c->area.s, city->areas[a].code.s) && city->office_of_area[a] != NONE;
        if (apart) other_office = city->units[city->office_of_area[a]].code;
    }
    for (uint32_t a = leaf; a != NONE; a = city->areas[a].parent) {
        if (city->office_of_area[a] != NONE && code_empty(&office)) office = city->units[city->office_of_area[a]].code;
        if (a != leaf && code_empty(&above)) above = city->areas[a].code;
    }
    const code places[][2] = {{c->unit, none}, {c->others[0], none}, {c->others[1], none},  {child, none},
                              {office, none},  {office, above},      {other_office, above}, {none, c->area},
                              {none, above},   {none, c->elsewhere}, {c->unit, c->area},    {none, none}};
    size_t n = 0;
    for (size_t r = 0; r < city->n_roles; r++)
        for (size_t i = 0; i < ARRAY_LEN(places) && n < PEOPLE_MAX - 8; i++)
            ret[n++] = staff(city->roles[r].name.s, places[i][0].s, places[i][1].s);
    ret[n++] = staff("ghost", c->unit.s, c->area.s);
    ret[n++] = reporter;
    ret[n++] = timer;
    ret[n++] = importer;
    ret[n++] = machine;
    ret[n++] = bearer("key");
    ret[n++] = bearer("other_key");
    return n;
}

/* --- a case in which the guards of an action hold --- */

static void put_attribute(struct kase *c, const char *name, str value) {
    for (size_t i = 0; i < ATTRIBUTES_MAX; i++) {
        if (!code_empty(&c->attributes[i].name) && !code_is(&c->attributes[i].name, name)) continue;
        c->attributes[i].name = code_of(name);
        (void)!code_from(value, &c->attributes[i].value);
        return;
    }
}

static void put_flag(struct kase *c, const code *name) {
    for (size_t i = 0; i < FLAGS_MAX; i++) {
        if (code_eq(&c->flags[i], name)) return;
        if (code_empty(&c->flags[i])) {
            c->flags[i] = *name;
            return;
        }
    }
}

static void put_count(struct kase *c, const code *name, int32_t n) {
    for (size_t i = 0; i < COUNTS_MAX; i++)
        if (code_empty(&c->counts[i].name) || code_eq(&c->counts[i].name, name)) {
            c->counts[i] = (struct counter){*name, n};
            return;
        }
}

/* A clock is extended by what it counts itself. */
static enum limit_unit unit_to_extend(const struct action *a, const code *name) {
    for (size_t i = 0; i < a->n_effects; i++) {
        const struct effect *e = &a->effects[i];
        if (e->kind == EFFECT_CLOCK_EXTEND && e->has_limit && code_eq(&e->name, name)) return e->limit.unit;
    }
    return LIMIT_WALL_MINUTES;
}

static void put_clock(const struct action *a, const struct desk *d, struct kase *c, const struct guard *g) {
    const code *name = &g->name;
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        struct clock *k = &c->clocks[i];
        if (k->id != 0) continue;
        bool of_task = code_is(name, "task") || code_is(name, "promise") || code_is(name, "ladder");
        *k = (struct clock){.id = c->next_clock++, .name = *name, .state = CLOCK_RUNNING};
        k->missed = g->kind == GUARD_CLOCK_MISSED;
        if (code_is(name, "ladder")) k->name = code_of("rung:1");
        k->task = of_task && c->tasks[0].id != 0 ? 1 : 0;
        k->unit = unit_to_extend(a, name);
        k->amount = k->original = 600;
        k->started = k->resumed = d->now;
        k->due = (instant){d->now.ms + 600 * MS_MINUTE};
        k->stopped = INSTANT_NONE;
        return;
    }
}

/* A task of a kind in a state beside the one of the scene, of somebody else. */
static void put_task(const struct scene *s, const struct desk *d, struct kase *c, const struct guard *g) {
    const struct task_kind *kind = procedure_task(s->p, &g->name);
    const struct state *at = kind != NULL ? task_state(kind, &g->value) : NULL;
    const struct task *own = &c->tasks[0];
    if (at == NULL || (own->id != 0 && code_eq(&own->kind, &g->name) && code_eq(&own->state, &g->value))) return;
    struct task *t = &c->tasks[c->next_task];
    *t = (struct task){.id = c->next_task++, .kind = kind->name, .state = at->name, .opened = d->now};
    t->unit = s->cast->others[3];
    t->ended = at->is_end ? d->now : INSTANT_NONE;
    t->is_over = at->is_end;
}

/* The category, channel … that a guard asks for, or an attribute. */
static void put_case_in(struct kase *c, const struct guard *g) {
    str value = g->values[0];
    bool prefix = value.len > 0 && value.ptr[value.len - 1] == '*';
    if (code_is(&g->name, "category")) {
        for (size_t i = 0; i < city->n_categories; i++) {
            const struct category *k = &city->categories[i];
            str key = str_code(&k->key);
            bool fits = prefix ? str_starts(key, str_slice(value, 0, value.len - 1)) : str_eq(key, value);
            if (fits && code_eq(&k->procedure, &c->procedure)) c->category = k->key;
        }
    } else if (code_is(&g->name, "channel")) {
        (void)!code_from(value, &c->channel);
    } else if (!code_is(&g->name, "about") && !code_is(&g->name, "area")) {
        put_attribute(c, g->name.s, value);
    }
}

static void dress_for(const struct scene *s, struct desk *d, const struct action *a, const struct actor *who,
                      const struct guard *g) {
    struct kase *c = &d->c;
    char own[24];
    snprintf(own, sizeof own, "s%016llx", (unsigned long long)who->staff);
    switch (g->kind) {
    case GUARD_COUNT_FROM:
        put_count(c, &g->name, g->n);
        break;
    case GUARD_FLAG:
        put_flag(c, &g->name);
        break;
    case GUARD_CLOCK_RUNNING:
    case GUARD_CLOCK_LIVE:
    case GUARD_CLOCK_MISSED:
        put_clock(a, d, c, g);
        break;
    case GUARD_TASKS_ALL:
    case GUARD_TASKS_ANY:
        put_task(s, d, c, g);
        break;
    case GUARD_LINKED:
        c->links[0] = (struct link){g->name, number_format(S("TT"), day_from_ymd(2026, 1, 1), 7)};
        break;
    case GUARD_CASE_IN:
        put_case_in(c, g);
        break;
    case GUARD_OTHER_ACTOR:
        put_attribute(c, g->name.s, S("s0000000000000077"));
        break;
    case GUARD_SAME_ACTOR:
        put_attribute(c, g->name.s, str_z(own));
        break;
    case GUARD_NOT_WITHIN:
        c->state_entered.ms -= 400 * MS_DAY;
        c->tasks[0].opened.ms -= c->tasks[0].id != 0 ? 400 * MS_DAY : 0;
        break;
    case GUARD_COUNT_BELOW:
    case GUARD_NOT_FLAG:
    case GUARD_TASKS_NONE:
    case GUARD_FIELD_IN:
    case GUARD_FIELD_NEVER:
    case GUARD_NOT_LINKED:
    case GUARD_WITHIN:
        break; /* holds in a case without anything */
    }
}

/* What the effects of the action take for granted. */
static void dress_for_effects(const struct action *a, struct kase *c) {
    for (size_t i = 0; i < a->n_effects; i++) {
        if (a->effects[i].kind != EFFECT_TASK_PLAN || city->n_responses == 0) continue;
        put_attribute(c, "plan", str_code(&city->responses[0].code));
        put_attribute(c, "level", S("1"));
    }
}

void scene_dress(const struct scene *s, const struct action *a, const struct actor *who, struct desk *d) {
    for (size_t i = 0; i < a->n_guards; i++) dress_for(s, d, a, who, &a->guards[i]);
    dress_for_effects(a, &d->c);
    d->c.is_answered = true;
}
