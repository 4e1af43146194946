/* Care of a whole directory: verify with the views, rebuild. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/files.h"
#include "store/keys.h"
#include "store/truth.h"
#include "store/verify.h"

#define PATH_BYTES 4096
#define CATCH_UP_MS 3600000

static void tell(struct progress *p, const char *what, uint64_t done, uint64_t total) {
    if (p != NULL && p->step != NULL) p->step(p->ctx, what, done, total);
}

/* A digest of views made anew from the truth of an open store, in a folder that goes away. */
static enum status digest_anew(struct store *s, digest *ret, struct err *err) {
    struct store twin = *s;
    char dir[PATH_BYTES];
    snprintf(dir, sizeof dir, "%s/verify.tmp", s->dir);
    twin.dir = dir;
    twin.options.dir = dir;
    twin.views = NULL;
    (void)!views_remove(dir, NULL); /* of a run that was killed */
    (void)rmdir(dir);
    enum status status = folder_create(dir, err);
    if (status == OK) status = views_open(&twin, true, &twin.views, err);
    if (status == OK) {
        status = store_view_digest(&twin, ret, err);
        views_close(twin.views);
    }
    (void)!views_remove(dir, NULL);
    (void)rmdir(dir);
    return status;
}

/* Holds the views against views made anew. in: no server runs here. */
static enum status check_views(const struct store_options *o, const struct rules *rules, struct progress *p,
                               bool *ret_equal, struct err *err) {
    struct store_options own = *o;
    struct store *s;
    digest stored, anew;
    own.read_only = false;
    own.no_projector = false;
    enum status status = store_open_rules(&own, rules, &s, err);
    if (status != OK) return status;
    tell(p, "views", 0, store_seq(s));
    status = store_wait(s, store_seq(s), CATCH_UP_MS, err);
    if (status == OK) status = store_view_digest(s, &stored, err);
    if (status == OK) status = digest_anew(s, &anew, err);
    if (status == OK) *ret_equal = digest_eq(&stored, &anew);
    tell(p, "views", store_seq(s), store_seq(s));
    store_close(s);
    return status;
}

static bool has_views(const char *dir) {
    char path[PATH_BYTES];
    int n = snprintf(path, sizeof path, "%s/views.db", dir);
    return n > 0 && n < PATH_BYTES && access(path, F_OK) == 0;
}

enum status care_verify(const struct store_options *o, const struct rules *rules, const uint8_t *public_key,
                        struct progress *p, void (*fault)(void *ctx, const char *what), struct verify_report *ret,
                        struct err *err) {
    int lock = -1;
    bool equal = true;
    *ret = (struct verify_report){0};
    if (access(o->dir, F_OK) != 0)
        return err_set(err, E_NOT_FOUND, "no_truth", "There is no data directory %s.", o->dir);
    bool alone = store_lock(o->dir, &lock, NULL) == OK;
    enum status status = verify_truth(o, public_key, alone, p, fault, ret, err);
    if (alone) close(lock);
    /* a running server holds its views itself to the truth; a backup has none */
    if (status != OK || !alone || o->no_projector || !has_views(o->dir)) return status;
    status = check_views(o, rules, p, &equal, err);
    if (status != OK || equal) return status;
    ret->faults++;
    if (fault != NULL) fault(p != NULL ? p->ctx : NULL, "the views differ from views made anew from the entries");
    err_set(err, E_CORRUPT, "bad_views", "The views differ from the truth.");
    err_hint(err, "The truth is sound: run yiwang rebuild.");
    return E_CORRUPT;
}

enum status care_rebuild(const struct store_options *o, const struct rules *rules, struct progress *p,
                         struct err *err) {
    struct store_options own = *o;
    struct store *s;
    own.read_only = false;
    own.no_projector = true;
    /* takes the lock and looks at the truth's tail */
    enum status status = store_open_rules(&own, rules, &s, err);
    if (status != OK) return status;
    tell(p, "views", 0, store_seq(s));
    status = views_remove(s->dir, err);
    if (status == OK) status = views_open(s, true, &s->views, err);
    tell(p, "views", store_seq(s), store_seq(s));
    store_close(s);
    return status;
}
