/* Scenes of a procedure: one state of the root machine with at most one task, and what a twin of the rules says about
 * an actor there. The twin reads nothing but the package's lists; who stands in which relation it is told. */
#ifndef YIWANG_TESTS_UNIT_CASEWORK_SCENES_H
#define YIWANG_TESTS_UNIT_CASEWORK_SCENES_H

#include "case_support.h"

#define BIT(p) (1U << (p))

/* Who and what the cases of a procedure are about. */
struct cast {
    const struct city *city;
    code unit;         /* leads */
    code others[4];    /* other units */
    code area;         /* the case lies here: a leaf */
    code elsewhere;    /* another leaf */
    code category;     /* of the procedure */
    code condition;    /* of the category, or empty */
    code new_category; /* of what is filed anew */
    code item;         /* of the admission list */
    code material;     /* of the category's service */
};

enum task_of { OF_LEAD, OF_GRID, OF_OTHER, TASK_OF_COUNT };
struct scene {
    const struct cast *cast;
    const struct procedure *p;
    const struct state *state;
    const struct task_kind *kind; /* NULL = no task */
    const struct state *task;
    enum task_of of; /* of the lead unit, of the grid workers of the area, of others[0] */
};
/* The case of a scene, as it lies there since now. Its task has id 1 and a pass "key". */
void scene_set(const struct scene *s, const struct desk *d, struct kase *c);
/* Each scene of a procedure, once. in: tasks of how many kinds of holders. */
typedef void (*scene_fn)(const struct scene *s, void *ctx);
void scenes_each(const struct cast *cast, const struct procedure *p, int holders, scene_fn fn, void *ctx);

/* How somebody stands to the case of a scene: posts that he holds and whose relation holds, towards the case and
 * towards its task. */
struct stance {
    bool reads;
    uint32_t of_case, of_task;
};
enum verdict { MAY, WRONG_STATE, NOT_ALLOWED };
enum verdict scene_verdict(const struct scene *s, const struct action *a, enum actor_kind kind,
                           const struct stance *stance);
enum verdict verdict_of(enum status status, const struct err *err);

/* Which fields are filled in, and how: all as a form first shows them; all, or those that are needed, so that the
 * action's guards about fields hold. */
enum filled { AS_SHOWN, ALL_FIELDS, NEEDED_FIELDS };
/* A command of somebody; its pass is "key". Its texts last until the next one. */
struct command scene_command(const struct scene *s, const struct action *a, struct actor actor, enum filled filled);
/* Whether an action that somebody may take is refused by one of its guards or by what an end demands. */
bool refusal_is_its_own(const struct action *a, const struct err *err);
/* An accepted action led where the package says: to its state, or to one that a join leads to. */
void scene_assert_moved(const struct scene *s, const struct action *a, const struct kase *after);
struct actor bearer(const char *key);

#endif
