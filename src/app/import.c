#include "app/import.h"

#include <math.h>
#include <string.h>

#include "app/things.h"
#include "base/json.h"
#include "city/persons.h"
#include "city/yamltree.h"

enum target {
    TO_NUMBER,
    TO_HAPPENED,
    TO_CLOSED,
    TO_DUE,
    TO_CATEGORY,
    TO_LON,
    TO_LAT,
    TO_AREA,
    TO_UNIT,
    TO_CHANNEL,
    TO_TEXT,
    TO_ADDRESS,
    TO_THING,
    TO_OWNER,
    TO_STATE,
    TARGET_COUNT
};

static const char *const TARGETS[TARGET_COUNT] = {"number", "happened", "closed", "due",   "category",
                                                  "lon",    "lat",      "area",   "unit",  "channel",
                                                  "text",   "address",  "thing",  "owner", "state"};

struct rename {
    str from, to;
};
struct column_rule {
    str column;
    int32_t index; /* in the file, -1 = not bound */
    struct rename *renames;
    size_t n_renames;
    str otherwise;      /* for values that no rename names, if there are renames */
    bool blank_is_none; /* area only: a row that names none gets none, not that of its point */
    uint32_t line;
};
struct import_map {
    code system;
    const struct peer *peer; /* whose live cases these are, or NULL */
    struct column_rule again;
    str *again_values; /* of that column: "not satisfied, redo" */
    size_t n_again_values;
    struct column_rule rules[TARGET_COUNT];
    str *attributes; /* kept as attributes */
    size_t n_attributes;
    int32_t *attribute_index;
    size_t n_columns; /* of the header: other rows are shifted or cut */
    str *dropped;
    size_t n_dropped;
    struct arena *arena;
};

static void read_renames(const struct yaml_source *src, const struct yaml_node *map, struct column_rule *r) {
    if (map == NULL || !yaml_is(src, map, YAML_MAP, "map")) return;
    r->renames = NEW_ARRAY(src->arena, struct rename, map->n);
    for (const struct yaml_node *n = map->first; n != NULL; n = n->next)
        r->renames[r->n_renames++] = (struct rename){n->key, n->text};
}

/* blank: none or place. */
static void read_blank(const struct yaml_source *src, const struct yaml_node *n, struct column_rule *r) {
    str blank = S("place");
    yaml_str(src, n, "blank", false, &blank);
    r->blank_is_none = str_is(blank, "none");
    if (!r->blank_is_none && !str_is(blank, "place"))
        yaml_fault(src, yaml_get(n, "blank"), "none or place", "blank: \"%.*s\" is neither.", P(blank));
}

static void read_rule(const struct yaml_source *src, const struct yaml_node *n, bool is_area, struct column_rule *r) {
    r->line = n->line;
    if (n->type == YAML_SCALAR) {
        r->column = n->text;
        return;
    }
    yaml_unknown_keys(src, n, is_area ? "column map otherwise blank" : "column map otherwise");
    yaml_str(src, n, "column", true, &r->column);
    if (is_area) read_blank(src, n, r);
    yaml_str(src, n, "otherwise", false, &r->otherwise);
    read_renames(src, yaml_get(n, "map"), r);
}

/* Codes that the mapping promises must exist, else every row would fail one by one. */
static void check_codes(const struct yaml_source *src, const struct import_map *m, const struct city *city) {
    static const struct {
        enum target target;
        uint32_t (*find)(const struct city *, str);
    } KINDS[] = {{TO_CATEGORY, city_category}, {TO_AREA, city_area}, {TO_UNIT, city_unit}};
    for (size_t k = 0; k < ARRAY_LEN(KINDS); k++) {
        const struct column_rule *r = &m->rules[KINDS[k].target];
        for (size_t i = 0; i <= r->n_renames; i++) {
            str to = i < r->n_renames ? r->renames[i].to : r->otherwise;
            if (!str_empty(to) && KINDS[k].find(city, to) == NONE)
                findings_add(src->found, FINDING_ERROR, src->file, r->line, "see the CSV files of the city package",
                             "the city has no %s %.*s", TARGETS[KINDS[k].target], P(to));
        }
    }
}

