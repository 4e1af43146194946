/* Opening and closing a data directory, and what the store answers from the truth. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "store/cache.h"
#include "store/files.h"
#include "store/keys.h"
#include "store/ops.h"
#include "store/truth.h"
#include "store/writer.h"

#define PATH_BYTES 4096

/* --- opening --- */

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Statistics of memory would be one lock for all connections. */
static void process_init(void) {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    check(sodium_init() >= 0);
}

static instant system_now(void *ctx) {
    (void)ctx;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (instant){(int64_t)t.tv_sec * MS_SECOND + t.tv_nsec / 1000000};
}

static enum status folder_fail(struct err *err, const char *path) {
    err_set(err, E_STORAGE, "bad_folder", "The data directory %s cannot be used.", path);
    err_detail(err, "%s", strerrordesc_np(errno));
    return E_STORAGE;
}

static enum status folder_make(const char *path, struct err *err) {
    return mkdir(path, 0700) == 0 || errno == EEXIST ? OK : folder_fail(err, path);
}

enum status store_lock(const char *dir, int *ret_fd, struct err *err) {
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/lock", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return folder_fail(err, dir);
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        *ret_fd = fd;
        return OK;
    }
    close(fd);
    err_set(err, E_BUSY, "locked", "Another process uses the data directory %s.", dir);
    err_hint(err, "Is the server running? Stop it, or talk to it.");
    return E_BUSY;
}

static enum status prepare(struct store *s, struct err *err) {
    char blobs[PATH_BYTES];
    if (s->options.read_only) return OK;
    snprintf(blobs, sizeof blobs, "%s/blobs", s->dir);
    enum status status = folder_make(s->dir, err);
    if (status == OK) status = folder_make(blobs, err);
    if (status == OK) status = store_lock(s->dir, &s->lock_fd, err);
    return status;
}

static enum status open_parts(struct store *s, struct err *err) {
    const struct store_options *o = &s->options;
    enum status status = prepare(s, err);
    if (status == OK) status = truth_open(s->dir, o->vfs, o->read_only, &s->truth, err);
    if (status == OK) status = keys_open(s->dir, o->vfs, o->read_only, &s->keys, err);
    if (status == OK) status = ops_open(s, err);
    if (status == OK && !o->read_only)
        status = folder_flush(s->dir, err); /* SQLite leaves the names of new files to us */
    if (status == OK && !o->read_only && !o->no_projector) status = views_open(s, false, &s->views, err);
    if (status == OK && !o->read_only) status = writer_start(s, &s->writer, err);
    return status;
}

enum status store_open_rules(const struct store_options *o, const struct rules *rules, struct store **ret,
                             struct err *err) {
    pthread_once(&once, process_init);
    if (strlen(o->dir) > PATH_BYTES / 2)
        return err_set(err, E_STORAGE, "bad_folder", "The path of the data directory is too long.");
    struct store *s = calloc(1, sizeof *s);
    check(s != NULL);
    s->options = *o;
    s->rules = *rules;
    if (s->options.now == NULL) s->options.now = system_now;
    s->dir = strdup(o->dir);
    check(s->dir != NULL);
    s->options.dir = s->dir;
    s->lock_fd = -1;
    s->cache = cache_new();
    pthread_mutex_init(&s->ops_lock, NULL);
    pthread_mutex_init(&s->cite_lock, NULL);
    enum status status = open_parts(s, err);
    if (status == OK)
        *ret = s;
    else
        store_close(s);
    return status;
}

void store_close(struct store *s) {
    if (s->writer != NULL) writer_stop(s->writer);
    if (s->views != NULL) views_close(s->views);
    ops_close(s);
    if (s->keys != NULL) keys_close(s->keys);
    if (s->truth != NULL) truth_close(s->truth);
    cache_free(s->cache);
    pthread_mutex_destroy(&s->cite_lock);
    pthread_mutex_destroy(&s->ops_lock);
    if (s->lock_fd >= 0) close(s->lock_fd);
    free(s->dir);
    free(s);
}

bool store_is_failed(struct store *s, struct err *err) {
    return s->writer != NULL && writer_is_failed(s->writer, err);
}

/* --- commands --- */

enum status store_submit(struct store *s, struct submission *m, struct err *err) {
    if (s->writer == NULL) return err_set(err, E_BUSY, "read_only", "The data directory is open for reading only.");
    return writer_submit(s->writer, m, err);
}

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t told;
    bool done;
};

static void wake(struct submission *m) {
    struct waiting *w = m->ctx;
    pthread_mutex_lock(&w->lock);
    w->done = true;
    pthread_cond_signal(&w->told);
    pthread_mutex_unlock(&w->lock);
}

