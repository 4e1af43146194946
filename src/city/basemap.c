/* city.yaml `map`: map services that the server asks on behalf of its pages. */
#include "city/city_int.h"

#define ZOOM_MAX 22
#define BASE_MAPS_MAX 8

/* A name becomes part of an address. */
static bool is_plain(const code *name) {
    for (const char *p = name->s; *p != '\0'; p++)
        if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_' || *p == '-')) return false;
    return name->s[0] != '\0';
}

static bool holds(str url, const char *place) {
    return str_find(url, str_z(place), 0) >= 0;
}

static void check_url(const struct yaml_source *src, const struct yaml_node *n, const struct base_map *m) {
    if (!str_starts(m->url, S("https://")) && !str_starts(m->url, S("http://")))
        yaml_fault(src, n, "https://…", "The url of a map service begins with https:// or http://.");
    if (!holds(m->url, "{z}") || !holds(m->url, "{x}") || !holds(m->url, "{y}"))
        yaml_fault(src, n, "…?z={z}&x={x}&y={y}", "The url of a map service names {z}, {x} and {y}.");
    if (holds(m->url, "{key}") == str_empty(m->key_file))
        yaml_fault(src, n, "key_file lies in the data directory, never in a package",
                   "{key} in the url and key_file go together.");
}

static void read_zooms(const struct yaml_source *src, const struct yaml_node *n, struct base_map *m) {
    m->zoom_min = 1;
    m->zoom_max = 18;
    yaml_i32(src, n, "zoom_min", false, &m->zoom_min);
    yaml_i32(src, n, "zoom_max", false, &m->zoom_max);
    if (m->zoom_min < 0 || m->zoom_min > m->zoom_max || m->zoom_max > ZOOM_MAX)
        yaml_fault(src, n, NULL, "Zooms go from 0 to %d.", ZOOM_MAX);
}

static void read_base_map(struct city *c, const struct yaml_source *src, const struct yaml_node *n,
                          struct base_map *m) {
    if (!yaml_is(src, n, YAML_MAP, "A map service")) return;
    yaml_unknown_keys(src, n, "name label url key_file zoom_min zoom_max notice");
    yaml_code(src, n, "name", true, &m->name);
    yaml_text(src, n, "label", true, &m->label);
    yaml_str(src, n, "url", true, &m->url);
    yaml_str(src, n, "key_file", false, &m->key_file);
    yaml_str(src, n, "notice", false, &m->notice);
    if (!is_plain(&m->name)) yaml_fault(src, n, "a–z, 0–9, _ and -", "\"%s\" is no name of a map service.", m->name.s);
    for (const struct base_map *o = c->base_maps; o < m; o++)
        if (code_eq(&o->name, &m->name)) yaml_fault(src, n, NULL, "The map \"%s\" stands here twice.", m->name.s);
    read_zooms(src, n, m);
    check_url(src, n, m);
}

void read_base_maps(struct city *c, const struct yaml_source *src, const struct yaml_node *root) {
    const struct yaml_node *map = yaml_get(root, "map");
    if (!map || !yaml_is(src, map, YAML_MAP, "map")) return;
    yaml_unknown_keys(src, map, "wmts");
    const struct yaml_node *list = yaml_get(map, "wmts");
    if (!list || !yaml_is(src, list, YAML_SEQ, "wmts")) return;
    if (list->n > BASE_MAPS_MAX) {
        yaml_fault(src, list, NULL, "At most %d map services.", BASE_MAPS_MAX);
        return;
    }
    c->base_maps = NEW_ARRAY(src->arena, struct base_map, list->n);
    for (const struct yaml_node *n = list->first; n; n = n->next)
        read_base_map(c, src, n, &c->base_maps[c->n_base_maps++]);
}
