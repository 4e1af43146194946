/* From YAML to struct procedure: shapes and words only; whether it makes sense is procedure_check's. */
#include "city/procedure_int.h"
#include "city/thing.h"

static const char *const end_words[] = {[END_CLOSED] = "closed",
                                        [END_REFUSED] = "refused",
                                        [END_WITHDRAWN] = "withdrawn",
                                        [END_MERGED] = "merged",
                                        [END_MOVED] = "moved"};
static const char *const type_words[] = {
    [FIELD_TEXT] = "text",       [FIELD_UNIT] = "unit",         [FIELD_UNITS] = "units",
    [FIELD_AREA] = "area",       [FIELD_CATEGORY] = "category", [FIELD_NUMBER] = "number",
    [FIELD_CHOICE] = "choice",   [FIELD_CASE] = "case",         [FIELD_CONDITION] = "condition",
    [FIELD_MEDIA] = "media",     [FIELD_TASK] = "task",         [FIELD_BOOL] = "bool",
    [FIELD_INSTANT] = "instant", [FIELD_CHANNEL] = "channel",   [FIELD_MATERIALS] = "materials",
    [FIELD_AREAS] = "areas",     [FIELD_ITEM] = "item",         [FIELD_DOCUMENT] = "document",
    [FIELD_CASES] = "cases",
};

static int word_index(str word, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (words[i] != NULL && str_is(word, words[i])) return (int)i;
    return -1;
}

static void parse_post(const struct yaml_source *src, const struct yaml_node *n, str word, enum post *ret) {
    if (!post_parse(word, ret))
        yaml_fault(src, n,
                   "centre, supervisor, unit, lead, grid, office, reporter, timer, import, investigator or head",
                   "There is no post \"%.*s\".", P(word));
}

static void parse_end(const struct yaml_source *src, const struct yaml_node *n, struct state *s) {
    str word;
    if (!yaml_str(src, n, "end", false, &word)) return;
    int end = word_index(word, end_words, ARRAY_LEN(end_words));
    if (end < 0)
        yaml_fault(src, n, "closed, refused, withdrawn, merged or moved", "There is no end \"%.*s\".", P(word));
    s->is_end = true;
    s->end = end > 0 ? (enum end_kind)end : END_WITHDRAWN;
    s->is_closed = s->end == END_CLOSED;
}

static void parse_until(const struct yaml_source *src, const struct yaml_node *clock, struct state *s) {
    str until;
    if (!yaml_str(src, clock, "until", false, &until)) return;
    s->clock_until_roster = str_is(until, "roster");
    if (!s->clock_until_roster)
        yaml_fault(src, clock, "roster", "The clock of a state does not end with \"%.*s\".", P(until));
}

static void parse_state(const struct yaml_source *src, const struct yaml_node *n, struct state *s) {
    str owner;
    s->line = n->line;
    if (!code_from(n->key, &s->name)) yaml_fault(src, n, NULL, "The name of a state is too long.");
    if (!yaml_is(src, n, YAML_MAP, "A state")) return;
    yaml_unknown_keys(src, n, "label public owner clock pauses responds no_clock end ladder");
    yaml_text(src, n, "label", true, &s->label);
    yaml_text(src, n, "public", false, &s->public_label);
    if (yaml_str(src, n, "owner", true, &owner)) parse_post(src, n, owner, &s->owner);
    yaml_bool(src, n, "pauses", false, &s->pauses);
    yaml_bool(src, n, "responds", false, &s->responds);
    yaml_str(src, n, "no_clock", false, &s->no_clock_reason);
    yaml_code(src, n, "ladder", false, &s->ladder);
    parse_end(src, n, s);
    const struct yaml_node *clock = yaml_get(n, "clock");
    if (clock == NULL || !yaml_is(src, clock, YAML_MAP, "A clock")) return;
    yaml_unknown_keys(src, clock, "limit until from basis first_day_counts rolls_over");
    parse_until(src, clock, s);
    s->has_clock = procedure_limit(src, clock, &s->clock, &s->clock_from_condition);
}

