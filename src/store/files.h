/* Copying files and folders durably, for backup and restore. */
#ifndef YIWANG_STORE_FILES_H
#define YIWANG_STORE_FILES_H

#include "base/status.h"

/* Makes a folder. errors: E_CONFLICT exists, E_STORAGE. */
enum status folder_create(const char *path, struct err *err) MUST_USE;
/* Copies and flushes one file. errors: E_NOT_FOUND no_file, E_STORAGE. */
enum status file_copy(const char *from, const char *to, struct err *err) MUST_USE;
/* Copies and flushes a folder with all below it; a missing one is an empty one. */
enum status folder_copy(const char *from, const char *to, struct err *err) MUST_USE;
enum status folder_flush(const char *path, struct err *err) MUST_USE;
/* The status of a failed system call, from errno. in: what could not be done to a file: "written". */
enum status file_fail(struct err *err, const char *what);

#endif
