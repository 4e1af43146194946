/* yiwang check DIR. */
#include <time.h>

#include "cli/cli.h"

int run_check(int argc, char **argv) {
    const char *dir = NULL;
    size_t n = 0;
    if (!options_read(argc, argv, NULL, 0, &dir, 1, &n)) return EXIT_USAGE;
    if (n != 1) return usage();
    struct arena arena;
    struct findings found;
    struct strbuf out;
    struct err err = {0};
    struct city *city = NULL;
    arena_init(&arena, 0);
    findings_init(&found, &arena);
    strbuf_init(&out, 16 << 20);
    enum status status = city_load(dir, &city, &found, &err);
    if (status == OK) {
        instant now = {(int64_t)time(NULL) * MS_SECOND};
        city_check_calendar(city, day_from_instant(&city->calendar.zone, now), &found);
    }
    findings_print(&found, &out);
    fwrite(out.ptr, 1, out.len, stdout);
    if (status == OK)
        printf("%s: no errors, %zu warnings; %zu areas, %zu units, %zu categories, %zu conditions, %zu procedures\n",
               dir, found.n - found.errors, city->n_areas, city->n_units, city->n_categories, city->n_conditions,
               city->n_procedures);
    else if (found.errors > 0)
        printf("%s: %zu errors; the package may not be used\n", dir, found.errors);
    else
        refused(&err);
    if (city != NULL) city_free(city);
    strbuf_done(&out);
    arena_done(&arena);
    return status == OK ? EXIT_DONE : EXIT_REFUSED;
}
