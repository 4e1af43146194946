/* yiwang score DATA_DIR: recomputes the figures of docs/analysis.md and prints that page. */
#include "cli/score.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>

double cpu_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void board_section(struct board *b, const char *title, const char *used) {
    fprintf(stderr, "%s …\n", title);
    strbuf_addf(b->out, "\n## %s\n\n%s\n\n| figure | measured | demanded | |\n|---|---|---|---|\n", title, used);
}

static void add_row(struct board *b, const char *name, const char *measured, const char *demand, bool holds) {
    strbuf_addf(b->out, "| %s | %s | %s | %s |\n", name, measured, demand,
                *demand == 0 ? ""
                : holds      ? "holds"
                             : "**missed**");
    if (*demand != 0) *(holds ? &b->held : &b->missed) += 1;
}

static void add_bound(struct board *b, const char *name, double measured, const char *demand, bool holds,
                      int decimals) {
    char text[64];
    snprintf(text, sizeof text, "%.*f", decimals, measured);
    add_row(b, name, text, demand, holds);
}

void board_at_least(struct board *b, const char *name, double measured, double demand, int decimals) {
    char text[64];
    snprintf(text, sizeof text, "≥ %.*f", decimals, demand);
    add_bound(b, name, measured, text, measured >= demand, decimals);
}

void board_at_most(struct board *b, const char *name, double measured, double demand, int decimals) {
    char text[64];
    snprintf(text, sizeof text, "≤ %.*f", decimals, demand);
    add_bound(b, name, measured, text, measured <= demand, decimals);
}

void board_say(struct board *b, const char *name, const char *fmt, ...) {
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    add_row(b, name, text, "", true);
}

void board_note(struct board *b, const char *fmt, ...) {
    char text[1000];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    strbuf_addf(b->out, "\n%s\n", text);
}

bool board_file(struct board *b, const char *name, struct arena *arena, str *ret) {
    struct err err = {0};
    str path = str_format(arena, "%s/%s", b->data, name);
    if (file_read(path.ptr, (size_t)1 << 30, arena, ret, &err) == OK) return true;
    board_say(b, name, "skipped: the file is not there");
    b->skipped++;
    return false;
}

static const struct {
    const char *name;
    void (*score)(struct board *b);
} SECTIONS[] = {
    {"hotspots", score_hotspots}, {"texts", score_texts}, {"counts", score_counts},
    {"likeness", score_likeness}, {"areas", score_areas},
};

static void print_page(struct board *b, const char *only) {
    char date[32];
    time_t now = time(NULL);
    struct tm tm;
    strftime(date, sizeof date, "%Y-%m-%d", gmtime_r(&now, &tm));
    strbuf_addf(b->out,
                "# Analysis: what it reaches\n\nMade by `yiwang score DATA_DIR` on %s (yiwang " YIWANG_VERSION
                "). The data are public sets kept beside the project, never in it; what they are is said in each "
                "section. Times are CPU time of one thread on the machine of that day, where other work ran too.\n",
                date);
    for (size_t i = 0; i < ARRAY_LEN(SECTIONS); i++)
        if (only == NULL || strcmp(only, SECTIONS[i].name) == 0) SECTIONS[i].score(b);
    strbuf_addf(b->out, "\n## In all\n\n%d figures hold, %d are missed, %d data files were not there.\n", b->held,
                b->missed, b->skipped);
}

int run_score(int argc, char **argv) {
    const char *only = NULL, *data = NULL;
    const struct option_spec specs[] = {{"--only", &only, NULL, false}};
    struct strbuf out;
    size_t n = 0;
    if (!options_read(argc, argv, specs, ARRAY_LEN(specs), &data, 1, &n)) return EXIT_USAGE;
    bool known = only == NULL;
    for (size_t i = 0; i < ARRAY_LEN(SECTIONS); i++) known = known || strcmp(only, SECTIONS[i].name) == 0;
    if (n != 1 || !known) return usage();
    strbuf_init(&out, 4 << 20);
    struct board b = {.data = data, .out = &out};
    print_page(&b, only);
    fwrite(out.ptr, 1, out.len, stdout);
    strbuf_done(&out);
    return b.missed == 0 ? EXIT_DONE : EXIT_REFUSED;
}
