/* The idempotency index: which entry carries a key, for 30 days.
 *
 * Holds the first 8 bytes of a key's hash and the sequence of its entry, 16 bytes a key; whether it is the same key, and
 * the same body, is read in that entry's header. Rebuilt at start from the heads of the truth, which list the keys of
 * their batch. Writer thread only. Sizes: up to some millions of keys. */
#ifndef YIWANG_STORE_KEYINDEX_H
#define YIWANG_STORE_KEYINDEX_H

#include "base/instant.h"

#define KEY_INDEX_AGE_MS (30 * MS_DAY)

struct key_slot {
    uint64_t print, seq; /* seq 0 = free */
};
struct key_index {
    struct key_slot *slots;
    size_t n, cap;
    struct key_sample {
        instant recorded;
        uint64_t seq;
    } * samples; /* one an hour at most: how sequences map to time */
    size_t n_samples, cap_samples;
};

void key_index_init(struct key_index *k);
void key_index_done(struct key_index *k);
uint64_t key_print(const uint8_t key_hash[16]);
void key_index_add(struct key_index *k, uint64_t print, uint64_t seq, instant recorded);
/* The next entry that may carry the key. in: *at 0 to begin. out: false if there is none. */
bool key_index_next(const struct key_index *k, uint64_t print, size_t *at, uint64_t *ret_seq);
/* Forgets entries after seq: their commit failed. */
void key_index_cut(struct key_index *k, uint64_t seq);
/* Forgets what is older than 30 days before now, at most once an hour. */
void key_index_expire(struct key_index *k, instant now);

#endif
