/* Arenas: memory with one of four lifetimes (process, connection, request, scratch).
 *
 * Invariants: 1. An arena never returns NULL: inputs are bounded at the border, so exceeding the limit is a
 * programming error and meets check(). 2. A signature with `struct arena *` allocates, one without cannot.
 * 3. Under AddressSanitizer rewound and unused bytes are poisoned. */
#ifndef YIWANG_BASE_ARENA_H
#define YIWANG_BASE_ARENA_H

#include "base/macro.h"

struct arena_block;

struct arena {
    struct arena_block *head; /* newest block */
    char *next, *end;         /* free bytes of the newest block */
    size_t used, limit;       /* bytes handed out by malloc for blocks; hard limit */
};

struct arena_mark {
    struct arena_block *head;
    char *next;
};

/* An empty arena. in: limit in bytes, 0 = 1 GiB. memory: none until the first allocation. */
void arena_init(struct arena *a, size_t limit);

/* Frees everything. The arena may be used again. */
void arena_done(struct arena *a);

/* Forgets all allocations but keeps one block for reuse. */
void arena_clear(struct arena *a);

/* Zeroed memory of the given size. in: align is a power of two. memory: lives until rewind, clear or done. */
void *arena_alloc(struct arena *a, size_t size, size_t align) MUST_USE;

/* Zeroed array of n elements; overflow meets check(). */
void *arena_array(struct arena *a, size_t n, size_t size, size_t align) MUST_USE;

/* The present position, to return to by arena_rewind. */
struct arena_mark arena_mark(const struct arena *a);

/* Frees what was allocated since the mark. */
void arena_rewind(struct arena *a, struct arena_mark mark);

#define NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type), _Alignof(type)))
#define NEW_ARRAY(arena, type, n) ((type *)arena_array((arena), (n), sizeof(type), _Alignof(type)))

#endif
