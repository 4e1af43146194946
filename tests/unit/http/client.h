/* A bare HTTP client for the tests: sends bytes, reads replies. */
#ifndef YIWANG_TEST_HTTP_CLIENT_H
#define YIWANG_TEST_HTTP_CLIENT_H

#include "http/http.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct client {
    int fd;
    char in[256 * 1024];
    size_t len;
};

struct answer {
    int status;
    char head[8192];
    char body[128 * 1024];
    size_t body_len;
};

static struct client *client_open(uint16_t port) {
    struct client *c = calloc(1, sizeof *c);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    check(c);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(c->fd >= 0 && connect(c->fd, (const struct sockaddr *)&a, sizeof a) == 0);
    return c;
}

static UNUSED void client_close(struct client *c) {
    close(c->fd);
    free(c);
}

/* out: false if the server has closed. */
static bool client_send(struct client *c, const char *bytes, size_t len) {
    while (len) {
        ssize_t n = send(c->fd, bytes, len, MSG_NOSIGNAL);
        if (n <= 0) return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

static bool client_sendz(struct client *c, const char *z) {
    return client_send(c, z, strlen(z));
}

/* Reads once, at most until the time is up. out: bytes, 0 at the end, -1 in vain. */
static ssize_t client_more(struct client *c, int timeout_ms) {
    struct pollfd p = {.fd = c->fd, .events = POLLIN};
    if (poll(&p, 1, timeout_ms) != 1) return -1;
    check(c->len < sizeof c->in - 1);
    ssize_t n = recv(c->fd, c->in + c->len, sizeof c->in - 1 - c->len, 0);
    if (n < 0) return 0; /* a reset is an end too */
    c->len += (size_t)n;
    c->in[c->len] = 0;
    return n;
}

static void client_drop(struct client *c, size_t n) {
    memmove(c->in, c->in + n, c->len - n);
    c->len -= n;
    c->in[c->len] = 0;
}

/* Reads one reply with a Content-Length. out: false if the server closed or was silent for the time. */
static bool client_read(struct client *c, struct answer *ret, bool is_head, int timeout_ms) {
    char *end;
    while (!(end = memmem(c->in, c->len, "\r\n\r\n", 4)))
        if (client_more(c, timeout_ms) <= 0) return false;
    size_t head = (size_t)(end - c->in) + 4, body = 0;
    check(head < sizeof ret->head);
    memcpy(ret->head, c->in, head);
    ret->head[head] = 0;
    check(sscanf(ret->head, "HTTP/1.1 %d", &ret->status) == 1);
    const char *length = strcasestr(ret->head, "\r\nContent-Length:");
    if (length && !is_head) body = strtoul(length + 17, NULL, 10);
    check(body < sizeof ret->body);
    while (c->len < head + body)
        if (client_more(c, timeout_ms) <= 0) return false;
    memcpy(ret->body, c->in + head, body);
    ret->body[body] = 0;
    ret->body_len = body;
    client_drop(c, head + body);
    return true;
}

/* One request on a connection of its own. */
static UNUSED void client_ask(uint16_t port, const char *request, struct answer *ret) {
    struct client *c = client_open(port);
    memset(ret, 0, sizeof *ret);
    client_sendz(c, request);
    if (!client_read(c, ret, strncmp(request, "HEAD ", 5) == 0, 5000)) ret->status = -1;
    client_close(c);
}

#endif