static void parse_states(const struct yaml_source *src, const struct yaml_node *map, struct state **ret,
                         size_t *ret_n) {
    const struct yaml_node *list = yaml_get(map, "states");
    if (list == NULL) yaml_fault(src, map, NULL, "The key \"states\" is missing.");
    if (!yaml_is(src, list, YAML_MAP, "states")) return;
    struct state *all = NEW_ARRAY(src->arena, struct state, list->n);
    size_t n = 0;
    for (const struct yaml_node *c = list->first; c; c = c->next) parse_state(src, c, &all[n++]);
    *ret = all;
    *ret_n = n;
}

static void parse_tasks(const struct yaml_source *src, const struct yaml_node *list, struct procedure *p) {
    if (!yaml_is(src, list, YAML_MAP, "tasks")) return;
    p->tasks = NEW_ARRAY(src->arena, struct task_kind, list->n);
    for (const struct yaml_node *c = list->first; c; c = c->next) {
        struct task_kind *k = &p->tasks[p->n_tasks++];
        k->line = c->line;
        if (!code_from(c->key, &k->name)) yaml_fault(src, c, NULL, "The name of a task is too long.");
        if (!yaml_is(src, c, YAML_MAP, "A task")) continue;
        yaml_unknown_keys(src, c, "label states");
        yaml_text(src, c, "label", true, &k->label);
        parse_states(src, c, &k->states, &k->n_states);
    }
}

static void parse_choices(const struct yaml_source *src, const struct yaml_node *list, struct field *f) {
    if (list != NULL && list->type == YAML_SCALAR) {
        yaml_node_code(src, list, &f->choices_of);
        return;
    }
    if (!yaml_is(src, list, YAML_MAP, "choices")) return;
    f->choices = NEW_ARRAY(src->arena, code, list->n);
    f->choice_labels = NEW_ARRAY(src->arena, struct text, list->n);
    for (const struct yaml_node *c = list->first; c; c = c->next) {
        if (!code_from(c->key, &f->choices[f->n_choices]))
            yaml_fault(src, c, NULL, "The name of a choice is too long.");
        yaml_node_text(src, c, &f->choice_labels[f->n_choices++]);
    }
}

/* true, false, or "condition". */
static void parse_required(const struct yaml_source *src, const struct yaml_node *n, struct field *f) {
    const struct yaml_node *required = yaml_get(n, "required");
    f->required_by_condition =
        required != NULL && required->type == YAML_SCALAR && !required->quoted && str_is(required->text, "condition");
    if (!f->required_by_condition) yaml_bool(src, n, "required", false, &f->required);
}

/* contact or phone: what is published about a grid is read by everybody. */
static void parse_posted(const struct yaml_source *src, const struct yaml_node *n, struct field *f) {
    str word;
    if (!yaml_str(src, n, "posted", false, &word)) return;
    f->posted = str_is(word, "contact") ? POSTED_CONTACT : str_is(word, "phone") ? POSTED_PHONE : POSTED_NOT;
    if (f->posted == POSTED_NOT) yaml_fault(src, n, "contact or phone", "\"%.*s\" is never posted.", P(word));
    if (f->type != FIELD_TEXT || !f->is_public) yaml_fault(src, n, NULL, "What is posted is a text with public: true.");
}

static void parse_field(const struct yaml_source *src, const struct yaml_node *n, struct field *f) {
    str word = S("text");
    if (!code_from(n->key, &f->name)) yaml_fault(src, n, NULL, "The name of a field is too long.");
    if (!yaml_is(src, n, YAML_MAP, "A field")) return;
    yaml_unknown_keys(src, n, "label type required public posted choices min max any contact keeps query many");
    yaml_text(src, n, "label", true, &f->label);
    yaml_str(src, n, "type", true, &word);
    int type = word_index(word, type_words, ARRAY_LEN(type_words));
    if (type < 0)
        yaml_fault(
            src, n,
            "text, unit, units, area, category, condition, number, choice, case, media, document, instant, task, bool, "
            "channel, cases, areas, item or materials",
            "There is no type \"%.*s\".", P(word));
    f->type = type < 0 ? FIELD_TEXT : (enum field_type)type;
    parse_required(src, n, f);
    yaml_bool(src, n, "public", false, &f->is_public);
    parse_posted(src, n, f);
    yaml_bool(src, n, "any", false, &f->any);
    yaml_bool(src, n, "contact", false, &f->is_contact);
    yaml_bool(src, n, "keeps", false, &f->keeps);
    yaml_str(src, n, "query", f->type == FIELD_CASES, &f->query);
    yaml_bool(src, n, "many", false, &f->many);
    if (f->many && f->type != FIELD_CHOICE && f->type != FIELD_AREA && f->type != FIELD_CATEGORY)
        yaml_fault(src, n, "choice, area or category", "A field of this type holds one value.");
    yaml_i32(src, n, "min", false, &f->min);
    yaml_i32(src, n, "max", false, &f->max);
    parse_choices(src, yaml_get(n, "choices"), f);
}

