/* The rules that no package can switch off. source: Petition Regulation 30(3), 46(5); domain README §0.6, §6; design
 * §7. */
#include "casework/decide_int.h"

static const code open_parts = {"open_parts"};

static uint32_t unit_of_kind(const struct city *world, const struct kase *c, const char *kind) {
    for (uint32_t u = 0; u < world->n_units; u++)
        if (code_is(&world->units[u].kind, kind) && !access_recused(world, c, &world->units[u].code)) return u;
    return NONE;
}

uint32_t discipline_unit(const struct city *world, const struct kase *c) {
    return unit_of_kind(world, c, "discipline");
}

uint32_t centre_unit(const struct city *world, const struct kase *c) {
    uint32_t centre = unit_of_kind(world, c, "centre");
    return centre != NONE ? centre : discipline_unit(world, c);
}

uint32_t lead_unit(const struct decision *d, uint32_t given) {
    const struct kase *c = &d->c;
    if (c->about == ABOUT_CONDUCT) return discipline_unit(d->world, c);
    if (c->about == ABOUT_SERVICE && !code_empty(&c->about_unit)) given = city_unit(d->world, str_code(&c->about_unit));
    if (given != NONE && !route_taken_back(d->world, &c->category, given)) return given;
    uint32_t area = code_empty(&c->area) ? NONE : city_area(d->world, str_code(&c->area));
    return route_unit(d->world, DUTY_LEAD, &c->category, area, &c->owner);
}

/* The item of the lists by which an area's own office gets the matter, or not; NULL for other units. A complaint about
 * a service goes to its unit whatever the lists say. */
static const struct duty_item *listed_for(const struct decision *d, const code *unit) {
    uint32_t u = code_empty(unit) ? NONE : city_unit(d->world, str_code(unit));
    if (u == NONE || d->world->units[u].area == NONE) return NULL;
    if (d->c.about == ABOUT_SERVICE && code_eq(&d->c.about_unit, unit)) return NULL;
    const code none = {0};
    struct duty_asked asked = {.lists = 1U << LIST_BASIC | 1U << LIST_SUPPORTING | 1U << LIST_TAKEN_BACK,
                               .level = &d->world->areas[d->world->units[u].area].level,
                               .category = &d->c.category,
                               .task = &none,
                               .on = day_from_instant(&d->world->calendar.zone, d->given->now)};
    return city_listed(d->world, &asked);
}

/* Who does it instead: whom the item names, else who is responsible. */
static void hint_instead(const struct decision *d, const struct duty_item *item) {
    uint32_t area = code_empty(&d->c.area) ? NONE : city_area(d->world, str_code(&d->c.area));
    uint32_t unit = item != NULL && item->unit != NONE
                        ? item->unit
                        : route_unit(d->world, DUTY_LEAD, &d->c.category, area, &d->c.owner);
    if (unit != NONE) err_hint(d->err, "Give it to the unit %s.", d->world->units[unit].code.s);
    if (item != NULL) err_detail(d->err, "%s %s", item->item.s, unit != NONE ? d->world->units[unit].code.s : "");
}

static enum status barred(const struct decision *d, const struct duty_item *item, const char *why, const char *field) {
    refuse(d->err, E_INVALID, why, field, "Item %s of the duty lists bars it: %.*s", item->item.s,
           P(utf8_prefix(item->name.in[0], 40)));
    hint_instead(d, item);
    return E_INVALID;
}

enum status unit_may_lead(const struct decision *d, const code *unit, const char *field) {
    const struct duty_item *item = listed_for(d, unit);
    return item != NULL && item->list == LIST_SUPPORTING ? barred(d, item, "supporting_only", field) : OK;
}

