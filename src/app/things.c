/* The thing behind a code: a patrol point of the package, or what stands in a register. */
#include "app/things.h"

#include <string.h>

void thing_key(const code *thing, struct command *c) {
    str pieces[] = {S("thing\n"), str_code(thing)};
    digest key = sha256_pieces(pieces, ARRAY_LEN(pieces)), body = sha256(S("thing"));
    c->has_key = true;
    memcpy(c->key_hash, key.b, sizeof c->key_hash);
    memcpy(c->body_hash, body.b, sizeof c->body_hash);
}

static enum status registered(struct app *app, const code *wanted, struct arena *arena, struct thing *ret,
                              struct err *err) {
    struct case_row row = {0};
    struct kase c;
    enum status status = store_thing(app->store, wanted, arena, &row, err);
    if (status == OK) status = store_case(app->store, row.id, &c, err);
    if (status != OK) return status;
    ret->owner = c.owner;
    ret->area = c.area;
    ret->state = c.state;
    ret->number = c.number;
    ret->name = row.text;
    ret->place = row.place;
    ret->is_over = c.is_over;
    return OK;
}

enum status app_thing(struct app *app, const code *wanted, struct arena *arena, struct thing *ret, struct err *err) {
    const struct city *city = app_city(app);
    const struct patrol_point *p = city_point(city, str_code(wanted));
    *ret = (struct thing){.code = *wanted, .place = lonlat_none(), .name = STR_NONE};
    if (p == NULL) return registered(app, wanted, arena, ret, err);
    ret->area = city->areas[p->grid].code;
    ret->place = p->place;
    ret->name = text_in(&p->name, 0);
    return OK;
}
