/* Photos: real pictures made here, through the real child (this program, started with "media-child"). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/media_int.h"

#include <fcntl.h>
#include <gd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct arena arena;

enum { RED = 0xFF0000, GREEN = 0x00FF00, BLUE = 0x0000FF, WHITE = 0xFFFFFF };

/* Four quarters: red green / blue white. */
static gdImagePtr quarters(int width, int height) {
    gdImagePtr im = gdImageCreateTrueColor(width, height);
    int w = width / 2, h = height / 2;
    gdImageFilledRectangle(im, 0, 0, w - 1, h - 1, RED);
    gdImageFilledRectangle(im, w, 0, width - 1, h - 1, GREEN);
    gdImageFilledRectangle(im, 0, h, w - 1, height - 1, BLUE);
    gdImageFilledRectangle(im, w, h, width - 1, height - 1, WHITE);
    return im;
}

static str keep(void *bytes, int len) {
    str s = str_dup(&arena, (str){bytes, (size_t)len});
    gdFree(bytes);
    return s;
}

static str jpeg_of(int width, int height) {
    int len;
    gdImagePtr im = quarters(width, height);
    void *bytes = gdImageJpegPtr(im, &len, 95);
    gdImageDestroy(im);
    return keep(bytes, len);
}

static str other_of(enum picture_kind kind, int width, int height) {
    int len;
    gdImagePtr im = quarters(width, height);
    void *bytes = kind == PICTURE_PNG    ? gdImagePngPtr(im, &len)
                  : kind == PICTURE_WEBP ? gdImageWebpPtr(im, &len)
                                         : gdImageGifPtr(im, &len);
    gdImageDestroy(im);
    return keep(bytes, len);
}

/* A TIFF structure with an orientation and a place: 31.7 N. */
static str exif_of(int orientation) {
    unsigned char tiff[] = {
        'I',  'I',  42, 0, 8,  0, 0, 0, 2,   0,                                /* IFD 0 with two entries */
        0x12, 0x01, 3,  0, 1,  0, 0, 0, 0,   0, 0, 0,                          /* Orientation, SHORT */
        0x25, 0x88, 4,  0, 1,  0, 0, 0, 38,  0, 0, 0,                          /* GPS IFD at 38 */
        0,    0,    0,  0,                                                     /* no next IFD */
        2,    0,                                                               /* GPS IFD with two entries */
        0x01, 0,    2,  0, 2,  0, 0, 0, 'N', 0, 0, 0,                          /* GPSLatitudeRef */
        0x02, 0,    5,  0, 3,  0, 0, 0, 68,  0, 0, 0,                          /* GPSLatitude at 68 */
        0,    0,    0,  0, 31, 0, 0, 0, 1,   0, 0, 0, 42, 0, 0, 0, 1, 0, 0, 0, /* 31 42 0 */
        0,    0,    0,  0, 1,  0, 0, 0,
    };
    tiff[18] = (unsigned char)orientation;
    return str_dup(&arena, (str){(const char *)tiff, sizeof tiff});
}

/* The JPEG with an EXIF segment put behind its first two bytes. */
static str with_exif(str jpeg, str tiff) {
    size_t segment = 2 + 6 + tiff.len;
    struct strbuf b;
    strbuf_init(&b, jpeg.len + segment + 2);
    strbuf_add(&b, str_slice(jpeg, 0, 2));
    strbuf_add(&b, S("\xFF\xE1"));
    strbuf_addc(&b, (char)(segment >> 8));
    strbuf_addc(&b, (char)(segment & 0xFF));
    strbuf_add(&b, S("Exif\0\0"));
    strbuf_add(&b, tiff);
    strbuf_add(&b, str_slice(jpeg, 2, jpeg.len));
    str s = str_dup(&arena, strbuf_str(&b));
    strbuf_done(&b);
    return s;
}

static bool like(int pixel, int colour) {
    int distance = abs(gdTrueColorGetRed(pixel) - gdTrueColorGetRed(colour)) +
                   abs(gdTrueColorGetGreen(pixel) - gdTrueColorGetGreen(colour)) +
                   abs(gdTrueColorGetBlue(pixel) - gdTrueColorGetBlue(colour));
    return distance < 60;
}

