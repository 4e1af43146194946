/* The duty room: what waits for it, and the sheet by which a shift is handed over. Read only: every change is an action of
 * a case. */
#ifndef YIWANG_APP_DUTY_H
#define YIWANG_APP_DUTY_H

#include "app/app.h"

/* A case that waits for a call, with what may be done about the task in question. */
struct duty_call {
    struct case_row row;
    struct case_view view;        /* kase, law; offers: only those on the task */
    uint32_t task;                /* 0 = the case itself */
    int32_t rung;                 /* of the ladder; 0 = a promised call-back */
    const struct duty_rung *whom; /* NULL for a call-back */
    size_t n_rungs;
    instant due;
    bool missed;
};
struct duty_calls {
    struct duty_call *all;
    size_t n;
    uint64_t total; /* cases, also those that are not listed */
};
#define DUTY_CALLS_MAX 40
/* Calls of ladders (promised false) or promised call-backs, the most urgent first. memory: arena. errors: as app_list. */
enum status app_duty_calls(struct app *app, const struct caller *caller, bool promised, struct arena *arena,
                           struct duty_calls *ret, struct err *err) MUST_USE;
/* The open turn of a desk that the caller may see: of the procedures whose clock the roster ends. out: false if none is
 * open. memory: arena. */
enum status app_duty_shift(struct app *app, const struct caller *caller, uint32_t desk, struct arena *arena,
                           struct duty_call *ret, bool *ret_found, struct err *err) MUST_USE;

/* What an action that takes down lists of cases took down, or would now. */
struct sheet_part {
    const struct field *field;
    struct case_row *rows; /* those that the caller may see still */
    size_t n, more;        /* more: taken down, not listed here */
};
#define SHEET_PARTS_MAX 8
struct sheet {
    struct case_view view;
    const struct action *action;
    const struct history_line *taken; /* NULL: it was not taken down yet, these are the lists of now */
    struct sheet_part parts[SHEET_PARTS_MAX];
    size_t n_parts;
};
/* errors: as app_case; E_NOT_FOUND no_sheet: no action of its procedure takes down lists. memory: arena. */
enum status app_sheet(struct app *app, const struct caller *caller, str number, struct arena *arena, struct sheet *ret,
                      struct err *err) MUST_USE;

#endif
