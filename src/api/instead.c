#include "api/instead.h"

#include "api/api_int.h"
#include "api/words.h"

#define NAMED_MAX 4 /* of a list in a sentence; the document has all */

struct saying {
    const struct refused *q;
    size_t lang;
    struct strbuf *out;
    size_t n; /* said of the list under way */
};

static str say_word(const struct saying *s, const char *key) {
    return word(s->q->world, s->lang, key);
}

/* Whether one more of the list is said; after the last one come the words for "and others". */
static bool next_named(struct saying *s) {
    if (s->n < NAMED_MAX) {
        if (s->n > 0) strbuf_add(s->out, say_word(s, "cli.comma"));
        return ++s->n > 0;
    }
    if (s->n++ == NAMED_MAX) strbuf_add(s->out, say_word(s, "instead.more"));
    return false;
}

static str taken(struct strbuf *b, struct arena *arena) {
    str ret = str_dup(arena, strbuf_str(b));
    b->len = 0;
    return ret;
}

/* --- where --- */

static str label_at(const struct saying *s, const struct state *state) {
    str open = actor_is_outside(s->q->actor) ? text_in(&state->public_label, s->lang) : STR_NONE;
    return str_empty(open) ? text_in(&state->label, s->lang) : open;
}

static void say_states(struct saying *s, const struct procedure *p, const struct action *a) {
    s->n = 0;
    for (size_t i = 0; i < a->n_from; i++) {
        const struct state *from = procedure_state(p, &a->from[i]);
        if (next_named(s)) strbuf_add(s->out, from != NULL ? label_at(s, from) : say_word(s, "instead.any"));
    }
}

/* The states of the task; those of the case only where not any open one will do. */
static void say_task_states(struct saying *s, const struct procedure *p, const struct action *a) {
    const struct task_kind *kind = procedure_task(p, &a->task);
    if (kind == NULL || a->n_task_from == 0) {
        say_states(s, p, a);
        return;
    }
    if (a->n_from > 0 && !code_is(&a->from[0], "*")) {
        say_states(s, p, a);
        strbuf_add(s->out, say_word(s, "cli.colon"));
    }
    strbuf_add(s->out, text_in(&kind->label, s->lang));
    strbuf_add(s->out, say_word(s, "cli.colon"));
    s->n = 0;
    for (size_t i = 0; i < a->n_task_from; i++) {
        const struct state *from = task_state(kind, &a->task_from[i]);
        if (from != NULL && next_named(s)) strbuf_add(s->out, text_in(&from->label, s->lang));
    }
}

/* --- who --- */

static str post_word(const struct saying *s, enum post post) {
    return word2(s->q->world, s->lang, "post.", str_z(post_name(post)));
}

static str name_of(const struct saying *s, const struct holder *h) {
    const struct city *world = s->q->world;
    uint32_t u = city_unit(world, str_code(&h->unit)), a = city_area(world, str_code(&h->area));
    if (u != NONE) return text_in(&world->units[u].name, s->lang);
    return a != NONE ? text_in(&world->areas[a].name, s->lang) : post_word(s, h->post);
}

/* One unit is named once, with the roles of all posts by which its people may do it. */
static bool was_named(const struct instead *i, size_t at) {
    const struct holder *h = &i->who[at];
    for (size_t k = 0; k < at; k++) {
        bool same = code_eq(&i->who[k].unit, &h->unit) && code_eq(&i->who[k].area, &h->area);
        if (same && !(code_empty(&h->unit) && code_empty(&h->area))) return true;
    }
    return false;
}

static void add_roles(struct holder *h, const struct holder *other) {
    for (size_t r = 0; r < other->n_roles; r++) {
        bool known = false;
        for (size_t k = 0; k < h->n_roles; k++) known = known || code_eq(&h->roles[k], &other->roles[r]);
        if (!known && h->n_roles < HOLDER_ROLES_MAX) h->roles[h->n_roles++] = other->roles[r];
    }
}

