/* The columns themselves: dictionaries, chunks, one row in. */
#include "query/columns.h"

#include <stdlib.h>
#include <string.h>

#include "city/city.h"

#define CODES_MAX 65535u

static void *grown(void *p, size_t n, size_t size) {
    void *q = reallocarray(p, n, size);
    check(q);
    return q;
}

uint32_t dictionary_put(struct dictionary *d, const code *value) {
    uint32_t number = map_get(&d->numbers, str_code(value));
    if (number != MAP_NONE) return number;
    if (d->n >= CODES_MAX) return CODES_MAX;
    if (d->n == d->cap) d->codes = grown(d->codes, d->cap = d->cap ? d->cap * 2 : 64, sizeof *d->codes);
    code *kept = malloc(sizeof *kept);
    check(kept);
    *kept = *value;
    d->codes[d->n] = kept;
    map_set(&d->numbers, str_code(kept), d->n);
    return d->n++;
}

uint32_t columns_set(struct columns *c, str key) {
    uint32_t number = map_get(&c->set_numbers, key);
    if (number != MAP_NONE) return number;
    if (c->n_sets == c->cap_sets)
        c->sets = grown(c->sets, c->cap_sets = c->cap_sets ? c->cap_sets * 2 : 64, sizeof *c->sets);
    struct unit_set *set = &c->sets[c->n_sets];
    *set = (struct unit_set){.key = malloc(key.len + 1), .units = malloc(TASKS_MAX * sizeof *set->units)};
    check(set->key && set->units);
    if (key.len > 0) memcpy(set->key, key.ptr, key.len);
    set->key[key.len] = '\0';
    str rest = key, unit;
    while (!str_empty(rest) && set->n < TASKS_MAX && str_split(&rest, ',', &unit)) {
        code value;
        if (code_from(unit, &value))
            set->units[set->n++] = (uint16_t)dictionary_put(&c->dictionaries[DICTIONARY_UNIT], &value);
    }
    map_set(&c->set_numbers, (str){set->key, key.len}, c->n_sets);
    return c->n_sets++;
}

void columns_init(struct columns *c) {
    *c = (struct columns){0};
    const code empty = {0};
    for (size_t i = 0; i < DICTIONARY_COUNT; i++) {
        map_init(&c->dictionaries[i].numbers);
        (void)dictionary_put(&c->dictionaries[i], &empty);
    }
    map_init(&c->set_numbers);
    (void)columns_set(c, S(""));
}

void columns_done(struct columns *c) {
    for (size_t i = 0; i < DICTIONARY_COUNT; i++) {
        struct dictionary *d = &c->dictionaries[i];
        for (uint32_t k = 0; k < d->n; k++) free(d->codes[k]);
        free(d->codes);
        map_done(&d->numbers);
    }
    for (uint32_t i = 0; i < c->n_sets; i++) {
        free(c->sets[i].units);
        free(c->sets[i].key);
    }
    free(c->sets);
    map_done(&c->set_numbers);
    for (size_t i = 0; i < c->n_chunks; i++) free(c->chunks[i]);
    free(c->chunks);
    *c = (struct columns){0};
}

static void blank_chunk(struct columns_chunk *k) {
    memset(k->area, 0xff, sizeof k->area);
    memset(k->own_area, 0xff, sizeof k->own_area);
    memset(k->due, 0xff, sizeof k->due);
    memset(k->filed_min, 0xff, sizeof k->filed_min);
    for (size_t i = 0; i < COLUMNS_CHUNK; i++) {
        k->x[i] = k->y[i] = SQL_NO_PLACE;
        k->bits[i] = ROW_BIT_OVER; /* counts as open nowhere */
    }
}

void columns_grow(struct columns *c, uint32_t n) {
    while (c->n_chunks * COLUMNS_CHUNK < n) {
        c->chunks = grown(c->chunks, c->n_chunks + 1, sizeof(struct columns_chunk *));
        struct columns_chunk *k = calloc(1, sizeof *k);
        check(k);
        blank_chunk(k);
        c->chunks[c->n_chunks++] = k;
    }
    if (n > c->n) c->n = n;
}

