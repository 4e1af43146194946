/* Things of the city: what cases are about. */
#ifndef YIWANG_APP_THINGS_H
#define YIWANG_APP_THINGS_H

#include "app/app.h"

/* The idempotency key of putting a thing into its register, whoever does it. */
void thing_key(const code *thing, struct command *c);

#endif
