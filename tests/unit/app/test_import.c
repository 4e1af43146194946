/* Mapping files and rows of an import, against the small package of the city tests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/support.h"
#include "../city/package_support.h"
#include "app/import.h"

static struct city *city;

static int load_city(void **state) {
    (void)state;
    struct arena a;
    struct findings found;
    struct err err = {0};
    char *dir = package_write(NULL, NULL);
    arena_init(&a, 0);
    findings_init(&found, &a);
    enum status status = city_load(dir, &city, &found, &err);
    arena_done(&a);
    package_remove(dir);
    return status == OK ? 0 : 1;
}

static int free_city(void **state) {
    (void)state;
    city_free(city);
    return 0;
}

/* ---- mapping files ---- */

struct reading {
    struct arena arena;
    struct strbuf report;
    struct import_map *map;
    struct err err;
    enum status status;
};

static void read_map(struct reading *r, const char *yaml) {
    *r = (struct reading){0};
    arena_init(&r->arena, 0);
    strbuf_init(&r->report, 1 << 16);
    r->status = import_map_parse(str_z(yaml), S("m.yaml"), city, &r->arena, &r->map, &r->report, &r->err);
}

static void done(struct reading *r) {
    strbuf_done(&r->report);
    arena_done(&r->arena);
}

static void faults_of_a_mapping_are_named(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *yaml, *says;
    } rows[] = {
        {__LINE__, "system: [\n", "m.yaml"},
        {__LINE__, "columns: {number: n, category: k}\n", "\"system\" is missing"},
        {__LINE__, "system: old\n", "number and category are needed"},
        {__LINE__, "system: old\ncolumns: {category: k}\n", "number and category are needed"},
        {__LINE__, "system: old\ncolumns: {number: n}\n", "number and category are needed"},
        {__LINE__, "system: old\ncolumns: [n, k]\n", "columns"},
        {__LINE__, "system: old\ncolumns: {number: n, category: k, reporter: r}\n", "no field reporter"},
        {__LINE__, "system: old\ncolumns: {number: n, category: k}\nkeep: [x]\n", "keep"},
        {__LINE__, "system: old\ncolumns: {number: n, category: {map: {a: m02}}}\n", "\"column\" is missing"},
        {__LINE__, "system: old\ncolumns: {number: n, category: {column: k, maps: {a: m02}}}\n", "maps"},
        {__LINE__, "system: old\ncolumns: {number: n, category: {column: k, map: {a: m99}}}\n",
         "m.yaml:2: error: the city has no category m99"},
        {__LINE__, "system: old\ncolumns: {number: n, category: {column: k, map: {a: m02}, otherwise: m98}}\n",
         "no category m98"},
        {__LINE__, "system: old\ncolumns: {number: n, category: k,\n  area: {column: a, map: {x: g99}}}\n",
         "no area g99"},
        {__LINE__, "system: old\ncolumns: {number: n, category: k, unit: {column: u, map: {x: nobody}}}\n",
         "no unit nobody"},
        {__LINE__, "system: old\ncolumns: {number: n, category: k, area: {column: a, blank: perhaps}}\n",
         "\"perhaps\" is neither"},
        {__LINE__, "system: old\ncolumns: {number: n, category: {column: k, blank: none}}\n", "blank"},
        {__LINE__, "system: old\ncolumns: {number: n, category: k}\ndrop: {x: y}\n", "drop"},
        {__LINE__, "system: a_name_longer_than_any_code_may_be\ncolumns: {number: n, category: k}\n", "is no code"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reading r;
        read_map(&r, rows[i].yaml);
        str report = strbuf_str(&r.report);
        if (r.status != E_INVALID || strcmp(r.err.code, "bad_mapping") != 0 || r.map != NULL ||
            str_find(report, str_z(rows[i].says), 0) < 0)
            fail_msg("row of line %d: %s\n%.*s", rows[i].line, status_name(r.status), P(report));
        done(&r);
    }
}

/* ---- headers ---- */

#define PLAIN "system: old\ncolumns: {number: n, category: k, text: t}\nattributes: [x]\ndrop: [y]\n"

