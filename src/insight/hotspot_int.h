/* Shared by the files of the scan. */
#ifndef YIWANG_INSIGHT_HOTSPOT_INT_H
#define YIWANG_INSIGHT_HOTSPOT_INT_H

#include "insight/hotspot.h"

/* One circle: the centre's former circle and its further neighbours order[first … first + n - 1]. */
struct circle {
    uint32_t first, n;
    double radius;
    double weight;      /* permutation: all cases in it */
    uint16_t low, high; /* cells of the grid of measures that bound the measures of its windows */
    bool gains;         /* permutation: it has cases that the former had not */
};
struct centre {
    struct circle *circles; /* growing */
    uint32_t n_circles;
    uint32_t *order; /* places, nearest first */
};

#define MEASURE_CELLS 256

/* Units among which slots are dealt out. */
struct lot {
    uint32_t first_unit, n_units, first_drawn, n_drawn;
};

struct hotspot {
    struct hotspot_input in;
    double total;               /* cases */
    double measure;             /* all of it: Poisson and permutation = total; Bernoulli cases and controls */
    uint32_t first_slot, slots; /* those looked at: with HOTSPOT_ALIVE only the last max_slots */
    uint32_t min_len, max_len;  /* slots of a window */
    uint32_t stride;            /* slots + 1, rounded up */
    uint32_t *place_cases;      /* all cases of a place */
    double *place_weight;       /* what max_share is a share of */
    double *day_prefix;         /* permutation: cases before each slot looked at */
    float *day_prefix_f;
    double *place_measure; /* else (and permutation with strata): n_places × stride, measure before each slot */
    double *expected;      /* Poisson: n_places × n_slots, scaled */
    struct centre *centres;
    size_t n_circles;
    double cells[MEASURE_CELLS]; /* rising, in equal ratios */
    struct lot *lots;            /* one a stratum */
    size_t n_lots;
    /* Simulation. Permutation: unit = case, its place; slots_drawn the slots dealt out, lot by lot. Bernoulli: unit = person, its
     * place × stride + slot; total of them are drawn. Poisson: alias table over cells of measure. */
    uint32_t *units;
    size_t n_units, n_drawn;
    uint32_t *slots_drawn;
    double *alias_share;
    uint32_t *alias_other, *alias_cell;
    size_t n_alias;
};

/* The slot among those looked at, or NO_CELL. */
uint32_t hotspot_slot(const struct hotspot *s, uint32_t slot);
/* Lists the centres, their circles and the measures of these. */
void hotspot_make_circles(struct hotspot *s, struct arena *arena);
/* Prepares what replications draw from. */
void hotspot_make_lots(struct hotspot *s, struct arena *arena);

#define NO_PLACE UINT32_MAX
/* Of a place and slot that are not looked at. */
#define NO_CELL UINT32_MAX

#endif