static void say_roles(struct saying s, const struct instead *i, size_t first) {
    struct holder h = i->who[first];
    bool joined = !code_empty(&h.unit) || !code_empty(&h.area);
    for (size_t k = first + 1; joined && k < i->n_who; k++)
        if (code_eq(&i->who[k].unit, &h.unit) && code_eq(&i->who[k].area, &h.area)) add_roles(&h, &i->who[k]);
    s.n = 0;
    for (size_t r = 0; r < h.n_roles; r++) {
        const struct role *role = city_role(s.q->world, str_code(&h.roles[r]));
        if (r == 0) strbuf_add(s.out, say_word(&s, "cli.open"));
        if (role != NULL && next_named(&s)) strbuf_add(s.out, text_in(&role->label, s.lang));
    }
    if (h.n_roles > 0) strbuf_add(s.out, say_word(&s, "cli.close"));
}

static void say_who(struct saying *s, const struct instead *i) {
    s->n = 0;
    for (size_t k = 0; k < i->n_who; k++) {
        if (was_named(i, k) || !next_named(s)) continue;
        strbuf_add(s->out, name_of(s, &i->who[k]));
        say_roles(*s, i, k);
    }
}

/* --- the sentences --- */

static const struct procedure *procedure_of(const struct refused *q) {
    return city_procedure(q->law, str_code(&q->c->procedure));
}

static void say_wanted(struct saying *s, const struct instead *i, struct arena *arena) {
    const struct procedure *p = procedure_of(s->q);
    struct strbuf b, *out = s->out;
    strbuf_init(&b, 8192);
    s->out = &b;
    say_task_states(s, p, i->wanted);
    str states = taken(&b, arena);
    say_who(s, i);
    struct slot slots[] = {
        {"action", text_in(&i->wanted->label, s->lang)}, {"states", states}, {"who", taken(&b, arena)}};
    put_slots(out, say_word(s, i->now ? "instead.by" : "instead.when"), slots, ARRAY_LEN(slots));
    s->out = out;
    strbuf_done(&b);
}

/* What was refused by a rule of its own is no advice. */
static void say_possible(struct saying *s, const struct instead *i, struct arena *arena) {
    struct strbuf b, *out = s->out;
    strbuf_init(&b, 8192);
    s->out = &b;
    s->n = 0;
    const struct action *last = NULL;
    for (size_t k = 0; k < i->n_possible; k++) {
        const struct action *a = i->possible[k].action;
        if (a == last || code_eq(&a->name, s->q->action) || !next_named(s)) continue;
        strbuf_add(&b, text_in(&a->label, s->lang));
        last = a;
    }
    bool outside = actor_is_outside(s->q->actor);
    const char *key = s->n > 0        ? "instead.can"
                      : i->at->is_end ? "instead.over"
                      : outside       ? "instead.cannot"
                                      : "instead.turn";
    struct slot slots[] = {
        {"actions", taken(&b, arena)}, {"state", label_at(s, i->at)}, {"who", post_word(s, i->at->owner)}};
    put_slots(out, say_word(s, key), slots, ARRAY_LEN(slots));
    s->out = out;
    strbuf_done(&b);
}

void put_instead_words(struct strbuf *b, const struct refused *q, const struct instead *i, size_t lang) {
    struct saying s = {.q = q, .lang = lang, .out = b};
    struct arena arena;
    arena_init(&arena, 0);
    if (i->wanted != NULL) {
        say_wanted(&s, i, &arena);
        if (!str_is(q->world->langs[lang], "zh")) strbuf_addc(b, ' ');
    }
    say_possible(&s, i, &arena);
    arena_done(&arena);
}

/* --- for programs --- */

