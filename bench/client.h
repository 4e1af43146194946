/* A keep-alive HTTP/1.1 client on one non-blocking socket: one request at a time, answers with Content-Length. */
#ifndef YIWANG_BENCH_CLIENT_H
#define YIWANG_BENCH_CLIENT_H

#include "base/str.h"

struct client {
    int fd;
    struct strbuf in;
    int64_t sent_ns; /* when the request was due, for the caller */
    bool busy;
};
struct answer {
    int status;
    str head, body; /* valid until the next request */
};
enum client_state { CLIENT_WAITS, CLIENT_ANSWERED, CLIENT_BROKEN };

/* Connects to 127.0.0.1. errors: false. */
bool client_open(struct client *c, uint16_t port) MUST_USE;
void client_close(struct client *c);
/* Sends a request. in: path; token may be empty; body of JSON, empty = GET. errors: false if it did not go out whole. */
bool client_send(struct client *c, str path, str token, str body) MUST_USE;
/* Takes what has arrived. */
enum client_state client_read(struct client *c, struct answer *ret);
/* Sends and waits. errors: false if the connection broke. */
bool client_ask(struct client *c, str path, str token, str body, struct answer *ret) MUST_USE;

#endif
