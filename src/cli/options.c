/* Options, messages, progress, files: what all subcommands share. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "cli/cli.h"

static const struct option_spec *find_option(const struct option_spec *specs, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(specs[i].name, name) == 0) return &specs[i];
    return NULL;
}

static bool check_required(const struct option_spec *specs, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!specs[i].required || *specs[i].text != NULL) continue;
        fprintf(stderr, "yiwang: %s is missing\n", specs[i].name);
        usage();
        return false;
    }
    return true;
}

bool options_read(int argc, char **argv, const struct option_spec *specs, size_t n_specs, const char **operands,
                  size_t operands_max, size_t *ret_operands) {
    *ret_operands = 0;
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-' || strcmp(argv[i], "-") == 0) {
            if (*ret_operands == operands_max) {
                fprintf(stderr, "yiwang: %s is too much\n", argv[i]);
                usage();
                return false;
            }
            operands[(*ret_operands)++] = argv[i];
            continue;
        }
        const struct option_spec *o = find_option(specs, n_specs, argv[i]);
        if (o == NULL || (o->text != NULL && i + 1 == argc)) {
            fprintf(stderr, o == NULL ? "yiwang: there is no option %s\n" : "yiwang: %s needs a value\n", argv[i]);
            usage();
            return false;
        }
        if (o->on != NULL)
            *o->on = true;
        else
            *o->text = argv[++i];
    }
    return check_required(specs, n_specs);
}

void print_err(FILE *out, const struct err *e) {
    if (e->file[0] != '\0') fprintf(out, "%s:%u: ", e->file, e->line);
    fprintf(out, "%s", e->primary);
    if (e->field[0] != '\0') fprintf(out, " (field %s)", e->field);
    if (e->detail[0] != '\0') fprintf(out, " %s", e->detail);
    if (e->hint[0] != '\0') fprintf(out, "\n  hint: %s", e->hint);
    fputc('\n', out);
}

int refused(const struct err *err) {
    fprintf(stderr, "yiwang %s: ", subcommand_now->name);
    print_err(stderr, err);
    return EXIT_REFUSED;
}

int64_t wall_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void bar_step(void *ctx, const char *what, uint64_t done, uint64_t total) {
    struct bar *b = ctx;
    int64_t now = wall_ms();
    if (now - b->last_ms < (b->json ? 1000 : 100) && done != total) return;
    b->last_ms = now;
    if (b->json) {
        printf("{\"step\":\"%s\",\"done\":%llu,\"total\":%llu}\n", what, (unsigned long long)done,
               (unsigned long long)total);
        fflush(stdout);
    } else if (b->terminal) {
        int width = total > 0 ? (int)(done * 40 / total) : 0;
        fprintf(stderr, "\r%-12s [%.*s%*s] %llu / %llu", what, width, "########################################",
                40 - width, "", (unsigned long long)done, (unsigned long long)total);
    }
}

void bar_init(struct bar *b, bool json) {
    *b = (struct bar){.progress = {NULL, bar_step}, .json = json, .terminal = isatty(2) != 0};
    b->progress.ctx = b;
}

void bar_end(struct bar *b) {
    if (b->terminal && !b->json && b->last_ms != 0) fputc('\n', stderr);
}

enum status file_read(const char *path, size_t max, struct arena *arena, str *ret, struct err *err) {
    gzFile f = strcmp(path, "-") == 0 ? gzdopen(dup(0), "rb") : gzopen(path, "rb");
    if (f == NULL) return err_set(err, E_NOT_FOUND, "no_file", "%s cannot be opened: %s.", path, strerror(errno));
    struct strbuf b;
    char chunk[65536];
    int n = 0;
    strbuf_init(&b, max);
    while (!b.overflow && (n = gzread(f, chunk, sizeof chunk)) > 0) strbuf_add(&b, (str){chunk, (size_t)n});
    gzclose(f);
    enum status status = OK;
    if (n < 0) status = err_set(err, E_STORAGE, "bad_file", "%s cannot be read to its end.", path);
    if (b.overflow) status = err_set(err, E_TOO_LARGE, "too_large", "%s is larger than %zu bytes.", path, max);
    if (status == OK) *ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return status;
}

bool whole_path(const char *path, char *ret) {
    char folder[PATH_MAX];
    if (path[0] == '/' || getcwd(folder, sizeof folder) == NULL) return false;
    int n = snprintf(ret, PATH_MAX, "%s/%s", folder, path);
    return n > 0 && n < PATH_MAX;
}
