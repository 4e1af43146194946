/* The live feed: who listens to which query, and what each change means to it.
 *
 * Streams with equal queries (text and sight) share one evaluation, which keeps the last EVENTS_MAX events in a ring;
 * a stream is a position in it (about 200 bytes). A stream that falls out of the ring gets a reset.
 * Invariants: 1. An event's seq promises that everything up to it was delivered: within a batch only the last event
 * carries the batch's sequence. 2. Nothing of a case that leaves a reader's sight is sent but its id and number, which
 * the reader knows. 3. No callback runs while the feeds are locked. */
#ifndef YIWANG_STORE_FEED_H
#define YIWANG_STORE_FEED_H

#include "store/views_int.h"

#define EVENTS_MAX 1024
/* A resumption over more entries or cases than this is a reset. */
#define RESUME_ENTRIES_MAX 20000
#define RESUME_CASES_MAX 2000

/* Starts the evaluations over open views. errors: E_STORAGE. */
enum status feeds_open(struct views *v, struct feeds **ret, struct err *err) MUST_USE;
/* Ends every stream. No wake is called afterwards. */
void feeds_close(struct feeds *f);
/* Tells every evaluation of a batch. Projector thread only, like the next two. */
void feeds_publish(struct feeds *f, const struct change *changes, size_t n, uint64_t seq);
/* The city changed: queries are parsed anew, every stream gets a reset. */
void feeds_reset(struct feeds *f, const struct city *city);
/* A minute passed: what entered or left queries about time. */
void feeds_minute(struct feeds *f, instant now);

#endif
