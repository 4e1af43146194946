/* Cases as JSON: one shape for lists, one for staff, one for reporters. */
#include <math.h>

#include "api/api_int.h"
#include "api/words.h"
#include "letter/letter.h"

str sample_banner(const struct api *api, size_t lang) {
    const struct city *city = app_city(api->app);
    const char *key = "app.sample_banner";
    str text = api->app->rehearsal != NULL ? word(city, lang, "app.rehearsal") : city_text(city, lang, str_z(key));
    return str_is(text, key) ? S("") : text;
}

void put_instant(struct json_buf *w, const char *key, const struct city *city, instant t) {
    if (instant_is_none(t)) {
        json_put_str(w, key, STR_NONE);
        return;
    }
    json_add_key(w, key);
    json_add_raw(w, S("\""));
    instant_format(w->out, &city->calendar.zone, t);
    strbuf_addc(w->out, '"');
}

void put_named(struct json_buf *w, const char *key, const code *c, str name) {
    json_add_key(w, key);
    if (code_empty(c)) {
        json_add_null(w);
        return;
    }
    json_open_object(w);
    json_put_code(w, "code", c);
    json_put_str(w, "name", name);
    json_close_object(w);
}

void put_area(struct json_buf *w, const char *key, const struct city *city, const code *c, size_t lang) {
    uint32_t i = city_area(city, str_code(c));
    put_named(w, key, c, i == NONE ? str_code(c) : text_in(&city->areas[i].name, lang));
}

void put_unit(struct json_buf *w, const char *key, const struct city *city, const code *c, size_t lang) {
    uint32_t i = city_unit(city, str_code(c));
    put_named(w, key, c, i == NONE ? str_code(c) : text_in(&city->units[i].name, lang));
}

void put_category(struct json_buf *w, const char *key, const struct city *city, const code *c, size_t lang) {
    uint32_t i = city_category(city, str_code(c));
    put_named(w, key, c, i == NONE ? str_code(c) : text_in(&city->categories[i].name, lang));
}

str state_label(const struct city *law, const code *procedure, const code *state, bool is_public, size_t lang) {
    const struct procedure *p = city_procedure(law, str_code(procedure));
    const struct state *s = p == NULL ? NULL : procedure_state(p, state);
    if (s == NULL) return str_code(state);
    str open = is_public ? text_in(&s->public_label, lang) : STR_NONE;
    return str_empty(open) ? text_in(&s->label, lang) : open;
}

str action_label(const struct city *law, const code *procedure, const code *action, size_t lang) {
    const struct procedure *p = city_procedure(law, str_code(procedure));
    const struct action *a = p == NULL ? NULL : procedure_action(p, str_code(action));
    return a == NULL ? str_code(action) : text_in(&a->label, lang);
}

str history_label(const struct city *law, const code *procedure, const struct history_line *h, size_t lang) {
    static const char *const KINDS[ENTRY_KIND_COUNT] = {
        [ENTRY_FILED] = "kind.filed",       [ENTRY_ACTED] = "kind.acted", [ENTRY_TICKED] = "kind.ticked",
        [ENTRY_MOVED] = "kind.moved",       [ENTRY_READ] = "kind.read",   [ENTRY_ERASED] = "kind.erased",
        [ENTRY_NOTED] = "kind.noted",       [ENTRY_STAFF] = "kind.staff", [ENTRY_CITY] = "kind.city",
        [ENTRY_EXCHANGE] = "kind.exchange",
    };
    if (h->kind == ENTRY_ACTED && !code_empty(&h->action)) return action_label(law, procedure, &h->action, lang);
    if (h->kind == ENTRY_NOTED && code_is(&h->action, "has_supporter")) return word(law, lang, "kind.supported");
    if (h->kind == ENTRY_NOTED && code_is(&h->action, "has_finding")) return word(law, lang, "kind.found");
    if (h->kind == ENTRY_NOTED && code_is(&h->action, "hold")) return word(law, lang, "kind.held");
    if (h->kind == ENTRY_NOTED && code_is(&h->action, "release")) return word(law, lang, "kind.released");
    if (h->kind == ENTRY_NOTED && code_is(&h->action, "redrawn")) return word(law, lang, "kind.redrawn");
    if (h->kind == ENTRY_NOTED && h->actor.kind == ACTOR_PEER)
        return word(law, lang, code_is(&h->action, "taken") ? "kind.taken" : "kind.status");
    return word(law, lang, KINDS[h->kind]);
}

