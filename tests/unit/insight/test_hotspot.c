/* hotspot: the same clusters as a search over every circle and window, written out plainly; results that do not depend on
 * how replications are shared; refusals; SaTScan's files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "insight/random.h"
#include "insight/satscan.h"

#define PLACES 7
#define SLOTS 9
#define COUNTS 40

static struct arena arena;

static int set_up(void **state) {
    (void)state;
    arena_init(&arena, 0);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_done(&arena);
    return 0;
}

struct town {
    struct hotspot_place places[PLACES];
    struct hotspot_count cases[COUNTS], controls[COUNTS];
    double expected[PLACES * SLOTS];
    struct hotspot_input in;
};

/* Places on a small lattice, so that distances tie. */
static void make_town(struct town *t, struct random *r, enum hotspot_model model, enum hotspot_windows windows) {
    *t = (struct town){0};
    for (int i = 0; i < PLACES; i++) t->places[i] = (struct hotspot_place){random_below(r, 4), random_below(r, 4)};
    for (int i = 0; i < COUNTS; i++) {
        uint32_t slot = windows == HOTSPOT_NO_TIME ? 0 : random_below(r, SLOTS);
        t->cases[i] = (struct hotspot_count){random_below(r, PLACES), slot, 1 + random_below(r, 2), random_below(r, 3)};
        t->controls[i] = (struct hotspot_count){random_below(r, PLACES), slot, 1 + random_below(r, 4), 0};
    }
    for (int i = 0; i < PLACES * SLOTS; i++) t->expected[i] = 0.1 + random_unit(r);
    t->in = (struct hotspot_input){.model = model,
                                   .windows = windows,
                                   .places = t->places,
                                   .n_places = PLACES,
                                   .n_slots = windows == HOTSPOT_NO_TIME ? 1 : SLOTS,
                                   .cases = t->cases,
                                   .n_cases = COUNTS,
                                   .controls = t->controls,
                                   .n_controls = COUNTS,
                                   .expected = t->expected,
                                   .max_share = 0.5,
                                   .max_radius = random_below(r, 2) ? INFINITY : 2,
                                   .min_slots = 1,
                                   .max_slots = 1 + random_below(r, SLOTS),
                                   .min_cases = 2};
}

static double sum_counts(const struct hotspot_count *c, size_t n, const bool *member, uint32_t from, uint32_t to) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        if (member[c[i].place] && c[i].slot >= from && c[i].slot <= to) sum += c[i].n;
    return sum;
}

static double sum_stratum(const struct hotspot_input *in, uint32_t k, const bool *member, uint32_t from, uint32_t to) {
    double sum = 0;
    for (size_t i = 0; i < in->n_cases; i++) {
        const struct hotspot_count *c = &in->cases[i];
        if (c->stratum == k && member[c->place] && c->slot >= from && c->slot <= to) sum += c->n;
    }
    return sum;
}

static const bool EVERYWHERE[PLACES] = {true, true, true, true, true, true, true};

static double measure_of(const struct town *t, const bool *member, uint32_t from, uint32_t to) {
    const struct hotspot_input *in = &t->in;
    uint32_t last = in->n_slots - 1;
    double all = sum_counts(in->cases, in->n_cases, EVERYWHERE, 0, last), m = 0, whole = 0;
    if (in->model == HOTSPOT_BERNOULLI)
        return sum_counts(in->cases, COUNTS, member, from, to) + sum_counts(in->controls, COUNTS, member, from, to);
    if (in->model == HOTSPOT_PERMUTATION && in->n_strata <= 1)
        return sum_counts(in->cases, COUNTS, member, 0, last) * sum_counts(in->cases, COUNTS, EVERYWHERE, from, to) /
               all;
    if (in->model == HOTSPOT_PERMUTATION) {
        for (uint32_t k = 0; k < in->n_strata; k++)
            m += sum_stratum(in, k, member, 0, last) * sum_stratum(in, k, EVERYWHERE, from, to) /
                 sum_stratum(in, k, EVERYWHERE, 0, last);
        return m;
    }
    for (uint32_t p = 0; p < PLACES; p++)
        for (uint32_t s = 0; s <= last; s++) {
            double e = t->expected[p * in->n_slots + s];
            whole += e;
            if (member[p] && s >= from && s <= to) m += e;
        }
    return m * all / whole;
}

