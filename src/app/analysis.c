#include "app/analysis.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "base/map.h"
#include "insight/alarm.h"

#define THREADS 2
#define THREADS_MAX 64
#define SCAN_SEED 1
#define JUDGED_DAYS 7
#define COPIES 30
#define HISTORY_LEAST (ALARM_BASE + 56)

/* Private matters lie in no place and in no analysis; neither do complaints about conduct. */
static str only_public(str q, day from, day upto, struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, 8192);
    if (!str_empty(str_trim(q))) strbuf_addf(&b, "(%.*s) ", P(q));
    strbuf_addz(&b, "-flag:private -about:conduct filed:");
    day_format(&b, from);
    strbuf_addz(&b, "..");
    day_format(&b, upto);
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static enum status bad(struct err *err, const char *field, const char *what) {
    err_set(err, E_INVALID, "bad_value", "%s", what);
    err_field(err, "%s", field);
    return E_INVALID;
}

static day today(struct app *app) {
    return day_from_instant(&app_city(app)->calendar.zone, app_now(app));
}

/* --- scan --- */

struct share {
    struct hotspot_worker *worker;
    struct arena arena;
    uint64_t seed;
    uint32_t first, n;
    double *maxima;
    double cpu_s;
    pthread_t thread;
};

static void *run_share(void *arg) {
    struct share *s = arg;
    struct timespec from, to;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    hotspot_replicate(s->worker, s->seed, s->first, s->n, s->maxima);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    s->cpu_s = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    return NULL;
}

double scan_run_threads(const struct hotspot *scan, uint64_t seed, uint32_t n, int threads, double *ret_maxima) {
    struct share shares[THREADS_MAX];
    double cpu_s = 0;
    uint32_t at = 0;
    for (int i = 0; i < threads; i++) {
        uint32_t part = (n - at) / (uint32_t)(threads - i);
        shares[i] = (struct share){.seed = seed, .first = at, .n = part, .maxima = ret_maxima + at};
        arena_init(&shares[i].arena, (size_t)4 << 30);
        shares[i].worker = hotspot_worker_new(scan, &shares[i].arena);
        check(pthread_create(&shares[i].thread, NULL, run_share, &shares[i]) == 0);
        at += part;
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(shares[i].thread, NULL);
        arena_done(&shares[i].arena);
        cpu_s += shares[i].cpu_s;
    }
    return cpu_s;
}

static void add_date(struct strbuf *b, const char *key, day d) {
    int32_t year, month, mday;
    day_to_ymd(d, &year, &month, &mday);
    strbuf_addf(b, "%s%d/%d/%d", key, (int)year, (int)month, (int)mday);
}

static str settings_text(const struct scan_request *r, struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, 4096);
    strbuf_addz(&b, "[Input]\nCaseFile=scan.cas\nCoordinatesFile=scan.geo\nCoordinatesType=1\nPrecisionCaseTimes=3\n");
    add_date(&b, "StartDate=", (day){r->upto.n - r->days + 1});
    add_date(&b, "\nEndDate=", r->upto);
    strbuf_addf(&b, "\n[Analysis]\nAnalysisType=%d\nModelType=2\nScanAreas=1\nTimeAggregationUnits=3\n",
                r->alive ? 4 : 3);
    strbuf_addz(&b, "TimeAggregationLength=1\n[Spatial Window]\nMaxSpatialSizeInPopulationAtRisk=50\n");
    strbuf_addf(&b, "UseDistanceFromCenterOption=y\nMaxSpatialSizeInDistanceFromCenter=%.3f\n", r->radius_km);
    strbuf_addf(
        &b, "[Temporal Window]\nMinimumTemporalClusterSize=1\nMaxTemporalSizeInterpretation=1\nMaxTemporalSize=%d\n",
        (int)r->window);
    strbuf_addf(&b, "[Cluster Restrictions]\nMinimumCasesInHighRateClusters=2\n[Inference]\nMonteCarloReps=%d\n",
                (int)r->replications);
    if (r->alive) add_date(&b, "ProspectiveStartDate=", r->upto);
    strbuf_addc(&b, '\n');
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

/* The areas of the level that have a shape, each with the place that stands for it. */
static str places_text(const struct city *city, str level, struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, 4 << 20);
    for (size_t i = 0; i < city->n_areas; i++) {
        const struct area *a = &city->areas[i];
        if (!str_eq(str_code(&a->level), level) || a->shape.n_rings == 0 || a->retired) continue;
        lonlat at = shape_label_point(&a->shape);
        strbuf_addf(&b, "%s\t%.7f\t%.7f\n", a->code.s, at.lat_deg, at.lon_deg);
    }
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static str cases_text(const struct city *city, const struct counts *counts, struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, 64 << 20);
    for (size_t i = 0; i < counts->n; i++) {
        const struct count_row *row = &counts->rows[i];
        uint32_t area = city_area(city, row->key[0]);
        day d;
        if (area == NONE || city->areas[area].shape.n_rings == 0 || city->areas[area].retired) continue;
        if (row->n == 0 || !day_parse(row->key[1], &d)) continue;
        strbuf_addf(&b, "%.*s\t%llu\t", P(row->key[0]), (unsigned long long)row->n);
        add_date(&b, "", d);
        strbuf_addc(&b, '\n');
    }
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static enum status check_request(const struct scan_request *r, struct err *err) {
    if (r->days < 14 || r->days > ANALYSIS_DAYS_MAX) return bad(err, "days", "From 14 to 1100 days are scanned.");
    if (r->window < 1 || r->window > r->days / 2)
        return bad(err, "window", "A cluster lasts from 1 day to half of the period.");
    if (!(r->radius_km >= 0.1 && r->radius_km <= 500)) return bad(err, "radius", "The radius is from 0.1 to 500 km.");
    if (r->replications < 0 || r->replications > 9999)
        return bad(err, "replications", "From 0 to 9999 replications are run.");
    return OK;
}

