/* The classifier on the texts of the contest (never in the project, nor a model of them): read, scored, forgotten. */
#include <string.h>

#include "base/csv.h"
#include "base/map.h"
#include "cli/score.h"
#include "insight/learn.h"

#define FOLDS 10

struct text_set {
    struct lesson *of;
    str *ids;
    size_t n;
};
struct study {
    struct arena arena;
    struct map label_of, fold_of_id;
    str labels[64];
    uint32_t n_labels;
    struct text_set cut, raw; /* into words; as written */
};

static uint32_t label_of(struct study *s, str name) {
    uint32_t k = map_get(&s->label_of, name);
    if (k != MAP_NONE) return k;
    check(s->n_labels < ARRAY_LEN(s->labels));
    s->labels[s->n_labels] = name;
    map_set(&s->label_of, name, s->n_labels);
    return s->n_labels++;
}

static size_t column(const struct csv *c, const char *name) {
    for (size_t i = 0; i < c->n_fields; i++)
        if (str_is(c->fields[i], name)) return i;
    return SIZE_MAX;
}

static bool read_set(struct study *s, str text, const char *const texts[2], struct text_set *ret) {
    struct csv c;
    bool end = false;
    size_t max = 1;
    for (size_t i = 0; i < text.len; i++) max += text.ptr[i] == '\n';
    *ret = (struct text_set){NEW_ARRAY(&s->arena, struct lesson, max), NEW_ARRAY(&s->arena, str, max), 0};
    csv_init(&c, text, &s->arena);
    if (csv_next(&c, &end, NULL) != OK || end) return false;
    size_t id = column(&c, "msg_id"), label = column(&c, "label"), a = column(&c, texts[0]);
    size_t b = texts[1] == NULL ? a : column(&c, texts[1]);
    if (id == SIZE_MAX || label == SIZE_MAX || a == SIZE_MAX || b == SIZE_MAX) return false;
    while (csv_next(&c, &end, NULL) == OK && !end) {
        struct lesson *l = &ret->of[ret->n];
        l->label = label_of(s, c.fields[label]);
        l->text = a == b ? c.fields[a] : str_format(&s->arena, "%.*s\n%.*s", P(c.fields[a]), P(c.fields[b]));
        l->fold = (uint32_t)(str_hash(l->text) >> 7) % FOLDS;
        ret->ids[ret->n++] = c.fields[id];
    }
    return ret->n > 0;
}

/* A message as written is kept aside with its twin that is cut into words. */
static void pair_folds(struct study *s) {
    for (size_t i = 0; i < s->cut.n; i++)
        if (!str_empty(s->cut.ids[i])) map_set(&s->fold_of_id, s->cut.ids[i], s->cut.of[i].fold);
    for (size_t i = 0; i < s->raw.n; i++) {
        uint32_t f = map_get(&s->fold_of_id, s->raw.ids[i]);
        if (f != MAP_NONE) s->raw.of[i].fold = f;
    }
}

/* Those of one fold, or all but it; folds are dealt anew, because a model folds what it learns from itself. */
static struct lessons part_of(struct study *s, const struct text_set *set, uint32_t fold, bool inside) {
    struct lesson *l = NEW_ARRAY(&s->arena, struct lesson, set->n);
    size_t n = 0;
    for (size_t i = 0; i < set->n; i++) {
        if ((set->of[i].fold == fold) != inside) continue;
        l[n] = set->of[i];
        l[n].fold = (uint32_t)(str_hash(l[n].text) >> 23) % LESSON_FOLDS;
        n++;
    }
    return (struct lessons){l, n, s->labels, s->n_labels, S("score"), 0.96};
}

static void add_scores(struct scores *sum, const struct scores *one, double share) {
    sum->n += one->n;
    sum->accuracy += share * one->accuracy;
    sum->macro_f1 += share * one->macro_f1;
    sum->top2 += share * one->top2;
    sum->calibration_error += share * one->calibration_error;
    sum->surest_90 += share * one->surest_90;
    sum->surest_80 += share * one->surest_80;
    sum->abstained += share * one->abstained;
    sum->accuracy_kept += share * one->accuracy_kept;
}

