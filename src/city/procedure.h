/* A procedure: a root machine and task machines with clocks, guards and effects from a small fixed vocabulary. A city
 * composes, it does not program: no loops, no expressions. Loaded from the package folder `procedures`, immutable
 * afterwards. / */
#ifndef YIWANG_CITY_PROCEDURE_H
#define YIWANG_CITY_PROCEDURE_H

#include "base/str.h"
#include "city/limit.h"

#define LANG_MAX 4

/* A text in every language of the city; index = language. */
struct text {
    str in[LANG_MAX];
};

/* Who may act: a post of the procedure. roles.yaml gives posts to roles; the post's relation must hold. */
enum post {
    POST_CENTRE,       /* 受理派遣 of the jurisdiction's centre */
    POST_SUPERVISOR,   /* 督办 */
    POST_UNIT,         /* member of the unit that the task was given to */
    POST_LEAD,         /* member of the lead unit of the case */
    POST_GRID,         /* grid worker of the case's area */
    POST_OFFICE,       /* area office (块) whose area holds the case */
    POST_REPORTER,     /* bearer of the track code */
    POST_TIMER,        /* a clock */
    POST_IMPORT,       /* a file of history, or another level's system */
    POST_INVESTIGATOR, /* discipline organ, for conduct */
    POST_HEAD,         /* 负责人: head of the unit that the task was given to, or of the lead unit */
    POST_CONTRACTOR,   /* 外包单位: bearer of the pass of a task, without login */
    POST_COUNT
};

/* How an end ends. Closed answers the matter: casework demands an answer and its basis; refused demands the right
 * channel with its telephone; merged demands the case it joined; whatever the package says. */
enum end_kind { END_NONE, END_CLOSED, END_REFUSED, END_WITHDRAWN, END_MERGED, END_MOVED };

struct state {
    code name;
    struct text label;        /* staff's word */
    struct text public_label; /* reporter's word; empty = label */
    enum post owner;          /* who has to move next */
    bool is_end;
    bool is_closed; /* an end that answers the matter (closed), rather than refused, withdrawn, merged */
    bool has_clock;
    struct limit clock;        /* runs while the state lasts */
    bool clock_from_condition; /* the limit is the condition's */
    bool clock_until_roster;   /* it ends with the turn of the case's duty desk, if the roster has one */
    code ladder;               /* the unit is called by its ladder: "always", or while this flag is set; empty = not */
    bool pauses;               /* clocks of the case stand still in this state */
    bool responds;             /* an emergency response is active: only here contact data may be noted; it is
                                  destroyed when such states are left */
    str no_clock_reason;       /* obligatory without a clock */
    enum end_kind end; /* "closed", "refused", "withdrawn", "merged", "moved"; a task's end that is not closed leaves no
                               result: the task counts as cancelled */
    uint32_t line;
};

struct task_kind {
    code name;
    struct text label;
    struct state *states; /* states[0] is the start */
    size_t n_states;
    uint32_t line;
};

enum field_type {
    FIELD_TEXT,
    FIELD_UNIT,
    FIELD_UNITS,
    FIELD_AREA,
    FIELD_CATEGORY,
    FIELD_CONDITION,
    FIELD_NUMBER,
    FIELD_CHOICE,
    FIELD_CASE,
    FIELD_MEDIA,
    FIELD_INSTANT,
    FIELD_TASK,
    FIELD_BOOL,
    FIELD_CHANNEL,  /* code of channels.yaml */
    FIELD_AREAS,    /* codes of areas of the first layer without areas below them: grids; with `any` of any level */
    FIELD_ITEM,     /* number of an item of the admission list that holds on the day */
    FIELD_DOCUMENT, /* a scan of a stamped paper: PDF or photo; its SHA-256 stands in the facts; called "document" */
    FIELD_CASES,    /* numbers of the cases that satisfy `query` when it is done; the server fills it in */
    FIELD_MATERIALS /* codes of papers of the case's service; without `any` none that the government holds */
};

