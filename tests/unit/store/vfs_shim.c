#include "vfs_shim.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macro.h"

#define FILES_MAX 64
#define SECTOR 512

/* A write or truncation (bytes NULL) that was not flushed. */
struct pending {
    size_t at, n;
    uint8_t *bytes;
};
/* A file as the disk knows it. */
struct image {
    char path[256];
    uint8_t *flushed;
    size_t len, room;
    bool exists; /* its name was flushed */
    struct pending *pending;
    size_t n, cap;
};
struct shim_file {
    sqlite3_file base;
    struct image *image; /* NULL: not followed (shared memory, temporary) */
    sqlite3_file real[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct image images[FILES_MAX];
static size_t n_images;
static sqlite3_vfs *below;
static enum shim_fault fault;
static long left; /* operations until it fires; 0 = not armed */
static bool fired, off;

uint64_t shim_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* --- images --- */

static void image_clear(struct image *m) {
    for (size_t i = 0; i < m->n; i++) free(m->pending[i].bytes);
    free(m->pending);
    free(m->flushed);
    *m = (struct image){0};
}

static void read_flushed(struct image *m) {
    FILE *f = fopen(m->path, "rb");
    if (f == NULL) return;
    fseek(f, 0, SEEK_END);
    m->len = (size_t)ftell(f);
    rewind(f);
    m->room = m->len + 1;
    m->flushed = malloc(m->room);
    check(m->flushed != NULL && fread(m->flushed, 1, m->len, f) == m->len);
    m->exists = true;
    fclose(f);
}

/* in: lock is held. */
static struct image *image_of(const char *path) {
    for (size_t i = 0; i < n_images; i++)
        if (strcmp(images[i].path, path) == 0) return &images[i];
    check(n_images < FILES_MAX && strlen(path) < sizeof images->path);
    struct image *m = &images[n_images++];
    snprintf(m->path, sizeof m->path, "%s", path);
    read_flushed(m);
    return m;
}

static void image_add(struct image *m, size_t at, const void *bytes, size_t n) {
    if (m->n == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 64;
        m->pending = realloc(m->pending, m->cap * sizeof *m->pending);
        check(m->pending != NULL);
    }
    struct pending *p = &m->pending[m->n++];
    *p = (struct pending){at, n, NULL};
    if (bytes == NULL) return;
    p->bytes = malloc(n + 1);
    check(p->bytes != NULL);
    memcpy(p->bytes, bytes, n);
}

static void image_size(struct image *m, size_t len) {
    if (len > m->room) {
        m->room = len * 2;
        m->flushed = realloc(m->flushed, m->room);
        check(m->flushed != NULL);
    }
    if (len > m->len) memset(m->flushed + m->len, 0, len - m->len);
    m->len = len;
}

static void image_put(struct image *m, size_t at, const uint8_t *bytes, size_t n) {
    if (at + n > m->len) image_size(m, at + n);
    memcpy(m->flushed + at, bytes, n);
}

static void image_flush(struct image *m) {
    for (size_t i = 0; i < m->n; i++) {
        struct pending *p = &m->pending[i];
        if (p->bytes != NULL)
            image_put(m, p->at, p->bytes, p->n);
        else
            image_size(m, p->at);
        free(p->bytes);
    }
    m->n = 0;
    m->exists = true;
}

/* --- faults --- */

void shim_arm(enum shim_fault what, long k) {
    pthread_mutex_lock(&lock);
    fault = what;
    left = k;
    fired = off = false;
    pthread_mutex_unlock(&lock);
}

bool shim_fired(void) {
    pthread_mutex_lock(&lock);
    bool yes = fired;
    pthread_mutex_unlock(&lock);
    return yes;
}

/* Counts an operation. out: the code it fails with, or SQLITE_OK. in: lock is held; bits = faults that can meet it. */
static int meet(unsigned bits, int code) {
    if (off) return SQLITE_IOERR;
    if (left == 0 || !(bits & 1u << fault) || --left > 0) return SQLITE_OK;
    fired = true;
    off = fault == SHIM_POWER_OFF;
    return fault == SHIM_FULL ? SQLITE_FULL : off ? SQLITE_IOERR : code;
}

#define WRITES (1u << SHIM_FULL | 1u << SHIM_IO | 1u << SHIM_POWER_OFF)
#define OPENS (1u << SHIM_IO | 1u << SHIM_POWER_OFF)
#define FLUSHES (1u << SHIM_FLUSH | 1u << SHIM_POWER_OFF)

/* --- methods --- */

static sqlite3_file *real_of(sqlite3_file *f) {
    return ((struct shim_file *)f)->real;
}

static int shim_close(sqlite3_file *f) {
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int shim_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at) {
    return real_of(f)->pMethods->xRead(real_of(f), to, n, at);
}

static int shim_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at) {
    struct image *m = ((struct shim_file *)f)->image;
    pthread_mutex_lock(&lock);
    bool was_off = off;
    int rc = meet(WRITES, SQLITE_IOERR_WRITE);
    /* the write during which the power goes may still reach the disk, in part */
    if (m != NULL && (rc == SQLITE_OK || (off && !was_off))) image_add(m, (size_t)at, bytes, (size_t)n);
    pthread_mutex_unlock(&lock);
    return rc == SQLITE_OK ? real_of(f)->pMethods->xWrite(real_of(f), bytes, n, at) : rc;
}

static int shim_truncate(sqlite3_file *f, sqlite3_int64 size) {
    struct image *m = ((struct shim_file *)f)->image;
    pthread_mutex_lock(&lock);
    int rc = meet(OPENS, SQLITE_IOERR_TRUNCATE);
    if (m != NULL && rc == SQLITE_OK) image_add(m, (size_t)size, NULL, 0);
    pthread_mutex_unlock(&lock);
    return rc == SQLITE_OK ? real_of(f)->pMethods->xTruncate(real_of(f), size) : rc;
}

static int shim_sync(sqlite3_file *f, int flags) {
    struct image *m = ((struct shim_file *)f)->image;
    (void)flags;
    pthread_mutex_lock(&lock);
    int rc = meet(FLUSHES, SQLITE_IOERR_FSYNC);
    if (m != NULL && rc == SQLITE_OK) image_flush(m);
    pthread_mutex_unlock(&lock);
    return rc;
}

static int shim_size(sqlite3_file *f, sqlite3_int64 *ret) {
    return real_of(f)->pMethods->xFileSize(real_of(f), ret);
}

static int shim_lock(sqlite3_file *f, int level) {
    return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int shim_unlock(sqlite3_file *f, int level) {
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int shim_reserved(sqlite3_file *f, int *ret) {
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), ret);
}

static int shim_control(sqlite3_file *f, int op, void *arg) {
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int shim_sector(sqlite3_file *f) {
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int shim_device(sqlite3_file *f) {
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int shim_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **ret) {
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, ret);
}

static int shim_shm_lock(sqlite3_file *f, int at, int n, int flags) {
    return real_of(f)->pMethods->xShmLock(real_of(f), at, n, flags);
}

static void shim_shm_barrier(sqlite3_file *f) {
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int shim_shm_unmap(sqlite3_file *f, int delete) {
    return real_of(f)->pMethods->xShmUnmap(real_of(f), delete);
}

static const sqlite3_io_methods methods = {
    2,           shim_close,   shim_read,     shim_write,       shim_truncate,  shim_sync,
    shim_size,   shim_lock,    shim_unlock,   shim_reserved,    shim_control,   shim_sector,
    shim_device, shim_shm_map, shim_shm_lock, shim_shm_barrier, shim_shm_unmap, NULL,
    NULL};

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *ret_flags) {
    (void)vfs;
    struct shim_file *file = (struct shim_file *)f;
    file->base.pMethods = NULL;
    pthread_mutex_lock(&lock);
    int rc = meet(flags & SQLITE_OPEN_CREATE ? OPENS : 0, SQLITE_CANTOPEN);
    file->image = rc == SQLITE_OK && name != NULL ? image_of(name) : NULL;
    pthread_mutex_unlock(&lock);
    if (rc == SQLITE_OK) rc = below->xOpen(below, name, file->real, flags, ret_flags);
    if (rc == SQLITE_OK) file->base.pMethods = &methods;
    return rc;
}

static int shim_delete(sqlite3_vfs *vfs, const char *name, int sync_dir) {
    (void)vfs, (void)sync_dir;
    pthread_mutex_lock(&lock);
    int rc = off ? SQLITE_IOERR_DELETE : SQLITE_OK;
    for (size_t i = 0; rc == SQLITE_OK && i < n_images; i++) {
        if (strcmp(images[i].path, name) != 0) continue;
        char path[sizeof images->path];
        snprintf(path, sizeof path, "%s", name);
        image_clear(&images[i]);
        snprintf(images[i].path, sizeof images->path, "%s", path);
    }
    pthread_mutex_unlock(&lock);
    return rc == SQLITE_OK ? below->xDelete(below, name, 0) : rc;
}

void shim_register(void) {
    static sqlite3_vfs vfs;
    if (below != NULL) return;
    check(sqlite3_initialize() == SQLITE_OK);
    below = sqlite3_vfs_find(NULL);
    vfs = *below;
    vfs.pNext = NULL;
    vfs.zName = SHIM_VFS;
    vfs.szOsFile = (int)sizeof(struct shim_file) + below->szOsFile;
    vfs.xOpen = shim_open;
    vfs.xDelete = shim_delete;
    check(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
}

void shim_reset(void) {
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < n_images; i++) image_clear(&images[i]);
    n_images = 0;
    left = 0;
    fired = off = false;
    pthread_mutex_unlock(&lock);
}

/* --- loss of power --- */

/* Applies a write whole, or of its sectors only some. */
static void put_torn(struct image *m, const struct pending *p, bool torn, uint64_t *random) {
    for (size_t from = 0, n; from < p->n; from += n) {
        n = SECTOR - (p->at + from) % SECTOR;
        if (n > p->n - from) n = p->n - from;
        if (!torn || shim_random(random) % 2) image_put(m, p->at + from, p->bytes + from, n);
    }
}

static void leave_pending(struct image *m, uint64_t *random) {
    unsigned keep = (unsigned)(shim_random(random) % 5); /* of four: none, some, all */
    bool reorder = shim_random(random) % 2;
    for (size_t i = 0; i < m->n; i++) {
        if (reorder) {
            size_t j = i + (size_t)(shim_random(random) % (m->n - i));
            struct pending swap = m->pending[i];
            m->pending[i] = m->pending[j];
            m->pending[j] = swap;
        }
        const struct pending *p = &m->pending[i];
        if (shim_random(random) % 4 >= keep) continue;
        if (p->bytes != NULL)
            put_torn(m, p, shim_random(random) % 3 == 0, random);
        else
            image_size(m, p->at);
    }
}

static void write_image(const struct image *m) {
    FILE *f = fopen(m->path, "wb");
    check(f != NULL && (m->len == 0 || fwrite(m->flushed, 1, m->len, f) == m->len));
    check(fclose(f) == 0);
}

void shim_lose(uint64_t *random) {
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < n_images; i++) {
        struct image *m = &images[i];
        char shm[300];
        bool named = m->exists || (m->n > 0 && shim_random(random) % 2);
        leave_pending(m, random);
        if (named)
            write_image(m);
        else
            unlink(m->path);
        int len = snprintf(shm, sizeof shm, "%s-shm", m->path);
        if (len > 0 && (size_t)len < sizeof shm) unlink(shm);
    }
    pthread_mutex_unlock(&lock);
    shim_reset();
}
