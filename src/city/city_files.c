/* The one place of this layer that reads files: a package folder into memory, once. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "city/city_int.h"

#define FILES_MAX 2000
#define DEPTH_MAX 4
#define MIB ((size_t)1 << 20)
#define TOTAL_MAX (512 * MIB)

/* The largest file of each kind; others up to 16 MiB. */
static const struct {
    const char *ending;
    size_t max;
} SIZES[] = {{".yaml", 4 * MIB}, {".csv", 64 * MIB}, {".geojson", 256 * MIB}};

struct reading {
    struct loader *l;
    size_t cap, total;
};

static void close_dir(DIR **dir) {
    if (*dir) closedir(*dir);
}

static void close_fd(int *fd) {
    if (*fd >= 0) close(*fd);
}

static size_t size_max(str path) {
    for (size_t i = 0; i < ARRAY_LEN(SIZES); i++)
        if (str_ends(path, str_z(SIZES[i].ending))) return SIZES[i].max;
    return 16 * MIB;
}

/* Texts point into tables and YAML for the life of the city; shapes and samples are only read once. */
static struct arena *arena_for(struct loader *l, str path) {
    bool once = str_ends(path, S(".geojson")) || str_starts(path, S("sample/")) || str_ends(path, S(".md"));
    return once ? &l->scratch : &l->city->arena;
}

static void file_fault(struct loader *l, str path, const char *hint, const char *what) {
    findings_add(l->found, FINDING_ERROR, path, 0, hint, "%s", what);
}

/* Reads an open file to its end. out: false if it cannot be read. */
static bool read_all(int fd, struct arena *arena, size_t size, str *ret) {
    char *bytes = NEW_ARRAY(arena, char, size + 1);
    size_t n = 0;
    while (n <= size) {
        ssize_t got = read(fd, bytes + n, size + 1 - n);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return false;
        if (got == 0) break;
        n += (size_t)got;
    }
    if (n > size) return false; /* it grew meanwhile */
    *ret = (str){bytes, n};
    return true;
}

static void add_file(struct reading *r, str path, str bytes) {
    struct loader *l = r->l;
    if (l->n_files == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 64;
        struct package_file *grown = NEW_ARRAY(&l->scratch, struct package_file, cap);
        if (l->n_files > 0) memcpy(grown, l->files, l->n_files * sizeof *grown);
        l->files = grown;
        r->cap = cap;
    }
    l->files[l->n_files++] = (struct package_file){path, bytes};
    r->total += bytes.len;
}

static enum status read_file(struct reading *r, int dir, const char *name, str path, struct err *err) {
    struct loader *l = r->l;
    int fd CLEANUP(close_fd) = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        file_fault(l, path, NULL, "The file cannot be opened.");
        return OK;
    }
    size_t size = (size_t)st.st_size, max = size_max(path);
    if (size > max) {
        findings_add(l->found, FINDING_ERROR, path, 0, NULL, "The file is larger than %zu MiB.", max / MIB);
        return OK;
    }
    if (l->n_files == FILES_MAX || r->total + size > TOTAL_MAX)
        return err_set(err, E_TOO_LARGE, "package_too_large", "The package has over %d files or %zu MiB.", FILES_MAX,
                       TOTAL_MAX / MIB);
    str bytes;
    if (read_all(fd, arena_for(l, path), size, &bytes))
        add_file(r, path, bytes);
    else
        file_fault(l, path, NULL, "The file cannot be read.");
    return OK;
}

static enum status read_folder(struct reading *r, int at, str prefix, int depth, struct err *err);

/* Hidden files, and the trials that a city plays with its package: changing one makes no new law. */
static bool is_left_out(const char *name, str prefix) {
    return name[0] == '.' || (str_empty(prefix) && strcmp(name, "trials") == 0);
}

static enum status read_entry(struct reading *r, int dir, const char *name, str prefix, int depth, struct err *err) {
    struct loader *l = r->l;
    str path = str_format(&l->city->arena, "%.*s%s", P(prefix), name);
    struct stat st;
    if (!utf8_valid(path) || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        file_fault(l, S("."), NULL, "A file cannot be looked at, or its name is not UTF-8.");
    } else if (S_ISREG(st.st_mode)) {
        return read_file(r, dir, name, path, err);
    } else if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX) {
        int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0) return read_folder(r, fd, str_format(&l->scratch, "%.*s/", P(path)), depth + 1, err);
        file_fault(l, path, NULL, "The folder cannot be opened.");
    } else {
        file_fault(l, path, "copy it into the package", "Neither a file nor a folder of the package, or too deep.");
    }
    return OK;
}

/* Reads a folder. in: its descriptor, which is closed here. */
static enum status read_folder(struct reading *r, int at, str prefix, int depth, struct err *err) {
    DIR *dir CLEANUP(close_dir) = fdopendir(at);
    if (!dir) {
        close(at);
        return err_set(err, E_STORAGE, "unreadable", "The folder %.*s cannot be read.", P(prefix));
    }
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        if (is_left_out(e->d_name, prefix)) continue;
        enum status status = read_entry(r, at, e->d_name, prefix, depth, err);
        if (status != OK) return status;
    }
    return OK;
}

static int by_path(const void *a, const void *b) {
    return str_cmp(((const struct package_file *)a)->path, ((const struct package_file *)b)->path);
}

/* SHA-256 over the files in the order of their paths: path, NUL, SHA-256 of the content. */
static digest package_hash(struct loader *l) {
    str *pieces = NEW_ARRAY(&l->scratch, str, l->n_files * 3);
    digest *contents = NEW_ARRAY(&l->scratch, digest, l->n_files);
    for (size_t i = 0; i < l->n_files; i++) {
        contents[i] = sha256(l->files[i].bytes);
        pieces[3 * i] = l->files[i].path;
        pieces[3 * i + 1] = (str){"", 1};
        pieces[3 * i + 2] = (str){(const char *)contents[i].b, sizeof contents[i].b};
    }
    return sha256_pieces(pieces, l->n_files * 3);
}

enum status files_read(struct loader *l, const char *dir, struct err *err) {
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return err_set(err, E_NOT_FOUND, "no_package", "There is no city package at %s.", dir);
    struct reading r = {.l = l};
    enum status status = read_folder(&r, fd, S(""), 0, err);
    if (status != OK) return status;
    if (l->n_files > 1) qsort(l->files, l->n_files, sizeof *l->files, by_path);
    l->city->hash = package_hash(l);
    return OK;
}

const struct package_file *files_get(const struct loader *l, const char *path) {
    for (size_t i = 0; i < l->n_files; i++)
        if (str_is(l->files[i].path, path)) return &l->files[i];
    return NULL;
}

bool file_is_in(const struct package_file *f, const char *folder, const char *ending) {
    size_t n = strlen(folder);
    if (f->path.len < n + 1 || !str_starts(f->path, str_z(folder)) || f->path.ptr[n] != '/') return false;
    str name = str_slice(f->path, n + 1, f->path.len);
    return str_find(name, S("/"), 0) < 0 && str_ends(name, str_z(ending));
}

const struct package_file *files_need(struct loader *l, const char *path) {
    const struct package_file *f = files_get(l, path);
    if (!f) load_fault(l, path, 0, "see docs/city-package.md", "The file is missing.");
    return f;
}
