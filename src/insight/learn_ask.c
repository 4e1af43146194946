/* Asking a model, and how its confidences are made and scored. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/learn_int.h"

struct features model_features(const struct text_model *m, struct grams_scratch *scratch, str text,
                               struct arena *arena) {
    struct grams g = grams_of(scratch, text, arena);
    struct features f = {.of = NEW_ARRAY(arena, struct feature, g.n), .n_grams = g.n_total, .n_kinds = g.n};
    double sum = 0;
    for (size_t i = 0; i < g.n; i++) {
        uint32_t at = m->feature_of[g.of[i].slot];
        if (at == 0) continue;
        double v = (1 + (g.of[i].count == 1 ? 0 : log(g.of[i].count))) * (double)m->idf[at - 1];
        f.of[f.n++] = (struct feature){at - 1, (float)v, g.of[i].first};
        sum += v * v;
    }
    float scale = sum > 0 ? (float)(1 / sqrt(sum)) : 0;
    for (size_t i = 0; i < f.n; i++) f.of[i].value *= scale;
    return f;
}

void model_margins(const struct text_model *m, const struct features *f, double *margins) {
    for (uint32_t k = 0; k < m->n_labels; k++) margins[k] = (double)m->bias[k];
    for (size_t i = 0; i < f->n; i++) {
        double v = (double)f->of[i].value;
        for (uint32_t j = m->first[f->of[i].feature]; j < m->first[f->of[i].feature + 1]; j++)
            margins[m->weights[j].label] += v * (double)m->weights[j].w;
    }
}

static void softmax(double scale, const double *offset, double *x, uint32_t n) {
    double most = -INFINITY, sum = 0;
    for (uint32_t k = 0; k < n; k++) {
        x[k] = scale * x[k] + offset[k];
        most = x[k] > most ? x[k] : most;
    }
    for (uint32_t k = 0; k < n; k++) sum += x[k] = exp(x[k] - most);
    for (uint32_t k = 0; k < n; k++) x[k] /= sum;
}

void model_confidences(const struct text_model *m, double *margins) {
    softmax(m->scale, m->offset, margins, m->n_labels);
}

/* --- verdicts -------------------------------------------------------------------------------------------------------- */

static double weight_of(const struct text_model *m, uint32_t feature, uint32_t label) {
    for (uint32_t j = m->first[feature]; j < m->first[feature + 1]; j++)
        if (m->weights[j].label == label) return (double)m->weights[j].w;
    return 0;
}

struct reason {
    double weight;
    str gram;
};

/* Of so many heaviest grams the reasons are chosen: many overlap. */
#define HEAVIEST 24

/* Keeps the heaviest, in order. */
static void keep_heaviest(struct reason *all, size_t *n, struct reason r) {
    if (*n == HEAVIEST && all[HEAVIEST - 1].weight >= r.weight) return;
    size_t i = *n < HEAVIEST ? (*n)++ : HEAVIEST - 1;
    for (; i > 0 && all[i - 1].weight < r.weight; i--) all[i] = all[i - 1];
    all[i] = r;
}

/* What speaks most for one label against another; a gram inside one already named says nothing new. */
static size_t reasons_for(const struct text_model *m, const struct features *f, const uint32_t pair[2], str *ret) {
    struct reason all[HEAVIEST];
    size_t n_all = 0, n = 0;
    for (size_t i = 0; i < f->n; i++) {
        uint32_t at = f->of[i].feature;
        double w = (double)f->of[i].value * (weight_of(m, at, pair[0]) - weight_of(m, at, pair[1]));
        if (w > 0) keep_heaviest(all, &n_all, (struct reason){w, f->of[i].gram});
    }
    for (size_t i = 0; i < n_all && n < REASONS_MAX; i++) {
        bool known = false;
        for (size_t k = 0; k < n; k++)
            known = known || str_find(ret[k], all[i].gram, 0) >= 0 || str_find(all[i].gram, ret[k], 0) >= 0;
        if (!known) ret[n++] = all[i].gram;
    }
    return n;
}

/* Whether the text gives a model anything to go by. */
static enum abstention usable(const struct features *f) {
    if (f->n_grams < 4) return NO_WORDS;
    if (f->n < 3 || f->n * 4 < f->n_kinds) return UNKNOWN_WORDS;
    if (f->n_grams > 200 && f->n_grams > 10 * f->n_kinds) return REPETITIVE;
    return CERTAIN;
}

