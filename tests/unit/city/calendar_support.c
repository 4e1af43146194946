#include "calendar_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"

/* Notices of the State Council, runs of equal days joined. */
static const struct stretch {
    const char *first, *last;
    enum day_kind kind;
} NOTICES[] = {
    {"2024-01-01", "2024-01-01", DAY_OFF},  {"2024-02-04", "2024-02-04", DAY_WORK},
    {"2024-02-10", "2024-02-17", DAY_OFF},  {"2024-02-18", "2024-02-18", DAY_WORK},
    {"2024-04-04", "2024-04-06", DAY_OFF},  {"2024-04-07", "2024-04-07", DAY_WORK},
    {"2024-04-28", "2024-04-28", DAY_WORK}, {"2024-05-01", "2024-05-05", DAY_OFF},
    {"2024-05-11", "2024-05-11", DAY_WORK}, {"2024-06-10", "2024-06-10", DAY_OFF},
    {"2024-09-14", "2024-09-14", DAY_WORK}, {"2024-09-15", "2024-09-17", DAY_OFF},
    {"2024-09-29", "2024-09-29", DAY_WORK}, {"2024-10-01", "2024-10-07", DAY_OFF},
    {"2024-10-12", "2024-10-12", DAY_WORK}, {"2025-01-01", "2025-01-01", DAY_OFF},
    {"2025-01-26", "2025-01-26", DAY_WORK}, {"2025-01-28", "2025-02-04", DAY_OFF},
    {"2025-02-08", "2025-02-08", DAY_WORK}, {"2025-04-04", "2025-04-06", DAY_OFF},
    {"2025-04-27", "2025-04-27", DAY_WORK}, {"2025-05-01", "2025-05-05", DAY_OFF},
    {"2025-05-31", "2025-06-02", DAY_OFF},  {"2025-09-28", "2025-09-28", DAY_WORK},
    {"2025-10-01", "2025-10-08", DAY_OFF},  {"2025-10-11", "2025-10-11", DAY_WORK},
    {"2026-01-01", "2026-01-03", DAY_OFF},  {"2026-01-04", "2026-01-04", DAY_WORK},
    {"2026-02-14", "2026-02-14", DAY_WORK}, {"2026-02-15", "2026-02-23", DAY_OFF},
    {"2026-02-28", "2026-02-28", DAY_WORK}, {"2026-04-04", "2026-04-06", DAY_OFF},
    {"2026-05-01", "2026-05-05", DAY_OFF},  {"2026-05-09", "2026-05-09", DAY_WORK},
    {"2026-06-19", "2026-06-21", DAY_OFF},  {"2026-09-20", "2026-09-20", DAY_WORK},
    {"2026-09-25", "2026-09-27", DAY_OFF},  {"2026-10-01", "2026-10-07", DAY_OFF},
    {"2026-10-10", "2026-10-10", DAY_WORK},
};

static day day_of(const char *text) {
    day d;
    if (!day_parse(str_z(text), &d)) fail_msg("no day: %s", text);
    return d;
}

struct day_hours hours_of(const int16_t *bounds, size_t n) {
    struct day_hours h = {.n = (uint8_t)(n / 2)};
    for (size_t i = 0; i < h.n; i++) h.periods[i] = (struct period){bounds[2 * i], bounds[2 * i + 1]};
    return h;
}

struct day_hours hours_9_17(void) {
    return hours_of((int16_t[]){540, 1020}, 2);
}

struct calendar calendar_of(const char *zone, struct day_hours hours, int32_t first_year, int32_t last_year) {
    struct calendar c = {.make_up = hours, .first_year = first_year, .last_year = last_year};
    struct err err;
    if (zone_parse(str_z(zone), &c.zone, &err) != OK) fail_msg("%s: %s", zone, err.primary);
    for (size_t i = 1; i < 6; i++) c.week[i] = hours;
    c.half = hours_of((int16_t[]){480, 720}, 2);
    c.around_the_clock = hours_of((int16_t[]){0, 1440}, 2);
    return c;
}

