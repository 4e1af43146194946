/* Photos, the child's side: reads the picture, locks itself in, decodes, turns upright, shrinks, encodes, writes.
 *
 * Locked in: memory and processor time are limited; the only system calls left are those for memory, writing to standard
 * output, and ending. A violation kills the process, which the server takes as a bad picture. */
#include "http/media_int.h"

#include <gd.h>
#include <libexif/exif-data.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define MEMORY_MAX ((rlim_t)1 << 30)
#define CPU_S 9
#define FULL_SIDE_MAX 3200
#define THUMB_SIDE_MAX 480
#define QUALITY 85

#if defined(__SANITIZE_ADDRESS__)
#define LIMIT_MEMORY 0 /* its shadow takes terabytes of addresses */
#define SANITIZER_CALLS SCMP_SYS(sigaltstack),
#else
#define LIMIT_MEMORY 1
#define SANITIZER_CALLS
#endif

/* --- the lock --- */

static void set_limit(__rlimit_resource_t what, rlim_t value) {
    struct rlimit r = {value, value};
    setrlimit(what, &r);
}

static bool allow(scmp_filter_ctx f) {
    static const int calls[] = {
        SANITIZER_CALLS SCMP_SYS(exit),
        SCMP_SYS(exit_group),
        SCMP_SYS(brk),
        SCMP_SYS(munmap),
        SCMP_SYS(mremap),
        SCMP_SYS(madvise),
        SCMP_SYS(futex),
        SCMP_SYS(rt_sigreturn),
    };
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        if (seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0)) return false;
    /* Standard error is /dev/null: a decoder's warning is no violation. */
    return !seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, 1)) &&
           !seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, 2)) &&
           !seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                             SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)) &&
           !seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

bool media_child_lock(void) {
    set_limit(RLIMIT_CORE, 0);
    set_limit(RLIMIT_FSIZE, 0);
    set_limit(RLIMIT_NPROC, 0);
    set_limit(RLIMIT_CPU, CPU_S);
    if (LIMIT_MEMORY) set_limit(RLIMIT_AS, MEMORY_MAX);
    prctl(PR_SET_DUMPABLE, 0);
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool ok = f && allow(f) && seccomp_load(f) == 0;
    /* The filter is not released: that is no longer allowed everything it does, and the process is short. */
    return ok;
}

/* --- input and output --- */

/* out: the bytes, or NULL; memory: never freed. */
static char *read_all(size_t *ret_len) {
    size_t cap = 1 << 20, n = 0;
    char *bytes = malloc(cap);
    while (bytes) {
        ssize_t got = read(0, bytes + n, cap - n);
        if (got < 0) return NULL;
        if (got == 0) break;
        n += (size_t)got;
        if (n > MEDIA_BYTES_MAX) return NULL;
        if (n == cap) bytes = realloc(bytes, cap *= 2);
    }
    *ret_len = n;
    return bytes;
}

