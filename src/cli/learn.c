/* yiwang learn: a model from a city's texts of known category; it replaces the one in use only if it does no worse on texts
 * that neither has learnt from. */
#include <errno.h>
#include <string.h>

#include "base/csv.h"
#include "base/map.h"
#include "cli/cli.h"
#include "insight/learn.h"

/* One text in ten, by its hash, is never learnt from: also the model in use has not seen it. */
#define KEPT_ASIDE 10
/* So much worse may be chance. */
#define ALLOWANCE 0.002

struct asked {
    const char *dir, *model, *text, *label, *target, *path;
    bool rollback;
};
struct class_room {
    struct arena arena;
    struct lesson *taught, *aside;
    size_t n_taught, n_aside, n_unknown, n_empty;
    str *labels;
    struct map label_of;
};

static size_t column(const struct csv *c, str name) {
    for (size_t i = 0; i < c->n_fields; i++)
        if (str_eq(c->fields[i], name)) return i;
    fprintf(stderr, "yiwang learn: the file has no column %.*s\n", P(name));
    return SIZE_MAX;
}

static void take_row(struct class_room *r, str text, str label) {
    uint32_t k = map_get(&r->label_of, label);
    uint64_t h = str_hash(text);
    if (str_empty(str_trim(text))) {
        r->n_empty++;
    } else if (k == MAP_NONE)
        r->n_unknown++;
    else if (h % KEPT_ASIDE == 0)
        r->aside[r->n_aside++] = (struct lesson){text, k, 0};
    else
        r->taught[r->n_taught++] = (struct lesson){text, k, (uint32_t)(h >> 20) % LESSON_FOLDS};
}

static enum status read_rows(struct class_room *r, const struct asked *asked, str file, struct err *err) {
    struct csv c;
    bool end = false;
    size_t lines = 1, columns[8], n = 0;
    str rest = str_z(asked->text), name;
    for (size_t i = 0; i < file.len; i++) lines += file.ptr[i] == '\n';
    r->taught = NEW_ARRAY(&r->arena, struct lesson, lines);
    r->aside = NEW_ARRAY(&r->arena, struct lesson, lines);
    csv_init(&c, file, &r->arena);
    enum status status = csv_next(&c, &end, err);
    if (status != OK) return status;
    size_t label = column(&c, str_z(asked->label));
    while (n < ARRAY_LEN(columns) && str_split(&rest, ',', &name)) columns[n++] = column(&c, name);
    for (size_t i = 0; i < n; i++)
        if (columns[i] == SIZE_MAX || label == SIZE_MAX)
            return err_set(err, E_INVALID, "no_column", "a column is missing");
    while ((status = csv_next(&c, &end, err)) == OK && !end) {
        str text = S("");
        for (size_t i = 0; i < n; i++)
            if (columns[i] < c.n_fields)
                text = i == 0 ? c.fields[columns[i]]
                              : str_format(&r->arena, "%.*s\n%.*s", P(text), P(c.fields[columns[i]]));
        if (label < c.n_fields) take_row(r, text, c.fields[label]);
    }
    return status;
}

static void print_scores(const char *who, const struct scores *s) {
    printf(
        "%-18s %zu texts: macro-F1 %.4f, accuracy %.4f, calibration error %.4f, abstains %.1f %% and is then right in "
        "%.1f %%\n",
        who, s->n, s->macro_f1, s->accuracy, s->calibration_error, 100 * s->abstained, 100 * s->accuracy_kept);
}

/* The model takes the place of the one in use, which stays beside it as .previous. */
static int put_in_use(const struct asked *asked, const struct text_model *m, struct arena *arena) {
    struct strbuf out;
    const char *fresh = str_format(arena, "%s.new%c", asked->model, 0).ptr,
               *previous = str_format(arena, "%s.previous%c", asked->model, 0).ptr;
    strbuf_init(&out, 2 * TEXT_MODEL_BYTES_MAX);
    text_model_write(m, &out);
    FILE *f = fopen(fresh, "wb");
    bool ok = f != NULL && !out.overflow && fwrite(out.ptr, 1, out.len, f) == out.len;
    ok = f != NULL && fclose(f) == 0 && ok;
    if (ok && rename(asked->model, previous) != 0 && errno != ENOENT) ok = false;
    ok = ok && rename(fresh, asked->model) == 0;
    if (ok)
        printf("%s is in use: %.1f MB, abstains below %.3f\n", asked->model, (double)out.len / 1e6,
               text_model_threshold(m));
    else
        fprintf(stderr, "yiwang learn: %s cannot be written\n", asked->model);
    strbuf_done(&out);
    return ok ? EXIT_DONE : EXIT_REFUSED;
}