/* again: {column: …, values: […]}: a known number comes back, its case is opened again. */
static void read_again(const struct yaml_source *src, const struct yaml_node *n, struct import_map *m) {
    if (n == NULL || !yaml_is(src, n, YAML_MAP, "again")) return;
    yaml_unknown_keys(src, n, "column values");
    yaml_str(src, n, "column", true, &m->again.column);
    yaml_strs(src, n, "values", true, &m->again_values, &m->n_again_values);
    if (m->peer == NULL) yaml_fault(src, n, "peer: a code of peers.yaml", "Only a peer's cases come again.");
}

static void read_peer(const struct yaml_source *src, const struct yaml_node *root, struct import_map *m,
                      const struct city *city) {
    str name = S("");
    if (!yaml_str(src, root, "peer", false, &name)) return;
    m->peer = city_peer(city, name);
    if (m->peer == NULL || m->peer->kind == PEER_YIWANG)
        yaml_fault(src, yaml_get(root, "peer"), "a peer of kind file or webhook in peers.yaml",
                   "There is no platform \"%.*s\".", P(name));
}

static void read_map(const struct yaml_source *src, const struct yaml_node *root, struct import_map *m,
                     const struct city *city) {
    yaml_unknown_keys(src, root, "system peer again columns attributes drop note");
    read_peer(src, root, m, city);
    read_again(src, yaml_get(root, "again"), m);
    yaml_code(src, root, "system", true, &m->system);
    yaml_strs(src, root, "attributes", false, &m->attributes, &m->n_attributes);
    yaml_strs(src, root, "drop", false, &m->dropped, &m->n_dropped);
    const struct yaml_node *columns = yaml_get(root, "columns");
    if (columns == NULL) yaml_fault(src, root, NULL, "columns number and category are needed");
    if (!yaml_is(src, columns, YAML_MAP, "columns")) return;
    for (const struct yaml_node *n = columns->first; n != NULL; n = n->next) {
        size_t t = 0;
        while (t < TARGET_COUNT && !str_is(n->key, TARGETS[t])) t++;
        if (t < TARGET_COUNT)
            read_rule(src, n, t == TO_AREA, &m->rules[t]);
        else
            yaml_fault(src, n,
                       "number happened closed due category lon lat area unit channel text address thing owner state",
                       "a report has no field %.*s", P(n->key));
    }
    if (str_empty(m->rules[TO_NUMBER].column) || str_empty(m->rules[TO_CATEGORY].column))
        yaml_fault(src, columns, NULL, "columns number and category are needed");
    check_codes(src, m, city);
}

enum status import_map_parse(str yaml, str file, const struct city *city, struct arena *arena, struct import_map **ret,
                             struct strbuf *report, struct err *err) {
    struct findings found;
    findings_init(&found, arena);
    struct yaml_source src = {file, city->langs, city->n_langs, arena, &found};
    const struct yaml_node *root = NULL;
    struct import_map *m = NEW(arena, struct import_map);
    m->arena = arena;
    enum status status = yaml_parse(yaml, &src, &root);
    if (status == OK) read_map(&src, root, m, city);
    findings_print(&found, report);
    if (status != OK || found.errors > 0)
        return err_set(err, E_INVALID, "bad_mapping", "The mapping %.*s has %zu errors.", P(file), found.errors);
    *ret = m;
    return OK;
}

static bool listed(const str *list, size_t n, str name) {
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i], name)) return true;
    return false;
}

static bool is_mapped(const struct import_map *m, str name) {
    for (size_t t = 0; t < TARGET_COUNT; t++)
        if (!str_empty(name) && str_eq(m->rules[t].column, name)) return true;
    if (!str_empty(name) && str_eq(m->again.column, name)) return true;
    return listed(m->attributes, m->n_attributes, name) || listed(m->dropped, m->n_dropped, name);
}

