/* gzip for replies that are made once and kept. */
#include <zlib.h>

#include "http/http_int.h"

#define GZIP_WINDOW (15 + 16) /* the largest window, with a gzip header */

static bool deflate_all(z_stream *z, str bytes, struct strbuf *out) {
    union {
        const char *in;
        Bytef *out;
    } from = {bytes.ptr}; /* zlib only reads it; its parameter lacks the const */
    size_t bound = deflateBound(z, bytes.len);
    if (bytes.len > UINT32_MAX || bound > UINT32_MAX || !strbuf_reserve(out, bound)) return false;
    z->next_in = from.out;
    z->avail_in = (uInt)bytes.len;
    z->next_out = (Bytef *)out->ptr + out->len;
    z->avail_out = (uInt)bound;
    if (deflate(z, Z_FINISH) != Z_STREAM_END) return false;
    out->len += bound - z->avail_out;
    return true;
}

bool http_gzip(str bytes, struct strbuf *out) {
    z_stream z = {0};
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK) return false;
    bool ok = deflate_all(&z, bytes, out);
    deflateEnd(&z);
    return ok;
}

/* "gzip;q=0" says no. */
static bool is_refused(str parameters) {
    ptrdiff_t at = str_find(parameters, S("q="), 0);
    double q = 1;
    return at >= 0 && str_to_double(str_trim(str_slice(parameters, (size_t)at + 2, parameters.len)), &q) && q <= 0;
}

bool http_accepts_gzip(const struct http_call *c) {
    str rest = http_header(c, "Accept-Encoding"), one;
    bool any = false;
    while (str_split(&rest, ',', &one)) {
        str name = STR_NONE;
        if (!str_split(&one, ';', &name)) continue;
        name = str_trim(name);
        if (str_is_nocase(name, "gzip")) return !is_refused(one);
        if (str_is(name, "*")) any = !is_refused(one);
    }
    return any;
}
