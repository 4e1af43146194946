/* Signed heads: after each commit the size and root of the tree, signed with Ed25519 over a C2SP checkpoint
 * (tlog-checkpoint), so that a witness can be any tool that reads signed notes.
 *
 *     yiwang/<first 16 hex digits of SHA-256(public key)>
 *     <size>
 *     <root in base 64>
 *
 * source: c2sp.org/tlog-checkpoint, c2sp.org/signed-note. */
#ifndef YIWANG_STORE_HEAD_H
#define YIWANG_STORE_HEAD_H

#include "base/digest.h"
#include "base/instant.h"

#define PUBLIC_KEY_BYTES 32
#define SECRET_KEY_BYTES 64
#define SIGNATURE_BYTES 64
#define ROOT_BASE64 45 /* with NUL */

struct head {
    uint64_t size;
    instant recorded;
    digest root;
    uint8_t signature[SIGNATURE_BYTES];
};

/* Signs size and root. cost: 20 µs. */
void head_sign(struct head *h, const uint8_t secret[SECRET_KEY_BYTES]);
bool head_valid(const struct head *h, const uint8_t public_key[PUBLIC_KEY_BYTES]);
/* Appends the whole signed note. */
void head_note(const struct head *h, const uint8_t public_key[PUBLIC_KEY_BYTES], struct strbuf *out);
/* Reads a signed note and checks its signature. errors: false. */
bool head_note_read(str note, const uint8_t public_key[PUBLIC_KEY_BYTES], struct head *ret) MUST_USE;

#endif