static int32_t index_of(const str *header, size_t n, str name) {
    for (size_t i = 0; i < n; i++)
        if (str_eq(header[i], name)) return (int32_t)i;
    return -1;
}

static enum status refuse_column(struct err *err, const char *code_text, str name, const char *hint, const char *what) {
    err_set(err, E_INVALID, code_text, "%s: %.*s.", what, P(name));
    err_field(err, "%.*s", P(utf8_prefix(name, 60)));
    err_hint(err, "%s", hint);
    return E_INVALID;
}

enum status import_map_bind(struct import_map *m, const str *header, size_t n, struct err *err) {
    str word;
    for (size_t i = 0; i < n; i++) {
        if (persons_forbidden(header[i], &word))
            return refuse_column(
                err, "person_column", header[i],
                "Yiwang holds events and places, never kinds of persons; take the column out of the file.",
                "A column about kinds of persons is refused");
        if (!is_mapped(m, header[i]))
            return refuse_column(err, "unmapped_column", header[i], "Name it under columns, attributes or drop.",
                                 "The mapping does not say what to do with a column");
    }
    for (size_t t = 0; t < TARGET_COUNT; t++) {
        m->rules[t].index = str_empty(m->rules[t].column) ? -1 : index_of(header, n, m->rules[t].column);
        if (!str_empty(m->rules[t].column) && m->rules[t].index < 0)
            return refuse_column(err, "missing_column", m->rules[t].column, "Is this the right mapping for the file?",
                                 "The file has no column");
    }
    m->again.index = index_of(header, n, m->again.column);
    if (!str_empty(m->again.column) && m->again.index < 0)
        return refuse_column(err, "missing_column", m->again.column, "Is this the right mapping for the file?",
                             "The file has no column");
    m->n_columns = n;
    m->attribute_index = NEW_ARRAY(m->arena, int32_t, m->n_attributes + 1);
    for (size_t i = 0; i < m->n_attributes; i++) m->attribute_index[i] = index_of(header, n, m->attributes[i]);
    return OK;
}

struct row {
    const struct import_map *m;
    const struct city *city;
    const str *fields;
    size_t n;
    struct arena *arena;
    struct err *err;
};

static str raw_value(const struct row *r, enum target t) {
    int32_t i = r->m->rules[t].index;
    return i < 0 || (size_t)i >= r->n ? S("") : str_trim(r->fields[i]);
}

static str value_of(const struct row *r, enum target t) {
    const struct column_rule *rule = &r->m->rules[t];
    str value = raw_value(r, t);
    for (size_t i = 0; i < rule->n_renames; i++)
        if (str_eq(rule->renames[i].from, value)) return rule->renames[i].to;
    return rule->n_renames > 0 ? rule->otherwise : value;
}

static enum status bad(const struct row *r, enum target t, const char *what) {
    err_set(r->err, E_INVALID, "bad_row", "%s: %.*s", what, P(utf8_prefix(raw_value(r, t), 80)));
    err_field(r->err, "%.*s", P(r->m->rules[t].column));
    return E_INVALID;
}

static enum status read_time(const struct row *r, enum target t, instant *ret) {
    str value = raw_value(r, t);
    *ret = INSTANT_NONE;
    if (str_empty(value) || instant_parse(value, ret) || instant_parse_local(&r->city->calendar.zone, value, ret))
        return OK;
    return bad(r, t, "no time");
}

static enum status read_place(const struct row *r, struct filing *f) {
    str lon = raw_value(r, TO_LON), lat = raw_value(r, TO_LAT);
    lonlat p = lonlat_none();
    f->located = LOCATED_OUTSIDE;
    f->place = p;
    if (str_empty(lon) || str_empty(lat)) return OK;
    if (!str_to_double(lon, &p.lon_deg)) return bad(r, TO_LON, "no longitude");
    if (!str_to_double(lat, &p.lat_deg)) return bad(r, TO_LAT, "no latitude");
    if (!lonlat_valid(p)) return bad(r, TO_LAT, "no place on earth");
    struct location at = city_locate(r->city, 0, p);
    f->has_place = true;
    f->place = p;
    f->located = at.how;
    f->metres = (int32_t)lround(at.metres);
    if (at.area != NONE) f->area = r->city->areas[at.area].code;
    return OK;
}

