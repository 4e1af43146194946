/* Reading one report with our strict reader, all checks of a report included.
 *
 *   json --file FILE [--count 200000]
 *
 * Prints nanoseconds of CPU a report. The other parsers are in programs of their own (peer/json.c): names clash. */
#include <stdio.h>

#include "app/app.h"
#include "tool.h"

int main(int argc, char **argv) {
    const char *path = NULL;
    int64_t count = 200000;
    const struct tool_option options[] = {{"--file", &path, NULL}, {"--count", NULL, &count}};
    struct arena kept, arena;
    struct err err = {0};
    if (!tool_options(argc, argv, options, ARRAY_LEN(options)) || path == NULL) return 2;
    arena_init(&kept, 0);
    arena_init(&arena, 0);
    str text = tool_read(path, &kept);
    enum status status = OK;
    int64_t begin = cpu_ns();
    for (int64_t i = 0; i < count && status == OK; i++) {
        struct report *r = NEW(&arena, struct report);
        status = report_parse(text, &arena, r, &err);
        arena_clear(&arena);
    }
    if (status != OK) {
        fprintf(stderr, "json: %s %s\n", err.primary, err.detail);
        return 1;
    }
    printf("%.1f\n", (double)(cpu_ns() - begin) / (double)count);
    return 0;
}
