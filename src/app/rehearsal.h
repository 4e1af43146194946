/* Rehearsal: a data directory that lives by a clock of its own, so that a city can play a week in minutes, with the faces.
 * What is written there is dated by that clock; the faces say that it is a rehearsal. The folder's file `rehearsal` holds
 * how far the clock is ahead; a folder with it is never served as the real thing, nor one without it as a rehearsal. */
#ifndef YIWANG_APP_REHEARSAL_H
#define YIWANG_APP_REHEARSAL_H

#include "base/instant.h"

struct rehearsal;

/* The clock of a data directory. in: begins, INSTANT_NONE = none asked for. out: NULL for a real one. memory: the caller's,
 * rehearsal_close. errors: E_INVALID not_a_rehearsal: the folder holds real matters already; E_STORAGE, E_CORRUPT. */
enum status rehearsal_open(const char *data_dir, instant begins, struct rehearsal **ret, struct err *err) MUST_USE;
void rehearsal_close(struct rehearsal *r);
/* Its time now: runs on like any clock. in: ctx is a struct rehearsal, NULL = the system's time. Any thread. */
instant rehearsal_now(void *ctx);
/* Puts the clock forward; kept for the next start. errors: E_INVALID backwards; E_STORAGE. */
enum status rehearsal_set(struct rehearsal *r, instant to, struct err *err) MUST_USE;

#endif
