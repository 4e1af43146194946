/* /api/v1/session: login, logout and password of staff. Passwords are checked in a bounded pool, off the connection threads. */
#include <string.h>

#include "api/api_int.h"

#define SESSION_MS (12 * MS_HOUR)
#define PASSWORD_MIN 8 /* bytes; the same as at the command line */
#define PASSWORD_MAX 1024

struct login {
    struct api *api;
    struct http_call *call;
    str name, password;
};

static const char DUMMY_HASH[] =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static void put_rights(struct json_buf *w, const struct caller *c, const struct city *city) {
    static const char *const SCOPES[] = {[SCOPE_NONE] = "none",
                                         [SCOPE_OWN_UNIT] = "own_unit",
                                         [SCOPE_OWN_AREA] = "own_area",
                                         [SCOPE_JURISDICTION] = "jurisdiction"};
    const struct role *role = c->role;
    put_named(w, "role", &role->name, text_in(&role->label, c->lang));
    json_add_key(w, "posts");
    json_open_array(w);
    for (int p = 0; p < POST_COUNT; p++)
        if ((role->posts & 1U << p) != 0) json_add_z(w, post_name((enum post)p));
    json_close_array(w);
    json_put_z(w, "see", SCOPES[role->see]);
    json_add_key(w, "rights");
    json_open_object(w);
    json_put_bool(w, "contact", role->sees_contact);
    json_put_bool(w, "stats", role->sees_stats);
    json_put_bool(w, "admin", role->administers);
    json_put_bool(w, "sealed", access_sight(city, &c->actor).sees_sealed);
    json_put_bool(w, "audit", role->audits);
    json_put_bool(w, "words", !role->wordless);
    json_close_object(w);
}

static void put_caller(struct json_buf *w, const struct caller *c, const struct city *city) {
    json_open_object(w);
    json_put_str(w, "csrf", str_z(c->csrf));
    json_put_code(w, "login", &c->login);
    json_put_z(w, "label", c->label);
    json_add_key(w, "roles");
    json_open_array(w);
    json_add_str(w, str_code(&c->actor.role));
    json_close_array(w);
    put_unit(w, "unit", city, &c->actor.unit, c->lang);
    put_area(w, "area", city, &c->actor.area, c->lang);
    put_rights(w, c, city);
    json_close_object(w);
}

static void reply_caller(struct api *api, struct http_call *call, const struct caller *c, int status) {
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 16 << 10);
    json_buf_init(&w, &b);
    put_caller(&w, c, app_city(api->app));
    reply_json(call, status, &b);
}

static enum status check_login(struct login *l, struct account *a, struct err *err) {
    bool known = store_account(l->api->app->store, l->name, a, NULL) == OK && !a->disabled && a->password[0] != '\0';
    instant now = app_now(l->api->app);
    if (known && !instant_is_none(a->locked_until) && a->locked_until.ms > now.ms) {
        err_set(err, E_TOO_MANY, "locked_out", "Too many wrong passwords: the account is locked.");
        err_hint(err, "Wait a quarter of an hour.");
        return E_TOO_MANY;
    }
    /* An unknown login costs the same time as a wrong password. */
    bool right = password_verify(known ? a->password : DUMMY_HASH, l->password) && known;
    if (known) app_login_result(l->api->app, a, right);
    if (right) return OK;
    return err_set(err, E_LOGIN, "bad_login", "Login or password is wrong.");
}

/* The secret, out of reach of scripts, and a mark beside it by which a page knows that it is worth asking who is logged in. */
static void set_cookies(struct http_call *call, const char *secret, int seconds) {
    static const char FORMAT[] = "%s=%s; Path=/; %sSameSite=Strict; Max-Age=%d";
    struct arena *arena = http_arena(call);
    http_add_header(call, "Set-Cookie", str_format(arena, FORMAT, "yiwang", secret, "HttpOnly; ", seconds));
    http_add_header(call, "Set-Cookie", str_format(arena, FORMAT, "yiwang_open", seconds > 0 ? "1" : "", "", seconds));
}

static enum status open_session(struct login *l, const struct account *a, struct caller *c, struct err *err) {
    char secret[44], csrf[44];
    secret_random(secret);
    secret_random(csrf);
    digest hash = sha256(str_z(secret));
    instant expires = instant_add(app_now(l->api->app), (span){SESSION_MS});
    enum status status = app_staff_caller(l->api->app, a->staff, lang_of(l->api, l->call), c, err);
    if (status == OK) status = store_session_put(l->api->app->store, 's', &hash, a->staff, str_z(csrf), expires, err);
    if (status != OK) return status;
    memcpy(c->csrf, csrf, sizeof csrf);
    set_cookies(l->call, secret, (int)(SESSION_MS / MS_SECOND));
    return OK;
}

