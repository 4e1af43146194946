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

enum status unit_may_get(const struct decision *d, const code *unit, const char *field) {
    if (access_recused(d->world, &d->c, unit))
        return refuse(d->err, E_DENIED, "recused_unit", field, "The complaint is about this unit or one above it.");
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
