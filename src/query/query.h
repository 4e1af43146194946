/* The one query language: parsed once to a tree that becomes SQL for the views, a predicate for the live feed, or a
 * scan of the facts. Three evaluators, one meaning; a property test holds them against each other.
 *
 *   status:open area:320413001 class:m06* due:<2d unit:cityops "井盖" near:119.57,31.72~500m -channel:import
 *   (state:handling or state:sent) filed:2026-01-01..2026-01-31 flag:returned number:JT20261124000017
 *
 * Terms side by side are AND; `or` and parentheses group; `-` negates; commas inside a value mean any of. README.md
 * holds the whole language on a screen.
 *
 * Invariants: 1. No evaluator reads a clock: now is an argument, rounded down to whole seconds, as are all bounds of
 * time terms. 2. A row without a value (no due time, no place) never satisfies a range, and so satisfies its negation.
 * 3. Every column of the views is NOT NULL, so that NOT means the same in SQL. */
#ifndef YIWANG_QUERY_QUERY_H
#define YIWANG_QUERY_QUERY_H

#include "casework/access.h"
#include "query/row.h"

enum query_kind { QUERY_ALL, QUERY_AND, QUERY_OR, QUERY_NOT, QUERY_TERM };
enum query_field {
    Q_STATUS,
    Q_STATE,
    Q_PROCEDURE,
    Q_AREA,
    Q_CATEGORY,
    Q_CONDITION,
    Q_UNIT,
    Q_LEAD, /* the lead unit alone, as counts by unit take it: neither assisting units nor those below */
    Q_CHANNEL,
    Q_NUMBER,
    Q_THING, /* the thing of the city it is about, by its code */
    Q_FLAG,
    Q_ABOUT,
    Q_DUE,
    Q_FILED,
    Q_HAPPENED,
    Q_UPDATED,
    Q_ENDED,
    Q_RATING,
    Q_NEAR,
    Q_BBOX,
    Q_TEXT,
    Q_ID, /* case ids in decimal, any of */
    /* Only made by query_with_sight; nobody can type these. */
    Q_OWN_AREA,   /* by the exact area, also of private matters */
    Q_ABOUT_UNIT, /* the accused unit is one of values */
    Q_FIELD_COUNT
};

/* status: open; closed (answered); ended (in any way); overdue (open and past due); late (missed at any time);
 * soon (open, due within 24 h). */
enum query_status {
    STATUS_OPEN = 1,
    STATUS_CLOSED = 2,
    STATUS_ENDED = 4,
    STATUS_OVERDUE = 8,
    STATUS_LATE = 16,
    STATUS_SOON = 32
};

/* One end of a time window. */
struct query_end {
    bool is_open, is_relative;
    instant at;  /* absolute */
    span offset; /* relative: added to now */
};
enum query_calendar { CALENDAR_NOT, CALENDAR_TODAY, CALENDAR_YESTERDAY, CALENDAR_WEEK, CALENDAR_MONTH, CALENDAR_YEAR };

struct query_term {
    enum query_field field;
    str *values;       /* any of: codes, numbers, normal forms of texts (words.h); an empty value means "none" */
    uint32_t *indexes; /* area, unit: in `city` */
    bool *prefix;      /* category, condition, number, text: the value is a beginning */
    size_t n;
    uint32_t mask;                /* status: enum query_status; flag: row bits, any of; about: bits 1 << enum about */
    bool is_none;                 /* time terms and rating: rows that have no value */
    struct query_end from, to;    /* time terms: [from, to) */
    enum query_calendar calendar; /* time terms: instead of from and to */
    bool relative;                /* depends on now: re-evaluated each minute */
    lonlat place;                 /* near */
    double metres;
    double west, south, east, north; /* bbox */
    int32_t min, max;                /* rating, inclusive */
};
struct query {
    enum query_kind kind;
    struct query **children;
    size_t n_children;
    struct query_term term;
    const struct city *city; /* whose indexes the term holds */
};

#define QUERY_TEXT_MAX 2000
#define QUERY_TERMS_MAX 64
#define QUERY_VALUES_MAX 200
#define QUERY_DEPTH_MAX 16

/* Parses a query. in: text up to QUERY_TEXT_MAX bytes, the current city for codes, zone and unknown-code errors.
 * memory: arena; borrows from city only. errors: E_SYNTAX bad_query, E_TOO_LARGE query_too_long, E_INVALID
 * unknown_field / unknown_code / bad_value, each with position in detail and the accepted words as hint. */
enum status query_parse(str text, const struct city *city, struct arena *arena, struct query **ret,
                        struct err *err) MUST_USE;
/* q AND what the actor may see: authorisation as a conjunct. in: q may be NULL for everything. */
struct query *query_with_sight(struct query *q, const struct sight *sight, const struct city *city,
                               struct arena *arena);
/* q without what stands in registers, which is no work to be done: unless q itself asks for a procedure, a number, an id, a
 * thing or the flag register. in: q may be NULL for everything. */
struct query *query_of_matters(struct query *q, const struct city *city, struct arena *arena);
/* What statistics leave out, as one more conjunct of q: what was only practised and what the package does not count
 * (`counted: false`), unless q itself asks for it (the flag exercise; a procedure). in: q may be NULL. out: NULL = nothing. */
struct query *query_of_counts(const struct query *q, const struct city *city, struct arena *arena);
/* Both. in: either may be NULL. */
struct query *query_and(struct query *a, struct query *b, struct arena *arena);
/* Whether a row satisfies q at time now. cost: < 1 µs without text terms. */
bool query_match(const struct query *q, const struct case_row *row, const struct city *city, instant now);
/* Whether the answer depends on the time. */
bool query_is_relative(const struct query *q);
/* Canonical text, equal for equal queries: the key under which streams share one evaluation. */
void query_print(const struct query *q, struct strbuf *out);

/* What evaluators share: the window of a time term at now, in whole seconds, ends INT64_MIN/MAX if open. */
struct query_window {
    int64_t from_s, to_s;
};
struct query_window query_term_window(const struct query_term *t, const struct city *city, instant now);
/* The time a term is about. */
instant query_row_time(const struct query_term *t, const struct case_row *row);
/* Index of an area or unit value in a city, whichever city the query was parsed for. */
uint32_t query_value_index(const struct query *q, size_t i, const struct city *city);
/* Seconds since 1970, rounded down. */
int64_t query_seconds(instant t);

/* The query as an SQL condition over the view `cases c`, its units `case_units` and the full text `words`. Values are
 * bound. out: condition text appended to sql; binds in order. errors: E_TOO_LARGE query_too_long. */
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
enum status query_sql(const struct query *q, const struct city *city, instant now, struct query_sql *out,
                      struct err *err) MUST_USE;

/* How the views write "no value", so that every column is NOT NULL and "no due time" sorts last. */
#define SQL_NO_DUE INT64_MAX
#define SQL_NO_TIME INT64_MIN
#define SQL_NO_PLACE INT32_MIN
/* Places in the views: 1e-7 degree. */
int32_t query_e7(double degrees);

#endif
