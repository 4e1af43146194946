#include "app/cities.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "insight/classify.h"

#define CITIES_MAX 256

struct cities {
    _Atomic(const struct city *) current;
    struct city *all[CITIES_MAX];
    size_t n;
    pthread_mutex_t lock;
    char *city_dir, *data_dir;
    bool read_only;
    instant (*now)(void *ctx);
    void *now_ctx;
};

static char *join(const char *a, const char *b) {
    size_t n = strlen(a) + strlen(b) + 2;
    char *path = malloc(n);
    check(path != NULL);
    snprintf(path, n, "%s/%s", a, b);
    return path;
}

static void free_path(char **path) {
    free(*path);
}

static bool copy_file(const char *from, const char *to) {
    char buffer[65536];
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool ok = in >= 0 && out >= 0;
    ssize_t n = 0;
    while (ok && (n = read(in, buffer, sizeof buffer)) > 0) ok = write(out, buffer, (size_t)n) == n;
    ok = ok && n == 0 && fsync(out) == 0;
    if (in >= 0) close(in);
    if (out >= 0) close(out);
    return ok;
}

static bool copy_tree(const char *from, const char *to) {
    if (mkdir(to, 0755) != 0 && errno != EEXIST) return false;
    DIR *dir = opendir(from);
    if (dir == NULL) return false;
    bool ok = true;
    for (struct dirent *e; ok && (e = readdir(dir)) != NULL;) {
        if (e->d_name[0] == '.') continue;
        char *a CLEANUP(free_path) = join(from, e->d_name), *b CLEANUP(free_path) = join(to, e->d_name);
        struct stat st;
        if (stat(a, &st) != 0)
            ok = false;
        else if (S_ISDIR(st.st_mode))
            ok = copy_tree(a, b);
        else if (S_ISREG(st.st_mode))
            ok = copy_file(a, b);
    }
    closedir(dir);
    return ok;
}

static char *package_path(const struct cities *c, const digest *hash) {
    struct strbuf hex;
    strbuf_init(&hex, 80);
    strbuf_addz(&hex, "packages/");
    strbuf_add_hex(&hex, hash->b, sizeof hash->b);
    strbuf_addc(&hex, '\0');
    char *path = join(c->data_dir, hex.ptr);
    strbuf_done(&hex);
    return path;
}

/* A case pinned to this package must find it again, whatever becomes of the folder it came from. The copy appears under
 * its name only when it is complete. */
static enum status keep_copy(const struct cities *c, const struct city *city, struct err *err) {
    char *packages CLEANUP(free_path) = join(c->data_dir, "packages");
    char *to CLEANUP(free_path) = package_path(c, &city->hash);
    char *part CLEANUP(free_path) = join(packages, "part");
    struct stat st;
    if (stat(to, &st) == 0) return OK;
    if ((mkdir(c->data_dir, 0750) != 0 && errno != EEXIST) || (mkdir(packages, 0755) != 0 && errno != EEXIST) ||
        !copy_tree(c->city_dir, part) || rename(part, to) != 0)
        return err_set(err, E_STORAGE, "package_copy_failed", "The city package could not be copied to %s.", to);
    return OK;
}

static instant system_now(void *ctx) {
    (void)ctx;
    return (instant){(int64_t)time(NULL) * MS_SECOND};
}

/* As of the local day, which only the package tells. */
static enum status load_today(const struct cities *c, const char *dir, struct city **ret, struct findings *found,
                              struct err *err) {
    instant now = c->now(c->now_ctx);
    day utc = {(int32_t)(now.ms / MS_DAY)};
    enum status status = city_load_on(dir, utc, ret, found, err);
    if (status != OK) return status;
    day today = day_from_instant(&(*ret)->calendar.zone, now);
    bool dates = (*ret)->next_change.n != INT32_MAX;
    for (size_t i = 0; i < (*ret)->n_areas; i++) dates = dates || (*ret)->areas[i].retired;
    if (today.n == utc.n || !dates) {
        (*ret)->on = today;
        return OK;
    }
    city_free(*ret);
    findings_init(found, found->arena); /* what it finds is found again */
    return city_load_on(dir, today, ret, found, err);
}

