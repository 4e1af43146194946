/* The outcome of everything that can be refused or can fail, and its details. */
#ifndef YIWANG_BASE_STATUS_H
#define YIWANG_BASE_STATUS_H

#include "base/macro.h"

/* One word per kind of outcome; http/problem.c maps each to a status code. */
enum status {
    OK = 0,
    E_SYNTAX,    /* the bytes are no JSON, CSV, YAML, query … */
    E_INVALID,   /* well-formed, but a field has a wrong value */
    E_LOGIN,     /* who is it? */
    E_DENIED,    /* known, but not allowed */
    E_NOT_FOUND, /* no such case, area, code, address … */
    E_METHOD,    /* the address exists, the method does not */
    E_STATE,     /* the action does not exist in the case's state */
    E_CONFLICT,  /* the case changed since the version the command saw */
    E_REUSED,    /* idempotency key with another body */
    E_TOO_LARGE, /* a bound on size was met */
    E_TOO_MANY,  /* a bound on rate was met */
    E_BUSY,      /* try again later: draining, throttled, queue full */
    E_STORAGE,   /* disk full, flush failed, file unreadable */
    E_CORRUPT,   /* stored bytes contradict their hash */
    E_INTERNAL,  /* a defect of ours */
    STATUS_COUNT
};

/* Details of a refusal: what happened, where, what to do. Fixed size, no pointers: may be copied. */
struct err {
    enum status status;
    char code[48];     /* stable, machine-readable: "unknown_category" */
    char primary[200]; /* one sentence: what happened */
    char detail[400];  /* more, or "" */
    char hint[240];    /* what to do, or "" */
    char field[80];    /* JSON field or CSV column, or "" */
    char file[160];    /* package file, or "" */
    uint32_t line;     /* 1-based, 0 = none */
};

/* Fills *e and returns status, so that `return err_set(…)` reads as one step.
 * in: e may be NULL (details are dropped); code; a printf format for the primary sentence. */
enum status err_set(struct err *e, enum status status, const char *code, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Adds what to do. in: e may be NULL. */
void err_hint(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Adds the field the refusal is about. in: e may be NULL. */
void err_field(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Adds further detail. in: e may be NULL. */
void err_detail(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The name of a status, for logs: "E_SYNTAX". */
const char *status_name(enum status status);

#endif