/* What a text is posted as where residents meet. */
enum posted_as { POSTED_NOT, POSTED_CONTACT, POSTED_PHONE };
/* A field that an action wants. */
struct field {
    code name;
    struct text label;
    enum field_type type;
    bool required;
    bool required_by_condition; /* exactly when the case's condition can only be shown by a photo */
    bool is_public;             /* the reporter may read it */
    enum posted_as posted;      /* FIELD_TEXT: published as the contact of the grid, once the case is closed */
    bool
        any; /* FIELD_CATEGORY: also of other procedures, for what is filed anew; FIELD_ITEM: also one for other matters; FIELD_MATERIALS: also
                                   what the government holds */
    bool is_contact; /* FIELD_TEXT: of a person; kept encrypted, apart from the words */
    bool keeps;      /* FIELD_TEXT: the written assessment for which contact data outlives the response */
    code choices_of; /* FIELD_CHOICE: a list of the package: plans, grades, warnings, responses, accidents */
    bool many;       /* FIELD_CHOICE, FIELD_AREA, FIELD_CATEGORY: several, separated by ',' */
    code *choices;   /* FIELD_CHOICE */
    struct text *choice_labels;
    size_t n_choices;
    str query;        /* FIELD_CASES */
    int32_t min, max; /* FIELD_NUMBER: range; FIELD_TEXT: characters */
};

enum guard_kind {
    GUARD_COUNT_BELOW,   /* counter name < n */
    GUARD_COUNT_FROM,    /* counter name >= n */
    GUARD_FLAG,          /* flag name is set */
    GUARD_NOT_FLAG,      /* flag name is not set */
    GUARD_CLOCK_RUNNING, /* clock name runs and is not past due */
    GUARD_CLOCK_LIVE,    /* clock name runs or waits, past due or not */
    GUARD_CLOCK_MISSED,  /* clock name was missed */
    GUARD_TASKS_ALL,     /* every task of kind `name` not cancelled is in state `value`, and there is one */
    GUARD_TASKS_ANY,     /* at least one is */
    GUARD_TASKS_NONE,    /* none is */
    GUARD_FIELD_IN,      /* the command's field equals one of values */
    GUARD_FIELD_NEVER,   /* no unit in the field had a task of kind `value`, cancelled ones apart */
    GUARD_LINKED,        /* a link of kind name exists */
    GUARD_NOT_LINKED,
    GUARD_CASE_IN, /* the case's attribute (category, area, about, channel, one set by an effect) is one of values (trailing * = prefix) */
    /* Not later than `limit` after the state was entered; on a task: after the task was opened. With from: signed the
     * period begins when that was marked in this state; until then it has not begun. */
    GUARD_WITHIN,
    GUARD_NOT_WITHIN,
    GUARD_OTHER_ACTOR, /* who acts is not the one whom the attribute `name` holds */
    GUARD_SAME_ACTOR,  /* … is that one */
};
struct guard {
    enum guard_kind kind;
    code name, value;
    int32_t n;
    str *values;
    size_t n_values;
    struct limit limit;
    code refusal; /* text code that explains the refusal: "returned_twice" */
};

