/* Random cases for property tests of the views. */
#ifndef YIWANG_TESTS_STORE_VIEWS_RANDOM_H
#define YIWANG_TESTS_STORE_VIEWS_RANDOM_H

#include "views_stand.h"

void random_seed(uint64_t seed);
/* A number below n. */
uint32_t chance(uint32_t n);
#define PICK(list) ((list)[chance((uint32_t)ARRAY_LEN(list))])
const char *random_unit(void);
const char *random_area(void);
/* Files n cases with random facts and words, changes or erases a third of them, and waits for the views. */
void random_cases(struct stand *s, size_t n);

#endif
