/* The plans folder: who commands, who does what by when, with what, and how the city gets back on its feet. Whatever a plan
 * names must be there: a plan with a unit that is gone is worse than none. source: Emergency Response Law 2024, art. 28. */
#include <string.h>

#include "city/city_int.h"
#include "city/procedure_int.h"

#define PLANS_MAX 200
#define LINES_MAX 100

static uint32_t need_unit(struct loader *l, const struct yaml_source *src, const struct yaml_node *n, const char *key) {
    str unit = S("");
    if (!yaml_str(src, n, key, true, &unit)) return NONE;
    uint32_t u = city_unit(l->city, unit);
    if (u == NONE && l->city->n_units > 0)
        yaml_fault(src, n, "a code of units.csv", "There is no unit \"%.*s\".", P(unit));
    return u;
}

/* Three kinds; what threatens public order is handled by the police and not run here. */
static void read_kind(const struct yaml_source *src, const struct yaml_node *n, struct plan *p) {
    static const char *const KINDS[] = {"natural", "accident", "public_health"};
    if (!yaml_code(src, n, "kind", true, &p->kind)) return;
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++)
        if (code_is(&p->kind, KINDS[i])) return;
    yaml_fault(src, n, "natural, accident or public_health; public order belongs to the police, telephone 110",
               "A plan of the kind \"%s\" is not run here.", p->kind.s);
}

static void read_pattern(struct loader *l, const struct yaml_source *src, const struct yaml_node *n, const code *one) {
    for (size_t i = 0; i < l->city->n_categories; i++)
        if (category_matches(one, &l->city->categories[i].key)) return;
    if (l->city->n_categories > 0)
        yaml_fault(src, n, "a key of categories.csv, or a prefix with *", "No category fits \"%s\".", one->s);
}

/* A list of lines about units. in: keys allowed in each. */
static void read_lines(struct loader *l, const struct yaml_source *src, const struct yaml_node *list, const char *what,
                       const char *keys, struct plan_line **ret, size_t *ret_n) {
    if (list == NULL || !yaml_is(src, list, YAML_SEQ, what)) return;
    if (list->n > LINES_MAX) {
        yaml_fault(src, list, NULL, "More than %d lines.", LINES_MAX);
        return;
    }
    *ret = NEW_ARRAY(&l->city->arena, struct plan_line, list->n);
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        struct plan_line *line = &(*ret)[(*ret_n)++];
        if (!yaml_is(src, n, YAML_MAP, what)) continue;
        yaml_unknown_keys(src, n, keys);
        line->unit = need_unit(l, src, n, "unit");
        yaml_text(src, n, "text", true, &line->text);
        yaml_i32(src, n, "amount", false, &line->amount);
        if (yaml_get(n, "phone") != NULL) yaml_str(src, n, "phone", true, &line->phone);
        for (size_t i = 0; i < l->city->n_langs; i++)
            load_refuse_persons(l, src->file, n->line, what, line->text.in[i]);
    }
}

static void read_task(struct loader *l, const struct yaml_source *src, const struct yaml_node *n, struct plan *p) {
    struct plan_task *t = &p->tasks[p->n_tasks++];
    t->line = n->line;
    t->level = SCALE_STEPS;
    if (!yaml_is(src, n, YAML_MAP, "A task")) return;
    yaml_unknown_keys(src, n, "label unit level clock");
    if (!code_from(str_format(&l->scratch, "%s.%.*s", p->code.s, P(n->key)), &t->code))
        yaml_fault(src, n, "31 bytes with the plan's", "The name of a task is too long.");
    yaml_text(src, n, "label", true, &t->label);
    t->unit = need_unit(l, src, n, "unit");
    yaml_i32(src, n, "level", false, &t->level);
    if (t->level < 1 || t->level > SCALE_STEPS)
        yaml_fault(src, n, "the weakest response level that calls for it: 1 to 4", "There is no response level %d.",
                   (int)t->level);
    const struct yaml_node *clock = yaml_get(n, "clock");
    if (clock == NULL) {
        yaml_fault(src, n, "clock: {limit: 30 wall_minutes, basis: …}", "The task %s has no clock.", t->code.s);
        return;
    }
    if (!yaml_is(src, clock, YAML_MAP, "A clock")) return;
    yaml_unknown_keys(src, clock, "limit basis");
    if (procedure_limit(src, clock, &t->limit, NULL) && (t->limit.unit == LIMIT_NONE || str_empty(t->limit.basis)))
        yaml_fault(src, clock, "a law and article, or: local rule", "The clock of %s never ends or names no basis.",
                   t->code.s);
}

static void read_handling(struct loader *l, const struct yaml_source *src, const struct yaml_node *n, struct plan *p) {
    if (n == NULL || !yaml_is(src, n, YAML_MAP, "handling")) return;
    yaml_unknown_keys(src, n, "text tasks");
    yaml_text(src, n, "text", true, &p->handling);
    const struct yaml_node *list = yaml_get(n, "tasks");
    if (list == NULL || !yaml_is(src, list, YAML_MAP, "tasks") || list->n == 0 || list->n > PLAN_TASKS_MAX) {
        yaml_fault(src, n, "tasks: {name: {label, unit, level, clock}}", "A plan has 1 to %d tasks.", PLAN_TASKS_MAX);
        return;
    }
    p->tasks = NEW_ARRAY(&l->city->arena, struct plan_task, list->n);
    for (const struct yaml_node *c = list->first; c; c = c->next) read_task(l, src, c, p);
}

