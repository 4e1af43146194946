#include "insight/topics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "insight/fold.h"
#include "insight/likeness.h"

#define EDGE_LEAST 0.05
#define BONUS_PLACE 0.25f
#define BONUS_RUN 0.15f
#define STOP 0.20
#define SMALL 30
#define SMALL_LIKENESS 0.17
#define PLACE_POINTS_MIN 3
#define PLACE_POINTS_MAX 12
#define BODY_POINTS 300
#define NEAR_MAX 20000
#define GROUP_MAX 12000

struct edge {
    uint32_t a, b; /* a < b */
    float likeness;
};
/* Sorted numbers of what a message names. */
struct names {
    uint32_t *of;
    size_t n;
};
struct work {
    const struct topic_input *in;
    struct arena arena;
    struct likeness *likeness;
    struct likeness_scratch *scratch;
    struct names *places, *runs;
    struct edge *edges;
    size_t n_edges, cap_edges;
    uint32_t *group; /* union-find over edges of STOP and more */
};

static int by_number(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void sort_names(struct names *x) {
    size_t n = 0;
    qsort(x->of, x->n, sizeof *x->of, by_number);
    for (size_t i = 0; i < x->n; i++)
        if (n == 0 || x->of[n - 1] != x->of[i]) x->of[n++] = x->of[i];
    x->n = n;
}

/* Drops what fewer than two or more than so many messages name. */
static void keep_rare(struct names *all, size_t n, size_t most) {
    struct map seen;
    map_init(&seen);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < all[i].n; k++) {
            uint32_t before = map_get_u64(&seen, all[i].of[k]);
            map_set_u64(&seen, all[i].of[k], before == MAP_NONE ? 1 : before + 1);
        }
    for (size_t i = 0; i < n; i++) {
        size_t kept = 0;
        for (size_t k = 0; k < all[i].n; k++) {
            uint32_t times = map_get_u64(&seen, all[i].of[k]);
            if (times >= 2 && times <= most) all[i].of[kept++] = all[i].of[k];
        }
        all[i].n = kept;
    }
    map_done(&seen);
}

/* The byte where each point of a text starts, and its end. */
static size_t points_of(str text, struct arena *arena, size_t **ret) {
    size_t n = 0, *at = NEW_ARRAY(arena, size_t, text.len + 1);
    for (size_t pos = 0; pos < text.len; utf8_next(text, &pos)) at[n++] = pos;
    at[n] = text.len;
    *ret = at;
    return n;
}

static void find_places(struct work *w, const struct map *known, str text, struct names *x) {
    size_t *at, n = points_of(text, &w->arena, &at);
    for (size_t i = 0; i < n; i++)
        for (size_t k = PLACE_POINTS_MIN; k <= PLACE_POINTS_MAX && i + k <= n; k++) {
            uint32_t place = map_get(known, str_slice(text, at[i], at[i + k]));
            if (place != MAP_NONE) x->of[x->n++] = place;
        }
}

static void name_places(struct work *w) {
    struct map known;
    map_init(&known);
    for (uint32_t i = 0; i < w->in->n_places; i++) map_set(&known, text_fold(&w->arena, w->in->places[i]), i);
    for (size_t i = 0; i < w->in->n; i++) {
        const struct topic_message *m = &w->in->messages[i];
        str title = text_fold(&w->arena, m->title), body = text_fold(&w->arena, utf8_prefix(m->body, BODY_POINTS));
        w->places[i].of = NEW_ARRAY(&w->arena, uint32_t, (title.len + body.len) * 4 + 1);
        find_places(w, &known, title, &w->places[i]);
        find_places(w, &known, body, &w->places[i]);
        sort_names(&w->places[i]);
    }
    map_done(&known);
    keep_rare(w->places, w->in->n, w->in->n * 3 / 100 + 1);
}

/* Runs of four and of five letters of the title, by hash. */
static void name_runs(struct work *w) {
    for (size_t i = 0; i < w->in->n; i++) {
        str title = text_fold(&w->arena, w->in->messages[i].title);
        size_t *at, n = points_of(title, &w->arena, &at);
        w->runs[i].of = NEW_ARRAY(&w->arena, uint32_t, 2 * n + 1);
        for (size_t k = 4; k <= 5; k++)
            for (size_t p = 0; p + k <= n; p++)
                w->runs[i].of[w->runs[i].n++] = (uint32_t)(str_hash(str_slice(title, at[p], at[p + k])) >> 13);
        sort_names(&w->runs[i]);
    }
    keep_rare(w->runs, w->in->n, w->in->n / 100 + 1);
}

static bool share_name(const struct names *a, const struct names *b) {
    for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
        if (a->of[i] == b->of[k]) return true;
        if (a->of[i] < b->of[k])
            i++;
        else
            k++;
    }
    return false;
}

