/* Facts: the columns of all cases in memory, with a snapshot for fast start.
 *
 * The projector writes them after each view commit; counts, resumptions and the minute's re-evaluation read them under a
 * shared lock. Cost: 59 bytes a case; 10 M cases are read in 10–40 ms. */
#ifndef YIWANG_STORE_FACTS_H
#define YIWANG_STORE_FACTS_H

#include "query/columns.h"
#include "store/views_int.h"

struct facts {
    pthread_rwlock_t lock;
    struct columns columns;
    const struct city *city; /* whose numbers the areas are */
    digest area_order;
    uint64_t seq;  /* the view sequence these columns show */
    uint64_t open; /* running counter */
    char *path;
    uint64_t saved_seq;
};

/* Loads the snapshot and what changed since, or reads all rows of the views. */
enum status facts_open(struct views *v, struct facts **ret, struct err *err) MUST_USE;
void facts_close(struct facts *f);
void facts_apply(struct facts *f, const struct change *changes, size_t n, uint64_t seq);
/* Follows a new city; areas are renumbered if their order changed. */
enum status facts_set_city(struct facts *f, struct views *v, const struct city *city, struct err *err) MUST_USE;
/* Writes the snapshot beside the old one and renames it. */
enum status facts_save(struct facts *f, struct err *err) MUST_USE;
/* A digest of how a city numbers its areas. */
digest facts_area_order(const struct city *city);

/* Bitmaps of terms that columns cannot answer, found before the facts are locked. */
struct foreign;
enum status foreign_find(struct views *v, const struct query *q, const struct city *city, struct arena *arena,
                         struct foreign **ret, struct err *err) MUST_USE;
/* The source to give to scan_prepare. */
struct scan_source foreign_source(struct foreign *f);

#endif
