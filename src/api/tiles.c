#include "api/tiles.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETS 2048
#define WAYS 4

struct tile {
    digest key;
    char *bytes; /* NULL: free */
    size_t n;
    char type[64];
    instant fetched;
    uint64_t used;
};

struct tiles {
    pthread_mutex_t lock;
    struct tile sets[SETS][WAYS];
    size_t bytes, bytes_max;
    uint64_t clock;
    size_t hand; /* where room is made next */
};

struct tiles *tiles_new(size_t bytes_max) {
    struct tiles *t = calloc(1, sizeof *t);
    check(t != NULL && pthread_mutex_init(&t->lock, NULL) == 0);
    t->bytes_max = bytes_max;
    return t;
}

static void drop(struct tiles *t, struct tile *one) {
    t->bytes -= one->n;
    free(one->bytes);
    *one = (struct tile){0};
}

void tiles_free(struct tiles *t) {
    for (size_t i = 0; i < SETS; i++)
        for (size_t k = 0; k < WAYS; k++) drop(t, &t->sets[i][k]);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

static struct tile *set_of(struct tiles *t, const digest *key) {
    return t->sets[(key->b[0] | (size_t)key->b[1] << 8) % SETS];
}

static struct tile *find(struct tiles *t, const digest *key) {
    struct tile *set = set_of(t, key);
    for (size_t k = 0; k < WAYS; k++)
        if (set[k].bytes != NULL && digest_eq(&set[k].key, key)) return &set[k];
    return NULL;
}

/* The same tile, a free place, or the one used longest ago. */
static struct tile *place_for(struct tiles *t, const digest *key) {
    struct tile *same = find(t, key), *set = set_of(t, key), *oldest = set;
    if (same != NULL) return same;
    for (size_t k = 0; k < WAYS; k++) {
        if (set[k].bytes == NULL) return &set[k];
        if (set[k].used < oldest->used) oldest = &set[k];
    }
    return oldest;
}

/* Set by set around the table: the oldest of each. */
static void make_room(struct tiles *t, size_t bytes) {
    for (size_t i = 0; i < SETS * WAYS && t->bytes + bytes > t->bytes_max; i++) {
        struct tile *set = t->sets[t->hand++ % SETS], *oldest = NULL;
        for (size_t k = 0; k < WAYS; k++)
            if (set[k].bytes != NULL && (oldest == NULL || set[k].used < oldest->used)) oldest = &set[k];
        if (oldest != NULL) drop(t, oldest);
    }
}

void tiles_put(struct tiles *t, const digest *key, str bytes, const char *type, instant now) {
    if (bytes.len == 0 || bytes.len > TILE_BYTES_MAX || bytes.len > t->bytes_max) return;
    char *copy = malloc(bytes.len);
    check(copy != NULL);
    memcpy(copy, bytes.ptr, bytes.len);
    pthread_mutex_lock(&t->lock);
    drop(t, place_for(t, key));
    make_room(t, bytes.len);
    struct tile *at = place_for(t, key);
    drop(t, at);
    *at = (struct tile){.key = *key, .bytes = copy, .n = bytes.len, .fetched = now, .used = ++t->clock};
    snprintf(at->type, sizeof at->type, "%s", type);
    t->bytes += bytes.len;
    pthread_mutex_unlock(&t->lock);
}

bool tiles_get(struct tiles *t, const digest *key, instant since, struct arena *arena, str *ret, char ret_type[64]) {
    pthread_mutex_lock(&t->lock);
    struct tile *found = find(t, key);
    bool fresh = found != NULL && found->fetched.ms >= since.ms;
    if (fresh) {
        found->used = ++t->clock;
        *ret = str_dup(arena, (str){found->bytes, found->n});
        memcpy(ret_type, found->type, sizeof found->type);
    }
    pthread_mutex_unlock(&t->lock);
    return fresh;
}