static bool has_quarters(const struct picture *p, const int quarter[4]) {
    gdImagePtr im = gdImageCreateFromJpegPtr((int)p->len, p->bytes);
    if (!im) return false;
    int w = gdImageSX(im), h = gdImageSY(im);
    bool ok = w == p->width && h == p->height && like(gdImageGetPixel(im, w / 4, h / 4), quarter[0]) &&
              like(gdImageGetPixel(im, w * 3 / 4, h / 4), quarter[1]) &&
              like(gdImageGetPixel(im, w / 4, h * 3 / 4), quarter[2]) &&
              like(gdImageGetPixel(im, w * 3 / 4, h * 3 / 4), quarter[3]);
    gdImageDestroy(im);
    return ok;
}

/* The sanitizer's runtime needs calls and address space that the sandbox of the child forbids. */
static void skip_in_thread_sanitizer(void) {
#ifdef __SANITIZE_THREAD__
    skip();
#endif
}

static void upright_and_bare(void **state) {
    (void)state;
    skip_in_thread_sanitizer();
    static const struct {
        int line, orientation, width, height, quarter[4];
    } rows[] = {
        {__LINE__, 1, 80, 40, {RED, GREEN, BLUE, WHITE}}, {__LINE__, 2, 80, 40, {GREEN, RED, WHITE, BLUE}},
        {__LINE__, 3, 80, 40, {WHITE, BLUE, GREEN, RED}}, {__LINE__, 4, 80, 40, {BLUE, WHITE, RED, GREEN}},
        {__LINE__, 5, 40, 80, {RED, BLUE, GREEN, WHITE}}, {__LINE__, 6, 40, 80, {BLUE, RED, WHITE, GREEN}},
        {__LINE__, 7, 40, 80, {WHITE, GREEN, BLUE, RED}}, {__LINE__, 8, 40, 80, {GREEN, WHITE, RED, BLUE}},
        {__LINE__, 9, 80, 40, {RED, GREEN, BLUE, WHITE}},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct picture full, thumb;
        struct err err = {0};
        str in = with_exif(jpeg_of(80, 40), exif_of(rows[i].orientation));
        assert_int_equal(media_clean(in, &full, &thumb, &err), OK);
        bool ok = full.width == rows[i].width && full.height == rows[i].height &&
                  has_quarters(&full, rows[i].quarter) && has_quarters(&thumb, rows[i].quarter) &&
                  !memmem(full.bytes, full.len, "Exif", 4) && !memmem(thumb.bytes, thumb.len, "Exif", 4);
        if (!ok) print_error("row %d\n", rows[i].line);
        assert_true(ok);
        picture_done(&full);
        picture_done(&thumb);
    }
}

static void every_format(void **state) {
    (void)state;
    skip_in_thread_sanitizer();
    static const int quarter[4] = {RED, GREEN, BLUE, WHITE};
    for (enum picture_kind kind = PICTURE_PNG; kind <= PICTURE_GIF; kind++) {
        struct picture full, thumb;
        struct picture_info info;
        str in = other_of(kind, 1200, 600);
        assert_true(picture_probe(in, &info));
        assert_int_equal(info.kind, kind);
        assert_int_equal(info.len, in.len);
        assert_int_equal(media_clean(in, &full, &thumb, NULL), OK);
        assert_int_equal(full.width, 1200);
        assert_int_equal(thumb.width, 400);
        assert_true(has_quarters(&full, quarter) && has_quarters(&thumb, quarter));
        picture_done(&full);
        picture_done(&thumb);
    }
}

static void large_is_shrunk(void **state) {
    (void)state;
    skip_in_thread_sanitizer();
    struct picture full, thumb;
    assert_int_equal(media_clean(jpeg_of(4000, 3000), &full, &thumb, NULL), OK);
    assert_int_equal(full.width, 2000);
    assert_int_equal(full.height, 1500);
    assert_int_equal(thumb.width, 400);
    picture_done(&full);
    picture_done(&thumb);
}

