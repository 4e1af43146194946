#include "insight/grams.h"

#include <string.h>
#include <utf8proc.h>

#include "insight/fold.h"

struct grams_scratch {
    bool cut;                 /* the present text is cut into words */
    uint32_t last, last_from; /* the word before: hash, place; 0 = none */
    uint32_t at[GRAMS_SLOTS]; /* 1 + index of the gram in the present text */
};

struct grams_scratch *grams_scratch_new(struct arena *arena) {
    return NEW(arena, struct grams_scratch);
}

/* FNV-1a over code points, then a finaliser: the low bits alone would be poor. */
static uint32_t hash_step(uint32_t h, uint32_t cp) {
    return (h ^ cp) * 16777619u;
}

static uint32_t slot_of(uint32_t h) {
    h ^= h >> 15;
    h *= 0x2C1B3C6Du;
    h ^= h >> 12;
    return h >> (32 - GRAMS_BITS);
}

enum script { SCRIPT_NONE, SCRIPT_CJK, SCRIPT_OTHER };

static enum script script_of(uint32_t cp) {
    if (cp < 0x80) return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9') ? SCRIPT_OTHER : SCRIPT_NONE;
    if (is_cjk(cp)) return SCRIPT_CJK;
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
    return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_NO) ? SCRIPT_OTHER : SCRIPT_NONE;
}

struct run {
    const uint32_t *points;
    const uint32_t *starts; /* byte of each point, and of the end */
    size_t n;
};

/* Words of Chinese that blanks part: only a text cut into words has many. */
static bool is_cut(str folded) {
    size_t blanks = 0, points = 0;
    for (size_t pos = 0; pos < folded.len && points < 400; points++) blanks += utf8_next(folded, &pos) == ' ';
    return points >= 8 && blanks * 5 > points;
}

static void add_gram(struct grams_scratch *x, struct grams *g, uint32_t hash, size_t from, size_t to) {
    uint32_t slot = slot_of(hash), at = x->at[slot];
    g->n_total++;
    if (at != 0) {
        g->of[at - 1].count++;
        return;
    }
    g->of[g->n] = (struct gram){slot, 1, str_slice(g->folded, from, to)};
    x->at[slot] = (uint32_t)++g->n;
}

/* A word, and it with the one before: hashed apart from grams of the same letters. */
static void add_word(struct grams_scratch *x, struct grams *g, const struct run *r) {
    uint32_t h = 0x9747b28cu, from = r->starts[0], to = r->starts[r->n];
    for (size_t j = 0; j < r->n; j++) h = hash_step(h, r->points[j]);
    if (r->n > 1) add_gram(x, g, h, from, to);
    if (x->last != 0) add_gram(x, g, hash_step(h, x->last), x->last_from, to);
    x->last = h;
    x->last_from = from;
}

static void add_run(struct grams_scratch *x, struct grams *g, const struct run *r, enum script script) {
    size_t least = script == SCRIPT_CJK ? 1 : 3, most = script == SCRIPT_CJK ? 3 : 5;
    for (size_t i = 0; i < r->n; i++) {
        uint32_t h = 2166136261u;
        for (size_t j = i; j < r->n && j - i < most; j++) {
            h = hash_step(h, r->points[j]);
            if (j - i + 1 >= least) add_gram(x, g, h, r->starts[i], r->starts[j + 1]);
        }
    }
    if (x->cut && script == SCRIPT_CJK) add_word(x, g, r);
    if (script == SCRIPT_CJK || (r->n >= least && r->n <= most)) return;
    uint32_t h = 2166136261u;
    for (size_t j = 0; j < r->n; j++) h = hash_step(h, r->points[j]);
    add_gram(x, g, h, r->starts[0], r->starts[r->n]);
}

struct grams grams_of(struct grams_scratch *scratch, str text, struct arena *arena) {
    struct grams g = {.folded = text_fold(arena, utf8_prefix(text, GRAMS_POINTS_MAX))};
    size_t n = utf8_count(g.folded), run = 0;
    scratch->cut = is_cut(g.folded), scratch->last = 0;
    uint32_t *points = NEW_ARRAY(arena, uint32_t, n + 1), *starts = NEW_ARRAY(arena, uint32_t, n + 2);
    enum script now = SCRIPT_NONE;
    g.of = NEW_ARRAY(arena, struct gram, n * 6 + 1);
    for (size_t i = 0, pos = 0; i <= n; i++) {
        starts[i] = (uint32_t)pos;
        enum script next = SCRIPT_NONE;
        if (i < n) {
            points[i] = utf8_next(g.folded, &pos);
            next = script_of(points[i]);
        }
        if (next == now) continue;
        struct run r = {points + run, starts + run, i - run};
        if (now != SCRIPT_NONE) add_run(scratch, &g, &r, now);
        now = next;
        run = i;
    }
    for (size_t i = 0; i < g.n; i++) scratch->at[g.of[i].slot] = 0;
    return g;
}
