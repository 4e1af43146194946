/* What people write about: messages that belong together, hottest first.
 *
 * Two messages belong together by the likeness of their texts, more if both name the same particular place (+0.25) or their
 * titles share a rare run of four letters or more (+0.15). Groups grow by average linkage while the mean is 0.20 or more;
 * a group under 30 messages whose texts alone are like by less than 0.17 on average is dropped: a place held it together.
 * Heat = voices + 2 ln(1 + reactions). Its name is the title of its most central message.
 *
 * Workload: 1 000–10 000 messages of a moving window, 1 s for 4 000. Invariants: 1. A message is in one topic at most.
 * 2. Voices are what the caller counted (reports and "me too"), never persons recognised here.
 * source: insight/README.md; thresholds were fitted on one corpus (docs/analysis.md says how well). */
#ifndef YIWANG_INSIGHT_TOPICS_H
#define YIWANG_INSIGHT_TOPICS_H

#include "base/status.h"
#include "base/str.h"

#define TOPIC_LEAST 3
#define TOPIC_MESSAGES_MAX 20000

struct topic_message {
    str title, body;
    uint32_t voices, reactions;
};
struct topic_input {
    const struct topic_message *messages;
    size_t n;
    const str
        *places; /* names of places: three letters and more count, those that over 3 % of the messages name do not */
    size_t n_places;
};
struct topic {
    uint32_t *messages; /* ascending */
    size_t n;
    uint32_t central;      /* message */
    double heat, likeness; /* likeness: mean of the texts alone */
    uint32_t voices, reactions;
};

/* Finds topics of TOPIC_LEAST messages and more. memory: arena, 4 bytes a pair in the greatest group that hangs together.
 * errors: E_TOO_LARGE "too_many_messages". cost: quadratic in that group. */
enum status topics_find(const struct topic_input *in, struct arena *arena, struct topic **ret, size_t *ret_n,
                        struct err *err) MUST_USE;

#endif
