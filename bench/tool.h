/* What the benchmark programs share: clocks, random numbers, options. */
#ifndef YIWANG_BENCH_TOOL_H
#define YIWANG_BENCH_TOOL_H

#include "base/str.h"

/* Monotonic time. */
int64_t now_ns(void);
/* What this process has used of the processors. */
int64_t cpu_ns(void);

/* Repeatable random numbers (SplitMix64). */
struct rng {
    uint64_t state;
};
uint64_t rng_next(struct rng *r);
/* In [0, n). in: n > 0. */
uint32_t rng_below(struct rng *r, uint32_t n);
/* In [0, 1). */
double rng_unit(struct rng *r);
/* Small numbers often, large ones seldom: in [0, n), density falling as 1/√x. */
uint32_t rng_skewed(struct rng *r, uint32_t n);

/* Options "--name value". Exactly one of text and number is set. */
struct tool_option {
    const char *name;
    const char **text;
    int64_t *number;
};
/* Reads all of argv from 1 on. errors: false, after a line on stderr. */
bool tool_options(int argc, char **argv, const struct tool_option *options, size_t n) MUST_USE;
/* A whole file as text. memory: arena; NULL ptr if it cannot be read. */
str tool_read(const char *path, struct arena *arena);
/* Lets this process open as many descriptors as it may. */
void tool_raise_files(void);

#endif