static str concat(str a, str b) {
    char *bytes = NEW_ARRAY(&arena, char, a.len + b.len);
    memcpy(bytes, a.ptr, a.len);
    memcpy(bytes + a.len, b.ptr, b.len);
    return (str){bytes, a.len + b.len};
}

/* What follows the end of a picture is never seen by a decoder nor kept. */
static void trailer_is_cut(void **state) {
    (void)state;
    skip_in_thread_sanitizer();
    struct picture full, thumb;
    struct picture_info info;
    str jpeg = jpeg_of(80, 40), in = concat(jpeg, S("PK\3\4<script>alert(1)</script>"));
    assert_true(picture_probe(in, &info));
    assert_int_equal(info.len, jpeg.len);
    assert_int_equal(media_clean(in, &full, &thumb, NULL), OK);
    assert_null(memmem(full.bytes, full.len, "script", 6));
    picture_done(&full);
    picture_done(&thumb);
}

static str patched(str s, size_t at, str bytes) {
    char *p = str_cstr(&arena, s);
    memcpy(p + at, bytes.ptr, bytes.len);
    return (str){p, s.len};
}

static void refused(void **state) {
    (void)state;
    str jpeg = jpeg_of(80, 40), png = other_of(PICTURE_PNG, 80, 40), gif = other_of(PICTURE_GIF, 80, 40),
        webp = other_of(PICTURE_WEBP, 80, 40);
    const struct {
        int line;
        str bytes;
    } rows[] = {
        {__LINE__, S("")},
        {__LINE__, S("#!/bin/sh\necho a script that is called photo.gif\n")},
        {__LINE__, S("GIF89a=1;alert(document.cookie)//and so on, a script and a GIF at once")},
        {__LINE__, S("GIF89a\x10\0\x10\0\0\0\0;alert(document.cookie)//;")},
        {__LINE__, S("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")},
        {__LINE__, S("RIFF\x10\0\0\0WAVEfmt this is a sound")},
        {__LINE__, S("%PDF-1.7 \xFF\xD8\xFF a document with a picture in it")},
        {__LINE__, str_slice(jpeg, 0, jpeg.len / 2)},
        {__LINE__, str_slice(jpeg, 0, jpeg.len - 2)},
        {__LINE__, str_slice(png, 0, png.len - 12)},
        {__LINE__, str_slice(png, 0, 40)},
        {__LINE__, str_slice(gif, 0, gif.len - 1)},
        {__LINE__, str_slice(webp, 0, webp.len - 8)},
        {__LINE__, patched(png, 16, S("\0\0\x70\0\0\0\x70\0"))}, /* 28,672 x 28,672 in a few bytes */
        {__LINE__, patched(png, 16, S("\0\0\x10\0\0\0\x10\0"))}, /* within the bounds, but its checksum is wrong */
        {__LINE__, patched(gif, 6, S("\xFF\xFF\xFF\xFF"))},      /* 65,535 x 65,535 */
        {__LINE__, patched(gif, 6, S("\0\0\0\0"))},
        {__LINE__, patched(png, 50, S("garbage in the data"))},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct picture full = {0}, thumb = {0};
        struct err err = {0};
        enum status status = media_clean(rows[i].bytes, &full, &thumb, &err);
        bool ok = status == E_INVALID && strcmp(err.code, "bad_image") == 0 && !full.bytes && !thumb.bytes;
        if (!ok) print_error("row %d: %s %s\n", rows[i].line, status_name(status), err.primary);
        assert_true(ok);
    }
}

static void too_large(void **state) {
    (void)state;
    struct err err = {0};
    struct picture full, thumb;
    char *bytes = calloc(1, MEDIA_BYTES_MAX + 1);
    assert_int_equal(media_clean((str){bytes, MEDIA_BYTES_MAX + 1}, &full, &thumb, &err), E_TOO_LARGE);
    free(bytes);
}