struct verdict text_model_ask(const struct text_model *m, struct grams_scratch *scratch, str text,
                              struct arena *arena) {
    struct verdict v = {0};
    double *p = NEW_ARRAY(arena, double, m->n_labels);
    struct features f = model_features(m, scratch, text, arena);
    v.abstains = usable(&f);
    if (v.abstains == NO_WORDS) return v;
    model_margins(m, &f, p);
    model_confidences(m, p);
    for (uint32_t k = 0; k < m->n_labels; k++) {
        if (p[k] > p[v.first] || k == 0) {
            v.second = v.first;
            v.first = k;
        } else if (v.second == v.first || p[k] > p[v.second])
            v.second = k;
    }
    v.first_p = p[v.first];
    v.second_p = p[v.second];
    if (v.abstains == CERTAIN && v.first_p < m->threshold) v.abstains = UNSURE;
    v.n_reasons = reasons_for(m, &f, (uint32_t[]){v.first, v.second}, v.reasons);
    v.n_second_reasons = reasons_for(m, &f, (uint32_t[]){v.second, v.first}, v.second_reasons);
    return v;
}

uint32_t text_model_labels(const struct text_model *m, const str **ret) {
    *ret = m->labels;
    return m->n_labels;
}

double text_model_threshold(const struct text_model *m) {
    return m->threshold;
}

/* --- calibration ----------------------------------------------------------------------------------------------------- */

struct fit {
    const double *margins;
    const uint32_t *labels;
    size_t n;
    uint32_t k;
    double *p, *gradient, *curvature; /* k + 1: the scale, then the offsets */
};

/* Offsets are held a little towards 0, so that a label seen twice gets none of its own. */
#define OFFSET_RIDGE 1.0

static double loss_at(struct fit *f, double scale, const double *offset, bool slopes) {
    double loss = 0;
    if (slopes) {
        memset(f->gradient, 0, (f->k + 1) * sizeof(double));
        memset(f->curvature, 0, (f->k + 1) * sizeof(double));
    }
    for (size_t i = 0; i < f->n; i++) {
        const double *x = f->margins + i * f->k;
        memcpy(f->p, x, f->k * sizeof(double));
        softmax(scale, offset, f->p, f->k);
        loss -= log(f->p[f->labels[i]] + 1e-300);
        double mean = 0, square = 0;
        for (uint32_t k = 0; slopes && k < f->k; k++) {
            double p = f->p[k];
            f->gradient[k + 1] += p - (k == f->labels[i] ? 1 : 0);
            f->curvature[k + 1] += p * (1 - p);
            mean += p * x[k];
            square += p * x[k] * x[k];
        }
        f->gradient[0] += slopes ? mean - x[f->labels[i]] : 0;
        f->curvature[0] += slopes ? square - mean * mean : 0;
    }
    for (uint32_t k = 0; k < f->k; k++) {
        loss += OFFSET_RIDGE * offset[k] * offset[k] / 2;
        f->gradient[k + 1] += slopes ? OFFSET_RIDGE * offset[k] : 0;
    }
    return loss;
}

/* Newton steps along the diagonal, halved until the loss falls: convex, so they end at the one best fit. */
void model_calibrate(struct text_model *m, const double *margins, const uint32_t *labels, size_t n,
                     struct arena *arena) {
    uint32_t k = m->n_labels;
    struct fit f = {margins,
                    labels,
                    n,
                    k,
                    NEW_ARRAY(arena, double, k),
                    NEW_ARRAY(arena, double, k + 1),
                    NEW_ARRAY(arena, double, k + 1)};
    double *next = NEW_ARRAY(arena, double, k), step = 1;
    m->scale = 3;
    double loss = loss_at(&f, m->scale, m->offset, true);
    for (int round = 0; round < 60 && step > 1e-4; round++) {
        double scale = m->scale - step * f.gradient[0] / (f.curvature[0] + 1e-9);
        for (uint32_t i = 0; i < k; i++)
            next[i] = m->offset[i] - step * f.gradient[i + 1] / (f.curvature[i + 1] + OFFSET_RIDGE);
        double now = scale > 0 ? loss_at(&f, scale, next, false) : INFINITY;
        if (!(now < loss)) {
            step /= 2;
            continue;
        }
        bool done = loss - now < 1e-7 * loss;
        m->scale = scale;
        memcpy(m->offset, next, k * sizeof *next);
        if (done) break;
        loss = loss_at(&f, m->scale, m->offset, true);
        step = step < 1 ? step * 2 : 1;
    }
}

/* --- scores ---------------------------------------------------------------------------------------------------------- */

struct outcome {
    double p;
    bool right;
};

static int surest_first(const void *a, const void *b) {
    double x = ((const struct outcome *)a)->p, y = ((const struct outcome *)b)->p;
    return x > y ? -1 : x < y;
}

