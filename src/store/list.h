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
/* What a row is sorted by. */
int64_t list_key(enum sort sort, const struct case_row *row);
/* Drops what is beyond the page and points to the next one. */
void list_end_page(const struct list_call *l, struct listing *ret);

#endif