static double ask_all(struct study *s, const struct text_model *m, const struct lessons *l) {
    struct arena work;
    struct grams_scratch *scratch = grams_scratch_new(&s->arena);
    arena_init(&work, 0);
    double begin = cpu_now();
    for (size_t i = 0; i < l->n; i++) {
        text_model_ask(m, scratch, l->of[i].text, &work);
        arena_clear(&work);
    }
    double us = (cpu_now() - begin) * 1e6 / (double)l->n;
    arena_done(&work);
    return us;
}

static void score_folds(struct study *s, struct board *b) {
    struct scores cut = {0}, raw = {0};
    for (uint32_t f = 0; f < FOLDS; f++) {
        struct text_model *m;
        struct lessons rest = part_of(s, &s->cut, f, false), aside = part_of(s, &s->cut, f, true),
                       written = part_of(s, &s->raw, f, true);
        struct arena arena;
        arena_init(&arena, 0);
        check(text_model_learn(&rest, &arena, &m, NULL, NULL) == OK);
        struct scores one = text_model_score(m, &aside, &arena), two = text_model_score(m, &written, &arena);
        add_scores(&cut, &one, 1.0 / FOLDS);
        add_scores(&raw, &two, 1.0 / FOLDS);
        arena_done(&arena);
    }
    board_at_least(b, "macro-F1, cut into words", cut.macro_f1, 0.920, 4);
    board_at_least(b, "macro-F1, as written", raw.macro_f1, 0.880, 4);
    board_say(b, "accuracy, cut / as written", "%.4f / %.4f", cut.accuracy, raw.accuracy);
    board_at_most(b, "expected calibration error, cut", cut.calibration_error, 0.025, 4);
    board_say(b, "expected calibration error, as written", "%.4f", raw.calibration_error);
    board_at_least(b, "accuracy of the surest 90 %", cut.surest_90, 0.96, 4);
    board_at_least(b, "accuracy of the surest 80 %", cut.surest_80, 0.975, 4);
    board_at_least(b, "label among the first two", cut.top2, 0.985, 4);
    board_say(b, "set to be right in 96 %: abstains / is right", "%.3f / %.4f", cut.abstained, cut.accuracy_kept);
}

static void score_whole(struct study *s, struct board *b) {
    struct text_model *m;
    struct lessons all = part_of(s, &s->cut, UINT32_MAX, false), written = part_of(s, &s->raw, UINT32_MAX, false);
    struct strbuf file;
    struct scores folds;
    double begin = cpu_now();
    check(text_model_learn(&all, &s->arena, &m, &folds, NULL) == OK);
    board_at_most(b, "learning from all of them, s", cpu_now() - begin, 5, 2);
    board_at_most(b, "asking, cut into words, µs a text", ask_all(s, m, &all), 150, 1);
    board_at_most(b, "asking, as written, µs a text", ask_all(s, m, &written), 150, 1);
    strbuf_init(&file, (size_t)64 << 20);
    text_model_write(m, &file);
    board_at_most(b, "model file, MB", (double)file.len / 1e6, 10, 2);
    strbuf_done(&file);
    board_say(b, "macro-F1 and calibration by the model's own folds", "%.4f, %.4f", folds.macro_f1,
              folds.calibration_error);
}

void score_texts(struct board *b) {
    struct study s = {0};
    str cut, raw;
    board_section(
        b, "Classifier",
        "7 classes, texts of the contest \"Teddy Cup 2020 C\" (teddy2020c: the part given, about 70 %). Ten folds: a "
        "model learns from nine, the tenth is asked; a message as written is kept aside with its twin that is cut "
        "into words. The demands are for texts kept aside beyond these, where a model learns from all of them.");
    arena_init(&s.arena, (size_t)8 << 30);
    map_init(&s.label_of);
    map_init(&s.fold_of_id);
    if (board_file(b, "teddy2020c/labelled_segmented_dev.csv.gz", &s.arena, &cut) &&
        board_file(b, "teddy2020c/labelled_raw_dev.csv", &s.arena, &raw) &&
        read_set(&s, cut, (const char *const[]){"tokens", NULL}, &s.cut) &&
        read_set(&s, raw, (const char *const[]){"title", "body"}, &s.raw)) {
        pair_folds(&s);
        score_folds(&s, b);
        score_whole(&s, b);
    }
    map_done(&s.label_of);
    map_done(&s.fold_of_id);
    arena_done(&s.arena);
}