static void put_place(struct json_buf *w, lonlat p) {
    if (lonlat_is_none(p)) return;
    json_put_double(w, "lon", p.lon_deg, 6);
    json_put_double(w, "lat", p.lat_deg, 6);
}

static void put_row_members(struct json_buf *w, const struct city *city, const struct case_row *r, size_t lang) {
    json_put_code(w, "number", &r->number);
    json_put_i64(w, "version", r->version);
    json_put_code(w, "procedure", &r->procedure);
    json_put_code(w, "state", &r->state);
    json_put_str(w, "state_label", state_label(city, &r->procedure, &r->state, false, lang));
    put_category(w, "category", city, &r->category, lang);
    put_area(w, "area", city, &r->area, lang);
    put_unit(w, "unit", city, &r->unit, lang);
    json_put_code(w, "channel", &r->channel);
    if (!code_empty(&r->point)) json_put_code(w, "thing", &r->point);
    put_instant(w, "filed", city, r->filed);
    put_instant(w, "happened", city, r->happened);
    put_instant(w, "due", city, r->due);
    if (r->provisional) json_put_bool(w, "due_provisional", true);
    json_put_bool(w, "missed", r->missed);
    put_instant(w, "ended", city, r->ended);
    json_put_str(w, "text", utf8_prefix(r->text, 120));
    json_put_str(w, "address", r->address);
    put_place(w, r->place);
    json_put_i64(w, "supporters", r->supporters);
    if ((r->flags & ROW_EXERCISE) != 0) json_put_bool(w, "exercise", true);
}

void put_row(struct json_buf *w, const struct city *city, const struct case_row *r, size_t lang) {
    json_open_object(w);
    put_row_members(w, city, r, lang);
    json_put_code(w, "condition", &r->condition);
    json_close_object(w);
}

void put_action_field(struct json_buf *w, const struct field *f, size_t lang) {
    static const char *const TYPES[] = {
        [FIELD_TEXT] = "text",     [FIELD_UNIT] = "unit",         [FIELD_UNITS] = "units",
        [FIELD_AREA] = "area",     [FIELD_CATEGORY] = "category", [FIELD_CONDITION] = "condition",
        [FIELD_NUMBER] = "number", [FIELD_CHOICE] = "choice",     [FIELD_CASE] = "case",
        [FIELD_MEDIA] = "media",   [FIELD_INSTANT] = "time",      [FIELD_TASK] = "task",
        [FIELD_BOOL] = "bool",     [FIELD_CHANNEL] = "channel",   [FIELD_MATERIALS] = "materials",
        [FIELD_AREAS] = "areas",   [FIELD_ITEM] = "item",         [FIELD_DOCUMENT] = "document",
        [FIELD_CASES] = "cases",
    };
    json_open_object(w);
    json_put_code(w, "name", &f->name);
    json_put_str(w, "label", text_in(&f->label, lang));
    json_put_z(w, "type", TYPES[f->type]);
    json_put_bool(w, "required", f->required);
    if (f->required_by_condition) json_put_z(w, "required_by", "condition");
    json_put_bool(w, "public", f->is_public);
    if (f->max > 0) json_put_i64(w, "max", f->max);
    if (f->many) json_put_bool(w, "many", true);
    if (f->any) json_put_bool(w, "any", true);
    if (!code_empty(&f->choices_of)) json_put_code(w, "list", &f->choices_of);
    if (f->n_choices > 0) {
        json_add_key(w, "choices");
        json_open_array(w);
        for (size_t i = 0; i < f->n_choices; i++) {
            json_open_object(w);
            json_put_code(w, "value", &f->choices[i]);
            json_put_str(w, "label", text_in(&f->choice_labels[i], lang));
            json_close_object(w);
        }
        json_close_array(w);
    }
    json_close_object(w);
}

