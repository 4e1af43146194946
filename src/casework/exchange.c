/* Other servers: cases that are handed over, what is told of them, messages that come in.
 *
 * A message that comes in is a command on the stream of the peer; what it asks for follows on the case in the same
 * transaction. What goes out is an outcome (OP_SEND) of the entry that causes it; the store numbers these. */
#include <string.h>

#include "base/json.h"
#include "casework/decide_int.h"

#define REFUSALS_AN_HOUR 20 /* recorded; more of them would let anybody fill the log */
#define FACTS_MAX 16384

static struct op send_op(const char *kind, const code *peer) {
    struct op op = op_new(OP_SEND);
    op.name = code_of(kind);
    op.unit = *peer;
    return op;
}

static enum status set_partner(struct decision *d, const char *which, const code *peer, const code *number) {
    struct op op = op_new(OP_PEER);
    op.name = code_of(which);
    op.unit = *peer;
    op.value = *number;
    return emit(d, op);
}

/* --- handing over --- */

/* Conduct goes up only, and never to the server of the unit it is about or of one below. */
static enum status peer_may_get(const struct decision *d, const struct peer *p) {
    if (!code_empty(&d->c.at.peer) || code_eq(&d->c.from.peer, &p->code))
        return refuse(d->err, E_STATE, "already_elsewhere", "peer", "It is with another server already.");
    bool conduct = d->c.about == ABOUT_CONDUCT;
    if (conduct &&
        (p->level != PEER_UP || (p->unit != NONE && access_recused(d->world, &d->c, &d->world->units[p->unit].code))))
        return refuse(d->err, E_DENIED, "recused_unit", "peer", "The complaint may not go there.");
    for (size_t i = 0; i < p->n_give; i++) {
        code pattern;
        if (code_from(p->give[i], &pattern) && category_matches(&pattern, &d->c.category)) return OK;
    }
    return refuse(d->err, E_DENIED, "not_given", "peer", "Cases of this category are not handed to this server.");
}

/* The deadline that is handed on: the earliest that is not of a state or a task of ours. */
static instant due_for_others(const struct kase *c) {
    instant due = INSTANT_NONE;
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        const struct clock *k = &c->clocks[i];
        if (k->id == 0 || k->state != CLOCK_RUNNING || k->task != 0) continue;
        if (str_starts(str_code(&k->name), S("state:"))) continue;
        if (instant_is_none(due) || k->due.ms < due.ms) due = k->due;
    }
    return due;
}

static enum status set_elsewhere(struct decision *d, bool on) {
    struct op op = op_new(on ? OP_FLAG : OP_UNFLAG);
    op.name = code_of("elsewhere");
    return case_flag(&d->c, &op.name) == on ? OK : emit(d, op);
}

enum status peer_hand_over(struct decision *d, str name) {
    code nothing = {0};
    const struct peer *p = city_peer(d->world, name);
    if (p == NULL) return refuse(d->err, E_NOT_FOUND, "unknown_peer", "peer", "There is no such server here.");
    enum status status = peer_may_get(d, p);
    if (status == OK) status = set_partner(d, "at", &p->code, &nothing);
    if (status == OK) status = set_elsewhere(d, true);
    if (status != OK) return status;
    struct op op = send_op("case", &p->code);
    op.due = due_for_others(&d->c);
    if (p->contact) op.value = code_of("contact");
    return emit(d, op);
}

enum status peer_tell(struct decision *d, const code *word) {
    if (code_empty(&d->c.at.peer)) return OK;
    /* what its server tells is not told back to it */
    if (d->command->actor.kind == ACTOR_PEER && code_eq(&d->command->actor.role, &d->c.at.peer)) return OK;
    struct op op = send_op(word->s, &d->c.at.peer);
    op.due = due_for_others(&d->c);
    return emit(d, op);
}

enum status peer_take_back(struct decision *d) {
    code nothing = {0};
    if (code_empty(&d->c.at.peer)) return OK;
    enum status status = set_partner(d, "at", &nothing, &nothing);
    return status == OK ? set_elsewhere(d, false) : status;
}

/* Whether the action hands over to just this peer, or, with `field`, to one that a field names. */
static bool hands_to(const struct action *a, const code *peer, bool field, code *ret_field) {
    *ret_field = (code){0};
    for (size_t k = 0; k < a->n_effects; k++) {
        const struct effect *e = &a->effects[k];
        if (e->kind != EFFECT_HAND_OVER) continue;
        if (!field && code_eq(&e->value, peer)) return true;
        if (field && !str_empty(effect_field(&e->value))) return code_from(effect_field(&e->value), ret_field);
    }
    return false;
}

