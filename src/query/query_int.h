/* What the files of this folder share. */
#ifndef YIWANG_QUERY_QUERY_INT_H
#define YIWANG_QUERY_QUERY_INT_H

#include "city/city.h"
#include "query/query.h"

/* How a field's value is written; one parser per kind (terms.c), one printer (print.c). */
enum value_kind {
    VALUE_WORDS,    /* words of a fixed table → mask */
    VALUE_CODES,    /* codes, exact */
    VALUE_PREFIXES, /* codes, a trailing * makes a beginning */
    VALUE_AREAS,
    VALUE_UNITS,
    VALUE_TIME,
    VALUE_RATING,
    VALUE_NEAR,
    VALUE_BBOX,
    VALUE_TEXT,
    VALUE_IDS,
    VALUE_HIDDEN
};

struct word_bit {
    const char *word;
    uint32_t bit;
};
struct field_spec {
    const char *name, *alias; /* alias may be NULL */
    enum query_field field;
    enum value_kind kind;
    const struct word_bit *words; /* VALUE_WORDS; ends with NULL */
};

/* All fields, in the order of enum query_field. */
extern const struct field_spec query_fields[Q_FIELD_COUNT];
const struct field_spec *query_field_find(str name);

/* One value as the lexer found it. */
struct raw_value {
    str text;
    bool quoted;
};
/* A term as the lexer found it. */
struct raw_term {
    const struct field_spec *spec;
    struct raw_value *values; /* at least one */
    size_t n;
    str whole;  /* everything after the colon as typed */
    size_t pos; /* of the term in the text */
};
/* Fills a term. errors: E_INVALID unknown_code / bad_value, with hint; position is added by the caller. */
enum status term_parse(const struct raw_term *raw, const struct city *city, struct arena *arena, struct query_term *ret,
                       struct err *err) MUST_USE;
/* The time window of "2026-01-01", "2026-01..2026-03", "<2d", "today", "none" … in: field decides whether durations
 * count forward (due) or back. */
enum status term_parse_time(str value, const struct city *city, struct query_term *ret, struct err *err) MUST_USE;

#endif
