/* Checks of the polygons themselves: valid, siblings apart, children inside their parents. GEOS is used here and
 * nowhere else, and only where the cheap exact test of two rings cannot say that all is well.
 *
 * Expected: 20 000 areas of 100 points in 1.5 s, 700 in 0.1 s. */
#include <geos_c.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "city/city_int.h"

#define FILE_SHAPES "areas.geojson"
#define SHARE_MAX 0.01 /* of the smaller shape: what may overlap, or stick out of the parent */

struct geometry {
    struct loader *l;
    GEOSContextHandle_t geos;
    GEOSGeometry **of_area; /* NULL: no shape, or invalid */
    uint32_t *nearest;      /* ancestor with a shape, or NONE */
};

/* Whether the area has a shape that counts today. */
static bool has_shape(const struct geometry *g, uint32_t area) {
    return g->of_area[area] && !g->l->city->areas[area].retired;
}

static GEOSGeometry *geos_ring(GEOSContextHandle_t geos, const struct ring *r) {
    GEOSCoordSequence *seq = GEOSCoordSeq_create_r(geos, (unsigned)r->n + 1, 2);
    check(seq != NULL);
    for (size_t i = 0; i <= r->n; i++) {
        struct point p = r->points[i < r->n ? i : 0];
        GEOSCoordSeq_setXY_r(geos, seq, (unsigned)i, p.x, p.y);
    }
    return GEOSGeom_createLinearRing_r(geos, seq);
}

static bool is_outer(const struct ring *r) {
    double sum = 0;
    for (size_t i = 1; i + 1 < r->n; i++) {
        struct point o = r->points[0], a = r->points[i], b = r->points[i + 1];
        sum += ((double)a.x - o.x) * ((double)b.y - o.y) - ((double)b.x - o.x) * ((double)a.y - o.y);
    }
    return sum > 0;
}

/* A multipolygon. in: each outer ring is followed by its holes, as the reader leaves them. */
static GEOSGeometry *geos_shape(struct geometry *g, const struct shape *s) {
    GEOSGeometry **polygons = NEW_ARRAY(&g->l->scratch, GEOSGeometry *, s->n_rings);
    GEOSGeometry **holes = NEW_ARRAY(&g->l->scratch, GEOSGeometry *, s->n_rings);
    size_t n = 0;
    for (size_t i = 0; i < s->n_rings;) {
        GEOSGeometry *outer = geos_ring(g->geos, &s->rings[i++]);
        unsigned n_holes = 0;
        while (i < s->n_rings && !is_outer(&s->rings[i])) holes[n_holes++] = geos_ring(g->geos, &s->rings[i++]);
        polygons[n++] = GEOSGeom_createPolygon_r(g->geos, outer, holes, n_holes);
    }
    return GEOSGeom_createCollection_r(g->geos, GEOS_MULTIPOLYGON, polygons, (unsigned)n);
}

static uint32_t line_of(const struct geometry *g, uint32_t area) {
    return g->l->city->areas[area].shape_line;
}

static void fault(struct geometry *g, uint32_t area, const char *hint, str what) {
    load_fault(g->l, FILE_SHAPES, line_of(g, area), hint, "%.*s", P(what));
}

/* Makes the geometry of an area, with a finding if it is invalid. */
static GEOSGeometry *make_valid(struct geometry *g, uint32_t area) {
    const struct area *a = &g->l->city->areas[area];
    GEOSGeometry *geom = geos_shape(g, &a->shape);
    if (geom && GEOSisValid_r(g->geos, geom) == 1) return geom;
    char *reason = geom ? GEOSisValidReason_r(g->geos, geom) : NULL;
    fault(g, area, "a ring must not touch or cross itself",
          str_format(&g->l->scratch, "The shape of \"%s\" is not valid: %s (in 1e-7 degree).", a->code.s,
                     reason ? reason : "not built"));
    GEOSFree_r(g->geos, reason);
    GEOSGeom_destroy_r(g->geos, geom);
    return NULL;
}

/* ---- the cheap test: do two shapes that share borders keep apart? ---- */

/* Twice the signed area of a triangle's sign. in: within 180 degrees, so the products are exact. */
static int side(struct point a, struct point b, struct point p) {
    int64_t x = ((int64_t)b.x - a.x) * ((int64_t)p.y - a.y), y = ((int64_t)b.y - a.y) * ((int64_t)p.x - a.x);
    return (x > y) - (x < y);
}

static bool same(struct point a, struct point b) {
    return a.x == b.x && a.y == b.y;
}

static bool on_edge(struct point a, struct point b, struct point p) {
    if (p.x < (a.x < b.x ? a.x : b.x) || p.x > (a.x < b.x ? b.x : a.x)) return false;
    if (p.y < (a.y < b.y ? a.y : b.y) || p.y > (a.y < b.y ? b.y : a.y)) return false;
    return side(a, b, p) == 0;
}

