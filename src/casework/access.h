/* Who may see and do what: (role, action, relation to the case) from one table, and recusal, which no package can
 * switch off. */
#ifndef YIWANG_CASEWORK_ACCESS_H
#define YIWANG_CASEWORK_ACCESS_H

#include "casework/command.h"

/* Whether the actor may read the case at all (scope of the role, recusal, seal). */
bool access_read(const struct city *world, const struct kase *c, const struct actor *actor);
/* Whether the actor holds one of the posts (bit set) towards this case and task. in: task may be NULL. */
bool access_post(const struct city *world, const struct kase *c, const struct task *task, const struct actor *actor,
                 uint32_t posts);
/* Whether the actor holds one of the posts towards a case that is being filed: also one that only others will read. */
bool access_start(const struct city *world, const struct kase *c, const struct actor *actor, uint32_t posts);
/* Whether the unit is recused: the case complains of conduct of this unit or one above it (it is the accused or stands
 * below the accused, as part of it or as office of an area inside its own), or the unit is where the accused person
 * works. Service complaints recuse nobody. */
bool access_recused(const struct city *world, const struct kase *c, const code *unit);
/* Whether somebody is: by the unit, or, without one, by the offices of the area that is walked. */
bool access_recused_actor(const struct city *world, const struct kase *c, const struct actor *actor);

/* What an actor may read, as parts of a query: used as one more conjunct by all evaluators. */
struct sight {
    enum scope scope;
    code unit, area;
    bool sees_sealed;
    bool sees_private;
    bool wordless;        /* rows without text and address */
    bool every_procedure; /* also those that name their readers */
    code role;            /* … else those that name this one */
};
struct sight access_sight(const struct city *world, const struct actor *actor);

#endif