/* What an action is for where a page offers it in one step with filing; NULL for most. */
static const char *offer_use(const struct action *a) {
    for (size_t i = 0; i < a->n_effects; i++) {
        const struct effect *e = &a->effects[i];
        if (e->kind == EFFECT_LINK && code_is(&e->name, "cites")) return "cite";
        if (e->kind == EFFECT_TASK_OPEN && !code_empty(&e->extra)) return "promise";
        if (e->kind == EFFECT_COUNT && code_is(&e->name, "repeats")) return "repeat";
    }
    return NULL;
}

static void put_offers(struct json_buf *w, const char *key, const struct case_view *v, size_t lang) {
    json_add_key(w, key);
    json_open_array(w);
    for (size_t i = 0; i < v->n_offers; i++) {
        const struct action *a = v->offers[i].action;
        json_open_object(w);
        json_put_code(w, "action", &a->name);
        json_put_str(w, "label", text_in(&a->label, lang));
        str confirm = text_in(&a->confirm, lang);
        if (!str_empty(confirm)) json_put_str(w, "confirm", confirm);
        if (v->offers[i].task != 0) json_put_i64(w, "task", v->offers[i].task);
        if (a->quick) json_put_bool(w, "quick", true);
        const char *use = offer_use(a);
        if (use != NULL) json_put_z(w, "use", use);
        json_add_key(w, "fields");
        json_open_array(w);
        for (size_t k = 0; k < a->n_fields; k++) {
            struct field f = a->fields[k];
            f.required = field_required(v->law, &f, &v->kase.condition);
            put_action_field(w, &f, lang);
        }
        json_close_array(w);
        json_close_object(w);
    }
    json_close_array(w);
}

/* What a task is called: as the plan names it, else by its kind. */
static str task_label(const struct city *law, const struct task_kind *kind, const struct task *t, size_t lang) {
    const struct plan_task *planned = code_empty(&t->item) ? NULL : city_plan_task(law, str_code(&t->item), NULL);
    if (planned != NULL) return text_in(&planned->label, lang);
    return kind == NULL ? str_code(&t->kind) : text_in(&kind->label, lang);
}

static void put_tasks(struct json_buf *w, const struct city *city, const struct case_view *v, size_t lang) {
    const struct procedure *p = city_procedure(v->law, str_code(&v->kase.procedure));
    json_add_key(w, "tasks");
    json_open_array(w);
    for (size_t i = 0; i < TASKS_MAX; i++) {
        const struct task *t = &v->kase.tasks[i];
        if (t->id == 0) continue;
        const struct task_kind *k = p == NULL ? NULL : procedure_task(p, &t->kind);
        const struct state *s = k == NULL ? NULL : task_state(k, &t->state);
        json_open_object(w);
        json_put_i64(w, "id", t->id);
        json_put_code(w, "kind", &t->kind);
        json_put_str(w, "label", task_label(v->law, k, t, lang));
        if (!code_empty(&t->item)) json_put_code(w, "item", &t->item);
        json_put_code(w, "state", &t->state);
        json_put_str(w, "state_label", s == NULL ? str_code(&t->state) : text_in(&s->label, lang));
        put_unit(w, "unit", city, &t->unit, lang);
        put_area(w, "area", city, &t->area, lang);
        put_instant(w, "opened", city, t->opened);
        put_instant(w, "ended", city, t->ended);
        json_put_bool(w, "over", t->is_over);
        if (t->cancelled) json_put_bool(w, "cancelled", true);
        json_close_object(w);
    }
    json_close_array(w);
}

const char *limit_unit_name(enum limit_unit unit) {
    static const char *const UNITS[] = {[LIMIT_NONE] = "none",
                                        [LIMIT_WALL_MINUTES] = "wall_minutes",
                                        [LIMIT_WORK_MINUTES] = "work_minutes",
                                        [LIMIT_WORK_DAYS] = "work_days",
                                        [LIMIT_CALENDAR_DAYS] = "calendar_days"};
    return UNITS[unit];
}

