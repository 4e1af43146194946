#include "store/cache.h"

#include <stdlib.h>
#include <string.h>

#define SETS 256
#define WAYS 8
#define LOCKS 16

struct way {
    uint64_t id, used; /* used: tick of the last use */
    struct case_state *state;
};
struct set {
    struct way ways[WAYS];
    uint64_t tick, published;
};
struct cache {
    struct set sets[SETS];
    pthread_mutex_t locks[LOCKS];
};

struct cache *cache_new(void) {
    struct cache *c = calloc(1, sizeof *c);
    check(c != NULL);
    for (size_t i = 0; i < LOCKS; i++) pthread_mutex_init(&c->locks[i], NULL);
    return c;
}

void cache_free(struct cache *c) {
    if (c == NULL) return;
    for (size_t i = 0; i < SETS; i++)
        for (size_t j = 0; j < WAYS; j++) free(c->sets[i].ways[j].state);
    for (size_t i = 0; i < LOCKS; i++) pthread_mutex_destroy(&c->locks[i]);
    free(c);
}

static size_t set_of(uint64_t id) {
    return (size_t)(id * UINT64_C(0x9E3779B97F4A7C15) >> 56) % SETS;
}

static struct set *enter(struct cache *c, uint64_t id) {
    size_t i = set_of(id);
    pthread_mutex_lock(&c->locks[i % LOCKS]);
    return &c->sets[i];
}

static void leave(struct cache *c, uint64_t id) {
    pthread_mutex_unlock(&c->locks[set_of(id) % LOCKS]);
}

static struct way *find(struct set *set, uint64_t id) {
    for (size_t i = 0; i < WAYS; i++)
        if (set->ways[i].state != NULL && set->ways[i].id == id) return &set->ways[i];
    return NULL;
}

static struct way *place(struct set *set, uint64_t id) {
    struct way *w = find(set, id), *oldest = &set->ways[0];
    if (w != NULL) return w;
    for (size_t i = 0; i < WAYS; i++) {
        if (set->ways[i].state == NULL) return &set->ways[i];
        if (set->ways[i].used < oldest->used) oldest = &set->ways[i];
    }
    return oldest;
}

bool cache_get(struct cache *c, uint64_t id, struct case_state *ret) {
    struct set *set = enter(c, id);
    struct way *w = find(set, id);
    if (w != NULL) {
        w->used = ++set->tick;
        *ret = *w->state;
    }
    leave(c, id);
    return w != NULL;
}

uint64_t cache_mark(struct cache *c, uint64_t id) {
    struct set *set = enter(c, id);
    uint64_t mark = set->published;
    leave(c, id);
    return mark;
}

void cache_offer(struct cache *c, const struct case_state *s, uint64_t mark) {
    struct set *set = enter(c, s->id);
    if (set->published == mark) {
        struct way *w = place(set, s->id);
        if (w->state == NULL) w->state = malloc(sizeof *w->state);
        check(w->state != NULL);
        *w->state = *s;
        w->id = s->id;
        w->used = ++set->tick;
    }
    leave(c, s->id);
}

struct case_state *cache_publish(struct cache *c, struct case_state *s) {
    uint64_t id = s->id;
    struct set *set = enter(c, id);
    struct way *w = place(set, id);
    struct case_state *out = w->state;
    w->state = s;
    w->id = id;
    w->used = ++set->tick;
    set->published++;
    leave(c, id);
    return out;
}
