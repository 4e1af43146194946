/* What goes into and comes out of the rule book. Every change, by a person, a machine or a timer, is a command; every
 * outcome is an entry or a refusal. */
#ifndef YIWANG_CASEWORK_COMMAND_H
#define YIWANG_CASEWORK_COMMAND_H

#include "base/lonlat.h"
#include "casework/case.h"
#include "city/city.h"

/* Who gives the command. Reporters have no identity: bearing the track code is the relation. */
enum actor_kind {
    ACTOR_REPORTER = 1,
    ACTOR_STAFF,
    ACTOR_TIMER,
    ACTOR_IMPORT,
    ACTOR_SYSTEM,
    ACTOR_PEER,      /* another server: role = its code, unit = the unit it stands for */
    ACTOR_CONTRACTOR /* bearer of the pass of a task: role = its key */
};
struct actor {
    enum actor_kind kind;
    uint64_t staff;  /* opaque staff id, 0 unless ACTOR_STAFF */
    code role;       /* of roles.yaml */
    code unit, area; /* where the staff member belongs */
};

enum command_kind {
    COMMAND_FILE = 1,  /* a new case */
    COMMAND_ACT,       /* an action of the procedure */
    COMMAND_TICK,      /* a clock came due: carries clock id and due instant */
    COMMAND_RECOMPUTE, /* the calendar changed: due times anew */
    COMMAND_READ,      /* contact data is read for a stated purpose */
    COMMAND_ERASE,     /* words and contact are erased */
    COMMAND_NOTE,      /* told by a follow-up: a duplicate joined, a part closed … */
    COMMAND_STAFF,     /* somebody joins, changes or leaves (stream "staff") */
    COMMAND_ACTIVATE,  /* a city package becomes current (stream "city") */
    COMMAND_RECEIVE,   /* a message of another server came in (stream of the peer `number`) */
    COMMAND_TOLD,      /* another server tells a case the word `action`: what COMMAND_RECEIVE leads to */
};

struct value {
    code name;
    str text; /* as given: text, code, number, or codes separated by ',' */
};
#define VALUES_MAX 24

/* What was proposed by the intake pipeline before the writer sees it. */
struct filing {
    code category, condition; /* condition may be empty: the category's first */
    int32_t confidence;       /* per mille; 1000 = chosen by a person */
    str decided_by;           /* the words that decided, separated by ' ' */
    code area;                /* leaf area or empty */
    enum located located;
    bool has_place; /* a point was given */
    int32_t metres; /* to the nearest area when just outside */
    enum about about;
    code about_unit;
    code channel;
    code owner;                          /* 权属 of the component, or empty */
    instant happened;                    /* claimed time of an import, paper, offline phone; else none */
    code outside_system, outside_number; /* the number another system gave */
    code agent;                          /* filed on behalf: "grid" */
    code unit;                           /* lead by an import or a plan, else empty = routed */
    code parent;                         /* number of the case this is part of */
    code same_as;                        /* number of the open case that the reporter says is the same ("me too") */
    code point;    /* the thing it is about: a patrol point, component, place, sensor; or, in a register, that it is */
    code state;    /* of an imported thing of a register: the state it is in, else empty */
    code desk;     /* the duty desk whose turn it is */
    code follows;  /* number of the case that this one goes on from */
    code found_at; /* number of the case in whose course it was found: a patrol, an inspection */
    /* words: erasable, never in facts */
    str text, address;
    lonlat place;
    str media;                /* ids separated by ',' */
    str attributes;           /* JSON object or empty */
    str contact;              /* JSON {name, phone, email} in clear, encrypted by the store; or empty */
    instant imposed, own_due; /* by a peer: the deadline it sets, and the earlier one kept here; else 0 or none */
    code hand_to;             /* a front: the peer that the report is handed to at once */
    /* an imported history: what happened to it already */
    instant closed; /* imported and closed then */
};

/* A message of another server, as COMMAND_RECEIVE, and what follows from it, know it. */
struct received {
    code peer;
    uint64_t no, ref;
    digest hash, previous;
    code kind;
    bool forged;                /* not signed by the peer, or not for us */
    code refusal;               /* why it cannot be taken, though it is genuine; or empty */
    str proof;                  /* signature as hexadecimal digits */
    str body;                   /* of a receipt: JSON without personal data */
    const struct command *then; /* what it asks for, or NULL */
};