/* A clock keeps its basis as far as it fits a code; the law has the whole of it. Several articles of one act begin alike, so
 * the likeliest limit is sought: of the same clock, then of the same length. */
struct basis_sought {
    const struct clock *clock;
    str cut, best;
    int score;
};

static void consider(struct basis_sought *s, const struct limit *l, bool is_same) {
    if (str_empty(l->basis) || !str_starts(l->basis, s->cut)) return;
    int32_t amount = s->clock->extensions > 0 ? s->clock->original : s->clock->amount;
    int score = 1 + (l->amount == amount && l->unit == s->clock->unit ? 2 : 0) + (is_same ? 4 : 0);
    if (score <= s->score) return;
    s->score = score;
    s->best = l->basis;
}

static void consider_effects(struct basis_sought *s, const struct effect *effects, size_t n) {
    for (size_t i = 0; i < n; i++) consider(s, &effects[i].limit, code_eq(&effects[i].name, &s->clock->name));
}

/* in: of_task = states of a kind of task, is_kind = of the kind whose clock it is. */
static void consider_states(struct basis_sought *s, const struct state *states, size_t n, bool of_task, bool is_kind) {
    str name = str_code(&s->clock->name);
    for (size_t i = 0; i < n; i++) {
        bool named = str_starts(name, S("state:")) && str_eq(str_slice(name, 6, name.len), str_code(&states[i].name));
        if (states[i].has_clock) consider(s, &states[i].clock, of_task ? is_kind : named);
    }
}

static void consider_plan(struct basis_sought *s, const struct plan *p, const struct task *task) {
    for (size_t i = 0; p != NULL && i < p->n_tasks; i++)
        consider(s, &p->tasks[i].limit, task != NULL && code_eq(&task->item, &p->tasks[i].code));
}

static str whole_basis(const struct case_view *v, const struct clock *clock) {
    const struct procedure *p = city_procedure(v->law, str_code(&v->kase.procedure));
    const struct task *task = clock->task != 0 ? case_task(&v->kase, clock->task) : NULL;
    uint32_t k = city_condition(v->law, str_code(&v->kase.condition));
    str cut = str_code(&clock->basis);
    struct basis_sought s = {.clock = clock, .cut = cut, .best = cut};
    if (k != NONE) consider(&s, &v->law->conditions[k].limit, code_is(&clock->name, "handling"));
    if (p == NULL) return s.best;
    consider_plan(&s, city_plan(v->law, case_attribute(&v->kase, "plan")), task);
    consider_states(&s, p->states, p->n_states, false, false);
    for (size_t i = 0; i < p->n_tasks; i++)
        consider_states(&s, p->tasks[i].states, p->tasks[i].n_states, true,
                        task != NULL && code_eq(&task->kind, &p->tasks[i].name));
    consider_effects(&s, p->start_effects, p->n_start_effects);
    for (size_t i = 0; i < p->n_actions; i++) consider_effects(&s, p->actions[i].effects, p->actions[i].n_effects);
    return s.best;
}

/* What the city calls a clock, and whether it ends at a stated date, so that its length says nothing. Clocks of states and
 * rungs are called after these. */
static void put_clock_name(struct json_buf *w, const struct city *city, const struct case_view *v,
                           const struct clock *k, size_t lang) {
    const struct procedure *p = city_procedure(v->law, str_code(&v->kase.procedure));
    char prefix[CODE_MAX + 16];
    (void)snprintf(prefix, sizeof prefix, "clock.%s.", v->kase.procedure.s);
    str name = str_code(&k->name), label = word2(city, lang, prefix, name);
    json_put_code(w, "name", &k->name);
    json_put_str(w, "label", str_eq(label, name) ? STR_NONE : label);
    if (p != NULL && k->unit == LIMIT_WALL_MINUTES && procedure_clock_until(p, &k->name))
        json_put_bool(w, "until", true);
}

