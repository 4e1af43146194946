/* Scans: a query becomes a tree of steps, each a loop over 2 048 rows of one or two columns. */
#include <math.h>
#include <string.h>

#include "city/city.h"
#include "query/columns.h"

#define SOON_S (24 * 60 * 60)

enum step_kind {
    STEP_ALL,
    STEP_NOTHING,
    STEP_AND,
    STEP_OR,
    STEP_NOT,
    STEP_EQUAL16,  /* column == low */
    STEP_TABLE16,  /* table[column] */
    STEP_RANGE32,  /* low <= column <= high */
    STEP_BITS,     /* bits & low */
    STEP_OPEN_DUE, /* open, and low <= due <= high */
    STEP_UNIT,     /* table[unit] or sets[tasks] */
    STEP_UNIT_NONE,
    STEP_RATING,
    STEP_NEAR,
    STEP_BOX,
    STEP_ROWS /* a bitmap */
};

struct step {
    enum step_kind kind;
    size_t column; /* offset in a chunk */
    uint32_t low, high;
    const uint8_t *table, *sets;
    size_t n_table;
    const struct query_term *term;
    const uint64_t *rows;
    size_t n_words;
    struct step **children;
    size_t n_children;
};

struct scan {
    const struct columns *columns;
    struct step *root;
    /* What every match must fulfil, held against the notes of a block. */
    bool only_open;
    uint32_t filed_low, filed_high;
};

struct preparer {
    const struct columns *columns;
    const struct city *city;
    instant now;
    const struct scan_source *source;
    struct arena *arena;
    struct err *err;
    enum status status;
};

#define COLUMN(name) offsetof(struct columns_chunk, name)

static struct step *new_step(struct preparer *p, enum step_kind kind) {
    struct step *s = NEW(p->arena, struct step);
    s->kind = kind;
    return s;
}

static struct step *new_list(struct preparer *p, enum step_kind kind, size_t n) {
    struct step *s = new_step(p, kind);
    s->children = NEW_ARRAY(p->arena, struct step *, n);
    s->n_children = 0;
    return s;
}

static struct step *new_range(struct preparer *p, size_t column, uint32_t low, uint32_t high) {
    struct step *s = new_step(p, low <= high ? STEP_RANGE32 : STEP_NOTHING);
    s->column = column;
    s->low = low;
    s->high = high;
    return s;
}

static struct step *new_bits(struct preparer *p, uint32_t mask) {
    struct step *s = new_step(p, STEP_BITS);
    s->low = mask;
    return s;
}

static struct step *negated(struct preparer *p, struct step *child) {
    struct step *s = new_list(p, STEP_NOT, 1);
    s->children[s->n_children++] = child;
    return s;
}

/* Numbers of a dictionary that a term's values mean; one number needs no table. */
static struct step *prepare_codes(struct preparer *p, const struct query_term *t, enum dictionary_kind kind,
                                  size_t column) {
    const struct dictionary *d = &p->columns->dictionaries[kind];
    uint8_t *table = NEW_ARRAY(p->arena, uint8_t, 65536);
    uint32_t hits = 0, last = 0;
    for (uint32_t k = 0; k < d->n; k++)
        for (size_t i = 0; i < t->n && !table[k]; i++) {
            str have = str_code(d->codes[k]);
            if (t->prefix[i] ? str_starts(have, t->values[i]) : str_eq(have, t->values[i]))
                table[k] = 1, hits++, last = k;
        }
    struct step *s = new_step(p, hits == 0 ? STEP_NOTHING : hits == 1 ? STEP_EQUAL16 : STEP_TABLE16);
    s->column = column;
    s->low = last;
    s->table = table;
    return s;
}