static double likelihood(const struct town *t, double c, double m) {
    double n = sum_counts(t->cases, COUNTS, EVERYWHERE, 0, SLOTS), all = n;
    if (t->in.model == HOTSPOT_BERNOULLI) {
        all += sum_counts(t->controls, COUNTS, EVERYWHERE, 0, SLOTS);
        double p = c / m, q = (n - c) / (all - m), r = n / all, l = 0;
        if (p <= q) return 0;
        if (p > 0) l += c * log(p / r);
        if (p < 1) l += (m - c) * log((1 - p) / (1 - r));
        if (q > 0) l += (n - c) * log(q / r);
        if (q < 1) l += (all - m - n + c) * log((1 - q) / (1 - r));
        return l;
    }
    if (c <= m) return 0;
    return c * log(c / m) + (n > c ? (n - c) * log((n - c) / (n - m)) : 0);
}

/* The best of all windows of one circle. */
static double best_in_circle(const struct town *t, const bool *member) {
    const struct hotspot_input *in = &t->in;
    double best = 0;
    for (uint32_t from = 0; from < in->n_slots; from++)
        for (uint32_t to = from; to < in->n_slots && to - from < in->max_slots; to++) {
            if (in->windows == HOTSPOT_ALIVE && to != in->n_slots - 1) continue;
            double c = sum_counts(in->cases, COUNTS, member, from, to);
            double value = c < 2 ? 0 : likelihood(t, c, measure_of(t, member, from, to));
            best = value > best ? value : best;
        }
    return best;
}

static double best_plainly(const struct town *t) {
    double best = 0, whole = measure_of(t, EVERYWHERE, 0, t->in.n_slots - 1);
    for (int i = 0; i < PLACES; i++)
        for (int j = 0; j < PLACES; j++) {
            double radius = hypot(t->places[j].x - t->places[i].x, t->places[j].y - t->places[i].y);
            bool member[PLACES];
            for (int k = 0; k < PLACES; k++)
                member[k] = hypot(t->places[k].x - t->places[i].x, t->places[k].y - t->places[i].y) <= radius + 1e-9;
            if (radius > t->in.max_radius || measure_of(t, member, 0, t->in.n_slots - 1) > whole / 2 + 1e-9) continue;
            double value = best_in_circle(t, member);
            best = value > best ? value : best;
        }
    return best;
}

static void finds_what_a_plain_search_finds(void **state) {
    (void)state;
    static const enum hotspot_windows windows[] = {HOTSPOT_ANY_TIME, HOTSPOT_ALIVE, HOTSPOT_NO_TIME};
    struct random r = random_of(7, 0);
    for (int i = 0; i < 600; i++) {
        struct town t;
        struct hotspot *s;
        struct hotspot_cluster found[5];
        enum hotspot_model model = (enum hotspot_model)(i % 3);
        make_town(&t, &r, model, windows[model == HOTSPOT_PERMUTATION ? i / 3 % 2 : i / 3 % 3]);
        if (model == HOTSPOT_PERMUTATION && i % 2 == 0) t.in.n_strata = 3;
        assert_int_equal(hotspot_prepare(&t.in, &arena, &s, NULL), OK);
        struct hotspot_worker *w = hotspot_worker_new(s, &arena);
        double maxima[19], best = best_plainly(&t);
        hotspot_replicate(w, (uint64_t)i, 0, 19, maxima);
        size_t n = hotspot_find(w, i % 4 == 0 ? NULL : maxima, i % 4 == 0 ? 0 : 19, &arena, found, 5);
        if ((n == 0 ? 0 : found[0].statistic) - best > 1e-9 || (n == 0 ? 0 : found[0].statistic) - best < -1e-9)
            fail_msg("town %d: found %f, there is %f", i, n == 0 ? 0 : found[0].statistic, best);
        arena_clear(&arena);
    }
}

static void maxima_do_not_depend_on_sharing(void **state) {
    (void)state;
    for (int model = 0; model < 3; model++) {
        struct town t;
        struct hotspot *s;
        struct random r = random_of(11, (uint64_t)model);
        double together[60], apart[60];
        make_town(&t, &r, (enum hotspot_model)model, HOTSPOT_ANY_TIME);
        assert_int_equal(hotspot_prepare(&t.in, &arena, &s, NULL), OK);
        hotspot_replicate(hotspot_worker_new(s, &arena), 5, 0, 60, together);
        for (uint32_t i = 60; i-- > 0;) hotspot_replicate(hotspot_worker_new(s, &arena), 5, i, 1, apart + i);
        assert_memory_equal(together, apart, sizeof together);
    }
}

