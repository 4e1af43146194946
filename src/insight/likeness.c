#include "insight/likeness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/fold.h"

#define FIELD_BITS 20
#define SLOTS (2u << FIELD_BITS) /* titles, then bodies */
#define SHARE_TITLE 0.6
#define BODY_POINTS 300
/* From this likeness on copies are asked for: they must be half as like in their rare grams as they are to be in all. */
#define COPY 0.3
#define COPY_RARE 0.5f

struct entry {
    uint32_t slot;
    float value;
};
struct posting {
    uint32_t text;
    float value;
};
struct vector {
    struct entry *of;
    uint32_t n;
    float common; /* length of the part of common grams */
};
struct likeness {
    size_t n;
    struct vector *vectors;
    uint32_t *df, *first; /* by slot: texts; first posting, SLOTS + 1 */
    struct posting *postings;
};
struct likeness_scratch {
    float query[SLOTS];
    float *sum; /* by text */
    uint32_t *touched;
    struct like *found;
};

/* --- grams ----------------------------------------------------------------------------------------------------------- */

static bool is_letter(uint32_t cp) {
    return cp >= 0x80 ? is_cjk(cp) || (cp >= 0xC0 && cp < 0x2000)
                      : (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9');
}

static uint32_t slot_of(uint32_t a, uint32_t b, uint32_t c, uint32_t field) {
    uint64_t h = (uint64_t)a << 42 | (uint64_t)b << 21 | c;
    h = (h ^ h >> 31) * 0x9E3779B97F4A7C15u;
    return (uint32_t)(h >> (64 - FIELD_BITS)) | field << FIELD_BITS;
}

static int by_slot(const void *a, const void *b) {
    uint32_t x = ((const struct entry *)a)->slot, y = ((const struct entry *)b)->slot;
    return x < y ? -1 : x > y;
}

/* The grams of a field, each once with its number. out: ret holds 2 a point at least. */
static size_t count_grams(str text, uint32_t field, struct entry *ret) {
    uint32_t a = 0, b = 0; /* the two points before, 0 = none */
    size_t n = 0, kinds = 0;
    for (size_t pos = 0; pos < text.len;) {
        uint32_t c = utf8_next(text, &pos);
        if (!is_letter(c)) {
            a = b = 0;
            continue;
        }
        if (b != 0) ret[n++] = (struct entry){slot_of(0, b, c, field), 1};
        if (a != 0) ret[n++] = (struct entry){slot_of(a, b, c, field), 1};
        a = b, b = c;
    }
    qsort(ret, n, sizeof *ret, by_slot);
    for (size_t i = 0; i < n; i++)
        if (kinds > 0 && ret[kinds - 1].slot == ret[i].slot)
            ret[kinds - 1].value++;
        else
            ret[kinds++] = ret[i];
    return kinds;
}

static void read_text(struct likeness *l, const struct likeness_text *t, struct vector *ret, struct arena *arena) {
    struct arena work;
    arena_init(&work, 0);
    str title = text_fold(&work, t->title), body = text_fold(&work, utf8_prefix(t->body, BODY_POINTS));
    struct entry *all = NEW_ARRAY(&work, struct entry, 2 * (title.len + body.len) + 1);
    size_t n = count_grams(title, 0, all);
    n += count_grams(body, 1, all + n);
    *ret = (struct vector){.of = NEW_ARRAY(arena, struct entry, n), .n = (uint32_t)n};
    memcpy(ret->of, all, n * sizeof *all);
    for (size_t i = 0; i < n; i++) l->df[all[i].slot]++;
    arena_done(&work);
}

/* Numbers of grams become values; grams of this text alone are dropped. */
static void weigh(const struct likeness *l, struct vector *v) {
    double square[2] = {0}, common = 0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->n; i++) {
        struct entry e = v->of[i];
        if (l->df[e.slot] < 2) continue;
        e.value = (float)((1 + log((double)e.value)) * (log((1 + (double)l->n) / (1 + l->df[e.slot])) + 1));
        square[e.slot >> FIELD_BITS] += (double)e.value * (double)e.value;
        v->of[n++] = e;
    }
    v->n = n;
    bool both = square[0] > 0 && square[1] > 0;
    double scale[2];
    for (int f = 0; f < 2; f++) {
        double share = both ? (f == 0 ? SHARE_TITLE : 1 - SHARE_TITLE) : 1;
        scale[f] = square[f] > 0 ? sqrt(share / square[f]) : 0;
    }
    for (uint32_t i = 0; i < n; i++) {
        v->of[i].value *= (float)scale[v->of[i].slot >> FIELD_BITS];
        if (l->df[v->of[i].slot] > LIKENESS_COMMON) common += (double)v->of[i].value * (double)v->of[i].value;
    }
    v->common = (float)sqrt(common);
}

