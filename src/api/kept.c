/* Replies that are the same for everybody: made once per language and package, compressed once, kept for those who ask
 * next. Bounded in number and bytes; what was used longest ago gives way. */
#include <stdlib.h>
#include <string.h>

#include "api/api_int.h"

#define KEPT_MAX 128
#define KEPT_BYTES_MAX ((size_t)64 << 20)
#define REPLY_MAX ((size_t)64 << 20)
#define PACK_MIN 512 /* less gains nothing */

struct kept_reply {
    digest key;
    char *bytes, *packed; /* packed NULL: not worth it */
    size_t n, n_packed;
    char etag[24];
    instant until; /* none: as long as there is room */
    uint64_t used;
    unsigned refs; /* the table's and those who copy from it */
};

struct kept {
    pthread_mutex_t lock;
    struct kept_reply *replies[KEPT_MAX];
    size_t bytes;
    uint64_t clock;
};

struct kept *kept_new(void) {
    struct kept *k = calloc(1, sizeof *k);
    check(k != NULL && pthread_mutex_init(&k->lock, NULL) == 0);
    return k;
}

static void drop(struct kept_reply *r) {
    if (--r->refs > 0) return;
    free(r->bytes);
    free(r->packed);
    free(r);
}

void kept_free(struct kept *k) {
    for (size_t i = 0; i < KEPT_MAX; i++)
        if (k->replies[i] != NULL) drop(k->replies[i]);
    pthread_mutex_destroy(&k->lock);
    free(k);
}

static void remove_at(struct kept *k, size_t i) {
    k->bytes -= k->replies[i]->n + k->replies[i]->n_packed;
    drop(k->replies[i]);
    k->replies[i] = NULL;
}

/* The reply under a key that is still good, with a reference for the caller; or NULL. */
static struct kept_reply *take(struct kept *k, const digest *key, instant now) {
    struct kept_reply *found = NULL;
    pthread_mutex_lock(&k->lock);
    for (size_t i = 0; i < KEPT_MAX; i++) {
        struct kept_reply *r = k->replies[i];
        if (r == NULL || !digest_eq(&r->key, key)) continue;
        if (!instant_is_none(r->until) && r->until.ms <= now.ms) {
            remove_at(k, i);
            break;
        }
        r->used = ++k->clock;
        r->refs++;
        found = r;
        break;
    }
    pthread_mutex_unlock(&k->lock);
    return found;
}

/* A place for one more: a free one, else that of the one used longest ago. */
static size_t make_room(struct kept *k, size_t bytes) {
    for (;;) {
        size_t oldest = 0, free_at = KEPT_MAX;
        for (size_t i = 0; i < KEPT_MAX; i++) {
            if (k->replies[i] == NULL)
                free_at = i;
            else if (k->replies[oldest] == NULL || k->replies[i]->used < k->replies[oldest]->used)
                oldest = i;
        }
        if (free_at < KEPT_MAX && (k->bytes + bytes <= KEPT_BYTES_MAX || k->replies[oldest] == NULL)) return free_at;
        remove_at(k, oldest);
    }
}

/* Takes a reply into the table; the caller keeps a reference of his own. Two of one key may meet: the newer stays. */
static void put(struct kept *k, struct kept_reply *r) {
    size_t bytes = r->n + r->n_packed;
    pthread_mutex_lock(&k->lock);
    for (size_t i = 0; i < KEPT_MAX; i++)
        if (k->replies[i] != NULL && digest_eq(&k->replies[i]->key, &r->key)) remove_at(k, i);
    k->replies[make_room(k, bytes)] = r;
    k->bytes += bytes;
    r->used = ++k->clock;
    r->refs++;
    pthread_mutex_unlock(&k->lock);
}

static void give(struct kept *k, struct kept_reply *r) {
    pthread_mutex_lock(&k->lock);
    drop(r);
    pthread_mutex_unlock(&k->lock);
}

static void pack(struct kept_reply *r) {
    struct strbuf b;
    strbuf_init(&b, REPLY_MAX);
    if (r->n >= PACK_MIN && http_gzip((str){r->bytes, r->n}, &b) && b.len < r->n) {
        r->packed = malloc(b.len);
        check(r->packed != NULL);
        memcpy(r->packed, b.ptr, b.len);
        r->n_packed = b.len;
    }
    strbuf_done(&b);
}

/* Takes the buffer's memory over. */
static struct kept_reply *reply_new(const digest *key, struct strbuf *b, instant until) {
    struct kept_reply *r = calloc(1, sizeof *r);
    check(r != NULL);
    digest d = sha256(strbuf_str(b));
    struct strbuf hex;
    strbuf_init(&hex, 64);
    strbuf_add_hex(&hex, d.b, 8);
    *r = (struct kept_reply){.key = *key, .bytes = b->ptr, .n = b->len, .until = until, .refs = 1};
    r->etag[0] = 'W';
    r->etag[1] = '/';
    r->etag[2] = '"';
    memcpy(r->etag + 3, hex.ptr, 16);
    r->etag[19] = '"';
    strbuf_done(&hex);
    *b = (struct strbuf){0};
    pack(r);
    return r;
}

static void answer(struct http_call *call, const struct kept_request *q, const struct kept_reply *r) {
    http_add_header(call, "ETag", str_z(r->etag));
    http_add_header(call, "Vary", S("Accept-Language, Accept-Encoding, Cookie"));
    http_add_header(call, "Cache-Control",
                    q->seconds == 0 ? S("no-cache") : str_format(http_arena(call), "public, max-age=%d", q->seconds));
    if (http_not_modified(call)) return;
    bool packed = r->packed != NULL && http_accepts_gzip(call);
    if (packed) http_add_header(call, "Content-Encoding", S("gzip"));
    http_reply(call, 200, q->type != NULL ? q->type : "application/json",
               packed ? (str){r->packed, r->n_packed} : (str){r->bytes, r->n});
}

/* The package and the language belong to every key. */
static digest key_of(const struct api *api, const struct kept_request *q, size_t lang) {
    const struct city *city = app_city(api->app);
    str pieces[] = {{(const char *)city->hash.b, sizeof city->hash.b}, city->langs[lang], S("\n"), q->key};
    return sha256_pieces(pieces, ARRAY_LEN(pieces));
}

void reply_kept(struct api *api, struct http_call *call, const struct kept_request *q) {
    size_t lang = lang_of(api, call);
    digest key = key_of(api, q, lang);
    instant now = app_now(api->app);
    struct kept_reply *r = take(api->kept, &key, now);
    if (r == NULL) {
        struct strbuf b;
        struct err err = {0};
        strbuf_init(&b, REPLY_MAX);
        enum status status = q->make(api, call, lang, q->ctx, &b, &err);
        if (status == OK && b.overflow)
            status = err_set(&err, E_TOO_LARGE, "too_large", "The answer is larger than %zu bytes.", REPLY_MAX);
        if (status != OK) {
            strbuf_done(&b);
            reply_err(call, &err);
            return;
        }
        r = reply_new(&key, &b, q->seconds == 0 ? INSTANT_NONE : instant_add(now, (span){q->seconds * MS_SECOND}));
        put(api->kept, r);
    }
    answer(call, q, r);
    give(api->kept, r);
}
