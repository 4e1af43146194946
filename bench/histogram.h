/* Latencies in buckets that are at most 1.6 % wide, from 1 ns to 18 minutes; fixed memory. */
#ifndef YIWANG_BENCH_HISTOGRAM_H
#define YIWANG_BENCH_HISTOGRAM_H

#include "base/json.h"

#define HISTOGRAM_STEPS 64 /* buckets for each doubling */
#define HISTOGRAM_SIZE (40 * HISTOGRAM_STEPS)

struct histogram {
    uint64_t counts[HISTOGRAM_SIZE];
    uint64_t n;
    int64_t max_ns;
};

/* Counts one duration; negative ones count as none. */
void histogram_add(struct histogram *h, int64_t ns);
/* Adds all of another. */
void histogram_merge(struct histogram *h, const struct histogram *other);
/* The duration that a share (0 … 1) of all do not exceed, to a bucket; 0 if there is none. */
int64_t histogram_at(const struct histogram *h, double share);
/* Writes p50_us, p90_us, p99_us, p999_us and max_us into an open object. */
void histogram_json(const struct histogram *h, struct json_buf *w);

#endif
