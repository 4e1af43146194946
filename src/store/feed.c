/* The live feed: streams, rings, publishing; see feed.h. */
#include "store/feed_int.h"

#include <stdlib.h>
#include <string.h>

/* --- payloads --- */

struct payload *payload_make(const struct case_row *row, const struct city *city) {
    struct strbuf b;
    strbuf_init(&b, (size_t)1 << 20);
    size_t words_at = row_json(row, city, &b);
    str json = strbuf_str(&b);
    struct payload *p = malloc(sizeof *p + json.len);
    check(p);
    p->refs = 1;
    p->len = json.len;
    p->words_at = words_at;
    memcpy(p->json, json.ptr, json.len);
    strbuf_done(&b);
    return p;
}

struct payload *payload_hold(struct payload *p) {
    if (p) p->refs++;
    return p;
}

void payload_release(struct payload *p) {
    if (p && --p->refs == 0) free(p);
}

/* --- evaluations --- */

enum status evaluation_parse(struct evaluation *e, const struct city *city, struct err *err) {
    arena_clear(&e->arena);
    e->query = NULL;
    struct query *q;
    enum status status = query_parse((str){e->text, e->text_len}, city, &e->arena, &q, err);
    if (status == OK) e->query = query_with_sight(query_of_matters(q, city, &e->arena), &e->sight, city, &e->arena);
    return status;
}

static char *copy(str s) {
    char *p = malloc(s.len + 1);
    check(p);
    if (s.len > 0) memcpy(p, s.ptr, s.len);
    p[s.len] = '\0';
    return p;
}

static void evaluation_free(struct evaluation *e) {
    for (uint64_t i = e->head > EVENTS_MAX ? e->head - EVENTS_MAX : 0; e->ring && i < e->head; i++)
        payload_release(e->ring[i % EVENTS_MAX].payload);
    free(e->ring);
    free(e->key);
    free(e->text);
    arena_done(&e->arena);
    free(e);
}

void evaluation_add(struct evaluation *e, const struct event *event) {
    if (!e->ring) {
        e->ring = calloc(EVENTS_MAX, sizeof *e->ring);
        check(e->ring);
    }
    struct event *at = &e->ring[e->head % EVENTS_MAX];
    if (e->head >= EVENTS_MAX) payload_release(at->payload);
    *at = *event;
    e->head++;
}

/* The evaluation with this key, or a new one. in: parsed query of the text. Locked. */
static struct evaluation *evaluation_for(struct feeds *f, str key, str text, const struct sight *sight) {
    for (struct evaluation *e = f->evaluations; e; e = e->next)
        if (str_eq((str){e->key, e->key_len}, key)) return e;
    struct evaluation *e = calloc(1, sizeof *e);
    check(e);
    e->key = copy(key);
    e->key_len = key.len;
    e->text = copy(text);
    e->text_len = text.len;
    e->sight = *sight;
    arena_init(&e->arena, 0);
    /* The reader's list is a little older than this moment. */
    e->last_minute = e->last_try = instant_add(views_now(f->views), (span){-MS_MINUTE});
    e->next = f->evaluations;
    f->evaluations = e;
    if (evaluation_parse(e, f->city, NULL) != OK) e->query = NULL;
    return e;
}

void evaluation_leave(struct feeds *f, struct evaluation *e) {
    if (--e->n_streams > 0) return;
    for (struct evaluation **at = &f->evaluations; *at; at = &(*at)->next)
        if (*at == e) {
            *at = e->next;
            break;
        }
    evaluation_free(e);
}

/* --- publishing --- */

/* What a batch means to one evaluation; held by n_streams while the feeds are not locked. */
struct share {
    struct evaluation *evaluation;
    struct event *events;
    size_t n, cap;
};

static void share_add(struct share *s, const struct event *event) {
    if (s->n == s->cap) {
        s->events = reallocarray(s->events, s->cap = s->cap ? s->cap * 2 : 16, sizeof *s->events);
        check(s->events);
    }
    s->events[s->n++] = *event;
}

/* One change before one evaluation. in: *payload made when the first one wants it. */
static void share_change(struct share *s, const struct change *c, const struct feeds *f, instant now,
                         struct payload **payload) {
    const struct query *q = s->evaluation->query;
    bool now_in = query_match(q, &c->after, f->city, now);
    bool was_in = !now_in && c->existed && query_match(q, &c->before, f->city, now);
    if (!now_in && !was_in) return;
    struct event event = {now_in ? FEED_PUT : FEED_GONE, f->published, c->after.id, c->after.number, NULL};
    if (now_in && !*payload) *payload = payload_make(&c->after, f->city);
    if (now_in) event.payload = payload_hold(*payload);
    share_add(s, &event);
}

