/* The store under the real rule book; apart, so that tests can link the store with a stand-in. */
#include "store/store_int.h"

enum status store_open(const struct store_options *o, struct store **ret, struct err *err) {
    static const struct rules rules = {decide, apply};
    return store_open_rules(o, &rules, ret, err);
}
