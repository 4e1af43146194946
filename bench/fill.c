/* Fills a data directory with cases, in process: through intake, rules and writer like any other, without views, which
 * `yiwang rebuild` makes afterwards.
 *
 *   fill --city city/jintan --data DIR --cases 1000000 [--open 20]     per mille that are still open
 *
 * Closed cases spread over the last thousand days, filed by an import; open ones come from residents in the last minutes,
 * so that no clock is due while a benchmark runs. Prints one JSON object. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/app.h"
#include "base/json.h"
#include "reports.h"

#define WINDOW 1024 /* filings on the way */
#define SPREAD_MS (1000 * MS_DAY)
#define YOUNG_MS (5 * MS_MINUTE)

struct slot {
    struct submission submission;
    struct arena arena;
    struct fill *fill;
    bool busy;
};
struct fill {
    const char *city, *data;
    int64_t cases, open_per_mille, seed;
    struct app app;
    struct reports reports;
    struct caller stranger;
    struct slot *slots;
    pthread_mutex_t lock;
    pthread_cond_t freed;
    _Atomic int64_t clock_ms;
    int64_t real_ms;
    uint64_t filed, failed;
    struct err first;
};

static instant made_up_now(void *ctx) {
    struct fill *f = ctx;
    return (instant){f->clock_ms};
}

static void filed(struct submission *s) {
    struct slot *slot = s->ctx;
    struct fill *f = slot->fill;
    pthread_mutex_lock(&f->lock);
    if (s->result.status == OK)
        f->filed++;
    else if (f->failed++ == 0)
        f->first = s->result.err;
    slot->busy = false;
    pthread_cond_signal(&f->freed);
    pthread_mutex_unlock(&f->lock);
}

static struct slot *take_slot(struct fill *f, uint64_t i) {
    struct slot *slot = &f->slots[i % WINDOW];
    pthread_mutex_lock(&f->lock);
    while (slot->busy) pthread_cond_wait(&f->freed, &f->lock);
    slot->busy = true;
    pthread_mutex_unlock(&f->lock);
    arena_clear(&slot->arena);
    return slot;
}

/* As an import would have it: filed then, closed some hours later. */
static void make_closed(struct fill *f, struct command *c) {
    c->actor = (struct actor){.kind = ACTOR_IMPORT, .role = code_of("importer")};
    c->filing.channel = code_of("import");
    c->filing.happened = (instant){f->clock_ms};
    c->filing.closed = instant_add(c->filing.happened, (span){MS_HOUR * (1 + rng_below(&f->reports.rng, 200))});
}

static enum status file_one(struct fill *f, uint64_t i, bool closed, struct err *err) {
    struct slot *slot = take_slot(f, i);
    struct strbuf text;
    struct made_report made;
    struct intake intake;
    struct report *report = NEW(&slot->arena, struct report);
    strbuf_init(&text, 4096);
    reports_next(&f->reports, NONE, &made, &text);
    *report = (struct report){
        .text = str_dup(&slot->arena, strbuf_str(&text)), .place = made.place, .happened = INSTANT_NONE};
    strbuf_done(&text);
    report->address = text_in(&f->reports.city->areas[made.area].name, 0);
    report->phone = str_format(&slot->arena, "0519-%08llu", (unsigned long long)(made.serial % 100000000));
    slot->submission = (struct submission){.done = filed, .ctx = slot};
    enum status status =
        app_report(&f->app, &f->stranger, report, &slot->arena, &slot->submission.command, &intake, err);
    if (status == OK && closed) make_closed(f, &slot->submission.command);
    while (status == OK && (status = store_submit(f->app.store, &slot->submission, err)) == E_BUSY) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        status = OK;
    }
    if (status != OK) slot->busy = false;
    return status;
}

static void wait_all(struct fill *f) {
    pthread_mutex_lock(&f->lock);
    for (size_t i = 0; i < WINDOW; i++)
        while (f->slots[i].busy) pthread_cond_wait(&f->freed, &f->lock);
    pthread_mutex_unlock(&f->lock);
}

static enum status file_all(struct fill *f, struct err *err) {
    uint64_t n = (uint64_t)f->cases, n_open = n * (uint64_t)f->open_per_mille / 1000, n_closed = n - n_open;
    enum status status = OK;
    for (uint64_t i = 0; i < n && status == OK; i++) {
        bool closed = i < n_closed;
        /* The writer's clock goes forward only. */
        f->clock_ms = closed
                          ? f->real_ms - SPREAD_MS - 10 * MS_DAY + (int64_t)((double)i / (double)n_closed * SPREAD_MS)
                          : f->real_ms - YOUNG_MS + (int64_t)((i - n_closed) * YOUNG_MS / (n_open + 1));
        status = file_one(f, i, closed, err);
    }
    wait_all(f);
    return status;
}

static enum status open_all(struct fill *f, struct arena *arena, struct err *err) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    f->real_ms = (int64_t)t.tv_sec * 1000;
    f->clock_ms = f->real_ms - SPREAD_MS - 11 * MS_DAY;
    struct app_options o = {
        .city_dir = f->city, .data_dir = f->data, .now = made_up_now, .now_ctx = f, .no_projector = true};
    enum status status = app_open(&o, &f->app, NULL, err);
    if (status != OK) return status;
    reports_init(&f->reports, app_city(&f->app), (uint64_t)f->seed, arena);
    f->stranger = app_stranger(&f->app, 0);
    f->slots = calloc(WINDOW, sizeof *f->slots);
    check(f->slots != NULL);
    for (size_t i = 0; i < WINDOW; i++) {
        f->slots[i].fill = f;
        arena_init(&f->slots[i].arena, 1 << 20);
    }
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->freed, NULL);
    return OK;
}

int main(int argc, char **argv) {
    struct fill f = {.cases = 1000, .open_per_mille = 20, .seed = 7};
    const struct tool_option options[] = {
        {"--city", &f.city, NULL},           {"--data", &f.data, NULL}, {"--cases", NULL, &f.cases},
        {"--open", NULL, &f.open_per_mille}, {"--seed", NULL, &f.seed},
    };
    struct arena arena;
    struct err err = {0};
    if (!tool_options(argc, argv, options, ARRAY_LEN(options)) || f.city == NULL || f.data == NULL) return 2;
    arena_init(&arena, 0);
    int64_t begin = now_ns();
    enum status status = open_all(&f, &arena, &err);
    if (status == OK) status = file_all(&f, &err);
    if (status == OK && f.failed > 0) err = f.first;
    if (err.status != OK) {
        fprintf(stderr, "fill: %s (%s) %s\n", err.primary, err.code, err.detail);
        return 1;
    }
    app_close(&f.app);
    printf("{\"cases\":%llu,\"seconds\":%.3f,\"cpu_s\":%.3f}\n", (unsigned long long)f.filed,
           (double)(now_ns() - begin) / 1e9, (double)cpu_ns() / 1e9);
    arena_done(&arena);
    return 0;
}
