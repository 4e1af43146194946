/* A VFS between SQLite and the files that knows what was flushed: it fails a chosen operation, or cuts the power at one
 * and then leaves on disk only what a disk may leave: everything flushed, and of the rest some writes, in any order, torn
 * between sectors. Flushes are not passed on: tests on a slow disk are fast.
 *
 * One process, any number of connections and threads; register it once. */
#ifndef YIWANG_TESTS_STORE_VFS_SHIM_H
#define YIWANG_TESTS_STORE_VFS_SHIM_H

#include <stdbool.h>
#include <stdint.h>

#define SHIM_VFS "shim"

enum shim_fault {
    SHIM_FULL,      /* a write or growth finds the disk full */
    SHIM_IO,        /* a write, truncation or opening fails */
    SHIM_FLUSH,     /* a flush fails */
    SHIM_POWER_OFF, /* nothing is carried out from here on */
};

void shim_register(void);
/* Forgets all files: call between directories, with nothing open. */
void shim_reset(void);
/* The k-th operation from now that the fault can meet fails; 0 = none. */
void shim_arm(enum shim_fault fault, long k);
/* Whether it did. */
bool shim_fired(void);
/* Leaves on disk what a loss of power may leave, and forgets all files. in: nothing is open. */
void shim_lose(uint64_t *random);
/* xorshift64; in: *state not 0. */
uint64_t shim_random(uint64_t *state);

#endif
