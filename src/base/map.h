/* A hash map from strings or 64-bit keys to 32-bit values; open addressing, grows, no deletion of single keys. */
#ifndef YIWANG_BASE_MAP_H
#define YIWANG_BASE_MAP_H

#include "base/str.h"

/* No value; cannot be one. */
#define MAP_NONE UINT32_MAX

struct map_slot {
    uint64_t key;
    str text; /* ptr NULL for 64-bit keys */
    uint32_t value;
    bool used;
};
struct map {
    struct map_slot *slots;
    size_t n, cap;
};

/* An empty map. memory: none until the first key. */
void map_init(struct map *m);
/* Frees the memory, not the keys. */
void map_done(struct map *m);
/* Sets key to value. in: the bytes of key must outlive the map. out: the value it had, or MAP_NONE. */
uint32_t map_set(struct map *m, str key, uint32_t value);
/* out: the value or MAP_NONE. */
uint32_t map_get(const struct map *m, str key);
/* The same for a number as key, which no string equals. */
uint32_t map_set_u64(struct map *m, uint64_t key, uint32_t value);
uint32_t map_get_u64(const struct map *m, uint64_t key);

#endif
