/* A trial: a script of commands played against a city package without a server, by decide and apply alone. What is
 * expected stands in the script; the history is printed as people read it. Format: docs/trials.md. */
#ifndef YIWANG_CLI_TRIAL_H
#define YIWANG_CLI_TRIAL_H

#include "casework/command.h"
#include "cli/wording.h"

#define TRIAL_PEOPLE_MAX 32
#define TRIAL_CASES_MAX 32

struct person {
    code name;
    struct actor actor;
};

enum expect_kind {
    EXPECT_REFUSED, /* the command is, with code `value` (and field `name` if given) */
    EXPECT_STATE,
    EXPECT_DUE,     /* the earliest due time, or "none" */
    EXPECT_CLOCK,   /* clock `name`: its due time, or how it stands */
    EXPECT_TASKS,   /* tasks of kind `name`: states of those that count, by ',' */
    EXPECT_COUNT,   /* counter `name` is `n` */
    EXPECT_FLAG,    /* flag `value` is set */
    EXPECT_NO_FLAG, /* … is not */
    EXPECT_UNIT,    /* lead unit, or "none" */
    EXPECT_SEALED,  /* "true" or "false" */
    EXPECT_PRIVATE,
    EXPECT_TOLD,   /* a notice went to `value` in this step */
    EXPECT_CAN,    /* person `name` is offered action `value` */
    EXPECT_CANNOT, /* … is not */
    EXPECT_READS,  /* person `value` may read the case */
    EXPECT_NO_READ
};
struct expect {
    enum expect_kind kind;
    code name;
    str value;
    int32_t n;
    instant at;
    const struct person *who;
    uint32_t line;
};

enum step_kind { STEP_WAIT, STEP_FILE, STEP_ACT, STEP_READ, STEP_ERASE };
struct step {
    enum step_kind kind;
    uint32_t line;
    bool has_at, has_wait;
    instant at;
    struct limit wait;
    const struct person *by;
    code on;                /* name of the case; empty = the one filed last */
    code task_of;           /* the task of this unit is meant */
    struct command command; /* texts beginning with '$' stand for numbers of cases */
    struct expect *expects;
    size_t n_expects;
    bool expects_refusal;
};

struct trial {
    str file; /* as named on the command line */
    struct text title;
    str *proves; /* articles, ids of rules: for lists of what is tested */
    size_t n_proves;
    instant begins;
    struct person people[TRIAL_PEOPLE_MAX];
    size_t n_people;
    struct step *steps;
    size_t n_steps;
};

/* Reads a script and checks every name in it against the package. in: its bytes; name for findings. memory: arena.
 * errors: E_INVALID if there is any finding; all of them are in *found. */
enum status trial_read(const struct city *city, str bytes, str file, struct arena *arena, struct trial *ret,
                       struct findings *found) MUST_USE;
/* Plays a script. in: where the history goes. out: the number of expectations looked at, each command's success among them;
 * *found holds an error for each that did not hold. */
size_t trial_play(const struct wording *w, const struct trial *t, struct findings *found);

/* What a line of history is about. */
struct told {
    const struct entry *entry;
    const struct kase *before, *after;
    const struct person *by;       /* NULL: a clock, or another case */
    const struct command *command; /* what was given */
};
/* Appends an entry: one line, then what was given and who is told, each on a line of its own. */
void trial_print_entry(const struct wording *w, const struct told *t);
/* Appends the line of a refusal, and below it what is possible instead and by whom. in: t without entry and after. */
void trial_print_refusal(const struct wording *w, const struct told *t, instant now, const struct err *err);

#endif
