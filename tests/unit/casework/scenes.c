#include "scenes.h"

#include <string.h>

#include "casework/number.h"

struct actor bearer(const char *key) {
    return (struct actor){.kind = ACTOR_CONTRACTOR, .role = code_of(key)};
}

void scene_set(const struct scene *s, const struct desk *d, struct kase *c) {
    memset(c, 0, sizeof *c);
    c->id = 1;
    c->version = 1;
    c->number = number_format(S("TT"), day_from_ymd(2026, 11, 24), 1);
    c->procedure = s->p->name;
    c->state = s->state->name;
    if (s->state->pauses) c->state_before = s->p->states[0].name;
    c->state_entered = c->filed = d->now;
    c->category = s->cast->category;
    c->condition = s->cast->condition;
    c->area = s->cast->area;
    c->unit = s->cast->unit;
    c->channel = code_of("field");
    c->happened = c->ended = c->dispatched = c->accepted = c->signed_at = INSTANT_NONE;
    c->is_private = s->p->is_private;
    c->is_over = s->state->is_end;
    c->is_closed = s->state->is_closed;
    if (c->is_over) c->ended = d->now;
    c->is_answered = c->is_closed;
    c->next_clock = 1;
    c->next_task = s->kind != NULL ? 2 : 1;
    if (s->kind == NULL) return;
    struct task *t = &c->tasks[0];
    *t = (struct task){.id = 1, .kind = s->kind->name, .state = s->task->name, .opened = d->now, .ended = INSTANT_NONE};
    if (s->of != OF_GRID) t->unit = s->of == OF_LEAD ? s->cast->unit : s->cast->others[0];
    if (s->of == OF_GRID) t->area = s->cast->area;
    t->is_over = s->task->is_end;
    c->passes[0] = (struct pass){1, code_of("key"), {d->now.ms + MS_DAY}};
}

void scenes_each(const struct cast *cast, const struct procedure *p, int holders, scene_fn fn, void *ctx) {
    struct scene s = {.cast = cast, .p = p};
    for (size_t i = 0; i < p->n_states; i++) {
        s.state = &p->states[i];
        s.kind = NULL;
        fn(&s, ctx);
        if (s.state->is_end) continue; /* an ended case has no open task */
        for (size_t k = 0; k < p->n_tasks; k++) {
            s.kind = &p->tasks[k];
            for (size_t t = 0; t < s.kind->n_states * (size_t)holders; t++) {
                s.task = &s.kind->states[t / (size_t)holders];
                s.of = (enum task_of)(t % (size_t)holders);
                fn(&s, ctx);
            }
        }
    }
}

/* --- the twin --- */

static bool named(const code *list, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i].s, name) == 0) return true;
    return false;
}

enum verdict scene_verdict(const struct scene *s, const struct action *a, enum actor_kind kind,
                           const struct stance *stance) {
    if (!stance->reads) return NOT_ALLOWED;
    /* who sees a part only is not told of states by what is never his */
    if (kind == ACTOR_REPORTER && (a->posts & BIT(POST_REPORTER)) == 0) return NOT_ALLOWED;
    if (kind == ACTOR_CONTRACTOR && (a->posts & BIT(POST_CONTRACTOR)) == 0) return NOT_ALLOWED;
    bool star = named(a->from, a->n_from, "*") && !s->state->is_end;
    if (!star && !named(a->from, a->n_from, s->state->name.s)) return WRONG_STATE;
    if (a->task.s[0] == '\0') return (stance->of_case & a->posts) != 0 ? MAY : NOT_ALLOWED;
    bool fits = s->kind != NULL && !s->task->is_end &&
                (strcmp(s->kind->name.s, a->task.s) == 0 || strcmp(a->task.s, "*") == 0) &&
                (a->n_task_from == 0 || named(a->task_from, a->n_task_from, s->task->name.s));
    if (!fits) return WRONG_STATE;
    return (stance->of_task & a->posts) != 0 ? MAY : NOT_ALLOWED;
}

enum verdict verdict_of(enum status status, const struct err *err) {
    if (status == E_DENIED && strcmp(err->code, "not_allowed") == 0) return NOT_ALLOWED;
    return status == E_STATE && strcmp(err->code, "wrong_state") == 0 ? WRONG_STATE : MAY;
}

/* --- commands --- */

/* The value that a guard of the action asks of the field. */
static str guarded(const struct action *a, const struct field *f) {
    for (size_t i = 0; i < a->n_guards; i++) {
        const struct guard *g = &a->guards[i];
        if (g->kind == GUARD_FIELD_IN && code_eq(&g->name, &f->name) && g->n_values > 0) return g->values[0];
    }
    return STR_NONE;
}

/* A unit that had none of the tasks that the guards of the action exclude. */
static str fresh_unit(const struct scene *s, const struct action *a) {
    size_t n = 0;
    for (size_t i = 0; i < a->n_guards; i++) n += a->guards[i].kind == GUARD_FIELD_NEVER;
    return str_code(&s->cast->others[n > 2 ? 2 : n]);
}

