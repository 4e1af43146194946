/* Bounds by address: connections, and two token buckets. A fixed table: the entry that was used longest ago and has no
 * connection gives way. One short lock; every step is O(1). */
#include "http/http_int.h"

#include <arpa/inet.h>
#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define BURST 10.0

struct entry {
    struct address address;
    struct entry *chain;         /* of one hash slot */
    struct entry *older, *newer; /* by use */
    unsigned connections;
    double tokens[LIMIT_KINDS];
    int64_t filled_ms;
};

struct limits {
    pthread_mutex_t lock;
    struct limit_settings settings;
    uint64_t seed; /* so that nobody can aim at one slot */
    struct entry *entries, **slots;
    struct entry *oldest, *newest;
    size_t n, n_slots; /* n_slots is a power of two */
};

struct address address_of(const struct sockaddr *sa) {
    struct address a = {.family = AF_INET};
    if (sa && sa->sa_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, sa, sizeof six);
        const uint8_t *b = six.sin6_addr.s6_addr;
        if (IN6_IS_ADDR_V4MAPPED(&six.sin6_addr)) {
            memcpy(&a.prefix, b + 12, 4);
        } else {
            a.family = AF_INET6;
            memcpy(&a.prefix, b, 8);
        }
    } else if (sa && sa->sa_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, sa, sizeof four);
        memcpy(&a.prefix, &four.sin_addr, 4);
    }
    return a;
}

bool address_parse(str text, struct address *ret) {
    char z[INET6_ADDRSTRLEN];
    text = str_trim(text);
    if (!text.len || text.len >= sizeof z) return false;
    memcpy(z, text.ptr, text.len);
    z[text.len] = 0;
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, z, &four.sin_addr) == 1) {
        *ret = address_of((const struct sockaddr *)&four);
        return true;
    }
    if (inet_pton(AF_INET6, z, &six.sin6_addr) != 1) return false;
    *ret = address_of((const struct sockaddr *)&six);
    return true;
}

struct limits *limits_new(const struct limit_settings *settings) {
    struct limits *l = calloc(1, sizeof *l);
    check(l && settings->table_max);
    l->settings = *settings;
    l->n_slots = 64;
    while (l->n_slots < settings->table_max) l->n_slots *= 2;
    l->entries = calloc(settings->table_max, sizeof *l->entries);
    l->slots = calloc(l->n_slots, sizeof(struct entry *));
    check(l->entries && l->slots);
    pthread_mutex_init(&l->lock, NULL);
    randombytes_buf(&l->seed, sizeof l->seed);
    return l;
}

void limits_free(struct limits *l) {
    if (!l) return;
    pthread_mutex_destroy(&l->lock);
    free(l->entries);
    free(l->slots);
    free(l);
}

static struct entry **slot_of(const struct limits *l, const struct address *a) {
    uint64_t h = (a->prefix ^ l->seed) + a->family;
    h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ h >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return &l->slots[(h ^ h >> 33) & (l->n_slots - 1)];
}

static bool address_eq(const struct address *a, const struct address *b) {
    return a->prefix == b->prefix && a->family == b->family;
}

static void list_unlink(struct limits *l, struct entry *e) {
    *(e->older ? &e->older->newer : &l->oldest) = e->newer;
    *(e->newer ? &e->newer->older : &l->newest) = e->older;
}

static void list_push(struct limits *l, struct entry *e) {
    e->older = l->newest;
    e->newer = NULL;
    *(l->newest ? &l->newest->newer : &l->oldest) = e;
    l->newest = e;
}

static void unchain(struct limits *l, struct entry *e) {
    struct entry **at = slot_of(l, &e->address);
    while (*at != e) at = &(*at)->chain;
    *at = e->chain;
}

/* A free entry: a fresh one, else the oldest without a connection. The table holds more entries than there can be
 * connections, so entries with connections are met rarely and moved to the young end. */
static struct entry *entry_free(struct limits *l) {
    if (l->n < l->settings.table_max) return &l->entries[l->n++];
    for (size_t i = 0; i < l->settings.table_max; i++) {
        struct entry *e = l->oldest;
        list_unlink(l, e);
        if (!e->connections) {
            unchain(l, e);
            return e;
        }
        list_push(l, e);
    }
    return NULL;
}

static struct entry *entry_find(struct limits *l, const struct address *from) {
    struct entry *e = *slot_of(l, from);
    while (e && !address_eq(&e->address, from)) e = e->chain;
    return e;
}

/* The entry of an address, made if need be, now the youngest. out: NULL when each has a connection. */
static struct entry *entry_use(struct limits *l, const struct address *from, int64_t now) {
    struct entry *e = entry_find(l, from);
    if (e) {
        list_unlink(l, e);
        list_push(l, e);
        return e;
    }
    e = entry_free(l);
    if (!e) return NULL;
    struct entry **slot = slot_of(l, from);
    *e = (struct entry){.address = *from, .chain = *slot, .filled_ms = now};
    for (int k = 0; k < LIMIT_KINDS; k++) e->tokens[k] = l->settings.rate[k] * BURST;
    *slot = e;
    list_push(l, e);
    return e;
}

bool limits_connect(struct limits *l, const struct address *from, int64_t now) {
    pthread_mutex_lock(&l->lock);
    struct entry *e = entry_use(l, from, now);
    bool ok = e && e->connections < l->settings.connections_max;
    if (ok) e->connections++;
    pthread_mutex_unlock(&l->lock);
    return ok;
}

void limits_disconnect(struct limits *l, const struct address *from) {
    pthread_mutex_lock(&l->lock);
    struct entry *e = entry_find(l, from);
    check(e && e->connections);
    e->connections--;
    pthread_mutex_unlock(&l->lock);
}

static void refill(const struct limits *l, struct entry *e, int64_t now) {
    double seconds = (double)(now - e->filled_ms) / 1000.0;
    if (seconds <= 0) return;
    e->filled_ms = now;
    for (int k = 0; k < LIMIT_KINDS; k++)
        e->tokens[k] = fmin(e->tokens[k] + seconds * l->settings.rate[k], l->settings.rate[k] * BURST);
}

unsigned limits_take(struct limits *l, const struct address *from, enum limit_kind kind, int64_t now) {
    unsigned wait = 0;
    pthread_mutex_lock(&l->lock);
    struct entry *e = entry_use(l, from, now);
    if (!e) {
        wait = 1;
    } else {
        refill(l, e, now);
        if (e->tokens[kind] >= 1.0)
            e->tokens[kind] -= 1.0;
        else
            wait = (unsigned)ceil(fmin((1.0 - e->tokens[kind]) / l->settings.rate[kind], 3600.0));
    }
    pthread_mutex_unlock(&l->lock);
    return wait;
}
