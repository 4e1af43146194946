/* A model that is learnt from texts of known label: linear over hashed n-grams, with confidences that mean what they say.
 *
 * Trained by liblinear (L2-loss support vectors, one label against the rest). Margins of texts that a fold's model has not
 * seen fit softmax(scale × margin + offset of the label); the threshold under which it abstains is the lowest at which
 * those texts are right as often as asked. A model names its city and its form; another city's or form's is refused.
 *
 * Workload: 100–200 000 texts, 2–500 labels; 3 s for 6 000 texts of 7 labels; 50 µs a text after that; 2–10 MB.
 * Invariants: 1. The same lessons and seed give the same model, byte for byte. 2. A verdict names what weighed most, or
 * abstains and says why. 3. Nothing is learnt about persons: lessons are texts and labels.
 * source: Fan et al. 2008 (liblinear); Platt 1999 and Guo et al. 2017 (calibration); figures in docs/analysis.md. */
#ifndef YIWANG_INSIGHT_LEARN_H
#define YIWANG_INSIGHT_LEARN_H

#include "base/status.h"
#include "insight/grams.h"

#define LABELS_MAX 1000
#define REASONS_MAX 5
/* The file format. A model of another is refused. */
#define TEXT_MODEL_FORM 1
#define TEXT_MODEL_BYTES_MAX (10u << 20)

struct lesson {
    str text;
    uint32_t label;
    uint32_t fold; /* texts of one fold are set aside together; LESSON_FOLDS of them */
};
#define LESSON_FOLDS 5

struct lessons {
    const struct lesson *of;
    size_t n;
    const str *labels; /* their names, n_labels */
    uint32_t n_labels;
    str city;
    double target; /* wanted accuracy of what is not abstained from: 0.5 … 0.999 */
};

struct text_model;

/* How a model does on texts it has not seen. */
struct scores {
    size_t n;
    double accuracy, macro_f1, top2, calibration_error;
    double surest_90, surest_80;     /* accuracy of the surest share */
    double abstained, accuracy_kept; /* by the threshold of the model */
};

enum abstention { CERTAIN, NO_WORDS, UNKNOWN_WORDS, REPETITIVE, UNSURE };

struct verdict {
    enum abstention abstains;
    uint32_t first, second;   /* labels, most likely first */
    double first_p, second_p; /* calibrated */
    str reasons[REASONS_MAX]; /* what spoke most for the first against the second, in the folded text */
    size_t n_reasons;
    str second_reasons[REASONS_MAX];
    size_t n_second_reasons;
};

/* Learns. out: model; *ret_scores of the folds' models on the texts they had not seen, may be NULL. memory: arena, and
 * malloc of liblinear, freed. errors: E_INVALID "too_few_lessons" (fewer than 50 texts, two labels or two texts a fold).
 * cost: 0.5 ms a text for 7 labels. Not for two threads at once: liblinear draws from the process's random numbers. */
enum status text_model_learn(const struct lessons *l, struct arena *arena, struct text_model **ret,
                             struct scores *ret_scores, struct err *err) MUST_USE;
/* What a text is about. in: any valid UTF-8. memory: reasons in the arena. cost: 30–150 µs. */
struct verdict text_model_ask(const struct text_model *m, struct grams_scratch *scratch, str text, struct arena *arena);
/* Scores verdicts on texts of known label; labels are compared by name. in: texts that the model has not seen. */
struct scores text_model_score(const struct text_model *m, const struct lessons *l, struct arena *arena);
/* Its labels. */
uint32_t text_model_labels(const struct text_model *m, const str **ret);
/* The confidence below which it abstains. */
double text_model_threshold(const struct text_model *m);

/* The file: a header, labels, sparse weights, a digest. out: at most TEXT_MODEL_BYTES_MAX; the least weights are left out
 * to keep to it. */
void text_model_write(const struct text_model *m, struct strbuf *out);
/* errors: E_CORRUPT "model_cut" (cut or altered), E_INVALID "model_form" (another form), "model_city". in: city empty =
 * any. memory: arena. */
enum status text_model_read(str bytes, str city, struct arena *arena, struct text_model **ret,
                            struct err *err) MUST_USE;

#endif
