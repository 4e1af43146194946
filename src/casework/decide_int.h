/* One decision in the making: a working copy of the case on which every outcome is applied as soon as it is decided, so
 * that later guards see earlier outcomes and `apply` can do nothing else than what was seen here. */
#ifndef YIWANG_CASEWORK_DECIDE_INT_H
#define YIWANG_CASEWORK_DECIDE_INT_H

#include "base/json.h"
#include "casework/access.h"
#include "casework/facts.h"
#include "casework/route.h"

/* The channel and the flag of what is only practised: inherited by whatever follows from it. */
#define EXERCISE "exercise"

struct decision {
    const struct city *law, *world;
    const struct procedure *procedure;
    const struct command *command;
    const struct action *action; /* NULL unless an action runs */
    const struct given *given;
    struct arena *arena;
    struct outcome *ret;
    struct err *err;
    struct kase c;  /* working copy */
    uint32_t task;  /* id of the acted task */
    struct op *ops; /* of OPS_MAX */
    size_t n_ops;
    struct facts facts;
    /* The state in which tasks open; NULL = the first of their kind. */
    const code *opens_in;
    const struct limit *promised; /* the clock "promise" of tasks that open; NULL = none */
    /* The task of the plan that is opened, or NULL. */
    const struct plan_task *planned;
    str contact;    /* of the entry in the making: JSON, stored encrypted */
    bool quiet;     /* imported history is filed: nobody is notified */
    bool no_clocks; /* … that is closed already: no clock starts */
    bool joins;     /* a reporter says "me too" */
    bool destroys;  /* the response is over: contact data goes with an entry of its own */
};

/* Adds an outcome and applies it to the working copy. errors: E_TOO_MANY case_full. */
enum status emit(struct decision *d, struct op op) MUST_USE;
/* An outcome with no instants set. */
struct op op_new(enum op_kind kind);
/* Who acts as an attribute holds it: an opaque id, or the kind of actor. */
#define ACTOR_CODE 24
void actor_code(const struct actor *actor, char ret[ACTOR_CODE]);
/* The value given for a field, or an empty text. */
str value_of(const struct command *command, str field);

/* --- clocks --- */

/* Whether a clock of this name belongs to the task acted on ("task", "promise"), not to the case. */
bool clock_of_task(const code *name);
/* Starts a clock; a limit of LIMIT_NONE starts none. in: task 0 = of the case. */
enum status clock_begin(struct decision *d, const code *name, uint32_t task, const struct limit *limit) MUST_USE;
/* Stops a live clock: as missed if past due, else as `value` ("met" or "stopped"). Does nothing without one. */
enum status clock_end(struct decision *d, const struct clock *k, const char *value) MUST_USE;
/* One clock, or every running one but `except` for by_state. */
enum status clock_pause(struct decision *d, const struct clock *k, bool by_state) MUST_USE;
/* The same for an order in force. */
enum status clock_hold(struct decision *d, const struct clock *k, const code *order) MUST_USE;
enum status clock_resume(struct decision *d, const struct clock *k) MUST_USE;
/* By its original amount, or by limit if not NULL. */
enum status clock_extend(struct decision *d, const struct clock *k, const struct limit *limit) MUST_USE;
/* Every clock of a task, or of all tasks and the case (task UINT32_MAX), stops. */
enum status clocks_end(struct decision *d, uint32_t task, const char *value) MUST_USE;
/* The limit of the case's condition, or LIMIT_NONE. */
struct limit condition_limit(const struct decision *d);
/* Limit of a clock as kept in the case. */
struct limit clock_limit(const struct clock *k);

/* --- call ladders (ladder.c) --- */

/* A state is entered: its ladder begins, if it has one and its flag is set. in: task 0 = the case. */
enum status ladder_enter(struct decision *d, const struct state *s, uint32_t task) MUST_USE;
/* The first rung (again). A unit without a ladder is called by nobody. */
enum status ladder_start(struct decision *d, uint32_t task) MUST_USE;
/* The next rung; at the last one nothing changes. */
enum status ladder_next(struct decision *d, uint32_t task) MUST_USE;
/* Somebody was reached. */
enum status ladder_stop(struct decision *d, uint32_t task) MUST_USE;

/* --- machines --- */

/* The root machine goes to a state: clocks of the state left stop, of the new one start, pausing pauses. Ends cancel
 * what is open and must keep the invariants of ends. */
enum status state_enter(struct decision *d, const struct state *to) MUST_USE;
/* The clock of the first state, when a case is filed. */
enum status state_start(struct decision *d, const struct state *first) MUST_USE;
/* Opens a task for a unit, or for the grid workers of an area. */
enum status task_open(struct decision *d, const struct task_kind *kind, const code *unit, const code *area) MUST_USE;
enum status task_move(struct decision *d, uint32_t id, const code *state) MUST_USE;
enum status task_cancel(struct decision *d, uint32_t id) MUST_USE;
/* Moves by joins until none holds. */
enum status joins_run(struct decision *d) MUST_USE;

/* --- vocabulary --- */

/* Whether all guards hold. in: err may be NULL; with_fields false skips guards about fields (offers). */
enum status guards_hold(const struct decision *d, const struct guard *guards, size_t n, bool with_fields,
                        struct err *err) MUST_USE;
