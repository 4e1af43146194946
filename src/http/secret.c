#include "http/http.h"

#include <sodium.h>

#define SECRET_BYTES 32 /* 256 bits: 43 characters of base64url */

void secret_random(char ret[44]) {
    unsigned char bytes[SECRET_BYTES];
    check(sodium_init() >= 0);
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(ret, 44, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof bytes);
}
