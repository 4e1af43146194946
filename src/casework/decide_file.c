/* A new case: what it is, who is responsible, which clock runs. */
#include <math.h>
#include <string.h>

#include "casework/decide_int.h"
#include "casework/number.h"
#include "city/thing.h"

#define WORDS_MAX (1 << 20)

/* The category of the filing, or the one that a person has to sort. */
static const struct category *category_of(struct decision *d, const struct filing *f, bool *ret_proposed) {
    uint32_t k = code_empty(&f->category) ? NONE : city_category(d->law, str_code(&f->category));
    if (k != NONE && code_empty(&d->law->categories[k].procedure)) k = NONE;
    *ret_proposed = k == NONE || f->confidence < (int32_t)lround(d->law->classify_threshold * 1000);
    if (k == NONE) k = city_category(d->law, str_code(&d->law->default_category));
    return k != NONE ? &d->law->categories[k] : NULL;
}

static code condition_of(const struct decision *d, const struct category *category, const struct filing *f) {
    uint32_t n = code_empty(&f->condition) ? NONE : city_condition(d->law, str_code(&f->condition));
    if (n != NONE && code_eq(&d->law->categories[d->law->conditions[n].category].key, &category->key))
        return f->condition;
    return category->n_conditions > 0 ? d->law->conditions[category->first_condition].code : (code){0};
}

static enum status flag(struct decision *d, const char *name) {
    struct op op = op_new(OP_FLAG);
    op.name = code_of(name);
    return emit(d, op);
}

/* A complaint about the centre or the top unit, or one that nobody here may see, leaves for the level above. */
static bool must_leave(const struct decision *d) {
    if (d->c.about != ABOUT_CONDUCT) return false;
    if (code_empty(&d->c.unit)) return true;
    uint32_t u = code_empty(&d->c.about_unit) ? NONE : city_unit(d->world, str_code(&d->c.about_unit));
    return u != NONE && (d->world->units[u].top || code_is(&d->world->units[u].kind, "centre"));
}

static enum status mark(struct decision *d, bool proposed) {
    enum status status = OK;
    if (proposed) status = flag(d, "proposed");
    if (status == OK) status = urgency_mark(d);
    if (status == OK && code_is(&d->c.channel, EXERCISE)) status = flag(d, EXERCISE);
    if (status == OK && d->c.about == ABOUT_SERVICE) status = flag(d, "supervised");
    if (status != OK || !must_leave(d)) return status;
    status = flag(d, "handed_up");
    struct op op = op_new(OP_HAND);
    op.name = code_of("up");
    return status == OK ? emit(d, op) : status;
}

static enum status link_parent(struct decision *d, const struct filing *f) {
    if (code_empty(&f->parent)) return OK;
    struct op op = op_new(OP_LINK);
    op.name = code_of("part_of");
    op.value = f->parent;
    enum status status = emit(d, op);
    return status == OK ? followup_note(d, "has_part", &f->parent) : status;
}

static enum status link_followed(struct decision *d, const struct filing *f) {
    if (code_empty(&f->follows)) return OK;
    struct op op = op_new(OP_LINK);
    op.name = code_of("follows");
    op.value = f->follows;
    enum status status = emit(d, op);
    return status == OK ? followup_note(d, "followed_by", &f->follows) : status;
}

/* Found in the course of another case: both show it. What concerns persons is handled by itself. */
static enum status link_found(struct decision *d, const struct filing *f) {
    if (code_empty(&f->found_at) || d->c.is_private || d->c.about != ABOUT_NOTHING) return OK;
    struct op op = op_new(OP_LINK);
    op.name = code_of("found_at");
    op.value = f->found_at;
    enum status status = emit(d, op);
    return status == OK ? followup_note(d, "has_finding", &f->found_at) : status;
}

static enum status link_earlier(struct decision *d) {
    struct op op = op_new(OP_LINK);
    str earlier = value_of(d->command, S("earlier"));
    /* A number that somebody remembered wrongly is no reason to refuse the report. */
    if (!number_valid(earlier, STR_NONE) || !code_from(earlier, &op.value)) return OK;
    op.name = code_of("earlier");
    return emit(d, op);
}

static const struct state *closed_state(const struct procedure *p) {
    for (size_t i = 0; i < p->n_states; i++)
        if (p->states[i].end == END_CLOSED) return &p->states[i];
    return NULL;
}