static str two_units(const struct scene *s, str one, struct strbuf *b) {
    b->len = 0;
    strbuf_add(b, one);
    strbuf_addc(b, ',');
    strbuf_add(b, str_code(&s->cast->others[3]));
    return strbuf_str(b);
}

static str value_for(const struct scene *s, const struct field *f, str unit, struct strbuf *b) {
    static code number;
    number = number_format(S("TT"), day_from_ymd(2026, 1, 1), 1);
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_MEDIA:
    case FIELD_DOCUMENT:
        return f->min > 10 ? S("一段足够长的说明文字，写明事实、理由、依据和处理意见，供以后的人照此办理，也供审查。")
                           : S("一段足够长的说明文字");
    case FIELD_UNIT:
        return unit;
    case FIELD_UNITS:
        return two_units(s, unit, b);
    case FIELD_ITEM:
        return str_code(&s->cast->item);
    case FIELD_AREAS:
    case FIELD_AREA:
        return str_code(&s->cast->elsewhere);
    case FIELD_CATEGORY:
        if (f->any) return str_code(&s->cast->new_category);
        return f->required ? str_code(&s->cast->category) : STR_NONE; /* else the case keeps its own */
    case FIELD_CONDITION:
    case FIELD_CASES: /* the server fills it in */
        return STR_NONE;
    case FIELD_NUMBER:
        return f->max > 0 && f->max < 4 ? S("1") : S("4");
    case FIELD_CHOICE:
        return f->n_choices > 0 ? str_code(&f->choices[0]) : STR_NONE;
    case FIELD_CASE:
        return str_code(&number);
    case FIELD_INSTANT:
        return S("2026-12-24T08:30:00+08:00"); /* some day to come */
    case FIELD_TASK:
        return S("1");
    case FIELD_BOOL:
        return S("true");
    case FIELD_CHANNEL:
        return s->cast->city->n_channels > 0 ? str_code(&s->cast->city->channels[0].code) : STR_NONE;
    case FIELD_MATERIALS:
        return str_code(&s->cast->material);
    }
    return STR_NONE;
}

struct command scene_command(const struct scene *s, const struct action *a, struct actor actor, enum filled filled) {
    static char room[VALUES_MAX][400];
    struct command c = {.kind = COMMAND_ACT, .action = a->name, .actor = actor, .pass = code_of("key")};
    struct strbuf b;
    strbuf_init(&b, 200);
    for (size_t i = 0; i < a->n_fields && c.n_values < VALUES_MAX; i++) {
        const struct field *f = &a->fields[i];
        str text = filled == AS_SHOWN ? STR_NONE : guarded(a, f);
        if (filled == NEEDED_FIELDS && !f->required && !f->required_by_condition && text.len == 0) continue;
        str unit = filled == AS_SHOWN && f->type == FIELD_UNITS ? str_code(&s->cast->others[0]) : fresh_unit(s, a);
        if (text.len == 0) text = value_for(s, f, unit, &b);
        if (text.len == 0 || text.len >= sizeof room[0]) continue;
        memcpy(room[c.n_values], text.ptr, text.len);
        c.values[c.n_values] = (struct value){f->name, {room[c.n_values], text.len}};
        c.n_values++;
    }
    strbuf_done(&b);
    return c;
}

/* --- outcomes --- */

bool refusal_is_its_own(const struct action *a, const struct err *err) {
    static const char *const demands[] = {"no_answer",  "no_basis", "no_channel", "no_original",
                                          "open_parts", "guard",    "no_unit",    "not_outside"};
    for (size_t i = 0; i < ARRAY_LEN(demands); i++)
        if (strcmp(err->code, demands[i]) == 0) return true;
    for (size_t i = 0; i < a->n_guards; i++)
        if (strcmp(a->guards[i].refusal.s, err->code) == 0) return true;
    return false;
}

static bool is_reached_by_join(const struct procedure *p, const code *state) {
    for (size_t i = 0; i < p->n_joins; i++)
        if (code_eq(&p->joins[i].to, state)) return true;
    return false;
}

void scene_assert_moved(const struct scene *s, const struct action *a, const struct kase *after) {
    const code *to = a->to_back ? &s->p->states[0].name : a->to.s[0] != '\0' ? &a->to : &s->state->name;
    bool moved = code_eq(&after->state, to) || is_reached_by_join(s->p, &after->state);
    if (!moved) fail_msg("%s in %s led to %s", a->name.s, s->state->name.s, after->state.s);
    if (s->kind == NULL || a->task.s[0] == '\0' || a->task_to.s[0] == '\0' || after->is_over) return;
    const struct task *t = case_task(after, 1);
    assert_true(t != NULL && code_eq(&t->state, &a->task_to));
}