static void read_command(struct loader *l, const struct yaml_source *src, const struct yaml_node *n, struct plan *p) {
    if (n == NULL || !yaml_is(src, n, YAML_MAP, "command")) return;
    yaml_unknown_keys(src, n, "lead duties");
    p->lead = need_unit(l, src, n, "lead");
    read_lines(l, src, yaml_get(n, "duties"), "duties", "unit text", &p->duties, &p->n_duties);
    if (p->n_duties == 0) yaml_fault(src, n, "duties: [{unit, text}]", "Nobody has a duty in the command.");
}

static void read_support(struct loader *l, const struct yaml_source *src, const struct yaml_node *n, struct plan *p) {
    if (n == NULL || !yaml_is(src, n, YAML_MAP, "support")) return;
    yaml_unknown_keys(src, n, "text resources contacts");
    yaml_text(src, n, "text", true, &p->support);
    read_lines(l, src, yaml_get(n, "resources"), "resources", "unit text amount", &p->resources, &p->n_resources);
    read_lines(l, src, yaml_get(n, "contacts"), "contacts", "unit text phone", &p->contacts, &p->n_contacts);
    for (size_t i = 0; i < p->n_contacts; i++)
        if (str_empty(p->contacts[i].phone)) yaml_fault(src, n, "phone: …", "A contact has no telephone number.");
}

/* Which response a warning proposes; a person decides. */
static void read_warnings(struct loader *l, const struct yaml_source *src, const struct yaml_node *n, struct plan *p) {
    const struct scale *s = &l->city->scales[SCALE_WARNINGS];
    if (n == NULL || !yaml_is(src, n, YAML_MAP, "warnings")) return;
    for (const struct yaml_node *c = n->first; c; c = c->next) {
        size_t i = 0;
        while (i < s->n && !str_eq(str_code(&s->steps[i].code), c->key)) i++;
        if (i == s->n) {
            yaml_fault(src, c, "a step of the scale warnings", "There is no warning \"%.*s\".", P(c->key));
            continue;
        }
        if (!yaml_i32(src, n, s->steps[i].code.s, true, &p->level_for[i])) continue;
        if (p->level_for[i] < 1 || p->level_for[i] > SCALE_STEPS)
            yaml_fault(src, c, "1 to 4", "There is no response level %d.", (int)p->level_for[i]);
    }
}

static void need_parts(const struct yaml_source *src, const struct yaml_node *root) {
    static const char *const PARTS[] = {"command", "prevention", "handling", "support", "recovery"};
    for (size_t i = 0; i < ARRAY_LEN(PARTS); i++)
        if (yaml_get(root, PARTS[i]) == NULL)
            yaml_fault(src, root, "突发事件应对法第28条: command, prevention, handling, support, recovery",
                       "The plan lacks the part \"%s\".", PARTS[i]);
}

static void read_plan(struct loader *l, const struct package_file *f, struct plan *p) {
    struct yaml_source src = load_source(l, f->path);
    const struct yaml_node *root;
    str desk = S("");
    p->file = f->path;
    p->lead = p->desk = NONE;
    if (yaml_parse(f->bytes, &src, &root) != OK) return;
    yaml_unknown_keys(&src, root,
                      "plan label basis kind categories warnings desk command prevention handling support recovery");
    yaml_code(&src, root, "plan", true, &p->code);
    yaml_text(&src, root, "label", true, &p->label);
    yaml_str(&src, root, "basis", true, &p->basis);
    read_kind(&src, root, p);
    if (yaml_codes(&src, root, "categories", true, &p->categories, &p->n_categories))
        for (size_t i = 0; i < p->n_categories; i++) read_pattern(l, &src, root, &p->categories[i]);
    if (yaml_str(&src, root, "desk", false, &desk)) {
        p->desk = city_desk(l->city, desk);
        if (p->desk == NONE) yaml_fault(&src, root, "a code of duty_desks.csv", "There is no desk \"%.*s\".", P(desk));
    }
    need_parts(&src, root);
    read_warnings(l, &src, yaml_get(root, "warnings"), p);
    read_command(l, &src, yaml_get(root, "command"), p);
    yaml_text(&src, root, "prevention", false, &p->prevention);
    read_handling(l, &src, yaml_get(root, "handling"), p);
    read_support(l, &src, yaml_get(root, "support"), p);
    yaml_text(&src, root, "recovery", false, &p->recovery);
    for (const struct plan *o = l->city->responses; o < p; o++)
        if (code_eq(&o->code, &p->code)) yaml_fault(&src, root, NULL, "There are two plans \"%s\".", p->code.s);
}

void load_response_plans(struct loader *l) {
    struct city *c = l->city;
    size_t n = 0;
    for (size_t i = 0; i < l->n_files; i++) n += file_is_in(&l->files[i], "plans", ".yaml");
    if (n == 0) return;
    if (c->scales[SCALE_RESPONSES].n == 0)
        load_fault(l, "emergencies.yaml", 0, "three scales: grades, warnings, responses",
                   "There are plans but no scales.");
    if (n > PLANS_MAX) {
        load_fault(l, "plans", 0, NULL, "More than %d plans.", PLANS_MAX);
        return;
    }
    c->responses = NEW_ARRAY(&c->arena, struct plan, n);
    for (size_t i = 0; i < l->n_files; i++)
        if (file_is_in(&l->files[i], "plans", ".yaml")) read_plan(l, &l->files[i], &c->responses[c->n_responses++]);
}
