/* A caller who sees the whole jurisdiction, as a member of the centre would. */
#ifndef YIWANG_BENCH_STAFF_H
#define YIWANG_BENCH_STAFF_H

#include "app/app.h"

/* in: a city with such a role. */
struct caller staff_caller(const struct app *app);
/* Prints an err on stderr. out: 1, for main. */
int staff_refused(const char *program, const struct err *err);

#endif