/* Imported as closed: its answer was given elsewhere; nothing runs, nobody is told. */
static enum status import_closed(struct decision *d, instant closed) {
    const struct state *to = closed_state(d->procedure);
    if (to == NULL) return refuse(d->err, E_INVALID, "no_closed_state", NULL, "The procedure cannot close anything.");
    enum status status = end_allowed(d, to);
    struct op op = op_new(OP_STATE);
    op.name = to->name;
    op.end = END_CLOSED;
    op.at = closed;
    op.basis = d->facts.basis;
    return status == OK ? emit(d, op) : status;
}

static void put_text(struct json_buf *w, const char *key, str text) {
    if (!str_empty(text)) json_put_str(w, key, text);
}

static str words_of(struct decision *d, const struct filing *f) {
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, WORDS_MAX);
    json_buf_init(&w, &b);
    json_open_object(&w);
    put_text(&w, "text", f->text);
    put_text(&w, "address", f->address);
    if (f->has_place && !lonlat_is_none(f->place)) {
        json_put_double(&w, "lon", f->place.lon_deg, 7);
        json_put_double(&w, "lat", f->place.lat_deg, 7);
    }
    put_text(&w, "media", f->media);
    if (!str_empty(f->attributes)) {
        json_add_key(&w, "attributes");
        json_add_raw(&w, f->attributes);
    }
    put_text(&w, "decided_by", f->decided_by);
    json_close_object(&w);
    check(!b.overflow);
    str ret = b.len > 2 ? str_dup(d->arena, strbuf_str(&b)) : STR_NONE;
    strbuf_done(&b);
    return ret;
}

/* The unit that leads because of who files, or whose desk it is; NONE = by the lists. */
static uint32_t filed_for(const struct decision *d, const struct filing *f) {
    bool machine = d->c.is_imported || d->command->actor.kind == ACTOR_SYSTEM;
    bool filer = d->procedure->filer_leads && !machine;
    const code *own = filer ? &d->command->actor.unit : &f->unit;
    uint32_t desk = code_empty(&f->desk) ? NONE : city_desk(d->world, str_code(&f->desk));
    if (desk != NONE) return d->world->desks[desk].unit;
    return (machine || filer) && !code_empty(own) ? city_unit(d->world, str_code(own)) : NONE;
}

/* The head of the case: everything known before the first outcome. */
static enum status head(struct decision *d, const struct filing *f, bool *ret_proposed) {
    const struct category *category = category_of(d, f, ret_proposed);
    if (category == NULL)
        return refuse(d->err, E_INVALID, "unknown_category", "category", "This category does not exist here.");
    d->procedure = city_procedure(d->law, str_code(&category->procedure));
    if (d->procedure == NULL)
        return refuse(d->err, E_INVALID, "unknown_procedure", "category", "Nothing handles this category here.");
    struct kase *c = &d->c;
    memset(c, 0, sizeof *c);
    c->id = d->given->new_id;
    c->number = d->given->new_number;
    c->next_task = c->next_clock = 1;
    c->procedure = d->procedure->name;
    c->law = d->law->hash;
    c->state = d->procedure->states[0].name;
    c->category = category->key;
    c->condition = condition_of(d, category, f);
    c->confidence = f->confidence;
    c->area = f->area;
    c->owner = f->owner;
    c->point = f->point;
    c->desk = f->desk;
    c->channel = f->channel;
    c->about = f->about;
    c->about_unit = f->about_unit;
    c->is_imported = d->command->actor.kind == ACTOR_IMPORT;
    c->filed = c->is_imported && !instant_is_none(f->happened) ? f->happened : d->given->now;
    c->happened = f->happened;
    c->ended = c->dispatched = c->accepted = c->signed_at = INSTANT_NONE;
    c->state_entered = d->given->now;
    c->is_sealed = f->about == ABOUT_CONDUCT; /* only the investigator reads it */
    c->is_private = category->is_private || d->procedure->is_private || c->is_sealed;
    uint32_t lead = lead_unit(d, filed_for(d, f));
    if (lead != NONE) c->unit = d->world->units[lead].code;
    return OK;
}

static enum status start(struct decision *d, const struct filing *f, bool proposed) {
    enum status status = link_parent(d, f);
    if (status == OK) status = link_followed(d, f);
    if (status == OK) status = link_found(d, f);
    if (status == OK) status = link_earlier(d);
    if (status == OK) status = peer_filed(d, f);
    d->quiet = d->c.is_imported;
    d->no_clocks = d->quiet && !instant_is_none(f->closed);
    if (status == OK && d->no_clocks) return import_closed(d, f->closed);
    if (status == OK) status = mark(d, proposed);
    const struct state *first = procedure_state(d->procedure, &d->c.state);
    if (status == OK) status = state_start(d, first);
    if (status == OK && !d->quiet) status = effects_run(d, d->procedure->start_effects, d->procedure->n_start_effects);
    return status == OK ? joins_run(d) : status;
}

