/* Axes of counts, one per dimension: a row's value as a small number, and what to call it. */
#ifndef YIWANG_STORE_AXIS_H
#define YIWANG_STORE_AXIS_H

#include "query/columns.h"
#include "store/store.h"

struct axis {
    enum dimension by;
    const struct columns *columns;
    const struct city *city;
    uint32_t n;                         /* numbers are below this */
    const uint32_t *table;              /* BY_LEVEL: number by area; times: number by quarter of an hour */
    uint32_t first_quarter, n_quarters; /* times: quarters since 1970 that the table covers */
    int32_t first;                      /* days and months: what number 0 means */
    bool has_none;                      /* the last number is "no such time" */
    uint32_t now_s;                     /* BY_STATUS */
};

/* Prepares a dimension. memory: arena. errors: E_INVALID unknown_level. */
enum status axis_prepare(const struct columns *c, const struct city *city, enum dimension by, const code *level,
                         uint32_t now_s, struct arena *arena, struct axis *ret, struct err *err) MUST_USE;
/* Numbers of n rows of a chunk. */
void axis_keys(const struct axis *d, const struct columns_chunk *k, uint32_t at, uint32_t n, uint32_t *ret);
/* What a number is called: a code, a date, an hour, a word. Empty = none. */
str axis_text(const struct axis *d, uint32_t number, struct arena *arena);

#endif
