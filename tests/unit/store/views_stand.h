/* A stand-in rule book for tests of the views: a command's values become the case as they are named (number state
 * category area unit tasks due …), so that any row can be brought about. The city is the small one. */
#ifndef YIWANG_TESTS_STORE_VIEWS_STAND_H
#define YIWANG_TESTS_STORE_VIEWS_STAND_H

#include "small_city.h"
#include "stand.h"

extern const struct rules views_rules;

/* As stand_init and stand_open, with the projector and the small city. */
void views_stand_init(struct stand *s);
void views_stand_open(struct stand *s);
/* Which city is current from now on. */
void views_stand_city(const struct city *city);

/* A pair of name and value for commands. */
struct pair {
    const char *name, *value;
};
#define PAIRS(...) ((const struct pair[]){__VA_ARGS__, {NULL, NULL}})

/* Files a case and waits for the views. out: its id. */
uint64_t views_filed(struct stand *s, const char *text, const struct pair *pairs);
/* With words: text, address, place. */
uint64_t views_filed_at(struct stand *s, const char *text, const char *address, lonlat place, const struct pair *pairs);
/* Changes a case. out: sequence. */
uint64_t views_changed(struct stand *s, uint64_t id, const struct pair *pairs);
void views_erased(struct stand *s, uint64_t id);
/* Waits until the views hold everything. */
void views_settled(struct stand *s);

/* Parses a query of the current city; it must be right. */
struct query *views_query(const char *text, struct arena *arena);
instant views_stand_now(const struct stand *s);
/* The numbers of a list as one text: "SM1 SM2". */
str views_list(struct stand *s, const char *query, enum sort sort, struct arena *arena);

#endif
