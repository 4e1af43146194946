/* A grid of cells over all shapes. A cell that no edge touches names its shape at once; another lists the shapes to
 * try, and each shape keeps its edges in horizontal slabs, so that few are tried.
 *
 * Invariants: 1. Cells and slabs are powers of two wide: the same shift places edges and points. 2. Every cell that an
 * edge comes within one unit of is listed for that edge's shape, so parity is constant over the other cells. */
#include <math.h>
#include <string.h>

#include "city/shape_int.h"

#define CELL_EMPTY UINT32_MAX
#define CELL_LIST 0x80000000u   /* the rest is a position in lists */
#define ENTRY_WHOLE 0x80000000u /* of a list: the whole cell lies inside the shape */
#define CELLS_MAX (1u << 21)
#define CELLS_MIN (1u << 12)

/* Directed upwards: y0 < y1. */
struct edge {
    int32_t x0, y0, x1, y1;
};
struct slabs {
    struct point min, max;
    uint32_t first; /* in slab_edges */
    uint32_t shift; /* slab of y = (y - min.y) >> shift */
};
struct shape_index {
    const struct shape *shapes;
    struct slabs *slabs;
    size_t n;
    uint32_t *slab_edges; /* position of each slab's first edge; the next slab's is its end */
    struct edge *edges;
    struct point min;
    uint32_t width, height; /* of the box */
    uint32_t shift_x, shift_y, nx, ny;
    uint32_t *cells, *lists; /* lists: count, entries… */
};

static uint32_t distance(int32_t from, int32_t to) {
    return (uint32_t)to - (uint32_t)from;
}

static bool slabs_contain(const struct shape_index *x, uint32_t k, struct point p) {
    const struct slabs *s = &x->slabs[k];
    if (p.x < s->min.x || p.x > s->max.x || p.y < s->min.y || p.y > s->max.y) return false;
    const uint32_t *slab = &x->slab_edges[s->first + (distance(s->min.y, p.y) >> s->shift)];
    bool inside = false;
    for (const struct edge *e = &x->edges[slab[0]], *end = &x->edges[slab[1]]; e < end; e++) {
        if (p.y < e->y0 || p.y >= e->y1) continue;
        int64_t along = ((int64_t)e->x1 - e->x0) * ((int64_t)p.y - e->y0);
        int64_t beside = ((int64_t)p.x - e->x0) * ((int64_t)e->y1 - e->y0);
        inside ^= along > beside;
    }
    return inside;
}

int32_t shape_index_find(const struct shape_index *x, struct point p) {
    uint32_t dx = distance(x->min.x, p.x), dy = distance(x->min.y, p.y);
    if (x->n == 0 || dx > x->width || dy > x->height) return -1;
    uint32_t cell = x->cells[(size_t)(dy >> x->shift_y) * x->nx + (dx >> x->shift_x)];
    if (cell == CELL_EMPTY) return -1;
    if (!(cell & CELL_LIST)) return (int32_t)cell;
    const uint32_t *list = &x->lists[cell & ~CELL_LIST];
    for (uint32_t i = 1; i <= list[0]; i++) {
        uint32_t k = list[i] & ~ENTRY_WHOLE;
        if ((list[i] & ENTRY_WHOLE) || slabs_contain(x, k, p)) return (int32_t)k;
    }
    return -1;
}

int32_t shape_index_nearest(const struct shape_index *x, lonlat p, double max_m, double *ret_m) {
    struct shape_reach reach = shape_reach_of(point_from_lonlat(p), max_m);
    int32_t best = -1;
    double best_m = max_m;
    for (size_t i = 0; i < x->n; i++) {
        const struct shape *s = &x->shapes[i];
        if (s->n_rings == 0 || !shape_in_reach(s, &reach)) continue;
        double m = shape_distance_m(s, p);
        if (m > best_m || (m == best_m && best >= 0)) continue;
        best = (int32_t)i;
        best_m = m;
    }
    if (best >= 0) *ret_m = best_m;
    return best;
}

/* Walking the edges of a shape. */
struct walk {
    const struct shape *shape;
    size_t ring, i;
};

