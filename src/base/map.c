#include "base/map.h"

#include <stdlib.h>

#define CAP_FIRST 16

void map_init(struct map *m) {
    *m = (struct map){0};
}

void map_done(struct map *m) {
    free(m->slots);
    *m = (struct map){0};
}

/* Spreads keys that are dense integers; harmless to those that are hashes already. */
static size_t home(const struct map *m, uint64_t key) {
    uint64_t h = key * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(h ^ h >> 32) & (m->cap - 1);
}

/* The slot of the key or the free one where it belongs. in: cap > n. */
static struct map_slot *slot_find(const struct map *m, uint64_t key, str text) {
    for (size_t i = home(m, key);; i = (i + 1) & (m->cap - 1)) {
        struct map_slot *s = &m->slots[i];
        if (!s->used) return s;
        if (s->key == key && !s->text.ptr == !text.ptr && str_eq(s->text, text)) return s;
    }
}

static void grow(struct map *m) {
    struct map old = *m;
    m->cap = old.cap ? old.cap * 2 : CAP_FIRST;
    m->slots = calloc(m->cap, sizeof *m->slots);
    check(m->slots != NULL);
    for (size_t i = 0; i < old.cap; i++) {
        const struct map_slot *s = &old.slots[i];
        if (s->used) *slot_find(m, s->key, s->text) = *s;
    }
    free(old.slots);
}

static uint32_t set(struct map *m, uint64_t key, str text, uint32_t value) {
    check(value != MAP_NONE);
    if ((m->n + 1) * 4 > m->cap * 3) grow(m);
    struct map_slot *s = slot_find(m, key, text);
    uint32_t before = s->used ? s->value : MAP_NONE;
    m->n += !s->used;
    if (!s->used) *s = (struct map_slot){.key = key, .text = text, .used = true};
    s->value = value;
    return before;
}

static uint32_t get(const struct map *m, uint64_t key, str text) {
    if (m->n == 0) return MAP_NONE;
    const struct map_slot *s = slot_find(m, key, text);
    return s->used ? s->value : MAP_NONE;
}

static str text_key(str key) {
    return key.ptr ? key : S("");
}

uint32_t map_set(struct map *m, str key, uint32_t value) {
    return set(m, str_hash(key), text_key(key), value);
}

uint32_t map_get(const struct map *m, str key) {
    return get(m, str_hash(key), text_key(key));
}

uint32_t map_set_u64(struct map *m, uint64_t key, uint32_t value) {
    return set(m, key, STR_NONE, value);
}

uint32_t map_get_u64(const struct map *m, uint64_t key) {
    return get(m, key, STR_NONE);
}