static struct step *prepare_area(struct preparer *p, const struct query *q, size_t column) {
    struct step *any = new_list(p, STEP_OR, q->term.n);
    for (size_t i = 0; i < q->term.n; i++) {
        uint32_t low = COLUMN_EMPTY_AREA, high = COLUMN_EMPTY_AREA;
        if (!str_empty(q->term.values[i])) {
            uint32_t area = query_value_index(q, i, p->city);
            if (area == NONE) continue;
            low = p->city->areas[area].subtree_first;
            high = p->city->areas[area].subtree_last;
        }
        any->children[any->n_children++] = new_range(p, column, low, high);
    }
    return any->n_children == 1 ? any->children[0] : any;
}

static bool unit_wanted(struct preparer *p, const struct query *q, const code *unit) {
    uint32_t index = code_empty(unit) ? NONE : city_unit(p->city, str_code(unit));
    for (size_t i = 0; i < q->term.n && index != NONE; i++) {
        uint32_t want = query_value_index(q, i, p->city);
        if (want != NONE && city_unit_within(p->city, index, want)) return true;
    }
    return false;
}

static struct step *prepare_unit(struct preparer *p, const struct query *q) {
    const struct dictionary *d = &p->columns->dictionaries[DICTIONARY_UNIT];
    uint8_t *table = NEW_ARRAY(p->arena, uint8_t, 65536);
    uint8_t *sets = NEW_ARRAY(p->arena, uint8_t, p->columns->n_sets);
    for (uint32_t k = 0; k < d->n; k++) table[k] = unit_wanted(p, q, d->codes[k]);
    for (uint32_t k = 0; k < p->columns->n_sets; k++)
        for (size_t i = 0; i < p->columns->sets[k].n; i++) sets[k] |= table[p->columns->sets[k].units[i]];
    struct step *s = new_step(p, STEP_UNIT);
    s->table = table;
    s->sets = sets;
    bool none = false;
    for (size_t i = 0; i < q->term.n; i++) none = none || str_empty(q->term.values[i]);
    if (!none) return s;
    struct step *any = new_list(p, STEP_OR, 2);
    any->children[any->n_children++] = s;
    any->children[any->n_children++] = new_step(p, STEP_UNIT_NONE);
    return any;
}

/* Seconds from..to as an inclusive range of a time column without its "no time" value. */
static uint32_t clamp_seconds(int64_t s) {
    return s < 1 ? 1 : s > UINT32_MAX - 1 ? UINT32_MAX - 1 : (uint32_t)s;
}

static struct step *prepare_time(struct preparer *p, const struct query_term *t) {
    size_t column = t->field == Q_DUE        ? COLUMN(due)
                    : t->field == Q_FILED    ? COLUMN(filed)
                    : t->field == Q_HAPPENED ? COLUMN(happened)
                    : t->field == Q_UPDATED  ? COLUMN(updated)
                                             : COLUMN(ended);
    uint32_t none = t->field == Q_DUE ? COLUMN_NO_DUE : COLUMN_NO_TIME;
    if (t->is_none) return new_range(p, column, none, none);
    struct query_window w = query_term_window(t, p->city, p->now);
    if (w.to_s <= w.from_s || w.to_s <= 1) return new_step(p, STEP_NOTHING);
    return new_range(p, column, clamp_seconds(w.from_s), clamp_seconds(w.to_s - 1));
}

static struct step *open_due(struct preparer *p, int64_t from_s, int64_t to_s) {
    struct step *s = new_step(p, STEP_OPEN_DUE);
    s->low = clamp_seconds(from_s);
    s->high = clamp_seconds(to_s);
    return s;
}

static struct step *prepare_status(struct preparer *p, uint32_t mask) {
    int64_t now_s = query_seconds(p->now);
    struct step *any = new_list(p, STEP_OR, 6);
    if (mask & STATUS_OPEN) any->children[any->n_children++] = negated(p, new_bits(p, ROW_BIT_OVER));
    if (mask & STATUS_CLOSED) any->children[any->n_children++] = new_bits(p, ROW_BIT_CLOSED);
    if (mask & STATUS_ENDED) any->children[any->n_children++] = new_bits(p, ROW_BIT_OVER);
    if (mask & STATUS_LATE) any->children[any->n_children++] = new_bits(p, ROW_BIT_MISSED);
    if (mask & STATUS_OVERDUE) any->children[any->n_children++] = open_due(p, 1, now_s);
    if (mask & STATUS_SOON) any->children[any->n_children++] = open_due(p, now_s + 1, now_s + SOON_S);
    return any->n_children == 1 ? any->children[0] : any;
}

