/* peers.yaml: other servers that cases are handed to or come from, and what goes there. */
#include <string.h>

#include "city/city_int.h"

#define PEERS_MAX 200

static void read_level(const struct yaml_source *src, const struct yaml_node *n, struct peer *p) {
    static const char *const words[] = {[PEER_UP] = "up", [PEER_DOWN] = "down", [PEER_BESIDE] = "beside"};
    str word = S("");
    if (!yaml_str(src, n, "level", true, &word)) return;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (!str_is(word, words[i])) continue;
        p->level = (enum peer_level)i;
        return;
    }
    yaml_fault(src, n, "up, down or beside", "There is no level \"%.*s\".", P(word));
}

static void read_kind(const struct yaml_source *src, const struct yaml_node *n, struct peer *p) {
    static const char *const words[] = {[PEER_YIWANG] = "yiwang",
                                        [PEER_WEBHOOK] = "webhook",
                                        [PEER_FILE] = "file",
                                        [PEER_CAP] = "cap",
                                        [PEER_OPEN311] = "open311"};
    str word = S("");
    if (!yaml_str(src, n, "kind", false, &word)) return;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (!str_is(word, words[i])) continue;
        p->kind = (enum peer_kind)i;
        return;
    }
    yaml_fault(src, n, "yiwang, webhook, file, cap or open311", "There is no kind \"%.*s\".", P(word));
}

/* services: {their word: our key or prefix with *}. What comes in needs a whole key. */
static void read_services(struct loader *l, const struct yaml_source *src, const struct yaml_node *n, struct peer *p) {
    const struct yaml_node *map = yaml_get(n, "services");
    if (map == NULL || !yaml_is(src, map, YAML_MAP, "services")) return;
    p->services = NEW_ARRAY(src->arena, struct peer_service, map->n);
    for (const struct yaml_node *s = map->first; s != NULL; s = s->next) {
        struct peer_service *one = &p->services[p->n_services];
        one->theirs = s->key;
        bool fits = yaml_node_code(src, s, &one->ours);
        bool pattern = fits && str_ends(str_code(&one->ours), S("*"));
        if (fits && !pattern && l->city->n_categories > 0 && city_category(l->city, str_code(&one->ours)) == NONE)
            yaml_fault(src, s, "a key of categories.csv, or a prefix with *", "There is no category \"%s\".",
                       one->ours.s);
        if (fits) p->n_services++;
    }
}

static bool gives_anything(const struct city *c, str pattern) {
    code p;
    if (!code_from(pattern, &p)) return false;
    for (size_t i = 0; i < c->n_categories; i++)
        if (category_matches(&p, &c->categories[i].key)) return true;
    return false;
}

static bool publishes_alerts(const struct city *c, const code *category) {
    uint32_t k = city_category(c, str_code(category));
    const struct procedure *p = k == NONE ? NULL : city_procedure(c, str_code(&c->categories[k].procedure));
    return p != NULL && p->published == PUBLISHED_ALERT;
}

static void check_peer(struct loader *l, const struct yaml_source *src, const struct yaml_node *n,
                       const struct peer *p) {
    for (const struct peer *o = l->city->peers; o < p; o++)
        if (code_eq(&o->code, &p->code)) yaml_fault(src, n, NULL, "The peer \"%s\" stands here twice.", p->code.s);
    for (size_t i = 0; i < p->n_give; i++)
        if (l->city->n_categories > 0 && !gives_anything(l->city, p->give[i]))
            yaml_fault(src, n, "a key, a prefix with *, or \"*\"", "No category fits \"%.*s\".", P(p->give[i]));
    if (p->contact && p->kind != PEER_YIWANG)
        yaml_fault(src, n, "contact: no", "Contact data goes to other servers of this kind only, sealed for them.");
    for (size_t i = 0; p->kind == PEER_CAP && i < p->n_services; i++)
        if (l->city->n_categories > 0 && !publishes_alerts(l->city, &p->services[i].ours))
            yaml_fault(src, n, "a category whose procedure publishes as alert", "%s is no category of warnings.",
                       p->services[i].ours.s);
    if (p->own_share < 0 || p->own_share > 99)
        yaml_fault(src, n, "per cent of the time that the other server imposes", "own_share goes from 0 to 99.");
}

static void read_peer(struct loader *l, const struct yaml_source *src, const struct yaml_node *n, struct peer *p) {
    str unit = S("");
    p->line = n->line;
    p->unit = NONE;
    if (!yaml_is(src, n, YAML_MAP, "A peer")) return;
    yaml_unknown_keys(src, n, "code label kind level unit give contact own_share services");
    yaml_code(src, n, "code", true, &p->code);
    yaml_text(src, n, "label", true, &p->label);
    read_kind(src, n, p);
    read_level(src, n, p);
    read_services(l, src, n, p);
    yaml_strs(src, n, "give", false, &p->give, &p->n_give);
    yaml_bool(src, n, "contact", false, &p->contact);
    yaml_i32(src, n, "own_share", false, &p->own_share);
    if (yaml_str(src, n, "unit", false, &unit)) {
        p->unit = city_unit(l->city, unit);
        if (p->unit == NONE) yaml_fault(src, n, "a code of units.csv", "There is no unit \"%.*s\".", P(unit));
    }
    if (p->level == PEER_DOWN && p->unit == NONE)
        yaml_fault(src, n, "unit: the one whose server it is", "The peer \"%s\" below this level names no unit.",
                   p->code.s);
    check_peer(l, src, n, p);
}

void load_peers(struct loader *l) {
    struct city *c = l->city;
    const struct package_file *f = files_get(l, "peers.yaml");
    if (!f) return;
    struct yaml_source src = load_source(l, f->path);
    const struct yaml_node *root;
    if (yaml_parse(f->bytes, &src, &root) != OK) return;
    yaml_unknown_keys(&src, root, "peers");
    const struct yaml_node *list = yaml_get(root, "peers");
    if (!list) yaml_fault(&src, root, NULL, "The key \"peers\" is missing.");
    if (!yaml_is(&src, list, YAML_SEQ, "peers")) return;
    if (list->n > PEERS_MAX) {
        yaml_fault(&src, list, NULL, "More than %d peers.", PEERS_MAX);
        return;
    }
    c->peers = NEW_ARRAY(&c->arena, struct peer, list->n);
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        read_peer(l, &src, n, &c->peers[c->n_peers]);
        c->n_peers++;
    }
}

const code *peer_category(const struct peer *p, str theirs) {
    for (size_t i = 0; i < p->n_services; i++)
        if (str_eq(p->services[i].theirs, theirs) && !str_ends(str_code(&p->services[i].ours), S("*")))
            return &p->services[i].ours;
    return NULL;
}

str peer_word(const struct peer *p, const code *category) {
    const struct peer_service *best = NULL;
    for (size_t i = 0; i < p->n_services; i++) {
        const struct peer_service *s = &p->services[i];
        if (!category_matches(&s->ours, category)) continue;
        if (best == NULL || category_pattern_rank(&s->ours) > category_pattern_rank(&best->ours)) best = s;
    }
    return best != NULL ? best->theirs : S("");
}
