/* The insides of a batch, shared by batch.c, decide_step.c and append.c. */
#ifndef YIWANG_STORE_BATCH_INT_H
#define YIWANG_STORE_BATCH_INT_H

#include "store/batch.h"
#include "store/erasure.h"

#define TOUCHED_SLOTS 16384 /* power of two, more than twice what a batch touches */
#define PRINT_BYTES 10
#define MEDIA_MAX 64 /* blobs one entry may cite */

/* An entry on its way: decided and applied, its header made. */
struct staged {
    struct header header;
    struct truth_row row; /* seq is given when it is appended */
    digest hash;
    bool erases, spares_words;
};

/* One command with its follow-ups. */
struct trial {
    struct case_state *states[COMMAND_CASES];
    size_t n_states;
    struct staged staged[COMMAND_ENTRIES];
    size_t n_staged;
    const struct command *steps[COMMAND_STEPS];
    size_t n_steps;
    day day;
    uint32_t counter;
    instant now;
};

struct touched {
    uint64_t id;
    struct case_state *state;
};

struct batch {
    struct store *store;
    struct conn *conn;
    struct tally tally, saved;
    struct key_index keys;
    struct touched touched[TOUCHED_SLOTS];
    uint32_t touched_at[TOUCHED_SLOTS / 2];
    size_t n_touched;
    struct case_state **pool; /* free states */
    size_t n_pool, cap_pool;
    struct arena arena; /* of the batch */
    struct trial trial;
    struct outcome outcome;
    struct strbuf prints; /* the head's list of keys: print (8), distance from the head's size (2), set at commit */
    struct pending_key {
        uint64_t print, seq;
    } pending[BATCH_COMMANDS];
    size_t n_pending;
    struct erasure erased[BATCH_COMMANDS];
    size_t n_erased;
    str *dropped; /* blobs to delete after the commit, 16 bytes each; in arena */
    size_t n_dropped, cap_dropped;
    bool cites;         /* cite_lock is held */
    bool erasures_due;  /* keys of erased contacts are still to be destroyed */
    bool erased_before; /* the last commit erased */
    uint8_t random[8192];
    size_t random_left;
};

/* n random bytes; the system is asked for 8 KB at a time. in: n <= 64. */
void batch_random(struct batch *b, void *ret, size_t n);
struct case_state *batch_state_new(struct batch *b);
void batch_state_free(struct batch *b, struct case_state *s);
/* The state the batch left a case in, or NULL. */
struct case_state *batch_touched(const struct batch *b, uint64_t id);
/* Replaces it. memory: takes s over. */
void batch_touch(struct batch *b, struct case_state *s);

/* Runs all steps of a command on trial states. errors: refusals (the command's), and with *ret_fatal what spoils the
 * batch. */
enum status trial_run(struct batch *b, const struct command *c, bool *ret_fatal, struct err *err) MUST_USE;
/* The state a case has for this batch, copied: from the batch, the cache or a replay. */
enum status batch_load(struct batch *b, uint64_t id, struct case_state *ret, struct err *err) MUST_USE;
/* The case a command is about; 0 for a filing. errors: E_NOT_FOUND unknown_case. */
enum status batch_resolve(struct batch *b, const struct command *c, uint64_t *ret, struct err *err) MUST_USE;

/* Appends what the trial staged and makes its states the batch's. errors: all spoil the batch. */
enum status trial_append(struct batch *b, struct err *err) MUST_USE;

/* The blobs that words cite: ids of 16 bytes. in: compact JSON; keys "media" and "document" hold ids separated by ',' or a list.
 * out: number, at most MEDIA_MAX. */
size_t media_ids(str words, uint8_t ret[MEDIA_MAX][16]);
/* Whether a blob's file is there. */
bool blob_exists(const struct store *s, const uint8_t id[16]);
/* Deletes a blob's files. */
void blob_delete(const struct store *s, const uint8_t id[16]);

#endif
