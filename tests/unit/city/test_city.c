#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/support.h"
#include "city/city.h"
#include "package_support.h"

struct loading {
    struct arena arena;
    struct findings found;
    struct city *city;
    struct err err;
    enum status status;
};

static void load(struct loading *l, const char *path, const char *text) {
    char *dir = package_write(path, text);
    *l = (struct loading){0};
    arena_init(&l->arena, 0);
    findings_init(&l->found, &l->arena);
    l->status = city_load(dir, &l->city, &l->found, &l->err);
    package_remove(dir);
}

static void unload(struct loading *l) {
    city_free(l->city);
    arena_done(&l->arena);
}

static const char *listing(struct loading *l) {
    struct strbuf b;
    strbuf_init(&b, 1 << 20);
    findings_print(&l->found, &b);
    const char *text = str_cstr(&l->arena, strbuf_str(&b));
    strbuf_done(&b);
    return text;
}

/* ---- the whole package ---- */

static void a_good_package_has_no_finding(void **state) {
    (void)state;
    struct loading l;
    load(&l, NULL, NULL);
    if (l.status != OK || l.found.n > 0) fail_msg("%s", listing(&l));
    const struct city *c = l.city;
    assert_int_equal(c->n_areas, 9);
    assert_int_equal(c->n_layers, 2);
    assert_int_equal(c->n_units, 5);
    assert_int_equal(c->n_categories, 4);
    assert_int_equal(c->n_conditions, 4);
    assert_int_equal(c->n_responsibilities, 6);
    assert_int_equal(c->n_roles, 2);
    assert_int_equal(c->n_channels, 2);
    assert_int_equal(c->n_procedures, 1);
    assert_int_equal(c->n_texts, 2);
    assert_int_equal(c->calendar.n_entries, 3);
    assert_int_equal(c->calendar.first_year, 2025);
    assert_int_equal(c->calendar.last_year, 2026);
    assert_int_equal(c->calendar.zone.std_offset_s, 8 * 3600);
    assert_string_equal(c->number_prefix.s, "TS");
    assert_true(c->near_m == 300 && c->similar_m == 50 && c->similar_age.ms == 24 * MS_HOUR);
    assert_null(c->classifier);
    assert_int_equal(c->n_templates, 2);
    assert_true(c->templates[0].n_actions == 1 && code_is(&c->templates[0].actions[0], "close"));
    assert_int_equal(c->n_landmarks, 2);
    assert_int_equal(c->landmarks[0].area, city_area(c, S("g11")));
    assert_int_equal(c->landmarks[1].area, NONE);
    assert_int_equal(c->landmarks[0].n_words, 2);
    assert_int_equal(c->n_points, 2);
    assert_int_equal(city_point(c, S("q2"))->every_hours, 168);
    assert_null(city_point(c, S("q3")));
    assert_true(str_empty(c->duty_phone) && !c->roles[0].audits && !c->roles[0].wordless);
    unload(&l);
}

static void lookups_answer(void **state) {
    (void)state;
    struct loading l;
    load(&l, NULL, NULL);
    const struct city *c = l.city;
    uint32_t d = city_area(c, S("d")), t1 = city_area(c, S("t1")), t2 = city_area(c, S("t2")),
             g11 = city_area(c, S("g11")), g22 = city_area(c, S("g22"));
    assert_int_equal(city_area(c, S("g33")), NONE);
    assert_true(c->areas[d].depth == 0 && c->areas[t1].depth == 1 && c->areas[g11].depth == 2);
    assert_true(city_area_within(c, g11, d) && city_area_within(c, g11, t1) && city_area_within(c, d, d));
    assert_true(!city_area_within(c, g11, t2) && !city_area_within(c, d, g11) && !city_area_within(c, NONE, d));
    assert_true(!city_area_within(c, city_area(c, S("r1")), d));
    assert_int_equal(city_area_at_level(c, g11, S("town")), t1);
    assert_int_equal(city_area_at_level(c, g11, S("grid")), g11);
    assert_int_equal(city_area_at_level(c, d, S("town")), NONE);
    assert_true(c->areas[g11].is_leaf && !c->areas[t1].is_leaf && !c->areas[city_area(c, S("old"))].is_leaf);
    assert_int_equal(c->office_of_area[t2], city_unit(c, S("o2")));
    assert_int_equal(c->office_of_area[g22], NONE);
    /* A parent without a shape has the box of its children. */
    assert_true(c->areas[t1].shape.n_rings == 0 && c->areas[t1].shape.min.x == 1190000000 &&
                c->areas[t1].shape.max.x == 1190200000);

    uint32_t roads = city_unit(c, S("roads")), lamps = city_unit(c, S("lamps"));
    assert_true(city_unit_within(c, lamps, roads) && city_unit_within(c, roads, roads));
    assert_true(!city_unit_within(c, roads, lamps) && !city_unit_within(c, NONE, roads) &&
                !city_unit_within(c, roads, NONE));

    const struct category *hole = &c->categories[city_category(c, S("m0101"))];
    assert_int_equal(hole->n_conditions, 2);
    assert_string_equal(c->conditions[hole->first_condition].code.s, "m0101.2"); /* in the order of the file */
    assert_int_equal(city_condition(c, S("m0101.1")), hole->first_condition + 1);
    assert_int_equal(hole->n_words, 2);
    assert_str(hole->words[1], S("pothole"));
    const struct condition *other = &c->conditions[city_condition(c, S("m02.1"))];
    assert_true(other->limit.unit == LIMIT_WORK_DAYS && other->limit.from == FROM_ACCEPTED && other->limit.rolls_over);
    assert_non_null(city_role(c, S("operator")));
    assert_null(city_role(c, S("operato")));
    assert_non_null(city_procedure(c, S("report")));
    assert_non_null(city_channel(c, S("police")));
    unload(&l);
}