static void every_column_must_have_its_place(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *header, *code, *field; /* code NULL: fits */
    } rows[] = {
        {__LINE__, "n,k,t,x,y", NULL, NULL},
        {__LINE__, "y,t,k,n", NULL, NULL}, /* attributes and dropped columns may be absent */
        {__LINE__, "n,k,t,z", "unmapped_column", "z"},
        {__LINE__, "n,k,t,N", "unmapped_column", "N"},
        {__LINE__, "n,k,x,y", "missing_column", "t"},
        {__LINE__, "k,t", "missing_column", "n"},
        {__LINE__, "", "unmapped_column", ""},
        {__LINE__, "n,k,t,重点人员", "person_column", "重点人员"},
        {__LINE__, "n,k,t,是否信教", "person_column", "是否信教"},
        {__LINE__, "n,k,t,religion", "person_column", "religion"},
        {__LINE__, "n,k,t,ethnicity,z", "person_column", "ethnicity"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reading r;
        struct csv csv;
        bool end;
        read_map(&r, PLAIN);
        assert_int_equal(r.status, OK);
        csv_init(&csv, str_z(rows[i].header), &r.arena);
        assert_int_equal(csv_next(&csv, &end, NULL), OK);
        if (end) csv.fields[csv.n_fields++] = S("");
        enum status status = import_map_bind(r.map, csv.fields, csv.n_fields, &r.err);
        bool as_expected = rows[i].code == NULL ? status == OK
                                                : status == E_INVALID && strcmp(r.err.code, rows[i].code) == 0 &&
                                                      strcmp(r.err.field, rows[i].field) == 0;
        if (!as_expected) fail_msg("row of line %d: %s %s", rows[i].line, r.err.code, r.err.field);
        done(&r);
    }
}

/* A mapping may name a column of persons only to see the file refused all the same. */
static void a_person_column_is_refused_even_if_dropped(void **state) {
    (void)state;
    struct reading r;
    str header[] = {S("n"), S("k"), S("重点人员")};
    read_map(&r, "system: old\ncolumns: {number: n, category: k}\ndrop: [重点人员]\n");
    assert_int_equal(r.status, OK);
    assert_int_equal(import_map_bind(r.map, header, ARRAY_LEN(header), &r.err), E_INVALID);
    assert_string_equal(r.err.code, "person_column");
    done(&r);
}

/* ---- rows ---- */

#define FULL                                                                                                           \
    "system: old\n"                                                                                                    \
    "columns:\n"                                                                                                       \
    "  number: n\n"                                                                                                    \
    "  happened: opened\n"                                                                                             \
    "  closed: closed\n"                                                                                               \
    "  lon: x\n"                                                                                                       \
    "  lat: y\n"                                                                                                       \
    "  text: words\n"                                                                                                  \
    "  category: {column: kind, map: {hole: m0101, lamp: c01}}\n"                                                      \
    "  area: {column: where, blank: %s, map: {Alpha: t1, Beta: t2, All: d}}\n"                                         \
    "  unit: {column: who, map: {Roads: roads}, otherwise: centre}\n"                                                  \
    "  channel: {column: how, map: {call: phone}, otherwise: import}\n"                                                \
    "attributes: [pole]\n"                                                                                             \
    "drop: [title]\n"
#define HEADER "n,opened,closed,x,y,words,kind,where,who,how,pole,title\n"

struct row_case {
    int line;
    const char *blank, *row;
    const char *field, *says; /* of a refusal; field NULL: taken */
    const char *category, *area, *unit, *channel;
    bool placeless;
};

/* Reads one row. out: false if it was refused. */
static bool read_row(struct reading *r, const struct row_case *x, struct command *ret, bool *ret_placeless) {
    struct csv csv;
    bool end;
    char yaml[2000];
    snprintf(yaml, sizeof yaml, FULL, x->blank);
    read_map(r, yaml);
    if (r->status != OK) fail_msg("row of line %d: %.*s", x->line, P(strbuf_str(&r->report)));
    csv_init(&csv, str_format(&r->arena, HEADER "%s\n", x->row), &r->arena);
    assert_int_equal(csv_next(&csv, &end, NULL), OK);
    assert_int_equal(import_map_bind(r->map, csv.fields, csv.n_fields, &r->err), OK);
    assert_int_equal(csv_next(&csv, &end, NULL), OK);
    r->status = import_row(r->map, city, csv.fields, csv.n_fields, &r->arena, ret, ret_placeless, &r->err);
    return r->status == OK;
}

#define TAKEN(blank, row, category, area, unit, channel, placeless)                                                    \
    { __LINE__, blank, row, NULL, NULL, category, area, unit, channel, placeless }
#define REFUSED(row, field, says)                                                                                      \
    { __LINE__, "place", row, field, says, NULL, NULL, NULL, NULL, false }

