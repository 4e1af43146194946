#include "histogram.h"

/* Below 64 ns a bucket is a nanosecond; above, the six bits after the first one choose the step. */
static size_t bucket_of(uint64_t ns) {
    if (ns < HISTOGRAM_STEPS) return (size_t)ns;
    unsigned exponent = 63u - (unsigned)__builtin_clzll(ns) - 6u;
    size_t bucket = (size_t)(exponent + 1) * HISTOGRAM_STEPS + (size_t)(ns >> exponent) - HISTOGRAM_STEPS;
    return bucket < HISTOGRAM_SIZE ? bucket : HISTOGRAM_SIZE - 1;
}

static int64_t bucket_top(size_t bucket) {
    if (bucket < HISTOGRAM_STEPS) return (int64_t)bucket;
    size_t exponent = bucket / HISTOGRAM_STEPS - 1;
    return (int64_t)((bucket % HISTOGRAM_STEPS + HISTOGRAM_STEPS + 1) << exponent) - 1;
}

void histogram_add(struct histogram *h, int64_t ns) {
    h->counts[bucket_of(ns > 0 ? (uint64_t)ns : 0)]++;
    h->n++;
    if (ns > h->max_ns) h->max_ns = ns;
}

void histogram_merge(struct histogram *h, const struct histogram *other) {
    for (size_t i = 0; i < HISTOGRAM_SIZE; i++) h->counts[i] += other->counts[i];
    h->n += other->n;
    if (other->max_ns > h->max_ns) h->max_ns = other->max_ns;
}

int64_t histogram_at(const struct histogram *h, double share) {
    uint64_t wanted = (uint64_t)(share * (double)h->n), seen = 0;
    for (size_t i = 0; i < HISTOGRAM_SIZE; i++) {
        seen += h->counts[i];
        if (seen > wanted || (seen == h->n && seen > 0)) return bucket_top(i) < h->max_ns ? bucket_top(i) : h->max_ns;
    }
    return 0;
}

void histogram_json(const struct histogram *h, struct json_buf *w) {
    static const struct {
        const char *key;
        double share;
    } POINTS[] = {{"p50_us", 0.5}, {"p90_us", 0.9}, {"p99_us", 0.99}, {"p999_us", 0.999}};
    for (size_t i = 0; i < ARRAY_LEN(POINTS); i++)
        json_put_double(w, POINTS[i].key, (double)histogram_at(h, POINTS[i].share) / 1000, 1);
    json_put_double(w, "max_us", (double)h->max_ns / 1000, 1);
}
