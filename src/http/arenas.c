/* A block of 4 KiB is beyond malloc's fast lists: taking and freeing one for each call cost a tenth of a GET. Idle
 * connections hold no arena, so a few serve all. */
#include "http/http_int.h"

#define KEPT_SIZE_MAX ((size_t)8 << 10) /* streams keep theirs for hours */

void arenas_init(struct arenas *p) {
    pthread_mutex_init(&p->lock, NULL);
}

void arenas_done(struct arenas *p) {
    while (p->n) arena_done(&p->kept[--p->n]);
    pthread_mutex_destroy(&p->lock);
}

struct arena arenas_take(struct arenas *p) {
    struct arena a;
    pthread_mutex_lock(&p->lock);
    bool any = p->n > 0;
    if (any) a = p->kept[--p->n];
    pthread_mutex_unlock(&p->lock);
    if (!any) arena_init(&a, HTTP_ARENA_MAX);
    return a;
}

void arenas_return(struct arenas *p, struct arena *a) {
    arena_clear(a);
    pthread_mutex_lock(&p->lock);
    bool room = a->used <= KEPT_SIZE_MAX && p->n < ARENAS_KEPT_MAX;
    if (room) p->kept[p->n++] = *a;
    pthread_mutex_unlock(&p->lock);
    if (!room) arena_done(a);
}
