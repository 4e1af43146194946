#include "store/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 4096

static void fd_close(int *fd) {
    if (*fd >= 0) close(*fd);
}

static void dir_close(DIR **dir) {
    if (*dir != NULL) closedir(*dir);
}

enum status file_fail(struct err *err, const char *what) {
    bool full = errno == ENOSPC || errno == EDQUOT;
    const char *why = strerrordesc_np(errno);
    err_set(err, E_STORAGE, full ? "storage_full" : "storage_failed", "A file could not be %s.", what);
    err_detail(err, "%s", why != NULL ? why : "");
    return E_STORAGE;
}

enum status folder_flush(const char *path, struct err *err) {
    int fd CLEANUP(fd_close) = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 && fsync(fd) == 0 ? OK : file_fail(err, "flushed");
}

enum status folder_create(const char *path, struct err *err) {
    if (mkdir(path, 0700) == 0) return OK;
    if (errno != EEXIST) return file_fail(err, "made");
    return err_set(err, E_CONFLICT, "exists", "%s exists already.", path);
}

static enum status copy_bytes(int from, int to, struct err *err) {
    for (;;) {
        ssize_t n = sendfile(to, from, NULL, (size_t)1 << 30);
        if (n == 0) break;
        if (n > 0) continue;
        if (errno == EINTR) continue;
        return file_fail(err, "copied");
    }
    return fsync(to) == 0 ? OK : file_fail(err, "flushed");
}

enum status file_copy(const char *from, const char *to, struct err *err) {
    int in CLEANUP(fd_close) = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0 && errno == ENOENT) return err_set(err, E_NOT_FOUND, "no_file", "There is no file %s.", from);
    if (in < 0) return file_fail(err, "read");
    int out CLEANUP(fd_close) = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0) return file_fail(err, "made");
    return copy_bytes(in, out, err);
}

/* One name of a folder. in: both paths without it. */
static enum status copy_name(const char *from, const char *to, const char *name, struct err *err) {
    char a[PATH_BYTES], b[PATH_BYTES];
    struct stat st;
    int n = snprintf(a, sizeof a, "%s/%s", from, name), m = snprintf(b, sizeof b, "%s/%s", to, name);
    check(n > 0 && n < PATH_BYTES && m > 0 && m < PATH_BYTES);
    if (lstat(a, &st) != 0) return errno == ENOENT ? OK : file_fail(err, "read"); /* erased meanwhile */
    if (S_ISDIR(st.st_mode)) return folder_copy(a, b, err);
    if (!S_ISREG(st.st_mode)) return OK;
    enum status status = file_copy(a, b, err);
    return status == E_NOT_FOUND ? OK : status;
}

enum status folder_copy(const char *from, const char *to, struct err *err) {
    enum status status = folder_create(to, err);
    DIR *dir CLEANUP(dir_close) = opendir(from);
    if (dir == NULL && errno != ENOENT && status == OK) status = file_fail(err, "read");
    while (status == OK && dir != NULL) {
        const struct dirent *e = readdir(dir);
        if (e == NULL) break;
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) status = copy_name(from, to, e->d_name, err);
    }
    return status == OK ? folder_flush(to, err) : status;
}