/* Every prefix and many single damaged bytes: the walk must stay within the bytes (AddressSanitizer watches). */
static void probe_damaged(void **state) {
    (void)state;
    const str pictures[] = {with_exif(jpeg_of(16, 16), exif_of(6)), other_of(PICTURE_PNG, 16, 16),
                            other_of(PICTURE_WEBP, 16, 16), other_of(PICTURE_GIF, 16, 16)};
    struct picture_info info;
    for (size_t p = 0; p < ARRAY_LEN(pictures); p++) {
        assert_true(picture_probe(pictures[p], &info));
        for (size_t n = 0; n < pictures[p].len; n++) {
            char *exact = malloc(n + !n);
            memcpy(exact, pictures[p].ptr, n);
            assert_false(picture_probe((str){exact, n}, &info));
            free(exact);
        }
        char *damaged = malloc(pictures[p].len);
        for (size_t n = 0; n < pictures[p].len * 4; n++) {
            memcpy(damaged, pictures[p].ptr, pictures[p].len);
            damaged[n / 4] = (char)"\x00\xFF\x7F\x80"[n % 4];
            if (picture_probe((str){damaged, pictures[p].len}, &info)) assert_true(info.len <= pictures[p].len);
        }
        free(damaged);
    }
}

static void child_that_says_nothing(void **state) {
    (void)state;
    const char *program = media_child_program;
    struct picture full, thumb;
    struct err err = {0};
    media_child_program = "/bin/true";
    assert_int_equal(media_clean(jpeg_of(16, 16), &full, &thumb, &err), E_INVALID);
    media_child_program = "/bin/cat"; /* gives back what it got */
    assert_int_equal(media_clean(jpeg_of(16, 16), &full, &thumb, &err), E_INVALID);
    media_child_program = "/nowhere";
    assert_int_equal(media_clean(jpeg_of(16, 16), &full, &thumb, &err), E_BUSY);
    media_child_program = program;
}

static void open_file(void) {
    _exit(open("/etc/passwd", O_RDONLY) >= 0);
}

static void open_socket(void) {
    _exit(socket(AF_INET, SOCK_STREAM, 0) >= 0);
}

static void start_process(void) {
    _exit(fork() > 0);
}

static void write_elsewhere(void) {
    _exit(write(3, "x", 1) > 0);
}

static void read_input(void) {
    char byte;
    _exit(read(0, &byte, 1) >= 0);
}

static void map_code(void) {
    _exit(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
}

static void only_end(void) {
    _exit(0);
}

/* Whoever takes the child over can do nothing with it. */
static void sandbox(void **state) {
    (void)state;
    static const struct {
        int line;
        void (*attempt)(void);
        int signal;
    } rows[] = {
        {__LINE__, only_end, 0},           {__LINE__, open_file, SIGSYS},  {__LINE__, open_socket, SIGSYS},
        {__LINE__, start_process, SIGSYS}, {__LINE__, read_input, SIGSYS}, {__LINE__, write_elsewhere, SIGSYS},
        {__LINE__, map_code, SIGSYS},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int how = 0;
        pid_t pid = fork();
        if (pid == 0) {
            if (!media_child_lock()) _exit(2);
            rows[i].attempt();
        }
        assert_int_equal(waitpid(pid, &how, 0), pid);
        int signal = WIFSIGNALED(how) ? WTERMSIG(how) : 0;
        if (signal != rows[i].signal) print_error("row %d: status %x\n", rows[i].line, (unsigned)how);
        assert_int_equal(signal, rows[i].signal);
        assert_true(signal || WEXITSTATUS(how) == 0);
    }
}

static int start(void **state) {
    (void)state;
    arena_init(&arena, 0);
    return 0;
}

static int stop(void **state) {
    (void)state;
    arena_done(&arena);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "media-child") == 0) return media_child_main();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(upright_and_bare), cmocka_unit_test(every_format),
        cmocka_unit_test(large_is_shrunk),  cmocka_unit_test(trailer_is_cut),
        cmocka_unit_test(refused),          cmocka_unit_test(too_large),
        cmocka_unit_test(probe_damaged),    cmocka_unit_test(child_that_says_nothing),
        cmocka_unit_test(sandbox),
    };
    return cmocka_run_group_tests_name("media", tests, start, stop);
}
