/* What the files of the live feed share. */
#ifndef YIWANG_STORE_FEED_INT_H
#define YIWANG_STORE_FEED_INT_H

#include "store/feed.h"

/* A row as JSON, shared by all that hold an event of it. */
struct payload {
    _Atomic uint32_t refs;
    size_t len, words_at;
    char json[];
};
struct event {
    enum feed_kind kind;
    uint64_t seq, case_id;
    code number;
    struct payload *payload; /* PUT only */
};

/* One query with its sight, and the ring of what happened to it. */
struct evaluation {
    char *key, *text; /* canonical text with sight; the user's text */
    size_t key_len, text_len;
    struct sight sight;
    struct arena arena;  /* of query */
    struct query *query; /* NULL after a city that does not know its codes */
    instant last_minute; /* when it was last evaluated as a whole, if about time */
    instant last_try;
    struct event *ring; /* EVENTS_MAX, made with the first event */
    uint64_t head;      /* number of events ever; ring[head % EVENTS_MAX] is next */
    size_t n_streams;   /* and the projector, while it looks at it */
    struct evaluation *next;
};

struct feed {
    struct feeds *feeds;
    struct evaluation *evaluation;
    uint64_t at;           /* next event of the ring */
    struct event *backlog; /* of a resumption */
    size_t n_backlog, at_backlog;
    bool reset;  /* the next thing to say */
    bool woken;  /* the reader was called since it last took */
    bool pinned; /* its wake runs right now */
    void (*wake)(void *ctx);
    void *ctx;
    bool ready;                            /* stands in the list of those to wake */
    struct feed *next, **link;             /* all streams; link points to what points here */
    struct feed *next_ready, **link_ready; /* those to wake */
};

/* Queries and the city are changed by the projector's thread alone, which therefore reads them without the lock. */
struct feeds {
    struct views *views;
    pthread_mutex_t lock;
    pthread_cond_t calm; /* a wake returned, a batch was published */
    bool publishing;     /* a batch is being evaluated: who joins now would miss it */
    const struct city *city;
    struct evaluation *evaluations;
    struct feed *streams, *ready;
    uint64_t published; /* sequence of the last batch */
};

/* Parses the query of an evaluation in the feeds' city. */
enum status evaluation_parse(struct evaluation *e, const struct city *city, struct err *err) MUST_USE;
/* One fewer holds the evaluation; the last one frees it. Locked. */
void evaluation_leave(struct feeds *f, struct evaluation *e);
/* Adds an event; takes over one reference of its payload. Locked. */
void evaluation_add(struct evaluation *e, const struct event *event);
struct payload *payload_make(const struct case_row *row, const struct city *city);
struct payload *payload_hold(struct payload *p);
void payload_release(struct payload *p);
/* Events that bring a reader from a sequence to the present. out: *ret_n, or *ret_reset if it was too much.
 * memory: *ret by malloc. Not locked. */
enum status feed_resume(struct feeds *f, const struct query *q, const struct city *city, uint64_t from_seq,
                        uint64_t to_seq, struct event **ret, size_t *ret_n, bool *ret_reset, struct err *err) MUST_USE;
/* Wakes streams that have something to take and were not woken yet. Not locked. */
void feeds_wake(struct feeds *f);

#endif