enum status grid_may_get(const struct decision *d, const code *task) {
    const code none = {0};
    struct duty_asked asked = {.lists = 1U << LIST_ADMISSION,
                               .level = &none,
                               .category = &d->c.category,
                               .task = task,
                               .on = day_from_instant(&d->world->calendar.zone, d->given->now)};
    if (!city_has_list(d->world, asked.lists) || city_listed(d->world, &asked) != NULL) return OK;
    refuse(d->err, E_STATE, "not_admitted", NULL, "The admission list of grid workers has no item for this (%s, %s).",
           d->c.category.s, task->s);
    hint_instead(d, NULL);
    return E_STATE;
}

enum status unit_may_get(const struct decision *d, const code *unit, const char *field) {
    if (access_recused(d->world, &d->c, unit))
        return refuse(d->err, E_DENIED, "recused_unit", field, "The complaint is about this unit or one above it.");
    const struct duty_item *item = listed_for(d, unit);
    if (item != NULL && item->list == LIST_TAKEN_BACK) return barred(d, item, "taken_back", field);
    if (route_taken_back(d->world, &d->c.category, city_unit(d->world, str_code(unit)))) {
        refuse(d->err, E_INVALID, "taken_back", field, "This duty was taken back from the unit.");
        err_hint(d->err, "Choose the upper department that took it back.");
        return E_INVALID;
    }
    return OK;
}

/* What the closing stands on: the condition's closing condition, else a basis somebody stated. */
static enum status closing_basis(struct decision *d) {
    if (!str_empty(str_trim(value_of(d->command, S("basis")))))
        d->facts.basis = code_of("field");
    else if (!code_empty(&d->c.condition))
        d->facts.basis = code_of("condition");
    else if (d->action != NULL && !str_empty(d->action->basis))
        d->facts.basis = code_of("action");
    else
        return refuse(d->err, E_INVALID, "no_basis", "basis", "It cannot be closed without the basis of the answer.");
    return OK;
}

static enum status closed_allowed(struct decision *d) {
    if (d->no_clocks) { /* history that came in closed */
        d->facts.basis = code_of("import");
        return OK;
    }
    if (!d->c.is_answered)
        return refuse(d->err, E_INVALID, "no_answer", "answer", "It cannot be closed without an answer.");
    bool leaves = d->action != NULL && d->action->leaves_parts;
    if (case_count(&d->c, &open_parts) > 0 && !leaves)
        return refuse(d->err, E_STATE, "open_parts", NULL, "Parts of it are still open.");
    return closing_basis(d);
}

static enum status refusal_allowed(struct decision *d) {
    const struct channel *channel = city_channel(d->world, value_of(d->command, S("channel")));
    if (channel == NULL || str_empty(channel->phone))
        return refuse(d->err, E_INVALID, "no_channel", "channel",
                      "It cannot be refused without the right channel and its telephone number.");
    d->facts.channel = channel->code;
    (void)!code_from(channel->phone, &d->facts.phone);
    return OK;
}

static enum status merge_allowed(struct decision *d) {
    for (size_t i = 0; i < LINKS_MAX; i++)
        if (code_is(&d->c.links[i].kind, "duplicate_of")) return OK;
    return refuse(d->err, E_INVALID, "no_original", "case", "It cannot be merged without the case it joins.");
}

enum status end_allowed(struct decision *d, const struct state *to) {
    switch (to->end) {
    case END_CLOSED:
        return closed_allowed(d);
    case END_REFUSED:
        return refusal_allowed(d);
    case END_MERGED:
        return merge_allowed(d);
    case END_WITHDRAWN:
    case END_MOVED:
    case END_NONE:
        break;
    }
    return OK;
}

/* What keeps contact data beyond a response: the written assessment, given with the action under way. */
static bool assessed(const struct decision *d) {
    for (size_t i = 0; d->action != NULL && i < d->action->n_fields; i++) {
        const struct field *f = &d->action->fields[i];
        if (f->keeps && !str_empty(str_trim(value_of(d->command, str_code(&f->name))))) return true;
    }
    return false;
}

bool contacts_must_go(const struct decision *d, const struct state *from, const struct state *to) {
    return from != NULL && from->responds && !to->responds && !assessed(d);
}
