/* After a refusal: what the caller may do with the case instead, and who may do what he wanted, in which states. Says no
 * more than the caller can read anyway: nothing to whoever may not read the case; to its reporter and to the bearer of a
 * task's pass only what is for them to do. */
#ifndef YIWANG_CASEWORK_INSTEAD_H
#define YIWANG_CASEWORK_INSTEAD_H

#include "casework/command.h"

#define HOLDERS_MAX 16
#define HOLDER_ROLES_MAX 8

/* Who: a post, the unit or area that holds it here (both empty if nobody does yet), and the roles that have it. */
struct holder {
    enum post post;
    code unit, area;
    code roles[HOLDER_ROLES_MAX];
    size_t n_roles;
};

struct instead {
    struct offer possible[OFFERS_MAX];
    size_t n_possible;
    const struct action *wanted; /* NULL if the procedure has none, or it is not for this caller to be told */
    bool now;                    /* the case, and a task where it acts on one, is in a state for it */
    struct holder who[HOLDERS_MAX];
    size_t n_who;
    const struct state *at; /* where the case is */
};

/* Who asks, and about what. */
struct refused {
    const struct city *law, *world;
    const struct kase *c;
    const struct actor *actor;
    const code *action;
    instant now;
};

/* in: what was refused. out: false if the caller may be told nothing. cost: that of `offers` and, for each post of the
 * action, units × roles. */
bool instead_of(const struct refused *r, struct instead *ret);
/* Whether an actor sees only his part of a case: its reporter, the bearer of a pass. */
bool actor_is_outside(const struct actor *actor);

#endif
