/* The structure of JPEG, PNG, WebP and GIF: enough to tell a picture from a script that begins like one, and to know its
 * size before a decoder sees it. Hostile input: every read is bounded by `take`. Sources: ITU T.81 annex B, the PNG
 * specification 5, the WebP container specification, GIF89a. */
#include "http/media_int.h"

#include <string.h>

/* Bytes still to be read; `ok` falls once and for all when they do not suffice. */
struct reader {
    const uint8_t *at, *end;
    bool ok;
};

static const uint8_t *take(struct reader *r, size_t n) {
    static const uint8_t nothing[32];
    if (!r->ok || (size_t)(r->end - r->at) < n) {
        r->ok = false;
        return nothing;
    }
    const uint8_t *p = r->at;
    r->at += n;
    return p;
}

static uint32_t take_byte(struct reader *r) {
    return *take(r, 1);
}

static uint32_t take_be16(struct reader *r) {
    const uint8_t *p = take(r, 2);
    return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t take_be32(struct reader *r) {
    const uint8_t *p = take(r, 4);
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t take_le16(struct reader *r) {
    const uint8_t *p = take(r, 2);
    return (uint32_t)p[1] << 8 | p[0];
}

static uint32_t take_le24(struct reader *r) {
    const uint8_t *p = take(r, 3);
    return (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static uint32_t take_le32(struct reader *r) {
    const uint8_t *p = take(r, 4);
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* A part of the input of its own. */
static struct reader take_part(struct reader *r, size_t n) {
    const uint8_t *p = take(r, n);
    return r->ok ? (struct reader){p, p + n, true} : (struct reader){p, p, false};
}

static str rest_of(const struct reader *r) {
    return (str){(const char *)r->at, (size_t)(r->end - r->at)};
}

static bool set_size(struct picture_info *p, uint32_t width, uint32_t height) {
    if (!width || !height || width > MEDIA_SIDE_MAX || height > MEDIA_SIDE_MAX) return false;
    if ((uint64_t)width * height > MEDIA_PIXELS_MAX) return false;
    if (width > p->width) p->width = width;
    if (height > p->height) p->height = height;
    return true;
}

/* --- JPEG --- */

static bool is_frame(uint32_t marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/* The coded data of a scan: up to a marker that is neither stuffing nor a restart. */
static bool skip_scan(struct reader *r) {
    while (r->at < r->end) {
        const uint8_t *ff = memchr(r->at, 0xFF, (size_t)(r->end - r->at));
        if (!ff || r->end - ff < 2) return false;
        if (ff[1] != 0x00 && (ff[1] < 0xD0 || ff[1] > 0xD7)) {
            r->at = ff;
            return true;
        }
        r->at = ff + 2;
    }
    return false;
}

static bool read_segment(struct reader *r, uint32_t marker, struct picture_info *p) {
    uint32_t len = take_be16(r);
    if (len < 2) return false;
    struct reader part = take_part(r, len - 2);
    str bytes = rest_of(&part);
    if (is_frame(marker)) {
        take(&part, 1);
        uint32_t height = take_be16(&part), width = take_be16(&part);
        return part.ok && set_size(p, width, height);
    }
    if (marker == 0xE1 && !p->exif.len && str_starts(bytes, S("Exif\0\0"))) p->exif = str_slice(bytes, 6, bytes.len);
    return marker != 0xDA || (p->width && skip_scan(r));
}

static bool probe_jpeg(struct reader *r, struct picture_info *p) {
    bool scanned = false;
    take(r, 2);
    while (r->ok) {
        if (take_byte(r) != 0xFF) return false;
        uint32_t marker = take_byte(r);
        while (marker == 0xFF && r->ok) marker = take_byte(r); /* fill bytes */
        if (marker == 0xD9) return scanned;
        if (marker < 0xC0 || (marker >= 0xD0 && marker <= 0xD8)) return false;
        if (!read_segment(r, marker, p)) return false;
        scanned = scanned || marker == 0xDA;
    }
    return false;
}

/* --- PNG --- */

static bool probe_png(struct reader *r, struct picture_info *p) {
    bool data = false;
    take(r, 8);
    for (bool first = true; r->ok; first = false) {
        uint32_t len = take_be32(r);
        str type = {(const char *)take(r, 4), 4};
        struct reader part = take_part(r, len);
        take(r, 4); /* the checksum is for the decoder */
        if (!r->ok || first != str_is(type, "IHDR")) return false;
        if (first) {
            uint32_t width = take_be32(&part), height = take_be32(&part);
            if (!part.ok || !set_size(p, width, height)) return false;
        }
        if (str_is(type, "eXIf")) p->exif = rest_of(&part);
        data = data || str_is(type, "IDAT");
        if (str_is(type, "IEND")) return data;
    }
    return false;
}

/* --- WebP --- */

static bool read_webp_chunk(str type, struct reader *part, struct picture_info *p) {
    if (str_is(type, "VP8X")) {
        take(part, 4);
        uint32_t width = take_le24(part) + 1, height = take_le24(part) + 1;
        return part->ok && set_size(p, width, height);
    }
    if (str_is(type, "VP8 ")) {
        take(part, 3);
        const uint8_t *start = take(part, 3);
        bool is_key = start[0] == 0x9D && start[1] == 0x01 && start[2] == 0x2A;
        uint32_t width = take_le16(part) & 0x3FFF, height = take_le16(part) & 0x3FFF;
        return part->ok && is_key && set_size(p, width, height);
    }
    if (str_is(type, "VP8L")) {
        bool is_lossless = take_byte(part) == 0x2F;
        uint32_t bits = take_le32(part);
        return part->ok && is_lossless && set_size(p, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
    }
    return true;
}

static bool probe_webp(struct reader *r, struct picture_info *p) {
    bool data = false;
    take(r, 4);
    uint32_t len = take_le32(r);
    struct reader body = take_part(r, len);
    take(&body, 4);
    while (body.ok && body.at < body.end) {
        str type = {(const char *)take(&body, 4), 4};
        uint32_t size = take_le32(&body);
        struct reader part = take_part(&body, size);
        if (size & 1) take(&body, 1);
        if (!body.ok) return false;
        str bytes = rest_of(&part);
        if (!read_webp_chunk(type, &part, p)) return false;
        data = data || str_is(type, "VP8 ") || str_is(type, "VP8L");
        if (str_is(type, "EXIF")) p->exif = str_starts(bytes, S("Exif\0\0")) ? str_slice(bytes, 6, bytes.len) : bytes;
    }
    return body.ok && data;
}

/* --- GIF --- */

static void skip_blocks(struct reader *r) {
    uint32_t n;
    while ((n = take_byte(r)) != 0 && r->ok) take(r, n);
}

static void skip_colours(struct reader *r, uint32_t flags) {
    if (flags & 0x80) take(r, (size_t)3 << ((flags & 7) + 1));
}

static bool read_gif_image(struct reader *r, struct picture_info *p) {
    take(r, 4);
    uint32_t width = take_le16(r), height = take_le16(r);
    skip_colours(r, take_byte(r));
    uint32_t bits = take_byte(r);
    skip_blocks(r);
    return r->ok && bits >= 1 && bits <= 11 && width && height && width <= p->width && height <= p->height;
}

static bool probe_gif(struct reader *r, struct picture_info *p) {
    bool data = false;
    take(r, 6);
    uint32_t width = take_le16(r), height = take_le16(r), flags = take_byte(r);
    take(r, 2);
    skip_colours(r, flags);
    if (!r->ok || !set_size(p, width, height)) return false;
    while (r->ok) {
        uint32_t kind = take_byte(r);
        if (kind == 0x3B) return r->ok && data;
        if (kind == 0x21) {
            take(r, 1);
            skip_blocks(r);
        } else if (kind != 0x2C || !read_gif_image(r, p)) {
            return false;
        } else {
            data = true;
        }
    }
    return false;
}

bool picture_probe(str bytes, struct picture_info *ret) {
    struct picture_info p = {.exif = S_INIT("")};
    struct reader r = {(const uint8_t *)bytes.ptr, (const uint8_t *)bytes.ptr + bytes.len, true};
    bool ok = false;
    if (bytes.len < 16 || bytes.len > MEDIA_BYTES_MAX) return false;
    if (str_starts(bytes, S("\xFF\xD8\xFF"))) {
        p.kind = PICTURE_JPEG;
        ok = probe_jpeg(&r, &p);
    } else if (str_starts(bytes, S("\x89PNG\r\n\x1A\n"))) {
        p.kind = PICTURE_PNG;
        ok = probe_png(&r, &p);
    } else if (str_starts(bytes, S("RIFF")) && str_is(str_slice(bytes, 8, 12), "WEBP")) {
        p.kind = PICTURE_WEBP;
        ok = probe_webp(&r, &p);
    } else if (str_starts(bytes, S("GIF87a")) || str_starts(bytes, S("GIF89a"))) {
        p.kind = PICTURE_GIF;
        ok = probe_gif(&r, &p);
    }
    if (!ok) return false;
    p.len = (size_t)(r.at - (const uint8_t *)bytes.ptr);
    *ret = p;
    return true;
}