static const struct row_case row_cases[] = {
    TAKEN("place", "1,2020-01-02 03:04:05,,119.005,31.01,a,hole,Alpha,Roads,call,7,x", "m0101", "g11", "roads", "phone",
          false),
    /* the file's word for the area stands, the point only refines it */
    TAKEN("place", "1,2020-01-02 10:00:00,,119.025,31.01,a,hole,Alpha,Roads,call,,", "m0101", "t1", "roads", "phone",
          false),
    TAKEN("place", "1,2020-01-02 10:00:00,,119.025,31.01,a,hole,All,Roads,call,,", "m0101", "g21", "roads", "phone",
          false),
    TAKEN("place", "1,2020-01-02 10:00:00,,120.5,31.01,a,hole,Beta,Roads,call,,", "m0101", "t2", "roads", "phone",
          false),
    TAKEN("place", "1,2020-01-02 10:00:00,,,,a,hole,Beta,Roads,call,,", "m0101", "t2", "roads", "phone", true),
    TAKEN("place", "1,2020-01-02 10:00:00,,119.025,,a,hole,Beta,Roads,call,,", "m0101", "t2", "roads", "phone", true),
    /* none told: the point's, or none */
    TAKEN("place", "1,2020-01-02 10:00:00,,119.025,31.01,a,hole,,Roads,call,,", "m0101", "g21", "roads", "phone",
          false),
    TAKEN("none", "1,2020-01-02 10:00:00,,119.025,31.01,a,hole,,Roads,call,,", "m0101", "", "roads", "phone", false),
    TAKEN("place", "1,2020-01-02 10:00:00,,,,a,hole,,Roads,call,,", "m0101", "", "roads", "phone", true),
    /* what a map does not name */
    TAKEN("place", "1,,,,,a,lamp,, Somebody ,pigeon,,", "c01", "", "centre", "import", true),
    TAKEN("place", " 1 ,,,,,, lamp ,, , ,,", "c01", "", "centre", "import", true),
    REFUSED("1,,,,,a,flood,,,,,", "kind", "unknown category: flood"),
    REFUSED("1,,,,,a,,,,,,", "kind", "unknown category"),
    REFUSED("1,,,,,a,hole,Gamma,,,,", "where", "unknown area: Gamma"),
    REFUSED(",,,,,a,hole,,,,,", "n", "no usable number"),
    REFUSED("12345678901234567890123456789012,,,,,a,hole,,,,,", "n", "no usable number"),
    /* times and places */
    REFUSED("1,2020-02-30 10:00:00,,,,a,hole,,,,,", "opened", "no time: 2020-02-30"),
    REFUSED("1,2/1/2020,,,,a,hole,,,,,", "opened", "no time"),
    REFUSED("1,,never,,,a,hole,,,,,", "closed", "no time: never"),
    REFUSED("1,,,east,31,a,hole,,,,,", "x", "no longitude: east"),
    REFUSED("1,,,119,31N,a,hole,,,,,", "y", "no latitude: 31N"),
    REFUSED("1,,,119,91,a,hole,,,,,", "y", "no place on earth"),
    REFUSED("1,,,nan,31,a,hole,,,,,", "x", "no longitude"),
    /* shifted or cut */
    REFUSED("1,,,,,a,hole,,,,", "", "11 columns, the header has 12"),
    REFUSED("1,,,,,a,hole,,,,,,", "", "13 columns, the header has 12"),
};

static void rows_become_filings_or_say_why_not(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row_cases); i++) {
        const struct row_case *x = &row_cases[i];
        struct reading r;
        struct command c;
        bool placeless = false, taken = read_row(&r, x, &c, &placeless);
        if (taken != (x->field == NULL)) fail_msg("row of line %d: %s", x->line, r.err.primary);
        const struct filing *f = &c.filing;
        if (taken && (!code_is(&f->category, x->category) || !code_is(&f->area, x->area) ||
                      !code_is(&f->unit, x->unit) || !code_is(&f->channel, x->channel) || placeless != x->placeless))
            fail_msg("row of line %d: %s %s %s %s", x->line, f->category.s, f->area.s, f->unit.s, f->channel.s);
        if (!taken && (r.status != E_INVALID || strcmp(r.err.code, "bad_row") != 0 ||
                       strcmp(r.err.field, x->field) != 0 || strstr(r.err.primary, x->says) == NULL))
            fail_msg("row of line %d: %s, field %s", x->line, r.err.primary, r.err.field);
        done(&r);
    }
}

