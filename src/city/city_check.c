/* Rules that reach across files. Those of one file stand with its reader. */
#include <string.h>

#include "city/city_int.h"

/* ---- procedures ---- */

static void load_procedure(struct loader *l, const struct package_file *f, struct procedure *p) {
    struct city *c = l->city;
    if (procedure_parse(f->bytes, f->path, c->langs, c->n_langs, &c->arena, p, l->found) != OK) {
        l->procedures_whole = false;
        return;
    }
    procedure_check(p, c->n_langs, l->found);
    if (city_procedure(c, str_code(&p->name)))
        findings_add(l->found, FINDING_ERROR, f->path, 0, NULL, "The procedure \"%s\" stands in another file too.",
                     p->name.s);
    c->n_procedures++;
}

void load_procedures(struct loader *l) {
    struct city *c = l->city;
    size_t n = 0;
    for (size_t i = 0; i < l->n_files; i++) n += file_is_in(&l->files[i], "procedures", ".yaml");
    c->procedures = NEW_ARRAY(&c->arena, struct procedure, n + 1);
    l->procedures_whole = n > 0;
    for (size_t i = 0; i < l->n_files; i++)
        if (file_is_in(&l->files[i], "procedures", ".yaml"))
            load_procedure(l, &l->files[i], &c->procedures[c->n_procedures]);
    if (n == 0) load_fault(l, "procedures", 0, "add procedures/report.yaml", "There is no procedure.");
}

/* The part of a procedure in hand. */
struct spot {
    struct loader *l;
    const struct procedure *p;
    const char *name;
    uint32_t line;
};

static void spot_fault(const struct spot *s, const char *hint, const char *what, str which) {
    findings_add(s->l->found, FINDING_ERROR, s->p->file, s->line, hint, "%s: %s \"%.*s\".", s->name, what, P(which));
}

/* A text that a procedure names must exist. */
static void need_text(const struct spot *s, str key) {
    if (map_get(&s->l->city->texts_by_key, key) == MAP_NONE && s->l->city->n_texts > 0)
        spot_fault(s, "add it to texts/*.yaml", "unknown text", key);
}

static bool is_known(const struct city *c, const code *attribute, str value) {
    code pattern;
    if (!code_from(value, &pattern)) return false;
    if (code_is(attribute, "area")) return str_ends(value, S("*")) || city_area(c, value) != NONE;
    if (!code_is(attribute, "category")) return true;
    for (size_t i = 0; i < c->n_categories; i++)
        if (category_matches(&pattern, &c->categories[i].key)) return true;
    return c->n_categories == 0;
}

static void check_guards(const struct spot *s, const struct guard *g, size_t n) {
    for (; n > 0; n--, g++) {
        if (!code_empty(&g->refusal)) need_text(s, str_format(&s->l->scratch, "refusal.%s", g->refusal.s));
        for (size_t i = 0; g->kind == GUARD_CASE_IN && i < g->n_values; i++)
            if (!is_known(s->l->city, &g->name, g->values[i]))
                spot_fault(s, "see categories.csv, areas.csv", "nothing in this city fits", g->values[i]);
    }
}

/* What a clock is called on the case's page; without a word of its own it is a limit among others. */
static void want_clock_text(const struct spot *s, const char *name) {
    const struct city *c = s->l->city;
    str key = str_format(&s->l->scratch, "clock.%s.%s", s->p->name.s, name);
    if (map_get(&c->texts_by_key, key) == MAP_NONE && c->n_texts > 0)
        findings_add(s->l->found, FINDING_WARNING, s->p->file, s->line, "add it to texts/*.yaml",
                     "%s: the clock has no word \"%.*s\".", s->name, P(key));
}

static void check_effects(const struct spot *s, const struct effect *e, size_t n) {
    for (; n > 0; n--, e++) {
        if (e->kind == EFFECT_NOTIFY) need_text(s, str_code(&e->value));
        if (e->kind == EFFECT_CLOCK_START) want_clock_text(s, e->name.s);
        if (e->kind == EFFECT_TASK_OPEN && !code_empty(&e->extra)) want_clock_text(s, "promise");
    }
}

