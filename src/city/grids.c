/* grids.csv and grid_posts.csv: what is posted about a grid where residents meet. Both optional; where there are grids,
 * each has its sheet. source: domain README §4 (Binzhou Art. 6: name, boundary, staff contact and supervision telephone
 * are posted and kept current). */
#include "city/city_int.h"

#define FILE_GRIDS "grids.csv"
#define FILE_POSTS "grid_posts.csv"
#define ROWS_MAX 50000

enum { G_GRID, G_KIND, G_BOUNDARY, G_POSTED_AT, G_SUPERVISION };
static const struct column GRID_COLUMNS[] = {
    {"grid"}, {"kind"}, {"boundary", .per_lang = true}, {"posted_at", .per_lang = true}, {"supervision_phone"}};

enum { P_GRID, P_POST, P_CONTACT, P_PHONE, P_POSTED };
static const struct column POST_COLUMNS[] = {
    {"grid"}, {"post", .per_lang = true}, {"contact", .per_lang = true}, {"phone"}, {"posted"}};

static size_t rows_max(const struct table *t) {
    size_t n = table_rows_max(t);
    return n < ROWS_MAX ? n : ROWS_MAX;
}

static uint32_t read_area(struct table *t, size_t column) {
    str area = table_str(t, column);
    uint32_t a = city_area(t->l->city, area);
    if (a == NONE && t->l->city->n_areas > 0) table_fault(t, NULL, "The area \"%.*s\" is unknown.", P(area));
    return a;
}

static str read_phone(struct table *t, size_t column) {
    str phone = table_str(t, column);
    if (str_empty(phone)) table_fault(t, NULL, "The field %s is empty.", t->columns[column].name);
    return phone;
}

static bool read_grid(struct table *t, struct map *known, uint32_t number, struct grid *ret) {
    code key;
    *ret = (struct grid){.line = t->csv.line};
    int kind = table_word(t, G_KIND, "comprehensive dedicated");
    if (kind >= 0) ret->kind = (enum grid_kind)kind;
    ret->area = read_area(t, G_GRID);
    ret->boundary = table_text(t, G_BOUNDARY);
    ret->posted_at = table_text(t, G_POSTED_AT);
    ret->supervision_phone = read_phone(t, G_SUPERVISION);
    return table_code(t, G_GRID, &key) && table_index(t, known, &key, number) && ret->area != NONE && kind >= 0;
}

static bool read_post(struct table *t, struct grid_post *ret) {
    *ret = (struct grid_post){.area = read_area(t, P_GRID)};
    ret->post = table_text(t, P_POST);
    ret->contact = table_text(t, P_CONTACT);
    ret->phone = read_phone(t, P_PHONE);
    ret->is_posted = table_yes(t, P_POSTED);
    for (size_t i = 0; i < t->l->city->n_langs; i++)
        load_refuse_persons(t->l, str_z(t->file), t->csv.line, "post", ret->post.in[i]);
    if (ret->area != NONE && city_grid(t->l->city, ret->area) == NULL)
        table_fault(t, "add it to grids.csv", "The area has no sheet.");
    return ret->area != NONE;
}

static void load_posts(struct loader *l) {
    struct city *c = l->city;
    struct table t;
    if (files_get(l, FILE_POSTS) == NULL || !table_open(&t, l, FILE_POSTS, POST_COLUMNS, ARRAY_LEN(POST_COLUMNS)))
        return;
    size_t max = rows_max(&t);
    c->grid_posts = NEW_ARRAY(&c->arena, struct grid_post, max);
    while (table_next(&t)) {
        if (c->n_grid_posts == max) {
            table_fault(&t, NULL, "More than %d rows.", ROWS_MAX);
            return;
        }
        if (read_post(&t, &c->grid_posts[c->n_grid_posts])) c->n_grid_posts++;
    }
}

/* Every grid of today has a sheet, and every sheet somebody to call. */
static void check_sheets(struct loader *l) {
    const struct city *c = l->city;
    uint8_t *has = NEW_ARRAY(&l->scratch, uint8_t, c->n_areas + 1); /* 1 a sheet, 2 a posted contact */
    for (size_t i = 0; i < c->n_grids; i++) has[c->grids[i].area] |= 1;
    for (size_t i = 0; i < c->n_grid_posts; i++)
        if (c->grid_posts[i].is_posted) has[c->grid_posts[i].area] |= 2;
    for (size_t i = 0; i < c->n_areas; i++) {
        const struct area *a = &c->areas[i];
        if (a->layer == 0 && a->is_leaf && !a->unlocated && (has[i] & 1) == 0)
            load_fault(l, FILE_GRIDS, 0, NULL, "The grid \"%s\" has no sheet.", a->code.s);
    }
    for (size_t i = 0; i < c->n_grids; i++)
        if ((has[c->grids[i].area] & 2) == 0)
            load_fault(l, FILE_GRIDS, c->grids[i].line, "add a row with posted: yes to grid_posts.csv",
                       "The grid \"%s\" has no posted contact.", c->areas[c->grids[i].area].code.s);
}

void load_grids(struct loader *l) {
    struct city *c = l->city;
    struct table t;
    struct map known;
    if (files_get(l, FILE_GRIDS) == NULL || !table_open(&t, l, FILE_GRIDS, GRID_COLUMNS, ARRAY_LEN(GRID_COLUMNS)))
        return;
    size_t max = rows_max(&t);
    c->grids = NEW_ARRAY(&c->arena, struct grid, max);
    map_init(&known);
    while (table_next(&t)) {
        if (c->n_grids == max) {
            table_fault(&t, NULL, "More than %d rows.", ROWS_MAX);
            break;
        }
        if (read_grid(&t, &known, (uint32_t)c->n_grids, &c->grids[c->n_grids])) c->n_grids++;
    }
    map_done(&known);
    load_posts(l);
    check_sheets(l);
}

const struct grid *city_grid(const struct city *c, uint32_t area) {
    for (size_t i = 0; i < c->n_grids; i++)
        if (c->grids[i].area == area) return &c->grids[i];
    return NULL;
}

uint32_t city_area_now(const struct city *c, uint32_t area, lonlat place) {
    for (int round = 0; area != NONE && c->areas[area].retired; round++) {
        const struct area *a = &c->areas[area];
        if (a->n_successors == 0 || round == 100) return NONE;
        uint32_t at = lonlat_is_none(place) ? NONE : city_locate(c, a->layer, place).area;
        area = a->successors[0];
        for (size_t i = 0; i < a->n_successors; i++)
            if (city_area_within(c, at, a->successors[i])) return at;
    }
    return area;
}
