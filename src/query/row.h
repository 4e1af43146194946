/* A case as lists, counts and the live feed see it: the projection that queries are about.
 *
 * Private matters (row.is_private: petitions, mediation, private categories) leave maps and searches here, once, for all
 * evaluators: no place, no address, the area lifted to the community (`area`, used by terms, counts and maps), and text
 * terms never match them. The exact area stays in `own_area`, which only the sight of a reader is compared with. */
#ifndef YIWANG_QUERY_ROW_H
#define YIWANG_QUERY_ROW_H

#include "base/lonlat.h"
#include "casework/case.h"

struct city;

struct case_row {
    uint64_t id;
    uint64_t seq; /* sequence of the last entry shown here */
    uint32_t version;
    uint32_t slot; /* the views' own number of the case, from 1 in order of filing; 0 = not stored */
    code number, procedure, state, category, condition, area, unit, channel;
    uint32_t area_index, unit_index, category_index; /* in the current city; NONE if unknown there */
    code own_area;                                   /* area before lifting; equal to area unless private */
    uint32_t own_area_index;
    code task_units[TASKS_MAX]; /* units of open tasks, distinct, sorted: for own-unit sight and unit: terms */
    uint32_t task_unit_indexes[TASKS_MAX];
    size_t n_task_units;
    instant filed, happened, updated, ended, due;
    bool is_over, is_closed, is_private, is_sealed, is_imported, provisional, missed;
    enum about about;
    code about_unit;
    int32_t rating;
    int32_t supporters; /* people who said "me too": a count, nothing more is known of them */
    code point;         /* the thing of the city it is about, or empty; none in private matters */
    uint32_t flags;     /* bits: enum row_flag */
    lonlat place;       /* none if private, unknown or erased; exact to 1e-7 degree */
    str text, address;  /* for text terms; empty if erased. memory: the caller's arena */
};

enum row_flag {
    ROW_RETURNED = 1,
    ROW_REOPENED = 2,
    ROW_EXTENDED = 4,
    ROW_SUPERVISED = 8,
    ROW_URGED = 16,
    ROW_REWORKED = 32,
    ROW_DUPLICATE = 64,
    ROW_PLACELESS = 128,
    ROW_PAUSED = 256,
    ROW_URGENT = 512,
    ROW_PRECEDENT = 1024,
    ROW_REGISTER = 2048, /* a thing that stands in a register: no matter that is worked off */
    ROW_EXERCISE = 4096, /* only practised */
    ROW_UNSIGNED = 8192, /* a unit has not touched what it was given */
    ROW_TO_CALL = 16384, /* a call ladder is under way */
    ROW_PROMISED = 32768 /* a call-back is promised */
};

/* Flags and booleans of a row in one word, as views and facts keep them: enum row_flag below, these above. */
enum row_bit {
    ROW_BIT_OVER = 1 << 16,
    ROW_BIT_CLOSED = 1 << 17,
    ROW_BIT_PRIVATE = 1 << 18,
    ROW_BIT_SEALED = 1 << 19,
    ROW_BIT_IMPORTED = 1 << 20,
    ROW_BIT_PROVISIONAL = 1 << 21,
    ROW_BIT_MISSED = 1 << 22
};
#define ROW_FLAGS_MASK UINT32_C(0xffff)

/* All that facts tell of a row: everything but seq, slot, updated, place, text and address, which are left alone.
 * in: the current city, for indexes and the lifted area. out: *ret. source of the flags: counters returns, reopens,
 * extensions, supervisions, urges, reworks; flags of the same names in the past tense; links duplicate_of. */
void row_from_case(const struct kase *c, const struct city *world, struct case_row *ret);
/* Resolves the codes of a row in a city. */
void row_resolve(struct case_row *row, const struct city *world);
/* Sets text, address and place from the words of the filing entry (JSON; keys text, address, lon, lat; others are
 * skipped). Empty or broken words give an empty text. A private row gets no address and no place. memory: arena. */
void row_set_words(struct case_row *row, str words, struct arena *arena);
uint32_t row_bits(const struct case_row *row);
void row_set_bits(struct case_row *row, uint32_t bits);
/* The row as one JSON object: what a line of a list and the live feed show; the text is cut to 160 characters. Times in
 * the city's zone. out: the length without the words, which stand last: cut there and closed by '}' it is the row for those
 * who read no words. */
size_t row_json(const struct case_row *row, const struct city *world, struct strbuf *out);

#endif
