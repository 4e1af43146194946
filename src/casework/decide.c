#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "casework/decide_int.h"

#define FACTS_MAX (256 << 10)

enum status refuse(struct err *err, enum status status, const char *code_text, const char *field, const char *fmt,
                   ...) {
    char primary[200];
    va_list args;
    va_start(args, fmt);
    vsnprintf(primary, sizeof primary, fmt, args);
    va_end(args);
    err_set(err, status, code_text, "%s", primary);
    if (field != NULL) err_field(err, "%s", field);
    return status;
}

struct op op_new(enum op_kind kind) {
    return (struct op){.kind = kind, .at = INSTANT_NONE, .due = INSTANT_NONE};
}

enum status emit(struct decision *d, struct op op) {
    if (d->n_ops == OPS_MAX || !op_apply(&d->c, &op, d->given->now)) {
        refuse(d->err, E_TOO_MANY, "case_full", NULL, "The case holds no more of this (%s).", op.name.s);
        err_hint(d->err, "End open tasks first, or split the matter.");
        return E_TOO_MANY;
    }
    d->ops[d->n_ops++] = op;
    return OK;
}

struct command *followup_new(struct decision *d, enum command_kind kind) {
    if (d->ret->n_followups == OUTCOME_FOLLOWUPS_MAX) return NULL;
    struct command *c = &d->ret->followups[d->ret->n_followups++];
    memset(c, 0, sizeof *c);
    c->kind = kind;
    c->actor.kind = ACTOR_SYSTEM;
    c->cause = d->c.id;
    return c;
}

enum status followup_note(struct decision *d, const char *note, const code *number) {
    struct command *c = followup_new(d, COMMAND_NOTE);
    if (c == NULL) return refuse(d->err, E_TOO_MANY, "too_many_followups", NULL, "Too much at once.");
    c->number = *number;
    c->action = code_of(note);
    c->filing.about = d->c.about;
    c->filing.about_unit = d->c.about_unit;
    c->values[0] = (struct value){code_of("case"), str_dup(d->arena, str_code(&d->c.number))};
    c->n_values = 1;
    return OK;
}

