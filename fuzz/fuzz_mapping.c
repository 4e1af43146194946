/* Imports: a mapping, a line "---", a CSV file. Whatever becomes a filing holds only codes of the city, valid texts and a
 * place on earth, and becomes the same filing a second time. */
#include <string.h>

#include "app/import.h"
#include "base/json.h"
#include "small_city.h"

#define ROWS_MAX 200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_json(str s, struct arena *arena) {
    struct json j;
    json_init(&j, s, arena);
    json_skip(&j);
    return json_done(&j, NULL) == OK;
}

static void check_filing(const struct filing *f, struct arena *arena) {
    const struct city *city = small_city();
    check(city_category(city, str_code(&f->category)) != NONE);
    check(code_empty(&f->area) || city_area(city, str_code(&f->area)) != NONE);
    check(code_empty(&f->unit) || city_unit(city, str_code(&f->unit)) != NONE);
    check(!code_empty(&f->outside_system) && !code_empty(&f->outside_number) && !code_empty(&f->channel));
    check(f->has_place ? lonlat_valid(f->place) : lonlat_is_none(f->place));
    check(utf8_valid(f->text) && utf8_valid(f->address));
    check(f->attributes.ptr == NULL || is_json(f->attributes, arena));
}

static void read_row(const struct import_map *m, const struct csv *csv, struct arena *arena) {
    struct command a, b;
    struct err err = {0};
    bool placeless = false, again = false;
    enum status status = import_row(m, small_city(), csv->fields, csv->n_fields, arena, &a, &placeless, &err);
    check(status == OK || (status == E_INVALID && err.primary[0] != '\0'));
    check(import_row(m, small_city(), csv->fields, csv->n_fields, arena, &b, &again, NULL) == status);
    if (status != OK) return;
    check_filing(&a.filing, arena);
    check(placeless == again && placeless == !a.filing.has_place && str_eq(a.filing.attributes, b.filing.attributes));
    check(memcmp(a.key_hash, b.key_hash, sizeof a.key_hash) == 0);
}

static void read_rows(struct import_map *m, str text, struct arena *arena) {
    struct csv csv;
    struct err err = {0};
    bool end = false;
    csv_init(&csv, text, arena);
    if (csv_next(&csv, &end, NULL) != OK || end) return;
    if (import_map_bind(m, csv.fields, csv.n_fields, &err) != OK) return;
    for (size_t n = 0; n < ROWS_MAX; n++) {
        enum status status = csv_next(&csv, &end, NULL);
        if (end) return;
        if (status == OK) read_row(m, &csv, arena);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    struct strbuf report;
    struct import_map *m = NULL;
    struct err err = {0};
    str text = {(const char *)data, size};
    ptrdiff_t at = str_find(text, S("\n---\n"), 0);
    if (at < 0) at = (ptrdiff_t)size;
    arena_init(&arena, 0);
    strbuf_init(&report, 1 << 20);
    enum status status =
        import_map_parse(str_slice(text, 0, (size_t)at), S("m.yaml"), small_city(), &arena, &m, &report, &err);
    check((status == OK) == (m != NULL));
    check(status == OK || (status == E_INVALID && report.len > 0));
    if (status == OK && (size_t)at + 5 <= size) read_rows(m, str_slice(text, (size_t)at + 5, size), &arena);
    strbuf_done(&report);
    arena_done(&arena);
    return 0;
}