static int compare_and_put(const struct asked *asked, struct class_room *r, str city, const struct text_model *fresh) {
    struct text_model *old = NULL;
    struct err err = {0};
    str bytes;
    struct lessons aside = {r->aside, r->n_aside, r->labels, (uint32_t)r->label_of.n, city, 0};
    struct scores now = text_model_score(fresh, &aside, &r->arena);
    print_scores("the new model", &now);
    enum status status = file_read(asked->model, (size_t)64 << 20, &r->arena, &bytes, &err);
    if (status == OK) status = text_model_read(bytes, city, &r->arena, &old, &err);
    if (status != OK && status != E_NOT_FOUND) {
        printf("the model in use cannot be compared with: ");
        print_err(stdout, &err);
    }
    if (old != NULL) {
        struct scores before = text_model_score(old, &aside, &r->arena);
        print_scores("the model in use", &before);
        if (now.macro_f1 < before.macro_f1 - ALLOWANCE) {
            fprintf(stderr,
                    "yiwang learn: the new model does worse on texts kept aside and does not replace the one in use\n");
            return EXIT_REFUSED;
        }
    }
    return put_in_use(asked, fresh, &r->arena);
}

static int learn_from(const struct asked *asked, const struct city *city, double target) {
    struct class_room r = {0};
    struct text_model *m;
    struct scores folds;
    struct err err = {0};
    str file;
    arena_init(&r.arena, (size_t)16 << 30);
    map_init(&r.label_of);
    r.labels = NEW_ARRAY(&r.arena, str, city->n_categories);
    for (size_t i = 0; i < city->n_categories; i++) {
        r.labels[i] = str_code(&city->categories[i].key);
        map_set(&r.label_of, r.labels[i], (uint32_t)i);
    }
    enum status status = file_read(asked->path, (size_t)1 << 30, &r.arena, &file, &err);
    if (status == OK) status = read_rows(&r, asked, file, &err);
    struct lessons l = {r.taught, r.n_taught, r.labels, (uint32_t)city->n_categories, str_code(&city->name), target};
    if (status == OK) {
        printf("%zu texts to learn from, %zu kept aside; left out: %zu of no category of the city, %zu empty\n",
               r.n_taught, r.n_aside, r.n_unknown, r.n_empty);
        status = text_model_learn(&l, &r.arena, &m, &folds, &err);
    }
    int ret = EXIT_REFUSED;
    if (status == OK) {
        print_scores("in its own folds", &folds);
        ret = compare_and_put(asked, &r, l.city, m);
    } else
        refused(&err);
    map_done(&r.label_of);
    arena_done(&r.arena);
    return ret;
}

static int roll_back(const struct asked *asked) {
    struct arena arena;
    arena_init(&arena, 0);
    const char *previous = str_format(&arena, "%s.previous%c", asked->model, 0).ptr,
               *aside = str_format(&arena, "%s.new%c", asked->model, 0).ptr;
    bool ok = rename(asked->model, aside) == 0;
    if (ok && rename(previous, asked->model) != 0) {
        (void)rename(aside, asked->model);
        ok = false;
    }
    ok = ok && rename(aside, previous) == 0;
    if (ok)
        printf("%s is the previous model again; the other is kept as the previous one\n", asked->model);
    else
        fprintf(stderr, "yiwang learn: there is no previous model of %s\n", asked->model);
    arena_done(&arena);
    return ok ? EXIT_DONE : EXIT_REFUSED;
}

int run_learn(int argc, char **argv) {
    struct asked asked = {.text = "text", .label = "label"};
    double target = 0.96;
    const struct option_spec specs[] = {
        {"--city", &asked.dir, NULL, false},      {"--model", &asked.model, NULL, true},
        {"--text", &asked.text, NULL, false},     {"--label", &asked.label, NULL, false},
        {"--target", &asked.target, NULL, false}, {"--rollback", NULL, &asked.rollback, false}};
    struct findings found;
    struct city *city = NULL;
    struct arena arena;
    struct err err = {0};
    size_t n = 0;
    if (!options_read(argc, argv, specs, ARRAY_LEN(specs), &asked.path, 1, &n)) return EXIT_USAGE;
    if (asked.rollback) return n == 0 ? roll_back(&asked) : usage();
    if (n != 1 || asked.dir == NULL) return usage();
    if (asked.target != NULL && (!str_to_double(str_z(asked.target), &target) || target < 0.5 || target > 0.999))
        return usage();
    arena_init(&arena, 0);
    findings_init(&found, &arena);
    int ret = city_load(asked.dir, &city, &found, &err) == OK ? learn_from(&asked, city, target) : refused(&err);
    if (city != NULL) city_free(city);
    arena_done(&arena);
    return ret;
}
