/* Scales and the grades that figures propose, on the small package of package_support.c; a scale or a threshold that does
 * not hold together is refused. source: 突发事件应对法 art. 3; 生产安全事故报告和调查处理条例 art. 3 ("at least" includes the
 * number, "below" does not). */
#include <stdio.h>
#include <string.h>

#include "../base/support.h"
#include "city/city.h"
#include "package_support.h"

/* clang-format off */
#define STEP(c) "    - {code: " c ", label: {zh: 级, en: step}}\n"
#define COLOUR(c, s) "    - {code: " c ", severity: " s ", label: {zh: 级, en: step}}\n"
static const char EMERGENCIES[] =
    "grades:\n  basis: art. 3\n  steps:\n" STEP("I") STEP("II") STEP("III") STEP("IV")
    "warnings:\n  basis: art. 63\n  steps:\n" COLOUR("red", "Extreme") COLOUR("orange", "Severe")
        COLOUR("yellow", "Moderate") COLOUR("blue", "Minor")
    "responses:\n  basis: art. 71\n  steps:\n" STEP("\"1\"") STEP("\"2\"") STEP("\"3\"") STEP("\"4\"")
    "kinds:\n"
    "  accident:\n"
    "    label: {zh: 事故, en: Accident}\n"
    "    basis: art. 3\n"
    "    figures:\n"
    "      deaths: {label: {zh: 死亡, en: Deaths}, I: 30, II: 10, III: 3, IV: 0}\n"
    "      injured: {label: {zh: 重伤, en: Injured}, I: 100, II: 50, III: 10, IV: 0}\n"
    "      cut: {label: {zh: 停, en: Cut}, II: 48}\n";
/* clang-format on */

static struct city *city;
static struct arena arena;

static enum status load(const char *text, struct city **ret, struct findings *found) {
    struct err err = {0};
    char *dir = package_write("emergencies.yaml", text);
    findings_init(found, &arena);
    enum status status = city_load(dir, ret, found, &err);
    package_remove(dir);
    return status;
}

static int open_city(void **state) {
    (void)state;
    struct findings found;
    arena_init(&arena, 0);
    return load(EMERGENCIES, &city, &found) == OK ? 0 : -1;
}

static int close_city(void **state) {
    (void)state;
    city_free(city);
    arena_done(&arena);
    return 0;
}

struct row {
    int line;
    int deaths, injured, cut, other; /* -1 = not entered */
    const char *grade, *by;
};

static void figures_propose_a_grade_and_say_by_what(void **state) {
    (void)state;
    static const struct row ROWS[] = {
        {__LINE__, 30, -1, -1, -1, "I", "deaths"},  {__LINE__, 29, -1, -1, -1, "II", "deaths"},
        {__LINE__, 10, -1, -1, -1, "II", "deaths"}, {__LINE__, 9, -1, -1, -1, "III", "deaths"},
        {__LINE__, 3, -1, -1, -1, "III", "deaths"}, {__LINE__, 2, -1, -1, -1, "IV", "deaths"},
        {__LINE__, 0, -1, -1, -1, "IV", "deaths"},  {__LINE__, 2, 100, -1, -1, "I", "injured"},
        {__LINE__, 2, 99, -1, -1, "II", "injured"}, {__LINE__, 10, 50, -1, -1, "II", "deaths"},
        {__LINE__, 3, 50, -1, -1, "II", "injured"}, {__LINE__, -1, -1, 48, -1, "II", "cut"},
        {__LINE__, -1, -1, 47, -1, NULL, NULL},     {__LINE__, -1, -1, -1, 1000, NULL, NULL},
        {__LINE__, -1, -1, -1, -1, NULL, NULL},     {__LINE__, 4, -1, 47, 1000, "III", "deaths"},
    };
    const struct accident_kind *k = city_accident(city, S("accident"));
    assert_non_null(k);
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        const struct row *r = &ROWS[i];
        const int values[] = {r->deaths, r->injured, r->cut, r->other};
        static const char *const names[] = {"deaths", "injured", "cut", "unheard_of"};
        struct figure figures[ARRAY_LEN(names)];
        struct grade_proposal p = {0};
        size_t n = 0;
        for (size_t v = 0; v < ARRAY_LEN(names); v++)
            if (values[v] >= 0) figures[n++] = (struct figure){code_of(names[v]), values[v]};
        bool any = city_propose_grade(city, k, figures, n, &p);
        if (any != (r->grade != NULL)) fail_msg("line %d: %s", r->line, any ? "a grade" : "no grade");
        if (!any) continue;
        if (!code_is(&p.grade->code, r->grade) || !code_is(&p.by->figure, r->by))
            fail_msg("line %d: %s by %s", r->line, p.grade->code.s, p.by->figure.s);
        if (p.value < p.from) fail_msg("line %d: %d of %d", r->line, (int)p.value, (int)p.from);
    }
}

static void the_scales_are_three(void **state) {
    (void)state;
    assert_non_null(city_step(city, SCALE_GRADES, S("II")));
    assert_null(city_step(city, SCALE_GRADES, S("orange")));
    assert_null(city_step(city, SCALE_WARNINGS, S("2")));
    assert_null(city_step(city, SCALE_RESPONSES, S("II")));
    assert_true(code_is(&city_step(city, SCALE_WARNINGS, S("orange"))->severity, "Severe"));
}

static void refused(int line, const char *from, const char *to, const char *finding) {
    struct findings found;
    struct city *other = NULL;
    char text[sizeof EMERGENCIES + 200];
    const char *at = strstr(EMERGENCIES, from);
    check(at != NULL && strlen(to) < 200);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - EMERGENCIES), EMERGENCIES, to, at + strlen(from));
    if (load(text, &other, &found) != E_INVALID) fail_msg("line %d: it was taken", line);
    bool told = false;
    for (size_t i = 0; i < found.n; i++) told = told || str_find(found.items[i].what, str_z(finding), 0) >= 0;
    if (!told) fail_msg("line %d: nothing says \"%s\"", line, finding);
}

static void what_does_not_hold_together_is_refused(void **state) {
    (void)state;
    refused(__LINE__, "I: 30, II: 10", "I: 10, II: 30", "is not below the graver one's");
    refused(__LINE__, "II: 48", "II: -1", "is not below the graver one's");
    refused(__LINE__, "severity: Severe", "severity: Bad", "There is no severity");
    refused(__LINE__, STEP("IV"), "", "has not four steps");
    refused(__LINE__, "responses:", "answers:", "\"responses\" is missing");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_propose_a_grade_and_say_by_what),
        cmocka_unit_test(the_scales_are_three),
        cmocka_unit_test(what_does_not_hold_together_is_refused),
    };
    return cmocka_run_group_tests(tests, open_city, close_city);
}