/* The file's word for the area stands; the point refines it when it lies below that area. */
static enum status read_area(const struct row *r, struct filing *f) {
    str told = value_of(r, TO_AREA);
    if (str_empty(told) && !str_empty(raw_value(r, TO_AREA))) return bad(r, TO_AREA, "unknown area");
    if (str_empty(told)) {
        if (r->m->rules[TO_AREA].blank_is_none) f->area = (code){0};
        return OK;
    }
    uint32_t area = city_area(r->city, told), located = city_area(r->city, str_code(&f->area));
    if (area == NONE) return bad(r, TO_AREA, "unknown area");
    if (located == NONE || !city_area_within(r->city, located, area)) f->area = r->city->areas[area].code;
    return OK;
}

static enum status read_codes(const struct row *r, struct filing *f) {
    str category = value_of(r, TO_CATEGORY), unit = value_of(r, TO_UNIT), channel = value_of(r, TO_CHANNEL);
    uint32_t k = city_category(r->city, category);
    if (k == NONE) return bad(r, TO_CATEGORY, "unknown category");
    f->category = r->city->categories[k].key;
    f->confidence = 1000;
    if (!str_empty(unit) && (city_unit(r->city, unit) == NONE || !code_from(unit, &f->unit)))
        return bad(r, TO_UNIT, "unknown unit");
    f->channel = code_of("import");
    if (!str_empty(channel) && !code_from(channel, &f->channel)) return bad(r, TO_CHANNEL, "channel too long");
    f->outside_system = r->m->system;
    if (str_empty(raw_value(r, TO_NUMBER)) || !code_from(raw_value(r, TO_NUMBER), &f->outside_number))
        return bad(r, TO_NUMBER, "no usable number");
    return OK;
}

/* The thing of the city it is about, and whose it is. Something put into a register is known by its code, whatever number the
 * file gives it. */
static enum status read_thing(const struct row *r, struct filing *f) {
    if (!code_from(value_of(r, TO_THING), &f->point)) return bad(r, TO_THING, "code too long");
    if (!code_from(value_of(r, TO_OWNER), &f->owner)) return bad(r, TO_OWNER, "owner too long");
    return code_from(value_of(r, TO_STATE), &f->state) ? OK : bad(r, TO_STATE, "state too long");
}

static bool is_registered(const struct row *r, const struct filing *f) {
    const struct category *k = &r->city->categories[city_category(r->city, str_code(&f->category))];
    const struct procedure *p = city_procedure(r->city, str_code(&k->procedure));
    return p != NULL && p->is_register && !code_empty(&f->point);
}

