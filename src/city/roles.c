/* roles.yaml and channels.yaml. */
#include "city/city_int.h"

static void read_role(struct loader *l, const struct yaml_source *src, const struct yaml_node *n, struct role *r) {
    code name = {0};
    if (!yaml_is(src, n, YAML_MAP, "A role")) return;
    yaml_unknown_keys(src, n, "label posts see contact sealed stats admin audit readings open311 words");
    if (code_from(n->key, &name))
        r->name = name;
    else
        yaml_fault(src, n, "up to 31 bytes", "\"%.*s\" is no code.", P(n->key));
    load_refuse_persons(l, src->file, n->line, "role", n->key);
    yaml_text(src, n, "label", true, &r->label);
    str *posts = NULL, see = STR_NONE;
    size_t n_posts = 0;
    if (!yaml_get(n, "posts")) yaml_fault(src, n, "[] for none", "The key \"posts\" is missing.");
    yaml_strs(src, n, "posts", false, &posts, &n_posts);
    for (size_t i = 0; i < n_posts; i++) {
        enum post post;
        if (post_parse(posts[i], &post))
            r->posts |= 1u << post;
        else
            yaml_fault(src, yaml_get(n, "posts"), "see docs/city-package.md", "\"%.*s\" is no post.", P(posts[i]));
    }
    static const char *const scopes[] = {"none", "own_unit", "own_area", "jurisdiction"};
    bool known = false;
    if (yaml_str(src, n, "see", true, &see))
        for (size_t i = 0; i < ARRAY_LEN(scopes); i++)
            if (str_is(see, scopes[i])) {
                r->see = (enum scope)i;
                known = true;
            }
    if (!str_empty(see) && !known)
        yaml_fault(src, yaml_get(n, "see"), "none, own_unit, own_area or jurisdiction", "\"%.*s\" is no scope.",
                   P(see));
    yaml_bool(src, n, "contact", true, &r->sees_contact);
    yaml_bool(src, n, "sealed", true, &r->sees_sealed);
    yaml_bool(src, n, "stats", true, &r->sees_stats);
    yaml_bool(src, n, "admin", true, &r->administers);
    yaml_bool(src, n, "audit", false, &r->audits);
    yaml_bool(src, n, "readings", false, &r->sends_readings);
    yaml_bool(src, n, "open311", false, &r->files_open311);
    bool words = true;
    yaml_bool(src, n, "words", false, &words);
    r->wordless = !words;
    if (r->wordless && (r->posts != 0 || r->sees_contact || r->sees_sealed))
        yaml_fault(src, yaml_get(n, "words"), "posts: [], contact: false, sealed: false",
                   "Who reads no words acts on no case and reads no contact data.");
}

void load_roles(struct loader *l) {
    struct city *c = l->city;
    const struct package_file *f = files_need(l, "roles.yaml");
    if (!f) return;
    struct yaml_source src = load_source(l, f->path);
    const struct yaml_node *root;
    if (yaml_parse(f->bytes, &src, &root) != OK) return;
    yaml_unknown_keys(&src, root, "roles");
    const struct yaml_node *roles = yaml_get(root, "roles");
    if (!roles) yaml_fault(&src, root, NULL, "The key \"roles\" is missing.");
    if (!yaml_is(&src, roles, YAML_MAP, "roles")) return;
    c->roles = NEW_ARRAY(&c->arena, struct role, roles->n);
    for (const struct yaml_node *n = roles->first; n; n = n->next) read_role(l, &src, n, &c->roles[c->n_roles++]);
}

static void read_channel(struct loader *l, const struct yaml_source *src, const struct yaml_node *n,
                         struct channel *ret) {
    code name = {0};
    if (!yaml_is(src, n, YAML_MAP, "A channel")) return;
    yaml_unknown_keys(src, n, "name advice phone words");
    if (code_from(n->key, &name))
        ret->code = name;
    else
        yaml_fault(src, n, "up to 31 bytes", "\"%.*s\" is no code.", P(n->key));
    yaml_text(src, n, "name", true, &ret->name);
    yaml_text(src, n, "advice", true, &ret->advice);
    yaml_str(src, n, "phone", true, &ret->phone);
    yaml_strs(src, n, "words", false, &ret->words, &ret->n_words);
    for (size_t i = 0; i < ret->n_words; i++)
        load_refuse_persons(l, src->file, yaml_get(n, "words")->line, "word", ret->words[i]);
}

void load_channels(struct loader *l) {
    struct city *c = l->city;
    const struct package_file *f = files_need(l, "channels.yaml");
    if (!f) return;
    struct yaml_source src = load_source(l, f->path);
    const struct yaml_node *root;
    if (yaml_parse(f->bytes, &src, &root) != OK) return;
    yaml_unknown_keys(&src, root, "channels");
    const struct yaml_node *channels = yaml_get(root, "channels");
    if (!channels) yaml_fault(&src, root, NULL, "The key \"channels\" is missing.");
    if (!yaml_is(&src, channels, YAML_MAP, "channels")) return;
    c->channels = NEW_ARRAY(&c->arena, struct channel, channels->n);
    for (const struct yaml_node *n = channels->first; n; n = n->next)
        read_channel(l, &src, n, &c->channels[c->n_channels++]);
    if (!city_channel(c, S("neighbour")))
        yaml_fault(&src, channels, "it is shown outside the jurisdiction", "The channel \"neighbour\" is missing.");
}
