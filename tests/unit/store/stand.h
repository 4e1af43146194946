/* A stand-in world for tests of the truth half: a city without areas, a rule book of five commands, a clock that tests
 * set, and a data directory that goes away. Cases here have a state and nothing else. */
#ifndef YIWANG_TESTS_STORE_STAND_H
#define YIWANG_TESTS_STORE_STAND_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "store/store_int.h"
#include "store/truth.h"

struct stand {
    struct store_options options;
    struct store *store;
    char dir[64];
    int64_t now_ms; /* what the writer's clock says */
};

extern const struct rules stand_rules;
const struct city *stand_city(void);

/* A fresh directory and options; the store is opened by stand_open. */
void stand_init(struct stand *s);
/* Closes the store if open and deletes the directory. */
void stand_done(struct stand *s);
enum status stand_open(struct stand *s, struct err *err);
void stand_close(struct stand *s);
/* Deletes a folder with everything in it. */
void stand_remove(const char *dir);

/* Commands: file (text, contact, media may be empty), act ("close", "refuse", "fan": one note to each number in the
 * values), erase. */
struct command stand_file(const char *text);
struct command stand_act(uint64_t case_id, const char *action);
struct command stand_erase(uint64_t case_id);
void stand_key(struct command *c, const char *key, const char *body);
/* Runs a command that must succeed. */
struct result stand_run(struct stand *s, const struct command *c);
/* Files a report that must succeed. out: the case's id. */
uint64_t stand_filed(struct stand *s, const char *text);
/* Files n reports that wait together: few flushes. */
void stand_many(struct stand *s, size_t n);
/* Runs SQL on a file of the closed directory. */
void stand_sql(struct stand *s, const char *file, const char *sql);

#endif
