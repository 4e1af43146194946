/* What counts say: where there were more than expected, what the coming week brings, which days were unusual.
 *
 * Everything is counted under the caller's own sight and without private matters and complaints about conduct; nothing is
 * about persons. A scan is made from SaTScan's own files, which anybody may have: `yiwang scan` finds the same in them. */
#ifndef YIWANG_APP_ANALYSIS_H
#define YIWANG_APP_ANALYSIS_H

#include "app/app.h"
#include "insight/forecast.h"
#include "insight/satscan.h"

#define ANALYSIS_DAYS_MAX 1100
#define ANALYSIS_CLUSTERS_MAX 20
#define ANALYSIS_SHOWN_DAYS 90

struct scan_request {
    str q;                /* which cases; empty = all */
    code level;           /* of the areas that are the places; empty = that to which private matters are lifted */
    day upto;             /* last day of the period; days before it are scanned */
    int32_t days, window; /* period; longest cluster, at most half of it */
    double radius_km;
    int32_t replications;
    bool alive; /* only clusters that reach the last day */
};
struct scan_files {
    str settings, cases, places; /* scan.prm, scan.cas, scan.geo */
};
struct scan_found {
    struct satscan_settings settings;
    struct satscan_data data; /* names are codes of areas */
    double total;
    size_t circles, n_clusters;
    struct hotspot_cluster clusters[ANALYSIS_CLUSTERS_MAX];
};

/* Counts cases by place and day and writes them as SaTScan's files. errors: those of app_counts; E_INVALID bad_value with
 * the field. memory: arena. */
enum status app_scan_files(struct app *app, const struct caller *caller, const struct scan_request *r,
                           struct arena *arena, struct scan_files *ret, struct err *err) MUST_USE;
/* Scans the files, as `yiwang scan` with seed 1. errors: E_INVALID scan_empty: fewer than two cases. memory: arena.
 * cost: 20–2 000 µs a replication, on two threads. */
enum status app_scan(const struct scan_files *files, struct arena *arena, struct scan_found *ret,
                     struct err *err) MUST_USE;
/* Runs n replications on so many threads (at most 64). out: ret_maxima[n], the same for any number of threads; CPU
 * seconds used. */
double scan_run_threads(const struct hotspot *scan, uint64_t seed, uint32_t n, int threads, double *ret_maxima);

/* The days of cases that q selects, and the seven that follow. */
struct outlook {
    day first; /* of counts; the last is yesterday */
    double *counts;
    size_t n;
    bool has_forecast; /* false: too little history */
    struct forecast week;
};
/* errors: those of app_counts. memory: arena. cost: a count and 1–2 ms. */
enum status app_outlook(struct app *app, const struct caller *caller, str q, struct arena *arena, struct outlook *ret,
                        struct err *err) MUST_USE;

/* A series whose counts of a day in the last week lie above what chance gives `per_1000` of 1 000 days. */
struct unusual {
    str key;                /* category or area */
    day on;                 /* the most unusual of the last seven days */
    double count, expected; /* of that day; mean of the 56 days before the last week */
    double score, threshold;
    double *counts; /* ANALYSIS_SHOWN_DAYS days up to yesterday */
};
struct unusual_days {
    day first, upto; /* what was judged: the last seven days */
    double per_1000;
    size_t series, too_short; /* judged; with too little history to be judged */
    struct unusual *found;    /* the most unusual first */
    size_t n;
};
/* in: by: "category" or "area:LEVEL"; 0 < per_1000 <= 100. errors: those of app_counts; E_INVALID bad_value. memory:
 * arena. cost: a count, and 2 ms a series that had cases last week. */
enum status app_unusual(struct app *app, const struct caller *caller, str q, str by, double per_1000,
                        struct arena *arena, struct unusual_days *ret, struct err *err) MUST_USE;

#endif
