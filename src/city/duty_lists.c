/* duty_lists.csv: the published lists of what an area's own office leads, supports or may no longer be given, and of
 * what grid workers may be given at all. Optional: a package without it enforces nothing of the kind. source: domain
 * README §0.8, §4 (Art. 24, 25 of the sample regulation on grids). */
#include <string.h>

#include "city/city_int.h"

#define FILE_ITEMS "duty_lists.csv"
#define ROWS_MAX 5000

enum { LIST, ITEM, LEVEL, CATEGORY, TASK, UNIT, FROM, UPTO, NAME, BASIS };
static const struct column COLUMNS[] = {
    {"list"},       {"item"},       {"level"},
    {"category"},   {"task"},       {"unit"},
    {"valid_from"}, {"valid_upto"}, {"name", .per_lang = true},
    {"basis"},
};

static void read_level(struct table *t, struct duty_item *item) {
    const struct city *c = t->l->city;
    str level = table_str(t, LEVEL);
    if ((item->list == LIST_ADMISSION) != str_empty(level)) {
        table_fault(t, NULL, "The lists of offices name a level, the admission list of grid workers names none.");
        return;
    }
    for (size_t i = 0; c->n_layers > 0 && i < c->layers[0].n_levels; i++)
        if (str_is(level, c->layers[0].levels[i].s)) item->level = c->layers[0].levels[i];
    if (!str_empty(level) && code_empty(&item->level))
        table_fault(t, "a level of the first layer", "\"%.*s\" is no level.", P(level));
}

static void read_category(struct table *t, struct duty_item *item) {
    const struct city *c = t->l->city;
    str s = table_str(t, CATEGORY);
    bool any = false;
    for (size_t i = 0; code_from(s, &item->category) && i < c->n_categories && !any; i++)
        any = category_matches(&item->category, &c->categories[i].key);
    if (!any && c->n_categories > 0) table_fault(t, "a key, a prefix with *, or *", "\"%.*s\" fits no category.", P(s));
}

static bool has_task(const struct city *c, const code *kind) {
    for (size_t i = 0; i < c->n_procedures; i++)
        if (procedure_task(&c->procedures[i], kind) != NULL) return true;
    return c->n_procedures == 0;
}

static void read_task(struct table *t, struct duty_item *item) {
    if (!table_code_maybe(t, TASK, &item->task) || code_empty(&item->task)) return;
    if (item->list != LIST_ADMISSION) table_fault(t, NULL, "Only the admission list names a kind of task.");
    if (!has_task(t->l->city, &item->task))
        table_fault(t, "a task of a procedure", "No procedure has a task \"%s\".", item->task.s);
}

static void read_unit(struct table *t, struct duty_item *item) {
    str unit = table_str(t, UNIT);
    item->unit = str_empty(unit) ? NONE : city_unit(t->l->city, unit);
    if (!str_empty(unit) && item->unit == NONE && t->l->city->n_units > 0)
        table_fault(t, NULL, "The unit \"%.*s\" is unknown.", P(unit));
}

static void read_dates(struct table *t, struct duty_item *item) {
    str from = table_str(t, FROM), upto = table_str(t, UPTO);
    item->from = (day){INT32_MIN};
    item->upto = (day){INT32_MAX};
    bool ok = (str_empty(from) || day_parse(from, &item->from)) && (str_empty(upto) || day_parse(upto, &item->upto));
    if (!ok)
        table_fault(t, "as 2026-01-01", "valid_from or valid_upto is no date.");
    else if (item->upto.n < item->from.n)
        table_fault(t, NULL, "valid_upto is before valid_from.");
}

