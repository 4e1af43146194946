/* The history of a trial in the language of the package: one line for an entry, what was given below it. */
#include "api/instead.h"
#include "api/words.h"
#include "casework/facts.h"
#include "cli/trial.h"

static void put(const struct wording *w, const char *z) {
    strbuf_addz(w->out, z);
}

static void put_unit(const struct wording *w, str unit) {
    uint32_t u = city_unit(w->city, unit);
    strbuf_add(w->out, u == NONE ? unit : text_in(&w->city->units[u].name, w->lang));
}

/* Who: the name in the script, and where he belongs. */
static void put_person(const struct wording *w, const struct person *by, const struct actor *actor) {
    if (by == NULL) {
        say(w, actor->kind == ACTOR_TIMER ? "post.timer" : "cli.another_case");
        return;
    }
    if (actor->kind != ACTOR_STAFF) {
        strbuf_add(w->out, word2(w->city, w->lang, "post.", str_code(&by->name)));
        return;
    }
    const struct role *role = city_role(w->city, str_code(&actor->role));
    strbuf_add(w->out, str_code(&by->name));
    say(w, "cli.open");
    if (!code_empty(&actor->unit)) {
        put_unit(w, str_code(&actor->unit));
        say_comma(w, 1);
    }
    if (role != NULL) say_text(w, &role->label);
    say(w, "cli.close");
}

static const struct procedure *procedure_of(const struct wording *w, const struct kase *c) {
    return c != NULL ? city_procedure(w->city, str_code(&c->procedure)) : NULL;
}

static void put_what(const struct wording *w, const struct procedure *p, enum entry_kind kind, const code *action) {
    static const char *const kinds[ENTRY_KIND_COUNT] = {
        [ENTRY_FILED] = "kind.filed", [ENTRY_ACTED] = "kind.acted", [ENTRY_TICKED] = "cli.ticked",
        [ENTRY_MOVED] = "kind.moved", [ENTRY_READ] = "kind.read",   [ENTRY_ERASED] = "kind.erased",
        [ENTRY_NOTED] = "kind.noted", [ENTRY_STAFF] = "kind.staff", [ENTRY_CITY] = "kind.city"};
    const struct action *a = p != NULL && !code_empty(action) ? procedure_action(p, str_code(action)) : NULL;
    if (a != NULL && kind == ENTRY_ACTED)
        say_text(w, &a->label);
    else
        say(w, kinds[kind]);
}

static void put_state(const struct wording *w, const struct procedure *p, const struct told *t) {
    const struct state *s = p != NULL ? procedure_state(p, &t->after->state) : NULL;
    if (s == NULL || (t->entry->kind != ENTRY_FILED && code_eq(&t->before->state, &t->after->state))) return;
    put(w, " → ");
    say_text(w, &s->label);
}

static void put_due(const struct wording *w, const struct told *t) {
    instant due = case_due(t->after, NULL), was = case_due(t->before, NULL);
    bool new = t->entry->kind == ENTRY_FILED || due.ms != was.ms;
    if (instant_is_none(due) || !new) return;
    put(w, " · ");
    say(w, "cli.due");
    say_time(w, due);
}

static void put_value(const struct wording *w, const struct field *f, str text) {
    for (size_t i = 0; i < f->n_choices; i++) {
        if (!str_eq(str_code(&f->choices[i]), text)) continue;
        say_text(w, &f->choice_labels[i]);
        return;
    }
    if (f->type != FIELD_UNIT && f->type != FIELD_UNITS) {
        strbuf_add(w->out, text);
        return;
    }
    size_t n = 0;
    for (str one; str_split(&text, ',', &one);) {
        say_comma(w, n++);
        put_unit(w, one);
    }
}

static void put_values(const struct wording *w, const struct action *a, const struct command *c) {
    for (size_t i = 0; a != NULL && i < c->n_values; i++) {
        const struct field *f = action_field(a, str_code(&c->values[i].name));
        if (f == NULL) continue;
        put(w, "\n        ");
        say_text(w, &f->label);
        say(w, "cli.colon");
        put_value(w, f, c->values[i].text);
    }
}

static void put_task(const struct wording *w, const struct procedure *p, const struct kase *c, const struct op *op) {
    const struct task *t = case_task(c, op->id);
    const struct task_kind *kind = t != NULL && p != NULL ? procedure_task(p, &t->kind) : NULL;
    const struct state *s = kind != NULL ? task_state(kind, &op->value) : NULL;
    if (kind == NULL) return;
    put(w, "\n        ");
    say(w, "cli.task");
    say_text(w, &kind->label);
    put(w, " → ");
    if (op->kind == OP_TASK_CANCEL)
        say(w, "cli.cancelled");
    else if (s != NULL)
        say_text(w, &s->label);
    if (code_empty(&t->unit)) return;
    say(w, "cli.open");
    put_unit(w, str_code(&t->unit));
    say(w, "cli.close");
}