static bool on_border(const struct shape *s, struct point p) {
    for (size_t r = 0; r < s->n_rings; r++)
        for (size_t i = 0; i < s->rings[r].n; i++)
            if (on_edge(s->rings[r].points[i], s->rings[r].points[i + 1 < s->rings[r].n ? i + 1 : 0], p)) return true;
    return false;
}

struct box {
    struct point min, max;
};

/* The common part of the two boxes. out: false if they do not meet. */
static bool common_box(const struct shape *a, const struct shape *b, struct box *ret) {
    ret->min.x = a->min.x > b->min.x ? a->min.x : b->min.x;
    ret->min.y = a->min.y > b->min.y ? a->min.y : b->min.y;
    ret->max.x = a->max.x < b->max.x ? a->max.x : b->max.x;
    ret->max.y = a->max.y < b->max.y ? a->max.y : b->max.y;
    return ret->min.x < ret->max.x && ret->min.y < ret->max.y;
}

static bool edge_meets(const struct box *box, struct point p, struct point q) {
    return !((p.x < box->min.x && q.x < box->min.x) || (p.x > box->max.x && q.x > box->max.x) ||
             (p.y < box->min.y && q.y < box->min.y) || (p.y > box->max.y && q.y > box->max.y));
}

struct segment {
    struct point a, b;
};

/* Whether the end of one edge lies on the other, but is not its end. */
static bool touches_inside(const struct segment *e, struct point p) {
    return !same(p, e->a) && !same(p, e->b) && on_edge(e->a, e->b, p);
}

/* Whether two edges meet in any way but at common ends or as the same border seen from both sides. */
static bool meets(const struct segment *x, const struct segment *y) {
    if (same(x->a, y->a) && same(x->b, y->b)) return true; /* both shapes lie on the same side */
    if (side(x->a, x->b, y->a) * side(x->a, x->b, y->b) < 0 && side(y->a, y->b, x->a) * side(y->a, y->b, x->b) < 0)
        return true;
    return touches_inside(x, y->a) || touches_inside(x, y->b) || touches_inside(y, x->a) || touches_inside(y, x->b);
}

/* The edges of a shape that meet a box. memory: scratch. */
static size_t edges_in(struct geometry *g, const struct shape *s, const struct box *box, struct segment **ret) {
    size_t n = 0;
    for (size_t r = 0; r < s->n_rings; r++) n += s->rings[r].n;
    struct segment *all = NEW_ARRAY(&g->l->scratch, struct segment, n);
    n = 0;
    for (size_t r = 0; r < s->n_rings; r++) {
        for (size_t i = 0; i < s->rings[r].n; i++) {
            struct point p = s->rings[r].points[i], q = s->rings[r].points[i + 1 < s->rings[r].n ? i + 1 : 0];
            if (edge_meets(box, p, q)) all[n++] = (struct segment){p, q};
        }
    }
    *ret = all;
    return n;
}

/* Whether no vertex of a (in the box) and no middle of its edges lies strictly inside b. */
static bool stays_out(const struct segment *edges, size_t n, const struct shape *b) {
    for (size_t i = 0; i < n; i++) {
        struct point p = edges[i].a, q = edges[i].b;
        struct point middle = {(int32_t)(((int64_t)p.x + q.x) / 2), (int32_t)(((int64_t)p.y + q.y) / 2)};
        if (shape_contains(b, p) && !on_border(b, p)) return false;
        if (shape_contains(b, middle) && !on_border(b, middle)) return false;
    }
    return true;
}

/* Whether two shapes surely do not overlap; false means only that GEOS must say. Where edges meet at common ends or as
 * a common border alone and no edge runs inside the other shape, two parts are apart or equal, and equal parts would
 * share an edge in the same direction. Edge against edge, so only for boxes that share few edges. */
static bool surely_apart(struct geometry *g, const struct shape *a, const struct shape *b, const struct box *box) {
    struct arena_mark mark = arena_mark(&g->l->scratch);
    struct segment *x, *y;
    size_t n = edges_in(g, a, box, &x), m = edges_in(g, b, box, &y);
    bool apart = n * m < 100000;
    for (size_t i = 0; i < n && apart; i++)
        for (size_t k = 0; k < m && apart; k++) apart = !meets(&x[i], &y[k]);
    apart = apart && stays_out(x, n, b) && stays_out(y, m, a);
    arena_rewind(&g->l->scratch, mark);
    return apart;
}

/* ---- siblings and parents ---- */

static double area_of(GEOSContextHandle_t geos, const GEOSGeometry *geom) {
    double area = 0;
    return geom && GEOSArea_r(geos, geom, &area) == 1 ? area : 0;
}