/* Under the hypothesis p is uniform: of 400 towns about 40 have p <= 0.1. */
static void p_is_uniform_without_clusters(void **state) {
    (void)state;
    struct random r = random_of(3, 1);
    int small = 0;
    for (int i = 0; i < 400; i++) {
        struct town t;
        struct hotspot *s;
        struct hotspot_cluster best;
        double maxima[99];
        make_town(&t, &r, HOTSPOT_PERMUTATION, HOTSPOT_ANY_TIME);
        for (int k = 0; k < COUNTS; k++) t.cases[k].n = 1; /* two at once would be a cluster */
        assert_int_equal(hotspot_prepare(&t.in, &arena, &s, NULL), OK);
        struct hotspot_worker *w = hotspot_worker_new(s, &arena);
        hotspot_replicate(w, 100 + (uint64_t)i, 0, 99, maxima);
        if (hotspot_find(w, maxima, 99, &arena, &best, 1) == 1 && best.p <= 0.1) small++;
        arena_clear(&arena);
    }
    assert_in_range(small, 18, 64);
}

static void refuses_what_cannot_be_scanned(void **state) {
    (void)state;
    struct random r = random_of(1, 1);
    struct town t;
    struct hotspot *s;
    struct err err;
    make_town(&t, &r, HOTSPOT_PERMUTATION, HOTSPOT_ANY_TIME);
    t.in.n_cases = 0;
    assert_int_equal(hotspot_prepare(&t.in, &arena, &s, &err), E_INVALID);
    assert_string_equal(err.code, "scan_empty");
    t.in.n_cases = 1;
    t.cases[0].n = 1;
    assert_int_equal(hotspot_prepare(&t.in, &arena, &s, &err), E_INVALID);
    assert_string_equal(err.code, "scan_empty");
    t.in.n_cases = COUNTS;
    t.places[2].x = NAN;
    assert_int_equal(hotspot_prepare(&t.in, &arena, &s, &err), E_INVALID);
    assert_string_equal(err.code, "scan_bad_place");
    t.places[2].x = 1;
    t.cases[3].slot = SLOTS;
    assert_int_equal(hotspot_prepare(&t.in, &arena, &s, &err), E_INVALID);
    assert_string_equal(err.code, "scan_bad_count");
    t.cases[3].slot = 0;
    t.in.windows = HOTSPOT_NO_TIME;
    assert_int_equal(hotspot_prepare(&t.in, &arena, &s, &err), E_INVALID);
    assert_string_equal(err.code, "scan_bad_limits");
    t.in.model = HOTSPOT_POISSON;
    t.in.expected = NULL;
    assert_int_equal(hotspot_prepare(&t.in, &arena, &s, &err), E_INVALID);
    assert_string_equal(err.code, "scan_no_expected");
}

static void one_spot_for_all_gives_no_cluster(void **state) {
    (void)state;
    struct random r = random_of(2, 1);
    struct town t;
    struct hotspot *s;
    struct hotspot_cluster found[3];
    double maxima[9];
    make_town(&t, &r, HOTSPOT_PERMUTATION, HOTSPOT_ANY_TIME);
    for (int i = 0; i < PLACES; i++) t.places[i] = (struct hotspot_place){2, 2};
    assert_int_equal(hotspot_prepare(&t.in, &arena, &s, NULL), OK);
    assert_int_equal(hotspot_circles(s), 0);
    struct hotspot_worker *w = hotspot_worker_new(s, &arena);
    hotspot_replicate(w, 1, 0, 9, maxima);
    for (int i = 0; i < 9; i++) assert_true(maxima[i] == 0);
    assert_int_equal(hotspot_find(w, maxima, 9, &arena, found, 3), 0);
}

