/* The writer: one thread that takes whatever commands wait, up to 512 at a time and without lingering, and commits them
 * together; then the replies leave, then the views are told.
 *
 * Failure: a full disk refuses the batch and the store stays usable; any other failed write, a failed flush or a
 * transaction that cannot be undone fails the store for good (writer_is_failed): nothing more is acknowledged. */
#ifndef YIWANG_STORE_WRITER_H
#define YIWANG_STORE_WRITER_H

#include "store/store_int.h"

#define WRITER_QUEUE_MAX 16384
#define WRITER_LAG_MAX 50000 /* entries the views may be behind before intake is throttled */
#define WRITER_FREE_MIN ((uint64_t)64 << 20)
#define WRITER_WAL_MAX ((int64_t)1 << 20) /* short: emptying it makes those who file wait */

struct writer;

/* in: an opened store without writer. errors: E_CORRUPT, E_STORAGE. */
enum status writer_start(struct store *s, struct writer **ret, struct err *err) MUST_USE;
/* Finishes what waits, stops the thread, empties the log. */
void writer_stop(struct writer *w);
enum status writer_submit(struct writer *w, struct submission *m, struct err *err) MUST_USE;
bool writer_is_failed(struct writer *w, struct err *err);
/* Adds what the writer knows to the figures. */
void writer_stats(struct writer *w, struct store_stats *ret);

#endif