/* The first action that hands a new report to the peer: by name, else by a field. out: *ret_field empty without one. */
static const struct action *passing_action(const struct procedure *p, const code *peer, code *ret_field) {
    for (int field = 0; field < 2; field++) {
        for (size_t i = 0; i < p->n_actions; i++) {
            const struct action *a = &p->actions[i];
            if (!code_empty(&a->task) || !action_from(a, &p->states[0])) continue;
            if (hands_to(a, peer, field != 0, ret_field)) return a;
        }
    }
    return NULL;
}

static enum status pass(struct decision *d, const struct action *a, const code *field) {
    struct command acting = {.kind = COMMAND_ACT, .actor = {.kind = ACTOR_SYSTEM}, .action = a->name};
    acting.values[0] = (struct value){*field, str_code(&d->command->filing.hand_to)};
    acting.n_values = code_empty(field) ? 0 : 1;
    d->facts = (struct facts){.happened = INSTANT_NONE};
    return action_add(d, a, &acting);
}

enum status peer_pass_on(struct decision *d) {
    code field;
    const struct kase before = d->c;
    size_t entries = d->ret->n_entries, followups = d->ret->n_followups;
    if (code_empty(&d->command->filing.hand_to) || d->c.is_over) return OK;
    const struct action *a = passing_action(d->procedure, &d->command->filing.hand_to, &field);
    if (a == NULL || pass(d, a, &field) == OK) return OK;
    d->c = before;
    d->n_ops = 0;
    d->ret->n_entries = entries;
    d->ret->n_followups = followups;
    return OK;
}

/* --- a case from elsewhere --- */

/* A deadline as it is given, whatever it would be by our counting: its start lies so many whole minutes before it. */
static enum status begin_fixed(struct decision *d, const char *name, instant due) {
    if (instant_is_none(due) || due.ms <= 0 || due.ms / MS_MINUTE > INT32_MAX) return OK;
    int64_t minutes = (due.ms - d->given->now.ms + MS_MINUTE - 1) / MS_MINUTE;
    if (minutes < 1) minutes = 1;
    code clock = code_of(name);
    enum status status = clock_end(d, case_clock(&d->c, name, 0), "stopped");
    struct op op = op_new(OP_CLOCK_START);
    op.id = d->c.next_clock;
    op.name = clock;
    op.limit = (struct limit){.unit = LIMIT_WALL_MINUTES, .amount = (int32_t)minutes};
    op.basis = d->command->actor.role;
    op.at = (instant){due.ms - minutes * MS_MINUTE};
    op.due = due;
    return status == OK ? emit(d, op) : status;
}

static enum status begin_imposed(struct decision *d, const struct filing *f) {
    enum status status = begin_fixed(d, "imposed", f->imposed);
    return status == OK ? begin_fixed(d, "own", f->own_due) : status;
}

static enum status send_receipt(struct decision *d, const code *refusal) {
    const struct received *r = &d->command->received;
    if (r->no == 0 || code_is(&r->kind, "receipt")) return OK;
    struct op op = send_op("receipt", &r->peer);
    op.n = (int64_t)r->no;
    if (refusal != NULL) op.value = *refusal;
    return emit(d, op);
}

enum status peer_filed(struct decision *d, const struct filing *f) {
    bool imported = d->command->actor.kind == ACTOR_IMPORT && instant_is_none(f->closed);
    if (imported) return begin_fixed(d, "imposed", f->imposed);
    if (d->command->actor.kind != ACTOR_PEER) return OK;
    enum status status = set_partner(d, "from", &d->command->actor.role, &f->outside_number);
    if (status == OK) status = begin_imposed(d, f);
    return status == OK ? send_receipt(d, NULL) : status;
}

/* --- what the server hears that the case came from --- */

static bool asks(const struct decision *d) {
    for (size_t i = 0; i < d->n_ops; i++)
        if (d->ops[i].kind == OP_ASK) return true;
    return false;
}

/* The word for the state that the case is in now. */
static const char *word_of_state(const struct decision *d) {
    const struct state *s = procedure_state(d->procedure, &d->c.state);
    if (asks(d)) return "asked";
    if (s == NULL || !s->is_end) return "status";
    return s->end == END_CLOSED ? "closed" : s->end == END_REFUSED ? "refused" : "ended";
}

enum status peer_report(struct decision *d) {
    const struct facts *f = &d->facts;
    if (code_empty(&d->c.from.peer) || code_empty(&f->from) || code_empty(&f->to) || code_eq(&f->from, &f->to))
        return OK;
    struct op op = send_op("status", &d->c.from.peer);
    op.value = code_of(word_of_state(d));
    return emit(d, op);
}

