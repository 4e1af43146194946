#include "store/keys.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "keys.sql.h"
#include "store/db.h"

#define KEY_BYTES crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define BLOCK_KEYS 128
#define BLOCK_BYTES ((size_t)BLOCK_KEYS * KEY_BYTES)
#define CHUNK_BLOCKS 32 /* most blocks made durable in one flush */
#define TRACK_KEYS 64
#define TRACK_BYTES 10

struct track_key {
    uint8_t key[32];
};
struct keys {
    sqlite3 *db;
    pthread_mutex_t lock;
    bool read_only;
    uint8_t secret[SECRET_KEY_BYTES];
    struct track_key track[TRACK_KEYS]; /* newest first */
    size_t n_track;
    uint8_t (*chunk)[KEY_BYTES]; /* keys that are durable and unused from `next` on */
    int64_t first_block;
    size_t next, made, blocks; /* blocks: how many the next flush makes; doubles up to CHUNK_BLOCKS */
};

/* --- pool --- */

/* Makes one block durable within a transaction. out: its number. */
static enum status block_add(struct keys *k, const uint8_t *keys, int64_t *ret_id, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_finalize) = NULL;
    enum status status = db_prepare(k->db, SQL_KEYS_BLOCK_ADD, &s, err);
    if (status != OK) return status;
    db_bind_blob(s, 1, (str){(const char *)keys, BLOCK_BYTES});
    status = db_step(s, NULL, err);
    if (status == OK) *ret_id = sqlite3_last_insert_rowid(k->db);
    return status;
}

static enum status finish(struct keys *k, enum status status, struct err *err) {
    if (status == OK) status = db_exec(k->db, "COMMIT", err);
    if (status != OK && !sqlite3_get_autocommit(k->db)) (void)!db_exec(k->db, "ROLLBACK", NULL);
    return status;
}

static enum status refill(struct keys *k, struct err *err) {
    size_t blocks = k->blocks;
    randombytes_buf(k->chunk, blocks * BLOCK_BYTES);
    enum status status = db_exec(k->db, "BEGIN IMMEDIATE", err);
    if (status != OK) return status;
    for (size_t i = 0; status == OK && i < blocks; i++) {
        int64_t id = 0;
        status = block_add(k, k->chunk[i * BLOCK_KEYS], &id, err);
        if (i == 0) k->first_block = id;
        check(status != OK || id == k->first_block + (int64_t)i);
    }
    status = finish(k, status, err);
    k->next = k->made = 0;
    if (status != OK) return status;
    k->made = blocks * BLOCK_KEYS;
    k->blocks = blocks * 2 < CHUNK_BLOCKS ? blocks * 2 : CHUNK_BLOCKS;
    return OK;
}

/* --- opening --- */

static enum status add_track_key(struct keys *k, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_finalize) = NULL;
    struct track_key key;
    randombytes_buf(key.key, sizeof key.key);
    enum status status = db_prepare(k->db, SQL_KEYS_TRACK_ADD, &s, err);
    if (status != OK) return status;
    db_bind_blob(s, 1, (str){(const char *)key.key, sizeof key.key});
    return db_step(s, NULL, err);
}

static enum status meta_put(struct keys *k, str name, str value, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_finalize) = NULL;
    enum status status = db_prepare(k->db, SQL_KEYS_META_PUT, &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, name);
    db_bind_blob(s, 2, value);
    return db_step(s, NULL, err);
}

static enum status meta_get(struct keys *k, str name, void *ret, size_t len, bool *ret_found, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_finalize) = NULL;
    enum status status = db_prepare(k->db, SQL_KEYS_META_GET, &s, err);
    if (status != OK) return status;
    db_bind_text(s, 1, name);
    status = db_step(s, ret_found, err);
    if (status != OK || !*ret_found) return status;
    str value = db_column(s, 0);
    if (value.len != len) return err_set(err, E_CORRUPT, "bad_keys", "The value %.*s of the keys is damaged.", P(name));
    memcpy(ret, value.ptr, len);
    return OK;
}

static enum status create(struct keys *k, struct err *err) {
    uint8_t seed[crypto_sign_SEEDBYTES];
    randombytes_buf(seed, sizeof seed);
    enum status status = db_exec(k->db, "BEGIN IMMEDIATE", err);
    if (status != OK) return status;
    status = db_exec(k->db, SQL_KEYS_SCHEMA, err);
    if (status == OK) status = meta_put(k, S("sign_seed"), (str){(const char *)seed, sizeof seed}, err);
    if (status == OK) status = add_track_key(k, err);
    sodium_memzero(seed, sizeof seed);
    return finish(k, status, err);
}

