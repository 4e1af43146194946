/* Numbers, slots and ids of cases: three names of the same thing, with no table between them.
 *
 *   slot    day since 1970 (20 bits) and counter of the day (32 bits): orders cases by filing, known to the store only
 *   id      the slot under a keyed permutation of 52 bits: opaque, and exact in a double, so that no JSON reader spoils it
 *   number  for people (casework/number.h): prefix, date, counter, check digit: JT20261124000017
 *
 * Invariants: 1. id ↔ slot is a bijection without fixed table: whoever holds the key converts both ways. The key is no
 * secret of the persons in the truth; it lies in truth.db itself. 2. id 0 means "none". 3. Ids of 2^52 and above are
 * streams (staff, city), their slot is the id. */
#ifndef YIWANG_STORE_CASENUMBER_H
#define YIWANG_STORE_CASENUMBER_H

#include "base/instant.h"
#include "base/str.h"

#define CASE_ID_END (UINT64_C(1) << 52)
#define STREAM_STAFF (CASE_ID_END + 1)
#define STREAM_CITY (CASE_ID_END + 2)
#define STREAM_PEERS (CASE_ID_END + (UINT64_C(1) << 32)) /* and above: messages of other servers */
#define ID_KEY_BYTES 16

/* in: counter from 1; day not before 1970. */
uint64_t case_slot(day d, uint32_t counter);
day case_slot_day(uint64_t slot);
uint32_t case_slot_counter(uint64_t slot);
/* The permutation and its inverse. cost: 0.2 µs. */
uint64_t case_id_of_slot(const uint8_t key[ID_KEY_BYTES], uint64_t slot);
uint64_t case_slot_of_id(const uint8_t key[ID_KEY_BYTES], uint64_t id);
/* The stream of a peer's messages. */
uint64_t stream_of_peer(str code);
/* Reads a number as people type it (casework/number.h). errors: false if its form or its check digit is wrong. */
bool case_slot_of_number(str number, uint64_t *ret_slot) MUST_USE;

#endif
