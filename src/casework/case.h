/* A case as the rules see it: only what facts say, no words, no personal data. By value: copied, compared and discarded
 * as bytes. About 12 KB.
 *
 * Invariants: 1. Everything here follows from the facts of its entries by case_apply. 2. version = n of the last entry.
 * 3. Ended tasks and stopped clocks may leave their slots; history keeps them. */
#ifndef YIWANG_CASEWORK_CASE_H
#define YIWANG_CASEWORK_CASE_H

#include "base/digest.h"
#include "base/instant.h"
#include "base/str.h"
#include "city/limit.h"
#include "exchange/inbox.h"

#define TASKS_MAX 24
#define CLOCKS_MAX 24
#define COUNTS_MAX 16
#define FLAGS_MAX 16
#define LINKS_MAX 12
#define RECUSED_MAX 8
#define ATTRIBUTES_MAX 12
#define PASSES_MAX 6

enum about { ABOUT_NOTHING, ABOUT_SERVICE, ABOUT_CONDUCT };

struct task {
    uint32_t id; /* 1, 2, … within the case; 0 = free slot */
    code kind, state;
    code unit; /* whose task; empty if it belongs to an area's grid workers or the centre */
    code area; /* for grid tasks */
    code item; /* the task of the plan that it is, or empty */
    instant opened, ended;
    bool is_over;   /* reached an end state or cancelled */
    bool cancelled; /* or ended without a result (returned, refused) */
};

enum clock_state { CLOCK_RUNNING = 1, CLOCK_PAUSED, CLOCK_MET, CLOCK_MISSED_STOPPED, CLOCK_STOPPED };
struct clock {
    uint32_t id;   /* 1, 2, … within the case; 0 = free slot */
    code name;     /* "state:filed", "task", "handling" */
    uint32_t task; /* task id, 0 = of the case */
    enum clock_state state;
    enum limit_unit unit;
    int32_t amount;
    bool first_day_counts, rolls_over;
    code basis;                        /* shortened; the full text is in the law */
    instant started, resumed, stopped; /* resumed = start of the present run */
    int64_t used;                      /* consumed before the present run, as clock_used counts */
    instant due;
    bool provisional;
    bool missed; /* the due time passed while it ran: fact, never taken back */
    int32_t extensions;
    int32_t original; /* amount before extensions */
    bool by_state;    /* paused by a state of the case, which resumes it */
    code held;        /* paused by this order in force (its number), which resumes it; else empty */
};

struct counter {
    code name;
    int32_t n;
};
struct link {
    code
        kind; /* duplicate_of, part_of, follows, earlier, has_part, has_duplicate, followed_by, found_at, has_finding */
    code number;
};

/* What an effect set under a name of the procedure's own: a level, a plan, who drafted it. */
struct attribute {
    code name, value;
};

/* Who bears the secret may act on the task; only its hash is known. One for a task. */
struct pass {
    uint32_t task; /* id; 0 = free slot */
    code key;      /* pass_key of the secret */
    instant until;
};

/* Another server and the number it gave the case. */
struct partner {
    code peer, number; /* number empty until it was told */
};

struct kase {
    uint64_t id;
    uint32_t version;
    code number;
    code procedure;
    digest law; /* package whose procedures, categories and conditions hold for this case */
    code state;
    instant state_entered;
    code category, condition;
    code area;    /* leaf area, or empty */
    code unit;    /* lead unit, or empty */
    code channel; /* web, phone, field, open311, import … */
    enum about about;
    code about_unit;
    instant filed, happened, ended;
    bool is_over, is_closed, is_private, is_sealed, is_imported, is_erased;
    int32_t rating; /* 1–5, 0 = none */
    uint32_t next_task, next_clock;
    instant dispatched, accepted, signed_at;
    code owner;                    /* 权属 of the component, or empty */
    code point;                    /* the thing of the city it is about (of a register: that it is), or empty */
    code desk;                     /* the duty desk whose turn this is, or empty */
    code state_before;             /* where a pausing state was entered from */
    bool is_answered;              /* an answer was given since it was filed or reopened */
    int32_t confidence;            /* of the category, per mille; 1000 = chosen by a person */
    uint64_t recused[RECUSED_MAX]; /* staff who withdrew for an interest; 0 = free */
    struct task tasks[TASKS_MAX];
    struct clock clocks[CLOCKS_MAX];
    struct counter counts[COUNTS_MAX];
    code flags[FLAGS_MAX];
    struct link links[LINKS_MAX];
    struct attribute attributes[ATTRIBUTES_MAX];
    bool contacts_gone; /* the contact data of a response was destroyed */
    struct pass passes[PASSES_MAX];
    struct partner from, at; /* the server that handed it here; the server that has it now */
    /* of a stream of another server's messages, which is no case */
    struct inbox inbox;
    instant refused_since; /* the hour in which refusals are counted … */
    int32_t refused;       /* … that were recorded */
};

const struct task *case_task(const struct kase *c, uint32_t id);
const struct clock *case_clock(const struct kase *c, const char *name, uint32_t task); /* the latest of that name */
int32_t case_count(const struct kase *c, const code *name);
bool case_flag(const struct kase *c, const code *name);
/* The value of an attribute; empty if it was not set. */
str case_attribute(const struct kase *c, const char *name);
/* The pass of an open task with this key, or NULL. */
const struct pass *case_pass(const struct kase *c, const code *key);
/* The rung of a call ladder that the clock stands for, from 1; 0 if it is none. */
int32_t clock_rung(const struct clock *k);
/* The rung that is to be called now for a task (0 = the case): its clock, or NULL. Missed: nobody was reached in time, and
 * it was the last one. */
const struct clock *case_ladder(const struct kase *c, uint32_t task);
/* The earliest due time of a running clock, or INSTANT_NONE: what lists sort by. Rungs of ladders are the duty room's, not
 * the unit's. out: *ret may be NULL. */
instant case_due(const struct kase *c, const struct clock **ret);

#endif
