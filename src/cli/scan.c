/* yiwang scan FILE.prm: SaTScan's own files in, clusters out, as text or JSON. */
#include <math.h>
#include <string.h>

#include "app/analysis.h"
#include "base/json.h"
#include "cli/cli.h"
#include "cli/scan.h"

#define CLUSTERS_MAX 500
#define THREADS_MAX 64

struct asked {
    const char *path, *out;
    int64_t threads, seed, replications;
    bool json;
};

struct done {
    const struct satscan_settings *s;
    const struct satscan_data *data;
    const struct hotspot *scan;
    struct hotspot_cluster clusters[CLUSTERS_MAX];
    size_t n_clusters;
    uint32_t replications;
};

/* A file named in the parameters, beside them. */
static enum status read_beside(const char *prm, str name, struct arena *arena, str *ret, struct err *err) {
    const char *slash = strrchr(prm, '/');
    size_t folder = slash == NULL || (name.len > 0 && name.ptr[0] == '/') ? 0 : (size_t)(slash + 1 - prm);
    *ret = S("");
    if (name.len == 0) return OK;
    str path = str_format(arena, "%.*s%.*s", (int)folder, prm, P(name));
    return file_read(path.ptr, (size_t)1 << 30, arena, ret, err);
}

enum status scan_read_files(const char *prm, struct arena *arena, struct satscan_settings *s, struct satscan_data *data,
                            struct err *err) {
    str text;
    struct satscan_texts texts;
    enum status status = file_read(prm, 1 << 20, arena, &text, err);
    if (status == OK) status = satscan_parse_settings(text, s, err);
    if (status != OK) return status;
    status = read_beside(prm, s->case_file, arena, &texts.cases, err);
    if (status == OK) status = read_beside(prm, s->control_file, arena, &texts.controls, err);
    if (status == OK) status = read_beside(prm, s->population_file, arena, &texts.population, err);
    if (status == OK) status = read_beside(prm, s->place_file, arena, &texts.places, err);
    if (status == OK) status = satscan_read(s, &texts, arena, data, err);
    return status;
}

static const char *model_name(enum hotspot_model m) {
    return m == HOTSPOT_PERMUTATION ? "space-time permutation" : m == HOTSPOT_POISSON ? "Poisson" : "Bernoulli";
}

static const char *windows_name(enum hotspot_windows w) {
    return w == HOTSPOT_NO_TIME ? "purely spatial" : w == HOTSPOT_ALIVE ? "prospective" : "retrospective";
}

/* In analysis periods: how often chance alone gives as much. */
static double recurrence(const struct done *d, const struct hotspot_cluster *c) {
    return isnan(c->p) || d->s->windows != HOTSPOT_ALIVE ? NAN : 1 / c->p;
}

static void add_day(struct strbuf *b, const struct done *d, uint32_t slot, bool last) {
    day_format(b, last ? (day){d->data->slot_starts[slot + 1].n - 1} : d->data->slot_starts[slot]);
}

static void print_cluster(const struct done *d, size_t i, struct strbuf *b) {
    const struct hotspot_cluster *c = &d->clusters[i];
    strbuf_addf(b, "\n%zu. places   : ", i + 1);
    for (size_t k = 0; k < c->n_places; k++)
        strbuf_addf(b, "%s%.*s", k == 0 ? "" : ", ", P(d->data->names[c->places[k]]));
    strbuf_addf(b, "\n   radius   : %.2f%s around %.*s", c->radius, d->s->on_sphere ? " km" : "",
                P(d->data->names[c->centre]));
    if (d->s->windows != HOTSPOT_NO_TIME) {
        strbuf_addz(b, "\n   days     : ");
        add_day(b, d, c->first_slot, false);
        strbuf_addz(b, " to ");
        add_day(b, d, c->last_slot, true);
    }
    if (d->s->model == HOTSPOT_BERNOULLI) strbuf_addf(b, "\n   among    : %.0f", c->population);
    strbuf_addf(b, "\n   cases    : %.0f, expected %.3g, %.2f times as many", c->cases, c->expected,
                c->cases / c->expected);
    strbuf_addf(b, "\n   statistic: %.6f", c->statistic);
    if (!isnan(c->p)) strbuf_addf(b, "\n   p        : %.*f", d->replications > 9998 ? 5 : 4, c->p);
    if (!isnan(recurrence(d, c)))
        strbuf_addf(b, "\n   chance alone gives as much every %.0f periods", recurrence(d, c));
    strbuf_addc(b, '\n');
}

static void print_text(const struct done *d, struct strbuf *b) {
    strbuf_addf(b, "%s scan, %s model, %.0f cases, %zu places, %u slots, %u replications\n",
                windows_name(d->s->windows), model_name(d->s->model), hotspot_total(d->scan), d->data->input.n_places,
                d->data->input.n_slots, d->replications);
    if (d->n_clusters == 0) strbuf_addz(b, "\nNo circle within the limits held more cases than expected.\n");
    for (size_t i = 0; i < d->n_clusters; i++) print_cluster(d, i, b);
}

static void put_day(struct json_buf *w, const char *key, const struct done *d, uint32_t slot, bool last) {
    struct strbuf b;
    strbuf_init(&b, 64);
    add_day(&b, d, slot, last);
    json_put_str(w, key, strbuf_str(&b));
    strbuf_done(&b);
}

