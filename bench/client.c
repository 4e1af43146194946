#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MAX ((size_t)16 << 20)

bool client_open(struct client *c, uint16_t port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    *c = (struct client){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    strbuf_init(&c->in, ANSWER_MAX);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0) return false;
    return setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 && fcntl(c->fd, F_SETFL, O_NONBLOCK) == 0;
}

void client_close(struct client *c) {
    if (c->fd >= 0) close(c->fd);
    c->fd = -1;
    strbuf_done(&c->in);
}

bool client_send(struct client *c, str path, str token, str body) {
    char head[1024];
    bool post = body.len > 0;
    strbuf_clear(&c->in);
    int n = snprintf(head, sizeof head, "%s %.*s HTTP/1.1\r\nHost: localhost\r\n%s%.*s%s", post ? "POST" : "GET",
                     P(path), token.len > 0 ? "Authorization: Bearer " : "", P(token), token.len > 0 ? "\r\n" : "");
    if (post)
        n += snprintf(head + n, sizeof head - (size_t)n, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                      body.len);
    check(n > 0 && (size_t)n + 2 < sizeof head);
    memcpy(head + n, "\r\n", 2);
    struct iovec pieces[] = {{head, (size_t)n + 2}, {(void *)(uintptr_t)body.ptr, body.len}};
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = post ? 2 : 1};
    c->busy = true;
    return sendmsg(c->fd, &message, MSG_NOSIGNAL) == (ssize_t)((size_t)n + 2 + body.len);
}

/* The bytes of the body that the head promises. */
static bool body_length(str head, size_t *ret) {
    static const char KEY[] = "\r\ncontent-length: ";
    int64_t n = 0;
    for (size_t at = 0; at + sizeof KEY - 1 < head.len; at++) {
        if (strncasecmp(head.ptr + at, KEY, sizeof KEY - 1) != 0) continue;
        str rest = str_slice(head, at + sizeof KEY - 1, head.len);
        ptrdiff_t end = str_find(rest, S("\r\n"), 0);
        if (end < 0 || !str_to_i64(str_slice(rest, 0, (size_t)end), &n) || n < 0) return false;
        *ret = (size_t)n;
        return true;
    }
    return false;
}

static enum client_state take_answer(struct client *c, struct answer *ret) {
    str all = strbuf_str(&c->in);
    ptrdiff_t end = str_find(all, S("\r\n\r\n"), 0);
    size_t length = 0;
    int64_t status = 0;
    if (end < 0) return CLIENT_WAITS;
    ret->head = str_slice(all, 0, (size_t)end + 2);
    if (ret->head.len < 14 || !str_to_i64(str_slice(all, 9, 12), &status)) return CLIENT_BROKEN;
    if (!body_length(ret->head, &length)) return CLIENT_BROKEN;
    if (all.len < (size_t)end + 4 + length) return CLIENT_WAITS;
    ret->status = (int)status;
    ret->body = str_slice(all, (size_t)end + 4, (size_t)end + 4 + length);
    c->busy = false;
    return CLIENT_ANSWERED;
}

enum client_state client_read(struct client *c, struct answer *ret) {
    char chunk[65536];
    ssize_t n = recv(c->fd, chunk, sizeof chunk, 0);
    if (n < 0) return errno == EAGAIN || errno == EINTR ? CLIENT_WAITS : CLIENT_BROKEN;
    if (n == 0) return CLIENT_BROKEN;
    strbuf_add(&c->in, (str){chunk, (size_t)n});
    return c->in.overflow ? CLIENT_BROKEN : take_answer(c, ret);
}

bool client_ask(struct client *c, str path, str token, str body, struct answer *ret) {
    struct pollfd wait = {.fd = c->fd, .events = POLLIN};
    enum client_state state = CLIENT_WAITS;
    if (!client_send(c, path, token, body)) return false;
    while (state == CLIENT_WAITS && poll(&wait, 1, 30000) == 1) state = client_read(c, ret);
    return state == CLIENT_ANSWERED;
}
