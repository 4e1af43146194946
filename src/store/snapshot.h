/* The snapshot of the facts: the columns as they lie in memory, with their dictionaries and a checksum. A convenience:
 * whatever is wrong with it, the views are read instead. Same machine only (byte order as it is). */
#ifndef YIWANG_STORE_SNAPSHOT_H
#define YIWANG_STORE_SNAPSHOT_H

#include "store/facts.h"

/* Fills the columns and seq. in: empty columns. out: false if there is no usable snapshot; the columns may then hold
 * anything and must be started anew. */
bool snapshot_load(struct facts *f);
enum status snapshot_save(struct facts *f, struct err *err) MUST_USE;

#endif
