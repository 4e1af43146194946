/* The words of facts: names of outcomes, limits, ends and abouts. Shared by writer and reader; never changed, only
 * added to. */
#ifndef YIWANG_CASEWORK_FACTS_NAMES_H
#define YIWANG_CASEWORK_FACTS_NAMES_H

#include "casework/facts.h"

extern const char *const op_names[OP_KIND_COUNT];
extern const char *const limit_unit_names[LIMIT_CALENDAR_DAYS + 1];
extern const char *const end_names[END_MOVED + 1];
extern const char *const about_names[ABOUT_CONDUCT + 1];

/* The index of a word in a list of n (entries may be NULL), or -1. */
int facts_name_index(str word, const char *const *names, size_t n);

#endif