/* A notice with its places filled: {number}, {unit}, {due}; others stay. */
static void put_filled(const struct wording *w, str text, const struct kase *c, const struct op *op) {
    while (text.len > 0) {
        ptrdiff_t open = str_find(text, S("{"), 0), close = open < 0 ? -1 : str_find(text, S("}"), (size_t)open);
        if (close < 0) break;
        str slot = str_slice(text, (size_t)open + 1, (size_t)close);
        strbuf_add(w->out, str_slice(text, 0, (size_t)open));
        if (str_is(slot, "number"))
            strbuf_add(w->out, str_code(&c->number));
        else if (str_is(slot, "unit"))
            put_unit(w, str_code(code_empty(&op->unit) ? &c->unit : &op->unit));
        else if (str_is(slot, "due") && !instant_is_none(case_due(c, NULL)))
            say_time(w, case_due(c, NULL));
        else
            strbuf_add(w->out, str_slice(text, (size_t)open, (size_t)close + 1));
        text = str_slice(text, (size_t)close + 1, text.len);
    }
    strbuf_add(w->out, text);
}

static void put_notice(const struct wording *w, const struct kase *c, const struct op *op) {
    put(w, "\n        ");
    say(w, "cli.told");
    strbuf_add(w->out, word2(w->city, w->lang, "post.", str_code(&op->name)));
    if (!code_empty(&op->unit)) {
        say(w, "cli.open");
        put_unit(w, str_code(&op->unit));
        say(w, "cli.close");
    }
    put(w, " · ");
    put_filled(w, city_text(w->city, w->lang, str_code(&op->value)), c, op);
}

static void put_outcomes(const struct wording *w, const struct procedure *p, const struct told *t) {
    struct arena arena;
    struct facts f;
    struct err err;
    arena_init(&arena, 0);
    struct kase *head = NEW(&arena, struct kase);
    if (facts_read(t->entry->kind, t->entry->facts, &arena, head, &f, &err) == OK) {
        for (size_t i = 0; i < f.n_ops; i++) {
            const struct op *op = &f.ops[i];
            if (op->kind == OP_TASK_OPEN || op->kind == OP_TASK_STATE || op->kind == OP_TASK_CANCEL)
                put_task(w, p, t->after, op);
            if (op->kind == OP_NOTIFY) put_notice(w, t->after, op);
        }
    }
    arena_done(&arena);
}

static code action_of(const struct told *t) {
    struct arena arena;
    struct facts f = {0};
    struct err err;
    code ret = {0};
    arena_init(&arena, 0);
    struct kase *head = NEW(&arena, struct kase);
    if (t->entry->kind != ENTRY_FILED && facts_read(t->entry->kind, t->entry->facts, &arena, head, &f, &err) == OK)
        ret = f.action;
    arena_done(&arena);
    return ret;
}

void trial_print_entry(const struct wording *w, const struct told *t) {
    const struct procedure *p = procedure_of(w, t->after);
    code action = action_of(t);
    say_time(w, t->entry->recorded);
    strbuf_addf(w->out, "  %s  ", t->after->number.s);
    put_person(w, t->by, &t->entry->actor);
    say(w, "cli.colon");
    put_what(w, p, t->entry->kind, &action);
    put_state(w, p, t);
    put_due(w, t);
    const struct action *a = p != NULL && !code_empty(&action) ? procedure_action(p, str_code(&action)) : NULL;
    if (t->by != NULL && t->entry->kind == ENTRY_ACTED) put_values(w, a, t->command);
    put_outcomes(w, p, t);
    put(w, "\n");
}

/* What he can do instead, and who may do what he wanted. */
static void put_advice(const struct wording *w, const struct told *t, instant now, const struct err *err) {
    struct instead i;
    struct refused q = {w->city, w->city, t->before, &t->command->actor, &t->command->action, now};
    bool of_act = t->command->kind == COMMAND_ACT && (err->status == E_DENIED || err->status == E_STATE);
    if (!of_act || t->before == NULL || !instead_of(&q, &i)) return;
    put(w, "        ");
    put_instead_words(w->out, &q, &i, w->lang);
    put(w, "\n");
}

void trial_print_refusal(const struct wording *w, const struct told *t, instant now, const struct err *err) {
    const struct procedure *p = procedure_of(w, t->before);
    say_time(w, now);
    put(w, "  ✗ ");
    put_person(w, t->by, &t->command->actor);
    say(w, "cli.colon");
    put_what(w, p, t->command->kind == COMMAND_FILE ? ENTRY_FILED : ENTRY_ACTED, &t->command->action);
    put(w, " · ");
    say(w, "cli.refused");
    str code_text = str_z(err->code), text = word2(w->city, w->lang, "refusal.", code_text);
    if (str_eq(text, code_text)) text = word2(w->city, w->lang, "say.", code_text);
    if (str_eq(text, code_text)) text = word2(w->city, w->lang, "error.", code_text);
    strbuf_add(w->out, text);
    strbuf_addf(w->out, " (%s%s%s)\n", err->code, err->field[0] != '\0' ? ": " : "", err->field);
    put_advice(w, t, now, err);
}
