/* Tiles of map services in memory: bounded, the one used longest ago of a neighbourhood gives way. */
#ifndef YIWANG_API_TILES_H
#define YIWANG_API_TILES_H

#include "base/digest.h"
#include "base/instant.h"

#define TILE_BYTES_MAX ((size_t)512 << 10)

struct tiles;
struct tiles *tiles_new(size_t bytes_max);
void tiles_free(struct tiles *t);
/* Keeps a copy. in: key of service and tile. */
void tiles_put(struct tiles *t, const digest *key, str bytes, const char *type, instant now);
/* A copy in the arena. out: false if there is none fetched since; *ret_type of 64 bytes. */
bool tiles_get(struct tiles *t, const digest *key, instant since, struct arena *arena, str *ret, char ret_type[64]);

#endif
