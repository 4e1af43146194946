/* The vocabulary of guards and effects as packages write it: one table row for each form. */
#include "city/procedure_int.h"

static const struct {
    const char *word;
    enum limit_from from;
} froms[] = {{"filed", FROM_FILED},
             {"accepted", FROM_ACCEPTED},
             {"dispatched", FROM_DISPATCHED},
             {"signed", FROM_SIGNED},
             {"entered", FROM_ENTERED}};

static void limit_from(const struct yaml_source *src, const struct yaml_node *map, struct limit *ret) {
    str word;
    ret->from = FROM_ENTERED;
    if (!yaml_str(src, map, "from", false, &word)) return;
    for (size_t i = 0; i < ARRAY_LEN(froms); i++) {
        if (!str_is(word, froms[i].word)) continue;
        ret->from = froms[i].from;
        return;
    }
    yaml_fault(src, yaml_get(map, "from"), "filed, accepted, dispatched, signed or entered", "Unknown start \"%.*s\".",
               P(word));
}

bool procedure_limit(const struct yaml_source *src, const struct yaml_node *map, struct limit *ret,
                     bool *ret_condition) {
    str text;
    struct err err;
    if (!yaml_str(src, map, "limit", true, &text)) return false;
    bool condition = ret_condition != NULL && str_is(text, "condition");
    *ret = (struct limit){0};
    if (!condition && limit_parse(text, ret, &err) != OK) {
        yaml_fault(src, yaml_get(map, "limit"), err.hint, "%s", err.primary);
        return false;
    }
    if (ret_condition != NULL) *ret_condition = condition;
    limit_from(src, map, ret);
    yaml_str(src, map, "basis", false, &ret->basis);
    yaml_bool(src, map, "first_day_counts", false, &ret->first_day_counts);
    yaml_bool(src, map, "rolls_over", false, &ret->rolls_over);
    return true;
}

/* --- guards --- */

/* Which of the words is a key of the map. out: its index, or -1 with a finding. */
static int word_of(const struct yaml_source *src, const struct yaml_node *map, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (yaml_get(map, words[i]) != NULL) return (int)i;
    yaml_fault(src, map, "see docs/city-package.md", "This is none of the guards or effects a procedure knows.");
    return -1;
}

static void guard_count(const struct yaml_source *src, const struct yaml_node *n, struct guard *g) {
    bool below = yaml_get(n, "below") != NULL;
    yaml_unknown_keys(src, n, "count below from refusal");
    yaml_code(src, n, "count", true, &g->name);
    g->kind = below ? GUARD_COUNT_BELOW : GUARD_COUNT_FROM;
    yaml_i32(src, n, below ? "below" : "from", true, &g->n);
}

static void guard_flag(const struct yaml_source *src, const struct yaml_node *n, struct guard *g) {
    bool set = true;
    yaml_unknown_keys(src, n, "flag set refusal");
    yaml_code(src, n, "flag", true, &g->name);
    yaml_bool(src, n, "set", false, &set);
    g->kind = set ? GUARD_FLAG : GUARD_NOT_FLAG;
}

static void guard_clock(const struct yaml_source *src, const struct yaml_node *n, struct guard *g) {
    str is = S("");
    yaml_unknown_keys(src, n, "clock is refusal");
    yaml_code(src, n, "clock", true, &g->name);
    if (!yaml_str(src, n, "is", true, &is)) return;
    g->kind = str_is(is, "missed") ? GUARD_CLOCK_MISSED : str_is(is, "live") ? GUARD_CLOCK_LIVE : GUARD_CLOCK_RUNNING;
    if (!str_is(is, "missed") && !str_is(is, "running") && !str_is(is, "live"))
        yaml_fault(src, n, "running, missed or live", "A clock is not \"%.*s\".", P(is));
}

static void guard_tasks(const struct yaml_source *src, const struct yaml_node *n, struct guard *g) {
    static const struct {
        const char *key;
        enum guard_kind kind;
    } joins[] = {{"all", GUARD_TASKS_ALL}, {"any", GUARD_TASKS_ANY}, {"none", GUARD_TASKS_NONE}};
    size_t given = 0;
    yaml_unknown_keys(src, n, "tasks are all any none refusal");
    yaml_code(src, n, "tasks", true, &g->name);
    yaml_code(src, n, "are", true, &g->value);
    for (size_t i = 0; i < ARRAY_LEN(joins); i++) {
        bool on = false;
        if (!yaml_bool(src, n, joins[i].key, false, &on) || !on) continue;
        g->kind = joins[i].kind;
        given++;
    }
    if (given != 1) yaml_fault(src, n, "all: true, any: true or none: true", "Say how many of the tasks.");
}

