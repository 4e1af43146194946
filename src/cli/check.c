/* yiwang check DIR: what is wrong with a package, and what its procedures say. */
#include <time.h>

#include "cli/cli.h"
#include "cli/explain.h"
#include "query/query.h"

struct asked {
    const char *dir, *procedure, *lang;
    bool explain, diagram;
};

static void print_findings(const struct asked *asked, const struct city *city, struct findings *found) {
    struct strbuf out;
    strbuf_init(&out, 16 << 20);
    findings_print(found, &out);
    fwrite(out.ptr, 1, out.len, stdout);
    strbuf_done(&out);
    if (city != NULL)
        printf("%s: no errors, %zu warnings; %zu areas, %zu units, %zu categories, %zu conditions, %zu procedures\n",
               asked->dir, found->warnings, city->n_areas, city->n_units, city->n_categories, city->n_conditions,
               city->n_procedures);
    else
        printf("%s: %zu errors; the package may not be used\n", asked->dir, found->errors);
}

static int unknown_procedure(const struct city *city, const char *name) {
    fprintf(stderr, "yiwang check: the package has no procedure %s; it has:", name);
    for (size_t i = 0; i < city->n_procedures; i++) fprintf(stderr, " %s", city->procedures[i].name.s);
    fputc('\n', stderr);
    return EXIT_REFUSED;
}

/* All procedures of the package, or the one asked for. */
static int print_procedures(const struct asked *asked, const struct city *city) {
    struct strbuf out;
    struct wording w = {.city = city, .out = &out};
    if (!language_read(city, asked->lang, &w.lang)) return EXIT_REFUSED;
    if (asked->procedure != NULL && city_procedure(city, str_z(asked->procedure)) == NULL)
        return unknown_procedure(city, asked->procedure);
    strbuf_init(&out, 16 << 20);
    for (size_t i = 0, n = 0; i < city->n_procedures; i++) {
        const struct procedure *p = &city->procedures[i];
        if (asked->procedure != NULL && !code_is(&p->name, asked->procedure)) continue;
        if (n++ > 0) strbuf_addc(&out, '\n');
        if (asked->diagram)
            explain_diagram(&w, p);
        else
            explain_procedure(&w, p);
    }
    fwrite(out.ptr, 1, out.len, stdout);
    strbuf_done(&out);
    return EXIT_DONE;
}

/* Queries in procedures are read by the one that runs them. */
static void check_queries(const struct city *city, struct arena *arena, struct findings *found) {
    struct query *q;
    struct err err = {0};
    for (size_t i = 0; i < city->n_procedures; i++)
        for (size_t k = 0; k < city->procedures[i].n_actions; k++) {
            const struct action *a = &city->procedures[i].actions[k];
            for (size_t n = 0; n < a->n_fields; n++)
                if (a->fields[n].type == FIELD_CASES && query_parse(a->fields[n].query, city, arena, &q, &err) != OK)
                    findings_add(found, FINDING_ERROR, city->procedures[i].file, a->line, err.hint, "The field %s: %s",
                                 a->fields[n].name.s, err.primary);
        }
}

static int check_package(const struct asked *asked) {
    struct arena arena;
    struct findings found;
    struct err err = {0};
    struct city *city = NULL;
    arena_init(&arena, 0);
    findings_init(&found, &arena);
    instant now = {(int64_t)time(NULL) * MS_SECOND};
    day utc = {(int32_t)(now.ms / MS_DAY)};
    enum status status = city_load_on(asked->dir, utc, &city, &found, &err);
    if (status == OK) {
        city_check_calendar(city, day_from_instant(&city->calendar.zone, now), &found);
        city_check_later(asked->dir, city, &found);
        if (found.errors > 0) status = E_INVALID;
    }
    if (status == OK) {
        check_queries(city, &arena, &found);
        if (found.errors > 0) status = E_INVALID;
    }
    if (status != OK && city != NULL) city_free(city);
    if (status != OK) city = NULL;
    int ret = status == OK ? EXIT_DONE : EXIT_REFUSED;
    if (status == OK && (asked->explain || asked->diagram))
        ret = print_procedures(asked, city);
    else if (status == OK || found.errors > 0)
        print_findings(asked, city, &found);
    else
        refused(&err);
    if (city != NULL) city_free(city);
    arena_done(&arena);
    return ret;
}

int run_check(int argc, char **argv) {
    struct asked asked = {0};
    const struct option_spec specs[] = {{"--explain", NULL, &asked.explain, false},
                                        {"--diagram", NULL, &asked.diagram, false},
                                        {"--lang", &asked.lang, NULL, false}};
    const char *operands[2] = {0};
    size_t n = 0;
    if (!options_read(argc, argv, specs, ARRAY_LEN(specs), operands, ARRAY_LEN(operands), &n)) return EXIT_USAGE;
    asked.dir = operands[0];
    asked.procedure = operands[1];
    bool explains = asked.explain || asked.diagram;
    if (n == 0 || (n == 2 && !explains) || (asked.lang != NULL && !explains)) return usage();
    return check_package(&asked);
}
