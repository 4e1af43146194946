/* keys.db: the pool of contact keys, the keys of track codes, the key that signs heads.
 *
 * Contacts are sealed with XChaCha20-Poly1305, each entry's with its own key from a pool that was made durable before;
 * a key is never used twice, and erasing overwrites it with zeros. The number of the key stands before the ciphertext,
 * so that a backup of the truth without this file tells nothing.
 * Invariants: 1. A key is durable before a ciphertext made with it. 2. Numbers are never reused, also after a restart or
 * a restored truth: each opening begins a new block. 3. A destroyed key stays destroyed: destroying is repeated from the
 * truth's erasures at start and after a restore. Sizes: 32 bytes a contact. Any thread. */
#ifndef YIWANG_STORE_KEYS_H
#define YIWANG_STORE_KEYS_H

#include "base/status.h"
#include "base/str.h"
#include "store/head.h"

#define KEYS_FILE "keys.db"
#define KEY_NUMBER_BYTES 8

struct keys;

/* errors: E_STORAGE, E_CORRUPT. */
enum status keys_open(const char *dir, const char *vfs, bool read_only, struct keys **ret, struct err *err) MUST_USE;
void keys_close(struct keys *k);

/* out: 64 bytes, libsodium's secret key, whose second half is the public key. */
const uint8_t *keys_secret(const struct keys *k);
const uint8_t *keys_public(const struct keys *k);

/* Seals a contact for entry n of a case. out: number of the key (8) ‖ nonce (24) ‖ ciphertext. errors: E_STORAGE. */
enum status keys_seal(struct keys *k, uint64_t case_id, uint32_t n, str clear, struct arena *arena, str *ret,
                      struct err *err) MUST_USE;
/* errors: E_NOT_FOUND no_contact (its key was destroyed), E_CORRUPT bad_contact. */
enum status keys_unseal(struct keys *k, uint64_t case_id, uint32_t n, str sealed, struct arena *arena, str *ret,
                        struct err *err) MUST_USE;
/* Whether the key of a sealed (or erased) contact was destroyed. */
enum status keys_destroyed(struct keys *k, str sealed, bool *ret, struct err *err) MUST_USE;
/* Destroys the keys of n sealed contacts; those destroyed already are fine. */
enum status keys_destroy(struct keys *k, const str *sealed, size_t n, struct err *err) MUST_USE;
/* Up to which sequence erasures of the truth were carried out here. */
enum status keys_erased(struct keys *k, uint64_t *ret, struct err *err) MUST_USE;
enum status keys_set_erased(struct keys *k, uint64_t seq, struct err *err) MUST_USE;

/* 80 bits of HMAC-SHA-256 over the number with the newest key, in Crockford base 32. */
void keys_track_code(struct keys *k, str number, char ret[17]);
/* Whether a code belongs to the number under any key ever used; tolerates lower case, O for 0, I and L for 1, dashes. */
bool keys_track_valid(struct keys *k, str number, str typed);
/* A new key for codes given from now on; codes given before stay valid. */
enum status keys_track_renew(struct keys *k, struct err *err) MUST_USE;

#endif