/* The next edge, horizontal ones included; the ends in ring order. */
static bool walk_next(struct walk *w, struct point *ret_a, struct point *ret_b) {
    while (w->ring < w->shape->n_rings && w->i == w->shape->rings[w->ring].n) {
        w->ring++;
        w->i = 0;
    }
    if (w->ring == w->shape->n_rings) return false;
    const struct ring *r = &w->shape->rings[w->ring];
    *ret_a = r->points[w->i++];
    *ret_b = r->points[w->i < r->n ? w->i : 0];
    return true;
}

/* As walk_next, but directed upwards and without the horizontal ones, which parity never meets. */
static bool walk_edge(struct walk *w, struct edge *ret) {
    struct point a, b;
    while (walk_next(w, &a, &b)) {
        if (a.y == b.y) continue;
        *ret = a.y < b.y ? (struct edge){a.x, a.y, b.x, b.y} : (struct edge){b.x, b.y, a.x, a.y};
        return true;
    }
    return false;
}

static size_t count_edges(const struct shape *s) {
    size_t n = 0;
    for (size_t r = 0; r < s->n_rings; r++) n += s->rings[r].n;
    return n;
}

/* The shift that cuts `width` into at most `pieces`. */
static uint32_t shift_for(uint32_t width, size_t pieces) {
    uint32_t shift = 0;
    while (((uint64_t)width >> shift) + 1 > pieces) shift++;
    return shift;
}

/* Sets box, shift and first slab of each shape. out: the number of slabs of all, one more for each as end. */
static size_t plan_slabs(struct shape_index *x) {
    size_t n = 0;
    for (size_t k = 0; k < x->n; k++) {
        const struct shape *s = &x->shapes[k];
        struct slabs *slabs = &x->slabs[k];
        *slabs = (struct slabs){.min = s->min, .max = s->max, .first = (uint32_t)n};
        if (s->n_rings == 0) continue;
        size_t pieces = count_edges(s) / 3;
        uint32_t height = distance(s->min.y, s->max.y);
        slabs->shift = shift_for(height, pieces < 4 ? 4 : pieces > 4096 ? 4096 : pieces);
        n += (height >> slabs->shift) + 2;
    }
    return n;
}

/* For each slab that the edge meets: adds one to its count (fill false) or stores the edge (fill true). */
static void slab_edge(struct shape_index *x, const struct slabs *s, const struct edge *e, bool fill) {
    uint32_t first = distance(s->min.y, e->y0) >> s->shift, last = distance(s->min.y, e->y1 - 1) >> s->shift;
    for (uint32_t i = first; i <= last; i++) {
        uint32_t *slab = &x->slab_edges[s->first + i];
        if (fill) x->edges[*slab] = *e;
        ++*slab;
    }
}

static void build_slabs(struct shape_index *x, struct arena *arena) {
    size_t n_slabs = plan_slabs(x);
    x->slab_edges = NEW_ARRAY(arena, uint32_t, n_slabs + 1);
    struct edge e;
    for (size_t k = 0; k < x->n; k++)
        for (struct walk w = {.shape = &x->shapes[k]}; walk_edge(&w, &e);) slab_edge(x, &x->slabs[k], &e, false);
    uint32_t total = 0;
    for (size_t i = 0; i <= n_slabs; i++) {
        uint32_t here = x->slab_edges[i];
        x->slab_edges[i] = total;
        total += here;
    }
    x->edges = NEW_ARRAY(arena, struct edge, total + 1);
    for (size_t k = 0; k < x->n; k++)
        for (struct walk w = {.shape = &x->shapes[k]}; walk_edge(&w, &e);) slab_edge(x, &x->slabs[k], &e, true);
    /* Filling moved each start to the next slab's start: move them back. */
    memmove(x->slab_edges + 1, x->slab_edges, n_slabs * sizeof *x->slab_edges);
    x->slab_edges[0] = 0;
}

/* What a build collects per cell, in the order of shapes. */
struct mark {
    uint32_t cell, entry;
};
struct build {
    struct shape_index *x;
    struct arena scratch;
    struct mark *marks;
    size_t n, cap;
    /* The cells of the box of the shape in hand. */
    uint32_t x0, y0, w, h;
    uint8_t *touched;
};

static void mark_add(struct build *b, uint32_t cell, uint32_t entry) {
    if (b->n == b->cap) {
        size_t cap = b->cap ? b->cap * 2 : 4096;
        struct mark *grown = NEW_ARRAY(&b->scratch, struct mark, cap);
        if (b->n > 0) memcpy(grown, b->marks, b->n * sizeof *grown);
        b->marks = grown;
        b->cap = cap;
    }
    b->marks[b->n++] = (struct mark){cell, entry};
}

