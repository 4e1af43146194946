/* emergencies.yaml: the three scales (grades of events, warning levels, response levels) and the figures that events are
 * graded by. They are never mixed: each has its own words, its own basis and its own place in a case. Then the lists that
 * choices of procedures may name. Plans: plans.c. */
#include <string.h>

#include "city/city_int.h"

#define FILE_NAME "emergencies.yaml"
#define ACCIDENTS_MAX 100

static const char *const SCALE_NAMES[SCALE_COUNT] = {
    [SCALE_GRADES] = "grades", [SCALE_WARNINGS] = "warnings", [SCALE_RESPONSES] = "responses"};

static void read_severity(const struct yaml_source *src, const struct yaml_node *n, struct scale_step *s) {
    static const char *const WORDS[] = {"Extreme", "Severe", "Moderate", "Minor"};
    bool known = false;
    if (!yaml_code(src, n, "severity", true, &s->severity)) return;
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++) known = known || code_is(&s->severity, WORDS[i]);
    if (!known)
        yaml_fault(src, n, "Extreme, Severe, Moderate or Minor (CAP 1.2)", "There is no severity \"%s\".",
                   s->severity.s);
}

static void read_scale(const struct yaml_source *src, const struct yaml_node *root, size_t which, struct scale *s) {
    const struct yaml_node *n = yaml_get(root, SCALE_NAMES[which]);
    s->name = code_of(SCALE_NAMES[which]);
    if (n == NULL) yaml_fault(src, root, NULL, "The scale \"%s\" is missing.", s->name.s);
    if (!yaml_is(src, n, YAML_MAP, "A scale")) return;
    yaml_unknown_keys(src, n, "basis steps");
    yaml_str(src, n, "basis", true, &s->basis);
    const struct yaml_node *steps = yaml_get(n, "steps");
    if (steps == NULL || !yaml_is(src, steps, YAML_SEQ, "steps") || steps->n != SCALE_STEPS) {
        yaml_fault(src, n, "four steps, the gravest first", "The scale \"%s\" has not four steps.", s->name.s);
        return;
    }
    for (const struct yaml_node *c = steps->first; c; c = c->next) {
        struct scale_step *step = &s->steps[s->n++];
        if (!yaml_is(src, c, YAML_MAP, "A step")) continue;
        yaml_unknown_keys(src, c, which == SCALE_WARNINGS ? "code label note severity" : "code label note");
        yaml_code(src, c, "code", true, &step->code);
        yaml_text(src, c, "label", true, &step->label);
        yaml_text(src, c, "note", false, &step->note);
        if (which == SCALE_WARNINGS) read_severity(src, c, step);
    }
}

/* Thresholds rise with the grade, and each is about a count. */
static void read_threshold(const struct yaml_source *src, const struct scale *grades, const struct yaml_node *n,
                           struct threshold *t) {
    int32_t graver = INT32_MAX;
    if (!code_from(n->key, &t->figure)) yaml_fault(src, n, NULL, "The name of a figure is too long.");
    if (!yaml_is(src, n, YAML_MAP, "A figure")) return;
    yaml_unknown_keys(src, n, "label I II III IV");
    yaml_text(src, n, "label", true, &t->label);
    for (size_t i = 0; i < SCALE_STEPS; i++) {
        t->from[i] = -1;
        if (i >= grades->n || !yaml_i32(src, n, grades->steps[i].code.s, false, &t->from[i])) continue;
        if (t->from[i] < 0 || t->from[i] >= graver)
            yaml_fault(src, n, "at least so many; a lower grade begins lower",
                       "The figure %s of grade %s is not below the graver one's.", t->figure.s,
                       grades->steps[i].code.s);
        graver = t->from[i];
    }
}

static void read_accident(struct loader *l, const struct yaml_source *src, const struct yaml_node *n,
                          struct accident_kind *k) {
    k->line = n->line;
    if (!code_from(n->key, &k->code)) yaml_fault(src, n, NULL, "The name of a kind is too long.");
    if (!yaml_is(src, n, YAML_MAP, "A kind of event")) return;
    yaml_unknown_keys(src, n, "label basis figures");
    yaml_text(src, n, "label", true, &k->label);
    yaml_str(src, n, "basis", true, &k->basis);
    const struct yaml_node *list = yaml_get(n, "figures");
    if (list == NULL || !yaml_is(src, list, YAML_MAP, "figures")) {
        yaml_fault(src, n, "figures: {deaths: {I: 30, …}}", "The kind %s has no figures.", k->code.s);
        return;
    }
    k->thresholds = NEW_ARRAY(&l->city->arena, struct threshold, list->n);
    for (const struct yaml_node *c = list->first; c; c = c->next)
        read_threshold(src, &l->city->scales[SCALE_GRADES], c, &k->thresholds[k->n_thresholds++]);
}

