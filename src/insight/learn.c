/* Learning: features, folds, liblinear. */
#include "insight/learn.h"

#include <linear.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/learn_int.h"

/* insight.md §1: any C from 0.5 to 2 does. */
#define PENALTY 1.0
#define LESSONS_MIN 50

struct row {
    uint32_t *slots;
    float *counts;
    size_t n;
};

struct course {
    const struct lessons *l;
    struct arena *arena;
    struct row *rows;
    struct text_model *m;
    struct feature_node **x;
    double *margins; /* of the fold's model that has not seen the text */
};

static enum status check_lessons(const struct lessons *l, struct err *err) {
    size_t of_label[LABELS_MAX] = {0}, of_fold[LESSON_FOLDS] = {0};
    uint32_t taught = 0;
    if (l->n_labels > LABELS_MAX)
        return err_set(err, E_TOO_LARGE, "too_many_labels", "more than %d labels", LABELS_MAX);
    for (size_t i = 0; i < l->n; i++) {
        check(l->of[i].label < l->n_labels && l->of[i].fold < LESSON_FOLDS);
        if (of_label[l->of[i].label]++ == 0) taught++;
        of_fold[l->of[i].fold]++;
    }
    bool folds = true;
    for (int f = 0; f < LESSON_FOLDS; f++) folds = folds && of_fold[f] >= 2;
    if (l->n >= LESSONS_MIN && taught >= 2 && folds) return OK;
    err_set(err, E_INVALID, "too_few_lessons", "%zu texts of %u labels are too few to learn from", l->n, taught);
    err_hint(err, "until there are more, the words of the categories classify");
    return E_INVALID;
}

/* --- features -------------------------------------------------------------------------------------------------------- */

static void read_rows(struct course *c) {
    struct grams_scratch *scratch = grams_scratch_new(c->arena);
    struct arena work;
    arena_init(&work, 0);
    for (size_t i = 0; i < c->l->n; i++) {
        struct grams g = grams_of(scratch, c->l->of[i].text, &work);
        struct row *r = &c->rows[i];
        *r = (struct row){NEW_ARRAY(c->arena, uint32_t, g.n), NEW_ARRAY(c->arena, float, g.n), g.n};
        for (size_t k = 0; k < g.n; k++) {
            r->slots[k] = g.of[k].slot;
            r->counts[k] = (float)g.of[k].count;
        }
        arena_clear(&work);
    }
    arena_done(&work);
}

/* Slots of two texts or more become features. */
static void choose_features(struct course *c) {
    struct text_model *m = c->m;
    uint32_t *df = NEW_ARRAY(c->arena, uint32_t, GRAMS_SLOTS);
    for (size_t i = 0; i < c->l->n; i++)
        for (size_t k = 0; k < c->rows[i].n; k++) df[c->rows[i].slots[k]]++;
    m->feature_of = NEW_ARRAY(c->arena, uint32_t, GRAMS_SLOTS);
    for (uint32_t s = 0; s < GRAMS_SLOTS; s++)
        if (df[s] >= 2) m->feature_of[s] = ++m->n_features;
    m->idf = NEW_ARRAY(c->arena, float, m->n_features);
    m->slots = NEW_ARRAY(c->arena, uint32_t, m->n_features);
    for (uint32_t s = 0; s < GRAMS_SLOTS; s++) {
        if (m->feature_of[s] == 0) continue;
        m->slots[m->feature_of[s] - 1] = s;
        m->idf[m->feature_of[s] - 1] = (float)(log((1 + (double)c->l->n) / (1 + df[s])) + 1);
    }
}

static int by_index(const void *a, const void *b) {
    return ((const struct feature_node *)a)->index - ((const struct feature_node *)b)->index;
}

/* Value of a feature that stands so often in a text, before the text is brought to unit length. */
static double value_of(const struct text_model *m, uint32_t feature, double count) {
    return (1 + log(count)) * (double)m->idf[feature];
}

static struct feature_node *vector_of(struct course *c, const struct row *r) {
    struct feature_node *x = NEW_ARRAY(c->arena, struct feature_node, r->n + 2);
    double sum = 0;
    size_t n = 0;
    for (size_t k = 0; k < r->n; k++) {
        uint32_t at = c->m->feature_of[r->slots[k]];
        if (at == 0) continue;
        x[n] = (struct feature_node){(int)at, value_of(c->m, at - 1, (double)r->counts[k])};
        sum += x[n].value * x[n].value;
        n++;
    }
    qsort(x, n, sizeof *x, by_index);
    for (size_t k = 0; k < n; k++) x[k].value /= sqrt(sum);
    x[n++] = (struct feature_node){(int)c->m->n_features + 1, 1};
    x[n].index = -1;
    return x;
}

/* --- training -------------------------------------------------------------------------------------------------------- */

static void silent(const char *text) {
    (void)text;
}

/* Trains on all folds but one (LESSON_FOLDS = on all). */
static struct model *train_without(struct course *c, uint32_t fold) {
    struct arena_mark mark = arena_mark(c->arena);
    struct problem p = {.n = (int)c->m->n_features + 1, .bias = -1};
    struct parameter how = {.solver_type = L2R_L2LOSS_SVC_DUAL, .eps = 0.1, .C = PENALTY};
    p.x = NEW_ARRAY(c->arena, struct feature_node *, c->l->n);
    p.y = NEW_ARRAY(c->arena, double, c->l->n);
    for (size_t i = 0; i < c->l->n; i++) {
        if (c->l->of[i].fold == fold) continue;
        p.x[p.l] = c->x[i];
        p.y[p.l++] = c->l->of[i].label;
    }
    set_print_string_function(silent);
    srand(1);
    struct model *trained = train(&p, &how);
    arena_rewind(c->arena, mark);
    return trained;
}

