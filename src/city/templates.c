/* templates.yaml: ready texts for answers and instructions. Optional. */
#include "city/city_int.h"

#define TEMPLATES_MAX 500

/* What a text may leave to be filled in. */
static const char *const PLACES[] = {"number", "unit", "due", "category", "area"};

static bool is_place(str name) {
    for (size_t i = 0; i < ARRAY_LEN(PLACES); i++)
        if (str_is(name, PLACES[i])) return true;
    return false;
}

static void check_places(const struct yaml_source *src, const struct yaml_node *n, str text) {
    for (ptrdiff_t at = 0; (at = str_find(text, S("{"), (size_t)at)) >= 0; at++) {
        ptrdiff_t end = str_find(text, S("}"), (size_t)at);
        str name = end < 0 ? S("") : str_slice(text, (size_t)at + 1, (size_t)end);
        if (!is_place(name))
            yaml_fault(src, n, "{number}, {unit}, {due}, {category} or {area}", "Nothing fills in \"{%.*s}\".",
                       P(utf8_prefix(name, 40)));
    }
}

static bool action_known(const struct city *c, str name) {
    for (size_t i = 0; i < c->n_procedures; i++)
        if (procedure_action(&c->procedures[i], name) != NULL) return true;
    return false;
}

static void check_template(struct loader *l, const struct yaml_source *src, const struct yaml_node *n,
                           const struct template *t) {
    const struct city *c = l->city;
    for (const struct template *o = c->templates; o < t; o++)
        if (code_eq(&o->code, &t->code)) yaml_fault(src, n, NULL, "The template \"%s\" stands here twice.", t->code.s);
    for (size_t i = 0; i < t->n_actions; i++)
        if (l->procedures_whole && !action_known(c, str_code(&t->actions[i])))
            yaml_fault(src, n, NULL, "No procedure has an action \"%s\".", t->actions[i].s);
    for (size_t i = 0; i < c->n_langs; i++) {
        load_refuse_persons(l, src->file, n->line, "template", t->text.in[i]);
        check_places(src, n, t->text.in[i]);
    }
}

static void read_template(struct loader *l, const struct yaml_source *src, const struct yaml_node *n,
                          struct template *t) {
    t->line = n->line;
    if (!yaml_is(src, n, YAML_MAP, "A template")) return;
    yaml_unknown_keys(src, n, "code label actions text");
    yaml_code(src, n, "code", true, &t->code);
    yaml_text(src, n, "label", true, &t->label);
    yaml_codes(src, n, "actions", true, &t->actions, &t->n_actions);
    yaml_text(src, n, "text", true, &t->text);
    check_template(l, src, n, t);
}

void load_templates(struct loader *l) {
    struct city *c = l->city;
    const struct package_file *f = files_get(l, "templates.yaml");
    if (!f) return;
    struct yaml_source src = load_source(l, f->path);
    const struct yaml_node *root;
    if (yaml_parse(f->bytes, &src, &root) != OK) return;
    yaml_unknown_keys(&src, root, "templates");
    const struct yaml_node *list = yaml_get(root, "templates");
    if (!list) yaml_fault(&src, root, NULL, "The key \"templates\" is missing.");
    if (!yaml_is(&src, list, YAML_SEQ, "templates")) return;
    if (list->n > TEMPLATES_MAX) {
        yaml_fault(&src, list, NULL, "More than %d templates.", TEMPLATES_MAX);
        return;
    }
    c->templates = NEW_ARRAY(&c->arena, struct template, list->n);
    for (const struct yaml_node *n = list->first; n; n = n->next)
        read_template(l, &src, n, &c->templates[c->n_templates++]);
}