static void put_clocks(struct json_buf *w, const struct city *city, const struct case_view *v, size_t lang) {
    static const char *const STATES[] = {[CLOCK_RUNNING] = "running",
                                         [CLOCK_PAUSED] = "paused",
                                         [CLOCK_MET] = "met",
                                         [CLOCK_MISSED_STOPPED] = "missed",
                                         [CLOCK_STOPPED] = "stopped"};
    json_add_key(w, "clocks");
    json_open_array(w);
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        const struct clock *k = &v->kase.clocks[i];
        if (k->id == 0) continue;
        json_open_object(w);
        json_put_i64(w, "id", k->id);
        put_clock_name(w, city, v, k, lang);
        if (k->task != 0) json_put_i64(w, "task", k->task);
        json_put_z(w, "state", STATES[k->state]);
        if (!code_empty(&k->held)) json_put_code(w, "held_by", &k->held);
        json_put_i64(w, "amount", k->amount);
        json_put_z(w, "unit", limit_unit_name(k->unit));
        put_instant(w, "started", city, k->started);
        put_instant(w, "due", city, k->due);
        json_put_bool(w, "provisional", k->provisional);
        json_put_bool(w, "missed", k->missed);
        json_put_i64(w, "extensions", k->extensions);
        str basis = str_code(&k->basis);
        json_put_str(w, "basis", str_empty(basis) ? STR_NONE : basis_word(city, lang, whole_basis(v, k)));
        put_instant(w, "stopped", city, k->stopped);
        json_close_object(w);
    }
    json_close_array(w);
}

const char *actor_word(enum actor_kind kind) {
    switch (kind) {
    case ACTOR_REPORTER:
        return "reporter";
    case ACTOR_STAFF:
        return "staff";
    case ACTOR_TIMER:
        return "timer";
    case ACTOR_IMPORT:
        return "import";
    case ACTOR_PEER:
        return "peer";
    case ACTOR_CONTRACTOR:
        return "contractor";
    case ACTOR_SYSTEM:
        break;
    }
    return "system";
}

static void put_media(struct json_buf *w, const char *key, str list) {
    json_add_key(w, key);
    json_open_array(w);
    for (str id; str_split(&list, ',', &id);) json_add_str(w, id);
    json_close_array(w);
}

/* "documents": id, type and SHA-256 of each scan of the line. */
static void put_documents(struct json_buf *w, const struct history_line *h) {
    str ids = h->documents, hashes = h->hashes;
    if (str_empty(ids)) return;
    json_add_key(w, "documents");
    json_open_array(w);
    for (str id; str_split(&ids, ',', &id);) {
        str rest = S(""), ending = S("");
        str_split(&hashes, ',', &rest);
        str_split(&rest, ':', &ending);
        json_open_object(w);
        json_put_str(w, "id", id);
        json_put_z(w, "type", str_is(ending, "pdf") ? "application/pdf" : "image/jpeg");
        json_put_str(w, "sha256", rest);
        json_close_object(w);
    }
    json_close_array(w);
}

str told_words(const struct city *city, const struct case_view *v, const struct told_field *told, size_t lang,
               struct arena *arena) {
    struct letter_source source = {.city = city, .law = v->law, .kase = &v->kase};
    return letter_shown(&source, told->field, told->value, lang, arena);
}

/* What a line told the reporter, field by field. */
static void put_told(struct json_buf *w, const struct city *city, const struct case_view *v,
                     const struct history_line *h, size_t lang) {
    struct arena arena;
    if (h->n_told == 0) return;
    arena_init(&arena, 4096);
    json_add_key(w, "told");
    json_open_array(w);
    for (size_t i = 0; i < h->n_told; i++) {
        str words = told_words(city, v, &h->told[i], lang, &arena);
        if (str_empty(words)) continue;
        json_open_object(w);
        json_put_code(w, "field", &h->told[i].field->name);
        json_put_str(w, "label", text_in(&h->told[i].field->label, lang));
        json_put_str(w, "text", words);
        json_close_object(w);
    }
    json_close_array(w);
    arena_done(&arena);
}

