/* blobs/ab/<id>.<ext>: photos and other files by random id, <id>.<variant>.<ext> what was made from them.
 *
 * Invariants: 1. A blob is durable, file and folder, before its id is given out. 2. It appears under its name whole or
 * not at all. 3. The writer refuses to cite what is not here, and holds cite_lock from the citation to the commit; the
 * sweep takes it for each blob: nothing cited is ever swept. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/batch_int.h"
#include "store/files.h"

#define PATH_BYTES 4096
#define VARIANT_MAX 16
#define SWEEP_AGE_MS (24 * MS_HOUR)

static const struct type {
    const char *type, *ext;
} types[] = {
    {"image/jpeg", "jpg"}, {"image/png", "png"},       {"image/webp", "webp"},
    {"image/gif", "gif"},  {"application/pdf", "pdf"}, {"audio/mpeg", "mp3"},
    {"audio/mp4", "m4a"},  {"video/mp4", "mp4"},       {"application/octet-stream", "bin"},
};

static const struct type *type_of(str name) {
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_is(name, types[i].type)) return &types[i];
    return NULL;
}

static void folder_of(const struct store *s, const char *id, char ret[PATH_BYTES]) {
    int n = snprintf(ret, PATH_BYTES, "%s/blobs/%.2s", s->dir, id);
    check(n > 0 && n < PATH_BYTES);
}

/* in: id of 32 digits; variant may be empty. */
static void path_of(const struct store *s, const char *id, const char *variant, const char *ext, char ret[PATH_BYTES]) {
    int n = snprintf(ret, PATH_BYTES, "%s/blobs/%.2s/%s%s%s.%s", s->dir, id, id, *variant ? "." : "", variant, ext);
    check(n > 0 && n < PATH_BYTES);
}

static void fd_close(int *fd) {
    if (*fd >= 0) close(*fd);
}

static enum status folder_make(const struct store *s, const char *path, struct err *err) {
    char parent[PATH_BYTES];
    if (mkdir(path, 0700) != 0) return errno == EEXIST ? OK : file_fail(err, "made");
    int n = snprintf(parent, sizeof parent, "%s/blobs", s->dir);
    check(n > 0 && n < PATH_BYTES);
    return folder_flush(parent, err);
}

static enum status write_all(int fd, str bytes, struct err *err) {
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return file_fail(err, "written");
        bytes = str_slice(bytes, (size_t)n, bytes.len);
    }
    return fsync(fd) == 0 ? OK : file_fail(err, "flushed");
}

/* Writes a file under a name that nobody looks for, then gives it its own. */
static enum status file_put(const struct store *s, const char *id, const char *variant, const char *ext, str bytes,
                            struct err *err) {
    char folder[PATH_BYTES], path[PATH_BYTES], half[PATH_BYTES];
    folder_of(s, id, folder);
    path_of(s, id, variant, ext, path);
    path_of(s, id, variant, "part", half);
    enum status status = folder_make(s, folder, err);
    if (status != OK) return status;
    int fd CLEANUP(fd_close) = open(half, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return file_fail(err, "made");
    status = write_all(fd, bytes, err);
    if (status == OK && rename(half, path) != 0) status = file_fail(err, "renamed");
    if (status != OK) {
        unlink(half);
        return status;
    }
    return folder_flush(folder, err);
}

enum status store_blob_put(struct store *s, str bytes, str type, char ret_id[33], struct err *err) {
    uint8_t random[16];
    char id[33];
    const struct type *t = type_of(type);
    if (t == NULL) return err_set(err, E_INVALID, "unknown_type", "Files of this type are not kept.");
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(id, sizeof id, random, sizeof random);
    enum status status = file_put(s, id, "", t->ext, bytes, err);
    if (status == OK) memcpy(ret_id, id, sizeof id);
    return status;
}

/* An id as callers give it, checked: it becomes part of a path. */
static bool id_parse(str text, char ret[33]) {
    uint8_t bytes[16];
    if (!hex_parse(text, bytes, sizeof bytes)) return false;
    sodium_bin2hex(ret, 33, bytes, sizeof bytes);
    return true;
}

static bool variant_parse(str text, char ret[VARIANT_MAX]) {
    if (text.len >= VARIANT_MAX) return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 'a' || text.ptr[i] > 'z') return false;
    if (text.len > 0) memcpy(ret, text.ptr, text.len);
    ret[text.len] = '\0';
    return true;
}

static enum status unknown(struct err *err) {
    return err_set(err, E_NOT_FOUND, "unknown_media", "There is no such file.");
}

enum status store_blob_open(struct store *s, str id, str variant, int *ret_fd, size_t *ret_size, str *ret_type,
                            struct arena *arena, struct err *err) {
    char hex[33], kind[VARIANT_MAX], path[PATH_BYTES];
    if (!id_parse(id, hex) || !variant_parse(variant, kind)) return unknown(err);
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        struct stat st;
        path_of(s, hex, kind, types[i].ext, path);
        int fd CLEANUP(fd_close) = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 && errno == ENOENT) continue;
        if (fd < 0 || fstat(fd, &st) != 0) return file_fail(err, "read");
        *ret_size = (size_t)st.st_size;
        *ret_type = str_dup(arena, str_z(types[i].type));
        *ret_fd = fd;
        fd = -1;
        return OK;
    }
    return unknown(err);
}