/* in: later = the days on which areas change must be without fault too. */
static enum status load(struct cities *c, const char *dir, bool later, struct city **ret, struct strbuf *report,
                        struct err *err) {
    struct arena arena;
    struct findings found;
    arena_init(&arena, 0);
    findings_init(&found, &arena);
    struct city *city = NULL;
    enum status status = load_today(c, dir, &city, &found, err);
    if (status == OK) city_check_calendar(city, city->on, &found);
    if (status == OK && later) city_check_later(dir, city, &found);
    if (status == OK && found.errors > 0) {
        city_free(city);
        status = err_set(err, E_INVALID, "bad_package", "The city package has %zu errors.", found.errors);
    }
    if (report != NULL) findings_print(&found, report);
    arena_done(&arena);
    if (status != OK) return status;
    city->classifier = classifier_build(city, &city->arena);
    pthread_mutex_lock(&c->lock);
    check(c->n < CITIES_MAX);
    c->all[c->n++] = city;
    pthread_mutex_unlock(&c->lock);
    *ret = city;
    return OK;
}

enum status cities_open(const char *city_dir, const char *data_dir, bool read_only, struct cities **ret,
                        struct strbuf *report, struct err *err) {
    struct cities *c = calloc(1, sizeof *c);
    check(c != NULL);
    pthread_mutex_init(&c->lock, NULL);
    c->city_dir = join(city_dir, "");
    c->city_dir[strlen(city_dir)] = '\0';
    c->data_dir = join(data_dir, "");
    c->data_dir[strlen(data_dir)] = '\0';
    c->read_only = read_only;
    c->now = system_now;
    enum status status = cities_reload(c, report, err);
    if (status != OK) {
        cities_close(c);
        return status;
    }
    *ret = c;
    return OK;
}

enum status cities_reload(struct cities *c, struct strbuf *report, struct err *err) {
    struct city *city = NULL;
    enum status status = load(c, c->city_dir, true, &city, report, err);
    if (status != OK) return status;
    if (!c->read_only) {
        status = keep_copy(c, city, err);
        if (status != OK) return status;
    }
    atomic_store(&c->current, city);
    return OK;
}

enum status cities_use_clock(struct cities *c, instant (*now)(void *ctx), void *now_ctx, struct strbuf *report,
                             struct err *err) {
    const struct city *city = cities_current(c);
    c->now = now;
    c->now_ctx = now_ctx;
    return day_from_instant(&city->calendar.zone, now(now_ctx)).n == city->on.n ? OK : cities_reload(c, report, err);
}

void cities_close(struct cities *c) {
    for (size_t i = 0; i < c->n; i++) city_free(c->all[i]);
    pthread_mutex_destroy(&c->lock);
    free(c->city_dir);
    free(c->data_dir);
    free(c);
}

instant cities_since(struct cities *c) {
    char *path CLEANUP(free_path) = package_path(c, &cities_current(c)->hash);
    struct stat st;
    return stat(path, &st) == 0 ? (instant){(int64_t)st.st_mtime * MS_SECOND} : INSTANT_NONE;
}

const struct city *cities_current(void *cities) {
    struct cities *c = cities;
    return atomic_load(&c->current);
}

const struct city *cities_by_hash(void *cities, const digest *hash) {
    struct cities *c = cities;
    const struct city *current = cities_current(c), *found = NULL;
    if (digest_eq(&current->hash, hash)) return current;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->n && found == NULL; i++)
        if (digest_eq(&c->all[i]->hash, hash)) found = c->all[i];
    pthread_mutex_unlock(&c->lock);
    if (found != NULL) return found;
    char *path CLEANUP(free_path) = package_path(c, hash);
    struct city *city = NULL;
    return load(c, path, false, &city, NULL, NULL) == OK ? city : NULL;
}