static void parse_fields(const struct yaml_source *src, const struct yaml_node *list, struct action *a) {
    if (!yaml_is(src, list, YAML_MAP, "fields")) return;
    a->fields = NEW_ARRAY(src->arena, struct field, list->n);
    for (const struct yaml_node *c = list->first; c; c = c->next) parse_field(src, c, &a->fields[a->n_fields++]);
}

static void parse_posts(const struct yaml_source *src, const struct yaml_node *n, bool required, uint32_t *ret) {
    str *words;
    size_t count;
    if (!yaml_strs(src, n, "by", required, &words, &count)) return;
    for (size_t i = 0; i < count; i++) {
        enum post post = POST_COUNT;
        parse_post(src, n, words[i], &post);
        if (post < POST_COUNT) *ret |= 1U << post;
    }
}

static void parse_moves(const struct yaml_source *src, const struct yaml_node *n, struct action *a) {
    yaml_code(src, n, "task", false, &a->task);
    yaml_codes(src, n, "task_from", false, &a->task_from, &a->n_task_from);
    yaml_code(src, n, "task_to", false, &a->task_to);
    yaml_code(src, n, "to", false, &a->to);
    a->to_back = code_is(&a->to, "back");
    if (yaml_codes(src, n, "from", code_empty(&a->task), &a->from, &a->n_from)) return;
    a->from = NEW(src->arena, code);
    a->from[0] = code_of("*");
    a->n_from = 1;
}

static void parse_action(const struct yaml_source *src, const struct yaml_node *n, struct action *a) {
    a->line = n->line;
    if (!code_from(n->key, &a->name)) yaml_fault(src, n, NULL, "The name of an action is too long.");
    if (!yaml_is(src, n, YAML_MAP, "An action")) return;
    yaml_unknown_keys(src, n,
                      "label confirm task from task_from to task_to by told quick basis leaves_parts fields guards "
                      "effects");
    yaml_text(src, n, "label", true, &a->label);
    yaml_text(src, n, "confirm", false, &a->confirm);
    yaml_bool(src, n, "quick", false, &a->quick);
    yaml_bool(src, n, "leaves_parts", false, &a->leaves_parts);
    yaml_str(src, n, "basis", false, &a->basis);
    parse_moves(src, n, a);
    parse_posts(src, n, true, &a->posts);
    yaml_codes(src, n, "told", false, &a->told, &a->n_told);
    parse_fields(src, yaml_get(n, "fields"), a);
    procedure_guards(src, yaml_get(n, "guards"), &a->guards, &a->n_guards);
    procedure_effects(src, yaml_get(n, "effects"), &a->effects, &a->n_effects);
}

static void parse_actions(const struct yaml_source *src, const struct yaml_node *list, struct procedure *p) {
    if (!yaml_is(src, list, YAML_MAP, "actions")) return;
    p->actions = NEW_ARRAY(src->arena, struct action, list->n);
    for (const struct yaml_node *c = list->first; c; c = c->next) parse_action(src, c, &p->actions[p->n_actions++]);
}

static void parse_joins(const struct yaml_source *src, const struct yaml_node *list, struct procedure *p) {
    if (!yaml_is(src, list, YAML_SEQ, "joins")) return;
    p->joins = NEW_ARRAY(src->arena, struct join, list->n);
    for (const struct yaml_node *c = list->first; c; c = c->next) {
        struct join *j = &p->joins[p->n_joins++];
        j->line = c->line;
        if (!yaml_is(src, c, YAML_MAP, "A join")) continue;
        yaml_unknown_keys(src, c, "from to guards effects");
        yaml_code(src, c, "from", true, &j->from);
        yaml_code(src, c, "to", true, &j->to);
        procedure_guards(src, yaml_get(c, "guards"), &j->guards, &j->n_guards);
        procedure_effects(src, yaml_get(c, "effects"), &j->effects, &j->n_effects);
    }
}