enum effect_kind {
    EFFECT_CLOCK_START, /* name; limit (or the condition's), or until the instant of field `value` */
    EFFECT_CLOCK_STOP,  /* name: met, or missed if past due */
    EFFECT_CLOCK_PAUSE,
    EFFECT_CLOCK_RESUME,
    EFFECT_CLOCK_EXTEND, /* name; by its own amount once more, or by limit */
    EFFECT_TASK_OPEN,    /* task kind `name` for the units of field `value`, or "lead", "unit" (the acted task's),
                           "assist", "grid", "standby", "centre", "supervisor" (the centre), "discipline", "above" (the
                           unit one level above the acted task's, or the lead), "below" (the office next below it
                           towards the place) */
    EFFECT_TASK_PLAN,    /* the tasks of the plan in attribute plan that fit the level in attribute level, as tasks of
                           kind `name`, each for its unit and with its clock; those that are there already stay */
    EFFECT_TASK_STATE,   /* the acted task, or every open task of kind name, goes to state `value` */
    EFFECT_TASK_CANCEL,  /* every open task of kind name */
    EFFECT_COUNT,        /* counter name + 1 */
    EFFECT_COUNT_RESET,
    EFFECT_FLAG, /* set flag name */
    EFFECT_UNFLAG,
    EFFECT_ASSIGN,  /* lead unit := field `value`, "route", or "task": the unit of the acted task */
    EFFECT_PROPOSE, /* the lead is proposed as a row of the responsibility list; value "lead" */
    EFFECT_SET,     /* case attribute name (category, condition, area, or one of its own) := field `value`, or
                           "actor": who acts */
    EFFECT_NOTIFY,  /* text code `value` to name: reporter, lead, centre, grid, supervisor, above */
    EFFECT_ASK,     /* question to the reporter; text is field value */
    EFFECT_LINK,    /* kind name to the case of field `value` (duplicate_of, part_of, follows, earlier) */
    EFFECT_SPLIT, /* follow-up: file a sub-case from the fields, of category `name` if given; one in each area of field
                       `state` if that is given, led by the same unit */
    EFFECT_METER, /* what field `value` holds (a number, or the lines of a text; times the codes of field `state`) is
                       counted under name, for the lead; `a_day` = what one lead may reach in a day, 0 = any */
    EFFECT_MERGE, /* follow-up: tell the case of field `value` */
    EFFECT_HAND_UP, /* to the next level; outside number follows */
    EFFECT_HAND_DOWN,
    EFFECT_SEAL,      /* nobody but the investigator and the centre's head reads it */
    EFFECT_ANSWER,    /* field `value` is the answer to the reporter */
    EFFECT_RATE,      /* field `value` is the reporter's rating, 1 to 5 */
    EFFECT_MARK,      /* now (or, value "filed", when it was filed) is the instant name: accepted, dispatched, signed:
                         where limits may start from */
    EFFECT_RECUSE,    /* who acts withdraws for an interest: he may do nothing in this case any more */
    EFFECT_HAND_OVER, /* to the server of the peer of field `value`, or of the peer `value` itself */
    EFFECT_TELL,      /* the peer that has the case hears the word `value`; nothing happens if none has it */
    EFFECT_TAKE_BACK, /* it is with no peer any more */
    EFFECT_PASS,   /* whoever bears the secret of this command may act on the task of kind `name`, the acted one or the
                         newest: until its present clock is due, or from then on if he takes the task now */
    EFFECT_FILE,   /* follow-up: file a case of category `value` ("same": of this one's) that follows this one; text is
                         field `extra` */
    EFFECT_LADDER, /* the call ladder of the acted task: value start, next (rung), stop (reached) */
};
struct effect {
    enum effect_kind kind;
    code name, value;
    code state; /* EFFECT_TASK_OPEN: the state it opens in; empty = the first */
    code extra; /* EFFECT_TASK_OPEN: promised until the instant of this field; EFFECT_FILE: the field of the text */
    bool has_limit;
    struct limit limit;
    struct guard *when; /* it happens only if these hold */
    size_t n_when;
    int32_t a_day; /* EFFECT_METER */
};

struct action {
    code name;
    struct text label;
    struct text confirm; /* what will happen, one line; may be empty */
    code task;           /* acts on a task of this kind, "*" = of any; empty = on the case */
    code *from;          /* root states, or "*" = every state that is no end */
    size_t n_from;
    code *task_from; /* task states, if task is not empty */
    size_t n_task_from;
    code to;        /* root state afterwards; empty = stays */
    code task_to;   /* task state afterwards; empty = stays */
    uint32_t posts; /* bit set of enum post */
    code *told;     /* words of another server by which the action happens: closed, reopened … */
    size_t n_told;
    struct field *fields;
    size_t n_fields;
    struct guard *guards;
    size_t n_guards;
    struct effect *effects;
    size_t n_effects;
    str basis;
    bool quick;        /* offered as a main button */
    bool to_back;      /* `to: back`: the state from which the pausing state was entered */
    bool leaves_parts; /* may close although parts of the case are open */
    uint32_t line;
};