static bool read_row(struct table *t, struct map *known, struct duty_item *item, uint32_t number) {
    *item = (struct duty_item){.line = t->csv.line, .unit = NONE};
    size_t errors = t->l->found->errors;
    int list = table_word(t, LIST, "basic supporting taken_back admission");
    if (list >= 0) item->list = (enum duty_list)list;
    if (table_code(t, ITEM, &item->item)) (void)table_index(t, known, &item->item, number);
    read_level(t, item);
    read_category(t, item);
    read_task(t, item);
    read_unit(t, item);
    read_dates(t, item);
    item->name = table_text(t, NAME);
    for (size_t i = 0; i < t->l->city->n_langs; i++)
        load_refuse_persons(t->l, str_z(t->file), t->csv.line, "name", item->name.in[i]);
    item->basis = str_dup(&t->l->city->arena, table_str(t, BASIS));
    if (str_empty(item->basis)) table_fault(t, "a notice or article, or: local rule", "The item names no basis.");
    return t->l->found->errors == errors;
}

/* An office may not be the lead of what its own list says it only supports, or no longer does. */
static void check_leads(struct loader *l) {
    const struct city *c = l->city;
    for (size_t i = 0; i < c->n_responsibilities; i++) {
        const struct responsibility *r = &c->responsibilities[i];
        if (r->duty != DUTY_LEAD || r->unit != NONE) continue;
        for (size_t k = 0; k < c->n_duty_items; k++) {
            const struct duty_item *item = &c->duty_items[k];
            bool bars = item->list == LIST_SUPPORTING || item->list == LIST_TAKEN_BACK;
            if (!bars || !code_eq(&item->level, &r->office_level)) continue;
            if (category_matches(&item->category, &r->category))
                load_fault(l, "responsibilities.csv", r->line, "name another lead, or change the list",
                           "\"%s\" is led by an office that item %s bars from it.", r->category.s, item->item.s);
        }
    }
}

void load_duty_lists(struct loader *l) {
    struct city *c = l->city;
    struct table t;
    struct map known;
    if (files_get(l, FILE_ITEMS) == NULL || !table_open(&t, l, FILE_ITEMS, COLUMNS, ARRAY_LEN(COLUMNS))) return;
    size_t max = table_rows_max(&t);
    if (max > ROWS_MAX) max = ROWS_MAX;
    c->duty_items = NEW_ARRAY(&c->arena, struct duty_item, max);
    map_init(&known);
    while (table_next(&t)) {
        if (c->n_duty_items == max) {
            table_fault(&t, NULL, "More than %d rows.", ROWS_MAX);
            break;
        }
        if (read_row(&t, &known, &c->duty_items[c->n_duty_items], (uint32_t)c->n_duty_items)) c->n_duty_items++;
    }
    map_done(&known);
    check_leads(l);
}

const struct duty_item *city_duty_item(const struct city *c, str item) {
    for (size_t i = 0; i < c->n_duty_items; i++)
        if (str_eq(str_code(&c->duty_items[i].item), item)) return &c->duty_items[i];
    return NULL;
}

bool city_has_list(const struct city *c, uint32_t lists) {
    for (size_t i = 0; i < c->n_duty_items; i++)
        if ((lists & 1U << c->duty_items[i].list) != 0) return true;
    return false;
}

static bool is_about(const struct duty_item *item, const struct duty_asked *asked) {
    if ((asked->lists & 1U << item->list) == 0) return false;
    if (asked->on.n < item->from.n || asked->on.n > item->upto.n) return false;
    if (item->list != LIST_ADMISSION && !code_eq(&item->level, asked->level)) return false;
    if (!code_empty(&item->task) && !code_eq(&item->task, asked->task)) return false;
    return category_matches(&item->category, asked->category);
}

const struct duty_item *city_listed(const struct city *c, const struct duty_asked *asked) {
    const struct duty_item *best = NULL;
    for (size_t i = 0; i < c->n_duty_items; i++) {
        const struct duty_item *item = &c->duty_items[i];
        if (!is_about(item, asked)) continue;
        if (best == NULL || category_pattern_rank(&item->category) > category_pattern_rank(&best->category))
            best = item;
    }
    return best;
}
