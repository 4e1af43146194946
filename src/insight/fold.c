#include "insight/fold.h"

#include <utf8proc.h>

bool is_cjk(uint32_t cp) {
    return (cp >= 0x3400 && cp <= 0x9FFF) || (cp >= 0xF900 && cp <= 0xFAFF) || (cp >= 0x3040 && cp <= 0x30FF) ||
           (cp >= 0xAC00 && cp <= 0xD7AF) || (cp >= 0x20000 && cp <= 0x3FFFF);
}

static uint32_t fold_point(uint32_t cp) {
    if (cp < 0x80) return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    if (cp >= 0xFF01 && cp <= 0xFF5E) return fold_point(cp - 0xFEE0); /* full width */
    if (cp == 0x3000) return ' ';
    if (is_cjk(cp)) return cp;
    utf8proc_int32_t lower = utf8proc_tolower((utf8proc_int32_t)cp);
    return lower > 0 ? (uint32_t)lower : cp;
}

str text_fold(struct arena *arena, str text) {
    char *out = arena_alloc(arena, text.len * 3 + 4, 1);
    size_t n = 0;
    for (size_t pos = 0; pos < text.len;) {
        uint32_t cp = fold_point(utf8_next(text, &pos));
        if (cp < 0x80)
            out[n++] = (char)cp;
        else
            n += (size_t)utf8proc_encode_char((utf8proc_int32_t)cp, (utf8proc_uint8_t *)out + n);
    }
    return (str){out, n};
}
