/* city.yaml, and the calendar it frames. */
#include <string.h>

#include "city/city_int.h"

#define KEYS                                                                                                           \
    "name label division number_prefix languages zone centre phones schematic_notice near_m similar default_category " \
    "classify_threshold working_hours layers private_level map inspection_proposals open311"
#define NEAR_M_MAX 5000

static void read_languages(struct city *c, struct yaml_source *src, const struct yaml_node *root) {
    str *langs = NULL;
    size_t n = 0;
    if (!yaml_strs(src, root, "languages", true, &langs, &n)) return;
    const struct yaml_node *node = yaml_get(root, "languages");
    if (n > LANG_MAX) {
        yaml_fault(src, node, NULL, "At most %d languages.", LANG_MAX);
        n = LANG_MAX;
    }
    for (size_t i = 0; i < n; i++) {
        bool ok = langs[i].len >= 2 && langs[i].len <= 8;
        for (size_t k = 0; k < langs[i].len; k++) ok = ok && langs[i].ptr[k] >= 'a' && langs[i].ptr[k] <= 'z';
        for (size_t k = 0; k < i; k++) ok = ok && !str_eq(langs[i], langs[k]);
        if (!ok) yaml_fault(src, node, "as zh, en", "\"%.*s\" is no language, or stands here twice.", P(langs[i]));
        c->langs[i] = langs[i];
    }
    c->n_langs = n;
    src->langs = c->langs;
    src->n_langs = n;
}

static void read_names(struct city *c, const struct yaml_source *src, const struct yaml_node *root) {
    yaml_code(src, root, "name", true, &c->name);
    yaml_text(src, root, "label", true, &c->label);
    yaml_code(src, root, "division", true, &c->division);
    yaml_text(src, root, "schematic_notice", true, &c->schematic_notice);
    yaml_code(src, root, "default_category", true, &c->default_category);
    if (!yaml_code(src, root, "number_prefix", true, &c->number_prefix)) return;
    size_t n = strlen(c->number_prefix.s);
    bool ok = n >= 1 && n <= 4;
    for (size_t i = 0; i < n; i++) ok = ok && c->number_prefix.s[i] >= 'A' && c->number_prefix.s[i] <= 'Z';
    if (!ok)
        yaml_fault(src, yaml_get(root, "number_prefix"), "as JT", "The number_prefix must be 1 to 4 capital letters.");
}

static void read_zone(struct city *c, const struct yaml_source *src, const struct yaml_node *root) {
    const struct yaml_node *zone = yaml_get(root, "zone");
    str rule;
    if (!zone) yaml_fault(src, root, "zone: {name: Asia/Shanghai, rule: CST-8}", "The key \"zone\" is missing.");
    if (!yaml_is(src, zone, YAML_MAP, "zone")) return;
    yaml_unknown_keys(src, zone, "name rule");
    yaml_str(src, zone, "name", true, &c->zone_name);
    if (!yaml_str(src, zone, "rule", true, &rule)) return;
    struct err err = {0};
    if (zone_parse(rule, &c->calendar.zone, &err) != OK)
        yaml_fault(src, yaml_get(zone, "rule"), err.hint[0] ? err.hint : "a POSIX rule, as CST-8", "%s", err.primary);
}

static void read_place(struct city *c, const struct yaml_source *src, const struct yaml_node *root) {
    str *at = NULL;
    size_t n = 0;
    c->centre = lonlat_none();
    if (yaml_strs(src, root, "centre", true, &at, &n)) {
        lonlat p = lonlat_none();
        bool ok = n == 2 && str_to_double(at[0], &p.lon_deg) && str_to_double(at[1], &p.lat_deg) && lonlat_valid(p);
        if (ok)
            c->centre = p;
        else
            yaml_fault(src, yaml_get(root, "centre"), "[lon, lat], longitude first", "The centre is no place.");
    }
    if (yaml_double(src, root, "near_m", true, &c->near_m) && !(c->near_m >= 0 && c->near_m <= NEAR_M_MAX))
        yaml_fault(src, yaml_get(root, "near_m"), NULL, "near_m must be 0 to %d metres.", NEAR_M_MAX);
    if (yaml_double(src, root, "classify_threshold", true, &c->classify_threshold) &&
        !(c->classify_threshold >= 0 && c->classify_threshold <= 1))
        yaml_fault(src, yaml_get(root, "classify_threshold"), NULL, "classify_threshold must be 0 to 1.");
}

