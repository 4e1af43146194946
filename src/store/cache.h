/* Cases in use, as their entries left them: what decisions and case pages read.
 *
 * 2,048 cases, 8 to a set, the longest unused of a set leaves. The writer publishes after the commit; a reader that
 * replayed a case may offer it, which is refused if the set was published to meanwhile: an old state never
 * replaces or outlives a newer one. Any thread. */
#ifndef YIWANG_STORE_CACHE_H
#define YIWANG_STORE_CACHE_H

#include "store/truth.h"

struct cache;

struct cache *cache_new(void);
void cache_free(struct cache *c);
/* out: false if the case is not here. cost: one copy of a case. */
bool cache_get(struct cache *c, uint64_t id, struct case_state *ret);
/* To be taken before a replay and handed to cache_offer. */
uint64_t cache_mark(struct cache *c, uint64_t id);
/* Keeps a copy of what a reader replayed, unless the mark is out of date. */
void cache_offer(struct cache *c, const struct case_state *s, uint64_t mark);
/* Takes over a malloc'ed state. out: another one that is free now, or NULL. */
struct case_state *cache_publish(struct cache *c, struct case_state *s) MUST_USE;

#endif