static struct step *prepare_about(struct preparer *p, uint32_t mask) {
    struct step *any = new_list(p, STEP_OR, 3);
    if (mask & (1u << ABOUT_NOTHING)) {
        uint32_t some = (uint32_t)(ABOUT_SERVICE | ABOUT_CONDUCT) << COLUMN_ABOUT_SHIFT;
        any->children[any->n_children++] = negated(p, new_bits(p, some));
    }
    if (mask & (1u << ABOUT_SERVICE))
        any->children[any->n_children++] = new_bits(p, ABOUT_SERVICE << COLUMN_ABOUT_SHIFT);
    if (mask & (1u << ABOUT_CONDUCT))
        any->children[any->n_children++] = new_bits(p, ABOUT_CONDUCT << COLUMN_ABOUT_SHIFT);
    _Static_assert(ABOUT_SERVICE == 1 && ABOUT_CONDUCT == 2, "one bit each");
    return any->n_children == 1 ? any->children[0] : any;
}

static struct step *prepare_rows(struct preparer *p, const struct query *q) {
    struct step *s = new_step(p, STEP_ROWS);
    check(p->source);
    if (p->status == OK) p->status = p->source->rows(p->source->ctx, q, &s->rows, &s->n_words, p->err);
    if (!s->rows) s->kind = STEP_NOTHING;
    return s;
}

static struct step *prepare_simple(struct preparer *p, const struct query_term *t, enum step_kind kind) {
    struct step *s = new_step(p, kind);
    s->term = t;
    return s;
}

static struct step *prepare_term(struct preparer *p, const struct query *q) {
    const struct query_term *t = &q->term;
    switch (t->field) {
    case Q_STATUS:
        return prepare_status(p, t->mask);
    case Q_STATE:
        return prepare_codes(p, t, DICTIONARY_STATE, COLUMN(state));
    case Q_PROCEDURE:
        return prepare_codes(p, t, DICTIONARY_PROCEDURE, COLUMN(procedure));
    case Q_CATEGORY:
        return prepare_codes(p, t, DICTIONARY_CATEGORY, COLUMN(category));
    case Q_CONDITION:
        return prepare_codes(p, t, DICTIONARY_CONDITION, COLUMN(condition));
    case Q_LEAD:
        return prepare_codes(p, t, DICTIONARY_UNIT, COLUMN(unit));
    case Q_CHANNEL:
        return prepare_codes(p, t, DICTIONARY_CHANNEL, COLUMN(channel));
    case Q_ABOUT_UNIT:
        return prepare_codes(p, t, DICTIONARY_UNIT, COLUMN(about_unit));
    case Q_AREA:
        return prepare_area(p, q, COLUMN(area));
    case Q_OWN_AREA:
        return prepare_area(p, q, COLUMN(own_area));
    case Q_UNIT:
        return prepare_unit(p, q);
    case Q_FLAG:
        return new_bits(p, t->mask);
    case Q_ABOUT:
        return prepare_about(p, t->mask);
    case Q_DUE:
    case Q_FILED:
    case Q_HAPPENED:
    case Q_UPDATED:
    case Q_ENDED:
        return prepare_time(p, t);
    case Q_RATING:
        return prepare_simple(p, t, STEP_RATING);
    case Q_NEAR:
        return prepare_simple(p, t, STEP_NEAR);
    case Q_BBOX:
        return prepare_simple(p, t, STEP_BOX);
    case Q_TEXT:
    case Q_NUMBER:
    case Q_THING:
    case Q_ID:
        return prepare_rows(p, q);
    case Q_FIELD_COUNT:
        break;
    }
    check(false);
    return NULL;
}