struct calendar calendar_china(void) {
    static struct day_entry entries[200];
    struct calendar c = calendar_of("CST-8", hours_of((int16_t[]){480, 720, 840, 1080}, 4), 2024, 2026);
    c.entries = entries;
    for (size_t i = 0; i < ARRAY_LEN(NOTICES); i++) {
        day last = day_of(NOTICES[i].last);
        for (day d = day_of(NOTICES[i].first); d.n <= last.n; d.n++)
            entries[c.n_entries++] = (struct day_entry){.date = d, .kind = NOTICES[i].kind};
    }
    return c;
}

void calendar_read(struct calendar *c, struct arena *a, str text) {
    struct csv csv;
    struct err err;
    bool end = false;
    size_t date = SIZE_MAX, kind = SIZE_MAX;
    csv_init(&csv, text, a);
    assert_int_equal(csv_next(&csv, &end, &err), OK);
    for (size_t i = 0; i < csv.n_fields; i++) {
        if (str_is(csv.fields[i], "date")) date = i;
        if (str_is(csv.fields[i], "kind")) kind = i;
    }
    assert_true(date != SIZE_MAX && kind != SIZE_MAX);
    while (csv_next(&csv, &end, &err) == OK && !end) {
        struct day_entry *e = &c->entries[c->n_entries++];
        if (!day_parse(csv.fields[date], &e->date)) fail_msg("line %u: no date", csv.line);
        bool is_work = str_is(csv.fields[kind], "work");
        if (!is_work && !str_is(csv.fields[kind], "off")) fail_msg("line %u: unknown kind", csv.line);
        e->kind = is_work ? DAY_WORK : DAY_OFF;
    }
    assert_true(end);
}

struct calendar calendar_package(struct arena *a) {
    struct calendar c = calendar_of("CST-8", hours_of((int16_t[]){480, 720, 840, 1080}, 4), 2018, 2026);
    c.entries = NEW_ARRAY(a, struct day_entry, 1000);
    for (int32_t year = c.first_year; year <= c.last_year; year++) {
        char path[64];
        str text;
        snprintf(path, sizeof path, "city/jintan/calendar/%d.csv", year);
        if (!source_file(path, a, &text)) fail_msg("%s is not there: YIWANG_SOURCE is not set", path);
        calendar_read(&c, a, text);
    }
    struct err err;
    if (calendar_check(&c, &err) != OK) fail_msg("city/jintan/calendar: %s", err.primary);
    return c;
}

instant at(const struct calendar *c, const char *local) {
    char text[32];
    size_t len = strlen(local);
    assert_true(len < sizeof text - 4);
    snprintf(text, sizeof text, "%s%s", local, len == 16 ? ":00" : "");
    if (strcmp(text + 11, "24:00:00") == 0) {
        text[10] = 0;
        return calendar_at(c, day_of(text), 1440);
    }
    instant t = INSTANT_NONE;
    if (!instant_parse_local(&c->zone, str_z(text), &t)) fail_msg("no local time: %s", local);
    return t;
}

void assert_at(const struct calendar *c, instant got, const char *want, int line) {
    instant wanted = want ? at(c, want) : INSTANT_NONE;
    if (got.ms == wanted.ms) return;
    char text[64] = "none";
    struct strbuf b;
    strbuf_init(&b, 100);
    if (!instant_is_none(got)) {
        instant_format(&b, &c->zone, got);
        snprintf(text, sizeof text, "%.*s", P(strbuf_str(&b)));
    }
    strbuf_done(&b);
    fail_msg("row of line %d: got %s, want %s", line, text, want ? want : "none");
}

static bool file_read(const char *path, struct arena *a, str *ret) {
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    size_t room = 1 << 20;
    char *bytes = NEW_ARRAY(a, char, room);
    size_t n = fread(bytes, 1, room, f);
    fclose(f);
    *ret = (str){bytes, n};
    return n < room;
}

static const char *source_root(void) {
    const char *root = getenv("YIWANG_SOURCE");
    return root ? root : ".";
}

bool source_file(const char *path, struct arena *a, str *ret) {
    char full[1000];
    snprintf(full, sizeof full, "%s/%s", source_root(), path);
    return file_read(full, a, ret);
}

bool shared_file(const char *path, struct arena *a, str *ret) {
    char full[1000];
    const char *shared = getenv("YIWANG_SHARED");
    if (shared)
        snprintf(full, sizeof full, "%s/%s", shared, path);
    else
        snprintf(full, sizeof full, "%s/../shared/%s", source_root(), path);
    return file_read(full, a, ret);
}
