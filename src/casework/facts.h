/* Facts: the outcomes that an entry records, as JSON. decide writes them, apply reads them, nobody else interprets them
 * for decisions; pages and projections may read the head.
 *
 * Head, one object: {"v":1, "action":…, "from":…, "to":…, "task":…, "unit":…, "fields":{…}, "do":[…]}. A filed entry's
 * head holds the whole start of the case instead. "do" lists the outcomes in order; each is an object whose "op" names
 * it and whose other keys are the members of struct op that are not zero.
 *
 * Invariants: 1. No words: codes, numbers and instants only. 2. op_apply changes a case by nothing but the op, so that
 * what decide saw is what apply makes. 3. What version 1 means never changes; tests/golden holds one of each kind. */
#ifndef YIWANG_CASEWORK_FACTS_H
#define YIWANG_CASEWORK_FACTS_H

#include "base/json.h"
#include "casework/command.h"

#define FACTS_V 1
#define OPS_MAX 96

enum op_kind {
    OP_NONE,
    OP_STATE,        /* root machine: name = new state, end; value = where a pausing state was entered from, or empty */
    OP_CLOCK_START,  /* id, name, task, limit…, at (start), due, provisional */
    OP_CLOCK_STOP,   /* id, value: met, missed, stopped */
    OP_CLOCK_PAUSE,  /* id, n = used before, by_state, value = number of the order that holds it */
    OP_CLOCK_RESUME, /* id, due, provisional */
    OP_CLOCK_EXTEND, /* id, n = new amount, due, provisional */
    OP_CLOCK_MISSED, /* id */
    OP_CLOCK_MOVE,   /* id, due, provisional, at = the old due */
    OP_TASK_OPEN,    /* id, name = kind, value = state, unit, area */
    OP_TASK_STATE,   /* id, value = state, over, void */
    OP_TASK_CANCEL,  /* id */
    OP_COUNT,        /* name, n = new value */
    OP_FLAG,
    OP_UNFLAG, /* name */
    OP_UNIT,   /* unit = new lead, may be empty */
    OP_SET, /* name: category, condition, area, owner, task_area (of task id), private, confidence, recused (n = staff),
                  else an attribute of the procedure's own; value or n */
    OP_LINK, /* name = kind, value = number */
    OP_SEAL,
    OP_ANSWER, /* an answer was given */
    OP_RATE,   /* n */
    OP_MARK,   /* name: accepted, dispatched, signed; at */
    OP_NOTIFY, /* name = to whom, value = text code; unit */
    OP_ASK,
    OP_SPLIT,
    OP_HAND,  /* name: up, down */
    OP_ERASE, /* name: contacts = contact data only; empty = words too */
    OP_PEER,  /* name: from, at; unit = peer (empty: none any more), value = its number */
    OP_SEND, /* a message: name = kind, unit = peer, value = word or refusal, n = number of the message it is the receipt
                of, due = the deadline it imposes */
    OP_PROPOSE, /* a row for the responsibility list: name = duty, value = category, unit, area */
    OP_PASS,    /* id = task, value = key of the secret, due = until when it holds */
    OP_METER,   /* name = meter, unit, n */
    OP_KIND_COUNT
};

/* One outcome. */
struct op {
    enum op_kind kind;
    uint32_t id, task;
    code name, value, unit, area;
    code item; /* OP_TASK_OPEN: the plan's task that it is */
    int64_t n;
    instant at, due;    /* INSTANT_NONE if absent */
    struct limit limit; /* OP_CLOCK_START; its basis is cut to a code */
    code basis;
    enum end_kind end;
    bool provisional, over, is_void, by_state;
};

/* What an acted, ticked, moved, noted, read or erased entry says before its outcomes. */
struct facts {
    code action, from, to; /* to = root state afterwards */
    code task_kind, task_from, task_to, unit;
    uint32_t task;
    code channel, phone; /* of a refusal */
    code basis;          /* "condition", "field", "import": what an end stands on */
    instant happened;    /* claimed time of an act; INSTANT_NONE: when it was recorded */
    str fields;          /* JSON object of codes, or empty */
    struct op *ops;
    size_t n_ops;
};

/* Appends the facts of a filed entry: the head of the case as filed, then its outcomes. in: *c before the outcomes. */
void facts_write_filed(const struct kase *c, const struct filing *f, const struct op *ops, size_t n_ops,
                       struct strbuf *out);
/* Appends the facts of any other entry. */
void facts_write(const struct facts *f, struct strbuf *out);
/* "do": the outcomes, into an open object; nothing if there are none. */
void facts_put_ops(struct json_buf *w, const struct op *ops, size_t n);
/* Reads facts. in: kind of the entry; *c receives the head of a filed entry, else untouched. memory: arena. errors:
 * E_CORRUPT bad_facts. */
enum status facts_read(enum entry_kind kind, str json, struct arena *arena, struct kase *c, struct facts *ret,
                       struct err *err) MUST_USE;
/* Brings the stream of a peer's messages forward by one entry. out: false if the facts cannot be read. */
bool exchange_apply(struct kase *c, const struct entry *e) MUST_USE;
/* Applies one outcome. in: now = the entry's recorded. out: false if it contradicts the case (no such clock, slots
 * full); *c may then be half changed and must be discarded. */
bool op_apply(struct kase *c, const struct op *op, instant now) MUST_USE;

#endif
