/* Shared by the files of the learnt model. */
#ifndef YIWANG_INSIGHT_LEARN_INT_H
#define YIWANG_INSIGHT_LEARN_INT_H

#include "insight/learn.h"

struct weight {
    uint16_t label;
    float w;
};
struct text_model {
    str city;
    str *labels;
    uint32_t n_labels, n_features, n_weights;
    uint32_t *feature_of; /* by slot: 1 + feature, 0 = unknown */
    uint32_t *slots;      /* by feature */
    float *idf;           /* by feature */
    uint32_t *first;      /* by feature: its first weight; n_features + 1 */
    struct weight *weights;
    float *bias; /* by label */
    double scale, *offset;
    double threshold;
};

/* A known gram of a text. */
struct feature {
    uint32_t feature;
    float value;
    str gram;
};
struct features {
    struct feature *of;
    size_t n;
    size_t n_grams, n_kinds;
};
/* Known grams with their values, of unit length. */
struct features model_features(const struct text_model *m, struct grams_scratch *scratch, str text,
                               struct arena *arena);
/* Adds weights × values to margins, which begin as the biases. */
void model_margins(const struct text_model *m, const struct features *f, double *margins);
/* Confidences from margins, in place. */
void model_confidences(const struct text_model *m, double *margins);

/* One set-aside text: its margins, then confidences. */
struct trial {
    uint32_t label;
    const double *p;
};
/* Fits scale and offsets to margins. in: n × n_labels margins. */
void model_calibrate(struct text_model *m, const double *margins, const uint32_t *labels, size_t n,
                     struct arena *arena);
/* Scores confidences; abstaining below the threshold. */
struct scores scores_of(const struct trial *t, size_t n, uint32_t n_labels, double threshold, struct arena *arena);
/* The lowest confidence at which the texts at least as sure are right as often as the target. */
double threshold_for(const struct trial *t, size_t n, uint32_t n_labels, double target, struct arena *arena);

#endif
