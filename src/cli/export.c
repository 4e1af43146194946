/* yiwang export: the cases of a query as CSV or GeoJSON. Private matters have no place and no words here. */
#include <string.h>

#include "base/csv.h"
#include "base/json.h"
#include "cli/cli.h"

#define PAGE 500

struct export {
    struct app app;
    FILE *out;
    bool geojson;
    uint64_t rows;
};

static void add_time(struct strbuf *b, const struct city *city, instant t, bool first) {
    struct strbuf text;
    strbuf_init(&text, 64);
    if (!instant_is_none(t)) instant_format(&text, &city->calendar.zone, t);
    csv_add_field(b, strbuf_str(&text), first);
    strbuf_done(&text);
}

static void add_csv(struct strbuf *b, const struct city *city, const struct case_row *r) {
    char place[64] = "";
    const code *codes[] = {&r->number,    &r->procedure, &r->state, &r->category,
                           &r->condition, &r->area,      &r->unit,  &r->channel};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) csv_add_field(b, str_code(codes[i]), i == 0);
    add_time(b, city, r->filed, false);
    add_time(b, city, r->happened, false);
    add_time(b, city, r->due, false);
    add_time(b, city, r->ended, false);
    csv_add_field(b, r->missed ? S("yes") : S("no"), false);
    if (!lonlat_is_none(r->place)) snprintf(place, sizeof place, "%.6f", r->place.lon_deg);
    csv_add_field(b, str_z(place), false);
    if (!lonlat_is_none(r->place)) snprintf(place, sizeof place, "%.6f", r->place.lat_deg);
    csv_add_field(b, str_z(place), false);
    csv_add_field(b, r->is_private ? S("") : r->text, false);
    strbuf_addc(b, '\n');
}

static void add_feature(struct strbuf *b, const struct city *city, const struct case_row *r, bool first) {
    struct json_buf w;
    (void)city;
    if (!first) strbuf_addz(b, ",\n");
    json_buf_init(&w, b);
    json_open_object(&w);
    json_put_z(&w, "type", "Feature");
    json_add_key(&w, "geometry");
    if (lonlat_is_none(r->place)) {
        json_add_null(&w);
    } else {
        json_open_object(&w);
        json_put_z(&w, "type", "Point");
        json_add_key(&w, "coordinates");
        json_open_array(&w);
        json_add_double(&w, r->place.lon_deg, 6);
        json_add_double(&w, r->place.lat_deg, 6);
        json_close_array(&w);
        json_close_object(&w);
    }
    json_add_key(&w, "properties");
    json_open_object(&w);
    json_put_code(&w, "number", &r->number);
    json_put_code(&w, "state", &r->state);
    json_put_code(&w, "category", &r->category);
    json_put_code(&w, "area", &r->area);
    json_put_code(&w, "unit", &r->unit);
    json_close_object(&w);
    json_close_object(&w);
}

static enum status export_rows(struct export *x, str q, struct err *err) {
    struct arena arena;
    struct strbuf b;
    struct query *query = NULL;
    const struct city *city = app_city(&x->app);
    arena_init(&arena, 0);
    strbuf_init(&b, 64 << 20);
    enum status status = store_wait(x->app.store, store_seq(x->app.store), 600000, err);
    if (status == OK) status = query_parse(q, city, &arena, &query, err);
    struct listing page = {0};
    char cursor[256] = "";
    struct arena_mark mark = arena_mark(&arena);
    do {
        if (status == OK)
            status = store_list(x->app.store, query, SORT_FILED_ASC, PAGE, str_z(cursor), app_now(&x->app), &arena,
                                &page, err);
        if (status != OK) break;
        for (size_t i = 0; i < page.n; i++) {
            if (x->geojson)
                add_feature(&b, city, &page.rows[i], x->rows == 0);
            else
                add_csv(&b, city, &page.rows[i]);
            x->rows++;
        }
        fwrite(b.ptr, 1, b.len, x->out);
        strbuf_clear(&b);
        check(page.next.len < sizeof cursor);
        if (page.next.len > 0) memcpy(cursor, page.next.ptr, page.next.len);
        cursor[page.next.len] = '\0';
        arena_rewind(&arena, mark);
    } while (cursor[0] != '\0');
    strbuf_done(&b);
    arena_done(&arena);
    return status;
}

int run_export(int argc, char **argv) {
    const char *city = NULL, *data = NULL, *query = "", *format = "csv", *path = NULL;
    const struct option_spec specs[] = {{"--city", &city, NULL, true},
                                        {"--data", &data, NULL, true},
                                        {"--query", &query, NULL, false},
                                        {"--format", &format, NULL, false},
                                        {"-o", &path, NULL, false}};
    size_t n = 0;
    struct export x = {.out = stdout};
    struct err err = {0};
    if (!options_read(argc, argv, specs, ARRAY_LEN(specs), NULL, 0, &n)) return EXIT_USAGE;
    x.geojson = strcmp(format, "geojson") == 0;
    if (!x.geojson && strcmp(format, "csv") != 0) return usage();
    struct app_options ao = {.city_dir = city, .data_dir = data};
    if (app_open(&ao, &x.app, NULL, &err) != OK) return refused(&err);
    if (path != NULL) x.out = fopen(path, "w");
    if (x.out == NULL) {
        app_close(&x.app);
        err_set(&err, E_STORAGE, "no_file", "%s cannot be written.", path);
        return refused(&err);
    }
    fputs(x.geojson ? "{\"type\":\"FeatureCollection\",\"features\":[\n"
                    : "number,procedure,state,category,condition,area,unit,channel,filed,happened,due,ended,missed,lon,"
                      "lat,text\n",
          x.out);
    enum status status = export_rows(&x, str_z(query), &err);
    if (x.geojson) fputs("\n]}\n", x.out);
    bool written = fflush(x.out) == 0 && (path == NULL || fclose(x.out) == 0);
    app_close(&x.app);
    if (status == OK && !written)
        status = err_set(&err, E_STORAGE, "no_file", "The export could not be written to its end.");
    if (status != OK) return refused(&err);
    fprintf(stderr, "%llu cases\n", (unsigned long long)x.rows);
    return EXIT_DONE;
}
