/* A small tree over libyaml for the files of a city package: scalars, maps and sequences with their lines.
 *
 * A strict subset of YAML: one document, string keys, no anchors, aliases or tags. Duplicate keys are findings. Bounds:
 * depth 24, 200 000 nodes. Scalars stay texts; the typed getters give them meaning, so that `no` is no surprise. */
#ifndef YIWANG_CITY_YAMLTREE_H
#define YIWANG_CITY_YAMLTREE_H

#include "city/findings.h"
#include "city/procedure.h"

#define YAML_DEPTH_MAX 24
#define YAML_NODES_MAX 200000

enum yaml_type { YAML_SCALAR, YAML_MAP, YAML_SEQ };

/* A node. Walk children with `for (n = parent->first; n; n = n->next)`; a map's children carry their key. */
struct yaml_node {
    enum yaml_type type;
    bool quoted;   /* scalar in quotes */
    uint32_t line; /* 1-based; for a map's child the line of its key */
    str key;       /* of a map's child, else empty */
    str text;      /* of a scalar; "" for an empty value */
    struct yaml_node *first, *next;
    size_t n; /* children */
};

/* What every getter needs: where findings go and how texts are read. */
struct yaml_source {
    str file; /* relative to the package, for findings */
    const str *langs;
    size_t n_langs;
    struct arena *arena;
    struct findings *found;
};

/* Parses a file. in: any bytes (not UTF-8 is a finding). memory: the arena of src. out: the root, a map; every fault is
 * a finding. errors: E_SYNTAX if there is no tree to go on with, *ret then NULL. Duplicate keys alone give OK: the first
 * stands. */
enum status yaml_parse(str bytes, const struct yaml_source *src, const struct yaml_node **ret) MUST_USE;

/* The child of a map with this key, or NULL (also if n is NULL or no map). cost: linear. */
const struct yaml_node *yaml_get(const struct yaml_node *n, const char *key);
/* Adds an error at the line of n (0 if n is NULL). */
void yaml_fault(const struct yaml_source *src, const struct yaml_node *n, const char *hint, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
/* Adds an error for every key of the map that is not in the list: words separated by blanks, "label owner clock". */
void yaml_unknown_keys(const struct yaml_source *src, const struct yaml_node *n, const char *allowed);
/* Whether n is of the type; else, and if n is not NULL, adds an error that names `what`. */
bool yaml_is(const struct yaml_source *src, const struct yaml_node *n, enum yaml_type type, const char *what);

/* Typed values of a map's child. Missing and not `required`: *ret keeps its value, no finding. Wrong or missing and
 * required: an error. out: whether *ret was set. */
bool yaml_str(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required, str *ret);
bool yaml_code(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required, code *ret);
bool yaml_bool(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required, bool *ret);
bool yaml_i32(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required, int32_t *ret);
bool yaml_double(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required,
                 double *ret);
/* A text as map {zh: …, en: …}: every language of the city must be there and no other. */
bool yaml_text(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required,
               struct text *ret);
/* A sequence of scalars, or one scalar standing for itself. memory: arena of src. */
bool yaml_strs(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required, str **ret,
               size_t *ret_n);
bool yaml_codes(const struct yaml_source *src, const struct yaml_node *map, const char *key, bool required, code **ret,
                size_t *ret_n);

/* A scalar's own value as a code. out: false with an error if it is none. */
bool yaml_node_code(const struct yaml_source *src, const struct yaml_node *n, code *ret);
/* A language map's own value. out: false with errors. */
bool yaml_node_text(const struct yaml_source *src, const struct yaml_node *n, struct text *ret);

#endif