static void put_states(struct json_buf *w, const struct saying *s, const struct procedure *p, const struct action *a) {
    json_add_key(w, "states");
    json_open_array(w);
    for (size_t i = 0; i < a->n_from; i++) {
        const struct state *from = procedure_state(p, &a->from[i]);
        json_open_object(w);
        json_put_code(w, "code", &a->from[i]);
        json_put_str(w, "name", from != NULL ? label_at(s, from) : say_word(s, "instead.any"));
        json_close_object(w);
    }
    json_close_array(w);
    const struct task_kind *kind = procedure_task(p, &a->task);
    if (kind == NULL) return;
    put_named(w, "task", &kind->name, text_in(&kind->label, s->lang));
    json_add_key(w, "task_states");
    json_open_array(w);
    for (size_t i = 0; i < a->n_task_from; i++) {
        const struct state *from = task_state(kind, &a->task_from[i]);
        json_open_object(w);
        json_put_code(w, "code", &a->task_from[i]);
        json_put_str(w, "name", from != NULL ? text_in(&from->label, s->lang) : str_code(&a->task_from[i]));
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_who(struct json_buf *w, const struct saying *s, const struct holder *h) {
    const struct city *world = s->q->world;
    code post = code_of(post_name(h->post));
    json_open_object(w);
    put_named(w, "post", &post, post_word(s, h->post));
    if (!code_empty(&h->unit)) put_unit(w, "unit", world, &h->unit, s->lang);
    if (!code_empty(&h->area)) put_area(w, "area", world, &h->area, s->lang);
    json_add_key(w, "roles");
    json_open_array(w);
    for (size_t i = 0; i < h->n_roles; i++) {
        const struct role *role = city_role(world, str_code(&h->roles[i]));
        json_open_object(w);
        json_put_code(w, "code", &h->roles[i]);
        json_put_str(w, "name", role != NULL ? text_in(&role->label, s->lang) : str_code(&h->roles[i]));
        json_close_object(w);
    }
    json_close_array(w);
    json_close_object(w);
}

static void put_wanted(struct json_buf *w, const struct saying *s, const struct instead *i) {
    json_open_object(w);
    json_put_code(w, "action", &i->wanted->name);
    json_put_str(w, "label", text_in(&i->wanted->label, s->lang));
    json_put_bool(w, "now", i->now);
    put_states(w, s, procedure_of(s->q), i->wanted);
    json_add_key(w, "who");
    json_open_array(w);
    for (size_t k = 0; k < i->n_who; k++) put_who(w, s, &i->who[k]);
    json_close_array(w);
    json_close_object(w);
}

void put_instead(struct json_buf *w, const struct refused *q, const struct instead *i, size_t lang) {
    struct saying s = {.q = q, .lang = lang};
    json_add_key(w, "possible");
    json_open_array(w);
    for (size_t k = 0; k < i->n_possible; k++) {
        json_open_object(w);
        json_put_code(w, "action", &i->possible[k].action->name);
        json_put_str(w, "label", text_in(&i->possible[k].action->label, lang));
        if (i->possible[k].task != 0) json_put_i64(w, "task", i->possible[k].task);
        json_close_object(w);
    }
    json_close_array(w);
    json_add_key(w, "may");
    json_open_array(w);
    if (i->wanted != NULL) put_wanted(w, &s, i);
    json_close_array(w);
}

/* --- the answer to a refused action --- */

/* out: what is said of it; false if nothing may be said. */
static bool look(struct pending *p, struct kase *c, struct refused *q, struct instead *i) {
    struct app *app = p->api->app;
    const struct command *command = &p->submission.command;
    if (store_case(app->store, command->case_id, c, NULL) != OK) return false;
    *q = (struct refused){.law = app_law(app, c), .world = app_city(app), .c = c, .now = app_now(app)};
    q->actor = &p->caller.actor;
    q->action = &command->action;
    return instead_of(q, i);
}

void refuse_with_advice(struct pending *p) {
    struct arena *arena = http_arena(p->call);
    struct kase *c = NEW(arena, struct kase);
    struct instead *i = NEW(arena, struct instead);
    struct refused q;
    struct err err = p->submission.result.err;
    if (!look(p, c, &q, i)) {
        if (err.status == E_DENIED) err_set(&err, E_NOT_FOUND, "unknown_case", UNKNOWN_CASE);
        http_problem(p->call, &err);
        return;
    }
    struct strbuf words, members;
    struct json_buf w;
    strbuf_init(&words, 64 << 10);
    strbuf_init(&members, 256 << 10);
    json_buf_init(&w, &members);
    bool to_mend = err.field[0] != '\0' && i->wanted == NULL; /* another value is all it wants */
    if (!to_mend) put_instead_words(&words, &q, i, p->caller.lang);
    json_open_object(&w);
    put_instead(&w, &q, i, p->caller.lang);
    json_close_object(&w);
    http_problem_with(p->call, &err, strbuf_str(&words), strbuf_str(&members));
    strbuf_done(&words);
    strbuf_done(&members);
}