/* liblinear numbers labels as they come; with two it keeps one vector, for the first against the second. */
static double margin_of(const struct model *t, const struct feature_node *x, int k) {
    int vectors = t->nr_class == 2 ? 1 : t->nr_class;
    double sum = 0;
    for (; x->index > 0; x++) sum += x->value * t->w[(x->index - 1) * vectors + (vectors == 1 ? 0 : k)];
    return vectors == 1 && k == 1 ? -sum : sum;
}

static void try_fold(struct course *c, uint32_t fold) {
    struct model *t = train_without(c, fold);
    uint32_t n_labels = c->l->n_labels;
    for (size_t i = 0; i < c->l->n; i++) {
        if (c->l->of[i].fold != fold) continue;
        double *to = c->margins + i * n_labels;
        for (uint32_t k = 0; k < n_labels; k++) to[k] = -2; /* a label the fold's model was not taught */
        for (int k = 0; k < t->nr_class; k++) to[t->label[k]] = margin_of(t, c->x[i], k);
    }
    free_and_destroy_model(&t);
}

/* --- the model ------------------------------------------------------------------------------------------------------- */

static void keep_weights(struct course *c, const struct model *t) {
    struct text_model *m = c->m;
    int vectors = t->nr_class == 2 ? 1 : t->nr_class;
    m->first = NEW_ARRAY(c->arena, uint32_t, m->n_features + 1);
    m->weights = NEW_ARRAY(c->arena, struct weight, (size_t)m->n_features * (size_t)t->nr_class);
    m->bias = NEW_ARRAY(c->arena, float, m->n_labels);
    for (uint32_t k = 0; k < m->n_labels; k++) m->bias[k] = -2;
    for (uint32_t f = 0; f <= m->n_features; f++) {
        if (f < m->n_features) m->first[f] = m->n_weights;
        for (int k = 0; k < t->nr_class; k++) {
            double w = vectors == 1 ? (k == 0 ? t->w[f] : -t->w[f]) : t->w[(size_t)f * (size_t)vectors + (size_t)k];
            if (f == m->n_features)
                m->bias[t->label[k]] = (float)w;
            else if (w != 0)
                m->weights[m->n_weights++] = (struct weight){(uint16_t)t->label[k], (float)w};
        }
    }
    m->first[m->n_features] = m->n_weights;
}

static struct trial *trials_of(struct course *c, struct arena *arena) {
    struct trial *t = NEW_ARRAY(arena, struct trial, c->l->n);
    for (size_t i = 0; i < c->l->n; i++) {
        model_confidences(c->m, c->margins + i * c->l->n_labels);
        t[i] = (struct trial){c->l->of[i].label, c->margins + i * c->l->n_labels};
    }
    return t;
}

static void calibrate(struct course *c, struct arena *work, struct scores *ret_scores) {
    const struct lessons *l = c->l;
    uint32_t *labels = NEW_ARRAY(work, uint32_t, l->n);
    for (size_t i = 0; i < l->n; i++) labels[i] = l->of[i].label;
    model_calibrate(c->m, c->margins, labels, l->n, work);
    struct trial *t = trials_of(c, work);
    c->m->threshold = threshold_for(t, l->n, l->n_labels, l->target, work);
    if (ret_scores != NULL) *ret_scores = scores_of(t, l->n, l->n_labels, c->m->threshold, work);
}

static void copy_names(struct text_model *m, const struct lessons *l, struct arena *arena) {
    m->city = str_dup(arena, l->city);
    m->n_labels = l->n_labels;
    m->labels = NEW_ARRAY(arena, str, l->n_labels);
    for (uint32_t k = 0; k < l->n_labels; k++) m->labels[k] = str_dup(arena, l->labels[k]);
    m->offset = NEW_ARRAY(arena, double, l->n_labels);
}

enum status text_model_learn(const struct lessons *l, struct arena *arena, struct text_model **ret,
                             struct scores *ret_scores, struct err *err) {
    enum status status = check_lessons(l, err);
    if (status != OK) return status;
    struct text_model *m = NEW(arena, struct text_model);
    struct course c = {.l = l, .arena = arena, .m = m, .rows = NEW_ARRAY(arena, struct row, l->n)};
    copy_names(m, l, arena);
    read_rows(&c);
    choose_features(&c);
    c.x = NEW_ARRAY(arena, struct feature_node *, l->n);
    for (size_t i = 0; i < l->n; i++) c.x[i] = vector_of(&c, &c.rows[i]);
    c.margins = NEW_ARRAY(arena, double, l->n * l->n_labels);
    for (uint32_t f = 0; f < LESSON_FOLDS; f++) try_fold(&c, f);
    struct model *t = train_without(&c, LESSON_FOLDS);
    keep_weights(&c, t);
    free_and_destroy_model(&t);
    calibrate(&c, arena, ret_scores);
    *ret = m;
    return OK;
}
