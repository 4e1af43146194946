/* The order of loading: what others refer to comes first. */
#include <stdarg.h>
#include <stdio.h>

#include "city/city_int.h"

#define LATER_MAX 64 /* days on which areas change that one check looks at */

static void add_fault(struct loader *l, enum severity severity, str file, uint32_t line, const char *hint,
                      const char *fmt, va_list args) PRINTF_LIKE(6, 0);

static void add_fault(struct loader *l, enum severity severity, str file, uint32_t line, const char *hint,
                      const char *fmt, va_list args) {
    char what[400];
    vsnprintf(what, sizeof what, fmt, args);
    findings_add(l->found, severity, file, line, hint, "%s", what);
}

void load_fault(struct loader *l, const char *file, uint32_t line, const char *hint, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    add_fault(l, FINDING_ERROR, str_z(file), line, hint, fmt, args);
    va_end(args);
}

void load_warning(struct loader *l, const char *file, uint32_t line, const char *hint, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    add_fault(l, FINDING_WARNING, str_z(file), line, hint, fmt, args);
    va_end(args);
}

void load_refuse_persons(struct loader *l, str file, uint32_t line, const char *what, str text) {
    str word;
    if (!persons_forbidden(text, &word)) return;
    findings_add(l->found, FINDING_ERROR, file, line, PERSONS_WHY,
                 "The %s \"%.*s\" is refused: it names persons (%.*s).", what, P(text), P(word));
}

struct yaml_source load_source(struct loader *l, str file) {
    const struct city *c = l->city;
    return (struct yaml_source){file, c->langs, c->n_langs, &l->city->arena, l->found};
}

void load_parts(struct loader *l) {
    load_config(l);
    if (l->city->n_langs == 0) return; /* no table can be read without its languages */
    load_calendar(l);
    load_texts(l);
    load_areas(l);
    load_area_shapes(l);
    load_units(l);
    load_procedures(l);
    load_categories(l);
    load_conditions(l);
    load_service_items(l);
    load_responsibilities(l);
    load_duty_lists(l);
    load_duty(l);
    load_roles(l);
    load_channels(l);
    load_templates(l);
    load_letters(l);
    load_landmarks(l);
    load_grids(l);
    load_plans(l);
    load_points(l);
    load_routes(l);
    load_inspection_plans(l);
    load_inspection_proposals(l);
    load_sensor_rules(l);
    load_sensors(l);
    load_peers(l);
    load_emergencies(l);
    check_city(l);
}

struct city *new_city(const char *dir) {
    struct arena arena;
    arena_init(&arena, 0);
    struct city *c = NEW(&arena, struct city);
    c->dir = str_dup(&arena, str_z(dir));
    map_init(&c->area_by_code);
    map_init(&c->unit_by_code);
    map_init(&c->category_by_key);
    map_init(&c->condition_by_code);
    map_init(&c->texts_by_key);
    map_init(&c->point_by_code);
    map_init(&c->sensor_by_code);
    c->arena = arena;
    return c;
}

static enum status load_package(const char *dir, const day *on, struct city **ret, struct findings *found,
                                struct err *err) {
    struct loader l = {.city = new_city(dir), .found = found};
    l.city->dated = on != NULL;
    if (on != NULL) l.city->on = *on;
    arena_init(&l.scratch, 0);
    size_t before = found->errors;
    enum status status = files_read(&l, dir, err);
    if (status == OK) {
        load_parts(&l);
        if (found->errors > before) {
            status = err_set(err, E_INVALID, "bad_package", "The city package has %zu errors.", found->errors - before);
            err_hint(err, "run `yiwang check` on it for the list");
        }
    }
    arena_done(&l.scratch);
    *ret = status == OK ? l.city : NULL;
    if (status != OK) city_free(l.city);
    return status;
}

enum status city_load(const char *dir, struct city **ret, struct findings *found, struct err *err) {
    return load_package(dir, NULL, ret, found, err);
}

enum status city_load_on(const char *dir, day on, struct city **ret, struct findings *found, struct err *err) {
    return load_package(dir, &on, ret, found, err);
}

static void add_later(struct findings *found, day on, const struct findings *later) {
    struct strbuf date;
    strbuf_init(&date, 32);
    day_format(&date, on);
    for (size_t i = 0; i < later->n; i++) {
        const struct finding *f = &later->items[i];
        if (f->severity != FINDING_ERROR) continue;
        findings_add(found, FINDING_ERROR, f->file, f->line, str_cstr(found->arena, f->hint), "As of %.*s: %.*s",
                     P(strbuf_str(&date)), P(f->what));
    }
    strbuf_done(&date);
}

void city_check_later(const char *dir, const struct city *c, struct findings *found) {
    day on = c->next_change;
    for (int n = 0; n < LATER_MAX && on.n != INT32_MAX; n++) {
        struct arena arena;
        struct findings later;
        struct city *then = NULL;
        arena_init(&arena, 0);
        findings_init(&later, &arena);
        enum status status = city_load_on(dir, on, &then, &later, NULL);
        add_later(found, on, &later);
        on = status == OK ? then->next_change : (day){INT32_MAX};
        if (then != NULL) city_free(then);
        arena_done(&arena);
    }
}
