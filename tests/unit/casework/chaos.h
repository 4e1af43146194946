/* Random commands on a case: mostly what somebody may do, sometimes what nobody may. */
#ifndef YIWANG_TESTS_UNIT_CASEWORK_CHAOS_H
#define YIWANG_TESTS_UNIT_CASEWORK_CHAOS_H

#include "case_support.h"

struct chaos {
    struct rng rng;
    struct desk desk;
    size_t accepted, refused; /* commands so far */
    size_t ends;              /* cases that ended */
};

void chaos_init(struct chaos *c, const struct city *city, struct rng rng);
void chaos_done(struct chaos *c);
/* Files a random case. in: about may be ABOUT_NOTHING; about_unit then ignored. */
void chaos_file(struct chaos *c, const char *category, enum about about, const char *about_unit);
/* A random actor: any role with any unit and area, a reporter, a timer, an import. */
struct actor chaos_actor(struct chaos *c);
/* One random command: an action with its fields filled, a tick, a recomputation, a reading, a note, an erasure. */
void chaos_step(struct chaos *c);
/* One of the actions that the actor may take now; nothing happens without one. */
void chaos_step_as(struct chaos *c, struct actor actor);

#endif
