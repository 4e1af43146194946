#include "store/keyindex.h"

#include <stdlib.h>
#include <string.h>

#define CAP_FIRST 1024

void key_index_init(struct key_index *k) {
    *k = (struct key_index){0};
}

void key_index_done(struct key_index *k) {
    free(k->slots);
    free(k->samples);
    *k = (struct key_index){0};
}

uint64_t key_print(const uint8_t key_hash[16]) {
    uint64_t print;
    memcpy(&print, key_hash, sizeof print);
    return print;
}

static void insert(struct key_index *k, uint64_t print, uint64_t seq) {
    size_t i = print & (k->cap - 1);
    while (k->slots[i].seq != 0) i = (i + 1) & (k->cap - 1);
    k->slots[i] = (struct key_slot){print, seq};
    k->n++;
}

/* Puts the entries of [from, to] into a table of a new size. */
static void rehash(struct key_index *k, size_t cap, uint64_t from, uint64_t to) {
    struct key_slot *old = k->slots;
    size_t old_cap = k->cap;
    k->slots = calloc(cap, sizeof *k->slots);
    check(k->slots != NULL);
    k->cap = cap;
    k->n = 0;
    for (size_t i = 0; i < old_cap; i++)
        if (old[i].seq != 0 && old[i].seq >= from && old[i].seq <= to) insert(k, old[i].print, old[i].seq);
    free(old);
}

/* Keeps the samples in order of sequence also when the index is rebuilt from the newest head backwards. */
static void sample(struct key_index *k, instant recorded, uint64_t seq) {
    struct key_sample *last = k->n_samples > 0 ? &k->samples[k->n_samples - 1] : NULL;
    if (last != NULL && llabs(recorded.ms - last->recorded.ms) < MS_HOUR) return;
    if (k->n_samples == k->cap_samples) {
        k->cap_samples = k->cap_samples ? k->cap_samples * 2 : 64;
        k->samples = realloc(k->samples, k->cap_samples * sizeof *k->samples);
        check(k->samples != NULL);
    }
    k->samples[k->n_samples++] = (struct key_sample){recorded, seq};
}

void key_index_add(struct key_index *k, uint64_t print, uint64_t seq, instant recorded) {
    if (k->cap == 0) rehash(k, CAP_FIRST, 0, UINT64_MAX);
    if (k->n + k->n / 2 >= k->cap) rehash(k, k->cap * 2, 0, UINT64_MAX);
    insert(k, print, seq);
    sample(k, recorded, seq);
}

bool key_index_next(const struct key_index *k, uint64_t print, size_t *at, uint64_t *ret_seq) {
    for (; *at < k->cap; ++*at) {
        const struct key_slot *slot = &k->slots[(print + *at) & (k->cap - 1)];
        if (slot->seq == 0) return false;
        if (slot->print != print) continue;
        *ret_seq = slot->seq;
        ++*at;
        return true;
    }
    return false;
}

void key_index_cut(struct key_index *k, uint64_t seq) {
    if (k->cap > 0) rehash(k, k->cap, 0, seq);
    size_t kept = 0;
    for (size_t i = 0; i < k->n_samples; i++)
        if (k->samples[i].seq <= seq) k->samples[kept++] = k->samples[i];
    k->n_samples = kept;
}

void key_index_expire(struct key_index *k, instant now) {
    uint64_t from = 0;
    size_t kept = 0;
    for (size_t i = 0; i < k->n_samples; i++) {
        if (k->samples[i].recorded.ms >= now.ms - KEY_INDEX_AGE_MS)
            k->samples[kept++] = k->samples[i];
        else if (k->samples[i].seq >= from)
            from = k->samples[i].seq + 1;
    }
    if (kept == k->n_samples) return;
    k->n_samples = kept;
    size_t cap = k->cap;
    rehash(k, cap, from, UINT64_MAX);
    while (cap > CAP_FIRST && k->n * 4 < cap) cap /= 2;
    if (cap < k->cap) rehash(k, cap, 0, UINT64_MAX);
}
