/* Of the photo code only. */
#ifndef YIWANG_HTTP_MEDIA_INT_H
#define YIWANG_HTTP_MEDIA_INT_H

#include "http/http.h"

#define MEDIA_BYTES_MAX ((size_t)20 << 20)
#define MEDIA_PIXELS_MAX UINT64_C(50000000)
#define MEDIA_SIDE_MAX 30000U

enum picture_kind { PICTURE_JPEG = 1, PICTURE_PNG, PICTURE_WEBP, PICTURE_GIF };

struct picture_info {
    enum picture_kind kind;
    uint32_t width, height;
    size_t len; /* up to the end marker; what follows is not part of the picture */
    str exif;   /* a TIFF structure, or empty */
};

/* Walks the structure of a picture from its magic bytes to its end marker without decoding it. out: false unless it is
 * whole and its sides and area are within the bounds. */
bool picture_probe(str bytes, struct picture_info *ret) MUST_USE;

/* Gives up everything but memory, processor time and writing to standard output and standard error, for the rest of the
 * process. errors: false where the kernel has no seccomp. */
bool media_child_lock(void) MUST_USE;

/* What the child writes first; the bytes of both pictures follow. */
struct media_result {
    uint32_t magic;
    uint32_t status; /* enum status */
    struct media_size {
        uint32_t width, height, len;
    } full, thumb;
};
#define MEDIA_MAGIC 0x4d454431U

#endif
