/* Passwords: argon2id by libsodium with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane). */
#include "http/http.h"

#include <sodium.h>
#include <string.h>

#define PASSES 2ULL
#define MEMORY ((size_t)19 << 20)
#define PASSWORD_MAX ((size_t)1024) /* bytes; hashing more is only work for an attacker to order */
_Static_assert(crypto_pwhash_STRBYTES == 128, "the size that http.h promises");

enum status password_hash(str password, char ret[128], struct err *err) {
    check(sodium_init() >= 0);
    if (password.len > PASSWORD_MAX) return err_set(err, E_TOO_LARGE, "password_too_long", "The password is too long.");
    if (crypto_pwhash_str_alg(ret, password.ptr, password.len, PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13))
        return err_set(err, E_BUSY, "busy", "There is no memory for hashing the password.");
    return OK;
}

bool password_verify(const char *hash, str password) {
    check(sodium_init() >= 0);
    return password.len <= PASSWORD_MAX && crypto_pwhash_str_verify(hash, password.ptr, password.len) == 0;
}