/* --- being told --- */

static bool hears(const struct action *a, const code *word) {
    for (size_t i = 0; i < a->n_told; i++)
        if (code_eq(&a->told[i], word)) return true;
    return false;
}

/* The first action that the word brings about in the present state. */
static const struct action *told_action(const struct decision *d, const code *word) {
    const struct state *at = procedure_state(d->procedure, &d->c.state);
    for (size_t i = 0; at != NULL && i < d->procedure->n_actions; i++) {
        const struct action *a = &d->procedure->actions[i];
        if (!hears(a, word) || !action_from(a, at) || !code_empty(&a->task)) continue;
        if (guards_hold(d, a->guards, a->n_guards, false, NULL) == OK) return a;
    }
    return NULL;
}

/* The action's fields, filled from what was told: a field of that name, else the words. */
static void fill_fields(const struct decision *d, const struct action *a, struct command *acting) {
    for (size_t i = 0; i < a->n_fields; i++) {
        const struct field *f = &a->fields[i];
        str value = value_of(d->command, str_code(&f->name));
        if (str_empty(value) && f->type == FIELD_TEXT) value = value_of(d->command, S("text"));
        if (f->type == FIELD_TEXT && f->max > 0) value = utf8_prefix(value, (size_t)f->max);
        if (!str_empty(value)) acting->values[acting->n_values++] = (struct value){f->name, value};
    }
}

static enum status told_act(struct decision *d, const struct action *a, str *ret_words) {
    const struct command *told = d->command;
    struct command acting = *told;
    acting.n_values = 0;
    fill_fields(d, a, &acting);
    d->command = &acting;
    d->action = a;
    enum status status = values_check(d);
    if (status == OK) status = action_run(d);
    if (status == OK) {
        d->facts.fields = values_facts(d);
        *ret_words = values_words(d);
    }
    d->command = told;
    return status;
}

