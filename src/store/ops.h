/* ops.db, inside the store: opening and closing; what others use stands in store.h. */
#ifndef YIWANG_STORE_OPS_H
#define YIWANG_STORE_OPS_H

#include "store/store_int.h"

/* Opens ops.db of s->dir into s->ops. */
enum status ops_open(struct store *s, struct err *err) MUST_USE;
void ops_close(struct store *s);

#endif