static enum status read_track_keys(struct keys *k, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_finalize) = NULL;
    enum status status = db_prepare(k->db, SQL_KEYS_TRACK_ALL, &s, err);
    if (status != OK) return status;
    size_t n = 0;
    for (bool row;;) {
        status = db_step(s, &row, err);
        if (status != OK) return status;
        if (!row || n == TRACK_KEYS) break;
        str key = db_column(s, 1);
        if (key.len != sizeof k->track[n].key)
            return err_set(err, E_CORRUPT, "bad_keys", "A key of track codes is damaged.");
        memcpy(k->track[n++].key, key.ptr, key.len);
    }
    if (n == 0) return err_set(err, E_CORRUPT, "bad_keys", "There is no key of track codes.");
    k->n_track = n;
    return OK;
}

static enum status load(struct keys *k, struct err *err) {
    uint8_t seed[crypto_sign_SEEDBYTES], public_key[PUBLIC_KEY_BYTES];
    bool fresh, found = false;
    enum status status = db_is_new(k->db, &fresh, err);
    if (status == OK && fresh && !k->read_only) status = create(k, err);
    if (status == OK) status = meta_get(k, S("sign_seed"), seed, sizeof seed, &found, err);
    if (status != OK) return status;
    if (!found) return err_set(err, E_CORRUPT, "bad_keys", "The key that signs heads is missing.");
    crypto_sign_seed_keypair(public_key, k->secret, seed);
    sodium_memzero(seed, sizeof seed);
    status = read_track_keys(k, err);
    if (status != OK || k->read_only) return status;
    struct err full;
    status = refill(k, &full);
    if (status == OK || strcmp(full.code, "storage_full") == 0) return OK; /* reading goes on with a full disk */
    if (err != NULL) *err = full;
    return status;
}

enum status keys_open(const char *dir, const char *vfs, bool read_only, struct keys **ret, struct err *err) {
    char *path;
    struct keys *k = calloc(1, sizeof *k);
    check(k != NULL && asprintf(&path, "%s/" KEYS_FILE, dir) > 0);
    pthread_mutex_init(&k->lock, NULL);
    k->read_only = read_only;
    k->blocks = 1;
    k->chunk = calloc(CHUNK_BLOCKS, BLOCK_BYTES);
    check(k->chunk != NULL);
    struct db_options o = {.vfs = vfs, .read_only = read_only, .cache_kib = 256};
    enum status status = db_open(path, &o, &k->db, err);
    if (status == OK) status = load(k, err);
    if (status == OK && !read_only) (void)chmod(path, S_IRUSR | S_IWUSR); /* the folder is closed to others anyway */
    free(path);
    if (status == OK)
        *ret = k;
    else
        keys_close(k);
    return status;
}

void keys_close(struct keys *k) {
    db_close(&k->db);
    sodium_memzero(k->chunk, CHUNK_BLOCKS * BLOCK_BYTES);
    free(k->chunk);
    pthread_mutex_destroy(&k->lock);
    sodium_memzero(k, sizeof *k);
    free(k);
}

const uint8_t *keys_secret(const struct keys *k) {
    return k->secret;
}

const uint8_t *keys_public(const struct keys *k) {
    return k->secret + crypto_sign_SEEDBYTES;
}

/* --- contacts --- */

static void put_u64(uint8_t *p, uint64_t v) {
    for (int i = 7; i >= 0; i--, v >>= 8) p[i] = (uint8_t)v;
}

static uint64_t get_u64(const char *p) {
    uint64_t v = 0;
    for (int i = 0; i < 8; i++) v = v << 8 | (uint8_t)p[i];
    return v;
}

/* What a ciphertext is bound to: it opens only at its own entry. */
static void bind_to(uint64_t case_id, uint32_t n, uint8_t ret[12]) {
    put_u64(ret + 4, case_id);
    ret[0] = (uint8_t)(n >> 24), ret[1] = (uint8_t)(n >> 16), ret[2] = (uint8_t)(n >> 8), ret[3] = (uint8_t)n;
}

static enum status next_key(struct keys *k, uint64_t *ret_number, const uint8_t **ret_key, struct err *err) {
    if (k->next == k->made) {
        enum status status = refill(k, err);
        if (status != OK) return status;
    }
    *ret_number = (uint64_t)k->first_block * BLOCK_KEYS + k->next;
    *ret_key = k->chunk[k->next++];
    return OK;
}