static str attributes_json(const struct row *r) {
    struct strbuf b;
    struct json_buf w;
    if (r->m->n_attributes == 0) return STR_NONE;
    strbuf_init(&b, 16 << 10);
    json_buf_init(&w, &b);
    json_open_object(&w);
    for (size_t i = 0; i < r->m->n_attributes; i++) {
        int32_t at = r->m->attribute_index[i];
        if (at < 0 || (size_t)at >= r->n || str_empty(r->fields[at])) continue;
        json_add_key_str(&w, r->m->attributes[i]);
        json_add_str(&w, r->fields[at]);
    }
    json_close_object(&w);
    str ret = str_dup(r->arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

/* Whether the platform wants it done again. */
static bool comes_again(const struct row *r) {
    int32_t i = r->m->again.index;
    return i >= 0 && (size_t)i < r->n && listed(r->m->again_values, r->m->n_again_values, str_trim(r->fields[i]));
}

/* A live case of a platform: filed as its, with its deadline; a redo is known by what the whole row says. */
static void make_live(const struct row *r, struct command *c) {
    c->actor = (struct actor){.kind = ACTOR_PEER, .role = r->m->peer->code};
    if (r->m->peer->unit != NONE) c->actor.unit = r->city->units[r->m->peer->unit].code;
    c->filing.outside_system = r->m->peer->code;
    c->filing.channel = code_of("system");
    if (!comes_again(r)) return;
    str pieces[64] = {S("again\n"), str_code(&r->m->peer->code)};
    size_t n = 2;
    for (size_t i = 0; i < r->n && n + 2 <= ARRAY_LEN(pieces); i++) {
        pieces[n++] = S("\n");
        pieces[n++] = r->fields[i];
    }
    digest key = sha256_pieces(pieces, n);
    memcpy(c->key_hash, key.b, sizeof c->key_hash);
    c->action = code_of("reopened");
}

static void set_key(const struct row *r, struct command *c) {
    str pieces[] = {S("import\n"), str_code(&r->m->system), S("\n"), str_code(&c->filing.outside_number)};
    digest key = sha256_pieces(pieces, ARRAY_LEN(pieces)), body = sha256(S("import"));
    c->has_key = true;
    memcpy(c->key_hash, key.b, sizeof c->key_hash);
    memcpy(c->body_hash, body.b, sizeof c->body_hash);
}

enum status import_row(const struct import_map *m, const struct city *city, const str *fields, size_t n,
                       struct arena *arena, struct command *ret, bool *ret_placeless, struct err *err) {
    struct row r = {m, city, fields, n, arena, err};
    memset(ret, 0, sizeof *ret);
    if (n != m->n_columns)
        return err_set(err, E_INVALID, "bad_row", "%zu columns, the header has %zu", n, m->n_columns);
    ret->kind = COMMAND_FILE;
    ret->actor = (struct actor){.kind = ACTOR_IMPORT, .role = code_of("importer")};
    struct filing *f = &ret->filing;
    enum status status = read_codes(&r, f);
    if (status == OK) status = read_time(&r, TO_HAPPENED, &f->happened);
    if (status == OK) status = read_time(&r, TO_CLOSED, &f->closed);
    if (status == OK) status = read_time(&r, TO_DUE, &f->imposed);
    if (status == OK) status = read_place(&r, f);
    if (status == OK) status = read_area(&r, f);
    if (status == OK) status = read_thing(&r, f);
    if (status != OK) return status;
    f->text = value_of(&r, TO_TEXT);
    f->address = value_of(&r, TO_ADDRESS);
    f->attributes = attributes_json(&r);
    *ret_placeless = !f->has_place;
    if (is_registered(&r, f))
        thing_key(&f->point, ret);
    else
        set_key(&r, ret);
    if (m->peer != NULL && instant_is_none(f->closed)) make_live(&r, ret);
    return OK;
}

const struct peer *import_peer(const struct import_map *m) {
    return m->peer;
}

/* The deadline that is kept here, before the one that was set. */
static void own_deadline(struct app *app, const struct peer *p, struct filing *f) {
    int64_t now = app_now(app).ms;
    f->own_due = INSTANT_NONE;
    if (instant_is_none(f->imposed) || p->own_share <= 0 || f->imposed.ms <= now) return;
    f->own_due = (instant){now + (f->imposed.ms - now) / 100 * p->own_share};
}

enum status import_live(struct app *app, const struct import_map *m, struct command *c, struct err *err) {
    if (c->actor.kind != ACTOR_PEER) return OK;
    own_deadline(app, m->peer, &c->filing);
    bool again = !code_empty(&c->action);
    enum status status =
        store_partner_case(app->store, &m->peer->code, str_code(&c->filing.outside_number), &c->case_id, err);
    if (status == E_NOT_FOUND) {
        c->action = (code){0};
        c->case_id = 0;
        return OK;
    }
    if (status != OK) return status;
    if (!again) {
        c->kind = 0;
        return OK;
    }
    c->kind = COMMAND_TOLD;
    return command_put(c, S("text"), c->filing.text, err);
}