static void texts_fall_back(void **state) {
    (void)state;
    struct loading l;
    load(&l, NULL, NULL);
    const struct city *c = l.city;
    static const struct {
        int line;
        const char *tag;
        size_t lang;
    } tags[] = {{__LINE__, "zh", 0},    {__LINE__, "en", 1}, {__LINE__, "en-GB", 1}, {__LINE__, "EN", 1},
                {__LINE__, "zh-CN", 0}, {__LINE__, "de", 0}, {__LINE__, "", 0},      {__LINE__, "e", 0}};
    for (size_t i = 0; i < ARRAY_LEN(tags); i++)
        if (city_lang(c, str_z(tags[i].tag)) != tags[i].lang) fail_msg("row of line %d", tags[i].line);
    assert_str(city_text(c, 0, S("notice.closed")), S("已办结"));
    assert_str(city_text(c, 1, S("notice.closed")), S("Settled"));
    assert_str(city_text(c, 1, S("notice.unknown")), S("notice.unknown"));
    struct text half = {{STR_NONE, S_INIT("only")}};
    assert_str(text_in(&half, 0), S("only"));
    assert_str(text_in(&(struct text){0}, 1), S(""));
    unload(&l);
}

static void places_are_located(void **state) {
    (void)state;
    struct loading l;
    load(&l, NULL, NULL);
    static const struct {
        int line;
        uint32_t layer;
        double lon, lat;
        enum located how;
        const char *area;
    } rows[] = {
        {__LINE__, 0, 119.005, 31.01, LOCATED_INSIDE, "g11"},  {__LINE__, 0, 119.01, 31.01, LOCATED_INSIDE, "g12"},
        {__LINE__, 0, 119.035, 31.01, LOCATED_INSIDE, "g22"},  {__LINE__, 0, 119.035, 31.0201, LOCATED_NEAR, "g22"},
        {__LINE__, 0, 119.035, 31.03, LOCATED_OUTSIDE, NULL},  {__LINE__, 0, 0, 0, LOCATED_OUTSIDE, NULL},
        {__LINE__, 1, 119.0055, 31.01, LOCATED_INSIDE, "r1"},  {__LINE__, 1, 119.007, 31.01, LOCATED_NEAR, "r1"},
        {__LINE__, 2, 119.0055, 31.01, LOCATED_OUTSIDE, NULL}, {__LINE__, 0, 200, 31.01, LOCATED_OUTSIDE, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct location at = city_locate(l.city, rows[i].layer, (lonlat){rows[i].lon, rows[i].lat});
        uint32_t want = rows[i].area ? city_area(l.city, str_z(rows[i].area)) : NONE;
        if (at.how != rows[i].how || at.area != want) fail_msg("row of line %d", rows[i].line);
    }
    assert_int_equal(city_locate(l.city, 0, lonlat_none()).how, LOCATED_OUTSIDE);
    unload(&l);
}

/* The good package, but the grid g22 has a name and no place. */
static void a_name_without_a_place_is_kept_but_not_found(void **state) {
    (void)state;
    struct loading l;
    const char *text = package_text("areas.geojson"), *at = strstr(text, "\"code\":\"g22\"");
    assert_non_null(at);
    const char *geometry = strstr(at, "{\"type\":\"Polygon\""), *end = strstr(at, "]]]}}");
    char spoilt[4000];
    snprintf(spoilt, sizeof spoilt, "%.*snull%s", (int)(geometry - text), text, end + 4);
    load(&l, "areas.geojson", spoilt);
    if (l.status != OK || l.found.n > 0) fail_msg("%s", listing(&l));
    uint32_t g22 = city_area(l.city, S("g22"));
    assert_true(g22 != NONE && l.city->areas[g22].is_leaf && l.city->areas[g22].unlocated);
    assert_int_equal(city_locate(l.city, 0, (lonlat){119.035, 31.01}).how, LOCATED_OUTSIDE);
    assert_int_equal(city_locate(l.city, 0, (lonlat){119.025, 31.01}).area, city_area(l.city, S("g21")));
    unload(&l);
}

static void the_hash_is_of_paths_and_bytes(void **state) {
    (void)state;
    struct loading a, b, c, d;
    load(&a, NULL, NULL);
    load(&b, NULL, NULL);
    load(&c, "README.md", "invented.\n");
    load(&d, "NOTES.md", "");
    assert_true(digest_eq(&a.city->hash, &b.city->hash));
    assert_false(digest_eq(&a.city->hash, &c.city->hash));
    assert_false(digest_eq(&a.city->hash, &d.city->hash));
    unload(&a);
    unload(&b);
    unload(&c);
    unload(&d);
}

static void a_missing_folder_is_not_found(void **state) {
    (void)state;
    struct arena arena;
    struct findings found;
    struct city *city = NULL;
    struct err err = {0};
    arena_init(&arena, 0);
    findings_init(&found, &arena);
    assert_int_equal(city_load("/tmp/yiwang-no-such-package", &city, &found, &err), E_NOT_FOUND);
    assert_null(city);
    arena_done(&arena);
}

static void the_packages_that_ship_have_no_finding(void **state) {
    (void)state;
    static const char *const names[] = {"jintan", "boston"};
    const char *root = getenv("YIWANG_SOURCE");
    if (!root) fail_msg("YIWANG_SOURCE is not set");
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct loading l = {0};
        arena_init(&l.arena, 0);
        findings_init(&l.found, &l.arena);
        const char *dir = str_cstr(&l.arena, str_format(&l.arena, "%s/city/%s", root, names[i]));
        l.status = city_load(dir, &l.city, &l.found, &l.err);
        if (l.status != OK || l.found.n > 0) fail_msg("%s: %s\n%s", names[i], l.err.primary, listing(&l));
        assert_string_equal(l.city->name.s, names[i]);
        unload(&l);
    }
}