static void login_work(void *ctx) {
    struct login *l = ctx;
    struct account a;
    struct caller c = {0};
    struct err err = {0};
    enum status status = check_login(l, &a, &err);
    if (status == OK) status = open_session(l, &a, &c, &err);
    if (status == OK)
        reply_caller(l->api, l->call, &c, 200);
    else
        http_problem(l->call, &err);
    http_resume(l->call);
}

static enum status parse_login(struct http_call *call, struct login *l, struct err *err) {
    struct json j;
    str totp;
    json_init(&j, http_body(call), http_arena(call));
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        bool ok = str_is(key, "login")      ? json_str(&j, &l->name)
                  : str_is(key, "password") ? json_str(&j, &l->password)
                                            : false;
        if (str_is(key, "totp")) ok = json_peek(&j) == JSON_NULL ? json_null(&j) : json_str(&j, &totp);
        if (!ok) json_fail(&j, "login and password are texts; other fields are unknown");
    }
    enum status status = json_done(&j, err);
    if (status != OK) return status;
    if (!str_empty(l->name) && !str_empty(l->password) && l->password.len <= 1024) return OK;
    err_set(err, E_INVALID, "missing_field", "Login and password are needed.");
    err_field(err, "%s", str_empty(l->name) ? "login" : "password");
    return E_INVALID;
}

void session_post(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct login *l = NEW(http_arena(call), struct login);
    struct err err = {0};
    *l = (struct login){.api = api, .call = call};
    if (parse_login(call, l, &err) != OK) {
        reply_err(call, &err);
        return;
    }
    http_defer(call);
    if (http_pool_run(api->passwords, login_work, l, &err) == OK) return;
    http_problem(call, &err);
    http_resume(call);
}

void session_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller c;
    struct err err = {0};
    tell_time(api, call);
    if (staff_of(api, call, &c, &err) == OK)
        reply_caller(api, call, &c, 200);
    else
        reply_err(call, &err);
}

void session_delete(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller c;
    struct err err = {0};
    enum status status = staff_of(api, call, &c, &err);
    digest hash = sha256(http_cookie(call, "yiwang"));
    if (status == OK) status = store_session_drop(api->app->store, &hash, &err);
    session_forget(api, http_cookie(call, "yiwang"));
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    set_cookies(call, "", 0);
    http_reply_empty(call, 204);
}

/* --- a new password --- */

struct renewal {
    struct api *api;
    struct http_call *call;
    struct caller caller;
    str old, new;
};

static enum status wrong_old(struct err *err) {
    err_set(err, E_INVALID, "wrong_password", "The present password is wrong.");
    err_field(err, "old");
    return E_INVALID;
}

/* A wrong present password counts like a wrong login: a session left open lets nobody try. */
static enum status renew(struct renewal *r, struct err *err) {
    struct login l = {.api = r->api, .call = r->call, .name = str_code(&r->caller.login), .password = r->old};
    struct account a;
    digest kept = sha256(http_cookie(r->call, "yiwang"));
    enum status status = check_login(&l, &a, err);
    if (status == E_LOGIN) return wrong_old(err);
    char hash[128];
    if (status == OK) status = password_hash(r->new, hash, err);
    return status == OK ? app_password_put(r->api->app, &a, hash, &kept, err) : status;
}

static void renew_work(void *ctx) {
    struct renewal *r = ctx;
    struct err err = {0};
    if (renew(r, &err) == OK) {
        staff_forget(r->api, r->caller.actor.staff);
        http_reply_empty(r->call, 204);
    } else {
        http_problem(r->call, &err);
    }
    http_resume(r->call);
}

static enum status parse_renewal(struct http_call *call, struct renewal *r, struct err *err) {
    struct json j;
    json_init(&j, http_body(call), http_arena(call));
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        bool ok = str_is(key, "old") ? json_str(&j, &r->old) : str_is(key, "new") ? json_str(&j, &r->new) : false;
        if (!ok) json_fail(&j, "old and new are texts; other fields are unknown");
    }
    enum status status = json_done(&j, err);
    if (status != OK) return status;
    if (str_empty(r->old) || r->old.len > PASSWORD_MAX) return wrong_old(err);
    if (r->new.len >= PASSWORD_MIN && r->new.len <= PASSWORD_MAX) return OK;
    err_set(err, E_INVALID, "weak_password", "A password has at least %d characters.", PASSWORD_MIN);
    err_field(err, "new");
    return E_INVALID;
}

void session_password(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct renewal *r = NEW(http_arena(call), struct renewal);
    struct err err = {0};
    *r = (struct renewal){.api = api, .call = call};
    enum status status = staff_of(api, call, &r->caller, &err);
    if (status == OK) status = parse_renewal(call, r, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    http_defer(call);
    if (http_pool_run(api->passwords, renew_work, r, &err) == OK) return;
    http_problem(call, &err);
    http_resume(call);
}
