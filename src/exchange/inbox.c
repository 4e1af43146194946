#include "exchange/inbox.h"

enum inbox_verdict inbox_judge(const struct inbox *in, uint64_t no, const digest *previous, const digest *hash) {
    if (no == in->no && no > 0) return digest_eq(hash, &in->last) ? INBOX_REPEATED : INBOX_FORK;
    if (no <= in->no) return INBOX_REPEATED;
    if (no > in->no + 1) return INBOX_GAP;
    return digest_eq(previous, &in->last) ? INBOX_NEXT : INBOX_FORK;
}

void inbox_take(struct inbox *in, uint64_t no, const digest *hash) {
    check(no == in->no + 1);
    in->no = no;
    in->last = *hash;
}

uint64_t outbox_confirmed(uint64_t known, uint64_t said, uint64_t last) {
    return said > known && said <= last ? said : known;
}