/* Dearer steps come later, so that an empty mask saves them. */
static int step_cost(const struct step *s) {
    static const int costs[] = {[STEP_ALL] = 0,    [STEP_NOTHING] = 0,  [STEP_AND] = 5,     [STEP_OR] = 6,
                                [STEP_NOT] = 3,    [STEP_EQUAL16] = 1,  [STEP_TABLE16] = 4, [STEP_RANGE32] = 1,
                                [STEP_BITS] = 1,   [STEP_OPEN_DUE] = 2, [STEP_UNIT] = 7,    [STEP_UNIT_NONE] = 2,
                                [STEP_RATING] = 1, [STEP_NEAR] = 9,     [STEP_BOX] = 2,     [STEP_ROWS] = 3};
    return costs[s->kind];
}

static struct step *prepare(struct preparer *p, const struct query *q) {
    switch (q->kind) {
    case QUERY_ALL:
        return new_step(p, STEP_ALL);
    case QUERY_NOT:
        return negated(p, prepare(p, q->children[0]));
    case QUERY_TERM:
        return prepare_term(p, q);
    case QUERY_AND:
    case QUERY_OR:
        break;
    }
    struct step *s = new_list(p, q->kind == QUERY_AND ? STEP_AND : STEP_OR, q->n_children);
    for (size_t i = 0; i < q->n_children; i++) {
        struct step *child = prepare(p, q->children[i]);
        size_t at = s->n_children++;
        for (; at > 0 && step_cost(s->children[at - 1]) > step_cost(child); at--) s->children[at] = s->children[at - 1];
        s->children[at] = child;
    }
    return s;
}

/* Whether all that a step lets through is open. */
static bool is_open_only(const struct step *s) {
    if (s->kind == STEP_OPEN_DUE) return true;
    if (s->kind == STEP_NOT) return s->children[0]->kind == STEP_BITS && s->children[0]->low == ROW_BIT_OVER;
    if (s->kind != STEP_OR || s->n_children == 0) return false;
    for (size_t i = 0; i < s->n_children; i++)
        if (!is_open_only(s->children[i])) return false;
    return true;
}

static void note_bounds(struct scan *scan, const struct step *s) {
    if (s->kind == STEP_AND)
        for (size_t i = 0; i < s->n_children; i++) note_bounds(scan, s->children[i]);
    if (is_open_only(s)) scan->only_open = true;
    if (s->kind == STEP_RANGE32 && s->column == COLUMN(filed)) {
        if (s->low > scan->filed_low) scan->filed_low = s->low;
        if (s->high < scan->filed_high) scan->filed_high = s->high;
    }
}

enum status scan_prepare(const struct query *q, const struct columns *c, const struct city *city, instant now,
                         const struct scan_source *source, struct arena *arena, struct scan **ret, struct err *err) {
    struct preparer p = {c, city, now, source, arena, err, OK};
    struct scan *s = NEW(arena, struct scan);
    s->columns = c;
    s->filed_high = UINT32_MAX;
    s->root = prepare(&p, q);
    note_bounds(s, s->root);
    if (p.status == OK) *ret = s;
    return p.status;
}

/* --- loops --- */

struct block {
    const struct columns *columns;
    const struct columns_chunk *chunk;
    uint32_t at, first, n; /* row within the chunk; row overall; rows */
};

static const void *column_at(const struct block *b, size_t column, size_t size) {
    return (const char *)b->chunk + column + b->at * size;
}

static void run_step(const struct step *s, const struct block *b, uint8_t *restrict mask);

static void run_equal16(const struct step *s, const struct block *b, uint8_t *restrict mask) {
    const uint16_t *restrict v = column_at(b, s->column, sizeof *v);
    uint16_t want = (uint16_t)s->low;
    for (uint32_t i = 0; i < b->n; i++) mask[i] = v[i] == want;
}

static void run_table16(const struct step *s, const struct block *b, uint8_t *restrict mask) {
    const uint16_t *restrict v = column_at(b, s->column, sizeof *v);
    for (uint32_t i = 0; i < b->n; i++) mask[i] = s->table[v[i]];
}

