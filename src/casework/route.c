/* Responsibility precedence: owner given, then longer category, then deeper area. Law and precedence are the city
 * package's (docs/city-package.md); its check makes ties errors, so that the first of equals is the only one. */
#include "casework/route.h"

/* How well a row fits; a greater rank wins. 0 = it does not fit. */
struct rank {
    bool fits;
    uint32_t owner, category, depth;
};

/* What category_matches says, in one walk: most of some thousand rows fail here at the first bytes. */
static bool fits(const code *pattern, const code *category) {
    const char *p = pattern->s, *k = category->s;
    while (*p == *k && *p != '\0') p++, k++;
    return *p == '*' ? p[1] == '\0' : *p == *k;
}

static struct rank rank_of(const struct city *c, const struct responsibility *r, const code *category, uint32_t area,
                           const code *owner) {
    struct rank rank = {0};
    if (!fits(&r->category, category)) return rank;
    if (r->owner.s[0] != '\0') {
        if (!code_eq(&r->owner, owner)) return rank;
        rank.owner = 1;
    }
    rank.category = category_pattern_rank(&r->category);
    if (r->area != NONE) {
        if (!city_area_within(c, area, r->area)) return rank;
        rank.depth = (uint32_t)c->areas[r->area].depth + 1;
    }
    rank.fits = true;
    return rank;
}

static int rank_cmp(const struct rank *a, const struct rank *b) {
    if (a->owner != b->owner) return a->owner < b->owner ? -1 : 1;
    if (a->category != b->category) return a->category < b->category ? -1 : 1;
    if (a->depth != b->depth) return a->depth < b->depth ? -1 : 1;
    return 0;
}

/* The office of the area's ancestor at a level. */
static uint32_t office_of(const struct city *c, uint32_t area, const code *level) {
    uint32_t at = city_area_at_level(c, area, str_code(level));
    return at != NONE ? c->office_of_area[at] : NONE;
}

static uint32_t unit_of(const struct city *c, const struct responsibility *r, uint32_t area) {
    if (r->unit != NONE) return r->unit;
    return area == NONE ? NONE : office_of(c, area, &r->office_level);
}

size_t route_units(const struct city *c, enum duty duty, const code *category, uint32_t area, const code *owner,
                   uint32_t *ret, size_t max) {
    struct rank best = {0};
    size_t n = 0;
    for (size_t i = 0; i < c->n_responsibilities; i++) {
        const struct responsibility *r = &c->responsibilities[i];
        if (r->duty != duty) continue;
        struct rank rank = rank_of(c, r, category, area, owner);
        if (!rank.fits) continue;
        int order = best.fits ? rank_cmp(&rank, &best) : 1;
        if (order < 0) continue;
        uint32_t unit = unit_of(c, r, area);
        if (unit == NONE) continue;
        if (order > 0) n = 0;
        best = rank;
        bool known = false;
        for (size_t k = 0; k < n; k++) known = known || ret[k] == unit;
        if (!known && n < max) ret[n++] = unit;
    }
    return n;
}

const struct responsibility *route_row(const struct city *c, enum duty duty, const code *category, uint32_t area,
                                       const code *owner) {
    const struct responsibility *best = NULL;
    struct rank best_rank = {0};
    for (size_t i = 0; i < c->n_responsibilities; i++) {
        const struct responsibility *r = &c->responsibilities[i];
        if (r->duty != duty) continue;
        struct rank rank = rank_of(c, r, category, area, owner);
        if (!rank.fits || (best != NULL && rank_cmp(&rank, &best_rank) <= 0) || unit_of(c, r, area) == NONE) continue;
        best = r;
        best_rank = rank;
    }
    return best;
}

uint32_t route_unit(const struct city *c, enum duty duty, const code *category, uint32_t area, const code *owner) {
    uint32_t unit;
    return route_units(c, duty, category, area, owner, &unit, 1) == 1 ? unit : NONE;
}

bool route_taken_back(const struct city *c, const code *category, uint32_t unit) {
    if (unit == NONE) return false;
    for (size_t i = 0; i < c->n_responsibilities; i++) {
        const struct responsibility *r = &c->responsibilities[i];
        if (r->duty != DUTY_TAKEN_BACK || !fits(&r->category, category)) continue;
        if (r->unit == unit) return true;
        const struct unit *u = &c->units[unit];
        bool office = r->unit == NONE && u->area != NONE && code_eq(&c->areas[u->area].level, &r->office_level);
        if (office && (r->area == NONE || city_area_within(c, u->area, r->area))) return true;
    }
    return false;
}

uint32_t route_above(const struct city *c, uint32_t unit) {
    if (unit == NONE) return NONE;
    const struct unit *u = &c->units[unit];
    for (uint32_t a = u->area == NONE ? NONE : c->areas[u->area].parent; a != NONE; a = c->areas[a].parent)
        if (c->office_of_area[a] != NONE) return c->office_of_area[a];
    return u->parent;
}

uint32_t route_below(const struct city *c, uint32_t unit, uint32_t area) {
    uint32_t own = unit == NONE ? NONE : c->units[unit].area, best = NONE;
    for (uint32_t a = area; a != NONE && a != own; a = c->areas[a].parent)
        if (c->office_of_area[a] != NONE && c->office_of_area[a] != unit) best = c->office_of_area[a];
    bool below = own == NONE || city_area_within(c, area, own);
    return below ? best : NONE;
}