static str facts_of(struct decision *d, const struct kase *head, const struct filing *f) {
    struct strbuf b;
    strbuf_init(&b, WORDS_MAX);
    facts_write_filed(head, f, d->ops, d->n_ops, &b);
    check(!b.overflow);
    str ret = str_dup(d->arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static enum status may_file(const struct decision *d, const struct filing *f) {
    enum actor_kind actor = d->command->actor.kind;
    if (!instant_is_none(f->closed) && actor != ACTOR_IMPORT)
        return refuse(d->err, E_DENIED, "not_allowed", "closed", "Only an import brings closed history.");
    if (actor == ACTOR_TIMER) return refuse(d->err, E_DENIED, "not_allowed", NULL, "A timer files nothing.");
    if (!code_empty(&f->area) && city_area(d->world, str_code(&f->area)) == NONE)
        return refuse(d->err, E_INVALID, "unknown_area", "area", "This area does not exist here.");
    return OK;
}

/* A procedure may be open to some posts only, in their relation to the place. */
static enum status may_start(const struct decision *d) {
    uint32_t posts = d->procedure->file_posts;
    enum actor_kind kind = d->command->actor.kind;
    if (posts == 0 || kind == ACTOR_IMPORT || kind == ACTOR_SYSTEM) return OK;
    if (kind == ACTOR_PEER && (posts & 1u << POST_IMPORT) != 0) return OK; /* another server or platform */
    if (access_start(d->world, &d->c, &d->command->actor, posts)) return OK;
    refuse(d->err, E_DENIED, "not_allowed", "category", "You may not file this here (%s).", d->procedure->name.s);
    err_hint(d->err, "It belongs to another post or area.");
    return E_DENIED;
}

/* What stands in a register has a code of the register's form; a survey may find it in any state that is no end. */
static enum status check_thing(struct decision *d) {
    const struct procedure *p = d->procedure;
    const code *state = &d->command->filing.state;
    if (p->is_register && d->c.is_imported && !code_empty(state)) {
        const struct state *s = procedure_state(p, state);
        if (s == NULL || s->is_end)
            return refuse(d->err, E_INVALID, "unknown_state", "state", "This is no state of the register.");
        d->c.state = s->name;
    }
    if (!p->is_register || code_empty(&p->thing_form)) return OK;
    return thing_code_check(&p->thing_form, &d->c.point, &d->world->division, &d->c.category, d->err);
}

/* The field of an action that names the case it merges into. */
static bool merge_field(const struct action *a, code *ret) {
    for (size_t i = 0; i < a->n_effects; i++)
        if (a->effects[i].kind == EFFECT_MERGE) return code_from(effect_field(&a->effects[i].value), ret);
    return false;
}

/* "Me too": the report, which is filed by now, joins the other case at once, as the centre's merge would do it. Private
 * matters and complaints never join anything, and are handled by themselves. */
static enum status join(struct decision *d) {
    const struct command *filing = d->command;
    if (code_empty(&filing->filing.same_as) || d->quiet) return OK;
    if (d->c.is_private || d->c.is_sealed || d->c.about != ABOUT_NOTHING) return OK;
    const struct action *a = joining_action(d->procedure);
    if (a == NULL) return OK;
    struct command joining = {.kind = COMMAND_ACT, .actor = filing->actor, .action = a->name};
    if (!merge_field(a, &joining.values[0].name)) return OK;
    joining.values[0].text = str_code(&filing->filing.same_as);
    joining.n_values = 1;
    d->joins = true;
    return action_add(d, a, &joining);
}

enum status decide_file(struct decision *d) {
    const struct filing *f = &d->command->filing;
    bool proposed = false;
    enum status status = may_file(d, f);
    if (status == OK) status = head(d, f, &proposed);
    if (status == OK) status = may_start(d);
    if (status == OK) status = check_thing(d);
    if (status != OK) return status;
    struct kase before = d->c;
    status = start(d, f, proposed);
    if (status != OK) return status;
    struct entry *e = &d->ret->entries[d->ret->n_entries++];
    *e = (struct entry){.kind = ENTRY_FILED, .case_id = d->c.id, .n = ++d->c.version, .recorded = d->given->now};
    e->actor = d->command->actor;
    e->facts = facts_of(d, &before, f);
    e->words = words_of(d, f);
    e->contact = f->contact;
    d->n_ops = 0;
    status = join(d);
    return status == OK ? peer_pass_on(d) : status;
}
