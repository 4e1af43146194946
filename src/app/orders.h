/* Orders in force (surge mode): cases of a procedure that has an action with the field `clocks` (a choice of many); in force
 * while they have the flag order_in_force. Their scope is what that field, `areas` and `categories` said last. */
#ifndef YIWANG_APP_ORDERS_H
#define YIWANG_APP_ORDERS_H

#include "app/app.h"

#define ORDERS_MAX 32

struct order {
    struct kase kase;
    str clocks, areas, categories; /* separated by ','; areas and categories empty = all */
    str text, basis;
    instant ends;  /* INSTANT_NONE: until it is revoked */
    uint64_t held; /* cases that it holds */
};
/* The orders in force, oldest first. memory: arena. errors: those of the store. */
enum status app_orders(struct app *app, struct arena *arena, struct order **ret, size_t *ret_n,
                       struct err *err) MUST_USE;
/* Pauses what orders in force name and lets go what ended orders held, up to `max` cases. out: number of commands given;
 * fewer than max: nothing is left to do. */
size_t app_orders_run(struct app *app, size_t max);

#endif
