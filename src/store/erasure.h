/* Carrying out erasures beyond the truth: the keys of contacts. The truth notes each erasure, keys.db how far it got. */
#ifndef YIWANG_STORE_ERASURE_H
#define YIWANG_STORE_ERASURE_H

#include "store/truth.h"

/* Destroys the contact keys of the cases' entries before their erasing ones and notes that all erasures up to seq are
 * done. */
enum status erasures_carry_out(struct store *s, struct conn *c, const struct erasure *erasures, size_t n, uint64_t seq,
                               struct err *err) MUST_USE;
/* Repeats what a crash, or keys restored from before, left undone. */
enum status erasures_repeat(struct store *s, struct conn *c, struct err *err) MUST_USE;

#endif
