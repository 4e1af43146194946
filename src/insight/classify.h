/* What a text is about: the words of categories, conditions and channels are found in it and weighed.
 *
 * Workload: texts up to 4 000 characters, 2 000 categories, 10 000 words; 2–10 µs a text. A trained model may take the
 * place of classify() later: same input, same suggestion.
 * Invariants: 1. The same text always gets the same suggestion. 2. Every suggestion names the words that decided.
 * 3. Nothing recognised gives confidence 0 and the city's default category. */
#ifndef YIWANG_INSIGHT_CLASSIFY_H
#define YIWANG_INSIGHT_CLASSIFY_H

#include "city/city.h"

struct classifier;

struct suggestion {
    uint32_t category;  /* index in the city */
    uint32_t condition; /* index, or NONE: the category has several and none was named */
    uint32_t second;    /* runner-up category, or NONE */
    uint32_t channel;   /* index of a channel the text rather belongs to, or NONE */
    int32_t confidence; /* per mille: share of the evidence, lowered when the evidence is thin */
    str words;          /* the words that decided, separated by blanks */
};

/* Builds the automaton over all words of the city. memory: arena of the city; about 20 bytes per byte of words. */
struct classifier *classifier_build(const struct city *city, struct arena *arena);

/* Suggests category, condition and channel. in: valid UTF-8. memory: words in the arena. cost: linear in the text. */
struct suggestion classify(const struct classifier *c, str text, struct arena *arena);

struct candidate {
    uint32_t category;
    int32_t confidence; /* per mille: that of the suggestion for the first, against the first for the others */
};
/* The categories that the text may be about, most likely first. out: number, at most max; 0 if nothing is recognised. */
size_t classify_candidates(const struct classifier *c, str text, struct arena *arena, struct candidate *ret,
                           size_t max);

#endif
