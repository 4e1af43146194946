#include "city/city.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(NONE == MAP_NONE, "map_get's answer is an index or NONE");

void city_free(struct city *c) {
    if (!c) return;
    map_done(&c->area_by_code);
    map_done(&c->unit_by_code);
    map_done(&c->category_by_key);
    map_done(&c->condition_by_code);
    map_done(&c->texts_by_key);
    map_done(&c->point_by_code);
    map_done(&c->sensor_by_code);
    struct arena arena = c->arena; /* it holds the city itself */
    arena_done(&arena);
}

uint32_t city_area(const struct city *c, str key) {
    return map_get(&c->area_by_code, key);
}

uint32_t city_unit(const struct city *c, str key) {
    return map_get(&c->unit_by_code, key);
}

uint32_t city_category(const struct city *c, str key) {
    return map_get(&c->category_by_key, key);
}

uint32_t city_condition(const struct city *c, str key) {
    return map_get(&c->condition_by_code, key);
}

const struct role *city_role(const struct city *c, str name) {
    for (size_t i = 0; i < c->n_roles; i++)
        if (str_is(name, c->roles[i].name.s)) return &c->roles[i];
    return NULL;
}

const struct procedure *city_procedure(const struct city *c, str name) {
    for (size_t i = 0; i < c->n_procedures; i++)
        if (str_is(name, c->procedures[i].name.s)) return &c->procedures[i];
    return NULL;
}

const struct channel *city_channel(const struct city *c, str key) {
    for (size_t i = 0; i < c->n_channels; i++)
        if (str_is(key, c->channels[i].code.s)) return &c->channels[i];
    return NULL;
}

const struct patrol_point *city_point(const struct city *c, str key) {
    uint32_t i = map_get(&c->point_by_code, key);
    return i == NONE ? NULL : &c->points[i];
}

const struct peer *city_peer(const struct city *c, str key) {
    for (size_t i = 0; i < c->n_peers; i++)
        if (str_is(key, c->peers[i].code.s)) return &c->peers[i];
    return NULL;
}

size_t city_lang(const struct city *c, str tag) {
    ptrdiff_t dash = str_find(tag, S("-"), 0);
    if (dash >= 0) tag.len = (size_t)dash;
    for (size_t i = 0; i < c->n_langs; i++)
        if (tag.len == c->langs[i].len && tag.len > 0 && strncasecmp(tag.ptr, c->langs[i].ptr, tag.len) == 0) return i;
    return 0;
}

str text_in(const struct text *t, size_t lang) {
    if (lang < LANG_MAX && !str_empty(t->in[lang])) return t->in[lang];
    for (size_t i = 0; i < LANG_MAX; i++)
        if (!str_empty(t->in[i])) return t->in[i];
    return S("");
}

str city_text(const struct city *c, size_t lang, str key) {
    uint32_t i = map_get(&c->texts_by_key, key);
    return i == NONE ? key : text_in(&c->texts[i], lang);
}

bool city_area_within(const struct city *c, uint32_t area, uint32_t ancestor) {
    if (area == NONE || ancestor == NONE) return false;
    check(area < c->n_areas && ancestor < c->n_areas);
    return area >= c->areas[ancestor].subtree_first && area <= c->areas[ancestor].subtree_last;
}

bool city_unit_within(const struct city *c, uint32_t unit, uint32_t superior) {
    if (superior == NONE) return false;
    for (uint32_t u = unit; u != NONE; u = c->units[u].parent)
        if (u == superior) return true;
    return false;
}

static size_t add_superior(uint32_t *all, size_t n, uint32_t unit) {
    if (unit == NONE || n == SUPERIORS_MAX) return n;
    for (size_t i = 0; i < n; i++)
        if (all[i] == unit) return n;
    all[n] = unit;
    return n + 1;
}

