/* What of a text a trained model looks at: character n-grams, hashed.
 *
 * In Chinese, Japanese and Korean runs of letters grams of 1, 2 and 3 characters; in other scripts whole words and grams
 * of 3, 4 and 5 letters. A gram never crosses a blank or a mark; where a text comes cut into words, they are the runs, and
 * whole words and pairs of words count too.
 * Source: insight/README.md "Learnt models". Invariants: 1. Text is folded first (case, width). 2. A text is read up to
 * GRAMS_POINTS_MAX code points, however long it is. */
#ifndef YIWANG_INSIGHT_GRAMS_H
#define YIWANG_INSIGHT_GRAMS_H

#include "base/str.h"

#define GRAMS_BITS 20
#define GRAMS_SLOTS (1u << GRAMS_BITS)
#define GRAMS_POINTS_MAX 8000

/* One kind of gram in a text. */
struct gram {
    uint32_t slot, count;
    str first; /* where it stands first, in the folded text */
};
struct grams {
    str folded;
    struct gram *of;
    size_t n;       /* kinds */
    size_t n_total; /* all grams, repeats included */
};

/* What counting needs: one per thread, zeroed by its making. memory: arena, 4 MB. */
struct grams_scratch;
struct grams_scratch *grams_scratch_new(struct arena *arena);
/* The grams of a text, in the order in which they first appear. in: valid UTF-8. memory: arena, 30 bytes a gram.
 * cost: 20 ns a gram. */
struct grams grams_of(struct grams_scratch *scratch, str text, struct arena *arena);

#endif
