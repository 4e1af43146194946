/* yiwang locate: reads "lon,lat" lines, writes the id of the area that holds each point, or nothing. */
#include <string.h>

#include "cli/cli.h"

static bool read_point(char *line, lonlat *ret) {
    str text = str_trim(str_z(line)), lon;
    return str_split(&text, ',', &lon) && str_to_double(str_trim(lon), &ret->lon_deg) &&
           str_to_double(str_trim(text), &ret->lat_deg) && lonlat_valid(*ret);
}

static int locate_lines(const struct shape_index *index, const struct geo_feature *features) {
    char line[256];
    unsigned long n = 0, bad = 0;
    while (fgets(line, sizeof line, stdin) != NULL) {
        lonlat p;
        n++;
        if (!read_point(line, &p)) {
            fprintf(stderr, "line %lu: no lon,lat\n", n);
            bad++;
            puts("");
            continue;
        }
        int32_t at = shape_index_find(index, point_from_lonlat(p));
        printf("%.*s\n", at < 0 ? 0 : (int)features[at].id.len, at < 0 ? "" : features[at].id.ptr);
    }
    return bad == 0 ? EXIT_DONE : EXIT_REFUSED;
}

int run_locate(int argc, char **argv) {
    const char *areas = NULL, *key = "code";
    const struct option_spec specs[] = {{"--areas", &areas, NULL, true}, {"--key", &key, NULL, false}};
    struct arena arena;
    struct geo_feature *features = NULL;
    struct err err = {0};
    size_t n = 0, n_features = 0;
    str text;
    if (!options_read(argc, argv, specs, ARRAY_LEN(specs), NULL, 0, &n)) return EXIT_USAGE;
    arena_init(&arena, (size_t)4 << 30);
    enum status status = file_read(areas, (size_t)1 << 30, &arena, &text, &err);
    if (status == OK) status = geojson_parse(text, key, &arena, &features, &n_features, &err);
    if (status != OK) {
        arena_done(&arena);
        return refused(&err);
    }
    struct shape *shapes = NEW_ARRAY(&arena, struct shape, n_features);
    for (size_t i = 0; i < n_features; i++) shapes[i] = features[i].shape;
    int exit_status = locate_lines(shape_index_build(shapes, n_features, &arena), features);
    arena_done(&arena);
    return exit_status;
}