enum status store_run(struct store *s, const struct command *c, struct result *ret) {
    struct waiting w = {.lock = PTHREAD_MUTEX_INITIALIZER, .told = PTHREAD_COND_INITIALIZER};
    struct submission m = {.command = *c, .done = wake, .ctx = &w};
    enum status status = store_submit(s, &m, &m.result.err);
    if (status == OK) {
        pthread_mutex_lock(&w.lock);
        while (!w.done) pthread_cond_wait(&w.told, &w.lock);
        pthread_mutex_unlock(&w.lock);
    } else {
        m.result.status = status;
    }
    pthread_cond_destroy(&w.told);
    pthread_mutex_destroy(&w.lock);
    *ret = m.result;
    return ret->status;
}

/* --- answers from the truth --- */

static enum status load_state(struct store *s, uint64_t id, struct case_state *ret, struct err *err) {
    struct conn *c;
    if (cache_get(s->cache, id, ret)) return OK;
    uint64_t mark = cache_mark(s->cache, id);
    enum status status = conn_take(s->truth, &c, err);
    if (status != OK) return status;
    status = truth_replay(s->truth, c, &s->rules, id, ret, err);
    conn_give(s->truth, c);
    if (status == OK) cache_offer(s->cache, ret, mark);
    return status;
}

enum status store_case(struct store *s, uint64_t id, struct kase *ret, struct err *err) {
    struct case_state state;
    enum status status = load_state(s, id, &state, err);
    if (status == OK) *ret = state.kase;
    return status;
}

enum status store_case_id(struct store *s, str number, uint64_t *ret, struct err *err) {
    struct case_state state;
    uint64_t slot;
    if (!case_slot_of_number(number, &slot)) return err_set(err, E_NOT_FOUND, "unknown_case", "There is no such case.");
    uint64_t id = case_id_of_slot(s->truth->id_key, slot);
    enum status status = load_state(s, id, &state, err);
    if (status != OK) return status;
    if (strncasecmp(state.kase.number.s, number.ptr, number.len) != 0 || strlen(state.kase.number.s) != number.len)
        return err_set(err, E_NOT_FOUND, "unknown_case", "There is no such case.");
    *ret = id;
    return OK;
}

/* The rows of a case; ret NULL to count them. */
static enum status read_rows(struct store *s, struct conn *c, uint64_t id, struct arena *arena,
                             struct stored_entry *ret, size_t *ret_n, struct err *err) {
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    size_t n = 0;
    enum status status = conn_query(c, TRUTH_CASE_ENTRIES, &q, err);
    if (status == OK) db_bind_i64(q, 1, (int64_t)case_slot_of_id(s->truth->id_key, id));
    for (bool row; status == OK; n++) {
        status = db_step(q, &row, err);
        if (status != OK || !row || (ret != NULL && n == *ret_n)) break;
        if (ret == NULL) continue;
        struct truth_row r = truth_row(q, arena);
        status = truth_entry(s->truth, &r, &ret[n], NULL, err);
    }
    *ret_n = n;
    return status;
}

enum status store_history(struct store *s, uint64_t id, struct arena *arena, struct stored_entry **ret, size_t *ret_n,
                          struct err *err) {
    struct conn *c;
    struct stored_entry *entries = NULL;
    size_t n = 0;
    enum status status = conn_take(s->truth, &c, err);
    if (status != OK) return status;
    status = read_rows(s, c, id, arena, NULL, &n, err);
    if (status == OK && n > 0) {
        entries = NEW_ARRAY(arena, struct stored_entry, n);
        status = read_rows(s, c, id, arena, entries, &n, err);
    }
    conn_give(s->truth, c);
    if (status == OK && n == 0) return err_set(err, E_NOT_FOUND, "unknown_case", "There is no such case.");
    if (status == OK) *ret = entries, *ret_n = n;
    return status;
}

/* The sealed contacts of a case, oldest first. */
static enum status find_contacts(struct store *s, struct conn *c, uint64_t id, struct arena *arena,
                                 struct contact_line *ret, size_t *ret_n, struct err *err) {
    sqlite3_stmt *q CLEANUP(db_reset) = NULL;
    enum status status = conn_query(c, TRUTH_CASE_ENTRIES, &q, err);
    if (status == OK) db_bind_i64(q, 1, (int64_t)case_slot_of_id(s->truth->id_key, id));
    *ret_n = 0;
    for (bool row; status == OK && *ret_n < CONTACTS_OF_CASE;) {
        status = db_step(q, &row, err);
        if (status != OK || !row) break;
        struct truth_row r = truth_row(q, NULL);
        if (r.contact.len > KEY_NUMBER_BYTES) ret[(*ret_n)++] = (struct contact_line){r.n, str_dup(arena, r.contact)};
    }
    return status;
}