static str facts_text(struct decision *d, enum entry_kind kind) {
    struct strbuf b;
    strbuf_init(&b, FACTS_MAX);
    (void)kind;
    d->facts.ops = d->ops;
    d->facts.n_ops = d->n_ops;
    facts_write(&d->facts, &b);
    check(!b.overflow);
    str ret = str_dup(d->arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

/* An entry of its own, so that what came before it, and nothing else, is destroyed. */
static enum status contacts_destroy(struct decision *d) {
    struct op op = op_new(OP_ERASE);
    op.name = code_of("contacts");
    d->destroys = false;
    d->facts = (struct facts){.from = d->c.state, .to = d->c.state, .happened = INSTANT_NONE};
    enum status status = emit(d, op);
    if (status != OK) return status;
    status = entry_finish(d, ENTRY_ERASED, STR_NONE);
    if (status == OK) d->ret->entries[d->ret->n_entries - 1].spares_words = true;
    return status;
}

enum status entry_finish(struct decision *d, enum entry_kind kind, str words) {
    check(d->ret->n_entries < OUTCOME_ENTRIES_MAX);
    enum status status = peer_report(d);
    if (status != OK) return status;
    struct entry *e = &d->ret->entries[d->ret->n_entries++];
    *e = (struct entry){.kind = kind, .case_id = d->c.id, .n = ++d->c.version, .recorded = d->given->now};
    e->actor = d->command->actor;
    e->facts = facts_text(d, kind);
    e->words = words;
    e->contact = d->contact;
    d->contact = STR_NONE;
    d->n_ops = 0;
    return d->destroys ? contacts_destroy(d) : OK;
}

/* Streams of staff and city have no machine: what was given is the fact. */
enum status decide_stream(struct decision *d) {
    enum actor_kind actor = d->command->actor.kind;
    const struct role *role = actor == ACTOR_STAFF ? city_role(d->world, str_code(&d->command->actor.role)) : NULL;
    if (actor != ACTOR_SYSTEM && (role == NULL || !role->administers))
        return refuse(d->err, E_DENIED, "not_allowed", NULL, "Only who administers may do this.");
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, FACTS_MAX);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_i64(&w, "v", FACTS_V);
    if (!code_empty(&d->command->action)) json_put_str(&w, "action", str_code(&d->command->action));
    for (size_t i = 0; i < d->command->n_values; i++) {
        json_add_key_str(&w, str_code(&d->command->values[i].name));
        json_add_str(&w, d->command->values[i].text);
    }
    json_close_object(&w);
    check(!b.overflow);
    enum entry_kind kind = d->command->kind == COMMAND_STAFF ? ENTRY_STAFF : ENTRY_CITY;
    struct entry *e = &d->ret->entries[d->ret->n_entries++];
    *e = (struct entry){.kind = kind, .case_id = d->c.id, .n = ++d->c.version, .recorded = d->given->now};
    e->actor = d->command->actor;
    e->facts = str_dup(d->arena, strbuf_str(&b));
    strbuf_done(&b);
    return OK;
}

static enum status dispatch(struct decision *d) {
    switch (d->command->kind) {
    case COMMAND_FILE:
        return decide_file(d);
    case COMMAND_ACT:
        return decide_act(d);
    case COMMAND_TICK:
        return decide_tick(d);
    case COMMAND_RECOMPUTE:
        return decide_recompute(d);
    case COMMAND_READ:
        return decide_read(d);
    case COMMAND_ERASE:
        return decide_erase(d);
    case COMMAND_NOTE:
        return decide_note(d);
    case COMMAND_STAFF:
    case COMMAND_ACTIVATE:
        return decide_stream(d);
    case COMMAND_RECEIVE:
        return decide_receive(d);
    case COMMAND_TOLD:
        return decide_told(d);
    }
    return refuse(d->err, E_INVALID, "unknown_command", NULL, "There is no such command.");
}

static enum status bind_case(struct decision *d, const struct kase *c) {
    const struct command *command = d->command;
    bool stream =
        command->kind == COMMAND_STAFF || command->kind == COMMAND_ACTIVATE || command->kind == COMMAND_RECEIVE;
    d->c.id = d->given->new_id;
    if (command->kind == COMMAND_FILE || (stream && c == NULL)) return OK;
    if (c == NULL) return refuse(d->err, E_NOT_FOUND, "unknown_case", NULL, "There is no such case.");
    if (command->seen_version != 0 && command->seen_version != c->version) {
        refuse(d->err, E_CONFLICT, "version", NULL, "It has changed since you saw it (version %u, now %u).",
               (unsigned)command->seen_version, (unsigned)c->version);
        err_hint(d->err, "Look at what changed and decide again.");
        return E_CONFLICT;
    }
    d->c = *c;
    if (stream) return OK;
    d->procedure = city_procedure(d->law, str_code(&c->procedure));
    if (d->procedure != NULL) return OK;
    return refuse(d->err, E_CORRUPT, "unknown_procedure", NULL, "The law of this case has no procedure %s.",
                  c->procedure.s);
}

enum status decide(const struct city *law, const struct city *world, const struct kase *c,
                   const struct command *command, const struct given *given, struct arena *arena, struct outcome *ret,
                   struct err *err) {
    struct decision d = {.law = law, .world = world, .command = command, .given = given};
    d.arena = arena;
    d.ret = ret;
    d.err = err;
    d.facts.happened = INSTANT_NONE;
    struct op ops[OPS_MAX];
    d.ops = ops;
    ret->n_entries = ret->n_followups = 0;
    enum status status = bind_case(&d, c);
    if (status == OK) status = dispatch(&d);
    if (status != OK) ret->n_entries = ret->n_followups = 0;
    return status;
}
