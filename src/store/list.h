/* Lists: which way a page is found, by an index of views.db or by the facts. */
#ifndef YIWANG_STORE_LIST_H
#define YIWANG_STORE_LIST_H

#include "store/facts.h"

struct list_cursor {
    int64_t key;
    uint32_t slot;
};
/* One call of store_list. */
struct list_call {
    const struct query *query;
    const struct city *city;
    enum sort sort;
    size_t limit;
    const struct list_cursor *cursor; /* NULL = first page */
    instant now;
    struct arena *arena;
};

/* Whether an index of views.db is in the order of the list and few of its rows are passed over. */
bool list_has_index(const struct query *q, enum sort sort);
/* The statement of a list by an index. errors: as query_sql. */
enum status list_statement(const struct list_call *l, struct query_sql *ret, struct err *err) MUST_USE;
enum status list_by_facts(struct views *v, const struct list_call *l, struct listing *ret, struct err *err) MUST_USE;
/* --- picking the places of a page from the facts --- */

struct place {
    uint64_t rank; /* smaller comes first, by seconds */
    uint32_t slot;
};

struct picker {
    enum sort sort;
    size_t want;        /* rows after the cursor's second that are sure to fill the page */
    uint64_t from_rank; /* rank of the cursor's second */
    struct place *heap; /* the best so far, the worst on top */
    size_t n_heap;
    struct place *ties; /* as good as the worst, or in the cursor's second */
    size_t n_ties, cap_ties;
};

/* Offers what matches in the block that begins at a row. */
void picker_block(struct picker *p, const struct scan *scan, const struct columns *c, uint32_t first);
/* Whether the page is full and nothing filed up to latest_s can come onto it. in: a list of the newest. */
bool picker_is_done(const struct picker *p, uint32_t latest_s);
/* The word by which the newest cases of a query are found, or NULL. */
const struct query *list_word(const struct query *q, enum sort sort);
enum status list_walk_word(struct views *v, const struct list_call *l, const struct query *word, struct picker *p,
                           struct err *err) MUST_USE;

/* What a row is sorted by. */
int64_t list_key(enum sort sort, const struct case_row *row);
/* Drops what is beyond the page and points to the next one. */
void list_end_page(const struct list_call *l, struct listing *ret);

#endif