/* Somebody must be able to act: the posts that no role has leave the action to nobody. */
static void check_posts(const struct spot *s, uint32_t posts) {
    const struct city *c = s->l->city;
    uint32_t held = 1u << POST_REPORTER | 1u << POST_TIMER | 1u << POST_IMPORT | 1u << POST_CONTRACTOR;
    for (size_t i = 0; i < c->n_roles; i++) held |= c->roles[i].posts;
    if ((posts & held) == 0 && c->n_roles > 0)
        spot_fault(s, "give one of its posts to a role in roles.yaml", "no role may do", str_z(s->name));
}

static void check_fields(const struct spot *s, const struct field *f, size_t n) {
    struct loader *l = s->l;
    for (; n > 0; n--, f++) {
        load_refuse_persons(l, s->p->file, s->line, "field", str_code(&f->name));
        for (size_t k = 0; k < l->city->n_langs; k++) {
            load_refuse_persons(l, s->p->file, s->line, "field", f->label.in[k]);
            for (size_t i = 0; i < f->n_choices; i++)
                load_refuse_persons(l, s->p->file, s->line, "choice", f->choice_labels[i].in[k]);
        }
    }
}

/* Matters that few read: the roles exist, and the cases are private. */
static void check_readers(struct loader *l, const struct procedure *p) {
    for (size_t i = 0; i < p->n_readers; i++)
        if (city_role(l->city, str_code(&p->readers[i])) == NULL)
            findings_add(l->found, FINDING_ERROR, p->file, 0, NULL, "readers: there is no role \"%s\".",
                         p->readers[i].s);
    if (p->n_readers > 0 && !p->is_private)
        findings_add(l->found, FINDING_ERROR, p->file, 0, "private: true", "What few may read is private.");
}

static void check_procedure(struct loader *l, const struct procedure *p) {
    struct spot s = {l, p, "filing", 0};
    for (size_t i = 0; i < l->city->n_langs; i++) load_refuse_persons(l, p->file, 0, "procedure", p->label.in[i]);
    check_readers(l, p);
    check_effects(&s, p->start_effects, p->n_start_effects);
    for (size_t i = 0; i < p->n_actions; i++) {
        const struct action *a = &p->actions[i];
        s.name = a->name.s;
        s.line = a->line;
        check_guards(&s, a->guards, a->n_guards);
        check_effects(&s, a->effects, a->n_effects);
        check_posts(&s, a->posts);
        check_fields(&s, a->fields, a->n_fields);
    }
    for (size_t i = 0; i < p->n_joins; i++) {
        s.name = "joins";
        s.line = p->joins[i].line;
        check_guards(&s, p->joins[i].guards, p->joins[i].n_guards);
        check_effects(&s, p->joins[i].effects, p->joins[i].n_effects);
    }
}

/* ---- categories and conditions ---- */

static bool states_need(const struct state *states, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (states[i].has_clock && states[i].clock_from_condition) return true;
    return false;
}

static bool effects_need(const struct effect *e, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (e[i].kind == EFFECT_CLOCK_START && !e[i].has_limit && code_empty(&e[i].value)) return true;
    return false;
}

/* Whether a clock of the procedure takes its limit from the case's condition. */
static bool needs_condition(const struct procedure *p) {
    bool needs = states_need(p->states, p->n_states) || effects_need(p->start_effects, p->n_start_effects);
    for (size_t i = 0; i < p->n_tasks; i++) needs = needs || states_need(p->tasks[i].states, p->tasks[i].n_states);
    for (size_t i = 0; i < p->n_actions; i++)
        needs = needs || effects_need(p->actions[i].effects, p->actions[i].n_effects);
    for (size_t i = 0; i < p->n_joins; i++) needs = needs || effects_need(p->joins[i].effects, p->joins[i].n_effects);
    return needs;
}

/* A category that is handled by a condition's limit and has no class below needs a condition. */
static void check_conditions(struct loader *l) {
    const struct city *c = l->city;
    bool *is_parent = NEW_ARRAY(&l->scratch, bool, c->n_categories + 1);
    for (size_t i = 0; i < c->n_categories; i++) {
        uint32_t parent = city_category(c, str_code(&c->categories[i].parent));
        if (parent != NONE) is_parent[parent] = true;
    }
    for (size_t i = 0; i < c->n_categories; i++) {
        const struct category *k = &c->categories[i];
        const struct procedure *p = city_procedure(c, str_code(&k->procedure));
        if (k->n_conditions > 0 || is_parent[i] || !p || !needs_condition(p)) continue;
        load_fault(l, "categories.csv", k->line, "its limit comes from there; add one to conditions.csv",
                   "\"%s\" has no condition.", k->key.s);
    }
}