enum status keys_seal(struct keys *k, uint64_t case_id, uint32_t n, str clear, struct arena *arena, str *ret,
                      struct err *err) {
    uint8_t bound[12];
    uint64_t number;
    const uint8_t *key;
    pthread_mutex_lock(&k->lock);
    enum status status = next_key(k, &number, &key, err);
    if (status == OK) {
        size_t len = KEY_NUMBER_BYTES + NONCE + clear.len + TAG;
        uint8_t *out = NEW_ARRAY(arena, uint8_t, len);
        bind_to(case_id, n, bound);
        put_u64(out, number);
        randombytes_buf(out + KEY_NUMBER_BYTES, NONCE);
        crypto_aead_xchacha20poly1305_ietf_encrypt(out + KEY_NUMBER_BYTES + NONCE, NULL, (const uint8_t *)clear.ptr,
                                                   clear.len, bound, sizeof bound, NULL, out + KEY_NUMBER_BYTES, key);
        *ret = (str){(const char *)out, len};
    }
    pthread_mutex_unlock(&k->lock);
    return status;
}

/* in: ret holds a whole block. errors: E_CORRUPT if there is no such block. */
static enum status read_block(struct keys *k, int64_t id, uint8_t *ret, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_finalize) = NULL;
    bool row;
    enum status status = db_prepare(k->db, SQL_KEYS_BLOCK_GET, &s, err);
    if (status != OK) return status;
    db_bind_i64(s, 1, id);
    status = db_step(s, &row, err);
    if (status != OK) return status;
    str block = row ? db_column(s, 0) : STR_NONE;
    if (block.len != BLOCK_BYTES)
        return err_set(err, E_CORRUPT, "missing_key", "The keys lack block %lld.", (long long)id);
    memcpy(ret, block.ptr, block.len);
    return OK;
}

static enum status read_key(struct keys *k, str sealed, uint8_t ret[KEY_BYTES], bool *ret_destroyed, struct err *err) {
    uint8_t block[BLOCK_BYTES];
    if (sealed.len < KEY_NUMBER_BYTES) return err_set(err, E_CORRUPT, "bad_contact", "A sealed contact is too short.");
    uint64_t number = get_u64(sealed.ptr);
    enum status status = read_block(k, (int64_t)(number / BLOCK_KEYS), block, err);
    if (status != OK) return status;
    memcpy(ret, block + number % BLOCK_KEYS * KEY_BYTES, KEY_BYTES);
    sodium_memzero(block, sizeof block);
    *ret_destroyed = sodium_is_zero(ret, KEY_BYTES);
    return OK;
}

static enum status unseal(const uint8_t *key, const uint8_t bound[12], str sealed, struct arena *arena, str *ret,
                          struct err *err) {
    if (sealed.len < KEY_NUMBER_BYTES + NONCE + TAG)
        return err_set(err, E_CORRUPT, "bad_contact", "A sealed contact is too short.");
    const uint8_t *nonce = (const uint8_t *)sealed.ptr + KEY_NUMBER_BYTES;
    size_t len = sealed.len - KEY_NUMBER_BYTES - NONCE;
    uint8_t *out = NEW_ARRAY(arena, uint8_t, len);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, nonce + NONCE, len, bound, 12, nonce, key) != 0)
        return err_set(err, E_CORRUPT, "bad_contact", "A sealed contact does not open with its key.");
    *ret = (str){(const char *)out, len - TAG};
    return OK;
}

enum status keys_unseal(struct keys *k, uint64_t case_id, uint32_t n, str sealed, struct arena *arena, str *ret,
                        struct err *err) {
    uint8_t key[KEY_BYTES], bound[12];
    bool destroyed = false;
    pthread_mutex_lock(&k->lock);
    enum status status = read_key(k, sealed, key, &destroyed, err);
    pthread_mutex_unlock(&k->lock);
    if (status != OK) return status;
    if (destroyed) return err_set(err, E_NOT_FOUND, "no_contact", "The contact was erased.");
    bind_to(case_id, n, bound);
    status = unseal(key, bound, sealed, arena, ret, err);
    sodium_memzero(key, sizeof key);
    return status;
}

enum status keys_destroyed(struct keys *k, str sealed, bool *ret, struct err *err) {
    uint8_t key[KEY_BYTES];
    pthread_mutex_lock(&k->lock);
    enum status status = read_key(k, sealed, key, ret, err);
    pthread_mutex_unlock(&k->lock);
    sodium_memzero(key, sizeof key);
    return status;
}

