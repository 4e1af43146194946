/* Patrol points and when they were last looked at. */
#include <stdlib.h>

#include "app/app.h"

/* The area somebody walks, or whose office he works in; NONE = everywhere. */
static uint32_t own_area(const struct city *city, const struct actor *actor) {
    if (!code_empty(&actor->area)) return city_area(city, str_code(&actor->area));
    uint32_t unit = code_empty(&actor->unit) ? NONE : city_unit(city, str_code(&actor->unit));
    return unit == NONE ? NONE : city->units[unit].area;
}

static int more_urgent(const void *a, const void *b) {
    const struct point_state *x = a, *y = b;
    if (x->due.ms != y->due.ms) return x->due.ms < y->due.ms ? -1 : 1;
    return str_cmp(str_code(&x->point->code), str_code(&y->point->code));
}

enum status app_points(struct app *app, const struct caller *caller, bool mine, struct arena *arena,
                       struct point_state **ret, size_t *ret_n, struct err *err) {
    const struct city *city = app_city(app);
    instant now = app_now(app);
    uint32_t area = mine ? own_area(city, &caller->actor) : NONE;
    struct point_state *list = NEW_ARRAY(arena, struct point_state, city->n_points + 1);
    code *codes = NEW_ARRAY(arena, code, city->n_points + 1);
    instant *last = NEW_ARRAY(arena, instant, city->n_points + 1);
    size_t n = 0;
    for (size_t i = 0; i < city->n_points; i++) {
        const struct patrol_point *p = &city->points[i];
        if (area != NONE && !city_area_within(city, p->grid, area)) continue;
        list[n] = (struct point_state){.point = p};
        codes[n++] = p->code;
    }
    enum status status = store_points(app->store, codes, n, last, err);
    if (status != OK) return status;
    for (size_t i = 0; i < n; i++) {
        list[i].last = last[i];
        list[i].due =
            instant_is_none(last[i]) ? now : instant_add(last[i], (span){list[i].point->every_hours * MS_HOUR});
    }
    qsort(list, n, sizeof *list, more_urgent);
    *ret = list;
    *ret_n = n;
    return OK;
}
