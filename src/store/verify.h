/* Checking the truth against its hashes and signatures. */
#ifndef YIWANG_STORE_VERIFY_H
#define YIWANG_STORE_VERIFY_H

#include "store/store_int.h"

/* Walks the whole truth. in: public_key NULL = that of keys.db; alone = no server runs here; faults go to tell with the
 * progress's ctx. out: *ret also on failure. errors: E_CORRUPT faults, E_NOT_FOUND no_public_key, E_STORAGE. cost: 5 µs
 * an entry. */
enum status verify_truth(const struct store_options *o, const uint8_t *public_key, bool alone, struct progress *p,
                         void (*tell)(void *ctx, const char *what), struct verify_report *ret,
                         struct err *err) MUST_USE;
/* store_verify and store_rebuild under a rule book. */
enum status care_verify(const struct store_options *o, const struct rules *rules, const uint8_t *public_key,
                        struct progress *p, void (*fault)(void *ctx, const char *what), struct verify_report *ret,
                        struct err *err) MUST_USE;
enum status care_rebuild(const struct store_options *o, const struct rules *rules, struct progress *p,
                         struct err *err) MUST_USE;

#endif
