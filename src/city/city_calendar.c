/* The calendar folder: dated exceptions, one file for each year's notice. */
#include <stdlib.h>

#include "city/city_int.h"

static int by_date(const void *a, const void *b) {
    int32_t x = ((const struct day_entry *)a)->date.n, y = ((const struct day_entry *)b)->date.n;
    return x < y ? -1 : x > y;
}

/* The year that the file's name begins with; 0 if none. */
static int32_t year_of(const struct package_file *f) {
    str name = str_slice(f->path, sizeof "calendar/" - 1, f->path.len);
    int64_t year;
    if (name.len < 4 || !str_to_i64(str_slice(name, 0, 4), &year) || year < 1900 || year > 9999) return 0;
    return (int32_t)year;
}

static void read_entries(struct loader *l, const char *file, struct map *dates, size_t *n) {
    enum { DATE, KIND, NAME };
    static const struct column columns[] = {{"date"}, {"kind"}, {"name"}};
    struct calendar *calendar = &l->city->calendar;
    struct table t;
    if (!table_open(&t, l, file, columns, ARRAY_LEN(columns))) return;
    while (table_next(&t)) {
        struct day_entry e = {.name = table_str(&t, NAME)};
        int kind = table_word(&t, KIND, "off work half");
        bool dated = day_parse(table_str(&t, DATE), &e.date);
        if (!dated) table_fault(&t, "as 2026-10-01", "\"%.*s\" is no date.", P(table_str(&t, DATE)));
        if (!dated || kind < 0) continue;
        e.kind = (enum day_kind)kind;
        uint32_t before = map_get_u64(dates, (uint64_t)(uint32_t)e.date.n);
        /* Two notices may both name the days around new year, if they agree. */
        if (before != MAP_NONE && calendar->entries[before].kind == e.kind) continue;
        if (before != MAP_NONE) {
            table_fault(&t, NULL, "The date stands in the calendar before, as another kind of day.");
            continue;
        }
        map_set_u64(dates, (uint64_t)(uint32_t)e.date.n, (uint32_t)*n);
        calendar->entries[(*n)++] = e;
    }
}

/* Sets first_year and last_year; a gap would count as loaded. in: the files are sorted by name. */
static void note_year(struct loader *l, const struct package_file *f, const char *file) {
    struct calendar *calendar = &l->city->calendar;
    int32_t year = year_of(f);
    if (year == 0) {
        load_fault(l, file, 0, "as 2026.csv", "The file's name does not begin with the year of its notice.");
        return;
    }
    bool first = calendar->last_year < calendar->first_year;
    if (!first && year > calendar->last_year + 1)
        load_fault(l, file, 0, NULL, "The calendar of %d is missing: years must follow one another.",
                   calendar->last_year + 1);
    if (first) calendar->first_year = year;
    calendar->last_year = year;
}

void load_calendar(struct loader *l) {
    struct calendar *calendar = &l->city->calendar;
    size_t lines = 0, n = 0;
    calendar->first_year = 0;
    calendar->last_year = -1;
    for (size_t i = 0; i < l->n_files; i++)
        if (file_is_in(&l->files[i], "calendar", ".csv"))
            for (size_t k = 0; k < l->files[i].bytes.len; k++) lines += l->files[i].bytes.ptr[k] == '\n';
    calendar->entries = NEW_ARRAY(&l->city->arena, struct day_entry, lines + l->n_files);
    struct map dates;
    map_init(&dates);
    for (size_t i = 0; i < l->n_files; i++) {
        if (!file_is_in(&l->files[i], "calendar", ".csv")) continue;
        const char *file = str_cstr(&l->city->arena, l->files[i].path);
        note_year(l, &l->files[i], file);
        read_entries(l, file, &dates, &n);
    }
    map_done(&dates);
    calendar->n_entries = n;
    if (n > 1) qsort(calendar->entries, n, sizeof *calendar->entries, by_date);
    if (calendar->last_year < calendar->first_year)
        load_warning(l, "calendar", 0, "add calendar/<year>.csv",
                     "No year is loaded: every due date in working days is provisional.");
    struct err err = {0};
    if (calendar_check(calendar, &err) != OK)
        load_fault(l, "city.yaml", 0, err.hint[0] ? err.hint : NULL, "The calendar: %s", err.primary);
}