static uint32_t best_of(const double *p, uint32_t n, uint32_t but) {
    uint32_t best = but == 0 ? 1 : 0;
    for (uint32_t k = 0; k < n; k++)
        if (k != but && p[k] > p[best]) best = k;
    return best;
}

static struct outcome *outcomes_of(const struct trial *t, size_t n, uint32_t n_labels, struct arena *arena) {
    struct outcome *o = NEW_ARRAY(arena, struct outcome, n);
    for (size_t i = 0; i < n; i++) {
        uint32_t best = best_of(t[i].p, n_labels, UINT32_MAX);
        o[i] = (struct outcome){t[i].p[best], best == t[i].label};
    }
    qsort(o, n, sizeof *o, surest_first);
    return o;
}

double threshold_for(const struct trial *t, size_t n, uint32_t n_labels, double target, struct arena *arena) {
    const struct outcome *o = outcomes_of(t, n, n_labels, arena);
    double right = 0, threshold = 1;
    for (size_t i = 0; i < n; i++) {
        right += o[i].right;
        if (right >= target * (double)(i + 1)) threshold = o[i].p;
    }
    return threshold;
}

/* The mean gap between confidence and accuracy in ten equal steps of confidence, weighed by texts. */
static double calibration_error(const struct outcome *o, size_t n) {
    double p[10] = {0}, right[10] = {0}, sum = 0;
    for (size_t i = 0; i < n; i++) {
        int step = o[i].p >= 1 ? 9 : (int)(o[i].p * 10);
        p[step] += o[i].p;
        right[step] += o[i].right;
    }
    for (int s = 0; s < 10; s++) sum += fabs(p[s] - right[s]);
    return n > 0 ? sum / (double)n : 0;
}

static double accuracy_of_first(const struct outcome *o, size_t n) {
    size_t right = 0;
    for (size_t i = 0; i < n; i++) right += o[i].right;
    return n > 0 ? (double)right / (double)n : 0;
}

static double macro_f1(const struct trial *t, size_t n, uint32_t n_labels, struct arena *arena) {
    double *right = NEW_ARRAY(arena, double, n_labels), *either = NEW_ARRAY(arena, double, n_labels), sum = 0;
    uint32_t labels = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t said = best_of(t[i].p, n_labels, UINT32_MAX);
        either[said]++;
        either[t[i].label]++;
        right[said] += said == t[i].label ? 2 : 0;
    }
    for (uint32_t k = 0; k < n_labels; k++) {
        if (either[k] <= 0) continue;
        labels++;
        sum += right[k] / either[k];
    }
    return labels > 0 ? sum / labels : 0;
}

struct scores scores_of(const struct trial *t, size_t n, uint32_t n_labels, double threshold, struct arena *arena) {
    const struct outcome *o = outcomes_of(t, n, n_labels, arena);
    struct scores s = {.n = n};
    size_t top2 = 0, kept = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t first = best_of(t[i].p, n_labels, UINT32_MAX);
        top2 += first == t[i].label || best_of(t[i].p, n_labels, first) == t[i].label;
        kept += o[i].p >= threshold;
    }
    if (n == 0) return s;
    s.accuracy = accuracy_of_first(o, n);
    s.macro_f1 = macro_f1(t, n, n_labels, arena);
    s.top2 = (double)top2 / (double)n;
    s.calibration_error = calibration_error(o, n);
    s.surest_90 = accuracy_of_first(o, n * 9 / 10);
    s.surest_80 = accuracy_of_first(o, n * 8 / 10);
    s.abstained = 1 - (double)kept / (double)n;
    s.accuracy_kept = accuracy_of_first(o, kept);
    return s;
}

struct scores text_model_score(const struct text_model *m, const struct lessons *l, struct arena *arena) {
    struct grams_scratch *scratch = grams_scratch_new(arena);
    struct trial *t = NEW_ARRAY(arena, struct trial, l->n);
    uint32_t *own = NEW_ARRAY(arena, uint32_t, l->n_labels);
    struct arena work;
    arena_init(&work, 0);
    for (uint32_t k = 0; k < l->n_labels; k++) {
        own[k] = m->n_labels; /* a label it does not know is never right */
        for (uint32_t j = 0; j < m->n_labels; j++)
            if (str_eq(m->labels[j], l->labels[k])) own[k] = j;
    }
    for (size_t i = 0; i < l->n; i++) {
        double *p = NEW_ARRAY(arena, double, m->n_labels + 1);
        struct features f = model_features(m, scratch, l->of[i].text, &work);
        model_margins(m, &f, p);
        model_confidences(m, p);
        t[i] = (struct trial){own[l->of[i].label], p};
        arena_clear(&work);
    }
    arena_done(&work);
    return scores_of(t, l->n, m->n_labels + 1, m->threshold, arena);
}