struct command {
    enum command_kind kind;
    uint64_t case_id;      /* 0 for COMMAND_FILE */
    code number;           /* alternative to case_id: resolved by the writer */
    uint32_t seen_version; /* the version the actor saw; 0 = any */
    struct actor actor;
    struct filing filing; /* COMMAND_FILE */
    code action;          /* COMMAND_ACT, COMMAND_NOTE */
    uint32_t task;        /* id of the task acted on, 0 = the only fitting one of the actor */
    struct value values[VALUES_MAX];
    size_t n_values;
    str document_hash; /* COMMAND_ACT: "pdf:<SHA-256>", of each file of a document field, by commas */
    bool has_place;    /* COMMAND_ACT: where the act took place … */
    lonlat place;      /* … words, erasable */
    bool has_happened; /* COMMAND_ACT: when, by a telephone that had no signal */
    instant happened;
    code pass;      /* COMMAND_ACT: key of the secret that an effect `pass` gives out */
    uint32_t clock; /* COMMAND_TICK */
    instant due;
    struct received received;
    uint64_t cause; /* sequence-free: case id of the command this follows from; 0 = none */
    bool has_key;   /* Idempotency-Key */
    uint8_t key_hash[16], body_hash[16];
};

enum entry_kind {
    ENTRY_FILED = 1,
    ENTRY_ACTED,
    ENTRY_TICKED,
    ENTRY_MOVED,
    ENTRY_READ,
    ENTRY_ERASED,
    ENTRY_NOTED,
    ENTRY_STAFF,
    ENTRY_CITY,
    ENTRY_EXCHANGE,
    ENTRY_KIND_COUNT
};

/* One line of history as decide makes it; the store adds header, hashes and sequence. */
struct entry {
    enum entry_kind kind;
    uint64_t case_id;
    uint32_t n; /* 1, 2, … within the case */
    instant recorded;
    struct actor actor;
    str facts;         /* compact JSON, no personal data, never erased */
    str words;         /* compact JSON or empty; erasable */
    str contact;       /* clear JSON or empty; stored only encrypted */
    bool spares_words; /* ENTRY_ERASED: only contact data is destroyed */
};

#define OUTCOME_ENTRIES_MAX 4
#define OUTCOME_FOLLOWUPS_MAX 16
struct outcome {
    struct entry entries[OUTCOME_ENTRIES_MAX];
    size_t n_entries;
    struct command followups[OUTCOME_FOLLOWUPS_MAX]; /* run on other cases in the same transaction */
    size_t n_followups;
};

/* What the rules may not find out themselves. */
struct given {
    instant now;
    uint64_t new_id; /* id for a filed case */
    code new_number; /* its number */
};

/* The rule book. Law: the package the case is pinned to (for COMMAND_FILE the current one). World: the current package.
 * in: case NULL for COMMAND_FILE. out: *ret; its texts live in the arena. errors: E_DENIED not_allowed (role or
 * relation), E_STATE wrong_state, guard refusals by their text code, E_INVALID with the field, E_CONFLICT version.
 * cost: 2–10 µs. */
enum status decide(const struct city *law, const struct city *world, const struct kase *c,
                   const struct command *command, const struct given *given, struct arena *arena, struct outcome *ret,
                   struct err *err) MUST_USE;

/* Applies one entry's facts. in: *c zeroed for ENTRY_FILED. errors: E_CORRUPT bad_facts; *c then untouched. */
enum status apply(struct kase *c, const struct entry *e, struct err *err) MUST_USE;

/* What a meter of an action would count for this command. */
int64_t meter_of(const struct effect *e, const struct command *command);

/* One action that an actor may take now, for API and forms. */
struct offer {
    const struct action *action;
    uint32_t task; /* id, 0 = on the case */
};
/* Room for all that one actor can do in one case; `check` of a package holds it. */
#define OFFERS_MAX 64
/* Whether the field must be given in a case with this condition. */
bool field_required(const struct city *law, const struct field *f, const code *condition);
/* The action by which a new report of the procedure joins another case, or NULL: the first that merges from the first
 * state. */
const struct action *joining_action(const struct procedure *p);
/* All offers. cost: O(actions × tasks). */
size_t offers(const struct city *law, const struct city *world, const struct kase *c, const struct actor *actor,
              instant now, struct offer *ret, size_t max);

#endif
