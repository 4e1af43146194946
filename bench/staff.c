#include "staff.h"

#include <stdio.h>

struct caller staff_caller(const struct app *app) {
    const struct city *city = app_city(app);
    struct caller c = {0};
    for (size_t i = 0; i < city->n_roles && c.role == NULL; i++) {
        const struct role *r = &city->roles[i];
        if (r->see == SCOPE_JURISDICTION && r->sees_stats) c.role = r;
    }
    check(c.role != NULL);
    c.actor = (struct actor){.kind = ACTOR_STAFF, .staff = 1, .role = c.role->name, .unit = code_of("centre")};
    return c;
}

int staff_refused(const char *program, const struct err *err) {
    fprintf(stderr, "%s: %s (%s) %s\n", program, err->primary, err->code, err->detail);
    return 1;
}