/* When all guards of an auto rule hold after an action, the root machine moves on by itself (join of tasks). */
struct join {
    code from, to;
    struct guard *guards;
    size_t n_guards;
    struct effect *effects;
    size_t n_effects;
    uint32_t line;
};

/* What a procedure publishes to everybody once it was released: a warning, or a notice to areas. */
enum published_as { PUBLISHED_NOTHING, PUBLISHED_ALERT, PUBLISHED_NOTICE };

struct procedure {
    code name;
    struct text label;
    struct text matter, person; /* 诉求 / 诉求人 */
    str basis;
    struct state *states; /* states[0] is the start */
    size_t n_states;
    struct task_kind *tasks;
    size_t n_tasks;
    struct action *actions;
    size_t n_actions;
    struct join *joins;
    size_t n_joins;
    str file;
    code *readers; /* `readers: […]`: the only roles that read its cases; they have no place in lists, maps, counts */
    size_t n_readers;
    bool is_private;   /* `private: true`: every case is a private matter */
    bool is_register;  /* `register: {…}`: its cases are things of the city, which other cases are about */
    bool is_uncounted; /* `counted: false`: how the house runs itself (a shift, an article), in no statistics */
    code thing_form;   /* of a register: what the codes of its things look like (thing.h); empty = any */
    struct effect *start_effects; /* `filing: {effects: […]}`: happen when a case is filed, not for imported history */
    size_t n_start_effects;
    bool filer_leads;            /* `filing: {lead: filer}`: the unit of who files it leads */
    enum published_as published; /* `publish`: … */
    code *drafts;                /* … the actions that bring what is published … */
    size_t n_drafts;
    code *releases; /* … and those that release it, by somebody else */
    size_t n_releases;
    /* `articles: [states]`: its cases are articles of a knowledge base, in use in these states. Their text is what the fields
     * title, body, title_<lang>, body_<lang>, sources, unit, categories and open of an action said last. */
    code *articles;
    size_t n_articles;
    uint32_t file_posts; /* `filing: {by: […]}`: who may file, bit set of enum post; 0 = anybody */
};

/* Reads one procedure. in: YAML bytes, name of the file for messages, languages in order. memory: arena. errors: every
 * finding goes to `found` (may be called many times); E_INVALID if any was an error. */
struct findings;
enum status procedure_parse(str yaml, str file, const str *langs, size_t n_langs, struct arena *arena,
                            struct procedure *ret, struct findings *found) MUST_USE;
/* Checks one procedure by itself: references resolve, every state reachable, owned, clocked or excused, leads to an
 * end; every clock names its basis; every text exists in every language. */
void procedure_check(const struct procedure *p, size_t n_langs, struct findings *found);

const struct state *procedure_state(const struct procedure *p, const code *name);
const struct task_kind *procedure_task(const struct procedure *p, const code *name);
const struct state *task_state(const struct task_kind *k, const code *name);
const struct action *procedure_action(const struct procedure *p, str name);
/* The name of a post as written in packages: "centre". */
const char *post_name(enum post post);
bool post_parse(str s, enum post *ret) MUST_USE;
/* The field of an action, or NULL. */
const struct field *action_field(const struct action *a, str name);
/* Whether a role reads the procedure's cases, as far as the procedure is asked. */
bool procedure_reads(const struct procedure *p, const code *role);
/* Whether an action acts on tasks of a kind: of its own, or of every kind ("*"). */
bool action_on_task(const struct action *a, const code *kind);
/* Whether a state is among an action's `from` ("*" = every state that is no end). */
bool action_from(const struct action *a, const struct state *s);
/* Whether a clock of that name ends at a date that somebody states, wherever the procedure starts it: its length says
 * nothing then. in: name as cases hold it ("promise", "state:running"). */
bool procedure_clock_until(const struct procedure *p, const code *name);
/* The field that an effect's value names ("field.unit" → "unit"), or empty if it names no field. */
str effect_field(const code *value);

#endif
