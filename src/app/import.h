/* Import of another system's history: a mapping file says which column is what; every row becomes a filing.
 *
 * Invariants: 1. A column that the mapping does not name is refused: nothing comes in unseen. 2. Columns about kinds of
 * persons are refused by name. 3. The original time is kept as `happened`; the outside number makes a repeat harmless. */
#ifndef YIWANG_APP_IMPORT_H
#define YIWANG_APP_IMPORT_H

#include "app/app.h"
#include "base/csv.h"

struct import_map;

/* Reads a mapping (YAML). in: bytes and name of the file. memory: arena. errors: E_INVALID with all findings in *report. */
enum status import_map_parse(str yaml, str file, const struct city *city, struct arena *arena, struct import_map **ret,
                             struct strbuf *report, struct err *err) MUST_USE;
/* Matches the mapping with a file's header row. errors: E_INVALID unmapped_column, missing_column, person_column. */
enum status import_map_bind(struct import_map *m, const str *header, size_t n, struct err *err) MUST_USE;
/* Whose live cases these are: they are filed as of that platform, which is told what becomes of them, not as history. out:
 * NULL for history. */
const struct peer *import_peer(const struct import_map *m);
/* What a row of a platform's live cases asks for here, once it is known whether its number is known: *c becomes a filing, a
 * word that the case is told, or kind 0 if nothing is new. in: *c of import_row. errors: those of the store. */
enum status import_live(struct app *app, const struct import_map *m, struct command *c, struct err *err) MUST_USE;
/* The filing of one row. in: fields as in the header; memory: texts point into the row or the arena. out: *ret_placeless
 * true if the row has no usable place. errors: E_INVALID with the column. */
enum status import_row(const struct import_map *m, const struct city *city, const str *fields, size_t n,
                       struct arena *arena, struct command *ret, bool *ret_placeless, struct err *err) MUST_USE;

/* A FeatureCollection as such a table: a column for each property, then lon and lat. memory: arena. errors: E_SYNTAX
 * bad_json, E_INVALID empty_file, E_TOO_LARGE. */
enum status import_geojson(str text, struct arena *arena, struct strbuf *out, struct err *err) MUST_USE;

#endif