/* ---- the rest ---- */

static void check_defaults(struct loader *l) {
    const struct city *c = l->city;
    uint32_t k = city_category(c, str_code(&c->default_category));
    if (k == NONE && !code_empty(&c->default_category) && c->n_categories > 0)
        load_fault(l, "city.yaml", 0, NULL, "default_category: the category \"%s\" is unknown.", c->default_category.s);
    else if (k != NONE && code_empty(&c->categories[k].procedure))
        load_fault(l, "city.yaml", 0, NULL, "default_category: \"%s\" has no procedure.", c->default_category.s);
    bool placed = c->n_areas > 0 && l->found->errors == 0;
    if (placed && city_locate(c, 0, c->centre).how == LOCATED_OUTSIDE)
        load_warning(l, "city.yaml", 0, NULL, "The centre lies outside the governance layer.");
    bool admin = !files_get(l, "roles.yaml");
    for (size_t i = 0; i < c->n_roles; i++) admin = admin || c->roles[i].administers;
    if (!admin) load_fault(l, "roles.yaml", 0, "admin: true", "No role administers.");
}

/* Whether somebody reads the file. */
static bool is_expected(const struct package_file *f) {
    static const char *const top[] = {"city.yaml",      "areas.csv",      "areas.geojson",        "units.csv",
                                      "categories.csv", "conditions.csv", "roles.yaml",           "channels.yaml",
                                      "LICENSE",        "NOTICE",         "responsibilities.csv", "templates.yaml",
                                      "landmarks.csv",  "sensors.csv",    "sensor_rules.csv",     "patrol_points.csv",
                                      "letters.yaml",   "peers.yaml"};
    for (size_t i = 0; i < ARRAY_LEN(top); i++)
        if (str_is(f->path, top[i])) return true;
    if (str_is(f->path, "service_items.csv") || str_is(f->path, "service_materials.csv")) return true;
    if (str_is(f->path, "duty_lists.csv") || str_is(f->path, "duty_desks.csv")) return true;
    if (str_is(f->path, "duty_roster.csv") || str_is(f->path, "duty_ladders.csv")) return true;
    if (str_is(f->path, "grids.csv") || str_is(f->path, "grid_posts.csv")) return true;
    if (str_is(f->path, "inspection_plans.csv")) return true;
    if (str_is(f->path, "patrol_plans.csv") || str_is(f->path, "patrol_routes.csv")) return true;
    if (str_is(f->path, "emergencies.yaml") || file_is_in(f, "plans", ".yaml")) return true;
    return file_is_in(f, "calendar", ".csv") || file_is_in(f, "procedures", ".yaml") ||
           file_is_in(f, "texts", ".yaml") || file_is_in(f, "import", ".yaml") || str_starts(f->path, S("sample/")) ||
           str_ends(f->path, S(".md"));
}

/* Columns of tables that nobody here reads: a sample may not bring in what the package may not. */
static void check_sample_header(struct loader *l, const struct package_file *f) {
    struct csv csv;
    bool end;
    struct err err = {0};
    csv_init(&csv, f->bytes, &l->scratch);
    if (csv_next(&csv, &end, &err) != OK)
        findings_add(l->found, FINDING_ERROR, f->path, err.line, NULL, "%s", err.primary);
    for (size_t i = 0; i < csv.n_fields; i++) load_refuse_persons(l, f->path, 1, "column", csv.fields[i]);
}

