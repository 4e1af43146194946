/* What one thread works with. */
#ifndef YIWANG_INSIGHT_HOTSPOT_WORKER_INT_H
#define YIWANG_INSIGHT_HOTSPOT_WORKER_INT_H

#include "insight/hotspot_int.h"
#include "insight/random.h"

struct hotspot_worker {
    const struct hotspot *scan;
    float *counts; /* places × stride: cases before each slot */
    bool *any;     /* place has cases among the slots looked at */
    uint32_t *units;
    float *cases;          /* of the present circle, before each slot */
    const double *measure; /* the same; permutation: all cases before each slot, to be weighed by the circle's share */
    double *measure_sum;
    double weight; /* of the present circle */
    uint32_t centre, circle;
    float *padded, *sliding, *sliding_other;
    double floor, worst;
    double edge[MEASURE_CELLS];
    double *least; /* by number of cases, the least measure noted; permutation: times the total */
    uint32_t most; /* greatest number noted */
    /* Takes a window of the data itself instead of noting it. */
    void (*find)(struct hotspot_worker *w, uint32_t first, uint32_t end);
    struct finding *finding;
};

/* Turns counts into sums, slot by slot. */
void hotspot_sum_counts(struct hotspot_worker *w);
/* Sets the statistic below which windows may be passed over. */
void hotspot_set_floor(struct hotspot_worker *w, double floor);
/* Looks at the circles of a centre with the present counts: notes windows, or hands them to find. */
void hotspot_one_centre(struct hotspot_worker *w, uint32_t centre);

#endif