static enum status destroy_one(struct keys *k, str sealed, struct err *err) {
    sqlite3_stmt *s CLEANUP(db_finalize) = NULL;
    uint8_t block[BLOCK_BYTES];
    if (sealed.len < KEY_NUMBER_BYTES) return OK;
    uint64_t number = get_u64(sealed.ptr);
    int64_t id = (int64_t)(number / BLOCK_KEYS);
    enum status status = read_block(k, id, block, err);
    if (status != OK) return status;
    memset(block + number % BLOCK_KEYS * KEY_BYTES, 0, KEY_BYTES);
    status = db_prepare(k->db, SQL_KEYS_BLOCK_PUT, &s, err);
    if (status == OK) {
        db_bind_i64(s, 1, id);
        db_bind_blob(s, 2, (str){(const char *)block, BLOCK_BYTES});
        status = db_step(s, NULL, err);
    }
    sodium_memzero(block, sizeof block);
    uint64_t first = (uint64_t)k->first_block * BLOCK_KEYS;
    if (status == OK && number >= first && number < first + k->made)
        sodium_memzero(k->chunk[number - first], KEY_BYTES);
    return status;
}

enum status keys_destroy(struct keys *k, const str *sealed, size_t n, struct err *err) {
    if (n == 0) return OK;
    pthread_mutex_lock(&k->lock);
    enum status status = db_exec(k->db, "BEGIN IMMEDIATE", err);
    if (status == OK) {
        for (size_t i = 0; status == OK && i < n; i++) status = destroy_one(k, sealed[i], err);
        status = finish(k, status, err);
    }
    /* The old page may still stand in the log. */
    if (status == OK && !db_truncate_wal(k->db)) status = db_fail(k->db, err);
    pthread_mutex_unlock(&k->lock);
    return status;
}

enum status keys_erased(struct keys *k, uint64_t *ret, struct err *err) {
    bool found;
    uint64_t seq = 0;
    pthread_mutex_lock(&k->lock);
    enum status status = meta_get(k, S("erased"), &seq, sizeof seq, &found, err);
    pthread_mutex_unlock(&k->lock);
    if (status == OK) *ret = seq;
    return status;
}

enum status keys_set_erased(struct keys *k, uint64_t seq, struct err *err) {
    pthread_mutex_lock(&k->lock);
    enum status status = meta_put(k, S("erased"), (str){(const char *)&seq, sizeof seq}, err);
    pthread_mutex_unlock(&k->lock);
    return status;
}

/* --- track codes --- */

static void code_under(const struct track_key *key, str number, char ret[17]) {
    struct strbuf b;
    digest d = hmac_sha256((str){(const char *)key->key, sizeof key->key}, number);
    strbuf_init(&b, 32);
    strbuf_add_base32(&b, d.b, TRACK_BYTES);
    check(b.len == 16);
    memcpy(ret, b.ptr, 16);
    ret[16] = '\0';
    strbuf_done(&b);
}

void keys_track_code(struct keys *k, str number, char ret[17]) {
    pthread_mutex_lock(&k->lock);
    struct track_key key = k->track[0];
    pthread_mutex_unlock(&k->lock);
    code_under(&key, number, ret);
}

/* What people make of a code when they copy it by hand. */
static bool normalise(str typed, char ret[17]) {
    size_t n = 0;
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.ptr[i];
        if (c == '-' || c == ' ') continue;
        if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
        if (c == 'O') c = '0';
        if (c == 'I' || c == 'L') c = '1';
        if (n == 16) return false;
        ret[n++] = c;
    }
    ret[n] = '\0';
    return n == 16;
}

bool keys_track_valid(struct keys *k, str number, str typed) {
    struct track_key track[TRACK_KEYS];
    char given[17], right[17];
    if (!normalise(typed, given)) return false;
    pthread_mutex_lock(&k->lock);
    size_t n = k->n_track;
    memcpy(track, k->track, sizeof track);
    pthread_mutex_unlock(&k->lock);
    bool valid = false;
    for (size_t i = 0; i < n; i++) {
        code_under(&track[i], number, right);
        valid |= sodium_memcmp(given, right, 16) == 0;
    }
    return valid;
}

enum status keys_track_renew(struct keys *k, struct err *err) {
    pthread_mutex_lock(&k->lock);
    enum status status = add_track_key(k, err);
    if (status == OK) status = read_track_keys(k, err);
    pthread_mutex_unlock(&k->lock);
    return status;
}
