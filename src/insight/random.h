/* Random numbers for simulations: repeatable, never for secrets. The seed is an argument, so results can be recomputed.
 *
 * source: xoshiro256** (Blackman, Vigna 2018), seeded by splitmix64; bounded numbers by Lemire 2019. */
#ifndef YIWANG_INSIGHT_RANDOM_H
#define YIWANG_INSIGHT_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t s[4];
};

/* A stream of its own for each (seed, stream): replication 17 gets the same numbers whichever thread runs it. */
struct random random_of(uint64_t seed, uint64_t stream);
/* 64 random bits. */
uint64_t random_next(struct random *r);
/* Uniform in 0 … n-1. in: n > 0. */
uint32_t random_below(struct random *r, uint32_t n);
/* Uniform in [0, 1). */
double random_unit(struct random *r);
/* Standard normal (polar method). */
double random_normal(struct random *r);
/* Gamma with the shape and scale 1. in: shape > 0. source: Marsaglia, Tsang 2000. */
double random_gamma(struct random *r, double shape);
/* Poisson. in: 0 <= mean < 1e6. cost: linear in the mean below 30, then a rounded normal (error under 1 % of a standard
 * deviation). */
uint32_t random_poisson(struct random *r, double mean);

#endif