static bool digest_fd(int fd, digest *ret) {
    uint8_t bytes[1 << 16];
    crypto_hash_sha256_state state;
    ssize_t n;
    crypto_hash_sha256_init(&state);
    while ((n = read(fd, bytes, sizeof bytes)) > 0) crypto_hash_sha256_update(&state, bytes, (size_t)n);
    crypto_hash_sha256_final(&state, ret->b);
    return n == 0;
}

enum status store_blob_digest(struct store *s, str id, const char **ret_ending, digest *ret, struct err *err) {
    struct arena arena CLEANUP(arena_done);
    int fd CLEANUP(fd_close) = -1;
    size_t size = 0;
    str type;
    arena_init(&arena, 0);
    enum status status = store_blob_open(s, id, S(""), &fd, &size, &type, &arena, err);
    if (status != OK) return status;
    if (!digest_fd(fd, ret)) return file_fail(err, "read");
    *ret_ending = type_of(type)->ext;
    return OK;
}

/* A variant has no type of its own: what its first bytes say. */
static const char *sniff(str bytes) {
    if (str_starts(bytes, S("\x89PNG"))) return "png";
    if (str_starts(bytes, S("RIFF"))) return "webp";
    return "jpg";
}

enum status store_blob_variant(struct store *s, str id, str variant, str bytes, struct err *err) {
    char hex[33], kind[VARIANT_MAX];
    uint8_t raw[16];
    if (!id_parse(id, hex) || !variant_parse(variant, kind) || kind[0] == '\0') return unknown(err);
    if (!hex_parse(id, raw, sizeof raw) || !blob_exists(s, raw)) return unknown(err);
    return file_put(s, hex, kind, sniff(bytes), bytes, err);
}

bool blob_exists(const struct store *s, const uint8_t id[16]) {
    char hex[33], path[PATH_BYTES];
    sodium_bin2hex(hex, sizeof hex, id, 16);
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        path_of(s, hex, "", types[i].ext, path);
        if (access(path, F_OK) == 0) return true;
    }
    return false;
}

/* --- deleting --- */

/* Calls each for the files of a folder that bear an id. out: what the calls add up to. */
static size_t folder_each(const char *path,
                          size_t (*each)(void *ctx, int folder, const char *name, const uint8_t id[16]), void *ctx) {
    size_t sum = 0;
    DIR *folder = opendir(path);
    if (folder == NULL) return 0;
    for (const struct dirent *e; (e = readdir(folder)) != NULL;) {
        uint8_t id[16];
        str name = str_z(e->d_name);
        if (name.len > 33 && name.ptr[32] == '.' && hex_parse(str_slice(name, 0, 32), id, sizeof id))
            sum += each(ctx, dirfd(folder), e->d_name, id);
    }
    closedir(folder);
    return sum;
}

static size_t delete_if(void *ctx, int folder, const char *name, const uint8_t id[16]) {
    return memcmp(ctx, id, 16) == 0 && unlinkat(folder, name, 0) == 0;
}

void blob_delete(const struct store *s, const uint8_t id[16]) {
    char hex[33], path[PATH_BYTES];
    uint8_t wanted[16];
    memcpy(wanted, id, sizeof wanted);
    sodium_bin2hex(hex, sizeof hex, id, 16);
    folder_of(s, hex, path);
    folder_each(path, delete_if, wanted);
}

struct sweep {
    struct store *store;
    struct conn *conn;
    instant now;
};

static bool is_cited(struct conn *c, const uint8_t id[16]) {
    sqlite3_stmt *s CLEANUP(db_reset) = NULL;
    bool row = true;
    if (conn_query(c, TRUTH_CITED_GET, &s, NULL) != OK) return true;
    db_bind_blob(s, 1, (str){(const char *)id, 16});
    return db_step(s, &row, NULL) != OK || row;
}

static size_t sweep_file(void *ctx, int folder, const char *name, const uint8_t id[16]) {
    const struct sweep *sweep = ctx;
    struct stat st;
    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0) return 0;
    int64_t written_ms = (int64_t)st.st_mtim.tv_sec * MS_SECOND;
    if (sweep->now.ms - written_ms < SWEEP_AGE_MS) return 0;
    pthread_mutex_lock(&sweep->store->cite_lock);
    bool gone = !is_cited(sweep->conn, id) && unlinkat(folder, name, 0) == 0;
    pthread_mutex_unlock(&sweep->store->cite_lock);
    return gone && strlen(name) - 32 <= 5; /* variants are not counted */
}

size_t store_blob_sweep(struct store *s, instant now) {
    struct sweep sweep = {.store = s, .now = now};
    size_t n = 0;
    if (conn_take(s->truth, &sweep.conn, NULL) != OK) return 0;
    for (unsigned i = 0; i < 256; i++) {
        char hex[3], path[PATH_BYTES];
        snprintf(hex, sizeof hex, "%02x", i);
        folder_of(s, hex, path);
        n += folder_each(path, sweep_file, &sweep);
    }
    conn_give(s->truth, sweep.conn);
    return n;
}
