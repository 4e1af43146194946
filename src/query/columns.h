/* Facts as columns in memory: what counts, dashboards, maps and scans read instead of SQL. One row per case, at its slot;
 * codes as numbers of dictionaries, areas as indexes of the current city (a subtree is a range), times as seconds.
 *
 * Sizes: 10⁷ rows, 59 bytes each, in chunks of 65 536 that never move. A scan tests 2 048 rows at a time into a byte mask;
 * loops are written so that the compiler makes vectors of them.
 * Invariants: 1. Pure memory, no locks: the owner keeps writers and scans apart. 2. Row r holds slot r + 1.
 * 3. A dictionary number is never reused; the 65 535th code and later ones share a number that no term matches. */
#ifndef YIWANG_QUERY_COLUMNS_H
#define YIWANG_QUERY_COLUMNS_H

#include "base/map.h"
#include "query/query.h"

#define COLUMNS_CHUNK 65536
#define COLUMNS_BLOCK 2048
#define COLUMNS_BLOCKS (COLUMNS_CHUNK / COLUMNS_BLOCK)

#define COLUMN_NO_AREA UINT32_MAX          /* a code that the city does not know */
#define COLUMN_EMPTY_AREA (UINT32_MAX - 1) /* no area at all */
#define COLUMN_NO_TIME 0u
#define COLUMN_NO_DUE UINT32_MAX
#define COLUMN_ABOUT_SHIFT 24 /* enum about, above row_bits */

struct columns_chunk {
    uint16_t procedure[COLUMNS_CHUNK], state[COLUMNS_CHUNK], category[COLUMNS_CHUNK], condition[COLUMNS_CHUNK];
    uint16_t channel[COLUMNS_CHUNK], unit[COLUMNS_CHUNK], about_unit[COLUMNS_CHUNK];
    uint32_t area[COLUMNS_CHUNK], own_area[COLUMNS_CHUNK], bits[COLUMNS_CHUNK], tasks[COLUMNS_CHUNK];
    uint32_t filed[COLUMNS_CHUNK], happened[COLUMNS_CHUNK], updated[COLUMNS_CHUNK], ended[COLUMNS_CHUNK];
    uint32_t due[COLUMNS_CHUNK];
    int32_t x[COLUMNS_CHUNK], y[COLUMNS_CHUNK];
    uint8_t rating[COLUMNS_CHUNK];
    /* Of each block: bounds of filed (only ever wider), and how many rows are open. Scans pass over blocks by these. */
    uint32_t filed_min[COLUMNS_BLOCKS], filed_max[COLUMNS_BLOCKS];
    uint16_t open[COLUMNS_BLOCKS];
};

/* Codes by number; number 0 is the empty code. */
struct dictionary {
    struct map numbers;
    code **codes; /* each in memory of its own: the map points into them */
    uint32_t n, cap;
};
/* Units share one dictionary, whether they lead, are accused or hold a task. */
enum dictionary_kind {
    DICTIONARY_PROCEDURE,
    DICTIONARY_STATE,
    DICTIONARY_CATEGORY,
    DICTIONARY_CONDITION,
    DICTIONARY_CHANNEL,
    DICTIONARY_UNIT,
    DICTIONARY_COUNT
};
/* A set of units with open tasks. Many cases share one. */
struct unit_set {
    uint16_t *units;
    char *key; /* the units' codes, separated by commas */
    size_t n;
};

struct columns {
    struct columns_chunk **chunks;
    size_t n_chunks;
    uint32_t n; /* rows */
    struct dictionary dictionaries[DICTIONARY_COUNT];
    struct map set_numbers;
    struct unit_set *sets; /* set 0 is empty */
    uint32_t n_sets, cap_sets;
};

void columns_init(struct columns *c);
void columns_done(struct columns *c);
/* Writes a row at its slot. in: row->slot from 1; rows between the last and this one stay blank until they are written. */
void columns_put(struct columns *c, const struct case_row *row);
/* Renumbers the areas of one row. */
void columns_put_area(struct columns *c, uint32_t slot, uint32_t area, uint32_t own_area);
/* The number of a code, made if it is new. */
uint32_t dictionary_put(struct dictionary *d, const code *value);
/* Makes room so that `n` rows exist; the new ones are blank. */
void columns_grow(struct columns *c, uint32_t n);
/* The set of units behind a text as row_tasks writes it. out: its number. */
uint32_t columns_set(struct columns *c, str key);
/* The text of a set of units. */
str columns_row_tasks(const struct case_row *row, char ret[TASKS_MAX * (CODE_MAX + 1)]);
uint32_t column_time(instant t);
uint32_t column_due(instant t);

/* --- scans --- */

/* Terms that columns cannot answer (text, number, id): whoever scans gives a bitmap over rows; bit r of word r / 64.
 * out: NULL if no row matches. errors: those of the search. */
struct scan_source {
    void *ctx;
    enum status (*rows)(void *ctx, const struct query *term, const uint64_t **ret, size_t *ret_words, struct err *err);
};
struct scan;

/* Prepares a scan. in: the columns may grow afterwards but the scan is for one moment; source may be NULL if there is no
 * such term. memory: arena. errors: those of source. */
enum status scan_prepare(const struct query *q, const struct columns *c, const struct city *city, instant now,
                         const struct scan_source *source, struct arena *arena, struct scan **ret,
                         struct err *err) MUST_USE;
/* Tests n <= COLUMNS_BLOCK rows from `first` on, all of one block. out: mask[i] 1 if row first + i matches, else 0; the
 * number of matches. */
size_t scan_block(const struct scan *s, uint32_t first, uint32_t n, uint8_t *ret_mask);
/* All matching rows as a bitmap. in: words for columns.n rows, zeroed. */
void scan_bitmap(const struct scan *s, uint64_t *ret);

#endif
