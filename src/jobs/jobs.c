#include "jobs/jobs.h"

#include "app/inspections.h"
#include "app/orders.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "app/rehearsal.h"

#define TIMERS_BATCH 256
#define ROUNDS_MAX 64 /* the rest waits for the next second */
#define JUMP_MS (5 * MS_MINUTE)
#define SWEEP_MS MS_HOUR
#define INSPECTIONS_ROUND 50 /* filed in one round: the clocks wait meanwhile */
#define VIEWS_WAIT_MS 1000
#define ORDERS_ROUND 20000 /* cases of orders in one round */

struct jobs {
    struct app *app;
    pthread_t thread;
    pthread_mutex_t round; /* one at a time */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
    _Atomic bool clock_jumped;
    int64_t offset_ms; /* wall minus monotonic when the clock was last believed */
    digest city;       /* package the provisional times were last recomputed for */
    uint64_t ordered;  /* what was written when orders were last looked at */
    struct inspection_run inspections;
    instant swept, redrawn;
};

static int64_t monotonic_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * MS_SECOND + t.tv_nsec / 1000000;
}

size_t jobs_run_timers(struct app *app, instant now) {
    struct timer timers[TIMERS_BATCH];
    size_t n = 0, done = 0, rounds = 0;
    struct err err;
    do {
        if (store_timers(app->store, now, timers, TIMERS_BATCH, &n, &err) != OK) return done;
        for (size_t i = 0; i < n; i++) {
            struct command c = {.kind = COMMAND_TICK,
                                .case_id = timers[i].case_id,
                                .clock = timers[i].clock,
                                .due = timers[i].due,
                                .actor = {.kind = ACTOR_TIMER}};
            struct result r;
            if (store_run(app->store, &c, &r) != OK) return done;
            done++;
        }
        /* The views must have seen these ticks, else the same timers come again. */
        if (n > 0 && store_wait(app->store, store_seq(app->store), 5000, &err) != OK) return done;
    } while (n == TIMERS_BATCH && ++rounds < ROUNDS_MAX);
    return done;
}

size_t jobs_run_recompute(struct app *app) {
    uint64_t ids[TIMERS_BATCH], after = 0;
    size_t n = 0, done = 0;
    struct err err;
    do {
        if (store_provisional(app->store, after, ids, TIMERS_BATCH, &n, &err) != OK) return done;
        for (size_t i = 0; i < n; i++) {
            struct command c = {.kind = COMMAND_RECOMPUTE, .case_id = ids[i], .actor = {.kind = ACTOR_SYSTEM}};
            struct result r;
            if (store_run(app->store, &c, &r) != OK) return done;
            after = ids[i];
            done++;
        }
    } while (n == TIMERS_BATCH);
    return done;
}

size_t jobs_run_redraw(struct app *app) {
    struct err err = {0};
    if (app_new_day(app, NULL, &err) != OK) fprintf(stderr, "yiwang: the package of today: %s\n", err.primary);
    return app_redraw(app);
}

static void watch_clock(struct jobs *j, instant now) {
    int64_t offset = now.ms - monotonic_ms(), jump = offset - j->offset_ms;
    if (atomic_load(&j->clock_jumped)) return;
    if (jump > -JUMP_MS && jump < JUMP_MS) {
        j->offset_ms = offset; /* slow drift is believed */
        return;
    }
    atomic_store(&j->clock_jumped, true);
    fprintf(
        stderr,
        "yiwang: the clock jumped by %lld s; timers stand still until somebody confirms it (yiwang timers confirm)\n",
        (long long)(jump / MS_SECOND));
}