enum status effects_run(struct decision *d, const struct effect *effects, size_t n) MUST_USE;
/* The flag "urgent" follows the condition: set if its limit runs through nights and holidays. */
enum status urgency_mark(struct decision *d) MUST_USE;
/* Whether every value fits its field. errors: E_INVALID with the field. */
enum status values_check(struct decision *d) MUST_USE;
/* The given values as facts (codes) and words (free texts, public and internal). memory: arena. */
str values_facts(struct decision *d);
str values_words(struct decision *d);
/* Contact data among the values, as a JSON object; empty without any. */
str values_contact(struct decision *d);

/* --- rules no package can switch off --- */

/* The discipline unit for a conduct complaint, not recused itself; NONE if there is none. */
uint32_t discipline_unit(const struct city *world, const struct kase *c);
/* The centre, or in its place the discipline unit if the centre is recused; NONE if neither. */
uint32_t centre_unit(const struct city *world, const struct kase *c);
/* Who leads: conduct goes to the discipline organ, service to the unit it is about, all else by responsibility. in: a
 * unit given by an import, or NONE. out: NONE if nobody is responsible. */
uint32_t lead_unit(const struct decision *d, uint32_t given);
/* Whether a unit may get the matter. errors: E_DENIED recused_unit, E_INVALID taken_back. in: field for the message. */
enum status unit_may_get(const struct decision *d, const code *unit, const char *field) MUST_USE;
/* Whether it may lead: an area's office only helps with what the list of supporting duties holds. errors: E_INVALID
 * supporting_only. The detail of the refusal is the item and the unit that does it instead. */
enum status unit_may_lead(const struct decision *d, const code *unit, const char *field) MUST_USE;
/* Whether grid workers may be given this kind of task: the admission list, if there is one, must hold it. errors:
 * E_STATE not_admitted. */
enum status grid_may_get(const struct decision *d, const code *task) MUST_USE;
/* Contact data that was noted or given for a response is destroyed when the case leaves it, unless the action under way
 * brings the written assessment. in: from, to = states; from may be NULL. source: Emergency Response Law 2024, art. 84, 85. */
bool contacts_must_go(const struct decision *d, const struct state *from, const struct state *to);
/* What an end demands before it is entered. */
enum status end_allowed(struct decision *d, const struct state *to) MUST_USE;

/* --- other servers (exchange.c) --- */

/* Hands the case over to a peer. errors: E_NOT_FOUND unknown_peer, E_STATE already_elsewhere, E_DENIED recused_unit,
 * not_given. */
enum status peer_hand_over(struct decision *d, str peer) MUST_USE;
/* Tells the peer that has the case a word; nothing happens if none has it. */
enum status peer_tell(struct decision *d, const code *word) MUST_USE;
/* The case is with no peer any more. */
enum status peer_take_back(struct decision *d) MUST_USE;
/* A case that a peer files: where it is from, its deadlines, the receipt; of an open one that is imported, the deadline.
 * Does nothing for others. */
enum status peer_filed(struct decision *d, const struct filing *f) MUST_USE;
/* A front hands a report, which is filed by now, over at once; where that is refused, the report stays here. */
enum status peer_pass_on(struct decision *d) MUST_USE;
/* Before an entry is finished: the server that the case came from hears of a new state, once. */
enum status peer_report(struct decision *d) MUST_USE;

/* --- orders in force (hold.c) --- */

/* An order pauses the clocks it names, unless the case is urgent or lies outside it; and lets them go again. Nothing
 * happens where there is nothing to pause or to resume. in: from = number of the order. */
enum status note_hold(struct decision *d, const code *from) MUST_USE;
enum status note_release(struct decision *d, const code *from) MUST_USE;

/* --- commands --- */

enum status decide_file(struct decision *d) MUST_USE;
enum status decide_act(struct decision *d) MUST_USE;
enum status decide_tick(struct decision *d) MUST_USE;
enum status decide_recompute(struct decision *d) MUST_USE;
enum status decide_note(struct decision *d) MUST_USE;
enum status decide_read(struct decision *d) MUST_USE;
enum status decide_erase(struct decision *d) MUST_USE;
enum status decide_stream(struct decision *d) MUST_USE;
enum status decide_receive(struct decision *d) MUST_USE;
enum status decide_told(struct decision *d) MUST_USE;

/* Runs an action whose right and place were checked: guards, effects, moves, joins. */
enum status action_run(struct decision *d) MUST_USE;
/* Whether a task is open, of a kind the action acts on and in a state for it. */
bool task_fits(const struct action *a, const struct task *t);
/* Takes one more action inside the command under way, as an entry of its own. in: its fields and actor in acting. */
enum status action_add(struct decision *d, const struct action *a, const struct command *acting) MUST_USE;
/* Closes the entry in the making: facts of the outcomes so far, then words and contact. */
enum status entry_finish(struct decision *d, enum entry_kind kind, str words) MUST_USE;
/* A follow-up on another case. out: NULL if there are too many. */
struct command *followup_new(struct decision *d, enum command_kind kind);
/* Tells another case by its number. */
enum status followup_note(struct decision *d, const char *note, const code *number) MUST_USE;

/* A refusal with its field. */
enum status refuse(struct err *err, enum status status, const char *code_text, const char *field, const char *fmt, ...)
    PRINTF_LIKE(5, 6);

#endif