/* --- edges ----------------------------------------------------------------------------------------------------------- */

static uint32_t root_of(struct work *w, uint32_t i) {
    while (w->group[i] != i) i = w->group[i] = w->group[w->group[i]];
    return i;
}

static void add_edge(struct work *w, struct edge e) {
    if (w->n_edges == w->cap_edges) {
        struct edge *more = NEW_ARRAY(&w->arena, struct edge, w->cap_edges * 2 + 1024);
        if (w->n_edges > 0) memcpy(more, w->edges, w->n_edges * sizeof *more);
        w->edges = more;
        w->cap_edges = w->cap_edges * 2 + 1024;
    }
    w->edges[w->n_edges++] = e;
    if ((double)e.likeness >= STOP) w->group[root_of(w, e.a)] = root_of(w, e.b);
}

static void find_edges(struct work *w) {
    struct like *near = NEW_ARRAY(&w->arena, struct like, NEAR_MAX);
    for (uint32_t i = 0; i < w->in->n; i++) {
        size_t n = likeness_near(w->likeness, w->scratch, i, EDGE_LEAST, near, NEAR_MAX);
        for (size_t k = 0; k < n; k++) {
            uint32_t j = near[k].text;
            if (j < i) continue;
            float bonus = share_name(&w->places[i], &w->places[j]) ? BONUS_PLACE : 0;
            bonus += share_name(&w->runs[i], &w->runs[j]) ? BONUS_RUN : 0;
            add_edge(w, (struct edge){i, j, near[k].likeness + bonus});
        }
    }
}

/* --- average linkage within one group -------------------------------------------------------------------------------- */

struct linkage {
    size_t n;
    float *sum;     /* n × n: likeness summed over pairs of members */
    uint32_t *size; /* 0 = merged away */
    uint32_t *best; /* the nearest other */
    double *best_mean;
    uint32_t *into; /* whom it was merged into; itself */
};

static double mean_between(const struct linkage *l, size_t a, size_t b) {
    return (double)l->sum[a * l->n + b] / ((double)l->size[a] * l->size[b]);
}

static void find_best(struct linkage *l, size_t a) {
    l->best_mean[a] = -1;
    for (size_t b = 0; b < l->n; b++) {
        if (b == a || l->size[b] == 0 || l->sum[a * l->n + b] <= 0) continue;
        double mean = mean_between(l, a, b);
        if (mean > l->best_mean[a]) {
            l->best_mean[a] = mean;
            l->best[a] = (uint32_t)b;
        }
    }
}

static void merge(struct linkage *l, size_t a, size_t b) {
    l->into[b] = (uint32_t)a;
    for (size_t k = 0; k < l->n; k++) {
        if (k == a || k == b || l->size[k] == 0) continue;
        l->sum[a * l->n + k] += l->sum[b * l->n + k];
        l->sum[k * l->n + a] = l->sum[a * l->n + k];
    }
    l->size[a] += l->size[b];
    l->size[b] = 0;
    for (size_t k = 0; k < l->n; k++) {
        if (l->size[k] == 0) continue;
        if (k == a || ((l->best[k] == a || l->best[k] == b) && l->best_mean[k] >= 0))
            find_best(l, k);
        else if (l->sum[k * l->n + a] > 0 && mean_between(l, k, a) > l->best_mean[k]) {
            l->best_mean[k] = mean_between(l, k, a);
            l->best[k] = (uint32_t)a;
        }
    }
}

static void link_group(struct linkage *l) {
    for (size_t i = 0; i < l->n; i++) find_best(l, i);
    for (;;) {
        size_t a = 0;
        for (size_t i = 1; i < l->n; i++)
            if (l->size[i] > 0 && (l->size[a] == 0 || l->best_mean[i] > l->best_mean[a])) a = i;
        if (l->size[a] == 0 || l->best_mean[a] < STOP) return;
        size_t b = l->best[a];
        merge(l, a < b ? a : b, a < b ? b : a);
    }
}

static struct linkage linkage_of(struct work *w, const uint32_t *members, size_t n, uint32_t *place_of,
                                 struct arena *arena) {
    struct linkage l = {n,
                        NEW_ARRAY(arena, float, n *n),
                        NEW_ARRAY(arena, uint32_t, n),
                        NEW_ARRAY(arena, uint32_t, n),
                        NEW_ARRAY(arena, double, n),
                        NEW_ARRAY(arena, uint32_t, n)};
    uint32_t root = root_of(w, members[0]);
    for (size_t i = 0; i < n; i++) {
        place_of[members[i]] = (uint32_t)i;
        l.size[i] = 1;
        l.into[i] = (uint32_t)i;
    }
    for (size_t k = 0; k < w->n_edges; k++) {
        const struct edge *e = &w->edges[k];
        if (root_of(w, e->a) != root || root_of(w, e->b) != root) continue;
        size_t a = place_of[e->a], b = place_of[e->b];
        l.sum[a * n + b] = l.sum[b * n + a] = e->likeness;
    }
    return l;
}

