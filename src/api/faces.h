/* The faces in TypeScript, embedded by tools/web.py: a table of files, sorted by path, each as it is and compressed. */
#ifndef YIWANG_API_FACES_H
#define YIWANG_API_FACES_H

#include <stdbool.h>
#include <stddef.h>

struct face_form {
    const char *bytes; /* NULL: there is no such form */
    size_t len;
};
struct face_file {
    const char *path, *type, *etag;
    bool immutable;            /* its name holds the hash of its content */
    struct face_form forms[3]; /* as it is, gzip, br */
};

extern const struct face_file FACE_FILES[];
extern const size_t N_FACE_FILES;
/* Addresses of what the resident's pages load, NULL where the program holds no faces; and what names this build. */
extern const char *const FACE_RESIDENT_SCRIPT, *const FACE_RESIDENT_STYLE, *const FACE_BUILD;

#endif
