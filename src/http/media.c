/* Photos, the server's side: hands the bytes to a child and takes the results back. Decoders of pictures are where
 * servers get broken into; here a broken decoder owns a process that can compute and write to one socket. A child costs
 * about 20 ms besides the decoding. */
#include "http/media_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE_MS 10000
#define CHILDREN_MAX 4

const char *media_child_program = "/proc/self/exe";

static enum status bad_image(struct err *err) {
    err_set(err, E_INVALID, "bad_image", "This is not a picture that can be read.");
    err_hint(err, "JPEG, PNG, WebP and GIF are taken, up to 20 MB and 50 megapixels.");
    return E_INVALID;
}

static int64_t clock_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Starts the child with the socket as its standard input and output, and no other descriptor. */
static int spawn_child(int fd, pid_t *ret_pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fd, 0);
    posix_spawn_file_actions_adddup2(&actions, fd, 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    char name[] = "yiwang", argument[] = "media-child";
    char *argv[] = {name, argument, NULL}, *env[] = {NULL};
    int failed = posix_spawn(ret_pid, media_child_program, &actions, &attr, argv, env);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* One exchange with a child. */
struct talk {
    int fd;
    str out;          /* still to be sent */
    struct strbuf in; /* received */
    int64_t deadline_ms;
};

static bool talk_send(struct talk *t) {
    ssize_t n = send(t->fd, t->out.ptr, t->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    t->out = str_slice(t->out, (size_t)n, t->out.len);
    if (!t->out.len) shutdown(t->fd, SHUT_WR);
    return true;
}

/* out: false at the end or a failure. */
static bool talk_receive(struct talk *t) {
    char bytes[64 * 1024];
    ssize_t n = recv(t->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    if (n == 0) return false;
    strbuf_add(&t->in, (str){bytes, (size_t)n});
    return !t->in.overflow;
}

static void talk_run(struct talk *t) {
    for (;;) {
        int64_t left = t->deadline_ms - clock_ms();
        if (left <= 0) return;
        struct pollfd p = {.fd = t->fd, .events = (short)(POLLIN | (t->out.len ? POLLOUT : 0))};
        if (poll(&p, 1, (int)left) < 0 && errno != EINTR) return;
        if (p.revents & POLLOUT && t->out.len && !talk_send(t)) return;
        if (p.revents & (POLLIN | POLLHUP | POLLERR) && !talk_receive(t)) return;
    }
}

static bool size_ok(const struct media_size *s) {
    return s->len && s->width && s->height && s->width <= MEDIA_SIDE_MAX && s->height <= MEDIA_SIDE_MAX;
}

static struct picture picture_from(const struct media_size *size, const char *bytes) {
    struct picture p = {malloc(size->len), size->len, (int)size->width, (int)size->height};
    check(p.bytes);
    memcpy(p.bytes, bytes, size->len);
    return p;
}

/* Believes nothing that does not add up: the child may have been taken over. */
static enum status read_result(str in, struct picture *ret_full, struct picture *ret_thumb, struct err *err) {
    struct media_result r;
    if (in.len < sizeof r) return bad_image(err);
    memcpy(&r, in.ptr, sizeof r);
    if (r.magic != MEDIA_MAGIC) return bad_image(err);
    if (r.status == E_INTERNAL)
        return err_set(err, E_INTERNAL, "no_sandbox", "The sandbox for photos does not work here.");
    if (r.status != OK || !size_ok(&r.full) || !size_ok(&r.thumb)) return bad_image(err);
    if ((uint64_t)r.full.len + r.thumb.len + sizeof r != in.len) return bad_image(err);
    *ret_full = picture_from(&r.full, in.ptr + sizeof r);
    *ret_thumb = picture_from(&r.thumb, in.ptr + sizeof r + r.full.len);
    return OK;
}

static enum status clean_in_child(str bytes, struct picture *ret_full, struct picture *ret_thumb, struct err *err) {
    int pair[2];
    pid_t pid;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
        return err_set(err, E_BUSY, "busy", "There are no descriptors left for a photo.");
    int failed = spawn_child(pair[1], &pid);
    close(pair[1]);
    if (failed) {
        close(pair[0]);
        return err_set(err, E_BUSY, "busy", "The process for photos cannot start: %s.", strerror(failed));
    }
    struct talk t = {.fd = pair[0], .out = bytes, .deadline_ms = clock_ms() + DEADLINE_MS};
    strbuf_init(&t.in, sizeof(struct media_result) + 2 * MEDIA_BYTES_MAX);
    talk_run(&t);
    close(pair[0]);
    kill(pid, SIGKILL); /* it has said all that is wanted of it */
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
    enum status status = read_result(strbuf_str(&t.in), ret_full, ret_thumb, err);
    strbuf_done(&t.in);
    return status;
}

enum status media_clean(str bytes, struct picture *ret_full, struct picture *ret_thumb, struct err *err) {
    static _Atomic(int) children;
    struct picture_info info;
    if (bytes.len > MEDIA_BYTES_MAX) return err_set(err, E_TOO_LARGE, "image_too_large", "A photo may have 20 MB.");
    if (!picture_probe(bytes, &info)) return bad_image(err);
    enum status status = E_BUSY;
    if (atomic_fetch_add(&children, 1) < CHILDREN_MAX)
        status = clean_in_child(str_slice(bytes, 0, info.len), ret_full, ret_thumb, err);
    else
        err_set(err, E_BUSY, "busy", "Too many photos are being worked on.");
    atomic_fetch_sub(&children, 1);
    return status;
}

void picture_done(struct picture *p) {
    free(p->bytes);
    *p = (struct picture){0};
}