static void load_scales(struct loader *l) {
    struct city *c = l->city;
    const struct package_file *f = files_get(l, FILE_NAME);
    const struct yaml_node *root;
    if (f == NULL) return;
    struct yaml_source src = load_source(l, f->path);
    if (yaml_parse(f->bytes, &src, &root) != OK) return;
    yaml_unknown_keys(&src, root, "grades warnings responses kinds");
    for (size_t i = 0; i < SCALE_COUNT; i++) read_scale(&src, root, i, &c->scales[i]);
    const struct yaml_node *kinds = yaml_get(root, "kinds");
    if (kinds == NULL || !yaml_is(&src, kinds, YAML_MAP, "kinds")) return;
    if (kinds->n > ACCIDENTS_MAX) {
        yaml_fault(&src, kinds, NULL, "More than %d kinds.", ACCIDENTS_MAX);
        return;
    }
    c->accidents = NEW_ARRAY(&c->arena, struct accident_kind, kinds->n);
    for (const struct yaml_node *n = kinds->first; n; n = n->next)
        read_accident(l, &src, n, &c->accidents[c->n_accidents++]);
}

/* --- lists that choices may name --- */

struct list {
    const code *codes;
    const struct text *labels;
    size_t n, stride; /* of both, in bytes */
};

static bool find_list(const struct city *c, const code *name, struct list *ret) {
    for (size_t i = 0; i < SCALE_COUNT; i++) {
        const struct scale *s = &c->scales[i];
        if (!code_is(name, SCALE_NAMES[i])) continue;
        *ret = (struct list){&s->steps[0].code, &s->steps[0].label, s->n, sizeof s->steps[0]};
        return true;
    }
    if (code_is(name, "plans") && c->n_responses > 0)
        *ret = (struct list){&c->responses[0].code, &c->responses[0].label, c->n_responses, sizeof c->responses[0]};
    else if (code_is(name, "accidents") && c->n_accidents > 0)
        *ret = (struct list){&c->accidents[0].code, &c->accidents[0].label, c->n_accidents, sizeof c->accidents[0]};
    else
        *ret = (struct list){0};
    return code_is(name, "plans") || code_is(name, "accidents");
}

static void fill_choices(struct loader *l, const struct procedure *p, const struct action *a, struct field *f) {
    struct list list;
    struct arena *arena = &l->city->arena;
    bool known = find_list(l->city, &f->choices_of, &list);
    if (!known || list.n == 0) {
        findings_add(l->found, FINDING_ERROR, p->file, a->line,
                     known ? "add it to the package" : "plans, grades, warnings, responses or accidents",
                     known ? "The field %s takes its choices from a list that is empty: %s."
                           : "The field %s takes its choices from no list of the package: %s.",
                     f->name.s, f->choices_of.s);
        return;
    }
    f->choices = NEW_ARRAY(arena, code, list.n);
    f->choice_labels = NEW_ARRAY(arena, struct text, list.n);
    for (size_t i = 0; i < list.n; i++) {
        memcpy(&f->choices[i], (const char *)list.codes + i * list.stride, sizeof(code));
        memcpy(&f->choice_labels[i], (const char *)list.labels + i * list.stride, sizeof(struct text));
    }
    f->n_choices = list.n;
}

void load_emergencies(struct loader *l) {
    load_scales(l);
    load_response_plans(l);
    for (size_t i = 0; i < l->city->n_procedures; i++) {
        const struct procedure *p = &l->city->procedures[i];
        for (size_t a = 0; a < p->n_actions; a++)
            for (size_t f = 0; f < p->actions[a].n_fields; f++)
                if (!code_empty(&p->actions[a].fields[f].choices_of))
                    fill_choices(l, p, &p->actions[a], &p->actions[a].fields[f]);
    }
}
