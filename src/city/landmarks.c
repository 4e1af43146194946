/* landmarks.csv and patrol_points.csv: names and points on the map. Both optional. */
#include "city/city_int.h"

#define FILE_LANDMARKS "landmarks.csv"
#define FILE_POINTS "patrol_points.csv"
#define ROWS_MAX 20000
#define HOURS_MAX (24 * 366)

enum { CODE, NAME, LON, LAT, WORDS };
static const struct column LANDMARK_COLUMNS[] = {
    {"code"}, {"name", .per_lang = true}, {"lon"}, {"lat"}, {"words", .optional = true}};

enum { P_CODE, P_GRID, P_NAME, P_LON, P_LAT, P_HOURS, P_KIND };
static const struct column POINT_COLUMNS[] = {{"code"}, {"grid"},        {"name", .per_lang = true}, {"lon"},
                                              {"lat"},  {"every_hours"}, {"kind", .optional = true}};

static lonlat read_place(struct table *t, size_t lon, size_t lat) {
    lonlat p = lonlat_none();
    bool ok = str_to_double(table_str(t, lon), &p.lon_deg) && str_to_double(table_str(t, lat), &p.lat_deg);
    if (ok && lonlat_valid(p)) return p;
    table_fault(t, "longitude and latitude in degrees", "The row has no place.");
    return lonlat_none();
}

static void refuse_persons(struct table *t, const struct text *name) {
    for (size_t i = 0; i < t->l->city->n_langs; i++)
        load_refuse_persons(t->l, str_z(t->file), t->csv.line, "name", name->in[i]);
}

static bool too_many(struct table *t, size_t n, size_t max) {
    if (n < max) return false;
    table_fault(t, NULL, "More than %d rows.", ROWS_MAX);
    return true;
}

static size_t rows_max(const struct table *t) {
    size_t n = table_rows_max(t);
    return n < ROWS_MAX ? n : ROWS_MAX;
}

/* ---- landmarks ---- */

static bool read_landmark(struct table *t, struct map *known, struct landmark *m, uint32_t number) {
    const struct city *c = t->l->city;
    *m = (struct landmark){.area = NONE};
    m->name = table_text(t, NAME);
    m->words = table_words(t, WORDS, &m->n_words);
    m->place = read_place(t, LON, LAT);
    refuse_persons(t, &m->name);
    for (size_t i = 0; i < m->n_words; i++) load_refuse_persons(t->l, str_z(t->file), t->csv.line, "word", m->words[i]);
    if (t->l->found->errors == 0) m->area = city_locate(c, 0, m->place).area;
    return table_code(t, CODE, &m->code) && table_index(t, known, &m->code, number);
}

void load_landmarks(struct loader *l) {
    struct city *c = l->city;
    struct table t;
    struct map known;
    if (!table_open(&t, l, FILE_LANDMARKS, LANDMARK_COLUMNS, ARRAY_LEN(LANDMARK_COLUMNS))) return;
    size_t max = rows_max(&t);
    c->landmarks = NEW_ARRAY(&c->arena, struct landmark, max);
    map_init(&known);
    while (table_next(&t) && !too_many(&t, c->n_landmarks, max))
        if (read_landmark(&t, &known, &c->landmarks[c->n_landmarks], (uint32_t)c->n_landmarks)) c->n_landmarks++;
    map_done(&known);
}

/* ---- patrol points ---- */

static void read_grid(struct table *t, struct patrol_point *p) {
    const struct city *c = t->l->city;
    str grid = table_str(t, P_GRID);
    p->grid = str_empty(grid) && !lonlat_is_none(p->place) ? city_locate(c, 0, p->place).area : city_area(c, grid);
    if (p->grid == NONE || c->areas[p->grid].layer != 0) {
        table_fault(t, "a code of the governance layer", "The area \"%.*s\" is unknown.", P(grid));
        p->grid = NONE;
        return;
    }
    if (t->l->found->errors > 0 || lonlat_is_none(p->place)) return;
    struct location at = city_locate(c, 0, p->place);
    if (c->areas[p->grid].retired && at.area != NONE) p->grid = at.area; /* the grids were redrawn */
    if (!city_area_within(c, at.area, p->grid))
        table_fault(t, "a point inside its grid", "The point lies outside \"%.*s\".", P(grid));
}

static bool read_point(struct table *t, struct patrol_point *p, uint32_t number) {
    int64_t hours = 0;
    *p = (struct patrol_point){.grid = NONE, .route = NONE};
    p->name = table_text(t, P_NAME);
    refuse_persons(t, &p->name);
    p->place = read_place(t, P_LON, P_LAT);
    read_grid(t, p);
    bool planned = table_code_maybe(t, P_KIND, &p->kind) && plan_all_year(t->l->city, &p->kind);
    if (planned && str_empty(table_str(t, P_HOURS)))
        hours = 0;
    else if (!str_to_i64(table_str(t, P_HOURS), &hours) || hours < 1 || hours > HOURS_MAX)
        table_fault(t, "or leave it to a plan of the kind for all year", "every_hours must be 1 to %d.", HOURS_MAX);
    p->every_hours = (int32_t)hours;
    return table_code(t, P_CODE, &p->code) && table_index(t, &t->l->city->point_by_code, &p->code, number);
}

void load_points(struct loader *l) {
    struct city *c = l->city;
    struct table t;
    if (!table_open(&t, l, FILE_POINTS, POINT_COLUMNS, ARRAY_LEN(POINT_COLUMNS))) return;
    size_t max = rows_max(&t);
    c->points = NEW_ARRAY(&c->arena, struct patrol_point, max);
    while (table_next(&t) && !too_many(&t, c->n_points, max))
        if (read_point(&t, &c->points[c->n_points], (uint32_t)c->n_points)) c->n_points++;
}
