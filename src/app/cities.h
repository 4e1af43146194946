/* The packages in use: the current one and those that older cases are pinned to. */
#ifndef YIWANG_APP_CITIES_H
#define YIWANG_APP_CITIES_H

#include "store/store.h"

struct cities;

/* Loads the current package and keeps a copy of its files under data_dir/packages/<hash>.
 * errors: E_INVALID with every finding in *report. */
enum status cities_open(const char *city_dir, const char *data_dir, bool read_only, struct cities **ret,
                        struct strbuf *report, struct err *err) MUST_USE;
void cities_close(struct cities *c);
/* From now on the day of the city is that of this clock, not of the system's: the package is read anew if it is another
 * one. errors: those of cities_reload. */
enum status cities_use_clock(struct cities *c, instant (*now)(void *ctx), void *now_ctx, struct strbuf *report,
                             struct err *err) MUST_USE;
/* Reads the folder again; makes it current if it has no errors. Older ones stay valid. */
enum status cities_reload(struct cities *c, struct strbuf *report, struct err *err) MUST_USE;
const struct city *cities_current(void *cities);
/* When the current package was first kept here; INSTANT_NONE if its copy is gone. */
instant cities_since(struct cities *c);
/* The package with a hash, loaded from the kept copy on first use. out: NULL if it is not there or no longer loads. */
const struct city *cities_by_hash(void *cities, const digest *hash);

#endif