/* SaTScan's own unit test prints the part of the logarithm for 10 of 1 and 2 of 1 expected among 1,175 cases. */
static void statistic_is_that_of_the_reference(void **state) {
    (void)state;
    struct random r = random_of(2, 2);
    struct town t;
    struct hotspot *s;
    make_town(&t, &r, HOTSPOT_POISSON, HOTSPOT_ANY_TIME);
    t.in.n_cases = 1;
    t.cases[0].n = 1175;
    assert_int_equal(hotspot_prepare(&t.in, &arena, &s, NULL), OK);
    assert_float_equal(hotspot_statistic(s, 10, 1), 14.060436, 1e-6);
    assert_float_equal(hotspot_statistic(s, 2, 1), 0.386720, 1e-6);
    assert_true(hotspot_statistic(s, 1, 2) == 0 && hotspot_statistic(s, 0, 0) == 0);
}

static const char PRM[] =
    "[Input]\r\n;case file\r\nCaseFile=a.cas\r\nPrecisionCaseTimes=3\r\nStartDate=2024/2/27\r\n"
    "EndDate=2024/3/2\r\nCoordinatesFile=a.geo\r\nCoordinatesType=0\r\nAnalysisType=3\r\nModelType=2\r\n"
    "TimeAggregationUnits=3\r\nMaxTemporalSizeInterpretation=1\r\nMaxTemporalSize=2\r\n";

static void reads_the_files_of_satscan(void **state) {
    (void)state;
    struct satscan_settings s;
    struct satscan_data d;
    struct satscan_texts texts = {.places = S("b 0 0\r\na 1 1\r\nc 5 5\r\n"),
                                  .cases = S("a 2 2024/2/29\r\nb\t1\t2024/3/2\r\n\r\nc 0 2024/2/27\n")};
    assert_int_equal(satscan_parse_settings(str_z(PRM), &s, NULL), OK);
    assert_int_equal(satscan_read(&s, &texts, &arena, &d, NULL), OK);
    assert_int_equal(d.input.n_slots, 5);
    assert_int_equal(d.input.n_places, 3);
    assert_true(str_is(d.names[0], "a") && str_is(d.names[2], "c"));
    assert_int_equal(d.input.cases[0].slot, 2);
    assert_int_equal(d.input.cases[1].slot, 4);
    assert_int_equal(d.input.cases[1].place, 1);
    assert_int_equal(d.input.max_slots, 2);
}

static void names_the_fault_in_the_files(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *prm, *places, *cases, *code;
        uint32_t at;
    } rows[] = {
        {__LINE__, "nonsense", "", "", "bad_prm", 1},
        {__LINE__, "ModelType=3\n", "", "", "scan_not_built", 0},
        {__LINE__, "ScanAreas=3\n", "", "", "scan_not_built", 1},
        {__LINE__, "CaseFile2=b.cas\n", "", "", "scan_not_built", 1},
        {__LINE__, "StartDate=soon\n", "", "", "bad_prm", 1},
        {__LINE__, PRM, "a 1\n", "", "bad_scan_file", 1},
        {__LINE__, PRM, "a 1 1\na 2 2\n", "", "bad_scan_file", 0},
        {__LINE__, PRM, "a 1 1\n", "\na x 2024/3/1\n", "bad_scan_file", 2},
        {__LINE__, PRM, "a 1 1\n", "z 1 2024/3/1\n", "scan_unknown_place", 1},
        {__LINE__, PRM, "a 1 1\n", "a 1 2024/3/9\n", "scan_outside_period", 1},
        {__LINE__, PRM, "a 1 1\n", "a 1 2024/13/1\n", "bad_scan_file", 1},
        {__LINE__, PRM, "a 1 1\n", "a 1 2024/3/1\n\xff\n", "bad_scan_file", 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct satscan_settings s;
        struct satscan_data d;
        struct err err = {0};
        struct satscan_texts texts = {.places = str_z(rows[i].places), .cases = str_z(rows[i].cases)};
        enum status status = satscan_parse_settings(str_z(rows[i].prm), &s, &err);
        if (status == OK) status = satscan_read(&s, &texts, &arena, &d, &err);
        if (status == OK || strcmp(err.code, rows[i].code) != 0 || (rows[i].at != 0 && err.line != rows[i].at))
            fail_msg("row of line %d: %s at %u", rows[i].line, err.code, err.line);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_what_a_plain_search_finds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(maxima_do_not_depend_on_sharing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(p_is_uniform_without_clusters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_cannot_be_scanned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_spot_for_all_gives_no_cluster, set_up, tear_down),
        cmocka_unit_test_setup_teardown(statistic_is_that_of_the_reference, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_the_files_of_satscan, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_the_fault_in_the_files, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("insight hotspot", tests, NULL, NULL);
}
