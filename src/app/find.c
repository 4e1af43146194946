/* Finding a place while somebody types: areas and landmarks by name, for staff also addresses of earlier reports. */
#include <math.h>

#include "app/app.h"
#include "query/words.h"

#define WORDS_MAX 60 /* characters of what is typed */
#define FOLDED_MAX 2000
#define ADDRESSES_READ 40

struct candidate_place {
    struct found found;
    bool begins;             /* the name begins with the words */
    const struct area *area; /* whose label point is computed last */
};

struct search {
    const struct city *city;
    str core; /* normal form of what is typed */
    lonlat near;
    size_t lang;
    struct arena *arena;
    struct strbuf name;                     /* normal form of the name in hand */
    struct candidate_place best[FOUND_MAX]; /* the best first */
    size_t n;
};

/* Whether a name holds the words; a last word may go on. */
static bool fits(struct search *s, str name, bool *ret_begins) {
    strbuf_clear(&s->name);
    words_normal(name, &s->name); /* begins with a blank */
    ptrdiff_t at = str_find(strbuf_str(&s->name), s->core, 0);
    *ret_begins = at == 1;
    return at >= 0;
}

static bool text_fits(struct search *s, const struct text *t, bool *ret_begins) {
    bool any = false;
    for (size_t i = 0; i < s->city->n_langs; i++) {
        bool begins = false;
        if (!fits(s, t->in[i], &begins)) continue;
        *ret_begins = (any && *ret_begins) || begins;
        any = true;
    }
    return any;
}

/* Names that begin with the words, then the nearest, then the shortest; the order met, which is coarse to fine, for
 * equals. */
static bool is_better(const struct candidate_place *x, const struct candidate_place *y) {
    if (x->begins != y->begins) return x->begins;
    double dx = isnan(x->found.metres) ? 0 : x->found.metres, dy = isnan(y->found.metres) ? 0 : y->found.metres;
    return dx != dy ? dx < dy : x->found.name.len < y->found.name.len;
}

static void add(struct search *s, struct candidate_place c) {
    bool measured = !lonlat_is_none(s->near) && !lonlat_is_none(c.found.place);
    c.found.metres = measured ? lonlat_distance_m(s->near, c.found.place) : NAN;
    size_t at = s->n;
    while (at > 0 && is_better(&c, &s->best[at - 1])) at--;
    if (at == FOUND_MAX) return;
    if (s->n < FOUND_MAX) s->n++;
    for (size_t i = s->n - 1; i > at; i--) s->best[i] = s->best[i - 1];
    s->best[at] = c;
}

static void find_areas(struct search *s) {
    for (uint32_t i = 0; i < s->city->n_areas; i++) {
        const struct area *a = &s->city->areas[i];
        struct candidate_place c = {.area = a};
        if (a->layer != 0 || a->retired || a->shape.n_rings == 0 || !text_fits(s, &a->name, &c.begins)) continue;
        lonlat middle = lonlat_from_point(
            (struct point){a->shape.min.x / 2 + a->shape.max.x / 2, a->shape.min.y / 2 + a->shape.max.y / 2});
        c.found = (struct found){FOUND_AREA, text_in(&a->name, s->lang), a->parent, middle, NAN, i};
        add(s, c);
    }
}

static bool word_fits(struct search *s, const struct landmark *m, bool *ret_begins) {
    for (size_t i = 0; i < m->n_words; i++)
        if (fits(s, m->words[i], ret_begins)) return true;
    return false;
}

static void find_landmarks(struct search *s) {
    for (size_t i = 0; i < s->city->n_landmarks; i++) {
        const struct landmark *m = &s->city->landmarks[i];
        struct candidate_place c = {0};
        if (!text_fits(s, &m->name, &c.begins) && !word_fits(s, m, &c.begins)) continue;
        c.found = (struct found){FOUND_LANDMARK, text_in(&m->name, s->lang), m->area, m->place, NAN, NONE};
        add(s, c);
    }
}

static bool is_listed(const struct search *s, str name) {
    for (size_t i = 0; i < s->n; i++)
        if (s->best[i].found.kind == FOUND_ADDRESS && str_eq(s->best[i].found.name, name)) return true;
    return false;
}

/* A row shows no address and no place of a private matter. */
static enum status find_addresses(struct search *s, struct app *app, const struct caller *caller, str words,
                                  struct err *err) {
    struct listing rows = {0};
    struct strbuf q;
    strbuf_init(&q, QUERY_TEXT_MAX);
    strbuf_addz(&q, "\"");
    for (size_t i = 0; i < words.len; i++)
        if (words.ptr[i] != '"' && words.ptr[i] != '\\') strbuf_addc(&q, words.ptr[i]);
    strbuf_addz(&q, "\"");
    enum status status = app_list(app, caller, str_dup(s->arena, strbuf_str(&q)), S("filed"), ADDRESSES_READ, S(""),
                                  s->arena, &rows, err);
    strbuf_done(&q);
    for (size_t i = 0; status == OK && i < rows.n; i++) {
        const struct case_row *r = &rows.rows[i];
        struct candidate_place c = {0};
        if (str_empty(r->address) || lonlat_is_none(r->place) || is_listed(s, r->address)) continue;
        if (!fits(s, r->address, &c.begins)) continue;
        c.found = (struct found){FOUND_ADDRESS, r->address, r->area_index, r->place, NAN, NONE};
        add(s, c);
    }
    return status;
}

static bool sees_addresses(const struct caller *caller) {
    return caller->role != NULL && caller->role->see != SCOPE_NONE && !caller->role->wordless;
}

enum status app_find(struct app *app, const struct caller *caller, str words, lonlat near, struct arena *arena,
                     struct found ret[FOUND_MAX], size_t *ret_n, struct err *err) {
    words = utf8_prefix(str_trim(words), WORDS_MAX);
    struct search s = {.city = app_city(app), .near = near, .lang = caller->lang, .arena = arena};
    s.core = words_core(words, arena);
    *ret_n = 0;
    if (str_empty(s.core)) return OK;
    strbuf_init(&s.name, FOLDED_MAX);
    find_landmarks(&s);
    find_areas(&s);
    enum status status = sees_addresses(caller) ? find_addresses(&s, app, caller, words, err) : OK;
    strbuf_done(&s.name);
    for (size_t i = 0; status == OK && i < s.n; i++) {
        ret[i] = s.best[i].found;
        if (s.best[i].area != NULL) ret[i].place = shape_label_point(&s.best[i].area->shape);
    }
    if (status == OK) *ret_n = s.n;
    return status;
}
