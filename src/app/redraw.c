/* Grids are redrawn: open matters follow, by their place, else to the main successor; each by a command, with the reason
 * in its history. */
#include "app/app.h"
#include "base/json.h"

#define BATCH 256

/* Where the case is, as its filing says; none if that was erased or never told. */
static lonlat place_of(struct app *app, uint64_t id) {
    struct arena arena;
    struct stored_entry *entries = NULL;
    size_t n = 0;
    lonlat p = lonlat_none();
    arena_init(&arena, 0);
    if (store_history(app->store, id, &arena, &entries, &n, NULL) == OK && n > 0 && !str_empty(entries[0].words)) {
        struct json j;
        json_init(&j, entries[0].words, &arena);
        json_object(&j);
        for (str key; json_key(&j, &key);)
            if (str_is(key, "lon"))
                json_double(&j, &p.lon_deg);
            else if (str_is(key, "lat"))
                json_double(&j, &p.lat_deg);
            else
                json_skip(&j);
        if (json_done(&j, NULL) != OK || !lonlat_valid(p)) p = lonlat_none();
    }
    arena_done(&arena);
    return p;
}

static bool move(struct app *app, uint32_t area, uint64_t id) {
    const struct city *city = app_city(app);
    lonlat place = place_of(app, id);
    uint32_t to = city_area_now(city, area, place);
    if (to == NONE || to == area) return false;
    bool by_place = !lonlat_is_none(place) && city_locate(city, 0, place).area == to;
    struct command c = {
        .kind = COMMAND_NOTE, .case_id = id, .action = code_of("redrawn"), .actor = {.kind = ACTOR_SYSTEM}};
    struct result r;
    if (command_put(&c, S("area"), str_code(&city->areas[to].code), NULL) != OK) return false;
    if (command_put(&c, S("by"), by_place ? S("place") : S("successor"), NULL) != OK) return false;
    return store_run(app->store, &c, &r) == OK;
}

size_t app_redraw(struct app *app) {
    const struct city *city = app_city(app);
    uint64_t ids[BATCH];
    size_t moved = 0;
    for (uint32_t a = 0; a < city->n_areas; a++) {
        const struct area *area = &city->areas[a];
        uint64_t after = 0;
        size_t n = BATCH;
        if (area->layer != 0 || !area->retired || area->n_successors == 0) continue;
        while (n == BATCH && store_open_in_area(app->store, &area->code, after, ids, BATCH, &n, NULL) == OK)
            for (size_t i = 0; i < n; i++) {
                moved += move(app, a, ids[i]);
                after = ids[i];
            }
    }
    return moved;
}
