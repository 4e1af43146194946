#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(ARENA_ASAN)
#define ARENA_ASAN 1
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
/* The shadow has a grain of 8 bytes: an overrun by one byte is seen only if the allocation starts on a grain. */
#define RED_ZONE 16
#define ALIGN_MIN 8
/* Not inlined: gcc would believe that the interface reads the fresh memory. */
__attribute__((noinline)) static void poison(void *p, size_t n) {
    __asan_poison_memory_region(p, n);
}

static void unpoison(void *p, size_t n) {
    __asan_unpoison_memory_region(p, n);
}
#else
#define RED_ZONE 0
#define ALIGN_MIN 1

static void poison(void *p, size_t n) {
    (void)p, (void)n;
}

static void unpoison(void *p, size_t n) {
    (void)p, (void)n;
}
#endif

#define BLOCK_FIRST ((size_t)4 << 10)
#define BLOCK_LAST ((size_t)256 << 10)
#define LIMIT_DEFAULT ((size_t)1 << 30)

struct arena_block {
    struct arena_block *older;
    size_t size; /* of the whole block */
    _Alignas(max_align_t) char bytes[];
};

static char *block_end(struct arena_block *b) {
    return (char *)b + b->size;
}

void arena_init(struct arena *a, size_t limit) {
    *a = (struct arena){.limit = limit ? limit : LIMIT_DEFAULT};
}

static void block_free(struct arena *a, struct arena_block *b) {
    a->used -= b->size;
    unpoison(b->bytes, b->size - offsetof(struct arena_block, bytes));
    free(b);
}

static void free_until(struct arena *a, const struct arena_block *stop) {
    while (a->head != stop) {
        check(a->head != NULL); /* else the mark is of another arena or already rewound */
        struct arena_block *b = a->head;
        a->head = b->older;
        block_free(a, b);
    }
}

void arena_done(struct arena *a) {
    free_until(a, NULL);
    a->next = a->end = NULL;
}

void arena_clear(struct arena *a) {
    struct arena_block *kept = NULL;
    for (struct arena_block *b = a->head, *older; b; b = older) {
        older = b->older;
        if (!kept && b->size <= BLOCK_LAST)
            kept = b;
        else
            block_free(a, b);
    }
    a->head = kept;
    a->next = a->end = NULL;
    if (!kept) return;
    kept->older = NULL;
    a->next = kept->bytes;
    a->end = block_end(kept);
    poison(a->next, (size_t)(a->end - a->next));
}

static void block_add(struct arena *a, size_t need) {
    size_t size = BLOCK_FIRST;
    if (a->head) size = a->head->size < BLOCK_LAST / 2 ? a->head->size * 2 : BLOCK_LAST;
    if (size < need + sizeof(struct arena_block)) size = need + sizeof(struct arena_block);
    if (size > a->limit - a->used) size = need + sizeof(struct arena_block);
    check(size <= a->limit - a->used);
    struct arena_block *b = malloc(size);
    check(b != NULL);
    b->older = a->head;
    b->size = size;
    a->head = b;
    a->used += size;
    a->next = b->bytes;
    a->end = block_end(b);
    poison(a->next, (size_t)(a->end - a->next));
}

static size_t padding(const char *at, size_t align) {
    return (size_t)(-(uintptr_t)at & (align - 1));
}

void *arena_alloc(struct arena *a, size_t size, size_t align) {
    check(align != 0 && (align & (align - 1)) == 0 && align <= 4096);
    check(size <= a->limit);
    if (align < ALIGN_MIN) align = ALIGN_MIN;
    size_t room = (size_t)(a->end - a->next);
    size_t pad = padding(a->next, align);
    if (!a->head || pad + size + RED_ZONE > room) {
        block_add(a, size + RED_ZONE + align);
        pad = padding(a->next, align);
    }
    char *p = a->next + pad;
    a->next = p + size + RED_ZONE;
    unpoison(p, size);
    memset(p, 0, size);
    return p;
}

void *arena_array(struct arena *a, size_t n, size_t size, size_t align) {
    size_t bytes;
    check(!__builtin_mul_overflow(n, size, &bytes));
    return arena_alloc(a, bytes, align);
}

struct arena_mark arena_mark(const struct arena *a) {
    return (struct arena_mark){.head = a->head, .next = a->next};
}

void arena_rewind(struct arena *a, struct arena_mark mark) {
    free_until(a, mark.head);
    a->next = mark.next;
    a->end = mark.head ? block_end(mark.head) : NULL;
    if (mark.head) poison(a->next, (size_t)(a->end - a->next));
}