static void guard_field(const struct yaml_source *src, const struct yaml_node *n, struct guard *g) {
    bool never = yaml_get(n, "never") != NULL;
    yaml_unknown_keys(src, n, never ? "field never refusal" : "field in refusal");
    g->kind = never ? GUARD_FIELD_NEVER : GUARD_FIELD_IN;
    yaml_code(src, n, "field", true, &g->name);
    if (never)
        yaml_code(src, n, "never", true, &g->value);
    else
        yaml_strs(src, n, "in", true, &g->values, &g->n_values);
}

static void guard_link(const struct yaml_source *src, const struct yaml_node *n, struct guard *g) {
    bool set = true;
    yaml_unknown_keys(src, n, "linked set refusal");
    yaml_code(src, n, "linked", true, &g->name);
    yaml_bool(src, n, "set", false, &set);
    g->kind = set ? GUARD_LINKED : GUARD_NOT_LINKED;
}

static void guard_case(const struct yaml_source *src, const struct yaml_node *n, struct guard *g) {
    yaml_unknown_keys(src, n, "case in refusal");
    g->kind = GUARD_CASE_IN;
    yaml_code(src, n, "case", true, &g->name);
    yaml_strs(src, n, "in", true, &g->values, &g->n_values);
}

static void within(const struct yaml_source *src, const struct yaml_node *n, const char *key, struct guard *g) {
    str text;
    struct err err;
    yaml_unknown_keys(src, n, "within not_within from first_day_counts rolls_over basis refusal");
    if (!yaml_str(src, n, key, true, &text)) return;
    if (limit_parse(text, &g->limit, &err) != OK || g->limit.unit == LIMIT_NONE)
        yaml_fault(src, n, "as \"5 work_days\"", "\"%.*s\" is no limit.", P(text));
    limit_from(src, n, &g->limit);
    if (g->limit.from != FROM_ENTERED && g->limit.from != FROM_SIGNED)
        yaml_fault(src, yaml_get(n, "from"), "signed, or leave it out",
                   "A period begins with the state or when it is signed.");
    yaml_bool(src, n, "first_day_counts", false, &g->limit.first_day_counts);
    yaml_bool(src, n, "rolls_over", false, &g->limit.rolls_over);
    yaml_str(src, n, "basis", false, &g->limit.basis);
}

static void guard_within(const struct yaml_source *src, const struct yaml_node *n, struct guard *g) {
    g->kind = GUARD_WITHIN;
    within(src, n, "within", g);
}

static void guard_not_within(const struct yaml_source *src, const struct yaml_node *n, struct guard *g) {
    g->kind = GUARD_NOT_WITHIN;
    within(src, n, "not_within", g);
}

static void guard_actor(const struct yaml_source *src, const struct yaml_node *n, struct guard *g) {
    code is = {0};
    yaml_unknown_keys(src, n, "actor is refusal");
    yaml_code(src, n, "actor", true, &g->name);
    if (!yaml_code(src, n, "is", true, &is)) return;
    g->kind = code_is(&is, "same") ? GUARD_SAME_ACTOR : GUARD_OTHER_ACTOR;
    if (!code_is(&is, "another") && !code_is(&is, "same"))
        yaml_fault(src, n, "another or same", "Who acts is not \"%s\".", is.s);
}

void procedure_guards(const struct yaml_source *src, const struct yaml_node *list, struct guard **ret, size_t *ret_n) {
    static const char *const words[] = {"count", "flag",   "clock",  "tasks",      "field",
                                        "case",  "linked", "within", "not_within", "actor"};
    static void (*const readers[])(const struct yaml_source *, const struct yaml_node *, struct guard *) = {
        guard_count, guard_flag, guard_clock,  guard_tasks,      guard_field,
        guard_case,  guard_link, guard_within, guard_not_within, guard_actor};
    if (!yaml_is(src, list, YAML_SEQ, "guards")) return;
    struct guard *all = NEW_ARRAY(src->arena, struct guard, list->n);
    size_t n = 0;
    for (const struct yaml_node *c = list->first; c; c = c->next) {
        int word = yaml_is(src, c, YAML_MAP, "A guard") ? word_of(src, c, words, ARRAY_LEN(words)) : -1;
        if (word < 0) continue;
        readers[word](src, c, &all[n]);
        yaml_code(src, c, "refusal", false, &all[n].refusal);
        n++;
    }
    *ret = all;
    *ret_n = n;
}

/* --- effects --- */

/* A word among a list of (word, kind). */
struct choice {
    const char *word;
    enum effect_kind kind;
};