/* Holds all evaluations that can match. out: their number. */
static size_t take_shares(struct feeds *f, struct share **ret) {
    pthread_mutex_lock(&f->lock);
    size_t n = 0;
    for (struct evaluation *e = f->evaluations; e; e = e->next) n++;
    *ret = calloc(n + 1, sizeof **ret);
    check(*ret);
    n = 0;
    for (struct evaluation *e = f->evaluations; e; e = e->next) {
        if (!e->query) continue;
        e->n_streams++;
        (*ret)[n++].evaluation = e;
    }
    f->publishing = true;
    pthread_mutex_unlock(&f->lock);
    return n;
}

/* The last event of an evaluation's batch carries the batch's sequence. */
static void give_shares(struct feeds *f, struct share *shares, size_t n, uint64_t seq) {
    pthread_mutex_lock(&f->lock);
    for (size_t i = 0; i < n; i++) {
        struct share *s = &shares[i];
        if (s->n > 0) s->events[s->n - 1].seq = seq;
        for (size_t k = 0; k < s->n; k++) evaluation_add(s->evaluation, &s->events[k]);
        evaluation_leave(f, s->evaluation);
        free(s->events);
    }
    f->published = seq;
    f->publishing = false;
    pthread_cond_broadcast(&f->calm);
    pthread_mutex_unlock(&f->lock);
    free(shares);
}

void feeds_publish(struct feeds *f, const struct change *changes, size_t n, uint64_t seq) {
    struct share *shares;
    size_t n_shares = take_shares(f, &shares);
    instant now = views_now(f->views);
    for (size_t i = 0; i < n && n_shares > 0; i++) {
        struct payload *payload = NULL;
        for (size_t k = 0; k < n_shares; k++) share_change(&shares[k], &changes[i], f, now, &payload);
        payload_release(payload);
    }
    give_shares(f, shares, n_shares, seq);
    feeds_wake(f);
}

void feeds_reset(struct feeds *f, const struct city *city) {
    pthread_mutex_lock(&f->lock);
    f->city = city;
    for (struct evaluation *e = f->evaluations; e; e = e->next)
        if (evaluation_parse(e, city, NULL) != OK) e->query = NULL;
    for (struct feed *s = f->streams; s; s = s->next) s->reset = true;
    pthread_mutex_unlock(&f->lock);
    feeds_wake(f);
}

/* --- streams --- */

static bool has_events(const struct feed *s) {
    return s->reset || s->at_backlog < s->n_backlog || s->at < s->evaluation->head;
}

static void stream_link(struct feeds *f, struct feed *s) {
    s->next = f->streams;
    s->link = &f->streams;
    if (s->next) s->next->link = &s->next;
    f->streams = s;
}

static void stream_unlink(struct feed *s) {
    *s->link = s->next;
    if (s->next) s->next->link = s->link;
}

static void ready_link(struct feeds *f, struct feed *s) {
    s->ready = true;
    s->next_ready = f->ready;
    s->link_ready = &f->ready;
    if (s->next_ready) s->next_ready->link_ready = &s->next_ready;
    f->ready = s;
}

static void ready_unlink(struct feed *s) {
    if (!s->ready) return;
    *s->link_ready = s->next_ready;
    if (s->next_ready) s->next_ready->link_ready = s->link_ready;
    s->ready = false;
}

static bool is_waiting(const struct feed *s) {
    return !s->woken && !s->ready && !s->pinned && s->wake && has_events(s);
}

/* A stream is pinned while its wake runs, so that closing waits for it; never more than one at a time, so that a reader's
 * thread that closes one stream does not wait for the wake of another. */
void feeds_wake(struct feeds *f) {
    pthread_mutex_lock(&f->lock);
    for (struct feed *s = f->streams; s; s = s->next)
        if (is_waiting(s)) ready_link(f, s);
    for (struct feed *s; (s = f->ready) != NULL;) {
        ready_unlink(s);
        s->woken = s->pinned = true;
        pthread_mutex_unlock(&f->lock);
        s->wake(s->ctx);
        pthread_mutex_lock(&f->lock);
        s->pinned = false;
        if (is_waiting(s)) ready_link(f, s); /* it took meanwhile, and more came */
        pthread_cond_broadcast(&f->calm);
    }
    pthread_mutex_unlock(&f->lock);
}

static void free_stream(struct feed *s) {
    for (size_t i = s->at_backlog; i < s->n_backlog; i++) payload_release(s->backlog[i].payload);
    free(s->backlog);
    free(s);
}

void store_feed_close(struct feed *s) {
    if (!s) return;
    struct feeds *f = s->feeds;
    pthread_mutex_lock(&f->lock);
    while (s->pinned) pthread_cond_wait(&f->calm, &f->lock);
    ready_unlink(s);
    stream_unlink(s);
    evaluation_leave(f, s->evaluation);
    pthread_mutex_unlock(&f->lock);
    free_stream(s);
}

/* The key under which streams share an evaluation. */
static enum status make_key(str text, const struct sight *sight, const struct city *city, struct arena *arena,
                            struct query **ret_query, str *ret, struct err *err) {
    struct query *q;
    enum status status = query_parse(text, city, arena, &q, err);
    if (status != OK) return status;
    *ret_query = query_with_sight(query_of_matters(q, city, arena), sight, city, arena);
    struct strbuf b;
    strbuf_init(&b, (size_t)1 << 20);
    query_print(*ret_query, &b);
    *ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return OK;
}