enum status app_scan_files(struct app *app, const struct caller *caller, const struct scan_request *r,
                           struct arena *arena, struct scan_files *ret, struct err *err) {
    const struct city *city = app_city(app);
    str level = code_empty(&r->level) ? str_code(&city->private_level) : str_code(&r->level);
    struct counts counts;
    struct count_request request;
    enum status status = check_request(r, err);
    if (status != OK) return status;
    str q = only_public(r->q, (day){r->upto.n - r->days + 1}, r->upto, arena);
    str by = str_format(arena, "area:%.*s,day", P(level));
    status = app_counts(app, caller, q, by, S(""), arena, &counts, &request, err);
    if (status != OK) return status;
    *ret =
        (struct scan_files){settings_text(r, arena), cases_text(city, &counts, arena), places_text(city, level, arena)};
    return OK;
}

enum status app_scan(const struct scan_files *files, struct arena *arena, struct scan_found *ret, struct err *err) {
    struct satscan_texts texts = {
        .cases = files->cases, .places = files->places, .controls = S(""), .population = S("")};
    struct hotspot *scan;
    enum status status = satscan_parse_settings(files->settings, &ret->settings, err);
    if (status == OK && str_empty(files->cases)) return OK;
    if (status == OK) status = satscan_read(&ret->settings, &texts, arena, &ret->data, err);
    double cases = 0;
    for (size_t i = 0; status == OK && i < ret->data.input.n_cases; i++) cases += ret->data.input.cases[i].n;
    if (status == OK && cases < 2) return OK; /* nothing to compare */
    if (status == OK) status = hotspot_prepare(&ret->data.input, arena, &scan, err);
    if (status != OK) return status;
    uint32_t n = (uint32_t)ret->settings.replications;
    double *maxima = NEW_ARRAY(arena, double, n);
    scan_run_threads(scan, SCAN_SEED, n, THREADS, maxima);
    ret->total = hotspot_total(scan);
    ret->circles = hotspot_circles(scan);
    ret->n_clusters = hotspot_find(hotspot_worker_new(scan, arena), n > 0 ? maxima : NULL, n, arena, ret->clusters,
                                   ANALYSIS_CLUSTERS_MAX);
    return OK;
}

/* --- series of days --- */

struct series {
    str key;
    double *counts;
};
struct all_series {
    day first;
    size_t n_days, n;
    struct series *items;
};

static enum status count(struct app *app, const struct caller *caller, str q, str by, struct arena *arena,
                         struct counts *ret, struct err *err) {
    day upto = {today(app).n - 1};
    struct count_request request;
    str all = only_public(q, (day){upto.n - ANALYSIS_DAYS_MAX + 1}, upto, arena);
    return app_counts(app, caller, all, by, S(""), arena, ret, &request, err);
}

/* Counting began with the first case of any kind: days before it are not days without cases. */
static enum status first_day(struct app *app, const struct caller *caller, struct arena *arena, day *ret,
                             struct err *err) {
    struct counts counts;
    enum status status = count(app, caller, S(""), S("day"), arena, &counts, err);
    *ret = today(app);
    for (size_t i = 0; status == OK && i < counts.n; i++) {
        day d;
        if (day_parse(counts.rows[i].key[0], &d) && d.n < ret->n) *ret = d;
    }
    return status;
}

static struct series *series_of(struct all_series *all, str key, struct map *known, struct arena *arena) {
    uint32_t at = map_get(known, key);
    if (at != MAP_NONE) return &all->items[at];
    at = (uint32_t)all->n++;
    all->items[at] = (struct series){key, NEW_ARRAY(arena, double, all->n_days)};
    map_set(known, key, at);
    return &all->items[at];
}

/* The days up to yesterday of each key; with key NULL-length texts if `by` is the day alone. */
static enum status series_by(struct app *app, const struct caller *caller, str q, str by, struct arena *arena,
                             struct all_series *ret, struct err *err) {
    struct counts counts;
    struct map known;
    bool one = str_empty(by);
    enum status status = first_day(app, caller, arena, &ret->first, err);
    str keys = one ? S("day") : str_format(arena, "%.*s,day", P(by));
    if (status == OK) status = count(app, caller, q, keys, arena, &counts, err);
    if (status != OK) return status;
    ret->n_days = (size_t)(today(app).n - ret->first.n);
    ret->n = 0;
    ret->items = NEW_ARRAY(arena, struct series, counts.n + 1);
    map_init(&known);
    if (one) series_of(ret, S(""), &known, arena);
    for (size_t i = 0; i < counts.n; i++) {
        const struct count_row *row = &counts.rows[i];
        day d;
        if (!day_parse(row->key[one ? 0 : 1], &d)) continue;
        series_of(ret, one ? S("") : row->key[0], &known, arena)->counts[d.n - ret->first.n] = (double)row->n;
    }
    map_done(&known);
    return OK;
}

