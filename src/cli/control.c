/* The socket by which the command line talks to a running server: only the owner of the data directory may connect.
 * Message: 32-bit count of arguments, then each as 32-bit length and bytes, then the input; answer: 32-bit exit code,
 * then text. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/cli.h"

#define MESSAGE_MAX (256u << 10)
#define ARGUMENTS_MAX 40

struct control {
    struct admin *admin;
    int fd, stop[2];
    struct sockaddr_un address;
    pthread_t thread;
};

static bool socket_address(const char *data_dir, struct sockaddr_un *ret) {
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    int n = snprintf(ret->sun_path, sizeof ret->sun_path, "%s/control.sock", data_dir);
    return n > 0 && (size_t)n < sizeof ret->sun_path;
}

static bool write_all(int fd, const void *bytes, size_t n) {
    const char *at = bytes;
    while (n > 0) {
        ssize_t w = send(fd, at, n, MSG_NOSIGNAL);
        if (w <= 0) return false;
        at += w;
        n -= (size_t)w;
    }
    return true;
}

static bool read_all(int fd, struct strbuf *b) {
    char chunk[8192];
    ssize_t n = 0;
    while (!b->overflow && (n = recv(fd, chunk, sizeof chunk, 0)) > 0) strbuf_add(b, (str){chunk, (size_t)n});
    return n == 0 && !b->overflow;
}

static bool take_u32(str *rest, uint32_t *ret) {
    if (rest->len < 4) return false;
    memcpy(ret, rest->ptr, 4);
    *rest = str_slice(*rest, 4, rest->len);
    return true;
}

static bool take_text(str *rest, struct arena *arena, char **ret) {
    uint32_t n;
    if (!take_u32(rest, &n) || n > rest->len) return false;
    *ret = str_cstr(arena, str_slice(*rest, 0, n));
    *rest = str_slice(*rest, n, rest->len);
    return true;
}

static int run_message(struct control *c, str message, struct strbuf *out) {
    struct arena arena;
    uint32_t n = 0;
    char *argv[ARGUMENTS_MAX];
    arena_init(&arena, 4 << 20);
    bool ok = take_u32(&message, &n) && n >= 1 && n <= ARGUMENTS_MAX;
    for (uint32_t i = 0; ok && i < n; i++) ok = take_text(&message, &arena, &argv[i]);
    int exit_status = ok ? admin_run(c->admin, (int)n, argv, message, out) : EXIT_USAGE;
    arena_done(&arena);
    return exit_status;
}

static void serve_one(struct control *c, int fd) {
    struct strbuf in, out;
    struct timeval limit = {.tv_sec = 5};
    strbuf_init(&in, MESSAGE_MAX);
    strbuf_init(&out, 1 << 20);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (read_all(fd, &in)) {
        uint32_t exit_status = (uint32_t)run_message(c, strbuf_str(&in), &out);
        if (write_all(fd, &exit_status, sizeof exit_status)) write_all(fd, out.ptr, out.len);
    }
    strbuf_done(&in);
    strbuf_done(&out);
    close(fd);
}

static void *listen_loop(void *ctx) {
    struct control *c = ctx;
    struct pollfd fds[] = {{c->fd, POLLIN, 0}, {c->stop[0], POLLIN, 0}};
    for (;;) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR) return NULL;
        if (fds[1].revents != 0) return NULL;
        if ((fds[0].revents & POLLIN) == 0) continue;
        int fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0) serve_one(c, fd);
    }
}

enum status control_start(struct admin *a, const char *data_dir, struct control **ret, struct err *err) {
    struct control *c = calloc(1, sizeof *c);
    check(c != NULL && pipe(c->stop) == 0);
    c->admin = a;
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = c->fd >= 0 && socket_address(data_dir, &c->address);
    if (ok) unlink(c->address.sun_path); /* the data directory's lock is ours: a leftover */
    mode_t mask = umask(0177);
    ok = ok && bind(c->fd, (struct sockaddr *)&c->address, sizeof c->address) == 0 && listen(c->fd, 8) == 0;
    umask(mask);
    if (!ok) {
        free(c);
        return err_set(err, E_STORAGE, "no_control", "The control socket in %s cannot be made.", data_dir);
    }
    check(pthread_create(&c->thread, NULL, listen_loop, c) == 0);
    *ret = c;
    return OK;
}

void control_stop(struct control *c) {
    close(c->stop[1]);
    pthread_join(c->thread, NULL);
    close(c->stop[0]);
    close(c->fd);
    unlink(c->address.sun_path);
    free(c);
}

static bool send_message(int fd, int argc, char **argv, str input) {
    uint32_t n = (uint32_t)argc;
    bool ok = write_all(fd, &n, sizeof n);
    for (int i = 0; ok && i < argc; i++) {
        n = (uint32_t)strlen(argv[i]);
        ok = write_all(fd, &n, sizeof n) && write_all(fd, argv[i], n);
    }
    return ok && write_all(fd, input.ptr, input.len) && shutdown(fd, SHUT_WR) == 0;
}

bool control_send(const char *data_dir, int argc, char **argv, str input, int *ret_code, struct strbuf *out) {
    struct sockaddr_un address;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || !socket_address(data_dir, &address) ||
        connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        if (fd >= 0) close(fd);
        return false;
    }
    struct strbuf answer;
    uint32_t exit_status = EXIT_REFUSED;
    strbuf_init(&answer, 1 << 20);
    bool ok = send_message(fd, argc, argv, input) && read_all(fd, &answer);
    str rest = strbuf_str(&answer);
    ok = ok && take_u32(&rest, &exit_status);
    *ret_code = (int)exit_status;
    strbuf_add(out, ok ? rest : S("the running server did not answer\n"));
    strbuf_done(&answer);
    close(fd);
    return true;
}
