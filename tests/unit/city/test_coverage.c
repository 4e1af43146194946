/* The proof of one lead everywhere against routing itself: for random responsibilities, the categories that the check
 * names are those for which routing finds no lead in some area, or one that the matter was taken back from. */
#include <string.h>

#include "../base/support.h"
#include "casework/route.h"
#include "city/city_int.h"
#include "package_support.h"

#define ROWS_MAX 12
#define ROUNDS 3000

static code pick(struct rng *r, const char *const *from, size_t n) {
    return code_of(from[rng_below(r, n)]);
}

static uint32_t pick_area(struct rng *r, const struct city *c) {
    static const char *const areas[] = {"d", "t1", "t2", "g11", "g12", "g21", "g22", "r1"};
    return rng_below(r, 2) ? NONE : city_area(c, str_z(areas[rng_below(r, ARRAY_LEN(areas))]));
}

static bool is_twin(const struct responsibility *a, const struct responsibility *b) {
    return a->duty == b->duty && a->area == b->area && code_eq(&a->category, &b->category) &&
           code_eq(&a->owner, &b->owner);
}

/* A random row that ties with none before it: ties are another check's. */
static void add_row(struct rng *r, struct city *c) {
    static const char *const patterns[] = {"*", "m*", "c*", "m01*", "m0101*", "m0101", "m01", "m02", "c01", "c01*"};
    static const char *const units[] = {"roads", "lamps", "o1", "o2"}, *const levels[] = {"district", "town", "grid"};
    struct responsibility *row = &c->responsibilities[c->n_responsibilities];
    *row = (struct responsibility){.unit = NONE, .line = (uint32_t)c->n_responsibilities + 2};
    row->duty = rng_below(r, 4) == 0 ? DUTY_TAKEN_BACK : DUTY_LEAD;
    row->category = pick(r, patterns, ARRAY_LEN(patterns));
    row->area = pick_area(r, c);
    if (rng_below(r, 8) == 0) row->owner = code_of("power"); /* counts only for its owner's components */
    if (rng_below(r, 2)) {
        code unit = pick(r, units, ARRAY_LEN(units));
        row->unit = city_unit(c, str_code(&unit));
    } else {
        row->office_level = pick(r, levels, ARRAY_LEN(levels));
    }
    for (size_t i = 0; i < c->n_responsibilities; i++)
        if (is_twin(row, &c->responsibilities[i])) return;
    c->n_responsibilities++;
}

/* What routing says of one category. */
struct answer {
    size_t missing, taken;
};

static struct answer ask_routing(const struct city *c, const struct category *k) {
    struct answer answer = {0};
    code nobody = {0};
    for (uint32_t a = 0; a < c->n_areas; a++) {
        if (c->areas[a].layer != 0 || !c->areas[a].is_leaf) continue;
        uint32_t unit = route_unit(c, DUTY_LEAD, &k->key, a, &nobody);
        answer.missing += unit == NONE;
        answer.taken += unit != NONE && route_taken_back(c, &k->key, unit);
    }
    return answer;
}

/* How many areas the check says of a category; 0 if it is silent. */
static size_t said(const struct findings *found, const char *key, const char *fault, struct arena *a) {
    str begin = str_format(a, "\"%s\" %s", key, fault);
    for (size_t i = 0; i < found->n; i++) {
        str what = found->items[i].what;
        if (!str_starts(what, begin)) continue;
        ptrdiff_t in = str_find(what, S("in "), begin.len);
        str number = str_slice(what, (size_t)in + 3, what.len), digits;
        int64_t n;
        assert_true(str_split(&number, ' ', &digits) && str_to_i64(digits, &n) && n > 0);
        return (size_t)n;
    }
    return 0;
}

static void check_round(struct rng *r, struct city *c, size_t *silent, size_t *loud) {
    struct loader l = {.city = c};
    struct findings found;
    struct arena a;
    arena_init(&a, 0);
    arena_init(&l.scratch, 0);
    findings_init(&found, &a);
    l.found = &found;
    c->n_responsibilities = 0;
    for (size_t n = 1 + rng_below(r, ROWS_MAX); n > 0; n--) add_row(r, c);
    check_responsibilities(&l);
    for (size_t i = 0; i < c->n_categories; i++) {
        const char *key = c->categories[i].key.s;
        struct answer want = ask_routing(c, &c->categories[i]);
        size_t missing = said(&found, key, "has no lead", &a), taken = said(&found, key, "is led by", &a);
        if (missing != want.missing || taken != want.taken)
            fail_msg("%s: the check says %zu and %zu, routing %zu and %zu", key, missing, taken, want.missing,
                     want.taken);
    }
    *silent += found.n == 0;
    *loud += found.n > 0;
    arena_done(&l.scratch);
    arena_done(&a);
}

static void the_check_and_routing_agree(void **state) {
    (void)state;
    struct arena a;
    struct findings found;
    struct city *c = NULL;
    struct responsibility rows[ROWS_MAX + 1];
    char *dir = package_write(NULL, NULL);
    arena_init(&a, 0);
    findings_init(&found, &a);
    assert_int_equal(city_load(dir, &c, &found, NULL), OK);
    package_remove(dir);
    c->responsibilities = rows;
    struct rng r = rng_start("coverage");
    size_t silent = 0, loud = 0;
    for (int i = 0; i < ROUNDS; i++) check_round(&r, c, &silent, &loud);
    assert_true(silent > ROUNDS / 50 && loud > ROUNDS / 50); /* both kinds were met */
    city_free(c);
    arena_done(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_check_and_routing_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
