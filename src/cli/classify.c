/* yiwang classify --city: adds what the words of the city suggest to each row of a CSV. */
#include <string.h>

#include "base/csv.h"
#include "cli/cli.h"
#include "http/http.h"
#include "insight/classify.h"
#include "insight/learn.h"

int run_media_child(int argc, char **argv) {
    (void)argc;
    (void)argv;
    return media_child_main();
}

static bool bind_columns(const char *names, const struct csv *csv, size_t *columns, size_t *n) {
    str rest = str_z(names), name;
    while (str_split(&rest, ',', &name)) {
        size_t i = 0;
        while (i < csv->n_fields && !str_eq(csv->fields[i], name)) i++;
        if (i == csv->n_fields || *n == CSV_COLUMNS_MAX) {
            fprintf(stderr, "yiwang classify: the file has no column %.*s\n", P(name));
            return false;
        }
        columns[(*n)++] = i;
    }
    return *n > 0;
}

/* What classifies: the words of the city, or a model. */
struct judge {
    const struct city *city;
    const struct classifier *words;
    const struct text_model *model;
    struct grams_scratch *scratch;
};

static void add_reasons(struct strbuf *b, const struct verdict *v) {
    static const char *const why[] = {"", "no words", "unknown words", "repeats itself", "unsure"};
    char text[1024];
    struct strbuf all;
    strbuf_init(&all, sizeof text);
    for (size_t i = 0; i < v->n_reasons; i++) strbuf_addf(&all, "%s%.*s", i == 0 ? "" : " ", P(v->reasons[i]));
    csv_add_field(b, strbuf_str(&all), false);
    csv_add_field(b, str_z(why[v->abstains]), false);
    strbuf_done(&all);
}

static void print_verdict(const struct csv *csv, const struct judge *j, const struct verdict *v) {
    struct strbuf b;
    char confidence[16];
    const str *labels;
    text_model_labels(j->model, &labels);
    strbuf_init(&b, 16 << 20);
    for (size_t i = 0; i < csv->n_fields; i++) csv_add_field(&b, csv->fields[i], i == 0);
    snprintf(confidence, sizeof confidence, "%.3f", v->first_p);
    csv_add_field(&b, v->abstains != CERTAIN ? S("") : labels[v->first], false);
    csv_add_field(&b, str_z(confidence), false);
    csv_add_field(&b, v->abstains == NO_WORDS ? S("") : labels[v->abstains != CERTAIN ? v->first : v->second], false);
    add_reasons(&b, v);
    strbuf_addc(&b, '\n');
    fwrite(b.ptr, 1, b.len, stdout);
    strbuf_done(&b);
}

static void print_row(const struct csv *csv, const struct city *city, const struct suggestion *s) {
    struct strbuf b;
    char confidence[16];
    strbuf_init(&b, 16 << 20);
    for (size_t i = 0; i < csv->n_fields; i++) csv_add_field(&b, csv->fields[i], i == 0);
    snprintf(confidence, sizeof confidence, "%.3f", (double)s->confidence / 1000);
    csv_add_field(&b, s->category == NONE ? S("") : str_code(&city->categories[s->category].key), false);
    csv_add_field(&b, str_z(confidence), false);
    csv_add_field(&b, s->second == NONE ? S("") : str_code(&city->categories[s->second].key), false);
    strbuf_addc(&b, '\n');
    fwrite(b.ptr, 1, b.len, stdout);
    strbuf_done(&b);
}

static int classify_rows(const struct judge *j, const char *names, str text) {
    struct csv csv;
    struct arena arena;
    struct err err = {0};
    size_t columns[CSV_COLUMNS_MAX], n = 0;
    bool end = false;
    arena_init(&arena, 0);
    csv_init(&csv, text, &arena);
    if (csv_next(&csv, &end, &err) != OK || end || !bind_columns(names, &csv, columns, &n)) return EXIT_REFUSED;
    for (size_t i = 0; i < csv.n_fields; i++) printf("%.*s,", P(csv.fields[i]));
    printf(j->model == NULL ? "label,confidence,second\n" : "label,confidence,second,reasons,abstains\n");
    while (csv_next(&csv, &end, &err) == OK && !end) {
        struct strbuf all;
        strbuf_init(&all, 1 << 20);
        for (size_t i = 0; i < n; i++) {
            if (columns[i] < csv.n_fields) strbuf_add(&all, csv.fields[columns[i]]);
            strbuf_addc(&all, '\n');
        }
        if (j->model != NULL) {
            struct verdict v = text_model_ask(j->model, j->scratch, strbuf_str(&all), &arena);
            print_verdict(&csv, j, &v);
        } else {
            struct suggestion s = classify(j->words, strbuf_str(&all), &arena);
            print_row(&csv, j->city, &s);
        }
        strbuf_done(&all);
        arena_clear(&arena);
    }
    arena_done(&arena);
    return err.status == OK ? EXIT_DONE : refused(&err);
}

static enum status read_model(struct judge *j, const char *path, struct arena *arena, struct err *err) {
    struct text_model *m;
    str bytes;
    enum status status = file_read(path, (size_t)64 << 20, arena, &bytes, err);
    if (status == OK) status = text_model_read(bytes, str_code(&j->city->name), arena, &m, err);
    if (status != OK) return status;
    j->model = m;
    j->scratch = grams_scratch_new(arena);
    return OK;
}

int run_classify(int argc, char **argv) {
    const char *dir = NULL, *names = "text", *path = NULL, *model = NULL;
    const struct option_spec specs[] = {
        {"--city", &dir, NULL, true}, {"--text", &names, NULL, false}, {"--model", &model, NULL, false}};
    struct arena arena;
    struct findings found;
    struct city *city = NULL;
    struct err err = {0};
    size_t n = 0;
    str text;
    if (!options_read(argc, argv, specs, ARRAY_LEN(specs), &path, 1, &n)) return EXIT_USAGE;
    if (n != 1) return usage();
    arena_init(&arena, (size_t)4 << 30);
    findings_init(&found, &arena);
    enum status status = city_load(dir, &city, &found, &err);
    if (status == OK) status = file_read(path, (size_t)1 << 30, &arena, &text, &err);
    struct judge j = {.city = city};
    if (status == OK && model != NULL) status = read_model(&j, model, &arena, &err);
    if (status == OK) j.words = classifier_build(city, &city->arena);
    int exit_status = status == OK ? classify_rows(&j, names, text) : refused(&err);
    if (city != NULL) city_free(city);
    arena_done(&arena);
    return exit_status;
}
