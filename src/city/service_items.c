/* service_items.csv and service_materials.csv: what a service of the government gives, on which conditions, and the papers it
 * asks for. A paper that a unit of the government holds is fetched, never asked for again. Both optional. */
#include "city/city_int.h"

#define FILE_ITEMS "service_items.csv"
#define FILE_MATERIALS "service_materials.csv"
#define MATERIALS_MAX 5000

enum { CATEGORY, RESULT, CONDITIONS, BASIS };
static const struct column ITEM_COLUMNS[] = {
    {"category"}, {"result", .per_lang = true}, {"conditions", .per_lang = true}, {"basis"}};

enum { M_CODE, M_CATEGORY, M_NAME, M_HELD_BY };
static const struct column MATERIAL_COLUMNS[] = {
    {"code"}, {"category"}, {"name", .per_lang = true}, {"held_by", .optional = true}};

static uint32_t need_category(struct table *t, size_t column) {
    uint32_t k = city_category(t->l->city, table_str(t, column));
    if (k == NONE) table_fault(t, "see categories.csv", "The category \"%.*s\" is unknown.", P(table_str(t, column)));
    return k;
}

static bool is_item(const struct city *c, uint32_t category) {
    for (size_t i = 0; i < c->n_items; i++)
        if (c->items[i].category == category) return true;
    return false;
}

static bool read_item(struct table *t, struct service_item *ret) {
    struct city *c = t->l->city;
    *ret = (struct service_item){.category = need_category(t, CATEGORY)};
    ret->result = table_text(t, RESULT);
    ret->conditions = table_text(t, CONDITIONS);
    ret->basis = str_dup(&c->arena, table_str(t, BASIS));
    if (str_empty(ret->basis)) table_fault(t, "a law and article", "The service names no basis.");
    if (ret->category != NONE && is_item(c, ret->category))
        table_fault(t, "one row for a category", "The service stands here twice.");
    return ret->category != NONE;
}

/* Codes are those of their service only: two services may ask for the same paper. */
static bool is_known(const struct city *c, const struct material *m) {
    for (size_t i = 0; i < c->n_materials; i++)
        if (c->materials[i].category == m->category && code_eq(&c->materials[i].code, &m->code)) return true;
    return false;
}

static bool read_material(struct table *t, struct material *ret) {
    const struct city *c = t->l->city;
    str holder = table_str(t, M_HELD_BY);
    *ret = (struct material){.category = need_category(t, M_CATEGORY), .held_by = NONE};
    ret->name = table_text(t, M_NAME);
    for (size_t i = 0; i < c->n_langs; i++)
        load_refuse_persons(t->l, str_z(t->file), t->csv.line, "material", ret->name.in[i]);
    if (!str_empty(holder) && (ret->held_by = city_unit(c, holder)) == NONE)
        table_fault(t, "see units.csv", "The unit \"%.*s\" is unknown.", P(holder));
    if (!table_code(t, M_CODE, &ret->code) || ret->category == NONE) return false;
    if (!is_item(c, ret->category))
        table_fault(t, "add it to service_items.csv", "\"%s\" is no service.", c->categories[ret->category].key.s);
    if (is_known(c, ret)) table_fault(t, "one row for a paper", "\"%s\" stands here twice.", ret->code.s);
    return true;
}

void load_service_items(struct loader *l) {
    struct city *c = l->city;
    struct table t;
    if (table_open(&t, l, FILE_ITEMS, ITEM_COLUMNS, ARRAY_LEN(ITEM_COLUMNS))) {
        c->items = NEW_ARRAY(&c->arena, struct service_item, table_rows_max(&t));
        while (table_next(&t))
            if (read_item(&t, &c->items[c->n_items])) c->n_items++;
    }
    if (!table_open(&t, l, FILE_MATERIALS, MATERIAL_COLUMNS, ARRAY_LEN(MATERIAL_COLUMNS))) return;
    c->materials = NEW_ARRAY(&c->arena, struct material, table_rows_max(&t));
    while (table_next(&t) && c->n_materials < MATERIALS_MAX)
        if (read_material(&t, &c->materials[c->n_materials])) c->n_materials++;
}

const struct material *city_material(const struct city *c, str category, str code_text) {
    for (size_t i = 0; i < c->n_materials; i++) {
        const struct material *m = &c->materials[i];
        if (str_eq(str_code(&c->categories[m->category].key), category) && str_eq(str_code(&m->code), code_text))
            return m;
    }
    return NULL;
}
