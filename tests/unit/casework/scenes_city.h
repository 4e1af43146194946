/* Scenes of a package as it is loaded: who and what they are played with, how everybody stands by an oracle of its own, and
 * cases in which the guards of an action hold. */
#ifndef YIWANG_TESTS_UNIT_CASEWORK_SCENES_CITY_H
#define YIWANG_TESTS_UNIT_CASEWORK_SCENES_CITY_H

#include "scenes.h"

#define PEOPLE_MAX 320

/* The package that everything below is about. */
void scenes_of(const struct city *c);
struct cast cast_of_package(const struct procedure *p);
/* Every role in every place that makes a difference; and those who are no staff. in: room for PEOPLE_MAX. */
size_t people_of(const struct cast *c, struct actor *ret);
/* How an actor stands to a scene, by the words of the package alone. */
struct stance stance_of(const struct scene *s, const struct actor *who);
/* Changes the case of the desk, which is the scene's, so that the guards of the action hold for somebody. */
void scene_dress(const struct scene *s, const struct action *a, const struct actor *who, struct desk *d);

#endif
