/* Cells of a count: number of rows and sum by key. An array if there are few keys, else a hash. */
#ifndef YIWANG_STORE_CELLS_H
#define YIWANG_STORE_CELLS_H

#include "base/macro.h"

#define CELLS_DENSE_MAX (UINT64_C(4) << 20)

struct cells {
    bool dense;
    uint64_t cap, used; /* places; occupied ones of a hash */
    uint32_t *n;        /* 0 = free */
    int64_t *sum;       /* NULL for plain counts */
    uint64_t *keys;     /* of a hash */
};

/* in: keys are below n_keys. */
void cells_init(struct cells *c, uint64_t n_keys, bool with_sums);
void cells_done(struct cells *c);
/* The place of a key, made if it is new. */
uint64_t cells_place(struct cells *c, uint64_t key);
/* The key at a place. */
uint64_t cells_key(const struct cells *c, uint64_t place);

#endif