static void index_texts(struct likeness *l, struct arena *arena) {
    l->first = NEW_ARRAY(arena, uint32_t, SLOTS + 1);
    for (uint32_t s = 0; s < SLOTS; s++)
        l->first[s + 1] = l->first[s] + (l->df[s] >= 2 && l->df[s] <= LIKENESS_COMMON ? l->df[s] : 0);
    l->postings = NEW_ARRAY(arena, struct posting, l->first[SLOTS]);
    uint32_t *at = NEW_ARRAY(arena, uint32_t, SLOTS);
    memcpy(at, l->first, SLOTS * sizeof *at);
    for (uint32_t i = 0; i < l->n; i++)
        for (uint32_t k = 0; k < l->vectors[i].n; k++) {
            struct entry e = l->vectors[i].of[k];
            if (l->df[e.slot] <= LIKENESS_COMMON) l->postings[at[e.slot]++] = (struct posting){i, e.value};
        }
}

struct likeness *likeness_build(const struct likeness_text *texts, size_t n, struct arena *arena) {
    struct likeness *l = NEW(arena, struct likeness);
    l->n = n;
    l->vectors = NEW_ARRAY(arena, struct vector, n);
    l->df = NEW_ARRAY(arena, uint32_t, SLOTS);
    for (size_t i = 0; i < n; i++) read_text(l, &texts[i], &l->vectors[i], arena);
    for (size_t i = 0; i < n; i++) weigh(l, &l->vectors[i]);
    index_texts(l, arena);
    return l;
}

struct likeness_scratch *likeness_scratch_new(const struct likeness *l, struct arena *arena) {
    struct likeness_scratch *s = NEW(arena, struct likeness_scratch);
    s->sum = NEW_ARRAY(arena, float, l->n);
    s->touched = NEW_ARRAY(arena, uint32_t, l->n);
    s->found = NEW_ARRAY(arena, struct like, l->n);
    return s;
}

/* --- looking up ------------------------------------------------------------------------------------------------------ */

static float dot(const struct likeness_scratch *s, const struct vector *v) {
    float sum = 0;
    for (uint32_t i = 0; i < v->n; i++) sum += v->of[i].value * s->query[v->of[i].slot];
    return sum;
}

static void set_query(struct likeness_scratch *s, const struct vector *v, bool on) {
    for (uint32_t i = 0; i < v->n; i++) s->query[v->of[i].slot] = on ? v->of[i].value : 0;
}

static int most_like_first(const void *a, const void *b) {
    const struct like *x = a, *y = b;
    if (x->likeness != y->likeness) return x->likeness > y->likeness ? -1 : 1;
    return x->text < y->text ? -1 : 1;
}

/* Sums the rare grams that texts share with the query. out: number of texts touched. */
static size_t gather(const struct likeness *l, struct likeness_scratch *s, const struct vector *q) {
    size_t n = 0;
    for (uint32_t i = 0; i < q->n; i++) {
        float value = q->of[i].value;
        for (uint32_t p = l->first[q->of[i].slot]; p < l->first[q->of[i].slot + 1]; p++) {
            struct posting x = l->postings[p];
            if (s->sum[x.text] == 0) s->touched[n++] = x.text;
            s->sum[x.text] += value * x.value;
        }
    }
    return n;
}

/* Length of the part of rare grams. */
static float rare_of(const struct vector *v) {
    float rest = 1 - v->common * v->common;
    return rest > 0 ? sqrtf(rest) : 0;
}

size_t likeness_near(const struct likeness *l, struct likeness_scratch *s, uint32_t text, double least,
                     struct like *ret, size_t max) {
    const struct vector *q = &l->vectors[text];
    size_t touched = gather(l, s, q), n = 0;
    float enough = (float)least - 1e-6f;
    set_query(s, q, true);
    for (size_t i = 0; i < touched; i++) {
        uint32_t other = s->touched[i];
        float rare = s->sum[other];
        s->sum[other] = 0;
        if (other == text || rare + q->common * l->vectors[other].common < enough) continue;
        if (least >= COPY && rare < COPY_RARE * enough * rare_of(q) * rare_of(&l->vectors[other])) continue;
        float value = dot(s, &l->vectors[other]);
        if (value >= enough) s->found[n++] = (struct like){other, value > 1 ? 1 : value};
    }
    set_query(s, q, false);
    qsort(s->found, n, sizeof *s->found, most_like_first);
    n = n < max ? n : max;
    memcpy(ret, s->found, n * sizeof *ret);
    return n;
}

double likeness_between(const struct likeness *l, struct likeness_scratch *s, uint32_t a, uint32_t b) {
    set_query(s, &l->vectors[a], true);
    float value = dot(s, &l->vectors[b]);
    set_query(s, &l->vectors[a], false);
    return (double)(value > 1 ? 1 : value);
}
