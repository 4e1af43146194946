/* Counts over made-up cases in the facts' columns, and the same cases as a file for the peer.
 *
 *   facts --city DIR --data EMPTY_DIR --cases 2000000 [--dump FILE]
 *
 * Prints {"cases":…} when it is ready, then answers each line "by TAB query TAB repeats" on standard input with one JSON
 * object: times, number of rows, sum and sum of squares of the counts, by which the peer's answer is compared. The
 * columns are filled directly: ten million cases need no truth and no views to be counted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "histogram.h"
#include "reports.h"
#include "staff.h"
#include "store/facts.h"

#define BATCH 512
#define LAST_DAY_MS INT64_C(1782777600000) /* 2026-06-30 08:00 in China */
#define DAYS 1000

struct bench {
    const char *city_dir, *data_dir, *dump;
    int64_t cases;
    struct arena arena;
    struct app app;
    const struct city *city;
    struct reports reports;
    FILE *out;
};

static const char *const STATES[] = {"closed", "closed",   "closed",   "closed",    "closed",
                                     "closed", "handling", "feedback", "verifying", "filed"};
static const char *const CHANNELS[] = {"phone", "web", "field", "import", "open311", "superior"};

static void make_row(struct bench *b, uint32_t slot, struct case_row *r) {
    const struct city *city = b->city;
    struct rng *rng = &b->reports.rng;
    const struct condition *c = &city->conditions[b->reports.conditions[rng_skewed(rng, b->reports.n_conditions)]];
    const struct layer *layer = &city->layers[0];
    const struct area *a = &city->areas[layer->leaf_areas[rng_below(rng, (uint32_t)layer->n_leaves)]];
    memset(r, 0, sizeof *r);
    r->id = r->seq = slot;
    r->slot = slot;
    r->version = 1;
    r->procedure = code_of("report");
    r->state = code_of(STATES[rng_below(rng, (uint32_t)ARRAY_LEN(STATES))]);
    r->channel = code_of(CHANNELS[rng_skewed(rng, (uint32_t)ARRAY_LEN(CHANNELS))]);
    r->category = city->categories[c->category].key;
    r->condition = c->code;
    r->area = r->own_area = a->code;
    r->unit = city->units[rng_skewed(rng, (uint32_t)city->n_units)].code;
    r->filed.ms = LAST_DAY_MS - MS_SECOND * rng_below(rng, DAYS * 86400);
    r->is_over = r->is_closed = code_is(&r->state, "closed");
    r->ended = r->is_over ? instant_add(r->filed, (span){MS_MINUTE * rng_below(rng, 20000)}) : INSTANT_NONE;
    r->happened = INSTANT_NONE;
    r->updated = r->filed;
    r->due = instant_add(r->filed, (span){48 * MS_HOUR});
    r->missed = rng_below(rng, 20) == 0;
    r->rating = (int32_t)rng_below(rng, 6);
    r->place.lon_deg = a->shape.min.x * 1e-7 + rng_unit(rng) * (a->shape.max.x - a->shape.min.x) * 1e-7;
    r->place.lat_deg = a->shape.min.y * 1e-7 + rng_unit(rng) * (a->shape.max.y - a->shape.min.y) * 1e-7;
    row_resolve(r, city);
}

/* A line for COPY: what a peer would keep of the case, as numbers. */
static void dump_row(struct bench *b, const struct case_row *r) {
    const struct zone *zone = &b->city->calendar.zone;
    day d = day_from_instant(zone, r->filed);
    int32_t year, month, mday, state = 0, channel = 0;
    day_to_ymd(d, &year, &month, &mday);
    while (!code_is(&r->state, STATES[state])) state++;
    while (!code_is(&r->channel, CHANNELS[channel])) channel++;
    uint32_t town = city_area_at_level(b->city, r->area_index, S("town"));
    fprintf(b->out, "%u\t%d\t%u\t%u\t%d\t%d\t%lld\t%d\t%d\t%c\t%c\t%d\t%d\t%d\n", r->area_index, (int)(int32_t)town,
            r->unit_index, r->category_index, state, channel, (long long)(r->filed.ms / 1000), d.n, year * 12 + month,
            r->is_over ? 't' : 'f', r->missed ? 't' : 'f', r->rating, query_e7(r->place.lon_deg),
            query_e7(r->place.lat_deg));
}

