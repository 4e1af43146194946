#include "insight/random.h"

#include <math.h>

static uint64_t splitmix(uint64_t *x) {
    uint64_t z = (*x += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

struct random random_of(uint64_t seed, uint64_t stream) {
    uint64_t x = seed ^ (stream + 1) * 0xD1342543DE82EF95u;
    struct random r;
    for (int i = 0; i < 4; i++) r.s[i] = splitmix(&x);
    return r;
}

static uint64_t rotate(uint64_t x, int k) {
    return x << k | x >> (64 - k);
}

uint64_t random_next(struct random *r) {
    uint64_t ret = rotate(r->s[1] * 5, 7) * 9, t = r->s[1] << 17;
    r->s[2] ^= r->s[0];
    r->s[3] ^= r->s[1];
    r->s[1] ^= r->s[2];
    r->s[0] ^= r->s[3];
    r->s[2] ^= t;
    r->s[3] = rotate(r->s[3], 45);
    return ret;
}

uint32_t random_below(struct random *r, uint32_t n) {
    uint64_t m = (random_next(r) >> 32) * n;
    if ((uint32_t)m < n)
        for (uint32_t least = -n % n; (uint32_t)m < least;) m = (random_next(r) >> 32) * n;
    return (uint32_t)(m >> 32);
}

double random_unit(struct random *r) {
    return (double)(random_next(r) >> 11) * 0x1p-53;
}

double random_normal(struct random *r) {
    for (;;) {
        double u = 2 * random_unit(r) - 1, v = 2 * random_unit(r) - 1, q = u * u + v * v;
        if (q > 0 && q < 1) return u * sqrt(-2 * log(q) / q);
    }
}

double random_gamma(struct random *r, double shape) {
    if (shape < 1) return random_gamma(r, shape + 1) * pow(1 - random_unit(r), 1 / shape);
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = random_normal(r), v = 1 + c * x;
        if (v <= 0) continue;
        v = v * v * v;
        if (log(1 - random_unit(r)) < x * x / 2 + d - d * v + d * log(v)) return d * v;
    }
}

uint32_t random_poisson(struct random *r, double mean) {
    if (mean <= 0) return 0;
    if (mean > 30) {
        double x = floor(mean + sqrt(mean) * random_normal(r) + 0.5);
        return x < 0 ? 0 : (uint32_t)x;
    }
    double limit = exp(-mean), p = 1 - random_unit(r);
    uint32_t n = 0;
    while (p > limit) {
        p *= 1 - random_unit(r);
        n++;
    }
    return n;
}