enum status store_contacts(struct store *s, uint64_t id, struct arena *arena, struct contact_line **ret, size_t *ret_n,
                           struct err *err) {
    struct conn *c;
    struct contact_line *sealed = NEW_ARRAY(arena, struct contact_line, CONTACTS_OF_CASE);
    size_t n = 0, open = 0;
    enum status status = conn_take(s->truth, &c, err);
    if (status != OK) return status;
    status = find_contacts(s, c, id, arena, sealed, &n, err);
    conn_give(s->truth, c);
    for (size_t i = 0; status == OK && i < n; i++) {
        str clear = STR_NONE;
        status = keys_unseal(s->keys, id, sealed[i].n, sealed[i].json, arena, &clear, err);
        if (status == OK) sealed[open++] = (struct contact_line){sealed[i].n, clear};
        if (status == E_NOT_FOUND) status = OK; /* its key was destroyed */
    }
    if (status != OK) return status;
    if (err != NULL) *err = (struct err){0};
    *ret = sealed;
    *ret_n = open;
    return OK;
}

enum status store_contact(struct store *s, uint64_t id, struct arena *arena, str *ret, struct err *err) {
    struct contact_line *lines = NULL;
    size_t n = 0;
    enum status status = store_contacts(s, id, arena, &lines, &n, err);
    if (status != OK) return status;
    if (n == 0 || lines[0].n != 1)
        return err_set(err, E_NOT_FOUND, "no_contact", "No contact was left, or it was erased.");
    *ret = lines[0].json;
    return OK;
}

uint64_t store_seq(struct store *s) {
    return s->truth->seq;
}

void store_track_code(struct store *s, str number, char ret[17]) {
    keys_track_code(s->keys, number, ret);
}

bool store_track_valid(struct store *s, str number, str typed) {
    return keys_track_valid(s->keys, number, typed);
}

void store_public_key(struct store *s, uint8_t ret[32]) {
    memcpy(ret, keys_public(s->keys), PUBLIC_KEY_BYTES);
}

void store_stats(struct store *s, struct store_stats *ret) {
    struct statvfs v;
    *ret = (struct store_stats){.seq = s->truth->seq};
    if (s->writer != NULL) writer_stats(s->writer, ret);
    if (statvfs(s->dir, &v) == 0) ret->disk_free = (uint64_t)v.f_bavail * v.f_frsize;
    if (s->views == NULL) return;
    ret->view_seq = store_view_seq(s);
    views_totals(s->views, &ret->cases, &ret->open_cases);
}

/* --- exchange --- */

enum status store_peer_stream(struct store *s, const code *peer, struct kase *ret, struct err *err) {
    enum status status = store_case(s, stream_of_peer(str_code(peer)), ret, err);
    if (status != E_NOT_FOUND) return status;
    memset(ret, 0, sizeof *ret);
    return OK;
}

enum status store_entry(struct store *s, uint64_t seq, struct arena *arena, struct stored_entry *ret, struct err *err) {
    struct stored_entry *list = NULL;
    size_t n = 0;
    enum status status = truth_read(s->truth, seq, 1, arena, &list, &n, err);
    if (status != OK) return status;
    if (n == 0 || list[0].seq != seq) return err_set(err, E_NOT_FOUND, "unknown_entry", "There is no such entry.");
    *ret = list[0];
    return OK;
}

void store_sign_message(struct store *s, struct message *m) {
    message_sign(m, keys_secret(s->keys));
}

void store_write_bundle(struct store *s, struct bundle *b, struct strbuf *out) {
    bundle_write(b, keys_secret(s->keys), out);
}

bool store_open_sealed(struct store *s, str sealed, struct arena *arena, str *ret) {
    uint8_t open_key[crypto_box_PUBLICKEYBYTES], secret[crypto_box_SECRETKEYBYTES];
    if (sealed.len <= crypto_box_SEALBYTES) return false;
    size_t n = sealed.len - crypto_box_SEALBYTES;
    uint8_t *clear = NEW_ARRAY(arena, uint8_t, n);
    bool good = crypto_sign_ed25519_pk_to_curve25519(open_key, keys_public(s->keys)) == 0 &&
                crypto_sign_ed25519_sk_to_curve25519(secret, keys_secret(s->keys)) == 0 &&
                crypto_box_seal_open(clear, (const uint8_t *)sealed.ptr, sealed.len, open_key, secret) == 0 &&
                utf8_valid((str){(const char *)clear, n});
    sodium_memzero(secret, sizeof secret);
    if (good) *ret = (str){(const char *)clear, n};
    return good;
}
