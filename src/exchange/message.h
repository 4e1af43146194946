/* Messages between two servers and the bundles they travel in, as JSON, signed with Ed25519 (libsodium).
 *
 * hash of a message = SHA-256 over the lines "yiwang message 1", to, no, previous, at, entry, kind, ref
 * signature = Ed25519 over the lines "yiwang signed 1", from, hash, SHA-256 of the body
 * A bundle's signature covers its head and the hash of its last message. */
#ifndef YIWANG_EXCHANGE_MESSAGE_H
#define YIWANG_EXCHANGE_MESSAGE_H

#include "base/digest.h"
#include "base/instant.h"
#include "base/status.h"

#define SIGNATURE_BYTES 64
#define BUNDLE_MESSAGES 64              /* of one bundle */
#define BUNDLE_BYTES ((size_t)20 << 20) /* of one bundle as text */
#define BUNDLE_AGE_MS (10 * MS_MINUTE)  /* how far two clocks may be apart on a line */

struct message {
    code from, to; /* names of servers */
    uint64_t no;   /* 1, 2, … in this direction */
    digest previous;
    instant at;   /* when the entry was recorded */
    digest entry; /* hash of the entry it stands for, in the sender's log */
    code kind;    /* case, status, receipt, or a word that the other's procedure is told */
    uint64_t ref; /* receipt: number of the message received; else 0 */
    str body;     /* JSON object */
    uint8_t signature[SIGNATURE_BYTES];
};

/* What the next message of the stream carries as previous. cost: 1 µs. */
digest message_hash(const struct message *m);
/* in: libsodium's secret key of 64 bytes. cost: 25 µs. */
void message_sign(struct message *m, const uint8_t secret[64]);
bool message_signed_by(const struct message *m, const uint8_t key[32]);

struct bundle {
    code from, to;
    instant at;
    uint64_t have; /* number of the last message that was taken in the other direction */
    struct message *messages;
    size_t n;
    uint8_t signature[SIGNATURE_BYTES];
};

/* Signs the bundle (its messages are signed already) and appends it as JSON. */
void bundle_write(struct bundle *b, const uint8_t secret[64], struct strbuf *out);
/* Reads the form; signatures are not looked at. memory: arena. errors: E_SYNTAX bad_json, E_INVALID bad_bundle. */
enum status bundle_read(str json, struct arena *arena, struct bundle *ret, struct err *err) MUST_USE;
bool bundle_signed_by(const struct bundle *b, const uint8_t key[32]);

#endif
