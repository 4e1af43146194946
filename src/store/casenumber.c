#include "store/casenumber.h"

#include <sodium.h>
#include <string.h>

#include "base/digest.h"
#include "casework/number.h"

#define HALF_BITS 26
#define HALF_MASK ((UINT64_C(1) << HALF_BITS) - 1)
#define ROUNDS 6
#define COUNTER_BITS 32
#define DAY_BITS 20
#define DATE_DIGITS 8

uint64_t case_slot(day d, uint32_t counter) {
    check(d.n >= 0 && d.n < 1 << DAY_BITS);
    return (uint64_t)d.n << COUNTER_BITS | counter;
}

day case_slot_day(uint64_t slot) {
    return (day){(int32_t)(slot >> COUNTER_BITS & ((1 << DAY_BITS) - 1))};
}

uint32_t case_slot_counter(uint64_t slot) {
    return (uint32_t)slot;
}

static uint64_t round_function(const uint8_t key[ID_KEY_BYTES], unsigned round, uint64_t half) {
    uint8_t in[9] = {(uint8_t)round};
    uint8_t out[crypto_shorthash_BYTES];
    uint64_t h;
    for (int i = 0; i < 8; i++) in[i + 1] = (uint8_t)(half >> 8 * i);
    crypto_shorthash(out, in, sizeof in, key);
    memcpy(&h, out, sizeof h); /* x86 and arm64: little-endian, as SipHash defines its output */
    return h & HALF_MASK;
}

static uint64_t forward(const uint8_t key[ID_KEY_BYTES], uint64_t x) {
    uint64_t left = x >> HALF_BITS, right = x & HALF_MASK;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t next = left ^ round_function(key, i, right);
        left = right;
        right = next;
    }
    return left << HALF_BITS | right;
}

static uint64_t backward(const uint8_t key[ID_KEY_BYTES], uint64_t x) {
    uint64_t left = x >> HALF_BITS, right = x & HALF_MASK;
    for (unsigned i = ROUNDS; i-- > 0;) {
        uint64_t prev = right ^ round_function(key, i, left);
        right = left;
        left = prev;
    }
    return left << HALF_BITS | right;
}

/* Zero is neither a slot nor an id: whatever would meet it walks on to the next of its cycle. */
uint64_t case_id_of_slot(const uint8_t key[ID_KEY_BYTES], uint64_t slot) {
    if (slot == 0 || slot >= CASE_ID_END) return slot;
    uint64_t id = forward(key, slot);
    return id != 0 ? id : forward(key, id);
}

uint64_t case_slot_of_id(const uint8_t key[ID_KEY_BYTES], uint64_t id) {
    if (id == 0 || id >= CASE_ID_END) return id;
    uint64_t slot = backward(key, id);
    return slot != 0 ? slot : backward(key, slot);
}

uint64_t stream_of_peer(str peer) {
    digest hash = sha256(peer);
    uint64_t n = 0;
    for (int i = 0; i < 6; i++) n = n << 8 | hash.b[i];
    return STREAM_PEERS + n;
}

bool case_slot_of_number(str number, uint64_t *ret_slot) {
    if (!number_valid(number, STR_NONE)) return false;
    size_t from = 0;
    while (from < number.len && !(number.ptr[from] >= '0' && number.ptr[from] <= '9')) from++;
    str digits = str_slice(number, from, number.len);
    if (digits.len <= DATE_DIGITS + 1) return false;
    int64_t date, counter;
    if (!str_to_i64(str_slice(digits, 0, DATE_DIGITS), &date)) return false;
    if (!str_to_i64(str_slice(digits, DATE_DIGITS, digits.len - 1), &counter)) return false;
    if (date < 0 || counter < 1 || counter > UINT32_MAX) return false;
    day d = day_from_ymd((int32_t)(date / 10000), (int32_t)(date / 100 % 100), (int32_t)(date % 100));
    if (d.n < 0 || d.n >= 1 << DAY_BITS) return false;
    *ret_slot = case_slot(d, (uint32_t)counter);
    return true;
}
