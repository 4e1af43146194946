#include "app/rehearsal.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PATH_BYTES 4096

struct rehearsal {
    char path[PATH_BYTES];
    _Atomic int64_t ahead_ms; /* of the system clock */
};

static int64_t system_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * MS_SECOND + t.tv_nsec / 1000000;
}

static enum status storage_fail(struct err *err, const char *path) {
    err_set(err, E_STORAGE, "bad_folder", "The clock of the rehearsal, %s, cannot be kept.", path);
    err_detail(err, "%s", strerrordesc_np(errno));
    return E_STORAGE;
}

/* Beside the old one, then renamed: a crash leaves either. */
static enum status keep(const struct rehearsal *r, struct err *err) {
    char beside[PATH_BYTES + 8];
    snprintf(beside, sizeof beside, "%s.new", r->path);
    FILE *f = fopen(beside, "we");
    if (f == NULL) return storage_fail(err, r->path);
    bool ok = fprintf(f, "%lld\n", (long long)atomic_load(&r->ahead_ms)) > 0 && fflush(f) == 0 && fsync(fileno(f)) == 0;
    ok = fclose(f) == 0 && ok;
    return ok && rename(beside, r->path) == 0 ? OK : storage_fail(err, r->path);
}

static enum status read_kept(struct rehearsal *r, FILE *f, struct err *err) {
    char text[32] = "";
    int64_t ahead;
    bool ok = fgets(text, sizeof text, f) != NULL;
    str line = str_z(text);
    if (str_ends(line, S("\n"))) line.len--;
    if (!ok || !str_to_i64(line, &ahead))
        return err_set(err, E_CORRUPT, "bad_rehearsal", "The file %s holds no clock.", r->path);
    atomic_store(&r->ahead_ms, ahead);
    return OK;
}

static enum status begin(struct rehearsal *r, const char *data_dir, instant begins, struct err *err) {
    char truth[PATH_BYTES];
    snprintf(truth, sizeof truth, "%s/truth.db", data_dir);
    if (access(truth, F_OK) == 0) {
        err_set(err, E_INVALID, "not_a_rehearsal", "The data directory %s holds real matters.", data_dir);
        err_hint(err, "Rehearse in a new folder.");
        return E_INVALID;
    }
    if (mkdir(data_dir, 0700) != 0 && errno != EEXIST) return storage_fail(err, r->path);
    atomic_store(&r->ahead_ms, begins.ms - system_ms());
    return keep(r, err);
}

enum status rehearsal_open(const char *data_dir, instant begins, struct rehearsal **ret, struct err *err) {
    struct rehearsal *r = calloc(1, sizeof *r);
    check(r != NULL);
    *ret = NULL;
    enum status status = OK;
    int n = snprintf(r->path, sizeof r->path, "%s/rehearsal", data_dir);
    FILE *f = n > 0 && (size_t)n < sizeof r->path ? fopen(r->path, "re") : NULL;
    if (f != NULL) {
        status = read_kept(r, f, err);
        fclose(f);
    } else if (!instant_is_none(begins)) {
        status = begin(r, data_dir, begins, err);
    }
    if (status == OK && (f != NULL || !instant_is_none(begins)))
        *ret = r;
    else
        rehearsal_close(r);
    return status;
}

void rehearsal_close(struct rehearsal *r) {
    free(r);
}

instant rehearsal_now(void *ctx) {
    const struct rehearsal *r = ctx;
    return (instant){system_ms() + (r != NULL ? atomic_load(&r->ahead_ms) : 0)};
}

enum status rehearsal_set(struct rehearsal *r, instant to, struct err *err) {
    if (to.ms < rehearsal_now(r).ms) {
        err_set(err, E_INVALID, "backwards", "The clock of a rehearsal only goes forward.");
        return E_INVALID;
    }
    atomic_store(&r->ahead_ms, to.ms - system_ms());
    return keep(r, err);
}
