/* Made-up grids that tile a square without gap or overlap: bent borders of 25 points that neighbours share, 100 points
 * each, like the grids of a district. */
#ifndef YIWANG_BENCH_TILING_H
#define YIWANG_BENCH_TILING_H

#include "city/shape.h"
#include "tool.h"

/* out: shapes, at least `wanted`, rounded up to a square of cells. memory: arena. */
struct shape *tiling_make(size_t wanted, uint64_t seed, struct arena *arena, size_t *ret_n);

#endif