/* register: {code: "{division}{class}######"} */
static void parse_register(const struct yaml_source *src, const struct yaml_node *n, struct procedure *p) {
    if (n == NULL) return;
    p->is_register = true;
    if (!yaml_is(src, n, YAML_MAP, "register")) return;
    str form = S("");
    yaml_unknown_keys(src, n, "code");
    yaml_str(src, n, "code", false, &form);
    if (!code_from(form, &p->thing_form) || !thing_form_valid(&p->thing_form))
        yaml_fault(src, n, "letters and digits, # for any digit, {division}, {class}", "\"%.*s\" is no form of a code.",
                   P(form));
}

static void parse_start(const struct yaml_source *src, const struct yaml_node *n, struct procedure *p) {
    if (n == NULL || !yaml_is(src, n, YAML_MAP, "filing")) return;
    str lead;
    yaml_unknown_keys(src, n, "by lead effects");
    if (yaml_str(src, n, "lead", false, &lead)) {
        p->filer_leads = str_is(lead, "filer");
        if (!p->filer_leads) yaml_fault(src, n, "filer, or leave it out", "\"%.*s\" leads nothing.", P(lead));
    }
    parse_posts(src, n, false, &p->file_posts);
    procedure_effects(src, yaml_get(n, "effects"), &p->start_effects, &p->n_start_effects);
}

static void parse_publish(const struct yaml_source *src, const struct yaml_node *n, struct procedure *p) {
    str as = S("");
    if (n == NULL || !yaml_is(src, n, YAML_MAP, "publish")) return;
    yaml_unknown_keys(src, n, "as draft release");
    yaml_codes(src, n, "draft", true, &p->drafts, &p->n_drafts);
    yaml_codes(src, n, "release", true, &p->releases, &p->n_releases);
    if (!yaml_str(src, n, "as", true, &as)) return;
    p->published = str_is(as, "alert") ? PUBLISHED_ALERT : str_is(as, "notice") ? PUBLISHED_NOTICE : PUBLISHED_NOTHING;
    if (p->published == PUBLISHED_NOTHING)
        yaml_fault(src, n, "alert or notice", "Nothing is published as \"%.*s\".", P(as));
}

enum status procedure_parse(str yaml, str file, const str *langs, size_t n_langs, struct arena *arena,
                            struct procedure *ret, struct findings *found) {
    struct yaml_source src = {.file = file, .langs = langs, .n_langs = n_langs, .arena = arena, .found = found};
    size_t before = found->errors;
    const struct yaml_node *root;
    if (yaml_parse(yaml, &src, &root) != OK) return E_INVALID;
    struct procedure p = {.file = str_dup(arena, file)};
    yaml_unknown_keys(&src, root,
                      "procedure label matter person basis private counted readers register articles states tasks "
                      "actions joins filing "
                      "publish");
    yaml_code(&src, root, "procedure", true, &p.name);
    yaml_text(&src, root, "label", true, &p.label);
    yaml_text(&src, root, "matter", true, &p.matter);
    yaml_text(&src, root, "person", true, &p.person);
    yaml_str(&src, root, "basis", true, &p.basis);
    yaml_bool(&src, root, "private", false, &p.is_private);
    bool counted = true;
    if (yaml_bool(&src, root, "counted", false, &counted)) p.is_uncounted = !counted;
    parse_register(&src, yaml_get(root, "register"), &p);
    yaml_codes(&src, root, "readers", false, &p.readers, &p.n_readers);
    yaml_codes(&src, root, "articles", false, &p.articles, &p.n_articles);
    parse_states(&src, root, &p.states, &p.n_states);
    parse_tasks(&src, yaml_get(root, "tasks"), &p);
    parse_actions(&src, yaml_get(root, "actions"), &p);
    parse_joins(&src, yaml_get(root, "joins"), &p);
    parse_start(&src, yaml_get(root, "filing"), &p);
    parse_publish(&src, yaml_get(root, "publish"), &p);
    if (found->errors > before) return E_INVALID;
    *ret = p;
    return OK;
}