static bool fill(struct bench *b) {
    struct facts *facts = b->app.store->views->facts;
    struct change *changes = calloc(BATCH, sizeof *changes);
    check(changes != NULL);
    if (b->dump != NULL && (b->out = fopen(b->dump, "w")) == NULL) {
        perror(b->dump);
        return false;
    }
    for (uint32_t slot = 0; slot < (uint32_t)b->cases;) {
        size_t n = 0;
        for (; n < BATCH && slot < (uint32_t)b->cases; n++) {
            make_row(b, ++slot, &changes[n].after);
            if (b->out != NULL) dump_row(b, &changes[n].after);
        }
        facts_apply(facts, changes, n, facts->seq);
    }
    free(changes);
    return b->out == NULL || fclose(b->out) == 0;
}

static bool answer(struct bench *b, str by, str q, int64_t repeats) {
    struct caller caller = staff_caller(&b->app);
    struct count_request request;
    struct counts counts = {0};
    struct histogram *h = calloc(1, sizeof *h);
    struct err err = {0};
    double sum = 0, squares = 0;
    check(h != NULL);
    enum status status = OK;
    for (int64_t i = 0; i < repeats && status == OK; i++) {
        struct arena arena;
        arena_init(&arena, 0);
        int64_t begin = now_ns();
        status = app_counts(&b->app, &caller, q, by, STR_NONE, &arena, &counts, &request, &err);
        histogram_add(h, now_ns() - begin);
        sum = squares = 0;
        for (size_t k = 0; k < counts.n && status == OK; k++) {
            sum += counts.rows[k].value;
            squares += counts.rows[k].value * counts.rows[k].value;
        }
        arena_done(&arena);
    }
    if (status == OK)
        printf("{\"p50_us\":%.1f,\"min_us\":%.1f,\"max_us\":%.1f,\"rows\":%zu,\"sum\":%.0f,\"squares\":%.0f}\n",
               (double)histogram_at(h, 0.5) / 1000, (double)histogram_at(h, 0) / 1000, (double)h->max_ns / 1000,
               counts.n, sum, squares);
    fflush(stdout);
    free(h);
    if (status != OK) staff_refused("facts", &err);
    return status == OK;
}

static bool answer_lines(struct bench *b) {
    char line[4096];
    while (fgets(line, sizeof line, stdin) != NULL) {
        str rest = str_trim(str_z(line)), by = STR_NONE, q = STR_NONE, repeats = STR_NONE;
        int64_t n = 1;
        bool ok = str_split(&rest, '\t', &by) && str_split(&rest, '\t', &q) && str_split(&rest, '\t', &repeats) &&
                  str_to_i64(repeats, &n) && answer(b, by, q, n);
        if (!ok) return false;
    }
    return true;
}

int main(int argc, char **argv) {
    struct bench b = {.cases = 2000000};
    const struct tool_option options[] = {
        {"--city", &b.city_dir, NULL},
        {"--data", &b.data_dir, NULL},
        {"--dump", &b.dump, NULL},
        {"--cases", NULL, &b.cases},
    };
    struct err err = {0};
    if (!tool_options(argc, argv, options, ARRAY_LEN(options)) || b.city_dir == NULL || b.data_dir == NULL) return 2;
    arena_init(&b.arena, 0);
    struct app_options ao = {.city_dir = b.city_dir, .data_dir = b.data_dir};
    if (app_open(&ao, &b.app, NULL, &err) != OK) return staff_refused("facts", &err);
    b.city = app_city(&b.app);
    reports_init(&b.reports, b.city, 3, &b.arena);
    int64_t begin = now_ns();
    bool ok = fill(&b);
    printf("{\"cases\":%lld,\"fill_s\":%.2f}\n", (long long)b.cases, (double)(now_ns() - begin) / 1e9);
    fflush(stdout);
    ok = ok && answer_lines(&b);
    /* Not closed: the made-up columns must not become a snapshot. */
    fflush(stdout);
    _exit(ok ? 0 : 1);
}