/* Times without a zone are the city's (here UTC+8); attributes are kept, dropped columns are not; a filing starts no
 * notification because its actor is the import. */
static void all_of_a_row_is_kept(void **state) {
    (void)state;
    struct reading r;
    struct command c;
    bool placeless;
    struct row_case x = {__LINE__, "place",
                         "9-1,2020-01-02 08:00:00,2020-01-02T00:30:00Z,119.005,31.01,\"Deep, \"\"wet\"\" hole\",hole,"
                         "Alpha,Roads,call,7,secret",
                         NULL};
    assert_true(read_row(&r, &x, &c, &placeless));
    const struct filing *f = &c.filing;
    assert_int_equal(c.kind, COMMAND_FILE);
    assert_int_equal(c.actor.kind, ACTOR_IMPORT);
    assert_string_equal(f->outside_system.s, "old");
    assert_string_equal(f->outside_number.s, "9-1");
    assert_true(f->happened.ms == INT64_C(1577923200000));
    assert_true(f->closed.ms == INT64_C(1577925000000));
    assert_true(instant_is_none(f->imposed));
    assert_true(f->has_place && f->located == LOCATED_INSIDE);
    assert_str(f->text, S("Deep, \"wet\" hole"));
    assert_str(f->attributes, S("{\"pole\":\"7\"}"));
    assert_int_equal(f->confidence, 1000);
    done(&r);
}

/* The deadline that the other system set. */
static void a_deadline_is_kept(void **state) {
    (void)state;
    const str header[] = {S_INIT("n"), S_INIT("k"), S_INIT("until")};
    const str rows[][3] = {{S_INIT("1"), S_INIT("hole"), S_INIT("2026-11-25 18:00:00")},
                           {S_INIT("2"), S_INIT("hole"), S_INIT("")},
                           {S_INIT("3"), S_INIT("hole"), S_INIT("soon")}};
    struct reading r;
    struct command c;
    bool placeless;
    read_map(&r, "system: old\ncolumns: {number: n, category: {column: k, map: {hole: m0101}}, due: until}\n");
    assert_int_equal(r.status, OK);
    assert_int_equal(import_map_bind(r.map, header, ARRAY_LEN(header), &r.err), OK);
    assert_int_equal(import_row(r.map, city, rows[0], 3, &r.arena, &c, &placeless, &r.err), OK);
    assert_true(c.filing.imposed.ms == INT64_C(1795600800000));
    assert_int_equal(import_row(r.map, city, rows[1], 3, &r.arena, &c, &placeless, &r.err), OK);
    assert_true(instant_is_none(c.filing.imposed));
    assert_int_equal(import_row(r.map, city, rows[2], 3, &r.arena, &c, &placeless, &r.err), E_INVALID);
    assert_string_equal(r.err.field, "until");
    done(&r);
}

/* The key is of system and number alone: a row that changed meanwhile is still the same case. */
static void the_same_number_has_the_same_key(void **state) {
    (void)state;
    static const struct row_case rows[] = {
        {__LINE__, "place", "1,,,,,a,hole,,,,,", NULL},
        {__LINE__, "place", "1,2020-01-02 10:00:00,2020-01-03 10:00:00,,,b,lamp,,,,,", NULL},
        {__LINE__, "place", "2,,,,,a,hole,,,,,", NULL},
    };
    struct command c[ARRAY_LEN(rows)];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reading r;
        bool placeless;
        assert_true(read_row(&r, &rows[i], &c[i], &placeless));
        assert_true(c[i].has_key);
        done(&r);
    }
    assert_memory_equal(c[0].key_hash, c[1].key_hash, sizeof c[0].key_hash);
    assert_memory_equal(c[0].body_hash, c[1].body_hash, sizeof c[0].body_hash);
    assert_memory_not_equal(c[0].key_hash, c[2].key_hash, sizeof c[0].key_hash);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_of_a_mapping_are_named),
        cmocka_unit_test(every_column_must_have_its_place),
        cmocka_unit_test(a_person_column_is_refused_even_if_dropped),
        cmocka_unit_test(rows_become_filings_or_say_why_not),
        cmocka_unit_test(all_of_a_row_is_kept),
        cmocka_unit_test(a_deadline_is_kept),
        cmocka_unit_test(the_same_number_has_the_same_key),
    };
    return cmocka_run_group_tests_name("app/import", tests, load_city, free_city);
}
