/* The header of an entry: the bytes that are stored, hashed and chained. Big-endian, layout 1:
 *
 *     0   1  layout, 1
 *     1   1  kind of entry
 *     2   1  version of that kind's facts
 *     3   1  flags: 1 has words, 2 has contact, 4 carries an idempotency key
 *     4   4  n within the case
 *     8   8  case id
 *    16   8  recorded, ms since 1970
 *    24   8  staff id of the actor, 0 if none
 *    32   4  kind of actor; lengths of role, unit, area
 *    36  32  hash of the package whose law the case follows
 *    68  16  nonce: two entries never have equal headers
 *    84  32  hash of the case's previous entry, zero for n = 1
 *   116  32  SHA-256 of the facts
 *   148  32  commitment to words and contact, zero if it has neither
 *   180  16  hash of the idempotency key, zero without
 *   196  16  hash of the command's body, zero without
 *   212      role, unit, area
 *
 * hash of an entry = SHA-256(0x00 ‖ header), the leaf hash of RFC 6962
 * commitment = SHA-256(salt (16) ‖ length of words (8) ‖ words ‖ contact ciphertext)
 *
 * Invariant: what layout 1 means never changes; another layout gets another number and both stay readable. */
#ifndef YIWANG_STORE_HEADER_H
#define YIWANG_STORE_HEADER_H

#include "casework/command.h"

#define HEADER_FIXED 212
#define HEADER_MAX (HEADER_FIXED + 3 * CODE_MAX)
#define SALT_BYTES 16
#define NONCE_BYTES 16
#define FACTS_VERSION 1

struct header {
    enum entry_kind kind;
    uint8_t facts_version;
    bool has_words, has_contact, has_key;
    uint32_t n;
    uint64_t case_id;
    instant recorded;
    struct actor actor;
    digest law, previous, facts, commitment;
    uint8_t nonce[NONCE_BYTES];
    uint8_t key_hash[16], body_hash[16];
};

/* out: the number of bytes written to ret. */
size_t header_write(const struct header *h, uint8_t ret[HEADER_MAX]);
/* errors: E_CORRUPT bad_header. */
enum status header_read(str bytes, struct header *ret, struct err *err) MUST_USE;
digest header_hash(str bytes);
/* in: salt of SALT_BYTES; words and contact may be empty. */
digest header_commitment(str salt, str words, str contact);

#endif
