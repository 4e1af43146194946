/* The one query language: parsed once to a tree that becomes SQL for the views, a predicate for the live feed, or a
 * scan of the facts. Three evaluators, one meaning; a property test holds them against each other.
 *
 *   status:open area:320413001 class:m06* due:<2d unit:cityops "井盖" near:119.57,31.72~500m -channel:import
 *   (state:handling or state:sent) filed:2026-01-01..2026-01-31 flag:returned number:JT20261124000017
 *
 * Terms side by side are AND; `or` and parentheses group; `-` negates; commas inside a value mean any of. */
#ifndef YIWANG_QUERY_QUERY_H
#define YIWANG_QUERY_QUERY_H

#include "casework/access.h"
#include "query/row.h"

enum query_kind { QUERY_ALL, QUERY_AND, QUERY_OR, QUERY_NOT, QUERY_TERM };
enum query_field { Q_STATUS, Q_STATE, Q_PROCEDURE, Q_AREA, Q_CATEGORY, Q_CONDITION, Q_UNIT, Q_CHANNEL, Q_NUMBER, Q_FLAG, Q_ABOUT,
                   Q_DUE, Q_FILED, Q_HAPPENED, Q_UPDATED, Q_ENDED, Q_RATING, Q_NEAR, Q_BBOX, Q_TEXT, Q_FIELD_COUNT };
/* status: open, closed, overdue (open and past due), late (missed at any time), soon (due within 24 h) */

struct query_term {
    enum query_field field;
    str *values;       /* any of; area and unit resolved to indexes as well; category with prefix flag */
    uint32_t *indexes;
    bool *prefix;
    size_t n;
    instant from, to;  /* time terms: [from, to); open ends INT64_MIN/MAX; relative terms are resolved against now */
    bool relative;     /* depends on now: re-evaluated each minute */
    span relative_from, relative_to;
    lonlat place;      /* near */
    double metres;
    double west, south, east, north; /* bbox */
    int32_t min, max;  /* rating */
};
struct query {
    enum query_kind kind;
    struct query **children;
    size_t n_children;
    struct query_term term;
};

#define QUERY_TEXT_MAX 2000
#define QUERY_TERMS_MAX 64

/* Parses a query. in: text up to QUERY_TEXT_MAX bytes, the current city for codes, zone and unknown-code errors.
 * memory: arena; borrows from city only. errors: E_SYNTAX bad_query, E_INVALID unknown_field / unknown_code / bad_value,
 * each with position in detail and the accepted words as hint. */
enum status query_parse(str text, const struct city *city, struct arena *arena, struct query **ret, struct err *err) MUST_USE;
/* q AND what the actor may see: authorisation as a conjunct. */
struct query *query_with_sight(struct query *q, const struct sight *sight, const struct city *city, struct arena *arena);
/* Whether a row satisfies q at time now. cost: < 1 µs without text terms. */
bool query_match(const struct query *q, const struct case_row *row, const struct city *city, instant now);
/* Whether the answer depends on the time. */
bool query_is_relative(const struct query *q);
/* Canonical text, equal for equal queries: the key under which streams share one evaluation. */
void query_print(const struct query *q, struct strbuf *out);

/* The query as an SQL condition over the view `cases c` (and full text `c.id IN (SELECT …)`). Values are bound.
 * out: condition text appended to sql; binds in order. */
struct query_bind {
    enum { BIND_INT, BIND_DOUBLE, BIND_TEXT } kind;
    int64_t i;
    double d;
    str s;
};
#define QUERY_BINDS_MAX 512
struct query_sql {
    struct strbuf *sql;
    struct query_bind binds[QUERY_BINDS_MAX];
    size_t n;
    struct arena *arena;
};
enum status query_sql(const struct query *q, const struct city *city, instant now, struct query_sql *out, struct err *err) MUST_USE;

#endif
