/* One file of a city package: the first line of the input is its path, the rest its bytes; all other files are those of a
 * small package without a fault. It is refused with its faults or loaded; both come out alike when read again, and what
 * was loaded can be asked. */
#include <string.h>

#include "package_support.h"

#include "city/city_int.h"
#include "city/duty.h"

#define FILES_MAX 64
#define NOW ((instant){INT64_C(1795482000000)}) /* 24 November 2026 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Besides what the small package has: what other files of these refer to. */
static const struct package_part more[] = {
    {"sensor_rules.csv", "code,kind,unit,least,most,test,limit,clear,hits,of,seconds,condition,name_zh,name_en,basis\n"
                         "high,water,m,-1,10,above,0.27,0.15,2,3,0,m0101.1,高,High,local rule\n"},
    {"emergencies.yaml",
     "grades: {basis: x, steps: [{code: I, label: {zh: 一, en: One}}, {code: II, label: {zh: 二, en: Two}}, {code: "
     "III, label: {zh: 三, en: Three}}, {code: IV, label: {zh: 四, en: Four}}]}\n"
     "responses: {basis: x, steps: [{code: I, label: {zh: 一, en: One}}, {code: II, label: {zh: 二, en: Two}}, {code: "
     "III, label: {zh: 三, en: Three}}, {code: IV, label: {zh: 四, en: Four}}]}\n"
     "warnings: {basis: x, steps: [{code: I, label: {zh: 一, en: One}, severity: Extreme}, {code: II, label: {zh: 二, "
     "en: Two}, severity: Severe}, {code: III, label: {zh: 三, en: Three}, severity: Moderate}, {code: IV, label: {zh: "
     "四, en: Four}, severity: Minor}]}\n"},
};

static int by_path(const void *a, const void *b) {
    return str_cmp(((const struct package_file *)a)->path, ((const struct package_file *)b)->path);
}

static size_t put_files(str path, str bytes, struct package_file *ret) {
    size_t n = 0;
    for (size_t i = 0; i < n_package_parts + ARRAY_LEN(more) && n < FILES_MAX - 1; i++) {
        const struct package_part *part = i < n_package_parts ? &package_parts[i] : &more[i - n_package_parts];
        struct package_file f = {str_z(part->path), str_z(part->text)};
        if (!str_eq(f.path, path)) ret[n++] = f;
    }
    ret[n++] = (struct package_file){path, bytes};
    qsort(ret, n, sizeof *ret, by_path);
    return n;
}

/* Whatever refers to something refers to what is there. */
static void ask(const struct city *c) {
    for (uint32_t u = 0; u < c->n_units; u++) {
        const struct duty_rung *rungs = NULL;
        size_t n = city_ladder(c, u, &rungs);
        for (size_t i = 0; i < n; i++) check(rungs[i].unit < c->n_units);
    }
    for (uint32_t d = 0; d < c->n_desks; d++) {
        struct duty_slot turn;
        check(c->desks[d].unit < c->n_units);
        if (city_duty_at(c, d, NOW, &turn)) check(turn.begins.ms <= NOW.ms && NOW.ms < turn.ends.ms);
    }
    for (size_t i = 0; i < c->n_letters; i++)
        check(city_procedure(c, str_code(&c->letters[i].procedure)) != NULL && c->letters[i].n_parts > 0);
    for (size_t i = 0; i < c->n_responses; i++) check(c->responses[i].lead < c->n_units);
    for (size_t i = 0; i < c->n_procedures; i++) check(c->procedures[i].n_states > 0);
}

/* out: what is wrong, as it is printed; empty if it was loaded. */
static void load(str path, str bytes, struct strbuf *out) {
    struct package_file files[FILES_MAX];
    struct arena arena;
    struct findings found;
    arena_init(&arena, 0);
    findings_init(&found, &arena);
    struct loader l = {.city = new_city("fuzz"), .found = &found, .files = files};
    arena_init(&l.scratch, 0);
    l.n_files = put_files(path, bytes, files);
    load_parts(&l);
    findings_print(&found, out);
    if (found.errors == 0) ask(l.city);
    arena_done(&l.scratch);
    city_free(l.city);
    arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    str bytes = {(const char *)data, size}, path = STR_NONE;
    struct strbuf once, twice;
    if (!str_split(&bytes, '\n', &path) || path.len == 0 || path.len > 60 || !utf8_valid(path)) return 0;
    strbuf_init(&once, 2 << 20);
    strbuf_init(&twice, 2 << 20);
    load(path, bytes, &once);
    load(path, bytes, &twice);
    check(str_eq(strbuf_str(&once), strbuf_str(&twice)));
    check(utf8_valid(strbuf_str(&once)));
    strbuf_done(&once);
    strbuf_done(&twice);
    return 0;
}
