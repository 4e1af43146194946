/* From a case to its row; see row.h. */
#include "query/row.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "city/city.h"
#include "query/query.h"

/* Characters of the text and address that a line of a list shows; keeps an event of the live feed below 2 KB. */
#define TEXT_SHOWN 160
#define ADDRESS_SHOWN 80

static const struct {
    const char *counter, *flag;
    uint32_t bit;
} flag_sources[] = {
    {"returns", "returned", ROW_RETURNED},
    {"reopens", "reopened", ROW_REOPENED},
    {"extensions", "extended", ROW_EXTENDED},
    {"supervisions", "supervised", ROW_SUPERVISED},
    {"urges", "urged", ROW_URGED},
    {"reworks", "reworked", ROW_REWORKED},
    {"", "urgent", ROW_URGENT},
    {"", "precedent", ROW_PRECEDENT},
    {"", "exercise", ROW_EXERCISE},
};

static int32_t count_of(const struct kase *c, const char *name) {
    for (size_t i = 0; i < COUNTS_MAX; i++)
        if (code_is(&c->counts[i].name, name)) return c->counts[i].n;
    return 0;
}

static bool has_flag(const struct kase *c, const char *name) {
    for (size_t i = 0; i < FLAGS_MAX; i++)
        if (code_is(&c->flags[i], name)) return true;
    return false;
}

/* An order that nobody there has touched since it was given: its clock still runs from the moment it was opened. */
static bool is_unsigned(const struct kase *c, const struct clock *k, const struct city *world) {
    const struct task *t = case_task(c, k->task);
    if (t == NULL || t->is_over || code_empty(&t->unit) || !code_is(&k->name, "task")) return false;
    uint32_t unit = city_unit(world, str_code(&t->unit));
    bool centre = unit != NONE && code_is(&world->units[unit].kind, "centre");
    return !centre && k->started.ms == t->opened.ms;
}

/* What waits for the duty room. */
static uint32_t duty_flags(const struct kase *c, const struct city *world) {
    uint32_t flags = 0;
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        const struct clock *k = &c->clocks[i];
        if (k->id == 0 || (k->state != CLOCK_RUNNING && k->state != CLOCK_PAUSED)) continue;
        if (clock_rung(k) > 0) flags |= ROW_TO_CALL;
        if (code_is(&k->name, "promise")) flags |= ROW_PROMISED;
        if (is_unsigned(c, k, world)) flags |= ROW_UNSIGNED;
    }
    return flags;
}

static uint32_t flags_from_case(const struct kase *c, const struct city *world) {
    uint32_t flags = duty_flags(c, world);
    for (size_t i = 0; i < ARRAY_LEN(flag_sources); i++)
        if (count_of(c, flag_sources[i].counter) > 0 || has_flag(c, flag_sources[i].flag)) flags |= flag_sources[i].bit;
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        if (c->clocks[i].id == 0) continue;
        if (c->clocks[i].extensions > 0) flags |= ROW_EXTENDED;
        if (c->clocks[i].state == CLOCK_PAUSED) flags |= ROW_PAUSED;
    }
    for (size_t i = 0; i < LINKS_MAX; i++)
        if (code_is(&c->links[i].kind, "duplicate_of")) flags |= ROW_DUPLICATE;
    if (code_empty(&c->area)) flags |= ROW_PLACELESS;
    return flags;
}

/* Keeps the list distinct and sorted, so that equal cases give equal rows whatever the order of their tasks. */
static void add_task_unit(struct case_row *row, const code *unit) {
    size_t i = 0;
    while (i < row->n_task_units) {
        int order = memcmp(row->task_units[i].s, unit->s, sizeof unit->s);
        if (order == 0) return;
        if (order > 0) break;
        i++;
    }
    for (size_t k = row->n_task_units; k > i; k--) row->task_units[k] = row->task_units[k - 1];
    row->task_units[i] = *unit;
    row->n_task_units++;
}

static void tasks_from_case(const struct kase *c, struct case_row *row) {
    row->n_task_units = 0;
    for (size_t i = 0; i < TASKS_MAX; i++) {
        const struct task *t = &c->tasks[i];
        if (t->id != 0 && !t->is_over && !t->cancelled && !code_empty(&t->unit)) add_task_unit(row, &t->unit);
    }
}

static void clocks_from_case(const struct kase *c, struct case_row *row) {
    row->missed = row->provisional = false;
    for (size_t i = 0; i < CLOCKS_MAX; i++) {
        const struct clock *k = &c->clocks[i];
        if (k->id == 0) continue;
        if (k->missed && clock_rung(k) == 0) row->missed = true;
        if (k->provisional && (k->state == CLOCK_RUNNING || k->state == CLOCK_PAUSED)) row->provisional = true;
    }
    row->due = case_due(c, NULL);
}