static void read_similar(struct city *c, const struct yaml_source *src, const struct yaml_node *root) {
    const struct yaml_node *similar = yaml_get(root, "similar");
    int32_t hours = 0;
    if (!similar) yaml_fault(src, root, "similar: {metres: 50, hours: 24}", "The key \"similar\" is missing.");
    if (!yaml_is(src, similar, YAML_MAP, "similar")) return;
    yaml_unknown_keys(src, similar, "metres hours");
    if (yaml_double(src, similar, "metres", true, &c->similar_m) && !(c->similar_m >= 0 && c->similar_m <= 10000))
        yaml_fault(src, yaml_get(similar, "metres"), NULL, "metres must be 0 to 10000.");
    if (!yaml_i32(src, similar, "hours", true, &hours)) return;
    if (hours < 0 || hours > 24 * 366) yaml_fault(src, yaml_get(similar, "hours"), NULL, "hours must be 0 to 8784.");
    c->similar_age = (span){hours * MS_HOUR};
}

static void read_phones(struct city *c, const struct yaml_source *src, const struct yaml_node *root) {
    const struct yaml_node *phones = yaml_get(root, "phones");
    if (!phones)
        yaml_fault(src, root, "phones: {emergency: \"110\", centre: \"12345\"}", "The key \"phones\" is missing.");
    if (!yaml_is(src, phones, YAML_MAP, "phones")) return;
    yaml_unknown_keys(src, phones, "emergency centre duty");
    yaml_str(src, phones, "emergency", true, &c->emergency_phone);
    yaml_str(src, phones, "centre", true, &c->centre_phone);
    yaml_str(src, phones, "duty", false, &c->duty_phone);
}

/* "08:30" in minutes; -1 if it is none. */
static int minutes(str s) {
    int64_t h, m;
    bool ok = s.len == 5 && s.ptr[2] == ':' && s.ptr[0] != '-' && s.ptr[3] != '-';
    if (!ok || !str_to_i64(str_slice(s, 0, 2), &h) || !str_to_i64(str_slice(s, 3, 5), &m)) return -1;
    return h > 24 || m > 59 || (h == 24 && m > 0) ? -1 : (int)(h * 60 + m);
}

static void read_day_hours(const struct yaml_source *src, const struct yaml_node *map, const char *key,
                           struct day_hours *ret) {
    const struct yaml_node *node = yaml_get(map, key);
    if (!node) {
        yaml_fault(src, map, "[] for a day without work", "The key \"%s\" is missing.", key);
        return;
    }
    str *periods = NULL;
    size_t n = 0;
    yaml_strs(src, map, key, false, &periods, &n);
    if (n > CALENDAR_PERIODS_MAX) {
        yaml_fault(src, node, NULL, "At most %d periods a day.", CALENDAR_PERIODS_MAX);
        return;
    }
    int before = 0;
    for (size_t i = 0; i < n; i++) {
        int start = minutes(str_slice(periods[i], 0, periods[i].len < 5 ? periods[i].len : 5)), end = -1;
        if (periods[i].len == 11 && periods[i].ptr[5] == '-') end = minutes(str_slice(periods[i], 6, 11));
        if (start < before || end <= start) {
            yaml_fault(src, node, "as [\"08:00-12:00\", \"14:00-18:00\"], in order, at most to 24:00",
                       "\"%.*s\" is no period, or overlaps the one before.", P(periods[i]));
            return;
        }
        ret->periods[ret->n++] = (struct period){(int16_t)start, (int16_t)end};
        before = end;
    }
}

static void read_hours(struct city *c, const struct yaml_source *src, const struct yaml_node *root) {
    static const char *const days[7] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    c->calendar.around_the_clock = (struct day_hours){.periods = {{0, 1440}}, .n = 1};
    const struct yaml_node *hours = yaml_get(root, "working_hours");
    if (!hours) yaml_fault(src, root, NULL, "The key \"working_hours\" is missing.");
    if (!yaml_is(src, hours, YAML_MAP, "working_hours")) return;
    yaml_unknown_keys(src, hours, "mon tue wed thu fri sat sun make_up half");
    for (int i = 0; i < 7; i++) read_day_hours(src, hours, days[i], &c->calendar.week[i]);
    read_day_hours(src, hours, "make_up", &c->calendar.make_up);
    read_day_hours(src, hours, "half", &c->calendar.half);
}

