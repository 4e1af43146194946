/* Shared by the JSON reader and writer. */
#ifndef YIWANG_BASE_JSON_INT_H
#define YIWANG_BASE_JSON_INT_H

#include <stddef.h>

/* Length of the longest prefix that a JSON string holds as it is: no quote, backslash or control character. */
size_t json_plain_len(const char *p, size_t n);

#endif