/* Joins at the present; what came before is the backlog. out: the sequence of the present. */
static uint64_t join(struct feeds *f, struct feed *s, str key, str text, const struct sight *sight) {
    pthread_mutex_lock(&f->lock);
    while (f->publishing) pthread_cond_wait(&f->calm, &f->lock);
    s->feeds = f;
    s->evaluation = evaluation_for(f, key, text, sight);
    s->evaluation->n_streams++;
    s->at = s->evaluation->head;
    s->woken = true; /* until the backlog is there */
    stream_link(f, s);
    uint64_t published = f->published;
    pthread_mutex_unlock(&f->lock);
    return published;
}

enum status store_feed_open(struct store *s, str q_text, const struct sight *sight, uint64_t from_seq,
                            void (*wake)(void *ctx), void *ctx, struct feed **ret, struct err *err) {
    struct views *v = s->views;
    if (!v) return err_set(err, E_STORAGE, "no_views", "There are no views here.");
    struct arena arena;
    arena_init(&arena, 0);
    const struct city *city = views_city(v);
    struct query *q;
    str key;
    enum status status = make_key(q_text, sight, city, &arena, &q, &key, err);
    if (status != OK) {
        arena_done(&arena);
        return status;
    }
    struct feed *stream = calloc(1, sizeof *stream);
    check(stream);
    stream->wake = wake;
    stream->ctx = ctx;
    uint64_t published = join(v->feeds, stream, key, q_text, sight);
    struct event *backlog = NULL;
    size_t n = 0;
    bool reset = from_seq > published; /* a sequence of another log, or of a lost one */
    if (from_seq > 0 && from_seq < published)
        status = feed_resume(v->feeds, q, city, from_seq, published, &backlog, &n, &reset, err);
    arena_done(&arena);
    if (status != OK) {
        store_feed_close(stream);
        return status;
    }
    pthread_mutex_lock(&v->feeds->lock);
    stream->backlog = backlog;
    stream->n_backlog = n;
    stream->reset = stream->reset || reset;
    stream->woken = false;
    pthread_mutex_unlock(&v->feeds->lock);
    *ret = stream;
    feeds_wake(v->feeds);
    return OK;
}

static struct feed_event give(const struct event *e) {
    struct payload *p = e->payload;
    return (struct feed_event){.kind = e->kind,
                               .seq = e->seq,
                               .case_id = e->case_id,
                               .number = e->number,
                               .row_json = p ? (str){p->json, p->len} : STR_NONE,
                               .words_at = p ? p->words_at : 0,
                               .owner = p};
}

static size_t take_reset(struct feed *s, struct feed_event *ret) {
    while (s->at_backlog < s->n_backlog) payload_release(s->backlog[s->at_backlog++].payload);
    s->at = s->evaluation->head;
    s->reset = false;
    *ret = (struct feed_event){.kind = FEED_RESET, .seq = s->feeds->published};
    return 1;
}

size_t store_feed_take(struct feed *s, struct feed_event *ret, size_t max) {
    if (max == 0) return 0;
    struct feeds *f = s->feeds;
    size_t n = 0;
    pthread_mutex_lock(&f->lock);
    struct evaluation *e = s->evaluation;
    if (e->head - s->at > EVENTS_MAX) s->reset = true;
    if (s->reset) n = take_reset(s, ret);
    while (n < max && s->at_backlog < s->n_backlog)
        ret[n++] = give(&s->backlog[s->at_backlog++]); /* hands its reference over */
    for (; n < max && s->at < e->head; s->at++) {
        (void)payload_hold(e->ring[s->at % EVENTS_MAX].payload);
        ret[n++] = give(&e->ring[s->at % EVENTS_MAX]);
    }
    s->woken = has_events(s); /* a full take is followed by another one */
    pthread_mutex_unlock(&f->lock);
    return n;
}

void store_feed_release(struct feed_event *events, size_t n) {
    for (size_t i = 0; i < n; i++) {
        payload_release(events[i].owner);
        events[i].owner = NULL;
    }
}

enum status feeds_open(struct views *v, struct feeds **ret, struct err *err) {
    (void)err;
    struct feeds *f = calloc(1, sizeof *f);
    check(f);
    f->views = v;
    f->city = v->city;
    f->published = v->seq;
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->calm, NULL);
    *ret = f;
    return OK;
}

void feeds_close(struct feeds *f) {
    if (!f) return;
    while (f->streams) {
        struct feed *s = f->streams;
        f->streams = s->next;
        free_stream(s);
    }
    while (f->evaluations) {
        struct evaluation *e = f->evaluations;
        f->evaluations = e->next;
        evaluation_free(e);
    }
    pthread_mutex_destroy(&f->lock);
    pthread_cond_destroy(&f->calm);
    free(f);
}
