#include <math.h>

#include "base/lonlat.h"
#include "support.h"

static void validity(void **state) {
    (void)state;
    assert_true(lonlat_is_none(lonlat_none()) && !lonlat_valid(lonlat_none()));
    assert_true(lonlat_valid((lonlat){180, -90}) && lonlat_valid((lonlat){-180, 90}) && lonlat_valid((lonlat){0, 0}));
    assert_false(lonlat_valid((lonlat){180.0001, 0}) || lonlat_valid((lonlat){0, 90.0001}));
    assert_false(lonlat_valid((lonlat){INFINITY, 0}) || lonlat_valid((lonlat){0, NAN}));
    assert_false(lonlat_is_none((lonlat){0, 0}));
}

static void distances(void **state) {
    (void)state;
    static const struct {
        int line;
        lonlat a, b;
        double m, within_m;
    } rows[] = {
        {__LINE__, {119.57, 31.72}, {119.57, 31.72}, 0, 0},
        {__LINE__, {0, 0}, {0, 90}, 10007557.2, 0.1},         /* a quarter of a meridian */
        {__LINE__, {0, 0}, {180, 0}, 20015114.4, 0.1},        /* antipodes */
        {__LINE__, {179.5, 0}, {-179.5, 0}, 111195.08, 0.01}, /* across the date line */
        {__LINE__, {0, 60}, {1, 60}, 55596.92, 1},            /* cos 60° = 1/2, less the chord's bend */
        {__LINE__, {119.57, 31.72}, {119.571, 31.72}, 94.588, 0.01},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        double m = lonlat_distance_m(rows[i].a, rows[i].b);
        if (fabs(m - rows[i].m) > rows[i].within_m) fail_msg("row of line %d: %f", rows[i].line, m);
        row_true(&rows[i], fabs(m - lonlat_distance_m(rows[i].b, rows[i].a)) < 1e-6);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(validity), cmocka_unit_test(distances)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
