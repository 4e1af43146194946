/* The threads that serve requests: each runs a libmicrohttpd daemon of its own, all on one listening socket.
 * The threads of libmicrohttpd 0.9.75 wait a second time when epoll gave as many events as fit (128): a burst of exactly so many
 * requests is then read only when something else happens. A daemon run from outside never waits; but it may take the sign of
 * a resumption without looking for it, so that a resumption has to wake the thread by a sign of ours. */
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "http/http_int.h"

#define WAIT_MAX_MS 60000

struct worker {
    struct http_server *server;
    struct MHD_Daemon *daemon;
    int epoll_fd, wake_fd;
    _Atomic(bool) woken, stop;
    pthread_t thread;
};

struct workers {
    int listen_fd;
    unsigned n, n_running;
    struct worker worker[];
};

/* --- the thread --- */

static int wait_ms(struct MHD_Daemon *daemon) {
    MHD_UNSIGNED_LONG_LONG ms;
    if (MHD_get_timeout(daemon, &ms) != MHD_YES || ms > WAIT_MAX_MS) return WAIT_MAX_MS;
    return (int)ms;
}

static void *worker_main(void *ctx) {
    struct worker *w = ctx;
    struct pollfd fds[] = {{.fd = w->epoll_fd, .events = POLLIN}, {.fd = w->wake_fd, .events = POLLIN}};
    while (!atomic_load(&w->stop)) {
        (void)poll(fds, ARRAY_LEN(fds), wait_ms(w->daemon)); /* interrupted: as good as nothing to do */
        eventfd_t n;
        if (fds[1].revents & POLLIN) (void)eventfd_read(w->wake_fd, &n);
        atomic_store(&w->woken, false); /* before the daemon looks: what is resumed later wakes again */
        (void)MHD_run(w->daemon);
    }
    return NULL;
}

void worker_wake(struct worker *w) {
    if (!atomic_exchange(&w->woken, true)) (void)eventfd_write(w->wake_fd, 1);
}

/* --- its life --- */

static void on_connection(void *ctx, struct MHD_Connection *mhd, void **conn,
                          enum MHD_ConnectionNotificationCode what) {
    struct worker *w = ctx;
    dispatch_connection(w->server, w, mhd, conn, what);
}

static struct MHD_Daemon *start_daemon(struct worker *w, int fd, unsigned connections_max) {
    struct http_server *s = w->server;
    return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO, 0, NULL, NULL, dispatch_call, s,
                            MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                            HTTP_MEMORY_PER_CONNECTION, MHD_OPTION_CONNECTION_LIMIT, connections_max,
                            MHD_OPTION_CONNECTION_TIMEOUT, s->o.idle_timeout_s, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                            MHD_OPTION_URI_LOG_CALLBACK, dispatch_uri, s, MHD_OPTION_NOTIFY_COMPLETED,
                            dispatch_completed, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection, w, MHD_OPTION_END);
}

static bool start_thread(struct worker *w) {
    w->epoll_fd = MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    if (pthread_create(&w->thread, NULL, worker_main, w)) return false;
    (void)pthread_setname_np(w->thread, "http"); /* for those who look at the threads */
    return true;
}

static bool worker_start(struct worker *w, struct http_server *s, const struct workers *all) {
    w->server = s;
    w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w->wake_fd < 0) return false;
    w->daemon = start_daemon(w, all->listen_fd, (s->o.connections_max + all->n - 1) / all->n);
    if (w->daemon && start_thread(w)) return true;
    if (w->daemon) {
        (void)MHD_quiesce_daemon(w->daemon);
        MHD_stop_daemon(w->daemon);
    }
    close(w->wake_fd);
    return false;
}

struct workers *workers_start(struct http_server *s, int listen_fd) {
    struct workers *all = calloc(1, sizeof *all + s->o.threads * sizeof all->worker[0]);
    check(all);
    all->listen_fd = listen_fd;
    all->n = s->o.threads;
    while (all->n_running < all->n && worker_start(&all->worker[all->n_running], s, all)) all->n_running++;
    if (all->n_running == all->n) return all;
    workers_refuse(all);
    workers_stop(all);
    return NULL;
}

void workers_refuse(struct workers *all) {
    for (unsigned i = 0; i < all->n_running; i++) (void)MHD_quiesce_daemon(all->worker[i].daemon);
    close(all->listen_fd);
}

void workers_stop(struct workers *all) {
    for (unsigned i = 0; i < all->n_running; i++) {
        struct worker *w = &all->worker[i];
        atomic_store(&w->stop, true);
        worker_wake(w);
        pthread_join(w->thread, NULL);
        MHD_stop_daemon(w->daemon);
        close(w->wake_fd);
    }
    free(all);
}
