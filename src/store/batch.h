/* One batch: commands decided, applied and appended in one transaction. Writer thread only.
 *
 *   batch_begin → batch_run for each command → batch_commit → results may be told
 *                                            ↘ batch_discard: nothing of the batch happened
 *
 * Invariants: 1. An entry is applied to its case before it is appended: nothing that cannot be replayed enters. 2. A
 * command whose follow-up is refused is refused as a whole. 3. batch_discard restores every state and counter. */
#ifndef YIWANG_STORE_BATCH_H
#define YIWANG_STORE_BATCH_H

#include "store/cache.h"
#include "store/keyindex.h"
#include "store/keys.h"
#include "store/truth.h"

#define BATCH_COMMANDS 512
#define COMMAND_CASES 24 /* cases one command and its follow-ups may touch */
#define COMMAND_STEPS 32 /* the command and its follow-ups */
#define COMMAND_ENTRIES 64

/* What counts on from batch to batch; copied, so that a failed one is undone. */
struct tally {
    struct tree tree; /* its size is the sequence of the last entry */
    instant recorded;
    day day; /* of the numbers given, and the last counter used */
    uint32_t counter;
};

struct batch;

/* in: an opened store (truth, keys, cache). Reads the tail of the truth and the index of keys. errors: E_CORRUPT. */
enum status batch_open(struct store *s, struct batch **ret, struct err *err) MUST_USE;
void batch_close(struct batch *b);

enum status batch_begin(struct batch *b, struct err *err) MUST_USE;
/* Decides one command; a refusal is in m->result. errors: what spoils the batch: E_STORAGE, E_CORRUPT. */
enum status batch_run(struct batch *b, struct submission *m, struct err *err) MUST_USE;
/* Whether it is time to commit, however many commands wait. */
bool batch_full(const struct batch *b);
/* Signs the head and flushes. Nothing is flushed if nothing was written. errors: E_STORAGE; to be discarded then. */
enum status batch_commit(struct batch *b, struct err *err) MUST_USE;
/* After the commit: publishes the cases, destroys what was erased. errors: E_STORAGE; what was committed stays, and keys
 * that a full disk kept from being destroyed are destroyed before the next batch. */
enum status batch_settle(struct batch *b, struct err *err) MUST_USE;
/* out: false if the transaction could not be undone cleanly: the store has failed. */
bool batch_discard(struct batch *b);
/* Whether the last commit needs the log emptied at once, because it erased words. */
bool batch_erased(struct batch *b);
uint64_t batch_seq(const struct batch *b);

#endif
