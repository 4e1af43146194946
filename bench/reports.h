/* Reports as residents file them: distinct, repeatable from a seed, inside the leaf areas of a city, in the words of its
 * conditions. The same ones go to our server and to the peer. */
#ifndef YIWANG_BENCH_REPORTS_H
#define YIWANG_BENCH_REPORTS_H

#include "city/city.h"
#include "tool.h"

struct reports {
    const struct city *city;
    struct rng rng;
    uint32_t *conditions; /* of categories that residents may choose and that are not private */
    uint32_t n_conditions;
    uint64_t serial;
};
struct made_report {
    uint32_t area, condition; /* indexes in the city: where it lies and what the text was made of */
    lonlat place;
    uint64_t serial;
};

/* Loads a package. errors: false, after a line on stderr. */
bool reports_city(const char *dir, struct city **ret) MUST_USE;
/* in: a city with leaf areas and conditions. memory: arena. */
void reports_init(struct reports *r, const struct city *city, uint64_t seed, struct arena *arena);
/* A point inside an area. in: it has a shape. */
lonlat reports_point(struct reports *r, const struct shape *shape);
/* The next report; its text of about 60 characters is appended. in: area NONE = any leaf. */
void reports_next(struct reports *r, uint32_t area, struct made_report *ret, struct strbuf *text);
/* The JSON body that a client posts; about 475 bytes. */
void reports_body(struct reports *r, uint32_t area, struct strbuf *text, struct strbuf *ret_body);

#endif
