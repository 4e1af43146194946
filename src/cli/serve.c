/* yiwang serve: store, jobs, HTTP; SIGTERM and SIGINT drain and stop. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "api/api.h"
#include "cli/cli.h"
#include "jobs/courier.h"
#include "jobs/gauges.h"

#define DRAIN_MS 10000

struct server {
    struct app app;
    struct api api;
    struct jobs *jobs;
    struct courier *courier;
    struct gauges *gauges;
    struct admin admin;
    struct control *control;
};

struct serve_options {
    const char *city, *data, *listen, *limits, *database, *map, *rehearsal;
};

static enum status start(struct server *s, const struct serve_options *o, struct err *err) {
    if (o->map != NULL && access(o->map, R_OK) != 0)
        return err_set(err, E_NOT_FOUND, "no_file", "The map %s cannot be read.", o->map);
    struct app_options ao = {.city_dir = o->city, .data_dir = o->data, .rehearsal = o->rehearsal};
    struct strbuf report;
    strbuf_init(&report, 1 << 20);
    enum status status = app_open(&ao, &s->app, &report, err);
    fwrite(report.ptr, 1, report.len, stderr);
    strbuf_done(&report);
    if (status != OK) return status;
    api_init(&s->api, &s->app, &(struct api_files){.data_dir = o->data, .map = o->map});
    s->api.sensors = sensors_new(&s->app);
    s->jobs = jobs_start(&s->app);
    s->admin = (struct admin){&s->app, s->jobs};
    size_t n = 0;
    const struct http_route *routes = api_routes(&n);
    struct http_options ho = {.listen = o->listen,
                              .routes = routes,
                              .n_routes = n,
                              .ctx = &s->api,
                              .problem_words = api_problem_words,
                              .problem_form = api_problem_form,
                              .limits_off = o->limits != NULL,
                              .server_name = "yiwang"};
    status = gauges_start(&s->app, s->api.sensors, o->data, &s->gauges, err);
    if (status == OK) status = control_start(&s->admin, o->data, &s->control, err);
    if (status == OK) status = http_start(&ho, &s->api.server, err);
    if (status == OK) s->courier = courier_start(&s->app, &(struct photo_keeper){&s->app, api_keep_photo});
    return status;
}

static void stop(struct server *s) {
    if (s->gauges != NULL) gauges_stop(s->gauges);
    if (s->courier != NULL) courier_stop(s->courier);
    if (s->api.server != NULL) http_stop(s->api.server, DRAIN_MS);
    if (s->control != NULL) control_stop(s->control);
    if (s->jobs != NULL) jobs_stop(s->jobs);
    if (s->api.sensors != NULL) sensors_free(s->api.sensors);
    api_done(&s->api);
    if (s->app.store != NULL) app_close(&s->app);
}

/* Waits for a signal; looks every second whether a flush failed: then nothing more may be acknowledged. */
static int wait_for_end(struct server *s, const sigset_t *signals) {
    struct err err = {0};
    for (;;) {
        struct timespec second = {.tv_sec = 1};
        int signal = sigtimedwait(signals, NULL, &second);
        if (signal == SIGHUP) {
            struct strbuf out;
            strbuf_init(&out, 1 << 20);
            if (app_reload(&s->app, &out, &err) != OK) print_err(stderr, &err);
            fwrite(out.ptr, 1, out.len, stderr);
            strbuf_done(&out);
        } else if (signal > 0) {
            return EXIT_DONE;
        }
        if (store_is_failed(s->app.store, &err)) {
            refused(&err);
            return EXIT_REFUSED;
        }
    }
}

static bool read_options(int argc, char **argv, struct serve_options *o) {
    const struct option_spec specs[] = {
        {"--city", &o->city, NULL, true},
        {"--data", &o->data, NULL, true},
        {"--listen", &o->listen, NULL, false},
        {"--limits", &o->limits, NULL, false},
        {"--database", &o->database, NULL, false},
        {"--map", &o->map, NULL, false},
        {"--rehearsal", &o->rehearsal, NULL, false},
    };
    size_t n = 0;
    if (!options_read(argc, argv, specs, ARRAY_LEN(specs), NULL, 0, &n)) return false;
    if (o->limits != NULL && strcmp(o->limits, "off") != 0) {
        fprintf(stderr, "yiwang: --limits takes only the value off\n");
        usage();
        return false;
    }
    if (o->database != NULL) {
        fprintf(stderr, "yiwang: --database is not served by this version; the store is the folder of --data\n");
        return false;
    }
    if (o->listen == NULL) o->listen = "127.0.0.1:8080";
    return true;
}

int run_serve(int argc, char **argv) {
    struct serve_options o = {0};
    struct server s = {0};
    struct err err = {0};
    sigset_t signals;
    if (!read_options(argc, argv, &o)) return EXIT_USAGE;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL); /* before any thread starts */
    signal(SIGPIPE, SIG_IGN);
    if (start(&s, &o, &err) != OK) {
        refused(&err);
        stop(&s);
        return EXIT_REFUSED;
    }
    if (o.limits != NULL) fprintf(stderr, "yiwang: warning: rate limits are off; do not face a network like this\n");
    str label = text_in(&app_city(&s.app)->label, 0);
    printf("%.*s: http://%.*s:%u/\n", P(label), (int)(strrchr(o.listen, ':') - o.listen), o.listen,
           http_port(s.api.server));
    fflush(stdout);
    int exit_status = wait_for_end(&s, &signals);
    /* After a failed flush the views must not be touched any more: leave at once. */
    if (exit_status != EXIT_DONE) _exit(exit_status);
    stop(&s);
    return exit_status;
}