/* A procedure that asks for papers needs to know which: every service of it stands in service_items.csv. */
static void check_items(struct loader *l) {
    const struct city *c = l->city;
    for (size_t i = 0; i < c->n_categories; i++) {
        const struct category *k = &c->categories[i];
        const struct procedure *p = city_procedure(c, str_code(&k->procedure));
        bool asks = false, there = false;
        for (size_t a = 0; p != NULL && a < p->n_actions; a++)
            for (size_t f = 0; f < p->actions[a].n_fields; f++)
                asks = asks || p->actions[a].fields[f].type == FIELD_MATERIALS;
        for (size_t n = 0; n < c->n_items; n++) there = there || c->items[n].category == i;
        if (asks && !there)
            load_fault(l, "categories.csv", k->line, "add it to service_items.csv",
                       "\"%s\" asks for papers, but is no service.", k->key.s);
    }
}

/* Whether a basis is an article of a law, and no example of one. */
static bool is_article(str basis) {
    return str_find(basis, S("第"), 0) >= 0 && str_find(basis, S("条"), 0) >= 0 && str_find(basis, S("样例"), 0) < 0;
}

static bool is_statutory(const struct city *c, const struct procedure *p, const struct limit *limit, bool condition) {
    if (!condition) return is_article(limit->basis);
    for (size_t i = 0; i < c->n_conditions; i++) {
        const struct category *k = &c->categories[c->conditions[i].category];
        if (code_eq(&k->procedure, &p->name) && is_article(c->conditions[i].limit.basis)) return true;
    }
    return false;
}

static bool state_by_law(const struct city *c, const struct procedure *p, str state) {
    for (size_t i = 0; i < p->n_states; i++) {
        const struct state *s = &p->states[i];
        if (s->has_clock && str_eq(state, str_code(&s->name)) && is_statutory(c, p, &s->clock, s->clock_from_condition))
            return true;
    }
    return false;
}

/* Whether a clock of this name has a limit that a law sets in the procedure. */
static bool set_by_law(const struct city *c, const struct procedure *p, str name) {
    if (str_starts(name, S("state:"))) return state_by_law(c, p, str_slice(name, 6, name.len));
    for (size_t i = 0; i < p->n_actions; i++) {
        for (size_t k = 0; k < p->actions[i].n_effects; k++) {
            const struct effect *e = &p->actions[i].effects[k];
            if (e->kind == EFFECT_CLOCK_START && str_eq(str_code(&e->name), name) &&
                is_statutory(c, p, &e->limit, !e->has_limit && code_empty(&e->value)))
                return true;
        }
    }
    return false;
}

/* Which clocks an order may pause stands in the package: the choices of its field `clocks`. None may be set by law. */
static void check_order_field(struct loader *l, const struct procedure *order, const struct action *a,
                              const struct field *f) {
    for (size_t i = 0; i < f->n_choices; i++) {
        str clock = str_code(&f->choices[i]), name = STR_NONE;
        str_split(&clock, '.', &name);
        const struct procedure *p = city_procedure(l->city, name);
        if (p == NULL || str_empty(clock))
            findings_add(l->found, FINDING_ERROR, order->file, a->line, "procedure.clock: report.handling",
                         "\"%s\" is no clock that an order could pause.", f->choices[i].s);
        else if (set_by_law(l->city, p, clock))
            findings_add(l->found, FINDING_ERROR, order->file, a->line, "a law sets it: no order pauses it",
                         "An order may not pause the clock \"%s\".", f->choices[i].s);
    }
}

static void check_orders(struct loader *l) {
    for (size_t n = 0; n < l->city->n_procedures; n++) {
        const struct procedure *p = &l->city->procedures[n];
        for (size_t i = 0; i < p->n_actions; i++) {
            const struct field *f = action_field(&p->actions[i], S("clocks"));
            if (f != NULL && f->type == FIELD_CHOICE && f->many) check_order_field(l, p, &p->actions[i], f);
        }
    }
}

static void check_files(struct loader *l) {
    for (size_t i = 0; i < l->n_files; i++) {
        const struct package_file *f = &l->files[i];
        if (!is_expected(f))
            findings_add(l->found, FINDING_WARNING, f->path, 0, "see docs/city-package.md", "Nothing reads this file.");
        if (file_is_in(f, "sample", ".csv")) check_sample_header(l, f);
    }
}

void check_city(struct loader *l) {
    for (size_t i = 0; i < l->city->n_procedures; i++) check_procedure(l, &l->city->procedures[i]);
    check_conditions(l);
    check_items(l);
    check_orders(l);
    check_defaults(l);
    check_files(l);
}