static void put_history(struct json_buf *w, const struct city *city, const struct case_view *v, size_t lang) {
    json_add_key(w, "history");
    json_open_array(w);
    for (size_t i = 0; i < v->n_history; i++) {
        const struct history_line *h = &v->history[i];
        json_open_object(w);
        json_put_i64(w, "n", h->n);
        put_instant(w, "at", city, h->at);
        if (!instant_is_none(h->happened)) put_instant(w, "happened", city, h->happened);
        if (!lonlat_is_none(h->place)) {
            json_add_key(w, "place");
            json_open_object(w);
            put_place(w, h->place);
            json_close_object(w);
        }
        json_put_str(w, "what", history_label(v->law, &v->kase.procedure, h, lang));
        json_put_code(w, "action", &h->action);
        json_put_code(w, "state", &h->state);
        put_unit(w, "unit", city, &h->unit, lang);
        json_add_key(w, "by");
        json_open_object(w);
        json_put_z(w, "kind", actor_word(h->actor.kind));
        json_put_code(w, "role", &h->actor.role);
        put_unit(w, "unit", city, &h->actor.unit, lang);
        json_close_object(w);
        json_put_str(w, "text", h->open_text);
        put_told(w, city, v, h, lang);
        put_media(w, "media", h->media);
        put_documents(w, h);
        json_put_str(w, "internal", h->staff_text);
        if (h->erased) json_put_bool(w, "erased", true);
        json_add_key(w, "facts");
        json_add_raw(w, h->facts);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_condition(struct json_buf *w, const struct case_view *v, size_t lang) {
    uint32_t k = city_condition(v->law, str_code(&v->kase.condition));
    json_add_key(w, "condition");
    if (k == NONE) {
        json_add_null(w);
        return;
    }
    const struct condition *condition = &v->law->conditions[k];
    json_open_object(w);
    json_put_code(w, "code", &condition->code);
    json_put_str(w, "filing", text_in(&condition->filing, lang));
    json_put_str(w, "closing", text_in(&condition->closing, lang));
    json_put_str(w, "basis", basis_word(v->law, lang, condition->limit.basis));
    json_put_bool(w, "photo", condition->photo_needed);
    json_close_object(w);
}

void put_row_work(struct json_buf *w, const struct city *city, const struct case_row *r, const struct case_view *v,
                  size_t lang) {
    json_open_object(w);
    put_row_members(w, city, r, lang);
    put_condition(w, v, lang);
    put_tasks(w, city, v, lang);
    put_offers(w, "actions", v, lang);
    json_close_object(w);
}

static int32_t supporters_of(const struct kase *c) {
    static const code name = {"supporters"};
    return case_count(c, &name);
}

/* The patrol point that was looked at. */
static void put_point(struct json_buf *w, const struct city *city, const code *point, size_t lang) {
    const struct patrol_point *p = city_point(city, str_code(point));
    if (!code_empty(point)) put_named(w, "point", point, p == NULL ? str_code(point) : text_in(&p->name, lang));
}

/* What it is about: a thing of a register or a patrol point, with the number of its own case. */
static void put_thing(struct json_buf *w, struct api *api, const struct kase *c, struct arena *arena) {
    struct thing thing;
    if (code_empty(&c->point) || c->is_private) return;
    bool known = app_thing(api->app, &c->point, arena, &thing, NULL) == OK;
    json_add_key(w, "thing");
    json_open_object(w);
    json_put_code(w, "code", &c->point);
    json_put_code(w, "owner", &c->owner);
    if (known) {
        json_put_str(w, "name", thing.name);
        json_put_code(w, "number", &thing.number);
        json_put_code(w, "state", &thing.state);
    }
    json_close_object(w);
}

static void put_case_head(struct json_buf *w, const struct city *city, const struct case_view *v, size_t lang) {
    const struct kase *c = &v->kase;
    json_put_code(w, "number", &c->number);
    json_put_i64(w, "version", c->version);
    json_put_code(w, "procedure", &c->procedure);
    json_put_code(w, "state", &c->state);
    json_put_str(w, "state_label", state_label(v->law, &c->procedure, &c->state, false, lang));
    put_category(w, "category", v->law, &c->category, lang);
    put_condition(w, v, lang);
    put_area(w, "area", city, &c->area, lang);
    put_unit(w, "unit", city, &c->unit, lang);
    json_put_code(w, "channel", &c->channel);
    put_instant(w, "filed", city, c->filed);
    put_instant(w, "happened", city, c->happened);
    put_instant(w, "due", city, case_due(c, NULL));
    put_instant(w, "ended", city, c->ended);
    if (c->about != ABOUT_NOTHING) {
        json_put_z(w, "about", c->about == ABOUT_CONDUCT ? "conduct" : "service");
        put_unit(w, "about_unit", city, &c->about_unit, lang);
    }
    json_put_i64(w, "rating", c->rating);
    json_put_i64(w, "supporters", supporters_of(c));
    put_point(w, city, &c->point, lang);
    static const code exercise = {"exercise"};
    if (case_flag(c, &exercise)) json_put_bool(w, "exercise", true);
}

/* The field that an attribute was taken from; NULL for who acted. */
static const struct field *attribute_field(const struct city *law, const code *procedure, const code *name) {
    const struct procedure *p = city_procedure(law, str_code(procedure));
    for (size_t i = 0; p != NULL && !code_empty(name) && i < p->n_actions; i++) {
        const struct action *a = &p->actions[i];
        for (size_t k = 0; k < a->n_effects; k++) {
            const struct effect *e = &a->effects[k];
            if (e->kind != EFFECT_SET || !code_eq(&e->name, name) || str_empty(effect_field(&e->value))) continue;
            return action_field(a, effect_field(&e->value));
        }
    }
    return NULL;
}

static str value_label(const struct city *law, const struct field *f, const code *value, size_t lang) {
    uint32_t u = f->type == FIELD_UNIT ? city_unit(law, str_code(value)) : NONE;
    for (size_t i = 0; i < f->n_choices; i++)
        if (code_eq(&f->choices[i], value)) return text_in(&f->choice_labels[i], lang);
    return u != NONE ? text_in(&law->units[u].name, lang) : str_code(value);
}

static void put_links(struct json_buf *w, const struct kase *c) {
    json_add_key(w, "links");
    json_open_array(w);
    for (size_t i = 0; i < LINKS_MAX && !code_empty(&c->links[i].kind); i++) {
        json_open_object(w);
        json_put_code(w, "kind", &c->links[i].kind);
        json_put_code(w, "number", &c->links[i].number);
        json_close_object(w);
    }
    json_close_array(w);
}

/* What effects set under names of the procedure's own, with the words of the list they were chosen from. Who acted stays an
 * opaque id and is not shown. */
static void put_attributes(struct json_buf *w, const struct case_view *v, size_t lang) {
    json_add_key(w, "attributes");
    json_open_array(w);
    for (size_t i = 0; i < ATTRIBUTES_MAX; i++) {
        const struct attribute *a = &v->kase.attributes[i];
        const struct field *f = attribute_field(v->law, &v->kase.procedure, &a->name);
        if (code_empty(&a->name) || f == NULL) continue;
        json_open_object(w);
        json_put_code(w, "name", &a->name);
        json_put_str(w, "label", text_in(&f->label, lang));
        json_put_code(w, "value", &a->value);
        json_put_str(w, "value_label", value_label(v->law, f, &a->value, lang));
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_partner(struct json_buf *w, const char *direction, const struct city *city, const struct partner *p,
                        size_t lang) {
    const struct peer *peer = city_peer(city, str_code(&p->peer));
    if (code_empty(&p->peer)) return;
    json_open_object(w);
    json_put_z(w, "direction", direction);
    put_named(w, "peer", &p->peer, peer == NULL ? str_code(&p->peer) : text_in(&peer->label, lang));
    json_put_code(w, "number", &p->number);
    json_close_object(w);
}

/* The servers that the case came from and that has it now, with the numbers it bears there. */
static void put_partners(struct json_buf *w, const struct city *city, const struct kase *c, size_t lang) {
    json_add_key(w, "partners");
    json_open_array(w);
    put_partner(w, "from", city, &c->from, lang);
    put_partner(w, "at", city, &c->at, lang);
    json_close_array(w);
}

static void put_similar_to(struct json_buf *w, struct api *api, const struct case_view *v, size_t lang,
                           struct arena *arena) {
    struct listing listing = {0};
    code category = v->kase.category;
    if (v->kase.is_over || v->kase.is_private || v->kase.is_sealed || lonlat_is_none(v->place)) return;
    if (app_similar(api->app, category, S(""), v->place, arena, &listing, &category, NULL) != OK) return;
    put_similar(w, app_city(api->app), &listing, v->place, &v->kase.number, true, lang);
}

void put_case(struct json_buf *w, struct api *api, const struct case_view *v, const struct caller *caller,
              struct arena *arena) {
    const struct city *city = app_city(api->app);
    json_open_object(w);
    put_case_head(w, city, v, caller->lang);
    if (caller->role == NULL || !caller->role->wordless) put_thing(w, api, &v->kase, arena);
    json_put_str(w, "text", v->text);
    json_put_str(w, "address", v->address);
    put_place(w, v->place);
    put_media(w, "media", v->media);
    json_put_bool(w, "has_contact", v->has_contact);
    put_links(w, &v->kase);
    put_attributes(w, v, caller->lang);
    put_partners(w, city, &v->kase, caller->lang);
    if (caller->role->see == SCOPE_JURISDICTION) put_similar_to(w, api, v, caller->lang, arena);
    put_tasks(w, city, v, caller->lang);
    put_clocks(w, city, v, caller->lang);
    put_history(w, city, v, caller->lang);
    put_offers(w, "actions", v, caller->lang);
    if (!str_empty(v->link)) json_put_str(w, "link", v->link);
    json_close_object(w);
}

/* How the case stands that this report joined: its reporter gets that one's answer too. */
static void put_joined(struct json_buf *w, const struct api *api, const struct joined *j, size_t lang) {
    if (!j->is_joined) return;
    const struct city *city = app_city(api->app), *law = app_law(api->app, &j->kase);
    const struct kase *c = &j->kase;
    json_add_key(w, "joined");
    json_open_object(w);
    json_put_code(w, "state", &c->state);
    json_put_str(w, "state_label", state_label(law, &c->procedure, &c->state, true, lang));
    put_instant(w, "due", city, case_due(c, NULL));
    put_instant(w, "ended", city, c->ended);
    put_unit(w, "unit", city, &c->unit, lang);
    json_put_str(w, "answer", str_empty(j->answer) ? STR_NONE : j->answer);
    json_close_object(w);
}

void put_track(struct json_buf *w, const struct api *api, const struct case_view *v, size_t lang) {
    const struct city *city = app_city(api->app);
    const struct kase *c = &v->kase;
    const struct clock *clock = NULL;
    json_open_object(w);
    json_put_code(w, "number", &c->number);
    json_put_code(w, "state", &c->state);
    json_put_str(w, "state_label", state_label(v->law, &c->procedure, &c->state, true, lang));
    put_instant(w, "due", city, case_due(c, &clock));
    if (clock != NULL && clock->provisional) json_put_bool(w, "due_provisional", true);
    put_category(w, "category", v->law, &c->category, lang);
    put_area(w, "area", city, &c->area, lang);
    put_unit(w, "unit", city, &c->unit, lang);
    json_put_str(w, "text", v->text);
    put_media(w, "media", v->media);
    json_add_key(w, "history");
    json_open_array(w);
    for (size_t i = 0; i < v->n_history; i++) {
        const struct history_line *h = &v->history[i];
        json_open_object(w);
        put_instant(w, "at", city, h->at);
        if (!instant_is_none(h->happened)) put_instant(w, "happened", city, h->happened);
        json_put_str(w, "what", history_label(v->law, &c->procedure, h, lang));
        json_put_str(w, "text", str_empty(h->open_text) ? STR_NONE : h->open_text);
        put_told(w, city, v, h, lang);
        put_documents(w, h);
        put_unit(w, "unit", city, &h->unit, lang);
        json_close_object(w);
    }
    json_close_array(w);
    json_put_i64(w, "supporters", supporters_of(c));
    put_joined(w, api, &v->joined, lang);
    put_offers(w, "may", v, lang);
    json_close_object(w);
}
