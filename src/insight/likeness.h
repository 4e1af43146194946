/* Which texts are like which: exact cosine over character 2- and 3-grams, found through an inverted index.
 *
 * A text has a title and a body, each a vector of unit length over (1 + ln tf) × idf; likeness = 0.6 × that of the titles +
 * 0.4 × that of the bodies (the one field counts for all where a text has only one). Grams of more than
 * LIKENESS_COMMON texts find nobody, but count in the likeness of those who are found.
 *
 * Workload: 1 000–400 000 texts; 60–150 µs a text. Invariants: 1. What is returned has its exact likeness. 2. Every pair
 * that is like enough and shares a rare gram is found; where copies are asked for (0.3 and more), it must be half as like in
 * its rare grams as it is to be in all.
 * source: insight/README.md; figures in docs/analysis.md. */
#ifndef YIWANG_INSIGHT_LIKENESS_H
#define YIWANG_INSIGHT_LIKENESS_H

#include "base/str.h"

/* Grams of more texts than this find nobody. */
#define LIKENESS_COMMON 200

struct likeness_text {
    str title, body; /* the title may be empty */
};
struct like {
    uint32_t text;
    float likeness; /* 0 … 1 */
};
struct likeness;
struct likeness_scratch;

/* Builds the index. in: valid UTF-8, n < 2^31. memory: arena, 16 bytes a gram. cost: 25 µs a text. */
struct likeness *likeness_build(const struct likeness_text *texts, size_t n, struct arena *arena);
/* What looking up needs: one per thread. memory: arena, 8 MB + 5 bytes a text. */
struct likeness_scratch *likeness_scratch_new(const struct likeness *l, struct arena *arena);
/* The texts at least so like a text, itself left out, most like first. out: number, at most max. cost: 60–150 µs. */
size_t likeness_near(const struct likeness *l, struct likeness_scratch *scratch, uint32_t text, double least,
                     struct like *ret, size_t max);
/* The likeness of two texts. cost: 1 µs. */
double likeness_between(const struct likeness *l, struct likeness_scratch *scratch, uint32_t a, uint32_t b);

#endif