static void check_pair(struct geometry *g, uint32_t i, uint32_t k) {
    const struct area *a = &g->l->city->areas[i], *b = &g->l->city->areas[k];
    struct box box;
    if (!common_box(&a->shape, &b->shape, &box) || surely_apart(g, &a->shape, &b->shape, &box)) return;
    GEOSGeometry *common = GEOSIntersection_r(g->geos, g->of_area[i], g->of_area[k]);
    double overlap = area_of(g->geos, common);
    GEOSGeom_destroy_r(g->geos, common);
    double smaller = fmin(area_of(g->geos, g->of_area[i]), area_of(g->geos, g->of_area[k]));
    if (overlap <= SHARE_MAX * smaller) return;
    uint32_t later = line_of(g, i) > line_of(g, k) ? i : k;
    fault(g, later, "a place belongs to one area",
          str_format(&g->l->scratch, "The areas \"%s\" and \"%s\" overlap by %.1f %% of the smaller.", a->code.s,
                     b->code.s, 100 * overlap / smaller));
}

static void check_inside(struct geometry *g, uint32_t child, const GEOSPreparedGeometry *parent_fast, uint32_t parent) {
    if (GEOSPreparedCovers_r(g->geos, parent_fast, g->of_area[child]) == 1) return;
    GEOSGeometry *outside = GEOSDifference_r(g->geos, g->of_area[child], g->of_area[parent]);
    double out = area_of(g->geos, outside), whole = area_of(g->geos, g->of_area[child]);
    GEOSGeom_destroy_r(g->geos, outside);
    if (out <= SHARE_MAX * whole) return;
    const struct area *areas = g->l->city->areas;
    fault(g, child, "a child lies inside its parent",
          str_format(&g->l->scratch, "%.1f %% of the area \"%s\" lie outside its parent \"%s\".", 100 * out / whole,
                     areas[child].code.s, areas[parent].code.s));
}

/* A child by its left edge, for the sweep. */
struct entry {
    int32_t left;
    uint32_t area;
};

static int by_left(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    return (x->left > y->left) - (x->left < y->left);
}

/* Compares each area with those that begin before it ends. in: areas with valid shapes. */
static void check_siblings(struct geometry *g, struct entry *entries, size_t n) {
    const struct area *areas = g->l->city->areas;
    if (n > 1) qsort(entries, n, sizeof *entries, by_left);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n && entries[k].left < areas[entries[i].area].shape.max.x; k++)
            check_pair(g, entries[i].area, entries[k].area);
}

/* Checks the areas from `first` to `last` whose nearest ancestor with a shape is `parent` (NONE: none). */
static void check_family(struct geometry *g, uint32_t parent, uint32_t first, uint32_t last) {
    const struct area *areas = g->l->city->areas;
    struct arena_mark mark = arena_mark(&g->l->scratch);
    struct entry *entries = NEW_ARRAY(&g->l->scratch, struct entry, last - first + 1);
    const GEOSPreparedGeometry *fast = parent == NONE ? NULL : GEOSPrepare_r(g->geos, g->of_area[parent]);
    size_t n = 0;
    for (uint32_t a = first; a <= last; a++) {
        if (!has_shape(g, a) || g->nearest[a] != parent) continue;
        entries[n++] = (struct entry){areas[a].shape.min.x, a};
        if (fast) check_inside(g, a, fast, parent);
    }
    check_siblings(g, entries, n);
    if (fast) GEOSPreparedGeom_destroy_r(g->geos, fast);
    arena_rewind(&g->l->scratch, mark);
}

/* Sets the nearest ancestor with a shape. in: parents have smaller numbers. */
static void find_nearest(struct geometry *g) {
    const struct city *c = g->l->city;
    g->nearest = NEW_ARRAY(&g->l->scratch, uint32_t, c->n_areas + 1);
    for (uint32_t i = 0; i < c->n_areas; i++) {
        uint32_t parent = c->areas[i].parent;
        g->nearest[i] = parent == NONE || has_shape(g, parent) ? parent : g->nearest[parent];
    }
}

void check_geometry(struct loader *l) {
    const struct city *c = l->city;
    struct geometry g = {.l = l, .geos = GEOS_init_r()};
    check(g.geos != NULL);
    g.of_area = NEW_ARRAY(&l->scratch, GEOSGeometry *, c->n_areas + 1);
    for (uint32_t i = 0; i < c->n_areas; i++)
        if (c->areas[i].shape.n_rings > 0) g.of_area[i] = make_valid(&g, i);
    find_nearest(&g);
    for (uint32_t i = 0, last; i < c->n_areas; i++) {
        if (has_shape(&g, i) && c->areas[i].subtree_last > i) check_family(&g, i, i + 1, c->areas[i].subtree_last);
        if (i > 0 && c->areas[i - 1].layer == c->areas[i].layer) continue;
        for (last = i; last + 1 < c->n_areas && c->areas[last + 1].layer == c->areas[i].layer;) last++;
        check_family(&g, NONE, i, last);
    }
    for (uint32_t i = 0; i < c->n_areas; i++) GEOSGeom_destroy_r(g.geos, g.of_area[i]);
    GEOS_finish_r(g.geos);
}
