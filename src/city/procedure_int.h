/* Shared by the parts that read and check a procedure. */
#ifndef YIWANG_CITY_PROCEDURE_INT_H
#define YIWANG_CITY_PROCEDURE_INT_H

#include "city/procedure.h"
#include "city/yamltree.h"

/* Reads a limit with its particulars: {limit: "15 calendar_days", from: …, basis: …, first_day_counts: …, rolls_over:
 * …}. out: false with findings. `*ret_condition` true if the limit is the condition's; NULL where that makes no
 * sense. */
bool procedure_limit(const struct yaml_source *src, const struct yaml_node *map, struct limit *ret,
                     bool *ret_condition);
/* Reads the lists under `guards` and `effects`. in: list may be NULL. */
void procedure_guards(const struct yaml_source *src, const struct yaml_node *list, struct guard **ret, size_t *ret_n);
void procedure_effects(const struct yaml_source *src, const struct yaml_node *list, struct effect **ret, size_t *ret_n);
/* The part of the check that follows the machines: what is reachable and whether it leads to an end. */
void procedure_check_flow(const struct procedure *p, struct findings *found);

#endif
