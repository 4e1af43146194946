/* Checking a receipt with nothing but itself and the public key. */
#include <sodium.h>
#include <string.h>

#include "base/json.h"
#include "store/head.h"
#include "store/header.h"
#include "store/store.h"
#include "store/tree.h"

struct receipt {
    int64_t size, seq;
    str checkpoint;
    uint8_t header[HEADER_MAX];
    size_t header_len;
    digest root, hash, path[TREE_PATH_MAX];
    size_t n_path;
    uint8_t public_key[PUBLIC_KEY_BYTES];
};

static bool read_hex(struct json *j, void *ret, size_t n) {
    str s;
    if (!json_str(j, &s)) return false;
    if (hex_parse(s, ret, n)) return true;
    json_fail(j, "hexadecimal digits are expected");
    return false;
}

static bool read_header(struct json *j, struct receipt *r) {
    str s;
    if (!json_str(j, &s)) return false;
    r->header_len = s.len / 2;
    if (r->header_len <= HEADER_MAX && hex_parse(s, r->header, r->header_len)) return true;
    json_fail(j, "a header in hexadecimal digits is expected");
    return false;
}

static bool read_path(struct json *j, struct receipt *r) {
    if (!json_array(j)) return false;
    while (json_more(j)) {
        if (r->n_path == TREE_PATH_MAX) json_fail(j, "the path is too long");
        if (j->error != NULL || !read_hex(j, r->path[r->n_path++].b, 32)) return false;
    }
    return true;
}

static bool read_entry(struct json *j, struct receipt *r) {
    bool ok = json_object(j);
    for (str key; ok && json_key(j, &key);) {
        if (str_is(key, "seq"))
            ok = json_i64(j, &r->seq);
        else if (str_is(key, "header"))
            ok = read_header(j, r);
        else if (str_is(key, "hash"))
            ok = read_hex(j, r->hash.b, 32);
        else if (str_is(key, "path"))
            ok = read_path(j, r);
        else
            ok = json_skip(j);
    }
    return ok;
}

static void read_receipt(struct json *j, struct receipt *r) {
    bool ok = json_object(j);
    for (str key; ok && json_key(j, &key);) {
        if (str_is(key, "size"))
            ok = json_i64(j, &r->size);
        else if (str_is(key, "root"))
            ok = read_hex(j, r->root.b, 32);
        else if (str_is(key, "checkpoint"))
            ok = json_str(j, &r->checkpoint);
        else if (str_is(key, "public_key"))
            ok = read_hex(j, r->public_key, PUBLIC_KEY_BYTES);
        else if (str_is(key, "entry"))
            ok = read_entry(j, r);
        else
            ok = json_skip(j);
    }
}

static enum status bad(struct err *err, const char *step) {
    return err_set(err, E_CORRUPT, "bad_receipt", "The receipt is not genuine: %s.", step);
}

static enum status verify(const struct receipt *r, const uint8_t public_key[PUBLIC_KEY_BYTES], struct err *err) {
    struct head head;
    struct header header;
    if (memcmp(r->public_key, public_key, PUBLIC_KEY_BYTES) != 0) return bad(err, "it names another public key");
    if (!head_note_read(r->checkpoint, public_key, &head))
        return bad(err, "its checkpoint is not signed with this key");
    if (r->size < 1 || (uint64_t)r->size != head.size || !digest_eq(&r->root, &head.root))
        return bad(err, "its size and root are not those of its checkpoint");
    str bytes = {(const char *)r->header, r->header_len};
    digest hash = header_hash(bytes);
    if (header_read(bytes, &header, NULL) != OK || !digest_eq(&hash, &r->hash))
        return bad(err, "the hash is not that of the entry");
    if (r->seq < 1 || !tree_path_valid(&hash, (uint64_t)r->seq - 1, head.size, r->path, r->n_path, &head.root))
        return bad(err, "the path does not lead from the entry to the root");
    return OK;
}

static enum status parse(str receipt, struct arena *arena, struct receipt *ret, struct err *err) {
    struct json j;
    json_init(&j, receipt, arena);
    read_receipt(&j, ret);
    return json_done(&j, err);
}

enum status store_receipt_verify(str receipt, const uint8_t public_key[32], struct err *err) {
    struct arena arena CLEANUP(arena_done);
    struct receipt r = {0};
    check(sodium_init() >= 0);
    arena_init(&arena, 0);
    enum status status = parse(receipt, &arena, &r, err);
    return status == OK ? verify(&r, public_key, err) : status;
}

enum status store_receipt_checkpoint(str receipt, struct arena *arena, str *ret, struct err *err) {
    struct receipt r = {0};
    enum status status = parse(receipt, arena, &r, err);
    if (status == OK) *ret = r.checkpoint;
    return status;
}