static void choose(const struct yaml_source *src, const struct yaml_node *n, const char *key,
                   const struct choice *choices, struct effect *e) {
    str word;
    if (!yaml_str(src, n, key, true, &word)) return;
    for (; choices->word != NULL; choices++) {
        if (!str_is(word, choices->word)) continue;
        e->kind = choices->kind;
        return;
    }
    yaml_fault(src, n, "see docs/city-package.md", "\"%.*s\" is nothing that can be done here.", P(word));
}

static void effect_clock(const struct yaml_source *src, const struct yaml_node *n, struct effect *e) {
    static const struct choice choices[] = {{"start", EFFECT_CLOCK_START},   {"stop", EFFECT_CLOCK_STOP},
                                            {"pause", EFFECT_CLOCK_PAUSE},   {"resume", EFFECT_CLOCK_RESUME},
                                            {"extend", EFFECT_CLOCK_EXTEND}, {NULL, 0}};
    bool condition = false;
    yaml_unknown_keys(src, n, "clock do limit until from basis first_day_counts rolls_over when");
    yaml_code(src, n, "clock", true, &e->name);
    choose(src, n, "do", choices, e);
    if (yaml_code(src, n, "until", false, &e->value)) yaml_str(src, n, "basis", true, &e->limit.basis);
    if (yaml_get(n, "limit") == NULL) return;
    e->has_limit = procedure_limit(src, n, &e->limit, &condition) && !condition;
}

static void effect_task(const struct yaml_source *src, const struct yaml_node *n, struct effect *e) {
    static const struct choice choices[] = {{"open", EFFECT_TASK_OPEN},
                                            {"state", EFFECT_TASK_STATE},
                                            {"cancel", EFFECT_TASK_CANCEL},
                                            {"plan", EFFECT_TASK_PLAN},
                                            {NULL, 0}};
    yaml_unknown_keys(src, n, "task do unit state when until basis");
    yaml_code(src, n, "task", true, &e->name);
    choose(src, n, "do", choices, e);
    if (e->kind == EFFECT_TASK_OPEN) {
        yaml_code(src, n, "unit", true, &e->value);
        yaml_code(src, n, "state", false, &e->state);
        if (yaml_code(src, n, "until", false, &e->extra)) yaml_str(src, n, "basis", true, &e->limit.basis);
    }
    if (e->kind == EFFECT_TASK_STATE) yaml_code(src, n, "state", true, &e->value);
}

static void effect_count(const struct yaml_source *src, const struct yaml_node *n, struct effect *e) {
    static const struct choice choices[] = {{"add", EFFECT_COUNT}, {"reset", EFFECT_COUNT_RESET}, {NULL, 0}};
    yaml_unknown_keys(src, n, "count do when");
    yaml_code(src, n, "count", true, &e->name);
    choose(src, n, "do", choices, e);
}

static void effect_flag(const struct yaml_source *src, const struct yaml_node *n, struct effect *e) {
    static const struct choice choices[] = {{"set", EFFECT_FLAG}, {"clear", EFFECT_UNFLAG}, {NULL, 0}};
    yaml_unknown_keys(src, n, "flag do when");
    yaml_code(src, n, "flag", true, &e->name);
    choose(src, n, "do", choices, e);
}

static void effect_propose(const struct yaml_source *src, const struct yaml_node *n, struct effect *e) {
    static const struct choice choices[] = {{"lead", EFFECT_PROPOSE}, {NULL, 0}};
    yaml_unknown_keys(src, n, "propose when");
    choose(src, n, "propose", choices, e);
}

static void effect_meter(const struct yaml_source *src, const struct yaml_node *n, struct effect *e) {
    yaml_unknown_keys(src, n, "meter of times a_day when");
    e->kind = EFFECT_METER;
    yaml_code(src, n, "meter", true, &e->name);
    yaml_code(src, n, "of", true, &e->value);
    yaml_code(src, n, "times", false, &e->state);
    if (yaml_i32(src, n, "a_day", false, &e->a_day) && e->a_day < 1)
        yaml_fault(src, n, NULL, "a_day must be 1 or more.");
}

static void effect_file(const struct yaml_source *src, const struct yaml_node *n, struct effect *e) {
    yaml_unknown_keys(src, n, "file text");
    e->kind = EFFECT_FILE;
    yaml_code(src, n, "file", true, &e->value);
    yaml_code(src, n, "text", false, &e->extra);
}

static void effect_ladder(const struct yaml_source *src, const struct yaml_node *n, struct effect *e) {
    static const struct choice choices[] = {
        {"start", EFFECT_LADDER}, {"next", EFFECT_LADDER}, {"stop", EFFECT_LADDER}, {NULL, 0}};
    yaml_unknown_keys(src, n, "ladder");
    choose(src, n, "ladder", choices, e);
    yaml_code(src, n, "ladder", true, &e->value);
}