/* The community (or the city's own word for that level) that holds the area; without that level, the parent of a leaf. */
static code area_lifted(const struct city *world, uint32_t area) {
    uint32_t up = city_area_at_level(world, area, str_code(&world->private_level));
    if (up == NONE) {
        bool is_leaf = world->areas[area].subtree_first == world->areas[area].subtree_last;
        up = is_leaf && world->areas[area].parent != NONE ? world->areas[area].parent : area;
    }
    return world->areas[up].code;
}

static bool is_private(const struct kase *c, const struct city *world) {
    uint32_t category = city_category(world, str_code(&c->category));
    return c->is_private || (category != NONE && world->categories[category].is_private);
}

static bool is_register(const struct kase *c, const struct city *world) {
    const struct procedure *p = city_procedure(world, str_code(&c->procedure));
    return p != NULL && p->is_register;
}

/* A matter whose procedure names its readers has no place at all: in no list, on no map, in no count by area. */
static bool few_read(const struct kase *c, const struct city *world) {
    const struct procedure *p = city_procedure(world, str_code(&c->procedure));
    return p != NULL && p->n_readers > 0;
}

void row_from_case(const struct kase *c, const struct city *world, struct case_row *ret) {
    ret->id = c->id;
    ret->version = c->version;
    ret->number = c->number;
    ret->procedure = c->procedure;
    ret->state = c->state;
    ret->category = c->category;
    ret->condition = c->condition;
    ret->unit = c->unit;
    ret->channel = c->channel;
    ret->filed = c->filed;
    ret->happened = c->happened;
    ret->ended = c->ended;
    ret->is_over = c->is_over;
    ret->is_closed = c->is_closed;
    ret->is_sealed = c->is_sealed;
    ret->is_imported = c->is_imported;
    ret->about = c->about;
    ret->about_unit = c->about_unit;
    ret->rating = c->rating;
    ret->supporters = count_of(c, "supporters");
    ret->is_private = is_private(c, world);
    ret->point = ret->is_private ? (code){0} : c->point;
    ret->area = ret->own_area = c->area;
    uint32_t area = code_empty(&c->area) ? NONE : city_area(world, str_code(&c->area));
    if (ret->is_private && area != NONE) ret->area = area_lifted(world, area);
    if (few_read(c, world)) ret->area = ret->own_area = (code){0};
    ret->flags = flags_from_case(c, world) | (is_register(c, world) ? ROW_REGISTER : 0u);
    tasks_from_case(c, ret);
    clocks_from_case(c, ret);
    row_resolve(ret, world);
}

static uint32_t index_of(uint32_t (*find)(const struct city *, str), const struct city *world, const code *c) {
    return code_empty(c) ? NONE : find(world, str_code(c));
}

void row_resolve(struct case_row *row, const struct city *world) {
    row->area_index = index_of(city_area, world, &row->area);
    row->own_area_index =
        code_eq(&row->area, &row->own_area) ? row->area_index : index_of(city_area, world, &row->own_area);
    row->unit_index = index_of(city_unit, world, &row->unit);
    row->category_index = index_of(city_category, world, &row->category);
    for (size_t i = 0; i < row->n_task_units; i++)
        row->task_unit_indexes[i] = index_of(city_unit, world, &row->task_units[i]);
}

static double e7_rounded(double degrees) {
    return (double)query_e7(degrees) / 1e7;
}

void row_set_words(struct case_row *row, str words, struct arena *arena) {
    row->text = row->address = STR_NONE;
    row->place = lonlat_none();
    if (str_empty(words)) return;
    str text = STR_NONE, address = STR_NONE;
    lonlat place = lonlat_none();
    struct json j;
    json_init(&j, words, arena);
    bool ok = json_object(&j);
    for (str key; ok && json_key(&j, &key);) {
        enum json_type type = json_peek(&j);
        if (str_is(key, "text") && type == JSON_STRING)
            ok = json_str(&j, &text);
        else if (str_is(key, "address") && type == JSON_STRING)
            ok = json_str(&j, &address);
        else if (str_is(key, "lon") && type == JSON_NUMBER)
            ok = json_double(&j, &place.lon_deg);
        else if (str_is(key, "lat") && type == JSON_NUMBER)
            ok = json_double(&j, &place.lat_deg);
        else
            ok = json_skip(&j);
    }
    if (json_done(&j, NULL) != OK) return;
    row->text = str_dup(arena, text);
    if (row->is_private) return;
    row->address = str_dup(arena, address);
    if (lonlat_valid(place)) row->place = (lonlat){e7_rounded(place.lon_deg), e7_rounded(place.lat_deg)};
}

uint32_t row_bits(const struct case_row *row) {
    return (row->flags & ROW_FLAGS_MASK) | (row->is_over ? ROW_BIT_OVER : 0u) | (row->is_closed ? ROW_BIT_CLOSED : 0u) |
           (row->is_private ? ROW_BIT_PRIVATE : 0u) | (row->is_sealed ? ROW_BIT_SEALED : 0u) |
           (row->is_imported ? ROW_BIT_IMPORTED : 0u) | (row->provisional ? ROW_BIT_PROVISIONAL : 0u) |
           (row->missed ? ROW_BIT_MISSED : 0u);
}