static void read_layer(struct city *c, const struct yaml_source *src, const struct yaml_node *node, struct layer *ret) {
    if (!yaml_is(src, node, YAML_MAP, "A layer")) return;
    yaml_unknown_keys(src, node, "name label levels");
    yaml_code(src, node, "name", true, &ret->name);
    yaml_text(src, node, "label", true, &ret->label);
    yaml_codes(src, node, "levels", true, &ret->levels, &ret->n_levels);
    if (ret->n_levels > LEVELS_MAX) {
        yaml_fault(src, node, NULL, "At most %d levels.", LEVELS_MAX);
        ret->n_levels = LEVELS_MAX;
    }
    for (size_t i = 0; i < ret->n_levels; i++)
        for (size_t k = 0; k < i; k++)
            if (code_eq(&ret->levels[i], &ret->levels[k])) yaml_fault(src, node, NULL, "A level stands here twice.");
    for (const struct layer *l = c->layers; l < ret; l++)
        if (code_eq(&l->name, &ret->name))
            yaml_fault(src, node, NULL, "The layer \"%s\" stands here twice.", l->name.s);
}

static void read_layers(struct city *c, const struct yaml_source *src, const struct yaml_node *root) {
    const struct yaml_node *layers = yaml_get(root, "layers");
    if (!layers) yaml_fault(src, root, "the first is the governance layer", "The key \"layers\" is missing.");
    if (!yaml_is(src, layers, YAML_SEQ, "layers")) return;
    if (layers->n == 0) yaml_fault(src, layers, "the first is the governance layer", "There is no layer.");
    c->layers = NEW_ARRAY(src->arena, struct layer, layers->n);
    struct layer *next = c->layers;
    for (const struct yaml_node *n = layers->first; n; n = n->next) read_layer(c, src, n, next++);
    c->n_layers = layers->n;
}

static void read_private_level(struct city *c, const struct yaml_source *src, const struct yaml_node *root) {
    c->private_level = code_of("community");
    if (!yaml_code(src, root, "private_level", false, &c->private_level) || c->n_layers == 0) return;
    const struct layer *governance = &c->layers[0];
    for (size_t i = 0; i < governance->n_levels; i++)
        if (code_eq(&governance->levels[i], &c->private_level)) return;
    yaml_fault(src, yaml_get(root, "private_level"), "levels are those of the first layer",
               "private_level: \"%s\" is no level of the governance layer.", c->private_level.s);
}

static void read_open311(struct city *c, const struct yaml_source *src, const struct yaml_node *root) {
    const struct yaml_node *n = yaml_get(root, "open311");
    if (n == NULL || !yaml_is(src, n, YAML_MAP, "open311")) return;
    yaml_unknown_keys(src, n, "jurisdiction key contact keys");
    c->open311.is_served = c->open311.needs_key = true;
    yaml_str(src, n, "jurisdiction", true, &c->open311.jurisdiction);
    yaml_bool(src, n, "key", true, &c->open311.needs_key);
    yaml_text(src, n, "contact", true, &c->open311.contact);
    yaml_text(src, n, "keys", true, &c->open311.keys);
}

static void read_proposals(struct city *c, const struct yaml_source *src, const struct yaml_node *root) {
    const struct yaml_node *node = yaml_get(root, "inspection_proposals");
    struct inspection_proposals *p = &c->proposals;
    if (node == NULL || !yaml_is(src, node, YAML_MAP, "inspection_proposals")) return;
    yaml_unknown_keys(src, node, "procedures at_least days condition");
    yaml_codes(src, node, "procedures", true, &p->procedures, &p->n_procedures);
    yaml_code(src, node, "condition", true, &p->condition);
    if (!yaml_i32(src, node, "at_least", true, &p->at_least) || !yaml_i32(src, node, "days", true, &p->days)) return;
    if (p->at_least < 2 || p->at_least > 1000)
        yaml_fault(src, yaml_get(node, "at_least"), NULL, "at_least must be 2 to 1000.");
    if (p->days < 1 || p->days > 366) yaml_fault(src, yaml_get(node, "days"), NULL, "days must be 1 to 366.");
}

void load_config(struct loader *l) {
    struct city *c = l->city;
    const struct package_file *f = files_need(l, "city.yaml");
    if (!f) return;
    struct yaml_source src = load_source(l, f->path);
    const struct yaml_node *root;
    if (yaml_parse(f->bytes, &src, &root) != OK) return;
    yaml_unknown_keys(&src, root, KEYS);
    read_languages(c, &src, root);
    if (c->n_langs == 0) return;
    read_names(c, &src, root);
    read_zone(c, &src, root);
    read_place(c, &src, root);
    read_similar(c, &src, root);
    read_phones(c, &src, root);
    read_hours(c, &src, root);
    read_layers(c, &src, root);
    read_private_level(c, &src, root);
    read_base_maps(c, &src, root);
    read_open311(c, &src, root);
    read_proposals(c, &src, root);
}
