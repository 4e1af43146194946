/* Points of GeoJSON (RFC 7946) as the table that `yiwang import` reads: one row for each feature, its properties as columns,
 * lon and lat from its geometry; of a line or an area the first position of its first ring. */
#include "app/import.h"

#include <string.h>

#include "base/csv.h"
#include "base/json.h"

#define PROPERTIES_MAX 100

struct geo_table {
    str names[PROPERTIES_MAX];
    size_t n;
    struct arena *arena;
    struct strbuf *out; /* NULL: only the names are wanted */
    uint64_t features;
};

static size_t column_of(struct geo_table *t, str name) {
    size_t i = 0;
    while (i < t->n && !str_eq(t->names[i], name)) i++;
    if (i == t->n && t->n < PROPERTIES_MAX) t->names[t->n++] = name;
    return i;
}

/* Nested lists down to the first two numbers. */
static void first_position(struct json *j, double at[2], int *n) {
    if (json_peek(j) == JSON_NUMBER && *n < 2) {
        json_double(j, &at[(*n)++]);
        return;
    }
    if (json_peek(j) != JSON_ARRAY || *n >= 2) {
        json_skip(j);
        return;
    }
    json_array(j);
    while (json_more(j)) first_position(j, at, n);
}

static void read_geometry(struct json *j, double at[2], int *n) {
    if (json_peek(j) != JSON_OBJECT) {
        json_skip(j);
        return;
    }
    json_object(j);
    for (str key; json_key(j, &key);)
        if (str_is(key, "coordinates"))
            first_position(j, at, n);
        else
            json_skip(j);
}

static void read_properties(struct json *j, struct geo_table *t, str values[PROPERTIES_MAX]) {
    if (json_peek(j) != JSON_OBJECT) {
        json_skip(j);
        return;
    }
    json_object(j);
    for (str key; json_key(j, &key);) {
        size_t i = column_of(t, str_dup(t->arena, key));
        str value = STR_NONE;
        enum json_type type = json_peek(j);
        if (type == JSON_STRING)
            json_str(j, &value);
        else
            json_raw(j, &value);
        if (i < PROPERTIES_MAX && type != JSON_NULL) values[i] = value;
    }
}

static void put_row(struct geo_table *t, const str *values, const double at[2], int n) {
    if (t->out == NULL) return;
    for (size_t i = 0; i < t->n; i++) csv_add_field(t->out, values[i], i == 0);
    csv_add_field(t->out, n == 2 ? str_format(t->arena, "%.7f", at[0]) : S(""), t->n == 0);
    csv_add_field(t->out, n == 2 ? str_format(t->arena, "%.7f", at[1]) : S(""), false);
    strbuf_addc(t->out, '\n');
}

static void read_feature(struct json *j, struct geo_table *t) {
    double at[2] = {0};
    int n = 0;
    str values[PROPERTIES_MAX] = {{0}};
    json_object(j);
    for (str key; json_key(j, &key);)
        if (str_is(key, "geometry"))
            read_geometry(j, at, &n);
        else if (str_is(key, "properties"))
            read_properties(j, t, values);
        else
            json_skip(j);
    t->features++;
    put_row(t, values, at, n);
}

static enum status read_collection(str text, struct geo_table *t, struct err *err) {
    struct json j;
    json_init(&j, text, t->arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if (!str_is(key, "features")) {
            json_skip(&j);
            continue;
        }
        json_array(&j);
        while (json_more(&j)) read_feature(&j, t);
    }
    enum status status = json_done(&j, err);
    if (status == OK && t->features == 0) return err_set(err, E_INVALID, "empty_file", "The file holds no features.");
    return status;
}

enum status import_geojson(str text, struct arena *arena, struct strbuf *out, struct err *err) {
    struct geo_table t = {.arena = arena};
    enum status status = read_collection(text, &t, err);
    if (status != OK) return status;
    for (size_t i = 0; i < t.n; i++) csv_add_field(out, t.names[i], i == 0);
    csv_add_field(out, S("lon"), t.n == 0);
    csv_add_field(out, S("lat"), false);
    strbuf_addc(out, '\n');
    t.out = out;
    t.features = 0;
    status = read_collection(text, &t, err);
    if (status == OK && out->overflow) return err_set(err, E_TOO_LARGE, "too_large", "The file is too large.");
    return status;
}