static bool write_all(const void *bytes, size_t len) {
    const char *at = bytes;
    while (len) {
        ssize_t n = write(1, at, len);
        if (n <= 0) return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static bool write_status(enum status status) {
    struct media_result r = {.magic = MEDIA_MAGIC, .status = status};
    return write_all(&r, sizeof r);
}

/* --- pictures --- */

static void be_silent(int priority, const char *format, va_list args) {
    (void)priority, (void)format, (void)args;
}

static gdImagePtr decode(const struct picture_info *info, char *bytes) {
    int len = (int)info->len;
    gdImagePtr im = NULL;
    switch (info->kind) {
    case PICTURE_JPEG:
        im = gdImageCreateFromJpegPtr(len, bytes);
        break;
    case PICTURE_PNG:
        im = gdImageCreateFromPngPtr(len, bytes);
        break;
    case PICTURE_WEBP:
        im = gdImageCreateFromWebpPtr(len, bytes);
        break;
    case PICTURE_GIF:
        im = gdImageCreateFromGifPtr(len, bytes);
        break;
    }
    if (im && !gdImageTrueColor(im) && !gdImagePaletteToTrueColor(im)) return NULL;
    return im;
}

/* The EXIF orientation, 1 to 8. */
static int orientation_of(const struct picture_info *info) {
    if (info->exif.len < 8 || info->exif.len > 1 << 20) return 1;
    unsigned len = (unsigned)info->exif.len + 6;
    unsigned char *bytes = malloc(len);
    if (!bytes) return 1;
    memcpy(bytes, "Exif\0\0", 6);
    memcpy(bytes + 6, info->exif.ptr, info->exif.len);
    ExifData *data = exif_data_new_from_data(bytes, len);
    ExifEntry *e = data ? exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION) : NULL;
    int v = e && e->format == EXIF_FORMAT_SHORT && e->size >= 2
                ? exif_get_short(e->data, exif_data_get_byte_order(data))
                : 1;
    return v >= 1 && v <= 8 ? v : 1;
}

/* Adds one pixel over white. */
static void add_pixel(int pixel, unsigned sum[3]) {
    unsigned opaque = (unsigned)(gdAlphaMax - gdTrueColorGetAlpha(pixel));
    const unsigned rgb[3] = {(unsigned)gdTrueColorGetRed(pixel), (unsigned)gdTrueColorGetGreen(pixel),
                             (unsigned)gdTrueColorGetBlue(pixel)};
    for (int i = 0; i < 3; i++)
        sum[i] += opaque == gdAlphaMax ? rgb[i] : (rgb[i] * opaque + 255 * (gdAlphaMax - opaque)) / gdAlphaMax;
}

static int mean_of_square(gdImagePtr im, int x, int y, int n) {
    unsigned sum[3] = {0}, count = (unsigned)(n * n);
    for (int dy = 0; dy < n; dy++)
        for (int dx = 0; dx < n; dx++) add_pixel(im->tpixels[y + dy][x + dx], sum);
    return gdTrueColor((int)(sum[0] / count), (int)(sum[1] / count), (int)(sum[2] / count));
}

/* Shrinks by a whole factor, each pixel the mean of a square, so that no side is over max; also puts it over white. A
 * picture so long and thin that a side would vanish is refused. */
static gdImagePtr shrink(gdImagePtr im, int max) {
    int longest = gdImageSX(im) > gdImageSY(im) ? gdImageSX(im) : gdImageSY(im);
    int n = (longest + max - 1) / max;
    int width = gdImageSX(im) / n, height = gdImageSY(im) / n;
    gdImagePtr out = width && height ? gdImageCreateTrueColor(width, height) : NULL;
    for (int y = 0; out && y < height; y++)
        for (int x = 0; x < width; x++) out->tpixels[y][x] = mean_of_square(im, x * n, y * n, n);
    return out;
}

/* Where a pixel of the upright picture comes from, for each EXIF orientation (JEITA CP-3451, tag 0112). */
static int turned_pixel(gdImagePtr im, int orientation, int x, int y) {
    const int right = gdImageSX(im) - 1, bottom = gdImageSY(im) - 1;
    switch (orientation) {
    case 2:
        return im->tpixels[y][right - x];
    case 3:
        return im->tpixels[bottom - y][right - x];
    case 4:
        return im->tpixels[bottom - y][x];
    case 5:
        return im->tpixels[x][y];
    case 6:
        return im->tpixels[bottom - x][y];
    case 7:
        return im->tpixels[bottom - x][right - y];
    case 8:
        return im->tpixels[x][right - y];
    default:
        return im->tpixels[y][x];
    }
}

static gdImagePtr turn(gdImagePtr im, int orientation) {
    if (orientation == 1) return im;
    bool lying = orientation >= 5;
    int width = lying ? gdImageSY(im) : gdImageSX(im), height = lying ? gdImageSX(im) : gdImageSY(im);
    gdImagePtr out = gdImageCreateTrueColor(width, height);
    for (int y = 0; out && y < height; y++)
        for (int x = 0; x < width; x++) out->tpixels[y][x] = turned_pixel(im, orientation, x, y);
    return out;
}

static void *encode(gdImagePtr im, struct media_size *ret) {
    int len = 0;
    void *bytes = gdImageJpegPtr(im, &len, QUALITY);
    *ret = (struct media_size){(uint32_t)gdImageSX(im), (uint32_t)gdImageSY(im), (uint32_t)len};
    return bytes;
}

static bool clean(char *bytes, size_t len) {
    struct picture_info info;
    struct media_result r = {.magic = MEDIA_MAGIC, .status = OK};
    if (!picture_probe((str){bytes, len}, &info)) return false;
    gdImagePtr im = decode(&info, bytes);
    gdImagePtr small = im ? shrink(im, FULL_SIDE_MAX) : NULL;
    if (!small) return false;
    gdImageDestroy(im);
    gdImagePtr full = turn(small, orientation_of(&info));
    gdImagePtr thumb = full ? shrink(full, THUMB_SIDE_MAX) : NULL;
    if (!thumb) return false;
    void *full_bytes = encode(full, &r.full), *thumb_bytes = encode(thumb, &r.thumb);
    return full_bytes && thumb_bytes && write_all(&r, sizeof r) && write_all(full_bytes, r.full.len) &&
           write_all(thumb_bytes, r.thumb.len);
}

int media_child_main(void) {
    size_t len = 0;
    gdSetErrorMethod(be_silent);
    char *bytes = read_all(&len);
    if (!bytes || !media_child_lock()) {
        write_status(E_INTERNAL);
        _exit(1);
    }
    if (!clean(bytes, len)) write_status(E_INVALID);
    _exit(0); /* without the handlers of exit(), which would need more system calls */
}
