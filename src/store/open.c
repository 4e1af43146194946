/* The store under the real rule book; apart, so that tests can link the store with a stand-in. */
#include "store/store_int.h"
#include "store/verify.h"

static const struct rules rules = {decide, apply};

enum status store_open(const struct store_options *o, struct store **ret, struct err *err) {
    return store_open_rules(o, &rules, ret, err);
}

enum status store_verify(const struct store_options *o, const uint8_t public_key[32], struct progress *p,
                         void (*fault)(void *ctx, const char *what), struct verify_report *ret, struct err *err) {
    return care_verify(o, &rules, public_key, p, fault, ret, err);
}

enum status store_rebuild(const struct store_options *o, struct progress *p, struct err *err) {
    return care_rebuild(o, &rules, p, err);
}
