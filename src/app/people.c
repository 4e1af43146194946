/* Accounts: who joins, changes or leaves is an entry; the credentials are not history and live in ops. */
#include <stdio.h>
#include <string.h>

#include "app/app.h"

#define FAILURES_MAX 5
#define LOCKED_MS (15 * MS_MINUTE)

enum status command_put(struct command *c, str name, str text, struct err *err) {
    if (c->n_values == VALUES_MAX)
        return err_set(err, E_INVALID, "too_many_fields", "More than %d fields were given.", VALUES_MAX);
    struct value *v = &c->values[c->n_values];
    if (!code_from(name, &v->name)) {
        err_set(err, E_INVALID, "unknown_field", "There is no field %.*s.", P(utf8_prefix(name, 60)));
        err_field(err, "%.*s", P(utf8_prefix(name, 60)));
        return E_INVALID;
    }
    v->text = text;
    c->n_values++;
    return OK;
}

static enum status check_account(const struct city *city, const struct account *a, struct err *err) {
    if (code_empty(&a->login)) return err_set(err, E_INVALID, "missing_field", "An account needs a login.");
    const struct role *role = city_role(city, str_code(&a->role));
    if (role == NULL) {
        err_set(err, E_INVALID, "unknown_role", "There is no role %s in this city.", a->role.s);
        err_hint(err, "See roles.yaml of the city package.");
        return E_INVALID;
    }
    if (!code_empty(&a->unit) && city_unit(city, str_code(&a->unit)) == NONE)
        return err_set(err, E_INVALID, "unknown_unit", "There is no unit %s in this city.", a->unit.s);
    if (!code_empty(&a->area) && city_area(city, str_code(&a->area)) == NONE)
        return err_set(err, E_INVALID, "unknown_area", "There is no area %s in this city.", a->area.s);
    if (role->see == SCOPE_OWN_UNIT && code_empty(&a->unit))
        return err_set(err, E_INVALID, "missing_field", "The role %s needs a unit.", a->role.s);
    if (role->see == SCOPE_OWN_AREA && code_empty(&a->area))
        return err_set(err, E_INVALID, "missing_field", "The role %s needs an area.", a->role.s);
    return OK;
}

enum status app_account_put(struct app *app, struct account *a, struct err *err) {
    enum status status = check_account(app_city(app), a, err);
    if (status != OK) return status;
    struct account old;
    bool known = store_account(app->store, str_code(&a->login), &old, NULL) == OK;
    a->staff = known ? old.staff : 0;
    if (known && a->password[0] == '\0') memcpy(a->password, old.password, sizeof a->password);
    status = store_account_put(app->store, a, err); /* gives a new account its id */
    if (status == OK) status = store_account(app->store, str_code(&a->login), a, err);
    if (status != OK) return status;
    struct command c = {.kind = COMMAND_STAFF, .actor = {.kind = ACTOR_SYSTEM}};
    c.action = code_of(a->disabled ? "leave" : known ? "change" : "join");
    char id[24];
    snprintf(id, sizeof id, "%016llx", (unsigned long long)a->staff);
    status = command_put(&c, S("staff"), str_z(id), err);
    if (status == OK) status = command_put(&c, S("role"), str_code(&a->role), err);
    if (status == OK) status = command_put(&c, S("unit"), str_code(&a->unit), err);
    if (status == OK) status = command_put(&c, S("area"), str_code(&a->area), err);
    if (status != OK) return status;
    struct result r;
    status = store_run(app->store, &c, &r);
    if (status != OK && err != NULL) *err = r.err;
    return status;
}

enum status app_password_put(struct app *app, struct account *a, const char *hash, const digest *kept,
                             struct err *err) {
    uint64_t staff = a->staff;
    size_t n = strlen(hash);
    check(n < sizeof a->password);
    memcpy(a->password, hash, n + 1);
    enum status status = app_account_put(app, a, err);
    return status == OK ? store_session_drop_others(app->store, staff, kept, err) : status;
}

void app_login_result(struct app *app, struct account *a, bool right) {
    instant now = app_now(app);
    if (right && a->failures == 0) return;
    a->failures = right ? 0 : a->failures + 1;
    if (a->failures >= FAILURES_MAX) {
        a->locked_until = instant_add(now, (span){LOCKED_MS});
        a->failures = 0;
    }
    /* A failure to count is no reason to refuse a right password; a wrong one was refused already. */
    (void)!store_account_put(app->store, a, NULL);
}