/* What changes nothing here is noted, for the reporter too. */
static str noted_words(struct decision *d) {
    struct strbuf b;
    struct json_buf w;
    str text = value_of(d->command, S("text"));
    if (str_empty(text)) return STR_NONE;
    strbuf_init(&b, FACTS_MAX);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_add_key(&w, "public");
    json_open_object(&w);
    json_put_str(&w, "text", utf8_prefix(text, 2000));
    json_close_object(&w);
    json_close_object(&w);
    check(!b.overflow);
    str ret = str_dup(d->arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

/* The number the case has there, once it is told. */
static enum status learn_number(struct decision *d) {
    code number;
    str told = value_of(d->command, S("number"));
    if (!code_eq(&d->c.at.peer, &d->command->actor.role) || str_empty(told) || !code_from(told, &number)) return OK;
    return code_eq(&number, &d->c.at.number) ? OK : set_partner(d, "at", &d->c.at.peer, &number);
}

static bool may_be_noted(const code *word) {
    return code_is(word, "status") || code_is(word, "taken") || code_is(word, "ended") || code_is(word, "not_taken");
}

enum status decide_told(struct decision *d) {
    const code *peer = &d->command->actor.role, *word = &d->command->action;
    str words = STR_NONE;
    if (d->command->actor.kind != ACTOR_PEER || code_empty(peer) ||
        (!code_eq(peer, &d->c.from.peer) && !code_eq(peer, &d->c.at.peer)))
        return refuse(d->err, E_DENIED, "not_theirs", NULL, "The case is not shared with that server.");
    enum status status = learn_number(d);
    if (status != OK) return status;
    const struct action *a = told_action(d, word);
    if (a == NULL && !may_be_noted(word))
        return refuse(d->err, E_STATE, "wrong_state", NULL, "Nothing follows here from the word %s.", word->s);
    if (a != NULL) {
        status = told_act(d, a, &words);
        if (status == OK && !d->c.is_over) status = begin_imposed(d, &d->command->filing);
    } else {
        d->facts.action = *word;
        d->facts.from = d->facts.to = d->c.state;
        words = noted_words(d);
    }
    if (status == OK) status = send_receipt(d, NULL);
    return status == OK ? entry_finish(d, a != NULL ? ENTRY_ACTED : ENTRY_NOTED, words) : status;
}

/* --- messages --- */

static const char *outcome_of(const struct decision *d, bool *ret_moves) {
    const struct received *r = &d->command->received;
    *ret_moves = false;
    if (r->forged) return "forged";
    switch (inbox_judge(&d->c.inbox, r->no, &r->previous, &r->hash)) {
    case INBOX_REPEATED:
        return "repeated";
    case INBOX_GAP:
        return "gap";
    case INBOX_FORK:
        return "fork";
    case INBOX_NEXT:
        break;
    }
    *ret_moves = true;
    return code_empty(&r->refusal) ? "taken" : "refused";
}

static bool may_record(const struct decision *d) {
    return d->given->now.ms - d->c.refused_since.ms > MS_HOUR || d->c.refused < REFUSALS_AN_HOUR;
}

static void put_digest(struct json_buf *w, const char *key, const digest *hash) {
    struct strbuf hex;
    strbuf_init(&hex, 2 * sizeof hash->b + 1);
    strbuf_add_hex(&hex, hash->b, sizeof hash->b);
    json_put_str(w, key, strbuf_str(&hex));
    strbuf_done(&hex);
}

/* {"v":1,"peer":…,"no":…,"kind":…,"ref":…,"hash":…,"proof":…,"outcome":…,"why":…,"body":{…},"do":[…]} */
static str message_facts(struct decision *d, const char *outcome) {
    const struct received *r = &d->command->received;
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, FACTS_MAX);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_i64(&w, "v", FACTS_V);
    json_put_str(&w, "peer", str_code(&r->peer));
    json_put_i64(&w, "no", (int64_t)(r->no & INT64_MAX));
    json_put_str(&w, "kind", str_code(&r->kind));
    if (r->ref != 0) json_put_i64(&w, "ref", (int64_t)(r->ref & INT64_MAX));
    put_digest(&w, "hash", &r->hash);
    json_put_str(&w, "proof", r->proof.ptr != NULL ? r->proof : S(""));
    json_put_z(&w, "outcome", outcome);
    if (!code_empty(&r->refusal)) json_put_str(&w, "why", str_code(&r->refusal));
    if (!str_empty(r->body) && r->body.len < FACTS_MAX / 2) {
        json_add_key(&w, "body");
        json_add_raw(&w, r->body);
    }
    facts_put_ops(&w, d->ops, d->n_ops);
    json_close_object(&w);
    check(!b.overflow);
    str ret = str_dup(d->arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

enum status decide_receive(struct decision *d) {
    const struct received *r = &d->command->received;
    bool moves;
    const char *outcome = outcome_of(d, &moves);
    if (d->command->actor.kind != ACTOR_SYSTEM)
        return refuse(d->err, E_DENIED, "not_allowed", NULL, "Messages come through the exchange only.");
    if (!moves && !may_record(d)) return OK;
    if (moves && !code_empty(&r->refusal)) {
        enum status status = send_receipt(d, &r->refusal);
        if (status != OK) return status;
    }
    struct entry *e = &d->ret->entries[d->ret->n_entries++];
    *e = (struct entry){.kind = ENTRY_EXCHANGE, .case_id = d->c.id, .n = ++d->c.version, .recorded = d->given->now};
    e->actor = d->command->actor;
    e->facts = message_facts(d, outcome);
    d->n_ops = 0;
    if (!moves || !code_empty(&r->refusal) || r->then == NULL) return OK;
    struct command *next = followup_new(d, r->then->kind);
    check(next != NULL);
    *next = *r->then;
    next->cause = d->c.id;
    return OK;
}

/* --- the stream from its entries --- */

bool exchange_apply(struct kase *c, const struct entry *e) {
    struct arena arena;
    struct json j;
    int64_t no = 0;
    digest hash = {{0}};
    str outcome = S(""), hex = S("");
    arena_init(&arena, 0);
    json_init(&j, e->facts, &arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if (str_is(key, "no"))
            json_i64(&j, &no);
        else if (str_is(key, "hash"))
            json_str(&j, &hex);
        else if (str_is(key, "outcome"))
            json_str(&j, &outcome);
        else
            json_skip(&j);
    }
    bool moves = str_is(outcome, "taken") || str_is(outcome, "refused");
    bool good = json_done(&j, NULL) == OK && hex_parse(hex, hash.b, sizeof hash.b) && !str_empty(outcome);
    good = good && (!moves || (uint64_t)no == c->inbox.no + 1);
    arena_done(&arena);
    if (!good) return false;
    if (moves) {
        inbox_take(&c->inbox, (uint64_t)no, &hash);
        return true;
    }
    bool same_hour = e->recorded.ms - c->refused_since.ms <= MS_HOUR;
    c->refused = same_hour ? c->refused + 1 : 1;
    if (!same_hour) c->refused_since = e->recorded;
    return true;
}
