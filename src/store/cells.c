#include "store/cells.h"

#include <stdlib.h>

static void *zeroed(uint64_t n, size_t size) {
    void *p = calloc(n ? n : 1, size);
    check(p);
    return p;
}

static void allocate(struct cells *c, uint64_t cap, bool with_sums) {
    c->cap = cap;
    c->n = zeroed(cap, sizeof *c->n);
    c->sum = with_sums ? zeroed(cap, sizeof *c->sum) : NULL;
    c->keys = c->dense ? NULL : zeroed(cap, sizeof *c->keys);
}

void cells_init(struct cells *c, uint64_t n_keys, bool with_sums) {
    *c = (struct cells){.dense = n_keys <= CELLS_DENSE_MAX};
    allocate(c, c->dense ? n_keys : 1 << 16, with_sums);
}

void cells_done(struct cells *c) {
    free(c->n);
    free(c->sum);
    free(c->keys);
    *c = (struct cells){0};
}

static uint64_t probe(const struct cells *c, uint64_t key) {
    uint64_t i = key * UINT64_C(0x9E3779B97F4A7C15) >> 20 & (c->cap - 1);
    while (c->n[i] != 0 && c->keys[i] != key) i = (i + 1) & (c->cap - 1);
    return i;
}

static void grow(struct cells *c) {
    struct cells bigger = {.used = c->used};
    allocate(&bigger, c->cap * 2, c->sum != NULL);
    for (uint64_t i = 0; i < c->cap; i++) {
        if (c->n[i] == 0) continue;
        uint64_t at = probe(&bigger, c->keys[i]);
        bigger.keys[at] = c->keys[i];
        bigger.n[at] = c->n[i];
        if (c->sum) bigger.sum[at] = c->sum[i];
    }
    cells_done(c);
    *c = bigger;
}

uint64_t cells_place(struct cells *c, uint64_t key) {
    if (c->dense) return key;
    if (c->used * 2 >= c->cap) grow(c);
    uint64_t at = probe(c, key);
    if (c->n[at] == 0) {
        c->keys[at] = key;
        c->used++;
    }
    return at;
}

uint64_t cells_key(const struct cells *c, uint64_t place) {
    return c->dense ? place : c->keys[place];
}
