/* Who calls: bearer tokens for machines, a cookie and a CSRF token for people. Secrets are stored as hashes only. */
#include <stdlib.h>
#include <string.h>

#include "api/api_int.h"

static const char COOKIE[] = "yiwang";

size_t lang_of(const struct api *api, const struct http_call *call) {
    const struct city *city = app_city(api->app);
    str tag;
    if (http_query(call, "lang", &tag)) return city_lang(city, tag);
    tag = http_cookie(call, "lang");
    if (!str_empty(tag)) return city_lang(city, tag);
    str all = http_header(call, "Accept-Language"), part;
    while (str_split(&all, ',', &part)) {
        str name = STR_NONE;
        part = str_trim(part);
        if (!str_split(&part, ';', &name)) continue;
        for (size_t i = 0; i < city->n_langs; i++)
            if (str_starts(name, city->langs[i])) return i;
    }
    return 0;
}

static struct known_caller *slot_of(struct api *api, const digest *secret) {
    return &api->known[(secret->b[0] | (size_t)secret->b[1] << 8) % CALLERS_KNOWN];
}

static bool is_known(struct api *api, const digest *secret, struct caller *ret) {
    pthread_mutex_lock(&api->known_lock);
    const struct known_caller *k = slot_of(api, secret);
    bool found = k->until.ms > app_now(api->app).ms && digest_eq(&k->secret, secret);
    if (found) *ret = k->caller;
    pthread_mutex_unlock(&api->known_lock);
    return found;
}

static void keep_known(struct api *api, const digest *secret, const struct caller *caller) {
    pthread_mutex_lock(&api->known_lock);
    *slot_of(api, secret) =
        (struct known_caller){*secret, *caller, instant_add(app_now(api->app), (span){CALLER_KNOWN_MS})};
    pthread_mutex_unlock(&api->known_lock);
}

static enum status by_secret(struct api *api, struct http_call *call, char kind, str secret, struct caller *ret,
                             struct err *err) {
    str pieces[] = {{&kind, 1}, secret};
    digest hash = sha256(secret), key = sha256_pieces(pieces, ARRAY_LEN(pieces));
    uint64_t staff = 0;
    char csrf[65] = "";
    if (is_known(api, &key, ret)) {
        ret->lang = lang_of(api, call);
        ret->role = city_role(app_city(api->app), str_code(&ret->actor.role)); /* the package may have changed */
        if (ret->role != NULL) return OK;
    }
    enum status status = store_session(api->app->store, kind, &hash, app_now(api->app), &staff, csrf, err);
    if (status == E_NOT_FOUND) return err_set(err, E_LOGIN, "login_required", "The login has ended.");
    if (status == OK) status = app_staff_caller(api->app, staff, lang_of(api, call), ret, err);
    if (status != OK) return status;
    memcpy(ret->csrf, csrf, sizeof csrf);
    keep_known(api, &key, ret);
    return OK;
}

enum status caller_by_key(struct api *api, struct http_call *call, str key, struct caller *ret, struct err *err) {
    struct err why = {0};
    enum status status = by_secret(api, call, 't', key, ret, &why);
    if (status == OK && ret->role != NULL && ret->role->files_open311) return OK;
    if (status != OK && status != E_LOGIN && status != E_NOT_FOUND) {
        *err = why;
        return status;
    }
    return err_set(err, E_DENIED, "bad_api_key", "This api_key is none, or none for this.");
}

void session_forget(struct api *api, str secret) {
    str pieces[] = {S("s"), secret};
    digest key = sha256_pieces(pieces, ARRAY_LEN(pieces));
    pthread_mutex_lock(&api->known_lock);
    slot_of(api, &key)->until = (instant){0};
    pthread_mutex_unlock(&api->known_lock);
}

void staff_forget(struct api *api, uint64_t staff) {
    pthread_mutex_lock(&api->known_lock);
    for (size_t i = 0; i < CALLERS_KNOWN; i++)
        if (api->known[i].caller.actor.staff == staff) api->known[i].until = (instant){0};
    pthread_mutex_unlock(&api->known_lock);
}

static bool same_secret(str a, const char *b) {
    size_t n = strlen(b);
    unsigned char differ = a.len != n;
    for (size_t i = 0; i < n && i < a.len; i++) differ |= (unsigned char)(a.ptr[i] ^ b[i]);
    return differ == 0;
}

enum status caller_of(struct api *api, struct http_call *call, struct caller *ret, struct err *err) {
    str bearer = http_header(call, "Authorization");
    if (str_starts(bearer, S("Bearer "))) return by_secret(api, call, 't', str_slice(bearer, 7, bearer.len), ret, err);
    if (!str_empty(bearer)) return err_set(err, E_LOGIN, "login_required", "Only bearer tokens are understood.");
    str cookie = http_cookie(call, COOKIE);
    if (str_empty(cookie)) {
        *ret = app_stranger(api->app, lang_of(api, call));
        return OK;
    }
    enum http_method method = http_method_of(call);
    bool reads = method == HTTP_GET || method == HTTP_HEAD;
    enum status status = by_secret(api, call, 's', cookie, ret, err);
    if (status != OK || reads || same_secret(http_header(call, "X-CSRF-Token"), ret->csrf)) return status;
    err_set(err, E_DENIED, "csrf", "The request does not prove that it comes from this site.");
    err_hint(err, "Send the csrf value of the login in the header X-CSRF-Token.");
    return E_DENIED;
}

enum status staff_of(struct api *api, struct http_call *call, struct caller *ret, struct err *err) {
    enum status status = caller_of(api, call, ret, err);
    if (status != OK || ret->role != NULL) return status;
    err_set(err, E_LOGIN, "login_required", "This needs a login.");
    err_hint(err, "POST /api/v1/session, or send Authorization: Bearer.");
    return E_LOGIN;
}

void api_init(struct api *api, struct app *app, const struct api_files *files) {
    *api = (struct api){.app = app,
                        .passwords = http_pool_start(2, 64),
                        .pictures = http_pool_start(2, 64),
                        .papers = http_pool_start(1, 32),
                        .waits = http_pool_start(4, 256),
                        .visits = http_pool_start(2, 64),
                        .kept = kept_new(),
                        .known = calloc(CALLERS_KNOWN, sizeof *api->known)};
    api->maps = base_maps_new(api, files);
    check(api->known != NULL && pthread_mutex_init(&api->known_lock, NULL) == 0);
}

void api_done(struct api *api) {
    if (api->app == NULL) return;
    http_pool_stop(api->passwords);
    http_pool_stop(api->pictures);
    http_pool_stop(api->papers);
    http_pool_stop(api->waits);
    http_pool_stop(api->visits);
    kept_free(api->kept);
    base_maps_free(api->maps);
    pthread_mutex_destroy(&api->known_lock);
    free(api->known);
    *api = (struct api){0};
}