/* Days off that would be worked by their weekday. */
static bool *holidays(const struct calendar *c, day first, size_t n, struct arena *arena) {
    bool *ret = NEW_ARRAY(arena, bool, n);
    for (size_t i = 0; i < n; i++) {
        day d = {first.n + (int32_t)i};
        ret[i] = c->week[day_weekday(d)].n > 0 && !calendar_is_workday(c, d, NULL);
    }
    return ret;
}

enum status app_outlook(struct app *app, const struct caller *caller, str q, struct arena *arena, struct outlook *ret,
                        struct err *err) {
    struct all_series all;
    enum status status = series_by(app, caller, q, S(""), arena, &all, err);
    if (status != OK) return status;
    *ret = (struct outlook){.first = all.first, .counts = all.items[0].counts, .n = all.n_days};
    bool *off = holidays(&app_city(app)->calendar, all.first, all.n_days + FORECAST_DAYS, arena);
    struct daily daily = {.counts = ret->counts, .n = ret->n, .first = ret->first, .holiday = off};
    ret->has_forecast = forecast_week(&daily, &ret->week, NULL) == OK;
    return OK;
}

/* --- unusual days --- */

static uint64_t seed_of(str key) {
    uint64_t h = UINT64_C(1469598103934665603);
    for (size_t i = 0; i < key.len; i++) h = (h ^ (uint8_t)key.ptr[i]) * UINT64_C(1099511628211);
    return h;
}

static double mean_before(const double *counts, size_t end, size_t days) {
    double sum = 0;
    for (size_t i = end - days; i < end; i++) sum += counts[i];
    return sum / (double)days;
}

/* The curve is that of the days before the last week, so that a burst does not hide itself. */
static bool judge(const struct series *s, const struct all_series *all, double per_1000, struct arena *arena,
                  struct unusual *ret) {
    size_t judged = all->n_days - JUDGED_DAYS;
    double cases = 0;
    for (size_t t = judged; t < all->n_days; t++) cases += s->counts[t];
    if (cases < 2) return false;
    uint64_t seed = seed_of(s->key);
    struct alarm_curve curve = alarm_curve_of(s->counts, judged, all->first, arena);
    *ret = (struct unusual){.key = s->key, .score = -INFINITY};
    ret->threshold = alarm_threshold(&curve, per_1000, COPIES, seed, arena);
    for (size_t t = judged; t < all->n_days; t++) {
        double score = alarm_score(s->counts, t, seed);
        if (isnan(score) || score <= ret->score) continue;
        ret->score = score;
        ret->on = (day){all->first.n + (int32_t)t};
        ret->count = s->counts[t];
    }
    ret->expected = mean_before(s->counts, judged, 56);
    size_t shown = all->n_days < ANALYSIS_SHOWN_DAYS ? all->n_days : ANALYSIS_SHOWN_DAYS;
    ret->counts = NEW_ARRAY(arena, double, ANALYSIS_SHOWN_DAYS);
    for (size_t i = 0; i < shown; i++)
        ret->counts[ANALYSIS_SHOWN_DAYS - shown + i] = s->counts[all->n_days - shown + i];
    return ret->score > ret->threshold;
}

static int by_excess(const void *a, const void *b) {
    const struct unusual *x = a, *y = b;
    double p = x->score - x->threshold, q = y->score - y->threshold;
    return p > q ? -1 : p < q;
}

enum status app_unusual(struct app *app, const struct caller *caller, str q, str by, double per_1000,
                        struct arena *arena, struct unusual_days *ret, struct err *err) {
    struct all_series all;
    if (!str_is(by, "category") && !str_starts(by, S("area:"))) return bad(err, "by", "category or area:LEVEL.");
    if (!(per_1000 > 0 && per_1000 <= 100)) return bad(err, "per_1000", "More than 0, at most 100.");
    enum status status = series_by(app, caller, q, by, arena, &all, err);
    if (status != OK) return status;
    *ret =
        (struct unusual_days){.upto = {today(app).n - 1}, .first = {today(app).n - JUDGED_DAYS}, .per_1000 = per_1000};
    if (all.n_days < HISTORY_LEAST + JUDGED_DAYS) {
        ret->too_short = all.n;
        return OK;
    }
    ret->series = all.n;
    ret->found = NEW_ARRAY(arena, struct unusual, all.n + 1);
    for (size_t i = 0; i < all.n; i++)
        if (!str_empty(all.items[i].key) && judge(&all.items[i], &all, per_1000, arena, &ret->found[ret->n])) ret->n++;
    qsort(ret->found, ret->n, sizeof *ret->found, by_excess);
    return OK;
}
