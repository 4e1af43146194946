/* Who is posted as the contact of a grid: the package names somebody; whoever took the grid over since is in the words of
 * the closed case by which it was handed over. */
#include "app/app.h"
#include "base/json.h"

#define HANDED_MAX 500

/* The action whose fields are posted, or NULL. */
static const struct action *posting_action(const struct procedure *p) {
    for (size_t i = 0; i < p->n_actions; i++)
        for (size_t k = 0; k < p->actions[i].n_fields; k++)
            if (p->actions[i].fields[k].posted != POSTED_NOT) return &p->actions[i];
    return NULL;
}

static void read_public(struct json *j, const struct action *a, struct posted_contact *ret) {
    json_object(j);
    for (str key, text; json_key(j, &key);) {
        const struct field *f = action_field(a, key);
        if (json_peek(j) != JSON_STRING || f == NULL || f->posted == POSTED_NOT)
            json_skip(j);
        else if (json_str(j, &text) && f->posted == POSTED_CONTACT)
            ret->name = text;
        else
            ret->phone = text;
    }
}

/* The last time that the case says so. */
static enum status read_case(struct app *app, uint64_t id, const struct action *a, struct arena *arena,
                             struct posted_contact *ret, struct err *err) {
    struct stored_entry *entries = NULL;
    size_t n = 0;
    enum status status = store_history(app->store, id, arena, &entries, &n, err);
    for (size_t i = 0; i < n && status == OK; i++) {
        struct json j;
        if (entries[i].kind != ENTRY_ACTED || str_empty(entries[i].words)) continue;
        json_init(&j, entries[i].words, arena);
        json_object(&j);
        for (str key; json_key(&j, &key);)
            if (str_is(key, "public"))
                read_public(&j, a, ret);
            else
                json_skip(&j);
    }
    return status;
}

static bool is_known(const struct posted_contact *list, size_t n, uint32_t area) {
    for (size_t i = 0; i < n; i++)
        if (list[i].area == area) return true;
    return false;
}

enum status app_posted(struct app *app, uint32_t area, struct arena *arena, struct posted_contact **ret, size_t *ret_n,
                       struct err *err) {
    const struct city *city = app_city(app);
    enum status status = OK;
    *ret = NEW_ARRAY(arena, struct posted_contact, HANDED_MAX);
    *ret_n = 0;
    for (size_t i = 0; i < city->n_procedures && status == OK; i++) {
        const struct action *a = posting_action(&city->procedures[i]);
        struct listing handed = {0};
        struct query *query = NULL;
        if (a == NULL) continue;
        str where = area == NONE ? S("") : str_format(arena, " area:%s", city->areas[area].code.s);
        str q = str_format(arena, "procedure:%s status:closed%.*s", city->procedures[i].name.s, P(where));
        status = query_parse(q, city, arena, &query, err);
        if (status == OK)
            status =
                store_list(app->store, query, SORT_UPDATED_DESC, HANDED_MAX, S(""), app_now(app), arena, &handed, err);
        for (size_t k = 0; k < handed.n && status == OK && *ret_n < HANDED_MAX; k++) {
            uint32_t grid = city_area(city, str_code(&handed.rows[k].area));
            if (grid == NONE || is_known(*ret, *ret_n, grid)) continue;
            struct posted_contact *p = &(*ret)[(*ret_n)++];
            *p = (struct posted_contact){.area = grid};
            status = read_case(app, handed.rows[k].id, a, arena, p, err);
        }
    }
    return status;
}