static void one_round(struct jobs *j) {
    instant now = app_now(j->app);
    if (!atomic_load(&j->clock_jumped)) jobs_run_timers(j->app, now);
    if (!atomic_load(&j->clock_jumped)) app_inspections_run(j->app, &j->inspections, INSPECTIONS_ROUND);
    uint64_t seq = store_seq(j->app->store);
    /* orders are read from the views: those that lag are asked again in the next round */
    if (seq != j->ordered && store_wait(j->app->store, seq, VIEWS_WAIT_MS, NULL) == OK) {
        app_orders_run(j->app, ORDERS_ROUND);
        j->ordered = seq;
    }
    const struct city *city = app_city(j->app);
    bool is_new_day = day_from_instant(&city->calendar.zone, now).n >= city->next_change.n;
    if (!digest_eq(&city->hash, &j->city) || (is_new_day && now.ms - j->redrawn.ms > MS_MINUTE)) {
        jobs_run_recompute(j->app);
        jobs_run_redraw(j->app);
        j->city = city->hash;
        j->redrawn = now;
    }
    if (now.ms - j->swept.ms > SWEEP_MS) {
        app_redraw(j->app); /* what was reopened since */
        store_blob_sweep(j->app->store, now);
        j->swept = now;
    }
}

static void *run(void *ctx) {
    struct jobs *j = ctx;
    pthread_mutex_lock(&j->lock);
    while (!j->stopping) {
        pthread_mutex_unlock(&j->lock);
        pthread_mutex_lock(&j->round);
        watch_clock(j, app_now(j->app));
        one_round(j);
        pthread_mutex_unlock(&j->round);
        pthread_mutex_lock(&j->lock);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 1;
        if (!j->stopping) pthread_cond_timedwait(&j->wake, &j->lock, &until);
    }
    pthread_mutex_unlock(&j->lock);
    return NULL;
}

struct jobs *jobs_start(struct app *app) {
    struct jobs *j = calloc(1, sizeof *j);
    check(j != NULL);
    j->app = app;
    j->offset_ms = app_now(app).ms - monotonic_ms();
    j->swept = app_now(app);
    pthread_mutex_init(&j->round, NULL);
    pthread_mutex_init(&j->lock, NULL);
    pthread_cond_init(&j->wake, NULL);
    check(pthread_create(&j->thread, NULL, run, j) == 0);
    (void)pthread_setname_np(j->thread, "jobs");
    return j;
}

void jobs_stop(struct jobs *j) {
    pthread_mutex_lock(&j->lock);
    j->stopping = true;
    pthread_cond_signal(&j->wake);
    pthread_mutex_unlock(&j->lock);
    pthread_join(j->thread, NULL);
    pthread_cond_destroy(&j->wake);
    pthread_mutex_destroy(&j->lock);
    pthread_mutex_destroy(&j->round);
    free(j);
}

bool jobs_are_stopped(const struct jobs *j) {
    return atomic_load(&j->clock_jumped);
}

void jobs_confirm_clock(struct jobs *j) {
    pthread_mutex_lock(&j->lock);
    j->offset_ms = app_now(j->app).ms - monotonic_ms();
    atomic_store(&j->clock_jumped, false);
    pthread_cond_signal(&j->wake);
    pthread_mutex_unlock(&j->lock);
}

/* --- a rehearsal --- */

/* The next moment at which something happens by itself. What a round left behind holds nothing up. */
static enum status next_stop(struct jobs *j, instant until, instant *ret, struct err *err) {
    struct timer first;
    size_t n = 0;
    instant now = app_now(j->app), hour = instant_add(now, (span){MS_HOUR});
    *ret = hour.ms < until.ms ? hour : until;
    enum status status = store_wait(j->app->store, store_seq(j->app->store), 5000, err);
    if (status == OK) status = store_timers(j->app->store, *ret, &first, 1, &n, err);
    if (n > 0 && first.due.ms >= now.ms) ret->ms = first.due.ms + 1;
    return status;
}

enum status jobs_pass_to(struct jobs *j, instant until, struct err *err) {
    struct rehearsal *clock = j->app->rehearsal;
    if (clock == NULL)
        return err_set(err, E_INVALID, "not_a_rehearsal", "This is the real thing: its clock is the system's.");
    enum status status = OK;
    pthread_mutex_lock(&j->round);
    instant stop = app_now(j->app);
    if (until.ms < stop.ms) status = rehearsal_set(clock, until, err);
    if (status == OK) one_round(j);
    while (status == OK && stop.ms < until.ms) {
        status = next_stop(j, until, &stop, err);
        if (status == OK && stop.ms > app_now(j->app).ms) status = rehearsal_set(clock, stop, err);
        if (status == OK) one_round(j);
    }
    pthread_mutex_unlock(&j->round);
    jobs_confirm_clock(j);
    return status;
}
