/* Range headers: bytes=a-b, bytes=a-, bytes=-n (RFC 9110 14). Several ranges are answered with the whole. */
#include "http/http_int.h"

static bool digits(str s, size_t *ret) {
    int64_t v;
    if (!s.len || s.len > 18 || s.ptr[0] == '-' || s.ptr[0] == '+' || !str_to_i64(s, &v)) return false;
    *ret = (size_t)v;
    return true;
}

int range_parse(str header, size_t size, size_t *ret_from, size_t *ret_len) {
    if (!str_starts(header, S("bytes="))) return 0;
    str spec = str_slice(header, 6, header.len);
    ptrdiff_t dash = str_find(spec, S("-"), 0);
    if (dash < 0 || str_find(spec, S(","), 0) >= 0) return 0;
    str left = str_trim(str_slice(spec, 0, (size_t)dash)),
        right = str_trim(str_slice(spec, (size_t)dash + 1, spec.len));
    size_t first, last = size ? size - 1 : 0, n;
    if (!left.len) {
        if (!digits(right, &n)) return 0;
        if (!n || !size) return -1;
        first = n < size ? size - n : 0;
    } else {
        if (!digits(left, &first)) return 0;
        if (right.len) {
            if (!digits(right, &n) || n < first) return 0;
            if (n < last) last = n;
        }
        if (first >= size) return -1;
    }
    *ret_from = first;
    *ret_len = last - first + 1;
    return 1;
}