static void print_json_cluster(const struct done *d, const struct hotspot_cluster *c, struct json_buf *w) {
    json_open_object(w);
    json_put_str(w, "centre", d->data->names[c->centre]);
    json_add_key(w, "places");
    json_open_array(w);
    for (size_t k = 0; k < c->n_places; k++) json_add_str(w, d->data->names[c->places[k]]);
    json_close_array(w);
    json_put_double(w, "radius", c->radius, 3);
    if (d->s->windows != HOTSPOT_NO_TIME) {
        put_day(w, "first_day", d, c->first_slot, false);
        put_day(w, "last_day", d, c->last_slot, true);
    }
    json_put_double(w, "cases", c->cases, 0);
    json_put_double(w, "expected", c->expected, 6);
    if (d->s->model == HOTSPOT_BERNOULLI) json_put_double(w, "population", c->population, 0);
    json_put_double(w, "statistic", c->statistic, 6);
    json_put_double(w, "p", c->p, 6);
    json_put_double(w, "recurrence", recurrence(d, c), 1);
    json_close_object(w);
}

static void print_json(const struct done *d, struct strbuf *b) {
    struct json_buf w;
    json_buf_init(&w, b);
    json_open_object(&w);
    json_put_z(&w, "model", model_name(d->s->model));
    json_put_z(&w, "windows", windows_name(d->s->windows));
    json_put_double(&w, "cases", hotspot_total(d->scan), 0);
    json_put_i64(&w, "places", (int64_t)d->data->input.n_places);
    json_put_i64(&w, "slots", d->data->input.n_slots);
    json_put_i64(&w, "circles", (int64_t)hotspot_circles(d->scan));
    json_put_i64(&w, "replications", d->replications);
    json_add_key(&w, "clusters");
    json_open_array(&w);
    for (size_t i = 0; i < d->n_clusters; i++) print_json_cluster(d, &d->clusters[i], &w);
    json_close_array(&w);
    json_close_object(&w);
    strbuf_addc(b, '\n');
}

static int write_out(const struct asked *asked, const struct strbuf *b) {
    FILE *f = asked->out == NULL ? stdout : fopen(asked->out, "wb");
    bool ok = f != NULL && fwrite(b->ptr, 1, b->len, f) == b->len;
    if (f != NULL && f != stdout) ok = fclose(f) == 0 && ok;
    if (!ok) fprintf(stderr, "yiwang scan: %s cannot be written\n", asked->out == NULL ? "the output" : asked->out);
    return ok ? EXIT_DONE : EXIT_REFUSED;
}

static int hotspot_file(const struct asked *asked, struct arena *arena, struct done *d) {
    struct satscan_settings s;
    struct satscan_data data;
    struct hotspot *scan;
    struct err err = {0};
    enum status status = scan_read_files(asked->path, arena, &s, &data, &err);
    if (status == OK) status = hotspot_prepare(&data.input, arena, &scan, &err);
    if (status != OK) return refused(&err);
    uint32_t n = asked->replications >= 0 ? (uint32_t)asked->replications : (uint32_t)s.replications;
    *d = (struct done){.s = &s, .data = &data, .scan = scan, .replications = n};
    double *maxima = NEW_ARRAY(arena, double, n);
    scan_run_threads(scan, (uint64_t)asked->seed, n, (int)asked->threads, maxima);
    d->n_clusters = hotspot_find(hotspot_worker_new(scan, arena), n > 0 ? maxima : NULL, n, arena, d->clusters,
                                 n > 0 ? CLUSTERS_MAX : 20);
    struct strbuf b;
    strbuf_init(&b, 64 << 20);
    if (asked->json)
        print_json(d, &b);
    else
        print_text(d, &b);
    int ret = write_out(asked, &b);
    strbuf_done(&b);
    return ret;
}

static bool read_count(const char *text, const char *name, int64_t least, int64_t most, int64_t *ret) {
    if (text == NULL || (str_to_i64(str_z(text), ret) && *ret >= least && *ret <= most)) return true;
    fprintf(stderr, "yiwang scan: %s is a number from %lld to %lld\n", name, (long long)least, (long long)most);
    return false;
}

int run_scan(int argc, char **argv) {
    struct asked asked = {.threads = 2, .seed = 1, .replications = -1};
    const char *threads = NULL, *seed = NULL, *replications = NULL;
    const struct option_spec specs[] = {{"--json", NULL, &asked.json, false},
                                        {"--threads", &threads, NULL, false},
                                        {"--seed", &seed, NULL, false},
                                        {"--replications", &replications, NULL, false},
                                        {"-o", &asked.out, NULL, false}};
    size_t n = 0;
    if (!options_read(argc, argv, specs, ARRAY_LEN(specs), &asked.path, 1, &n)) return EXIT_USAGE;
    if (n != 1) return usage();
    if (!read_count(threads, "--threads", 1, THREADS_MAX, &asked.threads) ||
        !read_count(seed, "--seed", 0, INT64_MAX, &asked.seed) ||
        !read_count(replications, "--replications", 0, 1000000, &asked.replications))
        return EXIT_USAGE;
    struct arena arena;
    arena_init(&arena, (size_t)8 << 30);
    struct done *d = NEW(&arena, struct done);
    int ret = hotspot_file(&asked, &arena, d);
    arena_done(&arena);
    return ret;
}