void row_set_bits(struct case_row *row, uint32_t bits) {
    row->flags = bits & ROW_FLAGS_MASK;
    row->is_over = bits & ROW_BIT_OVER;
    row->is_closed = bits & ROW_BIT_CLOSED;
    row->is_private = bits & ROW_BIT_PRIVATE;
    row->is_sealed = bits & ROW_BIT_SEALED;
    row->is_imported = bits & ROW_BIT_IMPORTED;
    row->provisional = bits & ROW_BIT_PROVISIONAL;
    row->missed = bits & ROW_BIT_MISSED;
}

static const struct {
    uint32_t bit;
    const char *name;
} flag_names[] = {
    {ROW_RETURNED, "returned"},           {ROW_REOPENED, "reopened"},   {ROW_EXTENDED, "extended"},
    {ROW_SUPERVISED, "supervised"},       {ROW_URGED, "urged"},         {ROW_REWORKED, "reworked"},
    {ROW_DUPLICATE, "duplicate"},         {ROW_PLACELESS, "placeless"}, {ROW_PAUSED, "paused"},
    {ROW_PRECEDENT, "precedent"},         {ROW_URGENT, "urgent"},       {ROW_BIT_MISSED, "late"},
    {ROW_BIT_PRIVATE, "private"},         {ROW_BIT_SEALED, "sealed"},   {ROW_BIT_IMPORTED, "imported"},
    {ROW_BIT_PROVISIONAL, "provisional"}, {ROW_REGISTER, "register"},   {ROW_EXERCISE, "exercise"},
};

static void put_instant(struct json_buf *w, const char *key, const struct zone *zone, instant t) {
    json_add_key(w, key);
    if (instant_is_none(t)) {
        json_add_null(w);
        return;
    }
    struct strbuf b;
    strbuf_init(&b, 64);
    instant_format(&b, zone, t);
    json_add_str(w, strbuf_str(&b));
    strbuf_done(&b);
}

static void put_codes(struct json_buf *w, const struct case_row *row) {
    json_put_i64(w, "version", row->version);
    json_put_code(w, "number", &row->number);
    json_put_code(w, "procedure", &row->procedure);
    json_put_code(w, "state", &row->state);
    json_put_code(w, "category", &row->category);
    json_put_code(w, "condition", &row->condition);
    json_put_code(w, "area", &row->area);
    json_put_code(w, "unit", &row->unit);
    json_put_code(w, "channel", &row->channel);
    if (!code_empty(&row->point)) json_put_code(w, "thing", &row->point);
    json_add_key(w, "tasks");
    json_open_array(w);
    for (size_t i = 0; i < row->n_task_units; i++) json_add_str(w, str_code(&row->task_units[i]));
    json_close_array(w);
}

static void put_flags(struct json_buf *w, const struct case_row *row) {
    json_add_key(w, "flags");
    json_open_array(w);
    uint32_t bits = row_bits(row);
    for (size_t i = 0; i < ARRAY_LEN(flag_names); i++)
        if (bits & flag_names[i].bit) json_add_z(w, flag_names[i].name);
    json_close_array(w);
}

size_t row_json(const struct case_row *row, const struct city *world, struct strbuf *out) {
    const struct zone *zone = &world->calendar.zone;
    struct json_buf w;
    json_buf_init(&w, out);
    json_open_object(&w);
    put_codes(&w, row);
    put_instant(&w, "filed", zone, row->filed);
    put_instant(&w, "happened", zone, row->happened);
    put_instant(&w, "updated", zone, row->updated);
    put_instant(&w, "ended", zone, row->ended);
    put_instant(&w, "due", zone, row->due);
    json_put_bool(&w, "over", row->is_over);
    json_put_bool(&w, "closed", row->is_closed);
    put_flags(&w, row);
    json_add_key(&w, "rating");
    row->rating > 0 ? json_add_i64(&w, row->rating) : json_add_null(&w);
    bool placed = !lonlat_is_none(row->place);
    json_add_key(&w, "lon");
    placed ? json_add_double(&w, row->place.lon_deg, 7) : json_add_null(&w);
    json_add_key(&w, "lat");
    placed ? json_add_double(&w, row->place.lat_deg, 7) : json_add_null(&w);
    if (row->supporters > 0) json_put_i64(&w, "supporters", row->supporters);
    size_t words_at = out->len;
    json_put_str(&w, "text", utf8_prefix(row->text, TEXT_SHOWN));
    json_put_str(&w, "address", utf8_prefix(row->address, ADDRESS_SHOWN));
    json_close_object(&w);
    return words_at;
}