static void run_range32(const struct step *s, const struct block *b, uint8_t *restrict mask) {
    const uint32_t *restrict v = column_at(b, s->column, sizeof *v);
    uint32_t low = s->low, width = s->high - s->low;
    for (uint32_t i = 0; i < b->n; i++) mask[i] = v[i] - low <= width;
}

static void run_bits(const struct step *s, const struct block *b, uint8_t *restrict mask) {
    const uint32_t *restrict v = b->chunk->bits + b->at;
    for (uint32_t i = 0; i < b->n; i++) mask[i] = (v[i] & s->low) != 0;
}

static void run_open_due(const struct step *s, const struct block *b, uint8_t *restrict mask) {
    const uint32_t *restrict bits = b->chunk->bits + b->at, *restrict due = b->chunk->due + b->at;
    uint32_t low = s->low, width = s->high - s->low;
    for (uint32_t i = 0; i < b->n; i++) mask[i] = (uint8_t)((due[i] - low <= width) & ((bits[i] & ROW_BIT_OVER) == 0));
}

static void run_unit(const struct step *s, const struct block *b, uint8_t *restrict mask) {
    const uint16_t *restrict unit = b->chunk->unit + b->at;
    const uint32_t *restrict tasks = b->chunk->tasks + b->at;
    for (uint32_t i = 0; i < b->n; i++) mask[i] = s->table[unit[i]] | s->sets[tasks[i]];
}

static void run_unit_none(const struct block *b, uint8_t *restrict mask) {
    const uint16_t *restrict unit = b->chunk->unit + b->at;
    const uint32_t *restrict tasks = b->chunk->tasks + b->at;
    for (uint32_t i = 0; i < b->n; i++) mask[i] = (uint8_t)((unit[i] == 0) & (tasks[i] == 0));
}

static void run_rating(const struct query_term *t, const struct block *b, uint8_t *restrict mask) {
    const uint8_t *restrict v = b->chunk->rating + b->at;
    for (uint32_t i = 0; i < b->n; i++) mask[i] = (uint8_t)((v[i] >= t->min) & (v[i] <= t->max));
}

static void run_box(const struct query_term *t, const struct block *b, uint8_t *restrict mask) {
    const int32_t *restrict x = b->chunk->x + b->at, *restrict y = b->chunk->y + b->at;
    int32_t west = query_e7(t->west), east = query_e7(t->east), south = query_e7(t->south), north = query_e7(t->north);
    for (uint32_t i = 0; i < b->n; i++)
        mask[i] = (uint8_t)((x[i] >= west) & (x[i] <= east) & (y[i] >= south) & (y[i] <= north));
}

/* A box around the circle spares most rows the distance. */
static void near_box(const struct query_term *t, struct query_term *ret) {
    double dy = t->metres / 111000 + 1e-6, cosine = cos(fmin(fabs(t->place.lat_deg) + dy, 90) * M_PI / 180);
    double dx = cosine > 1e-3 ? dy / cosine : 360;
    *ret = (struct query_term){.west = t->place.lon_deg - dx,
                               .east = t->place.lon_deg + dx,
                               .south = fmax(t->place.lat_deg - dy, -90),
                               .north = fmin(t->place.lat_deg + dy, 90)};
    if (ret->west >= -180 && ret->east <= 180) return;
    ret->west = -180; /* it reaches round the world's edge */
    ret->east = 180;
}

static void run_near(const struct query_term *t, const struct block *b, uint8_t *restrict mask) {
    const int32_t *restrict x = b->chunk->x + b->at, *restrict y = b->chunk->y + b->at;
    struct query_term box;
    near_box(t, &box);
    run_box(&box, b, mask);
    for (uint32_t i = 0; i < b->n; i++)
        if (mask[i]) mask[i] = lonlat_distance_m(t->place, (lonlat){x[i] / 1e7, y[i] / 1e7}) <= t->metres;
}

