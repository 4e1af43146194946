#include "tool.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static int64_t read_clock(clockid_t id) {
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t now_ns(void) {
    return read_clock(CLOCK_MONOTONIC);
}

int64_t cpu_ns(void) {
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

uint64_t rng_next(struct rng *r) {
    uint64_t z = r->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

uint32_t rng_below(struct rng *r, uint32_t n) {
    return (uint32_t)((rng_next(r) >> 32) * n >> 32);
}

double rng_unit(struct rng *r) {
    return (double)(rng_next(r) >> 11) * 0x1p-53;
}

uint32_t rng_skewed(struct rng *r, uint32_t n) {
    double u = rng_unit(r);
    return (uint32_t)(u * u * (double)n);
}

static const struct tool_option *find(const struct tool_option *options, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(options[i].name, name) == 0) return &options[i];
    return NULL;
}

bool tool_options(int argc, char **argv, const struct tool_option *options, size_t n) {
    for (int i = 1; i < argc; i += 2) {
        const struct tool_option *o = find(options, n, argv[i]);
        if (o == NULL || i + 1 == argc) {
            fprintf(stderr, "%s: %s is no option or has no value\n", argv[0], argv[i]);
            return false;
        }
        if (o->text != NULL)
            *o->text = argv[i + 1];
        else if (!str_to_i64(str_z(argv[i + 1]), o->number)) {
            fprintf(stderr, "%s: %s needs a number\n", argv[0], argv[i]);
            return false;
        }
    }
    return true;
}

str tool_read(const char *path, struct arena *arena) {
    FILE *f = fopen(path, "r");
    char chunk[65536];
    struct strbuf b;
    size_t n = 0;
    if (f == NULL) return STR_NONE;
    strbuf_init(&b, (size_t)1 << 30);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0) strbuf_add(&b, (str){chunk, n});
    str text = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    fclose(f);
    return text;
}

void tool_raise_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}
