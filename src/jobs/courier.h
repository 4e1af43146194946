/* The courier: brings bundles to the servers that have an address and takes what they answer. */
#ifndef YIWANG_JOBS_COURIER_H
#define YIWANG_JOBS_COURIER_H

#include "app/exchange.h"

struct courier;

/* Starts the thread. in: app and what the keeper knows must outlive it. */
struct courier *courier_start(struct app *app, const struct photo_keeper *keeper);
/* Stops after the visit under way (at most its timeout). */
void courier_stop(struct courier *c);

#endif
