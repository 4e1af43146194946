/* PostgreSQL as the peer: connections that end the program with a message when something is wrong with the peer. */
#ifndef YIWANG_BENCH_PEER_H
#define YIWANG_BENCH_PEER_H

#include <libpq-fe.h>

#include "base/str.h"

/* Connects. errors: NULL, after a line on stderr. */
PGconn *peer_open(const char *where);
/* Prepares a statement. errors: false, after a line on stderr. */
bool peer_prepare(PGconn *c, const char *name, const char *sql) MUST_USE;
/* Whether a result is good; prints what is not, frees nothing. */
bool peer_good(PGconn *c, const PGresult *r);

#endif
