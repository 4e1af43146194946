/* Taking the messages of one direction in order. */
#ifndef YIWANG_EXCHANGE_INBOX_H
#define YIWANG_EXCHANGE_INBOX_H

#include "base/digest.h"

/* How far a stream was taken. By value; zero = nothing yet. */
struct inbox {
    uint64_t no;
    digest last; /* hash of that message */
};

enum inbox_verdict {
    INBOX_NEXT,     /* to be taken now */
    INBOX_REPEATED, /* was taken before */
    INBOX_GAP,      /* one before it is missing */
    INBOX_FORK,     /* it continues another history than the one taken: a restored or forged sender */
};

/* in: number and previous hash of a message, and its own hash. */
enum inbox_verdict inbox_judge(const struct inbox *in, uint64_t no, const digest *previous, const digest *hash);
/* Moves on by a message that was judged to be the next. */
void inbox_take(struct inbox *in, uint64_t no, const digest *hash);
/* What the other has confirmed by now. in: what was known, what it says, the last that was ever sent: a claim beyond that
 * is no confirmation. */
uint64_t outbox_confirmed(uint64_t known, uint64_t said, uint64_t last);

#endif