/* --- topics ---------------------------------------------------------------------------------------------------------- */

struct topic_list {
    struct topic *of;
    size_t n;
};

/* Members of a great topic beyond these are not compared with each other. */
#define COMPARED 80

static void describe_topic(struct work *w, struct topic *t) {
    size_t n = t->n < COMPARED ? t->n : COMPARED;
    double all = 0, best = -1;
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t k = 0; k < n; k++)
            if (k != i) sum += likeness_between(w->likeness, w->scratch, t->messages[i], t->messages[k]);
        all += sum;
        if (sum > best) {
            best = sum;
            t->central = t->messages[i];
        }
    }
    t->likeness = all / ((double)n * (double)(n - 1));
    for (size_t i = 0; i < t->n; i++) {
        t->voices += w->in->messages[t->messages[i]].voices;
        t->reactions += w->in->messages[t->messages[i]].reactions;
    }
    t->heat = t->voices + 2 * log(1.0 + t->reactions);
}

static void take_topics(struct work *w, const uint32_t *members, struct linkage *l, struct arena *arena,
                        struct topic_list *out) {
    for (size_t a = 0; a < l->n; a++) {
        if (l->size[a] < TOPIC_LEAST) continue;
        struct topic t = {.messages = NEW_ARRAY(arena, uint32_t, l->size[a])};
        for (size_t i = 0; i < l->n; i++) {
            size_t root = i;
            while (l->into[root] != root) root = l->into[root];
            if (root == a) t.messages[t.n++] = members[i];
        }
        describe_topic(w, &t);
        if (t.n < SMALL && t.likeness < SMALL_LIKENESS) continue;
        out->of[out->n++] = t;
    }
}

static int hottest_first(const void *a, const void *b) {
    const struct topic *x = a, *y = b;
    if (x->heat != y->heat) return x->heat > y->heat ? -1 : 1;
    return x->messages[0] < y->messages[0] ? -1 : 1;
}

/* Groups that hang together by edges of STOP and more are linked one by one: no mean across them can reach it. */
static bool link_groups(struct work *w, struct arena *arena, struct topic_list *out) {
    size_t n = w->in->n;
    uint32_t *members = NEW_ARRAY(&w->arena, uint32_t, n), *place_of = NEW_ARRAY(&w->arena, uint32_t, n);
    for (uint32_t root = 0; root < n; root++) {
        size_t m = 0;
        if (root_of(w, root) != root) continue;
        for (uint32_t i = 0; i < n; i++)
            if (root_of(w, i) == root) members[m++] = i;
        if (m < TOPIC_LEAST) continue;
        if (m > GROUP_MAX) return false;
        struct arena_mark mark = arena_mark(&w->arena);
        struct linkage l = linkage_of(w, members, m, place_of, &w->arena);
        link_group(&l);
        take_topics(w, members, &l, arena, out);
        arena_rewind(&w->arena, mark);
    }
    return true;
}

enum status topics_find(const struct topic_input *in, struct arena *arena, struct topic **ret, size_t *ret_n,
                        struct err *err) {
    if (in->n > TOPIC_MESSAGES_MAX)
        return err_set(err, E_TOO_LARGE, "too_many_messages", "%zu messages: take a shorter window", in->n);
    struct work w = {.in = in};
    struct topic_list out = {NEW_ARRAY(arena, struct topic, in->n / TOPIC_LEAST + 1), 0};
    arena_init(&w.arena, (size_t)8 << 30);
    struct likeness_text *texts = NEW_ARRAY(&w.arena, struct likeness_text, in->n);
    w.places = NEW_ARRAY(&w.arena, struct names, in->n);
    w.runs = NEW_ARRAY(&w.arena, struct names, in->n);
    w.group = NEW_ARRAY(&w.arena, uint32_t, in->n);
    for (uint32_t i = 0; i < in->n; i++) {
        texts[i] = (struct likeness_text){in->messages[i].title, in->messages[i].body};
        w.group[i] = i;
    }
    w.likeness = likeness_build(texts, in->n, &w.arena);
    w.scratch = likeness_scratch_new(w.likeness, &w.arena);
    name_places(&w);
    name_runs(&w);
    find_edges(&w);
    bool fits = link_groups(&w, arena, &out);
    arena_done(&w.arena);
    if (!fits)
        return err_set(err, E_TOO_LARGE, "too_many_messages", "too many messages hang together: take a shorter window");
    qsort(out.of, out.n, sizeof *out.of, hottest_first);
    *ret = out.of;
    *ret_n = out.n;
    return OK;
}