static void the_calendar_is_held_against_the_limits(void **state) {
    (void)state;
    static const struct {
        int line;
        int32_t year, month, mday;
        const char *last;
        size_t warnings;
    } rows[] = {
        {__LINE__, 2026, 6, 1, "2026-06-08", 0},
        {__LINE__, 2026, 12, 24, "2026-12-31", 0},
        {__LINE__, 2026, 12, 25, "2027-01-01", 1},
    };
    struct loading l;
    load(&l, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct findings found;
        struct strbuf b;
        findings_init(&found, &l.arena);
        strbuf_init(&b, 100);
        day today = day_from_ymd(rows[i].year, rows[i].month, rows[i].mday);
        day_format(&b, city_horizon(l.city, today));
        city_check_calendar(l.city, today, &found);
        if (!str_is(strbuf_str(&b), rows[i].last) || found.n != rows[i].warnings || found.errors != 0)
            fail_msg("row of line %d: %.*s", rows[i].line, P(strbuf_str(&b)));
        strbuf_done(&b);
    }
    unload(&l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_package_has_no_finding),
        cmocka_unit_test(lookups_answer),
        cmocka_unit_test(texts_fall_back),
        cmocka_unit_test(places_are_located),
        cmocka_unit_test(a_name_without_a_place_is_kept_but_not_found),
        cmocka_unit_test(the_hash_is_of_paths_and_bytes),
        cmocka_unit_test(a_missing_folder_is_not_found),
        cmocka_unit_test(the_packages_that_ship_have_no_finding),
        cmocka_unit_test(the_calendar_is_held_against_the_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