static void run_rows(const struct step *s, const struct block *b, uint8_t *restrict mask) {
    for (uint32_t i = 0; i < b->n; i++) {
        uint32_t row = b->first + i;
        mask[i] = row / 64 < s->n_words && (s->rows[row / 64] >> (row % 64) & 1);
    }
}

static bool is_blank(const uint8_t *mask, uint32_t n) {
    return memchr(mask, 1, n) == NULL;
}

static void run_list(const struct step *s, const struct block *b, uint8_t *restrict mask) {
    bool all = s->kind == STEP_AND;
    memset(mask, all, b->n);
    uint8_t part[COLUMNS_BLOCK];
    for (size_t k = 0; k < s->n_children; k++) {
        if (k > 0 && all && is_blank(mask, b->n)) return;
        run_step(s->children[k], b, part);
        if (all)
            for (uint32_t i = 0; i < b->n; i++) mask[i] &= part[i];
        else
            for (uint32_t i = 0; i < b->n; i++) mask[i] |= part[i];
    }
}

static void run_step(const struct step *s, const struct block *b, uint8_t *restrict mask) {
    switch (s->kind) {
    case STEP_ALL:
        memset(mask, 1, b->n);
        return;
    case STEP_NOTHING:
        memset(mask, 0, b->n);
        return;
    case STEP_AND:
    case STEP_OR:
        run_list(s, b, mask);
        return;
    case STEP_NOT:
        run_step(s->children[0], b, mask);
        for (uint32_t i = 0; i < b->n; i++) mask[i] ^= 1;
        return;
    case STEP_EQUAL16:
        run_equal16(s, b, mask);
        return;
    case STEP_TABLE16:
        run_table16(s, b, mask);
        return;
    case STEP_RANGE32:
        run_range32(s, b, mask);
        return;
    case STEP_BITS:
        run_bits(s, b, mask);
        return;
    case STEP_OPEN_DUE:
        run_open_due(s, b, mask);
        return;
    case STEP_UNIT:
        run_unit(s, b, mask);
        return;
    case STEP_UNIT_NONE:
        run_unit_none(b, mask);
        return;
    case STEP_RATING:
        run_rating(s->term, b, mask);
        return;
    case STEP_NEAR:
        run_near(s->term, b, mask);
        return;
    case STEP_BOX:
        run_box(s->term, b, mask);
        return;
    case STEP_ROWS:
        run_rows(s, b, mask);
        return;
    }
}

static bool is_passed_over(const struct scan *s, const struct block *b) {
    uint32_t note = b->at / COLUMNS_BLOCK;
    return (s->only_open && b->chunk->open[note] == 0) || b->chunk->filed_min[note] > s->filed_high ||
           b->chunk->filed_max[note] < s->filed_low;
}

size_t scan_block(const struct scan *s, uint32_t first, uint32_t n, uint8_t *ret_mask) {
    check(n <= COLUMNS_BLOCK && first + n <= s->columns->n && first % COLUMNS_BLOCK + n <= COLUMNS_BLOCK);
    struct block b = {s->columns, s->columns->chunks[first / COLUMNS_CHUNK], first % COLUMNS_CHUNK, first, n};
    if (is_passed_over(s, &b)) {
        memset(ret_mask, 0, n);
        return 0;
    }
    run_step(s->root, &b, ret_mask);
    size_t hits = 0;
    for (uint32_t i = 0; i < n; i++) hits += ret_mask[i];
    return hits;
}

void scan_bitmap(const struct scan *s, uint64_t *ret) {
    uint8_t mask[COLUMNS_BLOCK];
    for (uint32_t first = 0; first < s->columns->n; first += COLUMNS_BLOCK) {
        uint32_t n = s->columns->n - first < COLUMNS_BLOCK ? s->columns->n - first : COLUMNS_BLOCK;
        if (scan_block(s, first, n, mask) == 0) continue;
        for (uint32_t i = 0; i < n; i++) ret[(first + i) / 64] |= (uint64_t)mask[i] << ((first + i) % 64);
    }
}
