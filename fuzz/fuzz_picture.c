/* The structure of pictures: what is accepted ends within the input, within the bounds, and is accepted again alone. */
#include "http/media_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct picture_info p, again;
    str bytes = {(const char *)data, size};
    if (!picture_probe(bytes, &p)) return 0;
    check(p.len > 0 && p.len <= size);
    check(p.width && p.height && p.width <= MEDIA_SIDE_MAX && p.height <= MEDIA_SIDE_MAX);
    check(!p.exif.len || (p.exif.ptr >= bytes.ptr && p.exif.ptr + p.exif.len <= bytes.ptr + p.len));
    check(picture_probe(str_slice(bytes, 0, p.len), &again));
    check(again.kind == p.kind && again.len == p.len && again.width == p.width && again.height == p.height);
    return 0;
}
