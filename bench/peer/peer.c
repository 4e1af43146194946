#include "peer/peer.h"

#include <stdio.h>

PGconn *peer_open(const char *where) {
    PGconn *c = PQconnectdb(where);
    if (PQstatus(c) == CONNECTION_OK) return c;
    fprintf(stderr, "peer: %s", PQerrorMessage(c));
    PQfinish(c);
    return NULL;
}

bool peer_good(PGconn *c, const PGresult *r) {
    ExecStatusType status = PQresultStatus(r);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return true;
    fprintf(stderr, "peer: %s", PQerrorMessage(c));
    return false;
}

bool peer_prepare(PGconn *c, const char *name, const char *sql) {
    PGresult *r = PQprepare(c, name, sql, 0, NULL);
    bool good = peer_good(c, r);
    PQclear(r);
    return good;
}