static size_t add_offices(const struct city *c, uint32_t area, uint32_t *all, size_t n) {
    for (uint32_t a = area; a != NONE; a = c->areas[a].parent) n = add_superior(all, n, c->office_of_area[a]);
    return n;
}

size_t city_superiors(const struct city *c, uint32_t unit, uint32_t area, uint32_t *ret) {
    size_t n = unit != NONE ? add_superior(ret, 0, unit) : add_offices(c, area, ret, 0);
    for (size_t i = 0; i < n; i++) {
        const struct unit *u = &c->units[ret[i]];
        n = add_superior(ret, n, u->parent);
        if (u->area != NONE) n = add_offices(c, c->areas[u->area].parent, ret, n);
    }
    return n;
}

uint32_t city_area_at_level(const struct city *c, uint32_t area, str level) {
    for (uint32_t a = area; a != NONE; a = c->areas[a].parent)
        if (str_is(level, c->areas[a].level.s)) return a;
    return NONE;
}

struct location city_locate(const struct city *c, uint32_t layer, lonlat p) {
    struct location outside = {LOCATED_OUTSIDE, NONE, 0};
    if (layer >= c->n_layers || !lonlat_valid(p)) return outside;
    const struct layer *l = &c->layers[layer];
    int32_t leaf = shape_index_find(l->leaves, point_from_lonlat(p));
    if (leaf >= 0) return (struct location){LOCATED_INSIDE, l->leaf_areas[leaf], 0};
    struct location near = {.how = LOCATED_NEAR};
    leaf = shape_index_nearest(l->leaves, p, c->near_m, &near.metres);
    if (leaf < 0) return outside;
    near.area = l->leaf_areas[leaf];
    return near;
}

const struct plan *city_plan(const struct city *c, str key) {
    for (size_t i = 0; i < c->n_responses; i++)
        if (str_eq(str_code(&c->responses[i].code), key)) return &c->responses[i];
    return NULL;
}

const struct plan_task *city_plan_task(const struct city *c, str key, const struct plan **ret_plan) {
    for (size_t i = 0; i < c->n_responses; i++) {
        const struct plan *p = &c->responses[i];
        for (size_t k = 0; k < p->n_tasks; k++) {
            if (!str_eq(str_code(&p->tasks[k].code), key)) continue;
            if (ret_plan != NULL) *ret_plan = p;
            return &p->tasks[k];
        }
    }
    return NULL;
}

const struct accident_kind *city_accident(const struct city *c, str key) {
    for (size_t i = 0; i < c->n_accidents; i++)
        if (str_eq(str_code(&c->accidents[i].code), key)) return &c->accidents[i];
    return NULL;
}

const struct scale_step *city_step(const struct city *c, size_t scale, str key) {
    for (size_t i = 0; i < c->scales[scale].n; i++)
        if (str_eq(str_code(&c->scales[scale].steps[i].code), key)) return &c->scales[scale].steps[i];
    return NULL;
}

int city_grade(const struct threshold *t, int64_t figure) {
    for (int i = 0; i < SCALE_STEPS; i++)
        if (t->from[i] >= 0 && figure >= t->from[i]) return i;
    return -1;
}

bool city_propose_grade(const struct city *c, const struct accident_kind *k, const struct figure *figures, size_t n,
                        struct grade_proposal *ret) {
    int gravest = SCALE_STEPS;
    for (size_t t = 0; t < k->n_thresholds; t++) {
        for (size_t i = 0; i < n; i++) {
            if (!code_eq(&figures[i].name, &k->thresholds[t].figure)) continue;
            int step = city_grade(&k->thresholds[t], figures[i].value);
            if (step < 0 || step >= gravest) continue;
            gravest = step;
            *ret = (struct grade_proposal){&c->scales[SCALE_GRADES].steps[step], &k->thresholds[t], figures[i].value,
                                           k->thresholds[t].from[step]};
        }
    }
    return gravest < SCALE_STEPS;
}