uint32_t column_time(instant t) {
    if (instant_is_none(t)) return COLUMN_NO_TIME;
    int64_t s = query_seconds(t);
    return s < 1 ? 1 : s > UINT32_MAX - 1 ? UINT32_MAX - 1 : (uint32_t)s;
}

uint32_t column_due(instant t) {
    return instant_is_none(t) ? COLUMN_NO_DUE : column_time(t);
}

str columns_row_tasks(const struct case_row *row, char ret[TASKS_MAX * (CODE_MAX + 1)]) {
    size_t n = 0;
    for (size_t i = 0; i < row->n_task_units; i++) {
        str unit = str_code(&row->task_units[i]);
        if (n > 0) ret[n++] = ',';
        memcpy(ret + n, unit.ptr, unit.len);
        n += unit.len;
    }
    return (str){ret, n};
}

static uint32_t column_area(const code *area, uint32_t index) {
    return code_empty(area) ? COLUMN_EMPTY_AREA : index == NONE ? COLUMN_NO_AREA : index;
}

void columns_put_area(struct columns *c, uint32_t slot, uint32_t area, uint32_t own_area) {
    struct columns_chunk *k = c->chunks[(slot - 1) / COLUMNS_CHUNK];
    k->area[(slot - 1) % COLUMNS_CHUNK] = area;
    k->own_area[(slot - 1) % COLUMNS_CHUNK] = own_area;
}

/* in: the row as it was still stands in the chunk. */
static void note_row(struct columns_chunk *k, size_t i, const struct case_row *row) {
    size_t b = i / COLUMNS_BLOCK;
    uint32_t filed = column_time(row->filed);
    bool was_open = (k->bits[i] & ROW_BIT_OVER) == 0;
    k->open[b] = (uint16_t)(k->open[b] + !row->is_over - was_open);
    if (filed < k->filed_min[b]) k->filed_min[b] = filed;
    if (filed > k->filed_max[b]) k->filed_max[b] = filed;
}

void columns_put(struct columns *c, const struct case_row *row) {
    check(row->slot > 0);
    columns_grow(c, row->slot);
    struct columns_chunk *k = c->chunks[(row->slot - 1) / COLUMNS_CHUNK];
    size_t i = (row->slot - 1) % COLUMNS_CHUNK;
    struct dictionary *d = c->dictionaries;
    k->procedure[i] = (uint16_t)dictionary_put(&d[DICTIONARY_PROCEDURE], &row->procedure);
    k->state[i] = (uint16_t)dictionary_put(&d[DICTIONARY_STATE], &row->state);
    k->category[i] = (uint16_t)dictionary_put(&d[DICTIONARY_CATEGORY], &row->category);
    k->condition[i] = (uint16_t)dictionary_put(&d[DICTIONARY_CONDITION], &row->condition);
    k->channel[i] = (uint16_t)dictionary_put(&d[DICTIONARY_CHANNEL], &row->channel);
    k->unit[i] = (uint16_t)dictionary_put(&d[DICTIONARY_UNIT], &row->unit);
    k->about_unit[i] = (uint16_t)dictionary_put(&d[DICTIONARY_UNIT], &row->about_unit);
    k->area[i] = column_area(&row->area, row->area_index);
    k->own_area[i] = column_area(&row->own_area, row->own_area_index);
    note_row(k, i, row);
    k->bits[i] = row_bits(row) | (uint32_t)row->about << COLUMN_ABOUT_SHIFT;
    char key[TASKS_MAX * (CODE_MAX + 1)];
    k->tasks[i] = columns_set(c, columns_row_tasks(row, key));
    k->filed[i] = column_time(row->filed);
    k->happened[i] = column_time(row->happened);
    k->updated[i] = column_time(row->updated);
    k->ended[i] = column_time(row->ended);
    k->due[i] = column_due(row->due);
    k->x[i] = query_e7(row->place.lon_deg);
    k->y[i] = query_e7(row->place.lat_deg);
    k->rating[i] = (uint8_t)row->rating;
}