static void touch_row(struct build *b, uint32_t row, double from_x, double to_x) {
    const struct shape_index *x = b->x;
    double lo = floor(from_x < to_x ? from_x : to_x) - 1 - x->min.x,
           hi = ceil(from_x < to_x ? to_x : from_x) + 1 - x->min.x;
    uint32_t first = lo <= 0 ? 0 : (uint32_t)lo >> x->shift_x;
    uint32_t last = hi >= x->width ? x->nx - 1 : (uint32_t)hi >> x->shift_x;
    if (first < b->x0) first = b->x0;
    if (last > b->x0 + b->w - 1) last = b->x0 + b->w - 1;
    if (first <= last) memset(&b->touched[(size_t)(row - b->y0) * b->w + first - b->x0], 1, last - first + 1);
}

/* Marks every cell that comes within one unit of the edge. */
static void touch(struct build *b, struct point p, struct point q) {
    const struct shape_index *x = b->x;
    struct point lo = p.y <= q.y ? p : q, hi = p.y <= q.y ? q : p;
    uint32_t first = distance(x->min.y, lo.y) >> x->shift_y, last = distance(x->min.y, hi.y) >> x->shift_y;
    double slope = hi.y > lo.y ? ((double)hi.x - lo.x) / ((double)hi.y - lo.y) : 0;
    for (uint32_t row = first; row <= last; row++) {
        double bottom = (double)x->min.y + (double)((uint64_t)row << x->shift_y) - 1;
        double top = bottom + (double)(UINT64_C(1) << x->shift_y) + 1;
        double from_x = bottom <= lo.y ? lo.x : lo.x + slope * (bottom - lo.y);
        double to_x = top >= hi.y ? hi.x : lo.x + slope * (top - lo.y);
        touch_row(b, row, from_x, to_x);
    }
}

/* Adds the marks of one row of the shape's cells: touched cells are listed, runs between them are in or out. */
static void mark_row(struct build *b, uint32_t k, uint32_t row) {
    const struct shape_index *x = b->x;
    const uint8_t *touched = &b->touched[(size_t)row * b->w];
    bool known = false, inside = false;
    for (uint32_t i = 0; i < b->w; i++) {
        uint32_t cell = (b->y0 + row) * x->nx + b->x0 + i;
        if (touched[i]) {
            mark_add(b, cell, k);
            known = false;
            continue;
        }
        if (!known) {
            struct point corner = {(int32_t)((uint32_t)x->min.x + ((b->x0 + i) << x->shift_x)),
                                   (int32_t)((uint32_t)x->min.y + ((b->y0 + row) << x->shift_y))};
            inside = slabs_contain(x, k, corner);
            known = true;
        }
        if (inside) mark_add(b, cell, k | ENTRY_WHOLE);
    }
}

static void mark_shape(struct build *b, uint32_t k) {
    const struct shape_index *x = b->x;
    const struct shape *s = &x->shapes[k];
    b->x0 = distance(x->min.x, s->min.x) >> x->shift_x;
    b->y0 = distance(x->min.y, s->min.y) >> x->shift_y;
    b->w = (distance(x->min.x, s->max.x) >> x->shift_x) - b->x0 + 1;
    b->h = (distance(x->min.y, s->max.y) >> x->shift_y) - b->y0 + 1;
    size_t cells = (size_t)b->w * b->h;
    memset(b->touched, 0, cells);
    struct point p, q;
    for (struct walk w = {.shape = s}; walk_next(&w, &p, &q);) touch(b, p, q);
    for (uint32_t row = 0; row < b->h; row++) mark_row(b, k, row);
}