static void effect_hand(const struct yaml_source *src, const struct yaml_node *n, struct effect *e) {
    static const struct choice choices[] = {{"up", EFFECT_HAND_UP}, {"down", EFFECT_HAND_DOWN}, {NULL, 0}};
    yaml_unknown_keys(src, n, "hand when");
    choose(src, n, "hand", choices, e);
}

/* Effects whose key and one more key hold all: {set: category, to: field.category}. */
static const struct pair {
    const char *key, *value_key; /* value_key NULL: the key's own value is the value */
    enum effect_kind kind;
} pairs[] = {
    {"assign", NULL, EFFECT_ASSIGN},   {"set", "to", EFFECT_SET},
    {"notify", "text", EFFECT_NOTIFY}, {"ask", NULL, EFFECT_ASK},
    {"answer", NULL, EFFECT_ANSWER},   {"link", "case", EFFECT_LINK},
    {"split", NULL, EFFECT_SPLIT},     {"merge", NULL, EFFECT_MERGE},
    {"rate", NULL, EFFECT_RATE},       {"mark", "", EFFECT_MARK},
    {"seal", NULL, EFFECT_SEAL},       {"hand_over", NULL, EFFECT_HAND_OVER},
    {"tell", NULL, EFFECT_TELL},       {"take_back", NULL, EFFECT_TAKE_BACK},
    {"recuse", NULL, EFFECT_RECUSE},   {"pass", NULL, EFFECT_PASS},
};

/* {mark: accepted, at: filed}: what counts from the day it was received. */
static bool effect_mark_at(const struct yaml_source *src, const struct yaml_node *n, struct effect *e) {
    e->kind = EFFECT_MARK;
    yaml_unknown_keys(src, n, "mark at when");
    yaml_code(src, n, "mark", true, &e->name);
    if (yaml_code(src, n, "at", true, &e->value) && !code_is(&e->value, "filed"))
        yaml_fault(src, n, "filed, or leave it out", "Nothing can be marked at \"%s\".", e->value.s);
    return true;
}

/* {split: field.text, category: r01}: what follows is always of this category. */
static bool effect_split_to(const struct yaml_source *src, const struct yaml_node *n, struct effect *e) {
    e->kind = EFFECT_SPLIT;
    yaml_unknown_keys(src, n, "split category areas when");
    yaml_code(src, n, "split", true, &e->value);
    yaml_code(src, n, "category", true, &e->name);
    yaml_code(src, n, "areas", false, &e->state);
    return true;
}

static bool effect_pair(const struct yaml_source *src, const struct yaml_node *n, struct effect *e) {
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        const struct pair *p = &pairs[i];
        if (yaml_get(n, p->key) == NULL) continue;
        if (p->kind == EFFECT_SPLIT && yaml_get(n, "category") != NULL) return effect_split_to(src, n, e);
        if (p->kind == EFFECT_MARK && yaml_get(n, "at") != NULL) return effect_mark_at(src, n, e);
        str allowed = str_format(src->arena, "%s when %s", p->key, p->value_key != NULL ? p->value_key : "");
        yaml_unknown_keys(src, n, str_cstr(src->arena, str_trim(allowed)));
        e->kind = p->kind;
        yaml_code(src, n, p->key, true, p->value_key != NULL ? &e->name : &e->value);
        if (p->value_key != NULL && p->value_key[0] != '\0') yaml_code(src, n, p->value_key, true, &e->value);
        return true;
    }
    return false;
}

void procedure_effects(const struct yaml_source *src, const struct yaml_node *list, struct effect **ret,
                       size_t *ret_n) {
    static const char *const words[] = {"clock", "task", "count", "flag", "hand", "propose", "meter", "file", "ladder"};
    static void (*const readers[])(const struct yaml_source *, const struct yaml_node *, struct effect *) = {
        effect_clock,   effect_task,  effect_count, effect_flag,  effect_hand,
        effect_propose, effect_meter, effect_file,  effect_ladder};
    if (!yaml_is(src, list, YAML_SEQ, "effects")) return;
    struct effect *all = NEW_ARRAY(src->arena, struct effect, list->n);
    size_t n = 0;
    for (const struct yaml_node *c = list->first; c; c = c->next) {
        if (!yaml_is(src, c, YAML_MAP, "An effect")) continue;
        if (!effect_pair(src, c, &all[n])) {
            int word = word_of(src, c, words, ARRAY_LEN(words));
            if (word < 0) continue;
            readers[word](src, c, &all[n]);
        }
        procedure_guards(src, yaml_get(c, "when"), &all[n].when, &all[n].n_when);
        n++;
    }
    *ret = all;
    *ret_n = n;
}