/* Sorts the marks by cell, stable, and writes cells and lists. */
static void write_cells(struct build *b, struct arena *arena) {
    struct shape_index *x = b->x;
    size_t n_cells = (size_t)x->nx * x->ny;
    uint32_t *start = NEW_ARRAY(&b->scratch, uint32_t, n_cells + 1);
    for (size_t i = 0; i < b->n; i++) start[b->marks[i].cell]++;
    uint32_t total = 0, n_lists = 0;
    for (size_t c = 0; c <= n_cells; c++) {
        uint32_t here = start[c];
        start[c] = total;
        total += here;
        n_lists += here > 0 ? here + 1 : 0;
    }
    check(n_lists < CELL_LIST);
    uint32_t *entries = NEW_ARRAY(&b->scratch, uint32_t, b->n + 1);
    for (size_t i = 0; i < b->n; i++) entries[start[b->marks[i].cell]++] = b->marks[i].entry;
    x->cells = NEW_ARRAY(arena, uint32_t, n_cells);
    x->lists = NEW_ARRAY(arena, uint32_t, n_lists + 1);
    uint32_t used = 0, from = 0;
    for (size_t c = 0; c < n_cells; c++) {
        uint32_t n = start[c] - from;
        x->cells[c] = n == 0 ? CELL_EMPTY : used | CELL_LIST;
        if (n == 1 && (entries[from] & ENTRY_WHOLE))
            x->cells[c] = entries[from] & ~ENTRY_WHOLE;
        else if (n > 0) {
            x->lists[used++] = n;
            memcpy(&x->lists[used], &entries[from], n * sizeof *entries);
            used += n;
        }
        from = start[c];
    }
}

/* Cells that all boxes cover together: what building costs. */
static uint64_t cells_covered(const struct shape_index *x) {
    uint64_t sum = 0;
    for (size_t k = 0; k < x->n; k++) {
        const struct shape *s = &x->shapes[k];
        if (s->n_rings == 0) continue;
        uint64_t w = (distance(s->min.x, s->max.x) >> x->shift_x) + 2,
                 h = (distance(s->min.y, s->max.y) >> x->shift_y) + 2;
        sum += w * h;
    }
    return sum;
}

/* Chooses the cells: about 8 an edge, fewer where boxes overlap so much that building would take long. */
static void plan_cells(struct shape_index *x) {
    size_t edges = 0;
    for (size_t k = 0; k < x->n; k++) edges += count_edges(&x->shapes[k]);
    size_t cells = edges * 8 < CELLS_MIN ? CELLS_MIN : edges * 8 > CELLS_MAX ? CELLS_MAX : edges * 8;
    size_t side = (size_t)sqrt((double)cells);
    x->shift_x = shift_for(x->width, side);
    x->nx = (x->width >> x->shift_x) + 1;
    x->shift_y = shift_for(x->height, cells / x->nx);
    while (cells_covered(x) > UINT64_C(8) * CELLS_MAX && x->shift_x < 31) {
        x->shift_x++;
        x->shift_y += x->shift_y < 31;
    }
    x->nx = (x->width >> x->shift_x) + 1;
    x->ny = (x->height >> x->shift_y) + 1;
}

/* The box of all shapes. out: false if none has a ring. */
static bool set_box(struct shape_index *x) {
    struct point max = {INT32_MIN, INT32_MIN};
    x->min = (struct point){INT32_MAX, INT32_MAX};
    bool any = false;
    for (size_t k = 0; k < x->n; k++) {
        const struct shape *s = &x->shapes[k];
        if (s->n_rings == 0) continue;
        any = true;
        if (s->min.x < x->min.x) x->min.x = s->min.x;
        if (s->min.y < x->min.y) x->min.y = s->min.y;
        if (s->max.x > max.x) max.x = s->max.x;
        if (s->max.y > max.y) max.y = s->max.y;
    }
    if (!any) return false;
    x->width = distance(x->min.x, max.x);
    x->height = distance(x->min.y, max.y);
    return true;
}

struct shape_index *shape_index_build(const struct shape *shapes, size_t n, struct arena *arena) {
    check(n < ENTRY_WHOLE);
    struct shape_index *x = NEW(arena, struct shape_index);
    *x = (struct shape_index){.shapes = shapes, .n = n};
    if (!set_box(x)) {
        x->n = 0;
        return x;
    }
    x->slabs = NEW_ARRAY(arena, struct slabs, n);
    build_slabs(x, arena);
    plan_cells(x);
    struct build b = {.x = x};
    arena_init(&b.scratch, 0);
    b.touched = NEW_ARRAY(&b.scratch, uint8_t, (size_t)x->nx * x->ny);
    for (uint32_t k = 0; k < n; k++)
        if (shapes[k].n_rings > 0) mark_shape(&b, k);
    write_cells(&b, arena);
    arena_done(&b.scratch);
    return x;
}
